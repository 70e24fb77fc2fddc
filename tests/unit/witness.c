/* The witness: a store that was rolled back, exchanged or cut short is noticed at
 * the next login, once, and the clinic goes on. */
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
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/recorded.h"

/* What this program's files go through, watched: which directory was synced, and
 * a disk that takes only a part of the next line of a witness. */
static char synced_dir[256];
static size_t take_only;

int fsync(int fd)
{
    struct stat st;
    char link[40];
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t n = readlink(link, synced_dir, sizeof synced_dir - 1);
        synced_dir[n > 0 ? n : 0] = '\0';
    }
    return (int)syscall(SYS_fsync, fd);
}

ssize_t write(int fd, const void *p, size_t n)
{
    char link[40], path[256] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (take_only > 0 && n > take_only && readlink(link, path, sizeof path - 1) > 0 &&
        strstr(path, "/witness") != NULL) {
        n = take_only;
        take_only = 0;
    }
    return syscall(SYS_write, fd, p, n);
}

static int begin(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    clinic_new_staff(c);
    *state = c;
    return 0;
}

static int end(void **state)
{
    clinic_end(*state);
    free(*state);
    return 0;
}

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
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    expect_entry(c, "session.login", CT_EXCEPTION, "witness file is missing");
    assert_non_null(strstr(ct_app_warning(c->app), "witness"));
    login_again(c, "tom", TOM_PASSWORD);
    expect_entry(c, "session.login", CT_ROUTINE, "");
    assert_string_equal(ct_app_warning(c->app), "");
}

/* Lines appended to a file of the store would be the end of it. */
static void test_a_witness_is_no_file_of_the_store(void **state)
{
    struct clinic *c = *state;
    static const char *const FILES[] = {CT_STORE_FILE, CT_STORE_FILE "-wal", "keyring", "gate"};
    const struct ct_clock clock = ct_clock_fixed(&c->now);
    struct ct_config config = c->config;
    struct ct_app *app = NULL;
    struct ct_error e = {0};
    char dir[64];
    snprintf(dir, sizeof dir, "%s/", c->dir);
    for (size_t i = 0; i < CT_LEN(FILES); i++) {
        snprintf(config.witness, sizeof config.witness, "%s/%s", c->dir, FILES[i]);
        assert_int_equal(ct_app_new(dir, &config, &clock, &app, &e), CT_ECONFIG);
        assert_string_equal(e.field, "witness");
        assert_null(app);
    }
    snprintf(config.witness, sizeof config.witness, "%s/heads", c->dir);
    assert_int_equal(ct_app_new(dir, &config, &clock, &app, &e), CT_OK);
    ct_app_free(app);
}

/* The name of a witness made anew is on the disk as well, wherever it lies. */
static void test_a_new_witness_outlives_a_power_cut(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    char place[64];
    snprintf(place, sizeof place, "%s/elsewhere", c->top);
    assert_int_equal(mkdir(place, 0700), 0);
    ct_logout(c->app);
    snprintf(c->config.witness, sizeof c->config.witness, "%s/heads", place);
    ct_app_freep(&c->app);
    c->app = clinic_app(c);
    synced_dir[0] = '\0';
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_string_equal(synced_dir, place);
    synced_dir[0] = '\0';
    login_again(c, "tom", TOM_PASSWORD);
    assert_string_equal(synced_dir, ""); /* once is enough */
}

/* A disk that fills in the middle of a line leaves no half of it. */
static void test_half_a_line_is_taken_back(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    char path[128];
    size_t before, after;
    clinic_path(c, "witness", path);
    ct_logout(c->app);
    free(file_read(path, &before));
    take_only = 20;
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_int_equal(take_only, 0);
    assert_non_null(strstr(ct_app_warning(c->app), "No space left"));
    expect_entry(c, "store.witness", CT_EXCEPTION, "");
    free(file_read(path, &after));
    assert_int_equal(after, before);
    login_again(c, "sue", SUE_PASSWORD);
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
        assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
        assert_int_equal(ct_record_event(c->app, CT_VERB_PATIENT_OPEN, 4, CT_ROUTINE, "", &e),
                         CT_OK);
        ct_logout(c->app);
    }
    copy_store(c, "yesterday", true);
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK); /* goes on ... */
    assert_non_null(strstr(ct_app_warning(c->app), "ENTRIES ARE MISSING"));   /* ... loudly */
    expect_entry(c, "session.login", CT_EXCEPTION, "which ends before it");
    login_again(c, "tom", TOM_PASSWORD); /* told once, for good in the chain */
    expect_entry(c, "session.login", CT_ROUTINE, "");
    assert_string_equal(ct_app_warning(c->app), "");
    for (int i = 0; i < 20;
         i++) /* grown past what the witness had seen: still no false alarm */
        assert_int_equal(ct_record_event(c->app, CT_VERB_PATIENT_OPEN, 4, CT_ROUTINE, "", &e),
                         CT_OK);
    login_again(c, "sue", SUE_PASSWORD);
    assert_string_equal(ct_app_warning(c->app), "");
    struct ct_verify_report report;
    assert_int_equal(ct_verify(c->app, NULL, NULL, &report, &e), CT_OK);
    assert_int_equal(report.problems, 0); /* answered */
    ct_logout(c->app);
    copy_store(c, "yesterday", true); /* and a second time: told again */
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
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
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    ct_logout(c->app);
    file_copy(witness, kept);
    copy_store(c, "yesterday", true);
    c->now += 5000;
    for (int i = 0; i < 3; i++) { /* where nobody watches */
        assert_int_equal(recorded_login(c->app, "sue", SUE_PASSWORD, &e), CT_OK);
        ct_logout(c->app);
    }
    file_copy(kept, witness);
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
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
        at += (size_t)sprintf(more + at, "%032x %d %064x 2026-11-22T09:00:00.000Z\n", i + 7, 9,
                              3);
    memcpy(more + at, text, n - 30);
    file_write(path, more, at + n - 30);
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
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
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_string_equal(ct_app_warning(c->app), "");
    ct_logout(c->app);
    /* bytes that are no lines at all */
    for (size_t i = 0; i < n + at; i++)
        more[i] = (char)(i * 131 % 251);
    file_write(path, more, n + at);
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    expect_entry(c, "session.login", CT_EXCEPTION, "witness file is missing");
    ct_logout(c->app);
    /* not a file */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_non_null(strstr(ct_app_warning(c->app), "witness"));
    expect_entry(c, "store.witness", CT_EXCEPTION, "");
    free(more);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_witness_has_no_names, begin, end),
        cmocka_unit_test_setup_teardown(test_missing_witness, begin, end),
        cmocka_unit_test_setup_teardown(test_a_witness_is_no_file_of_the_store, begin, end),
        cmocka_unit_test_setup_teardown(test_a_new_witness_outlives_a_power_cut, begin, end),
        cmocka_unit_test_setup_teardown(test_half_a_line_is_taken_back, begin, end),
        cmocka_unit_test_setup_teardown(test_rolled_back_store_is_noticed, begin, end),
        cmocka_unit_test_setup_teardown(test_exchanged_store_is_noticed, begin, end),
        cmocka_unit_test_setup_teardown(test_odd_witness_files, begin, end),
    };
    return cmocka_run_group_tests_name("witness", tests, NULL, NULL);
}
