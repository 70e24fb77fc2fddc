/* The disaster drill of docs/admin-guide.md, line by line: every "$ command" under its
 * heading is run as it stands there, and says what stands below it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/recorded.h"
#include "tests/support/steps.h"

#define HEADING "## The disaster drill\n"

enum { OUT = 65536, WORDS_MAX = 24, LINES_AT_LEAST = 10 };
static char out[OUT];
static char clinic[256], backups[256]; /* what the page calls /srv/clinic and /mnt/backup */

/* The guide's own names become the test's. */
static void local(const char *word, char to[PATH_MAX])
{
    static const struct {
        const char *page, *here;
    } NAME[] = {{"/srv/clinic", clinic}, {"/mnt/backup", backups}};
    snprintf(to, PATH_MAX, "%s", word);
    if (strcmp(word, "robin") == 0)
        snprintf(to, PATH_MAX, "%s", CLINIC_ADMIN);
    for (size_t i = 0; i < sizeof NAME / sizeof NAME[0]; i++) {
        const char *at = strstr(word, NAME[i].page);
        if (at != NULL)
            snprintf(to, PATH_MAX, "%.*s%s%s", (int)(at - word), word, NAME[i].here,
                     at + strlen(NAME[i].page));
    }
}

/* Words are parted by blanks; the drill needs no quotes, and no shell. */
static int run(const char *command, size_t n)
{
    static char word[WORDS_MAX][PATH_MAX];
    const char *argv[WORDS_MAX + 3] = {0};
    size_t have = 0;
    char text[512];
    assert_true(n < sizeof text);
    memcpy(text, command, n);
    text[n] = '\0';
    for (char *p = text, *blank; p != NULL && *p != '\0' && have < WORDS_MAX; p = blank) {
        blank = strchr(p, ' ');
        if (blank != NULL)
            *blank++ = '\0';
        local(p, word[have]);
        argv[have] = word[have];
        have++;
    }
    bool ours = strcmp(argv[0], "clintech") == 0;
    if (ours) {
        argv[0] = test_program();
        argv[have++] = "--password-file"; /* a person is asked */
        argv[have++] = "-";
    } else if (strcmp(argv[0], "mv") == 0 || strcmp(argv[0], "cp") == 0 ||
               strcmp(argv[0], "mkdir") == 0) {
        static char path[PATH_MAX];
        snprintf(path, sizeof path, "/bin/%s", word[0]);
        argv[0] = path;
    } else {
        fail_msg("the drill calls %s, which this test does not know", word[0]);
    }
    return test_run(argv, ours ? CLINIC_ADMIN_PASSWORD "\n" : NULL, out, sizeof out);
}

/* The pieces between the "..." of an expected line stand in the output, in order. */
static void expect_line(const char *line, size_t n, const char *command)
{
    char text[512], here[PATH_MAX];
    const char *at = out;
    assert_true(n < sizeof text);
    memcpy(text, line, n);
    text[n] = '\0';
    local(text, here);
    for (char *piece = here, *next; piece != NULL; piece = next) {
        next = strstr(piece, "...");
        if (next != NULL) {
            *next = '\0';
            next += 3;
        }
        while (*piece == ' ' && next != NULL)
            piece++;
        const char *found = strstr(at, piece);
        if (found == NULL)
            fail_msg("\"%.80s\" is to say \"%s\", and says: %s", command, text, out);
        at = found + strlen(piece);
    }
}

static const char *next_line(const char *p, size_t *n)
{
    const char *lf = strchr(p, '\n');
    *n = lf != NULL ? (size_t)(lf - p) : strlen(p);
    return lf != NULL ? lf + 1 : p + *n;
}

static bool refused(const char *says)
{
    return strstr(says, "there is no store") != NULL || strstr(says, "is not empty") != NULL;
}

static char *page(void)
{
    size_t n;
    char self[PATH_MAX];
    snprintf(self, sizeof self, "docs/admin-guide.md"); /* tests run at the top of the tree */
    char *all = file_read(self, &n), *from = strstr(all, HEADING);
    assert_non_null(from);
    char *to = strstr(from + strlen(HEADING), "\n## ");
    if (to != NULL)
        *to = '\0';
    char *section = strdup(from);
    free(all);
    assert_non_null(section);
    return section;
}

static void test_the_drill(void **state)
{
    (void)state;
    char store[300];
    snprintf(clinic, sizeof clinic, "%s/srv", test_dir());
    snprintf(backups, sizeof backups, "%s/mnt", test_dir());
    assert_int_equal(mkdir(clinic, 0700), 0);
    assert_int_equal(mkdir(backups, 0700), 0);
    snprintf(store, sizeof store, "%s/store", clinic);
    clinic_demo(store, "6", "2");

    char *text = page();
    const char *command = NULL;
    int commands = 0, status = 0, said = 0;
    size_t n = 0;
    for (const char *p = text, *after; *p != '\0'; p = after) {
        after = next_line(p, &n);
        size_t indent = strspn(p, " ");
        if (indent < 7 || n == indent)
            continue; /* prose */
        if (p[indent] == '$') {
            if (command != NULL && status != 0 && !refused(out))
                fail_msg("\"%.80s\" ended with %d: %s", command, status, out);
            command = p + indent + 2;
            status = run(command, n - indent - 2);
            commands++;
        } else {
            assert_non_null(command);
            expect_line(p + indent, n - indent, command);
            said++;
        }
    }
    assert_true(commands >= LINES_AT_LEAST && said >= LINES_AT_LEAST);
    free(text);
    /* and what the page says of those who log in afterwards */
    struct tty *t = clinic_open_dir(store, NULL);
    clinic_enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_expect(t, "NOW");
    steps_key(t, "l", "SHIFT LOG");
    tty_send(t, "\x1b[6~\x1b[6~"); /* below the exceptions of patients, which are older */
    tty_expect(t, "RESTORED the store from a backup");
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_drill)};
    return ct_harden(NULL) == CT_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
