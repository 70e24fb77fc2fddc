/* loads - where the packs of 60,000 loads went: a recall's list, the instruments of a patient,
 * and what a steriliser and a monitor touched while they were in doubt. */
#include "tests/bench/bench.h"

#include "base/text.h"
#include "clinic/calibration.h"
#include "clinic/lookback.h"
#include "clinic/pack_trace.h"
#include "clinic/recall.h"
#include "clinic/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LOADS_FULL = 60000, LOADS_SMALL = 6000, MACHINES = 4, PACKS = 6, BATCH = 1000,
       STEPS = 40, DAYS = 3650 };
static const char PROGRAMME[] = "prevac-textiles-132";

static void check(enum ct_status rc, const struct ct_error *err)
{
    if (rc != CT_OK)
        bench_die("%s", err->text);
}

/* ---- filling the copy ------------------------------------------------------------------ */

/* Four sterilisers turn by turn, evenly over ten years; of each, a load in a week has a negative
 * biological indicator (one of 29). Six packs a load; five of them are used in a procedure, in
 * the order of both, come back and are reprocessed, one is reprocessed unused; those of the
 * last 100 loads lie in stock. The steps of a load's packs stand together, as they are
 * recorded. The chain has no entries of them: recording 60,000 loads one by one would take
 * longer than all that is measured. */
#define LOADS_OF "WITH RECURSIVE n(i) AS (SELECT :from UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :to) "
#define PACKS_OF ", j(k) AS (VALUES(0), (1), (2), (3), (4), (5)) "
#define AT "(:now_ms - (:loads - n.i) * :step_ms)"
#define PACK_ID "(:pack_id + n.i * 6 + j.k)"
#define USED "(n.i < :loads - 100 AND j.k < 5)"
#define EVENT(step, kind, ref, at, where)                                                   \
    LOADS_OF PACKS_OF "INSERT INTO pack_event(pack_id, step, ref_kind, ref_id, place, text, " \
    "at_ms, recorded_ms, by_user) SELECT " PACK_ID ", " step ", " kind ", " ref ", '', '', "  \
    AT " + " at ", " AT " + " at ", :user FROM n, j WHERE " where

static const struct ct_sql FILL[] = {
    {"bench.load",
     LOADS_OF "INSERT INTO load(id, equipment_id, programme, canonical, immediate, reason, "
     "prevent, at_ms, by_user) SELECT :first + n.i, :machine + n.i % 4, :programme, :canonical, "
     "0, '', '', " AT " - 600000, :user FROM n"},
    {"bench.load_find",
     LOADS_OF "INSERT INTO load_find(load_id, equipment_id, programme, state, state_ms, "
     "started_ms, ended_ms, started_by, cycle_number, implant, packs, verdict, bi, early) "
     "SELECT :first + n.i, :machine + n.i % 4, :programme, 7, " AT " + 3600000, " AT ", " AT
     " + 1800000, :user, 1000 + n.i / 4, 0, 6, 0, CASE WHEN n.i / 4 % 29 = 0 THEN 2 ELSE 0 END, 0 "
     "FROM n"},
    {"bench.load_reading",
     LOADS_OF "INSERT INTO load_reading(id, load_id, verdict, unmeasured, text, reason, at_ms, "
     "by_user) SELECT :readings + n.i, :first + n.i, 0, 0, 'temperature 132.4 to 133.9 degC: "
     "pass; holding time 4.5 min: pass; drying 12 min: pass', '', " AT ", :user FROM n"},
    {"bench.load_value",
     LOADS_OF ", v(m, lo, hi) AS (VALUES(0, 132400000, 133900000), (1, 4500000, 4500000)) "
     "INSERT INTO load_value(reading_id, measure, low, high) SELECT :readings + n.i, v.m, v.lo, "
     "v.hi FROM n, v"},
    {"bench.pack",
     LOADS_OF PACKS_OF "INSERT INTO pack(id, kind, contents, method, implant, expiry_rule, "
     "expiry_days, at_ms, by_user) SELECT " PACK_ID ", 1, 'Suture set, basic, of the bench', 0, "
     "j.k = 0 AND n.i % 10 = 0, 1, 30, " AT " - 3600000, :user FROM n, j"},
    {"bench.pack_find",
     LOADS_OF PACKS_OF "INSERT INTO pack_find(pack_id, step, step_ms, place, load_id, released, "
     "recalled, expires_day, labels) SELECT " PACK_ID ", CASE WHEN n.i < :loads - 100 THEN 14 "
     "ELSE 4 END, " AT " + 3600000, 'Store 1', :first + n.i, 1, 0, (" AT " / 86400000) + 30, 1 "
     "FROM n, j"},
    {"bench.packed", EVENT("0", "0", "NULL", "-3600000", "1")},
    {"bench.in_load", EVENT("1", "1", ":first + n.i", "-600000", "1")},
    {"bench.sterilised", EVENT("3", "1", ":first + n.i", "1800000", "1")},
    {"bench.released", EVENT("4", "1", ":first + n.i", "3600000", "1")},
    {"bench.used",
     EVENT("9", "2", "1 + (n.i * 6 + j.k) * :procedures / (:loads * 6)", "86400000", USED)},
    {"bench.returned", EVENT("10", "0", "NULL", "90000000", USED)},
    {"bench.reprocessed", EVENT("14", "0", "NULL", "97200000", "n.i < :loads - 100")},
};
static const struct ct_sql MOST = {
    "bench.most", "SELECT (SELECT max(id) FROM load), (SELECT max(id) FROM pack), "
                  "(SELECT max(id) FROM load_reading), (SELECT max(id) FROM procedure)"};

struct ask {
    const struct bench *b;
    enum kind { WEEK, MONTH, YEAR, ALL, RECALL, PATIENT, STERILISER, MONITOR,
                MONITOR_YEAR } kind;
    struct ct_app *app;
    struct ct_vitals_rules rules;
    int64_t machine, monitor, recall, i;
    int64_t *patient;
    size_t patients, rows;
    int loads;
};

static int64_t machines_add(struct ct_app *tech, struct ct_app *sup)
{
    struct ct_equip_model m = {.class = "steriliser", .maker = "Bench", .name = "ST-1"};
    struct ct_error err;
    int64_t first = 0;
    check(ct_model_add(tech, &m, &err), &err);
    for (int i = 0; i < MACHINES; i++) {
        struct ct_equipment e = {.model_id = m.first_id, .made = CT_NO_DATE,
                                 .received = CT_NO_DATE, .warranty = CT_NO_DATE};
        snprintf(e.asset, sizeof e.asset, "BS-%02d", i);
        check(ct_equipment_add(tech, &e, NULL, &err), &err);
        struct ct_machine_programme p = {.equipment_id = e.id};
        ct_text_copy(p.programme, sizeof p.programme, PROGRAMME);
        check(ct_machine_programme_add(sup, &p, &err), &err);
        first = i == 0 ? e.id : first;
    }
    return first;
}

/* Where the statement has it. */
static void bind(struct ct_stmt *st, const char *name, int64_t value, const char *text)
{
    if (strstr(text, name) != NULL)
        ct_bind_i64(st, name, value);
}

static void most(struct ct_db *db, int64_t ret[4])
{
    CT_STMT *st = NULL;
    struct ct_error err;
    bool there;
    check(ct_stmt_get(db, &MOST, &st, &err), &err);
    check(ct_stmt_step(st, &there, &err), &err);
    for (int i = 0; i < 4; i++)
        ret[i] = ct_col_null(st, i) ? 0 : ct_col_i64(st, i);
}

static void loads_add(const struct ask *s, struct ct_app *app, int64_t machine)
{
    struct ct_db *db = ct_app_db(app);
    struct ct_error err;
    CT_PROGRAMME *p = NULL;
    CT_BUF canonical = {.max = 65536};
    int64_t id[4];
    check(ct_programme_load(&s->b->config, PROGRAMME, &p, &err), &err);
    ct_programme_canonical(p, &canonical);
    most(db, id);
    for (int from = 0; from < s->loads; from += BATCH) {
        CT_TX tx = {.db = NULL};
        check(ct_tx_begin(db, &tx, &err), &err);
        for (size_t i = 0; i < CT_LEN(FILL); i++) {
            CT_STMT *st = NULL;
            const char *text = FILL[i].text;
            check(ct_stmt_get(db, &FILL[i], &st, &err), &err);
            bind(st, ":from", from, text);
            bind(st, ":to", from + BATCH, text);
            bind(st, ":loads", s->loads, text);
            bind(st, ":step_ms", DAYS * (int64_t)CT_DAY_MS / s->loads, text);
            bind(st, ":now_ms", ct_app_now(app), text);
            bind(st, ":first", id[0] + 1, text);
            bind(st, ":pack_id", id[1] + 1, text);
            bind(st, ":readings", id[2] + 1, text);
            bind(st, ":procedures", id[3], text);
            bind(st, ":machine", machine, text);
            bind(st, ":user", 1, text);
            if (strstr(text, ":programme") != NULL)
                ct_bind_text(st, ":programme", PROGRAMME);
            if (strstr(text, ":canonical") != NULL)
                ct_bind_text(st, ":canonical", ct_buf_str(&canonical));
            check(ct_stmt_run(st, NULL, &err), &err);
        }
        check(ct_tx_commit(&tx, &err), &err);
    }
}

/* Each showed 1 degC too much: what a look-back says of a load is corrected by that. */
static void found_out(struct ct_app *tech, int64_t machine)
{
    static const char *const POINT[] = {"temperature", "pressure", "air-leak"};
    static const char *const NOMINAL[] = {"134", "304", NULL};
    static const char *const LIMIT[] = {"+-0.5", "+-10", NULL};
    static const char *const FOUND[] = {"135.0", "304", "0"};
    struct ct_calibration *k = NULL;
    struct ct_error err;
    int64_t fault, lookback;
    check(ct_calibration_new(tech, machine, "steriliser", &k, NULL, &err), &err);
    check(ct_calibration_reference(tech, k, "BS-REF", &err), &err);
    for (size_t i = 0; i < CT_LEN(POINT); i++) {
        size_t at = ct_caltemplate_find(k->t, POINT[i], strlen(POINT[i]));
        if (LIMIT[i] != NULL)
            check(ct_calibration_declare(k, at, NOMINAL[i], LIMIT[i], "the bench", &err), &err);
        check(ct_calibration_read(k, at, CT_CAL_AS_FOUND, FOUND[i], &err), &err);
    }
    ct_text_copy(k->place, sizeof k->place, "bench");
    k->done_ms = ct_app_now(tech);
    check(ct_calibration_found(tech, k, &fault, &lookback, &err), &err);
    ct_calibration_free(k);
}

static void standard_add(struct ct_app *tech)
{
    struct ct_equip_model m = {.class = "reference", .maker = "Bench", .name = "RT-1"};
    struct ct_error err;
    ct_date today = ct_date_at(ct_app_now(tech));
    check(ct_model_add(tech, &m, &err), &err);
    struct ct_equipment e = {.model_id = m.first_id, .asset = "BS-REF", .standard = true,
                             .standard_of = "test thermometer and gauge", .made = CT_NO_DATE,
                             .received = CT_NO_DATE, .warranty = CT_NO_DATE};
    check(ct_equipment_add(tech, &e, NULL, &err), &err);
    struct ct_equip_paper paper = {.equipment_id = e.id, .kind = CT_PAPER_CERTIFICATE,
                                   .title = "Certificate BS-1", .place = "folder 1",
                                   .issuer = "Bench", .valid_from = today - 30,
                                   .valid_until = today + 300};
    check(ct_equipment_paper_add(tech, &paper, &err), &err);
}

static int64_t month_before(struct ct_app *app, int months)
{
    return ct_app_now(app) - months * 30 * (int64_t)CT_DAY_MS;
}

/* A recall over a month of one machine, opened by hand: its list is read with each line. */
static void recall_open(struct ct_app *sup, int64_t machine)
{
    struct ct_error err;
    const struct ct_recall_ask ask = {.equipment_id = machine, .from_ms = month_before(sup, 1),
                                      .to_ms = ct_app_now(sup)};
    int64_t id;
    check(ct_recall_open(sup, &ask, "a month of the bench", &id, &err), &err);
}

static void fill(void *arg)
{
    struct ask *s = arg;
    bench_like_the_program();
    struct ct_app *tech = bench_login(s->b, &CT_DEMO_USER[CT_DEMO_TECHNICIAN]);
    struct ct_app *sup = bench_login(s->b, &CT_DEMO_USER[CT_DEMO_SUPERVISOR]);
    int64_t first = machines_add(tech, sup);
    loads_add(s, tech, first);
    recall_open(sup, first);
    standard_add(tech);
    for (int i = 0; i < MACHINES; i++)
        found_out(tech, first + i);
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
    struct ct_recall_row *r = NULL;
    struct ct_error err;
    size_t n = 0;
    bench_like_the_program();
    s->app = bench_login(s->b, &CT_DEMO_USER[CT_DEMO_TECHNICIAN]);
    check(ct_equipment_find(s->app, "BS-00", &e, &err), &err);
    s->machine = e.id;
    check(ct_equipment_find(s->app, "E-1005", &e, &err), &err); /* the demo's that is out */
    s->monitor = e.id;
    check(ct_recalls(s->app, true, 10, &r, &n, &err), &err);
    s->recall = n > 0 ? r[0].id : 0;
    free(r);
    check(ct_vitals_rules_load(&s->b->config, &s->rules, &err), &err);
    if (s->kind == PATIENT)
        s->patient = bench_patients(s->app, 5, STEPS, &s->patients);
}

static size_t listed(struct ask *s, const struct ct_recall_ask *ask)
{
    struct ct_recall_pack *p = NULL;
    struct ct_error err;
    size_t n = 0;
    if (ask != NULL)
        check(ct_recall_list(s->app, ask, &p, &n, &err), &err);
    else
        check(ct_recall_packs(s->app, s->recall, &p, &n, &err), &err);
    free(p);
    return n;
}

/* months 0: since its last good result. */
static size_t touched(struct ask *s, int64_t equipment_id, int months)
{
    struct ct_impact im = {.n = 0};
    struct ct_error err;
    int64_t from = months > 0 ? month_before(s->app, months) : CT_UNSET;
    check(ct_impact(s->app, &s->rules, equipment_id, from, ct_app_now(s->app), &im, &err), &err);
    if (im.n > 0 && im.calibration_id == 0)
        bench_die("no calibration found it out: nothing is corrected");
    free(im.line);
    return im.n;
}

static size_t instruments(struct ask *s)
{
    struct ct_pack_used *u = NULL;
    struct ct_error err;
    size_t n = 0;
    check(ct_patient_packs(s->app, s->patient[s->i % (int64_t)s->patients], &u, &n, &err), &err);
    free(u);
    return n;
}

/* Another machine each time, so that not the same pages are asked for again. */
static void ask_step(void *arg, double *ret_ms)
{
    struct ask *s = arg;
    struct ct_error err;
    struct ct_recall_ask ask = {.equipment_id = s->machine + s->i % MACHINES,
                                .to_ms = ct_app_now(s->app)};
    double start = bench_clock_ms();
    switch (s->kind) {
    case WEEK:
        check(ct_recall_unproven(s->app, ask.equipment_id, &ask, NULL, &err), &err);
        s->rows = listed(s, &ask);
        break;
    case MONTH:
    case YEAR:
    case ALL:
        ask.from_ms = month_before(s->app, s->kind == YEAR ? 12 : 1);
        ask.equipment_id = s->kind == ALL ? 0 : ask.equipment_id;
        s->rows = listed(s, &ask);
        break;
    case RECALL: s->rows = listed(s, NULL); break;
    case PATIENT: s->rows += instruments(s); break;
    case STERILISER: s->rows = touched(s, ask.equipment_id, 12); break;
    case MONITOR: s->rows = touched(s, s->monitor, 0); break;
    case MONITOR_YEAR: s->rows = touched(s, s->monitor, 12); break;
    }
    *ret_ms = bench_clock_ms() - start;
    if (s->i++ == STEPS - 1)
        fprintf(stderr, "    %zu rows\n", s->kind == PATIENT ? s->rows / STEPS : s->rows);
    if (s->rows == 0 && s->kind != PATIENT && s->kind != WEEK)
        bench_die("the list is empty: the copy was not filled");
}

static void row(const struct bench *b, int loads, enum kind kind, double budget, const char *what)
{
    struct bench_result r = {.ms = {.n = 0}};
    struct ask s = {.b = b, .kind = kind, .loads = loads};
    const struct bench_job job = {ask_begin, ask_step, &s, NULL};
    char text[64];
    bench_now(what);
    bench_turns(&job, NULL, STEPS, &r, NULL);
    double median = series_at(&r.ms, 0.5);
    snprintf(text, sizeof text, "%.2f ms, p99 %.1f (cpu %.2f)", median, series_at(&r.ms, 0.99),
             series_at(&r.cpu, 0.5));
    bench_row(what, "", text, median, budget, "ms");
    bench_result_done(&r);
}

void bench_loads(const struct bench *b)
{
    const char *said = getenv("CT_BENCH_LOADS");
    long loads = said != NULL ? strtol(said, NULL, 10) : b->full ? LOADS_FULL : LOADS_SMALL;
    struct bench_result r = {.ms = {.n = 0}};
    struct ask s = {.b = b};
    const struct bench_job job = {fill, filled, &s, NULL};
    char what[80];
    if (loads < BATCH || loads > 1000000 || loads % BATCH != 0)
        bench_die("CT_BENCH_LOADS: thousands of loads, up to 1000000");
    s.loads = (int)loads;
    snprintf(what, sizeof what, "%ld loads with %ld packs", loads, loads * PACKS);
    bench_now(what);
    double start = bench_clock_ms();
    bench_turns(&job, NULL, 1, &r, NULL); /* in a process of its own, as all that opens a store */
    bench_result_done(&r);
    char text[64];
    snprintf(text, sizeof text, "made in %.0f s", (bench_clock_ms() - start) / 1e3);
    bench_row(what, "", text, 0, 0, "");
    row(b, s.loads, WEEK, 100, "recall list: a machine since its last negative");
    row(b, s.loads, MONTH, 100, "recall list: a month of a machine");
    row(b, s.loads, YEAR, 100, "recall list: a year of a machine");
    row(b, s.loads, ALL, 100, "recall list: a month of all machines");
    row(b, s.loads, RECALL, 100, "a recall over a month of a machine, its lines");
    row(b, s.loads, PATIENT, 10, "instruments of a patient, their loads");
    row(b, s.loads, STERILISER, 100, "impact: the loads of a steriliser, a year");
    row(b, s.loads, MONITOR, 100, "impact: a monitor since its last good result");
    row(b, s.loads, MONITOR_YEAR, 100, "impact: a monitor, a year");
    bench_fresh(b);
}
