/* scope_disinfect - how an endoscope was disinfected: in a bath for its time, or in a machine
 * that may take it, with a cycle of its own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/scope_priv.h"

/* ---- disinfection in a bath ------------------------------------------------------------- */

static enum ct_status in_bath(struct ct_app *app, const struct ct_scope_record *r,
                              struct ct_scope_step *s, struct ct_error *reterr)
{
    struct ct_bath_soak k;
    bool over;
    char at[24];
    const char *asset = r->asset;
    enum ct_status rc = ct_scope_soak(ct_app_db(app), asset, &k, &over, reterr);
    if (rc != CT_OK)
        return rc;
    if (k.id == 0 || k.bath_id != s->bath_id || ct_scope_is_before(k.started_ms, r->step_ms))
        return ct_fail(reterr, CT_EINVAL, "bath_id",
                       "%s was not soaked in BA-%lld since the step before: begin its soak",
                       asset, (long long)s->bath_id);
    if (k.ended_ms == CT_UNSET && over)
        return ct_fail(reterr, CT_EINVAL, "bath_id",
                       "BA-%lld was too weak: break its soak off and soak %s again",
                       (long long)s->bath_id, asset);
    if (k.ended_ms == CT_UNSET) {
        ct_datetime_text(k.ready_ms, at);
        return ct_fail(reterr, CT_EINVAL, "bath_id",
                       "%s is in BA-%lld until %s: take it out first", asset,
                       (long long)s->bath_id, at);
    }
    if (!k.done)
        return ct_fail(reterr, CT_EINVAL, "bath_id",
                       "its soak in BA-%lld was broken off: soak %s again",
                       (long long)s->bath_id, asset);
    s->soak_id = k.id;
    s->done_ms = k.ended_ms;
    return CT_OK;
}

/* ---- disinfection in a machine ---------------------------------------------------------- */

static enum ct_status disinfects(struct ct_app *app, const char *id, bool *ret,
                                 struct ct_error *reterr)
{
    CT_PROGRAMME *p = NULL;
    enum ct_status rc = ct_programme_load(ct_app_config(app), id, &p, reterr);
    *ret = rc == CT_OK && !p->is_test &&
           (ct_method_sterilises(p->method) || p->method == CT_METHOD_HIGH_LEVEL_DISINFECTION);
    return rc;
}

/* The only one that disinfects, where none was said. */
static enum ct_status run_with(struct ct_app *app, struct ct_scope_step *s,
                               struct ct_error *reterr)
{
    struct ct_machine_programme *m = NULL;
    size_t n = 0, fit = 0;
    bool does;
    if (s->programme[0] != '\0') {
        enum ct_status rc = disinfects(app, s->programme, &does, reterr);
        if (rc == CT_ENOTFOUND || rc == CT_EINVAL)
            return ct_fail(reterr, CT_EINVAL, "programme", "there is no programme \"%.40s\"",
                           s->programme);
        return rc != CT_OK || does ? rc
                                   : ct_fail(reterr, CT_EINVAL, "programme",
                                             "%s does not disinfect", s->programme);
    }
    enum ct_status rc = ct_machine_programmes(app, s->machine_id, &m, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        rc = disinfects(app, m[i].programme, &does, reterr);
        if (rc == CT_OK && does && fit++ == 0)
            ct_text_copy(s->programme, sizeof s->programme, m[i].programme);
    }
    free(m);
    if (rc == CT_OK && fit != 1) {
        s->programme[0] = '\0';
        rc = ct_fail(reterr, CT_EINVAL, fit == 0 ? "machine" : "programme",
                     fit == 0 ? "%s runs no programme that disinfects"
                              : "%s runs several programmes: say which",
                     s->machine);
    }
    return rc;
}

static enum ct_status cycle(struct ct_app *app, const struct ct_scope_record *r,
                            const struct ct_scope_step *s, struct ct_error *reterr)
{
    struct ct_machine_programme m;
    CT_STMT *st = NULL;
    bool there;
    struct ct_db *db = ct_app_db(app);
    enum ct_status rc =
        ct_machine_programme_load(db, s->machine_id, s->programme, &m, reterr);
    if (rc == CT_OK && m.counter != CT_COUNTER_NONE && s->cycle_number == CT_UNSET)
        rc = ct_fail(reterr, CT_EINVAL, "cycle_number", "say the number of its cycle");
    if (rc != CT_OK || s->cycle_number == CT_UNSET)
        return rc;
    rc = ct_stmt_get(db, &ct_scope_sql[CT_SQL_SCOPE_CYCLE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":machine_id", s->machine_id);
    ct_bind_i64(st, ":cycle_number", s->cycle_number);
    ct_bind_i64(st, ":counter", m.counter);
    ct_bind_i64(st, ":equipment_id", r->equipment_id);
    ct_bind_text(st, ":programme", s->programme);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there)
        rc = ct_fail(reterr, CT_EINVAL, "cycle_number", "cycle %lld of %s is that of %s",
                     (long long)s->cycle_number, s->machine, ct_col_text(st, 0));
    return rc;
}

static enum ct_status machine(struct ct_app *app, struct ct_scope_step *s,
                              struct ct_error *reterr)
{
    struct ct_equipment e;
    enum ct_status rc = s->machine_id != 0
                            ? ct_equipment_load(ct_app_db(app), s->machine_id, &e, reterr)
                            : ct_equipment_find(app, s->machine, &e, reterr);
    if (rc == CT_ENOTFOUND)
        return ct_fail(reterr, CT_EINVAL, "machine", "there is no machine \"%.40s\"",
                       s->machine);
    if (rc != CT_OK)
        return rc;
    s->machine_id = e.id;
    ct_text_copy(s->machine, sizeof s->machine, e.asset);
    return CT_OK;
}

static enum ct_status in_machine(struct ct_app *app, const struct ct_scope_record *r,
                                 struct ct_scope_step *s, struct ct_error *reterr)
{
    enum ct_status rc = run_with(app, s, reterr);
    if (rc == CT_OK)
        rc = ct_machine_ready_in(app, ct_app_db(app), s->machine_id, s->programme, s->done_ms,
                                 reterr);
    if (rc == CT_EINVAL && reterr != NULL && strcmp(reterr->field, "equipment_id") == 0)
        ct_text_copy(reterr->field, sizeof reterr->field, "machine");
    return rc == CT_OK ? cycle(app, r, s, reterr) : rc;
}

enum ct_status ct_scope_disinfection(struct ct_app *app, const struct ct_scope_record *r,
                                     struct ct_scope_step *s, struct ct_error *reterr)
{
    bool by_machine = s->machine_id != 0 || s->machine[0] != '\0';
    enum ct_status rc = CT_OK;
    if (by_machine && s->bath_id != 0)
        return ct_fail(reterr, CT_EINVAL, "bath_id", "either in a bath or in a machine");
    if (by_machine)
        rc = machine(app, s, reterr);
    if (rc != CT_OK || s->failed)
        return rc;
    if (by_machine)
        return in_machine(app, r, s, reterr);
    return s->bath_id != 0 ? in_bath(app, r, s, reterr)
                           : ct_fail(reterr, CT_EINVAL, "bath_id",
                                     "say in which bath or machine it was disinfected");
}
