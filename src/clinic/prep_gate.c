/* prep_gate - see prep_gate.h. */
#include "clinic/prep_gate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/prep.h"

enum { LISTS_MAX = 200 };

static bool stage_of(enum ct_proc_state to, enum ct_check_stage *ret)
{
    *ret = to == CT_PROC_READY         ? CT_CHECK_READY
           : to == CT_PROC_IN_PROGRESS ? CT_CHECK_START
                                       : CT_CHECK_DONE;
    return to == CT_PROC_READY || to == CT_PROC_IN_PROGRESS || to == CT_PROC_DONE;
}

static enum ct_status refuse(enum ct_proc_state to, const char *what, struct ct_error *reterr)
{
    return ct_fail(reterr, CT_EINVAL, "state", "Not \"%s\" yet. %s",
                   ct_proc_state_name(to), what);
}

/* The newest of a template that counts, NULL: none was begun. */
static const struct ct_prep *newest(const struct ct_prep *list, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].state != CT_PREP_IN_ERROR && strcmp(list[i].template_id, id) == 0)
            return &list[i];
    return NULL;
}

/* asked: by the kind; else only what stops counts. */
static enum ct_status one(struct ct_app *app, int64_t prep_id, bool asked,
                          enum ct_proc_state to, enum ct_check_stage stage,
                          struct ct_error *reterr)
{
    CT_PREP_SHEET *s = NULL;
    struct ct_check_sum sum;
    char missing[CT_PREP_LINE];
    enum ct_status rc = ct_prep_load(app, prep_id, &s, reterr);
    if (rc != CT_OK)
        return rc;
    ct_checklist_sum_before(s->t, s->state, stage, &sum);
    if (asked ? sum.clear : sum.stops == 0)
        return CT_OK;
    ct_prep_missing_text(s, stage, missing, sizeof missing);
    return refuse(to, missing, reterr);
}

static enum ct_status begun_one(struct ct_app *app, const char *id, const struct ct_prep *list,
                                size_t n, enum ct_proc_state to, enum ct_check_stage stage,
                                struct ct_error *reterr)
{
    const struct ct_prep *p = newest(list, n, id);
    if (p != NULL)
        return one(app, p->id, true, to, stage, reterr);
    CT_CHECKLIST *t = NULL;
    char what[CT_PREP_LINE];
    bool named = ct_checklist_load(ct_app_config(app), id, &t, NULL) == CT_OK;
    snprintf(what, sizeof what, "%s: not begun", named ? t->title : id);
    return refuse(to, what, reterr);
}

static bool asked_for(const struct ct_proc_kind *kind, const char *id)
{
    for (size_t i = 0; kind != NULL && i < kind->n_checklists; i++)
        if (strcmp(kind->checklist[i], id) == 0)
            return true;
    return false;
}

enum ct_status ct_prep_gate(struct ct_app *app, const struct ct_procedure *p,
                            enum ct_proc_state to, int64_t at_ms, struct ct_error *reterr)
{
    const struct ct_proc_kinds *kinds;
    struct ct_prep *list = NULL;
    struct ct_prep_filter f = {.procedure_id = p->id};
    enum ct_check_stage stage;
    size_t n = 0;
    (void)at_ms;
    if (!stage_of(to, &stage))
        return CT_OK;
    enum ct_status rc = ct_proc_kinds_of(app, &kinds, reterr);
    if (rc == CT_OK)
        rc = ct_prep_list(app, &f, LISTS_MAX, &list, &n, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_proc_kind *kind = ct_proc_kind_find(kinds, p->kind);
    for (size_t i = 0; rc == CT_OK && kind != NULL && i < kind->n_checklists; i++)
        rc = begun_one(app, kind->checklist[i], list, n, to, stage, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        if (!asked_for(kind, list[i].template_id) &&
            newest(list, n, list[i].template_id) == &list[i])
            rc = one(app, list[i].id, false, to, stage, reterr);
    free(list);
    return rc;
}
