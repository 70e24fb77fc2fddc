/* shift_entry - what people add to the log of a shift that no record says: incidents, near
 * misses, staffing, visitors, the building; and who was there, from when to when.
 *
 * Layer:  clinic. Append-only: a correction is a version with a reason.
 * Grade:  a note is routine in the chain, minor is notable, serious is an exception; an
 *         incident or a near miss is notable at least.
 * Hours:  a person's shift begins with the first log-in or record in it and ends with the
 *         last, unless the person, or a supervisor, says otherwise with a reason.
 * Errors: CT_EINVAL with the field, CT_ENOTFOUND, CT_ECONFLICT (corrected meanwhile), those
 *         of ct_record.
 */
#ifndef CT_CLINIC_SHIFT_ENTRY_H
#define CT_CLINIC_SHIFT_ENTRY_H

#include "clinic/shift.h"

/* Stored: new ones at the end. */
enum ct_entry_kind { CT_ENTRY_INCIDENT, CT_ENTRY_NEAR_MISS, CT_ENTRY_STAFFING,
                     CT_ENTRY_VISITOR, CT_ENTRY_ESTATE, CT_ENTRY_KINDS };
enum ct_entry_grade { CT_ENTRY_NOTE, CT_ENTRY_MINOR, CT_ENTRY_SERIOUS, CT_ENTRY_GRADES };
extern const char *const CT_ENTRY_KIND_NAME[CT_ENTRY_KINDS];    /* "near miss" */
extern const char *const CT_ENTRY_GRADE_NAME[CT_ENTRY_GRADES];  /* "serious" */
enum { CT_ENTRY_TEXT_MAX = 400, CT_ENTRY_REASON_MAX = 200,
       CT_ENTRY_BACK_MS = 7 * CT_DAY_MS /* what happened longer ago is no entry of a shift */ };

extern const struct ct_field CT_ENTRY_FIELDS[]; /* the last one, reason, of a correction alone */
extern const size_t CT_ENTRY_FIELDS_N;

struct ct_shift_entry {
    int64_t id, replaces_id; /* 0: the first version */
    enum ct_entry_kind kind;
    enum ct_entry_grade grade;
    char text[CT_ENTRY_TEXT_MAX + 1];
    int64_t done_ms;         /* CT_UNSET when it is written: now */
    bool voided, replaced;   /* entered in error; a later version stands */
    char reason[CT_ENTRY_REASON_MAX + 1];
    int64_t at_ms;
    uint32_t by_user;
    char by[128];
};
/* kind, grade, text, done_ms of *e; *e is completed. */
CT_NODISCARD enum ct_status ct_shift_entry_add(struct ct_app *app, struct ct_shift_entry *e,
                                               struct ct_error *reterr);
/* e->replaces_id is corrected: with e->voided it was entered in error, and only the reason
 * is asked for. One's own, or by a supervisor. */
CT_NODISCARD enum ct_status ct_shift_entry_correct(struct ct_app *app, struct ct_shift_entry *e,
                                                   struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_shift_entry_get(struct ct_app *app, int64_t id,
                                               struct ct_shift_entry *ret,
                                               struct ct_error *reterr);
/* All versions of the entry that `id` is one of, newest first; one allocation, free(). */
CT_NODISCARD enum ct_status ct_shift_entry_versions(struct ct_app *app, int64_t id,
                                                    struct ct_shift_entry **ret, size_t *ret_n,
                                                    struct ct_error *reterr);

struct ct_shift_person {
    uint32_t user_id;
    char name[128];
    int64_t from_ms, to_ms;  /* as they count; to_ms CT_UNSET: said to be there still */
    bool corrected;
    char reason[CT_ENTRY_REASON_MAX + 1], by[128]; /* of the correction */
    int64_t records;         /* entries but coming, going, looking and reviewing */
};
/* Who was there: by the chain and by what was said; by name. user_id 0: everybody (needs
 * shift.all), else that person (one's own: shift.own). One allocation, free(). */
CT_NODISCARD enum ct_status ct_shift_people(struct ct_app *app, const struct ct_shift *s,
                                            uint32_t user_id, struct ct_shift_person **ret,
                                            size_t *ret_n, struct ct_error *reterr);
/* Hours of that person in that shift. to_ms CT_UNSET: there still. CT_EINVAL (from_ms,
 * to_ms): more than 12 h outside of the shift, in the future, or the wrong way round;
 * CT_EDENIED: another's, by somebody who is no supervisor. */
CT_NODISCARD enum ct_status ct_shift_hours(struct ct_app *app, const struct ct_shift *s,
                                           uint32_t user_id, int64_t from_ms, int64_t to_ms,
                                           const char *reason, struct ct_error *reterr);

#endif
