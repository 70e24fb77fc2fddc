/* draft - half-filled forms, kept in the store as they are typed (DESIGN D8).
 *
 * Layer:  record. Not audited: a draft is no record. A draft belongs to the
 * user who typed it; one per form kind and patient.
 */
#ifndef CT_RECORD_DRAFT_H
#define CT_RECORD_DRAFT_H

#include "base/field.h" /* CT_UNSET */
#include "record/app.h"

enum { CT_DRAFT_FIELDS_MAX = 64, CT_DRAFT_TEXT_MAX = 8192, CT_DRAFT_BODY_MAX = 65536 };

struct ct_draft {
    int64_t id;
    char kind[24];
    int64_t patient_id; /* CT_UNSET: none */
    int64_t saved_ms;
    size_t n;
    struct {
        char name[48];
        char *text;     /* owned by the draft */
    } field[CT_DRAFT_FIELDS_MAX];
};
void ct_draft_done(struct ct_draft *d); /* wipes, frees, empties */
/* Replaces a text of the same name. false when full, when the name is too long
 * or empty, or the text longer than CT_DRAFT_TEXT_MAX bytes. */
bool ct_draft_put(struct ct_draft *d, const char *name, const char *text);
const char *ct_draft_get(const struct ct_draft *d, const char *name); /* NULL: none */

/* Keep (insert or replace by kind and patient). Empty drafts (no text but "")
 * are dropped. CT_EINVAL when it is larger than CT_DRAFT_BODY_MAX. */
CT_NODISCARD enum ct_status ct_draft_keep(struct ct_app *app, const struct ct_draft *d,
                                          struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_draft_drop(struct ct_app *app, const char *kind,
                                          int64_t patient_id, struct ct_error *reterr);
/* The user's newest draft, or of one form: CT_ENOTFOUND if none. kind NULL: any
 * form and patient. A body that does not decode is CT_EDAMAGED. */
CT_NODISCARD enum ct_status ct_draft_latest(struct ct_app *app, const char *kind,
                                            int64_t patient_id, struct ct_draft *ret,
                                            struct ct_error *reterr);

#endif
