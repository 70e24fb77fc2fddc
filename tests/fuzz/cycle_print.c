/* Any bytes as the record of a machine, by the profiles that are shipped: everything found
 * is a view into them, cycles do not overlap and leave nothing out. Behind a line of "====" as
 * a profile and a record. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/cycle_print.h"
#include "tests/fuzz/fuzz.h"

static void within(struct ct_view v, struct ct_view of)
{
    demand(v.s == NULL || (v.s >= of.s && v.s + v.n <= of.s + of.n));
}

static void check_cycle(const struct ct_print *p, size_t i, struct ct_view all)
{
    const struct ct_print_cycle *c = &p->cycle[i];
    struct ct_error e = {0};
    CT_CURVE *curve = NULL;
    within(c->bytes, all);
    demand(i == 0 || c->bytes.s == c[-1].bytes.s + c[-1].bytes.n);
    demand(i + 1 < p->n || c->bytes.s + c->bytes.n == all.s + all.n);
    demand(c->line >= 1 && c->last_line >= c->line);
    for (size_t f = 0; f < CT_PRINT_FIELDS; f++)
        within(c->field[f], c->bytes);
    for (size_t k = 0; k < c->n_phases; k++) {
        within(c->phase[k].name, c->bytes);
        within(c->phase[k].time, c->bytes);
        within(c->phase[k].result, c->bytes);
    }
    for (size_t k = 0; k < c->n_errors; k++)
        within(c->error[k], c->bytes);
    demand(c->state != CT_PRINT_TRUNCATED || c->verdict != CT_PRINT_PASSED);
    if (ct_print_curve(p, i, "f", &curve, &e) == CT_OK)
        demand(curve->n >= 2);
    else
        demand(e.text[0] != '\0');
}

static void read_by(const struct ct_profile *profile, const char *s, size_t n)
{
    CT_PRINT *p = NULL;
    struct ct_error e = {0};
    enum ct_status st = ct_print_read(profile, "f", s, n, &p, &e);
    if (st != CT_OK) {
        demand(p == NULL && strncmp(e.text, "f:", 2) == 0);
        return;
    }
    demand(p->n >= 1);
    for (size_t i = 0; i < p->n; i++)
        check_cycle(p, i, (struct ct_view){s, n});
}

static void with_own(const char *s, size_t n)
{
    static const char MARK[] = "\n====\n";
    const char *mark = n > 6 ? memmem(s, n, MARK, 6) : NULL;
    CT_PROFILE *p = NULL;
    CT_BUF kept = {.max = 1024 * 1024}, again = {.max = 1024 * 1024};
    CT_PROFILE *back = NULL;
    struct ct_error e = {0};
    size_t head = mark != NULL ? (size_t)(mark - s) + 1 : n;
    if (ct_profile_parse("f.ini", s, head, &p, &e) != CT_OK) {
        demand(strncmp(e.text, "f.ini:", 6) == 0);
        return;
    }
    ct_profile_canonical(p, &kept);
    demand(ct_profile_parse("kept", ct_buf_str(&kept), kept.len, &back, NULL) == CT_OK);
    ct_profile_canonical(back, &again);
    demand(kept.len == again.len && memcmp(kept.data, again.data, kept.len) == 0);
    if (mark != NULL)
        read_by(p, mark + 6, n - head - 5);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ct_profile *shipped[3];
    static const char *const ID[] = {"dac-universal", "statclave", "csv"};
    if (shipped[0] == NULL) {
        struct ct_config c;
        setlocale(LC_CTYPE, "C.UTF-8");
        ct_config_default(&c);
        for (size_t i = 0; i < 3; i++)
            demand(ct_profile_load(&c, ID[i], &shipped[i], NULL) == CT_OK);
    }
    for (size_t i = 0; i < 3; i++)
        read_by(shipped[i], (const char *)data, size);
    with_own((const char *)data, size);
    return 0;
}
