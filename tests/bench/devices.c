/* devices - what is due on 2,000 devices after 20,000 calibrations: the board, the line on
 * the home screen, the page of one device. */
#include "tests/bench/bench.h"

#include "clinic/rows.h"
#include "clinic/task_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEVICES = 2000, CALIBRATIONS = 20000, BOARD_MAX = 2000, RESULTS_MAX = 200, STEPS = 100,
       BATCH = 500 };

static void check(enum ct_status rc, const struct ct_error *err)
{
    if (rc != CT_OK)
        bench_die("%s", err->text);
}

/* ---- filling the copy ------------------------------------------------------------------ */

/* One model, and the devices of it: their numbers follow each other. */
static int64_t devices_add(struct ct_app *app)
{
    struct ct_equip_model m = {.class = "nibp", .maker = "Bench", .name = "BP-1",
                               .elec_class = CT_ELEC_I, .applied = CT_APPLIED_BF};
    struct ct_error err;
    int64_t first = 0;
    check(ct_model_add(app, &m, &err), &err);
    for (int i = 0; i < DEVICES; i++) {
        struct ct_equipment e = {.model_id = m.first_id, .made = CT_NO_DATE,
                                 .received = CT_NO_DATE, .warranty = CT_NO_DATE};
        snprintf(e.asset, sizeof e.asset, "BN-%05d", i);
        snprintf(e.location, sizeof e.location, "Bay %d", i % 40);
        if (i % BATCH == 0)
            check(ct_record_bulk_begin(app, &err), &err);
        check(ct_equipment_add(app, &e, NULL, &err), &err);
        if (i % BATCH == BATCH - 1)
            check(ct_record_bulk_commit(app, &err), &err);
        first = i == 0 ? e.id : first;
    }
    return first;
}

/* Each is calibrated and maintained each year, a third of them checked each day; what is due
 * is spread over the year, and three weeks of it are overdue. */
static void schedules_add(struct ct_app *app, int64_t first)
{
    struct ct_error err;
    ct_date today = ct_date_at(ct_app_now(app));
    for (int i = 0; i < DEVICES; i++) {
        struct ct_schedule s = {.equipment_id = first + i, .kind = CT_TASK_CALIBRATION,
                                .every = 12, .unit = CT_EVERY_MONTH, .window_days = 30,
                                .amber_days = -1, .starts = today - 21 + i % 365};
        struct ct_schedule care = s, daily = s;
        care.kind = CT_TASK_MAINTENANCE;
        care.starts = today - 21 + (i * 7) % 365;
        daily.kind = CT_TASK_PRE_USE;
        daily.every = 1;
        daily.unit = CT_EVERY_DAY;
        daily.window_days = 0;
        daily.starts = today;
        if (i % BATCH == 0)
            check(ct_record_bulk_begin(app, &err), &err);
        check(ct_schedule_add(app, &s, &err), &err);
        check(ct_schedule_add(app, &care, &err), &err);
        if (i % 3 == 0)
            check(ct_schedule_add(app, &daily, &err), &err);
        if (i % BATCH == BATCH - 1)
            check(ct_record_bulk_commit(app, &err), &err);
    }
}

/* Ten years of them, each as the first that the demo clinic has: approving so many, each
 * with a signature of its own, would take longer than all that is measured. */
static const struct ct_sql FILL[] = {
    {"bench.calibration",
     "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :n) "
     "INSERT INTO calibration(equipment_id, detail_id, kind, template, version, title, text_id, "
     "why, rule, rule_source, place, item_state, done_ms, at_ms, by_user) "
     "SELECT f.equipment_id, f.detail_id, k.kind, k.template, k.version, k.title, k.text_id, "
     "k.why, k.rule, k.rule_source, k.place, k.item_state, "
     ":now_ms - 31536000000 * (1 + n.i / :devices), k.at_ms, k.by_user FROM n "
     "JOIN calibration k ON k.id = 1 "
     "JOIN equipment_find f ON f.equipment_id = :first + n.i % :devices"},
    {"bench.calibration_find",
     "INSERT INTO calibration_find(calibration_id, equipment_id, done_ms, step, found, left_) "
     "SELECT k.id, k.equipment_id, k.done_ms, CASE WHEN k.id % :devices = 0 THEN 3 ELSE 5 END, "
     "0, NULL FROM calibration k WHERE k.equipment_id >= :first "
     "AND k.equipment_id < :first + :devices AND :n > 0 AND :now_ms > 0"},
    {"bench.result",
     "INSERT INTO equipment_result(equipment_id, schedule_id, kind, verdict, why, "
     "calibration_id, text, answers, done_ms, day, recorded_ms, by_user) "
     "SELECT k.equipment_id, g.schedule_id, 0, 0, 0, k.id, '', '', k.done_ms, "
     "k.done_ms / 86400000, k.done_ms, k.by_user FROM calibration k JOIN schedule_find g "
     "ON g.equipment_id = k.equipment_id AND g.kind = 0 WHERE k.equipment_id >= :first "
     "AND k.equipment_id < :first + :devices AND :n > 0 AND :now_ms > 0"},
    {"bench.schedule_find",
     "UPDATE schedule_find SET result_id = (SELECT max(r.id) FROM equipment_result r "
     "WHERE r.schedule_id = schedule_find.schedule_id) WHERE equipment_id >= :first "
     "AND equipment_id < :first + :devices AND kind = 0 AND :n > 0 AND :now_ms > 0"},
};

static void calibrations_add(struct ct_app *app, int64_t first)
{
    struct ct_db *db = ct_app_db(app);
    struct ct_error err;
    CT_TX tx = {.db = NULL};
    check(ct_tx_begin(db, &tx, &err), &err);
    for (size_t i = 0; i < CT_LEN(FILL); i++) {
        CT_STMT *st = NULL;
        check(ct_stmt_get(db, &FILL[i], &st, &err), &err);
        ct_bind_i64(st, ":n", CALIBRATIONS);
        ct_bind_i64(st, ":devices", DEVICES);
        ct_bind_i64(st, ":first", first);
        ct_bind_i64(st, ":now_ms", ct_app_now(app));
        check(ct_stmt_run(st, NULL, &err), &err);
    }
    check(ct_tx_commit(&tx, &err), &err);
}

struct ask {
    const struct bench *b;
    enum { BOARD, HOME, ONE } kind;
    struct ct_app *app;
    int64_t first, i;
    size_t rows;
};

static void fill(void *arg)
{
    struct ask *s = arg;
    bench_like_the_program();
    struct ct_app *tech = bench_login(s->b, &CT_DEMO_USER[CT_DEMO_TECHNICIAN]);
    struct ct_app *sup = bench_login(s->b, &CT_DEMO_USER[CT_DEMO_SUPERVISOR]);
    int64_t first = devices_add(tech);
    schedules_add(sup, first);
    calibrations_add(tech, first);
    ct_logout(tech);
    ct_logout(sup);
    ct_app_free(tech);
    ct_app_free(sup);
}

static void filled(void *arg, double *ret_ms)
{
    (void)arg;
    *ret_ms = 0;
}

/* ---- asking ------------------------------------------------------------------------------ */

static void ask_begin(void *arg)
{
    struct ask *s = arg;
    struct ct_equipment e;
    struct ct_error err;
    bench_like_the_program();
    s->app = bench_login(s->b, &CT_DEMO_USER[CT_DEMO_TECHNICIAN]);
    check(ct_equipment_find(s->app, "BN-00000", &e, &err), &err);
    s->first = e.id;
}

static void ask_step(void *arg, double *ret_ms)
{
    struct ask *s = arg;
    const struct ct_task_filter all = {.kind = -1, .ahead_days = -1};
    struct ct_task_due *t = NULL;
    struct ct_schedule *of = NULL;
    struct ct_task_result *r = NULL;
    struct ct_task_counts counts;
    struct ct_error err;
    int64_t overdue, approvals, id = s->first + s->i++ * 37 % DEVICES;
    size_t n = 0, results = 0;
    double start = bench_clock_ms();
    switch (s->kind) {
    case BOARD:
        check(ct_task_board(s->app, &all, BOARD_MAX, &t, &n, &counts, &err), &err);
        break;
    case HOME:
        check(ct_task_waiting(s->app, &overdue, &approvals, &err), &err);
        if (overdue == 0 || approvals == 0)
            bench_die("nothing is overdue, or nothing waits: the copy was not filled");
        break;
    case ONE:
        check(ct_schedule_list(s->app, id, &of, &n, &err), &err);
        check(ct_result_list(s->app, id, -1, RESULTS_MAX, &r, &results, &err), &err);
        if (n < 2 || results < CALIBRATIONS / DEVICES)
            bench_die("a device has %zu schedules, %zu results", n, results);
        break;
    }
    *ret_ms = bench_clock_ms() - start;
    if (s->kind == BOARD && n < DEVICES / 4)
        bench_die("the board has %zu lines", n);
    free(t);
    free(of);
    free(r);
}

static void row(const struct bench *b, int kind, const char *what)
{
    struct bench_result r = {.ms = {.n = 0}};
    struct ask s = {.b = b};
    const struct bench_job job = {ask_begin, ask_step, &s, NULL};
    char text[64];
    s.kind = kind;
    bench_now(what);
    bench_turns(&job, NULL, STEPS, &r, NULL);
    double median = series_at(&r.ms, 0.5);
    snprintf(text, sizeof text, "%.2f ms, p99 %.1f (cpu %.2f)", median, series_at(&r.ms, 0.99),
             series_at(&r.cpu, 0.5));
    bench_row(what, "", text, median, 10, "ms");
    bench_result_done(&r);
}

void bench_devices(const struct bench *b)
{
    struct bench_result r = {.ms = {.n = 0}};
    struct ask s = {.b = b, .kind = BOARD};
    const struct bench_job job = {fill, filled, &s, NULL};
    bench_now("2,000 devices with 20,000 calibrations");
    bench_turns(&job, NULL, 1, &r, NULL); /* in a process of its own, as all that opens a store */
    bench_result_done(&r);
    row(b, BOARD, "due board, 2,000 devices, 20,000 calibrations");
    row(b, HOME, "home: overdue on them, waiting for approval");
    row(b, ONE, "one of them: its schedules and results");
    bench_fresh(b);
}
