/* A technician's and an administrator's work through the whole program: log in, record,
 * checkpoint, correct, lock and unlock, add a user, back up. Each call to the disk that SQLite
 * makes under it fails in turn, in every way; so does each call that the program makes by
 * itself (keyring, witness, gate, backup); so does each allocation. Afterwards the clinic
 * opens, what was acknowledged is there, what was not is not, and verify finds nothing.
 * The number of points is printed. Here a share of them, the same in each run; CT_SOAK_S: all,
 * or with CT_SOAK_STEP every so many of the allocations, which take twenty minutes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/backup.h"
#include "record/internal.h"
#include "tests/support/store_kit.h"
#include "tests/support/faultvfs.h"
#include "tests/support/scarce.h"
#include "tests/support/ward.h"

enum {
    SETS = 4,
    CHECKPOINT_PAGES = 6,
    /* points of one way of failing, in the suite */
#if defined(__SANITIZE_ADDRESS__)
    SHARE = 1,
#else
    SHARE = 3,
#endif
};

/* What a life was told. */
struct life {
    bool tried[SETS], saved[SETS];
    int64_t id[SETS];
    char why[SETS][200];
    bool adding, new_user, backed_up, finished;
    int errors, wordless; /* failures, and those without a sentence */
    enum ct_status odd;   /* the first that is none of what a fault may give */
};

struct world {
    struct ward w;
    struct clinic_kept kept;
    int64_t patient_id;
    struct ct_secret *tom, *sue, *ada, *new;
    struct faultvfs fv;
    char backup[TMP_PATH + 16];
    long calls; /* of the last life */
    long points, calls_all, unsure;
};

/* ---- one life ------------------------------------------------------------------------- */

static bool may_be(enum ct_status s)
{
    return s == CT_OK || s == CT_EIO || s == CT_EFULL || s == CT_ENOMEM || s == CT_EBUSY ||
           s == CT_EREADONLY || s == CT_EDAMAGED || s == CT_ENOTFOUND || s == CT_ELOCKED ||
           s == CT_EDENIED || s == CT_ECONFLICT;
}

static bool note(struct life *l, enum ct_status s, const struct ct_error *e)
{
    if (s == CT_OK)
        return true;
    l->errors++;
    l->wordless += e->text[0] == '\0';
    if (!may_be(s) && l->odd == CT_OK)
        l->odd = s;
    return false;
}

static void set_of(const struct world *x, int i, struct ct_vitals *v)
{
    ct_vitals_init(v);
    v->patient_id = x->patient_id;
    v->taken_ms = x->w.c.now - (i + 1) * INT64_C(60000);
    v->v[CT_Q_PULSE] = (struct ct_value){.n = 61 + i};
    v->partial = CT_WHY_UNAVAILABLE;
    snprintf(v->note, sizeof v->note, "set %d", i);
}

static void record(struct world *x, struct life *l, struct ct_app *app, int i)
{
    struct ct_error e = {0};
    struct ct_vitals v;
    set_of(x, i, &v);
    l->tried[i] = true;
    l->saved[i] = note(l, ct_vitals_record(app, &x->w.rules, &v, &e), &e);
    l->id[i] = v.id;
    snprintf(l->why[i], sizeof l->why[i], "%.199s", e.text);
    if (!l->saved[i] && ct_app_db(app) != NULL && ct_db_dead(ct_app_db(app)))
        (void)note(l, ct_app_reopen(app, &e), &e);
}

static void technician(struct world *x, struct life *l, struct ct_app *app)
{
    struct ct_error e = {0};
    struct ct_patient p;
    if (!note(l, ct_login(app, "tom", x->tom, &e), &e))
        return;
    (void)note(l, ct_patient_get(app, x->patient_id, &p, &e), &e);
    record(x, l, app, 0);
    record(x, l, app, 1);
    if (ct_app_db(app) != NULL)
        (void)note(l, ct_db_checkpoint(ct_app_db(app), &e), &e);
    ct_lock(app);
    if (note(l, ct_unlock(app, x->tom, &e), &e)) {
        record(x, l, app, 2);
        record(x, l, app, 3);
    }
    ct_logout(app);
}

static void administrator(struct world *x, struct life *l, struct ct_app *app)
{
    struct ct_error e = {0};
    if (!note(l, ct_login(app, "ada", x->ada, &e), &e))
        return;
    l->adding = true;
    if (note(l, ct_reauthenticate(app, x->ada, &e), &e))
        l->new_user = note(l, ct_user_add_with(app, "una", "Una Demo-Marsh", CT_TECHNICIAN,
                                               x->new, &e), &e);
    ct_logout(app);
}

static void keeper(struct world *x, struct life *l, struct ct_app *app)
{
    struct ct_error e = {0};
    if (!note(l, ct_login(app, "ada", x->ada, &e), &e))
        return;
    const struct ct_backup_request req = {.path = x->backup};
    struct ct_backup_report r;
    l->backed_up = note(l, ct_backup_make(app, &req, &r, &e), &e);
    ct_logout(app);
}

/* Each a program of its own, so that a sweep over all its calls stays within reason. */
typedef void part_fn(struct world *x, struct life *l, struct ct_app *app);
static const struct part {
    const char *name;
    part_fn *live;
} PARTS[] = {{"a technician", technician}, {"an administrator", administrator},
             {"a backup", keeper}};

static void live(struct world *x, const struct part *part, struct life *l)
{
    struct ct_app *app = NULL;
    struct ct_error e = {0};
    struct ct_clock clock = ct_clock_fixed(&x->w.c.now);
    *l = (struct life){.odd = CT_OK};
    if (note(l, ct_app_new(x->w.c.dir, &x->w.c.config, &clock, &app, &e), &e))
        part->live(x, l, app);
    ct_app_free(app);
    l->finished = l->errors == 0;
}

/* ---- afterwards ----------------------------------------------------------------------- */

static char first_problem[500];

static void said(const char *sentence, void *arg)
{
    (void)arg;
    if (first_problem[0] == '\0')
        snprintf(first_problem, sizeof first_problem, "%s", sentence);
}

/* One connection for all that is asked: opening the store is most of what it costs. */
static void check_sets(struct world *x, const struct life *l, struct ct_app *sue, const char *what,
                       long n)
{
    char text[64] = "";
    int there[SETS + 2] = {0}, tried = 0;
    app_text(sue,
             "SELECT sum(note='set 0')||' '||sum(note='set 1')||' '||sum(note='set 2')||' '||"
             "sum(note='set 3')||' '||count(*)||' '||(SELECT count(*) FROM audit WHERE "
             "verb='vitals.record') FROM vitals",
             text, sizeof text);
    if (text[0] != '\0') /* no set at all: sums of nothing */
        assert_int_equal(sscanf(text, "%d %d %d %d %d %d", &there[0], &there[1], &there[2],
                                &there[3], &there[4], &there[5]),
                         SETS + 2);
    for (int i = 0; i < SETS; i++) {
        struct ct_vitals v;
        if (there[i] > l->tried[i] || there[i] < l->saved[i])
            fail_msg("%s %ld: set %d was %s and is there %d times", what, n, i,
                     l->saved[i]   ? "acknowledged"
                     : l->tried[i] ? "refused"
                                   : "never sent",
                     there[i]);
        /* Only of a failed sync is it unknown until the store is opened again, and said so. */
        if (there[i] > l->saved[i] && strstr(l->why[i], "did not confirm") == NULL)
            fail_msg("%s %ld: set %d was refused and is there: %s", what, n, i, l->why[i]);
        x->unsure += there[i] > l->saved[i];
        if (l->saved[i]) {
            ok(ct_vitals_get(sue, l->id[i], &v, e));
            assert_int_equal(v.v[CT_Q_PULSE].n, 61 + i);
            assert_int_equal(v.patient_id, x->patient_id);
        }
        tried += there[i];
    }
    assert_int_equal(there[SETS], tried);
    assert_int_equal(there[SETS + 1], tried);
}

/* A backup that was acknowledged is whole; one that was not has not got its name, unless
 * only the entry about it failed. */
static void check_backup(struct world *x, const struct life *l, const char *what, long n)
{
    struct ct_backup_file *f = NULL;
    struct ct_error e = {0};
    const bool there = access(x->backup, F_OK) == 0;
    if (there && ct_backup_file_open(x->backup, &f, &e) != CT_OK)
        fail_msg("%s %ld: a half backup has its name: %s", what, n, e.text);
    ct_backup_file_free(f);
    if (l->backed_up && !there)
        fail_msg("%s %ld: the backup was acknowledged and is not there", what, n);
}

/* A fault between keyring and store leaves a slot that the store does not list: verify says
 * so, and that adding the same login again completes it. That it does. */
static void complete_an_addition(struct world *x, const struct life *l, struct ct_app *sue)
{
    struct ct_verify_report r = {0};
    struct ct_error err = {0};
    if (l->new_user || !l->adding)
        return;
    first_problem[0] = '\0';
    ok(ct_verify(sue, said, NULL, &r, e));
    if (r.problems != 1 || strstr(first_problem, "an addition was cut off") == NULL)
        return;
    struct ct_app *ada = clinic_app(&x->w.c);
    ok(ct_login(ada, "ada", x->ada, e));
    ok(ct_reauthenticate(ada, x->ada, e));
    if (ct_user_add_with(ada, "una", "Una Demo-Marsh", CT_TECHNICIAN, x->new, &err) != CT_OK)
        fail_msg("the addition cannot be completed: %s", err.text);
    ct_app_free(ada);
}

static void check(struct world *x, const struct life *l, const char *what, long n)
{
    struct ct_error e = {0};
    struct ct_verify_report r = {0};
    if (l->odd != CT_OK)
        fail_msg("%s %ld: gave %s", what, n, ct_status_name(l->odd));
    if (l->wordless > 0)
        fail_msg("%s %ld: failed without a word", what, n);
    struct ct_app *sue = clinic_app(&x->w.c);
    if (ct_login(sue, "sue", x->sue, &e) != CT_OK)
        fail_msg("%s %ld: does not open: %s", what, n, e.text);
    complete_an_addition(x, l, sue);
    first_problem[0] = '\0';
    if (ct_verify(sue, said, NULL, &r, &e) != CT_OK)
        fail_msg("%s %ld: verify: %s", what, n, e.text);
    if (r.problems != 0)
        fail_msg("%s %ld: verify: %s", what, n, first_problem);
    check_sets(x, l, sue, what, n);
    ct_logout(sue);
    if (l->new_user && ct_login(sue, "una", x->new, &e) != CT_OK)
        fail_msg("%s %ld: the new user cannot log in: %s", what, n, e.text);
    ct_app_free(sue);
    check_backup(x, l, what, n);
}

/* ---- the sweep -------------------------------------------------------------------------- */

/* One way of failing: arms the n-th call (0: counts), and says how many there were. */
struct way {
    const char *name;
    void (*arm)(struct world *x, const struct way *way, long n);
    long (*calls)(const struct world *x);
    bool (*hit)(const struct world *x);
    unsigned ops;
    enum faultvfs_how how;
    bool sticky;
    int err;
};

static bool run(struct world *x, const struct part *part, const struct way *way, long n,
                struct life *l)
{
    unlink(x->backup);
    clinic_put_back(&x->kept, &x->w.c);
    way->arm(x, way, n);
    live(x, part, l);
    const bool hit = way->hit(x);
    x->calls = way->calls(x);
    scarce_arm(0, 0, false, 0);
    faultvfs_arm(&x->fv, 0, FV_EIO, false);
    x->fv.ops = 0;
    return hit;
}

static void sweep(struct world *x, const struct part *part, const struct way *way)
{
    char what[80];
    snprintf(what, sizeof what, "%s, %s%s", part->name, way->name,
             way->sticky ? ", for good" : "");
    const bool all = getenv("CT_SOAK_S") != NULL;
    const char *only = getenv("CT_POINT"); /* for whoever looks for the cause of one */
    struct life l;
    long points = 0;
    (void)run(x, part, way, 0, &l);
    const long calls = x->calls;
    assert_true(l.finished); /* untouched, all of it succeeds */
    check(x, &l, what, 0);
    assert_true(calls > 0);
    long step = calls <= SHARE ? 1 : calls / SHARE;
    if (all && way->ops == SCARCE_MEMORY && way->err == 0)
        step = getenv("CT_SOAK_STEP") != NULL ? strtol(getenv("CT_SOAK_STEP"), NULL, 10) : 1;
    else if (all)
        step = 1;
    long first = 1 + (way->sticky ? step / 2 : step / 5);
    if (only != NULL) {
        first = strtol(only, NULL, 10);
        step = calls;
    }
    for (long n = first; n <= calls; n += step) {
        if (!run(x, part, way, n, &l))
            break; /* an allocation fewer than the first time */
        check(x, &l, what, n);
        points++;
    }
    x->points += points;
    x->calls_all += calls;
    if (getenv("CT_TELL") != NULL || all)
        print_message("%s: %ld of %ld points\n", what, points, calls);
    assert_true(points > 0);
}

static void arm_sqlite(struct world *x, const struct way *way, long n)
{
    x->fv.ops = way->ops;
    faultvfs_arm(&x->fv, n, way->how, way->sticky);
}

static long sqlite_calls(const struct world *x)
{
    return x->fv.calls;
}

static bool sqlite_hit(const struct world *x)
{
    return x->fv.hit;
}

static void arm_scarce(struct world *x, const struct way *way, long n)
{
    (void)x;
    scarce_arm(way->ops, n, way->sticky, way->err);
}

static long calls_of_scarce(const struct world *x)
{
    (void)x;
    return scarce_calls();
}

static bool hit_of_scarce(const struct world *x)
{
    (void)x;
    return scarce_hit();
}

#define SQLITE_WAY(what, set, kind, good)                                                      \
    {                                                                                          \
        .name = what, .arm = arm_sqlite, .calls = sqlite_calls, .hit = sqlite_hit, .ops = set, \
        .how = kind, .sticky = good                                                            \
    }
#define SCARCE_WAY(what, set, code, good)                                                      \
    {                                                                                          \
        .name = what, .arm = arm_scarce, .calls = calls_of_scarce, .hit = hit_of_scarce,       \
        .ops = set, .err = code, .sticky = good                                                \
    }

static void sweep_all(struct world *x, const struct way *ways, size_t n)
{
    x->points = x->calls_all = x->unsure = 0;
    for (size_t p = 0; p < CT_LEN(PARTS); p++)
        for (size_t i = 0; i < n; i++)
            sweep(x, &PARTS[p], &ways[i]);
    print_message("%s: %ld of %ld points, %ld sets whose sync failed and that are there\n",
                  ways[0].name, x->points, x->calls_all, x->unsure);
}

static void test_sqlites_calls_to_the_disk(void **state)
{
    static const struct way WAYS[] = {
        SQLITE_WAY("SQLite's calls, an error", FV_FAILING, FV_EIO, false),
        SQLITE_WAY("an error", FV_FAILING, FV_EIO, true),
        SQLITE_WAY("half a read or write", FV_READ | FV_WRITE, FV_SHORT, false),
        SQLITE_WAY("a full disk", FV_WRITE, FV_FULL, false),
        SQLITE_WAY("a full disk", FV_WRITE, FV_FULL, true),
        SQLITE_WAY("a sync", FV_SYNC, FV_EIO, false),
    };
    sweep_all(*state, WAYS, CT_LEN(WAYS));
}

static void test_the_programs_own_calls(void **state)
{
    static const struct way WAYS[] = {
        SCARCE_WAY("own calls, an error", SCARCE_DISK, EIO, false),
        SCARCE_WAY("own calls, an error", SCARCE_DISK, EIO, true),
        SCARCE_WAY("own calls, a full disk", SCARCE_DISK, ENOSPC, false),
    };
    sweep_all(*state, WAYS, CT_LEN(WAYS));
}

static void test_every_allocation(void **state)
{
    static const struct way WAYS[] = {
        SCARCE_WAY("an allocation", SCARCE_MEMORY, 0, false),
        SCARCE_WAY("an allocation", SCARCE_MEMORY, 0, true),
    };
    sweep_all(*state, WAYS, CT_LEN(WAYS));
}

/* The sealing of an entry: a copy that failed for want of memory once sealed nothing, and the
 * entry was told as changed for ever. */
static void test_a_leaf_needs_no_memory(void **state)
{
    (void)state;
    unsigned char leaf[CT_HASH_LEN], scarce[CT_HASH_LEN], nothing[CT_HASH_LEN];
    static const unsigned char kind = 0;
    CT_BUF b = {.max = 100};
    ct_buf_str_add(&b, "an entry");
    ct_chain_leaf(&b, leaf);
    ct_hash(nothing, &kind, 1);
    scarce_arm(SCARCE_MEMORY, 1, true, 0);
    ct_chain_leaf(&b, scarce);
    const long calls = scarce_calls();
    scarce_arm(0, 0, false, 0);
    assert_int_equal(calls, 0);
    assert_memory_equal(leaf, scarce, sizeof leaf);
    assert_memory_not_equal(leaf, nothing, sizeof leaf);
}

/* Want of memory is told as that: no entry, row, page or key is said to be wrong for it. */
static void test_verify_blames_nothing_for_want_of_memory(void **state)
{
    enum { TRIES = 60 };
    struct world *x = *state;
    const bool all = getenv("CT_SOAK_S") != NULL;
    const char *only = getenv("CT_POINT");
    long calls = 0, points = 0, told = 0, step = 1;
    clinic_put_back(&x->kept, &x->w.c);
    for (long n = 0; n <= calls; n += n == 0 && only != NULL ? strtol(only, NULL, 10)
                                      : n == 0               ? 1 + step / 2
                                                             : step) {
        struct ct_verify_report r = {0};
        struct ct_error err = {0};
        struct ct_app *sue = clinic_app(&x->w.c);
        ok(ct_login(sue, "sue", x->sue, e));
        first_problem[0] = '\0';
        scarce_arm(SCARCE_MEMORY, n, false, 0);
        const enum ct_status s = ct_verify(sue, said, NULL, &r, &err);
        if (n == 0) {
            calls = scarce_calls();
            step = all || calls < TRIES ? 1 : calls / TRIES;
        }
        scarce_arm(0, 0, false, 0);
        ct_app_free(sue);
        if (first_problem[0] != '\0' || (s == CT_OK && r.problems > 0))
            fail_msg("allocation %ld: %s", n, first_problem);
        if (s != CT_OK && err.text[0] == '\0')
            fail_msg("allocation %ld: failed without a word", n);
        told += s != CT_OK;
        points++;
        if (only != NULL && n > 0)
            break;
    }
    print_message("verify: an allocation: %ld of %ld points, %ld told\n", points - 1, calls,
                  told);
    assert_true(told > 0);
}

/* ---- fixtures ------------------------------------------------------------------------------ */

static int setup(void **state)
{
    struct world *x = calloc(1, sizeof *x);
    assert_non_null(x);
    assert_true(scarce_sqlite());
    if (ct_harden(NULL) != CT_OK || ct_sqlite_memory(256, NULL) != CT_OK)
        return -1;
    kit_schema(10); /* to patients, vitals and who may read them */
    ward_begin(&x->w);
    x->w.c.config.checkpoint_pages = CHECKPOINT_PAGES;
    x->w.c.config.busy_limit_ms = 60;
    x->patient_id = ward_patient(&x->w, "Sample", "Invented", "", "1961-03-14");
    ct_app_freep(&x->w.tom);
    ct_app_freep(&x->w.sue);
    ct_app_freep(&x->w.c.app);
    x->tom = secret_of(TOM_PASSWORD);
    x->sue = secret_of(SUE_PASSWORD);
    x->ada = secret_of(ADA_PASSWORD);
    x->new = secret_of("Una stacks 9 paper herons");
    snprintf(x->backup, sizeof x->backup, "%s/backup", x->w.c.top);
    clinic_keep(&x->kept, &x->w.c);
    if (faultvfs_init(&x->fv, "life", NULL) != SQLITE_OK)
        return -1;
    x->fv.skip_sync = true;
    x->fv.ops = 0;
    sqlite3_vfs_register(&x->fv.vfs, 1); /* the one that a clinic opens its store with */
    *state = x;
    return 0;
}

static int teardown(void **state)
{
    struct world *x = *state;
    faultvfs_done(&x->fv);
    ct_secret_free(x->tom);
    ct_secret_free(x->sue);
    ct_secret_free(x->ada);
    ct_secret_free(x->new);
    for (size_t i = 0; i < x->kept.files; i++)
        free(x->kept.file[i].data);
    ward_end(&x->w);
    free(x);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sqlites_calls_to_the_disk),
        cmocka_unit_test(test_the_programs_own_calls),
        cmocka_unit_test(test_every_allocation),
        cmocka_unit_test(test_a_leaf_needs_no_memory),
        cmocka_unit_test(test_verify_blames_nothing_for_want_of_memory),
    };
    return cmocka_run_group_tests_name("life", tests, setup, teardown);
}
