/* buf - a growing byte buffer that has a limit from its first day.
 *
 * Layer:  base.
 * Owner:  initialise with {.max = N}; ct_buf_done wipes, frees and empties it.
 * Errors: the first failure (out of memory, over max) sticks in `bad`, later
 *         appends do nothing; check once at the end. `data` is always followed
 *         by a NUL that `len` does not count, and is never NULL once something
 *         was appended; ct_buf_str gives "" for an empty buffer.
 */
#ifndef CT_BASE_BUF_H
#define CT_BASE_BUF_H

#include "base/status.h"

struct ct_buf {
    char *data;
    size_t len, cap;
    size_t max; /* bytes; 0 means 1 MiB */
    bool bad;
};

void ct_buf_done(struct ct_buf *b);
void ct_buf_clear(struct ct_buf *b); /* len = 0, memory kept, bad reset */
void ct_buf_add(struct ct_buf *b, const void *data, size_t n);
/* n bytes more, for the caller to fill at once; NULL when there is no room. */
unsigned char *ct_buf_grow(struct ct_buf *b, size_t n);
void ct_buf_str_add(struct ct_buf *b, const char *s);
void ct_buf_char(struct ct_buf *b, char c);
void ct_buf_printf(struct ct_buf *b, const char *fmt, ...) CT_FORMAT(2, 3);
void ct_buf_u32(struct ct_buf *b, uint32_t v); /* little-endian */
void ct_buf_u64(struct ct_buf *b, uint64_t v); /* little-endian */
/* Length-prefixed (u32) bytes: the canonical form of everything hashed. */
void ct_buf_field(struct ct_buf *b, const void *data, size_t n);
const char *ct_buf_str(const struct ct_buf *b);

#define CT_BUF CT_CLEANUP(ct_buf_done) struct ct_buf

#endif
