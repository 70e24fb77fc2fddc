/* scan_gs1_split - GS1 without separators: every way to read it that satisfies forms,
 * check digits and dates. A depth-first walk with a bound on its steps. */
#include "clinic/scan_internal.h"

#include <string.h>

/* Values tried; a label has a dozen elements, and a run of digits branches. */
enum { STEPS_MAX = 20000 };

struct walk {
    const struct ct_scan_job *j;
    struct ct_gs1_readings *ret;
    bool standard_is_valid;
    size_t steps;
    struct ct_gs1_path path;
    size_t cut; /* elements up to and with the first that lost its separator; 0: none */
};

static size_t verified_behind(const struct ct_gs1_path *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++)
        n += p->item[i].verified;
    return n;
}

/* More that is verified first, then fewer elements. */
static bool better(const struct ct_gs1_path *a, const struct ct_gs1_path *b)
{
    size_t va = verified_behind(a), vb = verified_behind(b);
    return va != vb ? va > vb : a->n < b->n;
}

/* Behind the standard reading, which stays first. */
static void keep(struct walk *w, bool standard)
{
    struct ct_gs1_readings *r = w->ret;
    size_t first = w->standard_is_valid ? 1 : 0, at = standard ? 0 : r->n;
    if (!standard) {
        while (at > first && better(&w->path, &r->path[at - 1]))
            at--;
        if (r->n == CT_SCAN_READINGS_MAX) {
            r->more = true;
            if (at == CT_SCAN_READINGS_MAX)
                return;
        }
    }
    if (r->n < CT_SCAN_READINGS_MAX)
        r->n++;
    memmove(&r->path[at + 1], &r->path[at], (r->n - at - 1) * sizeof r->path[0]);
    r->path[at] = w->path;
}

/* The end of the code is reached. */
static void arrive(struct walk *w)
{
    bool asks = !w->standard_is_valid;
    for (size_t i = w->cut; w->cut > 0 && i < w->path.n; i++) {
        const struct ct_gs1_row *row = w->path.item[i].row;
        if ((row->flags & CT_GS1_NEED) && !ct_gs1_holds(&w->path, row->needs, NULL))
            return;
        asks = asks || (row->flags & CT_GS1_ASK);
    }
    if (w->cut > 0 && asks)
        w->ret->found = true;
    keep(w, w->cut == 0);
}

static bool there_already(const struct ct_gs1_path *p, const char *ai, size_t n)
{
    for (size_t i = 0; i < p->n; i++)
        if (strlen(p->item[i].ai) == n && memcmp(p->item[i].ai, ai, n) == 0)
            return true;
    return false;
}

static void go_on(struct walk *w, size_t at);

/* Try the value that ends at `end`, and all that can follow. */
static void try_value(struct walk *w, struct ct_gs1_item *item, size_t end)
{
    size_t cut = w->cut;
    item->n = end - item->at;
    w->steps++;
    if (!ct_gs1_value(w->j->s, item, w->j->o->today, NULL, NULL))
        return;
    if (cut == 0 && end < w->j->n && !(item->row->flags & CT_GS1_FIXED))
        w->cut = w->path.n;
    go_on(w, end);
    w->cut = cut;
}

/* Reads the element at `at` in every way. Depth: CT_SCAN_ELEMENTS_MAX at most. */
static void go_on(struct walk *w, size_t at)
{
    const struct ct_scan_job *j = w->j;
    const struct ct_gs1_row *row;
    if (at == j->n) {
        arrive(w);
        return;
    }
    size_t ai_n = ct_gs1_lookup(j->s + at, j->n - at, &row), min, max;
    if (ai_n == 0 || row == &CT_GS1_UNKNOWN || w->path.n == CT_SCAN_ELEMENTS_MAX)
        return;
    if (w->cut > 0 && !(row->flags & (CT_GS1_ASK | CT_GS1_LIST)))
        return;
    if (there_already(&w->path, j->s + at, ai_n))
        return;
    struct ct_gs1_item *item = &w->path.item[w->path.n++];
    *item = (struct ct_gs1_item){.row = row, .ai_at = at, .at = at + ai_n};
    memcpy(item->ai, j->s + at, ai_n);
    ct_gs1_bounds(row, &min, &max);
    size_t left = j->n - item->at;
    if (row->flags & CT_GS1_FIXED) {
        if (left >= min)
            try_value(w, item, item->at + min);
    } else {
        if (left >= min && left <= max)
            try_value(w, item, j->n);
        /* One character before a lost separator is too little to be offered, but
         * for a count. */
        size_t least = min == 1 && row->form[0] != 'N' ? 2 : min;
        for (size_t n = least; n < left && n <= max && w->steps < STEPS_MAX; n++)
            try_value(w, item, item->at + n);
    }
    w->path.n--;
}

void ct_gs1_split(const struct ct_scan_job *j, size_t from, bool standard_is_valid,
                  struct ct_gs1_readings *ret)
{
    struct walk w = {.j = j, .ret = ret, .standard_is_valid = standard_is_valid};
    ret->n = 0;
    ret->found = ret->more = false;
    go_on(&w, from);
    if (w.steps >= STEPS_MAX)
        ret->more = true;
}
