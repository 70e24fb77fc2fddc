/* cycle_print - what the record of a machine says: its cycles, each with header, phases,
 * samples and the verdict that the machine printed.
 *
 * Layer:   exchange; pure: no store, no clock.
 * Bytes:   are taken as they came and never altered; everything found is a view into them.
 *          Whoever keeps a record keeps the bytes.
 * Cycles:  several in one file are split where the profile's `begin` matches. A cycle that
 *          was cut off or aborted is one all the same, and is marked as such: none is left
 *          out, because the machine counted it.
 * Refused: CT_EFOREIGN "NAME: what": a print that no profile knows, or several do; CT_EINVAL:
 *          more than CT_PRINT_BYTES_MAX bytes or CT_PRINT_CYCLES_MAX cycles. What is wrong
 *          within a cycle (a date that is none) refuses nothing: it stands in its `fault`.
 */
#ifndef CT_EXCHANGE_CYCLE_PRINT_H
#define CT_EXCHANGE_CYCLE_PRINT_H

#include "clinic/cycle.h"
#include "exchange/cycle_csv.h"
#include "exchange/cycle_profile.h"

enum {
    CT_PRINT_BYTES_MAX = 8 * 1024 * 1024,
    CT_PRINT_CYCLES_MAX = 5000,
    CT_PRINT_PHASES_MAX = 64, /* of a cycle; further ones are a fault */
    CT_PRINT_ERRORS_MAX = 8,
};

struct ct_view {
    const char *s; /* NULL: not there */
    size_t n;
};

struct ct_print_phase {
    struct ct_view name, time, result;
    int verdict; /* 1 good, -1 bad, 0 neither word stands there */
    uint64_t line;
};

struct ct_print_sample {
    int64_t t_ms; /* from midnight before the first sample, or from the beginning */
    int64_t temp[CT_CURVE_TEMPS_MAX], pressure; /* millionths, as in curve.h */
    uint64_t line;
};

enum ct_print_state { CT_PRINT_COMPLETE, CT_PRINT_ABORTED, CT_PRINT_TRUNCATED,
                      CT_PRINT_NOT_STATED, /* of CSV: a table does not say */
                      CT_PRINT_STATES };
extern const char *const CT_PRINT_STATE_NAME[CT_PRINT_STATES]; /* "truncated" */
/* What the machine printed of itself. It is never the clinic's verdict. */
enum ct_print_verdict { CT_PRINT_NONE, CT_PRINT_PASSED, CT_PRINT_FAILED, CT_PRINT_VERDICTS };
extern const char *const CT_PRINT_VERDICT_NAME[CT_PRINT_VERDICTS];

struct ct_print_cycle {
    struct ct_view bytes;
    uint64_t line, last_line; /* of the file, from 1 */
    struct ct_view field[CT_PRINT_FIELDS];
    int64_t number; /* of the cycle; -1: not there, or not a number */
    ct_date date;   /* civil, by the profile's order; CT_NO_DATE */
    int time_s;     /* after midnight; -1 */
    enum ct_print_state state;
    enum ct_print_verdict verdict;
    struct ct_view error[CT_PRINT_ERRORS_MAX]; /* each number once */
    size_t n_errors;
    struct ct_print_phase *phase;
    size_t n_phases;
    struct ct_print_sample *sample;
    size_t n_samples;
    char fault[200]; /* "line 12: what", the first one; "" for none */
};

/* Read only. Borrows the bytes and the profile. */
struct ct_print {
    const struct ct_profile *profile;
    struct ct_print_cycle *cycle;
    size_t n;
    uint64_t stray; /* lines with something in them before the first cycle */
    struct ct_curve *curve; /* of a CSV record, which is one cycle; else NULL */
    enum ct_cycle_time curve_time;
};

/* Whether the profile knows these bytes. */
bool ct_print_known(const struct ct_profile *p, const char *bytes, size_t n);
/* By that profile; refused if it does not know them. `name` is of the file. */
CT_NODISCARD enum ct_status ct_print_read(const struct ct_profile *p, const char *name,
                                          const char *bytes, size_t n, struct ct_print **ret,
                                          struct ct_error *reterr);
/* The one profile of all there are that knows them; those of CSV are tried last. The profile
 * is the caller's. */
CT_NODISCARD enum ct_status ct_print_profile(const struct ct_config *c, const char *name,
                                             const char *bytes, size_t n,
                                             struct ct_profile **ret, struct ct_error *reterr);
void ct_print_free(struct ct_print *p);
void ct_print_freep(struct ct_print **p);
#define CT_PRINT CT_CLEANUP(ct_print_freep) struct ct_print

/* The samples of a cycle as a finished curve: temperatures are called "temperature" and
 * "temperature 2" and so on. Errors of curve.h, with `name` and the line. */
CT_NODISCARD enum ct_status ct_print_curve(const struct ct_print *p, size_t cycle,
                                           const char *name, struct ct_curve **ret,
                                           struct ct_error *reterr);
/* What the machine printed of a cycle in words and the programme has a limit for: the lowest
 * and highest temperature and pressure while it sterilised, the humidity; in millionths of
 * the limit's unit, the return how many. Beside a curve only what no curve shows. A pressure
 * is left out unless the profile states the unit and basis that the limit has. */
size_t ct_print_typed(const struct ct_print *p, size_t cycle, const struct ct_programme *g,
                      bool curve, struct ct_cycle_typed out[CT_MEASURES]);

#endif
