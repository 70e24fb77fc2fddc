/* equipment - what `clintech equipment` does, a function each; argv[0] is its name.
 *
 * Layer:  cli. The table of them is in equipment.c.
 */
#ifndef CT_CLI_EQUIPMENT_H
#define CT_CLI_EQUIPMENT_H

#include "cli/cli.h"

int ct_cli_equipment_list(struct ct_cli *cli, int argc, char **argv);
int ct_cli_equipment_due(struct ct_cli *cli, int argc, char **argv); /* equipment_due.c */
int ct_cli_equipment_import(struct ct_cli *cli, int argc, char **argv);
int ct_cli_equipment_impact(struct ct_cli *cli, int argc, char **argv);
#define CT_CLI_IMPACT_USAGE "equipment impact ASSET [--from DATE] [--to DATE] [--csv|--json]"

#endif
