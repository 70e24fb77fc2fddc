/* The demo clinic: the same for the same seed, whole, and plainly invented; and
 * the bulk it is written by. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clinic/demo.h"
#include "clinic/escalation.h"
#include "tests/support/ward.h"

enum { PATIENTS = 40, DAYS = 6 };

static void make(struct clinic *c, uint64_t seed, int patients, int days,
                 struct ct_demo_result *ret)
{
    recorded_make(c);
    ct_config_default(&c->config);
    snprintf(c->config.identifier_check, sizeof c->config.identifier_check, "nhs");
    struct ct_demo_options o = {.patients = patients, .days = days, .seed = seed,
                                .now_ms = c->now, .kdf_ops = 1, .kdf_mem_mib = 1};
    ok(ct_demo_make(c->dir, &c->config, &o, NULL, NULL, ret, e));
    ct_app_freep(&c->app);
    c->app = clinic_app(c);
}

static void login(struct clinic *c, int who)
{
    ok(recorded_login(c->app, CT_DEMO_USER[who].login, CT_DEMO_USER[who].password, e));
}

static void fingerprint(struct clinic *c, char out[3][65])
{
    /* every row of a table as text, in order, hashed: contents, and not keys */
    static const char *const SQL[] = {
        "SELECT group_concat(x, ';') FROM (SELECT quote(v.patient_id) || quote(v.taken_ms) || "
        "quote(v.recorded_ms) || quote(v.recorded_by) || quote(v.sbp_mmhg) || "
        "quote(v.pulse_bpm) || quote(v.resp_bpm) || quote(v.temp_c10) || quote(v.score) || "
        "quote(v.replaces_id) || quote(v.voided) || v.note AS x FROM vitals v ORDER BY v.id)",
        "SELECT group_concat(x, ';') FROM (SELECT p.family || p.given || quote(p.number) || "
        "quote(p.born) || p.place || quote(p.at_ms) || ifnull((SELECT "
        "group_concat(a.kind || a.text) FROM patient_alert a "
        "WHERE a.patient_id = p.patient_id), '') AS x "
        "FROM patient_version p ORDER BY p.id)",
        "SELECT group_concat(x, ';') FROM (SELECT p.patient_id || d.kind || d.site || "
        "d.planned_ms || ifnull(d.assigned, 0) || ifnull((SELECT group_concat(e.state || e.at_ms "
        "|| e.text) FROM procedure_event e WHERE e.procedure_id = p.id), '') AS x "
        "FROM procedure p JOIN procedure_detail d ON d.procedure_id = p.id ORDER BY d.id)",
    };
    for (int i = 0; i < 3; i++) {
        static char text[400000];
        unsigned char hash[CT_HASH_LEN];
        app_text(c->app, SQL[i], text, sizeof text);
        assert_true(strlen(text) > 1000 && strlen(text) < sizeof text - 1);
        ct_hash(hash, text, strlen(text));
        for (int k = 0; k < CT_HASH_LEN; k++)
            snprintf(out[i] + 2 * k, 3, "%02x", hash[k]);
    }
}

static void test_same_seed_same_clinic(void **state)
{
    (void)state;
    char a[3][65], b[3][65], other[3][65];
    struct ct_demo_result ra, rb;
    struct clinic c;
    make(&c, 7, PATIENTS, DAYS, &ra);
    login(&c, CT_DEMO_SUPERVISOR);
    fingerprint(&c, a);
    clinic_end(&c);
    make(&c, 7, PATIENTS, DAYS, &rb);
    login(&c, CT_DEMO_SUPERVISOR);
    fingerprint(&c, b);
    clinic_end(&c);
    assert_memory_equal(a, b, sizeof a);
    assert_int_equal(ra.sets, rb.sets);
    make(&c, 8, PATIENTS, DAYS, &rb);
    login(&c, CT_DEMO_SUPERVISOR);
    fingerprint(&c, other);
    clinic_end(&c);
    assert_string_not_equal(a[0], other[0]);
    assert_string_not_equal(a[1], other[1]);
    assert_string_not_equal(a[2], other[2]);
}

static void problem(const char *sentence, void *arg)
{
    (void)arg;
    print_error("%s\n", sentence);
}

static void test_it_is_whole(void **state)
{
    (void)state;
    struct clinic c;
    struct ct_demo_result r;
    make(&c, 1, PATIENTS, DAYS, &r);
    for (int i = 0; i < CT_DEMO_USERS; i++) { /* everybody gets in */
        login(&c, i);
        assert_int_equal(ct_app_who(c.app)->role, CT_DEMO_USER[i].role);
        assert_string_equal(ct_app_warning(c.app), "");
        ct_logout(c.app);
    }
    login(&c, CT_DEMO_SUPERVISOR);
    struct ct_verify_report report;
    ok(ct_verify(c.app, problem, NULL, &report, e));
    assert_int_equal(report.problems, 0);
    int64_t bad;
    ok(ct_patient_keys_check(c.app, &bad, e));
    assert_int_equal(bad, 0);
    assert_int_equal(app_int(c.app, "SELECT count(*) FROM patient"), r.patients);
    assert_true(r.patients > PATIENTS * 8 / 10);
    assert_int_equal(app_int(c.app, "SELECT count(*) FROM audit WHERE verb='vitals.record'"),
                     r.sets);
    assert_int_equal(app_int(c.app, "SELECT count(*) FROM vitals WHERE replaces_id IS NOT NULL"),
                     r.corrected);
    /* in order, in time, and nothing of tomorrow */
    assert_int_equal(app_int(c.app, "SELECT count(*) FROM audit a JOIN audit b "
                                    "ON b.seq = a.seq + 1 WHERE b.at_ms < a.at_ms"), 0);
    char sql[160];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM audit WHERE at_ms > %lld",
             (long long)c.now);
    assert_int_equal(app_int(c.app, sql), 0);
    assert_int_equal(app_int(c.app, "SELECT count(*) FROM audit WHERE detail LIKE '%clock%'"), 0);
    char site[64];
    app_text(c.app, "SELECT site FROM store", site, sizeof site);
    assert_string_equal(site, CT_DEMO_SITE);
    clinic_end(&c);
}

static void test_there_is_something_to_see(void **state)
{
    (void)state;
    struct clinic c;
    struct ct_demo_result r;
    make(&c, 1, 60, 14, &r);
    login(&c, CT_DEMO_SUPERVISOR);
    assert_true(r.sets > 350);
    struct ct_due *d;
    size_t n, late = 0;
    ok(ct_due_list(c.app, 6 * (int64_t)CT_HOUR_MS, 50, &d, &n, e));
    for (size_t i = 0; i < n; i++) {
        late += d[i].due_ms < c.now;
        /* late by an hour or so, not forgotten for a day */
        assert_true(d[i].due_ms > c.now - 4 * (int64_t)CT_HOUR_MS);
    }
    free(d);
    assert_true(n >= 5);
    assert_true(late >= 1 && late < n);
    static const char *const SOME[] = {
        "SELECT count(*) FROM vitals WHERE band = 4",            /* high */
        "SELECT count(*) FROM vitals WHERE scale = 2",
        "SELECT count(*) FROM vitals WHERE card = 1 AND score >= 0", /* children */
        "SELECT count(*) FROM vitals WHERE score_at_least >= 0", /* partial */
        "SELECT count(*) FROM vitals WHERE replaces_id > 0",
        "SELECT count(*) FROM vitals WHERE o2 > 0",
        "SELECT count(*) FROM vitals WHERE note <> ''",
        "SELECT count(*) FROM patient_alert WHERE kind = 0",
        "SELECT count(*) FROM patient_version WHERE born_estimated = 1 OR born IS NULL",
        "SELECT count(*) FROM patient_version WHERE number IS NULL",
        "SELECT count(*) FROM audit WHERE severity = 2",
        "SELECT count(*) FROM fault_event WHERE step = 7",       /* back in service */
        "SELECT count(*) FROM equipment_find WHERE condition = 1", /* reported faulty */
        "SELECT count(*) FROM equipment_find WHERE condition = 2", /* set apart */
        "SELECT count(*) FROM escalation_event WHERE kind = 0", /* told ... */
        "SELECT count(*) FROM escalation_event WHERE kind = 1",
        "SELECT count(*) FROM escalation_event WHERE kind = 2",
        "SELECT count(*) FROM escalation_event WHERE kind = 3",
        "SELECT count(*) FROM procedure_find WHERE state = 0", /* procedures of every state */
        "SELECT count(*) FROM procedure_find WHERE state = 1",
        "SELECT count(*) FROM procedure_find WHERE state = 2",
        "SELECT count(*) FROM procedure_find WHERE state = 3",
        "SELECT count(*) FROM procedure_find WHERE state = 4",
        "SELECT count(*) FROM procedure_find WHERE state = 5",
        "SELECT count(*) FROM procedure_find WHERE state = 6",
        "SELECT count(*) FROM procedure_find WHERE state = 7",
        "SELECT count(*) FROM procedure_use",
    };
    for (size_t i = 0; i < CT_LEN(SOME); i++)
        if (app_int(c.app, SOME[i]) < 1)
            fail_msg("none: %s", SOME[i]);
    /* a few of the last hours wait for somebody, one of them for too long */
    int64_t open, overdue;
    ok(ct_escalation_count(c.app, &open, &overdue, e));
    assert_true(open >= 2 && open <= 12);
    assert_true(overdue >= 1 && overdue <= 3);
    assert_int_equal(app_int(c.app, "SELECT count(*) FROM escalation"), r.escalated);
    char old[160];
    snprintf(old, sizeof old, "SELECT count(*) FROM escalation e JOIN escalation_find o "
             "ON o.escalation_id = e.id WHERE e.at_ms < %lld",
             (long long)(c.now - 9 * (int64_t)CT_HOUR_MS));
    assert_int_equal(app_int(c.app, old), 0);
    /* numbers that are issued to nobody */
    assert_int_equal(app_int(c.app, "SELECT count(*) FROM patient_version "
                                    "WHERE number NOT LIKE '999%'"), 0);
    /* most people are well most of the time */
    assert_true(app_int(c.app, "SELECT count(*) FROM vitals WHERE band = 1") > r.sets / 2);
    clinic_end(&c);
}

static bool stop(int thousandths, void *arg)
{
    *(int *)arg = thousandths;
    return thousandths < 500;
}

/* However young the day is, this morning's tests of the machines are of today, and in order. */
static void test_right_after_midnight(void **state)
{
    (void)state;
    struct clinic c;
    struct ct_demo_result r;
    struct ct_demo_options o = {.patients = 3, .days = 1, .seed = 3, .kdf_ops = 1,
                                .kdf_mem_mib = 1};
    recorded_make(&c);
    ct_config_default(&c.config);
    c.now -= c.now % CT_DAY_MS - 40 * 1000;
    o.now_ms = c.now;
    ok(ct_demo_make(c.dir, &c.config, &o, NULL, NULL, &r, e));
    ct_app_freep(&c.app);
    c.app = clinic_app(&c);
    login(&c, CT_DEMO_SUPERVISOR);
    char sql[400];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM machine_test WHERE day = %d AND kind IN (0, 2, 3)",
             (int)ct_date_at(c.now));
    assert_true(app_int(c.app, sql) >= 3);
    assert_int_equal(app_int(c.app, "SELECT count(*) FROM machine_test a JOIN machine_test b ON "
                                    "b.equipment_id = a.equipment_id AND "
                                    "b.cycle_number > a.cycle_number AND b.done_ms <= a.done_ms"),
                     0);
    clinic_end(&c);
}

/* The earlier days: so many a day, every one of them ended, in order, and nothing of the
 * last two days, whose stories stand by themselves. */
static void test_earlier_days(void **state)
{
    (void)state;
    struct clinic c;
    struct ct_demo_result r;
    struct ct_demo_options o = {.patients = 12, .days = 9, .seed = 3, .procedures = 6,
                                .kdf_ops = 1, .kdf_mem_mib = 1};
    recorded_make(&c);
    ct_config_default(&c.config);
    o.now_ms = c.now;
    ok(ct_demo_make(c.dir, &c.config, &o, NULL, NULL, &r, e));
    ct_app_freep(&c.app);
    c.app = clinic_app(&c);
    login(&c, CT_DEMO_SUPERVISOR);
    int64_t today = c.now - c.now % CT_DAY_MS; /* the zone's offset is nothing in winter */
    char sql[400];
    for (int day = 3; day <= 6; day++) {
        snprintf(sql, sizeof sql,
                 "SELECT count(*) FROM procedure_find WHERE planned_ms >= %lld AND "
                 "planned_ms < %lld AND state >= 5",
                 (long long)(today - day * (int64_t)CT_DAY_MS),
                 (long long)(today - (day - 1) * (int64_t)CT_DAY_MS));
        assert_int_equal(app_int(c.app, sql), 6);
    }
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM procedure_find WHERE planned_ms < %lld AND state < 5",
             (long long)(today - 2 * (int64_t)CT_DAY_MS));
    assert_int_equal(app_int(c.app, sql), 0);
    assert_int_equal(app_int(c.app, "SELECT count(*) FROM procedure_event a JOIN "
                                    "procedure_event b ON b.procedure_id = a.procedure_id AND "
                                    "b.id > a.id AND b.at_ms < a.at_ms"),
                     0);
    clinic_end(&c);
}

static void test_refusals(void **state)
{
    (void)state;
    struct clinic c;
    struct ct_demo_result r;
    struct ct_demo_options o = {.patients = 300000, .now_ms = INT64_C(1795000000000),
                                .kdf_ops = 1, .kdf_mem_mib = 1};
    recorded_make(&c);
    ct_config_default(&c.config);
    refused(ct_demo_make(c.dir, &c.config, &o, NULL, NULL, &r, e), CT_EINVAL, "patients", "200");
    o.patients = -1;
    refused(ct_demo_make(c.dir, &c.config, &o, NULL, NULL, &r, e), CT_EINVAL, "patients", "200");
    o.patients = 10;
    o.days = 4001;
    refused(ct_demo_make(c.dir, &c.config, &o, NULL, NULL, &r, e), CT_EINVAL, "days", "4000");
    o.days = 3;
    o.procedures = 201;
    refused(ct_demo_make(c.dir, &c.config, &o, NULL, NULL, &r, e), CT_EINVAL, "procedures",
            "200");
    o.procedures = 0;
    int part = 0;
    refused(ct_demo_make(c.dir, &c.config, &o, stop, &part, &r, e), CT_ECONFLICT, "", "stopped");
    assert_true(part >= 500);
    /* never over a clinic that is there */
    struct ct_error e = {0};
    assert_int_equal(ct_demo_make(c.dir, &c.config, &o, NULL, NULL, &r, &e), CT_EEXISTS);
    clinic_end(&c);
}

/* ---- the bulk ---------------------------------------------------------- */

static void test_bulk(void **state)
{
    struct ward *w = *state;
    struct ct_patient_hits h;
    refused(ct_record_bulk_commit(w->tom, e), CT_EINTERNAL, "", "never begun");
    int64_t before = chain_end(w->sue);
    ok(ct_record_bulk_begin(w->tom, e));
    int64_t id = ward_patient(w, "Bulk", "One", "", "1960-01-01");
    ward_record(w, id, "120/80 72 16 98 36.6 A air", w->c.now);
    ok(ct_patient_find(w->tom, "bulk", 5, &h, e)); /* its own are seen */
    assert_int_equal(h.n, 1);
    ct_patient_hits_done(&h);
    assert_int_equal(chain_end(w->sue), before); /* and nobody else's yet */
    ok(ct_record_bulk_commit(w->tom, e));
    assert_int_equal(chain_end(w->sue), before + 2); /* an entry each */
    /* what is refused before it is written harms nothing */
    ok(ct_record_bulk_begin(w->tom, e));
    ward_patient(w, "Bulk", "Two", "943 476 5919", "");
    struct ct_patient bad = {.family = "", .born = CT_NO_DATE};
    refused(ct_patient_register(w->tom, &bad, e), CT_EINVAL, "family", "");
    ok(ct_record_bulk_commit(w->tom, e));
    assert_int_equal(chain_end(w->sue), before + 3);
    /* what fails while it is written takes all of it back */
    ok(ct_record_bulk_begin(w->tom, e));
    ward_patient(w, "Bulk", "Three", "", "");
    struct ct_patient same = {.family = "Bulk", .number = "9434765919", .born = CT_NO_DATE};
    refused(ct_patient_register(w->tom, &same, e), CT_EEXISTS, "number", "BULK, Two");
    refused(ct_record_bulk_commit(w->tom, e), CT_EINTERNAL, "", "taken back");
    assert_int_equal(chain_end(w->sue), before + 3);
    ward_patient(w, "Bulk", "Four", "", ""); /* and things go on one by one */
    assert_int_equal(chain_end(w->sue), before + 4);
    /* a lock takes it back */
    ok(ct_record_bulk_begin(w->tom, e));
    ward_patient(w, "Bulk", "Five", "", "");
    ct_lock(w->tom);
    CT_SECRET *pass = secret_of(TOM_PASSWORD);
    ok(ct_unlock(w->tom, pass, e));
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM patient"), 3);
    ok(ct_record_bulk_begin(w->tom, e));
    ct_record_bulk_cancel(w->tom);
    ct_record_bulk_cancel(w->tom);
    struct ct_verify_report report;
    ok(ct_verify(w->sue, problem, NULL, &report, e));
    assert_int_equal(report.problems, 0);
}

int main(void)
{
    setenv("TZ", "Europe/London", 1);
    tzset();
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_seed_same_clinic),
        cmocka_unit_test(test_it_is_whole),
        cmocka_unit_test(test_there_is_something_to_see),
        cmocka_unit_test(test_earlier_days),
        cmocka_unit_test(test_right_after_midnight),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test_setup_teardown(test_bulk, ward_setup, ward_teardown),
    };
    return cmocka_run_group_tests_name("demo", tests, NULL, NULL);
}
