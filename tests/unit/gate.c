/* The gate: one at a time, a deadline that is kept, a lock that dies with its
 * process, and no other signal that ends the wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/tmp.h"
#include "vault/gate.h"

static char dir[TMP_PATH];
static char path[64];

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A child that takes the gate, says so, and keeps it until its pipe closes. */
struct holder {
    pid_t pid;
    int keep;
};

static struct holder hold(void)
{
    int up[2], down[2];
    assert_int_equal(pipe(up), 0);
    assert_int_equal(pipe(down), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(down[1]);
        struct ct_gate g = CT_GATE_INIT;
        char c = 'x';
        if (ct_gate_open(&g, path, NULL) != CT_OK || ct_gate_take(&g, 5000, NULL) != CT_OK ||
            write(up[1], &c, 1) != 1)
            _exit(1);
        if (read(down[0], &c, 1) != 0)
            _exit(1);
        ct_gate_close(&g);
        _exit(0);
    }
    close(up[1]);
    close(down[0]);
    char c;
    assert_int_equal(read(up[0], &c, 1), 1);
    close(up[0]);
    return (struct holder){.pid = pid, .keep = down[1]};
}

static void release(struct holder h)
{
    int status;
    close(h.keep);
    assert_int_equal(waitpid(h.pid, &status, 0), h.pid);
}

static void test_open_makes_a_private_file_once(void **state)
{
    (void)state;
    struct ct_gate g = CT_GATE_INIT, h = CT_GATE_INIT;
    struct stat st;
    assert_int_equal(ct_gate_open(&g, path, NULL), CT_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(fcntl(g.fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    assert_int_equal(ct_gate_open(&h, path, NULL), CT_OK);
    ct_gate_close(&g);
    ct_gate_close(&h);
    assert_int_equal(g.fd, -1);
    ct_gate_close(&g);
}

static void test_links_and_folders_are_refused(void **state)
{
    (void)state;
    char link[96];
    struct ct_gate g = CT_GATE_INIT;
    struct ct_error err;
    snprintf(link, sizeof link, "%s/link", dir);
    char elsewhere[128];
    snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", dir);
    assert_int_equal(symlink(elsewhere, link), 0);
    assert_int_equal(ct_gate_open(&g, link, &err), CT_EIO);
    assert_int_equal(g.fd, -1);
    assert_int_equal(access(elsewhere, F_OK), -1);
    unlink(link);
    assert_int_equal(mkfifo(link, 0600), 0);
    assert_int_equal(ct_gate_open(&g, link, &err), CT_EIO); /* and does not hang */
    unlink(link);
    assert_int_equal(ct_gate_open(&g, dir, &err), CT_EIO);
}

static void test_misuse_is_an_error(void **state)
{
    (void)state;
    struct ct_gate g = CT_GATE_INIT;
    assert_int_equal(ct_gate_take(&g, 10, NULL), CT_EINTERNAL);
    ct_gate_give(&g);
    assert_int_equal(ct_gate_open(&g, path, NULL), CT_OK);
    assert_int_equal(ct_gate_take(&g, 10, NULL), CT_OK);
    assert_int_equal(ct_gate_take(&g, 10, NULL), CT_EINTERNAL);
    assert_true(g.held);
    ct_gate_give(&g);
    ct_gate_give(&g);
    assert_false(g.held);
    ct_gate_close(&g);
}

static void test_the_limit_is_kept(void **state)
{
    (void)state;
    struct holder h = hold();
    struct ct_gate g = CT_GATE_INIT;
    struct ct_error err;
    assert_int_equal(ct_gate_open(&g, path, NULL), CT_OK);
    int64_t start = now_ms();
    assert_int_equal(ct_gate_take(&g, 0, &err), CT_EBUSY);
    assert_true(now_ms() - start < 1000);
    start = now_ms();
    assert_int_equal(ct_gate_take(&g, 150, &err), CT_EBUSY);
    const int64_t took = now_ms() - start;
    assert_in_range(took, 149, 5000);
    assert_false(g.held);
    assert_non_null(strstr(err.text, "150"));
    release(h);
    assert_int_equal(ct_gate_take(&g, 5000, NULL), CT_OK);
    ct_gate_close(&g);
}

static void test_a_killed_holder_gives_it_back(void **state)
{
    (void)state;
    struct holder h = hold();
    struct ct_gate g = CT_GATE_INIT;
    assert_int_equal(ct_gate_open(&g, path, NULL), CT_OK);
    assert_int_equal(ct_gate_take(&g, 0, NULL), CT_EBUSY);
    assert_int_equal(kill(h.pid, SIGKILL), 0);
    assert_int_equal(ct_gate_take(&g, 10000, NULL), CT_OK);
    ct_gate_close(&g);
    release(h);
}

static volatile sig_atomic_t ticks;

static void on_tick(int signo)
{
    (void)signo;
    ticks++;
}

/* A terminal resized all the time: the wait goes on to its end, no shorter. */
static void test_other_signals_do_not_end_the_wait(void **state)
{
    (void)state;
    struct holder h = hold();
    struct ct_gate g = CT_GATE_INIT;
    assert_int_equal(ct_gate_open(&g, path, NULL), CT_OK);
    struct sigaction act = {.sa_handler = on_tick}, old;
    sigaction(SIGALRM, &act, &old);
    const struct itimerval every = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
    setitimer(ITIMER_REAL, &every, NULL);
    const int64_t start = now_ms();
    enum ct_status st = ct_gate_take(&g, 200, NULL);
    const int64_t took = now_ms() - start;
    setitimer(ITIMER_REAL, &never, NULL);
    sigaction(SIGALRM, &old, NULL);
    assert_int_equal(st, CT_EBUSY);
    assert_true(took >= 199);
    assert_true(ticks > 5);
    ct_gate_close(&g);
    release(h);
}

/* What the caller had set up for signals is found again. */
static void test_signals_are_put_back(void **state)
{
    (void)state;
    sigset_t before, all, after;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* even when all were blocked */
    struct holder h = hold();
    struct ct_gate g = CT_GATE_INIT;
    assert_int_equal(ct_gate_open(&g, path, NULL), CT_OK);
    assert_int_equal(ct_gate_take(&g, 60, NULL), CT_EBUSY);
    pthread_sigmask(SIG_SETMASK, &before, &after);
    for (int s = SIGRTMIN; s <= SIGRTMAX; s++) {
        struct sigaction act;
        assert_int_equal(sigismember(&after, s), 1);
        assert_int_equal(sigaction(s, NULL, &act), 0);
        assert_true(act.sa_handler == SIG_DFL);
    }
    ct_gate_close(&g);
    release(h);
}

/* Four processes add to a number that has no other protection. */
static void test_one_at_a_time(void **state)
{
    (void)state;
    enum { PROCESSES = 4, ROUNDS = 500 };
    char name[96];
    snprintf(name, sizeof name, "%s/number", dir);
    int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    unsigned long n = 0;
    assert_int_equal(pwrite(fd, &n, sizeof n, 0), sizeof n);
    pid_t pid[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        pid[i] = fork();
        assert_true(pid[i] >= 0);
        if (pid[i] != 0)
            continue;
        struct ct_gate g = CT_GATE_INIT;
        if (ct_gate_open(&g, path, NULL) != CT_OK)
            _exit(1);
        for (int k = 0; k < ROUNDS; k++) {
            if (ct_gate_take(&g, 20000, NULL) != CT_OK ||
                pread(fd, &n, sizeof n, 0) != sizeof n)
                _exit(1);
            n++;
            if (pwrite(fd, &n, sizeof n, 0) != sizeof n)
                _exit(1);
            ct_gate_give(&g);
        }
        _exit(0);
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    assert_int_equal(pread(fd, &n, sizeof n, 0), sizeof n);
    assert_int_equal(n, PROCESSES * ROUNDS);
    close(fd);
    unlink(name);
}

static int setup(void **state)
{
    (void)state;
    tmp_dir(dir, "gate");
    snprintf(path, sizeof path, "%s/gate", dir);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(dir);
}

/* What one holder notes, the next one reads, in whatever process; only holders do. */
static void test_doubt_passes_on(void **state)
{
    struct ct_gate a = CT_GATE_INIT, b = CT_GATE_INIT;
    (void)state;
    assert_int_equal(ct_gate_open(&a, path, NULL), CT_OK);
    assert_int_equal(ct_gate_open(&b, path, NULL), CT_OK);
    ct_gate_doubt(&a, true); /* not held */
    assert_int_equal(ct_gate_take(&a, 0, NULL), CT_OK);
    assert_false(ct_gate_doubted(&a));
    ct_gate_doubt(&a, true);
    assert_true(ct_gate_doubted(&a));
    assert_false(ct_gate_doubted(&b));
    ct_gate_close(&a);
    assert_int_equal(ct_gate_take(&b, 0, NULL), CT_OK);
    assert_true(ct_gate_doubted(&b));
    ct_gate_doubt(&b, false);
    assert_false(ct_gate_doubted(&b));
    ct_gate_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_doubt_passes_on),
        cmocka_unit_test(test_open_makes_a_private_file_once),
        cmocka_unit_test(test_links_and_folders_are_refused),
        cmocka_unit_test(test_misuse_is_an_error),
        cmocka_unit_test(test_the_limit_is_kept),
        cmocka_unit_test(test_a_killed_holder_gives_it_back),
        cmocka_unit_test(test_other_signals_do_not_end_the_wait),
        cmocka_unit_test(test_signals_are_put_back),
        cmocka_unit_test(test_one_at_a_time),
    };
    return cmocka_run_group_tests_name("gate", tests, setup, teardown);
}
