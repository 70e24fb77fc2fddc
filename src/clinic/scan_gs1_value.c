/* scan_gs1_value - GS1: identifiers, and whether a value is of its form. */
#include "clinic/scan_internal.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_ID = 4 };

/* ---- identifiers -------------------------------------------------------------- */

static const char *row_to(const struct ct_gs1_row *row)
{
    return row->to != NULL ? row->to : row->id;
}

const struct ct_gs1_row *ct_gs1_row(const char *ai, size_t n)
{
    for (size_t i = 0; i < CT_GS1_ROWS; i++) {
        const struct ct_gs1_row *row = &CT_GS1_ROW[i];
        if (strlen(row->id) == n && memcmp(ai, row->id, n) >= 0 &&
            memcmp(ai, row_to(row), n) <= 0)
            return row;
    }
    return NULL;
}

size_t ct_gs1_id_length(const char *two)
{
    for (size_t i = 0; i < CT_GS1_ROWS; i++)
        if (memcmp(two, CT_GS1_ROW[i].id, 2) >= 0 &&
            memcmp(two, row_to(&CT_GS1_ROW[i]), 2) <= 0)
            return strlen(CT_GS1_ROW[i].id);
    return 0;
}

size_t ct_gs1_lookup(const char *s, size_t n, const struct ct_gs1_row **ret_row)
{
    if (n < 2 || !ct_scan_digits(s, 2))
        return 0;
    size_t len = ct_gs1_id_length(s);
    if (len == 0 || len > n || !ct_scan_digits(s, len))
        return 0;
    const struct ct_gs1_row *row = ct_gs1_row(s, len);
    *ret_row = row != NULL ? row : &CT_GS1_UNKNOWN;
    return len;
}

/* ---- forms -------------------------------------------------------------------- */

struct part {
    char set;
    size_t min, max;
    char flag; /* one at most, 0 none; n comes behind another */
    bool whole, letters;
};

static size_t take_number(const char **form)
{
    size_t v = 0;
    for (; ct_is_digit(**form); (*form)++)
        v = v * 10 + (size_t)(**form - '0');
    return v;
}

/* The part at *form, which is moved behind it; false at the end. */
static bool next_part(const char **form, struct part *ret)
{
    if (**form == '\0')
        return false;
    *ret = (struct part){.set = *(*form)++};
    ret->min = ret->max = take_number(form);
    if (**form == '-') {
        (*form)++;
        ret->max = take_number(form);
    }
    for (; **form != '\0' && **form != ' '; (*form)++) {
        if (**form == 'w')
            ret->whole = true;
        else if (**form == 'n')
            ret->letters = true;
        else
            ret->flag = **form;
    }
    if (**form == ' ')
        (*form)++;
    return true;
}

void ct_gs1_bounds(const struct ct_gs1_row *row, size_t *ret_min, size_t *ret_max)
{
    struct part p;
    *ret_min = *ret_max = 0;
    for (const char *form = row->form; next_part(&form, &p);) {
        *ret_min += p.min;
        *ret_max += p.max;
    }
}

static const char SET_X[] = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
                            "abcdefghijklmnopqrstuvwxyz";

static bool in_set(char set, char c)
{
    if (c == '\0')
        return false;
    switch (set) {
    case 'N':
        return ct_is_digit(c);
    case 'Y':
        return ct_scan_alnum(c) || c == '#' || c == '-' || c == '/';
    case 'Z':
        return ct_scan_alnum(c) || (c >= 'a' && c <= 'z') || strchr("-_=", c) != NULL;
    default:
        return strchr(SET_X, c) != NULL;
    }
}

/* ---- what a part promises ----------------------------------------------------- */

/* The check pair of GMN and Master UDI-DI: the places of the characters in SET_X by
 * rising primes from the right, modulo 1021, as two of 32 letters. */
static bool pair_ok(const char *s, size_t n, char want[3])
{
    static const unsigned PRIME[] = {2,  3,  5,  7,  11, 13, 17, 19, 23, 29, 31, 37,
                                     41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83};
    static const char PAIR[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    if (n < 3 || n - 2 > CT_LEN(PRIME))
        return false;
    unsigned sum = 0;
    for (size_t i = 0; i < n - 2; i++)
        sum += (unsigned)(strchr(SET_X, s[i]) - SET_X) * PRIME[n - 3 - i];
    sum %= 1021;
    want[0] = PAIR[sum >> 5];
    want[1] = PAIR[sum & 31];
    want[2] = '\0';
    return s[n - 2] == want[0] && s[n - 1] == want[1];
}

/* A date of six digits; an open day only where d is the flag. */
static ct_date short_date(const char *s, char flag, ct_date today, bool *ret_open)
{
    int year = ct_scan_year(ct_scan_number(s, 2), today);
    int month = ct_scan_number(s + 2, 2), day = ct_scan_number(s + 4, 2);
    *ret_open = flag == 'd' && day == 0;
    return *ret_open ? ct_scan_month_end(year, month) : ct_date_make(year, month, day);
}

struct value {
    const char *s;
    struct ct_gs1_item *item;
    ct_date today;
    struct ct_scan_element *e;
    struct ct_gs1_why *why;
};

static bool refuse(const struct value *v, size_t at, const char *fmt, ...) CT_FORMAT(3, 4);
static bool refuse(const struct value *v, size_t at, const char *fmt, ...)
{
    if (v->why == NULL)
        return false;
    char what[140];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    v->why->at = at;
    snprintf(v->why->text, sizeof v->why->text, "(%s) %s: %s", v->item->ai, v->item->row->title,
             what);
    return false;
}

static bool check_date(const struct value *v, size_t at, size_t n, char flag)
{
    const char *p = v->s + at;
    bool open = false;
    ct_date d = flag == 'L' ? ct_date_make(ct_scan_number(p, 4), ct_scan_number(p + 4, 2),
                                           ct_scan_number(p + 6, 2))
                            : short_date(p, flag, v->today, &open);
    if (d == CT_NO_DATE) {
        int month = ct_scan_number(p + n - 4, 2);
        bool bad_month = month < 1 || month > 12;
        return refuse(v, at + n - (bad_month ? 4 : 2), "there is no such %s.",
                      bad_month ? "month" : "day");
    }
    v->item->verified = true;
    if (v->e != NULL && v->e->date == CT_NO_DATE) {
        v->e->date = d;
        v->e->day_open = open;
    }
    return true;
}

/* Hours, minutes and seconds follow a date. */
static bool check_time(const struct value *v, size_t at, char flag)
{
    int first = ct_scan_number(v->s + at, 2), second = 0;
    if (flag == 't')
        second = ct_scan_number(v->s + at + 2, 2);
    if (first > (flag == 'm' ? 59 : 23) || second > 59)
        return refuse(v, at, "there is no such time of day.");
    if (v->e == NULL)
        return true;
    if (flag != 'm')
        v->e->minute = first * 60 + second;
    else if (at == v->e->at + 8) /* not the seconds */
        v->e->minute += first;
    return true;
}

static bool check_part(const struct value *v, const struct part *p, size_t at, size_t n)
{
    const char *s = v->s + at;
    char want[3];
    switch (p->flag) {
    case 'k':
        want[0] = ct_scan_check_digit(s, n - 1);
        if (s[n - 1] != want[0])
            return refuse(v, at + n - 1,
                          "the check digit does not fit the digits before it. "
                          "Scan or type it again.");
        v->item->verified = v->item->checked = true;
        return true;
    case 'a':
        if (!pair_ok(s, n, want))
            return refuse(v, at + n - (n < 2 ? n : 2),
                          "the check pair at its end does not fit. Scan or type it again.");
        v->item->verified = v->item->checked = true;
        return true;
    case 'd':
    case 'D':
    case 'L':
        return check_date(v, at, n, p->flag);
    case 't':
    case 'h':
    case 'm':
        return check_time(v, at, p->flag);
    case 'z':
        return s[0] == '0' || refuse(v, at, "it begins with 0, this one does not.");
    default:
        return true;
    }
}

static bool check_set(const struct value *v, const struct part *p, size_t at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char c = v->s[at + i], text[16];
        if (in_set(p->set, c))
            continue;
        ct_scan_byte_text(c, text);
        if (c == CT_SCAN_GS)
            return refuse(v, at + i, "a separator comes before its end; it has %zu characters.",
                          p->min);
        return refuse(v, at + i, "%s cannot be in it%s.", text,
                      p->set == 'N' ? "; digits belong here" : "");
    }
    return !p->letters || !ct_scan_digits(v->s + at, n) ||
           refuse(v, at, "it has at least one character that is no digit.");
}

bool ct_gs1_value(const char *s, struct ct_gs1_item *item, ct_date today,
                  struct ct_scan_element *e, struct ct_gs1_why *why)
{
    const struct value v = {s, item, today, e, why};
    struct part p;
    size_t at = item->at, end = item->at + item->n, min, max;
    item->verified = item->checked = false;
    if (e != NULL)
        ct_scan_fill(e, item->ai, item->row->title, item->row->role, item->at, s + item->at,
                     item->n);
    ct_gs1_bounds(item->row, &min, &max);
    for (const char *form = item->row->form; next_part(&form, &p);) {
        size_t left = end - at, n = left < p.max ? left : p.max;
        if (p.whole && n < p.max)
            n = 0;
        if (!check_set(&v, &p, at, n))
            return false;
        if (n < p.min)
            return refuse(&v, end, "it has %s%zu characters, here are %zu.",
                          min < max ? "at least " : "", min, item->n);
        if (n > 0 && !check_part(&v, &p, at, n))
            return false;
        at += n;
    }
    if (at < end)
        return refuse(&v, at, "it has at most %zu characters. Is a separator missing?", max);
    return true;
}

/* ---- what goes with what ------------------------------------------------------ */

static bool is_like(const char *ai, const char *pattern, size_t n)
{
    if (strlen(ai) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (pattern[i] == 'n' ? !ct_is_digit(ai[i]) : pattern[i] != ai[i])
            return false;
    return true;
}

static bool path_has(const struct ct_gs1_path *p, const char *pattern, size_t n,
                     const char *besides)
{
    for (size_t i = 0; i < p->n; i++)
        if (is_like(p->item[i].ai, pattern, n) &&
            (besides == NULL || strcmp(p->item[i].ai, besides) != 0))
            return true;
    return false;
}

bool ct_gs1_holds(const struct ct_gs1_path *p, const char *wanted, const char *besides)
{
    bool all = true; /* of the alternative being read */
    for (;;) {
        size_t n = strcspn(wanted, "+,");
        all = all && path_has(p, wanted, n, besides);
        wanted += n;
        if (*wanted != '+') {
            if (all)
                return true;
            all = true;
        }
        if (*wanted++ == '\0')
            return false;
    }
}
