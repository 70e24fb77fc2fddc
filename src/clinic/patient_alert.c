/* patient_alert - what must be known of a patient before anything is done: set,
 * ended with a reason, never erased. */
#include "clinic/rows.h"

#include <string.h>

static void alert_row(struct ct_stmt *st, struct ct_alert *ret)
{
    *ret = (struct ct_alert){.id = ct_col_i64(st, 0),
                             .kind = (enum ct_alert_kind)ct_col_i64(st, 1),
                             .ended = !ct_col_null(st, 6),
                             .ended_ms = ct_col_i64(st, 6),
                             .at_ms = ct_col_i64(st, 4),
                             .by_user = (uint32_t)ct_col_i64(st, 5)};
    ct_text_copy(ret->text, sizeof ret->text, ct_col_text(st, 2));
    ct_text_copy(ret->prescriber, sizeof ret->prescriber, ct_col_text(st, 3));
}

enum ct_status ct_patient_alerts_load(struct ct_db *db, struct ct_patient *p,
                                      struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    p->n_alerts = p->n_past = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_patient_sql[CT_SQL_ALERTS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", p->id);
    for (size_t at = 0; at < CT_PATIENT_ALERTS_MAX; at++) {
        bool row;
        rc = ct_stmt_step(st, &row, reterr);
        if (rc != CT_OK || !row)
            return rc;
        alert_row(st, &p->alert[at]);
        if (p->alert[at].ended)
            p->n_past++;
        else
            p->n_alerts++;
    }
    return CT_OK;
}

struct alert_save {
    int64_t patient_id;
    struct ct_alert *a;
    int64_t ends_id; /* CT_UNSET: a new alert */
    const char *reason;
};

static enum ct_status alert_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct alert_save *s = arg;
    struct ct_alert *a = s->a;
    enum ct_status may = ct_access_check(app, s->patient_id, reterr);
    if (may != CT_OK)
        return may;
    if ((unsigned)a->kind >= CT_ALERT_KINDS)
        return ct_fail(reterr, CT_EINVAL, "kind", "there is no such kind of alert");
    bool scored = a->kind == CT_ALERT_SPO2_SCALE2 || a->kind == CT_ALERT_PREGNANT;
    enum ct_status rc = ct_text_check(a->text, "text", "what the alert is about", 200, !scored,
                                      reterr);
    if (rc == CT_OK)
        rc = ct_text_check(a->prescriber, "prescriber", "who prescribed SpO2 scale 2", 120,
                           a->kind == CT_ALERT_SPO2_SCALE2, reterr);
    return rc;
}

/* The same alert twice would have to be ended twice. */
static enum ct_status not_yet(const struct ct_patient *p, const struct ct_alert *a,
                              struct ct_error *reterr)
{
    bool one = a->kind == CT_ALERT_SPO2_SCALE2 || a->kind == CT_ALERT_PREGNANT;
    CT_BUF mine = {.max = 0};
    ct_text_fold(&mine, a->text);
    for (size_t i = 0; i < p->n_alerts; i++) {
        if (p->alert[i].kind != a->kind)
            continue;
        CT_BUF other = {.max = 0};
        ct_text_fold(&other, p->alert[i].text);
        if (one || strcmp(ct_buf_str(&mine), ct_buf_str(&other)) == 0)
            return ct_fail(reterr, CT_EEXISTS, one ? "kind" : "text",
                           "this alert is in force already (%s%s%s)", CT_ALERT_NAME[a->kind],
                           p->alert[i].text[0] != '\0' ? ": " : "", p->alert[i].text);
    }
    if (p->n_alerts >= CT_PATIENT_ALERTS_MAX)
        return ct_fail(reterr, CT_EINVAL, "kind",
                       "%d alerts are in force, which is as many as are kept: end one first",
                       (int)p->n_alerts);
    return CT_OK;
}

static enum ct_status find_active(const struct ct_patient *p, struct alert_save *s,
                                  struct ct_error *reterr)
{
    for (size_t i = 0; i < p->n_alerts; i++)
        if (p->alert[i].id == s->ends_id) {
            s->a->kind = p->alert[i].kind;
            return CT_OK;
        }
    return ct_fail(reterr, CT_ECONFLICT, "",
                   "this alert is no longer in force: somebody ended it meanwhile");
}

static enum ct_status alert_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct alert_save *s = arg;
    struct ct_patient p;
    enum ct_status rc = ct_patient_load(db, s->patient_id, &p, reterr);
    if (rc == CT_OK)
        rc = s->ends_id == CT_UNSET ? not_yet(&p, s->a, reterr) : find_active(&p, s, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_alert *a = s->a;
    a->at_ms = ct_app_now(app);
    a->by_user = ct_app_who(app)->user_id;
    a->ended = false;
    a->ended_ms = CT_UNSET;
    CT_STMT *st = NULL;
    rc = ct_stmt_get(db, &ct_patient_sql[CT_SQL_ALERT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", s->patient_id);
    ct_bind_i64(st, ":kind", a->kind);
    ct_bind_text(st, ":text", a->text);
    ct_bind_text(st, ":prescriber", a->prescriber);
    ct_bind_opt(st, ":ends_id", s->ends_id);
    ct_bind_text(st, ":reason", s->reason);
    ct_bind_i64(st, ":at_ms", a->at_ms);
    ct_bind_i64(st, ":by_user", a->by_user);
    rc = ct_stmt_run(st, &a->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "patient_alert", a->id);
    /* These two change how vitals are scored from here on. */
    if (a->kind == CT_ALERT_SPO2_SCALE2 || a->kind == CT_ALERT_PREGNANT)
        entry->severity = CT_NOTABLE;
    CT_BUF detail = {.max = sizeof entry->detail};
    ct_buf_printf(&detail, "%s%s", s->ends_id == CT_UNSET ? "" : "ended ",
                  CT_ALERT_NAME[a->kind]);
    if (s->reason != NULL || a->text[0] != '\0')
        ct_buf_printf(&detail, ": %s", s->reason != NULL ? s->reason : a->text);
    if (a->prescriber[0] != '\0')
        ct_buf_printf(&detail, " (prescribed by %s)", a->prescriber);
    ct_text_copy(entry->detail, sizeof entry->detail, ct_buf_str(&detail));
    return CT_OK;
}

static enum ct_status end_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    return ct_access_check(app, ((const struct alert_save *)arg)->patient_id, reterr);
}

static enum ct_status save(struct ct_app *app, struct alert_save *s, bool check,
                           struct ct_error *reterr)
{
    struct ct_change change = {.verb = CT_VERB_PATIENT_ALERT,
                               .check = check ? alert_check : end_check,
                               .write = alert_write,
                               .arg = s,
                               .entry = {.severity = CT_ROUTINE,
                                         .patient_id = s->patient_id,
                                         .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_patient_alert_set(struct ct_app *app, int64_t patient_id, struct ct_alert *a,
                                    struct ct_error *reterr)
{
    struct alert_save s = {.patient_id = patient_id, .a = a, .ends_id = CT_UNSET};
    enum ct_status rc = save(app, &s, true, reterr);
    if (rc != CT_OK)
        a->id = 0;
    return rc;
}

enum ct_status ct_patient_alert_end(struct ct_app *app, int64_t patient_id, int64_t alert_id,
                                    const char *reason, struct ct_error *reterr)
{
    char why[208];
    ct_text_copy(why, sizeof why, reason != NULL ? reason : "");
    enum ct_status rc =
        ct_text_check(why, "reason", "the reason for ending the alert", 200, true, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_alert ending = {.id = 0};
    struct alert_save s = {
        .patient_id = patient_id, .a = &ending, .ends_id = alert_id, .reason = why};
    return save(app, &s, false, reterr);
}
