/* Loads and recalls: nothing is released that was not proven, by whom it must not, or before
 * its time; numbers of cycles leave no hole; a positive indicator stops everything since the
 * last negative one, and the machine returns only after its tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/lookback.h"
#include "clinic/procedure.h"
#include "clinic/recall.h"
#include "clinic/training.h"
#include "tests/support/bench_of.h"
#include "vault/secret.h"

#define PROGRAMME "prevac-textiles-132"
enum { MINUTES = CT_MINUTE_MS };

static void runs(struct ward *w, int64_t id, const char *programme)
{
    struct ct_machine_programme m = {.equipment_id = id};
    snprintf(m.programme, sizeof m.programme, "%s", programme);
    ok(ct_machine_programme_add(w->sue, &m, e));
}

static void tested(struct ward *w, int64_t id, enum ct_machine_test_kind kind, int64_t cycle)
{
    struct ct_machine_test t = {.equipment_id = id, .kind = kind, .cycle_number = cycle,
                                .gap = "cycles of the engineer"};
    snprintf(t.lot, sizeof t.lot, "BD-7");
    w->c.now += MINUTES;
    ok(ct_machine_test_record(w->tom, &t, e));
}

static int64_t steriliser(struct ward *w)
{
    int64_t id = bench_device(w, "ST-1", "steriliser", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    runs(w, id, PROGRAMME);
    tested(w, id, CT_MT_WARM_UP, 98);
    tested(w, id, CT_MT_PENETRATION, 99);
    return id;
}

static int64_t pack(struct ward *w, const char *contents, bool implant)
{
    struct ct_pack p = {.method = CT_METHOD_STEAM, .implant = implant,
                        .expiry_rule = CT_EXPIRY_DAYS, .expiry_days = 30};
    snprintf(p.contents, sizeof p.contents, "%s", contents);
    ok(ct_pack_make(w->tom, &p, e));
    return p.id;
}

static struct ct_pack pack_of(struct ward *w, int64_t id)
{
    struct ct_pack p;
    ok(ct_pack_get(w->tom, id, &p, e));
    return p;
}

static struct ct_load got(struct ward *w, int64_t id)
{
    struct ct_load l;
    ok(ct_load_get(w->tom, id, &l, e));
    return l;
}

static int64_t planned(struct ward *w, int64_t machine, int64_t a, int64_t b)
{
    struct ct_load l = {.equipment_id = machine};
    ok(ct_load_plan(w->tom, &l, e));
    assert_string_equal(l.programme, PROGRAMME);
    ok(ct_load_put(w->tom, l.id, a, e));
    if (b != 0)
        ok(ct_load_put(w->tom, l.id, b, e));
    return l.id;
}

static enum ct_status values(struct ct_app *app, int64_t load, double low, double minutes,
                             double drying, const char *reason, struct ct_load_reading *r,
                             struct ct_error *reterr)
{
    *r = (struct ct_load_reading){.load_id = load};
    r->value[r->n++] = (struct ct_cycle_typed){.measure = CT_M_TEMPERATURE,
                                               .value = (int64_t)(low * 1e6), .ranged = true,
                                               .high = (int64_t)(low * 1e6) + 1500000};
    r->value[r->n++] =
        (struct ct_cycle_typed){.measure = CT_M_HOLD, .value = (int64_t)(minutes * 1e6)};
    if (drying > 0)
        r->value[r->n++] =
            (struct ct_cycle_typed){.measure = CT_M_DRYING, .value = (int64_t)(drying * 1e6)};
    snprintf(r->reason, sizeof r->reason, "%s", reason);
    return ct_load_read(app, r, reterr);
}

static struct ct_load_ci ci(int64_t load, const char *indicator, enum ct_ci_result result)
{
    struct ct_load_ci c = {.load_id = load, .result = result};
    snprintf(c.indicator, sizeof c.indicator, "%s", indicator);
    return c;
}

/* Through its cycle, with its parameters and outer indicators: released but for spores. */
static void cycled(struct ward *w, int64_t load, int64_t cycle)
{
    struct ct_load_reading r;
    struct ct_load_ci c = ci(load, "external", CT_CI_PASS);
    w->c.now += 5 * MINUTES;
    ok(ct_load_start(w->tom, load, cycle, "", NULL, 0, e));
    w->c.now += 30 * MINUTES;
    ok(ct_load_over(w->tom, load, 0, e));
    ok(values(w->tom, load, 132.4, 4.5, 12, "", &r, e));
    assert_int_equal(r.verdict, CT_CYCLE_PASS);
    ok(ct_load_ci(w->tom, &c, e));
}

static void again(struct ct_app *app, const char *secret)
{
    assert_int_equal(clinic_again(app, secret), CT_OK);
}

static enum ct_status released(struct ward *w, int64_t load, struct ct_error *reterr)
{
    again(w->sue, SUE_PASSWORD);
    return ct_load_release(w->sue, load, NULL, reterr);
}

static struct ct_load_bi spores(struct ward *w, int64_t load)
{
    struct ct_load_bi b = {.load_id = load, .expires = ct_date_at(w->c.now) + 100,
                           .incubation_ms = 24 * CT_HOUR_MS};
    snprintf(b.product, sizeof b.product, "Invented spores");
    snprintf(b.lot, sizeof b.lot, "SP-1");
    snprintf(b.control_lot, sizeof b.control_lot, "SP-1");
    snprintf(b.incubator, sizeof b.incubator, "INC-1");
    return b;
}

static void says(struct ward *w, int64_t load, const char *what, bool is)
{
    CT_BUF b = {.max = 8192};
    ok(ct_load_missing(w->tom, load, &b, e));
    if ((strstr(ct_buf_str(&b), what) != NULL) != is)
        fail_msg("\"%s\" in \"%s\"", what, ct_buf_str(&b));
}

static bool board_says(struct ward *w, const char *what)
{
    struct ct_machine_due *d = NULL;
    size_t n = 0;
    bool is = false;
    ok(ct_machine_board(w->tom, w->c.now, &d, &n, e));
    for (size_t i = 0; i < n; i++)
        is = is || strstr(d[i].missing, what) != NULL;
    free(d);
    return is;
}

static void test_a_load_and_its_release(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w), a = pack(w, "Sutures", false), b = pack(w, "Speculum", false);
    struct ct_load l = {.equipment_id = m};
    struct ct_load_reading r;
    ok(ct_load_plan(w->tom, &l, e));
    refused(ct_load_start(w->tom, l.id, 100, "", NULL, 0, e), CT_EINVAL, "pack_id", "no pack");
    ok(ct_load_put(w->tom, l.id, a, e));
    refused(ct_load_put(w->tom, l.id, a, e), CT_EEXISTS, "pack_id", "already");
    ok(ct_load_put(w->tom, l.id, b, e));
    refused(ct_load_start(w->tom, l.id, CT_UNSET, "", NULL, 0, e), CT_EINVAL, "cycle_number", "counts");
    refused(ct_load_start(w->tom, l.id, 99, "", NULL, 0, e), CT_EINVAL, "cycle_number", "test T-");
    refused(ct_load_start(w->tom, l.id, 102, "", NULL, 0, e), CT_EINVAL, "gap", "2 are missing");
    ok(ct_load_start(w->tom, l.id, 100, "", NULL, 0, e));
    assert_int_equal(got(w, l.id).state, CT_LOAD_IS_RUNNING);
    refused(ct_load_take(w->tom, l.id, b, e), CT_EINVAL, "load_id", "its packs stand");
    refused(values(w->tom, l.id, 132, 4, 12, "", &r, e), CT_EINVAL, "load_id", "not over");
    w->c.now += 30 * MINUTES;
    ok(ct_load_over(w->tom, l.id, 0, e));
    assert_int_equal(pack_of(w, a).step, CT_PACK_STERILISED);
    says(w, l.id, "parameters of the cycle are not entered", true);
    refused(released(w, l.id, e), CT_EINVAL, "state", "parameters");
    ok(values(w->tom, l.id, 132, 4, 0, "", &r, e)); /* drying was not read */
    assert_int_equal(r.unmeasured, 1);
    says(w, l.id, "Not every limit", true);
    refused(values(w->tom, l.id, 132, 4, 12, "", &r, e), CT_EINVAL, "reason", "");
    ok(values(w->tom, l.id, 131.9, 4, 12, "the drying was left out", &r, e));
    assert_int_equal(r.verdict, CT_CYCLE_FAIL);
    assert_int_equal(got(w, l.id).state, CT_LOAD_FAILED);
    ok(values(w->tom, l.id, 132, 4, 12, "132.0, not 131.9: read again with sue", &r, e));
    assert_int_equal(got(w, l.id).state, CT_LOAD_WANTS_CI);
    struct ct_load_ci c = ci(l.id, "external", CT_CI_PASS);
    ok(ct_load_ci(w->tom, &c, e));
    assert_int_equal(got(w, l.id).state, CT_LOAD_IS_READY);
    ok(ct_load_pack_out(w->tom, l.id, b, "wet", e));
    again(w->tom, TOM_PASSWORD);
    refused(ct_load_release(w->tom, l.id, NULL, e), CT_EDENIED, "state", "started by you");
    ok(released(w, l.id, e));
    assert_int_equal(pack_of(w, a).step, CT_PACK_RELEASED);
    assert_int_equal(pack_of(w, a).expires, ct_date_at(w->c.now) + 30);
    assert_int_equal(pack_of(w, b).step, CT_PACK_REJECTED);
    refused(released(w, l.id, e), CT_EINVAL, "state", "released already");
    refused(ct_load_reject(w->tom, l.id, "no", e), CT_ECONFLICT, "load_id", "released");
}

static void test_numbers_leave_no_hole(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w), a = pack(w, "A", false), b = pack(w, "B", false);
    int64_t first = planned(w, m, a, 0), second, n = 0;
    struct ct_cycle_gap *g = NULL;
    size_t gaps = 0;
    ok(ct_load_start(w->tom, first, 103, "three cycles of the engineer, T-report 7", NULL, 0, e));
    second = planned(w, m, b, 0);
    refused(ct_load_start(w->tom, second, 104, "", NULL, 0, e), CT_EINVAL, "equipment_id", "runs in");
    w->c.now += 30 * MINUTES;
    ok(ct_load_abort(w->tom, first, "door seal", e));
    assert_int_equal(got(w, first).state, CT_LOAD_IS_ABORTED);
    assert_int_equal(pack_of(w, a).step, CT_PACK_REJECTED);
    ok(ct_load_last_cycle(w->tom, m, PROGRAMME, &n, e));
    assert_int_equal(n, 103); /* an aborted cycle stays */
    refused(ct_load_start(w->tom, second, 103, "x", NULL, 0, e), CT_EINVAL, "cycle_number", "load L-");
    refused(ct_load_start(w->tom, second, 101, "x", NULL, 0, e), CT_EINVAL, "cycle_number",
            "never filled");
    refused(ct_load_start(w->tom, second, 97, "", NULL, 0, e), CT_EINVAL, "gap", "set back");
    w->c.now += MINUTES;
    ok(ct_load_start(w->tom, second, 1, "the controller was replaced", NULL, 0, e));
    ok(ct_cycle_gaps(w->tom, m, &g, &gaps, e));
    assert_int_equal(gaps, 2);
    assert_int_equal(g[1].before, 99);
    assert_int_equal(g[1].number, 103);
    free(g);
    ok(ct_load_last_cycle(w->tom, m, PROGRAMME, &n, e));
    assert_int_equal(n, 1);
}

static void test_what_takes_no_load(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w), a = pack(w, "A", false);
    struct ct_load l = {.equipment_id = m};
    struct ct_pack eo = {.method = CT_METHOD_ETHYLENE_OXIDE};
    runs(w, m, "porous-134");
    refused(ct_load_plan(w->tom, &l, e), CT_EINVAL, "programme", "several");
    snprintf(l.programme, sizeof l.programme, "porous-134");
    refused(ct_load_plan(w->tom, &l, e), CT_EINVAL, "programme", "not filled in");
    snprintf(l.programme, sizeof l.programme, PROGRAMME);
    ok(ct_load_plan(w->tom, &l, e));
    snprintf(eo.contents, sizeof eo.contents, "Lens");
    ok(ct_pack_make(w->tom, &eo, e));
    refused(ct_load_put(w->tom, l.id, eo.id, e), CT_EINVAL, "pack_id", "ethylene");
    ok(ct_load_put(w->tom, l.id, a, e));
    w->c.now += CT_DAY_MS;
    refused(ct_load_start(w->tom, l.id, 100, "", NULL, 0, e), CT_EINVAL, "equipment_id",
            "no penetration test today");
    ok(ct_load_abort(w->tom, l.id, "", e));
    assert_int_equal(got(w, l.id).state, CT_LOAD_IS_GIVEN_UP);
    assert_int_equal(pack_of(w, a).step, CT_PACK_OFF_LOAD);
}

static int64_t procedure(struct ward *w)
{
    struct ct_procedure p = {.planned_ms = w->c.now + CT_HOUR_MS};
    p.patient_id = ward_patient(w, "MÜLLER", "Eva", "9434765919", "1961-03-14");
    snprintf(p.kind, sizeof p.kind, "other");
    ok(ct_procedure_add(w->tom, &p, NULL, e));
    return p.id;
}

static enum ct_status used(struct ct_app *app, int64_t procedure_id, int64_t pack_id,
                           const char *though, struct ct_error *reterr)
{
    struct ct_proc_use u = {.kind = CT_PROC_SET, .though = though};
    snprintf(u.what, sizeof u.what, "PK-%lld", (long long)pack_id);
    return ct_procedure_use_add(app, procedure_id, &u, reterr);
}

static void test_an_implant_waits_for_its_spores(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w), a = pack(w, "Plate", true), recall;
    int64_t l = planned(w, m, a, 0), other;
    struct ct_load_bi b;
    cycled(w, l, 100);
    assert_int_equal(got(w, l).state, CT_LOAD_WANTS_BI);
    says(w, l, "an implant in the load", true);
    b = spores(w, l);
    snprintf(b.control_lot, sizeof b.control_lot, "SP-2");
    refused(ct_load_bi_add(w->tom, &b, e), CT_EINVAL, "control_lot", "another lot");
    snprintf(b.control_lot, sizeof b.control_lot, "SP-1");
    ok(ct_load_bi_add(w->tom, &b, e));
    says(w, l, "to be read from", true);
    refused(released(w, l, e), CT_EINVAL, "state", "to be read from");
    refused(ct_load_bi_read(w->tom, b.id, CT_BI_NEGATIVE, CT_BI_POSITIVE, 0, "", &recall, e),
            CT_EINVAL, "test", "incubation");
    other = procedure(w);
    refused(used(w->tom, other, a, NULL, e), CT_EINVAL, "what", "not released");
    assert_false(board_says(w, "spores of L-"));
    w->c.now += 24 * CT_HOUR_MS;
    assert_true(board_says(w, "spores of L-")); /* the board calls for it */
    refused(ct_load_bi_read(w->tom, b.id, CT_BI_NEGATIVE, CT_BI_NOT_READ, 0, "", &recall, e),
            CT_EINVAL, "control", "control");
    ok(ct_load_bi_read(w->tom, b.id, CT_BI_NEGATIVE, CT_BI_NEGATIVE, 0, "", &recall, e));
    says(w, l, "gave no result", true); /* a control that did not grow */
    ok(ct_load_bi_read(w->tom, b.id, CT_BI_NEGATIVE, CT_BI_POSITIVE, 0, "tubes swapped", &recall,
                       e));
    assert_false(board_says(w, "spores of L-"));
    assert_int_equal(got(w, l).bi, CT_LOAD_BI_NEGATIVE);
    ok(released(w, l, e));
    ok(used(w->tom, other, a, NULL, e));
    assert_int_equal(pack_of(w, a).step, CT_PACK_USED);
}

static void test_released_early_and_followed(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w), a = pack(w, "Plate", true), b = pack(w, "Screws", true), recall;
    int64_t l = planned(w, m, a, b), p, other;
    struct ct_load_bi bi;
    struct ct_load_early x = {.load_id = l, .pack_id = a};
    CT_SECRET *s = secret_of(SUE_PASSWORD);
    struct ct_load_early *list = NULL;
    size_t n = 0;
    cycled(w, l, 100);
    p = procedure(w);
    struct ct_procedure q = {.planned_ms = w->c.now + 2 * CT_HOUR_MS};
    q.patient_id = ward_patient(w, "OKAFOR", "Ada", "9876543210", "1970-01-02");
    snprintf(q.kind, sizeof q.kind, "other");
    ok(ct_procedure_add(w->tom, &q, NULL, e));
    other = q.id;
    x.procedure_id = p;
    snprintf(x.reason, sizeof x.reason, "open fracture, no other plate");
    refused(ct_load_release_early(w->tom, &x, "sue", s, e), CT_EINVAL, "prevent", "");
    snprintf(x.prevent, sizeof x.prevent, "a second set in stock");
    refused(ct_load_release_early(w->tom, &x, "sue", s, e), CT_EINVAL, "state", "put one in");
    bi = spores(w, l);
    ok(ct_load_bi_add(w->tom, &bi, e));
    refused(ct_load_release_early(w->tom, &x, "sue", s, e), CT_EINVAL, "indicator", "type 5");
    struct ct_load_ci five = ci(l, "internal", CT_CI_PASS);
    five.type = CT_CI_INTEGRATING;
    ok(ct_load_ci(w->tom, &five, e));
    ok(ct_load_release_early(w->tom, &x, "sue", s, e));
    assert_int_equal(pack_of(w, a).step, CT_PACK_RELEASED_EARLY);
    assert_int_equal(pack_of(w, b).step, CT_PACK_STERILISED);
    refused(used(w->tom, other, a, NULL, e), CT_EINVAL, "what", "for no other");
    refused(used(w->sue, other, a, "I say so", e), CT_EINVAL, "what", "for no other");
    ok(used(w->tom, p, a, NULL, e));
    ok(ct_load_earlies(w->tom, 0, &list, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(list[0].bi, CT_LOAD_BI_WAITS);
    free(list);
    w->c.now += 25 * CT_HOUR_MS;
    ok(ct_load_bi_read(w->tom, bi.id, CT_BI_NEGATIVE, CT_BI_POSITIVE, 0, "", &recall, e));
    ok(released(w, l, e));
    ok(ct_load_earlies(w->tom, 0, &list, &n, e));
    assert_int_equal(n, 0); /* followed to its end */
    assert_int_equal(pack_of(w, a).released, 1);
    assert_int_equal(pack_of(w, a).step, CT_PACK_USED);
    assert_int_equal(pack_of(w, b).step, CT_PACK_RELEASED);
}

static void test_a_pack_is_refused(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w), a = pack(w, "A", false), b = pack(w, "B", false);
    int64_t l = planned(w, m, a, b), p = procedure(w);
    cycled(w, l, 100);
    ok(ct_load_pack_out(w->tom, l, b, "torn", e));
    ok(released(w, l, e));
    refused(used(w->tom, p, 999, NULL, e), CT_EINVAL, "what", "no pack");
    refused(used(w->tom, p, b, "in a hurry", e), CT_EINVAL, "what", "supervisor");
    refused(used(w->sue, p, b, NULL, e), CT_EINVAL, "what", "reason");
    ok(used(w->sue, p, b, "looked at by two, the inner wrap is whole", e));
    assert_int_equal(pack_of(w, b).step, CT_PACK_USED);
    w->c.now += 31 * (int64_t)CT_DAY_MS;
    refused(used(w->tom, p, a, NULL, e), CT_EINVAL, "what", "out of date");
}

static void test_a_positive_one_recalls(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w), pk[5], l[4], recall = 0, p, id;
    struct ct_load_bi good, bad;
    struct ct_recall_row r;
    struct ct_recall_pack *list = NULL;
    size_t n = 0;
    for (int i = 0; i < 5; i++)
        pk[i] = pack(w, "Set", false);
    for (int i = 0; i < 4; i++) {
        l[i] = planned(w, m, pk[i], i == 3 ? pk[4] : 0);
        cycled(w, l[i], 100 + i);
        ok(released(w, l[i], e));
        if (i == 0) {
            good = spores(w, l[0]);
            good.incubation_ms = CT_HOUR_MS / 4;
            ok(ct_load_bi_add(w->tom, &good, e));
        }
        if (i == 2) {
            bad = spores(w, l[2]);
            ok(ct_load_bi_add(w->tom, &bad, e));
        }
    }
    ok(ct_load_bi_read(w->tom, good.id, CT_BI_NEGATIVE, CT_BI_POSITIVE, 0, "", &recall, e));
    assert_int_equal(recall, 0);
    p = procedure(w);
    ok(used(w->tom, p, pk[3], NULL, e));
    ok(ct_load_bi_read(w->tom, bad.id, CT_BI_POSITIVE, CT_BI_NOT_READ, 0, "", &recall, e));
    assert_true(recall > 0);
    ok(ct_recall_get(w->tom, recall, &r, e));
    assert_int_equal(r.after_id, l[0]);
    assert_int_equal(r.packs, 4); /* of the loads 2, 3 and 4 */
    assert_int_equal(r.packs, app_int(w->tom, /* the same, counted without the program */
                                      "SELECT count(DISTINCT p.pack_id) FROM pack_event p, "
                                      "load_event s WHERE p.step = 1 AND p.ref_kind = 1 "
                                      "AND s.load_id = p.ref_id AND s.step = 1 AND s.at_ms > "
                                      "(SELECT g.at_ms FROM load_event g, load_bi b "
                                      "WHERE b.id = 1 AND g.load_id = b.load_id "
                                      "AND g.step = 1)"));
    assert_int_equal(r.loads, 3);
    assert_int_equal(r.undone, 4);
    assert_int_equal(pack_of(w, pk[0]).recalled, 0);
    assert_int_equal(pack_of(w, pk[4]).recalled, 1);
    refused(used(w->tom, p, pk[4], NULL, e), CT_EINVAL, "what", "RECALLED");
    refused(used(w->sue, p, pk[4], "it must be", e), CT_EINVAL, "what", "RECALLED");
    ok(ct_recall_packs(w->tom, recall, &list, &n, e));
    assert_int_equal(n, 4);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(list[i].procedure_id, list[i].p.id == pk[3] ? p : 0);
    free(list);
    refused(ct_machine_ready(w->tom, m, PROGRAMME, w->c.now, e), CT_EINVAL, "equipment_id",
            "0 of 3 empty-chamber tests");
    refused(ct_load_bi_read(w->tom, bad.id, CT_BI_NEGATIVE, CT_BI_POSITIVE, 0, "no", &id, e),
            CT_ECONFLICT, "test", "stands");
    again(w->sue, SUE_PASSWORD);
    refused(ct_recall_close(w->sue, recall, "seal", e), CT_EINVAL, "undone", "4 packs");
    refused(ct_recall_dispose(w->tom, recall, &pk[3], 1, CT_RECALL_PATIENT, "", e), CT_EINVAL,
            "text", "");
    refused(ct_recall_dispose(w->tom, recall, &pk[0], 1, CT_RECALL_APART, "", e), CT_EINVAL,
            "pack_id", "not stopped");
    ok(ct_recall_dispose(w->tom, recall, &pk[3], 1, CT_RECALL_PATIENT, "told; blood taken", e));
    ok(ct_recall_dispose(w->tom, recall, &pk[1], 2, CT_RECALL_REPROCESSED, "", e));
    assert_int_equal(pack_of(w, pk[1]).step, CT_PACK_REPROCESSED);
    refused(ct_recall_dispose(w->tom, recall, &pk[4], 1, CT_RECALL_LIFTED, "fine", e), CT_EDENIED,
            "", "");
    ok(ct_recall_dispose(w->tom, recall, &pk[4], 1, CT_RECALL_APART, "", e));
    refused(ct_recall_close(w->sue, recall, "seal", e), CT_EINVAL, "negatives", "0 of 3");
    for (int i = 0; i < 3; i++)
        tested(w, m, CT_MT_CHALLENGE_RETURN, 110 + i);
    refused(ct_recall_close(w->tom, recall, "seal", e), CT_EDENIED, "", "");
    again(w->sue, SUE_PASSWORD);
    ok(ct_recall_close(w->sue, recall, "door seal replaced; three cycles negative", e));
    refused(ct_recall_dispose(w->tom, recall, &pk[4], 1, CT_RECALL_APART, "", e), CT_ECONFLICT,
            "recall_id", "closed");
    refused(used(w->tom, p, pk[4], NULL, e), CT_EINVAL, "what", "RECALLED"); /* stays stopped */
}

static void test_the_list_without_a_failure(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w), a = pack(w, "A", false), b = pack(w, "B", false), id;
    int64_t l = planned(w, m, a, b);
    struct ct_recall_pack *list = NULL;
    size_t n = 0;
    cycled(w, l, 100);
    const struct ct_recall_ask of_pack = {.pack_id = a}, of_load = {.load_id = l},
                               period = {.equipment_id = m, .from_ms = 0, .to_ms = w->c.now},
                               before = {.equipment_id = m, .from_ms = 0, .to_ms = 1};
    const struct ct_recall_ask *ask[] = {&of_pack, &of_load, &period};
    for (int i = 0; i < 3; i++) {
        ok(ct_recall_list(w->tom, ask[i], &list, &n, e));
        assert_int_equal(n, 2);
        assert_int_equal(list[1].p.id, b);
        free(list);
    }
    refused(ct_recall_open(w->tom, &of_load, "wrong wrap", &id, e), CT_EDENIED, "", "");
    refused(ct_recall_open(w->sue, &before, "x", &id, e), CT_EINVAL, "load_id", "no pack");
    ok(ct_recall_open(w->sue, &of_load, "wrong wrap", &id, e));
    assert_int_equal(pack_of(w, a).recalled, 1);
    ok(ct_recall_dispose(w->sue, id, &a, 1, CT_RECALL_LIFTED, "the wrap was right after all", e));
    assert_int_equal(pack_of(w, a).recalled, 0);
    ok(ct_machine_ready(w->tom, m, PROGRAMME, w->c.now, e)); /* the machine is not to blame */
}

static void test_a_look_back_lists_its_loads(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w), from = w->c.now, id;
    int64_t first = planned(w, m, pack(w, "A", false), 0), second;
    struct ct_lookback_line *line = NULL;
    size_t n = 0;
    cycled(w, first, 100);
    second = planned(w, m, pack(w, "B", false), 0);
    cycled(w, second, 101);
    (void)planned(w, m, pack(w, "C", false), 0); /* it never ran */
    ok(ct_lookback_open(w->tom, m, from, "its thermometer fell", &id, e));
    ok(ct_lookback_lines(w->tom, &w->rules, id, &line, &n, e));
    assert_int_equal(n, 2);
    assert_int_equal(line[0].what, CT_LB_LOAD);
    assert_int_equal(line[0].ref_id + line[1].ref_id, first + second);
    assert_non_null(strstr(line[0].value, PROGRAMME));
    ok(ct_lookback_dispose(w->tom, id, line, n, CT_DISP_REVIEWED, "looked at with sue", e));
    free(line);
}

static void test_a_record_is_kept(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w), a = pack(w, "A", false), l = planned(w, m, a, 0);
    struct ct_load_reading r = {.id = 0};
    CT_BUF bytes = {.max = 1024};
    CT_BUF profile = {.max = 1024};
    ok(ct_load_start(w->tom, l, 100, "", NULL, 0, e));
    w->c.now += 30 * MINUTES;
    ok(ct_load_over(w->tom, l, 0, e));
    struct ct_load_record rec = {.load_id = l, .name = "odd.txt", .profile = "", .number = 101,
                                 .bytes = "not a print", .n = 11};
    refused(ct_load_keep(w->tom, &rec, &r, e), CT_EINVAL, "number", "cycle 101");
    rec.number = CT_UNSET;
    ok(ct_load_keep(w->tom, &rec, &r, e));
    assert_int_equal(r.id, 0); /* it shows nothing, and is kept */
    refused(ct_load_keep(w->tom, &rec, &r, e), CT_EINVAL, "record", "kept with");
    ok(ct_load_record_bytes(w->tom, rec.id, &bytes, &profile, e));
    assert_string_equal(ct_buf_str(&bytes), "not a print");
    says(w, l, "parameters of the cycle are not entered", true);
}

/* A test closes no hole in silence: cycles that nobody recorded are explained, once. */
static void test_a_test_leaves_no_hole_either(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w), a = pack(w, "A", false), n;
    struct ct_machine_test t = {.equipment_id = m, .kind = CT_MT_PENETRATION, .lot = "BD-8",
                                .cycle_number = 103};
    struct ct_cycle_gap *g = NULL;
    size_t gaps;
    w->c.now += MINUTES;
    refused(ct_machine_test_record(w->tom, &t, e), CT_EINVAL, "gap", "3 are missing before 103");
    t.gap = "three cycles of the engineer";
    ok(ct_machine_test_record(w->tom, &t, e));
    assert_null(t.gap);
    ok(ct_cycle_gaps(w->tom, m, &g, &gaps, e));
    assert_int_equal(gaps, 1);
    assert_string_equal(g[0].text, "three cycles of the engineer");
    free(g);
    t = (struct ct_machine_test){.equipment_id = m, .kind = CT_MT_BIOLOGICAL, .lot = "SP-1",
                                 .cycle_number = 103};
    ok(ct_machine_test_record(w->tom, &t, e)); /* two tests of one cycle */
    t = (struct ct_machine_test){.equipment_id = m, .kind = CT_MT_WARM_UP, .cycle_number = 101};
    refused(ct_machine_test_record(w->tom, &t, e), CT_EINVAL, "cycle_number", "never filled");
    /* entered late: it was before all of these */
    t = (struct ct_machine_test){.equipment_id = m, .kind = CT_MT_WARM_UP, .cycle_number = 97,
                                 .done_ms = w->c.now - CT_DAY_MS};
    ok(ct_machine_test_record(w->tom, &t, e));
    w->c.now += MINUTES;
    t = (struct ct_machine_test){.equipment_id = m, .kind = CT_MT_WARM_UP, .cycle_number = 5};
    refused(ct_machine_test_record(w->tom, &t, e), CT_EINVAL, "gap", "set back");
    ok(ct_load_start(w->tom, planned(w, m, a, 0), 104, "", NULL, 0, e)); /* it goes on */
    ok(ct_load_last_cycle(w->tom, m, PROGRAMME, &n, e));
    assert_int_equal(n, 104);
}

/* Starting and releasing ask for the competencies of the programme and of the machine. */
static void test_who_may_run_a_load(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w), a = pack(w, "A", false), l = planned(w, m, a, 0), seq;
    struct ct_comp_rule r = {.subject = {.kind = CT_SUBJ_PROGRAMME},
                             .level = CT_LEVEL_ASSESSED, .risk = CT_RISK_HIGH, .months = 12};
    struct ct_load_reading read;
    struct ct_load_ci c = ci(l, "external", CT_CI_PASS);
    snprintf(r.subject.id, sizeof r.subject.id, PROGRAMME);
    snprintf(r.subject.title, sizeof r.subject.title, "Textiles, 132 degC");
    snprintf(r.source, sizeof r.source, "policy D-4 (invented)");
    ok(ct_comp_rule_put(w->sue, &r, e));
    w->c.now += MINUTES;
    refused(ct_load_start(w->tom, l, 100, "", NULL, 0, e), CT_EINVAL, "competency",
            "not assessed for");
    assert_int_equal(got(w, l).state, CT_LOAD_IS_PLANNED); /* nothing half-saved */
    ok(ct_load_start(w->tom, l, 100, "", "nobody else is here", 0, e));
    expect_entry(&w->c, "load.start", CT_EXCEPTION, "because nobody else is here");
    w->c.now += 30 * MINUTES;
    ok(ct_load_over(w->tom, l, 0, e));
    ok(values(w->tom, l, 132.4, 4.5, 12, "", &read, e));
    ok(ct_load_ci(w->tom, &c, e));
    refused(released(w, l, e), CT_EINVAL, "competency", "not assessed for");
    assert_int_equal(got(w, l).state, CT_LOAD_IS_READY);
    ok(ct_load_release(w->sue, l, "the assessor is ill", e));
    assert_int_equal(got(w, l).state, CT_LOAD_IS_RELEASED);
    expect_entry(&w->c, "load.release", CT_EXCEPTION, "because the assessor is ill");
    /* a trainee goes on under supervision, and somebody stands for it */
    struct ct_trainee t = {.from = CT_NO_DATE, .until = ct_date_at(w->c.now) + 9,
                           .reason = "induction"};
    t.user_id = (uint32_t)app_int(w->sue, "SELECT user_id FROM user_now WHERE login = 'tom'");
    t.supervisor_id = (uint32_t)app_int(w->sue, "SELECT user_id FROM user_now WHERE login='sue'");
    ok(ct_trainee_put(w->sue, &t, e));
    w->c.now += MINUTES;
    l = planned(w, m, pack(w, "B", false), 0);
    ok(ct_load_start(w->tom, l, 101, "", NULL, 0, e));
    expect_entry(&w->c, "load.start", CT_NOTABLE, "as a trainee: not assessed for");
    seq = app_int(w->sue, "SELECT seq FROM audit WHERE verb = 'load.start' ORDER BY seq DESC");
    struct ct_awaiting *waits = NULL;
    size_t n;
    bool there = false;
    ok(ct_countersign_list(w->sue, 0, 50, &waits, &n, e));
    for (size_t i = 0; i < n; i++)
        there = there || waits[i].seq == seq;
    free(waits);
    assert_true(there);
}

/* What the machine itself calls aborted is no pass, whatever its figures are. */
static void test_an_aborted_record(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w), a = pack(w, "A", false), l = planned(w, m, a, 0);
    struct ct_load_reading r = {.id = 0};
    const struct ct_cycle_typed printed[] = {
        {.measure = CT_M_TEMPERATURE, .value = 132500000, .ranged = true, .high = 133900000}};
    struct ct_load_record rec = {.load_id = l, .name = "cut.txt", .profile = "p", .number = 100,
                                 .bytes = "cycle 100, stopped", .n = 18, .state = 1,
                                 .value = printed, .n_value = 1};
    ok(ct_load_start(w->tom, l, 100, "", NULL, 0, e));
    w->c.now += 30 * MINUTES;
    ok(ct_load_over(w->tom, l, 0, e));
    ok(ct_load_keep(w->tom, &rec, &r, e));
    assert_int_equal(r.verdict, CT_CYCLE_FAIL);
    assert_non_null(strstr(r.text, "temperature 132.5 to 133.9 degC"));
    assert_int_equal(got(w, l).state, CT_LOAD_FAILED);
    says(w, l, "broken by the machine's record", true);
    refused(released(w, l, e), CT_EINVAL, "state", "broken by");
    /* another record that shows nothing wrong does not take its place */
    struct ct_load_record again_rec = rec;
    again_rec.name = "whole.txt";
    again_rec.bytes = "cycle 100, whole now";
    again_rec.n = 20;
    again_rec.state = 0;
    ok(ct_load_keep(w->tom, &again_rec, &r, e));
    assert_int_not_equal(r.verdict, CT_CYCLE_FAIL);
    assert_int_equal(got(w, l).state, CT_LOAD_FAILED);
    assert_int_equal(got(w, l).verdict, CT_CYCLE_FAIL);
    ok(ct_load_reject(w->tom, l, "the machine stopped", e));
    assert_int_equal(got(w, l).state, CT_LOAD_IS_REJECTED);
}

/* One that fails and comes after the release stops nothing by itself, and says so. */
static void test_a_record_that_fails_after_the_release(void **state)
{
    struct ward *w = *state;
    int64_t m = steriliser(w), a = pack(w, "A", false), l = planned(w, m, a, 0);
    struct ct_load_reading r = {.id = 0};
    const struct ct_cycle_typed printed[] = {
        {.measure = CT_M_TEMPERATURE, .value = 129000000, .ranged = true, .high = 133900000}};
    struct ct_load_record rec = {.load_id = l, .name = "late.txt", .profile = "p", .number = 100,
                                 .bytes = "cycle 100, cold", .n = 15, .value = printed,
                                 .n_value = 1};
    cycled(w, l, 100);
    ok(released(w, l, e));
    says(w, l, "breaks a limit", false);
    ok(ct_load_keep(w->tom, &rec, &r, e));
    assert_int_equal(r.verdict, CT_CYCLE_FAIL);
    expect_entry(&w->c, "load.record", CT_EXCEPTION, "late.txt");
    assert_int_equal(got(w, l).state, CT_LOAD_IS_RELEASED);
    says(w, l, "breaks a limit", true);
    says(w, l, "opens a recall", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        T(test_a_load_and_its_release),
        T(test_numbers_leave_no_hole),
        T(test_what_takes_no_load),
        T(test_an_implant_waits_for_its_spores),
        T(test_released_early_and_followed),
        T(test_a_pack_is_refused),
        T(test_a_positive_one_recalls),
        T(test_the_list_without_a_failure),
        T(test_a_look_back_lists_its_loads),
        T(test_a_record_is_kept),
        T(test_a_test_leaves_no_hole_either),
        T(test_who_may_run_a_load),
        T(test_an_aborted_record),
        T(test_a_record_that_fails_after_the_release),
    };
    return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
