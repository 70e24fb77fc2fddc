/* The vitals form as it is used: in the site's order, with how, with what and why not
 * said by one key, further pressures, the tap counter; what it kept, and what it
 * refuses.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/vitals.h"
#include "tests/support/steps.h"

#define KEY_F2 "\x1bOQ"
#define KEY_F4 "\x1bOS"
#define KEY_F5 "\x1b[15~"
#define KEY_F6 "\x1b[17~"
#define WHOLE "12276711697a368a" /* a set of the default order: NEWS2 0 */

/* A clinic whose devices show other things, in another order. */
static const char *site(void)
{
    static char dir[128];
    if (dir[0] != '\0')
        return dir;
    char path[256];
    snprintf(dir, sizeof dir, "%s/site", test_dir());
    clinic_demo(dir, "4", "1");
    snprintf(path, sizeof path, "%s/config.ini", dir);
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    fprintf(f, "[vitals]\n"
               "fields = pulse sbp dbp temp spo2 o2 o2_flow resp acvpu gcs_eye gcs_verbal "
               "gcs_motor weight height\n"
               "fields_child = pulse distress resp\n"
               "qualifiers = bp_site:LA bp_cuff:AD temp_site:TY\n"
               "device_measures = sbp dbp pulse spo2 temp\n"
               "stale_after_min = 30\n");
    assert_int_equal(fclose(f), 0);
    return dir;
}

static struct tty *technician(const char *dir)
{
    struct tty *t = clinic_open_dir(dir, NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    return t;
}

/* A new patient's empty form. */
static struct tty *form_of(const char *dir, const char *family)
{
    struct tty *t = technician(dir);
    steps_new_form(t, family);
    return t;
}

/* What the store holds of somebody's newest set. */
static void stored(const char *dir, const char *family, struct ct_vitals *ret)
{
    struct ct_app *app = NULL;
    struct ct_config config;
    struct ct_error e;
    struct ct_patient_hits hits = {0};
    struct ct_vitals *list = NULL;
    size_t n = 0;
    CT_SECRET *s = NULL;
    clinic_config(&config);
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &s, &e), CT_OK);
    assert_true(
        ct_secret_add(s, CLINIC_SUPERVISOR_PASSWORD, strlen(CLINIC_SUPERVISOR_PASSWORD)));
    assert_int_equal(ct_app_new(dir, &config, &CT_CLOCK_SYSTEM, &app, &e), CT_OK);
    if (ct_login(app, CLINIC_SUPERVISOR, s, &e) != CT_OK)
        fail_msg("the store does not open: %s", e.text);
    assert_int_equal(ct_patient_find(app, family, 10, &hits, &e), CT_OK);
    assert_int_equal(hits.n, 1);
    assert_int_equal(ct_vitals_list(app, hits.hit[0].id, CT_UNSET, 1, &list, &n, &e), CT_OK);
    assert_int_equal(n, 1);
    *ret = list[0];
    free(list);
    ct_patient_hits_done(&hits);
    ct_logout(app);
    ct_app_free(app);
}

static void assert_device(const struct ct_vitals *v, const char *device, uint32_t quantities)
{
    for (size_t i = 0; i < v->n_devices; i++)
        if (strcmp(v->device[i].device, device) == 0) {
            assert_int_equal(v->device[i].quantities, quantities);
            return;
        }
    fail_msg("%s is not among the devices", device);
}

static uint32_t bit(enum ct_q q)
{
    return UINT32_C(1) << q;
}

/* ---- the site's order -------------------------------------------------------- */

static void test_order_of_the_site(void **state)
{
    (void)state;
    static const char *const ROWS[] = {"Pulse", "Blood pressure", "Temperature", "SpO2",
                                       "Oxygen", "Respiration", "Consciousness", "GCS eye",
                                       "Weight", "Height", "Note", "Taken"};
    struct tty *t = form_of(site(), "Ordered");
    for (size_t i = 0; i < CT_LEN(ROWS); i++)
        tty_expect_row(t, 3 + (int)i, ROWS[i]);
    assert_false(tty_shows(t, "Pain"));
    tty_send(t, "711227636897a16a"); /* its own 16 digits and letters, nothing else */
    tty_expect(t, "NEWS2 0 LOW");
    steps_save(t, "SAVED");
    tty_expect(t, "T 36.8 (TY)");
    steps_key(t, KEY_ESC, "e amend");
    /* what the site does not list appears with its value, and is not dropped */
    steps_key(t, "v", "Pulse");
    steps_key(t, "=pain 3 p 72\r", "Understood: P 72  pain 3");
    tty_expect(t, "Pain            3  /10");
    tty_close(t);
}

static void test_order_for_a_child(void **state)
{
    (void)state;
    struct tty *t = technician(site());
    clinic_register(t, "Childlike", "Invented", "1 2 2020");
    steps_key(t, "v", "Resp. distress");
    tty_expect_row(t, 3, "Pulse");
    tty_expect_row(t, 4, "Resp. distress");
    tty_expect_row(t, 5, "Respiration");
    tty_expect_row(t, 6, "Note");
    /* usual is what this age's card gives a point at most: 28 breaths are not asked about,
     * 52 are */
    tty_send(t, "110n28\r");
    tty_expect(t, "PEWS  so far 1");
    assert_false(tty_shows(t, "Enter if it"));
    tty_send(t, KEY_UP "\x15");
    steps_key(t, "52\r", "usual 15-39");
    tty_close(t);
}

/* ---- how it was measured ------------------------------------------------------- */

static void test_qualifiers(void **state)
{
    (void)state;
    struct ct_vitals v;
    struct tty *t = form_of(site(), "Qualified");
    tty_expect_row(t, 4, "LA,AD"); /* the site's, before anything is typed */
    tty_expect_row(t, 5, "TY");
    tty_send(t, "71");
    steps_key(t, "*", "c cuff: adult");
    steps_key(t, "p", "Blood pressure, position:  1 sitting");
    steps_key(t, "3", "LA,LIE,AD");
    steps_key(t, "122/76\r", "122/76");
    steps_key(t, KEY_F4, "Temperature, site:"); /* one category: no question which */
    steps_key(t, "2", "OR");
    tty_send(t, "36897a16a");
    steps_save(t, "SAVED");
    tty_expect(t, "BP 122/76 (LA,LIE,AD)");
    steps_key(t, "i", "T 36.8 (OR)");
    stored(site(), "Qualified", &v);
    assert_string_equal(ct_qualifier_code(CT_QL_BP_SITE, v.ql[CT_QL_BP_SITE]), "LA");
    assert_int_equal(v.ql[CT_QL_BP_POSITION], CT_POSITION_LYING);
    assert_string_equal(ct_qualifier_code(CT_QL_TEMP_SITE, v.ql[CT_QL_TEMP_SITE]), "OR");
    assert_int_equal(v.ql[CT_QL_PULSE_RHYTHM], 0);
    steps_key(t, KEY_ESC, "SAVED");
    steps_key(t, KEY_ESC, "e amend");
    steps_key(t, "v", "VITALS");
    tty_expect_row(t, 4, "LA,AD"); /* the next set: the site's again, the last one's beside */
    tty_expect_row(t, 4, "122/76 LIE");
    tty_expect_row(t, 5, "36.8 OR");
    tty_close(t);
}

/* ---- not taken ------------------------------------------------------------------ */

static void test_not_taken(void **state)
{
    (void)state;
    struct ct_vitals v;
    struct tty *t = form_of(clinic_dir(), "Nottaken");
    tty_send(t, WHOLE);
    steps_save(t, "NEWS2 0 LOW");
    steps_key(t, KEY_ESC, "e amend");
    steps_key(t, "v", "VITALS");
    tty_send(t, "1227671");
    steps_key(t, "-", "Respiration not taken:");
    steps_key(t, "r", "Respiration     not taken: refused");
    tty_expect_row(t, 6, "> SpO2"); /* and the hands go on */
    tty_send(t, "97a368a");
    tty_expect(t, "NEWS2  at least 0   missing RR");
    tty_expect(t, "A partial set does not replace the last full one.");
    tty_send(t, KEY_UP KEY_UP KEY_UP KEY_UP KEY_UP);
    steps_key(t, "21", "NEWS2 2 LOW"); /* a value takes the reason's place */
    tty_expect_gone(t, "not taken: ");
    steps_key(t, KEY_UP "\x15-a", "Respiration     not taken: away");
    steps_key(t, KEY_UP "-x", "Respiration     ___ /min"); /* taken back */
    steps_key(t, KEY_F5 "r", "not taken: refused");
    steps_save(t, "SAVED"); /* nothing more is asked */
    tty_expect(t, "NEWS2 at least 0 (respiration missing)");
    tty_expect(t, "is due");
    steps_key(t, "i", "respiration not taken: refused");
    stored(clinic_dir(), "Nottaken", &v);
    assert_int_equal(v.not_taken[CT_Q_RESP], CT_WHY_REFUSED);
    assert_int_equal(v.v[CT_Q_RESP].n, CT_UNSET);
    assert_int_equal(v.partial, CT_WHY_NONE);
    tty_close(t);
}

/* A value is not thrown away by a reason; text is text. */
static void test_not_taken_refuses(void **state)
{
    (void)state;
    struct tty *t = form_of(clinic_dir(), "Valued");
    steps_key(t, "122", "122");
    tty_send(t, KEY_UP);
    steps_key(t, "-", "has a value");
    tty_expect(t, "122/");
    tty_send(t, KEY_DOWN);
    steps_key(t, "-u", "122/- unavailable"); /* palpated: no lower figure */
    steps_key(t, KEY_UP KEY_UP "*", "position");
    steps_key(t, "m3", "122/- unavailable PA");
    /* both refused, then the lower one is typed: the upper one was taken as well */
    steps_key(t, "\x15-r", "not taken: refused");
    steps_key(t, KEY_UP "76", "___/76");
    tty_expect(t, "PA");
    for (int i = 0; i < 13; i++)
        tty_send(t, KEY_DOWN);
    tty_expect(t, "Empty is now.");
    tty_send(t, KEY_UP);
    steps_key(t, "a-b", "Note            a-b");
    steps_key(t, KEY_F5, "nothing that is measured");
    tty_close(t);
}

static void test_partial_is_asked_when_needed(void **state)
{
    (void)state;
    struct ct_vitals v;
    struct tty *t = form_of(clinic_dir(), "Partway");
    tty_send(t, "12276" KEY_SAVE);
    tty_expect(t, "Not complete (");
    steps_key(t, KEY_ESC, "so far");
    assert_false(tty_shows(t, "SAVED"));
    steps_key(t, "--", "The rest was not taken:");
    steps_key(t, "e", "missing 6 of 7 (emergency)");
    tty_expect(t, "^S saves it");
    steps_key(t, KEY_SAVE, "SAVED");
    tty_expect(t, "NEWS2 at least 0");
    tty_expect(t, "Recorded (emergency). No full set says when the next is due.");
    stored(clinic_dir(), "Partway", &v);
    assert_int_equal(v.partial, CT_WHY_EMERGENCY);
    assert_int_equal(v.score, -1);
    assert_int_equal(v.next_due_ms, CT_UNSET);
    /* a weight alone is no set of observations: nobody is asked why */
    steps_key(t, KEY_ESC, "e amend");
    steps_key(t, "v", "VITALS");
    steps_key(t, "=wt 72\r", "Understood");
    steps_key(t, KEY_SAVE, "SAVED");
    tty_close(t);
}

/* Down over so many fields, to when the set was taken. */
static void to_taken(struct tty *t, int fields)
{
    for (int i = 0; i < fields; i++)
        tty_send(t, KEY_DOWN);
    tty_expect(t, "Empty is now");
}

/* What was due is due now, and since when: no moment that has gone by is called the next. */
static void test_due_already(void **state)
{
    (void)state;
    struct tty *t = form_of(clinic_dir(), "Overdue");
    tty_send(t, WHOLE);
    to_taken(t, 5); /* pain, glucose, weight, height, note */
    tty_send(t, "-800\r");
    steps_save(t, "SAVED");
    steps_key(t, KEY_ESC, "e amend");
    steps_key(t, "v", "VITALS");
    tty_send(t, "--a");
    tty_expect(t, "Recorded (away). The next set is due now, since");
    tty_close(t);
}

/* Who was seen to goes down the list, and the mark is on the next in line; who was away
 * is still due, and stays marked. */
static void test_the_next_in_line(void **state)
{
    (void)state;
    char next[24];
    struct tty *t = form_of(clinic_dir(), "Inline");
    tty_send(t, WHOLE);
    to_taken(t, 5);
    tty_send(t, "-800\r");
    steps_save(t, "SAVED");
    steps_key(t, "h", "NOW");
    steps_choose(t, "INLINE");
    steps_key(t, "v", "VITALS");
    tty_send(t, "--a");
    tty_expect(t, "SAVED");
    steps_key(t, "\r", "NOW");
    tty_settle(t, 150);
    assert_int_equal(tty_row(t, steps_row_of(t, "INLINE"))[0], '>');
    snprintf(next, sizeof next, "%.20s", tty_row(t, steps_row_of(t, "INLINE") + 1) + 2);
    steps_key(t, "v", "VITALS");
    tty_send(t, "12276711695a368a"); /* NEWS2 1: due again within the list's hours */
    steps_save(t, "(4 h 00 min)");
    steps_key(t, "\r", "NOW");
    tty_settle(t, 150);
    assert_int_equal(tty_row(t, steps_row_of(t, next))[0], '>');
    tty_close(t);
}

/* Two keys and the reason, from the empty form. */
static void test_whole_refusal(void **state)
{
    (void)state;
    struct ct_vitals v;
    struct tty *t = form_of(clinic_dir(), "Unwilling");
    tty_send(t, WHOLE);
    steps_save(t, "next set by");
    steps_key(t, KEY_ESC, "e amend");
    steps_key(t, "v", "VITALS");
    tty_send(t, "--r");
    tty_expect(t, "SAVED");
    tty_expect(t, "not taken: refused");
    tty_expect(t, "Recorded (refused). The next set is due");
    stored(clinic_dir(), "Unwilling", &v);
    assert_int_equal(v.partial, CT_WHY_REFUSED);
    assert_int_equal(v.next_due_ms - v.taken_ms, 12 * CT_HOUR_MS); /* as after the score of 0 */
    steps_key(t, KEY_ESC, "e amend");
    steps_key(t, "v", "VITALS");
    steps_key(t, "\x0e", "Nothing was taken:"); /* ^N, the command; away moves nothing */
    steps_key(t, "a", "SAVED");
    tty_expect(t, "Recorded (away). The next set is due");
    steps_key(t, "c", "CORRECT THE VITALS"); /* it was asleep, not away */
    tty_send(t, "--s");
    tty_expect(t, "Why is it corrected?");
    steps_key(t, "2", "not taken: asleep");
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* ---- pressures ------------------------------------------------------------------- */

static void test_six_pressures(void **state)
{
    (void)state;
    struct ct_vitals v;
    struct tty *t = form_of(site(), "Standing");
    tty_send(t, "71");
    steps_key(t, "+", "The first pressure comes first.");
    steps_key(t, "12876", "128/76");
    steps_key(t, KEY_UP "+", "The first pressure, position:");
    steps_key(t, "3", "Pressure 2, position:");
    steps_key(t, "2", "  standing      ___/___ mmHg after ___ min");
    tty_expect_row(t, 4, "LA,LIE,AD");
    tty_send(t, "109641\r");
    tty_expect(t, "falls 19 mmHg standing");
    assert_false(tty_shows(t, "! falls"));
    tty_send(t, KEY_UP KEY_F6 "2");
    tty_send(t, "108643\r");
    tty_expect(t, "! falls 20 mmHg standing");
    for (int i = 0; i < 3; i++) {
        tty_send(t, KEY_UP "+0");
        tty_expect(t, "further");
        tty_send(t, "12070\r");
    }
    tty_send(t, KEY_UP "+");
    tty_expect(t, "A set has at most six pressures.");
    /* each can go; the lower one must be lower; minutes alone are no pressure */
    steps_key(t, "-", "This pressure is taken away.");
    steps_key(t, "+1", "  sitting       ___/___");
    tty_send(t, "90/95\r\r");
    tty_send(t, "368");
    steps_key(t, KEY_SAVE, "the lower 95 is not below the upper 90");
    tty_expect(t, "Diastolic");
    steps_key(t, "60", "90 /60");
    tty_send(t, KEY_UP KEY_UP "\x15" KEY_SAVE);
    tty_expect(t, "Pressure 6 has no upper figure.");
    tty_send(t, "90");
    steps_key(t, KEY_SAVE, "Not complete");
    steps_key(t, "u", "SAVED");
    stored(site(), "Standing", &v);
    assert_int_equal(v.n_bp, 5);
    assert_int_equal(v.v[CT_Q_SBP].n, 128);
    assert_int_equal(v.ql[CT_QL_BP_POSITION], CT_POSITION_LYING);
    assert_int_equal(v.bp[0].sbp, 109);
    assert_int_equal(v.bp[0].dbp, 64);
    assert_int_equal(v.bp[0].position, CT_POSITION_STANDING);
    assert_int_equal(v.bp[0].after_min, 1);
    assert_int_equal(v.bp[1].sbp, 108);
    assert_int_equal(v.bp[2].position, 0);
    assert_int_equal(v.bp[2].after_min, -1);
    assert_int_equal(v.bp[4].sbp, 90);
    assert_int_equal(v.bp[4].position, CT_POSITION_SITTING);
    assert_int_equal(ct_vitals_postural_fall(&v), 20);
    tty_close(t);
}

/* ---- computed ---------------------------------------------------------------------- */

static void test_computed(void **state)
{
    (void)state;
    struct tty *t = form_of(site(), "Computed");
    steps_key(t, "=wt 70 ht 172\r", "BMI 23.7");
    tty_expect(t, "172.0 cm     BMI 23.7");
    for (int i = 0; i < 8; i++)
        tty_send(t, KEY_DOWN);
    tty_expect(t, "Eyes: NT not testable, 1 none");
    steps_key(t, "45", "GCS eye         4  V 5  M _");
    assert_false(tty_shows(t, "total")); /* two parts are no total */
    steps_key(t, "6", "M 6  total 15");
    tty_send(t, KEY_UP KEY_UP);
    steps_key(t, "\x15-c", "V cannot take~"); /* of one part, beside the others */
    tty_expect(t, "GCS eye         4  V __ M 6");
    tty_send(t, KEY_UP KEY_UP);
    steps_key(t, "nt", "no total: V NT");
    assert_false(tty_shows(t, "total 1"));
    steps_save(t, "GCS E4 VNT M6");
    assert_false(tty_shows(t, "GCS 1"));
    steps_key(t, KEY_ESC, "e amend");
    steps_key(t, "v", "VITALS");
    tty_expect(t, "E4 VNT M6");
    tty_close(t);
}

/* ---- the device ---------------------------------------------------------------------- */

static void log_out(struct tty *t)
{
    for (int i = 0; i < 6 && !tty_shows(t, "NOW"); i++) {
        tty_send(t, KEY_ESC);
        tty_settle(t, 200);
    }
    steps_key(t, "Q", "Log out?");
    steps_key(t, "y", "Login");
}

static void test_device(void **state)
{
    (void)state;
    struct ct_vitals v;
    struct tty *t = form_of(clinic_dir(), "Devised");
    steps_key(t, "@", "Number of the device");
    steps_key(t, "  E-1003 \r", "device E-1003");
    tty_expect_row(t, 2, "device E-1003");
    tty_send(t, "12276");
    steps_key(t, "#\r", "by hand"); /* the pulse was felt */
    tty_send(t, "711697a");
    steps_key(t, "#", "Number of the device, Temperature");
    steps_key(t, "a number that is longer than thirty-two\r", "at most 32 bytes");
    steps_key(t, "\x15" "E-1020\r", "@E-1020");
    tty_send(t, "368a");
    steps_save(t, "SAVED");
    stored(clinic_dir(), "Devised", &v);
    assert_int_equal(v.n_devices, 2);
    assert_device(&v, "E-1003", bit(CT_Q_SBP) | bit(CT_Q_DBP) | bit(CT_Q_SPO2));
    assert_device(&v, "E-1020", bit(CT_Q_TEMP));
    /* the next patient of the session: the devices are still there, by hand is not */
    steps_key(t, "h", "NOW");
    steps_new_form(t, "Devisedtoo");
    tty_expect_row(t, 2, "device E-1003");
    tty_expect(t, "@E-1020");
    assert_false(tty_shows(t, "by hand"));
    /* three more of their own, and there are too many */
    tty_send(t, "#CUFF-9\r");
    tty_expect(t, "@CUFF-9");
    tty_send(t, "\r\r#PULSE-7\r");
    tty_expect(t, "@PULSE-7");
    tty_send(t, "\r#RESP-5\r");
    tty_expect(t, "A set has at most 4 devices.");
    assert_false(tty_shows(t, "@RESP-5"));
    steps_key(t, "\x0c", "@PULSE-7");
    log_out(t);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_new_form(t, "Undevised");
    assert_false(tty_shows(t, "E-1003"));
    assert_false(tty_shows(t, "@E-1020"));
    tty_close(t);
}

/* ---- tapping ----------------------------------------------------------------------------- */

/* The rate on the counter's screen, -1 none. */
static int rate_shown(struct tty *t)
{
    int row = steps_row_of(t, "  rate ");
    return row < 0 ? -1 : (int)strtol(strstr(tty_row(t, row), "rate") + 4, NULL, 10);
}

/* Taps with a pause behind each: as long as the screen takes, and a little more. */
static void tap(struct tty *t, const char *keys, const int *pause_ms)
{
    for (int i = 0; keys[i] != '\0'; i++) {
        char key[2] = {keys[i], '\0'};
        tty_send(t, key);
        tty_settle(t, pause_ms[i]);
    }
}

static void test_tap_counter(void **state)
{
    (void)state;
    static const int EVEN[] = {400, 400, 400, 400, 400, 400};
    static const int UNEVEN[] = {250, 900, 250, 900, 250, 250};
    struct ct_vitals v;
    char field[32];
    struct tty *t = form_of(clinic_dir(), "Tapping");
    steps_key(t, KEY_F2, "go there first");
    tty_send(t, "12276");
    steps_key(t, "t", "COUNT THE PULSE");
    tty_expect_row(t, 0, "TAPPING, Invented");
    steps_key(t, "\t", "There is no rate yet");
    tap(t, " a\rX7 ", EVEN); /* Space, letters, Enter, figures */
    tty_expect(t, "beats      6");
    steps_key(t, "\x7f", "beats      5");
    steps_key(t, "\x1b[3~", "beats      0");
    tap(t, "      ", UNEVEN);
    tty_expect(t, "IRREGULAR");
    tty_expect(t, "count a full minute");
    int rate = rate_shown(t);
    assert_in_range(rate, 20, 240);
    snprintf(field, sizeof field, "Pulse           %d", rate);
    steps_key(t, "\t", field);
    tty_expect(t, "IRR");
    if (tty_shows(t, "unusual ("))
        tty_send(t, "\r");
    tty_expect(t, "t counts by tapping"); /* of the respiration */
    steps_key(t, "T", "COUNT THE RESPIRATION");
    tap(t, "   ", EVEN);
    steps_key(t, KEY_ESC, "Respiration     ___"); /* left: nothing is put in */
    tty_send(t, "1697a368a");
    steps_save(t, "SAVED");
    stored(clinic_dir(), "Tapping", &v);
    assert_int_equal(v.v[CT_Q_PULSE].n, rate);
    assert_int_equal(v.ql[CT_QL_PULSE_RHYTHM], CT_RHYTHM_IRREGULAR);
    tty_close(t);
}

/* ---- drafts and corrections ----------------------------------------------------------------- */

/* Everything there is besides figures, typed; and all of it in sight. */
static void type_extras(struct tty *t)
{
    tty_send(t, "71");
    steps_key(t, "@E-1003\r", "device E-1003");
    tty_send(t, "*s2");
    tty_expect(t, "RA,AD");
    steps_key(t, "12876", "128/76");
    steps_key(t, KEY_UP "+3", "Pressure 2");
    steps_key(t, "2", "standing");
    tty_send(t, "98642\r");
    tty_expect(t, "! falls 30");
    steps_key(t, "-c", "Temperature     not taken: cannot take part");
    steps_key(t, "#E-15\r", "@E-15");
    steps_key(t, "97", "97  %");
}

static void assert_extras(struct tty *t)
{
    static const char *const SHOWN[] = {
        "E-1003", "128/76  mmHg RA,LIE,AD", "standing      98 /64  mmHg after 2",
        "! falls 30 mmHg standing", "not taken: cannot take part", "@E-15", "97  %"};
    for (size_t i = 0; i < CT_LEN(SHOWN); i++)
        tty_expect(t, SHOWN[i]);
}

static void assert_extras_stored(const struct ct_vitals *v)
{
    assert_string_equal(ct_qualifier_code(CT_QL_BP_SITE, v->ql[CT_QL_BP_SITE]), "RA");
    assert_int_equal(v->ql[CT_QL_BP_POSITION], CT_POSITION_LYING);
    assert_int_equal(v->n_bp, 1);
    assert_int_equal(v->bp[0].sbp, 98);
    assert_int_equal(v->bp[0].after_min, 2);
    assert_int_equal(v->not_taken[CT_Q_TEMP], CT_WHY_UNABLE);
    assert_int_equal(v->n_devices, 2);
    assert_device(v, "E-1003", bit(CT_Q_SBP) | bit(CT_Q_DBP) | bit(CT_Q_PULSE));
    assert_device(v, "E-15", bit(CT_Q_SPO2));
}

/* From what was saved to a new form of the same patient. */
static void again(struct tty *t, const char *family)
{
    steps_key(t, "h", "NOW");
    tty_send(t, "/");
    tty_send(t, family);
    tty_expect(t, "1 found");
    steps_key(t, "\r", "e amend");
    steps_key(t, "v", "VITALS");
}

static void test_draft_keeps_everything(void **state)
{
    (void)state;
    static const char *const NAME[] = {"Killed", "Hungup"};
    struct ct_vitals v;
    for (int way = 0; way < 2; way++) {
        struct tty *t = form_of(site(), NAME[way]);
        type_extras(t);
        if (way == 0) {
            tty_expect(t, "draft kept");
            tty_settle(t, 1500); /* the last key's too */
            tty_kill(t, SIGKILL);
            assert_int_equal(tty_wait_exit(t), 128 + SIGKILL);
        } else {
            tty_hangup(t);
            tty_wait_exit(t);
        }
        tty_close(t);
        t = technician(site());
        tty_expect(t, "D goes on");
        steps_key(t, "D", "Your draft of");
        assert_extras(t);
        steps_save(t, "SAVED");
        stored(site(), NAME[way], &v);
        assert_extras_stored(&v);
        /* a new form has nothing of it; ^X empties everything that was said */
        again(t, NAME[way]);
        tty_expect_gone(t, "standing");
        steps_key(t, "-a", "not taken: away");
        steps_key(t, "12876" KEY_UP "+1", "Pressure 2");
        steps_key(t, "2", "  standing");
        tty_send(t, KEY_DISCARD);
        tty_expect(t, "Draft discarded");
        tty_expect_gone(t, "not taken: away");
        tty_expect_gone(t, "  standing");
        tty_expect_row(t, 4, "LA,AD");
        steps_key(t, KEY_ESC, "e amend"); /* nothing is unsaved */
        tty_close(t);
    }
    clinic_verify(site());
}

/* A line that is typed on where it was cut: no figure lands in another's place. */
static void test_draft_goes_on_where_it_was(void **state)
{
    (void)state;
    struct ct_vitals v;
    struct tty *t = form_of(clinic_dir(), "Cutoff");
    tty_send(t, "122767116" "9"); /* half of the saturation */
    tty_expect(t, "SpO2            9__");
    steps_key(t, KEY_ESC, "not saved");
    steps_key(t, "k", "The draft is kept");
    steps_key(t, "v", "is here again");
    tty_send(t, "7a368a");
    steps_save(t, "SAVED");
    stored(clinic_dir(), "Cutoff", &v);
    assert_int_equal(v.v[CT_Q_SBP].n, 122);
    assert_int_equal(v.v[CT_Q_SPO2].n, 97);
    assert_int_equal(v.v[CT_Q_TEMP].n, 368);
    assert_int_equal(v.score, 0);
    tty_close(t);
}

static void test_correction_keeps_everything(void **state)
{
    (void)state;
    struct ct_vitals v;
    struct tty *t = form_of(site(), "Corrected");
    type_extras(t);
    steps_save(t, "SAVED");
    steps_key(t, "c", "CORRECT THE VITALS");
    assert_extras(t);
    tty_send(t, "72");
    steps_key(t, KEY_SAVE, "Why is it corrected?");
    steps_key(t, "2", "P 72");
    stored(site(), "Corrected", &v);
    assert_true(v.replaces_id != 0);
    assert_int_equal(v.v[CT_Q_PULSE].n, 72);
    assert_int_equal(v.partial, CT_WHY_UNAVAILABLE); /* as steps_save answered */
    assert_extras_stored(&v);
    tty_close(t);
    clinic_verify(site());
}

/* The age of the last score always stands there, and STALE when it is too old. */
static void test_stale_score(void **state)
{
    (void)state;
    struct tty *t = form_of(site(), "Staling");
    tty_send(t, "711227636897a16a");
    to_taken(t, 6); /* GCS in three, weight, height, note */
    tty_send(t, "-40");
    steps_save(t, "SAVED");
    steps_key(t, KEY_ESC, "e amend");
    steps_key(t, "v", "last NEWS2 0 LOW (40 min ago, STALE)");
    tty_send(t, "711227636897a16a");
    steps_save(t, "SAVED");
    steps_key(t, KEY_ESC, "e amend");
    steps_key(t, "v", "last NEWS2 0 LOW (0 min ago)");
    tty_close(t);
}

/* ---- bad values --------------------------------------------------------------------------------- */

/* Letters, negative and absurd figures; a figure too long for any number; nothing of
 * it traps, and zero is not nothing. */
static void test_bad_values(void **state)
{
    (void)state;
    struct ct_vitals v;
    struct tty *t = form_of(clinic_dir(), "Badvalue");
    steps_key(t, "x", "takes figures");
    steps_key(t, "301", "not possible");
    tty_send(t, KEY_SAVE);
    tty_expect(t, "not possible");
    steps_key(t, KEY_ESC, "not saved"); /* Esc, Up and ^U always work */
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "Something here");
    steps_key(t, "\x15", "___/___");
    steps_key(t, "12276", "122/76");
    tty_send(t, "71");
    steps_key(t, "99999999999999999999", "Respiration 99: unusual");
    steps_key(t, "\x15" "10999999999999999999", "no more digits");
    steps_key(t, "\x15-", "Respiration not taken:"); /* no negative figure: a reason */
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "Respiration not taken:");
    steps_key(t, "45", "unusual (");
    steps_key(t, "\r", "Usual 90-100");
    tty_send(t, "97a368a");
    steps_key(t, "0\r", "Pain            0");
    steps_save(t, "SAVED");
    tty_expect(t, "pain 0");
    stored(clinic_dir(), "Badvalue", &v);
    assert_int_equal(v.v[CT_Q_PAIN].n, 0);
    assert_int_equal(v.v[CT_Q_RESP].n, 45);
    assert_int_equal(v.v[CT_Q_GLUCOSE].n, CT_UNSET);
    tty_close(t);
}

/* A first figure of 1 or 2 wants three digits, any other two; turning the window over
 * leaves what was typed. */
static void test_pressures_advance(void **state)
{
    (void)state;
    struct tty *t = form_of(clinic_dir(), "Advancing");
    steps_key(t, "98", "98");
    steps_key(t, "64", "98 /64");
    tty_expect_row(t, 4, ">");
    tty_resize(t, 30, 100);
    tty_expect(t, "98 /64");
    tty_resize(t, 24, 80);
    tty_expect(t, "98 /64");
    steps_key(t, KEY_UP KEY_UP "161", "161/");
    steps_key(t, "110", "161/110");
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_of_the_site),
        cmocka_unit_test(test_order_for_a_child),
        cmocka_unit_test(test_qualifiers),
        cmocka_unit_test(test_not_taken),
        cmocka_unit_test(test_not_taken_refuses),
        cmocka_unit_test(test_partial_is_asked_when_needed),
        cmocka_unit_test(test_due_already),
        cmocka_unit_test(test_the_next_in_line),
        cmocka_unit_test(test_whole_refusal),
        cmocka_unit_test(test_six_pressures),
        cmocka_unit_test(test_computed),
        cmocka_unit_test(test_device),
        cmocka_unit_test(test_tap_counter),
        cmocka_unit_test(test_draft_keeps_everything),
        cmocka_unit_test(test_draft_goes_on_where_it_was),
        cmocka_unit_test(test_correction_keeps_everything),
        cmocka_unit_test(test_stale_score),
        cmocka_unit_test(test_bad_values),
        cmocka_unit_test(test_pressures_advance),
    };
    return cmocka_run_group_tests_name("vitals_form", tests, NULL, NULL);
}
