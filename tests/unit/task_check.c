/* Checks of devices: the shipped ones; what is refused in a file; the verdict that follows
 * from the answers; what is kept, and that none is recorded without its answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/fault.h"
#include "clinic/task_check.h"
#include "tests/support/recorded.h"
#include "tests/support/tty.h"
#include "tests/support/ward.h"

/* ---- files -------------------------------------------------------------------------- */

static void test_the_shipped_ones(void **state)
{
    static const char *const NEEDED[] = {"defibrillator", "ecg",        "general", "infusion-pump",
                                         "monitor",       "steriliser", "suction",
                                         "thermometer-oximeter"};
    struct ct_config c;
    CT_BUF ids = {.max = 4096};
    size_t n = 0;
    (void)state;
    ct_config_default(&c);
    ok(ct_task_check_ids(&c, &ids, e));
    for (const char *id = ct_buf_str(&ids); *id != '\0'; id += strlen(id) + 1, n++) {
        CT_CHECKLIST *t = NULL;
        size_t stops = 0;
        assert_true(n < CT_LEN(NEEDED));
        assert_string_equal(id, NEEDED[n]);
        ok(ct_task_check_by_id(&c, id, &t, e));
        assert_in_range(t->n_items, 4, 8); /* short: it is done each day */
        assert_true(t->n_sources >= 1 && t->source[0][0] != '\0');
        assert_non_null(strstr(t->note, "maker's manual goes before"));
        for (size_t i = 0; i < t->n_items; i++)
            stops += t->item[i].stop_on != 0;
        assert_true(stops * 2 >= t->n_items);
    }
    assert_int_equal(n, CT_LEN(NEEDED));
}

static void misread(const char *path, const char *says)
{
    struct ct_checklist *t = NULL;
    struct ct_error e;
    assert_int_equal(ct_task_check_load_file(path, &t, &e), CT_ECONFIG);
    assert_null(t);
    if (strstr(e.text, says) == NULL)
        fail_msg("%s", e.text);
}

static void test_bad_files(void **state)
{
#define HEAD "[checklist]\nid = own\nversion = 1\ntitle = Own\nsource = site\n" \
             "[section.s]\ntitle = S\nby = technician\nbefore = ready\n"
    static const struct {
        const char *name, *text, *says;
    } BAD[] = {
        {"own.ini", HEAD "[item.a]\ntext = A?\nkind = number\nhard = 1..5\n", ":12: [item.a] kind"},
        {"own.ini", HEAD "[item.a]\ntext = A?\nkind = yes-no\n", "nothing can fail"},
        {"own.ini", HEAD "[item.a]\ntext = A?\nkind = yes-no\nstop_on = no\ntwo_person = yes\n",
         "one person"},
        {"other.ini", HEAD "[item.a]\ntext = A?\nkind = yes-no\nstop_on = no\n", ":2: [checklist] id"},
        {"own.ini", HEAD "[item.a]\ntext = A?\nkind = yes-no\nstop_on = perhaps\n", "stop_on"},
        {"own.ini", HEAD, "item"},
    };
    (void)state;
    char path[512];
    const char *dir = test_dir(); /* removed at the end */
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        snprintf(path, sizeof path, "%s/%s", dir, BAD[i].name);
        file_write(path, BAD[i].text, strlen(BAD[i].text));
        misread(path, BAD[i].says);
    }
    CT_BUF many = {.max = 65536};
    ct_buf_str_add(&many, HEAD);
    for (int i = 0; i <= CT_TASK_CHECK_ITEMS_MAX; i++)
        ct_buf_printf(&many, "[item.i%d]\ntext = A?\nkind = yes-no\nstop_on = no\n", i);
    snprintf(path, sizeof path, "%s/own.ini", dir);
    file_write(path, ct_buf_str(&many), many.len);
    misread(path, "at most 30 items");
}

/* ---- the verdict ---------------------------------------------------------------------- */

static const char LIST[] = HEAD
    "[item.case]\ntext = Case whole?\nkind = yes-no\nstop_on = no\n"
    "[item.lamp]\ntext = Is it damaged?\nkind = yes-no\nstop_on = yes\ncomment_on = yes\n"
    "[item.battery]\ntext = Battery runs?\nkind = yes-no\ncomment_on = no\n"
    "[item.hose]\ntext = Hose there?\nkind = yes-no\nna = yes\nmandatory = no\n";
enum { CASE, LAMP, BATTERY, HOSE, ITEMS };

static struct ct_check_answer given(int64_t n, const char *remark)
{
    struct ct_check_answer a = {.given = CT_CHECK_GIVEN, .n = n};
    snprintf(a.comment, sizeof a.comment, "%s", remark);
    return a;
}

static void test_the_verdict_follows(void **state)
{
    CT_CHECKLIST *t = NULL;
    struct ct_check_answer a[ITEMS] = {0};
    enum ct_task_verdict v;
    char text[CT_EQUIP_TEXT_MAX + 1];
    (void)state;
    ok(ct_checklist_parse("own", LIST, sizeof LIST - 1, &t, e));
    refused(ct_task_check_verdict(t, a, &v, text, sizeof text, e), CT_EINVAL, "case",
            "not answered yet: Case whole?");
    a[CASE] = given(CT_CHECK_YES, "");
    a[LAMP] = given(CT_CHECK_NO, "");
    a[BATTERY] = given(CT_CHECK_YES, "new");
    ok(ct_task_check_verdict(t, a, &v, text, sizeof text, e));
    assert_int_equal(v, CT_TASK_PASSED); /* what may be left out does not hold it */
    assert_string_equal(text, "Battery runs (new)");
    a[BATTERY] = given(CT_CHECK_NO, "");
    refused(ct_task_check_verdict(t, a, &v, text, sizeof text, e), CT_EINVAL, "battery",
            "a remark is needed");
    a[BATTERY] = given(CT_CHECK_NO, "at a socket alone");
    ok(ct_task_check_verdict(t, a, &v, text, sizeof text, e));
    assert_int_equal(v, CT_TASK_LIMITED);
    assert_string_equal(text, "Battery runs: no (at a socket alone)");
    a[LAMP] = given(CT_CHECK_YES, "glass broken"); /* here yes is what fails */
    a[HOSE].given = CT_CHECK_NOT_APPLICABLE;
    ok(ct_task_check_verdict(t, a, &v, text, sizeof text, e));
    assert_int_equal(v, CT_TASK_FAILED);
    assert_string_equal(text, "Is it damaged: yes (glass broken); Battery runs: no (at a "
                              "socket alone)");
    a[CASE].given = CT_CHECK_NOT_ASKED; /* a failure does not spare the rest */
    refused(ct_task_check_verdict(t, a, &v, text, sizeof text, e), CT_EINVAL, "case", "");
    assert_int_equal(v, CT_TASK_FAILED);
}

/* ---- in the store ---------------------------------------------------------------------- */

static int64_t device(struct ward *w, const char *asset, const char *class)
{
    struct ct_equip_model m = {.maker = "Demo"};
    struct ct_error err = {0};
    snprintf(m.class, sizeof m.class, "%s", class);
    snprintf(m.name, sizeof m.name, "%s One", class);
    enum ct_status rc = ct_model_add(w->tom, &m, &err);
    assert_true(rc == CT_OK || rc == CT_EEXISTS);
    struct ct_equipment d = {.model_id = m.first_id, .made = CT_NO_DATE, .received = CT_NO_DATE,
                             .warranty = CT_NO_DATE};
    snprintf(d.asset, sizeof d.asset, "%s", asset);
    ok(ct_equipment_add(w->tom, &d, NULL, e));
    return d.id;
}

static struct ct_check_answer *all_yes(const struct ct_checklist *t)
{
    struct ct_check_answer *a = calloc(t->n_items, sizeof *a);
    assert_non_null(a);
    for (size_t i = 0; i < t->n_items; i++)
        a[i] = given(CT_CHECK_YES, "");
    return a;
}

static struct ct_schedule daily(const struct ward *w, int64_t id, const char *check)
{
    struct ct_schedule s = {.equipment_id = id, .kind = CT_TASK_PRE_USE, .every = 1,
                            .unit = CT_EVERY_DAY, .amber_days = -1,
                            .starts = ct_date_at(w->c.now)};
    snprintf(s.template_id, sizeof s.template_id, "%s", check);
    return s;
}

static void test_no_verdict_is_typed_where_a_check_is_laid_down(void **state)
{
    struct ward *w = *state;
    int64_t id = device(w, "M-1", "monitor");
    CT_CHECKLIST *t = NULL, *other = NULL;
    struct ct_task_result r = {.equipment_id = id, .kind = CT_TASK_PRE_USE,
                               .answers = "claimed", .done_ms = w->c.now};
    refused(ct_result_record(w->tom, &r, e), CT_EINVAL, "verdict", "\"monitor\"");
    ok(ct_task_check_load(w->tom, "ecg", &other, e));
    struct ct_check_answer *a = all_yes(other);
    refused(ct_task_check_record(w->tom, &r, other, a, e), CT_EINVAL, "verdict", "\"monitor\"");
    free(a);
    ok(ct_task_check_load(w->tom, "monitor", &t, e));
    a = all_yes(t);
    a[3].given = CT_CHECK_NOT_ASKED;
    r.verdict = CT_TASK_PASSED;
    refused(ct_task_check_record(w->tom, &r, t, a, e), CT_EINVAL, t->item[3].id, "not answered");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM equipment_result"), 0);
    a[3] = given(CT_CHECK_YES, "a\x01" "b");
    refused(ct_task_check_record(w->tom, &r, t, a, e), CT_EINVAL, t->item[3].id, "");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM equipment_result"), 0);
    a[3] = given(CT_CHECK_YES, " a\n\tb ");
    r.verdict = CT_TASK_FAILED; /* what is claimed does not count */
    ok(ct_task_check_record(w->tom, &r, t, a, e));
    assert_int_equal(r.verdict, CT_TASK_PASSED);
    free(a);
    CT_CHECKLIST *then = NULL;
    ok(ct_task_check_kept(w->tom, r.id, &then, &a, e)); /* one line each, whatever was typed */
    assert_string_equal(a[3].comment, "a b");
    assert_int_equal(a[4].n, CT_CHECK_YES);
    free(a);
    struct ct_task_result m = {.equipment_id = id, .kind = CT_TASK_MAINTENANCE};
    ok(ct_result_record(w->tom, &m, e)); /* for which none is laid down */
    struct ct_checklist *none = NULL;
    refused(ct_task_check_kept(w->tom, m.id, &none, &a, e), CT_ENOTFOUND, "", "no check");
}

static void test_answers_are_kept_with_the_list_of_then(void **state)
{
    struct ward *w = *state;
    int64_t id = device(w, "S-1", "scales");
    static const char REMARK[] = "\"quoted\"; # and [answers] = x, \xC3\xA9";
    struct ct_schedule s = daily(w, id, "general");
    ok(ct_schedule_add(w->sue, &s, e));
    CT_CHECKLIST *t = NULL;
    ok(ct_task_check_load(w->tom, "general", &t, e));
    struct ct_check_answer *a = all_yes(t);
    a[1] = given(CT_CHECK_NO, REMARK);
    struct ct_task_result r = {.equipment_id = id, .kind = CT_TASK_PRE_USE,
                               .schedule_id = s.first_id};
    ok(ct_task_check_record(w->tom, &r, t, a, e));
    free(a);
    assert_int_equal(r.verdict, CT_TASK_FAILED);
    struct ct_equipment d;
    ok(ct_equipment_get(w->tom, id, &d, e));
    assert_int_equal(d.condition, CT_COND_QUARANTINED);
    struct ct_fault f;
    ok(ct_fault_of(w->tom, id, &f, e));
    assert_int_equal(f.result_id, r.id);
    assert_non_null(strstr(f.text, "plug whole"));
    expect_entry(&w->c, "equipment.result", CT_EXCEPTION, "pre-use check: FAILED");

    CT_CHECKLIST *then = NULL;
    struct ct_check_answer *said = NULL;
    ok(ct_task_check_kept(w->tom, r.id, &then, &said, e));
    assert_string_equal(then->id, "general");
    assert_string_equal(then->item[1].text, t->item[1].text);
    assert_int_equal(said[1].n, CT_CHECK_NO);
    assert_string_equal(said[1].comment, REMARK);
    assert_int_equal(said[0].n, CT_CHECK_YES);
    free(said);
    struct ct_task_result *all;
    size_t n;
    ok(ct_result_list(w->tom, id, -1, 10, &all, &n, e));
    assert_true(n == 1 && all[0].walked);
    free(all);
    struct ct_schedule seen;
    ok(ct_schedule_get(w->tom, s.first_id, &seen, e));
    assert_int_equal(seen.due, s.starts); /* a failed one moves nothing */
}

static struct ct_fault stepped(struct ct_app *app, int64_t device, enum ct_fault_step to,
                               const char *text)
{
    struct ct_fault f;
    struct ct_fault_event ev = {.step = to, .cause = -1};
    ok(ct_fault_of(app, device, &f, e));
    snprintf(ev.text, sizeof ev.text, "%s", text);
    ok(ct_fault_step(app, f.id, f.step, &ev, e));
    return f;
}

/* After a failed check: nothing was found, the same check is the test, and another person
 * puts it back. */
static void test_a_walked_check_is_the_test_of_its_fault(void **state)
{
    struct ward *w = *state;
    int64_t id = device(w, "S-2", "scales");
    struct ct_schedule s = daily(w, id, "general");
    ok(ct_schedule_add(w->sue, &s, e));
    CT_CHECKLIST *t = NULL;
    ok(ct_task_check_load(w->tom, "general", &t, e));
    struct ct_check_answer *a = all_yes(t);
    a[0] = given(CT_CHECK_NO, "");
    struct ct_task_result r = {.equipment_id = id, .kind = CT_TASK_PRE_USE,
                               .schedule_id = s.first_id, .done_ms = w->c.now};
    ok(ct_task_check_record(w->tom, &r, t, a, e));
    struct ct_fault f = stepped(w->tom, id, CT_FAULT_NOTHING, "an old label, taken off");
    struct ct_fault_test test[CT_TASKS * 4];
    size_t n;
    ok(ct_fault_tests(w->tom, f.id, test, &n, e));
    assert_true(n == 1 && test[0].kind == CT_TASK_PRE_USE && test[0].result_id == 0);
    struct ct_task_result typed = {.equipment_id = id, .kind = CT_TASK_PRE_USE,
                                   .fault_id = f.id, .why = CT_TASK_AFTER_REPAIR};
    refused(ct_result_record(w->tom, &typed, e), CT_EINVAL, "verdict", "\"general\"");
    struct ct_task_result again = {.equipment_id = id, .kind = CT_TASK_PRE_USE,
                                   .schedule_id = s.first_id, .fault_id = f.id,
                                   .why = CT_TASK_AFTER_REPAIR, .done_ms = w->c.now};
    ok(ct_task_check_record(w->tom, &again, t, a, e)); /* fails once more */
    struct ct_equipment d;
    ok(ct_equipment_get(w->tom, id, &d, e));
    assert_int_equal(d.condition, CT_COND_QUARANTINED);
    stepped(w->tom, id, CT_FAULT_NOTHING, "another old label");
    a[0] = given(CT_CHECK_YES, "");
    ok(ct_task_check_record(w->tom, &again, t, a, e));
    free(a);
    ok(ct_fault_tests(w->tom, f.id, test, &n, e));
    assert_true(n == 1 && test[0].result_id == again.id);
    ok(clinic_again(w->sue, SUE_PASSWORD));
    stepped(w->sue, id, CT_FAULT_REVIEWED, "");
    ok(ct_equipment_get(w->tom, id, &d, e));
    assert_int_equal(d.condition, CT_COND_IN_SERVICE);
    struct ct_schedule seen; /* and today's check is done */
    ok(ct_schedule_get(w->tom, s.first_id, &seen, e));
    assert_int_equal(seen.due, s.starts + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_shipped_ones),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_the_verdict_follows),
        cmocka_unit_test_setup_teardown(test_no_verdict_is_typed_where_a_check_is_laid_down,
                                        ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_answers_are_kept_with_the_list_of_then, ward_setup,
                                        ward_teardown),
        cmocka_unit_test_setup_teardown(test_a_walked_check_is_the_test_of_its_fault, ward_setup,
                                        ward_teardown),
    };
    return cmocka_run_group_tests_name("task_check", tests, NULL, NULL);
}
