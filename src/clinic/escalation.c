/* escalation - raising one from a set of vitals, and writing down what came of it. */
#include "clinic/rows.h"
#include "record/user.h"

#include <stdio.h>
#include <string.h>

void ct_escalation_rule(const struct ct_vitals_rules *r, enum ct_card_kind card, int call,
                        struct ct_escalation_rule *ret)
{
    *ret = (struct ct_escalation_rule){.n_levels = 0};
    if (call < 0)
        return;
    switch (card) {
    case CT_CARD_NEWS2: ct_news2_escalation(r->news2, call, ret); return;
    case CT_CARD_PEWS: /* its calls are the site's to set, and none are shipped */
        if (r->pews != NULL)
            ct_scorecard_escalation(r->pews, call, ret);
        return;
    case CT_CARD_MATERNITY:
        if (r->maternity != NULL)
            ct_scorecard_escalation(r->maternity, call, ret);
        return;
    case CT_CARDS: return;
    }
}

/* ---- raising ----------------------------------------------------------- */

static enum ct_status one(struct ct_stmt *st, int64_t *ret, struct ct_error *reterr)
{
    bool row;
    enum ct_status rc = ct_stmt_step(st, &row, reterr);
    *ret = rc == CT_OK && row && !ct_col_null(st, 0) ? ct_col_i64(st, 0) : 0;
    return rc;
}

/* The highest band that is being dealt with already; CT_BAND_NONE: none. */
static enum ct_status band_open(struct ct_db *db, int64_t patient_id, int64_t since_ms,
                                int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc =
        ct_stmt_get(db, &ct_escalation_sql[CT_SQL_ESC_OPEN_BAND], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", patient_id);
    ct_bind_i64(st, ":since_ms", since_ms);
    return one(st, ret, reterr);
}

static enum ct_status seen_through(struct ct_db *db, int64_t first_id, enum ct_band band,
                                   int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc =
        ct_stmt_get(db, &ct_escalation_sql[CT_SQL_ESC_SEEN_THROUGH], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":first_id", first_id);
    ct_bind_i64(st, ":band", band);
    return one(st, ret, reterr);
}

static enum ct_status first_version(struct ct_db *db, const struct ct_vitals *v, int64_t *ret,
                                    struct ct_error *reterr)
{
    struct ct_vitals first;
    enum ct_status rc = ct_vitals_first(db, v, &first, reterr);
    if (rc == CT_OK)
        *ret = first.id;
    return rc;
}

static enum ct_status open_row(struct ct_db *db, const struct ct_escalation *e,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc =
        ct_stmt_get(db, &ct_escalation_sql[CT_SQL_ESC_OPEN_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":escalation_id", e->id);
    ct_bind_i64(st, ":patient_id", e->patient_id);
    ct_bind_i64(st, ":late_ms", ct_escalation_late_ms(e));
    return ct_stmt_run(st, NULL, reterr);
}

static enum ct_status insert(struct ct_db *db, struct ct_escalation *e, enum ct_card_kind card,
                             struct ct_error *reterr)
{
    char levels[CT_LEVELS_TEXT];
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_escalation_sql[CT_SQL_ESC_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_escalation_levels_text(&e->rule, levels);
    ct_bind_i64(st, ":patient_id", e->patient_id);
    ct_bind_i64(st, ":vitals_id", e->vitals_id);
    ct_bind_i64(st, ":first_id", e->first_id);
    ct_bind_i64(st, ":at_ms", e->at_ms);
    ct_bind_i64(st, ":by_user", e->by_user);
    ct_bind_i64(st, ":card", card);
    ct_bind_i64(st, ":band", e->rule.band);
    ct_bind_text(st, ":levels", levels);
    ct_bind_i64(st, ":attend_min", e->rule.attend_min);
    rc = ct_stmt_run(st, &e->id, reterr);
    return rc == CT_OK ? open_row(db, e, reterr) : rc;
}

enum ct_status ct_escalation_raise(struct ct_app *app, struct ct_db *db,
                                   const struct ct_vitals_rules *r, const struct ct_vitals *v,
                                   const struct ct_assessment *a, struct ct_entry *entry,
                                   int64_t *ret_id, struct ct_error *reterr)
{
    struct ct_escalation_rule rule;
    int64_t now = ct_app_now(app), first_id, busy = CT_BAND_NONE, done = 0;
    *ret_id = 0;
    ct_escalation_rule(r, v->card, a->call, &rule);
    if (rule.n_levels == 0 || v->voided)
        return CT_OK;
    enum ct_status rc = band_open(db, v->patient_id, now - CT_ESC_SAME_MS, &busy, reterr);
    if (rc != CT_OK || busy >= (int64_t)rule.band)
        return rc;
    rc = first_version(db, v, &first_id, reterr);
    if (rc == CT_OK && v->replaces_id != 0)
        rc = seen_through(db, first_id, rule.band, &done, reterr);
    if (rc != CT_OK || done != 0)
        return rc;
    struct ct_escalation e = {.patient_id = v->patient_id,
                              .vitals_id = v->id,
                              .first_id = first_id,
                              .at_ms = v->recorded_ms,
                              .by_user = v->recorded_by,
                              .rule = rule};
    rc = insert(db, &e, v->card, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "escalation", e.id);
    if (entry->severity < CT_NOTABLE)
        entry->severity = CT_NOTABLE;
    *ret_id = e.id;
    return CT_OK;
}

/* ---- what came of it --------------------------------------------------- */

struct adding {
    int64_t id;
    struct ct_escalation_event e;
    struct ct_escalation now; /* as it stands before */
};

static const struct ct_escalation_event *find(const struct ct_escalation *e,
                                              enum ct_escalation_event_kind kind)
{
    for (size_t i = 0; i < e->n_events; i++)
        if (e->event[i].kind == kind)
            return &e->event[i];
    return NULL;
}

static enum ct_status still_possible(struct ct_app *app, const struct adding *x,
                                     struct ct_error *reterr)
{
    const struct ct_escalation *e = &x->now;
    char at[24];
    if (!e->open) {
        const struct ct_escalation_event *last = find(e, CT_ESC_OUTCOME);
        last = last != NULL ? last : find(e, CT_ESC_WITHHELD);
        char by[64];
        ct_user_name(app, last->by_user, by, sizeof by);
        ct_datetime_text(last->at_ms, at);
        return ct_fail(reterr, CT_ECONFLICT, "",
                       "E-%lld was closed at %s (%s: %s); nothing was added", (long long)e->id,
                       at, by, last->text);
    }
    const struct ct_escalation_event *taken = find(e, CT_ESC_ACCEPTED);
    if (x->e.kind == CT_ESC_ACCEPTED && taken != NULL) {
        ct_datetime_text(taken->at_ms, at);
        return ct_fail(reterr, CT_ECONFLICT, "", "%s accepted E-%lld at %s already", taken->who,
                       (long long)e->id, at);
    }
    if (x->e.kind < CT_ESC_OUTCOME && e->n_events + 1 >= CT_ESC_EVENTS_MAX)
        return ct_fail(reterr, CT_EINVAL, "kind",
                       "E-%lld has %zu entries: what is left to record is its outcome",
                       (long long)e->id, e->n_events);
    return CT_OK;
}

static enum ct_status words(struct ct_escalation_event *e, struct ct_error *reterr)
{
    bool closes = e->kind >= CT_ESC_OUTCOME;
    static const char *const WHO[CT_ESC_KINDS] = {
        [CT_ESC_TOLD] = "who was told", [CT_ESC_ACCEPTED] = "who accepted it",
        [CT_ESC_ATTENDED] = "who came", [CT_ESC_OUTCOME] = "who did it",
        [CT_ESC_WITHHELD] = "who decided it"};
    enum ct_status rc = ct_text_check(e->who, "who", WHO[e->kind], sizeof e->who - 1, !closes,
                                      reterr);
    if (rc != CT_OK)
        return rc;
    return ct_text_check(e->text, "text",
                         e->kind == CT_ESC_WITHHELD ? "why it is withheld" : "the outcome", 200,
                         closes, reterr);
}

static enum ct_status add_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct adding *x = arg;
    if ((unsigned)x->e.kind >= CT_ESC_KINDS)
        return ct_fail(reterr, CT_EINVAL, "kind", "no such entry of an escalation");
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_escalation_bare(app, ct_app_db(app), x->id, &x->now, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, x->now.patient_id, reterr);
    ct_tx_end(&tx);
    if (rc == CT_OK)
        rc = words(&x->e, reterr);
    if (rc == CT_OK)
        rc = still_possible(app, x, reterr);
    if (rc != CT_OK)
        return rc;
    int64_t now = ct_app_now(app);
    char at[24];
    ct_datetime_text(x->now.taken_ms, at);
    if (x->e.at_ms < x->now.taken_ms)
        return ct_fail(reterr, CT_EINVAL, "at_ms",
                       "this is before the set was taken (%s): when was it?", at);
    if (x->e.at_ms > now + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, "at_ms", "this is said to happen in the future");
    return CT_OK;
}

static enum ct_status insert_event(struct ct_db *db, struct adding *x, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc =
        ct_stmt_get(db, &ct_escalation_sql[CT_SQL_ESC_EVENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":escalation_id", x->id);
    ct_bind_i64(st, ":kind", x->e.kind);
    ct_bind_text(st, ":who", x->e.who);
    ct_bind_text(st, ":text", x->e.text);
    ct_bind_i64(st, ":at_ms", x->e.at_ms);
    ct_bind_i64(st, ":recorded_ms", x->e.recorded_ms);
    ct_bind_i64(st, ":by_user", x->e.by_user);
    return ct_stmt_run(st, &x->e.id, reterr);
}

/* The open ones as they stand with this event. */
static enum ct_status move_open(struct ct_db *db, const struct ct_escalation *e,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    unsigned sql = e->open ? CT_SQL_ESC_OPEN_MOVE : CT_SQL_ESC_OPEN_DELETE;
    enum ct_status rc = ct_stmt_get(db, &ct_escalation_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":escalation_id", e->id);
    if (e->open)
        ct_bind_i64(st, ":late_ms", ct_escalation_late_ms(e));
    return ct_stmt_run(st, NULL, reterr);
}

static void entry_fill(const struct adding *x, int64_t late_ms, struct ct_entry *entry)
{
    const struct ct_escalation_event *e = &x->e;
    bool late = e->kind != CT_ESC_TOLD && e->at_ms > late_ms;
    entry->patient_id = x->now.patient_id;
    entry->done_ms = e->at_ms;
    entry->severity = late || e->kind == CT_ESC_WITHHELD ? CT_NOTABLE : CT_ROUTINE;
    snprintf(entry->detail, sizeof entry->detail, "E-%lld %s%s%s%s%s%s", (long long)x->id,
             ct_escalation_event_name(e->kind), e->who[0] != '\0' ? " " : "", e->who,
             e->text[0] != '\0' ? ": " : "", e->text, late ? " (too late)" : "");
    ct_entry_row(entry, "escalation_event", e->id);
}

/* The check again, now that nobody else can change anything: two may accept at once. */
static enum ct_status add_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct adding *x = arg;
    enum ct_status rc = add_check(app, arg, reterr);
    if (rc != CT_OK)
        return rc;
    int64_t late_ms = ct_escalation_late_ms(&x->now);
    x->e.recorded_ms = ct_app_now(app);
    x->e.by_user = ct_app_who(app)->user_id;
    rc = insert_event(db, x, reterr);
    if (rc != CT_OK)
        return rc;
    x->now.event[x->now.n_events++] = x->e;
    ct_escalation_derive(&x->now, x->e.recorded_ms);
    rc = move_open(db, &x->now, reterr);
    if (rc == CT_OK)
        entry_fill(x, late_ms, entry);
    return rc;
}

enum ct_status ct_escalation_add(struct ct_app *app, int64_t escalation_id,
                                 struct ct_escalation_event *e, struct ct_error *reterr)
{
    struct adding x = {.id = escalation_id, .e = *e};
    if (x.e.at_ms == 0 || x.e.at_ms == CT_UNSET)
        x.e.at_ms = ct_app_now(app);
    struct ct_change change = {
        .verb = CT_VERB_ESCALATION,
        .write = add_write,
        .arg = &x,
        .entry = {.severity = CT_ROUTINE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc != CT_OK)
        return rc;
    *e = x.e;
    ct_text_copy(e->by, sizeof e->by, ct_app_who(app)->name);
    return CT_OK;
}
