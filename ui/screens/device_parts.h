/* device_parts - what the modules about equipment hang on the screens of the registry: a
 * section of the device's page each, and what its keys do.
 *
 * Layer:  ui. The screens `device` and `equipment` draw and bind; each function lies in the
 *         file of the module that fills it.
 */
#ifndef CT_UI_DEVICE_PARTS_H
#define CT_UI_DEVICE_PARTS_H

#include "clinic/equipment.h"
#include "ui/screens/screens.h"

/* The device that the view (screen `device`) shows. Borrowed. */
const struct ct_equipment *ct_device_of(const struct ct_view *v);
enum ct_role_ui ct_device_state_role(enum ct_equip_state state);

/* A section of a few lines about e, at most at.rows of them, nothing when there is nothing
 * to say; each reads the store itself. Returns the rows used. In the order of the page. */
int ct_device_tasks_draw(struct ct_ui *ui, struct ct_grid *g, struct ct_rect at,
                         const struct ct_equipment *e);
int ct_device_fault_draw(struct ct_ui *ui, struct ct_grid *g, struct ct_rect at,
                         const struct ct_equipment *e);
int ct_device_cal_draw(struct ct_ui *ui, struct ct_grid *g, struct ct_rect at,
                       const struct ct_equipment *e);
int ct_device_lookback_draw(struct ct_ui *ui, struct ct_grid *g, struct ct_rect at,
                            const struct ct_equipment *e);

/* What a key of the screen `device` does; ct_device_of(v) is the device. */
enum ct_reaction ct_device_schedules(struct ct_view *v);    /* s */
enum ct_reaction ct_device_task(struct ct_view *v);         /* k */
enum ct_reaction ct_device_fault(struct ct_view *v);        /* f */
enum ct_reaction ct_device_quarantine(struct ct_view *v);   /* q */
enum ct_reaction ct_device_guide(struct ct_view *v);        /* G */
enum ct_reaction ct_device_calibrate(struct ct_view *v);    /* c */
enum ct_reaction ct_device_label(struct ct_view *v);        /* L */
enum ct_reaction ct_device_drift(struct ct_view *v);        /* g */
enum ct_reaction ct_device_calibrations(struct ct_view *v); /* K */
enum ct_reaction ct_device_lookbacks(struct ct_view *v);    /* i */

/* What a key of the screen `equipment` does: lists over all devices. */
enum ct_reaction ct_equip_tasks(struct ct_view *v);        /* t */
enum ct_reaction ct_equip_faults(struct ct_view *v);       /* F */
enum ct_reaction ct_equip_calibrations(struct ct_view *v); /* K: those that wait */
enum ct_reaction ct_equip_lookbacks(struct ct_view *v);    /* B */

/* Enter on a line of a device's history: to what it is about (K-12, F-3, R-7, B-2), by
 * line->kind and line->ref_id. */
enum ct_reaction ct_device_task_line(struct ct_view *v, const struct ct_equip_line *line);
enum ct_reaction ct_device_fault_line(struct ct_view *v, const struct ct_equip_line *line);
enum ct_reaction ct_device_cal_line(struct ct_view *v, const struct ct_equip_line *line);
enum ct_reaction ct_device_lookback_line(struct ct_view *v, const struct ct_equip_line *line);

#endif
