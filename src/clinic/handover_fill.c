/* handover_fill - what is open at the end of a shift, gathered from where it stands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/equipment.h"
#include "clinic/handover_priv.h"
#include "clinic/schedule.h"
#include "record/draft.h"

enum { EACH_MAX = 40 };

struct fill {
    struct ct_app *app;
    struct ct_handover_item *v; /* CT_HO_ITEMS_MAX */
    size_t n, left_out;
    int64_t now_ms;
};

/* A row of text of at most `max` bytes. */
static struct ct_handover_item *next(struct fill *f, enum ct_handover_kind kind, int64_t ref_id,
                                     int64_t patient_id)
{
    if (f->n == CT_HO_ITEMS_MAX - 1) { /* the last one says how many were left out */
        f->left_out++;
        return NULL;
    }
    struct ct_handover_item *i = &f->v[f->n++];
    *i = (struct ct_handover_item){.kind = kind, .ref_id = ref_id, .patient_id = patient_id};
    return i;
}

static void text(struct ct_handover_item *i, const char *fmt, ...) CT_FORMAT(2, 3);

static void text(struct ct_handover_item *i, const char *fmt, ...)
{
    char all[1000];
    va_list ap;
    if (i == NULL)
        return;
    va_start(ap, fmt);
    vsnprintf(all, sizeof all, fmt, ap);
    va_end(ap);
    ct_text_copy(i->text, sizeof i->text, all);
}

/* Patients of concern, and those whose set is overdue. */
static enum ct_status patients(struct fill *f, struct ct_error *reterr)
{
    struct ct_due *due = NULL;
    size_t n = 0;
    enum ct_status rc = ct_due_list(f->app, 2 * (int64_t)CT_DAY_MS, 500, &due, &n, reterr);
    for (size_t i = 0; i < n; i++) {
        const struct ct_due *d = &due[i];
        char at[24];
        bool late = d->due_ms < f->now_ms && !d->continuous;
        bool concern = !d->restricted && (d->band > CT_BAND_LOW || d->continuous);
        if (!late && !concern)
            continue;
        ct_datetime_text(d->due_ms, at);
        text(next(f, concern ? CT_HO_PATIENT : CT_HO_SET, d->patient_id, d->patient_id),
             "%s%s%s%s, next set %s%s", d->place, d->place[0] != '\0' ? ", " : "",
             d->score_text, late ? ", OVERDUE" : "",
             d->continuous ? "continuously" : "by ", d->continuous ? "" : at);
    }
    free(due);
    return rc;
}

static enum ct_status escalations(struct fill *f, struct ct_error *reterr)
{
    struct ct_escalation *e = NULL;
    size_t n = 0;
    enum ct_status rc = ct_escalation_list(f->app, 0, f->now_ms, EACH_MAX, &e, &n, reterr);
    for (size_t i = 0; i < n; i++) {
        char said[300];
        if (!e[i].open)
            continue;
        ct_escalation_text(&e[i], f->now_ms, said, sizeof said);
        text(next(f, CT_HO_ESCALATION, e[i].id, e[i].patient_id), "E-%lld%s%s: %s",
             (long long)e[i].id, e[i].overdue ? " OVERDUE" : "", "",
             e[i].restricted ? "restricted" : said);
    }
    free(e);
    return rc;
}

static enum ct_status tasks(struct fill *f, struct ct_error *reterr)
{
    const struct ct_task_filter filter = {.kind = -1, .ahead_days = 0};
    struct ct_task_counts counts;
    struct ct_task_due *v = NULL;
    size_t n = 0;
    enum ct_status rc = ct_task_board(f->app, &filter, EACH_MAX, &v, &n, &counts, reterr);
    for (size_t i = 0; i < n; i++) {
        char day[16];
        if (v[i].state != CT_TASK_OVERDUE)
            continue;
        ct_date_text(v[i].s.due, day);
        text(next(f, CT_HO_TASK, v[i].s.equipment_id, 0), "%s %s%s%s: %s overdue, due %s",
             v[i].asset, v[i].model, v[i].location[0] != '\0' ? ", " : "", v[i].location,
             CT_TASK_NAME[v[i].s.kind], day);
    }
    free(v);
    return rc;
}

static enum ct_status devices(struct fill *f, struct ct_error *reterr)
{
    const struct ct_equip_filter filter = {
        .states = 1U << CT_STATE_FAULTY | 1U << CT_STATE_QUARANTINED | 1U << CT_STATE_TESTING};
    struct ct_equipment *v = NULL;
    size_t n = 0;
    int64_t total;
    enum ct_status rc = ct_equipment_list(f->app, &filter, 0, EACH_MAX, &v, &n, &total, reterr);
    for (size_t i = 0; i < n; i++)
        text(next(f, CT_HO_DEVICE, v[i].id, 0), "%s %s %s%s%s: %s", v[i].asset, v[i].maker,
             v[i].model, v[i].location[0] != '\0' ? ", " : "", v[i].location,
             CT_EQUIP_STATE_NAME[v[i].state]);
    free(v);
    return rc;
}

static enum ct_status checklists(struct fill *f, struct ct_error *reterr)
{
    const struct ct_prep_filter filter = {.mine = true, .since_ms = f->now_ms - CT_DAY_MS};
    struct ct_prep *v = NULL;
    size_t n = 0;
    enum ct_status rc = ct_prep_list(f->app, &filter, EACH_MAX, &v, &n, reterr);
    for (size_t i = 0; i < n; i++)
        text(next(f, CT_HO_CHECKLIST, v[i].id, v[i].patient_id), "checklist not finished: %s, %lld open",
             v[i].title, (long long)v[i].wants);
    free(v);
    return rc;
}

/* What a person began to type is their own: that there is one is said. */
static enum ct_status drafts(struct fill *f, struct ct_error *reterr)
{
    struct ct_draft d = {0};
    enum ct_status rc = ct_draft_latest(f->app, NULL, CT_UNSET, &d, reterr);
    if (rc == CT_ENOTFOUND)
        return CT_OK;
    if (rc != CT_OK)
        return rc;
    char at[24];
    ct_datetime_text(d.saved_ms, at);
    text(next(f, CT_HO_DRAFT, 0, d.patient_id != CT_UNSET ? d.patient_id : 0),
         "a form (%.*s) was begun %s and not saved", (int)strcspn(d.kind, ":"), d.kind, at);
    ct_draft_done(&d);
    return CT_OK;
}

enum ct_status ct_handover_prefill(struct ct_app *app, struct ct_handover_item **ret,
                                   size_t *ret_n, struct ct_error *reterr)
{
    struct fill f = {.app = app, .now_ms = ct_app_now(app)};
    static enum ct_status (*const FROM[])(struct fill *f, struct ct_error *reterr) = {
        patients, escalations, tasks, devices, checklists, drafts};
    enum ct_status rc = CT_OK;
    *ret = NULL;
    *ret_n = 0;
    f.v = calloc(CT_HO_ITEMS_MAX, sizeof *f.v);
    if (f.v == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for a handover");
    for (size_t i = 0; rc == CT_OK && i < CT_LEN(FROM); i++)
        rc = FROM[i](&f, reterr);
    if (rc != CT_OK) {
        free(f.v);
        return rc;
    }
    if (f.left_out > 0) {
        f.v[f.n] = (struct ct_handover_item){.kind = CT_HO_OTHER};
        text(&f.v[f.n++], "%zu more that found no room here: see the board, escalations and "
                          "tasks", f.left_out);
    }
    *ret = f.v;
    *ret_n = f.n;
    return CT_OK;
}
