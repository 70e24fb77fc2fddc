/* run - folders and commands for tests; see tty.h. */
#include "tests/support/tmp.h"
#include "tests/support/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[TMP_PATH];
static pid_t owner;

static int unlink_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void remove_dir(void)
{
    if (getpid() == owner)
        nftw(dir, unlink_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_dir(void)
{
    if (dir[0] == '\0') {
        tmp_dir(dir, "test");
        owner = getpid();
        atexit(remove_dir);
    }
    return dir;
}

const char *test_program(void)
{
    static char path[PATH_MAX];
    if (path[0] == '\0') {
        char self[PATH_MAX];
        ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
        if (n < 0)
            exit(1);
        self[n] = '\0';
        /* build/VARIANT/tests/KIND/NAME -> build/VARIANT/clintech */
        char *p = dirname(dirname(dirname(self)));
        snprintf(path, sizeof path, "%s/clintech", p);
    }
    return path;
}

static void feed(int fd, const char *input)
{
    size_t left = input != NULL ? strlen(input) : 0;
    while (left > 0) {
        ssize_t n = write(fd, input, left);
        if (n <= 0)
            break;
        input += n;
        left -= (size_t)n;
    }
    close(fd);
}

int test_run(const char *const *argv, const char *input, char *out, size_t size)
{
    int in[2], from[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
        return -1;
    test_dir();
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in[0], 0);
        dup2(from[1], 1);
        dup2(from[1], 2);
        setenv("HOME", test_dir(), 1);
        setenv("TZ", "UTC", 1);
        setenv("LANG", "C.UTF-8", 1);
        union {
            const char *const *in;
            char *const *out;
        } a = {.in = argv};
        execv(argv[0], a.out);
        _exit(127);
    }
    close(in[0]);
    close(from[1]);
    signal(SIGPIPE, SIG_IGN);
    /* Inputs of tests are small (less than a pipe holds) or the reader reads. */
    pid_t writer = -1;
    if (input != NULL && strlen(input) > 60000) {
        writer = fork();
        if (writer == 0) {
            close(from[0]);
            feed(in[1], input);
            _exit(0);
        }
        close(in[1]);
    } else {
        feed(in[1], input);
    }
    size_t have = 0;
    char buf[4096];
    ssize_t n;
    while ((n = read(from[0], buf, sizeof buf)) > 0 || (n < 0 && errno == EINTR)) {
        if (n < 0)
            continue;
        size_t take = have + (size_t)n < size ? (size_t)n : (size > have + 1 ? size - have - 1 : 0);
        if (out != NULL && take > 0)
            memcpy(out + have, buf, take);
        have += out != NULL ? take : 0;
    }
    if (out != NULL && size > 0)
        out[have] = '\0';
    close(from[0]);
    int status;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (writer > 0)
        waitpid(writer, NULL, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
