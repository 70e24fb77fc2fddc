/* Sessions: logging in and what is noticed then, locking and what is left in
 * memory, and when a session ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/draft.h"
#include "record/verify.h"
#include "tests/support/faultvfs.h"
#include "tests/support/recorded.h"

static int begin(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    clinic_staff(c);
    *state = c;
    return 0;
}

static int only_make(void **state)
{
    struct clinic *c = calloc(1, sizeof *c);
    recorded_make(c);
    *state = c;
    return 0;
}

static int end(void **state)
{
    clinic_end(*state);
    free(*state);
    return 0;
}

/* ---- login ------------------------------------------------------------ */

static void test_login_writes_who_and_where(void **state)
{
    struct clinic *c = *state;
    char text[96];
    login_again(c, "tom", TOM_PASSWORD);
    expect_entry(c, "session.login", CT_ROUTINE, "");
    app_text(c->app,
             "SELECT tty || '|' || remote || '|' || user_id FROM session"
             " ORDER BY id DESC",
             text, sizeof text);
    assert_string_equal(text, "pts/7|192.0.2.9|3");
    assert_int_equal(app_int(c->app, "SELECT session_id FROM audit ORDER BY seq DESC"),
                     ct_app_who(c->app)->session_id);
    struct ct_app *odd = clinic_app(c);
    struct ct_error e = {0};
    ct_app_set_place(odd, "pts\x1b]0;x", "two words");
    assert_int_equal(recorded_login(odd, "sue", SUE_PASSWORD, &e), CT_OK);
    app_text(odd, "SELECT tty || '|' || remote FROM session ORDER BY id DESC", text,
             sizeof text);
    assert_string_equal(text, "pts?]0;x|two?words");
    assert_int_equal(recorded_login(odd, "sue", SUE_PASSWORD, &e), CT_EINVAL); /* already in */
    ct_app_free(odd);
}

static void test_wrong_password_and_unknown_login(void **state)
{
    struct clinic *c = *state;
    struct ct_error wrong = {0}, unknown = {0};
    ct_logout(c->app);
    assert_int_equal(recorded_login(c->app, "tom", "no such words at all", &wrong),
                     CT_EPASSWORD);
    assert_int_equal(recorded_login(c->app, "nobody", "no such words at all", &unknown),
                     CT_EPASSWORD);
    assert_string_equal(wrong.text, unknown.text);
    assert_int_equal(ct_app_state(c->app), CT_OUT);
    assert_null(ct_app_who(c->app));
    assert_null(ct_app_keys(c->app));
    assert_null(ct_app_db(c->app));
}

static void test_failed_tries_are_told(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    for (int tries = 1; tries <= 4; tries++) {
        ct_logout(c->app);
        for (int i = 0; i < tries; i++) {
            assert_int_equal(recorded_login(c->app, "tom", "no such words at all", &e),
                             CT_EPASSWORD);
            c->now += 400 * 1000; /* past any delay */
        }
        login_again(c, "tom", TOM_PASSWORD);
        char words[32];
        snprintf(words, sizeof words, "%d failed %s", tries, tries == 1 ? "try" : "tries");
        expect_entry(c, "session.login", tries >= 3 ? CT_EXCEPTION : CT_NOTABLE, words);
    }
    login_again(c, "tom", TOM_PASSWORD);
    expect_entry(c, "session.login", CT_ROUTINE, ""); /* told once */
}

/* Tries elsewhere are reset by a right password here: they are not lost. */
static void test_tries_elsewhere_reach_the_chain(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_app *other = clinic_app(c);
    assert_int_equal(recorded_login(other, "ada", "no such words at all", &e), CT_EPASSWORD);
    assert_int_equal(recorded_login(other, "ada", "no such words at all", &e), CT_EPASSWORD);
    assert_int_equal(clinic_again(c->app, "nor are these of any use"), CT_EPASSWORD);
    expect_entry(c, "session.denied", CT_NOTABLE, "when asked again");
    c->now += 400 * 1000;
    assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
    expect_entry(c, "session.denied", CT_NOTABLE, "2 failed tries at the password elsewhere");
    ct_app_free(other);
}

static void test_no_clinic_here(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    assert_int_equal(recorded_login(c->app, "ada", ADA_PASSWORD, &e), CT_ENOTFOUND);
    assert_int_equal(access(c->dir, F_OK), -1); /* looking creates nothing */
}

/* ---- keyring against store (R35) -------------------------------------- */

static void test_old_keyring_put_back(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    char keyring[128], old[128];
    CT_SECRET *a = secret_of(TOM_PASSWORD), *b = secret_of("Tom keeps 40 paper boats");
    clinic_path(c, "keyring", keyring);
    snprintf(old, sizeof old, "%s/old", c->top);
    file_copy(keyring, old);
    login_again(c, "tom", TOM_PASSWORD);
    assert_int_equal(ct_user_change_password(c->app, a, b, &e), CT_OK);
    ct_logout(c->app);
    file_copy(old, keyring);
    assert_int_equal(ct_login(c->app, "tom", a, &e), CT_EDAMAGED); /* his own slot is old */
    assert_non_null(strstr(e.text, "old keyring"));
    assert_int_equal(ct_app_state(c->app), CT_OUT);
    assert_null(ct_app_keys(c->app));
    assert_int_equal(recorded_login(c->app, "sue", SUE_PASSWORD, &e), CT_OK); /* hers is not */
    assert_non_null(strstr(ct_app_warning(c->app), "tom"));
    expect_entry(c, "session.login", CT_EXCEPTION, "user 3 is older");
}

static void test_disabled_user_with_an_old_keyring(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    char keyring[128], old[128];
    clinic_path(c, "keyring", keyring);
    snprintf(old, sizeof old, "%s/old", c->top);
    file_copy(keyring, old);
    assert_int_equal(ct_user_disable(c->app, 3, "left", &e), CT_OK);
    ct_logout(c->app);
    file_copy(old, keyring);
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_EDAMAGED);
}

static void test_keyring_of_another_clinic(void **state)
{
    struct clinic *c = *state, other;
    struct ct_error e = {0};
    char mine[128], theirs[128], kept[128];
    clinic_begin(&other);
    ct_logout(other.app);
    ct_logout(c->app);
    clinic_path(c, "keyring", mine);
    clinic_path(&other, "keyring", theirs);
    snprintf(kept, sizeof kept, "%s/kept", c->top);
    file_copy(mine, kept);
    file_copy(theirs, mine);
    enum ct_status s = recorded_login(c->app, "ada", ADA_PASSWORD, &e);
    assert_true(s == CT_EFOREIGN || s == CT_EDAMAGED); /* the password is right, the key not */
    assert_int_equal(ct_app_state(c->app), CT_OUT);
    assert_null(ct_app_keys(c->app));
    file_copy(kept, mine); /* nothing was changed */
    assert_int_equal(recorded_login(c->app, "ada", ADA_PASSWORD, &e), CT_OK);
    assert_string_equal(ct_app_warning(c->app), "");
    clinic_end(&other);
}

/* A slot changed by somebody who has the store's key but not this program. */
static void test_slot_unlike_the_list(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct raw r;
    raw_open(&r, c, ct_app_keys(c->app));
    raw_force(&r, "UPDATE user_version SET slot_hash = zeroblob(32) WHERE user_id = 3");
    raw_close(&r);
    ct_logout(c->app);
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_EDAMAGED);
    assert_non_null(strstr(e.text, "tampered"));
    assert_int_equal(recorded_login(c->app, "sue", SUE_PASSWORD, &e), CT_OK);
    expect_entry(c, "session.login", CT_EXCEPTION, "user 3 is unlike");
}

static void test_cut_off_password_change_is_mended(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_slot slot;
    struct ct_verify_report report;
    CT_SECRET *a = secret_of(TOM_PASSWORD), *b = secret_of("Tom keeps 40 paper boats");
    login_again(c, "tom", TOM_PASSWORD);
    struct ct_unlocked own = *ct_app_keys(c->app);
    assert_int_equal(ct_keyring_change(c->dir, &own, "tom", a, b, CT_KDF_TEST, c->now, &slot, &e),
                     CT_OK);
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "tom", b, &e), CT_OK);
    assert_string_equal(ct_app_warning(c->app), "");
    expect_entry(c, "session.login", CT_NOTABLE, "newer than the store's list");
    assert_int_equal(app_int(c->app, "SELECT by_user FROM user_version ORDER BY id DESC"), 0);
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "tom", b, &e), CT_OK);
    expect_entry(c, "session.login", CT_ROUTINE, ""); /* mended */
    login_again(c, "sue", SUE_PASSWORD);
    assert_int_equal(ct_verify(c->app, NULL, NULL, &report, &e), CT_OK);
    assert_int_equal(report.problems, 0);
}

static void test_cut_off_reset_is_an_exception(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_slot slot;
    CT_SECRET *p = secret_of("nobody has 5 such words");
    assert_int_equal(
        ct_keyring_reset(c->dir, ct_app_keys(c->app), 3, "tom", p, CT_KDF_TEST, &slot, &e),
        CT_OK);
    ct_logout(c->app);
    assert_int_equal(ct_login(c->app, "tom", p, &e), CT_OK);
    expect_entry(c, "session.login", CT_EXCEPTION, "with new keys");
    assert_non_null(strstr(ct_app_warning(c->app), "reset"));
    assert_true(ct_app_who(c->app)->must_change);
}

/* ---- locking ---------------------------------------------------------- */

static void test_lock_and_unlock(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    CT_SECRET *right = secret_of(TOM_PASSWORD), *wrong = secret_of("no such words at all"),
              *sues = secret_of(SUE_PASSWORD);
    login_again(c, "tom", TOM_PASSWORD);
    int64_t session = ct_app_who(c->app)->session_id;
    ct_lock(c->app);
    assert_int_equal(ct_app_state(c->app), CT_LOCKED);
    assert_null(ct_app_db(c->app));
    assert_null(ct_app_keys(c->app));
    assert_string_equal(ct_app_who(c->app)->login, "tom"); /* who stays known */
    ct_lock(c->app);                                       /* again: nothing */
    assert_int_equal(ct_session_check(c->app, &e), CT_ELOCKED);
    assert_int_equal(ct_unlock(c->app, wrong, &e), CT_EPASSWORD);
    assert_int_equal(ct_unlock(c->app, sues, &e), CT_EPASSWORD);
    assert_int_equal(ct_app_state(c->app), CT_LOCKED);
    assert_int_equal(recorded_login(c->app, "sue", SUE_PASSWORD, &e), CT_EINVAL);
    assert_int_equal(ct_unlock(c->app, right, &e), CT_OK);
    assert_int_equal(ct_app_state(c->app), CT_IN);
    assert_int_equal(ct_app_who(c->app)->session_id, session);
    expect_entry(c, "session.lock", CT_ROUTINE, "");
    expect_entry(c, "session.unlock", CT_NOTABLE, "2 failed tries");
    assert_int_equal(ct_unlock(c->app, right, &e), CT_EINVAL); /* not locked */
    ct_lock(c->app);
    ct_logout(c->app);
    assert_int_equal(ct_app_state(c->app), CT_OUT);
    assert_null(ct_app_who(c->app));
    ct_logout(c->app); /* again: nothing */
}

static void test_disabled_while_locked(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_app *tom = clinic_app(c);
    CT_SECRET *p = secret_of(TOM_PASSWORD);
    assert_int_equal(ct_login(tom, "tom", p, &e), CT_OK);
    ct_lock(tom);
    assert_int_equal(ct_user_disable(c->app, 3, "left", &e), CT_OK);
    assert_int_equal(ct_unlock(tom, p, &e), CT_EDENIED);
    assert_int_equal(ct_app_state(tom), CT_OUT);
    ct_app_free(tom);
}

static void test_absolute_limit(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    CT_SECRET *p = secret_of(ADA_PASSWORD);
    int64_t limit = (int64_t)c->config.absolute_limit_min * CT_MINUTE_MS;
    c->now += limit - 1;
    assert_int_equal(ct_session_check(c->app, &e), CT_OK);
    c->now += 1;
    assert_int_equal(ct_session_check(c->app, &e), CT_ELOCKED);
    int64_t before = chain_end(c->app);
    assert_int_equal(ct_record_event(c->app, CT_VERB_VERIFY, CT_UNSET, CT_ROUTINE, "", &e),
                     CT_ELOCKED);
    assert_int_equal(chain_end(c->app), before);
    ct_lock(c->app); /* its entry is written all the same */
    assert_int_equal(ct_unlock(c->app, p, &e), CT_OK);
    assert_int_equal(chain_end(c->app), before + 2);
    assert_int_equal(ct_session_check(c->app, &e), CT_OK);
}

static void test_reopen(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    char path[128], aside[128];
    assert_int_equal(ct_app_reopen(c->app, &e), CT_OK);
    assert_non_null(ct_app_db(c->app));
    assert_int_equal(ct_record_event(c->app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, "", &e),
                     CT_OK);
    clinic_path(c, CT_STORE_FILE, path);
    snprintf(aside, sizeof aside, "%s/aside", c->top);
    assert_int_equal(rename(path, aside), 0);
    assert_int_equal(ct_app_reopen(c->app, &e), CT_ENOTFOUND);
    assert_int_equal(ct_app_state(c->app), CT_LOCKED); /* no keys without a store */
    assert_null(ct_app_keys(c->app));
    assert_int_equal(rename(aside, path), 0);
    CT_SECRET *p = secret_of(ADA_PASSWORD);
    assert_int_equal(ct_unlock(c->app, p, &e), CT_OK);
}

/* A sync that fails makes the handle useless (R28): the next check opens it anew,
 * and what was not confirmed is not there. */
static void test_failed_sync(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct ct_verify_report report;
    struct faultvfs f;
    ct_logout(c->app);
    assert_int_equal(faultvfs_init(&f, "failing", NULL), SQLITE_OK);
    f.ops = FV_SYNC;
    sqlite3_vfs *plain = sqlite3_vfs_find(NULL);
    assert_int_equal(sqlite3_vfs_register(&f.vfs, 1), SQLITE_OK);
    assert_int_equal(recorded_login(c->app, "ada", ADA_PASSWORD, &e), CT_OK);
    int64_t before = chain_end(c->app);
    faultvfs_arm(&f, 1, FV_EIO, false);
    assert_int_equal(ct_record_event(c->app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, "", &e),
                     CT_EIO);
    assert_true(f.hit);
    assert_int_equal(ct_app_state(c->app), CT_IN);
    assert_int_equal(ct_session_check(c->app, &e), CT_OK);
    int64_t since = chain_end(c->app);
    assert_true(since == before || since == before + 1); /* whole, or not at all */
    assert_int_equal(ct_record_event(c->app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, "", &e),
                     CT_OK);
    assert_int_equal(chain_end(c->app), since + 1);
    assert_int_equal(ct_verify(c->app, NULL, NULL, &report, &e), CT_OK);
    assert_int_equal(report.problems, 0);
    ct_logout(c->app);
    assert_int_equal(sqlite3_vfs_register(plain, 1), SQLITE_OK);
    faultvfs_done(&f);
}

/* ---- what a locked terminal holds -------------------------------------- */

/* Nothing of ours is so large: it is what the sanitizer keeps its notes in. */
enum { WINDOW = 1 << 16, ODD = 0x65, NOT_OURS = 1 << 28 };

/* What is looked for stands in memory in this form alone, every byte odd. */
struct needle {
    unsigned char odd[64];
    size_t n;
};

static struct needle needle_of(const void *p, size_t n)
{
    struct needle k = {.n = n};
    for (size_t i = 0; i < n && i < sizeof k.odd; i++)
        k.odd[i] = (unsigned char)(((const unsigned char *)p)[i] ^ ODD);
    return k;
}

static bool is_needle(const struct needle *k, const unsigned char *p)
{
    size_t i = 0;
    while (i < k->n && (p[i] ^ ODD) == k->odd[i])
        i++;
    return i == k->n;
}

static unsigned char window[WINDOW + 64];

/* Times the needle stands in this process's writable memory; -1: cannot look. */
static int found_in_memory(const struct needle *k)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC), hits = 0;
    char line[512], perms[8];
    unsigned long lo, hi, own = (unsigned long)(uintptr_t)window;
    while (maps != NULL && fd >= 0 && fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx %7s", &lo, &hi, perms) != 3 || strncmp(perms, "rw", 2) != 0 ||
            hi - lo >= NOT_OURS)
            continue;
        for (unsigned long at = lo; at < hi; at += WINDOW) {
            size_t want = hi - at < sizeof window ? hi - at : sizeof window;
            if (want > WINDOW + k->n - 1) /* so that nothing is counted twice */
                want = WINDOW + k->n - 1;
            ssize_t got = pread(fd, window, want, (off_t)at);
            const unsigned char *end = window + (got > 0 ? got : 0), *p = window;
            while ((size_t)(end - p) >= k->n &&
                   (p = memchr(p, k->odd[0] ^ ODD, (size_t)(end - p) - k->n + 1)) != NULL) {
                unsigned long here = at + (unsigned long)(p - window);
                bool self = here + k->n > own && here < own + sizeof window;
                if (!self && is_needle(k, p))
                    hits++;
                p++;
            }
            ct_wipe(window, sizeof window);
        }
    }
    if (maps != NULL)
        fclose(maps);
    if (fd >= 0)
        close(fd);
    return maps != NULL && fd >= 0 ? hits : -1;
}

/* The patient's name, made on a stack that the caller wipes. */
static void name_make(const struct needle *k, char out[64])
{
    for (size_t i = 0; i < k->n; i++)
        out[i] = (char)(k->odd[i] ^ ODD);
    out[k->n] = '\0';
}

/* The name goes in as an entry's detail and as a draft, is read back, and the
 * terminal is locked. In a child: SQLite's memory is set up once a process,
 * before anything else. 0 is good. */
static int lock_and_look(void)
{
    static const struct needle NAME = {
        .odd =
            "\x2d\x00\x01\x12\x0c\x02\x45\x21\x00\x08\x0a\x48\x24\x16\x15\x00\x17\x02\x17\x00",
        .n = 20};
    struct clinic c;
    struct ct_error e = {0};
    char name[64];
    if (ct_sqlite_memory(256, &e) != CT_OK)
        return 1;
    clinic_begin(&c);
    struct ct_draft d = {.kind = "register", .patient_id = CT_UNSET};
    name_make(&NAME, name);
    bool ok = true;
    for (int i = 0; i < 40; i++) { /* often enough to lie all over a buffer */
        char field[16];
        snprintf(field, sizeof field, "name_%d", i);
        ok = ok && ct_draft_put(&d, field, name);
    }
    ok = ok && ct_draft_keep(c.app, &d, &e) == CT_OK &&
         ct_record_event(c.app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, name, &e) == CT_OK;
    ct_wipe(name, sizeof name);
    ct_draft_done(&d);
    ok = ok && clinic_again(c.app, ADA_PASSWORD) == CT_OK &&
         ct_app_reopen(c.app, &e) == CT_OK &&
         ct_draft_latest(c.app, "register", CT_UNSET, &d, &e) == CT_OK &&
         is_needle(&NAME, (const unsigned char *)ct_draft_get(&d, "name_7"));
    const struct ct_unlocked *k = ct_app_keys(c.app);
    const struct needle look[] = {
        NAME,
        needle_of(k->store_key, sizeof k->store_key),
        needle_of(k->ring_key, sizeof k->ring_key),
        needle_of(k->sign_sk, 32), /* the seed; the rest is the public key */
        needle_of(ADA_PASSWORD, strlen(ADA_PASSWORD)),
    };
    int before[CT_LEN(look)], after[CT_LEN(look)], bad = ok ? 0 : 1;
    for (size_t i = 0; i < CT_LEN(look); i++)
        before[i] = found_in_memory(&look[i]);
    ct_draft_done(&d);
    ct_lock(c.app);
    for (size_t i = 0; i < CT_LEN(look); i++)
        after[i] = found_in_memory(&look[i]);
    clinic_end(&c);
    for (size_t i = 0; i < CT_LEN(look); i++) {
        bool seen = before[i] > 0 || i == 4; /* or the search is blind; the password is gone */
        if (!seen || after[i] != 0) {
            fprintf(stderr, "%zu: %d before, %d after\n", i, before[i], after[i]);
            bad = 1;
        }
    }
    return bad;
}

static void test_locked_terminal_holds_nothing(void **state)
{
    (void)state;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(lock_and_look());
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* A full disk: nobody gets in, since nothing of what they do could be kept, but the
 * sentence says why, and room is all that is needed. */
static void test_login_on_a_full_disk(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    struct rlimit was, full;
    struct stat st;
    char wal[128];
    ct_logout(c->app);
    clinic_path(c, CT_STORE_FILE "-wal", wal);
    assert_int_equal(stat(wal, &st), 0);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    full = (struct rlimit){.rlim_cur = (rlim_t)st.st_size, .rlim_max = was.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
    enum ct_status s = recorded_login(c->app, "tom", TOM_PASSWORD, &e);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    assert_int_equal(s, CT_EFULL);
    assert_non_null(strstr(e.text, "no room"));
    assert_non_null(strstr(e.text, c->dir));
    assert_int_equal(ct_app_state(c->app), CT_OUT);
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
}

/* ---- the cost of the password ------------------------------------------ */

static int64_t entries(struct clinic *c, const char *verb)
{
    char sql[96];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM audit WHERE verb = '%s'", verb);
    return app_int(c->app, sql);
}

static void test_login_raises_the_cost_once(void **state)
{
    struct clinic *c = *state;
    struct ct_verify_report report;
    struct ct_error e = {0};
    struct ct_app *beside;
    c->config.kdf_ops = 2;
    c->config.kdf_mem_mib = 2;
    ct_app_freep(&c->app);
    beside = clinic_app(c);
    c->config.kdf_ops = 1;
    c->config.kdf_mem_mib = 1;
    c->app = clinic_app(c);
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_int_equal(entries(c, "user.cost"), 0);
    assert_int_equal(recorded_login(beside, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_string_equal(ct_app_warning(beside), "");
    assert_int_equal(ct_app_keys(beside)->slot.cost.ops, 2);
    assert_int_equal(ct_app_keys(beside)->slot.cost.mem_kib, 2048);
    assert_int_equal(ct_session_check(c->app, &e), CT_OK); /* the other session goes on */
    assert_int_equal(entries(c, "user.cost"), 1);
    expect_entry(c, "session.login", CT_ROUTINE, "");
    login_again(c, "tom", TOM_PASSWORD); /* these settings ask for less */
    assert_int_equal(ct_app_keys(c->app)->slot.cost.ops, 2);
    ct_app_free(beside);
    login_again(c, "ada", ADA_PASSWORD);
    assert_int_equal(entries(c, "user.cost"), 1);
    assert_int_equal(ct_verify(c->app, NULL, NULL, &report, &e), CT_OK);
    assert_int_equal(report.problems, 0);
}

/* What everybody knows costs little, but a real clinic's settings cannot be turned into
 * those of a demo: who has a dear slot makes dear ones. */
static void test_public_passwords(void **state)
{
    struct clinic *c = *state;
    static const uint32_t OPS[] = {1, 2}, MIB[] = {1, 3};
    static const char *const LOGIN[] = {"cheap", "dear"};
    struct ct_error e = {0};
    for (int i = 0; i < 2; i++) {
        CT_SECRET *made = NULL;
        struct ct_slot *slots = NULL;
        size_t n = 0;
        c->config.kdf_ops = i == 0 ? 3 : 2; /* not asked, while public */
        c->config.kdf_mem_mib = 3;
        for (int k = 0; k < 2; k++) { /* the second login of a dear one finds it raised */
            c->config.public_passwords = i == 0 || k == 1;
            ct_app_freep(&c->app);
            c->app = clinic_app(c);
            assert_int_equal(recorded_login(c->app, "ada", ADA_PASSWORD, &e), CT_OK);
            assert_int_equal(entries(c, "user.cost"), i);
        }
        assert_int_equal(ct_secret_new(CT_SECRET_MAX, &made, &e), CT_OK);
        assert_int_equal(clinic_again(c->app, ADA_PASSWORD), CT_OK);
        assert_int_equal(ct_user_add(c->app, LOGIN[i], "Demo Person", CT_TECHNICIAN, made, &e),
                         CT_OK);
        assert_int_equal(ct_keyring_list(c->dir, NULL, &slots, &n, &e), CT_OK);
        assert_int_equal(slots[n - 1].cost.ops, OPS[i]);
        assert_int_equal(slots[n - 1].cost.mem_kib, MIB[i] * 1024);
        free(slots);
    }
}

/* Nobody is kept out by a keyring that cannot be written just now. */
static void test_cost_that_cannot_be_raised(void **state)
{
    struct clinic *c = *state;
    struct ct_error e = {0};
    char path[128];
    c->config.kdf_ops = 2;
    ct_app_freep(&c->app);
    c->app = clinic_app(c);
    clinic_path(c, "keyring.new", path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(recorded_login(c->app, "tom", TOM_PASSWORD, &e), CT_OK);
    assert_non_null(strstr(ct_app_warning(c->app), "next login tries again"));
    expect_entry(c, "session.login", CT_NOTABLE, "could not be raised");
    assert_int_equal(ct_app_keys(c->app)->slot.cost.ops, 1);
    assert_int_equal(rmdir(path), 0);
    login_again(c, "tom", TOM_PASSWORD);
    assert_string_equal(ct_app_warning(c->app), "");
    assert_int_equal(ct_app_keys(c->app)->slot.cost.ops, 2);
    assert_int_equal(entries(c, "user.cost"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_locked_terminal_holds_nothing), /* before SQLite is used here */
        cmocka_unit_test_setup_teardown(test_login_writes_who_and_where, begin, end),
        cmocka_unit_test_setup_teardown(test_wrong_password_and_unknown_login, begin, end),
        cmocka_unit_test_setup_teardown(test_failed_tries_are_told, begin, end),
        cmocka_unit_test_setup_teardown(test_tries_elsewhere_reach_the_chain, begin, end),
        cmocka_unit_test_setup_teardown(test_no_clinic_here, only_make, end),
        cmocka_unit_test_setup_teardown(test_old_keyring_put_back, begin, end),
        cmocka_unit_test_setup_teardown(test_disabled_user_with_an_old_keyring, begin, end),
        cmocka_unit_test_setup_teardown(test_keyring_of_another_clinic, begin, end),
        cmocka_unit_test_setup_teardown(test_slot_unlike_the_list, begin, end),
        cmocka_unit_test_setup_teardown(test_cut_off_password_change_is_mended, begin, end),
        cmocka_unit_test_setup_teardown(test_cut_off_reset_is_an_exception, begin, end),
        cmocka_unit_test_setup_teardown(test_lock_and_unlock, begin, end),
        cmocka_unit_test_setup_teardown(test_disabled_while_locked, begin, end),
        cmocka_unit_test_setup_teardown(test_absolute_limit, begin, end),
        cmocka_unit_test_setup_teardown(test_reopen, begin, end),
        cmocka_unit_test_setup_teardown(test_failed_sync, begin, end),
        cmocka_unit_test_setup_teardown(test_login_on_a_full_disk, begin, end),
        cmocka_unit_test_setup_teardown(test_login_raises_the_cost_once, begin, end),
        cmocka_unit_test_setup_teardown(test_public_passwords, begin, end),
        cmocka_unit_test_setup_teardown(test_cost_that_cannot_be_raised, begin, end),
    };
    return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
