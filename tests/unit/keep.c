/* Which backups are kept, and that nothing is removed that is not an own, old backup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/keep.h"
#include "tests/support/recorded.h"

#define DAY    ((int64_t)CT_DAY_MS)
#define MONDAY (INT64_C(1795392000000)) /* 2026-11-23 00:00 UTC */

static struct ct_error err;

static bool exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

/* ---- the rule ------------------------------------------------------------------- */

static struct ct_keep_item three_years[1200];

static size_t kept_at(size_t n, int64_t from, int64_t to)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        kept +=
            three_years[i].keep && three_years[i].at_ms >= from && three_years[i].at_ms < to;
    return kept;
}

static void test_days_weeks_months(void **state)
{
    (void)state;
    const struct ct_keep_rule rule = {.daily = 7, .weekly = 5, .monthly = 12};
    size_t n = CT_LEN(three_years);
    int64_t newest = MONDAY + 2 * (int64_t)CT_HOUR_MS; /* each night at two */
    for (size_t i = 0; i < n; i++)                     /* in no order */
        three_years[i] = (struct ct_keep_item){.at_ms = newest - (int64_t)((i * 7) % n) * DAY};
    ct_keep_choose(three_years, n, &rule, newest);
    assert_int_equal(three_years[0].at_ms, newest);
    assert_true(three_years[0].keep);
    assert_int_equal(kept_at(n, newest - 6 * DAY, newest + 1), 7);
    /* the newest of a week is its Sunday: the 22nd and 15th are days as well as weeks */
    assert_int_equal(kept_at(n, newest - 30 * DAY, newest - 6 * DAY),
                     3 + 1); /* weeks; 31 Oct */
    assert_int_equal(kept_at(n, 0, newest + 1), 7 + 3 + 11);
    assert_int_equal(kept_at(n, 0, newest - 370 * DAY), 0);
}

static void test_a_gap_uses_nothing_up(void **state)
{
    (void)state;
    const struct ct_keep_rule rule = {.daily = 3};
    const int64_t noon = MONDAY + DAY / 2;
    struct ct_keep_item item[] = {{.at_ms = noon},
                                  {.at_ms = noon - 40 * DAY},
                                  {.at_ms = noon - 40 * DAY - 1000},
                                  {.at_ms = noon - 90 * DAY},
                                  {.at_ms = noon - 91 * DAY}};
    ct_keep_choose(item, CT_LEN(item), &rule, noon);
    assert_true(item[0].keep && item[1].keep && !item[2].keep && item[3].keep && !item[4].keep);
}

static void test_the_newest_and_the_future_stay(void **state)
{
    (void)state;
    struct ct_keep_item item[] = {
        {.at_ms = MONDAY + 400 * DAY}, {.at_ms = MONDAY}, {.at_ms = MONDAY - DAY}};
    const struct ct_keep_rule rule = {.daily = 1}, none = {0};
    ct_keep_choose(item, CT_LEN(item), &rule, MONDAY);
    assert_true(item[0].keep && item[1].keep && !item[2].keep);
    ct_keep_choose(item, CT_LEN(item), &none, MONDAY); /* no rule: nothing is removed */
    assert_true(item[0].keep && item[1].keep && item[2].keep);
}

/* ---- the folder ------------------------------------------------------------------- */

static char folder[96];

static int begin(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    clinic_begin(c);
    c->config.absolute_limit_min = 0;
    ct_app_freep(&c->app);
    c->app = clinic_app(c);
    assert_int_equal(recorded_login(c->app, "ada", ADA_PASSWORD, &err), CT_OK);
    snprintf(folder, sizeof folder, "%s/backups", c->top);
    assert_int_equal(mkdir(folder, 0700), 0);
    *state = c;
    return 0;
}

static int end(void **state)
{
    clinic_end(*state);
    free(*state);
    return 0;
}

static void night(struct clinic *c, const struct ct_keep_rule *rule,
                  struct ct_keep_report *keep, char path[CT_BACKUP_PATH])
{
    const struct ct_backup_request req = {.force = false};
    struct ct_backup_report r;
    c->now += DAY;
    if (ct_backup_into(c->app, folder, &req, path, &r, &err) != CT_OK ||
        ct_keep_apply(c->app, folder, rule, &r.head, keep, &err) != CT_OK)
        fail_msg("%s", err.text);
}

static void test_only_own_old_backups_go(void **state)
{
    struct clinic *c = *state;
    const struct ct_keep_rule rule = {.daily = 3}, all = {0};
    struct ct_keep_report keep;
    char path[CT_BACKUP_PATH], first[CT_BACKUP_PATH], other[CT_BACKUP_PATH + 8],
        held[CT_BACKUP_PATH + 8];
    size_t n;
    night(c, &all, &keep, first);
    char *bytes = file_read(first, &n);
    /* what a folder holds besides: a letter, a backup by another name, one that is damaged,
     * one whose name says another time, a left-over, one that is being written */
    snprintf(other, sizeof other, "%s/letter.txt", folder);
    file_write(other, "x", 1);
    snprintf(other, sizeof other, "%s/before-the-update.ctbak", folder);
    file_write(other, bytes, n);
    char strange[3][CT_BACKUP_PATH];
    for (int i = 0; i < 3; i++)
        snprintf(strange[i], sizeof strange[i], "%.*s2020010%dT020000Z.ctbak",
                 (int)(strlen(first) - strlen("20261123T055223Z.ctbak")), first, i + 1);
    file_write(strange[0], bytes, n);     /* a copy under a wrong time */
    file_write(strange[1], bytes, n / 2); /* half of one */
    file_write(strange[2], "a letter", 8);
    snprintf(other, sizeof other, "%s.part", strange[0]);
    file_write(other, bytes, 100);
    snprintf(held, sizeof held, "%s.part", strange[1]);
    file_write(held, bytes, 100);
    int lock = open(held, O_RDWR | O_CLOEXEC);
    assert_int_equal(flock(lock, LOCK_EX), 0);

    for (int i = 0; i < 2; i++)
        night(c, &rule, &keep, path);
    assert_int_equal(keep.kept, 3);
    assert_int_equal(keep.removed, 0);
    assert_true(exists(first));
    night(c, &rule, &keep, path);
    assert_int_equal(keep.kept, 3);
    assert_int_equal(keep.removed, 1);
    assert_int_equal(keep.strange, 3);
    assert_false(exists(first));
    assert_true(exists(path));
    expect_entry(c, "store.backup", CT_ROUTINE, "removed 1 older backups, kept 3");
    for (int i = 0; i < 3; i++)
        assert_true(exists(strange[i]));
    assert_false(exists(other)); /* the left-over */
    assert_true(exists(held));
    close(lock);
    snprintf(other, sizeof other, "%s/before-the-update.ctbak", folder);
    assert_true(exists(other));
    snprintf(other, sizeof other, "%s/letter.txt", folder);
    assert_true(exists(other));
    free(bytes);
}

/* Another clinic's backups lie in the same folder; an altered head is no own backup. */
static void test_of_another_clinic(void **state)
{
    struct clinic *c = *state, d;
    const struct ct_keep_rule rule = {.daily = 1};
    const struct ct_backup_request req = {.force = false};
    struct ct_keep_report keep;
    struct ct_backup_report r;
    char theirs[CT_BACKUP_PATH], mine[CT_BACKUP_PATH], path[CT_BACKUP_PATH];
    clinic_new(&d);
    assert_int_equal(ct_backup_into(d.app, folder, &req, theirs, &r, &err), CT_OK);
    clinic_end(&d);
    night(c, &rule, &keep, mine);
    size_t n;
    char *bytes = file_read(mine, &n);
    bytes[300] ^= 1; /* in the keyring */
    file_write(mine, bytes, n);
    night(c, &rule, &keep, path);
    assert_int_equal(keep.removed, 0);
    assert_int_equal(keep.strange, 1);
    assert_true(exists(mine) && exists(theirs));
    bytes[300] ^= 1;
    file_write(mine, bytes, n);
    free(bytes);
    night(c, &rule, &keep, path);
    assert_int_equal(keep.removed, 2);
    assert_true(exists(theirs));
    assert_true(exists(path));
}

/* The backup just made is gone again: then the older ones are all there is. */
static void test_the_last_good_one_stays(void **state)
{
    struct clinic *c = *state;
    const struct ct_keep_rule rule = {.daily = 1};
    const struct ct_backup_request req = {.force = false};
    struct ct_keep_report keep;
    struct ct_backup_report r;
    char path[CT_BACKUP_PATH], older[CT_BACKUP_PATH];
    night(c, &rule, &keep, older);
    c->now += DAY;
    assert_int_equal(ct_backup_into(c->app, folder, &req, path, &r, &err), CT_OK);
    unlink(path);
    assert_int_equal(ct_keep_apply(c->app, folder, &rule, &r.head, &keep, &err), CT_EIO);
    assert_true(exists(older));
    assert_int_equal(keep.removed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_days_weeks_months),
        cmocka_unit_test(test_a_gap_uses_nothing_up),
        cmocka_unit_test(test_the_newest_and_the_future_stay),
        cmocka_unit_test_setup_teardown(test_only_own_old_backups_go, begin, end),
        cmocka_unit_test_setup_teardown(test_of_another_clinic, begin, end),
        cmocka_unit_test_setup_teardown(test_the_last_good_one_stays, begin, end),
    };
    setenv("TZ", "UTC", 1);
    return ct_harden(NULL) == CT_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
