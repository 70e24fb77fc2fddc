/* calibration - the screen of one calibration: a row a point, judged as it is typed; what
 * each step is done by stands in calibration_keys.c. */
#include "ui/screens/calibration_form.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct ct_choice RULES[] = {
    {"s", "simple"}, {"g", "guarded"}, {"n", "non-binary"}, {NULL, NULL}};
static const struct ct_field HEAD[] = {
    {.name = "done_ms", .label = "Measured", .kind = CT_F_TIME, .width = 18, .required = true,
     .help = "When it was measured: now, 9:40, yesterday 14:00, 21 nov 9:00."},
    {.name = "place", .label = "Where", .kind = CT_F_TEXT, .width = 40, .max_bytes = 64,
     .required = true, .help = "Where it was measured: it stands in the certificate."},
    {.name = "item_state", .label = "Condition", .kind = CT_F_TEXT, .width = 50,
     .max_bytes = 200, .help = "Of the device on receipt; empty: nothing to remark."},
    {.name = "temp_c10", .label = "Temperature", .unit = "degC", .kind = CT_F_DECIMAL,
     .width = 6, .places = 1, .hard_lo = -400, .hard_hi = 1000, .soft_lo = 100, .soft_hi = 350,
     .help = "Of the room; needed where the template has limits for it."},
    {.name = "rh_pct", .label = "Humidity", .unit = "%", .kind = CT_F_INT, .width = 4,
     .hard_lo = 0, .hard_hi = 100, .soft_lo = 0, .soft_hi = 100, .help = "Relative."},
    {.name = "press_hpa", .label = "Air pressure", .unit = "hPa", .kind = CT_F_INT, .width = 5,
     .hard_lo = 300, .hard_hi = 1200, .soft_lo = 900, .soft_hi = 1060, .help = "If measured."},
    {.name = "rule", .label = "Rule", .kind = CT_F_CODE, .width = 2, .choices = RULES,
     .required = true, .help = "Decision rule, agreed before measuring."},
    {.name = "rule_source", .label = "Asked for by", .kind = CT_F_TEXT, .width = 40,
     .max_bytes = 120, .help = "Who asks for another rule than the template's."},
};

/* ---- points ------------------------------------------------------------------------- */

size_t cf_point(const struct cal_form *s)
{
    return s->cursor < s->n_rows ? s->row[s->cursor] : CT_CALT_NONE;
}

struct ct_cal_value *cf_value(const struct cal_form *s, size_t point, enum ct_cal_phase phase)
{
    return &s->k->value[phase][point];
}

void cf_go(struct cal_form *s, size_t point)
{
    for (size_t i = 0; i < s->n_rows; i++)
        if (s->row[i] == point)
            s->cursor = i;
}

void cf_renew(struct cal_form *s)
{
    s->typed = s->k->event_id == 0 || s->k->step == CT_CAL_ADJUSTED;
    s->phase = s->k->event_id == 0 ? CT_CAL_AS_FOUND : CT_CAL_AS_LEFT;
    s->in_head = s->in_head && s->k->event_id == 0;
    s->n_rows = 0;
    for (size_t i = 0; i < s->k->t->n_points; i++)
        if (s->k->value[CT_CAL_AS_FOUND][i].applies)
            s->row[s->n_rows++] = i;
    s->cursor = s->cursor < s->n_rows ? s->cursor : 0;
    s->cal_kind[0] = '\0';
    if (s->k->event_id == 0)
        snprintf(s->cal_kind, sizeof s->cal_kind, CT_DRAFT_CAL "%lld",
                 (long long)s->k->equipment_id);
    else if (s->typed)
        snprintf(s->cal_kind, sizeof s->cal_kind, CT_DRAFT_CAL_LEFT "%lld", (long long)s->k->id);
}

void cf_fail(struct cal_form *s, const struct ct_error *e)
{
    size_t at = ct_caltemplate_find(s->k->t, e->field, strlen(e->field));
    if (at != CT_CALT_NONE) {
        cf_go(s, at);
        s->in_head = false;
    } else if (s->k->event_id == 0 && ct_form_index(&s->head, e->field) >= 0) {
        s->in_head = true;
        (void)ct_form_fail(&s->head, e);
    }
    ct_ui_say_error(s->ui, e);
}

/* ---- the particulars ------------------------------------------------------------------ */

static void set_number(struct ct_form *f, const char *name, int64_t v)
{
    char text[40];
    int at = ct_form_index(f, name);
    ct_field_text(f->field[at], v, text, sizeof text);
    ct_form_set(f, name, text);
}

void cf_fill_head(struct cal_form *s)
{
    const struct ct_calibration *k = s->k;
    set_number(&s->head, "done_ms", k->done_ms);
    ct_form_set(&s->head, "place", k->place);
    ct_form_set(&s->head, "item_state", k->item_state);
    set_number(&s->head, "temp_c10", k->temp_c10);
    set_number(&s->head, "rh_pct", k->rh_pct);
    set_number(&s->head, "press_hpa", k->press_hpa);
    set_number(&s->head, "rule", k->rule);
    ct_form_set(&s->head, "rule_source", k->rule_source);
    ct_form_clean(&s->head);
}

bool cf_take_head(struct cal_form *s)
{
    struct ct_calibration *k = s->k;
    int64_t now = ct_app_now(ct_ui_app(s->ui));
    struct ct_error err = {0};
    char was[40];
    if (!ct_form_check(&s->head, now)) {
        s->in_head = true;
        ct_ui_say_error(s->ui, &s->head.message);
        return false;
    }
    ct_field_text(s->head.field[0], k->done_ms, was, sizeof was);
    if (strcmp(was, ct_form_text(&s->head, "done_ms")) != 0) /* as precise as it was */
        k->done_ms = ct_form_value(&s->head, "done_ms", now);
    ct_text_copy(k->place, sizeof k->place, ct_form_text(&s->head, "place"));
    ct_text_copy(k->item_state, sizeof k->item_state, ct_form_text(&s->head, "item_state"));
    k->temp_c10 = ct_form_value(&s->head, "temp_c10", now);
    k->rh_pct = ct_form_value(&s->head, "rh_pct", now);
    k->press_hpa = ct_form_value(&s->head, "press_hpa", now);
    enum ct_cal_rule rule = (enum ct_cal_rule)ct_form_value(&s->head, "rule", now);
    const char *source = ct_form_text(&s->head, "rule_source");
    s->changed |= s->head.changed;
    if (rule == k->rule && strcmp(source, k->rule_source) == 0)
        return true;
    if (ct_calibration_rule(k, rule, source, &err) == CT_OK)
        return true;
    cf_fail(s, &err);
    return k->rule == rule; /* a point without U is no reason to stay here */
}

/* ---- a cell ------------------------------------------------------------------------------ */

static void cell_begin(struct cal_form *s, const char *text)
{
    ct_editor_set(&s->editor, text);
    s->editing = true;
}

bool cf_cell_end(struct cal_form *s, bool leave)
{
    struct ct_error err = {0};
    size_t at = cf_point(s);
    if (!s->editing || at == CT_CALT_NONE)
        return true;
    if (ct_calibration_read(s->k, at, s->phase, s->editor.text, &err) == CT_OK) {
        s->editing = false;
        s->changed = true;
        return true;
    }
    s->changed = true;
    s->editing = !leave;
    ct_ui_say_error(s->ui, &err);
    return leave;
}

static bool move(struct cal_form *s, const struct ct_event *e)
{
    size_t last = s->n_rows > 0 ? s->n_rows - 1 : 0, page = s->height > 1 ? (size_t)s->height : 1;
    switch (e->key) {
    case CT_KEY_UP:
    case CT_KEY_BACKTAB: s->cursor -= s->cursor > 0; return true;
    case CT_KEY_DOWN:
    case CT_KEY_TAB: s->cursor += s->cursor < last; return true;
    case CT_KEY_PAGE_UP: s->cursor = s->cursor > page ? s->cursor - page : 0; return true;
    case CT_KEY_PAGE_DOWN:
        s->cursor = s->cursor + page < last ? s->cursor + page : last;
        return true;
    case CT_KEY_HOME: s->cursor = 0; return true;
    case CT_KEY_END: s->cursor = last; return true;
    default: return false;
    }
}

static enum ct_reaction cell_event(struct cal_form *s, const struct ct_event *e)
{
    if (e->kind == CT_EV_KEY && e->key == CT_KEY_ESC) {
        s->editing = false; /* what stood there before stands */
        return CT_HANDLED;
    }
    if (e->kind == CT_EV_KEY && e->key == CT_KEY_ENTER) {
        if (!cf_cell_end(s, false))
            return CT_REFUSED;
        s->cursor += s->cursor + 1 < s->n_rows;
        return CT_HANDLED;
    }
    bool moves = e->kind == CT_EV_KEY && e->key != CT_KEY_HOME && e->key != CT_KEY_END;
    struct cal_form there = *s;
    if (moves && move(&there, e)) {
        if (!cf_cell_end(s, e->key == CT_KEY_UP || e->key == CT_KEY_BACKTAB))
            return CT_REFUSED;
        return move(s, e) ? CT_HANDLED : CT_IGNORED;
    }
    return ct_editor_event(&s->editor, e);
}

static bool begins_cell(const struct cal_form *s, const struct ct_event *e)
{
    return s->typed && e->kind == CT_EV_KEY && s->n_rows > 0 &&
           ((e->key >= '0' && e->key <= '9') || e->key == '-' || e->key == '.' || e->key == '+');
}

static enum ct_reaction head_event(struct cal_form *s, const struct ct_event *e)
{
    switch (ct_form_event(&s->head, e, ct_app_now(ct_ui_app(s->ui)))) {
    case CT_FORM_IGNORED: break;
    case CT_FORM_MOVED: return CT_HANDLED;
    case CT_FORM_ASKS:
        ct_ui_say(s->ui, CT_R_WARN, "%s", s->head.message.text);
        return CT_REFUSED;
    case CT_FORM_REFUSED: ct_ui_say_error(s->ui, &s->head.message); return CT_REFUSED;
    case CT_FORM_END: s->in_head = !cf_take_head(s); return CT_HANDLED;
    }
    if (e->kind == CT_EV_KEY && e->key == CT_KEY_ESC) { /* to the points, as it is */
        s->in_head = !cf_take_head(s);
        return CT_HANDLED;
    }
    return CT_IGNORED;
}

static enum ct_reaction calibration_event(struct ct_view *v, const struct ct_event *e)
{
    struct cal_form *s = ct_view_state(v);
    if (s->in_head)
        return head_event(s, e);
    if (s->editing)
        return cell_event(s, e);
    if (begins_cell(s, e)) {
        cell_begin(s, "");
        return ct_editor_event(&s->editor, e);
    }
    if (e->kind == CT_EV_KEY && e->key == CT_KEY_ENTER && s->typed && s->n_rows > 0) {
        cell_begin(s, cf_value(s, cf_point(s), s->phase)->readings);
        return CT_HANDLED;
    }
    return e->kind == CT_EV_KEY && move(s, e) ? CT_HANDLED : CT_IGNORED;
}

/* ---- the screen ---------------------------------------------------------------------------- */

void cf_drop_draft(struct cal_form *s)
{
    struct ct_error err;
    s->changed = false;
    ct_form_clean(&s->head);
    if (s->cal_kind[0] != '\0' &&
        ct_draft_drop(ct_ui_app(s->ui), s->cal_kind, CT_UNSET, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static enum ct_status load(struct cal_form *s, const struct ct_cal_arg *a,
                           struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    char id[CT_CALT_ID_MAX + 1];
    int64_t open = 0;
    if (a->calibration_id != 0)
        return ct_calibration_get(app, a->calibration_id, &s->k, reterr);
    cf_kept_template(s->ui, a->equipment_id, id); /* one that was begun goes first */
    if (id[0] == '\0')
        ct_text_copy(id, sizeof id, a->template_id);
    enum ct_status st = ct_calibration_new(app, a->equipment_id, id, &s->k, &open, reterr);
    if (st == CT_ECONFLICT && open != 0) {
        ct_ui_say(s->ui, CT_R_NOTE, "%s", reterr->text);
        st = ct_calibration_get(app, open, &s->k, reterr);
    }
    return st;
}

static enum ct_status calibration_open(struct ct_view *v, const void *arg,
                                       struct ct_error *reterr)
{
    struct cal_form *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    enum ct_status st = load(s, arg, reterr);
    if (st != CT_OK)
        return st;
    if (!ct_form_init(&s->head, HEAD, CT_LEN(HEAD), 14) ||
        !ct_editor_init(&s->editor, CT_EDITOR_BYTES)) {
        ct_form_done(&s->head);
        ct_calibration_freep(&s->k);
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the form.");
    }
    s->in_head = s->k->event_id == 0;
    cf_renew(s);
    cf_fill_head(s);
    if (s->typed && cf_resume(s))
        s->in_head = false;
    return CT_OK;
}

static void calibration_close(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    ct_form_done(&s->head);
    ct_editor_done(&s->editor);
    ct_calibration_freep(&s->k);
}

static bool calibration_draft(struct ct_view *v, struct ct_draft *d)
{
    struct cal_form *s = ct_view_state(v);
    return s->cal_kind[0] != '\0' && (s->changed || s->head.changed || s->editing) &&
           cf_keep(s, d);
}

static bool calibration_typing(const struct ct_view *v)
{
    const struct cal_form *s = ct_view_state(v);
    return s->editing || (s->in_head && ct_form_takes_text(&s->head));
}

/* Somebody approved it, or sent it back; what is typed here is left alone. */
static void calibration_refresh(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    CT_CALIBRATION *now = NULL;
    if (s->k->id == 0 || s->changed || s->editing ||
        ct_calibration_get(ct_ui_app(s->ui), s->k->id, &now, NULL) != CT_OK ||
        now->event_id == s->k->event_id)
        return;
    struct ct_calibration *was = s->k;
    s->k = now;
    now = was;
    cf_renew(s);
}

static void calibration_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    cf_draw(ct_view_state(v), g, body);
}

const struct ct_screen ct_screen_calibration = {
    .id = "calibration",
    .title = "One calibration",
    .help = "Begin with what it shows before anything is touched (as found): digits begin the "
            "reading of the row, Enter goes on to the next. Several readings stand with blanks "
            "between. A dash and a reason leaves a point out. What is out of tolerance sets the "
            "device apart and writes down the period in doubt as soon as it is recorded. After that it may "
            "be adjusted and measured again (as left), and is handed in; another person approves "
            "it with a password. Verdicts are computed: nobody types one.",
    .perm = CT_PERM_EQUIP_READ,
    .state_size = sizeof(struct cal_form),
    .arg_size = sizeof(struct ct_cal_arg),
    .commands = CF_COMMANDS,
    .open = calibration_open,
    .draw = calibration_draw,
    .event = calibration_event,
    .scan = cf_scan,
    .draft = calibration_draft,
    .typing = calibration_typing,
    .refresh = calibration_refresh,
    .close = calibration_close,
};
