/* machine - the programmes that a machine runs, and whether it may take a load now. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/machine_priv.h"
#include "clinic/recall_priv.h"

const char *const CT_COUNTER_NAME[CT_COUNTERS] = {
    [CT_COUNTER_MACHINE] = "one row for the machine",
    [CT_COUNTER_PROGRAMME] = "one row for each programme",
    [CT_COUNTER_NONE] = "no counter",
};

/* ---- programmes ----------------------------------------------------------------------- */

static void programme_row(struct ct_stmt *st, struct ct_machine_programme *m)
{
    memset(m, 0, sizeof *m);
    m->id = ct_col_i64(st, 0);
    m->equipment_id = ct_col_i64(st, 1);
    ct_text_copy(m->programme, sizeof m->programme, ct_col_text(st, 2));
    m->counter = (enum ct_machine_counter)ct_col_i64(st, 3);
    m->ended = ct_col_i64(st, 4) != 0;
    ct_text_copy(m->reason, sizeof m->reason, ct_col_text(st, 5));
    m->at_ms = ct_col_i64(st, 6);
    m->by_user = (uint32_t)ct_col_i64(st, 7);
}

/* The last row of it, ended or not; ret->id 0: it never ran it. */
static enum ct_status last(struct ct_db *db, int64_t equipment_id, const char *programme,
                           struct ct_machine_programme *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    memset(ret, 0, sizeof *ret);
    enum ct_status rc =
        ct_stmt_get(db, &ct_machine_sql[CT_SQL_MACHINE_PROGRAMME_LAST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_text(st, ":programme", programme);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there)
        programme_row(st, ret);
    return rc;
}

enum ct_status ct_machine_programme_load(struct ct_db *db, int64_t equipment_id,
                                         const char *programme,
                                         struct ct_machine_programme *ret,
                                         struct ct_error *reterr)
{
    enum ct_status rc = last(db, equipment_id, programme, ret, reterr);
    if (rc == CT_OK && (ret->id == 0 || ret->ended))
        return ct_fail(reterr, CT_EINVAL, "programme", "this machine does not run \"%.40s\"",
                       programme);
    return rc;
}

enum ct_status ct_machine_runs(struct ct_db *db, int64_t equipment_id,
                               struct ct_machine_programme **ret, size_t *ret_n,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_machine_sql[CT_SQL_MACHINE_PROGRAMMES], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_machine_programme *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL) {
            rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the programmes");
            break;
        }
        *ret = more;
        programme_row(st, &more[(*ret_n)++]);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_machine_programmes(struct ct_app *app, int64_t equipment_id,
                                     struct ct_machine_programme **ret, size_t *ret_n,
                                     struct ct_error *reterr)
{
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    return rc == CT_OK ? ct_machine_runs(ct_app_db(app), equipment_id, ret, ret_n, reterr) : rc;
}

struct running {
    struct ct_machine_programme m;
    bool ends;
    struct ct_equipment e;
};

/* The class of the machine says by which methods it reprocesses. */
static enum ct_status method_fits(struct ct_app *app, const struct running *x,
                                  struct ct_error *reterr)
{
    const struct ct_equip_classes *classes;
    CT_PROGRAMME *p = NULL;
    enum ct_status rc = ct_programme_load(ct_app_config(app), x->m.programme, &p, reterr);
    if (rc == CT_ENOTFOUND)
        return ct_fail(reterr, CT_EINVAL, "programme", "there is no programme \"%.40s\"",
                       x->m.programme);
    if (rc == CT_OK)
        rc = ct_equip_classes_of(app, &classes, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_equip_class *k = ct_equip_class_find(classes, x->e.class);
    if (k != NULL && (k->methods & UINT32_C(1) << p->method) != 0)
        return CT_OK;
    return ct_fail(reterr, CT_EINVAL, "programme",
                   "%s is a %s, which runs no programme of the method %s", x->e.asset,
                   k != NULL ? k->title : x->e.class, CT_METHOD_NAME[p->method]);
}

static enum ct_status run_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct running *x = arg;
    struct ct_machine_programme was;
    struct ct_db *db = ct_app_db(app);
    enum ct_status rc = ct_equipment_load(db, x->m.equipment_id, &x->e, reterr);
    if (rc == CT_OK && x->e.condition == CT_COND_RETIRED)
        rc = ct_fail(reterr, CT_EINVAL, "equipment_id", "%s is retired", x->e.asset);
    if (rc == CT_OK)
        rc = last(db, x->m.equipment_id, x->m.programme, &was, reterr);
    if (rc != CT_OK)
        return rc;
    bool runs = was.id != 0 && !was.ended;
    if (x->ends && !runs)
        return ct_fail(reterr, CT_EINVAL, "programme", "%s does not run \"%.40s\"", x->e.asset,
                       x->m.programme);
    if (!x->ends && runs && was.counter == x->m.counter)
        return ct_fail(reterr, CT_EEXISTS, "programme", "%s runs \"%.40s\" already", x->e.asset,
                       x->m.programme);
    if (!x->ends)
        rc = method_fits(app, x, reterr);
    x->m.ended = x->ends;
    if (x->ends)
        x->m.counter = was.counter;
    return rc == CT_OK ? ct_text_check(x->m.reason, "reason", "why it is changed",
                                       CT_MACHINE_REASON_MAX, was.id != 0, reterr)
                       : rc;
}

static enum ct_status run_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct running *x = arg;
    CT_STMT *st = NULL;
    enum ct_status rc = run_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_machine_sql[CT_SQL_MACHINE_PROGRAMME_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    x->m.at_ms = ct_app_now(app);
    x->m.by_user = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":equipment_id", x->m.equipment_id);
    ct_bind_text(st, ":programme", x->m.programme);
    ct_bind_i64(st, ":counter", x->m.counter);
    ct_bind_i64(st, ":ended", x->m.ended);
    ct_bind_text(st, ":reason", x->m.reason);
    ct_bind_i64(st, ":at_ms", x->m.at_ms);
    ct_bind_i64(st, ":by_user", x->m.by_user);
    rc = ct_stmt_run(st, &x->m.id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "machine_programme", x->m.id);
    snprintf(entry->detail, sizeof entry->detail, "%s %s %s%s%s", x->e.asset,
             x->m.ended ? "no longer runs" : "runs", x->m.programme,
             x->m.reason[0] != '\0' ? "; because " : "", x->m.reason);
    return CT_OK;
}

static enum ct_status run_record(struct ct_app *app, struct running *x, struct ct_error *reterr)
{
    struct ct_change change = {.verb = CT_VERB_MACHINE_PROGRAMME,
                               .write = run_write,
                               .arg = x,
                               .entry = {.severity = CT_NOTABLE,
                                         .patient_id = CT_UNSET,
                                         .done_ms = CT_UNSET}};
    if ((unsigned)x->m.counter >= CT_COUNTERS)
        return ct_fail(reterr, CT_EINVAL, "counter", "there is no such way of counting");
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_machine_programme_add(struct ct_app *app, struct ct_machine_programme *m,
                                        struct ct_error *reterr)
{
    struct running x = {.m = *m};
    enum ct_status rc = run_record(app, &x, reterr);
    if (rc == CT_OK)
        *m = x.m;
    return rc;
}

enum ct_status ct_machine_programme_end(struct ct_app *app, int64_t equipment_id,
                                        const char *programme, const char *reason,
                                        struct ct_error *reterr)
{
    struct running x = {.m = {.equipment_id = equipment_id}, .ends = true};
    if (strlen(reason) > CT_MACHINE_REASON_MAX)
        return ct_fail(reterr, CT_EINVAL, "reason", "at most %d bytes fit",
                       CT_MACHINE_REASON_MAX);
    ct_text_copy(x.m.programme, sizeof x.m.programme, programme);
    ct_text_copy(x.m.reason, sizeof x.m.reason, reason);
    return run_record(app, &x, reterr);
}

/* ---- what is not done ---------------------------------------------------------------------- */

enum { KNOWN_MAX = 48 };

/* Programmes that were read already: a board asks for each of them once a machine. */
struct known {
    size_t n;
    struct ct_programme *p[KNOWN_MAX];
};
struct asking {
    struct ct_app *app;
    struct ct_db *db;
    struct known *known;
    int64_t equipment_id, at_ms, repaired_ms, moved_ms, failed_ms; /* CT_UNSET: never */
    ct_date day;
    bool board;       /* and what a load may be run before */
    unsigned said;    /* bits of 1 << enum ct_machine_test_kind */
    struct ct_buf *text;
};

static void says(struct asking *a)
{
    ct_buf_str_add(a->text, a->text->len > 0 ? "; " : "");
}

static enum ct_status moment(struct asking *a, unsigned sql, int64_t *ret,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(a->db, &ct_machine_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", a->equipment_id);
    ct_bind_i64(st, ":until_ms", a->at_ms);
    rc = ct_stmt_step(st, &there, reterr);
    *ret = rc == CT_OK && there ? ct_col_i64(st, 0) : CT_UNSET;
    return rc;
}

/* How many of the last results of a kind since a moment passed in a row; of the newest of
 * all its result and day (CT_MT_INVALID: there is none). */
static enum ct_status row_of(struct asking *a, enum ct_machine_test_kind kind, int64_t since_ms,
                             int *ret_passed, enum ct_machine_test_result *ret_last,
                             ct_date *ret_day, struct ct_error *reterr)
{
    struct ct_machine_row row;
    enum ct_status rc =
        ct_machine_row(a->db, a->equipment_id, kind, since_ms, a->at_ms, &row, reterr);
    *ret_passed = row.passed;
    *ret_last = row.last;
    *ret_day = row.day;
    return rc;
}

/* So many days a pass of it is good for, the day itself included; 0: it has no interval. */
static int days_of(enum ct_every every)
{
    static const int DAYS[CT_EACHES] = {[CT_EACH_DAY] = 1, [CT_EACH_WEEK] = 7,
                                        [CT_EACH_MONTH] = 31, [CT_EACH_QUARTER] = 92,
                                        [CT_EACH_YEAR] = 366};
    return (unsigned)every < CT_EACHES ? DAYS[every] : 0;
}

static enum ct_status interval_says(struct asking *a, const struct ct_programme_test *t,
                                    enum ct_machine_test_kind kind, struct ct_error *reterr)
{
    int passed, days = days_of(t->every);
    enum ct_machine_test_result result;
    ct_date day;
    char on[16];
    if (days == 0)
        return CT_OK;
    enum ct_status rc = row_of(a, kind, INT64_MIN, &passed, &result, &day, reterr);
    if (rc != CT_OK || (result == CT_MT_PASSED && a->day - day < days))
        return rc;
    says(a);
    if (result == CT_MT_FAILED) {
        ct_date_text(day, on);
        ct_buf_printf(a->text, "%s FAILED on %s", CT_MT_NAME[kind], on);
    } else if (days == 1)
        ct_buf_printf(a->text, "no %s %s", CT_MT_NAME[kind],
                      a->day == ct_date_at(ct_app_now(a->app)) ? "today" : "that day");
    else if (day == CT_NO_DATE)
        ct_buf_printf(a->text, "%s due (every %s)", CT_MT_NAME[kind], CT_EACH_NAME[t->every]);
    else {
        ct_date_text(day, on);
        ct_buf_printf(a->text, "%s due (every %s, last %s)", CT_MT_NAME[kind],
                      CT_EACH_NAME[t->every], on);
    }
    return CT_OK;
}

static enum ct_status after_says(struct asking *a, const struct ct_programme_test *t,
                                 enum ct_machine_test_kind kind, struct ct_error *reterr)
{
    int64_t since = CT_UNSET;
    const char *what = "its repair";
    int passed;
    enum ct_machine_test_result result;
    ct_date day;
    if ((t->after & 1U << CT_AFTER_REPAIR) != 0)
        since = a->repaired_ms;
    if ((t->after & 1U << CT_AFTER_MOVE) != 0 && a->moved_ms > since) {
        since = a->moved_ms;
        what = "its move";
    }
    if ((t->after & 1U << CT_AFTER_FAILURE) != 0 && a->failed_ms > since) {
        since = a->failed_ms;
        what = "its failure";
    }
    if (since == CT_UNSET)
        return CT_OK;
    enum ct_status rc = row_of(a, kind, since, &passed, &result, &day, reterr);
    int runs = t->runs > 1 ? t->runs : 1;
    if (rc != CT_OK || passed >= runs)
        return rc;
    says(a);
    ct_buf_printf(a->text, "%s since %s: %d of %d passed in a row", CT_MT_NAME[kind], what,
                  passed, runs);
    return CT_OK;
}

static enum ct_status test_says(struct asking *a, const struct ct_programme_test *t,
                                struct ct_error *reterr)
{
    int kind = 0;
    while (kind < CT_MT_KINDS && strcmp(CT_MT_ID[kind], t->id) != 0)
        kind++;
    if (kind == CT_MT_KINDS) { /* of the site's own file, and not known here: nothing passes it */
        if (!t->load_before) {
            says(a);
            ct_buf_printf(a->text, "there is no kind of test \"%.40s\": see its programme", t->id);
        }
        return CT_OK;
    }
    if ((t->load_before && !a->board) || (a->said & 1U << kind) != 0)
        return CT_OK;
    size_t was = a->text->len;
    enum ct_status rc = interval_says(a, t, (enum ct_machine_test_kind)kind, reterr);
    if (rc == CT_OK && a->text->len == was)
        rc = after_says(a, t, (enum ct_machine_test_kind)kind, reterr);
    if (a->text->len > was)
        a->said |= 1U << kind;
    return rc;
}

/* Borrowed from what is known, which it joins. */
static enum ct_status programme_of(struct asking *a, const char *id,
                                   const struct ct_programme **ret, struct ct_error *reterr)
{
    struct known *k = a->known;
    for (size_t i = 0; i < k->n; i++)
        if (strcmp(k->p[i]->id, id) == 0) {
            *ret = k->p[i];
            return CT_OK;
        }
    if (k->n == KNOWN_MAX) /* more than a site has: the first ones are read anew */
        ct_programme_freep(&k->p[--k->n]);
    enum ct_status rc = ct_programme_load(ct_app_config(a->app), id, &k->p[k->n], reterr);
    if (rc == CT_OK)
        *ret = k->p[k->n++];
    return rc;
}

static void forget(struct known *k)
{
    while (k->n > 0)
        ct_programme_freep(&k->p[--k->n]);
}

static enum ct_status programme_says(struct asking *a, const char *id, bool *ret_takes_loads,
                                     struct ct_error *reterr)
{
    const struct ct_programme *p = NULL;
    enum ct_status rc = programme_of(a, id, &p, reterr);
    *ret_takes_loads = rc == CT_OK && !p->is_test;
    for (size_t i = 0; rc == CT_OK && *ret_takes_loads && i < p->n_tests; i++)
        rc = test_says(a, &p->test[i], reterr);
    return rc;
}

/* An open recall keeps it from its loads until so many tests were negative in a row. */
static enum ct_status recall_says(struct asking *a, struct ct_error *reterr)
{
    int64_t id, since = 0;
    int wanted = 0, passed;
    enum ct_machine_test_result result;
    ct_date day;
    enum ct_status rc =
        ct_recall_of_machine(a->db, a->equipment_id, &id, &since, &wanted, reterr);
    if (rc != CT_OK || id == 0 || wanted == 0)
        return rc;
    rc = row_of(a, CT_MT_CHALLENGE_RETURN, since, &passed, &result, &day, reterr);
    if (rc != CT_OK || (wanted > 0 && passed >= wanted))
        return rc;
    says(a);
    if (wanted > 0)
        ct_buf_printf(a->text, "RC-%lld: %d of %d empty-chamber tests negative in a row",
                      (long long)id, passed, wanted);
    else
        ct_buf_printf(a->text, "RC-%lld is open", (long long)id);
    return CT_OK;
}

static enum ct_status begin(struct asking *a, struct ct_error *reterr)
{
    a->day = ct_date_at(a->at_ms);
    enum ct_status rc = moment(a, CT_SQL_MACHINE_REPAIRED, &a->repaired_ms, reterr);
    if (rc == CT_OK)
        rc = moment(a, CT_SQL_MACHINE_MOVED, &a->moved_ms, reterr);
    if (rc == CT_OK)
        rc = moment(a, CT_SQL_MACHINE_TEST_FAILED, &a->failed_ms, reterr);
    return rc == CT_OK ? recall_says(a, reterr) : rc;
}

/* What the registry says against it, without the asset number at its front, which stands
 * before it already. */
static enum ct_status device_says(struct asking *a, const struct ct_equipment *e,
                                  struct ct_error *reterr)
{
    struct ct_gate gate;
    size_t n = strlen(e->asset);
    enum ct_status rc =
        ct_equipment_gate(a->app, e->asset, CT_GATE_LOAD, a->at_ms, &gate, reterr);
    if (rc != CT_OK || gate.answer < CT_GATE_REASON)
        return rc;
    bool named = strncmp(gate.text, e->asset, n) == 0 && strncmp(gate.text + n, ": ", 2) == 0;
    ct_buf_str_add(a->text, gate.text + (named ? n + 2 : 0));
    return CT_OK;
}

enum ct_status ct_machine_ready_in(struct ct_app *app, struct ct_db *db, int64_t equipment_id,
                                   const char *programme, int64_t at_ms,
                                   struct ct_error *reterr)
{
    struct ct_equipment e;
    struct ct_machine_programme m;
    bool loads = false;
    CT_BUF text = {.max = 4096};
    struct known known = {.n = 0};
    struct asking a = {.app = app, .db = db, .known = &known, .equipment_id = equipment_id,
                       .at_ms = at_ms, .text = &text};
    enum ct_status rc = ct_equipment_load(db, equipment_id, &e, reterr);
    if (rc == CT_OK)
        rc = ct_machine_programme_load(db, equipment_id, programme, &m, reterr);
    if (rc == CT_OK)
        rc = device_says(&a, &e, reterr);
    if (rc == CT_OK)
        rc = begin(&a, reterr);
    if (rc == CT_OK)
        rc = programme_says(&a, programme, &loads, reterr);
    forget(&known);
    if (rc != CT_OK)
        return rc;
    if (!loads)
        return ct_fail(reterr, CT_EINVAL, "programme", "\"%.40s\" is a test and takes no load",
                       programme);
    return text.len == 0 ? CT_OK
                         : ct_fail(reterr, CT_EINVAL, "equipment_id", "%s takes no load: %s",
                                   e.asset, ct_buf_str(&text));
}

enum ct_status ct_machine_ready(struct ct_app *app, int64_t equipment_id, const char *programme,
                                int64_t at_ms, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    return rc == CT_OK ? ct_machine_ready_in(app, ct_app_db(app), equipment_id, programme,
                                             at_ms, reterr)
                       : rc;
}

/* ---- the board ------------------------------------------------------------------------------- */

/* May it take a load by that programme, when nothing of the device speaks against it? */
static enum ct_status ready_by(const struct asking *board, const char *programme, bool *ret,
                               bool *ret_loads, struct ct_error *reterr)
{
    CT_BUF text = {.max = 4096};
    struct asking a = *board;
    a.board = false;
    a.said = 0;
    a.text = &text;
    enum ct_status rc = programme_says(&a, programme, ret_loads, reterr);
    *ret = rc == CT_OK && *ret_loads && text.len == 0;
    return rc;
}

/* What the board calls for besides: spores whose incubation is over. */
static enum ct_status spores_say(struct asking *a, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    char load[40], at[24];
    bool there;
    enum ct_status rc = ct_stmt_get(a->db, &ct_load_sql[CT_SQL_LOAD_BI_DUE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":now_ms", a->at_ms);
    ct_bind_i64(st, ":equipment_id", a->equipment_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        ct_load_number(a->app, ct_col_i64(st, 0), load);
        ct_datetime_text(ct_col_i64(st, 1), at);
        says(a);
        ct_buf_printf(a->text, "spores of %s to be read since %s", load, at);
    }
    return rc;
}

static enum ct_status board_line(struct asking *a, int64_t id, struct ct_machine_due *d,
                                 struct ct_error *reterr)
{
    struct ct_equipment e;
    struct ct_machine_programme *m = NULL;
    size_t n = 0;
    bool free_to_use = false;
    CT_BUF text = {.max = 4096};
    a->equipment_id = id;
    a->said = 0;
    a->text = &text;
    enum ct_status rc = ct_equipment_load(a->db, id, &e, reterr);
    if (rc == CT_OK)
        rc = ct_machine_runs(a->db, id, &m, &n, reterr);
    if (rc == CT_OK)
        rc = device_says(a, &e, reterr);
    if (rc == CT_OK)
        rc = begin(a, reterr);
    free_to_use = text.len == 0;
    if (rc == CT_OK)
        rc = spores_say(a, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        bool loads, ready = false;
        rc = programme_says(a, m[i].programme, &loads, reterr);
        if (rc != CT_OK || !loads || d->n_programmes == CT_LEN(d->programme))
            continue;
        rc = ready_by(a, m[i].programme, &ready, &loads, reterr);
        ct_text_copy(d->programme[d->n_programmes], sizeof d->programme[0], m[i].programme);
        d->ready[d->n_programmes++] = ready && free_to_use;
    }
    free(m);
    if (rc == CT_OK)
        rc = moment(a, CT_SQL_MACHINE_TEST_CYCLE_MAX, &d->last_cycle, reterr);
    if (rc != CT_OK)
        return rc;
    d->equipment_id = id;
    d->condition = e.condition;
    ct_text_copy(d->asset, sizeof d->asset, e.asset);
    snprintf(d->model, sizeof d->model, "%s %s", e.maker, e.model);
    ct_text_copy(d->location, sizeof d->location, e.location);
    ct_text_copy(d->missing, sizeof d->missing, ct_buf_str(&text));
    return CT_OK;
}

static enum ct_status machines(struct ct_db *db, int64_t **ret, size_t *ret_n,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_machine_sql[CT_SQL_MACHINE_LIST], &st, reterr);
    while (rc == CT_OK && (rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        int64_t *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the board");
        *ret = more;
        more[(*ret_n)++] = ct_col_i64(st, 0);
    }
    return rc;
}

enum ct_status ct_machine_board(struct ct_app *app, int64_t now_ms, struct ct_machine_due **ret,
                                size_t *ret_n, struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    int64_t *id = NULL;
    size_t n = 0;
    struct known known = {.n = 0};
    struct asking a = {.app = app, .db = db, .known = &known, .at_ms = now_ms, .board = true};
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = machines(db, &id, &n, reterr);
    if (rc == CT_OK && n > 0 && (*ret = calloc(n, sizeof **ret)) == NULL)
        rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the board");
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        rc = board_line(&a, id[i], &(*ret)[i], reterr);
    forget(&known);
    free(id);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        return rc;
    }
    *ret_n = n;
    return CT_OK;
}
