/* sql_tables - every module's table of statements, so that one test can
 * prepare them all. The layers below list nothing that lies above them: this
 * is the topmost place under the command line.
 */
#include "store/sql.h"

const struct ct_sql_table ct_sql_tables[] = {
    {ct_store_sql, CT_STORE_SQL_N},
    {NULL, 0},
};
