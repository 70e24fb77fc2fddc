/* models - the models that devices share. */
#include "clinic/equipment.h"
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct models {
    struct ct_ui *ui;
    struct ct_equip_model *model;
    size_t n;
    char words[80];
    struct ct_table table;
    char cell[200];
};

enum { COL_WHAT, COL_CLASS, COL_PLATE, COL_RISK, COL_N };
static const struct ct_column COLUMNS[] = {
    [COL_WHAT] = {.title = "Model", .width = 0, .frozen = true},
    [COL_CLASS] = {.title = "Class", .width = 17},
    [COL_PLATE] = {.title = "Plate", .width = 14},
    [COL_RISK] = {.title = "Risk", .width = 6},
    [COL_N] = {.title = "Devices", .width = 7, .align = 1},
};

static void load(struct models *s)
{
    struct ct_error err;
    struct ct_equip_model *v = NULL;
    size_t n = 0;
    if (ct_model_list(ct_ui_app(s->ui), s->words, &v, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->model);
    s->model = v;
    s->n = n;
    ct_table_reload(&s->table);
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct models *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct models *s = arg;
    const struct ct_equip_model *m = &s->model[row];
    (void)role;
    switch (column) {
    case COL_WHAT: snprintf(s->cell, sizeof s->cell, "%s %s", m->maker, m->name); break;
    case COL_CLASS: return m->class;
    case COL_PLATE:
        snprintf(s->cell, sizeof s->cell, "%s%s%s", CT_ELEC_NAME[m->elec_class],
                 m->elec_class != CT_ELEC_UNSAID && m->applied != CT_APPLIED_UNSAID ? ", " : "",
                 CT_APPLIED_NAME[m->applied]);
        break;
    case COL_RISK: return CT_RISK_NAME[m->risk];
    default: snprintf(s->cell, sizeof s->cell, "%lld", (long long)m->devices); break;
    }
    return s->cell;
}

static const struct ct_equip_model *chosen(const struct ct_view *v)
{
    const struct models *s = ct_view_state(v);
    return s->n > 0 ? &s->model[s->table.cursor] : NULL;
}

static enum ct_status models_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct models *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void models_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void models_close(struct ct_view *v)
{
    free(((struct models *)ct_view_state(v))->model);
}

static void models_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct models *s = ct_view_state(v);
    const struct ct_equip_model *m = chosen(v);
    CT_BUF b = {.max = 1024};
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "MODELS");
    if (s->words[0] != '\0')
        ct_grid_printf(g, body.row, body.col + 12, body.cols - 14, CT_R_NOTE, "only \"%s\"",
                       s->words);
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM,
                     s->words[0] != '\0' ? "No model has these words."
                                         : "No model is there yet. n adds one.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 4, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 3, body.col, body.cols);
    if (m == NULL)
        return;
    ct_buf_printf(&b, "%s %s", m->maker, m->name);
    if (m->device_id[0] != '\0')
        ct_buf_printf(&b, "; UDI-DI %s", m->device_id);
    if (m->note[0] != '\0')
        ct_buf_printf(&b, "; note: %s", m->note);
    ct_draw_wrapped(g,
                    (struct ct_rect){body.row + body.rows - 2, body.col + 1, 2, body.cols - 2},
                    CT_R_TEXT, ct_buf_str(&b));
}

static enum ct_reaction models_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct models *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return chosen(v) != NULL;
}

static enum ct_reaction amend(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_model_form, &chosen(v)->first_id) ? CT_HANDLED
                                                                                  : CT_REFUSED;
}

static enum ct_reaction add(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_model_form, NULL) ? CT_HANDLED : CT_REFUSED;
}

static void words_given(struct ct_view *v, const char *text)
{
    struct models *s = ct_view_state(v);
    if (text == NULL)
        return;
    ct_text_copy(s->words, sizeof s->words, text);
    s->table.cursor = s->table.top = 0;
    load(s);
}

static enum ct_reaction words(struct ct_view *v)
{
    ct_ui_prompt(v, "Class, maker, model", ((struct models *)ct_view_state(v))->words,
                 words_given);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "models.amend", .keys = "Enter a", .label = "amend", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Amend the model of this line, for all of its devices.", .run = amend,
     .shown = any},
    {.id = "models.add", .keys = "n", .label = "new", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Add a model.", .run = add},
    {.id = "models.words", .keys = "/", .label = "find", .perm = CT_PERM_EQUIP_READ,
     .help = "Show those with these words, or the beginnings of them; empty: all.",
     .run = words},
    {.id = NULL},
};

const struct ct_screen ct_screen_models = {
    .id = "models",
    .title = "Models of devices",
    .help = "What devices of one make have in common is kept once. The class of a model is a "
            "word of equipment/classes.ini and decides which calibrations, checks and guides "
            "fit; plate is electrical class and applied part.",
    .perm = CT_PERM_EQUIP_READ,
    .jump = true,
    .state_size = sizeof(struct models),
    .commands = COMMANDS,
    .open = models_open,
    .draw = models_draw,
    .event = models_event,
    .refresh = models_refresh,
    .close = models_close,
};
