/* cycle_profile - how the record of a machine is read: an import profile.
 *
 * Layer:    exchange; pure: no store, no clock.
 * File:     data/profiles/NAME.ini, or the site's copy under data_dir/profiles/. The chapter
 *           "Machine records" of docs/admin-guide.md is for those who write one.
 *           [profile] comes first, then [field.NAME], [phase], [sample] and [outcome] of
 *           text, or [columns] of CSV.
 * Patterns: POSIX extended regular expressions over one line at a time, case by case. Before
 *           it is matched, every byte that is not printable ASCII counts as '?', so that a
 *           degree sign is "?" or "??" whatever it arrived as; a tab counts as a blank.
 * Bounds:   a pattern has at most CT_PATTERN_MAX bytes of ASCII, no back-reference, and
 *           repeats at most 1000 times in all: no pattern can take more time or memory than a
 *           print is worth. Lines longer than CT_PRINT_LINE_MAX match nothing.
 */
#ifndef CT_EXCHANGE_CYCLE_PROFILE_H
#define CT_EXCHANGE_CYCLE_PROFILE_H

#include <regex.h>

#include "base/buf.h"
#include "base/config.h"
#include "clinic/curve.h"

enum {
    CT_PATTERN_MAX = 200,
    CT_PATTERN_GROUPS = 10, /* with the whole, which is 0 */
    CT_PRINT_LINE_MAX = 240,
    CT_PROFILE_TITLE_MAX = 79,
    CT_PROFILE_SOURCES_MAX = 4,
    CT_PROFILE_NOTE_MAX = 700,
};

struct ct_pattern {
    const char *text; /* "" for none */
    bool set;
    regex_t re;
};

/* What a header, or the lines at the end, may say. */
enum ct_print_field {
    CT_PF_MODEL, CT_PF_SERIAL, CT_PF_UNIT, CT_PF_PROGRAMME, CT_PF_SETTING, CT_PF_LID,
    CT_PF_CYCLE, CT_PF_DATE, CT_PF_TIME, CT_PF_OPERATOR, CT_PF_WATER, CT_PF_MIN_TEMPERATURE,
    CT_PF_MIN_PRESSURE, CT_PF_MAX_TEMPERATURE, CT_PF_MAX_PRESSURE, CT_PF_DURATION,
    CT_PF_LEAK_RATE, CT_PF_HUMIDITY, CT_PF_AERATION, CT_PF_SIGNATURE, CT_PRINT_FIELDS
};
extern const char *const CT_PRINT_FIELD_NAME[CT_PRINT_FIELDS]; /* "min-temperature" */

struct ct_profile_field {
    struct ct_pattern match, after; /* after: matches the line before, blank ones aside */
    int group;                      /* of match; the field is what it holds */
};

enum ct_date_order { CT_DATE_DMY, CT_DATE_MDY, CT_DATE_YMD, CT_DATE_ORDERS };
extern const char *const CT_DATE_ORDER_NAME[CT_DATE_ORDERS]; /* "dmy" */

/* Read only once loaded. */
struct ct_profile {
    const char *id, *version, *title, *note;
    const char *source[CT_PROFILE_SOURCES_MAX];
    size_t n_sources;
    bool csv;
    enum ct_date_order date_order;
    bool decimal_comma, elapsed; /* elapsed: the times of samples are from the beginning */
    bool has_pressure;
    enum ct_pressure_unit unit;
    enum ct_pressure_basis basis;
    /* text */
    struct ct_pattern recognise, begin;
    struct ct_profile_field field[CT_PRINT_FIELDS];
    struct ct_pattern phase, sample;
    int phase_name, phase_time, phase_result; /* groups; 0: none */
    const char *phase_good, *phase_bad;       /* words; "" for none */
    int sample_time, sample_temp[CT_CURVE_TEMPS_MAX], sample_pressure;
    size_t n_temps;
    struct ct_pattern complete, aborted, passed, failed, error;
    /* CSV: names of columns */
    const char *column_time, *column_temp[CT_CURVE_TEMPS_MAX], *column_pressure;
    char *pool; /* the text */
};

/* Refused with CT_ECONFIG and "FILE:LINE: [section] key: what": a name it does not know, no
 * version or source, a pattern that is no regular expression, is too long, refers back or
 * repeats too often, a group that the pattern does not have, a text profile without begin,
 * without date_order where it has a date, with samples without time or temperature, a
 * pressure without its unit and basis. */
CT_NODISCARD enum ct_status ct_profile_from_ini(const struct ct_ini *ini,
                                                struct ct_profile **ret,
                                                struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_profile_parse(const char *name, const char *data, size_t n,
                                             struct ct_profile **ret, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_profile_load(const struct ct_config *c, const char *id,
                                            struct ct_profile **ret, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_profile_load_file(const char *path, struct ct_profile **ret,
                                                 struct ct_error *reterr);
void ct_profile_free(struct ct_profile *p);
void ct_profile_freep(struct ct_profile **p);
#define CT_PROFILE CT_CLEANUP(ct_profile_freep) struct ct_profile
CT_NODISCARD enum ct_status ct_profile_ids(const struct ct_config *c, struct ct_buf *ret,
                                           struct ct_error *reterr);
/* As a file that loads to the same profile, and as a page for people. Appended. */
void ct_profile_canonical(const struct ct_profile *p, struct ct_buf *out);
void ct_profile_text(const struct ct_profile *p, int cols, struct ct_buf *out);

#endif
