/* The trend as people use it: which figure, which time, what is true now, each set in
 * full, corrected from the list, and out of the store into a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "tests/support/steps.h"

#define KEY_RIGHT "\x1b[C"
#define KEY_LEFT "\x1b[D"

static struct tty *at_home(const char *term)
{
    struct tty *t = clinic_open(&(struct tty_options){.term = term});
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    return t;
}

/* The trend of the first patient of the list, who has days of sets. */
static struct tty *at_trend(const char *term)
{
    struct tty *t = at_home(term);
    steps_key(t, "\r", "e amend");
    steps_key(t, "t", "other chart");
    return t;
}

/* The trend of a new patient with this one set. */
static struct tty *with_one_set(const char *family)
{
    struct tty *t = at_home(NULL);
    steps_new_form(t, family);
    tty_send(t, "12276711697a368a");
    steps_save(t, "SAVED");
    steps_key(t, "t", "other chart");
    return t;
}

/* The score stands with its time, the span in the title; no further than there is. */
static void test_zoom_and_scroll(void **state)
{
    (void)state;
    struct tty *t = at_trend(NULL);
    tty_expect_row(t, 2, ":");
    tty_expect_row(t, 3, ", 3 d to ");
    steps_key(t, "-", ", 7 d to ");
    steps_key(t, "-", ", 30 d to ");
    steps_key(t, "-", ", 1 y: ");
    steps_key(t, "-", ", all: ");
    steps_key(t, "-", "That is all there is.");
    steps_key(t, "<", "All of it is in sight");
    steps_key(t, "+", ", 1 y: ");
    steps_key(t, "+", ", 30 d to ");
    steps_key(t, "+", ", 7 d to ");
    steps_key(t, "+", ", 3 d to ");
    steps_key(t, "+", ", 24 h to ");
    steps_key(t, "+", ", 12 h to ");
    steps_key(t, "+", ", 6 h to ");
    steps_key(t, "+", "Closer than 6 hours");
    steps_key(t, ">", "It ends now already.");
    char now[200], before[200];
    snprintf(now, sizeof now, "%.60s", tty_row(t, 3));
    tty_send(t, "<<<<");
    tty_settle(t, 150);
    snprintf(before, sizeof before, "%.60s", tty_row(t, 3));
    assert_string_not_equal(now, before);
    tty_expect_row(t, 3, ", 6 h to ");
    tty_send(t, ">>>>");
    tty_settle(t, 150);
    steps_key(t, ">", "It ends now already.");
    tty_close(t);
}

/* A window with nothing in it says so, and how to come back. */
static void test_nothing_in_this_time(void **state)
{
    (void)state;
    struct tty *t = with_one_set("Windowed");
    tty_send(t, "<<<");
    tty_expect(t, "nothing measured in this time");
    tty_expect(t, "No set in this time.");
    tty_expect_row(t, 2, "NEWS2 0 LOW"); /* the score does not hang on the window */
    tty_send(t, "\rcdix"); /* no set: only the export answers */
    tty_expect(t, "For whom is it");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "For whom is it");
    tty_send(t, ">>>");
    tty_expect(t, "122/76");
    tty_close(t);
}

/* Every figure there is, forwards and back; lines where its points change. */
static void test_figures_and_their_bands(void **state)
{
    (void)state;
    struct tty *t = with_one_set("Banded");
    tty_expect_row(t, 3, "NEWS2, 3 d");
    tty_expect(t, "- - medium");
    tty_expect(t, "- - high");
    steps_key(t, "\t", "Blood pressure mmHg");
    tty_expect(t, "v");
    steps_key(t, "\t", "Pulse /min");
    tty_expect(t, "- -  1"); /* 91 and over */
    steps_key(t, "\t", "Respiration /min");
    tty_expect(t, "- -  2"); /* 21 and over */
    steps_key(t, "\t", "SpO2 %");
    tty_expect(t, "- -  1");
    steps_key(t, "\t", "Temperature degC");
    tty_expect(t, "38.0");
    steps_key(t, "\t", "Consciousness");
    steps_key(t, "\t", "NEWS2, 3 d"); /* nothing of what was not measured */
    steps_key(t, "\x1b[Z", "Consciousness");
    tty_close(t);
}

/* A child's lines and points are those of the card of its age. */
static void test_child_has_its_own_lines(void **state)
{
    (void)state;
    struct tty *t = at_home(NULL);
    clinic_register(t, "Childbanded", "Invented", "1 2 2020");
    steps_key(t, "=", "Set of CHILDBANDED");
    steps_key(t, "p 130 rr 28 s 98 o2 air\r", "Understood: P 130");
    steps_save(t, "SAVED");
    tty_expect(t, "PEWS, 24 h");
    steps_key(t, "t", "other chart");
    tty_expect_row(t, 3, "PEWS, ");
    steps_key(t, "\t", "Pulse /min");
    tty_expect(t, "- -  2"); /* 140 and over */
    tty_expect(t, "- -  1"); /* 120 and over */
    steps_key(t, "\r", "Scored by");
    tty_expect(t, "band 5-12y");
    assert_false(tty_shows(t, "SpO2 scale"));
    tty_expect(t, "130 /min   scores 1");
    tty_close(t);
}

/* Sideways the moment of each set and every heading stay with the figures. */
static void test_labels_are_frozen(void **state)
{
    (void)state;
    struct tty *t = at_trend(NULL);
    steps_key(t, "-", ", 7 d to ");
    int head = steps_row_of(t, "Taken  ");
    assert_true(head > 0);
    char first[8];
    snprintf(first, sizeof first, "%.7s", tty_row(t, head + 1) + 2);
    tty_expect(t, "NEWS2        BP mmHg P /min");
    for (int i = 0; i < 3; i++)
        tty_send(t, KEY_RIGHT);
    tty_expect_gone(t, "BP mmHg");
    tty_settle(t, 300); /* all three keys are answered, and every row is drawn */
    tty_expect_row(t, head, "Taken");
    tty_expect_row(t, head, "T degC");
    tty_expect_row(t, head + 1, first);
    /* a figure stands below its own heading still */
    const char *title = strstr(tty_row(t, head), "T degC");
    assert_non_null(title);
    size_t end = (size_t)(title - tty_row(t, head)) + 6;
    const char *row = tty_row(t, head + 1);
    assert_true(strlen(row) >= end);
    assert_int_equal(row[end - 2], '.'); /* 36.8 */
    for (int i = 0; i < 3; i++)
        tty_send(t, KEY_LEFT);
    tty_expect(t, "NEWS2        BP mmHg P /min");
    tty_close(t);
}

/* Corrected from the list; the old figure struck beside the new; both in the versions;
 * then in error, and gone from chart and list. */
static void test_corrected_from_the_list(void **state)
{
    (void)state;
    struct tty *t = with_one_set("Struck");
    steps_key(t, "c", "CORRECT");
    tty_send(t, "\r\r96");
    tty_send(t, KEY_SAVE);
    tty_expect(t, "Why");
    steps_key(t, "2", "SAVED");
    tty_send(t, "\r");
    tty_expect(t, "other chart");
    tty_expect_row(t, 2, "NEWS2 1 LOW");
    tty_expect(t, "x corrected"); /* of the score */
    steps_key(t, "s", "Blood pressure");
    tty_expect_gone(t, "x corrected"); /* it was not */
    steps_key(t, "s", "Pulse /min");
    tty_expect(t, "x corrected");
    int head = steps_row_of(t, "Taken  ");
    tty_expect_row(t, head + 1, "*");
    tty_expect_row(t, head + 1, " 96 ");
    steps_key(t, "\r", "Version");
    tty_expect(t, "2 of 2, current; because: wrong reading");
    tty_expect(t, "96 /min   scores 1");
    steps_key(t, "i", "because: wrong reading");
    tty_expect(t, "P 71");
    tty_send(t, KEY_ESC KEY_ESC);
    tty_expect(t, "other chart");
    steps_key(t, "d", "was entered in error, because?");
    steps_key(t, "3", "Marked as entered in error");
    tty_expect_row(t, 2, "No vitals yet.");
    tty_expect_gone(t, " 96 ");
    tty_close(t);
    clinic_verify(clinic_dir());
}

static void assert_file(const char *name, char *out, size_t size)
{
    char path[400];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", test_dir(), name);
    if (stat(path, &st) != 0)
        fail_msg("%s is not there", path);
    assert_int_equal(st.st_mode & 07777, 0600);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(out, 1, size - 1, f);
    out[n] = '\0';
    fclose(f);
}

/* Said to be in the clear before; never over another file, nor through a link. */
static void test_export(void **state)
{
    (void)state;
    static char text[65536];
    char link[400], target[400];
    struct tty *t = with_one_set("Exported");
    steps_key(t, "x", "For whom is it");
    steps_key(t, "\r", "CSV, NOT encrypted, to file: vitals-");
    tty_expect(t, "The file is not encrypted");
    tty_send(t, "\x15one.csv\r");
    tty_expect(t, "Written to ");
    assert_file("one.csv", text, sizeof text);
    assert_non_null(strstr(text, "taken,recorded,by,score,score_name,"));
    assert_non_null(strstr(text, ",122,76,71,16,97,"));
    assert_null(strstr(text, "EXPORTED"));
    steps_key(t, "x", "For whom is it");
    steps_key(t, "\r", "to file: vitals-");
    tty_send(t, "\x15one.csv\r");
    tty_expect(t, "is there already");
    snprintf(target, sizeof target, "%s/target", test_dir());
    snprintf(link, sizeof link, "%s/link.csv", test_dir());
    assert_int_equal(symlink(target, link), 0);
    steps_key(t, "x", "For whom is it");
    steps_key(t, "\r", "to file: vitals-");
    tty_send(t, "\x15link.csv\r");
    tty_expect(t, "is there already");
    assert_int_not_equal(access(target, F_OK), 0);
    steps_key(t, "x", "For whom is it");
    steps_key(t, "\r", "to file: vitals-");
    tty_send(t, "\x15nowhere/one.csv\r");
    tty_expect(t, "ould not create");
    steps_key(t, "p", "For whom is it");
    steps_key(t, "\r", "Chart, NOT encrypted, to file: vitals-");
    tty_send(t, "\x15page.txt\r");
    tty_expect(t, "Written to ");
    assert_file("page.txt", text, sizeof text);
    assert_non_null(strstr(text, "EXPORTED"));
    assert_int_equal(text[strlen(text) - 1], '\f');
    steps_key(t, "x", "For whom is it");
    steps_key(t, "\r", "to file: vitals-");
    tty_send(t, KEY_ESC);
    tty_expect_gone(t, "to file");
    tty_send(t, KEY_ESC KEY_ESC KEY_ESC);
    tty_expect(t, "NOW");
    steps_key(t, "l", "SHIFT LOG");
    steps_page_to(t, "exported vitals");
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* Without UTF-8 and without colours it says the same. */
static void test_plain_terminals(void **state)
{
    (void)state;
    const char *const more[] = {"NO_COLOR=1", NULL};
    struct tty *t = clinic_open(
        &(struct tty_options){.term = "linux", .lang = "POSIX", .env = more});
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    steps_key(t, "\r", "e amend");
    steps_key(t, "t", "other chart");
    tty_expect_row(t, 3, ", 3 d to ");
    tty_expect(t, " +");
    tty_expect(t, "*");
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zoom_and_scroll),
        cmocka_unit_test(test_nothing_in_this_time),
        cmocka_unit_test(test_figures_and_their_bands),
        cmocka_unit_test(test_child_has_its_own_lines),
        cmocka_unit_test(test_labels_are_frozen),
        cmocka_unit_test(test_corrected_from_the_list),
        cmocka_unit_test(test_export),
        cmocka_unit_test(test_plain_terminals),
    };
    return cmocka_run_group_tests_name("trend", tests, NULL, NULL);
}
