/* A table of procedures from another system: good rows are kept, bad ones named by line
 * and cause, and a second import adds nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "exchange/worklist_csv.h"
#include "tests/support/ward.h"

#define HEAD "number,family,given,born,kind,planned,minutes,room,site,assigned,note,key\n"
#define PATEL "9434765919"

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

static struct ct_worklist_row seen[64];
static size_t n_seen;

static void each(const struct ct_worklist_row *row, void *arg)
{
    (void)arg;
    if (n_seen < CT_LEN(seen))
        seen[n_seen++] = *row;
}

static enum ct_status import(struct ward *w, const char *text, struct ct_worklist_result *ret,
                             struct ct_error *reterr)
{
    struct input in = {.s = text};
    n_seen = 0;
    return ct_worklist_import(w->tom, take, &in, each, NULL, ret, reterr);
}

static int64_t at(int y, int m, int d, int hour, int minute)
{
    return ct_civil_ms(&(struct ct_civil){
        .year = y, .month = m, .day = d, .hour = hour, .minute = minute});
}

/* "2026-11-24T09:00" of tomorrow by the ward's clock. */
static const char *tomorrow(const struct ward *w)
{
    static char text[40];
    struct ct_civil c;
    ct_civil_at(w->c.now + CT_DAY_MS, &c);
    snprintf(text, sizeof text, "%04d-%02d-%02dT09:00", c.year, c.month, c.day);
    return text;
}

static void expect_counts(const struct ct_worklist_result *r, uint64_t added, uint64_t there,
                          uint64_t bad)
{
    if (r->added != added || r->there != there || r->bad != bad)
        fail_msg("%llu added, %llu there, %llu bad; the last: %s", (unsigned long long)r->added,
                 (unsigned long long)r->there, (unsigned long long)r->bad,
                 n_seen > 0 ? seen[n_seen - 1].error.text : "");
}

static void test_a_whole_row(void **state)
{
    struct ward *w = *state;
    struct ct_worklist_result r;
    char text[600];
    struct ct_procedure p;
    ward_patient(w, "Patel", "Rohan", PATEL, "1961-03-14");
    snprintf(text, sizeof text,
             "\xef\xbb\xbf" HEAD "943 476 5919,PATEL,rohan,1961-03-14,X-Ray,%s,25,Room 1,"
             "\"left wrist, two views\",TOM,\"said \"\"no metal\"\"\",RIS-1\r\n\r\n",
             tomorrow(w));
    ok(import(w, text, &r, e));
    expect_counts(&r, 1, 0, 0);
    ok(ct_procedure_get(w->tom, seen[0].procedure_id, &p, e));
    assert_string_equal(p.kind, "x-ray");
    assert_string_equal(p.site, "left wrist, two views");
    assert_string_equal(p.room, "Room 1");
    assert_string_equal(p.note, "said \"no metal\"");
    assert_int_equal(p.minutes, 25);
    assert_int_equal(p.assigned, ct_app_who(w->tom)->user_id);
    struct ct_civil c;
    ct_civil_at(p.planned_ms, &c);
    assert_int_equal(c.hour * 60 + c.minute, 9 * 60);
    expect_entry(&w->c, "procedure.add", CT_ROUTINE, "(imported)");
    ok(import(w, text, &r, e)); /* the same again */
    expect_counts(&r, 0, 1, 0);
    assert_int_equal(seen[0].procedure_id, p.id);
    assert_int_equal(app_int(w->sue, "SELECT count(*) FROM procedure"), 1);
}

static void test_once_without_a_key(void **state)
{
    struct ward *w = *state;
    struct ct_worklist_result r;
    char text[900];
    ward_patient(w, "Patel", "Rohan", PATEL, "1961-03-14");
    const char *t = tomorrow(w);
    snprintf(text, sizeof text,
             "kind,Planned , NUMBER,site,colour\n"
             "ecg-12-lead,%s,%s,,red\n"  /* one */
             "x-ray,%s,%s,Left  wrist,\n" /* another */
             "x-ray,%s:00,%s,left wrist,\n" /* the same, written otherwise */
             "x-ray,%s,%s,right wrist,\n", /* and another */
             t, PATEL, t, PATEL, t, PATEL, t, PATEL);
    ok(import(w, text, &r, e));
    expect_counts(&r, 3, 1, 0);
    assert_int_equal(seen[2].fate, CT_WORKLIST_THERE);
    assert_int_equal(seen[2].line, 4);
    assert_string_equal(r.ignored, "colour");
    ok(import(w, text, &r, e));
    expect_counts(&r, 0, 4, 0);
}

static void test_bad_rows_are_named_and_good_ones_kept(void **state)
{
    struct ward *w = *state;
    ward_patient(w, "Patel", "Rohan", PATEL, "1961-03-14");
    static const struct {
        const char *row, *field, *says; /* %s: tomorrow */
    } BAD[] = {
        {",,,,x-ray,%s,,,,,,", "number", "missing"},
        {"9999999999,,,,x-ray,%s,,,,,,", "number", "register first"},
        {PATEL ",Patil,,,x-ray,%s,,,,,,", "family", "another person"},
        {PATEL ",Patel,Rahul,,x-ray,%s,,,,,,", "given", "another person"},
        {PATEL ",,,1961-03-15,x-ray,%s,,,,,,", "born", "another person"},
        {PATEL ",,,14/3/61,x-ray,%s,,,,,,", "born", "not a date"},
        {PATEL ",,,,tea,%s,,,,,,", "kind", "no procedure"},
        {PATEL ",,,,ecg,%s,,,,,,", "kind", "which"},
        {PATEL ",,,,,%s,,,,,,", "kind", "missing"},
        {PATEL ",,,,x-ray,,,,,,,", "planned", "missing"},
        {PATEL ",,,,x-ray,24.11.2026 9:00,,,,,,", "planned", "not a time"},
        {PATEL ",,,,x-ray,2026-02-30T09:00,,,,,,", "planned", "not a time"},
        {PATEL ",,,,x-ray,1999-01-01T09:00,,,,,,", "planned_ms", "days ago"},
        {PATEL ",,,,x-ray,%s,long,,,,,", "minutes", "whole number"},
        {PATEL ",,,,x-ray,%s,,,L wrist,,,", "site", "left in full"},
        {PATEL ",,,,x-ray,%s,,,,nobody,,", "assigned", "no active user"},
        {PATEL ",,,,x-ray,%s,,,,,,,,,", "", "first row names 12"},
        {PATEL ",,,,x-ray,%s,,,\xff\xfe,,,", "site", "UTF-8"},
        {PATEL ",,,,x-ray,%s,,,\"a\"b,,,", "", ""},
        {PATEL ",,,,x-ray,%s,,"
               "Room 12345678901234567890123456789012345678901234567890123456789012345678901"
               ",,,,", "room", "64 bytes"},
    };
    char text[8192] = HEAD;
    struct ct_worklist_result r;
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        char row[400];
        const char *cut = strstr(BAD[i].row, "%s");
        size_t n = cut != NULL ? (size_t)(cut - BAD[i].row) : strlen(BAD[i].row);
        snprintf(row, sizeof row, "%.*s%s%s\n", (int)n, BAD[i].row,
                 cut != NULL ? tomorrow(w) : "", cut != NULL ? cut + 2 : "");
        strncat(text, row, sizeof text - strlen(text) - 1);
    }
    char good[200];
    snprintf(good, sizeof good, PATEL ",,,,x-ray,%s,,,chest,,,\n", tomorrow(w));
    strncat(text, good, sizeof text - strlen(text) - 1);
    ok(import(w, text, &r, e));
    expect_counts(&r, 1, 0, CT_LEN(BAD));
    for (size_t i = 0; i < CT_LEN(BAD); i++)
        if (seen[i].line != i + 2 || strcmp(seen[i].error.field, BAD[i].field) != 0 ||
            strstr(seen[i].error.text, BAD[i].says) == NULL)
            fail_msg("row %zu: line %llu, %s: %s", i, (unsigned long long)seen[i].line,
                     seen[i].error.field, seen[i].error.text);
    assert_int_equal(app_int(w->sue, "SELECT count(*) FROM procedure"), 1);
    assert_int_equal(app_int(w->sue, "SELECT count(*) FROM patient"), 1); /* nobody registered */
}

static void test_times_with_and_without_an_offset(void **state)
{
    struct ward *w = *state;
    struct ct_worklist_result r;
    struct ct_procedure p;
    char text[600];
    ward_patient(w, "Patel", "Rohan", PATEL, "1961-03-14");
    snprintf(text, sizeof text,
             "number,kind,planned\n"
             PATEL ",x-ray,2027-07-01T09:00\n"
             PATEL ",x-ray,2027-07-01 09:00:00+05:30\n"
             PATEL ",x-ray,2027-03-28T02:30\n"); /* skipped in Oslo */
    setenv("TZ", "Europe/Oslo", 1);
    tzset();
    ok(import(w, text, &r, e));
    expect_counts(&r, 2, 0, 1);
    ok(ct_procedure_get(w->tom, seen[0].procedure_id, &p, e));
    assert_int_equal(p.planned_ms, at(2027, 7, 1, 9, 0));
    ok(ct_procedure_get(w->tom, seen[1].procedure_id, &p, e));
    assert_int_equal(p.planned_ms, at(2027, 7, 1, 5, 30)); /* 03:30 UTC */
    assert_non_null(strstr(seen[2].error.text, "skip"));
}

static void test_what_is_no_table_is_refused(void **state)
{
    struct ward *w = *state;
    struct ct_worklist_result r;
    refused(import(w, "", &r, e), CT_EINVAL, "", "nothing in it");
    refused(import(w, "a,b\n1,2\n", &r, e), CT_EINVAL, "number", "no column number");
    refused(import(w, "number,kind\n1,2\n", &r, e), CT_EINVAL, "planned", "planned");
    refused(import(w, "number,kind,planned,Kind\n", &r, e), CT_EINVAL, "kind", "twice");
    ok(import(w, "number,kind,planned\n", &r, e)); /* an empty day */
    expect_counts(&r, 0, 0, 0);
    struct input in = {.s = "number,kind,planned\n"};
    refused(ct_worklist_import(w->c.app, take, &in, NULL, NULL, &r, e), CT_EDENIED, "", "");
}

static void test_a_number_is_found_however_it_is_written(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Patel", "Rohan", PATEL, "1961-03-14"), found;
    static const char *const SAME[] = {PATEL, "943 476 5919", " 943-476-5919 "};
    for (size_t i = 0; i < CT_LEN(SAME); i++) {
        ok(ct_patient_by_number(w->tom, SAME[i], &found, e));
        assert_int_equal(found, id);
    }
    refused(ct_patient_by_number(w->tom, "", &found, e), CT_ENOTFOUND, "number", "");
    refused(ct_patient_by_number(w->tom, "943476591", &found, e), CT_ENOTFOUND, "number", "");
    refused(ct_patient_by_number(w->c.app, PATEL, &found, e), CT_EDENIED, "", "");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
    const struct CMUnitTest tests[] = {
        T(test_a_whole_row),
        T(test_once_without_a_key),
        T(test_bad_rows_are_named_and_good_ones_kept),
        T(test_times_with_and_without_an_offset),
        T(test_what_is_no_table_is_refused),
        T(test_a_number_is_found_however_it_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
