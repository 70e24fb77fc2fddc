/* equipment - devices from another system's table, and the registry on standard output. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/equipment.h"
#include "cli/equipment_label.h"
#include "exchange/equipment_csv.h"

/* One each of equipment_*.c; argv[0] is its name. */
static const struct {
    const char *name;
    int (*run)(struct ct_cli *cli, int argc, char **argv);
    const char *usage;
} SUB[] = {
    {"list", ct_cli_equipment_list,
     "equipment list [WORDS] [--class CLASS] [--location PLACE] [--standards] [--retired] "
     "[--csv|--json]"},
    {"import", ct_cli_equipment_import, "equipment import FILE|- [--json]"},
    {"due", ct_cli_equipment_due,
     "equipment due [--within DAYS] [--class CLASS] [--location PLACE] [--standards] "
     "[--csv|--json]"},
    {"impact", ct_cli_equipment_impact, CT_CLI_IMPACT_USAGE},
    {"label", ct_cli_equipment_label, "equipment label ASSET [--json]"},
};

/* What others wrote is not let at the terminal as it is. */
static void clean(char *s, size_t size)
{
    CT_BUF b = {.max = 4096};
    ct_text_clean(&b, s, -1, false);
    ct_text_copy(s, size, ct_buf_str(&b));
}

/* ---- import -------------------------------------------------------------------------------- */

static enum ct_status take(void *arg, char *buf, size_t cap, size_t *ret_n,
                           struct ct_error *reterr)
{
    FILE *f = arg;
    *ret_n = fread(buf, 1, cap, f);
    if (*ret_n == 0 && ferror(f))
        return ct_fail(reterr, CT_EIO, "", "The table cannot be read: %s.", strerror(errno));
    return CT_OK;
}

struct report {
    const char *name; /* of the file */
    json_t *rows;     /* NULL: as text */
};

static const char *const FATE[] = {"added", "already there", "bad"};

static void row_tell(const struct ct_equip_row *row, void *arg)
{
    const struct report *r = arg;
    struct ct_equip_row x = *row;
    clean(x.error.text, sizeof x.error.text);
    clean(x.text, sizeof x.text);
    if (r->rows != NULL) {
        json_t *o = json_pack("{s:I,s:s}", "line", (json_int_t)x.line, "status", FATE[x.fate]);
        if (x.fate == CT_EQUIP_BAD) {
            json_object_set_new(o, "column", json_string(x.error.field));
            json_object_set_new(o, "cause", json_string(x.error.text));
        } else {
            json_object_set_new(o, "device", json_string(x.text));
        }
        json_array_append_new(r->rows, o);
        return;
    }
    if (x.fate == CT_EQUIP_BAD)
        fprintf(stderr, "%s:%llu: %s\n", r->name, (unsigned long long)x.line, x.error.text);
    else if (x.fate == CT_EQUIP_THERE)
        fprintf(stderr, "%s:%llu: already there: %s\n", r->name, (unsigned long long)x.line,
                x.text);
}

static int import_run(struct ct_cli *cli, struct ct_app *app, const char *name, FILE *f)
{
    struct ct_error err;
    struct ct_equip_import n;
    struct report r = {.name = name, .rows = cli->json ? json_array() : NULL};
    enum ct_status st = ct_equipment_import(app, take, f, row_tell, &r, &n, &err);
    clean(n.ignored, sizeof n.ignored);
    if (r.rows != NULL) {
        json_t *o = json_pack("{s:I,s:I,s:I,s:I,s:s,s:o}", "added", (json_int_t)n.added,
                              "already_there", (json_int_t)n.there, "bad", (json_int_t)n.bad,
                              "models_added", (json_int_t)n.models, "ignored_columns",
                              n.ignored, "rows", r.rows);
        if (st != CT_OK)
            json_object_set_new(o, "error", json_string(err.text));
        json_dumpf(o, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(o);
    } else {
        if (n.ignored[0] != '\0')
            fprintf(stderr, "%s: columns passed over: %s\n", r.name, n.ignored);
        if (st == CT_OK || n.added + n.there + n.bad > 0)
            printf("%llu added, %llu already there, %llu bad; %llu models added\n",
                   (unsigned long long)n.added, (unsigned long long)n.there,
                   (unsigned long long)n.bad, (unsigned long long)n.models);
    }
    if (st != CT_OK)
        return ct_cli_error(&err);
    return n.bad > 0 ? 1 : 0;
}

int ct_cli_equipment_import(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    if (argc != 2)
        return ct_cli_usage("%s", SUB[1].usage);
    bool in = strcmp(argv[1], "-") == 0;
    if (in && cli->password_file != NULL && strcmp(cli->password_file, "-") == 0)
        return ct_cli_usage("standard input cannot be both the table and the password");
    FILE *f = in ? stdin : fopen(argv[1], "re");
    if (f == NULL) {
        enum ct_status st = ct_fail(&err, CT_ENOTFOUND, "", "%s cannot be opened: %s.", argv[1],
                                    strerror(errno));
        return st == CT_OK ? 0 : ct_cli_error(&err);
    }
    int status;
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK) {
        status = ct_cli_error(&err);
    } else {
        status = import_run(cli, app, argv[1], f);
        ct_logout(app);
    }
    if (!in)
        fclose(f);
    return status;
}

/* ---- the list ------------------------------------------------------------------------------ */

static void json_day(json_t *o, const char *key, ct_date d)
{
    char iso[16];
    if (d == CT_NO_DATE)
        return;
    ct_date_iso(d, iso);
    json_object_set_new(o, key, json_string(iso));
}

static json_t *as_json(const struct ct_equipment *e)
{
    json_t *o = json_pack(
        "{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:s,s:s,s:s}", "id",
        (json_int_t)e->id, "asset", e->asset, "class", e->class, "maker", e->maker, "model",
        e->model, "serial", e->serial, "udi", e->udi, "location", e->location, "holder",
        e->holder, "supplier", e->supplier, "risk", CT_RISK_NAME[e->risk], "elec_class",
        CT_ELEC_NAME[e->elec_class], "applied", CT_APPLIED_NAME[e->applied], "standard",
        (int)e->standard, "standard_of", e->standard_of, "note", e->note, "state",
        CT_EQUIP_STATE_NAME[e->state]);
    if (o == NULL)
        return NULL;
    json_day(o, "made", e->made);
    json_day(o, "received", e->received);
    json_day(o, "warranty", e->warranty);
    return o;
}

/* Columns as `equipment import` reads them, and the state. */
#define CSV_HEAD                                                                           \
    "asset,class,maker,model,serial,udi,location,holder,supplier,risk,elec_class,"          \
    "applied_part,standard_of,made,received,warranty,note,state\r\n"

static void as_csv(const struct ct_equipment *e, struct ct_buf *out)
{
    char made[16] = "", received[16] = "", warranty[16] = "";
    if (e->made != CT_NO_DATE)
        ct_date_iso(e->made, made);
    if (e->received != CT_NO_DATE)
        ct_date_iso(e->received, received);
    if (e->warranty != CT_NO_DATE)
        ct_date_iso(e->warranty, warranty);
    const char *cell[] = {e->asset,
                          e->class,
                          e->maker,
                          e->model,
                          e->serial,
                          e->udi,
                          e->location,
                          e->holder,
                          e->supplier,
                          CT_RISK_NAME[e->risk],
                          CT_ELEC_NAME[e->elec_class],
                          CT_APPLIED_NAME[e->applied],
                          e->standard_of,
                          made,
                          received,
                          warranty,
                          e->note,
                          CT_EQUIP_STATE_NAME[e->state]};
    for (size_t i = 0; i < CT_LEN(cell); i++) {
        if (i > 0)
            ct_buf_char(out, ',');
        if (cell[i] == e->udi) /* a code, which may begin with "+", is read back */
            ct_csv_put(out, cell[i], strlen(cell[i]));
        else
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

static void as_text(const struct ct_equipment *e, struct ct_buf *out)
{
    char what[200];
    snprintf(what, sizeof what, "%s %s%s", e->maker, e->model, e->standard ? " (standard)" : "");
    padded(out, e->asset, 14);
    padded(out, what, 32);
    padded(out, e->location, 18);
    ct_text_clean(out, CT_EQUIP_STATE_NAME[e->state], 20, false);
    ct_buf_char(out, '\n');
}

static enum ct_status list_make(struct ct_cli *cli, struct ct_app *app,
                                const struct ct_equip_filter *f, bool csv, struct ct_buf *out,
                                struct ct_error *reterr)
{
    struct ct_equipment *v = NULL;
    size_t n = 0;
    int64_t total;
    enum ct_status st = ct_equipment_list(app, f, 0, 0, &v, &n, &total, reterr);
    json_t *rows = cli->json ? json_array() : NULL;
    if (csv)
        ct_buf_str_add(out, CSV_HEAD);
    for (size_t i = 0; st == CT_OK && i < n; i++) {
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
        ct_buf_printf(out, "%s\n", text != NULL ? text : "[]");
        free(text);
        json_decref(rows);
    }
    if (st == CT_OK && out->bad)
        st = ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the list.");
    return st;
}

int ct_cli_equipment_list(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    struct ct_equip_filter f = {.words = ""};
    const char *class = NULL, *location = NULL;
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_BUF out = {.max = 16 * 1024 * 1024};
    bool bad = false;
    int status = 0;
    ct_cli_option(&argc, argv, "--class", &class, &bad);
    ct_cli_option(&argc, argv, "--location", &location, &bad);
    bool csv = ct_cli_flag(&argc, argv, "--csv");
    f.standards = ct_cli_flag(&argc, argv, "--standards");
    if (ct_cli_flag(&argc, argv, "--retired"))
        f.states = 1U << CT_STATE_RETIRED;
    if (bad || argc > 2 || (csv && cli->json) || (argc == 2 && argv[1][0] == '-'))
        return ct_cli_usage("%s", SUB[0].usage);
    ct_text_copy(f.words, sizeof f.words, argc == 2 ? argv[1] : "");
    ct_text_copy(f.class, sizeof f.class, class != NULL ? class : "");
    ct_text_copy(f.location, sizeof f.location, location != NULL ? location : "");
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    if (list_make(cli, app, &f, csv, &out, &err) != CT_OK)
        status = ct_cli_error(&err);
    else
        fwrite(ct_buf_str(&out), 1, out.len, stdout);
    ct_logout(app);
    return status;
}

int ct_cli_equipment(struct ct_cli *cli, int argc, char **argv)
{
    CT_BUF usage = {.max = 4096};
    for (size_t i = 0; i < CT_LEN(SUB); i++) {
        if (argc >= 2 && strcmp(argv[1], SUB[i].name) == 0) {
            if (cli->as == NULL)
                return ct_cli_usage("equipment needs --as LOGIN: say who you are");
            return SUB[i].run(cli, argc - 1, argv + 1);
        }
        ct_buf_printf(&usage, "%s%s", i > 0 ? ", " : "", SUB[i].usage);
    }
    return ct_cli_usage("%s", ct_buf_str(&usage));
}
