/* The worklist in a terminal: a procedure planned, taken over, stepped to done;
 * cancelled, missed, moved; two sessions at once; a line that drops in the form; filters,
 * days and the import of a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/support/steps.h"

#define TECH2 "tech2"
#define TECH2_PASSWORD "demo walnut lantern 2"
#define TIMES "([0-9]{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) )?[0-9]{2}:[0-9]{2}"

static struct tty *at_home(const char *login, const char *password)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}

static struct tty *at_worklist(const char *login, const char *password)
{
    struct tty *t = at_home(login, password);
    steps_key(t, "w", "WORKLIST");
    return t;
}

/* From the home screen: a patient of that name, and the empty form of a procedure. */
static void new_plan(struct tty *t, const char *family)
{
    static int born = 1940; /* nobody is like another */
    char date[16];
    snprintf(date, sizeof date, "%d-05-05", born++);
    clinic_register(t, family, "Demo", date);
    steps_key(t, "p", "PLAN A PROCEDURE");
}

static void fill(struct tty *t, const char *const *field)
{
    for (; *field != NULL; field++) {
        tty_send(t, *field);
        tty_send(t, "\t");
    }
}

/* One planned for now, and the worklist with it chosen. */
static void planned(struct tty *t, const char *family, const char *room)
{
    const char *const FIELDS[] = {"wound", "", "left foot", "now", "", room, "", NULL};
    new_plan(t, family);
    fill(t, FIELDS);
    steps_key(t, KEY_SAVE, "Planned P-");
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    steps_key(t, "w", "WORKLIST");
    char name[64]; /* as lists write it */
    size_t n = strlen(family);
    assert_true(n < sizeof name);
    for (size_t i = 0; i <= n; i++)
        name[i] = (char)toupper((unsigned char)family[i]);
    steps_choose(t, name);
}

static void mask(struct tty *t)
{
    tty_mask(t, "(Sun|Mon|Tue|Wed|Thu|Fri|Sat) [0-9]{1,2} [A-Z][a-z]{2}");
    tty_mask(t, TIMES);
    tty_mask(t, "P-[0-9]+");
    tty_mask(t, "[0-9]+ min");
    tty_mask(t, "999 [0-9]{3} [0-9]{4}");
}

/* The patient of the chosen one agrees, in few keys. */
static void agree(struct tty *t)
{
    steps_key(t, "o", "No consent is recorded yet");
    steps_key(t, "g", "CONSENT GIVEN");
    tty_send(t, "v");
    steps_key(t, KEY_SAVE, "given verbally by the patient");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "given verbally");
}

static void test_from_planned_to_done(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    const char *const FIELDS[] = {"ec", NULL};
    new_plan(t, "Planning");
    tty_expect(t, "ecg-12-lead, x-ray, phlebotomy");
    fill(t, FIELDS); /* two begin so, and an echocardiogram: it does not leave the field */
    tty_expect(t, "which?");
    tty_send(t, "\x15"); /* ^U */
    tty_send(t, "wound\t");
    tty_expect(t, "Wound dressing_");
    tty_send(t, "\tL foot\ttod 10:00\t");
    tty_expect(t, "is no time");
    tty_send(t, "\x15now\t\tRoom 9\tnobody knows\t");
    tty_expect(t, "Nobody who does procedures here");
    tty_send(t, "\x15tara\t");
    tty_expect(t, "> Note");
    tty_expect(t, "Who            tech2");
    steps_key(t, KEY_SAVE, "may be misread: write left in full");
    tty_send(t, "\x15left foot");
    tty_settle(t, 100);
    mask(t);
    tty_golden(t, "plan");
    steps_key(t, KEY_SAVE, "Planned P-");
    tty_expect(t, "Procedures"); /* on the patient's screen at once */
    tty_expect(t, "Wound dressing, left foot, Room 9, scheduled");
    steps_key(t, "w", "nobody yet" + 7);
    tty_expect(t, "Tara Technician");
    tty_send(t, KEY_ESC);
    tty_send(t, KEY_ESC);
    tty_expect(t, "TODAY'S PROCEDURES");
    steps_key(t, "w", "WORKLIST");
    steps_choose(t, "PLANNING");
    steps_key(t, "i", "is yours, taken over from Tara Technician (demo)");
    steps_key(t, "a", "arrived, ");
    steps_key(t, "p", "preparing, ");
    steps_key(t, "r", "ready, ");
    steps_key(t, "\r", "planned ");
    steps_key(t, "s", "No consent is recorded");
    agree(t);
    steps_key(t, "s", "in progress, ");
    steps_key(t, "u", "Enter what?");
    steps_key(t, "e", "Equipment: its number");
    steps_key(t, "E-1003\r", "equipment: E-1003.");
    steps_key(t, "ui", "number of the pack");
    steps_key(t, "P-88121\r", "instruments: P-88121.");
    steps_key(t, "up", "Who took part");
    steps_key(t, "Dr Demo Ash, assistant\r", "person: Dr Demo Ash.");
    steps_key(t, "uc", "Complication");
    steps_key(t, "bled a little\r", "complications: bled a little");
    tty_send(t, KEY_UP KEY_UP);
    tty_settle(t, 100);
    steps_key(t, "D", "Struck out, because");
    steps_key(t, "other pack\r", "It stays readable.");
    tty_expect(t, "STRUCK OUT: P-88121");
    steps_key(t, "d", "Done. Outcome");
    steps_key(t, "clean\r", "outcome: clean");
    tty_expect(t, "done");
    mask(t);
    tty_golden(t, "procedure");
    steps_key(t, "a", "a arrived" + 9); /* an end has no steps: the key means nothing */
    tty_expect(t, "outcome: clean");
    steps_key(t, "Z", "a supervisor can reopen it");
    tty_close(t);
}

static void test_cancelled_missed_and_moved(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    planned(t, "Cancelling", "Room 9");
    steps_key(t, "x", "because?");
    steps_key(t, "3", "CANCELLING, Demo: cancelled");
    tty_expect(t, "(not needed any more)");
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    planned(t, "Missing", "Room 9");
    steps_key(t, "N", "did not attend, because?");
    steps_key(t, "t", "Because");
    steps_key(t, "\r", "A reason is needed");
    steps_key(t, "went home\r", "did not attend, ");
    tty_expect(t, "(went home)");
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    planned(t, "Moving", "Room 9");
    steps_key(t, "t", "Move to (time, room)");
    steps_key(t, "\x15soon\r", "is no time");
    steps_key(t, "\x15tomorrow 9:05, Room 8\r", "Moved, because");
    steps_key(t, "no staff today\r", "09:05, Room 8");
    tty_expect_gone(t, "MOVING, Demo  ");
    steps_key(t, ">", "tomorrow");
    steps_choose(t, "MOVING");
    steps_key(t, "a", "not for today. Is it this one?"); /* perhaps the wrong line */
    steps_key(t, "n", "a arrived");
    tty_expect(t, "scheduled");
    steps_key(t, "g", "To do that day");
    steps_choose(t, "tech3");
    steps_key(t, "\r", "Theo Technician (demo).");
    tty_close(t);
}

static void test_a_start_without_ready_and_an_earlier_step(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    planned(t, "Hurrying", "Room 9");
    steps_key(t, "@", "Which step, and when");
    steps_key(t, "tea 8:40\r", "Say the step first");
    steps_key(t, "\x15" "arrived -0\r", "arrived, ");
    steps_key(t, "s", "From \"arrived\" to \"in progress\", because");
    steps_key(t, "emergency\r", "No consent is recorded");
    agree(t);
    steps_key(t, "s", "From \"arrived\" to \"in progress\", because");
    steps_key(t, "emergency\r", "in progress, ");
    steps_key(t, "Z", "From \"in progress\" to \"ready\", because");
    steps_key(t, "wrong key\r", "ready, ");
    tty_close(t);
    char out[32768]; /* what is listed says the same */
    const char *argv[] = {"--as", CLINIC_SUPERVISOR, "--json", "worklist", "list", NULL};
    assert_int_equal(clinic_run(CLINIC_SUPERVISOR_PASSWORD "\n", out, sizeof out, argv), 0);
    const char *at = strstr(out, "HURRYING, Demo");
    assert_non_null(at);
    assert_non_null(strstr(at, "\"state\": \"ready\""));
}

static void test_two_at_once(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    planned(t, "Sharing", "Room 9");
    struct tty *u = at_worklist(TECH2, TECH2_PASSWORD);
    steps_choose(u, "SHARING");
    int row, col, now_row, now_col;
    tty_settle(u, 200);
    tty_cursor(u, &row, &col);
    steps_key(t, "a", "arrived, ");
    tty_expect_row(u, row, "arrived"); /* within a second or two, without a key */
    tty_settle(u, 200);
    tty_cursor(u, &now_row, &now_col);
    assert_int_equal(row, now_row);
    /* both ask why, one is first: the other is told who it was */
    steps_key(t, "x", "because?");
    steps_key(u, "x", "because?");
    steps_key(u, "1", "SHARING, Demo: cancelled");
    steps_key(t, "3", "Tara Technician (demo) set P-");
    tty_expect(t, "nothing of");
    tty_send(t, KEY_DOWN KEY_UP); /* the sentence gives way to the line */
    tty_expect(t, "(patient unwell)");
    tty_close(t);
    tty_close(u);
}

static void test_a_line_that_drops_in_the_form(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    const char *const FIELDS[] = {"spiro", "", "", "tomorrow 9:00", NULL};
    new_plan(t, "Hanging");
    fill(t, FIELDS);
    tty_send(t, "\tRoom 7");
    tty_expect(t, "Room 7");
    tty_hangup(t);
    tty_wait_exit(t);
    tty_close(t);
    t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "procedure for HANGING, Demo. D goes on with it.");
    steps_key(t, "D", "is here again");
    tty_expect(t, "spirometry");
    tty_expect(t, "Room 7");
    steps_key(t, KEY_SAVE, "Planned P-");
    tty_expect(t, "NOW");
    tty_expect_gone(t, "D goes on with it.");
    tty_close(t);
}

static void test_twice_the_same_is_asked_about(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    const char *const FIELDS[] = {"spiro", "", "", "+20", NULL};
    new_plan(t, "Doubling");
    fill(t, FIELDS);
    steps_key(t, KEY_SAVE, "Planned P-");
    steps_key(t, "p", "PLAN A PROCEDURE");
    fill(t, FIELDS);
    tty_expect(t, "Planned for this patient already:");
    steps_key(t, KEY_SAVE, "is on the list already");
    steps_key(t, "n", "PLAN A PROCEDURE");
    steps_key(t, KEY_SAVE, "Another one?");
    steps_key(t, "y", "Planned P-");
    tty_close(t);
}

/* A procedure that is made another one keeps no name of the one it was. */
static void test_another_kind_has_its_own_name(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    const char *const FIELDS[] = {"x-r", "", "left hand", "+90", NULL};
    new_plan(t, "Renaming");
    fill(t, FIELDS);
    steps_key(t, KEY_SAVE, "Planned P-");
    tty_expect(t, "X-ray, left hand");
    steps_key(t, "w", "planned ");
    steps_key(t, "e", "AMEND P-");
    tty_send(t, "\x15spiro"); /* and saved without leaving the field */
    steps_key(t, KEY_SAVE, "Changed, because");
    steps_key(t, "the form was misread\r", "Amended P-");
    tty_expect(t, "Spirometry, left hand");
    tty_expect_gone(t, "X-ray, left hand, scheduled");
    tty_close(t);
}

static void test_days_and_filters(void **state)
{
    (void)state;
    char dir[160];
    snprintf(dir, sizeof dir, "%s/filters", test_dir());
    clinic_demo(dir, "14", "3");
    struct tty *t = clinic_open_dir(dir, NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "TODAY'S PROCEDURES");
    tty_expect(t, "of 12 done, mine");
    tty_expect(t, "3 more: w");
    tty_settle(t, 200); /* the next five, by time, with where they stand */
    int first = steps_row_of(t, "TODAY'S PROCEDURES");
    static const char *const NEXT[] = {"in progress      me", "scheduled LATE", "ready",
                                       "preparing", "arrived"};
    for (int i = 0; i < 5; i++)
        if (strstr(tty_row(t, first + 1 + i), NEXT[i]) == NULL)
            fail_msg("row %d of the next is %s", i, tty_row(t, first + 1 + i));
    tty_settle(t, 200);
    tty_bytes_reset(t);
    steps_key(t, "w", "WORKLIST");
    tty_expect(t, "1 cancelled, 1 missed");
    tty_settle(t, 200);
    if (getenv("CT_TELL") != NULL)
        fprintf(stderr, "the worklist %zu bytes\n", tty_bytes(t));
    if (tty_bytes(t) >= 2500)
        fail_msg("the screen costs %zu bytes", tty_bytes(t));
    mask(t);
    tty_golden(t, "worklist");
    tty_bytes_reset(t);
    tty_send(t, KEY_DOWN);
    tty_settle(t, 200);
    if (getenv("CT_TELL") != NULL)
        fprintf(stderr, "a cursor move %zu bytes\n", tty_bytes(t));
    if (tty_bytes(t) >= 200)
        fail_msg("a cursor move costs %zu bytes", tty_bytes(t));
    steps_key(t, "m", "only mine");
    tty_expect_gone(t, "Tess Te");
    steps_key(t, "f", "only mine, to do");
    tty_expect_gone(t, "did not attend");
    steps_key(t, "A", "1 cancelled");
    tty_expect_gone(t, "only mine");
    steps_key(t, "w", "only no room yet: 1 of");
    steps_key(t, "w", "only Room 1: ");
    tty_expect_gone(t, "Room 2 ");
    steps_key(t, "fff", "cancelled or missed");
    tty_expect(t, "Nothing passes the filter");
    steps_key(t, "A", "Room 2");
    steps_key(t, "<", "yesterday");
    tty_expect(t, "did not attend");
    steps_key(t, ">>", "tomorrow");
    tty_expect(t, "Endoscopy");
    steps_key(t, "0", "today");
    tty_send(t, KEY_ESC);
    tty_expect(t, "NOW");
    steps_key(t, ":worklist\r", "WORKLIST");
    tty_close(t);
    clinic_verify(dir);
}

/* ---- the command line --------------------------------------------------------------- */

static void test_import_and_list(void **state)
{
    (void)state;
    char path[160], out[16384];
    time_t later = time(NULL) + 86400;
    struct tm tm;
    char day[16];
    localtime_r(&later, &tm);
    strftime(day, sizeof day, "%Y-%m-%d", &tm);
    struct tty *t = at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_key(t, "n", "REGISTER A PATIENT");
    tty_send(t, "Importing\tDemo\t9434765919\t1950-05-05\t");
    steps_key(t, KEY_SAVE, "Registered.");
    snprintf(path, sizeof path, "%s/ris.csv", test_dir());
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f,
            "number,family,kind,planned,site,key\n"
            "9434765919,Importing,x-ray,%sT09:00,left wrist,RIS-1\n"
            "9434765919,Somebody,x-ray,%sT09:30,,RIS-2\n"
            "9434765919,,mystery,%sT10:00,,RIS-3\n",
            day, day, day);
    fclose(f);
    const char *import[] = {"--as", CLINIC_TECH, "worklist", "import", path, NULL};
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, import), 1);
    assert_non_null(strstr(out, "1 added, 0 already there, 2 bad"));
    assert_non_null(strstr(out, "ris.csv:3: this number is of another person"));
    assert_non_null(strstr(out, "ris.csv:4: there is no procedure \"mystery\""));
    tty_expect(t, "09:00  X-ray, left wrist"); /* the open record shows it */
    const char *again[] = {"--as", CLINIC_TECH, "--json", "worklist", "import", path, NULL};
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, again), 1);
    assert_non_null(strstr(out, "\"already_there\": 1"));
    assert_non_null(strstr(out, "\"added\": 0"));
    const char *csv[] = {"--as", CLINIC_TECH, "worklist", "list", "--day", "tomorrow", "--csv",
                         NULL};
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, csv), 0);
    assert_non_null(strstr(out, "x-ray,X-ray,left wrist,9434765919,\"IMPORTING, Demo\""));
    const char *text[] = {"--as", CLINIC_TECH, "worklist", "list", "--day", day, NULL};
    assert_int_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, text), 0);
    assert_non_null(strstr(out, "X-ray, left wrist"));
    const char *bad[] = {"--as", CLINIC_TECH, "worklist", "list", "--day", "30 feb", NULL};
    assert_int_not_equal(clinic_run(CLINIC_TECH_PASSWORD "\n", out, sizeof out, bad), 0);
    const char *usage[] = {"worklist", "import", NULL};
    assert_int_equal(clinic_run(NULL, out, sizeof out, usage), 2);
    const char *admin[] = {"--as", CLINIC_ADMIN, "worklist", "import", path, NULL};
    assert_int_not_equal(clinic_run(CLINIC_ADMIN_PASSWORD "\n", out, sizeof out, admin), 0);
    assert_null(strstr(out, "added"));
    tty_close(t);
    clinic_verify(clinic_dir());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_from_planned_to_done),
        cmocka_unit_test(test_cancelled_missed_and_moved),
        cmocka_unit_test(test_a_start_without_ready_and_an_earlier_step),
        cmocka_unit_test(test_two_at_once),
        cmocka_unit_test(test_a_line_that_drops_in_the_form),
        cmocka_unit_test(test_twice_the_same_is_asked_about),
        cmocka_unit_test(test_another_kind_has_its_own_name),
        cmocka_unit_test(test_days_and_filters),
        cmocka_unit_test(test_import_and_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
