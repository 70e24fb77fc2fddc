/* bath_use - a bath is tested with a strip, something is soaked in it and taken out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/bath_priv.h"

/* ---- the strip -------------------------------------------------------------------------- */

struct testing {
    struct ct_bath_strip s;
    struct ct_bath b;
};

static enum ct_status strip_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct testing *x = arg;
    struct ct_bath_strip *s = &x->s;
    enum ct_status rc = ct_text_check(s->lot, "lot", "the lot of the strips", CT_BATH_LOT_MAX,
                                      true, reterr);
    if (rc == CT_OK && (unsigned)s->result >= CT_STRIP_RESULTS)
        rc = ct_fail(reterr, CT_EINVAL, "result", "there is no such result");
    if (rc == CT_OK && (s->expires == CT_NO_DATE || s->expires < ct_date_at(ct_app_now(app))))
        rc = ct_fail(reterr, CT_EINVAL, "expires", "these strips are out of date: take others");
    if (rc == CT_OK && s->result == CT_STRIP_ENOUGH && !s->control)
        rc = ct_fail(reterr, CT_EINVAL, "result",
                     "strips whose control was not good show nothing: the result is invalid");
    if (rc == CT_OK)
        rc = ct_bath_load(ct_app_db(app), s->bath_id, &x->b, reterr);
    if (rc == CT_OK && x->b.ended)
        rc = ct_fail(reterr, CT_EINVAL, "bath_id", "BA-%lld is thrown away",
                     (long long)s->bath_id);
    return rc;
}

static enum ct_status strip_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct testing *x = arg;
    CT_STMT *st = NULL;
    int64_t id;
    bool weak = x->s.result == CT_STRIP_WEAK;
    enum ct_status rc = strip_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_bath_sql[CT_SQL_BATH_STRIP_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":bath_id", x->s.bath_id);
    ct_bind_text(st, ":lot", x->s.lot);
    ct_bind_i64(st, ":expires_day", x->s.expires);
    ct_bind_i64(st, ":control", x->s.control);
    ct_bind_i64(st, ":result", x->s.result);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "bath_strip", id);
    entry->severity = weak ? CT_EXCEPTION : CT_ROUTINE;
    snprintf(entry->detail, sizeof entry->detail, "BA-%lld %s strip %s, lot %s%s%s",
             (long long)x->s.bath_id, x->b.asset, CT_STRIP_NAME[x->s.result], x->s.lot,
             weak ? ": the bath is over" : "",
             weak && x->b.soak_id != 0 ? "; what is in it is not disinfected" : "");
    return weak ? ct_bath_end_in(app, db, x->s.bath_id, CT_BATH_WEAK, "", entry, reterr) : CT_OK;
}

enum ct_status ct_bath_test(struct ct_app *app, const struct ct_bath_strip *s,
                            struct ct_error *reterr)
{
    struct testing x = {.s = *s};
    struct ct_change change = {.verb = CT_VERB_BATH_STRIP,
                               .write = strip_write,
                               .arg = &x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

/* ---- soaking ----------------------------------------------------------------------------- */

struct soaking {
    struct ct_bath_soak s;
    struct ct_bath b;
};

/* Of the same day, passed, and no other soak rests on it. */
static enum ct_status strip_ok(const struct ct_bath *b, int64_t at_ms, struct ct_error *reterr)
{
    if (!b->strips || (b->strip_id != 0 && b->strip == CT_STRIP_ENOUGH && !b->strip_used &&
                       ct_date_at(b->strip_ms) == ct_date_at(at_ms)))
        return CT_OK;
    return ct_fail(reterr, CT_EINVAL, "strip", "BA-%lld has no strip for this soak: test it first",
                   (long long)b->id);
}

static bool outside(const struct ct_programme_limit *l, int64_t value)
{
    return (l->low.is == CT_BOUND_SET && value < l->low.value) ||
           (l->high.is == CT_BOUND_SET && value > l->high.value);
}

/* The temperature is within its limit, and the time is known. */
static enum ct_status limits(struct ct_db *db, struct soaking *x, struct ct_error *reterr)
{
    CT_PROGRAMME *p = NULL;
    CT_BUF text = {.max = 400};
    enum ct_status rc = ct_bath_programme(db, x->s.bath_id, &p, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_programme_limit *t = &p->limit[CT_M_TEMPERATURE];
    int64_t value = (int64_t)x->s.temp_c10 * 100000; /* millionths of a degree */
    if (p->has[CT_M_TEMPERATURE] && outside(t, value)) {
        ct_limit_text(t, &text);
        return ct_fail(reterr, CT_EINVAL, "temp_c10", "the bath has to be %s", ct_buf_str(&text));
    }
    int64_t hold = p->has[CT_M_HOLD]
                       ? ct_bound_ms(&p->limit[CT_M_HOLD], &p->limit[CT_M_HOLD].low)
                       : -1;
    if (hold < 0)
        return ct_fail(reterr, CT_EINVAL, "bath_id",
                       "%s does not say how long: fill in its limit of the hold", p->id);
    x->s.ready_ms = x->s.started_ms + hold;
    return CT_OK;
}

static enum ct_status soak_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct soaking *x = arg;
    struct ct_bath_soak *s = &x->s;
    char why[200];
    enum ct_status rc =
        ct_text_check(s->item, "item", "what is soaked", CT_BATH_ITEM_MAX, true, reterr);
    if (rc == CT_OK && (s->temp_c10 < 0 || s->temp_c10 > 1000))
        rc = ct_fail(reterr, CT_EINVAL, "temp_c10", "a bath has 0 to 100 degC");
    if (rc == CT_OK)
        rc = ct_bath_load(ct_app_db(app), s->bath_id, &x->b, reterr);
    if (rc != CT_OK)
        return rc;
    if (s->started_ms == 0 || s->started_ms == CT_UNSET)
        s->started_ms = ct_app_now(app);
    if (s->started_ms > ct_app_now(app) + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, "started_ms", "this is said to begin in the future");
    if (s->started_ms < x->b.poured_ms || (x->b.strips && x->b.strip_id != 0 &&
                                           s->started_ms < x->b.strip_ms - CT_MINUTE_MS))
        return ct_fail(reterr, CT_EINVAL, "started_ms",
                       "that is before the bath was poured, or tested");
    if (!ct_bath_usable(&x->b, s->started_ms, why, sizeof why))
        return ct_fail(reterr, CT_EINVAL, "bath_id", "BA-%lld %s", (long long)x->b.id, why);
    if (x->b.soak_id != 0)
        return ct_fail(reterr, CT_EINVAL, "bath_id", "%s is in it: end that soak first",
                       x->b.item);
    rc = strip_ok(&x->b, s->started_ms, reterr);
    return rc == CT_OK ? limits(ct_app_db(app), x, reterr) : rc;
}

static enum ct_status soak_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct soaking *x = arg;
    struct ct_bath_soak *s = &x->s;
    CT_STMT *st = NULL;
    enum ct_status rc = soak_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_bath_sql[CT_SQL_BATH_SOAK_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":bath_id", s->bath_id);
    ct_bind_opt(st, ":strip_id", x->b.strips ? x->b.strip_id : CT_UNSET);
    ct_bind_text(st, ":item", s->item);
    ct_bind_i64(st, ":temp_c10", s->temp_c10);
    ct_bind_i64(st, ":started_ms", s->started_ms);
    ct_bind_i64(st, ":ready_ms", s->ready_ms);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &s->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "bath_soak", s->id);
    entry->done_ms = s->started_ms;
    snprintf(entry->detail, sizeof entry->detail, "BA-%lld %s: %s is soaked",
             (long long)s->bath_id, x->b.asset, s->item);
    return CT_OK;
}

enum ct_status ct_bath_soak(struct ct_app *app, struct ct_bath_soak *s, struct ct_error *reterr)
{
    struct soaking x = {.s = *s};
    struct ct_change change = {.verb = CT_VERB_BATH_SOAK,
                               .write = soak_write,
                               .arg = &x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_OK) {
        *s = x.s;
        s->ended_ms = CT_UNSET;
        s->strip_id = x.b.strips ? x.b.strip_id : 0;
    }
    return rc;
}

/* ---- taken out ----------------------------------------------------------------------------- */

static enum ct_status out_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct soaking *x = arg;
    struct ct_bath_soak *s = &x->s;
    char at[24];
    enum ct_status rc = ct_text_check(s->text, "text", "why it is broken off", CT_BATH_TEXT_MAX,
                                      !s->done, reterr);
    if (rc == CT_OK)
        rc = ct_bath_load(ct_app_db(app), s->bath_id, &x->b, reterr);
    if (rc == CT_OK && (x->b.soak_id != s->id || s->id == 0))
        rc = ct_fail(reterr, CT_ECONFLICT, "", "this soak is over already");
    if (rc != CT_OK)
        return rc;
    if (s->ended_ms == 0 || s->ended_ms == CT_UNSET)
        s->ended_ms = ct_app_now(app);
    if (s->ended_ms > ct_app_now(app) + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, "ended_ms", "this is said to happen in the future");
    if (s->done && s->ended_ms < x->b.ready_ms) {
        ct_datetime_text(x->b.ready_ms, at);
        return ct_fail(reterr, CT_EINVAL, "ended_ms",
                       "%s stays in until %s: before that it is broken off", x->b.item, at);
    }
    if (s->done && x->b.ended)
        return ct_fail(reterr, CT_EINVAL, "bath_id",
                       "the bath was too weak: break it off and do it again");
    if (s->done && !s->rinsed)
        return ct_fail(reterr, CT_EINVAL, "rinsed", "it is done when it is rinsed as well");
    return CT_OK;
}

static enum ct_status out_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct soaking *x = arg;
    struct ct_bath_soak *s = &x->s;
    CT_STMT *st = NULL;
    CT_PROGRAMME *p = NULL;
    int64_t id;
    enum ct_status rc = out_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_bath_programme(db, s->bath_id, &p, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_bath_sql[CT_SQL_BATH_SOAK_END_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":soak_id", s->id);
    ct_bind_i64(st, ":done", s->done);
    ct_bind_i64(st, ":rinsed", s->rinsed);
    ct_bind_text(st, ":text", s->text);
    ct_bind_i64(st, ":ended_ms", s->ended_ms);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "bath_soak_end", id);
    entry->done_ms = s->ended_ms;
    entry->severity = s->done ? CT_ROUTINE : CT_NOTABLE;
    snprintf(entry->detail, sizeof entry->detail, "BA-%lld %s: %s %s%s%s", (long long)s->bath_id,
             x->b.asset, x->b.item, s->done ? "disinfected" : "BROKEN OFF",
             s->text[0] != '\0' ? ": " : "", s->text);
    return p->single_use && !x->b.ended
               ? ct_bath_end_in(app, db, s->bath_id, CT_BATH_ONE_USE, "", entry, reterr)
               : CT_OK;
}

enum ct_status ct_bath_soak_end(struct ct_app *app, const struct ct_bath_soak *s,
                                struct ct_error *reterr)
{
    struct soaking x = {.s = *s};
    struct ct_change change = {.verb = CT_VERB_BATH_SOAK_END,
                               .write = out_write,
                               .arg = &x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}
