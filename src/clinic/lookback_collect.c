/* lookback_collect - which records are in doubt: of the device itself, and through the
 * calibrations that were made with it. */
#include <stdlib.h>
#include <string.h>

#include "clinic/lookback_priv.h"

/* What one device measured in a time. */
struct span {
    int64_t equipment_id, from_ms, to_ms, via;
    uint32_t quantities;
};
struct keys {
    struct ct_lb_key *v;
    size_t n, cap;
};
struct spans {
    struct span *v;
    size_t n, cap;
};

enum { SPANS_MAX = 5000, CLOCK_DAYS = 7 };
static const uint32_t ALL = (UINT32_C(1) << CT_QS) - 1;

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of a look-back");
}

static enum ct_status key_add(struct keys *k, struct ct_lb_key key, struct ct_error *reterr)
{
    struct ct_lb_key *more = ct_rows_grow(k->v, k->n, &k->cap, sizeof *more);
    if (more == NULL)
        return no_memory(reterr);
    k->v = more;
    k->v[k->n++] = key;
    return CT_OK;
}

static enum ct_status span_add(struct spans *s, struct span span, struct ct_error *reterr)
{
    for (size_t i = 0; i < s->n; i++) /* nothing goes round for ever */
        if (s->v[i].equipment_id == span.equipment_id && s->v[i].from_ms <= span.from_ms &&
            s->v[i].to_ms >= span.to_ms && (span.quantities & ~s->v[i].quantities) == 0)
            return CT_OK;
    if (s->n >= SPANS_MAX)
        return ct_fail(reterr, CT_EINVAL, "from_ms",
                       "more than %d devices are in doubt: shorten the period", SPANS_MAX);
    struct span *more = ct_rows_grow(s->v, s->n, &s->cap, sizeof *more);
    if (more == NULL)
        return no_memory(reterr);
    s->v = more;
    s->v[s->n++] = span;
    return CT_OK;
}

static enum ct_status borrow(struct ct_db *db, unsigned sql, const struct span *s,
                             struct ct_stmt **ret, struct ct_error *reterr)
{
    enum ct_status rc = ct_stmt_get(db, &ct_lookback_sql[sql], ret, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(*ret, ":equipment_id", s->equipment_id);
    ct_bind_i64(*ret, ":from_ms", s->from_ms);
    ct_bind_i64(*ret, ":to_ms", s->to_ms);
    return CT_OK;
}

static enum ct_status recorded(struct ct_db *db, int64_t id, int64_t *ret_id, int64_t *ret_ms,
                               int64_t *ret_last, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    *ret_id = *ret_last = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_lookback_sql[CT_SQL_LOOKBACK_RECORDED], &st, reterr);
    if (rc == CT_OK)
        ct_bind_i64(st, ":id", id);
    if (rc == CT_OK)
        rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    *ret_id = ct_col_i64(st, 0);
    *ret_ms = ct_col_i64(st, 1);
    *ret_last = ct_col_i64(st, 2);
    return CT_OK;
}

/* The number from which on sets were recorded since `from_ms`, so that not all that a device
 * ever measured is read. Nothing is taken later than it is recorded, and numbers rise with
 * the time of recording but where the clock was set back, for which a week is left. */
static enum ct_status least(struct ct_db *db, int64_t from_ms, int64_t *ret,
                            struct ct_error *reterr)
{
    int64_t low = 0, high, id, ms, last;
    enum ct_status rc = recorded(db, 1, &id, &ms, &last, reterr);
    high = last + 1;
    from_ms -= CLOCK_DAYS * (int64_t)CT_DAY_MS;
    while (rc == CT_OK && low + 1 < high) { /* before: low; since: high */
        int64_t mid = low + (high - low) / 2;
        rc = recorded(db, mid, &id, &ms, &last, reterr);
        if (rc == CT_OK && id != 0 && ms < from_ms)
            low = id;
        else
            high = mid;
    }
    *ret = high;
    return rc;
}

/* Sets and procedures: id, when, whose, the device's number as it was given. */
static enum ct_status people(struct ct_db *db, const struct span *s, bool vitals,
                             struct keys *keys, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    int64_t least_id = 0;
    enum ct_status rc = vitals ? least(db, s->from_ms, &least_id, reterr) : CT_OK;
    if (rc == CT_OK)
        rc = borrow(db, vitals ? CT_SQL_LOOKBACK_VITALS : CT_SQL_LOOKBACK_PROCEDURES, s, &st,
                    reterr);
    if (rc == CT_OK && vitals) {
        ct_bind_i64(st, ":quantities", s->quantities);
        ct_bind_i64(st, ":least_id", least_id);
    }
    while (rc == CT_OK && (rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        struct ct_lb_key key = {.what = vitals ? CT_LB_VITALS : CT_LB_PROCEDURE,
                                .ref_id = ct_col_i64(st, 0),
                                .at_ms = ct_col_i64(st, 1),
                                .patient_id = ct_col_i64(st, 2),
                                .equipment_id = s->equipment_id,
                                .via = s->via,
                                .quantities = vitals ? (uint32_t)ct_col_i64(st, 4) : 0};
        ct_text_copy(key.asset, sizeof key.asset, ct_col_text(st, 3));
        rc = key_add(keys, key, reterr);
    }
    return rc;
}

/* What went through it, where it is a steriliser. */
static enum ct_status loads(struct ct_db *db, const struct span *s, struct keys *keys,
                            struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = borrow(db, CT_SQL_LOOKBACK_LOADS, s, &st, reterr);
    while (rc == CT_OK && (rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        struct ct_lb_key key = {.what = CT_LB_LOAD,
                                .ref_id = ct_col_i64(st, 0),
                                .at_ms = ct_col_i64(st, 1),
                                .equipment_id = s->equipment_id,
                                .via = s->via};
        ct_text_copy(key.asset, sizeof key.asset, ct_col_text(st, 2));
        rc = key_add(keys, key, reterr);
    }
    return rc;
}

/* ---- through a reference ------------------------------------------------------------- */

static uint32_t quantities_of(const struct ct_caltemplate *t)
{
    uint32_t q = t->quantities;
    for (size_t i = 0; i < t->n_points; i++)
        q |= t->point[i].quantities;
    return q != 0 ? q : ALL;
}

static enum ct_status good_again(struct ct_db *db, const struct span *s, int64_t equipment_id,
                                 const char *template_id, int64_t after_ms, int64_t now_ms,
                                 int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    enum ct_status rc = ct_stmt_get(db, &ct_lookback_sql[CT_SQL_LOOKBACK_NEXT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_i64(st, ":after_ms", after_ms);
    ct_bind_text(st, ":template", template_id);
    ct_bind_i64(st, ":reference_id", s->equipment_id);
    ct_bind_i64(st, ":until_ms", s->to_ms);
    rc = ct_stmt_step(st, &row, reterr);
    *ret = rc == CT_OK && row && !ct_col_null(st, 0) ? ct_col_i64(st, 0) : now_ms;
    return rc;
}

struct made {
    struct ct_lb_key key;
    char template_id[CT_CALT_ID_MAX + 1];
};

static enum ct_status made_read(struct ct_stmt *st, const struct span *s, struct made *ret,
                                struct ct_error *reterr)
{
    CT_CALTEMPLATE *t = NULL;
    const char *text = ct_col_text(st, 5);
    *ret = (struct made){.key = {.what = CT_LB_CALIBRATION,
                                 .ref_id = ct_col_i64(st, 0),
                                 .at_ms = ct_col_i64(st, 1),
                                 .equipment_id = ct_col_i64(st, 2),
                                 .via = s->via}};
    ct_text_copy(ret->key.asset, sizeof ret->key.asset, ct_col_text(st, 3));
    ct_text_copy(ret->template_id, sizeof ret->template_id, ct_col_text(st, 4));
    enum ct_status rc = ct_caltemplate_parse(ret->template_id, text, strlen(text), &t, reterr);
    if (rc == CT_OK)
        ret->key.quantities = quantities_of(t);
    return rc;
}

/* Calibrations with it as a reference, and what the devices did afterwards. */
static enum ct_status with_it(struct ct_db *db, const struct span *s, int64_t now_ms,
                              struct keys *keys, struct spans *spans, struct ct_error *reterr)
{
    struct made *made = NULL;
    size_t n = 0, cap = 0;
    bool row;
    enum ct_status rc;
    {
        CT_STMT *st = NULL;
        rc = borrow(db, CT_SQL_LOOKBACK_CALIBRATIONS, s, &st, reterr);
        while (rc == CT_OK && (rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
            struct made *more = ct_rows_grow(made, n, &cap, sizeof *more);
            rc = more != NULL ? CT_OK : no_memory(reterr);
            made = more != NULL ? more : made;
            if (rc == CT_OK)
                rc = made_read(st, s, &made[n++], reterr);
        }
    }
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        struct span then = {.equipment_id = made[i].key.equipment_id,
                            .from_ms = made[i].key.at_ms,
                            .via = made[i].key.ref_id,
                            .quantities = made[i].key.quantities};
        rc = key_add(keys, made[i].key, reterr);
        if (rc == CT_OK)
            rc = good_again(db, s, then.equipment_id, made[i].template_id, then.from_ms, now_ms,
                            &then.to_ms, reterr);
        if (rc == CT_OK)
            rc = span_add(spans, then, reterr);
    }
    free(made);
    return rc;
}

/* ---- all ------------------------------------------------------------------------------- */

/* Of one that came in twice the direct one stays, then the earlier way. */
static int by_key(const void *a, const void *b)
{
    const struct ct_lb_key *x = a, *y = b;
    if (x->what != y->what)
        return x->what < y->what ? -1 : 1;
    if (x->ref_id != y->ref_id)
        return x->ref_id < y->ref_id ? -1 : 1;
    return (x->via > y->via) - (x->via < y->via);
}

static size_t each_once(struct ct_lb_key *k, size_t n)
{
    size_t kept = 0;
    qsort(k, n, sizeof *k, by_key);
    for (size_t i = 0; i < n; i++)
        if (kept > 0 && k[kept - 1].what == k[i].what && k[kept - 1].ref_id == k[i].ref_id)
            k[kept - 1].quantities |= k[i].quantities;
        else
            k[kept++] = k[i];
    return kept;
}

/* What the calibration that found it out says is in doubt. */
static enum ct_status in_doubt(struct ct_db *db, int64_t calibration_id, uint32_t *ret,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    CT_CALTEMPLATE *t = NULL;
    bool row;
    *ret = ALL;
    if (calibration_id == 0)
        return CT_OK;
    enum ct_status rc = ct_stmt_get(db, &ct_lookback_sql[CT_SQL_LOOKBACK_TEXT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", calibration_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    const char *text = ct_col_text(st, 0);
    rc = ct_caltemplate_parse("calibration", text, strlen(text), &t, reterr);
    if (rc == CT_OK)
        *ret = quantities_of(t);
    return rc;
}

enum ct_status ct_lb_collect(struct ct_db *db, const struct ct_lb_period *p,
                             struct ct_lb_key **ret, size_t *ret_n, struct ct_error *reterr)
{
    struct keys keys = {0};
    struct spans spans = {0};
    struct span first = {.equipment_id = p->equipment_id, .from_ms = p->from_ms,
                         .to_ms = p->to_ms};
    enum ct_status rc = in_doubt(db, p->calibration_id, &first.quantities, reterr);
    if (rc == CT_OK)
        rc = span_add(&spans, first, reterr);
    for (size_t i = 0; rc == CT_OK && i < spans.n; i++) {
        const struct span s = spans.v[i]; /* the array moves as it grows */
        rc = people(db, &s, true, &keys, reterr);
        if (rc == CT_OK)
            rc = people(db, &s, false, &keys, reterr);
        if (rc == CT_OK)
            rc = loads(db, &s, &keys, reterr);
        if (rc == CT_OK)
            rc = with_it(db, &s, p->now_ms, &keys, &spans, reterr);
    }
    free(spans.v);
    if (rc != CT_OK) {
        free(keys.v);
        return rc;
    }
    *ret_n = keys.n > 0 ? each_once(keys.v, keys.n) : 0;
    *ret = keys.v;
    return CT_OK;
}

/* ---- dispositions ------------------------------------------------------------------------ */

static int by_said(const void *a, const void *b)
{
    const struct ct_lb_said *x = a, *y = b;
    if (x->what != y->what)
        return x->what < y->what ? -1 : 1;
    return (x->ref_id > y->ref_id) - (x->ref_id < y->ref_id);
}

static void said_row(struct ct_stmt *st, struct ct_lb_said *s)
{
    *s = (struct ct_lb_said){.what = (enum ct_lookback_what)ct_col_i64(st, 0),
                             .ref_id = ct_col_i64(st, 1),
                             .d = (enum ct_disposition)ct_col_i64(st, 2),
                             .at_ms = ct_col_i64(st, 4),
                             .by_user = (uint32_t)ct_col_i64(st, 5)};
    ct_text_copy(s->text, sizeof s->text, ct_col_text(st, 3));
}

enum ct_status ct_lb_said(struct ct_db *db, int64_t id, struct ct_lb_said **ret, size_t *ret_n,
                          struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    struct ct_lb_said *v = NULL;
    size_t n = 0, cap = 0;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_lookback_sql[CT_SQL_LOOKBACK_SAID], &st, reterr);
    if (rc == CT_OK)
        ct_bind_i64(st, ":lookback_id", id);
    while (rc == CT_OK && (rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        struct ct_lb_said *more = ct_rows_grow(v, n, &cap, sizeof *more);
        rc = more != NULL ? CT_OK : no_memory(reterr);
        v = more != NULL ? more : v;
        if (rc == CT_OK)
            said_row(st, &v[n++]);
    }
    if (rc != CT_OK) {
        free(v);
        return rc;
    }
    *ret = v;
    *ret_n = n;
    return CT_OK;
}

const struct ct_lb_said *ct_lb_said_of(const struct ct_lb_said *s, size_t n,
                                       enum ct_lookback_what what, int64_t ref_id)
{
    const struct ct_lb_said key = {.what = what, .ref_id = ref_id};
    return n > 0 ? bsearch(&key, s, n, sizeof *s, by_said) : NULL;
}
