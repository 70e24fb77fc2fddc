/* A second person gives a password beside an open session: who may, what is counted,
 * what the chain says, and that the session is untouched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/ward.h"

static enum ct_status second(struct ct_app *app, const char *login, const char *password,
                             enum ct_perm perm, uint32_t *ret, char name[128],
                             struct ct_error *reterr)
{
    CT_SECRET *s = secret_of(password);
    return ct_second_person(app, login, s, perm, "for a test", ret, name, reterr);
}

static enum ct_status tried(struct ward *w, const char *login, const char *password,
                            struct ct_error *reterr)
{
    uint32_t id;
    return second(w->tom, login, password, CT_PERM_PREP_WRITE, &id, NULL, reterr);
}

static void test_the_session_goes_on(void **state)
{
    struct ward *w = *state;
    uint32_t id = 0;
    char name[128];
    struct ct_who before = *ct_app_who(w->tom);
    ok(second(w->tom, "Sue ", SUE_PASSWORD, CT_PERM_PREP_OVERRIDE, &id, name, e));
    assert_int_equal(id, ct_app_who(w->sue)->user_id);
    assert_string_equal(name, "Sue Demo-Okoro");
    assert_int_equal(ct_app_state(w->tom), CT_IN);
    assert_string_equal(ct_app_who(w->tom)->login, "tom");
    assert_int_equal(ct_app_who(w->tom)->session_id, before.session_id);
    expect_entry(&w->c, "session.second", CT_ROUTINE,
                 "Sue Demo-Okoro (sue, user 2), beside tom: for a test");
    /* it is tom's entry, in tom's session, and signs nothing of tom's */
    assert_int_equal(app_int(w->tom, "SELECT user_id FROM audit ORDER BY seq DESC LIMIT 1"),
                     before.user_id);
}

static void test_not_oneself(void **state)
{
    struct ward *w = *state;
    refused(tried(w, "tom", TOM_PASSWORD, e), CT_EINVAL, "login", "somebody else");
    refused(tried(w, " TOM", TOM_PASSWORD, e), CT_EINVAL, "login", "somebody else");
}

static void test_wrong_password_and_nobody(void **state)
{
    struct ward *w = *state;
    refused(tried(w, "sue", TOM_PASSWORD, e), CT_EPASSWORD, "password", "wrong");
    expect_entry(&w->c, "session.denied", CT_NOTABLE, "wrong login or password of a second");
    refused(tried(w, "nobody", SUE_PASSWORD, e), CT_EPASSWORD, "password", "wrong");
    refused(tried(w, "", SUE_PASSWORD, e), CT_EPASSWORD, "password", "wrong");
    assert_int_equal(ct_app_state(w->tom), CT_IN);
}

/* Counted as a login's: the fourth wrong one waits, the right one too, and a success
 * says how many there were. */
static void test_failures_are_counted_and_delayed(void **state)
{
    struct ward *w = *state;
    for (int i = 0; i < 4; i++)
        refused(tried(w, "sue", TOM_PASSWORD, e), CT_EPASSWORD, "password", "wrong");
    refused(tried(w, "sue", SUE_PASSWORD, e), CT_ELOCKED, "password", "next one");
    struct ct_app *other = clinic_app(&w->c); /* a login waits for the same failures */
    refused(recorded_login(other, "sue", SUE_PASSWORD, e), CT_ELOCKED, "password", "next one");
    ct_app_free(other);
    w->c.now += 10 * 1000;
    ok(tried(w, "sue", SUE_PASSWORD, e));
    expect_entry(&w->c, "session.second", CT_EXCEPTION, "4 failed tries before");
    ok(tried(w, "sue", SUE_PASSWORD, e));
    expect_entry(&w->c, "session.second", CT_ROUTINE, "beside tom: for a test");
}

static void test_role(void **state)
{
    struct ward *w = *state;
    uint32_t id = 77;
    refused(second(w->tom, "ada", ADA_PASSWORD, CT_PERM_PREP_OVERRIDE, &id, NULL, e),
            CT_EDENIED, "login", "it needs prep.override");
    assert_int_equal(id, 77);
    expect_entry(&w->c, "session.denied", CT_NOTABLE, "a second person was refused");
    refused(second(w->sue, "tom", TOM_PASSWORD, CT_PERM_PREP_OVERRIDE, &id, NULL, e),
            CT_EDENIED, "login", "Tom Demo-Vale (technician)");
}

static void test_disabled(void **state)
{
    struct ward *w = *state;
    char ring[128], copy[140];
    clinic_path(&w->c, CT_KEYRING_FILE, ring);
    snprintf(copy, sizeof copy, "%s/old-ring", w->c.top);
    file_copy(ring, copy);
    assert_int_equal(clinic_again(w->c.app, ADA_PASSWORD), CT_OK);
    ok(ct_user_disable(w->c.app, ct_app_who(w->sue)->user_id, "left", e));
    refused(tried(w, "sue", SUE_PASSWORD, e), CT_EPASSWORD, "password", "wrong");
    file_copy(copy, ring); /* somebody puts the old keyring back */
    refused(tried(w, "sue", SUE_PASSWORD, e), CT_EDAMAGED, "", "does not agree");
    expect_entry(&w->c, "session.denied", CT_EXCEPTION, "a second person was refused");
    remove(copy);
}

static void test_temporary_password(void **state)
{
    struct ward *w = *state;
    CT_SECRET *made = NULL;
    uint32_t id;
    ok(ct_secret_new(CT_SECRET_MAX, &made, e));
    assert_int_equal(clinic_again(w->c.app, ADA_PASSWORD), CT_OK);
    ok(ct_user_reset(w->c.app, ct_app_who(w->sue)->user_id, "forgotten", made, e));
    refused(ct_second_person(w->tom, "sue", made, CT_PERM_PREP_WRITE, "for a test", &id, NULL, e),
            CT_EDENIED, "login", "temporary password");
}

static void test_locked_or_out(void **state)
{
    struct ward *w = *state;
    ct_lock(w->tom);
    refused(tried(w, "sue", SUE_PASSWORD, e), CT_ELOCKED, "", "");
    ct_logout(w->tom);
    refused(tried(w, "sue", SUE_PASSWORD, e), CT_ELOCKED, "", "");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, ward_setup, ward_teardown)
    const struct CMUnitTest tests[] = {
        T(test_the_session_goes_on),
        T(test_not_oneself),
        T(test_wrong_password_and_nobody),
        T(test_failures_are_counted_and_delayed),
        T(test_role),
        T(test_disabled),
        T(test_temporary_password),
        T(test_locked_or_out),
    };
    return cmocka_run_group_tests_name("second", tests, NULL, NULL);
}
