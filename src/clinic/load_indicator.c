/* load_indicator - chemical indicators are read, biological ones put in and read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/load_priv.h"
#include "clinic/recall_priv.h"

#define TEXT(n, l, w, max, h)                                                              \
    {.name = n, .label = l, .unit = "", .kind = CT_F_TEXT, .width = w, .max_bytes = max,   \
     .required = true, .help = h}
const struct ct_field CT_LOAD_BI_FIELDS[] = {
    TEXT("product", "Product", 40, 80, "As on the box of the indicators."),
    TEXT("lot", "Lot", 24, CT_LOAD_LOT_MAX, "Of the indicator that was in the load."),
    TEXT("control_lot", "Lot of control", 24, CT_LOAD_LOT_MAX,
         "Of the control, which was in no cycle: the same lot."),
    {.name = "expires", .label = "Expires", .unit = "", .kind = CT_F_DATE, .width = 12,
     .required = true, .help = "The last day of the product."},
    TEXT("incubator", "Incubator", 24, 64, "Which one they stand in."),
    {.name = "incubation_h", .label = "Read after", .unit = "h", .kind = CT_F_DECIMAL,
     .width = 6, .places = 1, .required = true, .hard_lo = 1, .hard_hi = 5040, .soft_lo = 2,
     .soft_hi = 1680,
     .help = "Hours until a negative may be read: the statement of the product."},
    {.name = "latest_h", .label = "Read at last", .unit = "h", .kind = CT_F_DECIMAL, .width = 6,
     .places = 1, .hard_lo = 1, .hard_hi = 10080, .soft_lo = 2, .soft_hi = 5040,
     .help = "Hours after which it tells nothing any more; empty when the product has none."},
    {.name = "started_ms", .label = "Put in", .unit = "", .kind = CT_F_TIME, .width = 18,
     .help = "When both were put into the incubator; empty is now."},
};
const size_t CT_LOAD_BI_FIELDS_N = CT_LEN(CT_LOAD_BI_FIELDS);

/* ---- chemical ------------------------------------------------------------------------------ */

struct chemical {
    struct ct_load_ci c;
    struct ct_load_facts f;
    bool again;      /* it was read before */
    bool takes_out;  /* a pack of its own, which is not passed */
};

static enum ct_status ci_pack(const struct chemical *x, struct ct_error *reterr)
{
    for (size_t i = 0; i < x->f.n_packs; i++)
        if (x->f.pack[i].id == x->c.pack_id)
            return CT_OK;
    return ct_fail(reterr, CT_EINVAL, "pack_id", "that pack was not in the load");
}

static enum ct_status ci_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct chemical *x = arg;
    struct ct_load_ci *c = &x->c;
    char load[40];
    ct_load_number(app, c->load_id, load);
    enum ct_status rc = ct_load_facts(app, ct_app_db(app), c->load_id, &x->f, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_programme_indicator *ind = ct_load_indicator(x->f.p, c->indicator);
    if (ind == NULL || ind->kind != CT_CHEMICAL)
        return ct_fail(reterr, CT_EINVAL, "indicator",
                       "the programme %s has no chemical indicator \"%.40s\"", x->f.p->id,
                       c->indicator);
    c->place = ind->place;
    if (ind->type != CT_CI_ANY && c->type == CT_CI_ANY)
        c->type = ind->type;
    if (c->result <= CT_CI_NOT_READ || c->result >= CT_CI_RESULTS)
        return ct_fail(reterr, CT_EINVAL, "result", "what does it show");
    if ((unsigned)c->type >= CT_CI_TYPES)
        return ct_fail(reterr, CT_EINVAL, "type", "there is no such type of indicator");
    if (x->f.step < CT_LOAD_OVER || x->f.step >= CT_LOAD_REJECTED)
        return ct_fail(reterr, CT_EINVAL, "load_id", "%s is \"%s\": there is nothing to read",
                       load, CT_LOAD_STEP_NAME[x->f.step]);
    if (x->f.step == CT_LOAD_RELEASED && (ind->place != CT_PLACE_INSIDE || c->pack_id == 0))
        return ct_fail(reterr, CT_EINVAL, "load_id",
                       "%s is released: only what is inside a pack is read after that", load);
    if (c->pack_id != 0 && (rc = ci_pack(x, reterr)) != CT_OK)
        return rc;
    x->again = false;
    for (size_t i = 0; i < x->f.n_cis; i++)
        x->again = x->again || (x->f.ci[i].pack_id == c->pack_id &&
                                strcmp(x->f.ci[i].indicator, c->indicator) == 0);
    rc = ct_text_check(c->text, "text", "why it is read again", CT_LOAD_TEXT_MAX, x->again,
                       reterr);
    return rc == CT_OK ? ct_text_check(c->lot, "lot", "the lot", CT_LOAD_LOT_MAX, false, reterr)
                       : rc;
}

/* A pack whose own indicator did not pass is not used: it goes back to the wash. */
static enum ct_status pack_fails(struct ct_app *app, struct ct_db *db, const struct chemical *x,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    char text[200];
    struct ct_pack p;
    enum ct_status rc = ct_pack_load(db, x->c.pack_id, &p, reterr);
    if (rc != CT_OK || !ct_pack_may(p.step, CT_PACK_REJECTED))
        return rc;
    snprintf(text, sizeof text, "its chemical indicator: %s", CT_CI_RESULT_NAME[x->c.result]);
    return ct_pack_step_in(app, db, x->c.pack_id, CT_PACK_REJECTED, CT_REF_LOAD, x->c.load_id, 0,
                           NULL, text, entry, reterr);
}

static enum ct_status ci_write(struct ct_app *app, struct ct_db *db, void *arg,
                               struct ct_entry *entry, struct ct_error *reterr)
{
    struct chemical *x = arg;
    struct ct_load_ci *c = &x->c;
    CT_STMT *st = NULL;
    char load[40], pack[40] = "";
    enum ct_status rc = ci_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_CI_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    c->at_ms = ct_app_now(app);
    c->by_user = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":load_id", c->load_id);
    ct_bind_text(st, ":indicator", c->indicator);
    ct_bind_i64(st, ":type", c->type);
    ct_bind_i64(st, ":place", c->place);
    ct_bind_opt(st, ":pack_id", c->pack_id != 0 ? c->pack_id : CT_UNSET);
    ct_bind_i64(st, ":result", c->result);
    ct_bind_text(st, ":lot", c->lot);
    ct_bind_text(st, ":text", c->text);
    ct_bind_i64(st, ":at_ms", c->at_ms);
    ct_bind_i64(st, ":by_user", c->by_user);
    rc = ct_stmt_run(st, &c->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "load_ci", c->id);
    if (!ct_ci_accepts(c->result))
        entry->severity = CT_EXCEPTION;
    else if (x->again)
        entry->severity = CT_NOTABLE;
    ct_load_number(app, c->load_id, load);
    if (c->pack_id != 0)
        ct_pack_number(app, c->pack_id, pack);
    snprintf(entry->detail, sizeof entry->detail, "%s%s%s %s (%s, %s): %s%s%.200s", load,
             pack[0] != '\0' ? " " : "", pack, c->indicator, CT_PLACE_NAME[c->place],
             CT_CI_TYPE_NAME[c->type], CT_CI_RESULT_NAME[c->result],
             c->text[0] != '\0' ? ": " : "", c->text);
    if (c->pack_id != 0 && !ct_ci_accepts(c->result))
        rc = pack_fails(app, db, x, entry, reterr);
    return rc == CT_OK ? ct_load_derive(app, db, c->load_id, reterr) : rc;
}

enum ct_status ct_load_ci(struct ct_app *app, struct ct_load_ci *c, struct ct_error *reterr)
{
    struct chemical *x = calloc(1, sizeof *x);
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the load");
    struct ct_change change = {.verb = CT_VERB_LOAD_CI,
                               .write = ci_write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    x->c = *c;
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_OK)
        *c = x->c;
    ct_load_facts_free(&x->f);
    free(x);
    return rc;
}

/* ---- biological: put in --------------------------------------------------------------------- */

struct biological {
    struct ct_load_bi b;
    struct ct_load_facts f;
    char load[40];
};

static bool same_lot(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static enum ct_status bi_words(struct ct_load_bi *b, struct ct_error *reterr)
{
    enum ct_status rc = ct_text_check(b->product, "product", "the product", 80, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(b->lot, "lot", "its lot", CT_LOAD_LOT_MAX, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(b->control_lot, "control_lot", "the lot of its control",
                           CT_LOAD_LOT_MAX, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(b->incubator, "incubator", "the incubator", 64, true, reterr);
    if (rc == CT_OK && !same_lot(b->lot, b->control_lot))
        rc = ct_fail(reterr, CT_EINVAL, "control_lot",
                     "the control is of lot %s and the indicator of %s: a control of another lot "
                     "shows nothing",
                     b->control_lot, b->lot);
    if (rc == CT_OK && b->incubation_ms <= 0)
        rc = ct_fail(reterr, CT_EINVAL, "incubation_h",
                     "after how many hours a negative may be read is on the product");
    if (rc == CT_OK && b->latest_ms != 0 && b->latest_ms < b->incubation_ms)
        rc = ct_fail(reterr, CT_EINVAL, "latest_h", "that is before it may be read at all");
    return rc;
}

static enum ct_status bi_limits(const struct biological *x,
                                const struct ct_programme_indicator *ind,
                                struct ct_error *reterr)
{
    const struct ct_load_bi *b = &x->b;
    char hours[CT_DECIMAL_SIZE];
    if (b->expires == CT_NO_DATE || b->expires < ct_date_at(b->started_ms))
        return ct_fail(reterr, CT_EINVAL, "expires", "this product is out of date: take another");
    /* hours in millionths, against ms */
    if (ind->incubation.is == CT_BOUND_SET &&
        b->incubation_ms < ind->incubation.value / 1000 * 3600 / 1000) {
        ct_decimal_text(ind->incubation.value, 6, hours);
        return ct_fail(reterr, CT_EINVAL, "incubation_h", "the programme asks for %s h at least",
                       hours);
    }
    if (x->f.l.ended_ms != CT_UNSET && b->started_ms < x->f.l.ended_ms - CT_MINUTE_MS)
        return ct_fail(reterr, CT_EINVAL, "started_ms", "that is before the cycle was over");
    return CT_OK;
}

static enum ct_status bi_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct biological *x = arg;
    struct ct_load_bi *b = &x->b;
    ct_load_number(app, b->load_id, x->load);
    enum ct_status rc = ct_load_facts(app, ct_app_db(app), b->load_id, &x->f, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_programme_indicator *ind = NULL;
    for (size_t i = 0; i < x->f.p->n_indicators && ind == NULL; i++)
        if (x->f.p->indicator[i].kind == CT_BIOLOGICAL &&
            (b->indicator[0] == '\0' || strcmp(x->f.p->indicator[i].id, b->indicator) == 0))
            ind = &x->f.p->indicator[i];
    if (ind == NULL)
        return ct_fail(reterr, CT_EINVAL, "indicator",
                       "the programme %s has no such biological indicator", x->f.p->id);
    ct_text_copy(b->indicator, sizeof b->indicator, ind->id);
    if (x->f.step < CT_LOAD_OVER || x->f.step == CT_LOAD_GIVEN_UP)
        return ct_fail(reterr, CT_EINVAL, "load_id", "%s is \"%s\": its cycle is not over",
                       x->load, CT_LOAD_STEP_NAME[x->f.step]);
    rc = bi_words(b, reterr);
    if (rc != CT_OK)
        return rc;
    if (b->started_ms == 0 || b->started_ms == CT_UNSET)
        b->started_ms = ct_app_now(app);
    if (b->control_started_ms == 0 || b->control_started_ms == CT_UNSET)
        b->control_started_ms = b->started_ms;
    if (b->started_ms > ct_app_now(app) + CT_AHEAD_MS)
        return ct_fail(reterr, CT_EINVAL, "started_ms", "this is said to happen in the future");
    return bi_limits(x, ind, reterr);
}

static enum ct_status bi_write(struct ct_app *app, struct ct_db *db, void *arg,
                               struct ct_entry *entry, struct ct_error *reterr)
{
    struct biological *x = arg;
    struct ct_load_bi *b = &x->b;
    CT_STMT *st = NULL;
    char at[24];
    enum ct_status rc = bi_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_BI_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":load_id", b->load_id);
    ct_bind_text(st, ":indicator", b->indicator);
    ct_bind_text(st, ":product", b->product);
    ct_bind_text(st, ":lot", b->lot);
    ct_bind_text(st, ":control_lot", b->control_lot);
    ct_bind_i64(st, ":expires_day", b->expires);
    ct_bind_text(st, ":incubator", b->incubator);
    ct_bind_i64(st, ":incubation_ms", b->incubation_ms);
    ct_bind_opt(st, ":latest_ms", b->latest_ms != 0 ? b->latest_ms : CT_UNSET);
    ct_bind_i64(st, ":started_ms", b->started_ms);
    ct_bind_i64(st, ":control_started_ms", b->control_started_ms);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &b->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "load_bi", b->id);
    entry->done_ms = b->started_ms;
    ct_datetime_text(b->started_ms + b->incubation_ms, at);
    snprintf(entry->detail, sizeof entry->detail, "BI-%lld of %s: %s, lot %s, in %s, read from %s",
             (long long)b->id, x->load, b->product, b->lot, b->incubator, at);
    return ct_load_derive(app, db, b->load_id, reterr);
}

enum ct_status ct_load_bi_add(struct ct_app *app, struct ct_load_bi *b, struct ct_error *reterr)
{
    struct biological *x = calloc(1, sizeof *x);
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the load");
    struct ct_change change = {.verb = CT_VERB_LOAD_BI,
                               .write = bi_write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    x->b = *b;
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    int64_t id = x->b.id;
    ct_load_facts_free(&x->f);
    free(x);
    return rc == CT_OK ? ct_load_bi_one(app, ct_app_db(app), id, b, reterr) : rc;
}

/* ---- biological: read ----------------------------------------------------------------------- */

struct bi_reading {
    struct ct_load_bi b; /* with what is read now */
    struct ct_load l;
    bool again;
    enum ct_bi_result was;
};

static enum ct_status bi_says(struct ct_app *app, const struct bi_reading *x,
                              struct ct_error *reterr)
{
    const struct ct_load_bi *b = &x->b;
    char at[24];
    if (b->read_ms > ct_app_now(app) + CT_AHEAD_MS || b->read_ms < b->started_ms)
        return ct_fail(reterr, CT_EINVAL, "read_ms",
                       "it was put in before that, and not read in the future");
    if (b->test != CT_BI_NEGATIVE)
        return CT_OK;
    if (b->read_ms < b->ready_ms) {
        ct_datetime_text(b->ready_ms, at);
        return ct_fail(reterr, CT_EINVAL, "test",
                       "its incubation is over at %s: a negative read before that says nothing",
                       at);
    }
    if (b->control == CT_BI_NOT_READ)
        return ct_fail(reterr, CT_EINVAL, "control",
                       "a negative counts only beside its control: did the control grow");
    return CT_OK;
}

static enum ct_status bi_read_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct bi_reading *x = arg;
    struct ct_load_bi was;
    struct ct_load_bi *b = &x->b;
    enum ct_status rc = ct_load_bi_one(app, ct_app_db(app), b->id, &was, reterr);
    if (rc == CT_OK)
        rc = ct_load_row(app, ct_app_db(app), was.load_id, &x->l, reterr);
    if (rc != CT_OK)
        return rc;
    if (b->test <= CT_BI_NOT_READ || b->test >= CT_BI_RESULTS ||
        (unsigned)b->control >= CT_BI_RESULTS)
        return ct_fail(reterr, CT_EINVAL, "test", "what does it show");
    x->again = was.test != CT_BI_NOT_READ;
    x->was = was.test;
    if (was.meaning == CT_BI_IS_POSITIVE)
        return ct_fail(reterr, CT_ECONFLICT, "test", "BI-%lld was read as POSITIVE: that stands",
                       (long long)b->id);
    was.test = b->test;
    was.control = b->control;
    was.read_ms = b->read_ms == 0 || b->read_ms == CT_UNSET ? ct_app_now(app) : b->read_ms;
    ct_text_copy(was.text, sizeof was.text, b->text);
    *b = was;
    rc = ct_text_check(b->text, "text", "why it is read again", CT_LOAD_TEXT_MAX, x->again,
                       reterr);
    if (rc == CT_OK)
        rc = bi_says(app, x, reterr);
    b->meaning = ct_load_bi_means(b, ct_app_now(app), NULL);
    return rc;
}

static enum ct_status bi_read_write(struct ct_app *app, struct ct_db *db, void *arg,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    struct bi_reading *x = arg;
    struct ct_load_bi *b = &x->b;
    CT_STMT *st = NULL;
    char load[40];
    int64_t id;
    enum ct_status rc = bi_read_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_BI_READ_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":bi_id", b->id);
    ct_bind_i64(st, ":test", b->test);
    ct_bind_i64(st, ":control", b->control);
    ct_bind_i64(st, ":meaning", b->meaning);
    ct_bind_text(st, ":text", b->text);
    ct_bind_i64(st, ":read_ms", b->read_ms);
    ct_bind_i64(st, ":recorded_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "load_bi_read", id);
    entry->done_ms = b->read_ms;
    entry->severity = b->meaning == CT_BI_IS_POSITIVE      ? CT_EXCEPTION
                      : b->meaning != CT_BI_VALID_NEGATIVE ? CT_NOTABLE
                                                           : CT_ROUTINE;
    ct_load_number(app, b->load_id, load);
    snprintf(entry->detail, sizeof entry->detail, "BI-%lld of %s %s, lot %s: %s (control %s)%s%.200s",
             (long long)b->id, load, x->l.asset, b->lot, CT_BI_MEANING_NAME[b->meaning],
             CT_BI_RESULT_NAME[b->control], b->text[0] != '\0' ? ": " : "", b->text);
    return ct_load_derive(app, db, b->load_id, reterr);
}

enum ct_status ct_load_bi_read(struct ct_app *app, int64_t bi_id, enum ct_bi_result test,
                               enum ct_bi_result control, int64_t read_ms, const char *text,
                               int64_t *ret_recall, struct ct_error *reterr)
{
    struct bi_reading *x = calloc(1, sizeof *x);
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the reading");
    struct ct_change change = {.verb = CT_VERB_LOAD_BI_READ,
                               .write = bi_read_write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    x->b = (struct ct_load_bi){.id = bi_id, .test = test, .control = control,
                               .read_ms = read_ms};
    *ret_recall = 0;
    enum ct_status rc = strlen(text) <= CT_LOAD_TEXT_MAX
                            ? CT_OK
                            : ct_fail(reterr, CT_EINVAL, "text", "at most %d bytes fit",
                                      CT_LOAD_TEXT_MAX);
    ct_text_copy(x->b.text, sizeof x->b.text, text);
    /* A positive one and its recall are one transaction. */
    if (rc == CT_OK)
        rc = test == CT_BI_POSITIVE
                 ? ct_recall_with(app, &change, CT_RECALL_BI, &bi_id, ret_recall, reterr)
                 : ct_record(app, &change, NULL, reterr);
    free(x);
    return rc;
}
