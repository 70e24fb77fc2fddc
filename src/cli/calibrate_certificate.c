/* calibrate_certificate - `clintech calibrate certificate K-12`: its pages on standard
 * output. */
#include <stdio.h>
#include <strings.h>

#include "base/field.h"
#include "cli/cli.h"
#include "exchange/certificate_file.h"

/* "K-12", "k12", "12". */
static bool number_of(const char *s, int64_t *ret)
{
    s += strncasecmp(s, "K", 1) == 0;
    s += s[0] == '-';
    return ct_parse_int(s, 1, INT64_MAX, ret);
}

int ct_cli_certificate(struct ct_cli *cli, const char *name)
{
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_BUF out = {.max = 4 << 20};
    struct ct_error err;
    int64_t id;
    int status = 0;
    if (!number_of(name, &id))
        return ct_cli_usage("calibrate certificate K-12: that is the number of a calibration");
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    enum ct_status st = ct_certificate_pages(app, id, "on standard output", &out, &err);
    if (st == CT_OK)
        fputs(ct_buf_str(&out), stdout);
    else
        status = ct_cli_error(&err);
    ct_logout(app);
    return st == CT_ENOTFOUND ? 1 : status;
}
