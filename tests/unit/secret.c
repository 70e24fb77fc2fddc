/* Secrets: bounded, wiped, locked; the process leaves no core. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vault/secret.h"

static void test_a_hardened_process_leaves_no_core(void **state)
{
    (void)state;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        struct ct_error err;
        if (ct_hardened())
            _exit(1); /* nothing was asked for yet: the answer must be no */
        if (ct_harden(&err) != CT_OK || !ct_hardened())
            _exit(2);
        struct rlimit core = {.rlim_cur = 1, .rlim_max = 1};
        if (geteuid() != 0 && setrlimit(RLIMIT_CORE, &core) == 0)
            _exit(3); /* the hard limit went too: nobody raises it again */
        _exit(ct_harden(&err) == CT_OK ? 0 : 4);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_a_secret_takes_what_fits_and_no_more(void **state)
{
    (void)state;
    CT_SECRET *s = NULL;
    assert_int_equal(ct_secret_new(8, &s, NULL), CT_OK);
    assert_int_equal(s->len, 0);
    assert_true(ct_secret_add(s, "12345", 5));
    assert_false(ct_secret_add(s, "6789", 4));
    assert_int_equal(s->len, 5);
    assert_true(ct_secret_add(s, "678", 3));
    assert_true(ct_secret_add(s, NULL, 0));
    assert_memory_equal(s->data, "12345678", 8);
    ct_secret_wipe(s);
    assert_int_equal(s->len, 0);
    assert_memory_equal(s->data, "\0\0\0\0\0\0\0\0", 8);
    ct_secret_free(NULL);
}

static void test_odd_sizes_are_refused(void **state)
{
    (void)state;
    struct ct_secret *s = NULL;
    struct ct_error err;
    assert_int_equal(ct_secret_new(0, &s, &err), CT_EINVAL);
    assert_null(s);
    assert_int_equal(ct_secret_new(CT_SECRET_MAX + 1, &s, &err), CT_EINVAL);
    assert_null(s);
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &s, &err), CT_OK);
    ct_secret_freep(&s);
    assert_null(s);
}

/* A byte past the end meets the guard page instead of a neighbour. */
static void test_past_the_end_is_a_guard_page(void **state)
{
    (void)state;
    CT_SECRET *s = NULL;
    assert_int_equal(ct_secret_new(32, &s, NULL), CT_OK);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        int fd[2];
        if (pipe(fd) != 0)
            _exit(1);
        /* the kernel reads for us, so that no sanitizer is in the way */
        ssize_t inside = write(fd[1], s->data, 32);
        ssize_t outside = write(fd[1], s->data + 32, 1);
        _exit(inside == 32 && outside == -1 && errno == EFAULT ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#if !defined(__SANITIZE_ADDRESS__) /* the sanitizer makes mlock do nothing */
static void test_a_secret_that_cannot_be_locked_is_refused(void **state)
{
    (void)state;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        const struct rlimit none = {0, 0};
        if (setrlimit(RLIMIT_MEMLOCK, &none) != 0)
            _exit(1);
        if (geteuid() == 0 && setuid(65534) != 0) /* root may lock regardless */
            _exit(2);
        struct ct_secret *s = NULL;
        struct ct_error err;
        _exit(ct_secret_new(32, &s, &err) == CT_ENOMEM && s == NULL &&
                      strstr(err.text, "RLIMIT_MEMLOCK") != NULL
                  ? 0
                  : 3);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}
#endif

static void test_equal_random_wipe(void **state)
{
    (void)state;
    unsigned char a[32], b[32], zero[32] = {0};
    ct_random(a, sizeof a);
    memcpy(b, a, sizeof b);
    assert_true(ct_equal(a, b, sizeof a));
    b[31] ^= 1;
    assert_false(ct_equal(a, b, sizeof a));
    assert_true(ct_equal(a, b, 31));
    assert_true(ct_equal(a, b, 0));
    ct_random(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    ct_wipe(a, sizeof a);
    assert_memory_equal(a, zero, sizeof a);
}

/* BLAKE2b-256 of "abc"; RFC 7693 gives the 512-bit one, this is its 256-bit
 * sister, as b2sum -l 256 prints it. */
static void test_hash_is_blake2b_256(void **state)
{
    (void)state;
    static const unsigned char want[CT_HASH_LEN] = {
        0xbd, 0xdd, 0x81, 0x3c, 0x63, 0x42, 0x39, 0x72, 0x31, 0x71, 0xef,
        0x3f, 0xee, 0x98, 0x57, 0x9b, 0x94, 0x96, 0x4e, 0x3b, 0xb1, 0xcb,
        0x3e, 0x42, 0x72, 0x62, 0xc8, 0xc0, 0x68, 0xd5, 0x23, 0x19};
    unsigned char got[CT_HASH_LEN];
    ct_hash(got, "abc", 3);
    assert_memory_equal(got, want, sizeof want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_hardened_process_leaves_no_core),
        cmocka_unit_test(test_a_secret_takes_what_fits_and_no_more),
        cmocka_unit_test(test_odd_sizes_are_refused),
        cmocka_unit_test(test_past_the_end_is_a_guard_page),
#if !defined(__SANITIZE_ADDRESS__)
        cmocka_unit_test(test_a_secret_that_cannot_be_locked_is_refused),
#endif
        cmocka_unit_test(test_equal_random_wipe),
        cmocka_unit_test(test_hash_is_blake2b_256),
    };
    return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
