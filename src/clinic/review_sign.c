/* review_sign - the signature on a review, and that of the second reviewer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/review_priv.h"
#include "vault/secret.h"

struct signing {
    const struct ct_review_text *t; /* as it was shown; NULL: of the second */
    struct ct_review r;
    unsigned char hash[CT_HASH_LEN];
    enum ct_review_meaning meaning;
    bool wanted;
};

static enum ct_status sign_insert(struct ct_app *app, struct ct_db *db, const struct signing *x,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_head head;
    int64_t id;
    enum ct_status rc = ct_chain_head(app, &head, reterr);
    CT_STMT *st = NULL;
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_SIGN_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":review_id", x->r.id);
    ct_bind_i64(st, ":second", x->t == NULL);
    ct_bind_i64(st, ":wanted", x->wanted);
    ct_bind_i64(st, ":meaning", x->meaning);
    ct_bind_blob(st, ":hash", x->hash, sizeof x->hash);
    ct_bind_i64(st, ":head_seq", head.seq);
    ct_bind_blob(st, ":head_link", head.link, sizeof head.link);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "review_sign", id);
    return rc;
}

static enum ct_status text_insert(struct ct_db *db, const struct ct_review_text *t,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_TEXT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":review_id", t->review_id);
    ct_bind_text(st, ":text", t->text);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "review_text", id);
    return rc;
}

/* What would be signed by now is what was shown. */
static enum ct_status same(struct ct_app *app, struct signing *x, struct ct_error *reterr)
{
    const struct ct_review_text *t = x->t;
    struct ct_review_text now = {.review_id = t->review_id, .wanted = t->wanted,
                                 .overdue = t->overdue};
    ct_text_copy(now.because, sizeof now.because, t->because);
    enum ct_status rc = ct_review_text_make(app, &now, &x->r, reterr);
    if (rc == CT_OK && memcmp(now.hash, t->hash, sizeof now.hash) != 0)
        rc = ct_fail(reterr, CT_ECONFLICT, "",
                     "something was added meanwhile: look at it again, then sign");
    memcpy(x->hash, now.hash, sizeof x->hash);
    x->meaning = now.meaning;
    ct_review_text_done(&now);
    return rc;
}

static enum ct_status sign_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    return rc == CT_OK ? same(app, arg, reterr) : rc;
}

static void detail(const struct signing *x, const char *who, struct ct_entry *entry)
{
    char title[120];
    ct_review_title(&x->r, title, sizeof title);
    snprintf(entry->detail, sizeof entry->detail,
             "R-%lld %s%s: %s, %lld lines, %lld exceptions%s", (long long)x->r.id, title, who,
             CT_REVIEW_MEANING[x->meaning], (long long)x->r.lines, (long long)x->r.exceptions,
             x->t != NULL && x->wanted ? "; a second reviewer signs too" : "");
}

static enum ct_status sign_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct signing *x = arg;
    enum ct_status rc = same(app, x, reterr);
    if (rc == CT_OK)
        rc = text_insert(db, x->t, entry, reterr);
    if (rc == CT_OK)
        rc = sign_insert(app, db, x, entry, reterr);
    if (rc == CT_OK)
        detail(x, "", entry);
    return rc;
}

static enum ct_status run(struct ct_app *app, struct signing *x,
                          enum ct_status (*check)(struct ct_app *, void *, struct ct_error *),
                          enum ct_status (*write)(struct ct_app *, struct ct_db *, void *,
                                                  struct ct_entry *, struct ct_error *),
                          struct ct_error *reterr)
{
    const struct ct_change change = {.verb = CT_VERB_REVIEW_SIGN,
                                     .check = check,
                                     .write = write,
                                     .arg = x,
                                     .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_review_sign(struct ct_app *app, const struct ct_review_text *t,
                              struct ct_error *reterr)
{
    struct signing x = {.t = t, .wanted = t->wanted};
    return run(app, &x, sign_check, sign_write, reterr);
}

/* ---- the second ------------------------------------------------------------------------------- */

static enum ct_status second_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct signing *x = arg;
    char *text = NULL;
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_review_load(app, ct_app_db(app), x->r.id, &x->r, reterr);
    if (rc == CT_OK)
        rc = ct_review_count(app, ct_app_db(app), &x->r, reterr);
    if (rc != CT_OK)
        return rc;
    if (x->r.state != CT_REVIEW_SECOND)
        return ct_fail(reterr, CT_ECONFLICT, "",
                       x->r.state == CT_REVIEW_OPEN ? "nobody has signed it yet"
                                                    : "it is signed already, and wants no second");
    if (x->r.sign[0].by_user == ct_app_who(app)->user_id)
        return ct_fail(reterr, CT_EDENIED, "second",
                       "you signed it first: another supervisor signs second");
    rc = ct_review_signed_text(app, x->r.id, &text, reterr);
    if (rc != CT_OK)
        return rc;
    ct_hash(x->hash, text, strlen(text));
    free(text);
    x->meaning = x->r.sign[0].meaning;
    x->wanted = true;
    if (memcmp(x->hash, x->r.sign[0].hash, sizeof x->hash) != 0)
        return ct_fail(reterr, CT_EDAMAGED, "",
                       "the text of R-%lld is not what %s signed; run clintech verify",
                       (long long)x->r.id, x->r.sign[0].by);
    return CT_OK;
}

static enum ct_status second_write(struct ct_app *app, struct ct_db *db, void *arg,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    struct signing *x = arg;
    enum ct_status rc = second_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = sign_insert(app, db, x, entry, reterr);
    if (rc == CT_OK)
        detail(x, ", as second reviewer", entry);
    return rc;
}

enum ct_status ct_review_second(struct ct_app *app, int64_t id, struct ct_error *reterr)
{
    struct signing x = {.r = {.id = id}};
    return run(app, &x, second_check, second_write, reterr);
}
