/* prep - checklists of patients kept in the store: begun, answered, confirmed,
 * overridden, closed. What a template is, and what answers come to, is checklist.h.
 *
 * Layer:  clinic.
 * Kept:   append-only. A checklist is for ever read under the text it was begun under,
 *         whatever becomes of the template's file. One answer is one entry through the
 *         door, stamped with user and time by the program; the newest of an item
 *         stands, and those before it can be read (ct_prep_history).
 * Judged: against the time, the procedure's planned start, and all answers, whenever it
 *         is looked at; once it is closed, against the time it was closed at.
 * Writes: each works on a sheet, which holds what its screen shows. The answers are read
 *         again inside the transaction: CT_ECONFLICT when somebody answered the item
 *         since the sheet was read (nothing is written). The sheet is as the store is
 *         afterwards, whether it went well or not.
 * Units:  UTC ms.
 */
#ifndef CT_CLINIC_PREP_H
#define CT_CLINIC_PREP_H

#include "clinic/checklist.h"
#include "clinic/patient.h"

enum { CT_PREP_REASON_BYTES = 200, CT_PREP_LINE = 400, CT_PREP_CONFIRM_MAX = 20 };

enum ct_prep_state {
    CT_PREP_OPEN,
    CT_PREP_FINISHED,
    CT_PREP_INCOMPLETE, /* left as it is, with a reason */
    CT_PREP_IN_ERROR,   /* all of it: the wrong patient's, say. For good. */
    CT_PREP_STATES
};
extern const char *const CT_PREP_STATE_NAME[CT_PREP_STATES];
/* Why one is marked as entered in error; ended by {NULL, NULL}. */
extern const struct ct_choice CT_PREP_REASONS[];

struct ct_prep {
    int64_t id, patient_id, text_id;
    int64_t procedure_id; /* 0: none */
    char template_id[CT_CHECK_ID_MAX + 1], version[CT_CHECK_TITLE_MAX + 1], title[CT_CHECK_TITLE_MAX + 1];
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
    enum ct_prep_state state;
    int64_t ended_ms; /* CT_UNSET while it is open */
    uint32_t ended_by;
    char ended_name[64], reason[CT_PREP_REASON_BYTES + 8];
    /* as it stood at its last entry */
    int64_t last_ms;
    uint32_t last_by;
    int64_t shown, answered, wants, stops, overridden;
};

/* What stands behind one item's answer. */
struct ct_prep_mark {
    int64_t answer_id; /* the one that stands; 0: never answered */
    int64_t answers;   /* how many there have been */
    char by[64], second[64];
    char supervisor[64], reason[CT_PREP_REASON_BYTES + 8]; /* of the override */
};

struct ct_prep_sheet {
    struct ct_prep prep;
    struct ct_checklist *t;         /* the words it was begun under */
    struct ct_check_answer *answer; /* one an item */
    struct ct_check_state *state;
    struct ct_prep_mark *mark;
    struct ct_check_now at;
    char number[33];                /* the patient's, that a wristband is compared with */
};

/* ---- begin, read ------------------------------------------------------------ */

/* procedure_id 0: of none. CT_EINVAL, CT_ENOTFOUND, CT_ECONFIG of the template;
 * CT_ENOTFOUND of the patient; CT_ECONFLICT: the same one is open for that patient and
 * procedure already (*ret_id is that one). CT_EINVAL (competency): one that it asks for is not
 * held, and `though` (_though) has no reason (competency.h). */
CT_NODISCARD enum ct_status ct_prep_start(struct ct_app *app, int64_t patient_id,
                                          int64_t procedure_id, const char *template_id,
                                          int64_t *ret_id, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_prep_start_though(struct ct_app *app, int64_t patient_id,
                                                 int64_t procedure_id, const char *template_id,
                                                 const char *though, int64_t *ret_id,
                                                 struct ct_error *reterr);
/* CT_ENOTFOUND; CT_EDAMAGED: its text cannot be read. ct_prep_free. */
CT_NODISCARD enum ct_status ct_prep_load(struct ct_app *app, int64_t id,
                                         struct ct_prep_sheet **ret, struct ct_error *reterr);
/* The answers anew: another session wrote. */
CT_NODISCARD enum ct_status ct_prep_reload(struct ct_app *app, struct ct_prep_sheet *s,
                                           struct ct_error *reterr);
/* Judge anew: time has passed. */
void ct_prep_judge(struct ct_app *app, struct ct_prep_sheet *s);
void ct_prep_free(struct ct_prep_sheet *s);
void ct_prep_freep(struct ct_prep_sheet **s);
#define CT_PREP_SHEET CT_CLEANUP(ct_prep_freep) struct ct_prep_sheet

struct ct_prep_filter {
    int64_t patient_id, procedure_id; /* 0: any; one of them, or mine */
    bool mine;       /* open ones whose last entry is this user's */
    int64_t since_ms; /* mine: last entry since */
};
/* Newest first, those in error too; one allocation, free(). */
CT_NODISCARD enum ct_status ct_prep_list(struct ct_app *app, const struct ct_prep_filter *f,
                                         size_t limit, struct ct_prep **ret, size_t *ret_n,
                                         struct ct_error *reterr);

/* Everything entered about one item, oldest first; one allocation, free(). */
enum ct_prep_entry_kind { CT_PREP_ANSWER, CT_PREP_COMMENT, CT_PREP_CONFIRM, CT_PREP_OVERRIDE };
struct ct_prep_entry {
    enum ct_prep_entry_kind kind;
    int64_t at_ms;
    uint32_t by_user; /* the second person, the supervisor */
    char by[64];
    char text[CT_CHECK_COMMENT_MAX + 64];
};
CT_NODISCARD enum ct_status ct_prep_history(struct ct_app *app, const struct ct_prep_sheet *s,
                                            size_t item, struct ct_prep_entry **ret,
                                            size_t *ret_n, struct ct_error *reterr);

/* ---- answers ---------------------------------------------------------------- */

/* What ct_check_read or the caller made of it: given, n, end_ms, text and, not "", the
 * comment. What stands already writes nothing. CT_EINVAL (field: the item's id): not
 * asked as things are, or no answer that it takes; CT_ECONFLICT also when the list is
 * closed. */
CT_NODISCARD enum ct_status ct_prep_answer(struct ct_app *app, struct ct_prep_sheet *s,
                                           size_t item, const struct ct_check_answer *a,
                                           struct ct_error *reterr);
/* Start, or stop the one that runs: each an entry of its own. A timer that was stopped
 * is begun anew, and the former stays readable. */
CT_NODISCARD enum ct_status ct_prep_timer(struct ct_app *app, struct ct_prep_sheet *s,
                                          size_t item, struct ct_error *reterr);
/* A code, from the scanner or read by eye and typed. That of a wristband is compared
 * with the patient's number, blanks and hyphens aside: another one is a mismatch in
 * either case. CT_EINVAL: nothing to compare a scanned wristband with. What a site or a
 * set should be is not known here: its code is kept. */
CT_NODISCARD enum ct_status ct_prep_scan(struct ct_app *app, struct ct_prep_sheet *s,
                                         size_t item, const char *code, bool by_eye,
                                         struct ct_error *reterr);
/* On the answer that stands. CT_EINVAL: there is none, or nothing is said. */
CT_NODISCARD enum ct_status ct_prep_comment(struct ct_app *app, struct ct_prep_sheet *s,
                                            size_t item, const char *text,
                                            struct ct_error *reterr);
/* A second person confirms the answers of these items: with login and password
 * (ct_second_person), or login NULL: whoever is logged in. CT_EINVAL: it is who answered,
 * or the item needs no second person; errors of ct_second_person. All of them or none. */
CT_NODISCARD enum ct_status ct_prep_confirm(struct ct_app *app, struct ct_prep_sheet *s,
                                            const size_t *items, size_t n, const char *login,
                                            const struct ct_secret *password,
                                            struct ct_error *reterr);
/* A supervisor lets the stop of an answer pass, with a reason: whoever is logged in, or
 * with login and password. An exception in the log. CT_EDENIED: without prep.override. */
CT_NODISCARD enum ct_status ct_prep_override(struct ct_app *app, struct ct_prep_sheet *s,
                                             size_t item, const char *reason,
                                             const char *login,
                                             const struct ct_secret *password,
                                             struct ct_error *reterr);

/* ---- ends ------------------------------------------------------------------- */

/* reason "": finished, for which it must be complete and clear (CT_EINVAL says what is
 * missing); else it is left incomplete. */
CT_NODISCARD enum ct_status ct_prep_close(struct ct_app *app, struct ct_prep_sheet *s,
                                          const char *reason, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_prep_reopen(struct ct_app *app, struct ct_prep_sheet *s,
                                           const char *reason, struct ct_error *reterr);
/* All of it was entered in error. CT_ECONFLICT: it was marked so already. */
CT_NODISCARD enum ct_status ct_prep_void(struct ct_app *app, int64_t id, const char *reason,
                                         struct ct_error *reterr);

/* ---- what it comes to ------------------------------------------------------- */

/* All sections. */
void ct_prep_sum(const struct ct_prep_sheet *s, struct ct_check_sum *ret);
/* Where this user left it: what follows the last item that the user answered, or that
 * item while its timer runs; else the first that wants something; else the first. */
size_t ct_prep_resume(const struct ct_prep_sheet *s, uint32_t user_id);
/* "Hands cleaned: no" - what an item says now, cut to fit. */
void ct_prep_item_text(const struct ct_prep_sheet *s, size_t item, char *out, size_t size);
/* "It stops the procedure: the patient cannot be called ready. A supervisor may let it
 * pass, with a reason." "" when the item does not stop. */
void ct_prep_stop_text(const struct ct_prep_sheet *s, size_t item, char *out, size_t size);
/* Before a step: "12-lead electrocardiogram: not answered: Hands cleaned"; "" when it is
 * clear. In all, for stage CT_CHECK_DONE. */
void ct_prep_missing_text(const struct ct_prep_sheet *s, enum ct_check_stage stage, char *out,
                          size_t size);

#endif
