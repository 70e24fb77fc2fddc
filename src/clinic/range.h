/* range - decimals and inclusive ranges as the data files write them.
 *
 * Layer:  clinic; private to limits.c, score*.c and the batch scorer.
 * Syntax: "36.1..38.0", "..8", "25..", "7"; no sign, no locale, at most nine
 *         digits, no more decimals than the scale has.
 */
#ifndef CT_CLINIC_RANGE_H
#define CT_CLINIC_RANGE_H

#include "base/status.h"

struct ct_range {
    int64_t lo, hi; /* inclusive; CT_OPEN_LO, CT_OPEN_HI: no end on that side */
};
#define CT_OPEN_LO (-INT64_MAX)
#define CT_OPEN_HI INT64_MAX

/* n bytes as a number in the scale of `places` ("37" is 370 with one). Zeros
 * beyond the scale are no decimals ("36.60"); a comma will do for the point.
 * Exactly as written: decimals are never implied. False: not such a number. */
bool ct_scaled_parse(const char *s, size_t n, int places, int64_t *ret);

/* "36.1", "9.99", "20": without zeros at the end of the decimals. */
void ct_scaled_text(int64_t n, int places, char *out, size_t size);

/* n bytes, blanks around allowed; false when it is no range or its ends are the
 * wrong way round. */
bool ct_range_parse(const char *s, size_t n, int places, struct ct_range *ret);

#endif
