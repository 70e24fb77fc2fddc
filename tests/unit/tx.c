/* Transactions: what is not committed is not there, the gate is always given
 * back, a busy store waits and then says so, and the log stays short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <unistd.h>

#include "store/internal.h"
#include "tests/support/store_kit.h"

static const struct ct_db_options QUICK = {.busy_limit_ms = 150};

static enum ct_status leave_early(struct ct_db *db, int rows)
{
    CT_TX tx = {0};
    enum ct_status s = ct_tx_begin(db, &tx, NULL);
    if (s != CT_OK)
        return s;
    for (int i = 0; i < rows; i++)
        if ((s = kit_add_in(db, 100 + i, "tty1", NULL)) != CT_OK)
            return s;
    return CT_EDENIED; /* not committed */
}

static void test_early_return_leaves_nothing(void **state)
{
    (void)state;
    struct kit k;
    struct ct_db *other = NULL;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    assert_int_equal(ct_db_open(k.dir, k.seal, &QUICK, &other, NULL), CT_OK);
    assert_int_equal(leave_early(k.db, 3), CT_EDENIED);
    assert_int_equal(kit_count(k.db), 0);
    assert_int_equal(kit_add(other, 1, NULL), CT_OK); /* the gate is free */
    assert_int_equal(leave_early(k.db, 0), CT_EDENIED);
    assert_int_equal(kit_add(k.db, 2, NULL), CT_OK);
    assert_int_equal(kit_count(other), 2);
    ct_db_close(other);
    kit_done(&k);
}

static void test_closing_rolls_back(void **state)
{
    (void)state;
    struct kit k;
    struct ct_tx tx = {0};
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    assert_int_equal(ct_tx_begin(k.db, &tx, NULL), CT_OK);
    assert_int_equal(kit_add_in(k.db, 1, "tty1", NULL), CT_OK);
    kit_close(&k); /* with the transaction open */
    kit_open(&k, &QUICK);
    assert_int_equal(kit_count(k.db), 0);
    assert_int_equal(kit_add(k.db, 2, NULL), CT_OK);
    kit_done(&k);
}

static void test_not_seen_before_commit(void **state)
{
    (void)state;
    struct kit k;
    struct ct_db *other = NULL;
    CT_TX tx = {0};
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    assert_int_equal(ct_db_open(k.dir, k.seal, NULL, &other, NULL), CT_OK);
    assert_int_equal(ct_tx_begin(k.db, &tx, NULL), CT_OK);
    assert_int_equal(kit_add_in(k.db, 1, "tty1", NULL), CT_OK);
    assert_int_equal(kit_count(k.db), 1);
    assert_int_equal(kit_count(other), 0);
    assert_int_equal(ct_tx_commit(&tx, NULL), CT_OK);
    assert_int_equal(kit_count(other), 1);
    assert_int_equal(ct_tx_commit(&tx, NULL), CT_EINTERNAL); /* there is none any more */
    ct_tx_end(&tx);
    assert_int_equal(kit_count(other), 1);
    ct_db_close(other);
    kit_done(&k);
}

static void test_begun_twice(void **state)
{
    (void)state;
    struct kit k;
    struct ct_error e = {0};
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    {
        CT_TX tx = {0}, inner = {0};
        assert_int_equal(ct_tx_begin(k.db, &tx, NULL), CT_OK);
        assert_int_equal(ct_tx_begin(k.db, &inner, &e), CT_EINTERNAL);
        assert_int_equal(ct_tx_begin(k.db, &tx, &e), CT_EINTERNAL);
        assert_int_equal(ct_db_checkpoint(k.db, &e), CT_EINTERNAL);
        assert_int_equal(kit_add_in(k.db, 1, "tty1", NULL), CT_OK);
        assert_int_equal(ct_tx_commit(&tx, NULL), CT_OK); /* not disturbed */
    }
    assert_int_equal(kit_count(k.db), 1);
    kit_done(&k);
}

static void test_a_snapshot_stands_still(void **state)
{
    (void)state;
    struct kit k;
    struct ct_db *other = NULL;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    assert_int_equal(ct_db_open(k.dir, k.seal, NULL, &other, NULL), CT_OK);
    {
        CT_TX tx = {0};
        assert_int_equal(ct_tx_read(k.db, &tx, NULL), CT_OK);
        assert_int_equal(kit_count(k.db), 0);
        assert_int_equal(kit_add(other, 1, NULL), CT_OK); /* a reader stops no writer */
        assert_int_equal(kit_count(k.db), 0);
    }
    assert_int_equal(kit_count(k.db), 1);
    ct_db_close(other);
    kit_done(&k);
}

/* A reading helper called inside a change sees it and ends nothing. */
static void test_reading_inside_writing(void **state)
{
    (void)state;
    struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    {
        CT_TX tx = {0};
        assert_int_equal(ct_tx_begin(k.db, &tx, NULL), CT_OK);
        assert_int_equal(kit_add_in(k.db, 1, "tty1", NULL), CT_OK);
        {
            CT_TX r = {0}, rr = {0};
            assert_int_equal(ct_tx_read(k.db, &r, NULL), CT_OK);
            assert_int_equal(ct_tx_read(k.db, &rr, NULL), CT_OK);
            assert_int_equal(kit_count(k.db), 1);
            assert_int_equal(ct_tx_commit(&rr, NULL), CT_OK);
        }
        assert_int_equal(kit_add_in(k.db, 2, "tty1", NULL), CT_OK);
        assert_int_equal(ct_tx_commit(&tx, NULL), CT_OK);
    }
    assert_int_equal(kit_count(k.db), 2);
    assert_int_equal(kit_add(k.db, 3, NULL), CT_OK);
    kit_done(&k);
}

/* One refused row does not take the rest of the change with it. */
static void test_a_refused_row_leaves_the_others(void **state)
{
    (void)state;
    static const struct ct_sql REWRITE = {"t.rewrite", "UPDATE session SET tty = 'x'"};
    struct kit k;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    {
        CT_TX tx = {0};
        CT_STMT *st = NULL;
        assert_int_equal(ct_tx_begin(k.db, &tx, NULL), CT_OK);
        assert_int_equal(kit_add_in(k.db, 1, "tty1", NULL), CT_OK);
        assert_int_equal(ct_stmt_get(k.db, &REWRITE, &st, NULL), CT_OK);
        assert_int_equal(ct_stmt_run(st, NULL, NULL), CT_EINVAL);
        assert_int_equal(ct_tx_commit(&tx, NULL), CT_OK);
    }
    assert_int_equal(kit_count(k.db), 1);
    kit_done(&k);
}

/* SQLite has thrown the transaction away by itself: what follows must not be
 * kept one by one. */
static void test_a_lost_transaction_keeps_nothing(void **state)
{
    (void)state;
    struct kit k;
    struct ct_error e = {0};
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    {
        CT_TX tx = {0};
        assert_int_equal(ct_tx_begin(k.db, &tx, NULL), CT_OK);
        assert_int_equal(kit_add_in(k.db, 1, "tty1", NULL), CT_OK);
        k.db->own = true;
        assert_int_equal(sqlite3_exec(k.db->h, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
        k.db->own = false;
        assert_int_equal(kit_add_in(k.db, 2, "tty1", &e), CT_EIO);
        assert_non_null(strstr(e.text, "nothing was kept"));
        assert_int_equal(ct_tx_commit(&tx, &e), CT_EIO);
    }
    assert_int_equal(kit_count(k.db), 0);
    assert_int_equal(kit_add(k.db, 3, NULL), CT_OK);
    assert_int_equal(kit_count(k.db), 1);
    kit_done(&k);
}

/* ---- busy ---------------------------------------------------------------- */

/* Another process stands in the gate until it is killed. */
static void hold_gate(int out, void *arg)
{
    struct kit k;
    struct ct_tx tx = {0};
    kit_join(&k, arg, NULL);
    if (ct_tx_begin(k.db, &tx, NULL) != CT_OK)
        _exit(2);
    kit_tell(out, 1);
    pause();
}

/* Another program holds SQLite's own write lock and knows nothing of gates. */
static void hold_write_lock(int out, void *arg)
{
    struct kit k;
    kit_join(&k, arg, NULL);
    k.db->own = true;
    if (sqlite3_exec(k.db->h, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
        _exit(2);
    kit_tell(out, 1);
    pause();
}

static void check_busy(void (*hold)(int, void *))
{
    struct kit k;
    struct ct_error e = {0};
    int64_t ready = 0;
    int in;
    kit_create(&k, NULL);
    pid_t pid = kit_child(hold, k.dir, &in);
    assert_true(kit_read(in, &ready));
    kit_open(&k, &QUICK);
    int64_t start = ct_monotonic(&CT_CLOCK_SYSTEM);
    assert_int_equal(kit_add(k.db, 1, &e), CT_EBUSY);
    int64_t waited = ct_monotonic(&CT_CLOCK_SYSTEM) - start;
    assert_true(waited >= QUICK.busy_limit_ms - 5);
    assert_true(waited < 5000);
    assert_non_null(strstr(e.text, "others have been saving"));
    assert_non_null(strstr(e.text, "try again"));
    assert_int_equal(kit_count(k.db), 0); /* reading goes on meanwhile */
    assert_int_equal(kit_add(k.db, 1, &e), CT_EBUSY);
    kit_kill(pid);
    close(in);
    assert_int_equal(kit_add(k.db, 1, &e), CT_OK);
    assert_int_equal(kit_count(k.db), 1);
    kit_done(&k);
}

static void test_gate_held_by_another_process(void **state)
{
    (void)state;
    check_busy(hold_gate);
}

static void test_write_lock_held_by_another_program(void **state)
{
    (void)state;
    check_busy(hold_write_lock);
}

/* ---- checkpoints --------------------------------------------------------- */

enum { FRAME = CT_PAGE + 24 };

static long wal_frames(const struct kit *k)
{
    long n = kit_size(k, CT_STORE_FILE "-wal");
    return n < 0 ? 0 : n / FRAME;
}

static void test_the_log_stays_short(void **state)
{
    (void)state;
    const struct ct_db_options options = {.checkpoint_pages = 20};
    struct kit k;
    long longest = 0, before;
    kit_create(&k, NULL);
    before = kit_size(&k, CT_STORE_FILE);
    kit_open(&k, &options);
    for (int i = 0; i < 600; i++) {
        assert_int_equal(kit_add(k.db, i, NULL), CT_OK);
        if (wal_frames(&k) > longest)
            longest = wal_frames(&k);
    }
    assert_true(longest >= 20);
    assert_true(longest <= 2 * 20);
    assert_true(kit_size(&k, CT_STORE_FILE) > before); /* the pages went where they belong */
    assert_int_equal(kit_count(k.db), 600);
    assert_int_equal(kit_problems(k.db), 0);
    kit_done(&k);
}

/* Whoever shows first what was saved leaves the checkpoint to a moment behind it; not for
 * ever, and not at a gate that somebody else holds. */
static void test_a_checkpoint_left_for_later(void **state)
{
    (void)state;
    const struct ct_db_options options = {.checkpoint_pages = 400};
    struct kit k;
    struct ct_db *other = NULL;
    kit_create(&k, NULL);
    long before = kit_size(&k, CT_STORE_FILE);
    kit_open(&k, &options);
    ct_db_checkpoint_later(k.db, true);
    int i = 0;
    while (wal_frames(&k) < 450)
        assert_int_equal(kit_add(k.db, i++, NULL), CT_OK);
    assert_int_equal(kit_size(&k, CT_STORE_FILE), before);
    assert_int_equal(ct_db_open(k.dir, k.seal, NULL, &other, NULL), CT_OK);
    {
        CT_TX tx = {0};
        assert_int_equal(ct_tx_begin(other, &tx, NULL), CT_OK);
        int64_t start = ct_monotonic(&CT_CLOCK_SYSTEM);
        ct_db_tidy(k.db);
        assert_true(ct_monotonic(&CT_CLOCK_SYSTEM) - start < 2000); /* a commit waits 5 s */
        assert_int_equal(kit_size(&k, CT_STORE_FILE), before);
    }
    ct_db_tidy(k.db);
    assert_true(kit_size(&k, CT_STORE_FILE) > before);
    assert_int_equal(kit_count(k.db), i);
    /* nobody tidies: the log is cut all the same */
    long longest = 0;
    for (int n = 0; n < 1500; n++) {
        assert_int_equal(kit_add(k.db, i++, NULL), CT_OK);
        longest = wal_frames(&k) > longest ? wal_frames(&k) : longest;
    }
    assert_true(longest >= 2 * 400 && longest <= 3 * 400);
    assert_int_equal(kit_count(other), i);
    assert_int_equal(kit_problems(k.db), 0);
    ct_db_close(other);
    kit_done(&k);
}

static void test_a_long_reader_stops_no_commit(void **state)
{
    (void)state;
    const struct ct_db_options options = {.checkpoint_pages = 20};
    struct kit k;
    struct ct_db *reader = NULL;
    struct ct_error e = {0};
    kit_create(&k, NULL);
    kit_open(&k, &options);
    assert_int_equal(ct_db_open(k.dir, k.seal, NULL, &reader, NULL), CT_OK);
    {
        CT_TX tx = {0};
        assert_int_equal(ct_tx_read(reader, &tx, NULL), CT_OK);
        assert_int_equal(kit_count(reader), 0);
        int64_t start = ct_monotonic(&CT_CLOCK_SYSTEM);
        for (int i = 0; i < 300; i++)
            assert_int_equal(kit_add(k.db, i, &e), CT_OK);
        /* None of the tries has waited for the reader: that would be 5 s each. */
        assert_true(ct_monotonic(&CT_CLOCK_SYSTEM) - start < 5000);
        assert_true(wal_frames(&k) > 100);
        assert_int_equal(kit_count(reader), 0);
    }
    /* Once the reader has left, the log is brought back within its bounds. */
    for (int i = 0; i < 60; i++)
        assert_int_equal(kit_add(k.db, 1000 + i, &e), CT_OK);
    assert_true(wal_frames(&k) <= 2 * 20);
    assert_int_equal(kit_count(reader), 360);
    ct_db_close(reader);
    kit_done(&k);
}

static void read_for_long(int out, void *arg)
{
    struct kit k;
    CT_TX tx = {0};
    kit_join(&k, arg, NULL);
    if (ct_tx_read(k.db, &tx, NULL) != CT_OK || kit_count(k.db) < 0)
        _exit(2);
    kit_tell(out, 1);
    pause();
}

static void checkpoint_now(int out, void *arg)
{
    const struct ct_db_options options = {.busy_limit_ms = 4000};
    struct kit k;
    kit_join(&k, arg, &options);
    kit_tell(out, 1);
    kit_tell(out, ct_db_checkpoint(k.db, NULL));
    pause();
}

/* What verify asks for at its beginning, beside a backup that is being made: it waits for
 * that in short stays behind the gate, and who saves does not wait with it. */
static void test_a_checkpoint_that_waits_stops_no_commit(void **state)
{
    (void)state;
    struct kit k;
    int from_reader, from_checkpoint;
    int64_t v = 0, longest = 0;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    kit_close(&k);
    pid_t reader = kit_child(read_for_long, k.dir, &from_reader);
    assert_true(kit_read(from_reader, &v));
    kit_open(&k, NULL);
    assert_int_equal(kit_add(k.db, 2, NULL), CT_OK); /* the reader's state is an old one */
    kit_close(&k);
    pid_t waiting = kit_child(checkpoint_now, k.dir, &from_checkpoint);
    assert_true(kit_read(from_checkpoint, &v));
    kit_open(&k, NULL);
    const int64_t start = ct_monotonic(&CT_CLOCK_SYSTEM);
    for (int i = 0; ct_monotonic(&CT_CLOCK_SYSTEM) - start < 700; i++) {
        const int64_t before = ct_monotonic(&CT_CLOCK_SYSTEM);
        assert_int_equal(kit_add(k.db, 10 + i, NULL), CT_OK);
        const int64_t took = ct_monotonic(&CT_CLOCK_SYSTEM) - before;
        longest = took > longest ? took : longest;
    }
    assert_true(longest < 1500); /* it was the whole limit of whoever waited */
    kit_kill(reader);
    assert_true(kit_read(from_checkpoint, &v));
    assert_int_equal(v, CT_OK); /* and it got what it waited for */
    kit_kill(waiting);
    close(from_reader);
    close(from_checkpoint);
    assert_int_equal(kit_problems(k.db), 0);
    kit_done(&k);
}

static void test_no_reader_waits_for_a_writer(void **state)
{
    (void)state;
    const struct ct_db_options at_once = {.busy_limit_ms = 1};
    struct kit k;
    struct ct_db *reader = NULL;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    assert_int_equal(ct_db_open(k.dir, k.seal, &at_once, &reader, NULL), CT_OK);
    {
        CT_TX tx = {0};
        assert_int_equal(ct_tx_begin(k.db, &tx, NULL), CT_OK);
        for (int i = 0; i < 400; i++) { /* pages spill into the log meanwhile */
            assert_int_equal(kit_add_in(k.db, i, "a terminal with quite a long name", NULL),
                             CT_OK);
            assert_int_equal(kit_count(reader), 0);
        }
        assert_int_equal(ct_tx_commit(&tx, NULL), CT_OK);
    }
    assert_int_equal(kit_count(reader), 400);
    ct_db_close(reader);
    kit_done(&k);
}

static void test_checkpoint_now(void **state)
{
    (void)state;
    struct kit k;
    struct ct_db *reader = NULL;
    struct ct_error e = {0};
    kit_create(&k, NULL);
    kit_open(&k, &QUICK);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    assert_true(wal_frames(&k) > 0);
    assert_int_equal(ct_db_checkpoint(k.db, NULL), CT_OK);
    assert_int_equal(wal_frames(&k), 0);
    assert_true(kit_has(k.db, 1));
    /* With somebody reading an older state it says so, and nothing is held. */
    assert_int_equal(ct_db_open(k.dir, k.seal, &QUICK, &reader, NULL), CT_OK);
    {
        CT_TX tx = {0};
        assert_int_equal(kit_add(k.db, 2, NULL), CT_OK);
        assert_int_equal(ct_tx_read(reader, &tx, NULL), CT_OK);
        assert_int_equal(kit_count(reader), 2);
        assert_int_equal(kit_add(k.db, 3, NULL), CT_OK);
        assert_int_equal(ct_db_checkpoint(k.db, &e), CT_EBUSY);
        assert_non_null(strstr(e.text, "reading"));
        assert_int_equal(kit_add(k.db, 4, NULL), CT_OK);
    }
    assert_int_equal(ct_db_checkpoint(k.db, NULL), CT_OK);
    assert_int_equal(wal_frames(&k), 0);
    ct_db_close(reader);
    kit_done(&k);
}

/* The checkpoint runs under the gate: while another stands in it, none does. */
static void test_checkpoint_waits_at_the_gate(void **state)
{
    (void)state;
    struct kit k;
    struct ct_error e = {0};
    int64_t ready = 0;
    int in;
    kit_create(&k, NULL);
    kit_open(&k, NULL);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    kit_close(&k);
    pid_t pid = kit_child(hold_gate, k.dir, &in);
    assert_true(kit_read(in, &ready));
    kit_open(&k, &QUICK);
    long before = kit_size(&k, CT_STORE_FILE "-wal");
    assert_int_equal(ct_db_checkpoint(k.db, &e), CT_EBUSY);
    assert_int_equal(kit_size(&k, CT_STORE_FILE "-wal"), before);
    kit_kill(pid);
    close(in);
    assert_int_equal(ct_db_checkpoint(k.db, &e), CT_OK);
    kit_done(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_early_return_leaves_nothing),
        cmocka_unit_test(test_closing_rolls_back),
        cmocka_unit_test(test_not_seen_before_commit),
        cmocka_unit_test(test_begun_twice),
        cmocka_unit_test(test_a_snapshot_stands_still),
        cmocka_unit_test(test_reading_inside_writing),
        cmocka_unit_test(test_a_refused_row_leaves_the_others),
        cmocka_unit_test(test_a_lost_transaction_keeps_nothing),
        cmocka_unit_test(test_gate_held_by_another_process),
        cmocka_unit_test(test_write_lock_held_by_another_program),
        cmocka_unit_test(test_the_log_stays_short),
        cmocka_unit_test(test_a_checkpoint_left_for_later),
        cmocka_unit_test(test_a_long_reader_stops_no_commit),
        cmocka_unit_test(test_a_checkpoint_that_waits_stops_no_commit),
        cmocka_unit_test(test_no_reader_waits_for_a_writer),
        cmocka_unit_test(test_checkpoint_now),
        cmocka_unit_test(test_checkpoint_waits_at_the_gate),
    };
    kit_schema(1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
