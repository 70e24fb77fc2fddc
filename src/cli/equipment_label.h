/* equipment_label - the command `clintech equipment label`.
 *
 * Layer:  cli. Called from the table of equipment.c; argv[0] is its name, argv[1] the asset number.
 */
#ifndef CT_CLI_EQUIPMENT_LABEL_H
#define CT_CLI_EQUIPMENT_LABEL_H

struct ct_cli;
int ct_cli_equipment_label(struct ct_cli *cli, int argc, char **argv);

#endif
