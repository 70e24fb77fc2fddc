/* guide - checks, lists and prints troubleshooting guides. Needs no store. */
#include "cli/data_file.h"

#include <string.h>

#include "clinic/fault.h"

static const char HELP[] =
    "usage: clintech guide list                those there are: built in, or the site's\n"
    "       clintech guide show NAME           one as a page to read\n"
    "       clintech guide show NAME --ini     as a file to change, for data_dir/guides\n"
    "       clintech guide check FILE...       are these right? FILE:LINE if not\n"
    "\n"
    "list and check take --json.\n"
    "Exit status: 0 done, 1 a guide is wrong or not there, 2 usage.\n";

static int usage(const char *what)
{
    fprintf(stderr, "clintech guide: %s\n%s", what, HELP);
    return CT_EXIT_USAGE;
}

static enum ct_status ids(const struct ct_config *c, struct ct_buf *ret, struct ct_error *e)
{
    return ct_data_ids(c, "guides/", ret, e);
}

static enum ct_status load(const struct ct_config *c, const char *id, void **ret,
                           struct ct_error *e)
{
    struct ct_guide *g = NULL;
    enum ct_status st = ct_guide_load(c, id, &g, e);
    *ret = g;
    return st;
}

static enum ct_status load_file(const char *path, void **ret, struct ct_error *e)
{
    CT_INI *ini = NULL;
    struct ct_guide *g = NULL;
    enum ct_status st = ct_ini_load(path, &ini, e);
    if (st == CT_OK)
        st = ct_guide_parse(ini, path, &g, e);
    *ret = g;
    return st;
}

static void done(void *g)
{
    ct_guide_free(g);
}

static json_t *head(const void *of)
{
    const struct ct_guide *g = of;
    const char *const source[] = {g->source};
    json_t *j = json_object();
    json_object_set_new(j, "id", ct_cli_json_text(g->id));
    json_object_set_new(j, "version", ct_cli_json_text(g->version));
    json_object_set_new(j, "title", ct_cli_json_text(g->title));
    json_object_set_new(j, "model", ct_cli_json_text(g->model));
    json_object_set_new(j, "steps", json_integer((json_int_t)g->n));
    json_object_set_new(j, "sources", ct_cli_json_texts(source, 1));
    return j;
}

static void line(const void *of, struct ct_buf *out)
{
    const struct ct_guide *g = of;
    ct_buf_printf(out, "%-22s %-10s %2zu steps  %s%s%s", g->id, g->version, g->n, g->title,
                  g->model[0] != '\0' ? ", " : "", g->model);
}

static void right(const void *of, struct ct_buf *out)
{
    const struct ct_guide *g = of;
    ct_buf_printf(out, "%s version %s, %zu step%s", g->id, g->version, g->n,
                  g->n == 1 ? "" : "s");
}

static size_t sources(const void *of, const char *const **ret)
{
    static const char *one; /* of the guide that is printed just now */
    one = ((const struct ct_guide *)of)->source;
    *ret = &one;
    return 1;
}

static void page(const void *of, int cols, struct ct_buf *out)
{
    const struct ct_guide *g = of;
    (void)cols;
    ct_buf_printf(out, "%s, version %s\n%s\n", g->title, g->version, g->source);
    for (size_t i = 0; i < g->n; i++)
        ct_buf_printf(out, "\n%s: %s\n  yes -> %s   no -> %s\n", g->step[i].id, g->step[i].text,
                      g->step[i].yes, g->step[i].no);
}

static void file(const void *of, struct ct_buf *out)
{
    const struct ct_guide *g = of;
    ct_buf_str_add(out, "[guide]\n");
    ct_ini_put(out, "id", g->id);
    ct_ini_put(out, "version", g->version);
    ct_ini_put(out, "title", g->title);
    ct_ini_put(out, "source", g->source);
    ct_ini_put(out, "model", g->model);
    for (size_t i = 0; i < g->n; i++) {
        ct_buf_printf(out, "\n[step.%s]\n", g->step[i].id);
        ct_ini_put(out, "text", g->step[i].text);
        ct_ini_put(out, "yes", g->step[i].yes);
        ct_ini_put(out, "no", g->step[i].no);
    }
}

static const struct ct_cli_data KIND = {
    .prefix = "",
    .usage = usage,
    .ids = ids,
    .load = load,
    .load_file = load_file,
    .free = done,
    .head = head,
    .line = line,
    .right = right,
    .sources = sources,
    .page = page,
    .file = file,
    .page_max = 64 * 1024,
};

int ct_cli_guide(struct ct_cli *cli, int argc, char **argv)
{
    bool ini = ct_cli_flag(&argc, argv, "--ini");
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (argv[i][0] == '-' && argv[i][1] != '\0')
            return usage("there is no such option");
    return ct_cli_data(&KIND, cli, argc - 1, argv + 1, ini);
}
