/* prep_history - all that was entered about one item of a checklist. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>

#include "clinic/prep.h"

struct history {
    struct ct_ui *ui;
    struct ct_prep_item_arg arg;
    struct ct_prep_sheet *sheet;
    struct ct_patient p;
    struct ct_prep_entry *e;
    size_t n, top;
};

static enum ct_status load(struct history *s, struct ct_error *reterr)
{
    struct ct_prep_entry *e = NULL;
    size_t n = 0;
    enum ct_status st = ct_prep_reload(ct_ui_app(s->ui), s->sheet, reterr);
    if (st == CT_OK)
        st = ct_prep_history(ct_ui_app(s->ui), s->sheet, s->arg.item, &e, &n, reterr);
    if (st != CT_OK)
        return st;
    free(s->e);
    s->e = e;
    s->n = n;
    return CT_OK;
}

static void history_close(struct ct_view *v)
{
    struct history *s = ct_view_state(v);
    free(s->e);
    ct_prep_freep(&s->sheet);
}

static enum ct_status history_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct history *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->arg = *(const struct ct_prep_item_arg *)arg;
    enum ct_status st = ct_prep_load(ct_ui_app(s->ui), s->arg.prep_id, &s->sheet, reterr);
    if (st == CT_OK)
        st = ct_patient_get(ct_ui_app(s->ui), s->sheet->prep.patient_id, &s->p, reterr);
    if (st == CT_OK)
        st = load(s, reterr);
    if (st != CT_OK)
        history_close(v);
    return st;
}

static void history_refresh(struct ct_view *v)
{
    struct history *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void history_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    static const char *const WHAT[] = {[CT_PREP_ANSWER] = "",
                                       [CT_PREP_COMMENT] = "comment: ",
                                       [CT_PREP_CONFIRM] = "confirmed",
                                       [CT_PREP_OVERRIDE] = "let pass, because "};
    struct history *s = ct_view_state(v);
    int row = body.row, end = body.row + body.rows;
    ct_subject_patient(s->ui, &s->p);
    ct_grid_text(g, row++, body.col + 1, -1, CT_R_HEAD, "ALL ENTRIES OF ONE ITEM, OLDEST FIRST");
    row += ct_draw_wrapped(g, (struct ct_rect){row, body.col + 1, 4, body.cols - 2}, CT_R_TEXT,
                           s->sheet->t->item[s->arg.item].text);
    row++;
    if (s->n == 0)
        ct_grid_text(g, row, body.col + 2, -1, CT_R_DIM, "Nothing: it was not asked yet.");
    for (size_t i = s->top; i < s->n && row < end; i++) {
        const struct ct_prep_entry *e = &s->e[i];
        char line[CT_CHECK_COMMENT_MAX + 200], at[24];
        ct_datetime_text(e->at_ms, at);
        ct_grid_text(g, row, body.col + 1, 13, CT_R_DIM, at);
        snprintf(line, sizeof line, "%s%s (%s)", WHAT[e->kind], e->text, e->by);
        row += ct_draw_wrapped(g, (struct ct_rect){row, body.col + 15, end - row, body.cols - 16},
                               CT_R_VALUE, line);
    }
    ct_grid_cursor(g, body.row, body.col + 1);
}

static enum ct_reaction history_event(struct ct_view *v, const struct ct_event *e)
{
    struct history *s = ct_view_state(v);
    if (e->kind != CT_EV_KEY)
        return CT_IGNORED;
    if (e->key == CT_KEY_DOWN && s->top + 1 < s->n)
        s->top++;
    else if (e->key == CT_KEY_UP && s->top > 0)
        s->top--;
    else
        return CT_IGNORED;
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {{.id = NULL}};

const struct ct_screen ct_screen_prep_history = {
    .id = "prep_history",
    .title = "Entries of one item",
    .help = "Every answer that was given to this item, with comments, confirmations and what a "
            "supervisor let pass: who, and when. Up and Down scroll.",
    .perm = CT_PERM_PREP_READ,
    .state_size = sizeof(struct history),
    .commands = COMMANDS,
    .open = history_open,
    .draw = history_draw,
    .event = history_event,
    .refresh = history_refresh,
    .close = history_close,
};
