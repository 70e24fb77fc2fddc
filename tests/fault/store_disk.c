/* Disks that are full, read-only or failing: the sentence names the cause, what
 * was acknowledged stays, and saving works once the cause is gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/internal.h"
#include "tests/support/faultvfs.h"
#include "tests/support/store_kit.h"

enum { NOBODY = 65534 };

/* In another process a failed check is told by its line. */
#define CHECK(what)                                                                            \
    do {                                                                                       \
        if (!(what)) {                                                                         \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);                         \
            _exit(1);                                                                          \
        }                                                                                      \
    } while (0)

static void in_child(void (*fn)(int, void *), void *arg)
{
    int in;
    pid_t pid = kit_child(fn, arg, &in);
    int status = kit_wait(pid);
    close(in);
    assert_int_equal(status, 0);
}

/* ---- full ---------------------------------------------------------------- */

static void limit_files(long bytes)
{
    struct rlimit r;
    CHECK(getrlimit(RLIMIT_FSIZE, &r) == 0);
    r.rlim_cur = bytes < 0 ? r.rlim_max : (rlim_t)bytes;
    CHECK(setrlimit(RLIMIT_FSIZE, &r) == 0);
    CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
}

static void save_on_a_full_disk(int out, void *arg)
{
    struct kit k;
    struct ct_error e = {0};
    int64_t saved = 0;
    (void)out;
    kit_join(&k, arg, NULL);
    for (; saved < 5; saved++)
        CHECK(kit_add(k.db, saved, NULL) == CT_OK);
    for (int round = 0; round < 3; round++) {
        limit_files(kit_size(&k, CT_STORE_FILE "-wal") + 20000);
        enum ct_status s;
        while ((s = kit_add(k.db, saved, &e)) == CT_OK)
            saved++;
        CHECK(s == CT_EFULL);
        CHECK(strstr(e.text, "no room for ") != NULL && strstr(e.text, k.dir) != NULL);
        CHECK(kit_add(k.db, saved, &e) == CT_EFULL); /* still */
        CHECK(!ct_db_dead(k.db));
        CHECK(kit_count(k.db) == saved);
        limit_files(-1);
        CHECK(kit_add(k.db, saved, &e) == CT_OK); /* the same handle, the same record */
        saved++;
        CHECK(kit_count(k.db) == saved);
    }
    CHECK(kit_problems(k.db) == 0);
    kit_leave(&k);
    kit_join(&k, arg, NULL);
    CHECK(kit_count(k.db) == saved);
    kit_leave(&k);
}

static void test_full_disk(void **state)
{
    (void)state;
    struct kit k;
    kit_create(&k, NULL);
    in_child(save_on_a_full_disk, k.dir);
    kit_done(&k);
}

/* The log has room, the store has none: what is saved is saved, in the log. */
static void checkpoint_on_a_full_disk(int out, void *arg)
{
    const struct ct_db_options options = {.checkpoint_pages = 10};
    struct kit k;
    struct ct_error e = {0};
    (void)out;
    kit_join(&k, arg, &options);
    long wal_limit = 0;
    limit_files(kit_size(&k, CT_STORE_FILE));
    int64_t saved = 0;
    CT_TX tx = {0};
    CHECK(ct_tx_begin(k.db, &tx, &e) == CT_OK);
    for (; saved < 200; saved++) /* grows the store by some pages */
        CHECK(kit_add_in(k.db, saved, "a terminal with quite a long name, for the room", &e) ==
              CT_OK);
    CHECK(ct_tx_commit(&tx, &e) == CT_OK);
    wal_limit = kit_size(&k, CT_STORE_FILE "-wal");
    CHECK(wal_limit > 0);
    CHECK(ct_db_checkpoint(k.db, &e) == CT_EFULL);
    CHECK(strstr(e.text, "no room for ") != NULL);
    CHECK(!ct_db_dead(k.db));
    CHECK(kit_count(k.db) == saved);
    limit_files(-1);
    CHECK(ct_db_checkpoint(k.db, &e) == CT_OK);
    CHECK(kit_size(&k, CT_STORE_FILE "-wal") == 0);
    CHECK(kit_count(k.db) == saved && kit_problems(k.db) == 0);
    kit_leave(&k);
}

static void test_full_disk_at_a_checkpoint(void **state)
{
    (void)state;
    struct kit k;
    kit_create(&k, NULL);
    in_child(checkpoint_on_a_full_disk, k.dir);
    kit_done(&k);
}

static void create_on_a_full_disk(int out, void *arg)
{
    struct ct_seal *seal = kit_seal(7, 9, NULL);
    struct ct_error e = {0};
    (void)out;
    for (long limit = 0; limit <= 5 * CT_PAGE; limit += CT_PAGE + 1) {
        limit_files(limit);
        CHECK(ct_db_create(arg, seal, &e) == CT_EFULL);
        CHECK(strstr(e.text, "no room for ") != NULL && strstr(e.text, arg) != NULL);
    }
    limit_files(-1);
    ct_seal_free(seal);
}

static void test_full_disk_at_creation(void **state)
{
    (void)state;
    struct kit k;
    kit_dir(&k, NULL);
    in_child(create_on_a_full_disk, k.dir);
    assert_int_equal(kit_size(&k, CT_STORE_FILE), -1);
    assert_int_equal(kit_size(&k, CT_STORE_FILE ".new"), -1);
    assert_int_equal(ct_db_create(k.dir, k.seal, NULL), CT_OK);
    kit_open(&k, NULL);
    kit_done(&k);
}

/* ---- read-only ------------------------------------------------------------ */

/* Permissions stop everybody but root. */
static void become_nobody(const struct kit *k)
{
    static const char *const NAMES[] = {"", CT_STORE_FILE, CT_STORE_FILE "-wal",
                                        CT_STORE_FILE "-shm", "gate"};
    if (geteuid() != 0)
        return;
    for (size_t i = 0; i < CT_LEN(NAMES); i++) {
        char path[128];
        kit_path(k, NAMES[i], path);
        if (access(path, F_OK) == 0)
            CHECK(chown(path, NOBODY, NOBODY) == 0);
    }
    CHECK(setgroups(0, NULL) == 0 && setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
}

static void set_mode(const struct kit *k, const char *name, mode_t mode)
{
    char path[128];
    kit_path(k, name, path);
    CHECK(chmod(path, mode) == 0);
}

static void create_read_only(int out, void *arg)
{
    struct kit k = *(struct kit *)arg;
    struct ct_error e = {0};
    (void)out;
    become_nobody(&k);
    struct ct_seal *seal = kit_seal(7, 9, NULL);
    set_mode(&k, "", 0500);
    CHECK(ct_db_create(k.dir, seal, &e) == CT_EREADONLY);
    CHECK(strstr(e.text, k.dir) != NULL && strstr(e.text, "may not be written") != NULL);
    set_mode(&k, "", 0700);
    CHECK(kit_size(&k, CT_STORE_FILE) == -1);
    CHECK(ct_db_create(k.dir, seal, &e) == CT_OK);
    ct_seal_free(seal);
}

static void test_read_only_directory_at_creation(void **state)
{
    (void)state;
    struct kit k;
    kit_dir(&k, NULL);
    in_child(create_read_only, &k);
    kit_done(&k);
}

static void remove_file(const struct kit *k, const char *name)
{
    char path[128];
    kit_path(k, name, path);
    CHECK(unlink(path) == 0 || errno == ENOENT);
}

static void refused_read_only(const struct kit *k, struct ct_seal *seal)
{
    struct ct_error e = {0};
    struct ct_db *db = NULL;
    uint64_t before = kit_hash(k);
    enum ct_status s = ct_db_open(k->dir, seal, NULL, &db, &e);
    if (s != CT_EREADONLY)
        fprintf(stderr, "%d %s\n", (int)s, e.text);
    CHECK(s == CT_EREADONLY);
    CHECK(strstr(e.text, k->dir) != NULL && strstr(e.text, "read-only") != NULL);
    CHECK(kit_hash(k) == before);
}

static void open_read_only(int out, void *arg)
{
    struct kit k = *(struct kit *)arg;
    struct ct_error e = {0};
    (void)out;
    become_nobody(&k);
    struct ct_seal *seal = kit_seal(7, 9, NULL);
    set_mode(&k, CT_STORE_FILE, 0400);
    refused_read_only(&k, seal);
    set_mode(&k, "", 0500);
    refused_read_only(&k, seal);
    set_mode(&k, "", 0700);
    remove_file(&k, CT_STORE_FILE "-wal");
    remove_file(&k, CT_STORE_FILE "-shm");
    set_mode(&k, CT_STORE_FILE, 0600);
    set_mode(&k, "", 0500);
    refused_read_only(&k, seal); /* no log can be made beside it */
    set_mode(&k, "", 0700);
    CHECK(ct_db_open(k.dir, seal, NULL, &k.db, &e) == CT_OK);
    CHECK(kit_add(k.db, 1, &e) == CT_OK);
    /* Taken away under an open store: what is open stays open. */
    set_mode(&k, "", 0500);
    set_mode(&k, CT_STORE_FILE, 0400);
    CHECK(kit_add(k.db, 2, &e) == CT_OK);
    set_mode(&k, "", 0700);
    set_mode(&k, CT_STORE_FILE, 0600);
    ct_db_close(k.db);
    ct_seal_free(seal);
}

static void test_read_only_store(void **state)
{
    (void)state;
    struct kit k;
    kit_create(&k, NULL);
    in_child(open_read_only, &k);
    kit_open(&k, NULL);
    assert_int_equal(kit_count(k.db), 2);
    kit_done(&k);
}

/* ---- a disk that fails ----------------------------------------------------- */

static struct faultvfs fv;

static void arm(unsigned ops, long n, enum faultvfs_how how, bool sticky)
{
    fv.ops = ops;
    faultvfs_arm(&fv, n, how, sticky);
}

static void nothing_works(struct ct_db *db)
{
    static const struct ct_sql ONE = {"t.one", "SELECT 1"};
    struct ct_error e = {0};
    struct ct_stmt *st = NULL;
    CT_TX tx = {0};
    CT_BUF b = {0};
    int n = 0;
    assert_true(ct_db_dead(db));
    assert_int_equal(ct_stmt_get(db, &ONE, &st, &e), CT_EIO);
    assert_non_null(strstr(e.text, "opened again"));
    assert_int_equal(ct_tx_begin(db, &tx, &e), CT_EIO);
    assert_int_equal(ct_tx_read(db, &tx, &e), CT_EIO);
    assert_int_equal(ct_db_checkpoint(db, &e), CT_EIO);
    assert_int_equal(ct_db_row_canonical(db, "session", 1, 0, &b, &n, &e), CT_EIO);
    assert_int_equal(ct_db_integrity(db, NULL, NULL, &e), CT_EIO);
    assert_int_equal(ct_db_plan(db, &ONE, NULL, NULL, &e), CT_EIO);
    assert_false(ct_db_changed(db));
}

static void test_failed_sync_ends_the_handle(void **state)
{
    (void)state;
    struct kit k;
    struct ct_error e = {0};
    kit_create(&k, fv.name);
    kit_open(&k, NULL);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    arm(FV_SYNC, 1, FV_EIO, false); /* the disk is well again at once: no matter */
    assert_int_equal(kit_add(k.db, 2, &e), CT_EIO);
    assert_true(fv.hit);
    assert_non_null(strstr(e.text, "did not confirm"));
    nothing_works(k.db);
    kit_close(&k);
    arm(0, 0, FV_EIO, false);
    kit_open(&k, NULL);
    assert_false(ct_db_dead(k.db));
    assert_true(kit_has(k.db, 1));
    assert_int_equal(kit_problems(k.db), 0);
    assert_int_equal(kit_add(k.db, 3, NULL), CT_OK); /* the gate was given back */
    kit_close(&k);
    kit_open(&k, NULL);
    assert_true(kit_has(k.db, 1) && kit_has(k.db, 3));
    kit_done(&k);
}

/* ---- what follows a failed sync --------------------------------------------- */

struct order {
    bool db_written, db_synced, cut, wrong;
    int frames;
};

/* Nothing is appended to the log before it was written into the store, that was
 * synced, and the log cut. */
static void note_order(const struct faultvfs_call *c, void *arg)
{
    struct order *o = arg;
    const bool wal = (c->open_flags & SQLITE_OPEN_WAL) != 0;
    if (c->op == FV_WRITE && !wal)
        o->db_written = true;
    if (c->op == FV_SYNC && !wal)
        o->db_synced = o->db_written;
    if (c->op == FV_TRUNCATE && wal)
        o->cut = o->db_synced;
    if (c->op == FV_WRITE && wal) {
        o->wrong |= !o->cut;
        o->frames++;
    }
}

static struct order order_of_next(struct kit *k, int64_t at_ms, enum ct_status want)
{
    struct order o = {0};
    fv.show = note_order;
    fv.arg = &o;
    assert_int_equal(kit_add(k->db, at_ms, NULL), want);
    fv.show = NULL;
    return o;
}

/* The kernel calls pages clean after a failed sync: what comes behind them in the
 * log would hang on what may not be there. So the log is emptied first, by whoever
 * writes next, in whatever process; and only once. */
static void test_the_log_is_emptied_after_a_failed_sync(void **state)
{
    (void)state;
    struct kit k, other;
    kit_create(&k, fv.name);
    kit_open(&k, NULL);
    kit_join(&other, k.dir, NULL);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    arm(FV_SYNC, 1, FV_EIO, false);
    assert_int_equal(kit_add(k.db, 2, NULL), CT_EIO);
    kit_close(&k);
    arm(0, 0, FV_EIO, false);
    kit_open(&k, NULL);
    struct order o = order_of_next(&k, 3, CT_OK);
    assert_true(o.cut && !o.wrong && o.frames > 0);
    o = order_of_next(&k, 4, CT_OK); /* the doubt is over */
    assert_true(!o.cut && o.frames > 0);
    assert_int_equal(kit_add(other.db, 5, NULL), CT_OK);
    assert_true(kit_has(other.db, 3) && kit_has(other.db, 4));
    kit_leave(&other);
    kit_done(&k);
}

/* ---- commits that nobody waits for ------------------------------------------- */

static enum ct_status add_unsynced(struct kit *k, int64_t at_ms, struct ct_error *reterr)
{
    CT_TX tx = {0};
    enum ct_status s = ct_tx_begin_unsynced(k->db, &tx, reterr);
    if (s == CT_OK)
        s = kit_add_in(k->db, at_ms, "a terminal", reterr);
    return s == CT_OK ? ct_tx_commit(&tx, reterr) : s;
}

static void count_sync(const struct faultvfs_call *c, void *arg)
{
    *(int *)arg += c->op == FV_SYNC;
}

/* How often the disk was waited for since this was asked last. */
static int syncs(void)
{
    static int n;
    int since = n;
    n = 0;
    fv.show = count_sync;
    fv.arg = &n;
    return since;
}

static void test_a_commit_that_is_not_waited_for(void **state)
{
    (void)state;
    struct kit k, other;
    struct ct_error e = {0};
    kit_create(&k, fv.name);
    kit_open(&k, NULL);
    kit_join(&other, k.dir, NULL);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    (void)syncs();
    assert_int_equal(kit_add(k.db, 2, NULL), CT_OK);
    assert_int_equal(syncs(), 1);
    assert_int_equal(add_unsynced(&k, 3, &e), CT_OK);
    assert_int_equal(syncs(), 0);
    assert_true(ct_db_unsynced(k.db));
    assert_true(kit_has(other.db, 3)); /* others see it at once */
    assert_int_equal(ct_db_sync(k.db, &e), CT_OK);
    assert_int_equal(syncs(), 1);
    assert_false(ct_db_unsynced(k.db));
    assert_int_equal(ct_db_sync(k.db, &e), CT_OK);
    assert_int_equal(syncs(), 0);
    assert_int_equal(add_unsynced(&k, 4, &e), CT_OK);
    assert_int_equal(kit_add(k.db, 5, NULL), CT_OK); /* waits, for both */
    assert_int_equal(syncs(), 1);
    assert_false(ct_db_unsynced(k.db));
    assert_int_equal(add_unsynced(&k, 6, &e), CT_OK);
    (void)syncs();
    kit_leave(&other);
    kit_close(&k); /* the end waits too */
    assert_int_equal(syncs(), 1);
    fv.show = NULL;
    kit_open(&k, NULL);
    assert_int_equal(kit_count(k.db), 6);
    kit_done(&k);
}

/* What fails then is as bad as any failed sync: the handle is dead, and whoever writes
 * next empties the log first. So it is when nobody but the end met it. */
static void test_a_sync_that_fails_afterwards(void **state)
{
    (void)state;
    for (int at_close = 0; at_close < 2; at_close++) {
        struct kit k;
        struct ct_error e = {0};
        kit_create(&k, fv.name);
        kit_open(&k, NULL);
        assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
        assert_int_equal(add_unsynced(&k, 2, &e), CT_OK);
        arm(FV_SYNC, 1, FV_EIO, false);
        if (at_close == 0) {
            assert_int_equal(ct_db_sync(k.db, &e), CT_EIO);
            assert_non_null(strstr(e.text, "did not confirm"));
            nothing_works(k.db);
        }
        kit_close(&k);
        assert_true(fv.hit);
        arm(0, 0, FV_EIO, false);
        kit_open(&k, NULL);
        struct order o = order_of_next(&k, 3, CT_OK);
        assert_true(o.cut && !o.wrong && o.frames > 0);
        assert_true(kit_has(k.db, 1) && kit_has(k.db, 3));
        assert_int_equal(kit_problems(k.db), 0);
        kit_done(&k);
    }
}

/* A reader of an older state keeps the log: then nothing is appended to it, and it
 * says who is waited for. */
static void test_a_reader_beside_a_doubtful_log(void **state)
{
    (void)state;
    const struct ct_db_options quick = {.busy_limit_ms = 60};
    struct kit k;
    struct ct_db *reader = NULL;
    struct ct_error e = {0};
    kit_create(&k, fv.name);
    kit_open(&k, &quick);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    assert_int_equal(ct_db_open(k.dir, k.seal, NULL, &reader, NULL), CT_OK);
    {
        CT_TX tx = {0};
        assert_int_equal(ct_tx_read(reader, &tx, NULL), CT_OK);
        assert_int_equal(kit_count(reader), 1);
        arm(FV_SYNC, 1, FV_EIO, false);
        assert_int_equal(kit_add(k.db, 2, NULL), CT_EIO);
        arm(0, 0, FV_EIO, false);
        kit_close(&k);
        kit_open(&k, &quick);
        struct order o = order_of_next(&k, 3, CT_EBUSY);
        assert_int_equal(o.frames, 0);
        assert_int_equal(kit_add(k.db, 3, &e), CT_EBUSY);
        assert_non_null(strstr(e.text, "reading"));
        assert_false(kit_has(k.db, 3));
    }
    assert_int_equal(kit_add(k.db, 3, &e), CT_OK);
    assert_true(kit_has(k.db, 1) && kit_has(k.db, 3));
    assert_int_equal(kit_problems(k.db), 0);
    ct_db_close(reader);
    kit_done(&k);
}

/* A number that the system left behind earlier is not the cause of this failure. */
static void test_an_old_errno_is_not_blamed(void **state)
{
    (void)state;
    struct kit k;
    struct ct_error e = {0};
    struct ct_ids *ids = NULL;
    int64_t id;
    bool more = true;
    kit_create(&k, fv.name);
    kit_open(&k, NULL);
    for (int i = 0; i < 300; i++)
        assert_int_equal(kit_add(k.db, i, NULL), CT_OK);
    kit_close(&k);
    kit_open(&k, NULL);
    assert_int_equal(ct_ids_open(k.db, "session", &ids, NULL), CT_OK);
    arm(FV_READ, 1, FV_EIO, true);
    errno = ENOSPC;
    enum ct_status s = CT_OK;
    while (s == CT_OK && more)
        s = ct_ids_next(ids, &id, &more, &e);
    assert_true(fv.hit);
    assert_int_equal(s, CT_EIO);
    assert_null(strstr(e.text, "no room"));
    arm(0, 0, FV_EIO, false);
    ct_ids_free(ids);
    kit_done(&k);
}

/* The commit was confirmed, the checkpoint behind it was not: the record is
 * acknowledged and there; the handle is not used again. */
static void test_failed_sync_of_a_checkpoint(void **state)
{
    (void)state;
    const struct ct_db_options options = {.checkpoint_pages = 1};
    for (long n = 2; n <= 3; n++) {
        struct kit k;
        kit_create(&k, fv.name);
        kit_open(&k, &options);
        /* Sync 1 is the commit's. A new log's header costs none here. */
        arm(FV_SYNC, n, FV_EIO, false);
        enum ct_status s = kit_add(k.db, 1, NULL);
        assert_true(fv.hit);
        nothing_works(k.db);
        kit_close(&k);
        arm(0, 0, FV_EIO, false);
        kit_open(&k, NULL);
        if (s == CT_OK)
            assert_true(kit_has(k.db, 1));
        if (n == 3)
            assert_int_equal(s, CT_OK);
        assert_int_equal(kit_problems(k.db), 0);
        assert_int_equal(kit_add(k.db, 2, NULL), CT_OK);
        kit_done(&k);
    }
}

static void test_failing_writes_on_one_handle(void **state)
{
    (void)state;
    struct kit k;
    struct ct_error e = {0};
    kit_create(&k, fv.name);
    kit_open(&k, NULL);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    arm(FV_WRITE, 1, FV_EIO, true);
    assert_int_equal(kit_add(k.db, 2, &e), CT_EIO);
    assert_non_null(strstr(e.text, k.dir));
    arm(FV_WRITE, 1, FV_FULL, true);
    assert_int_equal(kit_add(k.db, 2, &e), CT_EFULL);
    assert_int_equal(kit_count(k.db), 1);
    arm(0, 0, FV_EIO, false);
    assert_int_equal(kit_add(k.db, 2, &e), CT_OK);
    assert_int_equal(kit_count(k.db), 2);
    assert_int_equal(kit_problems(k.db), 0);
    kit_done(&k);
}

/* Open, save, checkpoint and save again, with the n-th call to the disk
 * failing, for every n: whatever was acknowledged is there afterwards. */
static bool sweep(struct kit *k, long n, enum faultvfs_how how, bool sticky, int64_t *saved)
{
    const struct ct_db_options options = {.busy_limit_ms = 50, .checkpoint_pages = 6};
    struct ct_error e = {0};
    struct ct_db *db = NULL;
    int64_t acknowledged[8];
    int got = 0;
    kit_open(k, NULL); /* every round begins with an empty log */
    assert_int_equal(ct_db_checkpoint(k->db, NULL), CT_OK);
    kit_close(k);
    arm(FV_FAILING, n, how, sticky);
    enum ct_status s = ct_db_open(k->dir, k->seal, &options, &db, &e);
    for (int i = 0; i < 4 && db != NULL; i++) {
        s = kit_add(db, *saved + i, &e);
        if (s == CT_OK)
            acknowledged[got++] = *saved + i;
        else if (e.text[0] == '\0' || s == CT_EINTERNAL || s == CT_EINVAL)
            fail_msg("call %ld: %d \"%s\"", n, (int)s, e.text);
    }
    ct_db_close(db);
    bool hit = fv.hit;
    arm(0, 0, FV_EIO, false);
    kit_open(k, NULL);
    for (int i = 0; i < got; i++)
        if (!kit_has(k->db, acknowledged[i]))
            fail_msg("call %ld: row %lld was acknowledged and is gone", n,
                     (long long)acknowledged[i]);
    assert_int_equal(kit_problems(k->db), 0);
    assert_int_equal(kit_add(k->db, *saved + 4, NULL), CT_OK);
    kit_close(k);
    *saved += 5;
    return hit;
}

static void test_every_call_fails_in_turn(void **state)
{
    (void)state;
    static const enum faultvfs_how HOW[] = {FV_EIO, FV_FULL, FV_SHORT};
    for (size_t h = 0; h < CT_LEN(HOW); h++)
        for (int sticky = 0; sticky < 2; sticky++) {
            struct kit k;
            int64_t saved = 0;
            long n = 1;
            kit_create(&k, fv.name);
            while (n < 400 && sweep(&k, n, HOW[h], sticky != 0, &saved))
                n++;
            assert_true(n > 20 && n < 400); /* it ends when nothing is left to fail */
            kit_done(&k);
        }
}

/* ---- creation ---------------------------------------------------------------- */

/* After a refused creation only the gate is there, empty; so a new one has nothing to
 * trip over, and whether it succeeds is tried once, and not after each call. */
static void as_if_nothing_had_been(struct kit *k, bool *tried)
{
    struct ct_error e = {0};
    int others = 0;
    DIR *d = opendir(k->dir);
    assert_non_null(d);
    for (const struct dirent *f; (f = readdir(d)) != NULL;)
        others += f->d_name[0] != '.' && strcmp(f->d_name, "gate") != 0;
    closedir(d);
    assert_int_equal(others, 0);
    assert_true(kit_size(k, "gate") <= 0);
    if (!*tried)
        assert_int_equal(ct_db_create(k->dir, k->seal, &e), CT_OK);
    *tried = true;
}

/* There is a whole store afterwards, or none. */
static void creation_fails_at(long n, bool sticky, bool *tried)
{
    struct kit k;
    struct ct_error e = {0};
    kit_dir(&k, fv.name);
    arm(FV_FAILING, n, FV_EIO, sticky);
    enum ct_status s = ct_db_create(k.dir, k.seal, &e);
    assert_true(fv.hit);
    arm(0, 0, FV_EIO, false);
    assert_false(kit_holds(&k, "CREATE TABLE"));
    if (s == CT_OK) {
        kit_open(&k, NULL);
        assert_int_equal(kit_problems(k.db), 0);
    } else {
        assert_true(e.text[0] != '\0');
        as_if_nothing_had_been(&k, tried);
    }
    kit_done(&k);
}

static void test_every_call_of_creation_fails_in_turn(void **state)
{
    struct kit k;
    (void)state;
    kit_dir(&k, fv.name);
    arm(FV_FAILING, 0, FV_EIO, false);
    assert_int_equal(ct_db_create(k.dir, k.seal, NULL), CT_OK);
    const long calls = fv.calls;
    assert_true(calls > 100);
    kit_done(&k);
    for (int sticky = 0; sticky < 2; sticky++) {
        bool tried = false;
        for (long n = 1; n <= calls; n++)
            creation_fails_at(n, sticky != 0, &tried);
        assert_true(tried);
    }
    print_message("creation: each of 2 x %ld calls\n", calls);
}

static int start(void **state)
{
    (void)state;
    kit_schema(3);
    return faultvfs_init(&fv, "store-disk", NULL);
}

static int end(void **state)
{
    (void)state;
    faultvfs_done(&fv);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_full_disk_at_a_checkpoint),
        cmocka_unit_test(test_full_disk_at_creation),
        cmocka_unit_test(test_read_only_directory_at_creation),
        cmocka_unit_test(test_read_only_store),
        cmocka_unit_test(test_failed_sync_ends_the_handle),
        cmocka_unit_test(test_the_log_is_emptied_after_a_failed_sync),
        cmocka_unit_test(test_a_commit_that_is_not_waited_for),
        cmocka_unit_test(test_a_sync_that_fails_afterwards),
        cmocka_unit_test(test_a_reader_beside_a_doubtful_log),
        cmocka_unit_test(test_an_old_errno_is_not_blamed),
        cmocka_unit_test(test_failed_sync_of_a_checkpoint),
        cmocka_unit_test(test_failing_writes_on_one_handle),
        cmocka_unit_test(test_every_call_fails_in_turn),
        cmocka_unit_test(test_every_call_of_creation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, start, end);
}
