/* equipment - registering, amending and retiring devices, and their condition. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "clinic/equipment_rows.h"
#include "record/user.h"

struct saving {
    struct ct_equipment e, was;
    const char *import_key;
    bool change;
    char reason[CT_EQUIP_REASON_MAX + 1];
};

/* ---- rows ------------------------------------------------------------------------------ */

static void bind_day(struct ct_stmt *st, const char *name, ct_date d)
{
    ct_bind_opt(st, name, d == CT_NO_DATE ? CT_UNSET : d);
}

static enum ct_status insert_equipment(struct ct_app *app, struct ct_db *db, struct saving *x,
                                       struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_equipment_sql[CT_SQL_EQUIP_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    ct_bind_text(st, ":import_key", x->import_key);
    return ct_stmt_run(st, &x->e.id, reterr);
}

static enum ct_status insert_detail(struct ct_app *app, struct ct_db *db, struct saving *x,
                                    struct ct_error *reterr)
{
    struct ct_equipment *e = &x->e;
    CT_STMT *st = NULL;
    enum ct_status rc =
        ct_stmt_get(db, &ct_equipment_sql[CT_SQL_EQUIP_DETAIL_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", e->id);
    ct_bind_opt(st, ":replaces_id", x->change ? x->was.detail_id : CT_UNSET);
    ct_bind_i64(st, ":model_id", e->model_id);
    ct_bind_text(st, ":asset", e->asset);
    ct_bind_text(st, ":udi", e->udi);
    ct_bind_text(st, ":serial", e->serial);
    ct_bind_text(st, ":location", e->location);
    ct_bind_text(st, ":holder", e->holder);
    ct_bind_text(st, ":supplier", e->supplier);
    ct_bind_i64(st, ":standard", e->standard);
    ct_bind_text(st, ":standard_of", e->standard_of);
    ct_bind_i64(st, ":elec_class", e->elec_own ? e->elec_class : CT_ELEC_UNSAID);
    ct_bind_i64(st, ":applied", e->applied_own ? e->applied : CT_APPLIED_UNSAID);
    bind_day(st, ":made", e->made);
    bind_day(st, ":received", e->received);
    bind_day(st, ":warranty", e->warranty);
    ct_bind_text(st, ":note", e->note);
    ct_bind_text(st, ":reason", x->change ? x->reason : NULL);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    return ct_stmt_run(st, &e->detail_id, reterr);
}

static enum ct_status insert_event(struct ct_app *app, struct ct_db *db, int64_t id,
                                   enum ct_equip_condition to, int64_t at_ms, const char *text,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t row_id;
    enum ct_status rc =
        ct_stmt_get(db, &ct_equipment_sql[CT_SQL_EQUIP_EVENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    char said[CT_EQUIP_TEXT_MAX + 1];
    ct_text_copy(said, sizeof said, text != NULL ? text : "");
    ct_bind_i64(st, ":equipment_id", id);
    ct_bind_i64(st, ":condition", to);
    ct_bind_i64(st, ":at_ms", at_ms);
    ct_bind_i64(st, ":recorded_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    ct_bind_text(st, ":text", said);
    rc = ct_stmt_run(st, &row_id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "equipment_event", row_id);
    return rc;
}

/* Words to search by, a blank before each: the asset number in its parts and in one. */
static void words(const struct ct_equipment *e, struct ct_buf *out)
{
    const char *const PART[] = {e->asset, e->serial, e->maker,       e->model,
                                e->class, e->location, e->holder, e->standard_of};
    for (size_t i = 0; i < CT_LEN(PART); i++) {
        ct_buf_char(out, ' ');
        ct_text_fold(out, PART[i]);
    }
    const char *const WHOLE[] = {e->asset, e->serial};
    for (size_t i = 0; i < CT_LEN(WHOLE); i++) {
        ct_buf_char(out, ' ');
        for (const char *p = WHOLE[i]; *p != '\0'; p++)
            if (ct_is_digit(*p) || (ct_lower(*p) >= 'a' && ct_lower(*p) <= 'z'))
                ct_buf_char(out, ct_lower(*p));
    }
}

enum ct_status ct_equipment_find_put(struct ct_db *db, const struct ct_equipment *e,
                                     struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    CT_BUF text = {.max = 8192};
    char sort[3 * CT_ASSET_MAX + 1];
    words(e, &text);
    ct_asset_sort_key(e->asset, sort);
    if (text.bad)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for a device's words");
    enum ct_status rc = ct_stmt_get(db, &ct_equipment_sql[CT_SQL_EQUIP_FIND_PUT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", e->id);
    ct_bind_i64(st, ":detail_id", e->detail_id);
    ct_bind_i64(st, ":model_id", e->model_id);
    ct_bind_text(st, ":asset", e->asset);
    ct_bind_text(st, ":sort", sort);
    ct_bind_text(st, ":udi", e->udi);
    ct_bind_text(st, ":serial", e->serial);
    ct_bind_text(st, ":location", e->location);
    ct_bind_text(st, ":class", e->class);
    ct_bind_text(st, ":words", ct_buf_str(&text));
    ct_bind_i64(st, ":condition", e->condition);
    ct_bind_i64(st, ":condition_ms", e->condition_ms);
    return ct_stmt_run(st, NULL, reterr);
}

/* ---- what may not meet another device ------------------------------------------------- */

static enum ct_status asset_free(struct ct_db *db, const struct ct_equipment *e,
                                 struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    struct ct_equipment other;
    char text[300];
    enum ct_status rc = ct_stmt_get(db, &ct_equipment_sql[CT_SQL_EQUIP_BY_ASSET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":asset", e->asset);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK || !there || ct_col_i64(st, 0) == e->id)
        return rc;
    rc = ct_equipment_load(db, ct_col_i64(st, 0), &other, reterr);
    if (rc != CT_OK)
        return rc;
    ct_equipment_text(&other, text, sizeof text);
    return ct_fail(reterr, CT_EEXISTS, "asset", "that is the number of %s%s", text,
                   other.condition == CT_COND_RETIRED ? " (retired)" : "");
}

/* The same model and serial number is the same device. */
static enum ct_status serial_free(struct ct_db *db, const struct ct_equipment *e,
                                  struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    if (e->serial[0] == '\0')
        return CT_OK;
    enum ct_status rc = ct_stmt_get(db, &ct_equipment_sql[CT_SQL_EQUIP_BY_SERIAL], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":serial", e->serial);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_equipment other;
        if (ct_col_i64(st, 0) == e->id || ct_col_i64(st, 1) != e->model_id)
            continue;
        rc = ct_equipment_load(db, ct_col_i64(st, 0), &other, reterr);
        if (rc != CT_OK)
            return rc;
        if (other.condition == CT_COND_RETIRED) /* one that came back */
            continue;
        return ct_fail(reterr, CT_EEXISTS, "serial", "%s is a %s %s with that serial number",
                       other.asset, other.maker, other.model);
    }
    return rc;
}

static enum ct_status model_fill(struct ct_db *db, struct ct_equipment *e,
                                 struct ct_error *reterr)
{
    struct ct_equip_model m;
    if (e->model_id == 0)
        return ct_fail(reterr, CT_EINVAL, "model_id", "the model is missing");
    enum ct_status rc = ct_model_load(db, e->model_id, &m, reterr);
    if (rc != CT_OK)
        return ct_fail(reterr, rc == CT_ENOTFOUND ? CT_EINVAL : rc, "model_id",
                       "there is no such model: add the model first");
    memcpy(e->class, m.class, sizeof e->class);
    memcpy(e->maker, m.maker, sizeof e->maker);
    memcpy(e->model, m.name, sizeof e->model);
    memcpy(e->device_id, m.device_id, sizeof e->device_id);
    e->risk = m.risk;
    e->elec_own = e->elec_own && e->elec_class != CT_ELEC_UNSAID;
    e->applied_own = e->applied_own && e->applied != CT_APPLIED_UNSAID;
    if (!e->elec_own)
        e->elec_class = m.elec_class;
    if (!e->applied_own)
        e->applied = m.applied;
    return CT_OK;
}

static enum ct_status free_check(struct ct_app *app, struct saving *x, struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    enum ct_status rc = model_fill(db, &x->e, reterr);
    if (rc == CT_OK)
        rc = asset_free(db, &x->e, reterr);
    return rc == CT_OK ? serial_free(db, &x->e, reterr) : rc;
}

/* ---- adding ---------------------------------------------------------------------------- */

static enum ct_status imported(struct ct_db *db, const char *import_key, int64_t *ret_id,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret_id = 0;
    enum ct_status rc = ct_stmt_get(db, &ct_equipment_sql[CT_SQL_EQUIP_IMPORTED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":import_key", import_key);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there)
        *ret_id = ct_col_i64(st, 0);
    return rc;
}

enum ct_status ct_equipment_imported(struct ct_app *app, const char *import_key,
                                     int64_t *ret_id, struct ct_error *reterr)
{
    *ret_id = 0;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    return rc == CT_OK ? imported(ct_app_db(app), import_key, ret_id, reterr) : rc;
}

static enum ct_status import_free(struct ct_db *db, const char *import_key,
                                  struct ct_error *reterr)
{
    int64_t id;
    if (import_key == NULL)
        return CT_OK;
    enum ct_status rc = imported(db, import_key, &id, reterr);
    if (rc == CT_OK && id != 0)
        rc = ct_fail(reterr, CT_EEXISTS, "import_key", "%s was imported already", import_key);
    return rc;
}

static enum ct_status add_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct saving *x = arg;
    enum ct_status rc = import_free(ct_app_db(app), x->import_key, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_check(app, NULL, &x->e, reterr);
    return rc == CT_OK ? free_check(app, x, reterr) : rc;
}

static enum ct_status add_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct saving *x = arg;
    struct ct_equipment *e = &x->e;
    enum ct_status rc = add_check(app, x, reterr); /* again: nobody else can write now */
    if (rc == CT_OK)
        rc = insert_equipment(app, db, x, reterr);
    if (rc == CT_OK)
        rc = insert_detail(app, db, x, reterr);
    if (rc != CT_OK)
        return rc;
    e->condition = CT_COND_IN_SERVICE;
    e->condition_ms = e->registered_ms = e->changed_ms = ct_app_now(app);
    e->registered_by = e->changed_by = ct_app_who(app)->user_id;
    ct_entry_row(entry, "equipment", e->id);
    ct_entry_row(entry, "equipment_detail", e->detail_id);
    rc = insert_event(app, db, e->id, CT_COND_IN_SERVICE, e->registered_ms, "", entry, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_find_put(db, e, reterr);
    if (rc != CT_OK)
        return rc;
    char text[400];
    ct_equipment_text(e, text, sizeof text);
    snprintf(entry->detail, sizeof entry->detail, "%s%s", text,
             x->import_key != NULL ? " (imported)" : "");
    return CT_OK;
}

enum ct_status ct_equipment_add(struct ct_app *app, struct ct_equipment *e,
                                const char *import_key, struct ct_error *reterr)
{
    struct saving x = {.e = *e, .import_key = import_key};
    x.e.id = x.e.detail_id = 0;
    struct ct_change change = {
        .verb = CT_VERB_EQUIP_ADD,
        .check = add_check,
        .write = add_write,
        .arg = &x,
        .entry = {.severity = CT_ROUTINE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_OK) {
        *e = x.e;
        e->state = CT_STATE_OK;
    }
    return rc;
}

/* ---- amending -------------------------------------------------------------------------- */

static bool differ(struct ct_buf *out, const char *label, const char *was, const char *is)
{
    if (strcmp(was, is) == 0)
        return false;
    ct_buf_printf(out, "%s %s%s%s%s", out->len > 0 ? ";" : "", label,
                  is[0] != '\0' ? is : "none", was[0] != '\0' ? " instead of " : "", was);
    return true;
}

void ct_equipment_changes(const struct ct_equipment *a, const struct ct_equipment *b,
                          struct ct_buf *out)
{
    char ma[164], mb[164], da[16], db[16];
    snprintf(ma, sizeof ma, "%s %s", a->maker, a->model);
    snprintf(mb, sizeof mb, "%s %s", b->maker, b->model);
    if (a->model_id != b->model_id)
        differ(out, "model ", ma, mb);
    differ(out, "number ", a->asset, b->asset);
    differ(out, "serial ", a->serial, b->serial);
    differ(out, "UDI ", a->udi, b->udi);
    differ(out, "location ", a->location, b->location);
    differ(out, "holder ", a->holder, b->holder);
    differ(out, "supplier ", a->supplier, b->supplier);
    differ(out, "standard ", a->standard ? "yes" : "no", b->standard ? "yes" : "no");
    differ(out, "reference for ", a->standard_of, b->standard_of);
    differ(out, "class ", a->elec_own ? CT_ELEC_NAME[a->elec_class] : "",
           b->elec_own ? CT_ELEC_NAME[b->elec_class] : "");
    differ(out, "applied part ", a->applied_own ? CT_APPLIED_NAME[a->applied] : "",
           b->applied_own ? CT_APPLIED_NAME[b->applied] : "");
    const struct {
        const char *label;
        ct_date was, is;
    } DAY[] = {{"made ", a->made, b->made},
               {"received ", a->received, b->received},
               {"warranty until ", a->warranty, b->warranty}};
    for (size_t i = 0; i < CT_LEN(DAY); i++) {
        ct_date_text(DAY[i].was, da);
        ct_date_text(DAY[i].is, db);
        differ(out, DAY[i].label, da, db);
    }
    if (strcmp(a->note, b->note) != 0)
        ct_buf_printf(out, "%s note", out->len > 0 ? ";" : "");
}

static enum ct_status amend_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct saving *x = arg;
    char by[128], at[24];
    enum ct_status rc = ct_equipment_load(ct_app_db(app), x->e.id, &x->was, reterr);
    if (rc != CT_OK)
        return rc;
    if (x->was.detail_id != x->e.detail_id) {
        ct_user_name(app, x->was.changed_by, by, sizeof by);
        ct_datetime_text(x->was.changed_ms, at);
        return ct_fail(reterr, CT_ECONFLICT, "",
                       "%s changed %s at %s; nothing of yours was saved: look at it and make "
                       "the change again",
                       by, x->was.asset, at);
    }
    rc = ct_equipment_check(app, &x->was, &x->e, reterr);
    return rc == CT_OK ? free_check(app, x, reterr) : rc;
}

static enum ct_status amend_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct saving *x = arg;
    CT_BUF text = {.max = 4096};
    enum ct_status rc = amend_check(app, x, reterr);
    if (rc != CT_OK)
        return rc;
    ct_equipment_changes(&x->was, &x->e, &text);
    if (text.len == 0)
        return ct_fail(reterr, CT_EINVAL, "", "nothing is changed");
    rc = insert_detail(app, db, x, reterr);
    if (rc != CT_OK)
        return rc;
    x->e.condition = x->was.condition;
    x->e.condition_ms = x->was.condition_ms;
    rc = ct_equipment_find_put(db, &x->e, reterr);
    if (rc != CT_OK)
        return rc;
    char detail[400];
    ct_text_copy(detail, sizeof detail - 210, ct_buf_str(&text));
    snprintf(entry->detail, sizeof entry->detail, "%s:%s, because %s", x->e.asset, detail,
             x->reason);
    ct_entry_row(entry, "equipment_detail", x->e.detail_id);
    return CT_OK;
}

enum ct_status ct_equipment_amend(struct ct_app *app, struct ct_equipment *e,
                                  const char *reason, struct ct_error *reterr)
{
    struct saving x = {.e = *e, .change = true};
    enum ct_status rc = ct_equip_reason(reason, x.reason, reterr);
    struct ct_change change = {
        .verb = CT_VERB_EQUIP_AMEND,
        .check = amend_check,
        .write = amend_write,
        .arg = &x,
        .entry = {.severity = CT_ROUTINE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    if (rc == CT_OK)
        rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_get(app, x.e.id, e, reterr);
    return rc;
}

/* ---- condition --------------------------------------------------------------------------- */

enum ct_status ct_equipment_condition_in(struct ct_app *app, struct ct_db *db, int64_t id,
                                         enum ct_equip_condition to, int64_t at_ms,
                                         const char *text, struct ct_entry *entry,
                                         struct ct_error *reterr)
{
    struct ct_equipment e;
    CT_STMT *st = NULL;
    enum ct_status rc = ct_equipment_load(db, id, &e, reterr);
    if (rc != CT_OK || e.condition == to)
        return rc;
    if (e.condition == CT_COND_RETIRED)
        return ct_fail(reterr, CT_EINVAL, "", "%s is retired, for good", e.asset);
    rc = insert_event(app, db, id, to, at_ms, text, entry, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_equipment_sql[CT_SQL_EQUIP_FIND_CONDITION], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", id);
    ct_bind_i64(st, ":condition", to);
    ct_bind_i64(st, ":condition_ms", at_ms);
    return ct_stmt_run(st, NULL, reterr);
}

struct retiring {
    int64_t id;
    char reason[CT_EQUIP_REASON_MAX + 1];
};

static enum ct_status retire_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    const struct retiring *x = arg;
    struct ct_equipment e;
    enum ct_status rc = ct_equipment_load(ct_app_db(app), x->id, &e, reterr);
    if (rc == CT_OK && e.condition == CT_COND_RETIRED)
        rc = ct_fail(reterr, CT_EINVAL, "", "%s is retired already", e.asset);
    return rc;
}

static enum ct_status retire_write(struct ct_app *app, struct ct_db *db, void *arg,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    struct retiring *x = arg;
    struct ct_equipment e;
    enum ct_status rc = retire_check(app, x, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_load(db, x->id, &e, reterr);
    if (rc == CT_OK) /* first: its fault says in what condition it was left */
        rc = ct_fault_retired_in(app, db, x->id, entry, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_condition_in(app, db, x->id, CT_COND_RETIRED, ct_app_now(app),
                                       x->reason, entry, reterr);
    if (rc != CT_OK)
        return rc;
    char text[300];
    ct_equipment_text(&e, text, sizeof text);
    snprintf(entry->detail, sizeof entry->detail, "%s: %s", text, x->reason);
    return CT_OK;
}

enum ct_status ct_equipment_retire(struct ct_app *app, int64_t id, const char *reason,
                                   struct ct_error *reterr)
{
    struct retiring x = {.id = id};
    enum ct_status rc = ct_equip_reason(reason, x.reason, reterr);
    struct ct_change change = {
        .verb = CT_VERB_EQUIP_RETIRE,
        .check = retire_check,
        .write = retire_write,
        .arg = &x,
        .entry = {.severity = CT_NOTABLE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return rc == CT_OK ? ct_record(app, &change, NULL, reterr) : rc;
}
