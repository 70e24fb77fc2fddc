/* The lines that charts draw are where the loaded table's points change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/embed.h"
#include "clinic/vitals.h"

static struct ct_news2 *load(void)
{
    struct ct_news2 *t = NULL;
    struct ct_error e;
    struct ct_config c;
    ct_config_default(&c);
    if (ct_news2_load(&c, &t, &e) != CT_OK)
        fail_msg("%s", e.text);
    return t;
}

/* The edges as text: "-40:3 -50:1 +91:1". */
static void edges_of(const struct ct_vitals_rules *r, const struct ct_vitals *v, enum ct_q q,
                     const char *want)
{
    struct ct_score_edge e[CT_SCORE_BANDS_MAX];
    char text[200] = "";
    size_t n = ct_vitals_edges(r, v, q, e);
    for (size_t i = 0; i < n; i++) {
        size_t at = strlen(text);
        snprintf(text + at, sizeof text - at, "%s%s%lld:%d", i > 0 ? " " : "",
                 e[i].above ? "+" : "-", (long long)e[i].value, e[i].points);
    }
    assert_string_equal(text, want);
}

static void edges_are(struct ct_news2 *t, enum ct_news2_input in, int scale, bool oxygen,
                      const char *want)
{
    struct ct_vitals_rules r = {.news2 = t};
    struct ct_vitals v;
    ct_vitals_init(&v);
    v.card = CT_CARD_NEWS2;
    v.scale = scale;
    v.v[CT_Q_O2].n = oxygen ? CT_O2_AIR + 1 : CT_O2_AIR;
    edges_of(&r, &v, CT_NEWS2_INPUT[in], want);
}

/* RCP chart 1, each first figure of a column outwards from 0. */
static void test_edges_of_the_chart(void **state)
{
    (void)state;
    struct ct_news2 *t = load();
    edges_are(t, CT_N_RESP, 1, false, "-8:3 -11:1 +21:2 +25:3");
    edges_are(t, CT_N_SPO2, 1, false, "-91:3 -93:2 -95:1");
    edges_are(t, CT_N_SPO2, 2, false, "-83:3 -85:2 -87:1");
    edges_are(t, CT_N_SPO2, 2, true, "-83:3 -85:2 -87:1 +93:1 +95:2 +97:3");
    edges_are(t, CT_N_SBP, 1, false, "-90:3 -100:2 -110:1 +220:3");
    edges_are(t, CT_N_PULSE, 1, false, "-40:3 -50:1 +91:1 +111:2 +131:3");
    edges_are(t, CT_N_TEMP, 1, false, "-350:3 -360:1 +381:1 +391:2");
    edges_are(t, CT_N_O2, 1, false, "");
    edges_are(t, CT_N_ACVPU, 1, false, "");
    ct_news2_free(t);
}

static void test_bands_of_the_total(void **state)
{
    (void)state;
    struct ct_news2 *t = load();
    struct ct_score_band_edge b[CT_BANDS];
    assert_int_equal(ct_news2_band_edges(t, b), 2);
    assert_int_equal(b[0].total, 5);
    assert_int_equal(b[0].band, CT_BAND_MEDIUM);
    assert_int_equal(b[1].total, 7);
    assert_int_equal(b[1].band, CT_BAND_HIGH);
    ct_news2_free(t);
}

/* They are the table's, not this program's: another table has others. */
static void test_another_table_has_other_edges(void **state)
{
    (void)state;
    const struct ct_embedded *file = ct_embed_find("scores/news2.ini");
    char text[16384];
    assert_non_null(file);
    assert_true(file->size < sizeof text);
    memcpy(text, file->data, (size_t)file->size);
    text[file->size] = '\0';
    char *at = strstr(text, "score_1 = 41..50, 91..110");
    assert_non_null(at);
    memcpy(at, "score_1 = 41..50, 91..105", 25);
    at = strstr(text, "score_2 = 111..130");
    assert_non_null(at);
    memcpy(at, "score_2 = 106..130", 18);
    CT_INI *ini = NULL;
    struct ct_news2 *t = NULL;
    struct ct_error e;
    if (ct_ini_parse("changed", text, strlen(text), &ini, &e) != CT_OK ||
        ct_news2_from_ini(ini, &t, &e) != CT_OK)
        fail_msg("%s", e.text);
    edges_are(t, CT_N_PULSE, 1, false, "-40:3 -50:1 +91:1 +106:2 +131:3");
    ct_news2_free(t);
}

/* A child's set: the table of its age, and no bands while the site has not said from
 * which total it calls somebody. */
static void test_edges_of_a_child(void **state)
{
    (void)state;
    struct ct_vitals_rules r = {.news2 = NULL};
    struct ct_config c;
    struct ct_error e;
    ct_config_default(&c);
    if (ct_vitals_rules_load(&c, &r, &e) != CT_OK)
        fail_msg("%s", e.text);
    struct ct_vitals v;
    struct ct_score_band_edge b[CT_BANDS];
    ct_vitals_init(&v);
    v.card = CT_CARD_PEWS;
    snprintf(v.card_band, sizeof v.card_band, "5-12y");
    edges_of(&r, &v, CT_Q_PULSE, "-59:4 -69:2 -79:1 +120:1 +140:2 +160:4");
    edges_of(&r, &v, CT_Q_O2, "");
    assert_int_equal(ct_vitals_band_edges(&r, &v, b), 0);
    ct_vitals_rules_done(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edges_of_the_chart),
        cmocka_unit_test(test_bands_of_the_total),
        cmocka_unit_test(test_another_table_has_other_edges),
        cmocka_unit_test(test_edges_of_a_child),
    };
    return cmocka_run_group_tests_name("score_edge", tests, NULL, NULL);
}
