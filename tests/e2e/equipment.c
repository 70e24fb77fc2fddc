/* The registry in a terminal: a device with its model registered, amended, found, scanned
 * from anywhere; papers whose files are known again; a recall ticked off; retired for good;
 * a line that drops in the form; a table in and out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/steps.h"

#define KEY_MODEL "\x1b[17~" /* F6 */
#define KEY_OFFER "\x0e"     /* ^N */
#define STX "\x02"           /* announces a code */

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

static struct tty *technician(void)
{
    return at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
}

static void mask(struct tty *t)
{
    tty_mask(t, "[0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4}");
    tty_mask(t, "[0-9]{2}:[0-9]{2}");
}

static void scan(struct tty *t, const char *code, const char *expect)
{
    char bytes[200];
    snprintf(bytes, sizeof bytes, STX "%s\r", code);
    tty_send(t, bytes);
    tty_expect(t, expect);
}

static void back(struct tty *t, const char *expect)
{
    tty_send(t, KEY_ESC);
    tty_expect(t, expect);
}

/* Fields in order, a Tab behind each; NULL ends. */
static void fill(struct tty *t, const char *const *field)
{
    for (; *field != NULL; field++) {
        tty_send(t, *field);
        tty_send(t, "\t");
    }
}

/* From the equipment list: one of the model, which is there; stands on its page. */
static void registered(struct tty *t, const char *asset, const char *location)
{
    char said[80];
    const char *const FIELDS[] = {asset, "fict pm-3", "", "", location, NULL};
    steps_key(t, "n", "REGISTER A DEVICE");
    fill(t, FIELDS);
    snprintf(said, sizeof said, "Registered %s", asset);
    steps_key(t, KEY_SAVE, said);
}

static void find(struct tty *t, const char *words, const char *expect)
{
    steps_key(t, "/", "Number, serial");
    tty_send(t, "\x15");
    tty_send(t, words);
    tty_send(t, "\r");
    tty_expect(t, expect);
}

/* ---- registering --------------------------------------------------------------------- */

static void test_a_device_with_a_new_model(void **state)
{
    (void)state;
    struct tty *t = technician();
    steps_key(t, "e", "EQUIPMENT");
    tty_expect(t, "E-1001");
    steps_key(t, "n", "REGISTER A DEVICE");
    tty_send(t, "W-7\tweigh\t"); /* no model has these words */
    tty_expect(t, "There is no Model \"weigh\"");
    steps_key(t, KEY_MODEL, "ADD A MODEL");
    tty_send(t, "sca");
    tty_expect(t, "^N: scales");
    tty_send(t, "\tImagino\tBaby scale 3\t\tL");
    steps_key(t, KEY_SAVE, "Added Imagino Baby scale 3.");
    tty_expect(t, "REGISTER A DEVICE"); /* back in the form, as it was left */
    tty_send(t, "\x15" "baby\t");
    tty_expect(t, "Imagino Baby scale 3");
    tty_send(t, "BS-001\t\tbay");
    tty_expect(t, "^N: Bay 1, Bay 2");
    steps_key(t, KEY_OFFER, "Bay 1");
    tty_send(t, KEY_OFFER "\t");
    steps_key(t, KEY_SAVE, "Registered W-7 Imagino Baby scale 3, Bay 2.");
    tty_expect_row(t, 0, "W-7  Imagino Baby scale 3");
    tty_expect(t, "Weighing scales");
    tty_expect(t, "serial BS-001");
    steps_key(t, "a", "AMEND W-7");
    for (int i = 0; i < 4; i++)
        tty_send(t, "\t");
    tty_send(t, "\x15" "Store room\t");
    steps_key(t, KEY_SAVE, "Changed, because");
    tty_send(t, "\r");
    tty_expect(t, "A reason is needed");
    tty_send(t, "moved\r");
    tty_expect(t, "Amended W-7 Imagino Baby scale 3, Store room.");
    steps_key(t, "h", "HISTORY OF W-7");
    tty_expect(t, "changed location Store room instead of Bay 2: moved");
    tty_expect(t, "registered");
    back(t, "Weighing scales");
    back(t, "EQUIPMENT");
    steps_key(t, "n", "REGISTER A DEVICE");
    tty_send(t, "w-7\tfict pm-3\t");
    steps_key(t, KEY_SAVE, "hat is the number of W-7");
    steps_key(t, KEY_DISCARD, "Draft discarded");
    tty_close(t);
}

static void test_found_filtered_and_opened(void **state)
{
    (void)state;
    struct tty *t = technician();
    steps_key(t, "e", "EQUIPMENT");
    find(t, "fict pm", "only \"fict pm\"");
    tty_expect(t, "PM-5 Neo");
    tty_expect_gone(t, "Imagino TH-2");
    find(t, "zzz", "Nothing passes the filter");
    steps_key(t, "a", "Imagino TH-2");
    steps_key(t, "w", "only Bay 1");
    tty_expect_gone(t, "Steam 23");
    steps_key(t, "a", "Steam 23");
    steps_key(t, "c", "only defibrillator");
    tty_expect(t, "E-1035");
    steps_key(t, "a", "Steam 23");
    for (int i = 0; i < 4; i++)
        tty_send(t, "f");
    tty_expect(t, "only reference standards");
    tty_expect(t, "PG-100 (standard)");
    tty_expect_gone(t, "E-1001");
    steps_key(t, "f", "only retired");
    tty_expect(t, "E-1024");
    steps_key(t, "a", "E-1001");
    steps_key(t, "m", "MODELS");
    mask(t);
    tty_golden(t, "models");
    back(t, "EQUIPMENT");
    steps_choose(t, "E-1001");
    steps_key(t, "\r", "Patient monitor");
    tty_expect(t, "class I   applied part CF   risk high");
    steps_key(t, "a", "AMEND E-1001");
    tty_golden(t, "device_form");
    tty_close(t);
}

/* ---- scanned --------------------------------------------------------------------------- */

static void test_a_label_opens_its_page_from_anywhere(void **state)
{
    (void)state;
    struct tty *t = technician();
    scan(t, "E-1003", "F3-20131");
    tty_expect_row(t, 0, "E-1003  Fictiva PM-3");
    scan(t, "e-1003", "This is E-1003.");
    scan(t, "E-1040", "Infusion pump"); /* takes its place */
    back(t, "NOW");
    scan(t, "(01)05012345678900(21)F3-20118", "F3-20118"); /* product and serial */
    tty_expect_row(t, 0, "E-1002");
    back(t, "NOW");
    steps_key(t, "w", "WORKLIST");
    scan(t, "E-2001", "reference standard for manometer");
    back(t, "WORKLIST");
    scan(t, "E-77", "it is not in the registry. n registers it.");
    steps_key(t, "n", "REGISTER A DEVICE");
    tty_expect(t, "E-77");
    scan(t, "(01)05012345678900(11)240131(21)ZZ9", "UDI taken");
    tty_send(t, "\tfict pm-3\t");
    steps_key(t, KEY_SAVE, "Registered E-77 Fictiva PM-3.");
    tty_expect(t, "serial ZZ9");
    tty_expect(t, "made 31 Jan 2024");
    back(t, "WORKLIST");
    scan(t, "(01)05012345678900(11)240131(21)ZZ9", "serial ZZ9");
    tty_close(t);
    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    clinic_register(t, "Measured", "Demo", "1950-05-05");
    steps_key(t, "v", "missing 7 of 7");
    scan(t, "(01)05012345678900(21)F3-20118", "Measured with device E-1002");
    tty_close(t);
}

static void test_a_bare_number_is_a_device_too(void **state)
{
    (void)state;
    struct tty *t = technician();
    steps_key(t, "e", "EQUIPMENT");
    registered(t, "90210", "Bay 9");
    back(t, "EQUIPMENT");
    scan(t, "90210", "Patient monitor");
    tty_expect_row(t, 0, "90210");
    tty_close(t);
}

/* ---- papers ------------------------------------------------------------------------------- */

static void paper_write(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void test_papers_and_their_files(void **state)
{
    (void)state;
    struct tty *t = technician();
    char path[256];
    snprintf(path, sizeof path, "%s/certificate.pdf", test_dir());
    paper_write(path, "as it was issued");
    scan(t, "E-2001", "reference standard");
    steps_key(t, "P", "PAPERS OF E-2001");
    tty_expect(t, "Certificate DM-2231");
    steps_key(t, "n", "A PAPER OF E-2001");
    tty_send(t, "cCertificate X-1\t");
    tty_send(t, path);
    tty_send(t, "\tDemo lab\t10 jan 2026\t9 jan 2027\t");
    steps_key(t, KEY_SAVE, "Added Certificate X-1, with the hash of its 16 bytes.");
    tty_expect(t, "with hash");
    steps_key(t, "v", "is what it was when it was added");
    paper_write(path, "as I'd like  it!");
    tty_send(t, "v");
    steps_expect_flowing(t, "is not the file that it was: another content");
    steps_key(t, "d", "Taken off, because");
    tty_send(t, "\r");
    tty_expect(t, "is missing");
    tty_send(t, "wrong file\r");
    tty_expect(t, "Taken off; it stays");
    tty_expect(t, "taken off");
    steps_choose(t, "Certificate X-1");
    steps_expect_flowing(t, "taken off: wrong file");
    tty_close(t);
}

/* ---- campaigns ------------------------------------------------------------------------------ */

static void test_a_recall_is_ticked_off(void **state)
{
    (void)state;
    struct tty *t = technician();
    steps_key(t, "e", "EQUIPMENT");
    steps_key(t, "A", "CAMPAIGNS");
    tty_expect(t, "Replace the battery fuse");
    tty_send(t, "n"); /* a supervisor's */
    tty_settle(t, 200);
    assert_false(tty_shows(t, "BEGIN A CAMPAIGN"));
    tty_close(t);

    t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "e", "EQUIPMENT");
    steps_key(t, "A", "CAMPAIGNS");
    steps_key(t, "n", "BEGIN A CAMPAIGN");
    tty_send(t, "inventa bp\tRecall of cuffs\tFSN 7\tTake the blue cuffs away.\tY");
    steps_key(t, KEY_SAVE, "not to be used before it is done");
    tty_expect(t, "1 of 1 open");
    steps_key(t, "\r", "Blood pressure monitor"); /* the device: its page says so */
    tty_expect(t, "Recall of cuffs");
    back(t, "1 of 1 open");
    steps_key(t, "C", "Closed all the same, because");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "Closed all the same");
    steps_key(t, "d", "What was done");
    tty_send(t, "cuffs taken away\r");
    tty_expect(t, "0 of 1 are open.");
    steps_key(t, "u", "Taken back, because");
    tty_send(t, "\r");
    tty_expect(t, "is missing");
    tty_send(t, "another device\r");
    tty_expect(t, "1 of 1 are open.");
    steps_key(t, "x", "Does not apply, because");
    tty_send(t, "never had cuffs\r");
    tty_expect(t, "not concerned");
    steps_key(t, "C", "Closed; remark");
    tty_send(t, "\r");
    tty_expect(t, "is closed.");
    back(t, "CAMPAIGNS");
    steps_key(t, "a", "Recall of cuffs");
    tty_expect(t, "closed");
    tty_close(t);
}

/* ---- retired -------------------------------------------------------------------------------- */

static void test_retired_for_good(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    steps_key(t, "e", "EQUIPMENT");
    registered(t, "OLD-1", "Store");
    steps_key(t, "R", "Retired for good, because");
    tty_send(t, "\r");
    tty_expect(t, "is missing");
    tty_send(t, "broken beyond repair\r");
    tty_expect(t, "OLD-1 is retired.");
    tty_expect(t, "retired since");
    tty_expect(t, "NOT TO BE USED");
    tty_send(t, "R"); /* once is enough */
    tty_settle(t, 200);
    assert_false(tty_shows(t, "Retired for good"));
    back(t, "EQUIPMENT");
    tty_expect_gone(t, "OLD-1");
    scan(t, "OLD-1", "retired since"); /* its page stays */
    tty_close(t);
    t = technician();
    scan(t, "E-1001", "Patient monitor");
    tty_send(t, "R");
    tty_settle(t, 200);
    assert_false(tty_shows(t, "Retired for good"));
    tty_close(t);
}

/* ---- a line that drops -------------------------------------------------------------------------- */

static void test_a_dropped_line_keeps_the_form(void **state)
{
    (void)state;
    struct tty *t = technician();
    steps_key(t, "e", "EQUIPMENT");
    steps_key(t, "n", "REGISTER A DEVICE");
    tty_send(t, "LOST-1\tfict pm-3\tSN-1\t\tBay 77");
    tty_expect(t, "Bay 77");
    tty_hangup(t);
    tty_close(t);
    t = technician();
    steps_key(t, "D", "REGISTER A DEVICE");
    tty_expect(t, "Your draft of");
    tty_expect(t, "LOST-1");
    tty_expect(t, "Bay 77");
    steps_key(t, KEY_SAVE, "Registered LOST-1 Fictiva PM-3, Bay 77.");
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* ---- a table ------------------------------------------------------------------------------------- */

static void test_a_table_in_and_out(void **state)
{
    (void)state;
    char path[256], out[16384];
    snprintf(path, sizeof path, "%s/devices.csv", test_dir());
    paper_write(path, "asset,class,maker,model,location,calibrated,certificate\n"
                      "T-10,monitor,Fictiva,PM-3,Theatre 1,2026-01-10,C-77\n"
                      "T-9,monitor,Fictiva,PM-3,Theatre 1,,\nT-8,toaster,Fictiva,PM-3,,,\n");
    const char *const IN[] = {"equipment", "import", path, "--as", CLINIC_TECH, NULL};
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, IN), 1);
    assert_non_null(strstr(out, "2 added, 0 already there, 1 bad; 0 models added"));
    assert_non_null(strstr(out, ":4: there is no class \"toaster\""));
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, IN), 1);
    assert_non_null(strstr(out, "0 added, 2 already there, 1 bad"));
    const char *const LIST[] = {"equipment", "list", "theatre", "--csv", "--as", CLINIC_TECH,
                                NULL};
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, LIST), 0);
    const char *nine = strstr(out, "T-9,monitor,Fictiva,PM-3"), *ten = strstr(out, "T-10,mon");
    assert_true(nine != NULL && ten != NULL && nine < ten);
    const char *const JSON[] = {"equipment", "list", "T-10", "--json", "--as", CLINIC_TECH,
                                NULL};
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, JSON), 0);
    assert_non_null(strstr(out, "\"location\": \"Theatre 1\""));
    const char *const NONE[] = {"equipment", "--as", CLINIC_TECH, NULL};
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, NONE), 2);
    struct tty *t = technician();
    scan(t, "T-10", "Theatre 1");
    steps_key(t, "P", "C-77");
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_device_with_a_new_model),
        cmocka_unit_test(test_found_filtered_and_opened),
        cmocka_unit_test(test_a_label_opens_its_page_from_anywhere),
        cmocka_unit_test(test_a_bare_number_is_a_device_too),
        cmocka_unit_test(test_papers_and_their_files),
        cmocka_unit_test(test_a_recall_is_ticked_off),
        cmocka_unit_test(test_retired_for_good),
        cmocka_unit_test(test_a_dropped_line_keeps_the_form),
        cmocka_unit_test(test_a_table_in_and_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
