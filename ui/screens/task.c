/* task - a check, maintenance, cleaning or an outside calibration was done on a device. */
#include "ui/screens/equip_form.h"
#include "ui/screens/task_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const struct ct_choice KINDS[] = {{"C", "calibration, outside"},
                                         {"E", "electrical safety, outside"},
                                         {"M", "preventive maintenance"},
                                         {"P", "pre-use check"},
                                         {"L", "cleaning"},
                                         {NULL, NULL}};
static const struct ct_choice VERDICTS[] = {
    {"P", "passed"}, {"F", "failed"}, {"L", "passed, with limits of use"}, {NULL, NULL}};
static const struct ct_choice WHYS[] = {{"S", "scheduled"},
                                        {"O", "out of turn"},
                                        {"R", "after repair"},
                                        {"D", "after a drop or damage"},
                                        {"A", "on acceptance"},
                                        {NULL, NULL}};
static const struct ct_field FIELDS[] = {
    {.name = "kind", .label = "Task", .unit = "", .kind = CT_F_CODE, .width = 1, .required = true,
     .hard_hi = 4, .soft_hi = 4, .choices = KINDS,
     .help = "What was done. Calibrations measured here are entered with c on the device's page."},
    {.name = "verdict", .label = "Verdict", .unit = "", .kind = CT_F_CODE, .width = 1,
     .required = true, .hard_hi = 2, .soft_hi = 2, .choices = VERDICTS,
     .help = "Failed sets the device apart and opens a fault."},
    {.name = "done_ms", .label = "Done", .unit = "", .kind = CT_F_TIME, .width = 16,
     .help = "When it was done; empty: now."},
    {.name = "why", .label = "Occasion", .unit = "", .kind = CT_F_CODE, .width = 1,
     .hard_hi = 4, .soft_hi = 4, .choices = WHYS, .help = "Empty: scheduled, if it is."},
    {.name = "text", .label = "Remark", .unit = "", .kind = CT_F_TEXT, .width = 56,
     .max_bytes = CT_EQUIP_TEXT_MAX,
     .help = "What was found; of limits of use, what it may not be used for."},
};

struct task {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_equipment e;
    struct ct_schedule *s;
    size_t n;
    int64_t fault_id;    /* for whose return to service it is a test; 0: none */
    int64_t schedule_id; /* the one it was opened for; 0: by the kind */
    bool walked[CT_TASKS]; /* a check is laid down for that kind: no verdict is typed */
};

/* What the items of a check say is not asked here. */
static bool skip(const struct ct_form *f, size_t i)
{
    const struct task *s = f->arg;
    if (strcmp(f->field[i]->name, "verdict") != 0 && strcmp(f->field[i]->name, "text") != 0)
        return false;
    int64_t kind = ct_form_value(f, "kind", ct_app_now(ct_ui_app(s->f.ui)));
    return kind >= 0 && kind < CT_TASKS && s->walked[kind];
}

static void fill(struct ct_equip_form *f)
{
    const struct task *s = (const struct task *)f;
    for (size_t i = 0; i < s->n; i++)
        if (s->s[i].first_id == s->schedule_id)
            ct_form_set(&f->form, "kind", KINDS[s->s[i].kind].code);
}

/* The schedule that asks for that kind: the one it was opened for, else the first due. */
static int64_t schedule_of(const struct task *s, enum ct_task_kind kind)
{
    const struct ct_schedule *first = NULL;
    for (size_t i = 0; i < s->n; i++) {
        if (s->s[i].kind != kind)
            continue;
        if (s->s[i].first_id == s->schedule_id)
            return s->schedule_id;
        if (first == NULL || s->s[i].due < first->due)
            first = &s->s[i];
    }
    return first != NULL ? first->first_id : 0;
}

static void save(struct ct_view *v)
{
    struct task *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(ui)), why = ct_form_value(f, "why", now),
            done = ct_form_value(f, "done_ms", now);
    struct ct_error err;
    struct ct_task_result r = {.equipment_id = s->e.id,
                               .kind = (enum ct_task_kind)ct_form_value(f, "kind", now),
                               .verdict = (enum ct_task_verdict)ct_form_value(f, "verdict", now),
                               .done_ms = done == CT_UNSET ? now : done};
    r.schedule_id = schedule_of(s, r.kind);
    r.why = why != CT_UNSET       ? (enum ct_task_why)why
            : r.schedule_id != 0 ? CT_TASK_SCHEDULED
                                 : CT_TASK_OUT_OF_TURN;
    if (s->walked[r.kind]) {
        const struct ct_walk_arg walk = {.equipment_id = s->e.id, .kind = r.kind, .why = r.why,
                                         .schedule_id = r.schedule_id,
                                         .done_ms = done == CT_UNSET ? 0 : done};
        if (ct_equip_form_saved(&s->f)) /* the items are asked in its place */
            ct_ui_push(ui, &ct_screen_walk, &walk);
        return;
    }
    r.fault_id = s->fault_id;
    ct_text_copy(r.text, sizeof r.text, ct_form_text(f, "text"));
    if (ct_result_record(ct_ui_app(ui), &r, &err) != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    char asset[CT_ASSET_MAX + 1];
    ct_text_copy(asset, sizeof asset, s->e.asset);
    ct_equip_form_saved(&s->f);
    ct_task_said(ui, asset, &r);
}

/* The kinds for which a check is laid down. */
static enum ct_status walked(struct task *s, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->f.ui);
    enum ct_status st = CT_OK;
    for (int k = 0; st == CT_OK && k < CT_TASKS; k++) {
        int64_t id = schedule_of(s, (enum ct_task_kind)k);
        const char *template_id = "";
        char check[41];
        for (size_t i = 0; i < s->n; i++)
            if (s->s[i].first_id == id)
                template_id = s->s[i].template_id;
        st = ct_task_check_for(app, &s->e, (enum ct_task_kind)k, template_id, check, reterr);
        s->walked[k] = st == CT_OK && check[0] != '\0';
    }
    return st;
}

static enum ct_status task_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct task *s = ct_view_state(v);
    const struct ct_task_arg *a = arg;
    s->f.ui = ct_view_ui(v);
    s->schedule_id = a->schedule_id;
    struct ct_app *app = ct_ui_app(s->f.ui);
    enum ct_status st = ct_equipment_get(app, a->equipment_id, &s->e, reterr);
    if (st == CT_OK)
        st = ct_task_tested_for(app, &s->e, &s->fault_id, reterr);
    if (st == CT_OK)
        st = ct_schedule_list(app, a->equipment_id, &s->s, &s->n, reterr);
    if (st == CT_OK)
        st = walked(s, reterr);
    if (st != CT_OK) {
        free(s->s);
        return st;
    }
    s->f.fill = fill;
    s->f.save = save;
    snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_TASK "%lld", (long long)s->e.id);
    snprintf(s->f.title, sizeof s->f.title, "DONE ON %s  %s %s", s->e.asset, s->e.maker,
             s->e.model);
    s->f.form.skip = skip;
    s->f.form.arg = s;
    st = ct_equip_form_begin(&s->f, FIELDS, CT_LEN(FIELDS), 12, reterr);
    s->f.form.skip = skip;
    s->f.form.arg = s;
    if (st != CT_OK)
        free(s->s);
    return st;
}

static void task_close(struct ct_view *v)
{
    free(((struct task *)ct_view_state(v))->s);
    ct_equip_form_close(v);
}

static const struct ct_command COMMANDS[] = {
    CT_EQUIP_FORM_COMMANDS("task", CT_PERM_EQUIP_WRITE),
    {.id = NULL},
};

const struct ct_screen ct_screen_task = {
    .id = "task",
    .title = "Record a task",
    .help = "A check before use, maintenance, cleaning, or a calibration that was made outside, "
            "for which its certificate must be among the device's papers. What is due follows "
            "from it. Where a check is laid down for the task, ^S goes on to its items, and no "
            "verdict is typed. Failed: the device is set apart and a fault is opened, in the same step.",
    .perm = CT_PERM_EQUIP_WRITE,
    .state_size = sizeof(struct task),
    .arg_size = sizeof(struct ct_task_arg),
    .commands = COMMANDS,
    .open = task_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = task_close,
};
