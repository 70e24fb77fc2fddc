/* equipment_campaign - a recall or field action over all devices of a model, ticked off
 * one by one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/equipment_rows.h"
#include "record/user.h"

static const struct ct_choice YESNO[] = {{"N", "no"}, {"Y", "yes"}, {NULL, NULL}};
enum { LAST_DAY = 84005 }; /* 31 Dec 2199 */

const struct ct_field CT_CAMPAIGN_FIELDS[] = {
    {.name = "model_id", .label = "Model", .unit = "", .kind = CT_F_TEXT, .width = 44,
     .max_bytes = 163, .required = true, .help = "Maker and model, as in the registry."},
    {.name = "title", .label = "Title", .unit = "", .kind = CT_F_TEXT, .width = 40,
     .max_bytes = 79, .required = true, .help = "In a few words: Replace battery."},
    {.name = "source", .label = "Notice", .unit = "", .kind = CT_F_TEXT, .width = 44,
     .max_bytes = 120, .help = "The number of the notice, and who issued it."},
    {.name = "text", .label = "What to do", .unit = "", .kind = CT_F_TEXT, .width = 50,
     .max_bytes = CT_EQUIP_TEXT_MAX, .required = true, .help = "What is done to each device."},
    {.name = "stop", .label = "Stop use", .unit = "", .kind = CT_F_CODE, .width = 1,
     .hard_hi = 1, .soft_hi = 1, .choices = YESNO,
     .help = "Yes: a device is not to be used before it is done."},
    {.name = "due", .label = "Until", .unit = "", .kind = CT_F_DATE, .width = 14, .hard_lo = 0,
     .hard_hi = LAST_DAY, .soft_lo = 0, .soft_hi = LAST_DAY,
     .help = "The last day for it, with the year; may stay empty."},
};
const size_t CT_CAMPAIGN_FIELDS_N = CT_LEN(CT_CAMPAIGN_FIELDS);

/* ---- reading --------------------------------------------------------------------------- */

/* Columns of CAMPAIGN in equipment_more_sql.c. */
static void row(struct ct_stmt *st, struct ct_campaign *c)
{
    memset(c, 0, sizeof *c);
    c->id = ct_col_i64(st, 0);
    c->model_id = ct_col_i64(st, 1);
    ct_text_copy(c->model, sizeof c->model, ct_col_text(st, 2));
    ct_text_copy(c->title, sizeof c->title, ct_col_text(st, 3));
    ct_text_copy(c->source, sizeof c->source, ct_col_text(st, 4));
    ct_text_copy(c->text, sizeof c->text, ct_col_text(st, 5));
    c->stop = ct_col_i64(st, 6) != 0;
    c->due = ct_col_null(st, 7) ? CT_NO_DATE : (ct_date)ct_col_i64(st, 7);
    c->at_ms = ct_col_i64(st, 8);
    c->by_user = (uint32_t)ct_col_i64(st, 9);
    c->closed = ct_col_i64(st, 10) != 0;
    c->devices = ct_col_i64(st, 11);
    c->open = ct_col_i64(st, 12);
}

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of campaigns");
}

static enum ct_status load(struct ct_db *db, int64_t id, struct ct_campaign *ret,
                           struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc =
        ct_stmt_get(db, &ct_equipment_more_sql[CT_SQL_CAMPAIGN_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no campaign A-%lld", (long long)id);
    row(st, ret);
    return CT_OK;
}

enum ct_status ct_campaign_get(struct ct_app *app, int64_t id, struct ct_campaign *ret,
                               struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    return rc == CT_OK ? load(ct_app_db(app), id, ret, reterr) : rc;
}

static enum ct_status rows(struct ct_stmt *st, struct ct_campaign **ret, size_t *ret_n,
                           struct ct_error *reterr)
{
    bool there;
    size_t n = 0, cap = 0;
    enum ct_status rc;
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_campaign *more = ct_rows_grow(*ret, n, &cap, sizeof **ret);
        if (more == NULL)
            return no_memory(reterr);
        *ret = more;
        row(st, &more[n]);
        *ret_n = ++n;
    }
    return rc;
}

/* Of the statement's one number: a device, or whether open ones alone. */
static enum ct_status list(struct ct_app *app, unsigned sql, const char *name, int64_t value,
                           struct ct_campaign **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_equipment_more_sql[sql], &st, reterr);
    if (rc == CT_OK) {
        ct_bind_i64(st, name, value);
        rc = rows(st, ret, ret_n, reterr);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_campaign_list(struct ct_app *app, bool open_only, struct ct_campaign **ret,
                                size_t *ret_n, struct ct_error *reterr)
{
    return list(app, CT_SQL_CAMPAIGNS, ":open", open_only, ret, ret_n, reterr);
}

enum ct_status ct_campaign_open(struct ct_app *app, int64_t equipment_id,
                                struct ct_campaign **ret, size_t *ret_n, bool *ret_stop,
                                struct ct_error *reterr)
{
    *ret_stop = false;
    enum ct_status rc =
        list(app, CT_SQL_CAMPAIGNS_OF, ":equipment_id", equipment_id, ret, ret_n, reterr);
    for (size_t i = 0; rc == CT_OK && i < *ret_n; i++)
        *ret_stop = *ret_stop || (*ret)[i].stop;
    return rc;
}

static enum ct_status line_rows(struct ct_app *app, int64_t id, struct ct_campaign_line **ret,
                                size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    size_t n = 0, cap = 0;
    enum ct_status rc = ct_stmt_get(
        ct_app_db(app), &ct_equipment_more_sql[CT_SQL_CAMPAIGN_LINES], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_campaign_line *more = ct_rows_grow(*ret, n, &cap, sizeof **ret);
        if (more == NULL)
            return no_memory(reterr);
        *ret = more;
        struct ct_campaign_line *l = &more[n];
        *l = (struct ct_campaign_line){.equipment_id = ct_col_i64(st, 0),
                                       .at_ms = ct_col_i64(st, 5)};
        ct_text_copy(l->asset, sizeof l->asset, ct_col_text(st, 1));
        ct_text_copy(l->location, sizeof l->location, ct_col_text(st, 2));
        l->done = ct_col_null(st, 3) ? 0 : (int)ct_col_i64(st, 3);
        ct_text_copy(l->text, sizeof l->text, ct_col_text(st, 4));
        if (!ct_col_null(st, 6))
            ct_user_name(app, (uint32_t)ct_col_i64(st, 6), l->by, sizeof l->by);
        *ret_n = ++n;
    }
    return rc;
}

enum ct_status ct_campaign_lines(struct ct_app *app, int64_t id, struct ct_campaign_line **ret,
                                 size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = line_rows(app, id, ret, ret_n, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

/* ---- beginning one ----------------------------------------------------------------------- */

static enum ct_status add_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ct_campaign *c = arg;
    struct ct_equip_model m;
    enum ct_status rc = c->model_id == 0 ? ct_fail(reterr, CT_EINVAL, "model_id",
                                                   "the model is missing")
                                         : ct_model_load(ct_app_db(app), c->model_id, &m, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(c->title, "title", "the title", sizeof c->title - 1, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(c->source, "source", "the notice", sizeof c->source - 1, false,
                           reterr);
    if (rc == CT_OK)
        rc = ct_text_check(c->text, "text", "what is to be done", CT_EQUIP_TEXT_MAX, true,
                           reterr);
    if (rc != CT_OK)
        return rc;
    if (c->due != CT_NO_DATE && c->due < 0)
        return ct_fail(reterr, CT_EINVAL, "due",
                       "the last day is before 1970: is the year right?");
    if (c->due != CT_NO_DATE && c->due < ct_date_at(ct_app_now(app)))
        return ct_fail(reterr, CT_EINVAL, "due", "the last day is past: type the year in full");
    if (c->due > LAST_DAY)
        return ct_fail(reterr, CT_EINVAL, "due",
                       "the last day is after 2199: is the year right?");
    snprintf(c->model, sizeof c->model, "%s %s", m.maker, m.name);
    return CT_OK;
}

static enum ct_status add_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_campaign *c = arg;
    CT_STMT *st = NULL;
    enum ct_status rc = add_check(app, c, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_equipment_more_sql[CT_SQL_CAMPAIGN_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    c->at_ms = ct_app_now(app);
    c->by_user = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":model_id", c->model_id);
    ct_bind_text(st, ":title", c->title);
    ct_bind_text(st, ":source", c->source);
    ct_bind_text(st, ":text", c->text);
    ct_bind_i64(st, ":stop", c->stop);
    ct_bind_opt(st, ":due", c->due == CT_NO_DATE ? CT_UNSET : c->due);
    ct_bind_i64(st, ":at_ms", c->at_ms);
    ct_bind_i64(st, ":by_user", c->by_user);
    rc = ct_stmt_run(st, &c->id, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(entry->detail, sizeof entry->detail, "A-%lld %s: %s%s", (long long)c->id, c->model,
             c->title, c->stop ? ", not to be used before" : "");
    ct_entry_row(entry, "equipment_campaign", c->id);
    return CT_OK;
}

enum ct_status ct_campaign_add(struct ct_app *app, struct ct_campaign *c,
                               struct ct_error *reterr)
{
    struct ct_campaign x = *c;
    struct ct_change change = {
        .verb = CT_VERB_CAMPAIGN,
        .check = add_check,
        .write = add_write,
        .arg = &x,
        .entry = {.severity = c->stop ? CT_EXCEPTION : CT_NOTABLE,
                  .patient_id = CT_UNSET,
                  .done_ms = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    return rc == CT_OK ? ct_campaign_get(app, x.id, c, reterr) : rc;
}

/* ---- ticking off, closing ------------------------------------------------------------------ */

struct ticking {
    struct ct_campaign c;
    struct ct_equipment e;
    int64_t id, equipment_id; /* equipment_id 0: the campaign is closed */
    int done;
    char text[CT_EQUIP_TEXT_MAX + 1];
};

static enum ct_status insert_line(struct ct_app *app, struct ct_db *db,
                                  const struct ticking *x, struct ct_entry *entry,
                                  struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc =
        ct_stmt_get(db, &ct_equipment_more_sql[CT_SQL_CAMPAIGN_LINE_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":campaign_id", x->id);
    ct_bind_opt(st, ":equipment_id", x->equipment_id != 0 ? x->equipment_id : CT_UNSET);
    ct_bind_i64(st, ":done", x->done);
    ct_bind_text(st, ":text", x->text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "equipment_campaign_line", id);
    return rc;
}

static enum ct_status done_now(struct ct_db *db, const struct ticking *x, int *ret,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc =
        ct_stmt_get(db, &ct_equipment_more_sql[CT_SQL_CAMPAIGN_LINE_LAST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":campaign_id", x->id);
    ct_bind_i64(st, ":equipment_id", x->equipment_id);
    rc = ct_stmt_step(st, &there, reterr);
    *ret = rc == CT_OK && there ? (int)ct_col_i64(st, 0) : 0;
    return rc;
}

static enum ct_status tick_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    static const char *const IS[] = {"not ticked off", "ticked off already",
                                     "marked already as not concerned"};
    struct ticking *x = arg;
    int now = 0;
    enum ct_status rc = load(ct_app_db(app), x->id, &x->c, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_load(ct_app_db(app), x->equipment_id, &x->e, reterr);
    if (rc == CT_OK && x->c.closed)
        rc = ct_fail(reterr, CT_EINVAL, "", "A-%lld is closed", (long long)x->id);
    if (rc == CT_OK && x->e.model_id != x->c.model_id)
        rc = ct_fail(reterr, CT_EINVAL, "", "%s is not a %s", x->e.asset, x->c.model);
    if (rc == CT_OK && x->e.condition == CT_COND_RETIRED)
        rc = ct_fail(reterr, CT_EINVAL, "", "%s is retired", x->e.asset);
    if (rc == CT_OK)
        rc = ct_text_check(x->text, "text", x->done == 1 ? "what was done" : "why",
                           CT_EQUIP_TEXT_MAX, x->done != 1, reterr);
    if (rc == CT_OK)
        rc = done_now(ct_app_db(app), x, &now, reterr);
    if (rc == CT_OK && now == x->done)
        rc = ct_fail(reterr, CT_EINVAL, "", "%s is %s", x->e.asset, IS[now]);
    return rc;
}

static enum ct_status tick_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    static const char *const SAYS[] = {"taken back", "done", "does not apply"};
    struct ticking *x = arg;
    enum ct_status rc = tick_check(app, x, reterr);
    if (rc == CT_OK)
        rc = insert_line(app, db, x, entry, reterr);
    if (rc == CT_OK)
        snprintf(entry->detail, sizeof entry->detail, "A-%lld %s, %s: %s%s%s",
                 (long long)x->id, x->c.title, x->e.asset, SAYS[x->done],
                 x->text[0] != '\0' ? ", " : "", x->text);
    return rc;
}

enum ct_status ct_campaign_tick(struct ct_app *app, int64_t id, int64_t equipment_id, int done,
                                const char *text, struct ct_error *reterr)
{
    struct ticking x = {.id = id, .equipment_id = equipment_id, .done = done};
    if (done < 0 || done > 2)
        return ct_fail(reterr, CT_EINVAL, "done", "there is no such tick");
    ct_text_copy(x.text, sizeof x.text, text != NULL ? text : "");
    struct ct_change change = {
        .verb = CT_VERB_CAMPAIGN_TICK,
        .check = tick_check,
        .write = tick_write,
        .arg = &x,
        .entry = {.severity = done == 1 ? CT_ROUTINE : CT_NOTABLE,
                  .patient_id = CT_UNSET,
                  .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

static enum ct_status close_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ticking *x = arg;
    enum ct_status rc = load(ct_app_db(app), x->id, &x->c, reterr);
    if (rc == CT_OK && x->c.closed)
        rc = ct_fail(reterr, CT_EINVAL, "", "A-%lld is closed already", (long long)x->id);
    if (rc == CT_OK)
        rc = ct_text_check(x->text, "reason", "the reason", CT_EQUIP_REASON_MAX, false, reterr);
    if (rc == CT_OK && x->c.open > 0 && x->text[0] == '\0')
        rc = ct_fail(reterr, CT_EINVAL, "reason",
                     "%lld of %lld devices are not ticked off: say why it is closed all the "
                     "same",
                     (long long)x->c.open, (long long)x->c.devices);
    return rc;
}

static enum ct_status close_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct ticking *x = arg;
    enum ct_status rc = close_check(app, x, reterr);
    if (rc == CT_OK)
        rc = insert_line(app, db, x, entry, reterr);
    if (rc != CT_OK)
        return rc;
    if (x->c.open > 0)
        entry->severity = CT_EXCEPTION;
    snprintf(entry->detail, sizeof entry->detail, "A-%lld %s closed, %lld of %lld open%s%s",
             (long long)x->id, x->c.title, (long long)x->c.open, (long long)x->c.devices,
             x->text[0] != '\0' ? ": " : "", x->text);
    return CT_OK;
}

enum ct_status ct_campaign_close(struct ct_app *app, int64_t id, const char *reason,
                                 struct ct_error *reterr)
{
    struct ticking x = {.id = id, .done = 1};
    ct_text_copy(x.text, sizeof x.text, reason != NULL ? reason : "");
    struct ct_change change = {
        .verb = CT_VERB_CAMPAIGN,
        .check = close_check,
        .write = close_write,
        .arg = &x,
        .entry = {.severity = CT_NOTABLE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}
