/* cycle_print - `clintech cycle print` and `clintech cycle profile`. Needs no store. */
#include "cli/cycle.h"

int ct_cli_cycle_print(struct ct_cli *cli, int argc, char **argv, int (*usage)(const char *))
{
    (void)cli; (void)argc; (void)argv;
    return usage("x");
}
int ct_cli_cycle_profile(struct ct_cli *cli, int argc, char **argv,
                         int (*usage)(const char *))
{
    (void)cli; (void)argc; (void)argv;
    return usage("x");
}
