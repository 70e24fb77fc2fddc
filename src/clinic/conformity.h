/* conformity - one calibration point: is the reading within tolerance, by which
 * decision rule, and how far can that be relied on. Pure: no store, no clock.
 *
 * Layer:   clinic.
 * Numbers: exact decimals in int64, never binary fractions. A value (nominal,
 *          tolerance, reading, full scale, uncertainty) is in millionths of its
 *          unit: at most CT_CAL_PLACES = 6 decimals and 7 digits before the point
 *          (CT_CAL_MAX). A percentage is in thousandths of a per cent, 0 to 100.
 *          So a percentage of a value, and each limit, is a whole number in 10^-11
 *          of the unit (CT_CAL_LIMIT_PLACES), and nominal + tolerance + U stays
 *          below 4 * 10^18: nothing that is accepted can overflow, nothing is
 *          rounded. What is out of these bounds is CT_EINVAL; another unit helps.
 *          Doubles are for showing only: TUR, risks, standard deviation.
 * Mean:    of n readings the mean is judged. It is compared as the fraction sum/n,
 *          not rounded first. The one rounding there is: a tolerance in per cent of
 *          a mean reading is rounded down to 10^-11, never up.
 * Source:  ILAC-G8:09/2019 (rules, guard band w = U); TUR = (upper - lower) / (2 U)
 *          with U at k = 2; JCGM 100:2008 4.2 (repeated readings).
 */
#ifndef CT_CLINIC_CONFORMITY_H
#define CT_CLINIC_CONFORMITY_H

#include "base/field.h" /* CT_UNSET */

enum {
    CT_CAL_PLACES = 6,
    CT_CAL_PERCENT_PLACES = 3,
    CT_CAL_LIMIT_PLACES = 11,
    CT_CAL_READINGS_MAX = 100, /* of one point */
    CT_DECIMAL_SIZE = 32,      /* of the text of any of these numbers */
};
#define CT_CAL_MAX         INT64_C(9999999999999) /* 9999999.999999; lowest: minus that */
#define CT_CAL_PERCENT_MAX INT64_C(100000)

/* ---- decimals -------------------------------------------------------------- */

/* n bytes of text without blanks: digits with at most one point, one sign before.
 * No exponent, no comma, no grouping. CT_EINVAL, naming `field`: not a number, more
 * than `places` decimals that are not zero, beyond +-max. */
CT_NODISCARD enum ct_status ct_decimal_parse(const char *field, const char *s, size_t n,
                                             int places, int64_t max, int64_t *ret,
                                             struct ct_error *reterr);
/* "-0.05", "120": as short as it is exact; "" for CT_UNSET. */
void ct_decimal_text(int64_t value, int places, char out[CT_DECIMAL_SIZE]);

/* ---- tolerances ------------------------------------------------------------ */

enum ct_cal_basis { CT_CAL_OF_NOMINAL, CT_CAL_OF_READING, CT_CAL_OF_FULL_SCALE,
                    CT_CAL_BASES };
extern const char *const CT_CAL_BASIS_NAME[CT_CAL_BASES]; /* "nominal", "full scale" */

/* How far one side may be off. With both parts the greater of the two counts. */
struct ct_cal_side {
    int64_t absolute; /* 0 or more; CT_UNSET: no such part */
    int64_t percent;  /* of the size of the basis; CT_UNSET: no such part */
    enum ct_cal_basis of;
};
#define CT_CAL_NO_SIDE ((struct ct_cal_side){CT_UNSET, CT_UNSET, CT_CAL_OF_NOMINAL})
struct ct_tolerance {
    struct ct_cal_side minus, plus; /* without both parts: no limit on that side */
    int64_t full_scale;             /* CT_UNSET where it is not needed */
};

/* ---- verdicts -------------------------------------------------------------- */

enum ct_cal_rule {
    CT_CAL_SIMPLE,     /* w = 0: pass within the tolerance, limits included */
    CT_CAL_GUARDED,    /* w = U: pass within the tolerance less U on each limit */
    CT_CAL_NON_BINARY, /* w = U: besides, between tolerance and tolerance less U it is a
                        * conditional pass, beyond it by at most U a conditional fail */
    CT_CAL_RULES
};
extern const char *const CT_CAL_RULE_NAME[CT_CAL_RULES]; /* "simple", "non-binary" */

enum ct_cal_verdict { CT_CAL_PASS, CT_CAL_CONDITIONAL_PASS, CT_CAL_CONDITIONAL_FAIL,
                      CT_CAL_FAIL, CT_CAL_VERDICTS };
extern const char *const CT_CAL_VERDICT_NAME[CT_CAL_VERDICTS]; /* "conditional pass" */

struct ct_conformity_in {
    int64_t nominal;
    struct ct_tolerance tolerance;
    int64_t sum; /* of the readings; of one, itself */
    int n;       /* how many, 1 to CT_CAL_READINGS_MAX */
    int64_t u;   /* expanded uncertainty U, k = 2; CT_UNSET: not known */
    enum ct_cal_rule rule;
};

/* Limits in 10^-11 of the unit; CT_UNSET: no limit on that side. */
struct ct_conformity {
    enum ct_cal_verdict verdict;
    int64_t tolerance_low, tolerance_high;
    int64_t accept_low, accept_high; /* a pass lies within them, themselves included. Both
                                      * unset with no_zone */
    bool no_zone;        /* U is more than half of the tolerance: nothing can pass. Guarded:
                          * every value fails; non-binary: conditional at best */
    double tur;          /* NAN: one-sided, or U not known, or 0 */
    double false_accept; /* of pass and conditional pass: the chance that the true value is
                          * out of tolerance (normal, standard uncertainty U / 2); NAN for
                          * the others and when U is not known */
    double false_reject; /* of the other two: the chance that it is within */
};

/* CT_EINVAL with the field nominal, tolerance, reading, u or rule: a number out of
 * bounds; no limit on either side; a tolerance of zero (two-sided: no width at all;
 * one-sided: no distance from the nominal), but where it is a per cent of a reading that
 * is 0, which is judged; per cent of a full scale that is not given; no U where the rule
 * needs it. */
CT_NODISCARD enum ct_status ct_conformity_judge(const struct ct_conformity_in *in,
                                                struct ct_conformity *ret,
                                                struct ct_error *reterr);
/* The same between two limits that are known (10^-11 of the unit; CT_UNSET: none on that
 * side), as they are kept with a point; in->nominal and in->tolerance are not looked at.
 * CT_EINVAL also for limits that no point can have. */
CT_NODISCARD enum ct_status ct_conformity_within(const struct ct_conformity_in *in, int64_t low,
                                                 int64_t high, struct ct_conformity *ret,
                                                 struct ct_error *reterr);
/* The tolerance limits alone, of a point that has not been read; per cent of reading
 * is taken as of the nominal, and refused if that is 0. Same errors. */
CT_NODISCARD enum ct_status ct_tolerance_limits(const struct ct_tolerance *t, int64_t nominal,
                                                int64_t *ret_low, int64_t *ret_high,
                                                struct ct_error *reterr);
/* What stands in a certificate beside no_zone; "" else. */
const char *ct_conformity_note(const struct ct_conformity *c, enum ct_cal_rule rule);

/* ---- repeated readings ------------------------------------------------------ */

struct ct_repeat {
    int n;
    int64_t sum;  /* exact; with n it is what is judged */
    int64_t mean; /* millionths, the nearest (halves away from zero): to be shown */
    double s;     /* sample standard deviation, sqrt(sum (x - mean)^2 / (n - 1)), in the
                   * unit; NAN for one reading */
    double u_a;   /* type A standard uncertainty of the mean, s / sqrt(n); NAN for one. No
                   * allowance for few readings is made: for n below 10 it says less than
                   * it seems to */
};
/* CT_EINVAL: no reading, more than CT_CAL_READINGS_MAX, one out of bounds. */
CT_NODISCARD enum ct_status ct_repeat(const int64_t *reading, int n, struct ct_repeat *ret,
                                      struct ct_error *reterr);

#endif
