/* score - the subcommand `clintech score news2|pews`: one set, or a table of them.
 *
 * Layer:  cli. Needs no store and no login.
 */
#ifndef CT_CLI_SCORE_H
#define CT_CLI_SCORE_H

#include "base/config.h"

/* argv[0] is "score". The exit status: 0 scored; 1 a value is refused or wanting
 * (or rows of the table are; the whole table is written all the same); 2 usage;
 * 65 the table has no usable header; 66 it cannot be opened; 74 reading or
 * writing failed; 78 the score's own table is wrong. */
int ct_cli_score(int argc, char **argv, const struct ct_config *config);

#endif
