/* fault - one fault: what happened, its steps so far, what is missing, and the next step. */
#include "clinic/fault.h"
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct fault {
    struct ct_ui *ui;
    struct ct_fault f;
    struct ct_fault_event *ev;
    size_t n;
    struct ct_fault_test test[CT_TASKS * 4];
    size_t n_tests;
    enum ct_fault_step next; /* what the prompt or the question is about */
    char done[CT_EQUIP_TEXT_MAX + 1]; /* what was repaired, while by whom is asked */
    size_t top;              /* newest steps that are scrolled away */
    bool more;
};

static enum ct_status load(struct fault *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_fault_event *ev = NULL;
    size_t n = 0;
    enum ct_status st = ct_fault_get(app, id, &s->f, reterr);
    if (st == CT_OK)
        st = ct_fault_events(app, id, &ev, &n, reterr);
    if (st != CT_OK)
        return st;
    free(s->ev);
    s->ev = ev;
    s->n = n;
    s->top = s->top < n ? s->top : 0;
    s->n_tests = 0;
    return s->f.over ? CT_OK : ct_fault_tests(app, id, s->test, &s->n_tests, reterr);
}

static enum ct_status fault_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct fault *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    enum ct_status st = load(s, *(const int64_t *)arg, reterr);
    if (st != CT_OK)
        free(s->ev);
    return st;
}

static void fault_refresh(struct ct_view *v)
{
    struct fault *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->f.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void fault_close(struct ct_view *v)
{
    free(((struct fault *)ct_view_state(v))->ev);
}

/* ---- drawing ---------------------------------------------------------------------------- */

static int head_draw(const struct fault *s, struct ct_grid *g, struct ct_rect at)
{
    char text[1000];
    ct_fault_line_text(&s->f, text, sizeof text);
    return ct_draw_wrapped(g, at, s->f.harm >= CT_HARM_NEAR_MISS ? CT_R_ALARM : CT_R_TITLE, text);
}

static int tests_draw(const struct fault *s, struct ct_grid *g, struct ct_rect at)
{
    int rows = 0;
    bool waits = s->f.step == CT_FAULT_REPAIRED || s->f.step == CT_FAULT_NOTHING ||
                 s->f.step == CT_FAULT_TESTED;
    for (size_t i = 0; waits && i < s->n_tests && rows < at.rows; i++, rows++) {
        const struct ct_fault_test *t = &s->test[i];
        if (t->result_id != 0)
            ct_grid_printf(g, at.row + rows, at.col, at.cols, CT_R_OK, "test %s%s%s: R-%lld",
                           CT_TASK_NAME[t->kind], t->template_id[0] != '\0' ? " " : "",
                           t->template_id, (long long)t->result_id);
        else
            ct_grid_printf(g, at.row + rows, at.col, at.cols, CT_R_WARN, "test %s%s%s: MISSING",
                           CT_TASK_NAME[t->kind], t->template_id[0] != '\0' ? " " : "",
                           t->template_id);
    }
    return rows;
}

/* The lines of a text in one, " / " between. */
static void flat(const char *text, struct ct_buf *out)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            ct_buf_str_add(out, " / ");
        else
            ct_buf_char(out, *text);
    }
}

static void steps_draw(struct fault *s, struct ct_grid *g, struct ct_rect at)
{
    int rows = 0;
    size_t i = s->n - s->top;
    s->more = false;
    while (i-- > 0) { /* the newest first */
        const struct ct_fault_event *e = &s->ev[i];
        char when[24];
        if (rows >= at.rows) {
            s->more = true;
            break;
        }
        CT_BUF b = {.max = 16 * 1024};
        ct_datetime_text(e->at_ms, when);
        ct_buf_printf(&b, "%s  %s by %s%s%s%s", when, CT_FAULT_STEP_NAME[e->step], e->by,
                      e->told[0] != '\0' ? ", " : "", e->told, e->text[0] != '\0' ? ": " : "");
        flat(e->text, &b);
        if (e->result_id != 0)
            ct_buf_printf(&b, " R-%lld", (long long)e->result_id);
        rows += ct_draw_wrapped(
            g, (struct ct_rect){at.row + rows, at.col, at.rows - rows, at.cols}, CT_R_TEXT,
            ct_buf_str(&b));
    }
    if (s->top > 0)
        ct_grid_glyph(g, at.row, at.col + at.cols, CT_R_DIM, CT_GLYPH_UP);
    if (s->more)
        ct_grid_glyph(g, at.row + at.rows - 1, at.col + at.cols, CT_R_DIM, CT_GLYPH_DOWN);
}

static void fault_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct fault *s = ct_view_state(v);
    const struct ct_fault *f = &s->f;
    int row = body.row + 1, col = body.col + 2, cols = body.cols - 4;
    ct_ui_subject(s->ui, "%s  %s", f->asset, f->model);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 30, CT_R_HEAD, "F-%lld  %s  %s",
                   (long long)f->id, f->asset, f->model);
    ct_grid_right(g, body.row, body.col + body.cols - 1, f->over ? CT_R_OK : CT_R_WARN,
                  f->over ? "over" : CT_FAULT_STEP_NAME[f->step]);
    row += head_draw(s, g, (struct ct_rect){row, col, 4, cols}) + 1;
    row += tests_draw(s, g, (struct ct_rect){row, col, 5, cols});
    ct_grid_hline(g, row, body.col, body.cols);
    row++;
    steps_draw(s, g, (struct ct_rect){row, col, body.row + body.rows - row, cols});
    ct_grid_cursor(g, body.row, body.col + 1);
}

/* ---- the next step ------------------------------------------------------------------------ */

static void step(struct ct_view *v, const char *told, const char *text, int64_t result_id)
{
    struct fault *s = ct_view_state(v);
    struct ct_error err;
    struct ct_fault_event ev = {.step = s->next, .result_id = result_id,
                                .at_ms = ct_app_now(ct_ui_app(s->ui))};
    ct_text_copy(ev.told, sizeof ev.told, told);
    ct_text_copy(ev.text, sizeof ev.text, text);
    enum ct_status st = ct_fault_step(ct_ui_app(s->ui), s->f.id, s->f.step, &ev, &err);
    fault_refresh(v);
    if (st != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "F-%lld: %s.", (long long)s->f.id,
                  CT_FAULT_STEP_NAME[ev.step]);
}

static void said(struct ct_view *v, const char *text)
{
    const struct fault *s = ct_view_state(v);
    if (text == NULL)
        return;
    if (s->next == CT_FAULT_SENT)
        step(v, text, "", 0); /* to whom */
    else
        step(v, "", text, 0);
}

static void repaired_by(struct ct_view *v, const char *text)
{
    struct fault *s = ct_view_state(v);
    if (text != NULL)
        step(v, text, s->done, 0);
}

/* By whom, where it was somebody from elsewhere. */
static void repaired_what(struct ct_view *v, const char *text)
{
    struct fault *s = ct_view_state(v);
    if (text == NULL)
        return;
    ct_text_copy(s->done, sizeof s->done, text);
    if (text[strspn(text, " ")] == '\0' || strlen(text) >= sizeof s->done)
        step(v, "", text, 0); /* which is refused, and said */
    else
        ct_ui_prompt(v, "Repaired by (Enter: by me)", "", repaired_by);
}

static enum ct_reaction ask(struct ct_view *v, enum ct_fault_step next, const char *label)
{
    ((struct fault *)ct_view_state(v))->next = next;
    ct_ui_prompt(v, label, "", said);
    return CT_HANDLED;
}

static enum ct_reaction apart(struct ct_view *v)
{
    return ask(v, CT_FAULT_APART, "Set apart, because");
}

static enum ct_reaction sent(struct ct_view *v)
{
    return ask(v, CT_FAULT_SENT, "Sent out for repair, to");
}

static enum ct_reaction repaired(struct ct_view *v)
{
    ((struct fault *)ct_view_state(v))->next = CT_FAULT_REPAIRED;
    ct_ui_prompt(v, "Repaired: what was done", "", repaired_what);
    return CT_HANDLED;
}

static enum ct_reaction nothing(struct ct_view *v)
{
    return ask(v, CT_FAULT_NOTHING, "Nothing found: what was looked at");
}

static enum ct_reaction again(struct ct_view *v)
{
    return ask(v, CT_FAULT_OPENED, "Reported again: what is wrong");
}

static enum ct_reaction guide(struct ct_view *v)
{
    const struct fault *s = ct_view_state(v);
    const struct ct_guide_arg arg = {.equipment_id = s->f.equipment_id};
    return ct_ui_push(s->ui, &ct_screen_guide, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction record(struct ct_view *v)
{
    const struct fault *s = ct_view_state(v);
    const struct ct_task_arg arg = {.equipment_id = s->f.equipment_id};
    return ct_ui_push(s->ui, &ct_screen_task, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction calibrate(struct ct_view *v)
{
    const struct fault *s = ct_view_state(v);
    return ct_calibrate(s->ui, s->f.equipment_id);
}

static enum ct_reaction fault_event(struct ct_view *v, const struct ct_event *e)
{
    struct fault *s = ct_view_state(v);
    if (e->kind != CT_EV_KEY || (e->key != CT_KEY_DOWN && e->key != CT_KEY_UP))
        return CT_IGNORED;
    if (e->key == CT_KEY_DOWN && s->more && s->top + 1 < s->n)
        s->top++;
    else if (e->key == CT_KEY_UP && s->top > 0)
        s->top--;
    return CT_HANDLED;
}

/* Results that were recorded since the repair are taken into the fault. */
static enum ct_reaction tested(struct ct_view *v)
{
    struct fault *s = ct_view_state(v);
    struct ct_error err;
    int64_t id[8];
    size_t n = 0;
    if (ct_fault_unlinked(ct_ui_app(s->ui), s->f.id, id, CT_LEN(id), &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    if (n == 0) {
        ct_ui_say(s->ui, CT_R_NOTE,
                  "No result is left over since the repair. k records a test, c a calibration.");
        return CT_REFUSED;
    }
    s->next = CT_FAULT_TESTED;
    step(v, "", "", id[0]);
    return CT_HANDLED;
}

static void password_given(struct ct_view *v, const struct ct_secret *password)
{
    struct fault *s = ct_view_state(v);
    if (!ct_password_good(v, password, "Back in service: your own password", password_given))
        return;
    s->next = CT_FAULT_REVIEWED;
    step(v, "", "", 0);
}

static enum ct_reaction review(struct ct_view *v)
{
    ct_ui_prompt_secret(v, "Back in service: your own password", password_given);
    return CT_HANDLED;
}

static enum ct_reaction device(struct ct_view *v)
{
    const struct fault *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_device, &s->f.equipment_id) ? CT_HANDLED : CT_REFUSED;
}

/* What the table of steps allows from here; of a repair only when it is set apart. */
static bool may(const struct ct_view *v, enum ct_fault_step to)
{
    const struct fault *s = ct_view_state(v);
    bool tried = s->f.step == CT_FAULT_TRIED &&
                 (to == CT_FAULT_SENT || to == CT_FAULT_REPAIRED || to == CT_FAULT_NOTHING);
    return ct_fault_may(s->f.step, to) && (!tried || s->f.condition == CT_COND_QUARANTINED) &&
           (to != CT_FAULT_OPENED || s->f.condition == CT_COND_FAULTY);
}

#define MAY(name, to)                                                                      \
    static bool name(const struct ct_view *v)                                              \
    {                                                                                      \
        return may(v, to);                                                                 \
    }
MAY(may_again, CT_FAULT_OPENED)
MAY(may_apart, CT_FAULT_APART)
MAY(may_try, CT_FAULT_TRIED)
MAY(may_sent, CT_FAULT_SENT)
MAY(may_repaired, CT_FAULT_REPAIRED)
MAY(may_nothing, CT_FAULT_NOTHING)
MAY(may_tested, CT_FAULT_TESTED)
MAY(may_review, CT_FAULT_REVIEWED)

static const struct ct_command COMMANDS[] = {
    {.id = "fault.apart", .keys = "q", .label = "set apart", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Quarantine the device: labelled, not to be used.", .run = apart,
     .shown = may_apart},
    {.id = "fault.guide", .keys = "g", .label = "guide", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Troubleshooting, step by step; kept in this fault.", .run = guide,
     .shown = may_try},
    {.id = "fault.sent", .keys = "o", .label = "sent out", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Out for repair; asks to whom.", .run = sent, .shown = may_sent},
    {.id = "fault.repaired", .keys = "r", .label = "repaired", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Repaired or adjusted; asks what was done.", .run = repaired,
     .shown = may_repaired},
    {.id = "fault.nothing", .keys = "0", .label = "nothing found", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Nothing was found; asks what was looked at.", .run = nothing,
     .shown = may_nothing},
    {.id = "fault.record", .keys = "k", .label = "test", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Record a return-to-service test: it belongs to this fault by itself.",
     .run = record, .shown = may_tested},
    {.id = "fault.calibrate", .keys = "c", .label = "calibrate", .perm = CT_PERM_EQUIP_WRITE,
     .help = "A calibration or electrical test as return-to-service test.", .run = calibrate,
     .shown = may_tested},
    {.id = "fault.tested", .keys = "t", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Take a result since the repair that was recorded for something else into this "
             "fault.",
     .run = tested, .shown = may_tested},
    {.id = "fault.review", .keys = "B", .label = "back in service",
     .perm = CT_PERM_EQUIP_APPROVE,
     .help = "Reviewed: back in service, signed; not by who repaired or tested it.",
     .run = review, .shown = may_review},
    {.id = "fault.again", .keys = "m", .label = "reported again", .perm = CT_PERM_EQUIP_WRITE,
     .help = "It was reported once more: what is wrong.", .run = again, .shown = may_again},
    {.id = "fault.device", .keys = "d", .label = "device", .perm = CT_PERM_EQUIP_READ,
     .help = "Open the device's page, where tests are recorded.", .run = device},
    {.id = NULL},
};

const struct ct_screen ct_screen_fault = {
    .id = "fault",
    .title = "A fault",
    .help = "One fault from its report to the day the device is back in service. The keys that "
            "are shown are the steps that may follow; none can be passed over. Tests and "
            "calibrations that are recorded after the repair belong to it by themselves. The review is "
            "signed by another person than who repaired or tested it.",
    .perm = CT_PERM_EQUIP_READ,
    .state_size = sizeof(struct fault),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = fault_open,
    .draw = fault_draw,
    .event = fault_event,
    .refresh = fault_refresh,
    .close = fault_close,
};
