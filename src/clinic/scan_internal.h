/* scan_internal - what the files behind scan.h share.
 *
 * Layer:  clinic. All positions are bytes of the code from 0, prefix included.
 */
#ifndef CT_CLINIC_SCAN_INTERNAL_H
#define CT_CLINIC_SCAN_INTERNAL_H

#include "base/ascii.h"
#include "clinic/scan.h"

/* The code being read. */
struct ct_scan_job {
    const char *s; /* all of it, n bytes */
    size_t n;
    const struct ct_scan_options *o;
    struct ct_scan *out;
    struct ct_error *reterr;
};

/* Fail at a byte; the text is the sentence. */
enum ct_status ct_scan_fault(struct ct_scan_job *j, size_t at, const char *fmt, ...)
    CT_FORMAT(3, 4);
void ct_scan_warn(struct ct_scan *s, const char *fmt, ...) CT_FORMAT(2, 3);
/* A byte for a sentence: "x", or its number when it cannot be shown. */
void ct_scan_byte_text(char byte, char out[16]);

/* A new element at the end, without a date; the value is n bytes at j->s + at. The
 * same id twice with the same value is one element and a warning. */
CT_NODISCARD enum ct_status ct_scan_add(struct ct_scan_job *j, const char *id,
                                        const char *title, enum ct_scan_role role, size_t at,
                                        size_t n, struct ct_scan_element **ret);
void ct_scan_fill(struct ct_scan_element *e, const char *id, const char *title,
                  enum ct_scan_role role, size_t at, const char *value, size_t n);

bool ct_scan_digits(const char *s, size_t n);
bool ct_scan_alnum(char c);                  /* 0-9 A-Z */
int ct_scan_number(const char *s, size_t n); /* of at most 9 digits */
int ct_scan_year(int yy, ct_date today);     /* the century window */
ct_date ct_scan_month_end(int year, int month);
ct_date ct_scan_year_day(int year, int day); /* day 1 to 365 or 366 */

enum ct_status ct_scan_gs1(struct ct_scan_job *j);      /* body is an element string */
enum ct_status ct_scan_gs1_brackets(struct ct_scan_job *j);
enum ct_status ct_scan_ean(struct ct_scan_job *j);      /* body is a bare GTIN */
bool ct_scan_gs1_brackets_begin(const char *s, size_t n);
bool ct_scan_gs1_looks(const struct ct_scan_job *j);    /* no prefix says so */
enum ct_status ct_scan_hibc(struct ct_scan_job *j);
bool ct_scan_hibc_looks(const char *s, size_t n);
enum ct_status ct_scan_isbt(struct ct_scan_job *j);
bool ct_scan_isbt_looks(const char *s, size_t n);

/* ---- GS1 ------------------------------------------------------------------ */

/* An application identifier, or a run of them.
 *
 * form    parts "SETmin[-max][flags]" behind one another. Sets: N digits, X the 82
 *         characters of GS1, Y its 39, Z its 64 of file-safe base 64. Flags:
 *           k check digit    a check pair of letters    d YYMMDD, day 00 allowed
 *           D YYMMDD         L YYYYMMDD                 t HHMM
 *           h HH             m minutes or seconds       z is zero
 *           w all or none    n not digits alone
 * needs   one of these (commas), all of it (plus) must be in the code; n is any
 *         digit. Else a warning.
 * not     none of these may be. Else a warning.
 */
struct ct_gs1_row {
    const char *id, *to; /* "3100" to "3105"; to NULL: one */
    const char *form, *title, *needs, *not;
    enum ct_scan_role role;
    unsigned flags;
};
enum {
    CT_GS1_FIXED = 1, /* predefined length: no separator behind it */
    CT_GS1_ASK = 2,   /* may stand behind a lost separator, and is worth asking about */
    CT_GS1_LIST = 4,  /* may stand there, and is listed if there is need to ask */
    CT_GS1_NEED = 8,  /* stands there only with what it needs */
};
extern const struct ct_gs1_row CT_GS1_ROW[];
extern const size_t CT_GS1_ROWS;
extern const struct ct_gs1_row CT_GS1_UNKNOWN;

/* One element of a reading. */
struct ct_gs1_item {
    const struct ct_gs1_row *row;
    char ai[5];
    size_t ai_at, at, n; /* the value: n bytes at `at` */
    bool verified;       /* by a check digit or as a date */
    bool checked;        /* by a check digit */
};
struct ct_gs1_path {
    size_t n;
    struct ct_gs1_item item[CT_SCAN_ELEMENTS_MAX];
};

/* The digits of the identifier that begins here (2 to 4), 0: none does. *ret_row is
 * CT_GS1_UNKNOWN for one that has no row. */
size_t ct_gs1_lookup(const char *s, size_t n, const struct ct_gs1_row **ret_row);
/* The row of exactly this identifier, NULL: none. */
const struct ct_gs1_row *ct_gs1_row(const char *ai, size_t n);
/* How many digits the identifiers have that begin with these two; 0: none do. */
size_t ct_gs1_id_length(const char *two);
void ct_gs1_bounds(const struct ct_gs1_row *row, size_t *ret_min, size_t *ret_max);
/* Is the value of the item of its form? Fills verified and checked, and *e (may be
 * NULL) with everything. False: *ret_bad is the byte (of the code), *ret_why (may
 * be NULL) the reason. */
struct ct_gs1_why {
    size_t at;
    char text[200];
};
bool ct_gs1_value(const char *s, struct ct_gs1_item *item, ct_date today,
                  struct ct_scan_element *e, struct ct_gs1_why *why);
/* Does the code hold what `wanted` (a `needs` or `not`) asks for? */
bool ct_gs1_holds(const struct ct_gs1_path *p, const char *wanted, const char *besides);

/* All readings of the body when separators may be lost. */
struct ct_gs1_readings {
    bool found;      /* more than the standard reading, and worth asking about */
    bool more;
    size_t n;
    struct ct_gs1_path path[CT_SCAN_READINGS_MAX];
};
void ct_gs1_split(const struct ct_scan_job *j, size_t from, bool standard_is_valid,
                  struct ct_gs1_readings *ret);

#endif
