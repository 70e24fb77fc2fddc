/* ascii - single characters, without any locale.
 *
 * Layer:  base.
 */
#ifndef CT_BASE_ASCII_H
#define CT_BASE_ASCII_H

#include <stdbool.h>

static inline bool ct_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline char ct_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

#endif
