/* lookback - opened, its lines disposed of, shortened, closed with a signature. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/lookback_priv.h"

enum { ROWS_AN_ENTRY = 90 }; /* what a door takes, and room for others */

static enum ct_status told(char out[CT_EQUIP_TEXT_MAX + 1], const char *text,
                           struct ct_error *reterr)
{
    if (strlen(text) > CT_EQUIP_TEXT_MAX)
        return ct_fail(reterr, CT_EINVAL, "text", "that is longer than %d bytes",
                       CT_EQUIP_TEXT_MAX);
    ct_text_copy(out, CT_EQUIP_TEXT_MAX + 1, text);
    return CT_OK;
}

/* ---- opening ---------------------------------------------------------------------------- */

static enum ct_status insert(struct ct_app *app, struct ct_db *db, struct ct_lookback *b,
                             struct ct_entry *entry, struct ct_error *reterr)
{
    {
        CT_STMT *st = NULL;
        enum ct_status rc =
            ct_stmt_get(db, &ct_lookback_sql[CT_SQL_LOOKBACK_INSERT], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":equipment_id", b->equipment_id);
        ct_bind_opt(st, ":calibration_id", b->calibration_id != 0 ? b->calibration_id : CT_UNSET);
        ct_bind_i64(st, ":from_ms", b->from_ms);
        ct_bind_i64(st, ":to_ms", b->to_ms);
        ct_bind_text(st, ":text", b->text);
        ct_bind_i64(st, ":at_ms", ct_app_now(app));
        ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
        rc = ct_stmt_run(st, &b->id, reterr);
        if (rc != CT_OK)
            return rc;
    }
    ct_entry_row(entry, "lookback", b->id);
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_lookback_sql[CT_SQL_LOOKBACK_FIND_PUT], &st, reterr);
    if (rc == CT_OK)
        ct_bind_i64(st, ":lookback_id", b->id);
    return rc == CT_OK ? ct_stmt_run(st, NULL, reterr) : rc;
}

enum ct_status ct_lookback_open_in(struct ct_app *app, struct ct_db *db, int64_t equipment_id,
                                   int64_t calibration_id, const char *template_id,
                                   int64_t found_ms, struct ct_entry *entry, int64_t *ret_id,
                                   struct ct_error *reterr)
{
    struct ct_lookback b = {
        .equipment_id = equipment_id, .calibration_id = calibration_id, .to_ms = found_ms};
    enum ct_status rc = ct_lb_from(db, equipment_id, template_id, found_ms, &b.from_ms, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(b.text, sizeof b.text, "K-%lld found it out of tolerance",
             (long long)calibration_id);
    rc = insert(app, db, &b, entry, reterr);
    *ret_id = b.id;
    return rc;
}

struct opening {
    struct ct_lookback b;
    struct ct_equipment e;
};

static enum ct_status open_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct opening *x = arg;
    struct ct_lookback *b = &x->b;
    struct ct_db *db = ct_app_db(app);
    CT_TX tx = {.db = NULL};
    b->to_ms = ct_app_now(app);
    enum ct_status rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(b->text, "text", "why it is looked back", CT_EQUIP_TEXT_MAX, true,
                           reterr);
    if (rc == CT_OK)
        rc = ct_equipment_load(db, b->equipment_id, &x->e, reterr);
    if (rc == CT_OK && b->first_from_ms == CT_UNSET)
        rc = ct_lb_from(db, b->equipment_id, NULL, b->to_ms, &b->from_ms, reterr);
    else
        b->from_ms = b->first_from_ms;
    if (rc == CT_OK && (b->from_ms < 0 || b->from_ms > b->to_ms))
        rc = ct_fail(reterr, CT_EINVAL, "from_ms", "the period begins before 1970 or after now");
    return rc;
}

static void period_text(const struct ct_lookback *b, char *out, size_t size)
{
    char from[24], to[24];
    ct_datetime_text(b->from_ms, from);
    ct_datetime_text(b->to_ms, to);
    snprintf(out, size, "%s to %s", from, to);
}

static enum ct_status open_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct opening *x = arg;
    char period[64];
    enum ct_status rc = open_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = insert(app, db, &x->b, entry, reterr);
    if (rc != CT_OK)
        return rc;
    period_text(&x->b, period, sizeof period);
    snprintf(entry->detail, sizeof entry->detail, "B-%lld %s, %s: %.300s", (long long)x->b.id,
             x->e.asset, period, x->b.text);
    return CT_OK;
}

enum ct_status ct_lookback_open(struct ct_app *app, int64_t equipment_id, int64_t from_ms,
                                const char *why, int64_t *ret_id, struct ct_error *reterr)
{
    struct opening x = {.b = {.equipment_id = equipment_id, .first_from_ms = from_ms}};
    enum ct_status rc = told(x.b.text, why, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_change change = {.verb = CT_VERB_LOOKBACK_OPEN,
                                     .write = open_write,
                                     .arg = &x,
                                     .entry = {.severity = CT_NOTABLE}};
    rc = ct_record(app, &change, NULL, reterr);
    *ret_id = x.b.id;
    return rc;
}

/* ---- events ------------------------------------------------------------------------------- */

struct event {
    int64_t id;
    enum ct_lookback_event kind;
    int64_t from_ms;
    char text[CT_EQUIP_TEXT_MAX + 1];
    /* of lines */
    const struct ct_lookback_line *line;
    size_t n;
    enum ct_disposition d;
    /* of closing */
    int64_t lines;
    unsigned char hash[CT_HASH_LEN];
    struct ct_lookback b; /* as it stands before */
};

static enum ct_status event_insert(struct ct_app *app, struct ct_db *db, const struct event *x,
                                   const struct ct_lookback_line *line, struct ct_entry *entry,
                                   struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    bool closes = x->kind == CT_LB_CLOSED;
    enum ct_status rc =
        ct_stmt_get(db, &ct_lookback_sql[CT_SQL_LOOKBACK_EVENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":lookback_id", x->id);
    ct_bind_i64(st, ":kind", x->kind);
    ct_bind_opt(st, ":from_ms", x->kind == CT_LB_PERIOD ? x->from_ms : CT_UNSET);
    ct_bind_opt(st, ":line_kind", line != NULL ? (int64_t)line->what : CT_UNSET);
    ct_bind_opt(st, ":line_id", line != NULL ? line->ref_id : CT_UNSET);
    ct_bind_opt(st, ":disposition", line != NULL ? (int64_t)x->d : CT_UNSET);
    ct_bind_opt(st, ":lines", closes ? x->lines : CT_UNSET);
    ct_bind_blob(st, ":hash", closes ? x->hash : NULL, closes ? sizeof x->hash : 0);
    ct_bind_text(st, ":text", x->text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "lookback_event", id);
    return rc;
}

static enum ct_status find_put(struct ct_db *db, int64_t id, bool open, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(
        db, &ct_lookback_sql[open ? CT_SQL_LOOKBACK_FIND_PUT : CT_SQL_LOOKBACK_FIND_DELETE], &st,
        reterr);
    if (rc == CT_OK)
        ct_bind_i64(st, ":lookback_id", id);
    return rc == CT_OK ? ct_stmt_run(st, NULL, reterr) : rc;
}

static enum ct_status words(struct event *x, const char *label, bool required,
                            struct ct_error *reterr)
{
    return ct_text_check(x->text, "text", label, CT_EQUIP_TEXT_MAX, required, reterr);
}

/* As it stands now, in the state that the event asks for. */
static enum ct_status stands(struct ct_app *app, struct event *x, struct ct_lb_all *all,
                             struct ct_error *reterr)
{
    enum ct_status rc = ct_lb_load(app, ct_app_db(app), x->id, all, reterr);
    if (rc != CT_OK)
        return rc;
    x->b = all->b;
    if (x->b.closed == (x->kind == CT_LB_REOPENED))
        return CT_OK;
    return ct_fail(reterr, CT_ECONFLICT, "",
                   x->b.closed ? "B-%lld is closed (%.60s): open it again first"
                               : "B-%lld is open%.0s",
                   (long long)x->id, x->b.closed_by);
}

static enum ct_status run(struct ct_app *app, enum ct_verb verb, struct event *x,
                          enum ct_status (*check)(struct ct_app *, void *, struct ct_error *),
                          enum ct_status (*write)(struct ct_app *, struct ct_db *, void *,
                                                  struct ct_entry *, struct ct_error *),
                          enum ct_severity severity, struct ct_error *reterr)
{
    const struct ct_change change = {
        .verb = verb, .check = check, .write = write, .arg = x, .entry = {.severity = severity}};
    return ct_record(app, &change, NULL, reterr);
}

/* ---- lines -------------------------------------------------------------------------------- */

static int by_what(const void *a, const void *b)
{
    const struct ct_lb_key *x = a, *y = b;
    if (x->what != y->what)
        return x->what < y->what ? -1 : 1;
    return (x->ref_id > y->ref_id) - (x->ref_id < y->ref_id);
}

static const struct ct_lb_key *on_list(const struct ct_lb_all *all,
                                       const struct ct_lookback_line *l)
{
    const struct ct_lb_key key = {.what = l->what, .ref_id = l->ref_id};
    return all->n > 0 ? bsearch(&key, all->key, all->n, sizeof key, by_what) : NULL;
}

static enum ct_status lines_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct event *x = arg;
    struct ct_lb_all all = {.n = 0};
    CT_TX tx = {.db = NULL};
    bool changes = false;
    for (size_t i = 0; i < x->n; i++)
        changes = changes || x->line[i].changes;
    enum ct_status rc =
        words(x,
              x->d == CT_DISP_REVIEWED  ? "who reviewed it, and what came of it"
              : x->d == CT_DISP_CONTACT ? "who contacts the patient"
                                        : "why it has no effect though something would change",
              x->d != CT_DISP_NO_EFFECT || changes, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = stands(app, x, &all, reterr);
    for (size_t i = 0; rc == CT_OK && i < x->n; i++) {
        const struct ct_lb_key *key = on_list(&all, &x->line[i]);
        if (key == NULL)
            rc = ct_fail(reterr, CT_EINVAL, "line",
                         "that line is not on the list any more: it was corrected, or the "
                         "period was shortened");
        else if (key->patient_id != 0)
            rc = ct_access_check(app, key->patient_id, reterr);
    }
    ct_lb_all_done(&all);
    return rc;
}

static enum ct_status lines_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct event *x = arg;
    const struct ct_lookback_line *first = x->line;
    enum ct_status rc = lines_check(app, arg, reterr);
    for (size_t i = 0; rc == CT_OK && i < x->n; i++)
        rc = event_insert(app, db, x, &x->line[i], entry, reterr);
    if (rc != CT_OK)
        return rc;
    char what[120];
    if (x->n == 1)
        snprintf(what, sizeof what, "%s %.80s", CT_LB_WHAT_NAME[first->what], first->value);
    else
        snprintf(what, sizeof what, "%zu lines", x->n);
    if (x->d == CT_DISP_CONTACT && first->patient_id != 0)
        entry->patient_id = first->patient_id;
    snprintf(entry->detail, sizeof entry->detail, "B-%lld %s, %s: %s%s%.250s", (long long)x->id,
             x->b.asset, what, CT_DISP_NAME[x->d], x->text[0] != '\0' ? ": " : "", x->text);
    return CT_OK;
}

enum ct_status ct_lookback_dispose(struct ct_app *app, int64_t id,
                                   const struct ct_lookback_line *lines, size_t n,
                                   enum ct_disposition d, const char *text,
                                   struct ct_error *reterr)
{
    struct event x = {.id = id, .kind = CT_LB_LINE, .d = d};
    size_t at_once = d == CT_DISP_CONTACT ? 1 : ROWS_AN_ENTRY;
    if ((unsigned)d >= CT_DISPS)
        return ct_fail(reterr, CT_EINVAL, "disposition", "there is no such disposition");
    if (n == 0)
        return ct_fail(reterr, CT_EINVAL, "line", "no line is chosen");
    enum ct_status rc = told(x.text, text, reterr);
    for (size_t at = 0; rc == CT_OK && at < n; at += at_once) {
        x.line = lines + at;
        x.n = n - at < at_once ? n - at : at_once;
        rc = run(app, CT_VERB_LOOKBACK_LINE, &x, lines_check, lines_write,
                 d == CT_DISP_CONTACT ? CT_NOTABLE : CT_ROUTINE, reterr);
    }
    return rc;
}

/* ---- period ---------------------------------------------------------------------------------- */

static enum ct_status period_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct event *x = arg;
    struct ct_lb_all all = {.n = 0};
    CT_TX tx = {.db = NULL};
    enum ct_status rc = words(x, "the reason", true, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = stands(app, x, &all, reterr);
    ct_lb_all_done(&all);
    if (rc != CT_OK)
        return rc;
    char period[64];
    period_text(&(struct ct_lookback){.from_ms = x->b.first_from_ms, .to_ms = x->b.to_ms}, period,
                sizeof period);
    if (x->from_ms < x->b.first_from_ms || x->from_ms > x->b.to_ms)
        return ct_fail(reterr, CT_EINVAL, "from_ms",
                       "the beginning lies within the period that is in doubt, %s", period);
    if (x->from_ms == x->b.from_ms)
        return ct_fail(reterr, CT_EINVAL, "from_ms", "it begins there already");
    return CT_OK;
}

static enum ct_status period_write(struct ct_app *app, struct ct_db *db, void *arg,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    struct event *x = arg;
    enum ct_status rc = period_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = event_insert(app, db, x, NULL, entry, reterr);
    if (rc != CT_OK)
        return rc;
    char is[24], was[24];
    ct_datetime_text(x->from_ms, is);
    ct_datetime_text(x->b.from_ms, was);
    snprintf(entry->detail, sizeof entry->detail, "B-%lld %s: from %s instead of %s: %.300s",
             (long long)x->id, x->b.asset, is, was, x->text);
    return CT_OK;
}

enum ct_status ct_lookback_period(struct ct_app *app, int64_t id, int64_t from_ms,
                                  const char *reason, struct ct_error *reterr)
{
    struct event x = {.id = id, .kind = CT_LB_PERIOD, .from_ms = from_ms};
    enum ct_status rc = told(x.text, reason, reterr);
    return rc == CT_OK ? run(app, CT_VERB_LOOKBACK_PERIOD, &x, period_check, period_write,
                             CT_NOTABLE, reterr)
                       : rc;
}

/* ---- closing ----------------------------------------------------------------------------------- */

/* What was signed: a line "what id disposition text" each, in the order of the keys. */
static enum ct_status list_hash(const struct ct_lb_all *all, unsigned char out[CT_HASH_LEN],
                                struct ct_error *reterr)
{
    CT_BUF b = {.max = 64 * 1024 * 1024};
    for (size_t i = 0; i < all->n; i++) {
        const struct ct_lb_key *k = &all->key[i];
        const struct ct_lb_said *s = ct_lb_said_of(all->said, all->n_said, k->what, k->ref_id);
        ct_buf_printf(&b, "%s %lld %s %s\n", CT_LB_WHAT_NAME[k->what], (long long)k->ref_id,
                      s != NULL ? CT_DISP_NAME[s->d] : "", s != NULL ? s->text : "");
    }
    if (b.bad)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list to be signed");
    ct_hash(out, ct_buf_str(&b), b.len);
    return CT_OK;
}

static enum ct_status close_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct event *x = arg;
    struct ct_lb_all all = {.n = 0};
    CT_TX tx = {.db = NULL};
    enum ct_status rc =
        words(x, x->kind == CT_LB_CLOSED ? "the cause and what is done about it" : "the reason",
              true, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = stands(app, x, &all, reterr);
    if (rc == CT_OK && x->kind == CT_LB_CLOSED && all.b.open > 0)
        rc = ct_fail(reterr, CT_EINVAL, "line",
                     "%lld of %lld lines are not disposed of: each needs a disposition first",
                     (long long)all.b.open, (long long)all.b.lines);
    x->lines = all.b.lines;
    if (rc == CT_OK && x->kind == CT_LB_CLOSED)
        rc = list_hash(&all, x->hash, reterr);
    ct_lb_all_done(&all);
    return rc;
}

static enum ct_status close_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct event *x = arg;
    bool closes = x->kind == CT_LB_CLOSED;
    enum ct_status rc = close_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = event_insert(app, db, x, NULL, entry, reterr);
    if (rc == CT_OK)
        rc = find_put(db, x->id, !closes, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(entry->detail, sizeof entry->detail, "B-%lld %s, %lld line%s%s: %.300s",
             (long long)x->id, x->b.asset, (long long)x->lines, x->lines == 1 ? "" : "s",
             x->b.contact > 0 ? ", patients to be contacted" : "", x->text);
    return CT_OK;
}

enum ct_status ct_lookback_close(struct ct_app *app, int64_t id, const char *text,
                                 struct ct_error *reterr)
{
    struct event x = {.id = id, .kind = CT_LB_CLOSED};
    enum ct_status rc = told(x.text, text, reterr);
    return rc == CT_OK ? run(app, CT_VERB_LOOKBACK_CLOSE, &x, close_check, close_write,
                             CT_NOTABLE, reterr)
                       : rc;
}

enum ct_status ct_lookback_reopen(struct ct_app *app, int64_t id, const char *reason,
                                  struct ct_error *reterr)
{
    struct event x = {.id = id, .kind = CT_LB_REOPENED};
    enum ct_status rc = told(x.text, reason, reterr);
    return rc == CT_OK ? run(app, CT_VERB_LOOKBACK_REOPEN, &x, close_check, close_write,
                             CT_NOTABLE, reterr)
                       : rc;
}
