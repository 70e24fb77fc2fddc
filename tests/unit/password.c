/* Password rules: what is refused and why, what is not, and made passwords. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "base/embed.h"
#include "base/config.h"
#include "vault/keyring_internal.h"

static struct ct_error err;

static enum ct_status check(const char *password, const char *login, const char *site)
{
    CT_SECRET *s = NULL;
    if (ct_secret_new(CT_SECRET_MAX, &s, &err) != CT_OK ||
        !ct_secret_add(s, password, strlen(password)))
        fail();
    enum ct_status st = ct_password_check(s, login, site, &err);
    if (st != CT_OK) {
        assert_string_equal(err.field, "password");
        if (strlen(password) >= CT_PASSWORD_MIN)
            assert_null(strstr(err.text, password));
    }
    return st;
}

static void refused(const char *password, const char *why)
{
    if (check(password, "ksmith", "Harbour Street Clinic") != CT_EINVAL)
        fail_msg("taken: %s", password);
    if (strstr(err.text, why) == NULL)
        fail_msg("%s: %s", password, err.text);
}

static void taken(const char *password)
{
    if (check(password, "ksmith", "Harbour Street Clinic") != CT_OK)
        fail_msg("%s: %s", password, err.text);
}

static void test_length(void **state)
{
    (void)state;
    refused("", "15 characters");
    refused("ferret lamp un", "too short"); /* 14 */
    taken("ferret lamp unt");               /* 15 */
    /* 14 characters in 28 bytes; then one more; composed and not is the same */
    refused("\xc3\xa9\xc3\xa8\xc3\xaa\xc3\xab\xc3\xa0\xc3\xa2\xc3\xa4\xc3\xb9\xc3\xbb\xc3\xbc"
            "\xc3\xb4\xc3\xb6\xc3\xae\xc3\xaf",
            "too short");
    taken("\xc3\xa9\xc3\xa8\xc3\xaa\xc3\xab\xc3\xa0\xc3\xa2\xc3\xa4\xc3\xb9\xc3\xbb\xc3\xbc"
          "\xc3\xb4\xc3\xb6\xc3\xae\xc3\xaf\xc3\xa7");
    refused("ferret lamp ue\xcc\x81", "too short"); /* 15 code points, 14 after NFC */
    char big[CT_SECRET_MAX + 1];
    uint32_t x = 3;
    for (size_t i = 0; i < CT_SECRET_MAX; i++) {
        x = x * 1103515245u + 12345u;
        big[i] = (char)('!' + (x >> 16) % 90);
    }
    big[CT_SECRET_MAX] = '\0';
    taken(big);
}

static void test_no_rules_of_composition(void **state)
{
    (void)state;
    taken("ferretlampuntidycanal");
    taken("FERRET LAMP UNTIDY CANAL");
    taken("   ferret lamp   untidy");
    taken("83920475618374650192");
    taken("#!)%*(&^$?><:{}|+=");
    taken("\xd0\xb6\xd0\xb8\xd1\x80\xd0\xb0\xd1\x84 \xd0\xbb\xd0\xb0\xd0\xbc\xd0\xbf\xd0\xb0 "
          "\xd1\x81\xd0\xbe\xd0\xbc");
    taken("correct horse mattress turnip");
    taken("hospital umbrella 1953 violin");
}

static void test_common_ones(void **state)
{
    (void)state;
    static const char *const common[] = {
        "passwordpassword1",         "Password Password 1",
        "P@ssw0rd-P@55w0rd!",        "password12345678",
        "correcthorsebatterystaple", "Correct Horse Battery Staple!",
        "administrator123",          "iloveyousomuch1",
        "letmeinletmein99",          "WelcomeHospital2026",
        "hospitalpatient",           "thequickbrownfox",
        "maytheforcebewithyou",      "qwertyuiopasdfg",
        "qwertyuiop12345",           "1q2w3e4r5t6y7u8i9o0p",
        "1qaz2wsx3edc4rfv",          "zxcvbnmasdfghjkl",
        "1234qwerasdfzxcv",          "lkjhgfdsapoiuytrewq",
        "qwerty123456789",           "to be or not to be, that is the question",
        "washyourhands2026",         "July 14 1961 July 14",
        "bloodpressure 120 80",
    };
    for (unsigned i = 0; i < CT_LEN(common); i++)
        refused(common[i], "made of");
}

static void test_repeating_and_counting(void **state)
{
    (void)state;
    refused("aaaaaaaaaaaaaaa", "over and over");
    refused("                ", "over and over");
    refused("xkvqxkvqxkvqxkv", "over and over");
    refused("umbrellaumbrella", "over and over");
    refused("UmbrellauMBRELLA", "over and over");
    refused("123456789012345", "counts");
    refused("987654321098765", "counts");
    refused("abcdefghijklmno", "counts");
    refused("ZYXWVUTSRQPONMLK", "counts");
    taken("umbrellaumbrelly");
}

static void test_user_and_site(void **state)
{
    (void)state;
    refused("ksmith-ksmith-2026", "names");
    refused("KSmith.Harbour.2026", "names");
    refused("harbour street clinic", "names");
    refused("HarbourStreetClinic!1", "names");
    refused("clintech ksmith harbour street", "names");
    assert_int_equal(check("ksmithharbour2026", NULL, NULL), CT_OK);
    assert_int_equal(check("harbour street violins", NULL, "Harbour Street Clinic"), CT_OK);
    assert_int_equal(check("a.b.violins in the pond", "a.b", "-- .. __"), CT_OK);
}

static void test_what_is_not_text(void **state)
{
    (void)state;
    refused("ferret lamp\tuntidy canal", "control");
    refused("ferret lamp untidy\x7f canal", "control");
    refused("ferret lamp untidy\xc2\x9b canal", "control");
    refused("ferret lamp untidy\xff canal", "not readable");
    refused("\xc0\xaf"
            "erret lamp untidy",
            "not readable");
}

static void test_a_made_password_passes_and_is_typed_without_doubt(void **state)
{
    (void)state;
    CT_SECRET *s = NULL;
    unsigned char last[64] = {0};
    assert_int_equal(ct_secret_new(64, &s, &err), CT_OK);
    for (unsigned i = 0; i < 300; i++) {
        assert_int_equal(ct_password_make(s, &err), CT_OK);
        assert_int_equal(s->len, 19);
        for (size_t j = 0; j < s->len; j++) {
            unsigned char c = s->data[j];
            assert_int_equal(c == '-', j % 5 == 4);
            assert_true(c == '-' || (c >= 'a' && c <= 'z') || (c >= '2' && c <= '9'));
            assert_true(c != 'i' && c != 'l' && c != 'o');
        }
        assert_int_equal(ct_password_check(s, "ksmith", "Harbour Street Clinic", &err), CT_OK);
        assert_memory_not_equal(last, s->data, s->len);
        memcpy(last, s->data, s->len);
    }
    CT_SECRET *small = NULL;
    assert_int_equal(ct_secret_new(18, &small, &err), CT_OK);
    assert_int_not_equal(ct_password_make(small, &err), CT_OK);
}

/* The list as the check reads it: every word refused with digits beside it. */
static void test_every_entry_of_the_list_is_in_force(void **state)
{
    (void)state;
    const struct ct_embedded *list = ct_embed_find("passwords/blocklist.txt");
    assert_non_null(list);
    unsigned words = 0, walks = 0;
    for (const char *p = list->data; *p != '\0';) {
        const char *eol = strchr(p, '\n');
        assert_non_null(eol);
        char text[160];
        size_t len = (size_t)(eol - p);
        assert_true(len < 100);
        if (len > 0 && *p != '#') {
            bool walk = *p == '~';
            snprintf(text, sizeof text, walk ? "%.*s-1961-clintech" : "%.*s-1961-1066-clintech",
                     (int)(len - walk), p + walk);
            for (const char *c = p + walk; c < eol; c++)
                assert_true((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9'));
            if (strlen(text) >= CT_PASSWORD_MIN)
                refused(text, "made of");
            words += !walk;
            walks += walk;
        }
        p = eol + 1;
    }
    assert_true(words > 1000 && walks > 20);
}

/* Every cost that config.ini may ask for is one that the keyring makes. */
static void test_costs_of_the_settings(void **state)
{
    (void)state;
    int lo[2] = {0}, hi[2] = {0};
    for (size_t i = 0; i < CT_CONFIG_KEYS_N; i++) {
        const struct ct_config_key *k = &CT_CONFIG_KEYS[i];
        int at = strcmp(k->key, "kdf_ops") == 0 ? 0 : strcmp(k->key, "kdf_mem_mib") == 0 ? 1 : -1;
        if (at >= 0) {
            lo[at] = k->lo;
            hi[at] = k->hi;
        }
    }
    assert_true(lo[0] >= 2 && lo[1] >= 64); /* no less than OWASP's least */
    for (int ops = lo[0]; ops <= hi[0]; ops++)
        for (int mib = lo[1]; mib <= hi[1]; mib += hi[1] - lo[1])
            assert_true(ct_kdf_bounded((struct ct_kdf_cost){
                .ops = (uint32_t)ops, .mem_kib = (uint32_t)mib * 1024}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_costs_of_the_settings),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_no_rules_of_composition),
        cmocka_unit_test(test_common_ones),
        cmocka_unit_test(test_repeating_and_counting),
        cmocka_unit_test(test_user_and_site),
        cmocka_unit_test(test_what_is_not_text),
        cmocka_unit_test(test_a_made_password_passes_and_is_typed_without_doubt),
        cmocka_unit_test(test_every_entry_of_the_list_is_in_force),
    };
    return cmocka_run_group_tests_name("password", tests, NULL, NULL);
}
