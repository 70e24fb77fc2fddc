/* access - who looked at a patient's record, or what somebody looked at, on standard
 * output: lines to read, a table (CSV), or an object of JSON a line. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "exchange/look_csv.h"

enum { PAGE = 500 };

struct request {
    const char *from, *to;
    bool csv, json;
};

static bool json_row(const struct ct_looked *l, struct ct_buf *out)
{
    char at[32];
    ct_rfc3339(l->at_ms, at);
    json_t *o = json_pack("{s:I, s:s, s:s, s:s, s:s, s:i, s:s, s:s}", "seq", (json_int_t)l->seq,
                          "time", at, "user", l->user, "patient", l->patient, "number", l->number,
                          "severity", (int)l->severity, "what", l->what, "detail", l->detail);
    char *text = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
    if (text != NULL)
        ct_buf_printf(out, "%s\n", text);
    bool good = text != NULL;
    free(text);
    json_decref(o);
    return good;
}

static void text_row(const struct ct_looked *l, bool patient, struct ct_buf *out)
{
    char at[24];
    ct_datetime_text(l->at_ms, at);
    ct_buf_printf(out, "%-13s  %-24s  %s%s%s\n", at, patient ? l->user : l->patient, l->what,
                  l->detail[0] != '\0' ? ": " : "", l->detail);
}

static enum ct_status rows(struct ct_app *app, const struct request *r,
                           const struct ct_look_filter *filter, struct ct_buf *out,
                           struct ct_error *reterr)
{
    struct ct_look_filter f = *filter;
    bool good = true;
    if (r->csv)
        return ct_look_csv(app, filter, out, reterr);
    for (size_t n = PAGE; n == PAGE && good;) {
        struct ct_looked *l = NULL;
        enum ct_status st = ct_look_list(app, &f, PAGE, &l, &n, reterr);
        if (st != CT_OK)
            return st;
        for (size_t i = 0; i < n && good; i++)
            if (r->json)
                good = json_row(&l[i], out);
            else
                text_row(&l[i], f.patient_id != 0, out);
        if (n > 0) {
            f.after_seq = l[n - 1].seq;
            f.after_ms = l[n - 1].at_ms;
        }
        free(l);
    }
    return good && !out->bad
               ? CT_OK
               : ct_fail(reterr, CT_ENOMEM, NULL, "That is too much: name a shorter time.");
}

/* The chain's entry is there before the first byte leaves. */
static enum ct_status looked(struct ct_app *app, const struct request *r, bool patient,
                             const char *whose, struct ct_buf *out, struct ct_error *reterr)
{
    struct ct_look_filter f = {.patient_id = 0};
    enum ct_status st = patient ? ct_cli_patient(app, whose, &f.patient_id, reterr)
                                : ct_look_user(app, whose, &f.user_id, reterr);
    if (st == CT_OK)
        st = ct_cli_days(app, r->from, r->to, &f.from_ms, &f.to_ms, reterr);
    if (st == CT_OK)
        st = rows(app, r, &f, out, reterr);
    return st == CT_OK ? ct_look_told(app, &f, "standard output", reterr) : st;
}

int ct_cli_access(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    struct request r = {.json = cli->json};
    bool bad = false;
    ct_cli_option(&argc, argv, "--from", &r.from, &bad);
    ct_cli_option(&argc, argv, "--to", &r.to, &bad);
    r.csv = ct_cli_flag(&argc, argv, "--csv");
    bool patient = argc == 3 && strcmp(argv[1], "patient") == 0;
    if (bad || argc != 3 || (!patient && strcmp(argv[1], "user") != 0) || (r.csv && r.json))
        return ct_cli_usage("access patient NUMBER | user LOGIN [--from DATE] [--to DATE] "
                            "[--json|--csv]");
    if (cli->as == NULL)
        return ct_cli_usage("access needs --as LOGIN: say who you are");
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_BUF out = {.max = 64 * 1024 * 1024};
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    int status = 0;
    if (looked(app, &r, patient, argv[2], &out, &err) != CT_OK)
        status = ct_cli_error(&err);
    else
        fwrite(ct_buf_str(&out), 1, out.len, stdout);
    ct_logout(app);
    return status;
}
