/* programme - checks, lists and prints steriliser programmes. Needs no store. */
#include "cli/data_file.h"

#include <string.h>

#include "clinic/programme.h"

static const char HELP[] =
    "usage: clintech programme list            those there are: built in, or the site's\n"
    "       clintech programme show NAME       one as a page to read\n"
    "       clintech programme show NAME --ini as a file to change, for data_dir/programmes\n"
    "       clintech programme check FILE...   are these right? FILE:LINE if not\n"
    "\n"
    "list and check take --json, and say what a programme leaves to be filled in.\n"
    "Exit status: 0 done, 1 a programme is wrong or not there, 2 usage.\n";

static int usage(const char *what)
{
    fprintf(stderr, "clintech programme: %s\n%s", what, HELP);
    return CT_EXIT_USAGE;
}

static enum ct_status load(const struct ct_config *c, const char *id, void **ret,
                           struct ct_error *e)
{
    struct ct_programme *p = NULL;
    enum ct_status st = ct_programme_load(c, id, &p, e);
    *ret = p;
    return st;
}

static enum ct_status load_file(const char *path, void **ret, struct ct_error *e)
{
    struct ct_programme *p = NULL;
    enum ct_status st = ct_programme_load_file(path, &p, e);
    *ret = p;
    return st;
}

static void done(void *p)
{
    ct_programme_free(p);
}

static json_t *head(const void *of)
{
    const struct ct_programme *p = of;
    CT_BUF open = {.max = 4096};
    (void)ct_programme_declared(p, &open);
    json_t *j = json_object(), *limits = json_object();
    for (int m = 0; m < CT_MEASURES; m++) {
        CT_BUF text = {.max = 512};
        if (!p->has[m])
            continue;
        ct_limit_text(&p->limit[m], &text);
        json_object_set_new(limits, CT_MEASURE_NAME[m], ct_cli_json_text(ct_buf_str(&text)));
    }
    json_object_set_new(j, "id", ct_cli_json_text(p->id));
    json_object_set_new(j, "version", ct_cli_json_text(p->version));
    json_object_set_new(j, "title", ct_cli_json_text(p->title));
    json_object_set_new(j, "method", json_string(CT_METHOD_NAME[p->method]));
    json_object_set_new(j, "test", json_boolean(p->is_test));
    json_object_set_new(j, "limits", limits);
    json_object_set_new(j, "declared",
                        json_integer((json_int_t)ct_programme_declared(p, NULL)));
    json_object_set_new(j, "to_fill_in", ct_cli_json_text(ct_buf_str(&open)));
    json_object_set_new(j, "sources", ct_cli_json_texts(p->source, p->n_sources));
    return j;
}

static void line(const void *of, struct ct_buf *out)
{
    const struct ct_programme *p = of;
    CT_BUF open = {.max = 4096};
    ct_buf_printf(out, "%-24s %-8s %s", p->id, p->version, p->title);
    if (ct_programme_declared(p, &open) > 0)
        ct_buf_printf(out, " (to fill in: %s)", ct_buf_str(&open));
}

static void right(const void *of, struct ct_buf *out)
{
    const struct ct_programme *p = of;
    CT_BUF open = {.max = 4096};
    int limits = 0;
    for (int m = 0; m < CT_MEASURES; m++)
        limits += p->has[m];
    size_t n = ct_programme_declared(p, &open);
    ct_buf_printf(out, "%s version %s, %s, %d limit%s, %zu to fill in", p->id, p->version,
                  CT_METHOD_NAME[p->method], limits, limits == 1 ? "" : "s", n);
    if (n > 0)
        ct_buf_printf(out, ": %s", ct_buf_str(&open));
}

static size_t sources(const void *of, const char *const **ret)
{
    const struct ct_programme *p = of;
    *ret = p->source;
    return p->n_sources;
}

static void page(const void *p, int cols, struct ct_buf *out)
{
    ct_programme_text(p, cols, out);
}

static void file(const void *p, struct ct_buf *out)
{
    ct_programme_canonical(p, out);
}

static const struct ct_cli_data KIND = {
    .prefix = "",
    .usage = usage,
    .ids = ct_programme_ids,
    .load = load,
    .load_file = load_file,
    .free = done,
    .head = head,
    .line = line,
    .right = right,
    .sources = sources,
    .page = page,
    .file = file,
    .page_max = 8 * CT_PROGRAMME_CANONICAL_MAX,
};

int ct_cli_programme(struct ct_cli *cli, int argc, char **argv)
{
    bool ini = ct_cli_flag(&argc, argv, "--ini");
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (argv[i][0] == '-' && argv[i][1] != '\0')
            return usage("there is no such option");
    return ct_cli_data(&KIND, cli, argc - 1, argv + 1, ini);
}
