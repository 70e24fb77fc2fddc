/* cycle_csv - the curve of a cycle from a CSV table of time, temperatures and pressure.
 *
 * Layer:   exchange. The curve and all that is computed from it is clinic/curve.h.
 * Table:   a header row, then a row a sample; fields parted by commas, semicolons or tabs.
 *          Rows without anything in them, and rows before the header that begin with #, are
 *          passed over. Columns are found by their name without regard to case and blanks; a
 *          unit in brackets behind it, as in "Temp 1 (degC)", may be left out.
 * Time:    plain numbers are seconds from any beginning (or Unix time); in a column whose
 *          name says so, minutes, hours or milliseconds; numbers from 10^11 on are Unix time
 *          in milliseconds. Or ISO 8601 date and time with or without an offset, or
 *          hours:minutes:seconds. One kind in a column. Kept to the millisecond.
 * Numbers: decimal, with a point, no exponent, nothing like nan; kept to a millionth, the
 *          nearest. Temperatures are in degC: a column whose name says degF or K is refused.
 * Errors:  CT_EINVAL "NAME:LINE: COLUMN: what" for a value; CT_EFOREIGN for a table without a
 *          usable header; what `read` returns; those of curve.h.
 */
#ifndef CT_EXCHANGE_CYCLE_CSV_H
#define CT_EXCHANGE_CYCLE_CSV_H

#include "clinic/curve.h"
#include "exchange/csv.h"

enum ct_cycle_time { CT_TIME_SECONDS, CT_TIME_MINUTES, CT_TIME_HOURS, CT_TIME_MS, CT_TIME_ISO,
                     CT_TIME_ISO_LOCAL, CT_TIME_CLOCK, CT_TIMES };
extern const char *const CT_CYCLE_TIME_NAME[CT_TIMES]; /* "seconds", "iso" */

struct ct_cycle_csv {
    const char *name; /* of the file, in messages */
    ct_csv_read_fn *read;
    void *read_arg;
    const char *time; /* NULL: the one column whose name says that it is */
    const char *temp[CT_CURVE_TEMPS_MAX]; /* none: all whose names say that they are */
    size_t n_temps;
    const char *pressure; /* NULL: none is read */
    bool unit_given;      /* else unit and basis are taken from the column's name, if it says */
    enum ct_pressure_unit unit;
    enum ct_pressure_basis basis;
    const char *from, *to; /* as in the column of times; of dates and times, plain numbers are
                            * seconds from the first sample. NULL: all */
    int64_t gap_ms;        /* as in curve.h */
};
/* A finished curve. */
CT_NODISCARD enum ct_status ct_cycle_csv_read(const struct ct_cycle_csv *in,
                                              struct ct_curve **ret,
                                              enum ct_cycle_time *ret_time,
                                              struct ct_error *reterr);
/* A moment of the curve as its column of times would have it: "90", "1.5" (minutes),
 * "2026-03-14T09:42:00.000Z", "09:42:00.000". */
void ct_cycle_time_text(enum ct_cycle_time kind, int64_t ms, char out[40]);

/* n bytes without blanks around as a number in 10^-places (at most 6), the nearest; beyond
 * +-max false. NULL, or what it is not, for a sentence: "is not a number ...". */
const char *ct_cycle_number(const char *s, size_t n, int places, int64_t max, int64_t *ret);
/* A time of that kind in ms; false: it is none. */
bool ct_cycle_time_parse(enum ct_cycle_time kind, const char *s, size_t n, int64_t *ret_ms);

#endif
