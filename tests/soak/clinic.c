/* Fifty people at one clinic for as long as CT_SOAK_S says (ten minutes by `make soak`):
 * most read, many record, one keeps old states open, one checkpoints, one backs up, one saves
 * slowly; each second one of them is killed and replaced. Nothing acknowledged is lost, nothing
 * is there twice, the chain is whole, no reader waits for a writer, writers queue, and the log
 * comes back within its bounds. The figures are printed as rows of docs/performance.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/backup.h"
#include "tests/support/crowd.h"
#include "tests/support/steps.h"

enum {
    PEOPLE = 50,
    CHECKPOINT_PAGES = 1000, /* as config.ini has it */
    FRAME = 4096 + 24,
    THOUGHT_MS = 1000,
    HELD_MS = 3000,
    BACKUP_EVERY_MS = 10000,
    SLOW_SAVE_MS = 200,
    SETTLE_MS = 20000, /* for the log, once nobody holds an old state */
    SAMPLES = 1 << 22,
};

static void think(struct crowd_worker *w, int ms)
{
    (void)poll(NULL, 0, ms / 2 + (int)crowd_chance(&w->random, (uint32_t)ms));
}

/* ---- what people do --------------------------------------------------------------------- */

static void reads(struct crowd_worker *w)
{
    struct ct_error e = {0};
    struct ct_patient p;
    struct ct_vitals *v = NULL;
    size_t n = 0;
    const int64_t id = w->of->patient[crowd_chance(&w->random, CROWD_PATIENTS)];
    const int64_t start = crowd_now_us();
    if (ct_patient_get(w->app, id, &p, &e) != CT_OK ||
        ct_vitals_list(w->app, id, CT_UNSET, 20, &v, &n, &e) != CT_OK)
        crowd_give_up(w, &e);
    crowd_say(w, CROWD_READ, crowd_now_us() - start);
    for (size_t i = 1; i < n; i++)
        if (v[i].taken_ms > v[i - 1].taken_ms)
            _exit(3); /* newest first, always */
    free(v);
    think(w, THOUGHT_MS / 4);
}

static void records(struct crowd_worker *w)
{
    (void)crowd_record(w);
    think(w, THOUGHT_MS);
}

static void records_without_pause(struct crowd_worker *w)
{
    (void)crowd_record(w);
}

static void checkpoints(struct crowd_worker *w)
{
    crowd_checkpoint(w);
    think(w, THOUGHT_MS);
}

/* An old state of the store, kept: the log cannot be begun anew meanwhile. */
static void holds(struct crowd_worker *w)
{
    struct ct_error e = {0};
    struct ct_patient p;
    {
        CT_TX tx = {0};
        if (ct_tx_read(ct_app_db(w->app), &tx, &e) != CT_OK ||
            ct_patient_get(w->app, w->of->patient[0], &p, &e) != CT_OK)
            crowd_give_up(w, &e);
        (void)poll(NULL, 0, HELD_MS);
    }
    crowd_say(w, CROWD_HELD, HELD_MS * INT64_C(1000));
    think(w, THOUGHT_MS);
}

/* Holds the gate for longer than anybody should: nobody who reads may notice. */
static void saves_slowly(struct crowd_worker *w)
{
    struct ct_error e = {0};
    CT_TX tx = {0};
    const enum ct_status s = ct_tx_begin(ct_app_db(w->app), &tx, &e);
    if (s != CT_OK && s != CT_EBUSY)
        crowd_give_up(w, &e);
    if (s == CT_OK)
        (void)poll(NULL, 0, SLOW_SAVE_MS);
    ct_tx_end(&tx);
    think(w, 5 * THOUGHT_MS);
}

static void backs_up(struct crowd_worker *w)
{
    char path[TMP_PATH + 40];
    struct ct_error e = {0};
    struct ct_backup_report r;
    if (w->i == 0) { /* who may */
        ct_logout(w->app);
        if (recorded_login(w->app, "ada", ADA_PASSWORD, &e) != CT_OK)
            crowd_give_up(w, &e);
    }
    snprintf(path, sizeof path, "%s/backup-%d-%ld", w->of->w.c.top, (int)getpid(), w->i);
    const struct ct_backup_request req = {.path = path};
    const int64_t start = crowd_now_us();
    const enum ct_status s = ct_backup_make(w->app, &req, &r, &e);
    if (s != CT_OK && s != CT_EBUSY && s != CT_ECONFLICT)
        crowd_give_up(w, &e);
    crowd_say(w, s == CT_EBUSY ? CROWD_LATER : CROWD_BACKED_UP, crowd_now_us() - start);
    if (s != CT_EBUSY && r.problems != 0)
        _exit(3);
    unlink(path);
    think(w, BACKUP_EVERY_MS);
}

static crowd_turn *turn_of(int i)
{
    static crowd_turn *const FIRST[] = {checkpoints, holds, backs_up, saves_slowly,
                                        records_without_pause};
    if (i < (int)CT_LEN(FIRST))
        return FIRST[i];
    return i % 2 == 0 ? reads : records;
}

/* ---- figures -------------------------------------------------------------------------------- */

struct samples {
    int32_t *us;
    size_t n;
};

static void add(struct samples *s, int64_t us)
{
    if (s->us == NULL)
        s->us = calloc(SAMPLES, sizeof *s->us);
    assert_non_null(s->us);
    if (s->n < SAMPLES)
        s->us[s->n++] = (int32_t)(us < INT32_MAX ? us : INT32_MAX);
}

static int by_size(const void *a, const void *b)
{
    return *(const int32_t *)a < *(const int32_t *)b ? -1
                                                      : *(const int32_t *)a > *(const int32_t *)b;
}

static double at(const struct samples *s, double part)
{
    if (s->n == 0)
        return 0;
    size_t i = (size_t)(part * (double)s->n);
    return s->us[i < s->n ? i : s->n - 1] / 1000.0;
}

static void row(const char *what, struct samples *s)
{
    if (s->n > 0)
        qsort(s->us, s->n, sizeof *s->us, by_size);
    print_message("| %s | %zu | %.1f | %.0f | %.0f |\n", what, s->n, at(s, 0.5), at(s, 0.99),
                  at(s, 1));
}

struct soak {
    struct crowd c;
    struct samples did[CROWD_DID], by_pause[2]; /* commits with thought, without */
    int64_t log_most, log_end;
    long settle_ms;
};

static void hear(struct soak *s, int wait_ms)
{
    struct crowd_word word;
    int left = 2000; /* and then the parent looks around */
    while (left-- > 0 && crowd_hear(&s->c, wait_ms, &word)) {
        wait_ms = 0;
        add(&s->did[word.did], word.us);
        if (word.did == CROWD_SAVED)
            add(&s->by_pause[s->c.turn[word.worker] == records_without_pause], word.us);
    }
    const int64_t log = steps_size(s->c.w.c.dir, CT_STORE_FILE "-wal");
    s->log_most = log > s->log_most ? log : s->log_most;
}

/* Nobody holds an old state any more and people go on: how soon is the log short again? */
static void settle(struct soak *s)
{
    const int64_t start = steps_now_ms(), most = 2 * CHECKPOINT_PAGES * (int64_t)FRAME;
    for (int i = 0; i < s->c.workers; i++)
        if (s->c.turn[i] == holds || s->c.turn[i] == backs_up)
            crowd_stop(&s->c, i);
    do {
        hear(s, 20);
        s->log_end = steps_size(s->c.w.c.dir, CT_STORE_FILE "-wal");
        s->settle_ms = (long)(steps_now_ms() - start);
    } while (s->log_end > most && s->settle_ms < SETTLE_MS);
    if (s->log_end > most)
        fail_msg("the log still has %lld bytes after %ld ms", (long long)s->log_end,
                 s->settle_ms);
}

static void print_figures(struct soak *s, long seconds)
{
    print_message("%d people, %ld s, %d kills: %zu sets acknowledged, none lost, none twice\n",
                  PEOPLE, seconds, s->c.kills, s->c.n);
    print_message("| what | times | p50 ms | p99 ms | most ms |\n|---|---|---|---|---|\n");
    row("reading a patient and 20 sets", &s->did[CROWD_READ]);
    row("recording a set, 1 s of thought", &s->by_pause[0]);
    row("recording a set, without pause", &s->by_pause[1]);
    row("a checkpoint", &s->did[CROWD_CHECKPOINTED]);
    row("a backup", &s->did[CROWD_BACKED_UP]);
    print_message("saves refused as busy: %ld; checkpoints and backups put off: %ld; log at most %lld frames (checkpoint at %d), %lld frames "
                  "%ld ms after the last old state ended\n",
                  s->c.did[CROWD_BUSY], s->c.did[CROWD_LATER], (long long)(s->log_most / FRAME), CHECKPOINT_PAGES,
                  (long long)(s->log_end / FRAME), s->settle_ms);
}

static void test_fifty_people(void **state)
{
    struct soak *s = *state;
    const char *set = getenv("CT_SOAK_S");
    const long seconds = set != NULL ? strtol(set, NULL, 10) : 600;
    for (int i = 0; i < PEOPLE; i++)
        crowd_start(&s->c, i, turn_of(i));
    while (s->c.n < PEOPLE / 2) /* they have come in */
        hear(s, 100);
    const int64_t end = steps_now_ms() + seconds * 1000;
    for (int64_t next_kill = steps_now_ms() + 1000; steps_now_ms() < end;) {
        hear(s, 20);
        if (steps_now_ms() < next_kill)
            continue;
        next_kill += 1000;
        const int victim = (int)crowd_chance(&s->c.seed, PEOPLE);
        crowd_stop(&s->c, victim);
        crowd_start(&s->c, victim, turn_of(victim));
    }
    settle(s);
    for (int i = 0; i < PEOPLE; i++)
        crowd_stop(&s->c, i);
    struct crowd_word word;
    while (crowd_hear(&s->c, 0, &word)) { /* said before they died */
    }
    crowd_check(&s->c);
    print_figures(s, seconds);
    assert_true(s->c.did[CROWD_READ] > 0 && s->c.did[CROWD_CHECKPOINTED] > 0);
    assert_true(s->c.kills >= seconds / 2);
    /* nobody waited for a writer who held the gate: those did for SLOW_SAVE_MS */
    assert_true(at(&s->did[CROWD_READ], 0.99) < SLOW_SAVE_MS * STEPS_SLOW);
    assert_int_equal(s->c.did[CROWD_BUSY], 0);
}

static int setup(void **state)
{
    struct soak *s = calloc(1, sizeof *s);
    assert_non_null(s);
    *state = s;
    crowd_begin(&s->c, CHECKPOINT_PAGES);
    return 0;
}

static int teardown(void **state)
{
    struct soak *s = *state;
    crowd_end(&s->c);
    for (size_t i = 0; i < CROWD_DID; i++)
        free(s->did[i].us);
    free(s->by_pause[0].us);
    free(s->by_pause[1].us);
    free(s);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_fifty_people, setup, teardown),
    };
    tmp_on_disk();
    return cmocka_run_group_tests_name("clinic", tests, NULL, NULL);
}
