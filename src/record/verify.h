/* verify - what the two files of the verification share.
 *
 * Layer:  record; included by verify.c and verify_chain.c only.
 */
#ifndef CT_RECORD_VERIFY_H
#define CT_RECORD_VERIFY_H

#include "record/internal.h"

struct ct_walk {
    struct ct_app *app;
    void (*problem)(const char *sentence, void *arg); /* may be NULL */
    void *arg;
    struct ct_verify_report *report;
};

/* One problem. seq 0: not about one entry. */
void ct_walk_say(struct ct_walk *w, int64_t seq, const char *fmt, ...) CT_FORMAT(3, 4);
/* Damage is what verify looks for: a sentence, and on with the rest. Anything
 * else means that it could not be done. reterr may be e itself. */
enum ct_status ct_walk_found(struct ct_walk *w, enum ct_status s, const struct ct_error *e,
                             struct ct_error *reterr);
/* Order, gaps, leaf and link of every entry, the rows it bound, its signature. */
enum ct_status ct_walk_chain(struct ct_walk *w, struct ct_error *reterr);

#endif
