/* Drafts: what was half typed is there again, is its owner's alone, and a hostile
 * body in the store is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/draft.h"
#include "tests/support/recorded.h"

static int begin(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    clinic_staff(c);
    ct_logout(c->app);
    struct ct_error e = {0};
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    *state = c;
    return 0;
}

static int end(void **state)
{
    clinic_end(*state);
    free(*state);
    return 0;
}

static void keep(struct ct_app *app, const char *kind, int64_t patient, const char *pulse)
{
    struct ct_draft d = {.patient_id = patient};
    struct ct_error e = {0};
    snprintf(d.kind, sizeof d.kind, "%s", kind);
    assert_true(ct_draft_put(&d, "pulse_bpm", pulse));
    assert_true(ct_draft_put(&d, "note", "resting; caf\xc3\xa9"));
    if (ct_draft_keep(app, &d, &e) != CT_OK)
        fail_msg("%s", e.text);
    ct_draft_done(&d);
}

static void expect(struct ct_app *app, const char *kind, int64_t patient, const char *pulse)
{
    struct ct_draft d = {0};
    struct ct_error e = {0};
    enum ct_status s = ct_draft_latest(app, kind, patient, &d, &e);
    if (pulse == NULL) {
        assert_int_equal(s, CT_ENOTFOUND);
        return;
    }
    assert_int_equal(s, CT_OK);
    assert_string_equal(ct_draft_get(&d, "pulse_bpm"), pulse);
    assert_string_equal(ct_draft_get(&d, "note"), "resting; caf\xc3\xa9");
    assert_null(ct_draft_get(&d, "temp_c10"));
    if (kind != NULL) {
        assert_string_equal(d.kind, kind);
        assert_int_equal(d.patient_id, patient);
    }
    ct_draft_done(&d);
}

static void test_there_again_after_lock_and_logout(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    CT_SECRET *p = secret_of(TOM_PASSWORD);
    expect(c->app, NULL, CT_UNSET, NULL);
    int64_t entries = chain_end(c->app);
    keep(c->app, "vitals", 5, "7");
    keep(c->app, "vitals", 5, "71"); /* typed on: the same draft */
    assert_int_equal(app_int(c->app, "SELECT count(*) FROM draft"), 1);
    assert_int_equal(chain_end(c->app), entries); /* no record */
    ct_lock(c->app);
    assert_int_equal(ct_unlock(c->app, p, &e), CT_OK);
    expect(c->app, "vitals", 5, "71");
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "tom", p, &e), CT_OK);
    expect(c->app, NULL, CT_UNSET, "71");
}

static void test_one_a_form_and_patient(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    keep(c->app, "vitals", 5, "71");
    c->now += 1000;
    keep(c->app, "vitals", 6, "66");
    c->now += 1000;
    keep(c->app, "register", CT_UNSET, "88");
    expect(c->app, "vitals", 5, "71");
    expect(c->app, "vitals", 6, "66");
    expect(c->app, "register", CT_UNSET, "88");
    expect(c->app, "vitals", CT_UNSET, NULL);
    expect(c->app, NULL, CT_UNSET, "88"); /* the newest */
    c->now += 1000;
    keep(c->app, "vitals", 5, "72");
    expect(c->app, NULL, CT_UNSET, "72");
    assert_int_equal(ct_draft_drop(c->app, "vitals", 5, &e), CT_OK);
    expect(c->app, "vitals", 5, NULL);
    expect(c->app, "vitals", 6, "66");
    assert_int_equal(ct_draft_drop(c->app, "vitals", 5, &e), CT_OK); /* twice is fine */
}

static void test_emptied_is_dropped(void **state)
{
    struct clinic *c = *state;
    struct ct_draft d = {.kind = "vitals", .patient_id = 5};
    keep(c->app, "vitals", 5, "71");
    assert_true(ct_draft_put(&d, "pulse_bpm", ""));
    assert_int_equal(ct_draft_keep(c->app, &d, NULL), CT_OK);
    expect(c->app, "vitals", 5, NULL);
    assert_int_equal(app_int(c->app, "SELECT count(*) FROM draft"), 0);
    ct_draft_done(&d);
}

static void test_nobody_elses(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    keep(c->app, "vitals", 5, "71");
    struct ct_app *sue = clinic_app(c);
    assert_int_equal(recorded_login(sue, "sue", SUE_PASSWORD, &e), CT_OK);
    expect(sue, NULL, CT_UNSET, NULL);
    expect(sue, "vitals", 5, NULL);
    keep(sue, "vitals", 5, "99");
    assert_int_equal(ct_draft_drop(sue, "vitals", 5, &e), CT_OK);
    expect(c->app, "vitals", 5, "71");
    ct_app_free(sue);
    ct_lock(c->app);
    struct ct_draft d = {.kind = "vitals"};
    assert_int_equal(ct_draft_latest(c->app, NULL, CT_UNSET, &d, &e), CT_ELOCKED);
    assert_int_equal(ct_draft_keep(c->app, &d, &e), CT_ELOCKED);
}

static void test_limits(void **state)
{
    struct clinic *c = *state;
    struct ct_draft d = {.kind = "vitals", .patient_id = 5};
    struct ct_error e = {0};
    char name[64], *big = calloc(1, CT_DRAFT_TEXT_MAX + 2);
    memset(big, 'a', CT_DRAFT_TEXT_MAX + 1);
    assert_false(ct_draft_put(&d, "", "x"));
    assert_false(ct_draft_put(&d, "note", big));
    big[CT_DRAFT_TEXT_MAX] = '\0';
    memset(name, 'n', 48);
    name[48] = '\0';
    assert_false(ct_draft_put(&d, name, "x"));
    name[47] = '\0';
    assert_true(ct_draft_put(&d, name, "x"));
    for (int i = 1; i < CT_DRAFT_FIELDS_MAX; i++) {
        snprintf(name, sizeof name, "f%d", i);
        assert_true(ct_draft_put(&d, name, i < 6 ? big : "y"));
    }
    assert_false(ct_draft_put(&d, "one_more", "x"));
    assert_true(ct_draft_put(&d, "f7", "replaced"));
    assert_int_equal(d.n, CT_DRAFT_FIELDS_MAX);
    assert_int_equal(ct_draft_keep(c->app, &d, &e), CT_OK); /* about 41 KB */
    for (int i = 6; i < 9; i++) {
        snprintf(name, sizeof name, "f%d", i);
        assert_true(ct_draft_put(&d, name, big));
    }
    assert_int_equal(ct_draft_keep(c->app, &d, &e), CT_EINVAL);
    ct_draft_done(&d);
    assert_int_equal(ct_draft_latest(c->app, "vitals", 5, &d, &e), CT_OK); /* the one before */
    assert_string_equal(ct_draft_get(&d, "f7"), "replaced");
    assert_string_equal(ct_draft_get(&d, "f5"), big);
    ct_draft_done(&d);
    d.kind[0] = '\0';
    assert_int_equal(ct_draft_keep(c->app, &d, &e), CT_EINVAL);
    free(big);
}

static void plant(const struct raw *r, int64_t user, const unsigned char *body, size_t n)
{
    sqlite3_stmt *st = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(r->db,
                           "INSERT OR REPLACE INTO draft(id, user_id, kind, saved_ms,"
                           " body) VALUES(1, ?1, 'vitals', 5, ?2)",
                           -1, &st, NULL),
        SQLITE_OK);
    sqlite3_bind_int64(st, 1, user);
    sqlite3_bind_blob(st, 2, n > 0 ? (const void *)body : "", (int)n, SQLITE_TRANSIENT);
    assert_int_equal(sqlite3_step(st), SQLITE_DONE);
    sqlite3_finalize(st);
}

static void test_hostile_bodies(void **state)
{
    struct clinic *c = *state;
    struct raw r;
    struct ct_draft d = {0};
    struct ct_error e = {0};
    static const unsigned char GOOD[] = {1, 2,   0,   0, 0, 1, 0, 0,   0, 'a', 2, 0, 0,
                                         0, 'x', 'y', 1, 0, 0, 0, 'b', 0, 0,   0, 0};
    static const struct {
        size_t at;
        unsigned char byte;
    } SPOILT[] = {
        {0, 2},     /* version */
        {1, 3},     /* one field more than there is */
        {1, 1},     /* one fewer: bytes left over */
        {2, 1},     /* 258 fields */
        {4, 0xff},  /* thousands of millions */
        {8, 0xff},  /* a name of 4 GB */
        {13, 0x7f}, /* a text of 2 GB */
        {5, 0},     /* a name of no bytes */
        {9, 0},     /* NUL in a name */
        {15, 0},    /* NUL in a text */
        {20, 'a'},  /* the same name twice */
        {21, 200},  /* a text past the end */
    };
    raw_open(&r, c, ct_app_keys(c->app));
    plant(&r, 3, GOOD, sizeof GOOD);
    assert_int_equal(ct_draft_latest(c->app, NULL, CT_UNSET, &d, &e), CT_OK);
    assert_string_equal(ct_draft_get(&d, "a"), "xy");
    assert_string_equal(ct_draft_get(&d, "b"), "");
    ct_draft_done(&d);
    for (size_t i = 0; i < CT_LEN(SPOILT); i++) {
        unsigned char body[sizeof GOOD];
        memcpy(body, GOOD, sizeof body);
        body[SPOILT[i].at] = SPOILT[i].byte;
        plant(&r, 3, body, sizeof body);
        assert_int_equal(ct_draft_latest(c->app, NULL, CT_UNSET, &d, &e), CT_EDAMAGED);
        assert_int_equal(d.n, 0);
    }
    for (size_t n = 0; n < sizeof GOOD; n++) { /* cut anywhere */
        plant(&r, 3, GOOD, n);
        assert_int_equal(ct_draft_latest(c->app, NULL, CT_UNSET, &d, &e), CT_EDAMAGED);
    }
    unsigned char *huge = calloc(1, 200000);
    memcpy(huge, GOOD, sizeof GOOD);
    plant(&r, 3, huge, 200000);
    assert_int_equal(ct_draft_latest(c->app, NULL, CT_UNSET, &d, &e), CT_EDAMAGED);
    free(huge);
    raw_close(&r);
    keep(c->app, "vitals", CT_UNSET, "71"); /* and the form can be kept anew */
    expect(c->app, "vitals", CT_UNSET, "71");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_there_again_after_lock_and_logout, begin, end),
        cmocka_unit_test_setup_teardown(test_one_a_form_and_patient, begin, end),
        cmocka_unit_test_setup_teardown(test_emptied_is_dropped, begin, end),
        cmocka_unit_test_setup_teardown(test_nobody_elses, begin, end),
        cmocka_unit_test_setup_teardown(test_limits, begin, end),
        cmocka_unit_test_setup_teardown(test_hostile_bodies, begin, end),
    };
    return cmocka_run_group_tests_name("draft", tests, NULL, NULL);
}
