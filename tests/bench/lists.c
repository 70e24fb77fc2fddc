/* lists - what a screen asks the store before it can be drawn, in the amounts the
 * screens ask for. */
#include "tests/bench/bench.h"

#include "clinic/due_board.h"
#include "clinic/escalation.h"
#include "clinic/figures.h"
#include "clinic/procedure.h"
#include "clinic/review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DUE_MAX = 500, BOARD_MAX = 2000, HITS_MAX = 40, SETS_MAX = 500, LOG_LINES = 24,
       PATIENTS = 400, ESCALATIONS_MAX = 100 };

static const char *const QUERIES[] = {
    "an", "al", "wi", "win", "wint", "winter", "silverm", "ada", "rohan al", "mus", "o't",
    "999", "9991", "1961", "14/3", "3/1961", "14 3 1961", "jos fer w", "zz"};

enum kind { OPEN, TREND, FIND, DUE, BOARD, LOG, COUNT, ESCALATIONS, WORKLIST, LEFT, PLANNED,
            REVIEW, REVIEW_COUNTS, FIGURE };

struct ask {
    const struct bench *b;
    enum kind kind;
    struct ct_app *app;
    int64_t *patient;
    size_t n, i;
    struct ct_shift shift;
    struct ct_due_buckets buckets;
    int64_t review_id, lines;
    enum ct_figure figure;
};

static void check(enum ct_status rc, const struct ct_error *err)
{
    if (rc != CT_OK)
        bench_die("%s", err->text);
}

/* Of the last two months the shift with the most lines, as a review. */
static void busiest(struct ask *s)
{
    enum { SHIFTS = 180 };
    struct ct_shift at = s->shift, most = at;
    struct ct_log_line *line;
    struct ct_error err;
    for (int i = 0; i < SHIFTS; i++) {
        int64_t total;
        size_t n;
        check(ct_shift_log(s->app, &at, 0, false, 0, 1, &line, &n, &total, &err), &err);
        free(line);
        if (total > s->lines) {
            s->lines = total;
            most = at;
        }
        ct_shift_before(&s->b->config, &at, &at);
    }
    check(ct_review_begin(s->app, most.start_ms, most.end_ms, most.name, &s->review_id, &err),
          &err);
    fprintf(stderr, "    the busiest shift has %lld lines\n", (long long)s->lines);
}

static void reviewed(struct ask *s)
{
    const struct ct_review_filter all = {.kind = CT_RF_ALL};
    struct ct_review_line *line;
    struct ct_review_count *count;
    struct ct_error err;
    int64_t total;
    size_t n;
    if (s->kind == REVIEW) {
        check(ct_review_lines(s->app, s->review_id, &all, 0, LOG_LINES, &line, &n, &total, &err),
              &err);
        free(line);
    } else {
        check(ct_review_counts(s->app, s->review_id, &count, &n, &err), &err);
        free(count);
    }
}

static void figure(struct ask *s)
{
    struct ct_figure_row *r;
    struct ct_error err;
    size_t n;
    check(ct_figures(s->app, s->figure, ct_date_at(ct_app_now(s->app)), 12, &r, &n, &err), &err);
    free(r);
}

static void ask_begin(void *arg)
{
    struct ask *s = arg;
    bool log = s->kind == LOG || s->kind == COUNT || s->kind >= REVIEW;
    bench_like_the_program();
    s->app = bench_login(s->b, &CT_DEMO_USER[log ? CT_DEMO_SUPERVISOR : CT_DEMO_TECHNICIAN]);
    if (s->kind == OPEN || s->kind == TREND || s->kind == PLANNED)
        s->patient = bench_patients(s->app, 5, PATIENTS, &s->n);
    struct ct_error err;
    check(ct_due_buckets_parse("45 30 15 0 -15", &s->buckets, &err), &err);
    /* the last whole shift */
    ct_shift_at(&s->b->config, ct_app_now(s->app), &s->shift);
    ct_shift_before(&s->b->config, &s->shift, &s->shift);
    if (s->kind == REVIEW || s->kind == REVIEW_COUNTS)
        busiest(s);
}

/* What ui/screens/patient.c and trend.c ask for: identity and alerts, the entry in
 * the chain that it was opened (a commit), the sets, what is due. */
static void open_patient(struct ask *s, int64_t id)
{
    struct ct_patient p;
    struct ct_vitals *v = NULL;
    struct ct_due due;
    struct ct_error err;
    size_t n;
    if (s->kind == OPEN)
        check(ct_patient_open(s->app, id, &p, &err), &err);
    check(ct_vitals_list(s->app, id, CT_UNSET, SETS_MAX, &v, &n, &err), &err);
    free(v);
    enum ct_status rc = ct_due_patient(s->app, id, &due, &err);
    if (rc != CT_ENOTFOUND)
        check(rc, &err);
}

/* The day's list, on another day each time; how many of the week before are left over;
 * what a patient has had and will have. */
static void procedures(struct ask *s)
{
    int64_t day = ct_app_now(s->app) - (int64_t)(3 + s->i % 30) * CT_DAY_MS, left;
    struct ct_proc_filter f = {.from_ms = day, .before_ms = day + CT_DAY_MS,
                               .states = CT_PROC_MASK_ALL};
    struct ct_procedure *p = NULL;
    struct ct_error err;
    size_t n;
    if (s->kind == LEFT) {
        check(ct_procedure_left(s->app, day - 7 * (int64_t)CT_DAY_MS, day, &left, &err), &err);
        return;
    }
    if (s->kind == PLANNED)
        f = (struct ct_proc_filter){.patient_id = s->patient[s->i % s->n],
                                    .before_ms = INT64_MAX, .states = CT_PROC_MASK_ALL};
    check(ct_procedure_list(s->app, &f, &p, &n, &err), &err);
    free(p);
}

static void ask_step(void *arg, double *ret_ms)
{
    struct ask *s = arg;
    struct ct_error err;
    struct ct_patient_hits hits;
    struct ct_due *due;
    struct ct_log_line *line;
    struct ct_shift_counts counts;
    struct ct_escalation *esc;
    int64_t total, overdue;
    size_t n;
    double start = bench_clock_ms();
    switch (s->kind) {
    case OPEN:
    case TREND:
        open_patient(s, s->patient[s->i % s->n]);
        break;
    case FIND:
        check(ct_patient_find(s->app, QUERIES[s->i % CT_LEN(QUERIES)], HITS_MAX, &hits, &err),
              &err);
        ct_patient_hits_done(&hits);
        break;
    case DUE:
        check(ct_due_list(s->app, 4 * (int64_t)CT_HOUR_MS, DUE_MAX, &due, &n, &err), &err);
        free(due);
        break;
    case BOARD:
        check(ct_due_list(s->app, 25 * (int64_t)CT_HOUR_MS, BOARD_MAX, &due, &n, &err), &err);
        ct_due_sort_board(&s->buckets, due, n, ct_app_now(s->app));
        free(due);
        break;
    case LOG:
        check(ct_shift_log(s->app, &s->shift, 0, false, 0, LOG_LINES, &line, &n, &total, &err),
              &err);
        free(line);
        break;
    case ESCALATIONS:
        check(ct_escalation_list(s->app, 0, ct_app_now(s->app) - CT_DAY_MS, ESCALATIONS_MAX,
                                 &esc, &n, &err), &err);
        free(esc);
        check(ct_escalation_count(s->app, &total, &overdue, &err), &err);
        break;
    case WORKLIST:
    case LEFT:
    case PLANNED:
        procedures(s);
        break;
    case REVIEW:
    case REVIEW_COUNTS:
        reviewed(s);
        break;
    case FIGURE:
        figure(s);
        break;
    case COUNT:
        check(ct_shift_count(s->app, &s->shift, 0, &counts, &err), &err);
        break;
    }
    *ret_ms = bench_clock_ms() - start;
    s->i++;
}

static void row(const char *what, struct bench_result *r, double budget)
{
    char text[64];
    double median = series_at(&r->ms, 0.5);
    snprintf(text, sizeof text, "%.2f ms, p99 %.1f (cpu %.2f)", median,
             series_at(&r->ms, 0.99), series_at(&r->cpu, 0.5));
    bench_row(what, "", text, median, budget, "ms");
    bench_result_done(r);
}

static void one(const struct bench *b, enum kind kind, const char *what, int n)
{
    struct bench_result r = {.ms = {.n = 0}};
    struct ask s = {.b = b, .kind = kind};
    const struct bench_job job = {ask_begin, ask_step, &s, NULL};
    bench_now(what);
    bench_turns(&job, NULL, n, &r, NULL);
    row(what, &r, 10);
}

/* No budget of a list: nobody looks at it while somebody waits. Ours is that of a recall. */
static void figures(const struct bench *b)
{
    for (int i = 0; i < CT_FIGURES; i++) {
        struct bench_result r = {.ms = {.n = 0}};
        struct ask s = {.b = b, .kind = FIGURE, .figure = (enum ct_figure)i};
        const struct bench_job job = {ask_begin, ask_step, &s, NULL};
        char what[80];
        snprintf(what, sizeof what, "figure, 12 weeks: %s", CT_FIGURE[i].id);
        bench_now(what);
        bench_turns(&job, NULL, 20, &r, NULL);
        row(what, &r, 100);
    }
}

/* Each query has a line of its own figures; the table gets the slowest one too. */
static void find(const struct bench *b)
{
    enum { ROUNDS = 12 };
    struct bench_result all = {.ms = {.n = 0}};
    struct ask s = {.b = b, .kind = FIND};
    const struct bench_job job = {ask_begin, ask_step, &s, NULL};
    struct series each[CT_LEN(QUERIES)] = {{.n = 0}};
    char what[64];
    double worst = -1;
    bench_now("find as you type");
    bench_turns_after((int)CT_LEN(QUERIES), &job, NULL, ROUNDS * (int)CT_LEN(QUERIES), &all,
                      NULL);
    for (size_t i = 0; i < all.ms.n; i++)
        series_add(&each[i % CT_LEN(QUERIES)], all.ms.v[i]);
    for (size_t i = 0; i < CT_LEN(QUERIES); i++) {
        double median = series_at(&each[i], 0.5);
        fprintf(stderr, "    %-12s %6.2f ms\n", QUERIES[i], median);
        if (median > worst) {
            worst = median;
            snprintf(what, sizeof what, "find: the slowest query, \"%s\"", QUERIES[i]);
        }
    }
    row("find as you type, 19 queries", &all, 10);
    char text[64];
    snprintf(text, sizeof text, "%.2f ms", worst);
    bench_row(what, "", text, worst, 10, "ms");
    for (size_t i = 0; i < CT_LEN(QUERIES); i++)
        series_done(&each[i]);
}

void bench_lists(const struct bench *b)
{
    one(b, OPEN, "open a patient with the trend (commits)", PATIENTS);
    one(b, TREND, "the same, without the entry that it was opened", PATIENTS);
    find(b);
    one(b, DUE, "due list, 4 h ahead", 100);
    one(b, BOARD, "board: all who are followed, in groups", 100);
    one(b, ESCALATIONS, "escalations, open and of the last day", 100);
    one(b, WORKLIST, "worklist: the procedures of a day", 100);
    one(b, LEFT, "worklist: how many of a week have not ended", 100);
    one(b, PLANNED, "procedures of a patient", 100);
    one(b, LOG, "shift log, a screen of the last shift", 100);
    one(b, COUNT, "shift log, its counts", 100);
    one(b, REVIEW, "review of the busiest shift, a screen", 100);
    one(b, REVIEW_COUNTS, "review of the busiest shift, its counts", 100);
    figures(b);
}
