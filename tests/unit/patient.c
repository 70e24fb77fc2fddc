/* Patients: who is accepted, what is refused and where, versions, alerts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "record/draft.h"
#include "tests/support/ward.h"

static void test_nhs_number(void **state)
{
    (void)state;
    assert_true(ct_nhs_number_ok("9434765919"));
    assert_true(ct_nhs_number_ok("943 476 5919"));
    assert_true(ct_nhs_number_ok("401-023-2137"));
    assert_false(ct_nhs_number_ok("9434765918"));
    assert_false(ct_nhs_number_ok("9434756919")); /* two digits swapped */
    assert_false(ct_nhs_number_ok("943476591"));
    assert_false(ct_nhs_number_ok("94347659190"));
    assert_false(ct_nhs_number_ok("94347659I9"));
    assert_false(ct_nhs_number_ok(""));
    for (int i = 0; i < 10; i++) { /* the check digit would be ten: no such number */
        char n[16];
        snprintf(n, sizeof n, "999000000%d", i);
        assert_false(ct_nhs_number_ok(n));
    }
    char out[32];
    ct_number_text("9434765919", out, sizeof out);
    assert_string_equal(out, "943 476 5919");
    ct_number_text("MRN/77", out, sizeof out);
    assert_string_equal(out, "MRN/77");
}

static void test_round_trip(void **state)
{
    struct ward *w = *state;
    static const struct {
        const char *family, *given;
    } NAME[] = {{"Patel", "Rohan"},  {"Sukarno", ""},          {"O'Brien", "Seán"},
                {"D’Arcy-Smythe", "Anne Marie"}, {"李", "小明"}, {"Παπαδοπούλου", "Ελένη"},
                {"नमूना", "उषा"},    {"van der Berg", "Jan-Willem"},
                /* a zero-width non-joiner, as Persian spelling has it */
                {"می\xe2\x80\x8cنمونه", "نام"}};
    for (size_t i = 0; i < CT_LEN(NAME); i++) {
        struct ct_patient p = {.born = ct_date_make(1961, 3, 14), .sex = CT_SEX_MALE}, back;
        snprintf(p.family, sizeof p.family, "  %s ", NAME[i].family);
        snprintf(p.given, sizeof p.given, "%s", NAME[i].given);
        snprintf(p.place, sizeof p.place, "Bay 3");
        ok(ct_patient_register(w->tom, &p, e));
        ok(ct_patient_get(w->sue, p.id, &back, e));
        assert_string_equal(back.family, NAME[i].family); /* outer blanks aside: as typed */
        assert_string_equal(back.given, NAME[i].given);
        assert_string_equal(back.place, "Bay 3");
        assert_int_equal(back.born, p.born);
        assert_int_equal(back.sex, CT_SEX_MALE);
        assert_int_equal(back.version_id, p.version_id);
        assert_string_equal(back.number, "");
    }
    /* two hundred bytes: kept whole */
    struct ct_patient p = {.born = CT_NO_DATE}, back;
    memset(p.family, 'x', CT_NAME_BYTES);
    memset(p.given, 'y', CT_NAME_BYTES);
    ok(ct_patient_register(w->tom, &p, e));
    ok(ct_patient_get(w->sue, p.id, &back, e));
    assert_int_equal(strlen(back.family), 200);
    assert_int_equal(strlen(back.given), 200);
    assert_int_equal(back.born, CT_NO_DATE);
    refused(ct_patient_get(w->sue, 4711, &back, e), CT_ENOTFOUND, "", "4711");
}

static void expect(struct ward *w, const struct ct_patient *p, const char *field,
                   const char *says)
{
    struct ct_patient copy = *p;
    int64_t before = chain_end(w->tom);
    refused(ct_patient_register(w->tom, &copy, e), CT_EINVAL, field, says);
    assert_int_equal(copy.id, 0);
    assert_int_equal(chain_end(w->tom), before);
}

static void test_refusals(void **state)
{
    struct ward *w = *state;
    const struct ct_patient good = {.family = "Demo", .given = "Di", .born = CT_NO_DATE};
    struct ct_patient p;
    p = good, p.family[0] = '\0';
    expect(w, &p, "family", "one name is enough");
    p = good, snprintf(p.family, sizeof p.family, " \t ");
    expect(w, &p, "family", "missing");
    p = good, snprintf(p.family, sizeof p.family, "--'--");
    expect(w, &p, "family", "letter");
    p = good, snprintf(p.family, sizeof p.family, "De\033[2Jmo");
    expect(w, &p, "family", "character 3");
    p = good, snprintf(p.given, sizeof p.given, "Di\u202eane");
    expect(w, &p, "given", "U+202E");
    p = good, snprintf(p.given, sizeof p.given, "D\xff");
    expect(w, &p, "given", "UTF-8");
    p = good, snprintf(p.place, sizeof p.place, "Bay\a3");
    expect(w, &p, "place", "control");
    p = good, p.born = ct_date_at(w->c.now) + 1;
    expect(w, &p, "born", "future");
    p = good, p.born = ct_date_make(1889, 12, 31);
    expect(w, &p, "born", "1890");
    p = good, p.born_estimated = true;
    expect(w, &p, "born", "no date of birth");
    p = good, snprintf(p.number, sizeof p.number, "943 476 5918");
    expect(w, &p, "number", "check digit");
    p = good, snprintf(p.number, sizeof p.number, "943 476 591");
    expect(w, &p, "number", "10 digits, not 9");
    p = good, snprintf(p.number, sizeof p.number, "MRN 5");
    expect(w, &p, "number", "digits only");
    p = good, snprintf(p.number, sizeof p.number, "94;76");
    expect(w, &p, "number", "letters A-Z");
    p = good, p.sex = (enum ct_sex)9;
    expect(w, &p, "sex", "one of");
    p = good, p.born = ct_date_at(w->c.now); /* born today is fine */
    ok(ct_patient_register(w->tom, &p, e));
}

static void test_local_numbers(void **state)
{
    struct ward *w = *state;
    struct ct_config c = w->c.config;
    snprintf(c.identifier_check, sizeof c.identifier_check, "none");
    struct ct_patient p = {.family = "Demo", .born = CT_NO_DATE, .number = " mrn-00 7/a "};
    ok(ct_patient_check(&c, &p, w->c.now, e));
    assert_string_equal(p.number, "MRN007/A");
}

static void test_number_is_one_persons(void **state)
{
    struct ward *w = *state;
    int64_t first = ward_patient(w, "Patel", "Rohan", "943 476 5919", "1961-03-14");
    struct ct_patient p = {.family = "Patil", .number = "9434765919", .born = CT_NO_DATE}, back;
    ok(ct_patient_get(w->tom, first, &back, e));
    assert_string_equal(back.number, "9434765919"); /* stored without blanks */
    refused(ct_patient_register(w->tom, &p, e), CT_EEXISTS, "number", "PATEL, Rohan");
    refused(ct_patient_register(w->tom, &p, e), CT_EEXISTS, "number", "14 Mar 1961");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM patient"), 1);
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM patient_find "
                                     "WHERE token='patil'"), 0);
    /* once it is not theirs any more, it is free; their own they may keep */
    snprintf(back.number, sizeof back.number, "4010232137");
    ok(ct_patient_amend(w->tom, &back, "the card was somebody else's", e));
    ok(ct_patient_register(w->tom, &p, e));
    ok(ct_patient_get(w->tom, first, &back, e));
    ok(ct_patient_amend(w->tom, &back, "nothing changed", e));
}

static void test_amend(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Mayer", "Ann", "", "1970-01-01");
    struct ct_patient toms, sues;
    ok(ct_patient_get(w->tom, id, &toms, e));
    ok(ct_patient_get(w->sue, id, &sues, e));
    snprintf(toms.family, sizeof toms.family, "Meyer");
    refused(ct_patient_amend(w->tom, &toms, "", e), CT_EINVAL, "reason", "missing");
    refused(ct_patient_amend(w->tom, &toms, NULL, e), CT_EINVAL, "reason", "missing");
    ok(ct_patient_amend(w->tom, &toms, "spelling", e));
    /* sue looked before tom saved */
    snprintf(sues.place, sizeof sues.place, "Bay 9");
    refused(ct_patient_amend(w->sue, &sues, "moved", e), CT_ECONFLICT, "", "meanwhile");
    ok(ct_patient_get(w->sue, id, &sues, e));
    assert_string_equal(sues.family, "Meyer");
    assert_string_equal(sues.place, "");
    struct ct_patient_hits h;
    ok(ct_patient_find(w->tom, "mayer", 10, &h, e));
    assert_int_equal(h.n, 0); /* found by what the name is now */
    ct_patient_hits_done(&h);
    ok(ct_patient_find(w->tom, "meyer", 10, &h, e));
    assert_int_equal(h.n, 1);
    ct_patient_hits_done(&h);
    /* both versions stay, with the reason in the chain */
    char text[80];
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM patient_version"), 2);
    app_text(w->tom, "SELECT detail FROM audit WHERE verb='patient.amend'", text, sizeof text);
    assert_string_equal(text, "spelling");
}

static void test_permission(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "");
    struct ct_patient p = {.family = "Nosy", .born = CT_NO_DATE};
    struct ct_patient_hits h;
    refused(ct_patient_register(w->c.app, &p, e), CT_EDENIED, "", "");
    refused(ct_patient_get(w->c.app, id, &p, e), CT_EDENIED, "", "");
    refused(ct_patient_open(w->c.app, id, &p, e), CT_EDENIED, "", "");
    refused(ct_patient_find(w->c.app, "demo", 5, &h, e), CT_EDENIED, "", "");
    assert_null(h.hit);
    ct_lock(w->tom);
    refused(ct_patient_get(w->tom, id, &p, e), CT_ELOCKED, "", "");
}

/* Everything a field takes has room in the struct: nothing typed is cut. */
static void test_fields_fit(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t size;
    } MEMBER[] = {{"family", sizeof(((struct ct_patient *)0)->family)},
                  {"given", sizeof(((struct ct_patient *)0)->given)},
                  {"number", sizeof(((struct ct_patient *)0)->number)},
                  {"place", sizeof(((struct ct_patient *)0)->place)}};
    size_t texts = 0;
    for (size_t i = 0; i < CT_PATIENT_FIELDS_N; i++) {
        const struct ct_field *f = &CT_PATIENT_FIELDS[i];
        for (size_t k = 0; k < CT_LEN(MEMBER); k++)
            if (strcmp(f->name, MEMBER[k].name) == 0) {
                assert_true(f->max_bytes > 0 && (size_t)f->max_bytes < MEMBER[k].size);
                texts++;
            }
        texts -= f->kind == CT_F_TEXT;
    }
    assert_int_equal(texts, 0);
}

/* Somebody who may not read tries to open a record: no detail of it is handed out,
 * and the try is in the chain. */
static void test_refused_opening_is_written_down(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "1970-01-01");
    struct ct_patient p = {.family = "before"};
    refused(ct_patient_open(w->c.app, id, &p, e), CT_EDENIED, "", "patient.read");
    assert_string_equal(p.family, "");
    expect_entry(&w->c, "session.denied", CT_NOTABLE, "patient.open needs patient.read");
    refused(ct_patient_open(w->tom, 77, &p, e), CT_ENOTFOUND, "", "77");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM audit WHERE verb='patient.open'"), 0);
}

static void test_opening_is_written_down(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "");
    struct ct_patient p;
    int64_t before = chain_end(w->tom);
    ok(ct_patient_get(w->tom, id, &p, e));
    assert_int_equal(chain_end(w->tom), before);
    ok(ct_patient_open(w->tom, id, &p, e));
    assert_int_equal(chain_end(w->tom), before + 1);
    assert_int_equal(app_int(w->tom, "SELECT patient_id FROM audit WHERE verb='patient.open'"),
                     id);
    expect_entry(&w->c, "patient.open", CT_ROUTINE, ""); /* and no made-up words */
}

/* A screen shows the record before the disk has the entry, and then waits for it; the
 * command line waits first. What is entered is always waited for. */
static void test_an_opening_is_waited_for_after_it_is_shown(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "1970-01-01");
    struct ct_patient p;
    ok(ct_patient_open(w->tom, id, &p, e));
    assert_false(ct_app_unsynced(w->tom));
    ct_app_defer(w->tom, true);
    ok(ct_patient_open(w->tom, id, &p, e));
    assert_true(ct_app_unsynced(w->tom));
    assert_int_equal(app_int(w->sue, "SELECT count(*) FROM audit WHERE verb='patient.open'"), 2);
    ok(ct_app_sync(w->tom, e));
    assert_false(ct_app_unsynced(w->tom));
    ok(ct_patient_open(w->tom, id, &p, e));
    ward_record(w, id, "120/80 72 16 98 36.6 A air", w->c.now);
    assert_false(ct_app_unsynced(w->tom));
    ok(ct_draft_drop(w->tom, "vitals", id, e));
    assert_true(ct_app_unsynced(w->tom));
    ct_logout(w->tom); /* the store is closed, and with it all is on the disk */
    assert_false(ct_app_unsynced(w->tom));
}

static void test_alerts(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "");
    struct ct_patient p;
    struct ct_alert a = {.kind = CT_ALERT_SPO2_SCALE2};
    refused(ct_patient_alert_set(w->tom, id, &a, e), CT_EINVAL, "prescriber", "prescribed");
    snprintf(a.prescriber, sizeof a.prescriber, "Dr Demo");
    ok(ct_patient_alert_set(w->tom, id, &a, e));
    int64_t scale2 = a.id;
    ok(ct_patient_get(w->sue, id, &p, e));
    assert_int_equal(p.n_alerts, 1);
    assert_int_equal(ct_patient_scale(&p), 2);
    assert_string_equal(p.alert[0].prescriber, "Dr Demo");
    refused(ct_patient_alert_set(w->tom, id, &a, e), CT_EEXISTS, "kind", "in force");
    struct ct_alert allergy = {.kind = CT_ALERT_ALLERGY};
    refused(ct_patient_alert_set(w->tom, id, &allergy, e), CT_EINVAL, "text", "missing");
    snprintf(allergy.text, sizeof allergy.text, "penicillin");
    ok(ct_patient_alert_set(w->tom, id, &allergy, e));
    snprintf(allergy.text, sizeof allergy.text, "Penicillin ");
    refused(ct_patient_alert_set(w->tom, id, &allergy, e), CT_EEXISTS, "text", "penicillin");
    refused(ct_patient_alert_end(w->tom, id, scale2, " ", e), CT_EINVAL, "reason", "missing");
    w->c.now += CT_HOUR_MS;
    ok(ct_patient_alert_end(w->tom, id, scale2, "reviewed by Dr Demo", e));
    refused(ct_patient_alert_end(w->sue, id, scale2, "again", e), CT_ECONFLICT, "",
            "meanwhile");
    ok(ct_patient_get(w->sue, id, &p, e));
    assert_int_equal(p.n_alerts, 1); /* the allergy */
    assert_int_equal(p.alert[0].kind, CT_ALERT_ALLERGY);
    assert_int_equal(ct_patient_scale(&p), 1);
    assert_int_equal(p.n_past, 1);
    assert_true(p.alert[1].ended);
    assert_int_equal(p.alert[1].ended_ms, w->c.now);
    /* another patient's alert is not this one's to end */
    int64_t other = ward_patient(w, "Demo", "Ed", "", "");
    refused(ct_patient_alert_end(w->tom, other, p.alert[0].id, "x", e), CT_ECONFLICT, "", "");
    refused(ct_patient_alert_set(w->tom, 999, &a, e), CT_ENOTFOUND, "", "999");
}

static void test_as_many_alerts_as_are_kept(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "");
    struct ct_alert a = {.kind = CT_ALERT_OTHER};
    for (int i = 0; i < CT_PATIENT_ALERTS_MAX; i++) {
        snprintf(a.text, sizeof a.text, "thing %d", i);
        ok(ct_patient_alert_set(w->tom, id, &a, e));
    }
    snprintf(a.text, sizeof a.text, "one too many");
    refused(ct_patient_alert_set(w->tom, id, &a, e), CT_EINVAL, "kind", "end one first");
}

static void test_words(void **state)
{
    struct ward *w = *state;
    struct ct_patient p = {.family = "Patel", .given = "Rohan", .number = "9434765919",
                           .born = ct_date_make(1965, 3, 14), .sex = CT_SEX_MALE,
                           .place = "Bay 3"};
    char out[256], small[10];
    ct_patient_line(w->tom, &p, out, sizeof out);
    assert_string_equal(out, "PATEL, Rohan   M 61   NHS 943 476 5919   Bay 3");
    p.born_estimated = true;
    p.number[0] = p.place[0] = '\0';
    ct_patient_line(w->tom, &p, out, sizeof out);
    assert_string_equal(out, "PATEL, Rohan   M ~61");
    p.born = CT_NO_DATE;
    p.sex = CT_SEX_UNKNOWN;
    ct_patient_line(w->tom, &p, out, sizeof out);
    assert_string_equal(out, "PATEL, Rohan   age unknown");
    p.born_estimated = false;
    p.born = ct_date_at(w->c.now) - 70;
    ct_patient_line(w->tom, &p, out, sizeof out);
    assert_string_equal(out, "PATEL, Rohan   2 mo");
    snprintf(p.family, sizeof p.family, "ნიმუშაძე");
    ct_patient_name(&p, out, sizeof out);
    assert_string_equal(out, "ნიმუშაძე, Rohan"); /* no letters that few fonts have */
    snprintf(p.family, sizeof p.family, "müllerů");
    p.given[0] = '\0';
    ct_patient_name(&p, out, sizeof out);
    assert_string_equal(out, "MÜLLERŮ");
    ct_patient_name(&p, small, sizeof small); /* 9 bytes are there, and a NUL */
    assert_string_equal(small, "MÜLLERŮ");
    ct_patient_name(&p, small, 9); /* the last letter needs two bytes: left out whole */
    assert_string_equal(small, "MÜLLER");
}

#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nhs_number),
        T(test_round_trip),
        T(test_refusals),
        T(test_local_numbers),
        T(test_number_is_one_persons),
        T(test_amend),
        T(test_permission),
        cmocka_unit_test(test_fields_fit),
        T(test_refused_opening_is_written_down),
        T(test_opening_is_written_down),
        T(test_an_opening_is_waited_for_after_it_is_shown),
        T(test_alerts),
        T(test_as_many_alerts_as_are_kept),
        T(test_words),
    };
    return cmocka_run_group_tests_name("patient", tests, NULL, NULL);
}
