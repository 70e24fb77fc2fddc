/* Scanned codes: what GS1, HIBC and ISBT 128 say; every wrong character is found, at
 * its place; lost separators are asked about; any bytes end in a sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "exchange/scan.h"

#define GS "\x1d"

static struct ct_scan scan;
static struct ct_error error;

static enum ct_status read_as(const char *code, size_t n, const struct ct_scan_options *o)
{
    error = (struct ct_error){0};
    return ct_scan_read(code, n, o, &scan, &error);
}

static enum ct_status read_in(const char *code, int year)
{
    const struct ct_scan_options o = {.today = ct_date_make(year, 6, 15)};
    return read_as(code, strlen(code), &o);
}

static enum ct_status read_one(const char *code)
{
    return read_in(code, 2026);
}

/* "01=123 17=250131@2025-01-31" of a reading. */
static const char *rendered(const struct ct_scan_reading *r)
{
    static char text[2048];
    size_t at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < r->n; i++) {
        char date[24];
        ct_scan_date_text(&r->e[i], date);
        assert_true(r->e[i].title != NULL && r->e[i].title[0] != '\0');
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s=%s%s%s", i > 0 ? " " : "",
                               r->e[i].id, r->e[i].value, date[0] != '\0' ? "@" : "", date);
    }
    return text;
}

static void good(const char *code, enum ct_scan_kind kind, const char *elements)
{
    if (read_one(code) != CT_OK)
        fail_msg("%s: byte %zu: %s", code, scan.error_at, error.text);
    assert_int_equal(scan.kind, kind);
    if (strcmp(rendered(&scan.is), elements) != 0)
        fail_msg("%s: %s", code, rendered(&scan.is));
    if (scan.ambiguous)
        fail_msg("%s is ambiguous", code);
}

static void quiet(const char *code, enum ct_scan_kind kind, const char *elements)
{
    good(code, kind, elements);
    if (scan.n_warnings > 0)
        fail_msg("%s: %s", code, scan.warning[0]);
}

static void bad(const char *code, enum ct_scan_kind kind, size_t at, const char *says)
{
    if (read_one(code) != CT_EINVAL)
        fail_msg("%s is taken: %s", code, rendered(&scan.is));
    if (scan.kind != kind || scan.error_at != at || strstr(error.text, says) == NULL)
        fail_msg("%s: %s, byte %zu: %s", code, ct_scan_kind_name(scan.kind), scan.error_at,
                 error.text);
    assert_int_equal(scan.is.n, 0);
    assert_false(scan.ambiguous);
}

/* ---- check digits ------------------------------------------------------------- */

static void test_check_digits(void **state)
{
    (void)state;
    static const char *const GOOD[] = {"02345673", "416000336108", "1234567890128",
                                       "12345678901231", "123456789012345675"};
    static const char *const BAD[] = {"12345673", "416000336109", "1234567890129",
                                      "12345678901232"};
    for (size_t i = 0; i < CT_LEN(GOOD); i++) {
        size_t n = strlen(GOOD[i]) - 1;
        assert_int_equal(ct_scan_check_digit(GOOD[i], n), GOOD[i][n]);
    }
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        size_t n = strlen(BAD[i]) - 1;
        assert_int_not_equal(ct_scan_check_digit(BAD[i], n), BAD[i][n]);
    }
    assert_int_equal(ct_scan_check_digit("12a", 3), 0);
}

/* Every digit of every key, changed to every other: never taken. */
static void test_one_wrong_digit_is_always_found(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        size_t from, n;
    } V[] = {
        {"(01)12345678901231", 4, 14},       {"(00)123456789012345675", 4, 18},
        {"]C10112345678901231", 5, 14},      {"0112345678901231", 2, 14},
        {"00123456789012345675", 2, 18},     {"(414)1234567890128", 5, 13},
        {"(8003)01234567890128AB12", 7, 13}, {"(253)1234567890128X", 5, 13},
        {"(8018)123456789012345675", 6, 18}, {"(8006)123456789012310102", 6, 14},
        {"]E01234567890128", 3, 13},         {"]E0416000336108", 3, 12},
        {"]E402345673", 3, 8},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        assert_int_equal(read_one(V[i].code), CT_OK);
        for (size_t k = 0; k < V[i].n; k++)
            for (char d = '0'; d <= '9'; d++) {
                char code[64];
                snprintf(code, sizeof code, "%s", V[i].code);
                if (code[V[i].from + k] == d)
                    continue;
                code[V[i].from + k] = d;
                bad(code, CT_SCAN_GS1, V[i].from + V[i].n - 1, "check digit");
            }
    }
}

static void test_check_pairs(void **state)
{
    (void)state;
    quiet("(8013)1987654Ad4X4bL5ttr2310c2K", CT_SCAN_GS1, "8013=1987654Ad4X4bL5ttr2310c2K");
    quiet("(8013)12345678901234567890123NT", CT_SCAN_GS1, "8013=12345678901234567890123NT");
    for (size_t k = 0; k < 25; k++) {
        char code[64] = "(8013)1987654Ad4X4bL5ttr2310c2K";
        code[6 + k] = code[6 + k] == 'Z' ? 'Y' : 'Z';
        bad(code, CT_SCAN_GS1, 6 + 23, "check pair");
    }
    bad("(8013)12", CT_SCAN_GS1, 6, "check pair");
    bad("(8013)1", CT_SCAN_GS1, 6, "check pair");
    good("(01)12345678901231(8014)1987654Ad4X4bL5ttr2310c2K", CT_SCAN_GS1,
         "01=12345678901231 8014=1987654Ad4X4bL5ttr2310c2K");
}

/* ---- GS1 ---------------------------------------------------------------------- */

#define FDA                                                                                    \
    "01=51022222233336 11=141231@2014-12-31 17=150707@2015-07-07 10=A213B1 21=1234"

static void test_the_same_label_in_every_dress(void **state)
{
    (void)state;
    static const char *const DRESS[] = {
        "(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234",
        "(01) 51022222233336 (11) 141231 (17) 150707 (10) A213B1 (21) 1234",
        "]d2(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234",
        "]C10151022222233336111412311715070710A213B1" GS "211234",
        "]d20151022222233336111412311715070710A213B1" GS "211234",
        "]Q30151022222233336111412311715070710A213B1" GS "211234",
        "]e00151022222233336111412311715070710A213B1" GS "211234",
        "]J10151022222233336111412311715070710A213B1" GS "211234",
        "0151022222233336111412311715070710A213B1" GS "211234",
        GS "0151022222233336111412311715070710A213B1" GS "211234",
        "]d2" GS "0151022222233336111412311715070710A213B1" GS "211234" GS,
        /* a separator after a fixed length is tolerated */
        "]d20151022222233336" GS "11141231" GS "17150707" GS "10A213B1" GS "211234",
    };
    for (size_t i = 0; i < CT_LEN(DRESS); i++)
        quiet(DRESS[i], CT_SCAN_GS1, FDA);
    assert_string_equal(ct_scan_find(&scan, CT_SCAN_LOT)->value, "A213B1");
    assert_string_equal(ct_scan_find(&scan, CT_SCAN_SERIAL)->value, "1234");
    assert_int_equal(ct_scan_find(&scan, CT_SCAN_EXPIRY)->date, ct_date_make(2015, 7, 7));
    assert_int_equal(ct_scan_find(&scan, CT_SCAN_PRODUCT)->at, 5);
    assert_null(ct_scan_find(&scan, CT_SCAN_ASSET));
    assert_string_equal(ct_scan_id(&scan, "10")->title, "Lot");
}

static void test_another_character_for_the_separator(void **state)
{
    (void)state;
    static const char CODE[] = "0151022222233336111412311715070710A213B1|211234";
    struct ct_scan_options o = {.today = ct_date_make(2026, 6, 15), .separator = '|'};
    assert_int_equal(read_as(CODE, strlen(CODE), &o), CT_OK);
    assert_string_equal(rendered(&scan.is), FDA);
    bad(CODE, CT_SCAN_GS1, 40, "\"|\" cannot be in it");
}

static void test_identifiers(void **state)
{
    (void)state;
    static const struct {
        const char *code, *elements;
        enum ct_scan_role role;
    } V[] = {
        {"(00)123456789012345675", "00=123456789012345675", CT_SCAN_LOGISTIC},
        {"(414)1234567890128(254)R12", "414=1234567890128 254=R12", CT_SCAN_PLACE},
        {"(8003)01234567890128TRAY7", "8003=01234567890128TRAY7", CT_SCAN_ASSET},
        {"(8003)01234567890128", "8003=01234567890128", CT_SCAN_ASSET},
        {"(8004)1234ABC-7/x", "8004=1234ABC-7/x", CT_SCAN_ASSET},
        {"(8018)123456789012345675(8019)7", "8018=123456789012345675 8019=7",
         CT_SCAN_RECIPIENT},
        {"(8017)123456789012345675", "8017=123456789012345675", CT_SCAN_PROVIDER},
        {"(01)12345678901231(30)12", "01=12345678901231 30=12", CT_SCAN_QUANTITY},
        {"(01)12345678901231(7003)2602281430",
         "01=12345678901231 7003=2602281430@2026-02-28T14:30", CT_SCAN_EXPIRY},
        {"(01)12345678901231(8008)260228143015",
         "01=12345678901231 8008=260228143015@2026-02-28T14:30", CT_SCAN_MADE},
        {"(01)12345678901231(3103)001250", "01=12345678901231 3103=001250",
         CT_SCAN_PRODUCT},
        {"(8018)123456789012345675(7250)19610314",
         "8018=123456789012345675 7250=19610314@1961-03-14", CT_SCAN_RECIPIENT},
        {"(01)12345678901231(714)1234567(99)any", "01=12345678901231 714=1234567 99=any",
         CT_SCAN_PRODUCT},
        {"(8006)123456789012310102", "8006=123456789012310102", CT_SCAN_PRODUCT},
        {"(253)1234567890128", "253=1234567890128", CT_SCAN_OTHER},
        {"]E05012345678900", "01=05012345678900", CT_SCAN_PRODUCT},
        {"]E0416000336108", "01=00416000336108", CT_SCAN_PRODUCT},
        {"]E402345673", "01=00000002345673", CT_SCAN_PRODUCT},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        quiet(V[i].code, CT_SCAN_GS1, V[i].elements);
        assert_non_null(ct_scan_find(&scan, V[i].role));
    }
}

static void test_what_goes_with_what(void **state)
{
    (void)state;
    static const struct {
        const char *code, *says;
    } V[] = {
        {"(10)ABC", "goes with one of 01,02,03"},
        {"(01)12345678901231(250)X", "goes with one of 01+21"},
        {"(02)12345678901231", "goes with 37"},
        {"(03)12345678901231(01)12345678901231", "may not stand beside"},
        {"(01)12345678901231(37)4", "may not stand beside"},
        {"(01)12345678901231(4999)x", "not known"},
        {"(01)12345678901231(01)12345678901231", "there twice"},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        bool said = false;
        assert_int_equal(read_one(V[i].code), CT_OK);
        for (size_t k = 0; k < scan.n_warnings; k++)
            said = said || strstr(scan.warning[k], V[i].says) != NULL;
        if (!said)
            fail_msg("%s: %s", V[i].code, scan.n_warnings > 0 ? scan.warning[0] : "quiet");
    }
    bad("(01)12345678901231(21)A(21)B", CT_SCAN_GS1, 27, "there twice");
}

static void test_faults_of_gs1(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        size_t at;
        const char *says;
    } V[] = {
        {"]d2", 3, "nothing in the code"},
        {"]d2" GS, 4, "nothing in the code"},
        {"]d2011234567890123", 18, "here are 13"},
        {"]d20112345678901231172501", 25, "here are 4"},
        {"]d201123456789012311725013", 26, "here are 5"},
        {"]d2011234567890123117250" GS, 24, "a separator comes before its end"},
        {"]d20112345678901231" GS GS "10A", 20, "separator stands where"},
        {"]d2011234567890123110" GS "21A", 21, "has at least 1 characters, here are 0"},
        {"]d2011234567890123110", 21, "here are 0"},
        {"]d20112345678901231x", 19, "No GS1 identifier"},
        {"]d201123456789012311", 19, "No GS1 identifier"},
        {"]d2691", 3, "No GS1 identifier"},
        {"]d2011234567890123110AB\\CD" GS "21X", 23, "\"\\\" cannot be in it"},
        {"]d2011234567890123110AB CD" GS "21X", 23, "a blank cannot be in it"},
        {"]d20112345678901231" "10\xC3\xA4", 21, "byte 0xC3 cannot be in it"},
        {"(01)1234567890123X", 17, "digits belong here"},
        {"(01)123456789012310", 18, "at most 14"},
        {"(10)123456789012345678901", 24, "at most 20 characters"},
        {"(30)123456789", 12, "at most 8 characters"},
        {"(01)", 4, "it has 14 characters, here are 0"},
        {"(01)12345678901231(10)", 22, "here are 0"},
        {"(010)12345678901231", 1, "have 2"},
        {"(8003)11234567890128", 6, "begins with 0"},
        {"(01)12345678901231(7003)2602282430", 30, "no such time"},
        {"(01)12345678901231(7003)2602281460", 30, "no such time"},
        {"(01)12345678901231(7003)2602001430", 28, "no such day"},
        {"(01)12345678901231(8008)2602281460", 32, "no such time"},
        {"(01)12345678901231(8008)260228143060", 34, "no such time"},
        {"(01)12345678901231(8008)26022824", 30, "no such time"},
        {"]E01234567", 10, "8, 12 or 13 digits, not 7"},
        {"]E012345678X0128", 11, "digits alone"},
        {"]E0", 3, "not 0"},
    };
    for (size_t i = 0; i < CT_LEN(V); i++)
        bad(V[i].code, CT_SCAN_GS1, V[i].at, V[i].says);
}

static void test_unknown_identifiers(void **state)
{
    (void)state;
    char code[128];
    memset(code, 'x', sizeof code);
    memcpy(code, "]d2718", 6);
    code[96] = '\0';
    assert_int_equal(read_one(code), CT_OK);
    assert_int_equal(strlen(ct_scan_id(&scan, "718")->value), 90);
    code[96] = 'x';
    code[97] = '\0';
    bad(code, CT_SCAN_GS1, 96, "at most 90");
}

/* ---- dates -------------------------------------------------------------------- */

static void test_open_days(void **state)
{
    (void)state;
    static const char *const IDS[] = {"11", "13", "15", "16", "17"};
    for (size_t i = 0; i < CT_LEN(IDS); i++) {
        char code[64];
        snprintf(code, sizeof code, "(01)12345678901231(%s)280200", IDS[i]);
        assert_int_equal(read_one(code), CT_OK);
        const struct ct_scan_element *e = ct_scan_id(&scan, IDS[i]);
        assert_int_equal(e->date, ct_date_make(2028, 2, 29)); /* a leap year */
        assert_true(e->day_open);
        assert_string_equal(e->value, "280200");
    }
    assert_int_equal(read_one("(12)270200"), CT_OK);
    assert_int_equal(ct_scan_id(&scan, "12")->date, ct_date_make(2027, 2, 28));
    assert_int_equal(read_one("(17)271200"), CT_OK);
    assert_int_equal(ct_scan_id(&scan, "17")->date, ct_date_make(2027, 12, 31));
    assert_int_equal(read_one("(17)271201"), CT_OK);
    assert_false(ct_scan_id(&scan, "17")->day_open);
    bad("(17)270230", CT_SCAN_GS1, 8, "no such day");
    bad("(17)270229", CT_SCAN_GS1, 8, "no such day");
    bad("(17)270431", CT_SCAN_GS1, 8, "no such day");
    bad("(17)271300", CT_SCAN_GS1, 6, "no such month");
    bad("(17)270000", CT_SCAN_GS1, 6, "no such month");
}

static void test_the_century_window(void **state)
{
    (void)state;
    /* year now, YY, year meant: 51 and more ahead is before, 50 and more behind after */
    static const struct {
        int now, yy, is;
    } V[] = {
        {2026, 76, 2076}, {2026, 77, 1977}, {2026, 0, 2000},  {2026, 99, 1999},
        {2026, 26, 2026}, {2050, 0, 2100},  {2050, 1, 2001},  {2050, 99, 2099},
        {2049, 99, 2099}, {2048, 99, 1999}, {2080, 30, 2130}, {2080, 31, 2031},
        {2099, 49, 2149}, {2099, 50, 2050}, {1999, 0, 2000},  {1999, 49, 2049},
        {2000, 50, 2050}, {2000, 51, 1951},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        char code[32];
        snprintf(code, sizeof code, "(17)%02d0615", V[i].yy);
        assert_int_equal(read_in(code, V[i].now), CT_OK);
        int y, m, d;
        ct_date_split(ct_scan_id(&scan, "17")->date, &y, &m, &d);
        if (y != V[i].is)
            fail_msg("in %d, %02d means %d", V[i].now, V[i].yy, y);
    }
    /* the leap day of the year that is meant */
    assert_int_equal(read_in("(17)000229", 2026), CT_OK);
    assert_int_equal(read_in("(17)000229", 2060), CT_EINVAL); /* 2100 has none */
}

/* ---- lost separators ---------------------------------------------------------- */

static bool offered(const char *elements)
{
    for (size_t i = 0; i < scan.n_readings; i++)
        if (strcmp(rendered(&scan.reading[i]), elements) == 0)
            return true;
    return false;
}

static void asked(const char *code, const char *certain, const char *meant)
{
    if (read_one(code) != CT_OK)
        fail_msg("%s: byte %zu: %s", code, scan.error_at, error.text);
    if (!scan.ambiguous || scan.kind != CT_SCAN_GS1)
        fail_msg("%s is taken as %s", code, rendered(&scan.is));
    assert_string_equal(rendered(&scan.is), certain);
    if (!offered(meant))
        fail_msg("%s: first %s of %zu", code, rendered(&scan.reading[0]), scan.n_readings);
    assert_int_equal(scan.n_warnings, 1);
    assert_non_null(strstr(scan.warning[0], "separator"));
    assert_true(scan.n_readings >= 1 && scan.n_readings <= CT_SCAN_READINGS_MAX);
}

static void test_lost_separators_are_asked_about(void **state)
{
    (void)state;
    asked("0151022222233336111412311715070710A213B1211234",
          "01=51022222233336 11=141231@2014-12-31 17=150707@2015-07-07", FDA);
    /* the standard reading comes first, and nothing is picked */
    assert_string_equal(scan.reading[0].e[3].value, "A213B1211234");
    assert_null(ct_scan_find(&scan, CT_SCAN_LOT));
    assert_null(ct_scan_find(&scan, CT_SCAN_SERIAL));
    assert_int_equal(scan.n_readings, 2);
    asked("]d2011234567890123110ABC17270131", "01=12345678901231",
          "01=12345678901231 10=ABC 17=270131@2027-01-31");
    asked("]d2011234567890123121SN-717270131" "10LOT9", "01=12345678901231",
          "01=12345678901231 21=SN-7 17=270131@2027-01-31 10=LOT9");
    asked("]d201123456789012313012" "17270131", "01=12345678901231",
          "01=12345678901231 30=12 17=270131@2027-01-31");
    asked("]d2011234567890123110ABC123240REF-9", "01=12345678901231",
          "01=12345678901231 10=ABC123 240=REF-9");
    /* a label of the field: as it stands it cannot be read, and no prefix helps */
    asked("1021072911172405310100693570007182", "",
          "10=21072911 17=240531@2024-05-31 01=00693570007182");
    assert_string_equal(scan.reading[0].e[0].value, "21072911");
    /* too long for one lot, and one way out: asked all the same */
    asked("]d20112345678901231" "10AAAAAAAAAAAAAAAA" "17270131", "01=12345678901231",
          "01=12345678901231 10=AAAAAAAAAAAAAAAA 17=270131@2027-01-31");
    assert_int_equal(scan.n_readings, 1);
}

static void test_what_needs_no_question(void **state)
{
    (void)state;
    static const char *const CLEAR[] = {
        "A213B1", "ABC123", "LOT2024", "12345678", "AB17270231", "AB17271331", "X", "A1",
        "LOT20",  "AB250XY" /* a second serial number goes with a first */,
        "AB01123456789012", /* the check digit of that GTIN is wrong */
    };
    for (size_t i = 0; i < CT_LEN(CLEAR); i++) {
        char code[64], elements[64];
        snprintf(code, sizeof code, "]d2011234567890123110%s", CLEAR[i]);
        snprintf(elements, sizeof elements, "01=12345678901231 10=%s", CLEAR[i]);
        quiet(code, CT_SCAN_GS1, elements);
    }
    /* A separator anywhere shows that this scanner sends them. */
    quiet("]d20112345678901231" "10ABC17270131" GS "211234", CT_SCAN_GS1,
          "01=12345678901231 10=ABC17270131 21=1234");
    quiet("(01)12345678901231(10)ABC17270131", CT_SCAN_GS1,
          "01=12345678901231 10=ABC17270131");
    const struct ct_scan_options o = {.today = ct_date_make(2026, 6, 15),
                                      .sends_separators = true};
    static const char CODE[] = "0112345678901231" "10ABC17270131";
    assert_int_equal(read_as(CODE, strlen(CODE), &o), CT_OK);
    assert_false(scan.ambiguous);
    assert_string_equal(rendered(&scan.is), "01=12345678901231 10=ABC17270131");
}

/* ---- HIBC --------------------------------------------------------------------- */

static void test_hibc_vectors(void **state)
{
    (void)state;
#define PRIMARY "lic=A123 pcn=BJC5D6E71G unit=1"
    static const struct {
        const char *code, *elements;
    } V[] = {
        {"+A123BJC5D6E71G", "lic=A123 pcn=BJC5D6E7 unit=1 check=G"},
        {"+BLUEUNICORN7N", "lic=BLUE pcn=UNICORN unit=7 check=N"},
        {"+A123BJC5D6E71G1/$$73C001/S0001/16D20160101/14D20200101Y",
         PRIMARY " lot=3C001 serial=0001 made=20160101@2016-01-01 "
                 "expiry=20200101@2020-01-01 check=Y"},
        {"+A123BJC5D6E71G1X", PRIMARY " check=X"},
        {"+$$73C001X3", "lot=3C001 link=X check=3"},
        {"+$$09053C001XA", "expiry=0905@2005-09-30 lot=3C001 link=X check=A"},
        {"+$$30509283C001XN", "expiry=050928@2005-09-28 lot=3C001 link=X check=N"},
        {"+$$+70001XT", "serial=0001 link=X check=T"},
        {"+$$+20928050001X5", "expiry=092805@2005-09-28 serial=0001 link=X check=5"},
        {"+$$73C001/14D20050928X1", "lot=3C001 expiry=20050928@2005-09-28 link=X check=1"},
        {"+$$73C001/16D20160101XV", "lot=3C001 made=20160101@2016-01-01 link=X check=V"},
        {"+$$20928053C001/S0001/16D20000101XQ",
         "expiry=092805@2005-09-28 lot=3C001 serial=0001 made=20000101@2000-01-01 link=X "
         "check=Q"},
        {"*+A123BJC5D6E71G1X*", PRIMARY " check=X"},
        {"]C0+A123BJC5D6E71G1X", PRIMARY " check=X"},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        quiet(V[i].code, CT_SCAN_HIBC, V[i].elements);
        size_t n = strlen(V[i].code);
        if (V[i].code[0] == '+')
            assert_int_equal(ct_scan_hibc_check(V[i].code, n - 1), V[i].code[n - 1]);
    }
}

/* The code with its check character put behind it. */
static const char *checked(const char *body)
{
    static char code[128];
    snprintf(code, sizeof code, "%s%c", body, ct_scan_hibc_check(body, strlen(body)));
    return code;
}

static void test_hibc_structures(void **state)
{
    (void)state;
    static const struct {
        const char *body, *elements; /* without check */
    } V[] = {
        {"+05271L", "expiry=05271@2005-09-28 link=L"},
        {"+052713C001L", "expiry=05271@2005-09-28 lot=3C001 link=L"},
        {"+$3C001L", "lot=3C001 link=L"},
        {"+$$4050928223C001L", "expiry=05092822@2005-09-28T22:00 lot=3C001 link=L"},
        {"+$$5052713C001L", "expiry=05271@2005-09-28 lot=3C001 link=L"},
        {"+$$605271223C001L", "expiry=0527122@2005-09-28T22:00 lot=3C001 link=L"},
        {"+$$82409053C001L", "quantity=24 expiry=0905@2005-09-30 lot=3C001 link=L"},
        {"+$$82420928053C001L", "quantity=24 expiry=092805@2005-09-28 lot=3C001 link=L"},
        {"+$$8245052713C001L", "quantity=24 expiry=05271@2005-09-28 lot=3C001 link=L"},
        {"+$$82473C001L", "quantity=24 lot=3C001 link=L"},
        {"+$$824L", "quantity=24 link=L"},
        {"+$$90010030509283C001L", "quantity=00100 expiry=050928@2005-09-28 lot=3C001 link=L"},
        {"+$$91234573C001/16D20160101/14D20200101X",
         "quantity=12345 lot=3C001 made=20160101@2016-01-01 expiry=20200101@2020-01-01 link=X"},
        {"+$$09053C001/14D20050928L", "expiry=20050928@2005-09-28 lot=3C001 link=L"},
        /* slashes and blanks as link and check, and in a lot */
        {"+$$09053C001/", "expiry=0905@2005-09-30 lot=3C001 link=/"},
        {"+$$09053C001 ", "expiry=0905@2005-09-30 lot=3C001 link= "},
        {"+H124009993019351/1715160668893E07",
         "lic=H124 pcn=00999301935 unit=1 expiry=17151@2017-05-31 lot=60668893E07"},
        {"+A123B1/$3C001", "lic=A123 pcn=B unit=1 lot=3C001"},
        {"+A123B1/S0001", "lic=A123 pcn=B unit=1 serial=0001"},
        {"+A123BJC5D6E71GBJC5D6E70", "lic=A123 pcn=BJC5D6E71GBJC5D6E7 unit=0"},
    };
    for (size_t i = 0; i < CT_LEN(V); i++) {
        char elements[256];
        const char *code = checked(V[i].body);
        snprintf(elements, sizeof elements, "%s check=%c", V[i].elements,
                 code[strlen(code) - 1]);
        quiet(code, CT_SCAN_HIBC, elements);
    }
    good(checked("+$$7AB/CDL"), CT_SCAN_HIBC, "lot=AB/CD link=L check=I");
    assert_non_null(strstr(scan.warning[0], "\"/\" at byte 6"));
    good(checked("+$+SER1L"), CT_SCAN_HIBC, "$+=SER1 link=L check=/");
    assert_non_null(strstr(scan.warning[0], "does not read"));
}

static void test_hibc_blank_as_check(void **state)
{
    (void)state;
    /* find a product whose check is a blank, and one whose check is a slash */
    char body[] = "+A123BJC5D6E70000", shown[32];
    unsigned found = 0;
    for (int i = 0; i < 1000 && found != 3; i++) {
        snprintf(body, sizeof body, "+A123BJC5D6E7%03d0", i);
        char c = ct_scan_hibc_check(body, strlen(body));
        if (c == '/') {
            assert_int_equal(read_one(checked(body)), CT_OK);
            assert_string_equal(ct_scan_id(&scan, "check")->value, "/");
            found |= 1;
        }
        if (c != ' ')
            continue;
        found |= 2;
        assert_int_equal(read_one(checked(body)), CT_OK);
        assert_string_equal(ct_scan_id(&scan, "check")->value, " ");
        snprintf(shown, sizeof shown, "*%s_*", body);
        assert_int_equal(read_one(shown), CT_OK);
        assert_string_equal(ct_scan_id(&scan, "check")->value, " ");
        bad(body, CT_SCAN_HIBC, strlen(body), "cut it off"); /* the blank is trimmed */
    }
    assert_int_equal(found, 3);
}

static void test_hibc_faults(void **state)
{
    (void)state;
    /* every character of a code, changed to every other of the set */
    static const char SET[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
    static const char CODE[] = "+A123BJC5D6E71G1/$$73C001/S0001/16D20160101/14D20200101Y";
    for (size_t k = 1; k < strlen(CODE); k++)
        for (const char *c = SET; *c != '\0'; c++) {
            char code[128];
            snprintf(code, sizeof code, "%s", CODE);
            code[k] = *c;
            if (CODE[k] != *c && (k > 1 || (*c != ' ' && strchr("-./+%", *c) == NULL)))
                assert_int_equal(read_one(code), CT_EINVAL);
        }
    bad("+A123BJC5D6E71G1Z", CT_SCAN_HIBC, 16, "check character does not fit");
    bad("+a123BJC5D6E71G1X", CT_SCAN_HIBC, 1, "capitals");
}

static void test_hibc_faults_behind_a_good_check(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        size_t at;
        const char *says;
    } V[] = {
        {"+A12", 4, "not all there"},
        {"+A1231", 6, "not all there"},
        {"+A123BX", 6, "unit of measure is a digit"},
        {"+A123BJC5D6E71GBJC5D6E7XX1", 23, "at most 18"},
        {"+A123-B1", 5, "letters and digits"},
        {"+A123B1/", 8, "Nothing follows the slash"},
        {"+A123B1/X", 8, "begins with $ or a date"},
        {"+$$L", 3, "date or its flag"},
        {"+$$XL", 3, "date or its flag (2 to 7)"},
        {"+$$13053C001L", 3, "no such date"},
        {"+$$20230053C001L", 4, "no such date"},
        {"+$$3050931L", 4, "no such date"},
        {"+$$405092824AL", 4, "no such date"},
        {"+$$505366L", 4, "no such date"},
        {"+$$505000L", 4, "no such date"},
        {"+$$30509L", 8, "6 digits"},
        {"+$$3X509281L", 4, "6 digits"},
        {"+$$82L", 4, "2 digits"},
        {"+$$9123L", 4, "5 digits"},
        {"+$L", 2, "A lot belongs"},
        {"+$$7ABCDEFGHIJKLMNOPQRSTL", 22, "at most 18"},
        {"+$$73C001/14D20051328L", 13, "no such date"},
        {"+$$73C001/14D2005L", 17, "8 digits"},
        {"+$$73C001/14D200509289L", 21, "Nothing may follow"},
        {"+$$20928053C001/14D20060928L", 19, "different dates"},
        {"+$$+70001/S0002L", 11, "different values"},
    };
    for (size_t i = 0; i < CT_LEN(V); i++)
        bad(checked(V[i].body), CT_SCAN_HIBC, V[i].at, V[i].says);
    bad("+A1", CT_SCAN_HIBC, 3, "cut short");
    bad("*+A123BJC5D6E71G1X", CT_SCAN_HIBC, 18, "asterisk");
    bad("+A123bJC5D6E71G1X", CT_SCAN_HIBC, 5, "capitals");
    bad("+A123\x01JC5D6E71G1X", CT_SCAN_HIBC, 5, "byte 0x01");
}

static void test_hibc_links(void **state)
{
    (void)state;
    struct ct_scan primary;
    assert_int_equal(read_one("+A123BJC5D6E71G1X"), CT_OK);
    primary = scan;
    assert_int_equal(read_one("+$$73C001X3"), CT_OK);
    assert_true(ct_scan_linked(&primary, &scan));
    assert_false(ct_scan_linked(&scan, &primary));
    assert_false(ct_scan_linked(&scan, &scan));
    assert_int_equal(read_one(checked("+$$73C001Y")), CT_OK);
    assert_false(ct_scan_linked(&primary, &scan));
}

/* ---- ISBT 128 ----------------------------------------------------------------- */

#define UDI                                                                                    \
    "=/W4184030005T0473=,987654=DN0000000001234=>020177=}014183&,1230000000012345678"

static void test_isbt_vectors(void **state)
{
    (void)state;
    quiet(UDI, CT_SCAN_ISBT128,
          "=/=W4184030005T0473 =,=987654 ==DN0000000001234 =>=020177@2020-06-25 "
          "=}=014183@2014-07-02 &,1=230000000012345678");
    assert_string_equal(ct_scan_find(&scan, CT_SCAN_SERIAL)->value, "987654");
    assert_string_equal(ct_scan_find(&scan, CT_SCAN_LOT)->value, "230000000012345678");
    assert_string_equal(ct_scan_find(&scan, CT_SCAN_DONATION)->value, "DN0000000001234");
    /* G123 498 654 321 has the check 17: H to the eye, 77 in the code */
    assert_int_equal(ct_scan_isbt_check("G123498654321", 13), 17);
    quiet("=G12349865432177", CT_SCAN_ISBT128, "==G12349865432177");
    quiet("]C0=G12349865432100", CT_SCAN_ISBT128, "==G12349865432100");
    quiet("=>999365", CT_SCAN_ISBT128, "=>=999365@1999-12-31");
    quiet("=>024366", CT_SCAN_ISBT128, "=>=024366@2024-12-31");
    good("=G12349865432177=%5100", CT_SCAN_ISBT128, "==G12349865432177 =%=5100");
    assert_int_equal(scan.n_warnings, 1); /* not read, kept */
}

static void test_isbt_faults(void **state)
{
    (void)state;
    for (size_t k = 1; k < 14; k++) /* each character of the number */
        for (char d = '1'; d <= '9'; d++) {
            char code[] = "=G12349865432177";
            if (code[k] == d)
                continue;
            code[k] = d;
            bad(code, CT_SCAN_ISBT128, 14, "check in its flags");
        }
    static const struct {
        const char *code;
        size_t at;
        const char *says;
    } V[] = {
        {"=G1234986543217", 15, "here are 14"},
        {"=G123498654321777", 16, "here are 16"},
        {"=G1234X865432177", 6, "are digits"},
        {"=G1234-865432177", 6, "digits and capitals"},
        {"=/W4184030005T047", 17, "16 characters, here are 15"},
        {"=,98765", 7, "6 characters"},
        {"=,9876543", 8, "6 characters"},
        {"=>020000", 5, "no such day"},
        {"=>020367", 5, "no such day"},
        {"=>021366", 5, "no such day"},
        {"=>02X177", 4, "digits"},
        {"=>02017", 7, "here are 5"},
        {"&,1", 3, "empty"},
        {"=,987654=", 9, "cut short"},
        {"=,987654=0123", 9, "goes on like this"},
        {"=%51\x80" "0", 4, "byte 0x80"},
        {"=,987654=,123456", 10, "there twice"},
    };
    for (size_t i = 0; i < CT_LEN(V); i++)
        bad(V[i].code, CT_SCAN_ISBT128, V[i].at, V[i].says);
}

/* ---- local codes, and any bytes ----------------------------------------------- */

static void test_local_codes(void **state)
{
    (void)state;
    static const char *const LOCAL[] = {
        "WB-000123", "1234567890128", "02345673", "0123456", "17250131", "10ABC", "10A123",
        "staff.name", "+", "++", "=", "= 1", "&x", "]", "]d", "(", "()", "(1)2", "(abc)", "(01", "=O12349865432100",
        "]C00112345678901231", "Zo\xC3\xAB", "999", "1", "*A*", "012345678901234", "]C0X",
        "https://example.org/01/12345678901231",
    };
    for (size_t i = 0; i < CT_LEN(LOCAL); i++)
        quiet(LOCAL[i], CT_SCAN_LOCAL, "");
    assert_int_equal(scan.body_at, 0);
    quiet("]C0X7", CT_SCAN_LOCAL, "");
    assert_int_equal(scan.body_at, 3);
    assert_string_equal(scan.prefix, "]C0");
    bad("]C0", CT_SCAN_LOCAL, 3, "nothing behind");
    bad("", CT_SCAN_LOCAL, 0, "empty");
    /* without a prefix: what can only be GS1 is */
    quiet("0112345678901231", CT_SCAN_GS1, "01=12345678901231");
    quiet("4141234567890128", CT_SCAN_GS1, "414=1234567890128");
    good("17270131" "10ABC", CT_SCAN_GS1, "17=270131@2027-01-31 10=ABC");
}

static void test_any_bytes(void **state)
{
    (void)state;
    const struct ct_scan_options o = {.today = ct_date_make(2026, 6, 15)};
    assert_int_equal(read_as("WB\0" "7", 4, &o), CT_OK);
    assert_int_equal(scan.kind, CT_SCAN_LOCAL);
    assert_non_null(strstr(scan.warning[0], "Byte 2 of the code is a control character"));
    assert_int_equal(read_as("]d20112345678901231" "10A\0B", 24, &o), CT_EINVAL);
    assert_int_equal(scan.error_at, 22);
    assert_int_equal(read_as("(10)A\0B", 7, &o), CT_EINVAL);
    assert_int_equal(scan.error_at, 5);
    assert_int_equal(read_as("+A123\0B1X", 9, &o), CT_EINVAL);
    assert_int_equal(scan.error_at, 5);
    assert_int_equal(read_as("=,98\0" "654", 8, &o), CT_EINVAL);
    assert_int_equal(scan.error_at, 4);
    /* every byte at every place of one code of each kind: a sentence that is text */
    static const char *const CODES[] = {"]d20112345678901231" "10AB" GS "21C",
                                        "(01)12345678901231(10)AB", "+A123BJC5D6E71G1X",
                                        "+$$20928053C001/S0001XQ", UDI, "WB-7"};
    for (size_t i = 0; i < CT_LEN(CODES); i++)
        for (size_t k = 0; k < strlen(CODES[i]); k++)
            for (int c = 0; c < 256; c++) {
                char code[128];
                size_t n = strlen(CODES[i]);
                memcpy(code, CODES[i], n);
                code[k] = (char)c;
                if (read_as(code, n, &o) == CT_OK)
                    continue;
                assert_true(scan.error_at <= n);
                assert_true(strlen(error.text) > 10 && ct_utf8_valid(error.text,
                                                                     strlen(error.text)));
                for (const char *p = error.text; *p != '\0'; p++)
                    assert_true(*p >= ' ' && *p < 0x7F);
            }
    /* cut anywhere */
    for (size_t i = 0; i < CT_LEN(CODES); i++)
        for (size_t n = 0; n < strlen(CODES[i]); n++) {
            char *exact = malloc(n > 0 ? n : 1); /* so that a sanitizer sees the end */
            assert_non_null(exact);
            memcpy(exact, CODES[i], n);
            enum ct_status st = read_as(exact, n, &o);
            assert_true(st == CT_OK || (st == CT_EINVAL && scan.error_at <= n));
            free(exact);
        }
}

static void test_long_codes(void **state)
{
    (void)state;
    enum { LONG = 100 * 1024 };
    static const char *const HEADS[] = {"", "(10)", "]d210", "+A", "=%", "]E0", "10", "(01)"};
    const struct ct_scan_options o = {.today = ct_date_make(2026, 6, 15)};
    char *code = malloc(LONG);
    assert_non_null(code);
    for (size_t i = 0; i < CT_LEN(HEADS); i++) {
        memset(code, '1', LONG);
        memcpy(code, HEADS[i], strlen(HEADS[i]));
        assert_int_equal(read_as(code, LONG, &o), CT_EINVAL);
        assert_int_equal(scan.error_at, CT_SCAN_MAX);
        assert_non_null(strstr(error.text, "longer than 8192 bytes"));
        enum ct_status st = read_as(code, CT_SCAN_MAX, &o);
        assert_int_equal(st, HEADS[i][0] == '\0' || HEADS[i][0] == '1' ? CT_OK : CT_EINVAL);
    }
    free(code);
    /* more elements than anything has */
    char many[512] = "]d2";
    for (size_t i = 0; i < 40; i++) {
        char one[16];
        snprintf(one, sizeof one, "43%02zux" GS, i % 7);
        snprintf(many + strlen(many), sizeof many - strlen(many), "%s", one);
    }
    assert_int_equal(read_one(many), CT_EINVAL);
    assert_non_null(strstr(error.text, "too many elements"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check_digits),
        cmocka_unit_test(test_one_wrong_digit_is_always_found),
        cmocka_unit_test(test_check_pairs),
        cmocka_unit_test(test_the_same_label_in_every_dress),
        cmocka_unit_test(test_another_character_for_the_separator),
        cmocka_unit_test(test_identifiers),
        cmocka_unit_test(test_what_goes_with_what),
        cmocka_unit_test(test_faults_of_gs1),
        cmocka_unit_test(test_unknown_identifiers),
        cmocka_unit_test(test_open_days),
        cmocka_unit_test(test_the_century_window),
        cmocka_unit_test(test_lost_separators_are_asked_about),
        cmocka_unit_test(test_what_needs_no_question),
        cmocka_unit_test(test_hibc_vectors),
        cmocka_unit_test(test_hibc_structures),
        cmocka_unit_test(test_hibc_blank_as_check),
        cmocka_unit_test(test_hibc_faults),
        cmocka_unit_test(test_hibc_faults_behind_a_good_check),
        cmocka_unit_test(test_hibc_links),
        cmocka_unit_test(test_isbt_vectors),
        cmocka_unit_test(test_isbt_faults),
        cmocka_unit_test(test_local_codes),
        cmocka_unit_test(test_any_bytes),
        cmocka_unit_test(test_long_codes),
    };
    return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
