/* Asked for a password on a terminal, and interrupted: the terminal echoes again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include "tests/support/tty.h"

enum { BOUND_MS = 20000 };

static bool echoes(int fd)
{
    struct termios t;
    assert_int_equal(tcgetattr(fd, &t), 0);
    return (t.c_lflag & ECHO) != 0;
}

/* Read until the text came. */
static void wait_for(int fd, const char *text)
{
    char seen[4096] = "";
    for (size_t n = 0; strstr(seen, text) == NULL;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        assert_int_equal(poll(&p, 1, BOUND_MS), 1);
        ssize_t got = read(fd, seen + n, sizeof seen - 1 - n);
        assert_true(got > 0);
        n += (size_t)got;
        seen[n] = '\0';
    }
}

/* The prompt comes before the echo is switched off. */
static void wait_quiet(int fd)
{
    struct pollfd none = {.fd = -1};
    for (int i = 0; echoes(fd); i++) {
        assert_true(i < BOUND_MS / 10);
        (void)poll(&none, 1, 10);
    }
}

static void ended_by(const char *typed, int signo)
{
    int fd, slave, status;
    assert_int_equal(openpty(&fd, &slave, NULL, NULL, NULL), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(fd);
        signal(SIGINT, SIG_DFL); /* ignored, when the suite runs behind a plain & */
        signal(SIGQUIT, SIG_DFL);
        if (login_tty(slave) != 0)
            _exit(125);
        execl(test_program(), "clintech", "--dir", test_dir(), "--as", "ada", "verify",
              (char *)NULL);
        _exit(126);
    }
    wait_for(fd, "Password of ada: ");
    wait_quiet(slave);
    assert_int_equal(write(fd, typed, strlen(typed)), strlen(typed));
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (signo != 0) {
        assert_true(WIFSIGNALED(status));
        assert_int_equal(WTERMSIG(status), signo);
    } else {
        assert_true(WIFEXITED(status));
    }
    assert_true(echoes(slave));
    close(fd);
    close(slave);
}

static void test_the_terminal_echoes_again(void **state)
{
    (void)state;
    (void)test_dir();
    ended_by("some secret\003", SIGINT);
    ended_by("\034", SIGQUIT);
    ended_by("a whole password\n", 0); /* and there is no store */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_terminal_echoes_again),
    };
    return cmocka_run_group_tests_name("cli_prompt", tests, NULL, NULL);
}
