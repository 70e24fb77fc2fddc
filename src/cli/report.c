/* report - `clintech report`: a report to read, as a table, or as a PDF. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "exchange/report_kind.h"

#define USAGE                                                                              \
    "report KIND [WHAT] [--from DATE] [--to DATE] [--reason TEXT] [--csv|--json|--pdf FILE|" \
    "--print] --as LOGIN; report list names the kinds"

static const struct ct_cli_table TABLE = {.command = "report", .result = "report"};

struct request {
    const char *kind, *from, *to, *pdf;
    bool print; /* into the folder of the settings */
    enum ct_print_form form;
    struct ct_report_ask ask;
};

static int list(void)
{
    for (size_t i = 0; i < CT_REPORT_KINDS_N; i++) {
        const struct ct_report_kind *k = &CT_REPORT_KINDS[i];
        printf("%-16s %-8s %s%s\n", k->name, k->what, k->help,
               k->range ? "; --from, --to" : "");
    }
    return 0;
}

/* From the folder the person stands in. */
static enum ct_status absolute(const char *file, char *out, size_t size, struct ct_error *reterr)
{
    char here[600];
    bool rooted = file[0] == '/';
    if (!rooted && getcwd(here, sizeof here) == NULL)
        here[0] = '\0';
    int n = snprintf(out, size, "%s%s%s", rooted ? "" : here, rooted ? "" : "/", file);
    return n > 0 && (size_t)n < size && out[0] == '/'
               ? CT_OK
               : ct_fail(reterr, CT_EINVAL, "path", "That is no name for a file.");
}

static void said(const struct ct_printed *p)
{
    CT_BUF clean = {.max = 4096};
    ct_text_clean(&clean, p->place, -1, false);
    printf("%s: %s, %lld bytes, code %s%s\n", ct_buf_str(&clean), CT_PRINT_FORM_NAME[p->form],
           (long long)p->size, p->code,
           p->form == CT_PRINT_SEALED ? ". clintech report open reads it"
                                      : ". It is not encrypted: mind where it lies");
}

static enum ct_status to_file(struct ct_app *app, struct ct_report *r, const struct request *q,
                              struct ct_error *reterr)
{
    char path[700];
    struct ct_printed p;
    const char *page = ct_app_config(app)->report_page;
    enum ct_status rc = q->print ? ct_report_new_file(app, r, q->form, page, &p, reterr)
                                 : absolute(q->pdf, path, sizeof path, reterr);
    if (rc == CT_OK && !q->print)
        rc = ct_report_file(app, r, q->form, page, path, &p, reterr);
    if (rc == CT_OK)
        said(&p);
    return rc;
}

/* The record is there before the first byte leaves; a table's code is told beside it. */
static enum ct_status to_screen(struct ct_app *app, struct ct_report *r,
                                enum ct_print_form form, struct ct_error *reterr)
{
    CT_BUF out = {.max = CT_REPORT_OUT_MAX};
    struct ct_printed p;
    enum ct_status rc = ct_report_give(app, r, form, "", &out, &p, reterr);
    ct_text_copy(p.place, sizeof p.place, "standard output");
    if (rc == CT_OK)
        rc = ct_report_record(app, r, &p, reterr);
    if (rc != CT_OK)
        return rc;
    fwrite(out.data, 1, out.len, stdout);
    if (form == CT_PRINT_CSV)
        fprintf(stderr, "clintech: code %s\n", p.code);
    return CT_OK;
}

static int make(struct ct_cli *cli, struct request *q)
{
    struct ct_error err;
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_REPORT *r = NULL;
    int status = 0;
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    enum ct_status rc = ct_cli_days(app, q->from, q->to, &q->ask.from_ms, &q->ask.to_ms, &err);
    if (rc == CT_OK)
        rc = ct_report_build(app, q->kind, &q->ask, &r, &err);
    if (rc == CT_OK)
        rc = q->form == CT_PRINT_PDF || q->form == CT_PRINT_SEALED ? to_file(app, r, q, &err)
                                                                   : to_screen(app, r, q->form,
                                                                               &err);
    if (rc != CT_OK)
        status = ct_cli_error(&err);
    ct_logout(app);
    return rc == CT_ENOTFOUND && strcmp(err.field, "program") != 0 ? 1 : status;
}

/* A sealed one, for a viewer that reads standard input: nothing is written to a disk. */
static int open_sealed(struct ct_cli *cli, const char *path)
{
    struct ct_error err;
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_BUF in = {.max = CT_REPORT_OUT_MAX}, out = {.max = CT_REPORT_OUT_MAX};
    char part[65536];
    size_t n = 1;
    int status = 0;
    if (isatty(STDOUT_FILENO))
        return ct_cli_usage("report open: a PDF is nothing for a terminal; send it on, as "
                            "\"| zathura -\"");
    int fd = ct_cli_table_open(&TABLE, path);
    if (fd < 0)
        return CT_EXIT_NO_INPUT;
    enum ct_status rc = CT_OK;
    while (rc == CT_OK && n > 0) {
        rc = ct_cli_table_read(&fd, part, sizeof part, &n, &err);
        if (rc == CT_OK)
            ct_buf_add(&in, part, n);
        if (rc == CT_OK && in.bad)
            rc = ct_fail(&err, CT_EINVAL, "file", "That is too large for a report.");
    }
    if (fd != STDIN_FILENO)
        close(fd);
    if (rc == CT_OK)
        rc = ct_cli_login(cli, &app, NULL, &err);
    if (rc == CT_OK) {
        rc = ct_report_open(app, &in, &out, &err);
        if (rc == CT_OK)
            fwrite(out.data, 1, out.len, stdout);
        ct_logout(app);
    }
    if (rc != CT_OK)
        status = ct_cli_error(&err);
    return status;
}

int ct_cli_report(struct ct_cli *cli, int argc, char **argv)
{
    struct request q = {.ask = {.what = "", .reason = ""}};
    bool bad = false;
    if (argc == 2 && strcmp(argv[1], "list") == 0)
        return list();
    ct_cli_option(&argc, argv, "--from", &q.from, &bad);
    ct_cli_option(&argc, argv, "--to", &q.to, &bad);
    ct_cli_option(&argc, argv, "--reason", &q.ask.reason, &bad);
    ct_cli_option(&argc, argv, "--pdf", &q.pdf, &bad);
    bool csv = ct_cli_flag(&argc, argv, "--csv");
    q.print = ct_cli_flag(&argc, argv, "--print");
    if (bad || argc < 2 || argc > 3 || csv + cli->json + q.print + (q.pdf != NULL) > 1)
        return ct_cli_usage("%s", USAGE);
    for (int i = 1; i < argc; i++)
        if (argv[i][0] == '-')
            return ct_cli_usage("%s", USAGE);
    if (cli->as == NULL)
        return ct_cli_usage("report needs --as LOGIN: say who you are");
    if (argc == 3 && strcmp(argv[1], "open") == 0)
        return open_sealed(cli, argv[2]);
    q.kind = argv[1];
    q.ask.what = argc == 3 ? argv[2] : "";
    const struct ct_report_kind *k = ct_report_kind(q.kind);
    if (k == NULL)
        return ct_cli_usage("there is no report \"%.60s\"; clintech report list names them",
                            q.kind);
    if ((q.from != NULL || q.to != NULL) && !k->range)
        return ct_cli_usage("report %s takes neither --from nor --to", q.kind);
    q.form = csv ? CT_PRINT_CSV
                 : cli->json ? CT_PRINT_JSON
                 : q.pdf == NULL && !q.print ? CT_PRINT_TEXT
                 : cli->config.report_sealed ? CT_PRINT_SEALED : CT_PRINT_PDF;
    return make(cli, &q);
}
