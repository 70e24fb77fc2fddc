/* Calibrations in a terminal: an expired reference is refused; found out of tolerance,
 * adjusted, measured again, handed in; the own approval refused, another's given; the paper;
 * a line that drops while readings are typed. */
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

#include "clinic/calibration.h"
#include "tests/support/steps.h"

/* ---- devices of the test's own, past the screens -------------------------------------- */

static int64_t registered(struct ct_app *app, const char *asset, const char *class,
                          const char *standard_of)
{
    struct ct_error e = {0};
    struct ct_equip_model m = {.elec_class = CT_ELEC_I, .applied = CT_APPLIED_BF};
    struct ct_equipment x = {.standard = standard_of[0] != '\0'};
    snprintf(m.class, sizeof m.class, "%s", class);
    snprintf(m.maker, sizeof m.maker, "Meridian");
    snprintf(m.name, sizeof m.name, "%s %s", class, asset);
    assert_int_equal(ct_model_add(app, &m, &e), CT_OK);
    x.model_id = m.first_id != 0 ? m.first_id : m.id;
    x.made = x.received = x.warranty = CT_NO_DATE;
    snprintf(x.asset, sizeof x.asset, "%s", asset);
    snprintf(x.location, sizeof x.location, "Workshop");
    snprintf(x.standard_of, sizeof x.standard_of, "%s", standard_of);
    if (ct_equipment_add(app, &x, NULL, &e) != CT_OK)
        fail_msg("%s", e.text);
    return x.id;
}

static void certified(struct ct_app *app, int64_t id, int from, int until)
{
    struct ct_error e = {0};
    ct_date today = ct_date_at(ct_app_now(app));
    struct ct_equip_paper p = {.equipment_id = id,
                               .kind = CT_PAPER_CERTIFICATE,
                               .valid_from = today + from,
                               .valid_until = today + until};
    snprintf(p.title, sizeof p.title, "Certificate 2026-114");
    snprintf(p.place, sizeof p.place, "folder 3");
    snprintf(p.issuer, sizeof p.issuer, "Metrolab");
    if (ct_equipment_paper_add(app, &p, &e) != CT_OK)
        fail_msg("%s", e.text);
}

static int seed(void **state)
{
    struct ct_config c;
    struct ct_app *app = NULL;
    struct ct_secret *s = NULL;
    (void)state;
    setlocale(LC_CTYPE, "C.UTF-8");
    clinic_config(&c);
    assert_int_equal(ct_app_new(clinic_dir(), &c, &CT_CLOCK_SYSTEM, &app, NULL), CT_OK);
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &s, NULL), CT_OK);
    assert_true(ct_secret_add(s, CLINIC_TECH_PASSWORD, strlen(CLINIC_TECH_PASSWORD)));
    assert_int_equal(ct_login(app, CLINIC_TECH, s, NULL), CT_OK);
    registered(app, "NB-77", "nibp", "");
    registered(app, "NB-78", "nibp", "");
    registered(app, "SC-77", "scales", "");
    certified(app, registered(app, "RS-71", "monitor", "manometer"), -30, 300);
    certified(app, registered(app, "RS-72", "thermometer", "manometer"), -300, -1);
    ct_logout(app);
    ct_app_free(app);
    ct_secret_free(s);
    return 0;
}

static char paper[16] = "K-1"; /* the number of the approved one */

/* ---- in the terminal ----------------------------------------------------------------------- */

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

/* From home to the points of a new static test of that device. */
static void begin(struct tty *t, const char *asset)
{
    char find[40];
    snprintf(find, sizeof find, "%s\r", asset);
    tty_send(t, "e");
    tty_expect(t, "Asset");
    tty_send(t, "/");
    tty_send(t, find);
    tty_expect(t, asset);
    tty_send(t, "\r");
    tty_expect(t, "Meridian nibp");
    steps_key(t, "c", "What is measured");
    steps_choose(t, "nibp-static");
    steps_key(t, "\r", "AS FOUND: before anything is touched");
    tty_expect(t, "Temperature");
    steps_key(t, KEY_ESC, "Reference MISSING: manometer");
}

static void mask(struct tty *t)
{
    tty_mask(t, "[0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4}");
    tty_mask(t, "([0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) )?[0-9]{2}:[0-9]{2}");
    tty_mask(t, "K-[0-9]+ +NIBP: static pressure +"); /* a longer number moves what follows */
    tty_mask(t, "K-[0-9]+ is handed in: another person approves it. +");
    tty_mask(t, "F-[0-9]+");
}

static void test_from_as_found_to_the_signed_paper(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    begin(t, "NB-77");
    steps_key(t, "rRS-72\r", "RS-72 has no certificate that counts on");
    steps_key(t, "rRS-9\r", "There is no device RS-9");
    steps_key(t, KEY_SAVE, "The reading of p0 is missing");
    tty_send(t, "0\r10 mmHg\r50\r100.2\r13 kPa\r");
    tty_expect(t, "this is in mmHg");
    tty_send(t, "\x15"
                "150\r204.5\r250\r");
    tty_expect(t, "FAIL");
    steps_key(t, KEY_SAVE, "A reference is missing: manometer");
    steps_key(t, "rRS-71\r", "in date until");
    tty_send(t, KEY_UP);
    tty_expect(t, "p200: Pressure shown at 200 mmHg; +-3 mmHg; fail");
    tty_settle(t, 100);
    mask(t);
    tty_golden(t, "calibration");
    steps_key(t, KEY_SAVE, "OUT OF TOLERANCE as found");
    tty_expect(t, "a adjust");
    steps_key(t, "a", "what was done");
    steps_key(t, "gain of the transducer\r", "measure every point again");
    tty_send(t, "0\r10\r50\r100\r150\r200.1\r250\r");
    steps_key(t, KEY_SAVE, "as left: pass");
    steps_key(t, "h", "Remarks");
    steps_key(t, "hose replaced\r", "Limits of use");
    steps_key(t, "\r", "another person approves it");
    tty_settle(t, 100);
    mask(t);
    tty_golden(t, "calibration_done");
    steps_key(t, "v", "You measured K-");
    steps_key(t, "p", "DRAFT, not a certificate");
    tty_close(t);

    t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_send(t, "e");
    tty_expect(t, "Asset");
    steps_key(t, "K", "wait for approval");
    steps_choose(t, "NB-77");
    steps_key(t, "\r", "waits for approval");
    steps_key(t, "v", "Sign with your own password");
    steps_key(t, "not this one\r", "That is not your password");
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "\r", "approved and signed");
    steps_key(t, "p", "Calibration certificate K-");
    tty_send(t, "\x1b[F"); /* End */
    tty_expect(t, "Signature");
    tty_expect(t, "end of the paper");
    tty_expect(t, "Approved by");
    steps_key(t, "w", "NOT encrypted");
    char path[200], name[220];
    snprintf(path, sizeof path, "%s/paper.txt", test_dir());
    snprintf(name, sizeof name, "\x15%s\r", path);
    steps_key(t, name, "Written to");
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    static char text[20000];
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    assert_non_null(strstr(text, "page 1 of"));
    assert_non_null(strchr(text, '\f'));
    assert_null(strstr(text, "DRAFT"));
    assert_int_equal(sscanf(text, "Calibration certificate %15s", paper), 1);
    assert_non_null(strstr(text, "as found  204.5 mmHg, error +4.5: fail"));
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "Signature");
    steps_key(t, "g", "Error as found of p0, mmHg");
    tty_close(t);
}

/* The same paper on the command line, and the store is whole. */
static void test_the_command_line_prints_the_paper_and_the_label(void **state)
{
    (void)state;
    static char out[20000];
    const char *const PAPER[] = {"--as", CLINIC_TECH, "calibrate",
                                 "certificate", paper, NULL};
    const char *const NONE[] = {"--as", CLINIC_TECH, "calibrate",
                                "certificate", "K-99999", NULL};
    clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, PAPER);
    if (strstr(out, "page 1 of") == NULL)
        fail_msg("%s", out);
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, NONE), 1);
    assert_non_null(strstr(out, "there is no calibration K-99999"));
    clinic_verify(clinic_dir());
}

/* The line drops with a half-typed reading: it is there again. */
static void test_a_dropped_line_loses_no_reading(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    begin(t, "NB-78");
    steps_key(t, "rRS-71\r", "in date until");
    tty_send(t, "0.4\r10.1\r50.");
    tty_expect(t, "50.");
    tty_hangup(t);
    (void)tty_wait_exit(t);
    tty_close(t);
    t = clinic_open(NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "calibration"); /* what was not finished is offered */
    tty_send(t, "e");
    tty_expect(t, "Asset");
    steps_key(t, "K", "wait for approval");
    steps_key(t, "cNB-78\r", "What is measured");
    steps_key(t, "\r", "is here again"); /* whatever template is chosen: the one begun */
    tty_expect(t, "10.1");
    tty_expect(t, "With RS-71 manometer");
    tty_expect(t, "50.");
    steps_key(t, KEY_DISCARD, "discarded");
    tty_expect_gone(t, "10.1");
    tty_close(t);
}

/* Scales: the limits are in divisions until e is given, which a dropped line keeps. */
static void test_the_division_of_scales(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "e", "Asset");
    steps_key(t, "/", "Number, serial");
    tty_send(t, "SC-77\r");
    tty_expect(t, "only ");
    steps_key(t, "\r", "Meridian scales");
    steps_key(t, "c", "What is measured");
    steps_choose(t, "Weighing scales, class");
    steps_key(t, "\r", "AS FOUND: before anything is touched");
    tty_expect(t, "Temperature");
    steps_key(t, KEY_ESC, "500 e");
    tty_expect(t, "e division");
    steps_key(t, "e", "Division e of this device in kg");
    tty_send(t, "0.1 g\r");
    steps_key(t, "\r", "this is in kg, and in no other unit"); /* nothing is guessed */
    steps_key(t, "e", "Division e of this device in kg");
    tty_send(t, "0.1\r");
    tty_expect(t, "plate of the device");
    steps_key(t, "\r", "The limits are in kg now.");
    tty_expect(t, "50 kg");
    tty_expect(t, "+-0.1 kg");
    tty_hangup(t);
    tty_close(t);
    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "Draft of");
    steps_key(t, "D", "50 kg");
    tty_expect(t, "+-0.1 kg");
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_as_found_to_the_signed_paper),
        cmocka_unit_test(test_the_command_line_prints_the_paper_and_the_label),
        cmocka_unit_test(test_a_dropped_line_loses_no_reading),
        cmocka_unit_test(test_the_division_of_scales),
    };
    return cmocka_run_group_tests_name("calibration", tests, seed, NULL);
}
