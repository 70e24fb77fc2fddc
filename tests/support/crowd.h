/* crowd - many processes at work in one clinic, killed and replaced at any moment, and what
 * each of them was told: to be compared with what is there at the end.
 *
 * A worker is a process that logs in as tom and does one kind of work until it is killed; what
 * it did it says in a word to the parent, which has nothing of the store open meanwhile.
 */
#ifndef CT_TESTS_CROWD_H
#define CT_TESTS_CROWD_H

#include <sys/types.h>

#include "tests/support/ward.h"

enum { CROWD_MAX = 64, CROWD_PATIENTS = 8 };

enum crowd_did {
    CROWD_SAVED, /* a set of vitals, acknowledged: id, patient, pulse */
    CROWD_READ,  /* a patient and what is known of the vitals */
    CROWD_CHECKPOINTED,
    CROWD_BACKED_UP,
    CROWD_HELD, /* a snapshot was kept open for a while, and ended */
    CROWD_BUSY, /* not saved: others were in the way for longer than the limit */
    CROWD_LATER, /* no checkpoint or backup: somebody was reading an old state */
    CROWD_DID,
};
struct crowd_word {
    int worker;
    enum crowd_did did;
    bool failed; /* error says why: the worker gave up */
    int pulse;
    int64_t id, patient_id;
    int64_t us; /* how long it took */
    char error[200];
};

struct crowd;
struct crowd_worker {
    struct crowd *of;
    int me;
    long i; /* turns done */
    uint64_t random;
    struct ct_app *app;
};
/* One turn of the work; says its word itself. */
typedef void crowd_turn(struct crowd_worker *w);

struct crowd {
    struct ward w;
    int64_t patient[CROWD_PATIENTS];
    int workers, kills;
    crowd_turn *turn[CROWD_MAX];
    pid_t pid[CROWD_MAX];
    int from[2]; /* the pipe */
    struct crowd_word *saved; /* the acknowledged sets */
    size_t n, cap;
    size_t by[CROWD_MAX];
    long did[CROWD_DID];
    uint64_t seed;
};

void crowd_begin(struct crowd *c, int checkpoint_pages);
void crowd_end(struct crowd *c); /* kills who is left */

uint32_t crowd_chance(uint64_t *random, uint32_t below);
int64_t crowd_now_us(void); /* monotonic */

/* Another process that takes turns; replaces the one that was stopped. */
void crowd_start(struct crowd *c, int i, crowd_turn *turn);
void crowd_stop(struct crowd *c, int i); /* kill -9 */
/* The next word within wait_ms; false: none. Fails the test when a worker gave up. */
bool crowd_hear(struct crowd *c, int wait_ms, struct crowd_word *ret);
/* Everybody stopped: what was acknowledged is there with the values that were sent, and at
 * most one set a kill beyond it; each has its entry; verify finds nothing. */
void crowd_check(struct crowd *c);

/* ---- turns, in a worker ------------------------------------------------------------- */

void crowd_say(const struct crowd_worker *w, enum crowd_did did, int64_t us);
void crowd_give_up(const struct crowd_worker *w, const struct ct_error *e);
/* Record a set that nobody else records; true when it was acknowledged. */
bool crowd_record(struct crowd_worker *w);
void crowd_checkpoint(struct crowd_worker *w);

#endif
