/* text_plain - one code point in plain ASCII, where there is a usual reading.
 *
 * Layer:  base; used by text.c (drawing on ASCII terminals) and text_fold.c
 *         (search keys) alone.
 */
#ifndef CT_BASE_TEXT_PLAIN_H
#define CT_BASE_TEXT_PLAIN_H

#include "base/status.h"

enum { CT_PLAIN_MAX = 32 };

/* The usual ASCII reading of a lower-case letter that Unicode does not take
 * apart (o for its stroked form, "th" for thorn), or NULL. */
const char *ct_text_letter(uint32_t lower);

/* ASCII of one code point as drawn: accents dropped (a mark alone is ""),
 * compatibility forms and typographic signs taken apart. False: none. */
bool ct_text_plain(uint32_t cp, char out[CT_PLAIN_MAX]);

#endif
