/* backup - the store and its keyring into one file, while others work. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "cli/cli.h"
#include "cli/progress.h"

static void say(const struct ct_cli *cli, const char *path, const struct ct_backup_report *r)
{
    char utc[32], size[24];
    ct_rfc3339(r->head.at_ms, utc);
    ct_progress_size(r->size, size);
    if (cli->json) {
        json_t *j = json_pack("{s:b,s:s,s:s,s:I,s:I,s:I,s:b,s:I}", "ok", r->problems == 0, "file",
                              path, "made", utc, "bytes", (json_int_t)r->size, "pages",
                              (json_int_t)r->head.pages, "entries", (json_int_t)r->end.entries,
                              "to_key", r->head.to_key, "problem_count",
                              (json_int_t)r->problems);
        json_dumpf(j, stdout, JSON_INDENT(1));
        putchar('\n');
        json_decref(j);
        return;
    }
    printf("%s: %lu pages and the chain up to entry %lld, %s. Read back: every page is as it was "
           "written%s.\n",
           path, (unsigned long)r->head.pages, (long long)r->head.seq, size,
           r->problems == 0 ? ", and the chain verifies" : "");
    if (r->problems > 0)
        printf("PROBLEM  The chain of the store does not verify (%lld problems; the first: %s). "
               "Keep the older backups.\n",
               (long long)r->problems, r->problem);
}

int ct_cli_backup(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    struct ct_progress progress = CT_PROGRESS_INIT;
    bool force = ct_cli_flag(&argc, argv, "--force");
    if (argc != 2 || argv[1][0] == '-')
        return ct_cli_usage("backup takes one FILE, and --force");
    if (cli->as == NULL)
        return ct_cli_usage("backup needs --as LOGIN: say who you are");
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    const struct ct_backup_request req = {
        .path = argv[1], .force = force, .progress = ct_progress_step, .arg = &progress};
    struct ct_backup_report r;
    ct_progress_begin();
    enum ct_status s = ct_backup_make(app, &req, &r, &err);
    ct_progress_end(&progress);
    if (s != CT_OK)
        return ct_cli_error(&err);
    ct_logout(app);
    say(cli, argv[1], &r);
    return r.problems == 0 ? 0 : 1;
}
