/* keyring_code - the recovery code as people print, copy and type it.
 *
 * 128 random bits as 26 characters of a 32-letter alphabet without I, L, O and
 * U, then one check character, in nine groups of three. The check is the value
 * of the characters as a polynomial over GF(32) at x: any one wrong character
 * and any two exchanged ones are found before a derivation is spent on them.
 *
 * MUST 1  the code is never stored, and lives in guarded memory only.
 * MUST 2  the check says nothing about the value that is not in the characters.
 */
#include "vault/keyring_internal.h"

#include <string.h>

static const char ALPHABET[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

enum { BITS = 5, VALUE_CHARS = CT_CODE_CHARS - 1, GROUP = 3 };

_Static_assert(VALUE_CHARS *BITS >= CT_CODE_BYTES * 8, "all bits fit");
_Static_assert(CT_CODE_CHARS + CT_CODE_CHARS / GROUP - 1 == CT_CODE_PRINTED, "printed length");

/* Times x in GF(2)[x] / (x^5 + x^2 + 1), whose x has order 31 > 27 places. */
static unsigned times_x(unsigned v)
{
    v <<= 1;
    return (v & 32) != 0 ? v ^ 0x25 : v;
}

/* -1: no character of the alphabet. O, I and L are read as what they look like. */
static int value_of(unsigned char c)
{
    if (c >= 'a' && c <= 'z')
        c = (unsigned char)(c - 'a' + 'A');
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    const char *at = c != '\0' ? strchr(ALPHABET, c) : NULL;
    return at != NULL ? (int)(at - ALPHABET) : -1;
}

enum ct_status ct_code_make(struct ct_secret *ret, struct ct_error *reterr)
{
    unsigned char bytes[CT_CODE_BYTES + 1] = {0}; /* the last 2 bits are zeros */
    char text[CT_CODE_PRINTED];
    size_t n = 0;
    unsigned check = 0;
    if (ret->cap < CT_CODE_PRINTED)
        return ct_fail(reterr, CT_EINTERNAL, NULL, "there is no room for the recovery code");
    ct_random(bytes, CT_CODE_BYTES);
    for (unsigned i = 0; i < CT_CODE_CHARS; i++) {
        unsigned v = times_x(check);
        if (i < VALUE_CHARS) {
            unsigned bit = i * BITS;
            unsigned two = (unsigned)bytes[bit / 8] << 8 | bytes[bit / 8 + 1];
            v = two >> (16 - BITS - bit % 8) & 31;
            check = times_x(check) ^ v;
        }
        if (i > 0 && i % GROUP == 0)
            text[n++] = '-';
        text[n++] = ALPHABET[v];
    }
    ct_secret_wipe(ret);
    (void)ct_secret_add(ret, text, n);
    ct_wipe(bytes, sizeof bytes);
    ct_wipe(text, sizeof text);
    return CT_OK;
}

enum ct_status ct_code_read(const struct ct_secret *typed, struct ct_secret *ret,
                            struct ct_error *reterr)
{
    unsigned check = 0;
    bool ok = true;
    ct_secret_wipe(ret);
    for (size_t i = 0; ok && i < typed->len; i++) {
        unsigned char c = typed->data[i];
        if (c == '-' || c == ' ' || c == '\t' || c == '.' || c == '\r' || c == '\n')
            continue;
        int v = value_of(c);
        ok = v >= 0 && ret->len < CT_CODE_CHARS && ct_secret_add(ret, &ALPHABET[v], 1);
        if (ok)
            check = times_x(check) ^ (unsigned)v;
    }
    if (ok && ret->len == CT_CODE_CHARS && check == 0)
        return CT_OK;
    ct_secret_wipe(ret);
    return ct_fail(reterr, CT_EINVAL, "recovery_code",
                   "this is not a recovery code: it has %d letters and digits, the last of "
                   "which checks the others; look for a mistyped one",
                   CT_CODE_CHARS);
}

enum ct_status ct_keyring_code_same(const struct ct_secret *code, const struct ct_secret *typed,
                                    struct ct_error *reterr)
{
    CT_SECRET *a = NULL, *b = NULL;
    enum ct_status st;
    if ((st = ct_secret_new(CT_CODE_CHARS, &a, reterr)) != CT_OK ||
        (st = ct_secret_new(CT_CODE_CHARS, &b, reterr)) != CT_OK ||
        (st = ct_code_read(code, a, reterr)) != CT_OK ||
        (st = ct_code_read(typed, b, reterr)) != CT_OK)
        return st;
    return ct_equal(a->data, b->data, CT_CODE_CHARS)
               ? CT_OK
               : ct_fail(reterr, CT_EPASSWORD, "recovery_code",
                         "this is a recovery code, and not the one above");
}
