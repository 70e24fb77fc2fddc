/* escalation_rule - whom a call of a score asks, in which order, and how long each
 * has.
 *
 * Layer:  clinic.
 * Text:   "registered nurse 15, medical team 30": names and minutes, as a score's
 *         file has it (escalate =) and as it is stored with an escalation.
 */
#ifndef CT_CLINIC_ESCALATION_RULE_H
#define CT_CLINIC_ESCALATION_RULE_H

#include "clinic/score.h"

/* Levels are tried in their order: one that nobody of it accepted in time makes the
 * next one due. */
enum { CT_LEVELS_MAX = 4, CT_LEVEL_BYTES = 48, CT_LEVELS_TEXT = 256,
       CT_LEVEL_MIN_MAX = 24 * 60 };
struct ct_escalation_rule {
    size_t n_levels;                           /* 0: nothing is escalated */
    char level[CT_LEVELS_MAX][CT_LEVEL_BYTES]; /* "registered nurse", "medical team" ... */
    int accept_min[CT_LEVELS_MAX];             /* how long each has to accept, 1-1440 */
    int attend_min;                            /* somebody is with the patient; 0: not said */
    enum ct_band band;                         /* of the call; CT_BAND_NONE when none asks */
};

/* The levels of *ret from their text; the rest of it stays. CT_EINVAL says which of
 * them is wrong: no name or one too long, no minutes, a name twice, too many. */
CT_NODISCARD enum ct_status ct_escalation_levels_parse(const char *text,
                                                       struct ct_escalation_rule *ret,
                                                       struct ct_error *reterr);
/* Back; reads as the same again. */
void ct_escalation_levels_text(const struct ct_escalation_rule *r, char out[CT_LEVELS_TEXT]);
/* All levels' minutes together: when they are over, nobody is left to ask. */
int ct_escalation_accept_min(const struct ct_escalation_rule *r);

#endif
