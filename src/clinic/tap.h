/* tap - a rate counted by tapping a key at each beat or breath.
 *
 * Layer:  clinic. Pure; times are the caller's (monotonic milliseconds).
 * Source: the rate is 60 s times intervals over the time between first and last tap;
 *         its 95 % confidence half-width comes from the spread of the intervals
 *         (standard error of their mean, Student's t), and never below what one
 *         missed or doubled tap would change.
 */
#ifndef CT_CLINIC_TAP_H
#define CT_CLINIC_TAP_H

#include "base/status.h"

enum { CT_TAPS_MAX = 512 };
struct ct_tap {
    int64_t at_ms[CT_TAPS_MAX];
    size_t n;
};
struct ct_tap_rate {
    bool known;           /* three taps and more */
    int rate, half_width; /* a minute; rate +- half_width with 95 % confidence */
    int seconds;          /* between the first tap and the last */
    bool irregular;       /* intervals vary by more than a fifth (coefficient of variation) */
    bool missed;          /* an interval near twice the median: a tap was likely missed */
};
void ct_tap_start(struct ct_tap *t);
/* A tap within 150 ms of the last is a bounce, and is not counted (400 a minute). */
void ct_tap_add(struct ct_tap *t, int64_t at_ms);
void ct_tap_undo(struct ct_tap *t);
void ct_tap_rate(const struct ct_tap *t, struct ct_tap_rate *ret);

#endif
