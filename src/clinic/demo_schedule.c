/* demo_schedule - what is due on the devices of a demo clinic: some of it overdue, some soon,
 * one check before use not done yet today. Every rule and day is invented. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/demo_equipment.h"
#include "clinic/task_check.h"

enum { YEAR = 365, NEVER = -1 };

static const struct planned {
    const char *asset, *template_id;
    enum ct_task_kind kind;
    int every;
    enum ct_interval_unit unit;
    int window_days;
    enum ct_due_rule rule;
    int grace_days;
    int in_days;      /* the first due day, from today */
    int walked_ago;   /* days since its check was answered last; NEVER: not here */
} PLANNED[] = {
    {"E-1001", "nibp-static", CT_TASK_CALIBRATION, 12, CT_EVERY_MONTH, 30, CT_DUE_MONTH_END, 0,
     -(3 * YEAR + 40), NEVER},
    {"E-1042", "nibp-static", CT_TASK_CALIBRATION, 12, CT_EVERY_MONTH, 30, CT_DUE_MONTH_END, 0,
     -(YEAR + 60), NEVER},
    {"E-1003", "nibp-static", CT_TASK_CALIBRATION, 24, CT_EVERY_MONTH, 30, CT_DUE_MONTH_END, 0,
     -(2 * YEAR + 20), NEVER},
    {"E-1005", "electrical-safety-62353", CT_TASK_ELECTRICAL, 12, CT_EVERY_MONTH, 14, CT_DUE_DAY,
     0, -12, NEVER},
    {"E-1020", "thermometer", CT_TASK_CALIBRATION, 12, CT_EVERY_MONTH, 30, CT_DUE_MONTH_END, 0, 14,
     NEVER},
    {"E-1030", "", CT_TASK_MAINTENANCE, 12, CT_EVERY_MONTH, 30, CT_DUE_GRACE, 14, 9, NEVER},
    {"E-1035", "", CT_TASK_PRE_USE, 1, CT_EVERY_DAY, 0, CT_DUE_DAY, 0, -30, 1},
    {"E-1040", "", CT_TASK_MAINTENANCE, 6, CT_EVERY_MONTH, 14, CT_DUE_DAY, 0, -5, NEVER},
    {"E-1050", "", CT_TASK_PRE_USE, 1, CT_EVERY_DAY, 0, CT_DUE_DAY, 0, -30, 0},
    {"E-1050", "", CT_TASK_CLEANING, 1, CT_EVERY_WEEK, 1, CT_DUE_DAY, 0, 2, NEVER},
    {"E-2002", "", CT_TASK_ELECTRICAL, 12, CT_EVERY_MONTH, 30, CT_DUE_MONTH_END, 0, 20, NEVER},
};

/* Every item as the list would have it. */
static enum ct_status walked(struct ct_app *app, const struct ct_schedule *s, int64_t done_ms,
                             struct ct_error *reterr)
{
    CT_CHECKLIST *t = NULL;
    struct ct_equipment e;
    char check[41];
    enum ct_status rc = ct_equipment_get(app, s->equipment_id, &e, reterr);
    if (rc == CT_OK)
        rc = ct_task_check_for(app, &e, s->kind, s->template_id, check, reterr);
    if (rc != CT_OK || check[0] == '\0')
        return rc; /* the site has no check for that class */
    rc = ct_task_check_load(app, check, &t, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_check_answer *a = calloc(t->n_items, sizeof *a);
    if (a == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the check");
    for (size_t i = 0; i < t->n_items; i++) {
        uint16_t against = t->item[i].stop_on | t->item[i].comment_on;
        a[i].given = CT_CHECK_GIVEN;
        a[i].n = (against & 1u << CT_CHECK_YES) != 0 ? CT_CHECK_NO : CT_CHECK_YES;
    }
    struct ct_task_result r = {.equipment_id = e.id, .schedule_id = s->first_id,
                               .kind = s->kind, .done_ms = done_ms};
    rc = ct_task_check_record(app, &r, t, a, reterr);
    free(a);
    return rc;
}

static enum ct_status plan(const struct ct_demo_devices *d, const struct planned *x,
                           struct ct_error *reterr)
{
    struct ct_equipment e;
    enum ct_status rc = ct_demo_device(d->sup, x->asset, &e, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_schedule s = {.equipment_id = e.id, .kind = x->kind, .every = x->every,
                            .unit = x->unit, .window_days = x->window_days, .rule = x->rule,
                            .grace_days = x->grace_days, .amber_days = -1,
                            .starts = ct_date_at(d->now_ms) + x->in_days};
    snprintf(s.template_id, sizeof s.template_id, "%s", x->template_id);
    rc = ct_schedule_add(d->sup, &s, reterr);
    if (rc == CT_OK && x->walked_ago != NEVER)
        rc = walked(d->other, &s, d->now_ms - x->walked_ago * (int64_t)CT_DAY_MS, reterr);
    return rc;
}

enum ct_status ct_demo_schedules(const struct ct_demo_devices *d, struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < CT_LEN(PLANNED); i++)
        rc = plan(d, &PLANNED[i], reterr);
    return rc;
}
