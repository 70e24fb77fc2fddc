/* equipment_history - what happened to a device, whichever module wrote it down. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/sterile_rows.h"
#include "record/user.h"

/* `source` of the statement, and how its lines are called. */
enum source { DETAILS, CONDITION, RESULT, CALIBRATION, FAULT, PAPER, CAMPAIGN, OVERRIDE,
              LOOKBACK, SCHEDULE, GUIDE, TEST, SOURCES };
static const struct {
    const char *kind, *prefix; /* of its number; NULL: it has none */
} SOURCE[SOURCES] = {
    [DETAILS] = {"details", NULL},         [CONDITION] = {"condition", NULL},
    [RESULT] = {"task", "R"},              [CALIBRATION] = {"calibration", "K"},
    [FAULT] = {"fault", "F"},              [PAPER] = {"paper", NULL},
    [CAMPAIGN] = {"campaign", "A"},        [OVERRIDE] = {"override", NULL},
    [LOOKBACK] = {"look-back", "B"},       [SCHEDULE] = {"schedule", NULL},
    [GUIDE] = {"guide", NULL},             [TEST] = {"machine test", NULL},
};

static const char *const RESULT_NAME[] = {"passed", "FAILED", "passed, limits of use"};
static const char *const DONE[] = {"taken back", "done", "does not apply"};
static const char *const USE[CT_GATE_USES] = {"vitals", "a procedure", "a load"};
static const char *const SCHEDULE_SAYS[] = {"added", "changed", "ended"};

static const char *of(const char *const *names, size_t n, int64_t i)
{
    return i >= 0 && (size_t)i < n ? names[i] : "";
}
#define OF(names, i) of(names, CT_LEN(names), i)

/* What it was, without the text that was written to it. */
static void head(enum source from, int64_t what, int64_t verdict, char *out, size_t size)
{
    const char *v = from == CALIBRATION ? OF(CT_CAL_VERDICT_NAME, verdict) : "";
    switch (from) {
    case DETAILS:
        snprintf(out, size, "%s", what != 0 ? "changed" : "registered");
        break;
    case CONDITION:
        snprintf(out, size, "%s", what == CT_COND_IN_SERVICE
                                  ? CT_EQUIP_STATE_NAME[CT_STATE_OK]
                                  : OF(CT_EQUIP_STATE_NAME, what + 2));
        break;
    case RESULT:
        snprintf(out, size, "%s %s", OF(CT_TASK_NAME, what),
                 verdict == 9 ? "entered in error" : OF(RESULT_NAME, verdict));
        break;
    case CALIBRATION:
        snprintf(out, size, "%s%s%s", OF(CT_CAL_STEP_NAME, what), v[0] != '\0' ? " " : "", v);
        break;
    case FAULT:
        snprintf(out, size, "%s", OF(CT_FAULT_STEP_NAME, what));
        break;
    case PAPER:
        snprintf(out, size, "%s", what != 0 ? "taken off" : "added");
        break;
    case CAMPAIGN:
        snprintf(out, size, "%s", OF(DONE, what));
        break;
    case OVERRIDE:
        snprintf(out, size, "used for %s all the same", OF(USE, what));
        break;
    case LOOKBACK:
        snprintf(out, size, "%s", "opened");
        break;
    case TEST:
        snprintf(out, size, "%s %s", OF(CT_MT_NAME, what),
                 verdict == 9 ? "entered in error" : OF(CT_MT_RESULT_NAME, verdict));
        break;
    case GUIDE:
        snprintf(out, size, "%s", "troubleshooting, resolved");
        break;
    default:
        snprintf(out, size, "%s %s", OF(CT_TASK_NAME, what), OF(SCHEDULE_SAYS, verdict));
        break;
    }
}

/* What a new version of the details changed. */
static void changed(struct ct_app *app, int64_t detail_id, int64_t replaces_id,
                    struct ct_buf *out)
{
    struct ct_equipment was, is;
    CT_BUF text = {.max = 4096};
    if (ct_equipment_version_load(ct_app_db(app), detail_id, &is, NULL) != CT_OK ||
        ct_equipment_version_load(ct_app_db(app), replaces_id, &was, NULL) != CT_OK)
        return;
    ct_equipment_changes(&was, &is, &text);
    ct_buf_printf(out, "%s", ct_buf_str(&text));
}

static void line_read(struct ct_app *app, struct ct_stmt *st, struct ct_equip_line *x)
{
    char says[80];
    CT_BUF text = {.max = 4096};
    int64_t source = ct_col_i64(st, 2);
    enum source from = source >= 0 && source < SOURCES ? (enum source)source : DETAILS;
    *x = (struct ct_equip_line){.at_ms = ct_col_i64(st, 0),
                                .by_user = (uint32_t)ct_col_i64(st, 1)};
    ct_user_name(app, x->by_user, x->by, sizeof x->by);
    snprintf(x->kind, sizeof x->kind, "%s", SOURCE[from].kind);
    if (SOURCE[from].prefix != NULL) {
        x->ref_id = ct_col_i64(st, 3);
        snprintf(x->ref, sizeof x->ref, "%s-%lld", SOURCE[from].prefix, (long long)x->ref_id);
    }
    head(from, ct_col_i64(st, 4), ct_col_i64(st, 5), says, sizeof says);
    ct_buf_str_add(&text, says);
    if (from == DETAILS && ct_col_i64(st, 4) != 0)
        changed(app, ct_col_i64(st, 7), ct_col_i64(st, 4), &text);
    if (ct_col_text(st, 6)[0] != '\0')
        ct_buf_printf(&text, ": %s", ct_col_text(st, 6));
    ct_text_copy(x->text, sizeof x->text, ct_buf_str(&text));
}

static enum ct_status lines(struct ct_app *app, int64_t id, size_t limit,
                            struct ct_equip_line **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    size_t n = 0, cap = 0;
    enum ct_status rc = ct_stmt_get(
        ct_app_db(app), &ct_equipment_more_sql[CT_SQL_EQUIP_HISTORY], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    ct_bind_i64(st, ":limit", limit > 0 ? (int64_t)limit : -1);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_equip_line *more = ct_rows_grow(*ret, n, &cap, sizeof **ret);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for a device's history");
        *ret = more;
        line_read(app, st, &more[n]);
        *ret_n = ++n;
    }
    return rc;
}

enum ct_status ct_equipment_history(struct ct_app *app, int64_t id, size_t limit,
                                    struct ct_equip_line **ret, size_t *ret_n,
                                    struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = lines(app, id, limit, ret, ret_n, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}
