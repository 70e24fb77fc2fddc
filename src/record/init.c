/* init - a new clinic: directory, keyring, store, first administrator, chain entry 1;
 * whatever was made is removed when any of it fails. */
#include "record/internal.h"
#include "record/witness.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_USER = 1 };

/* Every name that init and what it calls may leave in the directory. */
static const char *const MADE[] = {
    CT_STORE_FILE, CT_STORE_FILE "-wal", CT_STORE_FILE "-shm", CT_KEYRING_FILE, "gate", "kdf",
    "witness",     "witness-gate",
};

struct made {
    const struct ct_app *app;
    size_t depth;             /* directories made, the innermost is app->dir */
    bool there[CT_LEN(MADE)]; /* stood before */
    bool witness_there;       /* a witness elsewhere stood before */
    bool keyring;             /* ours: made by this call */
};

static void path_of(const struct ct_app *app, const char *name, char out[600])
{
    snprintf(out, 600, "%s/%s", app->dir, name);
}

static bool exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 || errno != ENOENT;
}

static void undo(const struct made *m)
{
    char path[600];
    path_of(m->app, CT_KEYRING_FILE, path);
    if (!m->keyring && exists(path)) /* somebody else was quicker: all of it is theirs */
        return;
    for (size_t i = 0; i < CT_LEN(MADE); i++)
        if (!m->there[i]) {
            path_of(m->app, MADE[i], path);
            (void)unlink(path);
        }
    if (!m->witness_there) {
        ct_witness_path(m->app, path, sizeof path);
        (void)unlink(path);
    }
    snprintf(path, sizeof path, "%s", m->app->dir);
    for (size_t i = 0; i < m->depth; i++) {
        if (rmdir(path) != 0)
            return;
        char *slash = strrchr(path, '/');
        if (slash == NULL || slash == path)
            return;
        *slash = '\0';
    }
}

static enum ct_status fail_dir(struct ct_error *reterr, const char *path)
{
    int e = errno;
    return ct_fail(reterr, ct_status_errno(e), "dir", "The directory %s cannot be made: %s.",
                   path, strerror(e));
}

/* The directory and its missing parents, 0700 each. */
static enum ct_status make_dir(struct made *m, struct ct_error *reterr)
{
    char path[600];
    snprintf(path, sizeof path, "%s", m->app->dir);
    size_t n = strlen(path);
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        char was = path[i];
        path[i] = '\0';
        if (mkdir(path, 0700) == 0)
            m->depth++;
        else if (errno != EEXIST)
            return fail_dir(reterr, path);
        path[i] = was;
    }
    return CT_OK;
}

static bool dir_empty(int fd)
{
    int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    DIR *d = own >= 0 ? fdopendir(own) : NULL;
    if (d == NULL) {
        if (own >= 0)
            close(own);
        return false;
    }
    bool empty = true;
    for (struct dirent *e; empty && (e = readdir(d)) != NULL;)
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    closedir(d);
    return empty;
}

/* Nobody else may enter it. An empty directory is closed to others, one that
 * holds something already is left as it is. */
static enum ct_status close_dir(const struct made *m, struct ct_error *reterr)
{
    struct stat st;
    int fd = open(m->app->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum ct_status s = CT_OK;
    if (fd < 0 || fstat(fd, &st) != 0)
        s = fail_dir(reterr, m->app->dir);
    else if (st.st_uid != geteuid())
        s = ct_fail(reterr, CT_EREADONLY, "dir",
                    "The directory %s belongs to somebody else; choose another.", m->app->dir);
    else if ((st.st_mode & 077) != 0 && (!dir_empty(fd) || fchmod(fd, 0700) != 0))
        s = ct_fail(
            reterr, CT_EINVAL, "dir",
            "Others may enter the directory %s; run chmod 700 on it, or choose another.",
            m->app->dir);
    if (fd >= 0)
        close(fd);
    return s;
}

static enum ct_status look_first(struct made *m, struct ct_error *reterr)
{
    char path[600];
    for (size_t i = 0; i < CT_LEN(MADE); i++) {
        path_of(m->app, MADE[i], path);
        m->there[i] = exists(path);
        if (m->there[i] &&
            (strcmp(MADE[i], CT_STORE_FILE) == 0 || strcmp(MADE[i], CT_KEYRING_FILE) == 0))
            return ct_fail(reterr, CT_EEXISTS, "dir",
                           "There is a clinic in %s already (%s); nothing was changed. "
                           "Choose another directory.",
                           m->app->dir, MADE[i]);
    }
    ct_witness_path(m->app, path, sizeof path);
    m->witness_there = exists(path);
    return CT_OK;
}

struct first {
    const struct ct_init *init;
    const char *login, *name;
};

static enum ct_status insert_store(struct ct_app *app, struct ct_entry *entry,
                                   struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status s = ct_app_row(app, CT_SQL_STORE_INSERT, &st, reterr);
    if (s != CT_OK)
        return s;
    ct_bind_blob(st, ":store", app->keys->store_id, CT_STORE_ID_LEN);
    ct_bind_i64(st, ":at", ct_app_now(app));
    ct_bind_text(st, ":site", app->config.site_name);
    ct_entry_row(entry, "store", 1);
    return ct_stmt_run(st, NULL, reterr);
}

/* Rows and entry 1, in one transaction. */
static enum ct_status write_first(struct ct_app *app, const struct first *f,
                                  struct ct_head *head, struct ct_error *reterr)
{
    CT_TX tx = {0};
    struct ct_entry entry = {
        .severity = CT_NOTABLE, .patient_id = CT_UNSET, .done_ms = CT_UNSET};
    struct ct_user_row row = {.user_id = FIRST_USER,
                              .role = CT_ADMINISTRATOR,
                              .active = true,
                              .slot_version = app->keys->slot.version};
    snprintf(row.login, sizeof row.login, "%s", f->login);
    snprintf(row.name, sizeof row.name, "%s", f->name);
    memcpy(row.slot_hash, app->keys->slot.hash, sizeof row.slot_hash);
    memcpy(row.sign_pk, app->keys->slot.sign_pk, sizeof row.sign_pk);
    char id[2 * CT_STORE_ID_LEN + 1];
    for (size_t i = 0; i < CT_STORE_ID_LEN; i++)
        snprintf(id + 2 * i, 3, "%02x", app->keys->store_id[i]);
    ct_detail_add(entry.detail, "store id %s, first administrator, recovery code made", id);

    app->who = (struct ct_who){
        .user_id = FIRST_USER, .role = CT_ADMINISTRATOR, .since_ms = ct_app_now(app)};
    snprintf(app->who.login, sizeof app->who.login, "%s", f->login);
    snprintf(app->who.name, sizeof app->who.name, "%s", f->name);
    enum ct_status s;
    if ((s = ct_tx_begin(app->db, &tx, reterr)) != CT_OK ||
        (s = insert_store(app, &entry, reterr)) != CT_OK ||
        (s = ct_user_row_add(app, app->db, &row, FIRST_USER, NULL, &entry, reterr)) != CT_OK ||
        (s = ct_session_add(app, app->db, &entry, reterr)) != CT_OK ||
        (s = ct_chain_append(app, app->db, CT_VERB_INIT, &entry, head, reterr)) != CT_OK)
        return s;
    return ct_tx_commit(&tx, reterr);
}

static enum ct_status make_store(struct ct_app *app, const struct first *f, struct made *made,
                                 struct ct_secret *recovery_code, struct ct_error *reterr)
{
    struct ct_head head = {0};
    enum ct_status s =
        ct_keyring_create(app->dir, FIRST_USER, f->login, f->init->password, f->init->cost,
                          ct_app_now(app), recovery_code, &app->keys, reterr);
    if (s != CT_OK)
        return s;
    made->keyring = true;
    if ((s = ct_seal_new(app->keys->store_id, app->keys->store_key, app->keys->epoch, NULL,
                         &app->seal, reterr)) != CT_OK ||
        (s = ct_db_create(app->dir, app->seal, reterr)) != CT_OK)
        return s;
    ct_seal_free(app->seal); /* ct_app_open makes its own */
    app->seal = NULL;
    if ((s = ct_app_open(app, reterr)) != CT_OK ||
        (s = write_first(app, f, &head, reterr)) != CT_OK)
        return s;
    return ct_witness_add(app, &head, false, reterr);
}

enum ct_status ct_app_init(struct ct_app *app, const struct ct_init *init,
                           struct ct_secret *recovery_code, struct ct_error *reterr)
{
    char login[33], name[128];
    struct first first = {.init = init, .login = login, .name = name};
    struct made made = {.app = app};
    enum ct_status s;
    if (app->state != CT_OUT)
        return ct_fail(reterr, CT_EINVAL, NULL, "Somebody is logged in; log out first.");
    if ((s = ct_user_check_login(init->login, login, reterr)) != CT_OK ||
        (s = ct_user_check_name(init->name, name, reterr)) != CT_OK ||
        (s = ct_password_check(init->password, login, app->config.site_name, reterr)) !=
            CT_OK ||
        (s = look_first(&made, reterr)) != CT_OK)
        return s;

    app->warning[0] = '\0';
    if ((s = make_dir(&made, reterr)) == CT_OK && (s = close_dir(&made, reterr)) == CT_OK)
        s = make_store(app, &first, &made, recovery_code, reterr);
    if (s != CT_OK) {
        ct_app_close(app);
        app->who = (struct ct_who){0};
        ct_secret_wipe(recovery_code);
        undo(&made);
        return s;
    }
    app->state = CT_IN;
    app->since_mono = ct_app_monotonic(app);
    app->reauth_mono = app->since_mono; /* the password was given a moment ago */
    return CT_OK;
}
