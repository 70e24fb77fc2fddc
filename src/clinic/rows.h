/* rows - the SQL of the clinic's modules, and what the files of one module
 * share. Internal to src/clinic/.
 *
 * Layer:  clinic.
 */
#ifndef CT_CLINIC_ROWS_H
#define CT_CLINIC_ROWS_H

#include "clinic/access.h"
#include "clinic/escalation.h"
#include "clinic/consent.h"
#include "clinic/prep.h"
#include "clinic/procedure.h"
#include "clinic/shift.h"

/* rows.c: an array of which n of *cap elements of `size` are filled, with room for one more,
 * or NULL (v is as it was). */
void *ct_rows_grow(void *v, size_t n, size_t *cap, size_t size);

/* ---- patient.c, patient_alert.c ---------------------------------------- */

enum {
    CT_SQL_PATIENT_INSERT,
    CT_SQL_PATIENT_VERSION,
    CT_SQL_PATIENT_GET,
    CT_SQL_PATIENT_BEARER, /* who bears a number */
    CT_SQL_ALERT_INSERT,
    CT_SQL_ALERTS,
    CT_PATIENT_SQL_N
};
extern const struct ct_sql ct_patient_sql[CT_PATIENT_SQL_N];

/* Without a permission check; details leaves the alerts out. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_patient_details(struct ct_db *db, int64_t id,
                                               struct ct_patient *ret, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_patient_load(struct ct_db *db, int64_t id,
                                            struct ct_patient *ret, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_patient_alerts_load(struct ct_db *db, struct ct_patient *p,
                                                   struct ct_error *reterr);
/* Folded search key of family and given name, TAB between. */
void ct_patient_sort_key(struct ct_buf *out, const char *family, const char *given);
/* A text field of a record: valid UTF-8, nothing that is no text, at most
 * max_bytes, not empty when required. Trims in place. */
CT_NODISCARD enum ct_status ct_text_check(char *s, const char *field, const char *label,
                                          size_t max_bytes, bool required,
                                          struct ct_error *reterr);

/* ---- patient_find.c, patient_keys.c ------------------------------------ */

enum {
    CT_SQL_FIND,
    CT_SQL_FIND_SETS,
    CT_SQL_FIND_WALK,
    CT_SQL_FIND_COUNT,
    CT_SQL_FIND_HIT,
    CT_SQL_FIND_EXACT,
    CT_SQL_KEY_DELETE,
    CT_SQL_KEY_INSERT,
    CT_SQL_KEYS,
    CT_SQL_PATIENT_LAST,
    CT_SQL_PATIENT_NEXT,
    CT_FIND_SQL_N
};
extern const struct ct_sql ct_find_sql[CT_FIND_SQL_N];

/* Replace the search keys of p->id by those of p; inside the transaction that
 * writes the version. */
CT_NODISCARD enum ct_status ct_patient_keys_write(struct ct_db *db, const struct ct_patient *p,
                                                  struct ct_error *reterr);

/* ---- vitals*.c, due.c ------------------------------------ */

enum {
    CT_SQL_VITALS_INSERT,
    CT_SQL_VITALS_GET,
    CT_SQL_VITALS_LIST,
    CT_SQL_VITALS_AFTER,
    CT_SQL_VITALS_TWIN,
    CT_SQL_DUE_LIST,
    CT_SQL_DUE_PATIENT,
    CT_SQL_VITALS_LAST_FULL,
    CT_SQL_VITALS_LAST_SCORED,
    CT_SQL_VITALS_IN_ERROR,
    CT_SQL_BP_INSERT,
    CT_SQL_BP_LIST,
    CT_SQL_NOT_TAKEN_INSERT,
    CT_SQL_NOT_TAKEN_LIST,
    CT_SQL_DEVICE_INSERT,
    CT_SQL_DEVICE_LIST,
    CT_VITALS_SQL_N
};
extern const struct ct_sql ct_vitals_sql[CT_VITALS_SQL_N];

/* Write v with what belongs to it; its rows are added to the entry. v->id is set. */
CT_NODISCARD enum ct_status ct_vitals_insert(struct ct_db *db, struct ct_vitals *v,
                                             struct ct_entry *entry, struct ct_error *reterr);
/* Row of CT_SQL_VITALS_GET or _LIST into *ret; then what belongs to it, which is in
 * other tables. */
void ct_vitals_row(struct ct_stmt *st, struct ct_vitals *ret);
CT_NODISCARD enum ct_status ct_vitals_complete(struct ct_db *db, struct ct_vitals *v,
                                               struct ct_error *reterr);
/* The last set that was scored, or was not to be, up to a moment: CT_OK with
 * *ret_id 0: there is none. *ret_every_min: how often it calls for. */
CT_NODISCARD enum ct_status ct_vitals_last_full(struct ct_db *db, int64_t patient_id,
                                                int64_t until_ms, int64_t *ret_id,
                                                int64_t *ret_every_min,
                                                struct ct_error *reterr);
/* How long a refusal waits, by that set (last_id 0: none) and its interval. */
int64_t ct_refused_after_min(int64_t last_id, int64_t every_min);
/* Without a permission check. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_vitals_load(struct ct_db *db, int64_t id, struct ct_vitals *ret,
                                           struct ct_error *reterr);
/* The same without the devices (n_devices 0): what its values and score rest on, for long lists. */
CT_NODISCARD enum ct_status ct_vitals_load_values(struct ct_db *db, int64_t id,
                                                  struct ct_vitals *ret,
                                                  struct ct_error *reterr);
/* The inputs of NEWS2 as they stand in v. */
void ct_vitals_news2_set(const struct ct_vitals *v, struct ct_news2_set *ret);
/* The first version of the set that v is one of; *ret may be v itself. */
CT_NODISCARD enum ct_status ct_vitals_first(struct ct_db *db, const struct ct_vitals *v,
                                            struct ct_vitals *ret, struct ct_error *reterr);
/* The version that replaces `id`, 0: none. */
CT_NODISCARD enum ct_status ct_vitals_after(struct ct_db *db, int64_t id, int64_t *ret,
                                            struct ct_error *reterr);

/* ---- escalation*.c ---------------------------------------------------- */

enum {
    CT_SQL_ESC_INSERT,
    CT_SQL_ESC_GET,
    CT_SQL_ESC_EVENT_INSERT,
    CT_SQL_ESC_EVENTS,
    CT_SQL_ESC_OPEN_INSERT,
    CT_SQL_ESC_OPEN_MOVE,
    CT_SQL_ESC_OPEN_DELETE,
    CT_SQL_ESC_OPEN_BAND,
    CT_SQL_ESC_SEEN_THROUGH,
    CT_SQL_ESC_OPEN,
    CT_SQL_ESC_OPEN_PATIENT,
    CT_SQL_ESC_CLOSED,
    CT_SQL_ESC_CLOSED_PATIENT,
    CT_SQL_ESC_COUNT,
    CT_SQL_ESC_OF_SET,
    CT_ESCALATION_SQL_N
};
extern const struct ct_sql ct_escalation_sql[CT_ESCALATION_SQL_N];

/* Without a permission check, names, and what the set was. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_escalation_bare(struct ct_app *app, struct ct_db *db, int64_t id,
                                               struct ct_escalation *ret,
                                               struct ct_error *reterr);
/* Where it stands now, from its events. */
void ct_escalation_derive(struct ct_escalation *e, int64_t now_ms);
/* The last one that a set raised, by its first version; CT_OK with *ret_id 0: none. */
CT_NODISCARD enum ct_status ct_escalation_of_set(struct ct_db *db, int64_t first_id,
                                                 int64_t *ret_id, struct ct_error *reterr);
/* From when on it is overdue; INT64_MAX: never. */
int64_t ct_escalation_late_ms(const struct ct_escalation *e);

/* ---- interpretation.c --------------------------------------------------- */

enum {
    CT_SQL_INTERPRETATION_INSERT,
    CT_SQL_INTERPRETATION_GET,
    CT_SQL_INTERPRETATION_LIST,
    CT_INTERPRETATION_SQL_N
};
extern const struct ct_sql ct_interpretation_sql[CT_INTERPRETATION_SQL_N];

/* ---- access*.c ----------------------------------------------------------- */

enum {
    CT_SQL_ACCESS_RESTRICTED,
    CT_SQL_ACCESS_OPENED,
    CT_SQL_ACCESS_IN_TEAM,
    CT_SQL_ACCESS_RESTRICT,
    CT_SQL_ACCESS_TEAM_INSERT,
    CT_SQL_ACCESS_TEAM_GET,
    CT_SQL_ACCESS_TEAM,
    CT_SQL_GLASS_INSERT,
    CT_SQL_GLASS_WAITS,
    CT_SQL_GLASS_CLOSED,
    CT_SQL_GLASS_COUNT,
    CT_SQL_GLASS_GET,
    CT_SQL_GLASS_OPEN_LIST,
    CT_SQL_GLASS_CLOSED_LIST,
    CT_SQL_GLASS_REVIEW,
    CT_SQL_SHARING_INSERT,
    CT_SQL_SHARING_GET,
    CT_SQL_SHARING_LIST,
    CT_SQL_LOOK_PATIENT,
    CT_SQL_LOOK_USER,
    CT_SQL_LOOK_LOGIN,
    CT_ACCESS_SQL_N
};
extern const struct ct_sql ct_access_sql[CT_ACCESS_SQL_N];

/* Whether an entry's words say why or to whom, and never what was found. */
bool ct_access_words(enum ct_verb verb);

/* ---- procedure*.c ------------------------------------------------------ */

enum {
    CT_SQL_PROC_INSERT,
    CT_SQL_PROC_DETAIL_INSERT,
    CT_SQL_PROC_EVENT_INSERT,
    CT_SQL_PROC_USE_INSERT,
    CT_SQL_PROC_FIND_INSERT,
    CT_SQL_PROC_FIND_PLAN,
    CT_SQL_PROC_FIND_STATE,
    CT_SQL_PROC_GET,
    CT_SQL_PROC_DAY,
    CT_SQL_PROC_PATIENT,
    CT_SQL_PROC_LEFT,
    CT_SQL_PROC_IMPORTED,
    CT_SQL_PROC_EVENTS,
    CT_SQL_PROC_VERSIONS,
    CT_SQL_PROC_USES,
    CT_PROCEDURE_SQL_N
};
extern const struct ct_sql ct_procedure_sql[CT_PROCEDURE_SQL_N];

/* Without a permission check. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_procedure_load(struct ct_app *app, int64_t id,
                                              struct ct_procedure *ret,
                                              struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_procedure_events_load(struct ct_app *app, int64_t id,
                                                     struct ct_proc_event **ret,
                                                     size_t *ret_n, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_procedure_uses_load(struct ct_app *app, int64_t id,
                                                   struct ct_proc_use **ret, size_t *ret_n,
                                                   struct ct_error *reterr);
/* Inside a transaction that finds a reason why p may not go on: what is ready is being
 * prepared again, what is in progress is cancelled, not before its last event. Adds its
 * row to the entry. */
CT_NODISCARD enum ct_status ct_procedure_stop(struct ct_app *app, struct ct_db *db,
                                              const struct ct_procedure *p, int64_t at_ms,
                                              const char *why, struct ct_entry *entry,
                                              struct ct_error *reterr);
/* The plan's texts, kind, time and room. `was` NULL: a new one. */
CT_NODISCARD enum ct_status ct_procedure_plan_check(struct ct_app *app,
                                                    const struct ct_procedure *was,
                                                    struct ct_procedure *p,
                                                    struct ct_error *reterr);

/* ---- prep*.c ------------------------------------------------------------ */

enum {
    CT_SQL_PREP_TEXT_FIND,
    CT_SQL_PREP_TEXT_INSERT,
    CT_SQL_PREP_TEXT_GET,
    CT_SQL_PREP_INSERT,
    CT_SQL_PREP_GET,
    CT_SQL_PREP_SAME,
    CT_SQL_PREP_ANSWER_INSERT,
    CT_SQL_PREP_ANSWERS,
    CT_SQL_PREP_COMMENT_INSERT,
    CT_SQL_PREP_COMMENTS,
    CT_SQL_PREP_CONFIRM_INSERT,
    CT_SQL_PREP_CONFIRMS,
    CT_SQL_PREP_OVERRIDE_INSERT,
    CT_SQL_PREP_OVERRIDES,
    CT_SQL_PREP_END_INSERT,
    CT_SQL_PREP_END_LAST,
    CT_SQL_PREP_FIND_PUT,
    CT_SQL_PREP_OF_PATIENT,
    CT_SQL_PREP_OF_PROCEDURE,
    CT_SQL_PREP_MINE,
    CT_SQL_PREP_PLANNED,
    CT_PREP_SQL_N
};
extern const struct ct_sql ct_prep_sql[CT_PREP_SQL_N];

/* ---- shiftlog.c -------------------------------------------------------- */

enum { CT_SQL_SHIFT_LOG, CT_SQL_SHIFT_TOTAL, CT_SQL_SHIFT_COUNT, CT_SQL_SHIFT_ESCALATED,
       CT_SHIFT_SQL_N };
extern const struct ct_sql ct_shift_sql[CT_SHIFT_SQL_N];

/* Coming, going, looking and small steps: left out of a log while nothing about them was
 * out of the ordinary. */
#define CT_SHIFT_QUIET                                                                     \
    "'patient.open', 'session.login', 'session.logout', 'session.lock', 'session.unlock', " \
    "'session.lost', 'session.second', 'prep.answer', 'prep.comment', 'review.acknowledge', " \
    "'review.filter'"
/* Entries whose escalation waits too long at :now_ms: from the open ones alone. */
#define CT_SHIFT_OVERDUE                                                                   \
    "(SELECT r.seq FROM escalation_find o CROSS JOIN audit_row r ON r.tbl = 'escalation' "  \
    "AND r.row_id = o.escalation_id WHERE o.late_ms < :now_ms)"
/* The columns that ct_shift_line_row reads, of `audit a`. */
#define CT_SHIFT_LINE                                                                      \
    "a.seq, a.at_ms, a.done_ms, a.user_id, a.verb, a.severity, a.patient_id, "             \
    "a.detail, (SELECT r.row_id FROM audit_row r WHERE r.seq = a.seq "                     \
    "AND r.tbl = 'vitals' ORDER BY r.id LIMIT 1), "                                        \
    "(SELECT r.row_id FROM audit_row r WHERE r.seq = a.seq AND r.tbl = 'escalation'), "    \
    "(SELECT x.escalation_id FROM audit_row r JOIN escalation_event x ON x.id = r.row_id " \
    "WHERE r.seq = a.seq AND r.tbl = 'escalation_event'), "                                \
    "(SELECT r.row_id FROM audit_row r WHERE r.seq = a.seq AND r.tbl = 'shift_entry')"
/* What the entry itself says; then, behind the query, what it points at: names, values,
 * what became of it, all that is hidden from this user left out. */
void ct_shift_line_row(struct ct_stmt *st, struct ct_log_line *ret);
CT_NODISCARD enum ct_status ct_shift_line_complete(struct ct_app *app, struct ct_log_line *l,
                                                   struct ct_error *reterr);

/* ---- consent.c, explanation.c ------------------------------------------- */

enum {
    CT_SQL_CONSENT_INSERT,
    CT_SQL_CONSENT_GET,
    CT_SQL_CONSENT_LIST,
    CT_SQL_CONSENT_STATE,
    CT_SQL_EXPLANATION_INSERT,
    CT_SQL_EXPLANATION_GET,
    CT_SQL_EXPLANATION_LIST,
    CT_CONSENT_SQL_N
};
extern const struct ct_sql ct_consent_sql[CT_CONSENT_SQL_N];

/* How consent to a procedure stands (enum ct_consent_state), as an expression: the last
 * event that is neither in error nor says that another was. */
#define CT_CONSENT_NOW(id)                                                                 \
    "ifnull((SELECT 1 + n.kind FROM consent_event n WHERE n.procedure_id = " id " "        \
    "AND n.kind < 4 AND NOT EXISTS (SELECT 1 FROM consent_event w WHERE w.voids_id = "     \
    "n.id) ORDER BY n.at_ms DESC, n.id DESC LIMIT 1), 0)"
CT_NODISCARD enum ct_status ct_consent_state_of(struct ct_db *db, int64_t procedure_id,
                                                enum ct_consent_state *ret,
                                                struct ct_error *reterr);
/* May this user read of that procedure? CT_ENOTFOUND: there is none. */
CT_NODISCARD enum ct_status ct_consent_readable(struct ct_app *app, int64_t procedure_id,
                                                struct ct_error *reterr);
/* When it was said: now where it is not set; CT_EINVAL in the future. */
CT_NODISCARD enum ct_status ct_consent_when(struct ct_app *app, int64_t *at_ms,
                                            struct ct_error *reterr);

#endif
