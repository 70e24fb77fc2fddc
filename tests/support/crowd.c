/* crowd - see crowd.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/support/crowd.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

uint32_t crowd_chance(uint64_t *random, uint32_t below)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*random >> 33) % below;
}

int64_t crowd_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---- a worker ------------------------------------------------------------------ */

static void tell(const struct crowd *c, const struct crowd_word *word)
{
    if (write(c->from[1], word, sizeof *word) != (ssize_t)sizeof *word) /* atomic: under PIPE_BUF */
        _exit(2);
}

void crowd_say(const struct crowd_worker *w, enum crowd_did did, int64_t us)
{
    const struct crowd_word word = {.worker = w->me, .did = did, .us = us};
    tell(w->of, &word);
}

void crowd_give_up(const struct crowd_worker *w, const struct ct_error *e)
{
    struct crowd_word word = {.worker = w->me, .failed = true};
    snprintf(word.error, sizeof word.error, "%s: %.150s", ct_status_name(e->status), e->text);
    tell(w->of, &word);
    _exit(1);
}

bool crowd_record(struct crowd_worker *w)
{
    struct crowd *c = w->of;
    struct ct_error e = {0};
    struct ct_vitals v;
    struct crowd_word word = {.worker = w->me, .did = CROWD_SAVED};
    ct_vitals_init(&v);
    v.patient_id = c->patient[w->i % CROWD_PATIENTS];
    /* no two alike: the same set twice would rightly be refused */
    v.taken_ms = c->w.c.now - w->i * INT64_C(1000) - getpid() % 1000;
    v.v[CT_Q_PULSE] = (struct ct_value){.n = 50 + (int)crowd_chance(&w->random, 60)};
    v.partial = CT_WHY_UNAVAILABLE;
    snprintf(v.note, sizeof v.note, "worker %d (%d) set %ld", w->me, (int)getpid(), w->i);
    const int64_t start = crowd_now_us();
    const enum ct_status s = ct_vitals_record(w->app, &c->w.rules, &v, &e);
    word.us = crowd_now_us() - start;
    if (s != CT_OK && s != CT_EBUSY)
        crowd_give_up(w, &e);
    if (s == CT_EBUSY) {
        crowd_say(w, CROWD_BUSY, word.us);
        return false;
    }
    word.id = v.id;
    word.patient_id = v.patient_id;
    word.pulse = (int)v.v[CT_Q_PULSE].n;
    tell(c, &word);
    return true;
}

void crowd_checkpoint(struct crowd_worker *w)
{
    struct ct_error e = {0};
    const int64_t start = crowd_now_us();
    const enum ct_status s = ct_db_checkpoint(ct_app_db(w->app), &e);
    if (s != CT_OK && s != CT_EBUSY)
        crowd_give_up(w, &e);
    crowd_say(w, s == CT_OK ? CROWD_CHECKPOINTED : CROWD_LATER, crowd_now_us() - start);
}

static void work(struct crowd *c, int me, crowd_turn *turn)
{
    struct ct_error e = {0};
    struct crowd_worker w = {.of = c, .me = me, .random = c->seed, .app = clinic_app(&c->w.c)};
    for (;;) {
        enum ct_status s = recorded_login(w.app, "tom", TOM_PASSWORD, &e);
        if (s == CT_OK)
            break;
        if (s != CT_EBUSY)
            crowd_give_up(&w, &e);
    }
    for (;; w.i++)
        turn(&w);
}

void crowd_start(struct crowd *c, int i, crowd_turn *turn)
{
    fflush(NULL);
    c->seed += (uint64_t)i + 1; /* each its own values */
    c->turn[i] = turn;
    c->pid[i] = fork();
    assert_true(c->pid[i] >= 0);
    if (c->pid[i] == 0) {
        close(c->from[0]);
        work(c, i, turn);
    }
    if (i >= c->workers)
        c->workers = i + 1;
}

void crowd_stop(struct crowd *c, int i)
{
    int status;
    if (c->pid[i] <= 0)
        return;
    kill(c->pid[i], SIGKILL);
    assert_int_equal(waitpid(c->pid[i], &status, 0), c->pid[i]);
    c->pid[i] = 0;
    if (WIFEXITED(status)) { /* it gave up by itself: its word says why */
        struct crowd_word word;
        while (crowd_hear(c, 0, &word)) {
        }
    }
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
    c->kills++;
}

/* ---- the parent ------------------------------------------------------------------ */

bool crowd_hear(struct crowd *c, int wait_ms, struct crowd_word *ret)
{
    struct pollfd p = {.fd = c->from[0], .events = POLLIN};
    if (poll(&p, 1, wait_ms) <= 0 || read(c->from[0], ret, sizeof *ret) != (ssize_t)sizeof *ret)
        return false;
    if (ret->failed)
        fail_msg("worker %d gave up: %s", ret->worker, ret->error);
    c->did[ret->did]++;
    if (ret->did != CROWD_SAVED)
        return true;
    if (c->n == c->cap) {
        c->cap = c->cap > 0 ? 2 * c->cap : 4096;
        c->saved = realloc(c->saved, c->cap * sizeof *c->saved);
        assert_non_null(c->saved);
    }
    c->by[ret->worker]++;
    c->saved[c->n++] = *ret;
    return true;
}

void crowd_begin(struct crowd *c, int checkpoint_pages)
{
    *c = (struct crowd){.seed = 20261122};
    ward_begin(&c->w);
    c->w.c.config.checkpoint_pages = checkpoint_pages;
    for (int i = 0; i < CROWD_PATIENTS; i++) {
        char family[24];
        snprintf(family, sizeof family, "Shared%c", 'A' + i);
        c->patient[i] = ward_patient(&c->w, family, "Invented", "", "1961-03-14");
    }
    /* Nothing of the store is open in the process that forks. */
    ct_app_freep(&c->w.tom);
    ct_app_freep(&c->w.sue);
    ct_app_freep(&c->w.c.app);
    assert_int_equal(pipe(c->from), 0);
}

void crowd_end(struct crowd *c)
{
    for (int i = 0; i < c->workers; i++)
        if (c->pid[i] > 0) {
            kill(c->pid[i], SIGKILL);
            waitpid(c->pid[i], NULL, 0);
        }
    close(c->from[0]);
    close(c->from[1]);
    free(c->saved);
    ward_end(&c->w);
}

static void said(const char *sentence, void *arg)
{
    (void)arg;
    fprintf(stderr, "verify: %s\n", sentence);
}

void crowd_check(struct crowd *c)
{
    struct ct_app *sue = clinic_app(&c->w.c);
    struct ct_verify_report r = {0};
    struct ct_error err = {0};
    if (recorded_login(sue, "sue", SUE_PASSWORD, &err) != CT_OK)
        fail_msg("after %d kills: %s", c->kills, err.text);
    assert_string_equal(ct_app_warning(sue), "");
    ok(ct_verify(sue, said, NULL, &r, e));
    assert_int_equal(r.problems, 0);
    for (size_t i = 0; i < c->n; i++) {
        struct ct_vitals v;
        const struct crowd_word *a = &c->saved[i];
        if (ct_vitals_get(sue, a->id, &v, &err) != CT_OK)
            fail_msg("set %lld of worker %d was acknowledged and is lost: %s",
                     (long long)a->id, a->worker, err.text);
        assert_int_equal(v.patient_id, a->patient_id);
        assert_int_equal(v.v[CT_Q_PULSE].n, a->pulse);
    }
    int64_t all = app_int(sue, "SELECT count(*) FROM vitals");
    assert_true(all >= (int64_t)c->n);
    assert_true(all <= (int64_t)c->n + c->kills); /* one under way a kill */
    assert_int_equal(app_int(sue, "SELECT count(DISTINCT note) FROM vitals"), all);
    assert_int_equal(app_int(sue, "SELECT count(*) FROM audit WHERE verb = 'vitals.record'"),
                     all);
    ct_app_free(sue);
}
