/* Each kind of report with what a clinic has in it: names, values and codes are found by an
 * independent reader, long lists go on over pages under their head, and the page looks as it did
 * when it was looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/access.h"
#include "clinic/competency.h"
#include "clinic/load.h"
#include "clinic/machine.h"
#include "clinic/prep.h"
#include "clinic/procedure.h"
#include "clinic/recall.h"
#include "clinic/review.h"
#include "tests/support/paper.h"

#define PROGRAMME "prevac-textiles-132"
#define LONG_NAME "Laparotomy set, large, with the long retractors, the self-holding frame and the spare blades"
enum { MINUTES = CT_MINUTE_MS };

/* All pictures show the same times. */
static int setup(void **state)
{
    int rc = paper_setup(state);
    ((struct paper *)*state)->w.c.now = 1795478400000;
    return rc;
}

/* Printed on both papers, the A4 one compared; its text. */
static char *both(struct paper *s, struct ct_report *r, const char *name, struct ct_printed *p)
{
    char file[64], path[128];
    snprintf(file, sizeof file, "%s-letter.pdf", name);
    free(paper_printed(s, r, "letter", file, p));
    snprintf(file, sizeof file, "%s.pdf", name);
    char *text = paper_printed(s, r, "a4", file, p);
    paper_path(s, file, path);
    paper_same(path, name);
    paper_expect(text, p->code);
    paper_expect(text, "Page 1 of ");
    paper_expect(text, "Printed by Sue Demo-Okoro");
    return text;
}

static int times(const char *text, const char *words)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, words)) != NULL; at++)
        n++;
    return n;
}

/* Words that may be broken over lines of their cell. */
static void flows(const char *text, const char *words)
{
    char *t = strdup(text), *w = strdup(words);
    for (char **x = (char *[]){t, w, NULL}; *x != NULL; x++) {
        char *to = *x;
        for (const char *c = *x; *c != '\0'; c++)
            if (strchr(" \n-", *c) == NULL)
                *to++ = *c;
        *to = '\0';
    }
    if (strstr(t, w) == NULL)
        fail_msg("\"%s\" is not in:\n%.3000s", words, text);
    free(t);
    free(w);
}

static void refused_build(struct paper *s, const char *kind, const char *what, const char *at,
                          const char *says)
{
    const struct ct_report_ask ask = {.what = what, .to_ms = CT_UNSET, .reason = ""};
    struct ct_report *none = NULL;
    struct ct_error e = {0};
    if (ct_report_build(s->app, kind, &ask, &none, &e) == CT_OK || strcmp(e.field, at) != 0 ||
        strstr(e.text, says) == NULL)
        fail_msg("%s %s: at '%s': %s", kind, what, e.field, e.text);
    assert_null(none);
}

/* ---- the sterile side -------------------------------------------------------------------- */

static void tested(struct ward *w, int64_t id, enum ct_machine_test_kind kind, int64_t cycle)
{
    struct ct_machine_test t = {.equipment_id = id, .kind = kind, .cycle_number = cycle,
                                .gap = "cycles of the engineer", .lot = "BD-7"};
    w->c.now += MINUTES;
    ok(ct_machine_test_record(w->tom, &t, e));
}

static int64_t steriliser(struct ward *w)
{
    int64_t id = bench_device(w, "ST-1", "steriliser", CT_ELEC_UNSAID, CT_APPLIED_UNSAID);
    struct ct_machine_programme m = {.equipment_id = id, .programme = PROGRAMME};
    ok(ct_machine_programme_add(w->sue, &m, e));
    tested(w, id, CT_MT_WARM_UP, 98);
    tested(w, id, CT_MT_PENETRATION, 99);
    return id;
}

static int64_t pack(struct ward *w, const char *contents)
{
    struct ct_pack p = {.method = CT_METHOD_STEAM, .expiry_rule = CT_EXPIRY_DAYS,
                        .expiry_days = 30};
    snprintf(p.contents, sizeof p.contents, "%s", contents);
    ok(ct_pack_make(w->tom, &p, e));
    return p.id;
}

/* n packs through a cycle, released by sue. */
static int64_t through(struct ward *w, int64_t machine, int64_t cycle, int n, int64_t *first)
{
    struct ct_load l = {.equipment_id = machine, .programme = PROGRAMME};
    struct ct_load_reading r = {
        .n = 3,
        .value = {{.measure = CT_M_TEMPERATURE, .value = 132400000, .ranged = true,
                   .high = 133900000},
                  {.measure = CT_M_HOLD, .value = 4500000},
                  {.measure = CT_M_DRYING, .value = 12000000}}};
    struct ct_load_ci c = {.indicator = "external", .result = CT_CI_PASS};
    ok(ct_load_plan(w->tom, &l, e));
    for (int i = 0; i < n; i++) {
        char name[120];
        snprintf(name, sizeof name, "Clamp %d", i);
        if (i == 0)
            snprintf(name, sizeof name, "%s", LONG_NAME);
        int64_t id = pack(w, name);
        if (i == 0)
            *first = id;
        ok(ct_load_put(w->tom, l.id, id, e));
    }
    w->c.now += 5 * MINUTES;
    ok(ct_load_start(w->tom, l.id, cycle, "", NULL, 0, e));
    w->c.now += 30 * MINUTES;
    ok(ct_load_over(w->tom, l.id, 0, e));
    r.load_id = c.load_id = l.id;
    ok(ct_load_read(w->tom, &r, e));
    ok(ct_load_ci(w->tom, &c, e));
    ok(clinic_again(w->sue, SUE_PASSWORD));
    ok(ct_load_release(w->sue, l.id, NULL, e));
    return l.id;
}

static void test_load_record(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    int64_t first, id = through(&s->w, steriliser(&s->w), 100, 30, &first);
    char number[40], pack_number[40];
    struct ct_load l;
    ok(ct_load_get(s->app, id, &l, e));
    ct_load_number(s->app, id, number);
    ct_pack_number(s->app, first, pack_number);
    CT_REPORT *r = paper_built(s, "load", number);
    char *text = both(s, r, "load", &p);
    paper_expect(text, number);
    paper_expect(text, "released");
    flows(text, "spare blades");       /* broken, never cut */
    paper_expect(text, "Clamp 29");
    paper_expect(text, "chemical indicator external");
    flows(text, "Sue Demo-Okoro");
    paper_expect(text, pack_number);
    paper_expect(text, "Page 2 of 2");
    assert_int_equal(times(text, "Use until"), 2); /* the head again on the second page */
    free(text);
}

static void test_pack_labels(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    struct ct_pack k;
    int64_t first, id = through(&s->w, steriliser(&s->w), 100, 9, &first);
    char number[40], path[128];
    ct_load_number(s->app, id, number);
    CT_REPORT *r = paper_built(s, "load-labels", number);
    char *text = paper_printed(s, r, "a4", "labels.pdf", &p);
    paper_path(s, "labels.pdf", path);
    paper_same(path, "labels");
    paper_expect(text, number);
    flows(text, "spare blades");
    paper_expect(text, "Clamp 8");
    paper_expect(text, "Use until");
    paper_expect(text, "Page 2 of ");
    free(text);
    ok(ct_pack_get(s->app, first, &k, e));
    assert_int_equal(k.labels, 1); /* each printing is a label of each pack */
    /* again: not without a reason, and then the packs know it */
    refused_build(s, "load-labels", number, "reason", "9 of the packs had a label before");
    const struct ct_report_ask ask = {.what = number, .to_ms = CT_UNSET, .reason = "jammed"};
    CT_REPORT *again = NULL;
    ok(ct_report_build(s->app, "load-labels", &ask, &again, e));
    free(paper_printed(s, again, "letter", "labels-letter.pdf", &p));
    ok(ct_pack_get(s->app, first, &k, e));
    assert_int_equal(k.labels, 2);
    expect_entry(&s->w.c, "pack.label", CT_NOTABLE, "jammed");
    /* a pack that was torn bears none any more */
    struct ct_pack_event ev = {.step = CT_PACK_DAMAGED, .text = "torn"};
    ok(ct_pack_step(s->w.tom, first, CT_PACK_RELEASED, &ev, e));
    CT_REPORT *fewer = NULL;
    ok(ct_report_build(s->app, "load-labels", &ask, &fewer, e));
    text = paper_printed(s, fewer, "a4", "fewer.pdf", &p);
    flows(text, "1 of its packs bear no label any more");
    assert_null(strstr(text, "spare blades"));
    free(text);
}

static void test_recall(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    int64_t machine = steriliser(&s->w), first;
    through(&s->w, machine, 100, 60, &first);
    struct ct_machine_test t = {.equipment_id = machine, .kind = CT_MT_BIOLOGICAL,
                                .result = CT_MT_FAILED, .cycle_number = 101, .lot = "SP-1",
                                .remark = "growth after a day"};
    s->w.c.now += MINUTES;
    ok(ct_machine_test_record(s->w.tom, &t, e));
    ok(ct_recall_dispose(s->w.tom, t.recall_id, &first, 1, CT_RECALL_APART,
                         "found on the trolley of theatre 2 and set apart in the dirty room", e));
    char what[32], number[40];
    snprintf(what, sizeof what, "RC-%lld", (long long)t.recall_id);
    ct_pack_number(s->app, first, number);
    CT_REPORT *r = paper_built(s, "recall", what);
    char *text = both(s, r, "recall", &p);
    paper_expect(text, what);
    paper_expect(text, "ST-1");
    paper_expect(text, number);
    flows(text, "spare blades");
    flows(text, "dirty room");
    flows(text, "RECALLED, was released");
    paper_expect(text, "60 of 1 load; nothing done yet about 59");
    paper_expect(text, "Page 2 of ");
    assert_int_equal(times(text, "Done about it"), times(text, "Page ")); /* on each page */
    free(text);
}

/* ---- in doubt ------------------------------------------------------------------------------- */

static void measured(struct ward *w, int64_t patient, const char *line)
{
    struct ct_vitals v = ward_set(w, patient, line, w->c.now);
    v.partial = ward_why(w, &v);
    snprintf(v.device[0].device, sizeof v.device[0].device, "M-1");
    v.device[0].quantities = UINT32_C(1) << CT_Q_SBP | UINT32_C(1) << CT_Q_DBP;
    v.device[0].reason = "no other here";
    v.n_devices = 1;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
}

static void found(struct ward *w, int64_t device, const char *line)
{
    int64_t fault, lookback;
    CT_CALIBRATION *k = bench_begin(w->tom, device, "nibp-static", "R-1");
    bench_read(k, CT_CAL_AS_FOUND, line);
    k->done_ms = w->c.now;
    ok(ct_calibration_found(w->tom, k, &fault, &lookback, e));
    if (lookback != 0)
        return;
    ok(ct_calibration_hand_in(w->tom, k, "", "", e));
    ok(clinic_again(w->sue, SUE_PASSWORD));
    ok(ct_calibration_approve(w->sue, k, e));
}

static void test_impact(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    int64_t device = bench_device(&s->w, "M-1", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    int64_t other = ward_patient(&s->w, "Featherstonehaugh-Cholmondeley-Marjoribanks",
                                 "Maximiliana Theodora", "", "1970-02-01");
    bench_standard(&s->w, "R-1", "manometer", -100, 400);
    found(&s->w, device, "p0=0 p10=10 p50=50 p100=100 p150=150 p200=200 p250=250");
    for (int i = 0; i < 40; i++) {
        s->w.c.now += 20 * MINUTES;
        measured(&s->w, i % 3 ? s->patient : other,
                 i % 5 ? "131/84 73 16 98 36.6 A air" : "117/80 72 16 98 36.6 A air");
    }
    s->w.c.now += CT_HOUR_MS;
    found(&s->w, device, "p0=0 p10=18 p50=58 p100=108 p150=158 p200=208 p250=258");
    CT_REPORT *r = paper_built(s, "impact", "M-1");
    char *text = both(s, r, "impact", &p);
    paper_expect(text, "What M-1 touched");
    paper_expect(text, PAPER_ARABIC);
    flows(text, "MARJORIBANKS");
    paper_expect(text, "BP 117/80");
    flows(text, "109/72"); /* what it would have been */
    paper_expect(text, "Page 2 of ");
    assert_null(strstr(text, "Decided")); /* nobody decides on this list */
    free(text);
    CT_REPORT *l = paper_built(s, "lookback", "1");
    text = paper_printed(s, l, "a4", "lookback.pdf", &p);
    paper_expect(text, "Decided");
    flows(text, "MARJORIBANKS");
    free(text);
}

/* ---- competency -------------------------------------------------------------------------------- */

static void test_matrix(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    static const char *const CLASS[][2] = {
        {"infusion-pump", "Infusion pump"}, {"monitor", "Patient monitor"},
        {"defibrillator", "Defibrillator"}, {"steriliser", "Steriliser"}};
    for (size_t i = 0; i < CT_LEN(CLASS); i++) {
        struct ct_comp_rule r = {.level = CT_LEVEL_ASSESSED, .risk = CT_RISK_HIGH, .months = -1,
                                 .source = "policy D-4"};
        r.subject.kind = CT_SUBJ_CLASS;
        snprintf(r.subject.id, sizeof r.subject.id, "%s", CLASS[i][0]);
        snprintf(r.subject.title, sizeof r.subject.title, "%s", CLASS[i][1]);
        ok(ct_comp_rule_put(s->w.sue, &r, e));
    }
    CT_REPORT *r = paper_built(s, "competency", "");
    char *text = both(s, r, "matrix", &p);
    flows(text, "Tom Demo");
    paper_expect(text, "Infusion pump");
    paper_expect(text, "Defibrillator");
    paper_expect(text, "MISSING");
    free(text);
}

/* ---- who looked ---------------------------------------------------------------------------------- */

static void test_access(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    struct ct_patient who;
    for (int i = 0; i < 60; i++) {
        s->w.c.now += MINUTES;
        ok(ct_patient_open(i % 2 ? s->w.tom : s->app, s->patient, &who, e));
    }
    CT_REPORT *r = paper_built(s, "access-patient", PAPER_NUMBER);
    char *text = both(s, r, "access", &p);
    paper_expect(text, PAPER_ARABIC);
    flows(text, "opened a record");
    flows(text, "Tom Demo");
    flows(text, "Sue Demo-Okoro");
    flows(text, "from the first entry on to 24 Nov 01:00");
    assert_null(strstr(text, "1970"));
    paper_expect(text, "Page 2 of 2");
    assert_int_equal(times(text, "Detail"), 2);
    free(text);
    CT_REPORT *u = paper_built(s, "access-user", "tom");
    text = paper_printed(s, u, "a4", "user.pdf", &p);
    paper_expect(text, "Records opened by Tom Demo");
    assert_null(strstr(text, "1 Jan 00:00")); /* no beginning that nobody named */
    flows(text, "opened a record");
    free(text);
}

/* ---- a shift by its day and name ------------------------------------------------------------------- */

static void test_shift(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    struct ct_shift shift;
    char key[48];
    int64_t id = 0;
    ward_record(&s->w, s->patient, PAPER_HIGH, s->w.c.now);
    ward_record(&s->w, s->patient, PAPER_LOW, s->w.c.now + MINUTES);
    ct_shift_at(ct_app_config(s->app), s->w.c.now, &shift);
    ct_shift_key(&shift, key);
    CT_REPORT *r = paper_built(s, "shift-log", key);
    CT_BUF running = {.max = 1 << 20};
    ok(ct_report_give(s->app, r, CT_PRINT_TEXT, "", &running, &p, e));
    paper_expect(ct_buf_str(&running), "NOT REVIEWED, not signed");
    flows(ct_buf_str(&running), "the shift still runs");
    s->w.c.now = shift.end_ms + CT_HOUR_MS;
    CT_REPORT *over = paper_built(s, "shift-log", key);
    char *text = both(s, over, "shift", &p);
    paper_expect(text, "NOT REVIEWED, not signed");
    flows(text, "nobody has signed it");
    assert_null(strstr(text, "still runs"));
    flows(text, "sets 2 (abnormal 1");
    paper_expect(text, PAPER_ARABIC);
    paper_expect(text, "EXCEPTION");
    free(text);
    /* somebody has begun its review: that is what is printed, and it says that nobody signed */
    ok(ct_review_begin(s->app, shift.start_ms, shift.end_ms, shift.name, &id, e));
    CT_REPORT *begun = paper_built(s, "shift-log", key);
    text = paper_printed(s, begun, "a4", "begun.pdf", &p);
    paper_expect(text, "review begun, NOT SIGNED");
    paper_expect(text, "Review R-");
    free(text);
    /* signed by the supervisor, who has no record of her own in it */
    struct ct_review_line *l = NULL;
    int64_t total;
    size_t n = 0;
    const struct ct_review_filter all = {.user_id = 0};
    ok(ct_review_lines(s->app, id, &all, 0, 100, &l, &n, &total, e));
    for (size_t i = 0; i < n; i++)
        if (!l[i].acknowledged)
            ok(ct_review_say(s->app, id, l[i].l.seq, CT_MARK_ACK, "", e));
    free(l);
    CT_CLEANUP(ct_review_text_done) struct ct_review_text t = {.text = NULL};
    ok(ct_review_text(s->app, id, "", true, &t, e));
    ok(clinic_again(s->app, SUE_PASSWORD));
    ok(ct_review_sign(s->app, &t, e));
    CT_REPORT *done = paper_built(s, "shift-log", key);
    text = paper_printed(s, done, "a4", "signed.pdf", &p);
    paper_expect(text, "Signed by");
    flows(text, "Sue Demo-Okoro");
    assert_null(strstr(text, "NOT REVIEWED"));
    assert_null(strstr(text, "NOT SIGNED"));
    free(text);
    /* who reviews nothing prints their own lines, which say that they are no review */
    struct ct_report *own = NULL;
    const struct ct_report_ask ask = {.what = key, .to_ms = CT_UNSET, .reason = ""};
    ok(ct_report_build(s->w.tom, "shift-log", &ask, &own, e));
    CT_BUF out = {.max = 1 << 20};
    ok(ct_report_give(s->w.tom, own, CT_PRINT_TEXT, "", &out, &p, e));
    paper_expect(ct_buf_str(&out), "own lines alone, no review, not signed");
    paper_expect(ct_buf_str(&out), "The lines of Tom Demo");
    ct_report_free(own);
    refused_build(s, "shift-log", "early", "what", "R-12");
    refused_build(s, "shift-log", "2026-11-23/lunch", "what", "No shift \"lunch\" begins");
    refused_build(s, "shift-log", "2026-13-23/early", "", "");
    refused_build(s, "shift-log", "/early", "what", "2026-11-23/early");
    refused_build(s, "shift-log", "2199-01-01/early", "what", "has not begun");
}

/* ---- checklists ------------------------------------------------------------------------------ */

static struct ct_prep_sheet *opened(struct ct_app *app, int64_t id)
{
    struct ct_prep_sheet *s = NULL;
    ok(ct_prep_load(app, id, &s, e));
    return s;
}

/* Whatever the item takes, as people type it. */
static bool answered(struct ct_app *app, struct ct_prep_sheet *s, size_t i, const char *comment)
{
    static const char *const TYPED[] = {"Y", "N", "1", "36.5", "70", "as the patient says",
                                        "06:00"};
    for (size_t k = 0; k < CT_LEN(TYPED); k++) {
        struct ct_check_answer a = s->answer[i];
        struct ct_error no = {0};
        enum ct_verdict v =
            ct_check_read(&s->t->item[i], TYPED[k], ct_app_now(app), &a, &no);
        if (v != CT_V_OK && v != CT_V_UNUSUAL)
            continue;
        if (ct_prep_answer(app, s, i, &a, &no) != CT_OK)
            continue;
        if (comment[0] != '\0')
            ok(ct_prep_comment(app, s, i, comment, e));
        return true;
    }
    return false;
}

static void test_checklist(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    int64_t id;
    size_t n = 0;
    char what[32];
    struct ct_procedure proc = {.planned_ms = s->w.c.now + CT_HOUR_MS, .patient_id = s->patient,
                                .kind = "other"};
    ok(ct_procedure_add(s->w.tom, &proc, NULL, e));
    ok(ct_prep_start(s->w.tom, s->patient, proc.id, "pre-operative-ward", &id, e));
    CT_PREP_SHEET *sheet = opened(s->w.tom, id);
    for (size_t i = 0; i < sheet->t->n_items; i++)
        if (sheet->state[i].shown)
            n += answered(s->w.tom, sheet, i,
                          i == 3 ? "said twice, in her own words, with her daughter beside her and "
                                   "the interpreter on the telephone: she has understood it"
                                 : "");
    assert_true(n > 20);
    snprintf(what, sizeof what, "C-%lld", (long long)id);
    CT_REPORT *r = paper_built(s, "checklist", what);
    char *text = both(s, r, "checklist", &p);
    paper_expect(text, sheet->t->title);
    paper_expect(text, PAPER_ARABIC);
    paper_expect(text, "943 476 5919");
    flows(text, "she has understood it"); /* what was said of an answer */
    flows(text, "Tom Demo");
    for (size_t k = 0; k < sheet->t->n_sections; k++)
        paper_expect(text, sheet->t->section[k].title);
    paper_expect(text, "Page 2 of ");
    free(text);
    snprintf(what, sizeof what, "P-%lld", (long long)proc.id);
    CT_REPORT *all = paper_built(s, "checklist", what);
    text = paper_printed(s, all, "a4", "all.pdf", &p);
    paper_expect(text, sheet->t->title);
    paper_expect(text, what);
    free(text);
    refused_build(s, "checklist", "C-99", "", "no checklist C-99");
}

/* ---- what a screen asks for --------------------------------------------------------------------------- */

/* The last but one about the patient: for whom, before the printing itself. */
static void told(struct paper *s, const char *words)
{
    const struct ct_look_filter f = {.patient_id = s->patient, .from_ms = CT_UNSET,
                                     .to_ms = CT_UNSET};
    struct ct_looked *l = NULL;
    size_t n = 0;
    ok(ct_look_list(s->app, &f, 2, &l, &n, e));
    assert_int_equal(n, 2);
    paper_expect(l[1].detail, words);
    assert_int_equal(l[1].severity, CT_NOTABLE);
    free(l);
}

static void test_job(void **state)
{
    struct paper *s = *state;
    struct ct_printed p, q;
    char whom[200];
    struct ct_print_job job = {.kind = "patient-summary", .what = "", .patient_id = s->patient,
                               .to_ms = CT_UNSET, .form = CT_PRINT_PDF, .reason = "",
                               .whom = "Demo Practice", .path = ""};
    ok(ct_report_job(s->app, &job, &p, e));
    told(s, "patient-summary for Demo Practice (NO permission recorded)");
    struct ct_sharing may = {.patient_id = s->patient, .what = CT_SHARE_VITALS,
                             .whom = "Demo Practice", .told_by = "the patient",
                             .until_day = CT_NO_DATE};
    ok(ct_sharing_add(s->w.tom, &may, e));
    ok(ct_report_job(s->app, &job, &q, e)); /* in the same second: another name */
    assert_string_not_equal(p.place, q.place);
    paper_expect(q.place, "-2.pdf");
    told(s, "(NO permission"); /* vitals alone */
    job.kind = "obs-chart";
    ok(ct_report_job(s->app, &job, &q, e));
    told(s, "(a permission recorded)");
    /* of nobody's report it is not asked */
    int64_t before = chain_end(s->app);
    job = (struct ct_print_job){.kind = "competency", .what = "", .to_ms = CT_UNSET,
                                .form = CT_PRINT_CSV, .reason = "", .whom = "Demo Practice",
                                .path = ""};
    ok(ct_report_job(s->app, &job, &q, e));
    assert_int_equal(chain_end(s->app), before + 1);
    paper_expect(q.place, ".csv");
    /* refused before anything leaves */
    memset(whom, 'x', sizeof whom - 1);
    whom[sizeof whom - 1] = '\0';
    job = (struct ct_print_job){.kind = "patient-summary", .what = "", .patient_id = s->patient,
                                .to_ms = CT_UNSET, .form = CT_PRINT_PDF, .reason = "",
                                .whom = whom, .path = ""};
    refused(ct_report_job(s->app, &job, &q, e), CT_EINVAL, "whom", "at most 120");
    job.whom = "";
    job.patient_id = 9999;
    refused(ct_report_job(s->app, &job, &q, e), CT_ENOTFOUND, "", "");
    refused(ct_report_job(s->w.c.app, &job, &q, e), CT_EDENIED, "", "");
    /* restricted, and not open: not printed either */
    ok(ct_access_restrict(s->w.sue, s->patient, CT_RESTRICTED_SET, "a neighbour works here", e));
    job.patient_id = s->patient;
    refused(ct_report_job(s->app, &job, &q, e), CT_EDENIED, CT_RESTRICTED, "");
    int64_t until;
    ok(ct_access_break(s->app, s->patient, "called to his bed now", &until, e));
    ok(ct_report_job(s->app, &job, &q, e));
    s->w.c.now = until + MINUTES;
    refused(ct_report_job(s->app, &job, &q, e), CT_EDENIED, CT_RESTRICTED, "");
}

/* ---- names in any script ------------------------------------------------------------------------------ */

#define DEVANAGARI "\xe0\xa4\xaa\xe0\xa5\x8d\xe0\xa4\xb0\xe0\xa4\xbf\xe0\xa4\xaf\xe0\xa4\xbe" /* Priya */
#define HAN "\xe7\x8e\x8b\xe5\xb0\x8f\xe6\x98\x8e"                  /* Wang Xiaoming */
#define KANA "\xe3\x83\xa4\xe3\x83\x9e\xe3\x83\x80"                 /* Yamada */
#define HANGUL "\xea\xb9\x80\xeb\xaf\xbc\xec\xa4\x80"               /* Kim Minjun */
#define GREEK "\xce\x95\xce\xbb\xce\xad\xce\xbd\xce\xb7"           /* Eleni */
#define GEORGIAN "\xe1\x83\x92\xe1\x83\x98\xe1\x83\x9d\xe1\x83\xa0\xe1\x83\x92\xe1\x83\x98" /* Giorgi */
#define NOBODYS "\xee\x84\xa3"                                        /* U+E123: of no font */

static char *scripts(struct paper *s, const char *subject, const char *name, const char *file)
{
    static const struct ct_report_col COLS[] = {{"Name", 1, false}};
    struct ct_printed p;
    const char *cell[] = {name};
    CT_REPORT *r = ct_report_new("trial", "Names", "Clinic");
    ct_report_subject(r, subject, "", 0);
    ct_report_table(r, COLS, 1);
    for (int i = 0; i < 60; i++) /* on more than one page */
        ct_report_row(r, 0, cell);
    return paper_printed(s, r, "a4", file, &p);
}

static void test_scripts(void **state)
{
    struct paper *s = *state;
    static const char *const NAME[] = {DEVANAGARI, HAN, KANA, HANGUL, GREEK, GEORGIAN,
                                       PAPER_ARABIC};
    char file[32], path[128];
    for (size_t i = 0; i < CT_LEN(NAME); i++) {
        snprintf(file, sizeof file, "names%zu.pdf", i);
        char *text = scripts(s, NAME[i], NAME[i], file);
        paper_expect(text, NAME[i]);
        assert_null(strstr(text, "NO FONT")); /* each is drawn: .ci/setup sees to the fonts */
        free(text);
    }
    char *text = scripts(s, "Ann", NOBODYS, "nobodys.pdf");
    paper_expect(text, "NO FONT for U+E123 on this machine");
    assert_int_equal(times(text, "NO FONT"), times(text, "Page ")); /* each page says so */
    free(text);
    /* a machine with a single font: the scripts are named */
    static const char FONTS[] =
        "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"urn:fontconfig:fonts.dtd\">\n"
        "<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir></fontconfig>\n";
    paper_path(s, "fonts.conf", path);
    file_write(path, FONTS, sizeof FONTS - 1);
    setenv("FONTCONFIG_FILE", path, 1);
    text = scripts(s, HAN, DEVANAGARI, "few.pdf");
    unsetenv("FONTCONFIG_FILE");
    flows(text, "NO FONT for Chinese characters, Devanagari on this machine");
    flows(text, "cannot be read here");
    free(text);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, paper_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_load_record), TEST(test_pack_labels), TEST(test_recall), TEST(test_impact),
        TEST(test_matrix), TEST(test_access), TEST(test_shift), TEST(test_checklist),
        TEST(test_job), TEST(test_scripts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
