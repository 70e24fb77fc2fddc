/* score_pews - `clintech score pews`: see score.h. */
#include "cli/score_kinds.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "exchange/pews_csv.h"

static void pews_json(const struct ct_scorecard *t, int band, const struct ct_card_result *r)
{
    json_t *parts = json_object(), *missing = json_array();
    for (size_t i = 0; i < CT_PEWS_PARTS; i++) {
        int part = r->part[CT_PEWS_PART[i].q];
        json_object_set_new(parts, CT_PEWS_PART[i].name,
                            part < 0 ? json_null() : json_integer(part));
    }
    CT_BUF names = {0};
    ct_pews_missing(r, ";", &names);
    for (const char *s = ct_buf_str(&names); *s != '\0';) {
        size_t n = strcspn(s, ";");
        json_array_append_new(missing, json_stringn(s, n));
        s += n + (s[n] == ';');
    }
    json_t *j = json_pack("{s:s, s:s, s:s, s:b}", "score", ct_scorecard_title(t), "version",
                          ct_scorecard_version(t), "age_band", ct_scorecard_band_name(t, band),
                          "complete", r->complete);
    json_object_set_new(j, "total", r->complete ? json_integer(r->total) : json_null());
    json_object_set_new(j, "at_least", json_integer(r->total));
    json_object_set_new(j, "band", r->call >= 0 ? json_string(ct_band_name(r->band))
                                                : json_null());
    json_object_set_new(j, "frequency_min",
                        r->call >= 0 ? json_integer(r->frequency_min) : json_null());
    json_object_set_new(j, "parts", parts);
    json_object_set_new(j, "missing", missing);
    json_object_set_new(j, "response", json_string(ct_scorecard_response(t, r)));
    json_dumpf(j, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(j);
}

static void pews_text(const struct ct_score_options *o, const struct ct_scorecard *t, int band,
                       const struct ct_card_result *r)
{
    printf("%s %d   (%s, table %s)\n", ct_scorecard_title(t), r->total,
           ct_scorecard_band_name(t, band), ct_scorecard_version(t));
    for (size_t i = 0; i < CT_PEWS_PARTS; i++) {
        const struct ct_pews_part *p = &CT_PEWS_PART[i];
        const char *value = o->value[p->column];
        printf("  %-20s  %d  %s", p->name, r->part[p->q], value != NULL ? value : "");
        if (p->q == CT_Q_O2 && o->value[CT_PC_O2_VALUE] != NULL)
            printf(" %s %s", o->value[CT_PC_O2_VALUE], o->value[CT_PC_O2_UNIT]);
        printf("\n");
    }
    if (r->call < 0)
        printf("The site has set no call for this total.\n");
    else if (r->frequency_min == 0)
        printf("Monitor continuously.\n");
    else
        printf("Next set within %d min.\n", r->frequency_min);
    if (r->call >= 0)
        printf("%s\n", ct_scorecard_response(t, r));
}

static int pews_one(const struct ct_score_options *o, const struct ct_scorecard *t)
{
    struct ct_score_cell cell[CT_PCS] = {{NULL, 0}};
    struct ct_card_result r;
    int band;
    CT_BUF why = {0};
    for (size_t c = 0; c < CT_PCS; c++)
        if (o->value[c] != NULL)
            cell[c] = ct_score_cell(o->value[c], strlen(o->value[c]));
    if (!ct_pews_read(t, cell, &band, &r, &why)) {
        fprintf(stderr, "clintech score: %s\n", ct_buf_str(&why));
        return CT_EXIT_WANTING;
    }
    if (o->json)
        pews_json(t, band, &r);
    else if (r.complete)
        pews_text(o, t, band, &r);
    if (r.complete)
        return ct_cli_score_finish(0);
    ct_pews_missing(&r, ", ", &why);
    fprintf(stderr, "clintech score: undefined, %s missing; what is there scores %d\n",
            ct_buf_str(&why), r.total);
    if (r.call >= 0)
        fprintf(stderr, "clintech score: already: %s\n", ct_scorecard_response(t, &r));
    return ct_cli_score_finish(CT_EXIT_WANTING);
}

static enum ct_status pews_table(const void *arg, const struct ct_score_csv *ends,
                                struct ct_score_csv_count *count, struct ct_error *e)
{
    const struct ct_pews_csv job = {
        .card = arg, .read = ends->read, .read_arg = ends->read_arg,
        .write = ends->write, .write_arg = ends->write_arg,
    };
    return ct_pews_csv_run(&job, count, e);
}

static int pews_run(const struct ct_score_options *o, const struct ct_config *config)
{
    struct ct_scorecard *t = NULL;
    struct ct_error e;
    int status;
    if (ct_scorecard_load(config, "scores/pews.ini", &t, &e) != CT_OK)
        status = ct_cli_score_report(&e);
    else if (o->csv != NULL)
        status = ct_cli_score_table(o->csv, pews_table, t);
    else
        status = pews_one(o, t);
    ct_scorecard_free(t);
    return status;
}

const struct ct_score_command CT_SCORE_PEWS = {
    .name = "pews", .column = CT_PEWS_COLUMN, .n_columns = CT_PCS, .run = pews_run,
    .usage =
        "usage: clintech score pews --age-band 0-11m|1-4y|5-12y|13+y | --dob DATE --at WHEN\n"
        "                           --respiratory-rate N --spo2 N --heart-rate N --sbp N\n"
        "                           --respiratory-distress none|mild|moderate|severe\n"
        "                           --oxygen-device air|NP|FM|HF|CP|BiP [--oxygen-value N\n"
        "                           --oxygen-unit %|L/min] --cap-refill-s N [--json]\n"
        "       clintech score pews --csv FILE|-\n",
    .help =
        "Scores one set of a child's observations, or every row of a CSV table, by the\n"
        "national Paediatric Early Warning Score of England.\n"
        "\n"
        "  --age-band B        by the age on the day of the set; or\n"
        "  --dob DATE          date of birth, 2021-03-14, and\n"
        "  --at WHEN           2026-03-14, or a time with its offset, whose day at the\n"
        "                      clinic counts: 2026-03-14T09:42:00Z\n"
        "  --respiratory-rate N, --heart-rate N   a minute\n"
        "  --respiratory-distress W   none, mild, moderate, severe\n"
        "  --spo2 N            oxygen saturation, per cent\n"
        "  --oxygen-device D   air; NP prongs and FM face mask score by the figure; HF\n"
        "                      high flow, CP CPAP and BiP score by themselves\n"
        "  --oxygen-value N, --oxygen-unit U   the figure, % or L/min\n"
        "  --sbp N             systolic blood pressure, mmHg\n"
        "  --cap-refill-s N    capillary refill, whole seconds\n"
        "  --json              print JSON\n"
        "  --csv FILE|-        the same names as columns, with _ for -, in any order; all\n"
        "                      columns are passed through, and total,at_least,score_* for\n"
        "                      each part,missing,age_band_used,version,error added. A row\n"
        "                      with a value missing has no total: what is there is its\n"
        "                      least possible value.\n",
};
