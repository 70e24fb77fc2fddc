/* access_look - who looked at what, from the audit chain; and the hint of who among the
 * patients may be a member of staff. */
#include "clinic/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/rows.h"
#include "record/user.h"

/* ---- reading the chain ----------------------------------------------------------- */

static enum ct_status allowed(struct ct_app *app, const struct ct_look_filter *f,
                              struct ct_error *reterr)
{
    const struct ct_who *who = ct_app_who(app);
    if (who != NULL && ct_role_may(who->role, CT_PERM_ACCESS_REVIEW))
        return ct_require(app, CT_PERM_ACCESS_REVIEW, reterr);
    if (f->patient_id == 0) /* says what is missing */
        return ct_require(app, CT_PERM_ACCESS_REVIEW, reterr);
    enum ct_status rc = ct_require(app, CT_PERM_PATIENT_READ, reterr);
    return rc == CT_OK ? ct_access_check(app, f->patient_id, reterr) : rc;
}

/* Words that say why or to whom, never what was found. */
bool ct_access_words(enum ct_verb verb)
{
    switch ((int)verb) {
    case CT_VERB_DENIED:
    case CT_VERB_PATIENT_OPEN:
    case CT_VERB_VITALS_EXPORT:
    case CT_VERB_PRINT:
    case CT_VERB_RESTRICT:
    case CT_VERB_STAFF:
    case CT_VERB_LIFT:
    case CT_VERB_TEAM:
    case CT_VERB_BREAK_GLASS:
    case CT_VERB_GLASS_REVIEW:
    case CT_VERB_SHARING:
    case CT_VERB_LOOKED: return true;
    default: return false;
    }
}

static void look_row(struct ct_stmt *st, struct ct_looked *l)
{
    enum ct_verb verb;
    const char *words = ct_col_text(st, 4); /* a verb of a newer program: its name */
    *l = (struct ct_looked){.seq = ct_col_i64(st, 0),
                          .at_ms = ct_col_i64(st, 1),
                          .user_id = (uint32_t)ct_col_i64(st, 2),
                          .patient_id = ct_col_i64(st, 3),
                          .severity = (enum ct_severity)ct_col_i64(st, 5)};
    if (ct_verb_parse(words, &verb)) {
        words = CT_VERB[verb].line;
        if (ct_access_words(verb))
            ct_text_copy(l->detail, sizeof l->detail, ct_col_text(st, 6));
    }
    ct_text_copy(l->what, sizeof l->what, words);
}

static enum ct_status look_complete(struct ct_app *app, struct ct_looked *l,
                                    struct ct_error *reterr)
{
    struct ct_patient p;
    ct_user_name(app, l->user_id, l->user, sizeof l->user);
    enum ct_status rc = ct_patient_details(ct_app_db(app), l->patient_id, &p, reterr);
    if (rc == CT_ENOTFOUND) /* the entry names one who never came to be */
        return CT_OK;
    if (rc != CT_OK)
        return rc;
    ct_patient_name(&p, l->patient, sizeof l->patient);
    ct_text_copy(l->number, sizeof l->number, p.number);
    return CT_OK;
}

static enum ct_status page(struct ct_db *db, const struct ct_look_filter *f, size_t limit,
                           struct ct_looked *look, size_t *n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true, one = f->patient_id != 0;
    enum ct_status rc = ct_stmt_get(
        db, &ct_access_sql[one ? CT_SQL_LOOK_PATIENT : CT_SQL_LOOK_USER], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", f->user_id);
    ct_bind_i64(st, ":from_ms", f->from_ms == CT_UNSET ? INT64_MIN : f->from_ms);
    ct_bind_i64(st, ":to_ms", f->to_ms == CT_UNSET ? INT64_MAX : f->to_ms);
    ct_bind_i64(st, ":before_seq", f->after_seq != 0 ? f->after_seq : INT64_MAX);
    if (one)
        ct_bind_i64(st, ":patient_id", f->patient_id);
    else
        ct_bind_i64(st, ":before_ms", f->after_seq != 0 ? f->after_ms : INT64_MAX);
    ct_bind_i64(st, ":limit", (int64_t)limit);
    while (*n < limit && (rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row)
        look_row(st, &look[(*n)++]);
    return rc;
}

enum ct_status ct_look_list(struct ct_app *app, const struct ct_look_filter *f, size_t limit,
                            struct ct_looked **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    if (f->patient_id == 0 && f->user_id == 0)
        return ct_fail(reterr, CT_EINVAL, "user", "whose entries: a patient's, or a user's?");
    enum ct_status rc = allowed(app, f, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc != CT_OK)
        return rc;
    size_t n = 0;
    struct ct_looked *look = calloc(limit > 0 ? limit : 1, sizeof *look);
    if (look == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %zu lines", limit);
    rc = page(ct_app_db(app), f, limit, look, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        rc = look_complete(app, &look[i], reterr);
    if (rc != CT_OK) {
        free(look);
        return rc;
    }
    *ret = look;
    *ret_n = n;
    return CT_OK;
}

/* ---- telling ------------------------------------------------------------------------ */

struct told {
    const struct ct_look_filter *f;
};

static enum ct_status told_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    return allowed(app, ((const struct told *)arg)->f, reterr);
}

enum ct_status ct_look_told(struct ct_app *app, const struct ct_look_filter *f, const char *to,
                            struct ct_error *reterr)
{
    struct told t = {.f = f};
    char name[64] = "", from[24] = "", until[24] = "";
    if (f->user_id != 0)
        ct_user_name(app, f->user_id, name, sizeof name);
    if (f->from_ms != CT_UNSET)
        ct_datetime_text(f->from_ms, from);
    if (f->to_ms != CT_UNSET)
        ct_datetime_text(f->to_ms, until);
    struct ct_change change = {
        .verb = CT_VERB_LOOKED,
        .check = told_check,
        .arg = &t,
        .entry = {.severity = to[0] != '\0' ? CT_NOTABLE : CT_ROUTINE,
                  .patient_id = f->patient_id != 0 ? f->patient_id : CT_UNSET,
                  .done_ms = CT_UNSET}};
    snprintf(change.entry.detail, sizeof change.entry.detail, "%s%s%s%s%s%s%s%.300s",
             name[0] != '\0' ? "by " : "this record", name, from[0] != '\0' ? ", from " : "", from,
             until[0] != '\0' ? ", to " : "", until, to[0] != '\0' ? ", into " : "", to);
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_look_user(struct ct_app *app, const char *login, uint32_t *ret,
                            struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret = 0;
    enum ct_status rc = ct_require(app, CT_PERM_ACCESS_REVIEW, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_access_sql[CT_SQL_LOOK_LOGIN], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":login", login);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "login", "nobody has the login %.60s", login);
    *ret = (uint32_t)ct_col_i64(st, 0);
    return CT_OK;
}

/* ---- who may be a member of staff ------------------------------------------------------ */

enum { HINTS_A_NAME = 20 };

/* Every word of `of` is a whole word of `in`; both folded. A word with a dot behind it
 * ("Dr.") is a title and none of the name. */
static bool words_in(const char *of, const char *in)
{
    size_t len = strlen(in);
    for (const char *p = of; *p != '\0';) {
        size_t n = strcspn(p, " ");
        bool found = n == 0 || p[n - 1] == '.';
        for (const char *q = in; !found && q < in + len; q += strcspn(q, " "), q += *q == ' ')
            found = strcspn(q, " ") == n && memcmp(p, q, n) == 0;
        if (!found)
            return false;
        p += n + (p[n] == ' ');
    }
    return true;
}

static enum ct_status hints_of(struct ct_app *app, const struct ct_user *u,
                               struct ct_patient_hits *ret, struct ct_error *reterr)
{
    struct ct_patient_hits found = {.n = 0};
    CT_BUF user = {.max = 1024};
    ct_text_fold(&user, u->name);
    if (strchr(ct_buf_str(&user), ' ') == NULL) /* one word is too little of a name */
        return CT_OK;
    enum ct_status rc = ct_patient_find(app, u->name, HINTS_A_NAME, &found, reterr);
    for (size_t i = 0; rc == CT_OK && i < found.n; i++) {
        CT_BUF name = {.max = 2048};
        struct ct_access a;
        ct_text_fold(&name, found.hit[i].name);
        char *s = name.data;
        for (size_t k = 0; k < name.len; k++)
            if (s[k] == ',')
                s[k] = ' ';
        rc = ct_access_get(app, found.hit[i].id, &a, reterr);
        bool known = false;
        for (size_t k = 0; k < ret->n; k++)
            known = known || ret->hit[k].id == found.hit[i].id;
        if (rc != CT_OK || a.restricted || known ||
            !words_in(ct_buf_str(&user), ct_buf_str(&name)))
            continue;
        struct ct_patient_hit *more = reallocarray(ret->hit, ret->n + 1, sizeof *more);
        if (more == NULL)
            rc = ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the hints");
        else
            (ret->hit = more)[ret->n++] = found.hit[i];
    }
    ct_patient_hits_done(&found);
    return rc;
}

enum ct_status ct_access_hints(struct ct_app *app, struct ct_patient_hits *ret,
                               struct ct_error *reterr)
{
    struct ct_user *user = NULL;
    size_t n = 0;
    *ret = (struct ct_patient_hits){.n = 0};
    enum ct_status rc = ct_require(app, CT_PERM_ACCESS_RESTRICT, reterr);
    if (rc == CT_OK)
        rc = ct_user_list(app, &user, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        if (user[i].active)
            rc = hints_of(app, &user[i], ret, reterr);
    free(user);
    if (rc != CT_OK)
        ct_patient_hits_done(ret);
    return rc;
}
