/* patient - registering and amending patients, and reading them. */
#include "clinic/rows.h"

#include <stdio.h>
#include <string.h>

const struct ct_sql ct_patient_sql[CT_PATIENT_SQL_N] = {
    [CT_SQL_PATIENT_INSERT] = {"patient.insert",
                               "INSERT INTO patient(at_ms, by_user) VALUES (:at_ms, :by_user)"},
    [CT_SQL_PATIENT_VERSION] =
        {"patient.version",
         "INSERT INTO patient_version(patient_id, family, given, number, born, "
         "born_estimated, sex, place, at_ms, by_user, reason) VALUES (:patient_id, :family, "
         ":given, :number, :born, :born_estimated, :sex, :place, :at_ms, :by_user, :reason)"},
    [CT_SQL_PATIENT_GET] =
        {"patient.get",
         "SELECT id, family, given, number, born, born_estimated, sex, place "
         "FROM patient_version WHERE patient_id = :patient_id ORDER BY id DESC LIMIT 1"},
    [CT_SQL_PATIENT_BEARER] =
        {"patient.bearer",
         "SELECT v.patient_id FROM patient_version v WHERE v.number = :number "
         "AND v.patient_id <> :patient_id AND NOT EXISTS (SELECT 1 FROM patient_version w "
         "WHERE w.patient_id = v.patient_id AND w.id > v.id) LIMIT 1"},
    [CT_SQL_ALERT_INSERT] =
        {"patient.alert_insert",
         "INSERT INTO patient_alert(patient_id, kind, text, prescriber, ends_id, reason, "
         "at_ms, by_user) VALUES (:patient_id, :kind, :text, :prescriber, :ends_id, :reason, "
         ":at_ms, :by_user)"},
    /* In force first. Of those that have ended the ones that bear on the score first: none
     * of them may fall off the end. (No LIMIT: with one SQLite builds a tree to sort even a
     * single row.) */
    [CT_SQL_ALERTS] =
        {"patient.alerts",
         "SELECT a.id, a.kind, a.text, a.prescriber, a.at_ms, a.by_user, e.at_ms "
         "FROM patient_alert a LEFT JOIN patient_alert e ON e.ends_id = a.id "
         "WHERE a.patient_id = :patient_id AND a.ends_id IS NULL "
         "ORDER BY e.id IS NOT NULL, "
         "CASE WHEN e.id IS NULL THEN a.kind ELSE a.kind NOT IN (3, 4) END, "
         "CASE WHEN e.id IS NULL THEN a.id ELSE -e.id END"},
};

enum ct_status ct_patient_details(struct ct_db *db, int64_t id, struct ct_patient *ret,
                                  struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_patient_sql[CT_SQL_PATIENT_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no patient %lld", (long long)id);
    *ret = (struct ct_patient){.id = id, .version_id = ct_col_i64(st, 0)};
    ct_text_copy(ret->family, sizeof ret->family, ct_col_text(st, 1));
    ct_text_copy(ret->given, sizeof ret->given, ct_col_text(st, 2));
    ct_text_copy(ret->number, sizeof ret->number, ct_col_text(st, 3));
    ret->born = ct_col_null(st, 4) ? CT_NO_DATE : (ct_date)ct_col_i64(st, 4);
    ret->born_estimated = ct_col_i64(st, 5) != 0;
    ret->sex = (enum ct_sex)ct_col_i64(st, 6);
    ct_text_copy(ret->place, sizeof ret->place, ct_col_text(st, 7));
    return CT_OK;
}

enum ct_status ct_patient_load(struct ct_db *db, int64_t id, struct ct_patient *ret,
                               struct ct_error *reterr)
{
    enum ct_status rc = ct_patient_details(db, id, ret, reterr);
    if (rc == CT_OK)
        rc = ct_patient_alerts_load(db, ret, reterr);
    return rc;
}

enum ct_status ct_patient_get(struct ct_app *app, int64_t id, struct ct_patient *ret,
                              struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_PATIENT_READ, reterr);
    if (rc != CT_OK)
        return rc;
    /* details and alerts of one moment */
    CT_TX tx = {.db = NULL};
    rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, id, reterr);
    if (rc == CT_OK)
        rc = ct_patient_load(ct_app_db(app), id, ret, reterr);
    return rc;
}

enum ct_status ct_patient_by_number(struct ct_app *app, const char *number, int64_t *ret_id,
                                    struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    char bare[33];
    size_t n = 0;
    for (const char *p = number; *p != '\0' && n + 1 < sizeof bare; p++)
        if (*p != ' ' && *p != '-' && *p != '\t')
            bare[n++] = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    bare[n] = '\0';
    enum ct_status rc = ct_require(app, CT_PERM_PATIENT_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_patient_sql[CT_SQL_PATIENT_BEARER], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":number", bare);
    ct_bind_i64(st, ":patient_id", 0); /* whoever it is */
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "number",
                       "there is no patient with the number \"%.40s\": register first", number);
    *ret_id = ct_col_i64(st, 0);
    return CT_OK;
}

struct opening {
    int64_t id;
    struct ct_patient *ret;
};

static enum ct_status opening_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    return ct_access_check(app, ((const struct opening *)arg)->id, reterr);
}

static enum ct_status opening_write(struct ct_app *app, struct ct_db *db, void *arg,
                                    struct ct_entry *entry, struct ct_error *reterr)
{
    const struct opening *o = arg;
    (void)app;
    (void)entry;
    return ct_patient_load(db, o->id, o->ret, reterr);
}

enum ct_status ct_patient_open(struct ct_app *app, int64_t id, struct ct_patient *ret,
                               struct ct_error *reterr)
{
    struct opening o = {.id = id, .ret = ret};
    struct ct_change change = {
        .verb = CT_VERB_PATIENT_OPEN,
        .check = opening_check,
        .write = opening_write,
        .arg = &o,
        .looking = true,
        .entry = {.severity = CT_ROUTINE, .patient_id = id, .done_ms = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc != CT_OK) /* what could not be written down was not opened */
        *ret = (struct ct_patient){.id = 0};
    return rc;
}

/* ---- writing ----------------------------------------------------------- */

struct save {
    struct ct_patient *p;
    const char *reason; /* NULL: a registration */
};

/* Within the transaction, so that two desks cannot both take a number. */
static enum ct_status number_free(struct ct_app *app, struct ct_db *db,
                                  const struct ct_patient *p, struct ct_error *reterr)
{
    if (p->number[0] == '\0')
        return CT_OK;
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_patient_sql[CT_SQL_PATIENT_BEARER], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":number", p->number);
    ct_bind_i64(st, ":patient_id", p->id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    struct ct_patient other;
    rc = ct_patient_details(db, ct_col_i64(st, 0), &other, reterr);
    if (rc != CT_OK)
        return rc;
    char name[2 * CT_NAME_BYTES + 3], number[40], born[16];
    ct_patient_name(&other, name, sizeof name);
    ct_number_text(p->number, number, sizeof number);
    ct_date_text(other.born, born);
    return ct_fail(reterr, CT_EEXISTS, "number", "%s %s is the number of %.200s%s%s",
                   ct_app_config(app)->identifier_label, number, name,
                   born[0] != '\0' ? ", born " : "", born);
}

static enum ct_status save_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct save *s = arg;
    enum ct_status rc = s->reason != NULL ? ct_access_check(app, s->p->id, reterr) : CT_OK;
    return rc == CT_OK ? ct_patient_check(ct_app_config(app), s->p, ct_app_now(app), reterr)
                       : rc;
}

static enum ct_status insert_patient(struct ct_app *app, struct ct_db *db, int64_t *ret_id,
                                     struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_patient_sql[CT_SQL_PATIENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    return ct_stmt_run(st, ret_id, reterr);
}

static enum ct_status insert_version(struct ct_app *app, struct ct_db *db, const struct save *s,
                                     int64_t *ret_id, struct ct_error *reterr)
{
    const struct ct_patient *p = s->p;
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_patient_sql[CT_SQL_PATIENT_VERSION], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", p->id);
    ct_bind_text(st, ":family", p->family);
    ct_bind_text(st, ":given", p->given);
    ct_bind_text(st, ":number", p->number[0] != '\0' ? p->number : NULL);
    ct_bind_opt(st, ":born", p->born == CT_NO_DATE ? CT_UNSET : p->born);
    ct_bind_i64(st, ":born_estimated", p->born_estimated);
    ct_bind_i64(st, ":sex", p->sex);
    ct_bind_text(st, ":place", p->place);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    ct_bind_text(st, ":reason", s->reason);
    return ct_stmt_run(st, ret_id, reterr);
}

/* p->version_id is what the caller saw; 0 at registration. */
static enum ct_status still_current(struct ct_db *db, const struct ct_patient *p,
                                    struct ct_error *reterr)
{
    struct ct_patient now;
    enum ct_status rc = ct_patient_details(db, p->id, &now, reterr);
    if (rc != CT_OK)
        return rc;
    if (now.version_id != p->version_id)
        return ct_fail(reterr, CT_ECONFLICT, "",
                       "somebody amended this patient's details meanwhile; look at them and "
                       "make the change again");
    return CT_OK;
}

static enum ct_status save_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct save *s = arg;
    enum ct_status rc = CT_OK;
    if (s->reason != NULL)
        rc = still_current(db, s->p, reterr);
    if (rc == CT_OK)
        rc = number_free(app, db, s->p, reterr);
    if (rc == CT_OK && s->reason == NULL) {
        rc = insert_patient(app, db, &s->p->id, reterr);
        if (rc == CT_OK)
            ct_entry_row(entry, "patient", s->p->id);
    }
    if (rc == CT_OK)
        rc = insert_version(app, db, s, &s->p->version_id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "patient_version", s->p->version_id);
    entry->patient_id = s->p->id;
    return ct_patient_keys_write(db, s->p, reterr);
}

enum ct_status ct_patient_register(struct ct_app *app, struct ct_patient *p,
                                   struct ct_error *reterr)
{
    p->id = 0;
    p->version_id = 0;
    struct save s = {.p = p};
    struct ct_change change = {
        .verb = CT_VERB_PATIENT_REGISTER,
        .check = save_check,
        .write = save_write,
        .arg = &s,
        .entry = {.severity = CT_ROUTINE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc != CT_OK) { /* rolled back: these ids are nobody's */
        p->id = 0;
        p->version_id = 0;
    }
    return rc;
}

enum ct_status ct_patient_amend(struct ct_app *app, const struct ct_patient *p,
                                const char *reason, struct ct_error *reterr)
{
    char why[208];
    ct_text_copy(why, sizeof why, reason != NULL ? reason : "");
    enum ct_status rc =
        ct_text_check(why, "reason", "the reason for the change", 200, true, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_patient copy = *p;
    struct save s = {.p = &copy, .reason = why};
    struct ct_change change = {
        .verb = CT_VERB_PATIENT_AMEND,
        .check = save_check,
        .write = save_write,
        .arg = &s,
        .entry = {.severity = CT_ROUTINE, .patient_id = p->id, .done_ms = CT_UNSET}};
    ct_text_copy(change.entry.detail, sizeof change.entry.detail, why);
    return ct_record(app, &change, NULL, reterr);
}
