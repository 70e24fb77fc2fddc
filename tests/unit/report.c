/* Reports: what is added loses what must not be drawn; the printing is a record before a byte
 * leaves; the code on the page answers for that content, person and time alone; every page
 * says whose it is and which of how many; an independent reader finds the names, those of
 * other scripts too; what fails leaves no file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clinic/pack.h"
#include "clinic/review.h"
#include "exchange/certificate_file.h"
#include "exchange/obs_chart.h"
#include "exchange/report_kind.h"
#include "tests/support/bench_of.h"
#include "tests/support/paper.h"

/* ---- the document ----------------------------------------------------------------------- */

static void test_document(void **state)
{
    struct paper *s = *state;
    static const struct ct_report_col COLS[] = {{"Name", 1, false}, {"Value", 1, true}};
    const char *cell[] = {"=cmd|1", "a\x1b[31m\xe2\x80\xae" "b"};
    struct ct_printed p;
    CT_BUF out = {.max = 1 << 20};
    CT_REPORT *r = ct_report_new("trial", "Trial", "Clinic");
    ct_report_subject(r, "whose\nline", "T-1", 0);
    ct_report_field(r, "Empty", "%s", "");
    ct_report_field(r, "Joined", "%s", "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae");
    ct_report_table(r, COLS, 2);
    ct_report_row(r, 9, cell);
    ok(ct_report_give(s->app, r, CT_PRINT_JSON, "", &out, &p, e));
    json_t *d = json_loads(ct_buf_str(&out), 0, NULL);
    assert_non_null(d);
    const json_t *body = json_object_get(d, "body");
    assert_int_equal(json_array_size(body), 2); /* the empty field is none */
    assert_string_equal(json_string_value(json_object_get(d, "subject")),
                        "whose\xef\xbf\xbdline");
    const json_t *row = json_array_get(
        json_object_get(json_object_get(json_array_get(body, 1), "table"), "rows"), 0);
    assert_int_equal(json_integer_value(json_object_get(row, "shade")), 3);
    assert_string_equal(json_string_value(json_array_get(json_object_get(row, "cells"), 1)),
                        "a\xef\xbf\xbd[31m\xef\xbf\xbd" "b");
    paper_expect(ct_buf_str(&out), "\xdb\x8c\xe2\x80\x8c\xd8\xae"); /* the joiner spells */
    assert_string_equal(json_string_value(json_object_get(d, "code")), p.code);
    json_decref(d);
    ct_buf_clear(&out);
    ok(ct_report_give(s->app, r, CT_PRINT_CSV, "", &out, &p, e));
    paper_expect(ct_buf_str(&out), "Name,Value\r\n'=cmd|1,");
    ct_buf_clear(&out);
    ok(ct_report_give(s->app, r, CT_PRINT_TEXT, "", &out, &p, e));
    paper_expect(ct_buf_str(&out), p.code);
    ct_report_table(r, COLS, 2);
    ct_report_none(r, "Nothing.");
    refused(ct_report_give(s->app, r, CT_PRINT_CSV, "", &out, &p, e), CT_EINVAL, "form",
            "no single table");
}

/* ---- the code ---------------------------------------------------------------------------- */

static void test_code(void **state)
{
    struct paper *s = *state;
    struct ct_printed p, q;
    struct ct_printed_check c;
    char typed[64], path[128];
    CT_BUF out = {.max = 1 << 20};
    CT_REPORT *r = paper_built(s, "patient-summary", PAPER_NUMBER);
    int64_t before = chain_end(s->app);
    free(paper_printed(s, r, "a4", "one.pdf", &p));
    assert_int_equal(chain_end(s->app), before + 1);
    expect_entry(&s->w.c, "report.print", CT_ROUTINE, p.code);
    ok(ct_printed_find(s->app, p.code, &c, e));
    assert_true(c.code_fits && c.bound && c.head_known);
    assert_string_equal(c.p.kind, "patient-summary");
    assert_string_equal(c.p.by, "Sue Demo-Okoro");
    assert_string_equal(c.p.subject, "");
    assert_int_equal(c.p.at_ms, s->w.c.now);
    paper_expect(c.patient, PAPER_ARABIC);
    /* as it is read off a page */
    size_t n = 0;
    for (const char *x = p.code; *x != '\0'; x++)
        if (*x != '-')
            typed[n++] = *x == '0' ? 'o' : *x == '1' ? 'l' : (char)(*x | (*x >= 'A' ? 32 : 0));
    typed[n] = '\0';
    ok(ct_printed_find(s->app, typed, &c, e));
    assert_int_equal(c.p.id, p.id);
    typed[3] = typed[3] == 'x' ? 'y' : 'x';
    refused(ct_printed_find(s->app, typed, &c, e), CT_ENOTFOUND, "code", "Nothing was printed");
    refused(ct_printed_find(s->app, "12345", &c, e), CT_EINVAL, "code", "20 letters");
    refused(ct_printed_find(s->app, "UUUUU-UUUUU-UUUUU-UUUUU", &c, e), CT_EINVAL, "code", "none");
    /* an administrator is told what, and not whom */
    ok(ct_printed_find(s->w.c.app, p.code, &c, e));
    paper_expect(c.patient, "not open to you");
    assert_null(strstr(c.patient, PAPER_ARABIC));
    /* the same content again is another printing */
    s->w.c.now += 60000;
    ok(ct_report_give(s->app, r, CT_PRINT_TEXT, "", &out, &q, e));
    assert_memory_equal(q.content, p.content, CT_HASH_LEN);
    assert_string_not_equal(q.code, p.code);
    snprintf(q.place, sizeof q.place, "nowhere");
    q.content[0] ^= 1; /* other words under that code */
    refused(ct_printed_record(s->app, &q, e), CT_EINVAL, "code", "not that of what is printed");
    /* not over what is there */
    paper_path(s, "one.pdf", path);
    refused(ct_report_file(s->app, r, CT_PRINT_PDF, "a4", path, &q, e), CT_EEXISTS, "path",
            "there already");
}

static void test_changed_record(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    struct ct_printed_check c;
    CT_REPORT *r = paper_built(s, "competency", "");
    char *text = paper_printed(s, r, "a4", "matrix.pdf", &p);
    paper_expect(text, "Nothing is required of anybody");
    free(text);
    ward_raw(&s->w, "DROP TRIGGER report_print_no_update");
    ward_raw(&s->w, "UPDATE report_print SET by_user = 1");
    ok(ct_printed_find(s->app, p.code, &c, e));
    assert_false(c.code_fits);
    assert_false(c.bound);
    assert_true(c.head_known);
}

/* ---- the pages --------------------------------------------------------------------------- */

static void pages(struct paper *s, const char *name, const char *size)
{
    char path[128];
    paper_path(s, name, path);
    char *info = paper_reader("pdfinfo", path, "");
    paper_expect(info, size);
    free(info);
}

static void test_chart(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    char code[64];
    for (int i = 0; i < 12; i++) /* more than one table has room for */
        ward_record(&s->w, s->patient, i == 5 ? PAPER_HIGH : PAPER_LOW, s->w.c.now - (13 - i) * CT_HOUR_MS);
    CT_REPORT *r = paper_built(s, "obs-chart", PAPER_NUMBER);
    char *text = paper_printed(s, r, "letter", "chart.pdf", &p);
    paper_expect(text, PAPER_CZECH_UP);
    paper_expect(text, PAPER_ARABIC);
    paper_expect(text, "943 476 5919");
    paper_expect(text, "Points");
    paper_expect(text, ">=25");       /* a band, told by its points and not by colour alone */
    paper_expect(text, "HIGH");
    paper_expect(text, "12 sets");
    paper_expect(text, "Page 1 of 2");
    paper_expect(text, "Page 2 of 2");
    paper_expect(text, "Printed by Sue Demo");
    snprintf(code, sizeof code, "Code %s", p.code);
    char *second = strstr(text, "\f");
    assert_non_null(second);
    paper_expect(second, code);       /* on every page */
    paper_expect(second, PAPER_ARABIC);
    free(text);
    pages(s, "chart.pdf", "612 x 792 pts (letter)");
    /* from the screen: the name asks for paper */
    char path[128];
    const struct ct_obs_range range = {s->patient, 0, s->w.c.now};
    paper_path(s, "screen.PDF", path);
    ok(ct_obs_export(s->app, &s->w.rules, &range, true, false, "Dr Demo", path, e));
    expect_entry(&s->w.c, "vitals.export", CT_NOTABLE, "for Dr Demo");
    expect_entry(&s->w.c, "report.print", CT_ROUTINE, "screen.PDF");
    text = paper_reader("pdftotext", path, "-");
    paper_expect(text, PAPER_ARABIC);
    free(text);
    free(paper_printed(s, r, "a4", "chart4.pdf", &p));
    pages(s, "chart4.pdf", "(A4)");
}

static void test_shift_log(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    int64_t id = 0, start = s->w.c.now - CT_MINUTE_MS;
    char what[32];
    ward_record(&s->w, s->patient, PAPER_HIGH, s->w.c.now);
    s->w.c.now += 2 * CT_HOUR_MS;
    ok(ct_review_begin(s->app, start, start + CT_HOUR_MS, "early", &id, e));
    snprintf(what, sizeof what, "R-%lld", (long long)id);
    CT_REPORT *r = paper_built(s, "shift-log", what);
    char *text = paper_printed(s, r, "a4", "shift.pdf", &p);
    paper_expect(text, what);
    paper_expect(text, "EXCEPTION");
    paper_expect(text, "not signed");
    paper_expect(text, PAPER_ARABIC);
    paper_expect(text, "Page 1 of 1");
    free(text);
    const struct ct_report_ask ask = {.what = "R-99", .reason = ""};
    struct ct_report *none = NULL;
    refused(ct_report_build(s->app, "shift-log", &ask, &none, e), CT_ENOTFOUND, "id", "R-99");
    assert_null(none);
}

static void test_summary_and_access(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    ward_alert(&s->w, s->patient, CT_ALERT_ALLERGY);
    ward_record(&s->w, s->patient, PAPER_LOW, s->w.c.now);
    CT_REPORT *r = paper_built(s, "patient-summary", PAPER_NUMBER);
    char *text = paper_printed(s, r, "a4", "summary.pdf", &p);
    paper_expect(text, PAPER_ARABIC);
    paper_expect(text, "allergy");
    paper_expect(text, "BP 120/80");
    paper_expect(text, "Procedures");
    free(text);
    CT_REPORT *a = paper_built(s, "access-patient", PAPER_NUMBER);
    text = paper_printed(s, a, "a4", "access.pdf", &p);
    paper_expect(text, "opened a record");
    paper_expect(text, "Sue Demo");
    free(text);
    CT_REPORT *u = paper_built(s, "access-user", "sue");
    text = paper_printed(s, u, "a4", "user.pdf", &p);
    paper_expect(text, "printed a report");
    free(text);
}

static void test_certificate_and_labels(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    int64_t fault, lookback;
    char what[32];
    bench_device(&s->w, "M-1", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    int64_t id = bench_device(&s->w, "M-2", "nibp", CT_ELEC_I, CT_APPLIED_BF);
    bench_standard(&s->w, "R-1", "manometer", -100, 100);
    CT_CALIBRATION *k = bench_begin(s->w.tom, id, "nibp-static", "R-1");
    bench_nibp(k, CT_CAL_AS_FOUND, "200.1");
    for (size_t i = 0; i < k->t->n_points; i++)
        ok(ct_calibration_u(k, i, CT_CAL_AS_FOUND, "0.5", e));
    k->temp_c10 = 215;
    k->rh_pct = 45;
    ok(ct_calibration_found(s->w.tom, k, &fault, &lookback, e));
    snprintf(what, sizeof what, "k%lld", (long long)k->id);
    CT_REPORT *r = paper_built(s, "certificate", what);
    char *text = paper_printed(s, r, "letter", "cert.pdf", &p);
    paper_expect(text, "DRAFT, not a certificate");
    paper_expect(text, "asset number M-2");
    char of[32]; /* the certificate's own pages are those of the paper */
    const char *own = strstr(text, "page 1 of ");
    assert_non_null(own);
    snprintf(of, sizeof of, "Page 1 of %ld", strtol(own + 10, NULL, 10));
    paper_expect(text, of);
    free(text);
    char path[128];
    paper_path(s, "screen.pdf", path);
    ok(ct_certificate_file(s->app, k->id, path, e)); /* from the screen */
    text = paper_reader("pdftotext", path, "-");
    paper_expect(text, "DRAFT, not a certificate");
    free(text);
    CT_REPORT *l = paper_built(s, "device-label", "M-1");
    text = paper_printed(s, l, "a4", "label.pdf", &p);
    paper_expect(text, "M-1");
    free(text);
    CT_REPORT *i = paper_built(s, "impact", "M-1");
    text = paper_printed(s, i, "a4", "impact.pdf", &p);
    paper_expect(text, "It touched nothing in this time.");
    free(text);
}

/* ---- the sterile side ---------------------------------------------------------------------- */

static void test_pack_label(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    struct ct_pack k = {.method = -1, .expiry_rule = CT_EXPIRY_EVENT};
    char number[40];
    snprintf(k.contents, sizeof k.contents, "Forceps");
    ok(ct_pack_make(s->w.tom, &k, e));
    ct_pack_number(s->app, k.id, number);
    CT_REPORT *r = paper_built(s, "pack-label", number);
    char *text = paper_printed(s, r, "a4", "pack.pdf", &p);
    paper_expect(text, "NOT STERILE");
    paper_expect(text, number);
    free(text);
    ok(ct_pack_get(s->app, k.id, &k, e));
    assert_int_equal(k.labels, 1);
    char path[128];
    paper_path(s, "again.pdf", path);
    refused(ct_report_file(s->app, r, CT_PRINT_PDF, "a4", path, &p, e), CT_EINVAL, "reason", "");
    assert_int_not_equal(access(path, F_OK), 0); /* refused: no file stays */
}

/* ---- what fails ------------------------------------------------------------------------------ */

static void test_faults(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    struct ct_report *none = NULL;
    char path[200];
    CT_REPORT *r = paper_built(s, "competency", "");
    struct ct_report_ask ask = {.what = "", .reason = ""};
    refused(ct_report_build(s->app, "novel", &ask, &none, e), CT_EINVAL, "kind", "no report");
    refused(ct_report_build(s->app, "load", &ask, &none, e), CT_EINVAL, "what", "of which");
    ask.what = "x";
    refused(ct_report_build(s->app, "competency", &ask, &none, e), CT_EINVAL, "what", "nothing");
    refused(ct_report_build(s->app, "certificate", &ask, &none, e), CT_EINVAL, "what", "K-12");
    ask.what = "";
    refused(ct_report_build(s->w.c.app, "competency", &ask, &none, e), CT_EDENIED, "", "");
    refused(ct_report_file(s->app, r, CT_PRINT_PDF, "a4", "/nonexistent/x.pdf", &p, e), CT_EIO,
            "path", "could not create");
    refused(ct_report_file(s->app, r, CT_PRINT_PDF, "a4", "x.pdf", &p, e), CT_EINVAL, "path", "/");
    snprintf(path, sizeof path, "%s/x.pdf", s->w.c.dir);
    refused(ct_report_file(s->app, r, CT_PRINT_PDF, "a4", path, &p, e), CT_EINVAL, "path",
            "store's own folder");
    static const struct {
        const char *program, *says;
        enum ct_status rc;
    } BAD[] = {
        {"/nonexistent/clintech-report", "install it", CT_ENOTFOUND},
        {"/bin/false", "before the PDF was whole", CT_EIO},
        {"/bin/true", "before the PDF was whole", CT_EIO},
        {"/bin/cat", "before the PDF was whole", CT_EIO},
    };
    for (size_t i = 0; i < CT_LEN(BAD); i++) {
        struct ct_app *app = paper_app(s, BAD[i].program, false);
        int64_t before = chain_end(app);
        paper_path(s, "bad.pdf", path);
        refused(ct_report_file(app, r, CT_PRINT_PDF, "a4", path, &p, e), BAD[i].rc, "program",
                BAD[i].says);
        assert_int_not_equal(access(path, F_OK), 0);
        assert_int_equal(chain_end(app), before); /* nothing left, nothing is said to have */
        ct_app_free(app);
    }
}

/* A child that does that instead. */
static void does(struct paper *s, const char *what, const char *says)
{
    char path[128], script[400];
    struct ct_printed p;
    CT_REPORT *r = paper_built(s, "competency", "");
    paper_path(s, "child.sh", path);
    snprintf(script, sizeof script, "#!/bin/sh\n%s\n", what);
    file_write(path, script, strlen(script));
    assert_int_equal(chmod(path, 0700), 0);
    struct ct_app *app = paper_app(s, path, false);
    paper_path(s, "half.pdf", path);
    refused(ct_report_file(app, r, CT_PRINT_PDF, "a4", path, &p, e), CT_EIO, "program", says);
    assert_int_not_equal(access(path, F_OK), 0);
    ct_app_free(app);
}

static void test_killed(void **state)
{
    struct paper *s = *state;
    does(s, "printf '%%PDF-1.5 the first half'; kill -9 $$", "signal 9");
    does(s, "exec yes", "too large");
    does(s, "exec 0<&-; printf '%%PDF-1.5'", "status 0"); /* it did not read on */
}

/* ---- large ------------------------------------------------------------------------------------ */

static void test_large(void **state)
{
    struct paper *s = *state;
    static const struct ct_report_col COLS[] = {{"No", 1, true}, {"Name", 3, false}};
    struct ct_printed p;
    char name[201], no[16], all[12 * 1024];
    const char *cell[] = {no, "a line of a long list"};
    memset(name, 'U', sizeof name - 1);
    name[200] = '\0';
    CT_REPORT *r = ct_report_new("trial", "Long list", "Clinic");
    ct_report_subject(r, name, "T-2", 0);
    ct_report_table(r, COLS, 2);
    for (int i = 1; i <= 10000; i++) {
        snprintf(no, sizeof no, "%d", i);
        ct_report_row(r, 0, cell);
    }
    memset(all, 'x', sizeof all - 1); /* one cell longer than a page */
    all[sizeof all - 1] = '\0';
    memcpy(all + sizeof all - 10, " the end", 8);
    all[sizeof all - 2] = '\0';
    cell[1] = all;
    ct_report_row(r, 0, cell);
    char *text = paper_printed(s, r, "a4", "long.pdf", &p);
    paper_expect(text, "\n10000");
    paper_expect(text, "the end");
    size_t w = 0;
    for (const char *c = text; *c != '\f' && *c != '\0'; c++)
        w += *c == 'U'; /* no code has one */
    assert_int_equal(w, 200); /* all of the name, on the first page too */
    char *last = strstr(text, "Page 1 of ");
    assert_non_null(last);
    char of[32];
    long total = strtol(last + 10, NULL, 10);
    assert_in_range(total, 100, 400);
    snprintf(of, sizeof of, "Page %ld of %ld", total, total);
    paper_expect(text, of);
    free(text);
}

/* ---- sealed ------------------------------------------------------------------------------------ */

static void test_sealed(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    char path[700];
    CT_BUF in = {.max = 1 << 22}, out = {.max = 1 << 22};
    CT_REPORT *r = paper_built(s, "patient-summary", PAPER_NUMBER);
    ok(ct_report_path(s->app, r, CT_PRINT_SEALED, path, sizeof path, e));
    paper_expect(path, "patient-summary-");
    assert_null(strstr(path, PAPER_NUMBER));
    ok(ct_report_file(s->app, r, CT_PRINT_SEALED, "a4", path, &p, e));
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    size_t n = 0;
    char *bytes = file_read(path, &n);
    assert_null(memmem(bytes, n, "%PDF", 4));
    ct_buf_add(&in, bytes, n);
    free(bytes);
    ok(ct_report_open(s->app, &in, &out, e));
    assert_memory_equal(out.data, "%PDF-", 5);
    expect_entry(&s->w.c, "report.print", CT_ROUTINE, "opened a sealed patient-summary");
    ct_buf_clear(&out);
    in.data[in.len - 1] ^= 1;
    refused(ct_report_open(s->app, &in, &out, e), CT_EDAMAGED, "file", "changed");
    in.data[in.len - 1] ^= 1;
    in.data[20] ^= 1; /* the code in front is covered too */
    refused(ct_report_open(s->app, &in, &out, e), CT_EDAMAGED, "file", "changed");
    in.len = 30;
    refused(ct_report_open(s->app, &in, &out, e), CT_EINVAL, "file", "no file");
    refused(ct_report_open(s->w.c.app, &in, &out, e), CT_EDENIED, "", "");
}

/* ---- the picture -------------------------------------------------------------------------------- */

static void test_picture(void **state)
{
    struct paper *s = *state;
    struct ct_printed p;
    char path[128];
    s->w.c.now = 1795478400000; /* times are in the picture */
    ward_record(&s->w, s->patient, PAPER_LOW, s->w.c.now - 2 * CT_HOUR_MS);
    ward_record(&s->w, s->patient, PAPER_HIGH, s->w.c.now - CT_HOUR_MS);
    CT_REPORT *c = paper_built(s, "obs-chart", PAPER_NUMBER), *u = paper_built(s, "patient-summary", PAPER_NUMBER);
    free(paper_printed(s, c, "a4", "chart.pdf", &p));
    paper_path(s, "chart.pdf", path);
    paper_same(path, "chart");
    free(paper_printed(s, u, "a4", "summary.pdf", &p));
    paper_path(s, "summary.pdf", path);
    paper_same(path, "summary");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, paper_setup, paper_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_document), TEST(test_code), TEST(test_changed_record), TEST(test_chart),
        TEST(test_shift_log), TEST(test_summary_and_access), TEST(test_certificate_and_labels),
        TEST(test_pack_label), TEST(test_faults), TEST(test_killed), TEST(test_large),
        TEST(test_sealed), TEST(test_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
