/* fault_open - a fault begins: reported by a person, or found by a check, a calibration or
 * a test; what is found of a device whose fault is open joins that one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/fault_priv.h"

struct opening {
    struct ct_fault f;
    bool quarantine;
    struct ct_equipment e;
};

static enum ct_status whom(struct ct_app *app, struct ct_fault *f, struct ct_error *reterr)
{
    struct ct_procedure p;
    enum ct_status rc = CT_OK;
    if (f->procedure_id != 0) {
        rc = ct_procedure_load(app, f->procedure_id, &p, reterr);
        if (rc != CT_OK)
            return ct_fail(reterr, rc == CT_ENOTFOUND ? CT_EINVAL : rc, "procedure_id",
                           "there is no procedure P-%lld", (long long)f->procedure_id);
        if (f->patient_id != 0 && f->patient_id != p.patient_id)
            return ct_fail(reterr, CT_EINVAL, "procedure_id",
                           "P-%lld is another patient's procedure", (long long)f->procedure_id);
        f->patient_id = p.patient_id;
    }
    if (f->patient_id == 0)
        return CT_OK;
    struct ct_patient who;
    rc = ct_access_check(app, f->patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_patient_details(ct_app_db(app), f->patient_id, &who, reterr);
    if (rc == CT_ENOTFOUND)
        return ct_fail(reterr, CT_EINVAL, "patient", "there is no such patient");
    if (rc == CT_OK && f->harm == CT_HARM_NOBODY)
        return ct_fail(reterr, CT_EINVAL, "harm",
                       "a patient was concerned: say whether there was harm");
    return rc;
}

static enum ct_status said(struct ct_app *app, struct opening *x, struct ct_error *reterr)
{
    struct ct_fault *f = &x->f;
    if ((unsigned)f->cause >= CT_FAULT_CAUSES || (unsigned)f->harm >= CT_HARMS)
        return ct_fail(reterr, CT_EINVAL, "harm", "there is no such cause or harm");
    enum ct_status rc =
        ct_text_check(f->text, "text", "what is wrong", CT_EQUIP_TEXT_MAX, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(f->told, "told", "who was told", sizeof f->told - 1, false, reterr);
    if (rc == CT_OK)
        rc = ct_fault_when(app, &f->happened_ms, "happened_ms", reterr);
    if (rc == CT_OK && f->harm == CT_HARM_DONE && f->told[0] == '\0')
        rc = ct_fail(reterr, CT_EINVAL, "told",
                     "harm is told to somebody at once: say whom you told");
    return rc;
}

static enum ct_status device(struct ct_db *db, struct opening *x, struct ct_error *reterr)
{
    enum ct_status rc = ct_equipment_load(db, x->f.equipment_id, &x->e, reterr);
    if (rc == CT_OK && x->e.condition == CT_COND_RETIRED)
        rc = ct_fail(reterr, CT_EINVAL, "", "%s is retired", x->e.asset);
    return rc;
}

static enum ct_status open_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct opening *x = arg;
    CT_TX tx = {.db = NULL};
    int64_t there = 0;
    enum ct_status rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = said(app, x, reterr);
    if (rc == CT_OK)
        rc = whom(app, &x->f, reterr);
    if (rc == CT_OK)
        rc = device(ct_app_db(app), x, reterr);
    if (rc == CT_OK)
        rc = ct_fault_open_id(ct_app_db(app), x->f.equipment_id, &there, reterr);
    if (rc != CT_OK || there == 0)
        return rc;
    x->f.id = there;
    return ct_fail(reterr, CT_ECONFLICT, "",
                   "F-%lld of %s is open already: add to that one", (long long)there,
                   x->e.asset);
}

static enum ct_status insert_fault(struct ct_app *app, struct ct_db *db, struct ct_fault *f,
                                   struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_FAULT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    f->at_ms = ct_app_now(app);
    f->by_user = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":equipment_id", f->equipment_id);
    ct_bind_i64(st, ":cause", f->cause);
    ct_bind_opt(st, ":result_id", f->result_id != 0 ? f->result_id : CT_UNSET);
    ct_bind_opt(st, ":calibration_id", f->calibration_id != 0 ? f->calibration_id : CT_UNSET);
    ct_bind_i64(st, ":happened_ms", f->happened_ms);
    ct_bind_text(st, ":text", f->text);
    ct_bind_opt(st, ":patient_id", f->patient_id != 0 ? f->patient_id : CT_UNSET);
    ct_bind_opt(st, ":procedure_id", f->procedure_id != 0 ? f->procedure_id : CT_UNSET);
    ct_bind_i64(st, ":harm", f->harm);
    ct_bind_text(st, ":told", f->told);
    ct_bind_i64(st, ":at_ms", f->at_ms);
    ct_bind_i64(st, ":by_user", f->by_user);
    return ct_stmt_run(st, &f->id, reterr);
}

static enum ct_severity weight(const struct opening *x)
{
    return x->f.harm >= CT_HARM_NEAR_MISS || x->f.cause == CT_FAULT_OUT_OF_TOLERANCE
               ? CT_EXCEPTION
               : CT_NOTABLE;
}

/* A fault of its own, and, set apart, the second step with it. */
static enum ct_status open_rows(struct ct_app *app, struct ct_db *db, struct opening *x,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_fault *f = &x->f;
    enum ct_status rc = insert_fault(app, db, f, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "fault", f->id);
    struct ct_fault_event ev = {
        .step = CT_FAULT_OPENED, .cause = -1, .at_ms = f->happened_ms};
    rc = ct_fault_event_in(app, db, f, &ev, entry, reterr);
    if (rc == CT_OK && x->quarantine) {
        struct ct_fault_event apart = {
            .step = CT_FAULT_APART, .cause = -1, .at_ms = f->happened_ms};
        rc = ct_fault_event_in(app, db, f, &apart, entry, reterr);
    }
    f->step = x->quarantine ? CT_FAULT_APART : CT_FAULT_OPENED;
    f->condition = x->quarantine ? CT_COND_QUARANTINED : CT_COND_FAULTY;
    f->step_ms = f->happened_ms;
    f->over = false;
    if (entry->severity < weight(x))
        entry->severity = weight(x);
    return rc;
}

static enum ct_status open_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct opening *x = arg;
    enum ct_status rc = open_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = open_rows(app, db, x, entry, reterr);
    if (rc != CT_OK)
        return rc;
    char text[300];
    ct_equipment_text(&x->e, text, sizeof text);
    if (x->f.patient_id != 0)
        entry->patient_id = x->f.patient_id;
    entry->done_ms = x->f.happened_ms;
    CT_BUF b = {.max = 2048};
    ct_buf_printf(&b, "F-%lld %s%s%s%s: %s", (long long)x->f.id, text,
                  x->quarantine ? ", quarantined" : "",
                  x->f.harm > CT_HARM_NONE ? ", " : "",
                  x->f.harm > CT_HARM_NONE ? CT_FAULT_HARM_NAME[x->f.harm] : "", x->f.text);
    ct_text_copy(entry->detail, sizeof entry->detail, ct_buf_str(&b));
    return CT_OK;
}

static bool always_apart(enum ct_fault_cause cause)
{
    return cause == CT_FAULT_OUT_OF_TOLERANCE || cause == CT_FAULT_ELECTRICAL;
}

enum ct_status ct_fault_open(struct ct_app *app, struct ct_fault *f, bool quarantine,
                             struct ct_error *reterr)
{
    struct opening x = {.f = *f, .quarantine = quarantine || always_apart(f->cause)};
    struct ct_change change = {
        .verb = CT_VERB_FAULT_OPEN,
        .write = open_write,
        .arg = &x,
        .entry = {.severity = CT_NOTABLE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    x.f.id = 0;
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    f->id = x.f.id; /* of the one that stands in the way, too */
    return rc == CT_OK ? ct_fault_get(app, x.f.id, f, reterr) : rc;
}

enum ct_status ct_equipment_quarantine(struct ct_app *app, int64_t equipment_id,
                                       const char *reason, int64_t *ret_fault_id,
                                       struct ct_error *reterr)
{
    char why[CT_EQUIP_REASON_MAX + 1];
    struct ct_fault f = {.equipment_id = equipment_id};
    enum ct_status rc = ct_equip_reason(reason, why, reterr);
    if (rc != CT_OK)
        return rc;
    rc = ct_fault_of(app, equipment_id, &f, reterr);
    if (rc == CT_OK) { /* what is reported already is set apart */
        struct ct_fault_event ev = {.step = CT_FAULT_APART, .cause = -1};
        ct_text_copy(ev.text, sizeof ev.text, why);
        *ret_fault_id = f.id;
        return ct_fault_step(app, f.id, f.step, &ev, reterr);
    }
    if (rc != CT_ENOTFOUND)
        return rc;
    memset(&f, 0, sizeof f);
    f.equipment_id = equipment_id;
    snprintf(f.text, sizeof f.text, "quarantined: %s", why);
    rc = ct_fault_open(app, &f, true, reterr);
    *ret_fault_id = f.id;
    return rc;
}

/* ---- what other modules find ---------------------------------------------------------- */

/* A further finding joins the fault that is open: it begins again at "set apart", unless
 * the device was only reported so far and may stay where it is. */
static enum ct_status taken_up(struct ct_app *app, struct ct_db *db, struct opening *x,
                               struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_fault was;
    enum ct_status rc = ct_fault_bare(db, x->f.id, &was, reterr);
    if (rc != CT_OK)
        return rc;
    bool apart = x->quarantine || was.condition != CT_COND_FAULTY;
    struct ct_fault_event ev = {.step = apart ? CT_FAULT_APART : CT_FAULT_OPENED,
                                .cause = (int)x->f.cause,
                                .at_ms = x->f.happened_ms,
                                .result_id = x->f.result_id,
                                .calibration_id = x->f.calibration_id};
    snprintf(ev.text, sizeof ev.text, "%s: %s", CT_FAULT_CAUSE_NAME[x->f.cause], x->f.text);
    rc = ct_fault_event_in(app, db, &was, &ev, entry, reterr);
    if (rc == CT_OK && entry->severity < weight(x))
        entry->severity = weight(x);
    return rc;
}

enum ct_status ct_fault_open_in(struct ct_app *app, struct ct_db *db, struct ct_fault *f,
                                bool quarantine, struct ct_entry *entry,
                                struct ct_error *reterr)
{
    struct opening x = {.f = *f, .quarantine = quarantine || always_apart(f->cause)};
    int64_t there = 0;
    enum ct_status rc = said(app, &x, reterr);
    if (rc == CT_OK)
        rc = device(db, &x, reterr);
    if (rc == CT_OK)
        rc = ct_fault_open_id(db, f->equipment_id, &there, reterr);
    if (rc != CT_OK)
        return rc;
    x.f.id = there;
    rc = there != 0 ? taken_up(app, db, &x, entry, reterr)
                    : open_rows(app, db, &x, entry, reterr);
    if (rc == CT_OK)
        f->id = x.f.id;
    return rc;
}
