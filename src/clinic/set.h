/* set - sets of instruments: the recipe in versions, the count at assembly and at return,
 * and what came of a difference.
 *
 * Layer:  clinic.
 * Count:  every line of the recipe is counted. With `second` another person counts as well
 *         and gives a password (ct_second_person): the entry names both. A difference needs
 *         what it is (missing, broken, out for repair), and stays open until it is found,
 *         replaced, or given up with a reason.
 * Return: is counted by the recipe that the set was packed by, against what was in it then.
 * Use:    of a set, how often it was sterilised and used, from its packs.
 */
#ifndef CT_CLINIC_SET_H
#define CT_CLINIC_SET_H

#include "clinic/pack.h"

enum { CT_SET_NAME_MAX = 80, CT_SET_LINES_MAX = 80, CT_SET_REASON_MAX = 200 };

struct ct_set_line {
    int64_t id;
    char instrument[CT_SET_NAME_MAX + 1];
    int count;
};
struct ct_set {
    int64_t id, detail_id;
    char name[CT_SET_NAME_MAX + 1];
    int method;            /* enum ct_method; -1 any */
    bool implant, second, ended;
    int copies;
    enum ct_expiry_rule expiry_rule;
    int expiry_days;       /* 0: event-related */
    char note[CT_PACK_TEXT_MAX + 1];
    char reason[CT_SET_REASON_MAX + 1]; /* of this version; "" the first */
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
    size_t n;
    struct ct_set_line line[CT_SET_LINES_MAX];
    /* derived */
    int64_t sterilised, used, differences; /* cycles and uses of all its packs; open ones */
    int64_t stock;                         /* packs that are released now */
};
extern const struct ct_field CT_SET_FIELDS[];
extern const size_t CT_SET_FIELDS_N;

/* Completed. CT_EINVAL (name, instrument, count ...); CT_EEXISTS (name): a set bears it. */
CT_NODISCARD enum ct_status ct_set_add(struct ct_app *app, struct ct_set *s,
                                       struct ct_error *reterr);
/* A new version; s->detail_id is the one that was seen (CT_ECONFLICT); a reason. Packs keep
 * the version they were packed by. s->ended: it is not packed any more. */
CT_NODISCARD enum ct_status ct_set_amend(struct ct_app *app, struct ct_set *s,
                                         const char *reason, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_set_get(struct ct_app *app, int64_t id, struct ct_set *ret,
                                       struct ct_error *reterr);
/* A version as it was, by its detail id. */
CT_NODISCARD enum ct_status ct_set_version(struct ct_app *app, int64_t detail_id,
                                           struct ct_set *ret, struct ct_error *reterr);
/* Newest first, without lines; one allocation, free(). */
CT_NODISCARD enum ct_status ct_set_history(struct ct_app *app, int64_t id, struct ct_set **ret,
                                            size_t *ret_n, struct ct_error *reterr);
/* By name, without lines, those that ended aside; one allocation, free(). */
CT_NODISCARD enum ct_status ct_set_list(struct ct_app *app, struct ct_set **ret, size_t *ret_n,
                                        struct ct_error *reterr);

/* ---- counting ------------------------------------------------------------------- */

enum ct_set_phase { CT_SET_ASSEMBLY, CT_SET_RETURN, CT_SET_PHASES };
enum ct_set_away { CT_AWAY_NONE, CT_AWAY_MISSING, CT_AWAY_BROKEN, CT_AWAY_REPAIR, CT_AWAYS };
extern const char *const CT_SET_AWAY_NAME[CT_AWAYS]; /* "out for repair" */
struct ct_set_count_line {
    int64_t id, line_id;
    int expected, counted;
    enum ct_set_away away;
    char text[CT_SET_REASON_MAX + 1];
    char instrument[CT_SET_NAME_MAX + 1]; /* derived */
};
struct ct_set_count {
    int64_t id, pack_id;
    enum ct_set_phase phase;
    char remark[CT_PACK_TEXT_MAX + 1];
    int64_t at_ms;
    uint32_t by_user, second_user; /* second_user 0: none */
    char by[64], second[64];
    size_t n;
    struct ct_set_count_line line[CT_SET_LINES_MAX];
};
/* The lines to count of a set now, or of a pack on its way back: expected filled in, counted
 * -1: not yet. */
CT_NODISCARD enum ct_status ct_set_count_begin(struct ct_app *app, int64_t set_id,
                                               struct ct_set_count *ret, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_set_count_back(struct ct_app *app, int64_t pack_id,
                                              struct ct_set_count *ret, struct ct_error *reterr);
/* Packed: the count at assembly makes the pack. replaces_id 0: the pack of this set that waits
 * to be packed again, if all copies are out. second: login and password of the second person where the
 * recipe asks for one; NULL else. CT_EINVAL (counted): a line is not counted; (away): a
 * difference without what it is; (second): nobody counted with you; (set_id): all copies
 * are packed. */
CT_NODISCARD enum ct_status ct_set_pack(struct ct_app *app, int64_t set_id, int64_t replaces_id,
                                        struct ct_set_count *c, const char *second,
                                        const struct ct_secret *password, struct ct_pack *ret,
                                        struct ct_error *reterr);
/* Counted when it came back: step CT_PACK_RETURNED when it is not there yet. */
CT_NODISCARD enum ct_status ct_set_return(struct ct_app *app, struct ct_set_count *c,
                                          const char *second, const struct ct_secret *password,
                                          struct ct_error *reterr);
/* CT_ENOTFOUND: not counted. */
CT_NODISCARD enum ct_status ct_set_count_get(struct ct_app *app, int64_t pack_id,
                                             enum ct_set_phase phase, struct ct_set_count *ret,
                                             struct ct_error *reterr);

/* ---- differences ---------------------------------------------------------------- */

enum ct_set_follow_step { CT_FOLLOW_SOUGHT, CT_FOLLOW_REPAIR, CT_FOLLOW_FOUND,
                          CT_FOLLOW_REPLACED, CT_FOLLOW_GIVEN_UP, CT_FOLLOWS };
extern const char *const CT_SET_FOLLOW_NAME[CT_FOLLOWS]; /* "sent for repair" */
bool ct_set_follow_ends(enum ct_set_follow_step step); /* found, replaced, given up */
struct ct_set_difference {
    int64_t line_id, set_id, pack_id;
    enum ct_set_phase phase;
    int expected, counted;
    enum ct_set_away away;
    int step;          /* enum ct_set_follow_step; -1 none yet */
    int64_t at_ms;
    char set[CT_SET_NAME_MAX + 1], instrument[CT_SET_NAME_MAX + 1];
    char text[CT_SET_REASON_MAX + 1]; /* of the last follow-up, else of the count */
    char by[64];
};
/* Open ones, oldest first; set_id 0: all. One allocation, free(). */
CT_NODISCARD enum ct_status ct_set_differences(struct ct_app *app, int64_t set_id,
                                               struct ct_set_difference **ret, size_t *ret_n,
                                               struct ct_error *reterr);
/* CT_EINVAL (text): what was done; CT_ECONFLICT: it is followed to its end. Given up: a
 * supervisor's. */
CT_NODISCARD enum ct_status ct_set_follow(struct ct_app *app, int64_t line_id,
                                          enum ct_set_follow_step step, const char *text,
                                          struct ct_error *reterr);

#endif
