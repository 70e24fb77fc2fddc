/* procedure_use - who took part, what was used, complications, notes: added, and struck
 * out with a reason. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clinic/equipment_gate.h"
#include "clinic/pack.h"
#include "clinic/rows.h"
#include "record/user.h"

enum { USES_MAX = 200 };

struct using {
    int64_t id;
    struct ct_proc_use u;
    int64_t ends_id; /* 0: a new one */
    char reason[CT_PROC_REASON_MAX + 1];
    struct ct_procedure p;
    char though[CT_PACK_REASON_MAX + 1]; /* why a pack is let pass */
    uint32_t supervisor; /* who let it, with a password; 0: nobody did */
    char supervisor_name[128];
};

static enum ct_status texts(struct using *x, struct ct_error *reterr)
{
    struct ct_proc_use *u = &x->u;
    static const char *const LABEL[CT_PROC_USE_KINDS] = {
        [CT_PROC_PERSON] = "Who took part", [CT_PROC_EQUIPMENT] = "The equipment's number",
        [CT_PROC_SET] = "The number of the set", [CT_PROC_OUTCOME] = "The outcome",
        [CT_PROC_COMPLICATION] = "The complication", [CT_PROC_NOTE] = "The note"};
    bool number = u->kind == CT_PROC_EQUIPMENT || u->kind == CT_PROC_SET;
    if ((unsigned)u->kind >= CT_PROC_USE_KINDS)
        return ct_fail(reterr, CT_EINVAL, "kind", "there is no such entry of a procedure");
    enum ct_status rc = ct_text_check(u->what, "what", LABEL[u->kind],
                                      number ? 64 : CT_PROC_TEXT_MAX, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(u->role, "role", "The role", sizeof u->role - 1, false, reterr);
    return rc;
}

/* The user's name is taken from the list of users, not from what was typed. */
static enum ct_status person(struct ct_app *app, struct ct_proc_use *u,
                             struct ct_error *reterr)
{
    if (u->user_id == 0)
        return CT_OK;
    if (u->kind != CT_PROC_PERSON)
        return ct_fail(reterr, CT_EINVAL, "kind", "only a person can be a user");
    ct_user_name(app, u->user_id, u->what, 128);
    return strcmp(u->what, "?") != 0
               ? CT_OK
               : ct_fail(reterr, CT_EINVAL, "what", "there is no such user");
}

static enum ct_status add_allowed(const struct using *x, const struct ct_proc_use *u, size_t n,
                                  struct ct_error *reterr)
{
    char at[24];
    if (n >= USES_MAX)
        return ct_fail(reterr, CT_EINVAL, "what", "P-%lld has %zu entries: there is no room",
                       (long long)x->id, n);
    if (x->u.kind == CT_PROC_OUTCOME && x->p.state != CT_PROC_DONE)
        return ct_fail(reterr, CT_EINVAL, "what",
                       "P-%lld is not done yet: the outcome is asked for when it is",
                       (long long)x->id);
    for (size_t i = 0; i < n; i++) {
        if (u[i].ended || u[i].kind != x->u.kind || strcasecmp(u[i].what, x->u.what) != 0)
            continue;
        ct_datetime_text(u[i].at_ms, at);
        return ct_fail(reterr, CT_EEXISTS, "what", "%s stands there already, since %s",
                       u[i].what, at);
    }
    return CT_OK;
}

static enum ct_status end_allowed(struct using *x, const struct ct_proc_use *u, size_t n,
                                  struct ct_error *reterr)
{
    for (size_t i = 0; i < n; i++) {
        if (u[i].id != x->ends_id)
            continue;
        x->u = u[i];
        if (u[i].ended)
            return ct_fail(reterr, CT_ECONFLICT, "", "%s was struck out already: %s",
                           u[i].what, u[i].reason);
        return CT_OK;
    }
    return ct_fail(reterr, CT_ENOTFOUND, "", "P-%lld has no such entry", (long long)x->id);
}

static enum ct_status use_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct using *x = arg;
    struct ct_proc_use *u = NULL;
    size_t n = 0;
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK && x->ends_id == 0)
        rc = person(app, &x->u, reterr);
    if (rc == CT_OK)
        rc = x->ends_id == 0 ? texts(x, reterr)
                             : ct_text_check(x->reason, "reason", "Why it is struck out",
                                             CT_PROC_REASON_MAX, true, reterr);
    if (rc == CT_OK)
        rc = ct_procedure_load(app, x->id, &x->p, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, x->p.patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_procedure_uses_load(app, x->id, &u, &n, reterr);
    if (rc == CT_OK)
        rc = x->ends_id == 0 ? add_allowed(x, u, n, reterr) : end_allowed(x, u, n, reterr);
    free(u);
    return rc;
}

static enum ct_status use_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct using *x = arg;
    CT_STMT *st = NULL;
    int64_t id;
    enum ct_status rc = use_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_procedure_sql[CT_SQL_PROC_USE_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    int64_t now = ct_app_now(app);
    bool ends = x->ends_id != 0;
    ct_bind_i64(st, ":procedure_id", x->id);
    ct_bind_i64(st, ":kind", x->u.kind);
    ct_bind_text(st, ":what", x->u.what);
    ct_bind_text(st, ":role", x->u.role);
    ct_bind_opt(st, ":user_id", x->u.user_id != 0 ? x->u.user_id : CT_UNSET);
    ct_bind_opt(st, ":ends_id", ends ? x->ends_id : CT_UNSET);
    ct_bind_text(st, ":reason", ends ? x->reason : NULL);
    ct_bind_i64(st, ":at_ms", now);
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc != CT_OK)
        return rc;
    if (!ends) {
        x->u.id = id;
        x->u.at_ms = now;
        x->u.by_user = ct_app_who(app)->user_id;
    }
    entry->patient_id = x->p.patient_id;
    if (ends || x->u.kind == CT_PROC_COMPLICATION || x->u.kind == CT_PROC_OUTCOME)
        entry->severity = CT_NOTABLE;
    CT_BUF b = {.max = 2048};
    ct_buf_printf(&b, "P-%lld %s%s: %s%s%s", (long long)x->id, ct_proc_use_name(x->u.kind),
                  ends ? " struck out" : "", x->u.what, ends ? "; because " : "",
                  ends ? x->reason : "");
    ct_text_copy(entry->detail, sizeof entry->detail, ct_buf_str(&b));
    ct_entry_row(entry, "procedure_use", id);
    const struct ct_pack_pass pass = {x->u.though, x->supervisor, x->supervisor_name};
    if (!ends && x->u.kind == CT_PROC_SET)
        return ct_pack_use_in(app, db, x->u.what, x->id, &pass, entry, reterr);
    if (ends || x->u.kind != CT_PROC_EQUIPMENT)
        return CT_OK;
    return ct_equipment_gate_in(app, db, x->u.what, CT_GATE_PROCEDURE, x->id,
                                x->p.started_ms != CT_UNSET ? x->p.started_ms : now,
                                x->u.though, entry, reterr);
}

static struct ct_change use_change(struct using *x)
{
    return (struct ct_change){
        .verb = CT_VERB_PROCEDURE_USE,
        .check = use_check,
        .write = use_write,
        .arg = x,
        .entry = {.severity = CT_ROUTINE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
}

static enum ct_status use_record(struct ct_app *app, struct using *x, struct ct_error *reterr)
{
    struct ct_change change = use_change(x);
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_procedure_use_add(struct ct_app *app, int64_t id, struct ct_proc_use *u,
                                    struct ct_error *reterr)
{
    struct using x = {.id = id, .u = *u};
    enum ct_status rc = use_record(app, &x, reterr);
    if (rc != CT_OK)
        return rc;
    *u = x.u;
    ct_text_copy(u->by, sizeof u->by, ct_app_who(app)->name);
    return CT_OK;
}

/* Is there something that a supervisor can let pass? Asked before a password is. */
static enum ct_status to_pass(struct ct_app *app, struct using *x, struct ct_error *reterr)
{
    struct ct_gate g;
    const char *though = x->u.though != NULL ? x->u.though : "";
    if (x->u.kind != CT_PROC_SET)
        return ct_fail(reterr, CT_EINVAL, "kind", "a supervisor lets packs pass, and nothing else");
    if (strlen(though) > CT_PACK_REASON_MAX)
        return ct_fail(reterr, CT_EINVAL, "though", "a reason has at most %d bytes",
                       CT_PACK_REASON_MAX);
    ct_text_copy(x->though, sizeof x->though, though);
    x->u.though = x->though;
    enum ct_status rc = ct_text_check(x->though, "though", "Why it is used all the same",
                                      CT_PACK_REASON_MAX, true, reterr);
    if (rc == CT_OK)
        rc = ct_pack_gate(app, x->u.what, x->id, &g, reterr);
    if (rc != CT_OK || g.answer == CT_GATE_REASON)
        return rc;
    if (g.answer == CT_GATE_STOP)
        return ct_fail(reterr, CT_EINVAL, "what", "%s: nobody can let it pass", g.text);
    return ct_fail(reterr, CT_EINVAL, "what", "nothing speaks against %.60s: no supervisor is needed",
                   x->u.what);
}

enum ct_status ct_procedure_use_pass(struct ct_app *app, int64_t id, struct ct_proc_use *u,
                                     const char *login, const struct ct_secret *password,
                                     struct ct_error *reterr)
{
    struct using x = {.id = id, .u = *u};
    struct ct_change change = use_change(&x);
    char why[120];
    enum ct_status rc = ct_record_ask(app, &change, reterr);
    if (rc == CT_OK)
        rc = to_pass(app, &x, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(why, sizeof why, "let %.40s pass for P-%lld", x.u.what, (long long)id);
    rc = ct_second_person(app, login, password, CT_PERM_STERILE_OVERRIDE, why, &x.supervisor,
                          x.supervisor_name, reterr);
    if (rc == CT_OK)
        rc = use_record(app, &x, reterr);
    if (rc != CT_OK)
        return rc;
    x.u.though = u->though; /* the caller's */
    *u = x.u;
    ct_text_copy(u->by, sizeof u->by, ct_app_who(app)->name);
    return CT_OK;
}

enum ct_status ct_procedure_use_end(struct ct_app *app, int64_t id, int64_t use_id,
                                    const char *reason, struct ct_error *reterr)
{
    struct using x = {.id = id, .ends_id = use_id};
    if (strlen(reason) > CT_PROC_REASON_MAX)
        return ct_fail(reterr, CT_EINVAL, "reason", "a reason has at most %d bytes",
                       CT_PROC_REASON_MAX);
    ct_text_copy(x.reason, sizeof x.reason, reason);
    return use_record(app, &x, reterr);
}
