/* review_parts - what the screens of a review hand to each other.
 *
 * Layer:  ui.
 */
#ifndef CT_UI_REVIEW_PARTS_H
#define CT_UI_REVIEW_PARTS_H

#include "clinic/review.h"
#include "ui/screens/screens.h"

struct ct_said_arg { /* what was said of a line; seq CT_UNSET: of all of them */
    int64_t review_id, seq;
};
/* What is to be signed, or (of one that is signed) what was: S signs it there. */
struct ct_review_text_arg {
    int64_t review_id;
    bool is_signed, first_of_two;
    const char *because; /* borrowed during the call */
};
/* This user's filters, to take one (chosen is called with it as it was typed), to keep the one
 * that is on, or to remove one. */
struct ct_filters_arg {
    const char *typed; /* the one that is on; borrowed during the call; "" none */
    void (*chosen)(struct ct_view *v, const char *typed); /* v: the screen below */
};
#define CT_DRAFT_ENTRY "entry"    /* a new one */
#define CT_DRAFT_REENTRY "entry:" /* and the number of the entry that is corrected */

/* "@lee #vitals =MON-3 +9991234567 ! words": a person of the review, a module, a device by its
 * number (typed or scanned), a patient by the number, exceptions (`?` said of, `.` open),
 * words in the line. "": all. CT_EINVAL (field "filter"): there is none such; CT_EDENIED: the
 * patient's record is restricted. */
CT_NODISCARD enum ct_status ct_review_filter_parse(struct ct_app *app, int64_t review_id,
                                                   const char *typed,
                                                   struct ct_review_filter *ret,
                                                   struct ct_error *reterr);

#endif
