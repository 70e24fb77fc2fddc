/* curve - what a machine or a logger recorded of a cycle: time, temperatures, pressure;
 * and what can be computed from it.
 *
 * Layer:  clinic; pure: no store, no clock.
 * Units:  time in milliseconds from any beginning (only differences count), temperatures
 *         in millionths of a degree Celsius, pressure in millionths of its unit, kept as
 *         it was given (steam.h).
 * Between two samples a temperature is taken to run in a straight line. So lethality has
 *         an exact integral (no rule of small steps), and the moment at which a line
 *         crosses a limit is known, to the nearest millisecond.
 * Refused, with "NAME:LINE: COLUMN: what": fewer than two samples; time that stands still
 *         or runs back; a gap; a value that is missing or not possible. CT_EINVAL.
 * Gap:    an interval between samples longer than `gap_ms`, if that is given. Otherwise
 *         longer than 3 times the median interval; with fewer than 12 intervals, 10
 *         times; with fewer than 4 none can be told. (Our own rule: no standard was found
 *         that states one.)
 */
#ifndef CT_CLINIC_CURVE_H
#define CT_CLINIC_CURVE_H

#include "clinic/steam.h"

enum {
    CT_CURVE_TEMPS_MAX = 16,
    CT_CURVE_NAME_MAX = 191,
    CT_CURVE_SAMPLES_MAX = 1000000,
};
#define CT_CURVE_TEMP_MIN INT64_C(-100000000) /* -100 degC */
#define CT_CURVE_TEMP_MAX INT64_C(600000000)
#define CT_CURVE_SPAN_MAX INT64_C(31622400000) /* ms: a curve is no longer than 366 days */

/* Read only; filled by the functions below. */
struct ct_curve {
    char *name; /* of the file, in messages; "" for none */
    size_t n_temps;
    char temp_name[CT_CURVE_TEMPS_MAX][CT_CURVE_NAME_MAX + 1];
    bool has_pressure;
    char pressure_name[CT_CURVE_NAME_MAX + 1];
    bool unit_known; /* of the pressure; without it no steam can be checked */
    enum ct_pressure_unit unit;
    enum ct_pressure_basis basis;
    size_t n, cap;
    int64_t *t_ms;
    uint64_t *line;    /* of the source, of each sample */
    int64_t *temp;     /* temp[sample * n_temps + column] */
    int64_t *pressure; /* NULL without */
};

CT_NODISCARD enum ct_status ct_curve_new(const char *name, struct ct_curve **ret,
                                         struct ct_error *reterr);
void ct_curve_free(struct ct_curve *c);
void ct_curve_freep(struct ct_curve **c);
#define CT_CURVE CT_CLEANUP(ct_curve_freep) struct ct_curve

/* Columns are named before the first sample; names are cut, never refused. CT_EINVAL: more
 * than CT_CURVE_TEMPS_MAX. */
CT_NODISCARD enum ct_status ct_curve_temp(struct ct_curve *c, const char *name,
                                          struct ct_error *reterr);
void ct_curve_pressure(struct ct_curve *c, const char *name);
/* The next sample: n_temps temperatures; the pressure is ignored if there is none. */
CT_NODISCARD enum ct_status ct_curve_add(struct ct_curve *c, uint64_t line, int64_t t_ms,
                                         const int64_t *temp, int64_t pressure,
                                         struct ct_error *reterr);

struct ct_curve_bounds {
    int64_t from_ms, to_ms; /* CT_UNSET: none. The curve is cut there, between samples too */
    int64_t gap_ms;         /* 0: the rule above */
};
/* To be called once, when all samples are there, before anything is computed. Besides the
 * above: bounds the wrong way round, or with nothing between them. */
CT_NODISCARD enum ct_status ct_curve_finish(struct ct_curve *c, const struct ct_curve_bounds *b,
                                            struct ct_error *reterr);
/* Refuse what is in the source at that line, as the functions above do; line 0, column
 * NULL: none. */
enum ct_status ct_curve_fail(const struct ct_curve *c, uint64_t line, const char *column,
                             struct ct_error *reterr, const char *fmt, ...) CT_FORMAT(5, 6);

/* ---- extremes and holding time --------------------------------------------------- */

struct ct_curve_range {
    int64_t min, max;
    size_t min_at, max_at; /* samples, the first of each */
};
void ct_curve_range(const struct ct_curve *c, size_t temp, struct ct_curve_range *ret);
void ct_curve_pressure_range(const struct ct_curve *c, struct ct_curve_range *ret);

/* The longest contiguous stretch within a band, its limits included; of equally long ones
 * the first. */
struct ct_hold {
    bool any;
    int64_t low, high;      /* the band; CT_UNSET: open on that side */
    int64_t from_ms, to_ms; /* the holding time is the difference */
    int64_t min, max;       /* of the samples in it; without one, of its ends */
    uint64_t line;          /* of the first sample in it or, without one, before it */
};
void ct_curve_hold(const struct ct_curve *c, size_t temp, int64_t low, int64_t high,
                   struct ct_hold *ret);
/* How hot the curve is within h->from_ms to h->to_ms at t_ms; interpolated. */
int64_t ct_curve_temp_at(const struct ct_curve *c, size_t temp, int64_t t_ms);

/* ---- lethality --------------------------------------------------------------------- */

/* The integral over time of 10^((T - tref) / z), T in degC. */
struct ct_lethality {
    double tref_c, z_k;
    double above_c; /* counted only while T is above it; -INFINITY: always */
};
/* F0: 121.1 degC, 10 K, in minutes of that temperature (some take 121.11, that is
 * 250 degF). A0: 80 degC, 10 K, in seconds, counted above 65 degC. */
extern const struct ct_lethality CT_F0, CT_A0;
/* CT_EINVAL with the field tref or z: tref -100 to 600 degC, z 1 to 100 K. */
CT_NODISCARD enum ct_status ct_lethality_check(const struct ct_lethality *l,
                                               struct ct_error *reterr);
/* Of one temperature at tref: 1. */
double ct_lethal_rate(const struct ct_lethality *l, double t_c);
/* Seconds. INFINITY where it is beyond any number. */
double ct_curve_lethality(const struct ct_curve *c, size_t temp, const struct ct_lethality *l);

/* ---- several at once ----------------------------------------------------------------- */

/* The largest difference between temperatures of one moment, over the samples within. */
struct ct_curve_worst {
    bool any;
    double worst; /* K */
    size_t at;    /* the sample */
};
void ct_curve_spread(const struct ct_curve *c, int64_t from_ms, int64_t to_ms,
                     struct ct_curve_worst *ret);
/* How far the temperature is from that of saturated steam of its pressure: above it, the
 * steam is superheated or the pressure reading is low; below, there is air in it. The
 * largest of either sign. `any` is false without a pressure whose unit and basis are
 * known. */
struct ct_steam_check {
    struct ct_curve_worst hot, cold; /* T - Tsat: the highest, and the lowest */
};
void ct_curve_steam(const struct ct_curve *c, size_t temp, int64_t from_ms, int64_t to_ms,
                    double air_kpa, struct ct_steam_check *ret);

/* ---- phases --------------------------------------------------------------------------- */

/* What a curve shows by itself, with its holding time known. With a pressure, what comes
 * before the holding time is air removal where the pressure falls below its first value by
 * more than a tenth of an atmosphere, and drying where it does so afterwards. */
enum ct_phase { CT_PHASE_AIR_REMOVAL, CT_PHASE_HEATING, CT_PHASE_HOLDING, CT_PHASE_COOLING,
                CT_PHASE_DRYING, CT_PHASES };
extern const char *const CT_PHASE_NAME[CT_PHASES]; /* "air removal" */
struct ct_curve_phase {
    enum ct_phase phase;
    int64_t from_ms, to_ms;
};
enum { CT_CURVE_PHASES_MAX = 5 };
size_t ct_curve_phases(const struct ct_curve *c, const struct ct_hold *h,
                       struct ct_curve_phase out[CT_CURVE_PHASES_MAX]);

#endif
