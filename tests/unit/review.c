/* A supervisor's review: every line has to be looked at, exceptions one by one; the author
 * of a record answers; what is signed is exactly what was seen, by somebody who did not work
 * then or by two; what comes later goes into an addendum, and the signed text stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/access.h"
#include "clinic/review_priv.h"
#include "tests/support/ward.h"

#define MIN(n) ((int64_t)(n) * CT_MINUTE_MS)
#define HOUR(n) ((int64_t)(n) * CT_HOUR_MS)
#define LOW "120/80 72 16 98 36.6 A air"
#define SAL_PASSWORD "Sal folds 19 paper cranes"

struct scene {
    struct ward *w;
    struct ct_app *sal;       /* another supervisor */
    int64_t patient, start_ms, end_ms, id;
};

static int scene_setup(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    s->w = calloc(1, sizeof *s->w);
    ward_begin(s->w);
    struct ct_secret *p = secret_of(SAL_PASSWORD);
    ok(clinic_again(s->w->c.app, ADA_PASSWORD));
    ok(ct_user_add_with(s->w->c.app, "sal", "Sal Demo", CT_SUPERVISOR, p, e));
    ct_secret_free(p);
    s->sal = clinic_app(&s->w->c);
    ok(recorded_login(s->sal, "sal", SAL_PASSWORD, e));
    s->w->c.now += HOUR(1); /* nobody's coming and going is in the shift */
    s->start_ms = s->w->c.now;
    s->end_ms = s->start_ms + HOUR(8);
    s->w->c.now += MIN(1);
    s->patient = ward_patient(s->w, "Patel", "Rohan", "", "1960-01-01");
    *state = s;
    return 0;
}

static int scene_teardown(void **state)
{
    struct scene *s = *state;
    ct_app_freep(&s->sal);
    ward_end(s->w);
    free(s->w);
    free(s);
    return 0;
}

static int64_t begin(struct scene *s, struct ct_app *app)
{
    ok(ct_review_begin(app, s->start_ms, s->end_ms, "early", &s->id, e));
    return s->id;
}

static struct ct_review get(struct ct_app *app, int64_t id)
{
    struct ct_review r;
    ok(ct_review_get(app, id, &r, e));
    return r;
}

struct page {
    struct ct_review_line *line;
    size_t n;
    int64_t total;
};

static struct page page(struct ct_app *app, int64_t id, const struct ct_review_filter *f)
{
    static const struct ct_review_filter ALL = {.user_id = 0};
    struct page p;
    ok(ct_review_lines(app, id, f != NULL ? f : &ALL, 0, 100, &p.line, &p.n, &p.total, e));
    return p;
}

static int64_t last_seq(struct ct_app *app)
{
    struct ct_head head;
    ok(ct_chain_head(app, &head, e));
    return head.seq;
}

/* Every exception by itself, the rest at once. */
static void acknowledge(struct ct_app *app, int64_t id)
{
    struct page p = page(app, id, NULL);
    for (size_t i = 0; i < p.n; i++)
        if (p.line[i].cls == 2 && !p.line[i].acknowledged)
            ok(ct_review_say(app, id, p.line[i].l.seq, CT_MARK_ACK, "", e));
    free(p.line);
    ok(ct_review_rest(app, id, last_seq(app), e));
}

static void sign(struct ct_app *app, const char *password, int64_t id, bool first_of_two)
{
    struct ct_review_text t;
    ok(clinic_again(app, password));
    ok(ct_review_text(app, id, "", first_of_two, &t, e));
    ok(ct_review_sign(app, &t, e));
    ct_review_text_done(&t);
}

static void entry(struct scene *s, enum ct_entry_kind kind, enum ct_entry_grade grade,
                  const char *text, int64_t done_ms)
{
    struct ct_shift_entry x = {.kind = kind, .grade = grade, .done_ms = done_ms};
    snprintf(x.text, sizeof x.text, "%s", text);
    ok(ct_shift_entry_add(s->w->tom, &x, e));
}

/* The line with that in its text. */
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

/* ---- what is an exception -------------------------------------------------------------- */

static void test_exceptions_come_first_and_one_by_one(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    ward_record(w, s->patient, LOW, w->c.now);
    entry(s, CT_ENTRY_VISITOR, CT_ENTRY_NOTE, "lift engineer", CT_UNSET);
    entry(s, CT_ENTRY_INCIDENT, CT_ENTRY_SERIOUS, "fall in the corridor", CT_UNSET);
    entry(s, CT_ENTRY_STAFFING, CT_ENTRY_NOTE, "one short from 8", w->c.now - MIN(40));
    w->c.now += HOUR(2);
    ward_record(w, s->patient, "190/80 131 26 90 36.6 A air", w->c.now); /* 7 and over */
    w->c.now += HOUR(5);
    ward_record(w, s->patient, LOW, w->c.now); /* after such a score: overdue long since */
    begin(s, w->sue);
    struct page p = page(w->sue, s->id, NULL);
    assert_int_equal(p.total, p.n);
    for (size_t i = 1; i < p.n; i++)
        assert_true(p.line[i - 1].cls >= p.line[i].cls);
    assert_int_equal(line_of(&p, "fall in the corridor")->cls, 2);
    assert_int_equal(line_of(&p, "lift engineer")->cls, 0);
    assert_int_equal(line_of(&p, "[entered late] wrote down: staffing")->cls, 2);
    assert_int_equal(line_of(&p, "registered a patient")->cls, 0);
    struct ct_review r = get(w->sue, s->id);
    assert_int_equal(r.lines, (int64_t)p.n);
    assert_int_equal(r.open_exceptions, r.exceptions);
    assert_true(r.exceptions >= 3 && r.open_rest >= 3);
    free(p.line);
    /* all at once is all but the exceptions */
    ok(ct_review_rest(w->sue, s->id, last_seq(w->sue), e));
    r = get(w->sue, s->id);
    assert_int_equal(r.open_rest, 0);
    assert_int_equal(r.open_exceptions, r.exceptions);
    /* what nobody was shown is not acknowledged by it */
    ward_record(w, s->patient, "118/79 70 15 99 36.5 A air", w->c.now);
    assert_int_equal(get(w->sue, s->id).open_rest, 1);
    refused(ct_review_rest(w->tom, s->id, 1, e), CT_EDENIED, "", "review");
    refused(ct_review_say(w->sue, s->id, 1, CT_MARK_ACK, "", e), CT_EINVAL, "seq",
            "no line of this review");
}

static void test_a_set_taken_late_is_an_exception(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    ward_record(w, s->patient, "120/80 95 22 95 36.6 A air", w->c.now); /* 4: every 4 hours */
    w->c.now += HOUR(6);
    ward_record(w, s->patient, LOW, w->c.now);
    begin(s, w->sue);
    struct page p = page(w->sue, s->id, NULL);
    assert_int_equal(line_of(&p, "[taken late]")->cls, 2);
    assert_true(line_of(&p, "[taken late]")->late_set);
    size_t late = 0;
    for (size_t i = 0; i < p.n; i++)
        late += p.line[i].late_set;
    assert_int_equal(late, 1);
    free(p.line);
}

static void test_filters(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    ward_record(w, s->patient, LOW, w->c.now);
    entry(s, CT_ENTRY_ESTATE, CT_ENTRY_SERIOUS, "Wasser im Keller: Überlauf", CT_UNSET);
    begin(s, w->sue);
    struct ct_review_filter f = {.kind = CT_RF_EXCEPTIONS};
    struct page p = page(w->sue, s->id, &f);
    assert_int_equal(p.total, 1);
    int64_t seq = p.line[0].l.seq;
    free(p.line);
    f = (struct ct_review_filter){.module = "vitals"};
    p = page(w->sue, s->id, &f);
    assert_int_equal(p.total, 1);
    free(p.line);
    f = (struct ct_review_filter){.text = "uberlauf"};
    p = page(w->sue, s->id, &f);
    assert_int_equal(p.total, 1);
    assert_int_equal(p.line[0].l.seq, seq);
    free(p.line);
    f = (struct ct_review_filter){.text = "patel"};
    p = page(w->sue, s->id, &f);
    assert_int_equal(p.total, 2);
    free(p.line);
    f = (struct ct_review_filter){.user_id = ct_app_who(w->sue)->user_id};
    p = page(w->sue, s->id, &f);
    assert_int_equal(p.total, 0);
    free(p.line);
    f = (struct ct_review_filter){.kind = CT_RF_OPEN};
    p = page(w->sue, s->id, &f);
    assert_int_equal(p.total, 3);
    free(p.line);
    ok(ct_review_say(w->sue, s->id, seq, CT_MARK_COMMENT, "plumber called", e));
    p = page(w->sue, s->id, &f);
    assert_int_equal(p.total, 2);
    free(p.line);
    f.kind = CT_RF_SAID;
    p = page(w->sue, s->id, &f);
    assert_int_equal(p.total, 1);
    assert_int_equal(p.line[0].comments, 1);
    free(p.line);
    struct ct_review_count *c = NULL;
    size_t n = 0;
    ok(ct_review_counts(w->sue, s->id, &c, &n, e));
    assert_int_equal(n, 3); /* patient, shift, vitals, all tom's */
    assert_string_equal(c[1].module, "shift");
    assert_int_equal(c[1].exceptions, 1);
    free(c);
}

/* ---- signing --------------------------------------------------------------------------------- */

static void test_what_refuses_a_signature(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    struct ct_review_text t;
    entry(s, CT_ENTRY_INCIDENT, CT_ENTRY_SERIOUS, "fall", CT_UNSET);
    begin(s, w->sue);
    refused(ct_review_text(w->sue, s->id, "", false, &t, e), CT_EINVAL, "end_ms", "it runs until");
    w->c.now = s->end_ms + MIN(1);
    refused(ct_review_text(w->sue, s->id, "", false, &t, e), CT_EINVAL, "line",
            "1 of 1 exceptions are not acknowledged");
    acknowledge(w->sue, s->id);
    ok(ct_review_text(w->sue, s->id, "", false, &t, e));
    assert_non_null(strstr(t.text, "\nmeaning reviewed\n"));
    /* the password was not asked; a wrong one gives none */
    refused(ct_review_sign(w->sue, &t, e), CT_EDENIED, "password", "password");
    assert_int_equal(clinic_again(w->sue, "not hers at all"), CT_EPASSWORD);
    refused(ct_review_sign(w->sue, &t, e), CT_EDENIED, "password", "password");
    refused(ct_review_sign(w->tom, &t, e), CT_EDENIED, "", "review");
    ok(clinic_again(w->sue, SUE_PASSWORD));
    /* what was added since it was shown is not signed unseen */
    ok(ct_review_say(s->sal, s->id, CT_UNSET, CT_MARK_COMMENT, "who was in charge?", e));
    refused(ct_review_sign(w->sue, &t, e), CT_ECONFLICT, "", "added meanwhile");
    assert_int_equal(get(w->sue, s->id).state, CT_REVIEW_OPEN);
    ct_review_text_done(&t);
    ok(ct_review_text(w->sue, s->id, "", false, &t, e));
    assert_non_null(strstr(t.text, "\nmeaning reviewed with comments\n"));
    assert_non_null(strstr(t.text, "who was in charge?\n"));
    /* two at once: one wins, the other is told who */
    struct ct_review_text other;
    ok(ct_review_text(w->sue, s->id, "", false, &other, e));
    other.overdue = t.overdue;
    ok(ct_review_sign(w->sue, &t, e));
    ok(clinic_again(s->sal, SAL_PASSWORD));
    refused(ct_review_sign(s->sal, &other, e), CT_ECONFLICT, "", "was signed by Sue");
    ct_review_text_done(&t);
    ct_review_text_done(&other);
    struct ct_review r = get(w->sue, s->id);
    assert_int_equal(r.state, CT_REVIEW_SIGNED);
    assert_int_equal(r.sign[0].meaning, CT_REVIEWED_COMMENTS);
    refused(ct_review_say(w->sue, s->id, CT_UNSET, CT_MARK_COMMENT, "late thought", e),
            CT_ECONFLICT, "", "stays as it is");
    assert_int_equal(app_int(w->sue, "SELECT count(*) FROM audit_signature s JOIN audit a "
                                     "ON a.seq = s.seq WHERE a.verb = 'review.sign'"), 1);
    /* the head in the row is the link of the entry before the signed one */
    assert_int_equal(app_int(w->sue, "SELECT count(*) FROM review_sign g JOIN audit_row r "
                                     "ON r.tbl = 'review_sign' AND r.row_id = g.id JOIN audit a "
                                     "ON a.seq = r.seq - 1 WHERE g.head_seq = a.seq "
                                     "AND g.head_link = a.link"), 1);
}

static void test_a_query_is_answered_by_its_author(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    struct ct_review_text t;
    struct ct_review_query *q = NULL;
    size_t n = 0;
    int64_t count;
    ward_record(w, s->patient, "190/80 131 26 90 36.6 A air", w->c.now);
    begin(s, w->sue);
    w->c.now = s->end_ms + MIN(1);
    struct page p = page(w->sue, s->id, NULL);
    int64_t seq = p.line[0].l.seq;
    free(p.line);
    refused(ct_review_say(w->sue, s->id, seq, CT_MARK_QUERY, " ", e), CT_EINVAL, "text", "");
    ok(ct_review_say(w->sue, s->id, seq, CT_MARK_QUERY, "Who was told?", e));
    acknowledge(w->sue, s->id);
    ok(ct_review_mine_count(s->sal, &count, e));
    assert_int_equal(count, 0);
    ok(ct_review_mine_count(w->tom, &count, e));
    assert_int_equal(count, 1);
    ok(ct_review_mine(w->tom, &q, &n, e));
    assert_int_equal(n, 1);
    assert_string_equal(q[0].m.text, "Who was told?");
    assert_int_equal(q[0].l.seq, seq);
    assert_non_null(strstr(q[0].l.text, "NEWS2"));
    refused(ct_review_text(w->sue, s->id, "", false, &t, e), CT_EINVAL, "because", "1 query has");
    ok(ct_review_text(w->sue, s->id, "on leave for a month", false, &t, e));
    assert_non_null(strstr(t.text, "\nwithout answer 1, because: on leave for a month\n"));
    ct_review_text_done(&t);
    refused(ct_review_answer(s->sal, q[0].m.id, "I do not know", e), CT_EDENIED, "id", "is asked");
    refused(ct_review_answer(w->tom, q[0].m.id, "", e), CT_EINVAL, "text", "");
    ok(ct_review_answer(w->tom, q[0].m.id, "Dr Demo, by telephone", e));
    refused(ct_review_answer(w->tom, q[0].m.id, "again", e), CT_ECONFLICT, "", "already");
    free(q);
    ok(ct_review_mine_count(w->tom, &count, e));
    assert_int_equal(count, 0);
    assert_int_equal(get(w->sue, s->id).unanswered, 0);
    ok(ct_review_text(w->sue, s->id, "", false, &t, e));
    assert_non_null(strstr(t.text, "Dr Demo, by telephone\n"));
    assert_int_equal(t.meaning, CT_REVIEWED_COMMENTS);
    ct_review_text_done(&t);
    sign(w->sue, SUE_PASSWORD, s->id, false);
}

static void test_who_worked_then_needs_a_second(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    struct ct_review_text t;
    struct ct_shift_entry x = {.kind = CT_ENTRY_STAFFING, .text = "one short"};
    ok(ct_shift_entry_add(w->sue, &x, e));
    begin(s, w->sue);
    w->c.now = s->end_ms + MIN(1);
    acknowledge(w->sue, s->id);
    assert_true(get(w->sue, s->id).worked);
    assert_false(get(s->sal, s->id).worked);
    ok(clinic_again(w->sue, SUE_PASSWORD));
    refused(ct_review_text(w->sue, s->id, "", false, &t, e), CT_EDENIED, "second",
            "another supervisor");
    sign(w->sue, SUE_PASSWORD, s->id, true);
    assert_int_equal(get(w->sue, s->id).state, CT_REVIEW_SECOND);
    refused(ct_review_second(w->sue, s->id, e), CT_EDENIED, "second", "you signed it first");
    refused(ct_review_second(s->sal, s->id, e), CT_EDENIED, "password", "password");
    ok(clinic_again(s->sal, SAL_PASSWORD));
    ok(ct_review_second(s->sal, s->id, e));
    struct ct_review r = get(s->sal, s->id);
    assert_int_equal(r.state, CT_REVIEW_SIGNED);
    assert_string_equal(r.sign[1].by, "Sal Demo");
    assert_memory_equal(r.sign[0].hash, r.sign[1].hash, sizeof r.sign[0].hash);
    refused(ct_review_second(s->sal, s->id, e), CT_ECONFLICT, "", "signed already");
}

static void test_hours_say_who_worked(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    struct ct_shift shift = {.name = "early", .start_ms = s->start_ms, .end_ms = s->end_ms};
    struct ct_shift_person *v = NULL;
    size_t n = 0;
    uint32_t sue = ct_app_who(w->sue)->user_id;
    ok(ct_shift_people(w->tom, &shift, ct_app_who(w->tom)->user_id, &v, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(v[0].from_ms, w->c.now);
    assert_int_equal(v[0].records, 1);
    free(v);
    refused(ct_shift_people(w->tom, &shift, 0, &v, &n, e), CT_EDENIED, "", "shift.all");
    refused(ct_shift_hours(w->tom, &shift, sue, w->c.now, CT_UNSET, "was here", e), CT_EDENIED,
            "user_id", "one's own");
    refused(ct_shift_hours(w->sue, &shift, sue, w->c.now + HOUR(1), CT_UNSET, "was here", e),
            CT_EINVAL, "from_ms", "future");
    refused(ct_shift_hours(w->sue, &shift, sue, s->start_ms, s->start_ms, "was here", e),
            CT_EINVAL, "to_ms", "behind the beginning");
    refused(ct_shift_hours(w->sue, &shift, sue, s->start_ms, CT_UNSET, "", e), CT_EINVAL, "reason",
            "");
    begin(s, w->sue);
    assert_false(get(w->sue, s->id).worked);
    ok(ct_shift_hours(w->sue, &shift, sue, s->start_ms - MIN(20), CT_UNSET, "helped out", e));
    assert_true(get(w->sue, s->id).worked);
    ok(ct_shift_people(w->sue, &shift, 0, &v, &n, e));
    assert_int_equal(n, 2); /* sorted by name */
    const struct ct_shift_person *x = v[0].user_id == sue ? &v[0] : &v[1];
    assert_true(x->corrected);
    assert_int_equal(x->from_ms, s->start_ms - MIN(20));
    assert_int_equal(x->to_ms, CT_UNSET);
    free(v);
}

/* ---- later ------------------------------------------------------------------------------------- */

static void test_what_comes_later_is_an_addendum(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    char *before = NULL, *after = NULL;
    struct ct_review *waiting = NULL;
    size_t n = 0;
    ward_record(w, s->patient, LOW, w->c.now);
    int64_t first = begin(s, w->sue);
    w->c.now = s->end_ms + MIN(1);
    acknowledge(w->sue, first);
    sign(w->sue, SUE_PASSWORD, first, false);
    ok(ct_review_signed_text(w->sue, first, &before, e));
    ok(ct_review_list(w->sue, 31, true, &waiting, &n, e));
    assert_int_equal(n, 0);
    free(waiting);
    assert_int_equal(begin(s, s->sal), first); /* nothing new: the same one */
    w->c.now += MIN(30);
    ward_record(w, s->patient, "121/79 66 15 98 36.6 A air", s->end_ms - MIN(10));
    ok(ct_review_list(w->sue, 31, true, &waiting, &n, e));
    assert_int_equal(n, 1);
    assert_int_equal(waiting[0].since, 1);
    free(waiting);
    struct page p = page(w->sue, first, NULL);
    int64_t lines = p.total; /* the signed one shows what was signed */
    free(p.line);
    int64_t second = begin(s, s->sal);
    assert_int_not_equal(second, first);
    assert_int_equal(begin(s, w->sue), second);
    p = page(s->sal, second, NULL);
    assert_int_equal(p.total, 1);
    assert_non_null(strstr(p.line[0].l.text, "[after sign-off of R-"));
    assert_int_equal(p.line[0].l.review_id, first);
    assert_int_equal(p.line[0].cls, 2); /* entered late */
    free(p.line);
    /* and in the log of the shift in which it was written */
    struct ct_shift now = {.name = "late", .start_ms = s->end_ms, .end_ms = s->end_ms + HOUR(8)};
    struct ct_log_line *l = NULL;
    int64_t total;
    ok(ct_shift_log(w->tom, &now, ct_app_who(w->tom)->user_id, false, 0, 20, &l, &n, &total, e));
    assert_int_equal(n, 1);
    assert_int_equal(l[0].review_id, first);
    free(l);
    acknowledge(s->sal, second);
    sign(s->sal, SAL_PASSWORD, second, false);
    struct ct_review r = get(w->sue, second);
    assert_int_equal(r.addendum_to, first);
    assert_int_equal(r.state, CT_REVIEW_SIGNED);
    ok(ct_review_signed_text(w->sue, first, &after, e));
    assert_string_equal(before, after);
    free(before);
    free(after);
    p = page(w->sue, first, NULL);
    assert_int_equal(p.total, lines);
    free(p.line);
    ok(ct_review_list(w->sue, 31, true, &waiting, &n, e));
    assert_int_equal(n, 0);
    free(waiting);
}

static void test_periods(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    int64_t id;
    refused(ct_review_begin(w->sue, s->end_ms, s->start_ms, NULL, &id, e), CT_EINVAL, "end_ms",
            "before it begins");
    refused(ct_review_begin(w->sue, s->end_ms, s->end_ms + HOUR(8), NULL, &id, e), CT_EINVAL,
            "end_ms", "not begun");
    refused(ct_review_begin(w->sue, s->start_ms - HOUR(24 * 40), s->end_ms, NULL, &id, e),
            CT_EINVAL, "end_ms", "31 days");
    refused(ct_review_begin(w->tom, s->start_ms, s->end_ms, NULL, &id, e), CT_EDENIED, "",
            "review");
    ok(ct_review_begin(w->sue, s->start_ms - HOUR(24 * 10), s->end_ms, NULL, &id, e));
    assert_true(get(w->sue, id).lines > 0);
    struct ct_review r;
    refused(ct_review_get(w->sue, 4711, &r, e), CT_ENOTFOUND, "id", "R-4711");
}

static void test_a_restricted_record_is_not_told(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    struct ct_review_mark *m = NULL;
    size_t n = 0;
    struct ct_review_filter f = {.text = "news2"};
    ward_record(w, s->patient, "190/80 131 26 90 36.6 A air", w->c.now);
    begin(s, w->sue);
    struct page p = page(w->sue, s->id, &f);
    assert_int_equal(p.total, 1);
    ok(ct_review_say(w->sue, s->id, p.line[0].l.seq, CT_MARK_COMMENT, "pulse 131, really?", e));
    free(p.line);
    ok(ct_access_restrict(w->sue, s->patient, CT_RESTRICTED_SET, "asked for by the patient", e));
    p = page(s->sal, s->id, &f); /* not found by what is hidden, either */
    assert_int_equal(p.total, 0);
    free(p.line);
    p = page(s->sal, s->id, NULL);
    for (size_t i = 0; i < p.n; i++)
        assert_null(strstr(p.line[i].l.text, "131"));
    free(p.line);
    ok(ct_review_marks(s->sal, s->id, CT_UNSET, &m, &n, e));
    assert_int_equal(n, 1);
    assert_true(m[0].restricted);
    assert_string_equal(m[0].text, "(restricted record)");
    free(m);
    struct ct_shift shift = {.start_ms = s->start_ms, .end_ms = s->end_ms};
    struct ct_log_line *l = NULL;
    int64_t total;
    ok(ct_shift_log(s->sal, &shift, 0, true, 0, 100, &l, &n, &total, e));
    for (size_t i = 0; i < n; i++)
        assert_null(strstr(l[i].text, "131"));
    free(l);
}

/* ---- verify ------------------------------------------------------------------------------------ */

struct told {
    char all[20000];
    size_t n_said;
};

static void said(const char *sentence, void *arg)
{
    struct told *t = arg;
    t->n_said++;
    size_t n = strlen(t->all);
    snprintf(t->all + n, sizeof t->all - n, "SIGNED %s\n", sentence);
}

static void wrong(const char *sentence, void *arg)
{
    struct told *t = arg;
    size_t n = strlen(t->all);
    snprintf(t->all + n, sizeof t->all - n, "WRONG %s\n", sentence);
}

static int64_t verify(struct scene *s, struct told *t)
{
    struct ct_verify_report r;
    int64_t problems;
    *t = (struct told){.n_said = 0};
    ok(ct_verify(s->w->sue, NULL, NULL, &r, e));
    ok(ct_review_verify(s->w->sue, r.bad_seq, r.n_bad_seq, said, wrong, t, &problems, e));
    return problems;
}

static void expect_told(const struct told *t, const char *text)
{
    if (strstr(t->all, text) == NULL)
        fail_msg("never told: \"%s\" but:\n%s", text, t->all);
}

/* A review with a comment, a query and its answer, signed. */
static int64_t signed_scene(struct scene *s)
{
    struct ward *w = s->w;
    ward_record(w, s->patient, "190/80 131 26 90 36.6 A air", w->c.now);
    begin(s, w->sue);
    w->c.now = s->end_ms + MIN(1);
    struct page p = page(w->sue, s->id, NULL);
    int64_t seq = p.line[0].l.seq;
    free(p.line);
    ok(ct_review_say(w->sue, s->id, seq, CT_MARK_QUERY, "Who was told?", e));
    ok(ct_review_say(w->sue, s->id, seq, CT_MARK_COMMENT, "Call within 5 minutes next time", e));
    ok(ct_review_answer(w->tom, app_int(w->sue, "SELECT query_id FROM review_query_find"),
                        "Dr Demo", e));
    acknowledge(w->sue, s->id);
    sign(w->sue, SUE_PASSWORD, s->id, false);
    return seq;
}

static void forced(struct scene *s, const char *sql)
{
    struct raw r;
    raw_open(&r, &s->w->c, ct_app_keys(s->w->sue));
    raw_force(&r, sql);
    raw_close(&r);
}

static void test_verify_says_what_was_signed_and_names_what_was_changed(void **state)
{
    struct scene *s = *state;
    struct told t;
    char sql[300], want[200];
    int64_t seq = signed_scene(s);
    assert_int_equal(verify(s, &t), 0);
    assert_int_equal(t.n_said, 1);
    expect_told(&t, "SIGNED R-1 early ");
    expect_told(&t, "'reviewed with comments', lines 2 exceptions 1, signed ");
    expect_told(&t, " by Sue");

    forced(s, "UPDATE review_mark SET text = 'All well done' WHERE kind = 2");
    assert_int_equal(verify(s, &t), 1);
    expect_told(&t, "WRONG The comment of Sue");
    expect_told(&t, "Call within 5 minutes next time");
    forced(s, "UPDATE review_mark SET text = 'Call within 5 minutes next time' WHERE kind = 2");
    assert_int_equal(verify(s, &t), 0);

    snprintf(sql, sizeof sql, "UPDATE vitals SET pulse_bpm = 80 WHERE id = (SELECT row_id "
                              "FROM audit_row WHERE tbl = 'vitals' AND seq = %lld)",
             (long long)seq);
    forced(s, sql);
    snprintf(want, sizeof want, "WRONG Entry %lld (vitals.record, Tom", (long long)seq);
    assert_int_equal(verify(s, &t), 1);
    expect_told(&t, want);
    expect_told(&t, "a line of the review R-1 (early");
    snprintf(sql, sizeof sql, "UPDATE vitals SET pulse_bpm = 131 WHERE id = (SELECT row_id "
                              "FROM audit_row WHERE tbl = 'vitals' AND seq = %lld)",
             (long long)seq);
    forced(s, sql);

    snprintf(sql, sizeof sql, "UPDATE audit SET severity = 0 WHERE seq = %lld", (long long)seq);
    forced(s, sql);
    assert_int_equal(verify(s, &t), 1);
    expect_told(&t, want);
    snprintf(sql, sizeof sql, "UPDATE audit SET severity = 2 WHERE seq = %lld", (long long)seq);
    forced(s, sql);

    forced(s, "UPDATE review_text SET text = replace(text, 'with comments', 'without a word')");
    assert_int_equal(verify(s, &t), 1);
    expect_told(&t, "WRONG The text of the review R-1 (early");
    forced(s, "UPDATE review_text SET text = replace(text, 'without a word', 'with comments')");
    forced(s, "DELETE FROM review_mark WHERE kind = 4");
    assert_int_equal(verify(s, &t), 1);
    expect_told(&t, "gone");
}

/* A password that was reset gives another key: what was signed before stays good. */
static void test_a_signature_outlives_its_key(void **state)
{
    struct scene *s = *state;
    struct ct_verify_report r;
    struct told t;
    struct ct_secret *p = NULL;
    signed_scene(s);
    ok(ct_secret_new(CT_SECRET_MAX, &p, e));
    ok(clinic_again(s->w->c.app, ADA_PASSWORD));
    ok(ct_user_reset(s->w->c.app, ct_app_who(s->w->sue)->user_id, "forgot it", p, e));
    ct_secret_free(p);
    ok(ct_verify(s->sal, NULL, NULL, &r, e));
    assert_int_equal(r.problems, 0);
    t = (struct told){.n_said = 0};
    int64_t problems;
    ok(ct_review_verify(s->sal, NULL, 0, said, wrong, &t, &problems, e));
    assert_int_equal(problems, 0);
    assert_int_equal(t.n_said, 1);
}

/* ---- entries ---------------------------------------------------------------------------------- */

static void test_entries_are_corrected_with_a_reason(void **state)
{
    struct scene *s = *state;
    struct ward *w = s->w;
    struct ct_shift_entry x = {.kind = CT_ENTRY_NEAR_MISS, .text = "wrong syringe"}, *v = NULL;
    size_t n = 0;
    refused(ct_shift_entry_add(w->tom, &(struct ct_shift_entry){.text = " "}, e), CT_EINVAL,
            "text", "");
    x.done_ms = w->c.now + HOUR(1);
    refused(ct_shift_entry_add(w->tom, &x, e), CT_EINVAL, "done_ms", "future");
    x.done_ms = w->c.now - HOUR(24 * 8);
    refused(ct_shift_entry_add(w->tom, &x, e), CT_EINVAL, "done_ms", "7 days");
    x.done_ms = CT_UNSET;
    x.kind = CT_ENTRY_KINDS;
    refused(ct_shift_entry_add(w->tom, &x, e), CT_EINVAL, "kind", "near miss");
    x.kind = CT_ENTRY_NEAR_MISS;
    ok(ct_shift_entry_add(w->tom, &x, e));
    expect_entry(&w->c, "shift.entry", CT_NOTABLE, "near miss, note: wrong syringe");
    struct ct_shift_entry to = {.replaces_id = x.id, .kind = CT_ENTRY_INCIDENT,
                                .grade = CT_ENTRY_MINOR, .text = "wrong syringe, given",
                                .done_ms = x.done_ms};
    refused(ct_shift_entry_correct(w->tom, &to, e), CT_EINVAL, "reason", "");
    snprintf(to.reason, sizeof to.reason, "it was given");
    ok(ct_shift_entry_correct(w->tom, &to, e));
    struct ct_shift_entry twice = to;
    twice.replaces_id = x.id;
    refused(ct_shift_entry_correct(w->tom, &twice, e), CT_ECONFLICT, "", "meanwhile");
    struct ct_shift_entry gone = {.replaces_id = to.id, .voided = true, .reason = "other clinic"};
    ok(ct_shift_entry_correct(w->sue, &gone, e)); /* a supervisor */
    assert_string_equal(gone.text, "wrong syringe, given");
    ok(ct_shift_entry_versions(w->tom, x.id, &v, &n, e));
    assert_int_equal(n, 3);
    assert_true(v[0].voided && !v[0].replaced && v[1].replaced && v[2].replaced);
    assert_string_equal(v[2].text, "wrong syringe");
    free(v);
    begin(s, w->sue);
    struct page p = page(w->sue, s->id, NULL);
    assert_non_null(strstr(line_of(&p, "[in error since] wrote down")->l.text, "wrong syringe"));
    assert_int_equal(line_of(&p, "marked what was written down as in error")->cls, 2);
    free(p.line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, scene_setup, scene_teardown)
        T(test_exceptions_come_first_and_one_by_one),
        T(test_a_set_taken_late_is_an_exception),
        T(test_filters),
        T(test_what_refuses_a_signature),
        T(test_a_query_is_answered_by_its_author),
        T(test_who_worked_then_needs_a_second),
        T(test_hours_say_who_worked),
        T(test_what_comes_later_is_an_addendum),
        T(test_periods),
        T(test_a_restricted_record_is_not_told),
        T(test_verify_says_what_was_signed_and_names_what_was_changed),
        T(test_a_signature_outlives_its_key),
        T(test_entries_are_corrected_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
