/* `clintech rekey` as an administrator uses it: beside a session that works, beside a
 * backup, ended in the middle and gone on with; and in the middle read by the second
 * implementation of the format, a page that a power cut tore included; killed at a terminal
 * and gone on with. (Killed at any moment, writes torn, a full disk: fault/rekey_kill.) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/rekey.h"
#include "tests/support/reader.h"
#include "tests/support/steps.h"
#include "tests/support/ward.h"

enum { OUT = 65536, PAGE = 4096 };
static char out[OUT];

/* Good for the next four calls. */
static const char *path_of(const char *name)
{
    static char path[4][256];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", test_dir(), name);
    return path[turn];
}

#define RUN_AS(login, password, ...)                                                           \
    test_run((const char *const[]){test_program(), "--as", login, "--password-file", "-",      \
                                   __VA_ARGS__, NULL},                                         \
             password "\n", out, sizeof out)
#define RUN(...) RUN_AS(CLINIC_ADMIN, CLINIC_ADMIN_PASSWORD, __VA_ARGS__)

static void expect(int status, int wanted, const char *says)
{
    if (status != wanted || strstr(out, says) == NULL)
        fail_msg("ended with %d, wanted %d and \"%s\": %s", status, wanted, says, out);
}

static struct ct_app *admin(const char *dir)
{
    struct ct_app *app = NULL;
    struct ct_config config;
    clinic_config(&config);
    ok(ct_app_new(dir, &config, &CT_CLOCK_SYSTEM, &app, e));
    ok(recorded_login(app, CLINIC_ADMIN, CLINIC_ADMIN_PASSWORD, e));
    ok(clinic_again(app, CLINIC_ADMIN_PASSWORD));
    return app;
}

static size_t epochs(const json_t *j)
{
    return json_array_size(json_object_get(j, "epochs"));
}

/* ---- the command -------------------------------------------------------------------------- */

static void test_a_session_works_on(void **state)
{
    (void)state;
    char dir[160];
    snprintf(dir, sizeof dir, "%s", clinic_dir());
    expect(RUN("user", "disable", "tech4", "--reason", "left", "--dir", dir), 0, "");
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_new_form(t, "Keywright");
    tty_send(t, "12276641697a3");
    tty_settle(t, 100);
    expect(RUN_AS(CLINIC_TECH, CLINIC_TECH_PASSWORD, "rekey", "--dir", dir), 77, "may not");
    expect(RUN_AS(CLINIC_ADMIN, "not the password of anybody", "rekey", "--dir", dir), 77,
           "the login or the password is wrong");
    expect(test_run((const char *const[]){test_program(), "rekey", "--dir", dir, NULL}, NULL, out,
                    sizeof out), 2, "say who you are");
    expect(RUN("rekey", "now", "--dir", dir), 2, "takes no argument");
    expect(RUN("rekey", "--dir", dir), 0, "Every page is sealed under key epoch 2");
    assert_non_null(strstr(out, "Make a backup now"));
    /* what was typed before is saved under the new key, and the next login reads it */
    tty_send(t, "68a");
    steps_save(t, "SAVED");
    tty_close(t);
    t = clinic_open(NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    tty_send(t, "/keywright");
    tty_expect(t, "KEYWRIGHT");
    tty_send(t, "\r");
    tty_expect(t, "122/76");
    tty_close(t);
    expect(RUN("verify", "--dir", dir), 0, "");
    assert_null(strstr(out, "older key"));
    expect(RUN("rekey", "--json", "--dir", dir), 0, "\"epoch\": 3");
    reader_need();
    json_t *j = reader_sound(dir, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    assert_int_equal(epochs(j), 1);
    json_decref(j);
    reader_expect(dir, "tech4", "demo walnut lantern 4", 1, "disabled");
}

/* ---- in the middle ------------------------------------------------------------------------- */

struct beside {
    const char *dir, *file;
    int calls, stop_after; /* 0: never */
};

/* Between two batches, when nobody is at the gate. */
static bool step(int64_t done, int64_t total, void *arg)
{
    struct beside *b = arg;
    (void)done, (void)total;
    if (b->calls++ == 0 && b->file != NULL)
        expect(RUN("backup", b->file, "--dir", b->dir), 0, "the chain verifies");
    return b->stop_after == 0 || b->calls < b->stop_after;
}

static void put32(unsigned char *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (unsigned char)(v >> 8 * i);
}

/* As a power cut leaves it: the page torn, and the batch it was to be written from. */
static void tear(const char *dir, uint32_t number, bool with_batch)
{
    static const unsigned char HEAD[] = {0x89, 0x43, 0x54, 0x52, 0x53, 0x4c, 0x0d, 0x0a, 1, 0, 0,
                                         0,    1,    0,    0,    0};
    unsigned char batch[sizeof HEAD + 8 + PAGE + CT_HASH_LEN] = {0};
    char store[200], reseal[200];
    size_t n;
    snprintf(store, sizeof store, "%s/store.db", dir);
    snprintf(reseal, sizeof reseal, "%s/reseal", dir);
    char *p = file_read(store, &n), *page = p + (size_t)(number - 1) * PAGE;
    memcpy(batch, HEAD, sizeof HEAD);
    put32(batch + sizeof HEAD, number);
    memcpy(batch + sizeof HEAD + 8, page, PAGE);
    ct_hash(batch + sizeof batch - CT_HASH_LEN, batch, sizeof batch - CT_HASH_LEN);
    memset(page + PAGE / 2, 0x5a, PAGE / 2);
    file_write(store, p, n);
    free(p);
    if (with_batch)
        file_write(reseal, batch, sizeof batch);
}

static void test_in_the_middle_of_one(void **state)
{
    (void)state;
    char dir[160], torn[160];
    struct ct_error err = {0};
    struct ct_rekey_report r;
    snprintf(dir, sizeof dir, "%s/middle", test_dir());
    snprintf(torn, sizeof torn, "%s/torn", test_dir());
    clinic_demo(dir, "6", "2");
    struct ct_app *app = admin(dir);
    ok(ct_db_checkpoint(ct_app_db(app), e));
    struct beside b = {.dir = dir, .stop_after = 1};
    assert_int_equal(ct_rekey(app, 0, step, &b, &r, &err), CT_EBUSY);
    assert_true(r.sealed > 0 && r.sealed < r.pages);
    int64_t sets = app_int(app, "SELECT count(*) FROM vitals");
    ct_app_free(app);
    /* the second implementation opens both keys' pages, and finds nothing wrong */
    reader_need();
    json_t *j = reader_sound(dir, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    assert_int_equal(epochs(j), 2);
    assert_int_equal(reader_number(j, "tables", "vitals"), sets);
    json_decref(j);
    /* and the page that a power cut tore, by the batch that lies beside it, as the program */
    steps_copy_dir(dir, torn);
    tear(torn, 3, false);
    reader_expect(torn, CLINIC_TECH, CLINIC_TECH_PASSWORD, 1, "page 3 at");
    steps_remove_dir(torn);
    steps_copy_dir(dir, torn);
    tear(torn, 3, true);
    json_decref(reader_sound(torn, CLINIC_TECH, CLINIC_TECH_PASSWORD));
    expect(RUN("verify", "--dir", torn), 1, "Run clintech rekey");
    assert_int_equal(steps_size(torn, "reseal"), 0); /* done with */
    /* a backup of now opens elsewhere, and is gone on with there */
    expect(RUN("backup", path_of("half.ctbak"), "--dir", dir), 0, "the chain verifies");
    expect(RUN("restore", path_of("half.ctbak"), "--dir", path_of("half")), 1,
           "Run clintech rekey"); /* which is said, and all that is */
    assert_null(strstr(strstr(out, "PROBLEM") + 1, "PROBLEM"));
    j = reader_sound(path_of("half"), CLINIC_TECH, CLINIC_TECH_PASSWORD);
    assert_int_equal(epochs(j), 2);
    json_decref(j);
    expect(RUN("rekey", "--dir", path_of("half")), 0, "This ended a run that was cut off");
    expect(RUN("rekey", "--dir", dir), 0, "This ended a run that was cut off");
    expect(RUN("verify", "--dir", path_of("half")), 0, "");
    j = reader_sound(dir, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    assert_int_equal(epochs(j), 1);
    json_decref(j);
}

static void test_a_backup_beside_one(void **state)
{
    (void)state;
    char dir[160];
    struct ct_rekey_report r;
    snprintf(dir, sizeof dir, "%s/beside", test_dir());
    clinic_demo(dir, "6", "2");
    struct ct_app *app = admin(dir);
    struct beside b = {.dir = dir, .file = path_of("beside.ctbak")};
    char file[256];
    snprintf(file, sizeof file, "%s", b.file);
    b.file = file;
    ok(ct_rekey(app, 20000, step, &b, &r, e));
    assert_true(b.calls >= 2); /* it was not over when the backup began */
    ct_app_free(app);
    expect(RUN("restore", file, "--dir", path_of("of-beside")), 1, "Run clintech rekey");
    expect(RUN("verify", "--dir", dir), 0, "");
    expect(RUN("rekey", "--dir", path_of("of-beside")), 0, "This ended a run");
}

/* ---- at a terminal ------------------------------------------------------------ */

static struct tty *rekey_at_terminal(const char *dir, const char *password)
{
    const char *argv[] = {test_program(), "--as", CLINIC_ADMIN, "--dir", dir, "rekey", NULL};
    struct tty *t = tty_open(&(struct tty_options){.argv = argv});
    tty_expect(t, "Password of " CLINIC_ADMIN);
    tty_send(t, password);
    tty_send(t, "\r");
    return t;
}

/* Killed while it waits for a backup that is being made: the second start goes on. */
static void test_killed_at_a_terminal(void **state)
{
    (void)state;
    char dir[160];
    size_t n;
    uint32_t pages = 0;
    struct ct_tx frozen = {0};
    snprintf(dir, sizeof dir, "%s/killed", test_dir());
    clinic_demo(dir, "6", "2");
    struct tty *t = rekey_at_terminal(dir, "not the password of anybody");
    assert_int_equal(tty_wait_exit(t), 77);
    tty_close(t);
    struct ct_app *app = admin(dir);
    ok(ct_db_freeze(ct_app_db(app), &frozen, NULL, NULL, &pages, e));
    t = rekey_at_terminal(dir, CLINIC_ADMIN_PASSWORD);
    tty_expect(t, "Sealing anew: 0 %");
    tty_kill(t, SIGKILL);
    assert_int_equal(tty_wait_exit(t), 128 + SIGKILL);
    tty_close(t);
    ct_tx_end(&frozen);
    ct_app_free(app);
    expect(RUN("verify", "--dir", dir), 1, "Run clintech rekey");
    t = rekey_at_terminal(dir, CLINIC_ADMIN_PASSWORD);
    assert_int_equal(tty_wait_exit(t), 0);
    const char *raw = tty_raw(t, &n);
    assert_non_null(memmem(raw, n, "Every page is sealed under key epoch 2", 38));
    assert_non_null(memmem(raw, n, "This ended a run that was cut off", 33));
    assert_null(memmem(raw, n, "walnut", 6));
    tty_close(t);
    expect(RUN("verify", "--dir", dir), 0, "nothing is wrong");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_session_works_on),
        cmocka_unit_test(test_in_the_middle_of_one),
        cmocka_unit_test(test_a_backup_beside_one),
        cmocka_unit_test(test_killed_at_a_terminal),
    };
    return cmocka_run_group_tests_name("rekey", tests, NULL, NULL);
}
