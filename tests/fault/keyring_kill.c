/* kill -9 at any moment of an update: the old keyring or the new, never neither. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/support/keyring_help.h"
#include "tests/support/tmp.h"

enum { KILLS = 80 };

#define OTHER_PASSWORD "orchid mangle nine kettle"

/* For ever: Ben changes his password there and back, and mistypes in between. */
static void updates(struct fixture *f, const char *now, int told)
{
    CT_SECRET *a = secret_of(now);
    CT_SECRET *b = secret_of(strcmp(now, BEN_PASSWORD) == 0 ? OTHER_PASSWORD : BEN_PASSWORD);
    struct ct_unlocked *ben = NULL;
    struct ct_slot slot;
    if (ct_keyring_unlock(f->dir, "ben", a, 0, &ben, NULL) != CT_OK)
        _exit(1);
    for (;;) {
        struct ct_secret *t = a;
        (void)try_login(f, "ada", WRONG_PASSWORD, 1000000);
        if (ct_keyring_change(f->dir, ben, "ben", a, b, CT_KDF_TEST, 0, &slot, NULL) != CT_OK ||
            write(told, &slot.version, sizeof slot.version) != sizeof slot.version)
            _exit(2);
        a = b;
        b = t;
    }
}

/* The last version the child was told is on disk before it was killed. */
static uint32_t last_told(int fd)
{
    uint32_t version = 0, v;
    while (read(fd, &v, sizeof v) == (ssize_t)sizeof v)
        version = v;
    return version;
}

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* moment_ns: how far into its updates the child gets. */
static void kill_one(struct fixture *f, const char *password, int64_t moment_ns, uint32_t *told)
{
    int fds[2];
    uint32_t first;
    assert_int_equal(pipe(fds), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(fds[0]);
        updates(f, password, fds[1]);
    }
    close(fds[1]);
    /* the child is in its loop once it has said so; then any moment will do */
    assert_int_equal(read(fds[0], &first, sizeof first), (ssize_t)sizeof first);
    for (int64_t start = now_ns(); now_ns() - start < moment_ns;)
        ;
    int status;
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status)); /* it had not given up by itself */
    uint32_t v = last_told(fds[0]);
    *told = v != 0 ? v : first;
    close(fds[0]);
}

static void test_killed_at_any_moment(void **state)
{
    struct fixture *f = *state;
    const char *password = BEN_PASSWORD;
    for (int i = 0; i < KILLS; i++) {
        uint32_t told;
        kill_one(f, password, i * INT64_C(97003) % 4000000, &told);
        struct ct_slot *slots = NULL;
        size_t n;
        /* whole and authentic, with everybody in it */
        if (ct_keyring_list(f->dir, f->ada, &slots, &n, &f->err) != CT_OK)
            fail_msg("after kill %d: %s", i, f->err.text);
        assert_int_equal(n, 3);
        /* what was acknowledged is there; at most the one update after it is too */
        assert_true(slots[2].version == told || slots[2].version == told + 1);
        free(slots);
        enum ct_status a = try_login(f, "ben", BEN_PASSWORD, 0);
        enum ct_status b = try_login(f, "ben", OTHER_PASSWORD, 0);
        assert_true((a == CT_OK && b == CT_EPASSWORD) || (a == CT_EPASSWORD && b == CT_OK));
        password = a == CT_OK ? BEN_PASSWORD : OTHER_PASSWORD;
        assert_int_equal(try_login(f, "ben", password, 0), CT_OK);
    }
}

/* What a killed writer leaves under the temporary name is in nobody's way. */
static void test_a_killed_writers_leavings_are_cleared(void **state)
{
    struct fixture *f = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/" CT_RING_TEMP, f->dir);
    FILE *t = fopen(path, "w");
    assert_non_null(t);
    fputs("half", t);
    fclose(t);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 0), CT_OK);
    assert_int_equal(try_login(f, "ada", WRONG_PASSWORD, 0), CT_EPASSWORD);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 0), CT_OK);
}

/* Failures counted by one process delay another. */
static void test_counts_outlive_the_process(void **state)
{
    struct fixture *f = *state;
    for (unsigned i = 0; i < 4; i++) {
        int status;
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            _exit(try_login(f, "ben", WRONG_PASSWORD, 1000) == CT_EPASSWORD ? 0 : 1);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    assert_int_equal(try_login(f, "ben", BEN_PASSWORD, 1000), CT_ELOCKED);
    assert_int_equal(try_login(f, "ben", BEN_PASSWORD, 3000), CT_OK);
}

/* Tries side by side cannot slip past the delay: of ten at once, four are
 * tried and counted, the rest are told to wait. */
static void test_tries_side_by_side_are_counted_each(void **state)
{
    struct fixture *f = *state;
    enum { TRIES = 10 };
    pid_t pids[TRIES];
    unsigned wrong = 0, locked = 0;
    for (unsigned i = 0; i < TRIES; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0)
            _exit((int)try_login(f, "ben", WRONG_PASSWORD, 1000));
    }
    for (unsigned i = 0; i < TRIES; i++) {
        int status;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFEXITED(status));
        wrong += WEXITSTATUS(status) == CT_EPASSWORD;
        locked += WEXITSTATUS(status) == CT_ELOCKED;
    }
    assert_int_equal(wrong, 4);
    assert_int_equal(locked, TRIES - 4);
}

/* Several people change their own slots at once: nobody's change is lost. */
static void test_changes_side_by_side_lose_nothing(void **state)
{
    struct fixture *f = *state;
    enum { PEOPLE = 6 };
    pid_t pids[PEOPLE];
    for (unsigned i = 0; i < PEOPLE; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0) {
            char name[16];
            struct ct_slot slot;
            bool ok = true;
            for (unsigned j = 0; j < 5; j++) {
                snprintf(name, sizeof name, "user%u-%u", i, j);
                ok = ok && add_user(f, 10 + i * 5 + j, name, OTHER_PASSWORD, &slot) == CT_OK;
            }
            _exit(ok ? 0 : 1);
        }
    }
    for (unsigned i = 0; i < PEOPLE; i++) {
        int status;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    struct ct_slot *slots;
    size_t n;
    assert_int_equal(ct_keyring_list(f->dir, f->ada, &slots, &n, &f->err), CT_OK);
    assert_int_equal(n, 3 + PEOPLE * 5);
    free(slots);
    assert_int_equal(try_login(f, "user3-4", OTHER_PASSWORD, 0), CT_OK);
}

#define T(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_killed_at_any_moment),
        T(test_a_killed_writers_leavings_are_cleared),
        T(test_counts_outlive_the_process),
        T(test_tries_side_by_side_are_counted_each),
        T(test_changes_side_by_side_lose_nothing),
    };
    tmp_on_disk();
    return cmocka_run_group_tests_name("keyring_kill", tests, NULL, NULL);
}
