/* Shifts across midnight and clock changes; the log that compiles itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clinic/rows.h"
#include "tests/support/ward.h"

#define MIN(n) ((n) * (int64_t)CT_MINUTE_MS)
#define HOUR(n) ((n) * (int64_t)CT_HOUR_MS)

static void zone(const char *tz)
{
    setenv("TZ", tz, 1);
    tzset();
}

static int64_t at(int y, int m, int d, int hh, int mm)
{
    return ct_civil_ms(&(struct ct_civil){.year = y, .month = m, .day = d, .hour = hh,
                                          .minute = mm});
}

/* "early 22 Nov 07:00 - 22 Nov 15:00" */
static const char *say(const struct ct_shift *s)
{
    static char out[96];
    char from[24], to[24];
    ct_datetime_text(s->start_ms, from);
    ct_datetime_text(s->end_ms, to);
    snprintf(out, sizeof out, "%s %s - %s", s->name, from, to);
    return out;
}

static const struct ct_config THREE = {
    .shifts = {{"early", 7 * 60, 15 * 60}, {"late", 15 * 60, 23 * 60},
               {"night", 23 * 60, 7 * 60}},
    .n_shifts = 3,
};

static void is(const struct ct_config *c, int64_t ms, const char *want)
{
    struct ct_shift s;
    ct_shift_at(c, ms, &s);
    assert_string_equal(say(&s), want);
    assert_true(s.start_ms <= ms && ms < s.end_ms);
}

/* By its key and back: what a shift is printed by. */
static void test_named(void **state)
{
    (void)state;
    struct ct_shift s, t;
    char key[48];
    const ct_date today = ct_date_make(2026, 11, 24);
    zone("Europe/London");
    for (int hour = 0; hour < 72; hour++) {
        ct_shift_at(&THREE, at(2026, 10, 24, 0, 30) + HOUR(hour), &s); /* the clocks go back */
        ct_shift_key(&s, key);
        ok(ct_shift_parse(&THREE, key, today, &t, e));
        assert_int_equal(t.start_ms, s.start_ms);
        assert_int_equal(t.end_ms, s.end_ms);
    }
    ok(ct_shift_parse(&THREE, "24 nov 2026/LATE", today, &s, e));
    assert_string_equal(say(&s), "late 24 Nov 15:00 - 24 Nov 23:00");
    ok(ct_shift_parse(&THREE, "2026-11-23/night", today, &s, e)); /* the day it begins on */
    assert_string_equal(say(&s), "night 23 Nov 23:00 - 24 Nov 07:00");
    refused(ct_shift_parse(&THREE, "2026-11-23/lunch", today, &s, e), CT_EINVAL, "what",
            "early, late, night");
    refused(ct_shift_parse(&THREE, "2026-11-23", today, &s, e), CT_EINVAL, "what", "2026-11-23/");
    const struct ct_config none = {.n_shifts = 0};
    ok(ct_shift_parse(&none, "2026-11-23/all day", today, &s, e));
    assert_int_equal(s.end_ms - s.start_ms, CT_DAY_MS);
    const struct ct_config gap = {.shifts = {{"day", 8 * 60, 20 * 60}}, .n_shifts = 1};
    ok(ct_shift_parse(&gap, "2026-11-23/no shift", today, &s, e)); /* what is between them too */
    assert_string_equal(say(&s), "no shift 23 Nov 20:00 - 24 Nov 08:00");
}

static void test_day_and_night(void **state)
{
    (void)state;
    zone("Europe/London");
    is(&THREE, at(2026, 11, 22, 7, 0), "early 22 Nov 07:00 - 22 Nov 15:00");
    is(&THREE, at(2026, 11, 22, 15, 0) - 1, "early 22 Nov 07:00 - 22 Nov 15:00");
    is(&THREE, at(2026, 11, 22, 15, 0), "late 22 Nov 15:00 - 22 Nov 23:00");
    is(&THREE, at(2026, 11, 22, 23, 30), "night 22 Nov 23:00 - 23 Nov 07:00");
    is(&THREE, at(2026, 11, 23, 6, 59), "night 22 Nov 23:00 - 23 Nov 07:00");
    is(&THREE, at(2027, 1, 1, 0, 5), "night 31 Dec 23:00 - 1 Jan 07:00");
}

static void test_clock_changes(void **state)
{
    (void)state;
    zone("Europe/London");
    struct ct_shift s;
    ct_shift_at(&THREE, at(2026, 3, 29, 3, 0), &s); /* the clock went from 1 to 2 */
    assert_string_equal(s.name, "night");
    assert_int_equal(s.end_ms - s.start_ms, HOUR(7));
    ct_shift_at(&THREE, at(2026, 10, 25, 3, 0), &s); /* and from 2 to 1 */
    assert_int_equal(s.end_ms - s.start_ms, HOUR(9));
    ct_shift_after(&THREE, &s, &s);
    assert_string_equal(say(&s), "early 25 Oct 07:00 - 25 Oct 15:00");
    /* a whole year, shift by shift: no gap, no overlap, three a day */
    int64_t end = at(2027, 1, 2, 7, 0);
    int n = 0;
    for (ct_shift_at(&THREE, at(2026, 1, 2, 7, 0), &s); s.start_ms < end; n++) {
        struct ct_shift next, back;
        ct_shift_after(&THREE, &s, &next);
        assert_int_equal(next.start_ms, s.end_ms);
        ct_shift_before(&THREE, &next, &back);
        assert_int_equal(back.start_ms, s.start_ms);
        assert_string_equal(back.name, s.name);
        s = next;
    }
    assert_int_equal(n, 3 * 365);
}

static void test_none_gaps_overlaps(void **state)
{
    (void)state;
    zone("Europe/London");
    static const struct ct_config NONE = {.n_shifts = 0};
    is(&NONE, at(2026, 11, 22, 9, 0), "all day 22 Nov 00:00 - 23 Nov 00:00");
    struct ct_shift s;
    ct_shift_at(&NONE, at(2026, 10, 25, 9, 0), &s);
    assert_int_equal(s.end_ms - s.start_ms, HOUR(25));
    static const struct ct_config DAY = {.shifts = {{"day", 8 * 60, 18 * 60}}, .n_shifts = 1};
    is(&DAY, at(2026, 11, 22, 9, 0), "day 22 Nov 08:00 - 22 Nov 18:00");
    is(&DAY, at(2026, 11, 22, 20, 0), "no shift 22 Nov 18:00 - 23 Nov 08:00");
    is(&DAY, at(2026, 11, 23, 3, 0), "no shift 22 Nov 18:00 - 23 Nov 08:00");
    static const struct ct_config OVER = {
        .shifts = {{"early", 7 * 60, 15 * 60}, {"late", 13 * 60, 21 * 60}}, .n_shifts = 2};
    is(&OVER, at(2026, 11, 22, 14, 0), "late 22 Nov 13:00 - 22 Nov 21:00");
    is(&OVER, at(2026, 11, 22, 12, 0), "early 22 Nov 07:00 - 22 Nov 15:00");
    static const struct ct_config ROUND = {
        .shifts = {{"round", 8 * 60, 8 * 60}}, .n_shifts = 1};
    is(&ROUND, at(2026, 11, 22, 7, 59), "round 21 Nov 08:00 - 22 Nov 08:00");
}

/* ---- the log ----------------------------------------------------------- */

#define LOW "120/80 72 16 98 36.6 A air"

struct page {
    struct ct_log_line *line;
    size_t n;
    int64_t total;
};

static struct page read_log(struct ct_app *app, const struct ct_shift *s, uint32_t user_id,
                            bool all, int64_t offset, size_t limit)
{
    struct page p;
    ok(ct_shift_log(app, s, user_id, all, offset, limit, &p.line, &p.n, &p.total, e));
    return p;
}

static struct ct_shift now_on(struct ward *w)
{
    struct ct_shift s;
    ct_shift_at(&w->c.config, w->c.now, &s);
    s.start_ms = w->c.now - HOUR(1); /* the staff logged in at this very moment */
    s.end_ms = w->c.now + HOUR(1);
    return s;
}

static void test_log(void **state)
{
    struct ward *w = *state;
    struct ct_shift s = now_on(w);
    int64_t id = ward_patient(w, "Patel", "Rohan", "", "1960-01-01");
    struct ct_patient p;
    ok(ct_patient_open(w->tom, id, &p, e));
    w->c.now += MIN(1);
    int64_t low = ward_record(w, id, LOW, w->c.now);
    w->c.now += MIN(1);
    ward_record(w, id, LOW, w->c.now - MIN(40)); /* late */
    w->c.now += MIN(1);
    int64_t high = ward_record(w, id, "95/60 112 25 91 38.1 A air", w->c.now);
    w->c.now += MIN(1);
    struct ct_vitals v;
    ok(ct_vitals_get(w->tom, low, &v, e));
    v.v[CT_Q_PULSE].n = 95;
    v.replaces_id = low;
    snprintf(v.reason, sizeof v.reason, "wrong reading");
    ok(ct_vitals_correct(w->tom, &w->rules, &v, e));
    w->c.now += MIN(1);
    ok(ct_vitals_void(w->sue, v.id, "wrong patient", e));

    struct page l = read_log(w->sue, &s, 0, false, 0, 20);
    static const char *const WANT[] = {
        "E-1 open, not accepted; NEWS2 11 HIGH  BP 95/60  P 112  RR 25  SpO2 91 air  T 38.1  A",
        "NEWS2 0 LOW  BP 120/80",
        "[in error since] corrected vitals: wrong reading; now NEWS2 1 LOW  BP 120/80  P 95",
        "marked vitals entered in error: wrong patient",
        "registered a patient",
        "[in error since] NEWS2 0 LOW  BP 120/80",
    };
    size_t want = 0;
    for (size_t i = 0; i < l.n; i++) {
        if (l.line[i].verb < CT_VERB_PATIENT_REGISTER)
            continue; /* of the fixture: users added */
        assert_true(want < CT_LEN(WANT));
        if (strncmp(l.line[i].text, WANT[want], strlen(WANT[want])) != 0)
            fail_msg("line %zu: %s", want, l.line[i].text);
        assert_string_equal(l.line[i].patient, "PATEL, Rohan");
        want++;
    }
    assert_int_equal(want, CT_LEN(WANT)); /* the opening is not among them */
    assert_int_equal(l.line[0].severity, CT_EXCEPTION);
    assert_int_equal(l.line[0].vitals_id, high); /* the evidence */
    assert_string_equal(l.line[0].user, "Tom Demo-Vale");
    bool late = false;
    for (size_t i = 0; i < l.n; i++)
        if (l.line[i].late) {
            late = true;
            assert_int_equal(l.line[i].at_ms - l.line[i].done_ms, MIN(40));
        }
    assert_true(late);
    free(l.line);

    struct ct_shift_counts k;
    ok(ct_shift_count(w->sue, &s, 0, &k, e));
    assert_int_equal(k.sets, 2); /* one of the three is in error */
    assert_int_equal(k.abnormal, 1);
    assert_int_equal(k.corrected, 2);
    assert_int_equal(k.late, 1);
    assert_int_equal(k.registered, 1);
    assert_int_equal(k.opened, 1);
    assert_int_equal(k.exceptions, 1);
}

/* What waits too long stands before the worst score, until somebody is there. */
static void test_overdue_first(void **state)
{
    struct ward *w = *state;
    struct ct_shift s = now_on(w);
    struct ct_shift_counts k;
    s.end_ms += HOUR(2);
    int64_t a = ward_patient(w, "Waits", "", "", "1960-01-01");
    int64_t b = ward_patient(w, "High", "", "", "1960-01-01");
    ward_record(w, a, "105/70 95 21 94 38.1 A air", w->c.now); /* 6 */
    w->c.now += MIN(50);
    ward_record(w, b, "88/50 132 25 91 35.0 U o2 2 np", w->c.now); /* 20 */
    w->c.now += MIN(5);
    struct page l = read_log(w->sue, &s, 0, false, 0, 1);
    assert_string_equal(l.line[0].patient, "HIGH");
    assert_int_equal(l.line[0].escalation_id, 2);
    assert_true(l.line[0].raised);
    free(l.line);
    ok(ct_shift_count(w->sue, &s, 0, &k, e));
    assert_int_equal(k.exceptions, 1);
    w->c.now += MIN(6); /* 61 after the first */
    l = read_log(w->sue, &s, 0, false, 0, 2);
    assert_string_equal(l.line[0].patient, "WAITS");
    assert_int_equal(l.line[0].severity, CT_EXCEPTION);
    assert_non_null(strstr(l.line[0].text, "E-1 OVERDUE, not accepted; NEWS2 6"));
    assert_string_equal(l.line[1].patient, "HIGH");
    free(l.line);
    ok(ct_shift_count(w->sue, &s, 0, &k, e));
    assert_int_equal(k.escalated, 2);
    assert_int_equal(k.open, 2);
    assert_int_equal(k.overdue, 1);
    assert_int_equal(k.exceptions, 2);
    struct ct_escalation_event came = {.kind = CT_ESC_ATTENDED, .who = "Dr Demo"};
    ok(ct_escalation_add(w->tom, 1, &came, e));
    struct ct_escalation_event end = {.kind = CT_ESC_OUTCOME, .text = "seen"};
    ok(ct_escalation_add(w->tom, 2, &end, e));
    ok(ct_shift_count(w->sue, &s, 0, &k, e));
    assert_int_equal(k.open, 1);
    assert_int_equal(k.overdue, 0);
    l = read_log(w->sue, &s, 0, false, 0, 20);
    assert_string_equal(l.line[0].patient, "HIGH");
    assert_non_null(strstr(l.line[0].text, "; E-2 closed"));
    bool open = false;
    for (size_t i = 0; i < l.n; i++)
        open = open || strstr(l.line[i].text, "E-1 open, no outcome; NEWS2 6") != NULL;
    assert_true(open);
    size_t said = 0; /* what was done has lines of its own, which lead to it */
    for (size_t i = 0; i < l.n; i++)
        if (l.line[i].verb == CT_VERB_ESCALATION) {
            assert_false(l.line[i].raised);
            assert_int_equal(l.line[i].escalation_id, 1 + (int64_t)said);
            assert_non_null(strstr(l.line[i].text, said == 0 ? "E-1 attended by Dr Demo (too late)"
                                                             : "E-2 outcome: seen"));
            said++;
        }
    assert_int_equal(said, 2);
    free(l.line);
    /* whose: one's own, and nobody else's */
    ok(ct_shift_count(w->sue, &s, ct_app_who(w->sue)->user_id, &k, e));
    assert_int_equal(k.escalated, 0);
}

static void test_whose(void **state)
{
    struct ward *w = *state;
    struct ct_shift s = now_on(w);
    int64_t id = ward_patient(w, "Patel", "Rohan", "", "1960-01-01");
    ward_record(w, id, LOW, w->c.now);
    uint32_t tom = ct_app_who(w->tom)->user_id, sue = ct_app_who(w->sue)->user_id;
    struct ct_log_line *line;
    size_t n;
    int64_t total;
    struct ct_shift_counts k;
    struct page l = read_log(w->tom, &s, tom, false, 0, 20); /* one's own */
    assert_int_equal(l.total, 2);
    free(l.line);
    l = read_log(w->sue, &s, tom, false, 0, 20);
    assert_int_equal(l.total, 2);
    free(l.line);
    l = read_log(w->sue, &s, sue, false, 0, 20);
    assert_int_equal(l.total, 0);
    free(l.line);
    refused(ct_shift_log(w->tom, &s, 0, false, 0, 9, &line, &n, &total, e), CT_EDENIED, "", "");
    refused(ct_shift_log(w->tom, &s, sue, false, 0, 9, &line, &n, &total, e),
            CT_EDENIED, "", "");
    refused(ct_shift_count(w->tom, &s, 0, &k, e), CT_EDENIED, "", "");
    ok(ct_shift_count(w->tom, &s, tom, &k, e));
    assert_int_equal(k.sets, 1);
    refused(ct_shift_log(w->c.app, &s, 0, false, 0, 9, &line, &n, &total, e),
            CT_EDENIED, "", "");
    assert_null(line);
}

static void test_pages_and_bounds(void **state)
{
    struct ward *w = *state;
    uint32_t tom = ct_app_who(w->tom)->user_id;
    int64_t id = ward_patient(w, "Patel", "Rohan", "", "1960-01-01");
    w->c.now += HOUR(3);
    struct ct_shift s = {.start_ms = w->c.now, .end_ms = w->c.now + MIN(25)};
    for (int i = 0; i < 30; i++) {
        char line[16];
        snprintf(line, sizeof line, "p %d", 60 + i);
        ward_record(w, id, line, w->c.now);
        w->c.now += MIN(1);
    }
    int64_t last = 0, seen = 0;
    for (int64_t offset = 0;; offset += 7) {
        struct page l = read_log(w->tom, &s, tom, false, offset, 7);
        assert_int_equal(l.total, 25); /* the end does not belong to the shift */
        for (size_t i = 0; i < l.n; i++, seen++) {
            assert_true(l.line[i].seq > last);
            last = l.line[i].seq;
        }
        size_t n = l.n;
        free(l.line);
        if (n < 7)
            break;
    }
    assert_int_equal(seen, 25);
    struct ct_shift empty = {.start_ms = 1000, .end_ms = 2000};
    struct ct_shift_counts k;
    ok(ct_shift_count(w->sue, &empty, 0, &k, e));
    assert_int_equal(k.sets + k.opened + k.exceptions, 0);
}

static void test_comings_and_goings(void **state)
{
    struct ward *w = *state;
    struct ct_shift s = now_on(w);
    struct page some = read_log(w->sue, &s, 0, false, 0, 50);
    struct page all = read_log(w->sue, &s, 0, true, 0, 50);
    assert_true(all.total > some.total);
    for (size_t i = 0; i < some.n; i++)
        assert_int_not_equal(some.line[i].verb, CT_VERB_LOGIN);
    size_t logins = 0;
    for (size_t i = 0; i < all.n; i++)
        logins += all.line[i].verb == CT_VERB_LOGIN;
    assert_int_equal(logins, 3); /* ada, tom and sue */
    free(some.line);
    free(all.line);
}

static void test_evidence(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Di", "", "1970-01-01");
    ward_record(w, id, "120/80 72 16 98 36.6 A air", w->c.now);
    struct ct_shift s = now_on(w);
    struct page l = read_log(w->sue, &s, 0, false, 0, 50);
    struct ct_vitals *v = NULL;
    size_t n = 9, with = 0;
    for (size_t i = 0; i < l.n; i++) {
        ok(ct_shift_evidence(w->sue, &l.line[i], &v, &n, e));
        assert_int_equal(n, l.line[i].vitals_id != CT_UNSET);
        with += n;
        if (n == 0)
            continue;
        assert_int_equal(v[0].v[CT_Q_PULSE].n, 72);
        free(v);
        expect_entry(&w->c, "patient.open", CT_ROUTINE, "evidence");
        assert_int_equal(app_int(w->tom, "SELECT patient_id FROM audit WHERE "
                                         "verb='patient.open'"), id);
        refused(ct_shift_evidence(w->c.app, &l.line[i], &v, &n, e), CT_EDENIED, "", "");
        assert_null(v);
    }
    assert_int_equal(with, 1);
    free(l.line);
}

/* "later" is no table: the few versions of one set. */
static void no_scan(const char *detail, void *arg)
{
    if (strstr(detail, "SCAN") != NULL && strcmp(detail, "SCAN later") != 0)
        fail_msg("%s: %s", (const char *)arg, detail);
}

static void test_by_index(void **state)
{
    struct ward *w = *state;
    for (int i = 0; i < CT_SHIFT_SQL_N; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s", ct_shift_sql[i].name);
        ok(ct_db_plan(ct_app_db(w->tom), &ct_shift_sql[i], no_scan, name, e));
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_day_and_night),
        cmocka_unit_test(test_named),
        cmocka_unit_test(test_clock_changes),
        cmocka_unit_test(test_none_gaps_overlaps),
        T(test_log),
        T(test_overdue_first),
        T(test_whose),
        T(test_pages_and_bounds),
        T(test_comings_and_goings),
        T(test_evidence),
        T(test_by_index),
    };
    return cmocka_run_group_tests_name("shift", tests, NULL, NULL);
}
