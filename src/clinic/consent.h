/* consent - what was explained to a patient before a procedure, how it was understood,
 * and whether the patient agrees.
 *
 * Layer:  clinic. Append-only: an explanation is corrected by a newer one with a
 *         reason; an event of consent that was entered in error is voided by a row of
 *         its own. Both stay readable.
 * Gate:   ct_consent_gate, one of ct_proc_gates.
 * Rules:  consent stands as the last event says that was not entered in error, by when
 *         it was said. A patient may withdraw at any time and needs no reason: what is
 *         ready goes back to preparing and what is in progress is stopped in the same
 *         transaction, and the procedure goes no further (ct_consent_gate).
 * Source: topics of an explanation: e-ce.org (2013), preparation for endoscopy:
 *         diagnosis, procedure, need, steps, benefits, precautions, risks,
 *         alternatives, prognosis if refused. Teach-back: the patient says in own
 *         words what was understood. Anxiety: 0-10, as the patient puts it.
 */
#ifndef CT_CLINIC_CONSENT_H
#define CT_CLINIC_CONSENT_H

#include "clinic/procedure.h"

enum { CT_CONSENT_BYTES = 400, CT_CONSENT_WHO = 80, CT_CONSENT_LANGUAGE = 40 };

/* ---- explanation ---------------------------------------------------------- */

/* What was spoken of: a letter each, bit i of `topics`. */
struct ct_topic {
    char letter;
    const char *label; /* "risks" */
};
extern const struct ct_topic CT_TOPIC[];
enum { CT_TOPICS = 9 };
void ct_topics_text(uint32_t topics, char *out, size_t size); /* "need, steps, risks" */
/* Letters in any order, blanks between them allowed. CT_EINVAL (topics) names the
 * letter that is none. */
CT_NODISCARD enum ct_status ct_topics_parse(const char *letters, uint32_t *ret,
                                            struct ct_error *reterr);

struct ct_explanation {
    int64_t id, procedure_id, at_ms, recorded_ms;
    uint32_t by_user, topics;
    char by[64];
    char by_whom[CT_CONSENT_WHO + 1]; /* "": who entered it */
    char explained[CT_CONSENT_BYTES + 1], language[CT_CONSENT_LANGUAGE + 1],
        interpreter[CT_CONSENT_WHO + 1], questions[CT_CONSENT_BYTES + 1],
        teach_back[CT_CONSENT_BYTES + 1], wishes[CT_CONSENT_BYTES + 1];
    int64_t understood;                    /* 0 no, 1 partly, 2 yes; CT_UNSET not asked */
    int64_t anxiety_before, anxiety_after; /* 0-10; CT_UNSET not asked */
    int64_t replaces_id;                   /* 0: none */
    char reason[208];
    bool replaced;
};
/* Nothing said: everything not asked. */
void ct_explanation_init(struct ct_explanation *e);
/* Fields of the form; names as in struct and SQL. topics is typed as letters. */
extern const struct ct_field CT_EXPLANATION_FIELDS[];
extern const size_t CT_EXPLANATION_FIELDS_N;
/* e->procedure_id and what was said; at_ms 0 or CT_UNSET: now; replaces_id with a
 * reason. CT_EINVAL with the field: nothing said at all, no language of what was
 * explained, understood without the patient's words, a time in the future. CT_ECONFLICT:
 * corrected meanwhile. Notable when it was not understood. *e is completed. */
CT_NODISCARD enum ct_status ct_explanation_record(struct ct_app *app, struct ct_explanation *e,
                                                  struct ct_error *reterr);
/* Of a procedure, newest first, corrected ones too. One allocation, free(). */
CT_NODISCARD enum ct_status ct_explanation_list(struct ct_app *app, int64_t procedure_id,
                                                struct ct_explanation **ret, size_t *ret_n,
                                                struct ct_error *reterr);

/* ---- consent ---------------------------------------------------------------- */

enum ct_consent_kind {
    CT_CONSENT_GIVEN,
    CT_CONSENT_REFUSED,
    CT_CONSENT_WITHDRAWN,
    CT_CONSENT_LACKS,    /* lacks capacity: decided with somebody, on some grounds */
    CT_CONSENT_IN_ERROR, /* an event that never was so */
    CT_CONSENT_KINDS
};
enum ct_consent_form { CT_CONSENT_VERBAL, CT_CONSENT_WRITTEN, CT_CONSENT_IMPLIED };
/* How consent stands is enum ct_consent_state of procedure.h: 0, or 1 + the kind of the
 * event that counts. */

struct ct_consent_event {
    int64_t id, procedure_id, at_ms, recorded_ms;
    enum ct_consent_kind kind;
    enum ct_consent_form form;            /* given */
    uint32_t by_user;
    char by[64];
    char who[CT_CONSENT_WHO + 1];         /* "": the patient; lacks capacity: with whom */
    char text[CT_CONSENT_BYTES + 1];
    int64_t voids_id;                     /* in error: which */
    bool voided;
};
/* Fields of the form of a kind that has one; names as in struct and SQL. */
extern const struct ct_field CT_CONSENT_FIELDS[];
enum { CT_CONSENT_FIELD_FORM, CT_CONSENT_FIELD_WHO, CT_CONSENT_FIELD_TEXT,
       CT_CONSENT_FIELD_AT, CT_CONSENT_FIELDS_N };
/* kind, procedure_id, and of form, who, text, at_ms (0 or CT_UNSET: now), voids_id what
 * the kind has. CT_EINVAL with the field: lacks capacity without with whom or on what
 * grounds, in error without a reason, a time in the future; withdrawn where nothing was
 * given. CT_ENOTFOUND: no such procedure, or event to void. CT_ECONFLICT: voided
 * already. Withdrawn, refused and in error are exceptions in the log; what a withdrawal
 * or a refusal stops is stopped with it. *e is completed. */
CT_NODISCARD enum ct_status ct_consent_record(struct ct_app *app, struct ct_consent_event *e,
                                              struct ct_error *reterr);
/* All events of a procedure, newest first, voided ones too; one allocation, free().
 * *ret_state is how it stands. */
CT_NODISCARD enum ct_status ct_consent_list(struct ct_app *app, int64_t procedure_id,
                                            struct ct_consent_event **ret, size_t *ret_n,
                                            enum ct_consent_state *ret_state,
                                            struct ct_error *reterr);
/* Ready, in progress and done are refused while consent is withdrawn or refused, and the
 * beginning while none is recorded and the kind asks for it. */
CT_NODISCARD enum ct_status ct_consent_gate(struct ct_app *app, const struct ct_procedure *p,
                                            enum ct_proc_state to, int64_t at_ms,
                                            struct ct_error *reterr);
/* Whether its kind asks for consent before it begins. */
bool ct_consent_wanted(struct ct_app *app, const struct ct_procedure *p);
const char *ct_consent_kind_text(enum ct_consent_kind k);   /* "given", "lacks capacity" */
const char *ct_consent_state_text(enum ct_consent_state s); /* "" for none; else in capitals
                                                             * where it stops something */
const char *ct_consent_form_text(enum ct_consent_form f);   /* "verbally" */
/* "given verbally by the patient", "withdrawn by the patient: feels unwell" */
void ct_consent_event_text(const struct ct_consent_event *e, char *out, size_t size);

#endif
