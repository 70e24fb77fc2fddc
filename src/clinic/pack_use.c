/* pack_use - a pack is scanned into a procedure: released, in date, intact, not recalled, and
 * tied to the patient; or refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/sterile_rows.h"

/* Released early for one procedure: for which; 0 it was not. */
static enum ct_status early_for(struct ct_db *db, int64_t pack_id, int64_t *ret,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc = ct_stmt_get(db, &ct_pack_sql[CT_SQL_PACK_EARLY], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":pack_id", pack_id);
    rc = ct_stmt_step(st, &there, reterr);
    *ret = rc == CT_OK && there ? ct_col_i64(st, 0) : 0;
    return rc;
}

static enum ct_status answer(struct ct_app *app, const struct ct_pack *p, int64_t procedure_id,
                             struct ct_gate *g, struct ct_error *reterr)
{
    char number[40], why[200];
    int64_t only = 0;
    ct_pack_number(app, p->id, number);
    if (!ct_pack_usable(p, ct_app_now(app), why, sizeof why)) {
        snprintf(g->text, sizeof g->text, "%s %s", number, why);
        g->answer = p->recalled > 0 || p->step == CT_PACK_IN_LOAD ? CT_GATE_STOP : CT_GATE_REASON;
        return CT_OK;
    }
    if (p->step != CT_PACK_RELEASED_EARLY)
        return CT_OK;
    enum ct_status rc = early_for(ct_app_db(app), p->id, &only, reterr);
    if (rc == CT_OK && only != procedure_id) {
        g->answer = CT_GATE_STOP;
        snprintf(g->text, sizeof g->text, "%s was released early for P-%lld, and for no other",
                 number, (long long)only);
    }
    return rc;
}

static enum ct_status ask(struct ct_app *app, const char *what, int64_t procedure_id,
                          int64_t *ret_id, struct ct_gate *g, struct ct_error *reterr)
{
    struct ct_pack p;
    *g = (struct ct_gate){.answer = CT_GATE_FREE};
    *ret_id = ct_pack_named(app, what);
    if (*ret_id == 0) {
        g->answer = CT_GATE_NOTE;
        snprintf(g->text, sizeof g->text, "%.60s is no pack of this clinic", what);
        return CT_OK;
    }
    enum ct_status rc = ct_pack_load(ct_app_db(app), *ret_id, &p, reterr);
    return rc == CT_OK ? answer(app, &p, procedure_id, g, reterr) : rc;
}

enum ct_status ct_pack_gate(struct ct_app *app, const char *what, int64_t procedure_id,
                            struct ct_gate *ret, struct ct_error *reterr)
{
    int64_t id;
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    return rc == CT_OK ? ask(app, what, procedure_id, &id, ret, reterr) : rc;
}

/* The step says who let it pass, where that is not who recorded it. */
static enum ct_status passed(struct ct_app *app, struct ct_db *db, int64_t id,
                             int64_t procedure_id, const char *against,
                             const struct ct_pack_pass *pass, struct ct_entry *entry,
                             struct ct_error *reterr)
{
    char by[160] = "", text[CT_PACK_TEXT_MAX + 1];
    if (strlen(pass->reason) > CT_PACK_REASON_MAX)
        return ct_fail(reterr, CT_EINVAL, "though", "a reason has at most %d bytes",
                       CT_PACK_REASON_MAX);
    if (pass->supervisor != 0)
        snprintf(by, sizeof by, "let pass by %s: ", pass->name);
    snprintf(text, sizeof text, "%s%s", by, pass->reason);
    entry->severity = CT_EXCEPTION;
    size_t n = strlen(entry->detail);
    snprintf(entry->detail + n, sizeof entry->detail - n, "; THOUGH %.160s; %sbecause %s",
             against, by, pass->reason);
    return ct_pack_used_though_in(app, db, id, procedure_id, text, entry, reterr);
}

enum ct_status ct_pack_use_in(struct ct_app *app, struct ct_db *db, const char *what,
                              int64_t procedure_id, const struct ct_pack_pass *pass,
                              struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_gate g;
    int64_t id;
    enum ct_status rc = ask(app, what, procedure_id, &id, &g, reterr);
    if (rc == CT_ENOTFOUND)
        return ct_fail(reterr, CT_EINVAL, "what", "there is no pack %.60s here", what);
    if (rc != CT_OK)
        return rc;
    if (g.answer == CT_GATE_NOTE) {
        if (entry->severity < CT_NOTABLE)
            entry->severity = CT_NOTABLE;
        return CT_OK;
    }
    if (g.answer == CT_GATE_FREE)
        return ct_pack_step_in(app, db, id, CT_PACK_USED, CT_REF_PROCEDURE, procedure_id, 0,
                               NULL, NULL, entry, reterr);
    if (g.answer == CT_GATE_STOP)
        return ct_fail(reterr, CT_EINVAL, "what", "%s", g.text);
    bool may = pass->supervisor != 0 ||
               ct_role_may(ct_app_who(app)->role, CT_PERM_STERILE_OVERRIDE);
    if (pass->reason == NULL || pass->reason[0] == '\0' || !may)
        return ct_fail(reterr, CT_EINVAL, "what", "%s; only a supervisor can let it pass, with a "
                                                  "reason", g.text);
    return passed(app, db, id, procedure_id, g.text, pass, entry, reterr);
}
