/* competency_subject - what a competency is about: found among models, classes, procedures,
 * programmes and checklists. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clinic/competency_priv.h"
#include "clinic/programme.h"

const char *const CT_SUBJECT_KIND[CT_SUBJ_KINDS] = {"model", "class", "procedure", "programme",
                                                    "checklist"};

void ct_subject_text(const struct ct_subject *s, char *out, size_t size)
{
    snprintf(out, size, "%s: %s", CT_SUBJECT_KIND[s->kind], s->title);
}

bool ct_subject_same(const struct ct_subject *a, const struct ct_subject *b)
{
    return a->kind == b->kind && strcmp(a->id, b->id) == 0;
}

/* ---- all of them -------------------------------------------------------------------------- */

struct list {
    struct ct_subject *s;
    size_t n, cap;
};

static enum ct_status add(struct list *l, enum ct_subject_kind kind, const char *id,
                          const char *title, struct ct_error *reterr)
{
    struct ct_subject *more = ct_rows_grow(l->s, l->n, &l->cap, sizeof *more);
    if (more == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of subjects");
    l->s = more;
    struct ct_subject *s = &more[l->n++];
    memset(s, 0, sizeof *s);
    s->kind = kind;
    ct_text_copy(s->id, sizeof s->id, id);
    ct_text_copy(s->title, sizeof s->title, title[0] != '\0' ? title : id);
    return CT_OK;
}

static enum ct_status models(struct ct_app *app, struct list *l, struct ct_error *reterr)
{
    struct ct_equip_model *m = NULL;
    size_t n = 0;
    char id[24], title[164];
    enum ct_status rc = ct_model_list(app, "", &m, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        snprintf(id, sizeof id, "%lld", (long long)m[i].first_id);
        snprintf(title, sizeof title, "%s %s", m[i].maker, m[i].name);
        rc = add(l, CT_SUBJ_MODEL, id, title, reterr);
    }
    free(m);
    return rc;
}

static enum ct_status tables(struct ct_app *app, struct list *l, struct ct_error *reterr)
{
    const struct ct_equip_classes *classes;
    const struct ct_proc_kinds *kinds;
    enum ct_status rc = ct_equip_classes_of(app, &classes, reterr);
    for (size_t i = 0; rc == CT_OK && i < classes->n; i++)
        rc = add(l, CT_SUBJ_CLASS, classes->class[i].id, classes->class[i].title, reterr);
    if (rc == CT_OK)
        rc = ct_proc_kinds_of(app, &kinds, reterr);
    for (size_t i = 0; rc == CT_OK && i < kinds->n; i++)
        rc = add(l, CT_SUBJ_PROCEDURE, kinds->kind[i].id, kinds->kind[i].title, reterr);
    return rc;
}

/* One that a site wrote wrongly keeps its id for a title: it is shown where it is loaded. */
static enum ct_status files(struct ct_app *app, struct list *l, struct ct_error *reterr)
{
    const struct ct_config *c = ct_app_config(app);
    CT_BUF programmes = {.max = 64 * 1024}, checklists = {.max = 64 * 1024};
    enum ct_status rc = ct_programme_ids(c, &programmes, reterr);
    if (rc == CT_OK)
        rc = ct_checklist_ids(c, &checklists, reterr);
    if (rc != CT_OK)
        return rc;
    for (const char *id = ct_buf_str(&programmes); rc == CT_OK && id[0] != '\0';
         id += strlen(id) + 1) {
        CT_PROGRAMME *p = NULL;
        bool is = ct_programme_load(c, id, &p, NULL) == CT_OK;
        rc = add(l, CT_SUBJ_PROGRAMME, id, is ? p->title : "", reterr);
    }
    for (const char *id = ct_buf_str(&checklists); rc == CT_OK && id[0] != '\0';
         id += strlen(id) + 1) {
        CT_CHECKLIST *t = NULL;
        bool is = ct_checklist_load(c, id, &t, NULL) == CT_OK;
        rc = add(l, CT_SUBJ_CHECKLIST, id, is ? t->title : "", reterr);
    }
    return rc;
}

static int by_title(const void *x, const void *y)
{
    const struct ct_subject *a = x, *b = y;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    int d = strcasecmp(a->title, b->title);
    return d != 0 ? d : strcmp(a->id, b->id);
}

enum ct_status ct_subject_list(struct ct_app *app, struct ct_subject **ret, size_t *ret_n,
                               struct ct_error *reterr)
{
    struct list l = {.s = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = models(app, &l, reterr);
    if (rc == CT_OK)
        rc = tables(app, &l, reterr);
    if (rc == CT_OK)
        rc = files(app, &l, reterr);
    if (rc != CT_OK) {
        free(l.s);
        return rc;
    }
    if (l.n > 0)
        qsort(l.s, l.n, sizeof *l.s, by_title);
    *ret = l.s;
    *ret_n = l.n;
    return CT_OK;
}

enum ct_status ct_subject_typed(struct ct_app *app, const char *text, struct ct_subject *ret,
                                struct ct_error *reterr)
{
    struct ct_subject *s = NULL;
    size_t n = 0;
    char is[CT_SUBJECT_TITLE_MAX + 20], id[CT_SUBJECT_ID_MAX + 20];
    bool found = false;
    enum ct_status rc = ct_subject_list(app, &s, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n && !found; i++) {
        ct_subject_text(&s[i], is, sizeof is);
        snprintf(id, sizeof id, "%s:%s", CT_SUBJECT_KIND[s[i].kind], s[i].id);
        found = strcasecmp(text, is) == 0 || strcasecmp(text, id) == 0;
        if (found)
            *ret = s[i];
    }
    free(s);
    if (rc != CT_OK || found)
        return rc;
    return ct_fail(reterr, CT_EINVAL, "subject",
                   "There is no model, class, procedure, programme or checklist \"%.60s\".",
                   text);
}

enum ct_status ct_subject_class(struct ct_app *app, const struct ct_subject *model,
                                struct ct_subject *ret, enum ct_equip_risk *ret_risk,
                                struct ct_error *reterr)
{
    struct ct_equip_model m;
    const struct ct_equip_classes *classes;
    int64_t id;
    *ret = (struct ct_subject){.kind = CT_SUBJ_CLASS};
    if (!ct_parse_int(model->id, 1, INT64_MAX, &id))
        return ct_fail(reterr, CT_EINVAL, "subject", "\"%s\" is no model", model->id);
    enum ct_status rc = ct_model_get(app, id, &m, reterr);
    if (rc == CT_OK)
        rc = ct_equip_classes_of(app, &classes, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_equip_class *k = ct_equip_class_find(classes, m.class);
    ct_text_copy(ret->id, sizeof ret->id, m.class);
    ct_text_copy(ret->title, sizeof ret->title, k != NULL ? k->title : m.class);
    *ret_risk = m.risk;
    return CT_OK;
}

enum ct_status ct_person_typed(struct ct_app *app, const char *text, struct ct_person *ret,
                               struct ct_error *reterr)
{
    struct ct_person *p = NULL;
    size_t n = 0;
    *ret = (struct ct_person){.user_id = 0};
    enum ct_status rc = ct_user_people(app, CT_PERM_TRAIN_READ, &p, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        if (strcasecmp(p[i].login, text) == 0 || strcasecmp(p[i].name, text) == 0) {
            *ret = p[i];
            break;
        }
    free(p);
    return rc;
}
