/* verify - walk everything that can be checked, and name each place that is wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/verify.h"
#include "record/witness.h"
#include "vault/gate.h"

/* ---- telling ----------------------------------------------------------- */

void ct_walk_say(struct ct_walk *w, int64_t seq, const char *fmt, ...)
{
    char text[600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    w->report->problems++;
    if (seq > 0 && (w->report->first_bad_seq == 0 || seq < w->report->first_bad_seq))
        w->report->first_bad_seq = seq;
    if (seq > 0 && w->report->n_bad_seq < CT_LEN(w->report->bad_seq))
        w->report->bad_seq[w->report->n_bad_seq++] = seq;
    if (w->problem != NULL)
        w->problem(text, w->arg);
}

enum ct_status ct_walk_found(struct ct_walk *w, enum ct_status s, const struct ct_error *e,
                             struct ct_error *reterr)
{
    if (s == CT_OK)
        return CT_OK;
    if (s != CT_EDAMAGED && s != CT_EFOREIGN && s != CT_ENOTFOUND)
        return reterr == e ? s : ct_fail(reterr, s, e->field, "%s", e->text);
    ct_walk_say(w, 0, "%s", e->text);
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
    struct ct_walk *w = arg;
    w->report->bad_pages++;
    ct_walk_say(w, 0, "Page %u of %s (byte %lld) is damaged or was not written by this clinic.",
                page, CT_STORE_FILE, (long long)offset);
}

/* With the store closed. A page that somebody writes at this moment may look
 * bad; so what looks bad is looked at again while nobody may write. */
static enum ct_status walk_pages(struct ct_walk *w, struct ct_error *reterr)
{
    char path[600], gate_path[600];
    uint32_t bad = 0;
    struct ct_gate gate = CT_GATE_INIT;
    snprintf(path, sizeof path, "%s/%s", w->app->dir, CT_STORE_FILE);
    snprintf(gate_path, sizeof gate_path, "%s/gate", w->app->dir);
    enum ct_status s =
        ct_seal_walk(w->app->seal, path, count_page, &bad, &w->report->pages, reterr);
    if (s != CT_OK || bad == 0)
        return s;
    if ((s = ct_gate_open(&gate, gate_path, reterr)) == CT_OK &&
        (s = ct_gate_take(&gate, w->app->config.busy_limit_ms, reterr)) == CT_OK)
        s = ct_seal_walk(w->app->seal, path, bad_page, w, &w->report->pages, reterr);
    ct_gate_close(&gate);
    return s;
}

/* A new key that was begun and not ended: they open, for whoever has the older key as well. */
static enum ct_status old_pages(struct ct_walk *w, struct ct_error *reterr)
{
    uint32_t first = 0;
    enum ct_status s = ct_db_reseal_left(w->app->db, &w->report->old_pages, &first, reterr);
    w->report->epoch = w->app->keys->epoch;
    if (s == CT_OK && w->report->old_pages > 0)
        ct_walk_say(w, 0,
                    "%u pages of %s, the first of them page %u, are still under an older key "
                    "than that of epoch %u: a new key was begun and not ended. Run clintech "
                    "rekey.",
                    w->report->old_pages, CT_STORE_FILE, first, w->report->epoch);
    return s;
}

static enum ct_status check_pages(struct ct_walk *w, struct ct_error *reterr)
{
    struct ct_error e = {0};
    enum ct_status s = ct_walk_found(w, ct_db_checkpoint(w->app->db, &e), &e, reterr);
    if (s != CT_OK)
        return s;
    ct_db_close(w->app->db);
    w->app->db = NULL;
    enum ct_status walked = walk_pages(w, reterr);
    s = ct_app_reopen(w->app, walked == CT_OK ? reterr : NULL);
    if (walked == CT_OK && s == CT_OK)
        s = old_pages(w, reterr);
    return walked != CT_OK ? walked : s;
}

static void integrity_line(const char *text, void *arg)
{
    ct_walk_say(arg, 0, "SQLite finds the store's structure wrong: %s", text);
}

/* ---- rows that no entry wrote ----------------------------------------- */

static enum ct_status check_guard(struct ct_walk *w, const char *tbl, struct ct_error *reterr)
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
        ct_walk_say(
            w, 0, "The guard that keeps rows of %s from being changed or deleted was removed.",
            tbl);
    return CT_OK;
}

/* The ids of the table beside those that entries wrote, both in order. */
static enum ct_status check_unbound(struct ct_walk *w, const char *tbl, struct ct_error *reterr)
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
            ct_walk_say(w, 0, "Row %lld of %s was written by no audit entry.", (long long)id,
                        tbl);
    }
    return s;
}

static bool of_the_chain(const char *tbl)
{
    return strcmp(tbl, "audit") == 0 || strcmp(tbl, "audit_row") == 0 ||
           strcmp(tbl, "audit_signature") == 0;
}

static enum ct_status check_tables(struct ct_walk *w, struct ct_error *reterr)
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
        s = ct_walk_found(w, check_guard(w, tbl, &e), &e, &e);
        if (s == CT_OK && !of_the_chain(tbl))
            s = ct_walk_found(w, check_unbound(w, tbl, &e), &e, &e);
    }
    return ct_walk_found(w, s, &e, reterr);
}

/* ---- keyring ---------------------------------------------------------- */

static void compare_user(struct ct_walk *w, const struct ct_user_row *r,
                         const struct ct_slot *slot)
{
    if (slot == NULL) {
        ct_walk_say(w, 0, "User %s (%u) has no slot in the keyring.", r->login, r->user_id);
        return;
    }
    switch (ct_slot_compare(slot, r)) {
    case CT_SLOT_SAME:
        break;
    case CT_SLOT_NEWER:
        ct_walk_say(
            w, 0,
            "The keyring's slot of user %s (%u) is newer than the store's list (%u, %u): "
            "a change was cut off; the next login or reset of that user mends it.",
            r->login, r->user_id, slot->version, r->slot_version);
        break;
    case CT_SLOT_OLDER:
        ct_walk_say(
            w, 0,
            "The keyring's slot of user %s (%u) is older than the store's list (%u, %u): "
            "an old keyring was put back.",
            r->login, r->user_id, slot->version, r->slot_version);
        break;
    case CT_SLOT_UNLIKE:
        ct_walk_say(w, 0, "The keyring's slot of user %s (%u) is not the one the store lists.",
                    r->login, r->user_id);
        break;
    }
}

static enum ct_status check_keyring(struct ct_walk *w, struct ct_error *reterr)
{
    struct ct_user_row *rows = NULL;
    struct ct_slot *slots = NULL;
    size_t n = 0, n_slots = 0;
    struct ct_error e = {0};
    enum ct_status s;
    if ((s = ct_user_rows(w->app, &rows, &n, &e)) != CT_OK ||
        (s = ct_keyring_list(w->app->dir, w->app->keys, &slots, &n_slots, &e)) != CT_OK) {
        free(rows);
        return ct_walk_found(w, s, &e, reterr);
    }
    for (size_t i = 0; i < n; i++)
        compare_user(w, &rows[i], ct_slot_find(slots, n_slots, rows[i].user_id));
    for (size_t i = 0; i < n_slots; i++) {
        bool listed = slots[i].user_id == CT_USER_RECOVERY;
        for (size_t k = 0; k < n && !listed; k++)
            listed = rows[k].user_id == slots[i].user_id;
        if (!listed)
            ct_walk_say(w, 0,
                        "The keyring has a slot of user %u, whom the store does not list: an "
                        "addition was cut off; adding that login again completes it.",
                        slots[i].user_id);
    }
    free(rows);
    free(slots);
    return CT_OK;
}

/* ---- witness ---------------------------------------------------------- */

struct seen {
    struct ct_walk *w;
    int64_t end;             /* the chain's last seq */
    struct ct_head furthest; /* beyond it */
    size_t beyond, differing, differing_line;
    int64_t differing_seq; /* the lowest */
};

static void witness_line(size_t number, enum ct_witness_line verdict,
                         const struct ct_head *head, void *arg)
{
    struct seen *seen = arg;
    if (verdict == CT_LINE_GARBLED)
        ct_walk_say(seen->w, 0, "Line %zu of the witness file is garbled.", number);
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

static enum ct_status check_witness(struct ct_walk *w, struct ct_error *reterr)
{
    struct ct_head end = {0};
    struct ct_error e = {0};
    struct seen seen = {.w = w};
    enum ct_status s = ct_chain_head(w->app, &end, &e);
    seen.end = end.seq;
    if (s == CT_OK)
        s = ct_witness_walk(w->app, witness_line, &seen, &w->report->witnessed, &e);
    if (s == CT_OK && w->report->witnessed == 0 && seen.beyond + seen.differing == 0)
        ct_walk_say(w, 0, "The witness file has no line of this store.");
    if (seen.beyond > 0)
        ct_walk_say(
            w, seen.end + 1,
            "Entries after %lld are missing: the witness saw entry %lld (an old copy of the "
            "store was put back, or its end was cut off).",
            (long long)seen.end, (long long)seen.furthest.seq);
    if (seen.differing > 0)
        ct_walk_say(
            w, seen.differing_seq,
            "Entry %lld is not the one the witness saw (its line %zu, and %zu more): history "
            "was rewritten, or another copy was put here.",
            (long long)seen.differing_seq, seen.differing_line, seen.differing - 1);
    return ct_walk_found(w, s, &e, reterr);
}

/* ----------------------------------------------------------------------- */

static void write_result(struct ct_walk *w)
{
    char detail[120] = "no problem";
    struct ct_error e = {0};
    const struct ct_verify_report *r = w->report;
    if (r->problems > 0)
        snprintf(detail, sizeof detail, "problems: %lld, first bad entry: %lld",
                 (long long)r->problems, (long long)r->first_bad_seq);
    if (ct_record_event(w->app, CT_VERB_VERIFY, CT_UNSET,
                        r->problems > 0 ? CT_EXCEPTION : CT_ROUTINE, detail, &e) != CT_OK)
        ct_walk_say(w, 0, "The result could not be written into the chain: %s", e.text);
}

enum ct_status ct_verify(struct ct_app *app, void (*problem)(const char *sentence, void *arg),
                         void *arg, struct ct_verify_report *ret, struct ct_error *reterr)
{
    const struct ct_change ask = {.verb = CT_VERB_VERIFY, .entry = {.patient_id = CT_UNSET}};
    struct ct_walk w = {.app = app, .problem = problem, .arg = arg, .report = ret};
    struct ct_error e = {0};
    enum ct_status s;
    *ret = (struct ct_verify_report){0};
    if ((s = ct_record_ask(app, &ask, reterr)) != CT_OK ||
        (s = check_pages(&w, reterr)) != CT_OK)
        return s;
    s = ct_db_integrity(app->db, integrity_line, &w, &e);
    if ((s = ct_walk_found(&w, s, &e, reterr)) != CT_OK ||
        (s = ct_walk_chain(&w, reterr)) != CT_OK || (s = check_tables(&w, reterr)) != CT_OK ||
        (s = check_keyring(&w, reterr)) != CT_OK || (s = check_witness(&w, reterr)) != CT_OK)
        return s;
    write_result(&w);
    return CT_OK;
}
