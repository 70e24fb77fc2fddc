/* A clinic is made whole or not at all, and never over another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/recorded.h"

static int begin(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    clinic_staff(c);
    *state = c;
    return 0;
}

static int only_make(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    recorded_make(c);
    *state = c;
    return 0;
}

static int end(void **state)
{
    clinic_end(*state);
    free(*state);
    return 0;
}

static enum ct_status init(struct ct_app *app, const char *login, const char *name,
                           const char *password, struct ct_error *e)
{
    CT_SECRET *p = secret_of(password), *code = NULL;
    const struct ct_init in = {
        .login = login, .name = name, .password = p, .cost = CT_KDF_TEST};
    assert_int_equal(ct_secret_new(64, &code, NULL), CT_OK);
    enum ct_status s = ct_app_init(app, &in, code, e);
    assert_int_equal(code->len > 0, s == CT_OK);
    return s;
}

/* A clock that lets somebody else act the first time it is read. */
struct race {
    struct clinic *c;
    struct ct_app *other;
    bool armed;
};

static int64_t racing_ms(void *arg)
{
    struct race *r = arg;
    struct ct_error e = {0};
    if (r->armed) {
        r->armed = false;
        assert_int_equal(init(r->other, "sue", "Sue Demo-Okoro", SUE_PASSWORD, &e), CT_OK);
        ct_logout(r->other);
    }
    return r->c->now;
}

/* Two people create a clinic in the same place at the same time: the slower one is
 * told, and takes nothing away. */
static void test_two_at_once(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct race r = {.c = c, .other = c->app};
    const struct ct_clock clock = {racing_ms, racing_ms, &r};
    struct ct_app *slow = NULL;
    assert_int_equal(ct_app_new(c->dir, &c->config, &clock, &slow, NULL), CT_OK);
    r.armed = true;
    assert_int_equal(init(slow, "ada", "Ada Demo-Lind", ADA_PASSWORD, &e), CT_EEXISTS);
    assert_false(r.armed);
    ct_app_free(slow);
    assert_int_equal(recorded_login(c->app, "sue", SUE_PASSWORD, &e), CT_OK);
    assert_string_equal(ct_app_warning(c->app), "");
}

static void test_init(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct stat st;
    char id[40], detail[128], path[128];
    umask(0);
    assert_int_equal(init(c->app, "Ada", " Ada  Demo-Lind ", ADA_PASSWORD, &e), CT_OK);
    umask(022);
    assert_int_equal(stat(c->dir, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    static const char *const FILES[] = {CT_STORE_FILE, "keyring", "witness"};
    for (size_t i = 0; i < CT_LEN(FILES); i++) {
        clinic_path(c, FILES[i], path);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 077, 0);
    }
    assert_int_equal(ct_app_state(c->app), CT_IN);
    assert_int_equal(ct_app_who(c->app)->role, CT_ADMINISTRATOR);
    assert_string_equal(ct_app_who(c->app)->login, "ada");
    assert_string_equal(ct_app_who(c->app)->name, "Ada Demo-Lind");
    app_text(c->app, "SELECT lower(hex(store_id)) FROM store", id, sizeof id);
    app_text(c->app, "SELECT detail FROM audit WHERE seq = 1 AND verb = 'store.init'", detail,
             sizeof detail);
    assert_int_equal(strlen(id), 32);
    assert_non_null(strstr(detail, id));
    assert_int_equal(chain_end(c->app), 1);
}

static void test_init_leaves_what_is_there(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    char store[128], keyring[128], witness[128];
    size_t n[3], m;
    clinic_path(c, CT_STORE_FILE, store);
    clinic_path(c, "keyring", keyring);
    clinic_path(c, "witness", witness);
    ct_logout(c->app);
    const char *const paths[] = {store, keyring, witness};
    char *before[3];
    for (size_t i = 0; i < 3; i++)
        before[i] = file_read(paths[i], &n[i]);
    assert_int_equal(init(c->app, "eve", "Eve Demo", "Eve owns 2 copper kites", &e),
                     CT_EEXISTS);
    assert_non_null(strstr(e.text, c->dir));
    for (size_t i = 0; i < 3; i++) {
        char *after = file_read(paths[i], &m);
        assert_int_equal(m, n[i]);
        assert_memory_equal(after, before[i], m);
        free(after);
        free(before[i]);
    }
    assert_int_equal(unlink(store), 0); /* a keyring alone is refused as well */
    assert_int_equal(init(c->app, "eve", "Eve Demo", "Eve owns 2 copper kites", &e),
                     CT_EEXISTS);
    assert_int_equal(access(keyring, F_OK), 0);
}

static void test_init_that_fails_leaves_nothing(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_app *app;
    assert_int_equal(init(c->app, "a", "Ada Demo", ADA_PASSWORD, &e), CT_EINVAL);
    assert_int_equal(init(c->app, "ada", "", ADA_PASSWORD, &e), CT_EINVAL);
    assert_int_equal(init(c->app, "ada", "Ada Demo", "too short", &e), CT_EINVAL);
    assert_int_equal(access(c->dir, F_OK), -1);

    /* the last step fails: there is no place for the witness */
    snprintf(c->config.witness, sizeof c->config.witness, "%s/nowhere/witness", c->top);
    snprintf(c->dir, sizeof c->dir, "%s/a/b/clinic", c->top);
    app = clinic_app(c);
    assert_int_not_equal(init(app, "ada", "Ada Demo", ADA_PASSWORD, &e), CT_OK);
    assert_non_null(strstr(e.text, "witness"));
    assert_int_equal(ct_app_state(app), CT_OUT);
    assert_null(ct_app_keys(app));
    ct_app_free(app);
    char path[128];
    snprintf(path, sizeof path, "%s/a", c->top); /* the parents made on the way are gone too */
    assert_int_equal(access(path, F_OK), -1);

    /* a directory that was there stays, with what was in it */
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(c->dir, sizeof c->dir, "%s/a", c->top);
    clinic_path(c, "notes", path);
    file_write(path, "x", 1);
    app = clinic_app(c);
    assert_int_not_equal(init(app, "ada", "Ada Demo", ADA_PASSWORD, &e), CT_OK);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(c->dir), 0); /* nothing else was in it */

    /* others may look into it: not a place for a clinic, and not ours to close */
    c->config.witness[0] = '\0';
    assert_int_equal(mkdir(c->dir, 0755), 0);
    file_write(path, "x", 1);
    ct_app_free(app);
    app = clinic_app(c);
    assert_int_equal(init(app, "ada", "Ada Demo", ADA_PASSWORD, &e), CT_EINVAL);
    assert_string_equal(e.field, "dir");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(init(app, "ada", "Ada Demo", ADA_PASSWORD, &e), CT_OK); /* empty: closed */
    struct stat st;
    assert_int_equal(stat(c->dir, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    ct_app_free(app);
}

static void test_where_the_store_lies(void **state)
{
    (void)state;
    struct ct_config config = {.store_dir = ""};
    struct ct_error e = {0};
    char out[64];
    char *home = getenv("HOME") != NULL ? strdup(getenv("HOME")) : NULL;
    char *xdg = getenv("XDG_STATE_HOME") != NULL ? strdup(getenv("XDG_STATE_HOME")) : NULL;
    setenv("HOME", "/home/demo", 1);
    setenv("XDG_STATE_HOME", "not/absolute", 1);
    assert_int_equal(ct_app_default_dir(&config, NULL, out, sizeof out, &e), CT_OK);
    assert_string_equal(out, "/home/demo/.local/state/clintech");
    setenv("XDG_STATE_HOME", "/state", 1);
    assert_int_equal(ct_app_default_dir(&config, NULL, out, sizeof out, &e), CT_OK);
    assert_string_equal(out, "/state/clintech");
    snprintf(config.store_dir, sizeof config.store_dir, "/srv/clinic");
    assert_int_equal(ct_app_default_dir(&config, NULL, out, sizeof out, &e), CT_OK);
    assert_string_equal(out, "/srv/clinic");
    assert_int_equal(ct_app_default_dir(&config, "here", out, sizeof out, &e), CT_OK);
    assert_string_equal(out, "here");
    assert_int_equal(ct_app_default_dir(&config, "/far/too/long", out, 8, &e), CT_EINVAL);
    config.store_dir[0] = '\0';
    unsetenv("HOME");
    unsetenv("XDG_STATE_HOME");
    assert_int_equal(ct_app_default_dir(&config, NULL, out, sizeof out, &e), CT_ECONFIG);
    if (home != NULL)
        setenv("HOME", home, 1);
    if (xdg != NULL)
        setenv("XDG_STATE_HOME", xdg, 1);
    free(home);
    free(xdg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_init, only_make, end),
        cmocka_unit_test_setup_teardown(test_two_at_once, only_make, end),
        cmocka_unit_test_setup_teardown(test_init_leaves_what_is_there, begin, end),
        cmocka_unit_test_setup_teardown(test_init_that_fails_leaves_nothing, only_make, end),
        cmocka_unit_test(test_where_the_store_lies),
    };
    return cmocka_run_group_tests_name("init", tests, NULL, NULL);
}
