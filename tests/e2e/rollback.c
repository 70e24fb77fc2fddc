/* A store that was put back in time is noticed: by whoever logs in, and by verify. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/clinic.h"

static void copy(const char *from, const char *to)
{
    const char *argv[] = {"/bin/cp", "-a", from, to, NULL};
    assert_int_equal(test_run(argv, NULL, NULL, 0), 0);
}

/* A clinic, its older self beside it, and a login in between. */
static void make(const char *name, char dir[128], char old[160])
{
    snprintf(dir, 128, "%s/%s", test_dir(), name);
    clinic_demo(dir, "3", "1");
    snprintf(old, 160, "%s.old", dir);
    copy(dir, old);
    struct tty *t = clinic_open_dir(dir, NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    tty_send(t, "Q");
    tty_expect(t, "Log out?");
    tty_send(t, "y");
    tty_expect(t, "Login");
    tty_close(t);
}

/* Everything of the store as it was; the witness as it is. */
static void roll_back(const char *dir, const char *old)
{
    static const char *const FILES[] = {"store.db", "store.db-wal", "store.db-shm", "keyring"};
    for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++) {
        char from[256], to[256];
        snprintf(from, sizeof from, "%s/%s", old, FILES[i]);
        snprintf(to, sizeof to, "%s/%s", dir, FILES[i]);
        unlink(to);
        if (access(from, F_OK) == 0)
            copy(from, to);
    }
}

static int verify(const char *dir, char *out, size_t size)
{
    const char *argv[] = {test_program(),    "--dir", dir, "--as", CLINIC_SUPERVISOR,
                          "--password-file", "-",     "verify", NULL};
    return test_run(argv, CLINIC_SUPERVISOR_PASSWORD "\n", out, size);
}

static void test_who_logs_in_is_told(void **state)
{
    (void)state;
    char dir[128], old[160];
    make("told", dir, old);
    roll_back(dir, old);
    struct tty *t = clinic_open_dir(dir, NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "Tell the administrator");
    tty_send(t, "v"); /* no other key takes the message away */
    tty_settle(t, 100);
    tty_expect(t, "Tell the administrator");
    tty_send(t, "r");
    tty_expect_gone(t, "Tell the administrator");
    tty_expect(t, "NOW");
    tty_close(t);

    t = clinic_open_dir(dir, NULL);
    clinic_enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_expect(t, "NOW");
    tty_send(t, "la");
    tty_expect(t, "SHIFT LOG");
    tty_expect(t, "!!"); /* and the chain has it */
    tty_close(t);
}

static void test_verify_tells(void **state)
{
    (void)state;
    char dir[128], old[160], out[8192];
    make("verified", dir, old);
    assert_int_equal(verify(dir, out, sizeof out), 0);
    roll_back(dir, old);
    assert_int_equal(verify(dir, out, sizeof out), 1);
    assert_non_null(strstr(out, "PROBLEM"));
    assert_non_null(strstr(out, "witness"));
}

static void test_a_missing_witness_is_told(void **state)
{
    (void)state;
    char dir[128], old[160], out[8192], path[256];
    make("missing", dir, old);
    snprintf(path, sizeof path, "%s/witness", dir);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(verify(dir, out, sizeof out), 1);
    assert_non_null(strstr(out, "witness"));
    assert_int_equal(verify(dir, out, sizeof out), 0); /* told once; the chain keeps it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_logs_in_is_told),
        cmocka_unit_test(test_verify_tells),
        cmocka_unit_test(test_a_missing_witness_is_told),
    };
    return cmocka_run_group_tests_name("rollback", tests, NULL, NULL);
}
