/* store_kit - a temporary store for tests, other processes on it, and looks at
 * its files from outside.
 */
#ifndef CT_TESTS_STORE_KIT_H
#define CT_TESTS_STORE_KIT_H

#include <sys/types.h>

#include "store/db.h"
#include "tests/support/tmp.h"
#include "vault/gate.h"

struct kit {
    char dir[TMP_PATH];
    struct ct_seal *seal;
    struct ct_db *db;
};

/* From here on the schema ends with that number: a store of some thirty objects in place
 * of six hundred opens in a tenth of the time. For tests of how a store is kept, of which
 * the schema is no part; called before anything is created, in all processes that share it. */
void kit_schema(int last);

/* An empty directory and a seal over the file layer `lower` (NULL: the
 * system's). Every kit has the same key, so that another process can open it. */
void kit_dir(struct kit *k, const char *lower);
void kit_create(struct kit *k, const char *lower);
void kit_open(struct kit *k, const struct ct_db_options *options);
void kit_close(struct kit *k);
void kit_done(struct kit *k); /* removes the directory */

/* A second view of the same directory, for another process or handle. */
void kit_join(struct kit *k, const char *dir, const struct ct_db_options *options);
void kit_leave(struct kit *k);

struct ct_seal *kit_seal(unsigned char key_byte, unsigned char id_byte, const char *lower);

void kit_path(const struct kit *k, const char *name, char out[128]);
/* Over names and contents of every file; not the -shm index, and an empty log
 * is as none. */
uint64_t kit_hash(const struct kit *k);
/* True when some file of the directory holds these bytes. */
bool kit_holds(const struct kit *k, const char *bytes);
long kit_size(const struct kit *k, const char *name); /* -1: none */
void kit_write(const struct kit *k, const char *name, const void *data, size_t n);
void kit_flip(const struct kit *k, const char *name, long offset);

/* One row in one transaction, told apart by at_ms. */
enum ct_status kit_add(struct ct_db *db, int64_t at_ms, struct ct_error *reterr);
enum ct_status kit_add_in(struct ct_db *db, int64_t at_ms, const char *tty,
                          struct ct_error *reterr); /* inside a transaction */
int64_t kit_count(struct ct_db *db);
bool kit_has(struct ct_db *db, int64_t at_ms);
/* How many of from .. to are there. */
int64_t kit_within(struct ct_db *db, int64_t from_ms, int64_t to_ms);
int kit_problems(struct ct_db *db); /* lines of ct_db_integrity */

/* Run fn in another process; its end of a pipe is `out`. The caller has no
 * store open (a connection is never carried over a fork). */
pid_t kit_child(void (*fn)(int out, void *arg), void *arg, int *ret_in);
/* Wait for one int64 from the pipe, at most 30 s; false at its end. */
bool kit_read(int in, int64_t *ret);
void kit_tell(int out, int64_t v);
int kit_wait(pid_t pid); /* exit status, or -signal */
void kit_kill(pid_t pid);

#endif
