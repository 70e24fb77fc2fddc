/* set - the recipe of a set of instruments, in versions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/set_priv.h"

static const struct ct_choice METHOD[] = {{"S", "steam"},
                                          {"D", "dry heat"},
                                          {"H", "hydrogen peroxide"},
                                          {"E", "ethylene oxide"},
                                          {"C", "chemical vapour"},
                                          {"W", "washer-disinfector"},
                                          {"B", "high-level disinfection"},
                                          {"F", "endoscope reprocessor"},
                                          {NULL, NULL}};
static const struct ct_choice YESNO[] = {{"N", "no"}, {"Y", "yes"}, {NULL, NULL}};

#define TEXT(n, l, w, max, req, h)                                                         \
    {.name = n, .label = l, .unit = "", .kind = CT_F_TEXT, .width = w, .max_bytes = max,   \
     .required = req, .help = h}
#define CODE(n, l, last, c, h)                                                             \
    {.name = n, .label = l, .unit = "", .kind = CT_F_CODE, .width = 3, .hard_hi = last,    \
     .soft_hi = last, .choices = c, .help = h}

const struct ct_field CT_SET_FIELDS[] = {
    TEXT("name", "Name", 40, CT_SET_NAME_MAX, true,
         "What the set is called; no other set bears that name."),
    CODE("method", "Method", CT_METHODS - 1, METHOD,
         "How it is reprocessed; empty: it stands any method."),
    CODE("implant", "Implant", 1, YESNO,
         "Yes: its load is held until a biological indicator is negative."),
    CODE("second", "Counted by two", 1, YESNO,
         "Yes: a second person counts it as well, and gives a password."),
    {.name = "copies", .label = "Copies", .unit = "", .kind = CT_F_INT, .width = 3,
     .hard_lo = 1, .hard_hi = 99, .soft_lo = 1, .soft_hi = 20,
     .help = "How many of it there are; empty is one."},
    {.name = "expiry_days", .label = "Keeps", .unit = "days", .kind = CT_F_INT, .width = 6,
     .hard_lo = 1, .hard_hi = CT_PACK_DAYS_MAX, .soft_lo = 7, .soft_hi = 366,
     .help = "Days from sterilisation to the last day of use; empty: until it is opened or "
             "damaged."},
    TEXT("note", "How it is packed", 52, CT_PACK_TEXT_MAX, false,
         "Container, wrapping, where the indicator goes."),
    TEXT("instrument", "Instrument", 40, CT_SET_NAME_MAX, false,
         "The next instrument, by the one name it has in every set; empty: no more."),
    {.name = "count", .label = "How many", .unit = "", .kind = CT_F_INT, .width = 4,
     .hard_lo = 1, .hard_hi = 999, .soft_lo = 1, .soft_hi = 40, .help = "How many of it."},
};
const size_t CT_SET_FIELDS_N = CT_LEN(CT_SET_FIELDS);

struct setting {
    struct ct_set s;
    int64_t was_id; /* version that was seen; 0: a new set */
};

/* ---- what is accepted ------------------------------------------------------------------- */

static void sort_key(const char *name, char out[4 * CT_SET_NAME_MAX + 1])
{
    CT_BUF b = {.max = 4 * CT_SET_NAME_MAX};
    ct_text_fold(&b, name);
    snprintf(out, 4 * CT_SET_NAME_MAX + 1, "%s", ct_buf_str(&b));
}

static enum ct_status lines_ok(struct ct_set *s, struct ct_error *reterr)
{
    char a[4 * CT_SET_NAME_MAX + 1], b[4 * CT_SET_NAME_MAX + 1];
    if (s->n == 0 || s->n > CT_SET_LINES_MAX)
        return ct_fail(reterr, CT_EINVAL, "instrument", "a recipe has 1 to %d lines",
                       CT_SET_LINES_MAX);
    for (size_t i = 0; i < s->n; i++) {
        enum ct_status rc = ct_text_check(s->line[i].instrument, "instrument", "the instrument",
                                          CT_SET_NAME_MAX, true, reterr);
        if (rc != CT_OK)
            return rc;
        if (s->line[i].count < 1 || s->line[i].count > 999)
            return ct_fail(reterr, CT_EINVAL, "count", "%s: 1 to 999 of it",
                           s->line[i].instrument);
        sort_key(s->line[i].instrument, a);
        for (size_t j = 0; j < i; j++) {
            sort_key(s->line[j].instrument, b);
            if (strcmp(a, b) == 0)
                return ct_fail(reterr, CT_EINVAL, "instrument", "%s stands there twice",
                               s->line[i].instrument);
        }
    }
    return CT_OK;
}

static enum ct_status name_free(struct ct_db *db, const struct ct_set *s,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    char sort[4 * CT_SET_NAME_MAX + 1];
    sort_key(s->name, sort);
    enum ct_status rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_NAMED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":sort", sort);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there && ct_col_i64(st, 0) != s->id)
        rc = ct_fail(reterr, CT_EEXISTS, "name", "S-%lld bears that name already",
                     (long long)ct_col_i64(st, 0));
    return rc;
}

static enum ct_status set_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct setting *x = arg;
    struct ct_set *s = &x->s;
    enum ct_status rc =
        ct_text_check(s->name, "name", "the name of the set", CT_SET_NAME_MAX, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(s->note, "note", "the note", CT_PACK_TEXT_MAX, false, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(s->reason, "reason", "why it is changed", CT_SET_REASON_MAX,
                           x->was_id != 0, reterr);
    if (rc == CT_OK && (s->method < -1 || s->method >= CT_METHODS))
        rc = ct_fail(reterr, CT_EINVAL, "method", "there is no such method");
    if (rc == CT_OK && (s->copies < 1 || s->copies > 99))
        rc = ct_fail(reterr, CT_EINVAL, "copies", "there are 1 to 99 of a set");
    if (rc == CT_OK && s->expiry_rule == CT_EXPIRY_DAYS &&
        (s->expiry_days < 1 || s->expiry_days > CT_PACK_DAYS_MAX))
        rc = ct_fail(reterr, CT_EINVAL, "expiry_days", "a set keeps 1 to %d days",
                     CT_PACK_DAYS_MAX);
    if (rc == CT_OK)
        rc = lines_ok(s, reterr);
    if (rc != CT_OK)
        return rc;
    if (x->was_id != 0) {
        struct ct_set *is = calloc(1, sizeof *is);
        if (is == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the recipe");
        rc = ct_set_load(ct_app_db(app), s->id, is, reterr);
        bool moved = rc == CT_OK && is->detail_id != x->was_id;
        free(is);
        if (moved)
            return ct_fail(reterr, CT_ECONFLICT, "", "the recipe was changed meanwhile; nothing "
                                                     "of yours was saved");
    }
    return rc == CT_OK ? name_free(ct_app_db(app), s, reterr) : rc;
}

/* ---- writing ------------------------------------------------------------------------------ */

static enum ct_status insert_set(struct ct_app *app, struct ct_db *db, struct ct_set *s,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &s->id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "set_recipe", s->id);
    return rc;
}

static enum ct_status insert_detail(struct ct_app *app, struct ct_db *db, struct setting *x,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    struct ct_set *s = &x->s;
    enum ct_status rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_DETAIL_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    s->at_ms = ct_app_now(app);
    s->by_user = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":set_id", s->id);
    ct_bind_text(st, ":name", s->name);
    ct_bind_opt(st, ":method", s->method >= 0 ? s->method : CT_UNSET);
    ct_bind_i64(st, ":implant", s->implant);
    ct_bind_i64(st, ":copies", s->copies);
    ct_bind_i64(st, ":second", s->second);
    ct_bind_i64(st, ":expiry_rule", s->expiry_rule);
    ct_bind_opt(st, ":expiry_days", s->expiry_rule == CT_EXPIRY_DAYS ? s->expiry_days : CT_UNSET);
    ct_bind_text(st, ":note", s->note);
    ct_bind_i64(st, ":ended", s->ended);
    ct_bind_opt(st, ":replaces_id", x->was_id != 0 ? x->was_id : CT_UNSET);
    ct_bind_text(st, ":reason", x->was_id != 0 ? s->reason : NULL);
    ct_bind_i64(st, ":at_ms", s->at_ms);
    ct_bind_i64(st, ":by_user", s->by_user);
    rc = ct_stmt_run(st, &s->detail_id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "set_detail", s->detail_id);
    return rc;
}

static enum ct_status insert_lines(struct ct_db *db, struct ct_set *s, struct ct_entry *entry,
                                   struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < s->n; i++) {
        CT_STMT *st = NULL;
        rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_LINE_INSERT], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":detail_id", s->detail_id);
        ct_bind_i64(st, ":n", (int64_t)i + 1);
        ct_bind_text(st, ":instrument", s->line[i].instrument);
        ct_bind_i64(st, ":count", s->line[i].count);
        rc = ct_stmt_run(st, &s->line[i].id, reterr);
        if (rc == CT_OK)
            ct_entry_row(entry, "set_line", s->line[i].id);
    }
    return rc;
}

static enum ct_status find_put(struct ct_db *db, const struct ct_set *s,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    char sort[4 * CT_SET_NAME_MAX + 1];
    sort_key(s->name, sort);
    enum ct_status rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_FIND_PUT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":set_id", s->id);
    ct_bind_i64(st, ":detail_id", s->detail_id);
    ct_bind_text(st, ":sort", sort);
    return ct_stmt_run(st, NULL, reterr);
}

static enum ct_status set_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct setting *x = arg;
    struct ct_set *s = &x->s;
    enum ct_status rc = set_check(app, arg, reterr);
    if (rc == CT_OK && x->was_id == 0)
        rc = insert_set(app, db, s, entry, reterr);
    if (rc == CT_OK)
        rc = insert_detail(app, db, x, entry, reterr);
    if (rc == CT_OK)
        rc = insert_lines(db, s, entry, reterr);
    if (rc == CT_OK)
        rc = find_put(db, s, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(entry->detail, sizeof entry->detail, "S-%lld %s%s, %zu instruments%s%s",
             (long long)s->id, s->name, s->ended ? " is not packed any more" : "", s->n,
             x->was_id != 0 ? "; because " : "", s->reason);
    return CT_OK;
}

static enum ct_status set_record(struct ct_app *app, struct setting *x, struct ct_set *s,
                                 struct ct_error *reterr)
{
    struct ct_change change = {.verb = CT_VERB_SET,
                               .write = set_write,
                               .arg = x,
                               .entry = {.severity = x->was_id != 0 ? CT_NOTABLE : CT_ROUTINE,
                                         .patient_id = CT_UNSET,
                                         .done_ms = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    return rc == CT_OK ? ct_set_get(app, x->s.id, s, reterr) : rc;
}

enum ct_status ct_set_add(struct ct_app *app, struct ct_set *s, struct ct_error *reterr)
{
    struct setting *x = calloc(1, sizeof *x);
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the recipe");
    x->s = *s;
    x->s.id = 0;
    x->s.ended = false;
    x->s.reason[0] = '\0';
    enum ct_status rc = set_record(app, x, s, reterr);
    free(x);
    return rc;
}

enum ct_status ct_set_amend(struct ct_app *app, struct ct_set *s, const char *reason,
                            struct ct_error *reterr)
{
    if (strlen(reason) > CT_SET_REASON_MAX)
        return ct_fail(reterr, CT_EINVAL, "reason", "at most %d bytes fit", CT_SET_REASON_MAX);
    struct setting *x = calloc(1, sizeof *x);
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the recipe");
    x->s = *s;
    x->was_id = s->detail_id;
    ct_text_copy(x->s.reason, sizeof x->s.reason, reason);
    enum ct_status rc = set_record(app, x, s, reterr);
    free(x);
    return rc;
}
