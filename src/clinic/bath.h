/* bath - baths of disinfectant: poured, tested with a strip before each use, used, thrown away.
 *
 * Layer:  clinic. The basin is a device of the registry that runs a programme of the method
 *         high-level-disinfection (machine.h); the bath is judged by the programme as it was
 *         when it was poured.
 * Life:   last_day is the last day of use: the day it was poured and the reuse life (the
 *         programme's, or a shorter one of the product), never after the product's expiry.
 * Strip:  where the programme says so, each soak has a passed strip of its own, of strips in
 *         date whose control was as it should be, of the same day. A strip that is too weak
 *         ends the bath in the same change: there is no topping up.
 * Soak:   the temperature is within the programme's, and the time runs from when all of it is
 *         under the surface. Taken out before it is over: broken off, to be done again.
 * Source: CDC infection control guideline 2008, table 4; MetriTest, micro-scientific on ST58
 *         9.3.3.2 (in the programmes).
 */
#ifndef CT_CLINIC_BATH_H
#define CT_CLINIC_BATH_H

#include "clinic/machine.h"

enum { CT_BATH_TEXT_MAX = 200, CT_BATH_ITEM_MAX = 160, CT_BATH_LOT_MAX = 40 };
enum ct_strip_result { CT_STRIP_ENOUGH, CT_STRIP_WEAK, CT_STRIP_INVALID, CT_STRIP_RESULTS };
extern const char *const CT_STRIP_NAME[CT_STRIP_RESULTS]; /* "too weak" */
enum ct_bath_why { CT_BATH_WEAK, CT_BATH_OVER, CT_BATH_ONE_USE, CT_BATH_OTHER, CT_BATH_WHYS };
extern const char *const CT_BATH_WHY_NAME[CT_BATH_WHYS];

struct ct_bath {
    int64_t id, equipment_id;
    char programme[CT_PROGRAMME_ID_MAX + 1];
    char product[81], lot[CT_BATH_LOT_MAX + 1];
    ct_date expires;    /* of the product */
    int reuse_days;     /* when it is poured: 0 as the programme says */
    int64_t poured_ms;  /* 0: now */
    ct_date last_day;
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
    /* derived */
    char asset[CT_ASSET_MAX + 1];
    bool ended, strips; /* strips: its programme asks for one before each use */
    enum ct_bath_why why;
    char why_text[CT_BATH_TEXT_MAX + 1];
    int64_t ended_ms;
    int64_t soaks;      /* so many */
    int64_t strip_id;   /* the last strip, 0 none; and whether a soak may rest on it */
    enum ct_strip_result strip;
    int64_t strip_ms;
    bool strip_used;
    int64_t soak_id;    /* the one that runs; 0: none */
    int64_t ready_ms;   /* of it */
    char item[CT_BATH_ITEM_MAX + 1];
};
struct ct_bath_strip {
    int64_t bath_id;
    char lot[CT_BATH_LOT_MAX + 1];
    ct_date expires;
    bool control;
    enum ct_strip_result result;
};
struct ct_bath_soak {
    int64_t id, bath_id, strip_id;
    char item[CT_BATH_ITEM_MAX + 1];
    int temp_c10;
    int64_t started_ms, ready_ms, ended_ms; /* ended_ms CT_UNSET: it runs */
    bool done, rinsed;
    char text[CT_BATH_TEXT_MAX + 1];
    char by[64];
};
extern const struct ct_field CT_BATH_FIELDS[], CT_STRIP_FIELDS[], CT_SOAK_FIELDS[];
extern const size_t CT_BATH_FIELDS_N, CT_STRIP_FIELDS_N, CT_SOAK_FIELDS_N;

/* May something be soaked in it now, a strip aside? Else a sentence. Pure. */
bool ct_bath_usable(const struct ct_bath *b, int64_t now_ms, char *why, size_t size);

/* CT_EINVAL: the basin runs no such programme, the product is out of date, no reuse life;
 * CT_ECONFLICT (equipment_id): a bath stands in it: throw that one away first. */
CT_NODISCARD enum ct_status ct_bath_pour(struct ct_app *app, struct ct_bath *b,
                                         struct ct_error *reterr);
/* CT_EINVAL: strips out of date (expires), "enough" with a control that failed (result). */
CT_NODISCARD enum ct_status ct_bath_test(struct ct_app *app, const struct ct_bath_strip *s,
                                         struct ct_error *reterr);
/* CT_EINVAL: not usable, another soak runs, no strip for it (strip), too cold or too warm
 * (temp_c10), a limit that is not filled in. s->started_ms 0: now; ready_ms follows. */
CT_NODISCARD enum ct_status ct_bath_soak(struct ct_app *app, struct ct_bath_soak *s,
                                         struct ct_error *reterr);
/* s->id, ended_ms (0 now), done, rinsed, text. CT_EINVAL: done before its time (ended_ms), not
 * rinsed (rinsed), broken off without a reason (text). */
CT_NODISCARD enum ct_status ct_bath_soak_end(struct ct_app *app, const struct ct_bath_soak *s,
                                             struct ct_error *reterr);
/* Thrown away. CT_EINVAL: a soak runs in it; CT_BATH_OTHER without a text. */
CT_NODISCARD enum ct_status ct_bath_discard(struct ct_app *app, int64_t id, enum ct_bath_why why,
                                            const char *text, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_bath_get(struct ct_app *app, int64_t id, struct ct_bath *ret,
                                        struct ct_error *reterr);
/* Those that stand, by basin; open_only false: all of them, newest first. One allocation. */
CT_NODISCARD enum ct_status ct_bath_list(struct ct_app *app, bool open_only, size_t limit,
                                         struct ct_bath **ret, size_t *ret_n,
                                         struct ct_error *reterr);
/* Newest first; one allocation. */
CT_NODISCARD enum ct_status ct_bath_soaks(struct ct_app *app, int64_t bath_id, size_t limit,
                                          struct ct_bath_soak **ret, size_t *ret_n,
                                          struct ct_error *reterr);

#endif
