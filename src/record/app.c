/* app - the handle: settings, clock, where the store lies, opening and closing. */
#include "record/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Printable ASCII only: what is kept in the audit trail cannot play tricks. */
static void keep_plain(char *out, size_t size, const char *s, size_t n)
{
    size_t i = 0;
    for (; i < n && i + 1 < size && s[i] != '\0'; i++)
        out[i] = s[i] > ' ' && s[i] <= '~' ? s[i] : '?';
    out[i] = '\0';
}

static void guess_place(struct ct_app *app)
{
    char tty[64] = "";
    if (isatty(STDIN_FILENO) && ttyname_r(STDIN_FILENO, tty, sizeof tty) != 0)
        tty[0] = '\0';
    const char *ssh = getenv("SSH_CONNECTION");
    keep_plain(app->tty, sizeof app->tty, tty, sizeof tty);
    if (ssh != NULL)
        keep_plain(app->remote, sizeof app->remote, ssh, strcspn(ssh, " "));
}

void ct_app_set_place(struct ct_app *app, const char *tty, const char *remote)
{
    keep_plain(app->tty, sizeof app->tty, tty, strlen(tty));
    keep_plain(app->remote, sizeof app->remote, remote, strlen(remote));
}

/* A line of text appended to the store would be the end of it. */
static enum ct_status check_witness_place(const char *dir, size_t n, const char *witness,
                                          struct ct_error *reterr)
{
    static const char *const OWN[] = {
        CT_STORE_FILE, CT_STORE_FILE "-wal", CT_STORE_FILE "-shm", CT_KEYRING_FILE, "gate",
        "kdf",         "witness-gate",       "config.ini",          "reseal"};
    if (strncmp(witness, dir, n) != 0 || witness[n] != '/')
        return CT_OK;
    for (size_t i = 0; i < CT_LEN(OWN); i++)
        if (strcmp(witness + n + 1, OWN[i]) == 0)
            return ct_fail(reterr, CT_ECONFIG, "witness",
                           "[store] witness names %s, which is a file of the store itself; "
                           "name another, best on another disk.",
                           witness);
    return CT_OK;
}

enum ct_status ct_app_new(const char *dir, const struct ct_config *config,
                          const struct ct_clock *clock, struct ct_app **ret,
                          struct ct_error *reterr)
{
    size_t n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/')
        n--;
    enum ct_status s = check_witness_place(dir, n, config->witness, reterr);
    if (s != CT_OK)
        return s;
    struct ct_app *app = calloc(1, sizeof *app);
    if (app == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "Out of memory.");
    if (n == 0 || n >= sizeof app->dir - 32) { /* room for "/witness-gate" and its like */
        free(app);
        return ct_fail(reterr, CT_EINVAL, "dir",
                       "The store's directory must have a name of 1 to %zu bytes.",
                       sizeof app->dir - 33);
    }
    memcpy(app->dir, dir, n);
    app->config = *config;
    app->clock = *clock;
    app->state = CT_OUT;
    app->reauth_mono = CT_UNSET;
    guess_place(app);
    *ret = app;
    return CT_OK;
}

void ct_app_close(struct ct_app *app)
{
    ct_record_bulk_cancel(app);
    ct_db_close(app->db);
    app->db = NULL;
    ct_seal_free(app->seal);
    app->seal = NULL;
    ct_unlocked_freep(&app->keys);
    ct_sqlite_memory_wipe();
    app->reauth_mono = CT_UNSET;
    app->own_failures = 0;
    app->recheck = app->changed = false;
    ct_wipe(app->names, sizeof app->names);
}

void ct_app_free(struct ct_app *app)
{
    if (app == NULL)
        return;
    ct_app_close(app);
    for (size_t i = 0; i < CT_APP_KEPT; i++)
        free(app->kept[i].p);
    ct_wipe(app, sizeof *app);
    free(app);
}

void ct_app_freep(struct ct_app **app)
{
    ct_app_free(*app);
    *app = NULL;
}

bool ct_app_keep(struct ct_app *app, const void *key, void *p)
{
    for (size_t i = 0; i < CT_APP_KEPT; i++)
        if (app->kept[i].key == NULL) {
            app->kept[i].key = key;
            app->kept[i].p = p;
            return true;
        }
    return false;
}

void *ct_app_kept(const struct ct_app *app, const void *key)
{
    for (size_t i = 0; i < CT_APP_KEPT; i++)
        if (app->kept[i].key == key)
            return app->kept[i].p;
    return NULL;
}

const struct ct_config *ct_app_config(const struct ct_app *app)
{
    return &app->config;
}

const char *ct_app_dir(const struct ct_app *app)
{
    return app->dir;
}

int64_t ct_app_now(const struct ct_app *app)
{
    return ct_now(&app->clock);
}

int64_t ct_app_monotonic(const struct ct_app *app)
{
    return ct_monotonic(&app->clock);
}

struct ct_db *ct_app_db(struct ct_app *app)
{
    return app->state == CT_IN ? app->db : NULL;
}

enum ct_session_state ct_app_state(const struct ct_app *app)
{
    return app->state;
}

const struct ct_who *ct_app_who(const struct ct_app *app)
{
    return app->state == CT_OUT ? NULL : &app->who;
}

const struct ct_unlocked *ct_app_keys(const struct ct_app *app)
{
    return app->keys;
}

void ct_app_hurry(struct ct_app *app, int within_ms)
{
    if (app->state == CT_IN)
        ct_db_hurry(app->db, within_ms);
}

const char *ct_app_warning(const struct ct_app *app)
{
    return app->warning;
}

void ct_app_warn(struct ct_app *app, const char *fmt, ...)
{
    size_t n = strlen(app->warning);
    if (n > 0 && n + 2 < sizeof app->warning)
        app->warning[n++] = ' ';
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(app->warning + n, sizeof app->warning - n, fmt, ap);
    va_end(ap);
}

void ct_app_defer(struct ct_app *app, bool on)
{
    app->defers = on;
    if (app->db != NULL)
        ct_db_checkpoint_later(app->db, on);
}

bool ct_app_unsynced(const struct ct_app *app)
{
    return app->db != NULL && ct_db_unsynced(app->db);
}

enum ct_status ct_app_sync(struct ct_app *app, struct ct_error *reterr)
{
    if (app->db == NULL)
        return CT_OK;
    enum ct_status s = ct_db_sync(app->db, reterr);
    if (s == CT_OK)
        ct_db_tidy(app->db);
    return s;
}

bool ct_app_changed(struct ct_app *app)
{
    if (app->state != CT_IN)
        return false;
    if (ct_db_changed(app->db))
        app->recheck = app->changed = true;
    bool changed = app->changed;
    app->changed = false;
    if (changed)
        ct_wipe(app->names, sizeof app->names);
    return changed;
}

enum ct_status ct_app_row(struct ct_app *app, enum ct_record_sql_id id, struct ct_stmt **ret,
                          struct ct_error *reterr)
{
    return ct_stmt_get(app->db, &ct_record_sql[id], ret, reterr);
}

static enum ct_status open_db(struct ct_app *app, struct ct_error *reterr)
{
    const struct ct_db_options options = {
        .busy_limit_ms = app->config.busy_limit_ms,
        .checkpoint_pages = app->config.checkpoint_pages,
    };
    enum ct_status s = ct_db_open(app->dir, app->seal, &options, &app->db, reterr);
    if (s == CT_OK)
        ct_db_checkpoint_later(app->db, app->defers);
    return s;
}

/* The session's keys as they are now, into the seal. */
static enum ct_status use_keys(struct ct_app *app, struct ct_error *reterr)
{
    const struct ct_unlocked *k = app->keys;
    enum ct_status s = ct_seal_add_key(app->seal, k->epoch, k->store_key, reterr);
    if (s == CT_OK && k->old_epoch != 0)
        s = ct_seal_add_key(app->seal, k->old_epoch, k->old_key, reterr);
    return s == CT_OK ? ct_seal_use(app->seal, k->epoch, reterr) : s;
}

static enum ct_status newer_keys(void *arg, struct ct_error *reterr)
{
    struct ct_app *app = arg;
    enum ct_status s = ct_keyring_follow(app->dir, app->keys, reterr);
    return s == CT_OK && app->keys->epoch != ct_seal_epoch(app->seal) ? use_keys(app, reterr)
                                                                      : s;
}

enum ct_status ct_app_open(struct ct_app *app, struct ct_error *reterr)
{
    enum ct_status s = ct_seal_new(app->keys->store_id, app->keys->store_key, app->keys->epoch,
                                   NULL, &app->seal, reterr);
    if (s == CT_OK)
        s = use_keys(app, reterr);
    if (s != CT_OK)
        return s;
    ct_seal_source(app->seal, newer_keys, app);
    return open_db(app, reterr);
}

enum ct_status ct_app_reopen(struct ct_app *app, struct ct_error *reterr)
{
    if (app->state != CT_IN)
        return ct_fail(reterr, CT_ELOCKED, NULL, "The store is closed; log in first.");
    ct_record_bulk_cancel(app);
    ct_db_close(app->db);
    app->db = NULL;
    enum ct_status s = open_db(app, reterr);
    app->recheck = app->changed = true;
    if (s != CT_OK) {
        ct_app_close(app);
        app->state = CT_LOCKED;
    }
    return s;
}

enum ct_status ct_app_default_dir(const struct ct_config *config, const char *dir_option,
                                  char *out, size_t size, struct ct_error *reterr)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int n;
    if (dir_option != NULL && dir_option[0] != '\0')
        n = snprintf(out, size, "%s", dir_option);
    else if (config->store_dir[0] != '\0')
        n = snprintf(out, size, "%s", config->store_dir);
    else if (state != NULL && state[0] == '/') /* XDG: relative ones are to be ignored */
        n = snprintf(out, size, "%s/clintech", state);
    else if (home != NULL && home[0] == '/')
        n = snprintf(out, size, "%s/.local/state/clintech", home);
    else
        return ct_fail(reterr, CT_ECONFIG, "dir",
                       "There is no place for the store: HOME is not set. Name one with --dir "
                       "or with [store] dir in config.ini.");
    if (n < 0 || (size_t)n >= size)
        return ct_fail(reterr, CT_EINVAL, "dir",
                       "The name of the store's directory is longer "
                       "than %zu bytes.",
                       size - 1);
    return CT_OK;
}
