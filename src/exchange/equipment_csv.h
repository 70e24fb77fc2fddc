/* equipment_csv - devices out of another system's table, row by row.
 *
 * Layer:  exchange.
 * Table:  CSV (csv.h); the first row names the columns, in any order, without case:
 *         asset    the asset number; also by what a device is known again
 *         class    a word of equipment/classes.ini, or its title
 *         maker, model    with the class, its model: added when it is not there yet, with
 *                  the risk, electrical class and applied part of this row
 *         serial, udi, location, holder, supplier, note     may be missing or empty
 *         risk     low, medium, high
 *         elec_class      I, II, internal
 *         applied_part    none, B, BF, CF
 *         standard_of     of a reference standard: for what; empty: it is none
 *         made, received, warranty        2024-01-31
 *         calibrated      day of its last calibration: a paper, and a result from which
 *                  its due dates follow; needs:
 *         certificate     the number of that calibration's certificate
 *         Other columns are passed over and named in the result.
 * Once:   a row whose device was imported before, or whose asset number is in the registry
 *         already, adds nothing and changes nothing.
 * Rows:   a bad one is reported with its line and changes nothing; the others are kept,
 *         each saved by itself, with its model, certificate and result, or not at all.
 */
#ifndef CT_EXCHANGE_EQUIPMENT_CSV_H
#define CT_EXCHANGE_EQUIPMENT_CSV_H

#include "clinic/equipment.h"
#include "exchange/csv.h"

enum ct_equip_fate { CT_EQUIP_ADDED, CT_EQUIP_THERE, CT_EQUIP_BAD };
struct ct_equip_row {
    uint64_t line;
    enum ct_equip_fate fate;
    int64_t equipment_id;  /* added or there; 0: bad */
    struct ct_error error; /* of a bad one: field is the column */
    char text[240];        /* "M-104 Meridian PM-3, Bay 3" */
};
struct ct_equip_import {
    uint64_t added, there, bad;
    uint64_t models;   /* added on the way */
    char ignored[200]; /* "" or the columns that were passed over */
};
/* CT_EINVAL (the first row is no header), CT_EDENIED, what `read` returned, and errors of
 * the store: then what was saved until there stays. each may be NULL. */
CT_NODISCARD enum ct_status ct_equipment_import(struct ct_app *app, ct_csv_read_fn *read,
                                                void *read_arg,
                                                void (*each)(const struct ct_equip_row *row,
                                                             void *arg),
                                                void *arg, struct ct_equip_import *ret,
                                                struct ct_error *reterr);

#endif
