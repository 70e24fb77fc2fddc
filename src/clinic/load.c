/* load - a load is planned, packs are put into it, it starts and is over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/competency.h"
#include "clinic/load_priv.h"

#define TEXT(n, l, max, h)                                                                 \
    {.name = n, .label = l, .unit = "", .kind = CT_F_TEXT, .width = 52, .max_bytes = max,  \
     .required = true, .help = h}
const struct ct_field CT_LOAD_IMMEDIATE_FIELDS[] = {
    TEXT("procedure", "For procedure", 40, "The number of the procedure that it is for: P-12."),
    TEXT("reason", "Reason", CT_LOAD_TEXT_MAX,
         "Why a cycle for immediate use: what fell, what is needed, why there is no other."),
    TEXT("prevent", "To prevent it", CT_LOAD_TEXT_MAX,
         "What would have made it needless: another set, another order of the list."),
};
const size_t CT_LOAD_IMMEDIATE_FIELDS_N = CT_LEN(CT_LOAD_IMMEDIATE_FIELDS);

/* ---- shared by the changes --------------------------------------------------------------- */

enum ct_status ct_load_event_in(struct ct_app *app, struct ct_db *db, int64_t id,
                                enum ct_load_step step, int64_t cycle_number, const char *text,
                                int64_t at_ms, struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t row;
    enum ct_status rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_EVENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":load_id", id);
    ct_bind_i64(st, ":step", step);
    ct_bind_opt(st, ":cycle_number", cycle_number);
    ct_bind_text(st, ":text", text);
    ct_bind_i64(st, ":at_ms", at_ms);
    ct_bind_i64(st, ":recorded_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &row, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "load_event", row);
    return rc;
}

enum ct_status ct_load_packs_in(struct ct_app *app, struct ct_db *db,
                                const struct ct_load_facts *f, enum ct_pack_step step,
                                int64_t at_ms, const char *text, struct ct_entry *entry,
                                struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < f->n_packs; i++) {
        const struct ct_pack *p = &f->pack[i];
        bool late = (step == CT_PACK_RELEASED && p->released == 2) ||
                    (step == CT_PACK_REJECTED && p->step == CT_PACK_RELEASED_EARLY);
        if (ct_load_holds(p) || late)
            rc = ct_pack_step_in(app, db, p->id, step, CT_REF_LOAD, f->l.id, at_ms, NULL, text,
                                 entry, reterr);
    }
    return rc;
}

/* ---- planned ------------------------------------------------------------------------------ */

struct planning {
    struct ct_load l;
    struct ct_equipment e;
    struct ct_programme *p;
};

/* The one that takes loads, where the machine runs one alone. */
static enum ct_status only_programme(struct ct_app *app, struct planning *x,
                                     struct ct_error *reterr)
{
    struct ct_machine_programme *m = NULL;
    size_t n = 0, fit = 0;
    enum ct_status rc = ct_machine_programmes(app, x->l.equipment_id, &m, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        CT_PROGRAMME *p = NULL;
        rc = ct_programme_load(ct_app_config(app), m[i].programme, &p, reterr);
        if (rc == CT_OK && !p->is_test && fit++ == 0)
            ct_text_copy(x->l.programme, sizeof x->l.programme, m[i].programme);
    }
    free(m);
    if (rc == CT_OK && fit != 1) {
        x->l.programme[0] = '\0';
        rc = ct_fail(reterr, CT_EINVAL, "programme",
                     fit == 0 ? "%s runs no programme that takes a load: say first which"
                              : "%s runs several programmes: say which",
                     x->e.asset);
    }
    return rc;
}

static enum ct_status limits_known(const struct ct_programme *p, struct ct_error *reterr)
{
    for (int m = 0; m < CT_MEASURES; m++)
        if (p->has[m] && (p->limit[m].low.is == CT_BOUND_DECLARED ||
                          p->limit[m].high.is == CT_BOUND_DECLARED))
            return ct_fail(reterr, CT_EINVAL, "programme",
                           "%s: the limit of the %s is not filled in, so no cycle can be judged "
                           "by it; fill it in, in the site's copy of the programme",
                           p->id, CT_MEASURE_NAME[m]);
    return CT_OK;
}

static enum ct_status immediate_ok(struct ct_app *app, struct planning *x,
                                   struct ct_error *reterr)
{
    struct ct_procedure proc;
    if (!x->l.immediate) {
        x->l.procedure_id = 0;
        x->l.reason[0] = x->l.prevent[0] = '\0';
        return CT_OK;
    }
    enum ct_status rc = ct_text_check(x->l.reason, "reason", "why it is for immediate use",
                                      CT_LOAD_TEXT_MAX, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(x->l.prevent, "prevent", "what would have prevented it",
                           CT_LOAD_TEXT_MAX, true, reterr);
    if (rc == CT_OK && x->l.procedure_id == 0)
        rc = ct_fail(reterr, CT_EINVAL, "procedure", "for which procedure is it");
    if (rc == CT_OK)
        rc = ct_procedure_load(app, x->l.procedure_id, &proc, reterr);
    return rc == CT_OK ? ct_access_check(app, proc.patient_id, reterr) : rc;
}

static enum ct_status plan_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct planning *x = arg;
    struct ct_machine_programme m;
    enum ct_status rc = ct_equipment_load(ct_app_db(app), x->l.equipment_id, &x->e, reterr);
    if (rc == CT_OK && x->e.condition == CT_COND_RETIRED)
        rc = ct_fail(reterr, CT_EINVAL, "equipment_id", "%s is retired", x->e.asset);
    if (rc == CT_OK)
        rc = x->l.programme[0] == '\0'
                 ? only_programme(app, x, reterr)
                 : ct_machine_programme_load(ct_app_db(app), x->l.equipment_id, x->l.programme,
                                             &m, reterr);
    ct_programme_freep(&x->p);
    if (rc == CT_OK)
        rc = ct_programme_load(ct_app_config(app), x->l.programme, &x->p, reterr);
    if (rc == CT_OK && x->p->is_test)
        rc = ct_fail(reterr, CT_EINVAL, "programme", "\"%s\" is a test and takes no load",
                     x->l.programme);
    if (rc == CT_OK && (x->p->method == CT_METHOD_HIGH_LEVEL_DISINFECTION ||
                        x->p->method == CT_METHOD_ENDOSCOPE))
        rc = ct_fail(reterr, CT_EINVAL, "programme",
                     "\"%s\" is kept as a bath or as an endoscope's record", x->l.programme);
    if (rc == CT_OK)
        rc = limits_known(x->p, reterr);
    return rc == CT_OK ? immediate_ok(app, x, reterr) : rc;
}

static enum ct_status plan_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct planning *x = arg;
    struct ct_load *l = &x->l;
    CT_STMT *st = NULL;
    CT_BUF text = {.max = CT_PROGRAMME_CANONICAL_MAX};
    char number[40];
    enum ct_status rc = plan_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_programme_canonical(x->p, &text);
    l->at_ms = ct_app_now(app);
    ct_bind_i64(st, ":equipment_id", l->equipment_id);
    ct_bind_text(st, ":programme", l->programme);
    ct_bind_text(st, ":canonical", ct_buf_str(&text));
    ct_bind_i64(st, ":immediate", l->immediate);
    ct_bind_opt(st, ":procedure_id", l->procedure_id != 0 ? l->procedure_id : CT_UNSET);
    ct_bind_text(st, ":reason", l->reason);
    ct_bind_text(st, ":prevent", l->prevent);
    ct_bind_i64(st, ":at_ms", l->at_ms);
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &l->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "load", l->id);
    ct_load_number(app, l->id, number);
    if (l->immediate)
        entry->severity = CT_NOTABLE;
    snprintf(entry->detail, sizeof entry->detail, "%s %s by %s%s%.300s", number, x->e.asset,
             l->programme, l->immediate ? ", for immediate use: " : "", l->reason);
    rc = ct_load_event_in(app, db, l->id, CT_LOAD_PLANNED, CT_UNSET, "", l->at_ms, entry, reterr);
    return rc == CT_OK ? ct_load_derive(app, db, l->id, reterr) : rc;
}

enum ct_status ct_load_plan(struct ct_app *app, struct ct_load *l, struct ct_error *reterr)
{
    struct planning *x = calloc(1, sizeof *x);
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the load");
    x->l = *l;
    struct ct_change change = {.verb = CT_VERB_LOAD_PLAN,
                               .write = plan_write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    int64_t id = x->l.id;
    ct_programme_free(x->p);
    free(x);
    return rc == CT_OK ? ct_load_get(app, id, l, reterr) : rc;
}

/* ---- packs --------------------------------------------------------------------------------- */

enum what { PUT, TAKE, OUT };
struct packing {
    int64_t id;
    struct ct_pack p;
    enum what what;
    char text[CT_PACK_TEXT_MAX + 1];
    struct ct_load_facts f;
};

static enum ct_status fits(struct ct_app *app, const struct packing *x, struct ct_error *reterr)
{
    char number[40];
    size_t in = 0;
    ct_pack_number(app, x->p.id, number);
    if (x->p.method >= 0 && x->p.method != (int)x->f.p->method)
        return ct_fail(reterr, CT_EINVAL, "pack_id", "%s is packed for %s, the load runs %s",
                       number, CT_METHOD_NAME[x->p.method], CT_METHOD_NAME[x->f.p->method]);
    for (size_t i = 0; i < x->f.n_packs; i++)
        in += ct_load_holds(&x->f.pack[i]);
    return in < CT_LOAD_PACKS_MAX
               ? CT_OK
               : ct_fail(reterr, CT_EINVAL, "pack_id", "the load is full: %d packs are in it",
                         CT_LOAD_PACKS_MAX);
}

static enum ct_status pack_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct packing *x = arg;
    char number[40], load[40];
    struct ct_db *db = ct_app_db(app);
    enum ct_status rc = ct_load_facts(app, db, x->id, &x->f, reterr);
    if (rc == CT_OK)
        rc = ct_pack_load(db, x->p.id, &x->p, reterr);
    if (rc != CT_OK)
        return rc;
    ct_pack_number(app, x->p.id, number);
    ct_load_number(app, x->id, load);
    enum ct_load_step wants = x->what == OUT ? CT_LOAD_OVER : CT_LOAD_PLANNED;
    if (x->f.step != wants)
        return ct_fail(reterr, CT_EINVAL, "load_id",
                       x->what == OUT ? "%s is \"%s\": packs are looked at as they come out, "
                                        "before its release"
                                      : "%s is \"%s\": its packs stand",
                       load, CT_LOAD_STEP_NAME[x->f.step]);
    if (x->what != PUT && (x->p.load_id != x->id || !ct_load_holds(&x->p)))
        return ct_fail(reterr, CT_EINVAL, "pack_id", "%s is not in %s", number, load);
    if (x->what == PUT && x->p.step == CT_PACK_IN_LOAD) {
        ct_load_number(app, x->p.load_id, load);
        return ct_fail(reterr, x->p.load_id == x->id ? CT_EEXISTS : CT_EINVAL, "pack_id",
                       "%s is in %s already", number, load);
    }
    if (x->what == OUT)
        return ct_text_check(x->text, "text", "what is wrong with it", CT_PACK_TEXT_MAX, true,
                             reterr);
    return x->what == PUT ? fits(app, x, reterr) : CT_OK;
}

static enum ct_status pack_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    static const enum ct_pack_step STEP[] = {CT_PACK_IN_LOAD, CT_PACK_OFF_LOAD,
                                             CT_PACK_REJECTED};
    static const char *const WORD[] = {"into", "taken out of", "REJECTED as it came out of"};
    struct packing *x = arg;
    char number[40], load[40];
    enum ct_status rc = pack_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_pack_step_in(app, db, x->p.id, STEP[x->what], CT_REF_LOAD, x->id, 0, NULL,
                             x->text, entry, reterr);
    if (rc != CT_OK)
        return rc;
    ct_pack_number(app, x->p.id, number);
    ct_load_number(app, x->id, load);
    if (x->what == OUT)
        entry->severity = CT_NOTABLE;
    snprintf(entry->detail, sizeof entry->detail, "%s %s %s%s%.200s", number, WORD[x->what],
             load, x->text[0] != '\0' ? ": " : "", x->text);
    return ct_load_derive(app, db, x->id, reterr);
}

static enum ct_status pack_record(struct ct_app *app, int64_t id, int64_t pack_id,
                                  enum what what, const char *text, struct ct_error *reterr)
{
    struct packing *x = calloc(1, sizeof *x);
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the load");
    struct ct_change change = {.verb = CT_VERB_LOAD_PACK,
                               .write = pack_write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    x->id = id;
    x->p.id = pack_id;
    x->what = what;
    enum ct_status rc = strlen(text) <= CT_PACK_TEXT_MAX
                            ? CT_OK
                            : ct_fail(reterr, CT_EINVAL, "text", "at most %d bytes fit",
                                      CT_PACK_TEXT_MAX);
    ct_text_copy(x->text, sizeof x->text, text);
    if (rc == CT_OK)
        rc = ct_record(app, &change, NULL, reterr);
    ct_load_facts_free(&x->f);
    free(x);
    return rc;
}

enum ct_status ct_load_put(struct ct_app *app, int64_t id, int64_t pack_id,
                           struct ct_error *reterr)
{
    return pack_record(app, id, pack_id, PUT, "", reterr);
}

enum ct_status ct_load_take(struct ct_app *app, int64_t id, int64_t pack_id,
                            struct ct_error *reterr)
{
    return pack_record(app, id, pack_id, TAKE, "", reterr);
}

enum ct_status ct_load_pack_out(struct ct_app *app, int64_t id, int64_t pack_id,
                                const char *text, struct ct_error *reterr)
{
    return pack_record(app, id, pack_id, OUT, text, reterr);
}

/* ---- who may run it -------------------------------------------------------------------------- */

enum ct_status ct_load_competent(struct ct_app *app, struct ct_db *db, const struct ct_load *l,
                                 const char *though, struct ct_entry *entry,
                                 struct ct_error *reterr)
{
    struct ct_subject programme = {.kind = CT_SUBJ_PROGRAMME};
    struct ct_equipment e;
    ct_text_copy(programme.id, sizeof programme.id, l->programme);
    enum ct_status rc = ct_competency_gate_in(app, db, &programme, CT_COMP_FOR_PROGRAMME, l->id,
                                              though, entry, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_load(db, l->equipment_id, &e, reterr);
    return rc == CT_OK ? ct_competency_gate_model_in(app, db, e.model_id, CT_COMP_FOR_PROGRAMME,
                                                     l->id, though, entry, reterr)
                       : rc;
}

/* ---- its cycle ------------------------------------------------------------------------------ */

struct running {
    int64_t id, cycle_number, at_ms;
    enum ct_load_step to;
    char text[CT_LOAD_TEXT_MAX + 1]; /* of a start: why numbers are missing */
    const char *though;              /* and why without a competency; NULL none */
    struct ct_load_facts f;
};

/* `entry` NULL: only asked. */
static enum ct_status may_start(struct ct_app *app, struct ct_db *db, struct running *x,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    struct ct_machine_programme m;
    const struct ct_load *l = &x->f.l;
    char other[40];
    bool there;
    if (l->packs == 0)
        return ct_fail(reterr, CT_EINVAL, "pack_id", "there is no pack in it: scan them first");
    enum ct_status rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_RUNNING], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", l->equipment_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there) {
        ct_load_number(app, ct_col_i64(st, 0), other);
        rc = ct_fail(reterr, CT_EINVAL, "equipment_id", "%s runs in %s: say first that it is over",
                     other, l->asset);
    }
    if (rc == CT_OK)
        rc = ct_machine_ready_in(app, db, l->equipment_id, l->programme, x->at_ms, reterr);
    if (rc == CT_OK)
        rc = ct_machine_programme_load(db, l->equipment_id, l->programme, &m, reterr);
    if (rc == CT_OK && m.counter == CT_COUNTER_NONE)
        x->cycle_number = CT_UNSET;
    return rc == CT_OK ? ct_cycle_number_in(app, db, &m, l->asset, x->cycle_number, x->text,
                                            entry, reterr)
                       : rc;
}

static enum ct_status when_ok(struct ct_app *app, struct running *x, struct ct_error *reterr)
{
    int64_t since = x->to == CT_LOAD_STARTED ? CT_UNSET : x->f.l.started_ms;
    char at[24];
    if (x->at_ms == 0 || x->at_ms == CT_UNSET)
        x->at_ms = ct_app_now(app);
    if (x->at_ms > ct_app_now(app) + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, "at_ms", "this is said to happen in the future");
    if (since == CT_UNSET || x->at_ms >= since)
        return CT_OK;
    ct_datetime_text(since, at);
    return ct_fail(reterr, CT_EINVAL, "at_ms", "it started %s: it was not over before that", at);
}

static enum ct_status run_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct running *x = arg;
    char load[40];
    ct_load_number(app, x->id, load);
    enum ct_status rc = ct_load_facts(app, ct_app_db(app), x->id, &x->f, reterr);
    if (rc != CT_OK)
        return rc;
    enum ct_load_step step = x->f.step;
    if (x->to == CT_LOAD_ABORTED && step == CT_LOAD_PLANNED)
        x->to = CT_LOAD_GIVEN_UP;
    bool fits_here = x->to == CT_LOAD_STARTED || x->to == CT_LOAD_GIVEN_UP
                         ? step == CT_LOAD_PLANNED
                         : step == CT_LOAD_STARTED;
    if (!fits_here)
        return ct_fail(reterr, CT_ECONFLICT, "load_id", "%s is \"%s\" already", load,
                       CT_LOAD_STEP_NAME[step]);
    rc = when_ok(app, x, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(x->text, x->to == CT_LOAD_STARTED ? "gap" : "text", "why",
                           CT_LOAD_TEXT_MAX, x->to == CT_LOAD_ABORTED, reterr);
    return rc == CT_OK && x->to == CT_LOAD_STARTED
               ? may_start(app, ct_app_db(app), x, NULL, reterr)
               : rc;
}

static enum ct_status run_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    static const enum ct_pack_step PACKS[CT_LOAD_STEPS] = {
        [CT_LOAD_OVER] = CT_PACK_STERILISED, [CT_LOAD_ABORTED] = CT_PACK_REJECTED,
        [CT_LOAD_GIVEN_UP] = CT_PACK_OFF_LOAD};
    struct running *x = arg;
    char load[40], cycle[40] = "";
    enum ct_status rc = run_check(app, arg, reterr);
    bool starts = x->to == CT_LOAD_STARTED;
    if (rc == CT_OK && starts)
        rc = may_start(app, db, x, entry, reterr);
    if (rc == CT_OK)
        rc = ct_load_event_in(app, db, x->id, x->to, starts ? x->cycle_number : CT_UNSET, x->text,
                              x->at_ms, entry, reterr);
    if (rc == CT_OK && !starts)
        rc = ct_load_packs_in(app, db, &x->f, PACKS[x->to], x->at_ms,
                              x->to == CT_LOAD_ABORTED ? "the cycle was aborted" : "", entry,
                              reterr);
    if (rc != CT_OK)
        return rc;
    entry->done_ms = x->at_ms;
    if (x->to == CT_LOAD_ABORTED)
        entry->severity = CT_EXCEPTION;
    ct_load_number(app, x->id, load);
    if (starts && x->cycle_number != CT_UNSET)
        snprintf(cycle, sizeof cycle, ", cycle %lld", (long long)x->cycle_number);
    snprintf(entry->detail, sizeof entry->detail, "%s %s %s%s, %d packs%s%.250s", load,
             x->f.l.asset, CT_LOAD_STEP_NAME[x->to], cycle, x->f.l.packs,
             x->text[0] != '\0' ? ": " : "", x->text);
    if (starts)
        rc = ct_load_competent(app, db, &x->f.l, x->though, entry, reterr);
    return rc == CT_OK ? ct_load_derive(app, db, x->id, reterr) : rc;
}

static enum ct_status run_record(struct ct_app *app, int64_t id, enum ct_verb verb,
                                 enum ct_load_step to, int64_t cycle_number, const char *text,
                                 const char *though, int64_t at_ms, struct ct_error *reterr)
{
    struct running *x = calloc(1, sizeof *x);
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the load");
    struct ct_change change = {.verb = verb,
                               .check = run_check,
                               .write = run_write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    x->id = id;
    x->to = to;
    x->cycle_number = cycle_number;
    x->though = though;
    x->at_ms = at_ms;
    enum ct_status rc = strlen(text) <= CT_LOAD_TEXT_MAX
                            ? CT_OK
                            : ct_fail(reterr, CT_EINVAL, "text", "at most %d bytes fit",
                                      CT_LOAD_TEXT_MAX);
    ct_text_copy(x->text, sizeof x->text, text);
    if (rc == CT_OK)
        rc = ct_record(app, &change, NULL, reterr);
    ct_load_facts_free(&x->f);
    free(x);
    return rc;
}

enum ct_status ct_load_start(struct ct_app *app, int64_t id, int64_t cycle_number,
                             const char *gap, const char *though, int64_t at_ms,
                             struct ct_error *reterr)
{
    return run_record(app, id, CT_VERB_LOAD_START, CT_LOAD_STARTED, cycle_number, gap, though,
                      at_ms, reterr);
}

enum ct_status ct_load_over(struct ct_app *app, int64_t id, int64_t at_ms,
                            struct ct_error *reterr)
{
    return run_record(app, id, CT_VERB_LOAD_OVER, CT_LOAD_OVER, CT_UNSET, "", NULL, at_ms,
                      reterr);
}

enum ct_status ct_load_abort(struct ct_app *app, int64_t id, const char *text,
                             struct ct_error *reterr)
{
    return run_record(app, id, CT_VERB_LOAD_ABORT, CT_LOAD_ABORTED, CT_UNSET, text, NULL, 0,
                      reterr);
}
