/* handover_read - a handover, its items and what became of each, and the statements. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/handover_priv.h"
#include "record/user.h"

const char *const CT_HO_KIND_NAME[CT_HO_KINDS] = {
    [CT_HO_PATIENT] = "patient",     [CT_HO_ESCALATION] = "escalation", [CT_HO_SET] = "set overdue",
    [CT_HO_TASK] = "task overdue",   [CT_HO_DEVICE] = "device",         [CT_HO_CHECKLIST] = "checklist",
    [CT_HO_DRAFT] = "not saved",     [CT_HO_OTHER] = "other",
};
const char *const CT_HO_EVENT_NAME[CT_HE_KINDS] = {
    [CT_HE_WORDS] = "words",       [CT_HE_GIVEN] = "handed over",    [CT_HE_ACCEPTED] = "accepted",
    [CT_HE_REFUSED] = "NOT accepted", [CT_HE_QUESTION] = "question", [CT_HE_ANSWER] = "answer",
    [CT_HE_READ_BACK] = "read back", [CT_HE_WITHDRAWN] = "taken off",
};
const char *const CT_HO_PART_NAME[CT_HANDOVER_FORMS][CT_HO_PARTS] = {
    {"Illness severity", "Patient summary", "Action list", "Situation, contingency"},
    {"Situation", "Background", "Assessment", "Recommendation"},
};

const struct ct_sql ct_handover_sql[CT_HANDOVER_SQL_N] = {
    [CT_SQL_HO_INSERT] = {"handover.insert",
                          "INSERT INTO handover(form, shift, shift_ms, at_ms, by_user) "
                          "VALUES(:form, :shift, :shift_ms, :at_ms, :by_user)"},
    [CT_SQL_HO_GET] = {"handover.get", "SELECT form, shift, shift_ms, at_ms, by_user "
                                       "FROM handover WHERE id = :id"},
    [CT_SQL_HO_ITEM_INSERT] =
        {"handover_item.insert",
         "INSERT INTO handover_item(handover_id, kind, ref_id, patient_id, text, at_ms, by_user) "
         "VALUES(:handover_id, :kind, :ref_id, :patient_id, :text, :at_ms, :by_user)"},
    [CT_SQL_HO_ITEM_GET] = {"handover_item.get",
                            "SELECT handover_id FROM handover_item WHERE id = :id"},
    [CT_SQL_HO_ITEMS] = {"handover_item.list",
                         "SELECT id, kind, ref_id, patient_id, text FROM handover_item "
                         "WHERE handover_id = :id ORDER BY id"},
    [CT_SQL_HO_EVENT_INSERT] =
        {"handover_event.insert",
         "INSERT INTO handover_event(handover_id, item_id, kind, part, text, at_ms, by_user, "
         "beside) VALUES(:handover_id, :item_id, :kind, :part, :text, :at_ms, :by_user, :beside)"},
    [CT_SQL_HO_EVENTS] = {"handover_event.list",
                          "SELECT id, item_id, kind, part, text, at_ms, by_user, beside "
                          "FROM handover_event WHERE handover_id = :id ORDER BY id"},
    [CT_SQL_HO_FIND_PUT] = {"handover_find.put",
                            "INSERT INTO handover_find(handover_id, giver, given, waiting) "
                            "VALUES(:handover_id, :giver, :given, :waiting) "
                            "ON CONFLICT(handover_id) DO UPDATE SET given = excluded.given, "
                            "waiting = excluded.waiting"},
    [CT_SQL_HO_FIND_DELETE] = {"handover_find.delete",
                               "DELETE FROM handover_find WHERE handover_id = :handover_id"},
    [CT_SQL_HO_FIND_OWN] = {"handover_find.own",
                            "SELECT handover_id FROM handover_find WHERE giver = :user_id "
                            "AND given = 0 ORDER BY handover_id DESC LIMIT 1"},
    [CT_SQL_HO_FIND_ALL] = {"handover_find.all",
                            "SELECT handover_id FROM handover_find WHERE handover_id > 0 "
                            "AND (given = 1 OR giver = :user_id) ORDER BY handover_id DESC"},
    [CT_SQL_HO_COUNT] = {"handover_find.count",
                         "SELECT sum(waiting * (giver = :user_id AND given = 1)), "
                         "sum(giver <> :user_id AND given = 1) FROM handover_find "
                         "WHERE handover_id > 0"},
};

/* ---- one ------------------------------------------------------------------------------------ */

static enum ct_status head(struct ct_app *app, int64_t id, struct ct_handover *h,
                           struct ct_error *reterr)
{
    {
        CT_STMT *st = NULL;
        bool row;
        enum ct_status rc =
            ct_stmt_get(ct_app_db(app), &ct_handover_sql[CT_SQL_HO_GET], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":id", id);
        rc = ct_stmt_step(st, &row, reterr);
        if (rc == CT_OK && !row)
            rc = ct_fail(reterr, CT_ENOTFOUND, "id", "there is no handover H-%lld", (long long)id);
        if (rc != CT_OK)
            return rc;
        *h = (struct ct_handover){.id = id,
                                  .form = ct_col_i64(st, 0) == 1 ? CT_SBAR : CT_IPASS,
                                  .shift_ms = ct_col_i64(st, 2),
                                  .at_ms = ct_col_i64(st, 3),
                                  .given_ms = CT_UNSET,
                                  .by_user = (uint32_t)ct_col_i64(st, 4)};
        ct_text_copy(h->shift, sizeof h->shift, ct_col_text(st, 1));
    }
    ct_user_name(app, h->by_user, h->giver, sizeof h->giver);
    return CT_OK;
}

static int64_t or_zero(struct ct_stmt *st, int col)
{
    return ct_col_null(st, col) ? 0 : ct_col_i64(st, col);
}

static enum ct_status items_read(struct ct_app *app, int64_t id, struct ct_handover_item **v,
                                 size_t *n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true;
    size_t cap = 0;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_handover_sql[CT_SQL_HO_ITEMS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        void *more = ct_rows_grow(*v, *n, &cap, sizeof **v);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the items");
        *v = more;
        struct ct_handover_item *i = &(*v)[(*n)++];
        *i = (struct ct_handover_item){.id = ct_col_i64(st, 0),
                                       .handover_id = id,
                                       .kind = (enum ct_handover_kind)ct_col_i64(st, 1),
                                       .ref_id = or_zero(st, 2),
                                       .patient_id = or_zero(st, 3)};
        ct_text_copy(i->text, sizeof i->text, ct_col_text(st, 4));
    }
    return rc;
}

static enum ct_status events_read(struct ct_app *app, int64_t id, struct ct_handover_event **v,
                                  size_t *n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true;
    size_t cap = 0;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_handover_sql[CT_SQL_HO_EVENTS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        void *more = ct_rows_grow(*v, *n, &cap, sizeof **v);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the events");
        *v = more;
        struct ct_handover_event *e = &(*v)[(*n)++];
        *e = (struct ct_handover_event){.id = ct_col_i64(st, 0),
                                        .item_id = or_zero(st, 1),
                                        .kind = (enum ct_handover_event_kind)ct_col_i64(st, 2),
                                        .part = ct_col_null(st, 3) ? -1 : (int)ct_col_i64(st, 3),
                                        .at_ms = ct_col_i64(st, 5),
                                        .by_user = (uint32_t)ct_col_i64(st, 6),
                                        .beside = (uint32_t)or_zero(st, 7)};
        ct_text_copy(e->text, sizeof e->text, ct_col_text(st, 4));
    }
    return rc;
}

/* ---- what became of them --------------------------------------------------------------------- */

static void settle(struct ct_handover_item *i, const struct ct_handover_event *e,
                   enum ct_handover_item_state state)
{
    i->state = state;
    ct_text_copy(i->by, sizeof i->by, e->by);
    ct_text_copy(i->why, sizeof i->why, e->text);
}

static void happened(struct ct_handover_item *i, const struct ct_handover_event *e)
{
    switch (e->kind) {
    case CT_HE_WORDS:
        if (e->part >= 0 && e->part < CT_HO_PARTS)
            ct_text_copy(i->words[e->part], sizeof i->words[0], e->text);
        break;
    case CT_HE_ACCEPTED: settle(i, e, CT_HI_ACCEPTED); break;
    case CT_HE_REFUSED: settle(i, e, CT_HI_REFUSED); break;
    case CT_HE_WITHDRAWN: settle(i, e, CT_HI_WITHDRAWN); break;
    case CT_HE_QUESTION:
        i->questions++;
        i->unanswered++;
        break;
    case CT_HE_ANSWER: i->unanswered = 0; break;
    case CT_HE_GIVEN:
    case CT_HE_READ_BACK:
    case CT_HE_KINDS: break;
    }
}

/* Of a restricted patient: that there is one, and nothing of what was said. */
static enum ct_status whose(struct ct_app *app, struct ct_handover_item *i,
                            struct ct_error *reterr)
{
    struct ct_patient p;
    if (i->patient_id == 0)
        return CT_OK;
    enum ct_status rc = ct_patient_details(ct_app_db(app), i->patient_id, &p, reterr);
    if (rc == CT_OK)
        ct_patient_name(&p, i->patient, sizeof i->patient);
    if (rc == CT_OK)
        rc = ct_access_hidden(app, i->patient_id, &i->restricted, reterr);
    if (rc != CT_OK || !i->restricted)
        return rc;
    ct_text_copy(i->text, sizeof i->text, "restricted record");
    memset(i->words, 0, sizeof i->words);
    i->why[0] = '\0';
    return CT_OK;
}

static enum ct_status join(struct ct_app *app, struct ct_handover *h, struct ct_handover_item *v,
                           size_t n, struct ct_handover_event *e, size_t n_events,
                           struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    for (size_t k = 0; k < n_events; k++) {
        ct_user_name(app, e[k].by_user, e[k].by, sizeof e[k].by);
        if (e[k].kind == CT_HE_GIVEN)
            h->given_ms = e[k].at_ms;
        for (size_t i = 0; i < n; i++)
            if (v[i].id == e[k].item_id)
                happened(&v[i], &e[k]);
    }
    for (size_t i = 0; rc == CT_OK && i < n; i++) {
        h->items += v[i].state != CT_HI_WITHDRAWN;
        h->waiting += v[i].state == CT_HI_WAITS || v[i].state == CT_HI_REFUSED;
        rc = whose(app, &v[i], reterr);
        for (size_t k = 0; k < n_events && v[i].restricted; k++)
            if (e[k].item_id == v[i].id) {
                e[k].text[0] = '\0';
                e[k].restricted = true;
            }
    }
    h->over = h->given_ms != CT_UNSET && h->waiting == 0;
    return rc;
}

enum ct_status ct_handover_load(struct ct_app *app, int64_t id, struct ct_handover *h,
                                struct ct_handover_item **items, size_t *n_items,
                                struct ct_handover_event **events, size_t *n_events,
                                struct ct_error *reterr)
{
    struct ct_handover_item *v = NULL;
    struct ct_handover_event *e = NULL;
    size_t n = 0, k = 0;
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = head(app, id, h, reterr);
    if (rc == CT_OK)
        rc = items_read(app, id, &v, &n, reterr);
    if (rc == CT_OK)
        rc = events_read(app, id, &e, &k, reterr);
    if (rc == CT_OK)
        rc = join(app, h, v, n, e, k, reterr);
    if (rc == CT_OK && items != NULL) {
        *items = v;
        *n_items = n;
        v = NULL;
    }
    if (rc == CT_OK && events != NULL) {
        *events = e;
        *n_events = k;
        e = NULL;
    }
    free(v);
    free(e);
    return rc;
}

/* Others' are seen when they are given. */
static enum ct_status may_see(struct ct_app *app, const struct ct_handover *h,
                              struct ct_error *reterr)
{
    if (h->by_user == ct_app_who(app)->user_id || h->given_ms != CT_UNSET)
        return CT_OK;
    return ct_fail(reterr, CT_EDENIED, "id", "%s has not handed it over yet", h->giver);
}

enum ct_status ct_handover_get(struct ct_app *app, int64_t id, struct ct_handover *ret,
                               struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_SHIFT_OWN, reterr);
    if (rc == CT_OK)
        rc = ct_handover_load(app, id, ret, NULL, NULL, NULL, NULL, reterr);
    return rc == CT_OK ? may_see(app, ret, reterr) : rc;
}

enum ct_status ct_handover_items(struct ct_app *app, int64_t id, struct ct_handover_item **ret,
                                 size_t *ret_n, struct ct_error *reterr)
{
    struct ct_handover h;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_handover_get(app, id, &h, reterr);
    return rc == CT_OK ? ct_handover_load(app, id, &h, ret, ret_n, NULL, NULL, reterr) : rc;
}

enum ct_status ct_handover_events(struct ct_app *app, int64_t id, struct ct_handover_event **ret,
                                  size_t *ret_n, struct ct_error *reterr)
{
    struct ct_handover h;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_handover_get(app, id, &h, reterr);
    return rc == CT_OK ? ct_handover_load(app, id, &h, NULL, NULL, ret, ret_n, reterr) : rc;
}

/* ---- lists --------------------------------------------------------------------------------------- */

static enum ct_status ids(struct ct_app *app, struct ct_handover **v, size_t *n,
                          struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true;
    size_t cap = 0;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_handover_sql[CT_SQL_HO_FIND_ALL], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", ct_app_who(app)->user_id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row) {
        void *more = ct_rows_grow(*v, *n, &cap, sizeof **v);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the list");
        *v = more;
        (*v)[(*n)++] = (struct ct_handover){.id = ct_col_i64(st, 0)};
    }
    return rc;
}

enum ct_status ct_handover_list(struct ct_app *app, struct ct_handover **ret, size_t *ret_n,
                                struct ct_error *reterr)
{
    struct ct_handover *v = NULL;
    size_t n = 0;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_SHIFT_OWN, reterr);
    if (rc == CT_OK)
        rc = ids(app, &v, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        rc = ct_handover_load(app, v[i].id, &v[i], NULL, NULL, NULL, NULL, reterr);
    if (rc != CT_OK) {
        free(v);
        return rc;
    }
    *ret = v;
    *ret_n = n;
    return CT_OK;
}

enum ct_status ct_handover_count(struct ct_app *app, int64_t *ret_mine, int64_t *ret_to_take,
                                 struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret_mine = *ret_to_take = 0;
    enum ct_status rc = ct_require(app, CT_PERM_SHIFT_OWN, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_handover_sql[CT_SQL_HO_COUNT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", ct_app_who(app)->user_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    *ret_mine = or_zero(st, 0);
    *ret_to_take = or_zero(st, 1);
    return CT_OK;
}

enum ct_status ct_handover_of_item(struct ct_app *app, int64_t item_id, int64_t *ret,
                                   struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_handover_sql[CT_SQL_HO_ITEM_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", item_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && !row)
        return ct_fail(reterr, CT_ENOTFOUND, "item", "there is no such item");
    if (rc == CT_OK)
        *ret = ct_col_i64(st, 0);
    return rc;
}
