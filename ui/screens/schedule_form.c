/* schedule_form - a task is asked for of a device, or by other rules than before; the next
 * due days stand below while it is typed. */
#include "clinic/task_check.h"
#include "ui/screens/equip_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/calibration.h"

enum { LAST_DAY = 84006, AHEAD = 3 };

static const struct ct_choice KINDS[] = {{"C", "calibration"},
                                         {"E", "electrical safety"},
                                         {"M", "preventive maintenance"},
                                         {"P", "pre-use check"},
                                         {"L", "cleaning"},
                                         {NULL, NULL}};
static const struct ct_choice UNITS[] = {
    {"D", "days"}, {"W", "weeks"}, {"M", "months"}, {"Y", "years"}, {NULL, NULL}};
static const struct ct_choice RULES[] = {{"D", "late the day after"},
                                         {"M", "late after the end of the month"},
                                         {"G", "late after days of grace"},
                                         {NULL, NULL}};
static const struct ct_field FIELDS[] = {
    {.name = "kind", .label = "Task", .unit = "", .kind = CT_F_CODE, .width = 1, .required = true,
     .hard_hi = 4, .soft_hi = 4, .choices = KINDS, .help = "What is asked for."},
    {.name = "template", .label = "Template", .unit = "", .kind = CT_F_TEXT, .width = 30,
     .max_bytes = 40,
     .help = "By which template it is measured, or which check is answered; may stay empty: "
             "then a pre-use check is that of the device's class."},
    {.name = "every", .label = "Every", .unit = "", .kind = CT_F_INT, .width = 3,
     .required = true, .hard_lo = 1, .hard_hi = 400, .soft_lo = 1, .soft_hi = 400,
     .help = "The interval, so many of the next field's unit."},
    {.name = "unit", .label = "Unit", .unit = "", .kind = CT_F_CODE, .width = 1,
     .required = true, .hard_hi = 3, .soft_hi = 3, .choices = UNITS, .joined = true, .joint = " ",
     .help = "Days, weeks, months or years."},
    {.name = "window_days", .label = "Window", .unit = "days", .kind = CT_F_INT, .width = 3,
     .hard_hi = 400, .soft_hi = 400,
     .help = "Done at most so many days early, the due day of next time is kept."},
    {.name = "rule", .label = "Late", .unit = "", .kind = CT_F_CODE, .width = 1,
     .required = true, .hard_hi = 2, .soft_hi = 2, .choices = RULES,
     .help = "From when on it is overdue."},
    {.name = "grace_days", .label = "Grace", .unit = "days", .kind = CT_F_INT, .width = 3,
     .hard_hi = 400, .soft_hi = 400, .help = "Only with the rule G."},
    {.name = "amber_days", .label = "Due soon", .unit = "days", .kind = CT_F_INT, .width = 3,
     .hard_hi = 400, .soft_hi = 400, .help = "Shown so many days before; empty: as the site has it."},
    {.name = "starts", .label = "First due", .unit = "", .kind = CT_F_DATE, .width = 14,
     .required = true, .hard_lo = 0, .hard_hi = LAST_DAY, .soft_lo = 0, .soft_hi = LAST_DAY,
     .help = "The first due day, when nothing was done yet, with the year."},
    {.name = "reason", .label = "Reason", .unit = "", .kind = CT_F_TEXT, .width = 50,
     .max_bytes = CT_EQUIP_REASON_MAX, .help = "Why it is changed."},
};

struct schedule_form {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_equipment e;
    struct ct_schedule was; /* id 0: a new one */
};

static bool skip(const struct ct_form *f, size_t i)
{
    const struct schedule_form *s = f->arg;
    if (strcmp(f->field[i]->name, "reason") == 0)
        return s->was.id == 0;
    if (strcmp(f->field[i]->name, "kind") == 0)
        return s->was.id != 0;
    return false;
}

static void offers(struct ct_equip_form *f, const char *field, struct ct_buf *out)
{
    const struct schedule_form *s = (const struct schedule_form *)f;
    struct ct_app *app = ct_ui_app(f->ui);
    int64_t kind = s->was.id != 0 ? (int64_t)s->was.kind
                                  : ct_form_value(&f->form, "kind", ct_app_now(app));
    if (strcmp(field, "template") != 0 || kind == CT_UNSET)
        return;
    bool measured = kind == CT_TASK_CALIBRATION || kind == CT_TASK_ELECTRICAL;
    if ((measured ? ct_calibration_templates(app, &s->e, out, NULL)
                  : ct_task_check_ids(ct_app_config(app), out, NULL)) != CT_OK)
        ct_buf_char(out, '\0');
}

static void number(struct ct_form *f, const char *name, int n)
{
    char text[16];
    snprintf(text, sizeof text, "%d", n);
    ct_form_set(f, name, text);
}

static void fill(struct ct_equip_form *f)
{
    const struct schedule_form *s = (const struct schedule_form *)f;
    const struct ct_schedule *w = &s->was;
    char day[16];
    if (w->id == 0) {
        ct_form_set(&f->form, "unit", "M");
        ct_form_set(&f->form, "rule", "D");
        return;
    }
    ct_form_set(&f->form, "kind", KINDS[w->kind].code);
    ct_form_set(&f->form, "template", w->template_id);
    number(&f->form, "every", w->every);
    ct_form_set(&f->form, "unit", UNITS[w->unit].code);
    number(&f->form, "window_days", w->window_days);
    ct_form_set(&f->form, "rule", RULES[w->rule].code);
    number(&f->form, "grace_days", w->grace_days);
    if (w->amber_days >= 0)
        number(&f->form, "amber_days", w->amber_days);
    ct_date_text(w->starts, day);
    ct_form_set(&f->form, "starts", day);
}

static int value(const struct ct_form *f, const char *name, int64_t now, int unset)
{
    int64_t n = ct_form_value(f, name, now);
    return n == CT_UNSET ? unset : (int)n;
}

/* False: not enough is typed yet. */
static bool gather(const struct schedule_form *s, struct ct_schedule *p)
{
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(s->f.ui));
    *p = s->was;
    p->equipment_id = s->e.id;
    if (s->was.id == 0)
        p->kind = (enum ct_task_kind)value(f, "kind", now, CT_TASKS);
    p->every = value(f, "every", now, 0);
    p->unit = (enum ct_interval_unit)value(f, "unit", now, CT_EVERY_UNITS);
    p->window_days = value(f, "window_days", now, 0);
    p->rule = (enum ct_due_rule)value(f, "rule", now, CT_DUE_RULES);
    p->grace_days = p->rule == CT_DUE_GRACE ? value(f, "grace_days", now, 0) : 0;
    p->amber_days = value(f, "amber_days", now, -1);
    p->starts = value(f, "starts", now, CT_NO_DATE);
    ct_text_copy(p->template_id, sizeof p->template_id, ct_form_text(f, "template"));
    return p->every > 0 && (unsigned)p->unit < CT_EVERY_UNITS && (unsigned)p->rule < CT_DUE_RULES &&
           p->starts != CT_NO_DATE;
}

static void save(struct ct_view *v)
{
    struct schedule_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    struct ct_schedule p;
    struct ct_error err;
    char due[16];
    gather(s, &p);
    enum ct_status st = s->was.id == 0
                            ? ct_schedule_add(ct_ui_app(ui), &p, &err)
                            : ct_schedule_amend(ct_ui_app(ui), &p,
                                                ct_form_text(&s->f.form, "reason"), &err);
    if (st != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_date_text(p.due, due);
    ct_equip_form_saved(&s->f);
    ct_ui_say(ui, CT_R_OK, "%s: next due %s.", CT_TASK_NAME[p.kind], due);
}

static enum ct_status form_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct schedule_form *s = ct_view_state(v);
    const struct ct_task_arg *a = arg;
    s->f.ui = ct_view_ui(v);
    struct ct_app *app = ct_ui_app(s->f.ui);
    enum ct_status st = a->schedule_id != 0
                            ? ct_schedule_get(app, a->schedule_id, &s->was, reterr)
                            : CT_OK;
    if (st == CT_OK)
        st = ct_equipment_get(app, s->was.id != 0 ? s->was.equipment_id : a->equipment_id, &s->e,
                              reterr);
    if (st != CT_OK)
        return st;
    s->f.offers = offers;
    s->f.fill = fill;
    s->f.save = save;
    if (s->was.id == 0)
        snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_SCHEDULE "%lld", (long long)s->e.id);
    else
        snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_RESCHEDULE "%lld",
                 (long long)s->was.first_id);
    snprintf(s->f.title, sizeof s->f.title, "%s on %s",
             s->was.id == 0 ? "SCHEDULE A TASK" : CT_TASK_NAME[s->was.kind], s->e.asset);
    s->f.form.skip = skip;
    s->f.form.arg = s;
    st = ct_equip_form_begin(&s->f, FIELDS, CT_LEN(FIELDS), 12, reterr);
    s->f.form.skip = skip;
    s->f.form.arg = s;
    return st;
}

/* The due days that follow if it is done on each of them. */
static void form_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct schedule_form *s = ct_view_state(v);
    struct ct_schedule p;
    ct_equip_form_draw(v, g, (struct ct_rect){body.row, body.col, body.rows - 2, body.cols});
    if (!gather(s, &p))
        return;
    CT_BUF b = {.max = 400};
    ct_date due = s->was.id != 0 && s->was.result_day != CT_NO_DATE ? s->was.due : p.starts;
    for (int i = 0; i < AHEAD; i++, due = ct_interval_after(due, p.every, p.unit)) {
        char day[16], last[16];
        ct_date_text(due, day);
        ct_date_text(ct_last_day(&p, due), last);
        ct_buf_printf(&b, "%s%s (in time until %s)", i > 0 ? ", " : "Due ", day, last);
    }
    ct_draw_wrapped(g,
                    (struct ct_rect){body.row + body.rows - 2, body.col + 1, 2, body.cols - 2},
                    CT_R_NOTE, ct_buf_str(&b));
}

static const struct ct_command COMMANDS[] = {
    CT_EQUIP_FORM_COMMANDS("schedule_form", CT_PERM_EQUIP_PLAN),
    {.id = NULL},
};

const struct ct_screen ct_screen_schedule_form = {
    .id = "schedule_form",
    .title = "Schedule a task",
    .help = "A task by its interval; the window in which it may be done early without moving the "
            "due day of next time; and the rule from when on it is late. Below stand the days "
            "that follow. Done late, or earlier than the window, the interval counts from the "
            "day it was done.",
    .perm = CT_PERM_EQUIP_PLAN,
    .state_size = sizeof(struct schedule_form),
    .arg_size = sizeof(struct ct_task_arg),
    .commands = COMMANDS,
    .open = form_open,
    .draw = form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};
