/* sterile - the screens of sterilisation and their arguments.
 *
 * Layer:  ui.
 */
#ifndef CT_UI_STERILE_H
#define CT_UI_STERILE_H

#include "clinic/machine.h"
#include "clinic/scope.h"
#include "clinic/set.h"
#include "ui/screens/screens.h"

struct ct_count_arg { /* a set that is packed, or a pack that came back */
    int64_t set_id, pack_id; /* 0 the one or the other */
};
#define CT_DRAFT_MACHINE_TEST "machine-test:" /* and the number of the machine */
#define CT_DRAFT_PACK "pack"
#define CT_DRAFT_RECIPE "recipe"
#define CT_DRAFT_RERECIPE "recipe:"           /* and the number of the set */
#define CT_DRAFT_COUNT "set-count:"           /* the same: it is packed */
#define CT_DRAFT_RETURN "set-return:"         /* and the number of the pack */

#define CT_DRAFT_BATH "bath:"                 /* and the number of the basin */
#define CT_DRAFT_STRIP "bath-strip:"          /* and the number of the bath */
#define CT_DRAFT_SOAK "bath-soak:"            /* the same */

#define CT_DRAFT_SCOPE "scope:"               /* and the number of the endoscope */
#define CT_DRAFT_SCOPE_SOAK "scope-soak:"     /* and the number of the record */
#define CT_DRAFT_SCOPE_STEP "scope-step:"     /* that times CT_SCOPE_STEP_DRAFTS, and the step */
enum { CT_SCOPE_STEP_DRAFTS = 100 };
int64_t ct_scope_shown(const struct ct_view *v); /* of ct_screen_scope: which endoscope */
/* What came of a step that was recorded. */
void ct_scope_step_said(struct ct_ui *ui, const struct ct_scope_step *p);
#define CT_DRAFT_IMMEDIATE "load-immediate:"  /* and the number of the machine */
#define CT_DRAFT_VALUES "load-values:"        /* and the number of the load */
#define CT_DRAFT_BI "load-bi:"                /* the same */
#define CT_DRAFT_EARLY "load-early:"          /* the same */

extern const struct ct_screen ct_screen_patient_packs;  /* int64_t * patient */
extern const struct ct_screen ct_screen_loads;          /* - */
extern const struct ct_screen ct_screen_load;           /* int64_t * load */
extern const struct ct_screen ct_screen_load_curve;   /* int64_t * load */
extern const struct ct_screen ct_screen_load_history;   /* int64_t * load */
extern const struct ct_screen ct_screen_load_immediate; /* int64_t * machine */
extern const struct ct_screen ct_screen_load_values;    /* int64_t * load */
extern const struct ct_screen ct_screen_load_bi;        /* int64_t * load */
extern const struct ct_screen ct_screen_load_early;     /* int64_t * load */

/* What can be done with a pack wherever one is chosen: a word for its role. */
enum ct_role_ui ct_pack_role(const struct ct_pack *p, int64_t now_ms);

#endif
