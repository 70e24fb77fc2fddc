/* Four processes record vitals at once, with checkpoints, and one of them is killed
 * again and again and replaced: what was acknowledged is there with the values that
 * were sent, at most one set a kill is there beyond it, and the chain verifies.
 * CT_SOAK_S is how long it goes on, 6 s unless set.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/store_kit.h"
#include "tests/support/steps.h"
#include "tests/support/ward.h"

enum { WORKERS = 4, CHECKPOINT_PAGES = 100, OWN_CHECKPOINT = 25, ACKS_MAX = 1 << 20 };

/* What a worker says when a set was recorded, or why it gives up (id 0). */
struct ack {
    int worker;
    int64_t id, patient_id;
    int pulse;
    char error[200];
};

struct field {
    struct ward w;
    int64_t patient[WORKERS];
    pid_t pid[WORKERS];
    int from[2]; /* the pipe */
    struct ack *ack;
    size_t n;
    size_t by[WORKERS];
    int kills;
    uint64_t seed;
};

static uint32_t chance(struct field *f, uint32_t below)
{
    f->seed = f->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(f->seed >> 33) % below;
}

/* ---- a worker ------------------------------------------------------------------ */

static void tell(const struct field *f, const struct ack *a)
{
    if (write(f->from[1], a, sizeof *a) != (ssize_t)sizeof *a) /* atomic: under PIPE_BUF */
        _exit(2);
}

static void give_up(const struct field *f, int me, const struct ct_error *e)
{
    struct ack a = {.worker = me};
    snprintf(a.error, sizeof a.error, "%s: %.150s", ct_status_name(e->status), e->text);
    tell(f, &a);
    _exit(1);
}

static void work(struct field *f, int me)
{
    struct ct_error e = {0};
    struct ct_app *app = clinic_app(&f->w.c);
    for (;;) {
        enum ct_status s = recorded_login(app, "tom", TOM_PASSWORD, &e);
        if (s == CT_OK)
            break;
        if (s != CT_EBUSY)
            give_up(f, me, &e);
    }
    for (int i = 0;; i++) {
        struct ack a = {.worker = me,
                        .patient_id = f->patient[i % WORKERS],
                        .pulse = 50 + (int)chance(f, 60)};
        struct ct_vitals v;
        ct_vitals_init(&v);
        v.patient_id = a.patient_id;
        /* no two alike: the same set twice would rightly be refused */
        v.taken_ms = f->w.c.now - i * INT64_C(1000) - getpid() % 1000;
        v.v[CT_Q_PULSE] = (struct ct_value){.n = a.pulse};
        v.partial = CT_WHY_UNAVAILABLE;
        snprintf(v.note, sizeof v.note, "worker %d (%d) set %d", me, (int)getpid(), i);
        enum ct_status s = ct_vitals_record(app, &f->w.rules, &v, &e);
        if (s != CT_OK && s != CT_EBUSY)
            give_up(f, me, &e);
        a.id = v.id;
        if (s == CT_OK)
            tell(f, &a);
        if (me == 0 && i % OWN_CHECKPOINT == 0 &&
            (s = ct_db_checkpoint(ct_app_db(app), &e)) != CT_OK && s != CT_EBUSY)
            give_up(f, me, &e);
    }
}

static void start(struct field *f, int i)
{
    fflush(NULL);
    f->seed += (uint64_t)i + 1; /* each its own values */
    f->pid[i] = fork();
    assert_true(f->pid[i] >= 0);
    if (f->pid[i] == 0) {
        close(f->from[0]);
        work(f, i);
    }
}

static void stop(struct field *f, int i)
{
    int status;
    kill(f->pid[i], SIGKILL);
    assert_int_equal(waitpid(f->pid[i], &status, 0), f->pid[i]);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
    f->pid[i] = 0;
    f->kills++;
}

/* ---- the parent ------------------------------------------------------------------ */

static bool collect(struct field *f, int wait_ms)
{
    struct pollfd p = {.fd = f->from[0], .events = POLLIN};
    struct ack a;
    if (poll(&p, 1, wait_ms) <= 0 || read(f->from[0], &a, sizeof a) != (ssize_t)sizeof a)
        return false;
    if (a.id == 0)
        fail_msg("worker %d gave up: %s", a.worker, a.error);
    assert_true(f->n < ACKS_MAX);
    f->by[a.worker]++;
    f->ack[f->n++] = a;
    return true;
}

static int setup(void **state)
{
    kit_schema(10); /* to patients, vitals and who may read them */
    struct field *f = calloc(1, sizeof *f);
    f->ack = calloc(ACKS_MAX, sizeof *f->ack);
    f->seed = 20261122;
    *state = f;
    ward_begin(&f->w);
    f->w.c.config.checkpoint_pages = CHECKPOINT_PAGES;
    for (int i = 0; i < WORKERS; i++) {
        char family[24];
        snprintf(family, sizeof family, "Shared%c", 'A' + i);
        f->patient[i] = ward_patient(&f->w, family, "Invented", "", "1961-03-14");
    }
    /* Nothing of the store is open in the process that forks. */
    ct_app_freep(&f->w.tom);
    ct_app_freep(&f->w.sue);
    ct_app_freep(&f->w.c.app);
    return pipe(f->from);
}

static int teardown(void **state)
{
    struct field *f = *state;
    for (int i = 0; i < WORKERS; i++)
        if (f->pid[i] > 0) {
            kill(f->pid[i], SIGKILL);
            waitpid(f->pid[i], NULL, 0);
        }
    close(f->from[0]);
    close(f->from[1]);
    free(f->ack);
    ward_end(&f->w);
    free(f);
    return 0;
}

static void said(const char *sentence, void *arg)
{
    (void)arg;
    fprintf(stderr, "verify: %s\n", sentence);
}

static void check(struct field *f)
{
    struct ct_app *sue = clinic_app(&f->w.c);
    struct ct_verify_report r = {0};
    struct ct_error err = {0};
    if (recorded_login(sue, "sue", SUE_PASSWORD, &err) != CT_OK)
        fail_msg("after %d kills: %s", f->kills, err.text);
    assert_string_equal(ct_app_warning(sue), "");
    ok(ct_verify(sue, said, NULL, &r, e));
    assert_int_equal(r.problems, 0);
    for (size_t i = 0; i < f->n; i++) {
        struct ct_vitals v;
        if (ct_vitals_get(sue, f->ack[i].id, &v, &err) != CT_OK)
            fail_msg("set %lld of worker %d was acknowledged and is lost: %s",
                     (long long)f->ack[i].id, f->ack[i].worker, err.text);
        assert_int_equal(v.patient_id, f->ack[i].patient_id);
        assert_int_equal(v.v[CT_Q_PULSE].n, f->ack[i].pulse);
    }
    int64_t all = app_int(sue, "SELECT count(*) FROM vitals");
    assert_true(all >= (int64_t)f->n);
    assert_true(all <= (int64_t)f->n + f->kills); /* one under way a kill */
    assert_int_equal(app_int(sue, "SELECT count(*) FROM audit WHERE verb = 'vitals.record'"),
                     all);
    ct_app_free(sue);
}

static void test_four_at_once_one_killed_again_and_again(void **state)
{
    struct field *f = *state;
    const char *soak = getenv("CT_SOAK_S");
    int64_t end = steps_now_ms() + 1000 * (soak != NULL ? strtol(soak, NULL, 10) : 6);
    for (int i = 0; i < WORKERS; i++)
        start(f, i);
    int64_t progress = steps_now_ms();
    /* longer on a machine that is busy with other things */
    while (steps_now_ms() < end || (f->kills < 4 && steps_now_ms() < end + 60000)) {
        /* So many more sets, and then one of the four dies, whatever it is doing. */
        for (size_t more = f->n + 1 + chance(f, 60); f->n < more && steps_now_ms() < end + 60000;) {
            if (collect(f, 100))
                progress = steps_now_ms();
            else if (steps_now_ms() - progress > 20000)
                fail_msg("nobody has recorded anything for 20 s");
        }
        int victim = (int)chance(f, WORKERS);
        stop(f, victim);
        start(f, victim);
    }
    for (int i = 0; i < WORKERS; i++)
        stop(f, i);
    while (collect(f, 0)) { /* said before they died */
    }
    if (getenv("CT_TELL") != NULL)
        fprintf(stderr, "%zu sets acknowledged, %d kills\n", f->n, f->kills);
    assert_true(f->kills >= 4 + WORKERS);
    for (int i = 0; i < WORKERS; i++)
        assert_true(f->by[i] > 0);
    check(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_four_at_once_one_killed_again_and_again),
    };
    return cmocka_run_group_tests_name("many", tests, setup, teardown);
}
