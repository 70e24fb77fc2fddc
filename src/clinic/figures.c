/* figures - see figures.h. */
#include "clinic/figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/rows.h"

enum { DAYS = 7, HOURS = 24, FOLLOWED_MS = 48 * CT_HOUR_MS, TIMES_MAX = 20000 };

const struct ct_figure_def CT_FIGURE[CT_FIGURES] = {
    [CT_FIG_ON_TIME] = {"on-time", "Sets on time", "Week of", "On time", "Due", NULL, NULL, true,
                        false,
                        "Of the sets that were due in the week, how many were there by then; a "
                        "refusal counts as one. Patients who were not followed for 48 h more "
                        "are left out, and continuous monitoring."},
    [CT_FIG_SCORED] = {"scored", "Sets with a whole score", "Week of", "Scored", "Sets", NULL,
                       NULL, true, false,
                       "Of the sets recorded in the week to which a score applies, how many have "
                       "a whole one."},
    [CT_FIG_ESCALATION] = {"escalation", "Escalations accepted", "Week of", "Accepted", "Raised",
                           "Min to accept", "Min to come", true, false,
                           "Of the escalations raised in the week, how many were accepted; the "
                           "median minutes until then, and until somebody came."},
    [CT_FIG_CHECKLISTS] = {"checklists", "Checklists finished", "Week of", "Finished", "Begun",
                           NULL, NULL, true, false,
                           "Of the checklists begun in the week, how many are finished. Those "
                           "entered in error are left out."},
    [CT_FIG_CYCLES] = {"cycles", "Cycles that failed", "Machine", "Failed", "Cycles", NULL, NULL,
                       true, true,
                       "Of the cycles that a machine ran with a load, how many were aborted, "
                       "failed or were rejected."},
    [CT_FIG_TOLERANCE] = {"tolerance", "Found out of tolerance", "Model", "Out", "Calibrations",
                          NULL, NULL, true, true,
                          "Of the calibrations and electrical tests of a model, how many found it "
                          "out of tolerance."},
    [CT_FIG_HOURS] = {"hours", "Work by the hour", "Hour", "Sets", "Procedures", NULL, NULL,
                      false, false,
                      "Sets of vitals taken, and procedures planned to begin, in each hour of the "
                      "day, over the whole period."},
};

enum ct_figure ct_figure_find(const char *id)
{
    int i = 0;
    while (i < CT_FIGURES && strcmp(CT_FIGURE[i].id, id) != 0)
        i++;
    return (enum ct_figure)i;
}

const struct ct_sql ct_figures_sql[CT_FIGURES_SQL_N] = {
    [CT_SQL_FIG_VITALS_AT] = {"figures.vitals_at", "SELECT id, recorded_ms FROM vitals "
                                                   "WHERE id >= :id ORDER BY id LIMIT 1"},
    /* the next set of that patient, at whose time this one was due or before */
    [CT_SQL_FIG_VITALS] =
        {"figures.vitals",
         "SELECT v.taken_ms, v.recorded_ms, v.not_applied = 0, v.score IS NOT NULL, "
         "v.next_due_ms, "
         "CASE WHEN :next AND v.next_due_ms IS NOT NULL THEN "
         "(SELECT n.taken_ms FROM vitals_now n WHERE n.patient_id = v.patient_id "
         "AND n.taken_ms > v.taken_ms ORDER BY n.taken_ms LIMIT 1) END "
         "FROM vitals_now v WHERE v.id >= :first AND v.id < :end"},
    [CT_SQL_FIG_ESCALATIONS] =
        {"figures.escalations",
         "SELECT e.at_ms, (SELECT min(a.at_ms) FROM escalation_event a "
         "WHERE a.escalation_id = e.id AND a.kind = 1), "
         "(SELECT min(a.at_ms) FROM escalation_event a WHERE a.escalation_id = e.id "
         "AND a.kind = 2) "
         "FROM escalation e WHERE e.at_ms >= :from_ms AND e.at_ms < :to_ms"},
    [CT_SQL_FIG_PREP_AT] = {"figures.prep_at", "SELECT id, at_ms FROM prep WHERE id >= :id "
                                               "ORDER BY id LIMIT 1"},
    [CT_SQL_FIG_PREPS] = {"figures.preps",
                          "SELECT p.at_ms, f.state FROM prep p JOIN prep_find f "
                          "ON f.prep_id = p.id WHERE p.id >= :first AND p.id < :end "
                          "AND f.state <> 3"},
    [CT_SQL_FIG_CYCLES] =
        {"figures.cycles",
         "SELECT q.asset || ' ' || o.name, count(*), sum(f.state IN (3, 8, 9)) "
         "FROM (SELECT DISTINCT m.equipment_id FROM machine_programme m) m "
         "CROSS JOIN load_find f ON f.equipment_id = m.equipment_id "
         "AND f.started_ms >= :from_ms AND f.started_ms < :to_ms AND f.state BETWEEN 2 AND 9 "
         "JOIN equipment_find q ON q.equipment_id = m.equipment_id "
         "JOIN equipment_model o ON o.id = q.model_id GROUP BY m.equipment_id "
         "ORDER BY count(*) DESC LIMIT :limit"},
    [CT_SQL_FIG_TOLERANCE] =
        {"figures.tolerance",
         "SELECT o.maker || ' ' || o.name, count(*), sum(f.found IN (2, 3)) "
         "FROM equipment_find q INDEXED BY equipment_find_sort "
         "CROSS JOIN calibration_find f ON f.equipment_id = q.equipment_id "
         "AND f.done_ms >= :from_ms AND f.done_ms < :to_ms "
         "JOIN equipment_model o ON o.id = q.model_id WHERE q.sort >= '' GROUP BY q.model_id "
         "ORDER BY count(*) DESC LIMIT :limit"},
    [CT_SQL_FIG_PROCEDURES] = {"figures.procedures",
                               "SELECT planned_ms FROM procedure_find "
                               "WHERE planned_ms >= :from_ms AND planned_ms < :to_ms"},
};

/* ---- the period --------------------------------------------------------------------------- */

struct counting {
    struct ct_db *db;
    enum ct_figure which;
    int weeks;
    int64_t week_ms[CT_FIGURE_WEEKS_MAX + 1]; /* where each begins, and the end of the last */
    struct ct_figure_row *row;
    size_t n;
    int64_t *accept[CT_FIGURE_WEEKS_MAX], *come[CT_FIGURE_WEEKS_MAX];
    size_t n_accept[CT_FIGURE_WEEKS_MAX], n_come[CT_FIGURE_WEEKS_MAX];
};

static int64_t midnight(ct_date d)
{
    struct ct_civil c = {0};
    ct_date_split(d, &c.year, &c.month, &c.day);
    return ct_civil_ms(&c);
}

static void weeks_of(struct counting *k, ct_date until)
{
    struct ct_civil c;
    ct_civil_at(midnight(until) + 12 * CT_HOUR_MS, &c);
    ct_date monday = until - (c.weekday + 6) % DAYS;
    for (int i = 0; i <= k->weeks; i++)
        k->week_ms[i] = midnight(monday + (i + 1 - k->weeks) * DAYS);
}

static int64_t from_ms(const struct counting *k)
{
    return k->week_ms[0];
}

static int64_t to_ms(const struct counting *k)
{
    return k->week_ms[k->weeks];
}

/* The row of a moment; NULL: outside of the period. */
static struct ct_figure_row *row_at(const struct counting *k, int64_t ms)
{
    if (ms < from_ms(k) || ms >= to_ms(k))
        return NULL;
    int i = k->weeks - 1;
    while (ms < k->week_ms[i])
        i--;
    return &k->row[i];
}

static void rows_of_weeks(struct counting *k)
{
    k->n = (size_t)k->weeks;
    for (size_t i = 0; i < k->n; i++) {
        char day[16];
        ct_date_iso(ct_date_at(k->week_ms[i]), day);
        k->row[i] = (struct ct_figure_row){.more = CT_UNSET, .more2 = CT_UNSET};
        ct_text_copy(k->row[i].label, sizeof k->row[i].label, day);
    }
}

/* ---- reading ------------------------------------------------------------------------------ */

/* The first row that is not older than that, by halving: numbers are given in the order of
 * time. *ret may be one behind the last. */
static enum ct_status first_since(struct ct_db *db, unsigned sql, int64_t ms, int64_t *ret,
                                  struct ct_error *reterr)
{
    int64_t low = 1, high = INT64_C(1) << 40;
    while (low < high) {
        CT_STMT *st = NULL;
        bool there;
        int64_t middle = low + (high - low) / 2;
        enum ct_status rc = ct_stmt_get(db, &ct_figures_sql[sql], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":id", middle);
        if ((rc = ct_stmt_step(st, &there, reterr)) != CT_OK)
            return rc;
        if (!there || ct_col_i64(st, 1) >= ms)
            high = middle;
        else
            low = ct_col_i64(st, 0) + 1;
    }
    *ret = low;
    return CT_OK;
}

static enum ct_status range(struct counting *k, unsigned sql, unsigned at, int64_t before_ms,
                            struct ct_stmt **st, struct ct_error *reterr)
{
    int64_t first = 0, end = 0;
    enum ct_status rc = first_since(k->db, at, from_ms(k) - before_ms, &first, reterr);
    if (rc == CT_OK)
        rc = first_since(k->db, at, to_ms(k), &end, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(k->db, &ct_figures_sql[sql], st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(*st, ":first", first);
    ct_bind_i64(*st, ":end", end);
    return CT_OK;
}

static void vitals_row(struct counting *k, struct ct_stmt *st)
{
    int64_t taken = ct_col_i64(st, 0), due = ct_col_i64(st, 4), next = ct_col_i64(st, 5);
    struct ct_figure_row *r;
    struct ct_civil c;
    switch ((int)k->which) {
    case CT_FIG_ON_TIME:
        r = due != CT_UNSET && due > taken ? row_at(k, due) : NULL;
        if (r == NULL || next == CT_UNSET || next > due + FOLLOWED_MS)
            return;
        r->whole++;
        r->part += next <= due;
        return;
    case CT_FIG_SCORED:
        r = ct_col_i64(st, 2) ? row_at(k, ct_col_i64(st, 1)) : NULL;
        if (r == NULL)
            return;
        r->whole++;
        r->part += ct_col_i64(st, 3);
        return;
    default:
        if (row_at(k, taken) == NULL)
            return;
        ct_civil_at(taken, &c);
        k->row[c.hour].part++;
    }
}

/* A set of the day before may have been due in the period. */
static enum ct_status vitals(struct counting *k, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc =
        range(k, CT_SQL_FIG_VITALS, CT_SQL_FIG_VITALS_AT,
              k->which == CT_FIG_ON_TIME ? CT_DAY_MS : 0, &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":next", k->which == CT_FIG_ON_TIME);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there)
        vitals_row(k, st);
    return rc;
}

static enum ct_status preps(struct counting *k, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = range(k, CT_SQL_FIG_PREPS, CT_SQL_FIG_PREP_AT, 0, &st, reterr);
    if (rc != CT_OK)
        return rc;
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_figure_row *r = row_at(k, ct_col_i64(st, 0));
        if (r == NULL)
            continue;
        r->whole++;
        r->part += ct_col_i64(st, 1) == 1;
    }
    return rc;
}

/* ---- escalations: medians ------------------------------------------------------------------- */

static bool keep(int64_t **times, size_t *n, int64_t minutes)
{
    if (*n == TIMES_MAX)
        return true; /* beyond that many a median does not move */
    if ((*n & (*n - 1)) == 0) { /* full at each power of two */
        int64_t *more = realloc(*times, (*n > 0 ? 2 * *n : 1) * sizeof **times);
        if (more == NULL)
            return false;
        *times = more;
    }
    (*times)[(*n)++] = minutes;
    return true;
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Of an even number the mean of the two in the middle. */
static int64_t median(int64_t *times, size_t n)
{
    if (n == 0)
        return CT_UNSET;
    qsort(times, n, sizeof *times, ascending);
    return n % 2 == 1 ? times[n / 2] : (times[n / 2 - 1] + times[n / 2]) / 2;
}

static int64_t minutes(int64_t from, int64_t to)
{
    return to > from ? (to - from + CT_MINUTE_MS / 2) / CT_MINUTE_MS : 0;
}

static enum ct_status escalations(struct counting *k, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there, room = true;
    enum ct_status rc =
        ct_stmt_get(k->db, &ct_figures_sql[CT_SQL_FIG_ESCALATIONS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":from_ms", from_ms(k));
    ct_bind_i64(st, ":to_ms", to_ms(k));
    while (room && (rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        int64_t at = ct_col_i64(st, 0), accepted = ct_col_i64(st, 1), came = ct_col_i64(st, 2);
        struct ct_figure_row *r = row_at(k, at);
        if (r == NULL)
            continue;
        size_t w = (size_t)(r - k->row);
        r->whole++;
        r->part += accepted != CT_UNSET;
        if (accepted != CT_UNSET)
            room = keep(&k->accept[w], &k->n_accept[w], minutes(at, accepted));
        if (came != CT_UNSET && room)
            room = keep(&k->come[w], &k->n_come[w], minutes(at, came));
    }
    if (rc == CT_OK && !room)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the figure");
    for (size_t w = 0; w < k->n; w++) {
        k->row[w].more = median(k->accept[w], k->n_accept[w]);
        k->row[w].more2 = median(k->come[w], k->n_come[w]);
    }
    return rc;
}

/* ---- by machine, model, hour ------------------------------------------------------------------ */

static int by_label(const void *a, const void *b)
{
    return strcmp(((const struct ct_figure_row *)a)->label,
                  ((const struct ct_figure_row *)b)->label);
}

static enum ct_status grouped(struct counting *k, unsigned sql, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(k->db, &ct_figures_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":from_ms", from_ms(k));
    ct_bind_i64(st, ":to_ms", to_ms(k));
    ct_bind_i64(st, ":limit", CT_FIGURE_ROWS_MAX);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_figure_row *r = &k->row[k->n++];
        *r = (struct ct_figure_row){.whole = ct_col_i64(st, 1), .part = ct_col_i64(st, 2),
                                    .more = CT_UNSET, .more2 = CT_UNSET};
        ct_text_copy(r->label, sizeof r->label, ct_col_text(st, 0));
    }
    qsort(k->row, k->n, sizeof *k->row, by_label);
    return rc;
}

static enum ct_status hours(struct counting *k, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    k->n = HOURS;
    for (int h = 0; h < HOURS; h++) {
        k->row[h] = (struct ct_figure_row){.more = CT_UNSET, .more2 = CT_UNSET};
        snprintf(k->row[h].label, sizeof k->row[h].label, "%02d", h);
    }
    enum ct_status rc = vitals(k, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(k->db, &ct_figures_sql[CT_SQL_FIG_PROCEDURES], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":from_ms", from_ms(k));
    ct_bind_i64(st, ":to_ms", to_ms(k));
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_civil c;
        ct_civil_at(ct_col_i64(st, 0), &c);
        k->row[c.hour].whole++;
    }
    return rc;
}

/* ---- all -------------------------------------------------------------------------------------- */

static enum ct_status count(struct counting *k, struct ct_error *reterr)
{
    switch ((int)k->which) {
    case CT_FIG_CYCLES: return grouped(k, CT_SQL_FIG_CYCLES, reterr);
    case CT_FIG_TOLERANCE: return grouped(k, CT_SQL_FIG_TOLERANCE, reterr);
    case CT_FIG_HOURS: return hours(k, reterr);
    default: break;
    }
    rows_of_weeks(k);
    return k->which == CT_FIG_ESCALATION   ? escalations(k, reterr)
           : k->which == CT_FIG_CHECKLISTS ? preps(k, reterr)
                                           : vitals(k, reterr);
}

enum ct_status ct_figures(struct ct_app *app, enum ct_figure which, ct_date until, int weeks,
                          struct ct_figure_row **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_REVIEW, reterr);
    if (rc != CT_OK)
        return rc;
    if (weeks < 1 || weeks > CT_FIGURE_WEEKS_MAX)
        return ct_fail(reterr, CT_EINVAL, "weeks", "from 1 to %d weeks", CT_FIGURE_WEEKS_MAX);
    struct counting *k = calloc(1, sizeof *k);
    struct ct_figure_row *row = calloc(CT_FIGURE_ROWS_MAX, sizeof *row);
    if (k == NULL || row == NULL) {
        free(k);
        free(row);
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the figure");
    }
    k->db = ct_app_db(app);
    k->which = which;
    k->weeks = weeks;
    k->row = row;
    weeks_of(k, until);
    rc = ct_tx_read(k->db, &tx, reterr);
    if (rc == CT_OK)
        rc = count(k, reterr);
    for (int w = 0; w < weeks; w++) {
        free(k->accept[w]);
        free(k->come[w]);
    }
    *ret_n = rc == CT_OK ? k->n : 0;
    free(k);
    if (rc != CT_OK)
        free(row);
    else
        *ret = row;
    return rc;
}

int64_t ct_figure_value(enum ct_figure which, const struct ct_figure_row *r)
{
    if (!CT_FIGURE[which].share)
        return r->part + r->whole;
    return r->whole == 0 ? CT_UNSET : (r->part * 1000 + r->whole / 2) / r->whole;
}
