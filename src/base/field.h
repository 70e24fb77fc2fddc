/* field - one editable fact: its name, kind, unit and limits, and how what a
 * person types becomes a value. Forms, quick lines, imports and the manual all
 * use the same rows (DESIGN D5).
 *
 * Layer:  base.
 * Value:  int64_t; decimals are scaled (36.8 with places 1 is 368); a code is
 *         the index of its choice; a date is ct_date; a time is UTC ms.
 *         CT_UNSET is "not taken", never zero.
 */
#ifndef CT_BASE_FIELD_H
#define CT_BASE_FIELD_H

#include "base/clock.h"

#define CT_UNSET INT64_MIN

enum ct_field_kind {
    CT_F_TEXT,    /* one line of free text */
    CT_F_INT,
    CT_F_DECIMAL, /* `places` implied decimals */
    CT_F_CODE,    /* one of `choices`, picked by its code letters */
    CT_F_DATE,
    CT_F_TIME,    /* when something was done */
    CT_F_SECRET,  /* kept in guarded memory, never echoed */
};

struct ct_choice {
    const char *code;  /* what is typed, "A"; matched without case */
    const char *label; /* "alert" */
};

struct ct_field {
    const char *name;  /* the same word in struct, SQL, form and error */
    const char *label; /* "Temperature" */
    const char *unit;  /* "degC" or "" */
    enum ct_field_kind kind;
    int width;         /* columns of its editor */
    int places;        /* CT_F_DECIMAL */
    int max_bytes;     /* CT_F_TEXT; 0: 200 */
    bool required;
    bool joined;       /* drawn behind the field before it, after `joint` */
    const char *joint; /* NULL: "/" */
    int64_t hard_lo, hard_hi; /* outside is refused; dates and times: equal for no limits */
    int64_t soft_lo, soft_hi; /* outside is asked once more; never when equal to hard,
                               * or to each other */
    const struct ct_choice *choices; /* CT_F_CODE; ended by {NULL, NULL} */
    const char *help;  /* one sentence; the limits are added by the program */
};

enum ct_verdict {
    CT_V_EMPTY,
    CT_V_PARTIAL,    /* may become a value with more digits: nothing to say yet */
    CT_V_OK,
    CT_V_UNUSUAL,    /* possible, outside the usual range: ask once more */
    CT_V_IMPOSSIBLE, /* refused; reterr says why and what would be accepted */
};

/* Judge what stands in a field; blanks at both ends do not count. *ret is
 * CT_UNSET unless OK or UNUSUAL; of text it is the number of bytes. now_ms is
 * needed by dates and times only. reterr is filled for PARTIAL, UNUSUAL and
 * IMPOSSIBLE, so that a form can say why it does not leave the field.
 *
 * Numbers: digits, with one '-' in front where hard_lo is below zero; leading
 * zeros count as digits, of which there are no more than the limits need.
 * Decimals: "368", "36.8" and "36,8" are the same where the limits leave only
 * one reading; a number that fits only with its decimals implied is read so
 * ("368"), one that fits only as whole is read so ("37" is 37.0). Where both
 * fit it is whole, as written ("72" kg is 72.0), except with a leading zero
 * ("05"), which is not guessed at. More decimals than places are refused; a
 * separator with nothing behind it is PARTIAL. Never depends on the locale.
 * Parsing is bounded: any number of digits is refused without overflow.
 * Text: valid UTF-8 without control, bidi or invisible characters (the two
 * zero-width joiners are spelling). */
enum ct_verdict ct_field_judge(const struct ct_field *f, const char *text, int64_t now_ms,
                               int64_t *ret, struct ct_error *reterr);

/* True when the text stands for a possible value (OK or UNUSUAL) and no further
 * digit or letter could give another: the form advances by itself. For a
 * systolic pressure of 0-300, "71" is full (71x is not possible) and "12" is
 * not (120); "10" of 0-100 is not, "97" is. Decimals count implied places:
 * "368" and "36.8" are full, "36" and "36." are not. Never true for text, nor
 * for the time "2026", which may become a date. It does not know what time it
 * is: judge before leaving the field. */
bool ct_field_full(const struct ct_field *f, const char *text);

/* Value to text as shown: "36.8", "A", "14 Mar 1961"; "" for CT_UNSET. */
void ct_field_text(const struct ct_field *f, int64_t value, char *out, size_t size);

/* "0-10", "usual 36.1-38.0, possible 25.0-45.0 degC", choices spelt out. */
void ct_field_limits_text(const struct ct_field *f, char *out, size_t size);

/* Bounded whole number, no locale, no sign unless lo < 0. False: not one. */
bool ct_parse_int(const char *s, int64_t lo, int64_t hi, int64_t *ret);

#endif
