/* many - sessions side by side: each a process that is logged in and records sets,
 * with a second of thought between or none; what was acknowledged must be there. */
#include "tests/bench/bench.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SESSIONS_MAX = 64, PATIENTS = 50 };

struct done { /* one set: how long the save took, its id */
    double ms;
    int64_t id; /* 0: it was refused; -1: others were saving for too long */
};
struct session {
    pid_t pid;
    int go, said; /* closed to start it; what it has to say */
};

static void think(uint64_t *random, int thought_ms)
{
    if (thought_ms > 0)
        poll(NULL, 0, thought_ms / 2 + (int)bench_random(random, (unsigned)thought_ms));
}

static void say(int fd, const void *p, size_t n)
{
    if (write(fd, p, n) != (ssize_t)n)
        exit(1);
}

/* Log in, say so, wait for the start, record until the time is over. */
static void session(const struct bench *b, int number, int go, int said, int thought_ms,
                    double for_ms)
{
    struct ct_error err;
    struct ct_vitals_rules rules;
    uint64_t random = (uint64_t)number * 977 + (uint64_t)for_ms; /* no set comes twice */
    char c;
    size_t n;
    bench_like_the_program();
    struct ct_app *app = bench_login(b, &CT_DEMO_USER[CT_DEMO_TECHNICIAN + number % 4]);
    if (ct_vitals_rules_load(&b->config, &rules, &err) != CT_OK)
        bench_die("%s", err.text);
    int64_t *patient = bench_patients(app, 1, PATIENTS, &n);
    say(said, "", 1);
    if (read(go, &c, 1) != 0)
        exit(1);
    think(&random, thought_ms); /* not all in the same moment */
    for (double end = bench_clock_ms() + for_ms; bench_clock_ms() < end;) {
        struct ct_vitals v;
        struct done d;
        bench_set(app, patient[bench_random(&random, (unsigned)n)], &random, &v);
        double start = bench_clock_ms();
        enum ct_status rc = ct_vitals_record(app, &rules, &v, &err);
        d.ms = bench_clock_ms() - start;
        d.id = rc == CT_OK ? v.id : rc == CT_EBUSY ? -1 : 0;
        if (rc != CT_OK)
            fprintf(stderr, "bench: refused: %s\n", err.text);
        say(said, &d, sizeof d);
        think(&random, thought_ms);
    }
    ct_app_free(app);
    exit(0);
}

static void start(const struct bench *b, struct session *s, int n, int thought_ms, double for_ms)
{
    int go[2], said[2];
    char c;
    if (pipe(go) != 0)
        bench_die("no pipe: %s", strerror(errno));
    fflush(NULL);
    for (int i = 0; i < n; i++) {
        if (pipe(said) != 0)
            bench_die("no pipe: %s", strerror(errno));
        s[i] = (struct session){.pid = fork(), .said = said[0]};
        if (s[i].pid == 0) {
            close(go[1]);
            close(said[0]);
            session(b, i, go[0], said[1], thought_ms, for_ms);
        }
        close(said[1]);
    }
    close(go[0]);
    for (int i = 0; i < n; i++)
        if (read(s[i].said, &c, 1) != 1)
            bench_die("a session did not begin");
    close(go[1]);
}

struct tally {
    struct series ms;
    int64_t *id;
    size_t n;
    int busy, refused;
    const struct bench *b;
    int lost;
};

static void hear(struct session *s, int n, struct tally *t)
{
    struct pollfd p[SESSIONS_MAX];
    for (int left = n; left > 0;) {
        for (int i = 0; i < n; i++)
            p[i] = (struct pollfd){.fd = s[i].said, .events = POLLIN};
        poll(p, (nfds_t)n, -1);
        for (int i = 0; i < n; i++) {
            struct done d;
            if (s[i].said < 0 || p[i].revents == 0)
                continue;
            if (read(s[i].said, &d, sizeof d) != sizeof d) {
                int status = 1;
                close(s[i].said);
                s[i].said = -1;
                left--;
                if (waitpid(s[i].pid, &status, 0) != s[i].pid || status != 0)
                    bench_die("a session failed");
                continue;
            }
            series_add(&t->ms, d.ms);
            t->busy += d.id == -1;
            t->refused += d.id == 0;
            if (d.id > 0) {
                t->id = realloc(t->id, (t->n + 1) * sizeof *t->id);
                if (t->id == NULL)
                    bench_die("no memory");
                t->id[t->n++] = d.id;
            }
        }
    }
}

/* As a worker, so that SQLite is never open in the process that forks. */
static void count_begin(void *arg)
{
    (void)arg;
    bench_like_the_program();
}

static int by_id(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The number of sets acknowledged and not there, or there twice, as "ms". */
static void count_step(void *arg, double *ret_ms)
{
    struct tally *t = arg;
    struct ct_app *app = bench_login(t->b, &CT_DEMO_USER[CT_DEMO_TECHNICIAN]);
    int lost = 0;
    qsort(t->id, t->n, sizeof *t->id, by_id);
    for (size_t i = 0; i < t->n; i++) {
        struct ct_vitals v;
        lost += ct_vitals_get(app, t->id[i], &v, NULL) != CT_OK ||
                (i > 0 && t->id[i] == t->id[i - 1]);
    }
    ct_app_free(app);
    *ret_ms = lost;
}

static void side_by_side(const struct bench *b, int sessions, int thought_ms, int for_s)
{
    struct session s[SESSIONS_MAX];
    struct tally t = {.b = b};
    struct bench_result r = {.ms = {.n = 0}};
    char what[64], text[64];
    snprintf(what, sizeof what, "%d sessions writing for %d s, %s", sessions, for_s,
             thought_ms > 0 ? "1 s of thought" : "no pause");
    bench_now(what);
    start(b, s, sessions, thought_ms, for_s * 1e3);
    hear(s, sessions, &t);
    const struct bench_job job = {count_begin, count_step, &t, NULL};
    bench_turns_after(0, &job, NULL, 1, &r, NULL);
    int lost = (int)series_at(&r.ms, 0.5);
    double p99 = series_at(&t.ms, 0.99), most = series_max(&t.ms);
    snprintf(text, sizeof text, "p50 %.1f, p99 %.0f, max %.0f ms", series_at(&t.ms, 0.5), p99,
             most);
    if (thought_ms > 0)
        bench_row(what, "", text, p99, 250, "ms (p99)");
    else
        bench_row(what, "", text, most, 1000, "ms (max)");
    snprintf(what, sizeof what, "  of %zu sets: busy, refused, lost", t.ms.n);
    snprintf(text, sizeof text, "%d, %d, %d", t.busy, t.refused, lost);
    bench_row(what, "", text, t.busy + t.refused + lost, -1, "sets");
    series_done(&t.ms);
    bench_result_done(&r);
    free(t.id);
}

void bench_many(const struct bench *b)
{
    side_by_side(b, b->full ? 50 : 12, 1000, b->full ? 60 : 10);
    side_by_side(b, b->full ? 50 : 12, 0, b->full ? 20 : 5);
}

/* ---- verify ------------------------------------------------------------------ */

struct check {
    const struct bench *b;
    struct ct_app *app;
};

static void check_begin(void *arg)
{
    struct check *c = arg;
    bench_like_the_program();
    c->app = bench_login(c->b, &CT_DEMO_USER[CT_DEMO_SUPERVISOR]);
}

static void print_problem(const char *sentence, void *arg)
{
    (void)arg;
    fprintf(stderr, "bench: verify: %s\n", sentence);
}

/* The time a thousand entries take. */
static void check_step(void *arg, double *ret_ms)
{
    struct check *c = arg;
    struct ct_verify_report r;
    struct ct_error err;
    double start = bench_clock_ms();
    if (ct_verify(c->app, print_problem, NULL, &r, &err) != CT_OK)
        bench_die("%s", err.text);
    if (r.problems != 0)
        bench_die("verify found %lld problems", (long long)r.problems);
    *ret_ms = (bench_clock_ms() - start) / (double)r.entries * 1e3;
}

void bench_verify(const struct bench *b)
{
    struct bench_result r = {.ms = {.n = 0}};
    struct check c = {.b = b};
    const struct bench_job job = {check_begin, check_step, &c, NULL};
    char text[64];
    bench_now("verify");
    bench_turns_after(0, &job, NULL, 1, &r, NULL);
    double each = series_at(&r.ms, 0.5);
    snprintf(text, sizeof text, "%.1f ms for 1,000 entries", each);
    bench_row("verify: chain, rows, pages, witness", "", text, each * 5, 30,
              "s for 5,000,000 entries");
    bench_result_done(&r);
}
