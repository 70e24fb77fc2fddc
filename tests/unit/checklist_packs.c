/* The checklists that are shipped: each loads, can be kept and loaded again, begins with
 * nothing answered, can be completed, and each of its stops stops. */
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

static const char *const PACKS[] = {
    "day-case-discharge", "ecg-12-lead",     "endoscopy",  "mri-safety",          "phlebotomy",
    "pre-operative-ward", "skin-antisepsis", "spirometry", "who-surgical-safety", "x-ray",
};

enum { NOW_DAYS = 20614 }; /* 2026-06-10 */
static const struct ct_check_now AT = {(int64_t)NOW_DAYS * CT_DAY_MS + 8 * CT_HOUR_MS,
                                       (int64_t)NOW_DAYS *CT_DAY_MS + 9 * CT_HOUR_MS};

struct pack {
    struct ct_checklist *t;
    struct ct_check_answer *a;
    struct ct_check_state *s;
};

static void open_pack(struct pack *p, const char *id)
{
    struct ct_config c;
    struct ct_error e;
    ct_config_default(&c);
    if (ct_checklist_load(&c, id, &p->t, &e) != CT_OK)
        fail_msg("%s", e.text);
    p->a = calloc(p->t->n_items, sizeof *p->a);
    p->s = calloc(p->t->n_items, sizeof *p->s);
    assert_true(p->a != NULL && p->s != NULL);
}

static void close_pack(struct pack *p)
{
    ct_checklist_free(p->t);
    free(p->a);
    free(p->s);
}

static void judge(struct pack *p, enum ct_check_stage stage, struct ct_check_sum *sum)
{
    ct_checklist_eval(p->t, p->a, &AT, p->s);
    ct_checklist_sum_before(p->t, p->s, stage, sum);
}

static int64_t span_for(const struct pack *p, const struct ct_check_item *i, int value)
{
    int64_t least = i->least_ms != CT_UNSET ? i->least_ms : 0;
    if (i->least_from != CT_CHECK_NONE)
        least = p->a[i->least_from].n;
    if (value == CT_CHECK_SHORT)
        return least - 1000;
    return value == CT_CHECK_LONG ? i->most_ms + 1000 : least;
}

static int64_t number_for(const struct ct_check_item *i, int value)
{
    if (value == CT_CHECK_LOW)
        return i->hard_lo;
    return value == CT_CHECK_HIGH ? i->hard_hi : (i->usual_lo + i->usual_hi) / 2;
}

/* Answer an item so that it comes to this value, by user 1. */
static void answer(struct pack *p, size_t at, int value)
{
    const struct ct_check_item *i = &p->t->item[at];
    struct ct_check_answer *a = &p->a[at];
    *a = (struct ct_check_answer){.given = CT_CHECK_GIVEN, .by = 1};
    if (value == CT_CHECK_NA_VALUE) {
        a->given = CT_CHECK_NOT_APPLICABLE;
        return;
    }
    switch (i->kind) {
    case CT_CHECK_YES_NO:
    case CT_CHECK_CHOICE:
        a->n = value;
        break;
    case CT_CHECK_NUMBER:
        a->n = number_for(i, value);
        break;
    case CT_CHECK_DATE:
        a->n = value == CT_CHECK_PAST ? NOW_DAYS - 1 : NOW_DAYS;
        break;
    case CT_CHECK_TIME:
        a->n = AT.now_ms - CT_HOUR_MS;
        break;
    case CT_CHECK_SINCE:
        a->n = (i->until_start ? AT.start_ms : AT.now_ms) - span_for(p, i, value);
        break;
    case CT_CHECK_DURATION:
        a->n = i->least_ms != CT_UNSET || value != 0 ? span_for(p, i, value) : 30000;
        a->n = a->n < 0 ? 0 : a->n;
        break;
    case CT_CHECK_TIMER:
        a->end_ms = AT.now_ms;
        a->n = AT.now_ms - span_for(p, i, value);
        break;
    case CT_CHECK_TEXT:
    case CT_CHECK_SCAN:
    case CT_CHECK_KINDS:
        a->n = value;
        snprintf(a->text, sizeof a->text, "x");
        break;
    }
}

/* The first answer of an item that does not stop, from one end or the other. */
static int harmless(const struct ct_check_item *i, bool last)
{
    int found = CT_CHECK_NO_VALUE;
    char name[32];
    for (int v = 0; v <= CT_CHECK_NA_VALUE; v++) {
        ct_check_set_text(i, (uint16_t)(1u << v), name, sizeof name);
        if (name[0] != '\0' && (i->stop_on & 1u << v) == 0 &&
            (last || found == CT_CHECK_NO_VALUE))
            found = v;
    }
    return found;
}

/* Answer one item after the other, and give each what it then wants. */
static void complete(struct pack *p, bool last)
{
    struct ct_check_sum sum;
    judge(p, CT_CHECK_DONE, &sum);
    for (size_t step = 0; sum.first != CT_CHECK_NONE; step++) {
        size_t at = sum.first;
        assert_true(step < 4 * p->t->n_items);
        if (p->s[at].missing)
            answer(p, at, harmless(&p->t->item[at], last));
        else if (p->s[at].comment_missing)
            snprintf(p->a[at].comment, sizeof p->a[at].comment, "because");
        else if (p->s[at].second_missing)
            p->a[at].second = 2;
        else
            fail_msg("%s: %s %s", p->t->id, p->t->item[at].id, ct_check_wants(&p->s[at]));
        judge(p, CT_CHECK_DONE, &sum);
    }
    assert_true(sum.complete && sum.clear);
}

static void test_all_are_there(void **state)
{
    (void)state;
    CT_BUF ids = {0};
    struct ct_config c;
    struct ct_error e;
    size_t n = 0;
    ct_config_default(&c);
    assert_int_equal(ct_checklist_ids(&c, &ids, &e), CT_OK);
    for (const char *id = ct_buf_str(&ids); *id != '\0'; id += strlen(id) + 1, n++)
        if (n >= CT_LEN(PACKS) || strcmp(id, PACKS[n]) != 0)
            fail_msg("%s is shipped and not tested", id);
    assert_int_equal(n, CT_LEN(PACKS));
}

static void test_each_can_be_kept(void **state)
{
    (void)state;
    for (size_t k = 0; k < CT_LEN(PACKS); k++) {
        struct pack p;
        struct ct_checklist *t = NULL;
        struct ct_error e;
        CT_BUF kept = {0}, again = {0};
        open_pack(&p, PACKS[k]);
        assert_string_equal(p.t->id, PACKS[k]);
        assert_true(p.t->n_sources > 0);
        ct_checklist_canonical(p.t, &kept);
        if (ct_checklist_parse("kept", ct_buf_str(&kept), kept.len, &t, &e) != CT_OK)
            fail_msg("%s: %s", PACKS[k], e.text);
        test_same_checklist(p.t, t);
        ct_checklist_canonical(t, &again);
        assert_string_equal(ct_buf_str(&kept), ct_buf_str(&again));
        ct_checklist_free(t);
        close_pack(&p);
    }
}

static void test_each_from_empty_to_complete(void **state)
{
    (void)state;
    for (size_t k = 0; k < CT_LEN(PACKS); k++) {
        struct pack p;
        struct ct_check_sum sum;
        open_pack(&p, PACKS[k]);
        judge(&p, CT_CHECK_DONE, &sum);
        assert_true(sum.missing > 0 && sum.answered == 0 && sum.stops == 0);
        assert_false(sum.complete || sum.clear);
        for (size_t s = 0; s < p.t->n_sections; s++) {
            ct_checklist_sum_before(p.t, p.s, p.t->section[s].before, &sum);
            assert_false(sum.clear);
        }
        complete(&p, false);
        memset(p.a, 0, p.t->n_items * sizeof *p.a);
        complete(&p, true);
        close_pack(&p);
    }
}

/* Show an item by answering what it hangs on, and what that hangs on. */
static void show(struct pack *p, size_t at)
{
    const struct ct_check_item *i = &p->t->item[at];
    for (size_t k = 0; k < i->n_when; k++) {
        int v = 0;
        while ((i->when[k].set & 1u << v) == 0)
            v++;
        show(p, i->when[k].item);
        answer(p, i->when[k].item, v);
    }
    if (i->least_from != CT_CHECK_NONE && p->a[i->least_from].given == CT_CHECK_NOT_ASKED) {
        answer(p, i->least_from, CT_CHECK_ENOUGH);
        p->a[i->least_from].n = 30000;
    }
}

static void test_each_stop_stops(void **state)
{
    (void)state;
    size_t stops = 0;
    for (size_t k = 0; k < CT_LEN(PACKS); k++) {
        struct pack p;
        open_pack(&p, PACKS[k]);
        for (size_t i = 0; i < p.t->n_items; i++) {
            for (int v = 0; v <= CT_CHECK_NA_VALUE; v++) {
                struct ct_check_sum sum;
                if ((p.t->item[i].stop_on & 1u << v) == 0)
                    continue;
                memset(p.a, 0, p.t->n_items * sizeof *p.a);
                show(&p, i);
                answer(&p, i, v);
                judge(&p, p.t->section[p.t->item[i].section].before, &sum);
                if (!p.s[i].stop || p.s[i].value != v || sum.stops == 0 || sum.clear)
                    fail_msg("%s: %s does not stop", PACKS[k], p.t->item[i].id);
                stops++;
            }
        }
        close_pack(&p);
    }
    assert_true(stops > 100);
}

static void test_who_has_its_19_items(void **state)
{
    (void)state;
    struct pack p;
    open_pack(&p, "who-surgical-safety");
    assert_int_equal(p.t->n_items, 19);
    assert_int_equal(p.t->n_sections, 3);
    static const struct {
        const char *id;
        size_t n;
        enum ct_check_stage before;
    } PHASE[] = {{"sign-in", 7, CT_CHECK_READY},
                 {"time-out", 7, CT_CHECK_START},
                 {"sign-out", 5, CT_CHECK_DONE}};
    for (size_t s = 0; s < CT_LEN(PHASE); s++) {
        assert_string_equal(p.t->section[s].id, PHASE[s].id);
        assert_int_equal(p.t->section[s].n, PHASE[s].n);
        assert_int_equal(p.t->section[s].before, PHASE[s].before);
    }
    for (size_t i = 0; i < p.t->n_items; i++) /* all of them, always */
        assert_true(p.t->item[i].mandatory && p.t->item[i].n_when == 0);
    close_pack(&p);
}

static size_t item(const struct pack *p, const char *id)
{
    size_t i = ct_checklist_find(p->t, id);
    if (i == CT_CHECK_NONE)
        fail_msg("no item %s", id);
    return i;
}

/* An agent that the patient may not bear: another one, or a doctor's word. */
static void test_antisepsis_and_allergy(void **state)
{
    (void)state;
    struct pack p;
    struct ct_check_sum sum;
    open_pack(&p, "skin-antisepsis");
    size_t agent = item(&p, "agent"), ask = item(&p, "not-chlorhexidine");
    answer(&p, item(&p, "allergy-chlorhexidine"), 2); /* not known */
    answer(&p, item(&p, "allergy-iodine"), 0);
    answer(&p, agent, 0); /* chlorhexidine in alcohol */
    judge(&p, CT_CHECK_READY, &sum);
    assert_true(p.s[ask].shown && p.s[ask].missing);
    answer(&p, ask, 0); /* take another */
    judge(&p, CT_CHECK_READY, &sum);
    assert_true(p.s[ask].stop);
    answer(&p, agent, 2); /* povidone-iodine */
    judge(&p, CT_CHECK_READY, &sum);
    assert_false(p.s[ask].shown || p.s[item(&p, "not-iodine")].shown || sum.stops > 0);
    close_pack(&p);
}

/* The site's rules are asked about, and not invented: no time of ours on the skin. */
static void test_antisepsis_takes_its_times_from_the_label(void **state)
{
    (void)state;
    struct pack p;
    struct ct_check_sum sum;
    open_pack(&p, "skin-antisepsis");
    static const char *const TIMER[] = {"contact", "drying"}, *const LABEL[] = {"label-contact",
                                                                                "label-drying"};
    for (size_t k = 0; k < 2; k++) {
        size_t timer = item(&p, TIMER[k]), label = item(&p, LABEL[k]);
        assert_int_equal(p.t->item[timer].kind, CT_CHECK_TIMER);
        assert_int_equal(p.t->item[timer].least_ms, CT_UNSET);
        assert_int_equal(p.t->item[timer].least_from, label);
        answer(&p, label, 0);
        p.a[label].n = 2 * CT_MINUTE_MS;
        ct_check_timer_start(&p.a[timer], AT.now_ms - 2 * CT_MINUTE_MS + 1000);
        ct_check_timer_stop(&p.a[timer], AT.now_ms);
        judge(&p, CT_CHECK_START, &sum);
        assert_true(p.s[timer].stop);
        ct_check_timer_start(&p.a[timer], AT.now_ms - 2 * CT_MINUTE_MS);
        ct_check_timer_stop(&p.a[timer], AT.now_ms);
        judge(&p, CT_CHECK_START, &sum);
        assert_true(p.s[timer].answered && !p.s[timer].stop);
    }
    close_pack(&p);
}

/* Staff are screened by the same list, without what is about the examination. */
static void test_mri_for_staff(void **state)
{
    (void)state;
    struct pack p;
    struct ct_check_sum sum;
    open_pack(&p, "mri-safety");
    size_t who = item(&p, "who"), pacemaker = item(&p, "pacemaker");
    answer(&p, who, 2);
    judge(&p, CT_CHECK_DONE, &sum);
    assert_true(p.s[pacemaker].shown && p.s[item(&p, "hair")].shown);
    assert_false(p.s[item(&p, "gadolinium")].shown || p.s[item(&p, "weight")].shown);
    answer(&p, pacemaker, 2); /* not known is no no */
    judge(&p, CT_CHECK_READY, &sum);
    assert_int_equal(sum.stops, 1);
    close_pack(&p);
}

static void test_pregnancy_before_x_rays(void **state)
{
    (void)state;
    struct pack p;
    struct ct_check_sum sum;
    open_pack(&p, "x-ray");
    size_t asked = item(&p, "childbearing"), pregnancy = item(&p, "pregnancy");
    answer(&p, asked, CT_CHECK_NO);
    judge(&p, CT_CHECK_START, &sum);
    assert_false(p.s[pregnancy].shown);
    answer(&p, asked, CT_CHECK_YES);
    judge(&p, CT_CHECK_START, &sum);
    assert_true(p.s[pregnancy].missing);
    answer(&p, pregnancy, 2);
    judge(&p, CT_CHECK_START, &sum);
    assert_true(p.s[pregnancy].stop);
    close_pack(&p);
}

static int set_zone(void **state)
{
    (void)state;
    setenv("TZ", "UTC", 1);
    tzset();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_are_there),
        cmocka_unit_test(test_each_can_be_kept),
        cmocka_unit_test(test_each_from_empty_to_complete),
        cmocka_unit_test(test_each_stop_stops),
        cmocka_unit_test(test_who_has_its_19_items),
        cmocka_unit_test(test_antisepsis_and_allergy),
        cmocka_unit_test(test_antisepsis_takes_its_times_from_the_label),
        cmocka_unit_test(test_mri_for_staff),
        cmocka_unit_test(test_pregnancy_before_x_rays),
    };
    return cmocka_run_group_tests_name("checklist_packs", tests, set_zone, NULL);
}
