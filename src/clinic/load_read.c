/* load_read - loads read back: one, lists, and everything that its state rests on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/load_priv.h"
#include "clinic/scan_find.h"
#include "record/user.h"

static int64_t id_of(struct ct_stmt *st, int col)
{
    return ct_col_null(st, col) ? 0 : ct_col_i64(st, col);
}

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of loads");
}

static void name(struct ct_app *app, uint32_t user, char *out, size_t size)
{
    char by[128];
    ct_user_name(app, user, by, sizeof by);
    ct_text_copy(out, size, by);
}

/* Columns of ROW in load_sql.c. */
static void row(struct ct_stmt *st, struct ct_load *l)
{
    memset(l, 0, sizeof *l);
    l->id = ct_col_i64(st, 0);
    l->equipment_id = ct_col_i64(st, 1);
    ct_text_copy(l->programme, sizeof l->programme, ct_col_text(st, 2));
    l->immediate = ct_col_i64(st, 3) != 0;
    l->procedure_id = id_of(st, 4);
    ct_text_copy(l->reason, sizeof l->reason, ct_col_text(st, 5));
    ct_text_copy(l->prevent, sizeof l->prevent, ct_col_text(st, 6));
    l->at_ms = ct_col_i64(st, 7);
    l->by_user = (uint32_t)ct_col_i64(st, 8);
    ct_text_copy(l->asset, sizeof l->asset, ct_col_text(st, 9));
    l->state = (enum ct_load_state)id_of(st, 10);
    l->state_ms = ct_col_i64(st, 11);
    l->started_ms = ct_col_i64(st, 12);
    l->ended_ms = ct_col_i64(st, 13);
    l->cycle_number = ct_col_i64(st, 14);
    l->started_by = (uint32_t)id_of(st, 15);
    l->implant = id_of(st, 16) != 0;
    l->packs = (int)id_of(st, 17);
    l->verdict = ct_col_null(st, 18) ? -1 : (int)ct_col_i64(st, 18);
    l->bi = (enum ct_load_bi_state)id_of(st, 19);
    l->bi_due_ms = ct_col_i64(st, 20);
    l->early = (int)id_of(st, 21);
}

static void named(struct ct_app *app, struct ct_load *l)
{
    name(app, l->by_user, l->by, sizeof l->by);
    if (l->started_by != 0)
        name(app, l->started_by, l->loader, sizeof l->loader);
}

enum ct_status ct_load_row(struct ct_app *app, struct ct_db *db, int64_t id,
                           struct ct_load *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    char number[40];
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    ct_load_number(app, id, number);
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "load_id", "there is no load %s", number);
    row(st, ret);
    return CT_OK;
}

enum ct_status ct_load_get(struct ct_app *app, int64_t id, struct ct_load *ret,
                           struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_load_row(app, ct_app_db(app), id, ret, reterr);
    if (rc == CT_OK)
        named(app, ret);
    return rc;
}

enum ct_status ct_load_find(struct ct_app *app, const char *text, struct ct_load *ret,
                            struct ct_error *reterr)
{
    char like[40];
    text += strspn(text, " \t");
    const int64_t id =
        ct_scan_own(ct_app_config(app), ct_date_at(ct_app_now(app)), text, CT_NAMED_LOAD);
    ct_load_number(app, 12, like);
    if (id == 0)
        return ct_fail(reterr, CT_EINVAL, "load_id", "this is no number of a load; such as %s",
                       like);
    return ct_load_get(app, id, ret, reterr);
}

enum ct_status ct_load_list(struct ct_app *app, enum ct_load_which which, int64_t equipment_id,
                            size_t limit, struct ct_load **ret, size_t *ret_n,
                            struct ct_error *reterr)
{
    static const unsigned SQL[CT_LOAD_WHICHES] = {
        CT_SQL_LOAD_LIST_OPEN, CT_SQL_LOAD_LIST_ALL, CT_SQL_LOAD_LIST_MACHINE};
    CT_STMT *st = NULL;
    CT_TX tx = {.db = NULL};
    size_t cap = 0;
    bool there;
    *ret = NULL;
    *ret_n = 0;
    if ((unsigned)which >= CT_LOAD_WHICHES)
        return ct_fail(reterr, CT_EINVAL, "", "there is no such list of loads");
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_load_sql[SQL[which]], &st, reterr);
    if (rc != CT_OK)
        return rc;
    if (which == CT_LOADS_OF_MACHINE)
        ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_i64(st, ":limit", (int64_t)limit);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_load *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL) {
            rc = no_memory(reterr);
            break;
        }
        *ret = more;
        row(st, &more[(*ret_n)++]);
    }
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        named(app, &(*ret)[i]);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_load_packs(struct ct_app *app, int64_t id, struct ct_pack **ret,
                             size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_pack_of_load(ct_app_db(app), id, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        name(app, (*ret)[i].by_user, (*ret)[i].by, sizeof (*ret)[i].by);
    return rc;
}

/* A list of a load, one row a turn: where the rows are of one kind and belong to `id`. */
typedef void row_fn(struct ct_app *app, struct ct_stmt *st, void *out);

static enum ct_status rows_of(struct ct_app *app, struct ct_db *db, unsigned sql,
                              const char *key, int64_t id, size_t size, row_fn *fn, void **ret,
                              size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_load_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    if (key != NULL)
        ct_bind_i64(st, key, id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        char *more = ct_rows_grow(*ret, *ret_n, &cap, size);
        if (more == NULL) {
            rc = no_memory(reterr);
            break;
        }
        *ret = more;
        memset(more + *ret_n * size, 0, size);
        fn(app, st, more + (*ret_n)++ * size);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

static void event_row(struct ct_app *app, struct ct_stmt *st, void *out)
{
    struct ct_load_event *e = out;
    e->id = ct_col_i64(st, 0);
    e->step = (enum ct_load_step)ct_col_i64(st, 1);
    e->cycle_number = ct_col_i64(st, 2);
    ct_text_copy(e->text, sizeof e->text, ct_col_text(st, 3));
    e->at_ms = ct_col_i64(st, 4);
    e->recorded_ms = ct_col_i64(st, 5);
    e->by_user = (uint32_t)ct_col_i64(st, 6);
    name(app, e->by_user, e->by, sizeof e->by);
}

static void gap_row(struct ct_app *app, struct ct_stmt *st, void *out)
{
    struct ct_cycle_gap *g = out;
    g->id = ct_col_i64(st, 0);
    g->equipment_id = ct_col_i64(st, 1);
    ct_text_copy(g->programme, sizeof g->programme, ct_col_text(st, 2));
    g->before = ct_col_i64(st, 3);
    g->number = ct_col_i64(st, 4);
    ct_text_copy(g->text, sizeof g->text, ct_col_text(st, 5));
    g->at_ms = ct_col_i64(st, 6);
    g->by_user = (uint32_t)ct_col_i64(st, 7);
    name(app, g->by_user, g->by, sizeof g->by);
}

static void reading_row(struct ct_app *app, struct ct_stmt *st, void *out)
{
    struct ct_load_reading *r = out;
    r->id = ct_col_i64(st, 0);
    r->load_id = ct_col_i64(st, 1);
    r->record_id = id_of(st, 2);
    r->verdict = (enum ct_cycle_verdict)ct_col_i64(st, 3);
    r->unmeasured = (int)ct_col_i64(st, 4);
    ct_text_copy(r->text, sizeof r->text, ct_col_text(st, 5));
    ct_text_copy(r->reason, sizeof r->reason, ct_col_text(st, 6));
    r->at_ms = ct_col_i64(st, 7);
    r->by_user = (uint32_t)ct_col_i64(st, 8);
    name(app, r->by_user, r->by, sizeof r->by);
}

static void ci_row(struct ct_app *app, struct ct_stmt *st, void *out)
{
    struct ct_load_ci *c = out;
    c->id = ct_col_i64(st, 0);
    c->load_id = ct_col_i64(st, 1);
    ct_text_copy(c->indicator, sizeof c->indicator, ct_col_text(st, 2));
    c->type = (enum ct_ci_type)ct_col_i64(st, 3);
    c->place = (enum ct_place)ct_col_i64(st, 4);
    c->pack_id = id_of(st, 5);
    c->result = (enum ct_ci_result)ct_col_i64(st, 6);
    ct_text_copy(c->lot, sizeof c->lot, ct_col_text(st, 7));
    ct_text_copy(c->text, sizeof c->text, ct_col_text(st, 8));
    c->at_ms = ct_col_i64(st, 9);
    c->by_user = (uint32_t)ct_col_i64(st, 10);
    name(app, c->by_user, c->by, sizeof c->by);
}

/* Columns of BI in load_sql.c. */
static void bi_row(struct ct_app *app, struct ct_stmt *st, void *out)
{
    struct ct_load_bi *b = out;
    b->id = ct_col_i64(st, 0);
    b->load_id = ct_col_i64(st, 1);
    ct_text_copy(b->indicator, sizeof b->indicator, ct_col_text(st, 2));
    ct_text_copy(b->product, sizeof b->product, ct_col_text(st, 3));
    ct_text_copy(b->lot, sizeof b->lot, ct_col_text(st, 4));
    ct_text_copy(b->control_lot, sizeof b->control_lot, ct_col_text(st, 5));
    b->expires = (ct_date)ct_col_i64(st, 6);
    ct_text_copy(b->incubator, sizeof b->incubator, ct_col_text(st, 7));
    b->incubation_ms = ct_col_i64(st, 8);
    b->latest_ms = id_of(st, 9);
    b->started_ms = ct_col_i64(st, 10);
    b->control_started_ms = ct_col_i64(st, 11);
    b->at_ms = ct_col_i64(st, 12);
    b->by_user = (uint32_t)ct_col_i64(st, 13);
    name(app, b->by_user, b->by, sizeof b->by);
    b->read_ms = CT_UNSET;
    b->ready_ms = b->started_ms + b->incubation_ms;
    if (!ct_col_null(st, 14)) {
        b->test = (enum ct_bi_result)ct_col_i64(st, 14);
        b->control = (enum ct_bi_result)ct_col_i64(st, 15);
        b->read_ms = ct_col_i64(st, 16);
        name(app, (uint32_t)ct_col_i64(st, 17), b->reader, sizeof b->reader);
        ct_text_copy(b->text, sizeof b->text, ct_col_text(st, 18));
    }
    b->meaning = ct_load_bi_means(b, ct_app_now(app), NULL);
}

static void early_row(struct ct_app *app, struct ct_stmt *st, void *out)
{
    struct ct_load_early *e = out;
    e->id = ct_col_i64(st, 0);
    e->load_id = ct_col_i64(st, 1);
    e->pack_id = ct_col_i64(st, 2);
    e->procedure_id = ct_col_i64(st, 3);
    e->ci_id = ct_col_i64(st, 4);
    ct_text_copy(e->reason, sizeof e->reason, ct_col_text(st, 5));
    ct_text_copy(e->prevent, sizeof e->prevent, ct_col_text(st, 6));
    e->authoriser = (uint32_t)ct_col_i64(st, 7);
    name(app, e->authoriser, e->authorised, sizeof e->authorised);
    e->at_ms = ct_col_i64(st, 8);
    e->by_user = (uint32_t)ct_col_i64(st, 9);
    name(app, e->by_user, e->by, sizeof e->by);
    e->bi = (enum ct_load_bi_state)ct_col_i64(st, 10);
}

enum ct_status ct_load_readings_of(struct ct_app *app, struct ct_db *db, int64_t id,
                                   struct ct_load_reading **ret, size_t *ret_n,
                                   struct ct_error *reterr)
{
    void *p;
    enum ct_status rc = rows_of(app, db, CT_SQL_LOAD_READINGS, ":id", id, sizeof **ret,
                                reading_row, &p, ret_n, reterr);
    *ret = p;
    return rc;
}

enum ct_status ct_load_cis_of(struct ct_app *app, struct ct_db *db, int64_t id,
                              struct ct_load_ci **ret, size_t *ret_n, struct ct_error *reterr)
{
    void *p;
    enum ct_status rc =
        rows_of(app, db, CT_SQL_LOAD_CIS, ":id", id, sizeof **ret, ci_row, &p, ret_n, reterr);
    *ret = p;
    return rc;
}

enum ct_status ct_load_bis_of(struct ct_app *app, struct ct_db *db, int64_t id,
                              struct ct_load_bi **ret, size_t *ret_n, struct ct_error *reterr)
{
    void *p;
    enum ct_status rc =
        rows_of(app, db, CT_SQL_LOAD_BIS, ":id", id, sizeof **ret, bi_row, &p, ret_n, reterr);
    *ret = p;
    return rc;
}

enum ct_status ct_load_bi_one(struct ct_app *app, struct ct_db *db, int64_t bi_id,
                              struct ct_load_bi *ret, struct ct_error *reterr)
{
    void *p;
    size_t n;
    enum ct_status rc = rows_of(app, db, CT_SQL_LOAD_BI_GET, ":id", bi_id, sizeof *ret, bi_row,
                                &p, &n, reterr);
    if (rc == CT_OK && n == 0)
        rc = ct_fail(reterr, CT_ENOTFOUND, "bi_id", "there is no biological indicator BI-%lld",
                     (long long)bi_id);
    if (rc == CT_OK)
        *ret = *(struct ct_load_bi *)p;
    free(p);
    return rc;
}

/* Asked of the permission, in a transaction. */
static enum ct_status asked(struct ct_app *app, unsigned sql, const char *key, int64_t id,
                            size_t size, row_fn *fn, void **ret, size_t *ret_n,
                            struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    return rc == CT_OK
               ? rows_of(app, ct_app_db(app), sql, key, id, size, fn, ret, ret_n, reterr)
               : rc;
}

#define LISTED(fn_name, type, sql, key, fn)                                                \
    enum ct_status fn_name(struct ct_app *app, int64_t id, struct type **ret, size_t *ret_n, \
                           struct ct_error *reterr)                                        \
    {                                                                                      \
        void *p;                                                                           \
        enum ct_status rc =                                                                \
            asked(app, sql, key, id, sizeof **ret, fn, &p, ret_n, reterr);                 \
        *ret = p;                                                                          \
        return rc;                                                                         \
    }
LISTED(ct_load_events, ct_load_event, CT_SQL_LOAD_EVENTS, ":id", event_row)
LISTED(ct_cycle_gaps, ct_cycle_gap, CT_SQL_CYCLE_GAPS, ":equipment_id", gap_row)
LISTED(ct_load_cis, ct_load_ci, CT_SQL_LOAD_CIS, ":id", ci_row)
LISTED(ct_load_bis, ct_load_bi, CT_SQL_LOAD_BIS, ":id", bi_row)

enum ct_status ct_load_earlies(struct ct_app *app, int64_t load_id, struct ct_load_early **ret,
                               size_t *ret_n, struct ct_error *reterr)
{
    void *p;
    enum ct_status rc =
        load_id != 0 ? asked(app, CT_SQL_LOAD_EARLIES, ":id", load_id, sizeof **ret, early_row,
                             &p, ret_n, reterr)
                     : asked(app, CT_SQL_LOAD_EARLIES_OPEN, NULL, 0, sizeof **ret, early_row, &p,
                             ret_n, reterr);
    *ret = p;
    return rc;
}

/* ---- readings with their values ------------------------------------------------------- */

static enum ct_status values(struct ct_db *db, struct ct_load_reading *r,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_VALUES], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":reading_id", r->id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there)
        if (r->n < CT_LEN(r->value))
            r->value[r->n++] =
                (struct ct_cycle_typed){.measure = (enum ct_measure)ct_col_i64(st, 0),
                                        .value = ct_col_i64(st, 1),
                                        .ranged = ct_col_i64(st, 1) != ct_col_i64(st, 2),
                                        .high = ct_col_i64(st, 2)};
    return rc;
}

enum ct_status ct_load_readings(struct ct_app *app, int64_t load_id,
                                struct ct_load_reading **ret, size_t *ret_n,
                                struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    struct ct_db *db = ct_app_db(app);
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_load_readings_of(app, db, load_id, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        rc = values(db, &(*ret)[i], reterr);
    return rc;
}

/* ---- facts ---------------------------------------------------------------------------- */

enum ct_status ct_load_programme_of(struct ct_db *db, int64_t id, struct ct_programme **ret,
                                    struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_CANONICAL], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "load_id", "there is no such load");
    const char *text = ct_col_text(st, 1);
    return ct_programme_parse(ct_col_text(st, 0), text, strlen(text), ret, reterr);
}

enum ct_status ct_load_programme(struct ct_app *app, int64_t load_id, struct ct_programme **ret,
                                 struct ct_error *reterr)
{
    *ret = NULL;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    return rc == CT_OK ? ct_load_programme_of(ct_app_db(app), load_id, ret, reterr) : rc;
}

static enum ct_status last_step(struct ct_db *db, struct ct_load_facts *f,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_LAST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", f->l.id);
    rc = ct_stmt_step(st, &there, reterr);
    f->step = rc == CT_OK && there ? (enum ct_load_step)ct_col_i64(st, 0) : CT_LOAD_PLANNED;
    return rc;
}

enum ct_status ct_load_facts(struct ct_app *app, struct ct_db *db, int64_t id,
                             struct ct_load_facts *ret, struct ct_error *reterr)
{
    ct_load_facts_free(ret);
    enum ct_status rc = ct_load_row(app, db, id, &ret->l, reterr);
    if (rc == CT_OK)
        rc = ct_load_programme_of(db, id, &ret->p, reterr);
    if (rc == CT_OK)
        rc = last_step(db, ret, reterr);
    if (rc == CT_OK)
        rc = ct_pack_of_load(db, id, &ret->pack, &ret->n_packs, reterr);
    if (rc == CT_OK)
        rc = ct_load_readings_of(app, db, id, &ret->reading, &ret->n_readings, reterr);
    if (rc == CT_OK)
        rc = ct_load_cis_of(app, db, id, &ret->ci, &ret->n_cis, reterr);
    return rc == CT_OK ? ct_load_bis_of(app, db, id, &ret->bi, &ret->n_bis, reterr) : rc;
}

void ct_load_facts_free(struct ct_load_facts *f)
{
    ct_programme_free(f->p);
    free(f->pack);
    free(f->reading);
    free(f->ci);
    free(f->bi);
    *f = (struct ct_load_facts){.p = NULL};
}
