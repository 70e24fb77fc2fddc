/* ui_draft - half-filled forms are kept while they are typed (DESIGN D8). */
#include "ui/tk/ui_priv.h"

#include <string.h>

#include "base/text.h"

bool ct_view_draft(struct ct_view *v, struct ct_draft *d)
{
    memset(d, 0, sizeof *d);
    d->patient_id = CT_UNSET;
    return v->screen->draft != NULL && v->screen->draft(v, d) && d->n > 0;
}

static bool can_keep(const struct ct_view *v)
{
    return v->ui->o.app != NULL && v->screen->draft != NULL &&
           ct_app_state(v->ui->o.app) == CT_IN;
}

static uint64_t hash_text(uint64_t h, const char *s)
{
    do { /* FNV-1a, the NUL included: it parts the texts */
        h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
    } while (*s++ != '\0');
    return h;
}

static uint64_t hash(const struct ct_draft *d)
{
    uint64_t h = hash_text(UINT64_C(14695981039346656037), d->kind) ^ (uint64_t)d->patient_id;
    for (size_t i = 0; i < d->n; i++) {
        h = hash_text(h, d->field[i].name);
        h = hash_text(h, d->field[i].text != NULL ? d->field[i].text : "");
    }
    return h;
}

/* A draft of this view lies in the store and stands for nothing any more. */
static void forget(struct ct_view *v)
{
    struct ct_draft old = {0};
    if (ct_draft_latest(v->ui->o.app, v->kept_kind, v->kept_patient_id, &old, NULL) == CT_OK) {
        struct ct_error err;
        if (ct_draft_drop(v->ui->o.app, v->kept_kind, v->kept_patient_id, &err) != CT_OK)
            ct_ui_say_error(v->ui, &err);
    }
    ct_draft_done(&old);
    v->kept = false;
}

bool ct_view_keep_draft(struct ct_view *v)
{
    v->draft_due_ms = v->draft_first_ms = 0;
    if (!can_keep(v))
        return v->ui->o.app == NULL || v->screen->draft == NULL;
    struct ct_draft d;
    bool ok = true;
    if (!ct_view_draft(v, &d)) {
        if (v->kept)
            forget(v);
    } else if (!v->kept || v->kept_hash != hash(&d)) {
        struct ct_error err;
        ok = ct_draft_keep(v->ui->o.app, &d, &err) == CT_OK;
        if (ok) {
            v->kept = true;
            v->kept_hash = hash(&d);
            v->kept_patient_id = d.patient_id;
            ct_text_copy(v->kept_kind, sizeof v->kept_kind, d.kind);
        } else {
            ct_ui_say(v->ui, CT_R_ERROR, "The draft could not be kept: %s", err.text);
            v->ui->beep = true;
            v->draft_first_ms = ct_ui_monotonic(v->ui);
            v->draft_due_ms = v->draft_first_ms + CT_DRAFT_AT_LATEST_MS;
        }
    }
    ct_draft_done(&d);
    return ok;
}

void ct_view_drop_draft(struct ct_view *v)
{
    v->draft_due_ms = v->draft_first_ms = 0;
    if (!can_keep(v))
        return;
    struct ct_draft d;
    if (ct_view_draft(v, &d)) { /* one kept by an earlier login goes as well */
        v->kept_patient_id = d.patient_id;
        ct_text_copy(v->kept_kind, sizeof v->kept_kind, d.kind);
        v->kept = true;
    }
    if (v->kept)
        forget(v);
    ct_draft_done(&d);
}

void ct_view_look_draft(struct ct_view *v)
{
    struct ct_draft d;
    if (!v->kept || !can_keep(v))
        return;
    if (!ct_view_draft(v, &d))
        forget(v);
    ct_draft_done(&d);
}

/* A second after the last key, but not later than five after the first: who
 * types without a pause is kept too. */
void ct_view_schedule_draft(struct ct_view *v)
{
    if (!can_keep(v))
        return;
    int64_t now = ct_ui_monotonic(v->ui);
    if (v->draft_first_ms == 0)
        v->draft_first_ms = now;
    int64_t latest = v->draft_first_ms + CT_DRAFT_AT_LATEST_MS;
    v->draft_due_ms = now + CT_DRAFT_AFTER_MS;
    if (v->draft_due_ms > latest)
        v->draft_due_ms = latest;
}

void ct_ui_keep_drafts(struct ct_ui *ui)
{
    for (size_t i = 0; i < ui->depth; i++)
        ct_view_keep_draft(ui->stack[i]);
}
