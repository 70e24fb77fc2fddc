/* term_signal - signals become bytes in a pipe; a crash leaves a usable terminal.
 *
 * The handlers can reach nothing but what is static here: the pipe, and the
 * bytes that restore the terminal, both set up before and only read by them.
 */
#include "ui/tk/term_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static int pipe_fd[2] = {-1, -1};
static void (*curses_size)(int);

static const int LEAVE[] = {SIGTERM, SIGHUP, SIGINT};
static const int NEVER[] = {SIGPIPE, SIGQUIT, SIGTSTP};
static const int CRASH[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
static struct sigaction old_leave[CT_LEN(LEAVE)], old_never[CT_LEN(NEVER)],
    old_crash[CT_LEN(CRASH)], old_size;

static struct {
    int fd;
    volatile sig_atomic_t armed;
    char bytes[256];
    size_t n;
    struct termios modes;
} restore = {.fd = -1};

static void wake(char what)
{
    int saved = errno;
    if (pipe_fd[1] >= 0 && write(pipe_fd[1], &what, 1) < 0) {
        /* full: bytes enough wait in it to wake the loop */
    }
    errno = saved;
}

static void on_leave(int sig)
{
    (void)sig;
    wake(CT_SIGNAL_HANGUP);
}

static void on_size(int sig)
{
    if (curses_size != NULL)
        curses_size(sig);
    wake(CT_SIGNAL_SIZE);
}

static void on_crash(int sig)
{
    if (restore.armed) {
        restore.armed = 0;
        if (write(restore.fd, restore.bytes, restore.n) < 0) {
            /* nothing more can be done for the terminal */
        }
        tcsetattr(restore.fd, TCSANOW, &restore.modes);
    }
    for (size_t i = 0; i < CT_LEN(CRASH); i++)
        sigaction(CRASH[i], &old_crash[i], NULL);
    raise(sig);
}

enum ct_status ct_signals_start(struct ct_error *reterr)
{
    if (pipe_fd[0] < 0 && pipe2(pipe_fd, O_CLOEXEC | O_NONBLOCK) != 0)
        return ct_fail(reterr, CT_EIO, NULL, "No pipe for signals could be made: %s.",
                       strerror(errno));
    struct sigaction leave = {.sa_handler = on_leave}, never = {.sa_handler = SIG_IGN},
                     crash = {.sa_handler = on_crash, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&leave.sa_mask);
    sigemptyset(&never.sa_mask);
    sigemptyset(&crash.sa_mask);
    for (size_t i = 0; i < CT_LEN(LEAVE); i++) {
        sigaction(LEAVE[i], NULL, &old_leave[i]);
        if (old_leave[i].sa_handler != SIG_IGN) /* nohup: the poll notices the hang-up */
            sigaction(LEAVE[i], &leave, NULL);
    }
    for (size_t i = 0; i < CT_LEN(NEVER); i++)
        sigaction(NEVER[i], &never, &old_never[i]);
    for (size_t i = 0; i < CT_LEN(CRASH); i++)
        sigaction(CRASH[i], &crash, &old_crash[i]);
    sigaction(SIGWINCH, NULL, &old_size);
    return CT_OK;
}

void ct_signals_size(void)
{
    struct sigaction mine = {.sa_handler = on_size}, theirs;
    sigemptyset(&mine.sa_mask);
    if (sigaction(SIGWINCH, NULL, &theirs) != 0 || theirs.sa_handler == on_size)
        return;
    bool handler = theirs.sa_handler != SIG_DFL && theirs.sa_handler != SIG_IGN;
    curses_size = handler ? theirs.sa_handler : NULL;
    sigaction(SIGWINCH, &mine, NULL);
}

void ct_signals_stop(void)
{
    if (pipe_fd[0] < 0)
        return;
    for (size_t i = 0; i < CT_LEN(LEAVE); i++)
        sigaction(LEAVE[i], &old_leave[i], NULL);
    for (size_t i = 0; i < CT_LEN(NEVER); i++)
        sigaction(NEVER[i], &old_never[i], NULL);
    for (size_t i = 0; i < CT_LEN(CRASH); i++)
        sigaction(CRASH[i], &old_crash[i], NULL);
    sigaction(SIGWINCH, &old_size, NULL);
    curses_size = NULL;
    close(pipe_fd[0]);
    close(pipe_fd[1]);
    pipe_fd[0] = pipe_fd[1] = -1;
}

int ct_signals_fd(void)
{
    return pipe_fd[0];
}

void ct_signals_restore(int fd, const char *bytes, size_t n, const struct termios *modes)
{
    if (n > sizeof restore.bytes)
        n = sizeof restore.bytes;
    restore.fd = fd;
    memcpy(restore.bytes, bytes, n);
    restore.n = n;
    restore.modes = *modes;
    restore.armed = 1;
}

void ct_signals_restore_none(void)
{
    restore.armed = 0;
}
