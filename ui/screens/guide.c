/* guide - a troubleshooting guide, one key a step: its answers are kept in the device's
 * fault, or, when it helped and none is open, as a note on the device. */
#include "clinic/fault.h"
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct guide {
    struct ct_ui *ui;
    struct ct_equipment e;
    struct ct_guide *g;
    struct ct_guide_walk walk;
    struct ct_guide_done *ret; /* of the form above which this lies; NULL: none */
    int64_t fault_id;          /* the open one, 0 none */
};

static enum ct_status guide_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct guide *s = ct_view_state(v);
    const struct ct_guide_arg *a = arg;
    struct ct_fault f;
    s->ui = ct_view_ui(v);
    s->ret = a->ret;
    struct ct_app *app = ct_ui_app(s->ui);
    enum ct_status st = ct_equipment_get(app, a->equipment_id, &s->e, reterr);
    if (st == CT_OK)
        st = ct_guide_for(app, &s->e, &s->g, reterr);
    if (st == CT_OK && ct_fault_of(app, s->e.id, &f, NULL) == CT_OK)
        s->fault_id = f.id;
    return st;
}

static void guide_close(struct ct_view *v)
{
    free(((struct guide *)ct_view_state(v))->g);
}

static enum ct_guide_end stands(const struct ct_view *v, size_t *ret_at)
{
    const struct guide *s = ct_view_state(v);
    return ct_guide_at(s->g, &s->walk, ret_at);
}

/* ---- drawing ---------------------------------------------------------------------------- */

/* The steps so far, the last of them in sight. Returns the rows used. */
static int past_draw(const struct guide *s, struct ct_grid *g, struct ct_rect at)
{
    struct ct_guide_walk part = {.n = 0};
    size_t step, first = s->walk.n > (size_t)at.rows ? s->walk.n - (size_t)at.rows : 0;
    int rows = 0;
    for (size_t i = 0; i < s->walk.n && rows < at.rows; i++) {
        if (ct_guide_at(s->g, &part, &step) != CT_GUIDE_ASKS)
            break;
        part.yes[part.n++] = s->walk.yes[i];
        if (i < first)
            continue;
        ct_grid_printf(g, at.row + rows, at.col, 4, CT_R_TEXT, "%s", s->walk.yes[i] ? "yes" : "no");
        ct_grid_text(g, at.row + rows++, at.col + 5, at.cols - 5, CT_R_DIM, s->g->step[step].text);
    }
    return rows;
}

static void guide_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct guide *s = ct_view_state(v);
    size_t at = 0;
    int row = body.row, col = body.col + 2, cols = body.cols - 4;
    ct_ui_subject(s->ui, "%s  %s %s", s->e.asset, s->e.maker, s->e.model);
    ct_grid_printf(g, row++, body.col + 1, cols, CT_R_HEAD, "TROUBLESHOOTING: %s, version %s",
                   s->g->title, s->g->version);
    row += ct_draw_wrapped(g, (struct ct_rect){row, col, 2, cols}, CT_R_NOTE, s->g->source) + 1;
    row += past_draw(s, g, (struct ct_rect){row, col, body.row + body.rows - row - 6, cols}) + 1;
    switch (stands(v, &at)) {
    case CT_GUIDE_ASKS:
        ct_draw_wrapped(g, (struct ct_rect){row, col, 4, cols}, CT_R_TITLE, s->g->step[at].text);
        break;
    case CT_GUIDE_RESOLVED:
        ct_draw_wrapped(g, (struct ct_rect){row, col, 3, cols}, CT_R_OK,
                        s->fault_id != 0
                            ? "RESOLVED. Enter keeps the steps in the fault, which goes on: "
                              "nothing found, tested, reviewed."
                            : "RESOLVED. Enter notes the steps on the device.");
        break;
    case CT_GUIDE_FAULT:
        ct_draw_wrapped(g, (struct ct_rect){row, col, 3, cols}, CT_R_WARN,
                        s->fault_id != 0 ? "IT IS A FAULT. Enter keeps the steps in it."
                                         : "IT IS A FAULT: do not use it. Enter goes to the "
                                           "report; the steps are kept in it.");
        break;
    }
    ct_grid_cursor(g, row, body.col + 1);
}

/* ---- keys ------------------------------------------------------------------------------- */

static enum ct_reaction answered(struct ct_view *v, bool yes)
{
    struct guide *s = ct_view_state(v);
    s->walk.yes[s->walk.n++] = yes;
    return CT_HANDLED;
}

static enum ct_reaction yes(struct ct_view *v)
{
    return answered(v, true);
}

static enum ct_reaction no(struct ct_view *v)
{
    return answered(v, false);
}

static enum ct_reaction back(struct ct_view *v)
{
    ((struct guide *)ct_view_state(v))->walk.n--;
    return CT_HANDLED;
}

static enum ct_reaction keep(struct ct_view *v)
{
    struct guide *s = ct_view_state(v);
    struct ct_error err;
    size_t at;
    bool fault = stands(v, &at) == CT_GUIDE_FAULT;
    struct ct_guide_done done = {.given = true, .walk = s->walk};
    ct_text_copy(done.guide, sizeof done.guide, s->g->id);
    if (fault && s->fault_id == 0) { /* kept when the fault is there */
        if (s->ret != NULL) {
            *s->ret = done;
            ct_ui_pop(s->ui);
            return CT_HANDLED;
        }
        const struct ct_fault_arg arg = {.equipment_id = s->e.id, .done = &done};
        return ct_ui_replace(s->ui, &ct_screen_fault_form, &arg) ? CT_HANDLED : CT_REFUSED;
    }
    if (ct_guide_keep(ct_ui_app(s->ui), s->e.id, s->g, &s->walk, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    struct ct_ui *ui = s->ui;
    char text[160];
    snprintf(text, sizeof text, "%s: the steps are kept%s.", s->e.asset,
             s->fault_id != 0 ? " in the fault" : " on the device");
    ct_ui_pop(ui);
    ct_ui_say(ui, CT_R_OK, "%s", text);
    return CT_HANDLED;
}

static bool asks(const struct ct_view *v)
{
    size_t at;
    return stands(v, &at) == CT_GUIDE_ASKS;
}

static bool ended(const struct ct_view *v)
{
    return !asks(v);
}

static bool begun(const struct ct_view *v)
{
    return ((const struct guide *)ct_view_state(v))->walk.n > 0;
}

static const struct ct_command COMMANDS[] = {
    {.id = "guide.yes", .keys = "y", .label = "yes", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Yes; the next step follows.", .run = yes, .shown = asks},
    {.id = "guide.no", .keys = "n", .label = "no", .perm = CT_PERM_EQUIP_WRITE,
     .help = "No; the next step follows.", .run = no, .shown = asks},
    {.id = "guide.keep", .keys = "Enter", .label = "keep", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Keep the steps and answers: in the fault, or as a note on the device.",
     .run = keep, .shown = ended},
    {.id = "guide.back", .keys = "b", .label = "one back", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Take the last answer back.", .run = back, .shown = begun},
    {.id = NULL},
};

const struct ct_screen ct_screen_guide = {
    .id = "guide",
    .title = "Troubleshooting",
    .help = "First-line steps for a device of this kind, one key each. They are general: the "
            "maker's manual goes before them, and a site adapts them. What was gone through is "
            "kept in the device's fault; when it helped and none is open, as a note on the "
            "device.",
    .perm = CT_PERM_EQUIP_WRITE,
    .state_size = sizeof(struct guide),
    .arg_size = sizeof(struct ct_guide_arg),
    .commands = COMMANDS,
    .open = guide_open,
    .draw = guide_draw,
    .close = guide_close,
};
