/* recover - the recovery code lets an administrator in again; see user.h. */
#include "record/user.h"

#include <stdlib.h>
#include <string.h>

#include "record/internal.h"
#include "record/witness.h"

struct recovery {
    struct ct_user_row row; /* the administrator, as listed */
    struct ct_slot slot;    /* with the new password */
    const char *reason;     /* NULL: none */
    struct ct_entry entry;  /* what was noticed on the way */
    bool answer;            /* it names a break of the witness */
};

static enum ct_status find_administrator(struct ct_app *app, const char *login,
                                         struct ct_user_row *ret, struct ct_error *reterr)
{
    struct ct_user_row *rows = NULL;
    size_t n = 0;
    enum ct_status s = ct_user_rows(app, &rows, &n, reterr);
    if (s != CT_OK)
        return s;
    s = ct_fail(reterr, CT_ENOTFOUND, "login", "There is no user with the login %.60s.", login);
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].login, login) == 0) {
            *ret = rows[i];
            s = CT_OK;
        }
    free(rows);
    if (s == CT_OK && ret->role != CT_ADMINISTRATOR)
        s = ct_fail(reterr, CT_EINVAL, "login",
                    "%.60s is a %s. The recovery code is for an administrator, who can then "
                    "reset everybody else's password.",
                    login, ct_role_name(ret->role));
    return s;
}

/* One entry of the program's own; nobody is logged in. */
static enum ct_status tell(struct ct_app *app, enum ct_verb verb, const struct ct_entry *entry,
                           struct ct_head *head, struct ct_error *reterr)
{
    CT_TX tx = {0};
    enum ct_status s = ct_tx_begin(app->db, &tx, reterr);
    if (s == CT_OK)
        s = ct_chain_append(app, app->db, verb, entry, head, reterr);
    return s == CT_OK ? ct_tx_commit(&tx, reterr) : s;
}

/* The code was right, and what it was for is refused: somebody has it. */
static void tell_refusal(struct ct_app *app, struct recovery *r, const struct ct_error *why)
{
    struct ct_head head = {0};
    ct_detail_add(r->entry.detail, "%s: %.200s", CT_VERB[CT_VERB_USER_RECOVER].name, why->text);
    enum ct_status s = tell(app, CT_VERB_DENIED, &r->entry, &head, NULL);
    if (s == CT_OK)
        s = ct_witness_add(app, &head, r->answer, NULL);
    (void)s; /* the refusal stands */
}

static enum ct_status write_row(struct ct_app *app, struct recovery *r, struct ct_head *head,
                                struct ct_error *reterr)
{
    CT_TX tx = {0};
    struct ct_entry entry = r->entry;
    struct ct_user_row row;
    entry.detail[0] = '\0';
    ct_detail_add(entry.detail, "%s (user %u, %s)%s", r->row.login, r->row.user_id,
                  ct_role_name(r->row.role), r->row.active ? "" : ", was disabled");
    if (r->entry.detail[0] != '\0')
        ct_detail_add(entry.detail, "%s", r->entry.detail);
    if (r->reason != NULL)
        ct_detail_add(entry.detail, "%s", r->reason);
    enum ct_status s;
    if ((s = ct_tx_begin(app->db, &tx, reterr)) != CT_OK ||
        (s = ct_user_row_get(app, r->row.user_id, &row, reterr)) != CT_OK)
        return s;
    row.active = true;
    row.slot_version = r->slot.version;
    memcpy(row.slot_hash, r->slot.hash, sizeof row.slot_hash);
    memcpy(row.sign_pk, r->slot.sign_pk, sizeof row.sign_pk);
    if ((s = ct_user_row_add(app, app->db, &row, app->who.user_id, r->reason, &entry,
                             reterr)) != CT_OK ||
        (s = ct_chain_append(app, app->db, CT_VERB_USER_RECOVER, &entry, head, reterr)) !=
            CT_OK)
        return s;
    return ct_tx_commit(&tx, reterr);
}

/* Keyring first, as for every change of a user: what is cut off in between is done again. */
static enum ct_status change(struct ct_app *app, struct recovery *r,
                             const struct ct_secret *password, struct ct_error *reterr)
{
    struct ct_head head = {0};
    struct ct_error e = {0};
    struct ct_entry lost = {
        .severity = CT_EXCEPTION, .patient_id = CT_UNSET, .done_ms = CT_UNSET};
    enum ct_status s = ct_keyring_reset(app->dir, app->keys, r->row.user_id, r->row.login,
                                        password, ct_app_cost(app), &r->slot, reterr);
    if (s != CT_OK)
        return s;
    if ((s = write_row(app, r, &head, reterr)) != CT_OK) {
        ct_fail_prefix(reterr, s,
                       "The keyring was changed, the list of users was not: do this again");
        return s;
    }
    if (ct_witness_add(app, &head, r->answer, &e) != CT_OK) {
        ct_app_warn(app, "%s", e.text);
        s = tell(app, CT_VERB_WITNESS, &lost, &head, NULL);
        (void)s; /* the warning says it in any case */
    }
    return CT_OK;
}

enum ct_status ct_user_recover(struct ct_app *app, const struct ct_secret *code,
                               const char *login, const char *reason,
                               struct ct_secret *ret_password, struct ct_error *reterr)
{
    struct recovery r = {.reason = NULL};
    struct ct_error e = {0};
    char folded[33];
    enum ct_status s;
    if (app->state != CT_OUT)
        return ct_fail(reterr, CT_EINVAL, NULL, "Somebody is logged in; log out first.");
    if ((s = ct_user_check_login(login, folded, reterr)) != CT_OK ||
        (s = ct_user_check_reason(reason, &r.reason, reterr)) != CT_OK)
        return s;
    app->who = (struct ct_who){.since_ms = ct_app_now(app)}; /* nobody: the program */
    if ((s = ct_enter_code(app, code, &r.entry, &r.answer, reterr)) != CT_OK)
        return s;
    if ((s = find_administrator(app, folded, &r.row, &e)) == CT_ENOTFOUND || s == CT_EINVAL)
        tell_refusal(app, &r, &e);
    if (s == CT_OK && (s = ct_password_make(ret_password, &e)) == CT_OK)
        s = change(app, &r, ret_password, &e);
    ct_app_close(app);
    if (s != CT_OK) {
        ct_secret_wipe(ret_password);
        return ct_fail(reterr, s, e.field, "%s", e.text);
    }
    return CT_OK;
}

/* Keyring first: an entry that says so is never there without it. */
enum ct_status ct_user_renew_code(struct ct_app *app, const char *reason,
                                  struct ct_secret *ret_code, struct ct_error *reterr)
{
    struct ct_slot slot;
    const char *said = NULL;
    struct ct_change change = {
        .verb = CT_VERB_USER_CODE,
        .entry = {.severity = CT_NOTABLE, .patient_id = CT_UNSET, .done_ms = CT_UNSET},
    };
    enum ct_status s;
    if ((s = ct_user_check_reason(reason, &said, reterr)) != CT_OK)
        return s;
    if (said != NULL)
        ct_detail_add(change.entry.detail, "%s", said);
    if ((s = ct_record_ask(app, &change, reterr)) != CT_OK ||
        (s = ct_keyring_renew_code(app->dir, app->keys, ct_app_cost(app), ret_code, &slot,
                                   reterr)) != CT_OK)
        return s;
    if ((s = ct_record(app, &change, NULL, reterr)) != CT_OK) {
        ct_secret_wipe(ret_code);
        ct_fail_prefix(reterr, s,
                       "The older recovery code is gone from the keyring, and nobody has seen "
                       "the new one: do this again");
    }
    return s;
}
