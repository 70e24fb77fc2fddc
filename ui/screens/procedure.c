/* procedure - one of them: what is planned, where it stands, and all that was entered
 * about it, by time. */
#include "clinic/training.h"
#include "clinic/equipment.h"
#include "clinic/equipment_gate.h"
#include "clinic/pack.h"
#include "clinic/scan_find.h"
#include "clinic/scope.h"
#include "ui/screens/proc_act.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "record/user.h"

struct line { /* of the history */
    int64_t at_ms;
    int64_t use_id; /* 0: not an entry that can be struck out */
    bool struck;
    char what[24];
    char text[1200];
};

struct procedure {
    struct ct_proc_act act; /* first: proc_act.h */
    struct ct_ui *ui;
    struct ct_patient patient;
    struct ct_procedure p;
    struct line *line;
    size_t n;
    int64_t now_ms;
    enum ct_proc_use_kind adding;
    struct ct_proc_use using; /* equipment that a reason is asked for */
    int64_t striking;
    struct ct_table table;
    char cell[32];
};

enum { COL_WHEN, COL_WHAT, COL_TEXT };
static const struct ct_column COLUMNS[] = {
    [COL_WHEN] = {.title = "When", .width = 12, .frozen = true},
    [COL_WHAT] = {.title = "What", .width = 14},
    [COL_TEXT] = {.title = "", .width = 0},
};

/* ---- the history -------------------------------------------------------------- */

static struct line *line_add(struct procedure *s, int64_t at_ms, const char *what)
{
    struct line *l = &s->line[s->n++];
    *l = (struct line){.at_ms = at_ms};
    snprintf(l->what, sizeof l->what, "%s", what);
    return l;
}

static void entered(struct ct_buf *b, int64_t at_ms, int64_t recorded_ms, const char *by)
{
    char at[24];
    ct_buf_printf(b, "%s%s", b->len > 0 ? "   " : "", by);
    if (recorded_ms - at_ms <= CT_LATE_MS)
        return;
    ct_datetime_text(recorded_ms, at);
    ct_buf_printf(b, ", entered %s", at);
}

/* A trainee entered it, and nobody stands for it yet. */
static void awaits(struct procedure *s, const char *tbl, int64_t row_id, struct ct_buf *b)
{
    char name[64];
    if (ct_awaits(ct_ui_app(s->ui), tbl, row_id, name, NULL) == CT_OK && name[0] != '\0')
        ct_buf_str_add(b, "; AWAITS A COUNTERSIGN");
}

static void step_line(struct procedure *s, const struct ct_proc_event *e)
{
    CT_BUF b = {.max = 1024};
    struct line *l = line_add(s, e->at_ms, ct_proc_state_name(e->state));
    ct_buf_str_add(&b, e->text);
    entered(&b, e->at_ms, e->recorded_ms, e->by);
    awaits(s, "procedure_event", e->id, &b);
    ct_text_copy(l->text, sizeof l->text, ct_buf_str(&b));
}

/* ", from RE-5, stored 23 Nov 10:05" of an endoscope. */
static void came_from(const struct procedure *s, const struct ct_proc_use *u, struct ct_buf *b)
{
    struct ct_scope_record r;
    char at[24];
    if (ct_scope_came_from(ct_ui_app(s->ui), u->what,
                           s->p.started_ms != CT_UNSET ? s->p.started_ms : u->at_ms, &r,
                           NULL) != CT_OK)
        return;
    ct_datetime_text(r.step_ms, at);
    ct_buf_printf(b, ", from RE-%lld, stored %s", (long long)r.id, at);
}

/* "M-104 (Meridian PM-3)" of a device in the registry. */
static void what_of(struct procedure *s, const struct ct_proc_use *u, struct ct_buf *b)
{
    struct ct_equipment e;
    ct_buf_str_add(b, u->what);
    if (u->kind == CT_PROC_EQUIPMENT &&
        ct_equipment_find(ct_ui_app(s->ui), u->what, &e, NULL) == CT_OK) {
        ct_buf_printf(b, " (%s %s)", e.maker, e.model);
        if (strcmp(e.class, CT_SCOPE_CLASS) == 0)
            came_from(s, u, b);
    }
}

/* The override that was written with this use: of its number, the first since. */
static const struct ct_override *override_of(const struct ct_proc_use *u,
                                             const struct ct_override *o, size_t n)
{
    for (size_t i = 0; u->kind == CT_PROC_EQUIPMENT && i < n; i++)
        if (o[i].at_ms >= u->at_ms && o[i].at_ms < u->at_ms + CT_MINUTE_MS &&
            strcasecmp(o[i].asset, u->what) == 0)
            return &o[i];
    return NULL;
}

static void use_line(struct procedure *s, const struct ct_proc_use *u,
                     const struct ct_override *o)
{
    CT_BUF b = {.max = 4096};
    char though[700];
    struct line *l = line_add(s, u->at_ms, ct_proc_use_name(u->kind));
    l->use_id = u->id;
    l->struck = u->ended;
    ct_buf_str_add(&b, u->ended ? "STRUCK OUT: " : "");
    what_of(s, u, &b);
    ct_buf_printf(&b, "%s%s", u->role[0] != '\0' ? ", " : "", u->role);
    if (o != NULL) {
        ct_override_text(o, though, sizeof though);
        ct_buf_printf(&b, "; %s", though);
    }
    entered(&b, u->at_ms, u->at_ms, u->by);
    awaits(s, "procedure_use", u->id, &b);
    if (u->ended)
        ct_buf_printf(&b, "; struck out by %s: %s", u->ended_name, u->reason);
    ct_text_copy(l->text, sizeof l->text, ct_buf_str(&b));
}

static void add_change(struct ct_buf *b, const char *label, const char *text)
{
    ct_buf_printf(b, "%s%s %s", b->len > 0 ? ", " : "", label, text[0] != '\0' ? text : "none");
}

static void version_line(struct procedure *s, const struct ct_proc_version *v,
                         const struct ct_proc_version *was)
{
    CT_BUF b = {.max = 1024};
    char when[24], what[170];
    struct line *l = line_add(s, v->at_ms, was == NULL ? "planned" : "changed");
    ct_datetime_text(v->p.planned_ms, when);
    ct_proc_what(&v->p, what, sizeof what);
    if (was == NULL || strcmp(was->p.title, v->p.title) != 0 ||
        strcmp(was->p.site, v->p.site) != 0)
        ct_buf_str_add(&b, what);
    if (was == NULL || was->p.planned_ms != v->p.planned_ms)
        add_change(&b, "for", when);
    if (was == NULL ? v->p.room[0] != '\0' : strcmp(was->p.room, v->p.room) != 0)
        add_change(&b, "in", v->p.room);
    if (was == NULL ? v->p.assigned != 0 : was->p.assigned != v->p.assigned)
        add_change(&b, "by", v->p.assigned_name);
    if (was != NULL && was->p.minutes != v->p.minutes)
        ct_buf_printf(&b, "%s%d min", b.len > 0 ? ", " : "", v->p.minutes);
    if (was != NULL && strcmp(was->p.note, v->p.note) != 0)
        add_change(&b, "note", v->p.note);
    if (v->reason[0] != '\0')
        ct_buf_printf(&b, "; %s", v->reason);
    entered(&b, v->at_ms, v->at_ms, v->by);
    ct_text_copy(l->text, sizeof l->text, ct_buf_str(&b));
}

static int by_time(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    return x->at_ms < y->at_ms ? -1 : x->at_ms > y->at_ms;
}

/* Stable: lines of the same moment stay as they were put. */
static void sort(struct line *l, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && by_time(&l[k - 1], &l[k]) > 0; k--) {
            struct line x = l[k];
            l[k] = l[k - 1];
            l[k - 1] = x;
        }
}

/* Begun, or a device used, without a competency that is asked for. */
static void without_line(struct procedure *s, const struct ct_override *o)
{
    CT_BUF b = {.max = 4096};
    struct line *l = line_add(s, o->at_ms, "competency");
    ct_buf_printf(&b, "%s; because %s", o->state, o->reason);
    entered(&b, o->at_ms, o->at_ms, o->by);
    ct_text_copy(l->text, sizeof l->text, ct_buf_str(&b));
}

static enum ct_status history_load(struct procedure *s, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_proc_version *v = NULL;
    struct ct_proc_event *e = NULL;
    struct ct_proc_use *u = NULL;
    struct ct_override *o = NULL;
    size_t nv = 0, ne = 0, nu = 0, no = 0;
    enum ct_status st = ct_procedure_versions(app, s->p.id, &v, &nv, reterr);
    if (st == CT_OK)
        st = ct_procedure_events(app, s->p.id, &e, &ne, reterr);
    if (st == CT_OK)
        st = ct_procedure_uses(app, s->p.id, &u, &nu, reterr);
    if (st == CT_OK)
        st = ct_overrides_of(app, CT_GATE_PROCEDURE, s->p.id, &o, &no, reterr);
    struct line *fresh = st == CT_OK ? calloc(nv + ne + nu + no + 1, sizeof *fresh) : NULL;
    if (st == CT_OK && fresh == NULL)
        st = ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the history.");
    if (st == CT_OK) {
        free(s->line);
        s->line = fresh;
        s->n = 0;
        for (size_t i = 0; i < nv; i++)
            version_line(s, &v[i], i > 0 ? &v[i - 1] : NULL);
        for (size_t i = 0; i < ne; i++)
            step_line(s, &e[i]);
        for (size_t i = 0; i < nu; i++)
            use_line(s, &u[i], override_of(&u[i], o, no));
        for (size_t i = 0; i < no; i++)
            if (o[i].asset[0] == '\0')
                without_line(s, &o[i]);
        sort(s->line, s->n);
    }
    free(v);
    free(e);
    free(u);
    free(o);
    return st;
}

static enum ct_status load(struct procedure *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    size_t before = s->n;
    bool at_end = before == 0 || (size_t)s->table.cursor + 1 == before;
    s->now_ms = ct_app_now(app);
    enum ct_status st = ct_procedure_get(app, id, &s->p, reterr);
    if (st == CT_OK)
        st = history_load(s, reterr);
    if (st == CT_OK && at_end && s->n > 0) /* what came last is in sight */
        s->table.cursor = (int64_t)s->n - 1;
    ct_table_reload(&s->table);
    return st;
}

/* ---- the screen ------------------------------------------------------------------- */

static int64_t line_count(void *arg)
{
    return (int64_t)((struct procedure *)arg)->n;
}

static bool line_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *line_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct procedure *s = arg;
    const struct line *l = &s->line[row];
    if (l->struck)
        *role = CT_R_DIM;
    switch (column) {
    case COL_WHEN: {
        char at[24];
        ct_datetime_text(l->at_ms, at);
        snprintf(s->cell, sizeof s->cell, "%s", at);
        return s->cell;
    }
    case COL_WHAT: return l->what;
    default: return l->text;
    }
}

static const struct ct_procedure *chosen(const struct ct_view *v)
{
    return &((const struct procedure *)ct_view_state(v))->p;
}

static void procedure_refresh(struct ct_view *v)
{
    struct procedure *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->p.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static enum ct_status procedure_open(struct ct_view *v, const void *arg,
                                     struct ct_error *reterr)
{
    struct procedure *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->act.chosen = chosen;
    s->act.reload = procedure_refresh;
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = line_count, .load = line_load, .cell = line_cell});
    s->table.unnumbered = true;
    enum ct_status st = ct_procedure_get(ct_ui_app(s->ui), *(const int64_t *)arg, &s->p, reterr);
    if (st == CT_OK) /* it shows what is in the record: a reading of it */
        st = ct_patient_open(ct_ui_app(s->ui), s->p.patient_id, &s->patient, reterr);
    if (st == CT_OK)
        st = load(s, s->p.id, reterr);
    if (st != CT_OK)
        free(s->line);
    return st;
}

static void procedure_close(struct ct_view *v)
{
    free(((struct procedure *)ct_view_state(v))->line);
}

static void procedure_tick(struct ct_view *v)
{
    struct procedure *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    if (ct_app_state(app) == CT_IN &&
        ct_app_now(app) / CT_MINUTE_MS != s->now_ms / CT_MINUTE_MS)
        procedure_refresh(v);
}

/* "Mon 23 Nov 10:00-10:20, Room 2, Demo Ash" */
static void plan_line(const struct procedure *s, struct ct_grid *g, int row, int col)
{
    const struct ct_procedure *p = &s->p;
    char when[24], until[8];
    ct_datetime_text(p->planned_ms, when);
    ct_time_text(p->planned_ms + p->minutes * (int64_t)CT_MINUTE_MS, until);
    const struct ct_who *who = ct_app_who(ct_ui_app(s->ui));
    bool mine = who != NULL && p->assigned == who->user_id;
    ct_grid_printf(g, row, col, -1, CT_R_TEXT, "planned %s-%s   %s   %s%s", when, until,
                   p->room[0] != '\0' ? p->room : "no room yet",
                   p->assigned != 0 ? p->assigned_name : "nobody yet", mine ? " (me)" : "");
}

static void times_line(const struct procedure *s, struct ct_grid *g, int row, int col)
{
    const struct ct_procedure *p = &s->p;
    char at[24], span[24];
    CT_BUF b = {.max = 200};
    if (p->started_ms != CT_UNSET) {
        ct_datetime_text(p->started_ms, at);
        ct_buf_printf(&b, "started %s", at);
    }
    if (p->ended_ms != CT_UNSET) {
        ct_datetime_text(p->ended_ms, at);
        ct_buf_printf(&b, "%sended %s", b.len > 0 ? "   " : "", at);
    }
    if (p->started_ms != CT_UNSET) {
        int64_t end = p->ended_ms != CT_UNSET ? p->ended_ms : s->now_ms;
        ct_span_text(end > p->started_ms ? end - p->started_ms : 0, span);
        ct_buf_printf(&b, "   %s", span);
    }
    ct_grid_text(g, row, col, -1, CT_R_TEXT, ct_buf_str(&b));
}

/* Label and text in at most `rows`; nothing without a text. Returns the rows used. */
static int said(struct ct_grid *g, struct ct_rect at, enum ct_role_ui role, const char *label,
                const char *text)
{
    char line[480];
    if (text[0] == '\0')
        return 0;
    snprintf(line, sizeof line, "%s: %s", label, text);
    return ct_draw_wrapped(g, at, role, line);
}

/* Whether the patient agrees; nothing where nobody asks. Returns the rows used. */
static int consent_line(const struct procedure *s, struct ct_grid *g, int row, int col)
{
    const struct ct_procedure *p = &s->p;
    if (p->consent == CT_CONSENT_NONE) {
        if (ct_proc_ended(p->state) || !ct_consent_wanted(ct_ui_app(s->ui), p))
            return 0;
        ct_grid_text(g, row, col, -1, CT_R_WARN, "no consent is recorded yet: o");
        return 1;
    }
    bool against =
        p->consent == CT_CONSENT_IS_REFUSED || p->consent == CT_CONSENT_IS_WITHDRAWN;
    ct_grid_text(g, row, col, -1, against ? CT_R_ALARM : CT_R_OK,
                 ct_consent_state_text(p->consent));
    return 1;
}

static int head_draw(const struct procedure *s, struct ct_grid *g, struct ct_rect body)
{
    const struct ct_procedure *p = &s->p;
    enum ct_role_ui role = CT_R_OK;
    char text[200], state[32];
    int row = body.row, col = body.col + 1, cols = body.cols - 2;
    ct_procedure_text(p, text, sizeof text);
    ct_grid_text(g, row, col, cols - 20, CT_R_HEAD, text);
    ct_proc_state_cell(p, s->now_ms, &role, state);
    ct_grid_right(g, row++, body.col + cols, role, state);
    ct_draw_alerts(g, row, col, cols, &s->patient);
    row += s->patient.n_alerts > 0;
    plan_line(s, g, row++, col);
    if (p->started_ms != CT_UNSET || p->ended_ms != CT_UNSET)
        times_line(s, g, row++, col);
    row += consent_line(s, g, row, col);
    bool stopped = p->state == CT_PROC_CANCELLED || p->state == CT_PROC_NO_SHOW;
    if (stopped)
        row += said(g, (struct ct_rect){row, col, 2, cols}, CT_R_WARN,
                    ct_proc_state_name(p->state), p->why);
    row += said(g, (struct ct_rect){row, col, 2, cols}, CT_R_TEXT, "note", p->note);
    row += said(g, (struct ct_rect){row, col, 2, cols}, CT_R_VALUE, "outcome", p->outcome);
    row += said(g, (struct ct_rect){row, col, 2, cols}, CT_R_WARN, "complications",
                p->complications);
    return row;
}

static void procedure_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct procedure *s = ct_view_state(v);
    ct_subject_patient(s->ui, &s->patient);
    int row = head_draw(s, g, body), end = body.row + body.rows;
    ct_grid_hline(g, row++, body.col, body.cols);
    ct_table_draw(&s->table, g, row, body.col, end - row - 1, body.cols, true);
    if (s->n == 0)
        return;
    /* what its row had no room for */
    ct_grid_text(g, end - 1, body.col + 2, body.cols - 3, CT_R_DIM,
                 ct_table_rest(&s->table, COL_TEXT, s->line[s->table.cursor].text));
}

static enum ct_reaction procedure_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct procedure *)ct_view_state(v))->table, e);
}

/* ---- what was used ------------------------------------------------------------------- */

static const struct ct_choice USES[] = {
    {"p", "person"}, {"e", "equipment"}, {"i", "instrument set"}, {"c", "complication"},
    {"n", "note"},   {"o", "outcome"},   {NULL, NULL}};
static const enum ct_proc_use_kind USE_KIND[] = {CT_PROC_PERSON, CT_PROC_EQUIPMENT, CT_PROC_SET,
                                                 CT_PROC_COMPLICATION, CT_PROC_NOTE,
                                                 CT_PROC_OUTCOME};

/* "me", a login; "Dr Demo, surgeon" is somebody from elsewhere. */
static void person_read(struct procedure *s, struct ct_proc_use *u)
{
    struct ct_person *v = NULL;
    size_t n = 0;
    char *comma = strrchr(u->what, ',');
    const struct ct_who *me = ct_app_who(ct_ui_app(s->ui));
    if (comma != NULL) {
        ct_text_copy(u->role, sizeof u->role, comma + 1);
        *comma = '\0';
    }
    ct_text_trim(u->what);
    if (ct_user_people(ct_ui_app(s->ui), CT_PERM_PROCEDURE_READ, &v, &n, NULL) != CT_OK)
        return;
    for (size_t i = 0; i < n; i++)
        if (strcmp(u->what, v[i].login) == 0 || strcmp(u->what, v[i].name) == 0 ||
            (strcmp(u->what, "me") == 0 && me != NULL && v[i].user_id == me->user_id))
            u->user_id = v[i].user_id;
    free(v);
}

static void use_ask(struct ct_view *v, const char *initial);

static void use_added(struct ct_view *v, const struct ct_proc_use *u)
{
    struct procedure *s = ct_view_state(v);
    s->table.cursor = s->n > 0 ? (int64_t)s->n - 1 : 0; /* so that the new one is chosen */
    procedure_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "P-%lld %s: %s.", (long long)s->p.id, ct_proc_use_name(u->kind),
              u->what);
}

static void use_record(struct ct_view *v, struct ct_proc_use *u, const char *typed)
{
    struct procedure *s = ct_view_state(v);
    struct ct_error err;
    enum ct_status st = ct_procedure_use_add(ct_ui_app(s->ui), s->p.id, u, &err);
    if (st != CT_OK) {
        if (st == CT_EINVAL)
            use_ask(v, typed);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    use_added(v, u);
}

static void though_given(struct ct_view *v, const char *text)
{
    struct procedure *s = ct_view_state(v);
    if (text == NULL)
        return;
    struct ct_proc_use u = s->using;
    u.though = text;
    use_record(v, &u, u.what);
}

static void though_chosen(struct ct_view *v, int index)
{
    if (index < 0)
        return;
    if (CT_OVERRIDE_REASONS[index + 1].code != NULL) /* the last is "type it" */
        though_given(v, CT_OVERRIDE_REASONS[index].label);
    else
        ct_ui_prompt(v, "Used because", "", though_given);
}

/* Equipment is asked about before it is written down; what may not be used is refused there. */
static bool though_ask(struct ct_view *v, const struct ct_proc_use *u)
{
    struct procedure *s = ct_view_state(v);
    struct ct_gate g;
    char question[240];
    int64_t at = s->p.started_ms;
    struct ct_app *app = ct_ui_app(s->ui);
    if (u->kind == CT_PROC_SET) { /* a supervisor may let a pack pass, and says why */
        if (ct_pack_gate(app, u->what, s->p.id, &g, NULL) != CT_OK ||
            g.answer != CT_GATE_REASON)
            return false;
        s->using = *u;
        if (!ct_role_may(ct_app_who(app)->role, CT_PERM_STERILE_OVERRIDE)) {
            ct_act_pass(v, s->p.id, u, g.text, use_added);
            return true;
        }
        snprintf(question, sizeof question, "%.150s. Used because", g.text);
        ct_ui_prompt(v, question, "", though_given);
        return true;
    }
    if (u->kind != CT_PROC_EQUIPMENT ||
        ct_equipment_gate(app, u->what, CT_GATE_PROCEDURE, at, &g, NULL) != CT_OK ||
        g.answer != CT_GATE_REASON)
        return false;
    s->using = *u;
    snprintf(question, sizeof question, "%.190s. Used because?", g.text);
    ct_ui_ask(v, question, CT_OVERRIDE_REASONS, though_chosen);
    return true;
}

static void use_given(struct ct_view *v, const char *text)
{
    struct procedure *s = ct_view_state(v);
    struct ct_proc_use u = {.kind = s->adding};
    if (text == NULL)
        return;
    char typed[CT_PROC_TEXT_MAX + 1];
    ct_text_copy(typed, sizeof typed, text);
    ct_text_copy(u.what, sizeof u.what, text);
    if (u.kind == CT_PROC_EQUIPMENT) {
        ct_scan_device(ct_app_config(ct_ui_app(s->ui)), typed, u.what, sizeof u.what);
        ct_text_trim(u.what);
    }
    if (u.kind == CT_PROC_PERSON)
        person_read(s, &u);
    if (!though_ask(v, &u))
        use_record(v, &u, typed);
}

static void use_ask(struct ct_view *v, const char *initial)
{
    static const char *const LABEL[CT_PROC_USE_KINDS] = {
        [CT_PROC_PERSON] = "Who took part (me, a login, or a name; role after a comma)",
        [CT_PROC_EQUIPMENT] = "Equipment: its number, typed or scanned",
        [CT_PROC_SET] = "Instrument set: number of the pack, typed or scanned",
        [CT_PROC_OUTCOME] = "Outcome", [CT_PROC_COMPLICATION] = "Complication",
        [CT_PROC_NOTE] = "Note"};
    ct_ui_prompt(v, LABEL[((struct procedure *)ct_view_state(v))->adding], initial, use_given);
}

static void use_chosen(struct ct_view *v, int index)
{
    struct procedure *s = ct_view_state(v);
    if (index < 0)
        return;
    s->adding = USE_KIND[index];
    use_ask(v, "");
}

static enum ct_reaction use(struct ct_view *v)
{
    ct_ui_ask(v, "Enter what?", USES, use_chosen);
    return CT_HANDLED;
}

static const struct line *line_chosen(const struct ct_view *v)
{
    const struct procedure *s = ct_view_state(v);
    return s->n > 0 ? &s->line[s->table.cursor] : NULL;
}

static bool can_strike(const struct ct_view *v)
{
    const struct line *l = line_chosen(v);
    return l != NULL && l->use_id != 0 && !l->struck;
}

static void strike_because(struct ct_view *v, const char *reason)
{
    struct procedure *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    if (ct_procedure_use_end(ct_ui_app(s->ui), s->p.id, s->striking, reason, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    procedure_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "Struck out. It stays readable.");
}

static enum ct_reaction strike(struct ct_view *v)
{
    struct procedure *s = ct_view_state(v);
    s->striking = line_chosen(v)->use_id;
    ct_ui_prompt(v, "Struck out, because", "", strike_because);
    return CT_HANDLED;
}

static enum ct_reaction vitals(struct ct_view *v)
{
    struct ct_vitals_arg arg = {.patient_id = chosen(v)->patient_id};
    return ct_ui_push(ct_view_ui(v), &ct_screen_vitals, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction checklists(struct ct_view *v)
{
    const struct ct_procedure *p = chosen(v);
    struct ct_preps_arg arg = {.patient_id = p->patient_id, .procedure_id = p->id};
    return ct_ui_push(ct_view_ui(v), &ct_screen_preps, &arg) ? CT_HANDLED : CT_REFUSED;
}

int64_t ct_procedure_of(const struct ct_view *v)
{
    return chosen(v)->id;
}

static int64_t procedure_patient(const struct ct_view *v)
{
    return chosen(v)->patient_id;
}

static enum ct_reaction patient(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_patient, &chosen(v)->patient_id) ? CT_HANDLED
                                                                                 : CT_REFUSED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "procedure.checklists", .keys = "k", .label = "lists", .perm = CT_PERM_PREP_READ,
     .help = "The checklists of this procedure: what it asks for, and how far they are.",
     .run = checklists},
    {.id = "procedure.consent", .keys = "o", .label = "consent", .perm = CT_PERM_PROCEDURE_READ,
     .help = "What was explained, and whether the patient agrees.", .run = ct_act_consent},
    {.id = "procedure.use", .keys = "u", .label = "used", .perm = CT_PERM_PROCEDURE_WRITE,
     .help = "Who took part, equipment, instrument sets, complications, notes, the outcome.",
     .run = use},
    CT_PROC_ACT_COMMANDS("procedure"),
    {.id = "procedure.strike", .keys = "D", .perm = CT_PERM_PROCEDURE_WRITE,
     .help = "Strike out the entry of this line; a reason is asked, and it stays readable.",
     .run = strike, .shown = can_strike},
    {.id = "procedure.vitals", .keys = "v F4", .perm = CT_PERM_VITALS_WRITE,
     .help = "Enter a set of vitals.", .run = vitals},
    {.id = "procedure.patient", .keys = "P", .perm = CT_PERM_PATIENT_READ,
     .help = "Open the patient's record.", .run = patient},
    {.id = NULL},
};

const struct ct_screen ct_screen_procedure = {
    .id = "procedure",
    .title = "Procedure",
    .help = "One procedure: what is planned, where it stands, and below, by time, its steps, "
            "who took part, what was used, and every change of the plan. One key is one step; "
            "@ enters a step that happened earlier. Nothing is deleted: what is wrong is struck "
            "out with a reason.",
    .perm = CT_PERM_PROCEDURE_READ,
    .state_size = sizeof(struct procedure),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = procedure_open,
    .draw = procedure_draw,
    .event = procedure_event,
    .refresh = procedure_refresh,
    .tick = procedure_tick,
    .patient = procedure_patient,
    .close = procedure_close,
};
