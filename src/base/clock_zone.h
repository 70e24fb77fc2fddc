/* clock_zone - what clock.c and clock_read.c share; nobody else's business.
 *
 * Layer:  base.
 */
#ifndef CT_BASE_CLOCK_ZONE_H
#define CT_BASE_CLOCK_ZONE_H

#include "base/clock.h"

/* "Mar"; "" outside 1-12. */
const char *ct_month_name(int month);

/* The instants that show as c in the clinic's zone, the earlier one first: 1,
 * or 2 in an hour that the clocks repeat, or 0 in one they skip (ret_ms[0] is
 * then moved forward by what was skipped). */
int ct_civil_instants(const struct ct_civil *c, int64_t ret_ms[2]);

#endif
