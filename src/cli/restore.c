/* restore - a backup looked at, checked, or put back into an empty directory. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/progress.h"

static void hex(char *out, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02x", p[i]);
}

static void list(const struct ct_cli *cli, const char *path, struct ct_backup_file *f)
{
    const struct ct_backup_head *h = ct_backup_in_head(ct_backup_file_in(f));
    char utc[32], local[24], size[24], id[2 * CT_STORE_ID_LEN + 1], link[2 * CT_HASH_LEN + 1];
    char key[2 * CT_BACKUP_KEY_LEN + 1] = "";
    int64_t bytes = ct_backup_in_size(ct_backup_file_in(f));
    int users = ct_backup_file_slots(f) - 1; /* the recovery code is none */
    ct_rfc3339(h->at_ms, utc);
    ct_datetime_text(h->at_ms, local);
    ct_progress_size(bytes, size);
    hex(id, h->store_id, CT_STORE_ID_LEN);
    hex(link, h->link, CT_HASH_LEN);
    if (h->to_key)
        hex(key, h->recipient, CT_BACKUP_KEY_LEN);
    if (cli->json) {
        json_t *j = json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:s,s:i,s:I,s:s,s:s}", "file", path,
                              "store_id", id, "made", utc, "bytes", (json_int_t)bytes, "pages",
                              (json_int_t)h->pages, "last_entry", (json_int_t)h->seq, "link",
                              link, "users", users, "schema", (json_int_t)h->schema, "program",
                              h->program, "to_key", key);
        json_dumpf(j, stdout, JSON_INDENT(1));
        putchar('\n');
        json_decref(j);
        return;
    }
    printf("backup      %s\nmade        %s (%s), by clintech %s\nstore       %s\n"
           "holds       %lu pages, %s; schema %lu; keyring of %d users\n"
           "chain ends  entry %lld, %s\n",
           path, local, utc, h->program, id, (unsigned long)h->pages, size,
           (unsigned long)h->schema, users, (long long)h->seq, link);
    if (h->to_key)
        printf("opens also  with the offline key %s\n", key);
    puts("The file is whole. That nobody altered it, only --verify-only can tell: it needs a "
         "password of that day.");
}

static void problem(const char *sentence, void *arg)
{
    CT_BUF clean = {0};
    (void)arg;
    ct_text_clean(&clean, sentence, -1, false);
    fprintf(stderr, "PROBLEM  %s\n", ct_buf_str(&clean));
}

/* How the backup is opened. */
struct opening {
    const char *key;            /* the secret half of the offline key, NULL: none */
    bool code;                  /* the recovery code */
    struct ct_secret *password; /* of cli->as; with key or code the new one. Owned */
    struct ct_unlocked *keys;   /* owned */
};

static void opening_done(struct opening *o)
{
    ct_secret_free(o->password);
    ct_unlocked_free(o->keys);
}

/* The keys, or the password to try: whatever is asked is asked here. */
static enum ct_status open_it(const struct ct_cli *cli, struct ct_backup_file *f,
                              bool restoring, struct opening *o, struct ct_error *reterr)
{
    char prompt[300];
    CT_SECRET *typed = NULL;
    enum ct_status s;
    if (o->key != NULL)
        snprintf(prompt, sizeof prompt, "Passphrase of %.200s", o->key);
    else if (o->code)
        snprintf(prompt, sizeof prompt, "Recovery code");
    else
        snprintf(prompt, sizeof prompt, "Password of %.60s, of the day of the backup", cli->as);
    if ((s = ct_cli_password(cli, prompt, false, &typed, reterr)) != CT_OK)
        return s;
    if (o->key != NULL)
        s = ct_backup_file_unseal(f, o->key, typed, &o->keys, reterr);
    else if (o->code)
        s = ct_backup_file_recover(f, typed, &o->keys, reterr);
    else if (!restoring)
        s = ct_backup_file_unlock(f, cli->as, typed, &o->keys, reterr);
    else {
        o->password = typed;
        typed = NULL;
    }
    if (s != CT_OK || !restoring || o->keys == NULL)
        return s;
    snprintf(prompt, sizeof prompt, "New password of %.60s", cli->as);
    return ct_cli_password(cli, prompt, true, &o->password, reterr);
}

static int verify_only(const char *path, struct ct_backup_file *f, const struct opening *o)
{
    struct ct_error err;
    struct ct_backup_end end = {0};
    struct ct_progress progress = CT_PROGRESS_INIT;
    enum ct_status s =
        ct_backup_file_read(f, o->keys, NULL, NULL, ct_progress_step, &progress, &end, &err);
    ct_progress_end(&progress);
    if (s != CT_OK)
        return ct_cli_error(&err);
    const struct ct_backup_head *h = ct_backup_in_head(ct_backup_file_in(f));
    printf(
        "%s: all %lu pages open, and nothing was altered, added or left out. The chain (%lld "
        "entries) %s when the backup was made.\n",
        path, (unsigned long)h->pages, (long long)end.entries,
        end.chain_good ? "verified" : "did NOT verify");
    return end.chain_good ? 0 : 1;
}

static int restore(const struct ct_cli *cli, struct ct_backup_file *f, const struct opening *o)
{
    struct ct_error err;
    struct ct_progress progress = CT_PROGRESS_INIT;
    struct ct_restore_report r;
    const struct ct_restore_request req = {.dir = cli->dir,
                                           .config = &cli->config,
                                           .clock = &CT_CLOCK_SYSTEM,
                                           .login = cli->as,
                                           .password = o->password,
                                           .keys = o->keys,
                                           .how = o->code ? "the recovery code"
                                                          : "the offline key",
                                           .progress = ct_progress_step,
                                           .problem = problem,
                                           .arg = &progress};
    enum ct_status s = ct_restore(f, &req, &r, &err);
    ct_progress_end(&progress);
    if (s != CT_OK)
        return ct_cli_error(&err);
    const struct ct_backup_head *h = ct_backup_in_head(ct_backup_file_in(f));
    char local[24];
    ct_datetime_text(h->at_ms, local);
    printf(
        "The store of %s is in %s again, up to entry %lld. What was recorded later is not in "
        "it.\n%u pages, %lld entries of the chain, %lld rows, %lld signatures checked: %s.\n",
        local, cli->dir, (long long)h->seq, r.verify.pages, (long long)r.verify.entries,
        (long long)r.verify.rows, (long long)r.verify.signatures,
        r.verify.problems == 0 ? "nothing is wrong" : "see the problems above");
    if (r.warning[0] != '\0')
        printf("%s\n", r.warning);
    return r.verify.problems == 0 ? 0 : 1;
}

/* Everything that can be refused without a password is refused before one is asked. */
static int run(const struct ct_cli *cli, const char *path, bool listing, bool checking,
               struct opening *o)
{
    struct ct_error err;
    struct ct_progress progress = CT_PROGRESS_INIT;
    CT_CLEANUP(ct_backup_file_freep) struct ct_backup_file *f = NULL;
    if (!listing && !checking && ct_restore_place(cli->dir, &err) != CT_OK)
        return ct_cli_error(&err);
    ct_progress_begin();
    if (ct_backup_file_open(path, &f, &err) != CT_OK)
        return ct_cli_error(&err);
    enum ct_status s = ct_backup_file_whole(f, ct_progress_step, &progress, &err);
    ct_progress_end(&progress);
    if (s != CT_OK)
        return ct_cli_error(&err);
    if (listing) {
        list(cli, path, f);
        return 0;
    }
    if (open_it(cli, f, !checking, o, &err) != CT_OK)
        return ct_cli_error(&err);
    return checking ? verify_only(path, f, o) : restore(cli, f, o);
}

int ct_cli_restore(struct ct_cli *cli, int argc, char **argv)
{
    bool bad = false;
    CT_CLEANUP(opening_done) struct opening o = {.key = NULL};
    bool listing = ct_cli_flag(&argc, argv, "--list");
    bool checking = ct_cli_flag(&argc, argv, "--verify-only");
    o.code = ct_cli_flag(&argc, argv, "--recovery-code");
    ct_cli_option(&argc, argv, "--key", &o.key, &bad);
    if (bad || argc != 2 || argv[1][0] == '-' || (listing && checking) ||
        (o.code && o.key != NULL))
        return ct_cli_usage("restore takes one FILE, and --list or --verify-only or --dir DIR");
    if (!listing && cli->as == NULL && !(checking && (o.code || o.key != NULL)))
        return ct_cli_usage("restore needs --as LOGIN: whose password will you give?");
    if (!listing && !checking && cli->dir_option == NULL)
        return ct_cli_usage("restore needs --dir DIR: an empty directory, or one to be made");
    return run(cli, argv[1], listing, checking, &o);
}
