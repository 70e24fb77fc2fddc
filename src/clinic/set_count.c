/* set_count - counting a set at assembly and at return, by two people where the recipe asks
 * for it, and what comes of differences. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/set_priv.h"
#include "record/user.h"

const char *const CT_SET_AWAY_NAME[CT_AWAYS] = {
    [CT_AWAY_NONE] = "all there",
    [CT_AWAY_MISSING] = "missing",
    [CT_AWAY_BROKEN] = "broken",
    [CT_AWAY_REPAIR] = "out for repair",
};

/* ---- what is to be counted ----------------------------------------------------------------- */

static struct ct_set *fresh_set(struct ct_error *reterr)
{
    struct ct_set *s = calloc(1, sizeof *s);
    if (s == NULL)
        (void)ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the recipe");
    return s;
}

static void lines_of(const struct ct_set *s, struct ct_set_count *c)
{
    c->n = s->n;
    for (size_t i = 0; i < s->n; i++) {
        struct ct_set_count_line *l = &c->line[i];
        l->line_id = s->line[i].id;
        l->expected = s->line[i].count;
        l->counted = -1;
        ct_text_copy(l->instrument, sizeof l->instrument, s->line[i].instrument);
    }
}

enum ct_status ct_set_count_begin(struct ct_app *app, int64_t set_id, struct ct_set_count *ret,
                                  struct ct_error *reterr)
{
    struct ct_set *s = fresh_set(reterr);
    if (s == NULL)
        return CT_ENOMEM;
    memset(ret, 0, sizeof *ret);
    enum ct_status rc = ct_set_get(app, set_id, s, reterr);
    if (rc == CT_OK)
        lines_of(s, ret);
    free(s);
    return rc;
}

static enum ct_status count_load(struct ct_app *app, int64_t pack_id, enum ct_set_phase phase,
                                 struct ct_set_count *c, struct ct_error *reterr)
{
    struct ct_db *db = ct_app_db(app);
    CT_STMT *st = NULL, *lines = NULL;
    bool there;
    char by[128];
    memset(c, 0, sizeof *c);
    enum ct_status rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_COUNT_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":pack_id", pack_id);
    ct_bind_i64(st, ":phase", phase);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "", "it was not counted");
    c->id = ct_col_i64(st, 0);
    c->pack_id = pack_id;
    c->phase = phase;
    ct_text_copy(c->remark, sizeof c->remark, ct_col_text(st, 3));
    c->at_ms = ct_col_i64(st, 4);
    c->by_user = (uint32_t)ct_col_i64(st, 5);
    c->second_user = ct_col_null(st, 6) ? 0 : (uint32_t)ct_col_i64(st, 6);
    ct_user_name(app, c->by_user, by, sizeof by);
    ct_text_copy(c->by, sizeof c->by, by);
    if (c->second_user != 0) {
        ct_user_name(app, c->second_user, by, sizeof by);
        ct_text_copy(c->second, sizeof c->second, by);
    }
    rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_COUNT_LINES], &lines, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(lines, ":count_id", c->id);
    while ((rc = ct_stmt_step(lines, &there, reterr)) == CT_OK && there) {
        if (c->n == CT_SET_LINES_MAX)
            return ct_fail(reterr, CT_EDAMAGED, "", "a count has more lines than a recipe may");
        struct ct_set_count_line *l = &c->line[c->n++];
        l->id = ct_col_i64(lines, 0);
        l->line_id = ct_col_i64(lines, 1);
        l->expected = (int)ct_col_i64(lines, 2);
        l->counted = (int)ct_col_i64(lines, 3);
        l->away = (enum ct_set_away)ct_col_i64(lines, 4);
        ct_text_copy(l->text, sizeof l->text, ct_col_text(lines, 5));
        ct_text_copy(l->instrument, sizeof l->instrument, ct_col_text(lines, 6));
    }
    return rc;
}

enum ct_status ct_set_count_get(struct ct_app *app, int64_t pack_id, enum ct_set_phase phase,
                                struct ct_set_count *ret, struct ct_error *reterr)
{
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_require(app, CT_PERM_STERILE_READ, reterr);
    if (rc == CT_OK)
        rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    return rc == CT_OK ? count_load(app, pack_id, phase, ret, reterr) : rc;
}

/* What went out is what has to come back. */
enum ct_status ct_set_count_back(struct ct_app *app, int64_t pack_id, struct ct_set_count *ret,
                                 struct ct_error *reterr)
{
    struct ct_pack p;
    enum ct_status rc = ct_pack_get(app, pack_id, &p, reterr);
    if (rc == CT_OK && p.kind != CT_PACK_SET)
        rc = ct_fail(reterr, CT_EINVAL, "pack_id", "a single item has no recipe to count by");
    if (rc == CT_OK)
        rc = ct_set_count_get(app, pack_id, CT_SET_ASSEMBLY, ret, reterr);
    if (rc != CT_OK)
        return rc;
    ret->id = 0;
    ret->phase = CT_SET_RETURN;
    ret->remark[0] = '\0';
    ret->second_user = 0;
    for (size_t i = 0; i < ret->n; i++) {
        struct ct_set_count_line *l = &ret->line[i];
        l->id = 0;
        l->expected = l->counted;
        l->counted = -1;
        l->away = CT_AWAY_NONE;
        l->text[0] = '\0';
    }
    return CT_OK;
}

/* ---- what is accepted ------------------------------------------------------------------------ */

struct counting {
    int64_t set_id, replaces_id;
    struct ct_set_count c;
    struct ct_set s;
    struct ct_pack p;
    const char *second;
    const struct ct_secret *password;
};

static enum ct_status counted(struct ct_set_count *c, const struct ct_set_count *expected,
                              struct ct_error *reterr)
{
    if (c->n != expected->n)
        return ct_fail(reterr, CT_ECONFLICT, "counted",
                       "the recipe was changed meanwhile: count anew");
    for (size_t i = 0; i < c->n; i++) {
        struct ct_set_count_line *l = &c->line[i];
        const struct ct_set_count_line *want = &expected->line[i];
        if (l->line_id != want->line_id || l->expected != want->expected)
            return ct_fail(reterr, CT_ECONFLICT, "counted",
                           "the recipe was changed meanwhile: count anew");
        if (l->counted < 0 || l->counted > 999)
            return ct_fail(reterr, CT_EINVAL, "counted", "%s is not counted yet",
                           want->instrument);
        if ((unsigned)l->away >= CT_AWAYS)
            return ct_fail(reterr, CT_EINVAL, "away", "there is no such answer");
        if (l->counted > l->expected)
            return ct_fail(reterr, CT_EINVAL, "counted",
                           "%s: %d, and %d belong to the set: put aside what is another's",
                           want->instrument, l->counted, l->expected);
        if (l->counted < l->expected && l->away == CT_AWAY_NONE)
            return ct_fail(reterr, CT_EINVAL, "away",
                           "%s: %d of %d: say whether they are missing, broken or out for repair",
                           want->instrument, l->counted, l->expected);
        if (l->counted == l->expected)
            l->away = CT_AWAY_NONE;
        enum ct_status rc =
            ct_text_check(l->text, "text", "the remark", CT_SET_REASON_MAX, false, reterr);
        if (rc != CT_OK)
            return rc;
    }
    return ct_text_check(c->remark, "remark", "the remark", CT_PACK_TEXT_MAX, false, reterr);
}

static bool packable(enum ct_pack_step step)
{
    return step == CT_PACK_REJECTED || step == CT_PACK_OPENED || step == CT_PACK_USED ||
           step == CT_PACK_RETURNED || step == CT_PACK_DAMAGED;
}

/* Is there a copy left to pack? x->replaces_id is the pack whose instruments these are. */
static enum ct_status copy_left(struct ct_app *app, struct ct_db *db, struct counting *x,
                                struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there, named = false;
    int64_t back = 0;
    int live = 0;
    char number[40];
    enum ct_status rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_PACKED], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":set_id", x->set_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        int64_t id = ct_col_i64(st, 0);
        enum ct_pack_step step = (enum ct_pack_step)ct_col_i64(st, 1);
        live++;
        if (back == 0 && packable(step))
            back = id;
        if (id != x->replaces_id)
            continue;
        named = true;
        if (!ct_pack_may(step, CT_PACK_REPROCESSED)) {
            ct_pack_number(app, id, number);
            return ct_fail(reterr, CT_EINVAL, "set_id", "%s is \"%s\": it cannot be packed anew",
                           number, CT_PACK_STEP_NAME[step]);
        }
    }
    if (rc != CT_OK)
        return rc;
    if (x->replaces_id != 0)
        return named ? CT_OK : ct_fail(reterr, CT_EINVAL, "set_id",
                                       "that pack is none of this set, or is over");
    x->replaces_id = live >= x->s.copies ? back : 0;
    if (live >= x->s.copies && back == 0)
        return ct_fail(reterr, CT_EINVAL, "set_id",
                       "all %d of %s are packed: none came back to be packed anew", x->s.copies,
                       x->s.name);
    return CT_OK;
}

static enum ct_status pack_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct counting *x = arg;
    struct ct_db *db = ct_app_db(app);
    CT_TX tx = {.db = NULL};
    struct ct_set_count *expected = calloc(1, sizeof *expected);
    if (expected == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the count");
    int64_t replaces = x->replaces_id;
    enum ct_status rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = ct_set_load(db, x->set_id, &x->s, reterr);
    if (rc == CT_OK && x->s.ended)
        rc = ct_fail(reterr, CT_EINVAL, "set_id", "%s is not packed any more", x->s.name);
    if (rc == CT_OK) {
        lines_of(&x->s, expected);
        rc = counted(&x->c, expected, reterr);
    }
    if (rc == CT_OK)
        rc = copy_left(app, db, x, reterr);
    if (rc != CT_OK)
        x->replaces_id = replaces;
    free(expected);
    return rc;
}

static enum ct_status back_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct counting *x = arg;
    CT_TX tx = {.db = NULL};
    struct ct_set_count *expected = calloc(1, sizeof *expected);
    if (expected == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the count");
    enum ct_status rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_pack_load(ct_app_db(app), x->c.pack_id, &x->p, reterr);
    if (rc == CT_OK)
        rc = ct_set_count_back(app, x->c.pack_id, expected, reterr);
    if (rc == CT_OK)
        rc = counted(&x->c, expected, reterr);
    if (rc == CT_OK && x->p.step != CT_PACK_RETURNED &&
        !ct_pack_may(x->p.step, CT_PACK_RETURNED))
        rc = ct_fail(reterr, CT_EINVAL, "pack_id", "this pack is \"%s\": it was not opened",
                     CT_PACK_STEP_NAME[x->p.step]);
    if (rc == CT_OK)
        rc = ct_set_version_load(ct_app_db(app), x->p.detail_id, &x->s, reterr);
    free(expected);
    struct ct_set_count *was = rc == CT_OK ? calloc(1, sizeof *was) : NULL;
    if (was != NULL) {
        struct ct_error none = {0};
        if (count_load(app, x->c.pack_id, CT_SET_RETURN, was, &none) == CT_OK)
            rc = ct_fail(reterr, CT_ECONFLICT, "", "%s counted its return already", was->by);
        free(was);
    }
    return rc;
}

/* ---- writing ------------------------------------------------------------------------------------ */

static enum ct_status difference_put(struct ct_db *db, int64_t line_id, int64_t set_id,
                                     struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_DIFFERENCE_PUT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":line_id", line_id);
    ct_bind_i64(st, ":set_id", set_id);
    ct_bind_opt(st, ":step", CT_UNSET);
    return ct_stmt_run(st, NULL, reterr);
}

static enum ct_status line_insert(struct ct_db *db, struct counting *x,
                                  struct ct_set_count_line *l, struct ct_entry *entry,
                                  struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_COUNT_LINE_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":count_id", x->c.id);
    ct_bind_i64(st, ":line_id", l->line_id);
    ct_bind_i64(st, ":expected", l->expected);
    ct_bind_i64(st, ":counted", l->counted);
    ct_bind_i64(st, ":away", l->away);
    ct_bind_text(st, ":text", l->text);
    rc = ct_stmt_run(st, &l->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "set_count_line", l->id);
    return l->away != CT_AWAY_NONE ? difference_put(db, l->id, x->s.id, reterr) : CT_OK;
}

static enum ct_status count_insert(struct ct_app *app, struct ct_db *db, struct counting *x,
                                   struct ct_entry *entry, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    struct ct_set_count *c = &x->c;
    enum ct_status rc = ct_stmt_get(db, &ct_set_sql[CT_SQL_SET_COUNT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    c->at_ms = ct_app_now(app);
    c->by_user = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":pack_id", c->pack_id);
    ct_bind_i64(st, ":phase", c->phase);
    ct_bind_text(st, ":remark", c->remark);
    ct_bind_i64(st, ":at_ms", c->at_ms);
    ct_bind_i64(st, ":by_user", c->by_user);
    ct_bind_opt(st, ":second_user", c->second_user != 0 ? c->second_user : CT_UNSET);
    rc = ct_stmt_run(st, &c->id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "set_count", c->id);
    for (size_t i = 0; rc == CT_OK && i < c->n; i++)
        rc = line_insert(db, x, &c->line[i], entry, reterr);
    return rc;
}

/* "PK-12 Laparotomy: 41 of 42; Kocher clamp 5 of 6 missing; counted with N. Adeyemi" */
static void told(struct ct_app *app, const struct counting *x, struct ct_entry *entry)
{
    CT_BUF b = {.max = 8192};
    char number[40], by[128];
    int want = 0, have = 0;
    for (size_t i = 0; i < x->c.n; i++) {
        want += x->c.line[i].expected;
        have += x->c.line[i].counted;
    }
    ct_pack_number(app, x->c.pack_id, number);
    ct_buf_printf(&b, "%s %s %s: %d of %d", number, x->s.name,
                  x->c.phase == CT_SET_ASSEMBLY ? "packed" : "came back", have, want);
    for (size_t i = 0; i < x->c.n; i++) {
        const struct ct_set_count_line *l = &x->c.line[i];
        if (l->away != CT_AWAY_NONE)
            ct_buf_printf(&b, "; %s %d of %d, %s", l->instrument, l->counted, l->expected,
                          CT_SET_AWAY_NAME[l->away]);
    }
    if (x->c.second_user != 0) {
        ct_user_name(app, x->c.second_user, by, sizeof by);
        ct_buf_printf(&b, "; counted with %s", by);
    }
    if (have < want)
        entry->severity = x->c.phase == CT_SET_RETURN ? CT_EXCEPTION : CT_NOTABLE;
    ct_text_copy(entry->detail, sizeof entry->detail, ct_buf_str(&b));
}

static enum ct_status pack_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct counting *x = arg;
    enum ct_status rc = pack_check(app, arg, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_set *s = &x->s;
    x->p = (struct ct_pack){.kind = CT_PACK_SET,
                            .detail_id = s->detail_id,
                            .set_id = s->id,
                            .method = s->method,
                            .implant = s->implant,
                            .expiry_rule = s->expiry_rule,
                            .expiry_days = s->expiry_days,
                            .replaces_id = x->replaces_id};
    ct_text_copy(x->p.contents, sizeof x->p.contents, s->name);
    rc = ct_pack_write_in(app, db, &x->p, entry, reterr);
    x->c.pack_id = x->p.id;
    if (rc == CT_OK)
        rc = count_insert(app, db, x, entry, reterr);
    if (rc == CT_OK)
        told(app, x, entry);
    return rc;
}

static enum ct_status back_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct counting *x = arg;
    enum ct_status rc = back_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = count_insert(app, db, x, entry, reterr);
    if (rc == CT_OK && x->p.step != CT_PACK_RETURNED)
        rc = ct_pack_step_in(app, db, x->p.id, CT_PACK_RETURNED, CT_REF_COUNT, x->c.id, 0, NULL,
                             NULL, entry, reterr);
    if (rc == CT_OK)
        told(app, x, entry);
    return rc;
}

/* The count is complete before the second person gives a password for it. */
static enum ct_status second(struct ct_app *app, struct counting *x, const char *why,
                             struct ct_error *reterr)
{
    x->c.second_user = 0;
    if (!x->s.second && x->second == NULL)
        return CT_OK;
    if (x->second == NULL || x->second[0] == '\0' || x->password == NULL)
        return ct_fail(reterr, CT_EINVAL, "second",
                       "%s is counted by two: the second person gives login and password",
                       x->s.name);
    return ct_second_person(app, x->second, x->password, CT_PERM_STERILE_WRITE, why,
                            &x->c.second_user, NULL, reterr);
}

static enum ct_status count_record(struct ct_app *app, struct counting *x, bool back,
                                   struct ct_error *reterr)
{
    struct ct_change change = {.verb = back ? CT_VERB_SET_RETURN : CT_VERB_PACK_MAKE,
                               .check = back ? back_check : pack_check,
                               .write = back ? back_write : pack_write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    char why[CT_SET_NAME_MAX + 32];
    enum ct_status rc = ct_record_ask(app, &change, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(why, sizeof why, "counted %s with", x->s.name);
    rc = second(app, x, why, reterr);
    return rc == CT_OK ? ct_record(app, &change, NULL, reterr) : rc;
}

enum ct_status ct_set_pack(struct ct_app *app, int64_t set_id, int64_t replaces_id,
                           struct ct_set_count *c, const char *second_login,
                           const struct ct_secret *password, struct ct_pack *ret,
                           struct ct_error *reterr)
{
    struct counting *x = calloc(1, sizeof *x);
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the count");
    x->set_id = set_id;
    x->replaces_id = replaces_id;
    x->c = *c;
    x->c.phase = CT_SET_ASSEMBLY;
    x->second = second_login;
    x->password = password;
    enum ct_status rc = count_record(app, x, false, reterr);
    if (rc == CT_OK)
        rc = ct_pack_get(app, x->p.id, ret, reterr);
    if (rc == CT_OK)
        *c = x->c;
    free(x);
    return rc;
}

enum ct_status ct_set_return(struct ct_app *app, struct ct_set_count *c,
                             const char *second_login, const struct ct_secret *password,
                             struct ct_error *reterr)
{
    struct counting *x = calloc(1, sizeof *x);
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the count");
    x->c = *c;
    x->c.phase = CT_SET_RETURN;
    x->second = second_login;
    x->password = password;
    enum ct_status rc = count_record(app, x, true, reterr);
    if (rc == CT_OK)
        *c = x->c;
    free(x);
    return rc;
}
