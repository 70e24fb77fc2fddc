/* machine_test - tests of machines: recorded, judged by their programme, entered in error;
 * a failure sets the machine apart. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/competency.h"
#include "clinic/load_priv.h"
#include "clinic/machine_priv.h"
#include "clinic/recall_priv.h"
#include "record/user.h"

const char *const CT_MT_NAME[CT_MT_KINDS] = {
    [CT_MT_PENETRATION] = "penetration test",
    [CT_MT_LEAK] = "leak test",
    [CT_MT_WARM_UP] = "warm-up cycle",
    [CT_MT_CONTROL] = "automatic control test",
    [CT_MT_VALIDATION] = "validation",
    [CT_MT_BIOLOGICAL] = "biological test",
    [CT_MT_CHALLENGE_RETURN] = "empty-chamber test",
};
const char *const CT_MT_ID[CT_MT_KINDS] = {
    [CT_MT_PENETRATION] = "penetration",
    [CT_MT_LEAK] = "leak",
    [CT_MT_WARM_UP] = "warm-up",
    [CT_MT_CONTROL] = "automatic-control",
    [CT_MT_VALIDATION] = "validation",
    [CT_MT_BIOLOGICAL] = "spores",
    [CT_MT_CHALLENGE_RETURN] = "requalification",
};
const char *const CT_MT_RESULT_NAME[CT_MT_RESULTS] = {"passed", "FAILED", "invalid"};

static const struct ct_choice KIND[] = {{"P", "penetration (Bowie-Dick, helix)"},
                                        {"L", "leak rate"},
                                        {"W", "warm-up cycle"},
                                        {"C", "automatic control"},
                                        {"V", "validation"},
                                        {"B", "biological"},
                                        {"E", "empty chamber, before it is used again"},
                                        {NULL, NULL}};
static const struct ct_choice RESULT[] = {
    {"P", "passed"}, {"F", "FAILED"}, {"I", "invalid"}, {NULL, NULL}};

#define DECIMAL(n, l, u, hi, slo, shi, h)                                                  \
    {.name = n, .label = l, .unit = u, .kind = CT_F_DECIMAL, .width = 8, .places = 1,      \
     .hard_hi = hi, .soft_lo = slo, .soft_hi = shi, .help = h}

const struct ct_field CT_MACHINE_TEST_FIELDS[] = {
    {.name = "kind", .label = "Test", .unit = "", .kind = CT_F_CODE, .width = 3,
     .required = true, .hard_hi = CT_MT_KINDS - 1, .soft_hi = CT_MT_KINDS - 1, .choices = KIND,
     .help = "Which test it was."},
    {.name = "done_ms", .label = "Over at", .unit = "", .kind = CT_F_TIME, .width = 18,
     .help = "When its cycle was over: 07:30, or a day and a time; empty is now."},
    {.name = "cycle_number", .label = "Cycle number", .unit = "", .kind = CT_F_INT,
     .width = 10, .hard_hi = 999999999, .soft_hi = 999999999,
     .help = "By the machine's own counter, as on its display or print."},
    {.name = "gap", .label = "If missing", .unit = "", .kind = CT_F_TEXT, .width = 52,
     .max_bytes = CT_EQUIP_TEXT_MAX,
     .help = "Only where cycle numbers before this one are missing, or the counter was set back: "
             "why."},
    DECIMAL("leak_from", "Pressure, start", "mbar", 20000, 100, 3000,
            "Leak test: the pressure after the time to settle, as the machine shows it."),
    DECIMAL("leak_to", "Pressure, end", "mbar", 20000, 100, 3000,
            "Leak test: the pressure at its end."),
    {.name = "leak_min", .label = "Minutes", .unit = "min", .kind = CT_F_INT, .width = 4,
     .hard_lo = 1, .hard_hi = 60, .soft_lo = 5, .soft_hi = 15,
     .help = "Leak test: minutes between the two pressures; empty is 10."},
    {.name = "lot", .label = "Indicator lot", .unit = "", .kind = CT_F_TEXT, .width = 24,
     .max_bytes = CT_MACHINE_LOT_MAX, .help = "Lot of the sheet, helix strip or spores."},
    {.name = "result", .label = "Result", .unit = "", .kind = CT_F_CODE, .width = 3,
     .required = true, .hard_hi = CT_MT_RESULTS - 1, .soft_hi = CT_MT_RESULTS - 1,
     .choices = RESULT,
     .help = "Failed takes the machine out of service; invalid: it has to be run again."},
    {.name = "remark", .label = "Remark", .unit = "", .kind = CT_F_TEXT, .width = 52,
     .max_bytes = CT_EQUIP_TEXT_MAX, .help = "What was seen; needed unless it passed."},
};
const size_t CT_MACHINE_TEST_FIELDS_N = CT_LEN(CT_MACHINE_TEST_FIELDS);

void ct_machine_test_text(const struct ct_machine_test *t, char *out, size_t size)
{
    CT_BUF b = {.max = 2048};
    ct_buf_printf(&b, "T-%lld %s %s", (long long)t->id, CT_MT_NAME[t->kind],
                  CT_MT_RESULT_NAME[t->result]);
    if (t->cycle_number != CT_UNSET)
        ct_buf_printf(&b, ", cycle %lld", (long long)t->cycle_number);
    for (size_t i = 0; i < t->n_values; i++) {
        const struct ct_cycle_typed *v = &t->value[i];
        char number[CT_DECIMAL_SIZE];
        ct_decimal_text(v->value, 6, number);
        ct_buf_printf(&b, ", %s %s", CT_MEASURE_NAME[v->measure], number);
    }
    if (t->lot[0] != '\0')
        ct_buf_printf(&b, ", lot %s", t->lot);
    if (t->remark[0] != '\0')
        ct_buf_printf(&b, ": %s", t->remark);
    if (t->voided)
        ct_buf_printf(&b, " [entered in error: %s]", t->reason);
    ct_text_copy(out, size, ct_buf_str(&b));
}

/* ---- what is accepted ---------------------------------------------------------------------- */

struct testing {
    struct ct_machine_test t;
    struct ct_equipment e;
    bool stops;        /* a failure takes the machine out of service */
    bool one_row;      /* of cycle numbers, of all its programmes */
    char gap[CT_EQUIP_TEXT_MAX + 1];
    int64_t voids_id;  /* 0: a new one */
    char reason[CT_MACHINE_REASON_MAX + 1];
};

/* What the programmes of the machine say of this kind of test: how it is run, and whether a
 * failure stops the machine. */
static enum ct_status asked_for(struct ct_app *app, struct testing *x, struct ct_error *reterr)
{
    struct ct_machine_programme *m = NULL;
    size_t n = 0;
    enum ct_machine_test_kind kind = x->t.kind;
    enum ct_status rc = ct_machine_runs(ct_app_db(app), x->t.equipment_id, &m, &n, reterr);
    if (rc == CT_OK && n == 0)
        rc = ct_fail(reterr, CT_EINVAL, "equipment_id",
                     "%s runs no programme: say first which", x->e.asset);
    x->stops = kind == CT_MT_PENETRATION || kind == CT_MT_LEAK || kind == CT_MT_BIOLOGICAL ||
               kind == CT_MT_CHALLENGE_RETURN;
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        CT_PROGRAMME *p = NULL;
        x->one_row = x->one_row || m[i].counter == CT_COUNTER_MACHINE;
        rc = ct_programme_load(ct_app_config(app), m[i].programme, &p, reterr);
        for (size_t j = 0; rc == CT_OK && j < p->n_tests; j++) {
            if (strcmp(p->test[j].id, CT_MT_ID[kind]) != 0)
                continue;
            x->stops = x->stops || p->test[j].stops;
            if (x->t.programme[0] == '\0')
                ct_text_copy(x->t.programme, sizeof x->t.programme, p->test[j].programme);
        }
    }
    free(m);
    return rc;
}

/* "Passed" stands only where every value that was read is within the programme's limits. */
static enum ct_status values_ok(struct ct_app *app, const struct testing *x,
                                struct ct_error *reterr)
{
    const struct ct_machine_test *t = &x->t;
    CT_PROGRAMME *p = NULL;
    struct ct_cycle *judged = NULL;
    if (t->n_values > CT_MACHINE_VALUES_MAX)
        return ct_fail(reterr, CT_EINVAL, "value", "at most %d values", CT_MACHINE_VALUES_MAX);
    if (t->programme[0] == '\0')
        return t->n_values == 0 ? CT_OK
                                : ct_fail(reterr, CT_EINVAL, "value",
                                          "no programme says what this value has to be");
    enum ct_status rc = ct_programme_load(ct_app_config(app), t->programme, &p, reterr);
    if (rc == CT_ENOTFOUND)
        return ct_fail(reterr, CT_EINVAL, "programme", "there is no programme \"%.40s\"",
                       t->programme);
    if (rc != CT_OK)
        return rc;
    if (t->kind == CT_MT_LEAK && t->result != CT_MT_INVALID && t->n_values == 0 &&
        p->has[CT_M_LEAK_RATE])
        return ct_fail(reterr, CT_EINVAL, "leak_from", "a leak test has its two pressures");
    if (t->n_values == 0)
        return CT_OK;
    if ((judged = calloc(1, sizeof *judged)) == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory to judge the test");
    struct ct_cycle_in in = {.programme = p, .typed = t->value, .n_typed = t->n_values};
    rc = ct_cycle_judge(&in, judged, reterr);
    for (size_t i = 0; rc == CT_OK && t->result == CT_MT_PASSED && i < judged->n; i++) {
        const struct ct_cycle_found *f = &judged->found[i];
        CT_BUF limit = {.max = 400};
        if (!f->measured || f->verdict != CT_CYCLE_FAIL)
            continue;
        ct_limit_text(f->limit, &limit);
        rc = ct_fail(reterr, CT_EINVAL, "result",
                     "the %s is outside its limit (%s): the test has failed",
                     CT_MEASURE_NAME[f->limit->measure], ct_buf_str(&limit));
    }
    free(judged);
    return rc;
}

static enum ct_status number_free(struct ct_db *db, const struct testing *x,
                                  struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    if (x->t.cycle_number == CT_UNSET)
        return CT_OK;
    if (x->t.cycle_number < 0)
        return ct_fail(reterr, CT_EINVAL, "cycle_number", "cycles are counted from 0");
    enum ct_status rc = ct_stmt_get(db, &ct_machine_sql[CT_SQL_MACHINE_TEST_CYCLE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", x->t.equipment_id);
    ct_bind_i64(st, ":cycle_number", x->t.cycle_number);
    ct_bind_i64(st, ":kind", x->t.kind);
    ct_bind_i64(st, ":counter", 0);
    ct_bind_text(st, ":programme", x->t.programme);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK || !there)
        return rc;
    return ct_fail(reterr, CT_EINVAL, "cycle_number", "cycle %lld is that of T-%lld already",
                   (long long)x->t.cycle_number, (long long)ct_col_i64(st, 0));
}

/* Whether that number can be: asked only, with entry NULL. */
static enum ct_status number_follows(struct ct_app *app, struct ct_db *db,
                                     struct testing *x, struct ct_entry *entry,
                                     struct ct_error *reterr)
{
    const struct ct_machine_test *t = &x->t;
    if (t->cycle_number == CT_UNSET || !x->one_row)
        return CT_OK;
    enum ct_status rc = ct_text_check(x->gap, "gap", "why numbers are missing",
                                      sizeof x->gap - 1, false, reterr);
    return rc == CT_OK ? ct_cycle_tested_in(app, db, t->equipment_id, x->e.asset,
                                            t->cycle_number, t->done_ms, x->gap, entry, reterr)
                       : rc;
}

static enum ct_status said(struct ct_app *app, struct testing *x, struct ct_error *reterr)
{
    struct ct_machine_test *t = &x->t;
    bool lot = t->result != CT_MT_INVALID &&
               (t->kind == CT_MT_PENETRATION || t->kind == CT_MT_BIOLOGICAL ||
                t->kind == CT_MT_CHALLENGE_RETURN);
    if ((unsigned)t->kind >= CT_MT_KINDS)
        return ct_fail(reterr, CT_EINVAL, "kind", "there is no such test of a machine");
    if ((unsigned)t->result >= CT_MT_RESULTS)
        return ct_fail(reterr, CT_EINVAL, "result", "there is no such result");
    enum ct_status rc = ct_text_check(t->lot, "lot", "the lot of its indicator",
                                      CT_MACHINE_LOT_MAX, lot, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(t->remark, "remark", "what was seen", CT_EQUIP_TEXT_MAX,
                           t->result != CT_MT_PASSED, reterr);
    if (rc != CT_OK)
        return rc;
    if (t->done_ms == 0 || t->done_ms == CT_UNSET)
        t->done_ms = ct_app_now(app);
    if (t->done_ms > ct_app_now(app) + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, "done_ms", "this is said to happen in the future");
    return t->done_ms < 0
               ? ct_fail(reterr, CT_EINVAL, "done_ms", "this is before 1970: is the year right?")
               : CT_OK;
}

static enum ct_status test_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct testing *x = arg;
    struct ct_db *db = ct_app_db(app);
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_load(db, x->t.equipment_id, &x->e, reterr);
    if (rc == CT_OK && x->e.condition == CT_COND_RETIRED)
        rc = ct_fail(reterr, CT_EINVAL, "equipment_id", "%s is retired", x->e.asset);
    if (rc == CT_OK)
        rc = said(app, x, reterr);
    if (rc == CT_OK)
        rc = asked_for(app, x, reterr);
    if (rc == CT_OK)
        rc = values_ok(app, x, reterr);
    if (rc == CT_OK)
        rc = number_free(db, x, reterr);
    return rc == CT_OK ? number_follows(app, db, x, NULL, reterr) : rc;
}

/* ---- writing ------------------------------------------------------------------------------------ */

static enum ct_status insert(struct ct_app *app, struct ct_db *db, struct testing *x,
                             struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    struct ct_machine_test *t = &x->t;
    bool voids = x->voids_id != 0;
    int64_t id;
    enum ct_status rc = ct_stmt_get(db, &ct_machine_sql[CT_SQL_MACHINE_TEST_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    t->recorded_ms = ct_app_now(app);
    ct_bind_i64(st, ":equipment_id", t->equipment_id);
    ct_bind_i64(st, ":kind", t->kind);
    ct_bind_i64(st, ":result", t->result);
    ct_bind_text(st, ":programme", t->programme);
    ct_bind_opt(st, ":cycle_number", t->cycle_number);
    ct_bind_text(st, ":lot", t->lot);
    ct_bind_text(st, ":remark", t->remark);
    ct_bind_opt(st, ":fault_id", t->fault_id != 0 ? t->fault_id : CT_UNSET);
    ct_bind_i64(st, ":done_ms", t->done_ms);
    ct_bind_i64(st, ":day", ct_date_at(t->done_ms));
    ct_bind_i64(st, ":recorded_ms", t->recorded_ms);
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    ct_bind_opt(st, ":voids_id", voids ? x->voids_id : CT_UNSET);
    ct_bind_text(st, ":reason", voids ? x->reason : NULL);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "machine_test", id);
    if (!voids) {
        t->id = id;
        t->by_user = ct_app_who(app)->user_id;
    }
    return CT_OK;
}

static enum ct_status values_insert(struct ct_db *db, const struct ct_machine_test *t,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < t->n_values; i++) {
        CT_STMT *st = NULL;
        int64_t id;
        rc = ct_stmt_get(db, &ct_machine_sql[CT_SQL_MACHINE_TEST_VALUE_INSERT], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":test_id", t->id);
        ct_bind_i64(st, ":measure", t->value[i].measure);
        ct_bind_i64(st, ":value", t->value[i].value);
        rc = ct_stmt_run(st, &id, reterr);
        if (rc == CT_OK)
            ct_entry_row(entry, "machine_test_value", id);
    }
    return rc;
}

/* It failed: the machine is set apart, by a fault of its own or the one that is open. */
static enum ct_status out_of_service(struct ct_app *app, struct ct_db *db, struct testing *x,
                                     struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_fault f = {.equipment_id = x->t.equipment_id,
                         .cause = CT_FAULT_CHECK,
                         .happened_ms = x->t.done_ms};
    snprintf(f.text, sizeof f.text, "%s failed: %.300s", CT_MT_NAME[x->t.kind], x->t.remark);
    enum ct_status rc = ct_fault_open_in(app, db, &f, true, entry, reterr);
    if (rc == CT_OK)
        x->t.fault_id = f.id;
    return rc;
}

static enum ct_status test_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct testing *x = arg;
    struct ct_machine_test *t = &x->t;
    char text[400];
    enum ct_status rc = test_check(app, arg, reterr);
    if (rc == CT_OK && t->result == CT_MT_FAILED && x->stops)
        rc = out_of_service(app, db, x, entry, reterr);
    if (rc == CT_OK)
        rc = number_follows(app, db, x, entry, reterr);
    if (rc == CT_OK)
        rc = insert(app, db, x, entry, reterr);
    if (rc == CT_OK)
        rc = values_insert(db, t, entry, reterr);
    if (rc != CT_OK)
        return rc;
    entry->done_ms = t->done_ms;
    if (t->result == CT_MT_FAILED)
        entry->severity = x->stops ? CT_EXCEPTION : CT_NOTABLE;
    else if (t->result == CT_MT_INVALID || t->recorded_ms - t->done_ms > CT_LATE_MS)
        entry->severity = CT_NOTABLE;
    ct_machine_test_text(t, text, sizeof text);
    snprintf(entry->detail, sizeof entry->detail, "%s %s", x->e.asset, text);
    if (t->programme[0] == '\0')
        return CT_OK;
    struct ct_subject programme = {.kind = CT_SUBJ_PROGRAMME};
    ct_text_copy(programme.id, sizeof programme.id, t->programme);
    return ct_competency_gate_in(app, db, &programme, CT_COMP_FOR_PROGRAMME, t->id, t->though,
                                 entry, reterr);
}

enum ct_status ct_machine_test_record(struct ct_app *app, struct ct_machine_test *t,
                                      struct ct_error *reterr)
{
    struct testing x = {.t = *t};
    struct ct_change change = {.verb = CT_VERB_MACHINE_TEST,
                               .write = test_write,
                               .arg = &x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    ct_text_copy(x.gap, sizeof x.gap, t->gap != NULL ? t->gap : "");
    x.t.fault_id = 0;
    x.t.voided = false;
    bool spores = t->kind == CT_MT_BIOLOGICAL && t->result == CT_MT_FAILED;
    int64_t recall = 0;
    enum ct_status rc =
        spores ? ct_recall_with(app, &change, CT_RECALL_TEST, &x.t.id, &recall, reterr)
               : ct_record(app, &change, NULL, reterr);
    if (rc != CT_OK)
        return rc;
    *t = x.t;
    t->recall_id = recall;
    t->though = t->gap = NULL;
    ct_text_copy(t->by, sizeof t->by, ct_app_who(app)->name);
    return CT_OK;
}

/* ---- reading, and entered in error --------------------------------------------------------------- */

static void row(struct ct_stmt *st, struct ct_machine_test *t)
{
    memset(t, 0, sizeof *t);
    t->id = ct_col_i64(st, 0);
    t->equipment_id = ct_col_i64(st, 1);
    t->kind = (enum ct_machine_test_kind)ct_col_i64(st, 2);
    t->result = (enum ct_machine_test_result)ct_col_i64(st, 3);
    ct_text_copy(t->programme, sizeof t->programme, ct_col_text(st, 4));
    t->cycle_number = ct_col_i64(st, 5);
    ct_text_copy(t->lot, sizeof t->lot, ct_col_text(st, 6));
    ct_text_copy(t->remark, sizeof t->remark, ct_col_text(st, 7));
    t->fault_id = ct_col_null(st, 8) ? 0 : ct_col_i64(st, 8);
    t->done_ms = ct_col_i64(st, 9);
    t->recorded_ms = ct_col_i64(st, 10);
    t->by_user = (uint32_t)ct_col_i64(st, 11);
    t->voided = !ct_col_null(st, 12);
    ct_text_copy(t->reason, sizeof t->reason, ct_col_text(st, 12));
}

static enum ct_status complete(struct ct_app *app, struct ct_machine_test *t,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    char by[128];
    ct_user_name(app, t->by_user, by, sizeof by);
    ct_text_copy(t->by, sizeof t->by, by);
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_machine_sql[CT_SQL_MACHINE_TEST_VALUES], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":test_id", t->id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there)
        if (t->n_values < CT_MACHINE_VALUES_MAX)
            t->value[t->n_values++] = (struct ct_cycle_typed){
                .measure = (enum ct_measure)ct_col_i64(st, 0), .value = ct_col_i64(st, 1)};
    return rc;
}

static enum ct_status list(struct ct_app *app, int64_t equipment_id, int kind, size_t limit,
                           struct ct_machine_test **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    unsigned sql = kind < 0 ? CT_SQL_MACHINE_TEST_LIST : CT_SQL_MACHINE_TEST_LIST_KIND;
    enum ct_status rc = ct_stmt_get(ct_app_db(app), &ct_machine_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    if (kind >= 0)
        ct_bind_i64(st, ":kind", kind);
    ct_bind_i64(st, ":limit", (int64_t)limit);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_machine_test *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of tests");
        *ret = more;
        row(st, &more[(*ret_n)++]);
    }
    return rc;
}

enum ct_status ct_machine_test_list(struct ct_app *app, int64_t equipment_id, int kind,
                                    size_t limit, struct ct_machine_test **ret, size_t *ret_n,
                                    struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = list(app, equipment_id, kind, limit, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        rc = complete(app, &(*ret)[i], reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

static enum ct_status void_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct testing *x = arg;
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_text_check(x->reason, "reason", "why it was entered in error",
                                      CT_MACHINE_REASON_MAX, true, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_machine_sql[CT_SQL_MACHINE_TEST_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", x->voids_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no test T-%lld",
                       (long long)x->voids_id);
    row(st, &x->t);
    if (x->t.voided)
        return ct_fail(reterr, CT_ECONFLICT, "", "T-%lld is marked already: %s",
                       (long long)x->t.id, x->t.reason);
    return ct_equipment_load(ct_app_db(app), x->t.equipment_id, &x->e, reterr);
}

static enum ct_status void_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct testing *x = arg;
    enum ct_status rc = void_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = insert(app, db, x, entry, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(entry->detail, sizeof entry->detail, "%s T-%lld %s (%s) was entered in error: %s",
             x->e.asset, (long long)x->voids_id, CT_MT_NAME[x->t.kind],
             CT_MT_RESULT_NAME[x->t.result], x->reason);
    return CT_OK;
}

enum ct_status ct_machine_test_void(struct ct_app *app, int64_t id, const char *reason,
                                    struct ct_error *reterr)
{
    struct testing x = {.voids_id = id};
    struct ct_change change = {.verb = CT_VERB_MACHINE_TEST_VOID,
                               .write = void_write,
                               .arg = &x,
                               .entry = {.severity = CT_EXCEPTION,
                                         .patient_id = CT_UNSET,
                                         .done_ms = CT_UNSET}};
    if (strlen(reason) > CT_MACHINE_REASON_MAX)
        return ct_fail(reterr, CT_EINVAL, "reason", "at most %d bytes fit",
                       CT_MACHINE_REASON_MAX);
    ct_text_copy(x.reason, sizeof x.reason, reason);
    return ct_record(app, &change, NULL, reterr);
}
