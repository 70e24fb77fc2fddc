/* Escalations: raised with the set that meets a trigger, rising while nobody accepts,
 * overdue, closed once, and bound to their set whatever becomes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "clinic/rows.h"
#include "tests/support/ward.h"

#define MIN(n) ((n) * (int64_t)CT_MINUTE_MS)
#define HOUR(n) ((n) * (int64_t)CT_HOUR_MS)
#define WELL "120/80 72 16 98 36.6 A air"        /* 0 */
#define LOW "120/80 72 21 96 36.6 A air"         /* 2 */
#define SINGLE3 "120/80 131 16 98 36.6 A air"    /* 3, of one parameter */
#define MEDIUM "105/70 95 21 94 38.1 A air"      /* 6 */
#define MEDIUM_AGAIN "104/70 96 21 94 38.1 A air"
#define HIGH "88/50 132 25 91 35.0 U o2 2 np"    /* 20 */

static int64_t adult(struct ward *w, const char *name)
{
    return ward_patient(w, name, "", "", "1960-01-01");
}

/* How many of the patient are open; the first of the list in *ret (may be NULL). */
static size_t open_of(struct ward *w, int64_t patient_id, struct ct_escalation *ret)
{
    struct ct_escalation *list;
    size_t n, open = 0;
    ok(ct_escalation_list(w->tom, patient_id, 0, 20, &list, &n, e));
    if (n > 0 && ret != NULL)
        *ret = list[0];
    for (size_t i = 0; i < n; i++)
        open += list[i].open;
    free(list);
    return open;
}

/* A set of MEDIUM's, recorded now: the escalation it raises. */
static int64_t raised(struct ward *w, const char *name, const char *line)
{
    struct ct_escalation x;
    int64_t id = adult(w, name);
    ward_record(w, id, line, w->c.now);
    assert_int_equal(open_of(w, id, &x), 1);
    return x.id;
}

static struct ct_escalation got(struct ward *w, int64_t id)
{
    struct ct_escalation x;
    ok(ct_escalation_get(w->tom, id, &x, e));
    return x;
}

static enum ct_status add(struct ct_app *app, int64_t id, enum ct_escalation_event_kind kind,
                          const char *words, int64_t at_ms, struct ct_error *reterr)
{
    struct ct_escalation_event x = {.kind = kind, .at_ms = at_ms};
    if (kind >= CT_ESC_OUTCOME && (unsigned)kind < CT_ESC_KINDS)
        snprintf(x.text, sizeof x.text, "%s", words);
    else
        snprintf(x.who, sizeof x.who, "%s", words);
    return ct_escalation_add(app, id, &x, reterr);
}

static void counted(struct ward *w, int64_t open, int64_t overdue)
{
    int64_t o, late;
    ok(ct_escalation_count(w->sue, &o, &late, e));
    assert_int_equal(o, open);
    assert_int_equal(late, overdue);
    /* the derived table agrees with the events */
    assert_int_equal(app_int(w->sue, "SELECT count(*) FROM escalation e WHERE NOT EXISTS "
                                     "(SELECT 1 FROM escalation_event x WHERE "
                                     "x.escalation_id = e.id AND x.kind >= 3)"),
                     open);
}

static const char *says(const struct ct_escalation *x, int64_t now_ms)
{
    static char out[2048];
    ct_escalation_text(x, now_ms, out, sizeof out);
    return out;
}

/* ---- raising ----------------------------------------------------------- */

static void test_who_is_asked(void **state)
{
    struct ward *w = *state;
    int64_t low = adult(w, "Low");
    ward_record(w, low, WELL, w->c.now);
    ward_record(w, low, LOW, w->c.now);
    assert_int_equal(open_of(w, low, NULL), 0); /* low totals ask nobody */
    counted(w, 0, 0);

    struct ct_escalation x = got(w, raised(w, "Single", SINGLE3));
    assert_int_equal(x.band, CT_BAND_LOW_MEDIUM);
    assert_int_equal(x.rule.attend_min, 60);
    assert_string_equal(x.rule.level[0], "registered nurse");
    assert_string_equal(x.rule.level[1], "medical team");
    assert_int_equal(x.score, 3);
    assert_true(x.single3);
    assert_string_equal(x.patient, "SINGLE");

    x = got(w, raised(w, "Medium", MEDIUM));
    assert_int_equal(x.band, CT_BAND_MEDIUM);
    assert_int_equal(x.rule.attend_min, 60);
    assert_string_equal(x.rule.level[0], "medical team");
    assert_string_equal(x.score_text, "NEWS2 6 MEDIUM");
    assert_int_equal(x.at_ms, w->c.now);
    assert_true(x.open && !x.accepted && !x.attended && !x.overdue);
    assert_int_equal(x.vitals_id, x.first_id);
    assert_int_equal(x.vitals_id, x.now_id);

    x = got(w, raised(w, "High", HIGH));
    assert_int_equal(x.band, CT_BAND_HIGH);
    assert_int_equal(x.rule.attend_min, 30);
    assert_string_equal(x.rule.level[0], "medical registrar");
    counted(w, 3, 0);
}

/* What is there is enough to know that somebody must come. */
static void test_an_incomplete_set(void **state)
{
    struct ward *w = *state;
    struct ct_escalation x = got(w, raised(w, "Five", "105/70 112 21"));
    assert_int_equal(x.band, CT_BAND_MEDIUM); /* 1 + 2 + 2 */
    assert_int_equal(x.score, 5);
    assert_non_null(strstr(x.score_text, "at least 5"));
    x = got(w, raised(w, "Three", "p 131"));
    assert_int_equal(x.band, CT_BAND_LOW_MEDIUM);
    int64_t id = adult(w, "Four");
    ward_record(w, id, "105/70 95 21", w->c.now);
    assert_int_equal(open_of(w, id, NULL), 0);
}

/* What no score judges raises nothing by itself. */
static void test_not_scored(void **state)
{
    struct ward *w = *state;
    int64_t child = ward_patient(w, "Child", "", "", "2020-01-01");
    int64_t mother = adult(w, "Mother");
    ward_alert(w, mother, CT_ALERT_PREGNANT);
    ward_record(w, child, HIGH, w->c.now);
    ward_record(w, mother, HIGH, w->c.now);
    counted(w, 0, 0);
}

static void test_the_same_band_once_a_higher_one_again(void **state)
{
    struct ward *w = *state;
    struct ct_escalation x;
    int64_t id = adult(w, "Worse");
    ward_record(w, id, MEDIUM, w->c.now);
    w->c.now += MIN(20);
    ward_record(w, id, MEDIUM_AGAIN, w->c.now); /* the same band: being dealt with */
    ward_record(w, id, SINGLE3, w->c.now);
    assert_int_equal(open_of(w, id, &x), 1);
    ward_record(w, id, HIGH, w->c.now);
    assert_int_equal(open_of(w, id, NULL), 2);
    ward_record(w, id, MEDIUM, w->c.now);
    assert_int_equal(open_of(w, id, NULL), 2);
    counted(w, 2, 0);
    w->c.now += MIN(11);
    /* closed: the next one asks again */
    ok(add(w->tom, x.id, CT_ESC_OUTCOME, "fluids", 0, e));
    assert_int_equal(open_of(w, id, &x), 1);
    ok(add(w->tom, x.id, CT_ESC_OUTCOME, "fluids", 0, e));
    ward_record(w, id, MEDIUM, w->c.now);
    assert_int_equal(open_of(w, id, NULL), 1);
}

/* One that nobody closed is of another illness after a day: it keeps nobody from being
 * asked, and is still there. */
static void test_forgotten_ones_hide_nothing(void **state)
{
    struct ward *w = *state;
    int64_t id = adult(w, "Again");
    ward_record(w, id, HIGH, w->c.now);
    w->c.now += HOUR(23);
    ward_record(w, id, MEDIUM, w->c.now);
    assert_int_equal(open_of(w, id, NULL), 1);
    w->c.now += HOUR(2);
    ward_record(w, id, MEDIUM, w->c.now);
    assert_int_equal(open_of(w, id, NULL), 2);
    w->c.now += HOUR(24 * 400);
    assert_int_equal(open_of(w, id, NULL), 2);
    counted(w, 2, 2);
}

/* ---- where it stands --------------------------------------------------- */

static void test_levels_rise(void **state)
{
    struct ward *w = *state;
    int64_t at = w->c.now, id = raised(w, "Rising", MEDIUM);
    static const struct {
        int min, level, deadline;
        bool overdue;
    } STEP[] = {{0, 0, 20, false},  {20, 0, 20, false}, {21, 1, 40, false},
                {40, 1, 40, false}, {41, 2, 60, false}, {60, 2, 60, false},
                {61, 2, 60, true},  {600, 2, 60, true}};
    for (size_t i = 0; i < CT_LEN(STEP); i++) {
        w->c.now = at + MIN(STEP[i].min);
        struct ct_escalation x = got(w, id);
        if (x.level != STEP[i].level || x.deadline_ms != at + MIN(STEP[i].deadline) ||
            x.overdue != STEP[i].overdue)
            fail_msg("after %d min: level %d, by %lld%s", STEP[i].min, x.level,
                     (long long)((x.deadline_ms - at) / CT_MINUTE_MS),
                     x.overdue ? ", overdue" : "");
        counted(w, 1, STEP[i].overdue);
    }
    assert_string_equal(ct_escalation_level(&(struct ct_escalation){
                            .rule = {.n_levels = 2, .level = {"a", "b"}}, .level = 1}),
                        "b");
}

static void test_telling_stops_nothing_accepting_does(void **state)
{
    struct ward *w = *state;
    int64_t at = w->c.now, id = raised(w, "Told", MEDIUM);
    w->c.now = at + MIN(5);
    ok(add(w->tom, id, CT_ESC_TOLD, "Dr Demo", 0, e));
    w->c.now = at + MIN(25);
    struct ct_escalation x = got(w, id);
    assert_int_equal(x.level, 1);
    assert_false(x.accepted);
    ok(add(w->tom, id, CT_ESC_ACCEPTED, "Dr Demo", 0, e));
    w->c.now = at + MIN(45);
    x = got(w, id);
    assert_int_equal(x.level, 1); /* where it was when it was accepted */
    assert_true(x.accepted && !x.attended && !x.overdue);
    assert_int_equal(x.deadline_ms, at + MIN(60)); /* somebody is there by then */
    counted(w, 1, 0);
    w->c.now = at + MIN(61);
    assert_true(got(w, id).overdue);
    counted(w, 1, 1);
    ok(add(w->tom, id, CT_ESC_ATTENDED, "Dr Demo", at + MIN(58), e));
    x = got(w, id);
    assert_true(x.attended && x.open && !x.overdue);
    assert_int_equal(x.deadline_ms, CT_UNSET);
    counted(w, 1, 0);
}

/* Who comes has taken it on, accepted or not. */
static void test_attending_is_accepting(void **state)
{
    struct ward *w = *state;
    int64_t id = raised(w, "Came", HIGH);
    w->c.now += MIN(2);
    ok(add(w->tom, id, CT_ESC_ATTENDED, "Dr Demo", 0, e));
    w->c.now += HOUR(2);
    struct ct_escalation x = got(w, id);
    assert_true(x.accepted && x.attended && !x.overdue);
    assert_int_equal(x.level, 0);
    assert_non_null(strstr(says(&x, w->c.now), "attended by Dr Demo"));
    assert_non_null(strstr(says(&x, w->c.now), "outcome not recorded"));
}

/* The site changes its rule: what was raised before keeps the one of then. */
static void test_the_rule_is_kept(void **state)
{
    static const char OLD[] = "medical team 20, medical registrar 20, nurse in charge 20";
    struct ward *w = *state;
    int64_t id = raised(w, "Kept", MEDIUM);
    const struct ct_embedded *file = ct_embed_find("scores/news2.ini");
    CT_BUF b = {0};
    CT_INI *ini = NULL;
    const char *at = strstr(file->data, OLD);
    assert_non_null(at);
    ct_buf_add(&b, file->data, (size_t)(at - file->data));
    ct_buf_str_add(&b, "duty  doctor 7");
    ct_buf_str_add(&b, at + strlen(OLD));
    ct_news2_free(w->rules.news2);
    w->rules.news2 = NULL;
    ok(ct_ini_parse("n.ini", b.data, b.len, &ini, e));
    ok(ct_news2_from_ini(ini, &w->rules.news2, e));
    char levels[CT_LEVELS_TEXT];
    struct ct_escalation x = got(w, id);
    ct_escalation_levels_text(&x.rule, levels);
    assert_string_equal(levels, OLD);
    x = got(w, raised(w, "Changed", MEDIUM));
    assert_int_equal(x.rule.n_levels, 1);
    assert_string_equal(x.rule.level[0], "duty doctor");
    assert_int_equal(x.rule.accept_min[0], 7);
}

/* ---- two at once, and what is refused ---------------------------------- */

static void test_two_accept_at_once(void **state)
{
    struct ward *w = *state;
    int64_t id = raised(w, "Both", MEDIUM);
    ok(add(w->tom, id, CT_ESC_ACCEPTED, "Dr First", 0, e));
    refused(add(w->sue, id, CT_ESC_ACCEPTED, "Dr Second", 0, e), CT_ECONFLICT, "", "Dr First");
    ok(add(w->sue, id, CT_ESC_TOLD, "Dr Second", 0, e)); /* further people are welcome */
    ok(add(w->sue, id, CT_ESC_ATTENDED, "Dr Second", 0, e));
    struct ct_escalation x = got(w, id);
    assert_int_equal(x.n_events, 3);
    assert_string_equal(x.event[0].by, ct_app_who(w->tom)->name);
}

static void test_closed_once(void **state)
{
    struct ward *w = *state;
    int64_t id = raised(w, "Closed", MEDIUM);
    ok(add(w->tom, id, CT_ESC_OUTCOME, "oxygen, better", 0, e));
    struct ct_escalation x = got(w, id);
    assert_false(x.open || x.overdue);
    assert_int_equal(x.deadline_ms, CT_UNSET);
    for (unsigned k = 0; k < CT_ESC_KINDS; k++)
        refused(add(w->sue, id, (enum ct_escalation_event_kind)k, "late", 0, e), CT_ECONFLICT,
                "", "oxygen, better");
    w->c.now += HOUR(5);
    assert_int_equal(got(w, id).n_events, 1);
    counted(w, 0, 0);
    id = raised(w, "Withheld", MEDIUM);
    ok(add(w->tom, id, CT_ESC_WITHHELD, "end of life care", 0, e));
    assert_int_equal(app_int(w->sue, "SELECT severity FROM audit ORDER BY seq DESC LIMIT 1"),
                     CT_NOTABLE);
    refused(add(w->sue, id, CT_ESC_OUTCOME, "x", 0, e), CT_ECONFLICT, "", "end of life care");
    counted(w, 0, 0);
}

static void test_bad_input(void **state)
{
    struct ward *w = *state;
    int64_t id = raised(w, "Bad", MEDIUM), taken = w->c.now;
    char longer[210];
    memset(longer, 'x', sizeof longer);
    longer[95] = '\0';
    w->c.now += MIN(10);
    refused(add(w->tom, id, CT_ESC_TOLD, "", 0, e), CT_EINVAL, "who", "who was told");
    refused(add(w->tom, id, CT_ESC_ACCEPTED, "  ", 0, e), CT_EINVAL, "who", "");
    refused(add(w->tom, id, CT_ESC_ATTENDED, "", 0, e), CT_EINVAL, "who", "");
    refused(add(w->tom, id, CT_ESC_TOLD, "Dr \x1b[2J", 0, e), CT_EINVAL, "who", "");
    refused(add(w->tom, id, CT_ESC_TOLD, "Dr \xff", 0, e), CT_EINVAL, "who", "");
    refused(add(w->tom, id, CT_ESC_OUTCOME, "", 0, e), CT_EINVAL, "text", "the outcome");
    refused(add(w->tom, id, CT_ESC_WITHHELD, " ", 0, e), CT_EINVAL, "text", "withheld");
    refused(add(w->tom, id, CT_ESC_OUTCOME, "a\nb\x07", 0, e), CT_EINVAL, "text", "");
    refused(add(w->tom, id, CT_ESC_KINDS, "x", 0, e), CT_EINVAL, "kind", "");
    refused(add(w->tom, id, CT_ESC_TOLD, "Dr Demo", taken - 1, e), CT_EINVAL, "at_ms", "before");
    refused(add(w->tom, id, CT_ESC_TOLD, "Dr Demo", w->c.now + MIN(3), e), CT_EINVAL, "at_ms",
            "future");
    refused(add(w->tom, 999, CT_ESC_TOLD, "Dr Demo", 0, e), CT_ENOTFOUND, "", "E-999");
    refused(add(w->c.app, id, CT_ESC_TOLD, "Dr Demo", 0, e), CT_EDENIED, "", ""); /* ada */
    assert_int_equal(got(w, id).n_events, 0);
    ok(add(w->tom, id, CT_ESC_TOLD, longer, taken, e)); /* as long as it may be */
    struct ct_escalation x;
    refused(ct_escalation_get(w->tom, 999, &x, e), CT_ENOTFOUND, "", "E-999");
    refused(ct_escalation_get(w->c.app, id, &x, e), CT_EDENIED, "", "");
    struct ct_escalation *list;
    size_t n;
    int64_t open, late;
    refused(ct_escalation_list(w->c.app, 0, 0, 5, &list, &n, e), CT_EDENIED, "", "");
    refused(ct_escalation_count(w->c.app, &open, &late, e), CT_EDENIED, "", "");
}

/* Whatever was written before: how it ended always fits. */
static void test_there_is_always_room_for_the_outcome(void **state)
{
    struct ward *w = *state;
    int64_t id = raised(w, "Long", MEDIUM);
    for (int i = 0; i < CT_ESC_EVENTS_MAX - 1; i++)
        ok(add(w->tom, id, CT_ESC_TOLD, "Dr Demo", 0, e));
    refused(add(w->tom, id, CT_ESC_TOLD, "Dr Demo", 0, e), CT_EINVAL, "kind", "outcome");
    ok(add(w->tom, id, CT_ESC_OUTCOME, "moved to level 2", 0, e));
    assert_int_equal(got(w, id).n_events, CT_ESC_EVENTS_MAX);
}

/* A shout comes before the typing. */
static void test_told_before_it_was_recorded(void **state)
{
    struct ward *w = *state;
    struct ct_escalation x;
    int64_t id = adult(w, "Late"), taken = w->c.now - MIN(12);
    ward_record(w, id, HIGH, taken);
    assert_int_equal(open_of(w, id, &x), 1);
    assert_int_equal(x.at_ms, w->c.now);
    assert_int_equal(x.taken_ms, taken);
    ok(add(w->tom, x.id, CT_ESC_ATTENDED, "Dr Demo", w->c.now - MIN(5), e));
    ok(add(w->tom, x.id, CT_ESC_TOLD, "Dr Demo", w->c.now - MIN(11), e));
    x = got(w, x.id);
    assert_int_equal(x.event[0].kind, CT_ESC_TOLD); /* by time */
    assert_int_equal(x.event[1].kind, CT_ESC_ATTENDED);
}

/* ---- bound to its set -------------------------------------------------- */

static int64_t corrected(struct ward *w, int64_t patient_id, int64_t id, const char *line,
                         int64_t taken_ms)
{
    struct ct_vitals v = ward_set(w, patient_id, line, taken_ms);
    v.replaces_id = id;
    snprintf(v.reason, sizeof v.reason, "wrong reading");
    ok(ct_vitals_correct(w->tom, &w->rules, &v, e));
    return v.id;
}

static void test_a_correction_that_triggers_no_more(void **state)
{
    struct ward *w = *state;
    struct ct_escalation x;
    int64_t id = adult(w, "Mended"), taken = w->c.now;
    int64_t set = ward_record(w, id, MEDIUM, taken);
    w->c.now += MIN(3);
    int64_t now = corrected(w, id, set, WELL, taken);
    assert_int_equal(open_of(w, id, &x), 1); /* people are on their way */
    assert_int_equal(x.vitals_id, set);
    assert_int_equal(x.now_id, now);
    assert_int_equal(x.score, 6); /* of the set that raised it, not of today's patient */
    assert_string_equal(x.score_text, "NEWS2 6 MEDIUM");
    ward_record(w, id, WELL, w->c.now); /* nor of his next set */
    assert_int_equal(got(w, x.id).score, 6);
}

static void test_a_correction_that_triggers(void **state)
{
    struct ward *w = *state;
    struct ct_escalation x;
    int64_t id = adult(w, "Mistyped"), taken = w->c.now;
    int64_t first = ward_record(w, id, WELL, taken);
    int64_t second = corrected(w, id, first, LOW, taken);
    assert_int_equal(open_of(w, id, NULL), 0);
    w->c.now += MIN(3);
    int64_t third = corrected(w, id, second, HIGH, taken);
    assert_int_equal(open_of(w, id, &x), 1);
    assert_int_equal(x.first_id, first);
    assert_int_equal(x.vitals_id, third);
    assert_int_equal(x.now_id, third);
    assert_int_equal(x.at_ms, w->c.now);
    assert_int_equal(x.score, 20);
    /* the same set, seen through, is not asked about twice */
    ok(add(w->tom, x.id, CT_ESC_OUTCOME, "seen", 0, e));
    int64_t fourth = corrected(w, id, third, MEDIUM, taken);
    assert_int_equal(open_of(w, id, NULL), 0);
    corrected(w, id, fourth, HIGH, taken);
    assert_int_equal(open_of(w, id, NULL), 0);
}

/* Withheld since the reading was wrong; and then the right one is no better. */
static void test_withheld_is_not_seen_through(void **state)
{
    struct ward *w = *state;
    struct ct_escalation x;
    int64_t id = adult(w, "Artefact"), taken = w->c.now;
    int64_t set = ward_record(w, id, MEDIUM, taken);
    assert_int_equal(open_of(w, id, &x), 1);
    ok(add(w->tom, x.id, CT_ESC_WITHHELD, "wrong reading", 0, e));
    corrected(w, id, set, MEDIUM_AGAIN, taken);
    assert_int_equal(open_of(w, id, NULL), 1);
}

static void test_entered_in_error(void **state)
{
    struct ward *w = *state;
    struct ct_escalation x;
    int64_t id = adult(w, "Void"), set = ward_record(w, id, HIGH, w->c.now);
    ok(ct_vitals_void(w->tom, set, "wrong patient", e));
    assert_int_equal(open_of(w, id, &x), 1);
    assert_int_equal(x.now_id, 0);
    assert_int_equal(x.vitals_id, set);
    assert_int_equal(x.score, 20);
    ok(add(w->tom, x.id, CT_ESC_WITHHELD, "wrong patient", 0, e));
    counted(w, 0, 0);
}

/* ---- lists, words, plans ----------------------------------------------- */

static void test_open_first_overdue_before_them(void **state)
{
    struct ward *w = *state;
    int64_t start = w->c.now, closed_old, closed_new, open[3];
    closed_old = raised(w, "Old", MEDIUM);
    ok(add(w->tom, closed_old, CT_ESC_OUTCOME, "seen", 0, e));
    w->c.now += HOUR(30);
    closed_new = raised(w, "New", MEDIUM);
    ok(add(w->tom, closed_new, CT_ESC_OUTCOME, "seen", 0, e));
    open[2] = raised(w, "Attended", MEDIUM);
    ok(add(w->tom, open[2], CT_ESC_ATTENDED, "Dr Demo", 0, e));
    open[0] = raised(w, "Overdue", MEDIUM);
    w->c.now += MIN(61);
    open[1] = raised(w, "Fresh", HIGH);
    struct ct_escalation *l;
    size_t n;
    ok(ct_escalation_list(w->sue, 0, w->c.now - HOUR(24), 20, &l, &n, e));
    assert_int_equal(n, 4);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(l[i].id, open[i]);
    assert_true(l[0].overdue && !l[1].overdue && !l[2].overdue);
    assert_int_equal(l[3].id, closed_new);
    free(l);
    ok(ct_escalation_list(w->sue, 0, start, 20, &l, &n, e));
    assert_int_equal(n, 5);
    assert_int_equal(l[4].id, closed_old);
    free(l);
    ok(ct_escalation_list(w->sue, 0, start, 2, &l, &n, e)); /* a limit drops the least */
    assert_int_equal(n, 2);
    assert_int_equal(l[1].id, open[1]);
    free(l);
    ok(ct_escalation_list(w->sue, 0, start, 0, &l, &n, e));
    assert_int_equal(n, 0);
    free(l);
    counted(w, 3, 1);
}

static void test_words(void **state)
{
    struct ward *w = *state;
    int64_t at = w->c.now, id = raised(w, "Words", MEDIUM);
    char told[8], by[8], want[160];
    struct ct_escalation x = got(w, id);
    ct_time_text(at + MIN(20), by);
    snprintf(want, sizeof want, "medical team to accept by %s", by);
    assert_string_equal(says(&x, w->c.now), want);
    w->c.now += MIN(3);
    ok(add(w->tom, id, CT_ESC_TOLD, "Dr Demo", 0, e));
    ct_time_text(w->c.now, told);
    x = got(w, id);
    snprintf(want, sizeof want, "told Dr Demo %s, medical team to accept by %s", told, by);
    assert_string_equal(says(&x, w->c.now), want);
    w->c.now += HOUR(1);
    x = got(w, id);
    ct_time_text(at + MIN(60), by);
    snprintf(want, sizeof want, "told Dr Demo %s, OVERDUE: nobody accepted by %s", told, by);
    assert_string_equal(says(&x, w->c.now), want);
    ok(add(w->tom, id, CT_ESC_OUTCOME, "antibiotics", 0, e));
    x = got(w, id);
    assert_non_null(strstr(says(&x, w->c.now), ": antibiotics"));
    assert_null(strstr(says(&x, w->c.now), "OVERDUE"));
}

/* "WHO|TEXT +minutes" of what was typed. */
static const char *typed(struct ward *w, enum ct_escalation_event_kind kind, const char *line)
{
    static char out[400];
    struct ct_escalation_event x = {.kind = kind};
    ok(ct_escalation_typed(line, "Usual", w->c.now, &x, e));
    snprintf(out, sizeof out, "%s|%s", x.who, x.text);
    if (x.at_ms != CT_UNSET)
        snprintf(out + strlen(out), sizeof out - strlen(out), " %+lld",
                 (long long)((x.at_ms - w->c.now) / CT_MINUTE_MS));
    return out;
}

static void test_typed(void **state)
{
    struct ward *w = *state;
    char line[220], at[8];
    static const struct {
        const char *line, *who, *text;
    } WANT[] = {
        {"", "Usual|", "|Usual"},
        {"Dr Demo", "Dr Demo|", "|Dr Demo"},
        {"  Dr  Demo -5 ", "Dr Demo| -5", "|Dr Demo -5"},
        {"-5", "Usual| -5", "|-5"},
        {"Dr Demo @-5", "Dr Demo| -5", "|Dr Demo -5"},
        {"Dr Demo @ -15", "Dr Demo| -15", "|Dr Demo -15"},
        {"@-5", "Usual| -5", "|Usual -5"},
        {"ward 7", "ward 7|", "|ward 7"},
        {"Dr Demo-5", "Dr Demo-5|", "|Dr Demo-5"},
    };
    for (size_t i = 0; i < CT_LEN(WANT); i++) {
        assert_string_equal(typed(w, CT_ESC_TOLD, WANT[i].line), WANT[i].who);
        assert_string_equal(typed(w, CT_ESC_OUTCOME, WANT[i].line), WANT[i].text);
    }
    /* in a text, figures and an @ may mean something else */
    assert_string_equal(typed(w, CT_ESC_OUTCOME, "fluid balance -500"), "|fluid balance -500");
    assert_string_equal(typed(w, CT_ESC_OUTCOME, "O2 @ 2 l"), "|O2 @ 2 l");
    ct_time_text(w->c.now - MIN(7), at);
    snprintf(line, sizeof line, "Dr Demo %s", at);
    assert_string_equal(typed(w, CT_ESC_ACCEPTED, line), "Dr Demo| -7");
    snprintf(line, sizeof line, "better @%s", at);
    assert_string_equal(typed(w, CT_ESC_WITHHELD, line), "|better -7");
    struct ct_escalation_event x = {.kind = CT_ESC_TOLD};
    refused(ct_escalation_typed("Dr Demo 25:71", "", w->c.now, &x, e), CT_EINVAL, "", "");
    refused(ct_escalation_typed("Dr Demo @ soon", "", w->c.now, &x, e), CT_EINVAL, "", "");
    memset(line, 'x', sizeof line - 1);
    line[96] = '\0';
    refused(ct_escalation_typed(line, "", w->c.now, &x, e), CT_EINVAL, "who", "95");
    line[96] = 'x';
    line[208] = '\0';
    x.kind = CT_ESC_OUTCOME;
    refused(ct_escalation_typed(line, "", w->c.now, &x, e), CT_EINVAL, "text", "207");
}

static void plan(const char *detail, void *arg)
{
    char *out = arg;
    strncat(out, detail, 2000 - strlen(out) - 1);
    strncat(out, "\n", 2000 - strlen(out) - 1);
}

/* Nothing walks through the closed ones of ten years; the open ones are in a table of
 * their own, in the order of the list. */
static void test_by_index(void **state)
{
    struct ward *w = *state;
    for (int i = 0; i < CT_ESCALATION_SQL_N; i++) {
        char out[2000] = "";
        ok(ct_db_plan(ct_app_db(w->tom), &ct_escalation_sql[i], plan, out, e));
        if (strstr(out, "SCAN") != NULL)
            fail_msg("%s: %s", ct_escalation_sql[i].name, out);
        if (i != CT_SQL_ESC_CLOSED_PATIENT && strstr(out, "TEMP B-TREE") != NULL)
            fail_msg("%s: %s", ct_escalation_sql[i].name, out);
        if (i == CT_SQL_ESC_CLOSED && strstr(out, "escalation_event_closed_at") == NULL)
            fail_msg("%s: %s", ct_escalation_sql[i].name, out);
    }
}

static void problem(const char *sentence, void *arg)
{
    (void)arg;
    print_error("%s\n", sentence);
}

/* All of it is bound into the chain, and nobody rewrites it. */
static void test_verify(void **state)
{
    struct ward *w = *state;
    int64_t id = raised(w, "Chained", MEDIUM);
    ok(add(w->tom, id, CT_ESC_TOLD, "Dr Demo", 0, e));
    ok(add(w->tom, id, CT_ESC_OUTCOME, "seen", 0, e));
    assert_int_equal(app_int(w->sue, "SELECT severity FROM audit WHERE verb = 'vitals.record'"),
                     CT_NOTABLE);
    assert_int_equal(app_int(w->sue, "SELECT count(*) FROM audit "
                                     "WHERE verb = 'escalation.event'"), 2);
    struct ct_verify_report report;
    ok(ct_verify(w->sue, problem, NULL, &report, e));
    assert_int_equal(report.problems, 0);
    ward_raw(w, "DROP TRIGGER escalation_event_no_update;"
                "UPDATE escalation_event SET who = 'Dr Nobody' WHERE kind = 0");
    ok(ct_verify(w->sue, problem, NULL, &report, e));
    assert_true(report.problems > 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_who_is_asked),
        T(test_an_incomplete_set),
        T(test_not_scored),
        T(test_the_same_band_once_a_higher_one_again),
        T(test_forgotten_ones_hide_nothing),
        T(test_levels_rise),
        T(test_telling_stops_nothing_accepting_does),
        T(test_attending_is_accepting),
        T(test_the_rule_is_kept),
        T(test_two_accept_at_once),
        T(test_closed_once),
        T(test_bad_input),
        T(test_there_is_always_room_for_the_outcome),
        T(test_told_before_it_was_recorded),
        T(test_a_correction_that_triggers_no_more),
        T(test_a_correction_that_triggers),
        T(test_withheld_is_not_seen_through),
        T(test_entered_in_error),
        T(test_open_first_overdue_before_them),
        T(test_words),
        T(test_typed),
        T(test_by_index),
        T(test_verify),
    };
    return cmocka_run_group_tests_name("escalation", tests, NULL, NULL);
}
