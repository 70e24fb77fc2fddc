/* The only administrator forgot the password: the recovery code, typed on a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/recorded.h"
#include "tests/support/steps.h"

#define OLD_PASSWORD "Owen keeps 5 tin barometers"
#define NEW_PASSWORD "Owen lent 6 of them to Mira"

static char out[16384];
static char dir[256], config[256], code[64];

#define RUN(input, ...)                                                                        \
    test_run((const char *const[]){test_program(), "--config", config, "--dir", dir,           \
                                   __VA_ARGS__, NULL},                                         \
             input, out, sizeof out)

static void expect(int status, int wanted, const char *says)
{
    if (status != wanted || strstr(out, says) == NULL)
        fail_msg("ended with %d, wanted %d and \"%s\": %s", status, wanted, says, out);
}

/* owen is the clinic's only administrator, tina a technician with a temporary password. */
static int make_clinic(void **state)
{
    static const char TEXT[] = "[store]\nbusy_limit_ms = 300\n[security]\nkdf_ops = 2\n"
                               "kdf_mem_mib = 64\n";
    char path[300];
    size_t n;
    (void)state;
    snprintf(dir, sizeof dir, "%s/clinic", test_dir());
    snprintf(config, sizeof config, "%s/settings.ini", test_dir());
    snprintf(path, sizeof path, "%s/code", test_dir());
    file_write(config, TEXT, sizeof TEXT - 1);
    expect(RUN(OLD_PASSWORD "\n", "--password-file", "-", "--secret-file", path, "init",
               "--login", "owen", "--name", "Owen Example"),
           0, "Log in as owen");
    char *p = file_read(path, &n);
    snprintf(code, sizeof code, "%.*s", (int)strcspn(p, "\n"), p);
    free(p);
    snprintf(path, sizeof path, "%s/tina", test_dir());
    expect(RUN(OLD_PASSWORD "\n", "--password-file", "-", "--as", "owen", "--secret-file", path,
               "user", "add", "tina", "--name", "Tina Example", "--role", "technician"),
           0, "done");
    return 0;
}

static struct tty *asked(const char *login)
{
    const char *argv[] = {test_program(), "--config", config,     "--dir",     dir,
                          "recover",      login,      "--reason", "forgotten", NULL};
    struct tty *t = tty_open(&(struct tty_options){.argv = argv});
    tty_expect(t, "Recovery code (not shown):");
    return t;
}

static void typed(struct tty *t, const char *text)
{
    tty_send(t, text);
    tty_send(t, "\r");
}

static void shown_password(struct tty *t, char *to, size_t size)
{
    static const char LABEL[] = "Temporary password (shown only now): ";
    const char *p = strstr(tty_screen(t), LABEL);
    size_t n = 0;
    assert_non_null(p);
    for (p += sizeof LABEL - 1; n + 1 < size && *p != '\0' && !isspace((unsigned char)*p); p++)
        to[n++] = *p;
    to[n] = '\0';
    assert_true(n >= 15);
}

/* What the keyring holds but for its counters: the whole file, as no try failed. */
static char *keyring(size_t *n)
{
    char path[300];
    snprintf(path, sizeof path, "%s/keyring", dir);
    return file_read(path, n);
}

static void test_refusals(void **state)
{
    (void)state;
    size_t n, m;
    char path[300], wrong[80], slip[64];
    char *before = keyring(&n);

    struct tty *t = asked("owen");
    snprintf(slip, sizeof slip, "%s", code);
    slip[0] = slip[0] == '7' ? '8' : '7';
    typed(t, slip);
    assert_int_equal(tty_wait_exit(t), 1);
    assert_true(tty_shows(t, "mistyped"));
    tty_close(t);

    t = asked("tina");
    typed(t, code);
    assert_int_equal(tty_wait_exit(t), 1);
    assert_true(tty_shows(t, "tina is a technician"));
    tty_close(t);

    t = asked("nobody");
    typed(t, code);
    assert_int_equal(tty_wait_exit(t), 1);
    assert_true(tty_shows(t, "no user with the login nobody"));
    tty_close(t);

    snprintf(path, sizeof path, "%s/gate", dir);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    t = asked("owen");
    typed(t, code);
    assert_int_equal(tty_wait_exit(t), 75); /* EX_TEMPFAIL */
    assert_false(tty_shows(t, "Temporary password"));
    tty_close(t);
    close(fd);

    char *after = keyring(&m);
    assert_int_equal(n, m);
    assert_memory_equal(before, after, n);
    free(before);
    free(after);

    expect(RUN(NULL, "recover"), 2, "LOGIN of an administrator");
    expect(RUN(NULL, "recover", "owen"), 2, "--reason");
    expect(RUN(NULL, "recover", "owen", code, "--reason", "x"), 2, "LOGIN of an");
    expect(RUN(NULL, "--as", "owen", "recover", "owen", "--reason", "x"), 2, "leave --as out");
    snprintf(path, sizeof path, "%s/taken", test_dir());
    file_write(path, "x", 1);
    snprintf(wrong, sizeof wrong, "%s\n", code);
    expect(RUN(wrong, "--password-file", "-", "--secret-file", path, "recover", "owen",
               "--reason", "x"),
           1, "exists");
    expect(RUN(OLD_PASSWORD "\n", "--password-file", "-", "--as", "owen", "verify"), 0,
           "nothing is wrong"); /* who knew it still gets in */
}

static void test_the_way_back(void **state)
{
    (void)state;
    char given[80], small[64];
    size_t n;
    for (n = 0; code[n] != '\0'; n++)
        small[n] = (char)tolower((unsigned char)code[n]);
    small[n] = '\0';
    struct tty *t = asked("owen");
    typed(t, small);
    assert_int_equal(tty_wait_exit(t), 0);
    assert_true(tty_shows(t, "owen: done."));
    assert_false(tty_shows(t, small)); /* typed without an echo */
    shown_password(t, given, sizeof given);
    tty_close(t);

    expect(RUN(OLD_PASSWORD "\n", "--password-file", "-", "--as", "owen", "verify"), 77,
           "wrong");
    const char *argv[] = {test_program(), "--config", config, "--dir", dir, NULL};
    t = tty_open(&(struct tty_options){.argv = argv});
    tty_expect(t, "Login");
    typed(t, "owen");
    typed(t, given);
    tty_expect(t, "Choose your own to go on");
    typed(t, given);
    typed(t, NEW_PASSWORD);
    typed(t, NEW_PASSWORD);
    tty_expect(t, "Your password is changed");
    tty_close(t);

    /* signatures with the old keys and the new ones, the witness, the keyring */
    expect(RUN(NEW_PASSWORD "\n", "--password-file", "-", "--as", "owen", "user", "reset",
               "tina", "--reason", "hers too", "--secret-file",
               (snprintf(small, sizeof small, "%s/t2", test_dir()), small)),
           0, "done");
    expect(RUN(NEW_PASSWORD "\n", "--password-file", "-", "--as", "owen", "verify"), 0,
           "nothing is wrong");
}

/* Wrong codes wait as wrong passwords do, and the way back stays open. */
static void test_wrong_codes_wait(void **state)
{
    (void)state;
    static const char WRONG[] = "000-000-000-000-000-000-000-000-000\n";
    char path[300], right[80];
    int refused = 0;
    snprintf(path, sizeof path, "%s/never", test_dir());
    snprintf(right, sizeof right, "%s\n", code);
    for (int i = 0; i < 5; i++) {
        int status = RUN(WRONG, "--password-file", "-", "--secret-file", path, "recover",
                         "owen", "--reason", "guess");
        assert_int_equal(status, 77);
        refused += strstr(out, "too many wrong tries at the recovery code") != NULL;
    }
    assert_int_equal(refused, 1); /* the fifth: three are free, the fourth makes it wait */
    assert_int_equal(access(path, F_OK), -1);
    expect(RUN(right, "--password-file", "-", "--secret-file", path, "recover", "owen",
               "--reason", "too soon"),
           77, "too many wrong tries");
    expect(RUN(NEW_PASSWORD "\n", "--password-file", "-", "--as", "owen", "verify"), 0,
           "nothing is wrong"); /* passwords do not wait with it */
}

/* A new code is shown once and typed back; it is the one from then on. */
static void test_a_new_code(void **state)
{
    (void)state;
    char fresh[64], path[300], kept[80];
    size_t n = 0;
    expect(RUN(NULL, "recovery-code", "--reason", "x"), 2, "say who you are");
    expect(RUN(NEW_PASSWORD "\n", "--password-file", "-", "--as", "owen", "recovery-code"), 2,
           "--reason");
    const char *argv[] = {test_program(), "--config", config, "--dir", dir, "--as", "owen",
                          "recovery-code", "--reason", "the older one was seen", NULL};
    struct tty *t = tty_open(&(struct tty_options){.argv = argv});
    tty_expect(t, "assword");
    typed(t, NEW_PASSWORD);
    tty_expect(t, "Type it from what you wrote down");
    static const char LABEL[] = "(write it down now): ";
    const char *p = strstr(tty_screen(t), LABEL);
    assert_non_null(p);
    for (p += sizeof LABEL - 1; n + 1 < sizeof fresh && !isspace((unsigned char)*p); p++)
        fresh[n++] = *p;
    fresh[n] = '\0';
    assert_int_equal(strlen(fresh), strlen(code));
    typed(t, code); /* the older one */
    tty_expect(t, "(not shown, 4 tries):");
    tty_settle(t, 50);
    typed(t, fresh);
    assert_int_equal(tty_wait_exit(t), 0);
    assert_true(tty_shows(t, "the one from now on"));
    tty_close(t);
    snprintf(path, sizeof path, "%s/late", test_dir());
    snprintf(kept, sizeof kept, "%s\n", code);
    assert_int_equal(RUN(kept, "--password-file", "-", "--secret-file", path, "recover", "owen",
                         "--reason", "the older one"), 77);
    expect(RUN(NEW_PASSWORD "\n", "--password-file", "-", "--as", "owen", "verify"), 0,
           "nothing is wrong");
    snprintf(code, sizeof code, "%s", fresh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_the_way_back),
        cmocka_unit_test(test_wrong_codes_wait),
        cmocka_unit_test(test_a_new_code), /* the older one is a wrong one then */
    };
    return cmocka_run_group_tests_name("recover", tests, make_clinic, NULL);
}
