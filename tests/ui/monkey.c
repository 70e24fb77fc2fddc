/* Monkey: 20,000 random events into the ui; the seeds are fixed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/support/fake/fake_app.c"

enum { EVENTS = 20000 };

static uint64_t state_of;

static uint32_t random_below(uint32_t n)
{
    state_of = state_of * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(state_of >> 33) % n;
}

static struct ct_event random_event(void)
{
    static const char *const PASTES[] = {"", "x", "y y y", "\xe6\x9d\x8e\xe6\x95\x8f",
                                         "1234567890"};
    static const uint32_t LIKELY[] = {'e',         'a', 'y',          'n',          'k',
                                      'd',         'u', 'o',          'r',          'w',
                                      '?',         ':', CT_KEY_ESC,   CT_KEY_ENTER, CT_KEY_UP,
                                      CT_KEY_DOWN, 'L', CT_CTRL('s'), CT_CTRL('g')};
    switch (random_below(12)) {
    case 0: {
        const char *p = PASTES[random_below(CT_LEN(PASTES))];
        return (struct ct_event){.kind = CT_EV_PASTE, .text = p, .text_len = strlen(p)};
    }
    case 1:
        return (struct ct_event){.kind = CT_EV_TICK};
    case 2:
        return (struct ct_event){.kind = CT_EV_RESIZE};
    case 3:
        return (struct ct_event){.kind = CT_EV_KEY,
                                 .key = CT_KEY_BACKSPACE +
                                        random_below(CT_KEY_UNKNOWN - CT_KEY_BACKSPACE + 1)};
    case 4:
        return (struct ct_event){.kind = CT_EV_KEY, .key = 1 + random_below(0x10ffff)};
    case 5:
        return (struct ct_event){.kind = CT_EV_KEY, .key = 1 + random_below(127)};
    default:
        return (struct ct_event){.kind = CT_EV_KEY,
                                 .key = LIKELY[random_below(CT_LEN(LIKELY))]};
    }
}

static void check(struct ct_ui *ui, struct ct_grid *g)
{
    assert_non_null(ct_ui_top(ui));
    assert_non_null(ct_view_screen(ct_ui_top(ui)));
    ct_ui_draw(ui, g);
    assert_in_range(g->cursor_row, 0, g->rows - 1);
    assert_in_range(g->cursor_col, 0, g->cols - 1);
    assert_true(g->cursor_shown);
    for (int i = 0; i < g->rows * g->cols; i++)
        assert_false(ct_text_unsafe(g->cell[i].cp[0]));
}

static void walk(struct ct_app *app, uint64_t seed, int events)
{
    struct ct_grid g;
    assert_true(ct_grid_init(&g, 24, 80, seed % 2 == 1));
    struct ct_ui *ui = fake_ui(app);
    state_of = seed;
    for (int i = 0; i < events; i++) {
        if (app != NULL) {
            fake_advance(app, random_below(40) == 0 ? 400000 : random_below(700));
            app->changed = random_below(10) == 0;
            app->dead = random_below(50) == 0;
            app->check = random_below(400) == 0 ? CT_EDENIED : CT_OK;
            app->keep_fails = random_below(10) == 0 ? CT_EFULL : CT_OK;
            app->who.role = (enum ct_role)random_below(CT_ROLES);
            if (app->state == CT_OUT && random_below(4) == 0)
                app->state = CT_IN; /* somebody logs in */
        }
        fake_seen.refuse_open = random_below(8) == 0;
        fake_seen.hide = random_below(2) == 0;
        struct ct_event e = random_event();
        ct_ui_event(ui, &e);
        if (random_below(3) == 0)
            ct_ui_timers(ui);
        assert_true(ct_ui_timeout(ui) >= -1);
        if (random_below(20) == 0)
            assert_true(
                ct_grid_resize(&g, 1 + (int)random_below(60), 1 + (int)random_below(200)));
        else if (g.rows < 24 || g.cols < 80)
            assert_true(ct_grid_resize(&g, 24, 80));
        check(ui, &g);
        if (app != NULL && app->state == CT_LOCKED)
            assert_string_equal(ct_view_screen(ct_ui_top(ui))->id, "locked");
        if (ct_ui_done(ui, NULL)) { /* it may leave: begin again */
            ct_ui_free(ui);
            if (app != NULL)
                app->state = CT_IN;
            ui = fake_ui(app);
        }
    }
    ct_ui_free(ui);
    ct_grid_done(&g);
}

static void test_with_a_session(void **state)
{
    (void)state;
    struct ct_app app;
    fake_app_init(&app, CT_TECHNICIAN);
    walk(&app, 1, EVENTS);
    assert_true(app.keeps > 0 && app.locks > 0 && app.logouts > 0);
}

static void test_without_a_session(void **state)
{
    (void)state;
    walk(NULL, 7, EVENTS / 4);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_with_a_session),
        cmocka_unit_test(test_without_a_session),
    };
    return cmocka_run_group_tests_name("monkey", tests, NULL, NULL);
}
