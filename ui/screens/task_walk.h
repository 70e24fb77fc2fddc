/* task_walk - a check of a device answered item by item, and what the screens that lead to
 * it share.
 *
 * Layer:  ui.
 */
#ifndef CT_UI_TASK_WALK_H
#define CT_UI_TASK_WALK_H

#include "clinic/task_check.h"
#include "ui/screens/screens.h"

struct ct_walk_arg {
    int64_t equipment_id;
    int64_t schedule_id; /* first version; 0: out of turn */
    enum ct_task_kind kind;
    enum ct_task_why why;
    int64_t done_ms;     /* 0: when it is recorded */
    int64_t result_id;   /* not 0: one that was recorded, to look at */
    bool resume;         /* all but the device is as its draft has it */
};
extern const struct ct_screen ct_screen_walk; /* struct ct_walk_arg * */
#define CT_DRAFT_WALK "check:" /* and the number of the device */

/* The task of that schedule: its check where one is laid down, else the form (screen
 * `task`). False: it did not open. */
bool ct_task_begin(struct ct_ui *ui, int64_t equipment_id, int64_t schedule_id);
/* The open fault that waits for tests of e, 0 none. */
CT_NODISCARD enum ct_status ct_task_tested_for(struct ct_app *app, const struct ct_equipment *e,
                                               int64_t *ret_fault_id, struct ct_error *reterr);
/* What is said when a result was kept. */
void ct_task_said(struct ct_ui *ui, const char *asset, const struct ct_task_result *r);

#endif
