/* pty - see pty.h. */
#include "tests/bench/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vterm.h>

#include "tests/bench/bench.h"
#include "base/buf.h"
#include "base/text.h"

enum { ROWS = 24, COLS = 80, START_MS = 5000, ANSWER_MS = 400, EXPECT_MS = 20000, RAW = 1 << 16 };

struct pty {
    int fd;
    pid_t pid;
    VTerm *vt;
    VTermScreen *screen;
    struct ct_buf text;
    size_t n;
    char raw[RAW]; /* of one answer */
};

static void child(const char *const *argv)
{
    static const char *const ENV[] = {"TERM=xterm-256color", "LANG=C.UTF-8", "TZ=UTC",
                                      "HOME=/nonexistent", "PATH=/usr/bin:/bin", NULL};
    union {
        const char *const *in;
        char *const *out;
    } a = {.in = argv}, e = {.in = ENV};
    execve(argv[0], a.out, e.out);
    _exit(127);
}

/* Collect until quiet_ms without a byte; the first is waited for longer. */
static struct answer collect(struct pty *p, double start, int first_ms, int quiet_ms)
{
    struct answer a = {.ms = 0};
    struct pollfd f = {.fd = p->fd, .events = POLLIN};
    p->n = 0;
    while (poll(&f, 1, p->n == 0 ? first_ms : quiet_ms) > 0) {
        ssize_t n = read(p->fd, p->raw + p->n, sizeof p->raw - p->n);
        if (n <= 0)
            break;
        a.ms = bench_clock_ms() - start;
        p->n += (size_t)n;
        if (p->n == sizeof p->raw)
            bench_die("a screen of %zu bytes", p->n);
    }
    a.bytes = p->n;
    return a;
}

static void digest(struct pty *p)
{
    char answer[256];
    vterm_input_write(p->vt, p->raw, p->n);
    p->n = 0;
    size_t n = vterm_output_read(p->vt, answer, sizeof answer);
    if (n > 0 && write(p->fd, answer, n) != (ssize_t)n)
        bench_die("the program does not read");
}

struct pty *pty_open(const char *const *argv, int quiet_ms, struct answer *ret)
{
    struct winsize ws = {.ws_row = ROWS, .ws_col = COLS};
    struct pty *p = calloc(1, sizeof *p);
    if (p == NULL)
        bench_die("no memory");
    p->vt = vterm_new(ROWS, COLS);
    vterm_set_utf8(p->vt, 1);
    p->screen = vterm_obtain_screen(p->vt);
    vterm_screen_enable_altscreen(p->screen, 1);
    vterm_screen_reset(p->screen, 1);
    fflush(NULL);
    double start = bench_clock_ms();
    p->pid = forkpty(&p->fd, NULL, NULL, &ws);
    if (p->pid < 0)
        bench_die("no terminal: %s", strerror(errno));
    if (p->pid == 0)
        child(argv);
    fcntl(p->fd, F_SETFD, FD_CLOEXEC);
    struct answer a = collect(p, start, START_MS, quiet_ms);
    if (a.bytes == 0)
        bench_die("%s showed nothing", argv[0]);
    digest(p);
    if (ret != NULL)
        *ret = a;
    return p;
}

void pty_close(struct pty *p)
{
    int status;
    close(p->fd);
    for (double end = bench_clock_ms() + 5000; waitpid(p->pid, &status, WNOHANG) != p->pid;) {
        if (bench_clock_ms() > end)
            kill(p->pid, SIGKILL);
        poll(NULL, 0, 1);
    }
    vterm_free(p->vt);
    ct_buf_done(&p->text);
    free(p);
}

struct answer pty_key(struct pty *p, const char *keys, int quiet_ms)
{
    size_t n = strlen(keys);
    double start = bench_clock_ms();
    if (write(p->fd, keys, n) != (ssize_t)n)
        bench_die("the program does not read");
    struct answer a = collect(p, start, ANSWER_MS, quiet_ms);
    digest(p);
    return a;
}

const char *pty_screen(struct pty *p)
{
    ct_buf_clear(&p->text);
    for (int row = 0; row < ROWS; row++) {
        for (int col = 0; col < COLS;) {
            VTermScreenCell cell;
            vterm_screen_get_cell(p->screen, (VTermPos){.row = row, .col = col}, &cell);
            for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0 &&
                            cell.chars[i] != (uint32_t)-1;
                 i++) {
                char utf8[4];
                ct_buf_add(&p->text, utf8, ct_utf8_put(utf8, cell.chars[i]));
            }
            if (cell.chars[0] == 0)
                ct_buf_char(&p->text, ' ');
            col += cell.width > 0 ? cell.width : 1;
        }
        ct_buf_char(&p->text, '\n');
    }
    return ct_buf_str(&p->text);
}

bool pty_shows(struct pty *p, const char *text)
{
    return strstr(pty_screen(p), text) != NULL;
}

void pty_type(struct pty *p, const char *keys, const char *expect)
{
    size_t n = strlen(keys);
    double end = bench_clock_ms() + EXPECT_MS;
    if (write(p->fd, keys, n) != (ssize_t)n)
        bench_die("the program does not read");
    do {
        collect(p, 0, 50, 15);
        digest(p);
        if (bench_clock_ms() > end)
            bench_die("never shown: \"%s\" in\n%s", expect, pty_screen(p));
    } while (!pty_shows(p, expect));
}

size_t pty_idle(struct pty *p, int ms)
{
    size_t bytes = 0;
    for (double end = bench_clock_ms() + ms; bench_clock_ms() < end;) {
        bytes += collect(p, 0, (int)(end - bench_clock_ms()) + 1, 1).bytes;
        digest(p);
    }
    return bytes;
}

static bool proc_line(const struct pty *p, const char *file, const char *format, double *ret)
{
    char path[64], line[256];
    bool found = false;
    snprintf(path, sizeof path, "/proc/%d/%s", (int)p->pid, file);
    FILE *f = fopen(path, "r");
    while (f != NULL && !found && fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, format, strlen(format)) == 0) {
            *ret = strtod(line + strlen(format), NULL);
            found = true;
        }
    }
    if (f != NULL)
        fclose(f);
    return found;
}

double pty_cpu_ms(const struct pty *p)
{
    double ns = 0;
    proc_line(p, "schedstat", "", &ns);
    return ns / 1e6;
}

double pty_pss_kib(const struct pty *p)
{
    double kib = 0;
    proc_line(p, "smaps_rollup", "Pss:", &kib);
    return kib;
}
