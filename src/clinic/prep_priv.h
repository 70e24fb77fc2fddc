/* prep_priv - what the files of prep share.
 *
 * Layer:  clinic; private to prep*.c.
 */
#ifndef CT_CLINIC_PREP_PRIV_H
#define CT_CLINIC_PREP_PRIV_H

#include "clinic/rows.h"

/* In the caller's transaction, without a permission check. s->t is made when it is NULL
 * and kept otherwise: the text of a checklist never changes. */
CT_NODISCARD enum ct_status ct_prep_fill(struct ct_app *app, struct ct_db *db, int64_t id,
                                         struct ct_prep_sheet *s, struct ct_error *reterr);
/* What the lists show of it, as it is judged now. */
CT_NODISCARD enum ct_status ct_prep_find_put(struct ct_db *db, const struct ct_prep_sheet *s,
                                             struct ct_error *reterr);
/* The items that want something. */
size_t ct_prep_wanting(const struct ct_prep_sheet *s);
/* Inside a write: the answers anew, still open, the item as it was seen, and asked. */
CT_NODISCARD enum ct_status ct_prep_write_begin(struct ct_app *app, struct ct_db *db,
                                                struct ct_prep_sheet *s, size_t item,
                                                struct ct_error *reterr);
/* ... and at its end: judged, and found by the lists. */
CT_NODISCARD enum ct_status ct_prep_write_end(struct ct_app *app, struct ct_db *db,
                                              struct ct_prep_sheet *s, struct ct_entry *entry,
                                              struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_prep_is_open(const struct ct_prep_sheet *s,
                                            struct ct_error *reterr);
/* ct_record, and the sheet as the store is afterwards. */
CT_NODISCARD enum ct_status ct_prep_record(struct ct_app *app, struct ct_change *change,
                                           struct ct_prep_sheet *s, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_prep_comment_insert(struct ct_app *app, struct ct_db *db,
                                                   int64_t prep_id, int64_t answer_id,
                                                   const char *text, struct ct_entry *entry,
                                                   struct ct_error *reterr);
/* Of a procedure: whose it is, and its planned start. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_prep_planned(struct ct_db *db, int64_t procedure_id,
                                            int64_t *ret_patient_id, int64_t *ret_ms,
                                            struct ct_error *reterr);
/* Whoever may read or write this patient's checklists. */
CT_NODISCARD enum ct_status ct_prep_may(struct ct_app *app, enum ct_perm perm,
                                        int64_t patient_id, struct ct_error *reterr);

#endif
