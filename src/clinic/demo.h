/* demo - a clinic of invented people, for trying the program, and for measuring
 * it on ten years of records.
 *
 * Layer:  clinic. Everything goes through the same doors as a technician's own
 *         entries: permissions, checks, chain.
 * Safety: names are made up from lists, numbers are of the 999 range that is
 *         issued to nobody, the site's name says so, and the passwords are
 *         published below: a demo clinic is for nobody's real data.
 * Same:   options and configuration alike give the same people, sets and times;
 *         keys, passwords' salts and nonces differ, as they must.
 */
#ifndef CT_CLINIC_DEMO_H
#define CT_CLINIC_DEMO_H

#include "clinic/vitals.h"

#define CT_DEMO_SITE "Demo Clinic (invented people)"

struct ct_demo_user {
    const char *login, *name, *password;
    enum ct_role role;
};
enum { CT_DEMO_ADMIN, CT_DEMO_SUPERVISOR, CT_DEMO_TECHNICIAN, CT_DEMO_USERS = 6 };
/* The administrator, the supervisor, then the technicians. */
extern const struct ct_demo_user CT_DEMO_USER[CT_DEMO_USERS];

struct ct_demo_options {
    int patients; /* 1-200,000; 0: 60 */
    int days;     /* 1-4,000; 0: 14 */
    int procedures; /* on each day up to two days ago, 0-200; those of the last days are there always */
    uint64_t seed;
    int64_t now_ms; /* the last entries are of just before this */
    /* Argon2id passes and MiB of the accounts. The passwords are known to
     * everybody, so a dear derivation would guard nothing; 0: 2 passes, 19 MiB. */
    int kdf_ops, kdf_mem_mib;
};
struct ct_demo_result {
    int64_t patients, sets, corrected, opened, escalated;
};

/* Create the clinic in `dir` (CT_EEXISTS if there is one) and fill it. progress
 * (may be NULL) gets parts of a thousand, now and then; false stops: CT_ECONFLICT.
 * Nobody is logged in afterwards. What was made before a failure stays, as a
 * store that opens: the caller removes the directory.
 * CT_EINVAL (patients, days, procedures), and all of app.h, user.h, vitals.h. */
CT_NODISCARD enum ct_status ct_demo_make(const char *dir, const struct ct_config *config,
                                         const struct ct_demo_options *options,
                                         bool (*progress)(int thousandths, void *arg),
                                         void *arg, struct ct_demo_result *ret,
                                         struct ct_error *reterr);

#endif
