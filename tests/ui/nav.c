/* Navigation: the stack, dialogs, drafts, the idle lock and the frame around it. */
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

static struct ct_app app;
static struct ct_grid grid;
static char screen[60000];

static const char *show(struct ct_ui *ui)
{
    CT_BUF b = {0};
    ct_ui_draw(ui, &grid);
    ct_grid_dump(&grid, false, &b);
    ct_text_copy(screen, sizeof screen, ct_buf_str(&b));
    return screen;
}

static bool shows(struct ct_ui *ui, const char *text)
{
    return strstr(show(ui), text) != NULL;
}

/* Row counted from the bottom: 1 is the status line. */
static const char *row_up(struct ct_ui *ui, int up)
{
    static char row[1000];
    show(ui);
    const char *p = screen;
    for (int i = 0; i < grid.rows - up; i++)
        p = strchr(p, '\n') + 1;
    ct_text_copy(row, strcspn(p, "\n") + 1, p);
    return row;
}

static const char *top_id(struct ct_ui *ui)
{
    return ct_view_screen(ct_ui_top(ui))->id;
}

static bool done(struct ct_ui *ui)
{
    return ct_ui_done(ui, NULL);
}

static int start(void **state)
{
    fake_app_init(&app, CT_TECHNICIAN);
    if (!ct_grid_init(&grid, 24, 80, false))
        return -1;
    *state = NULL;
    return 0;
}

static int stop(void **state)
{
    (void)state;
    ct_grid_done(&grid);
    return 0;
}

/* ---- frame -------------------------------------------------------------- */

static void test_frame(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    show(ui);
    assert_memory_equal(screen, " Riverside Clinic", 17);
    assert_non_null(strstr(screen, "A. Okafor  09:42\n─"));
    assert_string_equal(row_up(ui, 2), " e edit  Enter open  n count  a ask  L lock  h hide");
    assert_non_null(strstr(row_up(ui, 1), "? keys  store ok"));
    assert_true(grid.cursor_shown);
    assert_int_equal(grid.cursor_row, 3); /* on the > mark: what a screen reader follows */
    assert_int_equal(grid.cursor_col, 1);
    fake_key(ui, CT_KEY_DOWN);
    show(ui);
    assert_int_equal(grid.cursor_row, 4);
    ct_ui_free(ui);
}

static void test_small_window_says_so_and_keeps_all(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'e');
    fake_type(ui, "half a note");
    assert_true(ct_grid_resize(&grid, 10, 40));
    assert_true(shows(ui, "needs 80 by"));
    assert_int_equal(grid.cursor_row, 0);
    fake_type(ui, "unseen");
    fake_key(ui, CT_CTRL('s')); /* nobody sees what this would save */
    assert_int_equal(fake_seen.saved, 0);
    assert_true(ct_ui_beep_take(ui));
    for (int rows = 1; rows < 60; rows += 3)
        for (int cols = 1; cols < 200; cols += 7) {
            assert_true(ct_grid_resize(&grid, rows, cols));
            ct_ui_draw(ui, &grid);
            assert_in_range(grid.cursor_row, 0, rows - 1);
            assert_in_range(grid.cursor_col, 0, cols - 1);
        }
    assert_true(ct_grid_resize(&grid, 24, 80));
    assert_true(shows(ui, "half a note"));
    assert_string_equal(fake_edit_text(ct_ui_top(ui)), "half a note");
    ct_ui_free(ui);
}

static void test_status_stays_until_the_next_key(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'n');
    assert_true(shows(ui, " Counted 1."));
    ct_ui_event(ui, &(struct ct_event){.kind = CT_EV_TICK});
    assert_true(shows(ui, " Counted 1."));
    fake_key(ui, CT_KEY_DOWN);
    assert_false(shows(ui, " Counted 1."));
    fake_key(ui, 'Z');
    assert_true(shows(ui, "Z does nothing here"));
    assert_true(ct_ui_beep_take(ui));
    assert_false(ct_ui_beep_take(ui));
    ct_ui_free(ui);
}

static void test_long_message_is_shown_whole(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    ct_ui_say(ui, CT_R_ERROR,
              "The systolic pressure is not possible: it would have to lie between 30 and 300 "
              "mmHg, and the diastolic one below it. Type it again, or leave the field empty.");
    show(ui);
    assert_non_null(strstr(screen, "The systolic pressure"));
    assert_non_null(strstr(screen, "leave the field empty."));
    assert_null(strchr(row_up(ui, 1), '~'));
    ct_ui_free(ui);
}

static void test_ascii_frame_and_hostile_subject(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    ct_text_copy(app.who.name, sizeof app.who.name,
                 "Ol\033[2Jga M\xc3\xbcller-With-A-Very-Long-Name-Indeed-And-More-Of-It-Here");
    grid.ascii = true;
    show(ui);
    for (const char *p = screen; *p != '\0'; p++)
        assert_true(*p == '\n' || (*p >= 0x20 && *p < 0x7f));
    assert_memory_equal(screen, " Riverside Clinic", 17);
    ct_ui_free(ui);
}

static void test_time_does_not_tick(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    char before[60000];
    ct_text_copy(before, sizeof before, show(ui));
    for (int i = 0; i < 120; i++) { /* two minutes without a key */
        fake_advance(&app, 1000);
        ct_ui_timers(ui);
        assert_string_equal(show(ui), before);
    }
    fake_key(ui, CT_KEY_DOWN);
    assert_true(shows(ui, "09:44"));
    ct_ui_free(ui);
}

/* ---- stack -------------------------------------------------------------- */

static void test_push_pop_and_home(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, CT_KEY_ENTER);
    assert_string_equal(top_id(ui), "detail");
    assert_true(shows(ui, "Esc back"));
    fake_key(ui, 'e');
    assert_string_equal(top_id(ui), "edit");
    fake_key(ui, CT_KEY_ESC);
    assert_string_equal(top_id(ui), "detail");
    assert_int_equal(fake_seen.closed, 1);
    assert_int_equal(fake_seen.refreshed, 1);
    fake_key(ui, 'e');
    fake_key(ui, CT_CTRL('g'));
    assert_string_equal(top_id(ui), "list");
    assert_int_equal(fake_seen.closed, 3);
    ct_ui_free(ui);
    assert_int_equal(fake_seen.closed, 4);
}

static void test_a_screen_that_refuses_stays_closed(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_seen.refuse_open = true;
    fake_key(ui, 'e');
    assert_string_equal(top_id(ui), "list");
    assert_true(shows(ui, "Others are saving just now."));
    assert_true(ct_ui_beep_take(ui));
    assert_int_equal(fake_seen.closed, 0);
    assert_false(ct_ui_replace(ui, &fake_edit, NULL));
    assert_string_equal(top_id(ui), "list");
    assert_false(ct_ui_push(ui, &fake_admin, NULL)); /* a technician */
    assert_true(shows(ui, "not permitted"));
    ct_ui_free(ui);
}

static void test_stack_has_a_bottom_and_a_top(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    for (int i = 0; i < 10; i++)
        ct_ui_pop(ui);
    assert_string_equal(top_id(ui), "list");
    int opened = 1;
    while (ct_ui_push(ui, &fake_detail, NULL))
        assert_true(++opened < 100);
    assert_true(shows(ui, "Too many screens"));
    assert_true(ct_ui_replace(ui, &fake_list, NULL));
    ct_ui_home(ui);
    assert_string_equal(top_id(ui), "list");
    ct_ui_free(ui);
}

static void test_commands_follow_permission_and_shown(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'v'); /* a supervisor's */
    assert_int_equal(fake_seen.counted, 0);
    assert_false(shows(ui, "v review"));
    fake_key(ui, 'h');
    assert_int_equal(fake_seen.counted, 1);
    fake_seen.hide = true;
    fake_key(ui, 'h');
    assert_int_equal(fake_seen.counted, 1);
    assert_false(shows(ui, "h hide"));
    app.who.role = CT_SUPERVISOR;
    fake_key(ui, 'v');
    assert_int_equal(fake_seen.counted, 2);
    fake_key(ui, CT_KEY_F1 + 4); /* the alias of n */
    assert_int_equal(fake_seen.counted, 3);
    ct_ui_free(ui);
}

static void test_leaving_the_lowest_asks(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, CT_KEY_ESC);
    fake_key(ui, 'y'); /* typed before the question was seen */
    assert_false(done(ui));
    assert_true(shows(ui, "Leave clintech?"));
    fake_key(ui, CT_KEY_ESC);
    assert_false(shows(ui, "Leave clintech?"));
    assert_false(done(ui));
    fake_key(ui, CT_KEY_ESC);
    show(ui);
    fake_key(ui, 'y');
    int status = 9;
    assert_true(ct_ui_done(ui, &status));
    assert_int_equal(status, 0);
    assert_int_equal(app.logouts, 1);
    ct_ui_free(ui);
}

static void test_logout_returns_to_the_first_screen(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, CT_KEY_ENTER);
    fake_key(ui, 'e');
    fake_type(ui, "secret note");
    app.state = CT_OUT;
    fake_key(ui, CT_KEY_LEFT);
    assert_string_equal(top_id(ui), "list");
    assert_false(shows(ui, "secret note"));
    assert_false(shows(ui, "Okafor"));
    assert_int_equal(fake_seen.closed, 3);
    ct_ui_free(ui);
}

/* ---- dialogs ------------------------------------------------------------ */

static void test_ask(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'a');
    assert_string_equal(row_up(ui, 4), " Really?  y yes   N no, never   F2 later");
    assert_int_equal(grid.cursor_row, 20); /* on the question */
    fake_key(ui, 'q');
    fake_key(ui, CT_KEY_ENTER);
    fake_paste(ui, "y");
    assert_int_equal(fake_seen.asked, 99);
    fake_key(ui, 'n'); /* without case; not the screen's own n */
    assert_int_equal(fake_seen.asked, 1);
    assert_int_equal(fake_seen.counted, 0);
    fake_key(ui, 'a');
    fake_key(ui, CT_KEY_F1 + 1);
    assert_int_equal(fake_seen.asked, 2);
    fake_key(ui, 'a');
    fake_key(ui, CT_KEY_ESC);
    assert_int_equal(fake_seen.asked, -1);
    ct_ui_free(ui);
}

static void nothing(struct ct_view *v, int index)
{
    (void)v;
    fake_seen.asked = index;
}

static void test_long_question_is_shown_whole(void **state)
{
    (void)state;
    static const struct ct_choice MANY[] = {
        {"1", "the wrong patient was chosen"},      {"2", "a digit was mistyped"},
        {"3", "the device was not on the patient"}, {"4", "the time was wrong"},
        {"5", "something else, in words"},          {NULL, NULL}};
    struct ct_ui *ui = fake_ui(&app);
    ct_ui_ask(ct_ui_top(ui), "Why is this set of vitals to be corrected, as the log will show?",
              MANY, nothing);
    show(ui);
    for (int i = 0; i < 5; i++)
        assert_non_null(strstr(screen, MANY[i].label));
    fake_key(ui, '4');
    assert_int_equal(fake_seen.asked, 3);
    /* a second question ends the first */
    ct_ui_ask(ct_ui_top(ui), "One?", MANY, nothing);
    ct_ui_ask(ct_ui_top(ui), "Two?", MANY, nothing);
    assert_int_equal(fake_seen.asked, -1);
    assert_true(shows(ui, "Two?"));
    ct_ui_free(ui);
}

static void test_prompt(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'r');
    fake_paste(ui, "wrong patient?");
    assert_memory_equal(row_up(ui, 4), " Reason: was wrong patient?", 27);
    assert_int_equal(grid.cursor_row, 20);
    assert_int_equal(grid.cursor_col, 27);
    fake_key(ui, CT_KEY_ENTER);
    assert_string_equal(fake_seen.prompted, "was wrong patient?");
    fake_key(ui, 'r');
    fake_key(ui, CT_KEY_ESC);
    assert_true(fake_seen.prompted_null);
    ct_ui_free(ui);
}

static void test_secret_is_never_shown(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'r'); /* a prompt whose answer opens the next */
    fake_key(ui, CT_CTRL('u'));
    fake_type(ui, "chain");
    fake_key(ui, CT_KEY_ENTER);
    fake_type(ui, "hunter?");
    assert_string_equal(row_up(ui, 4), " Password: *******");
    fake_key(ui, CT_KEY_ENTER);
    assert_string_equal(fake_seen.secret, "hunter?");
    fake_key(ui, 'w');
    fake_type(ui, "half");
    ct_ui_lock(ui); /* what was typed of a password does not survive */
    assert_true(fake_seen.secret_null);
    assert_false(shows(ui, "Password"));
    ct_ui_free(ui);
}

/* ---- drafts ------------------------------------------------------------- */

static void test_draft_is_kept_a_second_after_the_last_key(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'e');
    assert_int_equal(ct_ui_timeout(ui) <= 1000, 1);
    fake_type(ui, "pu");
    fake_advance(&app, 900);
    ct_ui_timers(ui);
    fake_type(ui, "lse");
    fake_advance(&app, 900);
    ct_ui_timers(ui);
    assert_int_equal(app.keeps, 0);
    fake_advance(&app, 100);
    assert_int_equal(ct_ui_timeout(ui), 0);
    assert_true(ct_ui_timers(ui));
    assert_int_equal(app.keeps, 1);
    assert_string_equal(app.draft_text, "pulse");
    assert_true(shows(ui, "draft kept  store ok"));
    fake_advance(&app, 5000);
    ct_ui_timers(ui);
    fake_key(ui, CT_KEY_LEFT); /* nothing changed: nothing is written */
    fake_advance(&app, 1000);
    ct_ui_timers(ui);
    assert_int_equal(app.keeps, 1);
    for (int i = 0; i < 20; i++) { /* typing without a pause is kept as well */
        fake_type(ui, "x");
        fake_advance(&app, 500);
        ct_ui_timers(ui);
    }
    assert_true(app.keeps >= 2);
    fake_key(ui, CT_CTRL('u')); /* emptied: the kept one goes */
    fake_advance(&app, 1000);
    ct_ui_timers(ui);
    assert_false(app.draft);
    ct_ui_free(ui);
}

static void test_esc_never_discards_without_asking(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'e');
    fake_type(ui, "note");
    fake_key(ui, CT_KEY_ESC);
    fake_key(ui, 'd'); /* before it was seen */
    assert_string_equal(top_id(ui), "edit");
    assert_true(shows(ui, "k keep draft   d discard   Esc go on"));
    fake_key(ui, CT_KEY_ESC);
    assert_string_equal(top_id(ui), "edit");
    assert_string_equal(fake_edit_text(ct_ui_top(ui)), "note");
    fake_key(ui, CT_KEY_ESC);
    show(ui);
    fake_key(ui, 'k');
    assert_string_equal(top_id(ui), "list");
    assert_string_equal(app.draft_text, "note");
    assert_true(app.draft);
    fake_key(ui, 'e');
    fake_type(ui, "other");
    fake_key(ui, CT_KEY_ESC);
    show(ui);
    fake_key(ui, 'd');
    assert_string_equal(top_id(ui), "list");
    assert_false(app.draft);
    ct_ui_free(ui);
}

static void test_a_draft_that_cannot_be_kept_keeps_the_form(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'e');
    fake_type(ui, "note");
    app.keep_fails = CT_EFULL;
    fake_advance(&app, 1000);
    ct_ui_timers(ui);
    assert_true(shows(ui, "could not be kept: The disk is full."));
    fake_key(ui, CT_KEY_ESC);
    show(ui);
    fake_key(ui, 'k');
    assert_string_equal(top_id(ui), "edit");
    app.keep_fails = CT_OK; /* the cause is gone: tried again by itself */
    fake_advance(&app, 6000);
    ct_ui_timers(ui);
    assert_string_equal(app.draft_text, "note");
    ct_ui_free(ui);
}

/* Going elsewhere over several screens: all of it is kept, or nothing is closed. */
static void test_home_waits_for_what_cannot_be_kept(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'e');
    fake_type(ui, "note");
    assert_true(ct_ui_push(ui, &fake_detail, NULL)); /* over the form */
    app.keep_fails = CT_EFULL;
    assert_false(ct_ui_home_kept(ui));
    assert_true(shows(ui, "could not be kept: The disk is full."));
    ct_ui_pop(ui);
    assert_string_equal(top_id(ui), "edit");
    assert_true(shows(ui, "note"));
    app.keep_fails = CT_OK;
    assert_true(ct_ui_home_kept(ui));
    assert_string_equal(top_id(ui), "list");
    assert_string_equal(app.draft_text, "note");
    ct_ui_free(ui);
}

/* What was put off until the screen was drawn fails: it is told, and the store is opened
 * again as after any failed sync. */
static void test_a_sync_after_drawing(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    assert_false(ct_ui_drawn(ui));
    assert_int_equal(app.syncs, 1);
    app.sync_fails = true;
    assert_true(ct_ui_drawn(ui)); /* to be drawn again */
    assert_true(shows(ui, "The disk did not confirm it."));
    app.sync_fails = false;
    fake_advance(&app, 6000);
    ct_ui_timers(ui);
    assert_int_equal(app.reopens, 1);
    assert_true(shows(ui, "The store answers again."));
    ct_ui_free(ui);
}

static void test_saving_leaves_no_draft(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'e');
    fake_type(ui, "note");
    fake_advance(&app, 1000);
    ct_ui_timers(ui);
    assert_true(app.draft);
    fake_key(ui, CT_CTRL('s'));
    assert_string_equal(top_id(ui), "list");
    assert_false(app.draft);
    assert_true(shows(ui, "Saved."));
    ct_ui_free(ui);
}

/* Emptied again: the sign and the draft go with the key, not a second later. */
static void test_an_emptied_form_has_no_draft(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'e');
    fake_type(ui, "x");
    fake_advance(&app, 1000);
    ct_ui_timers(ui);
    assert_non_null(strstr(row_up(ui, 1), "draft kept"));
    fake_key(ui, CT_KEY_BACKSPACE);
    assert_null(strstr(row_up(ui, 1), "draft kept"));
    assert_false(app.draft);
    ct_ui_free(ui);
}

/* Where "?" is text the status line names the other key. */
static void test_the_help_key_shown_is_the_one_that_works(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    assert_non_null(strstr(row_up(ui, 1), "? keys"));
    fake_key(ui, 'e');
    assert_non_null(strstr(row_up(ui, 1), "F1 keys"));
    fake_key(ui, CT_KEY_F1);
    assert_null(strstr(row_up(ui, 1), "keys")); /* help is open: neither does anything */
    ct_ui_free(ui);
}

static void test_errors_are_sentences(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    struct ct_error err = {.status = CT_EINVAL, .text = "nothing was measured"};
    ct_ui_say_error(ui, &err);
    assert_true(shows(ui, " Nothing was measured."));
    err = (struct ct_error){.status = CT_EINVAL, .text = "\"RM\": not understood."};
    ct_ui_say_error(ui, &err);
    assert_true(shows(ui, " \"RM\": not understood. "));
    ct_ui_free(ui);
}

static void busy_shown(void *arg)
{
    assert_true(shows(arg, "Checking the password ..."));
    app.locks = 77; /* it was brought out */
}

static void test_busy_is_seen_before_it_is_done(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    ct_ui_busy(ui, "Checking the password ..."); /* nobody to show it: harmless */
    ct_ui_on_show(ui, busy_shown, ui);
    ct_ui_busy(ui, "Checking the password ...");
    assert_int_equal(app.locks, 77);
    assert_false(shows(ui, "Checking"));
    ct_ui_free(ui);
}

static void test_hangup_keeps_every_open_form(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'e');
    fake_type(ui, "below");
    assert_true(ct_ui_push(ui, &fake_detail, NULL));
    ct_ui_event(ui, &(struct ct_event){.kind = CT_EV_HANGUP});
    assert_string_equal(app.draft_text, "below");
    int status = 0;
    assert_true(ct_ui_done(ui, &status));
    assert_int_equal(status, 129);
    ct_ui_free(ui);
}

/* ---- lock and session --------------------------------------------------- */

static void test_idle_lock_and_back_to_the_same_form(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'e');
    fake_type(ui, "private");
    fake_advance(&app, 299 * 1000);
    ct_ui_timers(ui);
    assert_int_equal(app.locks, 0);
    fake_advance(&app, 1000);
    assert_int_equal(ct_ui_timeout(ui), 0);
    assert_true(ct_ui_timers(ui));
    assert_int_equal(app.locks, 1);
    assert_string_equal(app.draft_text, "private"); /* kept before the store closed */
    assert_false(shows(ui, "private"));
    assert_true(shows(ui, "LOCKED"));
    assert_true(shows(ui, "store closed"));
    fake_key(ui, CT_KEY_ESC); /* no way round the password */
    fake_key(ui, ':');
    ct_ui_pop(ui);
    ct_ui_home(ui);
    assert_false(ct_ui_push(ui, &fake_list, NULL));
    assert_string_equal(top_id(ui), "locked");
    fake_key(ui, 'u');
    assert_string_equal(top_id(ui), "edit");
    assert_true(shows(ui, "private"));
    ct_ui_free(ui);
}

static void test_the_key_after_a_sleep_only_locks(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    app.now_ms += 3600 * 1000; /* the lid was shut: the other clock stood still */
    fake_key(ui, 'n');
    assert_int_equal(fake_seen.counted, 0);
    assert_string_equal(top_id(ui), "locked");
    ct_ui_free(ui);
}

static void test_somebody_else_at_the_lock(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'e');
    fake_type(ui, "private");
    ct_ui_lock(ui);
    fake_key(ui, 'o');
    assert_string_equal(top_id(ui), "list");
    assert_false(shows(ui, "private"));
    ct_ui_pop(ui);
    assert_string_equal(top_id(ui), "list");
    ct_ui_free(ui);
}

static void test_session_ended_elsewhere(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, 'e');
    fake_type(ui, "private");
    app.check = CT_EDENIED;
    fake_advance(&app, 1000);
    assert_true(ct_ui_timers(ui));
    assert_int_equal(app.logouts, 1);
    assert_string_equal(top_id(ui), "list");
    assert_false(shows(ui, "private"));
    assert_true(shows(ui, "This session was ended elsewhere."));
    ct_ui_free(ui);
}

static void test_changes_of_others_refresh(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_key(ui, CT_KEY_DOWN);
    fake_advance(&app, 1000);
    ct_ui_timers(ui);
    assert_int_equal(fake_seen.refreshed, 0);
    app.changed = true;
    fake_advance(&app, 1000);
    assert_true(ct_ui_timers(ui));
    assert_int_equal(fake_seen.refreshed, 1);
    assert_int_equal(fake_list_cursor(ct_ui_top(ui)), 1);
    app.dead = true;
    assert_true(shows(ui, "STORE FAILED"));
    fake_advance(&app, 10000);
    ct_ui_timers(ui);
    assert_int_equal(app.reopens, 1);
    assert_true(shows(ui, "store ok"));
    ct_ui_free(ui);
}

static void test_without_an_app(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(NULL);
    assert_int_equal(ct_ui_timeout(ui), -1);
    fake_key(ui, 'e');
    fake_type(ui, "x");
    fake_key(ui, CT_KEY_ESC);
    show(ui);
    fake_key(ui, 'k');
    assert_string_equal(top_id(ui), "list");
    ct_ui_lock(ui);
    assert_string_equal(top_id(ui), "locked");
    fake_key(ui, 'u');
    assert_string_equal(top_id(ui), "list");
    fake_key(ui, CT_KEY_ENTER);
    assert_true(ct_ui_timeout(ui) >= 0); /* detail has a tick */
    ct_ui_free(ui);
}

static void test_paste_executes_nothing(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    fake_paste(ui, "nnnLa");
    assert_int_equal(fake_seen.counted, 0);
    assert_string_equal(top_id(ui), "list");
    assert_true(ct_ui_beep_take(ui));
    fake_key(ui, 'e');
    fake_paste(ui, "two words");
    assert_string_equal(fake_edit_text(ct_ui_top(ui)), "two words");
    char long_one[400];
    memset(long_one, 'x', sizeof long_one - 1);
    long_one[sizeof long_one - 1] = '\0';
    fake_paste(ui, long_one);
    assert_true(shows(ui, "The paste does not fit here"));
    assert_string_equal(fake_edit_text(ct_ui_top(ui)), "two words");
    ct_ui_free(ui);
}

static void test_redraw_key(void **state)
{
    (void)state;
    struct ct_ui *ui = fake_ui(&app);
    assert_false(ct_ui_redraw_take(ui));
    fake_key(ui, CT_CTRL('l'));
    assert_true(ct_ui_redraw_take(ui));
    fake_key(ui, 'a');
    fake_key(ui, CT_CTRL('l'));
    assert_true(ct_ui_redraw_take(ui));
    assert_false(ct_ui_redraw_take(ui));
    assert_true(shows(ui, "Really?"));
    ct_ui_free(ui);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    setenv("TZ", "UTC", 1);
#define T(f) cmocka_unit_test_setup_teardown(f, start, stop)
    const struct CMUnitTest tests[] = {
        T(test_frame),
        T(test_small_window_says_so_and_keeps_all),
        T(test_status_stays_until_the_next_key),
        T(test_long_message_is_shown_whole),
        T(test_ascii_frame_and_hostile_subject),
        T(test_time_does_not_tick),
        T(test_push_pop_and_home),
        T(test_a_screen_that_refuses_stays_closed),
        T(test_stack_has_a_bottom_and_a_top),
        T(test_commands_follow_permission_and_shown),
        T(test_leaving_the_lowest_asks),
        T(test_logout_returns_to_the_first_screen),
        T(test_ask),
        T(test_long_question_is_shown_whole),
        T(test_prompt),
        T(test_secret_is_never_shown),
        T(test_draft_is_kept_a_second_after_the_last_key),
        T(test_esc_never_discards_without_asking),
        T(test_a_draft_that_cannot_be_kept_keeps_the_form),
        T(test_home_waits_for_what_cannot_be_kept),
        T(test_a_sync_after_drawing),
        T(test_saving_leaves_no_draft),
        T(test_an_emptied_form_has_no_draft),
        T(test_the_help_key_shown_is_the_one_that_works),
        T(test_errors_are_sentences),
        T(test_busy_is_seen_before_it_is_done),
        T(test_hangup_keeps_every_open_form),
        T(test_idle_lock_and_back_to_the_same_form),
        T(test_the_key_after_a_sleep_only_locks),
        T(test_somebody_else_at_the_lock),
        T(test_session_ended_elsewhere),
        T(test_changes_of_others_refresh),
        T(test_without_an_app),
        T(test_paste_executes_nothing),
        T(test_redraw_key),
    };
    return cmocka_run_group_tests_name("nav", tests, NULL, NULL);
}
