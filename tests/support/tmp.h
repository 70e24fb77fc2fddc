/* tmp - where tests make their folders and files: the one place that knows.
 *
 * tests/run.sh names a folder of its own in memory (CT_TEST_TMP), where there is one with
 * room, and removes it with whatever a test left there. A test that is run by hand, or
 * asks for the disk, uses TMPDIR or /tmp.
 */
#ifndef CT_TESTS_TMP_H
#define CT_TESTS_TMP_H

#include <stddef.h>

enum { TMP_PATH = 64 }; /* bytes of a path of tmp_dir, its end included */

/* A new empty folder, its path into `out` (TMP_PATH bytes); the test ends if it cannot be
 * made. `name` tells in a listing whose it is: at most 16 bytes. */
void tmp_dir(char *out, const char *name);
/* From now on all of this program's lie on the disk: for the few tests that are to meet a
 * real file system and its syncs. First thing in main. */
void tmp_on_disk(void);
/* A folder that all programs of one run of the suite see; NULL: run by itself. */
const char *tmp_shared(void);

/* A new empty file without a name, open for reading and writing. */
int tmp_file(void);

#endif
