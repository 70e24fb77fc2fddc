/* vitals_read - reading sets back, their versions, and how they are worded. */
#include "clinic/rows.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The columns of CT_SQL_VITALS_GET and _LIST before the values. */
enum { COL_VALUES = 18 };

static int small(struct ct_stmt *st, int col)
{
    int64_t n = ct_col_i64(st, col);
    return n == CT_UNSET ? -1 : (int)n;
}

void ct_vitals_row(struct ct_stmt *st, struct ct_vitals *ret)
{
    ct_vitals_init(ret);
    ret->id = ct_col_i64(st, 0);
    ret->patient_id = ct_col_i64(st, 1);
    ret->taken_ms = ct_col_i64(st, 2);
    ret->recorded_ms = ct_col_i64(st, 3);
    ret->recorded_by = (uint32_t)ct_col_i64(st, 4);
    ct_text_copy(ret->note, sizeof ret->note, ct_col_text(st, 5));
    ret->scale = small(st, 6);
    ret->score = small(st, 7);
    ret->score_at_least = small(st, 8);
    ret->single3 = ct_col_i64(st, 9) != 0;
    ret->band = (enum ct_band)ct_col_i64(st, 10);
    ret->not_applied = (enum ct_not_applied)ct_col_i64(st, 11);
    ct_text_copy(ret->score_version, sizeof ret->score_version, ct_col_text(st, 12));
    ret->next_due_ms = ct_col_i64(st, 13);
    ret->replaces_id = ct_col_null(st, 14) ? 0 : ct_col_i64(st, 14);
    ret->voided = ct_col_i64(st, 15) != 0;
    ct_text_copy(ret->reason, sizeof ret->reason, ct_col_text(st, 16));
    ret->replaced = ct_col_i64(st, 17) != 0;
    int col = COL_VALUES;
    for (int q = 0; q < CT_QS; q++)
        for (size_t u = 0; u < CT_QUANTITY[q].n_units; u++, col++)
            if (!ct_col_null(st, col))
                ret->v[q] = (struct ct_value){.n = ct_col_i64(st, col), .unit = (uint8_t)u};
}

enum ct_status ct_vitals_load(struct ct_db *db, int64_t id, struct ct_vitals *ret,
                              struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[CT_SQL_VITALS_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no set of vitals %lld",
                       (long long)id);
    ct_vitals_row(st, ret);
    return CT_OK;
}

enum ct_status ct_vitals_after(struct ct_db *db, int64_t id, int64_t *ret,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[CT_SQL_VITALS_AFTER], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK)
        *ret = row ? ct_col_i64(st, 0) : 0;
    return rc;
}

enum ct_status ct_vitals_get(struct ct_app *app, int64_t id, struct ct_vitals *ret,
                             struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    return rc == CT_OK ? ct_vitals_load(ct_app_db(app), id, ret, reterr) : rc;
}

/* A growing array of sets. */
struct sets {
    struct ct_vitals *v;
    size_t n, cap;
};

static enum ct_status sets_next(struct sets *s, struct ct_vitals **ret,
                                struct ct_error *reterr)
{
    if (s->n == s->cap) {
        size_t cap = s->cap == 0 ? 16 : 2 * s->cap;
        struct ct_vitals *v = reallocarray(s->v, cap, sizeof *v);
        if (v == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %zu sets", cap);
        s->v = v;
        s->cap = cap;
    }
    *ret = &s->v[s->n++];
    return CT_OK;
}

static enum ct_status sets_give(enum ct_status rc, struct sets *s, struct ct_vitals **ret,
                                size_t *ret_n)
{
    if (rc != CT_OK) {
        free(s->v);
        *s = (struct sets){.n = 0};
    }
    *ret = s->v;
    *ret_n = s->n;
    return rc;
}

static enum ct_status list(struct ct_db *db, int64_t patient_id, int64_t before_ms,
                           size_t limit, struct sets *s, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[CT_SQL_VITALS_LIST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", patient_id);
    ct_bind_i64(st, ":before_ms", before_ms == CT_UNSET ? INT64_MAX : before_ms);
    ct_bind_i64(st, ":limit", (int64_t)limit);
    for (;;) {
        bool row;
        struct ct_vitals *v;
        rc = ct_stmt_step(st, &row, reterr);
        if (rc == CT_OK && row)
            rc = sets_next(s, &v, reterr);
        if (rc != CT_OK || !row)
            return rc;
        ct_vitals_row(st, v);
    }
}

enum ct_status ct_vitals_list(struct ct_app *app, int64_t patient_id, int64_t before_ms,
                              size_t limit, struct ct_vitals **ret, size_t *ret_n,
                              struct ct_error *reterr)
{
    struct sets s = {.n = 0};
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    if (rc == CT_OK)
        rc = list(ct_app_db(app), patient_id, before_ms, limit, &s, reterr);
    return sets_give(rc, &s, ret, ret_n);
}

/* From any version to the newest, then back along what each one replaces. */
static enum ct_status versions(struct ct_db *db, int64_t id, struct sets *s,
                               struct ct_error *reterr)
{
    for (;;) {
        int64_t after;
        enum ct_status rc = ct_vitals_after(db, id, &after, reterr);
        if (rc != CT_OK)
            return rc;
        if (after == 0)
            break;
        id = after;
    }
    while (id != 0) {
        struct ct_vitals *v;
        enum ct_status rc = sets_next(s, &v, reterr);
        if (rc == CT_OK)
            rc = ct_vitals_load(db, id, v, reterr);
        if (rc != CT_OK)
            return rc;
        id = v->replaces_id;
    }
    return CT_OK;
}

enum ct_status ct_vitals_versions(struct ct_app *app, int64_t id, struct ct_vitals **ret,
                                  size_t *ret_n, struct ct_error *reterr)
{
    struct sets s = {.n = 0};
    CT_TX tx = {.db = NULL}; /* one moment: a correction may arrive between two reads */
    enum ct_status rc = ct_require(app, CT_PERM_VITALS_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = versions(ct_app_db(app), id, &s, reterr);
    return sets_give(rc, &s, ret, ret_n);
}

/* ---- for people -------------------------------------------------------- */

static bool set(const struct ct_vitals *v, enum ct_q q)
{
    return v->v[q].n != CT_UNSET;
}

static void part(struct ct_buf *b, const char *brief, const char *text)
{
    ct_buf_printf(b, "%s%s%s%s", b->len > 0 ? "  " : "", brief, brief[0] != '\0' ? " " : "",
                  text);
}

static void line_pressure(struct ct_buf *b, const struct ct_vitals *v)
{
    char sbp[16], dbp[16], both[40];
    if (!set(v, CT_Q_SBP) && !set(v, CT_Q_DBP))
        return;
    ct_quantity_text(CT_Q_SBP, v->v[CT_Q_SBP], false, sbp, sizeof sbp);
    ct_quantity_text(CT_Q_DBP, v->v[CT_Q_DBP], false, dbp, sizeof dbp);
    snprintf(both, sizeof both, "%s/%s", sbp[0] != '\0' ? sbp : "-",
             dbp[0] != '\0' ? dbp : "-");
    part(b, CT_QUANTITY[CT_Q_SBP].brief, both);
}

static void line_oxygen(struct ct_buf *b, const struct ct_vitals *v)
{
    char text[40];
    if (set(v, CT_Q_SPO2)) {
        ct_quantity_text(CT_Q_SPO2, v->v[CT_Q_SPO2], false, text, sizeof text);
        part(b, CT_QUANTITY[CT_Q_SPO2].brief, text);
    }
    if (!set(v, CT_Q_O2))
        return;
    if (!set(v, CT_Q_SPO2))
        part(b, "", CT_QUANTITY[CT_Q_O2].brief);
    int64_t n = v->v[CT_Q_O2].n;
    if (n >= 0 && n <= CT_O2_OTHER)
        ct_buf_printf(b, " %s",
                      n == CT_O2_AIR ? "air" : CT_QUANTITY[CT_Q_O2].choices[n].code);
    if (set(v, CT_Q_O2_FLOW)) {
        ct_quantity_text(CT_Q_O2_FLOW, v->v[CT_Q_O2_FLOW], true, text, sizeof text);
        ct_buf_printf(b, " %s", text);
    }
}

void ct_vitals_line(const struct ct_vitals *v, char *out, size_t size)
{
    CT_BUF b = {.max = 1024};
    line_pressure(&b, v);
    for (int i = CT_Q_PULSE; i < CT_QS; i++) {
        enum ct_q q = (enum ct_q)i;
        char text[40];
        if (q == CT_Q_SPO2)
            line_oxygen(&b, v);
        if (!set(v, q) || q == CT_Q_SPO2 || q == CT_Q_O2 || q == CT_Q_O2_FLOW)
            continue;
        /* The unit is said wherever it is not the one everybody reads into it. */
        bool with_unit = q >= CT_Q_GLUCOSE || v->v[q].unit != 0;
        ct_quantity_text(q, v->v[q], with_unit, text, sizeof text);
        part(&b, q == CT_Q_ACVPU ? "" : CT_QUANTITY[q].brief, text);
    }
    ct_text_copy(out, size, ct_buf_str(&b));
}

static unsigned missing(const struct ct_vitals *v)
{
    static const enum ct_q INPUT[CT_N_INPUTS] = {
        [CT_N_RESP] = CT_Q_RESP,   [CT_N_SPO2] = CT_Q_SPO2,   [CT_N_O2] = CT_Q_O2,
        [CT_N_SBP] = CT_Q_SBP,     [CT_N_PULSE] = CT_Q_PULSE, [CT_N_ACVPU] = CT_Q_ACVPU,
        [CT_N_TEMP] = CT_Q_TEMP,
    };
    unsigned bits = 0;
    for (unsigned i = 0; i < CT_N_INPUTS; i++)
        if (!set(v, INPUT[i]))
            bits |= 1U << i;
    return bits;
}

void ct_vitals_score_text(const struct ct_vitals *v, char *out, size_t size)
{
    static const char *const WHY[] = {
        [CT_UNDER_16] = "under 16",
        [CT_PREGNANT] = "pregnant",
        [CT_AGE_UNKNOWN] = "age unknown (enter an estimated date of birth)",
    };
    CT_BUF b = {.max = 512};
    if (v->voided) {
        ct_buf_str_add(&b, "entered in error");
    } else if (v->not_applied != CT_APPLIED) {
        ct_buf_printf(&b, "NEWS2 not applied: %s",
                      (unsigned)v->not_applied < CT_LEN(WHY) ? WHY[v->not_applied] : "?");
    } else if (v->score >= 0) {
        char band[24];
        ct_text_copy(band, sizeof band, v->band != CT_BAND_NONE ? ct_band_name(v->band) : "");
        for (char *p = band; *p != '\0'; p++)
            *p = (char)toupper((unsigned char)*p);
        ct_buf_printf(&b, "NEWS2 %d%s%s", v->score, band[0] != '\0' ? " " : "", band);
    } else {
        struct ct_news2_result r = {.missing = missing(v)};
        char text[160];
        ct_news2_missing_text(&r, text, sizeof text);
        if (r.missing == (1U << CT_N_INPUTS) - 1)
            ct_buf_str_add(&b, "NEWS2 undefined (none of its inputs was taken)");
        else
            ct_buf_printf(&b, "NEWS2 at least %d (%s missing)",
                          v->score_at_least > 0 ? v->score_at_least : 0, text);
    }
    ct_text_copy(out, size, ct_buf_str(&b));
}
