/* rekey - the whole store under a new key, while others work. */
#include "record/rekey.h"

#include <stdio.h>

#include <jansson.h>

#include "cli/cli.h"
#include "cli/progress.h"

enum { WAIT_MS = 60000 };

static bool step(int64_t done, int64_t total, void *arg)
{
    return ct_progress_step((enum ct_backup_phase)CT_PROGRESS_REKEY, done, total, arg);
}

static void as_json(const struct ct_rekey_report *r)
{
    json_t *j = json_pack("{s:b,s:I,s:b,s:I,s:I,s:I}", "ok", 1, "epoch", (json_int_t)r->epoch,
                          "resumed", r->resumed, "pages", (json_int_t)r->pages, "sealed",
                          (json_int_t)r->sealed, "weak", (json_int_t)r->weak);
    json_dumpf(j, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(j);
}

static void as_text(const struct ct_rekey_report *r)
{
    printf("Every page is sealed under key epoch %u, %u of %u by this run; the older key is "
           "gone.\n",
           r->epoch, r->sealed, r->pages);
    if (r->resumed)
        printf("This ended a run that was cut off. If somebody left or something was stolen "
               "since that one began, run it again for a key of today.\n");
    if (r->weak > 0)
        printf("%u users have kept their password since an older version of the program: "
               "whoever has an old keyring and an old password of theirs can open the new key "
               "with them. Let them change their passwords, then run this again.\n",
               r->weak);
    printf("Make a backup now. Older backups open with the passwords of their day, and with "
           "nothing newer.\n");
}

int ct_cli_rekey(struct ct_cli *cli, int argc, char **argv)
{
    (void)argv;
    struct ct_error err;
    struct ct_rekey_report r;
    struct ct_progress progress = CT_PROGRESS_INIT;
    if (argc > 1)
        return ct_cli_usage("rekey takes no argument but --as LOGIN and --json");
    if (cli->as == NULL)
        return ct_cli_usage("rekey needs --as LOGIN: say who you are");
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_SECRET *password = NULL;
    if (ct_cli_login(cli, &app, &password, &err) != CT_OK ||
        ct_reauthenticate(app, password, &err) != CT_OK)
        return ct_cli_error(&err);
    ct_progress_begin();
    enum ct_status s = ct_rekey(app, WAIT_MS, step, &progress, &r, &err);
    ct_progress_end(&progress);
    ct_logout(app);
    if (s != CT_OK)
        return ct_cli_error(&err);
    (cli->json ? as_json : as_text)(&r);
    return 0;
}
