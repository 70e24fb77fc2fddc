/* verify_chain - the walk over the audit chain: entries, what they bound, signatures. */
#include <string.h>

#include "record/verify.h"

/* One of the three tables, read in the order of seq. */
struct stream {
    struct ct_stmt *st;
    bool row;
    int64_t seq;
};

static enum ct_status next(struct stream *f, struct ct_error *reterr)
{
    enum ct_status s = ct_stmt_step(f->st, &f->row, reterr);
    f->seq = s == CT_OK && f->row ? ct_col_i64(f->st, 0) : INT64_MAX;
    if (s != CT_OK)
        f->row = false;
    return s;
}

/* Longer than anything the program writes there: changed, whatever it hashes to. And what
 * is shorter and finds no room found no memory: that is not a word about the entry. */
enum { NAME_MAX_BYTES = 100, ROW_MAX_BYTES = 1 << 26 };

struct chain {
    struct ct_walk *w;
    struct stream entries, rows, signatures;
    int64_t expect;                      /* the seq that comes next */
    unsigned char previous[CT_HASH_LEN]; /* link of the entry before */
    bool previous_known;
    struct ct_buf canonical, bound, row;
};

static bool blob_is(struct ct_stmt *st, int col, const unsigned char hash[CT_HASH_LEN])
{
    size_t n = 0;
    const void *p = ct_col_blob(st, col, &n);
    return n == CT_HASH_LEN && memcmp(p, hash, n) == 0;
}

static enum ct_status no_memory(int64_t seq, struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory, at entry %lld", (long long)seq);
}

/* The row that an audit_row binds, as it is now. */
static enum ct_status check_row(struct chain *c, struct ct_error *reterr)
{
    struct ct_stmt *st = c->rows.st;
    const char *tbl = ct_col_text(st, 1);
    int64_t id = ct_col_i64(st, 2);
    int columns = 0;
    unsigned char hash[CT_HASH_LEN];
    struct ct_error e = {0};
    ct_buf_clear(&c->row);
    c->w->report->rows++;
    int64_t wanted = ct_col_i64(st, 3);
    enum ct_status s =
        wanted < 1 || wanted > 32767
            ? CT_ENOTFOUND
            : ct_db_row_canonical(c->w->app->db, tbl, id, (int)wanted, &c->row, &columns, &e);
    if (s == CT_ENOMEM || s == CT_EBUSY || s == CT_EIO) {
        ct_fail(reterr, s, NULL, "%s", e.text);
        return s;
    }
    if (s == CT_EDAMAGED)
        ct_walk_say(c->w, c->rows.seq,
                    "Row %lld of %s, written by entry %lld, cannot be read: %s", (long long)id,
                    tbl, (long long)c->rows.seq, e.text);
    else if (s != CT_OK)
        ct_walk_say(c->w, c->rows.seq, "Row %lld of %s, written by entry %lld, is gone.",
                    (long long)id, tbl, (long long)c->rows.seq);
    else {
        ct_hash(hash, c->row.data, c->row.len);
        if (columns != wanted || !blob_is(st, 4, hash))
            ct_walk_say(c->w, c->rows.seq,
                        "Row %lld of %s is not what entry %lld wrote: it was changed.",
                        (long long)id, tbl, (long long)c->rows.seq);
    }
    return CT_OK;
}

/* Take the rows of entry seq into `bound`, complaining of those before it. */
static enum ct_status gather_rows(struct chain *c, int64_t seq, uint32_t *ret_n,
                                  struct ct_error *reterr)
{
    enum ct_status s = CT_OK;
    ct_buf_clear(&c->bound);
    *ret_n = 0;
    while (s == CT_OK && c->rows.row && c->rows.seq <= seq) {
        struct ct_stmt *st = c->rows.st;
        size_t n = 0;
        const unsigned char *hash = ct_col_blob(st, 4, &n);
        const char *tbl = ct_col_text(st, 1);
        if (c->rows.seq < seq)
            ct_walk_say(c->w, c->rows.seq,
                        "A row of %s is bound to entry %lld, which is not there.", tbl,
                        (long long)c->rows.seq);
        else if (n != CT_HASH_LEN)
            ct_walk_say(c->w, seq, "A row hash of entry %lld is damaged.", (long long)seq);
        else if (strlen(tbl) > NAME_MAX_BYTES || *ret_n == CT_LEN(((struct ct_entry *)0)->row))
            ct_walk_say(c->w, seq, "Entry %lld is bound to what no entry binds.",
                        (long long)seq);
        else {
            ct_canonical_row(&c->bound, tbl, ct_col_i64(st, 2), ct_col_i64(st, 3), hash);
            ++*ret_n;
            s = check_row(c, reterr);
        }
        if (s == CT_OK)
            s = next(&c->rows, reterr);
    }
    return s;
}

static enum ct_status signer_key(struct chain *c, int64_t user, int64_t seq,
                                 unsigned char pk[CT_SIGN_PK_LEN], bool *ret,
                                 struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    size_t n = 0;
    enum ct_status s = ct_app_row(c->w->app, CT_SQL_VERIFY_KEY, &st, reterr);
    if (s != CT_OK)
        return s;
    ct_bind_i64(st, ":user", user);
    ct_bind_i64(st, ":seq", seq);
    if ((s = ct_stmt_step(st, &row, reterr)) != CT_OK)
        return s;
    const void *p = row ? ct_col_blob(st, 0, &n) : NULL;
    *ret = n == CT_SIGN_PK_LEN;
    if (*ret)
        memcpy(pk, p, n);
    return CT_OK;
}

static enum ct_status check_signature(struct chain *c, const struct ct_canonical *e,
                                      const unsigned char link[CT_HASH_LEN], bool wanted,
                                      struct ct_error *reterr)
{
    enum ct_status s = CT_OK;
    while (s == CT_OK && c->signatures.row && c->signatures.seq < e->seq) {
        ct_walk_say(c->w, c->signatures.seq,
                    "A signature belongs to entry %lld, which is not there.",
                    (long long)c->signatures.seq);
        s = next(&c->signatures, reterr);
    }
    if (s != CT_OK)
        return s;
    if (!c->signatures.row || c->signatures.seq != e->seq) {
        if (wanted)
            ct_walk_say(c->w, e->seq, "Entry %lld (%s) lacks its signature.", (long long)e->seq,
                        e->verb);
        return CT_OK;
    }
    unsigned char pk[CT_SIGN_PK_LEN];
    bool known = false;
    size_t n = 0;
    CT_BUF msg = {.max = 4096};
    const unsigned char *sig = ct_col_blob(c->signatures.st, 2, &n);
    ct_chain_signed(&msg, e, link);
    if (msg.bad && strlen(e->verb) <= NAME_MAX_BYTES)
        return no_memory(e->seq, reterr);
    if ((s = signer_key(c, e->user_id, e->seq, pk, &known, reterr)) != CT_OK)
        return s;
    c->w->report->signatures++;
    if (!known || n != CT_SIGNATURE_LEN || msg.bad ||
        ct_col_i64(c->signatures.st, 1) != e->user_id ||
        !ct_sign_check(pk, msg.data, msg.len, sig))
        ct_walk_say(c->w, e->seq, "The signature of entry %lld (%s) is not that of user %lld.",
                    (long long)e->seq, e->verb, (long long)e->user_id);
    return next(&c->signatures, reterr);
}

static void check_order(struct chain *c, int64_t seq)
{
    if (seq < 1)
        ct_walk_say(c->w, 1, "There is an entry numbered %lld before the first.",
                    (long long)seq);
    else if (seq == c->expect + 1)
        ct_walk_say(c->w, c->expect, "Entry %lld is missing.", (long long)c->expect);
    else if (seq > c->expect)
        ct_walk_say(c->w, c->expect, "Entries %lld to %lld are missing.", (long long)c->expect,
                    (long long)(seq - 1));
    if (seq != c->expect)
        c->previous_known = false;
}

static enum ct_status check_entry(struct chain *c, struct ct_error *reterr)
{
    struct ct_stmt *st = c->entries.st;
    const struct ct_canonical e = {
        .store_id = c->w->app->keys->store_id,
        .seq = ct_col_i64(st, 0),
        .at_ms = ct_col_i64(st, 1),
        .user_id = ct_col_i64(st, 2),
        .session_id = ct_col_i64(st, 3),
        .verb = ct_col_text(st, 4),
        .severity = ct_col_i64(st, 5),
        .patient_id = ct_col_i64(st, 6),
        .done_ms = ct_col_i64(st, 7),
        .detail = ct_col_text(st, 8),
    };
    uint32_t n = 0;
    unsigned char leaf[CT_HASH_LEN], link[CT_HASH_LEN];
    enum ct_verb verb = CT_VERB_INIT;
    enum ct_status s;
    check_order(c, e.seq);
    if ((s = gather_rows(c, e.seq, &n, reterr)) != CT_OK)
        return s;
    ct_buf_clear(&c->canonical);
    ct_canonical_head(&c->canonical, &e);
    ct_buf_u32(&c->canonical, n);
    ct_buf_add(&c->canonical, c->bound.data, c->bound.len);
    const bool ours = strlen(e.verb) <= NAME_MAX_BYTES &&
                      strlen(e.detail) < sizeof(((struct ct_entry *)0)->detail);
    if (ours && (c->canonical.bad || c->bound.bad))
        return no_memory(e.seq, reterr);
    ct_chain_leaf(&c->canonical, leaf);
    if (!ours || !blob_is(st, 9, leaf))
        ct_walk_say(c->w, e.seq,
                    "Entry %lld (%.40s) was changed: its content is not what was sealed.",
                    (long long)e.seq, e.verb);

    size_t link_n = 0;
    const void *stored = ct_col_blob(st, 10, &link_n);
    size_t leaf_n = 0;
    const unsigned char *stored_leaf = ct_col_blob(st, 9, &leaf_n);
    if (c->previous_known && leaf_n == CT_HASH_LEN) {
        ct_chain_link(c->previous, stored_leaf, link);
        if (!blob_is(st, 10, link))
            ct_walk_say(c->w, e.seq, "Entry %lld (%.40s) does not follow the entry before it.",
                        (long long)e.seq, e.verb);
    }
    c->previous_known = link_n == CT_HASH_LEN;
    if (c->previous_known)
        memcpy(c->previous, stored, CT_HASH_LEN);
    bool known = ct_verb_parse(e.verb, &verb);
    if (!known)
        ct_walk_say(c->w, e.seq, "Entry %lld has a verb this program does not know: %.40s.",
                    (long long)e.seq, e.verb);
    c->w->report->entries++;
    c->expect = e.seq < 1 ? c->expect : e.seq + 1;
    return check_signature(c, &e, c->previous, known && CT_VERB[verb].sign, reterr);
}

static enum ct_status walk(struct chain *c, struct ct_error *reterr)
{
    enum ct_status s;
    if ((s = next(&c->entries, reterr)) != CT_OK || (s = next(&c->rows, reterr)) != CT_OK ||
        (s = next(&c->signatures, reterr)) != CT_OK)
        return s;
    while (s == CT_OK && c->entries.row) {
        s = check_entry(c, reterr);
        if (s == CT_OK)
            s = next(&c->entries, reterr);
    }
    for (; s == CT_OK && c->rows.row; s = next(&c->rows, reterr))
        ct_walk_say(c->w, c->rows.seq,
                    "A row of %s is bound to entry %lld, which is not there.",
                    ct_col_text(c->rows.st, 1), (long long)c->rows.seq);
    for (; s == CT_OK && c->signatures.row; s = next(&c->signatures, reterr))
        ct_walk_say(c->w, c->signatures.seq,
                    "A signature belongs to entry %lld, which is not there.",
                    (long long)c->signatures.seq);
    return s;
}

enum ct_status ct_walk_chain(struct ct_walk *w, struct ct_error *reterr)
{
    CT_TX tx = {0};
    CT_STMT *entries = NULL, *rows = NULL, *signatures = NULL;
    struct ct_error e = {0};
    enum ct_status s;
    if ((s = ct_tx_read(w->app->db, &tx, reterr)) != CT_OK ||
        (s = ct_app_row(w->app, CT_SQL_VERIFY_ENTRIES, &entries, reterr)) != CT_OK ||
        (s = ct_app_row(w->app, CT_SQL_VERIFY_ROWS, &rows, reterr)) != CT_OK ||
        (s = ct_app_row(w->app, CT_SQL_VERIFY_SIGNATURES, &signatures, reterr)) != CT_OK)
        return s;
    struct chain c = {.w = w,
                      .entries = {.st = entries},
                      .rows = {.st = rows},
                      .signatures = {.st = signatures},
                      .expect = 1,
                      .previous_known = true,
                      .row = {.max = ROW_MAX_BYTES}};
    s = walk(&c, &e);
    if (s == CT_EDAMAGED)
        ct_walk_say(w, c.expect, "The chain cannot be read from entry %lld on.",
                    (long long)c.expect);
    if (s == CT_OK && w->report->entries == 0)
        ct_walk_say(w, 1, "The audit chain is empty.");
    ct_buf_done(&c.canonical);
    ct_buf_done(&c.bound);
    ct_buf_done(&c.row);
    return ct_walk_found(w, s, &e, reterr);
}
