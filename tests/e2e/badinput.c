/* Bad settings, odd terminals, a full disk, a store that others hold, files that
 * are not ours: each gets a sentence that names the cause, and nothing is lost.
 */
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
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/recorded.h"
#include "tests/support/steps.h"
#include "tests/support/tmp.h"

static const char *path_of(const char *name)
{
    static char path[4][256];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", test_dir(), name);
    return path[turn];
}

/* ---- settings ----------------------------------------------------------------- */

static int with_config(const char *text, size_t n, char *out, size_t size, const char *command)
{
    const char *config = path_of("bad.ini"), *absent = path_of("absent");
    file_write(config, text, n);
    chmod(config, 0600);
    const char *argv[] = {test_program(), "--config", config, "--dir", absent, command, NULL};
    return test_run(argv, NULL, out, size);
}

static void assert_refused(const char *text, size_t n, const char *where, const char *what)
{
    static const char *const COMMANDS[] = {NULL, "demo", "doctor", "verify"};
    char out[4096], place[256];
    struct stat st;
    snprintf(place, sizeof place, "%s%s", path_of("bad.ini"), where);
    for (size_t i = 0; i < CT_LEN(COMMANDS); i++) {
        int status = with_config(text, n, out, sizeof out, COMMANDS[i]);
        if (status != 78 || strstr(out, place) == NULL || strstr(out, what) == NULL)
            fail_msg("ended with %d, wanted 78 and \"%s\" and \"%s\": %s", status, place, what,
                     out);
        assert_int_not_equal(stat(path_of("absent"), &st), 0);
    }
}

static void test_settings_are_refused_with_file_and_line(void **state)
{
    (void)state;
#define REFUSED(text, where, what) assert_refused(text, sizeof(text) - 1, where, what)
    REFUSED("[site]\nname = Example\ncolour = blue\n", ":3:", "colour");
    REFUSED("[site]\nname = Example\n[sight]\nname = x\n", ":3:", "sight");
    REFUSED("[session]\n\nidle_lock_s = 5\n", ":3:", "idle_lock_s");
    REFUSED("[session]\nidle_lock_s = soon\n", ":2:", "idle_lock_s");
    REFUSED("[screen]\ntheme = purple\n", ":2:", "theme");
    REFUSED("[store]\ndir = relative/path\n", ":2:", "dir");
    REFUSED("[site]\ntimezone = Middle/Earth\n", ":2:", "timezone");
    REFUSED("[shifts]\nearly = 07:00-25:00\n", ":2:", "early");
    REFUSED("[site\nname = Example\n", ":1:", "[");
    REFUSED("[site]\nname\n", ":2:", "");
    REFUSED("[site]\nname = one\nname = two\n", ":3:", "name");
    REFUSED("[site]\nname = \xff\xfe\n", ":2:", "UTF-8");
#undef REFUSED
    char *line = malloc(10100);
    assert_non_null(line);
    int n = snprintf(line, 10100, "[site]\nname = ");
    memset(line + n, 'x', 10000);
    memcpy(line + n + 10000, "\n", 1);
    assert_refused(line, (size_t)n + 10001, ":2:", "more than 900");
    free(line);
}

/* Good settings are taken: the clinic's name stands on the login screen. */
static void test_good_settings(void **state)
{
    (void)state;
    const char *config = path_of("good.ini");
    static const char TEXT[] = "[site]\nname = Caf\xc3\xa9 Clinic\n";
    file_write(config, TEXT, sizeof TEXT - 1);
    const char *argv[] = {test_program(), "--config", config, "--dir", clinic_dir(), NULL};
    struct tty *t = clinic_open(&(struct tty_options){.argv = argv});
    tty_expect_row(t, 0, "Caf\xc3\xa9 Clinic");
    tty_close(t);
}

/* ---- terminals ------------------------------------------------------------------ */

static struct tty *at_home(const struct tty_options *o)
{
    struct tty *t = clinic_open(o);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    return t;
}

/* Record a set, see it saved, the trend and the list of patients. */
static void short_journey(struct tty *t, const char *family)
{
    steps_new_form(t, family);
    tty_send(t, "12276711697a368a" KEY_SAVE);
    tty_expect(t, "SAVED");
    tty_expect(t, "BP 122/76  P 71  RR 16  SpO2 97 air  T 36.8  A");
    steps_key(t, "t", "other chart");
    steps_key(t, KEY_ESC, "SAVED");
    steps_key(t, "h", "NOW");
    steps_key(t, "/e", "Part of a name");
    steps_key(t, KEY_ESC, "NOW");
    tty_expect_gone(t, "Part of a name");
}

static bool any_high_byte(struct tty *t)
{
    size_t n;
    const char *raw = tty_raw(t, &n);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)raw[i] >= 0x80)
            return true;
    return false;
}

static void test_too_small(void **state)
{
    (void)state;
    struct tty *t = at_home(&(struct tty_options){.rows = 24, .cols = 80});
    steps_new_form(t, "Smallish");
    tty_send(t, "12276");
    tty_expect(t, "122/76");
    static const int SIZES[][2] = {{23, 80}, {24, 79}, {10, 40}, {3, 20}, {1, 1}, {2, 200}};
    for (size_t i = 0; i < CT_LEN(SIZES); i++) {
        tty_resize(t, SIZES[i][0], SIZES[i][1]);
        tty_expect_gone(t, "VITALS");
        if (SIZES[i][1] >= 40)
            tty_expect(t, "80");
        tty_resize(t, 24, 80);
        tty_expect(t, "VITALS");
        tty_expect(t, "122/76");
    }
    tty_resize(t, 50, 132);
    tty_expect(t, "122/76");
    tty_send(t, "711697a368a" KEY_SAVE);
    tty_expect(t, "SAVED");
    tty_close(t);

    t = tty_open(&(struct tty_options){
        .argv = (const char *const[]){test_program(), "--dir", clinic_dir(), NULL},
        .rows = 10,
        .cols = 60});
    tty_expect(t, "80");
    tty_resize(t, 24, 80);
    tty_expect(t, "Login");
    tty_close(t);
}

/* A storm of sizes, keys in between: the form is as it was typed. */
static void test_resize_storm(void **state)
{
    (void)state;
    struct tty *t = at_home(NULL);
    steps_new_form(t, "Stormy");
    uint64_t seed = 5;
    for (int i = 0; i < 60; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1;
        tty_resize(t, 1 + (int)(seed >> 33) % 60, 1 + (int)(seed >> 40) % 200);
        if (i % 10 == 0)
            tty_settle(t, 20);
    }
    tty_resize(t, 10, 40); /* a size at which it says so: then it has caught up */
    tty_expect_gone(t, "VITALS");
    tty_expect(t, "80");
    tty_resize(t, 24, 80);
    tty_expect(t, "VITALS");
    tty_send(t, "\x0c"
                "12276");
    tty_expect(t, "122/76");
    tty_expect_row(t, 0, "STORMY");
    tty_close(t);
}

static void test_terminal_types(void **state)
{
    (void)state;
    static const char *const TERMS[] = {"no-such-terminal",
                                        "",
                                        "vt100",
                                        "vt220",
                                        "linux",
                                        "screen-256color",
                                        "putty",
                                        "rxvt",
                                        "../../etc/passwd",
                                        "$(reboot)"};
    for (size_t i = 0; i < CT_LEN(TERMS); i++) {
        char family[32];
        snprintf(family, sizeof family, "Typed%c", 'a' + (int)i);
        struct tty *t = at_home(&(struct tty_options){.term = TERMS[i]});
        short_journey(t, family);
        tty_close(t);
    }
}

/* A terminal that cannot place its cursor: a sentence, and an exit. */
static void test_dumb_terminal(void **state)
{
    (void)state;
    struct tty *t = tty_open(&(struct tty_options){
        .argv = (const char *const[]){test_program(), "--dir", clinic_dir(), NULL},
        .term = "dumb"});
    assert_int_equal(tty_wait_exit(t), 1);
    assert_true(tty_shows(t, "TERM=dumb"));
    tty_close(t);
}

/* Without UTF-8 not one byte of it, and a number of many zeros arrives whole. */
static void test_not_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *lang;
        const char *env[2];
    } PLACES[] = {
        {"C", {NULL}},
        {"", {NULL}},
        {"POSIX", {"LC_ALL=POSIX", NULL}},
        {"en_US.ISO-8859-1", {NULL}},
        {"C.UTF-8", {"LC_ALL=C", NULL}},
    };
    for (size_t i = 0; i < CT_LEN(PLACES); i++) {
        char family[32];
        snprintf(family, sizeof family, "Plain%c", 'a' + (int)i);
        struct tty *t =
            at_home(&(struct tty_options){.lang = PLACES[i].lang, .env = PLACES[i].env});
        short_journey(t, family);
        steps_key(t, "n", "NEW PATIENT");
        tty_send(t, "Zeros\rInvented\r0000000000");
        tty_expect(t, "0000000000");
        tty_send(t, KEY_DISCARD KEY_ESC);
        tty_expect_gone(t, "NEW PATIENT");
        if (any_high_byte(t))
            fail_msg("place %zu (LANG=%s): a byte that is not ASCII", i, PLACES[i].lang);
        tty_close(t);
    }
    struct tty *t = at_home(NULL); /* and where there is UTF-8, it is used */
    assert_true(any_high_byte(t));
    tty_close(t);
}

/* The configuration asks for ASCII in a UTF-8 place. */
static void test_charset_ascii(void **state)
{
    (void)state;
    const char *config = path_of("ascii.ini");
    static const char TEXT[] = "[screen]\ncharset = ascii\n[security]\npublic_passwords = yes\n";
    file_write(config, TEXT, sizeof TEXT - 1);
    const char *argv[] = {test_program(), "--config", config, "--dir", clinic_dir(), NULL};
    struct tty *t = at_home(&(struct tty_options){.argv = argv});
    short_journey(t, "Asked");
    assert_false(any_high_byte(t));
    tty_close(t);
}

/* Does any CSI ... m set a colour? */
static bool any_colour(struct tty *t)
{
    size_t n;
    const char *raw = tty_raw(t, &n);
    for (size_t i = 0; i + 2 < n; i++) {
        if (raw[i] != 0x1b || raw[i + 1] != '[')
            continue;
        size_t k = i + 2;
        while (k < n && ((raw[k] >= '0' && raw[k] <= '9') || raw[k] == ';'))
            k++;
        if (k >= n || raw[k] != 'm')
            continue;
        for (const char *p = raw + i + 2; p < raw + k;) {
            char *end;
            long v = strtol(p, &end, 10);
            if ((v >= 30 && v <= 38) || (v >= 40 && v <= 48) || (v >= 90 && v <= 107))
                return true;
            p = end + 1;
        }
    }
    return false;
}

static void test_no_color(void **state)
{
    (void)state;
    struct tty *t = at_home(NULL);
    assert_true(any_colour(t)); /* this test can see them */
    tty_close(t);
    t = at_home(&(struct tty_options){.env = (const char *const[]){"NO_COLOR=1", NULL}});
    short_journey(t, "Colourless");
    assert_false(any_colour(t));
    tty_close(t);
    const char *argv[] = {test_program(), "--no-color", "--dir", clinic_dir(), NULL};
    t = at_home(&(struct tty_options){.argv = argv});
    assert_false(any_colour(t));
    tty_close(t);
}

/* Not a terminal at all. */
static void test_no_terminal(void **state)
{
    (void)state;
    char out[2048];
    const char *argv[] = {test_program(), "--dir", clinic_dir(), NULL};
    assert_int_equal(test_run(argv, NULL, out, sizeof out), 74);
    assert_non_null(strstr(out, "no terminal"));
}

/* ---- the disk --------------------------------------------------------------------- */

static const char FORM[] = "12276711697a368a";

static struct tty *filled_form(const char *dir, const char *family)
{
    struct tty *t = clinic_open_dir(dir, NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    steps_new_form(t, family);
    tty_send(t, FORM);
    tty_expect(t, "36.8");
    tty_expect(t, "NEWS2 0 LOW");
    return t;
}

static void assert_form(struct tty *t)
{
    tty_expect(t, "VITALS");
    tty_expect_row(t, 3, "122/76");
    tty_expect_row(t, 4, "71");
    tty_expect_row(t, 5, "16");
    tty_expect_row(t, 6, "97");
    tty_expect_row(t, 8, "36.8");
}

/* No file may grow any more: what a full disk is to a program. */
static void test_full_disk(void **state)
{
    (void)state;
    struct tty *t = filled_form(clinic_dir(), "Fulldisk");
    struct rlimit was, none = {.rlim_cur = 4096, .rlim_max = RLIM_INFINITY};
    tty_expect(t, "draft kept");
    tty_settle(t, 1300); /* nothing is left to be kept by itself */
    if (prlimit(tty_pid(t), RLIMIT_FSIZE, &none, &was) != 0)
        skip();
    tty_send(t, KEY_SAVE);
    tty_expect(t, "no room");
    assert_form(t);
    assert_true(tty_running(t));
    tty_send(t, KEY_SAVE); /* and again */
    tty_settle(t, 100);
    tty_expect(t, "no room");
    assert_int_equal(prlimit(tty_pid(t), RLIMIT_FSIZE, &was, NULL), 0);
    steps_save(t, "SAVED");
    tty_expect(t, "BP 122/76  P 71");
    tty_close(t);
    clinic_verify(clinic_dir());
}

/* Somebody else sits on the gate for longer than a save waits. */
static void test_store_held_by_another(void **state)
{
    (void)state;
    char dir[200], gate[256];
    snprintf(dir, sizeof dir, "%s", path_of("held"));
    steps_copy_dir(clinic_dir(), dir);
    snprintf(gate, sizeof gate, "%s/config.ini", dir);
    static const char TEXT[] = "[site]\nname = Held\n[store]\nbusy_limit_ms = 300\n"
                               "[security]\npublic_passwords = yes\n";
    file_write(gate, TEXT, sizeof TEXT - 1);
    struct tty *t = filled_form(dir, "Waiting");
    tty_expect(t, "draft kept");
    tty_settle(t, 1300);
    snprintf(gate, sizeof gate, "%s/gate", dir);
    int fd = open(gate, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    tty_send(t, KEY_SAVE);
    tty_expect(t, "thers have been saving");
    assert_form(t);
    close(fd);
    steps_save(t, "SAVED");
    tty_close(t);
    clinic_verify(dir);
}

/* The files may only be read: the login says so, and works when they may be
 * written again. As nobody, since chmod does not hold back root. */
static void test_read_only(void **state)
{
    (void)state;
    enum { NOBODY = 65534 };
    char top[TMP_PATH], dir[80], path[128];
    static const char *const FILES[] = {
        CT_STORE_FILE, CT_STORE_FILE "-wal", CT_STORE_FILE "-shm", "keyring", "gate", "kdf",
        "witness",     "witness-gate",       "config.ini"};
    if (geteuid() != 0)
        skip();
    tmp_dir(top, "nobody");
    assert_int_equal(chmod(top, 0755), 0);
    snprintf(dir, sizeof dir, "%s/clinic", top);
    steps_copy_dir(clinic_dir(), dir);
    for (size_t i = 0; i < CT_LEN(FILES); i++) {
        snprintf(path, sizeof path, "%s/%s", dir, FILES[i]);
        if (chown(path, NOBODY, NOBODY) == 0)
            assert_int_equal(chmod(path, 0400), 0);
    }
    assert_int_equal(chown(dir, NOBODY, NOBODY), 0);
    assert_int_equal(chmod(dir, 0500), 0);
    struct tty *t = clinic_open_dir(dir, &(struct tty_options){.uid = NOBODY});
    tty_send(t, CLINIC_TECH "\r" CLINIC_TECH_PASSWORD "\r");
    tty_expect(t, "may not be written");
    assert_false(tty_shows(t, "NOW"));
    assert_int_equal(chmod(dir, 0700), 0);
    for (size_t i = 0; i < CT_LEN(FILES); i++) {
        snprintf(path, sizeof path, "%s/%s", dir, FILES[i]);
        (void)chmod(path, 0600);
    }
    tty_send(t, CLINIC_TECH_PASSWORD "\r");
    tty_expect(t, "NOW");
    tty_close(t);
    for (size_t i = 0; i < CT_LEN(FILES); i++) {
        snprintf(path, sizeof path, "%s/%s", dir, FILES[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(dir), 0);
    assert_int_equal(rmdir(top), 0);
}

/* ---- four refusals ------------------------------------------------------------------ */

struct refusal {
    const char *name;
    int status;
    char said[2048];
};

static void refuse(struct refusal *r, const char *dir, const char *password)
{
    const char *argv[] = {test_program(),    "--dir", dir,      "--as", CLINIC_SUPERVISOR,
                          "--password-file", "-",     "verify", NULL};
    char line[128];
    uint64_t before = steps_hash_dir(dir);
    snprintf(line, sizeof line, "%s\n", password);
    int status = test_run(argv, line, r->said, sizeof r->said);
    if (status != r->status)
        fail_msg("%s: ended with %d, not %d: %s", r->name, status, r->status, r->said);
    /* A wrong password is counted in the keyring; nothing else is touched by any. */
    if (status != 77 && steps_hash_dir(dir) != before)
        fail_msg("%s: the refusal changed a file", r->name);
}

static char *store_of(const char *dir)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/" CT_STORE_FILE, dir);
    return path;
}

/* A copy of the clinic, its log worked into the store and gone. */
static const char *copy(const char *name)
{
    static char dir[4][200];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(dir[turn], sizeof dir[turn], "%s", path_of(name));
    steps_copy_dir(clinic_dir(), dir[turn]);
    return dir[turn];
}

/* The schema's number of a store, raised behind the program's back. */
static void make_newer(const char *dir)
{
    struct clinic c = {.now = 0};
    struct ct_error e;
    struct ct_app *app = NULL;
    struct raw r;
    snprintf(c.dir, sizeof c.dir, "%s", dir);
    clinic_config(&c.config);
    assert_int_equal(ct_app_new(dir, &c.config, &CT_CLOCK_SYSTEM, &app, &e), CT_OK);
    if (recorded_login(app, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, &e) != CT_OK)
        fail_msg("%s", e.text);
    raw_open(&r, &c, ct_app_keys(app));
    raw_exec(&r, "PRAGMA user_version = 9999");
    raw_close(&r);
    ct_app_free(app);
}

static void test_four_refusals(void **state)
{
    (void)state;
    struct refusal wrong = {"wrong password", 77, ""}, damaged = {"damaged page", 65, ""},
                   foreign = {"foreign file", 65, ""}, newer = {"newer store", 65, ""};
    clinic_verify(clinic_dir()); /* checkpoints: the copies have their pages in the store */

    refuse(&wrong, copy("wrong"), "not the password at all");
    assert_non_null(strstr(wrong.said, "password"));

    const char *dir = copy("damaged");
    size_t n;
    char *p = file_read(store_of(dir), &n);
    for (size_t at = 4096 + 100; at < 6 * 4096 && at < n; at += 4096)
        p[at] = (char)(p[at] ^ 4);
    file_write(store_of(dir), p, n);
    free(p);
    refuse(&damaged, dir, CLINIC_SUPERVISOR_PASSWORD);
    assert_non_null(strstr(damaged.said, "damaged"));

    sqlite3 *other = NULL; /* a healthy database of some other program */
    dir = copy("foreign");
    assert_int_equal(unlink(store_of(dir)), 0);
    assert_int_equal(sqlite3_open(store_of(dir), &other), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(other, "CREATE TABLE a(b); INSERT INTO a VALUES(1)", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(other);
    refuse(&foreign, dir, CLINIC_SUPERVISOR_PASSWORD);
    assert_non_null(strstr(foreign.said, "not a clintech store"));

    dir = copy("newer");
    make_newer(dir);
    refuse(&newer, dir, CLINIC_SUPERVISOR_PASSWORD);
    assert_non_null(strstr(newer.said, "newer"));

    assert_string_not_equal(wrong.said, damaged.said);
    assert_string_not_equal(damaged.said, foreign.said);
    assert_string_not_equal(foreign.said, newer.said);
    if (getenv("CT_TELL") != NULL)
        fprintf(stderr, "%s%s%s%s", wrong.said, damaged.said, foreign.said, newer.said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings_are_refused_with_file_and_line),
        cmocka_unit_test(test_good_settings),
        cmocka_unit_test(test_too_small),
        cmocka_unit_test(test_resize_storm),
        cmocka_unit_test(test_terminal_types),
        cmocka_unit_test(test_dumb_terminal),
        cmocka_unit_test(test_not_utf8),
        cmocka_unit_test(test_charset_ascii),
        cmocka_unit_test(test_no_color),
        cmocka_unit_test(test_no_terminal),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_store_held_by_another),
        cmocka_unit_test(test_read_only),
        cmocka_unit_test(test_four_refusals),
    };
    return cmocka_run_group_tests_name("badinput", tests, NULL, NULL);
}
