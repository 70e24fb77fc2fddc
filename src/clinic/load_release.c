/* load_release - a load is released by a second person, released early pack by pack, or
 * rejected. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/load_priv.h"

#define TEXT(n, l, max, h)                                                                 \
    {.name = n, .label = l, .unit = "", .kind = CT_F_TEXT, .width = 52, .max_bytes = max,  \
     .required = true, .help = h}
const struct ct_field CT_LOAD_EARLY_FIELDS[] = {
    TEXT("pack", "Pack", 40, "The number of the pack, typed or scanned: PK-12."),
    TEXT("procedure", "For procedure", 40, "The one that it is for, and no other: P-12."),
    TEXT("reason", "Emergency", CT_LOAD_TEXT_MAX, "Why it cannot wait for the biological result."),
    TEXT("prevent", "To prevent it", CT_LOAD_TEXT_MAX, "What would have prevented it."),
};
const size_t CT_LOAD_EARLY_FIELDS_N = CT_LEN(CT_LOAD_EARLY_FIELDS);

/* ---- what is missing ------------------------------------------------------------------------- */

enum ct_status ct_load_missing(struct ct_app *app, int64_t id, struct ct_buf *out,
                               struct ct_error *reterr)
{
    CT_LOAD_FACTS f = {.p = NULL};
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_load_facts(app, ct_app_db(app), id, &f, reterr);
    if (rc == CT_OK)
        (void)ct_load_judge(&f, ct_app_now(app), out);
    return rc;
}

/* ---- released, rejected ------------------------------------------------------------------------ */

struct ending {
    int64_t id;
    bool releases;
    const char *though; /* without a competency; NULL none */
    char text[CT_LOAD_TEXT_MAX + 1];
    struct ct_load_facts f;
    char number[40];
};

/* The first of them as one sentence: a screen shows all. */
static void first_line(const char *text, char *out, size_t size)
{
    size_t n = strcspn(text, "\n");
    snprintf(out, size, "%.*s", (int)(n > 200 ? 200 : n), text);
}

static enum ct_status release_check(struct ct_app *app, struct ending *x,
                                    struct ct_error *reterr)
{
    CT_BUF missing = {.max = 16384};
    char first[256];
    enum ct_load_state s = ct_load_judge(&x->f, ct_app_now(app), &missing);
    if (s != CT_LOAD_IS_READY) {
        first_line(ct_buf_str(&missing), first, sizeof first);
        return ct_fail(reterr, CT_EINVAL, "state", "%s is not released: %s", x->number, first);
    }
    if (x->f.l.started_by == ct_app_who(app)->user_id)
        return ct_fail(reterr, CT_EDENIED, "state",
                       "%s was started by you: another person releases it", x->number);
    return CT_OK;
}

static enum ct_status end_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ending *x = arg;
    ct_load_number(app, x->id, x->number);
    enum ct_status rc = ct_load_facts(app, ct_app_db(app), x->id, &x->f, reterr);
    if (rc != CT_OK)
        return rc;
    if (x->releases)
        return release_check(app, x, reterr);
    if (x->f.step != CT_LOAD_OVER)
        return ct_fail(reterr, CT_ECONFLICT, "load_id", "%s is \"%s\": it cannot be rejected",
                       x->number, CT_LOAD_STEP_NAME[x->f.step]);
    return ct_text_check(x->text, "text", "why it is rejected", CT_LOAD_TEXT_MAX, true, reterr);
}

static enum ct_status end_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct ending *x = arg;
    enum ct_status rc = end_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_load_event_in(app, db, x->id, x->releases ? CT_LOAD_RELEASED : CT_LOAD_REJECTED,
                              CT_UNSET, x->text, ct_app_now(app), entry, reterr);
    if (rc == CT_OK)
        rc = ct_load_packs_in(app, db, &x->f, x->releases ? CT_PACK_RELEASED : CT_PACK_REJECTED,
                              0, x->releases ? "" : x->text, entry, reterr);
    if (rc != CT_OK)
        return rc;
    if (!x->releases)
        entry->severity = CT_EXCEPTION;
    snprintf(entry->detail, sizeof entry->detail, "%s %s, %d packs, started by user %u%s%.250s",
             x->number, x->f.l.asset, x->f.l.packs, (unsigned)x->f.l.started_by,
             x->text[0] != '\0' ? ": " : "", x->text);
    if (x->releases)
        rc = ct_load_competent(app, db, &x->f.l, x->though, entry, reterr);
    return rc == CT_OK ? ct_load_derive(app, db, x->id, reterr) : rc;
}

static enum ct_status end_record(struct ct_app *app, int64_t id, bool releases,
                                 const char *text, const char *though, struct ct_error *reterr)
{
    struct ending *x = calloc(1, sizeof *x);
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the load");
    struct ct_change change = {.verb = releases ? CT_VERB_LOAD_RELEASE : CT_VERB_LOAD_REJECT,
                               .check = end_check,
                               .write = end_write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    x->id = id;
    x->releases = releases;
    x->though = though;
    enum ct_status rc = strlen(text) <= CT_LOAD_TEXT_MAX
                            ? CT_OK
                            : ct_fail(reterr, CT_EINVAL, "text", "at most %d bytes fit",
                                      CT_LOAD_TEXT_MAX);
    ct_text_copy(x->text, sizeof x->text, text);
    if (rc == CT_OK)
        rc = ct_record(app, &change, NULL, reterr);
    ct_load_facts_free(&x->f);
    free(x);
    return rc;
}

enum ct_status ct_load_release(struct ct_app *app, int64_t id, const char *though,
                               struct ct_error *reterr)
{
    return end_record(app, id, true, "", though, reterr);
}

enum ct_status ct_load_reject(struct ct_app *app, int64_t id, const char *text,
                              struct ct_error *reterr)
{
    return end_record(app, id, false, text, NULL, reterr);
}

/* ---- early ---------------------------------------------------------------------------------- */

struct early {
    struct ct_load_early e;
    struct ct_load_facts f;
    struct ct_procedure proc;
    char load[40], pack[40];
};

/* The integrating indicator that passed last; 0: there is none. */
static int64_t integrator(const struct ct_load_facts *f)
{
    int64_t id = 0;
    for (size_t i = 0; i < f->n_cis; i++)
        if (f->ci[i].type == CT_CI_INTEGRATING)
            id = ct_ci_accepts(f->ci[i].result) ? f->ci[i].id : 0;
    return id;
}

static enum ct_status early_may(struct ct_app *app, struct early *x, struct ct_error *reterr)
{
    CT_BUF missing = {.max = 16384};
    char first[256];
    struct ct_pack p;
    enum ct_load_state s = ct_load_judge(&x->f, ct_app_now(app), &missing);
    if (s == CT_LOAD_IS_READY)
        return ct_fail(reterr, CT_EINVAL, "state", "%s waits for nothing: release it", x->load);
    if (s != CT_LOAD_WANTS_BI) {
        first_line(ct_buf_str(&missing), first, sizeof first);
        return ct_fail(reterr, CT_EINVAL, "state",
                       "%s waits for more than its biological result: %s", x->load, first);
    }
    if (x->f.p->early != CT_EARLY_EMERGENCY)
        return ct_fail(reterr, CT_EINVAL, "state", "by %s nothing is released early", x->f.p->id);
    if (x->f.l.bi != CT_LOAD_BI_WAITS)
        return ct_fail(reterr, CT_EINVAL, "state",
                       "no biological indicator of %s waits for its result: put one in", x->load);
    x->e.ci_id = integrator(&x->f);
    if (x->e.ci_id == 0)
        return ct_fail(reterr, CT_EINVAL, "indicator",
                       "no integrating indicator (type 5) of %s has passed: read it first",
                       x->load);
    enum ct_status rc = ct_pack_load(ct_app_db(app), x->e.pack_id, &p, reterr);
    if (rc == CT_OK && (p.load_id != x->e.load_id || p.step != CT_PACK_STERILISED))
        rc = ct_fail(reterr, CT_EINVAL, "pack", "%s is not in the quarantine of %s", x->pack,
                     x->load);
    return rc;
}

static enum ct_status early_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct early *x = arg;
    ct_load_number(app, x->e.load_id, x->load);
    ct_pack_number(app, x->e.pack_id, x->pack);
    enum ct_status rc = ct_text_check(x->e.reason, "reason", "the emergency", CT_LOAD_TEXT_MAX,
                                      true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(x->e.prevent, "prevent", "what would have prevented it",
                           CT_LOAD_TEXT_MAX, true, reterr);
    if (rc == CT_OK)
        rc = ct_procedure_load(app, x->e.procedure_id, &x->proc, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, x->proc.patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_load_facts(app, ct_app_db(app), x->e.load_id, &x->f, reterr);
    return rc == CT_OK ? early_may(app, x, reterr) : rc;
}

static enum ct_status early_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct early *x = arg;
    struct ct_load_early *e = &x->e;
    CT_STMT *st = NULL;
    enum ct_status rc = early_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_EARLY_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":load_id", e->load_id);
    ct_bind_i64(st, ":pack_id", e->pack_id);
    ct_bind_i64(st, ":procedure_id", e->procedure_id);
    ct_bind_i64(st, ":ci_id", e->ci_id);
    ct_bind_text(st, ":reason", e->reason);
    ct_bind_text(st, ":prevent", e->prevent);
    ct_bind_i64(st, ":authoriser", e->authoriser);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &e->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "load_early", e->id);
    entry->severity = CT_EXCEPTION;
    entry->patient_id = x->proc.patient_id;
    snprintf(entry->detail, sizeof entry->detail,
             "%s of %s for P-%lld, authorised by %s: %.150s; to prevent it: %.120s", x->pack,
             x->load, (long long)e->procedure_id, e->authorised, e->reason, e->prevent);
    rc = ct_pack_step_in(app, db, e->pack_id, CT_PACK_RELEASED_EARLY, CT_REF_LOAD, e->load_id, 0,
                         NULL, e->reason, entry, reterr);
    return rc == CT_OK ? ct_load_derive(app, db, e->load_id, reterr) : rc;
}

enum ct_status ct_load_release_early(struct ct_app *app, struct ct_load_early *e,
                                     const char *login, const struct ct_secret *password,
                                     struct ct_error *reterr)
{
    struct early *x = calloc(1, sizeof *x);
    char why[100], name[128];
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the load");
    struct ct_change change = {.verb = CT_VERB_LOAD_EARLY,
                               .check = early_check,
                               .write = early_write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    x->e = *e;
    enum ct_status rc = ct_record_ask(app, &change, reterr);
    if (rc == CT_OK) {
        snprintf(why, sizeof why, "authorised the early release of %s", x->pack);
        rc = ct_second_person(app, login, password, CT_PERM_STERILE_OVERRIDE, why,
                              &x->e.authoriser, name, reterr);
    }
    if (rc == CT_OK) {
        ct_text_copy(x->e.authorised, sizeof x->e.authorised, name);
        rc = ct_record(app, &change, NULL, reterr);
    }
    if (rc == CT_OK)
        *e = x->e;
    ct_load_facts_free(&x->f);
    free(x);
    return rc;
}
