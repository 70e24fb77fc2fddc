/* scan - what a scanned code says: GS1, HIBC and ISBT 128, read strictly.
 *
 * Layer:  clinic; pure: no input, no output, no clock, no memory of its own.
 * In:     the bytes that the scanner sent, without the Enter or Tab it ends with.
 *         Any bytes, at most CT_SCAN_MAX. Blanks at the end are kept: a check
 *         character can be one. A symbology prefix (]d2, ]C1 ...) may come first.
 * Kinds:  GS1      brackets, "(01)..."; or element strings with GS (0x1D) after
 *                  what has no fixed length, announced by ]C1 ]d2 ]Q3 ]e0 ]J1, or
 *                  by a GS, or by beginning with 00 01 02 03 and their digits, or
 *                  by being complete and holding a valid check digit, or two
 *                  elements and a date. ]E0 and ]E4 (EAN, UPC) are a GTIN.
 *         HIBC     "+" and a letter, a digit or "$"; also as printed, in "*".
 *         ISBT 128 "=" or "&" and a data identifier.
 *         local    all else: the caller looks up the bytes from body_at on.
 * Dates:  day 00 is the last day of its month (day_open says so). Two digits of a
 *         year mean the year that is at most 49 before and 50 after `today`'s.
 * Lost separators: some scanners drop GS. A GS1 code without any, in which what
 *         seems one value may be several, is `ambiguous`: the elements are those
 *         that every reading shares, and the readings are there to ask about.
 *         Nothing is picked. Offered is what satisfies check digits and dates, of the
 *         identifiers that goods and devices bear; internal ones (9x) fit anything
 *         and are not, nor is a value of one character before a lost separator. A
 *         variant (20) or a count (30) is listed among the readings, but alone makes
 *         nobody ask: too many lots end in a year.
 * Source: GS1 Syntax Dictionary of 2025 (identifiers, forms, check digits, century
 *         window, day 00); HIBCC's public term list and labeller pages (check
 *         character, structures); for ISBT 128 the published UDI example (forms)
 *         and annex 2 of the UK transfusion services' red book (check, ISO 7064
 *         mod 37,2). Of HIBC "+$+" and all other ISBT 128 structures no public
 *         description was at hand: they are kept as they came, with a warning.
 */
#ifndef CT_CLINIC_SCAN_H
#define CT_CLINIC_SCAN_H

#include "base/clock.h"

enum {
    CT_SCAN_MAX = 8192,         /* bytes; the largest symbol holds 7089 */
    CT_SCAN_VALUE_MAX = 90,     /* bytes of one value (GS1) */
    CT_SCAN_ELEMENTS_MAX = 32,  /* of one code */
    CT_SCAN_READINGS_MAX = 6,   /* of an ambiguous one */
    CT_SCAN_WARNINGS_MAX = 8,
    CT_SCAN_GS = 0x1D,
};

enum ct_scan_kind { CT_SCAN_LOCAL, CT_SCAN_GS1, CT_SCAN_HIBC, CT_SCAN_ISBT128 };
const char *ct_scan_kind_name(enum ct_scan_kind kind); /* "gs1" */

/* What an element is for, whatever standard names it. */
enum ct_scan_role {
    CT_SCAN_OTHER,
    CT_SCAN_PRODUCT,   /* GTIN; HIBC labeller, and product below it; ISBT 128 device id */
    CT_SCAN_LOT,
    CT_SCAN_SERIAL,
    CT_SCAN_EXPIRY,    /* has a date */
    CT_SCAN_MADE,      /* has a date */
    CT_SCAN_QUANTITY,
    CT_SCAN_ASSET,     /* GRAI, GIAI: trays, containers, instruments, equipment */
    CT_SCAN_PLACE,     /* GLN of a location */
    CT_SCAN_LOGISTIC,  /* SSCC */
    CT_SCAN_PROVIDER,  /* GSRN of who gives care */
    CT_SCAN_RECIPIENT, /* GSRN of who is cared for, and its details: personal */
    CT_SCAN_DONATION,
};

struct ct_scan_element {
    char id[12];       /* "01"; HIBC "lic" "pcn" "unit" "quantity" "expiry" "lot" "serial"
                          "made" "link" "check"; ISBT 128 "=/", and "=" the donation */
    const char *title; /* for people; static */
    enum ct_scan_role role;
    char value[CT_SCAN_VALUE_MAX + 1]; /* as it came; printable ASCII, no NUL inside */
    size_t at;                         /* byte of the code where the value begins */
    ct_date date;                      /* CT_NO_DATE: the value is none */
    int minute;                        /* of that day, -1: no time */
    bool day_open;                     /* the code names the month alone */
};

struct ct_scan_reading {
    size_t n;
    struct ct_scan_element e[CT_SCAN_ELEMENTS_MAX];
};

/* About 30 KB; a plain value, it may be copied. */
struct ct_scan {
    enum ct_scan_kind kind;
    char prefix[4];  /* "]d2", "" */
    size_t body_at;  /* behind the prefix */
    struct ct_scan_reading is;
    bool ambiguous;  /* `is` is what is certain: ask which of the readings is meant */
    bool more;       /* there are further readings than these */
    size_t n_readings; /* as the standard reads it first, if that is possible at all */
    struct ct_scan_reading reading[CT_SCAN_READINGS_MAX];
    size_t n_warnings;
    char warning[CT_SCAN_WARNINGS_MAX][160];
    size_t error_at; /* byte of the code, from 0, when ct_scan_read failed */
};

struct ct_scan_options {
    ct_date today;         /* for years of two digits */
    char separator;        /* what this site's scanners send for GS, 0: GS alone */
    bool sends_separators; /* they are known to: never ambiguous */
};

/* Read one code of n bytes.
 *
 * ret     written in every case: kind always, error_at on failure; no elements then.
 * reterr  a sentence for the person who scanned; it repeats no value.
 *
 * CT_EINVAL  the code is empty, too long, or breaks the rules of its kind
 */
CT_NODISCARD enum ct_status ct_scan_read(const char *code, size_t n,
                                         const struct ct_scan_options *options,
                                         struct ct_scan *ret, struct ct_error *reterr);

/* The first element of a role, or with that id; NULL: there is none. Borrowed. */
const struct ct_scan_element *ct_scan_find(const struct ct_scan *s, enum ct_scan_role role);
const struct ct_scan_element *ct_scan_id(const struct ct_scan *s, const char *id);

/* Do two HIBC codes belong together? The second's link is the first's check. */
bool ct_scan_linked(const struct ct_scan *primary, const struct ct_scan *secondary);

/* "2020-06-25", "2020-06-25T14:30"; "" without a date. */
void ct_scan_date_text(const struct ct_scan_element *e, char out[24]);

/* The digit that belongs behind n digits (GTIN, GLN, SSCC ...): weights 3 1 3 1 ...
 * from the right. 0: they are not all digits. */
char ct_scan_check_digit(const char *digits, size_t n);
/* The HIBC check character of n bytes (sum modulo 43); 0: one is not of its set. */
char ct_scan_hibc_check(const char *s, size_t n);
/* The ISBT 128 check of n bytes, 0 to 36 (ISO 7064 modulo 37,2); -1: not of its set. */
int ct_scan_isbt_check(const char *s, size_t n);

#endif
