/* alerts - what to beware of with one patient: see, set, end. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "record/user.h"
#include "ui/tk/table.h"

struct alerts {
    struct ct_ui *ui;
    struct ct_patient p;
    struct ct_table table;
    struct ct_alert fresh; /* being set */
    int64_t ending;        /* the alert that is being asked about */
    char cell[256];
};

enum { COL_KIND, COL_TEXT, COL_BY, COL_AT };
static const struct ct_column COLUMNS[] = {
    [COL_KIND] = {.title = "Alert", .width = 16, .frozen = true},
    [COL_TEXT] = {.title = "What", .width = 0},
    [COL_BY] = {.title = "Set by", .width = 22},
    [COL_AT] = {.title = "When", .width = 12},
};

static int64_t alert_count(void *arg)
{
    return (int64_t)((struct alerts *)arg)->p.n_alerts;
}

static bool alert_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *alert_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct alerts *s = arg;
    const struct ct_alert *a = &s->p.alert[row];
    (void)role;
    switch (column) {
    case COL_KIND: return CT_ALERT_NAME[a->kind];
    case COL_TEXT:
        if (a->kind != CT_ALERT_SPO2_SCALE2)
            return a->text;
        snprintf(s->cell, sizeof s->cell, "%s%sprescribed by %s", a->text,
                 a->text[0] != '\0' ? ", " : "", a->prescriber);
        return s->cell;
    case COL_BY: ct_user_name(ct_ui_app(s->ui), a->by_user, s->cell, sizeof s->cell); return s->cell;
    default: ct_datetime_text(a->at_ms, s->cell); return s->cell;
    }
}

static void alerts_refresh(struct ct_view *v)
{
    struct alerts *s = ct_view_state(v);
    struct ct_error err;
    int64_t chosen = s->p.n_alerts > 0 ? s->p.alert[s->table.cursor].id : 0;
    if (ct_patient_get(ct_ui_app(s->ui), s->p.id, &s->p, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    for (size_t i = 0; i < s->p.n_alerts; i++)
        if (s->p.alert[i].id == chosen)
            s->table.cursor = (int64_t)i;
    ct_table_reload(&s->table);
}

static enum ct_status alerts_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct alerts *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    enum ct_status st = ct_patient_get(ct_ui_app(s->ui), *(const int64_t *)arg, &s->p, reterr);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = alert_count, .load = alert_load, .cell = alert_cell});
    return st;
}

static void alerts_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct alerts *s = ct_view_state(v);
    ct_subject_patient(s->ui, &s->p);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "ALERTS");
    if (s->p.n_alerts == 0)
        ct_grid_text(g, body.row + 3, body.col + 2, -1, CT_R_DIM,
                     "None recorded. n sets one. (None recorded is not \"none known\".)");
    ct_table_draw(&s->table, g, body.row + 2, body.col, body.rows - 2, body.cols, true);
}

static enum ct_reaction alerts_event(struct ct_view *v, const struct ct_event *e)
{
    struct alerts *s = ct_view_state(v);
    return ct_table_event(&s->table, e);
}

static void store(struct ct_view *v)
{
    struct alerts *s = ct_view_state(v);
    struct ct_error err;
    if (ct_patient_alert_set(ct_ui_app(s->ui), s->p.id, &s->fresh, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    alerts_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "Alert set.");
}

static void prescriber_given(struct ct_view *v, const char *text)
{
    struct alerts *s = ct_view_state(v);
    if (text == NULL)
        return;
    ct_text_copy(s->fresh.prescriber, sizeof s->fresh.prescriber, text);
    store(v);
}

static void text_given(struct ct_view *v, const char *text)
{
    struct alerts *s = ct_view_state(v);
    if (text == NULL)
        return;
    ct_text_copy(s->fresh.text, sizeof s->fresh.text, text);
    store(v);
}

static void pregnant_answered(struct ct_view *v, int index)
{
    if (index == 0)
        store(v);
}

/* It switches the score off: no single key may do that. */
static void ask_pregnant(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {{"y", "set it"}, {"n", "no"}, {NULL, NULL}};
    const struct alerts *s = ct_view_state(v);
    ct_ui_ask(v,
              s->p.sex == CT_SEX_MALE
                  ? "This patient is recorded as male. Pregnant all the same? NEWS2 will not be "
                    "applied."
                  : "Pregnant? NEWS2 will not be applied until this alert is ended.",
              CHOICES, pregnant_answered);
}

static const struct ct_choice KINDS[] = {
    {"a", "allergy"},  {"i", "infection"}, {"m", "implant"}, {"2", "SpO2 scale 2"},
    {"p", "pregnant"}, {"o", "other"},     {NULL, NULL}};
static const enum ct_alert_kind KIND_OF[] = {CT_ALERT_ALLERGY,     CT_ALERT_INFECTION,
                                             CT_ALERT_IMPLANT,     CT_ALERT_SPO2_SCALE2,
                                             CT_ALERT_PREGNANT,    CT_ALERT_OTHER};

static void kind_chosen(struct ct_view *v, int index)
{
    struct alerts *s = ct_view_state(v);
    if (index < 0)
        return;
    s->fresh = (struct ct_alert){.kind = KIND_OF[index]};
    if (s->fresh.kind == CT_ALERT_SPO2_SCALE2)
        ct_ui_prompt(v, "Target 88-92 %: prescribed by", "", prescriber_given);
    else if (s->fresh.kind == CT_ALERT_PREGNANT)
        ask_pregnant(v);
    else
        ct_ui_prompt(v, "To what, or which", "", text_given);
}

static enum ct_reaction set_new(struct ct_view *v)
{
    ct_ui_ask(v, "Which alert?", KINDS, kind_chosen);
    return CT_HANDLED;
}

static void end_because(struct ct_view *v, const char *reason)
{
    struct alerts *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    if (ct_patient_alert_end(ct_ui_app(s->ui), s->p.id, s->ending, reason, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    alerts_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "Alert ended; it stays in the record.");
}

static enum ct_reaction end(struct ct_view *v)
{
    struct alerts *s = ct_view_state(v);
    const struct ct_alert *a = &s->p.alert[s->table.cursor];
    char label[96];
    s->ending = a->id;
    snprintf(label, sizeof label, "End \"%s\", because", CT_ALERT_NAME[a->kind]);
    ct_ui_prompt(v, label, "", end_because);
    return CT_HANDLED;
}

static bool any(const struct ct_view *v)
{
    return ((const struct alerts *)ct_view_state(v))->p.n_alerts > 0;
}

static const struct ct_command COMMANDS[] = {
    {.id = "alerts.set", .keys = "n", .label = "new alert", .perm = CT_PERM_PATIENT_WRITE,
     .help = "Set an alert.", .run = set_new},
    {.id = "alerts.end", .keys = "x", .label = "end it", .perm = CT_PERM_PATIENT_WRITE,
     .help = "End the alert of this line, with a reason.", .run = end, .shown = any},
    {.id = NULL},
};

static int64_t alerts_patient(const struct ct_view *v)
{
    return ((const struct alerts *)ct_view_state(v))->p.id;
}

const struct ct_screen ct_screen_alerts = {
    .id = "alerts",
    .title = "Alerts",
    .help = "What everybody must know before touching this patient. SpO2 scale 2 is for "
            "hypercapnic respiratory failure with a prescribed target of 88-92 % only, and "
            "names who prescribed it. An ended alert stays in the record.",
    .perm = CT_PERM_PATIENT_READ,
    .state_size = sizeof(struct alerts),
    .arg_size = sizeof(int64_t),
    .patient = alerts_patient,
    .commands = COMMANDS,
    .open = alerts_open,
    .draw = alerts_draw,
    .event = alerts_event,
    .refresh = alerts_refresh,
};
