/* buf - see buf.h. */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/le.h"

enum { FIRST = 1024, DEFAULT_MAX = 1 << 20 };

/* What was in a buffer may have been a patient's: no copy stays in free memory. */
static void release(struct ct_buf *b)
{
    if (b->data != NULL)
        explicit_bzero(b->data, b->cap);
    free(b->data);
}

void ct_buf_done(struct ct_buf *b)
{
    release(b);
    *b = (struct ct_buf){.max = b->max};
}

void ct_buf_clear(struct ct_buf *b)
{
    b->len = 0;
    b->bad = false;
    if (b->data != NULL)
        b->data[0] = '\0';
}

static bool reserve(struct ct_buf *b, size_t n)
{
    size_t max = b->max != 0 ? b->max : DEFAULT_MAX;
    if (b->bad || n > max || b->len > max - n) {
        b->bad = true;
        return false;
    }
    size_t need = b->len + n + 1;
    if (need <= b->cap)
        return true;
    size_t cap = b->cap != 0 ? b->cap : FIRST;
    while (cap < need)
        cap *= 2;
    char *p = malloc(cap); /* not realloc: it leaves the old bytes behind */
    if (p == NULL) {
        b->bad = true;
        return false;
    }
    if (b->data != NULL)
        memcpy(p, b->data, b->len + 1);
    release(b);
    b->data = p;
    b->cap = cap;
    return true;
}

unsigned char *ct_buf_grow(struct ct_buf *b, size_t n)
{
    if (!reserve(b, n))
        return NULL;
    char *at = b->data + b->len;
    b->len += n;
    at[n] = '\0';
    return (unsigned char *)at;
}

void ct_buf_add(struct ct_buf *b, const void *data, size_t n)
{
    unsigned char *at = ct_buf_grow(b, n);
    if (at != NULL && n > 0)
        memcpy(at, data, n);
}

void ct_buf_str_add(struct ct_buf *b, const char *s)
{
    ct_buf_add(b, s, strlen(s));
}

void ct_buf_char(struct ct_buf *b, char c)
{
    ct_buf_add(b, &c, 1);
}

void ct_buf_printf(struct ct_buf *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        b->bad = true;
    else if (reserve(b, (size_t)n)) {
        vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void ct_buf_u32(struct ct_buf *b, uint32_t v)
{
    unsigned char le[4];
    ct_le32_put(le, v);
    ct_buf_add(b, le, sizeof le);
}

void ct_buf_u64(struct ct_buf *b, uint64_t v)
{
    ct_buf_u32(b, (uint32_t)v);
    ct_buf_u32(b, (uint32_t)(v >> 32));
}

void ct_buf_field(struct ct_buf *b, const void *data, size_t n)
{
    if (n > UINT32_MAX) {
        b->bad = true;
        return;
    }
    ct_buf_u32(b, (uint32_t)n);
    ct_buf_add(b, data, n);
}

const char *ct_buf_str(const struct ct_buf *b)
{
    return b->data != NULL ? b->data : "";
}
