/* document - documents that have to be read, and read again when they are revised. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/competency_priv.h"

static const struct ct_choice YESNO[] = {{"N", "no"}, {"Y", "yes"}, {NULL, NULL}};

#define TEXT(n, l, w, max, req, h)                                                         \
    {.name = n, .label = l, .unit = "", .kind = CT_F_TEXT, .width = w, .max_bytes = max,   \
     .required = req, .help = h}
#define SUBJECT(n, l)                                                                      \
    TEXT(n, l, 50, CT_SUBJECT_TITLE_MAX + 12, false,                                       \
         "Whoever holds a competency for it is concerned; about nothing: everybody.")

const struct ct_field CT_DOCUMENT_FIELDS[] = {
    TEXT("ref", "Number", 20, 40, true, "As SOP-12; one that is there gets a new revision."),
    TEXT("title", "Title", 50, 120, true, "What it is called."),
    TEXT("revision", "Revision", 20, 40, true, "As printed on it."),
    TEXT("changes", "What is new", 56, CT_COMP_TEXT_MAX, false,
         "Of a new revision, in a sentence."),
    TEXT("place", "Where it is", 50, 200, false, "Shelf, folder, address."),
    {.name = "before_use", .label = "Before use", .unit = "", .kind = CT_F_CODE, .width = 3,
     .required = true, .hard_hi = 1, .soft_hi = 1, .choices = YESNO,
     .help = "Yes: whoever has not read it is asked why before going on."},
    SUBJECT("subject", "About"),
    SUBJECT("subject2", "and"),
    SUBJECT("subject3", "and"),
    SUBJECT("subject4", "and"),
};
const size_t CT_DOCUMENT_FIELDS_N = CT_LEN(CT_DOCUMENT_FIELDS);

/* ---- reading ------------------------------------------------------------------------------------ */

static void row(struct ct_app *app, struct ct_stmt *st, struct ct_document *d)
{
    memset(d, 0, sizeof *d);
    d->id = ct_col_i64(st, 0);
    d->first_id = ct_col_i64(st, 1);
    ct_text_copy(d->ref, sizeof d->ref, ct_col_text(st, 2));
    ct_text_copy(d->title, sizeof d->title, ct_col_text(st, 3));
    ct_text_copy(d->revision, sizeof d->revision, ct_col_text(st, 4));
    ct_text_copy(d->changes, sizeof d->changes, ct_col_text(st, 5));
    ct_text_copy(d->place, sizeof d->place, ct_col_text(st, 6));
    d->before_use = ct_col_i64(st, 7) != 0;
    d->ended = ct_col_i64(st, 8) != 0;
    d->at_ms = ct_col_i64(st, 9);
    d->by_user = (uint32_t)ct_col_i64(st, 10);
    d->readers = ct_col_i64(st, 11);
    ct_user_name(app, d->by_user, d->by, sizeof d->by);
}

static enum ct_status waits(struct ct_db *db, int64_t id, uint32_t user_id, bool *ret,
                            struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_DOCUMENT_WAITS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    ct_bind_i64(st, ":user_id", user_id);
    return ct_stmt_step(st, ret, reterr);
}

static enum ct_status complete(struct ct_app *app, struct ct_document *d,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(
        ct_app_db(app), &ct_training_sql[CT_SQL_DOCUMENT_SUBJECTS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":of", d->id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        if (d->n_subjects == CT_TRAINING_SUBJECTS_MAX)
            break;
        struct ct_subject *s = &d->subject[d->n_subjects++];
        s->kind = (enum ct_subject_kind)ct_col_i64(st, 0);
        ct_text_copy(s->id, sizeof s->id, ct_col_text(st, 1));
        ct_text_copy(s->title, sizeof s->title, ct_col_text(st, 2));
    }
    return rc == CT_OK
               ? waits(ct_app_db(app), d->id, ct_app_who(app)->user_id, &d->mine, reterr)
               : rc;
}

enum ct_status ct_document_list(struct ct_app *app, bool mine, struct ct_document **ret,
                                size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_TRAIN_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_training_sql[CT_SQL_DOCUMENT_LIST], &st, reterr);
    while (rc == CT_OK && (rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_document *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL) {
            rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the documents");
            break;
        }
        *ret = more;
        row(app, st, &more[*ret_n]);
        rc = complete(app, &more[*ret_n], reterr);
        *ret_n += rc == CT_OK && (!mine || more[*ret_n].mine);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

static enum ct_status load(struct ct_app *app, unsigned sql, int64_t id, const char *ref,
                           struct ct_document *d, bool *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(ct_app_db(app), &ct_training_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    if (ref != NULL)
        ct_bind_text(st, ":ref", ref);
    else
        ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, ret, reterr);
    if (rc == CT_OK && *ret)
        row(app, st, d);
    return rc;
}

/* The revision in force of that id. */
static enum ct_status in_force(struct ct_app *app, int64_t id, struct ct_document *d,
                               struct ct_error *reterr)
{
    struct ct_document now;
    bool there, is;
    enum ct_status rc = load(app, CT_SQL_DOCUMENT_GET, id, NULL, d, &there, reterr);
    if (rc == CT_OK && !there)
        rc = ct_fail(reterr, CT_ENOTFOUND, "document_id", "there is no such document");
    if (rc == CT_OK)
        rc = load(app, CT_SQL_DOCUMENT_REF, 0, d->ref, &now, &is, reterr);
    if (rc == CT_OK && (!is || now.id != id))
        rc = ct_fail(reterr, CT_ECONFLICT, "document_id",
                     "revision %s of %s is not in force any more", d->revision, d->ref);
    return rc;
}

enum ct_status ct_document_unread(struct ct_app *app, int64_t id, struct ct_person **ret,
                                  size_t *ret_n, struct ct_error *reterr)
{
    struct ct_person *p = NULL;
    size_t n = 0;
    bool is;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_TRAIN_READ, reterr);
    if (rc == CT_OK)
        rc = ct_user_people(app, CT_PERM_TRAIN_READ, &p, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        rc = waits(ct_app_db(app), id, p[i].user_id, &is, reterr);
        if (rc == CT_OK && is)
            p[(*ret_n)++] = p[i];
    }
    if (rc != CT_OK) {
        free(p);
        *ret_n = 0;
        return rc;
    }
    *ret = p;
    return CT_OK;
}

/* ---- writing --------------------------------------------------------------------------------------- */

struct putting {
    struct ct_document d, was;
    bool there, ends;
    char reason[CT_COMP_REASON_MAX + 1];
};

static enum ct_status put_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct putting *x = arg;
    struct ct_document *d = &x->d;
    if (x->ends) {
        enum ct_status rc = ct_text_check(x->reason, "reason", "the reason", CT_COMP_REASON_MAX,
                                          true, reterr);
        return rc == CT_OK ? in_force(app, d->id, &x->was, reterr) : rc;
    }
    enum ct_status rc = ct_text_check(d->ref, "ref", "its number", 40, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(d->title, "title", "the title", 120, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(d->revision, "revision", "the revision", 40, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(d->place, "place", "where it is", 200, false, reterr);
    if (rc == CT_OK)
        rc = load(app, CT_SQL_DOCUMENT_REF, 0, d->ref, &x->was, &x->there, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(d->changes, "changes", "what is new", CT_COMP_TEXT_MAX, x->there,
                           reterr);
    if (rc == CT_OK && x->there && strcmp(x->was.revision, d->revision) == 0)
        rc = ct_fail(reterr, CT_EINVAL, "revision", "revision %s of %s is in force already",
                     d->revision, d->ref);
    for (size_t i = 0; rc == CT_OK && i < d->n_subjects; i++)
        for (size_t j = 0; rc == CT_OK && j < i; j++)
            if (ct_subject_same(&d->subject[i], &d->subject[j]))
                rc = ct_fail(reterr, CT_EINVAL, "subject", "%s stands there twice",
                             d->subject[i].title);
    return rc;
}

static enum ct_status document_insert(struct ct_app *app, struct ct_db *db, struct putting *x,
                                      struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    const struct ct_document *d = x->ends ? &x->was : &x->d;
    bool later = x->ends || x->there;
    int64_t id;
    enum ct_status rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_DOCUMENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_opt(st, ":first_id", later ? x->was.first_id : CT_UNSET);
    ct_bind_text(st, ":ref", later ? x->was.ref : d->ref);
    ct_bind_text(st, ":title", d->title);
    ct_bind_text(st, ":revision", d->revision);
    ct_bind_text(st, ":changes", x->ends ? x->reason : d->changes);
    ct_bind_text(st, ":place", d->place);
    ct_bind_i64(st, ":before_use", d->before_use);
    ct_bind_i64(st, ":ended", x->ends);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "document", id);
    x->d.id = id;
    x->d.first_id = later ? x->was.first_id : id;
    return CT_OK;
}

static enum ct_status subject_insert(struct ct_db *db, const struct ct_document *d,
                                     const struct ct_subject *s, struct ct_entry *entry,
                                     struct ct_error *reterr)
{
    CT_STMT *st = NULL, *find = NULL;
    int64_t id;
    enum ct_status rc =
        ct_stmt_get(db, &ct_training_sql[CT_SQL_DOCUMENT_FIND_PUT], &find, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(find, ":document_id", d->id);
    ct_bind_i64(find, ":first_id", d->first_id);
    ct_bind_i64(find, ":kind", s != NULL ? (int64_t)s->kind : -1);
    ct_bind_text(find, ":subject", s != NULL ? s->id : "");
    ct_bind_i64(find, ":before_use", d->before_use);
    rc = ct_stmt_run(find, NULL, reterr);
    if (rc != CT_OK || s == NULL)
        return rc;
    rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_DOCUMENT_SUBJECT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":of", d->id);
    ct_bind_i64(st, ":kind", s->kind);
    ct_bind_text(st, ":subject", s->id);
    ct_bind_text(st, ":title", s->title);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "document_subject", id);
    return rc;
}

static enum ct_status put_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct putting *x = arg;
    CT_STMT *gone = NULL;
    enum ct_status rc = put_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = document_insert(app, db, x, entry, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_DOCUMENT_FIND_DELETE], &gone, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(gone, ":first_id", x->d.first_id);
    rc = ct_stmt_run(gone, NULL, reterr);
    const struct ct_document *d = &x->d;
    if (x->ends) {
        snprintf(entry->detail, sizeof entry->detail, "%s is not in force any more; because %s",
                 x->was.ref, x->reason);
        return rc;
    }
    snprintf(entry->detail, sizeof entry->detail, "%s %.120s, revision %s%s%.200s", d->ref,
             d->title, d->revision, d->changes[0] != '\0' ? ": " : "", d->changes);
    if (rc == CT_OK && d->n_subjects == 0)
        rc = subject_insert(db, d, NULL, entry, reterr);
    for (size_t i = 0; rc == CT_OK && i < d->n_subjects; i++)
        rc = subject_insert(db, d, &d->subject[i], entry, reterr);
    return rc;
}

static enum ct_status record(struct ct_app *app, struct putting *x, struct ct_error *reterr)
{
    struct ct_change change = {.verb = CT_VERB_DOCUMENT,
                               .write = put_write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_document_put(struct ct_app *app, struct ct_document *d,
                               struct ct_error *reterr)
{
    struct putting x = {.d = *d};
    enum ct_status rc = record(app, &x, reterr);
    if (rc == CT_OK)
        *d = x.d;
    return rc;
}

enum ct_status ct_document_end(struct ct_app *app, int64_t id, const char *reason,
                               struct ct_error *reterr)
{
    struct putting x = {.d = {.id = id}, .ends = true};
    if (strlen(reason) > CT_COMP_REASON_MAX)
        return ct_fail(reterr, CT_EINVAL, "reason", "a reason has at most %d bytes",
                       CT_COMP_REASON_MAX);
    ct_text_copy(x.reason, sizeof x.reason, reason);
    return record(app, &x, reterr);
}

/* ---- read ------------------------------------------------------------------------------------------- */

struct reading {
    int64_t id;
    struct ct_document d;
};

static enum ct_status read_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct reading *x = arg;
    return in_force(app, x->id, &x->d, reterr);
}

static enum ct_status read_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct reading *x = arg;
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = read_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_DOCUMENT_READ_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":document_id", x->id);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK) /* the one index that can refuse: read by this person already */
        return rc == CT_EINVAL || rc == CT_EEXISTS
                   ? ct_fail(reterr, CT_ECONFLICT, "document_id", "you have confirmed it already")
                   : rc;
    ct_entry_row(entry, "document_read", id);
    snprintf(entry->detail, sizeof entry->detail, "%s %s, revision %s", x->d.ref, x->d.title,
             x->d.revision);
    return CT_OK;
}

enum ct_status ct_document_read(struct ct_app *app, int64_t id, struct ct_error *reterr)
{
    struct reading x = {.id = id};
    struct ct_change change = {.verb = CT_VERB_DOCUMENT_READ,
                               .write = read_write,
                               .arg = &x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}
