/* shift - the clinic's shifts, and the log that compiles itself from the chain.
 *
 * Layer:  clinic.
 */
#ifndef CT_CLINIC_SHIFT_H
#define CT_CLINIC_SHIFT_H

#include "clinic/vitals.h"

struct ct_shift {
    char name[24];
    int64_t start_ms, end_ms; /* [start, end) */
};
/* The shift that `ms` falls into; overlapping shifts: the one begun last. With
 * none defined: the civil day, "all day". In a gap: the gap, "no shift", so that
 * going from shift to shift passes every entry. */
void ct_shift_at(const struct ct_config *c, int64_t ms, struct ct_shift *ret);
void ct_shift_before(const struct ct_config *c, const struct ct_shift *s, struct ct_shift *ret);
void ct_shift_after(const struct ct_config *c, const struct ct_shift *s, struct ct_shift *ret);
/* "2026-11-23/early": the day that it begins on. */
void ct_shift_key(const struct ct_shift *s, char out[48]);
/* Such a key; the day in any form that ct_date_parse takes, the name in any case. CT_EINVAL
 * (what): no day, or no shift of that name begins on it. */
CT_NODISCARD enum ct_status ct_shift_parse(const struct ct_config *c, const char *text,
                                           ct_date today, struct ct_shift *ret,
                                           struct ct_error *reterr);

struct ct_log_line {
    int64_t seq, at_ms, done_ms;
    uint32_t user_id;
    char user[64];
    enum ct_verb verb;
    enum ct_severity severity;
    int64_t patient_id;                /* CT_UNSET: none */
    char patient[2 * CT_NAME_BYTES + 3];
    int64_t vitals_id;                 /* evidence, CT_UNSET: none */
    int64_t escalation_id;             /* the one it raised or belongs to, CT_UNSET: none */
    bool raised;                       /* it raised that one */
    int64_t entry_id;                  /* what a person added to the log, CT_UNSET: none */
    int64_t review_id;                 /* after the sign-off of that review; 0: not */
    char text[256];                    /* "NEWS2 6 MEDIUM  BP ..." */
    bool late;                         /* a set, or what a person added, recorded more than
                                        * 15 min after it was done */
};
/* The shift's entries: sets whose escalation is overdue by now (exceptions, whatever
 * they were when recorded), then exceptions, then notable (abnormal, corrected, late),
 * then the rest, each by time. user_id 0: everybody (needs shift.all), else one
 * person's own. Page by offset; *ret_total counts all. Opening records and
 * log-ins are left out unless `all`. */
CT_NODISCARD enum ct_status ct_shift_log(struct ct_app *app, const struct ct_shift *s,
                                         uint32_t user_id, bool all, int64_t offset,
                                         size_t limit, struct ct_log_line **ret, size_t *ret_n,
                                         int64_t *ret_total, struct ct_error *reterr);
/* The record behind a line: every version of its set, newest first, one
 * allocation, free(); none for a line without a set. It is a reading of the
 * patient's record, and written down as one. Needs patient.read. */
CT_NODISCARD enum ct_status ct_shift_evidence(struct ct_app *app,
                                              const struct ct_log_line *line,
                                              struct ct_vitals **ret, size_t *ret_n,
                                              struct ct_error *reterr);

struct ct_shift_counts {
    int64_t sets, abnormal, corrected, late, registered, opened, exceptions;
    int64_t escalated, open, overdue; /* raised in it; of these without an end, too late */
};
CT_NODISCARD enum ct_status ct_shift_count(struct ct_app *app, const struct ct_shift *s,
                                           uint32_t user_id, struct ct_shift_counts *ret,
                                           struct ct_error *reterr);

#endif
