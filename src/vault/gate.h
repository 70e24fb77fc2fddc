/* gate - one lock file that writers queue at.
 *
 * Layer:  vault.
 * Why:    SQLite 3.40.1 can lose commits when a checkpoint overlaps a commit
 *         (the WAL-reset bug), and its busy handler is unfair. Every writer
 *         takes the gate before BEGIN IMMEDIATE and gives it back after
 *         COMMIT; checkpoints run only while holding it. Key derivations queue
 *         at a second gate, so that a shift change does not ask for gigabytes.
 * Lock:   flock(2) on a file of its own, blocking (so the kernel queues fairly)
 *         with a deadline; the lock ends with the process, however it ends.
 */
#ifndef CT_VAULT_GATE_H
#define CT_VAULT_GATE_H

#include "base/status.h"

struct ct_gate {
    int fd;    /* -1: not open */
    bool held;
};

#define CT_GATE_INIT {.fd = -1, .held = false}

/* Open (create 0600, O_CLOEXEC|O_NOFOLLOW) without taking it. */
CT_NODISCARD enum ct_status ct_gate_open(struct ct_gate *g, const char *path,
                                         struct ct_error *reterr);
void ct_gate_close(struct ct_gate *g); /* gives it back */

/* Wait up to limit_ms. CT_EBUSY when the limit passed: nothing is held.
 * Signals other than the deadline do not end the wait. */
CT_NODISCARD enum ct_status ct_gate_take(struct ct_gate *g, int limit_ms,
                                         struct ct_error *reterr);
void ct_gate_give(struct ct_gate *g); /* harmless when not held */

/* A note from one holder to the next, for as long as the machine runs: "what I
 * wrote may not have reached the disk". It is the lock file's one byte. Both only
 * while held. */
void ct_gate_doubt(struct ct_gate *g, bool on);
bool ct_gate_doubted(const struct ct_gate *g);

#endif
