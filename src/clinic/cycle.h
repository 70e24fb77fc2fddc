/* cycle - did a cycle do what its programme asks for? The recorded curve and the values
 * that were typed or printed, against each limit.
 *
 * Layer:   clinic; pure: no store, no clock.
 * Holding: the longest contiguous stretch in which a temperature is within the programme's
 *          band, its limits included (curve.h). An upper limit is judged over the whole
 *          stretch at or above the lower one, so that a peak above the band fails however
 *          short it is. Of several temperatures each is judged by itself; what is common to
 *          them (spread, pressure) in the time in which all are held.
 * Verdict: pass when every limit that the record can show is kept; fail when one is not;
 *          undecided when a limit is declared and not filled in, or what it is of is not in
 *          the record. Limits of what a curve does not show (drying, humidity) are judged
 *          only if a value is given; without one they are listed as not measured, and the
 *          verdict rests on the others. A release has to ask for them: see
 *          ct_cycle.unmeasured.
 * Rounding: F0 and A0 are compared after rounding to a millionth, times in milliseconds.
 */
#ifndef CT_CLINIC_CYCLE_H
#define CT_CLINIC_CYCLE_H

#include "clinic/curve.h"
#include "clinic/programme.h"

enum ct_cycle_verdict { CT_CYCLE_PASS, CT_CYCLE_UNDECIDED, CT_CYCLE_FAIL, CT_CYCLE_VERDICTS };
extern const char *const CT_CYCLE_VERDICT_NAME[CT_CYCLE_VERDICTS]; /* "undecided" */

/* A value that no curve shows; in millionths of the unit of the programme's limit. Of a
 * reading of a display the lowest and, with `ranged`, the highest. */
struct ct_cycle_typed {
    enum ct_measure measure;
    int64_t value;
    bool ranged;
    int64_t high;
};

#define CT_CYCLE_ALL SIZE_MAX /* of the cycle, and of no one temperature */

/* One limit with what was found. */
struct ct_cycle_found {
    const struct ct_programme_limit *limit;
    size_t temp;    /* column, or CT_CYCLE_ALL */
    bool measured;  /* else there is no value, and it is undecided or, of what a curve does
                     * not show, left out of the verdict */
    int64_t low, high; /* what was compared with each side: millionths of `unit` of the
                        * limit. Of one value both are it */
    enum ct_cycle_verdict verdict;
    const char *why; /* a sentence, or "" */
};

enum { CT_CYCLE_FOUND_MAX = CT_CURVE_TEMPS_MAX * CT_MEASURES };

struct ct_cycle {
    enum ct_cycle_verdict verdict;
    size_t n, unmeasured; /* of found; of them, typed ones that were not given */
    struct ct_cycle_found found[CT_CYCLE_FOUND_MAX];
    struct ct_hold hold[CT_CURVE_TEMPS_MAX]; /* any is false where it was never held, or the
                                              * lower limit is declared */
    struct ct_hold common; /* in which all are held; any false: never */
};

struct ct_cycle_in {
    const struct ct_programme *programme;
    const struct ct_curve *curve; /* finished; NULL: none was recorded */
    const struct ct_cycle_typed *typed;
    size_t n_typed;
    struct ct_lethality f0; /* zeros: CT_F0 */
    double air_kpa;         /* for gauge pressures; 0: CT_ATMOSPHERE_KPA */
};
/* CT_EINVAL: a typed value of a measure that the programme has no limit for, or that a
 * curve shows while there is one. */
CT_NODISCARD enum ct_status ct_cycle_judge(const struct ct_cycle_in *in, struct ct_cycle *ret,
                                           struct ct_error *reterr);

/* ---- numbers of cycles ---------------------------------------------------------------- */

/* Machines count their cycles. A gap has to be explained and can never be filled. */
enum ct_cycle_step { CT_STEP_FOLLOWS, CT_STEP_GAP, CT_STEP_SAME, CT_STEP_BACK };
/* From the number before to this one; *ret_missing is how many are missing in a gap. */
enum ct_cycle_step ct_cycle_step(int64_t before, int64_t number, int64_t *ret_missing);

#endif
