/* load_reading - what was read of a load's cycle: typed from the display or the print, or
 * taken from the machine's record, whose bytes are kept; each judged by the programme. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/load_priv.h"
#include "vault/secret.h"

struct reading {
    struct ct_load_reading r;
    struct ct_load_record *rec; /* NULL: typed */
    struct ct_load_facts f;
    struct ct_cycle judged;
    bool shows;                 /* there is something to judge */
    char number[40];
};

/* ---- judged -------------------------------------------------------------------------------- */

static void value_text(const struct ct_cycle_found *f, struct ct_buf *out)
{
    char a[CT_DECIMAL_SIZE], b[CT_DECIMAL_SIZE];
    const char *unit = f->limit->unit;
    ct_decimal_text(f->low, 6, a);
    ct_decimal_text(f->high, 6, b);
    if (f->low == f->high)
        ct_buf_printf(out, "%s %s", a, unit);
    else
        ct_buf_printf(out, "%s to %s %s", a, b, unit);
}

/* "temperature 134.2 to 135.1 degC (134 degC or more): pass; hold 4.1 min (4 min or more): pass" */
static void judged_text(const struct ct_cycle *c, char *out, size_t size)
{
    CT_BUF b = {.max = 8192};
    for (size_t i = 0; i < c->n; i++) {
        const struct ct_cycle_found *f = &c->found[i];
        ct_buf_printf(&b, "%s%s ", i > 0 ? "; " : "", CT_MEASURE_NAME[f->limit->measure]);
        if (f->measured)
            value_text(f, &b);
        else
            ct_buf_str_add(&b, "not measured");
        ct_buf_str_add(&b, " (");
        ct_limit_text(f->limit, &b);
        ct_buf_printf(&b, "): %s",
                      f->measured ? CT_CYCLE_VERDICT_NAME[f->verdict] : "wanted");
    }
    ct_text_copy(out, size, ct_buf_str(&b));
}

static enum ct_status judge(struct reading *x, struct ct_error *reterr)
{
    const struct ct_load_record *rec = x->rec;
    struct ct_cycle_in in = {.programme = x->f.p,
                             .curve = rec != NULL ? rec->curve : NULL,
                             .typed = rec != NULL ? rec->value : x->r.value,
                             .n_typed = rec != NULL ? rec->n_value : x->r.n};
    x->shows = in.curve != NULL || in.n_typed > 0;
    if (!x->shows)
        return CT_OK;
    enum ct_status rc = ct_cycle_judge(&in, &x->judged, reterr);
    if (rc != CT_OK)
        return rc;
    x->r.verdict = x->judged.verdict;
    x->r.unmeasured = (int)x->judged.unmeasured;
    /* What the machine itself calls failed or aborted is no pass, whatever its curve shows,
     * and a record that was cut off shows no whole cycle: cycle_print.h. */
    if (rec != NULL && (rec->verdict == 2 || rec->state == 1))
        x->r.verdict = CT_CYCLE_FAIL;
    else if (rec != NULL && rec->state == 2 && x->r.verdict == CT_CYCLE_PASS)
        x->r.verdict = CT_CYCLE_UNDECIDED;
    judged_text(&x->judged, x->r.text, sizeof x->r.text);
    return CT_OK;
}

/* ---- checks -------------------------------------------------------------------------------- */

static bool was_read(const struct reading *x)
{
    for (size_t i = 0; i < x->f.n_readings; i++)
        if ((x->f.reading[i].record_id != 0) == (x->rec != NULL))
            return true;
    return false;
}

static enum ct_status typed_check(struct reading *x, struct ct_error *reterr)
{
    if (x->r.n == 0)
        return ct_fail(reterr, CT_EINVAL, "value", "nothing was read");
    if (x->r.n > CT_MEASURES)
        return ct_fail(reterr, CT_EINVAL, "value", "there are not so many values");
    return ct_text_check(x->r.reason, "reason", "why it is read again", sizeof x->r.reason - 1,
                         was_read(x), reterr);
}

static enum ct_status record_check(struct ct_app *app, struct reading *x,
                                   struct ct_error *reterr)
{
    struct ct_load_record *rec = x->rec;
    CT_STMT *st = NULL;
    char other[40];
    bool there;
    if (rec->n == 0 || rec->bytes == NULL)
        return ct_fail(reterr, CT_EINVAL, "record", "%.120s is empty", rec->name);
    if (rec->n > CT_LOAD_RECORD_MAX)
        return ct_fail(reterr, CT_EINVAL, "record", "%.120s has more than %d bytes", rec->name,
                       CT_LOAD_RECORD_MAX);
    if (rec->number != CT_UNSET && x->f.l.cycle_number != CT_UNSET &&
        rec->number != x->f.l.cycle_number)
        return ct_fail(reterr, CT_EINVAL, "number",
                       "%.120s is the record of cycle %lld, and %s is cycle %lld", rec->name,
                       (long long)rec->number, x->number, (long long)x->f.l.cycle_number);
    ct_hash(rec->hash, rec->bytes, rec->n);
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_load_sql[CT_SQL_LOAD_RECORD_SAME], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_blob(st, ":hash", rec->hash, sizeof rec->hash);
    ct_bind_i64(st, ":cycle", (int64_t)rec->cycle);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK || !there)
        return rc;
    ct_load_number(app, ct_col_i64(st, 0), other);
    return ct_fail(reterr, CT_EINVAL, "record", "this record is kept with %s already", other);
}

static enum ct_status read_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct reading *x = arg;
    ct_load_number(app, x->r.load_id, x->number);
    enum ct_status rc = ct_load_facts(app, ct_app_db(app), x->r.load_id, &x->f, reterr);
    if (rc != CT_OK)
        return rc;
    if (x->f.step < CT_LOAD_OVER || x->f.step == CT_LOAD_GIVEN_UP)
        return ct_fail(reterr, CT_EINVAL, "load_id", "%s is \"%s\": its cycle is not over",
                       x->number, CT_LOAD_STEP_NAME[x->f.step]);
    if (x->rec == NULL && x->f.step != CT_LOAD_OVER)
        return ct_fail(reterr, CT_EINVAL, "load_id", "%s is \"%s\": its readings stand",
                       x->number, CT_LOAD_STEP_NAME[x->f.step]);
    rc = x->rec == NULL ? typed_check(x, reterr) : record_check(app, x, reterr);
    return rc == CT_OK ? judge(x, reterr) : rc;
}

/* ---- writing ------------------------------------------------------------------------------- */

static enum ct_status record_insert(struct ct_app *app, struct ct_db *db, struct reading *x,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    struct ct_load_record *rec = x->rec;
    enum ct_status rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_RECORD_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":load_id", x->r.load_id);
    ct_bind_text(st, ":name", rec->name);
    ct_bind_text(st, ":profile", rec->profile);
    ct_bind_i64(st, ":cycle", (int64_t)rec->cycle);
    ct_bind_opt(st, ":number", rec->number);
    ct_bind_i64(st, ":state", rec->state);
    ct_bind_i64(st, ":verdict", rec->verdict);
    ct_bind_blob(st, ":hash", rec->hash, sizeof rec->hash);
    ct_bind_blob(st, ":bytes", rec->bytes, rec->n);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &rec->id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "load_record", rec->id);
    return rc;
}

static enum ct_status value_insert(struct ct_db *db, int64_t reading_id, enum ct_measure m,
                                   int64_t low, int64_t high, struct ct_entry *entry,
                                   struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_VALUE_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":reading_id", reading_id);
    ct_bind_i64(st, ":measure", m);
    ct_bind_i64(st, ":low", low);
    ct_bind_i64(st, ":high", high);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "load_value", id);
    return rc;
}

/* What was found, the lowest and the highest of all temperatures. */
static enum ct_status values_insert(struct ct_db *db, const struct reading *x,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    for (int m = 0; rc == CT_OK && m < CT_MEASURES; m++) {
        int64_t low = INT64_MAX, high = INT64_MIN;
        for (size_t i = 0; i < x->judged.n; i++) {
            const struct ct_cycle_found *f = &x->judged.found[i];
            if ((int)f->limit->measure != m || !f->measured)
                continue;
            low = f->low < low ? f->low : low;
            high = f->high > high ? f->high : high;
        }
        if (low <= high)
            rc = value_insert(db, x->r.id, (enum ct_measure)m, low, high, entry, reterr);
    }
    return rc;
}

static enum ct_status reading_insert(struct ct_app *app, struct ct_db *db, struct reading *x,
                                     struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_READING_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    x->r.at_ms = ct_app_now(app);
    x->r.by_user = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":load_id", x->r.load_id);
    ct_bind_opt(st, ":record_id", x->rec != NULL ? x->rec->id : CT_UNSET);
    ct_bind_i64(st, ":verdict", x->r.verdict);
    ct_bind_i64(st, ":unmeasured", x->r.unmeasured);
    ct_bind_text(st, ":text", x->r.text);
    ct_bind_text(st, ":reason", x->r.reason);
    ct_bind_i64(st, ":at_ms", x->r.at_ms);
    ct_bind_i64(st, ":by_user", x->r.by_user);
    rc = ct_stmt_run(st, &x->r.id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "load_reading", x->r.id);
    return values_insert(db, x, entry, reterr);
}

static enum ct_status read_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct reading *x = arg;
    enum ct_status rc = read_check(app, arg, reterr);
    if (rc == CT_OK && x->rec != NULL)
        rc = record_insert(app, db, x, entry, reterr);
    if (rc == CT_OK && x->shows)
        rc = reading_insert(app, db, x, entry, reterr);
    if (rc != CT_OK)
        return rc;
    if (x->shows && x->r.verdict == CT_CYCLE_FAIL)
        entry->severity = CT_EXCEPTION;
    else if (was_read(x) || !x->shows)
        entry->severity = CT_NOTABLE;
    snprintf(entry->detail, sizeof entry->detail, "%s%s%.100s: %s. %.300s", x->number,
             x->rec != NULL ? " record " : "", x->rec != NULL ? x->rec->name : "",
             x->shows ? CT_CYCLE_VERDICT_NAME[x->r.verdict] : "kept; it shows nothing",
             x->r.text);
    return ct_load_derive(app, db, x->r.load_id, reterr);
}

static enum ct_status record(struct ct_app *app, struct reading *x, struct ct_error *reterr)
{
    struct ct_change change = {
        .verb = x->rec != NULL ? CT_VERB_LOAD_RECORD : CT_VERB_LOAD_READ,
        .write = read_write,
        .arg = x,
        .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_load_read(struct ct_app *app, struct ct_load_reading *r,
                            struct ct_error *reterr)
{
    struct reading *x = calloc(1, sizeof *x);
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory to judge the cycle");
    x->r = *r;
    enum ct_status rc = record(app, x, reterr);
    if (rc == CT_OK)
        *r = x->r;
    ct_load_facts_free(&x->f);
    free(x);
    return rc;
}

enum ct_status ct_load_keep(struct ct_app *app, struct ct_load_record *rec,
                            struct ct_load_reading *ret, struct ct_error *reterr)
{
    struct reading *x = calloc(1, sizeof *x);
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory to judge the cycle");
    x->r.load_id = rec->load_id;
    x->rec = rec;
    enum ct_status rc = record(app, x, reterr);
    if (rc == CT_OK && ret != NULL)
        *ret = x->r;
    ct_load_facts_free(&x->f);
    free(x);
    return rc;
}

/* ---- records read back --------------------------------------------------------------------- */

void ct_load_records_free(struct ct_load_record *r, size_t n)
{
    for (size_t i = 0; r != NULL && i < n; i++) {
        free((void *)(uintptr_t)r[i].name);
        free((void *)(uintptr_t)r[i].profile);
    }
    free(r);
}

static enum ct_status record_row(struct ct_stmt *st, struct ct_load_record *r,
                                 struct ct_error *reterr)
{
    size_t n = 0;
    *r = (struct ct_load_record){.id = ct_col_i64(st, 0),
                                 .name = strdup(ct_col_text(st, 1)),
                                 .profile = strdup(ct_col_text(st, 2)),
                                 .cycle = (size_t)ct_col_i64(st, 3),
                                 .number = ct_col_i64(st, 4),
                                 .state = (int)ct_col_i64(st, 5),
                                 .verdict = (int)ct_col_i64(st, 6),
                                 .at_ms = ct_col_i64(st, 8),
                                 .by_user = (uint32_t)ct_col_i64(st, 9),
                                 .n = (size_t)ct_col_i64(st, 10)};
    const void *hash = ct_col_blob(st, 7, &n);
    if (n == sizeof r->hash)
        memcpy(r->hash, hash, n);
    return r->name != NULL && r->profile != NULL
               ? CT_OK
               : ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the records");
}

enum ct_status ct_load_records(struct ct_app *app, int64_t load_id,
                               struct ct_load_record **ret, size_t *ret_n,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_load_sql[CT_SQL_LOAD_RECORDS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", load_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_load_record *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL) {
            rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the records");
            break;
        }
        *ret = more;
        rc = record_row(st, &more[(*ret_n)++], reterr);
        more[*ret_n - 1].load_id = load_id;
        if (rc != CT_OK)
            break;
    }
    if (rc != CT_OK) {
        ct_load_records_free(*ret, *ret_n);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_load_record_bytes(struct ct_app *app, int64_t record_id, struct ct_buf *bytes,
                                    struct ct_buf *profile, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    size_t n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_load_sql[CT_SQL_LOAD_RECORD_BYTES], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", record_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "record", "there is no such record");
    const void *p = ct_col_blob(st, 0, &n);
    ct_buf_add(bytes, p, n);
    ct_buf_str_add(profile, ct_col_text(st, 1));
    return bytes->bad || profile->bad
               ? ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the record")
               : CT_OK;
}
