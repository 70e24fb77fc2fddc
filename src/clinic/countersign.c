/* countersign - what trainees recorded and somebody competent has to stand for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/competency_priv.h"

/* ---- reading ------------------------------------------------------------------------------------- */

static enum ct_status count(struct ct_app *app, unsigned sql, int64_t *ret,
                            struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(ct_app_db(app), &ct_training_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    if (sql == CT_SQL_SIGN_COUNT_USER)
        ct_bind_i64(st, ":user_id", ct_app_who(app)->user_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK)
        *ret = ct_col_i64(st, 0);
    return rc;
}

enum ct_status ct_countersign_count(struct ct_app *app, int64_t *ret_others, int64_t *ret_own,
                                    struct ct_error *reterr)
{
    bool learns = false;
    *ret_others = *ret_own = 0;
    enum ct_status rc = ct_require(app, CT_PERM_SESSION, reterr);
    if (rc == CT_OK)
        rc = count(app, CT_SQL_SIGN_COUNT, ret_others, reterr);
    if (rc != CT_OK || *ret_others == 0)
        return rc;
    rc = count(app, CT_SQL_SIGN_COUNT_USER, ret_own, reterr);
    if (rc == CT_OK)
        rc = ct_trainee_is(ct_app_db(app), ct_app_who(app)->user_id, ct_app_now(app), &learns,
                           reterr);
    if (learns || !ct_role_may(ct_app_who(app)->role, CT_PERM_COMP_ASSESS))
        *ret_others = 0;
    else
        *ret_others -= *ret_own;
    return rc;
}

static enum ct_status complete(struct ct_app *app, struct ct_awaiting *a,
                               struct ct_error *reterr)
{
    struct ct_patient *p;
    bool hidden = false;
    ct_user_name(app, a->user_id, a->name, sizeof a->name);
    if (a->patient_id == CT_UNSET)
        return CT_OK;
    enum ct_status rc = ct_access_hidden(app, a->patient_id, &hidden, reterr);
    if (rc != CT_OK)
        return rc;
    if (hidden && !ct_access_words(a->verb))
        snprintf(a->text, sizeof a->text, "%s (restricted)", CT_VERB[a->verb].line);
    if ((p = calloc(1, sizeof *p)) == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for a patient");
    rc = ct_patient_details(ct_app_db(app), a->patient_id, p, reterr);
    if (rc == CT_OK)
        ct_patient_name(p, a->patient, sizeof a->patient);
    free(p);
    return rc;
}

static void row(struct ct_stmt *st, struct ct_awaiting *a)
{
    memset(a, 0, sizeof *a);
    a->seq = ct_col_i64(st, 0);
    a->at_ms = ct_col_i64(st, 1);
    a->user_id = (uint32_t)ct_col_i64(st, 2);
    const char *words = ct_col_text(st, 3); /* a verb of a newer program: its name */
    a->verb = CT_VERB_SECOND;
    if (ct_verb_parse(words, &a->verb))
        words = CT_VERB[a->verb].line;
    a->patient_id = ct_col_i64(st, 4);
    CT_BUF b = {.max = 2048};
    ct_buf_printf(&b, "%s%s%s", words, ct_col_null(st, 5) ? "" : ": ", ct_col_text(st, 5));
    ct_text_copy(a->text, sizeof a->text, ct_buf_str(&b));
}

static enum ct_status rows(struct ct_app *app, uint32_t user_id, size_t limit,
                           struct ct_awaiting **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    unsigned sql = user_id != 0 ? CT_SQL_SIGN_LIST_USER : CT_SQL_SIGN_LIST;
    enum ct_status rc = ct_stmt_get(ct_app_db(app), &ct_training_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    if (user_id != 0)
        ct_bind_i64(st, ":user_id", user_id);
    ct_bind_i64(st, ":limit", (int64_t)limit);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_awaiting *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for what awaits");
        *ret = more;
        row(st, &more[(*ret_n)++]);
    }
    return rc;
}

enum ct_status ct_countersign_list(struct ct_app *app, uint32_t user_id, size_t limit,
                                   struct ct_awaiting **ret, size_t *ret_n,
                                   struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_TRAIN_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = rows(app, user_id, limit, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        rc = complete(app, &(*ret)[i], reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_awaits(struct ct_app *app, const char *tbl, int64_t row_id, char name[64],
                         struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    name[0] = '\0';
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_training_sql[CT_SQL_SIGN_ROW], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":tbl", tbl);
    ct_bind_i64(st, ":row_id", row_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there)
        ct_user_name(app, (uint32_t)ct_col_i64(st, 0), name, 64);
    return rc;
}

static enum ct_status of_seq(struct ct_db *db, int64_t seq, uint32_t *ret_user,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret_user = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_SIGN_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":seq", seq);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there)
        *ret_user = (uint32_t)ct_col_i64(st, 0);
    return rc;
}

enum ct_status ct_awaits_seq(struct ct_app *app, int64_t seq, bool *ret, struct ct_error *reterr)
{
    uint32_t user_id = 0;
    enum ct_status rc = of_seq(ct_app_db(app), seq, &user_id, reterr);
    *ret = user_id != 0;
    return rc;
}

/* ---- signing --------------------------------------------------------------------------------------- */

struct signing {
    const int64_t *seq;
    size_t n;
    char text[CT_TRAINING_TEXT_MAX + 1];
    uint32_t user_id[CT_COUNTERSIGN_MAX];
};

/* What the trainee used without a competency, the signer has to hold now. */
static enum ct_status competent(struct ct_app *app, int64_t seq, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    struct ct_db *db = ct_app_db(app);
    enum ct_status rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_SIGN_NEEDS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":seq", seq);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_comp_rule rule;
        struct ct_comp_now now;
        struct ct_subject s = {.kind = (enum ct_subject_kind)ct_col_i64(st, 0)};
        ct_text_copy(s.id, sizeof s.id, ct_col_text(st, 1));
        rc = ct_comp_rule_load(db, &s, &rule, reterr);
        if (rc == CT_OK && rule.id != 0)
            rc = ct_comp_stand(app, db, ct_app_who(app)->user_id, &s, NULL, &rule, &now, reterr);
        if (rc == CT_OK && rule.id != 0 && now.state < CT_COMP_SOON)
            rc = ct_fail(reterr, CT_EDENIED, "competency",
                         "Entry %lld is about %s: you do not hold a competency for it yourself.",
                         (long long)seq, rule.subject.title);
        if (rc != CT_OK)
            return rc;
    }
    return rc;
}

static enum ct_status check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct signing *x = arg;
    uint32_t me = ct_app_who(app)->user_id;
    bool learns = false;
    if (x->n == 0 || x->n > CT_COUNTERSIGN_MAX)
        return ct_fail(reterr, CT_EINVAL, "seq", "1 to %d entries are signed at a time",
                       CT_COUNTERSIGN_MAX);
    enum ct_status rc = ct_text_check(x->text, "text", "the remark", CT_TRAINING_TEXT_MAX, false,
                                      reterr);
    if (rc == CT_OK)
        rc = ct_trainee_is(ct_app_db(app), me, ct_app_now(app), &learns, reterr);
    if (rc == CT_OK && learns)
        rc = ct_fail(reterr, CT_EDENIED, "seq", "A trainee countersigns for nobody.");
    for (size_t i = 0; rc == CT_OK && i < x->n; i++) {
        rc = of_seq(ct_app_db(app), x->seq[i], &x->user_id[i], reterr);
        if (rc == CT_OK && x->user_id[i] == 0)
            rc = ct_fail(reterr, CT_ECONFLICT, "seq", "entry %lld does not await a countersign",
                         (long long)x->seq[i]);
        if (rc == CT_OK && x->user_id[i] == me)
            rc = ct_fail(reterr, CT_EDENIED, "seq", "That is your own: somebody else signs it.");
        if (rc == CT_OK)
            rc = competent(app, x->seq[i], reterr);
    }
    return rc;
}

static enum ct_status one(struct ct_app *app, struct ct_db *db, const struct signing *x, size_t i,
                          struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL, *gone = NULL;
    int64_t id;
    enum ct_status rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_SIGN_INSERT], &st, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_training_sql[CT_SQL_SIGN_DELETE], &gone, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":seq", x->seq[i]);
    ct_bind_i64(st, ":trainee_id", x->user_id[i]);
    ct_bind_text(st, ":text", x->text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "countersign", id);
    ct_bind_i64(gone, ":seq", x->seq[i]);
    return ct_stmt_run(gone, NULL, reterr);
}

static enum ct_status write(struct ct_app *app, struct ct_db *db, void *arg,
                            struct ct_entry *entry, struct ct_error *reterr)
{
    struct signing *x = arg;
    char name[128];
    enum ct_status rc = check(app, arg, reterr);
    for (size_t i = 0; rc == CT_OK && i < x->n; i++)
        rc = one(app, db, x, i, entry, reterr);
    if (rc != CT_OK)
        return rc;
    ct_user_name(app, x->user_id[0], name, sizeof name);
    bool others = false;
    for (size_t i = 1; i < x->n; i++)
        others = others || x->user_id[i] != x->user_id[0];
    CT_BUF b = {.max = 4096};
    ct_buf_printf(&b, "%zu %s of %s%s: ", x->n, x->n == 1 ? "entry" : "entries", name,
                  others ? " and others" : "");
    for (size_t i = 0; i < x->n && b.len < 360; i++)
        ct_buf_printf(&b, "%s%lld", i > 0 ? ", " : "", (long long)x->seq[i]);
    if (x->text[0] != '\0')
        ct_buf_printf(&b, "; %s", x->text);
    ct_text_copy(entry->detail, sizeof entry->detail, ct_buf_str(&b));
    return CT_OK;
}

enum ct_status ct_countersign(struct ct_app *app, const int64_t *seq, size_t n, const char *text,
                              struct ct_error *reterr)
{
    struct signing x = {.seq = seq, .n = n};
    struct ct_change change = {.verb = CT_VERB_COUNTERSIGN,
                               .check = check,
                               .write = write,
                               .arg = &x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    if (strlen(text) > CT_TRAINING_TEXT_MAX)
        return ct_fail(reterr, CT_EINVAL, "text", "at most %d bytes fit", CT_TRAINING_TEXT_MAX);
    ct_text_copy(x.text, sizeof x.text, text);
    return ct_record(app, &change, NULL, reterr);
}
