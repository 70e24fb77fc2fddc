/* verify - walk everything that can be checked, and name each place that is wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/internal.h"
#include "record/witness.h"
#include "vault/gate.h"

struct walk {
    struct ct_app *app;
    void (*problem)(const char *sentence, void *arg);
    void *arg;
    struct ct_verify_report *report;
};

/* seq 0: not about one entry. */
static void say(struct walk *w, int64_t seq, const char *fmt, ...) CT_FORMAT(3, 4);
static void say(struct walk *w, int64_t seq, const char *fmt, ...)
{
    char text[600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    w->report->problems++;
    if (seq > 0 && (w->report->first_bad_seq == 0 || seq < w->report->first_bad_seq))
        w->report->first_bad_seq = seq;
    if (w->problem != NULL)
        w->problem(text, w->arg);
}

/* Damage is what verify looks for: a sentence, and on with the rest. Anything
 * else means that it could not be done. */
static enum ct_status found(struct walk *w, enum ct_status s, const struct ct_error *e)
{
    if (s != CT_EDAMAGED && s != CT_EFOREIGN && s != CT_ENOTFOUND)
        return s;
    say(w, 0, "%s", e->text);
    return CT_OK;
}

/* ---- pages ------------------------------------------------------------ */

static void count_page(uint32_t page, int64_t offset, void *arg)
{
    (void)page;
    (void)offset;
    ++*(uint32_t *)arg;
}

static void bad_page(uint32_t page, int64_t offset, void *arg)
{
    struct walk *w = arg;
    w->report->bad_pages++;
    say(w, 0, "Page %u of %s (byte %lld) is damaged or was not written by this clinic.", page,
        CT_STORE_FILE, (long long)offset);
}

/* With the store closed. A page that somebody writes at this moment may look
 * bad; so what looks bad is looked at again while nobody may write. */
static enum ct_status walk_pages(struct walk *w, struct ct_error *reterr)
{
    char path[600], gate_path[600];
    uint32_t bad = 0;
    struct ct_gate gate = CT_GATE_INIT;
    snprintf(path, sizeof path, "%s/%s", w->app->dir, CT_STORE_FILE);
    snprintf(gate_path, sizeof gate_path, "%s/gate", w->app->dir);
    enum ct_status s = ct_seal_walk(w->app->seal, path, count_page, &bad, &w->report->pages,
                                    reterr);
    if (s != CT_OK || bad == 0)
        return s;
    if ((s = ct_gate_open(&gate, gate_path, reterr)) == CT_OK &&
        (s = ct_gate_take(&gate, w->app->config.busy_limit_ms, reterr)) == CT_OK)
        s = ct_seal_walk(w->app->seal, path, bad_page, w, &w->report->pages, reterr);
    ct_gate_close(&gate);
    return s;
}

static enum ct_status check_pages(struct walk *w, struct ct_error *reterr)
{
    struct ct_error e = {0};
    enum ct_status s = found(w, ct_db_checkpoint(w->app->db, &e), &e);
    if (s != CT_OK) {
        ct_fail(reterr, s, e.field, "%s", e.text);
        return s;
    }
    ct_db_close(w->app->db);
    w->app->db = NULL;
    enum ct_status walked = walk_pages(w, reterr);
    s = ct_app_reopen(w->app, walked == CT_OK ? reterr : NULL);
    return walked != CT_OK ? walked : s;
}

static void integrity_line(const char *text, void *arg)
{
    say(arg, 0, "SQLite finds the store's structure wrong: %s", text);
}

/* ---- chain ------------------------------------------------------------ */

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

struct chain {
    struct walk *w;
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
    enum ct_status s = wanted < 1 || wanted > 32767
                           ? CT_ENOTFOUND
                           : ct_db_row_canonical(c->w->app->db, tbl, id, (int)wanted, &c->row,
                                                 &columns, &e);
    if (s == CT_ENOMEM || s == CT_EBUSY || s == CT_EIO) {
        ct_fail(reterr, s, NULL, "%s", e.text);
        return s;
    }
    if (s == CT_EDAMAGED)
        say(c->w, c->rows.seq, "Row %lld of %s, written by entry %lld, cannot be read: %s",
            (long long)id, tbl, (long long)c->rows.seq, e.text);
    else if (s != CT_OK)
        say(c->w, c->rows.seq, "Row %lld of %s, written by entry %lld, is gone.", (long long)id,
            tbl, (long long)c->rows.seq);
    else {
        ct_hash(hash, c->row.data, c->row.len);
        if (c->row.bad || columns != wanted || !blob_is(st, 4, hash))
            say(c->w, c->rows.seq,
                "Row %lld of %s is not what entry %lld wrote: it was changed.", (long long)id,
                tbl, (long long)c->rows.seq);
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
        if (c->rows.seq < seq)
            say(c->w, c->rows.seq, "A row of %s is bound to entry %lld, which is not there.",
                ct_col_text(st, 1), (long long)c->rows.seq);
        else if (n != CT_HASH_LEN)
            say(c->w, seq, "A row hash of entry %lld is damaged.", (long long)seq);
        else {
            ct_canonical_row(&c->bound, ct_col_text(st, 1), ct_col_i64(st, 2),
                             ct_col_i64(st, 3), hash);
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
        say(c->w, c->signatures.seq, "A signature belongs to entry %lld, which is not there.",
            (long long)c->signatures.seq);
        s = next(&c->signatures, reterr);
    }
    if (s != CT_OK)
        return s;
    if (!c->signatures.row || c->signatures.seq != e->seq) {
        if (wanted)
            say(c->w, e->seq, "Entry %lld (%s) lacks its signature.", (long long)e->seq,
                e->verb);
        return CT_OK;
    }
    unsigned char pk[CT_SIGN_PK_LEN];
    bool known = false;
    size_t n = 0;
    CT_BUF msg = {.max = 4096};
    const unsigned char *sig = ct_col_blob(c->signatures.st, 2, &n);
    ct_chain_signed(&msg, e, link);
    if ((s = signer_key(c, e->user_id, e->seq, pk, &known, reterr)) != CT_OK)
        return s;
    c->w->report->signatures++;
    if (!known || n != CT_SIGNATURE_LEN || msg.bad ||
        ct_col_i64(c->signatures.st, 1) != e->user_id ||
        !ct_sign_check(pk, msg.data, msg.len, sig))
        say(c->w, e->seq, "The signature of entry %lld (%s) is not that of user %lld.",
            (long long)e->seq, e->verb, (long long)e->user_id);
    return next(&c->signatures, reterr);
}

static void check_order(struct chain *c, int64_t seq)
{
    if (seq < 1)
        say(c->w, 1, "There is an entry numbered %lld before the first.", (long long)seq);
    else if (seq == c->expect + 1)
        say(c->w, c->expect, "Entry %lld is missing.", (long long)c->expect);
    else if (seq > c->expect)
        say(c->w, c->expect, "Entries %lld to %lld are missing.", (long long)c->expect,
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
    ct_chain_leaf(&c->canonical, leaf);
    if (c->canonical.bad || !blob_is(st, 9, leaf))
        say(c->w, e.seq, "Entry %lld (%.40s) was changed: its content is not what was sealed.",
            (long long)e.seq, e.verb);

    size_t link_n = 0;
    const void *stored = ct_col_blob(st, 10, &link_n);
    size_t leaf_n = 0;
    const unsigned char *stored_leaf = ct_col_blob(st, 9, &leaf_n);
    if (c->previous_known && leaf_n == CT_HASH_LEN) {
        ct_chain_link(c->previous, stored_leaf, link);
        if (!blob_is(st, 10, link))
            say(c->w, e.seq, "Entry %lld (%.40s) does not follow the entry before it.",
                (long long)e.seq, e.verb);
    }
    c->previous_known = link_n == CT_HASH_LEN;
    if (c->previous_known)
        memcpy(c->previous, stored, CT_HASH_LEN);
    bool known = ct_verb_parse(e.verb, &verb);
    if (!known)
        say(c->w, e.seq, "Entry %lld has a verb this program does not know: %.40s.",
            (long long)e.seq, e.verb);
    c->w->report->entries++;
    c->expect = e.seq < 1 ? c->expect : e.seq + 1;
    return check_signature(c, &e, c->previous, known && CT_VERB[verb].sign, reterr);
}

static enum ct_status walk_chain(struct chain *c, struct ct_error *reterr)
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
        say(c->w, c->rows.seq, "A row of %s is bound to entry %lld, which is not there.",
            ct_col_text(c->rows.st, 1), (long long)c->rows.seq);
    for (; s == CT_OK && c->signatures.row; s = next(&c->signatures, reterr))
        say(c->w, c->signatures.seq, "A signature belongs to entry %lld, which is not there.",
            (long long)c->signatures.seq);
    return s;
}

static enum ct_status check_chain(struct walk *w, struct ct_error *reterr)
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
                      .previous_known = true};
    s = walk_chain(&c, &e);
    if (s == CT_EDAMAGED)
        say(w, c.expect, "The chain cannot be read from entry %lld on.", (long long)c.expect);
    if (s == CT_OK && w->report->entries == 0)
        say(w, 1, "The audit chain is empty.");
    ct_buf_done(&c.canonical);
    ct_buf_done(&c.bound);
    ct_buf_done(&c.row);
    if ((s = found(w, s, &e)) != CT_OK)
        ct_fail(reterr, s, e.field, "%s", e.text);
    return s;
}

/* ---- rows that no entry wrote ----------------------------------------- */

static enum ct_status check_guard(struct walk *w, const char *tbl, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    enum ct_status s = ct_app_row(w->app, CT_SQL_VERIFY_TRIGGERS, &st, reterr);
    if (s != CT_OK)
        return s;
    ct_bind_text(st, ":tbl", tbl);
    if ((s = ct_stmt_step(st, &row, reterr)) != CT_OK)
        return s;
    if (!row || ct_col_i64(st, 0) != 2)
        say(w, 0, "The guard that keeps rows of %s from being changed or deleted was removed.",
            tbl);
    return CT_OK;
}

/* The ids of the table beside those that entries wrote, both in order. */
static enum ct_status check_unbound(struct walk *w, const char *tbl, struct ct_error *reterr)
{
    CT_CLEANUP(ct_ids_freep) struct ct_ids *ids = NULL;
    CT_STMT *st = NULL;
    bool row = true, more = true;
    int64_t id = 0;
    enum ct_status s;
    if ((s = ct_ids_open(w->app->db, tbl, &ids, reterr)) != CT_OK ||
        (s = ct_app_row(w->app, CT_SQL_VERIFY_BOUND, &st, reterr)) != CT_OK)
        return s;
    ct_bind_text(st, ":tbl", tbl);
    s = ct_stmt_step(st, &row, reterr);
    while (s == CT_OK && (s = ct_ids_next(ids, &id, &more, reterr)) == CT_OK && more) {
        while (s == CT_OK && row && ct_col_i64(st, 0) < id)
            s = ct_stmt_step(st, &row, reterr);
        if (s == CT_OK && (!row || ct_col_i64(st, 0) != id))
            say(w, 0, "Row %lld of %s was written by no audit entry.", (long long)id, tbl);
    }
    return s;
}

static bool of_the_chain(const char *tbl)
{
    return strcmp(tbl, "audit") == 0 || strcmp(tbl, "audit_row") == 0 ||
           strcmp(tbl, "audit_signature") == 0;
}

static enum ct_status check_tables(struct walk *w, struct ct_error *reterr)
{
    CT_TX tx = {0}; /* rows and the entries that wrote them, of one moment */
    CT_STMT *st = NULL;
    struct ct_error e = {0};
    bool row = false;
    enum ct_status s;
    if ((s = ct_tx_read(w->app->db, &tx, &e)) == CT_OK)
        s = ct_app_row(w->app, CT_SQL_VERIFY_TABLES, &st, &e);
    while (s == CT_OK && (s = ct_stmt_step(st, &row, &e)) == CT_OK && row) {
        const char *tbl = ct_col_text(st, 0);
        s = found(w, check_guard(w, tbl, &e), &e);
        if (s == CT_OK && !of_the_chain(tbl))
            s = found(w, check_unbound(w, tbl, &e), &e);
    }
    if ((s = found(w, s, &e)) != CT_OK)
        ct_fail(reterr, s, e.field, "%s", e.text);
    return s;
}

/* ---- keyring ---------------------------------------------------------- */

static void compare_user(struct walk *w, const struct ct_user_row *r,
                         const struct ct_slot *slot)
{
    if (slot == NULL) {
        say(w, 0, "User %s (%u) has no slot in the keyring.", r->login, r->user_id);
        return;
    }
    switch (ct_slot_compare(slot, r)) {
    case CT_SLOT_SAME:
        break;
    case CT_SLOT_NEWER:
        say(w, 0, "The keyring's slot of user %s (%u) is newer than the store's list (%u, %u): "
                  "a change was cut off; the next login or reset of that user mends it.",
            r->login, r->user_id, slot->version, r->slot_version);
        break;
    case CT_SLOT_OLDER:
        say(w, 0, "The keyring's slot of user %s (%u) is older than the store's list (%u, %u): "
                  "an old keyring was put back.",
            r->login, r->user_id, slot->version, r->slot_version);
        break;
    case CT_SLOT_UNLIKE:
        say(w, 0, "The keyring's slot of user %s (%u) is not the one the store lists.", r->login,
            r->user_id);
        break;
    }
}

static enum ct_status check_keyring(struct walk *w, struct ct_error *reterr)
{
    struct ct_user_row *rows = NULL;
    struct ct_slot *slots = NULL;
    size_t n = 0, n_slots = 0;
    struct ct_error e = {0};
    enum ct_status s;
    if ((s = ct_user_rows(w->app, &rows, &n, &e)) != CT_OK ||
        (s = ct_keyring_list(w->app->dir, w->app->keys, &slots, &n_slots, &e)) != CT_OK) {
        if ((s = found(w, s, &e)) != CT_OK)
            ct_fail(reterr, s, e.field, "%s", e.text);
        free(rows);
        return s;
    }
    for (size_t i = 0; i < n; i++)
        compare_user(w, &rows[i], ct_slot_find(slots, n_slots, rows[i].user_id));
    for (size_t i = 0; i < n_slots; i++) {
        bool listed = slots[i].user_id == CT_USER_RECOVERY;
        for (size_t k = 0; k < n && !listed; k++)
            listed = rows[k].user_id == slots[i].user_id;
        if (!listed)
            say(w, 0, "The keyring has a slot of user %u, whom the store does not list: an "
                      "addition was cut off; adding that login again completes it.",
                slots[i].user_id);
    }
    free(rows);
    free(slots);
    return CT_OK;
}

/* ---- witness ---------------------------------------------------------- */

struct seen {
    struct walk *w;
    int64_t end;             /* the chain's last seq */
    struct ct_head furthest; /* beyond it */
    size_t beyond, differing, differing_line;
    int64_t differing_seq;   /* the lowest */
};

static void witness_line(size_t number, enum ct_witness_line verdict,
                         const struct ct_head *head, void *arg)
{
    struct seen *seen = arg;
    if (verdict == CT_LINE_GARBLED)
        say(seen->w, 0, "Line %zu of the witness file is garbled.", number);
    if (verdict != CT_LINE_BROKEN)
        return;
    if (head->seq > seen->end) {
        seen->beyond++;
        if (head->seq > seen->furthest.seq)
            seen->furthest = *head;
    } else if (seen->differing++ == 0 || head->seq < seen->differing_seq) {
        seen->differing_seq = head->seq;
        seen->differing_line = number;
    }
}

static enum ct_status check_witness(struct walk *w, struct ct_error *reterr)
{
    struct ct_head end = {0};
    struct ct_error e = {0};
    struct seen seen = {.w = w};
    enum ct_status s = ct_chain_head(w->app, &end, &e);
    seen.end = end.seq;
    if (s == CT_OK)
        s = ct_witness_walk(w->app, witness_line, &seen, &w->report->witnessed, &e);
    if (s == CT_OK && w->report->witnessed == 0 && seen.beyond + seen.differing == 0)
        say(w, 0, "The witness file has no line of this store.");
    if (seen.beyond > 0)
        say(w, seen.end + 1,
            "Entries after %lld are missing: the witness saw entry %lld (an old copy of the "
            "store was put back, or its end was cut off).",
            (long long)seen.end, (long long)seen.furthest.seq);
    if (seen.differing > 0)
        say(w, seen.differing_seq,
            "Entry %lld is not the one the witness saw (its line %zu, and %zu more): history "
            "was rewritten, or another copy was put here.",
            (long long)seen.differing_seq, seen.differing_line, seen.differing - 1);
    if ((s = found(w, s, &e)) != CT_OK)
        ct_fail(reterr, s, e.field, "%s", e.text);
    return s;
}

/* ----------------------------------------------------------------------- */

static void write_result(struct walk *w)
{
    char detail[120] = "no problem";
    struct ct_error e = {0};
    const struct ct_verify_report *r = w->report;
    if (r->problems > 0)
        snprintf(detail, sizeof detail, "problems: %lld, first bad entry: %lld",
                 (long long)r->problems, (long long)r->first_bad_seq);
    if (ct_record_event(w->app, CT_VERB_VERIFY, CT_UNSET,
                        r->problems > 0 ? CT_EXCEPTION : CT_ROUTINE, detail, &e) != CT_OK)
        say(w, 0, "The result could not be written into the chain: %s", e.text);
}

enum ct_status ct_verify(struct ct_app *app, void (*problem)(const char *sentence, void *arg),
                         void *arg, struct ct_verify_report *ret, struct ct_error *reterr)
{
    const struct ct_change ask = {.verb = CT_VERB_VERIFY, .entry = {.patient_id = CT_UNSET}};
    struct walk w = {.app = app, .problem = problem, .arg = arg, .report = ret};
    struct ct_error e = {0};
    enum ct_status s;
    *ret = (struct ct_verify_report){0};
    if ((s = ct_record_ask(app, &ask, reterr)) != CT_OK ||
        (s = check_pages(&w, reterr)) != CT_OK)
        return s;
    s = found(&w, ct_db_integrity(app->db, integrity_line, &w, &e), &e);
    if (s != CT_OK) {
        ct_fail(reterr, s, e.field, "%s", e.text);
        return s;
    }
    if ((s = check_chain(&w, reterr)) != CT_OK || (s = check_tables(&w, reterr)) != CT_OK ||
        (s = check_keyring(&w, reterr)) != CT_OK || (s = check_witness(&w, reterr)) != CT_OK)
        return s;
    write_result(&w);
    return CT_OK;
}
