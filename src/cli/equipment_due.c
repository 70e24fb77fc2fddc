/* equipment_due - `clintech equipment due`: the due board on standard output. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/equipment.h"
#include "clinic/schedule.h"
#include "exchange/csv.h"

static const char USAGE[] = "equipment due [--within DAYS] [--class CLASS] [--location PLACE] "
                            "[--standards] [--csv|--json]";
enum { WITHIN_MAX = 3650, OUT_MAX = 32 * 1024 * 1024 };
static const char *const STATE[] = {
    [CT_TASK_NOT_YET] = "later",
    [CT_TASK_SOON] = "due soon",
    [CT_TASK_DUE] = "due",
    [CT_TASK_OVERDUE] = "overdue",
};
/* By enum ct_equip_condition: what the device is in beside what is due on it. */
static const char *const CONDITION[] = {"in service",     "faulty",         "quarantined",
                                        "out for repair", "testing",        "retired"};

static json_t *as_json(const struct ct_task_due *t)
{
    char due[16], last[16], rule[200];
    ct_date_iso(t->s.due, due);
    ct_date_iso(t->s.last_day, last);
    ct_schedule_text(&t->s, rule, sizeof rule);
    json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:I}", "asset", t->asset,
                          "kind", CT_TASK_NAME[t->s.kind], "template", t->s.template_id, "due",
                          due, "last_day", last, "state", STATE[t->state], "model", t->model,
                          "class", t->class, "location", t->location, "condition",
                          CONDITION[t->condition], "standard", (int)t->standard, "schedule_id",
                          (json_int_t)t->s.first_id);
    if (o == NULL)
        return NULL;
    json_object_set_new(o, "rule", json_string(rule));
    if (t->s.result_day != CT_NO_DATE) {
        ct_date_iso(t->s.result_day, last);
        json_object_set_new(o, "result_day", json_string(last));
        json_object_set_new(o, "result_id", json_integer((json_int_t)t->s.result_id));
    }
    return o;
}

#define CSV_HEAD                                                                           \
    "due,last_day,state,asset,kind,template,model,class,location,condition,standard,"       \
    "result_day,rule\r\n"

static void as_csv(const struct ct_task_due *t, struct ct_buf *out)
{
    char due[16], last[16], done[16] = "", rule[200];
    ct_date_iso(t->s.due, due);
    ct_date_iso(t->s.last_day, last);
    if (t->s.result_day != CT_NO_DATE)
        ct_date_iso(t->s.result_day, done);
    ct_schedule_text(&t->s, rule, sizeof rule);
    const char *cell[] = {due,
                          last,
                          STATE[t->state],
                          t->asset,
                          CT_TASK_NAME[t->s.kind],
                          t->s.template_id,
                          t->model,
                          t->class,
                          t->location,
                          CONDITION[t->condition],
                          t->standard ? "yes" : "no",
                          done,
                          rule};
    for (size_t i = 0; i < CT_LEN(cell); i++) {
        if (i > 0)
            ct_buf_char(out, ',');
        ct_csv_put_text(out, cell[i], strlen(cell[i]));
    }
    ct_buf_str_add(out, "\r\n");
}

static void padded(struct ct_buf *out, const char *s, int cols)
{
    int used = ct_text_clean(out, s, cols, false);
    for (; used < cols + 1; used++)
        ct_buf_char(out, ' ');
}

static void as_text(const struct ct_task_due *t, struct ct_buf *out)
{
    char due[16];
    ct_date_iso(t->s.due, due);
    padded(out, due, 10);
    padded(out, STATE[t->state], 8);
    padded(out, t->asset, 12);
    padded(out, CT_TASK_NAME[t->s.kind], 22);
    padded(out, t->location, 14);
    ct_text_clean(out, t->model, 30, false);
    if (t->condition != CT_COND_IN_SERVICE)
        ct_buf_printf(out, " (%s)", CONDITION[t->condition]);
    ct_buf_char(out, '\n');
}

static enum ct_status make(const struct ct_cli *cli, struct ct_app *app,
                           const struct ct_task_filter *f, bool csv, struct ct_buf *out,
                           struct ct_error *reterr)
{
    struct ct_task_due *v = NULL;
    size_t n = 0;
    struct ct_task_counts counts;
    const struct ct_equip_classes *classes;
    enum ct_status st = ct_equip_classes_of(app, &classes, reterr);
    if (st == CT_OK && f->class[0] != '\0' && ct_equip_class_find(classes, f->class) == NULL)
        st = ct_fail(reterr, CT_EINVAL, "class", "There is no class \"%s\" of devices.",
                     f->class);
    if (st == CT_OK)
        st = ct_task_board(app, f, SIZE_MAX, &v, &n, &counts, reterr);
    if (st != CT_OK)
        return st;
    json_t *rows = cli->json ? json_array() : NULL;
    if (csv)
        ct_buf_str_add(out, CSV_HEAD);
    for (size_t i = 0; i < n; i++) {
        if (rows != NULL)
            json_array_append_new(rows, as_json(&v[i]));
        else if (csv)
            as_csv(&v[i], out);
        else
            as_text(&v[i], out);
    }
    free(v);
    if (rows != NULL) {
        char *text = json_dumps(rows, JSON_INDENT(2));
        bool whole = text != NULL && json_array_size(rows) == n;
        ct_buf_printf(out, "%s\n", whole ? text : "");
        free(text);
        json_decref(rows);
        if (!whole)
            st = ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the list.");
    } else if (!csv) {
        ct_buf_printf(out, "%lld overdue, %lld due, %lld %s\n", (long long)counts.overdue,
                      (long long)counts.due, (long long)counts.soon,
                      f->ahead_days < 0 ? "soon" : "later");
    }
    if (st == CT_OK && out->bad)
        st = ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the list.");
    return st;
}

int ct_cli_equipment_due(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    struct ct_task_filter f = {.kind = -1, .ahead_days = -1};
    const char *within = NULL, *class = NULL, *location = NULL;
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_BUF out = {.max = OUT_MAX};
    bool bad = false;
    int64_t days = -1;
    int status = 0;
    ct_cli_option(&argc, argv, "--within", &within, &bad);
    ct_cli_option(&argc, argv, "--class", &class, &bad);
    ct_cli_option(&argc, argv, "--location", &location, &bad);
    bool csv = ct_cli_flag(&argc, argv, "--csv");
    f.standards = ct_cli_flag(&argc, argv, "--standards");
    if (bad || argc != 1 || (csv && cli->json))
        return ct_cli_usage("%s", USAGE);
    if (within != NULL && !ct_parse_int(within, 0, WITHIN_MAX, &days))
        return ct_cli_usage("--within takes a number of days from today, 0 to %d, and no \"%s\"",
                            WITHIN_MAX, within);
    f.ahead_days = (int)days;
    ct_text_copy(f.class, sizeof f.class, class != NULL ? class : "");
    ct_text_copy(f.location, sizeof f.location, location != NULL ? location : "");
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    if (make(cli, app, &f, csv, &out, &err) != CT_OK)
        status = ct_cli_error(&err);
    else
        fwrite(ct_buf_str(&out), 1, out.len, stdout);
    ct_logout(app);
    return status;
}
