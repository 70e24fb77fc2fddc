/* scan_gs1 - GS1 element strings and their bracketed form. */
#include "clinic/scan_internal.h"

#include <stdio.h>
#include <string.h>

enum { SSCC_END = 20, GTIN_END = 16, GTIN = 14 };

static bool is_separator(const struct ct_scan_job *j, char c)
{
    return c == CT_SCAN_GS || (j->o->separator != '\0' && c == j->o->separator);
}

static bool has_separator(const struct ct_scan_job *j, size_t from)
{
    for (size_t i = from; i < j->n; i++)
        if (is_separator(j, j->s[i]))
            return true;
    return false;
}

static size_t separator_after(const struct ct_scan_job *j, size_t at)
{
    while (at < j->n && !is_separator(j, j->s[at]))
        at++;
    return at;
}

/* ---- the parts of a code ------------------------------------------------------ */

static bool refuse(struct ct_gs1_why *why, size_t at, const char *text)
{
    why->at = at;
    snprintf(why->text, sizeof why->text, "%s", text);
    return false;
}

/* Append an identifier without its value. */
static struct ct_gs1_item *begin_item(const struct ct_scan_job *j, struct ct_gs1_path *p,
                                      const struct ct_gs1_row *row, size_t ai_at, size_t ai_n)
{
    struct ct_gs1_item *item = &p->item[p->n++];
    *item = (struct ct_gs1_item){.row = row, .ai_at = ai_at, .at = ai_at + ai_n};
    memcpy(item->ai, j->s + ai_at, ai_n);
    return item;
}

/* One element of an element string at *at, which moves behind it and its separator. */
static bool take_element(const struct ct_scan_job *j, struct ct_gs1_path *p, size_t *at,
                         struct ct_gs1_why *why)
{
    const struct ct_gs1_row *row = NULL;
    if (is_separator(j, j->s[*at]))
        return refuse(why, *at, "A separator stands where an identifier should begin.");
    size_t ai_n = ct_gs1_lookup(j->s + *at, j->n - *at, &row);
    if (ai_n == 0)
        return refuse(why, *at,
                      "No GS1 identifier begins here. Is a separator missing before it?");
    if (p->n == CT_SCAN_ELEMENTS_MAX)
        return refuse(why, *at, "The code has too many elements.");
    struct ct_gs1_item *item = begin_item(j, p, row, *at, ai_n);
    size_t left = j->n - item->at, min, max;
    ct_gs1_bounds(row, &min, &max);
    if (row->flags & CT_GS1_FIXED)
        item->n = left < max ? left : max;
    else
        item->n = separator_after(j, item->at) - item->at;
    if (!ct_gs1_value(j->s, item, j->o->today, NULL, why))
        return false;
    *at = item->at + item->n;
    if (*at < j->n && is_separator(j, j->s[*at]))
        (*at)++;
    return true;
}

/* As the standard says: a value without a fixed length goes on to its separator. */
static bool read_string(const struct ct_scan_job *j, size_t from, struct ct_gs1_path *ret,
                        struct ct_gs1_why *why)
{
    ret->n = 0;
    if (from < j->n && is_separator(j, j->s[from]))
        from++; /* the FNC1 that the prefix implies, sent all the same */
    if (from == j->n)
        return refuse(why, from, "There is nothing in the code but its prefix.");
    while (from < j->n)
        if (!take_element(j, ret, &from, why))
            return false;
    return true;
}

/* ---- into elements ------------------------------------------------------------ */

static enum ct_status add_item(struct ct_scan_job *j, const struct ct_gs1_item *item)
{
    struct ct_scan_element *e = NULL;
    size_t before = j->out->is.n;
    enum ct_status st =
        ct_scan_add(j, item->ai, item->row->title, item->row->role, item->at, item->n, &e);
    if (st != CT_OK || j->out->is.n == before)
        return st;
    struct ct_gs1_item again = *item;
    (void)ct_gs1_value(j->s, &again, j->o->today, e, NULL); /* it was good before */
    return CT_OK;
}

static void warn_of_company(struct ct_scan *out, const struct ct_gs1_path *p)
{
    for (size_t i = 0; i < p->n; i++) {
        const struct ct_gs1_item *item = &p->item[i];
        const struct ct_gs1_row *row = item->row;
        if (row == &CT_GS1_UNKNOWN)
            ct_scan_warn(out, "(%s) is not known to this program; its value is kept as it is.",
                         item->ai);
        if (row->needs != NULL && !ct_gs1_holds(p, row->needs, NULL))
            ct_scan_warn(out, "(%s) %s says nothing alone: it goes with %s%s.", item->ai,
                         row->title, strchr(row->needs, ',') != NULL ? "one of " : "",
                         row->needs);
        if (row->not != NULL && ct_gs1_holds(p, row->not, item->ai))
            ct_scan_warn(out, "(%s) %s may not stand beside %s. Check the label.", item->ai,
                         row->title, row->not );
    }
}

static enum ct_status take_path(struct ct_scan_job *j, const struct ct_gs1_path *p)
{
    for (size_t i = 0; i < p->n; i++) {
        enum ct_status st = add_item(j, &p->item[i]);
        if (st != CT_OK)
            return st;
    }
    warn_of_company(j->out, p);
    return CT_OK;
}

/* What stands before the first value that may have lost its separator. */
static size_t certain(const struct ct_gs1_path *p)
{
    size_t n = 0;
    while (n < p->n && (p->item[n].row->flags & CT_GS1_FIXED))
        n++;
    return n;
}

static enum ct_status ask(struct ct_scan_job *j, const struct ct_gs1_readings *r)
{
    struct ct_scan *out = j->out;
    out->ambiguous = true;
    out->more = r->more;
    out->n_readings = r->n;
    for (size_t k = 0; k < r->n; k++) {
        out->reading[k].n = r->path[k].n;
        for (size_t i = 0; i < r->path[k].n; i++) {
            struct ct_gs1_item item = r->path[k].item[i];
            (void)ct_gs1_value(j->s, &item, j->o->today, &out->reading[k].e[i], NULL);
        }
    }
    for (size_t i = 0; i < certain(&r->path[0]); i++) {
        enum ct_status st = add_item(j, &r->path[0].item[i]);
        if (st != CT_OK)
            return st;
    }
    if (r->n == 1)
        ct_scan_warn(out, "A separator is missing. With it the code could be read in one way: "
                          "compare that with the label.");
    else
        ct_scan_warn(out,
                     "A separator may be missing: the code can be read in %s%zu ways. "
                     "Compare them with the label.",
                     r->more ? "more than " : "", r->n);
    return CT_OK;
}

enum ct_status ct_scan_gs1(struct ct_scan_job *j)
{
    struct ct_gs1_path path;
    struct ct_gs1_why why;
    struct ct_gs1_readings readings = {.n = 0};
    size_t from = j->out->body_at;
    bool good = read_string(j, from, &path, &why);
    if (from < j->n && is_separator(j, j->s[from]))
        from++;
    if (!j->o->sends_separators && !has_separator(j, from))
        ct_gs1_split(j, from, good, &readings);
    if (readings.found)
        return ask(j, &readings);
    if (!good)
        return ct_scan_fault(j, why.at, "%s", why.text);
    return take_path(j, &path);
}

/* ---- does it look like one? ---------------------------------------------------- */

static bool checked_in(const struct ct_gs1_path *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->item[i].checked)
            return true;
    return false;
}

static bool verified_in(const struct ct_gs1_path *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->item[i].verified)
            return true;
    return false;
}

bool ct_scan_gs1_looks(const struct ct_scan_job *j)
{
    struct ct_gs1_path path;
    struct ct_gs1_why why;
    struct ct_gs1_readings readings = {.n = 0};
    const struct ct_gs1_row *row;
    size_t from = is_separator(j, j->s[0]) ? 1 : 0;
    if (ct_gs1_lookup(j->s + from, j->n - from, &row) == 0)
        return false;
    if (from == 1 || has_separator(j, 0))
        return true;
    /* The keys that begin a label: a wrong check digit is then told, not hidden. */
    if ((memcmp(j->s, "00", 2) == 0 && j->n >= SSCC_END && ct_scan_digits(j->s, SSCC_END)) ||
        (j->s[0] == '0' && j->s[1] >= '1' && j->s[1] <= '3' && j->n >= GTIN_END &&
         ct_scan_digits(j->s, GTIN_END)))
        return true;
    bool good = read_string(j, 0, &path, &why);
    if (good && (checked_in(&path) || (path.n >= 2 && verified_in(&path))))
        return true;
    if (j->o->sends_separators)
        return false;
    ct_gs1_split(j, 0, good, &readings);
    for (size_t i = 0; readings.found && i < readings.n; i++)
        if (checked_in(&readings.path[i]))
            return true;
    return false;
}

/* ---- brackets ------------------------------------------------------------------ */

/* The digits of an identifier in brackets at `at`, 0: there is none. */
static size_t bracket_at(const char *s, size_t n, size_t at)
{
    size_t digits = 0;
    if (at >= n || s[at] != '(')
        return 0;
    while (at + 1 + digits < n && ct_is_digit(s[at + 1 + digits]))
        digits++;
    bool closed = at + 1 + digits < n && s[at + 1 + digits] == ')';
    return closed && digits >= 2 && digits <= 4 ? digits : 0;
}

bool ct_scan_gs1_brackets_begin(const char *s, size_t n)
{
    return bracket_at(s, n, 0) > 0;
}

static enum ct_status take_bracket(struct ct_scan_job *j, struct ct_gs1_path *p, size_t *at)
{
    struct ct_gs1_why why;
    size_t digits = bracket_at(j->s, j->n, *at);
    if (digits == 0)
        return ct_scan_fault(j, *at, "An identifier in brackets should begin here.");
    if (p->n == CT_SCAN_ELEMENTS_MAX)
        return ct_scan_fault(j, *at, "The code has more than %d elements.",
                             CT_SCAN_ELEMENTS_MAX);
    const struct ct_gs1_row *row = ct_gs1_row(j->s + *at + 1, digits);
    size_t length = ct_gs1_id_length(j->s + *at + 1);
    if (row == NULL && length != 0 && length != digits)
        return ct_scan_fault(j, *at + 1,
                             "GS1 identifiers that begin with these digits have %zu.", length);
    struct ct_gs1_item *item =
        begin_item(j, p, row != NULL ? row : &CT_GS1_UNKNOWN, *at + 1, digits);
    item->at++; /* behind the bracket */
    while (item->at < j->n && j->s[item->at] == ' ')
        item->at++; /* as printed; no value holds a blank */
    size_t end = item->at;
    while (end < j->n && bracket_at(j->s, j->n, end) == 0)
        end++;
    *at = end;
    while (end > item->at && (j->s[end - 1] == ' ' || is_separator(j, j->s[end - 1])))
        end--;
    item->n = end - item->at;
    if (!ct_gs1_value(j->s, item, j->o->today, NULL, &why))
        return ct_scan_fault(j, why.at, "%s", why.text);
    return CT_OK;
}

enum ct_status ct_scan_gs1_brackets(struct ct_scan_job *j)
{
    struct ct_gs1_path path = {.n = 0};
    for (size_t at = j->out->body_at; at < j->n;) {
        enum ct_status st = take_bracket(j, &path, &at);
        if (st != CT_OK)
            return st;
    }
    return take_path(j, &path);
}

/* ---- a bare GTIN --------------------------------------------------------------- */

enum ct_status ct_scan_ean(struct ct_scan_job *j)
{
    size_t from = j->out->body_at, n = j->n - from;
    size_t at = from;
    while (at < j->n && ct_is_digit(j->s[at]))
        at++;
    if (at < j->n)
        return ct_scan_fault(j, at, "An EAN or UPC code has digits alone.");
    if (n != 8 && n != 12 && n != 13)
        return ct_scan_fault(j, j->n, "An EAN or UPC code has 8, 12 or 13 digits, not %zu.", n);
    if (ct_scan_check_digit(j->s + from, n - 1) != j->s[j->n - 1])
        return ct_scan_fault(j, j->n - 1,
                             "The check digit does not fit the digits before it. Scan or type "
                             "it again.");
    struct ct_scan_element *e = &j->out->is.e[j->out->is.n++];
    char gtin[GTIN + 1]; /* with noughts before it, as (01) has it */
    memset(gtin, '0', sizeof gtin);
    memcpy(gtin + GTIN - n, j->s + from, n);
    const struct ct_gs1_row *row = ct_gs1_row("01", 2);
    ct_scan_fill(e, "01", row->title, row->role, from, gtin, GTIN);
    return CT_OK;
}
