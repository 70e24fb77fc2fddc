/* equipment_label - `clintech equipment label ASSET`: the one status label of a device. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/equipment_label.h"
#include "clinic/calibration.h"

static void print_json(const struct ct_equipment *e, const char *label, int use)
{
    static const char *const MAY[] = {"no", "with limits", "yes"};
    json_t *lines = json_array();
    for (const char *s = label; *s != '\0';) {
        size_t n = strcspn(s, "\n");
        json_array_append_new(lines, json_stringn(s, n));
        s += n + (s[n] == '\n');
    }
    json_t *o = json_pack("{s:s,s:s,s:o}", "asset", e->asset, "use", MAY[use + 1], "lines", lines);
    json_dumpf(o, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(o);
}

int ct_cli_equipment_label(struct ct_cli *cli, int argc, char **argv)
{
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_BUF out = {.max = 4096};
    struct ct_equipment e;
    struct ct_error err;
    int use = -1, status = 0;
    if (argc != 2)
        return ct_cli_usage("equipment label ASSET: which device?");
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    enum ct_status st = ct_equipment_find(app, argv[1], &e, &err);
    if (st == CT_OK)
        st = ct_equipment_label(app, e.id, &out, &use, &err);
    if (st != CT_OK)
        status = ct_cli_error(&err);
    else if (cli->json)
        print_json(&e, ct_buf_str(&out), use);
    else
        fputs(ct_buf_str(&out), stdout);
    ct_logout(app);
    return st == CT_ENOTFOUND ? 1 : status;
}
