/* Verification: whatever was changed behind the program's back is found, and its
 * place is named; what is sound is not accused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/internal.h"
#include "tests/support/store_kit.h"
#include "tests/support/recorded.h"

/* Entries: 1 init, 2 sue added, 3 tom added, 4-8 records opened. */
static int begin(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    clinic_new_staff(c);
    for (int i = 0; i < 5; i++) {
        c->now += 1000;
        assert_int_equal(
            ct_record_event(c->app, CT_VERB_LOST, 70 + i, CT_ROUTINE, "as it was", NULL),
            CT_OK);
    }
    *state = c;
    return 0;
}

static int end(void **state)
{
    clinic_end(*state);
    free(*state);
    return 0;
}

struct told {
    char text[16384];
    int n;
};

static void collect(const char *sentence, void *arg)
{
    struct told *t = arg;
    size_t n = strlen(t->text);
    snprintf(t->text + n, sizeof t->text - n, "%s\n", sentence);
    t->n++;
}

static struct ct_verify_report verify(struct clinic *c, struct told *t)
{
    struct ct_verify_report report;
    struct ct_error e = {0};
    *t = (struct told){.n = 0};
    if (ct_verify(c->app, collect, t, &report, &e) != CT_OK)
        fail_msg("verify: %s", e.text);
    assert_int_equal(report.problems, t->n);
    return report;
}

/* Exactly so many problems, the first at that entry, and these words among them. */
static void expect(struct clinic *c, int problems, int64_t first, const char *words)
{
    struct told t;
    struct ct_verify_report r = verify(c, &t);
    if (t.n != problems || r.first_bad_seq != first || strstr(t.text, words) == NULL)
        fail_msg("%d problems, first %lld, expected %d, %lld and \"%s\":\n%s", t.n,
                 (long long)r.first_bad_seq, problems, (long long)first, words, t.text);
}

static void force(struct clinic *c, const char *sql)
{
    struct raw r;
    raw_open(&r, c, ct_app_keys(c->app));
    raw_force(&r, sql);
    raw_close(&r);
}

static void test_sound(void **state)
{
    struct clinic *c = *state;
    struct told t;
    struct ct_verify_report r = verify(c, &t);
    assert_string_equal(t.text, "");
    assert_int_equal(r.problems, 0);
    assert_int_equal(r.first_bad_seq, 0);
    assert_int_equal(r.entries, 8);
    assert_int_equal(r.rows, 5); /* store, session, three people */
    assert_int_equal(r.signatures, 2);
    assert_int_equal(r.witnessed, 3);
    assert_true(r.pages > 10);
    assert_int_equal(r.bad_pages, 0);
    assert_int_equal(app_int(c->app, "SELECT severity FROM audit WHERE verb = 'store.verify'"),
                     CT_ROUTINE); /* that it was done is in the chain */
    r = verify(c, &t);
    assert_int_equal(r.entries, 9);
    assert_int_equal(r.problems, 0);
}

static void test_row_edited(void **state)
{
    struct clinic *c = *state;
    force(c, "UPDATE user_version SET role = 'administrator' WHERE user_id = 3");
    expect(c, 1, 3, "user_version is not what entry 3 wrote");
    char detail[128];
    app_text(c->app, "SELECT detail FROM audit WHERE verb = 'store.verify'", detail,
             sizeof detail);
    assert_string_equal(detail, "problems: 1, first bad entry: 3");
    assert_int_equal(app_int(c->app, "SELECT severity FROM audit WHERE verb = 'store.verify'"),
                     CT_EXCEPTION);
}

static void test_row_deleted(void **state)
{
    struct clinic *c = *state;
    force(c, "DELETE FROM session");
    expect(c, 1, 1, "Row 1 of session, written by entry 1, is gone");
}

static void test_row_without_entry(void **state)
{
    struct clinic *c = *state;
    struct raw r;
    raw_open(&r, c, ct_app_keys(c->app));
    raw_exec(&r, "INSERT INTO session VALUES(40, 3, 5, '', '', 6, '')"); /* no trigger minds */
    raw_close(&r);
    expect(c, 1, 0, "Row 40 of session was written by no audit entry");
}

/* The tables of modules yet to come are walked without anybody listing them. */
static void test_table_of_another_module(void **state)
{
    struct clinic *c = *state;
    struct raw r;
    raw_open(&r, c, ct_app_keys(c->app));
    raw_exec(&r, "CREATE TABLE later(id INTEGER PRIMARY KEY, v TEXT) STRICT;"
                 "CREATE TRIGGER later_no_update BEFORE UPDATE ON later BEGIN"
                 " SELECT raise(ABORT, 'no'); END;"
                 "CREATE TRIGGER later_no_delete BEFORE DELETE ON later BEGIN"
                 " SELECT raise(ABORT, 'no'); END;"
                 "INSERT INTO later VALUES(-3, 'a'), (12, 'b')");
    raw_close(&r);
    expect(c, 2, 0, "Row 12 of later was written by no audit entry");
    force(c, "DELETE FROM later WHERE id < 0");
    expect(c, 1, 0, "Row 12 of later was written by no audit entry");
}

/* REPLACE deletes without the trigger that forbids deleting. */
static void test_row_replaced(void **state)
{
    struct clinic *c = *state;
    struct raw r;
    raw_open(&r, c, ct_app_keys(c->app));
    raw_exec(&r,
             "INSERT OR REPLACE INTO user_version SELECT id, user_id, login, name,"
             " 'supervisor', active, slot_version, slot_hash, sign_pk, at_ms, by_user, reason"
             " FROM user_version WHERE user_id = 3");
    raw_close(&r);
    expect(c, 1, 3, "user_version is not what entry 3 wrote");
}

static void test_entry_edited(void **state)
{
    struct clinic *c = *state;
    static const struct {
        const char *set;
    } EDITS[] = {
        {"detail = 'as it was not'"},
        {"detail = NULL"},
        {"at_ms = at_ms + 1"},
        {"user_id = 2"},
        {"session_id = 0"},
        {"patient_id = 1"},
        {"patient_id = NULL"},
        {"verb = 'session.lock'"},
        {"severity = 1"},
        {"done_ms = 0"},
        {"leaf = randomblob(32)"},
        {"detail = hex(zeroblob(1000000))"}, /* no room for it is no want of memory */
        {"verb = hex(zeroblob(1000000))"},
        {"verb = hex(zeroblob(2000))"},
    };
    char sql[160];
    for (size_t i = 0; i < CT_LEN(EDITS); i++) {
        struct told t;
        snprintf(sql, sizeof sql,
                 "CREATE TABLE was AS SELECT * FROM audit WHERE seq = 5;"
                 "UPDATE audit SET %s WHERE seq = 5",
                 EDITS[i].set);
        force(c, sql);
        struct ct_verify_report r = verify(c, &t);
        if (t.n < 1 || r.first_bad_seq != 5 || strstr(t.text, "Entry 5 (") == NULL)
            fail_msg("%s: %s", EDITS[i].set, t.text);
        force(c, "INSERT OR REPLACE INTO audit SELECT * FROM was; DROP TABLE was");
    }
    struct told t;
    assert_int_equal(verify(c, &t).problems, 0); /* put right again */
}

static void test_entry_deleted(void **state)
{
    struct clinic *c = *state;
    force(c, "DELETE FROM audit WHERE seq = 5");
    expect(c, 1, 5, "Entry 5 is missing");
    force(c, "DELETE FROM audit WHERE seq = 6");
    expect(c, 1, 5, "Entries 5 to 6 are missing");
}

static void test_signed_entry_deleted(void **state)
{
    struct clinic *c = *state;
    force(c, "DELETE FROM audit WHERE seq = 3");
    struct told t;
    struct ct_verify_report r = verify(c, &t);
    assert_int_equal(r.first_bad_seq, 3);
    assert_non_null(strstr(t.text, "Entry 3 is missing"));
    assert_non_null(strstr(t.text, "A row of user_version is bound to entry 3"));
    assert_non_null(strstr(t.text, "A signature belongs to entry 3"));
}

static void test_first_entry_deleted(void **state)
{
    struct clinic *c = *state;
    force(c, "DELETE FROM audit WHERE seq = 1");
    struct told t;
    assert_int_equal(verify(c, &t).first_bad_seq, 1);
    assert_non_null(strstr(t.text, "Entry 1 is missing"));
}

static void test_entries_swapped(void **state)
{
    struct clinic *c = *state;
    force(c, "UPDATE audit SET seq = 99 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 6;"
             "UPDATE audit SET seq = 6 WHERE seq = 99");
    struct told t;
    assert_int_equal(verify(c, &t).first_bad_seq, 5);
    assert_non_null(strstr(t.text, "Entry 5"));
    assert_non_null(strstr(t.text, "Entry 6"));
}

static void test_entry_duplicated(void **state)
{
    struct clinic *c = *state;
    force(c,
          "INSERT INTO audit SELECT 9, at_ms, user_id, session_id, verb, severity, patient_id,"
          " done_ms, detail, leaf, link FROM audit WHERE seq = 8");
    struct told t;
    assert_int_equal(verify(c, &t).first_bad_seq, 9);
    force(c,
          "INSERT INTO audit SELECT 0, at_ms, user_id, session_id, verb, severity, patient_id,"
          " done_ms, detail, leaf, link FROM audit WHERE seq = 8");
    assert_int_equal(verify(c, &t).first_bad_seq, 1);
    assert_non_null(strstr(t.text, "numbered 0 before the first"));
}

static void test_binding_changed(void **state)
{
    struct clinic *c = *state;
    force(c, "DELETE FROM audit_row WHERE seq = 3");
    struct told t;
    assert_int_equal(verify(c, &t).first_bad_seq, 3);
    assert_non_null(strstr(t.text, "Entry 3 (user.add) was changed"));
    assert_non_null(strstr(t.text, "user_version was written by no audit entry"));
}

/* What somebody with the key made too large for what the program writes is named all the
 * same, and what comes behind it is looked at. */
static void test_what_is_too_large(void **state)
{
    struct clinic *c = *state;
    force(c, "UPDATE user_version SET name = hex(zeroblob(1000000)) WHERE user_id = 3;"
             "INSERT INTO audit_row(seq, tbl, row_id, columns, hash)"
             " VALUES(5, hex(zeroblob(1000000)), 1, 7, zeroblob(32));"
             "UPDATE audit SET detail = 'as it was not' WHERE seq = 6");
    struct told t;
    assert_int_equal(verify(c, &t).first_bad_seq, 3);
    assert_non_null(strstr(t.text, "user_version is not what entry 3 wrote"));
    assert_non_null(strstr(t.text, "Entry 5 is bound to what no entry binds"));
    assert_non_null(strstr(t.text, "Entry 6 (session.lost) was changed"));
}

static void test_binding_claims_too_much(void **state)
{
    struct clinic *c = *state;
    /* a row slipped in, and an entry made to say that it wrote it */
    force(c, "INSERT INTO session VALUES(40, 3, 5, '', '', 6, '');"
             "INSERT INTO audit_row(seq, tbl, row_id, columns, hash)"
             " VALUES(5, 'session', 40, 7, zeroblob(32)),"
             " (6, 'sqlite_schema', 1, 5, zeroblob(32)), (7, 'no such', 1, -4, zeroblob(32)),"
             " (4000, 'session', 1, 7, zeroblob(32))");
    struct told t;
    assert_int_equal(verify(c, &t).first_bad_seq, 5);
    assert_non_null(strstr(t.text, "Entry 5 (session.lost) was changed"));
    assert_non_null(strstr(t.text, "Row 40 of session is not what entry 5 wrote"));
    assert_non_null(strstr(t.text, "Entry 6 (session.lost) was changed"));
    assert_non_null(strstr(t.text, "Entry 7 (session.lost) was changed"));
    assert_non_null(strstr(t.text, "bound to entry 4000"));
}

static void test_signature_replaced(void **state)
{
    struct clinic *c = *state;
    force(c, "UPDATE audit_signature SET signature = randomblob(64) WHERE seq = 2");
    expect(c, 1, 2, "The signature of entry 2 (user.add)");
}

static void test_signature_transplanted(void **state)
{
    struct clinic *c = *state;
    force(c, "UPDATE audit_signature SET signature ="
             " (SELECT signature FROM audit_signature WHERE seq = 2) WHERE seq = 3");
    expect(c, 1, 3, "The signature of entry 3 (user.add)");
}

static void test_signature_of_another_user(void **state)
{
    struct clinic *c = *state;
    force(c, "UPDATE audit_signature SET user_id = 2 WHERE seq = 3");
    expect(c, 1, 3, "The signature of entry 3 (user.add)");
}

static void test_signature_taken_away(void **state)
{
    struct clinic *c = *state;
    force(c, "DELETE FROM audit_signature WHERE seq = 2");
    expect(c, 1, 2, "Entry 2 (user.add) lacks its signature");
}

static void test_tail_cut(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    ct_logout(c->app); /* the witness sees 9 */
    assert_int_equal(recorded_login(c->app, "sue", SUE_PASSWORD, &e), CT_OK); /* and 10 */
    force(c, "DELETE FROM audit WHERE seq > 7; DELETE FROM audit_row WHERE seq > 7;"
             "DELETE FROM session WHERE id > 1");
    expect(c, 1, 8, "Entries after 7 are missing: the witness saw entry 10");
}

/* The rows of an entry, as they stand in its canonical bytes. */
static void add_rows(const struct raw *r, int64_t seq, struct ct_buf *b)
{
    sqlite3_stmt *st = NULL;
    assert_int_equal(sqlite3_prepare_v2(r->db,
                                        "SELECT tbl, row_id, columns, hash FROM audit_row"
                                        " WHERE seq = ? ORDER BY id",
                                        -1, &st, NULL),
                     SQLITE_OK);
    sqlite3_bind_int64(st, 1, seq);
    while (sqlite3_step(st) == SQLITE_ROW)
        ct_canonical_row(b, (const char *)sqlite3_column_text(st, 0),
                         sqlite3_column_int64(st, 1), sqlite3_column_int64(st, 2),
                         sqlite3_column_blob(st, 3));
    sqlite3_finalize(st);
}

/* Somebody with the store's key rewrites an entry and every hash after it. */
static void rewrite(struct clinic *c, int64_t from, const char *edit)
{
    struct raw r;
    unsigned char link[CT_HASH_LEN] = {0}, leaf[CT_HASH_LEN];
    const unsigned char *id = ct_app_keys(c->app)->store_id;
    raw_open(&r, c, ct_app_keys(c->app));
    raw_force(&r, edit);
    int64_t last = raw_int(&r, "SELECT max(seq) FROM audit");
    for (int64_t seq = 1; seq <= last; seq++) {
        CT_BUF b = {.max = 8192};
        char sql[400];
        sqlite3_stmt *st = NULL;
        snprintf(sql, sizeof sql,
                 "SELECT seq, at_ms, user_id, session_id, verb, severity, patient_id, done_ms,"
                 " detail, (SELECT count(*) FROM audit_row r WHERE r.seq = a.seq), link"
                 " FROM audit a WHERE seq = %lld",
                 (long long)seq);
        assert_int_equal(sqlite3_prepare_v2(r.db, sql, -1, &st, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_step(st), SQLITE_ROW);
        if (seq < from) {
            memcpy(link, sqlite3_column_blob(st, 10), CT_HASH_LEN);
            sqlite3_finalize(st);
            continue;
        }
        uint32_t rows = (uint32_t)sqlite3_column_int64(st, 9);
        const char *detail = (const char *)sqlite3_column_text(st, 8);
        const struct ct_canonical e = {
            .store_id = id,
            .seq = seq,
            .at_ms = sqlite3_column_int64(st, 1),
            .user_id = sqlite3_column_int64(st, 2),
            .session_id = sqlite3_column_int64(st, 3),
            .verb = (const char *)sqlite3_column_text(st, 4),
            .severity = sqlite3_column_int64(st, 5),
            .patient_id = sqlite3_column_type(st, 6) == SQLITE_NULL
                              ? CT_UNSET
                              : sqlite3_column_int64(st, 6),
            .done_ms = CT_UNSET,
            .detail = detail != NULL ? detail : "",
        };
        ct_canonical_head(&b, &e);
        ct_buf_u32(&b, rows);
        sqlite3_finalize(st);
        add_rows(&r, seq, &b);
        ct_chain_leaf(&b, leaf);
        ct_chain_link(link, leaf, link);
        char hex_leaf[65], hex_link[65];
        for (size_t i = 0; i < CT_HASH_LEN; i++) {
            snprintf(hex_leaf + 2 * i, 3, "%02x", leaf[i]);
            snprintf(hex_link + 2 * i, 3, "%02x", link[i]);
        }
        snprintf(sql, sizeof sql,
                 "UPDATE audit SET leaf = x'%s', link = x'%s' WHERE seq = %lld", hex_leaf,
                 hex_link, (long long)seq);
        raw_force(&r, sql);
    }
    raw_close(&r);
}

static void test_history_rewritten_whole(void **state)
{
    struct clinic *c = *state;
    struct ct_head head;
    struct told t;
    rewrite(c, 6, "UPDATE audit SET detail = 'never' WHERE seq = 6");
    assert_int_equal(verify(c, &t).problems, 0); /* the chain alone cannot know; so: */
    assert_int_equal(ct_chain_head(c->app, &head, NULL), CT_OK);
    struct ct_error e = {0};
    ct_logout(c->app); /* the witness gets a head */
    assert_int_equal(recorded_login(c->app, "sue", SUE_PASSWORD, &e), CT_OK);
    force(c, "DELETE FROM audit WHERE seq >= 10; DELETE FROM audit_row WHERE seq >= 10;"
             "DELETE FROM session WHERE id > 1");
    rewrite(c, 6,
            "UPDATE audit SET detail = 'never, ever' WHERE seq = 6;"
            "INSERT INTO audit SELECT 10, at_ms, 1, 1, 'session.logout', 0, NULL, NULL,"
            " NULL, leaf, link FROM audit WHERE seq = 9;"
            "INSERT INTO audit SELECT 11, at_ms, 1, 1, 'session.lost', 0, NULL, NULL,"
            " NULL, leaf, link FROM audit WHERE seq = 9");
    expect(c, 1, 10, "Entry 10 is not the one the witness saw");
}

/* A signature is over its entry's link, and so over all that was before it: without the
 * signer's key the past before it stays as it is. */
static void test_history_before_a_signature(void **state)
{
    struct clinic *c = *state;
    char path[128];
    clinic_path(c, "witness", path);
    assert_int_equal(unlink(path), 0); /* a help that is not needed */
    rewrite(c, 1, "UPDATE audit SET detail = 'never' WHERE seq = 1");
    struct told t;
    assert_int_equal(verify(c, &t).problems, 3);
    assert_non_null(strstr(t.text, "The signature of entry 2 (user.add) is not that of"));
    assert_non_null(strstr(t.text, "The signature of entry 3 (user.add) is not that of"));
    assert_non_null(strstr(t.text, "witness"));
}

static void test_guard_removed(void **state)
{
    struct clinic *c = *state;
    struct raw r;
    raw_open(&r, c, ct_app_keys(c->app));
    raw_exec(&r, "DROP TRIGGER user_version_no_update; DROP TRIGGER audit_no_delete");
    raw_close(&r);
    struct told t;
    assert_int_equal(verify(c, &t).problems, 2);
    assert_non_null(strstr(t.text, "rows of user_version"));
    assert_non_null(strstr(t.text, "rows of audit "));
}

static void test_page_damaged(void **state)
{
    struct clinic *c = *state;
    struct told t;
    struct raw r;
    char path[128], words[64];
    size_t n;
    assert_int_equal(verify(c, &t).problems, 0); /* all pages are in the file now */
    raw_open(&r, c, ct_app_keys(c->app));
    int64_t page = raw_int(&r, "SELECT rootpage FROM sqlite_schema WHERE name = 'draft_user'");
    raw_close(&r);
    clinic_path(c, CT_STORE_FILE, path);
    char *bytes = file_read(path, &n);
    int64_t at = (page - 1) * CT_PAGE + 99;
    bytes[at] = (char)(bytes[at] ^ 1);
    ct_lock(c->app);
    file_write(path, bytes, n);
    free(bytes);
    CT_SECRET *p = secret_of(ADA_PASSWORD);
    struct ct_error e = {0};
    assert_int_equal(ct_unlock(c->app, p, &e), CT_OK); /* nothing there needs that page */
    struct ct_verify_report report = verify(c, &t);
    assert_int_equal(report.bad_pages, 1);
    assert_true(report.problems >= 1);
    snprintf(words, sizeof words, "Page %lld of %s (byte %lld)", (long long)page, CT_STORE_FILE,
             (long long)((page - 1) * CT_PAGE));
    assert_non_null(strstr(t.text, words));
    assert_int_equal(ct_app_state(c->app), CT_IN);
}

static void test_keyring_slots(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_slot slot;
    char keyring[128], old[128];
    CT_SECRET *p = secret_of("nobody has 5 such words");
    clinic_path(c, "keyring", keyring);
    snprintf(old, sizeof old, "%s/old", c->top);
    file_copy(keyring, old);
    assert_int_equal(
        ct_keyring_reset(c->dir, ct_app_keys(c->app), 3, "tom", p, CT_KDF_TEST, &slot, &e),
        CT_OK);
    expect(c, 1, 0, "slot of user tom (3) is newer than the store's list");
    CT_SECRET *temporary = NULL;
    assert_int_equal(ct_secret_new(64, &temporary, NULL), CT_OK);
    assert_int_equal(ct_user_reset(c->app, 3, "lost", temporary, &e), CT_OK);
    struct told t;
    assert_int_equal(verify(c, &t).problems, 0);
    file_copy(old, keyring);
    expect(c, 1, 0, "slot of user tom (3) is older than the store's list");
    size_t n;
    char *bytes = file_read(keyring, &n);
    bytes[n / 2] ^= 1;
    file_write(keyring, bytes, n);
    free(bytes);
    assert_int_equal(verify(c, &t).problems, 1);
    assert_non_null(strstr(t.text, "keyring"));
}

static void test_witness(void **state)
{
    struct clinic *c = *state;
    struct told t;
    char path[128];
    size_t n;
    clinic_path(c, "witness", path);
    char *text = file_read(path, &n), *more = calloc(1, n + 64);
    assert_int_equal(unlink(path), 0);
    expect(c, 1, 0, "no witness file");
    file_write(path, text, n / 2); /* cut short: what is left is right, a line is torn */
    expect(c, 1, 0, "of the witness file is garbled");
    memcpy(more, text, n);
    for (size_t i = 40; i < n; i++) /* the first line's link is changed */
        if (more[i] >= '0' && more[i] <= '8') {
            more[i]++;
            break;
        }
    file_write(path, more, n);
    expect(c, 1, 1, "Entry 1 is not the one the witness saw (its line 1");
    file_write(path, text, n);
    assert_int_equal(verify(c, &t).problems, 0);
    free(text);
    free(more);
}

static void test_technicians_may_not(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_verify_report report;
    ct_logout(c->app);
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_int_equal(ct_verify(c->app, NULL, NULL, &report, &e), CT_EDENIED);
    assert_int_equal(
        app_int(c->app, "SELECT count(*) FROM audit WHERE verb = 'session.denied'"), 1);
}

static int write_on(struct clinic *c)
{
    struct ct_app *app = clinic_app(c);
    struct ct_error e = {0};
    if (recorded_login(app, "tom", TOM_PASSWORD, &e) != CT_OK)
        return 1;
    for (int i = 0; i < 150; i++)
        if (ct_record_event(app, CT_VERB_PATIENT_OPEN, i + 1, CT_ROUTINE, "", &e) != CT_OK)
            return 2;
    ct_logout(app);
    ct_app_free(app);
    return 0;
}

/* Somebody works on meanwhile: no false alarm. */
static void test_beside_a_writer(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    int status = -1, rounds = 0;
    c->config.checkpoint_pages = 20; /* so that the writer writes pages often */
    ct_logout(c->app);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(write_on(c));
    assert_int_equal(recorded_login(c->app, "sue", SUE_PASSWORD, &e), CT_OK);
    do {
        struct told t;
        verify(c, &t);
        assert_string_equal(t.text, "");
        rounds++;
    } while (waitpid(pid, &status, WNOHANG) == 0);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(rounds >= 1);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_sound),
        CASE(test_row_edited),
        CASE(test_row_deleted),
        CASE(test_row_without_entry),
        CASE(test_row_replaced),
        CASE(test_table_of_another_module),
        CASE(test_entry_edited),
        CASE(test_entry_deleted),
        CASE(test_signed_entry_deleted),
        CASE(test_first_entry_deleted),
        CASE(test_entries_swapped),
        CASE(test_entry_duplicated),
        CASE(test_binding_changed),
        CASE(test_what_is_too_large),
        CASE(test_binding_claims_too_much),
        CASE(test_signature_replaced),
        CASE(test_signature_transplanted),
        CASE(test_signature_of_another_user),
        CASE(test_signature_taken_away),
        CASE(test_tail_cut),
        CASE(test_history_rewritten_whole),
        CASE(test_history_before_a_signature),
        CASE(test_guard_removed),
        CASE(test_page_damaged),
        CASE(test_keyring_slots),
        CASE(test_witness),
        CASE(test_technicians_may_not),
        CASE(test_beside_a_writer),
    };
    kit_schema(10); /* to patients, vitals and who may read them */
    return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
