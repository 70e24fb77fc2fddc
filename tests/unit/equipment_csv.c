/* A table of devices from another system: good rows are kept with their models, bad ones
 * named by line and cause and kept out whole, and a second import adds nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clinic/schedule.h"
#include "exchange/equipment_csv.h"
#include "tests/support/ward.h"

#define HEAD                                                                               \
    "asset,class,maker,model,serial,udi,location,holder,supplier,risk,elec_class,"          \
    "applied_part,standard_of,made,received,warranty,note,calibrated,certificate\n"

struct input {
    const char *s;
    size_t at;
};

static enum ct_status take(void *arg, char *buf, size_t cap, size_t *ret_n,
                           struct ct_error *reterr)
{
    struct input *in = arg;
    size_t n = strlen(in->s + in->at);
    (void)reterr;
    *ret_n = n < cap ? n : cap;
    memcpy(buf, in->s + in->at, *ret_n);
    in->at += *ret_n;
    return CT_OK;
}

static struct ct_equip_row seen[64];
static size_t n_seen;

static void each(const struct ct_equip_row *row, void *arg)
{
    (void)arg;
    if (n_seen < CT_LEN(seen))
        seen[n_seen++] = *row;
}

static enum ct_status import(struct ct_app *app, const char *text, struct ct_equip_import *ret,
                             struct ct_error *reterr)
{
    struct input in = {.s = text};
    n_seen = 0;
    return ct_equipment_import(app, take, &in, each, NULL, ret, reterr);
}

static void expect_counts(const struct ct_equip_import *r, uint64_t added, uint64_t there,
                          uint64_t bad)
{
    if (r->added != added || r->there != there || r->bad != bad)
        fail_msg("%llu added, %llu there, %llu bad; the last: %s", (unsigned long long)r->added,
                 (unsigned long long)r->there, (unsigned long long)r->bad,
                 n_seen > 0 ? seen[n_seen - 1].error.text : "");
}

static int64_t count(struct ward *w, const char *table)
{
    char sql[80];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    return app_int(w->sue, sql);
}

static void test_a_whole_row(void **state)
{
    struct ward *w = *state;
    struct ct_equip_import r;
    struct ct_equipment x;
    static const char TEXT[] =
        "\xef\xbb\xbf" HEAD "M-104,Patient Monitor,Meridian,PM-3,SN7,(01)05012345678900(21)SN7,"
        "\"Bay 3, left\",ICU,Aurora,high,ii,bf,,2023-05-01,2024-02-29,2031-02-28,"
        "\"cuff \"\"S\"\" only\",,\r\n"
        "R-1,reference,Aurora,PG-1,,,Workshop,,,,,,manometer,,,,,,\r\n";
    ok(import(w->tom, TEXT, &r, e));
    expect_counts(&r, 2, 0, 0);
    assert_int_equal(r.models, 2);
    assert_string_equal(seen[0].text, "M-104 Meridian PM-3, Bay 3, left");
    ok(ct_equipment_get(w->tom, seen[0].equipment_id, &x, e));
    assert_string_equal(x.class, "monitor");
    assert_string_equal(x.serial, "SN7");
    assert_string_equal(x.holder, "ICU");
    assert_string_equal(x.supplier, "Aurora");
    assert_string_equal(x.note, "cuff \"S\" only");
    assert_int_equal(x.risk, CT_RISK_HIGH);
    assert_int_equal(x.elec_class, CT_ELEC_II);
    assert_int_equal(x.applied, CT_APPLIED_BF);
    assert_false(x.elec_own); /* the model came with it */
    assert_int_equal(x.made, ct_date_make(2023, 5, 1));
    assert_int_equal(x.warranty, ct_date_make(2031, 2, 28));
    ok(ct_equipment_get(w->tom, seen[1].equipment_id, &x, e));
    assert_true(x.standard);
    assert_string_equal(x.standard_of, "manometer");
    expect_entry(&w->c, "equipment.add", CT_ROUTINE, "(imported)");
    ok(import(w->tom, TEXT, &r, e)); /* the same again */
    expect_counts(&r, 0, 2, 0);
    assert_int_equal(r.models, 0);
    assert_int_equal(count(w, "equipment"), 2);
    assert_int_equal(count(w, "equipment_model"), 2);
}

static void test_a_model_is_shared_and_a_plate_of_its_own_is_kept(void **state)
{
    struct ward *w = *state;
    struct ct_equip_import r;
    struct ct_equipment x;
    ok(import(w->tom,
              "model,maker,class,asset,elec_class,applied_part\n"
              "PM-3,Meridian,monitor,M-1,I,BF\npm 3,MERIDIAN,MONITOR,M-2,II,\n"
              "PM-3,Meridian,monitor,M-3,,BF\n",
              &r, e));
    expect_counts(&r, 3, 0, 0);
    assert_int_equal(r.models, 1);
    ok(ct_equipment_find(w->tom, "M-2", &x, e));
    assert_int_equal(x.elec_class, CT_ELEC_II);
    assert_true(x.elec_own);
    assert_int_equal(x.applied, CT_APPLIED_BF); /* nothing said: the model's */
    assert_false(x.applied_own);
    assert_string_equal(x.maker, "Meridian");
}

static void test_bad_rows_are_named_and_kept_out_whole(void **state)
{
    struct ward *w = *state;
    struct ct_equip_import r;
    static const struct {
        const char *row, *column, *says;
    } BAD[] = {
        {",monitor,A,B,,,,,,,,,,,,,,,", "asset", "missing"},
        {"X-1,teapot,A,B,,,,,,,,,,,,,,,", "class", "teapot"},
        {"X-1,,A,B,,,,,,,,,,,,,,,", "class", "missing"},
        {"X-1,monitor,,B,,,,,,,,,,,,,,,", "maker", "missing"},
        {"X-1,monitor,A,,,,,,,,,,,,,,,,", "model", "missing"},
        {"X-1,monitor,A,B,,(01)05012345678901,,,,,,,,,,,,,", "udi", "UDI"},
        {"X-1,monitor,A,B,S2,(01)05012345678900(21)S1,,,,,,,,,,,,,", "serial", "S1"},
        {"X-1,monitor,A,B,,,,,,grave,,,,,,,,,", "risk", "low, medium, high"},
        {"X-1,monitor,A,B,,,,,,,IV,,,,,,,,", "elec_class", "I, II, internal"},
        {"X-1,monitor,A,B,,,,,,,,D,,,,,,,", "applied_part", "none, B, BF, CF"},
        {"X-1,monitor,A,B,,,,,,,,,,31.1.2024,,,,,", "made", "2024-01-31"},
        {"X-1,monitor,A,B,,,,,,,,,,1969-12-31,,,,,", "made", "before 1970"},
        {"X-1,monitor,A,B,,,,,,,,,,,2024-01-02,2024-01-01,,,", "warranty", "ended before"},
        {"X-1,monitor,A,B,,,,,,,,,,,,,,2024-01-01,", "certificate", "missing"},
        {"X-1,monitor,A,B,,,,,,,,,,,,,,,C-1", "calibrated", "missing"},
        {"X-1,monitor,A,B,,,,,,,,,,,,,,2198-01-01,C-1", "calibrated", "in the future"},
        {"X-1,monitor,A,B,,,,,,,,,,,,,,1969-01-01,C-1", "calibrated", "before 1970"},
        {"X\xff-1,monitor,A,B,,,,,,,,,,,,,,,", "asset", "UTF-8"},
        {"X-1,monitor,A,B,,,,,,,,,,,,,,,,,too many", "", "fields"},
        {"X-1,monitor,A,B,,,,,,,,,,,,,\"a\"b,,", "", ""},
    };
    CT_BUF text = {.max = 64 * 1024};
    ct_buf_str_add(&text, HEAD);
    for (size_t i = 0; i < CT_LEN(BAD); i++)
        ct_buf_printf(&text, "%s\n", BAD[i].row);
    ct_buf_str_add(&text, "M-1,monitor,Meridian,PM-3,,,,,,,,,,,,,,,\n");
    ok(import(w->tom, ct_buf_str(&text), &r, e));
    expect_counts(&r, 1, 0, CT_LEN(BAD));
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        assert_int_equal(seen[i].line, i + 2);
        assert_int_equal(seen[i].fate, CT_EQUIP_BAD);
        if (strcmp(seen[i].error.field, BAD[i].column) != 0 ||
            strstr(seen[i].error.text, BAD[i].says) == NULL)
            fail_msg("%s: at '%s': %s", BAD[i].row, seen[i].error.field, seen[i].error.text);
    }
    assert_int_equal(count(w, "equipment"), 1);
    assert_int_equal(count(w, "equipment_model"), 1); /* none of a bad row */
    assert_int_equal(count(w, "equipment_paper"), 0);
}

static void test_known_by_number_though_it_was_changed_here(void **state)
{
    struct ward *w = *state;
    struct ct_equip_import r;
    struct ct_equipment x;
    static const char TEXT[] = "asset,class,maker,model\nM-1,monitor,Meridian,PM-3\n";
    ok(import(w->tom, TEXT, &r, e));
    ok(ct_equipment_find(w->tom, "M-1", &x, e));
    snprintf(x.asset, sizeof x.asset, "MON-1");
    ok(ct_equipment_amend(w->tom, &x, "new labels", e));
    ok(import(w->tom, TEXT, &r, e)); /* known by its key */
    expect_counts(&r, 0, 1, 0);
    assert_string_equal(seen[0].text, "MON-1 Meridian PM-3");
    ok(import(w->tom, "asset,class,maker,model\nmon-1,monitor,Meridian,PM-3\n", &r, e));
    expect_counts(&r, 0, 1, 0); /* and by its number */
    ok(import(w->tom, "asset,class,maker,model\nM-2,ecg,A,B\nM-2,ecg,A,B\n", &r, e));
    expect_counts(&r, 1, 1, 0);
}

static void test_a_calibration_comes_with_its_certificate(void **state)
{
    struct ward *w = *state;
    struct ct_equip_import r;
    struct ct_error err;
    struct ct_equip_paper *p = NULL;
    struct ct_task_result *v = NULL;
    size_t n = 0;
    enum ct_status rc =
        import(w->tom,
               "asset,class,maker,model,standard_of,calibrated,certificate,colour\n"
               "R-1,reference,Aurora,PG-1,manometer,2026-01-10,C 2026-114,red\n",
               &r, &err);
    if (rc == CT_EINTERNAL && strstr(err.text, "not there yet") != NULL)
        skip();
    assert_int_equal(rc, CT_OK);
    expect_counts(&r, 1, 0, 0);
    assert_string_equal(r.ignored, "colour");
    ok(ct_equipment_papers(w->tom, seen[0].equipment_id, &p, &n, e));
    assert_int_equal(n, 1);
    assert_string_equal(p[0].title, "C 2026-114");
    assert_int_equal(p[0].kind, CT_PAPER_CERTIFICATE);
    assert_int_equal(p[0].valid_from, ct_date_make(2026, 1, 10));
    free(p);
    (void)v;
    assert_int_equal(app_int(w->sue, "SELECT day FROM equipment_result WHERE kind = 0 AND "
                                     "verdict = 0"),
                     ct_date_make(2026, 1, 10));
}

static void test_a_table_that_is_none(void **state)
{
    struct ward *w = *state;
    struct ct_equip_import r;
    refused(import(w->tom, "", &r, e), CT_EINVAL, "", "nothing in it");
    refused(import(w->tom, "asset,class,maker\n", &r, e), CT_EINVAL, "model", "no column model");
    refused(import(w->tom, "asset,class,maker,model,Asset\n", &r, e), CT_EINVAL, "asset",
            "there twice");
    login_again(&w->c, "ada", ADA_PASSWORD);
    refused(import(w->c.app, HEAD "M-1,ecg,A,B,,,,,,,,,,,,,,,\n", &r, e), CT_EDENIED, "", "");
    assert_int_equal(count(w, "equipment"), 0);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A site begins with all it has: far within what anybody waits for. */
static void test_many_rows(void **state)
{
    struct ward *w = *state;
    struct ct_equip_import r;
    CT_BUF text = {.max = 1 << 20};
    ct_buf_str_add(&text, "asset,class,maker,model,serial,location\n");
    for (int i = 0; i < 500; i++)
        ct_buf_printf(&text, "M-%d,monitor,Meridian,PM-%d,S%d,Bay %d\n", i, i % 7, i, i % 12);
    double begin = seconds();
    ok(import(w->tom, ct_buf_str(&text), &r, e));
    print_message("500 devices: %.0f ms\n", (seconds() - begin) * 1e3);
    expect_counts(&r, 500, 0, 0);
    assert_int_equal(r.models, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define WARD(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        WARD(test_a_whole_row),
        WARD(test_a_model_is_shared_and_a_plate_of_its_own_is_kept),
        WARD(test_bad_rows_are_named_and_kept_out_whole),
        WARD(test_known_by_number_though_it_was_changed_here),
        WARD(test_a_calibration_comes_with_its_certificate),
        WARD(test_a_table_that_is_none),
        WARD(test_many_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
