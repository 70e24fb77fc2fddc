/* clock_zone - what clock.c, clock_read.c and field.c share; nobody else's.
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

/* True for what ct_date_parse or ct_when_parse refuse now but may accept once
 * more is typed: never false for the beginning of something acceptable, never
 * true for something acceptable with more behind it. field.c uses it. */
bool ct_date_unfinished(const char *s);
bool ct_when_unfinished(const char *s);

#endif
