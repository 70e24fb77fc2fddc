/* programme_priv - what the files of the loader share.
 *
 * Layer:  clinic; private to programme*.c.
 */
#ifndef CT_CLINIC_PROGRAMME_PRIV_H
#define CT_CLINIC_PROGRAMME_PRIV_H

#include "clinic/programme.h"

#define CT_PROG_HEAD      "programme"
#define CT_PROG_LIMIT     "limit."
#define CT_PROG_TEST      "test."
#define CT_PROG_INDICATOR "indicator."

/* A file being read; the pool has room for all text of it. */
struct ct_prog_load {
    const struct ct_ini *ini;
    struct ct_programme *p;
    char *free; /* the rest of the pool */
    struct ct_error *reterr;
};
#define CT_PROG_FAIL(l, section, key, ...)                                                     \
    ct_ini_fail((l)->ini, section, key, (l)->reterr, __VA_ARGS__)

/* The value of a key, trimmed, in the pool; "" when there is none, which is an error if it
 * is required; longer than max bytes is one, too. */
CT_NODISCARD enum ct_status ct_prog_text(struct ct_prog_load *l, const char *section,
                                         const char *key, bool required, size_t max,
                                         const char **ret);
CT_NODISCARD enum ct_status ct_prog_keys(const struct ct_prog_load *l, const char *section,
                                         const char *const *allowed, const char *what);
/* One of n names; without the key, `fallback`, or an error if that is negative. */
CT_NODISCARD enum ct_status ct_prog_word(const struct ct_prog_load *l, const char *section,
                                         const char *key, const char *const *name, int n,
                                         int fallback, int *ret);
/* Several of n names, parted by blanks, as bits. None without the key. */
CT_NODISCARD enum ct_status ct_prog_bits(const struct ct_prog_load *l, const char *section,
                                         const char *key, const char *const *name, int n,
                                         unsigned *ret);
CT_NODISCARD enum ct_status ct_prog_yes(const struct ct_prog_load *l, const char *section,
                                        const char *key, bool fallback, bool *ret);

/* What each step is (`steps`); after method and steps. */
CT_NODISCARD enum ct_status ct_prog_steps(struct ct_prog_load *l);
/* Reads [limit.MEASURE], [test.ID] or [indicator.ID] behind those that are there. */
CT_NODISCARD enum ct_status ct_prog_limit(struct ct_prog_load *l, const char *section);
CT_NODISCARD enum ct_status ct_prog_test(struct ct_prog_load *l, const char *section);
CT_NODISCARD enum ct_status ct_prog_indicator(struct ct_prog_load *l, const char *section);

#endif
