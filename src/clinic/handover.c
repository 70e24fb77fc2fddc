/* handover - begun, filled with words, given, taken item by item. */
#include "clinic/handover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/handover_priv.h"
#include "record/user.h"

/* What a change is about, and what it found before it writes. */
struct change {
    struct ct_handover h;
    struct ct_handover_item item; /* of one item */
    enum ct_handover_event_kind kind;
    int part;
    char text[CT_HO_TEXT_MAX + 1];
    /* beginning */
    struct ct_handover_item *fill;
    size_t n_fill;
    /* taking */
    const struct ct_handover_take *take;
    size_t n;
    const char *login;
    const struct ct_secret *password;
    uint32_t taker;
    char taker_name[128];
    bool refusing;
};

static enum ct_status run(struct ct_app *app, enum ct_verb verb, struct change *x,
                          enum ct_status (*check)(struct ct_app *, void *, struct ct_error *),
                          enum ct_status (*write)(struct ct_app *, struct ct_db *, void *,
                                                  struct ct_entry *, struct ct_error *),
                          struct ct_error *reterr)
{
    const struct ct_change c = {.verb = verb,
                                .check = check,
                                .write = write,
                                .arg = x,
                                .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &c, NULL, reterr);
}

static enum ct_status told(char out[CT_HO_TEXT_MAX + 1], const char *text,
                           struct ct_error *reterr)
{
    if (strlen(text) > CT_HO_TEXT_MAX)
        return ct_fail(reterr, CT_EINVAL, "text", "that is longer than %d bytes", CT_HO_TEXT_MAX);
    ct_text_copy(out, CT_HO_TEXT_MAX + 1, text);
    return CT_OK;
}

/* ---- rows ---------------------------------------------------------------------------------------- */

static enum ct_status event_insert(struct ct_app *app, struct ct_db *db, const struct change *x,
                                   enum ct_handover_event_kind kind, int64_t item_id,
                                   const char *text, struct ct_entry *entry,
                                   struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t id;
    uint32_t me = ct_app_who(app)->user_id;
    uint32_t by = x->taker != 0 ? x->taker : me;
    enum ct_status rc = ct_stmt_get(db, &ct_handover_sql[CT_SQL_HO_EVENT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":handover_id", x->h.id);
    ct_bind_opt(st, ":item_id", item_id != 0 ? item_id : CT_UNSET);
    ct_bind_i64(st, ":kind", kind);
    ct_bind_opt(st, ":part", kind == CT_HE_WORDS ? x->part : CT_UNSET);
    ct_bind_text(st, ":text", text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", by);
    ct_bind_opt(st, ":beside", by != me ? (int64_t)me : CT_UNSET);
    rc = ct_stmt_run(st, &id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "handover_event", id);
    return rc;
}

static enum ct_status item_insert(struct ct_app *app, struct ct_db *db, int64_t id,
                                  const struct ct_handover_item *i, struct ct_entry *entry,
                                  struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    int64_t item;
    enum ct_status rc = ct_stmt_get(db, &ct_handover_sql[CT_SQL_HO_ITEM_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":handover_id", id);
    ct_bind_i64(st, ":kind", i->kind);
    ct_bind_opt(st, ":ref_id", i->ref_id != 0 ? i->ref_id : CT_UNSET);
    ct_bind_opt(st, ":patient_id", i->patient_id != 0 ? i->patient_id : CT_UNSET);
    ct_bind_text(st, ":text", i->text);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &item, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "handover_item", item);
    return rc;
}

/* As it stands after what was just written: it goes from the list when it is over. */
static enum ct_status find_put(struct ct_app *app, struct ct_db *db, int64_t id,
                               struct ct_error *reterr)
{
    struct ct_handover h;
    CT_STMT *st = NULL;
    enum ct_status rc = ct_handover_load(app, id, &h, NULL, NULL, NULL, NULL, reterr);
    if (rc != CT_OK)
        return rc;
    rc = ct_stmt_get(db, &ct_handover_sql[h.over ? CT_SQL_HO_FIND_DELETE : CT_SQL_HO_FIND_PUT],
                     &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":handover_id", id);
    if (!h.over) {
        ct_bind_i64(st, ":giver", h.by_user);
        ct_bind_i64(st, ":given", h.given_ms != CT_UNSET);
        ct_bind_i64(st, ":waiting", h.waiting);
    }
    return ct_stmt_run(st, NULL, reterr);
}

/* ---- beginning -------------------------------------------------------------------------------------- */

static enum ct_status own(struct ct_app *app, int64_t *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    *ret = 0;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_handover_sql[CT_SQL_HO_FIND_OWN], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":user_id", ct_app_who(app)->user_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && row)
        *ret = ct_col_i64(st, 0);
    return rc;
}

static enum ct_status begin_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct change *x = arg;
    struct ct_shift s;
    const struct ct_config *c = ct_app_config(app);
    ct_shift_at(c, ct_app_now(app), &s);
    {
        CT_STMT *st = NULL;
        enum ct_status rc = ct_stmt_get(db, &ct_handover_sql[CT_SQL_HO_INSERT], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":form", strcmp(c->handover_form, "sbar") == 0 ? CT_SBAR : CT_IPASS);
        ct_bind_text(st, ":shift", s.name);
        ct_bind_i64(st, ":shift_ms", s.start_ms);
        ct_bind_i64(st, ":at_ms", ct_app_now(app));
        ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
        rc = ct_stmt_run(st, &x->h.id, reterr);
        if (rc != CT_OK)
            return rc;
    }
    ct_entry_row(entry, "handover", x->h.id);
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < x->n_fill; i++)
        rc = item_insert(app, db, x->h.id, &x->fill[i], entry, reterr);
    if (rc == CT_OK)
        rc = find_put(app, db, x->h.id, reterr);
    snprintf(entry->detail, sizeof entry->detail, "H-%lld, %s: %zu items are open",
             (long long)x->h.id, s.name, x->n_fill);
    return rc;
}

enum ct_status ct_handover_begin(struct ct_app *app, int64_t *ret_id, struct ct_error *reterr)
{
    struct change x = {.n_fill = 0};
    *ret_id = 0;
    enum ct_status rc = ct_require(app, CT_PERM_SHIFT_WRITE, reterr);
    if (rc == CT_OK)
        rc = own(app, ret_id, reterr);
    if (rc != CT_OK || *ret_id != 0)
        return rc;
    rc = ct_handover_prefill(app, &x.fill, &x.n_fill, reterr);
    if (rc == CT_OK)
        rc = run(app, CT_VERB_HANDOVER_BEGIN, &x, NULL, begin_write, reterr);
    free(x.fill);
    *ret_id = x.h.id;
    return rc;
}

/* ---- by the giver -------------------------------------------------------------------------------------- */

/* The handover as it stands, and the item that the change is about. */
static enum ct_status stands(struct ct_app *app, struct change *x, struct ct_error *reterr)
{
    struct ct_handover_item *v = NULL;
    size_t n = 0;
    int64_t item = x->item.id;
    enum ct_status rc =
        item != 0 ? ct_handover_of_item(app, item, &x->h.id, reterr) : CT_OK;
    if (rc == CT_OK)
        rc = ct_handover_load(app, x->h.id, &x->h, &v, &n, NULL, NULL, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        if (v[i].id == item)
            x->item = v[i];
    free(v);
    if (rc == CT_OK && x->h.over)
        rc = ct_fail(reterr, CT_ECONFLICT, "", "H-%lld is over: nothing of it waits any more",
                     (long long)x->h.id);
    return rc;
}

static enum ct_status giver_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct change *x = arg;
    enum ct_status rc = stands(app, x, reterr);
    if (rc == CT_OK && x->h.by_user != ct_app_who(app)->user_id)
        rc = ct_fail(reterr, CT_EDENIED, "id", "%s gives this handover", x->h.giver);
    if (rc == CT_OK && x->item.id != 0 &&
        (x->item.state == CT_HI_ACCEPTED || x->item.state == CT_HI_WITHDRAWN))
        rc = ct_fail(reterr, CT_ECONFLICT, "item",
                     x->item.state == CT_HI_ACCEPTED ? "that item was accepted: it is not yours "
                                                       "any more"
                                                     : "that item was taken off already");
    if (rc == CT_OK && x->item.patient_id != 0)
        rc = ct_access_check(app, x->item.patient_id, reterr);
    if (rc == CT_OK && x->kind == CT_HE_GIVEN && x->h.given_ms != CT_UNSET)
        rc = ct_fail(reterr, CT_ECONFLICT, "", "it was handed over already");
    if (rc == CT_OK && x->kind == CT_HE_GIVEN && x->h.items == 0)
        rc = ct_fail(reterr, CT_EINVAL, "item", "nothing is on it: add what is to be known");
    if (rc == CT_OK && x->kind != CT_HE_GIVEN)
        rc = ct_text_check(x->text, "text",
                           x->kind == CT_HE_WITHDRAWN ? "the reason" : "the text",
                           x->item.id == 0 ? CT_HO_ITEM_TEXT : CT_HO_TEXT_MAX, true, reterr);
    return rc;
}

static enum ct_status giver_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct change *x = arg;
    enum ct_status rc = giver_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = event_insert(app, db, x, x->kind, x->item.id, x->text, entry, reterr);
    if (rc == CT_OK)
        rc = find_put(app, db, x->h.id, reterr);
    if (rc != CT_OK)
        return rc;
    if (x->item.patient_id != 0)
        entry->patient_id = x->item.patient_id;
    if (x->kind == CT_HE_GIVEN)
        snprintf(entry->detail, sizeof entry->detail, "H-%lld, %s: %lld items",
                 (long long)x->h.id, x->h.shift, (long long)x->h.waiting);
    else
        snprintf(entry->detail, sizeof entry->detail, "H-%lld, %s%.100s: %s%s%.250s",
                 (long long)x->h.id, x->kind == CT_HE_WITHDRAWN ? "taken off, " : "",
                 x->item.text, x->kind == CT_HE_WORDS ? CT_HO_PART_NAME[x->h.form][x->part] : "",
                 x->kind == CT_HE_WORDS ? ": " : "", x->text);
    if (x->kind == CT_HE_WITHDRAWN)
        entry->severity = CT_NOTABLE;
    return CT_OK;
}

static enum ct_status add_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct change *x = arg;
    struct ct_handover_item i = {.kind = CT_HO_OTHER};
    enum ct_status rc = giver_check(app, arg, reterr);
    if (rc == CT_OK && x->h.items >= CT_HO_ITEMS_MAX)
        rc = ct_fail(reterr, CT_EINVAL, "text", "a handover has at most %d items", CT_HO_ITEMS_MAX);
    ct_text_copy(i.text, sizeof i.text, x->text);
    if (rc == CT_OK)
        rc = item_insert(app, db, x->h.id, &i, entry, reterr);
    if (rc == CT_OK)
        rc = find_put(app, db, x->h.id, reterr);
    snprintf(entry->detail, sizeof entry->detail, "H-%lld, one more: %.300s", (long long)x->h.id,
             x->text);
    return rc;
}

enum ct_status ct_handover_add(struct ct_app *app, int64_t id, const char *text,
                               struct ct_error *reterr)
{
    struct change x = {.h = {.id = id}, .kind = CT_HE_WORDS};
    enum ct_status rc = told(x.text, text, reterr);
    return rc == CT_OK
               ? run(app, CT_VERB_HANDOVER_WORDS, &x, giver_check, add_write, reterr)
               : rc;
}

enum ct_status ct_handover_words(struct ct_app *app, int64_t item_id, int part, const char *text,
                                 struct ct_error *reterr)
{
    struct change x = {.item = {.id = item_id}, .kind = CT_HE_WORDS, .part = part};
    if (part < 0 || part >= CT_HO_PARTS)
        return ct_fail(reterr, CT_EINVAL, "part", "a handover has %d parts", CT_HO_PARTS);
    enum ct_status rc = told(x.text, text, reterr);
    return rc == CT_OK
               ? run(app, CT_VERB_HANDOVER_WORDS, &x, giver_check, giver_write, reterr)
               : rc;
}

enum ct_status ct_handover_withdraw(struct ct_app *app, int64_t item_id, const char *reason,
                                    struct ct_error *reterr)
{
    struct change x = {.item = {.id = item_id}, .kind = CT_HE_WITHDRAWN};
    enum ct_status rc = told(x.text, reason, reterr);
    return rc == CT_OK
               ? run(app, CT_VERB_HANDOVER_WITHDRAW, &x, giver_check, giver_write, reterr)
               : rc;
}

enum ct_status ct_handover_give(struct ct_app *app, int64_t id, struct ct_error *reterr)
{
    struct change x = {.h = {.id = id}, .kind = CT_HE_GIVEN};
    return run(app, CT_VERB_HANDOVER_GIVE, &x, giver_check, giver_write, reterr);
}

/* ---- questions ------------------------------------------------------------------------------------------- */

static enum ct_status say_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct change *x = arg;
    enum ct_status rc = stands(app, x, reterr);
    if (rc != CT_OK)
        return rc;
    bool giver = x->h.by_user == ct_app_who(app)->user_id;
    x->kind = giver ? CT_HE_ANSWER : CT_HE_QUESTION;
    if (!giver && x->h.given_ms == CT_UNSET)
        return ct_fail(reterr, CT_EDENIED, "id", "%s has not handed it over yet", x->h.giver);
    if (giver && x->item.unanswered == 0)
        return ct_fail(reterr, CT_EINVAL, "item", "nothing was asked about that item");
    if (x->item.patient_id != 0)
        rc = ct_access_check(app, x->item.patient_id, reterr);
    return rc == CT_OK ? ct_text_check(x->text, "text", giver ? "the answer" : "the question",
                                       CT_HO_TEXT_MAX, true, reterr)
                       : rc;
}

static enum ct_status say_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct change *x = arg;
    enum ct_status rc = say_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = event_insert(app, db, x, x->kind, x->item.id, x->text, entry, reterr);
    if (x->item.patient_id != 0)
        entry->patient_id = x->item.patient_id;
    snprintf(entry->detail, sizeof entry->detail, "H-%lld, %.100s, %s: %.250s",
             (long long)x->h.id, x->item.text, CT_HO_EVENT_NAME[x->kind], x->text);
    return rc;
}

enum ct_status ct_handover_say(struct ct_app *app, int64_t item_id, const char *text,
                               struct ct_error *reterr)
{
    struct change x = {.item = {.id = item_id}};
    enum ct_status rc = told(x.text, text, reterr);
    return rc == CT_OK ? run(app, CT_VERB_HANDOVER_WORDS, &x, say_check, say_write, reterr) : rc;
}

/* ---- taking ------------------------------------------------------------------------------------------------ */

static const struct ct_handover_item *item_of(const struct ct_handover_item *v, size_t n,
                                              int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].id == id)
            return &v[i];
    return NULL;
}

static enum ct_status one_taken(const struct change *x, const struct ct_handover_item *i,
                                const struct ct_handover_take *t, struct ct_error *reterr)
{
    if (i == NULL)
        return ct_fail(reterr, CT_EINVAL, "item", "that item is not of H-%lld",
                       (long long)x->h.id);
    if (i->state == CT_HI_ACCEPTED || i->state == CT_HI_WITHDRAWN)
        return ct_fail(reterr, CT_ECONFLICT, "item", "\"%.60s\" was %s by %s meanwhile", i->text,
                       i->state == CT_HI_ACCEPTED ? "accepted" : "taken off", i->by);
    if (!t->accepted && t->why[strspn(t->why, " ")] == '\0')
        return ct_fail(reterr, CT_EINVAL, "why", "say why \"%.60s\" is not accepted", i->text);
    return CT_OK;
}

static enum ct_status take_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct change *x = arg;
    struct ct_handover_item *v = NULL;
    size_t n = 0, accepted = 0;
    enum ct_status rc = stands(app, x, reterr);
    if (rc == CT_OK)
        rc = ct_handover_load(app, x->h.id, &x->h, &v, &n, NULL, NULL, reterr);
    if (rc == CT_OK && x->h.given_ms == CT_UNSET)
        rc = ct_fail(reterr, CT_EDENIED, "id", "%s has not handed it over yet", x->h.giver);
    if (rc == CT_OK && x->login == NULL && x->h.by_user == ct_app_who(app)->user_id)
        rc = ct_fail(reterr, CT_EINVAL, "login", "you give it: another person takes it");
    for (size_t i = 0; rc == CT_OK && i < x->n; i++) {
        rc = one_taken(x, item_of(v, n, x->take[i].item_id), &x->take[i], reterr);
        accepted += x->take[i].accepted;
    }
    free(v);
    x->refusing = accepted < x->n;
    return rc == CT_OK ? ct_text_check(x->text, "read_back", "what was understood, read back",
                                       CT_HO_TEXT_MAX, accepted > 0, reterr)
                       : rc;
}

static enum ct_status take_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct change *x = arg;
    size_t accepted = 0;
    enum ct_status rc = take_check(app, arg, reterr);
    for (size_t i = 0; rc == CT_OK && i < x->n; i++) {
        const struct ct_handover_take *t = &x->take[i];
        accepted += t->accepted;
        rc = event_insert(app, db, x, t->accepted ? CT_HE_ACCEPTED : CT_HE_REFUSED, t->item_id,
                          t->accepted ? "" : t->why, entry, reterr);
    }
    if (rc == CT_OK && x->text[0] != '\0')
        rc = event_insert(app, db, x, CT_HE_READ_BACK, 0, x->text, entry, reterr);
    if (rc == CT_OK)
        rc = find_put(app, db, x->h.id, reterr);
    entry->severity = x->refusing ? CT_NOTABLE : CT_ROUTINE;
    snprintf(entry->detail, sizeof entry->detail,
             "H-%lld of %s, %s%s%zu accepted, %zu not; read back: %.200s", (long long)x->h.id,
             x->h.giver, x->taker_name, x->taker_name[0] != '\0' ? ": " : "", accepted,
             x->n - accepted, x->text);
    return rc;
}

/* Who takes it, if it is not whoever is logged in; and not the giver in either place. */
static enum ct_status second(struct ct_app *app, struct change *x, struct ct_error *reterr)
{
    char why[80];
    snprintf(why, sizeof why, "takes handover H-%lld", (long long)x->h.id);
    enum ct_status rc = ct_second_person(app, x->login, x->password, CT_PERM_SHIFT_WRITE, why,
                                         &x->taker, x->taker_name, reterr);
    if (rc == CT_OK && x->taker == x->h.by_user)
        rc = ct_fail(reterr, CT_EINVAL, "login", "%s gives it: another person takes it",
                     x->h.giver);
    return rc;
}

enum ct_status ct_handover_take(struct ct_app *app, int64_t id,
                                const struct ct_handover_take *takes, size_t n,
                                const char *read_back, const char *login,
                                const struct ct_secret *password, struct ct_error *reterr)
{
    struct change x = {.h = {.id = id}, .take = takes, .n = n, .login = login,
                       .password = password};
    if (n == 0 || n > CT_HO_ITEMS_MAX)
        return ct_fail(reterr, CT_EINVAL, "item", "no item was chosen");
    enum ct_status rc = told(x.text, read_back, reterr);
    if (rc == CT_OK)
        rc = ct_require(app, CT_PERM_SHIFT_WRITE, reterr);
    if (rc == CT_OK && login != NULL) {
        rc = take_check(app, &x, reterr); /* before anybody types a password in vain */
        if (rc == CT_OK)
            rc = second(app, &x, reterr);
    }
    return rc == CT_OK ? run(app, CT_VERB_HANDOVER_TAKE, &x, take_check, take_write, reterr) : rc;
}
