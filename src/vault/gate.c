/* gate - see gate.h.
 *
 * flock(2) has no time limit. A timer of this thread interrupts it once the
 * limit has passed, and keeps interrupting: a first signal that falls between
 * looking at the clock and going to sleep in flock is followed by the next.
 */
#include "vault/gate.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* glibc 2.36 names the field, but not under the name timer_create(2) uses. */
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

enum { REPEAT_MS = 5 };

struct alarm {
    timer_t timer;
    int signo;
    struct sigaction old;
    sigset_t old_mask;
};

static int64_t mono_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void on_alarm(int signo)
{
    (void)signo; /* its work is done by interrupting flock */
}

/* The process may already use real-time signals: one that nobody handles. */
static int free_signal(struct sigaction *ret_old)
{
    for (int signo = SIGRTMIN + 4; signo <= SIGRTMAX; signo++)
        if (sigaction(signo, NULL, ret_old) == 0 && (ret_old->sa_flags & SA_SIGINFO) == 0 &&
            (ret_old->sa_handler == SIG_DFL || ret_old->sa_handler == SIG_IGN))
            return signo;
    errno = EAGAIN;
    return -1;
}

static bool alarm_start(struct alarm *a, int limit_ms)
{
    a->signo = free_signal(&a->old);
    if (a->signo < 0)
        return false;
    struct sigaction act = {.sa_handler = on_alarm}; /* no SA_RESTART */
    sigfillset(&act.sa_mask);
    if (sigaction(a->signo, &act, NULL) != 0)
        return false;
    struct sigevent ev = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = a->signo};
    ev.sigev_notify_thread_id = gettid();
    if (timer_create(CLOCK_MONOTONIC, &ev, &a->timer) != 0) {
        sigaction(a->signo, &a->old, NULL);
        return false;
    }
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, a->signo);
    pthread_sigmask(SIG_UNBLOCK, &set, &a->old_mask);
    const struct itimerspec when = {
        .it_value = {.tv_sec = limit_ms / 1000, .tv_nsec = limit_ms % 1000 * 1000000L + 1},
        .it_interval = {.tv_nsec = REPEAT_MS * 1000000L},
    };
    timer_settime(a->timer, 0, &when, NULL);
    return true;
}

static void alarm_stop(struct alarm *a)
{
    /* In this order: a signal already sent arrives on the way out of
     * timer_delete at the latest, while its handler still stands. */
    timer_delete(a->timer);
    pthread_sigmask(SIG_SETMASK, &a->old_mask, NULL);
    sigaction(a->signo, &a->old, NULL);
}

/* flock until `until`; 0 or errno. */
static int lock_until(int fd, int64_t until)
{
    while (flock(fd, LOCK_EX) != 0) {
        if (errno != EINTR)
            return errno;
        if (mono_ms() >= until)
            return ETIMEDOUT;
    }
    return 0;
}

enum ct_status ct_gate_open(struct ct_gate *g, const char *path, struct ct_error *reterr)
{
    struct stat st;
    int fd =
        open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
    if (fd < 0) {
        int e = errno;
        if (ct_status_errno(e) == CT_EREADONLY)
            return ct_fail(reterr, CT_EREADONLY, NULL,
                           "%s may not be written (%s): the directory and its files must "
                           "belong to this user, on a disk that is not read-only",
                           path, strerror(e));
        return ct_fail(reterr, ct_status_errno(e), NULL,
                       "the lock file %s cannot be opened: %s", path, strerror(e));
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return ct_fail(reterr, CT_EIO, NULL, "the lock file %s is not a plain file", path);
    }
    *g = (struct ct_gate){.fd = fd, .held = false};
    return CT_OK;
}

void ct_gate_close(struct ct_gate *g)
{
    if (g->fd >= 0) {
        ct_gate_give(g);
        close(g->fd);
    }
    *g = (struct ct_gate)CT_GATE_INIT;
}

enum ct_status ct_gate_take(struct ct_gate *g, int limit_ms, struct ct_error *reterr)
{
    if (g->fd < 0 || g->held)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "the gate is %s",
                       g->held ? "held already" : "not open");
    int err = flock(g->fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
    if ((err == EWOULDBLOCK || err == EINTR) && limit_ms > 0) {
        struct alarm a;
        const int64_t until = mono_ms() + limit_ms;
        if (!alarm_start(&a, limit_ms))
            return ct_fail(reterr, CT_EINTERNAL, NULL, "no timer for the wait at the gate: %s",
                           strerror(errno));
        err = lock_until(g->fd, until);
        alarm_stop(&a);
    }
    if (err == 0) {
        g->held = true;
        return CT_OK;
    }
    if (err == EWOULDBLOCK || err == ETIMEDOUT || err == EINTR)
        return ct_fail(reterr, CT_EBUSY, NULL,
                       "others have been saving for %d ms; try again in a moment",
                       limit_ms > 0 ? limit_ms : 0);
    return ct_fail(reterr, CT_EIO, NULL, "the gate cannot be locked: %s", strerror(err));
}

/* A note that cannot be left is one that nobody reads: the next holder then does
 * what it would have done without, and the one who failed has said so. */
void ct_gate_doubt(struct ct_gate *g, bool on)
{
    if (!g->held)
        return;
    ssize_t n = on ? pwrite(g->fd, "?", 1, 0) : ftruncate(g->fd, 0);
    (void)n;
}

bool ct_gate_doubted(const struct ct_gate *g)
{
    struct stat st;
    return g->held && fstat(g->fd, &st) == 0 && st.st_size > 0;
}

void ct_gate_give(struct ct_gate *g)
{
    if (!g->held)
        return;
    flock(g->fd, LOCK_UN);
    g->held = false;
}
