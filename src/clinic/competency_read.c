/* competency_read - where people stand: a person, a subject, a device, all of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/competency_priv.h"

const char *const CT_COMP_STATE_NAME[CT_COMP_STATES] = {
    "not held", "withdrawn", "not yet competent", "below", "expired", "expiring", "current"};

void ct_comp_now_text(const struct ct_comp_now *n, char *out, size_t size)
{
    char day[16] = "";
    if (n->last_day != CT_NO_DATE)
        ct_date_text(n->last_day, day);
    switch (n->state) {
    case CT_COMP_EXPIRED:
        snprintf(out, size, "%s, EXPIRED %s", CT_LEVEL_NAME[n->level], day);
        return;
    case CT_COMP_BELOW:
        snprintf(out, size, "%s; %s is required", CT_LEVEL_NAME[n->level],
                 CT_LEVEL_NAME[n->needs]);
        return;
    case CT_COMP_SOON:
    case CT_COMP_CURRENT:
        snprintf(out, size, "%s%s%s", CT_LEVEL_NAME[n->level], day[0] != '\0' ? " until " : "",
                 day);
        return;
    case CT_COMP_WITHDRAWN: snprintf(out, size, "WITHDRAWN"); return;
    case CT_COMP_FAILED: snprintf(out, size, "NOT YET competent"); return;
    case CT_COMP_MISSING:
    case CT_COMP_STATES: break;
    }
    snprintf(out, size, "not held");
}

/* ---- one person and one subject --------------------------------------------------------------- */

void ct_held_row(struct ct_stmt *st, struct ct_held *h)
{
    memset(h, 0, sizeof *h);
    h->user_id = (uint32_t)ct_col_i64(st, 0);
    h->subject.kind = (enum ct_subject_kind)ct_col_i64(st, 1);
    ct_text_copy(h->subject.id, sizeof h->subject.id, ct_col_text(st, 2));
    ct_text_copy(h->subject.title, sizeof h->subject.title, ct_col_text(st, 3));
    h->level = (enum ct_level)ct_col_i64(st, 4);
    h->stands = (enum ct_comp_stands)ct_col_i64(st, 5);
    h->competency_id = ct_col_i64(st, 6);
    h->done_day = (ct_date)ct_col_i64(st, 7);
    h->last_day = ct_col_null(st, 8) ? CT_NO_DATE : (ct_date)ct_col_i64(st, 8);
    h->confirm = ct_col_i64(st, 9) != 0;
}

static bool later(ct_date a, ct_date b)
{
    return b != CT_NO_DATE && (a == CT_NO_DATE || a > b);
}

void ct_held_judge(const struct ct_config *c, const struct ct_comp_rule *rule,
                   const struct ct_held *h, ct_date today, int soon_days,
                   struct ct_comp_now *n)
{
    char why[120];
    enum ct_comp_state state = CT_COMP_CURRENT;
    ct_date last = h->last_day;
    if (rule != NULL) { /* what has become stricter since counts */
        ct_date now = ct_comp_last_day(h->done_day,
                                       ct_comp_months(c, rule, h->level, why, sizeof why));
        if (later(last, now))
            last = now;
    }
    if (h->stands != CT_COMP_STANDS)
        state = h->stands == CT_COMP_IS_WITHDRAWN ? CT_COMP_WITHDRAWN : CT_COMP_FAILED;
    else if (rule != NULL && h->level < rule->level)
        state = CT_COMP_BELOW;
    else if (last != CT_NO_DATE && today > last)
        state = CT_COMP_EXPIRED;
    else if (last != CT_NO_DATE && last - today <= soon_days)
        state = CT_COMP_SOON;
    n->confirm = n->confirm || (h->confirm && state >= CT_COMP_BELOW);
    if (n->level != CT_LEVEL_NONE &&
        (state < n->state || (state == n->state && h->level < n->level &&
                              !later(last, n->last_day))))
        return;
    n->state = state;
    n->level = h->level;
    n->last_day = last;
    n->competency_id = h->competency_id;
}

static enum ct_status of(struct ct_app *app, struct ct_db *db, uint32_t user_id,
                         const struct ct_subject *s, const struct ct_comp_rule *rule,
                         struct ct_comp_now *n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    struct ct_held h;
    bool there;
    const struct ct_config *c = ct_app_config(app);
    enum ct_status rc = ct_stmt_get(db, &ct_competency_sql[CT_SQL_COMP_HELD], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", user_id);
    ct_bind_i64(st, ":kind", s->kind);
    ct_bind_text(st, ":subject", s->id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        ct_held_row(st, &h);
        ct_held_judge(c, rule, &h, ct_date_at(ct_app_now(app)), c->train_soon_days, n);
    }
    return rc;
}

enum ct_status ct_comp_stand(struct ct_app *app, struct ct_db *db, uint32_t user_id,
                             const struct ct_subject *s, const struct ct_subject *also,
                             const struct ct_comp_rule *rule, struct ct_comp_now *ret,
                             struct ct_error *reterr)
{
    *ret = (struct ct_comp_now){.user_id = user_id,
                                .subject = *s,
                                .required = rule != NULL,
                                .needs = rule != NULL ? rule->level : CT_LEVEL_NONE,
                                .last_day = CT_NO_DATE};
    enum ct_status rc = of(app, db, user_id, s, rule, ret, reterr);
    return rc == CT_OK && also != NULL ? of(app, db, user_id, also, rule, ret, reterr) : rc;
}

/* ---- what is held, and the subjects there are ---------------------------------------------------- */

struct all {
    struct ct_held *held;
    size_t n, cap;
    struct ct_comp_rule *rule;
    size_t n_rules;
    struct ct_subject *subject; /* required, then what is held besides, by kind and title */
    size_t n_subjects, cap_subjects;
};

static void all_done(struct all *a)
{
    free(a->held);
    free(a->rule);
    free(a->subject);
}

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list of competencies");
}

/* user_id 0: everybody's. */
static enum ct_status held(struct ct_app *app, uint32_t user_id, const struct ct_subject *s,
                           struct all *a, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    unsigned sql = s != NULL       ? CT_SQL_COMP_HELD_SUBJECT
                   : user_id != 0 ? CT_SQL_COMP_HELD_USER
                                  : CT_SQL_COMP_HELD_ALL;
    enum ct_status rc = ct_stmt_get(ct_app_db(app), &ct_competency_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    if (s != NULL) {
        ct_bind_i64(st, ":kind", s->kind);
        ct_bind_text(st, ":subject", s->id);
    } else if (user_id != 0) {
        ct_bind_i64(st, ":user_id", user_id);
    }
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_held *more = ct_rows_grow(a->held, a->n, &a->cap, sizeof *more);
        if (more == NULL)
            return no_memory(reterr);
        a->held = more;
        ct_held_row(st, &more[a->n++]);
    }
    return rc;
}

static enum ct_status subject_add(struct all *a, const struct ct_subject *s,
                                  struct ct_error *reterr)
{
    for (size_t i = 0; i < a->n_subjects; i++)
        if (ct_subject_same(&a->subject[i], s))
            return CT_OK;
    struct ct_subject *more =
        ct_rows_grow(a->subject, a->n_subjects, &a->cap_subjects, sizeof *more);
    if (more == NULL)
        return no_memory(reterr);
    a->subject = more;
    more[a->n_subjects++] = *s;
    return CT_OK;
}

static int by_subject(const void *x, const void *y)
{
    const struct ct_subject *a = x, *b = y;
    return a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : strcmp(a->title, b->title);
}

static enum ct_status subjects(struct all *a, struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < a->n_rules; i++)
        rc = subject_add(a, &a->rule[i].subject, reterr);
    for (size_t i = 0; rc == CT_OK && i < a->n; i++)
        rc = subject_add(a, &a->held[i].subject, reterr);
    if (rc == CT_OK && a->n_subjects > 0)
        qsort(a->subject, a->n_subjects, sizeof *a->subject, by_subject);
    return rc;
}

static void judge(struct ct_app *app, const struct all *a, uint32_t user_id, const char *name,
                  const struct ct_subject *s, int soon_days, struct ct_comp_now *n)
{
    const struct ct_comp_rule *rule = NULL;
    ct_date today = ct_date_at(ct_app_now(app));
    for (size_t i = 0; i < a->n_rules && rule == NULL; i++)
        if (ct_subject_same(&a->rule[i].subject, s))
            rule = &a->rule[i];
    memset(n, 0, sizeof *n);
    n->user_id = user_id;
    ct_text_copy(n->name, sizeof n->name, name);
    n->subject = *s;
    n->required = rule != NULL;
    n->needs = rule != NULL ? rule->level : CT_LEVEL_NONE;
    n->last_day = CT_NO_DATE;
    for (size_t i = 0; i < a->n; i++)
        if (a->held[i].user_id == user_id && ct_subject_same(&a->held[i].subject, s))
            ct_held_judge(ct_app_config(app), rule, &a->held[i], today, soon_days, n);
}

/* ---- lists ------------------------------------------------------------------------------------------ */

static int by_state(const void *x, const void *y)
{
    const struct ct_comp_now *a = x, *b = y;
    bool p = a->required && a->state < CT_COMP_SOON, q = b->required && b->state < CT_COMP_SOON;
    if (p != q)
        return p ? -1 : 1;
    if (p && a->state != b->state)
        return a->state < b->state ? -1 : 1;
    return by_subject(&a->subject, &b->subject);
}

enum ct_status ct_comp_person(struct ct_app *app, uint32_t user_id, struct ct_comp_now **ret,
                              size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    CT_CLEANUP(all_done) struct all a = {.held = NULL};
    char name[64];
    const struct ct_who *who = ct_app_who(app);
    *ret = NULL;
    *ret_n = 0;
    bool own = who != NULL && who->user_id == user_id;
    enum ct_status rc =
        ct_require(app, own ? CT_PERM_SESSION : CT_PERM_TRAIN_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = held(app, user_id, NULL, &a, reterr);
    if (rc == CT_OK)
        rc = ct_comp_rules(app, &a.rule, &a.n_rules, reterr);
    if (rc == CT_OK)
        rc = subjects(&a, reterr);
    if (rc != CT_OK || a.n_subjects == 0)
        return rc;
    if ((*ret = calloc(a.n_subjects, sizeof **ret)) == NULL)
        return no_memory(reterr);
    ct_user_name(app, user_id, name, sizeof name);
    for (; *ret_n < a.n_subjects; ++*ret_n)
        judge(app, &a, user_id, name, &a.subject[*ret_n], ct_app_config(app)->train_soon_days,
              &(*ret)[*ret_n]);
    qsort(*ret, *ret_n, sizeof **ret, by_state);
    return CT_OK;
}

enum ct_status ct_comp_subject(struct ct_app *app, const struct ct_subject *s,
                               struct ct_comp_now **ret, size_t *ret_n,
                               struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    CT_CLEANUP(all_done) struct all a = {.held = NULL};
    struct ct_person *p = NULL;
    size_t n = 0;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_TRAIN_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = held(app, 0, s, &a, reterr);
    if (rc == CT_OK)
        rc = ct_comp_rules(app, &a.rule, &a.n_rules, reterr);
    if (rc == CT_OK)
        rc = ct_user_people(app, CT_PERM_TRAIN_READ, &p, &n, reterr);
    if (rc == CT_OK && n > 0 && (*ret = calloc(n, sizeof **ret)) == NULL)
        rc = no_memory(reterr);
    for (; rc == CT_OK && *ret_n < n; ++*ret_n)
        judge(app, &a, p[*ret_n].user_id, p[*ret_n].name, s,
              ct_app_config(app)->train_soon_days, &(*ret)[*ret_n]);
    free(p);
    return rc;
}

void ct_comp_matrix_done(struct ct_comp_matrix *m)
{
    free(m->person);
    free(m->subject);
    free(m->cell);
    *m = (struct ct_comp_matrix){.person = NULL};
}

static enum ct_status matrix(struct ct_app *app, int soon_days, struct ct_comp_matrix *m,
                             struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    CT_CLEANUP(all_done) struct all a = {.held = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_TRAIN_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = held(app, 0, NULL, &a, reterr);
    if (rc == CT_OK)
        rc = ct_comp_rules(app, &a.rule, &a.n_rules, reterr);
    if (rc == CT_OK)
        rc = subjects(&a, reterr);
    if (rc == CT_OK)
        rc = ct_user_people(app, CT_PERM_TRAIN_READ, &m->person, &m->n_people, reterr);
    size_t n = m->n_people * a.n_subjects;
    if (rc == CT_OK && n > 0 && (m->cell = calloc(n, sizeof *m->cell)) == NULL)
        rc = no_memory(reterr);
    if (rc != CT_OK)
        return rc;
    m->subject = a.subject;
    m->n_subjects = a.n_subjects;
    a.subject = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct ct_person *p = &m->person[i / m->n_subjects];
        judge(app, &a, p->user_id, p->name, &m->subject[i % m->n_subjects], soon_days,
              &m->cell[i]);
    }
    return CT_OK;
}

enum ct_status ct_comp_matrix(struct ct_app *app, struct ct_comp_matrix *ret,
                              struct ct_error *reterr)
{
    *ret = (struct ct_comp_matrix){.person = NULL};
    enum ct_status rc = matrix(app, ct_app_config(app)->train_soon_days, ret, reterr);
    if (rc != CT_OK)
        ct_comp_matrix_done(ret);
    return rc;
}

static int by_day(const void *x, const void *y)
{
    const struct ct_comp_now *a = x, *b = y;
    if (a->last_day != b->last_day)
        return a->last_day < b->last_day ? -1 : 1;
    int d = strcmp(a->name, b->name);
    return d != 0 ? d : by_subject(&a->subject, &b->subject);
}

enum ct_status ct_comp_expiring(struct ct_app *app, int days, struct ct_comp_now **ret,
                                size_t *ret_n, struct ct_error *reterr)
{
    CT_CLEANUP(ct_comp_matrix_done) struct ct_comp_matrix m = {.person = NULL};
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc =
        matrix(app, days >= 0 ? days : ct_app_config(app)->train_soon_days, &m, reterr);
    if (rc != CT_OK)
        return rc;
    size_t n = m.n_people * m.n_subjects;
    if (n > 0 && (*ret = calloc(n, sizeof **ret)) == NULL)
        return no_memory(reterr);
    for (size_t i = 0; i < n; i++)
        if (m.cell[i].required &&
            (m.cell[i].state == CT_COMP_EXPIRED || m.cell[i].state == CT_COMP_SOON))
            (*ret)[(*ret_n)++] = m.cell[i];
    if (*ret_n > 0)
        qsort(*ret, *ret_n, sizeof **ret, by_day);
    return CT_OK;
}

/* ---- what a device needs ------------------------------------------------------------------------------ */

static enum ct_status meets(struct ct_app *app, const struct ct_subject *s,
                            const struct ct_subject *also, struct ct_comp_now **ret,
                            size_t *ret_n, size_t *cap, struct ct_error *reterr)
{
    struct ct_comp_rule rule;
    struct ct_person *p = NULL;
    struct ct_comp_now now;
    size_t n = 0;
    enum ct_status rc = ct_comp_rule_load(ct_app_db(app), s, &rule, reterr);
    if (rc != CT_OK || rule.id == 0)
        return rc;
    rc = ct_user_people(app, CT_PERM_TRAIN_READ, &p, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        rc = ct_comp_stand(app, ct_app_db(app), p[i].user_id, s, also, &rule, &now, reterr);
        struct ct_comp_now *more =
            rc == CT_OK ? ct_rows_grow(*ret, *ret_n, cap, sizeof *more) : NULL;
        if (rc == CT_OK && more == NULL)
            rc = no_memory(reterr);
        if (rc != CT_OK)
            break;
        *ret = more;
        ct_text_copy(now.name, sizeof now.name, p[i].name);
        now.subject = rule.subject;
        more[(*ret_n)++] = now;
    }
    free(p);
    return rc;
}

enum ct_status ct_comp_device(struct ct_app *app, const char *asset, struct ct_comp_now **ret,
                              size_t *ret_n, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    struct ct_equipment e;
    struct ct_subject model = {.kind = CT_SUBJ_MODEL}, class;
    enum ct_equip_risk risk;
    size_t cap = 0;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_TRAIN_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_find(app, asset, &e, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(model.id, sizeof model.id, "%lld", (long long)e.model_id);
    rc = ct_subject_class(app, &model, &class, &risk, reterr);
    if (rc == CT_OK)
        rc = meets(app, &model, NULL, ret, ret_n, &cap, reterr);
    if (rc == CT_OK)
        rc = meets(app, &class, &model, ret, ret_n, &cap, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

/* ---- a history ------------------------------------------------------------------------------------------- */

static void history_row(struct ct_app *app, struct ct_stmt *st, uint32_t user_id,
                        const struct ct_subject *s, struct ct_competency *c)
{
    memset(c, 0, sizeof *c);
    c->id = ct_col_i64(st, 0);
    c->act = (int)ct_col_i64(st, 1);
    c->user_id = user_id;
    c->subject = *s;
    if (c->act < 0)
        ct_text_copy(c->subject.title, sizeof c->subject.title, ct_col_text(st, 2));
    c->level = (enum ct_level)ct_col_i64(st, 3);
    c->method = (enum ct_comp_method)ct_col_i64(st, 4);
    c->passed = ct_col_i64(st, 5) != 0;
    c->score = ct_col_i64(st, 6);
    ct_text_copy(c->evidence, sizeof c->evidence, ct_col_text(st, 7));
    ct_text_copy(c->restriction, sizeof c->restriction, ct_col_text(st, 8));
    ct_text_copy(c->revision, sizeof c->revision, ct_col_text(st, 9));
    c->training_id = ct_col_null(st, 10) ? 0 : ct_col_i64(st, 10);
    c->done_day = (ct_date)ct_col_i64(st, 11);
    c->last_day = ct_col_null(st, 12) ? CT_NO_DATE : (ct_date)ct_col_i64(st, 12);
    ct_text_copy(c->validity, sizeof c->validity, ct_col_text(st, 13));
    c->at_ms = ct_col_i64(st, 14);
    c->by_user = (uint32_t)ct_col_i64(st, 15);
    c->confirmed = ct_col_i64(st, 16) != 0;
    ct_user_name(app, c->by_user, c->by, sizeof c->by);
}

enum ct_status ct_competency_history(struct ct_app *app, uint32_t user_id,
                                     const struct ct_subject *s, struct ct_competency **ret,
                                     size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    const struct ct_who *who = ct_app_who(app);
    *ret = NULL;
    *ret_n = 0;
    bool own = who != NULL && who->user_id == user_id;
    enum ct_status rc =
        ct_require(app, own ? CT_PERM_SESSION : CT_PERM_TRAIN_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_competency_sql[CT_SQL_COMP_HISTORY], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", user_id);
    ct_bind_i64(st, ":kind", s->kind);
    ct_bind_text(st, ":subject", s->id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_competency *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof *more);
        if (more == NULL) {
            rc = no_memory(reterr);
            break;
        }
        *ret = more;
        history_row(app, st, user_id, s, &more[(*ret_n)++]);
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}
