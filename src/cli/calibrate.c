/* calibrate - verdicts over a table of readings, and the templates of calibrations, without
 * a store; certificates from it. */
#include "cli/data_file.h"

#include <string.h>

#include "cli/table.h"
#include "clinic/calibration_template.h"
#include "exchange/calibration_csv.h"

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

/* ---- templates -------------------------------------------------------------------- */

static enum ct_status load(const struct ct_config *c, const char *id, void **ret,
                           struct ct_error *e)
{
    struct ct_caltemplate *t = NULL;
    enum ct_status st = ct_caltemplate_load(c, id, &t, e);
    *ret = t;
    return st;
}

static enum ct_status load_file(const char *path, void **ret, struct ct_error *e)
{
    struct ct_caltemplate *t = NULL;
    enum ct_status st = ct_caltemplate_load_file(path, &t, e);
    *ret = t;
    return st;
}

static void done(void *t)
{
    ct_caltemplate_free(t);
}

static json_t *head(const void *of)
{
    const struct ct_caltemplate *t = of;
    json_t *j = json_object();
    json_object_set_new(j, "id", ct_cli_json_text(t->id));
    json_object_set_new(j, "version", ct_cli_json_text(t->version));
    json_object_set_new(j, "title", ct_cli_json_text(t->title));
    json_object_set_new(j, "class", ct_cli_json_text(t->device_class));
    json_object_set_new(j, "rule", json_string(CT_CAL_RULE_NAME[t->rule]));
    json_object_set_new(j, "points", json_integer((json_int_t)t->n_points));
    json_object_set_new(j, "declared", json_integer((json_int_t)ct_caltemplate_declared(t)));
    json_object_set_new(j, "sources", ct_cli_json_texts(t->source, t->n_sources));
    return j;
}

static void line(const void *of, struct ct_buf *out)
{
    const struct ct_caltemplate *t = of;
    ct_buf_printf(out, "%-24s %-8s %2zu point%s  %s", t->id, t->version, t->n_points,
                  t->n_points == 1 ? " " : "s", t->title);
}

static void right(const void *of, struct ct_buf *out)
{
    const struct ct_caltemplate *t = of;
    ct_buf_printf(out, "%s version %s, %zu point%s, %zu with declared limits", t->id,
                  t->version, t->n_points, t->n_points == 1 ? "" : "s",
                  ct_caltemplate_declared(t));
}

static size_t sources(const void *of, const char *const **ret)
{
    const struct ct_caltemplate *t = of;
    *ret = t->source;
    return t->n_sources;
}

static void page(const void *t, int cols, struct ct_buf *out)
{
    ct_caltemplate_text(t, cols, out);
}

static void file(const void *t, struct ct_buf *out)
{
    ct_caltemplate_canonical(t, out);
}

static const struct ct_cli_data KIND = {
    .prefix = "template ",
    .usage = usage,
    .ids = ct_caltemplate_ids,
    .load = load,
    .load_file = load_file,
    .free = done,
    .head = head,
    .line = line,
    .right = right,
    .sources = sources,
    .page = page,
    .file = file,
    .page_max = 8 * CT_CALT_CANONICAL_MAX,
};

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
                               : ct_cli_data(&KIND, cli, argc - 2, argv + 2, ini);
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
