/* A clinic into a backup and back: what is in it, what goes on beside it, what is refused,
 * and what the chain and the witness say afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/backup.h"
#include "tests/support/recorded.h"
#include "vault/backup_key.h"

static char file[128], place[128]; /* the backup, and where it is restored to */
static struct ct_error err;

static int begin(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    clinic_staff(c);
    snprintf(file, sizeof file, "%s/b.ctbak", c->top);
    snprintf(place, sizeof place, "%s/again", c->top);
    err = (struct ct_error){.text = ""};
    *state = c;
    return 0;
}

static int end(void **state)
{
    clinic_end(*state);
    free(*state);
    return 0;
}

static bool exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

/* Entries in the folder, "." and ".." aside; -1: there is none. */
static int names_in(const char *dir)
{
    DIR *d = opendir(dir);
    int n = 0;
    if (d == NULL)
        return -1;
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n - 2;
}

static bool no_part(void)
{
    char part[160];
    snprintf(part, sizeof part, "%s.part", file);
    return !exists(part);
}

static enum ct_status make_with(struct clinic *c, bool force, ct_backup_progress *progress,
                                void *arg, struct ct_backup_report *r)
{
    struct ct_backup_report own;
    const struct ct_backup_request req = {
        .path = file, .force = force, .progress = progress, .arg = arg};
    return ct_backup_make(c->app, &req, r != NULL ? r : &own, &err);
}

static void make(struct clinic *c, struct ct_backup_report *r)
{
    if (make_with(c, false, NULL, NULL, r) != CT_OK)
        fail_msg("backup: %s", err.text);
}

static enum ct_status restore_as(struct clinic *c, const char *login, const char *password,
                                 struct ct_restore_report *ret)
{
    struct ct_restore_report own;
    struct ct_clock clock = ct_clock_fixed(&c->now);
    CT_SECRET *s = secret_of(password);
    CT_CLEANUP(ct_backup_file_freep) struct ct_backup_file *f = NULL;
    const struct ct_restore_request req = {
        .dir = place, .config = &c->config, .clock = &clock, .login = login, .password = s};
    enum ct_status st = ct_backup_file_open(file, &f, &err);
    if (st == CT_OK)
        st = ct_backup_file_whole(f, NULL, NULL, &err);
    return st == CT_OK ? ct_restore(f, &req, ret != NULL ? ret : &own, &err) : st;
}

static void restore(struct clinic *c, struct ct_restore_report *r)
{
    struct ct_restore_report own;
    r = r != NULL ? r : &own;
    if (restore_as(c, "sue", SUE_PASSWORD, r) != CT_OK)
        fail_msg("restore: %s", err.text);
    assert_int_equal(r->verify.problems, 0);
}

/* From here on the clinic is the restored one. */
static void move_to_place(struct clinic *c, const char *login, const char *password)
{
    ct_app_freep(&c->app);
    assert_true((size_t)snprintf(c->dir, sizeof c->dir, "%.*s", (int)sizeof c->dir - 1, place) ==
                strlen(place));
    c->app = clinic_app(c);
    if (recorded_login(c->app, login, password, &err) != CT_OK)
        fail_msg("%s", err.text);
}

static void verify(struct clinic *c)
{
    struct ct_verify_report v;
    login_again(c, "sue", SUE_PASSWORD);
    assert_int_equal(ct_verify(c->app, NULL, NULL, &v, &err), CT_OK);
    assert_int_equal(v.problems, 0);
}

/* ---- there and back --------------------------------------------------------------- */

static void test_there_and_back(void **state)
{
    struct clinic *c = *state;
    struct ct_backup_report b;
    struct ct_restore_report r;
    int64_t before = chain_end(c->app);
    make(c, &b);
    assert_int_equal(b.head.seq, before);
    assert_true(b.end.chain_good);
    assert_int_equal(b.end.entries, before);
    expect_entry(c, "store.backup", CT_ROUTINE, "b.ctbak");
    assert_int_equal(chain_end(c->app), before + 1);
    struct stat st;
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_size, b.size);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(no_part());

    restore(c, &r);
    assert_int_equal(stat(place, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    move_to_place(c, "ada", ADA_PASSWORD);
    assert_string_equal(ct_app_warning(c->app), "");
    expect_entry(c, "store.restore", CT_EXCEPTION, "from the backup of 2026-");
    assert_int_equal(app_int(c->app, "SELECT seq FROM audit WHERE verb = 'store.restore'"),
                     before + 1);
    login_again(c, "tom", TOM_PASSWORD);
    verify(c);
}

static void test_who_may(void **state)
{
    struct clinic *c = *state;
    login_again(c, "tom", TOM_PASSWORD);
    assert_int_equal(make_with(c, false, NULL, NULL, NULL), CT_EDENIED);
    assert_false(exists(file));
    assert_true(no_part());
    expect_entry(c, "session.denied", CT_NOTABLE, "store.backup needs backup");
    login_again(c, "sue", SUE_PASSWORD);
    make(c, NULL);
    assert_int_equal(restore_as(c, "tom", TOM_PASSWORD, NULL), CT_EDENIED);
    assert_false(exists(place));
    assert_int_equal(restore_as(c, "ada", ADA_PASSWORD, NULL), CT_OK);
}

/* ---- beside others ------------------------------------------------------------------ */

struct beside {
    struct ct_app *other;
    int wrote, steps;
};

/* Somebody saves between any two chunks, and tries a checkpoint each time. */
static bool save_beside(enum ct_backup_phase phase, int64_t done, int64_t total, void *arg)
{
    struct beside *b = arg;
    (void)done, (void)total;
    b->steps++;
    if (phase == CT_BACKUP_READING)
        return true;
    if (ct_record_event(b->other, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, "saved beside", &err) !=
        CT_OK)
        fail_msg("a save waits for the backup: %s", err.text);
    b->wrote++;
    return true;
}

static void test_others_save_meanwhile(void **state)
{
    struct clinic *c = *state;
    struct ct_backup_report r;
    c->config.busy_limit_ms = 300;
    c->config.checkpoint_pages = 1; /* each save wants to fold the log in */
    struct beside b = {.other = clinic_app(c)};
    assert_int_equal(recorded_login(b.other, "tom", TOM_PASSWORD, &err), CT_OK);
    int64_t before = chain_end(c->app);
    assert_int_equal(make_with(c, false, save_beside, &b, &r), CT_OK);
    assert_true(b.wrote >= 3);
    assert_int_equal(r.head.seq, before); /* of one moment */
    assert_int_equal(r.end.entries, before);
    assert_int_equal(chain_end(c->app), before + b.wrote + 1);
    /* and the log is folded in again once the backup is through */
    assert_int_equal(ct_record_event(b.other, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, "", NULL),
                     CT_OK);
    ct_app_free(b.other);
    restore(c, NULL);
    move_to_place(c, "ada", ADA_PASSWORD);
    assert_int_equal(
        app_int(c->app, "SELECT count(*) FROM audit WHERE detail = 'saved beside'"), 0);
    verify(c);
}

/* A second backup, beside the first; a third beside both finds something saved. */
static bool backup_beside(enum ct_backup_phase phase, int64_t done, int64_t total, void *arg)
{
    struct beside *b = arg;
    char second[sizeof file + 8], third[sizeof file + 8];
    struct ct_error e = {0};
    (void)done, (void)total;
    if (phase != CT_BACKUP_COPYING || b->steps++ > 0)
        return true;
    snprintf(second, sizeof second, "%s.2", file);
    snprintf(third, sizeof third, "%s.3", file);
    struct ct_backup_request req = {.path = second};
    struct ct_backup_report r;
    if (ct_backup_make(b->other, &req, &r, &e) != CT_OK)
        fail_msg("%s", e.text);
    req.path = third; /* the second is told in the chain: the log is not empty any more */
    assert_int_equal(ct_backup_make(b->other, &req, &r, &e), CT_EBUSY);
    assert_non_null(strstr(e.text, "another backup"));
    assert_true(exists(second));
    assert_false(exists(third));
    assert_int_equal(unlink(second), 0);
    return true;
}

static void test_two_backups_at_once(void **state)
{
    struct clinic *c = *state;
    struct ct_backup_report r;
    c->config.busy_limit_ms = 300;
    struct beside b = {.other = clinic_app(c)};
    assert_int_equal(recorded_login(b.other, "sue", SUE_PASSWORD, &err), CT_OK);
    assert_int_equal(make_with(c, false, backup_beside, &b, &r), CT_OK);
    assert_true(b.steps > 0);
    ct_app_free(b.other);
    restore(c, NULL);
    move_to_place(c, "ada", ADA_PASSWORD);
    verify(c);
}

static bool password_beside(enum ct_backup_phase phase, int64_t done, int64_t total, void *arg)
{
    struct beside *b = arg;
    (void)phase, (void)done, (void)total;
    if (b->steps++ > 0)
        return true;
    CT_SECRET *was = secret_of(TOM_PASSWORD), *is = secret_of("Tom prefers 9 new gramophones");
    if (ct_user_change_password(b->other, was, is, &err) != CT_OK)
        fail_msg("%s", err.text);
    return true;
}

/* A password changed while the pages are copied: the backup has the one before, in
 * keyring and store alike. */
static void test_a_user_changes_meanwhile(void **state)
{
    struct clinic *c = *state;
    struct beside b = {.other = clinic_app(c)};
    assert_int_equal(recorded_login(b.other, "tom", TOM_PASSWORD, &err), CT_OK);
    assert_int_equal(make_with(c, false, password_beside, &b, NULL), CT_OK);
    ct_app_free(b.other);
    restore(c, NULL);
    move_to_place(c, "tom", TOM_PASSWORD);
    assert_string_equal(ct_app_warning(c->app), "");
    verify(c);
}

/* A reader of an older state makes it wait, and is named. */
static void test_a_reader_that_does_not_leave(void **state)
{
    struct clinic *c = *state;
    struct raw raw;
    raw_open(&raw, c, ct_app_keys(c->app));
    raw_exec(&raw, "BEGIN");
    assert_true(raw_int(&raw, "SELECT count(*) FROM audit") > 0);
    login_again(c, "ada", ADA_PASSWORD);
    assert_int_equal(make_with(c, false, NULL, NULL, NULL), CT_EBUSY);
    assert_non_null(strstr(err.text, "reading"));
    assert_false(exists(file));
    assert_true(no_part());
    raw_exec(&raw, "COMMIT");
    raw_close(&raw);
    make(c, NULL);
}

static bool stop(enum ct_backup_phase phase, int64_t done, int64_t total, void *arg)
{
    (void)done, (void)total;
    return phase != *(const enum ct_backup_phase *)arg;
}

static void test_stopped_leaves_nothing(void **state)
{
    struct clinic *c = *state;
    for (int p = 0; p < CT_BACKUP_PHASES; p++) {
        enum ct_backup_phase phase = (enum ct_backup_phase)p;
        int64_t before = chain_end(c->app);
        assert_int_equal(make_with(c, false, stop, &phase, NULL), CT_EBUSY);
        assert_false(exists(file));
        assert_true(no_part());
        assert_int_equal(chain_end(c->app), before); /* no entry of a backup that is none */
        assert_int_equal(ct_record_event(c->app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, "", NULL),
                         CT_OK);
    }
}

/* ---- where it is written ---------------------------------------------------------------- */

static void test_nothing_is_overwritten(void **state)
{
    struct clinic *c = *state;
    char part[160], inside[160], was[128];
    size_t n;
    file_write(file, "a letter", 8);
    assert_int_equal(make_with(c, false, NULL, NULL, NULL), CT_EEXISTS);
    assert_int_equal(make_with(c, true, NULL, NULL, NULL), CT_EEXISTS); /* no backup */
    char *p = file_read(file, &n);
    assert_string_equal(p, "a letter");
    free(p);
    unlink(file);
    make(c, NULL);
    struct stat a, b;
    assert_int_equal(stat(file, &a), 0);
    assert_int_equal(make_with(c, false, NULL, NULL, NULL), CT_EEXISTS);
    assert_non_null(strstr(err.text, "--force"));
    assert_int_equal(make_with(c, true, NULL, NULL, NULL), CT_OK);
    assert_int_equal(stat(file, &b), 0);
    assert_true(a.st_ino != b.st_ino);
    unlink(file);
    /* FILE.part: somebody's file; one being written; one that a kill left */
    snprintf(part, sizeof part, "%s.part", file);
    file_write(part, "a letter", 8);
    assert_int_equal(make_with(c, false, NULL, NULL, NULL), CT_EEXISTS);
    file_write(part,
               "\x89"
               "CTBAK\r\n and half a page",
               20);
    int held = open(part, O_RDWR | O_CLOEXEC);
    assert_int_equal(flock(held, LOCK_EX), 0);
    assert_int_equal(make_with(c, false, NULL, NULL, NULL), CT_EBUSY);
    assert_true(exists(part));
    close(held);
    make(c, NULL);
    assert_true(no_part());
    /* beside the store it would be lost with it */
    snprintf(was, sizeof was, "%s", file);
    snprintf(inside, sizeof inside, "%s/store.db", c->dir);
    snprintf(file, sizeof file, "%.100s", inside);
    assert_int_equal(make_with(c, true, NULL, NULL, NULL), CT_EINVAL);
    snprintf(file, sizeof file, "%.80s/nowhere/b", c->top);
    assert_int_not_equal(make_with(c, false, NULL, NULL, NULL), CT_OK);
    assert_non_null(strstr(err.text, "nowhere"));
    verify(c);
}

static void test_a_full_disk(void **state)
{
    struct clinic *c = *state;
    struct rlimit was, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    small = was;
    small.rlim_cur = 100000; /* the store's own log is cut just before */
    assert_int_equal(ct_db_checkpoint(ct_app_db(c->app), NULL), CT_OK);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum ct_status s = make_with(c, false, NULL, NULL, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    assert_int_equal(s, CT_EFULL);
    assert_false(exists(file));
    assert_true(no_part());
    make(c, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    s = restore_as(c, "ada", ADA_PASSWORD, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    assert_int_equal(s, CT_EFULL);
    assert_false(exists(place));
    assert_int_equal(restore_as(c, "ada", ADA_PASSWORD, NULL), CT_OK);
}

static void test_nothing_plain_in_it(void **state)
{
    struct clinic *c = *state;
    static const char *const WORDS[] = {"Xylophone-Quartz", "Ada Demo",     "sue",
                                        "SQLite format",    "CREATE TABLE", "store.init",
                                        "Demo clinic"};
    size_t n;
    assert_int_equal(
        ct_record_event(c->app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, "Xylophone-Quartz", NULL),
        CT_OK);
    make(c, NULL);
    char *p = file_read(file, &n);
    for (size_t i = 0; i < CT_LEN(WORDS); i++)
        if (strlen(WORDS[i]) > 4) /* three letters come up by chance */
            assert_null(memmem(p, n, WORDS[i], strlen(WORDS[i])));
    assert_null(memmem(p, n, ct_app_keys(c->app)->store_key, CT_KEY_LEN));
    assert_null(memmem(p, n, ct_app_keys(c->app)->ring_key, 32));
    free(p);
}

/* ---- a store that is not well ------------------------------------------------------------ */

static void test_a_damaged_page_is_not_backed_up(void **state)
{
    struct clinic *c = *state;
    char path[128];
    size_t n;
    assert_int_equal(ct_db_checkpoint(ct_app_db(c->app), NULL), CT_OK);
    clinic_path(c, "store.db", path);
    char *p = file_read(path, &n);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    off_t at = (off_t)n - 3000; /* in the last page */
    char bad = (char)(p[at] ^ 4);
    assert_int_equal(pwrite(fd, &bad, 1, at), 1);
    assert_int_equal(make_with(c, false, NULL, NULL, NULL), CT_EDAMAGED);
    assert_non_null(strstr(err.text, "page"));
    assert_false(exists(file));
    assert_true(no_part());
    assert_int_equal(pwrite(fd, &p[at], 1, at), 1);
    close(fd);
    free(p);
    make(c, NULL);
}

/* Better than none: it is made, and says so. */
static void test_a_chain_that_does_not_verify_is_told(void **state)
{
    struct clinic *c = *state;
    struct ct_backup_report r;
    struct raw raw;
    ct_logout(c->app);
    assert_int_equal(recorded_login(c->app, "ada", ADA_PASSWORD, NULL), CT_OK);
    raw_open(&raw, c, ct_app_keys(c->app));
    raw_force(&raw, "UPDATE audit SET detail = 'never happened' WHERE seq = 2");
    raw_close(&raw);
    make(c, &r);
    assert_false(r.end.chain_good);
    assert_true(r.problems > 0);
    assert_non_null(strstr(r.problem, "2"));
    expect_entry(c, "store.backup", CT_EXCEPTION, "does not verify");
    struct ct_restore_report back;
    assert_int_equal(restore_as(c, "sue", SUE_PASSWORD, &back), CT_OK);
    assert_true(back.verify.problems > 0);
    assert_false(back.end.chain_good);
}

/* ---- restoring --------------------------------------------------------------------------- */

static void test_what_is_refused_changes_nothing(void **state)
{
    struct clinic *c = *state;
    char other[160];
    size_t n;
    make(c, NULL);
    assert_int_equal(restore_as(c, "sue", "not the password of sue", NULL), CT_EPASSWORD);
    assert_int_equal(restore_as(c, "nobody", SUE_PASSWORD, NULL), CT_EPASSWORD);
    assert_false(exists(place));
    char *p = file_read(file, &n);
    file_write(file, p, n - 1);
    assert_int_equal(restore_as(c, "sue", SUE_PASSWORD, NULL), CT_EDAMAGED);
    assert_non_null(strstr(err.text, "cut off"));
    p[n / 2] ^= 1;
    file_write(file, p, n);
    assert_int_equal(restore_as(c, "sue", SUE_PASSWORD, NULL), CT_EDAMAGED);
    ct_hash((unsigned char *)p + n - CT_HASH_LEN, p, n - CT_HASH_LEN); /* a careful thief */
    file_write(file, p, n);
    assert_int_equal(restore_as(c, "sue", SUE_PASSWORD, NULL), CT_EDAMAGED);
    assert_non_null(strstr(err.text, "altered"));
    assert_false(exists(place));
    p[n / 2] ^= 1;
    ct_hash((unsigned char *)p + n - CT_HASH_LEN, p, n - CT_HASH_LEN);
    file_write(file, p, n);
    free(p);
    /* an empty directory stays one, and keeps its rights */
    assert_int_equal(mkdir(place, 0750), 0);
    assert_int_equal(restore_as(c, "sue", "not the password of sue", NULL), CT_EPASSWORD);
    assert_int_equal(names_in(place), 0);
    snprintf(other, sizeof other, "%s/letter", place);
    file_write(other, "x", 1);
    assert_int_equal(restore_as(c, "sue", SUE_PASSWORD, NULL), CT_EEXISTS);
    assert_non_null(strstr(err.text, "letter"));
    assert_int_equal(names_in(place), 1);
    unlink(other);
    snprintf(other, sizeof other, "%s/config.ini", place);
    file_write(other, "\n", 1);
    restore(c, NULL);
    struct stat st;
    assert_int_equal(stat(place, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0750);
    assert_int_equal(restore_as(c, "sue", SUE_PASSWORD, NULL), CT_EEXISTS); /* a store */
}

/* A newer program's store within: told before a password is asked. */
static void test_of_a_newer_program(void **state)
{
    struct clinic *c = *state;
    struct ct_backup_report r;
    struct ct_backup_out *out = NULL;
    struct ct_backup_file *f = NULL;
    struct ct_backup_end last = {.entries = 1};
    unsigned char *ring = NULL, pages[CT_PAGE] = {1};
    size_t n = 0;
    make(c, &r);
    r.head.schema = 9000;
    r.head.pages = 1;
    int fd = open(file, O_WRONLY | O_TRUNC | O_CLOEXEC);
    assert_int_equal(ct_keyring_image(c->dir, &ring, &n, NULL), CT_OK);
    assert_int_equal(
        ct_backup_out_new(fd, file, &r.head, ring, n, ct_app_keys(c->app), &out, NULL), CT_OK);
    assert_int_equal(ct_backup_out_pages(out, pages, 1, NULL), CT_OK);
    assert_int_equal(ct_backup_out_end(out, &last, NULL), CT_OK);
    ct_backup_out_free(out);
    free(ring);
    close(fd);
    assert_int_equal(ct_backup_file_open(file, &f, &err), CT_ENEWER);
    assert_non_null(strstr(err.text, "9000"));
    unlink(file);
    assert_int_equal(ct_backup_file_open(file, &f, &err), CT_ENOTFOUND);
}

/* What a kill leaves, at its worst: all moved up but the store. It opens for nobody, and
 * the next restore clears it away. */
static void test_after_a_killed_restore(void **state)
{
    struct clinic *c = *state;
    char work[160], path[200];
    make(c, NULL);
    assert_int_equal(mkdir(place, 0700), 0);
    snprintf(work, sizeof work, "%s/restoring.new", place);
    assert_int_equal(mkdir(work, 0700), 0);
    static const char *const LEFT[] = {"keyring",
                                       "gate",
                                       "store.db-wal",
                                       "restoring.new/store.db",
                                       "restoring.new/store.db-shm",
                                       "restoring.new/keyring.new"};
    for (size_t i = 0; i < CT_LEN(LEFT); i++) {
        snprintf(path, sizeof path, "%s/%s", place, LEFT[i]);
        file_write(path, "left", 4);
    }
    int held = open(work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(flock(held, LOCK_EX), 0);
    assert_int_equal(restore_as(c, "sue", SUE_PASSWORD, NULL), CT_EBUSY); /* at work */
    snprintf(path, sizeof path, "%s/keyring", place);
    assert_true(exists(path));
    close(held);
    restore(c, NULL);
    assert_false(exists(work));
    move_to_place(c, "ada", ADA_PASSWORD);
    verify(c);
}

/* ---- when nobody's password is known --------------------------------------------------------
 */

#define NEW_PASSWORD "twelve purple gateposts singing"

static enum ct_status restore_keys(struct clinic *c, const struct ct_unlocked *keys,
                                   const char *login, const char *password)
{
    struct ct_restore_report r;
    struct ct_clock clock = ct_clock_fixed(&c->now);
    CT_SECRET *s = secret_of(password);
    CT_CLEANUP(ct_backup_file_freep) struct ct_backup_file *f = NULL;
    const struct ct_restore_request req = {.dir = place,
                                           .config = &c->config,
                                           .clock = &clock,
                                           .login = login,
                                           .password = s,
                                           .keys = keys,
                                           .how = "the offline key"};
    assert_int_equal(ct_backup_file_open(file, &f, &err), CT_OK);
    enum ct_status st = ct_restore(f, &req, &r, &err);
    if (st == CT_OK)
        assert_int_equal(r.verify.problems, 0);
    return st;
}

static void test_with_the_offline_key(void **state)
{
    struct clinic *c = *state;
    char key[128], pub[160];
    unsigned char pk[CT_BACKUP_KEY_LEN];
    CT_SECRET *phrase = secret_of("seven offline marmots knitting");
    CT_CLEANUP(ct_unlocked_freep) struct ct_unlocked *keys = NULL;
    struct ct_backup_report r;
    snprintf(key, sizeof key, "%s/off", c->top);
    snprintf(pub, sizeof pub, "%s.pub", key);
    assert_int_equal(ct_backup_key_new(key, phrase, CT_KDF_TEST, pk, &err), CT_OK);
    assert_int_equal(ct_backup_key_public(pub, pk, &err), CT_OK);
    const struct ct_backup_request req = {.path = file, .recipient = pk};
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    assert_int_equal(ct_user_disable(c->app, 2, "left", &err), CT_OK); /* sue */
    assert_int_equal(ct_backup_make(c->app, &req, &r, &err), CT_OK);
    expect_entry(c, "store.backup", CT_ROUTINE, "and an offline key");
    struct ct_backup_file *f = NULL;
    assert_int_equal(ct_backup_file_open(file, &f, &err), CT_OK);
    assert_int_equal(ct_backup_file_unseal(f, key, phrase, &keys, &err), CT_OK);
    ct_backup_file_free(f);
    /* not for a technician, a disabled user, a stranger, or a poor password */
    assert_int_equal(restore_keys(c, keys, "tom", NEW_PASSWORD), CT_EDENIED);
    assert_int_equal(restore_keys(c, keys, "sue", NEW_PASSWORD), CT_EDENIED);
    assert_int_equal(restore_keys(c, keys, "eve", NEW_PASSWORD), CT_ENOTFOUND);
    assert_int_equal(restore_keys(c, keys, "ada", "short"), CT_EINVAL);
    assert_false(exists(place));
    if (restore_keys(c, keys, "ada", NEW_PASSWORD) != CT_OK)
        fail_msg("%s", err.text);
    move_to_place(c, "ada", NEW_PASSWORD);
    assert_string_equal(ct_app_warning(c->app), "");
    expect_entry(c, "store.restore", CT_EXCEPTION, "set the password of ada anew");
    ct_logout(c->app);
    assert_int_equal(recorded_login(c->app, "ada", ADA_PASSWORD, &err), CT_EPASSWORD);
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &err), CT_OK);
}

/* ---- the witness --------------------------------------------------------------------------
 */

static void witness_elsewhere(struct clinic *c)
{
    ct_app_freep(&c->app);
    snprintf(c->config.witness, sizeof c->config.witness, "%s/heads", c->top);
    c->app = clinic_app(c);
    assert_int_equal(recorded_login(c->app, "ada", ADA_PASSWORD, &err), CT_OK);
}

/* The witness saw more than the backup has. The restore's own entry answers for that; who
 * logs in next is not alarmed, and verify neither. */
static void test_the_witness_saw_more(void **state)
{
    struct clinic *c = *state;
    struct ct_restore_report r;
    char words[64];
    witness_elsewhere(c);
    make(c, NULL);
    for (int i = 0; i < 3; i++)
        login_again(c, "tom", TOM_PASSWORD);
    ct_logout(c->app);
    restore(c, &r);
    assert_non_null(strstr(r.warning, "The witness saw entry"));
    move_to_place(c, "ada", ADA_PASSWORD);
    assert_string_equal(ct_app_warning(c->app), "");
    snprintf(words, sizeof words, "witnessed entry");
    char detail[600];
    app_text(c->app,
             "SELECT detail FROM audit WHERE verb = 'session.login' AND seq ="
             " (SELECT seq + 1 FROM audit WHERE verb = 'store.restore')",
             detail, sizeof detail);
    assert_non_null(strstr(detail, words));
    verify(c);
}

/* And a rollback that no restore explains is still told. */
static void test_a_rollback_is_no_restore(void **state)
{
    struct clinic *c = *state;
    char from[128], to[160];
    witness_elsewhere(c);
    ct_logout(c->app);
    make_with(c, false, NULL, NULL, NULL) == CT_OK ? fail() : (void)0; /* nobody is in */
    assert_int_equal(mkdir(place, 0700), 0);
    static const char *const FILES[] = {"keyring", "store.db", "store.db-wal"};
    for (size_t i = 0; i < CT_LEN(FILES); i++) {
        clinic_path(c, FILES[i], from);
        snprintf(to, sizeof to, "%s/%s", place, FILES[i]);
        file_copy(from, to);
    }
    assert_int_equal(recorded_login(c->app, "ada", ADA_PASSWORD, &err), CT_OK);
    ct_app_freep(&c->app);
    assert_true((size_t)snprintf(c->dir, sizeof c->dir, "%.*s", (int)sizeof c->dir - 1, place) ==
                strlen(place));
    c->app = clinic_app(c);
    assert_int_equal(recorded_login(c->app, "ada", ADA_PASSWORD, &err), CT_OK);
    assert_non_null(strstr(ct_app_warning(c->app), "ENTRIES ARE MISSING"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
        T(test_there_and_back),
        T(test_who_may),
        T(test_others_save_meanwhile),
        T(test_two_backups_at_once),
        T(test_a_user_changes_meanwhile),
        T(test_a_reader_that_does_not_leave),
        T(test_stopped_leaves_nothing),
        T(test_nothing_is_overwritten),
        T(test_a_full_disk),
        T(test_nothing_plain_in_it),
        T(test_a_damaged_page_is_not_backed_up),
        T(test_a_chain_that_does_not_verify_is_told),
        T(test_what_is_refused_changes_nothing),
        T(test_of_a_newer_program),
        T(test_after_a_killed_restore),
        T(test_with_the_offline_key),
        T(test_the_witness_saw_more),
        T(test_a_rollback_is_no_restore),
#undef T
    };
    signal(SIGXFSZ, SIG_IGN);
    return ct_harden(NULL) == CT_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
