/* fault - the chain of a fault: which step may follow which, what each needs, and writing
 * it down. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/fault_priv.h"
#include "record/user.h"

const char *const CT_FAULT_CAUSE_NAME[CT_FAULT_CAUSES] = {
    [CT_FAULT_REPORTED] = "reported",
    [CT_FAULT_CHECK] = "failed check",
    [CT_FAULT_OUT_OF_TOLERANCE] = "out of tolerance",
    [CT_FAULT_ELECTRICAL] = "failed electrical test",
    [CT_FAULT_CAMPAIGN] = "campaign",
};
const char *const CT_FAULT_STEP_NAME[CT_FAULT_STEPS] = {
    [CT_FAULT_OPENED] = "reported",         [CT_FAULT_APART] = "set apart",
    [CT_FAULT_TRIED] = "troubleshooting",   [CT_FAULT_SENT] = "sent for repair",
    [CT_FAULT_REPAIRED] = "repaired",       [CT_FAULT_NOTHING] = "nothing found",
    [CT_FAULT_TESTED] = "tested",           [CT_FAULT_REVIEWED] = "back in service",
    [CT_FAULT_WITH_DEVICE] = "device retired",
};
const char *const CT_FAULT_HARM_NAME[CT_HARMS] = {
    [CT_HARM_NOBODY] = "nobody concerned",
    [CT_HARM_NONE] = "no harm",
    [CT_HARM_NEAR_MISS] = "near miss",
    [CT_HARM_DONE] = "HARM DONE",
};

static const struct ct_choice HARM[] = {{"O", "nobody concerned"},
                                        {"N", "no harm"},
                                        {"M", "near miss"},
                                        {"H", "harm done"},
                                        {NULL, NULL}};
static const struct ct_choice YESNO[] = {{"N", "no"}, {"Y", "yes"}, {NULL, NULL}};

#define TEXT(n, l, w, max, req, h)                                                         \
    {.name = n, .label = l, .unit = "", .kind = CT_F_TEXT, .width = w, .max_bytes = max,   \
     .required = req, .help = h}
#define CODE(n, l, last, c, h)                                                             \
    {.name = n, .label = l, .unit = "", .kind = CT_F_CODE, .width = 3, .hard_hi = last,    \
     .soft_hi = last, .choices = c, .help = h}

const struct ct_field CT_FAULT_FIELDS[] = {
    TEXT("text", "What is wrong", 52, CT_EQUIP_TEXT_MAX, true,
         "What was seen or heard; the words of an alarm. No details of patients here."),
    {.name = "happened_ms", .label = "When", .unit = "", .kind = CT_F_TIME, .width = 18,
     .help = "When it happened: 14:30, or a day and a time; empty is now."},
    TEXT("patient", "On whom", 32, 64, false,
         "The patient's number, or the beginnings of the name; empty when it was on nobody."),
    TEXT("procedure_id", "In procedure", 12, 20, false, "P-12 as on the worklist; may stay empty."),
    CODE("harm", "Harm", CT_HARMS - 1, HARM,
         "What came of it; harm to a patient needs somebody who was told."),
    TEXT("told", "Who was told", 32, 120, false, "Whom you told of it, by name or post."),
    CODE("quarantine", "Set apart", 1, YESNO,
         "Yes: it is labelled and put where nobody takes it. Else it stays where it is."),
};
const size_t CT_FAULT_FIELDS_N = CT_LEN(CT_FAULT_FIELDS);

/* ---- the chain ------------------------------------------------------------------------ */

/* From (row) to (column). A: only once the device is quarantined. No way leads past "set
 * apart", a repair or "nothing found" with its reason, the tests and the review. */
enum { Y = 1, A = 2 };
static const unsigned char STEP[CT_FAULT_STEPS][CT_FAULT_STEPS] = {
    /*                         rep apt try snt rpr not tst rev ret */
    [CT_FAULT_OPENED] =       {Y,  Y,  Y,  0,  0,  0,  0,  0,  Y},
    [CT_FAULT_APART] =        {0,  Y,  Y,  Y,  Y,  Y,  0,  0,  Y},
    [CT_FAULT_TRIED] =        {Y,  Y,  Y,  A,  A,  A,  0,  0,  Y},
    [CT_FAULT_SENT] =         {0,  Y,  0,  Y,  Y,  Y,  0,  0,  Y},
    [CT_FAULT_REPAIRED] =     {0,  Y,  0,  Y,  Y,  0,  Y,  0,  Y},
    [CT_FAULT_NOTHING] =      {0,  Y,  0,  Y,  Y,  0,  Y,  0,  Y},
    [CT_FAULT_TESTED] =       {0,  Y,  0,  Y,  Y,  0,  Y,  Y,  Y},
    [CT_FAULT_REVIEWED] =     {0,  0,  0,  0,  0,  0,  0,  0,  0},
    [CT_FAULT_WITH_DEVICE] =  {0,  0,  0,  0,  0,  0,  0,  0,  0},
};

bool ct_fault_may(enum ct_fault_step from, enum ct_fault_step to)
{
    return (unsigned)from < CT_FAULT_STEPS && (unsigned)to < CT_FAULT_STEPS &&
           STEP[from][to] != 0;
}

static enum ct_status no_step(const struct ct_fault *f, enum ct_fault_step to,
                              struct ct_error *reterr)
{
    static const char *const MISSING[CT_FAULT_STEPS] = {
        [CT_FAULT_OPENED] = "it is past that: set it apart again when there is more",
        [CT_FAULT_SENT] = "set it apart first",
        [CT_FAULT_REPAIRED] = "set it apart first",
        [CT_FAULT_NOTHING] = "set it apart first, and repairs are not taken back",
        [CT_FAULT_TRIED] = "that is done before a repair: set it apart again first",
        [CT_FAULT_TESTED] = "say first what was repaired, or that nothing was found",
        [CT_FAULT_REVIEWED] = "the return-to-service tests are missing",
    };
    if (f->over)
        return ct_fail(reterr, CT_EINVAL, "step", "F-%lld is over (%s): report a new fault",
                       (long long)f->id, CT_FAULT_STEP_NAME[f->step]);
    return ct_fail(reterr, CT_EINVAL, "step", "F-%lld is at \"%s\", from there is no step to "
                                              "\"%s\": %s",
                   (long long)f->id, CT_FAULT_STEP_NAME[f->step], CT_FAULT_STEP_NAME[to],
                   MISSING[to] != NULL ? MISSING[to] : "it comes with the device");
}

static enum ct_status step_may(const struct ct_fault *f, enum ct_fault_step to,
                               struct ct_error *reterr)
{
    if ((unsigned)to >= CT_FAULT_STEPS)
        return ct_fail(reterr, CT_EINVAL, "step", "there is no such step of a fault");
    bool apart = f->condition == CT_COND_QUARANTINED;
    if (!ct_fault_may(f->step, to) || (STEP[f->step][to] == A && !apart) ||
        (to == CT_FAULT_OPENED && f->condition != CT_COND_FAULTY))
        return no_step(f, to, reterr);
    return CT_OK;
}

/* ---- steps ---------------------------------------------------------------------------- */

struct stepping {
    int64_t id;
    enum ct_fault_step seen;
    struct ct_fault_event ev;
    struct ct_fault f; /* as it stands before */
    enum ct_task_verdict verdict;
};

static enum ct_status words(struct ct_fault_event *ev, struct ct_error *reterr)
{
    static const struct {
        const char *text, *told; /* what to call it; required with a '!' in front */
    } NEED[CT_FAULT_STEPS] = {
        [CT_FAULT_OPENED] = {"!what is wrong", "who was told"},
        [CT_FAULT_APART] = {"why it is set apart", "who was told"},
        [CT_FAULT_TRIED] = {"!what was tried", "who was told"},
        [CT_FAULT_SENT] = {"the remark", "!to whom it was sent"},
        [CT_FAULT_REPAIRED] = {"!what was repaired", "who repaired it"},
        [CT_FAULT_NOTHING] = {"!why nothing is taken to be wrong", "who was told"},
        [CT_FAULT_TESTED] = {"the remark", "who was told"},
        [CT_FAULT_REVIEWED] = {"the remark", "who was told"},
        [CT_FAULT_WITH_DEVICE] = {"the remark", "who was told"},
    };
    const char *text = NEED[ev->step].text, *told = NEED[ev->step].told;
    enum ct_status rc = ct_text_check(ev->text, "text", text + (*text == '!'),
                                      CT_FAULT_STEP_TEXT_MAX, *text == '!', reterr);
    if (rc == CT_OK)
        rc = ct_text_check(ev->told, "told", told + (*told == '!'), sizeof ev->told - 1,
                           *told == '!', reterr);
    return rc;
}

static enum ct_status moved_meanwhile(struct ct_app *app, const struct stepping *x,
                                      struct ct_error *reterr)
{
    struct ct_fault_event *ev = NULL;
    size_t n = 0;
    char by[64] = "somebody", at[24] = "";
    enum ct_status rc = ct_fault_events(app, x->id, &ev, &n, reterr);
    if (rc == CT_OK && n > 0) {
        ct_text_copy(by, sizeof by, ev[n - 1].by);
        ct_datetime_text(ev[n - 1].recorded_ms, at);
    }
    free(ev);
    if (rc != CT_OK)
        return rc;
    return ct_fail(reterr, CT_ECONFLICT, "step",
                   "%s wrote \"%s\" for F-%lld at %s; nothing of yours was saved", by,
                   CT_FAULT_STEP_NAME[x->f.step], (long long)x->id, at);
}

/* Every test passed, and another person looks: nothing else puts it back. */
static enum ct_status review_may(struct ct_app *app, struct ct_db *db, const struct ct_fault *f,
                                 struct ct_error *reterr)
{
    struct ct_fault_test test[CT_TASKS * 4];
    size_t n = 0;
    enum ct_status rc = ct_fault_tests_load(db, f, test, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        if (test[i].result_id == 0)
            return ct_fail(reterr, CT_EINVAL, "step", "a test is missing since the repair: %s%s%s",
                           CT_TASK_NAME[test[i].kind], test[i].template_id[0] != '\0' ? " " : "",
                           test[i].template_id);
    return rc == CT_OK ? ct_fault_second(app, db, f->id, reterr) : rc;
}

enum ct_status ct_fault_when(struct ct_app *app, int64_t *ms, const char *field,
                             struct ct_error *reterr)
{
    if (*ms == 0 || *ms == CT_UNSET)
        *ms = ct_app_now(app);
    if (*ms > ct_app_now(app) + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, field, "this is said to happen in the future");
    return *ms < 0 ? ct_fail(reterr, CT_EINVAL, field, "this is before 1970: is the year right?")
                   : CT_OK;
}

static enum ct_status time_ok(struct ct_app *app, struct stepping *x, struct ct_error *reterr)
{
    char at[24];
    enum ct_status rc = ct_fault_when(app, &x->ev.at_ms, "at_ms", reterr);
    if (rc != CT_OK || x->ev.at_ms >= x->f.step_ms)
        return rc;
    ct_datetime_text(x->f.step_ms, at);
    return ct_fail(reterr, CT_EINVAL, "at_ms", "it was \"%s\" from %s on: not before that",
                   CT_FAULT_STEP_NAME[x->f.step], at);
}

static enum ct_status step_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct stepping *x = arg;
    struct ct_db *db = ct_app_db(app);
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_fault_bare(db, x->id, &x->f, reterr);
    if (rc == CT_OK && x->f.step != x->seen)
        return moved_meanwhile(app, x, reterr);
    if (rc == CT_OK)
        rc = step_may(&x->f, x->ev.step, reterr);
    if (rc == CT_OK && x->ev.step == CT_FAULT_WITH_DEVICE)
        rc = ct_fail(reterr, CT_EINVAL, "step", "retire the device: its fault ends with it");
    if (rc == CT_OK)
        rc = words(&x->ev, reterr);
    if (rc == CT_OK)
        rc = time_ok(app, x, reterr);
    if (rc == CT_OK && x->ev.step == CT_FAULT_TESTED)
        rc = ct_fault_result_fits(db, &x->f, x->ev.result_id, &x->verdict, reterr);
    if (rc == CT_OK && x->ev.step == CT_FAULT_REVIEWED)
        rc = review_may(app, db, &x->f, reterr);
    return rc;
}

static enum ct_status step_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct stepping *x = arg;
    struct ct_fault_event *ev = &x->ev;
    enum ct_status rc = step_check(app, arg, reterr);
    if (rc != CT_OK)
        return rc;
    bool failed = ev->step == CT_FAULT_TESTED && x->verdict == CT_TASK_FAILED;
    ev->cause = ev->step == CT_FAULT_OPENED ? (int)CT_FAULT_REPORTED : -1;
    ev->calibration_id = 0;
    if (ev->step != CT_FAULT_TESTED)
        ev->result_id = 0;
    else if (ev->text[0] == '\0')
        ct_text_copy(ev->text, sizeof ev->text, failed ? "FAILED" : "passed");
    rc = ct_fault_event_in(app, db, &x->f, ev, entry, reterr);
    if (rc == CT_OK && failed) {
        struct ct_fault_event back = {.step = CT_FAULT_APART, .cause = -1, .at_ms = ev->at_ms,
                                      .text = "a return-to-service test failed"};
        rc = ct_fault_event_in(app, db, &x->f, &back, entry, reterr);
    }
    if (rc != CT_OK)
        return rc;
    entry->done_ms = ev->at_ms;
    if (failed || ev->step == CT_FAULT_APART || ev->step == CT_FAULT_REVIEWED ||
        ev->recorded_ms - ev->at_ms > CT_LATE_MS)
        entry->severity = CT_NOTABLE;
    CT_BUF b = {.max = 4096};
    ct_buf_printf(&b, "F-%lld %s: %s%s%s%s%s%s", (long long)x->id, x->f.asset,
                  CT_FAULT_STEP_NAME[ev->step], failed ? ", FAILED" : "",
                  ev->told[0] != '\0' ? ", " : "", ev->told, ev->text[0] != '\0' ? ": " : "",
                  ev->text);
    ct_text_copy(entry->detail, sizeof entry->detail, ct_buf_str(&b));
    return CT_OK;
}

enum ct_status ct_fault_step(struct ct_app *app, int64_t id, enum ct_fault_step seen_step,
                             struct ct_fault_event *ev, struct ct_error *reterr)
{
    struct stepping x = {.id = id, .seen = seen_step, .ev = *ev};
    if ((unsigned)ev->step >= CT_FAULT_STEPS)
        return ct_fail(reterr, CT_EINVAL, "step", "there is no such step of a fault");
    struct ct_change change = {
        .verb = ev->step == CT_FAULT_REVIEWED ? CT_VERB_FAULT_REVIEW : CT_VERB_FAULT_STEP,
        .check = step_check,
        .write = step_write,
        .arg = &x,
        .entry = {.severity = CT_ROUTINE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc != CT_OK)
        return rc;
    *ev = x.ev;
    ct_text_copy(ev->by, sizeof ev->by, ct_app_who(app)->name);
    return CT_OK;
}
