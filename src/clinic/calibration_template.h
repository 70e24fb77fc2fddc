/* calibration_template - how devices of a class are calibrated or tested: the points,
 * what each must show, with what reference and by which decision rule.
 *
 * Layer:  clinic; pure: no store, no clock.
 * File:   data/calibrations/NAME.ini, or the site's copy under data_dir/calibrations/.
 *         The chapter "Calibration templates" of docs/admin-guide.md is for those who
 *         write one. [calibration] comes first, then a [point.ID] for each id in its
 *         key `points`, in that order.
 * Limits: what the maker of the device declares comes first, the template's limits are
 *         what is used without. Each limit has its source beside it. A limit for which
 *         there is no checked source is `declared`: the device's own record, or the
 *         person who types, gives it, and without it there is no verdict.
 * Division: of scales, limits are multiples of the verification scale interval e, which is
 *         each device's own. With the key `division` values may be written in e. Given as a
 *         number they are turned into its unit as the file is read; `declared` leaves them
 *         in e until ct_caltemplate_divide is told what e is, exactly or not at all.
 * Kept:   ct_caltemplate_canonical gives the template as text that loads to the same
 *         template. A calibration keeps those bytes, so that an edit never changes an
 *         old verdict.
 * Units:  every value carries its unit in the file; numbers as in conformity.h.
 */
#ifndef CT_CLINIC_CALIBRATION_TEMPLATE_H
#define CT_CLINIC_CALIBRATION_TEMPLATE_H

#include "base/buf.h"
#include "base/config.h"
#include "clinic/conformity.h"
#include "clinic/quantity.h"

enum {
    CT_CALT_POINTS_MAX = 60, /* they fit the bits of `after` */
    CT_CALT_SOURCES_MAX = 6,
    CT_CALT_STEPS_MAX = 12,
    CT_CALT_ID_MAX = CT_DATA_ID_MAX, /* bytes of every id: a-z, 0-9, '-', '_' */
    CT_CALT_TITLE_MAX = 79,
    CT_CALT_TEXT_MAX = 240,
    CT_CALT_NOTE_MAX = 700,
    CT_CALT_UNIT_MAX = 15,
    CT_CALT_CANONICAL_MAX = 128 * 1024,
    CT_CALT_FROM_MAX = 120, /* bytes of where a division is written */
};
#define CT_CALT_NONE SIZE_MAX

/* To which devices a point applies, by electrical class and applied part: bits of
 * 1 << value. None of a group: to all of it. */
enum ct_cal_applies { CT_CALT_CLASS_I, CT_CALT_CLASS_II, CT_CALT_TYPE_B, CT_CALT_TYPE_BF,
                      CT_CALT_TYPE_CF, CT_CALT_APPLIES };
extern const char *const CT_CALT_APPLIES_NAME[CT_CALT_APPLIES]; /* "class-I", "type-BF" */

struct ct_cal_point {
    const char *id, *text;
    const char *unit;      /* of the nominal, the readings, the tolerance and U */
    const char *reference; /* class of reference standard wanted; "" for none */
    const char *source;    /* of the limit; "" only when it is declared */
    const char *note;      /* "" for none; of a declared one: where to take it from */
    int64_t nominal;       /* CT_UNSET: the device's own (its set point, its energies) */
    bool declared;         /* the tolerance is the device's own: `tolerance` has no sides */
    bool in_e;             /* the division is not given yet: what `tolerance` has that is not in
                            * per cent counts in e. declared as well unless unit is "e" too */
    struct ct_tolerance tolerance;
    int readings;          /* how many are taken; the mean is judged */
    unsigned applies;      /* bits of 1 << enum ct_cal_applies; 0: to all */
    uint32_t quantities;   /* bits of 1 << enum ct_q: what of a set of vitals its error makes
                            * wrong; 0: none */
    uint64_t after;        /* earlier points, bits of 1 << index: if any applies to the
                            * device, one at least was taken; all that were passed */
};

/* An ambient condition within which the calibration holds. */
struct ct_cal_ambient {
    bool set;
    int64_t low, high; /* millionths */
    const char *unit;
};

/* Read only once loaded. */
struct ct_caltemplate {
    const char *id, *version, *title;
    const char *device_class; /* "nibp": the word that equipment of this class bears */
    const char *note, *reference; /* "" for none; the reference of points that name none */
    const char *source[CT_CALT_SOURCES_MAX], *step[CT_CALT_STEPS_MAX]; /* instructions */
    size_t n_sources, n_steps;
    bool check;            /* kind = check: it shows that a device works, and verifies no accuracy */
    enum ct_cal_rule rule; /* unless the device or the person says otherwise */
    int readings;
    uint32_t quantities;   /* of the points that name none */
    struct ct_cal_ambient temperature, humidity;
    const char *division_unit; /* "kg"; "": nothing is in e */
    int64_t division;          /* e in millionths of that; CT_UNSET: declared, not given yet */
    const char *division_source; /* where a given one is written; "" else */
    struct ct_cal_point *point;
    size_t n_points;
    char *pool; /* the text */
};

/* In which of its units a quantity is read at a point of that unit; n_units: in none. */
size_t ct_cal_unit_of(enum ct_q q, const char *unit);

/* Refused with CT_ECONFIG and "FILE:LINE: [section] key: what": a name it does not
 * know, no version, source or rule, a nominal or a tolerance without its unit or in
 * another one, a tolerance of zero, on neither side or below zero, a limit without its
 * source, a declared one that does not say where it comes from, a point that is listed
 * and not there or there and not listed, one listed twice or with the text of another,
 * points in another order than listed, `after` a point that does not stand before,
 * ambient limits the wrong way round, a quantity that is none or is not measured in the
 * point's unit, text over its length. */
CT_NODISCARD enum ct_status ct_caltemplate_from_ini(const struct ct_ini *ini,
                                                    struct ct_caltemplate **ret,
                                                    struct ct_error *reterr);
/* From bytes, as they are kept with a calibration. */
CT_NODISCARD enum ct_status ct_caltemplate_parse(const char *name, const char *data, size_t n,
                                                 struct ct_caltemplate **ret,
                                                 struct ct_error *reterr);
/* The one of that id: the site's, else the built-in one. CT_EINVAL when it cannot be an
 * id, CT_ENOTFOUND; CT_ECONFIG also when the file holds another id. */
CT_NODISCARD enum ct_status ct_caltemplate_load(const struct ct_config *c, const char *id,
                                                struct ct_caltemplate **ret,
                                                struct ct_error *reterr);
/* A file somewhere; its name must be its id and ".ini". */
CT_NODISCARD enum ct_status ct_caltemplate_load_file(const char *path,
                                                     struct ct_caltemplate **ret,
                                                     struct ct_error *reterr);
void ct_caltemplate_free(struct ct_caltemplate *t);
void ct_caltemplate_freep(struct ct_caltemplate **t);
#define CT_CALTEMPLATE CT_CLEANUP(ct_caltemplate_freep) struct ct_caltemplate

/* The same template with e = division (millionths of its division_unit), which is written at
 * `from`: all that is in e is turned into that unit. CT_EINVAL (field "division"): the
 * template has no e, or a number of its own for it; e is not above 0; a limit comes out
 * finer than a millionth, or too large. */
CT_NODISCARD enum ct_status ct_caltemplate_divide(const struct ct_caltemplate *t,
                                                  int64_t division, const char *from,
                                                  struct ct_caltemplate **ret,
                                                  struct ct_error *reterr);

/* The ids of all there are, built in or the site's, in alphabetical order, each and a
 * NUL, ended by an empty one. CT_EIO: the site's folder cannot be read. */
CT_NODISCARD enum ct_status ct_caltemplate_ids(const struct ct_config *c, struct ct_buf *ret,
                                               struct ct_error *reterr);
bool ct_caltemplate_id_valid(const char *id);
/* Of n bytes, in any letter case; CT_CALT_NONE. */
size_t ct_caltemplate_find(const struct ct_caltemplate *t, const char *point_id, size_t n);
size_t ct_caltemplate_declared(const struct ct_caltemplate *t); /* how many points are */

/* The template as a file that loads to the same template: the same bytes for the same
 * meaning. Appended. */
void ct_caltemplate_canonical(const struct ct_caltemplate *t, struct ct_buf *out);
/* For people: every point with its limits, at most `cols` columns (40 or more). */
void ct_caltemplate_text(const struct ct_caltemplate *t, int cols, struct ct_buf *out);
/* One side, as in the file: "greater of 3 J and 15 % of nominal", "none". Appended. */
void ct_cal_side_text(const struct ct_cal_side *s, const char *unit, struct ct_buf *out);

#endif
