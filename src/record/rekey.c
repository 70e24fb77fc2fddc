/* rekey - see rekey.h. */
#include "record/rekey.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "record/internal.h"

enum {
    RELIST_MOST = 200, /* rows of one entry; an entry holds 256 */
    AGAIN_MS = 50,
    ROUNDS = 5,
};

struct rekeying {
    struct ct_app *app;
    bool (*progress)(int64_t done, int64_t total, void *arg);
    void *arg;
    int wait_ms;
    bool relisted_all;
    struct ct_rekey_report *report;
};

/* ---- the list of users ------------------------------------------------------ */

/* A list of format 1 hashes what a new key changes: list those slots as format 2 does. */
static enum ct_status relist(struct rekeying *k, struct ct_entry *entry,
                             struct ct_error *reterr)
{
    struct ct_app *app = k->app;
    struct ct_user_row *rows = NULL;
    struct ct_slot *slots = NULL;
    size_t n_rows = 0, n_slots = 0, done = 0;
    enum ct_status s = ct_user_rows(app, &rows, &n_rows, reterr);
    if (s == CT_OK)
        s = ct_keyring_list(app->dir, app->keys, &slots, &n_slots, reterr);
    k->relisted_all = true;
    for (size_t i = 0; s == CT_OK && i < n_rows; i++) {
        const struct ct_slot *slot = ct_slot_find(slots, n_slots, rows[i].user_id);
        if (slot == NULL || slot->version != rows[i].slot_version ||
            memcmp(slot->hash_whole, rows[i].slot_hash, CT_HASH_LEN) != 0)
            continue;
        if (done++ == RELIST_MOST) {
            k->relisted_all = false;
            break;
        }
        memcpy(rows[i].slot_hash, slot->hash, CT_HASH_LEN);
        s = ct_user_row_add(app, app->db, &rows[i], app->who.user_id, NULL, entry, reterr);
    }
    free(rows);
    free(slots);
    return s;
}

static enum ct_status write_begin(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct rekeying *k = arg;
    (void)db;
    if (k->report->resumed)
        ct_detail_add(entry->detail, "gone on with: key epoch %u", app->keys->epoch);
    else
        ct_detail_add(entry->detail, "key epoch %u after %u", app->keys->epoch + 1,
                      app->keys->epoch);
    return relist(k, entry, reterr);
}

static enum ct_status begin(struct rekeying *k, struct ct_error *reterr)
{
    struct ct_app *app = k->app;
    bool begun = false;
    uint32_t epoch;
    enum ct_status s;
    const struct ct_change change = {
        .verb = CT_VERB_REKEY,
        .write = write_begin,
        .arg = k,
        .entry = {.severity = CT_NOTABLE, .patient_id = CT_UNSET, .done_ms = CT_UNSET},
    };
    if ((s = ct_record_ask(app, &change, reterr)) != CT_OK)
        return s;
    /* the file's word: the session may hold an older key that is gone from there since */
    if ((s = ct_keyring_epoch(app->dir, &epoch, &k->report->resumed, reterr)) != CT_OK)
        return s;
    do
        s = ct_record(app, &change, NULL, reterr);
    while (s == CT_OK && !k->relisted_all);
    if (s == CT_OK && !k->report->resumed) {
        if ((s = ct_keyring_epoch_begin(app->dir, app->keys, &begun, reterr)) == CT_OK)
            s = ct_seal_renew(app->seal, reterr);
        k->report->resumed = s == CT_OK && !begun;
    }
    k->report->epoch = app->keys->epoch;
    return s;
}

/* ---- the pages ---------------------------------------------------------------- */

static void rest(void)
{
    const struct timespec t = {.tv_nsec = AGAIN_MS * 1000000L};
    nanosleep(&t, NULL);
}

static enum ct_status stopped(const struct rekeying *k, struct ct_error *reterr)
{
    return ct_fail(reterr, CT_EBUSY, NULL,
                   "Stopped at %u pages sealed anew. The store is whole, with two keys; run "
                   "clintech rekey again to go on.",
                   k->report->sealed);
}

static enum ct_status seal_pages(struct rekeying *k, struct ct_error *reterr)
{
    int64_t until = ct_monotonic(&CT_CLOCK_SYSTEM) + k->wait_ms;
    uint32_t from = 1, n = 0;
    while (from != 0) {
        enum ct_status s = ct_db_reseal(k->app->db, &from, &n, &k->report->pages, reterr);
        if (s == CT_OK)
            k->report->sealed += n;
        if (k->progress != NULL &&
            !k->progress(from != 0 ? from : k->report->pages, k->report->pages, k->arg))
            return stopped(k, reterr);
        if (s == CT_EBUSY && ct_monotonic(&CT_CLOCK_SYSTEM) < until) {
            rest();
            continue;
        }
        if (s != CT_OK)
            return s;
        until = ct_monotonic(&CT_CLOCK_SYSTEM) + k->wait_ms;
    }
    return CT_OK;
}

/* ---- the end -------------------------------------------------------------------- */

static enum ct_status drop(void *arg, struct ct_error *reterr)
{
    struct rekeying *k = arg;
    enum ct_status s = ct_keyring_epoch_end(k->app->dir, k->app->keys, reterr);
    k->report->epoch = k->app->keys->epoch;
    return s;
}

/* Which epoch it is, is known behind the gate: another run may have begun a later one. */
static enum ct_status write_end(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    const struct rekeying *k = arg;
    (void)db, (void)reterr;
    ct_detail_add(entry->detail, "%u pages are under key epoch %u; older keys go",
                  k->report->pages, app->keys->epoch);
    return CT_OK;
}

/* The entry first: a run that is cut off behind it is gone on with, and tells it again. */
static enum ct_status end(struct rekeying *k, struct ct_error *reterr)
{
    const struct ct_change change = {
        .verb = CT_VERB_REKEYED,
        .write = write_end,
        .arg = k,
        .entry = {.severity = CT_NOTABLE, .patient_id = CT_UNSET, .done_ms = CT_UNSET},
    };
    enum ct_status s = ct_record(k->app, &change, NULL, reterr);
    for (int i = 0; s == CT_OK && i < ROUNDS; i++) {
        s = ct_db_resealed(k->app->db, drop, k, reterr);
        if (s != CT_ECONFLICT)
            return s;
        s = seal_pages(k, reterr);
    }
    return s == CT_OK ? ct_fail(reterr, CT_EBUSY, NULL,
                                "Somebody still saves under the older key: end the sessions of "
                                "older programs, and run clintech rekey again.")
                      : s;
}

static void count_weak(struct rekeying *k)
{
    struct ct_slot *slots = NULL;
    size_t n = 0;
    if (ct_keyring_list(k->app->dir, k->app->keys, &slots, &n, NULL) != CT_OK)
        return;
    for (size_t i = 0; i < n; i++)
        k->report->weak +=
            slots[i].user_id != CT_USER_RECOVERY && !slots[i].disabled && !slots[i].own_box;
    free(slots);
}

enum ct_status ct_rekey(struct ct_app *app, int wait_ms,
                        bool (*progress)(int64_t done, int64_t total, void *arg), void *arg,
                        struct ct_rekey_report *ret, struct ct_error *reterr)
{
    struct rekeying k = {
        .app = app, .progress = progress, .arg = arg, .wait_ms = wait_ms, .report = ret};
    *ret = (struct ct_rekey_report){0};
    enum ct_status s = begin(&k, reterr);
    if (s == CT_OK)
        s = seal_pages(&k, reterr);
    if (s == CT_OK)
        s = end(&k, reterr);
    if (s == CT_OK)
        count_weak(&k);
    return s;
}
