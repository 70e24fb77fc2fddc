/* fault - what was wrong with a device, and every step until it is back in service.
 *
 * Layer:  clinic. One linked chain: fault -> quarantine -> troubleshooting / repair ->
 *         return-to-service tests -> review -> back in service. The table in fault.c says
 *         which step may follow which; nothing on it can be skipped, and the condition of
 *         the device (equipment.h) is written by it and by nothing else.
 * Back:   needs (1) a step "repaired", or "nothing found" with a reason; (2) after it, an
 *         accepted result of every kind that the fault's cause and the device's schedules
 *         ask for (ct_fault_tests): what failed is passed again, and electrical safety
 *         after a repair of a device on the mains; (3) a review by another person than who
 *         repaired or tested.
 * Apart: what was found out of tolerance or electrically unsafe is set apart at once,
 *         whoever opens the fault; nothing is repaired that was not set apart first.
 * Tests:  after a repair every calibration and electrical test that is scheduled for the
 *         device, electrical safety also without a schedule when it is of class I or II;
 *         after "nothing found" what failed; where that asks for nothing, one check of
 *         its working as before use.
 * Joined: a fault names the result or calibration that failed; a result names the fault for
 *         whose return it was done.
 * Access: a fault on a restricted patient's record shows no patient to whom it is closed.
 * Source: status chain of QATrack+ (statuses, faults guide); qatrackplus#411, #545, #595.
 */
#ifndef CT_CLINIC_FAULT_H
#define CT_CLINIC_FAULT_H

#include "clinic/schedule.h"

enum ct_fault_cause { CT_FAULT_REPORTED, CT_FAULT_CHECK, CT_FAULT_OUT_OF_TOLERANCE,
                      CT_FAULT_ELECTRICAL, CT_FAULT_CAMPAIGN, CT_FAULT_CAUSES };
enum ct_fault_harm { CT_HARM_NOBODY, CT_HARM_NONE, CT_HARM_NEAR_MISS, CT_HARM_DONE, CT_HARMS };
enum ct_fault_step {
    CT_FAULT_OPENED,      /* condition faulty; once more: reported again */
    CT_FAULT_APART,       /* quarantined and labelled; once more: a further failure */
    CT_FAULT_TRIED,       /* a troubleshooting guide was gone through */
    CT_FAULT_SENT,        /* out for repair: to whom */
    CT_FAULT_REPAIRED,    /* or adjusted: what was done, by whom; condition testing */
    CT_FAULT_NOTHING,     /* nothing found, with a reason; condition testing */
    CT_FAULT_TESTED,      /* one return-to-service test: its result. A failed one: back to APART */
    CT_FAULT_REVIEWED,    /* by a second person: back in service; the fault is over */
    CT_FAULT_WITH_DEVICE, /* the device was retired: the fault ends with it */
    CT_FAULT_STEPS
};
extern const char *const CT_FAULT_CAUSE_NAME[CT_FAULT_CAUSES];
extern const char *const CT_FAULT_STEP_NAME[CT_FAULT_STEPS];
extern const char *const CT_FAULT_HARM_NAME[CT_HARMS];
bool ct_fault_may(enum ct_fault_step from, enum ct_fault_step to);

struct ct_fault {
    int64_t id, equipment_id;
    enum ct_fault_cause cause;
    int64_t result_id, calibration_id; /* 0 none */
    int64_t happened_ms, at_ms;
    char text[CT_EQUIP_TEXT_MAX + 1];
    int64_t patient_id, procedure_id;  /* 0 none */
    enum ct_fault_harm harm;
    char told[121];
    uint32_t by_user;
    char by[64];
    /* derived */
    char asset[CT_ASSET_MAX + 1], model[164], location[65], patient[140];
    bool restricted;                   /* the patient is not open to this user: no name */
    enum ct_fault_step step;
    int64_t step_ms;
    enum ct_equip_condition condition; /* of the device, now */
    bool over;
};
struct ct_fault_event {
    int64_t id;
    enum ct_fault_step step;
    int cause;                         /* enum ct_fault_cause of a report or failure; -1 else */
    int64_t at_ms, recorded_ms, result_id, calibration_id; /* ids: 0 none */
    char told[121], text[2001];
    uint32_t by_user;
    char by[64];
};
extern const struct ct_field CT_FAULT_FIELDS[];
extern const size_t CT_FAULT_FIELDS_N;

/* "cuff bursts. reported, 23 Nov 2026 10:05 by A Nurse; on ASH, Ann; near miss; told: Dr Demo":
 * of a restricted patient that it was one. */
void ct_fault_line_text(const struct ct_fault *f, char *out, size_t size);
/* f: what, when, on whom, who was told; quarantine: set apart at once, in the same entry.
 * CT_ECONFLICT: a fault of the device is open (its id in f->id): add to that one. */
CT_NODISCARD enum ct_status ct_fault_open(struct ct_app *app, struct ct_fault *f, bool quarantine,
                                          struct ct_error *reterr);
/* The next step; ev->step, at_ms, told, text, result_id. seen_step: where it stood when it
 * was looked at (CT_ECONFLICT). CT_EINVAL: not from there, or what is missing, by name.
 * CT_FAULT_REVIEWED: CT_PERM_EQUIP_APPROVE, signed, not by who repaired or tested. */
CT_NODISCARD enum ct_status ct_fault_step(struct ct_app *app, int64_t id,
                                          enum ct_fault_step seen_step,
                                          struct ct_fault_event *ev, struct ct_error *reterr);
/* One key: set apart, without a fault form: opens a fault "quarantined: REASON". */
CT_NODISCARD enum ct_status ct_equipment_quarantine(struct ct_app *app, int64_t equipment_id,
                                                    const char *reason, int64_t *ret_fault_id,
                                                    struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_fault_get(struct ct_app *app, int64_t id, struct ct_fault *ret,
                                         struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_fault_events(struct ct_app *app, int64_t id,
                                            struct ct_fault_event **ret, size_t *ret_n,
                                            struct ct_error *reterr);
/* equipment_id 0: all; newest first. Standards can be left out (qatrackplus#528). */
CT_NODISCARD enum ct_status ct_fault_list(struct ct_app *app, int64_t equipment_id,
                                          bool open_only, bool no_standards, size_t limit,
                                          struct ct_fault **ret, size_t *ret_n,
                                          struct ct_error *reterr);
/* The open fault of a device; CT_ENOTFOUND: none. */
CT_NODISCARD enum ct_status ct_fault_of(struct ct_app *app, int64_t equipment_id,
                                        struct ct_fault *ret, struct ct_error *reterr);
/* Return-to-service tests: which kinds are asked for, and of each the result that counts
 * (0: missing). */
struct ct_fault_test { enum ct_task_kind kind; char template_id[41]; int64_t result_id; };
CT_NODISCARD enum ct_status ct_fault_tests(struct ct_app *app, int64_t id,
                                           struct ct_fault_test ret[CT_TASKS * 4], size_t *ret_n,
                                           struct ct_error *reterr);
/* Results since the last repair that the fault does not name yet, oldest first: each can
 * be taken into it by a step CT_FAULT_TESTED. */
CT_NODISCARD enum ct_status ct_fault_unlinked(struct ct_app *app, int64_t id, int64_t *ret,
                                              size_t cap, size_t *ret_n,
                                              struct ct_error *reterr);

/* ---- troubleshooting: data/guides ------------------------------------------------ */

enum { CT_GUIDE_STEPS_MAX = 40 };
struct ct_guide_step {
    char id[41], text[241];
    char yes[41], no[41]; /* id of the next step; "resolved", "fault" end it */
};
struct ct_guide {
    char id[41], version[16], title[80], source[241];
    char model[164]; /* "MAKER MODEL" that it is for; "": for a class */
    size_t n;
    struct ct_guide_step step[CT_GUIDE_STEPS_MAX];
};
/* CT_ECONFIG with file and line: a step that leads nowhere or in a circle without an end,
 * one that nothing leads to, no end. One allocation, free(). Of a model "MAKER MODEL" in
 * its own file (model = ...), else of its class. */
CT_NODISCARD enum ct_status ct_guide_load(const struct ct_config *c, const char *id,
                                          struct ct_guide **ret, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_guide_for(struct ct_app *app, const struct ct_equipment *e,
                                         struct ct_guide **ret, struct ct_error *reterr);
void ct_guide_free(struct ct_guide *g); /* as free(); NULL is fine */
/* From a file that was read; its id must be the name of `file`, with or without ".ini". */
CT_NODISCARD enum ct_status ct_guide_parse(const struct ct_ini *ini, const char *file,
                                           struct ct_guide **ret, struct ct_error *reterr);

/* How far somebody is: the answers in the order they were given, from the first step on. */
struct ct_guide_walk {
    size_t n;
    bool yes[CT_GUIDE_STEPS_MAX];
};
enum ct_guide_end { CT_GUIDE_ASKS, CT_GUIDE_RESOLVED, CT_GUIDE_FAULT };
/* Where the walk stands: CT_GUIDE_ASKS with the step to ask in *ret_step (a guide's circle
 * ends as a fault when there is no room for one more step). */
enum ct_guide_end ct_guide_at(const struct ct_guide *g, const struct ct_guide_walk *w,
                              size_t *ret_step);
/* "Is it on? yes" a line each, at most size - 1 bytes: what does not fit is left out from
 * the front, and said. */
void ct_guide_text(const struct ct_guide *g, const struct ct_guide_walk *w, char *out,
                   size_t size);
/* The walk is over: kept as a step CT_FAULT_TRIED of the device's open fault, or, resolved
 * and without one, as a note on the device. CT_EINVAL: it is not over, or it ended as a
 * fault and none is reported. */
CT_NODISCARD enum ct_status ct_guide_keep(struct ct_app *app, int64_t equipment_id,
                                          const struct ct_guide *g,
                                          const struct ct_guide_walk *w,
                                          struct ct_error *reterr);

#endif
