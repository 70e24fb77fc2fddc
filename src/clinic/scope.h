/* scope - endoscopes: reprocessed step by step after each use, stored, and ready until their
 * hang time is over.
 *
 * Layer:  clinic. An endoscope is a device of the registry of the class CT_SCOPE_CLASS
 *         (equipment.h). A record RE-n is one reprocessing of it, by a programme of the method
 *         endoscope (programme.h) as it was when the record was begun: its steps, their order
 *         and its limits are the programme's, not this module's.
 * Steps:  one after the other, none left out, none before the one before it or before the
 *         endoscope was used, none in the future. Each says who and when. Disinfection is in
 *         a bath (bath.h: a soak of this endoscope that was done since the step before) or in
 *         a machine that may take a load (machine.h).
 * Failed: a step that fails ends its record; a new one begins from the first step. A leak
 *         test that fails sets the endoscope apart and opens a fault in the same change.
 * Delay:  from the use to the begin of cleaning by hand. Over the programme's limit it needs a
 *         reason. A limit that is `declared` is the site's to fill in, and gives no verdict.
 * Ready:  a complete record, no use since, hang time not over (the programme's; declared: no
 *         end is known, and that is said). All else must be reprocessed before it is used:
 *         equipment_gate.h asks for a reason when a procedure names such an endoscope.
 * Access: of a restricted patient neither name nor procedure is told.
 * Units:  UTC ms. Errors: CT_EINVAL with the field, CT_ECONFLICT, CT_ENOTFOUND, those of
 *         ct_record.
 * Source: steps: ST91 as described by Censis; what a record holds: Multisociety 2016, AORN,
 *         HICPAC (giendoscopy.com). Delay and hang time: the site's, no source was verified.
 */
#ifndef CT_CLINIC_SCOPE_H
#define CT_CLINIC_SCOPE_H

#include "clinic/bath.h"

#define CT_SCOPE_CLASS     "endoscope" /* of data/equipment/classes.ini */
#define CT_SCOPE_PROGRAMME "endoscope" /* where none is said */
enum { CT_SCOPE_TEXT_MAX = 200, CT_SCOPE_PLACE_MAX = 64 };

/* Why it is reprocessed; stored. */
enum ct_scope_why { CT_SCOPE_USED, CT_SCOPE_STORED, CT_SCOPE_NEW, CT_SCOPE_AGAIN,
                    CT_SCOPE_WHYS };
extern const char *const CT_SCOPE_WHY_NAME[CT_SCOPE_WHYS]; /* "used on a patient" */
/* How a record stands. */
enum ct_scope_is { CT_SCOPE_UNDER_WAY, CT_SCOPE_COMPLETE, CT_SCOPE_FAILED,
                   CT_SCOPE_BROKEN_OFF, CT_SCOPE_IN_ERROR, CT_SCOPE_IS_N };
extern const char *const CT_SCOPE_IS_NAME[CT_SCOPE_IS_N]; /* "FAILED" */

struct ct_scope_record {
    int64_t id, equipment_id;
    char programme[CT_PROGRAMME_ID_MAX + 1]; /* begun with "": CT_SCOPE_PROGRAMME */
    enum ct_scope_why why;
    int64_t procedure_id; /* 0 none */
    int64_t used_ms;      /* CT_UNSET: not used */
    char text[CT_SCOPE_TEXT_MAX + 1];
    int64_t again_id;     /* 0 none */
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
    /* derived */
    char asset[CT_ASSET_MAX + 1];
    int64_t patient_id;
    char patient[140];
    bool restricted;      /* the patient is not open to this user */
    enum ct_scope_is is;
    int steps, step;      /* so many; the last recorded one, 0 none */
    int64_t step_ms;      /* CT_UNSET none */
    enum ct_step_kind next; /* of one under way */
    char next_text[CT_PROGRAMME_TEXT_MAX + 1];
    int64_t from_ms;      /* when it was used, else its first step, else when it was begun */
    int64_t until_ms;     /* hang time ends; CT_UNSET: not complete, or not filled in */
    int64_t delay_ms,
        delay_most_ms; /* use to cleaning, and the limit; CT_UNSET not yet; not filled in */
    char end_text[CT_SCOPE_TEXT_MAX + 1]; /* why it was broken off, or entered in error */
    char end_by[64];
    int64_t end_ms;
};
/* A step of a record, done or not. */
struct ct_scope_step {
    int64_t record_id;
    int step;                    /* from 1 */
    enum ct_step_kind kind;
    char what[CT_PROGRAMME_TEXT_MAX + 1]; /* what the programme says */
    bool done, failed;
    int64_t done_ms;             /* to be recorded: 0 is now */
    int64_t bath_id, soak_id;    /* disinfection: in which bath; 0 none */
    int64_t machine_id;          /* or in which machine; 0 none */
    char machine[CT_ASSET_MAX + 1];
    char programme[CT_PROGRAMME_ID_MAX + 1]; /* of the machine; "" where it runs one alone */
    int64_t cycle_number;        /* CT_UNSET none */
    char place[CT_SCOPE_PLACE_MAX + 1];
    char reason[CT_SCOPE_TEXT_MAX + 1], text[CT_SCOPE_TEXT_MAX + 1];
    int64_t fault_id, at_ms;
    uint32_t by_user;
    char by[64];
};
extern const struct ct_field CT_SCOPE_FIELDS[], CT_SCOPE_STEP_FIELDS[],
    CT_SCOPE_MACHINE_FIELDS[], CT_SCOPE_STORE_FIELDS[], CT_SCOPE_CLEAN_FIELDS[];
extern const size_t CT_SCOPE_FIELDS_N, CT_SCOPE_STEP_FIELDS_N, CT_SCOPE_MACHINE_FIELDS_N,
    CT_SCOPE_STORE_FIELDS_N, CT_SCOPE_CLEAN_FIELDS_N;

/* r->equipment_id, why, procedure_id, used_ms, text, programme. CT_SCOPE_USED: a procedure
 * or a text says on whom; used_ms 0 or CT_UNSET is the end of the procedure, else now.
 * CT_SCOPE_AGAIN takes the use over from the record that failed. *r is completed.
 * CT_EINVAL: no endoscope (equipment_id), retired, a programme that is not of the method
 * endoscope (programme), a use that is not said or that the procedures contradict (why), no
 * such procedure or one that did not begin (procedure_id), a time in the future or before
 * the procedure (used_ms); CT_ECONFLICT: a record of it is under way. */
CT_NODISCARD enum ct_status ct_scope_begin(struct ct_app *app, struct ct_scope_record *r,
                                           struct ct_error *reterr);
/* s->record_id, step (the one that was seen as the next), failed, done_ms, bath_id or
 * machine_id (0: machine, its number) with programme and cycle_number, place, reason, text. *s
 * is completed. CT_EINVAL: not the next one (step), a time (done_ms), failed without a text,
 * cleaned too late without a reason (reason), stored nowhere (place), and of disinfection:
 * neither bath nor machine, not soaked since the step before, or not for its time (bath_id), a
 * machine that takes no load (machine), no cycle number (cycle_number). CT_ECONFLICT: the
 * record is over, or somebody recorded that step meanwhile. */
CT_NODISCARD enum ct_status ct_scope_step(struct ct_app *app, struct ct_scope_step *s,
                                          struct ct_error *reterr);
/* One under way is not gone on with; a reason. The endoscope must be reprocessed. */
CT_NODISCARD enum ct_status ct_scope_break_off(struct ct_app *app, int64_t id,
                                               const char *reason, struct ct_error *reterr);
/* Entered in error, complete or not: it counts for nothing; a fault that it opened stays. */
CT_NODISCARD enum ct_status ct_scope_void(struct ct_app *app, int64_t id, const char *reason,
                                          struct ct_error *reterr);

/* The next step of the record is disinfection, and a soak that begins then is not before the
 * step before it: CT_OK, else CT_EINVAL (step, started_ms). Only reads. */
CT_NODISCARD enum ct_status ct_scope_may_soak(struct ct_app *app, int64_t id,
                                              int64_t started_ms, struct ct_error *reterr);
/* The bath of its soak that was done since its last step and waits to be recorded; *ret 0:
 * there is none. */
CT_NODISCARD enum ct_status ct_scope_soaked(struct ct_app *app, int64_t id, int64_t *ret,
                                            struct ct_error *reterr);

CT_NODISCARD enum ct_status ct_scope_get(struct ct_app *app, int64_t id,
                                         struct ct_scope_record *ret, struct ct_error *reterr);
/* Every step of its programme in order, done or not. One allocation, free(). */
CT_NODISCARD enum ct_status ct_scope_steps(struct ct_app *app, int64_t id,
                                           struct ct_scope_step **ret, size_t *ret_n,
                                           struct ct_error *reterr);

/* ---- the endoscope ---------------------------------------------------------------------- */

enum ct_scope_now { CT_SCOPE_IS_READY, CT_SCOPE_REPROCESSING, CT_SCOPE_MUST, CT_SCOPE_OUT };
struct ct_scope {
    int64_t equipment_id;
    char asset[CT_ASSET_MAX + 1], model[164], serial[41], location[65];
    enum ct_equip_condition condition;
    enum ct_scope_now now;
    int64_t record_id;      /* the last that counts; 0 none */
    enum ct_scope_is is;    /* of it */
    int64_t until_ms;       /* ready until; CT_UNSET: no hang time is filled in */
    int64_t used_id, used_ms; /* the procedure since that record; 0, CT_UNSET none */
    char why[240]; /* "since 10:05, next: Rinse.", "used on P-12, 23 Nov 10:05", "set apart" */
    int64_t soak_id, soak_bath, soak_ready_ms; /* it lies in that bath; 0 none */
};
/* All but retired ones, by asset number, as they stand now. One allocation, free(). */
CT_NODISCARD enum ct_status ct_scope_list(struct ct_app *app, struct ct_scope **ret,
                                          size_t *ret_n, struct ct_error *reterr);
/* CT_EINVAL (equipment_id): no endoscope. */
CT_NODISCARD enum ct_status ct_scope_of(struct ct_app *app, int64_t equipment_id,
                                        struct ct_scope *ret, struct ct_error *reterr);

/* Traceability: its records and the procedures that name it, newest first. */
struct ct_scope_line {
    int64_t at_ms;
    int64_t record_id, procedure_id; /* one of them; 0 the other */
    bool restricted;                 /* of whom is not told, procedure_id is 0 */
    enum ct_scope_is is;             /* of a record */
    char text[240]; /* "RE-5 complete, Cabinet 1", "P-12 Gastroscopy PATEL, Rohan" */
};
CT_NODISCARD enum ct_status ct_scope_past(struct ct_app *app, int64_t equipment_id,
                                          size_t limit, struct ct_scope_line **ret,
                                          size_t *ret_n, struct ct_error *reterr);
/* The complete record from which an endoscope came to a procedure that began at at_ms.
 * CT_ENOTFOUND: it is no endoscope, or there was none. *ret without names. */
CT_NODISCARD enum ct_status ct_scope_came_from(struct ct_app *app, const char *asset,
                                               int64_t at_ms, struct ct_scope_record *ret,
                                               struct ct_error *reterr);

#endif
