/* figures - `clintech figures`: what a supervisor looks at over weeks, on standard output. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "exchange/figures_csv.h"

#define USAGE "figures [NAME] [--weeks N] [--until DATE] [--csv|--json] --as LOGIN"

enum { WEEKS = 12 };

static json_t *minutes(int64_t v)
{
    return v == CT_UNSET ? json_null() : json_integer(v);
}

static void as_json(enum ct_figure which, const struct ct_figure_row *r, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        int64_t v = ct_figure_value(which, &r[i]);
        json_t *o = json_pack("{s:s,s:I,s:I}", "of", r[i].label, "part", (json_int_t)r[i].part,
                              "whole", (json_int_t)r[i].whole);
        if (CT_FIGURE[which].share)
            json_object_set_new(o, "per_cent",
                                v == CT_UNSET ? json_null() : json_real((double)v / 10));
        if (CT_FIGURE[which].more != NULL) {
            json_object_set_new(o, "minutes_to_accept", minutes(r[i].more));
            json_object_set_new(o, "minutes_to_come", minutes(r[i].more2));
        }
        json_array_append_new(list, o);
    }
    json_t *all = json_pack("{s:s,s:s,s:o}", "figure", CT_FIGURE[which].id, "counted",
                            CT_FIGURE[which].help, "rows", list);
    char *text = json_dumps(all, JSON_INDENT(1) | JSON_REAL_PRECISION(4));
    printf("%s\n", text != NULL ? text : "{}");
    free(text);
    json_decref(all);
}

static void as_text(enum ct_figure which, const struct ct_figure_row *r, size_t n)
{
    const struct ct_figure_def *d = &CT_FIGURE[which];
    printf("%s\n%s\n\n%-28s %12s %12s%s\n", d->title, d->help, d->row, d->part, d->whole,
           d->share ? "        %" : "");
    for (size_t i = 0; i < n; i++) {
        CT_BUF label = {.max = 400};
        int64_t v = ct_figure_value(which, &r[i]);
        ct_text_clean(&label, r[i].label, -1, false);
        printf("%-28s %12lld %12lld", ct_buf_str(&label), (long long)r[i].part,
               (long long)r[i].whole);
        if (d->share && v != CT_UNSET)
            printf(" %6lld.%lld", (long long)(v / 10), (long long)(v % 10));
        if (r[i].more != CT_UNSET)
            printf("  accepted after %lld min", (long long)r[i].more);
        if (r[i].more2 != CT_UNSET)
            printf(", there after %lld min", (long long)r[i].more2);
        printf("\n");
    }
}

static int unknown(const char *name)
{
    CT_BUF all = {.max = 400};
    for (int i = 0; i < CT_FIGURES; i++)
        ct_buf_printf(&all, "%s%s", i > 0 ? ", " : "", CT_FIGURE[i].id);
    return ct_cli_usage("figures: there is no \"%.40s\"; there are %s", name, ct_buf_str(&all));
}

static void show(enum ct_figure which, const struct ct_figure_row *r, size_t n, bool csv,
                 bool json)
{
    CT_BUF out = {.max = 1024 * 1024};
    if (json) {
        as_json(which, r, n);
    } else if (csv) {
        ct_figures_csv(which, r, n, &out);
        fputs(ct_buf_str(&out), stdout);
    } else {
        as_text(which, r, n);
    }
}

int ct_cli_figures(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    const char *n_weeks = NULL, *day = NULL;
    struct ct_figure_row *row = NULL;
    bool bad = false;
    int64_t weeks = WEEKS;
    ct_date until = CT_NO_DATE;
    size_t n = 0;
    ct_cli_option(&argc, argv, "--weeks", &n_weeks, &bad);
    ct_cli_option(&argc, argv, "--until", &day, &bad);
    bool csv = ct_cli_flag(&argc, argv, "--csv");
    if (bad || argc > 2 || (csv && cli->json) || cli->as == NULL)
        return ct_cli_usage(USAGE);
    if (n_weeks != NULL && !ct_parse_int(n_weeks, 1, CT_FIGURE_WEEKS_MAX, &weeks))
        return ct_cli_usage("--weeks takes a number from 1 to %d", CT_FIGURE_WEEKS_MAX);
    enum ct_figure which = argc == 2 ? ct_figure_find(argv[1]) : CT_FIG_ON_TIME;
    if (which == CT_FIGURES)
        return unknown(argv[1]);
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    ct_date today = ct_date_at(ct_app_now(app));
    enum ct_status rc = CT_OK;
    if (day != NULL)
        rc = ct_date_parse(day, today, &until, &err);
    if (rc == CT_OK)
        rc = ct_figures(app, which, day != NULL ? until : today, (int)weeks, &row, &n, &err);
    ct_logout(app);
    if (rc != CT_OK)
        return ct_cli_error(&err);
    show(which, row, n, csv, cli->json);
    free(row);
    return 0;
}
