/* machine_priv - what the files of the module machine share. Internal to machine*.c.
 *
 * Layer:  clinic.
 */
#ifndef CT_CLINIC_MACHINE_PRIV_H
#define CT_CLINIC_MACHINE_PRIV_H

#include "clinic/sterile_rows.h"

/* Those that it runs now, without a permission check; one allocation, free(). */
CT_NODISCARD enum ct_status ct_machine_runs(struct ct_db *db, int64_t equipment_id,
                                            struct ct_machine_programme **ret, size_t *ret_n,
                                            struct ct_error *reterr);

#endif
