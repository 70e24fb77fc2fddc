/* seal_bytes - a few megabytes that only the holders of a store's key can read again.
 *
 * Layer:  vault.
 * Form:   "clintech sealed 1\n", a name of up to 40 bytes and its length (1 byte), key epoch
 *         u32 LE, nonce (24), then XChaCha20-Poly1305-IETF of the bytes with its tag; all that
 *         stands before is associated data, with the store's id and what it is for. The key is
 *         crypto_kdf's subkey 1 of the store's key, context "ctsealed".
 * MUST 1  the name is not secret: no patient's name or number goes into it.
 */
#ifndef CT_VAULT_SEAL_BYTES_H
#define CT_VAULT_SEAL_BYTES_H

#include "base/buf.h"
#include "vault/keyring.h"

enum { CT_SEAL_NAME_MAX = 40 };

/* what: "report"; a sealed thing opens as what it was sealed as alone. Appended to out. */
CT_NODISCARD enum ct_status ct_seal_bytes(const struct ct_unlocked *u, const char *what,
                                          const char *name, const void *p, size_t n,
                                          struct ct_buf *out, struct ct_error *reterr);
/* CT_EINVAL: not such a file; CT_EDAMAGED: of another store, or changed. */
CT_NODISCARD enum ct_status ct_unseal_bytes(const struct ct_unlocked *u, const char *what,
                                            const void *p, size_t n, char *name, size_t size,
                                            struct ct_buf *out, struct ct_error *reterr);

#endif
