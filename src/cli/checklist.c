/* checklist - checks, lists and prints the templates of checklists. Needs no store. */
#include "cli/cli.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "clinic/checklist.h"

enum { EXIT_WANTING = 1, COLUMNS = 80 };

static const char HELP[] =
    "usage: clintech checklist check FILE...   are these templates right? FILE:LINE if not\n"
    "       clintech checklist list            those there are: built in, or the site's\n"
    "       clintech checklist show NAME       one as a page to read\n"
    "       clintech checklist show NAME --ini as a file to change, for data_dir/checklists\n"
    "\n"
    "list and check take --json. docs/checklists.md says how to write one.\n"
    "Exit status: 0 done, 1 a template is wrong or not there, 2 usage.\n";

static int usage(const char *what)
{
    fprintf(stderr, "clintech checklist: %s\n%s", what, HELP);
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

static json_t *json_head(const struct ct_checklist *t)
{
    json_t *sources = json_array();
    for (size_t s = 0; s < t->n_sources; s++)
        json_array_append_new(sources, json_text(t->source[s]));
    json_t *j = json_object();
    json_object_set_new(j, "id", json_text(t->id));
    json_object_set_new(j, "version", json_text(t->version));
    json_object_set_new(j, "title", json_text(t->title));
    json_object_set_new(j, "items", json_integer((json_int_t)t->n_items));
    json_object_set_new(j, "sections", json_integer((json_int_t)t->n_sections));
    json_object_set_new(j, "sources", sources);
    return j;
}

/* ---- check ---------------------------------------------------------------------- */

static bool check_one(const char *path, json_t *all)
{
    CT_CHECKLIST *t = NULL;
    struct ct_error e;
    bool ok = ct_checklist_load_file(path, &t, &e) == CT_OK;
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
        ct_buf_printf(&text, "%s: OK, %s version %s, %zu items in %zu section%s", path, t->id,
                      t->version, t->n_items, t->n_sections, t->n_sections == 1 ? "" : "s");
    else
        ct_buf_str_add(&text, e.text);
    say(stdout, ct_buf_str(&text));
    return ok;
}

static int check(int n, char **files, bool json)
{
    int wrong = 0;
    if (n == 0)
        return usage("which files are to be checked?");
    json_t *all = json ? json_array() : NULL;
    for (int i = 0; i < n; i++)
        wrong += !check_one(files[i], all);
    if (json)
        print_json(all);
    return wrong > 0 ? EXIT_WANTING : 0;
}

/* ---- list ----------------------------------------------------------------------- */

static void list_one(const struct ct_checklist *t)
{
    CT_BUF text = {0};
    ct_buf_printf(&text, "%-22s %-10s %3zu items  %s", t->id, t->version, t->n_items, t->title);
    say(stdout, ct_buf_str(&text));
    for (size_t s = 0; s < t->n_sources; s++) {
        ct_buf_clear(&text);
        ct_buf_printf(&text, "    %s", t->source[s]);
        say(stdout, ct_buf_str(&text));
    }
}

/* A site's copy that is wrong is said, and does not hide the others. */
static int list(const struct ct_config *config, bool json)
{
    CT_BUF ids = {0};
    struct ct_error e;
    int status = 0;
    enum ct_status st = ct_checklist_ids(config, &ids, &e);
    if (st != CT_OK)
        return ct_cli_error(&e);
    json_t *all = json ? json_array() : NULL;
    for (const char *id = ct_buf_str(&ids); *id != '\0'; id += strlen(id) + 1) {
        CT_CHECKLIST *t = NULL;
        st = ct_checklist_load(config, id, &t, &e);
        if (st != CT_OK) {
            (void)ct_cli_error(&e);
            status = EXIT_WANTING;
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

/* ---- show ----------------------------------------------------------------------- */

static int show(const struct ct_config *config, const char *id, bool ini)
{
    CT_CHECKLIST *t = NULL;
    CT_BUF text = {.max = 4 * CT_CHECK_CANONICAL_MAX};
    struct ct_error e;
    enum ct_status st = ct_checklist_load(config, id, &t, &e);
    if (st != CT_OK) {
        (void)ct_cli_error(&e);
        return EXIT_WANTING;
    }
    if (ini)
        ct_checklist_canonical(t, &text);
    else
        ct_checklist_text(t, COLUMNS, &text);
    if (text.bad) {
        ct_fail(&e, CT_ENOMEM, NULL, "Out of memory.");
        return ct_cli_error(&e);
    }
    fputs(ct_buf_str(&text), stdout);
    return 0;
}

int ct_cli_checklist(struct ct_cli *cli, int argc, char **argv)
{
    bool ini = ct_cli_flag(&argc, argv, "--ini");
    const char *what = argc > 1 ? argv[1] : "";
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (argv[i][0] == '-' && argv[i][1] != '\0')
            return usage("there is no such option");
    if (argc > 2 && strcmp(argv[2], "--") == 0) { /* files whose names begin with a dash */
        memmove(argv + 2, argv + 3, (size_t)(argc - 2) * sizeof *argv);
        argc--;
    }
    bool shows = strcmp(what, "show") == 0;
    if (ini && !shows)
        return usage("--ini is for show");
    if (shows && cli->json)
        return usage("show prints a page or, with --ini, a file");
    if (strcmp(what, "check") == 0)
        return check(argc - 2, argv + 2, cli->json);
    if (strcmp(what, "list") == 0)
        return argc == 2 ? list(&cli->config, cli->json) : usage("list takes no name");
    if (shows)
        return argc == 3 ? show(&cli->config, argv[2], ini)
                         : usage("which one is to be shown?");
    return usage("what is to be done? There is check, list and show");
}
