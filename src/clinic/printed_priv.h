/* printed_priv - the statements of printed.c, for the table of all statements.
 *
 * Layer:  clinic; internal to src/clinic/.
 */
#ifndef CT_CLINIC_PRINTED_PRIV_H
#define CT_CLINIC_PRINTED_PRIV_H

#include "store/db.h"

enum { CT_SQL_PRINT_INSERT, CT_SQL_PRINT_FIND, CT_SQL_PRINT_BOUND, CT_SQL_PRINT_HEAD,
       CT_PRINTED_SQL_N };
extern const struct ct_sql ct_printed_sql[CT_PRINTED_SQL_N];

#endif
