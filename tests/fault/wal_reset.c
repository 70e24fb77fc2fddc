/* SQLite 3.7.0 to 3.51.2 can lose commits when a checkpoint overlaps a commit that begins
 * the log anew (the WAL-reset bug). Here it is provoked at the very place; then it is shown
 * that behind the gate no checkpoint ever overlaps a commit: by trying one inside the other,
 * and from a trace of what many processes did, which without the gate does show overlaps.
 * CT_SOAK_S: half of so many seconds without the gate, half with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "store/internal.h"
#include "tests/support/faultvfs.h"
#include "tests/support/sealed.h"
#include "tests/support/steps.h"
#include "tests/support/store_kit.h"

enum {
    SLOT_CHECKPOINT = 1, /* SQLite's lock of shared memory that checkpoints hold */
    ROWS = 8,
    WRITERS = 3,
    CHECKPOINTERS = 2,
    LOG_PAGES = 2, /* nearly every commit tries to begin the log anew */
    EVENTS = 1 << 22, /* what happens later is not traced */
    SPAN = 10000000, /* numbers of one writer */
};

/* ---- the bug, at its place ------------------------------------------------------- */

/* Between reading the log's state and reading how much of it is in the store, a checkpoint
 * calls xUnfetch: there another connection commits, and begins the log anew. */
struct window {
    sqlite3 *writer;
    int commits;
};

static void commit_within(const struct faultvfs_call *call, void *arg)
{
    struct window *w = arg;
    if (call->op != FV_UNFETCH || w->writer == NULL)
        return;
    sqlite3 *db = w->writer;
    w->writer = NULL; /* once */
    assert_int_equal(sealed_exec(db, "INSERT INTO t VALUES(100)"), SQLITE_OK);
    w->commits++;
}

/* Fixed in 3.51.3, and in 3.50.7 and 3.44.6. */
static bool said_to_have_it(int version)
{
    const bool mended = version >= 3051003 || (version >= 3050007 && version < 3051000) ||
                        (version >= 3044006 && version < 3045000);
    return version >= 3007000 && !mended;
}

static void test_this_sqlite_without_the_gate(void **state)
{
    (void)state;
    struct sealed_dir dir;
    static struct faultvfs above; /* a failed test leaves it registered */
    struct window w = {0};
    assert_true(sealed_dir_make(&dir));
    struct ct_seal *seal = sealed_vfs(NULL);
    assert_non_null(seal);
    assert_int_equal(faultvfs_init(&above, "above", ct_seal_vfs(seal)), SQLITE_OK);
    sqlite3 *a = sealed_create(above.name, dir.db, "CREATE TABLE t(n)");
    assert_non_null(a);
    assert_int_equal(sealed_checkpoint(a), SQLITE_OK);
    sqlite3 *c = sealed_open(above.name, dir.db, NULL);
    assert_non_null(c);
    for (int i = 0; i < ROWS; i++)
        assert_int_equal(sealed_exec(a, "INSERT INTO t VALUES(1)"), SQLITE_OK);
    assert_int_equal(
        sqlite3_wal_checkpoint_v2(a, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL), SQLITE_OK);
    w.writer = a;
    above.show = commit_within;
    above.arg = &w;
    (void)sqlite3_wal_checkpoint_v2(c, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    above.show = NULL;
    assert_int_equal(w.commits, 1); /* the window was met */
    assert_int_equal(sealed_exec(a, "INSERT INTO t VALUES(101)"), SQLITE_OK);
    assert_int_equal(sealed_exec(a, "INSERT INTO t VALUES(102)"), SQLITE_OK);
    (void)sealed_checkpoint(c);
    sqlite3_close(a);
    sqlite3_close(c);
    sqlite3 *db = sealed_open(above.name, dir.db, NULL);
    const int64_t left = db != NULL ? sealed_int(db, "SELECT count(*) FROM t") : -1;
    sqlite3_close(db);
    print_message("SQLite %s, a checkpoint across a commit: %d rows acknowledged, %lld there\n",
                  sqlite3_libversion(), ROWS + 3, (long long)left);
    /* A distribution may have mended an old version: then nothing is lost, and well. */
    if (!said_to_have_it(sqlite3_libversion_number()))
        assert_int_equal(left, ROWS + 3);
    faultvfs_done(&above);
    ct_seal_free(seal);
    sealed_dir_remove(&dir);
}

/* ---- one inside the other, behind the gate ------------------------------------------ */

struct intruder {
    struct ct_db *db;
    int checkpoints, tried, got_in;
    int64_t at_ms;
    bool checkpoints_too;
};

/* Whenever a checkpoint holds its lock, somebody else tries to save. */
static void save_within(const struct faultvfs_call *call, void *arg)
{
    struct intruder *in = arg;
    if (call->op != FV_SHM_LOCK || call->shared || call->rc != SQLITE_OK ||
        call->offset != SLOT_CHECKPOINT || in->db == NULL)
        return;
    struct ct_db *db = in->db;
    struct ct_error e = {0};
    in->db = NULL;
    in->checkpoints++;
    const enum ct_status s = kit_add(db, in->at_ms, &e);
    in->tried++;
    in->got_in += s != CT_EBUSY;
    in->db = db;
}

static void test_nobody_saves_during_a_checkpoint(void **state)
{
    (void)state;
    const struct ct_db_options eager = {.checkpoint_pages = LOG_PAGES, .busy_limit_ms = 2000},
                               quick = {.checkpoint_pages = LOG_PAGES, .busy_limit_ms = 1};
    static struct faultvfs fv; /* the same */
    struct kit a;
    struct ct_db *b = NULL;
    struct intruder in = {.at_ms = 1};
    assert_int_equal(faultvfs_init(&fv, "gate-trace", NULL), SQLITE_OK);
    kit_create(&a, fv.name);
    kit_open(&a, &eager);
    assert_int_equal(ct_db_open(a.dir, a.seal, &quick, &b, NULL), CT_OK);
    in.db = b;
    fv.show = save_within;
    fv.arg = &in;
    for (int i = 0; i < 20; i++)
        assert_int_equal(kit_add(a.db, 100 + i, NULL), CT_OK);
    for (int i = 0; i < 5; i++)
        assert_int_equal(ct_db_checkpoint(a.db, NULL), CT_OK);
    CT_TX tx = {0};
    uint32_t pages = 0;
    assert_int_equal(ct_db_freeze(a.db, &tx, NULL, NULL, &pages, NULL), CT_OK);
    fv.show = NULL;
    ct_tx_end(&tx);
    assert_true(in.checkpoints >= 10);
    assert_int_equal(in.got_in, 0);
    assert_int_equal(kit_count(b), 20); /* and none of the tries left a row */
    assert_int_equal(kit_add(b, 1, NULL), CT_OK);
    assert_int_equal(kit_count(a.db), 21);
    ct_db_close(b);
    kit_done(&a);
    faultvfs_done(&fv);
}

static void test_no_checkpoint_while_somebody_saves(void **state)
{
    (void)state;
    const struct ct_db_options quick = {.checkpoint_pages = LOG_PAGES, .busy_limit_ms = 1};
    struct kit a;
    struct ct_db *b = NULL;
    struct ct_error e = {0};
    kit_create(&a, NULL);
    kit_open(&a, &quick);
    assert_int_equal(ct_db_open(a.dir, a.seal, &quick, &b, NULL), CT_OK);
    {
        CT_TX tx = {0};
        assert_int_equal(ct_tx_begin(a.db, &tx, NULL), CT_OK);
        assert_int_equal(kit_add_in(a.db, 1, "", NULL), CT_OK);
        assert_int_equal(ct_db_checkpoint(b, &e), CT_EBUSY);
        assert_int_equal(ct_tx_commit(&tx, NULL), CT_OK);
    }
    assert_int_equal(ct_db_checkpoint(b, NULL), CT_OK);
    assert_true(kit_has(b, 1));
    ct_db_close(b);
    kit_done(&a);
}

/* ---- a trace of many processes -------------------------------------------------------- */

enum what { CHECKPOINT_BEGINS, CHECKPOINT_ENDS, FRAME_WRITTEN };

struct event {
    int64_t ns;
    int32_t who;
    int32_t what;
};

/* Shared by all of them. */
static struct shared {
    _Atomic long n;
    _Atomic long saved[WRITERS]; /* acknowledged: numbers 1 .. saved of that writer */
    struct event event[EVENTS];
} *shared;

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void add_event(int who, enum what what)
{
    const long i = atomic_fetch_add(&shared->n, 1);
    if (i < EVENTS)
        shared->event[i] = (struct event){now_ns(), who, (int32_t)what};
}

/* A lock is shown once it is held and before it is given back: an interval of the trace is
 * never longer than the real one. */
static void trace(const struct faultvfs_call *call, void *arg)
{
    const int who = *(int *)arg;
    if (call->op == FV_SHM_LOCK && !call->shared && call->offset == SLOT_CHECKPOINT &&
        call->amount == 1 && call->rc == SQLITE_OK)
        add_event(who, CHECKPOINT_BEGINS);
    if (call->op == FV_SHM_UNLOCK && !call->shared && call->offset == SLOT_CHECKPOINT)
        add_event(who, CHECKPOINT_ENDS);
    if (call->op == FV_WRITE && (call->open_flags & SQLITE_OPEN_WAL) != 0)
        add_event(who, FRAME_WRITTEN);
}

static int by_time(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    return x->ns < y->ns ? -1 : x->ns > y->ns;
}

struct trace_sum {
    long checkpoints, frames, overlaps;
};

/* Frames that one process wrote while another one was checkpointing. The checkpoint of one
 * that was killed ended at the latest with its life: after its last event. */
static struct trace_sum sum_up(void)
{
    struct trace_sum s = {0};
    bool on[WRITERS + CHECKPOINTERS] = {false};
    int64_t last[WRITERS + CHECKPOINTERS] = {0};
    const long n = shared->n < EVENTS ? shared->n : EVENTS;
    struct event *e = malloc(sizeof *e * (size_t)(n + 1));
    assert_non_null(e);
    memcpy(e, shared->event, sizeof *e * (size_t)n);
    qsort(e, (size_t)n, sizeof *e, by_time);
    for (long i = 0; i < n; i++)
        last[e[i].who] = e[i].ns;
    for (long i = 0; i < n; i++) {
        if (e[i].what == CHECKPOINT_BEGINS) {
            on[e[i].who] = true;
            s.checkpoints++;
        } else if (e[i].what == CHECKPOINT_ENDS) {
            on[e[i].who] = false;
        } else {
            s.frames++;
            for (int w = 0; w < WRITERS + CHECKPOINTERS; w++)
                s.overlaps += on[w] && w != e[i].who && e[i].ns < last[w];
        }
    }
    free(e);
    return s;
}

struct worker {
    int who;
    bool gate;
    char dir[TMP_PATH];
};

/* Without the gate: as any program that uses SQLite. */
static void work_bare(const struct worker *w)
{
    char path[128], sql[100];
    struct ct_seal *seal = kit_seal(7, 9, "trace");
    snprintf(path, sizeof path, "%s/store.db", w->dir);
    sqlite3 *db = sealed_open(ct_seal_vfs(seal), path, NULL);
    if (db == NULL)
        _exit(3);
    for (long i = 1;; i++) {
        if (w->who >= WRITERS) {
            (void)sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
            continue;
        }
        snprintf(sql, sizeof sql,
                 "INSERT INTO session(user_id, at_ms, tty, remote, pid, program)"
                 " VALUES(1, %ld, '', '', 1, 'test')",
                 (long)w->who * SPAN + i);
        const int rc = sealed_exec(db, sql);
        if (rc != SQLITE_OK)
            _exit(4);
        shared->saved[w->who] = i;
    }
}

static void work_behind_the_gate(const struct worker *w)
{
    const struct ct_db_options options = {.checkpoint_pages = LOG_PAGES,
                                          .busy_limit_ms = 30000};
    struct ct_db *db = NULL;
    struct ct_error e = {0};
    struct ct_seal *seal = kit_seal(7, 9, "trace");
    if (ct_db_open(w->dir, seal, &options, &db, &e) != CT_OK)
        _exit(3);
    for (long i = 1;; i++) {
        const enum ct_status s = w->who >= WRITERS
                                     ? ct_db_checkpoint(db, &e)
                                     : kit_add(db, (int64_t)w->who * SPAN + i, &e);
        if (s != CT_OK && !(w->who >= WRITERS && s == CT_EBUSY)) {
            dprintf(2, "%s\n", e.text);
            _exit(4);
        }
        if (w->who < WRITERS)
            shared->saved[w->who] = i;
    }
}

static void work(int out, void *arg)
{
    static struct faultvfs fv;
    static int who;
    const struct worker *w = arg;
    who = w->who;
    if (faultvfs_init(&fv, "trace", NULL) != SQLITE_OK)
        _exit(2);
    fv.show = trace;
    fv.arg = &who;
    kit_tell(out, 1);
    if (w->gate)
        work_behind_the_gate(w);
    else
        work_bare(w);
}

/* Rows that were acknowledged and are not there. */
static long lost(const struct kit *k)
{
    long n = 0;
    struct ct_db *db = NULL;
    if (ct_db_open(k->dir, k->seal, NULL, &db, NULL) != CT_OK)
        return -1;
    for (int w = 0; w < WRITERS; w++)
        n += shared->saved[w] - kit_within(db, (int64_t)w * SPAN + 1,
                                           (int64_t)w * SPAN + shared->saved[w]);
    ct_db_close(db);
    return n;
}

static struct trace_sum race(bool gate, int64_t at_least_ms, long *ret_saved, long *ret_lost)
{
    struct worker w[WRITERS + CHECKPOINTERS];
    pid_t pid[WRITERS + CHECKPOINTERS];
    int in[WRITERS + CHECKPOINTERS];
    struct trace_sum s = {0};
    struct kit k;
    kit_create(&k, NULL);
    memset(shared, 0, sizeof *shared);
    for (int i = 0; i < WRITERS + CHECKPOINTERS; i++) {
        w[i] = (struct worker){.who = i, .gate = gate};
        snprintf(w[i].dir, sizeof w[i].dir, "%s", k.dir);
        pid[i] = kit_child(work, &w[i], &in[i]);
    }
    const int64_t start = steps_now_ms();
    for (;;) {
        const int64_t t = steps_now_ms() - start;
        if (t >= at_least_ms) {
            s = sum_up();
            const bool seen =
                s.frames >= 300 && s.checkpoints >= 30 && (gate || s.overlaps > 0);
            if (seen || t > at_least_ms + 30000 || shared->n >= EVENTS)
                break;
        }
        (void)poll(NULL, 0, 50);
    }
    for (int i = 0; i < WRITERS + CHECKPOINTERS; i++) {
        kit_kill(pid[i]);
        close(in[i]);
    }
    s = sum_up();
    *ret_saved = 0;
    for (int i = 0; i < WRITERS; i++)
        *ret_saved += shared->saved[i];
    *ret_lost = lost(&k);
    if (gate) {
        kit_open(&k, NULL);
        assert_int_equal(kit_problems(k.db), 0);
    }
    kit_done(&k);
    return s;
}

static int64_t soak_ms(int64_t otherwise)
{
    const char *soak = getenv("CT_SOAK_S");
    return soak != NULL ? strtol(soak, NULL, 10) * 500 : otherwise;
}

static void test_without_the_gate_they_overlap(void **state)
{
    (void)state;
    long saved, gone;
    const struct trace_sum s = race(false, soak_ms(200), &saved, &gone);
    print_message("without the gate: %ld commits, %ld checkpoints, %ld frames written during "
                  "one; lost: %ld (-1: does not open)\n",
                  saved, s.checkpoints, s.overlaps, gone);
    assert_true(s.overlaps > 0); /* the trace can see it */
}

static void test_behind_the_gate_they_never_do(void **state)
{
    (void)state;
    long saved, gone;
    const struct trace_sum s = race(true, soak_ms(700), &saved, &gone);
    print_message("behind the gate: %ld commits, %ld checkpoints, %ld frames written during "
                  "one; lost: %ld\n",
                  saved, s.checkpoints, s.overlaps, gone);
    assert_true(s.frames >= 300 && s.checkpoints >= 30);
    assert_int_equal(s.overlaps, 0);
    assert_int_equal(gone, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_this_sqlite_without_the_gate),
        cmocka_unit_test(test_nobody_saves_during_a_checkpoint),
        cmocka_unit_test(test_no_checkpoint_while_somebody_saves),
        cmocka_unit_test(test_without_the_gate_they_overlap),
        cmocka_unit_test(test_behind_the_gate_they_never_do),
    };
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return 1;
    return cmocka_run_group_tests_name("wal_reset", tests, NULL, NULL);
}
