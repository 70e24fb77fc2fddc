/* equipment impact - what a device has measured since it was last known to be good, and what
 * that would have been: on standard output. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/equipment.h"
#include "clinic/lookback.h"
#include "exchange/csv.h"

static json_t *line_json(const struct ct_lookback_line *l)
{
    char at[32];
    ct_rfc3339(l->at_ms, at);
    json_t *o = json_pack("{s:s,s:I,s:s,s:s,s:b,s:b,s:b}", "what", CT_LB_WHAT_NAME[l->what], "id",
                          (json_int_t)l->ref_id, "at", at, "asset", l->asset, "restricted",
                          (int)l->restricted, "corrected", (int)l->corrected, "changes",
                          (int)l->changes);
    json_object_set_new(o, "via_calibration",
                        l->via != 0 ? json_integer((json_int_t)l->via) : json_null());
    json_object_set_new(o, "patient", json_string(l->patient));
    json_object_set_new(o, "value", json_string(l->value));
    json_object_set_new(o, "would_be", json_string(l->would));
    return o;
}

static void as_json(const struct ct_equipment *e, const struct ct_impact *im, struct ct_buf *out)
{
    char from[32], to[32];
    json_t *rows = json_array();
    ct_rfc3339(im->from_ms, from);
    ct_rfc3339(im->to_ms, to);
    for (size_t i = 0; i < im->n; i++)
        json_array_append_new(rows, line_json(&im->line[i]));
    json_t *o = json_pack("{s:s,s:s,s:s,s:I,s:o}", "asset", e->asset, "from", from, "to", to,
                          "calibration", (json_int_t)im->calibration_id, "lines", rows);
    char *text = json_dumps(o, JSON_INDENT(2));
    ct_buf_printf(out, "%s\n", text != NULL ? text : "{}");
    free(text);
    json_decref(o);
}

static void as_csv(const struct ct_impact *im, struct ct_buf *out)
{
    ct_buf_str_add(out, "what,id,at,asset,via_calibration,patient,value,would_be,changes,"
                        "restricted\r\n");
    for (size_t i = 0; i < im->n; i++) {
        const struct ct_lookback_line *l = &im->line[i];
        char at[32], via[24] = "";
        ct_rfc3339(l->at_ms, at);
        if (l->via != 0)
            snprintf(via, sizeof via, "%lld", (long long)l->via);
        ct_buf_printf(out, "%s,%lld,%s,", CT_LB_WHAT_NAME[l->what], (long long)l->ref_id, at);
        ct_csv_put_text(out, l->asset, strlen(l->asset));
        ct_buf_printf(out, ",%s,", via);
        ct_csv_put_text(out, l->patient, strlen(l->patient));
        ct_buf_char(out, ',');
        ct_csv_put_text(out, l->value, strlen(l->value));
        ct_buf_char(out, ',');
        ct_csv_put_text(out, l->would, strlen(l->would));
        ct_buf_printf(out, ",%d,%d\r\n", l->changes, l->restricted);
    }
}

static void as_text(const struct ct_equipment *e, const struct ct_impact *im, struct ct_buf *out)
{
    char from[24], to[24];
    size_t changes = 0;
    ct_datetime_text(im->from_ms, from);
    ct_datetime_text(im->to_ms, to);
    for (size_t i = 0; i < im->n; i++)
        changes += im->line[i].changes;
    ct_buf_printf(out, "%s, %s to %s: %zu line%s, %zu would change\n", e->asset, from, to, im->n,
                  im->n == 1 ? "" : "s", changes);
    if (im->calibration_id != 0)
        ct_buf_printf(out, "corrected by the error as found in K-%lld\n",
                      (long long)im->calibration_id);
    else
        ct_buf_str_add(out, "no calibration of that time found it out of tolerance: nothing is "
                            "corrected\n");
    for (size_t i = 0; i < im->n; i++) {
        const struct ct_lookback_line *l = &im->line[i];
        char at[24], line[700];
        ct_datetime_text(l->at_ms, at);
        snprintf(line, sizeof line, "%s %-18s %s  %s  %s%s%s", l->changes ? "!" : " ", at,
                 l->restricted          ? "restricted record"
                 : l->patient[0] != '\0' ? l->patient
                                         : l->asset,
                 CT_LB_WHAT_NAME[l->what], l->value, l->would[0] != '\0' ? " -> " : "", l->would);
        ct_text_clean(out, line, -1, false);
        ct_buf_char(out, '\n');
    }
}

struct request {
    const char *asset, *from, *to;
    bool csv;
};

/* The chain's entry is there before the first byte leaves. */
static enum ct_status told(struct ct_app *app, const struct ct_equipment *e,
                           const struct ct_impact *im, struct ct_error *reterr)
{
    char detail[160];
    snprintf(detail, sizeof detail, "%s: impact, %zu lines, to standard output", e->asset, im->n);
    return ct_record_event(app, CT_VERB_LOOKBACK_EXPORT, CT_UNSET, CT_ROUTINE, detail, reterr);
}

static enum ct_status make(struct ct_cli *cli, struct ct_app *app, const struct request *r,
                           struct ct_buf *out, struct ct_error *reterr)
{
    struct ct_equipment e;
    struct ct_vitals_rules rules;
    struct ct_impact im = {.n = 0};
    int64_t from_ms, to_ms;
    enum ct_status st = ct_require(app, CT_PERM_EXPORT, reterr);
    if (st == CT_OK)
        st = ct_equipment_find(app, r->asset, &e, reterr);
    if (st == CT_OK)
        st = ct_cli_days(app, r->from, r->to, &from_ms, &to_ms, reterr);
    if (st == CT_OK)
        st = ct_vitals_rules_load(ct_app_config(app), &rules, reterr);
    if (st != CT_OK)
        return st;
    st = ct_impact(app, &rules, e.id, r->from != NULL ? from_ms : CT_UNSET, to_ms, &im, reterr);
    ct_vitals_rules_done(&rules);
    if (st == CT_OK)
        st = told(app, &e, &im, reterr);
    if (st == CT_OK) {
        if (cli->json)
            as_json(&e, &im, out);
        else if (r->csv)
            as_csv(&im, out);
        else
            as_text(&e, &im, out);
    }
    free(im.line);
    if (st == CT_OK && out->bad)
        st = ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the list.");
    return st;
}

int ct_cli_equipment_impact(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    struct request r = {.csv = false};
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_BUF out = {.max = 64 * 1024 * 1024};
    bool bad = false;
    int status = 0;
    ct_cli_option(&argc, argv, "--from", &r.from, &bad);
    ct_cli_option(&argc, argv, "--to", &r.to, &bad);
    r.csv = ct_cli_flag(&argc, argv, "--csv");
    if (bad || argc != 2 || argv[1][0] == '-' || (r.csv && cli->json))
        return ct_cli_usage("%s", CT_CLI_IMPACT_USAGE);
    r.asset = argv[1];
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    if (make(cli, app, &r, &out, &err) != CT_OK)
        status = ct_cli_error(&err);
    else
        fwrite(ct_buf_str(&out), 1, out.len, stdout);
    ct_logout(app);
    return status;
}
