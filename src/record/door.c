/* door - the one way to change anything: permission, check, gate and transaction,
 * write, chain entry, commit. */
#include "record/internal.h"
#include "record/witness.h"

#include <stdio.h>

/* Verbs that a session may write even when it may not go on. */
static bool about_session(enum ct_verb verb)
{
    return CT_VERB[verb].perm == CT_PERM_SESSION && !CT_VERB[verb].sign;
}

static enum ct_status asked_again(const struct ct_app *app, struct ct_error *reterr)
{
    if (app->reauth_mono != CT_UNSET &&
        ct_app_monotonic(app) - app->reauth_mono <= CT_REAUTH_MS)
        return CT_OK;
    return ct_fail(reterr, CT_EDENIED, "password",
                   "This needs your signature; give your password again.");
}

/* A refusal is worth an entry; that it cannot be written does not change it. */
static enum ct_status refused(struct ct_app *app, const struct ct_change *change,
                              bool permitted, const struct ct_error *why)
{
    char detail[400];
    if (permitted) /* the check said no: its own words */
        snprintf(detail, sizeof detail, "%s: %.300s", CT_VERB[change->verb].name, why->text);
    else
        snprintf(detail, sizeof detail, "%s needs %s", CT_VERB[change->verb].name,
                 ct_perm_name(CT_VERB[change->verb].perm));
    return ct_record_event(app, CT_VERB_DENIED, change->entry.patient_id, CT_NOTABLE, detail,
                           NULL);
}

/* May the session do anything? What is not judged before the gate leaves to the gate what
 * is looked at there: the newest key, and whether the user is still one. */
static enum ct_status may_go_on(struct ct_app *app, const struct ct_change *change,
                                bool to_write, struct ct_error *reterr)
{
    if (about_session(change->verb))
        return ct_require(app, CT_PERM_SESSION, reterr);
    return to_write && change->check == NULL ? ct_session_before_gate(app, reterr)
                                             : ct_session_check(app, reterr);
}

static enum ct_status ask(struct ct_app *app, const struct ct_change *change, bool to_write,
                          struct ct_error *reterr)
{
    const struct ct_verb_row *verb = &CT_VERB[change->verb];
    enum ct_status s = may_go_on(app, change, to_write, reterr);
    if (s != CT_OK)
        return s;
    s = ct_require(app, verb->perm, reterr);
    bool permitted = s == CT_OK;
    if (s == CT_OK && change->check != NULL)
        s = change->check(app, change->arg, reterr);
    if (s == CT_EDENIED) {
        enum ct_status t = refused(app, change, permitted, reterr);
        (void)t;
    }
    if (s == CT_OK && verb->sign)
        s = asked_again(app, reterr);
    return s;
}

enum ct_status ct_record_ask(struct ct_app *app, const struct ct_change *change,
                             struct ct_error *reterr)
{
    struct ct_error own = {0};
    return ask(app, change, false, reterr != NULL ? reterr : &own);
}

struct turn { /* one change's behind the gate */
    struct ct_entry entry;
    struct ct_head head;
    bool refused; /* by write, in its own words */
};

/* In the caller's transaction. */
static enum ct_status write_and_chain(struct ct_app *app, const struct ct_change *change,
                                      struct turn *turn, struct ct_error *reterr)
{
    enum ct_status s;
    if (!about_session(change->verb) && (s = ct_session_state(app, reterr)) != CT_OK)
        return s;
    if (change->write != NULL &&
        (s = change->write(app, app->db, change->arg, &turn->entry, reterr)) != CT_OK) {
        turn->refused = s == CT_EDENIED;
        return s;
    }
    return ct_chain_append(app, app->db, change->verb, &turn->entry, &turn->head, reterr);
}

static enum ct_status in_bulk(struct ct_app *app, const struct ct_change *change,
                              struct turn *turn, struct ct_error *reterr)
{
    if (CT_VERB[change->verb].sign)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "%s is signed, and not for a bulk.",
                       CT_VERB[change->verb].name);
    enum ct_status s = write_and_chain(app, change, turn, reterr);
    if (s != CT_OK) /* half of it may be written, and cannot be taken back alone */
        ct_record_bulk_cancel(app);
    return s;
}

static enum ct_status in_transaction(struct ct_app *app, const struct ct_change *change,
                                     struct turn *turn, struct ct_error *reterr)
{
    if (app->bulk.db != NULL)
        return in_bulk(app, change, turn, reterr);
    CT_TX tx = {0};
    enum ct_status s = change->looking && app->defers
                           ? ct_tx_begin_unsynced(app->db, &tx, reterr)
                           : ct_tx_begin(app->db, &tx, reterr);
    if (s == CT_OK)
        s = write_and_chain(app, change, turn, reterr);
    return s == CT_OK ? ct_tx_commit(&tx, reterr) : s;
}

enum ct_status ct_record_bulk_begin(struct ct_app *app, struct ct_error *reterr)
{
    enum ct_status s = ct_require(app, CT_PERM_SESSION, reterr);
    if (s == CT_OK)
        s = ct_session_check(app, reterr);
    return s == CT_OK ? ct_tx_begin(app->db, &app->bulk, reterr) : s;
}

enum ct_status ct_record_bulk_commit(struct ct_app *app, struct ct_error *reterr)
{
    if (app->bulk.db == NULL)
        return ct_fail(reterr, CT_EINTERNAL, NULL,
                       "There is no bulk to save: it was taken back, or never begun.");
    enum ct_status s = ct_tx_commit(&app->bulk, reterr);
    ct_tx_end(&app->bulk);
    return s;
}

void ct_record_bulk_cancel(struct ct_app *app)
{
    ct_tx_end(&app->bulk);
}

bool ct_record_in_bulk(const struct ct_app *app)
{
    return app->bulk.db != NULL;
}

enum ct_status ct_record(struct ct_app *app, const struct ct_change *change, int64_t *ret_seq,
                         struct ct_error *reterr)
{
    struct ct_error e = {0}, own = {0};
    struct turn turn = {.entry = change->entry};
    reterr = reterr != NULL ? reterr : &own;
    enum ct_status s = ask(app, change, true, reterr);
    if (s == CT_OK)
        s = in_transaction(app, change, &turn, reterr);
    if (turn.refused) { /* what was written is taken back; that it was refused is not */
        enum ct_status t = refused(app, change, true, reterr);
        (void)t;
    }
    ct_wipe(&turn.entry, sizeof turn.entry);
    if (s != CT_OK)
        return s;
    if (ret_seq != NULL)
        *ret_seq = turn.head.seq;
    if (CT_VERB[change->verb].sign && ct_witness_add(app, &turn.head, false, &e) != CT_OK)
        ct_app_warn(app, "%s", e.text);
    return CT_OK;
}

enum ct_status ct_record_event(struct ct_app *app, enum ct_verb verb, int64_t patient_id,
                               enum ct_severity severity, const char *detail,
                               struct ct_error *reterr)
{
    struct ct_change change = {
        .verb = verb,
        .entry = {.severity = severity, .patient_id = patient_id, .done_ms = CT_UNSET},
    };
    if (detail != NULL)
        ct_detail_add(change.entry.detail, "%s", detail);
    enum ct_status s = ct_record(app, &change, NULL, reterr);
    ct_wipe(&change, sizeof change);
    return s;
}
