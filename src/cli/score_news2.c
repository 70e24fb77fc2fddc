/* score_news2 - `clintech score news2`: see score.h. */
#include "cli/score_kinds.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "exchange/news2_csv.h"

static const enum ct_news2_column COLUMN_OF[CT_N_INPUTS] = {
    [CT_N_RESP] = CT_NC_RESP,    [CT_N_SPO2] = CT_NC_SPO2,   [CT_N_O2] = CT_NC_ON_OXYGEN,
    [CT_N_SBP] = CT_NC_SBP,      [CT_N_PULSE] = CT_NC_PULSE, [CT_N_ACVPU] = CT_NC_ACVPU,
    [CT_N_TEMP] = CT_NC_TEMP,
};

static void news2_json(const struct ct_news2 *t, const struct ct_news2_set *set,
                       const struct ct_news2_result *r)
{
    json_t *parts = json_object(), *missing = json_array();
    for (size_t i = 0; i < CT_N_INPUTS; i++) {
        const char *name = CT_NEWS2_COLUMN[COLUMN_OF[i]];
        json_object_set_new(parts, name,
                            r->part[i] < 0 ? json_null() : json_integer(r->part[i]));
        if (r->missing & 1u << i)
            json_array_append_new(missing, json_string(name));
    }
    json_t *j = json_pack("{s:s, s:s, s:i, s:b}", "score", "NEWS2", "version",
                          ct_news2_version(t), "scale", set->scale, "complete", r->complete);
    json_object_set_new(j, "total", r->complete ? json_integer(r->total) : json_null());
    json_object_set_new(j, "at_least", json_integer(r->total));
    json_object_set_new(j, "single3", json_boolean(r->single3));
    json_object_set_new(j, "band",
                        r->complete ? json_string(ct_band_name(r->band)) : json_null());
    json_object_set_new(j, "frequency_min",
                        r->complete ? json_integer(r->frequency_min) : json_null());
    json_object_set_new(j, "parts", parts);
    json_object_set_new(j, "missing", missing);
    json_object_set_new(j, "response", json_string(ct_news2_response(t, r)));
    json_dumpf(j, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(j);
}

static void print_frequency(const struct ct_news2 *t, const struct ct_news2_result *r)
{
    int longest = ct_news2_longest_min(t, r);
    if (r->frequency_min == 0)
        printf("Monitor continuously.\n");
    else if (longest > r->frequency_min)
        printf("Next set within %d min (the chart allows up to %d).\n", r->frequency_min,
               longest);
    else
        printf("Next set within %d min.\n", r->frequency_min);
}

static void news2_text(const struct ct_score_options *o, const struct ct_news2 *t,
                       const struct ct_news2_set *set, const struct ct_news2_result *r)
{
    printf("NEWS2 %d  %s%s   (SpO2 scale %d, table %s)\n", r->total, ct_band_name(r->band),
           r->single3 ? ", a single 3" : "", set->scale, ct_news2_version(t));
    for (size_t i = 0; i < CT_N_INPUTS; i++) {
        enum ct_news2_column c = COLUMN_OF[i];
        printf("  %-10s %6s  %d\n", CT_NEWS2_COLUMN[c], o->value[c], r->part[i]);
    }
    print_frequency(t, r);
    printf("%s\n", ct_news2_response(t, r));
}

static int news2_one(const struct ct_score_options *o, const struct ct_news2 *t,
                     const struct ct_limits *l)
{
    struct ct_news2_set set;
    struct ct_error e;
    int bad = 0;
    ct_news2_set_init(&set);
    for (unsigned c = 0; c < CT_NCS; c++) {
        const char *s = o->value[c];
        if (s == NULL ||
            ct_news2_cell(l, (enum ct_news2_column)c, s, strlen(s), &set, &e) == CT_OK)
            continue;
        fprintf(stderr, "clintech score: %s: %s\n", CT_NEWS2_COLUMN[c], e.text);
        bad++;
    }
    if (bad == 0 && set.scale == 0 && o->value[CT_NC_SCALE] != NULL) {
        fprintf(stderr, "clintech score: scale is empty; it is 1 or 2\n");
        bad++;
    }
    if (bad > 0)
        return CT_EXIT_WANTING;
    if (set.scale == 0)
        set.scale = 1;
    struct ct_news2_result r;
    if (ct_news2_score(t, &set, &r, &e) != CT_OK)
        return ct_cli_score_report(&e);
    if (o->json)
        news2_json(t, &set, &r);
    else if (r.complete)
        news2_text(o, t, &set, &r);
    if (r.complete)
        return ct_cli_score_finish(0);
    char missing[160];
    ct_news2_missing_text(&r, missing, sizeof missing);
    fprintf(stderr, "clintech score: undefined, %s missing; what is there scores %d\n",
            missing, r.total);
    return ct_cli_score_finish(CT_EXIT_WANTING);
}

static enum ct_status news2_table(const void *arg, const struct ct_score_csv *ends,
                                struct ct_score_csv_count *count, struct ct_error *e)
{
    struct ct_news2_csv job = *(const struct ct_news2_csv *)arg;
    job.read = ends->read;
    job.read_arg = ends->read_arg;
    job.write = ends->write;
    job.write_arg = ends->write_arg;
    return ct_news2_csv_run(&job, count, e);
}

static int news2_run(const struct ct_score_options *o, const struct ct_config *config)
{
    struct ct_news2 *t = NULL;
    struct ct_limits l;
    struct ct_error e;
    enum ct_status st = ct_news2_load(config, &t, &e);
    if (st == CT_OK)
        st = ct_limits_load(config, &l, &e);
    int status;
    if (st != CT_OK)
        status = ct_cli_score_report(&e);
    else if (o->csv != NULL)
        status = ct_cli_score_table(o->csv, news2_table,
                                    &(struct ct_news2_csv){.table = t, .limits = &l});
    else
        status = news2_one(o, t, &l);
    ct_news2_free(t);
    return status;
}

const struct ct_score_command CT_SCORE_NEWS2 = {
    .name = "news2", .column = CT_NEWS2_COLUMN, .n_columns = CT_NCS, .run = news2_run,
    .usage =
        "usage: clintech score news2 --resp N --spo2 N [--scale 1|2] --on-oxygen 0|1\n"
        "                            --sbp N --pulse N --acvpu A|C|V|P|U --temp N.N [--json]\n"
        "       clintech score news2 --csv FILE|-\n",
    .help =
        "Scores one set of observations, or every row of a CSV table, by NEWS2 (Royal\n"
        "College of Physicians, 2017; adults of 16 and over, not in pregnancy).\n"
        "\n"
        "  --resp N        breaths a minute\n"
        "  --spo2 N        oxygen saturation, per cent\n"
        "  --scale 1|2     SpO2 scale; 1 unless given. 2 only where prescribed\n"
        "  --on-oxygen V   0 1, no yes, air oxygen\n"
        "  --sbp N         systolic blood pressure, mmHg\n"
        "  --pulse N       a minute\n"
        "  --acvpu L       A alert, C new confusion, V voice, P pain, U unresponsive\n"
        "  --temp N.N      degrees Celsius\n"
        "  --json          print JSON\n"
        "  --csv FILE|-    columns resp,spo2,scale,on_oxygen,sbp,pulse,acvpu,temp by name,\n"
        "                  in any order; all columns are passed through, and total,single3,\n"
        "                  band,frequency_min,error added. Without a column scale all rows\n"
        "                  are scale 1.\n",
};
