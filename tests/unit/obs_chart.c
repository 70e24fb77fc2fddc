/* A patient's observations on one page and as a table: what stands on it, what is
 * marked, what is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exchange/csv.h"
#include "exchange/obs_chart.h"
#include "tests/support/tmp.h"
#include "tests/support/ward.h"

#define FULL "120/80 72 16 98 36.6 A air"
#define MIN(n) ((int64_t)(n) * CT_MINUTE_MS)
#define HOUR(n) ((int64_t)(n) * CT_HOUR_MS)

static void chart(struct ward *w, int64_t id, struct ct_buf *out)
{
    struct ct_obs_range range = {id, w->c.now - HOUR(48), w->c.now};
    ct_buf_clear(out);
    ok(ct_obs_chart(w->tom, &w->rules, &range, true, out, e));
    if (getenv("CT_TELL") != NULL)
        fprintf(stderr, "%s\n", ct_buf_str(out));
}

static void csv(struct ward *w, int64_t id, struct ct_buf *out)
{
    struct ct_obs_range range = {id, w->c.now - HOUR(48), w->c.now};
    ct_buf_clear(out);
    ok(ct_obs_csv(w->tom, &w->rules, &range, out, e));
}

/* The line that begins with `name`, or has it as its range. */
static void line_of(const char *page, const char *name, char out[128])
{
    out[0] = '\0';
    for (const char *p = page; *p != '\0';) {
        size_t n = strcspn(p, "\n");
        char line[128];
        snprintf(line, sizeof line, "%.*s", (int)n, p);
        if (strncmp(line, name, strlen(name)) == 0 ||
            (strlen(line) > 10 && strncmp(line + 10, name, strlen(name)) == 0)) {
            snprintf(out, 128, "%s", line);
            return;
        }
        p += n + (p[n] != '\0');
    }
    fail_msg("no line \"%s\" in\n%s", name, page);
}

static int64_t ill(struct ward *w)
{
    int64_t id = ward_patient(w, "Demo", "Di", "9434765919", "1970-01-01"), now = w->c.now;
    ward_record(w, id, FULL, now - HOUR(20));
    ward_record(w, id, "104/66 112 22 93 39.2 C o2 2 np", now - HOUR(10));
    return id;
}

/* A figure stands in the row of its band, with that band's points beside it. */
static void test_bands(void **state)
{
    struct ward *w = *state;
    int64_t id = ill(w);
    CT_BUF out = {.max = 0};
    char line[128];
    chart(w, id, &out);
    line_of(out.data, "21-24", line);
    assert_non_null(strstr(line, " 2 "));
    assert_non_null(strstr(line, "    22"));
    line_of(out.data, "12-20", line);
    assert_non_null(strstr(line, "    16"));
    assert_null(strstr(line, "22"));
    line_of(out.data, ">=39.1", line);
    assert_non_null(strstr(line, "39.2"));
    line_of(out.data, "NEWS2", line);
    assert_non_null(strstr(line, "     0     14"));
    line_of(out.data, "O2", line);
    assert_non_null(strstr(line, "air  NP2.0"));
    assert_non_null(strstr(out.data, "DEMO, Di"));
    assert_non_null(strstr(out.data, "943 476 5919"));
    assert_non_null(strstr(out.data, "None entered in error."));
}

/* What fits a sheet: 80 columns, 66 rows, whatever there is. */
static void test_fits_the_page(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Longnamed-Demonstration-Person", "Wilhelmina Anastasia", "",
                              "1970-01-01");
    for (int i = 0; i < 40; i++) {
        struct ct_vitals v = ward_set(w, id, "104/66 112 22 93 39.2 C o2 15 rm pain 3 bm 7.1 "
                                             "wt 70 ht 175", w->c.now - HOUR(40) + HOUR(i));
        for (int q = CT_Q_DISTRESS; q < CT_QS; q++)
            v.v[q].n = q <= CT_Q_GCS_MOTOR ? 1 : 300;
        snprintf(v.note, sizeof v.note, "note %d 例 %0150d", i, i);
        ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    }
    CT_BUF out = {.max = 0};
    chart(w, id, &out);
    int rows = 0;
    for (const char *p = out.data; *p != '\0' && *p != '\f'; rows++) {
        size_t n = strcspn(p, "\n");
        assert_true(n <= 80);
        p += n + 1;
    }
    assert_true(rows <= 66);
    assert_non_null(strstr(out.data, "The newest 8 of 40 sets"));
    assert_non_null(strstr(out.data, "32 earlier ones are not on this page"));
    assert_null(strstr(out.data, "\xe4")); /* ASCII was asked for */
}

/* Partial, refused, corrected: marked. Entered in error: left out, and counted. */
static void test_marks(void **state)
{
    struct ward *w = *state;
    int64_t id = ill(w), now = w->c.now;
    ward_record(w, id, "p 132", now - HOUR(8));
    struct ct_vitals v;
    ct_vitals_init(&v);
    v.patient_id = id, v.taken_ms = now - HOUR(6), v.partial = CT_WHY_REFUSED;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    int64_t wrong = ward_record(w, id, "61/40 p 33", now - HOUR(4));
    ok(ct_vitals_void(w->tom, wrong, "wrong patient", e));
    v = ward_set(w, id, FULL, now - HOUR(2));
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    v.replaces_id = v.id;
    v.v[CT_Q_PULSE].n = 95;
    snprintf(v.reason, sizeof v.reason, "wrong reading");
    ok(ct_vitals_correct(w->tom, &w->rules, &v, e));
    CT_BUF out = {.max = 0};
    char line[128];
    chart(w, id, &out);
    line_of(out.data, "NEWS2", line);
    assert_non_null(strstr(line, "     0     14    >=3      -      1"));
    line_of(out.data, "Not taken", line);
    assert_non_null(strstr(line, "unava  refus"));
    line_of(out.data, "Time", line);
    assert_non_null(strchr(line, '*'));
    assert_non_null(strstr(out.data, "1 set entered in error left out."));
    assert_null(strstr(out.data, "    33"));
    line_of(out.data, "91-110", line);
    assert_non_null(strstr(line, "    95"));
}

static void test_child_and_empty(void **state)
{
    struct ward *w = *state;
    int64_t id = ward_patient(w, "Demo", "Kid", "", "2022-01-01");
    CT_BUF out = {.max = 0};
    char line[128];
    chart(w, id, &out); /* no set at all: the page says so by its empty rows */
    struct ct_vitals v = ward_set(w, id, "95/60 152 25 97 36.6 A air", w->c.now - MIN(5));
    v.v[CT_Q_DISTRESS].n = CT_DISTRESS_MILD;
    v.v[CT_Q_CRT].n = 2;
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    chart(w, id, &out);
    line_of(out.data, "PEWS", line);
    assert_non_null(strstr(line, "     3"));
    line_of(out.data, "150-169", line);
    assert_non_null(strstr(line, "   152"));
    assert_non_null(strstr(out.data, "site's to say"));
}

/* One cell of the table by its heading, in the last row but `back`. */
static void cell(const struct ct_buf *table, const char *column, int back, char out[200])
{
    const char *row = table->data + table->len;
    for (int i = 0; i <= back; i++)
        for (row -= 2; row > table->data && row[-1] != '\n'; row--)
            ;
    const char *name = table->data;
    for (size_t n; strncmp(name, column, strlen(column)) != 0 ||
                   (name[strlen(column)] != ',' && name[strlen(column)] != '\r');) {
        n = strcspn(name, ",\r");
        assert_true(name[n] == ',');
        name += n + 1;
        row += strcspn(row, ",\r") + 1;
    }
    snprintf(out, 200, "%.*s", (int)strcspn(row, ",\r"), row);
}

static void test_csv(void **state)
{
    struct ward *w = *state;
    int64_t id = ill(w);
    struct ct_vitals v = ward_set(w, id, "132/84 71 16 97 A air", w->c.now - MIN(30));
    v.v[CT_Q_TEMP] = (struct ct_value){.n = 986, .unit = 1};
    v.ql[CT_QL_BP_SITE] = 1;
    v.ql[CT_QL_BP_POSITION] = CT_POSITION_LYING;
    v.bp[0] = (struct ct_bp){112, 70, CT_POSITION_STANDING, 1};
    v.n_bp = 1;
    v.not_taken[CT_Q_PAIN] = CT_WHY_UNABLE;
    v.n_devices = 1;
    snprintf(v.device[0].device, sizeof v.device[0].device, "MON-1");
    v.device[0].quantities = 1u << CT_Q_SBP | 1u << CT_Q_DBP;
    snprintf(v.note, sizeof v.note, "=HYPERLINK(1)");
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    CT_BUF out = {.max = 0};
    csv(w, id, &out);
    static const struct {
        const char *column, *is;
    } WANT[] = {{"score", "0"},          {"temp degF", "98.6"},
                {"temp degC", ""},       {"sbp mmHg", "132"},
                {"qualifiers", "bp_site:LA bp_position:LIE"},
                {"further_pressures", "112/70:STA:1min"},
                {"devices", "MON-1:sbp+dbp"},
                {"not_taken", "pain:cannot take part"},
                {"corrected", "no"},     {"note", "'=HYPERLINK(1)"},
                {"acvpu", "A"},          {"o2_flow l/min", ""}};
    char text[200];
    for (size_t i = 0; i < CT_LEN(WANT); i++) {
        cell(&out, WANT[i].column, 0, text);
        assert_string_equal(text, WANT[i].is);
    }
    cell(&out, "score", 1, text); /* oldest first */
    assert_string_equal(text, "14");
    cell(&out, "o2_flow l/min", 1, text);
    assert_string_equal(text, "2.0");
}

/* Readable by its owner alone, never over a file that is there, and in the chain. */
static void test_export(void **state)
{
    struct ward *w = *state;
    int64_t id = ill(w);
    struct ct_obs_range range = {id, w->c.now - HOUR(48), w->c.now};
    char dir[TMP_PATH], path[96], link[96], inside[600];
    struct stat st;
    tmp_dir(dir, "export");
    snprintf(path, sizeof path, "%s/chart.txt", dir);
    snprintf(link, sizeof link, "%s/link.csv", dir);
    umask(0);
    ok(ct_obs_export(w->tom, &w->rules, &range, true, false, "Dr Demo", path, e));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(st.st_size > 1000);
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM audit WHERE verb = 'vitals.export' "
                                     "AND severity = 1 AND detail LIKE 'observation chart%'"), 1);
    refused(ct_obs_export(w->tom, &w->rules, &range, false, false, "Dr Demo", path, e), CT_EEXISTS, "path",
            "is there already");
    assert_int_equal(symlink("/nowhere", link), 0);
    refused(ct_obs_export(w->tom, &w->rules, &range, false, false, "Dr Demo", link, e), CT_EEXISTS, "path",
            "is there already");
    refused(ct_obs_export(w->tom, &w->rules, &range, false, false, "Dr Demo", "x.csv", e), CT_EINVAL,
            "path", "root of the disk");
    refused(ct_obs_export(w->tom, &w->rules, &range, false, false, "Dr Demo", "/no/such/folder/x", e),
            CT_EIO, "path", "could not create");
    snprintf(inside, sizeof inside, "%s/store.db-journal", ct_app_dir(w->tom));
    refused(ct_obs_export(w->tom, &w->rules, &range, false, false, "Dr Demo", inside, e), CT_EINVAL,
            "path", "store's own folder");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM audit WHERE verb = 'vitals.export'"),
                     1); /* what did not leave is not said to have left */
    unlink(path);
    unlink(link);
    assert_int_equal(rmdir(dir), 0);
}

static void test_permission(void **state)
{
    struct ward *w = *state;
    struct ct_obs_range range = {ill(w), 0, w->c.now};
    CT_BUF out = {.max = 0};
    ct_lock(w->tom);
    refused(ct_obs_csv(w->tom, &w->rules, &range, &out, e), CT_ELOCKED, "", "locked");
    refused(ct_obs_chart(w->tom, &w->rules, &range, true, &out, e), CT_ELOCKED, "", "locked");
    assert_int_equal(out.len, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_bands), T(test_fits_the_page),   T(test_marks),
        T(test_csv),   T(test_child_and_empty), T(test_permission),
        T(test_export),
    };
    return cmocka_run_group_tests_name("obs_chart", tests, NULL, NULL);
}
