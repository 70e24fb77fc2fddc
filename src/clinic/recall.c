/* recall - a recall is opened: by a result, in its transaction, or by hand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/recall_priv.h"

enum { BATCH = 100 }; /* packs of one entry of the chain */

struct opening {
    struct ct_recall_row r;
    int64_t failing; /* the load whose indicator it is; 0 none */
    bool implants_only;
};

/* ---- which ----------------------------------------------------------------------------- */

static enum ct_status after(struct ct_db *db, struct opening *x, int64_t before_ms,
                            struct ct_error *reterr)
{
    return ct_recall_negative(db, x->r.equipment_id, before_ms, &x->r.after_id, &x->r.from_ms,
                              reterr);
}

static enum ct_status of_bi(struct ct_app *app, struct opening *x, struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    struct ct_load_bi b;
    struct ct_load l;
    CT_PROGRAMME *p = NULL;
    char load[40];
    enum ct_status rc = ct_load_bi_one(app, db, x->r.bi_id, &b, reterr);
    if (rc == CT_OK)
        rc = ct_load_row(app, db, b.load_id, &l, reterr);
    if (rc == CT_OK)
        rc = ct_load_programme_of(db, b.load_id, &p, reterr);
    if (rc != CT_OK)
        return rc;
    ct_load_number(app, l.id, load);
    x->failing = l.id;
    x->r.equipment_id = l.equipment_id;
    ct_text_copy(x->r.asset, sizeof x->r.asset, l.asset);
    x->r.policy = p->recall;
    x->r.wanted = p->return_negatives;
    snprintf(x->r.text, sizeof x->r.text, "BI-%lld of %s is POSITIVE (lot %s)", (long long)b.id,
             load, b.lot);
    return after(db, x, l.started_ms, reterr);
}

/* Of a test without a load: what the strictest of the machine's programmes asks for. */
static enum ct_status of_test(struct ct_app *app, struct opening *x, struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    struct ct_equipment e;
    struct ct_machine_programme *m = NULL;
    CT_STMT *st = NULL;
    size_t n = 0;
    bool there;
    int64_t done_ms = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_machine_sql[CT_SQL_MACHINE_TEST_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", x->r.test_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there) {
        x->r.equipment_id = ct_col_i64(st, 1);
        done_ms = ct_col_i64(st, 9);
        rc = ct_equipment_load(db, x->r.equipment_id, &e, reterr);
    }
    if (rc == CT_OK)
        rc = ct_machine_programmes(app, x->r.equipment_id, &m, &n, reterr);
    x->r.policy = CT_RECALL_REPEAT;
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        CT_PROGRAMME *p = NULL;
        rc = ct_programme_load(ct_app_config(app), m[i].programme, &p, reterr);
        if (rc != CT_OK || p->is_test)
            continue;
        if (p->recall == CT_RECALL_ALL)
            x->r.policy = CT_RECALL_ALL;
        if (p->return_negatives > x->r.wanted)
            x->r.wanted = p->return_negatives;
    }
    free(m);
    if (rc != CT_OK)
        return rc;
    ct_text_copy(x->r.asset, sizeof x->r.asset, e.asset);
    snprintf(x->r.text, sizeof x->r.text, "the biological test T-%lld of %s FAILED",
             (long long)x->r.test_id, e.asset);
    return after(db, x, done_ms, reterr);
}

static bool concerned(const struct opening *x, const struct ct_recall_pack *p)
{
    if (x->r.policy == CT_RECALL_ALL || x->r.cause == CT_RECALL_HAND)
        return true;
    if (p->load_id == x->failing)
        return true;
    return x->r.policy == CT_RECALL_REPEAT && p->p.implant;
}

/* ---- written ----------------------------------------------------------------------------- */

static enum ct_status open_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct opening *x = arg;
    struct ct_recall_row *r = &x->r;
    CT_STMT *st = NULL, *find = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_recall_sql[CT_SQL_RECALL_INSERT], &st, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_recall_sql[CT_SQL_RECALL_FIND_PUT], &find, reterr);
    if (rc != CT_OK)
        return rc;
    r->at_ms = ct_app_now(app);
    ct_bind_i64(st, ":cause", r->cause);
    ct_bind_opt(st, ":equipment_id", r->equipment_id != 0 ? r->equipment_id : CT_UNSET);
    ct_bind_opt(st, ":bi_id", r->bi_id != 0 ? r->bi_id : CT_UNSET);
    ct_bind_opt(st, ":test_id", r->test_id != 0 ? r->test_id : CT_UNSET);
    ct_bind_opt(st, ":after_id", r->after_id != 0 ? r->after_id : CT_UNSET);
    ct_bind_opt(st, ":from_ms", r->from_ms);
    ct_bind_i64(st, ":to_ms", r->to_ms);
    ct_bind_i64(st, ":policy", r->policy);
    ct_bind_i64(st, ":wanted", r->wanted);
    ct_bind_text(st, ":text", r->text);
    ct_bind_i64(st, ":at_ms", r->at_ms);
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &r->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "recall", r->id);
    snprintf(entry->detail, sizeof entry->detail, "RC-%lld %s: %.380s", (long long)r->id,
             r->asset, r->text);
    ct_bind_i64(find, ":recall_id", r->id);
    ct_bind_opt(find, ":equipment_id", r->equipment_id != 0 ? r->equipment_id : CT_UNSET);
    rc = ct_stmt_run(find, NULL, reterr);
    if (rc != CT_OK || r->cause == CT_RECALL_HAND)
        return rc;
    struct ct_fault f = {.equipment_id = r->equipment_id, .cause = CT_FAULT_CHECK,
                         .happened_ms = r->at_ms};
    snprintf(f.text, sizeof f.text, "RC-%lld: %.300s", (long long)r->id, r->text);
    return ct_fault_open_in(app, db, &f, true, entry, reterr);
}

struct batch {
    int64_t recall_id;
    const struct ct_recall_pack *p;
    size_t n;
};

static enum ct_status packs_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    const struct batch *b = arg;
    char text[64];
    enum ct_status rc = CT_OK;
    snprintf(text, sizeof text, "RC-%lld", (long long)b->recall_id);
    for (size_t i = 0; rc == CT_OK && i < b->n; i++)
        rc = ct_pack_step_in(app, db, b->p[i].p.id, CT_PACK_RECALLED, CT_REF_RECALL, b->recall_id,
                             0, NULL, text, entry, reterr);
    snprintf(entry->detail, sizeof entry->detail, "RC-%lld: %zu packs stopped",
             (long long)b->recall_id, b->n);
    return rc;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Those of the list that it does not stop yet, to the front; their number. */
static enum ct_status fresh(struct ct_app *app, const struct opening *x,
                            struct ct_recall_pack *p, size_t n, size_t *ret_n,
                            struct ct_error *reterr)
{
    struct ct_recall_pack *had = NULL;
    size_t n_had = 0, m = 0;
    int64_t *id = NULL;
    enum ct_status rc = ct_recall_packs(app, x->r.id, &had, &n_had, reterr);
    if (rc == CT_OK && n_had > 0 && (id = calloc(n_had, sizeof *id)) == NULL)
        rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the recall");
    for (size_t i = 0; rc == CT_OK && i < n_had; i++)
        id[i] = had[i].p.id;
    if (rc == CT_OK && n_had > 0)
        qsort(id, n_had, sizeof *id, by_id);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        bool stopped = n_had > 0 && bsearch(&p[i].p.id, id, n_had, sizeof *id, by_id) != NULL;
        if (!stopped && concerned(x, &p[i]))
            p[m++] = p[i];
    }
    free(id);
    free(had);
    *ret_n = m;
    return rc;
}

static enum ct_status stop_packs(struct ct_app *app, const struct opening *x,
                                 const struct ct_recall_ask *ask, struct ct_error *reterr)
{
    struct ct_recall_pack *p = NULL;
    size_t n = 0;
    enum ct_status rc = ct_recall_list_of(app, ask, 0, &p, &n, reterr);
    if (rc == CT_OK)
        rc = fresh(app, x, p, n, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i += BATCH) {
        struct batch b = {x->r.id, p + i, n - i < BATCH ? n - i : BATCH};
        struct ct_change change = {.verb = CT_VERB_RECALL_PACKS,
                                   .write = packs_write,
                                   .arg = &b,
                                   .entry = {.severity = CT_EXCEPTION,
                                             .patient_id = CT_UNSET,
                                             .done_ms = CT_UNSET}};
        rc = ct_record(app, &change, NULL, reterr);
    }
    free(p);
    return rc;
}

static enum ct_status open_record(struct ct_app *app, struct opening *x, struct ct_error *reterr)
{
    struct ct_change change = {.verb = CT_VERB_RECALL_OPEN,
                               .write = open_write,
                               .arg = x,
                               .entry = {.severity = CT_EXCEPTION,
                                         .patient_id = CT_UNSET,
                                         .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

/* ---- with a result ------------------------------------------------------------------------ */

/* A second positive one on a machine whose recall is open stops all of its packs since. */
static enum ct_status follow(struct ct_app *app, struct opening *x, struct ct_error *reterr)
{
    struct ct_recall_row open;
    int64_t id = 0, at_ms = 0;
    int wanted = 0;
    enum ct_status rc = ct_recall_of_machine(ct_app_db(app), x->r.equipment_id, &id, &at_ms,
                                             &wanted, reterr);
    if (rc == CT_OK && id != 0) {
        rc = ct_recall_get(app, id, &open, reterr);
        if (rc == CT_OK && x->r.from_ms != CT_UNSET &&
            (open.from_ms == CT_UNSET || open.from_ms < x->r.from_ms))
            x->r.from_ms = open.from_ms;
        x->r.id = id;
        x->r.policy = CT_RECALL_ALL;
    } else if (rc == CT_OK) {
        rc = open_record(app, x, reterr);
    }
    if (rc != CT_OK)
        return rc;
    const struct ct_recall_ask ask = {.equipment_id = x->r.equipment_id,
                                      .from_ms = x->r.from_ms,
                                      .to_ms = x->r.to_ms};
    return stop_packs(app, x, &ask, reterr);
}

enum ct_status ct_recall_with(struct ct_app *app, const struct ct_change *change,
                              enum ct_recall_cause cause, const int64_t *ref_id,
                              int64_t *ret_recall, struct ct_error *reterr)
{
    struct opening x = {.r = {.cause = cause, .from_ms = CT_UNSET}};
    bool mine = !ct_record_in_bulk(app);
    enum ct_status rc = mine ? ct_record_bulk_begin(app, reterr) : CT_OK;
    *ret_recall = 0;
    if (rc != CT_OK)
        return rc;
    rc = ct_record(app, change, NULL, reterr);
    x.r.to_ms = ct_app_now(app);
    if (cause == CT_RECALL_BI)
        x.r.bi_id = *ref_id;
    else
        x.r.test_id = *ref_id;
    if (rc == CT_OK)
        rc = cause == CT_RECALL_BI ? of_bi(app, &x, reterr) : of_test(app, &x, reterr);
    if (rc == CT_OK)
        rc = follow(app, &x, reterr);
    if (rc == CT_OK && mine)
        rc = ct_record_bulk_commit(app, reterr);
    if (rc != CT_OK)
        ct_record_bulk_cancel(app);
    else
        *ret_recall = x.r.id;
    return rc;
}

/* ---- by hand ------------------------------------------------------------------------------- */

static enum ct_status hand_check(struct ct_app *app, const struct ct_recall_ask *ask,
                                 struct opening *x, const char *text, struct ct_error *reterr)
{
    struct ct_recall_pack *p = NULL;
    struct ct_equipment e;
    size_t n = 0;
    if (strlen(text) > CT_RECALL_TEXT_MAX)
        return ct_fail(reterr, CT_EINVAL, "text", "at most %d bytes fit", CT_RECALL_TEXT_MAX);
    ct_text_copy(x->r.text, sizeof x->r.text, text);
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_OVERRIDE, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(x->r.text, "text", "why they are recalled", CT_RECALL_TEXT_MAX, true,
                           reterr);
    if (rc == CT_OK)
        rc = ct_recall_list_of(app, ask, 0, &p, &n, reterr);
    free(p);
    if (rc == CT_OK && n == 0)
        rc = ct_fail(reterr, CT_EINVAL, "load_id", "no pack went through: there is nothing to stop");
    if (rc == CT_OK && ask->equipment_id != 0) {
        rc = ct_equipment_load(ct_app_db(app), ask->equipment_id, &e, reterr);
        if (rc == CT_OK)
            ct_text_copy(x->r.asset, sizeof x->r.asset, e.asset);
    }
    return rc;
}

enum ct_status ct_recall_open(struct ct_app *app, const struct ct_recall_ask *ask,
                              const char *text, int64_t *ret_id, struct ct_error *reterr)
{
    bool period = ct_recall_of_period(ask);
    struct opening x = {.r = {.cause = CT_RECALL_HAND,
                              .equipment_id = ask->equipment_id,
                              .from_ms = period ? ask->from_ms : CT_UNSET,
                              .to_ms = period ? ask->to_ms : ct_app_now(app),
                              .policy = CT_RECALL_ALL}};
    bool mine = !ct_record_in_bulk(app);
    *ret_id = 0;
    enum ct_status rc = hand_check(app, ask, &x, text, reterr);
    if (rc == CT_OK && mine)
        rc = ct_record_bulk_begin(app, reterr);
    if (rc != CT_OK)
        return rc;
    rc = open_record(app, &x, reterr);
    if (rc == CT_OK)
        rc = stop_packs(app, &x, ask, reterr);
    if (rc == CT_OK && mine)
        rc = ct_record_bulk_commit(app, reterr);
    if (rc != CT_OK)
        ct_record_bulk_cancel(app);
    else
        *ret_id = x.r.id;
    return rc;
}
