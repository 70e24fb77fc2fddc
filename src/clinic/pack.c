/* pack - the chain of a pack: which step may follow which, and writing it down. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/sterile_rows.h"

const char *const CT_PACK_STEP_NAME[CT_PACK_STEPS] = {
    [CT_PACK_PACKED] = "packed",
    [CT_PACK_IN_LOAD] = "in a load",
    [CT_PACK_OFF_LOAD] = "taken out of the load",
    [CT_PACK_STERILISED] = "in quarantine",
    [CT_PACK_RELEASED] = "released",
    [CT_PACK_RELEASED_EARLY] = "released early",
    [CT_PACK_REJECTED] = "rejected",
    [CT_PACK_MOVED] = "moved",
    [CT_PACK_OPENED] = "opened",
    [CT_PACK_USED] = "used",
    [CT_PACK_RETURNED] = "returned",
    [CT_PACK_RECALLED] = "RECALLED",
    [CT_PACK_RECALL_LIFTED] = "recall lifted",
    [CT_PACK_DAMAGED] = "damaged",
    [CT_PACK_REPROCESSED] = "reprocessed",
    [CT_PACK_LABELLED] = "label printed",
};

/* ---- the chain ------------------------------------------------------------------------ */

bool ct_pack_between(enum ct_pack_step step)
{
    return step == CT_PACK_MOVED || step == CT_PACK_LABELLED || step == CT_PACK_RECALLED ||
           step == CT_PACK_RECALL_LIFTED;
}

/* From where it stands to the next: bits of 1 << enum ct_pack_step. Nothing leads to use
 * but a release, and nothing leads from use back into stock or a load. A result that comes
 * after an early release is written down wherever the pack is by then (accepted_late). */
#define B(step) (1U << CT_PACK_##step)
static const unsigned NEXT[CT_PACK_STEPS] = {
    [CT_PACK_PACKED] = B(IN_LOAD) | B(DAMAGED) | B(REPROCESSED),
    [CT_PACK_IN_LOAD] = B(OFF_LOAD) | B(STERILISED) | B(REJECTED),
    [CT_PACK_OFF_LOAD] = B(IN_LOAD) | B(DAMAGED) | B(REPROCESSED),
    [CT_PACK_STERILISED] = B(RELEASED) | B(RELEASED_EARLY) | B(REJECTED) | B(DAMAGED),
    [CT_PACK_RELEASED] = B(OPENED) | B(USED) | B(DAMAGED) | B(REJECTED) | B(REPROCESSED),
    [CT_PACK_RELEASED_EARLY] =
        B(RELEASED) | B(OPENED) | B(USED) | B(DAMAGED) | B(REJECTED) | B(REPROCESSED),
    [CT_PACK_REJECTED] = B(REPROCESSED),
    [CT_PACK_OPENED] = B(USED) | B(RETURNED) | B(REPROCESSED),
    [CT_PACK_USED] = B(RETURNED) | B(REPROCESSED),
    [CT_PACK_RETURNED] = B(REPROCESSED),
    [CT_PACK_DAMAGED] = B(REJECTED) | B(REPROCESSED),
};

bool ct_pack_may(enum ct_pack_step from, enum ct_pack_step to)
{
    return (unsigned)from < CT_PACK_STEPS && (unsigned)to < CT_PACK_STEPS &&
           (NEXT[from] & 1U << to) != 0;
}

static bool accepted_late(const struct ct_pack *p, enum ct_pack_step to)
{
    return to == CT_PACK_RELEASED && p->released == 2;
}

struct stepping {
    struct ct_pack p; /* as it stands */
    struct ct_pack_event ev;
    char number[40];
};

static enum ct_status no_step(const struct stepping *x, struct ct_error *reterr)
{
    static const char *const MISSING[CT_PACK_STEPS] = {
        [CT_PACK_PACKED] = "what is packed anew gets a new number",
        [CT_PACK_IN_LOAD] = "reprocess it and pack it anew",
        [CT_PACK_OFF_LOAD] = "it is in no load that has yet to start",
        [CT_PACK_STERILISED] = "it was in no load",
        [CT_PACK_RELEASED] = "its load has to be over, and released",
        [CT_PACK_RELEASED_EARLY] = "its load has to be over",
        [CT_PACK_OPENED] = "it is not released",
        [CT_PACK_USED] = "it is not released",
        [CT_PACK_RETURNED] = "it was not opened or used",
        [CT_PACK_REPROCESSED] = "take it out of its load first",
    };
    enum ct_pack_step to = x->ev.step;
    const char *why = MISSING[to];
    if (x->p.step == CT_PACK_REPROCESSED)
        why = "a pack that was reprocessed is over";
    return ct_fail(reterr, CT_EINVAL, "pack_id", "%s is \"%s\", from there is no step to "
                                                 "\"%s\"%s%s",
                   x->number, CT_PACK_STEP_NAME[x->p.step], CT_PACK_STEP_NAME[to],
                   why != NULL ? ": " : "", why != NULL ? why : "");
}

/* Does that recall stop the pack now? */
static enum ct_status stops(struct ct_db *db, const struct stepping *x, bool *ret,
                            struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_pack_sql[CT_SQL_PACK_STOPS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":pack_id", x->p.id);
    ct_bind_i64(st, ":ref_id", x->ev.ref_id);
    rc = ct_stmt_step(st, &there, reterr);
    *ret = rc == CT_OK && there && !ct_col_null(st, 0) && ct_col_i64(st, 0) != 0;
    return rc;
}

static enum ct_status recall_may(struct ct_db *db, const struct stepping *x,
                                 struct ct_error *reterr)
{
    bool now = false, lifts = x->ev.step == CT_PACK_RECALL_LIFTED;
    if (x->ev.ref_kind != CT_REF_RECALL)
        return ct_fail(reterr, CT_EINVAL, "pack_id", "a recall of %s says which recall",
                       x->number);
    enum ct_status rc = stops(db, x, &now, reterr);
    if (rc != CT_OK || now == lifts)
        return rc;
    return ct_fail(reterr, CT_EINVAL, "pack_id",
                   lifts ? "%s is not recalled by that recall" : "%s is recalled by that already",
                   x->number);
}

static enum ct_status words(struct stepping *x, struct ct_error *reterr)
{
    enum ct_status rc = ct_text_check(x->ev.place, "place", "the place", CT_PACK_PLACE_MAX,
                                      x->ev.step == CT_PACK_MOVED, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(x->ev.text, "text", "the remark", CT_PACK_TEXT_MAX,
                           x->ev.step == CT_PACK_DAMAGED || x->ev.step == CT_PACK_REJECTED,
                           reterr);
    if (rc == CT_OK && (x->ev.ref_kind == CT_REF_NONE) != (x->ev.ref_id == 0))
        rc = ct_fail(reterr, CT_EINTERNAL, "pack_id", "a step of a pack names half of what it "
                                                      "belongs to");
    return rc;
}

static enum ct_status time_ok(struct ct_app *app, struct stepping *x, struct ct_error *reterr)
{
    char at[24];
    if (x->ev.at_ms == 0 || x->ev.at_ms == CT_UNSET)
        x->ev.at_ms = ct_app_now(app);
    if (x->ev.at_ms > ct_app_now(app) + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, "at_ms", "this is said to happen in the future");
    if (x->ev.at_ms >= x->p.step_ms || ct_pack_between(x->ev.step) ||
        accepted_late(&x->p, x->ev.step))
        return CT_OK;
    ct_datetime_text(x->p.step_ms, at);
    return ct_fail(reterr, CT_EINVAL, "at_ms", "%s is \"%s\" since %s: not before that",
                   x->number, CT_PACK_STEP_NAME[x->p.step], at);
}

static enum ct_status step_may(struct ct_app *app, struct ct_db *db, struct stepping *x,
                               struct ct_error *reterr)
{
    enum ct_pack_step to = x->ev.step;
    char since[24];
    if ((unsigned)to >= CT_PACK_STEPS)
        return ct_fail(reterr, CT_EINVAL, "pack_id", "there is no such step of a pack");
    enum ct_status rc = words(x, reterr);
    if (rc == CT_OK)
        rc = time_ok(app, x, reterr);
    if (rc != CT_OK)
        return rc;
    if (to == CT_PACK_RECALLED || to == CT_PACK_RECALL_LIFTED)
        return recall_may(db, x, reterr);
    if (to == CT_PACK_MOVED && x->p.step == CT_PACK_REPROCESSED)
        return no_step(x, reterr);
    if (!ct_pack_between(to) && !ct_pack_may(x->p.step, to) && !accepted_late(&x->p, to))
        return no_step(x, reterr);
    if ((to == CT_PACK_OPENED || to == CT_PACK_USED) && x->p.recalled > 0 &&
        x->ev.at_ms >= x->p.recalled_ms) {
        ct_datetime_text(x->p.recalled_ms, since);
        return ct_fail(reterr, CT_EINVAL, "pack_id",
                       "%s is RECALLED since %s: do not use it, set it apart", x->number, since);
    }
    return CT_OK;
}

/* ---- writing ------------------------------------------------------------------------------ */

static enum ct_status find_put(struct ct_db *db, const struct ct_pack *p,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_pack_sql[CT_SQL_PACK_FIND_PUT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":pack_id", p->id);
    ct_bind_opt(st, ":set_id", p->set_id != 0 ? p->set_id : CT_UNSET);
    ct_bind_i64(st, ":step", p->step);
    ct_bind_i64(st, ":step_ms", p->step_ms);
    ct_bind_text(st, ":place", p->place);
    ct_bind_opt(st, ":load_id", p->load_id != 0 ? p->load_id : CT_UNSET);
    ct_bind_i64(st, ":released", p->released);
    ct_bind_i64(st, ":recalled", p->recalled);
    ct_bind_opt(st, ":recalled_ms", p->recalled_ms);
    ct_bind_opt(st, ":expires_day", p->expires != CT_NO_DATE ? p->expires : CT_UNSET);
    ct_bind_i64(st, ":labels", p->labels);
    return ct_stmt_run(st, NULL, reterr);
}

static enum ct_status event_insert(struct ct_app *app, struct ct_db *db, struct stepping *x,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    struct ct_pack_event *ev = &x->ev;
    enum ct_status rc = ct_stmt_get(db, &ct_pack_sql[CT_SQL_PACK_EVENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ev->recorded_ms = ct_app_now(app);
    ev->by_user = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":pack_id", x->p.id);
    ct_bind_i64(st, ":step", ev->step);
    ct_bind_i64(st, ":ref_kind", ev->ref_kind);
    ct_bind_opt(st, ":ref_id", ev->ref_id != 0 ? ev->ref_id : CT_UNSET);
    ct_bind_text(st, ":place", ev->place);
    ct_bind_text(st, ":text", ev->text);
    ct_bind_i64(st, ":at_ms", ev->at_ms);
    ct_bind_i64(st, ":recorded_ms", ev->recorded_ms);
    ct_bind_i64(st, ":by_user", ev->by_user);
    rc = ct_stmt_run(st, &ev->id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "pack_event", ev->id);
    return rc;
}

/* How many recalls stop it, and since when: from its events, this one included. */
static enum ct_status recalls(struct ct_db *db, struct ct_pack *p, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_pack_sql[CT_SQL_PACK_LIFTS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":pack_id", p->id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there) {
        p->recalled_ms = ct_col_i64(st, 0);
        p->recalled = (int)ct_col_i64(st, 1);
    }
    return rc;
}

/* Where the pack stands after the event. */
static enum ct_status derive(struct ct_db *db, struct stepping *x, struct ct_error *reterr)
{
    struct ct_pack *p = &x->p;
    const struct ct_pack_event *ev = &x->ev;
    if (ev->place[0] != '\0')
        ct_text_copy(p->place, sizeof p->place, ev->place);
    if (ev->step == CT_PACK_LABELLED)
        p->labels++;
    if (ev->step == CT_PACK_RECALLED || ev->step == CT_PACK_RECALL_LIFTED)
        return recalls(db, p, reterr);
    if (ct_pack_between(ev->step))
        return CT_OK;
    if (ev->ref_kind == CT_REF_LOAD)
        p->load_id = ev->ref_id;
    if (ev->step == CT_PACK_RELEASED || ev->step == CT_PACK_RELEASED_EARLY)
        p->released = ev->step == CT_PACK_RELEASED ? 1 : 2;
    if (ev->step == CT_PACK_REJECTED)
        p->released = 0;
    if (ev->step == CT_PACK_OFF_LOAD)
        p->load_id = 0;
    if (ev->step == CT_PACK_STERILISED && p->expiry_rule == CT_EXPIRY_DAYS)
        p->expires = ct_date_at(ev->at_ms) + p->expiry_days;
    if (ct_pack_may(p->step, ev->step)) { /* a late result alone leaves it where it is */
        p->step = ev->step;
        p->step_ms = ev->at_ms;
    }
    return CT_OK;
}

static enum ct_status step_write_in(struct ct_app *app, struct ct_db *db, struct stepping *x,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    enum ct_status rc = step_may(app, db, x, reterr);
    if (rc == CT_OK)
        rc = event_insert(app, db, x, entry, reterr);
    if (rc == CT_OK)
        rc = derive(db, x, reterr);
    return rc == CT_OK ? find_put(db, &x->p, reterr) : rc;
}

enum ct_status ct_pack_step_in(struct ct_app *app, struct ct_db *db, int64_t pack_id,
                               enum ct_pack_step step, enum ct_pack_ref ref_kind,
                               int64_t ref_id, int64_t at_ms, const char *place,
                               const char *text, struct ct_entry *entry,
                               struct ct_error *reterr)
{
    struct stepping x = {
        .ev = {.step = step, .ref_kind = ref_kind, .ref_id = ref_id, .at_ms = at_ms}};
    enum ct_status rc = ct_pack_load(db, pack_id, &x.p, reterr);
    if (rc != CT_OK)
        return rc;
    ct_pack_number(app, pack_id, x.number);
    if (place != NULL && strlen(place) > CT_PACK_PLACE_MAX)
        return ct_fail(reterr, CT_EINVAL, "place", "at most %d bytes fit", CT_PACK_PLACE_MAX);
    if (text != NULL && strlen(text) > CT_PACK_TEXT_MAX)
        return ct_fail(reterr, CT_EINVAL, "text", "at most %d bytes fit", CT_PACK_TEXT_MAX);
    ct_text_copy(x.ev.place, sizeof x.ev.place, place != NULL ? place : "");
    ct_text_copy(x.ev.text, sizeof x.ev.text, text != NULL ? text : "");
    return step_write_in(app, db, &x, entry, reterr);
}

static enum ct_status pack_insert(struct ct_app *app, struct ct_db *db, struct ct_pack *p,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_pack_sql[CT_SQL_PACK_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    p->at_ms = ct_app_now(app);
    p->by_user = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":kind", p->kind);
    ct_bind_opt(st, ":detail_id", p->detail_id != 0 ? p->detail_id : CT_UNSET);
    ct_bind_text(st, ":contents", p->contents);
    ct_bind_opt(st, ":method", p->method >= 0 ? p->method : CT_UNSET);
    ct_bind_i64(st, ":implant", p->implant);
    ct_bind_i64(st, ":expiry_rule", p->expiry_rule);
    ct_bind_opt(st, ":expiry_days", p->expiry_rule == CT_EXPIRY_DAYS ? p->expiry_days : CT_UNSET);
    ct_bind_opt(st, ":replaces_id", p->replaces_id != 0 ? p->replaces_id : CT_UNSET);
    ct_bind_i64(st, ":at_ms", p->at_ms);
    ct_bind_i64(st, ":by_user", p->by_user);
    rc = ct_stmt_run(st, &p->id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "pack", p->id);
    return rc;
}

enum ct_status ct_pack_write_in(struct ct_app *app, struct ct_db *db, struct ct_pack *p,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct stepping x = {.ev = {.step = CT_PACK_PACKED}};
    enum ct_status rc = pack_insert(app, db, p, entry, reterr);
    if (rc != CT_OK)
        return rc;
    p->step = CT_PACK_PACKED;
    p->step_ms = p->at_ms;
    p->load_id = p->released = p->recalled = p->labels = 0;
    p->recalled_ms = CT_UNSET;
    p->expires = CT_NO_DATE;
    x.p = *p;
    x.ev.at_ms = p->at_ms;
    ct_text_copy(x.ev.place, sizeof x.ev.place, p->place);
    rc = event_insert(app, db, &x, entry, reterr);
    if (rc == CT_OK)
        rc = find_put(db, p, reterr);
    if (rc == CT_OK && p->replaces_id != 0)
        rc = ct_pack_step_in(app, db, p->replaces_id, CT_PACK_REPROCESSED, CT_REF_PACK, p->id,
                             p->at_ms, NULL, NULL, entry, reterr);
    return rc;
}
