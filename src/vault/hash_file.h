/* hash_file - the hash of a file's bytes, to know it again.
 *
 * Layer:  vault, where libsodium lives. Nothing of the file is kept.
 */
#ifndef CT_VAULT_HASH_FILE_H
#define CT_VAULT_HASH_FILE_H

#include "vault/secret.h"

/* What is larger is not read: a person waits for it. */
enum { CT_HASH_FILE_MAX = 512 * 1024 * 1024 };

/* BLAKE2b-256 of a regular file, read in portions; *ret_size its bytes. CT_ENOTFOUND (or
 * another kind of file than a regular one), CT_EDENIED, CT_EINVAL (too large), CT_EIO. */
CT_NODISCARD enum ct_status ct_hash_file(const char *path, unsigned char out[CT_HASH_LEN],
                                         int64_t *ret_size, struct ct_error *reterr);

#endif
