/* Any bytes as a programme: refused with a place, or one that can be kept and loaded again,
 * shown, and judged by without a stricter curve ever being judged more kindly. */
#include <stdlib.h>
#include <string.h>

#include "clinic/cycle.h"
#include "tests/fuzz/fuzz.h"

static void check_kept(const struct ct_programme *p)
{
    CT_BUF kept = {.max = CT_PROGRAMME_CANONICAL_MAX},
           again = {.max = CT_PROGRAMME_CANONICAL_MAX};
    CT_BUF page = {.max = 16 * 1024 * 1024}, open = {.max = 65536};
    CT_PROGRAMME *back = NULL;
    ct_programme_canonical(p, &kept);
    demand(!kept.bad);
    demand(ct_programme_parse("kept", ct_buf_str(&kept), kept.len, &back, NULL) == CT_OK);
    ct_programme_canonical(back, &again);
    demand(kept.len == again.len && memcmp(kept.data, again.data, kept.len) == 0);
    demand(ct_programme_declared(p, &open) == ct_programme_declared(back, NULL));
    ct_programme_text(p, 80, &page);
    demand(!page.bad);
}

/* A curve at one temperature, held for a time. */
static struct ct_curve *flat(int64_t temp, int64_t ms)
{
    static const struct ct_curve_bounds WHOLE = {CT_UNSET, CT_UNSET, 0};
    struct ct_curve *c = NULL;
    demand(ct_curve_new("", &c, NULL) == CT_OK && ct_curve_temp(c, "t", NULL) == CT_OK);
    demand(ct_curve_add(c, 1, 0, &temp, 0, NULL) == CT_OK);
    demand(ct_curve_add(c, 2, ms, &temp, 0, NULL) == CT_OK);
    demand(ct_curve_finish(c, &WHOLE, NULL) == CT_OK);
    return c;
}

static enum ct_cycle_verdict verdict(const struct ct_programme *p, int64_t temp, int64_t ms)
{
    static struct ct_cycle found;
    CT_CURVE *c = flat(temp, ms);
    const struct ct_cycle_in in = {.programme = p, .curve = c};
    demand(ct_cycle_judge(&in, &found, NULL) == CT_OK);
    demand(found.n <= CT_CYCLE_FOUND_MAX);
    for (size_t i = 0; i < found.n; i++)
        demand(found.found[i].limit != NULL && found.found[i].why != NULL);
    return found.verdict;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ct_error err = {0};
    CT_PROGRAMME *p = NULL;
    enum ct_status st = ct_programme_parse("f.ini", (const char *)data, size, &p, &err);
    if (st != CT_OK) {
        demand(st == CT_ECONFIG && p == NULL && strncmp(err.text, "f.ini:", 6) == 0);
        return 0;
    }
    check_kept(p);
    for (int64_t t = 100; t <= 140; t += 10) {
        enum ct_cycle_verdict brief = verdict(p, t * 1000000, 60000);
        enum ct_cycle_verdict longer = verdict(p, t * 1000000, 36000000);
        bool most = false; /* a longest time or dose makes longer worse */
        for (int m = 0; m < CT_MEASURES; m++)
            most |= p->has[m] && p->limit[m].high.is == CT_BOUND_SET;
        demand(most || longer <= brief);
    }
    return 0;
}
