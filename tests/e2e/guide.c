/* The screens that the guide and the README show are those of the program: every one
 * is reached here, and its key bar is that of the page. CT_REGENERATE=1 writes the
 * pages anew from what the program shows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tests/support/steps.h"

/* A screen of a page stands between this and the next fence. */
#define FENCE "```text "

enum { SHOTS_MAX = 64, FIRST_BAR_ROW = 22, ROWS = 24, QUIET_MS = 150 };

static struct shot {
    char name[32];
    char *screen;
    int used;
} taken[SHOTS_MAX];
static size_t n_taken;

static void shot(struct tty *t, const char *name)
{
    tty_settle(t, QUIET_MS);
    assert_true(n_taken < SHOTS_MAX);
    struct shot *s = &taken[n_taken++];
    snprintf(s->name, sizeof s->name, "%s", name);
    s->screen = strdup(tty_screen(t));
    assert_non_null(s->screen);
}

static struct shot *find_shot(const char *name, size_t len)
{
    for (size_t i = 0; i < n_taken; i++)
        if (strlen(taken[i].name) == len && memcmp(taken[i].name, name, len) == 0)
            return &taken[i];
    return NULL;
}

/* Row `row` of a screen, "" when it has no such row. */
static void row_of(const char *screen, size_t len, int row, char out[256])
{
    const char *p = screen, *end = screen + len;
    out[0] = '\0';
    for (int i = 0; i < row && p != NULL && p < end; i++) {
        p = memchr(p, '\n', (size_t)(end - p));
        p = p != NULL ? p + 1 : NULL;
    }
    if (p == NULL || p >= end)
        return;
    const char *stop = memchr(p, '\n', (size_t)(end - p));
    size_t n = (size_t)((stop != NULL ? stop : end) - p);
    snprintf(out, 256, "%.*s", (int)n, p);
}

/* The keys are what a reader follows: they must be those of the program. The end of
 * the last row tells of the store, and of a draft that is kept a second later. */
static void same_bar(const char *page, const char *name, const char *block, size_t len,
                     const char *screen)
{
    for (int row = FIRST_BAR_ROW; row < ROWS; row++) {
        char was[256], is[256];
        row_of(block, len, row, was);
        row_of(screen, strlen(screen), row, is);
        if (row == ROWS - 1) {
            char *cut = strstr(was, "? keys");
            if (cut != NULL)
                *cut = '\0';
            if ((cut = strstr(is, "? keys")) != NULL)
                *cut = '\0';
            was[strspn(was, " ")] = is[strspn(is, " ")] = '\0';
        }
        if (strcmp(was, is) != 0)
            fail_msg("%s shows \"%s\" with the keys\n%s\nand the program has\n%s\n"
                     "CT_REGENERATE=1 build/release/tests/e2e/guide writes it anew",
                     page, name, was, is);
    }
}

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    CT_BUF b = {.max = 1 << 20};
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        ct_buf_add(&b, part, n);
    fclose(f);
    char *text = strdup(ct_buf_str(&b));
    assert_non_null(text);
    return text;
}

/* Compare every screen of a page, or write them all. */
static void page(const char *path)
{
    char *text = read_file(path);
    CT_BUF out = {.max = 1 << 20};
    const char *at = text;
    int screens = 0;
    for (const char *fence; (fence = strstr(at, FENCE)) != NULL;) {
        const char *name = fence + strlen(FENCE), *line = strchr(name, '\n');
        const char *end = line != NULL ? strstr(line, "\n```") : NULL;
        assert_true(line != NULL && end != NULL);
        struct shot *s = find_shot(name, (size_t)(line - name));
        if (s == NULL)
            fail_msg("%s shows \"%.*s\", which nobody reaches here", path, (int)(line - name),
                     name);
        s->used++;
        screens++;
        if (getenv("CT_REGENERATE") == NULL)
            same_bar(path, s->name, line + 1, (size_t)(end - line - 1), s->screen);
        ct_buf_add(&out, at, (size_t)(line + 1 - at));
        ct_buf_str_add(&out, s->screen);
        if (out.len > 0 && out.data[out.len - 1] == '\n')
            out.data[--out.len] = '\0';
        at = end;
    }
    ct_buf_str_add(&out, at);
    assert_true(screens > 0);
    if (getenv("CT_REGENERATE") != NULL) {
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        assert_int_equal(fwrite(out.data, 1, out.len, f), out.len);
        assert_int_equal(fclose(f), 0);
    }
    free(text);
}

/* ---- the way through the program ----------------------------------------- */

/* A figure, and Enter if it is asked about. */
static void figure(struct tty *t, const char *digits)
{
    tty_send(t, digits);
    tty_settle(t, QUIET_MS);
    if (tty_shows(t, "Enter if it"))
        tty_send(t, "\r");
    tty_settle(t, QUIET_MS);
}

/* On the home screen: down to the first low score, below what is late. */
static void low_score(struct tty *t)
{
    tty_settle(t, QUIET_MS);
    for (int i = 0; i < 60; i++) {
        for (int row = 0; row < ROWS; row++)
            if (tty_row(t, row)[0] == '>' && strstr(tty_row(t, row), " low") != NULL)
                return;
        tty_send(t, KEY_DOWN);
        tty_settle(t, QUIET_MS);
    }
    fail_msg("there is no low score:\n%s", tty_screen(t));
}

static void technician_before(const char *dir)
{
    struct tty *t = clinic_open_dir(dir, NULL);
    shot(t, "login");
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    shot(t, "home");
    steps_key(t, "b", "BOARD");
    shot(t, "board");
    steps_key(t, KEY_ESC, "NOW");
    steps_key(t, "r", "ROUND");
    shot(t, "round");
    steps_key(t, "x", "NOW");
    steps_key(t, "w", "WORKLIST");
    shot(t, "worklist");
    steps_key(t, "\r", "planned ");
    shot(t, "procedure");
    steps_key(t, "e", "AMEND P-");
    shot(t, "plan");
    steps_key(t, KEY_ESC, "planned ");
    steps_key(t, KEY_ESC, "WORKLIST");
    steps_key(t, KEY_ESC, "NOW");
    steps_key(t, "E", "ESCALATIONS");
    steps_key(t, "\r", "ESCALATION E-");
    shot(t, "escalation");
    steps_key(t, KEY_ESC, "ESCALATIONS");
    steps_key(t, KEY_ESC, "NOW");
    low_score(t);
    steps_key(t, "v", "VITALS");
    static const char *const TYPED[] = {"118", "76", "94", "22", "93", "a", "378"};
    for (size_t i = 0; i < CT_LEN(TYPED); i++)
        figure(t, TYPED[i]);
    shot(t, "vitals");
    figure(t, "a");
    steps_save(t, "SAVED");
    shot(t, "saved");
    steps_key(t, "c", "CORRECT");
    tty_send(t, "108");
    tty_settle(t, QUIET_MS);
    tty_send(t, KEY_SAVE);
    tty_settle(t, QUIET_MS);
    if (!tty_shows(t, "Why is it corrected"))
        tty_send(t, KEY_SAVE);
    tty_expect(t, "Why is it corrected");
    steps_key(t, "2", "SAVED");
    steps_key(t, "i", "VERSIONS");
    shot(t, "versions");
    steps_key(t, KEY_ESC, "SAVED");
    steps_key(t, "t", "other chart");
    shot(t, "trend");
    steps_key(t, KEY_ESC, "SAVED");
    steps_key(t, "h", "NOW");
    steps_key(t, "/", "Find");
    tty_send(t, "br");
    tty_settle(t, QUIET_MS);
    shot(t, "find");
    steps_key(t, KEY_ESC, "NOW");
    steps_key(t, "\r", "e amend");
    steps_key(t, "a", "ALERTS");
    steps_key(t, "n", "Which alert");
    tty_send(t, "2");
    tty_send(t, "Dr A. Example\r");
    tty_expect(t, "Toni Technician");
    shot(t, "alerts");
    steps_key(t, KEY_ESC, "e amend");
    steps_key(t, "k", "None was begun");
    steps_key(t, "n", "BEGIN A CHECKLIST");
    steps_choose(t, "12-lead");
    steps_key(t, "\r", "27 open");
    tty_send(t, "yyyy1n");
    steps_key(t, KEY_UP, "o asks for it");
    shot(t, "checklist");
    tty_close(t);
}

static void technician_after(const char *dir)
{
    struct tty *t = clinic_open_dir(dir, NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    steps_key(t, "n", "NEW PATIENT");
    tty_send(t, "O'Sample\rZoë\r999 000 0018\r14 3 1961\r");
    tty_settle(t, QUIET_MS);
    shot(t, "register");
    tty_send(t, "nf");
    tty_send(t, "Bay 3\r");
    tty_expect(t, "No vitals yet");
    steps_key(t, "v", "VITALS");
    tty_send(t, "12080\r72\r");
    tty_settle(t, QUIET_MS);
    steps_key(t, "96", "Enter if it");
    shot(t, "unusual");
    tty_send(t, "\x15" "1697a"); /* ^U: the line anew */
    tty_settle(t, QUIET_MS);
    tty_send(t, KEY_SAVE);
    tty_expect(t, "Not complete");
    steps_key(t, "u", "SAVED");
    shot(t, "at-least");
    steps_key(t, "h", "NOW");
    steps_key(t, "L", "LOCKED");
    shot(t, "locked");
    tty_send(t, CLINIC_TECH_PASSWORD "\r");
    tty_expect(t, "NOW");
    low_score(t);
    steps_key(t, "v", "VITALS");
    figure(t, "130");
    figure(t, "84");
    tty_settle(t, 1500); /* the draft is kept */
    tty_hangup(t);
    tty_wait_exit(t);
    tty_close(t);
    t = clinic_open_dir(dir, NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "Draft of");
    shot(t, "draft");
    tty_close(t);
}

static void supervisor(const char *dir)
{
    struct tty *t = clinic_open_dir(dir, NULL);
    clinic_enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_expect(t, "NOW");
    steps_key(t, "l", "SHIFT LOG");
    shot(t, "shift-log");
    steps_choose(t, "corrected");
    steps_key(t, "\r", "EVIDENCE");
    shot(t, "evidence");
    steps_key(t, KEY_ESC, "SHIFT LOG");
    steps_key(t, KEY_ESC, "NOW");
    steps_key(t, "u", "USERS");
    steps_key(t, "n", "NEW USER");
    tty_send(t, "nina\rNina Example\rt");
    tty_send(t, KEY_SAVE);
    tty_expect(t, "password");
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD "\r");
    tty_expect(t, "emporary password");
    shot(t, "users");
    tty_close(t);
    t = clinic_open_dir(dir, &(struct tty_options){.term = "vt100", .lang = "C"});
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    shot(t, "ascii");
    tty_close(t);
}

static void test_pages_show_the_program(void **state)
{
    (void)state;
    char dir[256];
    snprintf(dir, sizeof dir, "%s/guide", test_dir());
    clinic_demo(dir, "60", "4");
    technician_before(dir);
    technician_after(dir);
    supervisor(dir);
    page("docs/user-guide.md");
    page("README.md");
    for (size_t i = 0; i < n_taken; i++) {
        if (taken[i].used == 0)
            fail_msg("no page shows \"%s\"", taken[i].name);
        free(taken[i].screen);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pages_show_the_program),
    };
    return cmocka_run_group_tests_name("guide", tests, NULL, NULL);
}
