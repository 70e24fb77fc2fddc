/* access - who may read one patient's record: restricted ones, openings with a reason
 * (break-glass) and their review, permission to share, and who looked at what.
 *
 * Layer:  clinic. Every write goes through ct_record.
 * Doors:  what is known of one patient leaves the store through these, and each of them
 *         asks ct_access_check: ct_patient_open, ct_patient_get; ct_vitals_get, _list,
 *         _range, _last_scored, _versions; ct_due_patient;
 *         ct_interpretation_list; ct_escalation_get, and ct_escalation_list of one
 *         patient; ct_procedure_get, _events, _versions, _uses; the lists of explanations
 *         and consent; checklists (ct_prep_may); ct_shift_evidence; ct_overrides_of. The trend, the
 *         observation chart, the CSV and `clintech vitals export` read through them. What
 *         writes about a patient asks too: amend, alerts, vitals (record, correct, void),
 *         interpretation, escalation, what is changed of a procedure, consent, checklists,
 *         a fault on that patient (ct_fault_open). Planning a procedure does not: it reads nothing of the record.
 *         tests/unit/access.c walks them; add a new door there.
 * Lists:  of many patients leave a restricted one in with what the task needs and mark
 *         it (`restricted`): find without the place; due (ct_due_list, ct_due_line: home,
 *         board, round) and escalations without score and words; procedures without site,
 *         note and outcome; faults of devices without whom they were on; look-backs without name and values;
 *         the shift log
 *         without what was found. ct_access_hidden says which.
 * Rules:  a record is restricted by a supervisor with a reason, or because the patient is
 *         a member of staff, which anybody who may write records can say and which
 *         restricts by itself. Only a supervisor lifts either, and that is an exception
 *         in the chain. An opening is for one patient, one user and a limited time
 *         ([access] break_glass_min), and an exception too. Somebody else reviews it.
 */
#ifndef CT_CLINIC_ACCESS_H
#define CT_CLINIC_ACCESS_H

#include "clinic/patient.h"

/* The field of every refusal here; its `about` is the patient. */
#define CT_RESTRICTED "restricted"
enum { CT_ACCESS_TEXT = 200, CT_ACCESS_WORDS_MIN = 3 };

/* CT_OK, or CT_EDENIED field "restricted": the record is restricted and this user has
 * neither an opening of now nor a place in the care team. One indexed look-up for
 * records that are not restricted. Writes nothing (the doors do). */
CT_NODISCARD enum ct_status ct_access_check(struct ct_app *app, int64_t patient_id,
                                            struct ct_error *reterr);
/* The same as a question, for lists. */
CT_NODISCARD enum ct_status ct_access_hidden(struct ct_app *app, int64_t patient_id, bool *ret,
                                             struct ct_error *reterr);

/* Name, number, birth date and sex alone: whether this is the right person, which has to be
 * known before a reason is given. Needs patient.read, and no opening. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_access_identity(struct ct_app *app, int64_t patient_id,
                                               struct ct_patient *ret, struct ct_error *reterr);

/* ---- restriction --------------------------------------------------------- */

enum ct_restriction_kind { CT_RESTRICTED_SET, CT_RESTRICTED_STAFF, CT_RESTRICTION_KINDS };
const char *ct_restriction_name(enum ct_restriction_kind kind); /* "member of staff" */

struct ct_access {
    bool restricted;
    enum ct_restriction_kind kind;
    char reason[CT_ACCESS_TEXT + 1];
    char by[64];
    int64_t at_ms;
    int64_t until_ms; /* this user's opening or place in the team ends; CT_UNSET: none */
    bool team;        /* it is a place in the care team */
};
/* Needs patient.read, and no opening: it says nothing of what is in the record. */
CT_NODISCARD enum ct_status ct_access_get(struct ct_app *app, int64_t patient_id,
                                          struct ct_access *ret, struct ct_error *reterr);
/* Set: kind STAFF needs patient.write, SET access.restrict. CT_EEXISTS: it is restricted
 * already. Lift: access.restrict, an exception. CT_EINVAL (reason), CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_access_restrict(struct ct_app *app, int64_t patient_id,
                                               enum ct_restriction_kind kind,
                                               const char *reason, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_access_lift(struct ct_app *app, int64_t patient_id,
                                           const char *reason, struct ct_error *reterr);
/* Patients who bear the name of somebody who may log in and are not restricted: a hint,
 * since namesakes are common. Every word of the user's name is one of the patient's.
 * Needs access.restrict. free() by ct_patient_hits_done. */
CT_NODISCARD enum ct_status ct_access_hints(struct ct_app *app, struct ct_patient_hits *ret,
                                            struct ct_error *reterr);

/* ---- care team ------------------------------------------------------------ */

/* Who treats a restricted patient day by day is named until a day (included) and not
 * asked meanwhile. Never oneself. The longest: CT_TEAM_DAYS_MAX from today. */
enum { CT_TEAM_DAYS_MAX = 366 };
struct ct_team_member {
    int64_t id;
    uint32_t user_id;
    char name[64], by[64];
    ct_date until_day;
    char reason[CT_ACCESS_TEXT + 1];
};
CT_NODISCARD enum ct_status ct_access_team_add(struct ct_app *app, int64_t patient_id,
                                               uint32_t user_id, ct_date until_day,
                                               const char *reason, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_access_team_end(struct ct_app *app, int64_t id,
                                               const char *reason, struct ct_error *reterr);
/* In force today; one allocation, free(). Needs patient.read. */
CT_NODISCARD enum ct_status ct_access_team(struct ct_app *app, int64_t patient_id,
                                           struct ct_team_member **ret, size_t *ret_n,
                                           struct ct_error *reterr);

/* ---- break-glass ----------------------------------------------------------- */

/* Three different words at least, or six characters of a script without blanks.
 * CT_EINVAL (reason): too few words, or the record is not restricted to this user.
 * *ret_until_ms may not be NULL. */
CT_NODISCARD enum ct_status ct_access_break(struct ct_app *app, int64_t patient_id,
                                            const char *reason, int64_t *ret_until_ms,
                                            struct ct_error *reterr);
/* Somebody was asked for a reason and gave none: the refusal, in the chain. */
CT_NODISCARD enum ct_status ct_access_turned_away(struct ct_app *app, int64_t patient_id,
                                                  struct ct_error *reterr);

enum ct_glass_verdict { CT_GLASS_JUSTIFIED, CT_GLASS_NOT_JUSTIFIED, CT_GLASS_QUERY,
                        CT_GLASS_VERDICTS };
const char *ct_glass_verdict_name(enum ct_glass_verdict v); /* "not justified" */

struct ct_glass {
    int64_t id, patient_id, at_ms, until_ms;
    uint32_t user_id;
    char user[64], patient[2 * CT_NAME_BYTES + 3];
    char reason[CT_ACCESS_TEXT + 1];
    bool reviewed, queried; /* closed by a verdict; asked back about last */
    enum ct_glass_verdict verdict;
    char said[CT_ACCESS_TEXT + 1], said_by[64]; /* the last review, "" none */
    int64_t said_ms;
};
/* Not closed, oldest first, then (with_closed) those closed, latest first. Needs
 * access.review. One allocation, free(). */
CT_NODISCARD enum ct_status ct_glass_list(struct ct_app *app, bool with_closed, size_t limit,
                                          struct ct_glass **ret, size_t *ret_n,
                                          struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_glass_get(struct ct_app *app, int64_t id, struct ct_glass *ret,
                                         struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_glass_count(struct ct_app *app, int64_t *ret,
                                           struct ct_error *reterr);
/* Needs access.review. CT_EDENIED: one's own opening (in the chain, as every refusal).
 * CT_EINVAL (text): not justified and query need words. CT_ECONFLICT: closed already. */
CT_NODISCARD enum ct_status ct_glass_review(struct ct_app *app, int64_t id,
                                            enum ct_glass_verdict verdict, const char *text,
                                            struct ct_error *reterr);

/* ---- permission to share ---------------------------------------------------- */

enum ct_share_what { CT_SHARE_ALL, CT_SHARE_VITALS, CT_SHARE_PROCEDURES, CT_SHARE_PRESENCE,
                     CT_SHARES };
extern const char *const CT_SHARE_NAME[CT_SHARES];

struct ct_sharing {
    int64_t id, patient_id, at_ms;
    enum ct_share_what what;
    char whom[121];      /* one person or body */
    char told_by[121];   /* who said so */
    char note[CT_ACCESS_TEXT + 1];
    ct_date until_day;   /* CT_NO_DATE: until withdrawn */
    char by[64];
    bool ended;          /* withdrawn, or past its day */
    char ended_why[CT_ACCESS_TEXT + 1]; /* "withdrawn 3 Mar, told by ...", "ended 3 Mar 2026" */
};
/* Fields of the form; names as in struct and SQL. */
extern const struct ct_field CT_SHARING_FIELDS[];
enum { CT_SHARING_FIELDS_N = 5 };
/* Needs patient.write. CT_EINVAL with the field; a day in the past is refused. */
CT_NODISCARD enum ct_status ct_sharing_add(struct ct_app *app, struct ct_sharing *s,
                                           struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_sharing_withdraw(struct ct_app *app, int64_t id,
                                                const char *told_by, const char *reason,
                                                struct ct_error *reterr);
/* Newest first, those in force before the ended. One allocation, free(). */
CT_NODISCARD enum ct_status ct_sharing_list(struct ct_app *app, int64_t patient_id,
                                            struct ct_sharing **ret, size_t *ret_n,
                                            struct ct_error *reterr);
/* For an export of vitals: "Dr Demo (vitals, until 3 Mar 2027); St Demo (all)" of those
 * in force, "" for none. */
CT_NODISCARD enum ct_status ct_sharing_text(struct ct_app *app, int64_t patient_id, char *out,
                                            size_t size, struct ct_error *reterr);
/* Is there one in force that covers `what` for exactly that name (case folded)? */
CT_NODISCARD enum ct_status ct_sharing_covers(struct ct_app *app, int64_t patient_id,
                                              enum ct_share_what what, const char *whom,
                                              bool *ret, struct ct_error *reterr);

/* ---- who looked at what ------------------------------------------------------- */

struct ct_looked {
    int64_t seq, at_ms;
    uint32_t user_id;
    char user[64];
    int64_t patient_id;
    char patient[2 * CT_NAME_BYTES + 3], number[33];
    enum ct_severity severity;
    char what[64];    /* "opened a record" */
    char detail[256]; /* of openings, refusals, exports; "" where it may be clinical */
};
/* Of one patient, of one user, or of that user about that patient: at least one. */
struct ct_look_filter {
    int64_t patient_id;     /* 0: any */
    uint32_t user_id;       /* 0: anybody */
    int64_t from_ms, to_ms; /* both included; CT_UNSET: open */
    int64_t after_ms, after_seq; /* page on: what the last line of the page before was; 0 */
};
/* Newest first, at most `limit`; one allocation, free(). A patient's: patient.read and,
 * restricted, ct_access_check, unless access.review. A user's: access.review. */
CT_NODISCARD enum ct_status ct_look_list(struct ct_app *app, const struct ct_look_filter *f,
                                         size_t limit, struct ct_looked **ret, size_t *ret_n,
                                         struct ct_error *reterr);
/* That somebody looked this up, or took it out: in the chain, once a screen or file.
 * to: "" for the screen, else the file or the stream. */
CT_NODISCARD enum ct_status ct_look_told(struct ct_app *app, const struct ct_look_filter *f,
                                         const char *to, struct ct_error *reterr);
/* The user of a login, whether active or not. Needs access.review. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_look_user(struct ct_app *app, const char *login, uint32_t *ret,
                                         struct ct_error *reterr);

#endif
