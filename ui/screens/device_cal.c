/* device_cal - calibrations on the screens of a device and of the registry. */
#include "ui/screens/device_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/calibration.h"

enum { SHOWN = 3 };

static void line_draw(const struct ct_cal_line *l, struct ct_grid *g, int row,
                      struct ct_rect at)
{
    char day[16];
    enum ct_cal_verdict now = l->has_left ? l->left : l->found;
    bool waits = l->step < CT_CAL_APPROVED;
    ct_date_text(ct_date_at(l->done_ms), day);
    ct_grid_printf(g, row, at.col, at.cols,
                   now >= CT_CAL_CONDITIONAL_FAIL ? CT_R_ALARM
                   : waits                        ? CT_R_NOTE
                                                  : CT_R_TEXT,
                   "K-%lld  %s  %s: %s%s%s  %s", (long long)l->id, day, l->title,
                   CT_CAL_VERDICT_NAME[l->found], l->has_left ? ", as left " : "",
                   l->has_left ? CT_CAL_VERDICT_NAME[l->left] : "", CT_CAL_STEP_NAME[l->step]);
}

int ct_device_cal_draw(struct ct_ui *ui, struct ct_grid *g, struct ct_rect at,
                       const struct ct_equipment *e)
{
    struct ct_cal_line *v = NULL;
    struct ct_error err;
    size_t n;
    int row = at.row;
    if (at.rows < 1)
        return 0;
    if (ct_calibration_list(ct_ui_app(ui), e->id, false, SHOWN, &v, &n, &err) != CT_OK)
        n = 0;
    for (size_t i = 0; i < n && row < at.row + at.rows; i++)
        line_draw(&v[i], g, row++, at);
    free(v);
    return row - at.row;
}

enum ct_reaction ct_device_calibrate(struct ct_view *v)
{
    return ct_calibrate(ct_view_ui(v), ct_device_of(v)->id);
}

/* The status label, in the status line: what is stuck on the device. */
enum ct_reaction ct_device_label(struct ct_view *v)
{
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_error err;
    CT_BUF b = {.max = 4096}, flat = {.max = 4096};
    int use;
    if (ct_equipment_label(ct_ui_app(ui), ct_device_of(v)->id, &b, &use, &err) != CT_OK) {
        ct_ui_say_error(ui, &err);
        return CT_REFUSED;
    }
    for (const char *s = ct_buf_str(&b); *s != '\0';) {
        char line[200];
        size_t n = strcspn(s, "\n");
        snprintf(line, sizeof line, "%.*s", (int)(n < sizeof line ? n : sizeof line - 1), s);
        ct_text_trim(line);
        if (line[0] != '\0')
            ct_buf_printf(&flat, "%s%s", flat.len > 0 ? " | " : "Label: ", line);
        s += n + (s[n] == '\n');
    }
    ct_ui_say(ui, use > 0 ? CT_R_OK : use == 0 ? CT_R_WARN : CT_R_ERROR, "%s",
              ct_buf_str(&flat));
    return CT_HANDLED;
}

enum ct_reaction ct_device_drift(struct ct_view *v)
{
    struct ct_drift_arg a = {.equipment_id = ct_device_of(v)->id};
    return ct_ui_push(ct_view_ui(v), &ct_screen_drift, &a) ? CT_HANDLED : CT_REFUSED;
}

enum ct_reaction ct_device_calibrations(struct ct_view *v)
{
    int64_t id = ct_device_of(v)->id;
    return ct_ui_push(ct_view_ui(v), &ct_screen_calibrations, &id) ? CT_HANDLED : CT_REFUSED;
}

enum ct_reaction ct_equip_calibrations(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_calibrations, NULL) ? CT_HANDLED : CT_REFUSED;
}

enum ct_reaction ct_device_cal_line(struct ct_view *v, const struct ct_equip_line *line)
{
    struct ct_cal_arg a = {.calibration_id = line->ref_id};
    return ct_ui_push(ct_view_ui(v), &ct_screen_calibration, &a) ? CT_HANDLED : CT_REFUSED;
}
