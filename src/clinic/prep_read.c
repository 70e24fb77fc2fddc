/* prep_read - checklists read back: the text, the answers that stand, lists, and what
 * was entered about one item. */
#include "clinic/prep_priv.h"
#include "record/user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum ct_status ct_prep_may(struct ct_app *app, enum ct_perm perm, int64_t patient_id,
                           struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, perm, reterr);
    return rc == CT_OK && patient_id != 0 ? ct_access_check(app, patient_id, reterr) : rc;
}

/* ---- one: its row, its text ------------------------------------------------- */

static void row_read(struct ct_stmt *st, struct ct_prep *p)
{
    *p = (struct ct_prep){
        .id = ct_col_i64(st, 0),
        .patient_id = ct_col_i64(st, 1),
        .procedure_id = ct_col_null(st, 2) ? 0 : ct_col_i64(st, 2),
        .text_id = ct_col_i64(st, 6),
        .at_ms = ct_col_i64(st, 7),
        .by_user = (uint32_t)ct_col_i64(st, 8),
        .state = (enum ct_prep_state)ct_col_i64(st, 9),
        .ended_ms = CT_UNSET,
        .last_ms = ct_col_i64(st, 10),
        .last_by = (uint32_t)ct_col_i64(st, 11),
        .shown = ct_col_i64(st, 12),
        .answered = ct_col_i64(st, 13),
        .wants = ct_col_i64(st, 14),
        .stops = ct_col_i64(st, 15),
        .overridden = ct_col_i64(st, 16),
    };
    ct_text_copy(p->template_id, sizeof p->template_id, ct_col_text(st, 3));
    ct_text_copy(p->version, sizeof p->version, ct_col_text(st, 4));
    ct_text_copy(p->title, sizeof p->title, ct_col_text(st, 5));
}

/* How it ended, and the names of people. */
static enum ct_status row_complete(struct ct_app *app, struct ct_db *db, int64_t end_id,
                                   struct ct_prep *p, struct ct_error *reterr)
{
    ct_user_name(app, p->by_user, p->by, sizeof p->by);
    if (end_id == CT_UNSET)
        return CT_OK;
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_prep_sql[CT_SQL_PREP_END_LAST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", end_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    ct_text_copy(p->reason, sizeof p->reason, ct_col_text(st, 0));
    p->ended_ms = ct_col_i64(st, 1);
    p->ended_by = (uint32_t)ct_col_i64(st, 2);
    ct_user_name(app, p->ended_by, p->ended_name, sizeof p->ended_name);
    return CT_OK;
}

static enum ct_status row_load(struct ct_app *app, struct ct_db *db, int64_t id,
                               struct ct_prep *p, struct ct_error *reterr)
{
    int64_t end_id;
    {
        CT_STMT *st = NULL;
        bool row;
        enum ct_status rc = ct_stmt_get(db, &ct_prep_sql[CT_SQL_PREP_GET], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":id", id);
        rc = ct_stmt_step(st, &row, reterr);
        if (rc != CT_OK)
            return rc;
        if (!row)
            return ct_fail(reterr, CT_ENOTFOUND, "", "there is no checklist C-%lld",
                           (long long)id);
        row_read(st, p);
        end_id = ct_col_i64(st, 17);
    }
    return row_complete(app, db, end_id, p, reterr);
}

static enum ct_status text_load(struct ct_db *db, struct ct_prep_sheet *s,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    char name[40];
    enum ct_status rc = ct_stmt_get(db, &ct_prep_sql[CT_SQL_PREP_TEXT_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", s->prep.text_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    const char *text = row ? ct_col_text(st, 0) : "";
    snprintf(name, sizeof name, "text of C-%lld", (long long)s->prep.id);
    if (ct_checklist_parse(name, text, strlen(text), &s->t, reterr) != CT_OK)
        return ct_fail(reterr, CT_EDAMAGED, "",
                       "The words of checklist C-%lld cannot be read; run clintech verify.",
                       (long long)s->prep.id);
    s->answer = calloc(s->t->n_items, sizeof *s->answer);
    s->state = calloc(s->t->n_items, sizeof *s->state);
    s->mark = calloc(s->t->n_items, sizeof *s->mark);
    if (s->answer == NULL || s->state == NULL || s->mark == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the checklist");
    return CT_OK;
}

/* ---- its answers ------------------------------------------------------------ */

static enum ct_status borrow(struct ct_db *db, unsigned sql, int64_t prep_id,
                             struct ct_stmt **ret, struct ct_error *reterr)
{
    enum ct_status rc = ct_stmt_get(db, &ct_prep_sql[sql], ret, reterr);
    if (rc == CT_OK)
        ct_bind_i64(*ret, ":prep_id", prep_id);
    return rc;
}

static enum ct_status answers_load(struct ct_db *db, struct ct_prep_sheet *s,
                                   struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = borrow(db, CT_SQL_PREP_ANSWERS, s->prep.id, &st, reterr);
    if (rc != CT_OK)
        return rc;
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        size_t i = ct_checklist_find(s->t, ct_col_text(st, 1));
        if (i == CT_CHECK_NONE)
            return ct_fail(reterr, CT_EDAMAGED, "",
                           "Checklist C-%lld has an answer to an item that it has not; run "
                           "clintech verify.",
                           (long long)s->prep.id);
        struct ct_check_answer *a = &s->answer[i];
        *a = (struct ct_check_answer){.given = (enum ct_check_given)ct_col_i64(st, 2),
                                      .n = ct_col_i64(st, 3),
                                      .end_ms = ct_col_null(st, 4) ? 0 : ct_col_i64(st, 4),
                                      .at_ms = ct_col_i64(st, 6),
                                      .by = ct_col_i64(st, 7)};
        ct_text_copy(a->text, sizeof a->text, ct_col_text(st, 5));
        s->mark[i].answer_id = ct_col_i64(st, 0);
        s->mark[i].answers++;
    }
    return rc;
}

/* The item whose standing answer it is, or none: it is about a former one. */
static size_t standing(const struct ct_prep_sheet *s, int64_t answer_id)
{
    for (size_t i = 0; i < s->t->n_items; i++)
        if (s->mark[i].answer_id == answer_id)
            return i;
    return CT_CHECK_NONE;
}

static void about(struct ct_prep_sheet *s, unsigned sql, struct ct_stmt *st)
{
    size_t i = standing(s, ct_col_i64(st, 0));
    if (i == CT_CHECK_NONE)
        return;
    struct ct_check_answer *a = &s->answer[i];
    if (sql == CT_SQL_PREP_COMMENTS) {
        ct_text_copy(a->comment, sizeof a->comment, ct_col_text(st, 3));
    } else if (sql == CT_SQL_PREP_CONFIRMS) {
        a->second = ct_col_i64(st, 2);
    } else {
        a->overridden = true;
        a->overridden_short_ms = ct_col_i64(st, 4);
        ct_text_copy(s->mark[i].reason, sizeof s->mark[i].reason, ct_col_text(st, 3));
        /* the number for now; names_load makes it a name */
        snprintf(s->mark[i].supervisor, sizeof s->mark[i].supervisor, "%lld",
                 (long long)ct_col_i64(st, 2));
    }
}

static enum ct_status abouts_load(struct ct_db *db, unsigned sql, struct ct_prep_sheet *s,
                                  struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = borrow(db, sql, s->prep.id, &st, reterr);
    if (rc != CT_OK)
        return rc;
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row)
        about(s, sql, st);
    return rc;
}

static void names_load(struct ct_app *app, struct ct_prep_sheet *s)
{
    for (size_t i = 0; i < s->t->n_items; i++) {
        const struct ct_check_answer *a = &s->answer[i];
        struct ct_prep_mark *m = &s->mark[i];
        int64_t supervisor;
        if (a->by != 0)
            ct_user_name(app, (uint32_t)a->by, m->by, sizeof m->by);
        if (a->second != 0)
            ct_user_name(app, (uint32_t)a->second, m->second, sizeof m->second);
        if (a->overridden && ct_parse_int(m->supervisor, 0, UINT32_MAX, &supervisor))
            ct_user_name(app, (uint32_t)supervisor, m->supervisor, sizeof m->supervisor);
    }
}

static enum ct_status number_load(struct ct_db *db, struct ct_prep_sheet *s,
                                  struct ct_error *reterr)
{
    struct ct_patient *p = calloc(1, sizeof *p);
    if (p == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the patient");
    enum ct_status rc = ct_patient_details(db, s->prep.patient_id, p, reterr);
    if (rc == CT_OK)
        ct_text_copy(s->number, sizeof s->number, p->number);
    free(p);
    return rc;
}

enum ct_status ct_prep_planned(struct ct_db *db, int64_t procedure_id,
                               int64_t *ret_patient_id, int64_t *ret_ms,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_prep_sql[CT_SQL_PREP_PLANNED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":procedure_id", procedure_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no procedure P-%lld",
                       (long long)procedure_id);
    *ret_patient_id = ct_col_i64(st, 0);
    *ret_ms = ct_col_i64(st, 1);
    return CT_OK;
}

enum ct_status ct_prep_fill(struct ct_app *app, struct ct_db *db, int64_t id,
                            struct ct_prep_sheet *s, struct ct_error *reterr)
{
    static const unsigned ABOUT[] = {CT_SQL_PREP_COMMENTS, CT_SQL_PREP_CONFIRMS,
                                     CT_SQL_PREP_OVERRIDES};
    enum ct_status rc = row_load(app, db, id, &s->prep, reterr);
    if (rc == CT_OK && s->t == NULL)
        rc = text_load(db, s, reterr);
    if (rc == CT_OK)
        rc = number_load(db, s, reterr);
    if (rc != CT_OK)
        return rc;
    memset(s->answer, 0, s->t->n_items * sizeof *s->answer);
    memset(s->mark, 0, s->t->n_items * sizeof *s->mark);
    rc = answers_load(db, s, reterr);
    for (size_t i = 0; rc == CT_OK && i < CT_LEN(ABOUT); i++)
        rc = abouts_load(db, ABOUT[i], s, reterr);
    if (rc != CT_OK)
        return rc;
    names_load(app, s);
    int64_t whose;
    s->at.start_ms = CT_UNSET;
    if (s->prep.procedure_id != 0)
        rc = ct_prep_planned(db, s->prep.procedure_id, &whose, &s->at.start_ms, reterr);
    if (rc != CT_OK)
        return rc;
    ct_prep_judge(app, s);
    return CT_OK;
}

void ct_prep_judge(struct ct_app *app, struct ct_prep_sheet *s)
{
    struct ct_check_sum sum;
    s->at.now_ms = s->prep.ended_ms != CT_UNSET ? s->prep.ended_ms : ct_app_now(app);
    ct_checklist_eval(s->t, s->answer, &s->at, s->state);
    ct_prep_sum(s, &sum);
    s->prep.shown = (int64_t)sum.shown;
    s->prep.answered = (int64_t)sum.answered;
    s->prep.wants = (int64_t)ct_prep_wanting(s);
    s->prep.stops = (int64_t)sum.stops;
    s->prep.overridden = (int64_t)sum.overridden;
}

enum ct_status ct_prep_reload(struct ct_app *app, struct ct_prep_sheet *s,
                              struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_prep_may(app, CT_PERM_PREP_READ, s->prep.patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    return rc == CT_OK ? ct_prep_fill(app, ct_app_db(app), s->prep.id, s, reterr) : rc;
}

enum ct_status ct_prep_load(struct ct_app *app, int64_t id, struct ct_prep_sheet **ret,
                            struct ct_error *reterr)
{
    CT_PREP_SHEET *s = calloc(1, sizeof *s);
    *ret = NULL;
    if (s == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the checklist");
    s->prep.id = id;
    enum ct_status rc = ct_prep_reload(app, s, reterr);
    if (rc == CT_OK)
        rc = ct_prep_may(app, CT_PERM_PREP_READ, s->prep.patient_id, reterr);
    if (rc != CT_OK)
        return rc;
    *ret = s;
    s = NULL;
    return CT_OK;
}

void ct_prep_free(struct ct_prep_sheet *s)
{
    if (s == NULL)
        return;
    ct_checklist_free(s->t);
    free(s->answer);
    free(s->state);
    free(s->mark);
    free(s);
}

void ct_prep_freep(struct ct_prep_sheet **s)
{
    ct_prep_free(*s);
    *s = NULL;
}

/* ---- lists ------------------------------------------------------------------ */

struct listing {
    struct ct_prep *row;
    int64_t *end_id;
    size_t n, cap;
};

static enum ct_status listing_add(struct listing *l, struct ct_stmt *st,
                                  struct ct_error *reterr)
{
    if (l->n == l->cap) {
        size_t cap = l->cap > 0 ? 2 * l->cap : 16;
        struct ct_prep *rows = reallocarray(l->row, cap, sizeof *rows);
        l->row = rows != NULL ? rows : l->row;
        int64_t *ends = reallocarray(l->end_id, cap, sizeof *ends);
        l->end_id = ends != NULL ? ends : l->end_id;
        if (rows == NULL || ends == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the list");
        l->cap = cap;
    }
    row_read(st, &l->row[l->n]);
    l->end_id[l->n++] = ct_col_i64(st, 17);
    return CT_OK;
}

static enum ct_status listing_walk(struct ct_app *app, const struct ct_prep_filter *f,
                                   size_t limit, struct listing *l, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    unsigned sql = f->mine              ? CT_SQL_PREP_MINE
                   : f->procedure_id != 0 ? CT_SQL_PREP_OF_PROCEDURE
                                          : CT_SQL_PREP_OF_PATIENT;
    enum ct_status rc = ct_stmt_get(ct_app_db(app), &ct_prep_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    if (f->mine) {
        ct_bind_i64(st, ":user", ct_app_who(app)->user_id);
        ct_bind_i64(st, ":since_ms", f->since_ms);
    } else if (f->procedure_id != 0) {
        ct_bind_i64(st, ":procedure_id", f->procedure_id);
    } else {
        ct_bind_i64(st, ":patient_id", f->patient_id);
    }
    ct_bind_i64(st, ":limit", (int64_t)limit);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row)
        if ((rc = listing_add(l, st, reterr)) != CT_OK)
            break;
    return rc;
}

enum ct_status ct_prep_list(struct ct_app *app, const struct ct_prep_filter *f, size_t limit,
                            struct ct_prep **ret, size_t *ret_n, struct ct_error *reterr)
{
    struct listing l = {.row = NULL};
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    int64_t whose = f->patient_id, planned;
    enum ct_status rc = ct_require(app, CT_PERM_PREP_READ, reterr);
    if (rc == CT_OK && whose == 0 && f->procedure_id != 0)
        rc = ct_prep_planned(ct_app_db(app), f->procedure_id, &whose, &planned, reterr);
    if (rc == CT_OK)
        rc = ct_prep_may(app, CT_PERM_PREP_READ, whose, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = listing_walk(app, f, limit, &l, reterr);
    for (size_t i = 0; rc == CT_OK && i < l.n; i++)
        rc = row_complete(app, ct_app_db(app), l.end_id[i], &l.row[i], reterr);
    free(l.end_id);
    if (rc != CT_OK) {
        free(l.row);
        return rc;
    }
    *ret = l.row;
    *ret_n = l.n;
    return CT_OK;
}

/* ---- what was entered about one item ---------------------------------------- */

struct history {
    struct ct_prep_entry *e;
    size_t n, cap;
    int64_t *answer; /* ids of the item's answers */
    size_t n_answers;
};

static struct ct_prep_entry *history_add(struct history *h, enum ct_prep_entry_kind kind,
                                         int64_t at_ms, int64_t by)
{
    if (h->n == h->cap) {
        size_t cap = h->cap > 0 ? 2 * h->cap : 16;
        struct ct_prep_entry *more = reallocarray(h->e, cap, sizeof *more);
        int64_t *ids = more != NULL ? reallocarray(h->answer, cap, sizeof *ids) : NULL;
        h->e = more != NULL ? more : h->e;
        if (ids == NULL)
            return NULL;
        h->answer = ids;
        h->cap = cap;
    }
    struct ct_prep_entry *e = &h->e[h->n++];
    *e = (struct ct_prep_entry){.kind = kind, .at_ms = at_ms, .by_user = (uint32_t)by};
    return e;
}

static bool of_item(const struct history *h, int64_t answer_id)
{
    for (size_t i = 0; i < h->n_answers; i++)
        if (h->answer[i] == answer_id)
            return true;
    return false;
}

static enum ct_status no_room(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the history");
}

static enum ct_status history_answers(struct ct_db *db, const struct ct_prep_sheet *s,
                                      size_t item, struct history *h, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    const struct ct_check_item *i = &s->t->item[item];
    enum ct_status rc = borrow(db, CT_SQL_PREP_ANSWERS, s->prep.id, &st, reterr);
    if (rc != CT_OK)
        return rc;
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        if (strcmp(ct_col_text(st, 1), i->id) != 0)
            continue;
        struct ct_check_answer a = {.given = (enum ct_check_given)ct_col_i64(st, 2),
                                    .n = ct_col_i64(st, 3),
                                    .end_ms = ct_col_null(st, 4) ? 0 : ct_col_i64(st, 4)};
        struct ct_check_now then = {ct_col_i64(st, 6), s->at.start_ms};
        struct ct_prep_entry *e =
            history_add(h, CT_PREP_ANSWER, ct_col_i64(st, 6), ct_col_i64(st, 7));
        if (e == NULL)
            return no_room(reterr);
        h->answer[h->n_answers++] = ct_col_i64(st, 0);
        ct_text_copy(a.text, sizeof a.text, ct_col_text(st, 5));
        if (i->kind == CT_CHECK_TIMER && a.given == CT_CHECK_GIVEN && a.end_ms == 0)
            ct_text_copy(e->text, sizeof e->text, "started");
        else if (a.given == CT_CHECK_NOT_ASKED)
            ct_text_copy(e->text, sizeof e->text, "taken back");
        else
            ct_check_answer_text(i, &a, &then, e->text, sizeof e->text);
    }
    return rc;
}

static enum ct_status history_abouts(struct ct_db *db, const struct ct_prep_sheet *s,
                                     unsigned sql, struct history *h, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_prep_entry_kind kind = sql == CT_SQL_PREP_COMMENTS   ? CT_PREP_COMMENT
                                   : sql == CT_SQL_PREP_CONFIRMS ? CT_PREP_CONFIRM
                                                                 : CT_PREP_OVERRIDE;
    enum ct_status rc = borrow(db, sql, s->prep.id, &st, reterr);
    if (rc != CT_OK)
        return rc;
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        if (!of_item(h, ct_col_i64(st, 0)))
            continue;
        struct ct_prep_entry *e = history_add(h, kind, ct_col_i64(st, 1), ct_col_i64(st, 2));
        if (e == NULL)
            return no_room(reterr);
        if (kind != CT_PREP_CONFIRM)
            ct_text_copy(e->text, sizeof e->text, ct_col_text(st, 3));
    }
    return rc;
}

static int by_time(const void *x, const void *y)
{
    const struct ct_prep_entry *a = x, *b = y;
    if (a->at_ms != b->at_ms)
        return a->at_ms < b->at_ms ? -1 : 1;
    return (int)a->kind - (int)b->kind;
}

enum ct_status ct_prep_history(struct ct_app *app, const struct ct_prep_sheet *s, size_t item,
                               struct ct_prep_entry **ret, size_t *ret_n,
                               struct ct_error *reterr)
{
    static const unsigned ABOUT[] = {CT_SQL_PREP_COMMENTS, CT_SQL_PREP_CONFIRMS,
                                     CT_SQL_PREP_OVERRIDES};
    struct history h = {.e = NULL};
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    if (item >= s->t->n_items)
        return ct_fail(reterr, CT_EINVAL, "", "the checklist has no such item");
    enum ct_status rc = ct_prep_may(app, CT_PERM_PREP_READ, s->prep.patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = history_answers(ct_app_db(app), s, item, &h, reterr);
    for (size_t i = 0; rc == CT_OK && i < CT_LEN(ABOUT); i++)
        rc = history_abouts(ct_app_db(app), s, ABOUT[i], &h, reterr);
    free(h.answer);
    if (rc != CT_OK) {
        free(h.e);
        return rc;
    }
    if (h.n > 0)
        qsort(h.e, h.n, sizeof *h.e, by_time);
    for (size_t i = 0; i < h.n; i++)
        ct_user_name(app, h.e[i].by_user, h.e[i].by, sizeof h.e[i].by);
    *ret = h.e;
    *ret_n = h.n;
    return CT_OK;
}
