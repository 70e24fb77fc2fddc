/* Any bytes as a checklist: refused with a place, or a template that can be kept and
 * loaded again, and whose answers, whatever they are, come to something consistent. */
#include <stdlib.h>
#include <string.h>

#include "clinic/checklist.h"
#include "tests/fuzz/fuzz.h"

/* The bytes of the input, round and round. */
struct bytes {
    const uint8_t *data;
    size_t n, at;
};

static uint64_t take(struct bytes *b, int n)
{
    uint64_t v = 0;
    while (n-- > 0 && b->n > 0)
        v = v << 8 | b->data[b->at++ % b->n];
    return v;
}

static void check_kept(const struct ct_checklist *t)
{
    CT_BUF kept = {.max = CT_CHECK_CANONICAL_MAX}, again = {.max = CT_CHECK_CANONICAL_MAX};
    CT_BUF page = {.max = 16 * 1024 * 1024};
    CT_CHECKLIST *back = NULL;
    ct_checklist_canonical(t, &kept);
    demand(!kept.bad);
    demand(ct_checklist_parse("kept", ct_buf_str(&kept), kept.len, &back, NULL) == CT_OK);
    ct_checklist_canonical(back, &again);
    demand(kept.len == again.len && memcmp(kept.data, again.data, kept.len) == 0);
    ct_checklist_text(t, 80, &page);
    demand(!page.bad);
}

/* Half of them typed, half as a damaged store might hold them. */
static void invent(const struct ct_check_item *i, struct bytes *b, struct ct_check_answer *a)
{
    char typed[12];
    uint64_t how = take(b, 1);
    if (how % 2 == 0) {
        size_t n = (size_t)(how / 2) % sizeof typed;
        for (size_t k = 0; k < n; k++)
            typed[k] = (char)take(b, 1);
        typed[n] = '\0';
        struct ct_check_answer before = *a;
        enum ct_verdict is = ct_check_read(i, typed, 1780000000000, a, NULL);
        if (is != CT_V_OK && is != CT_V_UNUSUAL)
            demand(memcmp(&before, a, sizeof before) == 0);
        return;
    }
    a->given = (enum ct_check_given)(how / 2 % 4);
    a->n = (int64_t)(how % 4 == 1 ? take(b, 8) : take(b, 1));
    a->end_ms = (int64_t)take(b, how % 8 == 1 ? 8 : 1);
    a->text[0] = (char)(how & 0x40);
    a->comment[0] = (char)(how & 0x20);
    a->by = 1;
    a->second = (int64_t)(how % 3);
    a->overridden = (how & 0x80) != 0;
}

static void check_answers(const struct ct_checklist *t, struct bytes *b)
{
    static struct ct_check_answer a[CT_CHECK_ITEMS_MAX];
    static struct ct_check_state s[CT_CHECK_ITEMS_MAX];
    const struct ct_check_now at = {1780000000000, (int64_t)take(b, 8)};
    memset(a, 0, sizeof a);
    for (size_t i = 0; i < t->n_items; i++)
        invent(&t->item[i], b, &a[i]);
    ct_checklist_eval(t, a, &at, s);
    for (size_t i = 0; i < t->n_items; i++) {
        char out[300];
        ct_check_answer_text(&t->item[i], &a[i], &at, out, sizeof out);
        demand(s[i].shown || !(s[i].answered || s[i].missing || s[i].stop || s[i].note));
        demand(!s[i].bad || !s[i].answered);
        demand(s[i].answered == (s[i].value != CT_CHECK_NO_VALUE));
        demand(!s[i].stop || (t->item[i].stop_on & 1u << s[i].value) != 0);
        demand(a[i].given != CT_CHECK_NOT_ASKED || !s[i].answered);
    }
    struct ct_check_sum sum, less;
    ct_checklist_sum_before(t, s, CT_CHECK_DONE, &sum);
    ct_checklist_sum_before(t, s, CT_CHECK_READY, &less);
    demand(sum.shown <= t->n_items && less.shown <= sum.shown && less.missing <= sum.missing);
    demand(sum.clear == (sum.first == CT_CHECK_NONE) && (!sum.clear || less.clear));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes b = {data, size, 0};
    struct ct_error err = {0};
    CT_CHECKLIST *t = NULL;
    enum ct_status st = ct_checklist_parse("f.ini", (const char *)data, size, &t, &err);
    if (st != CT_OK) {
        demand(st == CT_ECONFIG && t == NULL && strncmp(err.text, "f.ini:", 6) == 0);
        return 0;
    }
    check_kept(t);
    check_answers(t, &b);
    return 0;
}
