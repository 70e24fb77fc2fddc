/* recorded - see recorded.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/recorded.h"

enum { START = 1795000000 }; /* seconds: a Sunday in November 2026 */

void recorded_make(struct clinic *c)
{
    *c = (struct clinic){.now = START * INT64_C(1000)};
    tmp_dir(c->top, "record");
    snprintf(c->dir, sizeof c->dir, "%s/clinic", c->top);
    snprintf(c->config.site_name, sizeof c->config.site_name, "Demo clinic");
    c->config.absolute_limit_min = 12 * 60;
    c->config.busy_limit_ms = 5000;
    c->config.checkpoint_pages = 1000;
    c->config.kdf_ops = (int)CT_KDF_TEST.ops;
    c->config.kdf_mem_mib = 1;
    c->app = clinic_app(c);
}

void clinic_new(struct clinic *c)
{
    struct ct_error e = {0};
    CT_SECRET *password = secret_of(ADA_PASSWORD), *code = NULL;
    recorded_make(c);
    assert_int_equal(ct_secret_new(64, &code, NULL), CT_OK);
    const struct ct_init init = {
        .login = "ada", .name = "Ada Demo-Lind", .password = password,
        .cost = {.ops = (uint32_t)c->config.kdf_ops,
                 .mem_kib = (uint32_t)c->config.kdf_mem_mib * 1024}};
    if (ct_app_init(c->app, &init, code, &e) != CT_OK)
        fail_msg("init: %s", e.text);
}

static void add_staff(struct clinic *c)
{
    CT_SECRET *sue = secret_of(SUE_PASSWORD), *tom = secret_of(TOM_PASSWORD);
    struct ct_error e = {0};
    if (ct_user_add_with(c->app, "sue", "Sue Demo-Okoro", CT_SUPERVISOR, sue, &e) != CT_OK ||
        ct_user_add_with(c->app, "tom", "Tom Demo-Vale", CT_TECHNICIAN, tom, &e) != CT_OK)
        fail_msg("staff: %s", e.text);
}

static void remove_all(const char *path)
{
    DIR *d = opendir(path);
    char name[512];
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(name, sizeof name, "%s/%s", path, e->d_name);
        if (unlink(name) != 0)
            remove_all(name);
    }
    if (d != NULL)
        closedir(d);
    (void)rmdir(path);
}

void clinic_keep(struct clinic_kept *k, const struct clinic *c)
{
    char path[128];
    DIR *d = opendir(c->dir);
    assert_non_null(d);
    for (const struct dirent *f; (f = readdir(d)) != NULL;) {
        if (f->d_name[0] == '.')
            continue;
        assert_true(k->files < sizeof k->file / sizeof k->file[0]);
        snprintf(k->file[k->files].name, sizeof k->file[0].name, "%s", f->d_name);
        clinic_path(c, f->d_name, path);
        k->file[k->files].data = file_read(path, &k->file[k->files].n);
        k->files++;
    }
    closedir(d);
}

void clinic_put_back(const struct clinic_kept *k, const struct clinic *c)
{
    char path[128];
    remove_all(c->dir);
    assert_int_equal(mkdir(c->dir, 0700), 0);
    for (size_t i = 0; i < k->files; i++) {
        clinic_path(c, k->file[i].name, path);
        int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, k->file[i].data, k->file[i].n), k->file[i].n);
        assert_int_equal(close(fd), 0);
    }
}

/* Made once a program, then copied: the keys are those of the first, the chain goes on
 * with the logout of who made it and ada's login. */
static void begin(struct clinic *c, struct clinic_kept *k, void (*more)(struct clinic *c))
{
    struct ct_error e = {0};
    if (k->files == 0) {
        clinic_new(c);
        if (more != NULL)
            more(c);
        ct_app_freep(&c->app);
        clinic_keep(k, c);
        c->app = clinic_app(c);
    } else {
        recorded_make(c);
        clinic_put_back(k, c);
    }
    if (recorded_login(c->app, "ada", ADA_PASSWORD, &e) != CT_OK)
        fail_msg("login: %s", e.text);
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK); /* as after making it */
}

void clinic_begin(struct clinic *c)
{
    static struct clinic_kept kept;
    begin(c, &kept, NULL);
}

void clinic_new_staff(struct clinic *c)
{
    clinic_new(c);
    add_staff(c);
}

void clinic_staff(struct clinic *c)
{
    static struct clinic_kept kept;
    begin(c, &kept, add_staff);
}

void clinic_end(struct clinic *c)
{
    ct_app_freep(&c->app);
    remove_all(c->top);
}

struct ct_app *clinic_app(struct clinic *c)
{
    struct ct_app *app = NULL;
    struct ct_clock clock = ct_clock_fixed(&c->now);
    assert_int_equal(ct_app_new(c->dir, &c->config, &clock, &app, NULL), CT_OK);
    ct_app_set_place(app, "pts/7", "192.0.2.9");
    return app;
}

struct ct_secret *secret_of(const char *text)
{
    struct ct_secret *s = NULL;
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &s, NULL), CT_OK);
    assert_true(ct_secret_add(s, text, strlen(text)));
    return s;
}

enum ct_status recorded_login(struct ct_app *app, const char *login, const char *password,
                            struct ct_error *e)
{
    CT_SECRET *p = secret_of(password);
    return ct_login(app, login, p, e);
}

enum ct_status clinic_again(struct ct_app *app, const char *password)
{
    CT_SECRET *p = secret_of(password);
    return ct_reauthenticate(app, p, NULL);
}

void clinic_path(const struct clinic *c, const char *name, char out[128])
{
    snprintf(out, 128, "%s/%s", c->dir, name);
}

char *file_read(const char *path, size_t *ret_n)
{
    FILE *f = fopen(path, "rb");
    struct stat st;
    assert_non_null(f);
    assert_int_equal(fstat(fileno(f), &st), 0);
    char *p = calloc(1, (size_t)st.st_size + 1);
    assert_non_null(p);
    assert_int_equal(fread(p, 1, (size_t)st.st_size, f), st.st_size);
    fclose(f);
    *ret_n = (size_t)st.st_size;
    return p;
}

void file_write(const char *path, const void *p, size_t n)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(p, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

void file_copy(const char *from, const char *to)
{
    size_t n;
    char *p = file_read(from, &n);
    file_write(to, p, n);
    free(p);
}

/* ---- raw -------------------------------------------------------------- */

void raw_open(struct raw *r, const struct clinic *c, const struct ct_unlocked *keys)
{
    char path[128];
    clinic_path(c, CT_STORE_FILE, path);
    assert_int_equal(
        ct_seal_new(keys->store_id, keys->store_key, keys->epoch, NULL, &r->seal, NULL), CT_OK);
    assert_int_equal(sqlite3_open_v2(path, &r->db, SQLITE_OPEN_READWRITE, ct_seal_vfs(r->seal)),
                     SQLITE_OK);
    raw_exec(r, "PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=0");
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

void raw_close(struct raw *r)
{
    assert_int_equal(sqlite3_close(r->db), SQLITE_OK);
    ct_seal_free(r->seal);
}

int raw_try(const struct raw *r, const char *sql)
{
    return sqlite3_exec(r->db, sql, NULL, NULL, NULL);
}

void raw_exec(const struct raw *r, const char *sql)
{
    char *text = NULL;
    if (sqlite3_exec(r->db, sql, NULL, NULL, &text) != SQLITE_OK)
        fail_msg("%s: %s", sql, text);
}

int64_t raw_int(const struct raw *r, const char *sql)
{
    sqlite3_stmt *st = NULL;
    assert_int_equal(sqlite3_prepare_v2(r->db, sql, -1, &st, NULL), SQLITE_OK);
    int64_t v = sqlite3_step(st) == SQLITE_ROW ? sqlite3_column_int64(st, 0) : -1;
    sqlite3_finalize(st);
    return v;
}

void raw_force(const struct raw *r, const char *sql)
{
    enum { MAX = 256 };
    char *back[MAX];
    char drop[128];
    int n = 0;
    sqlite3_stmt *st = NULL;
    assert_int_equal(sqlite3_prepare_v2(r->db,
                                        "SELECT name, sql FROM sqlite_schema"
                                        " WHERE type = 'trigger'",
                                        -1, &st, NULL),
                     SQLITE_OK);
    char names[MAX][64];
    while (sqlite3_step(st) == SQLITE_ROW && n < MAX) {
        snprintf(names[n], sizeof names[n], "%s", (const char *)sqlite3_column_text(st, 0));
        back[n++] = strdup((const char *)sqlite3_column_text(st, 1));
    }
    sqlite3_finalize(st);
    assert_true(n > 0 && n < MAX);
    raw_exec(r, "PRAGMA foreign_keys=OFF; BEGIN IMMEDIATE");
    for (int i = 0; i < n; i++) {
        snprintf(drop, sizeof drop, "DROP TRIGGER %s", names[i]);
        raw_exec(r, drop);
    }
    raw_exec(r, sql);
    for (int i = 0; i < n; i++) {
        raw_exec(r, back[i]);
        free(back[i]);
    }
    raw_exec(r, "COMMIT");
}

/* ---- through the app -------------------------------------------------- */

int64_t app_int(struct ct_app *app, const char *sql)
{
    char text[64];
    app_text(app, sql, text, sizeof text);
    return strtoll(text, NULL, 10);
}

/* The statement cache is by the row's address: each text has a row of its own, for good.
 * (A connection of its own for each question would parse the whole schema each time.) */
static const struct ct_sql *row_of(const char *sql)
{
    static struct asked {
        struct asked *next;
        struct ct_sql row;
    } *all;
    struct asked *a = all;
    while (a != NULL && strcmp(a->row.text, sql) != 0)
        a = a->next;
    if (a == NULL) {
        a = malloc(sizeof *a);
        assert_non_null(a);
        *a = (struct asked){all, {"test.ask", strdup(sql)}};
        assert_non_null(a->row.text);
        all = a;
    }
    return &a->row;
}

void app_text(struct ct_app *app, const char *sql, char *out, size_t size)
{
    struct ct_stmt *st = NULL;
    struct ct_error e = {0};
    bool row = false;
    assert_int_equal(ct_app_state(app), CT_IN);
    if (ct_stmt_get(ct_app_db(app), row_of(sql), &st, &e) != CT_OK ||
        ct_stmt_step(st, &row, &e) != CT_OK)
        fail_msg("%s: %s", sql, e.text);
    snprintf(out, size, "%s", row ? ct_col_text(st, 0) : "-1");
    ct_stmt_done(st);
}

int64_t chain_end(struct ct_app *app)
{
    struct ct_head head;
    assert_int_equal(ct_chain_head(app, &head, NULL), CT_OK);
    return head.seq;
}

void expect_entry(struct clinic *c, const char *verb, enum ct_severity severity,
                  const char *detail_has)
{
    char sql[200], detail[600];
    snprintf(sql, sizeof sql, "SELECT severity FROM audit WHERE verb = '%s' ORDER BY seq DESC",
             verb);
    assert_int_equal(app_int(c->app, sql), severity);
    snprintf(sql, sizeof sql, "SELECT detail FROM audit WHERE verb = '%s' ORDER BY seq DESC",
             verb);
    app_text(c->app, sql, detail, sizeof detail);
    if (detail_has[0] == '\0' ? detail[0] != '\0' : strstr(detail, detail_has) == NULL)
        fail_msg("detail is \"%s\", not \"%s\"", detail, detail_has);
}

void login_again(struct clinic *c, const char *login, const char *password)
{
    struct ct_error e = {0};
    ct_logout(c->app);
    if (recorded_login(c->app, login, password, &e) != CT_OK)
        fail_msg("%s", e.text);
}
