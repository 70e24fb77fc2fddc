/* table - a table from a file or standard input, through a scorer, to standard output.
 *
 * Layer:  cli. Needs no store and no login.
 */
#ifndef CT_CLI_TABLE_H
#define CT_CLI_TABLE_H

#include "exchange/score_csv.h"

enum { CT_EXIT_WANTING = 1, CT_EXIT_NO_INPUT = 66 };

/* What messages are begun with, and what a refused row has not. */
struct ct_cli_table {
    const char *command; /* "score" */
    const char *result;  /* "score" */
};

/* Over FILE or "-"; `run` is given where to read and write. The exit status: 0; 1 rows
 * are refused (the whole table is written all the same); 65 the table has no usable
 * header; 66 it cannot be opened; 74 reading or writing failed. */
int ct_cli_table(const struct ct_cli_table *of, const char *path,
                 enum ct_status (*run)(const void *arg, const struct ct_score_csv *ends,
                                       struct ct_score_csv_count *count, struct ct_error *e),
                 const void *arg);

/* "clintech COMMAND: text" on standard error; the exit status for it. */
int ct_cli_table_report(const struct ct_cli_table *of, const struct ct_error *e);
/* Standard output, written out: `status`, or 74. */
int ct_cli_table_finish(const struct ct_cli_table *of, int status);

/* For other readers of a table: the descriptor of FILE or "-", or -1 with what is wrong said
 * (the exit status is CT_EXIT_NO_INPUT then); and a ct_csv_read_fn whose arg is an int *. */
int ct_cli_table_open(const struct ct_cli_table *of, const char *path);
enum ct_status ct_cli_table_read(void *arg, char *buf, size_t cap, size_t *ret_n,
                                 struct ct_error *reterr);

#endif
