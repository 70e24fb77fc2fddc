/* cycle_print_priv - what the files of the reader of prints share.
 *
 * Layer:  exchange; private to cycle_print*.c.
 */
#ifndef CT_EXCHANGE_CYCLE_PRINT_PRIV_H
#define CT_EXCHANGE_CYCLE_PRINT_PRIV_H

#include "exchange/cycle_print.h"

/* One line of the bytes, and how patterns see it. */
struct ct_print_line {
    const char *s;
    size_t n; /* without its end */
    uint64_t number;
    bool blank;
    char seen[CT_PRINT_LINE_MAX + 1]; /* "" for one that is too long */
};

/* The next line at *at; false at the end. It ends at LF, CRLF or a lone CR. */
bool ct_print_next_line(const char *bytes, size_t n, size_t *at, struct ct_print_line *l);
bool ct_print_matches(const struct ct_pattern *p, const struct ct_print_line *l);
/* All lines of a cycle, whose bytes and first line are set. False: no memory. */
bool ct_print_read_cycle(const struct ct_profile *p, struct ct_print_cycle *c);
/* Room for one more behind n, in an array that only this makes grow. False: no memory. */
bool ct_print_grow(void **p, size_t n, size_t size);

#endif
