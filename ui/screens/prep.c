/* prep - one checklist of a patient, answered item by item: its rows, where the cursor
 * stands, and the draft of what is half typed. Keys are in prep_keys.c, drawing in
 * prep_draw.c. */
#include "ui/screens/prep_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* ---- the rows ------------------------------------------------------------- */

size_t pf_at(const struct prep_form *s, int64_t row)
{
    if (row < 0 || (size_t)row >= s->n_rows || s->row[row] >= PF_HEADING)
        return CT_CHECK_NONE;
    return s->row[row];
}

size_t pf_item(const struct prep_form *s)
{
    return pf_at(s, s->table.cursor);
}

/* Half done counts as open: a comment or a second person is wanted, or it stops. */
static bool wanted(const struct prep_form *s, size_t i)
{
    const struct ct_check_state *is = &s->sheet->state[i];
    return is->shown &&
           (!s->open_only || !is->answered || ct_check_wants(is)[0] != '\0' || is->bad);
}

static void off_heading(struct prep_form *s, bool up)
{
    struct ct_table *t = &s->table;
    if (s->n_rows == 0 || pf_item(s) != CT_CHECK_NONE)
        return;
    t->cursor += up && t->cursor > 0 ? -1 : 1;
    if (t->cursor <= 1)
        t->top = 0;
}

void pf_rows(struct prep_form *s)
{
    const struct ct_checklist *t = s->sheet->t;
    size_t item = pf_item(s);
    s->n_rows = 0;
    for (size_t k = 0; k < t->n_sections; k++) {
        const struct ct_check_section *section = &t->section[k];
        size_t heading = s->n_rows++;
        s->row[heading] = PF_HEADING + k;
        for (size_t i = section->first; i < section->first + section->n; i++)
            if (wanted(s, i))
                s->row[s->n_rows++] = i;
        if (s->n_rows == heading + 1)
            s->n_rows = heading; /* no heading over nothing */
    }
    ct_table_reload(&s->table);
    if (item != CT_CHECK_NONE)
        pf_go(s, item);
    off_heading(s, false);
}

void pf_go(struct prep_form *s, size_t item)
{
    int64_t to = -1;
    for (size_t r = 0; r < s->n_rows; r++)
        if (s->row[r] < PF_HEADING && (s->row[r] <= item || to < 0))
            to = (int64_t)r; /* it, or the nearest before it that is shown */
    if (to < 0)
        return;
    s->table.cursor = to;
    if (to <= 1)
        s->table.top = 0;
}

void pf_next(struct prep_form *s, size_t item)
{
    for (size_t r = 0; r < s->n_rows; r++)
        if (s->row[r] < PF_HEADING && s->row[r] > item) {
            s->table.cursor = (int64_t)r;
            return;
        }
    pf_go(s, item);
}

bool pf_changed(struct prep_form *s)
{
    const struct ct_prep_mark *m = &s->sheet->mark[s->item];
    if (m->answer_id == s->seen)
        return false;
    ct_ui_say(s->ui, CT_R_WARN, "%s answered this meanwhile; look at it first. Nothing was saved.",
              m->by);
    return true;
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct prep_form *)arg)->n_rows;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

/* ---- the draft: what is half typed ------------------------------------------ */

static void draft_kind(const struct prep_form *s, char out[24])
{
    snprintf(out, 24, CT_DRAFT_PREP "%lld", (long long)s->sheet->prep.id);
}

static const char *const WHAT[] = {
    [PF_ANSWER] = "answer", [PF_COMMENT] = "comment", [PF_SCAN] = "scan"};

static bool prep_draft(struct ct_view *v, struct ct_draft *d)
{
    struct prep_form *s = ct_view_state(v);
    const char *text = ct_ui_prompt_text(v);
    if (text == NULL || text[0] == '\0' ||
        (s->asking != PF_ANSWER && s->asking != PF_COMMENT && s->asking != PF_SCAN))
        return false;
    draft_kind(s, d->kind);
    d->patient_id = s->sheet->prep.patient_id;
    return ct_draft_put(d, "item", s->sheet->t->item[s->item].id) &&
           ct_draft_put(d, "what", WHAT[s->asking]) &&
           ct_draft_put(d, "text", text);
}

void pf_draft_drop(struct prep_form *s)
{
    char kind[24];
    struct ct_error err;
    if (!s->resumed)
        return;
    s->resumed = false;
    draft_kind(s, kind);
    if (ct_draft_drop(ct_ui_app(s->ui), kind, s->sheet->prep.patient_id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

/* Back in the prompt that was left; what fits nothing any more is dropped. */
static void draft_resume(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_draft d = {0};
    char kind[24];
    draft_kind(s, kind);
    if (ct_draft_latest(ct_ui_app(s->ui), kind, s->sheet->prep.patient_id, &d, NULL) != CT_OK)
        return;
    const char *id = ct_draft_get(&d, "item"), *text = ct_draft_get(&d, "text"),
               *what = ct_draft_get(&d, "what");
    size_t item = id != NULL ? ct_checklist_find(s->sheet->t, id) : CT_CHECK_NONE;
    s->resumed = true;
    for (size_t k = PF_ANSWER; what != NULL && k < CT_LEN(WHAT); k++)
        if (item != CT_CHECK_NONE && text != NULL && WHAT[k] != NULL &&
            strcmp(what, WHAT[k]) == 0 && s->sheet->state[item].shown &&
            s->sheet->prep.state == CT_PREP_OPEN)
            pf_resume(v, (enum pf_asking)k, item, text);
    if (s->asking == PF_NOTHING)
        pf_draft_drop(s);
    ct_draft_done(&d);
}

/* ---- the screen ------------------------------------------------------------- */

static enum ct_status prep_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct prep_form *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    struct ct_app *app = ct_ui_app(s->ui);
    enum ct_status st = ct_prep_load(app, *(const int64_t *)arg, &s->sheet, reterr);
    if (st == CT_OK) /* it shows what is in the record: a reading of it */
        st = ct_patient_open(app, s->sheet->prep.patient_id, &s->p, reterr);
    if (st != CT_OK) {
        ct_prep_freep(&s->sheet);
        return st;
    }
    ct_table_init(&s->table, PF_COLUMNS, PF_COLUMNS_N,
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = pf_cell});
    s->table.unnumbered = true;
    pf_rows(s);
    pf_go(s, ct_prep_resume(s->sheet, ct_app_who(app)->user_id));
    draft_resume(v);
    return CT_OK;
}

static void prep_close(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    ct_prep_freep(&s->sheet);
}

static void prep_refresh(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_error err;
    if (ct_prep_reload(ct_ui_app(s->ui), s->sheet, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    pf_rows(s);
}

static bool timer_runs(const struct ct_prep_sheet *p)
{
    for (size_t i = 0; i < p->t->n_items; i++)
        if (p->t->item[i].kind == CT_CHECK_TIMER && p->answer[i].given == CT_CHECK_GIVEN &&
            p->answer[i].end_ms == 0)
            return true;
    return false;
}

/* Spans grow: a timer's by the second, others by the minute. */
static void prep_tick(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    if (ct_app_state(app) != CT_IN)
        return;
    if (timer_runs(s->sheet) ||
        ct_app_now(app) / CT_MINUTE_MS != s->sheet->at.now_ms / CT_MINUTE_MS)
        ct_prep_judge(app, s->sheet);
}

static void prep_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    pf_draw(ct_view_state(v), g, body);
}

static enum ct_reaction prep_event(struct ct_view *v, const struct ct_event *e)
{
    struct prep_form *s = ct_view_state(v);
    int64_t was = s->table.cursor;
    enum ct_reaction r = ct_table_event(&s->table, e);
    off_heading(s, s->table.cursor < was);
    if (r == CT_IGNORED && e->kind == CT_EV_KEY && e->key >= '0' && e->key <= '9')
        return pf_digit(v, e->key);
    return r;
}

static int64_t prep_patient(const struct ct_view *v)
{
    return ((const struct prep_form *)ct_view_state(v))->p.id;
}

const struct ct_screen ct_screen_prep = {
    .id = "prep",
    .title = "Checklist",
    .help = "One checklist of one patient. y, n, a answer an item and go on to the next; digits "
            "answer a choice or begin a figure; Enter types an answer. Nothing is answered "
            "beforehand: what was not asked says so. An answer that is changed is added, and "
            "i shows those before it. !! stops the procedure, ! wants something more.",
    .perm = CT_PERM_PREP_READ,
    .state_size = sizeof(struct prep_form),
    .arg_size = sizeof(int64_t),
    .commands = PF_COMMANDS,
    .open = prep_open,
    .draw = prep_draw,
    .event = prep_event,
    .scan = pf_scan,
    .patient = prep_patient,
    .draft = prep_draft,
    .refresh = prep_refresh,
    .tick = prep_tick,
    .close = prep_close,
};
