/* le - little-endian numbers in bytes, as files keep them.
 *
 * Layer:  base.
 */
#ifndef CT_BASE_LE_H
#define CT_BASE_LE_H

#include <stdint.h>

static inline uint32_t ct_le32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t ct_le64(const unsigned char *p)
{
    return (uint64_t)ct_le32(p) | (uint64_t)ct_le32(p + 4) << 32;
}

static inline void ct_le32_put(unsigned char *p, uint32_t v)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (unsigned char)(v >> (8 * i));
}

static inline void ct_le64_put(unsigned char *p, uint64_t v)
{
    ct_le32_put(p, (uint32_t)v);
    ct_le32_put(p + 4, (uint32_t)(v >> 32));
}

#endif
