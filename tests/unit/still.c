/* Screens that are left open: nothing on them changes while nothing happens, and what
 * becomes late says so by itself, within its minute. By a clock that the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/escalation.h"
#include "clinic/procedure.h"
#include "tests/support/ward.h"
#include "ui/screens/screens.h"

#define MIN(n) ((int64_t)(n) * CT_MINUTE_MS)

enum { CHANGES_MAX = 64 };

struct desk {
    struct ward *w;
    struct ct_app *app; /* at this one nobody is locked out for being idle */
    struct ct_ui *ui;
    struct ct_grid g;
    int64_t changed[CHANGES_MAX]; /* minutes of the day at which a tick changed the screen */
    size_t n;
};

static void desk_begin(struct ward *w, struct desk *d)
{
    *d = (struct desk){.w = w};
    w->c.config.idle_lock_s = 0;
    d->app = clinic_app(&w->c);
    ok(recorded_login(d->app, "tom", TOM_PASSWORD, e));
    d->ui = ct_ui_new(&(struct ct_ui_options){.app = d->app,
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
    ct_app_freep(&d->app);
}

static void look(struct desk *d, struct ct_buf *out)
{
    ct_ui_draw(d->ui, &d->g);
    ct_grid_dump(&d->g, true, out);
}

static bool shows(struct desk *d, const char *text)
{
    CT_BUF b = {.max = 1 << 16};
    look(d, &b);
    return strstr(ct_buf_str(&b), text) != NULL;
}

/* The whole row in which a text stands; "" when it is nowhere. */
static const char *row_of(struct desk *d, const char *text, char out[400])
{
    CT_BUF b = {.max = 1 << 16};
    look(d, &b);
    const char *at = strstr(ct_buf_str(&b), text);
    out[0] = '\0';
    if (at == NULL)
        return out;
    while (at > ct_buf_str(&b) && at[-1] != '\n')
        at--;
    snprintf(out, 400, "%.*s", (int)strcspn(at, "\n"), at);
    return out;
}

/* The clock goes on by minutes, nobody types. */
static void wait(struct desk *d, int minutes)
{
    CT_BUF before = {.max = 1 << 16};
    look(d, &before);
    d->n = 0;
    for (int i = 0; i < minutes; i++) {
        CT_BUF now = {.max = 1 << 16};
        d->w->c.now += MIN(1);
        ct_ui_timers(d->ui);
        look(d, &now);
        if (strcmp(ct_buf_str(&before), ct_buf_str(&now)) != 0 && d->n < CHANGES_MAX)
            d->changed[d->n++] = d->w->c.now / CT_MINUTE_MS % (24 * 60);
        ct_buf_clear(&before);
        ct_buf_str_add(&before, ct_buf_str(&now));
    }
}

/* Changes at these minutes of the day, and at no other. */
static void assert_changed(struct desk *d, const int *minute, size_t n)
{
    CT_BUF b = {.max = 4096};
    for (size_t i = 0; i < d->n; i++)
        ct_buf_printf(&b, " %02d:%02d", (int)d->changed[i] / 60, (int)d->changed[i] % 60);
    bool same = d->n == n;
    for (size_t i = 0; same && i < n; i++)
        same = d->changed[i] == minute[i];
    if (!same) {
        CT_BUF screen = {.max = 1 << 16};
        look(d, &screen);
        fail_msg("changed at%s:\n%s", ct_buf_str(&b), ct_buf_str(&screen));
    }
}

#define HM(h, m) ((h) * 60 + (m))

/* 09:42:10. Low, due at 10:20:30 ("soon"); due at 15:42; overdue; a procedure at 10:30. */
static int64_t people(struct ward *w)
{
    int64_t now = w->c.now, half = 12 * CT_HOUR_MS;
    int64_t soon = ward_patient(w, "Soon", "Sally", "", "1960-01-01");
    int64_t later = ward_patient(w, "Later", "Lars", "", "1961-01-01");
    int64_t over = ward_patient(w, "Over", "Olga", "", "1962-01-01");
    ward_record(w, soon, "120/80 72 16 98 36.6 A air", now + MIN(38) + 20000 - half);
    ward_record(w, later, "120/80 72 16 98 36.6 A air", now + MIN(360) - half);
    ward_record(w, over, "120/80 72 16 98 36.6 A air", now - MIN(100) - half);
    struct ct_procedure p = {.patient_id = soon, .planned_ms = now + MIN(48) - 10000,
                             .kind = "ecg-12-lead"};
    ok(ct_procedure_add(w->tom, &p, NULL, e));
    return soon;
}

static void begin(struct ward *w)
{
    w->c.now += (MIN(HM(9, 42)) + 10000 - w->c.now % CT_DAY_MS + CT_DAY_MS) % CT_DAY_MS;
}

static void test_home(void **state)
{
    struct ward *w = *state;
    struct desk d;
    char row[400];
    begin(w);
    people(w);
    desk_begin(w, &d);
    assert_true(shows(&d, "1 late"));
    assert_null(strstr(row_of(&d, "SOON", row), "LATE"));
    assert_non_null(strstr(row_of(&d, "SOON", row), "10:20"));
    wait(&d, 58); /* the hour takes in who is due by the next one */
    static const int AT[] = {HM(10, 0), HM(10, 21), HM(10, 31)};
    assert_changed(&d, AT, 3);
    assert_non_null(strstr(row_of(&d, "SOON", row), "LATE"));
    assert_true(shows(&d, "2 late"));
    desk_end(&d);
}

/* A bucket of the board is left when its time is over; between these nothing moves. */
static void test_board(void **state)
{
    struct ward *w = *state;
    struct desk d;
    begin(w);
    people(w);
    desk_begin(w, &d);
    assert_true(ct_ui_push(d.ui, &ct_screen_board, NULL));
    wait(&d, 58); /* at 10:22 its set of twelve hours ago is stale as well */
    static const int AT[] = {HM(9, 50), HM(10, 5), HM(10, 21), HM(10, 22), HM(10, 37)};
    assert_changed(&d, AT, 5);
    assert_true(shows(&d, " stale"));
    assert_true(shows(&d, "16 min and more late: 2"));
    desk_end(&d);
}

static void test_record(void **state)
{
    struct ward *w = *state;
    struct desk d;
    begin(w);
    int64_t soon = people(w);
    desk_begin(w, &d);
    assert_true(ct_ui_push(d.ui, &ct_screen_patient, &soon));
    assert_true(shows(&d, "next set by 10:20"));
    assert_false(shows(&d, "10:20 LATE"));
    wait(&d, 58);
    static const int AT[] = {HM(10, 21), HM(10, 31)};
    assert_changed(&d, AT, 2);
    assert_true(shows(&d, "next set by 10:20 LATE"));
    assert_true(shows(&d, "scheduled LATE"));
    desk_end(&d);
}

static void test_worklist(void **state)
{
    struct ward *w = *state;
    struct desk d;
    begin(w);
    people(w);
    desk_begin(w, &d);
    assert_true(ct_ui_push(d.ui, &ct_screen_worklist, NULL));
    wait(&d, 58);
    static const int AT[] = {HM(10, 31)};
    assert_changed(&d, AT, 1);
    assert_true(shows(&d, "scheduled LATE"));
    desk_end(&d);
}

/* A score that grows too old while its chart is open. */
static void test_trend(void **state)
{
    struct ward *w = *state;
    struct desk d;
    begin(w);
    int64_t stale = (int64_t)w->c.config.stale_after_min * CT_MINUTE_MS;
    int64_t id = ward_patient(w, "Old", "Otto", "", "1960-01-01");
    ward_record(w, id, "120/80 72 16 98 36.6 A air", w->c.now + MIN(20) + 30000 - stale);
    desk_begin(w, &d);
    assert_true(ct_ui_push(d.ui, &ct_screen_trend, &id));
    assert_false(shows(&d, "STALE"));
    wait(&d, 40);
    static const int AT[] = {HM(10, 3)};
    assert_changed(&d, AT, 1);
    assert_true(shows(&d, "STALE"));
    desk_end(&d);
}

/* Who waits for somebody: silent until a time to accept is over. */
static void test_escalations(void **state)
{
    struct ward *w = *state;
    struct desk d;
    begin(w);
    int64_t id = ward_patient(w, "Worse", "Wanda", "", "1960-01-01");
    ward_record(w, id, "90/50 135 26 90 38.5 V air", w->c.now);
    struct ct_escalation *list = NULL;
    size_t n = 0;
    ok(ct_escalation_list(w->tom, 0, 0, 10, &list, &n, e));
    assert_int_equal(n, 1);
    int64_t left = (list[0].deadline_ms - w->c.now) / CT_MINUTE_MS;
    int64_t over = list[0].deadline_ms / CT_MINUTE_MS % (24 * 60);
    free(list);
    assert_true(left > 2);
    desk_begin(w, &d);
    assert_true(ct_ui_push(d.ui, &ct_screen_escalations, NULL));
    wait(&d, (int)left - 1);
    assert_changed(&d, NULL, 0);
    wait(&d, 3); /* the next level is asked */
    assert_int_equal(d.n, 1);
    assert_true(d.changed[0] == over || d.changed[0] == over + 1);
    assert_true(shows(&d, "critical care team"));
    assert_false(shows(&d, "LATE"));
    wait(&d, 57); /* the last level, and the time to come to the patient */
    assert_in_range(d.n, 1, 2);
    assert_true(shows(&d, "LATE"));
    assert_true(shows(&d, "1 overdue"));
    desk_end(&d);
}

/* A round: who becomes late in it is marked. */
static void test_round(void **state)
{
    struct ward *w = *state;
    struct desk d;
    char row[400];
    begin(w);
    int64_t soon = people(w);
    struct ct_round_arg arg = {.n = 1};
    arg.patient_id[0] = soon;
    desk_begin(w, &d);
    assert_true(ct_ui_push(d.ui, &ct_screen_round, &arg));
    assert_null(strstr(row_of(&d, "SOON", row), "LATE"));
    wait(&d, 58);
    static const int AT[] = {HM(10, 21)};
    assert_changed(&d, AT, 1);
    assert_non_null(strstr(row_of(&d, "SOON", row), "LATE"));
    desk_end(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_home, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_board, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_record, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_worklist, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_trend, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_escalations, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_round, ward_setup, ward_teardown),
    };
    return cmocka_run_group_tests_name("still", tests, NULL, NULL);
}
