/* The frozen store that backups copy: nobody writes to its file while it lasts, however
 * much is saved beside it, and a disk that fails under it gives an error and no wrong page.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/db.h"
#include "tests/support/faultvfs.h"
#include "tests/support/store_kit.h"
#include "vault/secret.h"

enum { ROWS = 60, PAGES_MAX = 400 };

static struct faultvfs fv;
static unsigned char copy[PAGES_MAX * CT_PAGE], again[PAGES_MAX * CT_PAGE];

static int up(void **state)
{
    (void)state;
    return faultvfs_init(&fv, "below", NULL) == SQLITE_OK ? 0 : -1;
}

static int down(void **state)
{
    (void)state;
    faultvfs_done(&fv);
    return 0;
}

static void add(struct ct_db *db, int64_t from, int n)
{
    struct ct_error e = {0};
    for (int i = 0; i < n; i++)
        if (kit_add(db, from + i, &e) != CT_OK)
            fail_msg("a save waits: %s", e.text);
}

static enum ct_status pages_of(struct ct_db *db, uint32_t pages, unsigned char *out,
                               struct ct_error *e)
{
    enum ct_status s = CT_OK;
    assert_true(pages <= PAGES_MAX);
    for (uint32_t at = 0; at < pages && s == CT_OK; at++)
        s = ct_db_frozen_pages(db, at + 1, 1, out + (size_t)at * CT_PAGE, e);
    return s;
}

/* ---- nobody writes ----------------------------------------------------------------- */

struct seen {
    bool frozen;
    int to_store, to_log; /* writes while frozen, and to the store afterwards */
    int later;
};

static void note(const struct faultvfs_call *c, void *arg)
{
    struct seen *s = arg;
    bool log = (c->open_flags & SQLITE_OPEN_WAL) != 0;
    if (c->op != FV_WRITE && c->op != FV_TRUNCATE)
        return;
    if (!s->frozen)
        s->later += !log;
    else if (log)
        s->to_log++;
    else
        s->to_store++;
}

static enum ct_status at_gate(void *arg, struct ct_error *reterr)
{
    struct kit *other = arg;
    struct ct_error e = {0};
    (void)reterr;
    assert_int_equal(kit_add(other->db, 5, &e), CT_EBUSY); /* the gate is held */
    return CT_OK;
}

static void test_nobody_writes_to_a_frozen_store(void **state)
{
    (void)state;
    const struct ct_db_options eager = {.busy_limit_ms = 50, .checkpoint_pages = 1};
    struct kit a, b = {.db = NULL};
    struct seen seen = {.frozen = false};
    struct ct_error e = {0};
    CT_TX tx = {0};
    uint32_t pages = 0;
    kit_create(&a, fv.name);
    kit_open(&a, NULL);
    snprintf(b.dir, sizeof b.dir, "%s", a.dir);
    b.seal = kit_seal(7, 9, fv.name);
    kit_open(&b, &eager);
    add(a.db, 100, ROWS);
    if (ct_db_freeze(a.db, &tx, at_gate, &b, &pages, &e) != CT_OK)
        fail_msg("%s", e.text);
    seen.frozen = true;
    fv.show = note;
    fv.arg = &seen;
    assert_int_equal(pages_of(a.db, pages, copy, &e), CT_OK);
    add(b.db, 1000, ROWS); /* each tries a checkpoint */
    assert_int_equal(ct_db_checkpoint(b.db, &e), CT_EBUSY);
    assert_int_equal(pages_of(a.db, pages, again, &e), CT_OK);
    assert_memory_equal(copy, again, (size_t)pages * CT_PAGE);
    assert_int_equal(seen.to_store, 0);
    assert_true(seen.to_log >= ROWS);
    assert_int_equal(kit_count(a.db), ROWS); /* the snapshot */
    seen.frozen = false;
    ct_tx_end(&tx);
    add(b.db, 5000, 1);
    assert_true(seen.later > 0); /* and now the log is folded in */
    fv.show = NULL;
    assert_int_equal(kit_count(a.db), 2 * ROWS + 1);
    kit_leave(&b);
    kit_done(&a);
}

/* ---- the disk fails ------------------------------------------------------------------ */

static void arm(long n, enum faultvfs_how how, bool sticky)
{
    faultvfs_arm(&fv, n, how, sticky);
    fv.ops = FV_FAILING;
}

/* The n-th call of all this fails. False: there were fewer. */
static bool one(long n, enum faultvfs_how how, bool sticky)
{
    struct kit k;
    struct ct_error e = {0};
    uint32_t pages = 0;
    kit_create(&k, fv.name);
    kit_open(&k, NULL);
    add(k.db, 1, ROWS);
    {
        CT_TX tx = {0};
        arm(n, how, sticky);
        enum ct_status s = ct_db_freeze(k.db, &tx, NULL, NULL, &pages, &e);
        if (s == CT_OK)
            s = pages_of(k.db, pages, copy, &e);
        bool hit = fv.hit;
        arm(0, how, false);
        if (s == CT_OK) { /* then it is the truth */
            assert_int_equal(pages_of(k.db, pages, again, &e), CT_OK);
            assert_memory_equal(copy, again, (size_t)pages * CT_PAGE);
        } else if (e.text[0] == '\0') {
            fail_msg("call %ld fails without a word", n);
        }
        ct_tx_end(&tx);
        kit_close(&k);
        kit_open(&k, NULL); /* nothing was lost, and the gate was given back */
        assert_int_equal(kit_count(k.db), ROWS);
        assert_int_equal(kit_problems(k.db), 0);
        add(k.db, 1000, 1);
        kit_done(&k);
        return hit;
    }
}

static void test_every_call_fails(void **state)
{
    (void)state;
    static const enum faultvfs_how HOW[] = {FV_EIO, FV_SHORT, FV_FULL, FV_GARBLE};
    long points = 0;
    for (size_t i = 0; i < CT_LEN(HOW); i++)
        for (int sticky = 0; sticky < 2; sticky++)
            for (long n = 1; one(n, HOW[i], sticky != 0); n += n < 8 ? 1 : 29)
                points++;
    printf("# %ld points\n", points);
    assert_true(points > 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nobody_writes_to_a_frozen_store, up, down),
        cmocka_unit_test_setup_teardown(test_every_call_fails, up, down),
    };
    kit_schema(1);
    return ct_harden(NULL) == CT_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
