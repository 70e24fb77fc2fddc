/* shiftlog - a shift's log, compiled from the audit chain: what the entries say,
 * and the record behind each line. */
#include "clinic/review_priv.h"
#include "clinic/training.h"
#include "record/user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IN_SHIFT                                                                           \
    "a.at_ms >= :start_ms AND a.at_ms < :end_ms AND (:user_id = 0 OR a.user_id = :user_id)"
#define SHOWN IN_SHIFT " AND (:all = 1 OR a.severity > 0 OR a.verb NOT IN (" CT_SHIFT_QUIET "))"
/* The set of that row was marked as entered in error, however often it had been
 * corrected by then: along its later versions. */
#define IN_ERROR                                                                           \
    "EXISTS (WITH RECURSIVE later(id, voided) AS (SELECT x.id, x.voided FROM vitals x "     \
    "WHERE x.id = r.row_id UNION ALL SELECT x.id, x.voided FROM later "                     \
    "JOIN vitals x ON x.replaces_id = later.id) SELECT 1 FROM later WHERE later.voided = 1)"

const struct ct_sql ct_shift_sql[CT_SHIFT_SQL_N] = {
    [CT_SQL_SHIFT_LOG] =
        {"shift.log",
         "SELECT " CT_SHIFT_LINE " FROM audit a WHERE " SHOWN
         " ORDER BY a.seq IN " CT_SHIFT_OVERDUE " DESC, a.severity DESC, a.at_ms, a.seq "
         "LIMIT :limit OFFSET :offset"},
    [CT_SQL_SHIFT_TOTAL] = {"shift.total", "SELECT count(*) FROM audit a WHERE " SHOWN},
    [CT_SQL_SHIFT_COUNT] =
        {"shift.count",
         "SELECT sum(a.verb = 'vitals.record' AND NOT EXISTS (SELECT 1 FROM audit_row r "
         "WHERE r.seq = a.seq AND r.tbl = 'vitals' AND " IN_ERROR ")), "
         "sum(a.verb IN ('vitals.record', 'vitals.correct') AND a.severity > 0 AND EXISTS ("
         "SELECT 1 FROM audit_row r JOIN vitals_now v ON v.id = r.row_id WHERE r.seq = a.seq "
         "AND r.tbl = 'vitals' AND (v.single3 = 1 OR v.band > 1 OR v.carer_concern = 0 "
         "OR (v.card = 0 AND v.score_at_least >= 5)))), "
         "sum(a.verb IN ('vitals.correct', 'vitals.void')), "
         "sum(a.verb = 'vitals.record' AND a.done_ms < a.at_ms - :late_ms), "
         "sum(a.verb = 'patient.register'), sum(a.verb = 'patient.open'), "
         "sum(a.severity = 2 OR a.seq IN " CT_SHIFT_OVERDUE ") FROM audit a WHERE " IN_SHIFT},
    [CT_SQL_SHIFT_ESCALATED] =
        {"shift.escalated",
         "SELECT count(*), count(o.escalation_id), sum(o.late_ms < :now_ms) FROM escalation e "
         "LEFT JOIN escalation_find o ON o.escalation_id = e.id WHERE e.at_ms >= :start_ms "
         "AND e.at_ms < :end_ms AND (:user_id = 0 OR e.by_user = :user_id)"},
};

/* Somebody's own entries need less than everybody's. */
static enum ct_status allowed(struct ct_app *app, uint32_t user_id, struct ct_error *reterr)
{
    const struct ct_who *who = ct_app_who(app);
    bool own = user_id != 0 && who != NULL && who->user_id == user_id;
    return ct_require(app, own ? CT_PERM_SHIFT_OWN : CT_PERM_SHIFT_ALL, reterr);
}

static void bind_shift(struct ct_stmt *st, const struct ct_shift *s, uint32_t user_id)
{
    ct_bind_i64(st, ":start_ms", s->start_ms);
    ct_bind_i64(st, ":end_ms", s->end_ms);
    ct_bind_i64(st, ":user_id", user_id);
}

void ct_shift_line_row(struct ct_stmt *st, struct ct_log_line *l)
{
    *l = (struct ct_log_line){.seq = ct_col_i64(st, 0),
                              .at_ms = ct_col_i64(st, 1),
                              .done_ms = ct_col_i64(st, 2),
                              .user_id = (uint32_t)ct_col_i64(st, 3),
                              .severity = (enum ct_severity)ct_col_i64(st, 5),
                              .patient_id = ct_col_i64(st, 6),
                              .vitals_id = ct_col_i64(st, 8),
                              .escalation_id = ct_col_i64(st, 9),
                              .entry_id = ct_col_i64(st, 11)};
    l->raised = l->escalation_id != CT_UNSET;
    if (!l->raised)
        l->escalation_id = ct_col_i64(st, 10);
    if (l->done_ms == CT_UNSET)
        l->done_ms = l->at_ms;
    const char *detail = ct_col_text(st, 7);
    const char *words = ct_col_text(st, 4); /* a verb of a newer program: its name */
    if (ct_verb_parse(words, &l->verb))
        words = CT_VERB[l->verb].line;
    l->late = (l->verb == CT_VERB_VITALS_RECORD || l->verb == CT_VERB_SHIFT_ENTRY) &&
              l->at_ms - l->done_ms > CT_LATE_MS;
    CT_BUF b = {.max = 2048};
    ct_buf_printf(&b, "%s%s%s", words, detail[0] != '\0' ? ": " : "", detail);
    ct_text_copy(l->text, sizeof l->text, ct_buf_str(&b));
}

/* Whether the newest version of a set says: entered in error. */
static enum ct_status later_voided(struct ct_db *db, int64_t id, bool *ret,
                                   struct ct_error *reterr)
{
    struct ct_vitals v;
    for (int64_t after = id; after != 0;) {
        id = after;
        enum ct_status rc = ct_vitals_after(db, id, &after, reterr);
        if (rc != CT_OK)
            return rc;
    }
    enum ct_status rc = ct_vitals_load(db, id, &v, reterr);
    *ret = rc == CT_OK && v.voided;
    return rc;
}

static enum ct_status line_vitals(struct ct_db *db, struct ct_log_line *l,
                                  struct ct_error *reterr)
{
    struct ct_vitals v;
    enum ct_status rc = ct_vitals_load(db, l->vitals_id, &v, reterr);
    if (rc != CT_OK || v.voided)
        return rc;
    char score[128], values[256];
    ct_vitals_score_text(&v, score, sizeof score);
    ct_vitals_line(&v, values, sizeof values);
    CT_BUF b = {.max = 2048};
    if (v.replaced) { /* the entry stays what it was; that it no longer stands is said */
        bool voided;
        rc = later_voided(db, v.id, &voided, reterr);
        if (rc != CT_OK)
            return rc;
        ct_buf_str_add(&b, voided ? "[in error since] " : "[corrected since] ");
    }
    const char *said = strstr(l->text, ": "); /* a device that was used though ... */
    if (v.replaces_id != 0) /* its reason is already in the text */
        ct_buf_printf(&b, "%s; now %s  %s", l->text, score, values);
    else if (said != NULL)
        ct_buf_printf(&b, "%s; %s  %s", score, said + 2, values);
    else /* a plain one: the score says it best */
        ct_buf_printf(&b, "%s  %s", score, values);
    ct_text_copy(l->text, sizeof l->text, ct_buf_str(&b));
    return CT_OK;
}

/* What became of the escalation: before everything else while it wants somebody. */
static enum ct_status line_escalation(struct ct_app *app, struct ct_log_line *l,
                                      struct ct_error *reterr)
{
    struct ct_escalation e;
    enum ct_status rc = ct_escalation_bare(app, ct_app_db(app), l->escalation_id, &e, reterr);
    if (rc != CT_OK)
        return rc;
    if (e.overdue)
        l->severity = CT_EXCEPTION;
    CT_BUF b = {.max = 2048};
    if (e.open)
        ct_buf_printf(&b, "E-%lld %s; %s", (long long)e.id,
                      e.overdue    ? e.accepted ? "OVERDUE, nobody came" : "OVERDUE, not accepted"
                      : e.attended ? "open, no outcome"
                      : e.accepted ? "open, accepted"
                                   : "open, not accepted",
                      l->text);
    else
        ct_buf_printf(&b, "%s; E-%lld closed", l->text, (long long)e.id);
    ct_text_copy(l->text, sizeof l->text, ct_buf_str(&b));
    return CT_OK;
}

/* That it was done, by whom and how it counts stays; what was found does not. */
static void line_mask(struct ct_log_line *l)
{
    if (ct_access_words(l->verb))
        return;
    char words[sizeof l->text];
    ct_text_copy(words, sizeof words, l->text);
    words[strcspn(words, ":")] = '\0'; /* behind it stands the detail */
    snprintf(l->text, sizeof l->text, "%.200s (restricted)", words);
}

/* What a person wrote, if it does not stand any more; and what came after a signature. */
static enum ct_status line_since(struct ct_app *app, struct ct_log_line *l,
                                 struct ct_error *reterr)
{
    CT_BUF b = {.max = 2048};
    bool voided = false, replaced = false;
    enum ct_status rc = CT_OK;
    if (l->entry_id != CT_UNSET)
        rc = ct_shift_entry_since(ct_app_db(app), l->entry_id, &replaced, &voided, reterr);
    if (rc == CT_OK && l->done_ms < l->at_ms)
        rc = ct_review_before(ct_app_db(app), l->done_ms, l->seq, &l->review_id, reterr);
    if (rc != CT_OK || (!replaced && l->review_id == 0))
        return rc;
    if (l->review_id != 0)
        ct_buf_printf(&b, "[after sign-off of R-%lld] ", (long long)l->review_id);
    if (replaced)
        ct_buf_str_add(&b, voided ? "[in error since] " : "[corrected since] ");
    ct_buf_str_add(&b, l->text);
    ct_text_copy(l->text, sizeof l->text, ct_buf_str(&b));
    return CT_OK;
}

enum ct_status ct_shift_line_complete(struct ct_app *app, struct ct_log_line *l,
                                      struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    ct_user_name(app, l->user_id, l->user, sizeof l->user);
    if (l->patient_id != CT_UNSET) {
        struct ct_patient p;
        enum ct_status rc = ct_patient_details(db, l->patient_id, &p, reterr);
        if (rc == CT_OK)
            ct_patient_name(&p, l->patient, sizeof l->patient);
        else if (rc != CT_ENOTFOUND)
            return rc;
    }
    bool hidden = false, awaits = false;
    enum ct_status rc = l->patient_id != CT_UNSET
                            ? ct_access_hidden(app, l->patient_id, &hidden, reterr)
                            : CT_OK;
    if (rc != CT_OK)
        return rc;
    if (hidden)
        line_mask(l);
    else if (l->vitals_id != CT_UNSET)
        rc = line_vitals(db, l, reterr);
    if (rc == CT_OK && l->raised)
        rc = line_escalation(app, l, reterr);
    if (rc == CT_OK)
        rc = line_since(app, l, reterr);
    if (rc == CT_OK)
        rc = ct_awaits_seq(app, l->seq, &awaits, reterr);
    if (rc != CT_OK || !awaits)
        return rc;
    CT_BUF b = {.max = 2048};
    ct_buf_printf(&b, "[awaits countersign] %s", l->text);
    ct_text_copy(l->text, sizeof l->text, ct_buf_str(&b));
    return CT_OK;
}

static enum ct_status total(struct ct_db *db, const struct ct_shift *s, uint32_t user_id,
                            bool all, int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_shift_sql[CT_SQL_SHIFT_TOTAL], &st, reterr);
    if (rc != CT_OK)
        return rc;
    bind_shift(st, s, user_id);
    ct_bind_i64(st, ":all", all);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK)
        *ret = ct_col_i64(st, 0);
    return rc;
}

static enum ct_status page(struct ct_app *app, const struct ct_shift *s, uint32_t user_id,
                           bool all, int64_t offset, size_t limit, struct ct_log_line *line,
                           size_t *n, struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_shift_sql[CT_SQL_SHIFT_LOG], &st, reterr);
    if (rc != CT_OK)
        return rc;
    bind_shift(st, s, user_id);
    ct_bind_i64(st, ":all", all);
    ct_bind_i64(st, ":now_ms", ct_app_now(app));
    ct_bind_i64(st, ":limit", (int64_t)limit);
    ct_bind_i64(st, ":offset", offset);
    while (*n < limit) {
        bool row;
        rc = ct_stmt_step(st, &row, reterr);
        if (rc != CT_OK || !row)
            return rc;
        ct_shift_line_row(st, &line[(*n)++]);
    }
    return CT_OK;
}

enum ct_status ct_shift_log(struct ct_app *app, const struct ct_shift *s, uint32_t user_id,
                            bool all, int64_t offset, size_t limit, struct ct_log_line **ret,
                            size_t *ret_n, int64_t *ret_total, struct ct_error *reterr)
{
    *ret = NULL;
    *ret_n = 0;
    *ret_total = 0;
    enum ct_status rc = allowed(app, user_id, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_log_line *line = calloc(limit > 0 ? limit : 1, sizeof *line);
    if (line == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %zu lines", limit);
    struct ct_db *db = ct_app_db(app);
    size_t n = 0;
    CT_TX tx = {.db = NULL}; /* the page and its total are of one moment */
    rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = total(db, s, user_id, all, ret_total, reterr);
    if (rc == CT_OK)
        rc = page(app, s, user_id, all, offset, limit, line, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        rc = ct_shift_line_complete(app, &line[i], reterr);
    if (rc != CT_OK) {
        free(line);
        return rc;
    }
    *ret = line;
    *ret_n = n;
    return CT_OK;
}

/* ---- evidence ---------------------------------------------------------- */

struct evidence {
    int64_t vitals_id;
    struct ct_vitals *v;
    size_t n;
};

static enum ct_status evidence_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ct_vitals v;
    return ct_vitals_get(app, ((const struct evidence *)arg)->vitals_id, &v, reterr);
}

static enum ct_status evidence_write(struct ct_app *app, struct ct_db *db, void *arg,
                                     struct ct_entry *entry, struct ct_error *reterr)
{
    struct evidence *x = arg;
    (void)db;
    enum ct_status rc = ct_vitals_versions(app, x->vitals_id, &x->v, &x->n, reterr);
    if (rc == CT_OK && x->n > 0)
        entry->patient_id = x->v[0].patient_id;
    return rc;
}

enum ct_status ct_shift_evidence(struct ct_app *app, const struct ct_log_line *line,
                                 struct ct_vitals **ret, size_t *ret_n,
                                 struct ct_error *reterr)
{
    struct evidence x = {.vitals_id = line->vitals_id};
    *ret = NULL;
    *ret_n = 0;
    if (line->vitals_id == CT_UNSET)
        return CT_OK;
    struct ct_change change = {
        .verb = CT_VERB_PATIENT_OPEN,
        .check = evidence_check,
        .write = evidence_write,
        .arg = &x,
        .entry = {.patient_id = line->patient_id, .done_ms = CT_UNSET}};
    ct_text_copy(change.entry.detail, sizeof change.entry.detail, "evidence of a log line");
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc != CT_OK) {
        free(x.v);
        return rc;
    }
    *ret = x.v;
    *ret_n = x.n;
    return CT_OK;
}

static enum ct_status count_entries(struct ct_app *app, const struct ct_shift *s,
                                    uint32_t user_id, struct ct_shift_counts *ret,
                                    struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_shift_sql[CT_SQL_SHIFT_COUNT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    bind_shift(st, s, user_id);
    ct_bind_i64(st, ":late_ms", CT_LATE_MS);
    ct_bind_i64(st, ":now_ms", ct_app_now(app));
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    int64_t *const field[] = {&ret->sets,       &ret->abnormal, &ret->corrected, &ret->late,
                              &ret->registered, &ret->opened,   &ret->exceptions};
    for (int i = 0; i < (int)CT_LEN(field); i++) /* no entry at all: NULL, which is none */
        *field[i] = ct_col_null(st, i) ? 0 : ct_col_i64(st, i);
    return CT_OK;
}

static enum ct_status count_escalations(struct ct_app *app, const struct ct_shift *s,
                                        uint32_t user_id, struct ct_shift_counts *ret,
                                        struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_shift_sql[CT_SQL_SHIFT_ESCALATED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    bind_shift(st, s, user_id);
    ct_bind_i64(st, ":now_ms", ct_app_now(app));
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    ret->escalated = ct_col_i64(st, 0);
    ret->open = ct_col_i64(st, 1);
    ret->overdue = ct_col_null(st, 2) ? 0 : ct_col_i64(st, 2);
    return CT_OK;
}

enum ct_status ct_shift_count(struct ct_app *app, const struct ct_shift *s, uint32_t user_id,
                              struct ct_shift_counts *ret, struct ct_error *reterr)
{
    *ret = (struct ct_shift_counts){.sets = 0};
    enum ct_status rc = allowed(app, user_id, reterr);
    if (rc == CT_OK)
        rc = count_entries(app, s, user_id, ret, reterr);
    return rc == CT_OK ? count_escalations(app, s, user_id, ret, reterr) : rc;
}
