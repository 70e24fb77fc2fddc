/* form_draft - what every form does with its draft (record/draft.h).
 *
 * Layer:  ui. kind: of screens.h; patient_id: CT_UNSET for nobody's.
 */
#ifndef CT_UI_FORM_DRAFT_H
#define CT_UI_FORM_DRAFT_H

#include "ui/screens/screens.h"
#include "ui/tk/form.h"

/* The cursor's field in a draft, by name. */
#define CT_DRAFT_AT "@at"

/* What was kept into the fields, and says so; the cursor is where it was. False: there was
 * none. */
bool ct_form_resume(struct ct_ui *ui, struct ct_form *f, const char *kind, int64_t patient_id);
/* The fields into *d, for ct_screen.draft. False: all are empty. */
bool ct_form_keep(const struct ct_form *f, struct ct_draft *d, const char *kind,
                  int64_t patient_id);
/* Every field emptied; ^Z in one brings its text back. */
void ct_form_empty(struct ct_form *f);
/* Nothing is unsaved any more: the draft goes. False: it could not, and that is said. */
bool ct_form_drop(struct ct_ui *ui, struct ct_form *f, const char *kind, int64_t patient_id);

#endif
