/* Widgets: random keys, pastes and sizes on a form, an editor and a table at
 * once. Whatever comes, the cursor is in the grid, the focus is on a field that
 * is there, and what a form says it refuses has a reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "clinic/quantity.h"
#include "tests/ui/widget.h"
#include "ui/tk/form.h"
#include "ui/tk/table.h"

enum { EVENTS = 50000, ROWS = 1000000 };

static const enum ct_q ORDER[] = {CT_Q_SBP,     CT_Q_DBP,  CT_Q_PULSE, CT_Q_O2,
                                  CT_Q_O2_FLOW, CT_Q_TEMP, CT_Q_ACVPU, CT_Q_WEIGHT};
enum { N_Q = CT_LEN(ORDER), N_FIELDS = N_Q + 4 };

struct place {
    struct ct_field field[N_FIELDS];
    struct ct_form form;
    struct ct_editor editor;
    struct ct_table table;
    int64_t rows;
    bool skip[N_FIELDS];
    char cell[64];
};

static bool has_no_meaning(const struct ct_form *f, size_t i)
{
    return ((const struct place *)f->arg)->skip[i];
}

static bool unusual(const struct ct_form *f, size_t i, int64_t value, char *why, size_t size)
{
    (void)f;
    snprintf(why, size, "it is a multiple of seven");
    return i == 2 && value % 7 == 0;
}

static int64_t count(void *arg)
{
    return ((struct place *)arg)->rows;
}

static bool load(void *arg, int64_t first, int n)
{
    const struct place *p = arg;
    assert_true(first >= 0 && n > 0 && n <= 60 && first + n <= p->rows);
    return n % 13 != 12; /* now and then it cannot */
}

static const char *cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    static const char *const TEXT[] = {"", "\xe6\x9d\x8e\xe6\x95\x8f", "e\xcc\x81", "\x1b[2J"};
    struct place *p = arg;
    *role = (enum ct_role_ui)(row % CT_ROLES_UI);
    snprintf(p->cell, sizeof p->cell, "%s%lld", TEXT[(row + column) % 4], (long long)row);
    return p->cell;
}

static void make(struct place *p)
{
    static const struct ct_column COLUMNS[] = {{.title = "Name", .frozen = true},
                                               {.title = "Born", .width = 11},
                                               {.title = "N", .width = 6, .align = 1},
                                               {.title = "Rest", .width = 9, .gone_below = 40}};
    struct ct_limits l;
    assert_int_equal(ct_limits_load(NULL, &l, NULL), CT_OK);
    for (size_t i = 0; i < N_Q; i++)
        ct_quantity_field(ORDER[i], i == 5, &l, &p->field[i]);
    p->field[4].joined = true;
    p->field[N_Q] = (struct ct_field){.name = "note",
                                      .label = "Note",
                                      .kind = CT_F_TEXT,
                                      .width = 20,
                                      .max_bytes = 30,
                                      .required = true};
    p->field[N_Q + 1] =
        (struct ct_field){.name = "born", .label = "Born", .kind = CT_F_DATE, .width = 12};
    p->field[N_Q + 2] =
        (struct ct_field){.name = "taken", .label = "Taken", .kind = CT_F_TIME, .width = 14};
    p->field[N_Q + 3] =
        (struct ct_field){.name = "pin", .label = "Secret", .kind = CT_F_SECRET, .width = 9};
    assert_true(ct_form_init(&p->form, p->field, N_FIELDS, 14));
    p->form.skip = has_no_meaning;
    p->form.unusual = unusual;
    p->form.arg = p;
    assert_true(ct_editor_init(&p->editor, 50));
    p->rows = ROWS;
    ct_table_init(
        &p->table, COLUMNS, CT_LEN(COLUMNS),
        (struct ct_table_source){.arg = p, .count = count, .load = load, .cell = cell});
}

static struct ct_event any_event(struct w_random *r)
{
    static const uint32_t KEYS[] = {CT_KEY_ENTER,
                                    CT_KEY_TAB,
                                    CT_KEY_ESC,
                                    CT_KEY_BACKSPACE,
                                    CT_KEY_DELETE,
                                    CT_KEY_UP,
                                    CT_KEY_DOWN,
                                    CT_KEY_LEFT,
                                    CT_KEY_RIGHT,
                                    CT_KEY_HOME,
                                    CT_KEY_END,
                                    CT_KEY_PAGE_UP,
                                    CT_KEY_PAGE_DOWN,
                                    CT_KEY_BACKTAB,
                                    CT_KEY_WORD_LEFT,
                                    CT_KEY_WORD_RIGHT,
                                    CT_KEY_F1,
                                    CT_KEY_UNKNOWN,
                                    CT_CTRL('u'),
                                    CT_CTRL('z'),
                                    CT_CTRL('y'),
                                    CT_CTRL('w'),
                                    CT_CTRL('k'),
                                    0x301,
                                    0x674e,
                                    0xe9,
                                    0x1f600,
                                    0x202e,
                                    0x200d,
                                    0xd800,
                                    0xffff,
                                    0x10ffff,
                                    0,
                                    0x7f};
    static const char *const PASTES[] = {
        "120",
        "120/80\n",
        "\xff\xfe\x01",
        "",
        "e\xcc\x81 \xe6\x9d\x8e",
        "a line that is longer than most of the fields are, by far"};
    uint32_t what = w_next(r, 100);
    if (what < 45)
        return w_key((uint32_t) "0123456789./,-aAnNpPcvu tT"[w_next(r, 26)]);
    if (what < 50)
        return w_key(0x20 + w_next(r, 95));
    if (what < 55)
        return w_paste(PASTES[w_next(r, CT_LEN(PASTES))]);
    if (what < 57)
        return (struct ct_event){
            .kind = (enum ct_event_kind)w_next(r, 5), .text = "", .key = 0};
    return w_key(KEYS[w_next(r, CT_LEN(KEYS))]);
}

static void check_form(struct place *p, enum ct_form_result r)
{
    const struct ct_form *f = &p->form;
    assert_true(f->focus < f->n);
    if (r == CT_FORM_REFUSED || r == CT_FORM_ASKS)
        assert_true(f->message.text[0] != '\0');
    for (size_t i = 0; i < f->n; i++) {
        const struct ct_editor *e = &f->editor[i];
        assert_true(e->cursor <= e->len && e->len <= CT_EDITOR_BYTES);
        assert_true(ct_utf8_valid(e->text, e->len));
    }
    const struct ct_editor *secret = &f->editor[f->n - 1];
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(secret->text[i], 0);
}

/* Half of the time the whole window, else any part of it. */
static struct ct_rect any_place(struct w_random *r, const struct ct_grid *g)
{
    if (w_next(r, 2) == 0)
        return (struct ct_rect){0, 0, g->rows, g->cols};
    int row = (int)w_next(r, (uint32_t)g->rows), col = (int)w_next(r, (uint32_t)g->cols);
    return (struct ct_rect){row, col, (int)w_next(r, (uint32_t)(g->rows - row + 1)),
                            (int)w_next(r, (uint32_t)(g->cols - col + 1))};
}

static void draw_all(struct place *p, struct w_random *r, struct ct_grid *g)
{
    struct ct_rect at = any_place(r, g);
    char hint[200];
    w_frame(g, at.row, at.col, at.rows, at.cols);
    g->cursor_shown = false;
    ct_form_draw(&p->form, g, at);
    w_frame_whole(g, at.row, at.col, at.rows, at.cols);
    w_sound(g);
    if (at.rows > 0 && at.cols > 0) {
        assert_true(g->cursor_shown);
        assert_false(p->skip[p->form.focus]);
        assert_int_equal(g->cursor_row, ct_form_row_of(&p->form, p->form.focus, at));
        assert_true(g->cursor_col >= at.col && g->cursor_col <= at.col + at.cols);
    }
    ct_form_hint(&p->form, hint, sizeof hint);
    at = any_place(r, g);
    w_frame(g, at.row, at.col, at.rows, at.cols);
    ct_table_draw(&p->table, g, at.row, at.col, at.rows, at.cols, true);
    w_frame_whole(g, at.row, at.col, at.rows, at.cols);
    w_sound(g);
    ct_editor_draw(&p->editor, g, at.row, at.col, at.cols, true);
    w_sound(g);
}

static void test_random_events(void **state)
{
    (void)state;
    const int64_t now = INT64_C(1795340520000);
    struct place *p = calloc(1, sizeof *p);
    struct ct_grid g;
    struct w_random r = {20261122};
    assert_non_null(p);
    make(p);
    assert_true(ct_grid_init(&g, 24, 80, false));
    for (int i = 0; i < EVENTS; i++) {
        struct ct_event e = any_event(&r);
        enum ct_form_result result = ct_form_event(&p->form, &e, now);
        check_form(p, result);
        if (result == CT_FORM_END)
            assert_true(ct_form_check(&p->form, now));
        ct_editor_event(&p->editor, &e);
        ct_table_event(&p->table, &e);
        if (w_next(&r, 40) == 0) {
            p->skip[w_next(&r, N_FIELDS - 1) + 1] = w_next(&r, 3) == 0; /* the first stays */
            p->rows = w_next(&r, 4) == 0 ? (int64_t)w_next(&r, 30) : ROWS;
            ct_table_reload(&p->table);
        }
        if (w_next(&r, 60) == 0) {
            struct ct_error err = {.status = CT_EINVAL, .text = "Refused."};
            ct_text_copy(err.field, sizeof err.field, p->field[w_next(&r, N_FIELDS)].name);
            ct_form_fail(&p->form, &err);
            ct_form_set(&p->form, p->field[w_next(&r, N_FIELDS)].name, "36");
        }
        if (w_next(&r, 100) == 0)
            assert_true(ct_grid_resize(&g, 1 + (int)w_next(&r, 50), 1 + (int)w_next(&r, 130)));
        g.ascii = w_next(&r, 4) == 0;
        if (w_next(&r, 4) == 0)
            draw_all(p, &r, &g);
    }
    ct_grid_done(&g);
    ct_form_done(&p->form);
    ct_editor_done(&p->editor);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_events),
    };
    return cmocka_run_group_tests_name("widgets", tests, w_locale, NULL);
}
