/* consent - whether a patient agrees to a procedure; see consent.h. */
#include "clinic/consent.h"

#include <stdio.h>
#include <stdlib.h>

#include "clinic/procedure_gate.h"
#include "clinic/rows.h"
#include "record/user.h"

#define EVENT_COLUMNS                                                                       \
    "c.id, c.procedure_id, c.kind, c.form, c.who, c.text, c.voids_id, "       \
    "c.at_ms, c.recorded_ms, c.by_user, "                                                   \
    "EXISTS (SELECT 1 FROM consent_event v WHERE v.voids_id = c.id)"

#define EXPLANATION_COLUMNS                                                                 \
    "e.id, e.procedure_id, e.at_ms, e.recorded_ms, e.by_user, e.by_whom, "    \
    "e.topics, e.explained, e.language, e.interpreter, e.questions, e.understood, "         \
    "e.teach_back, e.anxiety_before, e.anxiety_after, e.wishes, e.replaces_id, e.reason, "  \
    "EXISTS (SELECT 1 FROM explanation n WHERE n.replaces_id = e.id)"

const struct ct_sql ct_consent_sql[CT_CONSENT_SQL_N] = {
    [CT_SQL_CONSENT_INSERT] =
        {"consent.insert", "INSERT INTO consent_event(procedure_id, kind, form, who, "
                           "text, voids_id, at_ms, recorded_ms, by_user) VALUES (:procedure_id, "
                           ":kind, :form, :who, :text, :voids_id, :at_ms, "
                           ":recorded_ms, :by_user)"},
    [CT_SQL_CONSENT_GET] = {"consent.get", "SELECT " EVENT_COLUMNS
                                           " FROM consent_event c WHERE c.id = :id"},
    [CT_SQL_CONSENT_LIST] = {"consent.list", "SELECT " EVENT_COLUMNS " FROM consent_event c "
                                             "WHERE c.procedure_id = :procedure_id "
                                             "ORDER BY c.at_ms DESC, c.id DESC"},
    [CT_SQL_CONSENT_STATE] = {"consent.state", "SELECT " CT_CONSENT_NOW(":procedure_id")},
    [CT_SQL_EXPLANATION_INSERT] =
        {"explanation.insert",
         "INSERT INTO explanation(procedure_id, at_ms, recorded_ms, by_user, "
         "by_whom, topics, explained, language, interpreter, questions, understood, "
         "teach_back, anxiety_before, anxiety_after, wishes, replaces_id, reason) VALUES "
         "(:procedure_id, :at_ms, :recorded_ms, :by_user, :by_whom, :topics, "
         ":explained, :language, :interpreter, :questions, :understood, :teach_back, "
         ":anxiety_before, :anxiety_after, :wishes, :replaces_id, :reason)"},
    [CT_SQL_EXPLANATION_GET] = {"explanation.get", "SELECT " EXPLANATION_COLUMNS
                                                   " FROM explanation e WHERE e.id = :id"},
    [CT_SQL_EXPLANATION_LIST] = {"explanation.list", "SELECT " EXPLANATION_COLUMNS
                                                     " FROM explanation e "
                                                     "WHERE e.procedure_id = :procedure_id "
                                                     "ORDER BY e.id DESC"},
};

/* ---- reading ------------------------------------------------------------------- */

static void event_row(struct ct_stmt *st, struct ct_consent_event *ret)
{
    *ret = (struct ct_consent_event){
        .id = ct_col_i64(st, 0),
        .procedure_id = ct_col_i64(st, 1),
        .kind = (enum ct_consent_kind)ct_col_i64(st, 2),
        .form = ct_col_null(st, 3) ? CT_CONSENT_VERBAL
                                   : (enum ct_consent_form)ct_col_i64(st, 3),
        .voids_id = ct_col_null(st, 6) ? 0 : ct_col_i64(st, 6),
        .at_ms = ct_col_i64(st, 7),
        .recorded_ms = ct_col_i64(st, 8),
        .by_user = (uint32_t)ct_col_i64(st, 9),
        .voided = ct_col_i64(st, 10) != 0,
    };
    ct_text_copy(ret->who, sizeof ret->who, ct_col_text(st, 4));
    ct_text_copy(ret->text, sizeof ret->text, ct_col_text(st, 5));
}

enum ct_status ct_consent_state_of(struct ct_db *db, int64_t procedure_id,
                                   enum ct_consent_state *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_consent_sql[CT_SQL_CONSENT_STATE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":procedure_id", procedure_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK)
        *ret = (enum ct_consent_state)ct_col_i64(st, 0);
    return rc;
}

static enum ct_status events(struct ct_app *app, int64_t procedure_id,
                             struct ct_consent_event **ret, size_t *ret_n,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_consent_sql[CT_SQL_CONSENT_LIST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":procedure_id", procedure_id);
    for (bool row; (rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row;) {
        struct ct_consent_event *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof *more);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the entries");
        *ret = more;
        event_row(st, &(*ret)[(*ret_n)++]);
    }
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        ct_user_name(app, (*ret)[i].by_user, (*ret)[i].by, sizeof (*ret)[i].by);
    return rc;
}

enum ct_status ct_consent_list(struct ct_app *app, int64_t procedure_id,
                               struct ct_consent_event **ret, size_t *ret_n,
                               enum ct_consent_state *ret_state, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_consent_readable(app, procedure_id, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = events(app, procedure_id, ret, ret_n, reterr);
    if (rc == CT_OK)
        rc = ct_consent_state_of(ct_app_db(app), procedure_id, ret_state, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_consent_readable(struct ct_app *app, int64_t procedure_id,
                                   struct ct_error *reterr)
{
    struct ct_procedure p;
    enum ct_status rc = ct_require(app, CT_PERM_PROCEDURE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_procedure_load(app, procedure_id, &p, reterr);
    return rc == CT_OK ? ct_access_check(app, p.patient_id, reterr) : rc;
}

bool ct_consent_wanted(struct ct_app *app, const struct ct_procedure *p)
{
    const struct ct_proc_kinds *kinds;
    if (ct_proc_kinds_of(app, &kinds, NULL) != CT_OK)
        return true; /* the careful side */
    const struct ct_proc_kind *kind = ct_proc_kind_find(kinds, p->kind);
    return kind != NULL && kind->consent != CT_PROC_CONSENT_NONE;
}

/* ---- writing ------------------------------------------------------------------- */

enum ct_status ct_consent_when(struct ct_app *app, int64_t *at_ms, struct ct_error *reterr)
{
    int64_t now = ct_app_now(app);
    if (*at_ms == 0 || *at_ms == CT_UNSET)
        *at_ms = now;
    if (*at_ms > now + CT_MINUTE_MS)
        return ct_fail(reterr, CT_EINVAL, "at_ms", "that is in the future: when was it said?");
    return CT_OK;
}

static enum ct_status event_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ct_consent_event *e = arg;
    bool lacks = e->kind == CT_CONSENT_LACKS;
    if ((unsigned)e->kind >= CT_CONSENT_KINDS)
        return ct_fail(reterr, CT_EINVAL, "kind", "that is nothing a patient can say");
    if (e->kind == CT_CONSENT_GIVEN && (unsigned)e->form > CT_CONSENT_IMPLIED)
        return ct_fail(reterr, CT_EINVAL, "form", "say how: verbally, in writing or implied");
    enum ct_status rc =
        ct_text_check(e->who, "who", lacks ? "with whom it was decided" : "who said it",
                      CT_CONSENT_WHO, lacks, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(e->text, "text",
                           lacks                            ? "the grounds"
                           : e->kind == CT_CONSENT_IN_ERROR ? "why it was an error"
                                                            : "what was said",
                           CT_CONSENT_BYTES, lacks || e->kind == CT_CONSENT_IN_ERROR, reterr);
    if (rc == CT_OK)
        rc = ct_consent_when(app, &e->at_ms, reterr);
    if (e->kind != CT_CONSENT_LACKS && e->kind != CT_CONSENT_IN_ERROR && e->who[0] == '\0')
        ct_text_copy(e->who, sizeof e->who, "the patient");
    return rc;
}

/* What is voided is of this procedure and still counts. */
static enum ct_status void_check(struct ct_db *db, const struct ct_consent_event *e,
                                 struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    struct ct_consent_event old;
    enum ct_status rc = ct_stmt_get(db, &ct_consent_sql[CT_SQL_CONSENT_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", e->voids_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (row)
        event_row(st, &old);
    if (!row || old.procedure_id != e->procedure_id || old.kind == CT_CONSENT_IN_ERROR)
        return ct_fail(reterr, CT_ENOTFOUND, "", "this procedure has no such entry of consent");
    if (old.voided)
        return ct_fail(reterr, CT_ECONFLICT, "", "that entry is marked as in error already");
    return CT_OK;
}

static enum ct_status event_insert(struct ct_app *app, struct ct_db *db,
                                   struct ct_consent_event *e, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_consent_sql[CT_SQL_CONSENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    e->recorded_ms = ct_app_now(app);
    e->by_user = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":procedure_id", e->procedure_id);
    ct_bind_i64(st, ":kind", e->kind);
    ct_bind_opt(st, ":form", e->kind == CT_CONSENT_GIVEN ? (int64_t)e->form : CT_UNSET);
    ct_bind_text(st, ":who", e->who);
    ct_bind_text(st, ":text", e->text);
    ct_bind_opt(st, ":voids_id", e->kind == CT_CONSENT_IN_ERROR ? e->voids_id : CT_UNSET);
    ct_bind_i64(st, ":at_ms", e->at_ms);
    ct_bind_i64(st, ":recorded_ms", e->recorded_ms);
    ct_bind_i64(st, ":by_user", e->by_user);
    return ct_stmt_run(st, &e->id, reterr);
}

static enum ct_status event_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_consent_event *e = arg;
    enum ct_consent_state before, after;
    struct ct_procedure p;
    enum ct_status rc = ct_procedure_load(app, e->procedure_id, &p, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, p.patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_consent_state_of(db, e->procedure_id, &before, reterr);
    if (rc == CT_OK && e->kind == CT_CONSENT_IN_ERROR)
        rc = void_check(db, e, reterr);
    if (rc == CT_OK && e->kind == CT_CONSENT_WITHDRAWN &&
        (before == CT_CONSENT_IS_WITHDRAWN || before == CT_CONSENT_IS_REFUSED))
        rc = ct_fail(reterr, CT_ECONFLICT, "", "%s already; nothing was added",
                     ct_consent_state_text(before));
    if (rc == CT_OK)
        rc = event_insert(app, db, e, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "consent_event", e->id);
    entry->patient_id = p.patient_id;
    rc = ct_consent_state_of(db, e->procedure_id, &after, reterr);
    if (rc == CT_OK && (after == CT_CONSENT_IS_WITHDRAWN || after == CT_CONSENT_IS_REFUSED))
        rc = ct_procedure_stop(app, db, &p, e->at_ms,
                               after == CT_CONSENT_IS_WITHDRAWN ? "consent withdrawn"
                                                                : "consent refused",
                               entry, reterr);
    return rc;
}

enum ct_status ct_consent_record(struct ct_app *app, struct ct_consent_event *e,
                                 struct ct_error *reterr)
{
    struct ct_consent_event mine = *e;
    struct ct_change change = {
        .verb = CT_VERB_CONSENT,
        .check = event_check,
        .write = event_write,
        .arg = &mine,
        .entry = {.severity = e->kind == CT_CONSENT_GIVEN   ? CT_ROUTINE
                              : e->kind == CT_CONSENT_LACKS ? CT_NOTABLE
                                                            : CT_EXCEPTION,
                  .done_ms = e->at_ms}};
    ct_consent_event_text(&mine, change.entry.detail, sizeof change.entry.detail);
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_OK) {
        ct_user_name(app, mine.by_user, mine.by, sizeof mine.by);
        *e = mine;
    }
    return rc;
}

/* ---- the gate ------------------------------------------------------------------- */

enum ct_status ct_consent_gate(struct ct_app *app, const struct ct_procedure *p,
                               enum ct_proc_state to, int64_t at_ms, struct ct_error *reterr)
{
    enum ct_consent_state state;
    (void)at_ms;
    if (to != CT_PROC_READY && to != CT_PROC_IN_PROGRESS && to != CT_PROC_DONE)
        return CT_OK;
    enum ct_status rc = ct_consent_state_of(ct_app_db(app), p->id, &state, reterr);
    if (rc != CT_OK)
        return rc;
    if (state == CT_CONSENT_IS_WITHDRAWN || state == CT_CONSENT_IS_REFUSED)
        return ct_fail(reterr, CT_EINVAL, "state",
                       "%s: the procedure goes no further unless the patient agrees anew",
                       ct_consent_state_text(state));
    if (to == CT_PROC_IN_PROGRESS && state == CT_CONSENT_NONE && ct_consent_wanted(app, p))
        return ct_fail(reterr, CT_EINVAL, "state",
                       "no consent is recorded: ask the patient, then record it (o)");
    return CT_OK;
}
