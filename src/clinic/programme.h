/* programme - how a steriliser, washer, bath or endoscope reprocessor is run: what a cycle
 * must show, which tests and indicators it needs, and what a failure calls for.
 *
 * Layer:  clinic; pure: no store, no clock.
 * File:   data/programmes/NAME.ini, or the site's copy under data_dir/programmes/. The
 *         chapter "Sterilisation programmes" of docs/admin-guide.md is for those who write
 *         one. [programme] comes first, then in any order [limit.MEASURE], [test.ID] and
 *         [indicator.ID].
 * Limits: each side has a value with its source, is `none`, or is `declared`: there is no
 *         checked source, and the site fills it in from the standard or the maker's
 *         manual. A declared one gives no verdict: a cycle that needs it is undecided,
 *         never passed.
 * Kept:   ct_programme_canonical gives the programme as text that loads to the same one. A
 *         cycle keeps those bytes, so that an edit never changes an old verdict.
 * Units:  every value carries its unit in the file; millionths of it here. Pressures keep
 *         their unit and their basis (steam.h).
 */
#ifndef CT_CLINIC_PROGRAMME_H
#define CT_CLINIC_PROGRAMME_H

#include "base/buf.h"
#include "base/config.h"
#include "clinic/conformity.h"
#include "clinic/indicator.h"
#include "clinic/steam.h"

enum {
    CT_PROGRAMME_TESTS_MAX = 12,
    CT_PROGRAMME_INDICATORS_MAX = 12,
    CT_PROGRAMME_SOURCES_MAX = 4,
    CT_PROGRAMME_STEPS_MAX = 16,
    CT_PROGRAMME_ID_MAX = CT_DATA_ID_MAX,
    CT_PROGRAMME_TITLE_MAX = 79,
    CT_PROGRAMME_TEXT_MAX = 240,
    CT_PROGRAMME_NOTE_MAX = 700,
    CT_PROGRAMME_CANONICAL_MAX = 64 * 1024,
};

enum ct_method { CT_METHOD_STEAM, CT_METHOD_DRY_HEAT, CT_METHOD_HYDROGEN_PEROXIDE,
                 CT_METHOD_ETHYLENE_OXIDE, CT_METHOD_CHEMICAL_VAPOUR,
                 CT_METHOD_WASHER_DISINFECTION, CT_METHOD_HIGH_LEVEL_DISINFECTION,
                 CT_METHOD_ENDOSCOPE, CT_METHODS };
extern const char *const CT_METHOD_NAME[CT_METHODS]; /* "dry-heat" */
bool ct_method_sterilises(enum ct_method m); /* the first five; the others disinfect */

/* What a limit is of; the name of the measure is the id of the limit, so there is one of
 * each at most. The first ones are computed from the curve of a cycle, the others are typed
 * or come from the machine's print. */
enum ct_measure {
    CT_M_TEMPERATURE,   /* degC; its two sides are the band of the holding time */
    CT_M_HOLD,          /* time within that band */
    CT_M_PRESSURE,      /* in the holding time */
    CT_M_F0,            /* min */
    CT_M_A0,            /* s */
    CT_M_SUPERHEAT,     /* K: T - Tsat of the pressure, both signs, in the holding time */
    CT_M_SPREAD,        /* K: between probes of one moment, in the holding time */
    CT_M_EQUILIBRATION, /* time from the first probe reaching the band to the last */
    CT_M_FROM_CURVE,    /* not a measure: their number */
    CT_M_DRYING = CT_M_FROM_CURVE,
    CT_M_CONCENTRATION,
    CT_M_HUMIDITY,
    CT_M_EXPOSURE,      /* time, where a machine ends it and no band is held */
    CT_M_AERATION,
    CT_M_AERATION_TEMPERATURE,
    CT_M_LEAK_RATE,
    CT_M_REUSE,         /* time that a bath may be used */
    CT_M_DELAY,         /* time from use to cleaning */
    CT_M_STORAGE,       /* time that it may be kept and used */
    CT_MEASURES
};
extern const char *const CT_MEASURE_NAME[CT_MEASURES]; /* "aeration-temperature" */

/* A time is compared in milliseconds, a pressure in millionths of kPa, the rest as it is. */
enum ct_dimension { CT_D_TEMPERATURE, CT_D_TIME, CT_D_PRESSURE, CT_D_OTHER };
enum ct_dimension ct_measure_dimension(enum ct_measure m);

enum ct_bound_is { CT_BOUND_NONE, CT_BOUND_SET, CT_BOUND_DECLARED };
struct ct_bound {
    enum ct_bound_is is;
    int64_t value;      /* millionths of the unit; CT_UNSET unless set */
    const char *source; /* "" unless set */
};

struct ct_programme_limit {
    enum ct_measure measure;
    const char *text, *note; /* "" for none; a declared one says where to take it from */
    const char *unit;        /* of both bounds: "degC", "min", "kPa", "mg/l", "%" */
    enum ct_pressure_basis basis; /* pressures */
    struct ct_bound low, high;
};

enum ct_every { CT_EACH_LOAD, CT_EACH_DAY, CT_EACH_WEEK, CT_EACH_MONTH, CT_EACH_QUARTER,
                CT_EACH_YEAR, CT_EACH_DECLARED, CT_EACH_NEVER, CT_EACHES };
extern const char *const CT_EACH_NAME[CT_EACHES]; /* "day" */

/* Besides: after what a test is due. Bits of 1 << value. */
enum ct_after { CT_AFTER_INSTALLATION, CT_AFTER_MOVE, CT_AFTER_REPAIR, CT_AFTER_FAILURE,
                CT_AFTERS };
extern const char *const CT_AFTER_NAME[CT_AFTERS]; /* "repair" */

struct ct_programme_test {
    const char *id, *text;
    enum ct_every every;
    unsigned after;        /* bits of 1 << enum ct_after */
    int runs;              /* in a row, when it is due after something; else one */
    bool load_before;      /* a load may run before it has passed */
    bool stops;            /* a failure takes the machine out of service */
    const char *programme; /* the programme that it is run with; "" for none */
    const char *source, *note;
};

enum ct_indicator_kind { CT_CHEMICAL, CT_BIOLOGICAL };
enum ct_place { CT_PLACE_OUTSIDE, CT_PLACE_INSIDE, CT_PLACE_TEST_PACK, CT_PLACES };
extern const char *const CT_PLACE_NAME[CT_PLACES]; /* "test-pack" */

/* When an indicator has to be there. Bits of 1 << value. */
enum ct_when { CT_WHEN_PACK, CT_WHEN_LOAD, CT_WHEN_DAY, CT_WHEN_WEEK, CT_WHEN_IMPLANT,
               CT_WHEN_RETURN, CT_WHENS }; /* RETURN: the cycles after a failure */
extern const char *const CT_WHEN_NAME[CT_WHENS]; /* "every-pack", "weekly", "implant" */

struct ct_programme_indicator {
    const char *id, *text;
    enum ct_indicator_kind kind;
    enum ct_ci_type type; /* chemical; 0: any */
    enum ct_place place;
    unsigned when;
    const char *organism;        /* biological; "" for any */
    struct ct_bound incubation;  /* biological: at least so long, in hours; its source too */
    struct ct_bound incubate_low, incubate_high; /* degC */
    const char *source, *note;
};

/* A positive biological indicator: is everything since the last valid negative one recalled
 * at once, or, implants aside, only when repeated tests are positive, too? */
enum ct_recall { CT_RECALL_NONE, CT_RECALL_ALL, CT_RECALL_REPEAT, CT_RECALLS };
extern const char *const CT_RECALL_NAME[CT_RECALLS]; /* "all" */
enum ct_early { CT_EARLY_NEVER, CT_EARLY_EMERGENCY, CT_EARLIES };
extern const char *const CT_EARLY_NAME[CT_EARLIES]; /* "emergency" */

#define CT_PROGRAMME_DECLARED (-1)

/* Read only once loaded. */
struct ct_programme {
    const char *id, *version, *title, *note;
    enum ct_method method;
    bool is_test;  /* it takes no load: Bowie-Dick, leak rate */
    bool vacuum;   /* air is removed by vacuum */
    const char *agent; /* of a bath: "ortho-phthalaldehyde 0.55 %"; "" for none */
    bool strip;        /* its concentration is tested before each use */
    bool single_use;   /* the bath is thrown away after one use */
    const char *source[CT_PROGRAMME_SOURCES_MAX], *step[CT_PROGRAMME_STEPS_MAX];
    size_t n_sources, n_steps;
    bool has[CT_MEASURES];
    struct ct_programme_limit limit[CT_MEASURES]; /* where has[] */
    struct ct_programme_test test[CT_PROGRAMME_TESTS_MAX];
    struct ct_programme_indicator indicator[CT_PROGRAMME_INDICATORS_MAX];
    size_t n_tests, n_indicators;
    enum ct_early early;
    enum ct_recall recall;
    int return_negatives; /* in a row, before it is used again; 0: none are asked for;
                           * CT_PROGRAMME_DECLARED */
    const char *early_source, *recall_source, *return_source;
    char *pool; /* the text */
};

/* Refused with CT_ECONFIG and "FILE:LINE: [section] key: what": a name it does not know, no
 * version, method or source, a value without its unit or in one that the measure does not
 * have, a pressure that does not say its basis, a value without a source, a declared one
 * without a note, limits the wrong way round, a limit with neither side, a programme whose
 * method needs a limit that is not there (steam, dry heat and chemical vapour: temperature
 * and hold; ethylene oxide: temperature, humidity, concentration, exposure, aeration;
 * washers: A0; disinfection: temperature and hold; endoscopes: steps), recall or return
 * without a source, a biological indicator without its incubation, text over its length. */
CT_NODISCARD enum ct_status ct_programme_from_ini(const struct ct_ini *ini,
                                                  struct ct_programme **ret,
                                                  struct ct_error *reterr);
/* From bytes, as they are kept with a cycle. */
CT_NODISCARD enum ct_status ct_programme_parse(const char *name, const char *data, size_t n,
                                               struct ct_programme **ret,
                                               struct ct_error *reterr);
/* The one of that id: the site's, else the built-in one. CT_EINVAL, CT_ENOTFOUND,
 * CT_ECONFIG. */
CT_NODISCARD enum ct_status ct_programme_load(const struct ct_config *c, const char *id,
                                              struct ct_programme **ret,
                                              struct ct_error *reterr);
/* A file somewhere; its name must be its id and ".ini". */
CT_NODISCARD enum ct_status ct_programme_load_file(const char *path, struct ct_programme **ret,
                                                   struct ct_error *reterr);
void ct_programme_free(struct ct_programme *p);
void ct_programme_freep(struct ct_programme **p);
#define CT_PROGRAMME CT_CLEANUP(ct_programme_freep) struct ct_programme
/* As ct_caltemplate_ids. */
CT_NODISCARD enum ct_status ct_programme_ids(const struct ct_config *c, struct ct_buf *ret,
                                             struct ct_error *reterr);

/* What is left to fill in: "temperature high, incubation of spores", parted by ", "; their
 * number. out may be NULL. */
size_t ct_programme_declared(const struct ct_programme *p, struct ct_buf *out);

/* The programme as a file that loads to the same one: the same bytes for the same meaning.
 * Appended. */
void ct_programme_canonical(const struct ct_programme *p, struct ct_buf *out);
/* For people, at most `cols` columns (40 or more). */
void ct_programme_text(const struct ct_programme *p, int cols, struct ct_buf *out);

/* A value of a limit as it is compared: ms, millionths of kPa, or unchanged. */
int64_t ct_limit_scaled(const struct ct_programme_limit *l, int64_t value);
/* "121 degC to 124 degC", "30 min or more", "at most 13 mbar absolute", "declared". */
void ct_limit_text(const struct ct_programme_limit *l, struct ct_buf *out);
/* How long a time limit is, in ms; -1 when it is not set. */
int64_t ct_bound_ms(const struct ct_programme_limit *l, const struct ct_bound *b);

#endif
