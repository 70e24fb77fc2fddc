/* scope_state - how an endoscope stands now or stood at a moment, and where it was: from what
 * was recorded of it and the procedures that name it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/scope_priv.h"

/* Uses are walked from the last one that was entered: of now few are needed, of a moment
 * that is entered late more. */
enum { USES_NOW = 50, USES_THEN = 1000 };

/* How it stood at a moment; its condition in the registry aside. */
struct stand {
    struct ct_scope_find f;   /* record_id 0: none; `is` as of that moment */
    int64_t used_id, used_ms; /* since then; 0, CT_UNSET none */
    bool over;                /* complete, and its hang time is over */
};

/* Columns of FIND in scope_sql.c. */
static void find_row(struct ct_stmt *st, struct ct_scope_find *f)
{
    *f = (struct ct_scope_find){.record_id = ct_col_i64(st, 0),
                                .equipment_id = ct_col_i64(st, 1),
                                .from_ms = ct_col_i64(st, 2),
                                .is = (enum ct_scope_is)ct_col_i64(st, 3),
                                .step = (int)ct_col_i64(st, 4),
                                .step_ms = ct_col_i64(st, 5),
                                .until_ms = ct_col_i64(st, 6)};
}

enum ct_status ct_scope_last(struct ct_db *db, int64_t equipment_id, struct ct_scope_find *ret,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret = (struct ct_scope_find){.record_id = 0};
    enum ct_status rc = ct_stmt_get(db, &ct_scope_sql[CT_SQL_SCOPE_LAST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there)
        find_row(st, ret);
    return rc;
}

static enum ct_status used_within(struct ct_db *db, int64_t equipment_id,
                                   const struct ct_scope_find *f, int64_t at_ms, int uses,
                                   int64_t *ret_id, int64_t *ret_ms, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret_id = 0;
    *ret_ms = CT_UNSET;
    enum ct_status rc = ct_stmt_get(db, &ct_scope_sql[CT_SQL_SCOPE_SINCE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_i64(st, ":from_ms", f->record_id != 0 ? f->from_ms : 0);
    ct_bind_i64(st, ":at_ms", at_ms);
    ct_bind_i64(st, ":record_id", f->record_id);
    ct_bind_i64(st, ":uses", uses);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there) {
        *ret_id = ct_col_i64(st, 0);
        *ret_ms = ct_col_i64(st, 1);
    }
    return rc;
}

enum ct_status ct_scope_used_since(struct ct_db *db, int64_t equipment_id,
                                   const struct ct_scope_find *f, int64_t at_ms,
                                   int64_t *ret_id, int64_t *ret_ms, struct ct_error *reterr)
{
    return used_within(db, equipment_id, f, at_ms, USES_THEN, ret_id, ret_ms, reterr);
}

static enum ct_status stood(struct ct_db *db, int64_t equipment_id, int64_t at_ms, int uses,
                            struct stand *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret = (struct stand){.used_ms = CT_UNSET};
    enum ct_status rc = ct_stmt_get(db, &ct_scope_sql[CT_SQL_SCOPE_AT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_i64(st, ":at_ms", at_ms);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (there)
        find_row(st, &ret->f);
    if (ret->f.is == CT_SCOPE_COMPLETE && ret->f.step_ms > at_ms)
        ret->f.is = CT_SCOPE_UNDER_WAY; /* it was, at that moment */
    ret->over = there && ret->f.is == CT_SCOPE_COMPLETE && ret->f.until_ms != CT_UNSET &&
                at_ms > ret->f.until_ms;
    return used_within(db, equipment_id, &ret->f, at_ms, uses, &ret->used_id, &ret->used_ms,
                       reterr);
}

/* ---- what speaks against it ------------------------------------------------------------- */

/* Why the last record does not make it ready: "" it does. */
static enum ct_status record_says(struct ct_db *db, const struct stand *s,
                                  struct ct_buf *out, struct ct_error *reterr)
{
    struct ct_scope_record r;
    CT_PROGRAMME *p = NULL;
    long long id = (long long)s->f.record_id;
    enum ct_status rc = CT_OK;
    if (id == 0) {
        ct_buf_str_add(out, "no record of its reprocessing");
        return CT_OK;
    }
    switch (s->f.is) {
    case CT_SCOPE_UNDER_WAY:
        ct_buf_printf(out, "reprocessing RE-%lld is not complete", id);
        break;
    case CT_SCOPE_FAILED:
        rc = ct_scope_load(db, s->f.record_id, &r, &p, reterr);
        if (rc == CT_OK)
            ct_buf_printf(out,
                          r.step >= 1 && p->step_kind[r.step - 1] == CT_STEP_LEAK_TEST
                              ? "leak test failed in RE-%lld"
                              : "reprocessing RE-%lld failed",
                          id);
        break;
    case CT_SCOPE_BROKEN_OFF:
        ct_buf_printf(out, "reprocessing RE-%lld was broken off", id);
        break;
    default:
        break;
    }
    return rc;
}

static void used_says(const struct stand *s, struct ct_buf *out)
{
    char at[24];
    ct_datetime_text(s->used_ms, at);
    ct_buf_printf(out, "%sused on P-%lld, %s, and not reprocessed since",
                  out->len > 0 ? "; " : "", (long long)s->used_id, at);
}

/* Nothing is appended when it is ready. */
static enum ct_status stand_says(struct ct_db *db, const struct stand *s,
                                 struct ct_buf *out, bool *ret_note, struct ct_error *reterr)
{
    char at[24];
    *ret_note = false;
    enum ct_status rc = record_says(db, s, out, reterr);
    if (rc != CT_OK)
        return rc;
    if (s->used_id != 0)
        used_says(s, out);
    if (s->over) {
        ct_datetime_text(s->f.until_ms, at);
        ct_buf_printf(out, "%shang time over since %s", out->len > 0 ? "; " : "", at);
    }
    if (out->len > 0 || s->f.until_ms != CT_UNSET)
        return CT_OK;
    *ret_note = true;
    ct_datetime_text(s->f.step_ms, at);
    ct_buf_printf(out, "stored since %s; no hang time is filled in", at);
    return CT_OK;
}

enum ct_status ct_scope_says_in(struct ct_db *db, int64_t equipment_id, int64_t at_ms,
                                struct ct_buf *out, bool *ret_note, struct ct_error *reterr)
{
    struct stand s;
    *ret_note = false;
    enum ct_status rc = stood(db, equipment_id, at_ms, USES_THEN, &s, reterr);
    return rc == CT_OK ? stand_says(db, &s, out, ret_note, reterr) : rc;
}

/* ---- the list --------------------------------------------------------------------------- */

/* Columns of DEVICE in scope_sql.c. */
static void device_row(struct ct_stmt *st, struct ct_scope *s)
{
    memset(s, 0, sizeof *s);
    s->equipment_id = ct_col_i64(st, 0);
    ct_text_copy(s->asset, sizeof s->asset, ct_col_text(st, 1));
    ct_text_copy(s->model, sizeof s->model, ct_col_text(st, 2));
    ct_text_copy(s->serial, sizeof s->serial, ct_col_text(st, 3));
    ct_text_copy(s->location, sizeof s->location, ct_col_text(st, 4));
    s->condition = (enum ct_equip_condition)ct_col_i64(st, 5);
}

enum ct_status ct_scope_soak(struct ct_db *db, const char *asset, struct ct_bath_soak *ret,
                             bool *ret_bath_over, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    memset(ret, 0, sizeof *ret);
    *ret_bath_over = false;
    enum ct_status rc = ct_stmt_get(db, &ct_scope_sql[CT_SQL_SCOPE_SOAK], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":asset", asset);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK || !there)
        return rc;
    ret->id = ct_col_i64(st, 0);
    ret->bath_id = ct_col_i64(st, 1);
    ret->started_ms = ct_col_i64(st, 2);
    ret->ready_ms = ct_col_i64(st, 3);
    ret->ended_ms = ct_col_i64(st, 4);
    ret->done = !ct_col_null(st, 5) && ct_col_i64(st, 5) != 0;
    *ret_bath_over = ct_col_i64(st, 6) != 0;
    ct_text_copy(ret->item, sizeof ret->item, asset);
    return CT_OK;
}

static enum ct_status under_way(struct ct_db *db, struct ct_scope *s, struct ct_error *reterr)
{
    struct ct_scope_record r;
    struct ct_bath_soak k;
    bool over;
    char since[24];
    enum ct_status rc = ct_scope_load(db, s->record_id, &r, NULL, reterr);
    if (rc == CT_OK)
        rc = ct_scope_soak(db, s->asset, &k, &over, reterr);
    if (rc != CT_OK)
        return rc;
    ct_datetime_text(r.step > 0 ? r.step_ms : r.at_ms, since);
    snprintf(s->why, sizeof s->why, "since %s, next: %.180s", since, r.next_text);
    if (r.next == CT_STEP_DISINFECT && k.id != 0 && k.ended_ms == CT_UNSET) {
        s->soak_id = k.id;
        s->soak_bath = k.bath_id;
        s->soak_ready_ms = k.ready_ms;
    }
    return CT_OK;
}

static enum ct_status stands(struct ct_db *db, struct ct_scope *s, int64_t now_ms,
                             struct ct_error *reterr)
{
    struct stand t;
    CT_BUF text = {.max = 1000};
    bool note;
    enum ct_status rc = stood(db, s->equipment_id, now_ms + 1, USES_NOW, &t, reterr);
    if (rc == CT_OK)
        rc = stand_says(db, &t, &text, &note, reterr);
    if (rc != CT_OK)
        return rc;
    s->record_id = t.f.record_id;
    s->is = t.f.is;
    s->until_ms = t.f.until_ms;
    s->used_id = t.used_id;
    s->used_ms = t.used_ms;
    s->now = t.f.record_id != 0 && t.f.is == CT_SCOPE_UNDER_WAY && t.used_id == 0
                 ? CT_SCOPE_REPROCESSING
                 : text.len == 0 || note ? CT_SCOPE_IS_READY : CT_SCOPE_MUST;
    ct_text_copy(s->why, sizeof s->why, ct_buf_str(&text));
    if (s->now == CT_SCOPE_REPROCESSING)
        rc = under_way(db, s, reterr);
    if (s->condition != CT_COND_IN_SERVICE)
        s->now = CT_SCOPE_OUT;
    return rc;
}

static enum ct_status list(struct ct_app *app, struct ct_stmt *st, struct ct_scope **ret,
                           size_t *ret_n, struct ct_error *reterr)
{
    size_t cap = 0;
    bool there;
    enum ct_status rc;
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_scope *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the endoscopes");
        *ret = more;
        device_row(st, &more[(*ret_n)++]);
    }
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        rc = stands(ct_app_db(app), &(*ret)[i], ct_app_now(app), reterr);
    return rc;
}

static enum ct_status read_all(struct ct_app *app, int64_t equipment_id, struct ct_scope **ret,
                               size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    CT_STMT *st = NULL;
    unsigned sql = equipment_id != 0 ? CT_SQL_SCOPE_ONE : CT_SQL_SCOPE_LIST;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_scope_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":class", CT_SCOPE_CLASS);
    if (equipment_id != 0)
        ct_bind_i64(st, ":equipment_id", equipment_id);
    rc = list(app, st, ret, ret_n, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_scope_list(struct ct_app *app, struct ct_scope **ret, size_t *ret_n,
                             struct ct_error *reterr)
{
    return read_all(app, 0, ret, ret_n, reterr);
}

enum ct_status ct_scope_of(struct ct_app *app, int64_t equipment_id, struct ct_scope *ret,
                           struct ct_error *reterr)
{
    struct ct_scope *one = NULL;
    size_t n = 0;
    enum ct_status rc = read_all(app, equipment_id, &one, &n, reterr);
    if (rc == CT_OK && n == 0)
        rc = ct_fail(reterr, CT_EINVAL, "equipment_id", "this device is no endoscope");
    if (rc == CT_OK)
        *ret = one[0];
    free(one);
    return rc;
}
