/* find - a patient by part of a name, number or date of birth, as it is typed. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <string.h>

#include "ui/tk/editor.h"
#include "ui/tk/table.h"

/* Each key asks for no more than a screen or two; the rest comes when the cursor is on
 * its way. */
enum { HITS_FIRST = 40, HITS_MAX = 200 };

struct find {
    struct ct_ui *ui;
    struct ct_editor editor;
    struct ct_patient_hits hits;
    struct ct_table table;
    bool chosen; /* the arrow keys were used: Enter may open the line */
    struct ct_find_arg arg; /* found NULL: the record is opened */
    struct ct_quick quick;
    char cell[64];
};

enum { COL_NAME, COL_BORN, COL_SEX, COL_NUMBER, COL_PLACE };
static const struct ct_column COLUMNS[] = {
    [COL_NAME] = {.title = "Name", .width = 0, .frozen = true},
    [COL_BORN] = {.title = "Born", .width = 12},
    [COL_SEX] = {.title = "Sex", .width = 3},
    [COL_NUMBER] = {.title = "Number", .width = 14},
    [COL_PLACE] = {.title = "Where", .width = 10},
};

static int64_t hit_count(void *arg)
{
    return (int64_t)((struct find *)arg)->hits.n;
}

static bool hit_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *hit_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    static const char *const SEX[] = {"?", "F", "M", "X"};
    struct find *s = arg;
    const struct ct_patient_hit *h = &s->hits.hit[row];
    switch (column) {
    case COL_NAME:
        if (h->namesake)
            *role = CT_R_WARN;
        return h->name;
    case COL_BORN: {
        char born[16];
        ct_date_text(h->born, born);
        snprintf(s->cell, sizeof s->cell, "%s%s", h->born_estimated ? "~" : "", born);
        return s->cell;
    }
    case COL_SEX: return SEX[h->sex];
    case COL_NUMBER:
        ct_number_text(h->number, s->cell, sizeof s->cell);
        return s->cell;
    default: return h->restricted ? "restricted" : h->place;
    }
}

static void search(struct find *s, size_t limit)
{
    struct ct_error err;
    ct_patient_hits_done(&s->hits);
    if (ct_patient_find(ct_ui_app(s->ui), s->editor.text, limit, &s->hits, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void look(struct find *s)
{
    search(s, HITS_FIRST);
    s->table.cursor = 0;
    s->chosen = false;
    ct_table_reload(&s->table);
}

static void look_further(struct find *s)
{
    /* A screen early: what more of them say (namesakes) is drawn on a move that draws little
     * else, not on one that scrolls. */
    bool near = s->table.cursor + 2 * s->table.height >= (int64_t)s->hits.n;
    if (near && s->hits.more && s->hits.n < HITS_MAX) {
        search(s, HITS_MAX);
        ct_table_reload(&s->table);
    }
}

static enum ct_status find_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    (void)reterr;
    struct find *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    if (arg != NULL)
        s->arg = *(const struct ct_find_arg *)arg;
    ct_editor_init(&s->editor, 200);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = hit_count, .load = hit_load, .cell = hit_cell});
    return CT_OK;
}

static void find_close(struct ct_view *v)
{
    struct find *s = ct_view_state(v);
    ct_editor_done(&s->editor);
    ct_patient_hits_done(&s->hits);
}

static void find_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct find *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", s->arg.found != NULL ? s->arg.title : "FIND A PATIENT");
    ct_grid_text(g, body.row, body.col + 1, -1, CT_R_LABEL, "Find");
    s->table.unmarked = !s->chosen && s->hits.n > 1;
    ct_table_draw(&s->table, g, body.row + 2, body.col, body.rows - 3, body.cols, s->chosen);
    ct_editor_draw(&s->editor, g, body.row, body.col + 6, 40, !s->chosen);
    int last = body.row + body.rows - 1;
    bool namesakes = false;
    for (size_t i = 0; i < s->hits.n; i++)
        namesakes |= s->hits.hit[i].namesake;
    if (s->editor.len < 2)
        ct_grid_text(g, last, body.col + 1, -1, CT_R_DIM,
                     "Part of a name, the number or its last four digits, or a date of birth.");
    else if (s->hits.n == 0)
        ct_grid_text(g, last, body.col + 1, -1, CT_R_NOTE,
                     "Nobody here is found by that. ^N registers a new patient.");
    else if (namesakes)
        ct_grid_text(g, last, body.col + 1, -1, CT_R_WARN,
                     "Same name more than once: compare date of birth and number.");
    else
        ct_grid_printf(g, last, body.col + 1, -1, CT_R_DIM, "%zu found%s", s->hits.n,
                       s->hits.more ? ", and more: type further"
                       : s->hits.n > 1 ? ". Down chooses." : ". Enter opens.");
}

static enum ct_reaction find_event(struct ct_view *v, const struct ct_event *e)
{
    struct find *s = ct_view_state(v);
    if (e->kind == CT_EV_KEY && e->key == '=')
        return CT_IGNORED; /* a command: no name, number or date contains it */
    if (e->kind == CT_EV_KEY && (e->key == CT_KEY_DOWN || e->key == CT_KEY_TAB) && !s->chosen &&
        s->hits.n > 0) {
        s->chosen = true;
        return CT_HANDLED;
    }
    if (e->kind == CT_EV_KEY && e->key == CT_KEY_UP && s->chosen && s->table.cursor == 0) {
        s->chosen = false;
        return CT_HANDLED;
    }
    if (s->chosen) {
        enum ct_reaction r = ct_table_event(&s->table, e);
        look_further(s);
        if (r != CT_IGNORED)
            return r;
    }
    size_t len = s->editor.len;
    char before[CT_EDITOR_BYTES + 1];
    memcpy(before, s->editor.text, len + 1);
    enum ct_reaction r = ct_editor_event(&s->editor, e);
    if (r == CT_HANDLED && (s->editor.len != len || memcmp(before, s->editor.text, len) != 0))
        look(s);
    return r;
}

/* Among several nobody is picked by default: the arrow keys choose first. */
static bool hit_chosen(struct find *s, const char *key, int64_t *ret)
{
    if (s->hits.n == 0) {
        ct_ui_say(s->ui, CT_R_TEXT, "Nobody is chosen yet: type part of a name.");
        return false;
    }
    if (s->hits.n > 1 && !s->chosen) { /* a second Enter out of habit opens nobody either */
        ct_ui_say(s->ui, CT_R_WARN, "Several are found: choose with Down, then %s.", key);
        return false;
    }
    *ret = s->hits.hit[s->table.cursor].id;
    return true;
}

static void quick_given(struct ct_view *v, const char *text)
{
    ct_quick_given(v, &((struct find *)ct_view_state(v))->quick, text);
}

static enum ct_reaction quick(struct ct_view *v)
{
    struct find *s = ct_view_state(v);
    int64_t id;
    return hit_chosen(s, "=", &id) ? ct_quick_ask(v, &s->quick, id, quick_given) : CT_REFUSED;
}

static enum ct_reaction open_hit(struct ct_view *v)
{
    struct find *s = ct_view_state(v);
    int64_t id;
    if (!hit_chosen(s, "Enter", &id))
        return CT_REFUSED;
    if (s->arg.found != NULL)
        return s->arg.found(s->ui, id) ? CT_HANDLED : CT_REFUSED;
    return ct_ui_replace(s->ui, &ct_screen_patient, &id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction register_new(struct ct_view *v)
{
    return ct_ui_replace(ct_view_ui(v), &ct_screen_register, NULL) ? CT_HANDLED : CT_REFUSED;
}

static void find_refresh(struct ct_view *v)
{
    struct find *s = ct_view_state(v);
    int64_t id = s->chosen && s->hits.n > 0 ? s->hits.hit[s->table.cursor].id : 0;
    search(s, s->hits.n > HITS_FIRST ? HITS_MAX : HITS_FIRST);
    s->chosen = false;
    for (size_t i = 0; i < s->hits.n; i++)
        if (s->hits.hit[i].id == id) { /* on the person, not on the row */
            s->table.cursor = (int64_t)i;
            s->chosen = true;
        }
    ct_table_reload(&s->table);
}

static bool find_typing(const struct ct_view *v)
{
    (void)v;
    return true;
}

static const struct ct_command COMMANDS[] = {
    {.id = "find.open", .keys = "Enter", .label = "open", .perm = CT_PERM_PATIENT_READ,
     .help = "Open the patient found, or the one chosen with the arrow keys.",
     .run = open_hit},
    {.id = "find.quick", .keys = "= F8", .label = "quick line", .perm = CT_PERM_VITALS_WRITE,
     .help = CT_QUICK_HELP, .run = quick},
    {.id = "find.register", .keys = "^N F5", .label = "new patient",
     .perm = CT_PERM_PATIENT_WRITE, .help = "Register a new patient.", .run = register_new},
    {.id = NULL},
};

const struct ct_screen ct_screen_find = {
    .id = "find",
    .title = "Find a patient",
    .help = "Words may begin any part of the name; accents and capitals do not matter. Digits "
            "are looked for at the start and at the end of the number; a date of birth may be "
            "typed as 14 3 1961 or 14 mar 1961. With one found, Enter opens it; among several "
            "the arrow keys choose.",
    .perm = CT_PERM_PATIENT_READ,
    .jump = true,
    .state_size = sizeof(struct find),
    .commands = COMMANDS,
    .open = find_open,
    .draw = find_draw,
    .event = find_event,
    .refresh = find_refresh,
    .typing = find_typing,
    .scan = ct_scan_anywhere,
    .close = find_close,
};
