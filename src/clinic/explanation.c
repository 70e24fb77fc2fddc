/* explanation - what was explained to a patient, and how it was understood; see consent.h. */
#include "clinic/consent.h"

#include <stdlib.h>
#include <string.h>

#include "clinic/rows.h"
#include "record/user.h"

void ct_explanation_init(struct ct_explanation *e)
{
    *e = (struct ct_explanation){
        .understood = CT_UNSET, .anxiety_before = CT_UNSET, .anxiety_after = CT_UNSET};
}

static int64_t opt(struct ct_stmt *st, int column)
{
    return ct_col_null(st, column) ? CT_UNSET : ct_col_i64(st, column);
}

static void row_of(struct ct_stmt *st, struct ct_explanation *ret)
{
    *ret = (struct ct_explanation){
        .id = ct_col_i64(st, 0),
        .procedure_id = ct_col_i64(st, 1),
        .at_ms = ct_col_i64(st, 2),
        .recorded_ms = ct_col_i64(st, 3),
        .by_user = (uint32_t)ct_col_i64(st, 4),
        .topics = (uint32_t)ct_col_i64(st, 6),
        .understood = opt(st, 11),
        .anxiety_before = opt(st, 13),
        .anxiety_after = opt(st, 14),
        .replaces_id = ct_col_null(st, 16) ? 0 : ct_col_i64(st, 16),
        .replaced = ct_col_i64(st, 18) != 0,
    };
    ct_text_copy(ret->by_whom, sizeof ret->by_whom, ct_col_text(st, 5));
    ct_text_copy(ret->explained, sizeof ret->explained, ct_col_text(st, 7));
    ct_text_copy(ret->language, sizeof ret->language, ct_col_text(st, 8));
    ct_text_copy(ret->interpreter, sizeof ret->interpreter, ct_col_text(st, 9));
    ct_text_copy(ret->questions, sizeof ret->questions, ct_col_text(st, 10));
    ct_text_copy(ret->teach_back, sizeof ret->teach_back, ct_col_text(st, 12));
    ct_text_copy(ret->wishes, sizeof ret->wishes, ct_col_text(st, 15));
    ct_text_copy(ret->reason, sizeof ret->reason, ct_col_text(st, 17));
}

static enum ct_status list(struct ct_app *app, int64_t procedure_id, struct ct_explanation **ret,
                           size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_consent_sql[CT_SQL_EXPLANATION_LIST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":procedure_id", procedure_id);
    for (bool row; (rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row;) {
        struct ct_explanation *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof *more);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the entries");
        *ret = more;
        row_of(st, &(*ret)[(*ret_n)++]);
    }
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        ct_user_name(app, (*ret)[i].by_user, (*ret)[i].by, sizeof (*ret)[i].by);
    return rc;
}

enum ct_status ct_explanation_list(struct ct_app *app, int64_t procedure_id,
                                   struct ct_explanation **ret, size_t *ret_n,
                                   struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_consent_readable(app, procedure_id, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = list(app, procedure_id, ret, ret_n, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

/* ---- writing ------------------------------------------------------------------- */

static enum ct_status texts_check(struct ct_explanation *e, bool *ret_any,
                                  struct ct_error *reterr)
{
    const struct {
        char *text;
        const char *name, *label;
        size_t max;
    } TEXTS[] = {
        {e->explained, "explained", "what was explained", CT_CONSENT_BYTES},
        {e->questions, "questions", "the questions", CT_CONSENT_BYTES},
        {e->teach_back, "teach_back", "the patient's own words", CT_CONSENT_BYTES},
        {e->wishes, "wishes", "the wishes", CT_CONSENT_BYTES},
        {e->by_whom, "by_whom", "who explained", CT_CONSENT_WHO},
        {e->language, "language", "the language", CT_CONSENT_LANGUAGE},
        {e->interpreter, "interpreter", "the interpreter", CT_CONSENT_WHO},
    };
    for (size_t i = 0; i < CT_LEN(TEXTS); i++) {
        enum ct_status rc = ct_text_check(TEXTS[i].text, TEXTS[i].name, TEXTS[i].label,
                                          TEXTS[i].max, false, reterr);
        if (rc != CT_OK)
            return rc;
        *ret_any = *ret_any || (i < 4 && TEXTS[i].text[0] != '\0');
    }
    return CT_OK;
}

static bool within(int64_t n, int64_t hi)
{
    return n == CT_UNSET || (n >= 0 && n <= hi);
}

static enum ct_status check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ct_explanation *e = arg;
    bool any = e->topics != 0 || e->understood != CT_UNSET || e->anxiety_before != CT_UNSET ||
               e->anxiety_after != CT_UNSET;
    enum ct_status rc = texts_check(e, &any, reterr);
    if (rc != CT_OK)
        return rc;
    if (!any)
        return ct_fail(reterr, CT_EINVAL, "topics",
                       "nothing is said: what was spoken of, or how the patient feels?");
    if ((e->topics != 0 || e->explained[0] != '\0') && e->language[0] == '\0')
        return ct_fail(reterr, CT_EINVAL, "language", "in which language was it explained?");
    if (e->topics >> CT_TOPICS != 0)
        return ct_fail(reterr, CT_EINVAL, "topics", "there is no such topic");
    if (!within(e->understood, 2))
        return ct_fail(reterr, CT_EINVAL, "understood", "understood is no, partly or yes");
    if (e->understood == 2 && e->teach_back[0] == '\0')
        return ct_fail(reterr, CT_EINVAL, "teach_back",
                       "write what the patient said in own words, or leave Understood empty");
    if (!within(e->anxiety_before, 10))
        return ct_fail(reterr, CT_EINVAL, "anxiety_before", "anxiety is 0 to 10");
    if (!within(e->anxiety_after, 10))
        return ct_fail(reterr, CT_EINVAL, "anxiety_after", "anxiety is 0 to 10");
    if (e->replaces_id != 0)
        rc = ct_text_check(e->reason, "reason", "the reason for the correction", 200, true,
                           reterr);
    return rc == CT_OK ? ct_consent_when(app, &e->at_ms, reterr) : rc;
}

static enum ct_status replaced_check(struct ct_db *db, const struct ct_explanation *e,
                                     struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    struct ct_explanation old;
    enum ct_status rc = ct_stmt_get(db, &ct_consent_sql[CT_SQL_EXPLANATION_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", e->replaces_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (row)
        row_of(st, &old);
    if (!row || old.procedure_id != e->procedure_id)
        return ct_fail(reterr, CT_ENOTFOUND, "", "this procedure has no such explanation");
    if (old.replaced)
        return ct_fail(reterr, CT_ECONFLICT, "",
                       "this was corrected meanwhile; read the newer entry first");
    return CT_OK;
}

static enum ct_status insert(struct ct_db *db, struct ct_explanation *e, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_consent_sql[CT_SQL_EXPLANATION_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":procedure_id", e->procedure_id);
    ct_bind_i64(st, ":at_ms", e->at_ms);
    ct_bind_i64(st, ":recorded_ms", e->recorded_ms);
    ct_bind_i64(st, ":by_user", e->by_user);
    ct_bind_text(st, ":by_whom", e->by_whom);
    ct_bind_i64(st, ":topics", e->topics);
    ct_bind_text(st, ":explained", e->explained);
    ct_bind_text(st, ":language", e->language);
    ct_bind_text(st, ":interpreter", e->interpreter);
    ct_bind_text(st, ":questions", e->questions);
    ct_bind_opt(st, ":understood", e->understood);
    ct_bind_text(st, ":teach_back", e->teach_back);
    ct_bind_opt(st, ":anxiety_before", e->anxiety_before);
    ct_bind_opt(st, ":anxiety_after", e->anxiety_after);
    ct_bind_text(st, ":wishes", e->wishes);
    ct_bind_opt(st, ":replaces_id", e->replaces_id != 0 ? e->replaces_id : CT_UNSET);
    ct_bind_text(st, ":reason", e->replaces_id != 0 ? e->reason : NULL);
    return ct_stmt_run(st, &e->id, reterr);
}

static enum ct_status write(struct ct_app *app, struct ct_db *db, void *arg,
                            struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_explanation *e = arg;
    struct ct_procedure p;
    enum ct_status rc = ct_procedure_load(app, e->procedure_id, &p, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, p.patient_id, reterr);
    if (rc == CT_OK && e->replaces_id != 0)
        rc = replaced_check(db, e, reterr);
    e->recorded_ms = ct_app_now(app);
    e->by_user = ct_app_who(app)->user_id;
    if (rc == CT_OK)
        rc = insert(db, e, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "explanation", e->id);
    entry->patient_id = p.patient_id;
    entry->done_ms = e->at_ms;
    return CT_OK;
}

enum ct_status ct_explanation_record(struct ct_app *app, struct ct_explanation *e,
                                     struct ct_error *reterr)
{
    struct ct_explanation mine = *e;
    bool understood = mine.understood == CT_UNSET || mine.understood == 2;
    struct ct_change change = {
        .verb = CT_VERB_EXPLAIN,
        .check = check,
        .write = write,
        .arg = &mine,
        .entry = {.severity = understood && mine.replaces_id == 0 ? CT_ROUTINE : CT_NOTABLE,
                  .done_ms = CT_UNSET}};
    if (mine.replaces_id != 0)
        ct_text_copy(change.entry.detail, sizeof change.entry.detail, mine.reason);
    else if (!understood)
        ct_text_copy(change.entry.detail, sizeof change.entry.detail,
                     mine.understood == 0 ? "not understood" : "understood in part");
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_OK) {
        ct_user_name(app, mine.by_user, mine.by, sizeof mine.by);
        *e = mine;
    }
    return rc;
}
