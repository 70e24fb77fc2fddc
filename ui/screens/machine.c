/* machine - one steriliser, washer or bath: the programmes that it runs, and its tests. */
#include "ui/screens/recalls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TESTS_MAX = 300 };

struct machine {
    struct ct_ui *ui;
    struct ct_equipment e;
    struct ct_machine_programme *p;
    size_t n;
    struct ct_machine_test *t;
    size_t n_tests;
    char ready[401]; /* why it takes no load by its first programme; "" it does */
    struct ct_table table;
    char cell[400];
    char programme[CT_PROGRAMME_ID_MAX + 1]; /* asked about */
};

enum { COL_DONE, COL_TEST, COL_RESULT, COL_TEXT };
static const struct ct_column COLUMNS[] = {
    [COL_DONE] = {.title = "Done", .width = 17, .frozen = true},
    [COL_TEST] = {.title = "Test", .width = 22},
    [COL_RESULT] = {.title = "Result", .width = 9},
    [COL_TEXT] = {.title = "Cycle, lot, by", .width = 0},
};

/* Of the programmes that take loads: the first that speaks against it. */
static void readiness(struct machine *s)
{
    struct ct_app *app = ct_ui_app(s->ui);
    s->ready[0] = '\0';
    for (size_t i = 0; i < s->n && s->ready[0] == '\0'; i++) {
        struct ct_error no = {0};
        if (ct_machine_ready(app, s->e.id, s->p[i].programme, ct_app_now(app), &no) != CT_OK &&
            strcmp(no.field, "programme") != 0)
            snprintf(s->ready, sizeof s->ready, "%s", no.text);
    }
}

static enum ct_status load(struct machine *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_machine_programme *p = NULL;
    struct ct_machine_test *t = NULL;
    size_t n = 0, n_tests = 0;
    enum ct_status rc = ct_equipment_get(app, id, &s->e, reterr);
    if (rc == CT_OK)
        rc = ct_machine_programmes(app, id, &p, &n, reterr);
    if (rc == CT_OK)
        rc = ct_machine_test_list(app, id, -1, TESTS_MAX, &t, &n_tests, reterr);
    if (rc != CT_OK) {
        free(p);
        return rc;
    }
    free(s->p);
    free(s->t);
    s->p = p;
    s->n = n;
    s->t = t;
    s->n_tests = n_tests;
    readiness(s);
    ct_table_reload(&s->table);
    return CT_OK;
}

static int64_t row_count(void *arg)
{
    return (int64_t)((struct machine *)arg)->n_tests;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct machine *s = arg;
    const struct ct_machine_test *t = &s->t[row];
    char cycle[32] = "";
    if (t->voided)
        *role = CT_R_DIM;
    else if (t->result == CT_MT_FAILED)
        *role = CT_R_WARN;
    switch (column) {
    case COL_DONE: ct_datetime_text(t->done_ms, s->cell); return s->cell;
    case COL_TEST: return CT_MT_NAME[t->kind];
    case COL_RESULT: return t->voided ? "IN ERROR" : CT_MT_RESULT_NAME[t->result];
    default:
        if (t->cycle_number != CT_UNSET)
            snprintf(cycle, sizeof cycle, "cycle %lld, ", (long long)t->cycle_number);
        snprintf(s->cell, sizeof s->cell, "%s%s%s%s%s%s%.120s", cycle,
                 t->lot[0] != '\0' ? "lot " : "", t->lot, t->lot[0] != '\0' ? ", " : "", t->by,
                 t->remark[0] != '\0' ? "; " : "", t->remark);
        return s->cell;
    }
}

static const struct ct_machine_test *chosen(const struct ct_view *v)
{
    const struct machine *s = ct_view_state(v);
    return s->n_tests > 0 ? &s->t[s->table.cursor] : NULL;
}

static enum ct_status machine_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct machine *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    return load(s, *(const int64_t *)arg, reterr);
}

static void machine_refresh(struct ct_view *v)
{
    struct machine *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->e.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void machine_close(struct ct_view *v)
{
    struct machine *s = ct_view_state(v);
    free(s->p);
    free(s->t);
}

static void machine_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct machine *s = ct_view_state(v);
    const struct ct_machine_test *t = chosen(v);
    CT_BUF b = {.max = 2000};
    char text[700];
    ct_ui_subject(s->ui, "%s  %s %s", s->e.asset, s->e.maker, s->e.model);
    ct_grid_printf(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD, "TESTS of %s",
                   s->e.asset);
    for (size_t i = 0; i < s->n; i++)
        ct_buf_printf(&b, "%s%s", i > 0 ? ", " : "Runs ", s->p[i].programme);
    ct_draw_wrapped(g, (struct ct_rect){body.row + 1, body.col + 1, 2, body.cols - 2},
                    s->n > 0 ? CT_R_TEXT : CT_R_WARN,
                    s->n > 0 ? ct_buf_str(&b) : "It runs no programme: a adds one.");
    if (s->n > 0)
        ct_draw_wrapped(g, (struct ct_rect){body.row + 3, body.col + 1, 3, body.cols - 2},
                        s->ready[0] != '\0' ? CT_R_WARN : CT_R_OK,
                        s->ready[0] != '\0' ? s->ready : "Ready: it may take a load.");
    ct_table_draw(&s->table, g, body.row + 6, body.col, body.rows - 9, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 3, body.col, body.cols);
    if (t == NULL)
        return;
    ct_machine_test_text(t, text, sizeof text);
    ct_draw_wrapped(g, (struct ct_rect){body.row + body.rows - 2, body.col + 1, 2, body.cols - 2},
                    CT_R_TEXT, text);
}

static enum ct_reaction machine_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct machine *)ct_view_state(v))->table, e);
}

static enum ct_reaction test(struct ct_view *v)
{
    const struct machine *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_machine_test, &s->e.id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction device(struct ct_view *v)
{
    const struct machine *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_device, &s->e.id) ? CT_HANDLED : CT_REFUSED;
}

/* What a positive indicator would recall of it now; another period by a key there. */
static enum ct_reaction went(struct ct_view *v)
{
    const struct machine *s = ct_view_state(v);
    struct ct_recall_arg arg = {.id = 0};
    struct ct_error err;
    if (ct_recall_unproven(ct_ui_app(s->ui), s->e.id, &arg.ask, NULL, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    return ct_ui_push(s->ui, &ct_screen_recall, &arg) ? CT_HANDLED : CT_REFUSED;
}

static bool can_void(const struct ct_view *v)
{
    return chosen(v) != NULL && !chosen(v)->voided;
}

static void void_because(struct ct_view *v, const char *reason)
{
    struct machine *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL || chosen(v) == NULL)
        return;
    if (ct_machine_test_void(ct_ui_app(s->ui), chosen(v)->id, reason, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "Marked as entered in error: it counts for nothing.");
    machine_refresh(v);
}

static enum ct_reaction in_error(struct ct_view *v)
{
    ct_ui_prompt(v, "Entered in error, because", "", void_because);
    return CT_HANDLED;
}

static void programme_because(struct ct_view *v, const char *reason)
{
    struct machine *s = ct_view_state(v);
    struct ct_error err = {0};
    struct ct_machine_programme m = {.equipment_id = s->e.id};
    if (reason == NULL)
        return;
    snprintf(m.programme, sizeof m.programme, "%s", s->programme);
    snprintf(m.reason, sizeof m.reason, "%s", reason);
    if (ct_machine_programme_add(ct_ui_app(s->ui), &m, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "%s runs %s.", s->e.asset, m.programme);
    machine_refresh(v);
}

/* The first time without a reason; the program asks for one where it needs it. */
static void programme_given(struct ct_view *v, const char *id)
{
    struct machine *s = ct_view_state(v);
    struct ct_error err = {0};
    struct ct_machine_programme m = {.equipment_id = s->e.id};
    if (id == NULL || id[0] == '\0')
        return;
    if (strlen(id) > CT_PROGRAMME_ID_MAX) {
        ct_ui_say(s->ui, CT_R_WARN, "There is no such programme.");
        return;
    }
    snprintf(m.programme, sizeof m.programme, "%s", id);
    snprintf(s->programme, sizeof s->programme, "%s", id);
    enum ct_status rc = ct_machine_programme_add(ct_ui_app(s->ui), &m, &err);
    if (rc == CT_EINVAL && strcmp(err.field, "reason") == 0) {
        ct_ui_prompt(v, "It ended once; again, because", "", programme_because);
        return;
    }
    if (rc != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "%s runs %s.", s->e.asset, m.programme);
    machine_refresh(v);
}

static enum ct_reaction add(struct ct_view *v)
{
    ct_ui_prompt(v, "Programme that it runs (porous-134, bowie-dick ...)", "", programme_given);
    return CT_HANDLED;
}

static void end_because(struct ct_view *v, const char *reason)
{
    struct machine *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    if (ct_machine_programme_end(ct_ui_app(s->ui), s->e.id, s->programme, reason, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "%s no longer runs %s.", s->e.asset, s->programme);
    machine_refresh(v);
}

static void end_given(struct ct_view *v, const char *id)
{
    struct machine *s = ct_view_state(v);
    if (id == NULL || id[0] == '\0')
        return;
    snprintf(s->programme, sizeof s->programme, "%s", id);
    ct_ui_prompt(v, "No longer run, because", "", end_because);
}

static enum ct_reaction end(struct ct_view *v)
{
    ct_ui_prompt(v, "Programme that it no longer runs", "", end_given);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "machine.test", .keys = "t Enter", .label = "test", .perm = CT_PERM_STERILE_WRITE,
     .help = "Record a test of this machine.", .run = test},
    {.id = "machine.add", .keys = "a", .label = "programme", .perm = CT_PERM_STERILE_PLAN,
     .help = "A programme that this machine runs, by its id.", .run = add},
    {.id = "machine.end", .keys = "x", .label = "end one", .perm = CT_PERM_STERILE_PLAN,
     .help = "A programme that it runs no more; asks for the reason.", .run = end},
    {.id = "machine.in_error", .keys = "d", .label = "in error", .perm = CT_PERM_STERILE_WRITE,
     .help = "Mark the test of this line as entered in error.", .run = in_error,
     .shown = can_void},
    {.id = "machine.went", .keys = "T", .label = "its packs", .perm = CT_PERM_STERILE_READ,
     .help = "Where its packs went, and on whom, since its last load with a valid negative "
             "biological indicator; there d asks for other days.",
     .run = went},
    {.id = "machine.device", .keys = "e", .label = "device", .perm = CT_PERM_EQUIP_READ,
     .help = "The machine as a device: faults, calibrations, papers.", .run = device},
    {.id = NULL},
};

const struct ct_screen ct_screen_machine = {
    .id = "machine",
    .title = "Machine",
    .help = "A steriliser, washer or bath: what it runs, whether it may take a load now, and "
            "its tests, the newest first. A test that was entered in error stays in the list "
            "and counts for nothing; the fault that a failure opened stays, too.",
    .perm = CT_PERM_STERILE_READ,
    .state_size = sizeof(struct machine),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = machine_open,
    .draw = machine_draw,
    .event = machine_event,
    .refresh = machine_refresh,
    .close = machine_close,
};
