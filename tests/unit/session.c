/* Sessions: beginning a clinic, logging in and what is noticed then, locking and
 * what is left in memory, and when a session ends. */
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

#include "record/draft.h"
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
    clinic_make(c);
    *state = c;
    return 0;
}

static int end(void **state)
{
    clinic_end(*state);
    free(*state);
    return 0;
}

/* The newest entry of a verb. */
static void expect_entry(struct clinic *c, const char *verb, enum ct_severity severity,
                         const char *detail_has)
{
    char sql[200], detail[600];
    snprintf(sql, sizeof sql,
             "SELECT severity FROM audit WHERE verb = '%s' ORDER BY seq DESC", verb);
    assert_int_equal(app_int(c->app, sql), severity);
    snprintf(sql, sizeof sql, "SELECT detail FROM audit WHERE verb = '%s' ORDER BY seq DESC",
             verb);
    app_text(c->app, sql, detail, sizeof detail);
    if (detail_has[0] == '\0' ? detail[0] != '\0' : strstr(detail, detail_has) == NULL)
        fail_msg("detail is \"%s\", not \"%s\"", detail, detail_has);
}

static void login_again(struct clinic *c, const char *login, const char *password)
{
    struct ct_error e = {0};
    ct_logout(c->app);
    if (clinic_login(c->app, login, password, &e) != CT_OK)
        fail_msg("%s", e.text);
}

/* ---- init ------------------------------------------------------------- */

static enum ct_status init(struct ct_app *app, const char *login, const char *name,
                           const char *password, struct ct_error *e)
{
    CT_SECRET *p = secret_of(password), *code = NULL;
    const struct ct_init in = {.login = login, .name = name, .password = p, .cost = CT_KDF_TEST};
    assert_int_equal(ct_secret_new(64, &code, NULL), CT_OK);
    enum ct_status s = ct_app_init(app, &in, code, e);
    assert_int_equal(code->len > 0, s == CT_OK);
    return s;
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
    assert_int_equal(init(c->app, "eve", "Eve Demo", "Eve owns 2 copper kites", &e), CT_EEXISTS);
    assert_non_null(strstr(e.text, c->dir));
    for (size_t i = 0; i < 3; i++) {
        char *after = file_read(paths[i], &m);
        assert_int_equal(m, n[i]);
        assert_memory_equal(after, before[i], m);
        free(after);
        free(before[i]);
    }
    assert_int_equal(unlink(store), 0); /* a keyring alone is refused as well */
    assert_int_equal(init(c->app, "eve", "Eve Demo", "Eve owns 2 copper kites", &e), CT_EEXISTS);
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

/* ---- login ------------------------------------------------------------ */

static void test_login_writes_who_and_where(void **state)
{
    struct clinic *c = *state;
    char text[96];
    login_again(c, "tom", TOM_PASSWORD);
    expect_entry(c, "session.login", CT_ROUTINE, "");
    app_text(c->app, "SELECT tty || '|' || remote || '|' || user_id FROM session"
                     " ORDER BY id DESC", text, sizeof text);
    assert_string_equal(text, "pts/7|192.0.2.9|3");
    assert_int_equal(app_int(c->app, "SELECT session_id FROM audit ORDER BY seq DESC"),
                     ct_app_who(c->app)->session_id);
    struct ct_app *odd = clinic_app(c);
    struct ct_error e = {0};
    ct_app_set_place(odd, "pts\x1b]0;x", "two words");
    assert_int_equal(clinic_login(odd, "sue", SUE_PASSWORD, &e), CT_OK);
    app_text(odd, "SELECT tty || '|' || remote FROM session ORDER BY id DESC", text, sizeof text);
    assert_string_equal(text, "pts?]0;x|two?words");
    assert_int_equal(clinic_login(odd, "sue", SUE_PASSWORD, &e), CT_EINVAL); /* already in */
    ct_app_free(odd);
}

static void test_wrong_password_and_unknown_login(void **state)
{
    struct clinic *c = *state;
    struct ct_error wrong = {0}, unknown = {0};
    ct_logout(c->app);
    assert_int_equal(clinic_login(c->app, "tom", "no such words at all", &wrong), CT_EPASSWORD);
    assert_int_equal(clinic_login(c->app, "nobody", "no such words at all", &unknown),
                     CT_EPASSWORD);
    assert_string_equal(wrong.text, unknown.text);
    assert_int_equal(ct_app_state(c->app), CT_OUT);
    assert_null(ct_app_who(c->app));
    assert_null(ct_app_keys(c->app));
    assert_null(ct_app_db(c->app));
}

static void test_failed_tries_are_told(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    for (int tries = 1; tries <= 4; tries++) {
        ct_logout(c->app);
        for (int i = 0; i < tries; i++) {
            assert_int_equal(clinic_login(c->app, "tom", "no such words at all", &e),
                             CT_EPASSWORD);
            c->now += 400 * 1000; /* past any delay */
        }
        login_again(c, "tom", TOM_PASSWORD);
        char words[32];
        snprintf(words, sizeof words, "%d failed %s", tries, tries == 1 ? "try" : "tries");
        expect_entry(c, "session.login", tries >= 3 ? CT_EXCEPTION : CT_NOTABLE, words);
    }
    login_again(c, "tom", TOM_PASSWORD);
    expect_entry(c, "session.login", CT_ROUTINE, ""); /* told once */
}

/* Tries elsewhere are reset by a right password here: they are not lost. */
static void test_tries_elsewhere_reach_the_chain(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_app *other = clinic_app(c);
    assert_int_equal(clinic_login(other, "ada", "no such words at all", &e), CT_EPASSWORD);
    assert_int_equal(clinic_login(other, "ada", "no such words at all", &e), CT_EPASSWORD);
    assert_int_equal(clinic_again(c->app, "nor are these of any use"), CT_EPASSWORD);
    expect_entry(c, "session.denied", CT_NOTABLE, "when asked again");
    c->now += 400 * 1000;
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    expect_entry(c, "session.denied", CT_NOTABLE, "2 failed tries at the password elsewhere");
    ct_app_free(other);
}

static void test_no_clinic_here(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    assert_int_equal(clinic_login(c->app, "ada", ADA_PASSWORD, &e), CT_ENOTFOUND);
    assert_int_equal(access(c->dir, F_OK), -1); /* looking creates nothing */
}

/* ---- keyring against store (R35) -------------------------------------- */

static void test_old_keyring_put_back(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    char keyring[128], old[128];
    CT_SECRET *a = secret_of(TOM_PASSWORD), *b = secret_of("Tom keeps 40 paper boats");
    clinic_path(c, "keyring", keyring);
    snprintf(old, sizeof old, "%s/old", c->top);
    file_copy(keyring, old);
    login_again(c, "tom", TOM_PASSWORD);
    assert_int_equal(ct_user_change_password(c->app, a, b, &e), CT_OK);
    ct_logout(c->app);
    file_copy(old, keyring);
    assert_int_equal(ct_login(c->app, "tom", a, &e), CT_EDAMAGED); /* his own slot is old */
    assert_non_null(strstr(e.text, "old keyring"));
    assert_int_equal(ct_app_state(c->app), CT_OUT);
    assert_null(ct_app_keys(c->app));
    assert_int_equal(clinic_login(c->app, "sue", SUE_PASSWORD, &e), CT_OK); /* hers is not */
    assert_non_null(strstr(ct_app_warning(c->app), "tom"));
    expect_entry(c, "session.login", CT_EXCEPTION, "user 3 is older");
}

static void test_disabled_user_with_an_old_keyring(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    char keyring[128], old[128];
    clinic_path(c, "keyring", keyring);
    snprintf(old, sizeof old, "%s/old", c->top);
    file_copy(keyring, old);
    assert_int_equal(ct_user_disable(c->app, 3, "left", &e), CT_OK);
    ct_logout(c->app);
    file_copy(old, keyring);
    assert_int_equal(clinic_login(c->app, "tom", TOM_PASSWORD, &e), CT_EDAMAGED);
}

static void test_keyring_of_another_clinic(void **state)
{
    struct clinic *c = *state, other;
    struct ct_error e = {0};
    char mine[128], theirs[128], kept[128];
    clinic_begin(&other);
    ct_logout(other.app);
    ct_logout(c->app);
    clinic_path(c, "keyring", mine);
    clinic_path(&other, "keyring", theirs);
    snprintf(kept, sizeof kept, "%s/kept", c->top);
    file_copy(mine, kept);
    file_copy(theirs, mine);
    enum ct_status s = clinic_login(c->app, "ada", ADA_PASSWORD, &e);
    assert_true(s == CT_EFOREIGN || s == CT_EDAMAGED); /* the password is right, the key not */
    assert_int_equal(ct_app_state(c->app), CT_OUT);
    assert_null(ct_app_keys(c->app));
    file_copy(kept, mine); /* nothing was changed */
    assert_int_equal(clinic_login(c->app, "ada", ADA_PASSWORD, &e), CT_OK);
    assert_string_equal(ct_app_warning(c->app), "");
    clinic_end(&other);
}

/* A slot changed by somebody who has the store's key but not this program. */
static void test_slot_unlike_the_list(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct raw r;
    raw_open(&r, c, ct_app_keys(c->app));
    raw_force(&r, "UPDATE user_version SET slot_hash = zeroblob(32) WHERE user_id = 3");
    raw_close(&r);
    ct_logout(c->app);
    assert_int_equal(clinic_login(c->app, "tom", TOM_PASSWORD, &e), CT_EDAMAGED);
    assert_non_null(strstr(e.text, "tampered"));
    assert_int_equal(clinic_login(c->app, "sue", SUE_PASSWORD, &e), CT_OK);
    expect_entry(c, "session.login", CT_EXCEPTION, "user 3 is unlike");
}

static void test_cut_off_password_change_is_mended(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_slot slot;
    struct ct_verify_report report;
    CT_SECRET *a = secret_of(TOM_PASSWORD), *b = secret_of("Tom keeps 40 paper boats");
    login_again(c, "tom", TOM_PASSWORD);
    assert_int_equal(ct_keyring_change(c->dir, ct_app_keys(c->app), "tom", a, b, CT_KDF_TEST,
                                       c->now, &slot, &e), CT_OK);
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "tom", b, &e), CT_OK);
    assert_string_equal(ct_app_warning(c->app), "");
    expect_entry(c, "session.login", CT_NOTABLE, "newer than the store's list");
    assert_int_equal(app_int(c->app, "SELECT by_user FROM user_version ORDER BY id DESC"), 0);
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "tom", b, &e), CT_OK);
    expect_entry(c, "session.login", CT_ROUTINE, ""); /* mended */
    login_again(c, "sue", SUE_PASSWORD);
    assert_int_equal(ct_verify(c->app, NULL, NULL, &report, &e), CT_OK);
    assert_int_equal(report.problems, 0);
}

static void test_cut_off_reset_is_an_exception(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_slot slot;
    CT_SECRET *p = secret_of("nobody has 5 such words");
    assert_int_equal(ct_keyring_reset(c->dir, ct_app_keys(c->app), 3, "tom", p, CT_KDF_TEST,
                                      &slot, &e), CT_OK);
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "tom", p, &e), CT_OK);
    expect_entry(c, "session.login", CT_EXCEPTION, "with new keys");
    assert_non_null(strstr(ct_app_warning(c->app), "reset"));
    assert_true(ct_app_who(c->app)->must_change);
}

/* ---- witness ---------------------------------------------------------- */

static void test_witness_has_no_names(void **state)
{
    struct clinic *c = *state;
    char path[128], store[40], line[256];
    size_t n;
    login_again(c, "tom", TOM_PASSWORD);
    app_text(c->app, "SELECT lower(hex(store_id)) FROM store", store, sizeof store);
    clinic_path(c, "witness", path);
    char *text = file_read(path, &n);
    static const char *const NAMES[] = {"tom", "Tom", "sue", "Lind", "Demo"};
    for (size_t i = 0; i < CT_LEN(NAMES); i++)
        assert_null(strstr(text, NAMES[i]));
    int lines = 0;
    for (char *p = text; *p != '\0'; lines++) {
        char *lf = strchr(p, '\n');
        assert_non_null(lf);
        snprintf(line, sizeof line, "%.*s", (int)(lf - p), p);
        char id[64], link[80], utc[40], more[8];
        long long seq;
        assert_int_equal(sscanf(line, "%63s %lld %79s %39s %7s", id, &seq, link, utc, more), 4);
        assert_string_equal(id, store);
        assert_int_equal(strlen(link), 64);
        assert_int_equal(utc[strlen(utc) - 1], 'Z');
        p = lf + 1;
    }
    assert_int_equal(lines, 5); /* init, two signatures, logout, login */
    free(text);
}

static void test_missing_witness(void **state)
{
    struct clinic *c = *state;
    char path[128];
    clinic_path(c, "witness", path);
    ct_logout(c->app);
    assert_int_equal(unlink(path), 0);
    struct ct_error e = {0};
    assert_int_equal(clinic_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    expect_entry(c, "session.login", CT_EXCEPTION, "witness file is missing");
    assert_non_null(strstr(ct_app_warning(c->app), "witness"));
    login_again(c, "tom", TOM_PASSWORD);
    expect_entry(c, "session.login", CT_ROUTINE, "");
    assert_string_equal(ct_app_warning(c->app), "");
}

static void copy_store(const struct clinic *c, const char *to, bool back)
{
    static const char *const FILES[] = {CT_STORE_FILE, CT_STORE_FILE "-wal", "keyring"};
    char here[128], there[160];
    for (size_t i = 0; i < CT_LEN(FILES); i++) {
        clinic_path(c, FILES[i], here);
        snprintf(there, sizeof there, "%s/%s-%s", c->top, to, FILES[i]);
        if (access(back ? there : here, F_OK) == 0)
            file_copy(back ? there : here, back ? here : there);
        else
            unlink(back ? here : there);
    }
    clinic_path(c, CT_STORE_FILE "-shm", here);
    if (back)
        unlink(here);
}

/* The whole store and its keyring are put back as they were yesterday. */
static void test_rolled_back_store_is_noticed(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    ct_logout(c->app);
    copy_store(c, "yesterday", false);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(clinic_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
        assert_int_equal(ct_record_event(c->app, CT_VERB_PATIENT_OPEN, 4, CT_ROUTINE, "", &e),
                         CT_OK);
        ct_logout(c->app);
    }
    copy_store(c, "yesterday", true);
    assert_int_equal(clinic_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK); /* goes on ... */
    assert_non_null(strstr(ct_app_warning(c->app), "ENTRIES ARE MISSING")); /* ... loudly */
    expect_entry(c, "session.login", CT_EXCEPTION, "which ends before it");
    login_again(c, "tom", TOM_PASSWORD); /* told once, for good in the chain */
    expect_entry(c, "session.login", CT_ROUTINE, "");
    assert_string_equal(ct_app_warning(c->app), "");
    for (int i = 0; i < 20; i++) /* grown past what the witness had seen: still no false alarm */
        assert_int_equal(ct_record_event(c->app, CT_VERB_PATIENT_OPEN, 4, CT_ROUTINE, "", &e),
                         CT_OK);
    login_again(c, "sue", SUE_PASSWORD);
    assert_string_equal(ct_app_warning(c->app), "");
    struct ct_verify_report report;
    assert_int_equal(ct_verify(c->app, NULL, NULL, &report, &e), CT_OK);
    assert_int_equal(report.problems, 0); /* answered */
    ct_logout(c->app);
    copy_store(c, "yesterday", true); /* and a second time: told again */
    assert_int_equal(clinic_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    expect_entry(c, "session.login", CT_EXCEPTION, "which ends before it");
}

/* Another copy that has grown since: as long, but not the same. */
static void test_exchanged_store_is_noticed(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    char witness[128], kept[128];
    clinic_path(c, "witness", witness);
    snprintf(kept, sizeof kept, "%s/kept", c->top);
    ct_logout(c->app);
    copy_store(c, "yesterday", false);
    assert_int_equal(clinic_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    ct_logout(c->app);
    file_copy(witness, kept);
    copy_store(c, "yesterday", true);
    c->now += 5000;
    for (int i = 0; i < 3; i++) { /* where nobody watches */
        assert_int_equal(clinic_login(c->app, "sue", SUE_PASSWORD, &e), CT_OK);
        ct_logout(c->app);
    }
    file_copy(kept, witness);
    assert_int_equal(clinic_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_non_null(strstr(ct_app_warning(c->app), "HISTORY DIFFERS"));
    expect_entry(c, "session.login", CT_EXCEPTION, "is not in the chain");
}

static void test_odd_witness_files(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    char path[128];
    size_t n, m;
    clinic_path(c, "witness", path);
    ct_logout(c->app);
    char *text = file_read(path, &n);
    /* torn in its last line, as by a power cut, after another store's lines */
    char *more = calloc(1, n + 40000);
    size_t at = 0;
    for (int i = 0; i < 250; i++)
        at += (size_t)sprintf(more + at, "%032x %d %064x 2026-11-22T09:00:00.000Z\n", i + 7, 9, 3);
    memcpy(more + at, text, n - 30);
    file_write(path, more, at + n - 30);
    assert_int_equal(clinic_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_string_equal(ct_app_warning(c->app), "");
    ct_logout(c->app);
    char *after = file_read(path, &m);
    assert_memory_equal(after, more, at + n - 30); /* only appended */
    assert_int_equal(after[at + n - 30], '\n');
    free(after);
    /* ours lie further back than the first look */
    memmove(more + n, more, at);
    memcpy(more, text, n);
    file_write(path, more, n + at);
    assert_int_equal(clinic_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_string_equal(ct_app_warning(c->app), "");
    ct_logout(c->app);
    /* bytes that are no lines at all */
    for (size_t i = 0; i < n + at; i++)
        more[i] = (char)(i * 131 % 251);
    file_write(path, more, n + at);
    assert_int_equal(clinic_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    expect_entry(c, "session.login", CT_EXCEPTION, "witness file is missing");
    ct_logout(c->app);
    /* not a file */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(clinic_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_non_null(strstr(ct_app_warning(c->app), "witness"));
    expect_entry(c, "store.witness", CT_EXCEPTION, "");
    free(more);
    free(text);
}

/* ---- locking ---------------------------------------------------------- */

static void test_lock_and_unlock(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    CT_SECRET *right = secret_of(TOM_PASSWORD), *wrong = secret_of("no such words at all"),
              *sues = secret_of(SUE_PASSWORD);
    login_again(c, "tom", TOM_PASSWORD);
    int64_t session = ct_app_who(c->app)->session_id;
    ct_lock(c->app);
    assert_int_equal(ct_app_state(c->app), CT_LOCKED);
    assert_null(ct_app_db(c->app));
    assert_null(ct_app_keys(c->app));
    assert_string_equal(ct_app_who(c->app)->login, "tom"); /* who stays known */
    ct_lock(c->app);                                       /* again: nothing */
    assert_int_equal(ct_session_check(c->app, &e), CT_ELOCKED);
    assert_int_equal(ct_unlock(c->app, wrong, &e), CT_EPASSWORD);
    assert_int_equal(ct_unlock(c->app, sues, &e), CT_EPASSWORD);
    assert_int_equal(ct_app_state(c->app), CT_LOCKED);
    assert_int_equal(clinic_login(c->app, "sue", SUE_PASSWORD, &e), CT_EINVAL);
    assert_int_equal(ct_unlock(c->app, right, &e), CT_OK);
    assert_int_equal(ct_app_state(c->app), CT_IN);
    assert_int_equal(ct_app_who(c->app)->session_id, session);
    expect_entry(c, "session.lock", CT_ROUTINE, "");
    expect_entry(c, "session.unlock", CT_NOTABLE, "2 failed tries");
    assert_int_equal(ct_unlock(c->app, right, &e), CT_EINVAL); /* not locked */
    ct_lock(c->app);
    ct_logout(c->app);
    assert_int_equal(ct_app_state(c->app), CT_OUT);
    assert_null(ct_app_who(c->app));
    ct_logout(c->app); /* again: nothing */
}

static void test_disabled_while_locked(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_app *tom = clinic_app(c);
    CT_SECRET *p = secret_of(TOM_PASSWORD);
    assert_int_equal(ct_login(tom, "tom", p, &e), CT_OK);
    ct_lock(tom);
    assert_int_equal(ct_user_disable(c->app, 3, "left", &e), CT_OK);
    assert_int_equal(ct_unlock(tom, p, &e), CT_EDENIED);
    assert_int_equal(ct_app_state(tom), CT_OUT);
    ct_app_free(tom);
}

static void test_absolute_limit(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    CT_SECRET *p = secret_of(ADA_PASSWORD);
    int64_t limit = (int64_t)c->config.absolute_limit_min * CT_MINUTE_MS;
    c->now += limit - 1;
    assert_int_equal(ct_session_check(c->app, &e), CT_OK);
    c->now += 1;
    assert_int_equal(ct_session_check(c->app, &e), CT_ELOCKED);
    int64_t before = chain_end(c->app);
    assert_int_equal(ct_record_event(c->app, CT_VERB_VERIFY, CT_UNSET, CT_ROUTINE, "", &e),
                     CT_ELOCKED);
    assert_int_equal(chain_end(c->app), before);
    ct_lock(c->app); /* its entry is written all the same */
    assert_int_equal(ct_unlock(c->app, p, &e), CT_OK);
    assert_int_equal(chain_end(c->app), before + 2);
    assert_int_equal(ct_session_check(c->app, &e), CT_OK);
}

static void test_reopen(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    char path[128], aside[128];
    assert_int_equal(ct_app_reopen(c->app, &e), CT_OK);
    assert_non_null(ct_app_db(c->app));
    assert_int_equal(ct_record_event(c->app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, "", &e), CT_OK);
    clinic_path(c, CT_STORE_FILE, path);
    snprintf(aside, sizeof aside, "%s/aside", c->top);
    assert_int_equal(rename(path, aside), 0);
    assert_int_equal(ct_app_reopen(c->app, &e), CT_ENOTFOUND);
    assert_int_equal(ct_app_state(c->app), CT_LOCKED); /* no keys without a store */
    assert_null(ct_app_keys(c->app));
    assert_int_equal(rename(aside, path), 0);
    CT_SECRET *p = secret_of(ADA_PASSWORD);
    assert_int_equal(ct_unlock(c->app, p, &e), CT_OK);
}

/* ---- what a locked terminal holds -------------------------------------- */

enum { NEEDLE = 26, WINDOW = 1 << 16 };

/* Never in memory by itself until it is made here, on a stack that is wiped. */
static void needle_make(char out[NEEDLE + 1])
{
    static const unsigned char odd[NEEDLE + 1] = "\x2d\x00\x01\x17\x02\x14\x01\x45\x21\x00\x08"
                                                 "\x0a\x48\x29\x0c\x0b\x01\x02\x17\x00\x0b\x45"
                                                 "\x54\x5c\x56\x54";
    for (int i = 0; i < NEEDLE; i++)
        out[i] = (char)(odd[i] ^ 0x65);
    out[NEEDLE] = '\0';
}

/* Compares without keeping the needle: byte by byte against the odd form. */
static bool is_needle(const unsigned char *p)
{
    char n[NEEDLE + 1];
    needle_make(n);
    bool same = memcmp(p, n, NEEDLE) == 0;
    ct_wipe(n, sizeof n);
    return same;
}

static unsigned char window[WINDOW + NEEDLE];

static int found_in_memory(void)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC), hits = 0;
    char line[512], perms[8];
    unsigned long lo, hi, own = (unsigned long)(uintptr_t)window;
    char first[NEEDLE + 1];
    needle_make(first);
    const unsigned char lead = (unsigned char)first[0];
    ct_wipe(first, sizeof first);
    while (maps != NULL && fd >= 0 && fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx %7s", &lo, &hi, perms) != 3 || strncmp(perms, "rw", 2) != 0 ||
            hi - lo > 1ul << 31)
            continue;
        for (unsigned long at = lo; at < hi; at += WINDOW) {
            size_t want = hi - at < sizeof window ? hi - at : sizeof window;
            ssize_t got = pread(fd, window, want, (off_t)at);
            for (ssize_t i = 0; i + NEEDLE <= got; i++) {
                unsigned long here = at + (unsigned long)i;
                bool self = here + NEEDLE > own && here < own + sizeof window;
                if (window[i] == lead && !self && is_needle(window + i))
                    hits++;
            }
            ct_wipe(window, sizeof window);
        }
    }
    if (maps != NULL)
        fclose(maps);
    if (fd >= 0)
        close(fd);
    return maps != NULL && fd >= 0 ? hits : -1;
}

/* The patient's name goes in as an entry's detail and as a draft, and is read
 * back; then the terminal is locked. In a child: SQLite's memory is set up once
 * a process, before anything else. 0 is good. */
static int lock_and_look(void)
{
    struct clinic c;
    struct ct_error e = {0};
    char name[NEEDLE + 1];
    if (ct_sqlite_memory(256, &e) != CT_OK)
        return 1;
    clinic_begin(&c);
    struct ct_draft d = {.kind = "register", .patient_id = CT_UNSET};
    needle_make(name);
    bool ok = ct_draft_put(&d, "name", name) && ct_draft_keep(c.app, &d, &e) == CT_OK &&
              ct_record_event(c.app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, name, &e) == CT_OK;
    ct_wipe(name, sizeof name);
    ct_draft_done(&d);
    ok = ok && ct_app_reopen(c.app, &e) == CT_OK &&
         ct_draft_latest(c.app, "register", CT_UNSET, &d, &e) == CT_OK &&
         is_needle((const unsigned char *)ct_draft_get(&d, "name"));
    int before = found_in_memory();
    ct_draft_done(&d);
    unsigned char key[CT_KEY_LEN];
    memcpy(key, ct_app_keys(c.app)->store_key, sizeof key);
    ct_wipe(key, sizeof key);
    ct_lock(c.app);
    int after = found_in_memory();
    clinic_end(&c);
    if (!ok)
        return 2;
    if (before <= 0)
        return 3; /* the search is blind */
    return after == 0 ? 0 : 10 + after;
}

static void test_locked_terminal_holds_nothing(void **state)
{
    (void)state;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(lock_and_look());
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_locked_terminal_holds_nothing), /* before SQLite is used here */
        cmocka_unit_test_setup_teardown(test_init, only_make, end),
        cmocka_unit_test_setup_teardown(test_init_leaves_what_is_there, begin, end),
        cmocka_unit_test_setup_teardown(test_init_that_fails_leaves_nothing, only_make, end),
        cmocka_unit_test(test_where_the_store_lies),
        cmocka_unit_test_setup_teardown(test_login_writes_who_and_where, begin, end),
        cmocka_unit_test_setup_teardown(test_wrong_password_and_unknown_login, begin, end),
        cmocka_unit_test_setup_teardown(test_failed_tries_are_told, begin, end),
        cmocka_unit_test_setup_teardown(test_tries_elsewhere_reach_the_chain, begin, end),
        cmocka_unit_test_setup_teardown(test_no_clinic_here, only_make, end),
        cmocka_unit_test_setup_teardown(test_old_keyring_put_back, begin, end),
        cmocka_unit_test_setup_teardown(test_disabled_user_with_an_old_keyring, begin, end),
        cmocka_unit_test_setup_teardown(test_keyring_of_another_clinic, begin, end),
        cmocka_unit_test_setup_teardown(test_slot_unlike_the_list, begin, end),
        cmocka_unit_test_setup_teardown(test_cut_off_password_change_is_mended, begin, end),
        cmocka_unit_test_setup_teardown(test_cut_off_reset_is_an_exception, begin, end),
        cmocka_unit_test_setup_teardown(test_witness_has_no_names, begin, end),
        cmocka_unit_test_setup_teardown(test_missing_witness, begin, end),
        cmocka_unit_test_setup_teardown(test_rolled_back_store_is_noticed, begin, end),
        cmocka_unit_test_setup_teardown(test_exchanged_store_is_noticed, begin, end),
        cmocka_unit_test_setup_teardown(test_odd_witness_files, begin, end),
        cmocka_unit_test_setup_teardown(test_lock_and_unlock, begin, end),
        cmocka_unit_test_setup_teardown(test_disabled_while_locked, begin, end),
        cmocka_unit_test_setup_teardown(test_absolute_limit, begin, end),
        cmocka_unit_test_setup_teardown(test_reopen, begin, end),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
