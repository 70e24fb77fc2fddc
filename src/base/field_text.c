/* field_text - values and limits of a field, for people; the contract is
 * field.h. */
#include "base/field.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

static void number_text(int64_t v, int places, char *out, size_t size)
{
    uint64_t m = v < 0 ? 0 - (uint64_t)v : (uint64_t)v, unit = 1;
    for (int i = 0; i < places && i < 18; i++)
        unit *= 10;
    const char *sign = v < 0 ? "-" : "";
    if (places > 0)
        snprintf(out, size, "%s%llu.%0*llu", sign, (unsigned long long)(m / unit),
                 places < 18 ? places : 18, (unsigned long long)(m % unit));
    else
        snprintf(out, size, "%s%llu", sign, (unsigned long long)m);
}

static const char *code_text(const struct ct_field *f, int64_t value)
{
    for (int64_t i = 0; f->choices != NULL && f->choices[i].code != NULL; i++)
        if (i == value)
            return f->choices[i].code;
    return "";
}

void ct_field_text(const struct ct_field *f, int64_t value, char *out, size_t size)
{
    if (size == 0)
        return;
    out[0] = '\0';
    if (value == CT_UNSET)
        return;
    char s[32] = "";
    switch (f->kind) {
    case CT_F_INT:
        number_text(value, 0, s, sizeof s);
        break;
    case CT_F_DECIMAL:
        number_text(value, f->places, s, sizeof s);
        break;
    case CT_F_DATE:
        if (value > INT32_MIN && value <= INT32_MAX)
            ct_date_text((ct_date)value, s);
        break;
    case CT_F_TIME:
        ct_datetime_text(value, s);
        break;
    case CT_F_CODE:
        ct_text_copy(out, size, code_text(f, value));
        return;
    case CT_F_TEXT:
    case CT_F_SECRET:
        return;
    }
    ct_text_copy(out, size, s);
}

static void add_range(struct ct_buf *b, const struct ct_field *f, int64_t lo, int64_t hi)
{
    char from[40], to[40];
    ct_field_text(f, lo, from, sizeof from);
    ct_field_text(f, hi, to, sizeof to);
    bool plain = lo >= 0 && (f->kind == CT_F_INT || f->kind == CT_F_DECIMAL);
    ct_buf_printf(b, "%s%s%s", from, plain ? "-" : " to ", to);
}

static void add_limits(struct ct_buf *b, const struct ct_field *f)
{
    bool soft =
        f->soft_lo < f->soft_hi && (f->soft_lo != f->hard_lo || f->soft_hi != f->hard_hi);
    if (soft) {
        ct_buf_str_add(b, "usual ");
        add_range(b, f, f->soft_lo, f->soft_hi);
        ct_buf_str_add(b, ", possible ");
    }
    add_range(b, f, f->hard_lo, f->hard_hi);
    if (f->unit != NULL && f->unit[0] != '\0')
        ct_buf_printf(b, " %s", f->unit);
}

static void add_choices(struct ct_buf *b, const struct ct_field *f)
{
    for (const struct ct_choice *c = f->choices; c != NULL && c->code != NULL; c++)
        ct_buf_printf(b, "%s%s %s", c == f->choices ? "" : ", ", c->code, c->label);
}

void ct_field_limits_text(const struct ct_field *f, char *out, size_t size)
{
    CT_BUF b = {.max = 4096};
    switch (f->kind) {
    case CT_F_INT:
    case CT_F_DECIMAL:
        add_limits(&b, f);
        break;
    case CT_F_CODE:
        add_choices(&b, f);
        break;
    case CT_F_DATE:
    case CT_F_TIME:
        ct_buf_str_add(&b, f->kind == CT_F_DATE ? "like 14 3 1961 or 1961-03-14"
                                                : "now, -10 (minutes ago), 9:42, 21 nov 9:42");
        if (f->hard_lo < f->hard_hi) {
            ct_buf_str_add(&b, "; ");
            add_limits(&b, f);
        }
        break;
    case CT_F_TEXT:
    case CT_F_SECRET:
        ct_buf_printf(&b, "up to %d bytes", f->max_bytes > 0 ? f->max_bytes : 200);
        break;
    }
    ct_text_copy(out, size, ct_buf_str(&b));
}
