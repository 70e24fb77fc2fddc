/* calibrate - verdicts over a table of readings, and the templates of calibrations, without
 * a store; certificates from it. */
#include "cli/cli.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/table.h"
#include "clinic/calibration_template.h"
#include "exchange/calibration_csv.h"

enum { COLUMNS = 80 };

static const char HELP[] =
    "usage: clintech calibrate check --csv FILE|-    a verdict for each row of a table\n"
    "       clintech calibrate check --csv FILE|- --template NAME\n"
    "                                 points and tolerances are the template's\n"
    "       clintech calibrate certificate K-12         a calibration's paper, in pages\n"
    "       clintech calibrate template check FILE...   are these right? FILE:LINE if not\n"
    "       clintech calibrate template list            built in, or the site's\n"
    "       clintech calibrate template show NAME       one as a page to read\n"
    "       clintech calibrate template show NAME --ini as a file to change, for\n"
    "                                 data_dir/calibrations\n"
    "\n"
    "Columns, in any order: nominal,tol_minus,tol_plus,as_found,as_left,U_k2,rule (simple,\n"
    "guarded with w = U, non-binary); with a template also point and unit. All columns are\n"
    "passed through; added are verdict_as_found,verdict_as_left,tur,accept_low,accept_high,\n"
    "error. template list and template check take --json.\n"
    "Exit status: 0 done, 1 rows are refused or a template is wrong or not there, 2 usage,\n"
    "65 a table without a usable header, 66 a file that cannot be opened.\n";

static const struct ct_cli_table TABLE = {.command = "calibrate",
                                          .result = "verdict to rely on"};

static int usage(const char *what)
{
    fprintf(stderr, "clintech calibrate: %s\n%s", what, HELP);
    return CT_EXIT_USAGE;
}

/* Text from a file, on a terminal. */
static void say(FILE *to, const char *text)
{
    CT_BUF clean = {0};
    ct_text_clean(&clean, text, -1, false);
    fprintf(to, "%s\n", ct_buf_str(&clean));
}

static void print_json(json_t *j)
{
    json_dumpf(j, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(j);
}

/* JSON holds valid UTF-8 only; the name of a file may be any bytes. */
static json_t *json_text(const char *s)
{
    CT_BUF clean = {0};
    ct_text_clean(&clean, s, -1, false);
    return json_string(ct_buf_str(&clean));
}

static json_t *json_head(const struct ct_caltemplate *t)
{
    json_t *sources = json_array();
    for (size_t s = 0; s < t->n_sources; s++)
        json_array_append_new(sources, json_text(t->source[s]));
    json_t *j = json_object();
    json_object_set_new(j, "id", json_text(t->id));
    json_object_set_new(j, "version", json_text(t->version));
    json_object_set_new(j, "title", json_text(t->title));
    json_object_set_new(j, "class", json_text(t->device_class));
    json_object_set_new(j, "rule", json_string(CT_CAL_RULE_NAME[t->rule]));
    json_object_set_new(j, "points", json_integer((json_int_t)t->n_points));
    json_object_set_new(j, "declared", json_integer((json_int_t)ct_caltemplate_declared(t)));
    json_object_set_new(j, "sources", sources);
    return j;
}

/* ---- templates -------------------------------------------------------------------- */

static bool check_one(const char *path, json_t *all)
{
    CT_CALTEMPLATE *t = NULL;
    struct ct_error e;
    bool ok = ct_caltemplate_load_file(path, &t, &e) == CT_OK;
    if (all != NULL) {
        json_t *j = ok ? json_head(t) : json_object();
        json_object_set_new(j, "file", json_text(path));
        json_object_set_new(j, "ok", json_boolean(ok));
        if (!ok)
            json_object_set_new(j, "error", json_text(e.text));
        json_array_append_new(all, j);
        return ok;
    }
    CT_BUF text = {0};
    if (ok)
        ct_buf_printf(&text, "%s: OK, %s version %s, %zu point%s, %zu with declared limits",
                      path, t->id, t->version, t->n_points, t->n_points == 1 ? "" : "s",
                      ct_caltemplate_declared(t));
    else
        ct_buf_str_add(&text, e.text);
    say(stdout, ct_buf_str(&text));
    return ok;
}

static int template_check(int n, char **files, bool json)
{
    int wrong = 0;
    if (n == 0)
        return usage("which files are to be checked?");
    json_t *all = json ? json_array() : NULL;
    for (int i = 0; i < n; i++)
        wrong += !check_one(files[i], all);
    if (json)
        print_json(all);
    return wrong > 0 ? CT_EXIT_WANTING : 0;
}

static void list_one(const struct ct_caltemplate *t)
{
    CT_BUF text = {0};
    ct_buf_printf(&text, "%-24s %-8s %2zu point%s  %s", t->id, t->version, t->n_points,
                  t->n_points == 1 ? " " : "s", t->title);
    say(stdout, ct_buf_str(&text));
    for (size_t s = 0; s < t->n_sources; s++) {
        ct_buf_clear(&text);
        ct_buf_printf(&text, "    %s", t->source[s]);
        say(stdout, ct_buf_str(&text));
    }
}

/* A site's copy that is wrong is said, and does not hide the others. */
static int template_list(const struct ct_config *config, bool json)
{
    CT_BUF ids = {0};
    struct ct_error e;
    int status = 0;
    enum ct_status st = ct_caltemplate_ids(config, &ids, &e);
    if (st != CT_OK)
        return ct_cli_error(&e);
    json_t *all = json ? json_array() : NULL;
    for (const char *id = ct_buf_str(&ids); *id != '\0'; id += strlen(id) + 1) {
        CT_CALTEMPLATE *t = NULL;
        st = ct_caltemplate_load(config, id, &t, &e);
        if (st != CT_OK) {
            (void)ct_cli_error(&e);
            status = CT_EXIT_WANTING;
        } else if (json) {
            json_array_append_new(all, json_head(t));
        } else {
            list_one(t);
        }
    }
    if (json)
        print_json(all);
    return status;
}

static int template_show(const struct ct_config *config, const char *id, bool ini)
{
    CT_CALTEMPLATE *t = NULL;
    CT_BUF text = {.max = 8 * CT_CALT_CANONICAL_MAX};
    struct ct_error e;
    enum ct_status st = ct_caltemplate_load(config, id, &t, &e);
    if (st != CT_OK) {
        (void)ct_cli_error(&e);
        return CT_EXIT_WANTING;
    }
    if (ini)
        ct_caltemplate_canonical(t, &text);
    else
        ct_caltemplate_text(t, COLUMNS, &text);
    if (text.bad) {
        ct_fail(&e, CT_ENOMEM, NULL, "Out of memory.");
        return ct_cli_error(&e);
    }
    fputs(ct_buf_str(&text), stdout);
    return 0;
}

static int template(struct ct_cli *cli, int argc, char **argv, bool ini)
{
    const char *what = argc > 0 ? argv[0] : "";
    if (argc > 1 && strcmp(argv[1], "--") == 0) { /* files whose names begin with a dash */
        memmove(argv + 1, argv + 2, (size_t)(argc - 1) * sizeof *argv);
        argc--;
    }
    bool shows = strcmp(what, "show") == 0;
    if (ini && !shows)
        return usage("--ini is for template show");
    if (shows && cli->json)
        return usage("template show prints a page or, with --ini, a file");
    if (strcmp(what, "check") == 0)
        return template_check(argc - 1, argv + 1, cli->json);
    if (strcmp(what, "list") == 0)
        return argc == 1 ? template_list(&cli->config, cli->json)
                         : usage("template list takes no name");
    if (shows)
        return argc == 2 ? template_show(&cli->config, argv[1], ini)
                         : usage("which template is to be shown?");
    return usage("what is to be done with templates? There is check, list and show");
}

/* ---- a table ------------------------------------------------------------------------ */

struct job {
    const struct ct_caltemplate *t;
    bool *seen;
};

static enum ct_status table(const void *arg, const struct ct_score_csv *ends,
                            struct ct_score_csv_count *count, struct ct_error *e)
{
    const struct job *j = arg;
    const struct ct_calibration_csv job = {
        .t = j->t,
        .seen = j->seen,
        .read = ends->read,
        .read_arg = ends->read_arg,
        .write = ends->write,
        .write_arg = ends->write_arg,
    };
    return ct_calibration_csv_run(&job, count, e);
}

/* Points that no row was judged at: a calibration without them is not whole. Whether
 * they are wanted depends on the device, so it is said and no failure. */
static void say_unseen(const struct ct_caltemplate *t, const bool *seen)
{
    CT_BUF text = {.max = 8192};
    size_t n = 0;
    for (size_t i = 0; i < t->n_points; i++)
        if (!seen[i])
            ct_buf_printf(&text, "%s%s", n++ > 0 ? ", " : "", t->point[i].id);
    if (n > 0)
        fprintf(stderr, "clintech calibrate: no verdict for the point%s %s of %s\n",
                n == 1 ? "" : "s", ct_buf_str(&text), t->id);
}

static int check(const struct ct_config *config, const char *csv, const char *name)
{
    CT_CALTEMPLATE *t = NULL;
    bool seen[CT_CALT_POINTS_MAX] = {false};
    struct ct_error e;
    if (name != NULL && ct_caltemplate_load(config, name, &t, &e) != CT_OK)
        return ct_cli_table_report(&TABLE, &e);
    const struct job job = {t, seen};
    int status = ct_cli_table(&TABLE, csv, table, &job);
    if (t != NULL && (status == 0 || status == CT_EXIT_WANTING))
        say_unseen(t, seen);
    return status;
}

int ct_cli_calibrate(struct ct_cli *cli, int argc, char **argv)
{
    const char *csv = NULL, *name = NULL;
    bool bad = false;
    bool tabled = ct_cli_option(&argc, argv, "--csv", &csv, &bad);
    bool named = ct_cli_option(&argc, argv, "--template", &name, &bad);
    bool ini = ct_cli_flag(&argc, argv, "--ini");
    const char *what = argc > 1 ? argv[1] : "";
    if (bad)
        return usage("an option lacks its value");
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (argv[i][0] == '-' && argv[i][1] != '\0')
            return usage("there is no such option");
    if (strcmp(what, "template") == 0)
        return tabled || named ? usage("--csv and --template are for check")
                               : template(cli, argc - 2, argv + 2, ini);
    if (strcmp(what, "certificate") == 0)
        return tabled || named || ini || cli->json || argc != 3
                   ? usage("which certificate? calibrate certificate K-12")
                   : ct_cli_certificate(cli, argv[2]);
    if (strcmp(what, "check") != 0)
        return usage("what is to be done? There is certificate, check and template");
    if (ini || cli->json)
        return usage("check prints a table");
    if (argc != 2 || !tabled)
        return usage("which table is to be checked? --csv FILE, or - for standard input");
    return check(&cli->config, csv, name);
}
