/* Paper from the screens: one key on each, what is said before anything leaves, whose permission
 * there is, where it went; and that every sentence about encryption is what the settings say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/recorded.h"
#include "tests/support/steps.h"

#define KEY_PRINT "\x1b[24~" /* F12 */

static char papers[300]; /* where reports go */

/* The clinic's settings and a folder for reports; sealed or not. */
static const char *settings(bool sealed)
{
    static char path[320];
    char from[300];
    snprintf(papers, sizeof papers, "%s", test_dir()); /* HOME is there too */
    snprintf(from, sizeof from, "%s/config.ini", clinic_dir());
    snprintf(path, sizeof path, "%s/%s.ini", test_dir(), sealed ? "sealed" : "open");
    size_t n = 0;
    char *text = file_read(from, &n);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fwrite(text, 1, n, f);
    free(text);
    fprintf(f, "[report]\ndir = %s\nsealed = %s\n", papers, sealed ? "yes" : "no");
    assert_int_equal(fclose(f), 0);
    return path;
}

static struct tty *at_home(const char *login, const char *password, bool sealed,
                           struct tty_options o)
{
    const char *argv[] = {test_program(), "--dir", clinic_dir(), "--config", settings(sealed), NULL};
    o.argv = argv;
    struct tty *t = clinic_open_dir(clinic_dir(), &o);
    clinic_enter(t, login, password);
    tty_expect(t, "NOW");
    return t;
}
#define SUPERVISOR(sealed) at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, sealed, \
                                   (struct tty_options){0})
#define TECH() at_home(CLINIC_TECH, CLINIC_TECH_PASSWORD, false, (struct tty_options){0})

/* The newest file of that kind; false: none. */
static bool newest(const char *kind, char path[700])
{
    DIR *d = opendir(papers);
    char best[256] = "";
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        if (strncmp(e->d_name, kind, strlen(kind)) == 0 && strcmp(e->d_name, best) > 0)
            snprintf(best, sizeof best, "%s", e->d_name);
    closedir(d);
    snprintf(path, 700, "%s/%s", papers, best);
    return best[0] != '\0';
}

/* What an independent reader has of it. */
static void reads(const char *kind, const char *words)
{
    static char text[256 * 1024];
    char path[700], command[800];
    if (!newest(kind, path))
        fail_msg("no %s in %s", kind, papers);
    snprintf(command, sizeof command, "pdftotext '%s' -", path);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    assert_int_equal(pclose(f), 0);
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" is not in %s:\n%.2000s", words, path, text);
}

/* From the palette. */
static void go(struct tty *t, const char *where, const char *text)
{
    char line[60];
    tty_send(t, ":");
    snprintf(line, sizeof line, "%s\r", where);
    steps_key(t, line, text);
}

/* The print key: what is offered; Enter; back where it came from. */
static void prints(struct tty *t, const char *key, const char *offers, const char *back)
{
    steps_key(t, key, "Enter print");
    tty_expect(t, offers);
    steps_key(t, "\r", "PRINTED");
    tty_expect(t, "Code");
    steps_key(t, "\r", back);
}

static void masks(struct tty *t)
{
    tty_mask(t, papers);
    tty_mask(t, "[0-9][0-9]:[0-9][0-9]");
    tty_mask(t, "NHS [0-9 ]+");
}

static void test_patient(void **state)
{
    (void)state;
    struct tty *t = TECH();
    clinic_register(t, "Paperwoman", "Petra", "03041963");
    masks(t);
    steps_key(t, KEY_PRINT, "No permission to share is recorded");
    tty_golden(t, "print_patient");
    steps_key(t, "t", "For whom is it");
    steps_key(t, "Demo Practice\r", "Demo Practice");
    steps_key(t, "\r", "PRINTED");
    tty_expect(t, "NO: whoever can read the file reads it.");
    reads("patient-summary", "PAPERWOMAN, Petra");
    /* a form that is no paper; another report of the same */
    steps_key(t, "\t", "Enter print");
    steps_key(t, "f", "text, 80 columns");
    steps_key(t, "n", "Into which file");
    steps_key(t, "chart.txt\r", "chart.txt");
    steps_key(t, "\r", "PRINTED");
    tty_expect(t, "text, ");
    steps_key(t, "\r", "F12 print");
    /* its checklists, and who looked */
    steps_key(t, "k", "n begin one");
    steps_key(t, "n", "BEGIN A CHECKLIST");
    steps_key(t, "\r", "Enter type");
    prints(t, KEY_PRINT, "Checklist C-", "Enter type");
    reads("checklist-C-", "PAPERWOMAN, Petra");
    steps_key(t, KEY_ESC, "n begin one");
    tty_settle(t, 150);
    steps_key(t, KEY_ESC, "F12 print");
    steps_key(t, "P", "Not restricted");
    steps_key(t, "l", "WHO LOOKED AT");
    prints(t, KEY_PRINT, "Access report", "WHO LOOKED AT");
    reads("access-patient", "opened a record");
    steps_key(t, KEY_ESC, "Not restricted");
    tty_settle(t, 150);
    steps_key(t, KEY_ESC, "F12 print");
    /* the other key; a file that is there is not written over */
    steps_key(t, "#", "PRINT");
    steps_key(t, "n", "Into which file");
    steps_key(t, "chart.txt\r", "chart.txt");
    steps_key(t, "\r", "there already");
    tty_close(t);
    char out[65536];
    assert_int_equal(clinic_run(CLINIC_SUPERVISOR_PASSWORD, out, sizeof out,
                                (const char *[]){"--as", CLINIC_SUPERVISOR, "access", "user",
                                                 CLINIC_TECH, NULL}),
                     0);
    assert_non_null(strstr(out, "patient-summary for Demo Practice (NO permission recorded)"));
}

static void test_lists(void **state)
{
    (void)state;
    char path[700];
    struct tty *t = SUPERVISOR(false);
    go(t, "shift", "SHIFT LOG");
    prints(t, KEY_PRINT, "Shift log", "SHIFT LOG");
    reads("shift-log", "NOT REVIEWED, not signed");
    go(t, "matrix", "MATRIX");
    prints(t, KEY_PRINT, "Competency matrix", "MATRIX");
    reads("competency", "Theo Technician (demo)");
    go(t, "equipment", "E-15");
    steps_key(t, "\r", "F12 print");
    prints(t, KEY_PRINT, "Status label E-15", "F12 print");
    reads("device-label", "E-15");
    steps_key(t, KEY_PRINT, "Impact list");
    steps_key(t, KEY_ESC, "F12 print");
    steps_key(t, KEY_ESC, "EQUIPMENT");
    steps_key(t, "B", "LOOK-BACKS");
    steps_key(t, "\r", "no effect");
    prints(t, KEY_PRINT, "Look-back list 1", "no effect");
    reads("lookback", "Would be");
    /* the review of the shift before: begun by opening it */
    go(t, "shift", "SHIFT LOG");
    tty_settle(t, 150);
    steps_key(t, "<", "SHIFT LOG");
    tty_settle(t, 150);
    steps_key(t, "R", "k ask");
    prints(t, KEY_PRINT, "Shift log R-1", "k ask");
    reads("shift-log-R-1", "review begun, NOT SIGNED");
    /* the label: another one wants a reason, and Esc prints nothing */
    go(t, "packs", "PACKS IN STOCK");
    steps_key(t, "\t", "PK-1");
    steps_key(t, "\r", "F12 print");
    prints(t, KEY_PRINT, "Label of pack", "F12 print");
    newest("pack-label", path);
    steps_key(t, KEY_PRINT, "Enter print");
    steps_key(t, "\r", "Another label, because");
    steps_key(t, "\r", "another label is printed is missing");
    steps_key(t, KEY_ESC, "Enter print");
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* Both screens that ask for a file, and the print screen, where PDFs are sealed. */
static void test_sealed(void **state)
{
    (void)state;
    char path[700], head[8] = "";
    struct tty *t = SUPERVISOR(true);
    steps_key(t, "\r", "F12 print");
    steps_key(t, "t", "p page");
    steps_key(t, "p", "For whom is it");
    steps_key(t, "\r", "(.pdf sealed, .txt not)");
    tty_expect(t, "A PDF is sealed with the store's key.");
    tty_send(t, "\r");
    steps_expect_flowing(t, "sealed: clintech report open reads it.");
    if (!newest("vitals-", path))
        fail_msg("nothing in %s", papers);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fread(head, 1, 4, f), 4);
    fclose(f);
    assert_string_not_equal(head, "%PDF");
    /* a text is in the clear, and so says the sentence */
    steps_key(t, "p", "For whom is it");
    steps_key(t, "\r", "to file");
    steps_key(t, "\x15" "clear.txt\r", "not encrypted");
    steps_key(t, KEY_PRINT, "Yes, sealed with the store's key");
    steps_key(t, "f", "NO: whoever can read the file reads it.");
    steps_key(t, KEY_ESC, "p page");
    tty_close(t);
    t = SUPERVISOR(true);
    go(t, "equipment", "E-15");
    steps_key(t, "K", "CALIBRATIONS");
    steps_key(t, "\r", "p paper");
    steps_key(t, "p", "write to file");
    steps_key(t, "w", "(.pdf sealed, .txt not)");
    tty_send(t, "\r");
    steps_expect_flowing(t, "sealed: clintech report open reads it.");
    prints(t, KEY_PRINT, "Calibration certificate K-", "write to file");
    tty_close(t);
    /* and without the setting both say what is so */
    t = SUPERVISOR(false);
    steps_key(t, "\r", "F12 print");
    steps_key(t, "t", "p page");
    steps_key(t, "p", "For whom is it");
    steps_key(t, "\r", "NOT encrypted, to file");
    steps_key(t, "\x15" "open.pdf\r", "not encrypted");
    tty_close(t);
}

/* A restricted record is printed once it was opened for a reason, and not before. */
static void test_restricted(void **state)
{
    (void)state;
    struct tty *t = SUPERVISOR(false);
    clinic_register(t, "Hiddenman", "Hugo", "03041963");
    steps_key(t, "P", "Not restricted");
    steps_key(t, "r", "because");
    steps_key(t, "the neighbour works here\r", "RESTRICTED");
    tty_close(t);
    t = TECH();
    tty_send(t, "/");
    tty_send(t, "hiddenman");
    steps_key(t, "\r", "RESTRICTED RECORD");
    steps_key(t, "called to his bed now\r", "F12 print");
    prints(t, KEY_PRINT, "Patient summary", "F12 print");
    reads("patient-summary", "HIDDENMAN, Hugo");
    tty_close(t);
}

static void test_ascii_console(void **state)
{
    (void)state;
    struct tty *t = at_home(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, false,
                            (struct tty_options){.term = "linux", .lang = "C"});
    masks(t);
    go(t, "matrix", "MATRIX");
    steps_key(t, KEY_PRINT, "Competency matrix");
    tty_golden(t, "print_ascii");
    steps_key(t, "\r", "PRINTED");
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patient),    cmocka_unit_test(test_lists),
        cmocka_unit_test(test_sealed),     cmocka_unit_test(test_restricted),
        cmocka_unit_test(test_ascii_console),
    };
    setenv("TZ", "UTC", 1);
    return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
