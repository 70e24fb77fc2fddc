/* score_kinds - the scores of `clintech score`, and what each may use of it.
 *
 * Layer:  cli, between score*.c only.
 */
#ifndef CT_CLI_SCORE_KINDS_H
#define CT_CLI_SCORE_KINDS_H

#include "base/config.h"
#include "cli/table.h"

struct ct_score_options {
    const char *value[CT_SCORE_COLUMNS_MAX]; /* by column; NULL: not given */
    const char *csv;
    bool json, help, any_value;
};

/* A score by its word on the command line; "--on-oxygen" gives its column on_oxygen. */
struct ct_score_command {
    const char *name, *usage, *help;
    const char *const *column;
    size_t n_columns;
    int (*run)(const struct ct_score_options *o, const struct ct_config *config);
};
extern const struct ct_score_command CT_SCORE_NEWS2, CT_SCORE_PEWS;

int ct_cli_score_report(const struct ct_error *e); /* the exit status for it */
int ct_cli_score_finish(int status);               /* standard output, written out */

/* Run over FILE or "-" to standard output; `run` is given where to read and write. */
int ct_cli_score_table(const char *path,
                       enum ct_status (*run)(const void *arg, const struct ct_score_csv *ends,
                                             struct ct_score_csv_count *count,
                                             struct ct_error *e),
                       const void *arg);

#endif
