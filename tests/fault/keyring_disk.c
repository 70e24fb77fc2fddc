/* A full disk, a read-only directory: the cause is named, the keyring unchanged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/support/keyring_help.h"

#define OTHER_PASSWORD "orchid mangle nine kettle"

enum { NOBODY = 65534 };

/* What a child sends back about the call it made. */
struct outcome {
    enum ct_status wrong, right, add;
    char text[480];
};

static void try_all(struct fixture *f, struct outcome *o)
{
    struct ct_slot slot;
    o->add = add_user(f, 3, "cleo", OTHER_PASSWORD, &slot);
    snprintf(o->text, sizeof o->text, "%s", f->err.text);
    o->wrong = try_login(f, "ben", WRONG_PASSWORD, 0);
    o->right = try_login(f, "ben", BEN_PASSWORD, 0);
}

/* Runs try_all in a child after `hinder` has made its world worse. */
static struct outcome in_a_worse_world(struct fixture *f, void (*hinder)(struct fixture *))
{
    struct outcome o = {0};
    int fds[2], status;
    assert_int_equal(pipe(fds), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(fds[0]);
        hinder(f);
        try_all(f, &o);
        _exit(write(fds[1], &o, sizeof o) == (ssize_t)sizeof o ? 0 : 1);
    }
    close(fds[1]);
    assert_int_equal(read(fds[0], &o, sizeof o), (ssize_t)sizeof o);
    close(fds[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    return o;
}

static void no_room(struct fixture *f)
{
    const struct rlimit limit = {.rlim_cur = 1000, .rlim_max = 1000};
    (void)f;
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        _exit(3);
}

static void read_only(struct fixture *f)
{
    if (geteuid() != 0) {
        if (chmod(f->dir, 0555) != 0)
            _exit(3);
    } else if (setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0)
        _exit(3);
}

static void check_unchanged(struct fixture *f, const unsigned char *before, size_t n)
{
    size_t m;
    char path[128];
    unsigned char *after = ring_read(f->dir, &m);
    assert_int_equal(n, m);
    assert_memory_equal(before, after, n);
    free(after);
    snprintf(path, sizeof path, "%s/" CT_RING_TEMP, f->dir);
    assert_int_equal(access(path, F_OK), -1); /* nothing half-written is left */
}

static void test_a_full_disk(void **state)
{
    struct fixture *f = *state;
    size_t n;
    struct ct_slot slot;
    unsigned char *before = ring_read(f->dir, &n);
    struct outcome o = in_a_worse_world(f, no_room);
    assert_int_equal(o.add, CT_EFULL);
    assert_non_null(strstr(o.text, "no space"));
    assert_non_null(strstr(o.text, f->dir));
    assert_int_equal(o.wrong, CT_EFULL); /* not counted: said, and not let in */
    assert_int_equal(o.right, CT_OK);    /* the work goes on */
    check_unchanged(f, before, n);
    free(before);
    assert_int_equal(add_user(f, 3, "cleo", OTHER_PASSWORD, &slot), CT_OK);
}

static void test_a_read_only_directory(void **state)
{
    struct fixture *f = *state;
    size_t n;
    struct ct_slot slot;
    static const char *const names[] = {"keyring", "gate", "kdf"};
    if (geteuid() == 0) { /* root may write anywhere: the child becomes nobody */
        assert_int_equal(chmod(f->dir, 0755), 0);
        for (unsigned i = 0; i < CT_LEN(names); i++) {
            char path[128];
            snprintf(path, sizeof path, "%s/%s", f->dir, names[i]);
            assert_int_equal(chown(path, NOBODY, NOBODY), 0);
        }
    }
    unsigned char *before = ring_read(f->dir, &n);
    struct outcome o = in_a_worse_world(f, read_only);
    assert_int_equal(o.add, CT_EREADONLY);
    assert_non_null(strstr(o.text, "may not be written"));
    assert_non_null(strstr(o.text, f->dir));
    assert_int_equal(o.wrong, CT_EREADONLY);
    assert_int_equal(o.right, CT_OK);
    assert_int_equal(chmod(f->dir, 0700), 0);
    check_unchanged(f, before, n);
    free(before);
    assert_int_equal(add_user(f, 3, "cleo", OTHER_PASSWORD, &slot), CT_OK);
}

static void not_readable(struct fixture *f)
{
    if (geteuid() == 0)
        read_only(f);
}

static void test_a_keyring_that_may_not_be_read(void **state)
{
    struct fixture *f = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/keyring", f->dir);
    assert_int_equal(chmod(f->dir, 0755), 0);
    assert_int_equal(chmod(path, 0), 0);
    struct outcome o = in_a_worse_world(f, not_readable);
    assert_int_equal(o.right, CT_EIO);
    assert_non_null(strstr(o.text, "cannot be read"));
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(try_login(f, "ben", BEN_PASSWORD, 0), CT_OK);
}

/* Create leaves nothing where it could not finish. */
static void test_create_on_a_full_disk_leaves_no_keyring(void **state)
{
    struct fixture *f = *state;
    char dir[64];
    int status;
    dir_make(dir);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        CT_SECRET *s = secret_of(ADA_PASSWORD);
        CT_SECRET *code = secret_of("");
        struct ct_unlocked *u = NULL;
        no_room(f);
        enum ct_status st =
            ct_keyring_create(dir, 1, "ada", s, CT_KDF_TEST, 0, code, &u, &f->err);
        _exit(st == CT_EFULL && u == NULL && code->len == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_false(ct_ring_exists(dir));
    dir_remove(dir);
}

/* The name the new file would take is taken by something that cannot go. */
static void test_a_directory_in_the_way(void **state)
{
    struct fixture *f = *state;
    size_t n, m;
    char path[128];
    struct ct_slot slot;
    unsigned char *before = ring_read(f->dir, &n);
    snprintf(path, sizeof path, "%s/" CT_RING_TEMP, f->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(add_user(f, 3, "cleo", OTHER_PASSWORD, &slot), CT_EIO);
    assert_non_null(strstr(f->err.text, "could not be saved"));
    unsigned char *after = ring_read(f->dir, &m);
    assert_int_equal(n, m);
    assert_memory_equal(before, after, n);
    free(before);
    free(after);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(add_user(f, 3, "cleo", OTHER_PASSWORD, &slot), CT_OK);
}

/* Raised at the moment of a login: what cannot be written leaves the slot that there was. */
static void test_a_slot_that_cannot_be_raised_opens_as_before(void **state)
{
    struct fixture *f = *state;
    size_t n, m;
    char path[128];
    struct ct_slot slot;
    bool raised = true;
    CT_SECRET *s = secret_of(ADA_PASSWORD);
    const struct ct_kdf_cost cost = {.ops = 2, .mem_kib = 16};
    unsigned char *before = ring_read(f->dir, &n);
    snprintf(path, sizeof path, "%s/" CT_RING_TEMP, f->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(
        ct_keyring_raise(f->dir, f->ada, "ada", s, cost, 0, &raised, &slot, &f->err), CT_EIO);
    assert_false(raised);
    unsigned char *after = ring_read(f->dir, &m);
    assert_int_equal(n, m);
    assert_memory_equal(before, after, n);
    free(before);
    free(after);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 0), CT_OK);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(
        ct_keyring_raise(f->dir, f->ada, "ada", s, cost, 0, &raised, &slot, &f->err), CT_OK);
    assert_true(raised);
    assert_int_equal(try_login(f, "ada", ADA_PASSWORD, 0), CT_OK);
}

#define T(name) cmocka_unit_test_setup_teardown(name, fixture_up, fixture_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_a_full_disk),
        T(test_a_read_only_directory),
        T(test_a_keyring_that_may_not_be_read),
        T(test_create_on_a_full_disk_leaves_no_keyring),
        T(test_a_directory_in_the_way),
        T(test_a_slot_that_cannot_be_raised_opens_as_before),
    };
    return cmocka_run_group_tests_name("keyring_disk", tests, NULL, NULL);
}
