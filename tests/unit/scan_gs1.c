/* GS1 codes: one label in every dress, every wrong digit, dates and their century, and
 * lost separators, which are asked about. */
#include "tests/support/scanned.h"

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
    };
    return cmocka_run_group_tests_name("scan_gs1", tests, NULL, NULL);
}
