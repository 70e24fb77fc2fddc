/* recall_work - a recall is worked off line by line, and closed with a signature. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/recall_priv.h"

enum { BATCH = 80 }; /* packs of one entry of the chain: two rows each when it is lifted */

/* ---- lines -------------------------------------------------------------------------------- */

struct disposing {
    int64_t id;
    const int64_t *pack;
    size_t n;
    enum ct_recall_disposition d;
    char text[CT_RECALL_TEXT_MAX + 1];
};

static enum ct_status still_open(struct ct_app *app, int64_t id, struct ct_recall_row *r,
                                 struct ct_error *reterr)
{
    char at[24];
    enum ct_status rc = ct_recall_get(app, id, r, reterr);
    if (rc != CT_OK || r->closed_ms == CT_UNSET)
        return rc;
    ct_datetime_text(r->closed_ms, at);
    return ct_fail(reterr, CT_ECONFLICT, "recall_id", "RC-%lld was closed %s by %s",
                   (long long)id, at, r->closed_by);
}

static enum ct_status dispose_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct disposing *x = arg;
    struct ct_recall_row r;
    bool why = x->d == CT_RECALL_PATIENT || x->d == CT_RECALL_NOT_FOUND ||
               x->d == CT_RECALL_NOTHING || x->d == CT_RECALL_LIFTED;
    if ((unsigned)x->d >= CT_RECALL_DISPOSITIONS)
        return ct_fail(reterr, CT_EINVAL, "disposition", "there is no such disposition");
    enum ct_status rc = ct_text_check(x->text, "text", "what was done, or why",
                                      CT_RECALL_TEXT_MAX, why, reterr);
    return rc == CT_OK ? still_open(app, x->id, &r, reterr) : rc;
}

static enum ct_status line_insert(struct ct_app *app, struct ct_db *db,
                                  const struct disposing *x, int64_t pack_id,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = ct_stmt_get(db, &ct_recall_sql[CT_SQL_RECALL_LINE_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":recall_id", x->id);
    ct_bind_i64(st, ":pack_id", pack_id);
    ct_bind_i64(st, ":disposition", x->d);
    ct_bind_text(st, ":text", x->text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "recall_line", id);
    return rc;
}

/* A pack that this recall does not stop is none of its lines. */
static enum ct_status stops(struct ct_app *app, struct ct_db *db, int64_t recall_id,
                            int64_t pack_id, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    char number[40];
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_pack_sql[CT_SQL_PACK_STOPS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":pack_id", pack_id);
    ct_bind_i64(st, ":ref_id", recall_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK || (there && !ct_col_null(st, 0) && ct_col_i64(st, 0) != 0))
        return rc;
    ct_pack_number(app, pack_id, number);
    return ct_fail(reterr, CT_EINVAL, "pack_id", "%s is not stopped by RC-%lld", number,
                   (long long)recall_id);
}

/* A pack that is to be used again is unpacked: what it stands on says so. */
static enum ct_status pack_follows(struct ct_app *app, struct ct_db *db,
                                   const struct disposing *x, int64_t pack_id,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_pack p;
    if (x->d == CT_RECALL_LIFTED)
        return ct_pack_step_in(app, db, pack_id, CT_PACK_RECALL_LIFTED, CT_REF_RECALL, x->id, 0,
                               NULL, x->text, entry, reterr);
    if (x->d != CT_RECALL_REPROCESSED)
        return CT_OK;
    enum ct_status rc = ct_pack_load(db, pack_id, &p, reterr);
    if (rc != CT_OK || !ct_pack_may(p.step, CT_PACK_REPROCESSED))
        return rc;
    return ct_pack_step_in(app, db, pack_id, CT_PACK_REPROCESSED, CT_REF_RECALL, x->id, 0, NULL,
                           x->text, entry, reterr);
}

static enum ct_status dispose_write(struct ct_app *app, struct ct_db *db, void *arg,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    struct disposing *x = arg;
    enum ct_status rc = dispose_check(app, arg, reterr);
    for (size_t i = 0; rc == CT_OK && i < x->n; i++) {
        rc = stops(app, db, x->id, x->pack[i], reterr);
        if (rc == CT_OK)
            rc = line_insert(app, db, x, x->pack[i], entry, reterr);
        if (rc == CT_OK)
            rc = pack_follows(app, db, x, x->pack[i], entry, reterr);
    }
    entry->severity = x->d == CT_RECALL_LIFTED || x->d == CT_RECALL_NOT_FOUND ? CT_EXCEPTION
                                                                              : CT_NOTABLE;
    snprintf(entry->detail, sizeof entry->detail, "RC-%lld: %zu packs %s%s%.300s",
             (long long)x->id, x->n, CT_RECALL_DISPOSITION_NAME[x->d],
             x->text[0] != '\0' ? ": " : "", x->text);
    return rc;
}

enum ct_status ct_recall_dispose(struct ct_app *app, int64_t id, const int64_t *pack, size_t n,
                                 enum ct_recall_disposition d, const char *text,
                                 struct ct_error *reterr)
{
    struct disposing x = {.id = id, .d = d};
    bool mine = n > BATCH && !ct_record_in_bulk(app);
    if (strlen(text) > CT_RECALL_TEXT_MAX)
        return ct_fail(reterr, CT_EINVAL, "text", "at most %d bytes fit", CT_RECALL_TEXT_MAX);
    ct_text_copy(x.text, sizeof x.text, text);
    enum ct_status rc = mine ? ct_record_bulk_begin(app, reterr) : CT_OK;
    if (rc != CT_OK)
        return rc;
    for (size_t i = 0; rc == CT_OK && i < n; i += BATCH) {
        struct ct_change change = {
            .verb = d == CT_RECALL_LIFTED ? CT_VERB_RECALL_LIFT : CT_VERB_RECALL_LINE,
            .write = dispose_write,
            .arg = &x,
            .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
        x.pack = pack + i;
        x.n = n - i < BATCH ? n - i : BATCH;
        rc = ct_record(app, &change, NULL, reterr);
    }
    if (rc == CT_OK && mine)
        rc = ct_record_bulk_commit(app, reterr);
    if (rc != CT_OK && mine)
        ct_record_bulk_cancel(app);
    return rc;
}

/* ---- closed ------------------------------------------------------------------------------- */

struct closing {
    int64_t id;
    char text[CT_RECALL_TEXT_MAX + 1];
    struct ct_recall_row r;
};

static enum ct_status close_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct closing *x = arg;
    enum ct_status rc = ct_text_check(x->text, "text", "what was found, and done about it",
                                      CT_RECALL_TEXT_MAX, true, reterr);
    if (rc == CT_OK)
        rc = still_open(app, x->id, &x->r, reterr);
    if (rc == CT_OK && x->r.undone > 0)
        rc = ct_fail(reterr, CT_EINVAL, "undone",
                     "of %lld packs it is not said what was done about them",
                     (long long)x->r.undone);
    if (rc == CT_OK && x->r.cause != CT_RECALL_HAND && x->r.negatives < x->r.wanted)
        rc = ct_fail(reterr, CT_EINVAL, "negatives",
                     "%s: %d of %d empty-chamber tests were negative in a row", x->r.asset,
                     x->r.negatives, x->r.wanted);
    return rc;
}

static enum ct_status close_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct closing *x = arg;
    CT_STMT *st = NULL, *find = NULL;
    int64_t id;
    enum ct_status rc = close_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_recall_sql[CT_SQL_RECALL_END_INSERT], &st, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_recall_sql[CT_SQL_RECALL_FIND_DELETE], &find, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":recall_id", x->id);
    ct_bind_text(st, ":text", x->text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "recall_end", id);
    snprintf(entry->detail, sizeof entry->detail,
             "RC-%lld %s: %lld packs of %lld loads; %d negative cycles. %.300s", (long long)x->id,
             x->r.asset, (long long)x->r.packs, (long long)x->r.loads, x->r.negatives, x->text);
    ct_bind_i64(find, ":recall_id", x->id);
    return ct_stmt_run(find, NULL, reterr);
}

enum ct_status ct_recall_close(struct ct_app *app, int64_t id, const char *text,
                               struct ct_error *reterr)
{
    struct closing x = {.id = id};
    struct ct_change change = {.verb = CT_VERB_RECALL_CLOSE,
                               .check = close_check,
                               .write = close_write,
                               .arg = &x,
                               .entry = {.severity = CT_NOTABLE,
                                         .patient_id = CT_UNSET,
                                         .done_ms = CT_UNSET}};
    if (strlen(text) > CT_RECALL_TEXT_MAX)
        return ct_fail(reterr, CT_EINVAL, "text", "at most %d bytes fit", CT_RECALL_TEXT_MAX);
    ct_text_copy(x.text, sizeof x.text, text);
    return ct_record(app, &change, NULL, reterr);
}
