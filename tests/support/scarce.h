/* scarce - a system that fails: allocations (the program's own, libsodium's guarded ones,
 * SQLite's) and the program's own calls to the disk, each counted, the n-th made to fail.
 *
 * For test programs that the Makefile links with SCARCE_WRAP: calls of the program's own
 * code go through here, those inside the system's libraries do not; SQLite's memory is
 * taken over by scarce_sqlite, and its calls to the disk are faultvfs's.
 */
#ifndef CT_TESTS_SCARCE_H
#define CT_TESTS_SCARCE_H

#include <stdbool.h>

enum scarce {
    SCARCE_MEMORY = 1, /* malloc and kin, sodium_malloc, SQLite's */
    SCARCE_DISK = 2,   /* open, read, write, fsync, rename, ftruncate, unlink of our own */
};

/* Before anything else of SQLite in the process. False: it refused. */
bool scarce_sqlite(void);
/* Count calls of these kinds (a set) from now on and fail the n-th (0: none), and with
 * `sticky` all that follow. err: what a failed call to the disk sets errno to. */
void scarce_arm(unsigned kinds, long n, bool sticky, int err);
long scarce_calls(void);
bool scarce_hit(void);

#endif
