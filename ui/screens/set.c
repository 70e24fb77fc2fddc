/* set - one set of vitals in full: every value with its unit, how and with what it was
 * measured and what it scored, what was not taken, who and when. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>

#include "clinic/training.h"
#include "clinic/equipment_gate.h"
#include "record/user.h"

enum { LINES_MAX = 64, LABEL_COLS = 25 };

struct line {
    char label[40], text[720];
    enum ct_role_ui role;
};
struct full {
    struct ct_ui *ui;
    struct ct_patient p;
    struct ct_vitals v;
    size_t version, versions; /* 2 of 3 */
    int8_t points[CT_QS];
    struct line line[LINES_MAX];
    size_t n, top;
    bool more; /* below the last one drawn */
    int64_t in_error;
};

static void add(struct full *s, enum ct_role_ui role, const char *label, const char *fmt, ...)
    CT_FORMAT(4, 5);

static void add(struct full *s, enum ct_role_ui role, const char *label, const char *fmt, ...)
{
    if (s->n == LINES_MAX)
        return;
    struct line *l = &s->line[s->n++];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(l->text, sizeof l->text, fmt, ap);
    va_end(ap);
    snprintf(l->label, sizeof l->label, "%s", label);
    l->role = role;
}

/* ---- what it says ----------------------------------------------------------- */

static void origin_lines(struct full *s)
{
    const struct ct_vitals *v = &s->v;
    char taken[24], recorded[24], who[128], span[24];
    ct_datetime_text(v->taken_ms, taken);
    ct_datetime_text(v->recorded_ms, recorded);
    ct_user_name(ct_ui_app(s->ui), v->recorded_by, who, sizeof who);
    bool late = v->replaces_id == 0 && v->recorded_ms - v->taken_ms > CT_LATE_MS;
    ct_span_text(v->recorded_ms - v->taken_ms, span);
    add(s, CT_R_VALUE, "Taken", "%s", taken);
    add(s, late ? CT_R_WARN : CT_R_TEXT, "Recorded", "%s by %s%s%s%s", recorded, who,
        late ? "   LATE: " : "", late ? span : "", late ? " afterwards" : "");
    char trainee[64];
    if (ct_awaits(ct_ui_app(s->ui), "vitals", v->id, trainee, NULL) == CT_OK &&
        trainee[0] != '\0')
        add(s, CT_R_NOTE, "Trainee", "AWAITS A COUNTERSIGN (%s)", trainee);
    const char *state = v->voided     ? "ENTERED IN ERROR"
                        : v->replaced ? "replaced by a newer one"
                                      : "current";
    if (s->versions > 1)
        add(s, v->voided || v->replaced ? CT_R_WARN : CT_R_TEXT, "Version", "%zu of %zu, %s%s%s",
            s->version, s->versions, state, v->replaces_id != 0 ? "; because: " : "", v->reason);
}

static void score_lines(struct full *s)
{
    const struct ct_vitals *v = &s->v;
    char text[256];
    ct_vitals_score_text(v, text, sizeof text);
    add(s, ct_band_role(v->band), "Score", "%s", text);
    ct_vitals_judged_text(v, text, sizeof text);
    add(s, CT_R_TEXT, "Scored by", "%s", text);
    if (v->next_due_ms != CT_UNSET && v->band == CT_BAND_HIGH)
        add(s, CT_R_TEXT, "Next set", "continuously");
    else if (v->next_due_ms != CT_UNSET) {
        ct_datetime_text(v->next_due_ms, text);
        add(s, CT_R_TEXT, "Next set", "by %s", text);
    }
}

/* "left arm, sitting" */
static void qualifiers(const struct ct_vitals *v, enum ct_q q, struct ct_buf *b)
{
    bool any = false;
    for (int i = 0; i < CT_QLS; i++) {
        const char *label = ct_qualifier_label((enum ct_qualifier)i, v->ql[i]);
        if (CT_QUALIFIER[i].q != q || label[0] == '\0')
            continue;
        ct_buf_printf(b, "%s%s", any ? ", " : "   ", label);
        any = true;
    }
}

static void device(const struct ct_vitals *v, enum ct_q q, struct ct_buf *b)
{
    for (size_t i = 0; i < v->n_devices; i++)
        if ((v->device[i].quantities >> q & 1) != 0)
            ct_buf_printf(b, "   with %s", v->device[i].device);
}

static void value_line(struct full *s, enum ct_q q)
{
    const struct ct_vitals *v = &s->v;
    const struct ct_quantity *t = &CT_QUANTITY[q];
    char text[48];
    CT_BUF b = {.max = 400};
    if (v->v[q].n == CT_UNSET) {
        if (v->not_taken[q] != CT_WHY_NONE)
            add(s, CT_R_WARN, t->label, "not taken: %s",
                ct_why_text((enum ct_why)v->not_taken[q]));
        return;
    }
    ct_quantity_text(q, v->v[q], true, text, sizeof text);
    ct_buf_str_add(&b, text);
    int64_t n = v->v[q].n;
    for (int64_t i = 0; t->kind == CT_F_CODE && t->choices[i].code != NULL; i++)
        if (i == n)
            ct_buf_printf(&b, " %s", t->choices[i].label);
    qualifiers(v, q, &b);
    device(v, q, &b);
    if (s->points[q] >= 0)
        ct_buf_printf(&b, "   scores %d", s->points[q]);
    add(s, s->points[q] >= 3 ? CT_R_ALARM : s->points[q] > 0 ? CT_R_WARN : CT_R_VALUE, t->label,
        "%s", ct_buf_str(&b));
}

static void further_lines(struct full *s)
{
    const struct ct_vitals *v = &s->v;
    for (size_t i = 0; i < v->n_bp; i++) {
        const struct ct_bp *p = &v->bp[i];
        char low[16] = "-", after[32] = "";
        if (p->dbp != CT_UNSET)
            snprintf(low, sizeof low, "%lld", (long long)p->dbp);
        if (p->after_min >= 0)
            snprintf(after, sizeof after, ", after %d min", p->after_min);
        add(s, CT_R_VALUE, "Further pressure", "%lld/%s mmHg   %s%s", (long long)p->sbp, low,
            ct_qualifier_label(CT_QL_BP_POSITION, p->position), after);
    }
    int64_t fall = ct_vitals_postural_fall(v), gcs = ct_gcs_total(v->v), bmi = ct_bmi_x10(v->v);
    if (fall != CT_UNSET)
        add(s, fall >= 20 ? CT_R_WARN : CT_R_TEXT, "On standing", "%s %lld mmHg systolic",
            fall >= 0 ? "falls by" : "rises by", (long long)llabs(fall));
    if (gcs != CT_UNSET)
        add(s, CT_R_VALUE, "Glasgow coma scale", "%lld", (long long)gcs);
    if (bmi != CT_UNSET)
        add(s, CT_R_VALUE, "Body-mass index", "%lld.%lld kg/m2", (long long)(bmi / 10),
            (long long)(bmi % 10));
    if (v->partial != CT_WHY_NONE)
        add(s, CT_R_WARN, "Not complete", "%s", ct_why_text(v->partial));
    if (v->note[0] != '\0')
        add(s, CT_R_VALUE, "Note", "%s", v->note);
}

/* Devices that were used though their state spoke against them. */
static void override_lines(struct full *s)
{
    struct ct_override *o = NULL;
    size_t n = 0;
    char text[700];
    if (s->v.n_devices == 0 ||
        ct_overrides_of(ct_ui_app(s->ui), CT_GATE_VITALS, s->v.id, &o, &n, NULL) != CT_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        ct_override_text(&o[i], text, sizeof text);
        add(s, CT_R_WARN, i == 0 ? "Device" : "", "%s (%s)", text, o[i].by);
    }
    free(o);
}

static void lines_make(struct full *s)
{
    s->n = 0;
    origin_lines(s);
    if (!s->v.voided)
        score_lines(s);
    ct_vitals_points(ct_ui_rules(s->ui), &s->v, s->points);
    for (int q = 0; q < CT_QS; q++)
        value_line(s, (enum ct_q)q);
    override_lines(s);
    further_lines(s);
}

/* ---- the screen ------------------------------------------------------------- */

/* That version, or after a correction the one that is true now. */
static enum ct_status load(struct full *s, int64_t id, bool newest, struct ct_error *reterr)
{
    struct ct_vitals *all = NULL;
    size_t n = 0;
    enum ct_status st = ct_vitals_versions(ct_ui_app(s->ui), id, &all, &n, reterr);
    if (st != CT_OK)
        return st;
    for (size_t i = 0; i < n; i++)
        if (newest ? i == 0 : all[i].id == id) {
            s->v = all[i];
            s->version = n - i;
        }
    s->versions = n;
    free(all);
    lines_make(s);
    return CT_OK;
}

static enum ct_status full_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct full *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    enum ct_status st = load(s, *(const int64_t *)arg, false, reterr);
    return st == CT_OK ? ct_patient_get(ct_ui_app(s->ui), s->v.patient_id, &s->p, reterr) : st;
}

static void full_refresh(struct ct_view *v)
{
    struct full *s = ct_view_state(v);
    struct ct_error err;
    bool current = !s->v.replaced && !s->v.voided;
    if (load(s, s->v.id, current, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void full_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct full *s = ct_view_state(v);
    ct_subject_patient(s->ui, &s->p);
    ct_grid_cursor(g, body.row, body.col + 1);
    int row = body.row, end = body.row + body.rows, col = body.col + 2 + LABEL_COLS;
    size_t i = s->top;
    for (; i < s->n; i++) {
        const struct line *l = &s->line[i];
        int need = ct_flow(NULL, 0, 0, body.cols - col - 1, l->role, l->text);
        if (row + need > end)
            break;
        ct_grid_text(g, row, body.col + 1, LABEL_COLS, CT_R_LABEL, l->label);
        row += ct_draw_wrapped(g, (struct ct_rect){row, col, need, body.cols - col - 1}, l->role,
                               l->text);
    }
    s->more = i < s->n;
    if (s->top > 0)
        ct_grid_glyph(g, body.row, body.cols - 1, CT_R_DIM, CT_GLYPH_UP);
    if (s->more)
        ct_grid_glyph(g, end - 1, body.cols - 1, CT_R_DIM, CT_GLYPH_DOWN);
}

static enum ct_reaction full_event(struct ct_view *v, const struct ct_event *e)
{
    struct full *s = ct_view_state(v);
    if (e->kind != CT_EV_KEY)
        return CT_IGNORED;
    if (e->key == CT_KEY_DOWN && s->more)
        s->top++;
    else if (e->key == CT_KEY_UP && s->top > 0)
        s->top--;
    else if (e->key != CT_KEY_DOWN && e->key != CT_KEY_UP)
        return CT_IGNORED;
    return CT_HANDLED;
}

static bool stands(const struct ct_view *v)
{
    const struct full *s = ct_view_state(v);
    return !s->v.replaced && !s->v.voided;
}

static enum ct_reaction correct(struct ct_view *v)
{
    struct full *s = ct_view_state(v);
    return ct_set_correct(s->ui, &s->v);
}

static void error_answered(struct ct_view *v, int index)
{
    struct full *s = ct_view_state(v);
    if (ct_set_error_done(s->ui, s->in_error, index))
        full_refresh(v);
}

static enum ct_reaction in_error(struct ct_view *v)
{
    struct full *s = ct_view_state(v);
    return ct_set_error_ask(v, &s->v, &s->in_error, error_answered);
}

static enum ct_reaction versions(struct ct_view *v)
{
    struct full *s = ct_view_state(v);
    return ct_set_versions(s->ui, &s->v);
}

static enum ct_reaction notes(struct ct_view *v)
{
    struct full *s = ct_view_state(v);
    return ct_set_notes(s->ui, &s->v);
}

static const struct ct_command COMMANDS[] = {
    {.id = "set.correct", .keys = "c", .label = "correct", .perm = CT_PERM_VITALS_WRITE,
     .help = "Correct this set: the old values stay readable, a reason is asked.",
     .run = correct, .shown = stands},
    {.id = "set.error", .keys = "d", .label = "in error", .perm = CT_PERM_VITALS_WRITE,
     .help = "Mark this set as entered in error; a reason is asked.", .run = in_error,
     .shown = stands},
    {.id = "set.versions", .keys = "i", .label = "versions", .perm = CT_PERM_VITALS_READ,
     .help = "All versions of this set, with who and when and why.", .run = versions},
    {.id = "set.notes", .keys = "n", .label = "notes", .perm = CT_PERM_VITALS_READ,
     .help = "What people made of this set; write a note.", .run = notes},
    {.id = NULL},
};

static int64_t full_patient(const struct ct_view *v)
{
    return ((const struct full *)ct_view_state(v))->p.id;
}

const struct ct_screen ct_screen_set = {
    .id = "set",
    .title = "A set in full",
    .help = "One set with everything that is known of it: each value in the unit it was typed "
            "in, how and with which device it was measured, what it scored, what was not taken "
            "and why, who recorded it and when.",
    .perm = CT_PERM_VITALS_READ,
    .state_size = sizeof(struct full),
    .arg_size = sizeof(int64_t),
    .patient = full_patient,
    .commands = COMMANDS,
    .open = full_open,
    .draw = full_draw,
    .event = full_event,
    .refresh = full_refresh,
};
