/* A new key for the store, cut off: killed at any moment, writes torn, the disk full, others
 * recording meanwhile. Every page opens after each, and the next run ends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "record/internal.h"
#include "record/rekey.h"
#include "tests/support/faultvfs.h"
#include "tests/support/recorded.h"
#include "tests/support/store_kit.h"

enum { KILLS = 24, RECORDERS = 4, WAIT_MS = 20000 };

/* ---- killed ------------------------------------------------------------------ */

struct run {
    struct clinic *c;
    int64_t kill_after_us; /* of the rekeying alone; 0: never */
};

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void kill_me_after(int64_t us)
{
    struct sigevent e = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
    const struct itimerspec when = {
        .it_value = {.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000}};
    timer_t timer;
    if (timer_create(CLOCK_MONOTONIC, &e, &timer) != 0 ||
        timer_settime(timer, 0, &when, NULL) != 0)
        _exit(9);
}

static void rekey_and_tell(int out, void *arg)
{
    const struct run *run = arg;
    struct ct_rekey_report r;
    struct ct_error e = {0};
    struct ct_app *app = clinic_app(run->c);
    if (recorded_login(app, "ada", ADA_PASSWORD, &e) != CT_OK ||
        clinic_again(app, ADA_PASSWORD) != CT_OK)
        _exit(2);
    int64_t begun = now_us();
    if (run->kill_after_us > 0)
        kill_me_after(run->kill_after_us);
    if (ct_rekey(app, WAIT_MS, NULL, NULL, &r, &e) != CT_OK) {
        dprintf(2, "rekey: %s\n", e.text);
        _exit(3);
    }
    kit_tell(out, now_us() - begun);
    ct_app_free(app);
    _exit(0);
}

static void problem(const char *sentence, void *arg)
{
    (void)arg;
    if (strstr(sentence, "Run clintech rekey") == NULL)
        fail_msg("verify: %s", sentence);
}

/* Every page, every entry, every signature; what a cut off run leaves is no damage. */
static struct ct_verify_report all_opens(struct clinic *c)
{
    struct ct_verify_report v;
    struct ct_error e = {0};
    login_again(c, "ada", ADA_PASSWORD);
    if (ct_verify(c->app, problem, NULL, &v, &e) != CT_OK)
        fail_msg("verify: %s", e.text);
    assert_int_equal(v.bad_pages, 0);
    ct_logout(c->app);
    return v;
}

static void test_killed_at_any_moment(void **state)
{
    struct clinic c;
    int in, killed = 0, halfway = 0;
    int64_t span = 0;
    (void)state;
    clinic_staff(&c);
    ct_logout(c.app);
    struct run run = {.c = &c};
    pid_t pid = kit_child(rekey_and_tell, &run, &in);
    assert_true(kit_read(in, &span));
    assert_int_equal(kit_wait(pid), 0);
    close(in);
    for (int i = 0; i < KILLS; i++) {
        run.kill_after_us = 1 + span * i / (KILLS - 4);
        pid = kit_child(rekey_and_tell, &run, &in);
        bool hit = kit_wait(pid) == -SIGKILL;
        int64_t told;
        killed += hit;
        /* it was quicker than the kill: the first one was slow, the next comes earlier */
        if (!hit && kit_read(in, &told) && told < span)
            span = told;
        close(in);
        halfway += all_opens(&c).old_pages > 0;
    }
    run.kill_after_us = 0;
    pid = kit_child(rekey_and_tell, &run, &in);
    assert_int_equal(kit_wait(pid), 0);
    close(in);
    struct ct_verify_report v = all_opens(&c);
    assert_int_equal(v.old_pages, 0);
    assert_int_equal(v.problems, 0);
    assert_true(killed >= KILLS / 3);
    if (getenv("CT_TELL") != NULL)
        fprintf(stderr, "%d of %d killed, %d with pages left under the older key, %lld us\n",
                killed, KILLS, halfway, (long long)span);
    clinic_end(&c);
}

/* ---- four record meanwhile ------------------------------------------------------- */

struct recorder {
    struct clinic *c;
    int64_t base;
};

static void record_for_ever(int out, void *arg)
{
    const struct recorder *r = arg;
    struct ct_error e = {0};
    struct ct_app *app = clinic_app(r->c);
    if (recorded_login(app, "tom", TOM_PASSWORD, &e) != CT_OK)
        _exit(2);
    for (int64_t i = 0;; i++) {
        if (ct_record_event(app, CT_VERB_LOST, r->base + i, CT_ROUTINE, "", &e) != CT_OK) {
            dprintf(2, "recorder: %s\n", e.text);
            _exit(3);
        }
        kit_tell(out, i);
    }
}

static void test_four_record_meanwhile(void **state)
{
    struct clinic c;
    struct recorder r[RECORDERS];
    pid_t pid[RECORDERS];
    int in[RECORDERS], done;
    int64_t told[RECORDERS], v = 0;
    (void)state;
    clinic_staff(&c);
    ct_logout(c.app);
    for (int i = 0; i < RECORDERS; i++) {
        r[i] = (struct recorder){.c = &c, .base = (i + 1) * 1000000};
        pid[i] = kit_child(record_for_ever, &r[i], &in[i]);
        assert_true(kit_read(in[i], &told[i])); /* is in, with the first key */
    }
    struct run run = {.c = &c};
    for (int i = 0; i < 3; i++) {
        pid_t p = kit_child(rekey_and_tell, &run, &done);
        assert_true(kit_read(done, &v));
        assert_int_equal(kit_wait(p), 0);
        close(done);
    }
    for (int i = 0; i < RECORDERS; i++) {
        assert_true(kit_read(in[i], &told[i])); /* goes on */
        kit_kill(pid[i]);
        while (kit_read(in[i], &v))
            told[i] = v;
        close(in[i]);
    }
    struct ct_verify_report report = all_opens(&c);
    assert_int_equal(report.problems, 0);
    assert_int_equal(report.epoch, 4);
    login_again(&c, "ada", ADA_PASSWORD);
    for (int i = 0; i < RECORDERS; i++) {
        char sql[160];
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM audit WHERE patient_id BETWEEN %lld AND %lld",
                 (long long)r[i].base, (long long)(r[i].base + 999999));
        int64_t n = app_int(c.app, sql);
        assert_in_range(n, told[i] + 1, told[i] + 2);
    }
    clinic_end(&c);
}

/* ---- torn, full ---------------------------------------------------------------------- */

static struct faultvfs fv;

static void two_keys(struct ct_seal *seal)
{
    unsigned char key[CT_KEY_LEN];
    memset(key, 77, sizeof key);
    assert_int_equal(ct_seal_add_key(seal, 2, key, NULL), CT_OK);
    assert_int_equal(ct_seal_use(seal, 2, NULL), CT_OK);
}

static enum ct_status reseal(struct kit *k, struct ct_error *e)
{
    uint32_t from = 1, n = 0, pages = 0;
    enum ct_status s = CT_OK;
    while (s == CT_OK && from != 0)
        s = ct_db_reseal(k->db, &from, &n, &pages, e);
    return s;
}

static enum ct_status fine(void *arg, struct ct_error *reterr)
{
    (void)arg, (void)reterr;
    return CT_OK;
}

static void ends(struct kit *k, int64_t rows)
{
    struct ct_error e = {0};
    assert_int_equal(reseal(k, &e), CT_OK);
    if (ct_db_resealed(k->db, fine, NULL, &e) != CT_OK)
        fail_msg("the end: %s", e.text);
    assert_int_equal(kit_problems(k->db), 0);
    assert_int_equal(kit_count(k->db), rows);
    assert_int_equal(kit_size(k, "reseal"), -1);
}

/* The n-th page is half written when the power goes: what lies beside the store mends it. */
static void test_torn_at_every_page(void **state)
{
    int torn = 0;
    (void)state;
    kit_schema(1); /* a small store, for this and what follows */
    for (long n = 1;; n++) {
        struct kit k;
        struct ct_error e = {0};
        kit_create(&k, "rekey-fault");
        two_keys(k.seal);
        kit_open(&k, NULL);
        for (int i = 0; i < 3; i++)
            assert_int_equal(kit_add(k.db, i, NULL), CT_OK);
        fv.ops = FV_WRITE;
        faultvfs_arm(&fv, n, FV_SHORT, true);
        enum ct_status s = reseal(&k, &e);
        faultvfs_arm(&fv, 0, FV_EIO, false);
        if (s == CT_OK) {
            kit_done(&k);
            break;
        }
        assert_int_equal(s, CT_EIO);
        assert_true(kit_size(&k, "reseal") > 0);
        torn++;
        kit_close(&k);
        kit_open(&k, NULL);
        assert_int_equal(kit_size(&k, "reseal"), 0);
        assert_int_equal(kit_problems(k.db), 0);
        ends(&k, 3);
        kit_done(&k);
    }
    assert_true(torn > 10);
}

static void limit_files(rlim_t to)
{
    struct rlimit r;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &r), 0);
    r.rlim_cur = to;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &r), 0);
}

static void test_the_disk_is_full(void **state)
{
    struct kit k;
    struct ct_error e = {0};
    (void)state;
    kit_create(&k, NULL);
    two_keys(k.seal);
    kit_open(&k, NULL);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    signal(SIGXFSZ, SIG_IGN);
    limit_files(16 * CT_PAGE);
    enum ct_status s = reseal(&k, &e);
    limit_files(RLIM_INFINITY);
    assert_int_equal(s, CT_EFULL);
    assert_int_equal(kit_size(&k, "reseal"), 0);
    assert_int_equal(kit_problems(k.db), 0);
    assert_int_equal(kit_add(k.db, 2, NULL), CT_OK);
    ends(&k, 2);
    kit_done(&k);
}

/* What was left beside the store by a kill is never put over what came later. */
static void test_a_leftover_changes_nothing(void **state)
{
    struct kit k;
    struct ct_error e = {0};
    char path[128];
    size_t n = 0;
    (void)state;
    kit_create(&k, "rekey-fault");
    two_keys(k.seal);
    kit_open(&k, NULL);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK);
    fv.ops = FV_WRITE;
    faultvfs_arm(&fv, 3, FV_EIO, true);
    assert_int_equal(reseal(&k, &e), CT_EIO);
    faultvfs_arm(&fv, 0, FV_EIO, false);
    kit_path(&k, "reseal", path);
    char *left = file_read(path, &n);
    kit_close(&k);
    kit_open(&k, NULL);
    ends(&k, 1);
    for (int i = 2; i < 40; i++)
        assert_int_equal(kit_add(k.db, i, NULL), CT_OK);
    assert_int_equal(ct_db_checkpoint(k.db, NULL), CT_OK);
    kit_close(&k);
    file_write(path, left, n);
    kit_open(&k, NULL);
    assert_int_equal(kit_count(k.db), 39);
    assert_int_equal(kit_problems(k.db), 0);
    kit_close(&k);
    left[n / 2] ^= 1; /* nor is one that was torn itself */
    file_write(path, left, n);
    kit_open(&k, NULL);
    assert_int_equal(kit_size(&k, "reseal"), 0);
    assert_int_equal(kit_count(k.db), 39);
    free(left);
    kit_done(&k);
}

/* Nobody writes, nor checkpoints, under a key that is being given up. */
static enum ct_status a_newer_key(void *arg, struct ct_error *reterr)
{
    return ct_seal_use(arg, 2, reterr);
}

static enum ct_status none_to_be_had(void *arg, struct ct_error *reterr)
{
    (void)arg;
    return ct_fail(reterr, CT_EDENIED, NULL, "not for you");
}

static void test_writers_ask_at_the_gate(void **state)
{
    struct kit k;
    struct ct_error e = {0};
    uint32_t left = 0, first = 0;
    (void)state;
    kit_create(&k, NULL);
    two_keys(k.seal);
    assert_int_equal(ct_seal_use(k.seal, 1, NULL), CT_OK);
    kit_open(&k, NULL);
    assert_int_equal(kit_add(k.db, 1, NULL), CT_OK); /* in the log, under the first */
    ct_seal_source(k.seal, none_to_be_had, NULL);
    assert_int_equal(kit_add(k.db, 2, &e), CT_EDENIED);
    assert_int_equal(ct_db_checkpoint(k.db, &e), CT_EDENIED);
    ct_seal_source(k.seal, a_newer_key, k.seal);
    assert_int_equal(ct_db_checkpoint(k.db, NULL), CT_OK);
    assert_int_equal(ct_seal_epoch(k.seal), 2);
    assert_int_equal(ct_db_reseal_left(k.db, &left, &first, NULL), CT_OK);
    assert_true(left > 0 && left * (long)CT_PAGE < kit_size(&k, CT_STORE_FILE));
    ends(&k, 1);
    kit_done(&k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_at_any_moment),
        cmocka_unit_test(test_four_record_meanwhile),
        cmocka_unit_test(test_torn_at_every_page),
        cmocka_unit_test(test_the_disk_is_full),
        cmocka_unit_test(test_a_leftover_changes_nothing),
        cmocka_unit_test(test_writers_ask_at_the_gate),
    };
    if (faultvfs_init(&fv, "rekey-fault", NULL) != 0)
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    faultvfs_done(&fv);
    return failed;
}
