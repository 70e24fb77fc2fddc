/* score_rows - what the tables of all scores have in common: rows of ranges with a
 * score each, and the calls that totals make.
 *
 * Layer:  clinic, private to score*.c and scorecard*.c.
 * Errors: the readers fail with CT_ECONFIG, file and line.
 */
#ifndef CT_CLINIC_SCORE_ROWS_H
#define CT_CLINIC_SCORE_ROWS_H

#include "clinic/escalation_rule.h"
#include "clinic/range.h"

enum { CT_SCORE_ROWS_MAX = 12, CT_SCORE_CALLS_MAX = 12 };

/* Ascending, without gaps. */
struct ct_score_rows {
    size_t n;
    struct {
        struct ct_range range;
        int8_t score;
    } row[CT_SCORE_ROWS_MAX];
};
/* False: below the first row or above the last. */
bool ct_score_lookup(const struct ct_score_rows *t, int64_t value, int8_t *ret);
int ct_score_highest(const struct ct_score_rows *t);

/* How a section writes its values: figures with so many decimals, or, where there
 * are words, one of these by code or label; the value is its index. */
struct ct_score_part {
    const char *section;
    int places;
    const struct ct_choice *words;
};
/* Add the ranges listed under `key` with that score, keeping the rows in order. */
CT_NODISCARD enum ct_status ct_score_list_read(const struct ct_ini *ini,
                                               const struct ct_score_part *p, const char *key,
                                               int score, struct ct_score_rows *t,
                                               struct ct_error *reterr);
/* The lists score_0 to score_<max>. */
CT_NODISCARD enum ct_status ct_score_rows_read(const struct ct_ini *ini,
                                               const struct ct_score_part *p, int max,
                                               struct ct_score_rows *t,
                                               struct ct_error *reterr);
/* Every value in exactly one row, the first from `lowest` and the last to `highest`
 * (with words: all of them, and these two are not looked at). */
CT_NODISCARD enum ct_status ct_score_rows_check(const struct ct_ini *ini,
                                                const struct ct_score_part *p,
                                                int64_t lowest, int64_t highest,
                                                const struct ct_score_rows *t,
                                                struct ct_error *reterr);

/* What a total calls for; mildest first. */
struct ct_score_call {
    struct ct_range total;
    bool single3;
    enum ct_band band;
    int every_min, every_max_min;
    char response[400];
    struct ct_escalation_rule rule; /* whom it asks */
};
struct ct_score_calls {
    size_t n;
    struct ct_score_call call[CT_SCORE_CALLS_MAX];
};
/* NULL when there is none: never in a checked table, up to its highest total. */
const struct ct_score_call *ct_score_call_find(const struct ct_score_calls *c, int total,
                                               bool single3);
/* From which total on each band above "low" begins. */
size_t ct_score_calls_edges(const struct ct_score_calls *c,
                            struct ct_score_band_edge ret[CT_BANDS]);
/* The rows as charts read them; figures of `finer` times the scale are rounded inwards. */
size_t ct_score_rows_bands(const struct ct_score_rows *t, int64_t finer,
                           struct ct_score_band out[CT_SCORE_BANDS_MAX]);
/* Whom that call asks; nobody for -1. */
void ct_score_call_rule(const struct ct_score_calls *c, int call,
                        struct ct_escalation_rule *ret);
extern const char *const CT_SCORE_CALL_KEYS[]; /* what a call may say, NULL-ended */
bool ct_score_is_call(const char *section); /* "call_..." */
CT_NODISCARD enum ct_status ct_score_call_read(const struct ct_ini *ini, const char *section,
                                               struct ct_score_calls *c,
                                               struct ct_error *reterr);
/* Each total to `top` has exactly one call without single3; a higher total, or a
 * single 3, never calls for less. `head`: the section named in the error. */
CT_NODISCARD enum ct_status ct_score_calls_check(const struct ct_ini *ini, const char *head,
                                                 const struct ct_score_calls *c, int top,
                                                 struct ct_error *reterr);

/* A text that may not be missing or empty. */
CT_NODISCARD enum ct_status ct_score_text_read(const struct ct_ini *ini, const char *section,
                                               const char *key, char *out, size_t size,
                                               struct ct_error *reterr);
/* No key in the section but these; the list ends with NULL. */
CT_NODISCARD enum ct_status ct_score_keys_check(const struct ct_ini *ini, const char *section,
                                                const char *const *keys,
                                                struct ct_error *reterr);

#endif
