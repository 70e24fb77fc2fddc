/* cycle - what the parts of the command `cycle` share: a curve with what is computed from
 * it, as JSON or as text.
 *
 * Layer:  cli.
 */
#ifndef CT_CLI_CYCLE_H
#define CT_CLI_CYCLE_H

#include <jansson.h>

#include "cli/cli.h"
#include "cli/table.h"
#include "clinic/cycle.h"
#include "exchange/cycle_csv.h"

extern const struct ct_cli_table CT_CLI_CYCLE;

/* How it is to be computed. */
struct ct_cli_cycle {
    const struct ct_programme *programme; /* NULL: none */
    struct ct_lethality f;                /* F0, with the reference and z of the caller */
    int64_t low, high;                    /* the band without a programme; CT_UNSET: none */
    double air_kpa;
};

/* One curve and what it comes to. *ret_wanting: there is a verdict, and it is not pass, or
 * the band that was asked for is never reached. */
json_t *ct_cli_cycle_json(const struct ct_cli_cycle *job, const struct ct_curve *c,
                          enum ct_cycle_time time, const struct ct_cycle *judged,
                          bool *ret_wanting);
void ct_cli_cycle_text(const struct ct_cli_cycle *job, const struct ct_curve *c,
                       enum ct_cycle_time time, const struct ct_cycle *judged,
                       struct ct_buf *out, bool *ret_wanting);

int ct_cli_cycle_print(struct ct_cli *cli, int argc, char **argv, int (*usage)(const char *));
int ct_cli_cycle_profile(struct ct_cli *cli, int argc, char **argv,
                         int (*usage)(const char *));

#endif
