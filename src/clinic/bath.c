/* bath - a bath is poured and thrown away, and whether it may be used. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/bath_priv.h"

const char *const CT_STRIP_NAME[CT_STRIP_RESULTS] = {"enough", "too weak", "invalid"};
const char *const CT_BATH_WHY_NAME[CT_BATH_WHYS] = {
    [CT_BATH_WEAK] = "the strip showed it too weak",
    [CT_BATH_OVER] = "its life is over",
    [CT_BATH_ONE_USE] = "for one use alone",
    [CT_BATH_OTHER] = "another reason",
};

#define TEXT(n, l, w, max, req, h)                                                         \
    {.name = n, .label = l, .unit = "", .kind = CT_F_TEXT, .width = w, .max_bytes = max,   \
     .required = req, .help = h}
#define DATE(n, l, h)                                                                      \
    {.name = n, .label = l, .unit = "", .kind = CT_F_DATE, .width = 12, .required = true,  \
     .help = h}

const struct ct_field CT_BATH_FIELDS[] = {
    TEXT("programme", "Programme", 32, CT_PROGRAMME_ID_MAX, false,
         "Which of the programmes that this basin runs; empty where it runs one alone."),
    TEXT("product", "Product", 40, 80, true, "As on the container."),
    TEXT("lot", "Lot", 24, CT_BATH_LOT_MAX, true, "Of the product."),
    DATE("expires", "Product expires", "The last day of the product itself."),
    {.name = "reuse_days", .label = "Reuse life", .unit = "days", .kind = CT_F_INT, .width = 4,
     .hard_lo = 1, .hard_hi = 90, .soft_lo = 1, .soft_hi = 31,
     .help = "Days from pouring, when the product says less than its programme; else empty."},
    {.name = "poured_ms", .label = "Poured", .unit = "", .kind = CT_F_TIME, .width = 18,
     .help = "When it was poured or activated; empty is now."},
};
const size_t CT_BATH_FIELDS_N = CT_LEN(CT_BATH_FIELDS);

static const struct ct_choice YESNO[] = {{"N", "no"}, {"Y", "yes"}, {NULL, NULL}};
static const struct ct_choice STRIP[] = {
    {"E", "enough"}, {"W", "TOO WEAK"}, {"I", "invalid"}, {NULL, NULL}};
const struct ct_field CT_STRIP_FIELDS[] = {
    TEXT("lot", "Lot of strips", 24, CT_BATH_LOT_MAX, true, "On the bottle of the strips."),
    DATE("expires", "Strips expire", "The last day of the strips."),
    {.name = "control", .label = "Control good", .unit = "", .kind = CT_F_CODE, .width = 3,
     .required = true, .hard_hi = 1, .soft_hi = 1, .choices = YESNO,
     .help = "Were strips of this bottle tried with the maker's control, and right?"},
    {.name = "result", .label = "Result", .unit = "", .kind = CT_F_CODE, .width = 3,
     .required = true, .hard_hi = CT_STRIP_RESULTS - 1, .soft_hi = CT_STRIP_RESULTS - 1,
     .choices = STRIP, .help = "Too weak ends the bath: it is thrown away."},
};
const size_t CT_STRIP_FIELDS_N = CT_LEN(CT_STRIP_FIELDS);
const struct ct_field CT_SOAK_FIELDS[] = {
    TEXT("item", "What", 52, CT_BATH_ITEM_MAX, true,
         "What is soaked: the endoscope's number, the instruments."),
    {.name = "temp_c10", .label = "Temperature", .unit = "degC", .kind = CT_F_DECIMAL,
     .width = 6, .places = 1, .required = true, .hard_hi = 1000, .soft_lo = 150,
     .soft_hi = 600, .help = "Of the bath, by its thermometer."},
    {.name = "started_ms", .label = "Begun", .unit = "", .kind = CT_F_TIME, .width = 18,
     .help = "When all of it was under the surface; empty is now."},
};
const size_t CT_SOAK_FIELDS_N = CT_LEN(CT_SOAK_FIELDS);

bool ct_bath_usable(const struct ct_bath *b, int64_t now_ms, char *why, size_t size)
{
    char day[16], at[24];
    if (size > 0)
        why[0] = '\0';
    if (b->ended) {
        ct_datetime_text(b->ended_ms, at);
        snprintf(why, size, "was thrown away %s: %s", at, CT_BATH_WHY_NAME[b->why]);
    } else if (ct_date_at(now_ms) > b->last_day) {
        ct_date_text(b->last_day, day);
        snprintf(why, size, "is over its life: the last day was %s; throw it away", day);
    } else
        return true;
    return false;
}

/* ---- poured --------------------------------------------------------------------------- */

struct pouring {
    struct ct_bath b;
    struct ct_equipment e;
    struct ct_programme *p;
};

/* The one that this basin runs, where it runs one alone. */
static enum ct_status programme(struct ct_app *app, struct pouring *x, struct ct_error *reterr)
{
    struct ct_machine_programme *m = NULL, one;
    size_t n = 0;
    enum ct_status rc = CT_OK;
    if (x->b.programme[0] == '\0') {
        rc = ct_machine_programmes(app, x->b.equipment_id, &m, &n, reterr);
        if (rc == CT_OK && n == 1)
            ct_text_copy(x->b.programme, sizeof x->b.programme, m[0].programme);
        else if (rc == CT_OK)
            rc = ct_fail(reterr, CT_EINVAL, "programme",
                         n == 0 ? "this basin runs no programme: say first which"
                                : "this basin runs several programmes: say which");
        free(m);
    } else {
        rc = ct_machine_programme_load(ct_app_db(app), x->b.equipment_id, x->b.programme, &one,
                                       reterr);
    }
    ct_programme_free(x->p);
    x->p = NULL;
    if (rc == CT_OK)
        rc = ct_programme_load(ct_app_config(app), x->b.programme, &x->p, reterr);
    if (rc == CT_OK && x->p->method != CT_METHOD_HIGH_LEVEL_DISINFECTION)
        rc = ct_fail(reterr, CT_EINVAL, "programme", "%s is no programme of a bath",
                     x->b.programme);
    return rc;
}

/* The programme's reuse life, or the product's when that is shorter. */
static enum ct_status life(struct pouring *x, struct ct_error *reterr)
{
    struct ct_bath *b = &x->b;
    int64_t most = -1;
    if (x->p->has[CT_M_REUSE])
        most = ct_bound_ms(&x->p->limit[CT_M_REUSE], &x->p->limit[CT_M_REUSE].high);
    int days = most >= 0 ? (int)(most / CT_DAY_MS) : 0;
    if (b->reuse_days > 0 && most >= 0 && b->reuse_days > days)
        return ct_fail(reterr, CT_EINVAL, "reuse_days", "%s may be used %d days at most",
                       b->programme, days);
    if (b->reuse_days > 0)
        days = b->reuse_days;
    else if (most < 0 && !x->p->single_use)
        return ct_fail(reterr, CT_EINVAL, "reuse_days",
                       "%s does not say how long it may be used: take it from the product",
                       b->programme);
    b->last_day = ct_date_at(b->poured_ms) + days;
    if (b->last_day > b->expires)
        b->last_day = b->expires;
    return CT_OK;
}

static enum ct_status basin_free(struct ct_db *db, const struct pouring *x,
                                 struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_bath_sql[CT_SQL_BATH_IN], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", x->b.equipment_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there)
        rc = ct_fail(reterr, CT_ECONFLICT, "equipment_id",
                     "BA-%lld stands in %s: throw it away first, nothing is topped up",
                     (long long)ct_col_i64(st, 0), x->e.asset);
    return rc;
}

static enum ct_status pour_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct pouring *x = arg;
    struct ct_bath *b = &x->b;
    struct ct_gate gate = {.answer = CT_GATE_FREE};
    enum ct_status rc = ct_equipment_load(ct_app_db(app), b->equipment_id, &x->e, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_gate(app, x->e.asset, CT_GATE_LOAD, ct_app_now(app), &gate, reterr);
    if (rc == CT_OK && gate.answer >= CT_GATE_REASON)
        rc = ct_fail(reterr, CT_EINVAL, "equipment_id", "%s", gate.text);
    if (rc == CT_OK)
        rc = ct_text_check(b->product, "product", "the product", sizeof b->product - 1, true,
                           reterr);
    if (rc == CT_OK)
        rc = ct_text_check(b->lot, "lot", "the lot", CT_BATH_LOT_MAX, true, reterr);
    if (rc == CT_OK)
        rc = programme(app, x, reterr);
    if (rc != CT_OK)
        return rc;
    if (b->poured_ms == 0 || b->poured_ms == CT_UNSET)
        b->poured_ms = ct_app_now(app);
    if (b->poured_ms > ct_app_now(app) + CT_AHEAD_MS || b->poured_ms < 0)
        return ct_fail(reterr, CT_EINVAL, "poured_ms", "this is not a time it was poured at");
    if (b->expires == CT_NO_DATE || b->expires < ct_date_at(b->poured_ms))
        return ct_fail(reterr, CT_EINVAL, "expires", "the product was out of date when poured");
    rc = life(x, reterr);
    return rc == CT_OK ? basin_free(ct_app_db(app), x, reterr) : rc;
}

static enum ct_status pour_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct pouring *x = arg;
    struct ct_bath *b = &x->b;
    CT_STMT *st = NULL, *find = NULL;
    CT_BUF text = {.max = CT_PROGRAMME_CANONICAL_MAX};
    char day[16];
    enum ct_status rc = pour_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_bath_sql[CT_SQL_BATH_INSERT], &st, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_bath_sql[CT_SQL_BATH_FIND_PUT], &find, reterr);
    if (rc != CT_OK)
        return rc;
    ct_programme_canonical(x->p, &text);
    ct_bind_i64(st, ":equipment_id", b->equipment_id);
    ct_bind_text(st, ":programme", b->programme);
    ct_bind_text(st, ":canonical", ct_buf_str(&text));
    ct_bind_text(st, ":product", b->product);
    ct_bind_text(st, ":lot", b->lot);
    ct_bind_i64(st, ":expires_day", b->expires);
    ct_bind_i64(st, ":poured_ms", b->poured_ms);
    ct_bind_i64(st, ":last_day", b->last_day);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &b->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "bath", b->id);
    entry->done_ms = b->poured_ms;
    ct_date_text(b->last_day, day);
    snprintf(entry->detail, sizeof entry->detail, "BA-%lld %s: %s, lot %s, until %s",
             (long long)b->id, x->e.asset, b->product, b->lot, day);
    ct_bind_i64(find, ":bath_id", b->id);
    ct_bind_i64(find, ":equipment_id", b->equipment_id);
    return ct_stmt_run(find, NULL, reterr);
}

enum ct_status ct_bath_pour(struct ct_app *app, struct ct_bath *b, struct ct_error *reterr)
{
    struct pouring x = {.b = *b};
    struct ct_change change = {.verb = CT_VERB_BATH_POUR,
                               .write = pour_write,
                               .arg = &x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    ct_programme_free(x.p);
    return rc == CT_OK ? ct_bath_get(app, x.b.id, b, reterr) : rc;
}

/* ---- thrown away ------------------------------------------------------------------------ */

enum ct_status ct_bath_end_in(struct ct_app *app, struct ct_db *db, int64_t id,
                              enum ct_bath_why why, const char *text, struct ct_entry *entry,
                              struct ct_error *reterr)
{
    CT_STMT *st = NULL, *find = NULL;
    int64_t row;
    enum ct_status rc = ct_stmt_get(db, &ct_bath_sql[CT_SQL_BATH_END_INSERT], &st, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_bath_sql[CT_SQL_BATH_FIND_DELETE], &find, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":bath_id", id);
    ct_bind_i64(st, ":why", why);
    ct_bind_text(st, ":text", text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "bath_end", row);
    ct_bind_i64(find, ":bath_id", id);
    return ct_stmt_run(find, NULL, reterr);
}

struct ending {
    int64_t id;
    enum ct_bath_why why;
    char text[CT_BATH_TEXT_MAX + 1];
    struct ct_bath b;
};

static enum ct_status end_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ending *x = arg;
    if ((unsigned)x->why >= CT_BATH_WHYS)
        return ct_fail(reterr, CT_EINVAL, "why", "there is no such reason");
    enum ct_status rc = ct_text_check(x->text, "text", "why it is thrown away",
                                      CT_BATH_TEXT_MAX, x->why == CT_BATH_OTHER, reterr);
    if (rc == CT_OK)
        rc = ct_bath_load(ct_app_db(app), x->id, &x->b, reterr);
    if (rc == CT_OK && x->b.ended)
        rc = ct_fail(reterr, CT_ECONFLICT, "", "BA-%lld is thrown away already",
                     (long long)x->id);
    if (rc == CT_OK && x->b.soak_id != 0)
        rc = ct_fail(reterr, CT_EINVAL, "bath_id", "%s is in it: end that soak first",
                     x->b.item);
    return rc;
}

static enum ct_status end_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct ending *x = arg;
    enum ct_status rc = end_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_bath_end_in(app, db, x->id, x->why, x->text, entry, reterr);
    if (rc == CT_OK)
        snprintf(entry->detail, sizeof entry->detail, "BA-%lld %s thrown away: %s%s%s",
                 (long long)x->id, x->b.asset, CT_BATH_WHY_NAME[x->why],
                 x->text[0] != '\0' ? ": " : "", x->text);
    return rc;
}

enum ct_status ct_bath_discard(struct ct_app *app, int64_t id, enum ct_bath_why why,
                               const char *text, struct ct_error *reterr)
{
    struct ending x = {.id = id, .why = why};
    struct ct_change change = {.verb = CT_VERB_BATH_END,
                               .write = end_write,
                               .arg = &x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    if (strlen(text) > CT_BATH_TEXT_MAX)
        return ct_fail(reterr, CT_EINVAL, "text", "at most %d bytes fit", CT_BATH_TEXT_MAX);
    ct_text_copy(x.text, sizeof x.text, text);
    return ct_record(app, &change, NULL, reterr);
}
