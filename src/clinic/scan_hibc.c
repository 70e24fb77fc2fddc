/* scan_hibc - HIBC: primary, secondary, and both in one code. */
#include "clinic/scan_internal.h"

#include <string.h>

enum { LIC = 4, PCN_MAX = 18, LOT_MAX = 18, MODULUS = 43 };

/* The place of a character is its value. */
static const char SET[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";

static int value_of(char c)
{
    const char *p = c != '\0' ? strchr(SET, c) : NULL;
    return p != NULL ? (int)(p - SET) : -1;
}

char ct_scan_hibc_check(const char *s, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        int v = value_of(s[i]);
        if (v < 0)
            return 0;
        sum = (sum + v) % MODULUS;
    }
    return SET[sum];
}

/* Where the message lies: [from, end), asterisks taken off; the last byte is the check. */
struct span {
    size_t from, end;
    bool printed; /* in asterisks: blanks are shown as _ */
};

static bool letter(char c)
{
    return ct_scan_alnum(c) && !ct_is_digit(c);
}

bool ct_scan_hibc_looks(const char *s, size_t n)
{
    if (n > 0 && s[0] == '*') {
        s++;
        n--;
    }
    /* Small letters too: a keyboard's Caps Lock turns what a scanner types. */
    return n >= 2 && s[0] == '+' &&
           (ct_scan_alnum(s[1]) || (s[1] >= 'a' && s[1] <= 'z') || s[1] == '$');
}

/* ---- dates --------------------------------------------------------------------- */

/* What stands behind $$ (and a quantity), by its first digit. M D Y H J in the
 * pattern are digits of month, day, year, hour, day of the year. */
struct date_form {
    char flag; /* 0: no flag, the date itself begins here */
    char pattern[9];
};
static const struct date_form DATE_FORM[] = {
    {'2', "MMDDYY"},  {'3', "YYMMDD"}, {'4', "YYMMDDHH"}, {'5', "YYJJJ"},
    {'6', "YYJJJHH"}, {'7', ""},       {'0', "MMYY"},     {'1', "MMYY"},
};
static const struct date_form SUPPLEMENT = {0, "YYYYMMDD"}, BARE = {0, "YYJJJ"};

/* The number that the letters of one kind spell; -1: none are there. */
static int spelt(const char *s, const char *pattern, char kind, size_t *ret_n)
{
    const char *first = strchr(pattern, kind);
    *ret_n = 0;
    if (first == NULL)
        return -1;
    *ret_n = strspn(first, (char[]){kind, '\0'});
    return ct_scan_number(s + (first - pattern), *ret_n);
}

/* Fill the date of e from the digits at s. */
static bool read_date(const struct ct_scan_job *j, const char *s, const char *pattern,
                      struct ct_scan_element *e)
{
    size_t n_year, n;
    int year = spelt(s, pattern, 'Y', &n_year), month = spelt(s, pattern, 'M', &n);
    int day = spelt(s, pattern, 'D', &n), hour = spelt(s, pattern, 'H', &n);
    int in_year = spelt(s, pattern, 'J', &n);
    if (n_year == 2)
        year = ct_scan_year(year, j->o->today);
    e->day_open = day < 0 && in_year < 0;
    if (in_year >= 0)
        e->date = ct_scan_year_day(year, in_year);
    else
        e->date = e->day_open ? ct_scan_month_end(year, month) : ct_date_make(year, month, day);
    e->minute = hour >= 0 ? hour * 60 : -1;
    return e->date != CT_NO_DATE && hour <= 23;
}

/* Two dates for the same thing: the same day, or the month and a day of it. */
static bool same_date(const struct ct_scan_element *a, const struct ct_scan_element *b)
{
    int y[2], m[2], d[2];
    ct_date_split(a->date, &y[0], &m[0], &d[0]);
    ct_date_split(b->date, &y[1], &m[1], &d[1]);
    bool open = a->day_open || b->day_open;
    return y[0] == y[1] && m[0] == m[1] && (open || d[0] == d[1]);
}

static enum ct_status take_date(struct ct_scan_job *j, const char *id, size_t at, size_t end,
                                const char *pattern, size_t *ret_at)
{
    bool expiry = strcmp(id, "expiry") == 0;
    const char *title = expiry ? "Expires" : "Made on";
    enum ct_scan_role role = expiry ? CT_SCAN_EXPIRY : CT_SCAN_MADE;
    size_t n = strlen(pattern);
    struct ct_scan_element e;
    *ret_at = at + n;
    if (end - at < n)
        return ct_scan_fault(j, end, "%s: the date has %zu digits, here are %zu characters.",
                             title, n, end - at);
    for (size_t i = 0; i < n; i++)
        if (!ct_is_digit(j->s[at + i]))
            return ct_scan_fault(j, at + i, "%s: the date has %zu digits.", title, n);
    ct_scan_fill(&e, id, title, role, at, j->s + at, n);
    if (!read_date(j, j->s + at, pattern, &e))
        return ct_scan_fault(j, at, "%s: there is no such date.", title);
    for (size_t i = 0; i < j->out->is.n; i++) {
        struct ct_scan_element *was = &j->out->is.e[i];
        if (strcmp(was->id, id) != 0)
            continue;
        if (!same_date(was, &e))
            return ct_scan_fault(
                j, at, "%s is there twice, with different dates. Check the label.", title);
        if (was->day_open || was->minute < 0)
            *was = was->day_open || e.minute >= 0 ? e : *was; /* the more exact one */
        return CT_OK;
    }
    struct ct_scan_element *to;
    enum ct_status st = ct_scan_add(j, id, title, role, at, n, &to);
    if (st == CT_OK)
        *to = e;
    return st;
}

/* ---- the parts ----------------------------------------------------------------- */

/* A slash divides only where a legal structure follows: lots may hold one, and the
 * check and link characters may be one. */
static bool supplement_at(const char *s, size_t at, size_t end)
{
    if (at + 1 >= end || s[at] != '/')
        return false;
    const char *p = s + at + 1;
    size_t left = end - at - 1;
    if (p[0] == 'S')
        return left >= 2;
    return left >= 3 && p[0] == '1' && (p[1] == '4' || p[1] == '6') && p[2] == 'D';
}

static size_t part_end(const char *s, size_t at, size_t end)
{
    while (at < end && !supplement_at(s, at, end))
        at++;
    return at;
}

static enum ct_status take_text(struct ct_scan_job *j, const char *id, const char *title,
                                enum ct_scan_role role, size_t at, size_t end)
{
    struct ct_scan_element *e;
    if (at == end)
        return CT_OK; /* none is given */
    if (end - at > LOT_MAX)
        return ct_scan_fault(j, at + LOT_MAX, "%s has at most %d characters.", title, LOT_MAX);
    for (size_t i = at; i < end; i++)
        if (!ct_scan_alnum(j->s[i])) {
            char text[16];
            ct_scan_byte_text(j->s[i], text);
            ct_scan_warn(j->out, "%s holds %s at byte %zu. Compare it with the label.", title,
                         text, i);
            break;
        }
    return ct_scan_add(j, id, title, role, at, end - at, &e);
}

static enum ct_status take_lot(struct ct_scan_job *j, bool serial, size_t at, size_t end)
{
    return serial ? take_text(j, "serial", "Serial number", CT_SCAN_SERIAL, at, end)
                  : take_text(j, "lot", "Lot", CT_SCAN_LOT, at, end);
}

/* 8 and two digits, or 9 and five. */
static enum ct_status take_quantity(struct ct_scan_job *j, size_t *at, size_t end)
{
    if (*at == end || (j->s[*at] != '8' && j->s[*at] != '9'))
        return CT_OK;
    size_t n = j->s[*at] == '8' ? 2 : 5, from = *at + 1;
    struct ct_scan_element *e;
    if (end - from < n || !ct_scan_digits(j->s + from, n))
        return ct_scan_fault(j, from, "Quantity: %zu digits belong here.", n);
    *at = from + n;
    return ct_scan_add(j, "quantity", "Quantity", CT_SCAN_QUANTITY, from, n, &e);
}

/* Behind $$: "+" for a serial number, quantity, date flag, date, lot or serial. */
static enum ct_status take_dated(struct ct_scan_job *j, size_t at, size_t end)
{
    bool serial = at < end && j->s[at] == '+';
    at += serial;
    size_t was = at;
    enum ct_status st = take_quantity(j, &at, end);
    if (st != CT_OK || (at == end && at > was))
        return st;
    if (at == end)
        return ct_scan_fault(j, at, "A date or its flag belongs behind $$.");
    for (size_t i = 0; i < CT_LEN(DATE_FORM); i++) {
        if (j->s[at] != DATE_FORM[i].flag)
            continue;
        at += strcmp(DATE_FORM[i].pattern, "MMYY") != 0;
        if (DATE_FORM[i].pattern[0] != '\0')
            st = take_date(j, "expiry", at, end, DATE_FORM[i].pattern, &at);
        return st != CT_OK ? st : take_lot(j, serial, at, end);
    }
    return ct_scan_fault(j, at, "A date or its flag (2 to 7) belongs here.");
}

/* The first part of a secondary, which need not be there. */
static enum ct_status take_secondary(struct ct_scan_job *j, size_t at, size_t end)
{
    const char *s = j->s;
    struct ct_scan_element *e;
    if (at == end)
        return CT_OK;
    if (end - at >= 2 && s[at] == '$' && s[at + 1] == '$')
        return take_dated(j, at + 2, end);
    if (end - at >= 2 && s[at] == '$' && s[at + 1] == '+') {
        ct_scan_warn(j->out, "This program does not read \"$+\"; it is kept as it is.");
        return ct_scan_add(j, "$+", "Unread part", CT_SCAN_OTHER, at + 2, end - at - 2, &e);
    }
    if (s[at] == '$')
        return end - at > 1 ? take_lot(j, false, at + 1, end)
                            : ct_scan_fault(j, at + 1, "A lot belongs behind $.");
    if (!ct_is_digit(s[at]))
        return ct_scan_fault(j, at, "A secondary HIBC code begins with $ or a date.");
    enum ct_status st = take_date(j, "expiry", at, end, BARE.pattern, &at);
    return st != CT_OK ? st : take_lot(j, false, at, end);
}

static enum ct_status take_supplement(struct ct_scan_job *j, size_t at, size_t end)
{
    if (j->s[at + 1] == 'S')
        return take_text(j, "serial", "Serial number", CT_SCAN_SERIAL, at + 2, end);
    bool expiry = j->s[at + 2] == '4';
    size_t behind;
    enum ct_status st =
        take_date(j, expiry ? "expiry" : "made", at + 4, end, SUPPLEMENT.pattern, &behind);
    if (st == CT_OK && behind < end)
        return ct_scan_fault(j, behind,
                             "Nothing may follow this date but a slash and what "
                             "belongs behind it.");
    return st;
}

static enum ct_status take_parts(struct ct_scan_job *j, size_t at, size_t end)
{
    size_t stop = part_end(j->s, at, end);
    enum ct_status st = take_secondary(j, at, stop);
    while (st == CT_OK && stop < end) {
        at = stop;
        stop = part_end(j->s, at + 1, end);
        st = take_supplement(j, at, stop);
    }
    return st;
}

/* ---- the whole ----------------------------------------------------------------- */

/* LIC, product and unit in [at, end). */
static enum ct_status take_primary(struct ct_scan_job *j, size_t at, size_t end)
{
    struct ct_scan_element *e;
    for (size_t i = at; i < end; i++)
        if (!ct_scan_alnum(j->s[i]))
            return ct_scan_fault(j, i, "The labeller and product code is letters and digits.");
    if (end - at < LIC + 2)
        return ct_scan_fault(j, end,
                             "The labeller (%d characters), product and unit are not all "
                             "there.",
                             LIC);
    if (end - at > LIC + PCN_MAX + 1)
        return ct_scan_fault(j, at + LIC + PCN_MAX,
                             "The product code has at most %d "
                             "characters.",
                             PCN_MAX);
    if (!ct_is_digit(j->s[end - 1]))
        return ct_scan_fault(j, end - 1, "The unit of measure is a digit.");
    enum ct_status st = ct_scan_add(j, "lic", "Labeller", CT_SCAN_PRODUCT, at, LIC, &e);
    if (st == CT_OK)
        st =
            ct_scan_add(j, "pcn", "Product", CT_SCAN_PRODUCT, at + LIC, end - at - LIC - 1, &e);
    if (st != CT_OK)
        return st;
    char unit = j->s[end - 1];
    return ct_scan_add(j, "unit",
                       unit == '0'   ? "Unit of use"
                       : unit == '9' ? "Variable quantity"
                                     : "Packaging level",
                       CT_SCAN_OTHER, end - 1, 1, &e);
}

static char plain(const struct span *w, char c)
{
    return w->printed && c == '_' ? ' ' : c;
}

static enum ct_status check(struct ct_scan_job *j, const struct span *w)
{
    int sum = 0;
    for (size_t i = w->from; i < w->end; i++) {
        int v = value_of(plain(w, j->s[i]));
        char text[16];
        ct_scan_byte_text(j->s[i], text);
        if (v < 0)
            return ct_scan_fault(j, i, "%s cannot be in an HIBC code%s.", text,
                                 ct_lower(j->s[i]) == j->s[i] && j->s[i] >= 'a' &&
                                         j->s[i] <= 'z'
                                     ? "; its letters are capitals"
                                     : "");
        sum = (sum + v) % MODULUS;
    }
    int last = value_of(plain(w, j->s[w->end - 1]));
    if ((sum - last + MODULUS) % MODULUS == last)
        return CT_OK;
    if (SET[sum] == ' ')
        return ct_scan_fault(j, w->end,
                             "The check character does not fit. It would if a blank "
                             "were lost at the end: does the scanner cut it off?");
    return ct_scan_fault(j, w->end - 1,
                         "The check character does not fit the characters "
                         "before it. Scan or type it again.");
}

static enum ct_status unwrap(struct ct_scan_job *j, struct span *ret)
{
    *ret = (struct span){j->out->body_at, j->n, false};
    if (j->s[ret->from] != '*')
        return CT_OK;
    ret->printed = true;
    ret->from++;
    if (j->s[j->n - 1] != '*')
        return ct_scan_fault(j, j->n, "The asterisk at the end is missing.");
    ret->end--;
    return CT_OK;
}

static enum ct_status take_check(struct ct_scan_job *j, const struct span *w, bool linked)
{
    struct ct_scan_element *e = NULL;
    enum ct_status st = CT_OK;
    if (linked) {
        st = ct_scan_add(j, "link", "Link to the primary code", CT_SCAN_OTHER, w->end - 2, 1,
                         &e);
        if (st == CT_OK)
            e->value[0] = plain(w, e->value[0]);
    }
    if (st == CT_OK)
        st = ct_scan_add(j, "check", "Check character", CT_SCAN_OTHER, w->end - 1, 1, &e);
    if (st == CT_OK)
        e->value[0] = plain(w, e->value[0]);
    return st;
}

enum ct_status ct_scan_hibc(struct ct_scan_job *j)
{
    struct span w;
    enum ct_status st = unwrap(j, &w);
    if (st != CT_OK)
        return st;
    if (w.end - w.from < 4)
        return ct_scan_fault(j, w.end, "The HIBC code is cut short.");
    st = check(j, &w);
    if (st != CT_OK)
        return st;
    size_t at = w.from + 1, end = w.end - 1; /* + and check taken off */
    if (!letter(j->s[at])) {
        st = take_parts(j, at, end - 1);
        return st != CT_OK ? st : take_check(j, &w, true);
    }
    size_t slash = at;
    while (slash < end && j->s[slash] != '/')
        slash++;
    st = take_primary(j, at, slash);
    if (st == CT_OK && slash < end) /* a supplement may follow at once */
        st = supplement_at(j->s, slash, end) ? take_parts(j, slash, end)
             : slash + 1 < end               ? take_parts(j, slash + 1, end)
                               : ct_scan_fault(j, end, "Nothing follows the slash.");
    return st != CT_OK ? st : take_check(j, &w, false);
}

bool ct_scan_linked(const struct ct_scan *primary, const struct ct_scan *secondary)
{
    const struct ct_scan_element *check_e = ct_scan_id(primary, "check");
    const struct ct_scan_element *link_e = ct_scan_id(secondary, "link");
    return primary->kind == CT_SCAN_HIBC && secondary->kind == CT_SCAN_HIBC &&
           ct_scan_id(primary, "link") == NULL && check_e != NULL && link_e != NULL &&
           check_e->value[0] == link_e->value[0];
}
