/* store - the sealed store against plain SQLite: the same schema, rows, settings,
 * gate and checkpoints; the floor goes through SQLite's own file layer. */
#include "tests/bench/bench.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/embed.h"
#include "vault/gate.h"

enum { CHECKPOINT_PAGES = 1000, BATCH = 1000, BULK_SETS = 15000, COLUMNS_MAX = 64 };

/* A connection as src/store/db.c sets one up, to either kind of file. */
struct raw {
    struct ct_seal *seal; /* NULL: plain */
    sqlite3 *db;
    struct ct_gate gate;
    int wal_pages;
};

static void must(struct raw *r, int rc, const char *doing)
{
    if (rc != SQLITE_OK && rc != SQLITE_DONE && rc != SQLITE_ROW)
        bench_die("%s: %s", doing, sqlite3_errmsg(r->db));
}

static void exec(struct raw *r, const char *sql)
{
    must(r, sqlite3_exec(r->db, sql, NULL, NULL, NULL), sql);
}

static int on_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
    struct raw *r = arg;
    (void)db;
    (void)name;
    r->wal_pages = pages;
    return SQLITE_OK;
}

static void raw_open(struct raw *r, const char *path)
{
    must(r,
         sqlite3_open_v2(path, &r->db,
                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                         r->seal != NULL ? ct_seal_vfs(r->seal) : NULL),
         path);
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_db_config(r->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    sqlite3_wal_autocheckpoint(r->db, 0);
    sqlite3_wal_hook(r->db, on_commit, r);
    exec(r, "PRAGMA temp_store=MEMORY");
    exec(r, "PRAGMA cell_size_check=ON");
    exec(r, "PRAGMA synchronous=FULL");
}

static void raw_close(struct raw *r)
{
    if (sqlite3_close(r->db) != SQLITE_OK)
        bench_die("a statement was not given back");
    r->db = NULL;
}

static void begin(struct raw *r)
{
    struct ct_error err;
    if (ct_gate_take(&r->gate, 5000, &err) != CT_OK)
        bench_die("%s", err.text);
    exec(r, "BEGIN IMMEDIATE");
}

static void commit(struct raw *r)
{
    exec(r, "COMMIT");
    if (r->wal_pages >= CHECKPOINT_PAGES) {
        must(r,
             sqlite3_wal_checkpoint_v2(r->db, "main", SQLITE_CHECKPOINT_RESTART, NULL, NULL),
             "checkpoint");
        r->wal_pages = 0;
    }
    ct_gate_give(&r->gate);
}

static void gate(struct raw *r, const char *store)
{
    char path[BENCH_PATH];
    struct ct_error err;
    r->gate = (struct ct_gate)CT_GATE_INIT;
    snprintf(path, sizeof path, "%s-gate", store);
    if (ct_gate_open(&r->gate, path, &err) != CT_OK)
        bench_die("%s", err.text);
}

/* The sealing layer of the clinic's store, with its key. */
static struct ct_seal *seal_of_run(const struct bench *b)
{
    struct ct_seal *seal = NULL;
    struct ct_error err;
    struct ct_app *app = bench_login(b, &CT_DEMO_USER[CT_DEMO_TECHNICIAN]);
    const struct ct_unlocked *k = ct_app_keys(app);
    if (ct_seal_new(k->store_id, k->store_key, k->epoch, NULL, &seal, &err) != CT_OK)
        bench_die("%s", err.text);
    ct_app_free(app);
    return seal;
}

/* ---- the plain twin -------------------------------------------------------- */

/* The backup interface copies page by page: both files have the same pages. */
static void twin_begin(void *arg)
{
    const struct bench *b = arg;
    char path[BENCH_PATH];
    struct raw from = {.db = NULL}, to = {.db = NULL};
    bench_like_the_program();
    from.seal = seal_of_run(b);
    bench_path(path, b->run, CT_STORE_FILE);
    raw_open(&from, path);
    raw_open(&to, b->plain);
    sqlite3_backup *copy = sqlite3_backup_init(to.db, "main", from.db, "main");
    if (copy == NULL || sqlite3_backup_step(copy, -1) != SQLITE_DONE ||
        sqlite3_backup_finish(copy) != SQLITE_OK)
        bench_die("copying the store: %s", sqlite3_errmsg(to.db));
    exec(&to, "PRAGMA journal_mode=WAL");
    must(&to, sqlite3_wal_checkpoint_v2(to.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL),
         "checkpoint");
    must(&from, sqlite3_wal_checkpoint_v2(from.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL),
         "checkpoint");
    raw_close(&from);
    raw_close(&to);
    ct_seal_free(from.seal);
}

static void nothing(void *arg, double *ret_ms)
{
    (void)arg;
    *ret_ms = 0;
}

/* ---- cold scan --------------------------------------------------------------- */

/* Every row as a screen would read it, or every page and nothing of its rows (a
 * count that may not use an index): the second is what sealing costs at most. */
static const char *const ROWS[] = {"SELECT * FROM vitals", "SELECT * FROM audit",
                                   "SELECT * FROM audit_row", "SELECT * FROM patient_find"};
static const char *const PAGES[] = {"SELECT count(*) FROM vitals NOT INDEXED",
                                    "SELECT count(*) FROM audit NOT INDEXED",
                                    "SELECT count(*) FROM audit_row NOT INDEXED",
                                    "SELECT count(*) FROM patient_find NOT INDEXED"};

struct scan {
    const struct bench *b;
    bool sealed;
    const char *const *text;
    struct raw r;
    char path[BENCH_PATH];
};

static void scan_begin(void *arg)
{
    struct scan *s = arg;
    if (s->sealed) {
        bench_like_the_program();
        s->r.seal = seal_of_run(s->b);
        bench_path(s->path, s->b->run, CT_STORE_FILE);
    } else {
        snprintf(s->path, sizeof s->path, "%s", s->b->plain);
    }
}

/* A fresh connection, so that SQLite's cache is empty; the system's is warm. */
static void scan_step(void *arg, double *ret_ms)
{
    struct scan *s = arg;
    double start = bench_clock_ms();
    raw_open(&s->r, s->path);
    for (size_t i = 0; i < CT_LEN(ROWS); i++) {
        sqlite3_stmt *st = NULL;
        int rc;
        must(&s->r, sqlite3_prepare_v2(s->r.db, s->text[i], -1, &st, NULL), s->text[i]);
        while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        }
        must(&s->r, rc, s->text[i]);
        sqlite3_finalize(st);
    }
    raw_close(&s->r);
    *ret_ms = bench_clock_ms() - start;
}

/* ---- bulk write -------------------------------------------------------------- */

struct rows { /* of one table, with the statement that inserts them */
    const char *table, *select;
    char insert[512];
    int columns;
    size_t n, cap;
    sqlite3_value **value; /* n * columns */
};
enum { T_PATIENT, T_VITALS, T_AUDIT, T_AUDIT_ROW, TABLES };

struct bulk {
    const struct bench *b;
    bool sealed;
    struct raw r;
    char path[BENCH_PATH];
    struct rows rows[TABLES];
};

static void rows_load(struct raw *r, struct rows *t)
{
    sqlite3_stmt *st = NULL;
    int rc;
    must(r, sqlite3_prepare_v2(r->db, t->select, -1, &st, NULL), t->select);
    sqlite3_bind_int(st, 1, BULK_SETS);
    t->columns = sqlite3_column_count(st);
    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        if (t->n == t->cap) {
            t->cap = t->cap > 0 ? 2 * t->cap : 1024;
            t->value = realloc(t->value, t->cap * (size_t)t->columns * sizeof *t->value);
            if (t->value == NULL)
                bench_die("no memory");
        }
        for (int c = 0; c < t->columns; c++)
            t->value[t->n * (size_t)t->columns + (size_t)c] =
                sqlite3_value_dup(sqlite3_column_value(st, c));
        t->n++;
    }
    must(r, rc, t->select);
    sqlite3_finalize(st);
    int len = snprintf(t->insert, sizeof t->insert, "INSERT INTO %s VALUES (", t->table);
    for (int c = 0; c < t->columns && len < (int)sizeof t->insert - 4; c++)
        len += snprintf(t->insert + len, sizeof t->insert - (size_t)len, "%s?",
                        c > 0 ? "," : "");
    snprintf(t->insert + len, sizeof t->insert - (size_t)len, ")");
}

static void bulk_begin(void *arg)
{
#define UP_TO "(SELECT max(seq) FROM audit_row WHERE tbl = 'vitals' AND row_id <= ?1)"
    static const char *const TEXT[TABLES][2] = {
        {"patient", "SELECT * FROM patient WHERE ?1 > 0"},
        {"vitals", "SELECT * FROM vitals WHERE id <= ?1"},
        {"audit", "SELECT * FROM audit WHERE seq <= " UP_TO},
        {"audit_row", "SELECT * FROM audit_row WHERE seq <= " UP_TO}};
    struct bulk *s = arg;
    struct raw from = {.db = NULL};
    struct ct_error err;
    if (s->sealed) {
        unsigned char id[CT_STORE_ID_LEN], key[CT_KEY_LEN];
        bench_like_the_program();
        ct_random(id, sizeof id);
        ct_random(key, sizeof key);
        if (ct_seal_new(id, key, 1, NULL, &s->r.seal, &err) != CT_OK)
            bench_die("%s", err.text);
    }
    raw_open(&from, s->b->plain);
    for (int t = 0; t < TABLES; t++) {
        s->rows[t].table = TEXT[t][0];
        s->rows[t].select = TEXT[t][1];
        rows_load(&from, &s->rows[t]);
    }
    raw_close(&from);
    snprintf(s->path, sizeof s->path, "%s-bulk%d", s->b->plain, s->sealed);
    gate(&s->r, s->path);
}

static void create(struct bulk *s)
{
    int reserve = CT_RESERVE;
    raw_open(&s->r, s->path);
    sqlite3_file_control(s->r.db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
    exec(&s->r, "PRAGMA journal_mode=MEMORY");
    for (const struct ct_embedded *e = ct_embedded; e->name != NULL; e++)
        if (strncmp(e->name, "schema/", 7) == 0)
            exec(&s->r, e->data);
    exec(&s->r, "PRAGMA journal_mode=WAL");
}

static void insert(struct raw *r, sqlite3_stmt *st, const struct rows *t, size_t i)
{
    for (int c = 0; c < t->columns; c++)
        sqlite3_bind_value(st, c + 1, t->value[i * (size_t)t->columns + (size_t)c]);
    must(r, sqlite3_step(st), t->insert);
    sqlite3_reset(st);
}

static void discard(const char *path)
{
    static const char *const END[] = {"", "-wal", "-shm"};
    char name[BENCH_PATH];
    for (size_t i = 0; i < CT_LEN(END); i++) {
        snprintf(name, sizeof name, "%s%s", path, END[i]);
        (void)unlink(name);
    }
}

static sqlite3_value *value(const struct rows *t, size_t row, int column)
{
    return t->value[row * (size_t)t->columns + (size_t)column];
}

/* In the order in which the program wrote them: each entry, the set it is about,
 * and the binding of the two. */
static void write_all(struct bulk *s, sqlite3_stmt *const st[TABLES])
{
    struct raw *r = &s->r;
    const struct rows *audit = &s->rows[T_AUDIT], *bound = &s->rows[T_AUDIT_ROW];
    size_t row = 0, set = 0;
    for (size_t i = 0; i < audit->n; i++) {
        if (i % BATCH == 0) {
            if (i > 0)
                commit(r);
            begin(r);
        }
        insert(r, st[T_AUDIT], audit, i);
        int64_t seq = sqlite3_value_int64(value(audit, i, 0));
        for (; row < bound->n && sqlite3_value_int64(value(bound, row, 1)) <= seq; row++) {
            const char *table = (const char *)sqlite3_value_text(value(bound, row, 2));
            if (strcmp(table, "vitals") == 0 && set < s->rows[T_VITALS].n)
                insert(r, st[T_VITALS], &s->rows[T_VITALS], set++);
            insert(r, st[T_AUDIT_ROW], bound, row);
        }
    }
    commit(r);
}

static void bulk_step(void *arg, double *ret_ms)
{
    struct bulk *s = arg;
    struct raw *r = &s->r;
    sqlite3_stmt *st[TABLES];
    create(s);
    for (int t = 0; t < TABLES; t++)
        must(r, sqlite3_prepare_v2(r->db, s->rows[t].insert, -1, &st[t], NULL), "insert");
    begin(r);
    for (size_t i = 0; i < s->rows[T_PATIENT].n; i++)
        insert(r, st[T_PATIENT], &s->rows[T_PATIENT], i);
    commit(r);
    double start = bench_clock_ms();
    write_all(s, st);
    must(r, sqlite3_wal_checkpoint_v2(r->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL),
         "checkpoint");
    *ret_ms = bench_clock_ms() - start;
    for (int t = 0; t < TABLES; t++)
        sqlite3_finalize(st[t]);
    raw_close(r);
    discard(s->path);
}

/* ---- a committed record --------------------------------------------------------- */

struct record {
    const struct bench *b;
    struct ct_app *app;
    struct ct_vitals_rules rules;
    char copy[BENCH_PATH]; /* of the clinic, which the floor's rows go into, sealed; "": plain */
    struct raw r;          /* the floor's */
    sqlite3_stmt *opened, *vitals, *audit, *audit_row, *shown[3];
    int64_t *patients, patient; /* the step's */
    size_t n, i;
    uint64_t random;
};

/* Everybody's log grows from nothing: one that was copied lies in the system's cache in
 * larger pieces, and is faster. */
static void empty_log(struct raw *r)
{
    must(r, sqlite3_wal_checkpoint_v2(r->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL),
         "checkpoint");
}

static void program_begin(void *arg)
{
    struct record *s = arg;
    struct ct_error err;
    bench_like_the_program();
    s->app = bench_login(s->b, &CT_DEMO_USER[CT_DEMO_TECHNICIAN]);
    if (ct_vitals_rules_load(&s->b->config, &s->rules, &err) != CT_OK)
        bench_die("%s", err.text);
    if (ct_db_checkpoint(ct_app_db(s->app), &err) != CT_OK)
        bench_die("%s", err.text);
    s->patients = bench_patients(s->app, 1, 300, &s->n);
    s->random = 11;
}

/* A set is recorded of a patient who is on the screen: she was opened a moment ago, which
 * is an entry of its own, and what the screen shows of her was read. Not timed; the floor
 * writes and reads the same. */
enum { ON_THE_SCREEN = 20 };

static void program_before(void *arg)
{
    struct record *s = arg;
    struct ct_patient p;
    struct ct_vitals *v = NULL;
    size_t n = 0;
    struct ct_error err;
    s->patient = s->patients[s->i++ % s->n];
    if (ct_patient_open(s->app, s->patient, &p, &err) != CT_OK ||
        ct_vitals_list(s->app, s->patient, CT_UNSET, ON_THE_SCREEN, &v, &n, &err) != CT_OK)
        bench_die("%s", err.text);
    free(v);
}

static int64_t run(struct raw *r, sqlite3_stmt *st)
{
    must(r, sqlite3_step(st), "insert");
    sqlite3_reset(st);
    return sqlite3_last_insert_rowid(r->db);
}

static void floor_before(void *arg)
{
    struct record *s = arg;
    static const unsigned char HASH[32];
    s->patient = 1 + bench_random(&s->random, (unsigned)s->n);
    begin(&s->r);
    sqlite3_bind_int64(s->opened, 1, s->patient);
    sqlite3_bind_int64(s->opened, 2, ct_now(&CT_CLOCK_SYSTEM) - s->b->behind_ms);
    sqlite3_bind_blob(s->opened, 4, HASH, sizeof HASH, SQLITE_STATIC);
    run(&s->r, s->opened);
    commit(&s->r);
    for (size_t i = 0; i < CT_LEN(s->shown); i++) {
        int rc;
        sqlite3_bind_int64(s->shown[i], 1, s->patient);
        sqlite3_bind_int(s->shown[i], 2, ON_THE_SCREEN); /* the last has it */
        while ((rc = sqlite3_step(s->shown[i])) == SQLITE_ROW) {
        }
        must(&s->r, rc, "reading a patient");
        sqlite3_reset(s->shown[i]);
    }
}

static void program_step(void *arg, double *ret_ms)
{
    struct record *s = arg;
    struct ct_error err;
    struct ct_vitals v;
    bench_set(s->app, s->patient, &s->random, &v);
    double start = bench_clock_ms();
    if (ct_vitals_record(s->app, &s->rules, &v, &err) != CT_OK)
        bench_die("recording: %s", err.text);
    *ret_ms = bench_clock_ms() - start;
}

static void floor_begin(void *arg)
{
    struct record *s = arg;
    char path[BENCH_PATH];
    snprintf(path, sizeof path, "%s", s->b->plain);
    if (s->copy[0] != '\0') {
        bench_like_the_program();
        s->r.seal = seal_of_run(s->b);
        bench_path(path, s->copy, CT_STORE_FILE);
    }
    raw_open(&s->r, path);
    gate(&s->r, path);
    empty_log(&s->r);
    sqlite3_stmt *st = NULL;
    must(&s->r, sqlite3_prepare_v2(s->r.db, "SELECT max(id) FROM patient", -1, &st, NULL), "");
    must(&s->r, sqlite3_step(st), "");
    s->n = (size_t)sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    s->random = 11;
    static const char *const SHOWN[] = {
        "SELECT * FROM patient_version WHERE patient_id = ?1",
        "SELECT * FROM patient_alert WHERE patient_id = ?1",
        "SELECT * FROM vitals_now WHERE patient_id = ?1 ORDER BY taken_ms DESC, id DESC LIMIT ?2"};
    for (size_t i = 0; i < CT_LEN(SHOWN); i++)
        must(&s->r, sqlite3_prepare_v2(s->r.db, SHOWN[i], -1, &s->shown[i], NULL), SHOWN[i]);
    must(&s->r,
         sqlite3_prepare_v3(
             s->r.db,
             "INSERT INTO vitals(patient_id, taken_ms, recorded_ms, recorded_by, sbp_mmhg, "
             "dbp_mmhg, pulse_bpm, resp_bpm, spo2_pct, o2, temp_c10, acvpu, pain, note, scale, "
             "score, single3, band, not_applied, score_version, next_due_ms, voided) VALUES "
             "(?1, ?2, ?2, 3, 120, 76, ?3, 16, 97, 0, 368, 0, 1, '', 1, 0, 0, 1, 0, '1', "
             "?2 + 43200000, 0)",
             -1, SQLITE_PREPARE_PERSISTENT, &s->vitals, NULL),
         "vitals");
#define ENTRY(verb)                                                                          \
    "INSERT INTO audit(at_ms, user_id, session_id, verb, severity, patient_id, done_ms, "   \
    "leaf, link) VALUES (?2, 3, 5, '" verb "', 0, ?1, ?2, ?4, ?4)"
    must(&s->r,
         sqlite3_prepare_v3(s->r.db, ENTRY("vitals.record"), -1, SQLITE_PREPARE_PERSISTENT,
                            &s->audit, NULL),
         "audit");
    must(&s->r,
         sqlite3_prepare_v3(s->r.db, ENTRY("patient.open"), -1, SQLITE_PREPARE_PERSISTENT,
                            &s->opened, NULL),
         "audit");
    must(&s->r,
         sqlite3_prepare_v3(s->r.db,
                            "INSERT INTO audit_row(seq, tbl, row_id, columns, hash) VALUES "
                            "(?5, 'vitals', ?6, 35, ?4)",
                            -1, SQLITE_PREPARE_PERSISTENT, &s->audit_row, NULL),
         "audit_row");
}

static void floor_step(void *arg, double *ret_ms)
{
    struct record *s = arg;
    unsigned char hash[32];
    int64_t now = ct_now(&CT_CLOCK_SYSTEM) - s->b->behind_ms;
    for (size_t i = 0; i < sizeof hash; i++)
        hash[i] = (unsigned char)bench_random(&s->random, 256);
    double start = bench_clock_ms();
    begin(&s->r);
    sqlite3_bind_int64(s->vitals, 1, s->patient);
    sqlite3_bind_int64(s->vitals, 2, now);
    sqlite3_bind_int(s->vitals, 3, 60 + hash[0] % 40);
    int64_t id = run(&s->r, s->vitals);
    sqlite3_bind_int64(s->audit, 1, s->patient);
    sqlite3_bind_int64(s->audit, 2, now);
    sqlite3_bind_blob(s->audit, 4, hash, sizeof hash, SQLITE_STATIC);
    int64_t seq = run(&s->r, s->audit);
    sqlite3_bind_int64(s->audit_row, 5, seq);
    sqlite3_bind_int64(s->audit_row, 6, id);
    sqlite3_bind_blob(s->audit_row, 4, hash, sizeof hash, SQLITE_STATIC);
    run(&s->r, s->audit_row);
    commit(&s->r);
    *ret_ms = bench_clock_ms() - start;
}

/* ---- the section ------------------------------------------------------------------ */

/* "0.61 ms, p50 3.8 (cpu 0.33)" */
static double quick(struct bench_result *r, char out[64])
{
    double t = series_at(&r->ms, 0.1), median = series_at(&r->ms, 0.5),
           cpu = series_at(&r->cpu, 0.5);
    int digits = t < 10 ? 2 : 0;
    snprintf(out, 64, "%.*f ms, p50 %.*f (cpu %.*f)", digits, t, digits, median, digits, cpu);
    return t;
}

/* By the least disturbed tenth of the turns: the disk of a shared machine answers
 * a sync in a moment or in ten times that, and a median may fall on either side. */
static void compare(const char *what, struct bench_result *floor, struct bench_result *ours,
                    double budget)
{
    char a[64], b[64];
    double f = quick(floor, a), o = quick(ours, b);
    bench_row(what, a, b, o / f, budget, "x");
    bench_result_done(floor);
    bench_result_done(ours);
}

/* Made when it is asked for first. */
static void need_twin(const struct bench *b)
{
    struct bench_result r = {.ms = {.n = 0}};
    struct bench copy = *b;
    const struct bench_job twin = {twin_begin, nothing, &copy, NULL};
    if (access(b->plain, F_OK) == 0)
        return;
    bench_now("a plain twin of the store");
    bench_turns_after(0, &twin, NULL, 1, &r, NULL);
    bench_result_done(&r);
}

void bench_scan(const struct bench *b)
{
    struct bench_result floor = {.ms = {.n = 0}}, ours = {.ms = {.n = 0}};
    struct scan plain = {.b = b}, sealed = {.b = b, .sealed = true};
    const struct bench_job one = {scan_begin, scan_step, &plain, NULL},
                           two = {scan_begin, scan_step, &sealed, NULL};
    need_twin(b);
    bench_now("cold scan");
    plain.text = sealed.text = ROWS;
    bench_turns(&one, &two, b->full ? 5 : 15, &floor, &ours);
    compare("store: cold scan, every row", &floor, &ours, 2);
    plain.text = sealed.text = PAGES;
    bench_turns(&one, &two, b->full ? 7 : 25, &floor, &ours);
    compare("store: cold scan, every page, its rows unread", &floor, &ours, 2);
}

void bench_bulk(const struct bench *b)
{
    struct bench_result floor = {.ms = {.n = 0}}, ours = {.ms = {.n = 0}};
    struct bulk plain = {.b = b}, sealed = {.b = b, .sealed = true};
    const struct bench_job one = {bulk_begin, bulk_step, &plain, NULL},
                           two = {bulk_begin, bulk_step, &sealed, NULL};
    need_twin(b);
    bench_now("bulk write");
    bench_turns(&one, &two, b->full ? 11 : 7, &floor, &ours);
    compare("store: bulk write, 15,000 sets with their chain", &floor, &ours, 1.7);
}

/* The rows alone, and the program that checks, reads back, hashes and chains them. */
void bench_commit(const struct bench *b)
{
    const int turns = b->full ? 1500 : 600;
    struct bench_result floor = {.ms = {.n = 0}}, ours = {.ms = {.n = 0}};
    struct record plain = {.b = b}, sealed = {.b = b}, program = {.b = b};
    const struct bench_job one = {floor_begin, floor_step, &plain, floor_before},
                           rows = {floor_begin, floor_step, &sealed, floor_before},
                           all = {program_begin, program_step, &program, program_before};
    need_twin(b);
    bench_now("a committed record");
    snprintf(sealed.copy, sizeof sealed.copy, "%s-sealed", b->run);
    bench_copy_dir(b->base, sealed.copy);
    bench_turns_after(20, &one, &rows, turns, &floor, &ours);
    bench_remove_dir(sealed.copy);
    compare("store: a committed record, the same rows sealed", &floor, &ours, 1.2);
    bench_turns_after(20, &one, &all, turns, &floor, &ours);
    compare("... with its checks, reading back, hashes and chain", &floor, &ours, 1.2);
}
