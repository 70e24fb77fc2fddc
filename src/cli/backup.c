/* backup - the store and its keyring into one file, while others work; old ones removed. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "record/keep.h"
#include "vault/backup_key.h"

struct asked {
    const char *file, *into;
    const char *to_key; /* NULL: no offline key */
    unsigned char recipient[CT_BACKUP_KEY_LEN];
    bool force;
    struct ct_keep_rule keep;
};

static void as_json(const char *path, const struct ct_backup_report *r,
                    const struct ct_keep_report *keep)
{
    char utc[32];
    ct_rfc3339(r->head.at_ms, utc);
    json_t *j =
        json_pack("{s:b,s:s,s:s,s:I,s:I,s:I,s:I,s:b,s:I}", "ok", r->problems == 0, "file", path,
                  "made", utc, "bytes", (json_int_t)r->size, "pages", (json_int_t)r->head.pages,
                  "last_entry", (json_int_t)r->head.seq, "entries", (json_int_t)r->end.entries,
                  "to_key", r->head.to_key, "problem_count", (json_int_t)r->problems);
    if (keep != NULL) {
        json_object_set_new(j, "kept", json_integer((json_int_t)keep->kept));
        json_object_set_new(j, "removed", json_integer((json_int_t)keep->removed));
        json_object_set_new(j, "not_ours", json_integer((json_int_t)keep->strange));
    }
    json_dumpf(j, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(j);
}

static void as_text(const char *path, const struct ct_backup_report *r,
                    const struct ct_keep_report *keep)
{
    char size[24];
    ct_progress_size(r->size, size);
    printf(
        "%s: %lu pages and the chain up to entry %lld, %s. Read back: every page is as it was "
        "written%s.\n",
        path, (unsigned long)r->head.pages, (long long)r->head.seq, size,
        r->problems == 0 ? ", and the chain verifies" : "");
    if (r->problems > 0)
        printf(
            "PROBLEM  The chain of the store does not verify (%lld problems; the first: %s). "
            "Older backups are kept.\n",
            (long long)r->problems, r->problem);
    if (keep != NULL)
        printf("Kept %zu backups, removed %zu.\n", keep->kept, keep->removed);
    if (keep != NULL && keep->strange > 0)
        printf(
            "%zu more are named like backups of this store and are not, or are damaged: they "
            "were left alone.\n",
            keep->strange);
}

static int make(struct ct_cli *cli, struct ct_app *app, const struct asked *a)
{
    struct ct_error err;
    struct ct_progress progress = CT_PROGRESS_INIT;
    struct ct_backup_report r;
    struct ct_keep_report keep;
    char path[CT_BACKUP_PATH];
    const struct ct_backup_request req = {.path = a->file,
                                          .force = a->force,
                                          .recipient = a->to_key != NULL ? a->recipient : NULL,
                                          .progress = ct_progress_step,
                                          .arg = &progress};
    ct_progress_begin();
    enum ct_status s = a->into != NULL ? ct_backup_into(app, a->into, &req, path, &r, &err)
                                       : ct_backup_make(app, &req, &r, &err);
    ct_progress_end(&progress);
    if (s != CT_OK)
        return ct_cli_error(&err);
    bool tidy = a->into != NULL && r.problems == 0;
    if (tidy && ct_keep_apply(app, a->into, &a->keep, &r.head, &keep, &err) != CT_OK)
        return ct_cli_error(&err);
    (cli->json ? as_json : as_text)(a->into != NULL ? path : a->file, &r, tidy ? &keep : NULL);
    return r.problems == 0 ? 0 : 1;
}

static bool count(const char *text, int *ret)
{
    int64_t n = 0;
    if (text != NULL && !ct_parse_int(text, 0, CT_KEEP_MAX, &n))
        return false;
    *ret = (int)n;
    return true;
}

int ct_cli_backup(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    struct asked a = {.force = ct_cli_flag(&argc, argv, "--force")};
    const char *daily = NULL, *weekly = NULL, *monthly = NULL;
    bool bad = false;
    ct_cli_option(&argc, argv, "--into", &a.into, &bad);
    ct_cli_option(&argc, argv, "--to-key", &a.to_key, &bad);
    ct_cli_option(&argc, argv, "--keep-daily", &daily, &bad);
    ct_cli_option(&argc, argv, "--keep-weekly", &weekly, &bad);
    ct_cli_option(&argc, argv, "--keep-monthly", &monthly, &bad);
    if (bad || !count(daily, &a.keep.daily) || !count(weekly, &a.keep.weekly) ||
        !count(monthly, &a.keep.monthly))
        return ct_cli_usage(
            "backup: --keep-daily, --keep-weekly and --keep-monthly take numbers up "
            "to %d",
            CT_KEEP_MAX);
    bool keeps = daily != NULL || weekly != NULL || monthly != NULL;
    if (argc != (a.into != NULL ? 1 : 2) || (argc == 2 && argv[1][0] == '-'))
        return ct_cli_usage("backup takes one FILE, or --into DIR");
    if (a.into == NULL && keeps)
        return ct_cli_usage("backup: what is kept is said of a folder: --into DIR");
    if (cli->as == NULL)
        return ct_cli_usage("backup needs --as LOGIN: say who you are");
    a.file = argv[1];
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    if (a.to_key != NULL && ct_backup_key_public(a.to_key, a.recipient, &err) != CT_OK)
        return ct_cli_error(&err);
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    int status = make(cli, app, &a);
    ct_logout(app);
    return status;
}

/* ---- the offline key --------------------------------------------------------------- */

int ct_cli_backup_key(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    unsigned char pk[CT_BACKUP_KEY_LEN];
    CT_SECRET *passphrase = NULL;
    if (argc != 3 || strcmp(argv[1], "new") != 0 || argv[2][0] == '-')
        return ct_cli_usage("backup-key new FILE");
    const struct ct_kdf_cost cost = {.ops = (uint32_t)cli->config.kdf_ops,
                                     .mem_kib = (uint32_t)cli->config.kdf_mem_mib * 1024};
    if (ct_cli_password(cli, "Passphrase of the offline key", true, &passphrase, &err) !=
            CT_OK ||
        ct_backup_key_new(argv[2], passphrase, cost, pk, &err) != CT_OK)
        return ct_cli_error(&err);
    printf("%s.pub is for clintech backup --to-key. Put %s on a medium of its own into a safe, "
           "with its passphrase elsewhere, and remove it here: together they open every backup "
           "sealed to it.\n",
           argv[2], argv[2]);
    return 0;
}
