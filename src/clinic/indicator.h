/* indicator - chemical and biological indicators: what they are, and what a result means.
 *
 * Layer:   clinic; pure: no store, no clock of its own.
 * Source:  chemical types: ISO 11140-1 (class until 2014, type since), as given in JSTAGE
 *          pda/4/2/4_2_114. They are kinds, not ranks: a higher type is not a better one.
 *          A biological test is valid only if its control grew, and the control is of the
 *          same lot as the test (CDC, MMWR 52 RR-17). A full grow-out, for a product without
 *          a validated shorter time, is 7 days (PharmTech). How long a product is incubated
 *          is the product's own statement: a setting, never assumed here.
 */
#ifndef CT_CLINIC_INDICATOR_H
#define CT_CLINIC_INDICATOR_H

#include "base/buf.h"

/* ---- chemical ----------------------------------------------------------------------- */

enum ct_ci_type {
    CT_CI_ANY = 0,
    CT_CI_PROCESS = 1, CT_CI_SPECIFIC_TEST, CT_CI_SINGLE, CT_CI_MULTI, CT_CI_INTEGRATING,
    CT_CI_EMULATING, CT_CI_TYPES
};
extern const char *const CT_CI_TYPE_NAME[CT_CI_TYPES]; /* "integrating"; of 0 "any type" */
extern const char *const CT_CI_TYPE_HELP[CT_CI_TYPES]; /* what it responds to */

enum ct_ci_result { CT_CI_NOT_READ, CT_CI_PASS, CT_CI_FAIL, CT_CI_UNCLEAR, CT_CI_RESULTS };
extern const char *const CT_CI_RESULT_NAME[CT_CI_RESULTS]; /* "not read", "pass" */

/* Packs with an indicator that is anything but passed are not used (CDC): unclear and not
 * read are no pass. */
bool ct_ci_accepts(enum ct_ci_result r);

/* ---- biological ----------------------------------------------------------------------- */

enum ct_bi_result { CT_BI_NOT_READ, CT_BI_NEGATIVE, CT_BI_POSITIVE, CT_BI_INCONCLUSIVE,
                    CT_BI_RESULTS };
extern const char *const CT_BI_RESULT_NAME[CT_BI_RESULTS];

/* A test and its control, as they are recorded. Times in UTC ms; 0: not known. Lots as
 * typed or scanned; compared without blanks at the ends, case by case. */
struct ct_bi_pair {
    const char *lot, *control_lot;         /* NULL or "": not recorded */
    enum ct_bi_result test, control;       /* the control is to be positive */
    int64_t started_ms, read_ms;           /* incubation, and when the test was read */
    int64_t control_started_ms, control_read_ms;
    int64_t incubation_ms;                 /* the product's, to read a negative; 0: not set */
    int64_t latest_ms;                     /* the product's: read no later; 0: none */
    bool product_expired, processed;       /* `processed`: the test went through the cycle */
};

/* What it means. Only NEGATIVE lets a load go or closes a recall. A positive test is
 * positive at once, whatever its control shows and however early it is read: growth is
 * growth. All else is no result, and the reason says which and what to do. */
enum ct_bi_meaning {
    CT_BI_VALID_NEGATIVE,
    CT_BI_IS_POSITIVE,
    CT_BI_CONTROL_FAILED, /* the control did not grow */
    CT_BI_OTHER_LOT,      /* the control is of another lot, or a lot is not recorded */
    CT_BI_TOO_EARLY,      /* read before the incubation was over */
    CT_BI_WAITING,        /* not read, and not yet due or just due */
    CT_BI_TOO_LATE,       /* not read in time */
    CT_BI_UNCLEAR,        /* inconclusive, or not to be relied on: expired, times not known */
    CT_BI_MEANINGS
};
extern const char *const CT_BI_MEANING_NAME[CT_BI_MEANINGS]; /* "negative", "control failed" */

/* At now_ms. `why` gets one sentence; NULL: not wanted. Appended. */
enum ct_bi_meaning ct_bi_means(const struct ct_bi_pair *p, int64_t now_ms, struct ct_buf *why);
/* When a negative can first be read; 0 when that is not known. */
int64_t ct_bi_ready_ms(const struct ct_bi_pair *p);
/* Whether it tells of the machine: VALID_NEGATIVE and IS_POSITIVE do. */
bool ct_bi_decides(enum ct_bi_meaning m);

#endif
