/* text - UTF-8: checking, cleaning for display, columns, folding for search.
 *
 * Layer:  base; utf8proc for normalisation and folding, libc wcwidth for
 *         columns (it must agree with ncurses, which uses it). The caller has
 *         set LC_CTYPE to a UTF-8 locale (C.UTF-8 will do).
 */
#ifndef CT_BASE_TEXT_H
#define CT_BASE_TEXT_H

#include "base/buf.h"

/* Decode one code point at s (not past end). Returns bytes consumed (1..4), or
 * 1 with *ret = 0xFFFD for a byte that starts nothing valid, or 0 at the end. */
size_t ct_utf8_next(const char *s, const char *end, uint32_t *ret);
size_t ct_utf8_put(char out[4], uint32_t cp); /* bytes written, 0 if invalid */
bool ct_utf8_valid(const char *s, size_t n);
size_t ct_utf8_count(const char *s); /* code points */

/* True for what must never reach a terminal or a log: C0, DEL, C1, line and
 * paragraph separators, bidi controls, zero-width characters, BOM, and code
 * points that are not assigned to text (surrogates, non-characters). */
bool ct_text_unsafe(uint32_t cp);
/* The zero-width joiners: invisible, but spelling in some scripts. Names may hold
 * them; ct_text_unsafe is true for them, so they are never drawn. */
bool ct_text_joiner(uint32_t cp);
/* Columns of one code point: 0 for combining, 1, 2; 1 for what wcwidth does
 * not know. Unsafe ones count as the one column of their replacement. */
int ct_text_cp_cols(uint32_t cp);
int ct_text_cols(const char *s); /* of the cleaned text */

/* Append s to out with everything unsafe, and every invalid byte, replaced by
 * U+FFFD (by '?' when ascii), a lone leading combining mark put on a dotted
 * circle. With ascii, accents are dropped (u for u-umlaut) and what is left
 * beyond ASCII becomes '?'. At most max_cols columns when max_cols >= 0; cut
 * text ends in "~". Returns the columns appended. */
int ct_text_clean(struct ct_buf *out, const char *s, int max_cols, bool ascii);

/* Search key: NFKD, marks stripped, case folded, every run of what is neither
 * letter nor digit becomes one space, trimmed; apostrophes inside a word are
 * dropped ("O'Brien" -> "obrien", "Simunkova" for its accented form). */
void ct_text_fold(struct ct_buf *out, const char *s);

/* NFC of n bytes into out (no NUL added); bytes written, or 0 when it is not
 * valid UTF-8 or does not fit. Used for passwords: works in the caller's
 * guarded buffers and wipes its own. */
size_t ct_text_nfc(char *out, size_t cap, const char *s, size_t n);

/* Append s, cleaned, in lines of at most cols columns broken at blanks, and a newline: the
 * first begins at column `at`, where the caller stands, the others with `indent` blanks. */
void ct_text_wrap(struct ct_buf *b, const char *s, int at, int indent, int cols);

/* Copy at most size-1 bytes, never splitting a code point; always NUL. */
void ct_text_copy(char *out, size_t size, const char *s);
/* Trim blanks at both ends and fold inner runs to one space, in place. */
void ct_text_trim(char *s);

#endif
