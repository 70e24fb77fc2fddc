/* secret - memory that keys and passwords live in, and the process around it.
 *
 * Layer:  vault. sodium.h is included by vault/ only.
 * MUST 1  every key, seed, password and derived key is in a ct_secret or in a
 *         stack buffer that is wiped (ct_wipe) before it goes out of scope.
 * MUST 2  a secret never reaches argv, the environment, a URI, a PRAGMA, SQL
 *         text, a log line or an error text.
 * MUST 3  ct_harden runs first in main, before any secret exists.
 */
#ifndef CT_VAULT_SECRET_H
#define CT_VAULT_SECRET_H

#include "base/status.h"

enum { CT_SECRET_MAX = 1024 }; /* bytes; a password is at most this long */

/* Bytes in guarded, locked memory (sodium_malloc): no swap, no core dump,
 * guard pages, wiped when freed. */
struct ct_secret {
    unsigned char *data; /* cap bytes, guarded */
    size_t len, cap;
};

/* sodium_init, RLIMIT_CORE 0 and PR_SET_DUMPABLE 0. Call once, first.
 * CT_EINTERNAL when libsodium has no usable randomness: the program ends. */
CT_NODISCARD enum ct_status ct_harden(struct ct_error *reterr);
bool ct_hardened(void); /* what ct_harden asked for is in force (asks the kernel) */

CT_NODISCARD enum ct_status ct_secret_new(size_t cap, struct ct_secret **ret,
                                          struct ct_error *reterr);
void ct_secret_free(struct ct_secret *s); /* wipes; NULL is fine */
void ct_secret_freep(struct ct_secret **s);
#define CT_SECRET CT_CLEANUP(ct_secret_freep) struct ct_secret

void ct_secret_wipe(struct ct_secret *s); /* len = 0, bytes zero */
/* Append; false when it does not fit (nothing appended). */
bool ct_secret_add(struct ct_secret *s, const void *data, size_t n);

void ct_wipe(void *p, size_t n);                         /* sodium_memzero */
bool ct_equal(const void *a, const void *b, size_t n);   /* constant time */
void ct_random(void *p, size_t n);                       /* the only source for keys */
/* Unkeyed BLAKE2b-256, the hash of the whole program. */
enum { CT_HASH_LEN = 32 };
void ct_hash(unsigned char out[CT_HASH_LEN], const void *p, size_t n);
/* Of a and behind it b, without a copy of them. */
void ct_hash_joined(unsigned char out[CT_HASH_LEN], const void *a, size_t n_a, const void *b,
                    size_t n_b);

/* SQLite's memory (R34): its page cache in one locked region where
 * RLIMIT_MEMLOCK allows (so wiped as a whole on lock), every other allocation
 * zeroed when freed. SQLite takes no locks of threads from then on: the process
 * has one. Call once after ct_harden and before any SQLite call.
 * cache_pages is a wish; fewer are taken when the limit is small. */
CT_NODISCARD enum ct_status ct_sqlite_memory(unsigned cache_pages, struct ct_error *reterr);
bool ct_sqlite_memory_locked(void); /* the region is locked in RAM */
/* Wipes what is free of the page-cache region; call with no store open. */
void ct_sqlite_memory_wipe(void);

#endif
