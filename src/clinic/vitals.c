/* vitals - writing a set of observations: recorded, corrected, or marked as entered
 * in error. How it is judged is in vitals_judge.c. */
#include "clinic/equipment_gate.h"
#include "clinic/rows.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const struct ct_choice CT_VITALS_REASONS[] = {{"1", "wrong time"},
                                              {"2", "wrong reading"},
                                              {"3", "wrong patient"},
                                              {"4", "not a valid set"},
                                              {NULL, NULL}};

const struct ct_choice CT_WHY_CHOICES[] = {
    [CT_WHY_REFUSED - 1] = {"r", "refused"},
    [CT_WHY_AWAY - 1] = {"a", "away"},
    [CT_WHY_ASLEEP - 1] = {"s", "asleep"},
    [CT_WHY_UNAVAILABLE - 1] = {"u", "unavailable"},
    [CT_WHY_UNABLE - 1] = {"c", "cannot take part"},
    [CT_WHY_EMERGENCY - 1] = {"e", "emergency"},
    [CT_WHY_REQUEST - 1] = {"d", "doctor's request"},
    [CT_WHY_NOT_NEEDED - 1] = {"n", "not needed"},
    {NULL, NULL},
};

const char *ct_why_text(enum ct_why why)
{
    return why > CT_WHY_NONE && why < CT_WHYS ? CT_WHY_CHOICES[why - 1].label : "";
}

void ct_vitals_init(struct ct_vitals *v)
{
    *v = (struct ct_vitals){.scale = 1,
                            .score = -1,
                            .score_at_least = -1,
                            .next_due_ms = CT_UNSET,
                            .taken_ms = CT_UNSET};
    for (int q = 0; q < CT_QS; q++)
        v->v[q].n = CT_UNSET;
}

/* ---- writing ----------------------------------------------------------- */

struct save {
    const struct ct_vitals_rules *rules;
    struct ct_vitals v;   /* as it will stand */
    struct ct_vitals old; /* what it replaces */
    struct ct_assessment worth;
};

/* The carer finds the child worse: heard whatever the figures say. */
static bool worse(const struct ct_vitals *v)
{
    return v->v[CT_Q_CONCERN].n == CT_CONCERN_WORSE;
}

static enum ct_severity severity(const struct ct_vitals *v)
{
    /* The chart's thresholds are NEWS2's own; another card has the bands the site set. */
    int sum = v->card != CT_CARD_NEWS2 ? 0 : v->score >= 0 ? v->score : v->score_at_least;
    if (sum >= 7 || v->band == CT_BAND_HIGH)
        return CT_EXCEPTION;
    if (sum >= 5 || v->band > CT_BAND_LOW || v->single3 || worse(v) || v->recorded_ms - v->taken_ms > CT_LATE_MS)
        return CT_NOTABLE;
    return CT_ROUTINE;
}

static bool same_pressures(const struct ct_vitals *a, const struct ct_vitals *b)
{
    if (a->n_bp != b->n_bp)
        return false;
    for (size_t i = 0; i < a->n_bp; i++) {
        const struct ct_bp *x = &a->bp[i], *y = &b->bp[i];
        if (x->sbp != y->sbp || x->dbp != y->dbp || x->position != y->position ||
            x->after_min != y->after_min)
            return false;
    }
    return true;
}

static bool same_devices(const struct ct_vitals *a, const struct ct_vitals *b)
{
    if (a->n_devices != b->n_devices)
        return false;
    for (size_t i = 0; i < a->n_devices; i++)
        if (strcmp(a->device[i].device, b->device[i].device) != 0 ||
            a->device[i].quantities != b->device[i].quantities)
            return false;
    return true;
}

static bool same_values(const struct ct_vitals *a, const struct ct_vitals *b)
{
    for (int q = 0; q < CT_QS; q++)
        if (a->v[q].n != b->v[q].n || (a->v[q].n != CT_UNSET && a->v[q].unit != b->v[q].unit))
            return false;
    return strcmp(a->note, b->note) == 0 && memcmp(a->ql, b->ql, sizeof a->ql) == 0 &&
           memcmp(a->not_taken, b->not_taken, sizeof a->not_taken) == 0 &&
           a->partial == b->partial && same_pressures(a, b) && same_devices(a, b);
}

static bool same(const struct ct_vitals *a, const struct ct_vitals *b)
{
    return same_values(a, b) && a->patient_id == b->patient_id && a->taken_ms == b->taken_ms &&
           a->recorded_ms == b->recorded_ms && a->recorded_by == b->recorded_by &&
           a->card == b->card && strcmp(a->card_band, b->card_band) == 0 &&
           a->scale == b->scale && strcmp(a->prescriber, b->prescriber) == 0 &&
           a->score == b->score && a->score_at_least == b->score_at_least &&
           a->single3 == b->single3 && a->band == b->band && a->not_applied == b->not_applied &&
           a->next_due_ms == b->next_due_ms && a->replaces_id == b->replaces_id &&
           a->voided == b->voided;
}

/* Insert, and read back before the commit: what the screen shows afterwards is
 * what the store holds, or nothing was stored. A score at a trigger is escalated in
 * the same breath; that the score is no trigger any more takes nothing back. */
static enum ct_status write_set(struct ct_app *app, struct ct_db *db, struct save *s,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_vitals back;
    enum ct_status rc = ct_vitals_insert(db, &s->v, entry, reterr);
    if (rc == CT_OK)
        rc = ct_vitals_load(db, s->v.id, &back, reterr);
    if (rc != CT_OK)
        return rc;
    if (!same(&s->v, &back))
        return ct_fail(reterr, CT_EINTERNAL, "",
                       "the set read back from the store differs from what was typed; "
                       "nothing was saved");
    s->v = back;
    entry->patient_id = s->v.patient_id;
    entry->done_ms = s->v.taken_ms;
    if (s->v.voided)
        return CT_OK;
    int64_t escalation_id;
    return ct_escalation_raise(app, db, s->rules, &s->v, &s->worth, entry, &escalation_id,
                               reterr);
}

static bool has_device(const struct ct_vitals *v, const char *device)
{
    for (size_t i = 0; i < v->n_devices; i++)
        if (strcasecmp(v->device[i].device, device) == 0)
            return true;
    return false;
}

/* What was used, judged by when it was used; what the replaced set was measured with was
 * asked about then. `asked` are the devices as they came, with their reasons. */
static enum ct_status gates(struct ct_app *app, struct ct_db *db, const struct save *s,
                            const struct ct_vitals *asked, struct ct_entry *entry,
                            struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < asked->n_devices; i++) {
        const struct ct_vitals_device *d = &asked->device[i];
        if (s->v.replaces_id == 0 || !has_device(&s->old, d->device))
            rc = ct_equipment_gate_in(app, db, d->device, CT_GATE_VITALS, s->v.id,
                                      s->v.taken_ms, d->reason, entry, reterr);
    }
    return rc;
}

static void stamp(struct ct_app *app, struct ct_vitals *v)
{
    v->recorded_ms = ct_app_now(app);
    v->recorded_by = ct_app_who(app)->user_id;
}

/* What has no value has no qualifier, no device. */
static void tidy(struct ct_vitals *v)
{
    uint32_t there = 0;
    ct_text_trim(v->note);
    for (unsigned q = 0; q < CT_QS; q++)
        if (v->v[q].n != CT_UNSET)
            there |= UINT32_C(1) << q;
    for (int i = 0; i < CT_QLS; i++)
        if ((there >> CT_QUALIFIER[i].q & 1) == 0)
            v->ql[i] = 0;
    size_t kept = 0;
    for (size_t i = 0; i < v->n_devices; i++) {
        struct ct_vitals_device d = v->device[i];
        d.quantities &= there;
        ct_text_trim(d.device);
        if (d.quantities != 0 && d.device[0] != '\0')
            v->device[kept++] = d;
    }
    v->n_devices = kept;
}

/* A set that was refused moves the next one from the moment of the refusal. */
static enum ct_status refusal(struct ct_db *db, struct ct_vitals *v, struct ct_error *reterr)
{
    int64_t last_id, every_min;
    if (v->partial != CT_WHY_REFUSED || v->next_due_ms != CT_UNSET)
        return CT_OK;
    enum ct_status rc =
        ct_vitals_last_full(db, v->patient_id, v->taken_ms, &last_id, &every_min, reterr);
    if (rc != CT_OK)
        return rc;
    v->next_due_ms =
        v->taken_ms + ct_refused_after_min(last_id, every_min) * CT_MINUTE_MS;
    return CT_OK;
}

static enum ct_status record_check(struct ct_app *app, struct save *s, struct ct_error *reterr)
{
    struct ct_patient p;
    enum ct_status rc = ct_access_check(app, s->v.patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_patient_load(ct_app_db(app), s->v.patient_id, &p, reterr);
    if (rc != CT_OK)
        return rc;
    tidy(&s->v);
    stamp(app, &s->v);
    rc = ct_vitals_check(s->rules, &p, &s->v, ct_app_now(app), &s->worth, reterr);
    if (rc != CT_OK)
        return rc;
    if (s->worth.complete) /* corrected, or completed after the question */
        s->v.partial = CT_WHY_NONE;
    return refusal(ct_app_db(app), &s->v, reterr);
}

/* The same user entered the same figures a moment ago: a save that was told to have
 * failed, and was kept all the same. */
static enum ct_status not_twice(struct ct_db *db, const struct ct_vitals *v,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[CT_SQL_VITALS_TWIN], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", v->patient_id);
    ct_bind_i64(st, ":from_ms", v->taken_ms - CT_TWIN_TAKEN_MS);
    ct_bind_i64(st, ":to_ms", v->taken_ms + CT_TWIN_TAKEN_MS);
    ct_bind_i64(st, ":recorded_by", v->recorded_by);
    ct_bind_i64(st, ":since_ms", v->recorded_ms - CT_TWIN_RECORDED_MS);
    ct_bind_opt(st, ":sbp_mmhg", v->v[CT_Q_SBP].n); /* most differ in these, of one unit each */
    ct_bind_opt(st, ":pulse_bpm", v->v[CT_Q_PULSE].n);
    ct_bind_opt(st, ":resp_bpm", v->v[CT_Q_RESP].n);
    ct_bind_opt(st, ":spo2_pct", v->v[CT_Q_SPO2].n);
    ct_bind_text(st, ":note", v->note);
    for (;;) {
        bool row;
        struct ct_vitals other;
        rc = ct_stmt_step(st, &row, reterr);
        if (rc != CT_OK || !row)
            return rc;
        ct_vitals_row(st, &other);
        rc = ct_vitals_complete(db, &other, reterr);
        if (rc != CT_OK)
            return rc;
        if (!same_values(v, &other))
            continue;
        char at[8];
        ct_time_text(other.recorded_ms, at);
        return ct_fail(reterr, CT_EEXISTS, "",
                       "this set is there already, recorded at %s; nothing was saved a second "
                       "time",
                       at);
    }
}

/* All of it behind the gate, where nobody else can change anything: while this save
 * waited for others, an alert may have been set that the score hangs on. */
static enum ct_status record_write(struct ct_app *app, struct ct_db *db, void *arg,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    struct save *s = arg;
    enum ct_status rc = record_check(app, s, reterr);
    if (rc == CT_OK)
        rc = not_twice(db, &s->v, reterr);
    if (rc != CT_OK)
        return rc;
    entry->severity = severity(&s->v);
    const struct ct_vitals asked = s->v;
    rc = write_set(app, db, s, entry, reterr);
    return rc == CT_OK ? gates(app, db, s, &asked, entry, reterr) : rc;
}

static enum ct_status run(struct ct_app *app, enum ct_verb verb, struct save *s,
                          enum ct_status (*write)(struct ct_app *, struct ct_db *, void *,
                                                  struct ct_entry *, struct ct_error *),
                          struct ct_error *reterr)
{
    struct ct_change change = {
        .verb = verb,
        .write = write,
        .arg = s,
        .entry = {.severity = CT_ROUTINE, .patient_id = s->v.patient_id, .done_ms = CT_UNSET}};
    ct_text_copy(change.entry.detail, sizeof change.entry.detail, s->v.reason);
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_vitals_record(struct ct_app *app, const struct ct_vitals_rules *r,
                                struct ct_vitals *v, struct ct_error *reterr)
{
    struct save s = {.rules = r, .v = *v};
    s.v.replaces_id = 0;
    s.v.voided = s.v.replaced = false;
    s.v.reason[0] = '\0';
    enum ct_status rc = run(app, CT_VERB_VITALS_RECORD, &s, record_write, reterr);
    if (rc == CT_OK)
        *v = s.v;
    return rc;
}

/* ---- correcting -------------------------------------------------------- */

static enum ct_status still_current(struct ct_db *db, const struct ct_vitals *old,
                                    struct ct_error *reterr)
{
    if (old->voided)
        return ct_fail(reterr, CT_ECONFLICT, "",
                       "this set is marked as entered in error; record a new one");
    int64_t after;
    enum ct_status rc = ct_vitals_after(db, old->id, &after, reterr);
    if (rc == CT_OK && after != 0)
        return ct_fail(reterr, CT_ECONFLICT, "",
                       "this set was corrected meanwhile; look at the newer version first");
    return rc;
}

/* When the first version was recorded. */
static enum ct_status first_recorded(struct ct_db *db, const struct ct_vitals *v,
                                     int64_t *ret_ms, struct ct_error *reterr)
{
    struct ct_vitals first;
    enum ct_status rc = ct_vitals_first(db, v, &first, reterr);
    if (rc == CT_OK)
        *ret_ms = first.recorded_ms;
    return rc;
}

static enum ct_status correct_check(struct ct_app *app, struct save *s, struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    struct ct_patient p;
    enum ct_status rc = ct_text_check(s->v.reason, "reason", "the reason for the correction",
                                      200, true, reterr);
    if (rc == CT_OK)
        rc = ct_vitals_load(db, s->v.replaces_id, &s->old, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, s->old.patient_id, reterr);
    if (rc == CT_OK)
        rc = still_current(db, &s->old, reterr);
    if (rc != CT_OK)
        return rc;
    if (s->v.patient_id != s->old.patient_id)
        return ct_fail(reterr, CT_ECONFLICT, "",
                       "this set belongs to another patient: mark it as entered in error "
                       "there, and record it here");
    if (s->v.taken_ms == CT_UNSET || s->v.taken_ms == 0)
        s->v.taken_ms = s->old.taken_ms;
    tidy(&s->v);
    int64_t first_ms;
    rc = ct_patient_load(db, s->v.patient_id, &p, reterr);
    if (rc == CT_OK)
        rc = first_recorded(db, &s->old, &first_ms, reterr);
    if (rc != CT_OK)
        return rc;
    s->v.recorded_ms = first_ms;
    rc = ct_vitals_check(s->rules, &p, &s->v, ct_app_now(app), &s->worth, reterr);
    if (rc != CT_OK)
        return rc;
    if (s->worth.complete) /* corrected, or completed after the question */
        s->v.partial = CT_WHY_NONE;
    stamp(app, &s->v);
    return refusal(db, &s->v, reterr);
}

static enum ct_status void_check(struct ct_app *app, struct save *s, struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    enum ct_status rc = ct_text_check(s->v.reason, "reason", "the reason", 200, true, reterr);
    if (rc == CT_OK)
        rc = ct_vitals_load(db, s->v.replaces_id, &s->old, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, s->old.patient_id, reterr);
    if (rc == CT_OK)
        rc = still_current(db, &s->old, reterr);
    if (rc != CT_OK)
        return rc;
    s->v.patient_id = s->old.patient_id;
    s->v.taken_ms = s->old.taken_ms;
    s->v.card = s->old.card;
    s->v.scale = s->old.scale;
    s->v.not_applied = s->old.not_applied;
    stamp(app, &s->v);
    return CT_OK;
}

/* As for a new set; and whether it is still current. */
static enum ct_status correct_write(struct ct_app *app, struct ct_db *db, void *arg,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    struct save *s = arg;
    enum ct_status rc =
        s->v.voided ? void_check(app, s, reterr) : correct_check(app, s, reterr);
    if (rc != CT_OK)
        return rc;
    enum ct_severity sev = severity(&s->v);
    entry->severity = sev > CT_NOTABLE ? sev : CT_NOTABLE;
    const struct ct_vitals asked = s->v;
    rc = write_set(app, db, s, entry, reterr);
    return rc == CT_OK && !s->v.voided ? gates(app, db, s, &asked, entry, reterr) : rc;
}

enum ct_status ct_vitals_correct(struct ct_app *app, const struct ct_vitals_rules *r,
                                 struct ct_vitals *v, struct ct_error *reterr)
{
    struct save s = {.rules = r, .v = *v};
    s.v.voided = s.v.replaced = false;
    enum ct_status rc =
        run(app, CT_VERB_VITALS_CORRECT, &s, correct_write, reterr);
    if (rc == CT_OK)
        *v = s.v;
    return rc;
}

enum ct_status ct_vitals_void(struct ct_app *app, int64_t id, const char *reason,
                              struct ct_error *reterr)
{
    struct save s = {.rules = NULL};
    ct_vitals_init(&s.v);
    s.v.replaces_id = id;
    s.v.voided = true;
    s.v.patient_id = CT_UNSET;
    ct_text_copy(s.v.reason, sizeof s.v.reason, reason != NULL ? reason : "");
    return run(app, CT_VERB_VITALS_VOID, &s, correct_write, reterr);
}
