/* paper - see paper.h. */
#include "tests/support/paper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/tty.h"

static void program_of(char *out, size_t size)
{
    char path[600];
    snprintf(path, sizeof path, "%s", test_program());
    *strrchr(path, '/') = '\0';
    snprintf(out, size, "%s/clintech-report", path);
}

struct ct_app *paper_app(struct paper *s, const char *program, bool sealed)
{
    struct ct_app *app;
    snprintf(s->w.c.config.report_program, sizeof s->w.c.config.report_program, "%s", program);
    snprintf(s->w.c.config.report_dir, sizeof s->w.c.config.report_dir, "%s", s->w.c.top);
    s->w.c.config.report_sealed = sealed;
    app = clinic_app(&s->w.c);
    struct ct_error e;
    assert_int_equal(recorded_login(app, "sue", SUE_PASSWORD, &e), CT_OK);
    return app;
}

void paper_path(struct paper *s, const char *name, char out[128])
{
    snprintf(out, 128, "%s/%s", s->w.c.top, name);
}

int paper_setup(void **state)
{
    struct paper *s = calloc(1, sizeof *s);
    ward_begin(&s->w);
    program_of(s->program, sizeof s->program);
    s->app = paper_app(s, s->program, false);
    s->patient = ward_patient(&s->w, PAPER_CZECH, PAPER_ARABIC, PAPER_NUMBER, "1960-01-01");
    *state = s;
    return 0;
}

int paper_teardown(void **state)
{
    struct paper *s = *state;
    ct_app_freep(&s->app);
    ward_end(&s->w);
    free(s);
    return 0;
}

char *paper_reader(const char *command, const char *path, const char *behind)
{
    char line[800];
    CT_BUF b = {.max = 16 << 20};
    snprintf(line, sizeof line, "%s '%s' %s", command, path, behind);
    FILE *f = popen(line, "r");
    assert_non_null(f);
    for (int c; (c = fgetc(f)) != EOF;)
        ct_buf_char(&b, (char)c);
    assert_int_equal(pclose(f), 0);
    char *out = calloc(1, b.len + 1), *to = out;
    for (const char *p = ct_buf_str(&b); *p != '\0'; p++) {
        if (strncmp(p, "\xe2\x80\xaa", 2) == 0 && (unsigned char)p[2] >= 0xaa &&
            (unsigned char)p[2] <= 0xae) {
            p += 2;
            continue;
        }
        *to++ = *p;
    }
    return out;
}

void paper_expect(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" is not in:\n%.3000s", words, text);
}

struct ct_report *paper_built(struct paper *s, const char *kind, const char *what)
{
    const struct ct_report_ask ask = {.what = what, .to_ms = CT_UNSET, .reason = ""};
    struct ct_report *r = NULL;
    ok(ct_report_build(s->app, kind, &ask, &r, e));
    return r;
}

char *paper_printed(struct paper *s, struct ct_report *r, const char *page, const char *name,
                     struct ct_printed *p)
{
    char path[128];
    paper_path(s, name, path);
    ok(ct_report_file(s->app, r, CT_PRINT_PDF, page, path, p, e));
    return paper_reader("pdftotext", path, "-");
}

enum { ROWS = 45, COLS = 32, FOOT = 5 };

/* A page as 32 x 45 grey values. */
static void picture(const char *pdf, int grey[ROWS][COLS])
{
    char command[400];
    int w = 0, h = 0, n = 0;
    snprintf(command, sizeof command, "pdftoppm -gray -r 72 -f 1 -l 1 '%s'", pdf);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "P5 %d %d %d", &w, &h, &n), 3);
    assert_true(w > COLS && h > ROWS && fgetc(f) == '\n');
    int64_t sum[ROWS][COLS] = {{0}}, count[ROWS][COLS] = {{0}};
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            sum[y * ROWS / h][x * COLS / w] += fgetc(f);
            count[y * ROWS / h][x * COLS / w]++;
        }
    assert_int_equal(pclose(f), 0);
    for (int y = 0; y < ROWS; y++)
        for (int x = 0; x < COLS; x++)
            grey[y][x] = (int)(sum[y][x] / count[y][x]);
}

void paper_same(const char *pdf, const char *name)
{
    int have[ROWS][COLS], want = 0;
    int64_t off = 0;
    char path[128];
    picture(pdf, have);
    snprintf(path, sizeof path, "tests/e2e/golden/report-%s.grey", name);
    FILE *f = fopen(path, getenv("CT_REGENERATE") != NULL ? "w" : "r");
    if (f == NULL)
        fail_msg("%s is not there", path);
    for (int y = 0; y < ROWS - FOOT; y++) {
        for (int x = 0; x < COLS; x++) {
            if (getenv("CT_REGENERATE") != NULL) {
                fprintf(f, "%d%c", have[y][x], x + 1 < COLS ? ' ' : '\n');
                continue;
            }
            assert_int_equal(fscanf(f, "%d", &want), 1);
            off += abs(have[y][x] - want);
            if (abs(have[y][x] - want) > 60)
                fail_msg("%s: row %d, column %d is %d and was %d", name, y, x, have[y][x], want);
        }
    }
    fclose(f);
    if (off > 3 * COLS * (ROWS - FOOT))
        fail_msg("%s: the page looks otherwise (%lld)", name, (long long)off);
}
