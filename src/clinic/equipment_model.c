/* equipment_model - models: what devices of one make have in common. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/equipment_rows.h"

/* Columns of MODEL in equipment_sql.c. */
static void row(struct ct_stmt *st, struct ct_equip_model *m)
{
    memset(m, 0, sizeof *m);
    m->id = ct_col_i64(st, 0);
    m->first_id = ct_col_i64(st, 1);
    ct_text_copy(m->class, sizeof m->class, ct_col_text(st, 2));
    ct_text_copy(m->maker, sizeof m->maker, ct_col_text(st, 3));
    ct_text_copy(m->name, sizeof m->name, ct_col_text(st, 4));
    ct_text_copy(m->device_id, sizeof m->device_id, ct_col_text(st, 5));
    m->risk = (enum ct_equip_risk)ct_col_i64(st, 6);
    m->elec_class = (enum ct_elec_class)ct_col_i64(st, 7);
    m->applied = (enum ct_applied_part)ct_col_i64(st, 8);
    ct_text_copy(m->note, sizeof m->note, ct_col_text(st, 9));
    m->at_ms = ct_col_i64(st, 10);
    m->by_user = (uint32_t)ct_col_i64(st, 11);
}

enum ct_status ct_model_load(struct ct_db *db, int64_t first_id, struct ct_equip_model *ret,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_equipment_sql[CT_SQL_MODEL_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", first_id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "model_id", "there is no such model");
    row(st, ret);
    return CT_OK;
}

enum ct_status ct_model_get(struct ct_app *app, int64_t first_id, struct ct_equip_model *ret,
                            struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    return rc == CT_OK ? ct_model_load(ct_app_db(app), first_id, ret, reterr) : rc;
}

/* ---- lists ---------------------------------------------------------------------------- */

/* Does each word of `words` (folded) begin a word of the model? */
static bool fits(const struct ct_equip_model *m, const char *words)
{
    CT_BUF have = {.max = 4096};
    ct_buf_char(&have, ' ');
    ct_text_fold(&have, m->class);
    ct_buf_char(&have, ' ');
    ct_text_fold(&have, m->maker);
    ct_buf_char(&have, ' ');
    ct_text_fold(&have, m->name);
    for (const char *s = words; *s != '\0';) {
        char word[200];
        size_t n = strcspn(s, " ");
        snprintf(word, sizeof word, " %.*s", (int)(n < 190 ? n : 190), s);
        if (strstr(ct_buf_str(&have), word) == NULL)
            return false;
        s += n + (s[n] == ' ');
    }
    return true;
}

static enum ct_status list(struct ct_db *db, const char *words, struct ct_equip_model **ret,
                           size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    CT_BUF folded = {.max = 4096};
    bool there;
    size_t n = 0, cap = 0;
    ct_text_fold(&folded, words);
    enum ct_status rc = ct_stmt_get(db, &ct_equipment_sql[CT_SQL_MODEL_LIST], &st, reterr);
    if (rc != CT_OK)
        return rc;
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_equip_model *more = ct_rows_grow(*ret, n, &cap, sizeof **ret);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of models");
        *ret = more;
        row(st, &more[n]);
        more[n].devices = ct_col_i64(st, 12);
        if (fits(&more[n], ct_buf_str(&folded)))
            *ret_n = ++n;
    }
    return rc;
}

enum ct_status ct_model_list(struct ct_app *app, const char *words, struct ct_equip_model **ret,
                             size_t *ret_n, struct ct_error *reterr)
{
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = list(ct_app_db(app), words, ret, ret_n, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

/* ---- writing -------------------------------------------------------------------------- */

struct saving {
    struct ct_equip_model m, was;
    bool change;
    int64_t twin, twin_first; /* another one that is the same; 0: none */
    char reason[CT_EQUIP_REASON_MAX + 1];
};

static bool same_text(const char *a, const char *b)
{
    CT_BUF x = {.max = 4096}, y = {.max = 4096};
    ct_text_fold(&x, a);
    ct_text_fold(&y, b);
    return strcmp(ct_buf_str(&x), ct_buf_str(&y)) == 0;
}

static enum ct_status twin_find(struct ct_db *db, struct saving *x, struct ct_error *reterr)
{
    struct ct_equip_model *v = NULL;
    size_t n = 0;
    x->twin = 0;
    enum ct_status rc = list(db, "", &v, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n && x->twin == 0; i++)
        if (v[i].first_id != x->m.first_id && strcmp(v[i].class, x->m.class) == 0 &&
            same_text(v[i].maker, x->m.maker) && same_text(v[i].name, x->m.name)) {
            x->twin = v[i].id;
            x->twin_first = v[i].first_id;
        }
    free(v);
    if (rc == CT_OK && x->twin != 0)
        rc = ct_fail(reterr, CT_EEXISTS, "name", "%s %s is a model already", x->m.maker,
                     x->m.name);
    return rc;
}

static bool same(const struct ct_equip_model *a, const struct ct_equip_model *b)
{
    return strcmp(a->class, b->class) == 0 && strcmp(a->maker, b->maker) == 0 &&
           strcmp(a->name, b->name) == 0 && strcmp(a->device_id, b->device_id) == 0 &&
           a->risk == b->risk && a->elec_class == b->elec_class && a->applied == b->applied &&
           strcmp(a->note, b->note) == 0;
}

static enum ct_status was_check(struct ct_app *app, struct saving *x, struct ct_error *reterr)
{
    enum ct_status rc = ct_model_load(ct_app_db(app), x->m.first_id, &x->was, reterr);
    if (rc == CT_OK && x->was.id != x->m.id)
        rc = ct_fail(reterr, CT_ECONFLICT, "",
                     "somebody changed this model meanwhile; look at it and make the change "
                     "again");
    return rc;
}

static enum ct_status save_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct saving *x = arg;
    enum ct_status rc = x->change ? was_check(app, x, reterr) : CT_OK;
    if (rc == CT_OK)
        rc = ct_model_check(app, x->change ? &x->was : NULL, &x->m, reterr);
    if (rc == CT_OK && x->change && same(&x->was, &x->m))
        rc = ct_fail(reterr, CT_EINVAL, "", "nothing is changed");
    return rc == CT_OK ? twin_find(ct_app_db(app), x, reterr) : rc;
}

static enum ct_status insert(struct ct_app *app, struct ct_db *db, struct saving *x,
                             struct ct_error *reterr)
{
    struct ct_equip_model *m = &x->m;
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_equipment_sql[CT_SQL_MODEL_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    m->at_ms = ct_app_now(app);
    m->by_user = ct_app_who(app)->user_id;
    ct_bind_opt(st, ":replaces_id", x->change ? x->was.id : CT_UNSET);
    ct_bind_opt(st, ":first_id", x->change ? x->was.first_id : CT_UNSET);
    ct_bind_text(st, ":class", m->class);
    ct_bind_text(st, ":maker", m->maker);
    ct_bind_text(st, ":name", m->name);
    ct_bind_text(st, ":device_id", m->device_id);
    ct_bind_i64(st, ":risk", m->risk);
    ct_bind_i64(st, ":elec_class", m->elec_class);
    ct_bind_i64(st, ":applied", m->applied);
    ct_bind_text(st, ":note", m->note);
    ct_bind_text(st, ":reason", x->change ? x->reason : NULL);
    ct_bind_i64(st, ":at_ms", m->at_ms);
    ct_bind_i64(st, ":by_user", m->by_user);
    rc = ct_stmt_run(st, &m->id, reterr);
    if (rc == CT_OK && !x->change)
        m->first_id = m->id;
    return rc;
}

/* The words by which its devices are found hold its own. */
static enum ct_status devices_put(struct ct_db *db, int64_t first_id, struct ct_error *reterr)
{
    int64_t *id = NULL;
    size_t n = 0, cap = 0;
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_equipment_sql[CT_SQL_MODEL_DEVICES], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":model_id", first_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        int64_t *more = ct_rows_grow(id, n, &cap, sizeof *id);
        if (more == NULL) {
            rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for a model's devices");
            break;
        }
        id = more;
        id[n++] = ct_col_i64(st, 0);
    }
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        struct ct_equipment e;
        rc = ct_equipment_load(db, id[i], &e, reterr);
        if (rc == CT_OK)
            rc = ct_equipment_find_put(db, &e, reterr);
    }
    free(id);
    return rc;
}

static void says(struct ct_entry *entry, const struct saving *x)
{
    const struct ct_equip_model *m = &x->m;
    snprintf(entry->detail, sizeof entry->detail, "%s %s (%s)%s%s", m->maker, m->name, m->class,
             x->change ? " changed: " : "", x->change ? x->reason : "");
}

static enum ct_status save_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct saving *x = arg;
    enum ct_status rc = save_check(app, x, reterr); /* nobody else can change it now */
    if (rc == CT_OK)
        rc = insert(app, db, x, reterr);
    if (rc == CT_OK && x->change)
        rc = devices_put(db, x->m.first_id, reterr);
    if (rc != CT_OK)
        return rc;
    says(entry, x);
    ct_entry_row(entry, "equipment_model", x->m.id);
    return CT_OK;
}

static enum ct_status save(struct ct_app *app, struct saving *x, struct ct_error *reterr)
{
    struct ct_change change = {
        .verb = CT_VERB_MODEL,
        .check = save_check,
        .write = save_write,
        .arg = x,
        .entry = {.severity = CT_ROUTINE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_model_add(struct ct_app *app, struct ct_equip_model *m,
                            struct ct_error *reterr)
{
    struct saving x = {.m = *m};
    x.m.id = x.m.first_id = 0;
    enum ct_status rc = save(app, &x, reterr);
    if (rc == CT_OK)
        *m = x.m;
    if (rc == CT_EEXISTS) {
        m->id = x.twin;
        m->first_id = x.twin_first;
    }
    return rc;
}

enum ct_status ct_model_amend(struct ct_app *app, struct ct_equip_model *m, const char *reason,
                              struct ct_error *reterr)
{
    struct saving x = {.m = *m, .change = true};
    enum ct_status rc = ct_equip_reason(reason, x.reason, reterr);
    if (rc == CT_OK)
        rc = save(app, &x, reterr);
    if (rc == CT_OK)
        *m = x.m;
    return rc;
}
