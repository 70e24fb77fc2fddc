/* Any bytes as a scanned code: read without going past either end; refused at a byte
 * of it with a sentence that is plain text, or taken with every value a piece of it.
 * The first byte turns options on. */
#include <stdlib.h>
#include <string.h>

#include "clinic/scan.h"
#include "tests/fuzz/fuzz.h"

static void check_text(const char *s)
{
    demand(*s != '\0');
    for (; *s != '\0'; s++)
        demand(*s >= ' ' && *s < 0x7F);
}

static void check_reading(const struct ct_scan *s, const struct ct_scan_reading *r,
                          const char *code, size_t n)
{
    bool bare = s->prefix[1] == 'E'; /* noughts are put before it */
    bool printed = s->kind == CT_SCAN_HIBC && code[s->body_at] == '*';
    demand(r->n <= CT_SCAN_ELEMENTS_MAX);
    for (size_t i = 0; i < r->n; i++) {
        const struct ct_scan_element *e = &r->e[i];
        size_t len = strlen(e->value);
        char date[24];
        check_text(e->id);
        check_text(e->title);
        demand(len <= CT_SCAN_VALUE_MAX);
        if (!bare && !printed)
            demand(e->at <= n && len <= n - e->at && memcmp(code + e->at, e->value, len) == 0);
        ct_scan_date_text(e, date);
        demand((date[0] != '\0') == (e->date != CT_NO_DATE));
        demand(e->minute >= -1 && e->minute < 24 * 60);
        demand(!e->day_open || e->date != CT_NO_DATE);
    }
}

static void check_taken(const struct ct_scan *s, const char *code, size_t n)
{
    check_reading(s, &s->is, code, n);
    demand(s->n_readings <= CT_SCAN_READINGS_MAX);
    demand(s->ambiguous == (s->n_readings > 0));
    for (size_t i = 0; i < s->n_readings; i++)
        check_reading(s, &s->reading[i], code, n);
    for (size_t i = 0; i < s->n_warnings; i++)
        check_text(s->warning[i]);
    if (s->kind == CT_SCAN_LOCAL)
        demand(s->is.n == 0 && !s->ambiguous);
    else
        demand(s->is.n > 0 || s->ambiguous);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ct_scan s;
    if (size == 0)
        return 0;
    const char *code = (const char *)data + 1;
    size_t n = size - 1;
    const struct ct_scan_options o = {
        .today = ct_date_make(2026 + (data[0] >> 2), 6, 15),
        .separator = data[0] & 1 ? '|' : '\0',
        .sends_separators = (data[0] & 2) != 0,
    };
    struct ct_error e = {0};
    if (ct_scan_read(code, n, &o, &s, &e) == CT_OK) {
        demand(n > 0);
        check_taken(&s, code, n);
        return 0;
    }
    demand(e.status == CT_EINVAL && s.error_at <= n && s.is.n == 0 && !s.ambiguous);
    check_text(e.text);
    return 0;
}
