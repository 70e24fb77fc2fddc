/* app - what one running clintech holds: settings, clock, the open store, and
 * who is logged in. Everything above takes a struct ct_app *.
 *
 * Layer:  record.
 * States: out (no user) -> in (store open) <-> locked (user known, store
 *         closed, key wiped) -> out.
 */
#ifndef CT_RECORD_APP_H
#define CT_RECORD_APP_H

#include "base/config.h"
#include "store/db.h"
#include "vault/keyring.h"

enum ct_role { CT_TECHNICIAN, CT_SUPERVISOR, CT_ADMINISTRATOR, CT_ROLES };
const char *ct_role_name(enum ct_role role); /* "technician" */
bool ct_role_parse(const char *name, enum ct_role *ret);

enum ct_session_state { CT_OUT, CT_IN, CT_LOCKED };

struct ct_who {
    uint32_t user_id;
    int64_t session_id;
    char login[64];
    char name[128];
    enum ct_role role;
    bool must_change; /* the password was set by somebody else: change it first */
    int64_t since_ms;
};

struct ct_app;

/* dir: the store's directory (need not exist yet). config and clock are copied.
 * CT_EINVAL (dir), CT_ECONFIG (the witness would be a file of the store), CT_ENOMEM. */
CT_NODISCARD enum ct_status ct_app_new(const char *dir, const struct ct_config *config,
                                       const struct ct_clock *clock, struct ct_app **ret,
                                       struct ct_error *reterr);
void ct_app_free(struct ct_app *app); /* logs out without an entry if still in */
void ct_app_freep(struct ct_app **app);

const struct ct_config *ct_app_config(const struct ct_app *app);
const char *ct_app_dir(const struct ct_app *app);
int64_t ct_app_now(const struct ct_app *app);       /* UTC ms */
int64_t ct_app_monotonic(const struct ct_app *app);
struct ct_db *ct_app_db(struct ct_app *app);        /* NULL unless CT_IN */
enum ct_session_state ct_app_state(const struct ct_app *app);
const struct ct_who *ct_app_who(const struct ct_app *app); /* NULL when CT_OUT */

/* Where this session sits, for the audit trail: terminal and address of the SSH
 * client. Call before ct_login or ct_app_init; anything unprintable becomes
 * '?'. Not called: the terminal of standard input and $SSH_CONNECTION. */
void ct_app_set_place(struct ct_app *app, const char *tty, const char *remote);
/* What the last login or unlock found amiss though it went on (rolled-back
 * store, missing witness, old keyring): a sentence to show until it is read,
 * "" when all is well. The audit chain has it as an exception. */
const char *ct_app_warning(const struct ct_app *app);
/* Did another connection change the store since the last call? Front ends ask
 * this and never ct_db_changed, whose answer ct_session_check needs as well. */
bool ct_app_changed(struct ct_app *app);
/* A front end that draws first and then calls ct_app_sync: that a record was opened, and
 * that a draft is superfluous, is committed as ever, and need not be on the disk before the
 * record is shown; and a checkpoint that is due is made by ct_app_sync, not by who saves.
 * Everything that was entered always is on the disk. Off until asked for. */
void ct_app_defer(struct ct_app *app, bool on);
bool ct_app_unsynced(const struct ct_app *app);
/* CT_EIO: the disk did not confirm it; the store has to be opened again (ct_db_dead). */
CT_NODISCARD enum ct_status ct_app_sync(struct ct_app *app, struct ct_error *reterr);

/* What a module above has read once for this app (a table of data/), by the address of
 * something static of that module. keep: the app frees it with free() at its end; false:
 * no room. Nothing that belongs to the store: it outlives a lock. */
enum { CT_APP_KEPT = 8 };
bool ct_app_keep(struct ct_app *app, const void *key, void *p);
void *ct_app_kept(const struct ct_app *app, const void *key); /* NULL: nothing yet */

/* Where the store lies: `dir_option` if not NULL, else config, else
 * $XDG_STATE_HOME/clintech, else $HOME/.local/state/clintech. */
CT_NODISCARD enum ct_status ct_app_default_dir(const struct ct_config *config,
                                               const char *dir_option, char *out, size_t size,
                                               struct ct_error *reterr);

/* Create a clinic: directory (0700), keyring, store, first administrator; the
 * chain's first entry carries the store id. Leaves the app logged in as that
 * administrator. On any failure whatever was created is removed.
 * CT_EINVAL (field login, name, password, dir), CT_EEXISTS (a store or a keyring
 * is there: untouched), and all of keyring.h and db.h. */
struct ct_init {
    const char *login, *name;
    const struct ct_secret *password;
    struct ct_kdf_cost cost;
};
CT_NODISCARD enum ct_status ct_app_init(struct ct_app *app, const struct ct_init *init,
                                        struct ct_secret *recovery_code,
                                        struct ct_error *reterr);

/* Login: keyring, store, slot against the store's list (R35), witness, then an
 * audit entry. Failed tries since the last login are in that entry's detail.
 * Refused (CT_EDAMAGED) is what only tampering explains: the user's own slot is
 * older than, or unlike, the store's list, or a slot of another store. Noticed
 * (an exception in the chain, ct_app_warning), so that the clinic can go on: the
 * head the witness saw is not in the chain, the witness is missing, another
 * user's slot is old or unlike. Mended (notable): the own slot is newer than the
 * list, which a crash in the middle of a user change leaves. Raised: a slot with less
 * Argon2id than the settings ask for (an entry of its own; never lowered; that it could
 * not be written is warned of, and the login goes on with the old one).
 * CT_EPASSWORD, CT_ELOCKED, CT_EDENIED (a user whose making was cut off),
 * CT_EDAMAGED (text says what), and all of keyring.h and db.h. */
CT_NODISCARD enum ct_status ct_login(struct ct_app *app, const char *login,
                                     const struct ct_secret *password,
                                     struct ct_error *reterr);
/* Closes the store and wipes every key; who stays known. */
void ct_lock(struct ct_app *app);
/* Same user only; the checks of a login, and the absolute limit starts anew. A
 * user disabled meanwhile: CT_EDENIED, and the app is out. */
CT_NODISCARD enum ct_status ct_unlock(struct ct_app *app, const struct ct_secret *password,
                                      struct ct_error *reterr);
void ct_logout(struct ct_app *app);

/* Still allowed? Cheap; the front end calls it every second or so, and ct_record before
 * what is judged before the gate (the rest asks the same behind it): CT_EDENIED when the user was disabled or the password was reset
 * by somebody else, CT_ELOCKED when the session is older than the absolute
 * limit. A dead store handle (ct_db_dead) is opened anew here. */
CT_NODISCARD enum ct_status ct_session_check(struct ct_app *app, struct ct_error *reterr);

/* After ct_db_dead: close and open the store again with the keys still held. No
 * statement of the caller may be open. When it fails the app is locked. */
CT_NODISCARD enum ct_status ct_app_reopen(struct ct_app *app, struct ct_error *reterr);

/* Ask the password again (before signatures); counts failures as a login does,
 * and each is in the chain at once. */
CT_NODISCARD enum ct_status ct_reauthenticate(struct ct_app *app,
                                              const struct ct_secret *password,
                                              struct ct_error *reterr);

/* The terminal is gone and the process will end: what is still written (drafts,
 * the entry that says so) waits this long for other writers, all in all. */
void ct_app_hurry(struct ct_app *app, int within_ms);

/* Used by record/ itself, and by exchange/report_give.c to seal a file for this clinic. */
const struct ct_unlocked *ct_app_keys(const struct ct_app *app);

#endif
