/* Finding: what somebody types finds whom they mean, in order, and says when two
 * look alike; and who a new patient may already be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/rows.h"
#include "tests/support/ward.h"

/* The names found, in order: "A | B", with " ..." when there are more. */
static const char *found(struct ward *w, const char *text, size_t limit)
{
    static char out[4096];
    struct ct_patient_hits h;
    ok(ct_patient_find(w->tom, text, limit, &h, e));
    out[0] = '\0';
    for (size_t i = 0; i < h.n; i++) {
        size_t n = strlen(out);
        snprintf(out + n, sizeof out - n, "%s%s", i > 0 ? " | " : "", h.hit[i].name);
    }
    if (h.more)
        strncat(out, " ...", sizeof out - strlen(out) - 1);
    ct_patient_hits_done(&h);
    return out;
}
#define finds(text, want) assert_string_equal(found(w, text, 20), want)

static int people(void **state)
{
    ward_setup(state);
    struct ward *w = *state;
    ward_patient(w, "Patel", "Rohan", "943 476 5919", "1961-03-14");
    ward_patient(w, "Patel", "Asha", "401 023 2137", "1984-11-02");
    ward_patient(w, "O'Brien", "Seán", "", "1961-07-30");
    ward_patient(w, "Müller-Lüdenscheidt", "Käthe", "", "1938-12-24");
    ward_patient(w, "van der Berg", "Jan", "", "2001-01-09");
    ward_patient(w, "李", "小明", "", "");
    ward_patient(w, "Παπαδοπούλου", "Ελένη", "", "1955-05-05");
    return 0;
}

static void test_names(void **state)
{
    struct ward *w = *state;
    finds("pat", "PATEL, Asha | PATEL, Rohan");
    finds("PATEL", "PATEL, Asha | PATEL, Rohan");
    finds("rohan pat", "PATEL, Rohan"); /* any order, every word */
    finds("patel, rohan", "PATEL, Rohan");
    finds("patel seán", "");
    finds("atel", ""); /* the start of a word, not its middle */
    finds("obr", "O'BRIEN, Seán");
    finds("o'br", "O'BRIEN, Seán");
    finds("o’brien sean", "O'BRIEN, Seán");
    finds("muller", "MÜLLER-LÜDENSCHEIDT, Käthe");
    finds("ludensch kat", "MÜLLER-LÜDENSCHEIDT, Käthe");
    finds("Müller-Lüd", "MÜLLER-LÜDENSCHEIDT, Käthe");
    finds("berg", "VAN DER BERG, Jan");
    finds("van de", "VAN DER BERG, Jan");
    finds("παπαδ", "ΠΑΠΑΔΟΠΟΎΛΟΥ, Ελένη");
    finds("李", "李, 小明"); /* one character is a whole word here */
    finds("小", "李, 小明");
}

static void test_too_short_or_odd(void **state)
{
    struct ward *w = *state;
    finds("", "");
    finds("  ", "");
    finds("p", "");
    finds(" p ", "");
    finds("p a", "PATEL, Asha"); /* two characters in two words */
    finds("%a", "");
    finds("_atel", "");
    finds("pat*", "PATEL, Asha | PATEL, Rohan");
    finds("'; DROP TABLE patient; --", "");
    finds("\xff\xfe pat", "PATEL, Asha | PATEL, Rohan"); /* what is no text does not count */
    finds("\033[2J", "");
    char long_text[3000];
    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    finds(long_text, "");
    for (size_t i = 1; i < sizeof long_text - 1; i += 2)
        long_text[i] = ' ';
    finds(long_text, "PATEL, Asha"); /* fifteen hundred words: the first six */
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM patient"), 7);
}

static void test_numbers(void **state)
{
    struct ward *w = *state;
    finds("943", "PATEL, Rohan");
    finds("9434765919", "PATEL, Rohan");
    finds("943 476 5919", "PATEL, Rohan");
    finds("943-476-5919", "PATEL, Rohan");
    finds("5919", "PATEL, Rohan"); /* the last four */
    finds("65919", "PATEL, Rohan");
    finds("919", "");              /* the last three are not enough */
    finds("4765", "");             /* nor is the middle */
    finds("pat 2137", "PATEL, Asha");
    finds("rohan 2137", "");
}

static void test_birth(void **state)
{
    struct ward *w = *state;
    finds("14/3/1961", "PATEL, Rohan");
    finds("14.3.61", "PATEL, Rohan");
    finds("1961-03-14", "PATEL, Rohan");
    finds("14031961", "PATEL, Rohan");
    finds("14 3 1961", "PATEL, Rohan");
    finds("14 mar 1961", "PATEL, Rohan");
    finds("14 March", "PATEL, Rohan");
    finds("14/3", "PATEL, Rohan");
    finds("3/1961", "PATEL, Rohan");
    finds("1961-03", "PATEL, Rohan");
    finds("1961", "O'BRIEN, Seán | PATEL, Rohan");
    finds("patel 1961", "PATEL, Rohan");
    finds("1961 obr", "O'BRIEN, Seán");
    finds("15/3/1961", "");
    finds("30/7", "O'BRIEN, Seán");
    finds("31/2/1961", ""); /* no such day */
}

static void test_order_pages_namesakes(void **state)
{
    struct ward *w = *state;
    ward_patient(w, "Patel", "ROHÀN", "", "1990-01-01"); /* folds to the same name */
    ward_patient(w, "Patel Singh", "Amar", "", "");
    ward_patient(w, "Pätel", "Zoe", "", "");
    finds("patel",
          "PATEL, Asha | PATEL, Rohan | PATEL, ROHÀN | PÄTEL, Zoe | PATEL SINGH, Amar");
    assert_string_equal(found(w, "patel", 2), "PATEL, Asha | PATEL, Rohan ...");
    assert_string_equal(found(w, "patel", 5),
                        "PATEL, Asha | PATEL, Rohan | PATEL, ROHÀN | PÄTEL, Zoe | PATEL SINGH, "
                        "Amar");
    struct ct_patient_hits h;
    ok(ct_patient_find(w->tom, "patel", 9, &h, e));
    assert_false(h.hit[0].namesake);
    assert_true(h.hit[1].namesake);
    assert_true(h.hit[2].namesake);
    assert_false(h.hit[3].namesake);
    assert_int_equal(h.hit[1].born, ct_date_make(1961, 3, 14)); /* what tells them apart */
    assert_string_equal(h.hit[1].number, "9434765919");
    ct_patient_hits_done(&h);
    /* a namesake outside the page counts as well */
    ok(ct_patient_find(w->tom, "9434765919", 1, &h, e));
    assert_int_equal(h.n, 1);
    assert_true(h.hit[0].namesake);
    ct_patient_hits_done(&h);
}

/* Broad searches take another way through the index; the page is the same. */
static void test_broad_searches(void **state)
{
    struct ward *w = *state;
    ok(ct_record_bulk_begin(w->tom, e));
    for (int i = 0; i < 400; i++) {
        char family[32], given[32];
        snprintf(family, sizeof family, "Mo%c%c", 'a' + i * 7 % 26, 'a' + i * 3 % 26);
        snprintf(given, sizeof given, "%s%c", i % 3 == 0 ? "An" : "Be", 'a' + i % 26);
        ward_patient(w, family, given, "", i % 2 == 0 ? "1961-03-14" : "1970-01-01");
    }
    ward_patient(w, "Mozz", "Rare", "", "1961-03-14");
    ok(ct_record_bulk_commit(w->tom, e));
    finds("mo rare", "MOZZ, Rare"); /* one candidate, of whom the rest is asked */
    finds("mo rare 1961", "MOZZ, Rare");
    finds("be rare", "");
    static const char *const TEXT[] = {"mo", "mo an", "an 1961", "b m", "mo 1961 be", "mo zz"};
    for (size_t i = 0; i < CT_LEN(TEXT); i++) {
        struct ct_patient_hits whole, part;
        ok(ct_patient_find(w->tom, TEXT[i], 1000, &whole, e)); /* driven */
        assert_false(whole.more);
        ok(ct_patient_find(w->tom, TEXT[i], 4, &part, e)); /* walked, where broad */
        assert_int_equal(part.n, whole.n < 4 ? whole.n : 4);
        assert_int_equal(part.more, whole.n > 4);
        for (size_t k = 0; k < part.n; k++)
            assert_int_equal(part.hit[k].id, whole.hit[k].id);
        for (size_t k = 1; k < whole.n; k++)
            assert_int_not_equal(whole.hit[k].id, whole.hit[k - 1].id);
        ct_patient_hits_done(&whole);
        ct_patient_hits_done(&part);
    }
}

static const char *like(struct ward *w, const char *family, const char *given,
                        const char *number, ct_date born, int64_t id)
{
    static char out[512];
    struct ct_patient p = {.id = id, .born = born};
    struct ct_patient_hits h;
    snprintf(p.family, sizeof p.family, "%s", family);
    snprintf(p.given, sizeof p.given, "%s", given);
    snprintf(p.number, sizeof p.number, "%s", number);
    ok(ct_patient_like(w->tom, &p, 5, &h, e));
    out[0] = '\0';
    for (size_t i = 0; i < h.n; i++) {
        size_t n = strlen(out);
        snprintf(out + n, sizeof out - n, "%s%s", i > 0 ? " | " : "", h.hit[i].name);
    }
    ct_patient_hits_done(&h);
    return out;
}

static void test_like(void **state)
{
    struct ward *w = *state;
    ct_date rohans = ct_date_make(1961, 3, 14);
    assert_string_equal(like(w, "Somebody", "Else", "943 476 5919", CT_NO_DATE, 0),
                        "PATEL, Rohan");
    assert_string_equal(like(w, "PATEL", "rohán", "", CT_NO_DATE, 0), "PATEL, Rohan");
    assert_string_equal(like(w, "Patell", "R", "", rohans, 0), "PATEL, Rohan"); /* mistyped */
    assert_string_equal(like(w, "Rohan", "Patel", "", rohans, 0), "PATEL, Rohan"); /* swapped */
    assert_string_equal(like(w, "Patel", "Kiran", "", rohans, 0), "PATEL, Rohan"); /* a twin? */
    assert_string_equal(like(w, "Smith", "Jo", "", rohans, 0), "");
    assert_string_equal(like(w, "Patell", "R", "", rohans + 1, 0), "");
    assert_string_equal(like(w, "Patel", "Rohan", "9434765919", rohans, 0), "PATEL, Rohan");
    assert_string_equal(like(w, "Patel", "Rohan", "9434765919", rohans, 1), ""); /* himself */
    assert_string_equal(like(w, "", "", "", CT_NO_DATE, 0), "");
}

static void test_keys_are_checked(void **state)
{
    struct ward *w = *state;
    int64_t bad = -1;
    ok(ct_patient_keys_check(w->sue, &bad, e));
    assert_int_equal(bad, 0);
    ward_raw(w, "DELETE FROM patient_find WHERE token = 'rohan'");
    ok(ct_patient_keys_check(w->sue, &bad, e));
    assert_int_equal(bad, 1);
    ward_raw(w, "INSERT INTO patient_find(token, patient_id, sort) VALUES ('ghost', 2, 'x')");
    ok(ct_patient_keys_check(w->sue, &bad, e));
    assert_int_equal(bad, 2);
    refused(ct_patient_keys_check(w->tom, &bad, e), CT_EDENIED, "", "");
}

static void no_scan(const char *detail, void *arg)
{
    if (strstr(detail, "SCAN") != NULL && strstr(detail, "CONSTANT") == NULL &&
        strstr(detail, "SCAN r") == NULL && strstr(detail, "SCAN (subquery") == NULL)
        fail_msg("%s: %s", (const char *)arg, detail);
}

static void test_nothing_is_scanned(void **state)
{
    struct ward *w = *state;
    for (int i = 0; i < CT_FIND_SQL_N; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s", ct_find_sql[i].name);
        ok(ct_db_plan(ct_app_db(w->tom), &ct_find_sql[i], no_scan, name, e));
    }
    for (int i = 0; i < CT_PATIENT_SQL_N; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s", ct_patient_sql[i].name);
        if (strncmp(name, "verify.", 7) != 0)
            ok(ct_db_plan(ct_app_db(w->tom), &ct_patient_sql[i], no_scan, name, e));
    }
}

#define T(f) cmocka_unit_test_setup_teardown(f, people, ward_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_names),
        T(test_too_short_or_odd),
        T(test_numbers),
        T(test_birth),
        T(test_order_pages_namesakes),
        T(test_broad_searches),
        T(test_like),
        T(test_keys_are_checked),
        T(test_nothing_is_scanned),
    };
    return cmocka_run_group_tests_name("find", tests, NULL, NULL);
}
