/* user - people who may log in: keyring first, then the store's list through the door. */
#include "record/user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/internal.h"

enum { LOGIN_MAX = 32, NAME_MAX_BYTES = 120, REASON_MAX = 200 };

/* ---- rules ------------------------------------------------------------ */

enum ct_status ct_user_check_login(const char *login, char out[33], struct ct_error *reterr)
{
    size_t n = login != NULL ? strlen(login) : 0;
    bool good = n >= 2 && n <= LOGIN_MAX;
    for (size_t i = 0; good && i < n; i++) {
        char c = login[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        bool letter = c >= 'a' && c <= 'z';
        good =
            letter || (i > 0 && ((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'));
        out[i] = c;
    }
    if (!good)
        return ct_fail(reterr, CT_EINVAL, "login",
                       "A login has 2 to %d characters of a-z, 0-9, dot, hyphen and underline, "
                       "and begins with a letter.",
                       LOGIN_MAX);
    out[n] = '\0';
    return CT_OK;
}

enum ct_status ct_user_check_name(const char *name, char out[128], struct ct_error *reterr)
{
    size_t n = name != NULL ? strlen(name) : 0;
    if (n > NAME_MAX_BYTES)
        return ct_fail(reterr, CT_EINVAL, "name", "A name has at most %d bytes.",
                       NAME_MAX_BYTES);
    if (n > 0 && !ct_utf8_valid(name, n))
        return ct_fail(reterr, CT_EINVAL, "name", "The name is not valid text.");
    snprintf(out, 128, "%s", n > 0 ? name : "");
    ct_text_trim(out);
    if (out[0] == '\0')
        return ct_fail(reterr, CT_EINVAL, "name", "A user needs a name.");
    uint32_t cp;
    const char *end = out + strlen(out);
    for (const char *p = out; p < end; p += ct_utf8_next(p, end, &cp)) {
        (void)ct_utf8_next(p, end, &cp);
        if (ct_text_unsafe(cp))
            return ct_fail(reterr, CT_EINVAL, "name",
                           "The name holds a character that cannot be shown.");
    }
    return CT_OK;
}

enum ct_status ct_user_check_reason(const char *reason, const char **ret,
                                    struct ct_error *reterr)
{
    *ret = reason != NULL && reason[0] != '\0' ? reason : NULL;
    if (*ret != NULL && (strlen(reason) > REASON_MAX || !ct_utf8_valid(reason, strlen(reason))))
        return ct_fail(reterr, CT_EINVAL, "reason", "A reason is text of at most %d bytes.",
                       REASON_MAX);
    return CT_OK;
}

/* ---- one change ------------------------------------------------------- */

struct user_change {
    struct ct_user_row row; /* as it shall be listed */
    struct ct_slot slot;    /* as the keyring has it now */
    const char *reason;     /* NULL: none */
};

static enum ct_status may_touch(const struct ct_app *app, enum ct_role role,
                                struct ct_error *reterr)
{
    return role == CT_ADMINISTRATOR ? ct_require(app, CT_PERM_USER_ADMIN, reterr) : CT_OK;
}

static enum ct_status login_free(struct ct_app *app, const char *login, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    enum ct_status s = ct_app_row(app, CT_SQL_USER_BY_LOGIN, &st, reterr);
    if (s != CT_OK)
        return s;
    ct_bind_text(st, ":login", login);
    if ((s = ct_stmt_step(st, &row, reterr)) != CT_OK)
        return s;
    if (row)
        return ct_fail(reterr, CT_EEXISTS, "login",
                       "The login %s is or was somebody's; logins are never used again.",
                       login);
    return CT_OK;
}

/* Another administrator who is active, beside user_id? */
static enum ct_status not_last(struct ct_app *app, uint32_t user_id, struct ct_error *reterr)
{
    struct ct_user_row *rows = NULL;
    size_t n = 0, others = 0;
    enum ct_status s = ct_user_rows(app, &rows, &n, reterr);
    if (s != CT_OK)
        return s;
    for (size_t i = 0; i < n; i++)
        others +=
            rows[i].active && rows[i].role == CT_ADMINISTRATOR && rows[i].user_id != user_id;
    free(rows);
    return others > 0 ? CT_OK
                      : ct_fail(reterr, CT_EINVAL, "user",
                                "This is the last active administrator; make another first.");
}

static void take_slot(struct user_change *c)
{
    c->row.slot_version = c->slot.version;
    memcpy(c->row.slot_hash, c->slot.hash, sizeof c->row.slot_hash);
    memcpy(c->row.sign_pk, c->slot.sign_pk, sizeof c->row.sign_pk);
}

static enum ct_status write_row(struct ct_app *app, struct ct_db *db, struct user_change *c,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    take_slot(c);
    ct_detail_add(entry->detail, "%s (user %u, %s)", c->row.login, c->row.user_id,
                  ct_role_name(c->row.role));
    if (c->reason != NULL)
        ct_detail_add(entry->detail, "%s", c->reason);
    return ct_user_row_add(app, db, &c->row, app->who.user_id, c->reason, entry, reterr);
}

static enum ct_status check_add(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct user_change *c = arg;
    enum ct_status s = may_touch(app, c->row.role, reterr);
    return s != CT_OK ? s : login_free(app, c->row.login, reterr);
}

static enum ct_status write_add(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct user_change *c = arg;
    enum ct_status s = login_free(app, c->row.login, reterr);
    return s != CT_OK ? s : write_row(app, db, c, entry, reterr);
}

/* Disable and reset: the row as it stands, and whether it may be touched. */
static enum ct_status check_other(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct user_change *c = arg;
    uint32_t user_id = c->row.user_id;
    if (user_id == app->who.user_id)
        return ct_fail(reterr, CT_EINVAL, "user",
                       "This is your own user; somebody else must do it.");
    enum ct_status s = ct_user_row_get(app, user_id, &c->row, reterr);
    return s != CT_OK ? s : may_touch(app, c->row.role, reterr);
}

static enum ct_status check_disable(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct user_change *c = arg;
    enum ct_status s = check_other(app, arg, reterr);
    if (s == CT_OK && !c->row.active)
        s = ct_fail(reterr, CT_EINVAL, "user", "This user is disabled already.");
    return s != CT_OK ? s : not_last(app, c->row.user_id, reterr);
}

static enum ct_status write_disable(struct ct_app *app, struct ct_db *db, void *arg,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    struct user_change *c = arg;
    enum ct_status s = check_other(app, arg, reterr);
    if (s == CT_OK)
        s = not_last(app, c->row.user_id, reterr);
    c->row.active = false;
    return s != CT_OK ? s : write_row(app, db, c, entry, reterr);
}

static enum ct_status write_reset(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct user_change *c = arg;
    enum ct_status s = check_other(app, arg, reterr);
    c->row.active = true;
    return s != CT_OK ? s : write_row(app, db, c, entry, reterr);
}

/* ---- adding ----------------------------------------------------------- */

/* A setting cannot make the passwords of a real clinic cheap: who has a dear one keeps it,
 * and makes dear ones. */
static bool is_public(const struct ct_app *app)
{
    return app->config.public_passwords &&
           (app->keys == NULL || (app->keys->slot.cost.ops <= CT_KDF_PUBLIC.ops &&
                                  app->keys->slot.cost.mem_kib <= CT_KDF_PUBLIC.mem_kib));
}

struct ct_kdf_cost ct_app_cost(const struct ct_app *app)
{
    if (is_public(app))
        return CT_KDF_PUBLIC;
    return (struct ct_kdf_cost){.ops = (uint32_t)app->config.kdf_ops,
                                .mem_kib = (uint32_t)app->config.kdf_mem_mib * 1024};
}

static enum ct_status next_id(struct ct_app *app, const struct ct_slot *slots, size_t n,
                              uint32_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    enum ct_status s;
    if ((s = ct_app_row(app, CT_SQL_USER_LAST, &st, reterr)) != CT_OK ||
        (s = ct_stmt_step(st, &row, reterr)) != CT_OK)
        return s;
    uint32_t last = row && !ct_col_null(st, 0) ? (uint32_t)ct_col_i64(st, 0) : 0;
    for (size_t i = 0; i < n; i++)
        if (slots[i].user_id > last)
            last = slots[i].user_id;
    *ret = last + 1;
    return CT_OK;
}

/* The keyring knows the login and the store does not: an addition was cut off
 * between the two. Its slot, which nobody has the password of, is used. */
static bool adopt(struct ct_app *app, struct user_change *c, const struct ct_slot *slots,
                  size_t n, const struct ct_secret *password)
{
    struct ct_user_row row;
    for (size_t i = 0; i < n; i++)
        if (slots[i].user_id != CT_USER_RECOVERY &&
            ct_user_row_get(app, slots[i].user_id, &row, NULL) == CT_ENOTFOUND &&
            ct_keyring_reset(app->dir, app->keys, slots[i].user_id, c->row.login, password,
                             ct_app_cost(app), &c->slot, NULL) == CT_OK) {
            c->row.user_id = slots[i].user_id;
            return true;
        }
    return false;
}

static enum ct_status make_slot(struct ct_app *app, struct user_change *c,
                                const struct ct_secret *password, bool must_change,
                                struct ct_error *reterr)
{
    enum ct_status s = CT_EEXISTS;
    struct ct_error e = {0};
    /* Somebody who adds a user at the same time may take the number first. */
    for (int tries = 0; tries < 5 && s == CT_EEXISTS; tries++) {
        struct ct_slot *slots = NULL;
        size_t n = 0;
        if ((s = ct_keyring_list(app->dir, app->keys, &slots, &n, &e)) == CT_OK &&
            (s = next_id(app, slots, n, &c->row.user_id, &e)) == CT_OK)
            s = ct_keyring_add(app->dir, app->keys, c->row.user_id, c->row.login, password,
                               must_change, ct_app_cost(app), &c->slot, &e);
        bool taken = s == CT_EEXISTS && strcmp(e.field, "login") == 0;
        if (taken && adopt(app, c, slots, n, password))
            s = CT_OK;
        free(slots);
        if (taken)
            break;
    }
    return s == CT_OK ? s : ct_fail(reterr, s, e.field, "%s", e.text);
}

/* The store's half after the keyring's. */
static enum ct_status finish(struct ct_app *app, const struct ct_change *change,
                             struct ct_error *reterr)
{
    enum ct_status s = ct_record(app, change, NULL, reterr);
    if (s != CT_OK)
        ct_fail_prefix(reterr, s,
                       "The keyring was changed, the list of users was not: do this "
                       "again");
    return s;
}

static enum ct_status add(struct ct_app *app, const char *login, const char *name,
                          enum ct_role role, const struct ct_secret *password, bool must_change,
                          struct ct_error *reterr)
{
    struct user_change c = {.row = {.role = role, .active = true}};
    char folded[33];
    enum ct_status s;
    if ((size_t)role >= CT_ROLES)
        return ct_fail(reterr, CT_EINVAL, "role",
                       "A role is technician, supervisor or administrator.");
    if ((s = ct_user_check_login(login, folded, reterr)) != CT_OK ||
        (s = ct_user_check_name(name, c.row.name, reterr)) != CT_OK)
        return s;
    snprintf(c.row.login, sizeof c.row.login, "%s", folded);
    const struct ct_change change = {
        .verb = CT_VERB_USER_ADD,
        .check = check_add,
        .write = write_add,
        .arg = &c,
        .entry = {.severity = CT_NOTABLE, .patient_id = CT_UNSET, .done_ms = CT_UNSET},
    };
    if ((s = ct_record_ask(app, &change, reterr)) != CT_OK ||
        (s = ct_password_check(password, folded, app->config.site_name, reterr)) != CT_OK ||
        (s = make_slot(app, &c, password, must_change, reterr)) != CT_OK)
        return s;
    return finish(app, &change, reterr);
}

enum ct_status ct_user_add(struct ct_app *app, const char *login, const char *name,
                           enum ct_role role, struct ct_secret *ret_password,
                           struct ct_error *reterr)
{
    enum ct_status s = ct_password_make(ret_password, reterr);
    if (s == CT_OK)
        s = add(app, login, name, role, ret_password, true, reterr);
    if (s != CT_OK)
        ct_secret_wipe(ret_password);
    return s;
}

enum ct_status ct_user_add_with(struct ct_app *app, const char *login, const char *name,
                                enum ct_role role, const struct ct_secret *password,
                                struct ct_error *reterr)
{
    return add(app, login, name, role, password, false, reterr);
}

/* ---- disabling and resetting ------------------------------------------ */

enum ct_status ct_user_disable(struct ct_app *app, uint32_t user_id, const char *reason,
                               struct ct_error *reterr)
{
    struct user_change c = {.row = {.user_id = user_id}};
    const struct ct_change change = {
        .verb = CT_VERB_USER_DISABLE,
        .check = check_disable,
        .write = write_disable,
        .arg = &c,
        .entry = {.severity = CT_NOTABLE, .patient_id = CT_UNSET, .done_ms = CT_UNSET},
    };
    enum ct_status s;
    if ((s = ct_user_check_reason(reason, &c.reason, reterr)) != CT_OK ||
        (s = ct_record_ask(app, &change, reterr)) != CT_OK ||
        (s = ct_keyring_disable(app->dir, app->keys, user_id, &c.slot, reterr)) != CT_OK)
        return s;
    return finish(app, &change, reterr);
}

static enum ct_status reset(struct ct_app *app, uint32_t user_id, const char *reason,
                            const struct ct_secret *password, struct ct_error *reterr)
{
    struct user_change c = {.row = {.user_id = user_id}};
    const struct ct_change change = {
        .verb = CT_VERB_USER_RESET,
        .check = check_other,
        .write = write_reset,
        .arg = &c,
        .entry = {.severity = CT_NOTABLE, .patient_id = CT_UNSET, .done_ms = CT_UNSET},
    };
    enum ct_status s;
    if ((s = ct_user_check_reason(reason, &c.reason, reterr)) != CT_OK ||
        (s = ct_record_ask(app, &change, reterr)) != CT_OK ||
        (s = ct_keyring_reset(app->dir, app->keys, user_id, c.row.login, password,
                              ct_app_cost(app), &c.slot, reterr)) != CT_OK)
        return s;
    return finish(app, &change, reterr);
}

enum ct_status ct_user_reset(struct ct_app *app, uint32_t user_id, const char *reason,
                             struct ct_secret *ret_password, struct ct_error *reterr)
{
    enum ct_status s = ct_password_make(ret_password, reterr);
    if (s == CT_OK)
        s = reset(app, user_id, reason, ret_password, reterr);
    if (s != CT_OK)
        ct_secret_wipe(ret_password);
    return s;
}

/* ---- own password ----------------------------------------------------- */

static enum ct_status write_password(struct ct_app *app, struct ct_db *db, void *arg,
                                     struct ct_entry *entry, struct ct_error *reterr)
{
    struct user_change *c = arg;
    enum ct_status s = ct_user_row_get(app, app->who.user_id, &c->row, reterr);
    return s != CT_OK ? s : write_row(app, db, c, entry, reterr);
}

static bool same_secret(const struct ct_secret *a, const struct ct_secret *b)
{
    return a->len == b->len && ct_equal(a->data, b->data, a->len);
}

/* The end of a temporary password is the end of its keys: this entry was the
 * last they sign. What is signed from here on is signed with the new ones. */
static enum ct_status new_keys(struct ct_app *app, const struct ct_secret *password,
                               enum ct_status recorded, struct ct_error *reterr)
{
    struct ct_unlocked *fresh = NULL;
    struct ct_error err;
    enum ct_status s =
        ct_keyring_unlock(app->dir, app->who.login, password, ct_app_now(app), &fresh, &err);
    if (s != CT_OK) { /* half a session is none: the new password opens a whole one */
        ct_lock(app);
        return ct_fail(reterr, s, NULL, "The password is changed. Log in again: %s", err.text);
    }
    ct_unlocked_free(app->keys);
    app->keys = fresh;
    return recorded;
}

enum ct_status ct_user_change_password(struct ct_app *app, const struct ct_secret *old_password,
                                       const struct ct_secret *new_password,
                                       struct ct_error *reterr)
{
    struct user_change c = {0};
    uint32_t before = 0;
    bool temporary = app->who.must_change;
    enum ct_status s;
    if ((s = ct_session_check(app, reterr)) != CT_OK ||
        (s = ct_password_check(new_password, app->who.login, app->config.site_name, reterr)) !=
            CT_OK ||
        (s = ct_session_failures(app, &before, reterr)) != CT_OK)
        return s;
    if (same_secret(old_password, new_password))
        return ct_fail(reterr, CT_EINVAL, "password", "The new password is the old one.");
    s = ct_keyring_change(app->dir, app->keys, app->who.login, old_password, new_password,
                          ct_app_cost(app), ct_app_now(app), &c.slot, reterr);
    ct_session_tried(app, s, before);
    if (s != CT_OK)
        return s;
    if (!temporary) /* else the old keys sign this entry, and new_keys() takes over */
        app->keys->slot = c.slot;
    app->who.must_change = false;
    const struct ct_change change = {
        .verb = CT_VERB_PASSWORD,
        .write = write_password,
        .arg = &c,
        .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET},
    };
    s = ct_record(app, &change, NULL, reterr);
    if (s != CT_OK) /* the next login lists it */
        ct_fail_prefix(reterr, s,
                       "The new password is in force, but not yet in the list of "
                       "users");
    return temporary ? new_keys(app, new_password, s, reterr) : s;
}

/* ---- reading ---------------------------------------------------------- */

enum ct_status ct_user_list(struct ct_app *app, struct ct_user **ret, size_t *ret_n,
                            struct ct_error *reterr)
{
    struct ct_user_row *rows = NULL;
    struct ct_slot *slots = NULL;
    size_t n = 0, n_slots = 0;
    enum ct_status s;
    if ((s = ct_require(app, CT_PERM_USER_READ, reterr)) != CT_OK ||
        (s = ct_user_rows(app, &rows, &n, reterr)) != CT_OK)
        return s;
    struct ct_user *v = calloc(n > 0 ? n : 1, sizeof *v);
    if (v == NULL)
        s = ct_fail(reterr, CT_ENOMEM, NULL, "Out of memory.");
    else
        s = ct_keyring_list(app->dir, NULL, &slots, &n_slots, reterr);
    for (size_t i = 0; s == CT_OK && i < n; i++) {
        const struct ct_slot *slot = ct_slot_find(slots, n_slots, rows[i].user_id);
        v[i] = (struct ct_user){.user_id = rows[i].user_id,
                                .role = rows[i].role,
                                .active = rows[i].active,
                                .must_change = slot != NULL && slot->must_change,
                                .at_ms = rows[i].at_ms};
        memcpy(v[i].login, rows[i].login, sizeof v[i].login);
        memcpy(v[i].name, rows[i].name, sizeof v[i].name);
    }
    free(rows);
    free(slots);
    if (s != CT_OK) {
        free(v);
        return s;
    }
    *ret = v;
    *ret_n = n;
    return CT_OK;
}

enum ct_status ct_user_people(struct ct_app *app, enum ct_perm perm, struct ct_person **ret,
                              size_t *ret_n, struct ct_error *reterr)
{
    struct ct_user_row *rows = NULL;
    size_t n = 0;
    enum ct_status s = ct_require(app, CT_PERM_SESSION, reterr);
    if (s == CT_OK)
        s = ct_user_rows(app, &rows, &n, reterr);
    if (s != CT_OK)
        return s;
    struct ct_person *v = calloc(n > 0 ? n : 1, sizeof *v);
    size_t kept = 0;
    for (size_t i = 0; v != NULL && i < n; i++) {
        if (!rows[i].active || !ct_role_may(rows[i].role, perm))
            continue;
        v[kept] = (struct ct_person){.user_id = rows[i].user_id, .role = rows[i].role};
        memcpy(v[kept].login, rows[i].login, sizeof v[kept].login);
        memcpy(v[kept].name, rows[i].name, sizeof v[kept].name);
        kept++;
    }
    free(rows);
    if (v == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "Out of memory.");
    *ret = v;
    *ret_n = kept;
    return CT_OK;
}

void ct_user_name(struct ct_app *app, uint32_t user_id, char *out, size_t size)
{
    struct ct_user_row row;
    size_t at = user_id % CT_LEN(app->names);
    ct_text_copy(out, size, user_id == 0 ? "clintech" : "?");
    if (app->state != CT_IN || user_id == 0)
        return;
    if (app->names[at].user_id != user_id) {
        if (ct_user_row_get(app, user_id, &row, NULL) != CT_OK)
            return;
        app->names[at].user_id = user_id;
        memcpy(app->names[at].name, row.name, sizeof row.name);
    }
    ct_text_copy(out, size, app->names[at].name);
}
