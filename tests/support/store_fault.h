/* store_fault - a file layer that fails on command, to lie under the sealing
 * layer: everything else goes to the system's.
 */
#ifndef CT_TESTS_STORE_FAULT_H
#define CT_TESTS_STORE_FAULT_H

#include <stdbool.h>

#define FAULT_VFS "store-fault"

enum fault_op { FAULT_NONE, FAULT_WRITE, FAULT_SYNC, FAULT_TRUNCATE };

/* Register the layer (once a process); nothing fails yet. */
void fault_start(void);
/* From the skip+1st call of `op` on a file whose name ends in `suffix`, `times`
 * calls (-1: all) fail with SQLite's code rc and the system's number err. */
void fault_set(enum fault_op op, const char *suffix, int skip, int times, int rc, int err);
void fault_clear(void);
int fault_hits(void); /* calls failed since fault_set */

#endif
