/* scanned - a code read for a test, and what it says as one line. */
#ifndef CT_TESTS_SUPPORT_SCANNED_H
#define CT_TESTS_SUPPORT_SCANNED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "clinic/scan.h"

#define GS "\x1d"

static struct ct_scan scan;
static struct ct_error error;

static inline enum ct_status read_as(const char *code, size_t n,
                                     const struct ct_scan_options *o)
{
    error = (struct ct_error){0};
    return ct_scan_read(code, n, o, &scan, &error);
}

static inline enum ct_status read_in(const char *code, int year)
{
    const struct ct_scan_options o = {.today = ct_date_make(year, 6, 15)};
    return read_as(code, strlen(code), &o);
}

static inline enum ct_status read_one(const char *code)
{
    return read_in(code, 2026);
}

/* "01=123 17=250131@2025-01-31" of a reading. */
static inline const char *rendered(const struct ct_scan_reading *r)
{
    static char text[2048];
    size_t at = 0;
    text[0] = '\0';
    for (size_t i = 0; i < r->n; i++) {
        char date[24];
        ct_scan_date_text(&r->e[i], date);
        assert_true(r->e[i].title != NULL && r->e[i].title[0] != '\0');
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s=%s%s%s", i > 0 ? " " : "",
                               r->e[i].id, r->e[i].value, date[0] != '\0' ? "@" : "", date);
    }
    return text;
}

static inline void good(const char *code, enum ct_scan_kind kind, const char *elements)
{
    if (read_one(code) != CT_OK)
        fail_msg("%s: byte %zu: %s", code, scan.error_at, error.text);
    assert_int_equal(scan.kind, kind);
    if (strcmp(rendered(&scan.is), elements) != 0)
        fail_msg("%s: %s", code, rendered(&scan.is));
    if (scan.ambiguous)
        fail_msg("%s is ambiguous", code);
}

static inline void quiet(const char *code, enum ct_scan_kind kind, const char *elements)
{
    good(code, kind, elements);
    if (scan.n_warnings > 0)
        fail_msg("%s: %s", code, scan.warning[0]);
}

static inline void bad(const char *code, enum ct_scan_kind kind, size_t at, const char *says)
{
    if (read_one(code) != CT_EINVAL)
        fail_msg("%s is taken: %s", code, rendered(&scan.is));
    if (scan.kind != kind || scan.error_at != at || strstr(error.text, says) == NULL)
        fail_msg("%s: %s, byte %zu: %s", code, ct_scan_kind_name(scan.kind), scan.error_at,
                 error.text);
    assert_int_equal(scan.is.n, 0);
    assert_false(scan.ambiguous);
}

#endif
