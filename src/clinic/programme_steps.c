/* programme_steps - what each step of a programme that is walked by hand is; the contract is
 * programme.h. */
#include "clinic/programme_priv.h"

#include <string.h>

const char *const CT_STEP_NAME[CT_STEP_KINDS] = {
    "other",   "pre-clean", "transport", "leak-test", "clean",
    "rinse",   "inspect",   "disinfect", "dry",       "store",
};

static size_t count(const struct ct_programme *p, enum ct_step_kind kind, size_t *ret_at)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n_steps; i++)
        if (p->step_kind[i] == kind) {
            n++;
            *ret_at = i;
        }
    return n;
}

/* What a record rests on is there once, and in this order; the last step is its end. */
static enum ct_status order(const struct ct_prog_load *l)
{
    static const enum ct_step_kind ONCE[] = {CT_STEP_LEAK_TEST, CT_STEP_CLEAN,
                                             CT_STEP_DISINFECT, CT_STEP_STORE};
    const struct ct_programme *p = l->p;
    size_t at = 0, before = 0;
    for (size_t i = 0; i < CT_LEN(ONCE); i++) {
        if (count(p, ONCE[i], &at) != 1)
            return CT_PROG_FAIL(l, CT_PROG_HEAD, "steps", "must say %s once",
                                CT_STEP_NAME[ONCE[i]]);
        if (i > 0 && at < before)
            return CT_PROG_FAIL(l, CT_PROG_HEAD, "steps", "must have %s after %s",
                                CT_STEP_NAME[ONCE[i]], CT_STEP_NAME[ONCE[i - 1]]);
        before = at;
    }
    return at + 1 == p->n_steps ? CT_OK
                                : CT_PROG_FAIL(l, CT_PROG_HEAD, "steps", "must end with %s",
                                               CT_STEP_NAME[CT_STEP_STORE]);
}

static enum ct_step_kind word(const char *s, size_t n)
{
    for (int k = 0; k < CT_STEP_KINDS; k++)
        if (strlen(CT_STEP_NAME[k]) == n && memcmp(CT_STEP_NAME[k], s, n) == 0)
            return (enum ct_step_kind)k;
    return CT_STEP_KINDS;
}

enum ct_status ct_prog_steps(struct ct_prog_load *l)
{
    struct ct_programme *p = l->p;
    const char *s = ct_ini_get(l->ini, CT_PROG_HEAD, "steps");
    size_t n = 0;
    if (p->method != CT_METHOD_ENDOSCOPE)
        return s == NULL ? CT_OK
                         : CT_PROG_FAIL(l, CT_PROG_HEAD, "steps",
                                        "is for endoscopes, and this is %s",
                                        CT_METHOD_NAME[p->method]);
    if (p->n_steps == 0)
        return CT_PROG_FAIL(l, CT_PROG_HEAD, "step_1", "is missing: the steps, in their order");
    if (s == NULL)
        return CT_PROG_FAIL(l, CT_PROG_HEAD, "steps",
                            "is missing: what each step is, in their order");
    while (*(s += strspn(s, " \t")) != '\0') {
        size_t len = strcspn(s, " \t");
        enum ct_step_kind kind = word(s, len);
        if (kind == CT_STEP_KINDS)
            return CT_PROG_FAIL(l, CT_PROG_HEAD, "steps", "\"%.*s\" is no kind of step",
                                (int)len, s);
        if (n == p->n_steps)
            return CT_PROG_FAIL(l, CT_PROG_HEAD, "steps", "has more words than %zu steps", n);
        p->step_kind[n++] = kind;
        s += len;
    }
    if (n != p->n_steps)
        return CT_PROG_FAIL(l, CT_PROG_HEAD, "steps", "has %zu words for %zu steps", n,
                            p->n_steps);
    return order(l);
}
