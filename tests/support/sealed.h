/* sealed - small sealed stores for tests: a folder, a key, connections set up
 * as the product sets them up, and looking at the raw files. Nothing here
 * asserts, so that forked children can use it.
 */
#ifndef CT_TESTS_SEALED_H
#define CT_TESTS_SEALED_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/support/tmp.h"
#include "vault/seal.h"

struct sealed_dir {
    char path[TMP_PATH];
    char db[TMP_PATH + 16], wal[TMP_PATH + 16], shm[TMP_PATH + 16], gate[TMP_PATH + 16];
};

extern const unsigned char SEALED_ID[CT_STORE_ID_LEN], SEALED_KEY[CT_KEY_LEN];

bool sealed_dir_make(struct sealed_dir *d);
void sealed_dir_clear(const struct sealed_dir *d);  /* the files */
void sealed_dir_remove(const struct sealed_dir *d); /* the files and the folder */

/* The id and key above, epoch 1; NULL when it fails. */
struct ct_seal *sealed_vfs(const char *lower);

/* For tear-down: a failed test may have left connections open, and then its
 * message is worth more than the memory. */
void sealed_vfs_free(struct ct_seal *s);

/* Open through the VFS of that name, no check-point by itself, log kept on
 * close, synchronous FULL, temporary tables in memory. NULL when it fails;
 * *ret_rc (may be NULL) says why. */
sqlite3 *sealed_open(const char *vfs, const char *path, int *ret_rc);
/* A new store with the reserve set, filled by sql, then switched to its log. */
sqlite3 *sealed_create(const char *vfs, const char *path, const char *sql);

int sealed_exec(sqlite3 *db, const char *sql);    /* a SQLite code */
int64_t sealed_int(sqlite3 *db, const char *sql); /* first column; -1 on any error */
bool sealed_sound(sqlite3 *db);                   /* integrity_check says ok */
int sealed_checkpoint(sqlite3 *db);               /* TRUNCATE; a SQLite code */

unsigned char *sealed_slurp(const char *path, size_t *ret_n); /* free() it; NULL */
bool sealed_spill(const char *path, const void *data, size_t n);
bool sealed_copy(const char *from, const char *to);
/* The bytes stand somewhere in the file. A file that is not there has none. */
bool sealed_grep(const char *path, const void *needle, size_t n);

/* Of the bytes `at` of a page or a frame that are all alike: every one; under the
 * sanitizers, where a step costs many times more and finds what the other build
 * does, every fifth, unless CT_SOAK_S is set. */
bool sealed_takes(size_t at);

#endif
