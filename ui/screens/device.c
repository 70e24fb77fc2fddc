/* device - the page of one device, which its label opens: what it is, how it stands, what
 * speaks against using it, what is due, what is open. */
#include "clinic/equipment_gate.h"
#include "ui/screens/school.h"
#include "ui/screens/print.h"
#include "ui/screens/device_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/user.h"

struct device {
    struct ct_ui *ui;
    struct ct_equipment e;
    struct ct_gate gate;
    struct ct_campaign *campaign;
    size_t n_campaigns;
    char class_title[80], registered_by[128];
    ct_date day;
};

static enum ct_status load(struct device *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    const struct ct_equip_classes *classes;
    bool stop;
    enum ct_status st = ct_equipment_get(app, id, &s->e, reterr);
    if (st == CT_OK)
        st = ct_equip_classes_of(app, &classes, reterr);
    if (st != CT_OK)
        return st;
    const struct ct_equip_class *k = ct_equip_class_find(classes, s->e.class);
    ct_text_copy(s->class_title, sizeof s->class_title, k != NULL ? k->title : s->e.class);
    ct_user_name(app, s->e.registered_by, s->registered_by, sizeof s->registered_by);
    s->day = ct_date_at(ct_app_now(app));
    free(s->campaign);
    s->campaign = NULL;
    st = ct_campaign_open(app, id, &s->campaign, &s->n_campaigns, &stop, reterr);
    if (st == CT_OK)
        st = ct_equipment_gate(app, s->e.asset, CT_GATE_VITALS, ct_app_now(app), &s->gate,
                               reterr);
    return st;
}

const struct ct_equipment *ct_device_of(const struct ct_view *v)
{
    return &((const struct device *)ct_view_state(v))->e;
}

/* ---- the screen ---------------------------------------------------------------------------- */

static enum ct_status device_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct device *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    enum ct_status st = load(s, *(const int64_t *)arg, reterr);
    if (st != CT_OK)
        free(s->campaign);
    return st;
}

static void device_refresh(struct ct_view *v)
{
    struct device *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->e.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void device_tick(struct ct_view *v)
{
    const struct device *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    if (ct_app_state(app) == CT_IN && ct_date_at(ct_app_now(app)) != s->day)
        device_refresh(v);
}

static void device_close(struct ct_view *v)
{
    free(((struct device *)ct_view_state(v))->campaign);
}

static void add(struct ct_buf *b, const char *label, const char *text)
{
    if (text[0] != '\0')
        ct_buf_printf(b, "%s%s%s", b->len > 0 ? "   " : "", label, text);
}

static void add_day(struct ct_buf *b, const char *label, ct_date d)
{
    char text[16];
    ct_date_text(d, text);
    add(b, label, text);
}

static int line(struct ct_grid *g, struct ct_rect at, enum ct_role_ui role, const struct ct_buf *b)
{
    return b->len > 0 && at.rows > 0 ? ct_draw_wrapped(g, at, role, ct_buf_str(b)) : 0;
}

/* What it is, in at most four rows or so. */
static int identity_draw(const struct device *s, struct ct_grid *g, struct ct_rect at)
{
    const struct ct_equipment *e = &s->e;
    CT_BUF what = {.max = 1024}, plate = {.max = 1024}, days = {.max = 1024},
           note = {.max = 1024};
    int used = 0;
    add(&what, "serial ", e->serial);
    add(&what, "", e->location[0] != '\0' ? e->location : "no location");
    add(&what, "holder ", e->holder);
    if (e->standard)
        add(&plate, "reference standard for ", e->standard_of);
    add(&plate, "class ", CT_ELEC_NAME[e->elec_class]);
    add(&plate, "applied part ", CT_APPLIED_NAME[e->applied]);
    add(&plate, "risk ", CT_RISK_NAME[e->risk]);
    add(&plate, "UDI ", e->udi);
    add_day(&days, "made ", e->made);
    add_day(&days, "received ", e->received);
    add_day(&days, "warranty until ", e->warranty);
    add(&days, "supplier ", e->supplier);
    add(&note, "note: ", e->note);
    const struct {
        const struct ct_buf *b;
        enum ct_role_ui role;
    } LINE[] = {{&what, CT_R_TEXT}, {&plate, CT_R_TEXT}, {&days, CT_R_DIM}, {&note, CT_R_NOTE}};
    for (size_t i = 0; i < CT_LEN(LINE); i++)
        used += line(g, (struct ct_rect){at.row + used, at.col, at.rows - used, at.cols},
                     LINE[i].role, LINE[i].b);
    return used;
}

/* What speaks against using it, or that nothing does. */
static int gate_draw(const struct device *s, struct ct_grid *g, struct ct_rect at)
{
    static const char *const HEAD[] = {
        [CT_GATE_FREE] = "May be used: nothing speaks against it.",
        [CT_GATE_NOTE] = "May be used. ",
        [CT_GATE_REASON] = "NOT TO BE USED without a reason. ",
        [CT_GATE_STOP] = "NOT TO BE USED. "};
    static const enum ct_role_ui ROLE[] = {[CT_GATE_FREE] = CT_R_OK, [CT_GATE_NOTE] = CT_R_NOTE,
                                           [CT_GATE_REASON] = CT_R_WARN,
                                           [CT_GATE_STOP] = CT_R_ALARM};
    char text[480];
    snprintf(text, sizeof text, "%s%s", HEAD[s->gate.answer],
             s->gate.answer != CT_GATE_FREE ? s->gate.text : "");
    return ct_draw_wrapped(g, at, ROLE[s->gate.answer], text);
}

static int campaigns_draw(const struct device *s, struct ct_grid *g, struct ct_rect at)
{
    int used = 0;
    for (size_t i = 0; i < s->n_campaigns && used < at.rows; i++) {
        const struct ct_campaign *c = &s->campaign[i];
        char text[400], due[16];
        ct_date_text(c->due, due);
        snprintf(text, sizeof text, "campaign A-%lld: %s%s%s%s", (long long)c->id, c->title,
                 due[0] != '\0' ? ", until " : "", due, c->stop ? "; not to be used before" : "");
        used += ct_draw_wrapped(
            g, (struct ct_rect){at.row + used, at.col, at.rows - used, at.cols},
            c->stop ? CT_R_WARN : CT_R_NOTE, text);
    }
    return used;
}

static void device_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct device *s = ct_view_state(v);
    const struct ct_equipment *e = &s->e;
    static int (*const PART[])(struct ct_ui *, struct ct_grid *, struct ct_rect,
                               const struct ct_equipment *) = {
        ct_device_fault_draw, ct_device_lookback_draw, ct_device_tasks_draw, ct_device_cal_draw};
    char state[48], since[24];
    ct_ui_subject(s->ui, "%s  %s %s", e->asset, e->maker, e->model);
    ct_datetime_text(e->condition_ms, since);
    snprintf(state, sizeof state, "%s%s%s", CT_EQUIP_STATE_NAME[e->state],
             e->condition != CT_COND_IN_SERVICE ? " since " : "",
             e->condition != CT_COND_IN_SERVICE ? since : "");
    ct_grid_text(g, body.row, body.col + 1, body.cols - 34, CT_R_HEAD, s->class_title);
    ct_grid_right(g, body.row, body.col + body.cols - 1,
                  e->state == CT_STATE_OK ? CT_R_OK : ct_device_state_role(e->state), state);
    int col = body.col + 2, cols = body.cols - 4, end = body.row + body.rows,
        row = body.row + 1;
    row += identity_draw(s, g, (struct ct_rect){row, col, 6, cols});
    row++;
    row += gate_draw(s, g, (struct ct_rect){row, col, 3, cols});
    row += campaigns_draw(s, g, (struct ct_rect){row, col, 3, cols});
    for (size_t i = 0; i < CT_LEN(PART) && row + 1 < end; i++) {
        int used = PART[i](s->ui, g, (struct ct_rect){row + 1, col, end - row - 1, cols}, e);
        row += used > 0 ? used + 1 : 0;
    }
    ct_grid_cursor(g, body.row, body.col + 1);
}

/* ---- commands -------------------------------------------------------------------------------- */

static enum ct_reaction push(struct ct_view *v, const struct ct_screen *screen, const void *arg)
{
    return ct_ui_push(ct_view_ui(v), screen, arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction amend(struct ct_view *v)
{
    const struct ct_device_arg arg = {.id = ct_device_of(v)->id};
    return push(v, &ct_screen_device_form, &arg);
}

static enum ct_reaction history(struct ct_view *v)
{
    return push(v, &ct_screen_device_history, &ct_device_of(v)->id);
}

static enum ct_reaction people(struct ct_view *v)
{
    return push(v, &ct_screen_device_people, &ct_device_of(v)->id);
}

static enum ct_reaction papers(struct ct_view *v)
{
    return push(v, &ct_screen_papers, &ct_device_of(v)->id);
}

static void retire_because(struct ct_view *v, const char *reason)
{
    struct device *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    if (ct_equipment_retire(ct_ui_app(s->ui), s->e.id, reason, &err) != CT_OK) {
        if (strcmp(err.field, "reason") == 0)
            ct_ui_prompt(v, "Retired for good, because", reason, retire_because);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    device_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "%s is retired.", s->e.asset);
}

static enum ct_reaction retire(struct ct_view *v)
{
    ct_ui_prompt(v, "Retired for good, because", "", retire_because);
    return CT_HANDLED;
}

static enum ct_reaction campaign(struct ct_view *v)
{
    const struct device *s = ct_view_state(v);
    return s->n_campaigns == 1 ? push(v, &ct_screen_campaign, &s->campaign[0].id)
                               : push(v, &ct_screen_campaigns, NULL);
}

static bool in_use(const struct ct_view *v)
{
    return ct_device_of(v)->condition != CT_COND_RETIRED;
}

static bool has_campaign(const struct ct_view *v)
{
    return ((const struct device *)ct_view_state(v))->n_campaigns > 0;
}

/* Of a class that reprocesses something. */
static bool is_machine(const struct ct_view *v)
{
    const struct ct_equip_classes *classes;
    if (ct_equip_classes_of(ct_ui_app(ct_view_ui(v)), &classes, NULL) != CT_OK)
        return false;
    const struct ct_equip_class *k = ct_equip_class_find(classes, ct_device_of(v)->class);
    return k != NULL && k->methods != 0;
}

static enum ct_reaction machine(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_machine, &ct_device_of(v)->id) ? CT_HANDLED
                                                                               : CT_REFUSED;
}

static enum ct_reaction print(struct ct_view *v)
{
    struct ct_print_arg arg = {.n = 2,
                               .paper = {{.kind = "device-label", .title = "Status label"},
                                         {.kind = "impact", .title = "Impact list"}}};
    for (size_t i = 0; i < arg.n; i++)
        ct_text_copy(arg.paper[i].what, sizeof arg.paper[i].what, ct_device_of(v)->asset);
    return ct_print_open(v, &arg);
}

static const struct ct_command COMMANDS[] = {
    {.id = "device.task", .keys = "k", .label = "check", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Record a task or a check that was done on it.", .run = ct_device_task,
     .shown = in_use},
    {.id = "device.calibrate", .keys = "c", .label = "calibrate", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Calibrate or test it: as found, adjusted, as left.", .run = ct_device_calibrate,
     .shown = in_use},
    {.id = "device.fault", .keys = "f", .label = "fault", .perm = CT_PERM_EQUIP_READ,
     .help = "Report a fault, or go on with the one that is open.", .run = ct_device_fault},
    {.id = "device.quarantine", .keys = "q", .label = "set apart", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Quarantine it at once: set apart, not to be used.", .run = ct_device_quarantine,
     .shown = in_use},
    {.id = "device.guide", .keys = "G", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Troubleshooting, step by step.", .run = ct_device_guide, .shown = in_use},
    {.id = "device.schedules", .keys = "s", .label = "schedules", .perm = CT_PERM_EQUIP_READ,
     .help = "What is scheduled on it, by what rules.", .run = ct_device_schedules},
    {.id = "device.history", .keys = "h", .label = "history", .perm = CT_PERM_EQUIP_READ,
     .help = "All that happened to it, the newest first.", .run = history},
    CT_PRINT_COMMAND("device.print", "Its status label on paper, or all that it touched since its "
                     "last good result.", print, NULL),
    {.id = "device.amend", .keys = "a", .label = "amend", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Amend what is known of it; asks for the reason.", .run = amend},
    {.id = "device.papers", .keys = "P", .label = "papers", .perm = CT_PERM_EQUIP_READ,
     .help = "Certificates, manuals and reports.", .run = papers},
    {.id = "device.people", .keys = "u", .perm = CT_PERM_TRAIN_READ,
     .help = "Who may use it: the competencies that are required for it, and who holds them.",
     .run = people},
    {.id = "device.calibrations", .keys = "K", .perm = CT_PERM_EQUIP_READ,
     .help = "Its calibrations, with their certificates.", .run = ct_device_calibrations},
    {.id = "device.lookbacks", .keys = "i", .perm = CT_PERM_EQUIP_READ,
     .help = "What it touched while it was in doubt: its look-backs.",
     .run = ct_device_lookbacks},
    {.id = "device.drift", .keys = "g", .perm = CT_PERM_EQUIP_READ,
     .help = "How its error moved over its life.", .run = ct_device_drift},
    {.id = "device.label", .keys = "L", .perm = CT_PERM_EQUIP_READ,
     .help = "The text of its status label.", .run = ct_device_label},
    {.id = "device.campaign", .keys = "A", .perm = CT_PERM_EQUIP_READ,
     .help = "The campaign that is open for it.", .run = campaign, .shown = has_campaign},
    {.id = "device.machine", .keys = "M", .perm = CT_PERM_STERILE_READ,
     .help = "The machine's programmes and tests.", .run = machine, .shown = is_machine},
    {.id = "device.retire", .keys = "R", .perm = CT_PERM_EQUIP_PLAN,
     .help = "Retire it for good; asks for the reason.", .run = retire, .shown = in_use},
    {.id = NULL},
};

const struct ct_screen ct_screen_device = {
    .id = "device",
    .title = "A device",
    .help = "One device: what it is, whether it may be used and what speaks against it, what "
            "is due, what is open. Scanning its label, or its UDI, opens this page from "
            "everywhere. Only faults, repairs, tests and retirement change how it stands; "
            "nobody types it.",
    .perm = CT_PERM_EQUIP_READ,
    .state_size = sizeof(struct device),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = device_open,
    .draw = device_draw,
    .refresh = device_refresh,
    .tick = device_tick,
    .close = device_close,
};
