/* patient - who is being cared for: identity, identifiers, alerts, finding.
 *
 * Layer:  clinic. Every write goes through ct_record.
 * Identity is versioned: an amendment is a new row with a reason. One name is
 * enough (family may hold a mononym, given be empty); any script; 200 bytes.
 */
#ifndef CT_CLINIC_PATIENT_H
#define CT_CLINIC_PATIENT_H

#include "base/field.h"
#include "base/text.h"
#include "record/record.h"

enum ct_sex { CT_SEX_UNKNOWN, CT_SEX_FEMALE, CT_SEX_MALE, CT_SEX_OTHER };
enum ct_alert_kind { CT_ALERT_ALLERGY, CT_ALERT_INFECTION, CT_ALERT_IMPLANT,
                     CT_ALERT_SPO2_SCALE2, /* hypercapnic failure, target 88-92 %: prescriber required */
                     CT_ALERT_PREGNANT, CT_ALERT_OTHER, CT_ALERT_KINDS };
extern const char *const CT_ALERT_NAME[CT_ALERT_KINDS];

struct ct_alert {
    int64_t id;
    enum ct_alert_kind kind;
    char text[208];        /* "penicillin" */
    char prescriber[128];  /* who prescribed SpO2 scale 2 */
    bool ended;
    int64_t ended_ms;      /* CT_UNSET while in force */
    int64_t at_ms;
    uint32_t by_user;
};
/* At most this many are in force at once (CT_EINVAL for one more). */
enum { CT_PATIENT_ALERTS_MAX = 16, CT_NAME_BYTES = 200 };

struct ct_patient {
    int64_t id;                       /* 0 until registered */
    int64_t version_id;
    char family[CT_NAME_BYTES + 1];
    char given[CT_NAME_BYTES + 1];
    char number[33];                  /* the site's identifier, digits or local form; "" none */
    ct_date born;                     /* CT_NO_DATE unknown */
    bool born_estimated;
    enum ct_sex sex;
    char place[65];                   /* bay, room */
    /* alert[0 .. n_alerts) are in force; the n_past behind them have ended
     * (latest first, as many as there is room for): they are history, and what
     * a set taken before their end is judged by. */
    size_t n_alerts, n_past;
    struct ct_alert alert[CT_PATIENT_ALERTS_MAX];
};
/* Fields of the registration form; names as in struct and SQL. */
extern const struct ct_field CT_PATIENT_FIELDS[];
extern const size_t CT_PATIENT_FIELDS_N;

/* Trims the texts and normalises the number in place, then judges them all;
 * today is the civil day. CT_EINVAL with the field. What register and amend ask
 * first; for forms and imports. */
CT_NODISCARD enum ct_status ct_patient_check(const struct ct_config *c, struct ct_patient *p,
                                             int64_t now_ms, struct ct_error *reterr);

/* Modulus-11 check of a ten-digit NHS number; blanks and hyphens ignored. */
bool ct_nhs_number_ok(const char *number);
void ct_number_text(const char *number, char *out, size_t size); /* "943 476 5919" */

/* CT_EINVAL with the field; a number that another patient bears is CT_EEXISTS.
 * Whatever is not text (controls, bidi) is refused at the field. */
CT_NODISCARD enum ct_status ct_patient_register(struct ct_app *app, struct ct_patient *p,
                                                struct ct_error *reterr);
/* p as got, with the changes; p->version_id must still be the current version
 * (CT_ECONFLICT). The alerts of p are not written. */
CT_NODISCARD enum ct_status ct_patient_amend(struct ct_app *app, const struct ct_patient *p,
                                             const char *reason, struct ct_error *reterr);
/* a->kind, text and prescriber; a->id and the rest are filled in. CT_EINVAL
 * (text, prescriber), CT_EEXISTS (in force already). */
CT_NODISCARD enum ct_status ct_patient_alert_set(struct ct_app *app, int64_t patient_id,
                                                 struct ct_alert *a, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_patient_alert_end(struct ct_app *app, int64_t patient_id,
                                                 int64_t alert_id, const char *reason,
                                                 struct ct_error *reterr);
/* Read for display (no audit entry). CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_patient_get(struct ct_app *app, int64_t id,
                                           struct ct_patient *ret, struct ct_error *reterr);
/* Who bears that number now; blanks, hyphens and case do not matter. CT_ENOTFOUND,
 * field number. */
CT_NODISCARD enum ct_status ct_patient_by_number(struct ct_app *app, const char *number,
                                                 int64_t *ret_id, struct ct_error *reterr);
/* Open the record: as get, and the opening is audited; so is a refusal. *ret is
 * empty unless CT_OK. Both: CT_EDENIED "restricted" (access.h). */
CT_NODISCARD enum ct_status ct_patient_open(struct ct_app *app, int64_t id,
                                            struct ct_patient *ret, struct ct_error *reterr);

/* ---- finding ---------------------------------------------------------- */

struct ct_patient_hit {
    int64_t id;
    char name[2 * CT_NAME_BYTES + 3]; /* "PATEL, Rohan" */
    char number[33], place[65];
    ct_date born;
    bool born_estimated;
    enum ct_sex sex;
    bool namesake;    /* another patient of this clinic folds to the same name */
    bool restricted;  /* not open to this user: without the place (access.h) */
};
struct ct_patient_hits {
    size_t n;
    bool more;        /* there are more than were asked for */
    struct ct_patient_hit *hit;
};
void ct_patient_hits_done(struct ct_patient_hits *h);
/* Every word of `text` must begin a word of the name, or be the start or the
 * last four or more digits of the number, or be (part of) a date of birth: a
 * whole one as ct_date_parse reads it, a year, day/month, month/year. Blanks
 * within a number or a date do not matter. Accents and case folded. The first
 * six words count. Sorted by name; fewer than two characters (one, where a
 * character is a word): CT_OK with none. */
CT_NODISCARD enum ct_status ct_patient_find(struct ct_app *app, const char *text, size_t limit,
                                            struct ct_patient_hits *ret,
                                            struct ct_error *reterr);
/* Who this may already be: same number, or same birth date and a like name, or
 * the same folded name. Asked before registering. */
CT_NODISCARD enum ct_status ct_patient_like(struct ct_app *app, const struct ct_patient *p,
                                            size_t limit, struct ct_patient_hits *ret,
                                            struct ct_error *reterr);

/* For verify: are the search keys those of the patients' current details?
 * *ret_bad counts the patients for whom they are not. */
CT_NODISCARD enum ct_status ct_patient_keys_check(struct ct_app *app, int64_t *ret_bad,
                                                  struct ct_error *reterr);

/* "PATEL, Rohan"; "PATEL, Rohan   M 61   NHS 943 476 5919   Bay 3" */
void ct_patient_name(const struct ct_patient *p, char *out, size_t size);
void ct_patient_line(struct ct_app *app, const struct ct_patient *p, char *out, size_t size);
int ct_patient_scale(const struct ct_patient *p);   /* 2 with that alert in force, else 1 */

#endif
