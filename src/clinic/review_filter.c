/* review_filter - filters that a supervisor keeps by name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "clinic/review_priv.h"


static enum ct_status there(struct ct_app *app, const char *name, bool *ret,
                            struct ct_error *reterr)
{
    struct ct_review_saved *v = NULL;
    size_t n = 0;
    *ret = false;
    enum ct_status rc = ct_review_filters(app, &v, &n, reterr);
    for (size_t i = 0; i < n; i++)
        *ret = *ret || strcasecmp(v[i].name, name) == 0;
    free(v);
    return rc;
}

static enum ct_status keep_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ct_review_saved *f = arg;
    bool known = false;
    ct_text_trim(f->name);
    ct_text_trim(f->typed);
    enum ct_status rc =
        ct_text_check(f->name, "name", "the name", CT_FILTER_NAME_MAX, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(f->typed, "typed", "the filter", CT_FILTER_TYPED_MAX, false, reterr);
    if (rc == CT_OK && f->typed[0] == '\0')
        rc = there(app, f->name, &known, reterr);
    if (rc == CT_OK && f->typed[0] == '\0' && !known)
        rc = ct_fail(reterr, CT_ENOTFOUND, "name", "there is no filter called %s", f->name);
    return rc;
}

static enum ct_status keep_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    const struct ct_review_saved *f = arg;
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = ct_stmt_get(db, &ct_review_sql[CT_SQL_REVIEW_FILTER_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":name", f->name);
    ct_bind_text(st, ":typed", f->typed);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "review_filter", id);
    /* what was typed may be a patient's name: it stays out of the entry */
    snprintf(entry->detail, sizeof entry->detail, "%s%s", f->name,
             f->typed[0] != '\0' ? "" : ", removed");
    return CT_OK;
}

enum ct_status ct_review_filter_save(struct ct_app *app, const char *name, const char *typed,
                                     struct ct_error *reterr)
{
    struct ct_review_saved f;
    if (strlen(name) > CT_FILTER_NAME_MAX)
        return ct_fail(reterr, CT_EINVAL, "name", "the name is longer than %d bytes",
                       CT_FILTER_NAME_MAX);
    if (strlen(typed) > CT_FILTER_TYPED_MAX)
        return ct_fail(reterr, CT_EINVAL, "typed", "the filter is longer than %d bytes",
                       CT_FILTER_TYPED_MAX);
    ct_text_copy(f.name, sizeof f.name, name);
    ct_text_copy(f.typed, sizeof f.typed, typed);
    const struct ct_change change = {.verb = CT_VERB_REVIEW_FILTER,
                                     .check = keep_check,
                                     .write = keep_write,
                                     .arg = &f,
                                     .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_review_filters(struct ct_app *app, struct ct_review_saved **ret, size_t *ret_n,
                                 struct ct_error *reterr)
{
    struct ct_review_saved *v = NULL;
    size_t n = 0, cap = 0;
    bool row = true;
    CT_STMT *st = NULL;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_REVIEW, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_review_sql[CT_SQL_REVIEW_FILTERS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", ct_app_who(app)->user_id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        void *more = ct_rows_grow(v, n, &cap, sizeof *v);
        if (more == NULL) {
            rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the filters");
            break;
        }
        v = more;
        ct_text_copy(v[n].name, sizeof v[n].name, ct_col_text(st, 0));
        ct_text_copy(v[n].typed, sizeof v[n].typed, ct_col_text(st, 1));
        n++;
    }
    if (rc != CT_OK) {
        free(v);
        return rc;
    }
    *ret = v;
    *ret_n = n;
    return CT_OK;
}
