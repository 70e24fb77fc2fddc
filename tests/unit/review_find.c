/* A supervisor finds lines: sets that were due and not taken, what concerns a device or a
 * patient, and filters that are kept by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "clinic/access.h"
#include "clinic/fault.h"
#include "clinic/figures.h"
#include "clinic/review_priv.h"
#include "tests/support/bench_of.h"

#define MIN(n) ((int64_t)(n) * CT_MINUTE_MS)
#define HOUR(n) ((int64_t)(n) * CT_HOUR_MS)
#define LOW "120/80 72 16 98 36.6 A air"
#define FOUR "120/80 95 22 95 36.6 A air" /* a score of 4: the next in four hours */

struct scene {
    struct ward *w;
    int64_t start_ms, end_ms, id;
};

static int scene_setup(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    s->w = calloc(1, sizeof *s->w);
    ward_begin(s->w);
    s->w->c.now += HOUR(1);
    s->start_ms = s->w->c.now;
    s->end_ms = s->start_ms + HOUR(8);
    *state = s;
    return 0;
}

static int scene_teardown(void **state)
{
    struct scene *s = *state;
    ward_end(s->w);
    free(s->w);
    free(s);
    return 0;
}

struct page {
    struct ct_review_line *line;
    size_t n;
    int64_t total;
};

static struct page page(struct scene *s, struct ct_review_filter f)
{
    struct page p;
    ok(ct_review_begin(s->w->sue, s->start_ms, s->end_ms, "early", &s->id, e));
    ok(ct_review_lines(s->w->sue, s->id, &f, 0, 100, &p.line, &p.n, &p.total, e));
    assert_int_equal(p.total, p.n);
    return p;
}

static size_t missed(const struct page *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++)
        n += p->line[i].due_ms != CT_UNSET;
    return n;
}

static const struct ct_review_line *line_of(const struct page *p, const char *text)
{
    for (size_t i = 0; i < p->n; i++)
        if (strstr(p->line[i].l.text, text) != NULL)
            return &p->line[i];
    for (size_t i = 0; i < p->n; i++)
        fprintf(stderr, "%d %s\n", p->line[i].cls, p->line[i].l.text);
    fail_msg("no line says \"%s\"", text);
    return NULL;
}

/* ---- sets that were not taken -------------------------------------------------------------- */

static void test_a_set_that_was_not_taken_is_an_exception(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    w->c.now = s->start_ms - HOUR(2);
    int64_t ann = ward_patient(w, "Ash", "Ann", "", "1950-02-01");
    int64_t before = ward_record(w, ann, FOUR, w->c.now); /* of the shift before */
    w->c.now = s->start_ms + HOUR(1);
    struct page p = page(s, (struct ct_review_filter){.user_id = 0});
    assert_int_equal(missed(&p), 0); /* due in an hour */
    free(p.line);
    w->c.now = s->start_ms + HOUR(2) + MIN(15);
    p = page(s, (struct ct_review_filter){.user_id = 0});
    assert_int_equal(missed(&p), 0); /* as a set is late: behind a quarter of an hour */
    free(p.line);
    w->c.now += MIN(1);
    p = page(s, (struct ct_review_filter){.user_id = 0});
    assert_int_equal(missed(&p), 1);
    const struct ct_review_line *x = line_of(&p, "[MISSED, due ");
    assert_int_equal(x->cls, 2);
    assert_int_equal(x->due_ms, s->start_ms + HOUR(2));
    assert_int_equal(x->next_ms, CT_UNSET);
    assert_int_equal(x->l.vitals_id, before);
    assert_string_equal(x->l.patient, "ASH, Ann");
    assert_false(x->after);
    int64_t seq = x->l.seq;
    free(p.line);
    /* nobody's: it can be commented, not asked about; and it is no line of tom's */
    refused(ct_review_say(w->sue, s->id, seq, CT_MARK_QUERY, "Why?", e), CT_EINVAL, "seq",
            "nobody's record");
    p = page(s, (struct ct_review_filter){.user_id = ct_app_who(w->tom)->user_id});
    assert_int_equal(p.n, 0);
    free(p.line);
    /* taken after all in the shift: the set that came is late, nothing is missing any more */
    w->c.now += MIN(4);
    ward_record(w, ann, FOUR, w->c.now);
    p = page(s, (struct ct_review_filter){.user_id = 0});
    assert_int_equal(missed(&p), 0);
    assert_true(line_of(&p, "[taken late]")->late_set);
    free(p.line);
}

static void test_a_set_of_the_next_shift_is_missing_in_this_one(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    int64_t ann = ward_patient(w, "Ash", "Ann", "", "1950-02-01");
    int64_t ben = ward_patient(w, "Birch", "Ben", "", "1960-02-01");
    int64_t cid = ward_patient(w, "Cedar", "Cid", "", "1970-02-01");
    ward_record(w, ann, FOUR, w->c.now + MIN(1)); /* due at 4 h and a minute */
    w->c.now += MIN(2);
    ward_record(w, ben, FOUR, w->c.now);
    ward_record(w, cid, "190/80 131 26 85 36.6 A air", w->c.now); /* 7 or more: watched */
    w->c.now = s->start_ms + HOUR(4);
    /* a refusal is a set: it was asked for */
    struct ct_vitals v;
    ct_vitals_init(&v);
    v.patient_id = ben;
    v.taken_ms = w->c.now;
    v.partial = CT_WHY_REFUSED;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    w->c.now = s->end_ms + MIN(21);
    ward_record(w, ann, FOUR, w->c.now);
    w->c.now += MIN(1);
    struct page p = page(s, (struct ct_review_filter){.kind = CT_RF_EXCEPTIONS});
    assert_int_equal(missed(&p), 1);
    const struct ct_review_line *x = line_of(&p, "[MISSED, due ");
    assert_non_null(strstr(x->l.text, ", 260 min late]"));
    assert_int_equal(x->next_ms, s->end_ms + MIN(21));
    free(p.line);
    struct ct_head head;
    ok(ct_chain_head(w->sue, &head, e));
    /* it has to be looked at by itself before anybody signs, and stands in what is signed */
    ok(clinic_again(w->sue, SUE_PASSWORD));
    ok(ct_review_rest(w->sue, s->id, head.seq, e));
    struct ct_review_text t;
    refused(ct_review_text(w->sue, s->id, "", false, &t, e), CT_EINVAL, "line",
            "are not acknowledged");
    p = page(s, (struct ct_review_filter){.kind = CT_RF_OPEN});
    for (size_t i = 0; i < p.n; i++)
        ok(ct_review_say(w->sue, s->id, p.line[i].l.seq, CT_MARK_COMMENT, "ward was short", e));
    char want[60];
    for (size_t i = 0; i < p.n; i++)
        if (p.line[i].due_ms != CT_UNSET)
            snprintf(want, sizeof want, "\nline %lld ", (long long)p.line[i].l.seq);
    free(p.line);
    ok(ct_review_text(w->sue, s->id, "", false, &t, e));
    assert_non_null(strstr(t.text, want));
    assert_non_null(strstr(t.text, " 2 vitals.record by 0\n"));
    ok(ct_review_sign(w->sue, &t, e));
    ct_review_text_done(&t);
    /* nothing of it is left for an addendum */
    int64_t was = s->id;
    p = page(s, (struct ct_review_filter){.user_id = 0});
    assert_int_equal(s->id, was);
    free(p.line);
}

/* The figure of sets on time and the lines of the review count the same sets. */
static void test_the_figure_agrees(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    for (int i = 0; i < 6; i++) {
        char name[8];
        snprintf(name, sizeof name, "P%c", 'a' + i);
        int64_t id = ward_patient(w, "Demo", name, "", "1960-01-01");
        w->c.now = s->start_ms + MIN(i);
        ward_record(w, id, FOUR, w->c.now);
        /* in time, late in the shift, in the next one, three days later: no longer followed */
        static const int64_t AFTER[] = {MIN(230), MIN(300), HOUR(9), HOUR(9), HOUR(20), HOUR(80)};
        w->c.now += AFTER[i];
        ward_record(w, id, "190/80 131 26 85 36.6 A air", w->c.now); /* nothing due behind it */
    }
    w->c.now = s->start_ms + HOUR(90);
    struct page p = page(s, (struct ct_review_filter){.user_id = 0});
    size_t late = missed(&p);
    for (size_t i = 0; i < p.n; i++)
        late += p.line[i].late_set;
    free(p.line);
    struct ct_figure_row *r;
    size_t n;
    int64_t whole = 0, part = 0;
    ok(ct_figures(w->sue, CT_FIG_ON_TIME, ct_date_at(w->c.now), 3, &r, &n, e));
    for (size_t i = 0; i < n; i++) {
        whole += r[i].whole;
        part += r[i].part;
    }
    free(r);
    assert_int_equal(whole, 5);
    assert_int_equal(part, 1);
    assert_int_equal(late, whole - part);
}

/* ---- a device, a patient ---------------------------------------------------------------------- */

static void test_lines_of_a_device(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    w->c.now -= HOUR(2);
    int64_t one = bench_device(w, "M-1", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    int64_t two = bench_device(w, "M-2", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    int64_t ann = ward_patient(w, "Ash", "Ann", "", "1950-02-01");
    w->c.now = s->start_ms + MIN(1);
    struct ct_vitals v = ward_set(w, ann, LOW, w->c.now);
    snprintf(v.device[0].device, sizeof v.device[0].device, "m-1"); /* typed in small letters */
    v.device[0].quantities = UINT32_C(1) << CT_Q_SBP;
    v.device[0].reason = "no other here";
    v.n_devices = 1;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    w->c.now += MIN(1);
    struct ct_fault f = {.equipment_id = two, .text = "screen is cracked"};
    ok(ct_fault_open(w->tom, &f, false, e));
    ward_record(w, ann, "121/81 72 16 98 36.6 A air", w->c.now);
    struct page p = page(s, (struct ct_review_filter){.equipment_id = one});
    assert_int_equal(p.n, 1);
    assert_int_equal(p.line[0].l.verb, CT_VERB_VITALS_RECORD);
    assert_int_equal(p.line[0].l.vitals_id, v.id);
    free(p.line);
    p = page(s, (struct ct_review_filter){.equipment_id = two});
    assert_int_equal(p.n, 1);
    line_of(&p, "cracked");
    free(p.line);
    /* with the rest of the filter */
    p = page(s, (struct ct_review_filter){.equipment_id = one, .text = "121/81"});
    assert_int_equal(p.n, 0);
    free(p.line);
    p = page(s, (struct ct_review_filter){.patient_id = ann, .module = "vitals"});
    assert_int_equal(p.n, 2);
    free(p.line);
    p = page(s, (struct ct_review_filter){.patient_id = ann + 1});
    assert_int_equal(p.n, 0);
    free(p.line);
}

static void row(sqlite3 *db, const char *sql, const char *arg, char *out, size_t size)
{
    sqlite3_stmt *st = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &st, NULL), SQLITE_OK);
    sqlite3_bind_text(st, 1, arg, -1, SQLITE_STATIC);
    snprintf(out, size, "%s", sqlite3_step(st) == SQLITE_ROW
                                  ? (const char *)sqlite3_column_text(st, 0) : "");
    sqlite3_finalize(st);
}

/* Every table of records whose rows belong to a device, by its own column or by that of the
 * row it points at, is known to the view that says so. */
static void test_no_table_of_a_device_is_missing(void **state)
{
    (void)state;
    static const char REACH[] =
        "WITH RECURSIVE reach(tbl) AS (VALUES('equipment') UNION SELECT t.name FROM reach r, "
        "sqlite_schema t, pragma_foreign_key_list(t.name) k WHERE k.\"table\" = r.tbl "
        "AND t.type = 'table' AND t.name NOT GLOB '*_find') "
        "SELECT ifnull(group_concat(tbl, ' '), '') FROM reach WHERE ?1 = '' "
        "AND instr((SELECT sql FROM sqlite_schema WHERE name = 'entry_device'), "
        "'''' || tbl || '''') = 0";
    sqlite3 *db = NULL;
    char missing[400];
    assert_int_equal(sqlite3_open(":memory:", &db), SQLITE_OK);
    for (const struct ct_embedded *e = ct_embedded; e->name != NULL; e++)
        if (strncmp(e->name, "schema/", 7) == 0) {
            char *sql = strdup(e->data);
            assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
            free(sql);
        }
    row(db, REACH, "", missing, sizeof missing);
    assert_string_equal(missing, "");
    /* the check can fail */
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE late_one(id INTEGER PRIMARY KEY, x INTEGER "
                                      "REFERENCES load_bi(id))", NULL, NULL, NULL), SQLITE_OK);
    row(db, REACH, "", missing, sizeof missing);
    assert_string_equal(missing, "late_one");
    sqlite3_close(db);
}

/* ---- filters that are kept ---------------------------------------------------------------------- */

static void test_filters_are_kept_by_name(void **state)
{
    struct scene *s = *state;
    struct ct_app *sue = s->w->sue;
    struct ct_review_saved *v;
    size_t n;
    refused(ct_review_filter_save(s->w->tom, "mine", "!", e), CT_EDENIED, "", "review");
    refused(ct_review_filter_save(sue, "  ", "!", e), CT_EINVAL, "name", "name");
    refused(ct_review_filter_save(sue, "gone", "", e), CT_ENOTFOUND, "name", "no filter called");
    char tall[200];
    memset(tall, 'x', sizeof tall);
    tall[CT_FILTER_NAME_MAX + 1] = '\0';
    refused(ct_review_filter_save(sue, tall, "!", e), CT_EINVAL, "name", "longer than 40");
    tall[CT_FILTER_NAME_MAX + 1] = 'x';
    tall[CT_FILTER_TYPED_MAX + 1] = '\0';
    refused(ct_review_filter_save(sue, "a", tall, e), CT_EINVAL, "typed", "longer than 95");
    ok(ct_review_filter_save(sue, "Tom, open", "@tom .", e));
    ok(ct_review_filter_save(sue, "exceptions", "!", e));
    ok(ct_review_filter_save(sue, "TOM, OPEN", "@tom ?", e)); /* the same name */
    ok(ct_review_filters(sue, &v, &n, e));
    assert_int_equal(n, 2);
    assert_string_equal(v[0].name, "exceptions");
    assert_string_equal(v[1].typed, "@tom ?");
    free(v);
    ok(ct_review_filter_save(sue, "exceptions", "", e));
    ok(ct_review_filters(sue, &v, &n, e));
    assert_int_equal(n, 1);
    free(v);
    /* hers alone; and no line of a review, nor of the log */
    ok(clinic_again(s->w->c.app, ADA_PASSWORD));
    refused(ct_review_filters(s->w->tom, &v, &n, e), CT_EDENIED, "", "review");
    s->w->c.now += MIN(1);
    struct page p = page(s, (struct ct_review_filter){.user_id = 0});
    for (size_t i = 0; i < p.n; i++)
        assert_int_not_equal(p.line[i].l.verb, CT_VERB_REVIEW_FILTER);
    free(p.line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_set_that_was_not_taken_is_an_exception,
                                        scene_setup, scene_teardown),
        cmocka_unit_test_setup_teardown(test_a_set_of_the_next_shift_is_missing_in_this_one,
                                        scene_setup, scene_teardown),
        cmocka_unit_test_setup_teardown(test_the_figure_agrees, scene_setup, scene_teardown),
        cmocka_unit_test_setup_teardown(test_lines_of_a_device, scene_setup, scene_teardown),
        cmocka_unit_test(test_no_table_of_a_device_is_missing),
        cmocka_unit_test_setup_teardown(test_filters_are_kept_by_name, scene_setup,
                                        scene_teardown),
    };
    return cmocka_run_group_tests_name("review_find", tests, NULL, NULL);
}
