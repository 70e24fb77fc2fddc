/* calibration_form - what the files of a calibration's screen share; private to
 * calibration*.c of the screens.
 *
 * Layer:  ui.
 */
#ifndef CT_UI_CALIBRATION_FORM_H
#define CT_UI_CALIBRATION_FORM_H

#include "clinic/calibration.h"
#include "ui/screens/form_draft.h"

/* A row a point. Digits begin a reading in its row; letters are commands, but while one is
 * typed. The particulars (when, where, climate, rule) are a form in the list's place. */
struct cal_form {
    struct ct_ui *ui;
    struct ct_calibration *k;
    bool typed;               /* something is typed in a phase now ... */
    enum ct_cal_phase phase;  /* ... this one */
    struct ct_form head;
    bool in_head;
    size_t row[CT_CALT_POINTS_MAX]; /* the points that apply */
    size_t n_rows, cursor, top;
    int height;               /* rows of the list as it was drawn */
    struct ct_editor editor;
    bool editing;
    bool changed;             /* since the draft was dropped */
    char cal_kind[24];        /* of the draft; "" none is kept now */
    /* what an open prompt is about */
    size_t point;
    char nominal[64], limit[128], remarks[CT_EQUIP_TEXT_MAX + 1];
    bool with_u;              /* the last U was given to all points of its unit */
};

/* calibration.c */
size_t cf_point(const struct cal_form *s); /* of the cursor; CT_CALT_NONE */
struct ct_cal_value *cf_value(const struct cal_form *s, size_t point, enum ct_cal_phase phase);
/* After every write and read: what may be typed now. */
void cf_renew(struct cal_form *s);
void cf_fill_head(struct cal_form *s);
/* The form into k. False: it is said what is wrong, the cursor stands there. */
bool cf_take_head(struct cal_form *s);
void cf_drop_draft(struct cal_form *s);
void cf_go(struct cal_form *s, size_t point);
/* What is typed in the cell is read. leave: whatever it is; else a wrong one stays. */
bool cf_cell_end(struct cal_form *s, bool leave);
/* Said, with the cursor on its point or field. */
void cf_fail(struct cal_form *s, const struct ct_error *e);

/* calibration_draft.c */
bool cf_keep(const struct cal_form *s, struct ct_draft *d);
/* What was kept of that template into s. False: nothing was. */
bool cf_resume(struct cal_form *s);
/* The template of a kept new one of that device, "" none. */
void cf_kept_template(struct ct_ui *ui, int64_t equipment_id, char out[CT_CALT_ID_MAX + 1]);

/* calibration_draw.c */
void cf_draw(struct cal_form *s, struct ct_grid *g, struct ct_rect body);

/* calibration_keys.c */
extern const struct ct_command CF_COMMANDS[];
enum ct_reaction cf_scan(struct ct_view *v, const struct ct_event *e);

#endif
