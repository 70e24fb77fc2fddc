/* Permissions: the table says who may do what, the door obeys it and writes down
 * whom it refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/recorded.h"

static void test_table(void **state)
{
    (void)state;
    static const struct {
        enum ct_perm perm;
        const char *name, *who; /* t, s, a */
    } WANT[] = {
        {CT_PERM_PATIENT_READ, "patient.read", "ts"},
        {CT_PERM_PATIENT_WRITE, "patient.write", "ts"},
        {CT_PERM_VITALS_READ, "vitals.read", "ts"},
        {CT_PERM_VITALS_WRITE, "vitals.write", "ts"},
        {CT_PERM_PROCEDURE_READ, "procedure.read", "ts"},
        {CT_PERM_PROCEDURE_WRITE, "procedure.write", "ts"},
        {CT_PERM_PROCEDURE_REOPEN, "procedure.reopen", "s"},
        {CT_PERM_CONSENT, "consent.write", "ts"},
        {CT_PERM_EXPORT, "export", "ts"},
        {CT_PERM_ACCESS_RESTRICT, "access.restrict", "s"},
        {CT_PERM_ACCESS_REVIEW, "access.review", "s"},
        {CT_PERM_PREP_READ, "prep.read", "ts"},
        {CT_PERM_PREP_WRITE, "prep.write", "ts"},
        {CT_PERM_PREP_OVERRIDE, "prep.override", "s"},
        {CT_PERM_EQUIP_READ, "equipment.read", "ts"},
        {CT_PERM_EQUIP_WRITE, "equipment.write", "ts"},
        {CT_PERM_EQUIP_PLAN, "equipment.plan", "s"},
        {CT_PERM_EQUIP_APPROVE, "equipment.approve", "ts"},
        {CT_PERM_LOOKBACK, "lookback.close", "s"},
        {CT_PERM_STERILE_READ, "sterile.read", "ts"},
        {CT_PERM_STERILE_WRITE, "sterile.write", "ts"},
        {CT_PERM_STERILE_PLAN, "sterile.plan", "s"},
        {CT_PERM_STERILE_RELEASE, "sterile.release", "ts"},
        {CT_PERM_STERILE_OVERRIDE, "sterile.override", "s"},
        {CT_PERM_TRAIN_READ, "training.read", "ts"},
        {CT_PERM_TRAIN_WRITE, "training.write", "ts"},
        {CT_PERM_COMP_ASSESS, "competency.assess", "ts"},
        {CT_PERM_COMP_PLAN, "competency.plan", "s"},
        {CT_PERM_SHIFT_OWN, "shift.own", "ts"},
        {CT_PERM_SHIFT_ALL, "shift.all", "s"},
        {CT_PERM_SHIFT_WRITE, "shift.write", "ts"},
        {CT_PERM_REVIEW, "review", "s"},
        {CT_PERM_USER_READ, "user.read", "sa"},
        {CT_PERM_USER_WRITE, "user.write", "sa"},
        {CT_PERM_USER_ADMIN, "user.admin", "a"},
        {CT_PERM_VERIFY, "verify", "sa"},
        {CT_PERM_BACKUP, "backup", "sa"},
        {CT_PERM_REKEY, "rekey", "a"},
        {CT_PERM_SESSION, "session", "tsa"},
    };
    assert_int_equal(CT_LEN(WANT), CT_PERMS); /* a new one is decided here as well */
    for (size_t i = 0; i < CT_LEN(WANT); i++) {
        assert_string_equal(ct_perm_name(WANT[i].perm), WANT[i].name);
        for (int r = 0; r < CT_ROLES; r++)
            assert_int_equal(ct_role_may((enum ct_role)r, WANT[i].perm),
                             strchr(WANT[i].who, ct_role_name((enum ct_role)r)[0]) != NULL);
    }
    assert_false(ct_role_may(CT_ROLES, CT_PERM_SESSION));
    assert_false(ct_role_may(CT_SUPERVISOR, CT_PERMS));
}

static void test_names(void **state)
{
    (void)state;
    enum ct_role role = CT_ROLES;
    assert_true(ct_role_parse("supervisor", &role));
    assert_int_equal(role, CT_SUPERVISOR);
    assert_false(ct_role_parse("root", &role));
    assert_false(ct_role_parse("", &role));
    enum ct_verb verb = CT_VERBS;
    for (size_t i = 0; i < CT_VERBS; i++) {
        assert_true(ct_verb_parse(CT_VERB[i].name, &verb));
        assert_int_equal(verb, i); /* so no name stands twice */
        assert_true(CT_VERB[i].line[0] != '\0');
    }
    assert_false(ct_verb_parse("patient.forget", &verb));
}

static void test_nobody_and_locked(void **state)
{
    struct clinic *c = *state;
    struct ct_app *app = clinic_app(c);
    struct ct_error e = {0};
    assert_int_equal(ct_require(app, CT_PERM_SESSION, &e), CT_ELOCKED);
    assert_non_null(strstr(e.text, "log in"));
    ct_app_free(app);
    ct_lock(c->app);
    assert_int_equal(ct_require(c->app, CT_PERM_SESSION, &e), CT_ELOCKED);
    assert_non_null(strstr(e.text, "locked"));
    assert_int_equal(ct_record_event(c->app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, "", &e),
                     CT_ELOCKED);
}

static int written;

static enum ct_status count_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    (void)app;
    (void)db;
    (void)arg;
    (void)entry;
    (void)reterr;
    written++;
    return CT_OK;
}

/* Every verb for every role, through the door. */
static void test_door_obeys_the_table(void **state)
{
    struct clinic *c = *state;
    static const struct {
        const char *login, *password;
        enum ct_role role;
    } PEOPLE[] = {
        {"ada", ADA_PASSWORD, CT_ADMINISTRATOR},
        {"sue", SUE_PASSWORD, CT_SUPERVISOR},
        {"tom", TOM_PASSWORD, CT_TECHNICIAN},
    };
    ct_logout(c->app);
    for (size_t p = 0; p < CT_LEN(PEOPLE); p++) {
        struct ct_error e = {0};
        assert_int_equal(recorded_login(c->app, PEOPLE[p].login, PEOPLE[p].password, &e), CT_OK);
        assert_int_equal(clinic_again(c->app, PEOPLE[p].password), CT_OK);
        for (int v = 0; v < CT_VERBS; v++) {
            const struct ct_change change = {.verb = (enum ct_verb)v, .write = count_write};
            bool may = ct_role_may(PEOPLE[p].role, CT_VERB[v].perm);
            int64_t before = chain_end(c->app), seq = 0;
            written = 0;
            assert_int_equal(ct_record(c->app, &change, &seq, &e), may ? CT_OK : CT_EDENIED);
            assert_int_equal(written, may);
            assert_int_equal(chain_end(c->app), before + 1); /* the refusal, when refused */
            if (!may) {
                char verb[64], detail[128];
                app_text(c->app, "SELECT verb FROM audit ORDER BY seq DESC LIMIT 1", verb,
                         sizeof verb);
                app_text(c->app, "SELECT detail FROM audit ORDER BY seq DESC LIMIT 1", detail,
                         sizeof detail);
                assert_string_equal(verb, "session.denied");
                assert_non_null(strstr(detail, CT_VERB[v].name));
                assert_int_equal(
                    app_int(c->app, "SELECT severity FROM audit ORDER BY seq DESC LIMIT 1"),
                    CT_NOTABLE);
            }
        }
        ct_logout(c->app);
    }
}

/* A supervisor manages technicians and supervisors, not administrators. */
static void test_administrators_are_out_of_reach(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    CT_SECRET *p = NULL;
    assert_int_equal(ct_secret_new(64, &p, NULL), CT_OK);
    ct_logout(c->app);
    assert_int_equal(recorded_login(c->app, "sue", SUE_PASSWORD, &e), CT_OK);
    assert_int_equal(clinic_again(c->app, SUE_PASSWORD), CT_OK);
    assert_int_equal(ct_user_add(c->app, "eve", "Eve Demo", CT_ADMINISTRATOR, p, &e),
                     CT_EDENIED);
    assert_int_equal(p->len, 0);
    assert_int_equal(ct_user_reset(c->app, 1, "lost", p, &e), CT_EDENIED);
    assert_int_equal(ct_user_disable(c->app, 1, "left", &e), CT_EDENIED);
    assert_int_equal(
        app_int(c->app, "SELECT count(*) FROM audit WHERE verb = 'session.denied'"), 3);
    assert_int_equal(ct_user_add(c->app, "tia", "Tia Demo", CT_TECHNICIAN, p, &e), CT_OK);
    assert_true(p->len >= CT_PASSWORD_MIN);
    ct_logout(c->app);
    assert_int_equal(recorded_login(c->app, "ada", ADA_PASSWORD, &e), CT_OK); /* untouched */
}

static void test_own_password_comes_first(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    CT_SECRET *temporary = NULL, *own = secret_of("Tia hums under 3 umbrellas");
    assert_int_equal(ct_secret_new(64, &temporary, NULL), CT_OK);
    assert_int_equal(ct_user_add(c->app, "tia", "Tia Demo", CT_TECHNICIAN, temporary, &e),
                     CT_OK);
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "tia", temporary, &e), CT_OK);
    assert_true(ct_app_who(c->app)->must_change);
    assert_int_equal(ct_require(c->app, CT_PERM_VITALS_WRITE, &e), CT_EDENIED);
    assert_int_equal(ct_record_event(c->app, CT_VERB_PATIENT_OPEN, 1, CT_ROUTINE, "", &e),
                     CT_EDENIED);
    assert_int_equal(ct_user_change_password(c->app, temporary, own, &e), CT_OK);
    assert_false(ct_app_who(c->app)->must_change);
    assert_int_equal(ct_record_event(c->app, CT_VERB_PATIENT_OPEN, 1, CT_ROUTINE, "", &e),
                     CT_OK);
}

static int begin(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    clinic_staff(c);
    *state = c;
    return 0;
}

static int end(void **state)
{
    clinic_end(*state);
    free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_names),
        cmocka_unit_test_setup_teardown(test_nobody_and_locked, begin, end),
        cmocka_unit_test_setup_teardown(test_door_obeys_the_table, begin, end),
        cmocka_unit_test_setup_teardown(test_administrators_are_out_of_reach, begin, end),
        cmocka_unit_test_setup_teardown(test_own_password_comes_first, begin, end),
    };
    return cmocka_run_group_tests_name("permission", tests, NULL, NULL);
}
