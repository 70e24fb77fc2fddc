/* people - the store's list of users, session rows, and the keyring's slots beside
 * the rows that list them. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/internal.h"

/* ---- rows ------------------------------------------------------------- */

static enum ct_status read_row(struct ct_stmt *st, struct ct_user_row *ret,
                               struct ct_error *reterr)
{
    size_t hash_n = 0, pk_n = 0;
    const void *hash = ct_col_blob(st, 7, &hash_n), *pk = ct_col_blob(st, 8, &pk_n);
    *ret = (struct ct_user_row){.id = ct_col_i64(st, 0),
                                .user_id = (uint32_t)ct_col_i64(st, 1),
                                .active = ct_col_i64(st, 5) == 1,
                                .slot_version = (uint32_t)ct_col_i64(st, 6),
                                .at_ms = ct_col_i64(st, 9)};
    ct_text_copy(ret->login, sizeof ret->login, ct_col_text(st, 2));
    ct_text_copy(ret->name, sizeof ret->name, ct_col_text(st, 3));
    if (!ct_role_parse(ct_col_text(st, 4), &ret->role) || hash_n != sizeof ret->slot_hash ||
        pk_n != sizeof ret->sign_pk)
        return ct_fail(reterr, CT_EDAMAGED, NULL,
                       "Version %lld in the list of users is damaged; run clintech verify.",
                       (long long)ret->id);
    memcpy(ret->slot_hash, hash, hash_n);
    memcpy(ret->sign_pk, pk, pk_n);
    return CT_OK;
}

enum ct_status ct_user_row_get(struct ct_app *app, uint32_t user_id, struct ct_user_row *ret,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    enum ct_status s = ct_app_row(app, CT_SQL_USER_GET, &st, reterr);
    if (s != CT_OK)
        return s;
    ct_bind_i64(st, ":user", user_id);
    if ((s = ct_stmt_step(st, &row, reterr)) != CT_OK)
        return s;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "user", "There is no user %u.", user_id);
    return read_row(st, ret, reterr);
}

enum ct_status ct_user_rows(struct ct_app *app, struct ct_user_row **ret, size_t *ret_n,
                            struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    struct ct_user_row *v = NULL;
    size_t n = 0, cap = 0;
    bool row = false;
    enum ct_status s = ct_app_row(app, CT_SQL_USER_LIST, &st, reterr);
    while (s == CT_OK && (s = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        if (n == cap) {
            cap = cap != 0 ? 2 * cap : 16;
            struct ct_user_row *more = realloc(v, cap * sizeof *v);
            if (more == NULL) {
                s = ct_fail(reterr, CT_ENOMEM, NULL, "Out of memory.");
                break;
            }
            v = more;
        }
        s = read_row(st, &v[n], reterr);
        n++;
    }
    if (s != CT_OK) {
        free(v);
        return s;
    }
    *ret = v;
    *ret_n = n;
    return CT_OK;
}

enum ct_status ct_user_row_add(struct ct_app *app, struct ct_db *db,
                               const struct ct_user_row *row, uint32_t by_user,
                               const char *reason, struct ct_entry *entry,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id = 0;
    enum ct_status s = ct_stmt_get(db, &ct_record_sql[CT_SQL_USER_INSERT], &st, reterr);
    if (s != CT_OK)
        return s;
    ct_bind_i64(st, ":user", row->user_id);
    ct_bind_text(st, ":login", row->login);
    ct_bind_text(st, ":name", row->name);
    ct_bind_text(st, ":role", ct_role_name(row->role));
    ct_bind_i64(st, ":active", row->active ? 1 : 0);
    ct_bind_i64(st, ":slot_version", row->slot_version);
    ct_bind_blob(st, ":slot_hash", row->slot_hash, sizeof row->slot_hash);
    ct_bind_blob(st, ":sign_pk", row->sign_pk, sizeof row->sign_pk);
    ct_bind_i64(st, ":at", ct_app_now(app));
    ct_bind_i64(st, ":by", by_user);
    ct_bind_text(st, ":reason", reason);
    if ((s = ct_stmt_run(st, &id, reterr)) == CT_OK)
        ct_entry_row(entry, "user_version", id);
    return s;
}

enum ct_status ct_session_add(struct ct_app *app, struct ct_db *db, struct ct_entry *entry,
                              struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status s = ct_stmt_get(db, &ct_record_sql[CT_SQL_SESSION_INSERT], &st, reterr);
    if (s != CT_OK)
        return s;
    ct_bind_i64(st, ":user", app->who.user_id);
    ct_bind_i64(st, ":at", ct_app_now(app));
    ct_bind_text(st, ":tty", app->tty);
    ct_bind_text(st, ":remote", app->remote);
    ct_bind_i64(st, ":pid", getpid());
    ct_bind_text(st, ":program", CT_VERSION);
    if ((s = ct_stmt_run(st, &app->who.session_id, reterr)) == CT_OK)
        ct_entry_row(entry, "session", app->who.session_id);
    return s;
}

/* ---- slots against rows (R35) ----------------------------------------- */

enum ct_slot_state ct_slot_compare(const struct ct_slot *slot, const struct ct_user_row *row)
{
    if (slot->version != row->slot_version)
        return slot->version > row->slot_version ? CT_SLOT_NEWER : CT_SLOT_OLDER;
    bool same = (memcmp(slot->hash, row->slot_hash, CT_HASH_LEN) == 0 ||
                 memcmp(slot->hash_whole, row->slot_hash, CT_HASH_LEN) == 0) &&
                memcmp(slot->sign_pk, row->sign_pk, CT_SIGN_PK_LEN) == 0 &&
                slot->disabled == !row->active;
    return same ? CT_SLOT_SAME : CT_SLOT_UNLIKE;
}

const struct ct_slot *ct_slot_find(const struct ct_slot *slots, size_t n, uint32_t user_id)
{
    for (size_t i = 0; i < n; i++)
        if (slots[i].user_id == user_id)
            return &slots[i];
    return NULL;
}
