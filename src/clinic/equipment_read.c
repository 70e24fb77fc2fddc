/* equipment_read - reading devices: one, by what a code says, and lists. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "clinic/equipment_rows.h"
#include "clinic/scan.h"

enum { ROW_COLS = 30, WORDS = 4 };

static ct_date day(struct ct_stmt *st, int col)
{
    return ct_col_null(st, col) ? CT_NO_DATE : (ct_date)ct_col_i64(st, col);
}

/* Columns of ROW in equipment_sql.c. */
static void row(struct ct_stmt *st, struct ct_equipment *e)
{
    memset(e, 0, sizeof *e);
    e->id = ct_col_i64(st, 0);
    e->detail_id = ct_col_i64(st, 1);
    e->model_id = ct_col_i64(st, 2);
    ct_text_copy(e->asset, sizeof e->asset, ct_col_text(st, 3));
    ct_text_copy(e->udi, sizeof e->udi, ct_col_text(st, 4));
    ct_text_copy(e->serial, sizeof e->serial, ct_col_text(st, 5));
    ct_text_copy(e->location, sizeof e->location, ct_col_text(st, 6));
    ct_text_copy(e->holder, sizeof e->holder, ct_col_text(st, 7));
    ct_text_copy(e->supplier, sizeof e->supplier, ct_col_text(st, 8));
    e->standard = ct_col_i64(st, 9) != 0;
    ct_text_copy(e->standard_of, sizeof e->standard_of, ct_col_text(st, 10));
    e->elec_own = ct_col_i64(st, 11) != CT_ELEC_UNSAID;
    e->applied_own = ct_col_i64(st, 12) != CT_APPLIED_UNSAID;
    e->elec_class = (enum ct_elec_class)ct_col_i64(st, e->elec_own ? 11 : 22);
    e->applied = (enum ct_applied_part)ct_col_i64(st, e->applied_own ? 12 : 23);
    e->made = day(st, 13);
    e->received = day(st, 14);
    e->warranty = day(st, 15);
    ct_text_copy(e->note, sizeof e->note, ct_col_text(st, 16));
    ct_text_copy(e->class, sizeof e->class, ct_col_text(st, 17));
    ct_text_copy(e->maker, sizeof e->maker, ct_col_text(st, 18));
    ct_text_copy(e->model, sizeof e->model, ct_col_text(st, 19));
    ct_text_copy(e->device_id, sizeof e->device_id, ct_col_text(st, 20));
    e->risk = (enum ct_equip_risk)ct_col_i64(st, 21);
    e->condition = (enum ct_equip_condition)ct_col_i64(st, 24);
    e->condition_ms = ct_col_i64(st, 25);
    e->registered_ms = ct_col_i64(st, 26);
    e->registered_by = (uint32_t)ct_col_i64(st, 27);
    e->changed_ms = ct_col_i64(st, 28);
    e->changed_by = (uint32_t)ct_col_i64(st, 29);
}

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of devices");
}

/* ---- one ------------------------------------------------------------------------------ */

static enum ct_status one(struct ct_db *db, unsigned sql, int64_t id, struct ct_equipment *ret,
                          struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_equipment_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no device %lld", (long long)id);
    row(st, ret);
    return CT_OK;
}

enum ct_status ct_equipment_load(struct ct_db *db, int64_t id, struct ct_equipment *ret,
                                 struct ct_error *reterr)
{
    return one(db, CT_SQL_EQUIP_GET, id, ret, reterr);
}

enum ct_status ct_equipment_version_load(struct ct_db *db, int64_t detail_id,
                                         struct ct_equipment *ret, struct ct_error *reterr)
{
    return one(db, CT_SQL_EQUIP_VERSION, detail_id, ret, reterr);
}

static void bind_day(struct ct_app *app, struct ct_stmt *st)
{
    ct_bind_i64(st, ":today", ct_date_at(ct_app_now(app)));
    ct_bind_i64(st, ":amber", ct_app_config(app)->due_soon_days);
}

static enum ct_status state_load(struct ct_app *app, struct ct_equipment *e,
                                 struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_equipment_sql[CT_SQL_EQUIP_STATE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", e->id);
    bind_day(app, st);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there)
        e->state = (enum ct_equip_state)ct_col_i64(st, 0);
    return rc;
}

static enum ct_status begin(struct ct_app *app, struct ct_tx *tx, struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    return rc == CT_OK ? ct_tx_read(ct_app_db(app), tx, reterr) : rc;
}

enum ct_status ct_equipment_get(struct ct_app *app, int64_t id, struct ct_equipment *ret,
                                struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_load(ct_app_db(app), id, ret, reterr);
    if (rc == CT_OK)
        rc = state_load(app, ret, reterr);
    return rc;
}

/* ---- by what a code says --------------------------------------------------------------- */

struct named {
    struct ct_app *app;
    int64_t *id;
    size_t n, cap;
};

static void add(struct named *x, int64_t id)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->id[i] == id)
            return;
    if (x->n < x->cap)
        x->id[x->n++] = id;
}

static enum ct_status ids_of(struct named *x, unsigned sql, const char *name, const char *value,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(ct_app_db(x->app), &ct_equipment_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, name, value);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there)
        add(x, ct_col_i64(st, 0));
    return rc;
}

/* Is the model's number that product's? GTINs of fewer digits have zeros in front; a HIBC
 * number is kept with or without "+", unit of measure and check character. */
static bool same_product(const char *device_id, const char *product)
{
    device_id += *device_id == '+';
    while (*device_id == '0')
        device_id++;
    while (*product == '0')
        product++;
    size_t n = strlen(product);
    if (n == 0 || strncasecmp(device_id, product, n) != 0)
        return false;
    bool digits = strspn(product, "0123456789") == n;
    return digits ? device_id[n] == '\0' : strlen(device_id) - n <= 2;
}

static enum ct_status by_serial(struct named *x, const char *product, const char *serial,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(ct_app_db(x->app),
                                    &ct_equipment_sql[CT_SQL_EQUIP_BY_SERIAL], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":serial", serial);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there)
        if (same_product(ct_col_text(st, 2), product))
            add(x, ct_col_i64(st, 0));
    return rc;
}

/* GS1: GTIN; HIBC: labeller and product; ISBT 128: device id. */
static void product_of(const struct ct_scan_reading *r, char out[2 * CT_SCAN_VALUE_MAX + 1])
{
    CT_BUF b = {.max = 4096};
    for (size_t i = 0; i < r->n; i++)
        if (r->e[i].role == CT_SCAN_PRODUCT)
            ct_buf_str_add(&b, r->e[i].value);
    ct_text_copy(out, 2 * CT_SCAN_VALUE_MAX + 1, ct_buf_str(&b));
}

static enum ct_status by_reading(struct named *x, const struct ct_scan_reading *r,
                                 struct ct_error *reterr)
{
    char product[2 * CT_SCAN_VALUE_MAX + 1];
    enum ct_status rc = CT_OK;
    product_of(r, product);
    for (size_t i = 0; rc == CT_OK && i < r->n; i++) {
        if (r->e[i].role == CT_SCAN_ASSET)
            rc = ids_of(x, CT_SQL_EQUIP_BY_ASSET, ":asset", r->e[i].value, reterr);
        if (rc == CT_OK && r->e[i].role == CT_SCAN_ASSET) {
            char udi[CT_SCAN_VALUE_MAX + 16];
            snprintf(udi, sizeof udi, "(%s)%s", r->e[i].id, r->e[i].value);
            rc = ids_of(x, CT_SQL_EQUIP_BY_UDI, ":udi", udi, reterr);
        }
        if (rc == CT_OK && r->e[i].role == CT_SCAN_SERIAL && product[0] != '\0')
            rc = by_serial(x, product, r->e[i].value, reterr);
    }
    return rc;
}

static enum ct_status by_code(struct named *x, const char *code, struct ct_scan *s,
                              struct ct_error *reterr)
{
    const struct ct_config *c = ct_app_config(x->app);
    const struct ct_scan_options o = {.today = ct_date_at(ct_app_now(x->app)),
                                      .sends_separators = c->scan_sends_gs};
    char udi[121];
    enum ct_status rc = ids_of(x, CT_SQL_EQUIP_BY_ASSET, ":asset", code, reterr);
    if (rc != CT_OK || ct_scan_read(code, strlen(code), &o, s, NULL) != CT_OK)
        return rc; /* of a code that breaks its rules, the number alone */
    if (s->body_at > 0)
        rc = ids_of(x, CT_SQL_EQUIP_BY_ASSET, ":asset", code + s->body_at, reterr);
    if (rc == CT_OK && ct_udi_text(code, o.today, udi, NULL) == CT_OK && udi[0] != '\0')
        rc = ids_of(x, CT_SQL_EQUIP_BY_UDI, ":udi", udi, reterr);
    if (rc == CT_OK && s->n_readings == 0)
        rc = by_reading(x, &s->is, reterr);
    for (size_t i = 0; rc == CT_OK && i < s->n_readings; i++)
        rc = by_reading(x, &s->reading[i], reterr);
    return rc;
}

enum ct_status ct_equipment_named(struct ct_app *app, const char *code, int64_t *ret,
                                  size_t cap, size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    struct named x = {.app = app, .id = ret, .cap = cap};
    char text[CT_SCAN_VALUE_MAX * 4];
    *ret_n = 0;
    if (strlen(code) >= sizeof text) /* longer than any asset number or UDI */
        return CT_OK;
    ct_text_copy(text, sizeof text, code);
    ct_text_trim(text);
    struct ct_scan *s = calloc(1, sizeof *s);
    if (s == NULL)
        return no_memory(reterr);
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK && text[0] != '\0')
        rc = by_code(&x, text, s, reterr);
    free(s);
    if (rc == CT_OK)
        *ret_n = x.n;
    return rc;
}

enum ct_status ct_equipment_find(struct ct_app *app, const char *asset,
                                 struct ct_equipment *ret, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    int64_t id[2];
    struct named x = {.app = app, .id = id, .cap = 2};
    char udi[121];
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = ids_of(&x, CT_SQL_EQUIP_BY_ASSET, ":asset", asset, reterr);
    if (rc == CT_OK && x.n == 0 &&
        ct_udi_text(asset, ct_date_at(ct_app_now(app)), udi, NULL) == CT_OK)
        rc = ids_of(&x, CT_SQL_EQUIP_BY_UDI, ":udi", udi, reterr);
    if (rc != CT_OK)
        return rc;
    if (x.n == 0)
        return ct_fail(reterr, CT_ENOTFOUND, "asset",
                       "there is no device \"%.60s\" in the registry", asset);
    if (x.n > 1)
        return ct_fail(reterr, CT_EINVAL, "asset",
                       "several devices bear that UDI: give the asset number");
    rc = ct_equipment_load(ct_app_db(app), id[0], ret, reterr);
    return rc == CT_OK ? state_load(app, ret, reterr) : rc;
}

/* ---- lists ---------------------------------------------------------------------------- */

/* Each folded word with a blank in front, as words are kept: begins of words alone fit.
 * The fourth and all behind it are one, as they stand. */
static void bind_words(struct ct_stmt *st, const char *words)
{
    static const char *const NAME[WORDS] = {":word1", ":word2", ":word3", ":word4"};
    CT_BUF folded = {.max = 4096};
    ct_text_fold(&folded, words);
    const char *s = ct_buf_str(&folded);
    for (size_t i = 0; i < WORDS; i++) {
        CT_BUF w = {.max = 4096};
        size_t n = i + 1 < WORDS ? strcspn(s, " ") : strlen(s);
        if (n > 0)
            ct_buf_printf(&w, " %.*s", (int)n, s);
        ct_bind_text(st, NAME[i], ct_buf_str(&w));
        s += n + (s[n] == ' ');
    }
}

static enum ct_status page(struct ct_app *app, const struct ct_equip_filter *f, size_t offset,
                           size_t limit, struct ct_equipment **ret, size_t *ret_n,
                           int64_t *ret_total, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    size_t n = 0, cap = 0;
    uint32_t states =
        f->states != 0 ? f->states : (1U << CT_EQUIP_STATES) - 1 - (1U << CT_STATE_RETIRED);
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_equipment_sql[CT_SQL_EQUIP_LIST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    bind_day(app, st);
    bind_words(st, f->words);
    ct_bind_text(st, ":class", f->class);
    ct_bind_text(st, ":location", f->location);
    ct_bind_i64(st, ":model_id", f->model_id);
    ct_bind_i64(st, ":standards", f->standards);
    ct_bind_i64(st, ":states", states);
    ct_bind_i64(st, ":limit", limit > 0 ? (int64_t)limit : -1);
    ct_bind_i64(st, ":offset", (int64_t)offset);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_equipment *more = ct_rows_grow(*ret, n, &cap, sizeof **ret);
        if (more == NULL)
            return no_memory(reterr);
        *ret = more;
        row(st, &more[n]);
        more[n].state = (enum ct_equip_state)ct_col_i64(st, ROW_COLS);
        *ret_total = ct_col_i64(st, ROW_COLS + 1);
        *ret_n = ++n;
    }
    return rc;
}

enum ct_status ct_equipment_list(struct ct_app *app, const struct ct_equip_filter *f,
                                 size_t offset, size_t limit, struct ct_equipment **ret,
                                 size_t *ret_n, int64_t *ret_total, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    *ret = NULL;
    *ret_n = 0;
    *ret_total = 0;
    enum ct_status rc = begin(app, &tx, reterr);
    if (rc == CT_OK)
        rc = page(app, f, offset, limit, ret, ret_n, ret_total, reterr);
    if (rc == CT_OK && *ret_n == 0 && offset > 0) { /* past the end: how many are there? */
        rc = page(app, f, 0, 1, ret, ret_n, ret_total, reterr);
        *ret_n = 0;
    }
    if (rc != CT_OK || *ret_n == 0) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_equipment_in_use(struct ct_app *app, enum ct_equip_in_use what,
                                   struct ct_buf *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    if ((unsigned)what >= CT_IN_USES)
        return ct_fail(reterr, CT_EINTERNAL, "", "there is no such text");
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_equipment_sql[CT_SQL_EQUIP_IN_USE + (int)what],
                         &st, reterr);
    if (rc != CT_OK)
        return rc;
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        const char *text = ct_col_text(st, 0);
        ct_buf_add(ret, text, strlen(text) + 1);
    }
    ct_buf_char(ret, '\0');
    return rc == CT_OK && ret->bad ? no_memory(reterr) : rc;
}
