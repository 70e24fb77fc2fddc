/* report_pdf - clintech-report as a child: the document in, the PDF out, a limit of time. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "exchange/report.h"

enum { LIMIT_S = 120 };

static const char NAME[] = "clintech-report";

struct child {
    pid_t pid;
    int in, out; /* our ends; -1 closed */
};

static void shut(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

/* Beside this program, whatever it was called by. */
static bool beside(char *out, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", out, size - 1);
    if (n <= 0)
        return false;
    out[n] = '\0';
    char *slash = strrchr(out, '/');
    size_t at = slash != NULL ? (size_t)(slash - out) + 1 : 0;
    return slash != NULL && (size_t)snprintf(slash + 1, size - at, "%s", NAME) < size - at;
}

/* Nothing of ours goes with it but the two ends: no other descriptor, no ignored or held
 * signal, and of the environment what fonts are found by. */
static int spawn(const char *path, const char *page, int in, int out, pid_t *ret)
{
    char home[600] = "", fonts[600] = "";
    const char *h = getenv("HOME"), *f = getenv("FONTCONFIG_FILE");
    snprintf(home, sizeof home, "HOME=%.580s", h != NULL ? h : "/");
    snprintf(fonts, sizeof fonts, "FONTCONFIG_FILE=%.560s", f != NULL ? f : "");
    char name[] = "clintech-report", pdf[] = "--pdf", a4[] = "A4", letter[] = "Letter";
    char lang[] = "LC_ALL=C.UTF-8", bin[] = "PATH=/usr/bin:/bin";
    char *argv[] = {name, pdf, strcmp(page, "letter") == 0 ? letter : a4, NULL};
    char *env[] = {lang, bin, home, f != NULL ? fonts : NULL, NULL};
    posix_spawn_file_actions_t act;
    posix_spawnattr_t attr;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&act);
    posix_spawnattr_init(&attr);
    posix_spawn_file_actions_adddup2(&act, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&act, out, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&act, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&act, 3);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    int e = posix_spawn(ret, path, &act, &attr, argv, env);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&act);
    return e;
}

static enum ct_status start(const char *program, const char *page, struct child *c,
                            struct ct_error *reterr)
{
    char path[700];
    int in[2] = {-1, -1}, out[2] = {-1, -1};
    if (program[0] != '\0')
        snprintf(path, sizeof path, "%s", program);
    else if (!beside(path, sizeof path))
        snprintf(path, sizeof path, "/usr/local/bin/%s", NAME);
    /* A socket to write to: a child that is gone is an error there, and never SIGPIPE. */
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) != 0 ||
        pipe2(out, O_CLOEXEC) != 0) {
        enum ct_status rc = ct_fail(reterr, CT_EIO, "", "%s cannot be talked to: %s.", NAME,
                                    strerror(errno));
        shut(&in[0]);
        shut(&in[1]);
        return rc;
    }
    int e = spawn(path, page, in[1], out[1], &c->pid);
    shut(&in[1]);
    shut(&out[1]);
    if (e != 0) {
        shut(&in[0]);
        shut(&out[0]);
        return ct_fail(reterr, CT_ENOTFOUND, "program",
                       "A PDF is made by the program clintech-report, and %.300s cannot be "
                       "started (%s): install it, or print as text.",
                       path, strerror(e));
    }
    c->in = in[0];
    c->out = out[0];
    (void)fcntl(c->in, F_SETFL, O_NONBLOCK);
    return CT_OK;
}

static int64_t seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

/* Both ends at once, until its output ends. False: out of time, or out of room. */
static bool talk(struct child *c, const char *json, size_t n, struct ct_buf *out)
{
    char part[65536];
    for (int64_t end = seconds() + LIMIT_S; c->out >= 0;) {
        struct pollfd p[2] = {{.fd = c->out, .events = POLLIN}, {.fd = c->in, .events = POLLOUT}};
        int64_t left = end - seconds();
        int ready = left > 0 ? poll(p, 2, (int)left * 1000) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return false;
        if (c->in >= 0 && p[1].revents != 0) {
            ssize_t k = send(c->in, json, n, MSG_NOSIGNAL);
            if (k > 0) {
                json += k;
                n -= (size_t)k;
            }
            if (n == 0 || (k < 0 && errno != EAGAIN && errno != EINTR))
                shut(&c->in);
        }
        if (p[0].revents != 0) {
            ssize_t k = read(c->out, part, sizeof part);
            if (k > 0)
                ct_buf_add(out, part, (size_t)k);
            else if (k == 0 || errno != EINTR)
                shut(&c->out);
            if (out->bad)
                return false;
        }
    }
    return true;
}

static bool whole(const struct ct_buf *b, size_t from)
{
    static const char BEGIN[] = "%PDF-", END[] = "%%EOF\n";
    const char *p = b->data + from;
    size_t n = b->len - from, e = sizeof END - 1;
    return n > 64 && memcmp(p, BEGIN, sizeof BEGIN - 1) == 0 && memcmp(p + n - e, END, e) == 0;
}

enum ct_status ct_report_pdf(const char *program, const char *page, const char *json, size_t n,
                             struct ct_buf *out, struct ct_error *reterr)
{
    struct child c = {.in = -1, .out = -1};
    size_t from = out->len;
    int status = 0;
    enum ct_status rc = start(program, page, &c, reterr);
    if (rc != CT_OK)
        return rc;
    bool ended = talk(&c, json, n, out);
    shut(&c.in);
    shut(&c.out);
    if (!ended)
        (void)kill(c.pid, SIGKILL);
    while (waitpid(c.pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (!ended)
        return ct_fail(reterr, CT_EIO, "program",
                       "The PDF took longer than %d seconds, or is too large; nothing was "
                       "printed. Name a shorter time, or print as text.",
                       LIMIT_S);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || !whole(out, from))
        return ct_fail(reterr, CT_EIO, "program",
                       "clintech-report ended before the PDF was whole (%s %d); nothing was "
                       "printed. Try again, or print as text.",
                       WIFSIGNALED(status) ? "signal" : "status",
                       WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return CT_OK;
}
