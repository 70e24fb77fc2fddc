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
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ENV_MAX = 256 };

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

/* Under the sanitizers, a fifth of what a short command costs is the search for leaks at
 * its end. Every third of a program's commands is searched: the first, the fourth, ...
 * Sessions on a terminal always are, and everything is in a test run by hand. */
static void leaks_now_and_then(char *out, size_t size)
{
    static unsigned commands;
    const char *set = getenv("ASAN_OPTIONS");
    if (set != NULL)
        snprintf(out, size, "ASAN_OPTIONS=%s%s", set,
                 commands++ % 3 == 0 ? "" : ":detect_leaks=0");
}

const char *test_zone(void)
{
    const char *said = getenv("CT_TEST_ZONE");
    const int hour = (int)(time(NULL) / 3600 % 24);
    if (said != NULL && said[0] != '\0')
        return said;
    return hour >= 3 && hour < 21 ? "UTC" : "NOON-12";
}

static bool is_of(const char *var, const char *name)
{
    size_t n = strlen(name);
    return strncmp(var, name, n) == 0 && var[n] == '=';
}

/* This process's environment with a few changes. */
static void environment(char *env[ENV_MAX + 1])
{
    static char home[TMP_PATH + 8], tz[40], lang[] = "LANG=C.UTF-8", asan[512];
    size_t n = 0;
    snprintf(home, sizeof home, "HOME=%s", test_dir());
    snprintf(tz, sizeof tz, "TZ=%s", test_zone());
    asan[0] = '\0';
    leaks_now_and_then(asan, sizeof asan);
    env[n++] = home;
    env[n++] = tz;
    env[n++] = lang;
    if (asan[0] != '\0')
        env[n++] = asan;
    for (char **var = environ; *var != NULL && n < ENV_MAX; var++)
        if (!is_of(*var, "HOME") && !is_of(*var, "TZ") && !is_of(*var, "LANG") &&
            !is_of(*var, "ASAN_OPTIONS"))
            env[n++] = *var;
    env[n] = NULL;
}

/* Spawned, not forked: the sanitizers' tables are large to copy. */
static pid_t start(const char *const *argv, int in, int out)
{
    posix_spawn_file_actions_t fds;
    char *env[ENV_MAX + 1];
    pid_t pid = -1;
    union {
        const char *const *in;
        char *const *out;
    } a = {.in = argv};
    environment(env);
    fflush(NULL);
    posix_spawn_file_actions_init(&fds);
    posix_spawn_file_actions_adddup2(&fds, in, 0);
    posix_spawn_file_actions_adddup2(&fds, out, 1);
    posix_spawn_file_actions_adddup2(&fds, out, 2);
    if (posix_spawn(&pid, argv[0], &fds, NULL, a.out, env) != 0)
        pid = -1;
    posix_spawn_file_actions_destroy(&fds);
    return pid;
}

int test_run(const char *const *argv, const char *input, char *out, size_t size)
{
    int in[2], from[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
        return -1;
    pid_t pid = start(argv, in[0], from[1]);
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
    int status = 127 << 8; /* as a shell says it */
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (writer > 0)
        waitpid(writer, NULL, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
