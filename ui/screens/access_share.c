/* access_share - permission to share: what, to whom, until when, and who said so. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "clinic/access.h"
#include "ui/screens/form_draft.h"

struct share {
    struct ct_ui *ui;
    struct ct_patient p;
    struct ct_form form;
};

static int64_t now_ms(const struct share *s)
{
    return ct_app_now(ct_ui_app(s->ui));
}

static enum ct_status share_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct share *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    enum ct_status st =
        ct_patient_get(ct_ui_app(s->ui), *(const int64_t *)arg, &s->p, reterr);
    if (st != CT_OK)
        return st;
    if (!ct_form_init(&s->form, CT_SHARING_FIELDS, CT_SHARING_FIELDS_N, 12))
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the form.");
    ct_form_clean(&s->form);
    s->form.changed = ct_form_resume(s->ui, &s->form, CT_DRAFT_SHARE, s->p.id);
    return CT_OK;
}

static void share_close(struct ct_view *v)
{
    ct_form_done(&((struct share *)ct_view_state(v))->form);
}

static void share_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct share *s = ct_view_state(v);
    char hint[400];
    ct_subject_patient(s->ui, &s->p);
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_HEAD, "PERMISSION TO SHARE");
    ct_form_draw(&s->form, g, (struct ct_rect){body.row + 2, body.col, 5, body.cols});
    ct_form_hint(&s->form, hint, sizeof hint);
    ct_draw_wrapped(g, (struct ct_rect){body.row + 8, body.col + 2, 2, body.cols - 4}, CT_R_DIM,
                    hint);
}

static bool share_draft(struct ct_view *v, struct ct_draft *d)
{
    struct share *s = ct_view_state(v);
    return s->form.changed && ct_form_keep(&s->form, d, CT_DRAFT_SHARE, s->p.id);
}

static enum ct_reaction save(struct ct_view *v)
{
    struct share *s = ct_view_state(v);
    struct ct_ui *ui = s->ui;
    struct ct_error err;
    if (!ct_form_check(&s->form, now_ms(s))) {
        ct_ui_say_error(ui, &s->form.message);
        return CT_REFUSED;
    }
    int64_t until = ct_form_value(&s->form, "until_day", now_ms(s));
    struct ct_sharing x = {
        .patient_id = s->p.id,
        .what = (enum ct_share_what)ct_form_value(&s->form, "what", now_ms(s)),
        .until_day = until == CT_UNSET ? CT_NO_DATE : (ct_date)until};
    ct_text_copy(x.whom, sizeof x.whom, ct_form_text(&s->form, "whom"));
    ct_text_copy(x.told_by, sizeof x.told_by, ct_form_text(&s->form, "told_by"));
    ct_text_copy(x.note, sizeof x.note, ct_form_text(&s->form, "note"));
    if (ct_sharing_add(ct_ui_app(ui), &x, &err) != CT_OK) {
        ct_form_fail(&s->form, &err);
        ct_ui_say_error(ui, &err);
        return CT_REFUSED;
    }
    ct_form_drop(ui, &s->form, CT_DRAFT_SHARE, s->p.id);
    ct_ui_pop(ui);
    ct_ui_say(ui, CT_R_OK, "Recorded: %s may be told to %s.", CT_SHARE_NAME[x.what], x.whom);
    return CT_HANDLED;
}

static enum ct_reaction discard(struct ct_view *v)
{
    struct share *s = ct_view_state(v);
    ct_form_empty(&s->form);
    ct_form_drop(s->ui, &s->form, CT_DRAFT_SHARE, s->p.id);
    return CT_HANDLED;
}

static enum ct_reaction share_event(struct ct_view *v, const struct ct_event *e)
{
    struct share *s = ct_view_state(v);
    switch (ct_form_event(&s->form, e, now_ms(s))) {
    case CT_FORM_IGNORED: return CT_IGNORED;
    case CT_FORM_END: return save(v);
    case CT_FORM_REFUSED:
    case CT_FORM_ASKS: ct_ui_say_error(s->ui, &s->form.message); return CT_REFUSED;
    case CT_FORM_MOVED: break;
    }
    return CT_HANDLED;
}

static bool share_typing(const struct ct_view *v)
{
    return ct_form_takes_text(&((const struct share *)ct_view_state(v))->form);
}

static const struct ct_command COMMANDS[] = {
    {.id = "share.save", .keys = "^S F10", .label = "save", .perm = CT_PERM_PATIENT_WRITE,
     .help = "Record this permission.", .run = save},
    {.id = "share.discard", .keys = "^X", .label = "discard", .perm = CT_PERM_PATIENT_WRITE,
     .help = "Empty the form and drop its draft.", .run = discard},
    {.id = NULL},
};

const struct ct_screen ct_screen_share = {
    .id = "share",
    .title = "Permission to share",
    .help = "What the patient allows to be told, to one person or one body, and until when. It is "
            "shown when something of this record is exported. What you type is kept as a draft.",
    .perm = CT_PERM_PATIENT_WRITE,
    .state_size = sizeof(struct share),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = share_open,
    .draw = share_draw,
    .event = share_event,
    .draft = share_draft,
    .typing = share_typing,
    .close = share_close,
};
