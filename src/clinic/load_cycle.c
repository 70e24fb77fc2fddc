/* load_cycle - the numbers of a machine's cycles: they follow each other, a gap is explained
 * once and never filled. */
#include <stdio.h>
#include <string.h>

#include "clinic/load_priv.h"

struct counted {
    struct ct_db *db;
    int64_t equipment_id;
    const char *row; /* the programme whose row it is; "" the machine's */
};

static enum ct_status one(const struct counted *c, unsigned sql, int64_t number, int64_t since,
                          bool *ret, int64_t *a, int64_t *b, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(c->db, &ct_load_sql[sql], &st, reterr);
    *ret = false;
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", c->equipment_id);
    ct_bind_text(st, ":programme", c->row);
    if (number != CT_UNSET) {
        ct_bind_i64(st, ":cycle_number", number);
        ct_bind_i64(st, ":since_ms", since);
    }
    rc = ct_stmt_step(st, ret, reterr);
    if (rc == CT_OK && *ret) {
        *a = ct_col_i64(st, 0);
        if (b != NULL)
            *b = ct_col_i64(st, 1);
    }
    return rc;
}

static enum ct_status last(const struct counted *c, int64_t *ret, int64_t *ret_ms,
                           struct ct_error *reterr)
{
    int64_t load = 0, load_ms = 0, test = 0, test_ms = 0;
    bool loads, tests = false;
    enum ct_status rc = one(c, CT_SQL_LOAD_CYCLE_LAST, CT_UNSET, 0, &loads, &load, &load_ms,
                            reterr);
    if (rc == CT_OK)
        rc = one(c, CT_SQL_LOAD_CYCLE_TEST, CT_UNSET, 0, &tests, &test, &test_ms, reterr);
    if (rc != CT_OK)
        return rc;
    bool load_is_last = loads && (!tests || load_ms >= test_ms);
    *ret = load_is_last ? load : tests ? test : CT_UNSET;
    *ret_ms = load_is_last ? load_ms : test_ms;
    return CT_OK;
}

enum ct_status ct_load_last_cycle(struct ct_app *app, int64_t equipment_id,
                                  const char *programme, int64_t *ret, struct ct_error *reterr)
{
    struct ct_machine_programme m;
    struct ct_db *db = ct_app_db(app);
    *ret = CT_UNSET;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_machine_programme_load(db, equipment_id, programme, &m, reterr);
    if (rc != CT_OK || m.counter == CT_COUNTER_NONE)
        return rc;
    const struct counted c = {db, equipment_id,
                              m.counter == CT_COUNTER_PROGRAMME ? programme : ""};
    int64_t at_ms;
    return last(&c, ret, &at_ms, reterr);
}

/* The gaps of the row: since when the counter runs without having been set back, and whether
 * the number lies in one of them. */
static enum ct_status gaps(const struct counted *c, int64_t number, int64_t *ret_since,
                           bool *ret_within, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret_since = INT64_MIN;
    *ret_within = false;
    enum ct_status rc = ct_stmt_get(c->db, &ct_load_sql[CT_SQL_CYCLE_GAPS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", c->equipment_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        int64_t before = ct_col_i64(st, 3), after = ct_col_i64(st, 4);
        if (strcmp(ct_col_text(st, 2), c->row) != 0)
            continue;
        if (after <= before) { /* newest first: what came before it counts no more */
            *ret_since = ct_col_i64(st, 6);
            break;
        }
        *ret_within = *ret_within || (number > before && number < after);
    }
    return rc;
}

static enum ct_status gap_write(struct ct_app *app, const struct counted *c, int64_t before,
                                int64_t number, const char *text, struct ct_entry *entry,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = ct_stmt_get(c->db, &ct_load_sql[CT_SQL_CYCLE_GAP_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", c->equipment_id);
    ct_bind_text(st, ":programme", c->row);
    ct_bind_i64(st, ":before", before);
    ct_bind_i64(st, ":number", number);
    ct_bind_text(st, ":text", text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "cycle_gap", id);
    if (rc == CT_OK && entry->severity < CT_NOTABLE)
        entry->severity = CT_NOTABLE;
    return rc;
}

static enum ct_status never_filled(const char *asset, int64_t number, struct ct_error *reterr)
{
    return ct_fail(reterr, CT_EINVAL, "cycle_number",
                   "cycle %lld of %s lies in a gap that was explained: a gap is never filled",
                   (long long)number, asset);
}

static enum ct_status not_free(const struct counted *c, struct ct_app *app, const char *asset,
                               int64_t number, int64_t since, bool within,
                               struct ct_error *reterr)
{
    int64_t id = 0;
    bool there;
    char load[40];
    if (within)
        return never_filled(asset, number, reterr);
    enum ct_status rc =
        one(c, CT_SQL_LOAD_CYCLE_BORNE, number, since, &there, &id, NULL, reterr);
    if (rc == CT_OK && there) {
        ct_load_number(app, id, load);
        return ct_fail(reterr, CT_EINVAL, "cycle_number", "cycle %lld of %s is that of load %s",
                       (long long)number, asset, load);
    }
    if (rc == CT_OK)
        rc = one(c, CT_SQL_LOAD_CYCLE_TESTED, number, since, &there, &id, NULL, reterr);
    return rc == CT_OK && there
               ? ct_fail(reterr, CT_EINVAL, "cycle_number", "cycle %lld of %s is that of test T-%lld",
                         (long long)number, asset, (long long)id)
               : rc;
}

static enum ct_status unexplained(enum ct_cycle_step step, const char *asset, int64_t before,
                                  int64_t number, int64_t missing, struct ct_error *reterr)
{
    if (step == CT_STEP_GAP)
        return ct_fail(reterr, CT_EINVAL, "gap",
                       "the last cycle of %s was %lld: %lld %s missing before %lld. Say why",
                       asset, (long long)before, (long long)missing,
                       missing == 1 ? "is" : "are", (long long)number);
    return ct_fail(reterr, CT_EINVAL, "gap",
                   "the last cycle of %s was %lld, and %lld is not after it. If the counter was "
                   "set back, say why",
                   asset, (long long)before, (long long)number);
}

enum ct_status ct_cycle_number_in(struct ct_app *app, struct ct_db *db,
                                  const struct ct_machine_programme *m, const char *asset,
                                  int64_t number, const char *gap, struct ct_entry *entry,
                                  struct ct_error *reterr)
{
    const struct counted c = {db, m->equipment_id,
                              m->counter == CT_COUNTER_PROGRAMME ? m->programme : ""};
    int64_t before = CT_UNSET, before_ms, since, missing = 0;
    bool within;
    if (m->counter == CT_COUNTER_NONE)
        return CT_OK;
    if (number == CT_UNSET || number < 0)
        return ct_fail(reterr, CT_EINVAL, "cycle_number",
                       "%s counts its cycles: which number does its display show", asset);
    enum ct_status rc = gaps(&c, number, &since, &within, reterr);
    if (rc == CT_OK)
        rc = not_free(&c, app, asset, number, since, within, reterr);
    if (rc == CT_OK)
        rc = last(&c, &before, &before_ms, reterr);
    if (rc != CT_OK || before == CT_UNSET)
        return rc;
    enum ct_cycle_step step = ct_cycle_step(before, number, &missing);
    if (step == CT_STEP_FOLLOWS)
        return CT_OK;
    if (gap == NULL || gap[0] == '\0')
        return unexplained(step, asset, before, number, missing, reterr);
    return entry != NULL ? gap_write(app, &c, before, number, gap, entry, reterr) : CT_OK;
}

enum ct_status ct_cycle_tested_in(struct ct_app *app, struct ct_db *db, int64_t equipment_id,
                                  const char *asset, int64_t number, int64_t done_ms,
                                  const char *gap, struct ct_entry *entry,
                                  struct ct_error *reterr)
{
    const struct counted c = {db, equipment_id, ""};
    int64_t before = CT_UNSET, before_ms = 0, since, missing = 0;
    bool within;
    enum ct_status rc = gaps(&c, number, &since, &within, reterr);
    if (rc == CT_OK && within)
        rc = never_filled(asset, number, reterr);
    if (rc == CT_OK)
        rc = last(&c, &before, &before_ms, reterr);
    /* One entered late has its place between those that are there; one cycle can be several
     * tests. */
    if (rc != CT_OK || before == CT_UNSET || number == before || done_ms < before_ms)
        return rc;
    enum ct_cycle_step step = ct_cycle_step(before, number, &missing);
    if (step == CT_STEP_FOLLOWS)
        return CT_OK;
    if (gap == NULL || gap[0] == '\0')
        return unexplained(step, asset, before, number, missing, reterr);
    return entry != NULL ? gap_write(app, &c, before, number, gap, entry, reterr) : CT_OK;
}
