/* Scanned codes: what HIBC and ISBT 128 say, with every wrong character found at its
 * place; what is none of them is local; any bytes end in a sentence. */
#include <stdlib.h>

#include "base/text.h"
#include "tests/support/scanned.h"

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
        "staff.name", "+", "++", "=", "= 1", "&x", "]", "]d", "(", "()", "(1)2", "(abc)", "(01",
        "=O12349865432100",
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
