/* recall_priv - the SQL of the module recall, and how it joins other modules' writes.
 * Internal to src/clinic/.
 *
 * Layer:  clinic.
 */
#ifndef CT_CLINIC_RECALL_PRIV_H
#define CT_CLINIC_RECALL_PRIV_H

#include "clinic/load_priv.h"
#include "clinic/recall.h"

enum {
    CT_SQL_RECALL_INSERT,
    CT_SQL_RECALL_LINE_INSERT,
    CT_SQL_RECALL_END_INSERT,
    CT_SQL_RECALL_FIND_PUT,
    CT_SQL_RECALL_FIND_DELETE,
    CT_SQL_RECALL_GET,
    CT_SQL_RECALL_OPEN,
    CT_SQL_RECALL_ALL,
    CT_SQL_RECALL_OF_MACHINE, /* open ones, not by hand */
    CT_SQL_RECALL_NEGATIVE,   /* the last load with a valid negative before a moment */
    CT_SQL_RECALL_PERIOD,     /* packs of a machine's loads in a period */
    CT_SQL_RECALL_PERIOD_ALL, /* of every machine's */
    CT_SQL_RECALL_LOAD,       /* packs of a load */
    CT_SQL_RECALL_PACKS,      /* packs that it stops or stopped */
    CT_SQL_RECALL_LINE,       /* what was done last about a pack */
    CT_RECALL_SQL_N
};
extern const struct ct_sql ct_recall_sql[CT_RECALL_SQL_N];
void ct_recall_name(struct ct_app *app, int64_t user, char *out, size_t size);
enum ct_status ct_recall_no_memory(struct ct_error *reterr);

/* Records the change, then opens the recall that follows from it, all in one transaction; or
 * adds what is missing to the one that is open for that machine. cause CT_RECALL_BI: *ref_id
 * is the load_bi, CT_RECALL_TEST: the machine_test; read after the change was recorded. */
CT_NODISCARD enum ct_status ct_recall_with(struct ct_app *app, const struct ct_change *change,
                                           enum ct_recall_cause cause, const int64_t *ref_id,
                                           int64_t *ret_recall, struct ct_error *reterr);
/* The last load of a machine with a valid negative indicator that started before a moment;
 * 0 and CT_UNSET: there was none. */
CT_NODISCARD enum ct_status ct_recall_negative(struct ct_db *db, int64_t equipment_id,
                                               int64_t before_ms, int64_t *ret_load_id,
                                               int64_t *ret_started_ms,
                                               struct ct_error *reterr);
/* ct_recall_list of at most `max` packs; 0: of all. */
CT_NODISCARD enum ct_status ct_recall_list_of(struct ct_app *app,
                                              const struct ct_recall_ask *ask, size_t max,
                                              struct ct_recall_pack **ret, size_t *ret_n,
                                              struct ct_error *reterr);
/* The recall that keeps a machine from its loads; id 0: none. */
CT_NODISCARD enum ct_status ct_recall_of_machine(struct ct_db *db, int64_t equipment_id,
                                                 int64_t *ret_id, int64_t *ret_at_ms,
                                                 int *ret_wanted, struct ct_error *reterr);

#endif
