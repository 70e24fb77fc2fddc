/* round_list - who is in a round, and what the store says of each of them.
 *
 * Layer:  ui; no drawing. Used by round.c alone.
 * Rule:   only who is in it, who is left out and when it began is remembered; done and
 *         skipped are read from the record each time, so that a set taken by a colleague
 *         counts, one that was marked as an error does not, and nothing is lost with the
 *         terminal.
 */
#ifndef CT_UI_ROUND_LIST_H
#define CT_UI_ROUND_LIST_H

#include "ui/screens/screens.h"

enum ct_round_state { CT_ROUND_TO_DO, CT_ROUND_LEFT_OUT, CT_ROUND_DONE, CT_ROUND_SKIPPED };

struct ct_round_entry {
    int64_t patient_id;
    enum ct_round_state state;
    int64_t at_ms;    /* when it was done or skipped, 0: not yet */
    enum ct_why why;  /* skipped, or done in part */
    bool known;       /* there is a set that says when the next one is due */
    struct ct_due due; /* name and place always */
};
struct ct_round {
    struct ct_app *app;
    struct ct_round_entry entry[CT_ROUND_MAX];
    size_t n;
    int64_t started_ms; /* a set recorded since then is one of this round */
    int64_t now_ms;     /* of the last look */
    size_t at;          /* the patient gone to last */
    bool begun;         /* worth keeping */
};

size_t ct_round_count(const struct ct_round *r, enum ct_round_state state);
/* Read what the record says of everybody; nothing happens while the store is locked. */
CT_NODISCARD enum ct_status ct_round_look(struct ct_round *r, struct ct_error *reterr);
/* The next one to do behind `from`, then from the beginning; r->n: nobody. */
size_t ct_round_after(const struct ct_round *r, size_t from);
/* Which of how many it is, from 1, not counting who is left out. */
size_t ct_round_position(const struct ct_round *r, size_t index);

/* These patients. */
CT_NODISCARD enum ct_status ct_round_of(struct ct_round *r, const struct ct_round_arg *a,
                                        struct ct_error *reterr);
/* Everybody who is late or due within so many minutes, at the place ("": everywhere);
 * the most urgent when there are too many: *ret_more are not in it. */
CT_NODISCARD enum ct_status ct_round_due(struct ct_round *r, int within_min, const char *place,
                                         size_t *ret_more, struct ct_error *reterr);
/* A round that was kept. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_round_resume(struct ct_round *r, struct ct_error *reterr);
/* Into the draft; false when there is nothing to keep. */
bool ct_round_keep(const struct ct_round *r, struct ct_draft *d);
/* The draft is dropped, if there is one. */
CT_NODISCARD enum ct_status ct_round_forget(struct ct_round *r, struct ct_error *reterr);
/* A set with nothing in it but the reason, of the patient gone to last: it is in the
 * record, and a refusal moves the due time. */
CT_NODISCARD enum ct_status ct_round_not_taken(struct ct_round *r,
                                               const struct ct_vitals_rules *rules,
                                               enum ct_why why, struct ct_error *reterr);

#endif
