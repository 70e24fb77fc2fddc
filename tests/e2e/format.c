/* The store's format is what docs/format.md says: a reader in another language,
 * written from that page, reads what the program wrote, says the same of it, and
 * refuses what was altered (tests/format/read_store.py).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/reader.h"
#include "tests/support/steps.h"
#include "tests/support/ward.h"

enum { PAGE = 4096, FRAME = 24 + PAGE, REFUSED = 1, FOUND = 3 };

static char killed_dir[128]; /* a clinic whose session was killed; its log is long */

static void text_of(const struct ct_secret *s, char out[CT_SECRET_MAX + 1])
{
    assert_true(s->len <= CT_SECRET_MAX);
    memcpy(out, s->data, s->len);
    out[s->len] = '\0';
}

/* ---- what the program says --------------------------------------------- */

/* Through a session that is open: tables, rows, chain, witness, head. */
static void compare(struct ct_app *app, const char *login, const char *secret)
{
    static const char TABLES[] = "FROM sqlite_schema WHERE type = 'table'"
                                 " AND name NOT LIKE 'sqlite%'";
    char sql[200], name[64], hex[80];
    struct ct_verify_report said;
    ok(ct_verify(app, NULL, NULL, &said, e));
    assert_int_equal(said.problems, 0);
    json_t *j = reader_sound(ct_app_dir(app), login, secret);
    json_t *tables = json_object_get(j, "tables");
    snprintf(sql, sizeof sql, "SELECT count(*) %s", TABLES);
    size_t n = json_object_size(tables);
    assert_int_equal(app_int(app, sql), n);
    for (size_t i = 0; i < n; i++) {
        snprintf(sql, sizeof sql, "SELECT name %s ORDER BY name LIMIT 1 OFFSET %zu", TABLES, i);
        app_text(app, sql, name, sizeof name);
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", name);
        assert_int_equal(reader_number(j, "tables", name), app_int(app, sql));
    }
    /* verify wrote an entry of its own, without a row, after it had counted */
    assert_int_equal(reader_number(j, "verify", "entries"), said.entries + 1);
    assert_int_equal(reader_number(j, "verify", "rows"), said.rows);
    assert_int_equal(reader_number(j, "verify", "signatures"), said.signatures);
    assert_int_equal(reader_number(j, "verify", "witnessed"), said.witnessed);
    assert_int_equal(reader_number(j, "head", "seq"), chain_end(app));
    app_text(app, "SELECT lower(hex(link)) FROM audit ORDER BY seq DESC", hex, sizeof hex);
    assert_string_equal(json_string_value(json_object_get(json_object_get(j, "head"), "link")),
                        hex);
    json_decref(j);
}

/* `clintech verify --json` on that folder, as a person runs it. */
static json_t *program_verify(const char *dir, int *ret)
{
    static char out[1 << 16];
    const char *argv[] = {test_program(),    "--dir", dir,      "--as",   CLINIC_SUPERVISOR,
                          "--password-file", "-",     "verify", "--json", NULL};
    *ret = test_run(argv, CLINIC_SUPERVISOR_PASSWORD "\n", out, sizeof out);
    return json_loads(out, 0, NULL);
}

/* The head in the witness's last line. */
static void last_witnessed(const char *dir, long long *ret_seq, char link[80])
{
    char path[200], id[40], utc[40];
    size_t n;
    snprintf(path, sizeof path, "%s/witness", dir);
    char *text = file_read(path, &n), *line = text + n - 1;
    while (line > text && line[-1] != '\n')
        line--;
    assert_int_equal(sscanf(line, "%39s %lld %79s %39s", id, ret_seq, link, utc), 4);
    free(text);
}

/* ---- a clinic whose session was killed --------------------------------- */

static struct ct_app *supervisor(const char *dir)
{
    struct ct_app *app = NULL;
    struct ct_config config;
    clinic_config(&config);
    ok(ct_app_new(dir, &config, &CT_CLOCK_SYSTEM, &app, e));
    ok(recorded_login(app, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, e));
    return app;
}

/* The log is emptied, then: a login, a patient, a set, and the end in the midst of the
 * next form. */
static int setup(void **state)
{
    (void)state;
    snprintf(killed_dir, sizeof killed_dir, "%s/killed", test_dir());
    clinic_demo(killed_dir, "6", "2");
    struct ct_app *app = supervisor(killed_dir);
    ok(ct_db_checkpoint(ct_app_db(app), e));
    ct_app_free(app);
    assert_int_equal(steps_size(killed_dir, "store.db-wal"), 0);
    struct tty *t = clinic_open_dir(killed_dir, NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_new_form(t, "Formwright");
    tty_send(t, "12276641697a368a");
    steps_save(t, "SAVED");
    tty_settle(t, 50);
    int64_t log = steps_size(killed_dir, "store.db-wal");
    tty_send(t, "\rv13080");
    tty_kill(t, SIGKILL);
    assert_int_equal(tty_wait_exit(t), 128 + SIGKILL);
    tty_close(t);
    return log > 32 + 4 * FRAME ? 0 : -1;
}

static void copy_of(const char *name, char dir[160])
{
    snprintf(dir, 160, "%s/%s", test_dir(), name);
    steps_copy_dir(killed_dir, dir);
}

/* ---- the tests --------------------------------------------------------- */

static void test_a_killed_session(void **state)
{
    (void)state;
    char dir[160], link[80];
    long long seq;
    int status;
    reader_need();
    copy_of("after", dir);
    uint64_t before = steps_hash_dir(dir);
    json_t *j = reader_sound(dir, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    assert_true(reader_number(j, "log", "frames") >= 4);
    assert_true(reader_number(j, "log", "commits") >= 3); /* login, patient, set */
    int64_t entries = reader_number(j, "verify", "entries"), vitals = reader_number(j, "tables", "vitals"),
            patients = reader_number(j, "tables", "patient");
    json_decref(j);
    assert_int_equal(patients, 7);
    assert_true(steps_hash_dir(dir) == before); /* a reader */

    struct ct_app *app = supervisor(dir);
    assert_int_equal(app_int(app, "SELECT count(*) FROM vitals"), vitals);
    assert_int_equal(chain_end(app), entries + 1); /* this login */
    compare(app, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    ct_app_free(app);

    json_t *said = program_verify(dir, &status);
    assert_int_equal(status, 0);
    j = reader_sound(dir, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    /* after it had counted: its own entry and its logout */
    assert_int_equal(reader_number(j, "verify", "entries"),
                     json_integer_value(json_object_get(said, "entries")) + 2);
    assert_int_equal(reader_number(j, "verify", "rows"),
                     json_integer_value(json_object_get(said, "rows")));
    assert_int_equal(reader_number(j, "verify", "signatures"),
                     json_integer_value(json_object_get(said, "signatures")));
    last_witnessed(dir, &seq, link);
    assert_int_equal(reader_number(j, "head", "seq"), seq);
    assert_string_equal(json_string_value(json_object_get(json_object_get(j, "head"), "link")),
                        link);
    json_decref(said);
    json_decref(j);
}

/* Users added, disabled, reset; passwords changed; a password that is not ASCII; the
 * recovery code; the log full and empty. */
static void test_keys_through_their_life(void **state)
{
    (void)state;
    static const char COMPOSED[] = "Zo\xc3\xab counts 12 tin lanterns",
                      DECOMPOSED[] = "Zoe\xcc\x88 counts 12 tin lanterns";
    char text[CT_SECRET_MAX + 1];
    reader_need();
    struct clinic c;
    recorded_make(&c);
    CT_SECRET *password = secret_of(DECOMPOSED), *code = NULL, *given = NULL;
    CT_SECRET *sue = secret_of(SUE_PASSWORD), *tom = secret_of(TOM_PASSWORD);
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &code, NULL), CT_OK);
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &given, NULL), CT_OK);
    const struct ct_init init = {
        .login = "zoe", .name = "Zoe Demo-Lind", .password = password, .cost = CT_KDF_TEST};
    ok(ct_app_init(c.app, &init, code, e));
    compare(c.app, "zoe", COMPOSED);
    compare(c.app, "ZOE", DECOMPOSED);
    ok(ct_user_add_with(c.app, "sue", "Sue Demo-Okoro", CT_SUPERVISOR, sue, e));
    ok(ct_user_add_with(c.app, "tom", "Tom Demo-Vale", CT_TECHNICIAN, tom, e));
    int64_t tom_id = app_int(c.app, "SELECT user_id FROM user_now WHERE login = 'tom'");
    int64_t sue_id = app_int(c.app, "SELECT user_id FROM user_now WHERE login = 'sue'");
    login_again(&c, "tom", TOM_PASSWORD);
    CT_SECRET *tom_next = secret_of("Tom hums at 9 windmills");
    ok(ct_user_change_password(c.app, tom, tom_next, e));
    ct_logout(c.app);
    reader_expect(c.dir, "tom", TOM_PASSWORD, REFUSED, "wrong password");
    json_decref(reader_sound(c.dir, "tom", "Tom hums at 9 windmills"));

    ok(recorded_login(c.app, "zoe", DECOMPOSED, e));
    assert_int_equal(clinic_again(c.app, COMPOSED), CT_OK);
    ok(ct_user_reset(c.app, (uint32_t)sue_id, "forgotten", given, e)); /* new keys */
    text_of(given, text);
    json_decref(reader_sound(c.dir, "sue", text));
    ct_logout(c.app);
    ok(ct_login(c.app, "sue", given, e));
    CT_SECRET *sue_next = secret_of("Sue mends 14 loud bridges");
    ok(ct_user_change_password(c.app, given, sue_next, e));
    login_again(&c, "zoe", COMPOSED);
    assert_int_equal(clinic_again(c.app, COMPOSED), CT_OK);
    ok(ct_user_disable(c.app, (uint32_t)tom_id, "moved away", e));
    reader_expect(c.dir, "tom", "Tom hums at 9 windmills", REFUSED, "disabled");
    reader_expect(c.dir, "sue", SUE_PASSWORD, REFUSED, "wrong password");
    compare(c.app, "sue", "Sue mends 14 loud bridges");

    ok(ct_db_checkpoint(ct_app_db(c.app), e));
    text_of(code, text);
    json_t *j = reader_sound(c.dir, NULL, text);
    assert_int_equal(reader_number(j, "log", "frames"), 0); /* all of it from the pages alone */
    assert_int_equal(reader_number(j, "verify", "signatures"), 6);
    json_decref(j);
    reader_expect(c.dir, NULL, "0123 4567 89AB CDEF GHJK MNPQ RST", REFUSED, "recovery code");
    clinic_end(&c);
}

static void flip(const char *dir, const char *name, size_t at)
{
    char path[200];
    size_t n;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    char *p = file_read(path, &n);
    assert_true(at < n);
    p[at] = (char)(p[at] ^ 1);
    file_write(path, p, n);
    free(p);
}

/* Flipped, looked at, and back. */
static void flipped(const char *dir, const char *name, size_t at, int want, const char *words)
{
    flip(dir, name, at);
    reader_expect(dir, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, want, words);
    flip(dir, name, at);
}

static void test_a_wrong_password(void **state)
{
    (void)state;
    reader_need();
    reader_expect(killed_dir, CLINIC_SUPERVISOR, CLINIC_TECH_PASSWORD, REFUSED, "wrong password");
    reader_expect(killed_dir, CLINIC_SUPERVISOR, "", REFUSED, "wrong password");
    reader_expect(killed_dir, "nobody", CLINIC_SUPERVISOR_PASSWORD, REFUSED, "no such login");
}

/* The log ends where it was altered, for the reader as for the program; the login that
 * the witness saw is then missing. */
static void test_an_altered_log(void **state)
{
    (void)state;
    static const size_t IN_FRAME[] = {0, 7, 8, 15, 16, 23, 24, 24 + 4048, 24 + 4072, 24 + 4092};
    char dir[160], words[80], link[80];
    long long seq;
    int status;
    reader_need();
    copy_of("log", dir);
    last_witnessed(dir, &seq, link);
    snprintf(words, sizeof words, "entry %lld [%.16s] is not in the chain", seq, link);
    for (size_t i = 0; i < CT_LEN(IN_FRAME); i++)
        flipped(dir, "store.db-wal", 32 + IN_FRAME[i], FOUND, words);
    flipped(dir, "store.db-wal", 3, FOUND, words); /* the log's own header */
    flipped(dir, "store.db-wal", 17, FOUND, words);
    /* the last frame: what was committed before it stays */
    json_t *j = reader_sound(dir, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    int64_t frames = reader_number(j, "log", "frames"), commits = reader_number(j, "log", "commits");
    json_decref(j);
    flip(dir, "store.db-wal", 32 + (size_t)(frames - 1) * FRAME + 500);
    j = reader_sound(dir, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    assert_int_equal(reader_number(j, "log", "commits"), commits - 1);
    json_decref(j);
    flip(dir, "store.db-wal", 32 + 24);
    reader_expect(dir, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, FOUND, words);
    json_t *said = program_verify(dir, &status); /* and the program */
    assert_int_equal(status, 1);
    char *text = json_dumps(said, 0);
    assert_non_null(strstr(text, "witness"));
    free(text);
    json_decref(said);
}

/* What is altered in these four is read by the other reader alone, fifty times: no code of
 * the product runs, so the sanitizers have nothing to watch. (That the product refuses the
 * same is in fault/flips, unit/verify and unit/keyring_tamper, under them too.) */
#if !defined(__SANITIZE_ADDRESS__)
static void test_altered_pages(void **state)
{
    (void)state;
    static const size_t IN_PAGE[] = {0, 99, 4047, 4048, 4071, 4072, 4087, 4088, 4092, 4095};
    char dir[160], path[200];
    size_t n;
    reader_need();
    copy_of("pages", dir);
    struct ct_app *app = supervisor(dir);
    ok(ct_db_checkpoint(ct_app_db(app), e)); /* no page of the log stands in for one here */
    ct_app_free(app);
    size_t pages = (size_t)steps_size(dir, "store.db") / PAGE;
    for (size_t i = 0; i < CT_LEN(IN_PAGE); i++) {
        size_t page = i * (pages - 1) / (CT_LEN(IN_PAGE) - 1); /* the first ... the last */
        char words[40];
        snprintf(words, sizeof words, "page %zu at", page + 1);
        flipped(dir, "store.db", page * PAGE + IN_PAGE[i], REFUSED, words);
    }
    snprintf(path, sizeof path, "%s/store.db", dir);
    char *p = file_read(path, &n), third[PAGE];
    memcpy(third, p + 2 * PAGE, PAGE);
    memcpy(p + 2 * PAGE, p + 3 * PAGE, PAGE);
    memcpy(p + 3 * PAGE, third, PAGE);
    file_write(path, p, n);
    reader_expect(dir, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, REFUSED, "page 3 at");
    memcpy(p + 3 * PAGE, p + 2 * PAGE, PAGE);
    memcpy(p + 2 * PAGE, third, PAGE);
    file_write(path, p, n - PAGE); /* the last page is gone */
    reader_expect(dir, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, REFUSED, "");
    file_write(path, p, n - 1);
    reader_expect(dir, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, REFUSED, "no multiple of");
    free(p);
}

static void test_an_altered_keyring(void **state)
{
    (void)state;
    char dir[160], path[200];
    size_t n;
    reader_need();
    copy_of("ring", dir);
    size_t size = (size_t)steps_size(dir, "keyring");
    for (size_t at = 0; at < size; at += 499)
        flipped(dir, "keyring", at, REFUSED, "keyring: ");
    flipped(dir, "keyring", size - 1, REFUSED, "checksum");
    snprintf(path, sizeof path, "%s/keyring", dir);
    char *p = file_read(path, &n);
    file_write(path, p, n - 16);
    reader_expect(dir, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, REFUSED, "checksum");
    free(p);
    /* the keyring of another clinic with the same people and passwords */
    char other[160], from[200];
    snprintf(other, sizeof other, "%s/other", test_dir());
    clinic_demo(other, "2", "1");
    snprintf(from, sizeof from, "%s/keyring", other);
    file_copy(from, path);
    reader_expect(dir, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, REFUSED, "does not open");
}

/* With a checksum that fits again: box, keys and MACs are what is left to tell. */
static void test_a_keyring_with_a_new_checksum(void **state)
{
    (void)state;
    enum { HEADER = 40, SLOT = 352 };
    static const size_t IN_SLOT[] = {0, 4, 8, 16, 24, 40, 72, 104, 136, 160, 239, 240, 320};
    char dir[160], path[200];
    size_t n;
    reader_need();
    copy_of("checksum", dir);
    snprintf(path, sizeof path, "%s/keyring", dir);
    char *p = file_read(path, &n);
    size_t slots = (unsigned char)p[12];
    for (size_t i = 0; i < CT_LEN(IN_SLOT); i++) {
        size_t at = HEADER + i % slots * SLOT + IN_SLOT[i];
        p[at] ^= 1;
        ct_hash((unsigned char *)p + n - CT_HASH_LEN, p, n - CT_HASH_LEN);
        file_write(path, p, n);
        reader_expect(dir, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, REFUSED, "keyring: ");
        p[at] ^= 1;
    }
    p[HEADER + slots * SLOT + 4] ^= 1; /* failures of a slot lie outside the MAC */
    ct_hash((unsigned char *)p + n - CT_HASH_LEN, p, n - CT_HASH_LEN);
    file_write(path, p, n);
    json_decref(reader_sound(dir, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD));
    free(p);
}

/* Somebody with the key changes what stands in the tables: the reader's walk over the
 * chain can fail. */
static void test_altered_records(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *words;
    } EDIT[] = {
        {"UPDATE user_version SET role = 'administrator' WHERE user_id = 3",
         "entry 3: user_version row 3: was changed"},
        {"DELETE FROM session WHERE id = 1", "entry 1: session row 1: is gone"},
        {"INSERT INTO session VALUES(40, 3, 5, '', '', 6, '')", "no entry wrote it"},
        {"UPDATE audit SET detail = 'never' WHERE seq = 2", "entry 2: its content"},
        {"UPDATE audit SET link = zeroblob(32) WHERE seq = 2", "entry 2: its link"},
        {"DELETE FROM audit WHERE seq = 2", "entry 2 is missing"},
        {"UPDATE user_version SET slot_version = 9 WHERE user_id = 2",
         "keyring: the slot of user 2"},
        {"UPDATE audit_signature SET signature = zeroblob(64) WHERE seq = 2",
         "entry 2: its signature"},
        {"DELETE FROM audit_signature WHERE seq = 3", "entry 3: user.add is not signed"},
        {"UPDATE audit_row SET hash = zeroblob(32) WHERE seq = 3", "entry 3: its content"},
        {"DROP TABLE draft; DELETE FROM audit WHERE seq > 2", "witness: line 3: entry 3"},
    };
    reader_need();
    for (size_t i = 0; i < CT_LEN(EDIT); i++) {
        struct clinic c;
        struct raw r;
        clinic_staff(&c);
        raw_open(&r, &c, ct_app_keys(c.app));
        raw_force(&r, EDIT[i].sql);
        raw_close(&r);
        reader_expect(c.dir, "ada", ADA_PASSWORD, FOUND, EDIT[i].words);
        clinic_end(&c);
    }
    struct clinic c;
    struct raw r;
    clinic_staff(&c);
    raw_open(&r, &c, ct_app_keys(c.app));
    raw_exec(&r, "DROP TRIGGER audit_no_delete");
    raw_close(&r);
    reader_expect(c.dir, "ada", ADA_PASSWORD, FOUND, "audit: a trigger");
    clinic_end(&c);
}

#endif

/* An older store under a newer witness: told to whoever logs in first, and answered by
 * that. Lines of other stores, and lines that are none. */
static void test_the_witness(void **state)
{
    (void)state;
    static const char *const FILES[] = {CT_STORE_FILE, CT_STORE_FILE "-wal", "keyring"};
    static const char OTHER[] =
        "00112233445566778899aabbccddeeff 7 "
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef "
        "2026-11-23T05:00:00Z\n";
    char path[128], kept[160];
    size_t n;
    reader_need();
    struct clinic c;
    clinic_staff(&c);
    ct_logout(c.app);
    for (int back = 0; back < 2; back++) {
        for (size_t i = 0; i < CT_LEN(FILES); i++) {
            clinic_path(&c, FILES[i], path);
            snprintf(kept, sizeof kept, "%s/kept-%s", c.top, FILES[i]);
            file_copy(back ? kept : path, back ? path : kept);
        }
        clinic_path(&c, CT_STORE_FILE "-shm", path);
        (void)unlink(path);
        if (back == 0) {
            ok(recorded_login(c.app, "tom", TOM_PASSWORD, e));
            ct_logout(c.app);
        }
    }
    reader_expect(c.dir, "sue", SUE_PASSWORD, FOUND, "is not in the chain");
    ok(recorded_login(c.app, "sue", SUE_PASSWORD, e));
    assert_string_not_equal(ct_app_warning(c.app), "");
    compare(c.app, "sue", SUE_PASSWORD); /* answered, for both */
    clinic_path(&c, "witness", path);
    char *lines = file_read(path, &n), *more = calloc(1, n + sizeof OTHER + 8);
    memcpy(more, OTHER, sizeof OTHER - 1);
    memcpy(more + sizeof OTHER - 1, lines, n);
    file_write(path, more, n + sizeof OTHER - 1);
    compare(c.app, "sue", SUE_PASSWORD);
    memcpy(more + n + sizeof OTHER - 1, "what?\n", 6);
    file_write(path, more, n + sizeof OTHER + 5);
    reader_expect(c.dir, "sue", SUE_PASSWORD, FOUND, "is garbled");
    file_write(path, OTHER, sizeof OTHER - 1);
    reader_expect(c.dir, "sue", SUE_PASSWORD, FOUND, "without a line of this store");
    free(lines);
    free(more);
    clinic_end(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_killed_session),
        cmocka_unit_test(test_keys_through_their_life),
        cmocka_unit_test(test_a_wrong_password),
        cmocka_unit_test(test_an_altered_log),
        cmocka_unit_test(test_the_witness),
#if !defined(__SANITIZE_ADDRESS__)
        cmocka_unit_test(test_altered_pages),
        cmocka_unit_test(test_an_altered_keyring),
        cmocka_unit_test(test_a_keyring_with_a_new_checksum),
        cmocka_unit_test(test_altered_records),
#endif
    };
    return cmocka_run_group_tests_name("format", tests, setup, NULL);
}
