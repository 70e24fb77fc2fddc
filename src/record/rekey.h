/* rekey - the whole store under a new key, while others work.
 *
 * Layer:  record.
 * Why:    disabling a user is a rule that the program keeps; an old copy of the keyring still
 *         opens what is sealed under its key. After a new key it opens older copies only.
 * Flow:   the entry store.rekey; the new epoch in the keyring (vault/keyring.h), from when on
 *         every writer seals under it; every page of the file anew, in batches (store/db.h);
 *         the entry store.rekeyed; the older key dropped. Where it is, the pages themselves
 *         say: a run that was cut off is gone on with by the next.
 */
#ifndef CT_RECORD_REKEY_H
#define CT_RECORD_REKEY_H

#include "record/record.h"

struct ct_rekey_report {
    uint32_t epoch;  /* the store's now */
    bool resumed;    /* an earlier run was gone on with */
    uint32_t pages;  /* of the store */
    uint32_t sealed; /* anew, by this run */
    /* users whose slot still opens with an old keyring and a password of then, until their
     * next change of password: slots of keyring format 1. (Not the recovery code's: a new
     * code has a new seed in either format, so that only the code of today opens it.) */
    uint32_t weak;
};

/* Needs CT_PERM_REKEY and a password given again (ct_reauthenticate). No transaction of the
 * caller may be open. progress (may be NULL): pages looked at, of how many; false stops, to
 * be gone on with later (CT_EBUSY). wait_ms: how long a backup or a reader is waited for.
 * CT_EDENIED, CT_EBUSY, CT_EFULL, CT_EDAMAGED (a page that does not open; the older key is
 * kept), CT_EIO. Whatever ends it, every page opens. */
CT_NODISCARD enum ct_status ct_rekey(struct ct_app *app, int wait_ms,
                                     bool (*progress)(int64_t done, int64_t total, void *arg),
                                     void *arg, struct ct_rekey_report *ret,
                                     struct ct_error *reterr);

#endif
