/* worklist_csv - a day's procedures out of another system's table, row by row.
 *
 * Layer:  exchange.
 * Table:  CSV (csv.h); the first row names the columns, in any order, without case:
 *         number   the patient's number at this site; who is not registered is an error
 *         family, given, born   to compare with the record; may be missing or empty
 *         kind     of procedures.ini (or what a person would type for it)
 *         planned  2026-11-24T09:00, the clinic's time; or with an offset, RFC 3339
 *         minutes, room, site, note     may be missing or empty
 *         assigned login of who does it
 *         key      the sender's id of this procedure
 *         Other columns are passed over and named in the result.
 * Once:   what was imported before is not imported again: known by its key, else by a
 *         hash of patient, kind, time and site.
 * Rows:   a bad one is reported with its line and changes nothing; the others are kept,
 *         each saved by itself.
 */
#ifndef CT_EXCHANGE_WORKLIST_CSV_H
#define CT_EXCHANGE_WORKLIST_CSV_H

#include "clinic/procedure.h"
#include "exchange/csv.h"

enum ct_worklist_fate { CT_WORKLIST_ADDED, CT_WORKLIST_THERE, CT_WORKLIST_BAD };
struct ct_worklist_row {
    uint64_t line;
    enum ct_worklist_fate fate;
    int64_t procedure_id;    /* added or there; 0: bad */
    struct ct_error error;   /* of a bad one: field is the column */
    char text[240];          /* "P-12 ECG 12-lead, PATEL, Rohan, 24 Nov 09:00" */
};
struct ct_worklist_result {
    uint64_t added, there, bad;
    char ignored[200]; /* "" or the columns that were passed over */
};
/* CT_EINVAL (the first row is no header), CT_EDENIED, what `read` returned, and errors of
 * the store: then what was saved until there stays. each may be NULL. */
CT_NODISCARD enum ct_status ct_worklist_import(struct ct_app *app, ct_csv_read_fn *read,
                                               void *read_arg,
                                               void (*each)(const struct ct_worklist_row *row,
                                                            void *arg),
                                               void *arg, struct ct_worklist_result *ret,
                                               struct ct_error *reterr);

#endif
