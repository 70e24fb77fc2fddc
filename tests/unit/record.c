/* The one door and the chain: what is written is written once, whole, in order,
 * and cannot be changed afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/internal.h"
#include "tests/support/recorded.h"

static int begin(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    clinic_staff(c);
    *state = c;
    return 0;
}

static int end(void **state)
{
    clinic_end(*state);
    free(*state);
    return 0;
}

/* ---- the bytes, as the format has them, written out once more ---------- */

struct bytes {
    unsigned char p[4096];
    size_t n;
};

static void put(struct bytes *b, const void *p, size_t n)
{
    assert_true(b->n + n <= sizeof b->p);
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

static void put_number(struct bytes *b, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)(v >> (8 * i));
        put(b, &c, 1);
    }
}

static void put_field(struct bytes *b, const void *p, size_t n)
{
    put_number(b, n, 4);
    put(b, p, n);
}

static void put_i64(struct bytes *b, int64_t v)
{
    put_number(b, 8, 4);
    put_number(b, (uint64_t)v, 8);
}

static void put_column(struct bytes *b, sqlite3_stmt *st, int col)
{
    int type = sqlite3_column_type(st, col);
    if (type == SQLITE_NULL)
        put_number(b, 0, 4);
    else if (type == SQLITE_INTEGER)
        put_i64(b, sqlite3_column_int64(st, col));
    else
        put_field(b, sqlite3_column_blob(st, col), (size_t)sqlite3_column_bytes(st, col));
}

static sqlite3_stmt *select_of(const struct raw *r, const char *sql, int64_t seq)
{
    sqlite3_stmt *st = NULL;
    assert_int_equal(sqlite3_prepare_v2(r->db, sql, -1, &st, NULL), SQLITE_OK);
    sqlite3_bind_int64(st, 1, seq);
    return st;
}

static void canonical(const struct raw *r, const unsigned char *store_id, int64_t seq,
                      struct bytes *out)
{
    *out = (struct bytes){.n = 0};
    sqlite3_stmt *st = select_of(r,
                                 "SELECT seq, at_ms, user_id, session_id, verb, severity,"
                                 " patient_id, done_ms, detail,"
                                 " (SELECT count(*) FROM audit_row WHERE seq = ?1)"
                                 " FROM audit WHERE seq = ?1",
                                 seq);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    put_number(out, 1, 1);
    put_field(out, store_id, CT_STORE_ID_LEN);
    for (int i = 0; i < 9; i++)
        put_column(out, st, i);
    put_number(out, (uint64_t)sqlite3_column_int64(st, 9), 4);
    sqlite3_finalize(st);
    st = select_of(r,
                   "SELECT tbl, row_id, columns, hash FROM audit_row WHERE seq = ?1"
                   " ORDER BY id",
                   seq);
    while (sqlite3_step(st) == SQLITE_ROW)
        for (int i = 0; i < 4; i++)
            put_column(out, st, i);
    sqlite3_finalize(st);
}

static void test_layout_of_the_chain(void **state)
{
    struct clinic *c = *state;
    struct raw r;
    const unsigned char *id = ct_app_keys(c->app)->store_id;
    unsigned char previous[32] = {0}, leaf[32], link[32];
    assert_int_equal(
        ct_record_event(c->app, CT_VERB_LOST, 77, CT_NOTABLE, "line \xc3\xa9 dropped", NULL),
        CT_OK);
    raw_open(&r, c, ct_app_keys(c->app));
    int64_t last = raw_int(&r, "SELECT max(seq) FROM audit");
    assert_true(last >= 4);
    for (int64_t seq = 1; seq <= last; seq++) {
        struct bytes b, in = {.n = 0};
        canonical(&r, id, seq, &b);
        put_number(&in, 0, 1);
        put(&in, b.p, b.n);
        ct_hash(leaf, in.p, in.n);
        in.n = 0;
        put_number(&in, 1, 1);
        put(&in, previous, 32);
        put(&in, leaf, 32);
        ct_hash(link, in.p, in.n);
        sqlite3_stmt *st = select_of(&r, "SELECT leaf, link FROM audit WHERE seq = ?1", seq);
        assert_int_equal(sqlite3_step(st), SQLITE_ROW);
        assert_memory_equal(sqlite3_column_blob(st, 0), leaf, 32);
        assert_memory_equal(sqlite3_column_blob(st, 1), link, 32);
        sqlite3_finalize(st);
        memcpy(previous, link, 32);
    }
    struct ct_head head;
    assert_int_equal(ct_chain_head(c->app, &head, NULL), CT_OK);
    assert_int_equal(head.seq, last);
    assert_memory_equal(head.link, link, 32);
    raw_close(&r);
}

static void test_signature_binds_the_entry(void **state)
{
    struct clinic *c = *state;
    struct raw r;
    const struct ct_unlocked *k = ct_app_keys(c->app);
    raw_open(&r, c, k);
    sqlite3_stmt *st = select_of(&r,
                                 "SELECT s.seq, s.user_id, s.signature, a.verb, a.at_ms, a.link"
                                 " FROM audit_signature s JOIN audit a USING(seq)"
                                 " WHERE s.seq > ?1 ORDER BY s.seq",
                                 0);
    int n = 0;
    for (; sqlite3_step(st) == SQLITE_ROW; n++) {
        struct bytes b = {.n = 0};
        put_field(&b, "clintech-signature-1", 20);
        put_field(&b, k->store_id, 16);
        put_column(&b, st, 0);
        put_column(&b, st, 1);
        put_column(&b, st, 3);
        put_column(&b, st, 4);
        put_column(&b, st, 5);
        const unsigned char *sig = sqlite3_column_blob(st, 2);
        assert_true(ct_sign_check(k->slot.sign_pk, b.p, b.n, sig));
        b.p[b.n - 1] ^= 1; /* another link: another record */
        assert_false(ct_sign_check(k->slot.sign_pk, b.p, b.n, sig));
    }
    sqlite3_finalize(st);
    assert_int_equal(n, 2); /* two users were added */
    raw_close(&r);
}

/* ---- the door --------------------------------------------------------- */

struct plan {
    size_t rows;
    bool fail;
    int checked, written;
    struct clinic *c;
};

static enum ct_status check_plan(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct plan *p = arg;
    (void)app;
    p->checked++;
    return p->fail ? ct_fail(reterr, CT_EINVAL, "pulse_bpm", "no such pulse") : CT_OK;
}

static enum ct_status write_plan(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    static const struct ct_sql INSERT = {
        "test.insert", "INSERT INTO session(user_id, at_ms, tty, remote, pid, program)"
                       " VALUES(1, 2, 'planned', '', 3, '')"};
    struct plan *p = arg;
    (void)app;
    p->written++;
    for (size_t i = 0; i < p->rows; i++) {
        CT_STMT *st = NULL;
        int64_t id = 0;
        enum ct_status s = ct_stmt_get(db, &INSERT, &st, reterr);
        if (s != CT_OK || (s = ct_stmt_run(st, &id, reterr)) != CT_OK)
            return s;
        ct_entry_row(entry, "session", id);
    }
    ct_detail_add(entry->detail, "%zu rows", p->rows);
    return p->fail ? ct_fail(reterr, CT_EFULL, NULL, "no room") : CT_OK;
}

static int64_t planned(struct clinic *c)
{
    return app_int(c->app, "SELECT count(*) FROM session WHERE tty = 'planned'");
}

static void test_all_or_nothing(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct plan p = {.rows = 3};
    struct ct_change change = {
        .verb = CT_VERB_LOST, .check = check_plan, .write = write_plan, .arg = &p};
    change.entry.patient_id = 41;
    change.entry.done_ms = c->now - 90000;
    change.entry.severity = CT_EXCEPTION;
    int64_t before = chain_end(c->app), seq = 0;
    assert_int_equal(ct_record(c->app, &change, &seq, &e), CT_OK);
    assert_int_equal(seq, before + 1);
    assert_int_equal(planned(c), 3);
    assert_int_equal(app_int(c->app, "SELECT count(*) FROM audit_row WHERE seq ="
                                     " (SELECT max(seq) FROM audit) AND tbl = 'session'"),
                     3);
    assert_int_equal(app_int(c->app, "SELECT patient_id FROM audit ORDER BY seq DESC"), 41);
    assert_int_equal(app_int(c->app, "SELECT at_ms - done_ms FROM audit ORDER BY seq DESC"),
                     90000);
    assert_int_equal(app_int(c->app, "SELECT severity FROM audit ORDER BY seq DESC"),
                     CT_EXCEPTION);

    p = (struct plan){.rows = 2, .fail = true};
    assert_int_equal(ct_record(c->app, &change, NULL, &e), CT_EINVAL); /* check says no */
    assert_string_equal(e.field, "pulse_bpm");
    assert_int_equal(p.written, 0);
    change.check = NULL;
    assert_int_equal(ct_record(c->app, &change, NULL, &e), CT_EFULL); /* write fails */
    assert_int_equal(p.written, 1);
    p = (struct plan){.rows = (int)CT_LEN(((struct ct_entry *)0)->row) + 1};
    assert_int_equal(ct_record(c->app, &change, NULL, &e), CT_EINTERNAL); /* too many */
    assert_int_equal(planned(c), 3);
    assert_int_equal(chain_end(c->app), before + 1);
    p = (struct plan){.rows = 24};
    assert_int_equal(ct_record(c->app, &change, NULL, &e), CT_OK);
    assert_int_equal(planned(c), 27);
}

static enum ct_status write_refused(struct ct_app *app, struct ct_db *db, void *arg,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    enum ct_status s = write_plan(app, db, arg, entry, reterr);
    return s == CT_OK ? ct_fail(reterr, CT_EDENIED, "x", "the record is restricted") : s;
}

static int64_t denied(struct clinic *c)
{
    return app_int(c->app, "SELECT count(*) FROM audit WHERE verb = 'session.denied' AND "
                           "patient_id = 41 AND severity = 1 AND "
                           "detail = 'session.lost: the record is restricted'");
}

/* What is refused behind the gate is taken back, and that it was refused is kept. */
static void test_refused_inside(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct plan p = {.rows = 2};
    const struct ct_change change = {.verb = CT_VERB_LOST,
                                     .write = write_refused,
                                     .arg = &p,
                                     .entry = {.patient_id = 41, .done_ms = CT_UNSET}};
    int64_t before = chain_end(c->app);
    assert_int_equal(ct_record(c->app, &change, NULL, &e), CT_EDENIED);
    assert_string_equal(e.field, "x");
    assert_int_equal(p.written, 1);
    assert_int_equal(planned(c), 0);
    assert_int_equal(denied(c), 1);
    assert_int_equal(chain_end(c->app), before + 1);
    assert_int_equal(ct_record(c->app, &change, NULL, NULL), CT_EDENIED); /* nobody asks why */
    assert_int_equal(denied(c), 2);

    /* of several in one transaction all are taken back */
    const struct ct_change good = {.verb = CT_VERB_LOST, .write = write_plan, .arg = &p};
    assert_int_equal(ct_record_bulk_begin(c->app, &e), CT_OK);
    assert_int_equal(ct_record(c->app, &good, NULL, &e), CT_OK);
    assert_int_equal(ct_record(c->app, &change, NULL, &e), CT_EDENIED);
    assert_int_equal(ct_record_bulk_commit(c->app, &e), CT_EINTERNAL);
    assert_int_equal(planned(c), 0);
    assert_int_equal(denied(c), 3);
    assert_int_equal(chain_end(c->app), before + 3);
}

/* A row that is not there cannot be claimed. */
static void test_entry_must_point_at_a_row(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_change change = {.verb = CT_VERB_LOST};
    int64_t before = chain_end(c->app);
    ct_entry_row(&change.entry, "session", 99999);
    assert_int_equal(ct_record(c->app, &change, NULL, &e), CT_ENOTFOUND);
    change.entry.n_rows = 0;
    ct_entry_row(&change.entry, "sqlite_schema", 1);
    assert_int_not_equal(ct_record(c->app, &change, NULL, &e), CT_OK);
    assert_int_equal(chain_end(c->app), before);
}

static void test_signing_needs_the_password_lately(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    const struct ct_change change = {.verb = CT_VERB_USER_RESET}; /* a verb that is signed */
    c->now += 2 * CT_MINUTE_MS + 1;                               /* since init */
    int64_t before = chain_end(c->app);
    assert_int_equal(ct_record(c->app, &change, NULL, &e), CT_EDENIED);
    assert_non_null(strstr(e.text, "password"));
    assert_int_equal(chain_end(c->app), before);
    assert_int_equal(clinic_again(c->app, "Ada counts 13 tin lanterns"), CT_EPASSWORD);
    assert_int_equal(ct_record(c->app, &change, NULL, &e), CT_EDENIED);
    assert_int_equal(chain_end(c->app), before + 1); /* the wrong password is in the chain */
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    c->now += 2 * CT_MINUTE_MS;
    assert_int_equal(ct_record(c->app, &change, NULL, &e), CT_OK);
    c->now += 1;
    assert_int_equal(ct_record(c->app, &change, NULL, &e), CT_EDENIED);
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    ct_lock(c->app);
    CT_SECRET *p = secret_of(ADA_PASSWORD);
    assert_int_equal(ct_unlock(c->app, p, &e), CT_OK);
    assert_int_equal(ct_record(c->app, &change, NULL, &e), CT_EDENIED); /* locking forgets it */
}

static enum ct_status write_nothing(struct ct_app *app, struct ct_db *db, void *arg,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    (void)app, (void)db, (void)arg, (void)entry, (void)reterr;
    return CT_OK;
}

/* A change that is judged behind the gate: who is nobody does not come that far. */
static void test_nobody_changes_anything(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    const struct ct_change change = {.verb = CT_VERB_PATIENT_OPEN, .write = write_nothing};
    struct ct_app *tom = clinic_app(c);
    assert_int_equal(ct_record(tom, &change, NULL, &e), CT_ELOCKED); /* never logged in */
    assert_int_equal(recorded_login(tom, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_int_equal(ct_record(tom, &change, NULL, &e), CT_OK);
    ct_lock(tom);
    int64_t before = chain_end(c->app);
    assert_int_equal(ct_record(tom, &change, NULL, &e), CT_ELOCKED);
    CT_SECRET *p = secret_of(TOM_PASSWORD);
    assert_int_equal(ct_unlock(tom, p, &e), CT_OK);
    const int64_t then = c->now;
    c->now += (int64_t)c->config.absolute_limit_min * CT_MINUTE_MS;
    assert_int_equal(ct_record(tom, &change, NULL, &e), CT_ELOCKED);
    assert_non_null(strstr(e.text, "older than"));
    c->now = then;
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    assert_int_equal(ct_user_disable(c->app, 3, "left the clinic", &e), CT_OK);
    assert_int_equal(ct_record(tom, &change, NULL, &e), CT_EDENIED);
    assert_non_null(strstr(e.text, "disabled"));
    assert_int_equal(chain_end(c->app), before + 2); /* unlocked, disabled */
    ct_logout(tom);
    assert_int_equal(ct_record(tom, &change, NULL, &e), CT_ELOCKED);
    ct_app_free(tom);
}

static enum ct_status disable_meanwhile(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ct_app *ada = arg;
    (void)app;
    return ct_user_disable(ada, 3, "left the clinic", reterr);
}

/* Disabled between the check and the transaction: nothing is written. */
static void test_asked_again_inside(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_app *tom = clinic_app(c);
    assert_int_equal(recorded_login(tom, "tom", TOM_PASSWORD, &e), CT_OK);
    const struct ct_change change = {
        .verb = CT_VERB_PATIENT_OPEN, .check = disable_meanwhile, .arg = c->app};
    assert_int_equal(ct_record(tom, &change, NULL, &e), CT_EDENIED);
    assert_non_null(strstr(e.text, "disabled"));
    assert_int_equal(app_int(c->app, "SELECT count(*) FROM audit WHERE verb = 'patient.open'"),
                     0);
    ct_app_free(tom);
}

static void test_clock_that_goes_back(void **state)
{
    struct clinic *c = *state;
    int64_t before = chain_end(c->app);
    c->now -= 60 * 1000; /* a minute is within what time servers do */
    assert_int_equal(ct_record_event(c->app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, "", NULL),
                     CT_OK);
    assert_int_equal(app_int(c->app, "SELECT severity FROM audit ORDER BY seq DESC"),
                     CT_ROUTINE);
    c->now -= 3600 * 1000;
    assert_int_equal(ct_record_event(c->app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, "hm", NULL),
                     CT_OK);
    assert_int_equal(app_int(c->app, "SELECT severity FROM audit ORDER BY seq DESC"),
                     CT_NOTABLE);
    char detail[128];
    app_text(c->app, "SELECT detail FROM audit ORDER BY seq DESC", detail, sizeof detail);
    assert_string_equal(detail, "hm; the clock went back 3600 s");
    assert_int_equal(ct_record_event(c->app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, "", NULL),
                     CT_OK);
    assert_int_equal(app_int(c->app, "SELECT severity FROM audit ORDER BY seq DESC"),
                     CT_ROUTINE); /* told once */
    assert_int_equal(chain_end(c->app), before + 3);
}

static void test_long_detail_is_cut_not_overrun(void **state)
{
    struct clinic *c = *state;
    char text[2000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(ct_record_event(c->app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, text, NULL),
                     CT_OK);
    assert_int_equal(app_int(c->app, "SELECT length(detail) FROM audit ORDER BY seq DESC"),
                     511);
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xa9", 2);
    text[sizeof text - 2] = '\0';
    assert_int_equal(ct_record_event(c->app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, text, NULL),
                     CT_OK);
    char kept[1024];
    app_text(c->app, "SELECT detail FROM audit ORDER BY seq DESC", kept, sizeof kept);
    assert_true(ct_utf8_valid(kept, strlen(kept))); /* no half letter at the cut */
    assert_int_equal(strlen(kept), 510);
}

/* ---- nothing is changed afterwards ------------------------------------ */

static void test_triggers_forbid_change(void **state)
{
    struct clinic *c = *state;
    static const struct {
        const char *tbl, *column;
    } TABLES[] = {
        {"store", "site"},   {"user_version", "active"}, {"session", "tty"},
        {"audit", "detail"}, {"audit_row", "row_id"},    {"audit_signature", "user_id"},
    };
    struct raw r;
    char sql[160];
    raw_open(&r, c, ct_app_keys(c->app));
    for (size_t i = 0; i < CT_LEN(TABLES); i++) {
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", TABLES[i].tbl);
        int64_t rows = raw_int(&r, sql);
        assert_true(rows > 0);
        snprintf(sql, sizeof sql, "UPDATE %s SET %s = %s", TABLES[i].tbl, TABLES[i].column,
                 TABLES[i].column);
        assert_int_equal(raw_try(&r, sql), SQLITE_CONSTRAINT);
        assert_non_null(strstr(sqlite3_errmsg(r.db), "append-only"));
        snprintf(sql, sizeof sql, "DELETE FROM %s", TABLES[i].tbl);
        assert_int_equal(raw_try(&r, sql), SQLITE_CONSTRAINT);
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", TABLES[i].tbl);
        assert_int_equal(raw_int(&r, sql), rows);
    }
    raw_close(&r);
}

/* ---- several at once -------------------------------------------------- */

static int write_many(struct clinic *c, const char *login, const char *password)
{
    struct ct_app *app = clinic_app(c);
    struct ct_error e = {0};
    if (recorded_login(app, login, password, &e) != CT_OK)
        return 1;
    for (int i = 0; i < 25; i++)
        if (ct_record_event(app, CT_VERB_PATIENT_OPEN, i + 1, CT_ROUTINE, "", &e) != CT_OK)
            return 2;
    ct_logout(app);
    ct_app_free(app);
    return 0;
}

static void test_writers_side_by_side(void **state)
{
    struct clinic *c = *state;
    enum { WRITERS = 4 };
    pid_t pid[WRITERS];
    int64_t before = chain_end(c->app);
    ct_logout(c->app); /* no store is open across fork */
    for (int i = 0; i < WRITERS; i++) {
        pid[i] = fork();
        assert_true(pid[i] >= 0);
        if (pid[i] == 0)
            _exit(i % 2 == 0 ? write_many(c, "tom", TOM_PASSWORD)
                             : write_many(c, "sue", SUE_PASSWORD));
    }
    for (int i = 0; i < WRITERS; i++) {
        int status = -1;
        assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    struct ct_error e = {0};
    struct ct_verify_report report;
    assert_int_equal(recorded_login(c->app, "sue", SUE_PASSWORD, &e), CT_OK);
    assert_string_equal(ct_app_warning(c->app), "");
    /* logout of ada, four times login, 25 entries and logout, this login */
    assert_int_equal(chain_end(c->app), before + 1 + WRITERS * 27 + 1);
    assert_int_equal(ct_verify(c->app, NULL, NULL, &report, &e), CT_OK);
    assert_int_equal(report.problems, 0);
    assert_int_equal(report.entries, before + 1 + WRITERS * 27 + 1);
}

static void test_changes_of_others_are_seen_by_both(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_app *tom = clinic_app(c);
    assert_int_equal(recorded_login(tom, "tom", TOM_PASSWORD, &e), CT_OK);
    (void)ct_app_changed(c->app);
    assert_false(ct_app_changed(c->app));
    assert_int_equal(ct_record_event(tom, CT_VERB_PATIENT_OPEN, 1, CT_ROUTINE, "", &e), CT_OK);
    assert_int_equal(ct_session_check(c->app, &e), CT_OK); /* looks first ... */
    assert_true(ct_app_changed(c->app));                   /* ... and does not eat it */
    assert_false(ct_app_changed(c->app));
    ct_app_free(tom);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_layout_of_the_chain, begin, end),
        cmocka_unit_test_setup_teardown(test_signature_binds_the_entry, begin, end),
        cmocka_unit_test_setup_teardown(test_all_or_nothing, begin, end),
        cmocka_unit_test_setup_teardown(test_refused_inside, begin, end),
        cmocka_unit_test_setup_teardown(test_entry_must_point_at_a_row, begin, end),
        cmocka_unit_test_setup_teardown(test_signing_needs_the_password_lately, begin, end),
        cmocka_unit_test_setup_teardown(test_nobody_changes_anything, begin, end),
        cmocka_unit_test_setup_teardown(test_asked_again_inside, begin, end),
        cmocka_unit_test_setup_teardown(test_clock_that_goes_back, begin, end),
        cmocka_unit_test_setup_teardown(test_long_detail_is_cut_not_overrun, begin, end),
        cmocka_unit_test_setup_teardown(test_triggers_forbid_change, begin, end),
        cmocka_unit_test_setup_teardown(test_writers_side_by_side, begin, end),
        cmocka_unit_test_setup_teardown(test_changes_of_others_are_seen_by_both, begin, end),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
