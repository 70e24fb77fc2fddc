/* handover_priv - what the files of the handover share.
 *
 * Layer:  clinic; internal to src/clinic/.
 */
#ifndef CT_CLINIC_HANDOVER_PRIV_H
#define CT_CLINIC_HANDOVER_PRIV_H

#include "clinic/handover.h"
#include "clinic/rows.h"

enum {
    CT_SQL_HO_INSERT,
    CT_SQL_HO_GET,
    CT_SQL_HO_ITEM_INSERT,
    CT_SQL_HO_ITEM_GET,
    CT_SQL_HO_ITEMS,
    CT_SQL_HO_EVENT_INSERT,
    CT_SQL_HO_EVENTS,
    CT_SQL_HO_FIND_PUT,
    CT_SQL_HO_FIND_DELETE,
    CT_SQL_HO_FIND_OWN,
    CT_SQL_HO_FIND_ALL,
    CT_SQL_HO_COUNT,
    CT_HANDOVER_SQL_N
};
extern const struct ct_sql ct_handover_sql[CT_HANDOVER_SQL_N];

/* What is open now, as items without a handover; free(). */
CT_NODISCARD enum ct_status ct_handover_prefill(struct ct_app *app, struct ct_handover_item **ret,
                                                size_t *ret_n, struct ct_error *reterr);
/* Without a permission check: the handover, its items with their state, its events. The
 * last two may be NULL; free(). */
CT_NODISCARD enum ct_status ct_handover_load(struct ct_app *app, int64_t id,
                                             struct ct_handover *h,
                                             struct ct_handover_item **items, size_t *n_items,
                                             struct ct_handover_event **events,
                                             size_t *n_events, struct ct_error *reterr);
/* Of which handover an item is. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_handover_of_item(struct ct_app *app, int64_t item_id,
                                                int64_t *ret, struct ct_error *reterr);

#endif
