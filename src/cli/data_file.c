/* data_file - see data_file.h. */
#include "cli/data_file.h"

#include <string.h>

#include "base/text.h"
#include "cli/table.h"

void ct_cli_say(FILE *to, const char *text)
{
    CT_BUF clean = {0};
    ct_text_clean(&clean, text, -1, false);
    fprintf(to, "%s\n", ct_buf_str(&clean));
}

json_t *ct_cli_json_text(const char *s)
{
    CT_BUF clean = {0};
    ct_text_clean(&clean, s, -1, false);
    return json_string(ct_buf_str(&clean));
}

json_t *ct_cli_json_texts(const char *const *s, size_t n)
{
    json_t *all = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(all, ct_cli_json_text(s[i]));
    return all;
}

void ct_cli_json_print(json_t *j)
{
    json_dumpf(j, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    putchar('\n');
    json_decref(j);
}

/* ---- check ----------------------------------------------------------------------- */

static bool data_check_one(const struct ct_cli_data *of, const char *path, json_t *all)
{
    void *t = NULL;
    struct ct_error e;
    CT_BUF text = {0};
    bool ok = of->load_file(path, &t, &e) == CT_OK;
    if (all != NULL) {
        json_t *j = ok ? of->head(t) : json_object();
        json_object_set_new(j, "file", ct_cli_json_text(path));
        json_object_set_new(j, "ok", json_boolean(ok));
        if (!ok)
            json_object_set_new(j, "error", ct_cli_json_text(e.text));
        json_array_append_new(all, j);
    } else if (ok) {
        ct_buf_printf(&text, "%s: OK, ", path);
        of->right(t, &text);
        ct_cli_say(stdout, ct_buf_str(&text));
    } else {
        ct_cli_say(stdout, e.text);
    }
    of->free(t);
    return ok;
}

static int data_check(const struct ct_cli_data *of, int n, char **files, bool json)
{
    int wrong = 0;
    if (n == 0)
        return of->usage("which files are to be checked?");
    json_t *all = json ? json_array() : NULL;
    for (int i = 0; i < n; i++)
        wrong += !data_check_one(of, files[i], all);
    if (json)
        ct_cli_json_print(all);
    return wrong > 0 ? CT_EXIT_WANTING : 0;
}

/* ---- list and show --------------------------------------------------------------- */

static void data_list_one(const struct ct_cli_data *of, const void *t)
{
    CT_BUF text = {0};
    const char *const *source;
    of->line(t, &text);
    ct_cli_say(stdout, ct_buf_str(&text));
    size_t n = of->sources(t, &source);
    for (size_t s = 0; s < n; s++) {
        ct_buf_clear(&text);
        ct_buf_printf(&text, "    %s", source[s]);
        ct_cli_say(stdout, ct_buf_str(&text));
    }
}

static int data_list(const struct ct_cli_data *of, const struct ct_config *config, bool json)
{
    CT_BUF ids = {0};
    struct ct_error e;
    int status = 0;
    enum ct_status st = of->ids(config, &ids, &e);
    if (st != CT_OK)
        return ct_cli_error(&e);
    json_t *all = json ? json_array() : NULL;
    for (const char *id = ct_buf_str(&ids); *id != '\0'; id += strlen(id) + 1) {
        void *t = NULL;
        if (of->load(config, id, &t, &e) != CT_OK) {
            (void)ct_cli_error(&e);
            status = CT_EXIT_WANTING;
        } else if (json) {
            json_array_append_new(all, of->head(t));
        } else {
            data_list_one(of, t);
        }
        of->free(t);
    }
    if (json)
        ct_cli_json_print(all);
    return status;
}

static int data_show(const struct ct_cli_data *of, const struct ct_config *config,
                     const char *id, bool ini)
{
    void *t = NULL;
    CT_BUF text = {.max = of->page_max};
    struct ct_error e;
    if (of->load(config, id, &t, &e) != CT_OK) {
        (void)ct_cli_error(&e);
        return CT_EXIT_WANTING;
    }
    if (ini)
        of->file(t, &text);
    else
        of->page(t, CT_CLI_COLUMNS, &text);
    of->free(t);
    if (text.bad) {
        ct_fail(&e, CT_ENOMEM, NULL, "Out of memory.");
        return ct_cli_error(&e);
    }
    fputs(ct_buf_str(&text), stdout);
    return 0;
}

/* ---- which of them --------------------------------------------------------------- */

static int data_wrong(const struct ct_cli_data *of, const char *before, const char *behind)
{
    char text[160];
    snprintf(text, sizeof text, "%s%s%s", before, of->prefix, behind);
    return of->usage(text);
}

int ct_cli_data(const struct ct_cli_data *of, struct ct_cli *cli, int argc, char **argv,
                bool ini)
{
    const char *what = argc > 0 ? argv[0] : "";
    if (argc > 1 && strcmp(argv[1], "--") == 0) { /* files whose names begin with a dash */
        memmove(argv + 1, argv + 2, (size_t)(argc - 1) * sizeof *argv);
        argc--;
    }
    bool shows = strcmp(what, "show") == 0;
    if (ini && !shows)
        return data_wrong(of, "--ini is for ", "show");
    if (shows && cli->json)
        return data_wrong(of, "", "show prints a page or, with --ini, a file");
    if (strcmp(what, "check") == 0)
        return data_check(of, argc - 1, argv + 1, cli->json);
    if (strcmp(what, "list") == 0)
        return argc == 1 ? data_list(of, &cli->config, cli->json)
                         : data_wrong(of, "", "list takes no name");
    if (shows)
        return argc == 2 ? data_show(of, &cli->config, argv[1], ini)
                         : of->usage("which one is to be shown?");
    return of->usage("what is to be done? There is check, list and show");
}
