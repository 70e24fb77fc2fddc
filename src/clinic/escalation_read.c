/* escalation_read - reading escalations back, and where each stands: derived from its
 * events, never stored. */
#include "clinic/rows.h"
#include "record/user.h"

#include <stdlib.h>
#include <string.h>

/* ---- where it stands --------------------------------------------------- */

/* The first moment at which it was taken on; CT_UNSET: not yet. Events are by time. */
static int64_t taken_on(const struct ct_escalation *e)
{
    for (size_t i = 0; i < e->n_events; i++)
        if (e->event[i].kind == CT_ESC_ACCEPTED || e->event[i].kind == CT_ESC_ATTENDED)
            return e->event[i].at_ms;
    return CT_UNSET;
}

static bool any_of(const struct ct_escalation *e, enum ct_escalation_event_kind kind)
{
    for (size_t i = 0; i < e->n_events; i++)
        if (e->event[i].kind == kind)
            return true;
    return false;
}

static int64_t minutes(int n)
{
    return (int64_t)n * CT_MINUTE_MS;
}

int64_t ct_escalation_late_ms(const struct ct_escalation *e)
{
    if (any_of(e, CT_ESC_ATTENDED))
        return INT64_MAX;
    if (!any_of(e, CT_ESC_ACCEPTED))
        return e->at_ms + minutes(ct_escalation_accept_min(&e->rule));
    return e->rule.attend_min > 0 ? e->at_ms + minutes(e->rule.attend_min) : INT64_MAX;
}

void ct_escalation_derive(struct ct_escalation *e, int64_t now_ms)
{
    int64_t on = taken_on(e), at = on != CT_UNSET ? on : now_ms;
    e->open = !any_of(e, CT_ESC_OUTCOME) && !any_of(e, CT_ESC_WITHHELD);
    e->attended = any_of(e, CT_ESC_ATTENDED);
    e->accepted = on != CT_UNSET;
    e->level = 0;
    int64_t until = e->at_ms + minutes(e->rule.accept_min[0]);
    while (at > until && (size_t)e->level + 1 < e->rule.n_levels)
        until += minutes(e->rule.accept_min[++e->level]);
    int64_t late = ct_escalation_late_ms(e);
    e->deadline_ms = !e->open                           ? CT_UNSET
                     : !e->accepted                     ? until
                     : late != INT64_MAX ? late : CT_UNSET;
    e->overdue = e->open && now_ms > late;
}

/* ---- reading ----------------------------------------------------------- */

static enum ct_status row_load(struct ct_db *db, int64_t id, struct ct_escalation *ret,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_escalation_sql[CT_SQL_ESC_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no escalation E-%lld",
                       (long long)id);
    ret->id = id;
    ret->patient_id = ct_col_i64(st, 0);
    ret->vitals_id = ct_col_i64(st, 1);
    ret->first_id = ct_col_i64(st, 2);
    ret->at_ms = ct_col_i64(st, 3);
    ret->by_user = (uint32_t)ct_col_i64(st, 4);
    ret->band = ret->rule.band = (enum ct_band)ct_col_i64(st, 5);
    ret->rule.attend_min = (int)ct_col_i64(st, 7);
    ret->taken_ms = ct_col_i64(st, 8);
    return ct_escalation_levels_parse(ct_col_text(st, 6), &ret->rule, reterr);
}

static enum ct_status events_load(struct ct_db *db, struct ct_escalation *e,
                                  struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true;
    enum ct_status rc = ct_stmt_get(db, &ct_escalation_sql[CT_SQL_ESC_EVENTS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":escalation_id", e->id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row &&
           e->n_events < CT_ESC_EVENTS_MAX) {
        struct ct_escalation_event *x = &e->event[e->n_events++];
        x->id = ct_col_i64(st, 0);
        x->at_ms = ct_col_i64(st, 1);
        x->recorded_ms = ct_col_i64(st, 2);
        x->by_user = (uint32_t)ct_col_i64(st, 3);
        x->kind = (enum ct_escalation_event_kind)ct_col_i64(st, 4);
        ct_text_copy(x->who, sizeof x->who, ct_col_text(st, 5));
        ct_text_copy(x->text, sizeof x->text, ct_col_text(st, 6));
    }
    return rc;
}

/* The version that stands now, from the one that raised it: 0 when it was in error. */
static enum ct_status current(struct ct_db *db, const struct ct_vitals *raised, int64_t *ret,
                              struct ct_error *reterr)
{
    int64_t id = raised->id, after = 0;
    for (;;) {
        enum ct_status rc = ct_vitals_after(db, id, &after, reterr);
        if (rc != CT_OK)
            return rc;
        if (after == 0)
            break;
        id = after;
    }
    *ret = id;
    if (id == raised->id)
        return CT_OK;
    struct ct_vitals now;
    enum ct_status rc = ct_vitals_load(db, id, &now, reterr);
    if (rc == CT_OK && now.voided)
        *ret = 0;
    return rc;
}

static enum ct_status set_load(struct ct_db *db, struct ct_escalation *e,
                               struct ct_error *reterr)
{
    struct ct_vitals v;
    enum ct_status rc = ct_vitals_load(db, e->vitals_id, &v, reterr);
    if (rc != CT_OK)
        return rc;
    e->score = v.score >= 0 ? v.score : v.score_at_least;
    e->single3 = v.single3;
    ct_vitals_score_text(&v, e->score_text, sizeof e->score_text);
    return current(db, &v, &e->now_id, reterr);
}

enum ct_status ct_escalation_bare(struct ct_app *app, struct ct_db *db, int64_t id,
                                  struct ct_escalation *ret, struct ct_error *reterr)
{
    memset(ret, 0, sizeof *ret);
    enum ct_status rc = row_load(db, id, ret, reterr);
    if (rc == CT_OK)
        rc = events_load(db, ret, reterr);
    if (rc == CT_OK)
        ct_escalation_derive(ret, ct_app_now(app));
    return rc;
}

/* With whose it is, what the set was, and who entered what. */
static enum ct_status load(struct ct_app *app, struct ct_db *db, int64_t id,
                           struct ct_escalation *ret, struct ct_error *reterr)
{
    struct ct_patient p;
    enum ct_status rc = ct_escalation_bare(app, db, id, ret, reterr);
    if (rc == CT_OK)
        rc = set_load(db, ret, reterr);
    if (rc == CT_OK)
        rc = ct_patient_details(db, ret->patient_id, &p, reterr);
    if (rc != CT_OK)
        return rc;
    ct_patient_name(&p, ret->patient, sizeof ret->patient);
    ct_text_copy(ret->place, sizeof ret->place, p.place);
    for (size_t i = 0; i < ret->n_events; i++)
        ct_user_name(app, ret->event[i].by_user, ret->event[i].by, sizeof ret->event[i].by);
    return CT_OK;
}

enum ct_status ct_escalation_get(struct ct_app *app, int64_t id, struct ct_escalation *ret,
                                 struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL}; /* one moment: somebody may add an event between two reads */
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = load(app, ct_app_db(app), id, ret, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, ret->patient_id, reterr);
    if (rc != CT_OK)
        memset(ret, 0, sizeof *ret); /* nothing of it leaves */
    return rc;
}

enum ct_status ct_escalation_of_set(struct ct_db *db, int64_t first_id, int64_t *ret_id,
                                    struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret_id = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_escalation_sql[CT_SQL_ESC_OF_SET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":first_id", first_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && row && !ct_col_null(st, 0))
        *ret_id = ct_col_i64(st, 0);
    return rc;
}

/* ---- lists ------------------------------------------------------------- */

/* Their ids first: a statement is borrowed once at a time. */
static enum ct_status ids(struct ct_db *db, unsigned sql, int64_t patient_id, int64_t since_ms,
                          int64_t *id, size_t *n, size_t limit, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true;
    if (*n >= limit)
        return CT_OK;
    enum ct_status rc = ct_stmt_get(db, &ct_escalation_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    if (patient_id != 0)
        ct_bind_i64(st, ":patient_id", patient_id);
    if (since_ms != CT_UNSET)
        ct_bind_i64(st, ":since_ms", since_ms);
    ct_bind_i64(st, ":limit", (int64_t)(limit - *n));
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row && *n < limit)
        id[(*n)++] = ct_col_i64(st, 0);
    return rc;
}

/* That somebody is asked, whom, and by when is the task; what was found is not. */
static enum ct_status mask(struct ct_app *app, struct ct_escalation *e, struct ct_error *reterr)
{
    enum ct_status rc = ct_access_hidden(app, e->patient_id, &e->restricted, reterr);
    if (rc != CT_OK || !e->restricted)
        return rc;
    e->score = -1;
    e->single3 = false;
    e->band = e->rule.band = CT_BAND_NONE;
    ct_text_copy(e->score_text, sizeof e->score_text, "restricted");
    for (size_t i = 0; i < e->n_events; i++)
        memset(e->event[i].text, 0, sizeof e->event[i].text);
    return CT_OK;
}

static enum ct_status list(struct ct_app *app, int64_t patient_id, int64_t since_ms,
                           int64_t *id, size_t *n, size_t limit, struct ct_escalation **ret,
                           struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    bool one = patient_id != 0;
    if (since_ms == CT_UNSET)
        since_ms = 0;
    enum ct_status rc = ids(db, one ? CT_SQL_ESC_OPEN_PATIENT : CT_SQL_ESC_OPEN, patient_id,
                            CT_UNSET, id, n, limit, reterr);
    if (rc == CT_OK)
        rc = ids(db, one ? CT_SQL_ESC_CLOSED_PATIENT : CT_SQL_ESC_CLOSED, patient_id, since_ms,
                 id, n, limit, reterr);
    if (rc != CT_OK)
        return rc;
    *ret = calloc(*n > 0 ? *n : 1, sizeof **ret);
    if (*ret == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %zu escalations", *n);
    for (size_t i = 0; rc == CT_OK && i < *n; i++)
        if ((rc = load(app, db, id[i], &(*ret)[i], reterr)) == CT_OK)
            rc = mask(app, &(*ret)[i], reterr);
    return rc;
}

enum ct_status ct_escalation_list(struct ct_app *app, int64_t patient_id, int64_t since_ms,
                                  size_t limit, struct ct_escalation **ret, size_t *ret_n,
                                  struct ct_error *reterr)
{
    *ret = NULL;
    *ret_n = 0;
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK && patient_id != 0)
        rc = ct_access_check(app, patient_id, reterr);
    if (rc != CT_OK)
        return rc;
    size_t n = 0;
    int64_t *id = calloc(limit > 0 ? limit : 1, sizeof *id);
    if (id == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %zu escalations", limit);
    rc = list(app, patient_id, since_ms, id, &n, limit, ret, reterr);
    free(id);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        return rc;
    }
    *ret_n = n;
    return CT_OK;
}

enum ct_status ct_escalation_count(struct ct_app *app, int64_t *ret_open, int64_t *ret_overdue,
                                   struct ct_error *reterr)
{
    *ret_open = *ret_overdue = 0;
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_escalation_sql[CT_SQL_ESC_COUNT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":now_ms", ct_app_now(app));
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && row) {
        *ret_open = ct_col_i64(st, 0);
        *ret_overdue = ct_col_null(st, 1) ? 0 : ct_col_i64(st, 1);
    }
    return rc;
}

/* ---- words ------------------------------------------------------------- */

const char *ct_escalation_level(const struct ct_escalation *e)
{
    return e->rule.n_levels > 0 ? e->rule.level[e->level] : "";
}

const char *ct_escalation_event_name(enum ct_escalation_event_kind kind)
{
    static const char *const NAME[CT_ESC_KINDS] = {
        [CT_ESC_TOLD] = "told",           [CT_ESC_ACCEPTED] = "accepted by",
        [CT_ESC_ATTENDED] = "attended by", [CT_ESC_OUTCOME] = "outcome",
        [CT_ESC_WITHHELD] = "withheld",
    };
    return (unsigned)kind < CT_ESC_KINDS ? NAME[kind] : "";
}

/* Of today the time alone. */
static void at_text(int64_t ms, int64_t now_ms, char out[24])
{
    char time[8];
    ct_datetime_text(ms, out);
    if (ct_date_at(ms) != ct_date_at(now_ms))
        return;
    ct_time_text(ms, time);
    memcpy(out, time, sizeof time);
}

/* What it waits for. */
static void waits_for(const struct ct_escalation *e, int64_t now_ms, struct ct_buf *b)
{
    char at[24] = "";
    if (e->deadline_ms != CT_UNSET)
        at_text(e->deadline_ms, now_ms, at);
    if (!e->accepted && e->overdue)
        ct_buf_printf(b, "OVERDUE: nobody accepted by %s", at);
    else if (!e->accepted)
        ct_buf_printf(b, "%s to accept by %s", ct_escalation_level(e), at);
    else if (!e->attended && e->overdue)
        ct_buf_printf(b, "OVERDUE: nobody came by %s", at);
    else if (!e->attended && at[0] != '\0')
        ct_buf_printf(b, "to be attended by %s", at);
    else
        ct_buf_printf(b, "%soutcome not recorded", e->attended ? "" : "not attended, ");
}

void ct_escalation_text(const struct ct_escalation *e, int64_t now_ms, char *out, size_t size)
{
    CT_BUF b = {.max = 4096};
    for (size_t i = 0; i < e->n_events; i++) {
        const struct ct_escalation_event *x = &e->event[i];
        char at[24];
        at_text(x->at_ms, now_ms, at);
        ct_buf_printf(&b, "%s%s%s%s %s", i > 0 ? ", " : "", ct_escalation_event_name(x->kind),
                      x->who[0] != '\0' ? " " : "", x->who, at);
        if (x->text[0] != '\0')
            ct_buf_printf(&b, ": %s", x->text);
    }
    if (e->open) {
        if (e->n_events > 0)
            ct_buf_str_add(&b, ", ");
        waits_for(e, now_ms, &b);
    }
    ct_text_copy(out, size, ct_buf_str(&b));
}
