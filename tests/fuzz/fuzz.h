/* fuzz - what the fuzz drivers share: a demand that ends the program, and bytes that come in
 * portions, as a file or a pipe gives them. */
#ifndef CT_TESTS_FUZZ_H
#define CT_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void demand(bool is)
{
    if (!is)
        abort();
}

struct portions {
    const char *s;
    size_t n, at, portion;
};

/* The rest of data in portions of data[0] + 1 bytes; size is not 0. */
static inline struct portions portions_of(const uint8_t *data, size_t size)
{
    return (struct portions){
        .s = (const char *)data + 1, .n = size - 1, .portion = (size_t)data[0] + 1};
}

static inline enum ct_status portions_take(void *arg, char *buf, size_t cap, size_t *ret_n,
                                           struct ct_error *reterr)
{
    (void)reterr;
    struct portions *in = arg;
    size_t n = in->n - in->at < in->portion ? in->n - in->at : in->portion;
    n = n < cap ? n : cap;
    if (n > 0)
        memcpy(buf, in->s + in->at, n);
    in->at += n;
    *ret_n = n;
    return CT_OK;
}

#endif
