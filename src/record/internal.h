/* internal - what the files of record/ share and nobody else includes.
 *
 * Layer:  record.
 * MUST 1  struct ct_app holds keys only behind `keys` (guarded memory) and the
 *         seal; ct_app_close wipes both.
 */
#ifndef CT_RECORD_INTERNAL_H
#define CT_RECORD_INTERNAL_H

#include "base/field.h"
#include "base/text.h"
#include "record/record.h"
#include "record/sql.h"

enum {
    CT_NAME_CACHE = 32,
    CT_REAUTH_MS = 2 * CT_MINUTE_MS, /* how long a password typed again is good */
    CT_CLOCK_STEP_MS = 60 * 1000,    /* further back than this is told */
    CT_FAILED_TRIES_EXCEPTION = 3,   /* tries at which a login becomes an exception */
};

struct ct_app {
    char dir[512];
    struct ct_config config;
    struct ct_clock clock;
    char tty[64], remote[64];
    enum ct_session_state state;
    struct ct_who who;
    struct ct_unlocked *keys; /* NULL unless open */
    struct ct_seal *seal;
    struct ct_db *db;
    struct ct_tx bulk;   /* open between ct_record_bulk_begin and _commit */
    int64_t since_mono;  /* when the password was last given to login or unlock */
    int64_t reauth_mono; /* CT_UNSET: not since then */
    uint32_t own_failures; /* wrong passwords in ct_reauthenticate, already in the chain */
    bool recheck;        /* the store changed: ask again whether the user may go on */
    bool changed;        /* the same, for ct_app_changed */
    bool defers;         /* ct_app_defer */
    char warning[480];
    struct {
        uint32_t user_id;
        char name[128];
    } names[CT_NAME_CACHE];
    struct {
        const void *key;
        void *p;
    } kept[CT_APP_KEPT];
};

/* ---- app.c ------------------------------------------------------------ */

/* Store closed, keys wiped, caches wiped; state and who are the caller's. */
void ct_app_close(struct ct_app *app);
/* Open seal and store with `keys`. */
enum ct_status ct_app_open(struct ct_app *app, struct ct_error *reterr);
/* Append a sentence to the warning. */
void ct_app_warn(struct ct_app *app, const char *fmt, ...) CT_FORMAT(2, 3);
enum ct_status ct_app_row(struct ct_app *app, enum ct_record_sql_id id, struct ct_stmt **ret,
                          struct ct_error *reterr);

/* ---- session.c -------------------------------------------------------- */

/* Nobody is logged in any more; everything is closed and wiped. */
void ct_session_leave(struct ct_app *app);
/* Own session still in order, read from the store (no cache). */
enum ct_status ct_session_state(struct ct_app *app, struct ct_error *reterr);
/* What of ct_session_check is not looked at behind the gate as well: whether somebody is
 * in, and not for too long. No file is read, unless the handle is dead. */
enum ct_status ct_session_before_gate(struct ct_app *app, struct ct_error *reterr);
/* Failed tries at the own password since the last success, for ... */
enum ct_status ct_session_failures(struct ct_app *app, uint32_t *ret, struct ct_error *reterr);
/* ... this: a password was asked again with this outcome. A failure goes into the
 * chain, and so do those of other places that a success has reset. */
void ct_session_tried(struct ct_app *app, enum ct_status outcome, uint32_t before);

/* ---- login.c ---------------------------------------------------------- */

/* The first login to a store that was just made from a backup: an entry
 * "store.restore" with `from` as its detail comes before its own, which answers what
 * the witness knows beyond. CT_EDENIED also for a role that may not restore. */
enum ct_status ct_login_restored(struct ct_app *app, const char *login,
                                 const struct ct_secret *password, const char *from,
                                 struct ct_error *reterr);

/* The recovery code in place of a password, with the comparisons of a login: the store is
 * open, nobody is in. ret: an exception with what was noticed, for the entry that comes of
 * it; answer: it names a break of the witness. Errors as ct_login's, and CT_EINVAL
 * (recovery_code): mistyped. */
enum ct_status ct_enter_code(struct ct_app *app, const struct ct_secret *code,
                             struct ct_entry *ret, bool *answer, struct ct_error *reterr);

/* ---- people.c --------------------------------------------------------- */

/* One user as the store lists it. */
struct ct_user_row {
    int64_t id; /* of the version */
    uint32_t user_id;
    char login[64], name[128];
    enum ct_role role;
    bool active;
    uint32_t slot_version;
    unsigned char slot_hash[CT_HASH_LEN], sign_pk[CT_SIGN_PK_LEN];
    int64_t at_ms;
};
/* CT_ENOTFOUND. */
enum ct_status ct_user_row_get(struct ct_app *app, uint32_t user_id, struct ct_user_row *ret,
                               struct ct_error *reterr);
/* All, by name; free(). */
enum ct_status ct_user_rows(struct ct_app *app, struct ct_user_row **ret, size_t *ret_n,
                            struct ct_error *reterr);
/* A further version of a user, in the caller's transaction, and its binding. */
enum ct_status ct_user_row_add(struct ct_app *app, struct ct_db *db,
                               const struct ct_user_row *row, uint32_t by_user,
                               const char *reason, struct ct_entry *entry,
                               struct ct_error *reterr);

/* A keyring slot beside the row that lists it (R35). */
enum ct_slot_state { CT_SLOT_SAME, CT_SLOT_NEWER, CT_SLOT_OLDER, CT_SLOT_UNLIKE };
enum ct_slot_state ct_slot_compare(const struct ct_slot *slot, const struct ct_user_row *row);
const struct ct_slot *ct_slot_find(const struct ct_slot *slots, size_t n, uint32_t user_id);
/* A session row for the one that begins now; fills who.session_id. */
enum ct_status ct_session_add(struct ct_app *app, struct ct_db *db, struct ct_entry *entry,
                              struct ct_error *reterr);

/* ---- chain.c ---------------------------------------------------------- */

/* One entry as it is hashed. */
struct ct_canonical {
    const unsigned char *store_id;
    int64_t seq, at_ms, user_id, session_id;
    const char *verb;
    int64_t severity, patient_id, done_ms; /* the last two CT_UNSET: NULL */
    const char *detail;                    /* "": NULL */
};
void ct_canonical_head(struct ct_buf *out, const struct ct_canonical *c);
void ct_canonical_row(struct ct_buf *out, const char *tbl, int64_t row_id, int64_t columns,
                      const unsigned char hash[CT_HASH_LEN]);
void ct_chain_leaf(const struct ct_buf *canonical, unsigned char leaf[CT_HASH_LEN]);
void ct_chain_link(const unsigned char previous[CT_HASH_LEN],
                   const unsigned char leaf[CT_HASH_LEN], unsigned char link[CT_HASH_LEN]);
/* The bytes a signature is over. */
void ct_chain_signed(struct ct_buf *out, const struct ct_canonical *c,
                     const unsigned char link[CT_HASH_LEN]);
/* Append, in the caller's write transaction. */
enum ct_status ct_chain_append(struct ct_app *app, struct ct_db *db, enum ct_verb verb,
                               const struct ct_entry *entry, struct ct_head *ret,
                               struct ct_error *reterr);
/* What the settings ask Argon2id to cost. */
struct ct_kdf_cost ct_app_cost(const struct ct_app *app);
/* Add to a detail, after "; " where it is not empty; cut when full. */
void ct_detail_add(char detail[512], const char *fmt, ...) CT_FORMAT(2, 3);

/* ---- user.c ----------------------------------------------------------- */

/* The rules of user.h; login is folded into out[33]. */
enum ct_status ct_user_check_login(const char *login, char out[33], struct ct_error *reterr);
enum ct_status ct_user_check_name(const char *name, char out[128], struct ct_error *reterr);
/* *ret is the reason, NULL for none. */
enum ct_status ct_user_check_reason(const char *reason, const char **ret,
                                    struct ct_error *reterr);

#endif
