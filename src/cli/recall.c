/* recall - recalls of sterile packs, and the same list of a load, a pack, a machine or a period
 * with no failure: on standard output. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "clinic/procedure.h"
#include "clinic/recall.h"
#include "exchange/csv.h"

#define USAGE                                                                               \
    "recall list [--all] | show N | ask --load N | --pack N | [--machine ASSET] "          \
    "[--from DATE] [--to DATE]; each [--json|--csv] --as LOGIN"

enum { RECALLS_MAX = 10000, OUT_MAX = 64 * 1024 * 1024 };

struct request {
    const char *load, *pack, *machine, *from, *to, *number;
    bool all, csv;
};

/* ---- one recall ------------------------------------------------------------------------- */

static json_t *time_json(int64_t ms)
{
    char at[32];
    if (ms == CT_UNSET)
        return json_null();
    ct_rfc3339(ms, at);
    return json_string(at);
}

static json_t *recall_json(const struct ct_recall_row *r)
{
    json_t *o = json_pack("{s:I,s:s,s:s,s:s,s:s,s:I,s:I,s:I,s:i}", "recall", (json_int_t)r->id,
                          "cause", CT_RECALL_CAUSE_NAME[r->cause], "asset", r->asset, "text",
                          r->text, "by", r->by, "loads", (json_int_t)r->loads, "packs",
                          (json_int_t)r->packs, "undone", (json_int_t)r->undone, "negatives",
                          r->negatives);
    json_object_set_new(o, "since", time_json(r->at_ms));
    json_object_set_new(o, "wanted", r->wanted >= 0 ? json_integer(r->wanted) : json_null());
    json_object_set_new(o, "closed", time_json(r->closed_ms));
    json_object_set_new(o, "closed_by", json_string(r->closed_by));
    json_object_set_new(o, "closed_text", json_string(r->closed_text));
    return o;
}

static void dump(json_t *o, struct ct_buf *out)
{
    char *text = json_dumps(o, JSON_INDENT(2));
    ct_buf_printf(out, "%s\n", text != NULL ? text : "{}");
    free(text);
    json_decref(o);
}

static void csv_text(struct ct_buf *out, const char *text)
{
    ct_buf_char(out, ',');
    ct_csv_put_text(out, text, strlen(text));
}

static void recalls_csv(const struct ct_recall_row *r, size_t n, struct ct_buf *out)
{
    ct_buf_str_add(out, "recall,cause,since,asset,text,loads,packs,undone,closed,closed_by\r\n");
    for (size_t i = 0; i < n; i++) {
        char since[32], closed[32] = "";
        ct_rfc3339(r[i].at_ms, since);
        if (r[i].closed_ms != CT_UNSET)
            ct_rfc3339(r[i].closed_ms, closed);
        ct_buf_printf(out, "%lld,%s,%s", (long long)r[i].id, CT_RECALL_CAUSE_NAME[r[i].cause],
                      since);
        csv_text(out, r[i].asset);
        csv_text(out, r[i].text);
        ct_buf_printf(out, ",%lld,%lld,%lld,%s", (long long)r[i].loads, (long long)r[i].packs,
                      (long long)r[i].undone, closed);
        csv_text(out, r[i].closed_by);
        ct_buf_str_add(out, "\r\n");
    }
}

static void recall_text(const struct ct_recall_row *r, struct ct_buf *out)
{
    char since[24], line[700];
    ct_datetime_text(r->at_ms, since);
    snprintf(line, sizeof line, "RC-%lld  %s  %s  %lld packs of %lld loads, %lld to do  %s%s%s",
             (long long)r->id, since, r->closed_ms != CT_UNSET ? "closed" : "OPEN",
             (long long)r->packs, (long long)r->loads, (long long)r->undone, r->asset,
             r->asset[0] != '\0' ? ": " : "", r->text);
    ct_text_clean(out, line, -1, false);
    ct_buf_char(out, '\n');
}

/* ---- packs ------------------------------------------------------------------------------- */

/* On whom: "" nobody, or a record that is not open to this user. */
struct whom {
    char patient[2 * CT_NAME_BYTES + 3];
    bool restricted;
};

static void whom_of(struct ct_app *app, const struct ct_recall_pack *p, struct whom *w)
{
    struct ct_procedure proc;
    *w = (struct whom){.restricted = false};
    if (p->procedure_id == 0 || ct_procedure_glance(app, p->procedure_id, &proc, NULL) != CT_OK)
        return;
    w->restricted = proc.restricted;
    if (!proc.restricted)
        ct_text_copy(w->patient, sizeof w->patient, proc.patient);
}

static const char *done_name(const struct ct_recall_pack *p)
{
    return p->disposition >= 0 ? CT_RECALL_DISPOSITION_NAME[p->disposition] : "";
}

static json_t *packs_json(struct ct_app *app, const struct ct_recall_pack *p, size_t n)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < n; i++) {
        char pack[40], load[40];
        struct whom w;
        whom_of(app, &p[i], &w);
        ct_pack_number(app, p[i].p.id, pack);
        ct_load_number(app, p[i].load_id, load);
        json_t *o = json_pack("{s:s,s:s,s:b,s:s,s:s,s:s,s:b,s:b,s:s,s:s,s:s}", "pack", pack,
                              "contents", p[i].p.contents, "implant", (int)p[i].p.implant, "load",
                              load, "state", CT_PACK_STEP_NAME[p[i].p.step], "place",
                              p[i].p.place, "recalled", p[i].p.recalled > 0, "restricted",
                              (int)w.restricted, "patient", w.patient, "done", done_name(&p[i]),
                              "done_text", p[i].text);
        json_object_set_new(o, "started", time_json(p[i].started_ms));
        json_object_set_new(o, "procedure",
                            p[i].procedure_id != 0 ? json_integer((json_int_t)p[i].procedure_id)
                                                   : json_null());
        json_array_append_new(rows, o);
    }
    return rows;
}

static void packs_csv(struct ct_app *app, const struct ct_recall_pack *p, size_t n,
                      struct ct_buf *out)
{
    ct_buf_str_add(out, "pack,contents,implant,load,started,state,place,procedure,patient,"
                        "restricted,recalled,done,done_text\r\n");
    for (size_t i = 0; i < n; i++) {
        char pack[40], load[40], at[32] = "", procedure[24] = "";
        struct whom w;
        whom_of(app, &p[i], &w);
        ct_pack_number(app, p[i].p.id, pack);
        ct_load_number(app, p[i].load_id, load);
        if (p[i].started_ms != CT_UNSET)
            ct_rfc3339(p[i].started_ms, at);
        if (p[i].procedure_id != 0)
            snprintf(procedure, sizeof procedure, "%lld", (long long)p[i].procedure_id);
        ct_csv_put_text(out, pack, strlen(pack));
        csv_text(out, p[i].p.contents);
        ct_buf_printf(out, ",%d", p[i].p.implant);
        csv_text(out, load);
        ct_buf_printf(out, ",%s,%s", at, CT_PACK_STEP_NAME[p[i].p.step]);
        csv_text(out, p[i].p.place);
        ct_buf_printf(out, ",%s", procedure);
        csv_text(out, w.patient);
        ct_buf_printf(out, ",%d,%d,%s", w.restricted, p[i].p.recalled > 0, done_name(&p[i]));
        csv_text(out, p[i].text);
        ct_buf_str_add(out, "\r\n");
    }
}

static void packs_text(struct ct_app *app, const struct ct_recall_pack *p, size_t n,
                       struct ct_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        char pack[40], load[40], used[220] = "", line[1200];
        struct whom w;
        whom_of(app, &p[i], &w);
        ct_pack_number(app, p[i].p.id, pack);
        ct_load_number(app, p[i].load_id, load);
        if (p[i].procedure_id != 0)
            snprintf(used, sizeof used, " P-%lld %s", (long long)p[i].procedure_id,
                     w.restricted ? "restricted record" : w.patient);
        snprintf(line, sizeof line, "%-9s %-7s %s%s%s%s%s%s%s%s%s", pack, load,
                 CT_PACK_STEP_NAME[p[i].p.step], used, p[i].p.place[0] != '\0' ? ", " : "",
                 p[i].p.place, p[i].p.recalled > 0 ? "  RECALLED" : "",
                 p[i].disposition >= 0 ? "  " : "", done_name(&p[i]),
                 p[i].text[0] != '\0' ? ": " : "", p[i].text);
        ct_text_clean(out, line, -1, false);
        ct_buf_str_add(out, "  ");
        ct_text_clean(out, p[i].p.contents, -1, false);
        ct_buf_str_add(out, p[i].p.implant ? " (implant)\n" : "\n");
    }
}

/* ---- the commands ------------------------------------------------------------------------- */

/* The chain's entry is there before the first byte leaves. */
static enum ct_status told(struct ct_app *app, const char *of, size_t n, struct ct_error *reterr)
{
    char detail[240];
    snprintf(detail, sizeof detail, "%.180s: %zu packs, to standard output", of, n);
    return ct_record_event(app, CT_VERB_RECALL_EXPORT, CT_UNSET, CT_ROUTINE, detail, reterr);
}

static enum ct_status list(struct ct_cli *cli, struct ct_app *app, const struct request *q,
                           struct ct_buf *out, struct ct_error *reterr)
{
    struct ct_recall_row *r = NULL;
    size_t n = 0;
    enum ct_status rc = ct_recalls(app, !q->all, RECALLS_MAX, &r, &n, reterr);
    if (rc != CT_OK)
        return rc;
    if (cli->json) {
        json_t *rows = json_array();
        for (size_t i = 0; i < n; i++)
            json_array_append_new(rows, recall_json(&r[i]));
        dump(json_pack("{s:o}", "recalls", rows), out);
    } else if (q->csv) {
        recalls_csv(r, n, out);
    } else {
        for (size_t i = 0; i < n; i++)
            recall_text(&r[i], out);
        if (n == 0)
            ct_buf_str_add(out, q->all ? "There is no recall.\n" : "No recall is open.\n");
    }
    free(r);
    return CT_OK;
}

/* "RC-12", "rc-12", "12"; 0: it is none. */
static int64_t recall_number(const char *s)
{
    int64_t n;
    if ((s[0] == 'R' || s[0] == 'r') && (s[1] == 'C' || s[1] == 'c') && s[2] == '-')
        s += 3;
    return ct_parse_int(s, 1, INT64_MAX - 1, &n) ? n : 0;
}

static enum ct_status show(struct ct_cli *cli, struct ct_app *app, const struct request *q,
                           struct ct_buf *out, struct ct_error *reterr)
{
    struct ct_recall_row r;
    struct ct_recall_pack *p = NULL;
    char of[24];
    size_t n = 0;
    int64_t id = recall_number(q->number);
    if (id == 0)
        return ct_fail(reterr, CT_EINVAL, "recall_id", "\"%.40s\" is no number of a recall: RC-12",
                       q->number);
    enum ct_status rc = ct_recall_get(app, id, &r, reterr);
    if (rc == CT_OK)
        rc = ct_recall_packs(app, id, &p, &n, reterr);
    snprintf(of, sizeof of, "RC-%lld", (long long)id);
    if (rc == CT_OK)
        rc = told(app, of, n, reterr);
    if (rc == CT_OK && cli->json) {
        json_t *o = recall_json(&r);
        json_object_set_new(o, "lines", packs_json(app, p, n));
        dump(o, out);
    } else if (rc == CT_OK && q->csv) {
        packs_csv(app, p, n, out);
    } else if (rc == CT_OK) {
        recall_text(&r, out);
        packs_text(app, p, n, out);
    }
    free(p);
    return rc;
}

static enum ct_status asked(struct ct_app *app, const struct request *q,
                            struct ct_recall_ask *ask, struct ct_error *reterr)
{
    struct ct_load l;
    struct ct_pack p;
    struct ct_equipment e;
    enum ct_status rc = CT_OK;
    if (q->load != NULL) {
        rc = ct_load_find(app, q->load, &l, reterr);
        ask->load_id = rc == CT_OK ? l.id : 0;
        return rc;
    }
    if (q->pack != NULL) {
        rc = ct_pack_find(app, q->pack, &p, reterr);
        ask->pack_id = rc == CT_OK ? p.id : 0;
        return rc;
    }
    if (q->machine != NULL)
        rc = ct_equipment_find(app, q->machine, &e, reterr);
    if (rc == CT_OK && q->machine != NULL)
        ask->equipment_id = e.id;
    return rc == CT_OK ? ct_recall_days(app, q->from, q->to, ask, reterr) : rc;
}

static enum ct_status ask(struct ct_cli *cli, struct ct_app *app, const struct request *q,
                          struct ct_buf *out, struct ct_error *reterr)
{
    struct ct_recall_ask a = {.load_id = 0};
    struct ct_recall_pack *p = NULL;
    char of[160];
    size_t n = 0;
    enum ct_status rc = asked(app, q, &a, reterr);
    bool period = ct_recall_of_period(&a);
    if (rc == CT_OK)
        rc = ct_recall_list(app, &a, &p, &n, reterr);
    if (rc == CT_OK) {
        ct_recall_ask_text(app, &a, of, sizeof of);
        rc = told(app, of, n, reterr);
    }
    if (rc == CT_OK && cli->json) {
        json_t *o = json_pack("{s:s}", "asked", of);
        json_object_set_new(o, "from", period ? time_json(a.from_ms) : json_null());
        json_object_set_new(o, "to", period ? time_json(a.to_ms) : json_null());
        json_object_set_new(o, "lines", packs_json(app, p, n));
        dump(o, out);
    } else if (rc == CT_OK && q->csv) {
        packs_csv(app, p, n, out);
    } else if (rc == CT_OK) {
        ct_buf_printf(out, "%s: %zu packs; nothing is stopped by this list\n", of, n);
        packs_text(app, p, n, out);
    }
    free(p);
    return rc;
}

/* What was asked makes sense: one of load and pack, or a machine and days. */
static bool sensible(const struct request *q, const char *what, int argc)
{
    bool days = q->machine != NULL || q->from != NULL || q->to != NULL;
    bool any = days || q->load != NULL || q->pack != NULL;
    if (strcmp(what, "ask") == 0)
        return argc == 2 && !q->all && any && days + (q->load != NULL) + (q->pack != NULL) == 1;
    if (strcmp(what, "list") == 0)
        return argc == 2 && !any;
    return strcmp(what, "show") == 0 && argc == 3 && !any && !q->all;
}

int ct_cli_recall(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    struct request q = {.all = false};
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_BUF out = {.max = OUT_MAX};
    bool bad = false;
    int status = 0;
    ct_cli_option(&argc, argv, "--load", &q.load, &bad);
    ct_cli_option(&argc, argv, "--pack", &q.pack, &bad);
    ct_cli_option(&argc, argv, "--machine", &q.machine, &bad);
    ct_cli_option(&argc, argv, "--from", &q.from, &bad);
    ct_cli_option(&argc, argv, "--to", &q.to, &bad);
    q.all = ct_cli_flag(&argc, argv, "--all");
    q.csv = ct_cli_flag(&argc, argv, "--csv");
    if (bad || argc < 2 || (q.csv && cli->json) || !sensible(&q, argv[1], argc))
        return ct_cli_usage(USAGE);
    q.number = argc > 2 ? argv[2] : NULL;
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    enum ct_status rc = ct_require(app, CT_PERM_EXPORT, &err);
    if (rc == CT_OK)
        rc = argv[1][0] == 'l'   ? list(cli, app, &q, &out, &err)
             : argv[1][0] == 's' ? show(cli, app, &q, &out, &err)
                                 : ask(cli, app, &q, &out, &err);
    if (rc == CT_OK && out.bad)
        rc = ct_fail(&err, CT_ENOMEM, "", "There is no memory for the list.");
    if (rc != CT_OK)
        status = ct_cli_error(&err);
    else
        fwrite(ct_buf_str(&out), 1, out.len, stdout);
    ct_logout(app);
    return status;
}
