/* People: added, disabled, reset and renewed by those who may, in keyring and
 * store together, each change signed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/recorded.h"

static int begin(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    clinic_staff(c); /* 1 ada, 2 sue, 3 tom */
    *state = c;
    return 0;
}

static int end(void **state)
{
    clinic_end(*state);
    free(*state);
    return 0;
}

static void expect_sound(struct clinic *c)
{
    struct ct_verify_report report;
    struct ct_error e = {0};
    assert_int_equal(ct_verify(c->app, NULL, NULL, &report, &e), CT_OK);
    assert_int_equal(report.problems, 0);
}

static struct ct_secret *empty_secret(void)
{
    struct ct_secret *p = NULL;
    assert_int_equal(ct_secret_new(64, &p, NULL), CT_OK);
    return p;
}

static void test_rules(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    CT_SECRET *p = secret_of("a row of 9 silent kettles"), *weak = secret_of("short");
    static const char *const BAD[] = {"",
                                      "x",
                                      "9lives",
                                      "-dash",
                                      ".dot",
                                      "two words",
                                      "caf\xc3\xa9",
                                      "a/b",
                                      "abcdefghijklmnopqrstuvwxyz0123456"};
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        assert_int_equal(ct_user_add_with(c->app, BAD[i], "Eve Demo", CT_TECHNICIAN, p, &e),
                         CT_EINVAL);
        assert_string_equal(e.field, "login");
    }
    static const char *const NAMES[] = {"", "  \t ", "bell\x07", "\xff\xfe", "x\xe2\x80\xaey"};
    for (size_t i = 0; i < CT_LEN(NAMES); i++) {
        assert_int_equal(ct_user_add_with(c->app, "eve", NAMES[i], CT_TECHNICIAN, p, &e),
                         CT_EINVAL);
        assert_string_equal(e.field, "name");
    }
    assert_int_equal(ct_user_add_with(c->app, "eve", "Eve Demo", CT_ROLES, p, &e), CT_EINVAL);
    assert_string_equal(e.field, "role");
    assert_int_equal(ct_user_add_with(c->app, "eve", "Eve Demo", CT_TECHNICIAN, weak, &e),
                     CT_EINVAL);
    assert_string_equal(e.field, "password");
    assert_int_equal(ct_user_add_with(c->app, "TOM", "Tom Two", CT_TECHNICIAN, p, &e),
                     CT_EEXISTS);
    assert_string_equal(e.field, "login");
    assert_int_equal(app_int(c->app, "SELECT count(*) FROM user_version"), 3);
    assert_int_equal(
        ct_user_add_with(c->app, "Eve.O-2_b", "  \xc3\x89ve   O'Demo ", CT_TECHNICIAN, p, &e),
        CT_OK);
    char text[64];
    app_text(c->app, "SELECT login || '|' || name FROM user_version WHERE user_id = 4", text,
             sizeof text);
    assert_string_equal(text, "eve.o-2_b|\xc3\x89ve O'Demo");
    expect_sound(c);
}

static void test_list_and_names(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_user *v = NULL;
    size_t n = 0;
    char name[128], cut[6];
    CT_SECRET *p = empty_secret();
    assert_int_equal(ct_user_add(c->app, "bob", "Bob Demo", CT_SUPERVISOR, p, &e), CT_OK);
    assert_int_equal(ct_user_disable(c->app, 3, "moved away", &e), CT_OK);
    assert_int_equal(ct_user_list(c->app, &v, &n, &e), CT_OK);
    assert_int_equal(n, 4);
    assert_string_equal(v[0].login, "ada");
    assert_int_equal(v[0].role, CT_ADMINISTRATOR);
    assert_string_equal(v[1].name, "Bob Demo");
    assert_true(v[1].must_change && v[1].active);
    assert_false(v[2].must_change); /* sue */
    assert_string_equal(v[3].login, "tom");
    assert_false(v[3].active);
    free(v);
    ct_user_name(c->app, 3, name, sizeof name); /* still has a name beside old records */
    assert_string_equal(name, "Tom Demo-Vale");
    ct_user_name(c->app, 3, cut, sizeof cut);
    assert_string_equal(cut, "Tom D");
    ct_user_name(c->app, 35, name, sizeof name); /* the same place in the cache as 3 */
    assert_string_equal(name, "?");
    ct_user_name(c->app, 0, name, sizeof name);
    assert_string_equal(name, "clintech");
    ct_lock(c->app);
    ct_user_name(c->app, 3, name, sizeof name);
    assert_string_equal(name, "?"); /* nothing is known while locked */
}

static void test_added_user_begins(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    CT_SECRET *p = empty_secret();
    assert_int_equal(ct_user_add(c->app, "bob", "Bob Demo", CT_TECHNICIAN, p, &e), CT_OK);
    assert_int_equal(app_int(c->app,
                             "SELECT count(*) FROM audit_signature s JOIN audit USING(seq)"
                             " WHERE verb = 'user.add'"),
                     3);
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "BOB ", p, &e), CT_OK); /* as people type it */
    assert_string_equal(ct_app_who(c->app)->login, "bob");
    assert_true(ct_app_who(c->app)->must_change);
}

static void test_disable(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_app *tom = clinic_app(c);
    assert_int_equal(recorded_login(tom, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_int_equal(ct_session_check(tom, &e), CT_OK);
    assert_int_equal(ct_user_disable(c->app, 1, "me", &e), CT_EINVAL); /* oneself */
    assert_int_equal(ct_user_disable(c->app, 99, "who", &e), CT_ENOTFOUND);
    assert_int_equal(ct_user_disable(c->app, 3, "left", &e), CT_OK);
    assert_int_equal(ct_user_disable(c->app, 3, "left", &e), CT_EINVAL); /* already */
    assert_int_equal(ct_session_check(tom, &e), CT_EDENIED); /* the live session ends */
    assert_int_equal(ct_record_event(tom, CT_VERB_PATIENT_OPEN, 1, CT_ROUTINE, "", &e),
                     CT_EDENIED);
    ct_logout(tom);
    assert_int_equal(recorded_login(tom, "tom", TOM_PASSWORD, &e), CT_EPASSWORD);
    ct_app_free(tom);
    char reason[32];
    app_text(c->app, "SELECT reason FROM user_version WHERE user_id = 3 ORDER BY id DESC",
             reason, sizeof reason);
    assert_string_equal(reason, "left");
    CT_SECRET *p = secret_of("a row of 9 silent kettles"); /* the login is used up */
    assert_int_equal(ct_user_add_with(c->app, "tom", "Tom Two", CT_TECHNICIAN, p, &e),
                     CT_EEXISTS);
    expect_sound(c);
}

static void test_last_administrator_stays(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    CT_SECRET *p = secret_of("a row of 9 silent kettles");
    assert_int_equal(ct_user_add_with(c->app, "abe", "Abe Demo", CT_ADMINISTRATOR, p, &e),
                     CT_OK);
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "abe", p, &e), CT_OK);
    assert_int_equal(ct_reauthenticate(c->app, p, &e), CT_OK);
    assert_int_equal(ct_user_disable(c->app, 1, "left", &e), CT_OK); /* abe is there */
    assert_int_equal(ct_user_disable(c->app, 4, "left", &e), CT_EINVAL);
    expect_sound(c);
}

static void test_reset(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    CT_SECRET *p = empty_secret(), *own = secret_of("Tom keeps 40 paper boats");
    struct ct_app *tom = clinic_app(c);
    assert_int_equal(recorded_login(tom, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_int_equal(ct_user_reset(c->app, 1, "mine", p, &e), CT_EINVAL);
    assert_int_equal(ct_user_reset(c->app, 3, "forgot", p, &e), CT_OK);
    assert_int_equal(ct_session_check(tom, &e), CT_EDENIED); /* whoever sits there is out */
    assert_non_null(strstr(e.text, "reset"));
    ct_logout(tom);
    assert_int_equal(recorded_login(tom, "tom", TOM_PASSWORD, &e), CT_EPASSWORD);
    assert_int_equal(ct_login(tom, "tom", p, &e), CT_OK);
    assert_true(ct_app_who(tom)->must_change);
    /* whoever handed the temporary password over may have kept its keys */
    unsigned char lent[CT_SIGN_PK_LEN];
    memcpy(lent, ct_app_keys(tom)->slot.sign_pk, sizeof lent);
    assert_int_equal(ct_user_change_password(tom, p, own, &e), CT_OK);
    assert_memory_not_equal(ct_app_keys(tom)->slot.sign_pk, lent, sizeof lent);
    CT_SECRET *later = secret_of("Tom keeps 41 paper boats");
    assert_int_equal(ct_user_change_password(tom, own, later, &e), CT_OK); /* signs anew */
    assert_int_equal(ct_user_change_password(tom, later, own, &e), CT_OK);
    expect_sound(c);
    ct_logout(tom);
    assert_int_equal(ct_login(tom, "tom", p, &e), CT_EPASSWORD);
    assert_int_equal(ct_login(tom, "tom", own, &e), CT_OK);
    assert_false(ct_app_who(tom)->must_change);
    ct_app_free(tom);

    assert_int_equal(ct_user_disable(c->app, 3, "left", &e), CT_OK);
    assert_int_equal(ct_user_reset(c->app, 3, "came back", p, &e), CT_OK);
    tom = clinic_app(c);
    assert_int_equal(ct_login(tom, "tom", p, &e), CT_OK); /* no longer disabled */
    ct_app_free(tom);
    expect_sound(c); /* old signatures stay good under the old keys */
}

static void test_own_password(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    CT_SECRET *old = secret_of(TOM_PASSWORD), *own = secret_of("Tom keeps 40 paper boats"),
              *wrong = secret_of("Tom whistles at 9 windmills"), *weak = secret_of("tomtomtom");
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "tom", old, &e), CT_OK);
    assert_int_equal(ct_user_change_password(c->app, old, weak, &e), CT_EINVAL);
    assert_int_equal(ct_user_change_password(c->app, old, old, &e), CT_EINVAL);
    int64_t before = chain_end(c->app);
    assert_int_equal(ct_user_change_password(c->app, wrong, own, &e), CT_EPASSWORD);
    assert_int_equal(chain_end(c->app), before + 1); /* the try is told */
    assert_int_equal(ct_user_change_password(c->app, old, own, &e), CT_OK);
    assert_int_equal(ct_session_check(c->app, &e), CT_OK); /* the session goes on */
    assert_int_equal(app_int(c->app, "SELECT count(*) FROM audit_signature WHERE user_id = 3"),
                     1);
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "tom", old, &e), CT_EPASSWORD);
    assert_int_equal(ct_login(c->app, "tom", own, &e), CT_OK);
    ct_logout(c->app);
    assert_int_equal(recorded_login(c->app, "sue", SUE_PASSWORD, &e), CT_OK);
    expect_sound(c);
}

static void test_needs_the_password_again(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    CT_SECRET *p = empty_secret();
    c->now += 3 * CT_MINUTE_MS;
    assert_int_equal(ct_user_add(c->app, "bob", "Bob Demo", CT_TECHNICIAN, p, &e), CT_EDENIED);
    assert_int_equal(p->len, 0);
    assert_int_equal(ct_user_disable(c->app, 3, "left", &e), CT_EDENIED);
    assert_int_equal(ct_user_reset(c->app, 3, "left", p, &e), CT_EDENIED);
    struct ct_slot *slots = NULL;
    size_t n = 0;
    assert_int_equal(ct_keyring_list(c->dir, NULL, &slots, &n, &e), CT_OK);
    assert_int_equal(n, 4); /* three people and the recovery code: the keyring is untouched */
    free(slots);
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    assert_int_equal(ct_user_add(c->app, "bob", "Bob Demo", CT_TECHNICIAN, p, &e), CT_OK);
}

/* The machine dies between keyring and store: each of the three changes. */
static void test_cut_off_addition(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_slot slot;
    CT_SECRET *lost = secret_of("nobody has 5 such words"), *p = empty_secret();
    assert_int_equal(ct_keyring_add(c->dir, ct_app_keys(c->app), 4, "bob", lost, true,
                                    CT_KDF_TEST, &slot, &e),
                     CT_OK);
    struct ct_verify_report report;
    assert_int_equal(ct_verify(c->app, NULL, NULL, &report, &e), CT_OK);
    assert_int_equal(report.problems, 1);
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "bob", lost, &e), CT_EDENIED);
    assert_int_equal(ct_app_state(c->app), CT_OUT);
    assert_int_equal(recorded_login(c->app, "ada", ADA_PASSWORD, &e), CT_OK);
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    assert_int_equal(ct_user_add(c->app, "eve", "Eve Demo", CT_TECHNICIAN, p, &e),
                     CT_OK); /* 5 */
    assert_int_equal(ct_user_add(c->app, "bob", "Bob Demo", CT_TECHNICIAN, p, &e),
                     CT_OK); /* 4 */
    assert_int_equal(app_int(c->app, "SELECT user_id FROM user_version WHERE login = 'bob'"),
                     4);
    expect_sound(c);
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "bob", p, &e), CT_OK);
}

static void test_cut_off_reset(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_slot slot;
    struct ct_verify_report report;
    CT_SECRET *lost = secret_of("nobody has 5 such words"), *p = empty_secret();
    assert_int_equal(
        ct_keyring_reset(c->dir, ct_app_keys(c->app), 3, "tom", lost, CT_KDF_TEST, &slot, &e),
        CT_OK);
    ct_logout(c->app);
    assert_int_equal(recorded_login(c->app, "ada", ADA_PASSWORD, &e),
                     CT_OK); /* nobody is held up */
    assert_string_equal(ct_app_warning(c->app), "");
    assert_int_equal(ct_verify(c->app, NULL, NULL, &report, &e), CT_OK);
    assert_int_equal(report.problems, 1);
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    assert_int_equal(ct_user_reset(c->app, 3, "again", p, &e), CT_OK); /* mends it */
    expect_sound(c);
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "tom", p, &e), CT_OK);
}

static void test_cut_off_disabling(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_slot slot;
    assert_int_equal(ct_keyring_disable(c->dir, ct_app_keys(c->app), 3, &slot, &e), CT_OK);
    struct ct_app *tom = clinic_app(c);
    assert_int_equal(recorded_login(tom, "tom", TOM_PASSWORD, &e), CT_EPASSWORD);
    ct_app_free(tom);
    assert_int_equal(ct_user_disable(c->app, 3, "left", &e), CT_OK);
    expect_sound(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rules, begin, end),
        cmocka_unit_test_setup_teardown(test_list_and_names, begin, end),
        cmocka_unit_test_setup_teardown(test_added_user_begins, begin, end),
        cmocka_unit_test_setup_teardown(test_disable, begin, end),
        cmocka_unit_test_setup_teardown(test_last_administrator_stays, begin, end),
        cmocka_unit_test_setup_teardown(test_reset, begin, end),
        cmocka_unit_test_setup_teardown(test_own_password, begin, end),
        cmocka_unit_test_setup_teardown(test_needs_the_password_again, begin, end),
        cmocka_unit_test_setup_teardown(test_cut_off_addition, begin, end),
        cmocka_unit_test_setup_teardown(test_cut_off_reset, begin, end),
        cmocka_unit_test_setup_teardown(test_cut_off_disabling, begin, end),
    };
    return cmocka_run_group_tests_name("user", tests, NULL, NULL);
}
