/* backup - a clinic into one file while sessions work, and back into an empty place.
 *
 * Layer:  record.
 * Backup: the store is frozen for reading (store/db.h), its sealed pages and the
 *         keyring of the same moment go into one container (vault/backup.h), the
 *         chain is walked in the very snapshot that is copied, and the file is read
 *         back page by page before it gets its name. Written as FILE.part, synced,
 *         renamed; an existing file is replaced only when asked, and only if it is a
 *         backup. An entry "store.backup" follows in the chain.
 * Restore: into a directory that is empty or not there. Everything happens in
 *         DIR/restoring.new: keyring, pages, the login of whoever restores, the entry
 *         "store.restore", a full verify; only then the files move up, the store last.
 *         Any failure leaves the place as it was.
 * Witness: what it saw beyond the backup's end is answered by that login's entry, which
 *         says that a backup was restored; nobody is alarmed a second time.
 */
#ifndef CT_RECORD_BACKUP_H
#define CT_RECORD_BACKUP_H

#include "record/record.h"
#include "vault/backup.h"

enum ct_backup_phase {
    CT_BACKUP_COPYING, /* pages into the file, or out of it */
    CT_BACKUP_CHAIN,   /* walking the chain; no count */
    CT_BACKUP_READING, /* reading the file back or through */
    CT_BACKUP_PHASES,
};
/* done of total, pages or bytes; false stops at once (CT_EBUSY), nothing is kept. */
typedef bool ct_backup_progress(enum ct_backup_phase phase, int64_t done, int64_t total,
                                void *arg);

struct ct_backup_request {
    const char *path;
    bool force;                     /* replace a backup of that name */
    int64_t at_ms;                  /* its time; 0: now */
    const unsigned char *recipient; /* CT_BACKUP_KEY_LEN bytes; NULL: nobody */
    ct_backup_progress *progress;   /* may be NULL */
    void *arg;
};
struct ct_backup_report {
    struct ct_backup_head head;
    struct ct_backup_end end;
    int64_t size;      /* bytes of the file */
    int64_t problems;  /* of the chain; the backup was made all the same */
    char problem[480]; /* the first */
};
/* CT_EDENIED, CT_EEXISTS, CT_EINVAL (inside the store's directory), CT_EBUSY, CT_EDAMAGED
 * (a page or the keyring: such a store is not backed up), CT_EFULL, CT_EREADONLY, CT_EIO.
 * CT_ECONFLICT: the file is whole and has its name, but the chain could not be told. */
CT_NODISCARD enum ct_status ct_backup_make(struct ct_app *app,
                                           const struct ct_backup_request *req,
                                           struct ct_backup_report *ret,
                                           struct ct_error *reterr);

/* ---- an existing backup -------------------------------------------------- */

struct ct_backup_file;
/* What needs no password: magic, version, length. Also that this program knows the
 * store's schema (CT_ENEWER). Errors of vault/backup.h, CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_backup_file_open(const char *path, struct ct_backup_file **ret,
                                                struct ct_error *reterr);
void ct_backup_file_free(struct ct_backup_file *f);
void ct_backup_file_freep(struct ct_backup_file **f);
struct ct_backup_in *ct_backup_file_in(struct ct_backup_file *f);
int ct_backup_file_slots(const struct ct_backup_file *f); /* recovery code among them */
/* Against its checksum. */
CT_NODISCARD enum ct_status ct_backup_file_whole(struct ct_backup_file *f,
                                                 ct_backup_progress *progress, void *arg,
                                                 struct ct_error *reterr);
/* The keys, with somebody's password of that day. CT_EPASSWORD, CT_EDAMAGED. */
CT_NODISCARD enum ct_status ct_backup_file_unlock(struct ct_backup_file *f, const char *login,
                                                  const struct ct_secret *password,
                                                  struct ct_unlocked **ret,
                                                  struct ct_error *reterr);
/* The same with the recovery code, or with the secret half of the offline key. */
CT_NODISCARD enum ct_status ct_backup_file_recover(struct ct_backup_file *f,
                                                   const struct ct_secret *code,
                                                   struct ct_unlocked **ret,
                                                   struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_backup_file_unseal(struct ct_backup_file *f,
                                                  const char *key_path,
                                                  const struct ct_secret *passphrase,
                                                  struct ct_unlocked **ret,
                                                  struct ct_error *reterr);
/* MAC, stream, every page's own seal, checksum; nothing is written anywhere. page (may be
 * NULL) gets each page as it lies in a store's file. */
CT_NODISCARD enum ct_status
ct_backup_file_read(struct ct_backup_file *f, const struct ct_unlocked *keys,
                    enum ct_status (*page)(const unsigned char *sealed, uint32_t n, void *arg,
                                           struct ct_error *reterr),
                    void *page_arg, ct_backup_progress *progress, void *arg,
                    struct ct_backup_end *ret, struct ct_error *reterr);

/* ---- restore -------------------------------------------------------------- */

/* May a store be restored there? Empty but for config.ini, witness, lost+found and what a
 * killed restore left; or not there. CT_EEXISTS, CT_EINVAL, CT_EIO. */
CT_NODISCARD enum ct_status ct_restore_place(const char *dir, struct ct_error *reterr);

struct ct_restore_request {
    const char *dir;
    const struct ct_config *config;
    const struct ct_clock *clock;
    const char *login;
    const struct ct_secret *password;
    /* Where nobody's password is known: the keys, from the offline key or the recovery
     * code. `password` is then the new one of `login`, chosen by who restores. NULL: none. */
    const struct ct_unlocked *keys;
    const char *how; /* "the offline key": for the chain */
    ct_backup_progress *progress;
    void (*problem)(const char *sentence, void *arg); /* of the verify; may be NULL */
    void *arg;                                        /* for both */
};
struct ct_restore_report {
    struct ct_backup_end end;
    struct ct_verify_report verify;
    char warning[480]; /* what the witness knows beyond it; "" */
};
/* CT_EDENIED: whose password it is may not restore. */
CT_NODISCARD enum ct_status ct_restore(struct ct_backup_file *f,
                                       const struct ct_restore_request *req,
                                       struct ct_restore_report *ret, struct ct_error *reterr);

#endif
