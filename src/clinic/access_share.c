/* access_share - permission to share: what, to whom, until when, by whom told, withdrawn. */
#include "clinic/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/rows.h"
#include "record/user.h"

static const struct ct_choice WHAT[] = {
    {"A", "all"}, {"V", "vitals"}, {"P", "procedures"}, {"H", "that they are here"}, {NULL, NULL}};
const char *const CT_SHARE_NAME[CT_SHARES] = {
    [CT_SHARE_ALL] = "all",
    [CT_SHARE_VITALS] = "vitals",
    [CT_SHARE_PROCEDURES] = "procedures",
    [CT_SHARE_PRESENCE] = "that they are here",
};

/* clang-format off */
const struct ct_field CT_SHARING_FIELDS[] = {
    {.name = "what", .label = "What", .unit = "", .kind = CT_F_CODE, .width = 3, .required = true,
     .hard_hi = CT_SHARES - 1, .soft_hi = CT_SHARES - 1, .choices = WHAT,
     .help = "What may be told: all, vitals, procedures, or only that they are here."},
    {.name = "whom", .label = "To whom", .unit = "", .kind = CT_F_TEXT, .width = 40, .max_bytes = 120,
     .required = true, .help = "One person or one body, by name: a daughter, a practice."},
    {.name = "until_day", .label = "Until", .unit = "", .kind = CT_F_DATE, .width = 12,
     .help = "The last day of it, with its year in full; empty: until it is withdrawn."},
    {.name = "told_by", .label = "Told by", .unit = "", .kind = CT_F_TEXT, .width = 40, .max_bytes = 120,
     .required = true, .help = "Who said so: the patient, or who speaks for them."},
    {.name = "note", .label = "Note", .unit = "", .kind = CT_F_TEXT, .width = 50,
     .max_bytes = CT_ACCESS_TEXT, .help = "What else was said, if anything."},
};
/* clang-format on */
_Static_assert(CT_LEN(CT_SHARING_FIELDS) == CT_SHARING_FIELDS_N, "a form of five");

/* ---- writing ------------------------------------------------------------------- */

struct sharing {
    struct ct_sharing s;
    int64_t ends_id; /* CT_UNSET: a new one */
};

static enum ct_status sharing_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct sharing *x = arg;
    struct ct_sharing *s = &x->s;
    struct ct_patient p;
    char day[16];
    enum ct_status rc = ct_text_check(s->told_by, "told_by", "who said so",
                                      sizeof s->told_by - 1, true, reterr);
    bool ends = x->ends_id != CT_UNSET;
    if (rc == CT_OK)
        rc = ct_text_check(s->note, ends ? "reason" : "note", ends ? "why it is withdrawn" : "the note",
                           CT_ACCESS_TEXT, ends, reterr);
    if (rc != CT_OK || ends)
        return rc;
    rc = ct_patient_details(ct_app_db(app), s->patient_id, &p, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, s->patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(s->whom, "whom", "to whom", sizeof s->whom - 1, true, reterr);
    if (rc != CT_OK)
        return rc;
    if ((unsigned)s->what >= CT_SHARES)
        return ct_fail(reterr, CT_EINVAL, "what", "what is one of A, V, P, H");
    ct_date_text(s->until_day, day);
    if (s->until_day != CT_NO_DATE && s->until_day < ct_date_at(ct_app_now(app)))
        return ct_fail(reterr, CT_EINVAL, "until_day",
                       "%s is in the past: which day is the last one? Type its year in full", day);
    return CT_OK;
}

static enum ct_status ended_load(struct ct_db *db, struct sharing *x, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_access_sql[CT_SQL_SHARING_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", x->ends_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no such permission");
    if (ct_col_i64(st, 4) != 0)
        return ct_fail(reterr, CT_ECONFLICT, "", "this permission was withdrawn already");
    x->s.patient_id = ct_col_i64(st, 0);
    x->s.what = (enum ct_share_what)ct_col_i64(st, 1);
    ct_text_copy(x->s.whom, sizeof x->s.whom, ct_col_text(st, 2));
    x->s.until_day = ct_col_null(st, 3) ? CT_NO_DATE : (ct_date)ct_col_i64(st, 3);
    return CT_OK;
}

static enum ct_status sharing_write(struct ct_app *app, struct ct_db *db, void *arg,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    struct sharing *x = arg;
    const struct ct_sharing *s = &x->s;
    CT_STMT *st = NULL;
    bool ends = x->ends_id != CT_UNSET;
    enum ct_status rc = ends ? ended_load(db, x, reterr) : CT_OK;
    if (rc == CT_OK && ends)
        rc = ct_access_check(app, s->patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_access_sql[CT_SQL_SHARING_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", s->patient_id);
    ct_bind_i64(st, ":what", s->what);
    ct_bind_text(st, ":whom", s->whom);
    ct_bind_opt(st, ":until_day", s->until_day == CT_NO_DATE ? CT_UNSET : s->until_day);
    ct_bind_text(st, ":told_by", s->told_by);
    ct_bind_text(st, ":reason", s->note);
    ct_bind_opt(st, ":ends_id", x->ends_id);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &x->s.id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "sharing", s->id);
    entry->patient_id = s->patient_id;
    snprintf(entry->detail, sizeof entry->detail, "%s%s to %s, told by %s",
             ends ? "withdrawn: " : "", CT_SHARE_NAME[s->what], s->whom, s->told_by);
    return CT_OK;
}

static enum ct_status run(struct ct_app *app, struct sharing *x, struct ct_error *reterr)
{
    struct ct_change change = {.verb = CT_VERB_SHARING,
                               .check = sharing_check,
                               .write = sharing_write,
                               .arg = x,
                               .entry = {.severity = CT_ROUTINE,
                                         .patient_id = x->s.patient_id,
                                         .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_sharing_add(struct ct_app *app, struct ct_sharing *s, struct ct_error *reterr)
{
    struct sharing x = {.s = *s, .ends_id = CT_UNSET};
    x.s.at_ms = ct_app_now(app);
    enum ct_status rc = run(app, &x, reterr);
    if (rc == CT_OK)
        *s = x.s;
    return rc;
}

enum ct_status ct_sharing_withdraw(struct ct_app *app, int64_t id, const char *told_by,
                                   const char *reason, struct ct_error *reterr)
{
    struct sharing x = {.ends_id = id};
    x.s.patient_id = CT_UNSET;
    ct_text_copy(x.s.told_by, sizeof x.s.told_by, told_by != NULL ? told_by : "");
    ct_text_copy(x.s.note, sizeof x.s.note, reason != NULL ? reason : "");
    return run(app, &x, reterr);
}

/* ---- reading ---------------------------------------------------------------------- */

static void sharing_row(struct ct_app *app, struct ct_stmt *st, struct ct_sharing *s)
{
    *s = (struct ct_sharing){.id = ct_col_i64(st, 0),
                             .at_ms = ct_col_i64(st, 1),
                             .what = (enum ct_share_what)ct_col_i64(st, 2),
                             .until_day = ct_col_null(st, 6) ? CT_NO_DATE
                                                             : (ct_date)ct_col_i64(st, 6)};
    ct_text_copy(s->whom, sizeof s->whom, ct_col_text(st, 3));
    ct_text_copy(s->told_by, sizeof s->told_by, ct_col_text(st, 4));
    ct_text_copy(s->note, sizeof s->note, ct_col_text(st, 5));
    ct_user_name(app, (uint32_t)ct_col_i64(st, 7), s->by, sizeof s->by);
    char day[24];
    if (!ct_col_null(st, 8)) {
        CT_BUF why = {.max = 1024};
        ct_datetime_text(ct_col_i64(st, 8), day);
        ct_buf_printf(&why, "withdrawn %s, told by %s: %s", day, ct_col_text(st, 9),
                      ct_col_text(st, 10));
        s->ended = true;
        ct_text_copy(s->ended_why, sizeof s->ended_why, ct_buf_str(&why));
    } else if (s->until_day != CT_NO_DATE && s->until_day < ct_date_at(ct_app_now(app))) {
        ct_date_text(s->until_day, day);
        s->ended = true;
        snprintf(s->ended_why, sizeof s->ended_why, "ended %s", day);
    }
}

/* In force first; each part stays as it was. */
static void by_force(struct ct_sharing *s, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && s[j - 1].ended && !s[j].ended; j--) {
            struct ct_sharing t = s[j];
            s[j] = s[j - 1];
            s[j - 1] = t;
        }
}

enum ct_status ct_sharing_list(struct ct_app *app, int64_t patient_id, struct ct_sharing **ret,
                               size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_PATIENT_READ, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_access_sql[CT_SQL_SHARING_LIST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", patient_id);
    for (bool row; (rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row;) {
        if (*ret_n == cap) {
            cap = cap > 0 ? 2 * cap : 8;
            struct ct_sharing *more = reallocarray(*ret, cap, sizeof *more);
            if (more == NULL) {
                rc = ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %zu permissions", cap);
                break;
            }
            *ret = more;
        }
        sharing_row(app, st, &(*ret)[*ret_n]);
        (*ret)[(*ret_n)++].patient_id = patient_id;
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
        return rc;
    }
    by_force(*ret, *ret_n);
    return CT_OK;
}

enum ct_status ct_sharing_text(struct ct_app *app, int64_t patient_id, char *out, size_t size,
                               struct ct_error *reterr)
{
    struct ct_sharing *s = NULL;
    size_t n;
    CT_BUF b = {.max = 4096};
    out[0] = '\0';
    enum ct_status rc = ct_sharing_list(app, patient_id, &s, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n && !s[i].ended && b.len < 2048; i++) {
        char day[16];
        ct_date_text(s[i].until_day, day);
        ct_buf_printf(&b, "%s%s (%s%s%s)", i > 0 ? "; " : "", s[i].whom,
                      CT_SHARE_NAME[s[i].what], day[0] != '\0' ? ", until " : "", day);
    }
    free(s);
    if (rc == CT_OK)
        ct_text_copy(out, size, ct_buf_str(&b));
    return rc;
}

enum ct_status ct_sharing_covers(struct ct_app *app, int64_t patient_id,
                                 enum ct_share_what what, const char *whom, bool *ret,
                                 struct ct_error *reterr)
{
    struct ct_sharing *s = NULL;
    size_t n;
    CT_BUF asked = {.max = 1024};
    *ret = false;
    enum ct_status rc = ct_sharing_list(app, patient_id, &s, &n, reterr);
    ct_text_fold(&asked, whom);
    for (size_t i = 0; rc == CT_OK && i < n && !s[i].ended && !*ret; i++) {
        CT_BUF named = {.max = 1024};
        ct_text_fold(&named, s[i].whom);
        *ret = (s[i].what == CT_SHARE_ALL || s[i].what == what) &&
               strcmp(ct_buf_str(&named), ct_buf_str(&asked)) == 0;
    }
    free(s);
    return rc;
}
