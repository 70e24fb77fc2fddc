/* A corrected set, and one entered in error, are followed by every reader of vitals: each
 * stands in one table below, and a new reader is added there. What reads the table itself
 * and not its view is on a list that says why.
 *
 * The set says pulse 137 first, is corrected to 97, and is then marked as in error. A
 * reader tells in words what it reads; 137 and 97 are looked for in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/rows.h"
#include "exchange/obs_chart.h"
#include "store/sql.h"
#include "tests/support/ward.h"
#include "ui/screens/trend.h"

#define MIN(n) ((int64_t)(n) * CT_MINUTE_MS)
#define FIRST "120/80 137 16 98 36.6 A air" /* pulse 3 points */
#define BEFORE "121/79 66 15 98 36.6 A air"

struct stage {
    struct ward *w;
    int64_t patient_id, first_id, current_id; /* 0: none is current */
    int64_t at_ms;
};

/* ---- the readers ------------------------------------------------------------ */

static void sets_tell(const struct ct_vitals *v, size_t n, struct ct_buf *out)
{
    for (size_t i = 0; i < n; i++) {
        char line[512], score[160];
        ct_vitals_line(&v[i], line, sizeof line);
        ct_vitals_score_text(&v[i], score, sizeof score);
        ct_buf_printf(out, "%s  %s\n", line, score);
    }
}

static void read_list(const struct stage *s, struct ct_buf *out)
{
    struct ct_vitals *v = NULL;
    size_t n;
    ok(ct_vitals_list(s->w->tom, s->patient_id, CT_UNSET, 50, &v, &n, e));
    sets_tell(v, n, out);
    free(v);
}

static void read_range(const struct stage *s, struct ct_buf *out)
{
    struct ct_vitals *v = NULL;
    size_t n;
    int64_t in_error;
    ok(ct_vitals_range(s->w->tom, s->patient_id, s->at_ms - MIN(60), s->at_ms + MIN(60), 50, &v,
                       &n, &in_error, e));
    assert_true(in_error >= (s->current_id == 0)); /* and those of read_twin */
    sets_tell(v, n, out);
    free(v);
}

static void read_last_scored(const struct stage *s, struct ct_buf *out)
{
    struct ct_vitals v;
    ok(ct_vitals_last_scored(s->w->tom, s->patient_id, &v, e));
    sets_tell(&v, 1, out);
}

static void due_tell(const struct stage *s, const struct ct_due *d, struct ct_buf *out)
{
    /* it has no pulse: the set it counts from, and that set's score */
    struct ct_vitals v;
    ok(ct_vitals_get(s->w->tom, d->vitals_id, &v, e));
    sets_tell(&v, 1, out);
    ct_buf_printf(out, "%s\n", d->score_text);
}

static void read_due_list(const struct stage *s, struct ct_buf *out)
{
    struct ct_due *due = NULL;
    size_t n;
    ok(ct_due_list(s->w->tom, (int64_t)48 * CT_HOUR_MS, 50, &due, &n, e));
    assert_int_equal(n, 1);
    due_tell(s, &due[0], out);
    free(due);
}

static void read_due_patient(const struct stage *s, struct ct_buf *out)
{
    struct ct_due due;
    ok(ct_due_patient(s->w->tom, s->patient_id, &due, e));
    due_tell(s, &due, out);
}

/* What a refusal counts from. */
static void read_last_full(const struct stage *s, struct ct_buf *out)
{
    int64_t id, every;
    struct ct_vitals v;
    ok(ct_vitals_last_full(ct_app_db(s->w->tom), s->patient_id, s->at_ms + MIN(60), &id, &every,
                           e));
    ok(ct_vitals_get(s->w->tom, id, &v, e));
    sets_tell(&v, 1, out);
}

/* A second save of the same figures is refused while they stand, and only then. */
static void read_twin(const struct stage *s, struct ct_buf *out)
{
    static const struct {
        const char *line, *pulse;
    } TRY[] = {{FIRST, "137"}, {"120/80 97 16 98 36.6 A air", "97"}};
    ct_buf_str_add(out, "66 NEWS2 0 LOW\n"); /* it tells of nothing else */
    for (size_t i = 0; i < CT_LEN(TRY); i++) {
        struct ct_vitals v = ward_set(s->w, s->patient_id, TRY[i].line, s->at_ms);
        struct ct_error err;
        enum ct_status rc = ct_vitals_record(s->w->tom, &s->w->rules, &v, &err);
        if (rc == CT_EEXISTS)
            ct_buf_printf(out, "P %s\n", TRY[i].pulse);
        else if (rc == CT_OK)
            ok(ct_vitals_void(s->w->tom, v.id, "not a valid set", e));
        else
            fail_msg("%s", err.text);
    }
}

static void read_trend(const struct stage *s, struct ct_buf *out)
{
    struct ct_trend_window w;
    struct ct_trend_chart c;
    struct ct_vitals judge;
    ok(ct_vitals_last_scored(s->w->tom, s->patient_id, &judge, e));
    ok(ct_trend_read(s->w->tom, s->patient_id, s->at_ms - MIN(60), s->at_ms + MIN(60), &w, e));
    for (size_t series = 0; series <= CT_TREND_PULSE; series += CT_TREND_PULSE) {
        ok(ct_trend_chart(&w, series, &s->w->c.config, &s->w->rules, &judge, &c, e));
        for (size_t i = 0; i < c.n_points; i++)
            if (!c.point[i].struck)
                ct_buf_printf(out, series == CT_TREND_PULSE ? "P %lld\n" : "NEWS2 %lld LOW\n",
                              (long long)c.point[i].value);
        ct_trend_chart_done(&c);
    }
    ct_trend_done(&w);
}

static struct ct_obs_range around(const struct stage *s)
{
    return (struct ct_obs_range){s->patient_id, s->at_ms - MIN(60), s->at_ms + MIN(60)};
}

static void read_page(const struct stage *s, struct ct_buf *out)
{
    struct ct_obs_range r = around(s);
    ok(ct_obs_chart(s->w->tom, &s->w->rules, &r, true, out, e));
    ct_buf_str_add(out, "NEWS2 0 LOW");
}

static void read_csv(const struct stage *s, struct ct_buf *out)
{
    struct ct_obs_range r = around(s);
    ok(ct_obs_csv(s->w->tom, &s->w->rules, &r, out, e));
    ct_buf_str_add(out, "NEWS2 0 LOW");
}

static struct ct_shift day(const struct stage *s)
{
    return (struct ct_shift){"day", s->at_ms - MIN(600), s->at_ms + MIN(600)};
}

/* A line that no longer stands begins with what became of it. */
static void read_shift_log(const struct stage *s, struct ct_buf *out)
{
    struct ct_shift d = day(s);
    struct ct_log_line *line = NULL;
    size_t n;
    int64_t total;
    ok(ct_shift_log(s->w->sue, &d, 0, false, 0, 50, &line, &n, &total, e));
    for (size_t i = 0; i < n; i++)
        if (line[i].vitals_id != CT_UNSET && strstr(line[i].text, " since] ") == NULL)
            ct_buf_printf(out, "%s\n", line[i].text);
    free(line);
}

static void read_shift_count(const struct stage *s, struct ct_buf *out)
{
    struct ct_shift d = day(s);
    struct ct_shift_counts k;
    ok(ct_shift_count(s->w->sue, &d, 0, &k, e));
    bool first = s->current_id == s->first_id;
    assert_int_equal(k.sets, s->current_id != 0 ? 2 : 1);
    assert_int_equal(k.abnormal, first ? 1 : 0); /* a single 3 */
    ct_buf_printf(out, "66 NEWS2 0 LOW %s", first ? "P 137" : s->current_id != 0 ? "P 97" : "");
}

/* History: the newest version says it, and the old ones say that they were replaced. */
static void read_versions(const struct stage *s, struct ct_buf *out)
{
    struct ct_vitals *v = NULL;
    size_t n;
    ok(ct_vitals_versions(s->w->tom, s->first_id, &v, &n, e));
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(v[i].replaced, i > 0);
        if (i > 0)
            assert_int_equal(v[i].id, v[i - 1].replaces_id);
    }
    sets_tell(v, v[0].voided ? 0 : 1, out);
    ct_buf_str_add(out, "66 NEWS2 0 LOW");
    free(v);
}

static void read_evidence(const struct stage *s, struct ct_buf *out)
{
    struct ct_log_line line = {.vitals_id = s->first_id, .patient_id = s->patient_id};
    struct ct_vitals *v = NULL;
    size_t n;
    ok(ct_shift_evidence(s->w->sue, &line, &v, &n, e));
    sets_tell(v, v[0].voided ? 0 : 1, out);
    ct_buf_str_add(out, "66 NEWS2 0 LOW");
    free(v);
}

static const struct {
    const char *name;
    void (*read)(const struct stage *s, struct ct_buf *out);
} READERS[] = {
    {"list of sets (patient, saved, form)", read_list},
    {"range of sets", read_range},
    {"the patient's score", read_last_scored},
    {"due list (home, board)", read_due_list},
    {"due, one patient", read_due_patient},
    {"last full set (refusals)", read_last_full},
    {"twin of a set", read_twin},
    {"trend", read_trend},
    {"observation chart", read_page},
    {"CSV", read_csv},
    {"shift log", read_shift_log},
    {"shift counts", read_shift_count},
    {"versions", read_versions},
    {"evidence", read_evidence},
};

/* What stands says `is` (NULL: nothing of the set), and nothing else of it is said. */
static void all_say(const struct stage *s, const char *is, const char *isnt, const char *isnt2)
{
    for (size_t i = 0; i < CT_LEN(READERS); i++) {
        CT_BUF out = {.max = 1 << 20};
        READERS[i].read(s, &out);
        const char *text = ct_buf_str(&out);
        bool scored = strcmp(READERS[i].name, "the patient's score") == 0 ||
                      strncmp(READERS[i].name, "due", 3) == 0 ||
                      strncmp(READERS[i].name, "last", 4) == 0;
        if (is != NULL && strstr(text, is) == NULL)
            fail_msg("%s does not say %s:\n%s", READERS[i].name, is, text);
        if (strstr(text, isnt) != NULL || (isnt2 != NULL && strstr(text, isnt2) != NULL))
            fail_msg("%s still says %s or %s:\n%s", READERS[i].name, isnt,
                     isnt2 != NULL ? isnt2 : "-", text);
        /* the one before: of the newest there is only one */
        if ((is == NULL || !scored) && strstr(text, "66") == NULL)
            fail_msg("%s does not say the set before:\n%s", READERS[i].name, text);
    }
}

static void test_every_reader_follows(void **state)
{
    struct ward *w = *state;
    struct stage s = {.w = w, .at_ms = w->c.now};
    s.patient_id = ward_patient(w, "Reader", "Invented", "", "1960-01-01");
    ward_record(w, s.patient_id, BEFORE, s.at_ms - MIN(30));
    w->c.now += MIN(1);
    s.first_id = s.current_id = ward_record(w, s.patient_id, FIRST, s.at_ms);
    all_say(&s, "137", " 97", NULL);

    struct ct_vitals v;
    ok(ct_vitals_get(w->tom, s.first_id, &v, e));
    v.v[CT_Q_PULSE].n = 97;
    v.replaces_id = s.first_id;
    snprintf(v.reason, sizeof v.reason, "wrong reading");
    w->c.now += MIN(1);
    ok(ct_vitals_correct(w->tom, &w->rules, &v, e));
    s.current_id = v.id;
    all_say(&s, "97", "137", NULL);

    w->c.now += MIN(1);
    ok(ct_vitals_void(w->sue, v.id, "wrong patient", e));
    s.current_id = 0;
    all_say(&s, NULL, "137", " 97");
}

/* ---- the statements ----------------------------------------------------------- */

/* Whoever reads the table and not the view, and why that is right. */
static const struct {
    const char *name, *why;
} ALLOWED[] = {
    {"vitals.insert", "writes"},
    {"vitals.get", "one version, by its number: history needs each"},
    {"vitals.after", "from a version to the next one"},
    {"vitals.in_error", "counts what is left out"},
    {"escalation.get", "the set that raised it, as it was then; its newest version is beside it"},
    {"lookback.recorded", "when numbers were given out, whatever became of the sets"},
    {"figures.vitals_at", "the same, for a week"},
    {"override.set", "along the versions of a set: why its devices were used"},
    {"shift.count", "along the versions of a set, to whether it is in error"},
};

static bool allowed(const char *name)
{
    for (size_t i = 0; i < CT_LEN(ALLOWED); i++)
        if (strcmp(ALLOWED[i].name, name) == 0)
            return true;
    return false;
}

static bool word_char(char c)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The table's own name behind FROM, JOIN or INTO; that a row has a later version is
 * asked of the table by every reader of the view's columns. */
static bool reads_table(const char *sql)
{
    static const char ASKS[] = "FROM vitals n WHERE n.replaces_id = v.id";
    for (const char *p = sql; (p = strstr(p, "vitals")) != NULL; p += 6) {
        bool whole = (p == sql || !word_char(p[-1])) && !word_char(p[6]);
        bool table = p - sql >= 5 && (strncmp(p - 5, "FROM ", 5) == 0 ||
                                      strncmp(p - 5, "JOIN ", 5) == 0 ||
                                      strncmp(p - 5, "INTO ", 5) == 0);
        if (whole && table && strncmp(p - 5, ASKS, sizeof ASKS - 1) != 0)
            return true;
    }
    return false;
}

static void test_statements_read_the_view(void **state)
{
    (void)state;
    size_t seen = 0;
    for (const struct ct_sql_table *t = ct_sql_tables; t->rows != NULL; t++)
        for (size_t i = 0; i < t->n; i++) {
            bool reads = reads_table(t->rows[i].text);
            if (reads && !allowed(t->rows[i].name))
                fail_msg("%s reads vitals and not vitals_now: corrected sets would show",
                         t->rows[i].name);
            seen += reads;
        }
    assert_int_equal(seen, CT_LEN(ALLOWED)); /* none that is allowed for nothing */
    assert_true(reads_table("SELECT id FROM vitals WHERE id = 1"));
    assert_true(reads_table("SELECT 1 FROM audit_row r JOIN vitals v ON v.id = r.row_id"));
    assert_false(reads_table("SELECT id FROM vitals_now v WHERE v.tbl = 'vitals'"));
}

/* ---- what a chart makes of it --------------------------------------------------- */

static void test_trend_marks(void **state)
{
    struct ward *w = *state;
    int64_t at = w->c.now - MIN(600);
    int64_t id = ward_patient(w, "Trendy", "Invented", "", "1960-01-01");
    struct ct_trend_window win;
    struct ct_trend_chart c;
    for (int i = 0; i < 4; i++)
        ward_record(w, id, BEFORE, at + MIN(60) * i);
    int64_t last = ward_record(w, id, FIRST, at + MIN(500)); /* after a gap */
    struct ct_vitals v = ward_set(w, id, "p 70", at + MIN(520));
    v.partial = CT_WHY_ASLEEP;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    ct_vitals_init(&v);
    v.patient_id = id;
    v.taken_ms = at + MIN(540);
    v.partial = CT_WHY_REFUSED;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    ok(ct_vitals_get(w->tom, last, &v, e));
    v.v[CT_Q_PULSE].n = 97;
    v.replaces_id = last;
    snprintf(v.reason, sizeof v.reason, "wrong reading");
    ok(ct_vitals_correct(w->tom, &w->rules, &v, e));

    ok(ct_trend_read(w->tom, id, CT_UNSET, w->c.now, &win, e));
    assert_int_equal(win.n, 7);
    assert_int_equal(win.n_old, 1);
    ok(ct_trend_chart(&win, CT_TREND_PULSE, &w->c.config, &w->rules, &win.set[0], &c, e));
    assert_int_equal(c.n_points, 7); /* six figures, and the old one beside the new */
    assert_int_equal(c.gap_ms, MIN(120)); /* so that nothing leads over the 320 minutes */
    assert_int_equal(c.n_marks, 2);
    assert_int_equal(c.mark[0].what, 'p');
    assert_int_equal(c.mark[1].what, 'r');
    assert_true(c.corrected && c.refused && c.partial);
    size_t struck = 0;
    for (size_t i = 0; i < c.n_points; i++) {
        assert_true(i == 0 || c.point[i - 1].at_ms <= c.point[i].at_ms);
        if (!c.point[i].struck)
            continue;
        struck++;
        assert_int_equal(c.point[i].value, 137);
        assert_int_equal(c.point[i].at_ms, at + MIN(500));
    }
    assert_int_equal(struck, 1);
    assert_int_equal(c.n_bands, 5); /* 40 50 91 111 131 */
    ct_trend_chart_done(&c);
    ok(ct_trend_chart(&win, CT_TREND_BP, &w->c.config, &w->rules, &win.set[0], &c, e));
    assert_int_equal(c.n_points, 5);
    assert_int_equal(c.n_low, 5);
    assert_false(c.corrected); /* what was corrected was another figure */
    ct_trend_chart_done(&c);
    /* Fahrenheit: the edges are where the table has them, in the unit that is shown */
    struct ct_config f = w->c.config;
    snprintf(f.temperature_unit, sizeof f.temperature_unit, "F");
    ok(ct_trend_chart(&win, CT_TREND_PULSE + 3, &f, &w->rules, &win.set[0], &c, e));
    assert_string_equal(c.title, "Temperature degF");
    assert_int_equal(c.band[0].value, 950); /* 35.0 */
    assert_int_equal(c.point[0].value, 979);
    ct_trend_chart_done(&c);
    ct_trend_done(&win);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_reader_follows, ward_setup, ward_teardown),
        cmocka_unit_test(test_statements_read_the_view),
        cmocka_unit_test_setup_teardown(test_trend_marks, ward_setup, ward_teardown),
    };
    return cmocka_run_group_tests_name("readers", tests, NULL, NULL);
}
