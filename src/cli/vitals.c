/* vitals - a patient's observations on standard output: a table, or the chart. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/access.h"
#include "cli/cli.h"
#include "exchange/obs_chart.h"

struct request {
    const char *number, *from, *to, *whom;
    bool chart;
};

/* The one patient who bears that number. */
enum ct_status ct_cli_patient(struct ct_app *app, const char *number, int64_t *ret,
                              struct ct_error *reterr)
{
    struct ct_patient_hits hits = {.n = 0};
    char digits[64];
    size_t n = 0;
    for (const char *p = number; *p != '\0' && n + 1 < sizeof digits; p++)
        if (*p != ' ' && *p != '-')
            digits[n++] = *p;
    digits[n] = '\0';
    enum ct_status st = ct_patient_find(app, digits, 20, &hits, reterr);
    if (st != CT_OK)
        return st;
    st = ct_fail(reterr, CT_ENOTFOUND, "patient", "There is no patient with the number %.40s.",
                 number);
    for (size_t i = 0; i < hits.n; i++)
        if (strcmp(hits.hit[i].number, digits) == 0 || strcmp(hits.hit[i].number, number) == 0) {
            *ret = hits.hit[i].id;
            st = CT_OK;
        }
    ct_patient_hits_done(&hits);
    return st;
}

/* The first moment of a civil day. */
static int64_t day_ms(ct_date day)
{
    struct ct_civil c = {.hour = 0};
    ct_date_split(day, &c.year, &c.month, &c.day);
    return ct_civil_ms(&c);
}

enum ct_status ct_cli_days(struct ct_app *app, const char *from, const char *to,
                           int64_t *ret_from_ms, int64_t *ret_to_ms, struct ct_error *reterr)
{
    ct_date today = ct_date_at(ct_app_now(app)), day;
    enum ct_status st = CT_OK;
    *ret_from_ms = 0; /* 1970: before the first */
    *ret_to_ms = ct_app_now(app);
    if (from != NULL && (st = ct_date_parse(from, today, &day, reterr)) == CT_OK)
        *ret_from_ms = day_ms(day);
    if (st == CT_OK && to != NULL && (st = ct_date_parse(to, today, &day, reterr)) == CT_OK)
        *ret_to_ms = day_ms(day + 1) - 1;
    if (st == CT_OK && *ret_from_ms > *ret_to_ms)
        st = ct_fail(reterr, CT_EINVAL, "from", "--from is after --to.");
    return st;
}

/* The chain's entry is there before the first byte leaves. */
static enum ct_status export(struct ct_cli *cli, struct ct_app *app, const struct request *r,
                             struct ct_buf *out, struct ct_error *reterr)
{
    struct ct_vitals_rules rules;
    struct ct_obs_range range;
    enum ct_status st = ct_require(app, CT_PERM_EXPORT, reterr);
    if (st == CT_OK)
        st = ct_cli_patient(app, r->number, &range.patient_id, reterr);
    if (st == CT_OK)
        st = ct_cli_days(app, r->from, r->to, &range.from_ms, &range.to_ms, reterr);
    if (st == CT_OK)
        st = ct_vitals_rules_load(&cli->config, &rules, reterr);
    if (st != CT_OK)
        return st;
    st = r->chart ? ct_obs_chart(app, &rules, &range, false, out, reterr)
                  : ct_obs_csv(app, &rules, &range, out, reterr);
    ct_vitals_rules_done(&rules);
    if (st != CT_OK)
        return st;
    if (r->whom == NULL) { /* for the person at the terminal: nothing that a program reads */
        char shared[400];
        st = ct_sharing_text(app, range.patient_id, shared, sizeof shared, reterr);
        if (st != CT_OK)
            return st;
        fprintf(stderr, "clintech: --for names for whom it is; may be shared with: %s\n",
                shared[0] != '\0' ? shared : "nobody, no permission is recorded");
    }
    return ct_obs_told(app, &range, r->chart, r->from == NULL, r->whom != NULL ? r->whom : "",
                       "to standard output", reterr);
}

int ct_cli_vitals(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    struct request r = {0};
    bool bad = false;
    ct_cli_option(&argc, argv, "--patient", &r.number, &bad);
    ct_cli_option(&argc, argv, "--from", &r.from, &bad);
    ct_cli_option(&argc, argv, "--to", &r.to, &bad);
    ct_cli_option(&argc, argv, "--for", &r.whom, &bad);
    r.chart = ct_cli_flag(&argc, argv, "--chart");
    bool csv = ct_cli_flag(&argc, argv, "--csv");
    if (bad || argc != 2 || strcmp(argv[1], "export") != 0 || (csv && r.chart))
        return ct_cli_usage("vitals export --patient NUMBER [--from DATE] [--to DATE] "
                            "[--for WHOM] [--csv|--chart]");
    if (r.number == NULL)
        return ct_cli_usage("vitals export needs --patient NUMBER");
    if (cli->as == NULL)
        return ct_cli_usage("vitals needs --as LOGIN: say who you are");
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_BUF out = {.max = 64 * 1024 * 1024};
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    int status = 0;
    if (export(cli, app, &r, &out, &err) != CT_OK)
        status = ct_cli_error(&err);
    else
        fwrite(ct_buf_str(&out), 1, out.len, stdout);
    ct_logout(app);
    return status;
}
