/* chain - the audit chain: canonical entries, leaves, links, signatures. */
#include "record/internal.h"

#include <stdio.h>
#include <string.h>

enum { CANONICAL_VERSION = 1 };
#define SIGNATURE_DOMAIN "clintech-signature-1"

static void field_i64(struct ct_buf *out, int64_t v)
{
    ct_buf_u32(out, 8);
    ct_buf_u64(out, (uint64_t)v);
}

static void field_opt(struct ct_buf *out, int64_t v)
{
    if (v == CT_UNSET)
        ct_buf_u32(out, 0);
    else
        field_i64(out, v);
}

void ct_canonical_head(struct ct_buf *out, const struct ct_canonical *c)
{
    ct_buf_char(out, CANONICAL_VERSION);
    ct_buf_field(out, c->store_id, CT_STORE_ID_LEN);
    field_i64(out, c->seq);
    field_i64(out, c->at_ms);
    field_i64(out, c->user_id);
    field_i64(out, c->session_id);
    ct_buf_field(out, c->verb, strlen(c->verb));
    field_i64(out, c->severity);
    field_opt(out, c->patient_id);
    field_opt(out, c->done_ms);
    ct_buf_field(out, c->detail, strlen(c->detail));
}

void ct_canonical_row(struct ct_buf *out, const char *tbl, int64_t row_id, int64_t columns,
                      const unsigned char hash[CT_HASH_LEN])
{
    ct_buf_field(out, tbl, strlen(tbl));
    field_i64(out, row_id);
    field_i64(out, columns);
    ct_buf_field(out, hash, CT_HASH_LEN);
}

void ct_chain_leaf(const struct ct_buf *canonical, unsigned char leaf[CT_HASH_LEN])
{
    static const unsigned char KIND = 0;
    ct_hash_joined(leaf, &KIND, 1, canonical->data, canonical->len);
}

void ct_chain_link(const unsigned char previous[CT_HASH_LEN],
                   const unsigned char leaf[CT_HASH_LEN], unsigned char link[CT_HASH_LEN])
{
    unsigned char in[1 + 2 * CT_HASH_LEN];
    in[0] = 1;
    memcpy(in + 1, previous, CT_HASH_LEN);
    memcpy(in + 1 + CT_HASH_LEN, leaf, CT_HASH_LEN);
    ct_hash(link, in, sizeof in);
}

void ct_chain_signed(struct ct_buf *out, const struct ct_canonical *c,
                     const unsigned char link[CT_HASH_LEN])
{
    ct_buf_field(out, SIGNATURE_DOMAIN, strlen(SIGNATURE_DOMAIN));
    ct_buf_field(out, c->store_id, CT_STORE_ID_LEN);
    field_i64(out, c->seq);
    field_i64(out, c->user_id);
    ct_buf_field(out, c->verb, strlen(c->verb));
    field_i64(out, c->at_ms);
    ct_buf_field(out, link, CT_HASH_LEN);
}

void ct_detail_add(char detail[512], const char *fmt, ...)
{
    size_t n = strlen(detail);
    if (n > 0 && n < 510) {
        memcpy(detail + n, "; ", 3);
        n += 2;
    }
    char text[520]; /* longer than what fits, so that only ct_text_copy cuts */
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    ct_text_copy(detail + n, 512 - n, text);
    ct_wipe(text, sizeof text);
}

void ct_entry_row(struct ct_entry *e, const char *tbl, int64_t row_id)
{
    if (e->n_rows < CT_LEN(e->row)) {
        e->row[e->n_rows].tbl = tbl;
        e->row[e->n_rows].row_id = row_id;
    }
    e->n_rows++; /* one too many is told by ct_chain_append */
}

struct last {
    struct ct_head head;
    int64_t at_ms;
};

static enum ct_status read_last(struct ct_db *db, struct last *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    enum ct_status s;
    if ((s = ct_stmt_get(db, &ct_record_sql[CT_SQL_CHAIN_HEAD], &st, reterr)) != CT_OK ||
        (s = ct_stmt_step(st, &row, reterr)) != CT_OK)
        return s;
    *ret = (struct last){.at_ms = INT64_MIN};
    if (!row)
        return CT_OK;
    size_t n = 0;
    const void *link = ct_col_blob(st, 2, &n);
    if (n != CT_HASH_LEN)
        return ct_fail(reterr, CT_EDAMAGED, NULL,
                       "The last audit entry is damaged; run clintech verify.");
    ret->head.seq = ct_col_i64(st, 0);
    ret->at_ms = ct_col_i64(st, 1);
    memcpy(ret->head.link, link, CT_HASH_LEN);
    return CT_OK;
}

enum ct_status ct_chain_head(struct ct_app *app, struct ct_head *ret, struct ct_error *reterr)
{
    struct last last;
    if (app->db == NULL)
        return ct_fail(reterr, CT_ELOCKED, NULL, "The store is closed; log in first.");
    enum ct_status s = read_last(app->db, &last, reterr);
    if (s == CT_OK)
        *ret = last.head;
    return s;
}

static enum ct_status insert_entry(struct ct_db *db, const struct ct_canonical *c,
                                   const unsigned char leaf[CT_HASH_LEN],
                                   const unsigned char link[CT_HASH_LEN],
                                   struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status s = ct_stmt_get(db, &ct_record_sql[CT_SQL_CHAIN_INSERT], &st, reterr);
    if (s != CT_OK)
        return s;
    ct_bind_i64(st, ":seq", c->seq);
    ct_bind_i64(st, ":at", c->at_ms);
    ct_bind_i64(st, ":user", c->user_id);
    ct_bind_i64(st, ":session", c->session_id);
    ct_bind_text(st, ":verb", c->verb);
    ct_bind_i64(st, ":severity", c->severity);
    ct_bind_opt(st, ":patient", c->patient_id);
    ct_bind_opt(st, ":done", c->done_ms);
    ct_bind_text(st, ":detail", c->detail[0] != '\0' ? c->detail : NULL);
    ct_bind_blob(st, ":leaf", leaf, CT_HASH_LEN);
    ct_bind_blob(st, ":link", link, CT_HASH_LEN);
    return ct_stmt_run(st, NULL, reterr);
}

struct bound {
    int columns;
    unsigned char hash[CT_HASH_LEN];
};

/* Hash the rows the entry wrote, as they stand in the transaction. */
static enum ct_status hash_rows(struct ct_db *db, const struct ct_entry *e,
                                struct ct_buf *canonical, struct bound *bound,
                                struct ct_error *reterr)
{
    for (size_t i = 0; i < e->n_rows; i++) {
        CT_BUF row = {.max = 1 << 20};
        enum ct_status s = ct_db_row_canonical(db, e->row[i].tbl, e->row[i].row_id, 0, &row,
                                               &bound[i].columns, reterr);
        if (s == CT_OK && row.bad)
            s = ct_fail(reterr, CT_EINVAL, NULL, "A record is larger than 1 MiB.");
        if (s != CT_OK)
            return s;
        ct_hash(bound[i].hash, row.data, row.len);
        ct_canonical_row(canonical, e->row[i].tbl, e->row[i].row_id, bound[i].columns,
                         bound[i].hash);
    }
    return CT_OK;
}

static enum ct_status insert_rows(struct ct_db *db, int64_t seq, const struct ct_entry *e,
                                  const struct bound *bound, struct ct_error *reterr)
{
    for (size_t i = 0; i < e->n_rows; i++) {
        CT_STMT *st = NULL;
        enum ct_status s = ct_stmt_get(db, &ct_record_sql[CT_SQL_CHAIN_ROW], &st, reterr);
        if (s != CT_OK)
            return s;
        ct_bind_i64(st, ":seq", seq);
        ct_bind_text(st, ":tbl", e->row[i].tbl);
        ct_bind_i64(st, ":row", e->row[i].row_id);
        ct_bind_i64(st, ":columns", bound[i].columns);
        ct_bind_blob(st, ":hash", bound[i].hash, CT_HASH_LEN);
        if ((s = ct_stmt_run(st, NULL, reterr)) != CT_OK)
            return s;
    }
    return CT_OK;
}

static enum ct_status insert_signature(struct ct_app *app, struct ct_db *db,
                                       const struct ct_canonical *c,
                                       const unsigned char link[CT_HASH_LEN],
                                       struct ct_error *reterr)
{
    CT_BUF msg = {.max = 4096};
    CT_STMT *st = NULL;
    unsigned char sig[CT_SIGNATURE_LEN];
    ct_chain_signed(&msg, c, link);
    if (msg.bad)
        return ct_fail(reterr, CT_ENOMEM, NULL, "Out of memory.");
    ct_sign(app->keys, msg.data, msg.len, sig);
    enum ct_status s = ct_stmt_get(db, &ct_record_sql[CT_SQL_CHAIN_SIGN], &st, reterr);
    if (s != CT_OK)
        return s;
    ct_bind_i64(st, ":seq", c->seq);
    ct_bind_i64(st, ":user", c->user_id);
    ct_bind_blob(st, ":signature", sig, sizeof sig);
    return ct_stmt_run(st, NULL, reterr);
}

static int64_t opt(int64_t v)
{
    return v == 0 ? CT_UNSET : v;
}

/* A clock that went back is told where it is first seen. */
static int64_t tell_clock(const struct last *last, int64_t now, int64_t severity,
                          char detail[512])
{
    if (last->head.seq == 0 || now >= last->at_ms - CT_CLOCK_STEP_MS)
        return severity;
    ct_detail_add(detail, "the clock went back %lld s",
                  (long long)((last->at_ms - now) / 1000));
    return severity < CT_NOTABLE ? CT_NOTABLE : severity;
}

enum ct_status ct_chain_append(struct ct_app *app, struct ct_db *db, enum ct_verb verb,
                               const struct ct_entry *entry, struct ct_head *ret,
                               struct ct_error *reterr)
{
    if (entry->n_rows > CT_LEN(entry->row))
        return ct_fail(reterr, CT_EINTERNAL, NULL,
                       "%s wrote %zu rows; one entry binds at most %zu.", CT_VERB[verb].name,
                       entry->n_rows, CT_LEN(entry->row));
    struct last last;
    enum ct_status s = read_last(db, &last, reterr);
    if (s != CT_OK)
        return s;

    char detail[512];
    snprintf(detail, sizeof detail, "%s", entry->detail);
    int64_t now = ct_app_now(app);
    int64_t severity = tell_clock(&last, now, entry->severity, detail);
    struct ct_canonical c = {
        .store_id = app->keys->store_id,
        .seq = last.head.seq + 1,
        .at_ms = now,
        .user_id = app->who.user_id,
        .session_id = app->who.session_id,
        .verb = CT_VERB[verb].name,
        .severity = severity,
        .patient_id = opt(entry->patient_id),
        .done_ms = opt(entry->done_ms),
        .detail = detail,
    };
    CT_BUF canonical = {.max = 8192};
    struct bound bound[CT_LEN(entry->row)];
    struct ct_head head = {.seq = c.seq};
    unsigned char leaf[CT_HASH_LEN];
    ct_canonical_head(&canonical, &c);
    ct_buf_u32(&canonical, (uint32_t)entry->n_rows);
    s = hash_rows(db, entry, &canonical, bound, reterr);
    if (s == CT_OK && canonical.bad)
        s = ct_fail(reterr, CT_ENOMEM, NULL, "Out of memory.");
    if (s == CT_OK) {
        ct_chain_leaf(&canonical, leaf);
        ct_chain_link(last.head.link, leaf, head.link);
        s = insert_entry(db, &c, leaf, head.link, reterr);
    }
    if (s == CT_OK)
        s = insert_rows(db, c.seq, entry, bound, reterr);
    if (s == CT_OK && CT_VERB[verb].sign)
        s = insert_signature(app, db, &c, head.link, reterr);
    if (s == CT_OK && ret != NULL)
        *ret = head;
    ct_wipe(detail, sizeof detail);
    return s;
}
