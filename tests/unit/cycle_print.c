/* Records of machines: whole, aborted and cut off cycles, several in a file, midnight, bytes
 * that are no ASCII; and profiles that are wrong, each with its line. The records are
 * invented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/cycle_print.h"

#define RULE "--------------------------------\n"
#define DAC_HEAD(n, date, time)                                                                \
    "DAC Universal                   \nSerien Nr:  900017\nProgramm:   Universal/134?C/3min\n" \
    "Deckel:     Standard            \nZyklus:     " n "\nDat.(T-M-J) " date                   \
    "\nZeit(H-M-S) " time "\n" RULE
#define DAC_GOOD                                                                               \
    "Phase:             Uhrzeit: Erg:\nStart              23:55:52 Ok  \n"                     \
    "Beginn Haltezeit   23:58:22 Ok  \n" RULE "Uhrzeit:           ?C:      bar:\n"             \
    "23:59:00           135.2    3.15\n00:00:00           135.1    3.15\n"                     \
    "00:01:00           135.0    3.14\nMaximum            135.2    3.16\n"                     \
    "Minimum            135.0    3.14\nDauer (m-s)        03-08\n" RULE                        \
    "Sterilisation      00:01:31 Ok  \nAusblasen          Deaktiviert  \n"                     \
    "Zyklusende         00:05:08 Ok  \n"
#define DAC_BAD                                                                                \
    "Start              10:00:52 FEHL\nError code   81\n\nZyklusende         10:03:01 "        \
    "FEHL\n" RULE "\n\n            Fehler!\n\nError code   81\n\nAbbruch Sterilisation\n\n"    \
    "Error code   72\n\nError code   72\n"

static const char DAC[] = "\200 #" DAC_HEAD("41", "16-03-2026", "23:53:20")
    DAC_GOOD DAC_HEAD("42", "17-03-2026", "10:00:00")
        DAC_BAD DAC_HEAD("43", "17-03-2026", "12:00:00")
            DAC_HEAD("45", "31-02-2026", "25:00:00") "Start              12:00:52 Ok  \n";

static const char STATCLAVE[] =
    "STATCLAVE G4 SBS0X001\r\nSN 990101B00001\r\nUnit #  :        000\r\n1.2uS / 0.7ppm\r\n"
    "CYCLE NUMBER  000123\r\n 9:54:52  08/10/2026\r\nSolid/Wrapped\r\n132\xB0"
    "C/4min\r\n\r\n"
    "Min. steri. Values:\r\n132.5 C  291kPa\r\nMax. steri. Values:\r\n133.9\xC2\xB0"
    "C  303 kPa\r\n"
    "STERILIZING    25:35\r\nDRYING START   30:00\r\nDRYING END     50:00\r\n"
    "CYCLE COMPLETE 51:10\r\nDigital Signature #\r\n12AB34CD\r\n";

static struct ct_profile *profile(const char *id)
{
    struct ct_config c;
    struct ct_profile *p = NULL;
    struct ct_error e;
    ct_config_default(&c);
    if (ct_profile_load(&c, id, &p, &e) != CT_OK)
        fail_msg("%s", e.text);
    return p;
}

static struct ct_print *read_print(const struct ct_profile *p, const char *bytes, size_t n)
{
    struct ct_print *print = NULL;
    struct ct_error e;
    if (ct_print_read(p, "r.txt", bytes, n, &print, &e) != CT_OK)
        fail_msg("%s", e.text);
    return print;
}

static void says(struct ct_view v, const char *text)
{
    if (v.s == NULL || v.n != strlen(text) || memcmp(v.s, text, v.n) != 0)
        fail_msg("\"%.*s\" is not %s", (int)v.n, v.s == NULL ? "" : v.s, text);
}

static void test_dac(void **state)
{
    (void)state;
    CT_PROFILE *p = profile("dac-universal");
    char *bytes = strdup(DAC);
    CT_PRINT *print = read_print(p, bytes, strlen(bytes));
    assert_string_equal(bytes, DAC); /* never altered */
    assert_int_equal(print->n, 4);
    const struct ct_print_cycle *c = &print->cycle[0];
    assert_true(c->number == 41 && c->state == CT_PRINT_COMPLETE &&
                c->verdict == CT_PRINT_PASSED);
    assert_true(c->date == ct_date_make(2026, 3, 16) && c->time_s == 86000);
    says(c->field[CT_PF_SERIAL], "900017");
    says(c->field[CT_PF_PROGRAMME], "Universal/134?C/3min");
    says(c->field[CT_PF_LID], "Standard");
    says(c->field[CT_PF_MAX_TEMPERATURE], "135.2");
    says(c->field[CT_PF_MIN_PRESSURE], "3.14");
    says(c->field[CT_PF_DURATION], "03-08");
    assert_true(c->field[CT_PF_SERIAL].s > bytes && c->field[CT_PF_SERIAL].s < bytes + 100);
    assert_int_equal(c->n_phases, 5);
    says(c->phase[1].name, "Beginn Haltezeit");
    assert_true(c->phase[1].verdict == 1 && c->phase[3].verdict == 0);
    assert_string_equal(c->fault, "");
    assert_int_equal(c->n_samples, 3);
    assert_true(c->sample[1].t_ms - c->sample[0].t_ms == 60000); /* over midnight */
    assert_true(c->sample[2].temp[0] == 135000000 && c->sample[2].pressure == 3140000);
    c++;
    assert_true(c->number == 42 && c->state == CT_PRINT_ABORTED &&
                c->verdict == CT_PRINT_FAILED && c->n_errors == 2);
    says(c->error[0], "81");
    says(c->error[1], "72");
    c++;
    assert_true(c->number == 43 && c->state == CT_PRINT_TRUNCATED &&
                c->verdict == CT_PRINT_NONE && c->n_phases == 0);
    c++;
    assert_true(c->state == CT_PRINT_TRUNCATED && c->date == CT_NO_DATE && c->time_s == -1);
    assert_non_null(strstr(c->fault, "\"31-02-2026\" is no date in the order of the profile"));
    /* Nothing is left out, and nothing is in two. */
    assert_ptr_equal(print->cycle[0].bytes.s, bytes);
    size_t sum = 0;
    for (size_t i = 0; i < print->n; i++)
        sum += print->cycle[i].bytes.n;
    assert_int_equal(sum, strlen(bytes));
    free(bytes);
}

static void test_curve(void **state)
{
    (void)state;
    CT_PROFILE *p = profile("dac-universal");
    CT_PRINT *print = read_print(p, DAC, sizeof DAC - 1);
    CT_CURVE *c = NULL;
    struct ct_hold h;
    struct ct_steam_check s;
    struct ct_error e;
    assert_int_equal(ct_print_curve(print, 0, "r.txt", &c, &e), CT_OK);
    ct_curve_hold(c, 0, 134000000, CT_UNSET, &h);
    assert_true(h.any && h.to_ms - h.from_ms == 120000);
    ct_curve_steam(c, 0, h.from_ms, h.to_ms, CT_ATMOSPHERE_KPA, &s);
    assert_true(s.hot.any && s.hot.worst < 0.2 && s.cold.worst > -0.2);
    CT_CURVE *none = NULL;
    assert_int_equal(ct_print_curve(print, 2, "r.txt", &none, &e), CT_EINVAL);
    assert_non_null(strstr(e.text, "has no samples"));
}

static void test_statclave(void **state)
{
    (void)state;
    CT_PROFILE *p = profile("statclave");
    CT_PRINT *print = read_print(p, STATCLAVE, sizeof STATCLAVE - 1);
    const struct ct_print_cycle *c = print->cycle;
    assert_int_equal(print->n, 1);
    assert_true(c->number == 123 && c->state == CT_PRINT_COMPLETE);
    assert_true(c->verdict == CT_PRINT_NONE); /* it prints none */
    assert_true(c->date == ct_date_make(2026, 10, 8) && c->time_s == 35692);
    says(c->field[CT_PF_SERIAL], "990101B00001");
    says(c->field[CT_PF_UNIT], "000");
    says(c->field[CT_PF_PROGRAMME], "Solid/Wrapped");
    says(c->field[CT_PF_SETTING], "132\xB0"
                                  "C/4min"); /* as it came */
    says(c->field[CT_PF_MIN_TEMPERATURE], "132.5");
    says(c->field[CT_PF_MAX_TEMPERATURE], "133.9");
    says(c->field[CT_PF_MAX_PRESSURE], "303");
    says(c->field[CT_PF_SIGNATURE], "12AB34CD");
    assert_int_equal(c->n_phases, 4);
    says(c->phase[2].name, "DRYING END");
    /* Without its last lines it is cut off, and no more. */
    size_t n = (size_t)(strstr(STATCLAVE, "CYCLE COMPLETE") - STATCLAVE);
    CT_PRINT *cut = read_print(p, STATCLAVE, n);
    assert_true(cut->cycle[0].state == CT_PRINT_TRUNCATED && cut->cycle[0].number == 123);
}

/* Figures in words count where no curve shows them, within what the limit is of. */
static void test_what_it_printed(void **state)
{
    (void)state;
    struct ct_config c;
    struct ct_error e;
    struct ct_cycle_typed t[CT_MEASURES];
    CT_PROFILE *p = profile("statclave");
    CT_PRINT *print = read_print(p, STATCLAVE, sizeof STATCLAVE - 1);
    CT_PROGRAMME *g = NULL, *washer = NULL;
    ct_config_default(&c);
    assert_int_equal(ct_programme_load(&c, "prevac-instruments-132", &g, &e), CT_OK);
    assert_int_equal(ct_print_typed(print, 0, g, false, t), 1); /* its kPa are not stated */
    assert_int_equal(t[0].measure, CT_M_TEMPERATURE);
    assert_true(t[0].ranged && t[0].value == 132500000 && t[0].high == 133900000);
    assert_int_equal(ct_print_typed(print, 0, g, true, t), 0); /* a curve shows more */
    struct ct_cycle judged;
    const struct ct_cycle_in in = {.programme = g, .typed = t,
                                   .n_typed = ct_print_typed(print, 0, g, false, t)};
    assert_int_equal(ct_cycle_judge(&in, &judged, &e), CT_OK);
    assert_int_equal(judged.verdict, CT_CYCLE_UNDECIDED); /* how long is not printed */
    static const char COLD[] = "131.9";
    char *cold = strdup(STATCLAVE), *at = strstr(cold, "132.5 C");
    memcpy(at, COLD, sizeof COLD - 1);
    CT_PRINT *other = read_print(p, cold, strlen(cold));
    const struct ct_cycle_in too_cold = {.programme = g, .typed = t,
                                         .n_typed = ct_print_typed(other, 0, g, false, t)};
    assert_int_equal(ct_cycle_judge(&too_cold, &judged, &e), CT_OK);
    assert_int_equal(judged.verdict, CT_CYCLE_FAIL);
    memcpy(at, "140.9", 5); /* the lowest above the highest: it is misread, and no value */
    CT_PRINT *odd = read_print(p, cold, strlen(cold));
    assert_int_equal(ct_print_typed(odd, 0, g, false, t), 0);
    free(cold);
    assert_int_equal(ct_programme_load(&c, "vacuum-leak", &washer, &e), CT_OK);
    assert_int_equal(ct_print_typed(print, 0, washer, false, t), 0); /* no limit for it */
}

/* Whatever length it is cut to, the cycle is there once its number is. */
static void test_every_cut(void **state)
{
    (void)state;
    CT_PROFILE *p = profile("dac-universal");
    static const char ONE[] = DAC_HEAD("7", "16-03-2026", "23:53:20") DAC_GOOD;
    size_t number = (size_t)(strstr(ONE, "Zyklus:") - ONE) + strlen("Zyklus:     7");
    for (size_t n = number; n < sizeof ONE; n++) {
        char *bytes = malloc(n);
        assert_non_null(bytes);
        memcpy(bytes, ONE, n);
        CT_PRINT *print = read_print(p, bytes, n);
        assert_true(print->n == 1 && print->cycle[0].number == 7);
        assert_true(print->cycle[0].state == CT_PRINT_TRUNCATED ||
                    n > sizeof ONE - sizeof " 00:05:08 Ok  ");
        ct_print_freep(&print);
        free(bytes);
    }
}

static void test_which(void **state)
{
    (void)state;
    struct ct_config c;
    struct ct_error e;
    CT_PROFILE *dac = NULL, *stat = NULL, *csv = NULL, *none = NULL;
    static const char CSV[] = "time,temp\n0,121\n60,121.5\n";
    static const char OTHER[] = "\n\n  Kettle \033[2J log\nall is well\n";
    ct_config_default(&c);
    assert_int_equal(ct_print_profile(&c, "r", DAC, sizeof DAC - 1, &dac, &e), CT_OK);
    assert_string_equal(dac->id, "dac-universal");
    assert_int_equal(ct_print_profile(&c, "r", STATCLAVE, sizeof STATCLAVE - 1, &stat, &e),
                     CT_OK);
    assert_string_equal(stat->id, "statclave");
    assert_int_equal(ct_print_profile(&c, "r", CSV, sizeof CSV - 1, &csv, &e), CT_OK);
    assert_string_equal(csv->id, "csv");
    assert_int_equal(ct_print_profile(&c, "r", OTHER, sizeof OTHER - 1, &none, &e),
                     CT_EFOREIGN);
    assert_non_null(strstr(e.text, "r: no import profile knows this record, which begins"));
    assert_null(strchr(e.text, '\033'));
    assert_int_equal(ct_print_profile(&c, "r", "", 0, &none, &e), CT_EFOREIGN);
    assert_string_equal(e.text, "r: the record is empty");
    CT_PRINT *print = NULL;
    assert_int_equal(ct_print_read(dac, "r", STATCLAVE, sizeof STATCLAVE - 1, &print, &e),
                     CT_EFOREIGN);
    assert_non_null(strstr(e.text, "the import profile dac-universal does not know"));
    CT_PRINT *table = read_print(csv, CSV, sizeof CSV - 1);
    CT_CURVE *curve = NULL;
    assert_true(table->n == 1 && table->cycle[0].state == CT_PRINT_NOT_STATED);
    assert_int_equal(ct_print_curve(table, 0, "r", &curve, &e), CT_OK);
    assert_int_equal(curve->n, 2);
}

/* ---- profiles -------------------------------------------------------------------------- */

static const char DEMO[] = "[profile]\n"                                          /* 1 */
                           "id = demo\n"                                          /* 2 */
                           "version = 1\n"                                        /* 3 */
                           "title = Demo\n"                                       /* 4 */
                           "source = invented\n"                                  /* 5 */
                           "kind = text\n"                                        /* 6 */
                           "decimal = comma\n"                                    /* 7 */
                           "date_order = mdy\n"                                   /* 8 */
                           "sample_time = elapsed\n"                              /* 9 */
                           "pressure = mbar gauge\n"                              /* 10 */
                           "begin = ^BEGIN\n"                                     /* 11 */
                           "[field.cycle]\n"                                      /* 12 */
                           "match = ^No ([0-9]+)\n"                               /* 13 */
                           "[field.date]\n"                                       /* 14 */
                           "match = ^On ([0-9/]+)\n"                              /* 15 */
                           "[sample]\n"                                           /* 16 */
                           "match = ^([0-9:]+) ([0-9,]+) ([0-9,]+) (-?[0-9]+)$\n" /* 17 */
                           "time = 1\n"                                           /* 18 */
                           "temperature = 2 3\n"                                  /* 19 */
                           "pressure = 4\n"                                       /* 20 */
                           "[outcome]\n"                                          /* 21 */
                           "complete = ^END\n"                                    /* 22 */
                           "error = ^E([0-9]+)\n";                                /* 23 */

static void refused(const char *from, const char *to, const char *text)
{
    const char *at = strstr(DEMO, from);
    assert_non_null(at);
    size_t size = sizeof DEMO + strlen(to);
    char *s = malloc(size);
    assert_non_null(s);
    snprintf(s, size, "%.*s%s%s", (int)(at - DEMO), DEMO, to, at + strlen(from));
    struct ct_profile *p = NULL;
    struct ct_error e = {0};
    enum ct_status st = ct_profile_parse("t.ini", s, strlen(s), &p, &e);
    if (st != CT_ECONFIG || p != NULL || strstr(e.text, text) != e.text)
        fail_msg("%s\n  is not: %s", st == CT_OK ? "loaded" : e.text, text);
    free(s);
}

static void test_own_profile(void **state)
{
    (void)state;
    CT_PROFILE *p = NULL, *back = NULL;
    struct ct_error e;
    CT_BUF kept = {0}, again = {0}, page = {0};
    static const char PRINT[] = "BEGIN\nNo 5\nOn 03/14/26\n0:00 121,5 121,25 -50\n"
                                "1:30 122,5 122 1100\n2:75 1 1 1\nEND\n";
    if (ct_profile_parse("t.ini", DEMO, sizeof DEMO - 1, &p, &e) != CT_OK)
        fail_msg("%s", e.text);
    ct_profile_canonical(p, &kept);
    assert_int_equal(ct_profile_parse("k.ini", ct_buf_str(&kept), kept.len, &back, &e), CT_OK);
    ct_profile_canonical(back, &again);
    assert_string_equal(ct_buf_str(&kept), ct_buf_str(&again));
    ct_profile_text(p, 80, &page);
    assert_non_null(strstr(ct_buf_str(&page), "Dates: month day year"));
    CT_PRINT *print = read_print(back, PRINT, sizeof PRINT - 1);
    const struct ct_print_cycle *c = print->cycle;
    assert_true(c->date == ct_date_make(2026, 3, 14) && c->number == 5);
    assert_int_equal(c->n_samples, 2);
    assert_true(c->sample[1].t_ms == 90000 && c->sample[0].temp[1] == 121250000 &&
                c->sample[0].pressure == -50000000);
    assert_string_equal(c->fault, "line 6: \"2:75\" is no time of a sample");
}

static void test_wrong_profiles(void **state)
{
    (void)state;
    refused("[profile]", "[print]",
            "t.ini:1: [print]: an import profile begins with [profile]");
    refused("version = 1\n", "\n", "t.ini:1: [profile] version: is missing");
    refused("source = invented\n", "\n", "t.ini:1: [profile] source: is missing");
    refused("kind = text\n", "kind = pdf\n",
            "t.ini:6: [profile] kind: must be one of text, csv");
    refused("date_order = mdy\n", "\n", "t.ini:1: [profile] date_order: is missing");
    refused("pressure = mbar gauge\n", "pressure = mbar\n",
            "t.ini:10: [profile] pressure: is a unit");
    refused("pressure = mbar gauge\n", "\n", "t.ini:1: [profile] pressure: is missing");
    refused("begin = ^BEGIN\n", "\n", "t.ini:1: [profile] begin: is missing");
    refused("begin = ^BEGIN\n", "begin = ^(BEGIN\n",
            "t.ini:11: [profile] begin: is no regular expression:");
    refused("begin = ^BEGIN\n", "begin = (B)\\1\n", "t.ini:11: [profile] begin: refers back");
    refused("begin = ^BEGIN\n", "begin = B{40}{40}\n",
            "t.ini:11: [profile] begin: repeats too");
    refused("begin = ^BEGIN\n", "begin = B{999999999999}\n",
            "t.ini:11: [profile] begin: repeats too");
    refused("begin = ^BEGIN\n", "begin = B*\n", "t.ini:11: [profile] begin: matches an empty");
    refused("begin = ^BEGIN\n",
            "begin = \xC2\xB0"
            "C\n",
            "t.ini:11: [profile] begin: is not ASCII");
    refused("[field.date]", "[field.colour]",
            "t.ini:14: [field.colour]: there is no such field");
    refused("match = ^No ([0-9]+)\n", "match = ^No [0-9]+\n",
            "t.ini:12: [field.cycle] group: there is no group 1");
    refused("[field.cycle]\nmatch = ^No ([0-9]+)\n", "",
            "t.ini:1: [profile]: there is no [field.cycle]");
    refused("temperature = 2 3\n", "temperature = 9\n",
            "t.ini:19: [sample] temperature: are the numbers of groups");
    refused("time = 1\n", "\n", "t.ini:16: [sample] time: is missing");
    refused("complete = ^END\n", "\n", "t.ini:21: [outcome] complete: is missing");
    refused("error = ^E([0-9]+)\n", "error = ^E\n", "t.ini:23: [outcome] error: needs a group");
    refused("[outcome]", "[columns]", "t.ini:21: [columns]: is of kind csv");
    refused("kind = text\n", "kind = csv\n", "t.ini:12: [field.cycle]: is not of kind csv");
    char longer[CT_PATTERN_MAX + 20] = "begin = ";
    memset(longer + 8, 'x', CT_PATTERN_MAX + 1);
    longer[CT_PATTERN_MAX + 9] = '\n';
    longer[CT_PATTERN_MAX + 10] = '\0';
    refused("begin = ^BEGIN\n", longer,
            "t.ini:11: [profile] begin: has 201 bytes, more than 200");
}

static void test_shipped(void **state)
{
    (void)state;
    struct ct_config c;
    CT_BUF ids = {0};
    struct ct_error e;
    int n = 0;
    ct_config_default(&c);
    assert_int_equal(ct_profile_ids(&c, &ids, &e), CT_OK);
    for (const char *id = ct_buf_str(&ids); *id != '\0'; id += strlen(id) + 1, n++) {
        CT_PROFILE *p = profile(id), *back = NULL;
        CT_BUF kept = {0};
        ct_profile_canonical(p, &kept);
        if (ct_profile_parse("kept", ct_buf_str(&kept), kept.len, &back, &e) != CT_OK)
            fail_msg("%s", e.text);
    }
    assert_int_equal(n, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dac),
        cmocka_unit_test(test_curve),
        cmocka_unit_test(test_statclave),
        cmocka_unit_test(test_what_it_printed),
        cmocka_unit_test(test_every_cut),
        cmocka_unit_test(test_which),
        cmocka_unit_test(test_own_profile),
        cmocka_unit_test(test_wrong_profiles),
        cmocka_unit_test(test_shipped),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests_name("cycle_print", tests, NULL, NULL);
}
