/* recall - packs of which it is not known any more that they are sterile: found, stopped,
 * worked off line by line, closed with a signature.
 *
 * Layer:  clinic.
 * Opens:  by itself with a positive biological indicator of a load, or a failed biological
 *         test of a machine, in the same transaction; the machine is set apart by a fault. Or
 *         by hand, from the list of a load, a pack, or a machine and a period.
 * Which:  every load of that machine that started after the last one with a valid negative
 *         indicator, the failing one always (CDC, Monitoring of Sterilizers; CDC guideline
 *         2008, table 12). By the policy of the programme (programme.h, recall): all packs;
 *         or with `repeat` that load and implants alone, until a second one is positive, and
 *         then all.
 * Stops:  a recalled pack is refused at every scan, by nobody to be gone past, until it is
 *         lifted from it by a supervisor with a reason.
 * Back:   the machine takes loads again when so many empty-chamber tests as its programme
 *         asks for were negative in a row since, and its fault is over.
 * Errors: CT_EINVAL with the field, CT_ECONFLICT, CT_ENOTFOUND, and those of ct_record.
 */
#ifndef CT_CLINIC_RECALL_H
#define CT_CLINIC_RECALL_H

#include "clinic/load.h"

enum { CT_RECALL_TEXT_MAX = 400,
       CT_RECALL_LIST_MAX = 100000 }; /* packs of a list that nothing failed for; a recall has all */

enum ct_recall_cause { CT_RECALL_BI, CT_RECALL_TEST, CT_RECALL_HAND, CT_RECALL_CAUSES };
enum ct_recall_disposition { /* stored */
    CT_RECALL_APART,        /* found, and set apart */
    CT_RECALL_REPROCESSED,
    CT_RECALL_PATIENT,      /* used: the patient is followed up */
    CT_RECALL_NOT_FOUND,
    CT_RECALL_NOTHING,      /* with the reason */
    CT_RECALL_LIFTED,       /* by a supervisor */
    CT_RECALL_DISPOSITIONS
};
extern const char *const CT_RECALL_CAUSE_NAME[CT_RECALL_CAUSES];
extern const char *const CT_RECALL_DISPOSITION_NAME[CT_RECALL_DISPOSITIONS];

struct ct_recall_row {
    int64_t id;
    enum ct_recall_cause cause;
    int64_t equipment_id, bi_id, test_id, after_id; /* 0 none */
    int64_t from_ms, to_ms;                         /* CT_UNSET: from the first load */
    enum ct_recall policy;
    int wanted;              /* negative cycles in a row; CT_PROGRAMME_DECLARED not said */
    char text[CT_RECALL_TEXT_MAX + 1];
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
    /* derived */
    char asset[CT_ASSET_MAX + 1];
    int64_t loads, packs, undone; /* lines that nothing was done about yet */
    int negatives;                /* in a row since; of a machine */
    int64_t closed_ms;            /* CT_UNSET: open */
    char closed_by[64], closed_text[CT_RECALL_TEXT_MAX + 1];
};
struct ct_recall_pack {
    struct ct_pack p;        /* as it is now */
    int64_t load_id, started_ms;
    int64_t procedure_id;    /* it was used in; 0 none */
    int disposition;         /* enum ct_recall_disposition; -1 none yet */
    char text[CT_RECALL_TEXT_MAX + 1];
    int64_t at_ms;
    char by[64];
};

/* What is asked for: of load_id, of pack_id (its load), or a period: loads of equipment_id
 * (0: of every machine) that started after from_ms (CT_UNSET: from the first) up to to_ms. */
struct ct_recall_ask {
    int64_t load_id, pack_id, equipment_id, from_ms, to_ms;
};
/* Is it a period, of a machine or of all? */
bool ct_recall_of_period(const struct ct_recall_ask *ask);
/* Two days as they are typed, both included: ask->from_ms ("": from the first) and to_ms
 * ("": up to now). CT_EINVAL (from, to): that is no day; they are the wrong way round. */
CT_NODISCARD enum ct_status ct_recall_days(struct ct_app *app, const char *from, const char *to,
                                           struct ct_recall_ask *ask, struct ct_error *reterr);
/* What a positive indicator would recall of that machine now: from its last load with a valid
 * negative one (*ret_load_id, which may be NULL; 0 and CT_UNSET: there was none) up to now. */
CT_NODISCARD enum ct_status ct_recall_unproven(struct ct_app *app, int64_t equipment_id,
                                               struct ct_recall_ask *ret, int64_t *ret_load_id,
                                               struct ct_error *reterr);
/* "L-12", "L-12 of PK-3", "E-1050, 1 Nov 2026 00:00 to 24 Nov 2026 09:10", "all machines, ...".
 * What cannot be read is said by its number. */
void ct_recall_ask_text(struct ct_app *app, const struct ct_recall_ask *ask, char *out,
                        size_t size);
/* The same list as of a recall, with no failure and nothing stopped or stored: what went
 * through that machine, where each pack is, on whom it was used. By machine, load and pack;
 * one allocation. CT_EINVAL (pack_id): it was in no load; (from): more than CT_RECALL_LIST_MAX
 * packs; CT_ENOTFOUND (pack_id, load_id, equipment_id). */
CT_NODISCARD enum ct_status ct_recall_list(struct ct_app *app, const struct ct_recall_ask *ask,
                                           struct ct_recall_pack **ret, size_t *ret_n,
                                           struct ct_error *reterr);
/* Opened by hand over that list, with a reason; a supervisor's. The machine is not set apart
 * by it. CT_EINVAL (text), (load_id): the list is empty. */
CT_NODISCARD enum ct_status ct_recall_open(struct ct_app *app, const struct ct_recall_ask *ask,
                                           const char *text, int64_t *ret_id,
                                           struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_recall_get(struct ct_app *app, int64_t id,
                                          struct ct_recall_row *ret, struct ct_error *reterr);
/* Open ones first, newest first; one allocation, free(). */
CT_NODISCARD enum ct_status ct_recalls(struct ct_app *app, bool open_only, size_t limit,
                                       struct ct_recall_row **ret, size_t *ret_n,
                                       struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_recall_packs(struct ct_app *app, int64_t id,
                                            struct ct_recall_pack **ret, size_t *ret_n,
                                            struct ct_error *reterr);
/* What was done about these packs; CT_RECALL_LIFTED is a supervisor's, with a reason, as are
 * NOT_FOUND, PATIENT and NOTHING (text). */
CT_NODISCARD enum ct_status ct_recall_dispose(struct ct_app *app, int64_t id,
                                              const int64_t *pack, size_t n,
                                              enum ct_recall_disposition d, const char *text,
                                              struct ct_error *reterr);
/* Signed. text: what was found and done about the cause. CT_EINVAL (undone): lines are left;
 * (negatives): the machine's negative cycles are. */
CT_NODISCARD enum ct_status ct_recall_close(struct ct_app *app, int64_t id, const char *text,
                                            struct ct_error *reterr);

#endif
