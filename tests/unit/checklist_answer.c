/* Answers to a checklist: how they are typed, scanned and measured, that not asked, no
 * and not applicable stay three, and what they come to before each step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clinic/checklist.h"
#include "tests/support/demo_checklist.h"

static int set_zone(void **state)
{
    (void)state;
    setenv("TZ", "Europe/London", 1);
    tzset();
    return 0;
}

static enum ct_status parse(const char *text, struct ct_checklist **ret, struct ct_error *e)
{
    *ret = NULL;
    return ct_checklist_parse("c.ini", text, strlen(text), ret, e);
}

/* ---- answers -------------------------------------------------------------------------- */

struct run {
    struct ct_checklist *t;
    struct ct_check_answer a[16];
    struct ct_check_state s[16];
    struct ct_check_now at;
};

/* 2026-06-10 08:00 in London; the procedure at 11:00. */
static int64_t civil(int year, int month, int day, int hour, int minute)
{
    struct ct_civil c = {
        .year = year, .month = month, .day = day, .hour = hour, .minute = minute};
    return ct_civil_ms(&c);
}

static void begin(struct run *r)
{
    struct ct_error e;
    *r = (struct run){0};
    if (parse(DEMO_CHECKLIST, &r->t, &e) != CT_OK)
        fail_msg("%s", e.text);
    r->at.now_ms = civil(2026, 6, 10, 8, 0);
    r->at.start_ms = civil(2026, 6, 10, 11, 0);
}

static size_t item(const struct run *r, const char *id)
{
    size_t i = ct_checklist_find(r->t, id);
    assert_true(i != CT_CHECK_NONE);
    return i;
}

static enum ct_verdict type(struct run *r, const char *id, const char *typed)
{
    struct ct_error e;
    size_t i = item(r, id);
    return ct_check_read(&r->t->item[i], typed, r->at.now_ms, &r->a[i], &e);
}

static const struct ct_check_state *state_of(struct run *r, const char *id)
{
    ct_checklist_eval(r->t, r->a, &r->at, r->s);
    return &r->s[item(r, id)];
}

static struct ct_check_sum sum_before(struct run *r, enum ct_check_stage stage)
{
    struct ct_check_sum sum;
    ct_checklist_eval(r->t, r->a, &r->at, r->s);
    ct_checklist_sum_before(r->t, r->s, stage, &sum);
    return sum;
}

static const char *shown(struct run *r, const char *id)
{
    static char out[512];
    size_t i = item(r, id);
    ct_check_answer_text(&r->t->item[i], &r->a[i], &r->at, out, sizeof out);
    return out;
}

static void end(struct run *r)
{
    ct_checklist_free(r->t);
}

static void test_not_asked_no_and_not_applicable_are_three(void **state)
{
    (void)state;
    struct run r;
    begin(&r);
    /* Nothing is answered beforehand. */
    for (size_t i = 0; i < r.t->n_items; i++)
        assert_int_equal(r.a[i].given, CT_CHECK_NOT_ASKED);
    assert_true(state_of(&r, "marked")->missing);
    assert_int_equal(state_of(&r, "marked")->value, CT_CHECK_NO_VALUE);
    assert_false(state_of(&r, "marked")->answered);
    assert_string_equal(shown(&r, "marked"), "not asked");
    assert_string_equal(ct_check_wants(state_of(&r, "marked")), "not answered");
    static const char *const NA[] = {"-", " n/a ", "N/A", "na"};
    for (size_t k = 0; k < CT_LEN(NA); k++) {
        assert_int_equal(type(&r, "marked", NA[k]), CT_V_OK);
        assert_int_equal(state_of(&r, "marked")->value, CT_CHECK_NA_VALUE);
        assert_true(state_of(&r, "marked")->answered);
        assert_false(state_of(&r, "marked")->comment_missing);
        assert_string_equal(shown(&r, "marked"), "n/a");
        assert_int_equal(type(&r, "marked", ""), CT_V_OK);
    }
    assert_int_equal(type(&r, "marked", "n"), CT_V_OK);
    assert_int_equal(state_of(&r, "marked")->value, CT_CHECK_NO);
    assert_true(state_of(&r, "marked")->comment_missing);
    assert_string_equal(shown(&r, "marked"), "no");
    /* An answer can be taken back. */
    assert_int_equal(type(&r, "marked", "  "), CT_V_OK);
    assert_int_equal(r.a[item(&r, "marked")].given, CT_CHECK_NOT_ASKED);
    /* Not where the item does not take it; what was there stays. */
    assert_int_equal(type(&r, "identity", "y"), CT_V_OK);
    assert_int_equal(type(&r, "identity", "-"), CT_V_IMPOSSIBLE);
    assert_int_equal(type(&r, "identity", "q"), CT_V_IMPOSSIBLE);
    assert_int_equal(state_of(&r, "identity")->value, CT_CHECK_YES);
    end(&r);
}

static void test_a_stop_keeps_from_ready(void **state)
{
    (void)state;
    struct run r;
    begin(&r);
    size_t i = item(&r, "identity");
    assert_int_equal(type(&r, "identity", "n"), CT_V_OK);
    r.a[i].by = 5;
    assert_true(state_of(&r, "identity")->stop);
    assert_string_equal(ct_check_wants(state_of(&r, "identity")), "stops");
    assert_int_equal(sum_before(&r, CT_CHECK_READY).stops, 1);
    r.a[i].overridden = true;
    assert_false(state_of(&r, "identity")->stop);
    assert_true(state_of(&r, "identity")->overridden);
    assert_int_equal(sum_before(&r, CT_CHECK_READY).overridden, 1);
    /* The override was about that answer: another no stops again. */
    assert_int_equal(type(&r, "identity", "y"), CT_V_OK);
    assert_false(r.a[i].overridden);
    assert_int_equal(type(&r, "identity", "n"), CT_V_OK);
    assert_true(state_of(&r, "identity")->stop);
    end(&r);
}

static void test_the_second_person_is_another(void **state)
{
    (void)state;
    struct run r;
    begin(&r);
    size_t i = item(&r, "identity");
    type(&r, "identity", "y");
    r.a[i].second = 6; /* of nobody's answer */
    assert_true(state_of(&r, "identity")->second_missing);
    r.a[i].by = 5;
    r.a[i].second = 0;
    assert_true(state_of(&r, "identity")->second_missing);
    r.a[i].second = 5;
    assert_true(state_of(&r, "identity")->second_missing);
    r.a[i].second = 6;
    assert_false(state_of(&r, "identity")->second_missing);
    /* The same answer again changes nothing; another one is not what was confirmed. */
    type(&r, "identity", "Y");
    assert_int_equal(r.a[i].second, 6);
    type(&r, "identity", "n");
    assert_int_equal(r.a[i].second, 0);
    assert_true(state_of(&r, "identity")->second_missing);
    end(&r);
}

static void test_conditions(void **state)
{
    (void)state;
    struct run r;
    begin(&r);
    assert_false(state_of(&r, "which")->shown);
    assert_false(state_of(&r, "which")->missing);
    type(&r, "allergy", "y");
    assert_true(state_of(&r, "which")->shown && state_of(&r, "which")->missing);
    assert_true(state_of(&r, "allergy")->note);
    assert_int_equal(type(&r, "which", "  penicillin,  rash "), CT_V_OK);
    assert_string_equal(shown(&r, "which"), "penicillin, rash");
    assert_true(state_of(&r, "which")->answered);
    /* Hidden again: it neither counts nor is lost. */
    type(&r, "allergy", "n");
    assert_false(state_of(&r, "which")->shown || state_of(&r, "which")->answered);
    assert_false(state_of(&r, "allergy")->note);
    assert_string_equal(r.a[item(&r, "which")].text, "penicillin, rash");
    type(&r, "allergy", "u");
    assert_false(state_of(&r, "which")->shown);
    assert_true(state_of(&r, "allergy")->stop);
    end(&r);
}

/* A chain: what hangs on something hidden is hidden, whatever was answered. */
static void test_conditions_in_a_chain(void **state)
{
    (void)state;
    CT_BUF text = {0};
    struct ct_error e;
    struct run r = {.at = {.now_ms = civil(2026, 6, 10, 8, 0), .start_ms = CT_UNSET}};
    ct_buf_str_add(&text, DEMO_CHECKLIST);
    ct_buf_str_add(
        &text, "[item.a]\nkind = yes-no\ntext = a\n"
               "[item.b]\nkind = yes-no\ntext = b\nwhen = A yes\n"
               "[item.c]\nkind = yes-no\ntext = c\nwhen = b yes no, a given\nstop_on = no\n");
    if (parse(ct_buf_str(&text), &r.t, &e) != CT_OK)
        fail_msg("%s", e.text);
    type(&r, "a", "y");
    type(&r, "b", "n");
    type(&r, "c", "n");
    assert_true(state_of(&r, "c")->stop);
    type(&r, "a", "n");
    assert_false(state_of(&r, "b")->shown);
    assert_false(state_of(&r, "c")->shown || state_of(&r, "c")->stop);
    end(&r);
}

static void test_comments(void **state)
{
    (void)state;
    struct run r;
    begin(&r);
    size_t i = item(&r, "marked");
    type(&r, "marked", "n");
    assert_string_equal(ct_check_wants(state_of(&r, "marked")), "comment wanted");
    snprintf(r.a[i].comment, sizeof r.a[i].comment, "  ");
    assert_true(state_of(&r, "marked")->comment_missing);
    snprintf(r.a[i].comment, sizeof r.a[i].comment, "surgeon will");
    assert_false(state_of(&r, "marked")->comment_missing);
    type(&r, "marked", "y");
    assert_string_equal(r.a[i].comment, "");
    end(&r);
}

static void test_numbers(void **state)
{
    (void)state;
    struct run r;
    struct ct_field f;
    begin(&r);
    size_t i = item(&r, "weight");
    ct_check_field(&r.t->item[i], &f);
    assert_int_equal(f.kind, CT_F_DECIMAL);
    assert_string_equal(f.unit, "kg");
    assert_int_equal(type(&r, "weight", "72,5"), CT_V_OK);
    assert_int_equal(r.a[i].n, 725);
    assert_string_equal(shown(&r, "weight"), "72.5 kg");
    assert_int_equal(state_of(&r, "weight")->value, CT_CHECK_USUAL);
    assert_int_equal(type(&r, "weight", "34.9"), CT_V_UNUSUAL);
    assert_int_equal(state_of(&r, "weight")->value, CT_CHECK_LOW);
    assert_true(state_of(&r, "weight")->comment_missing);
    assert_int_equal(type(&r, "weight", "200.1"), CT_V_UNUSUAL);
    assert_int_equal(state_of(&r, "weight")->value, CT_CHECK_HIGH);
    assert_int_equal(type(&r, "weight", "400.1"), CT_V_IMPOSSIBLE);
    assert_int_equal(type(&r, "weight", "heavy"), CT_V_IMPOSSIBLE);
    assert_int_equal(type(&r, "weight", "72."), CT_V_PARTIAL);
    assert_int_equal(r.a[i].n, 2001); /* what was refused changed nothing */
    end(&r);
}

static void test_durations_and_timers(void **state)
{
    (void)state;
    struct run r;
    begin(&r);
    size_t i = item(&r, "contact");
    static const char *const BAD[] = {"2 min", "100:00", "1:60", ":30", "1:005", "x"};
    for (size_t k = 0; k < CT_LEN(BAD); k++)
        assert_int_equal(type(&r, "label", BAD[k]), CT_V_IMPOSSIBLE);
    assert_int_equal(type(&r, "label", "2"), CT_V_PARTIAL);
    assert_int_equal(type(&r, "label", "2:"), CT_V_PARTIAL);
    assert_int_equal(type(&r, "label", "2:0"), CT_V_PARTIAL);
    /* Before anybody said how long, a timer cannot be judged. */
    ct_check_timer_start(&r.a[i], r.at.now_ms);
    ct_check_timer_stop(&r.a[i], r.at.now_ms + 120000);
    r.at.now_ms += 130000;
    assert_true(state_of(&r, "contact")->missing);
    assert_int_equal(type(&r, "label", "2:00"), CT_V_OK);
    assert_string_equal(shown(&r, "label"), "2:00");
    assert_int_equal(state_of(&r, "contact")->value, CT_CHECK_ENOUGH);
    assert_string_equal(shown(&r, "contact"), "2:00");
    /* Running: no answer yet, but how long is known. */
    ct_check_timer_start(&r.a[i], r.at.now_ms);
    r.at.now_ms += 119000;
    assert_true(state_of(&r, "contact")->missing && !state_of(&r, "contact")->stop);
    assert_int_equal(state_of(&r, "contact")->span_ms, 119000);
    assert_string_equal(shown(&r, "contact"), "1:59, still running");
    ct_check_timer_stop(&r.a[i], r.at.now_ms);
    r.at.now_ms += CT_HOUR_MS;
    assert_int_equal(state_of(&r, "contact")->value, CT_CHECK_SHORT);
    assert_true(state_of(&r, "contact")->stop);
    ct_check_timer_stop(&r.a[i], r.at.now_ms); /* stopped once */
    assert_int_equal(state_of(&r, "contact")->span_ms, 119000);
    /* Measured by the clock on the wall. */
    assert_int_equal(type(&r, "contact", "2:05"), CT_V_OK);
    assert_int_equal(state_of(&r, "contact")->value, CT_CHECK_ENOUGH);
    /* A label read again, and longer, makes it short. */
    assert_int_equal(type(&r, "label", "3:00"), CT_V_OK);
    assert_true(state_of(&r, "contact")->stop);
    end(&r);
}

static void test_scans(void **state)
{
    (void)state;
    struct run r;
    struct ct_error e;
    begin(&r);
    size_t i = item(&r, "band");
    const struct ct_check_item *band = &r.t->item[i];
    assert_int_equal(ct_check_scanned(band, "P-000123", true, &r.a[i], &e), CT_OK);
    assert_int_equal(state_of(&r, "band")->value, CT_CHECK_MATCH);
    assert_string_equal(shown(&r, "band"), "P-000123, scanned");
    assert_int_equal(ct_check_scanned(band, "P-000124", false, &r.a[i], &e), CT_OK);
    assert_true(state_of(&r, "band")->stop);
    assert_string_equal(shown(&r, "band"), "P-000124, NOT THE ONE EXPECTED");
    assert_int_equal(type(&r, "band", "P-000123"), CT_V_OK);
    assert_int_equal(state_of(&r, "band")->value, CT_CHECK_BY_EYE);
    assert_true(state_of(&r, "band")->comment_missing);
    assert_int_equal(ct_check_scanned(band, "", true, &r.a[i], &e), CT_EINVAL);
    assert_int_equal(ct_check_scanned(band, "a\033[2J", true, &r.a[i], &e), CT_EINVAL);
    assert_int_equal(ct_check_scanned(&r.t->item[0], "x", true, &r.a[0], &e), CT_EINVAL);
    assert_int_equal(state_of(&r, "band")->value, CT_CHECK_BY_EYE);
    end(&r);
}

static void test_dates_and_times(void **state)
{
    (void)state;
    struct run r;
    begin(&r);
    assert_int_equal(type(&r, "expiry", "10 6 2026"), CT_V_OK); /* today will do */
    assert_int_equal(state_of(&r, "expiry")->value, CT_CHECK_COMING);
    assert_int_equal(type(&r, "expiry", "9 6 2026"), CT_V_OK);
    assert_true(state_of(&r, "expiry")->stop);
    assert_int_equal(type(&r, "expiry", "31 12 27"), CT_V_OK); /* 1927: never later than */
    assert_true(state_of(&r, "expiry")->stop);                 /* meant, and it stops */
    assert_int_equal(type(&r, "expiry", "2027-12-31"), CT_V_OK);
    assert_string_equal(shown(&r, "expiry"), "31 Dec 2027");
    /* The day of an answer goes by: so does what it is worth. */
    type(&r, "expiry", "10 6 2026");
    r.at.now_ms = civil(2026, 6, 11, 0, 1);
    assert_true(state_of(&r, "expiry")->stop);
    assert_int_equal(type(&r, "left", "10 jun 7:30"), CT_V_OK);
    assert_string_equal(shown(&r, "left"), "10 Jun 07:30");
    assert_int_equal(type(&r, "left", "12 jun 2026 9:00"), CT_V_IMPOSSIBLE);
    end(&r);
}

static void test_fasting_over_midnight(void **state)
{
    (void)state;
    struct run r;
    begin(&r);
    r.at.start_ms = CT_UNSET;                            /* to now */
    assert_int_equal(type(&r, "ate", "22:30"), CT_V_OK); /* yesterday's */
    assert_int_equal(state_of(&r, "ate")->span_ms, 9 * CT_HOUR_MS + 30 * CT_MINUTE_MS);
    assert_string_equal(shown(&r, "ate"), "9 Jun 22:30, 9 h 30 min ago");
    assert_int_equal(state_of(&r, "ate")->value, CT_CHECK_ENOUGH);
    type(&r, "ate", "2:01");
    assert_int_equal(state_of(&r, "ate")->value, CT_CHECK_SHORT);
    assert_true(state_of(&r, "ate")->stop && state_of(&r, "ate")->comment_missing);
    type(&r, "ate", "2:00"); /* six hours to the minute are six hours */
    assert_int_equal(state_of(&r, "ate")->value, CT_CHECK_ENOUGH);
    /* To the planned start: enough by then; moved earlier, not any more. */
    r.at.start_ms = civil(2026, 6, 10, 11, 0);
    type(&r, "ate", "4:45");
    assert_string_equal(shown(&r, "ate"), "10 Jun 04:45, 6 h 15 min before the start");
    assert_false(state_of(&r, "ate")->stop);
    r.at.start_ms = civil(2026, 6, 10, 10, 0);
    assert_true(state_of(&r, "ate")->stop);
    /* The start went by: the hours go on. */
    r.at.now_ms = civil(2026, 6, 10, 10, 45);
    assert_false(state_of(&r, "ate")->stop);
    end(&r);
}

/* What was let pass was four hours and a half; four are another matter. */
static void test_an_override_covers_what_it_was_given_for(void **state)
{
    (void)state;
    struct run r;
    begin(&r);
    size_t i = item(&r, "ate");
    type(&r, "ate", "6:30");
    assert_int_equal(state_of(&r, "ate")->short_ms, 90 * CT_MINUTE_MS);
    ct_check_override(&r.a[i], state_of(&r, "ate"));
    assert_true(state_of(&r, "ate")->overridden && !state_of(&r, "ate")->stop);
    r.at.start_ms = civil(2026, 6, 10, 11, 30); /* moved back: all the better */
    assert_true(state_of(&r, "ate")->overridden);
    r.at.start_ms = civil(2026, 6, 10, 10, 30); /* moved forward */
    assert_true(state_of(&r, "ate")->stop);
    assert_int_equal(sum_before(&r, CT_CHECK_READY).stops, 1);
    r.at.start_ms = civil(2026, 6, 10, 12, 30); /* six hours: nothing to let pass */
    assert_false(state_of(&r, "ate")->stop || state_of(&r, "ate")->overridden);
    /* A timer that was let pass, and a label that is read again. */
    i = item(&r, "contact");
    type(&r, "label", "2:00");
    type(&r, "contact", "1:50");
    ct_check_override(&r.a[i], state_of(&r, "contact"));
    assert_true(state_of(&r, "contact")->overridden);
    type(&r, "label", "3:00");
    assert_true(state_of(&r, "contact")->stop);
    end(&r);
}

static void test_fasting_over_a_change_of_the_clocks(void **state)
{
    (void)state;
    struct run r;
    begin(&r);
    r.at.start_ms = CT_UNSET;
    /* Forward in the night to 29 March: 01:00 to 07:00 are five hours. */
    r.at.now_ms = civil(2026, 3, 29, 7, 0);
    assert_int_equal(type(&r, "ate", "0:30"), CT_V_OK);
    assert_int_equal(state_of(&r, "ate")->span_ms, 5 * CT_HOUR_MS + 30 * CT_MINUTE_MS);
    assert_true(state_of(&r, "ate")->stop);
    assert_int_equal(type(&r, "ate", "yesterday 22:00"), CT_V_OK);
    assert_int_equal(state_of(&r, "ate")->span_ms, 8 * CT_HOUR_MS);
    assert_int_equal(type(&r, "ate", "1:30"), CT_V_IMPOSSIBLE); /* there was none */
    /* Back in the night to 25 October: an hour more. */
    r.at.now_ms = civil(2026, 10, 25, 7, 0);
    assert_int_equal(type(&r, "ate", "yesterday 22:00"), CT_V_OK);
    assert_int_equal(state_of(&r, "ate")->span_ms, 10 * CT_HOUR_MS);
    /* 01:30 came twice: the later one is taken, so the hours are never too many. */
    assert_int_equal(type(&r, "ate", "1:30"), CT_V_OK);
    assert_int_equal(state_of(&r, "ate")->span_ms, 5 * CT_HOUR_MS + 30 * CT_MINUTE_MS);
    end(&r);
}

/* Neither too short nor too long, both ends included. */
static void test_a_span_with_both_ends(void **state)
{
    (void)state;
    CT_BUF text = {0};
    struct ct_error e;
    struct run r = {.at = {.now_ms = civil(2026, 6, 10, 8, 0), .start_ms = CT_UNSET}};
    ct_buf_str_add(&text, DEMO_CHECKLIST);
    ct_buf_str_add(&text, "[item.antibiotic]\nkind = since\ntext = Antibiotic given\n"
                          "least = 15 min\nmost = 1 h\nstop_on = short long\n");
    if (parse(ct_buf_str(&text), &r.t, &e) != CT_OK)
        fail_msg("%s", e.text);
    static const struct {
        const char *typed;
        int value;
    } OF[] = {{"-14", CT_CHECK_SHORT},
              {"-15", CT_CHECK_ENOUGH},
              {"-60", CT_CHECK_ENOUGH},
              {"-61", CT_CHECK_LONG}};
    for (size_t i = 0; i < CT_LEN(OF); i++) {
        assert_int_equal(type(&r, "antibiotic", OF[i].typed), CT_V_OK);
        assert_int_equal(state_of(&r, "antibiotic")->value, OF[i].value);
        assert_int_equal(state_of(&r, "antibiotic")->stop, OF[i].value != CT_CHECK_ENOUGH);
    }
    end(&r);
}

static void test_stages(void **state)
{
    (void)state;
    struct run r;
    begin(&r);
    struct ct_check_sum s = sum_before(&r, CT_CHECK_READY);
    assert_int_equal(s.shown, 5);
    assert_int_equal(s.missing, 5);
    assert_int_equal(s.first, 0);
    assert_false(s.complete || s.clear);
    s = sum_before(&r, CT_CHECK_DONE);
    assert_int_equal(s.shown, 12);
    assert_int_equal(s.missing, 11); /* the remark may be left out */
    type(&r, "identity", "y");
    r.a[0].by = 1, r.a[0].second = 2;
    type(&r, "marked", "-");
    type(&r, "allergy", "n");
    type(&r, "ate", "yesterday 20:00");
    assert_int_equal(sum_before(&r, CT_CHECK_READY).first, item(&r, "weight"));
    type(&r, "weight", "70");
    s = sum_before(&r, CT_CHECK_READY);
    assert_true(s.complete && s.clear);
    assert_int_equal(s.first, CT_CHECK_NONE);
    /* Ready says nothing of the steps behind it. */
    assert_false(sum_before(&r, CT_CHECK_START).complete);
    ct_checklist_sum_section(r.t, r.s, 1, &s);
    assert_int_equal(s.missing, 4);
    type(&r, "label", "0:30");
    type(&r, "contact", "0:29");
    type(&r, "expiry", "2026-12-31");
    type(&r, "band", "P-1");
    snprintf(r.a[item(&r, "band")].comment, 20, "no scanner");
    s = sum_before(&r, CT_CHECK_START);
    assert_true(s.complete && !s.clear && s.stops == 1);
    assert_int_equal(s.first, item(&r, "contact"));
    assert_true(sum_before(&r, CT_CHECK_READY).clear);
    type(&r, "contact", "0:30");
    assert_true(sum_before(&r, CT_CHECK_START).clear);
    end(&r);
}

/* What comes back from a store is judged like anything else. */
static void test_impossible_answers_are_no_answers(void **state)
{
    (void)state;
    struct run r;
    begin(&r);
    static const struct {
        const char *id;
        enum ct_check_given given;
        int64_t n, end_ms;
    } BAD[] = {
        {"identity", CT_CHECK_NOT_APPLICABLE, 0, 0},
        {"identity", CT_CHECK_GIVEN, 2, 0},
        {"identity", CT_CHECK_GIVEN, -1, 0},
        {"identity", (enum ct_check_given)7, 0, 0},
        {"allergy", CT_CHECK_GIVEN, 3, 0},
        {"allergy", CT_CHECK_GIVEN, INT64_MAX, 0},
        {"weight", CT_CHECK_GIVEN, 4001, 0},
        {"weight", CT_CHECK_GIVEN, CT_UNSET, 0},
        {"ate", CT_CHECK_GIVEN, INT64_MIN, 0},
        {"ate", CT_CHECK_GIVEN, INT64_MAX, 0},
        {"label", CT_CHECK_GIVEN, -1, 0},
        {"label", CT_CHECK_GIVEN, INT64_MAX, 0},
        {"contact", CT_CHECK_GIVEN, INT64_MIN, INT64_MAX},
        {"contact", CT_CHECK_GIVEN, INT64_MAX, 1},
        {"band", CT_CHECK_GIVEN, 0, 0}, /* matched, but what? */
        {"expiry", CT_CHECK_GIVEN, INT64_MAX, 0},
        {"left", CT_CHECK_GIVEN, INT64_MAX, 0},
        {"remark", CT_CHECK_GIVEN, 0, 0}, /* optional, but not empty */
    };
    for (size_t k = 0; k < CT_LEN(BAD); k++) {
        size_t i = item(&r, BAD[k].id);
        r.a[i] = (struct ct_check_answer){.given = BAD[k].given,
                                          .n = BAD[k].n,
                                          .end_ms = BAD[k].end_ms,
                                          .by = 1,
                                          .second = 2};
        const struct ct_check_state *s = state_of(&r, BAD[k].id);
        if (s->answered || !s->missing || !s->bad)
            fail_msg("%s: %lld", BAD[k].id, (long long)BAD[k].n);
        assert_string_equal(ct_check_wants(s), "not an answer");
        (void)shown(&r, BAD[k].id);
        r.a[i] = (struct ct_check_answer){0};
    }
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_not_asked_no_and_not_applicable_are_three),
        cmocka_unit_test(test_a_stop_keeps_from_ready),
        cmocka_unit_test(test_the_second_person_is_another),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_conditions_in_a_chain),
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_durations_and_timers),
        cmocka_unit_test(test_scans),
        cmocka_unit_test(test_dates_and_times),
        cmocka_unit_test(test_fasting_over_midnight),
        cmocka_unit_test(test_an_override_covers_what_it_was_given_for),
        cmocka_unit_test(test_fasting_over_a_change_of_the_clocks),
        cmocka_unit_test(test_a_span_with_both_ends),
        cmocka_unit_test(test_stages),
        cmocka_unit_test(test_impossible_answers_are_no_answers),
    };
    return cmocka_run_group_tests_name("checklist_answer", tests, set_zone, NULL);
}
