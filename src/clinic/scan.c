/* scan - see scan.h: which kind of code it is, and what all kinds share. */
#include "clinic/scan_internal.h"

#include <stdio.h>
#include <string.h>

const char *ct_scan_kind_name(enum ct_scan_kind kind)
{
    static const char *const NAME[] = {
        [CT_SCAN_LOCAL] = "local",
        [CT_SCAN_GS1] = "gs1",
        [CT_SCAN_HIBC] = "hibc",
        [CT_SCAN_ISBT128] = "isbt128",
    };
    return NAME[kind];
}

/* ---- reporting ---------------------------------------------------------------- */

enum ct_status ct_scan_fault(struct ct_scan_job *j, size_t at, const char *fmt, ...)
{
    char text[240];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    j->out->error_at = at < j->n ? at : j->n;
    return ct_fail(j->reterr, CT_EINVAL, "code", "%s", text);
}

void ct_scan_warn(struct ct_scan *s, const char *fmt, ...)
{
    if (s->n_warnings == CT_SCAN_WARNINGS_MAX)
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(s->warning[s->n_warnings], sizeof s->warning[0], fmt, ap);
    va_end(ap);
    s->n_warnings++;
}

void ct_scan_byte_text(char byte, char out[16])
{
    unsigned char c = (unsigned char)byte;
    if (c > ' ' && c < 0x7F)
        snprintf(out, 16, "\"%c\"", c);
    else if (c == ' ')
        snprintf(out, 16, "a blank");
    else
        snprintf(out, 16, "byte 0x%02X", c);
}

/* ---- elements ----------------------------------------------------------------- */

void ct_scan_fill(struct ct_scan_element *e, const char *id, const char *title,
                  enum ct_scan_role role, size_t at, const char *value, size_t n)
{
    *e = (struct ct_scan_element){
        .title = title,
        .role = role,
        .at = at,
        .date = CT_NO_DATE,
        .minute = -1,
    };
    snprintf(e->id, sizeof e->id, "%s", id);
    n = n < CT_SCAN_VALUE_MAX ? n : CT_SCAN_VALUE_MAX;
    memcpy(e->value, value, n);
}

enum ct_status ct_scan_add(struct ct_scan_job *j, const char *id, const char *title,
                           enum ct_scan_role role, size_t at, size_t n,
                           struct ct_scan_element **ret)
{
    struct ct_scan_reading *is = &j->out->is;
    if (n > CT_SCAN_VALUE_MAX)
        return ct_scan_fault(j, at + CT_SCAN_VALUE_MAX,
                             "%s is longer than the %d characters that a value may have.",
                             title, CT_SCAN_VALUE_MAX);
    for (size_t i = 0; i < is->n; i++) {
        if (strcmp(is->e[i].id, id) != 0)
            continue;
        if (strlen(is->e[i].value) != n || memcmp(is->e[i].value, j->s + at, n) != 0)
            return ct_scan_fault(
                j, at, "%s is there twice, with different values. Check the label.", title);
        ct_scan_warn(j->out, "%s is there twice.", title);
        *ret = &is->e[i];
        return CT_OK;
    }
    if (is->n == CT_SCAN_ELEMENTS_MAX)
        return ct_scan_fault(j, at, "The code has more than %d elements.",
                             CT_SCAN_ELEMENTS_MAX);
    *ret = &is->e[is->n++];
    ct_scan_fill(*ret, id, title, role, at, j->s + at, n);
    return CT_OK;
}

const struct ct_scan_element *ct_scan_find(const struct ct_scan *s, enum ct_scan_role role)
{
    for (size_t i = 0; i < s->is.n; i++)
        if (s->is.e[i].role == role)
            return &s->is.e[i];
    return NULL;
}

const struct ct_scan_element *ct_scan_id(const struct ct_scan *s, const char *id)
{
    for (size_t i = 0; i < s->is.n; i++)
        if (strcmp(s->is.e[i].id, id) == 0)
            return &s->is.e[i];
    return NULL;
}

void ct_scan_date_text(const struct ct_scan_element *e, char out[24])
{
    out[0] = '\0';
    if (e->date == CT_NO_DATE)
        return;
    char day[16];
    ct_date_iso(e->date, day);
    if (e->minute < 0)
        snprintf(out, 24, "%s", day);
    else
        snprintf(out, 24, "%.10sT%02d:%02d", day, e->minute / 60 % 24, e->minute % 60);
}

/* ---- characters and dates ----------------------------------------------------- */

bool ct_scan_digits(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!ct_is_digit(s[i]))
            return false;
    return true;
}

bool ct_scan_alnum(char c)
{
    return ct_is_digit(c) || (c >= 'A' && c <= 'Z');
}

int ct_scan_number(const char *s, size_t n)
{
    int v = 0;
    for (size_t i = 0; i < n && i < 9; i++)
        v = v * 10 + (s[i] - '0');
    return v;
}

int ct_scan_year(int yy, ct_date today)
{
    int year, month, day;
    ct_date_split(today, &year, &month, &day);
    int century = year / 100 * 100, ahead = yy - year % 100;
    if (ahead >= 51)
        century -= 100;
    else if (ahead <= -50)
        century += 100;
    return century + yy;
}

ct_date ct_scan_month_end(int year, int month)
{
    for (int day = 31; day >= 28; day--) {
        ct_date d = ct_date_make(year, month, day);
        if (d != CT_NO_DATE)
            return d;
    }
    return CT_NO_DATE;
}

ct_date ct_scan_year_day(int year, int day)
{
    ct_date first = ct_date_make(year, 1, 1), last = ct_date_make(year, 12, 31);
    if (first == CT_NO_DATE || day < 1 || day > last - first + 1)
        return CT_NO_DATE;
    return first + day - 1;
}

char ct_scan_check_digit(const char *digits, size_t n)
{
    unsigned sum = 0;
    if (!ct_scan_digits(digits, n))
        return 0;
    for (size_t i = 0; i < n; i++)
        sum = (sum + (unsigned)(digits[n - 1 - i] - '0') * (i % 2 == 0 ? 3 : 1)) % 10;
    return (char)('0' + (10 - sum) % 10);
}

/* ---- which kind --------------------------------------------------------------- */

/* Symbology identifiers that say what is in the symbol (ISO/IEC 15424). Of all
 * others the prefix is taken off, and the content speaks for itself. */
enum content { ANY_CONTENT, ELEMENT_STRING, BARE_GTIN };
static const struct {
    char prefix[4];
    enum content content;
} PREFIX[] = {
    {"]C1", ELEMENT_STRING}, {"]d2", ELEMENT_STRING}, {"]Q3", ELEMENT_STRING},
    {"]e0", ELEMENT_STRING}, {"]J1", ELEMENT_STRING}, {"]E0", BARE_GTIN},
    {"]E4", BARE_GTIN},
};

static enum content take_prefix(struct ct_scan_job *j)
{
    const char *s = j->s;
    if (j->n < 3 || s[0] != ']')
        return ANY_CONTENT;
    char letter = ct_lower(s[1]);
    if (letter < 'a' || letter > 'z' || !ct_scan_alnum(s[2]))
        return ANY_CONTENT;
    memcpy(j->out->prefix, s, 3);
    j->out->body_at = 3;
    for (size_t i = 0; i < CT_LEN(PREFIX); i++)
        if (strcmp(j->out->prefix, PREFIX[i].prefix) == 0)
            return PREFIX[i].content;
    return ANY_CONTENT;
}

static void warn_of_odd_bytes(struct ct_scan_job *j)
{
    for (size_t i = j->out->body_at; i < j->n; i++)
        if ((unsigned char)j->s[i] < ' ' || j->s[i] == 0x7F) {
            ct_scan_warn(j->out, "Byte %zu of the code is a control character.", i);
            return;
        }
}

static enum ct_status read_kind(struct ct_scan_job *j, enum content content)
{
    const char *body = j->s + j->out->body_at;
    size_t n = j->n - j->out->body_at;
    if (ct_scan_gs1_brackets_begin(body, n)) {
        j->out->kind = CT_SCAN_GS1;
        return ct_scan_gs1_brackets(j);
    }
    if (content != ANY_CONTENT) {
        j->out->kind = CT_SCAN_GS1;
        return content == BARE_GTIN ? ct_scan_ean(j) : ct_scan_gs1(j);
    }
    if (n == 0)
        return ct_scan_fault(j, j->n, "There is nothing behind the symbology prefix.");
    if (ct_scan_hibc_looks(body, n)) {
        j->out->kind = CT_SCAN_HIBC;
        return ct_scan_hibc(j);
    }
    if (ct_scan_isbt_looks(body, n)) {
        j->out->kind = CT_SCAN_ISBT128;
        return ct_scan_isbt(j);
    }
    if (j->out->body_at == 0 && ct_scan_gs1_looks(j)) {
        j->out->kind = CT_SCAN_GS1;
        return ct_scan_gs1(j);
    }
    warn_of_odd_bytes(j);
    return CT_OK;
}

enum ct_status ct_scan_read(const char *code, size_t n, const struct ct_scan_options *options,
                            struct ct_scan *ret, struct ct_error *reterr)
{
    struct ct_scan_job j = {code, n, options, ret, reterr};
    memset(ret, 0, sizeof *ret);
    if (n == 0)
        return ct_scan_fault(&j, 0, "The code is empty.");
    if (n > CT_SCAN_MAX)
        return ct_scan_fault(&j, CT_SCAN_MAX,
                             "The code is longer than %d bytes, which no symbol can hold.",
                             CT_SCAN_MAX);
    enum ct_status st = read_kind(&j, take_prefix(&j));
    if (st != CT_OK) { /* nothing half-read is left to be taken for the whole */
        ret->is.n = ret->n_readings = 0;
        ret->ambiguous = ret->more = false;
    }
    return st;
}
