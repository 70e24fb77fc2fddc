/* scan_isbt - ISBT 128: data structures one behind another, each begun by its
 * identifier. */
#include "clinic/scan_internal.h"

#include <stdio.h>
#include <string.h>

enum { DIN = 13, DIN_AND_FLAGS = 15, CHECK_FLAG = 60, CHECK_MODULUS = 37 };

/* What is known of them. n 0: of any length. */
static const struct structure {
    const char *id;
    size_t n;
    const char *title;
    enum ct_scan_role role;
    bool date; /* cYYJJJ */
} STRUCTURE[] = {
    {"=/", 16, "Device identifier", CT_SCAN_PRODUCT, false},
    {"=,", 6, "Serial number", CT_SCAN_SERIAL, false},
    {"=>", 6, "Expires", CT_SCAN_EXPIRY, true},
    {"=}", 6, "Made on", CT_SCAN_MADE, true},
    {"&,1", 0, "Lot", CT_SCAN_LOT, false},
};

/* ISO 7064 modulo 37,2: 0-9, A-Z. */
int ct_scan_isbt_check(const char *s, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (!ct_scan_alnum(s[i]))
            return -1;
        sum = (sum + (ct_is_digit(s[i]) ? s[i] - '0' : s[i] - 'A' + 10)) * 2 % CHECK_MODULUS;
    }
    return (CHECK_MODULUS + 1 - sum) % CHECK_MODULUS;
}

static bool begins(char c)
{
    return c == '=' || c == '&';
}

/* The first character of a donation number: A to N, P to Z, 1 to 9. */
static bool begins_donation(char c)
{
    return ct_scan_alnum(c) && c != '0' && c != 'O';
}

static bool sign(char c)
{
    return c > ' ' && c < 0x7F && !ct_scan_alnum(c) && !(c >= 'a' && c <= 'z');
}

bool ct_scan_isbt_looks(const char *s, size_t n)
{
    return n >= 2 && ((s[0] == '=' && (begins_donation(s[1]) || sign(s[1]))) ||
                      (s[0] == '&' && sign(s[1])));
}

static enum ct_status check_alnum(struct ct_scan_job *j, const char *title, size_t at, size_t n)
{
    for (size_t i = at; i < at + n; i++)
        if (!ct_scan_alnum(j->s[i])) {
            char text[16];
            ct_scan_byte_text(j->s[i], text);
            return ct_scan_fault(j, i, "%s: %s cannot be in it; it is digits and capitals.",
                                 title, text);
        }
    return CT_OK;
}

static enum ct_status check_length(struct ct_scan_job *j, const char *title, size_t at,
                                   size_t is, size_t wanted)
{
    if (is == wanted)
        return CT_OK;
    return ct_scan_fault(j, at + (is < wanted ? is : wanted),
                         "%s: it has %zu characters, here are %zu.", title, wanted, is);
}

/* Century digit (0: 2000, 9: 1900), year, day of the year. */
static enum ct_status read_date(struct ct_scan_job *j, const char *title, size_t at,
                                struct ct_scan_element *e)
{
    const char *s = j->s + at;
    for (size_t i = 0; i < 6; i++)
        if (!ct_is_digit(s[i]))
            return ct_scan_fault(j, at + i, "%s: the date is digits.", title);
    int century = s[0] == '9' ? 1900 : 2000 + 100 * (s[0] - '0');
    e->date = ct_scan_year_day(century + ct_scan_number(s + 1, 2), ct_scan_number(s + 3, 3));
    if (e->date == CT_NO_DATE)
        return ct_scan_fault(j, at + 3, "%s: the year has no such day.", title);
    return CT_OK;
}

/* =, number (facility, year, sequence), two flags; flags of 60 to 96 are the check. */
static enum ct_status take_donation(struct ct_scan_job *j, size_t at, size_t end)
{
    static const char TITLE[] = "Donation number with its flags";
    struct ct_scan_element *e;
    enum ct_status st = check_alnum(j, TITLE, at, end - at);
    if (st == CT_OK)
        st = check_length(j, TITLE, at, end - at, DIN_AND_FLAGS);
    for (size_t i = 5; st == CT_OK && i < DIN; i++)
        if (!ct_is_digit(j->s[at + i]))
            st = ct_scan_fault(j, at + i, "%s: year and sequence are digits.", TITLE);
    if (st != CT_OK)
        return st;
    const char *flags = j->s + at + DIN;
    int flag = ct_scan_digits(flags, 2) ? ct_scan_number(flags, 2) : -1;
    if (flag >= CHECK_FLAG && flag < CHECK_FLAG + CHECK_MODULUS &&
        flag - CHECK_FLAG != ct_scan_isbt_check(j->s + at, DIN))
        return ct_scan_fault(j, at + DIN,
                             "%s: the check in its flags does not fit. Scan or type it again.",
                             TITLE);
    return ct_scan_add(j, "=", TITLE, CT_SCAN_DONATION, at, end - at, &e);
}

static enum ct_status take_known(struct ct_scan_job *j, const struct structure *t, size_t at,
                                 size_t end)
{
    struct ct_scan_element *e;
    enum ct_status st = check_alnum(j, t->title, at, end - at);
    if (st == CT_OK && t->n != 0)
        st = check_length(j, t->title, at, end - at, t->n);
    if (st == CT_OK && at == end)
        st = ct_scan_fault(j, at, "%s: it is empty.", t->title);
    if (st == CT_OK)
        st = ct_scan_add(j, t->id, t->title, t->role, at, end - at, &e);
    return st == CT_OK && t->date ? read_date(j, t->title, at, e) : st;
}

/* Kept as it is. */
static enum ct_status take_unknown(struct ct_scan_job *j, size_t from, size_t end)
{
    char id[3] = {j->s[from], j->s[from + 1], '\0'};
    struct ct_scan_element *e;
    for (size_t i = from; i < end; i++)
        if (j->s[i] < ' ' || j->s[i] >= 0x7F) {
            char text[16];
            ct_scan_byte_text(j->s[i], text);
            return ct_scan_fault(j, i, "%s cannot be in an ISBT 128 code.", text);
        }
    ct_scan_warn(j->out, "This program does not read \"%s\"; its value is kept as it is.", id);
    return ct_scan_add(j, id, "Unread structure", CT_SCAN_OTHER, from + 2, end - from - 2, &e);
}

static enum ct_status take_structure(struct ct_scan_job *j, size_t from, size_t end)
{
    const char *s = j->s + from;
    if (end - from < 2)
        return ct_scan_fault(j, end,
                             "The code is cut short: an identifier has two characters.");
    for (size_t i = 0; i < CT_LEN(STRUCTURE); i++) {
        size_t n = strlen(STRUCTURE[i].id);
        if (n <= end - from && memcmp(s, STRUCTURE[i].id, n) == 0)
            return take_known(j, &STRUCTURE[i], from + n, end);
    }
    if (s[0] == '=' && begins_donation(s[1]))
        return take_donation(j, from + 1, end);
    if (!sign(s[1]))
        return ct_scan_fault(j, from + 1, "No ISBT 128 identifier goes on like this.");
    return take_unknown(j, from, end);
}

enum ct_status ct_scan_isbt(struct ct_scan_job *j)
{
    enum ct_status st = CT_OK;
    for (size_t at = j->out->body_at; st == CT_OK && at < j->n;) {
        size_t end = at + 2 < j->n ? at + 2 : j->n;
        if (end == at + 2 && begins(j->s[at + 1]))
            end = at + 1; /* cut short */
        else
            while (end < j->n && !begins(j->s[end]))
                end++;
        st = take_structure(j, at, end);
        at = end;
    }
    return st;
}
