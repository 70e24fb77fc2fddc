/* Sets of instruments: recipes in versions, counted by two at assembly and at return, and no
 * difference is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/sterile_rows.h"
#include "tests/support/ward.h"

static void line(struct ct_set *s, const char *instrument, int count)
{
    snprintf(s->line[s->n].instrument, sizeof s->line[0].instrument, "%s", instrument);
    s->line[s->n++].count = count;
}

static struct ct_set *recipe(struct ward *w, const char *name, bool by_two)
{
    struct ct_set *s = calloc(1, sizeof *s);
    assert_non_null(s);
    snprintf(s->name, sizeof s->name, "%s", name);
    s->copies = 1;
    s->second = by_two;
    s->method = CT_METHOD_STEAM;
    line(s, "Kocher clamp, straight", 6);
    line(s, "Scissors, Mayo", 1);
    ok(ct_set_add(w->sue, s, e));
    return s;
}

static void all_there(struct ct_set_count *c)
{
    for (size_t i = 0; i < c->n; i++)
        c->line[i].counted = c->line[i].expected;
}

static struct ct_pack packed(struct ward *w, int64_t set_id)
{
    struct ct_set_count *c = calloc(1, sizeof *c);
    struct ct_pack p;
    ok(ct_set_count_begin(w->tom, set_id, c, e));
    all_there(c);
    ok(ct_set_pack(w->tom, set_id, 0, c, NULL, NULL, &p, e));
    free(c);
    return p;
}

/* A step as loads and procedures write it. */
struct step { int64_t id; enum ct_pack_step step; };
static enum ct_status write_step(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    const struct step *s = arg;
    return ct_pack_step_in(app, db, s->id, s->step, CT_REF_NONE, 0, 0, NULL,
                           s->step == CT_PACK_REJECTED ? "wet" : NULL, entry, reterr);
}

static void stepped(struct ward *w, int64_t id, enum ct_pack_step to)
{
    struct step s = {id, to};
    struct ct_change change = {.verb = CT_VERB_PACK_STEP, .write = write_step, .arg = &s,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    w->c.now += CT_MINUTE_MS;
    ok(ct_record(w->tom, &change, NULL, e));
}

static void used(struct ward *w, int64_t id)
{
    stepped(w, id, CT_PACK_IN_LOAD);
    stepped(w, id, CT_PACK_STERILISED);
    stepped(w, id, CT_PACK_RELEASED);
    stepped(w, id, CT_PACK_USED);
}

/* ---- recipes ----------------------------------------------------------------------------- */

static void test_a_pack_keeps_its_version(void **state)
{
    struct ward *w = *state;
    struct ct_set *s = recipe(w, "Laparotomy, large", false), *was, *list;
    struct ct_pack p = packed(w, s->id);
    assert_string_equal(p.contents, "Laparotomy, large");
    assert_int_equal(p.detail_id, s->detail_id);
    int64_t old = s->detail_id;
    size_t n;
    line(s, "Needle holder", 2);
    refused(ct_set_amend(w->sue, s, "", e), CT_EINVAL, "reason", "");
    refused(ct_set_amend(w->tom, s, "more", e), CT_EDENIED, "", "");
    ok(ct_set_amend(w->sue, s, "needle holders were borrowed each time", e));
    assert_int_equal(s->n, 3);
    assert_true(s->detail_id > old);
    was = calloc(1, sizeof *was);
    ok(ct_set_version(w->tom, p.detail_id, was, e));
    assert_int_equal(was->n, 2);
    was->detail_id = old;
    refused(ct_set_amend(w->sue, was, "late", e), CT_ECONFLICT, "", "meanwhile");
    free(was);
    ok(ct_set_history(w->tom, s->id, &list, &n, e));
    assert_int_equal(n, 2);
    assert_string_equal(list[0].reason, "needle holders were borrowed each time");
    free(list);
    ok(ct_set_list(w->tom, &list, &n, e));
    assert_int_equal(n, 1);
    free(list);
    free(s);
}

static void test_bad_recipes(void **state)
{
    struct ward *w = *state;
    struct ct_set *s = recipe(w, "Basic", false), *t = calloc(1, sizeof *t);
    *t = *s;
    refused(ct_set_add(w->sue, t, e), CT_EEXISTS, "name", "S-1");
    snprintf(t->name, sizeof t->name, "BASIC");
    refused(ct_set_add(w->sue, t, e), CT_EEXISTS, "name", "S-1");
    snprintf(t->name, sizeof t->name, "Other");
    line(t, "KOCHER clamp, straight", 1);
    refused(ct_set_add(w->sue, t, e), CT_EINVAL, "instrument", "twice");
    t->line[2].count = 0;
    snprintf(t->line[2].instrument, sizeof t->line[2].instrument, "Probe");
    refused(ct_set_add(w->sue, t, e), CT_EINVAL, "count", "Probe");
    t->n = 0;
    refused(ct_set_add(w->sue, t, e), CT_EINVAL, "instrument", "1 to 80");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM set_recipe"), 1);
    free(t);
    free(s);
}

static void test_the_longest_recipe(void **state)
{
    struct ward *w = *state;
    struct ct_set *s = calloc(1, sizeof *s);
    snprintf(s->name, sizeof s->name, "Everything");
    s->copies = 1;
    s->method = -1;
    for (int i = 0; i < CT_SET_LINES_MAX; i++) {
        char name[32];
        snprintf(name, sizeof name, "Instrument %d", i);
        line(s, name, 1);
    }
    ok(ct_set_add(w->sue, s, e));
    struct ct_pack p = packed(w, s->id);
    used(w, p.id);
    struct ct_set_count *c = calloc(1, sizeof *c);
    ok(ct_set_count_back(w->tom, p.id, c, e));
    assert_int_equal(c->n, CT_SET_LINES_MAX);
    all_there(c);
    ok(ct_set_return(w->tom, c, NULL, NULL, e));
    free(c);
    packed(w, s->id); /* replaces the one before: still within one entry */
    free(s);
}

/* ---- counting ------------------------------------------------------------------------------ */

static void test_every_line_is_counted_by_two(void **state)
{
    struct ward *w = *state;
    struct ct_set *s = recipe(w, "Laparotomy", true);
    struct ct_set_count *c = calloc(1, sizeof *c);
    struct ct_pack p;
    struct ct_secret *sue = secret_of(SUE_PASSWORD), *wrong = secret_of("wrong");
    ok(ct_set_count_begin(w->tom, s->id, c, e));
    assert_int_equal(c->n, 2);
    c->line[0].counted = 6;
    refused(ct_set_pack(w->tom, s->id, 0, c, "sue", sue, &p, e), CT_EINVAL, "counted",
            "Scissors, Mayo is not counted");
    c->line[1].counted = 1;
    refused(ct_set_pack(w->tom, s->id, 0, c, NULL, NULL, &p, e), CT_EINVAL, "second", "by two");
    refused(ct_set_pack(w->tom, s->id, 0, c, "sue", wrong, &p, e), CT_EPASSWORD, e->field, "");
    refused(ct_set_pack(w->tom, s->id, 0, c, "tom", sue, &p, e), CT_EINVAL, "login", "");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM pack"), 0);
    ok(ct_set_pack(w->tom, s->id, 0, c, "sue", sue, &p, e));
    ok(ct_set_count_get(w->tom, p.id, CT_SET_ASSEMBLY, c, e));
    assert_string_equal(c->by, "Tom Demo-Vale");
    assert_int_equal(c->second_user, ct_app_who(w->sue)->user_id);
    c->line[0].counted = 7;
    free(c);
    free(s);
    ct_secret_free(sue);
    ct_secret_free(wrong);
}

static void test_a_difference_is_followed_to_its_end(void **state)
{
    struct ward *w = *state;
    struct ct_set *s = recipe(w, "Laparotomy", false);
    struct ct_set_count *c = calloc(1, sizeof *c);
    struct ct_set_difference *d;
    struct ct_pack p;
    size_t n;
    ok(ct_set_count_begin(w->tom, s->id, c, e));
    all_there(c);
    c->line[0].counted = 7;
    refused(ct_set_pack(w->tom, s->id, 0, c, NULL, NULL, &p, e), CT_EINVAL, "counted", "another");
    c->line[0].counted = 5;
    refused(ct_set_pack(w->tom, s->id, 0, c, NULL, NULL, &p, e), CT_EINVAL, "away", "5 of 6");
    c->line[0].away = CT_AWAY_REPAIR;
    ok(ct_set_pack(w->tom, s->id, 0, c, NULL, NULL, &p, e));
    used(w, p.id);
    ok(ct_set_count_back(w->tom, p.id, c, e));
    assert_int_equal(c->line[0].expected, 5); /* what went out has to come back */
    all_there(c);
    c->line[1].counted = 0;
    c->line[1].away = CT_AWAY_MISSING;
    ok(ct_set_return(w->tom, c, NULL, NULL, e));
    refused(ct_set_return(w->tom, c, NULL, NULL, e), CT_ECONFLICT, "", "already");
    ok(ct_set_differences(w->tom, s->id, &d, &n, e));
    assert_int_equal(n, 2);
    assert_string_equal(d[0].instrument, "Kocher clamp, straight");
    assert_int_equal(d[1].away, CT_AWAY_MISSING);
    int64_t repair = d[0].line_id, missing = d[1].line_id;
    free(d);
    refused(ct_set_follow(w->tom, missing, CT_FOLLOW_SOUGHT, "", e), CT_EINVAL, "text", "");
    ok(ct_set_follow(w->tom, missing, CT_FOLLOW_SOUGHT, "theatre 2 counted again", e));
    refused(ct_set_follow(w->tom, missing, CT_FOLLOW_GIVEN_UP, "nowhere", e), CT_EDENIED, "", "");
    ok(ct_set_follow(w->sue, missing, CT_FOLLOW_GIVEN_UP, "x-ray clear, written off", e));
    refused(ct_set_follow(w->tom, missing, CT_FOLLOW_FOUND, "in the bin", e), CT_ECONFLICT, "",
            "settled");
    ok(ct_set_differences(w->tom, 0, &d, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(d[0].line_id, repair);
    free(d);
    ok(ct_set_get(w->tom, s->id, s, e));
    assert_int_equal(s->differences, 1);
    assert_int_equal(s->used, 1);
    assert_int_equal(s->sterilised, 1);
    free(c);
    free(s);
}

static void test_a_set_is_packed_once_at_a_time(void **state)
{
    struct ward *w = *state;
    struct ct_set *s = recipe(w, "Only one", false);
    struct ct_set_count *c = calloc(1, sizeof *c);
    struct ct_pack first = packed(w, s->id), p;
    ok(ct_set_count_begin(w->tom, s->id, c, e));
    all_there(c);
    refused(ct_set_pack(w->tom, s->id, 0, c, NULL, NULL, &p, e), CT_EINVAL, "set_id", "all 1");
    stepped(w, first.id, CT_PACK_IN_LOAD);
    refused(ct_set_pack(w->tom, s->id, first.id, c, NULL, NULL, &p, e), CT_EINVAL, "set_id",
            "in a load");
    stepped(w, first.id, CT_PACK_REJECTED);
    ok(ct_set_pack(w->tom, s->id, 0, c, NULL, NULL, &p, e));
    assert_int_equal(p.replaces_id, first.id);
    ok(ct_pack_get(w->tom, first.id, &first, e));
    assert_int_equal(first.step, CT_PACK_REPROCESSED);
    ok(ct_set_get(w->tom, s->id, s, e));
    s->ended = true;
    ok(ct_set_amend(w->sue, s, "taken apart", e));
    refused(ct_set_pack(w->tom, s->id, 0, c, NULL, NULL, &p, e), CT_EINVAL, "set_id", "any more");
    free(c);
    free(s);
}

static void test_a_changed_recipe_is_counted_anew(void **state)
{
    struct ward *w = *state;
    struct ct_set *s = recipe(w, "Changing", false);
    struct ct_set_count *c = calloc(1, sizeof *c);
    struct ct_pack p;
    ok(ct_set_count_begin(w->tom, s->id, c, e));
    all_there(c);
    s->line[0].count = 8;
    ok(ct_set_amend(w->sue, s, "two more", e));
    refused(ct_set_pack(w->tom, s->id, 0, c, NULL, NULL, &p, e), CT_ECONFLICT, "counted", "anew");
    p = packed(w, s->id);
    refused(ct_set_count_back(w->tom, 999, c, e), CT_ENOTFOUND, "pack_id", "");
    ok(ct_set_count_back(w->tom, p.id, c, e));
    all_there(c);
    refused(ct_set_return(w->tom, c, NULL, NULL, e), CT_EINVAL, "pack_id", "not opened");
    free(c);
    free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        T(test_a_pack_keeps_its_version),
        T(test_bad_recipes),
        T(test_the_longest_recipe),
        T(test_every_line_is_counted_by_two),
        T(test_a_difference_is_followed_to_its_end),
        T(test_a_set_is_packed_once_at_a_time),
        T(test_a_changed_recipe_is_counted_anew),
    };
    return cmocka_run_group_tests_name("set", tests, NULL, NULL);
}
