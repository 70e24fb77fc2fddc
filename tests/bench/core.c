/* core - see bench.h: series, the table, workers, files. */
#include "tests/bench/bench.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "clinic/demo_model.h"

static pid_t the_bench; /* the process that has the table */

void bench_begin(void)
{
    the_bench = getpid();
}

void bench_die(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("bench: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    if (getpid() == the_bench) /* not a worker: what there is so far */
        bench_table();
    exit(1);
}

void bench_now(const char *what)
{
    fprintf(stderr, "  %s ...\n", what);
}

static double read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

double bench_clock_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double bench_cpu_ms(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

unsigned bench_random(uint64_t *state, unsigned below)
{
    struct ct_demo_rng r = {.state = *state};
    uint64_t z = ct_demo_next(&r);
    *state = r.state;
    return (unsigned)(z % below);
}

/* ---- series -------------------------------------------------------------- */

void series_add(struct series *s, double v)
{
    if (s->n == s->cap) {
        s->cap = s->cap > 0 ? 2 * s->cap : 64;
        s->v = realloc(s->v, s->cap * sizeof *s->v);
        if (s->v == NULL)
            bench_die("no memory");
    }
    s->v[s->n++] = v;
}

void series_done(struct series *s)
{
    free(s->v);
    *s = (struct series){.n = 0};
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

double series_at(struct series *s, double part)
{
    if (s->n == 0)
        return 0;
    qsort(s->v, s->n, sizeof *s->v, by_size);
    size_t i = (size_t)((double)s->n * part);
    return s->v[i < s->n ? i : s->n - 1];
}

double series_max(struct series *s)
{
    return series_at(s, 1);
}

/* ---- the table ----------------------------------------------------------- */

enum { CELL = 64 };

static struct row {
    char cell[5][CELL];
} *rows;
static size_t n_rows;

void bench_row(const char *what, const char *floor, const char *figure, double value,
               double budget, const char *unit)
{
    rows = realloc(rows, (n_rows + 1) * sizeof *rows);
    if (rows == NULL)
        bench_die("no memory");
    char(*cell)[CELL] = rows[n_rows++].cell;
    ct_text_copy(cell[0], CELL, what);
    ct_text_copy(cell[1], CELL, floor[0] != '\0' ? floor : "-");
    ct_text_copy(cell[2], CELL, figure);
    if (budget < 0) { /* exactly none is wanted */
        snprintf(cell[3], CELL, "%.0f of 0 %s", value, unit);
        snprintf(cell[4], CELL, "%s", value > 0 ? "OVER" : "within");
    } else if (budget > 0) {
        snprintf(cell[3], CELL, "%.*f of %g %s", value < 10 ? 2 : value < 100 ? 1 : 0, value,
                 budget, unit);
        snprintf(cell[4], CELL, "%s", value <= budget ? "within" : "OVER");
    } else {
        snprintf(cell[3], CELL, "-");
        snprintf(cell[4], CELL, "-");
    }
}

void bench_table(void)
{
    static const char *const HEAD[] = {"what", "floor", "figure", "against its budget",
                                       "verdict"};
    size_t width[5];
    for (int c = 0; c < 5; c++) {
        width[c] = strlen(HEAD[c]);
        for (size_t r = 0; r < n_rows; r++)
            if (strlen(rows[r].cell[c]) > width[c])
                width[c] = strlen(rows[r].cell[c]);
    }
    for (int c = 0; c < 5; c++)
        printf("%s%-*s%s", c > 0 ? "  " : "", c < 4 ? (int)width[c] : 0, HEAD[c],
               c == 4 ? "\n" : "");
    for (size_t r = 0; r < n_rows; r++)
        for (int c = 0; c < 5; c++)
            printf("%s%-*s%s", c > 0 ? "  " : "", c < 4 ? (int)width[c] : 0, rows[r].cell[c],
                   c == 4 ? "\n" : "");
}

/* ---- workers ------------------------------------------------------------- */

struct worker {
    pid_t pid;
    int ask, answer;
};
struct turn {
    double ms, cpu;
};

static void work(const struct bench_job *job, int ask, int answer)
{
    char c;
    job->begin(job->arg);
    while (read(ask, &c, 1) == 1) {
        struct turn t = {.ms = 0};
        if (job->before != NULL)
            job->before(job->arg);
        double cpu = bench_cpu_ms();
        job->step(job->arg, &t.ms);
        t.cpu = bench_cpu_ms() - cpu;
        if (write(answer, &t, sizeof t) != sizeof t)
            break;
    }
    exit(0);
}

/* On that processor only; -1: on any. */
static void stay(int cpu)
{
    cpu_set_t one;
    if (cpu < 0)
        return;
    CPU_ZERO(&one);
    CPU_SET((unsigned)cpu, &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0)
        bench_die("no place on processor %d: %s", cpu, strerror(errno));
}

static struct worker hire(const struct bench_job *job, int cpu)
{
    int ask[2], answer[2];
    if (pipe2(ask, O_CLOEXEC) != 0 || pipe2(answer, O_CLOEXEC) != 0)
        bench_die("no pipe: %s", strerror(errno));
    fflush(NULL);
    struct worker w = {.pid = fork(), .ask = ask[1], .answer = answer[0]};
    if (w.pid < 0)
        bench_die("no process: %s", strerror(errno));
    if (w.pid == 0) {
        close(ask[1]);
        close(answer[0]);
        stay(cpu);
        work(job, ask[0], answer[1]);
    }
    close(ask[0]);
    close(answer[1]);
    return w;
}

static struct turn once(const struct worker *w)
{
    struct turn t;
    if (write(w->ask, "", 1) != 1 || read(w->answer, &t, sizeof t) != sizeof t)
        bench_die("a measurement ended before its time");
    return t;
}

static void dismiss(struct worker *w)
{
    int status = 0;
    close(w->ask);
    close(w->answer);
    if (waitpid(w->pid, &status, 0) != w->pid || status != 0)
        bench_die("a measurement failed");
}

static void keep(struct bench_result *r, struct turn t)
{
    series_add(&r->ms, t.ms);
    series_add(&r->cpu, t.cpu);
}

void bench_turns_after(int skip, const struct bench_job *a, const struct bench_job *b, int n,
                       struct bench_result *ra, struct bench_result *rb)
{
    /* Two that are compared share a processor, so that where the system puts each is no
     * part of the comparison. */
    const int cpu = b != NULL ? sched_getcpu() : -1;
    struct worker wb = {.pid = 0}, wa = hire(a, cpu);
    if (b != NULL)
        wb = hire(b, cpu); /* it holds wa's ends too: both are dismissed together below */
    for (int i = 0; i < skip + n; i++) {
        struct turn ta, tb = {.ms = 0};
        if (b != NULL && i % 2 == 1)
            tb = once(&wb);
        ta = once(&wa);
        if (b != NULL && i % 2 == 0)
            tb = once(&wb);
        if (i < skip)
            continue;
        keep(ra, ta);
        if (b != NULL)
            keep(rb, tb);
    }
    if (b != NULL)
        dismiss(&wb);
    dismiss(&wa);
}

void bench_turns(const struct bench_job *a, const struct bench_job *b, int n,
                 struct bench_result *ra, struct bench_result *rb)
{
    bench_turns_after(1, a, b, n, ra, rb);
}

void bench_result_done(struct bench_result *r)
{
    series_done(&r->ms);
    series_done(&r->cpu);
}

/* ---- files, programs ----------------------------------------------------- */

void bench_path(char out[BENCH_PATH], const char *dir, const char *name)
{
    if (snprintf(out, BENCH_PATH, "%s/%s", dir, name) >= BENCH_PATH)
        bench_die("%s/%s is too long a name", dir, name);
}

static void copy_file(const char *from, const char *to)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (in < 0 || out < 0)
        bench_die("copying %s to %s: %s", from, to, strerror(errno));
    ssize_t n;
    while ((n = copy_file_range(in, NULL, out, NULL, 1 << 26, 0)) > 0) {
    }
    if (n < 0 || fsync(out) != 0) /* nothing is to be written back under a measurement */
        bench_die("copying %s to %s: %s", from, to, strerror(errno));
    close(in);
    close(out);
}

static void each_file(const char *dir, void (*file)(const char *path, const char *name, void *),
                      void *arg)
{
    DIR *d = opendir(dir);
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        char path[BENCH_PATH];
        if (e->d_name[0] == '.')
            continue;
        bench_path(path, dir, e->d_name);
        file(path, e->d_name, arg);
    }
    if (d != NULL)
        closedir(d);
}

static void copy_one(const char *path, const char *name, void *arg)
{
    char to[BENCH_PATH];
    if (strstr(name, "-shm") != NULL)
        return;
    bench_path(to, arg, name);
    copy_file(path, to);
}

void bench_copy_dir(const char *from, const char *to)
{
    char dir[BENCH_PATH];
    snprintf(dir, sizeof dir, "%s", to);
    if (mkdir(dir, 0700) != 0 && errno != EEXIST)
        bench_die("making %s: %s", dir, strerror(errno));
    each_file(from, copy_one, dir);
}

static void remove_one(const char *path, const char *name, void *arg)
{
    (void)name;
    (void)arg;
    (void)unlink(path);
}

void bench_remove_dir(const char *dir)
{
    each_file(dir, remove_one, NULL);
    (void)rmdir(dir);
}

void bench_fresh(const struct bench *b)
{
    bench_remove_dir(b->run);
    bench_copy_dir(b->base, b->run);
}

int bench_run(const char *const *argv, char *out, size_t size)
{
    int from[2], status = 0;
    if (pipe2(from, O_CLOEXEC) != 0)
        bench_die("no pipe: %s", strerror(errno));
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        union {
            const char *const *in;
            char *const *out;
        } a = {.in = argv};
        dup2(from[1], STDOUT_FILENO);
        execv(argv[0], a.out);
        _exit(127);
    }
    close(from[1]);
    size_t have = 0;
    ssize_t n;
    while (have + 1 < size && (n = read(from[0], out + have, size - have - 1)) > 0)
        have += (size_t)n;
    out[have] = '\0';
    close(from[0]);
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        bench_die("%s did not run", argv[0]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
