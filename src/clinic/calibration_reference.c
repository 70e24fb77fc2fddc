/* calibration_reference - may a standard be reference on that day: registered, of the kind,
 * in service, in date, with a certificate. The contract is calibration.h. */
#include "clinic/calibration_priv.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

/* What was found of its certificates on that day. */
struct paper {
    bool covers;
    ct_date until; /* CT_NO_DATE: it does not say */
    char text[201];
};

static ct_date date_of(struct ct_stmt *st, int col)
{
    return ct_col_null(st, col) ? CT_NO_DATE : (ct_date)ct_col_i64(st, col);
}

/* The newest certificate that counts on that day: a paper, ... */
static enum ct_status from_papers(struct ct_db *db, int64_t equipment_id, ct_date day,
                                  struct paper *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc =
        ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_CERTIFICATES], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_i64(st, ":day", day);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    char until[16];
    ret->covers = true;
    ret->until = date_of(st, 2);
    ct_date_text(ret->until, until);
    const char *issuer = ct_col_text(st, 1);
    char line[400];
    snprintf(line, sizeof line, "%s%s%s%s%s", ct_col_text(st, 0), issuer[0] != '\0' ? ", " : "",
             issuer, until[0] != '\0' ? ", until " : "", until);
    ct_text_copy(ret->text, sizeof ret->text, line);
    return CT_OK;
}

/* ... or a calibration that was made and approved here, in tolerance. */
static enum ct_status from_calibrations(struct ct_db *db, int64_t equipment_id, ct_date day,
                                        struct paper *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_OWN], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    ct_bind_i64(st, ":until_ms", ((int64_t)day + 2) * CT_DAY_MS);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row || ct_date_at(ct_col_i64(st, 1)) > day)
        return rc;
    char when[16];
    ret->covers = true;
    ret->until = CT_NO_DATE;
    ct_date_text(ct_date_at(ct_col_i64(st, 1)), when);
    snprintf(ret->text, sizeof ret->text, "K-%lld of this clinic, %s",
             (long long)ct_col_i64(st, 0), when);
    return CT_OK;
}

static enum ct_status in_service(const struct ct_equipment *e, struct ct_error *reterr)
{
    static const char *const WHY[CT_CONDITIONS] = {
        [CT_COND_FAULTY] = "has a fault",
        [CT_COND_QUARANTINED] = "is quarantined",
        [CT_COND_REPAIR] = "is out for repair",
        [CT_COND_TESTING] = "was repaired and is not back in service",
        [CT_COND_RETIRED] = "is retired",
    };
    if (!e->standard)
        return ct_fail(reterr, CT_EINVAL, "reference",
                       "%s is not registered as a reference standard", e->asset);
    return e->condition == CT_COND_IN_SERVICE
               ? CT_OK
               : ct_fail(reterr, CT_EINVAL, "reference", "%s %s: it cannot be reference",
                         e->asset, WHY[e->condition]);
}

enum ct_status ct_cal_reference_check(struct ct_app *app, struct ct_db *db,
                                      const struct ct_equipment *e, ct_date day,
                                      struct ct_cal_reference *ret, struct ct_error *reterr)
{
    struct paper paper = {.covers = false, .until = CT_NO_DATE};
    struct ct_error why = {0};
    char on[16];
    ct_date last = CT_NO_DATE;
    (void)app;
    enum ct_status rc = in_service(e, reterr);
    if (rc != CT_OK)
        return rc;
    ct_date_text(day, on);
    enum ct_status dated = ct_equipment_in_date(db, e->id, day, &last, &why);
    if (dated == CT_EINVAL)
        return ct_fail(reterr, CT_EINVAL, "reference", "%s: %s; it cannot be reference on %s",
                       e->asset, why.text, on);
    if (dated != CT_OK && dated != CT_ENOTFOUND)
        return ct_fail(reterr, dated, why.field, "%s", why.text);
    rc = from_papers(db, e->id, day, &paper, reterr);
    if (rc == CT_OK && !paper.covers)
        rc = from_calibrations(db, e->id, day, &paper, reterr);
    if (rc != CT_OK)
        return rc;
    if (!paper.covers)
        return ct_fail(reterr, CT_EINVAL, "reference",
                       "%s has no certificate that counts on %s: add it to its papers, with the "
                       "days from and until which it counts",
                       e->asset, on);
    if (dated == CT_ENOTFOUND || last == CT_NO_DATE) {
        if (paper.until == CT_NO_DATE)
            return ct_fail(reterr, CT_EINVAL, "reference",
                           "%s has no calibration schedule, and its certificate does not say "
                           "until when it counts: nobody would notice that it lapsed",
                           e->asset);
        last = paper.until;
    } else if (paper.until != CT_NO_DATE && paper.until < last) {
        last = paper.until;
    }
    *ret = (struct ct_cal_reference){
        .equipment_id = e->id, .detail_id = e->detail_id, .last_day = last};
    ct_text_copy(ret->asset, sizeof ret->asset, e->asset);
    ct_text_copy(ret->of, sizeof ret->of, e->standard_of);
    ct_text_copy(ret->certificate, sizeof ret->certificate, paper.text);
    return CT_OK;
}

/* Of a kind that a point asks for. */
static enum ct_status of_kind(const struct ct_calibration *k, const struct ct_equipment *e,
                              struct ct_error *reterr)
{
    CT_BUF kinds = {.max = 2048};
    const char *last = "";
    for (size_t i = 0; i < k->t->n_points; i++) {
        const char *kind = ct_cal_reference_of(k, i);
        if (!k->value[CT_CAL_AS_FOUND][i].applies || kind[0] == '\0')
            continue;
        if (strcasecmp(kind, e->standard_of) == 0)
            return CT_OK;
        if (strcasecmp(kind, last) != 0)
            ct_buf_printf(&kinds, "%s%s", kinds.len > 0 ? ", " : "", kind);
        last = kind;
    }
    if (kinds.len == 0)
        return ct_fail(reterr, CT_EINVAL, "reference", "this template asks for no reference");
    return ct_fail(reterr, CT_EINVAL, "reference",
                   "%s is a reference for \"%s\"; this template asks for: %s", e->asset,
                   e->standard_of[0] != '\0' ? e->standard_of : "nothing that is said",
                   ct_buf_str(&kinds));
}

enum ct_status ct_calibration_reference(struct ct_app *app, struct ct_calibration *k,
                                        const char *asset, struct ct_error *reterr)
{
    struct ct_equipment e;
    struct ct_cal_reference r;
    if (k->event_id != 0)
        return ct_fail(reterr, CT_EINVAL, "reference",
                       "as found is recorded: its references are what they are");
    enum ct_status rc = ct_equipment_find(app, asset, &e, reterr);
    if (rc == CT_ENOTFOUND)
        return ct_fail(reterr, CT_EINVAL, "reference",
                       "there is no device %.40s: register the reference first", asset);
    if (rc != CT_OK)
        return rc;
    if (e.id == k->equipment_id)
        return ct_fail(reterr, CT_EINVAL, "reference", "a device is no reference for itself");
    for (size_t i = 0; i < k->n_refs; i++)
        if (k->ref[i].equipment_id == e.id)
            return CT_OK;
    if (k->n_refs == CT_CAL_REFS_MAX)
        return ct_fail(reterr, CT_EINVAL, "reference", "a calibration has at most %d references",
                       CT_CAL_REFS_MAX);
    rc = of_kind(k, &e, reterr);
    if (rc == CT_OK)
        rc = ct_cal_reference_check(app, ct_app_db(app), &e, ct_date_at(k->done_ms), &r, reterr);
    if (rc == CT_OK)
        k->ref[k->n_refs++] = r;
    return rc;
}
