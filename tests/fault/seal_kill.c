/* kill -9: what was acknowledged is there afterwards, however the writers die.
 * CT_SOAK_KILLS sets how many kills the many-writers test makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/sealed.h"
#include "vault/gate.h"

static struct sealed_dir dir;

static int setup(void **state)
{
    (void)state;
    return sealed_dir_make(&dir) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    sealed_dir_remove(&dir);
    return 0;
}

static void create(const char *sql)
{
    struct ct_seal *s = sealed_vfs(NULL);
    assert_non_null(s);
    sqlite3 *db = sealed_create(ct_seal_vfs(s), dir.db, sql);
    assert_non_null(db);
    sqlite3_close(db);
    ct_seal_free(s);
}

static void kill_and_reap(pid_t pid)
{
    int status;
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Commits for ever, a byte into the pipe for each once it is acknowledged. */
static void commit_for_ever(const char *sql, int ack)
{
    struct ct_seal *s = sealed_vfs(NULL);
    sqlite3 *db = s != NULL ? sealed_open(ct_seal_vfs(s), dir.db, NULL) : NULL;
    if (db == NULL || sealed_exec(db, "PRAGMA cache_size=5") != SQLITE_OK)
        _exit(1);
    while (sealed_exec(db, sql) == SQLITE_OK)
        if (write(ack, "", 1) != 1)
            break;
    _exit(1);
}

/* One writer killed after some commits, none of them checkpointed. */
static void killed_writer(const char *sql, const char *count, int rounds)
{
    int64_t before = 0;
    for (int round = 0; round < rounds; round++) {
        int fd[2];
        assert_int_equal(pipe(fd), 0);
        const pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            commit_for_ever(sql, fd[1]);
        close(fd[1]);
        int acked = 0;
        char c;
        while (acked < 5 + round && read(fd[0], &c, 1) == 1)
            acked++;
        kill_and_reap(pid);
        while (read(fd[0], &c, 1) == 1)
            acked++;
        close(fd[0]);
        struct ct_seal *s = sealed_vfs(NULL);
        sqlite3 *db = sealed_open(ct_seal_vfs(s), dir.db, NULL);
        assert_non_null(db);
        const int64_t now = sealed_int(db, count);
        /* the last commit may have been made and not been told */
        assert_in_range(now - before, acked, acked + 1);
        assert_true(sealed_sound(db));
        before = now;
        sqlite3_close(db);
        ct_seal_free(s);
    }
}

/* R12 */
static void test_commits_not_checkpointed_survive(void **state)
{
    (void)state;
    create("CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT)");
    killed_writer("INSERT INTO t(a) VALUES(hex(randomblob(60)))", "SELECT count(*) FROM t", 25);
}

/* R18, R13: each transaction writes its pages several times over. */
static void test_spilled_commits_survive(void **state)
{
    (void)state;
    create("CREATE TABLE t(id INTEGER PRIMARY KEY, n INT, a TEXT);"
           "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<60)"
           " INSERT INTO t(n,a) SELECT 0, hex(randomblob(300)) FROM n");
    killed_writer("BEGIN; UPDATE t SET a=hex(randomblob(300));"
                  "UPDATE t SET n=n+1, a=hex(randomblob(300)); COMMIT",
                  "SELECT CASE WHEN min(n)=max(n) THEN max(n) ELSE -1000 END FROM t", 15);
}

/* ---- many writers at the gate ---- */

enum { WRITERS = 4, TOLD = 8 };

struct told { /* one acknowledged commit, in the pipe: written whole */
    int writer;
    int seq;
};

static void one_commit(struct ct_gate *gate, sqlite3 *db, int writer, int seq)
{
    char sql[200];
    /* both rows or none */
    snprintf(sql, sizeof sql,
             "BEGIN IMMEDIATE; INSERT INTO t(w,s,a) VALUES(%d,%d,hex(randomblob(%d)));"
             "INSERT INTO u(w,s) VALUES(%d,%d); COMMIT",
             writer, seq, 20 + seq % 7 * 300, writer, seq);
    if (ct_gate_take(gate, 60000, NULL) != CT_OK)
        _exit(11);
    if (sealed_exec(db, sql) != SQLITE_OK)
        _exit(12);
    /* checkpoints only here, so never beside a commit (R22) */
    static const int modes[] = {SQLITE_CHECKPOINT_FULL, SQLITE_CHECKPOINT_RESTART,
                                SQLITE_CHECKPOINT_TRUNCATE};
    if (seq % 5 == 0) {
        const int rc = sqlite3_wal_checkpoint_v2(db, "main", modes[seq / 5 % 3], NULL, NULL);
        if (rc != SQLITE_OK && rc != SQLITE_BUSY)
            _exit(13);
    }
    ct_gate_give(gate);
}

static void write_at_the_gate(int writer, int told, int stop)
{
    struct ct_gate gate = CT_GATE_INIT;
    struct ct_seal *s = sealed_vfs(NULL);
    char sql[80], c;
    if (s == NULL || ct_gate_open(&gate, dir.gate, NULL) != CT_OK)
        _exit(10);
    sqlite3 *db = sealed_open(ct_seal_vfs(s), dir.db, NULL);
    if (db == NULL)
        _exit(10);
    snprintf(sql, sizeof sql, "SELECT coalesce(max(s),0) FROM t WHERE w=%d", writer);
    int seq = (int)sealed_int(db, sql);
    if (seq < 0)
        _exit(14);
    while (read(stop, &c, 1) < 0) { /* non-blocking: nothing yet */
        one_commit(&gate, db, writer, ++seq);
        const struct told t = {.writer = writer, .seq = seq};
        if (write(told, &t, sizeof t) != sizeof t)
            _exit(15);
    }
    sqlite3_close(db);
    ct_seal_free(s);
    ct_gate_close(&gate);
    _exit(0);
}

static pid_t start_writer(int writer, const int told[2], const int stop[2])
{
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        close(told[0]);
        close(stop[1]);
        write_at_the_gate(writer, told[1], stop[0]);
    }
    return pid;
}

static void check_writers(const int acked[WRITERS])
{
    struct ct_seal *s = sealed_vfs(NULL);
    sqlite3 *db = sealed_open(ct_seal_vfs(s), dir.db, NULL);
    assert_non_null(db);
    assert_true(sealed_sound(db));
    for (int w = 0; w < WRITERS; w++) {
        char sql[160];
        snprintf(sql, sizeof sql, "SELECT coalesce(max(s),0) FROM t WHERE w=%d", w);
        const int64_t most = sealed_int(db, sql);
        assert_true(most >= acked[w]);
        snprintf(sql, sizeof sql, "SELECT count(DISTINCT s) FROM t WHERE w=%d", w);
        assert_int_equal(sealed_int(db, sql), most); /* none in between is missing */
    }
    assert_int_equal(sealed_int(db, "SELECT count(*) FROM t LEFT JOIN u USING(w,s)"
                                    " WHERE u.w IS NULL"),
                     0);
    assert_int_equal(sealed_int(db, "SELECT (SELECT count(*) FROM t)-(SELECT count(*) FROM u)"),
                     0);
    sqlite3_close(db);
    ct_seal_free(s);
}

/* Four writers, checkpoints of every kind, one of the four killed again and
 * again, in the middle of whatever it was doing. */
static void test_writers_at_the_gate(void **state)
{
    (void)state;
    const char *soak = getenv("CT_SOAK_KILLS");
    const int kills = soak != NULL ? (int)strtol(soak, NULL, 10) : 40;
    int told[2], stop[2], acked[WRITERS] = {0};
    pid_t pid[WRITERS];
    unsigned chance = 12345;
    create("CREATE TABLE t(w INT, s INT, a TEXT, PRIMARY KEY(w,s));"
           "CREATE TABLE u(w INT, s INT, PRIMARY KEY(w,s))");
    assert_int_equal(pipe(told), 0);
    assert_int_equal(pipe(stop), 0);
    assert_int_equal(fcntl(stop[0], F_SETFL, O_NONBLOCK), 0);
    for (int w = 0; w < WRITERS; w++)
        pid[w] = start_writer(w, told, stop);
    for (int k = 0; k < kills; k++) {
        struct told t;
        chance = chance * 1103515245u + 12345u;
        for (unsigned i = 0; i < 3 + (chance >> 16) % TOLD; i++) {
            assert_int_equal(read(told[0], &t, sizeof t), sizeof t);
            acked[t.writer] = t.seq;
        }
        const int victim = (int)((chance >> 20) % WRITERS);
        kill_and_reap(pid[victim]);
        pid[victim] = start_writer(victim, told, stop);
    }
    close(stop[1]);
    close(told[1]);
    struct told t;
    while (read(told[0], &t, sizeof t) == sizeof t)
        acked[t.writer] = t.seq;
    for (int w = 0; w < WRITERS; w++) {
        int status;
        assert_int_equal(waitpid(pid[w], &status, 0), pid[w]);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
        assert_true(acked[w] > 0);
    }
    close(told[0]);
    close(stop[0]);
    check_writers(acked);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_commits_not_checkpointed_survive),
        T(test_spilled_commits_survive),
        T(test_writers_at_the_gate),
    };
    return cmocka_run_group_tests_name("seal_kill", tests, NULL, NULL);
}
