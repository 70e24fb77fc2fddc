/* Packs: what may follow what, nothing is used that was not released, recalls stop, labels
 * bear no sterile date before the release. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/sterile_rows.h"
#include "tests/support/ward.h"

static struct ct_pack made(struct ward *w, const char *contents, int days)
{
    struct ct_pack p = {.method = CT_METHOD_STEAM,
                        .expiry_rule = days > 0 ? CT_EXPIRY_DAYS : CT_EXPIRY_EVENT,
                        .expiry_days = days};
    snprintf(p.contents, sizeof p.contents, "%s", contents);
    ok(ct_pack_make(w->tom, &p, e));
    return p;
}

static struct ct_pack got(struct ward *w, int64_t id)
{
    struct ct_pack p;
    ok(ct_pack_get(w->tom, id, &p, e));
    return p;
}

/* A step as loads, procedures and recalls write it. */
struct step {
    int64_t id;
    enum ct_pack_step step;
    enum ct_pack_ref kind;
    int64_t ref, at_ms;
    const char *text;
};

static enum ct_status write_step(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    const struct step *s = arg;
    return ct_pack_step_in(app, db, s->id, s->step, s->kind, s->ref, s->at_ms, NULL, s->text,
                           entry, reterr);
}

static enum ct_status steps(struct ward *w, struct step s, struct ct_error *e)
{
    struct ct_change change = {.verb = CT_VERB_PACK_STEP,
                               .write = write_step,
                               .arg = &s,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(w->tom, &change, NULL, e);
}

static void stepped(struct ward *w, int64_t id, enum ct_pack_step to, enum ct_pack_ref kind,
                    int64_t ref)
{
    w->c.now += CT_MINUTE_MS;
    ok(steps(w, (struct step){id, to, kind, ref, 0, to == CT_PACK_REJECTED ? "wet" : NULL}, e));
}

static void load(struct ward *w, int64_t id, enum ct_pack_step until)
{
    stepped(w, id, CT_PACK_IN_LOAD, CT_REF_LOAD, 7);
    stepped(w, id, CT_PACK_STERILISED, CT_REF_LOAD, 7);
    if (until != CT_PACK_STERILISED)
        stepped(w, id, until, CT_REF_LOAD, 7);
}

static bool usable(struct ward *w, int64_t id, const char *says)
{
    char why[160];
    struct ct_pack p = got(w, id);
    bool is = ct_pack_usable(&p, w->c.now, why, sizeof why);
    if (strstr(why, says) == NULL)
        fail_msg("\"%s\" instead of \"%s\"", why, says);
    return is;
}

/* ---- the chain ---------------------------------------------------------------------- */

static void test_nothing_leads_to_use_but_a_release(void **state)
{
    (void)state;
    for (int from = 0; from < CT_PACK_STEPS; from++) {
        bool may = from == CT_PACK_RELEASED || from == CT_PACK_RELEASED_EARLY;
        assert_int_equal(ct_pack_may((enum ct_pack_step)from, CT_PACK_OPENED), may);
        assert_int_equal(ct_pack_may((enum ct_pack_step)from, CT_PACK_USED),
                         may || from == CT_PACK_OPENED);
        assert_int_equal(ct_pack_may((enum ct_pack_step)from, CT_PACK_IN_LOAD),
                         from == CT_PACK_PACKED || from == CT_PACK_OFF_LOAD);
        assert_false(ct_pack_may(CT_PACK_REPROCESSED, (enum ct_pack_step)from));
        assert_false(ct_pack_may((enum ct_pack_step)from, CT_PACK_PACKED));
    }
    assert_false(ct_pack_may(CT_PACK_STEPS, CT_PACK_USED));
    assert_false(ct_pack_may(CT_PACK_RELEASED, CT_PACK_STEPS));
}

static void test_a_pack_goes_its_way(void **state)
{
    struct ward *w = *state;
    struct ct_pack p = made(w, "Scissors, Mayo, 17 cm", 0);
    assert_int_equal(p.step, CT_PACK_PACKED);
    assert_false(usable(w, p.id, "not released"));
    refused(steps(w, (struct step){.id = p.id, .step = CT_PACK_USED,
                                   .kind = CT_REF_PROCEDURE, .ref = 3}, e),
            CT_EINVAL, "pack_id", "not released");
    load(w, p.id, CT_PACK_STERILISED);
    assert_int_equal(got(w, p.id).load_id, 7);
    assert_false(usable(w, p.id, "in quarantine"));
    refused(steps(w, (struct step){.id = p.id, .step = CT_PACK_USED}, e), CT_EINVAL, "pack_id",
            "no step");
    stepped(w, p.id, CT_PACK_RELEASED, CT_REF_LOAD, 7);
    assert_true(usable(w, p.id, ""));
    stepped(w, p.id, CT_PACK_USED, CT_REF_PROCEDURE, 3);
    assert_false(usable(w, p.id, "no longer sterile"));
    refused(steps(w, (struct step){.id = p.id, .step = CT_PACK_USED}, e), CT_EINVAL, "pack_id",
            "no step");
    struct ct_pack_event *ev;
    size_t n;
    ok(ct_pack_events(w->tom, p.id, &ev, &n, e));
    assert_int_equal(n, 5);
    assert_int_equal(ev[4].step, CT_PACK_USED);
    assert_int_equal(ev[4].ref_id, 3);
    assert_string_equal(ev[4].by, "Tom Demo-Vale");
    free(ev);
}

static void test_packed_anew_gets_a_new_number(void **state)
{
    struct ward *w = *state;
    struct ct_pack p = made(w, "Scissors", 0);
    load(w, p.id, CT_PACK_REJECTED);
    assert_false(usable(w, p.id, "reprocessed"));
    struct ct_pack anew = {.method = -1, .replaces_id = p.id};
    snprintf(anew.contents, sizeof anew.contents, "Scissors");
    ok(ct_pack_make(w->tom, &anew, e));
    assert_true(anew.id > p.id);
    assert_int_equal(anew.replaces_id, p.id);
    assert_int_equal(got(w, p.id).step, CT_PACK_REPROCESSED);
    struct ct_pack again = {.method = -1, .replaces_id = p.id};
    snprintf(again.contents, sizeof again.contents, "Scissors");
    refused(ct_pack_make(w->tom, &again, e), CT_EINVAL, "replaces_id", "reprocessed");
    struct ct_pack running = made(w, "Clamp", 0);
    stepped(w, running.id, CT_PACK_IN_LOAD, CT_REF_LOAD, 8);
    again.replaces_id = running.id;
    refused(ct_pack_make(w->tom, &again, e), CT_EINVAL, "replaces_id", "in a load");
}

static void test_time_does_not_run_back(void **state)
{
    struct ward *w = *state;
    struct ct_pack p = made(w, "Scissors", 0);
    load(w, p.id, CT_PACK_RELEASED);
    refused(steps(w, (struct step){p.id, CT_PACK_OPENED, CT_REF_NONE, 0,
                                   w->c.now - CT_HOUR_MS, NULL}, e),
            CT_EINVAL, "at_ms", "not before");
    refused(steps(w, (struct step){p.id, CT_PACK_OPENED, CT_REF_NONE, 0,
                                   w->c.now + CT_HOUR_MS, NULL}, e),
            CT_EINVAL, "at_ms", "future");
    assert_int_equal(got(w, p.id).step, CT_PACK_RELEASED);
}

static void test_early_release_and_its_result(void **state)
{
    struct ward *w = *state;
    struct ct_pack p = made(w, "Plate", 0), q = made(w, "Screw", 0);
    load(w, p.id, CT_PACK_RELEASED_EARLY);
    load(w, q.id, CT_PACK_RELEASED_EARLY);
    assert_int_equal(got(w, p.id).released, 2);
    assert_true(usable(w, p.id, ""));
    stepped(w, p.id, CT_PACK_USED, CT_REF_PROCEDURE, 3);
    stepped(w, p.id, CT_PACK_RELEASED, CT_REF_LOAD, 7); /* the result came: it is used all the same */
    assert_int_equal(got(w, p.id).step, CT_PACK_USED);
    assert_int_equal(got(w, p.id).released, 1);
    stepped(w, q.id, CT_PACK_RELEASED, CT_REF_LOAD, 7);
    assert_int_equal(got(w, q.id).step, CT_PACK_RELEASED);
    refused(steps(w, (struct step){.id = q.id, .step = CT_PACK_RELEASED, .kind = CT_REF_LOAD,
                                   .ref = 7}, e), CT_EINVAL, "pack_id", "no step");
}

/* ---- recalls ------------------------------------------------------------------------- */

static void test_a_recall_stops_and_two_are_lifted_both(void **state)
{
    struct ward *w = *state;
    struct ct_pack p = made(w, "Scissors", 0);
    load(w, p.id, CT_PACK_RELEASED);
    int64_t before = w->c.now;
    stepped(w, p.id, CT_PACK_RECALLED, CT_REF_RECALL, 1);
    stepped(w, p.id, CT_PACK_RECALLED, CT_REF_RECALL, 2);
    refused(steps(w, (struct step){p.id, CT_PACK_RECALLED, CT_REF_RECALL, 2, 0, NULL}, e),
            CT_EINVAL, "pack_id", "already");
    assert_int_equal(got(w, p.id).recalled, 2);
    assert_int_equal(got(w, p.id).step, CT_PACK_RELEASED);
    assert_false(usable(w, p.id, "RECALLED since"));
    refused(steps(w, (struct step){p.id, CT_PACK_USED, CT_REF_PROCEDURE, 3, 0, NULL}, e),
            CT_EINVAL, "pack_id", "RECALLED");
    stepped(w, p.id, CT_PACK_RECALL_LIFTED, CT_REF_RECALL, 1);
    refused(steps(w, (struct step){p.id, CT_PACK_RECALL_LIFTED, CT_REF_RECALL, 1, 0, NULL}, e),
            CT_EINVAL, "pack_id", "not recalled by that");
    assert_false(usable(w, p.id, "RECALLED"));
    assert_int_equal(got(w, p.id).recalled, 1);
    /* what was used before is still written down: the patient must be found */
    ok(steps(w, (struct step){p.id, CT_PACK_USED, CT_REF_PROCEDURE, 3, before, NULL}, e));
    assert_int_equal(got(w, p.id).step, CT_PACK_USED);
    stepped(w, p.id, CT_PACK_RECALL_LIFTED, CT_REF_RECALL, 2);
    assert_int_equal(got(w, p.id).recalled, 0);
    assert_int_equal(got(w, p.id).recalled_ms, CT_UNSET);
}

/* ---- expiry, labels ------------------------------------------------------------------- */

static void test_the_last_day_is_usable(void **state)
{
    struct ward *w = *state;
    struct ct_pack p = made(w, "Scissors", 30);
    assert_int_equal(p.expires, CT_NO_DATE);
    load(w, p.id, CT_PACK_RELEASED);
    ct_date done = ct_date_at(w->c.now);
    assert_int_equal(got(w, p.id).expires, done + 30);
    w->c.now += 30 * (int64_t)CT_DAY_MS;
    assert_true(usable(w, p.id, ""));
    w->c.now += CT_DAY_MS;
    assert_false(usable(w, p.id, "out of date"));
}

static void label(struct ward *w, int64_t id, char out[600])
{
    CT_BUF b = {.max = 4096};
    struct ct_pack p = got(w, id);
    ct_pack_label_text(w->tom, &p, "Steriliser 1, load L-7, cycle 1042", &b);
    snprintf(out, 600, "%s", ct_buf_str(&b));
    for (const char *s = out; *s != '\0'; s += strcspn(s, "\n") + 1)
        assert_true(strcspn(s, "\n") <= 40);
}

static void test_no_sterile_date_before_the_release(void **state)
{
    struct ward *w = *state;
    char text[600];
    struct ct_pack p = made(w, "Scissors, Mayo, curved, of the small procedures room", 30);
    label(w, p.id, text);
    assert_non_null(strstr(text, "NOT STERILE"));
    load(w, p.id, CT_PACK_STERILISED);
    label(w, p.id, text);
    assert_non_null(strstr(text, "NOT STERILE"));
    assert_null(strstr(text, "Use until"));
    assert_null(strstr(text, "Sterilised"));
    assert_null(strstr(text, "L-7"));
    stepped(w, p.id, CT_PACK_RELEASED, CT_REF_LOAD, 7);
    label(w, p.id, text);
    assert_null(strstr(text, "NOT STERILE"));
    assert_non_null(strstr(text, "Use until"));
    assert_non_null(strstr(text, "load L-7, cycle"));
    stepped(w, p.id, CT_PACK_RECALLED, CT_REF_RECALL, 1);
    label(w, p.id, text);
    assert_null(strstr(text, "Use until"));
}

static void test_a_reprint_needs_a_reason(void **state)
{
    struct ward *w = *state;
    struct ct_pack p = made(w, "Scissors", 0);
    ok(ct_pack_labelled(w->tom, p.id, NULL, e));
    refused(ct_pack_labelled(w->tom, p.id, NULL, e), CT_EINVAL, "reason", "another label");
    refused(ct_pack_labelled(w->tom, p.id, "  ", e), CT_EINVAL, "reason", "another label");
    ok(ct_pack_labelled(w->tom, p.id, "the first one tore", e));
    assert_int_equal(got(w, p.id).labels, 2);
    assert_int_equal(got(w, p.id).step, CT_PACK_PACKED);
}

/* ---- by hand, by number, lists ---------------------------------------------------------- */

static void test_by_hand(void **state)
{
    struct ward *w = *state;
    struct ct_pack p = made(w, "Scissors", 30);
    load(w, p.id, CT_PACK_RELEASED);
    struct ct_pack_event ev = {.step = CT_PACK_MOVED};
    refused(ct_pack_step(w->tom, p.id, CT_PACK_RELEASED, &ev, e), CT_EINVAL, "place", "place");
    snprintf(ev.place, sizeof ev.place, "Theatre 2");
    ok(ct_pack_step(w->tom, p.id, CT_PACK_RELEASED, &ev, e));
    assert_string_equal(got(w, p.id).place, "Theatre 2");
    struct ct_pack_event cheat = {.step = CT_PACK_RELEASED};
    refused(ct_pack_step(w->tom, p.id, CT_PACK_RELEASED, &cheat, e), CT_EINVAL, "step",
            "not written by hand");
    struct ct_pack_event torn = {.step = CT_PACK_DAMAGED};
    refused(ct_pack_step(w->tom, p.id, CT_PACK_RELEASED, &torn, e), CT_EINVAL, "text", "");
    snprintf(torn.text, sizeof torn.text, "torn at the seal");
    refused(ct_pack_step(w->tom, p.id, CT_PACK_PACKED, &torn, e), CT_ECONFLICT, "step",
            "released");
    struct ct_pack_event open = {.step = CT_PACK_OPENED};
    w->c.now += 40 * (int64_t)CT_DAY_MS;
    refused(ct_pack_step(w->tom, p.id, CT_PACK_RELEASED, &open, e), CT_EINVAL, "pack_id",
            "out of date");
    ok(ct_pack_step(w->tom, p.id, CT_PACK_RELEASED, &torn, e));
    assert_false(usable(w, p.id, "damaged"));
    refused(ct_pack_get(w->c.app, p.id, &(struct ct_pack){0}, e), CT_EDENIED, "", "");
}

static void test_by_its_number(void **state)
{
    struct ward *w = *state;
    struct ct_pack p = made(w, "Scissors", 0), q;
    char number[40], typed[64];
    ct_pack_number(w->tom, p.id, number);
    snprintf(typed, sizeof typed, " %s ", number);
    ok(ct_pack_find(w->tom, typed, &q, e));
    assert_int_equal(q.id, p.id);
    snprintf(typed, sizeof typed, "pk-%lld", (long long)p.id);
    ok(ct_pack_find(w->tom, typed, &q, e));
    snprintf(typed, sizeof typed, "%lld", (long long)p.id);
    ok(ct_pack_find(w->tom, typed, &q, e));
    refused(ct_pack_find(w->tom, "", &q, e), CT_EINVAL, "pack_id", "PK-12");
    refused(ct_pack_find(w->tom, "L-12", &q, e), CT_EINVAL, "pack_id", "no number of a pack");
    refused(ct_pack_find(w->tom, "PK-1x", &q, e), CT_EINVAL, "pack_id", "no number of a pack");
    refused(ct_pack_find(w->tom, "PK-99", &q, e), CT_ENOTFOUND, "pack_id", "99");
    refused(ct_pack_find(w->tom, "PK-9999999999999999999", &q, e), CT_EINVAL, "pack_id", "");
}

static void test_stock_expires_first_comes_first(void **state)
{
    struct ward *w = *state;
    struct ct_pack a = made(w, "A", 60), b = made(w, "B", 10), c = made(w, "C", 0),
                   d = made(w, "D", 20), *list;
    load(w, a.id, CT_PACK_RELEASED);
    load(w, b.id, CT_PACK_RELEASED);
    load(w, c.id, CT_PACK_RELEASED);
    size_t n;
    int64_t total;
    ok(ct_pack_list(w->tom, CT_PACKS_STOCK, 0, 2, &list, &n, &total, e));
    assert_int_equal(total, 3);
    assert_int_equal(n, 2);
    assert_int_equal(list[0].id, b.id);
    assert_int_equal(list[1].id, a.id);
    free(list);
    ok(ct_pack_list(w->tom, CT_PACKS_WAITING, 0, 10, &list, &n, &total, e));
    assert_int_equal(total, 1);
    assert_int_equal(list[0].id, d.id);
    free(list);
    stepped(w, a.id, CT_PACK_RECALLED, CT_REF_RECALL, 5);
    ok(ct_pack_list(w->tom, CT_PACKS_RECALLED, 0, 10, &list, &n, &total, e));
    assert_int_equal(total, 1);
    free(list);
}

static void test_bad_input(void **state)
{
    struct ward *w = *state;
    struct ct_pack p = {.method = -1};
    refused(ct_pack_make(w->tom, &p, e), CT_EINVAL, "contents", "");
    snprintf(p.contents, sizeof p.contents, "Scissors");
    p.method = 40;
    refused(ct_pack_make(w->tom, &p, e), CT_EINVAL, "method", "");
    p.method = -1;
    p.expiry_rule = CT_EXPIRY_DAYS;
    refused(ct_pack_make(w->tom, &p, e), CT_EINVAL, "expiry_days", "3650");
    p.expiry_rule = CT_EXPIRY_EVENT;
    p.replaces_id = 77;
    refused(ct_pack_make(w->tom, &p, e), CT_ENOTFOUND, "pack_id", "77");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM pack"), 0);
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM pack_event"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_leads_to_use_but_a_release),
#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        T(test_a_pack_goes_its_way),
        T(test_packed_anew_gets_a_new_number),
        T(test_time_does_not_run_back),
        T(test_early_release_and_its_result),
        T(test_a_recall_stops_and_two_are_lifted_both),
        T(test_the_last_day_is_usable),
        T(test_no_sterile_date_before_the_release),
        T(test_a_reprint_needs_a_reason),
        T(test_by_hand),
        T(test_by_its_number),
        T(test_stock_expires_first_comes_first),
        T(test_bad_input),
    };
    return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
