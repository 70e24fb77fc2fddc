/* round_list - see round_list.h. */
#include "ui/screens/round_list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/access.h"
#include "clinic/due_board.h"

/* SETS_LOOK: of so many newest sets one may have been taken in the round. */
enum { DUE_MAX = 2000, SETS_LOOK = 4 };

/* ---- where it stands -------------------------------------------------------- */

size_t ct_round_count(const struct ct_round *r, enum ct_round_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        n += r->entry[i].state == state;
    return n;
}

static bool measured(const struct ct_vitals *v)
{
    for (int q = 0; q < CT_QS; q++)
        if (v->v[q].n != CT_UNSET)
            return true;
    return false;
}

/* A set of this round: recorded since it began, by whomever; not an old one that was
 * corrected meanwhile. */
static bool of_round(const struct ct_round *r, const struct ct_vitals *v)
{
    return v->recorded_ms >= r->started_ms &&
           (v->replaces_id == 0 || v->taken_ms >= r->started_ms);
}

/* Of whom nothing is known yet: the name at least. */
static enum ct_status name_only(struct ct_round *r, struct ct_round_entry *e,
                                struct ct_error *reterr)
{
    struct ct_patient *p = calloc(1, sizeof *p);
    if (p == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the round.");
    e->due = (struct ct_due){
        .patient_id = e->patient_id, .score = -1, .refused_ms = CT_UNSET, .due_ms = CT_UNSET};
    enum ct_status st = ct_patient_get(r->app, e->patient_id, p, reterr);
    if (st == CT_EDENIED) { /* restricted: who it is, and no more */
        st = ct_access_identity(r->app, e->patient_id, p, reterr);
        e->due.restricted = true;
        ct_text_copy(e->due.score_text, sizeof e->due.score_text, "restricted");
    }
    if (st == CT_OK) {
        ct_patient_name(p, e->due.name, sizeof e->due.name);
        ct_text_copy(e->due.place, sizeof e->due.place, p->place);
    }
    free(p);
    return st;
}

static enum ct_status look_at(struct ct_round *r, struct ct_round_entry *e,
                              struct ct_error *reterr)
{
    struct ct_vitals *set = NULL;
    size_t n = 0;
    enum ct_status st = ct_due_line(r->app, e->patient_id, &e->due, reterr);
    e->known = st == CT_OK;
    if (st == CT_ENOTFOUND)
        st = name_only(r, e, reterr);
    if (st == CT_OK && !e->due.restricted)
        st = ct_vitals_list(r->app, e->patient_id, CT_UNSET, SETS_LOOK, &set, &n, reterr);
    if (st != CT_OK)
        return st;
    if (e->state != CT_ROUND_LEFT_OUT)
        e->state = CT_ROUND_TO_DO;
    e->at_ms = 0;
    e->why = CT_WHY_NONE;
    if (e->due.restricted && e->known && e->due.taken_ms >= r->started_ms) {
        e->state = CT_ROUND_DONE; /* that it was done is seen; not what was found */
        e->at_ms = e->due.taken_ms;
    }
    for (size_t i = 0; i < n; i++)
        if (of_round(r, &set[i]) && set[i].recorded_ms > e->at_ms) {
            e->state = measured(&set[i]) ? CT_ROUND_DONE : CT_ROUND_SKIPPED;
            e->at_ms = set[i].recorded_ms;
            e->why = set[i].partial;
        }
    free(set);
    return CT_OK;
}

enum ct_status ct_round_look(struct ct_round *r, struct ct_error *reterr)
{
    if (ct_app_state(r->app) != CT_IN)
        return CT_OK;
    r->now_ms = ct_app_now(r->app);
    for (size_t i = 0; i < r->n; i++) {
        enum ct_status st = look_at(r, &r->entry[i], reterr);
        if (st != CT_OK)
            return st;
    }
    return CT_OK;
}

size_t ct_round_after(const struct ct_round *r, size_t from)
{
    for (size_t k = 1; k <= r->n; k++)
        if (r->entry[(from + k) % r->n].state == CT_ROUND_TO_DO)
            return (from + k) % r->n;
    return r->n;
}

size_t ct_round_position(const struct ct_round *r, size_t index)
{
    size_t n = 1;
    for (size_t i = 0; i < index; i++)
        n += r->entry[i].state != CT_ROUND_LEFT_OUT;
    return n;
}

/* ---- whom it is of ------------------------------------------------------------ */

static int by_place(const void *x, const void *y)
{
    const struct ct_round_entry *a = x, *b = y;
    int c = ct_place_order(a->due.place, b->due.place);
    if (c == 0)
        c = (a->due.due_ms > b->due.due_ms) - (a->due.due_ms < b->due.due_ms);
    return c != 0 ? c : strcmp(a->due.name, b->due.name);
}

static enum ct_status look_first(struct ct_round *r, struct ct_error *reterr)
{
    enum ct_status st = ct_round_look(r, reterr);
    if (r->n > 1)
        qsort(r->entry, r->n, sizeof *r->entry, by_place);
    return st;
}

static void add(struct ct_round *r, int64_t patient_id, enum ct_round_state state)
{
    if (r->n < CT_ROUND_MAX)
        r->entry[r->n++] = (struct ct_round_entry){.patient_id = patient_id, .state = state};
}

enum ct_status ct_round_of(struct ct_round *r, const struct ct_round_arg *a,
                           struct ct_error *reterr)
{
    r->n = 0;
    r->started_ms = ct_app_now(r->app);
    for (size_t i = 0; i < a->n; i++)
        add(r, a->patient_id[i], CT_ROUND_TO_DO);
    return look_first(r, reterr);
}

enum ct_status ct_round_due(struct ct_round *r, int within_min, const char *place,
                            size_t *ret_more, struct ct_error *reterr)
{
    struct ct_due *due = NULL;
    size_t n = 0;
    *ret_more = r->n = 0;
    r->started_ms = r->now_ms = ct_app_now(r->app);
    enum ct_status st =
        ct_due_list(r->app, (int64_t)within_min * CT_MINUTE_MS, DUE_MAX, &due, &n, reterr);
    if (st != CT_OK)
        return st;
    ct_due_sort_urgent(due, n, r->now_ms);
    for (size_t i = 0; i < n; i++) {
        if (place[0] != '\0' && strcmp(due[i].place, place) != 0)
            continue;
        *ret_more += r->n == CT_ROUND_MAX;
        add(r, due[i].patient_id, CT_ROUND_TO_DO);
    }
    free(due);
    return look_first(r, reterr);
}

/* ---- kept, and gone on with ----------------------------------------------------- */

static void ids_put(struct ct_draft *d, const char *name, const struct ct_round *r, bool out)
{
    CT_BUF b = {.max = CT_DRAFT_TEXT_MAX};
    for (size_t i = 0; i < r->n; i++)
        if (!out || r->entry[i].state == CT_ROUND_LEFT_OUT)
            ct_buf_printf(&b, "%s%" PRId64, b.len > 0 ? " " : "", r->entry[i].patient_id);
    if (b.len > 0)
        ct_draft_put(d, name, ct_buf_str(&b));
}

bool ct_round_keep(const struct ct_round *r, struct ct_draft *d)
{
    char text[24];
    if (!r->begun || ct_round_count(r, CT_ROUND_TO_DO) == 0)
        return false;
    ct_text_copy(d->kind, sizeof d->kind, CT_DRAFT_ROUND);
    d->patient_id = CT_UNSET;
    snprintf(text, sizeof text, "%" PRId64, r->started_ms);
    ct_draft_put(d, "started_ms", text);
    snprintf(text, sizeof text, "%" PRId64, r->entry[r->at].patient_id);
    ct_draft_put(d, "at", text);
    ids_put(d, "patients", r, false);
    ids_put(d, "left_out", r, true);
    return true;
}

/* The next number of a list; false at its end. */
static bool id_take(const char **p, int64_t *ret)
{
    char word[24] = "";
    *p += strspn(*p, " ");
    size_t len = strcspn(*p, " ");
    if (len == 0 || len >= sizeof word)
        return false;
    memcpy(word, *p, len);
    *p += len;
    return ct_parse_int(word, 1, INT64_MAX, ret);
}

static bool id_in(const char *list, int64_t id)
{
    int64_t one;
    while (list != NULL && id_take(&list, &one))
        if (one == id)
            return true;
    return false;
}

size_t ct_round_draft(const struct ct_draft *d, int64_t patient_id, bool *ret_has)
{
    const char *p = ct_draft_get(d, "patients");
    int64_t id;
    size_t n = 0;
    *ret_has = id_in(p, patient_id);
    while (p != NULL && id_take(&p, &id))
        n++;
    return n;
}

static void read_draft(struct ct_round *r, const struct ct_draft *d)
{
    const char *list = ct_draft_get(d, "patients"), *out = ct_draft_get(d, "left_out");
    const char *started = ct_draft_get(d, "started_ms");
    int64_t id;
    if (started == NULL || !ct_parse_int(started, 1, INT64_MAX, &r->started_ms))
        r->started_ms = d->saved_ms;
    while (list != NULL && id_take(&list, &id))
        add(r, id, id_in(out, id) ? CT_ROUND_LEFT_OUT : CT_ROUND_TO_DO);
}

enum ct_status ct_round_resume(struct ct_round *r, struct ct_error *reterr)
{
    struct ct_draft d = {.n = 0};
    enum ct_status st = ct_draft_latest(r->app, CT_DRAFT_ROUND, CT_UNSET, &d, reterr);
    if (st != CT_OK)
        return st;
    r->n = r->at = 0;
    read_draft(r, &d);
    st = ct_round_look(r, reterr); /* in the order in which it was walked */
    for (size_t i = 0; i < r->n; i++)
        if (id_in(ct_draft_get(&d, "at"), r->entry[i].patient_id))
            r->at = i;
    ct_draft_done(&d);
    r->begun = true;
    if (r->n > 0 && r->entry[r->at].state != CT_ROUND_TO_DO && ct_round_after(r, r->at) < r->n)
        r->at = ct_round_after(r, r->at);
    return st;
}

enum ct_status ct_round_forget(struct ct_round *r, struct ct_error *reterr)
{
    struct ct_draft d = {.n = 0};
    enum ct_status st = ct_draft_latest(r->app, CT_DRAFT_ROUND, CT_UNSET, &d, reterr);
    if (st == CT_ENOTFOUND)
        return CT_OK;
    ct_draft_done(&d);
    return ct_draft_drop(r->app, CT_DRAFT_ROUND, CT_UNSET, reterr);
}

enum ct_status ct_round_not_taken(struct ct_round *r, const struct ct_vitals_rules *rules,
                                  enum ct_why why, struct ct_error *reterr)
{
    struct ct_vitals set;
    ct_vitals_init(&set);
    set.patient_id = r->entry[r->at].patient_id;
    set.taken_ms = ct_app_now(r->app);
    set.partial = why;
    enum ct_status st = ct_vitals_record(r->app, rules, &set, reterr);
    if (st != CT_OK)
        return st;
    r->begun = true;
    return ct_round_look(r, reterr);
}
