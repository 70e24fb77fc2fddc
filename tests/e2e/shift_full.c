/* A full shift: two technicians and a trainee across the modules, a countersign, a handover with
 * one item refused, the supervisor's review with a question that its author answers, the
 * signature, the printed log; and a copy in which somebody with the key changed one record of
 * each module: `clintech verify` names it.
 * The shift is the one before the one that runs now, so that it can be signed: what is done in
 * it is recorded past the screens at a clock of its own (the screens of each part have tests of
 * their own); what comes after is the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clinic/bath.h"
#include "clinic/calibration.h"
#include "clinic/escalation.h"
#include "clinic/fault.h"
#include "clinic/handover.h"
#include "clinic/load.h"
#include "clinic/machine.h"
#include "clinic/prep.h"
#include "clinic/procedure.h"
#include "clinic/review.h"
#include "clinic/training.h"
#include "tests/support/recorded.h"
#include "tests/support/steps.h"

#define TOM CLINIC_TECH
#define TOM_PASS CLINIC_TECH_PASSWORD
#define TARA "tech2"
#define TARA_PASS "demo walnut lantern 2"
#define TESS "tech3"
#define TESS_PASS "demo walnut lantern 3"

#define ok(call)                                                                           \
    do {                                                                                   \
        struct ct_error err = {0};                                                         \
        struct ct_error *e = &err;                                                         \
        if ((call) != CT_OK)                                                               \
            fail_msg("%d: %s: %s", __LINE__, e->field, e->text);                           \
    } while (0)

static int64_t now_ms, start_ms, end_ms, vitals_id, handover_id, query_id, review_id;
static char shift_name[24];
static struct ct_clock then;

static void later(int minutes)
{
    now_ms += minutes * (int64_t)CT_MINUTE_MS;
}

static uint32_t user_of(struct ct_app *app, const char *login)
{
    char sql[120];
    snprintf(sql, sizeof sql, "SELECT user_id FROM user_now WHERE login = '%s'", login);
    return (uint32_t)app_int(app, sql);
}

/* ---- what was done ---------------------------------------------------------------------- */

static int64_t patient(struct ct_app *app, const char *family)
{
    struct ct_patient p = {.born = ct_date_make(1951, 3, 14), .sex = CT_SEX_FEMALE,
                           .given = "Demo"};
    snprintf(p.family, sizeof p.family, "%s", family);
    ok(ct_patient_register(app, &p, e));
    return p.id;
}

static int64_t recorded_set(struct ct_app *app, int64_t patient_id, const char *line)
{
    struct ct_vitals_rules rules;
    struct ct_vitals v;
    size_t at;
    ct_vitals_init(&v);
    v.patient_id = patient_id;
    v.taken_ms = now_ms;
    ok(ct_vitals_rules_load(ct_app_config(app), &rules, e));
    ok(ct_quick_parse(line, ct_app_config(app), &rules.limits, &v, &at, e));
    ok(ct_vitals_record(app, &rules, &v, e));
    ct_vitals_rules_done(&rules);
    return v.id;
}

static void corrected(struct ct_app *app, int64_t id)
{
    struct ct_vitals_rules rules;
    struct ct_vitals v;
    ok(ct_vitals_get(app, id, &v, e));
    v.v[CT_Q_PULSE].n = 133;
    v.replaces_id = id;
    snprintf(v.reason, sizeof v.reason, "wrong reading");
    ok(ct_vitals_rules_load(ct_app_config(app), &rules, e));
    ok(ct_vitals_correct(app, &rules, &v, e));
    ct_vitals_rules_done(&rules);
}

/* A deteriorating patient, told, accepted and attended; then a figure that was misread. */
static void vitals_escalated(struct ct_app *app)
{
    int64_t who = patient(app, "Fullshift");
    static const enum ct_escalation_event_kind WAY[] = {CT_ESC_TOLD, CT_ESC_ACCEPTED,
                                                        CT_ESC_ATTENDED, CT_ESC_OUTCOME};
    vitals_id = recorded_set(app, who, "85/50 132 26 90 39.4 A air");
    int64_t esc = app_int(app, "SELECT max(id) FROM escalation");
    for (size_t i = 0; i < CT_LEN(WAY); i++) {
        struct ct_escalation_event v = {.kind = WAY[i]};
        later(2);
        if (WAY[i] == CT_ESC_OUTCOME)
            snprintf(v.text, sizeof v.text, "fluids, antibiotics");
        else
            snprintf(v.who, sizeof v.who, "medical team");
        ok(ct_escalation_add(app, esc, &v, e));
    }
    later(1);
    corrected(app, vitals_id);
}

static void procedure_begun(struct ct_app *app)
{
    struct ct_procedure p = {.planned_ms = now_ms + 10 * CT_MINUTE_MS};
    int64_t list;
    p.patient_id = patient(app, "Prepared");
    snprintf(p.kind, sizeof p.kind, "other");
    ok(ct_procedure_add(app, &p, NULL, e));
    ok(ct_prep_start(app, p.patient_id, 0, "phlebotomy", &list, e));
    later(1);
}

static int64_t device(struct ct_app *app)
{
    struct ct_equipment x;
    ok(ct_equipment_find(app, "E-1002", &x, e));
    return x.id;
}

static void device_faulty(struct ct_app *app)
{
    struct ct_fault f = {.equipment_id = device(app), .cause = CT_FAULT_REPORTED,
                         .happened_ms = now_ms, .text = "its screen stays dark"};
    snprintf(f.told, sizeof f.told, "Sam");
    ok(ct_fault_open(app, &f, true, e));
}

/* A pack, and a load that is given up before its start. */
static void sterile_work(struct ct_app *app)
{
    struct ct_pack p = {.method = CT_METHOD_STEAM, .contents = "Clamp (invented)"};
    struct ct_load l = {.programme = "prevac-textiles-132"};
    struct ct_equipment x;
    ok(ct_equipment_find(app, "E-1050", &x, e));
    l.equipment_id = x.id;
    ok(ct_pack_make(app, &p, e));
    ok(ct_load_plan(app, &l, e));
    ok(ct_load_put(app, l.id, p.id, e));
    later(1);
    ok(ct_load_abort(app, l.id, "the door does not lock", e));
}

/* A monitor's pressure, all points as the manometer says; approved by the supervisor. */
static void calibrated(struct ct_app *app, struct ct_app *sup)
{
    CT_CALIBRATION *k = NULL;
    CT_CALIBRATION *seen = NULL;
    struct ct_equipment x;
    int64_t fault, lookback;
    ok(ct_equipment_find(app, "E-1003", &x, e));
    ok(ct_calibration_new(app, x.id, "nibp-static", &k, NULL, e));
    k->done_ms = now_ms;
    k->n_refs = 0;
    ok(ct_calibration_reference(app, k, "E-2001", e));
    for (size_t i = 0; i < k->t->n_points; i++) {
        char nominal[CT_DECIMAL_SIZE];
        ct_decimal_text(k->t->point[i].nominal, CT_CAL_PLACES, nominal);
        ok(ct_calibration_u(k, i, CT_CAL_AS_FOUND, "0.4", e));
        ok(ct_calibration_read(k, i, CT_CAL_AS_FOUND, nominal, e));
    }
    ok(ct_calibration_found(app, k, &fault, &lookback, e));
    ok(ct_calibration_hand_in(app, k, "", "", e));
    later(1);
    steps_app_again(sup, CLINIC_SUPERVISOR_PASSWORD);
    ok(ct_calibration_get(sup, k->id, &seen, e));
    ok(ct_calibration_approve(sup, seen, e));
}

/* A bath is poured, a strip is read, a blade lies in it for its time. */
static void soaked(struct ct_app *app, struct ct_app *sup)
{
    struct ct_equip_model m = {.class = "disinfectant-bath", .maker = "Meridian (invented)",
                               .name = "Basin 4"};
    struct ct_equipment x = {.made = CT_NO_DATE, .received = CT_NO_DATE, .warranty = CT_NO_DATE,
                             .asset = "BA-1", .serial = "S-1", .location = "Room 2"};
    struct ct_machine_programme programme = {.programme = "ortho-phthalaldehyde"};
    struct ct_bath b = {.expires = ct_date_at(now_ms) + 200, .product = "OPA 0.55 % (invented)",
                        .lot = "OP-1"};
    struct ct_bath_strip strip = {.expires = ct_date_at(now_ms), .control = true,
                                  .result = CT_STRIP_ENOUGH, .lot = "ST-4"};
    struct ct_bath_soak s = {.temp_c10 = 210, .item = "Laryngoscope blade"};
    ok(ct_model_add(app, &m, e));
    x.model_id = m.first_id != 0 ? m.first_id : m.id;
    ok(ct_equipment_add(app, &x, NULL, e));
    programme.equipment_id = b.equipment_id = x.id;
    ok(ct_machine_programme_add(sup, &programme, e));
    ok(ct_bath_pour(app, &b, e));
    strip.bath_id = s.bath_id = b.id;
    later(1);
    ok(ct_bath_test(app, &strip, e));
    ok(ct_bath_soak(app, &s, e));
    later(12);
    s.done = s.rinsed = true;
    ok(ct_bath_soak_end(app, &s, e));
}

static void trained(struct ct_app *app)
{
    struct ct_training t = {.topic = "Blood samples", .trainer = "Maker of the needles",
                            .method = CT_METHOD_BY_OBSERVATION, .minutes = 20, .n_subjects = 1};
    t.planned_ms = now_ms;
    t.subject[0] = (struct ct_subject){.kind = CT_SUBJ_CHECKLIST, .id = "phlebotomy",
                                       .title = "Phlebotomy"};
    ok(ct_training_plan(app, &t, e));
    later(1);
    ok(ct_training_given(app, t.id, 0, "", e));
}

/* The site asks for a competency: Tara goes on with a reason. */
static void overridden(struct ct_app *sup, struct ct_app *app)
{
    struct ct_comp_rule r = {.subject = {.kind = CT_SUBJ_CHECKLIST, .id = "phlebotomy",
                                         .title = "Phlebotomy"},
                             .level = CT_LEVEL_ASSESSED, .risk = CT_RISK_MEDIUM, .months = 12};
    int64_t id;
    snprintf(r.source, sizeof r.source, "policy D-4 (invented)");
    ok(ct_comp_rule_put(sup, &r, e));
    later(1);
    ok(ct_prep_start_though(app, patient(app, "Overridden"), 0, "phlebotomy", "emergency", &id, e));
}

static void trainee_and_countersign(struct ct_app *sup, struct ct_app *app)
{
    struct ct_trainee t = {.user_id = user_of(sup, TESS), .supervisor_id = user_of(sup, TARA),
                           .from = CT_NO_DATE, .until = ct_date_at(now_ms) + 30,
                           .reason = "induction"};
    struct ct_awaiting *a = NULL;
    int64_t seq[20];
    size_t n;
    ok(ct_trainee_put(sup, &t, e));
    later(1);
    struct ct_app *tess = steps_app(TESS, TESS_PASS, &then);
    recorded_set(tess, patient(tess, "Traineeset"), "120/80 72 16 98 36.6 A air");
    steps_app_out(tess);
    later(1);
    ok(ct_countersign_list(app, 0, CT_LEN(seq), &a, &n, e));
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++)
        seq[i] = a[i].seq;
    free(a);
    steps_app_again(app, TARA_PASS);
    ok(ct_countersign(app, seq, n, "seen beside her", e));
    ok(ct_countersign_list(app, 0, CT_LEN(seq), &a, &n, e));
    assert_int_equal(n, 0);
    free(a);
}

static void written_down(struct ct_app *app)
{
    struct ct_shift_entry x = {.kind = CT_ENTRY_INCIDENT, .grade = CT_ENTRY_SERIOUS,
                               .text = "A visitor fell at the door"};
    ok(ct_shift_entry_add(app, &x, e));
}

/* Tara takes all but the first; that one stays with Toni. */
static void handed_over(struct ct_app *giver)
{
    struct ct_handover_item *item;
    static struct ct_handover_take take[CT_HO_ITEMS_MAX];
    int64_t mine, to_take;
    size_t n;
    ok(ct_handover_begin(giver, &handover_id, e));
    ok(ct_handover_add(giver, handover_id, "key of room 3 is with the porter", e));
    later(1);
    ok(ct_handover_give(giver, handover_id, e));
    struct ct_app *tara = steps_app(TARA, TARA_PASS, &then);
    ok(ct_handover_items(tara, handover_id, &item, &n, e));
    assert_true(n > 1);
    for (size_t i = 0; i < n; i++) {
        take[i] = (struct ct_handover_take){.item_id = item[i].id, .accepted = i > 0};
        if (i == 0)
            snprintf(take[i].why, sizeof take[i].why, "unknown to me");
    }
    free(item);
    later(1);
    ok(ct_handover_take(tara, handover_id, take, n, "all but the first", NULL, NULL, e));
    steps_app_out(tara);
    ok(ct_handover_count(giver, &mine, &to_take, e));
    assert_int_equal(mine, 1);
}

/* Everything, in the middle of the shift before. */
static int worked(void **state)
{
    struct ct_shift s, before;
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    struct ct_app *app = steps_app(TOM, TOM_PASS, &CT_CLOCK_SYSTEM);
    ct_shift_at(ct_app_config(app), ct_app_now(app), &s);
    ct_shift_before(ct_app_config(app), &s, &before);
    steps_app_out(app);
    start_ms = before.start_ms;
    end_ms = before.end_ms;
    snprintf(shift_name, sizeof shift_name, "%s", before.name);
    now_ms = start_ms + (end_ms - start_ms) / 2;
    then = ct_clock_fixed(&now_ms);
    struct ct_app *toni = steps_app(TOM, TOM_PASS, &then);
    struct ct_app *tara = steps_app(TARA, TARA_PASS, &then);
    struct ct_app *sup = steps_app(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, &then);
    vitals_escalated(toni);
    procedure_begun(tara);
    device_faulty(toni);
    sterile_work(tara);
    calibrated(toni, sup);
    soaked(tara, sup);
    trained(toni);
    trainee_and_countersign(sup, tara);
    overridden(sup, tara);
    written_down(tara);
    later(5);
    steps_app_out(tara);
    handed_over(toni);
    steps_app_out(sup);
    steps_app_out(toni);
    return 0;
}

/* ---- reviewed and signed ------------------------------------------------------------------ */

/* The lines that the review found: one of each module, whoever did it. */
static void test_the_log_wrote_itself(void **state)
{
    static const char *const MODULE[] = {"vitals", "escalation", "procedure", "prep", "fault",
                                         "pack", "load", "calibration", "bath", "training",
                                         "shift", "handover"};
    struct ct_review_filter f = {.kind = CT_RF_ALL};
    struct ct_review_line *line;
    size_t n;
    int64_t total;
    (void)state;
    struct ct_app *sup =
        steps_app(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, &CT_CLOCK_SYSTEM);
    ok(ct_review_begin(sup, start_ms, end_ms, shift_name, &review_id, e));
    for (size_t i = 0; i < CT_LEN(MODULE); i++) {
        snprintf(f.module, sizeof f.module, "%s", MODULE[i]);
        ok(ct_review_lines(sup, review_id, &f, 0, 50, &line, &n, &total, e));
        if (total == 0)
            fail_msg("no line of %s", MODULE[i]);
        free(line);
    }
    f = (struct ct_review_filter){.kind = CT_RF_EXCEPTIONS, .text = "emergency"};
    ok(ct_review_lines(sup, review_id, &f, 0, 50, &line, &n, &total, e));
    assert_int_equal(total, 1); /* the override */
    ok(ct_review_say(sup, review_id, line[0].l.seq, CT_MARK_QUERY, "What was the emergency?", e));
    free(line);
    steps_app_out(sup);
}

static void test_its_author_answers(void **state)
{
    struct ct_review_query *q;
    size_t n;
    (void)state;
    struct ct_app *tara = steps_app(TARA, TARA_PASS, &CT_CLOCK_SYSTEM);
    ok(ct_review_mine(tara, &q, &n, e));
    assert_int_equal(n, 1);
    query_id = q[0].m.query_id != 0 ? q[0].m.query_id : q[0].m.id;
    free(q);
    ok(ct_review_answer(tara, query_id, "A sample for the theatre", e));
    steps_app_out(tara);
}

static void test_it_is_signed_and_printed(void **state)
{
    struct ct_review_filter f = {.kind = CT_RF_EXCEPTIONS};
    struct ct_review_line *line;
    struct ct_review_text t = {.text = NULL};
    size_t n;
    int64_t total;
    char out[16384], path[512], number[40];
    (void)state;
    struct ct_app *sup =
        steps_app(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, &CT_CLOCK_SYSTEM);
    ok(ct_review_lines(sup, review_id, &f, 0, 500, &line, &n, &total, e));
    assert_int_equal(n, total);
    for (size_t i = 0; i < n; i++)
        if (!line[i].acknowledged)
            ok(ct_review_say(sup, review_id, line[i].l.seq, CT_MARK_ACK, "", e));
    free(line);
    ok(ct_review_rest(sup, review_id, chain_end(sup), e));
    ok(ct_review_text(sup, review_id, "", true, &t, e));
    assert_int_equal(t.meaning, CT_REVIEWED_COMMENTS);
    assert_non_null(strstr(t.text, "A sample for the theatre"));
    steps_app_again(sup, CLINIC_SUPERVISOR_PASSWORD);
    ok(ct_review_sign(sup, &t, e));
    ct_review_text_done(&t);
    steps_app_out(sup);
    clinic_verify(clinic_dir());
    snprintf(number, sizeof number, "R-%lld", (long long)review_id);
    snprintf(path, sizeof path, "%s/shift.pdf", test_dir());
    const char *const print[] = {"--as", CLINIC_SUPERVISOR, "report", "shift-log", number,
                                 "--pdf", path, NULL};
    assert_int_equal(clinic_run(CLINIC_SUPERVISOR_PASSWORD "\n", out, sizeof out, print), 0);
    assert_non_null(strstr(out, "code "));
}

/* ---- changed in a copy ---------------------------------------------------------------------- */

static void tampered(const char *name, const char *sql, const char *expect, bool record)
{
    static struct clinic copy;
    char out[16384];
    snprintf(copy.dir, sizeof copy.dir, "%s/%s", test_dir(), name);
    steps_copy_dir(clinic_dir(), copy.dir);
    struct ct_config c;
    struct ct_app *app = NULL;
    clinic_config(&c);
    ok(ct_app_new(copy.dir, &c, &CT_CLOCK_SYSTEM, &app, e));
    ok(recorded_login(app, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, e));
    struct raw r;
    raw_open(&r, &copy, ct_app_keys(app));
    raw_force(&r, sql);
    raw_close(&r);
    ct_logout(app);
    ct_app_free(app);
    const char *argv[] = {test_program(), "--dir", copy.dir, "--as", CLINIC_SUPERVISOR,
                          "--password-file", "-", "verify", NULL};
    assert_int_equal(test_run(argv, CLINIC_SUPERVISOR_PASSWORD "\n", out, sizeof out), 1);
    if (strstr(out, expect) == NULL)
        fail_msg("verify never said \"%s\" but: %s", expect, out);
    if (record && strstr(out, "a line of the review R-") == NULL) /* and what was signed of it */
        fail_msg("verify does not name the signature: %s", out);
}

static void test_verify_names_what_was_changed(void **state)
{
    static const struct {
        const char *name, *sql, *says;
    } CHANGE[] = {
        {"vitals", "UPDATE vitals SET pulse_bpm = 81 WHERE pulse_bpm = 133", "of vitals is not what entry"},
        {"escalation", "UPDATE escalation_event SET text = 'nothing' WHERE text LIKE 'fluids%'",
         "of escalation_event is not what entry"},
        {"fault", "UPDATE fault SET text = 'all is well' WHERE text LIKE 'its screen%'",
         "of fault is not what entry"},
        {"override", "UPDATE competency_override SET reason = 'assessed' WHERE reason = 'emergency'",
         "of competency_override is not what entry"},
        {"calibration", "UPDATE calibration SET rh_pct = 12 WHERE id = (SELECT max(id) FROM "
                        "calibration)", "of calibration is not what entry"},
        {"bath", "UPDATE bath_strip SET lot = 'ST-5' WHERE lot = 'ST-4'",
         "of bath_strip is not what entry"},
        {"countersign", "DELETE FROM countersign", "of countersign, written by entry"},
        {"handover", "UPDATE handover_event SET text = 'accepted' WHERE text = 'unknown to me'",
         "of handover_event is not what entry"},
        {"answer", "UPDATE review_mark SET text = 'none' WHERE text LIKE 'A sample%'",
         "A sample for the theatre"},
        {"text", "UPDATE review_text SET text = replace(text, 'theatre', 'ward')",
         "is not what Sam"},
    };
    (void)state;
    for (size_t i = 0; i < CT_LEN(CHANGE); i++)
        tampered(CHANGE[i].name, CHANGE[i].sql, CHANGE[i].says,
                 strncmp(CHANGE[i].says, "of ", 3) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_log_wrote_itself),
        cmocka_unit_test(test_its_author_answers),
        cmocka_unit_test(test_it_is_signed_and_printed),
        cmocka_unit_test(test_verify_names_what_was_changed),
    };
    return cmocka_run_group_tests_name("shift_full", tests, worked, NULL);
}
