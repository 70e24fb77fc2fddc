/* login - from a password to an open store: what is compared on the way, what is
 * refused, noticed or mended, and the entry that tells it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/internal.h"
#include "record/witness.h"

/* What a login or unlock has found out before it may begin. */
struct entrance {
    struct ct_user_row row; /* the user's own */
    uint32_t failures;      /* tries since the last success, before they were reset */
    bool mend;              /* the own slot is newer: list it */
    struct ct_slot slot;    /* as now on disk, under the MAC */
    bool raised;            /* just now, to the cost that the settings ask for */
    struct ct_kdf_cost was; /* if raised */
    struct ct_entry entry;  /* gathers severity and detail */
    bool answer;            /* it names a break of the witness */
    const char *restored;   /* from which backup this store was just made; NULL */
};

static void raise_to(struct ct_entry *e, enum ct_severity severity)
{
    if (e->severity < severity)
        e->severity = severity;
}

static enum ct_status judge_own(struct ct_app *app, struct entrance *in,
                                struct ct_error *reterr)
{
    switch (ct_slot_compare(&in->slot, &in->row)) {
    case CT_SLOT_SAME:
        return CT_OK;
    case CT_SLOT_OLDER:
        return ct_fail(reterr, CT_EDAMAGED, NULL,
                       "The keyring in %s is old: your entry has version %u, the store lists "
                       "%u. Somebody put an old keyring back; tell the administrator.",
                       app->dir, in->slot.version, in->row.slot_version);
    case CT_SLOT_UNLIKE:
        return ct_fail(reterr, CT_EDAMAGED, NULL,
                       "Your entry in the keyring in %s is not the one the store lists "
                       "(version %u). The keyring was tampered with; tell the administrator.",
                       app->dir, in->slot.version);
    case CT_SLOT_NEWER:
        break;
    }
    /* The MAC is right, so somebody with the store's key wrote it: a change that
     * was cut off before it reached the store. New keys mean a reset. */
    bool new_keys = memcmp(in->slot.sign_pk, in->row.sign_pk, CT_SIGN_PK_LEN) != 0;
    raise_to(&in->entry, new_keys ? CT_EXCEPTION : CT_NOTABLE);
    ct_detail_add(in->entry.detail, "keyring entry newer than the store's list (%u, %u)%s",
                  in->slot.version, in->row.slot_version, new_keys ? ", with new keys" : "");
    if (new_keys && in->restored == NULL)
        ct_app_warn(app, "A reset of this password was cut off and is now in force.");
    in->mend = true;
    return CT_OK;
}

static void judge_others(struct ct_app *app, struct entrance *in,
                         const struct ct_user_row *rows, size_t n_rows,
                         const struct ct_slot *slots, size_t n_slots)
{
    for (size_t i = 0; i < n_rows; i++) {
        const struct ct_user_row *r = &rows[i];
        if (r->user_id == in->row.user_id)
            continue;
        const struct ct_slot *slot = ct_slot_find(slots, n_slots, r->user_id);
        enum ct_slot_state state = slot != NULL ? ct_slot_compare(slot, r) : CT_SLOT_OLDER;
        if (state != CT_SLOT_OLDER && state != CT_SLOT_UNLIKE)
            continue;
        raise_to(&in->entry, CT_EXCEPTION);
        ct_detail_add(in->entry.detail, "keyring entry of user %u is %s", r->user_id,
                      slot == NULL             ? "gone"
                      : state == CT_SLOT_OLDER ? "older than the store's list"
                                               : "unlike the store's list");
        ct_app_warn(app,
                    "The keyring does not agree with the store about %s: it may be an old "
                    "copy. Tell the administrator.",
                    r->login);
    }
}

static enum ct_status check_store_id(struct ct_app *app, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    size_t n = 0;
    enum ct_status s;
    if ((s = ct_app_row(app, CT_SQL_STORE_GET, &st, reterr)) != CT_OK ||
        (s = ct_stmt_step(st, &row, reterr)) != CT_OK)
        return s;
    const void *id = row ? ct_col_blob(st, 0, &n) : NULL;
    if (n != CT_STORE_ID_LEN || memcmp(id, app->keys->store_id, n) != 0)
        return ct_fail(reterr, CT_EDAMAGED, NULL, "The keyring in %s belongs to another store.",
                       app->dir);
    return CT_OK;
}

/* Rows first, keyring second: the keyring is written first, so a change that
 * happens in between can only make it newer. */
static enum ct_status check_slots(struct ct_app *app, struct entrance *in,
                                  struct ct_error *reterr)
{
    struct ct_user_row *rows = NULL;
    struct ct_slot *slots = NULL;
    size_t n_rows = 0, n_slots = 0;
    uint32_t me = app->keys->user_id;
    enum ct_status s;
    if ((s = check_store_id(app, reterr)) != CT_OK ||
        (s = ct_user_rows(app, &rows, &n_rows, reterr)) != CT_OK)
        return s;
    const struct ct_user_row *row = NULL;
    for (size_t i = 0; i < n_rows; i++)
        if (rows[i].user_id == me)
            row = &rows[i];
    const struct ct_slot *slot = NULL;
    if (row == NULL)
        s = ct_fail(reterr, CT_EDENIED, NULL,
                    "This user was never completed; ask an administrator to add it again.");
    else if ((s = ct_keyring_list(app->dir, app->keys, &slots, &n_slots, reterr)) == CT_OK &&
             (slot = ct_slot_find(slots, n_slots, me)) == NULL)
        s = ct_fail(reterr, CT_EDAMAGED, NULL, "Your entry in the keyring in %s is gone.",
                    app->dir);
    if (s == CT_OK) {
        in->row = *row;
        in->slot = *slot;
        s = judge_own(app, in, reterr);
    }
    if (s == CT_OK && !in->row.active)
        s = ct_fail(reterr, CT_EDENIED, NULL, "This user is disabled; ask an administrator.");
    if (s == CT_OK)
        judge_others(app, in, rows, n_rows, slots, n_slots);
    free(rows);
    free(slots);
    return s;
}

static void check_witness(struct ct_app *app, struct entrance *in)
{
    struct ct_witness_finding w;
    struct ct_error e = {0};
    char words[64];
    if (ct_witness_check(app, &w, &e) != CT_OK) {
        raise_to(&in->entry, CT_EXCEPTION);
        ct_detail_add(in->entry.detail, "the witness cannot be read");
        ct_app_warn(app, "%s", e.text);
    } else if (w.verdict == CT_WITNESS_MISSING && in->restored != NULL) {
        ct_detail_add(in->entry.detail, "the witness file begins anew");
        ct_app_warn(app, "There is no witness file: what was recorded after the backup, if "
                         "anything, is not known here.");
    } else if (w.verdict == CT_WITNESS_MISSING) {
        raise_to(&in->entry, CT_EXCEPTION);
        ct_detail_add(in->entry.detail, "the witness file is missing");
        ct_app_warn(app, "The witness file is missing, so a store that was put back could not "
                         "be noticed. Tell the administrator.");
    } else if (w.verdict == CT_WITNESS_BROKEN) {
        in->answer = true;
        ct_witness_words(&w.head, words);
        raise_to(&in->entry, CT_EXCEPTION);
        ct_detail_add(in->entry.detail, "%s is not in the chain%s", words,
                      w.beyond ? ", which ends before it" : "");
        if (in->restored != NULL)
            ct_app_warn(app,
                        w.beyond ? "The witness saw entry %lld: what was recorded after the "
                                   "backup, up to there at least, is not in it."
                                 : "Another copy of this store went on after the backup: the "
                                   "witness saw an entry %lld that is not in it.",
                        (long long)w.head.seq);
        else
            ct_app_warn(app,
                        w.beyond
                            ? "ENTRIES ARE MISSING: the witness saw entry %lld, the store ends "
                              "before it. An old copy was put back; tell the administrator."
                            : "HISTORY DIFFERS: entry %lld is not the one the witness saw. "
                              "Another copy was put here; tell the administrator.",
                        (long long)w.head.seq);
    }
}

static void tell_failures(struct entrance *in)
{
    if (in->failures == 0)
        return;
    raise_to(&in->entry, in->failures >= CT_FAILED_TRIES_EXCEPTION ? CT_EXCEPTION : CT_NOTABLE);
    ct_detail_add(in->entry.detail, "%u failed %s since the last login", in->failures,
                  in->failures == 1 ? "try" : "tries");
}

/* Password to open store. On failure everything is closed again. */
static enum ct_status enter(struct ct_app *app, const char *login,
                            const struct ct_secret *password, struct entrance *in,
                            struct ct_error *reterr)
{
    app->warning[0] = '\0';
    in->entry = (struct ct_entry){.patient_id = CT_UNSET, .done_ms = CT_UNSET};
    enum ct_status s =
        ct_keyring_unlock(app->dir, login, password, ct_app_now(app), &app->keys, reterr);
    if (s == CT_OK) {
        in->failures = app->keys->slot.failures;
        tell_failures(in);
        s = ct_app_open(app, reterr);
    }
    if (s == CT_OK && (s = check_slots(app, in, reterr)) == CT_OK)
        check_witness(app, in);
    if (s != CT_OK)
        ct_app_close(app);
    return s;
}

enum ct_status ct_enter_code(struct ct_app *app, const struct ct_secret *code,
                             struct ct_entry *ret, bool *answer, struct ct_error *reterr)
{
    struct entrance in = {
        .entry = {.severity = CT_EXCEPTION, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    struct ct_user_row *rows = NULL;
    struct ct_slot *slots = NULL;
    size_t n_rows = 0, n_slots = 0;
    app->warning[0] = '\0';
    enum ct_status s =
        ct_keyring_recover(app->dir, code, ct_app_now(app), &app->keys, reterr);
    if (s == CT_OK) {
        in.failures = app->keys->slot.failures;
        tell_failures(&in);
        if ((s = ct_app_open(app, reterr)) == CT_OK &&
            (s = check_store_id(app, reterr)) == CT_OK &&
            (s = ct_user_rows(app, &rows, &n_rows, reterr)) == CT_OK)
            s = ct_keyring_list(app->dir, app->keys, &slots, &n_slots, reterr);
    }
    if (s == CT_OK) { /* the code is in no list, so everybody is another */
        judge_others(app, &in, rows, n_rows, slots, n_slots);
        check_witness(app, &in);
        *ret = in.entry;
        *answer = in.answer;
    } else {
        ct_app_close(app);
    }
    free(rows);
    free(slots);
    return s;
}

/* The own slot, as it is by now, into the store's list. */
static enum ct_status list_slot(struct ct_app *app, const struct entrance *in, uint32_t by,
                                const char *reason, struct ct_entry *entry,
                                struct ct_error *reterr)
{
    struct ct_user_row row = in->row;
    row.slot_version = in->slot.version;
    memcpy(row.slot_hash, in->slot.hash, sizeof row.slot_hash);
    memcpy(row.sign_pk, in->slot.sign_pk, sizeof row.sign_pk);
    return ct_user_row_add(app, app->db, &row, by, reason, entry, reterr);
}

/* More Argon2id, if the settings ask for more than the slot has. Whatever fails here
 * keeps nobody out: the slot is as good as it was, and the next login tries again. A slot
 * that was written, and is not listed because what follows failed, is mended then. */
static void raise_cost(struct ct_app *app, const struct ct_secret *password,
                       struct entrance *in)
{
    struct ct_slot slot;
    struct ct_error e = {0};
    bool raised = false;
    if (in->mend || in->restored != NULL)
        return;
    enum ct_status s = ct_keyring_raise(app->dir, app->keys, in->row.login, password,
                                        ct_app_cost(app), ct_app_now(app), &raised, &slot, &e);
    if (s == CT_OK && raised) {
        in->was = in->slot.cost;
        in->slot = slot;
        in->raised = true;
    } else if (s != CT_OK) {
        raise_to(&in->entry, CT_NOTABLE);
        ct_detail_add(in->entry.detail, "the cost of the password could not be raised");
        ct_app_warn(app,
                    "Your password is not yet kept as the settings ask (kdf_ops, "
                    "kdf_mem_mib); the next login tries again: %s",
                    e.text);
    }
}

static enum ct_status write_raised(struct ct_app *app, const struct entrance *in,
                                   struct ct_head *head, struct ct_error *reterr)
{
    struct ct_entry entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET};
    ct_detail_add(entry.detail, "Argon2id from %u x %u KiB to %u x %u KiB", in->was.ops,
                  in->was.mem_kib, in->slot.cost.ops, in->slot.cost.mem_kib);
    enum ct_status s = list_slot(app, in, in->row.user_id, NULL, &entry, reterr);
    return s == CT_OK ? ct_chain_append(app, app->db, CT_VERB_COST, &entry, head, reterr) : s;
}

static enum ct_status write_entrance(struct ct_app *app, enum ct_verb verb, struct entrance *in,
                                     struct ct_head *head, struct ct_error *reterr)
{
    CT_TX tx = {0};
    enum ct_status s = ct_tx_begin(app->db, &tx, reterr);
    if (s == CT_OK && verb == CT_VERB_LOGIN)
        s = ct_session_add(app, app->db, &in->entry, reterr);
    if (s == CT_OK && in->restored != NULL) {
        struct ct_entry entry = {
            .severity = CT_EXCEPTION, .patient_id = CT_UNSET, .done_ms = CT_UNSET};
        ct_detail_add(entry.detail, "%s", in->restored);
        s = ct_chain_append(app, app->db, CT_VERB_RESTORE, &entry, head, reterr);
    }
    if (s == CT_OK && in->mend)
        s = list_slot(app, in, 0, "the keyring was newer: a change was cut off", &in->entry,
                      reterr);
    if (s == CT_OK && in->raised)
        s = write_raised(app, in, head, reterr);
    if (s == CT_OK)
        s = ct_chain_append(app, app->db, verb, &in->entry, head, reterr);
    return s == CT_OK ? ct_tx_commit(&tx, reterr) : s;
}

/* The store is open: entry, witness, and in. */
static enum ct_status begin(struct ct_app *app, enum ct_verb verb, struct entrance *in,
                            struct ct_error *reterr)
{
    struct ct_head head = {0};
    struct ct_error e = {0};
    ct_text_copy(app->who.login, sizeof app->who.login, in->row.login);
    ct_text_copy(app->who.name, sizeof app->who.name, in->row.name);
    app->who.user_id = in->row.user_id;
    app->who.role = in->row.role;
    app->who.must_change = in->slot.must_change;
    app->keys->slot = in->slot;
    enum ct_status s = write_entrance(app, verb, in, &head, reterr);
    if (s != CT_OK) {
        ct_app_close(app);
        return s;
    }
    app->state = CT_IN;
    app->since_mono = ct_app_monotonic(app);
    if (ct_witness_add(app, &head, in->answer, &e) != CT_OK) {
        ct_app_warn(app, "%s", e.text);
        s = ct_record_event(app, CT_VERB_WITNESS, CT_UNSET, CT_EXCEPTION, "", NULL);
        (void)s; /* the warning says it in any case */
    }
    return CT_OK;
}

static enum ct_status log_in(struct ct_app *app, const char *login,
                             const struct ct_secret *password, const char *restored,
                             struct ct_error *reterr)
{
    struct entrance in = {.restored = restored};
    char folded[64];
    if (app->state != CT_OUT)
        return ct_fail(reterr, CT_EINVAL, NULL, "Somebody is logged in; log out first.");
    ct_text_copy(folded, sizeof folded, login);
    ct_text_trim(folded);
    for (char *p = folded; *p != '\0'; p++)
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
    enum ct_status s = enter(app, folded, password, &in, reterr);
    bool own = s == CT_OK && strcmp(folded, in.row.login) == 0;
    ct_wipe(folded, sizeof folded); /* people do type a password into the login's line */
    if (s != CT_OK)
        return s;
    if (!own) {
        ct_app_close(app);
        return ct_fail(reterr, CT_EDAMAGED, NULL,
                       "The keyring in %s gives this name the entry of somebody else.",
                       app->dir);
    }
    app->who = (struct ct_who){.since_ms = ct_app_now(app)};
    if (restored != NULL &&
        (!ct_role_may(in.row.role, CT_PERM_BACKUP) || in.slot.must_change)) {
        ct_app_close(app);
        s = ct_fail(reterr, CT_EDENIED, NULL,
                    "Restoring needs the password of a supervisor or an administrator of that "
                    "day, and no temporary one; nothing was changed.");
    } else {
        raise_cost(app, password, &in);
        s = begin(app, CT_VERB_LOGIN, &in, reterr);
    }
    if (s != CT_OK)
        app->who = (struct ct_who){0};
    return s;
}

enum ct_status ct_login(struct ct_app *app, const char *login, const struct ct_secret *password,
                        struct ct_error *reterr)
{
    return log_in(app, login, password, NULL, reterr);
}

enum ct_status ct_login_restored(struct ct_app *app, const char *login,
                                 const struct ct_secret *password, const char *from,
                                 struct ct_error *reterr)
{
    return log_in(app, login, password, from, reterr);
}

static bool slot_disabled(const struct ct_app *app)
{
    struct ct_slot *slots = NULL;
    size_t n = 0;
    if (ct_keyring_list(app->dir, NULL, &slots, &n, NULL) != CT_OK)
        return false;
    const struct ct_slot *slot = ct_slot_find(slots, n, app->who.user_id);
    bool disabled = slot != NULL && slot->disabled;
    free(slots);
    return disabled;
}

enum ct_status ct_unlock(struct ct_app *app, const struct ct_secret *password,
                         struct ct_error *reterr)
{
    struct entrance in = {0};
    if (app->state != CT_LOCKED)
        return ct_fail(reterr, CT_EINVAL, NULL, "The screen is not locked.");
    enum ct_status s = enter(app, app->who.login, password, &in, reterr);
    if (s == CT_EPASSWORD && slot_disabled(app))
        s = ct_fail(reterr, CT_EDENIED, NULL, "This user is disabled; ask an administrator.");
    if (s == CT_OK && in.row.user_id != app->who.user_id) {
        ct_app_close(app);
        s = ct_fail(reterr, CT_EDENIED, NULL, "The screen was locked by somebody else.");
    }
    if (s == CT_OK)
        s = begin(app, CT_VERB_UNLOCK, &in, reterr);
    if (s == CT_EDENIED)
        ct_session_leave(app);
    return s;
}
