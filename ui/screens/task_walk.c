/* task_walk - a check of a device, item by item: the verdict follows from the answers. */
#include "ui/screens/task_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/fault.h"
#include "ui/tk/table.h"

struct walk {
    struct ct_ui *ui;
    struct ct_equipment e;
    struct ct_walk_arg arg;
    int64_t fault_id; /* for whose return to service it is a test; 0 none */
    struct ct_checklist *t;
    struct ct_check_answer *a; /* one an item */
    struct ct_check_state state[CT_TASK_CHECK_ITEMS_MAX];
    char kind[24];             /* of the draft */
    bool changed;              /* since it was opened or kept */
    size_t asked;              /* the item whose remark is typed */
    struct ct_table table;
    char cell[CT_CHECK_COMMENT_MAX + 8];
};

enum { COL_ANSWER, COL_ITEM, COL_REMARK };
static const struct ct_column COLUMNS[] = {
    [COL_ANSWER] = {.title = "Answer", .width = 7, .frozen = true},
    [COL_ITEM] = {.title = "In order?", .width = 0},
    [COL_REMARK] = {.title = "Remark", .width = 18},
};

static const char *const VERDICT[CT_TASK_VERDICTS] = {"passed", "FAILED",
                                                      "passed, with limits of use"};

void ct_task_said(struct ct_ui *ui, const char *asset, const struct ct_task_result *r)
{
    bool failed = r->verdict == CT_TASK_FAILED;
    ct_ui_say(ui, failed ? CT_R_WARN : CT_R_OK, "R-%lld: %s %s.%s", (long long)r->id, asset,
              VERDICT[r->verdict], failed ? " It is set apart, and a fault is open." : "");
}

enum ct_status ct_task_tested_for(struct ct_app *app, const struct ct_equipment *e,
                                  int64_t *ret_fault_id, struct ct_error *reterr)
{
    struct ct_fault *f = NULL;
    size_t n = 0;
    *ret_fault_id = 0;
    if (e->condition != CT_COND_TESTING)
        return CT_OK;
    enum ct_status st = ct_fault_list(app, e->id, true, false, 1, &f, &n, reterr);
    if (st == CT_OK && n > 0)
        *ret_fault_id = f[0].id;
    free(f);
    return st;
}

bool ct_task_begin(struct ct_ui *ui, int64_t equipment_id, int64_t schedule_id)
{
    const struct ct_task_arg form = {.equipment_id = equipment_id, .schedule_id = schedule_id};
    struct ct_app *app = ct_ui_app(ui);
    struct ct_equipment e;
    struct ct_schedule s;
    struct ct_error err;
    char check[41];
    enum ct_status st = schedule_id != 0 ? ct_schedule_get(app, schedule_id, &s, &err)
                                         : CT_OK;
    if (st == CT_OK && schedule_id != 0)
        st = ct_equipment_get(app, s.equipment_id, &e, &err);
    if (st == CT_OK && schedule_id != 0)
        st = ct_task_check_for(app, &e, s.kind, s.template_id, check, &err);
    if (st != CT_OK) {
        ct_ui_say_error(ui, &err);
        return false;
    }
    if (schedule_id == 0 || check[0] == '\0')
        return ct_ui_push(ui, &ct_screen_task, &form);
    const struct ct_walk_arg walk = {.equipment_id = e.id, .schedule_id = schedule_id,
                                     .kind = s.kind};
    return ct_ui_push(ui, &ct_screen_walk, &walk);
}

/* ---- the list --------------------------------------------------------------------------- */

static void judge(struct walk *s)
{
    const struct ct_check_now at = {0, CT_UNSET};
    ct_checklist_eval(s->t, s->a, &at, s->state);
    ct_table_reload(&s->table);
}

/* The item of a row: what its conditions hide has none. */
static size_t item_at(const struct walk *s, int64_t row)
{
    for (size_t i = 0; i < s->t->n_items; i++)
        if (s->state[i].shown && row-- == 0)
            return i;
    return CT_CHECK_NONE;
}

static int64_t row_of(const struct walk *s, size_t item)
{
    int64_t row = 0;
    for (size_t i = 0; i < item; i++)
        row += s->state[i].shown;
    return row;
}

static int64_t row_count(void *arg)
{
    const struct walk *s = arg;
    return row_of(s, s->t->n_items);
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *answer_text(const struct walk *s, size_t i, enum ct_role_ui *role)
{
    const struct ct_check_answer *a = &s->a[i];
    if (a->given == CT_CHECK_NOT_ASKED)
        return "";
    if (a->given == CT_CHECK_NOT_APPLICABLE)
        return "n/a";
    *role = s->state[i].stop ? CT_R_ALARM : CT_R_TEXT;
    if (s->state[i].stop)
        return a->n == CT_CHECK_YES ? "yes !" : "NO !";
    return a->n == CT_CHECK_YES ? "yes" : "no";
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct walk *s = arg;
    size_t i = item_at(s, row);
    if (i == CT_CHECK_NONE)
        return "";
    switch (column) {
    case COL_ANSWER: return answer_text(s, i, role);
    case COL_ITEM: return s->t->item[i].text;
    default: return s->a[i].comment;
    }
}

static size_t chosen(const struct walk *s)
{
    return item_at(s, s->table.cursor);
}

/* On to the next that is not answered, below first. */
static void go_on(struct walk *s, size_t from)
{
    size_t n = s->t->n_items;
    for (size_t k = 1; k <= n; k++) {
        size_t i = (from + k) % n;
        if (s->state[i].shown && s->a[i].given == CT_CHECK_NOT_ASKED) {
            s->table.cursor = row_of(s, i);
            return;
        }
    }
}

/* ---- opening ------------------------------------------------------------------------------ */

static void number_put(struct ct_draft *d, const char *name, int64_t n)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)n);
    ct_draft_put(d, name, text);
}

static int64_t number_get(const struct ct_draft *d, const char *name)
{
    const char *text = ct_draft_get(d, name);
    int64_t n;
    return text != NULL && ct_parse_int(text, 0, INT64_MAX, &n) ? n : 0;
}

static void template_name(const struct walk *s, char *out, size_t size)
{
    snprintf(out, size, "%s %s", s->t->id, s->t->version);
}

/* What the draft says of the task itself, before the list is loaded. */
static bool draft_task(struct walk *s, const struct ct_draft *d)
{
    int64_t kind = number_get(d, "#kind"), why = number_get(d, "#why"),
            schedule = number_get(d, "#schedule");
    if (kind >= CT_TASKS || why >= CT_TASK_WHYS)
        return false;
    if (!s->arg.resume)
        return (int64_t)s->arg.kind == kind && s->arg.schedule_id == schedule;
    s->arg.kind = (enum ct_task_kind)kind;
    s->arg.why = (enum ct_task_why)why;
    s->arg.schedule_id = schedule;
    s->arg.done_ms = number_get(d, "#done");
    return true;
}

/* Answers of the same list alone: another version asks something else. */
static void draft_answers(struct walk *s, const struct ct_draft *d)
{
    char name[80];
    const char *was = ct_draft_get(d, "#template");
    template_name(s, name, sizeof name);
    if (was == NULL || strcmp(was, name) != 0) {
        ct_ui_say(s->ui, CT_R_WARN, "The list has changed since: it is asked anew.");
        return;
    }
    for (size_t i = 0; i < s->t->n_items; i++) {
        const char *text = ct_draft_get(d, s->t->item[i].id);
        if (text == NULL || text[0] == '\0')
            continue;
        if (text[0] != '-')
            s->a[i].given = text[0] == 'x' ? CT_CHECK_NOT_APPLICABLE : CT_CHECK_GIVEN;
        s->a[i].n = text[0] == 'y' ? CT_CHECK_YES : CT_CHECK_NO;
        ct_text_copy(s->a[i].comment, sizeof s->a[i].comment, text + 1);
    }
    ct_ui_say(s->ui, CT_R_TEXT, "As it was left; %s discards it.", "^X");
    s->changed = true;
}

static enum ct_status list_load(struct walk *s, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_schedule of = {.template_id = ""};
    char check[41];
    enum ct_status st = CT_OK;
    if (s->arg.result_id != 0)
        return ct_task_check_kept(app, s->arg.result_id, &s->t, &s->a, reterr);
    if (s->arg.schedule_id != 0)
        st = ct_schedule_get(app, s->arg.schedule_id, &of, reterr);
    if (st == CT_OK)
        st = ct_task_check_for(app, &s->e, s->arg.kind, of.template_id, check, reterr);
    if (st == CT_OK && check[0] == '\0')
        st = ct_fail(reterr, CT_ENOTFOUND, "", "No check is laid down for the %s of %s any more.",
                     CT_TASK_NAME[s->arg.kind], s->e.asset);
    if (st == CT_OK)
        st = ct_task_check_load(app, check, &s->t, reterr);
    if (st != CT_OK)
        return st;
    s->a = calloc(s->t->n_items, sizeof *s->a);
    return s->a != NULL ? CT_OK
                        : ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the check.");
}

static void walk_close(struct ct_view *v)
{
    struct walk *s = ct_view_state(v);
    ct_checklist_free(s->t);
    free(s->a);
}

static enum ct_status walk_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct walk *s = ct_view_state(v);
    struct ct_draft d = {.n = 0};
    bool drafted = false;
    s->ui = ct_view_ui(v);
    s->arg = *(const struct ct_walk_arg *)arg;
    struct ct_app *app = ct_ui_app(s->ui);
    enum ct_status st = ct_equipment_get(app, s->arg.equipment_id, &s->e, reterr);
    snprintf(s->kind, sizeof s->kind, CT_DRAFT_WALK "%lld", (long long)s->arg.equipment_id);
    if (st == CT_OK && s->arg.result_id == 0 &&
        ct_draft_latest(app, s->kind, CT_UNSET, &d, NULL) == CT_OK)
        drafted = draft_task(s, &d);
    if (st == CT_OK && s->arg.resume && !drafted)
        st = ct_fail(reterr, CT_ENOTFOUND, "", "There is no such draft any more.");
    if (st == CT_OK && s->arg.result_id == 0)
        st = ct_task_tested_for(app, &s->e, &s->fault_id, reterr);
    if (st == CT_OK)
        st = list_load(s, reterr);
    if (st == CT_OK && s->t->n_items > CT_TASK_CHECK_ITEMS_MAX)
        st = ct_fail(reterr, CT_EDAMAGED, "", "The check has too many items.");
    if (st == CT_OK) {
        ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                      (struct ct_table_source){
                          .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
        if (drafted)
            draft_answers(s, &d);
        judge(s);
        if (drafted)
            go_on(s, s->t->n_items - 1);
    } else {
        walk_close(v);
    }
    ct_draft_done(&d);
    return st;
}

static bool walk_draft(struct ct_view *v, struct ct_draft *d)
{
    const struct walk *s = ct_view_state(v);
    char text[CT_CHECK_COMMENT_MAX + 2];
    const char *typing = ct_ui_prompt_text(v);
    if (s->arg.result_id != 0 || (!s->changed && typing == NULL))
        return false;
    ct_text_copy(d->kind, sizeof d->kind, s->kind);
    d->patient_id = CT_UNSET;
    number_put(d, "#kind", s->arg.kind);
    number_put(d, "#why", s->arg.why);
    number_put(d, "#schedule", s->arg.schedule_id);
    number_put(d, "#done", s->arg.done_ms);
    template_name(s, text, sizeof text);
    ct_draft_put(d, "#template", text);
    for (size_t i = 0; i < s->t->n_items; i++) {
        const struct ct_check_answer *a = &s->a[i];
        const char *said = typing != NULL && i == s->asked ? typing : a->comment;
        if (a->given == CT_CHECK_NOT_ASKED && said[0] == '\0')
            continue;
        text[0] = a->given == CT_CHECK_NOT_ASKED        ? '-'
                  : a->given == CT_CHECK_NOT_APPLICABLE ? 'x'
                  : a->n == CT_CHECK_YES                ? 'y'
                                                        : 'n';
        ct_text_copy(text + 1, sizeof text - 1, said);
        ct_draft_put(d, s->t->item[i].id, text);
    }
    return true;
}

/* ---- drawing ---------------------------------------------------------------------------- */

static void verdict_draw(const struct walk *s, struct ct_grid *g, int row, int col, int cols)
{
    enum ct_task_verdict verdict;
    struct ct_error err;
    bool whole = ct_task_check_verdict(s->t, s->a, &verdict, NULL, 0, &err) == CT_OK;
    enum ct_role_ui role = verdict == CT_TASK_FAILED  ? CT_R_ALARM
                           : verdict == CT_TASK_LIMITED ? CT_R_WARN
                           : whole                      ? CT_R_OK
                                                        : CT_R_TEXT;
    if (s->arg.result_id != 0)
        ct_grid_printf(g, row, col, cols, role, "R-%lld: %s", (long long)s->arg.result_id,
                       VERDICT[verdict]);
    else if (whole)
        ct_grid_printf(g, row, col, cols, role, "All answered: %s. Enter records it.%s",
                       VERDICT[verdict],
                       verdict == CT_TASK_FAILED ? " It is set apart, a fault is opened." : "");
    else if (verdict == CT_TASK_FAILED)
        ct_grid_printf(g, row, col, cols, role, "It fails already; %.90s", err.text);
    else
        ct_grid_printf(g, row, col, cols, role, "%.120s", err.text);
}

static void walk_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct walk *s = ct_view_state(v);
    int row = body.row, col = body.col + 1, cols = body.cols - 2, end = body.row + body.rows;
    size_t i = chosen(s);
    ct_ui_subject(s->ui, "%s  %s %s", s->e.asset, s->e.maker, s->e.model);
    ct_grid_printf(g, row++, col, cols, CT_R_HEAD, "CHECK OF %s: %s, version %s%s", s->e.asset,
                   s->t->title, s->t->version, s->fault_id != 0 ? "; test after repair" : "");
    row += ct_draw_wrapped(g, (struct ct_rect){row, col, 2, cols}, CT_R_NOTE, s->t->note);
    ct_table_draw(&s->table, g, row, body.col, end - row - 5, body.cols, true);
    ct_grid_hline(g, end - 5, body.col, body.cols);
    if (i != CT_CHECK_NONE) {
        const struct ct_check_item *item = &s->t->item[i];
        int used = ct_draw_wrapped(g, (struct ct_rect){end - 4, col, 3, cols}, CT_R_TITLE,
                                   item->text);
        const char *more = s->a[i].comment[0] != '\0' ? s->a[i].comment
                           : s->state[i].note         ? item->note
                                                      : "";
        ct_draw_wrapped(g, (struct ct_rect){end - 4 + used, col, 3 - used, cols}, CT_R_NOTE,
                        more);
    }
    verdict_draw(s, g, end - 1, col, cols);
}

/* ---- keys -------------------------------------------------------------------------------- */

static bool open_check(const struct ct_view *v)
{
    return ((const struct walk *)ct_view_state(v))->arg.result_id == 0;
}

static bool may_be_na(const struct ct_view *v)
{
    const struct walk *s = ct_view_state(v);
    size_t i = chosen(s);
    return open_check(v) && i != CT_CHECK_NONE && s->t->item[i].na;
}

static bool complete(const struct ct_view *v)
{
    const struct walk *s = ct_view_state(v);
    enum ct_task_verdict verdict;
    return open_check(v) &&
           ct_task_check_verdict(s->t, s->a, &verdict, NULL, 0, NULL) == CT_OK;
}

static enum ct_reaction walk_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct walk *)ct_view_state(v))->table, e);
}

static void remark_given(struct ct_view *v, const char *text)
{
    struct walk *s = ct_view_state(v);
    if (text == NULL)
        return;
    if (strlen(text) > CT_CHECK_COMMENT_MAX) {
        ct_ui_say(s->ui, CT_R_WARN, "A remark has at most %d bytes.", CT_CHECK_COMMENT_MAX);
        return;
    }
    ct_text_copy(s->a[s->asked].comment, sizeof s->a[s->asked].comment, text);
    s->changed = true;
    judge(s);
    if (s->a[s->asked].given != CT_CHECK_NOT_ASKED && !s->state[s->asked].comment_missing)
        go_on(s, s->asked);
}

static enum ct_reaction remark_of(struct ct_view *v, size_t item, const char *label)
{
    struct walk *s = ct_view_state(v);
    s->asked = item;
    ct_ui_prompt(v, label, s->a[item].comment, remark_given);
    return CT_HANDLED;
}

static enum ct_reaction give(struct ct_view *v, enum ct_check_given given, int64_t n)
{
    struct walk *s = ct_view_state(v);
    size_t i = chosen(s);
    if (i == CT_CHECK_NONE)
        return CT_REFUSED;
    s->a[i].given = given;
    s->a[i].n = n;
    s->changed = true;
    judge(s);
    if (s->state[i].comment_missing)
        return remark_of(v, i, s->state[i].stop ? "What is wrong" : "What it is not to be used for");
    if (s->state[i].note)
        ct_ui_say(s->ui, CT_R_WARN, "%s", s->t->item[i].note);
    go_on(s, i);
    return CT_HANDLED;
}

static enum ct_reaction yes(struct ct_view *v)
{
    return give(v, CT_CHECK_GIVEN, CT_CHECK_YES);
}

static enum ct_reaction no(struct ct_view *v)
{
    return give(v, CT_CHECK_GIVEN, CT_CHECK_NO);
}

static enum ct_reaction not_applicable(struct ct_view *v)
{
    return give(v, CT_CHECK_NOT_APPLICABLE, 0);
}

static enum ct_reaction remark(struct ct_view *v)
{
    struct walk *s = ct_view_state(v);
    size_t i = chosen(s);
    return i != CT_CHECK_NONE ? remark_of(v, i, "Remark") : CT_REFUSED;
}

static enum ct_reaction record(struct ct_view *v)
{
    struct walk *s = ct_view_state(v);
    struct ct_ui *ui = s->ui;
    struct ct_app *app = ct_ui_app(ui);
    struct ct_error err;
    char asset[CT_ASSET_MAX + 1];
    struct ct_task_result r = {.equipment_id = s->e.id, .kind = s->arg.kind,
                               .schedule_id = s->arg.schedule_id, .why = s->arg.why,
                               .fault_id = s->fault_id, .done_ms = s->arg.done_ms};
    if (ct_task_check_record(app, &r, s->t, s->a, &err) != CT_OK) {
        size_t i = ct_checklist_find(s->t, err.field);
        if (i != CT_CHECK_NONE)
            s->table.cursor = row_of(s, i);
        ct_ui_say_error(ui, &err);
        return CT_REFUSED;
    }
    s->changed = false;
    if (ct_draft_drop(app, s->kind, CT_UNSET, &err) != CT_OK)
        ct_ui_say_error(ui, &err);
    ct_text_copy(asset, sizeof asset, s->e.asset);
    ct_ui_pop(ui);
    ct_task_said(ui, asset, &r);
    return CT_HANDLED;
}

static enum ct_reaction discard(struct ct_view *v)
{
    struct walk *s = ct_view_state(v);
    struct ct_error err;
    memset(s->a, 0, s->t->n_items * sizeof *s->a);
    s->changed = false;
    s->table.cursor = s->table.top = 0;
    judge(s);
    if (ct_draft_drop(ct_ui_app(s->ui), s->kind, CT_UNSET, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "Draft discarded: the check begins anew.");
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "check.record", .keys = "Enter ^S F10", .label = "record",
     .perm = CT_PERM_EQUIP_WRITE,
     .help = "Record the check with its answers; the verdict follows from them.", .run = record,
     .shown = complete},
    {.id = "check.yes", .keys = "y", .label = "yes", .perm = CT_PERM_EQUIP_WRITE,
     .help = "This item: yes.", .run = yes, .shown = open_check},
    {.id = "check.no", .keys = "n", .label = "no", .perm = CT_PERM_EQUIP_WRITE,
     .help = "This item: no.", .run = no, .shown = open_check},
    {.id = "check.na", .keys = "x", .label = "not applicable", .perm = CT_PERM_EQUIP_WRITE,
     .help = "This item does not apply to this device; only where the list allows it.",
     .run = not_applicable, .shown = may_be_na},
    {.id = "check.remark", .keys = "r", .label = "remark", .perm = CT_PERM_EQUIP_WRITE,
     .help = "A remark on this item.", .run = remark, .shown = open_check},
    {.id = "check.discard", .keys = "^X", .label = "discard", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Take all answers back and drop the draft.", .run = discard, .shown = open_check},
    {.id = NULL},
};

const struct ct_screen ct_screen_walk = {
    .id = "check",
    .title = "Check of a device",
    .help = "The check that is laid down for this task, one key an item; the maker's manual goes "
            "before it. The verdict is never typed: an item marked ! fails the check, which "
            "sets the device apart and opens a fault; others limit its use, and the remark says "
            "how. Answers and the list as it was are kept with the result.",
    .perm = CT_PERM_EQUIP_READ,
    .state_size = sizeof(struct walk),
    .commands = COMMANDS,
    .open = walk_open,
    .draw = walk_draw,
    .event = walk_event,
    .draft = walk_draft,
    .close = walk_close,
};
