/* iso_time - dates and times as machines write them; people's are in base/clock.h.
 *
 * Layer:  exchange.
 */
#ifndef CT_EXCHANGE_ISO_TIME_H
#define CT_EXCHANGE_ISO_TIME_H

#include "base/clock.h"

/* Exactly "2026-03-14", years 1800-2199. */
bool ct_iso_date(const char *s, size_t n, ct_date *ret);
/* RFC 3339: "2026-03-14T09:42:00Z", "2026-03-14 09:42:00.5+13:00"; the seconds may be
 * left out, the offset may not. A leap second is the one before it. */
bool ct_iso_time(const char *s, size_t n, int64_t *ret_ms);

#endif
