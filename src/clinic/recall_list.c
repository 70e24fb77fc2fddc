/* recall_list - lists of packs: of a recall, and the same of a load, a pack, a machine or a
 * period without one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/recall_priv.h"

/* ---- what is asked for ---------------------------------------------------------------- */

bool ct_recall_of_period(const struct ct_recall_ask *ask)
{
    return ask->load_id == 0 && ask->pack_id == 0;
}

static enum ct_status day(const char *s, const char *field, ct_date today, ct_date *ret,
                          struct ct_error *reterr)
{
    char text[32];
    size_t n = strlen(s);
    if (n < sizeof text) {
        ct_text_copy(text, sizeof text, s);
        ct_text_trim(text);
        enum ct_status rc = ct_date_parse(text, today, ret, reterr);
        if (rc != CT_OK && reterr != NULL)
            snprintf(reterr->field, sizeof reterr->field, "%s", field);
        return rc;
    }
    return ct_fail(reterr, CT_EINVAL, field, "that is no day: say it as 24 Nov 2026, or 24/11/2026");
}

static bool blank(const char *s)
{
    return s == NULL || s[strspn(s, " ")] == '\0';
}

static int64_t midnight(ct_date d)
{
    struct ct_civil c = {.year = 0};
    ct_date_split(d, &c.year, &c.month, &c.day);
    return ct_civil_ms(&c);
}

enum ct_status ct_recall_days(struct ct_app *app, const char *from, const char *to,
                              struct ct_recall_ask *ask, struct ct_error *reterr)
{
    int64_t now = ct_app_now(app);
    ct_date first = CT_NO_DATE, last = CT_NO_DATE, today = ct_date_at(now);
    enum ct_status rc = blank(from) ? CT_OK : day(from, "from", today, &first, reterr);
    if (rc == CT_OK && !blank(to))
        rc = day(to, "to", today, &last, reterr);
    if (rc == CT_OK && first != CT_NO_DATE && first > (last != CT_NO_DATE ? last : today))
        rc = ct_fail(reterr, CT_EINVAL, "from", "the first day is after the last: say the earlier "
                                                "one first");
    if (rc != CT_OK)
        return rc;
    /* Started after: the last moment of the day before. */
    ask->from_ms = first != CT_NO_DATE ? midnight(first) - 1 : CT_UNSET;
    ask->to_ms = last != CT_NO_DATE ? midnight(last + 1) - 1 : now;
    return CT_OK;
}

enum ct_status ct_recall_negative(struct ct_db *db, int64_t equipment_id, int64_t before_ms,
                                  int64_t *ret_load_id, int64_t *ret_started_ms,
                                  struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret_load_id = 0;
    *ret_started_ms = CT_UNSET;
    enum ct_status rc = ct_stmt_get(db, &ct_recall_sql[CT_SQL_RECALL_NEGATIVE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_i64(st, ":before_ms", before_ms);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there) {
        *ret_load_id = ct_col_i64(st, 0);
        *ret_started_ms = ct_col_i64(st, 1);
    }
    return rc;
}

enum ct_status ct_recall_unproven(struct ct_app *app, int64_t equipment_id,
                                  struct ct_recall_ask *ret, int64_t *ret_load_id,
                                  struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    struct ct_db *db = ct_app_db(app);
    int64_t load = 0;
    *ret = (struct ct_recall_ask){.equipment_id = equipment_id, .to_ms = ct_app_now(app)};
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_recall_negative(db, equipment_id, INT64_MAX, &load, &ret->from_ms, reterr);
    if (rc == CT_OK && ret_load_id != NULL)
        *ret_load_id = load;
    return rc;
}

/* "1 Nov 2026 00:00": a period may be of years ago. */
static void moment_text(int64_t ms, char out[32])
{
    char day[16], at[8];
    ct_date_text(ct_date_at(ms), day);
    ct_time_text(ms, at);
    snprintf(out, 32, "%s %s", day, at);
}

void ct_recall_ask_text(struct ct_app *app, const struct ct_recall_ask *ask, char *out,
                        size_t size)
{
    struct ct_equipment e;
    struct ct_pack p = {.load_id = ask->load_id};
    char load[40], pack[40] = "", from[32] = "the first load", to[32];
    if (ct_recall_of_period(ask)) {
        if (ask->from_ms != CT_UNSET)
            moment_text(ask->from_ms + 1, from);
        moment_text(ask->to_ms, to);
        if (ask->equipment_id == 0)
            snprintf(e.asset, sizeof e.asset, "all machines");
        else if (ct_equipment_get(app, ask->equipment_id, &e, NULL) != CT_OK)
            snprintf(e.asset, sizeof e.asset, "machine %lld", (long long)ask->equipment_id);
        snprintf(out, size, "%s, %s to %s", e.asset, from, to);
        return;
    }
    if (ask->pack_id != 0) {
        ct_pack_number(app, ask->pack_id, pack);
        if (ct_pack_get(app, ask->pack_id, &p, NULL) != CT_OK)
            p.load_id = 0;
    }
    if (p.load_id != 0)
        ct_load_number(app, p.load_id, load);
    else
        snprintf(load, sizeof load, "the load");
    snprintf(out, size, "%s%s%s", load, pack[0] != '\0' ? " of " : "", pack);
}

/* ---- lists of packs ------------------------------------------------------------------- */

static enum ct_status line(struct ct_app *app, struct ct_db *db, int64_t recall_id,
                           struct ct_recall_pack *x, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_recall_sql[CT_SQL_RECALL_LINE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":recall_id", recall_id);
    ct_bind_i64(st, ":pack_id", x->p.id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK || !there)
        return rc;
    x->disposition = (int)ct_col_i64(st, 0);
    ct_text_copy(x->text, sizeof x->text, ct_col_text(st, 1));
    x->at_ms = ct_col_i64(st, 2);
    ct_recall_name(app, ct_col_i64(st, 3), x->by, sizeof x->by);
    return CT_OK;
}

/* Steps the statement, whose columns are PACK of recall_sql.c, to its end. */
static enum ct_status packs(struct ct_stmt *st, size_t max, struct ct_recall_pack **ret,
                            size_t *ret_n, struct ct_error *reterr)
{
    size_t cap = 0;
    bool there;
    enum ct_status rc;
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        if (max != 0 && *ret_n == max)
            return ct_fail(reterr, CT_EINVAL, "from",
                           "more than %zu packs went through: ask for fewer days", max);
        struct ct_recall_pack *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return ct_recall_no_memory(reterr);
        *ret = more;
        more += (*ret_n)++;
        ct_pack_row(st, &more->p);
        more->load_id = more->p.load_id;
        more->started_ms = ct_col_null(st, CT_PACK_ROW_N) ? CT_UNSET
                                                          : ct_col_i64(st, CT_PACK_ROW_N);
        more->procedure_id =
            ct_col_null(st, CT_PACK_ROW_N + 1) ? 0 : ct_col_i64(st, CT_PACK_ROW_N + 1);
        more->disposition = -1;
        more->text[0] = more->by[0] = '\0';
        more->at_ms = CT_UNSET;
    }
    return rc;
}

static enum ct_status of_period(struct ct_db *db, const struct ct_recall_ask *ask,
                                struct ct_stmt **ret, struct ct_error *reterr)
{
    struct ct_equipment e;
    bool all = ask->equipment_id == 0;
    enum ct_status rc = all ? CT_OK : ct_equipment_load(db, ask->equipment_id, &e, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_recall_sql[all ? CT_SQL_RECALL_PERIOD_ALL
                                                : CT_SQL_RECALL_PERIOD], ret, reterr);
    if (rc != CT_OK)
        return rc;
    if (!all)
        ct_bind_i64(*ret, ":equipment_id", ask->equipment_id);
    ct_bind_i64(*ret, ":from_ms", ask->from_ms);
    ct_bind_i64(*ret, ":to_ms", ask->to_ms);
    return CT_OK;
}

static enum ct_status of_load(struct ct_app *app, struct ct_db *db,
                              const struct ct_recall_ask *ask, struct ct_stmt **ret,
                              struct ct_error *reterr)
{
    struct ct_load l;
    struct ct_pack p = {.load_id = ask->load_id};
    char number[40];
    enum ct_status rc = CT_OK;
    if (ask->pack_id != 0) {
        rc = ct_pack_load(db, ask->pack_id, &p, reterr);
        if (rc == CT_OK && p.load_id == 0) {
            ct_pack_number(app, p.id, number);
            rc = ct_fail(reterr, CT_EINVAL, "pack_id", "%s was in no load yet", number);
        }
    } else {
        rc = ct_load_row(app, db, ask->load_id, &l, reterr); /* it is there */
    }
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_recall_sql[CT_SQL_RECALL_LOAD], ret, reterr);
    if (rc == CT_OK)
        ct_bind_i64(*ret, ":load_id", p.load_id);
    return rc;
}

static enum ct_status nothing(enum ct_status rc, struct ct_recall_pack **ret, size_t *ret_n)
{
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_recall_list(struct ct_app *app, const struct ct_recall_ask *ask,
                              struct ct_recall_pack **ret, size_t *ret_n,
                              struct ct_error *reterr)
{
    return ct_recall_list_of(app, ask, CT_RECALL_LIST_MAX, ret, ret_n, reterr);
}

enum ct_status ct_recall_list_of(struct ct_app *app, const struct ct_recall_ask *ask, size_t max,
                                 struct ct_recall_pack **ret, size_t *ret_n,
                                 struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    CT_STMT *st = NULL;
    struct ct_db *db = ct_app_db(app);
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_recall_of_period(ask) ? of_period(db, ask, &st, reterr)
                                      : of_load(app, db, ask, &st, reterr);
    if (rc == CT_OK)
        rc = packs(st, max, ret, ret_n, reterr);
    return nothing(rc, ret, ret_n);
}

enum ct_status ct_recall_packs(struct ct_app *app, int64_t id, struct ct_recall_pack **ret,
                               size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    CT_TX tx = {.db = NULL};
    struct ct_db *db = ct_app_db(app);
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_recall_sql[CT_SQL_RECALL_PACKS], &st, reterr);
    if (rc == CT_OK) {
        ct_bind_i64(st, ":recall_id", id);
        rc = packs(st, 0, ret, ret_n, reterr);
    }
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        rc = line(app, db, id, &(*ret)[i], reterr);
    return nothing(rc, ret, ret_n);
}
