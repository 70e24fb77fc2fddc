/* draft - half-filled forms: encoding, keeping, finding again. */
#include "record/draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/le.h"
#include "record/internal.h"

enum { BODY_VERSION = 1 };

static void drop_text(char *text)
{
    if (text == NULL)
        return;
    ct_wipe(text, strlen(text));
    free(text);
}

void ct_draft_done(struct ct_draft *d)
{
    for (size_t i = 0; i < d->n; i++)
        drop_text(d->field[i].text);
    ct_wipe(d, sizeof *d);
}

static size_t find(const struct ct_draft *d, const char *name)
{
    size_t i = 0;
    while (i < d->n && strcmp(d->field[i].name, name) != 0)
        i++;
    return i;
}

bool ct_draft_put(struct ct_draft *d, const char *name, const char *text)
{
    size_t i = find(d, name), n = strlen(name);
    if (i == CT_DRAFT_FIELDS_MAX || n == 0 || n >= sizeof d->field[0].name ||
        strlen(text) > CT_DRAFT_TEXT_MAX)
        return false;
    char *copy = strdup(text);
    if (copy == NULL)
        return false;
    if (i < d->n)
        drop_text(d->field[i].text);
    else
        d->n++;
    memcpy(d->field[i].name, name, n + 1);
    d->field[i].text = copy;
    return true;
}

const char *ct_draft_get(const struct ct_draft *d, const char *name)
{
    size_t i = find(d, name);
    return i < d->n ? d->field[i].text : NULL;
}

/* ---- body: u8 version, u32 count, then name and text, each a field ----- */

static enum ct_status encode(const struct ct_draft *d, struct ct_buf *out,
                             struct ct_error *reterr)
{
    ct_buf_char(out, BODY_VERSION);
    ct_buf_u32(out, (uint32_t)d->n);
    for (size_t i = 0; i < d->n; i++) {
        ct_buf_field(out, d->field[i].name, strlen(d->field[i].name));
        ct_buf_field(out, d->field[i].text, strlen(d->field[i].text));
    }
    if (out->bad)
        return ct_fail(reterr, CT_EINVAL, NULL,
                       "This form holds more than %d bytes; it cannot be kept as a draft.",
                       CT_DRAFT_BODY_MAX);
    return CT_OK;
}

struct reader {
    const unsigned char *p;
    size_t left;
};

static bool take_u32(struct reader *r, uint32_t *ret)
{
    if (r->left < 4)
        return false;
    *ret = ct_le32(r->p);
    r->p += 4;
    r->left -= 4;
    return true;
}

/* A text without NUL of 0..max bytes, with a NUL added. */
static bool take_text(struct reader *r, char *out, size_t max)
{
    uint32_t n;
    if (!take_u32(r, &n) || n > max || n > r->left || memchr(r->p, '\0', n) != NULL)
        return false;
    memcpy(out, r->p, n);
    out[n] = '\0';
    r->p += n;
    r->left -= n;
    return true;
}

static bool decode(struct ct_draft *d, const void *body, size_t n)
{
    struct reader r = {body, n};
    uint32_t count = 0;
    char name[sizeof d->field[0].name], text[CT_DRAFT_TEXT_MAX + 1];
    if (n == 0 || n > CT_DRAFT_BODY_MAX || r.p[0] != BODY_VERSION)
        return false;
    r.p++;
    r.left--;
    bool good = take_u32(&r, &count) && count <= CT_DRAFT_FIELDS_MAX;
    for (uint32_t i = 0; good && i < count; i++)
        good = take_text(&r, name, sizeof name - 1) && take_text(&r, text, sizeof text - 1) &&
               ct_draft_get(d, name) == NULL && ct_draft_put(d, name, text);
    ct_wipe(text, sizeof text);
    return good && r.left == 0;
}

/* ---- store ------------------------------------------------------------ */

static bool empty(const struct ct_draft *d)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->field[i].text[0] != '\0')
            return false;
    return true;
}

static enum ct_status keep(struct ct_app *app, const struct ct_draft *d,
                           const struct ct_buf *body, struct ct_error *reterr)
{
    CT_TX tx = {0};
    enum ct_status s = ct_tx_begin(app->db, &tx, reterr);
    if (s != CT_OK)
        return s;
    {
        CT_STMT *st = NULL;
        if ((s = ct_app_row(app, CT_SQL_DRAFT_KEEP, &st, reterr)) != CT_OK)
            return s;
        ct_bind_i64(st, ":user", app->who.user_id);
        ct_bind_text(st, ":kind", d->kind);
        ct_bind_opt(st, ":patient", d->patient_id);
        ct_bind_i64(st, ":saved", ct_app_now(app));
        ct_bind_blob(st, ":body", body->data, body->len);
        if ((s = ct_stmt_run(st, NULL, reterr)) != CT_OK)
            return s;
    }
    return ct_tx_commit(&tx, reterr);
}

enum ct_status ct_draft_keep(struct ct_app *app, const struct ct_draft *d,
                             struct ct_error *reterr)
{
    CT_BUF body = {.max = CT_DRAFT_BODY_MAX};
    enum ct_status s = ct_require(app, CT_PERM_SESSION, reterr);
    if (s != CT_OK)
        return s;
    if (d->kind[0] == '\0')
        return ct_fail(reterr, CT_EINVAL, "kind", "A draft needs the name of its form.");
    if (empty(d))
        return ct_draft_drop(app, d->kind, d->patient_id, reterr);
    if ((s = encode(d, &body, reterr)) != CT_OK)
        return s;
    return keep(app, d, &body, reterr);
}

enum ct_status ct_draft_drop(struct ct_app *app, const char *kind, int64_t patient_id,
                             struct ct_error *reterr)
{
    CT_TX tx = {0};
    enum ct_status s = ct_require(app, CT_PERM_SESSION, reterr);
    if (s == CT_OK) /* one that comes back after a power cut is offered once more */
        s = app->defers ? ct_tx_begin_unsynced(app->db, &tx, reterr)
                        : ct_tx_begin(app->db, &tx, reterr);
    if (s != CT_OK)
        return s;
    {
        CT_STMT *st = NULL;
        if ((s = ct_app_row(app, CT_SQL_DRAFT_DROP, &st, reterr)) != CT_OK)
            return s;
        ct_bind_i64(st, ":user", app->who.user_id);
        ct_bind_text(st, ":kind", kind);
        ct_bind_opt(st, ":patient", patient_id);
        if ((s = ct_stmt_run(st, NULL, reterr)) != CT_OK)
            return s;
    }
    return ct_tx_commit(&tx, reterr);
}

enum ct_status ct_draft_latest(struct ct_app *app, const char *kind, int64_t patient_id,
                               struct ct_draft *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    enum ct_status s = ct_require(app, CT_PERM_SESSION, reterr);
    if (s != CT_OK || (s = ct_app_row(app, kind == NULL ? CT_SQL_DRAFT_NEWEST : CT_SQL_DRAFT_OF,
                                      &st, reterr)) != CT_OK)
        return s;
    ct_bind_i64(st, ":user", app->who.user_id);
    if (kind != NULL) {
        ct_bind_text(st, ":kind", kind);
        ct_bind_opt(st, ":patient", patient_id);
    }
    if ((s = ct_stmt_step(st, &row, reterr)) != CT_OK)
        return s;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, NULL, "There is no draft.");
    size_t n = 0;
    const void *body = ct_col_blob(st, 4, &n);
    *ret = (struct ct_draft){.id = ct_col_i64(st, 0),
                             .patient_id = ct_col_i64(st, 2),
                             .saved_ms = ct_col_i64(st, 3)};
    ct_text_copy(ret->kind, sizeof ret->kind, ct_col_text(st, 1));
    if (decode(ret, body, n))
        return CT_OK;
    ct_draft_done(ret);
    return ct_fail(reterr, CT_EDAMAGED, NULL, "A draft in the store is damaged.");
}
