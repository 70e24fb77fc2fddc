/* escalation - a score at a trigger, told, accepted, attended, closed.
 *
 * Layer:  clinic. Append-only: an escalation and its events; where it stands is
 *         derived from them.
 * Source: who is told and within what time: the calls of data/scores/news2.ini
 *         (Royal College of Physicians, NEWS2 chart 4; times of one published
 *         protocol: 60 min for 5-6, 30 min for 7 and over) or the site's own.
 * Bound:  to the set that raised it (its first version), never to the patient's
 *         score of the moment. What a correction makes of the set is shown beside it.
 */
#ifndef CT_CLINIC_ESCALATION_H
#define CT_CLINIC_ESCALATION_H

#include "clinic/escalation_rule.h"
#include "clinic/vitals.h"

/* Of the call an assessment met; n_levels 0 when it asks for none. */
void ct_escalation_rule(const struct ct_vitals_rules *r, enum ct_card_kind card, int call,
                        struct ct_escalation_rule *ret);

enum ct_escalation_event_kind { /* stored */
    CT_ESC_TOLD,      /* who: the person or role who was told */
    CT_ESC_ACCEPTED,  /* who took it on */
    CT_ESC_ATTENDED,  /* who came */
    CT_ESC_OUTCOME,   /* text: what was done; closes it */
    CT_ESC_WITHHELD,  /* text: why nobody is told, or no more; closes it */
    CT_ESC_KINDS
};
struct ct_escalation_event {
    int64_t id, at_ms, recorded_ms; /* when it happened, when it was entered */
    uint32_t by_user;
    char by[64];
    enum ct_escalation_event_kind kind;
    char who[96], text[208];
};
enum { CT_ESC_EVENTS_MAX = 32 };

struct ct_escalation {
    int64_t id, patient_id, vitals_id; /* the set as it was when it was raised */
    int64_t first_id;                  /* the first version of that set: what it is bound to */
    int64_t now_id;                    /* its current version; 0: entered in error */
    int64_t taken_ms;                  /* of the set as it was then */
    int64_t at_ms;                     /* when it was raised: the set was recorded */
    uint32_t by_user;
    char patient[2 * CT_NAME_BYTES + 3], place[65];
    char score_text[96];               /* of the set that raised it */
    int score;                         /* or the sum of an incomplete set */
    enum ct_band band;                 /* of the call it met, an incomplete set's too */
    bool single3;
    struct ct_escalation_rule rule;    /* as it was then: stored with it */
    size_t n_events;
    struct ct_escalation_event event[CT_ESC_EVENTS_MAX]; /* by time */
    /* derived at now_ms */
    bool open, accepted, attended;     /* who attends has accepted */
    int level;                         /* which level is asked now, 0.. */
    int64_t deadline_ms;               /* the next thing is to happen by then; CT_UNSET none */
    bool overdue;                      /* nobody of the last level accepted in time, or
                                        * nobody came in time */
    bool restricted;                   /* in the list only: not open to this user; without
                                        * score, set and what was said */
};

enum { CT_ESC_SAME_MS = CT_DAY_MS };
/* Inside the transaction that records a set: opens one when its score meets a call
 * that asks for it, unless one of this patient, raised within the last 24 h (what is
 * still open after that is not of this illness), is open at the same or a higher band,
 * or an earlier version of this very set was escalated at such a band and has its
 * outcome. v as recorded. Adds its row to the entry, which is notable at least.
 * *ret_id 0: none was opened. */
CT_NODISCARD enum ct_status ct_escalation_raise(struct ct_app *app, struct ct_db *db,
                                                const struct ct_vitals_rules *r,
                                                const struct ct_vitals *v,
                                                const struct ct_assessment *a,
                                                struct ct_entry *entry, int64_t *ret_id,
                                                struct ct_error *reterr);
/* Add an event; kind, who, text and at_ms (0 or CT_UNSET: now) of *e. CT_EINVAL with
 * the field: who (told, accepted, attended need one), text (outcome, withheld need
 * one), at_ms (before the set was taken, in the future), kind (no such; or there are
 * so many entries that only the one that closes it fits). People shout before they
 * type: what happened before the set was recorded is in order. CT_ECONFLICT: closed
 * already, or accepted by somebody else meanwhile. *e is completed. */
CT_NODISCARD enum ct_status ct_escalation_add(struct ct_app *app, int64_t escalation_id,
                                              struct ct_escalation_event *e,
                                              struct ct_error *reterr);
/* What is typed in one go: "Dr Demo", "Dr Demo -5" (minutes ago), "Dr Demo 8:31",
 * "Dr Demo @ yesterday 23:50"; of outcome and withheld (e->kind) the whole line is the
 * text unless it ends in @-5 or @8:31. Nothing but a time: `usual`. Fills who or text,
 * and at_ms (CT_UNSET: now). CT_EINVAL: a time that is none, or too long. */
CT_NODISCARD enum ct_status ct_escalation_typed(const char *typed, const char *usual,
                                                int64_t now_ms, struct ct_escalation_event *e,
                                                struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_escalation_get(struct ct_app *app, int64_t id,
                                              struct ct_escalation *ret,
                                              struct ct_error *reterr);
/* Of one patient (patient_id != 0) or of all: open ones first, those that are overdue
 * first among them, then those closed since since_ms, the last closed first. One
 * allocation, free(). */
CT_NODISCARD enum ct_status ct_escalation_list(struct ct_app *app, int64_t patient_id,
                                               int64_t since_ms, size_t limit,
                                               struct ct_escalation **ret, size_t *ret_n,
                                               struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_escalation_count(struct ct_app *app, int64_t *ret_open,
                                                int64_t *ret_overdue,
                                                struct ct_error *reterr);
/* "medical team": who is asked now. */
const char *ct_escalation_level(const struct ct_escalation *e);
/* "told", "accepted by" ... */
const char *ct_escalation_event_name(enum ct_escalation_event_kind kind);
/* "told Dr Haas 08:31, attended by Dr Haas 08:50, outcome not recorded" */
void ct_escalation_text(const struct ct_escalation *e, int64_t now_ms, char *out, size_t size);

#endif
