/* guide_keep - a guide that was gone through: a step of the open fault, or, when it helped
 * and none is open, a note on the device. */
#include <stdio.h>
#include <string.h>

#include "clinic/fault_priv.h"

struct keeping {
    int64_t equipment_id;
    const struct ct_guide *g;
    enum ct_guide_end end;
    char text[CT_FAULT_STEP_TEXT_MAX + 1];
    struct ct_equipment e;
    struct ct_fault f; /* id 0: none is open */
};

static enum ct_status keep_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct keeping *x = arg;
    struct ct_db *db = ct_app_db(app);
    int64_t id = 0;
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_load(db, x->equipment_id, &x->e, reterr);
    if (rc == CT_OK)
        rc = ct_fault_open_id(db, x->equipment_id, &id, reterr);
    if (rc != CT_OK)
        return rc;
    if (x->e.condition == CT_COND_RETIRED)
        return ct_fail(reterr, CT_EINVAL, "", "%s is retired", x->e.asset);
    memset(&x->f, 0, sizeof x->f);
    if (id == 0 && x->end == CT_GUIDE_FAULT)
        return ct_fail(reterr, CT_EINVAL, "fault", "it is a fault: report it first");
    if (id == 0)
        return CT_OK;
    rc = ct_fault_bare(db, id, &x->f, reterr);
    if (rc == CT_OK && !ct_fault_may(x->f.step, CT_FAULT_TRIED))
        rc = ct_fail(reterr, CT_EINVAL, "step",
                     "F-%lld is at \"%s\": troubleshooting is done before a repair",
                     (long long)id, CT_FAULT_STEP_NAME[x->f.step]);
    return rc;
}

static enum ct_status insert(struct ct_app *app, struct ct_db *db, const struct keeping *x,
                             int64_t *ret_id, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_fault_sql[CT_SQL_GUIDE_WALK_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", x->equipment_id);
    ct_bind_text(st, ":guide", x->g->id);
    ct_bind_text(st, ":version", x->g->version);
    ct_bind_text(st, ":text", x->text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    return ct_stmt_run(st, ret_id, reterr);
}

static enum ct_status keep_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct keeping *x = arg;
    int64_t id;
    enum ct_status rc = keep_check(app, arg, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(entry->detail, sizeof entry->detail, "%s %s %s: %s %s: %s", x->e.asset, x->e.maker,
             x->e.model, x->g->id, x->g->version,
             x->end == CT_GUIDE_RESOLVED ? "resolved" : "a fault");
    if (x->f.id == 0) {
        rc = insert(app, db, x, &id, reterr);
        if (rc == CT_OK)
            ct_entry_row(entry, "guide_walk", id);
        return rc;
    }
    int64_t now = ct_app_now(app);
    struct ct_fault_event ev = {.step = CT_FAULT_TRIED, .cause = -1,
                                .at_ms = x->f.step_ms > now ? x->f.step_ms : now};
    ct_text_copy(ev.text, sizeof ev.text, x->text);
    return ct_fault_event_in(app, db, &x->f, &ev, entry, reterr);
}

enum ct_status ct_guide_keep(struct ct_app *app, int64_t equipment_id, const struct ct_guide *g,
                             const struct ct_guide_walk *w, struct ct_error *reterr)
{
    struct keeping x = {.equipment_id = equipment_id, .g = g};
    size_t at, head;
    x.end = ct_guide_at(g, w, &at);
    if (x.end == CT_GUIDE_ASKS)
        return ct_fail(reterr, CT_EINVAL, "", "the guide is not at its end yet: %s",
                       g->step[at].text);
    snprintf(x.text, sizeof x.text, "%s, version %s\n", g->title, g->version);
    head = strlen(x.text);
    ct_guide_text(g, w, x.text + head, sizeof x.text - head);
    struct ct_change change = {
        .verb = CT_VERB_GUIDE,
        .write = keep_write,
        .arg = &x,
        .entry = {.severity = CT_ROUTINE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}
