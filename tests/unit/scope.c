/* Endoscopes: steps in their order and nothing before its time, a leak that sets the scope
 * apart, late cleaning with its reason, ready until the hang time is over, and a procedure
 * that asks when a scope does not come from a complete record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clinic/scope_priv.h"
#include "tests/support/bench_of.h"

#define MIN(n) ((n) * (int64_t)CT_MINUTE_MS)

/* `text` of n bytes (freed) with one line of it in other words. */
static char *filled(char *text, size_t n, const char *was, const char *is)
{
    CT_BUF b = {.max = 8192};
    ct_buf_add(&b, text, n);
    const char *all = ct_buf_str(&b), *at = strstr(all, was);
    assert_non_null(at);
    size_t size = strlen(all) + strlen(is) + 1;
    char *out = calloc(size, 1);
    assert_non_null(out);
    snprintf(out, size, "%.*s%s%s", (int)(at - all), all, is, at + strlen(was));
    free(text);
    return out;
}

/* The limits of this clinic: cleaning within an hour, seven days on the hanger. */
static int site_setup(void **state)
{
    struct ward *w = calloc(1, sizeof *w);
    char dir[TMP_PATH + 40], path[TMP_PATH + 80];
    size_t n = 0;
    assert_non_null(w);
    ward_begin(w);
    snprintf(dir, sizeof dir, "%s/site", w->c.top);
    snprintf(path, sizeof path, "%s/programmes", dir);
    assert_int_equal(mkdir(dir, 0700) | mkdir(path, 0700), 0);
    char *text = file_read("data/programmes/endoscope.ini", &n);
    assert_non_null(text);
    text = filled(text, n, "high = declared min", "high = 60 min\nsource = of this test");
    text = filled(text, strlen(text), "high = declared d", "high = 7 d\nsource = of this test");
    snprintf(path, sizeof path, "%s/programmes/endoscope.ini", dir);
    file_write(path, text, strlen(text));
    free(text);
    ct_app_free(w->tom);
    snprintf(w->c.config.data_dir, sizeof w->c.config.data_dir, "%s", dir);
    w->tom = clinic_app(&w->c);
    ok(recorded_login(w->tom, "tom", TOM_PASSWORD, e));
    *state = w;
    return 0;
}

static int64_t scope(struct ward *w, const char *asset)
{
    return bench_device(w, asset, "endoscope", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
}

static int64_t reprocessor(struct ward *w, const char *asset)
{
    int64_t id =
        bench_device(w, asset, "endoscope-reprocessor", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    struct ct_machine_programme m = {.equipment_id = id,
                                     .programme = "ortho-phthalaldehyde-aer"};
    ok(ct_machine_programme_add(w->sue, &m, e));
    return id;
}

/* A procedure that began and, with minutes > 0, is over after so many. */
static int64_t procedure(struct ward *w, const char *family, int minutes)
{
    struct ct_procedure p = {.patient_id = ward_patient(w, family, "Demo", "", "1960-01-01"),
                             .planned_ms = w->c.now};
    snprintf(p.kind, sizeof p.kind, "consultation");
    ok(ct_procedure_add(w->tom, &p, NULL, e));
    struct ct_proc_event x = {.state = CT_PROC_IN_PROGRESS, .text = "at once"};
    ok(ct_procedure_state(w->tom, p.id, CT_PROC_SCHEDULED, &x, e));
    if (minutes > 0) {
        w->c.now += MIN(minutes);
        x = (struct ct_proc_event){.state = CT_PROC_DONE, .text = "done"};
        ok(ct_procedure_state(w->tom, p.id, CT_PROC_IN_PROGRESS, &x, e));
    }
    return p.id;
}

static enum ct_status uses(struct ward *w, int64_t id, const char *asset, const char *though,
                           struct ct_error *reterr)
{
    struct ct_proc_use u = {.kind = CT_PROC_EQUIPMENT, .though = though};
    snprintf(u.what, sizeof u.what, "%s", asset);
    return ct_procedure_use_add(w->tom, id, &u, reterr);
}

static struct ct_scope_record begun(struct ward *w, int64_t device, enum ct_scope_why why,
                                    int64_t procedure_id)
{
    struct ct_scope_record r = {.equipment_id = device, .why = why,
                                .procedure_id = procedure_id};
    ok(ct_scope_begin(w->tom, &r, e));
    return r;
}

static struct ct_scope_record got(struct ward *w, int64_t id)
{
    struct ct_scope_record r;
    ok(ct_scope_get(w->tom, id, &r, e));
    return r;
}

static struct ct_scope now(struct ward *w, int64_t device)
{
    struct ct_scope s;
    ok(ct_scope_of(w->tom, device, &s, e));
    return s;
}

static struct ct_scope_step next(struct ward *w, int64_t record)
{
    return (struct ct_scope_step){.record_id = record, .step = got(w, record).step + 1,
                                  .cycle_number = CT_UNSET};
}

/* The next steps up to and including `last`, five minutes each; the reprocessor is AER-1. */
static void walked(struct ward *w, int64_t record, enum ct_step_kind last)
{
    static int64_t cycle = 100;
    for (;;) {
        struct ct_scope_step s = next(w, record);
        enum ct_step_kind kind = got(w, record).next;
        w->c.now += MIN(5);
        if (kind == CT_STEP_DISINFECT) {
            snprintf(s.machine, sizeof s.machine, "aer-1");
            s.cycle_number = ++cycle;
        }
        if (kind == CT_STEP_STORE)
            snprintf(s.place, sizeof s.place, "Cabinet 1");
        ok(ct_scope_step(w->tom, &s, e));
        if (kind == last)
            return;
    }
}

static void gate(struct ward *w, const char *asset, enum ct_gate_answer answer,
                 const char *says)
{
    struct ct_gate g;
    ok(ct_equipment_gate(w->tom, asset, CT_GATE_PROCEDURE, w->c.now, &g, e));
    if (g.answer != answer || strstr(g.text, says) == NULL)
        fail_msg("%s: %d: %s", asset, (int)g.answer, g.text);
}

/* ---- the steps -------------------------------------------------------------------------- */

static void test_steps_go_in_their_order(void **state)
{
    struct ward *w = *state;
    reprocessor(w, "AER-1");
    int64_t fs = scope(w, "FS-1"), p = procedure(w, "Ash", 20);
    int64_t over = w->c.now;
    w->c.now += MIN(10);
    struct ct_scope_record r = begun(w, fs, CT_SCOPE_USED, p);
    assert_int_equal(r.used_ms, over);
    assert_int_equal(r.steps, 10);
    assert_int_equal(r.next, CT_STEP_PRE_CLEAN);
    assert_non_null(strstr(r.patient, "ASH"));
    struct ct_scope_record twice = {.equipment_id = fs, .why = CT_SCOPE_NEW};
    refused(ct_scope_begin(w->tom, &twice, e), CT_ECONFLICT, "equipment_id", "is under way");
    struct ct_scope_step s = next(w, r.id);
    s.step = 3;
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "step", "the next step is 1: Clean at");
    s = next(w, r.id);
    s.done_ms = over - MIN(1);
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "done_ms", "was in use until");
    s.done_ms = w->c.now + MIN(5);
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "done_ms", "in the future");
    s.done_ms = over + MIN(2);
    ok(ct_scope_step(w->tom, &s, e));
    refused(ct_scope_step(w->tom, &s, e), CT_ECONFLICT, "step", "recorded already");
    s = next(w, r.id);
    s.done_ms = over + MIN(1);
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "done_ms", "the step before it was at");
    w->c.now += MIN(5) + 30000; /* done at half a minute past, the next typed as that minute */
    s = next(w, r.id);
    s.done_ms = w->c.now - w->c.now % CT_MINUTE_MS + 30000;
    w->c.now += 40000;
    ok(ct_scope_step(w->tom, &s, e));
    int64_t half = s.done_ms;
    s = next(w, r.id);
    s.done_ms = half - 30000;
    ok(ct_scope_step(w->tom, &s, e));
    assert_int_equal(s.done_ms, half);
    walked(w, r.id, CT_STEP_DRY);
    s = next(w, r.id);
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "place", "");
    walked(w, r.id, CT_STEP_STORE);
    r = got(w, r.id);
    assert_int_equal(r.is, CT_SCOPE_COMPLETE);
    assert_int_equal(r.until_ms, w->c.now + 7 * (int64_t)CT_DAY_MS);
    s = (struct ct_scope_step){.record_id = r.id, .step = 11};
    refused(ct_scope_step(w->tom, &s, e), CT_ECONFLICT, "step", "complete");
    struct ct_scope_step *list;
    size_t n;
    ok(ct_scope_steps(w->tom, r.id, &list, &n, e));
    assert_int_equal(n, 10);
    for (size_t i = 0; i < n; i++) {
        assert_true(list[i].done);
        assert_string_equal(list[i].by, ct_app_who(w->tom)->name);
    }
    assert_string_equal(list[6].machine, "AER-1");
    assert_string_equal(list[6].programme, "ortho-phthalaldehyde-aer");
    assert_string_equal(list[9].place, "Cabinet 1");
    free(list);
}

static void test_late_cleaning_says_why(void **state)
{
    struct ward *w = *state;
    int64_t fs = scope(w, "FS-1"), p = procedure(w, "Ash", 20), over = w->c.now;
    struct ct_scope_record r = begun(w, fs, CT_SCOPE_USED, p);
    walked(w, r.id, CT_STEP_LEAK_TEST);
    struct ct_scope_step s = next(w, r.id);
    s.done_ms = over + MIN(60);
    w->c.now = over + MIN(61);
    assert_int_equal(got(w, r.id).delay_ms, CT_UNSET);
    struct ct_scope_step late = s;
    late.done_ms = w->c.now;
    refused(ct_scope_step(w->tom, &late, e), CT_EINVAL, "reason", "the limit is");
    snprintf(late.reason, sizeof late.reason, "emergency in room 2");
    ok(ct_scope_step(w->tom, &late, e));
    r = got(w, r.id);
    assert_int_equal(r.delay_ms, MIN(61));
    assert_int_equal(r.delay_most_ms, MIN(60));
    assert_int_equal(app_int(w->sue,
                             "SELECT count(*) FROM audit WHERE verb = 'scope.step' "
                             "AND severity = 2 AND detail LIKE '%emergency in room 2%'"),
                     1);
    fs = scope(w, "FS-2"); /* exactly at the limit is in time */
    p = procedure(w, "Elm", 20);
    over = w->c.now;
    r = begun(w, fs, CT_SCOPE_USED, p);
    walked(w, r.id, CT_STEP_LEAK_TEST);
    w->c.now = over + MIN(60);
    s = next(w, r.id);
    ok(ct_scope_step(w->tom, &s, e));
}

static void test_a_leak_sets_it_apart(void **state)
{
    struct ward *w = *state;
    int64_t fs = scope(w, "FS-1"), p = procedure(w, "Ash", 20);
    struct ct_scope_record r = begun(w, fs, CT_SCOPE_USED, p);
    walked(w, r.id, CT_STEP_TRANSPORT);
    struct ct_scope_step s = next(w, r.id);
    s.failed = true;
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "text", "");
    snprintf(s.text, sizeof s.text, "bubbles at the bending section");
    w->c.now += MIN(5);
    ok(ct_scope_step(w->tom, &s, e));
    assert_true(s.fault_id != 0);
    struct ct_fault f;
    ok(ct_fault_of(w->tom, fs, &f, e));
    assert_int_equal(f.id, s.fault_id);
    assert_int_equal(f.condition, CT_COND_QUARANTINED);
    assert_non_null(strstr(f.text, "bubbles"));
    assert_int_equal(got(w, r.id).is, CT_SCOPE_FAILED);
    assert_int_equal(now(w, fs).now, CT_SCOPE_OUT);
    w->c.now += MIN(5);
    gate(w, "FS-1", CT_GATE_REASON, "quarantined");
    gate(w, "FS-1", CT_GATE_REASON, "leak test failed in RE-");
    struct ct_scope_step more = {.record_id = r.id, .step = 4};
    refused(ct_scope_step(w->tom, &more, e), CT_ECONFLICT, "step", "FAILED");
    struct ct_scope_record wrong = {.equipment_id = fs, .why = CT_SCOPE_STORED};
    refused(ct_scope_begin(w->tom, &wrong, e), CT_EINVAL, "why", "begin again after it");
    struct ct_scope_record a = begun(w, fs, CT_SCOPE_AGAIN, 0); /* with the use of the first */
    assert_int_equal(a.again_id, r.id);
    assert_int_equal(a.procedure_id, p);
    assert_int_equal(a.used_ms, r.used_ms);
}

static void test_a_failed_inspection_ends_the_record(void **state)
{
    struct ward *w = *state;
    int64_t fs = scope(w, "FS-1"), p = procedure(w, "Ash", 20);
    struct ct_scope_record r = begun(w, fs, CT_SCOPE_USED, p);
    walked(w, r.id, CT_STEP_RINSE);
    struct ct_scope_step s = next(w, r.id);
    s.failed = true;
    snprintf(s.text, sizeof s.text, "soil in the channel");
    ok(ct_scope_step(w->tom, &s, e));
    assert_int_equal(s.fault_id, 0);
    assert_int_equal(got(w, r.id).is, CT_SCOPE_FAILED);
    struct ct_scope z = now(w, fs);
    assert_int_equal(z.now, CT_SCOPE_MUST);
    assert_int_equal(z.condition, CT_COND_IN_SERVICE);
    assert_non_null(strstr(z.why, "failed"));
}

/* ---- disinfection ----------------------------------------------------------------------- */

static void test_in_a_machine_that_may_take_it(void **state)
{
    struct ward *w = *state;
    int64_t fs = scope(w, "FS-1"), aer = reprocessor(w, "AER-1");
    int64_t m = bench_device(w, "M-1", "monitor", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    struct ct_scope_record r = begun(w, fs, CT_SCOPE_NEW, 0);
    walked(w, r.id, CT_STEP_INSPECT);
    struct ct_scope_step s = next(w, r.id);
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "bath_id", "which bath or machine");
    s.machine_id = m;
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "machine", "no programme that disinfects");
    s.machine_id = 0;
    snprintf(s.machine, sizeof s.machine, "AER-9");
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "machine", "no machine");
    snprintf(s.machine, sizeof s.machine, "AER-1");
    s.cycle_number = CT_UNSET;
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "cycle_number", "");
    s.cycle_number = 7;
    snprintf(s.programme, sizeof s.programme, "porous-134");
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "programme", "does not run");
    s.programme[0] = '\0';
    int64_t fault;
    ok(ct_equipment_quarantine(w->tom, aer, "door seal", &fault, e));
    w->c.now += MIN(1);
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "machine", "takes no load");
    int64_t second = reprocessor(w, "AER-2");
    snprintf(s.machine, sizeof s.machine, "AER-2");
    ok(ct_scope_step(w->tom, &s, e));
    assert_int_equal(s.machine_id, second);
    w->c.now += MIN(5);
    struct ct_scope_record *x = &r; /* the same cycle cannot be that of another record of it */
    s = next(w, x->id);
    ok(ct_scope_step(w->tom, &s, e));
    s = next(w, x->id);
    ok(ct_scope_step(w->tom, &s, e));
    s = next(w, x->id);
    snprintf(s.place, sizeof s.place, "Cabinet 2");
    ok(ct_scope_step(w->tom, &s, e));
    w->c.now += MIN(5);
    r = begun(w, fs, CT_SCOPE_STORED, 0);
    walked(w, r.id, CT_STEP_INSPECT);
    s = next(w, r.id);
    s.machine_id = second;
    s.cycle_number = 7;
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "cycle_number", "is that of RE-");
}

static int64_t bath(struct ward *w)
{
    int64_t id = bench_device(w, "TUB-1", "disinfectant-bath", CT_ELEC_UNSAID,
                              CT_APPLIED_UNSAID);
    struct ct_machine_programme m = {.equipment_id = id, .programme = "ortho-phthalaldehyde"};
    ok(ct_machine_programme_add(w->sue, &m, e));
    struct ct_bath b = {.equipment_id = id, .expires = ct_date_at(w->c.now) + 200,
                        .product = "OPA (invented)", .lot = "OP-1"};
    ok(ct_bath_pour(w->tom, &b, e));
    return b.id;
}

static struct ct_bath_soak soaked(struct ward *w, int64_t bath_id, const char *item)
{
    struct ct_bath_strip t = {.bath_id = bath_id, .lot = "ST-4", .control = true,
                              .expires = ct_date_at(w->c.now)};
    struct ct_bath_soak k = {.bath_id = bath_id, .temp_c10 = 210};
    snprintf(k.item, sizeof k.item, "%s", item);
    w->c.now += MIN(1);
    ok(ct_bath_test(w->tom, &t, e));
    ok(ct_bath_soak(w->tom, &k, e));
    return k;
}

static void out(struct ward *w, struct ct_bath_soak *k, bool done)
{
    k->done = k->rinsed = done;
    k->ended_ms = 0;
    snprintf(k->text, sizeof k->text, "%s", done ? "" : "the lid was open");
    ok(ct_bath_soak_end(w->tom, k, e));
}

static void test_in_a_bath_for_its_time(void **state)
{
    struct ward *w = *state;
    int64_t fs = scope(w, "FS-1"), ba = bath(w);
    struct ct_bath_soak early = soaked(w, ba, "FS-1"); /* before it was cleaned */
    w->c.now += MIN(12);
    out(w, &early, true);
    struct ct_scope_record r = begun(w, fs, CT_SCOPE_NEW, 0);
    walked(w, r.id, CT_STEP_INSPECT);
    struct ct_scope_step s = next(w, r.id);
    s.bath_id = ba;
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "bath_id", "not soaked in BA-");
    struct ct_bath_soak other = soaked(w, ba, "FS-7");
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "bath_id", "not soaked in BA-");
    out(w, &other, false);
    struct ct_bath_soak k = soaked(w, ba, "fs-1");
    struct ct_scope z = now(w, fs);
    assert_int_equal(z.soak_bath, ba);
    assert_int_equal(z.soak_ready_ms, k.ready_ms);
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "bath_id", "is in BA-");
    out(w, &k, false);
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "bath_id", "broken off");
    k = soaked(w, ba, "FS-1");
    w->c.now += MIN(12);
    out(w, &k, true);
    int64_t taken_out = w->c.now;
    w->c.now += MIN(3);
    ok(ct_scope_step(w->tom, &s, e));
    assert_int_equal(s.soak_id, k.id);
    assert_int_equal(s.done_ms, taken_out);
    ok(ct_scope_void(w->tom, r.id, "the wrong endoscope", e));
    r = begun(w, fs, CT_SCOPE_NEW, 0); /* a soak is that of one record */
    walked(w, r.id, CT_STEP_INSPECT);
    s = next(w, r.id);
    s.bath_id = ba;
    refused(ct_scope_step(w->tom, &s, e), CT_EINVAL, "bath_id", "not soaked in BA-");
}

/* ---- ready ------------------------------------------------------------------------------ */

static void test_ready_until_its_hang_time_is_over(void **state)
{
    struct ward *w = *state;
    reprocessor(w, "AER-1");
    int64_t fs = scope(w, "FS-1");
    gate(w, "FS-1", CT_GATE_REASON, "no record of its reprocessing");
    assert_int_equal(now(w, fs).now, CT_SCOPE_MUST);
    struct ct_scope_record r = begun(w, fs, CT_SCOPE_NEW, 0);
    walked(w, r.id, CT_STEP_CLEAN);
    gate(w, "FS-1", CT_GATE_REASON, "is not complete");
    assert_int_equal(now(w, fs).now, CT_SCOPE_REPROCESSING);
    assert_non_null(strstr(now(w, fs).why, ", next: Rinse"));
    walked(w, r.id, CT_STEP_STORE);
    gate(w, "FS-1", CT_GATE_FREE, "");
    assert_int_equal(now(w, fs).now, CT_SCOPE_IS_READY);
    int64_t stored = w->c.now;
    w->c.now = stored + 7 * (int64_t)CT_DAY_MS;
    gate(w, "FS-1", CT_GATE_FREE, "");
    w->c.now += 1000;
    gate(w, "FS-1", CT_GATE_REASON, "hang time over since");
    assert_int_equal(now(w, fs).now, CT_SCOPE_MUST);
    struct ct_gate g; /* for vitals or a load nothing is asked of it */
    ok(ct_equipment_gate(w->tom, "FS-1", CT_GATE_VITALS, w->c.now, &g, e));
    assert_int_equal(g.answer, CT_GATE_FREE);
    r = begun(w, fs, CT_SCOPE_STORED, 0);
    walked(w, r.id, CT_STEP_STORE);
    gate(w, "FS-1", CT_GATE_FREE, "");
}

static void test_a_use_makes_it_dirty(void **state)
{
    struct ward *w = *state;
    reprocessor(w, "AER-1");
    int64_t fs = scope(w, "FS-1");
    struct ct_scope_record r = begun(w, fs, CT_SCOPE_NEW, 0);
    walked(w, r.id, CT_STEP_STORE);
    w->c.now += MIN(30);
    int64_t first = procedure(w, "Ash", 0);
    ok(uses(w, first, "fs-1", NULL, e));
    w->c.now += MIN(30);
    gate(w, "FS-1", CT_GATE_REASON, "and not reprocessed since");
    struct ct_scope z = now(w, fs);
    assert_int_equal(z.now, CT_SCOPE_MUST);
    assert_int_equal(z.used_id, first);
    int64_t second = procedure(w, "Elm", 0);
    refused(uses(w, second, "FS-1", NULL, e), CT_EINVAL, "device", "not reprocessed since");
    ok(uses(w, second, "FS-1", "no other here", e));
    assert_int_equal(app_int(w->sue,
                             "SELECT count(*) FROM equipment_override WHERE for_what = 1 "
                             "AND state LIKE '%not reprocessed since%'"),
                     1);
    struct ct_scope_record wrong = {.equipment_id = fs, .why = CT_SCOPE_STORED};
    refused(ct_scope_begin(w->tom, &wrong, e), CT_EINVAL, "why", "say so");
    w->c.now += MIN(30);
    r = begun(w, fs, CT_SCOPE_USED, second);
    walked(w, r.id, CT_STEP_STORE);
    gate(w, "FS-1", CT_GATE_FREE, "");
    struct ct_scope_record back = {.equipment_id = fs, .why = CT_SCOPE_USED,
                                   .used_ms = w->c.now - MIN(20), .text = "at home"};
    refused(ct_scope_begin(w->tom, &back, e), CT_EINVAL, "used_ms", "was complete after that");
}

static void test_what_is_struck_out_or_called_off_is_no_use(void **state)
{
    struct ward *w = *state;
    reprocessor(w, "AER-1");
    int64_t fs = scope(w, "FS-1");
    struct ct_scope_record r = begun(w, fs, CT_SCOPE_NEW, 0);
    walked(w, r.id, CT_STEP_STORE);
    w->c.now += MIN(30);
    int64_t p = procedure(w, "Ash", 0);
    struct ct_proc_use u = {.kind = CT_PROC_EQUIPMENT, .what = "FS-1"};
    ok(ct_procedure_use_add(w->tom, p, &u, e));
    w->c.now += MIN(5);
    gate(w, "FS-1", CT_GATE_REASON, "used on P-");
    ok(ct_procedure_use_end(w->tom, p, u.id, "it was another one", e));
    gate(w, "FS-1", CT_GATE_FREE, "");
    struct ct_procedure off = {.patient_id = ward_patient(w, "Elm", "Demo", "", "1960-01-01"),
                               .planned_ms = w->c.now, .kind = "consultation"};
    ok(ct_procedure_add(w->tom, &off, NULL, e));
    ok(uses(w, off.id, "FS-1", NULL, e));
    w->c.now += MIN(5);
    gate(w, "FS-1", CT_GATE_REASON, "used on P-");
    struct ct_proc_event x = {.state = CT_PROC_CANCELLED, .text = "patient is ill"};
    ok(ct_procedure_state(w->tom, off.id, CT_PROC_SCHEDULED, &x, e));
    gate(w, "FS-1", CT_GATE_FREE, "");
}

/* A use that is entered late is judged by its own moment. */
static void test_a_late_entry_is_judged_by_its_day(void **state)
{
    struct ward *w = *state;
    reprocessor(w, "AER-1");
    int64_t fs = scope(w, "FS-1");
    int64_t before = procedure(w, "Ash", 0);
    w->c.now += MIN(10);
    struct ct_scope_record r = begun(w, fs, CT_SCOPE_NEW, 0);
    walked(w, r.id, CT_STEP_STORE);
    w->c.now += MIN(10);
    refused(uses(w, before, "FS-1", NULL, e), CT_EINVAL, "device", "no record");
    int64_t after = procedure(w, "Elm", 20);
    w->c.now += MIN(5);
    struct ct_scope_record next_one = begun(w, fs, CT_SCOPE_USED, after);
    ok(uses(w, after, "FS-1", NULL, e)); /* named when its record is begun already */
    assert_int_equal(now(w, fs).now, CT_SCOPE_REPROCESSING);
    struct ct_scope_record from;
    struct ct_procedure p;
    ok(ct_procedure_get(w->tom, after, &p, e));
    ok(ct_scope_came_from(w->tom, "FS-1", p.started_ms, &from, e));
    assert_int_equal(from.id, r.id);
    ok(ct_procedure_get(w->tom, before, &p, e));
    refused(ct_scope_came_from(w->tom, "FS-1", p.started_ms, &from, e), CT_ENOTFOUND, "",
            "no complete record");
    (void)next_one;
}

/* A record of this morning that is written down in the evening. */
static void test_a_record_entered_late_counts_from_its_steps(void **state)
{
    struct ward *w = *state;
    reprocessor(w, "AER-1");
    int64_t fs = scope(w, "FS-1"), morning = w->c.now;
    w->c.now += 3 * (int64_t)CT_HOUR_MS;
    int64_t noon = procedure(w, "Ash", 0);
    w->c.now += 6 * (int64_t)CT_HOUR_MS;
    struct ct_scope_record r = begun(w, fs, CT_SCOPE_NEW, 0);
    for (int i = 1; i <= r.steps; i++) {
        struct ct_scope_step s = next(w, r.id);
        s.done_ms = morning + MIN(i);
        s.cycle_number = 7;
        snprintf(s.machine, sizeof s.machine, "%s", i == 7 ? "AER-1" : "");
        snprintf(s.place, sizeof s.place, "Cabinet 1");
        ok(ct_scope_step(w->tom, &s, e));
    }
    ok(uses(w, noon, "FS-1", NULL, e)); /* it was ready then */
    assert_int_equal(now(w, fs).used_id, noon);
    r = begun(w, fs, CT_SCOPE_USED, noon);
    ok(ct_scope_void(w->tom, r.id, "it was FS-2", e));
    struct ct_scope_record home = {.equipment_id = fs, .why = CT_SCOPE_USED, .text = "at home",
                                   .used_ms = morning + MIN(9)};
    refused(ct_scope_begin(w->tom, &home, e), CT_EINVAL, "used_ms", "was complete after that");
}

static void test_without_a_filled_limit_there_is_no_verdict(void **state)
{
    struct ward *w = *state;
    ct_app_free(w->tom); /* the programme as it is shipped */
    w->c.config.data_dir[0] = '\0';
    w->tom = clinic_app(&w->c);
    ok(recorded_login(w->tom, "tom", TOM_PASSWORD, e));
    reprocessor(w, "AER-1");
    int64_t fs = scope(w, "FS-1"), p = procedure(w, "Ash", 20);
    struct ct_scope_record r = begun(w, fs, CT_SCOPE_USED, p);
    w->c.now += 10 * (int64_t)CT_HOUR_MS;
    walked(w, r.id, CT_STEP_STORE);
    r = got(w, r.id);
    assert_true(r.delay_ms > 10 * (int64_t)CT_HOUR_MS);
    assert_int_equal(r.delay_most_ms, CT_UNSET);
    assert_int_equal(r.until_ms, CT_UNSET);
    w->c.now += 90 * (int64_t)CT_DAY_MS;
    gate(w, "FS-1", CT_GATE_NOTE, "no hang time is filled in");
    assert_int_equal(now(w, fs).now, CT_SCOPE_IS_READY);
}

/* ---- what is taken back, who may see ---------------------------------------------------- */

static void test_broken_off_and_in_error(void **state)
{
    struct ward *w = *state;
    reprocessor(w, "AER-1");
    int64_t fs = scope(w, "FS-1"), p = procedure(w, "Ash", 20);
    struct ct_scope_record r = begun(w, fs, CT_SCOPE_USED, p);
    refused(ct_scope_break_off(w->tom, r.id, " ", e), CT_EINVAL, "text", "");
    ok(ct_scope_break_off(w->tom, r.id, "no water", e));
    refused(ct_scope_break_off(w->tom, r.id, "again", e), CT_ECONFLICT, "", "BROKEN OFF");
    assert_string_equal(got(w, r.id).end_text, "no water");
    assert_int_equal(now(w, fs).now, CT_SCOPE_MUST);
    r = begun(w, fs, CT_SCOPE_AGAIN, 0);
    walked(w, r.id, CT_STEP_STORE);
    assert_int_equal(now(w, fs).now, CT_SCOPE_IS_READY);
    refused(ct_scope_void(w->tom, r.id, "", e), CT_EINVAL, "text", "");
    ok(ct_scope_void(w->tom, r.id, "that was FS-2", e));
    refused(ct_scope_void(w->tom, r.id, "twice", e), CT_ECONFLICT, "", "in error");
    w->c.now += MIN(5);
    gate(w, "FS-1", CT_GATE_REASON, "was broken off");
    struct ct_scope_line *l;
    size_t n;
    ok(ct_scope_past(w->tom, fs, 10, &l, &n, e));
    assert_int_equal(n, 3); /* two records, and the procedure that the first names */
    free(l);
    struct ct_equip_line *h;
    ok(ct_equipment_history(w->tom, fs, 20, &h, &n, e));
    assert_int_equal(n, 3); /* and its registration */
    assert_string_equal(h[0].kind, "reprocessing");
    assert_non_null(strstr(h[0].text, "entered in error: that was FS-2"));
    assert_non_null(strstr(h[1].text, "BROKEN OFF: no water"));
    assert_int_equal(h[0].ref_id, r.id);
    free(h);
}

static void test_who_may_begin_what(void **state)
{
    struct ward *w = *state;
    int64_t fs = scope(w, "FS-1");
    int64_t m = bench_device(w, "M-1", "monitor", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    struct ct_scope_record r = {.equipment_id = m, .why = CT_SCOPE_NEW};
    refused(ct_scope_begin(w->tom, &r, e), CT_EINVAL, "equipment_id", "no endoscope");
    r = (struct ct_scope_record){.equipment_id = fs, .why = CT_SCOPE_USED};
    refused(ct_scope_begin(w->tom, &r, e), CT_EINVAL, "procedure_id", "which procedure");
    r.procedure_id = 999;
    refused(ct_scope_begin(w->tom, &r, e), CT_EINVAL, "procedure_id", "no procedure P-999");
    struct ct_procedure planned = {.patient_id = ward_patient(w, "Elm", "D", "", "1960-01-01"),
                                   .planned_ms = w->c.now, .kind = "consultation"};
    ok(ct_procedure_add(w->tom, &planned, NULL, e));
    r.procedure_id = planned.id;
    refused(ct_scope_begin(w->tom, &r, e), CT_EINVAL, "procedure_id", "did not begin");
    r.procedure_id = procedure(w, "Ash", 20);
    r.used_ms = w->c.now - MIN(21);
    refused(ct_scope_begin(w->tom, &r, e), CT_EINVAL, "used_ms", "began at");
    r.used_ms = w->c.now + MIN(21);
    refused(ct_scope_begin(w->tom, &r, e), CT_EINVAL, "used_ms", "future");
    r.used_ms = 0;
    snprintf(r.programme, sizeof r.programme, "porous-134");
    refused(ct_scope_begin(w->tom, &r, e), CT_EINVAL, "programme",
            "no programme of endoscopes");
    r.programme[0] = '\0';
    r.why = CT_SCOPE_AGAIN;
    refused(ct_scope_begin(w->tom, &r, e), CT_EINVAL, "why", "did not fail");
    refused(ct_scope_begin(w->c.app, &r, e), CT_EDENIED, "", "");
    assert_int_equal(app_int(w->sue, "SELECT count(*) FROM scope_record"), 0);
}

static void test_a_restricted_patient_is_not_named(void **state)
{
    struct ward *w = *state;
    int64_t fs = scope(w, "FS-1"), p = procedure(w, "Ash", 20);
    struct ct_scope_record r = begun(w, fs, CT_SCOPE_USED, p);
    assert_int_equal(r.procedure_id, p);
    ok(ct_access_restrict(w->sue, r.patient_id, CT_RESTRICTED_SET, "the mayor is known here",
                          e));
    struct ct_scope_record now_hidden = got(w, r.id);
    assert_true(now_hidden.restricted);
    assert_int_equal(now_hidden.patient_id, 0);
    assert_int_equal(now_hidden.procedure_id, 0);
    assert_string_equal(now_hidden.patient, "");
    struct ct_scope_line *l;
    size_t n;
    ok(ct_scope_past(w->tom, fs, 10, &l, &n, e));
    assert_int_equal(n, 2);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(l[i].procedure_id, 0);
        assert_null(strstr(l[i].text, "ASH"));
    }
    free(l);
    walked(w, r.id, CT_STEP_CLEAN); /* the endoscope is reprocessed all the same */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, site_setup, ward_teardown)
        T(test_steps_go_in_their_order),
        T(test_late_cleaning_says_why),
        T(test_a_leak_sets_it_apart),
        T(test_a_failed_inspection_ends_the_record),
        T(test_in_a_machine_that_may_take_it),
        T(test_in_a_bath_for_its_time),
        T(test_ready_until_its_hang_time_is_over),
        T(test_a_use_makes_it_dirty),
        T(test_what_is_struck_out_or_called_off_is_no_use),
        T(test_a_late_entry_is_judged_by_its_day),
        T(test_a_record_entered_late_counts_from_its_steps),
        T(test_without_a_filled_limit_there_is_no_verdict),
        T(test_broken_off_and_in_error),
        T(test_who_may_begin_what),
        T(test_a_restricted_patient_is_not_named),
    };
    return cmocka_run_group_tests_name("scope", tests, NULL, NULL);
}
