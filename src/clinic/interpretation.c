/* interpretation - see interpretation.h. */
#include "clinic/interpretation.h"

#include <stdlib.h>
#include <string.h>

#include "clinic/rows.h"
#include "record/user.h"

#define NOTE_COLUMNS                                                                           \
    "i.id, i.vitals_id, i.patient_id, i.at_ms, i.by_user, i.situation, i.background, "         \
    "i.assessment, i.recommendation, i.replaces_id, i.reason, "                                \
    "EXISTS (SELECT 1 FROM interpretation n WHERE n.replaces_id = i.id)"

const struct ct_sql ct_interpretation_sql[CT_INTERPRETATION_SQL_N] = {
    [CT_SQL_INTERPRETATION_INSERT] =
        {"interpretation.insert",
         "INSERT INTO interpretation(vitals_id, patient_id, at_ms, by_user, situation, "
         "background, assessment, recommendation, replaces_id, reason) VALUES (:vitals_id, "
         ":patient_id, :at_ms, :by_user, :situation, :background, :assessment, "
         ":recommendation, :replaces_id, :reason)"},
    [CT_SQL_INTERPRETATION_GET] = {"interpretation.get", "SELECT " NOTE_COLUMNS
                                                         " FROM interpretation i "
                                                         "WHERE i.id = :id"},
    [CT_SQL_INTERPRETATION_LIST] = {"interpretation.list",
                                    "SELECT " NOTE_COLUMNS " FROM interpretation i "
                                    "WHERE i.vitals_id = :vitals_id ORDER BY i.id DESC"},
};

/* clang-format off */
#define PART(field, name_, help_) \
    {.name = field, .label = name_, .kind = CT_F_TEXT, .width = 58, .max_bytes = CT_SBAR_BYTES, .help = help_}
const struct ct_field CT_INTERPRETATION_FIELDS[] = {
    PART("situation", "Situation", "What is going on, and why you write."),
    PART("background", "Background", "What led to it: history, treatment, what was normal before."),
    PART("assessment", "Assessment", "What you make of it."),
    PART("recommendation", "Recommendation", "What should be done, by whom, how soon."),
};
/* clang-format on */
_Static_assert(CT_LEN(CT_INTERPRETATION_FIELDS) == CT_INTERPRETATION_FIELDS_N, "a form of four");

static char *part(struct ct_interpretation *n, size_t i)
{
    char *const PARTS[] = {n->situation, n->background, n->assessment, n->recommendation};
    return PARTS[i];
}

/* ---- reading ------------------------------------------------------------ */

static void note_row(struct ct_stmt *st, struct ct_interpretation *ret)
{
    *ret = (struct ct_interpretation){
        .id = ct_col_i64(st, 0),
        .vitals_id = ct_col_i64(st, 1),
        .patient_id = ct_col_i64(st, 2),
        .at_ms = ct_col_i64(st, 3),
        .by_user = (uint32_t)ct_col_i64(st, 4),
        .replaces_id = ct_col_null(st, 9) ? 0 : ct_col_i64(st, 9),
        .replaced = ct_col_i64(st, 11) != 0,
    };
    for (size_t i = 0; i < CT_INTERPRETATION_FIELDS_N; i++)
        ct_text_copy(part(ret, i), CT_SBAR_BYTES + 1, ct_col_text(st, 5 + (int)i));
    ct_text_copy(ret->reason, sizeof ret->reason, ct_col_text(st, 10));
}

/* The first version of the set that `id` is a version of. */
static enum ct_status set_of(struct ct_db *db, int64_t id, struct ct_vitals *ret,
                             struct ct_error *reterr)
{
    enum ct_status rc = ct_vitals_load(db, id, ret, reterr);
    return rc == CT_OK ? ct_vitals_first(db, ret, ret, reterr) : rc;
}

static enum ct_status list(struct ct_app *app, int64_t first_id,
                           struct ct_interpretation **ret, size_t *ret_n,
                           struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    CT_STMT *st = NULL;
    size_t cap = 0;
    enum ct_status rc =
        ct_stmt_get(db, &ct_interpretation_sql[CT_SQL_INTERPRETATION_LIST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":vitals_id", first_id);
    for (bool row; (rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row;) {
        if (*ret_n == cap) {
            cap = cap > 0 ? 2 * cap : 4;
            struct ct_interpretation *more = reallocarray(*ret, cap, sizeof *more);
            if (more == NULL)
                return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %zu notes", cap);
            *ret = more;
        }
        note_row(st, &(*ret)[(*ret_n)++]);
    }
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        ct_user_name(app, (*ret)[i].by_user, (*ret)[i].by, sizeof (*ret)[i].by);
    return rc;
}

enum ct_status ct_interpretation_list(struct ct_app *app, int64_t vitals_id,
                                      struct ct_interpretation **ret, size_t *ret_n,
                                      struct ct_error *reterr)
{
    struct ct_vitals first;
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = set_of(ct_app_db(app), vitals_id, &first, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, first.patient_id, reterr);
    if (rc == CT_OK)
        rc = list(app, first.id, ret, ret_n, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

/* ---- writing ------------------------------------------------------------- */

static enum ct_status note_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ct_interpretation *n = arg;
    bool any = false;
    struct ct_vitals first;
    enum ct_status may = set_of(ct_app_db(app), n->vitals_id, &first, reterr);
    if (may == CT_OK)
        may = ct_access_check(app, first.patient_id, reterr);
    if (may != CT_OK)
        return may;
    for (size_t i = 0; i < CT_INTERPRETATION_FIELDS_N; i++) {
        const struct ct_field *f = &CT_INTERPRETATION_FIELDS[i];
        enum ct_status rc =
            ct_text_check(part(n, i), f->name, f->label, CT_SBAR_BYTES, false, reterr);
        if (rc != CT_OK)
            return rc;
        any = any || part(n, i)[0] != '\0';
    }
    if (!any)
        return ct_fail(reterr, CT_EINVAL, CT_INTERPRETATION_FIELDS[0].name,
                       "nothing is written: fill in one part at least");
    return n->replaces_id == 0 ? CT_OK
                               : ct_text_check(n->reason, "reason",
                                               "the reason for the new note", 200, true, reterr);
}

/* What it replaces is the newest note of its line, and of the same set. */
static enum ct_status replaced_check(struct ct_db *db, const struct ct_interpretation *n,
                                     int64_t first_id, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    struct ct_interpretation old;
    enum ct_status rc =
        ct_stmt_get(db, &ct_interpretation_sql[CT_SQL_INTERPRETATION_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", n->replaces_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (row)
        note_row(st, &old);
    if (!row || old.vitals_id != first_id)
        return ct_fail(reterr, CT_ENOTFOUND, "", "this set has no such note");
    if (old.replaced)
        return ct_fail(reterr, CT_ECONFLICT, "",
                       "this note was replaced meanwhile; read the newer one first");
    return CT_OK;
}

static enum ct_status note_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_interpretation *n = arg;
    struct ct_vitals first;
    enum ct_status rc = set_of(db, n->vitals_id, &first, reterr);
    if (rc == CT_OK && n->replaces_id != 0)
        rc = replaced_check(db, n, first.id, reterr);
    CT_STMT *st = NULL;
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_interpretation_sql[CT_SQL_INTERPRETATION_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    n->vitals_id = first.id;
    n->patient_id = first.patient_id;
    n->at_ms = ct_app_now(app);
    n->by_user = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":vitals_id", n->vitals_id);
    ct_bind_i64(st, ":patient_id", n->patient_id);
    ct_bind_i64(st, ":at_ms", n->at_ms);
    ct_bind_i64(st, ":by_user", n->by_user);
    ct_bind_text(st, ":situation", n->situation);
    ct_bind_text(st, ":background", n->background);
    ct_bind_text(st, ":assessment", n->assessment);
    ct_bind_text(st, ":recommendation", n->recommendation);
    ct_bind_opt(st, ":replaces_id", n->replaces_id != 0 ? n->replaces_id : CT_UNSET);
    ct_bind_text(st, ":reason", n->replaces_id != 0 ? n->reason : NULL);
    rc = ct_stmt_run(st, &n->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "interpretation", n->id);
    entry->patient_id = n->patient_id;
    return CT_OK;
}

enum ct_status ct_interpretation_record(struct ct_app *app, struct ct_interpretation *n,
                                        struct ct_error *reterr)
{
    struct ct_interpretation mine = *n;
    struct ct_change change = {.verb = CT_VERB_INTERPRET,
                               .check = note_check,
                               .write = note_write,
                               .arg = &mine,
                               .entry = {.severity = CT_ROUTINE, .done_ms = CT_UNSET}};
    if (mine.replaces_id != 0)
        ct_text_copy(change.entry.detail, sizeof change.entry.detail, mine.reason);
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_OK) {
        ct_user_name(app, mine.by_user, mine.by, sizeof mine.by);
        *n = mine;
    }
    return rc;
}
