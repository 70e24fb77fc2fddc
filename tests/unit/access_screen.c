/* At the screen: an opening that ends while a form stands there, the question that
 * follows, and the privacy screen, by a clock that the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/access.h"
#include "tests/support/ward.h"
#include "ui/screens/screens.h"

#define MIN(n) ((int64_t)(n) * CT_MINUTE_MS)

struct desk {
    struct ward *w;
    struct ct_ui *ui;
    struct ct_grid g;
    int64_t id;
};

static void desk_begin(struct ward *w, struct desk *d)
{
    *d = (struct desk){.w = w};
    d->id = ward_patient(w, "Secret", "Sam", "", "1960-01-01");
    ok(ct_access_restrict(w->sue, d->id, CT_RESTRICTED_SET, "in the papers", e));
    d->ui = ct_ui_new(&(struct ct_ui_options){.app = w->tom,
                                              .rules = &w->rules,
                                              .first = &ct_screen_home,
                                              .locked = &ct_screen_locked,
                                              .restricted = &ct_screen_restricted,
                                              .all = ct_screens});
    assert_non_null(d->ui);
    assert_true(ct_grid_init(&d->g, 24, 80, false));
}

static void desk_end(struct desk *d)
{
    ct_ui_free(d->ui);
    ct_grid_done(&d->g);
}

static void key(struct desk *d, uint32_t k)
{
    ct_ui_draw(d->ui, &d->g);
    ct_ui_event(d->ui, &(struct ct_event){.kind = CT_EV_KEY, .key = k});
}

static void type(struct desk *d, const char *text)
{
    for (; *text != '\0'; text++)
        key(d, (uint32_t)(unsigned char)*text);
}

static bool shows(struct desk *d, const char *text)
{
    CT_BUF b = {.max = 1 << 16};
    ct_ui_draw(d->ui, &d->g);
    ct_grid_dump(&d->g, false, &b);
    return strstr(ct_buf_str(&b), text) != NULL;
}

#define see(d, text)                                                                       \
    do {                                                                                   \
        if (!shows(d, text)) {                                                             \
            CT_BUF see_b = {.max = 1 << 16};                                               \
            ct_grid_dump(&(d)->g, false, &see_b);                                          \
            fail_msg("%d: '%s' is not to be seen:\n%s", __LINE__, text, ct_buf_str(&see_b)); \
        }                                                                                  \
    } while (0)

static const struct ct_screen *top(const struct desk *d)
{
    return ct_view_screen(ct_ui_top(d->ui));
}

/* The form of the restricted patient, opened for a reason. */
static void open_form(struct desk *d)
{
    struct ct_vitals_arg arg = {.patient_id = d->id};
    assert_false(ct_ui_push(d->ui, &ct_screen_vitals, &arg)); /* by nobody's key: refused */
    assert_ptr_equal(top(d), &ct_screen_home);
    key(d, '/');
    type(d, "secret");
    key(d, CT_KEY_ENTER);
    assert_ptr_equal(top(d), &ct_screen_restricted);
    type(d, "round of this bay");
    key(d, CT_KEY_ENTER);
    assert_ptr_equal(top(d), &ct_screen_patient);
    key(d, 'v');
    assert_ptr_equal(top(d), &ct_screen_vitals);
}

static void test_opening_ends_in_a_form(void **state)
{
    struct desk d;
    desk_begin(*state, &d);
    open_form(&d);
    see(&d, "restricted: opened by you until ");
    type(&d, "12080");
    key(&d, '7');
    see(&d, "120/80");
    for (int i = 0; i < 45; i++) { /* somebody is there: no idle lock */
        d.w->c.now += MIN(4);
        key(&d, CT_CTRL('l'));
    }
    see(&d, "The time for which this record was open to you is over.");
    assert_false(shows(&d, "120/80"));
    key(&d, '2');
    assert_ptr_equal(top(&d), &ct_screen_restricted);
    key(&d, CT_KEY_ESC); /* back is back: not asked again at once */
    assert_ptr_equal(top(&d), &ct_screen_vitals);
    assert_false(shows(&d, "120/80"));
    key(&d, CT_CTRL('s'));
    assert_ptr_equal(top(&d), &ct_screen_restricted);
    type(&d, "round of this bay goes on");
    key(&d, CT_KEY_ENTER);
    assert_ptr_equal(top(&d), &ct_screen_vitals);
    see(&d, "120/80"); /* all that was typed, the half pulse too */
    see(&d, "restricted: opened by you until ");
    key(&d, '2');
    see(&d, "Pulse           72");
    assert_int_equal(app_int(d.w->tom, "SELECT count(*) FROM break_glass"), 2);
    assert_int_equal(app_int(d.w->tom, "SELECT count(*) FROM draft WHERE kind = 'vitals'"), 1);
    desk_end(&d);
}

/* Refused by the store between two draws: the save asks, and the form stays. */
static void test_a_refused_save_asks(void **state)
{
    struct desk d;
    desk_begin(*state, &d);
    ok(ct_access_lift(d.w->sue, d.id, "for a while", e));
    struct ct_vitals_arg arg = {.patient_id = d.id};
    assert_true(ct_ui_push(d.ui, &ct_screen_vitals, &arg));
    type(&d, "1208072169");
    type(&d, "8a368a");
    ct_ui_draw(d.ui, &d.g);
    ok(ct_access_restrict(d.w->sue, d.id, CT_RESTRICTED_SET, "in the papers again", e));
    ct_ui_event(d.ui, &(struct ct_event){.kind = CT_EV_KEY, .key = CT_CTRL('s')});
    assert_ptr_equal(top(&d), &ct_screen_restricted);
    assert_int_equal(app_int(d.w->tom, "SELECT count(*) FROM vitals"), 0);
    type(&d, "set was taken before");
    key(&d, CT_KEY_ENTER);
    assert_ptr_equal(top(&d), &ct_screen_vitals);
    see(&d, "Press the key again");
    key(&d, CT_CTRL('s'));
    if (top(&d) == &ct_screen_vitals) /* something unusual is asked about */
        key(&d, CT_CTRL('s'));
    assert_int_equal(app_int(d.w->tom, "SELECT count(*) FROM vitals"), 1);
    desk_end(&d);
}

static void test_privacy(void **state)
{
    struct desk d;
    desk_begin(*state, &d);
    int64_t free_id = ward_patient(d.w, "Visible", "Vera", "", "1960-01-01");
    struct ct_vitals_arg arg = {.patient_id = free_id};
    assert_true(ct_ui_push(d.ui, &ct_screen_vitals, &arg));
    type(&d, "120");
    key(&d, CT_CTRL('p'));
    assert_true(ct_ui_private(d.ui));
    see(&d, "Covered. Enter goes on.");
    assert_false(shows(&d, "VISIBLE"));
    assert_false(shows(&d, "120"));
    assert_int_equal(app_int(d.w->tom, "SELECT count(*) FROM draft WHERE kind = 'vitals'"), 1);
    ct_ui_event(d.ui, &(struct ct_event){.kind = CT_EV_PASTE, .text = "999", .text_len = 3});
    type(&d, "8:x?");
    key(&d, CT_KEY_ESC);
    assert_true(ct_ui_private(d.ui));
    d.w->c.now += 60 * 1000;
    key(&d, CT_KEY_ENTER);
    assert_false(ct_ui_private(d.ui));
    see(&d, "VISIBLE");
    type(&d, "80");
    see(&d, "120/80");
    key(&d, CT_CTRL('p'));
    d.w->c.now += 121 * 1000;
    ct_ui_timers(d.ui);
    assert_int_equal(ct_app_state(d.w->tom), CT_LOCKED); /* the short time is over */
    assert_false(ct_ui_private(d.ui));
    assert_ptr_equal(top(&d), &ct_screen_locked);
    desk_end(&d);
}

/* Idle meanwhile counts from the last key before it. */
static void test_privacy_does_not_hold_off_the_lock(void **state)
{
    struct desk d;
    desk_begin(*state, &d);
    d.w->c.now += 290 * 1000; /* of 300 s */
    ct_ui_timers(d.ui);
    key(&d, CT_CTRL('p'));
    assert_true(ct_ui_private(d.ui));
    d.w->c.now += 60 * 1000;
    type(&d, "aaaa"); /* no key of its own keeps it open */
    d.w->c.now += 61 * 1000;
    key(&d, 'a');
    ct_ui_timers(d.ui);
    assert_int_equal(ct_app_state(d.w->tom), CT_LOCKED);
    desk_end(&d);
}

#define T(name) cmocka_unit_test_setup_teardown(name, ward_setup, ward_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_opening_ends_in_a_form),
        T(test_a_refused_save_asks),
        T(test_privacy),
        T(test_privacy_does_not_hold_off_the_lock),
    };
    return cmocka_run_group_tests_name("access_screen", tests, NULL, NULL);
}
