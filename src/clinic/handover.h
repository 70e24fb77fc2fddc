/* handover - what is open at the end of a shift goes to somebody who reads it back and
 * accepts it item by item.
 *
 * Layer:  clinic. Append-only: a handover, its items, and what became of each.
 * Form:   config [handover] form. I-PASS: illness severity, patient summary, action list,
 *         situation and contingency; the synthesis is the receiver's, read back. SBAR:
 *         situation, background, assessment, recommendation. Four parts each.
 * Items:  begun with what is open: patients whose score asks for more than the lowest band,
 *         escalations, sets overdue, tasks overdue, devices that are faulty, set apart or
 *         being tested, the giver's unfinished checklists and last draft; the giver adds
 *         words and further items, and takes off what is nobody else's, with a reason.
 * Taking: the receiver is another person, in a session of their own or with a password
 *         beside the giver's (ct_second_person), reads back in their own words, and accepts
 *         or does not, with a reason. What is not accepted stays with the giver, until
 *         somebody accepts it or the giver takes it off. It is over when nothing waits.
 * Access: an item about a restricted patient says only that there is one to whoever may not
 *         open the record.
 * Source: Starmer et al., I-PASS (Pediatrics 2012); SBAR as used in escalation.
 * Errors: CT_EINVAL with the field, CT_EDENIED, CT_ENOTFOUND, CT_ECONFLICT, those of ct_record.
 */
#ifndef CT_CLINIC_HANDOVER_H
#define CT_CLINIC_HANDOVER_H

#include "clinic/shift.h"

/* Stored: new ones at the end. */
enum ct_handover_form { CT_IPASS, CT_SBAR, CT_HANDOVER_FORMS };
enum ct_handover_kind { CT_HO_PATIENT, CT_HO_ESCALATION, CT_HO_SET, CT_HO_TASK, CT_HO_DEVICE,
                        CT_HO_CHECKLIST, CT_HO_DRAFT, CT_HO_OTHER, CT_HO_KINDS };
enum ct_handover_event_kind { CT_HE_WORDS, CT_HE_GIVEN, CT_HE_ACCEPTED, CT_HE_REFUSED,
                              CT_HE_QUESTION, CT_HE_ANSWER, CT_HE_READ_BACK, CT_HE_WITHDRAWN,
                              CT_HE_KINDS };
enum { CT_HO_PARTS = 4, CT_HO_ITEMS_MAX = 80, CT_HO_TEXT_MAX = 400, CT_HO_ITEM_TEXT = 300 };
extern const char *const CT_HO_KIND_NAME[CT_HO_KINDS];                     /* "escalation" */
extern const char *const CT_HO_EVENT_NAME[CT_HE_KINDS];                    /* "accepted" */
extern const char *const CT_HO_PART_NAME[CT_HANDOVER_FORMS][CT_HO_PARTS];  /* "Action list" */

enum ct_handover_item_state { CT_HI_WAITS, CT_HI_ACCEPTED, CT_HI_REFUSED, CT_HI_WITHDRAWN };
struct ct_handover {
    int64_t id, shift_ms, at_ms, given_ms; /* CT_UNSET: not given yet */
    enum ct_handover_form form;
    char shift[61], giver[128];
    uint32_t by_user;
    int64_t items, waiting;                /* waiting: neither accepted nor taken off */
    bool over;
};
struct ct_handover_item {
    int64_t id, handover_id, ref_id, patient_id; /* 0: none */
    enum ct_handover_kind kind;
    enum ct_handover_item_state state;
    char patient[140], text[CT_HO_ITEM_TEXT + 1];
    char words[CT_HO_PARTS][CT_HO_TEXT_MAX + 1]; /* the last of each part; "" none */
    char by[128], why[CT_HO_TEXT_MAX + 1];       /* who accepted or not, and why not */
    int64_t questions, unanswered;
    bool restricted;
};
struct ct_handover_event {
    int64_t id, item_id; /* 0: of the whole */
    enum ct_handover_event_kind kind;
    int part;            /* of words; -1 */
    char text[CT_HO_TEXT_MAX + 1], by[128];
    int64_t at_ms;
    uint32_t by_user, beside;
    bool restricted;
};

/* Begun with what is open; the one that this user has not given yet, if there is one. */
CT_NODISCARD enum ct_status ct_handover_begin(struct ct_app *app, int64_t *ret_id,
                                              struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_handover_get(struct ct_app *app, int64_t id,
                                            struct ct_handover *ret, struct ct_error *reterr);
/* Not over: this user's own, and those of others that were given; newest first. free(). */
CT_NODISCARD enum ct_status ct_handover_list(struct ct_app *app, struct ct_handover **ret,
                                             size_t *ret_n, struct ct_error *reterr);
/* For home: own items that nobody has accepted, though given; handovers of others to take. */
CT_NODISCARD enum ct_status ct_handover_count(struct ct_app *app, int64_t *ret_mine,
                                              int64_t *ret_to_take, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_handover_items(struct ct_app *app, int64_t id,
                                              struct ct_handover_item **ret, size_t *ret_n,
                                              struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_handover_events(struct ct_app *app, int64_t id,
                                               struct ct_handover_event **ret, size_t *ret_n,
                                               struct ct_error *reterr);

/* By the giver. words: of that part, replacing what stood there. */
CT_NODISCARD enum ct_status ct_handover_add(struct ct_app *app, int64_t id, const char *text,
                                            struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_handover_words(struct ct_app *app, int64_t item_id, int part,
                                              const char *text, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_handover_withdraw(struct ct_app *app, int64_t item_id,
                                                 const char *reason, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_handover_give(struct ct_app *app, int64_t id,
                                             struct ct_error *reterr);
/* By anybody but the giver: a question; by the giver: the answer to what was asked last. */
CT_NODISCARD enum ct_status ct_handover_say(struct ct_app *app, int64_t item_id,
                                            const char *text, struct ct_error *reterr);

struct ct_handover_take {
    int64_t item_id;
    bool accepted;
    char why[CT_HO_TEXT_MAX + 1]; /* why not */
};
/* All of them or none. login NULL: whoever is logged in takes it. read_back: in the
 * receiver's words; needed when anything is accepted. CT_EINVAL (login): it is the giver;
 * CT_ECONFLICT: accepted by somebody else meanwhile; errors of ct_second_person. */
CT_NODISCARD enum ct_status ct_handover_take(struct ct_app *app, int64_t id,
                                             const struct ct_handover_take *takes, size_t n,
                                             const char *read_back, const char *login,
                                             const struct ct_secret *password,
                                             struct ct_error *reterr);

#endif
