/* tty - see tty.h. */
#include "tests/support/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <regex.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

#include "base/buf.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

enum { MASKS = 24, ENV_MAX = 32 };

struct tty {
    int fd;
    pid_t pid;
    bool ended, blind;
    int status;
    int rows, cols;
    VTerm *vt;
    VTermScreen *screen;
    struct ct_buf raw, text, golden;
    size_t raw_from;
    regex_t mask[MASKS];
    size_t masks;
    struct tty *next;
};

/* Those that are open: a test that fails leaves its own behind. */
static struct tty *all;

static void close_all(void)
{
    while (all != NULL)
        tty_close(all);
}

static int64_t now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t bound_ms(void)
{
    const char *s = getenv("CT_TEST_WAIT_S");
    return 1000 * (s != NULL ? strtol(s, NULL, 10) : 20);
}

struct environment {
    char term[64], lang[64], home[512], zone[48], asan[256];
    const char *var[ENV_MAX + 8];
};

/* A test that looks at a terminal reads the clock in its zone. */
__attribute__((constructor)) static void take_zone(void)
{
    setenv("TZ", test_zone(), 1);
    tzset();
}

static void environment(const struct tty_options *o, struct environment *ret)
{
    size_t n = 0;
    snprintf(ret->term, sizeof ret->term, "TERM=%s",
             o->term != NULL ? o->term : "xterm-256color");
    snprintf(ret->lang, sizeof ret->lang, "LANG=%s", o->lang != NULL ? o->lang : "C.UTF-8");
    snprintf(ret->home, sizeof ret->home, "HOME=%s", test_dir());
    if (o->term == NULL || o->term[0] != '\0')
        ret->var[n++] = ret->term;
    if (o->lang == NULL || o->lang[0] != '\0')
        ret->var[n++] = ret->lang;
    ret->var[n++] = ret->home;
    snprintf(ret->zone, sizeof ret->zone, "TZ=%s", test_zone());
    ret->var[n++] = ret->zone;
    ret->var[n++] = "PATH=/usr/bin:/bin";
    const char *asan = getenv("ASAN_OPTIONS");
    if (asan != NULL) {
        snprintf(ret->asan, sizeof ret->asan, "ASAN_OPTIONS=%s", asan);
        ret->var[n++] = ret->asan;
    }
    for (size_t i = 0; o->env != NULL && o->env[i] != NULL && n < ENV_MAX; i++)
        ret->var[n++] = o->env[i];
    ret->var[n] = NULL;
}

union vector {
    const char *const *in;
    char *const *out;
};

static void child(const struct tty_options *o)
{
    struct environment env;
    environment(o, &env);
    signal(SIGHUP, o->ignore_sighup ? SIG_IGN : SIG_DFL);
    signal(SIGINT, SIG_DFL); /* ignored, when the suite runs behind nohup or a plain & */
    signal(SIGQUIT, SIG_DFL);
    union vector argv = {.in = o->argv}, envp = {.in = env.var};
    if (o->uid != 0) { /* the path may lead through folders of the first user's */
        int fd = open(o->argv[0], O_RDONLY);
        if (fd >= 0 && setgid(o->uid) == 0 && setuid(o->uid) == 0)
            fexecve(fd, argv.out, envp.out);
        _exit(126);
    }
    execve(o->argv[0], argv.out, envp.out);
    _exit(127);
}

/* The same without a fork, for which the sanitizers' tables are large to copy: what asks
 * for no other user and ignores no signal. The terminal that the leader of a session
 * opens first becomes its own. */
static pid_t spawn(const struct tty_options *o, const struct winsize *ws, int *ret_fd)
{
    char name[64];
    pid_t pid = -1;
    sigset_t usual;
    posix_spawn_file_actions_t fds;
    posix_spawnattr_t how;
    struct environment env;
    int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(fd >= 0 && grantpt(fd) == 0 && unlockpt(fd) == 0);
    assert_int_equal(ptsname_r(fd, name, sizeof name), 0);
    assert_int_equal(ioctl(fd, TIOCSWINSZ, ws), 0);
    environment(o, &env);
    union vector argv = {.in = o->argv}, envp = {.in = env.var};
    sigemptyset(&usual);
    sigaddset(&usual, SIGHUP);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGQUIT);
    posix_spawnattr_init(&how);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigdefault(&how, &usual);
    posix_spawn_file_actions_init(&fds);
    posix_spawn_file_actions_addopen(&fds, 0, name, O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&fds, 0, 1);
    posix_spawn_file_actions_adddup2(&fds, 0, 2);
    int failed = posix_spawn(&pid, o->argv[0], &fds, &how, argv.out, envp.out);
    posix_spawn_file_actions_destroy(&fds);
    posix_spawnattr_destroy(&how);
    if (failed != 0)
        fail_msg("%s: %s", o->argv[0], strerror(failed));
    *ret_fd = fd;
    return pid;
}

struct tty *tty_open(const struct tty_options *o)
{
    static bool registered;
    struct tty *t = calloc(1, sizeof *t);
    assert_non_null(t);
    if (!registered)
        registered = atexit(close_all) == 0;
    t->rows = o->rows != 0 ? o->rows : 24;
    t->cols = o->cols != 0 ? o->cols : 80;
    t->raw.max = 64 << 20;
    struct winsize ws = {.ws_row = (unsigned short)t->rows, .ws_col = (unsigned short)t->cols};
    test_dir(); /* made before the fork */
    if (o->uid != 0 || o->ignore_sighup)
        t->pid = forkpty(&t->fd, NULL, NULL, &ws);
    else
        t->pid = spawn(o, &ws, &t->fd);
    assert_true(t->pid >= 0);
    if (t->pid == 0)
        child(o);
    t->next = all;
    all = t;
    fcntl(t->fd, F_SETFL, O_NONBLOCK);
    fcntl(t->fd, F_SETFD, FD_CLOEXEC);
    t->vt = vterm_new(t->rows, t->cols);
    vterm_set_utf8(t->vt, 1);
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_reset(t->screen, 1);
    return t;
}

/* Take what the program wrote; wait at most wait_ms for the first byte. False
 * when nothing came. */
static bool pump(struct tty *t, int64_t wait_ms)
{
    if (t->fd < 0)
        return false;
    struct pollfd p = {.fd = t->fd, .events = POLLIN};
    if (poll(&p, 1, (int)wait_ms) <= 0)
        return false;
    char buf[65536];
    ssize_t n = read(t->fd, buf, sizeof buf);
    if (n <= 0) {
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            return false;
        close(t->fd); /* EIO: the program has ended */
        t->fd = -1;
        return false;
    }
    ct_buf_add(&t->raw, buf, (size_t)n);
    if (t->blind)
        return true;
    vterm_input_write(t->vt, buf, (size_t)n);
    char answer[256];
    size_t m = vterm_output_read(t->vt, answer, sizeof answer);
    if (m > 0)
        tty_send_n(t, answer, m);
    return true;
}

static bool reap(struct tty *t, int flags)
{
    if (t->ended)
        return true;
    int status;
    if (waitpid(t->pid, &status, flags) != t->pid)
        return false;
    t->ended = true;
    t->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}

void tty_close(struct tty *t)
{
    if (t == NULL)
        return;
    for (struct tty **p = &all; *p != NULL; p = &(*p)->next)
        if (*p == t) {
            *p = t->next;
            break;
        }
    if (t->fd >= 0)
        close(t->fd);
    t->fd = -1;
    int64_t end = now_ms() + bound_ms();
    while (!reap(t, WNOHANG) && now_ms() < end)
        poll(NULL, 0, 2);
    if (!t->ended) {
        kill(t->pid, SIGKILL);
        reap(t, 0);
    }
    vterm_free(t->vt);
    for (size_t i = 0; i < t->masks; i++)
        regfree(&t->mask[i]);
    ct_buf_done(&t->raw);
    ct_buf_done(&t->text);
    ct_buf_done(&t->golden);
    free(t);
}

void tty_blind(struct tty *t)
{
    t->blind = true;
}

void tty_send(struct tty *t, const char *bytes)
{
    tty_send_n(t, bytes, strlen(bytes));
}

void tty_send_n(struct tty *t, const void *bytes, size_t n)
{
    const char *p = bytes;
    int64_t end = now_ms() + bound_ms();
    while (n > 0 && t->fd >= 0) {
        ssize_t w = write(t->fd, p, n);
        if (w > 0) {
            p += w;
            n -= (size_t)w;
        } else if (errno != EAGAIN && errno != EINTR) {
            return; /* the program has gone: the next expectation says so */
        } else if (now_ms() > end) {
            fail_msg("the program does not read its keys");
        } else {
            pump(t, 5);
        }
    }
}

void tty_resize(struct tty *t, int rows, int cols)
{
    struct winsize ws = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    t->rows = rows;
    t->cols = cols;
    if (!t->blind)
        vterm_set_size(t->vt, rows, cols);
    ioctl(t->fd, TIOCSWINSZ, &ws);
}

void tty_hangup(struct tty *t)
{
    if (t->fd >= 0)
        close(t->fd);
    t->fd = -1;
}

void tty_kill(struct tty *t, int signal)
{
    kill(t->pid, signal);
}

int tty_wait_exit(struct tty *t)
{
    int64_t end = now_ms() + bound_ms();
    while (!reap(t, WNOHANG)) {
        if (now_ms() > end) {
            fprintf(stderr, "%s\n", tty_screen(t));
            fail_msg("the program did not end");
        }
        if (!pump(t, 5))
            poll(NULL, 0, 2);
    }
    return t->status;
}

bool tty_running(struct tty *t)
{
    return !reap(t, WNOHANG);
}

bool tty_gone(const struct tty *t)
{
    return t->fd < 0 || t->ended;
}

pid_t tty_pid(const struct tty *t)
{
    return t->pid;
}

static void row_text(struct tty *t, int row, struct ct_buf *out)
{
    size_t start = out->len, end = start;
    for (int col = 0; col < t->cols;) {
        VTermScreenCell cell;
        vterm_screen_get_cell(t->screen, (VTermPos){.row = row, .col = col}, &cell);
        if (cell.chars[0] == 0 || cell.chars[0] == (uint32_t)-1) {
            ct_buf_char(out, ' ');
        } else {
            for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++) {
                char utf8[4];
                ct_buf_add(out, utf8, ct_utf8_put(utf8, cell.chars[i]));
            }
            if (cell.chars[0] != ' ')
                end = out->len;
        }
        col += cell.width > 0 ? cell.width : 1;
    }
    out->len = end;
    if (out->data != NULL)
        out->data[end] = '\0';
}

const char *tty_screen(struct tty *t)
{
    ct_buf_clear(&t->text);
    for (int row = 0; row < t->rows; row++) {
        row_text(t, row, &t->text);
        ct_buf_char(&t->text, '\n');
    }
    return ct_buf_str(&t->text);
}

const char *tty_row(struct tty *t, int row)
{
    ct_buf_clear(&t->text);
    row_text(t, row, &t->text);
    return ct_buf_str(&t->text);
}

void tty_cursor(struct tty *t, int *row, int *col)
{
    VTermPos pos;
    vterm_state_get_cursorpos(vterm_obtain_state(t->vt), &pos);
    *row = pos.row;
    *col = pos.col;
}

bool tty_reversed(struct tty *t, int row, int col)
{
    VTermScreenCell cell;
    vterm_screen_get_cell(t->screen, (VTermPos){.row = row, .col = col}, &cell);
    return cell.attrs.reverse;
}

bool tty_shows(struct tty *t, const char *text)
{
    while (pump(t, 0)) {
    }
    return strstr(tty_screen(t), text) != NULL;
}

static void wait_for(struct tty *t, const char *text, int row, bool wanted)
{
    int64_t end = now_ms() + bound_ms();
    for (;;) {
        const char *have = row < 0 ? tty_screen(t) : tty_row(t, row);
        if ((strstr(have, text) != NULL) == wanted)
            return;
        if (now_ms() > end || (t->fd < 0 && reap(t, WNOHANG))) {
            fprintf(stderr, "---- screen ----\n%s----------------\n", tty_screen(t));
            fail_msg("%s \"%s\"%s", wanted ? "never shown:" : "still shown:", text,
                     t->ended ? " (the program has ended)" : "");
        }
        pump(t, 50);
    }
}

void tty_expect(struct tty *t, const char *text)
{
    wait_for(t, text, -1, true);
}

void tty_expect_row(struct tty *t, int row, const char *text)
{
    wait_for(t, text, row, true);
}

void tty_expect_gone(struct tty *t, const char *text)
{
    wait_for(t, text, -1, false);
}

void tty_settle(struct tty *t, int quiet_ms)
{
    int64_t end = now_ms() + bound_ms();
    while (pump(t, quiet_ms) && now_ms() < end) {
    }
}

bool tty_wait_bytes(struct tty *t, size_t n, int quiet_ms)
{
    while (tty_bytes(t) < n)
        if (!pump(t, quiet_ms))
            return false;
    return true;
}

size_t tty_bytes(const struct tty *t)
{
    return t->raw.len - t->raw_from;
}

void tty_bytes_reset(struct tty *t)
{
    t->raw_from = t->raw.len;
}

const char *tty_raw(struct tty *t, size_t *ret_n)
{
    *ret_n = t->raw.len - t->raw_from;
    return ct_buf_str(&t->raw) + t->raw_from;
}

void tty_mask(struct tty *t, const char *regex)
{
    assert_true(t->masks < MASKS);
    assert_int_equal(regcomp(&t->mask[t->masks], regex, REG_EXTENDED | REG_NEWLINE), 0);
    t->masks++;
}

/* One match of a mask in the first n bytes of `line` from `at` on. */
static bool mask_match(const regex_t *re, const char *line, size_t at, size_t *start, size_t *end)
{
    regmatch_t m;
    if (regexec(re, line + at, 1, &m, at > 0 ? REG_NOTBOL : 0) != 0 || m.rm_eo <= m.rm_so)
        return false;
    *start = at + (size_t)m.rm_so;
    *end = at + (size_t)m.rm_eo;
    return true;
}

/* Every match becomes one '#', and the blanks around it one blank: "5 Nov" and
 * "22 Nov" give the same line, whatever stands behind them. */
static void mask_apply(const regex_t *re, struct ct_buf *text)
{
    CT_BUF out = {0};
    size_t at = 0, start, end;
    ct_buf_str_add(&out, "");
    while (mask_match(re, ct_buf_str(text), at, &start, &end)) {
        ct_buf_add(&out, text->data + at, start - at);
        size_t kept = out.len;
        while (kept > 1 && out.data[kept - 1] == ' ' && out.data[kept - 2] == ' ')
            kept--;
        out.len = kept;
        ct_buf_char(&out, '#');
        while (text->data[end] == ' ' && text->data[end + 1] == ' ')
            end++;
        at = end;
    }
    if (at == 0)
        return;
    ct_buf_str_add(&out, ct_buf_str(text) + at);
    ct_buf_clear(text);
    ct_buf_str_add(text, ct_buf_str(&out));
}

static void masked(struct tty *t, struct ct_buf *out)
{
    ct_buf_clear(out);
    ct_buf_str_add(out, tty_screen(t));
    for (size_t i = 0; i < t->masks; i++)
        mask_apply(&t->mask[i], out);
}

void tty_golden(struct tty *t, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "tests/e2e/golden/%s.txt", name);
    struct ct_buf *have = &t->golden;
    if (getenv("CT_REGENERATE") != NULL) {
        tty_settle(t, 300);
        masked(t, have);
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fputs(ct_buf_str(have), f);
        fclose(f);
        return;
    }
    char want[65536];
    FILE *f = fopen(path, "r");
    if (f == NULL)
        fail_msg("%s is missing: make it with CT_REGENERATE=1", path);
    size_t n = fread(want, 1, sizeof want - 1, f);
    fclose(f);
    want[n] = '\0';
    int64_t end = now_ms() + bound_ms();
    for (;;) {
        masked(t, have);
        if (strcmp(ct_buf_str(have), want) == 0)
            return;
        if (now_ms() > end) {
            fprintf(stderr, "---- want (%s) ----\n%s---- have ----\n%s", path, want,
                    ct_buf_str(have));
            fail_msg("the screen differs from %s", path);
        }
        pump(t, 50);
    }
}
