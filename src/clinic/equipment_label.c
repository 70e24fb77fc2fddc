/* equipment_label - the one status label of a device, as it stands now. The contract is
 * calibration.h. */
#include "clinic/calibration_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "record/user.h"

enum { LABEL_COLS = 36 };

struct label {
    char line[4][160];
    int use; /* 1 yes, 0 with limits, -1 no */
};

/* The last approved calibration; id 0: none. */
struct last {
    int64_t id, done_ms;
    enum ct_cal_verdict verdict;
    uint32_t by;
    char limits[201];
};

static enum ct_status last_of(struct ct_db *db, int64_t equipment_id, struct last *ret,
                              struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret = (struct last){.id = 0};
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_LABEL], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    ret->id = ct_col_i64(st, 0);
    ret->done_ms = ct_col_i64(st, 1);
    ret->verdict = (enum ct_cal_verdict)ct_col_i64(st, ct_col_null(st, 3) ? 2 : 3);
    ret->by = (uint32_t)ct_col_i64(st, 4);
    ct_text_copy(ret->limits, sizeof ret->limits, ct_col_text(st, 5));
    return CT_OK;
}

static void head(struct label *l, const char *what, const char *asset)
{
    snprintf(l->line[0], sizeof l->line[0], "%-*s %s",
             LABEL_COLS - 1 - (int)strlen(asset), what, asset);
}

static void out_of_service(const struct ct_equipment *e, struct label *l)
{
    static const char *const WHAT[CT_CONDITIONS] = {
        [CT_COND_FAULTY] = "Faulty",
        [CT_COND_QUARANTINED] = "Quarantined",
        [CT_COND_REPAIR] = "Out for repair",
        [CT_COND_TESTING] = "Repaired, not yet released",
        [CT_COND_RETIRED] = "Retired",
    };
    char since[16];
    ct_date_text(ct_date_at(e->condition_ms), since);
    l->use = -1;
    head(l, e->condition == CT_COND_RETIRED ? "DECOMMISSIONED" : "DO NOT USE", e->asset);
    snprintf(l->line[1], sizeof l->line[1], "%s", WHAT[e->condition]);
    snprintf(l->line[2], sizeof l->line[2], "since %s", since);
    snprintf(l->line[3], sizeof l->line[3], "%s %s", e->maker, e->model);
}

static void calibrated(struct ct_app *app, const struct ct_equipment *e, const struct last *k,
                       ct_date last_day, bool overdue, struct label *l)
{
    char on[16], due[16], by[64];
    bool limited = k->limits[0] != '\0' || k->verdict == CT_CAL_CONDITIONAL_PASS;
    ct_date_text(ct_date_at(k->done_ms), on);
    ct_date_text(last_day, due);
    ct_user_name(app, k->by, by, sizeof by);
    l->use = overdue ? -1 : limited ? 0 : 1;
    head(l, overdue ? "CALIBRATION OVERDUE" : limited ? "LIMITED USE" : "CALIBRATED", e->asset);
    snprintf(l->line[1], sizeof l->line[1], "%s%s%s", on, last_day != CT_NO_DATE ? ", due " : "",
             due);
    if (limited && !overdue)
        snprintf(l->line[2], sizeof l->line[2], "%s",
                 k->limits[0] != '\0' ? k->limits : "conditional pass: see K-number");
    else
        snprintf(l->line[2], sizeof l->line[2], "%s",
                 overdue ? "do not use for measuring" : "");
    snprintf(l->line[3], sizeof l->line[3], "K-%lld, %s", (long long)k->id, by);
}

static void never(const struct ct_equipment *e, ct_date last_day, bool asked, bool overdue,
                  struct label *l)
{
    char due[16];
    ct_date_text(last_day, due);
    l->use = overdue ? -1 : 0;
    head(l, overdue ? "CALIBRATION OVERDUE" : asked ? "NO CERTIFICATE HERE" : "INDICATIVE ONLY",
         e->asset);
    snprintf(l->line[1], sizeof l->line[1], "%s%s",
             !asked      ? "not calibrated"
             : overdue   ? "since "
                         : "due ",
             asked ? due : "");
    snprintf(l->line[2], sizeof l->line[2], "%s",
             asked ? "" : "no figure of it to be relied on");
    snprintf(l->line[3], sizeof l->line[3], "%s %s", e->maker, e->model);
}

static enum ct_status due_of(struct ct_db *db, int64_t equipment_id, ct_date *ret,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret = CT_NO_DATE;
    enum ct_status rc = ct_stmt_get(db, &ct_calibration_sql[CT_SQL_CAL_DUE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && row && !ct_col_null(st, 0))
        *ret = (ct_date)ct_col_i64(st, 0);
    return rc;
}

enum ct_status ct_equipment_label(struct ct_app *app, int64_t equipment_id, struct ct_buf *out,
                                  int *ret_use, struct ct_error *reterr)
{
    struct ct_equipment e;
    struct last k;
    struct label l = {.use = 0};
    ct_date last_day, today = ct_date_at(ct_app_now(app));
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_load(ct_app_db(app), equipment_id, &e, reterr);
    if (rc == CT_OK)
        rc = last_of(ct_app_db(app), equipment_id, &k, reterr);
    if (rc == CT_OK)
        rc = due_of(ct_app_db(app), equipment_id, &last_day, reterr);
    if (rc != CT_OK)
        return rc;
    bool asked = last_day != CT_NO_DATE, overdue = asked && today > last_day;
    if (e.condition != CT_COND_IN_SERVICE)
        out_of_service(&e, &l);
    else if (k.id != 0 && k.verdict < CT_CAL_CONDITIONAL_FAIL)
        calibrated(app, &e, &k, last_day, overdue, &l);
    else
        never(&e, last_day, asked, overdue, &l);
    for (size_t i = 0; i < CT_LEN(l.line); i++) {
        ct_text_clean(out, l.line[i], LABEL_COLS, false);
        ct_buf_char(out, '\n');
    }
    if (ret_use != NULL)
        *ret_use = l.use;
    return CT_OK;
}
