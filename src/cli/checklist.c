/* checklist - checks, lists and prints the templates of checklists, those of preparation and
 * those of devices. Needs no store. */
#include "cli/data_file.h"

#include <string.h>

#include "clinic/task_check.h"

static const char HELP[] =
    "usage: clintech checklist check FILE...   are these templates right? FILE:LINE if not\n"
    "       clintech checklist list            those there are: built in, or the site's\n"
    "       clintech checklist show NAME       one as a page to read\n"
    "       clintech checklist show NAME --ini as a file to change, for data_dir/checklists\n"
    "\n"
    "With --device: the checks of devices, before use and others, for data_dir/checks.\n"
    "list and check take --json. docs/checklists.md says how to write one.\n"
    "Exit status: 0 done, 1 a template is wrong or not there, 2 usage.\n";

static int usage(const char *what)
{
    fprintf(stderr, "clintech checklist: %s\n%s", what, HELP);
    return CT_EXIT_USAGE;
}

/* ---- the kind of file ----------------------------------------------------------- */

static enum ct_status load(const struct ct_config *c, const char *id, void **ret,
                           struct ct_error *e)
{
    struct ct_checklist *t = NULL;
    enum ct_status st = ct_checklist_load(c, id, &t, e);
    *ret = t;
    return st;
}

static enum ct_status load_file(const char *path, void **ret, struct ct_error *e)
{
    struct ct_checklist *t = NULL;
    enum ct_status st = ct_checklist_load_file(path, &t, e);
    *ret = t;
    return st;
}

static enum ct_status device_load(const struct ct_config *c, const char *id, void **ret,
                                  struct ct_error *e)
{
    struct ct_checklist *t = NULL;
    enum ct_status st = ct_task_check_by_id(c, id, &t, e);
    *ret = t;
    return st;
}

static enum ct_status device_load_file(const char *path, void **ret, struct ct_error *e)
{
    struct ct_checklist *t = NULL;
    enum ct_status st = ct_task_check_load_file(path, &t, e);
    *ret = t;
    return st;
}

static void done(void *t)
{
    ct_checklist_free(t);
}

static json_t *head(const void *of)
{
    const struct ct_checklist *t = of;
    json_t *j = json_object();
    json_object_set_new(j, "id", ct_cli_json_text(t->id));
    json_object_set_new(j, "version", ct_cli_json_text(t->version));
    json_object_set_new(j, "title", ct_cli_json_text(t->title));
    json_object_set_new(j, "items", json_integer((json_int_t)t->n_items));
    json_object_set_new(j, "sections", json_integer((json_int_t)t->n_sections));
    json_object_set_new(j, "sources", ct_cli_json_texts(t->source, t->n_sources));
    return j;
}

static void line(const void *of, struct ct_buf *out)
{
    const struct ct_checklist *t = of;
    ct_buf_printf(out, "%-22s %-10s %3zu items  %s", t->id, t->version, t->n_items, t->title);
}

static void right(const void *of, struct ct_buf *out)
{
    const struct ct_checklist *t = of;
    ct_buf_printf(out, "%s version %s, %zu items in %zu section%s", t->id, t->version,
                  t->n_items, t->n_sections, t->n_sections == 1 ? "" : "s");
}

static size_t sources(const void *of, const char *const **ret)
{
    const struct ct_checklist *t = of;
    *ret = t->source;
    return t->n_sources;
}

static void page(const void *t, int cols, struct ct_buf *out)
{
    ct_checklist_text(t, cols, out);
}

static void file(const void *t, struct ct_buf *out)
{
    ct_checklist_canonical(t, out);
}

static const struct ct_cli_data KIND = {
    .prefix = "",
    .usage = usage,
    .ids = ct_checklist_ids,
    .load = load,
    .load_file = load_file,
    .free = done,
    .head = head,
    .line = line,
    .right = right,
    .sources = sources,
    .page = page,
    .file = file,
    .page_max = 4 * CT_CHECK_CANONICAL_MAX,
};

int ct_cli_checklist(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_cli_data kind = KIND;
    bool ini = ct_cli_flag(&argc, argv, "--ini");
    if (ct_cli_flag(&argc, argv, "--device")) {
        kind.ids = ct_task_check_ids;
        kind.load = device_load;
        kind.load_file = device_load_file;
    }
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (argv[i][0] == '-' && argv[i][1] != '\0')
            return usage("there is no such option");
    return ct_cli_data(&kind, cli, argc - 1, argv + 1, ini);
}
