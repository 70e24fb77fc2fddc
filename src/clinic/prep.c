/* prep - checklists begun, answered and closed: what is written, each through the door.
 * Confirming and overriding are in prep_people.c. */
#include "clinic/competency.h"
#include "clinic/prep_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/user.h"

/* ---- begin ------------------------------------------------------------------ */

struct beginning {
    struct ct_prep p;
    const char *text; /* canonical */
    const char *though; /* why without a competency; NULL none */
    int64_t same_id;
};

/* The text is kept once: by its hash, and compared whole. */
static enum ct_status text_find(struct ct_db *db, const unsigned char hash[CT_HASH_LEN],
                                const char *text, int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_prep_sql[CT_SQL_PREP_TEXT_FIND], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_blob(st, ":hash", hash, CT_HASH_LEN);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    *ret = row ? ct_col_i64(st, 0) : 0;
    if (row && strcmp(ct_col_text(st, 1), text) != 0)
        return ct_fail(reterr, CT_EDAMAGED, "",
                       "The kept text %lld is not the one it is listed as; run clintech "
                       "verify.",
                       (long long)*ret);
    return CT_OK;
}

static enum ct_status text_put(struct ct_db *db, struct beginning *b, struct ct_entry *entry,
                               struct ct_error *reterr)
{
    unsigned char hash[CT_HASH_LEN];
    ct_hash(hash, b->text, strlen(b->text));
    enum ct_status rc = text_find(db, hash, b->text, &b->p.text_id, reterr);
    if (rc != CT_OK || b->p.text_id != 0)
        return rc;
    CT_STMT *st = NULL;
    rc = ct_stmt_get(db, &ct_prep_sql[CT_SQL_PREP_TEXT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_blob(st, ":hash", hash, sizeof hash);
    ct_bind_text(st, ":text", b->text);
    ct_bind_i64(st, ":at_ms", b->p.at_ms);
    ct_bind_i64(st, ":by_user", b->p.by_user);
    rc = ct_stmt_run(st, &b->p.text_id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "prep_text", b->p.text_id);
    return rc;
}

static enum ct_status same(struct ct_db *db, const struct ct_prep *p, int64_t *ret,
                           struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_prep_sql[CT_SQL_PREP_SAME], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", p->patient_id);
    ct_bind_i64(st, ":procedure_id", p->procedure_id);
    ct_bind_text(st, ":template", p->template_id);
    rc = ct_stmt_step(st, &row, reterr);
    *ret = rc == CT_OK && row ? ct_col_i64(st, 0) : 0;
    return rc;
}

static enum ct_status begin_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct beginning *b = arg;
    struct ct_patient *p = calloc(1, sizeof *p);
    if (p == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the patient");
    enum ct_status rc = ct_patient_details(ct_app_db(app), b->p.patient_id, p, reterr);
    free(p);
    int64_t whose = b->p.patient_id, planned;
    if (rc == CT_OK && b->p.procedure_id != 0)
        rc = ct_prep_planned(ct_app_db(app), b->p.procedure_id, &whose, &planned, reterr);
    if (rc == CT_OK && whose != b->p.patient_id)
        return ct_fail(reterr, CT_EINVAL, "", "P-%lld is another patient's procedure",
                       (long long)b->p.procedure_id);
    if (rc == CT_OK)
        rc = ct_prep_may(app, CT_PERM_PREP_WRITE, b->p.patient_id, reterr);
    if (rc == CT_OK)
        rc = same(ct_app_db(app), &b->p, &b->same_id, reterr);
    if (rc == CT_OK && b->same_id != 0)
        return ct_fail(reterr, CT_ECONFLICT, "",
                       "this checklist is open already: go on with C-%lld",
                       (long long)b->same_id);
    return rc;
}

static enum ct_status prep_insert(struct ct_db *db, struct ct_prep *p, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_prep_sql[CT_SQL_PREP_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", p->patient_id);
    ct_bind_opt(st, ":procedure_id", p->procedure_id != 0 ? p->procedure_id : CT_UNSET);
    ct_bind_text(st, ":template", p->template_id);
    ct_bind_text(st, ":version", p->version);
    ct_bind_text(st, ":title", p->title);
    ct_bind_i64(st, ":text_id", p->text_id);
    ct_bind_i64(st, ":at_ms", p->at_ms);
    ct_bind_i64(st, ":by_user", p->by_user);
    return ct_stmt_run(st, &p->id, reterr);
}

enum ct_status ct_prep_find_put(struct ct_db *db, const struct ct_prep_sheet *s,
                                struct ct_error *reterr)
{
    const struct ct_prep *p = &s->prep;
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_prep_sql[CT_SQL_PREP_FIND_PUT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":prep_id", p->id);
    ct_bind_i64(st, ":patient_id", p->patient_id);
    ct_bind_opt(st, ":procedure_id", p->procedure_id != 0 ? p->procedure_id : CT_UNSET);
    ct_bind_i64(st, ":state", p->state);
    ct_bind_i64(st, ":last_ms", p->last_ms);
    ct_bind_i64(st, ":last_by", p->last_by);
    ct_bind_i64(st, ":shown", p->shown);
    ct_bind_i64(st, ":answered", p->answered);
    ct_bind_i64(st, ":wants", p->wants);
    ct_bind_i64(st, ":stops", p->stops);
    ct_bind_i64(st, ":overridden", p->overridden);
    return ct_stmt_run(st, NULL, reterr);
}

static enum ct_status begin_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct beginning *b = arg;
    CT_PREP_SHEET *s = NULL;
    enum ct_status rc = begin_check(app, arg, reterr); /* two may begin at once */
    if (rc != CT_OK)
        return rc;
    b->p.at_ms = b->p.last_ms = ct_app_now(app);
    b->p.by_user = b->p.last_by = ct_app_who(app)->user_id;
    rc = text_put(db, b, entry, reterr);
    if (rc == CT_OK)
        rc = prep_insert(db, &b->p, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "prep", b->p.id);
    entry->patient_id = b->p.patient_id;
    snprintf(entry->detail, sizeof entry->detail, "C-%lld %s, version %s", (long long)b->p.id,
             b->p.title, b->p.version);
    struct ct_subject list = {.kind = CT_SUBJ_CHECKLIST};
    ct_text_copy(list.id, sizeof list.id, b->p.template_id);
    rc = ct_competency_gate_in(app, db, &list, CT_COMP_FOR_CHECKLIST, b->p.id, b->though, entry,
                               reterr);
    if (rc != CT_OK)
        return rc;
    s = calloc(1, sizeof *s);
    if (s == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the checklist");
    s->prep = b->p;
    rc = ct_prep_find_put(db, s, reterr); /* so that it is found; then as it is judged */
    if (rc == CT_OK)
        rc = ct_prep_fill(app, db, b->p.id, s, reterr);
    return rc == CT_OK ? ct_prep_find_put(db, s, reterr) : rc;
}

enum ct_status ct_prep_start(struct ct_app *app, int64_t patient_id, int64_t procedure_id,
                             const char *template_id, int64_t *ret_id, struct ct_error *reterr)
{
    return ct_prep_start_though(app, patient_id, procedure_id, template_id, NULL, ret_id, reterr);
}

enum ct_status ct_prep_start_though(struct ct_app *app, int64_t patient_id, int64_t procedure_id,
                                    const char *template_id, const char *though,
                                    int64_t *ret_id, struct ct_error *reterr)
{
    CT_CHECKLIST *t = NULL;
    CT_BUF text = {.max = CT_CHECK_CANONICAL_MAX};
    *ret_id = 0;
    enum ct_status rc = ct_checklist_load(ct_app_config(app), template_id, &t, reterr);
    if (rc != CT_OK)
        return rc;
    ct_checklist_canonical(t, &text);
    if (text.bad)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the checklist's text");
    struct beginning b = {.p = {.patient_id = patient_id, .procedure_id = procedure_id},
                          .text = ct_buf_str(&text),
                          .though = though};
    ct_text_copy(b.p.template_id, sizeof b.p.template_id, t->id);
    ct_text_copy(b.p.version, sizeof b.p.version, t->version);
    ct_text_copy(b.p.title, sizeof b.p.title, t->title);
    struct ct_change change = {.verb = CT_VERB_PREP_START,
                               .write = begin_write,
                               .arg = &b,
                               .entry = {.patient_id = patient_id, .done_ms = CT_UNSET}};
    rc = ct_record(app, &change, NULL, reterr);
    *ret_id = rc == CT_OK ? b.p.id : rc == CT_ECONFLICT ? b.same_id : 0;
    return rc;
}

/* ---- what every later write does --------------------------------------------- */

/* Whoever writes has seen this answer; somebody else may have been faster. */
static enum ct_status not_meanwhile(const struct ct_prep_sheet *s, size_t item, int64_t seen,
                                    struct ct_error *reterr)
{
    char at[24], text[CT_PREP_LINE];
    if (s->mark[item].answer_id == seen)
        return CT_OK;
    ct_datetime_text(s->answer[item].at_ms, at);
    ct_check_answer_text(&s->t->item[item], &s->answer[item], &s->at, text, sizeof text);
    return ct_fail(reterr, CT_ECONFLICT, s->t->item[item].id,
                   "%s answered this meanwhile (%s, %s); nothing was saved", s->mark[item].by,
                   text, at);
}

enum ct_status ct_prep_write_begin(struct ct_app *app, struct ct_db *db,
                                   struct ct_prep_sheet *s, size_t item,
                                   struct ct_error *reterr)
{
    if (item >= s->t->n_items)
        return ct_fail(reterr, CT_EINVAL, "", "the checklist has no such item");
    int64_t seen = s->mark[item].answer_id;
    enum ct_status rc = ct_prep_fill(app, db, s->prep.id, s, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, s->prep.patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_prep_is_open(s, reterr);
    if (rc == CT_OK)
        rc = not_meanwhile(s, item, seen, reterr);
    if (rc == CT_OK && !s->state[item].shown)
        return ct_fail(reterr, CT_EINVAL, s->t->item[item].id,
                       "this is not asked, as the other answers are");
    return rc;
}

enum ct_status ct_prep_is_open(const struct ct_prep_sheet *s, struct ct_error *reterr)
{
    char at[24];
    if (s->prep.state == CT_PREP_OPEN)
        return CT_OK;
    ct_datetime_text(s->prep.ended_ms, at);
    return ct_fail(reterr, CT_ECONFLICT, "", "C-%lld is closed: %s by %s, %s%s%s",
                   (long long)s->prep.id, CT_PREP_STATE_NAME[s->prep.state],
                   s->prep.ended_name, at, s->prep.reason[0] != '\0' ? ": " : "",
                   s->prep.reason);
}

enum ct_status ct_prep_write_end(struct ct_app *app, struct ct_db *db, struct ct_prep_sheet *s,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    s->prep.last_ms = ct_app_now(app);
    s->prep.last_by = ct_app_who(app)->user_id;
    entry->patient_id = s->prep.patient_id;
    ct_prep_judge(app, s);
    return ct_prep_find_put(db, s, reterr);
}

enum ct_status ct_prep_record(struct ct_app *app, struct ct_change *change,
                              struct ct_prep_sheet *s, struct ct_error *reterr)
{
    change->entry.patient_id = s->prep.patient_id;
    change->entry.done_ms = CT_UNSET;
    enum ct_status rc = ct_record(app, change, NULL, reterr);
    if (ct_app_state(app) != CT_IN)
        return rc;
    struct ct_error again = {0};
    enum ct_status read = ct_prep_reload(app, s, &again);
    if (rc == CT_OK && read != CT_OK)
        return ct_fail(reterr, read, "", "It was saved, but cannot be read back: %s",
                       again.text);
    return rc;
}

/* ---- answers ---------------------------------------------------------------- */

struct answering {
    struct ct_prep_sheet *s;
    size_t item;
    struct ct_check_answer a;
};

enum ct_status ct_prep_comment_insert(struct ct_app *app, struct ct_db *db, int64_t prep_id,
                                      int64_t answer_id, const char *text,
                                      struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = ct_stmt_get(db, &ct_prep_sql[CT_SQL_PREP_COMMENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":prep_id", prep_id);
    ct_bind_i64(st, ":answer_id", answer_id);
    ct_bind_text(st, ":text", text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "prep_comment", id);
    return rc;
}

static enum ct_status answer_insert(struct ct_app *app, struct ct_db *db, struct answering *x,
                                    int64_t *ret_id, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_prep_sql[CT_SQL_PREP_ANSWER_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    x->a.at_ms = ct_app_now(app);
    x->a.by = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":prep_id", x->s->prep.id);
    ct_bind_text(st, ":item", x->s->t->item[x->item].id);
    ct_bind_i64(st, ":given", x->a.given);
    ct_bind_i64(st, ":value", x->a.n);
    ct_bind_opt(st, ":end_ms", x->a.end_ms != 0 ? x->a.end_ms : CT_UNSET);
    ct_bind_text(st, ":text", x->a.text);
    ct_bind_i64(st, ":at_ms", x->a.at_ms);
    ct_bind_i64(st, ":by_user", x->a.by);
    return ct_stmt_run(st, ret_id, reterr);
}

static enum ct_status texts_check(struct ct_check_answer *a, const char *field,
                                  struct ct_error *reterr)
{
    enum ct_status rc =
        ct_text_check(a->text, field, "the answer", CT_CHECK_ANSWER_MAX, false, reterr);
    return rc == CT_OK ? ct_text_check(a->comment, field, "the comment", CT_CHECK_COMMENT_MAX,
                                       false, reterr)
                       : rc;
}

/* "C-12 Hands cleaned: no (was yes, Tom Demo)". */
static void answer_detail(const struct ct_prep_sheet *s, const struct answering *x,
                          const char *was, struct ct_entry *entry)
{
    char text[CT_PREP_LINE], given[CT_CHECK_ANSWER_MAX + 64];
    const struct ct_check_item *i = &s->t->item[x->item];
    ct_check_answer_text(i, &x->a, &s->at, given, sizeof given);
    ct_text_copy(text, sizeof text, i->text);
    snprintf(entry->detail, sizeof entry->detail, "C-%lld %.120s: %.160s%s",
             (long long)s->prep.id, text, x->a.given == CT_CHECK_NOT_ASKED ? "taken back" : given,
             was);
}

static enum ct_status answer_write(struct ct_app *app, struct ct_db *db, void *arg,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    struct answering *x = arg;
    struct ct_prep_sheet *s = x->s;
    enum ct_status rc = ct_prep_write_begin(app, db, s, x->item, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_check_item *i = &s->t->item[x->item];
    const struct ct_check_answer old = s->answer[x->item];
    char was[160] = "", text[CT_CHECK_ANSWER_MAX + 64];
    if (old.given != CT_CHECK_NOT_ASKED && !(i->kind == CT_CHECK_TIMER && old.end_ms == 0)) {
        ct_check_answer_text(i, &old, &s->at, text, sizeof text);
        snprintf(was, sizeof was, " (was %.90s, %.50s)", text, s->mark[x->item].by);
    }
    int64_t id;
    bool others = old.by != 0 && old.by != (int64_t)ct_app_who(app)->user_id;
    rc = answer_insert(app, db, x, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "prep_answer", id);
    if (x->a.comment[0] != '\0')
        rc = ct_prep_comment_insert(app, db, s->prep.id, id, x->a.comment, entry, reterr);
    if (rc != CT_OK)
        return rc;
    s->answer[x->item] = x->a;
    s->mark[x->item].answer_id = id;
    ct_prep_judge(app, s);
    if (s->state[x->item].bad)
        return ct_fail(reterr, CT_EINVAL, i->id, "this is not an answer that \"%s\" takes",
                       i->text);
    answer_detail(s, x, was, entry);
    if (s->state[x->item].stop)
        ct_text_copy(entry->detail + strlen(entry->detail),
                     sizeof entry->detail - strlen(entry->detail), "; stops");
    if (s->state[x->item].stop || (was[0] != '\0' && others))
        entry->severity = CT_NOTABLE;
    return ct_prep_write_end(app, db, s, entry, reterr);
}

static bool stands(const struct ct_check_answer *is, const struct ct_check_answer *a)
{
    return is->given == a->given && is->n == a->n && is->end_ms == a->end_ms &&
           strcmp(is->text, a->text) == 0 &&
           (a->comment[0] == '\0' || strcmp(is->comment, a->comment) == 0);
}

enum ct_status ct_prep_answer(struct ct_app *app, struct ct_prep_sheet *s, size_t item,
                              const struct ct_check_answer *a, struct ct_error *reterr)
{
    if (item >= s->t->n_items)
        return ct_fail(reterr, CT_EINVAL, "", "the checklist has no such item");
    struct answering x = {.s = s, .item = item};
    x.a = (struct ct_check_answer){.given = a->given, .n = a->n, .end_ms = a->end_ms};
    ct_text_copy(x.a.text, sizeof x.a.text, a->text);
    ct_text_copy(x.a.comment, sizeof x.a.comment, a->comment);
    enum ct_status rc = texts_check(&x.a, s->t->item[item].id, reterr);
    if (rc != CT_OK)
        return rc;
    if (s->prep.state == CT_PREP_OPEN && stands(&s->answer[item], &x.a))
        return CT_OK;
    struct ct_change change = {
        .verb = CT_VERB_PREP_ANSWER, .write = answer_write, .arg = &x};
    return ct_prep_record(app, &change, s, reterr);
}

enum ct_status ct_prep_timer(struct ct_app *app, struct ct_prep_sheet *s, size_t item,
                             struct ct_error *reterr)
{
    if (item >= s->t->n_items || s->t->item[item].kind != CT_CHECK_TIMER)
        return ct_fail(reterr, CT_EINVAL, "", "this item has no timer");
    struct ct_check_answer a = s->answer[item];
    if (a.given == CT_CHECK_GIVEN && a.end_ms == 0)
        ct_check_timer_stop(&a, ct_app_now(app));
    else
        ct_check_timer_start(&a, ct_app_now(app));
    a.comment[0] = '\0';
    return ct_prep_answer(app, s, item, &a, reterr);
}

/* Letters and digits alone, in one case. */
static void code_core(const char *s, char out[CT_CHECK_ANSWER_MAX + 1])
{
    size_t n = 0;
    for (; *s != '\0' && n < CT_CHECK_ANSWER_MAX; s++)
        if (*s != ' ' && *s != '-')
            out[n++] = *s >= 'a' && *s <= 'z' ? (char)(*s - 'a' + 'A') : *s;
    out[n] = '\0';
}

static bool same_code(const char *a, const char *b)
{
    char x[CT_CHECK_ANSWER_MAX + 1], y[CT_CHECK_ANSWER_MAX + 1];
    code_core(a, x);
    code_core(b, y);
    return strcmp(x, y) == 0;
}

enum ct_status ct_prep_scan(struct ct_app *app, struct ct_prep_sheet *s, size_t item,
                            const char *code, bool by_eye, struct ct_error *reterr)
{
    if (item >= s->t->n_items || s->t->item[item].kind != CT_CHECK_SCAN)
        return ct_fail(reterr, CT_EINVAL, "", "this item is not answered by a code");
    const struct ct_check_item *i = &s->t->item[item];
    bool compare = i->scan == CT_CHECK_WRISTBAND && s->number[0] != '\0';
    if (i->scan == CT_CHECK_WRISTBAND && !compare && !by_eye)
        return ct_fail(reterr, CT_EINVAL, i->id,
                       "the record has no number that the wristband could be compared with: "
                       "read name and date of birth from it, and type what it says");
    bool matches = !compare || same_code(code, s->number);
    struct ct_check_answer a = s->answer[item];
    enum ct_status rc = ct_check_scanned(i, code, matches, &a, reterr);
    if (rc != CT_OK)
        return rc;
    if (by_eye && matches)
        a.n = CT_CHECK_BY_EYE;
    a.comment[0] = '\0';
    return ct_prep_answer(app, s, item, &a, reterr);
}

/* ---- comments --------------------------------------------------------------- */

struct commenting {
    struct ct_prep_sheet *s;
    size_t item;
    char text[CT_CHECK_COMMENT_MAX + 1];
};

static enum ct_status comment_write(struct ct_app *app, struct ct_db *db, void *arg,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    struct commenting *x = arg;
    struct ct_prep_sheet *s = x->s;
    enum ct_status rc = ct_prep_write_begin(app, db, s, x->item, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_check_item *i = &s->t->item[x->item];
    if (s->answer[x->item].given == CT_CHECK_NOT_ASKED)
        return ct_fail(reterr, CT_EINVAL, i->id, "answer it first: a comment is on an answer");
    rc = ct_prep_comment_insert(app, db, s->prep.id, s->mark[x->item].answer_id, x->text, entry,
                                reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(entry->detail, sizeof entry->detail, "C-%lld %.120s: %.300s",
             (long long)s->prep.id, i->text, x->text);
    ct_text_copy(s->answer[x->item].comment, sizeof s->answer->comment, x->text);
    return ct_prep_write_end(app, db, s, entry, reterr);
}

enum ct_status ct_prep_comment(struct ct_app *app, struct ct_prep_sheet *s, size_t item,
                               const char *text, struct ct_error *reterr)
{
    struct commenting x = {.s = s, .item = item};
    if (item >= s->t->n_items)
        return ct_fail(reterr, CT_EINVAL, "", "the checklist has no such item");
    if (strlen(text) > CT_CHECK_COMMENT_MAX)
        return ct_fail(reterr, CT_EINVAL, s->t->item[item].id,
                       "a comment has at most %d characters", CT_CHECK_COMMENT_MAX);
    ct_text_copy(x.text, sizeof x.text, text);
    enum ct_status rc = ct_text_check(x.text, s->t->item[item].id, "the comment",
                                      CT_CHECK_COMMENT_MAX, true, reterr);
    if (rc != CT_OK || strcmp(x.text, s->answer[item].comment) == 0)
        return rc;
    struct ct_change change = {
        .verb = CT_VERB_PREP_COMMENT, .write = comment_write, .arg = &x};
    return ct_prep_record(app, &change, s, reterr);
}
