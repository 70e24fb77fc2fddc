/* keep - backups in a folder by date, and which of them are kept.
 *
 * Layer:  record.
 * Names:  clintech-XXXXXXXX-YYYYMMDDThhmmssZ.ctbak: the first digits of the store id and
 *         when it was begun, UTC. A name ends up on a file only after it was read back.
 * Own:    a file is removed only if its name is the one that its own head gives, its
 *         length fits, its head and keyring are vouched for by this store's key, and the
 *         rule does not keep it. All else in the folder is left alone.
 * Rule:   going back in time, the newest backup of each of the last `daily` civil days
 *         that have one, of `weekly` weeks (from Monday), of `monthly` months. The newest
 *         of all is always kept; a time later than the newest's (a clock that was wrong)
 *         neither counts nor is removed.
 */
#ifndef CT_RECORD_KEEP_H
#define CT_RECORD_KEEP_H

#include "record/backup.h"

enum { CT_BACKUP_NAME = 48, CT_KEEP_MAX = 1000 };
/* The file name of a backup. */
void ct_backup_name(const struct ct_backup_head *head, char out[CT_BACKUP_NAME]);

enum { CT_BACKUP_PATH = 1000 };
/* ct_backup_make under such a name in the folder; req->path is not used. path gets the
 * file's name with its folder. CT_EINVAL: the folder's name is too long. */
CT_NODISCARD enum ct_status ct_backup_into(struct ct_app *app, const char *folder,
                                           const struct ct_backup_request *req,
                                           char path[CT_BACKUP_PATH],
                                           struct ct_backup_report *ret,
                                           struct ct_error *reterr);

struct ct_keep_rule {
    int daily, weekly, monthly; /* 0 .. CT_KEEP_MAX; all 0: everything is kept */
};
struct ct_keep_item {
    int64_t at_ms;
    char name[CT_BACKUP_NAME];
    bool keep;
};
/* Set keep of each item; they are put in order, the newest first. newest_ms: of the
 * backup just made. */
void ct_keep_choose(struct ct_keep_item *item, size_t n, const struct ct_keep_rule *rule,
                    int64_t newest_ms);

struct ct_keep_report {
    size_t kept, removed;
    size_t strange; /* named like ours, and not ours to remove */
};
/* After a good backup into the folder: remove what the rule does not keep, and what killed
 * backups left (FILE.part). Removals are told in the chain. CT_EDENIED, CT_EIO (the first
 * that could not be removed; the rest were). */
CT_NODISCARD enum ct_status ct_keep_apply(struct ct_app *app, const char *folder,
                                          const struct ct_keep_rule *rule,
                                          const struct ct_backup_head *newest,
                                          struct ct_keep_report *ret, struct ct_error *reterr);

#endif
