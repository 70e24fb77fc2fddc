/* `clintech backup` and `clintech restore` as an administrator uses them: while sessions
 * save, killed at any moment, and back again. (A full disk: unit/restore.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/record.h"
#include "tests/support/recorded.h"
#include "tests/support/steps.h"
#include "tests/support/store_kit.h"

enum { OUT = 65536, WRITERS = 2, BEFORE = 40, KILLS = STEPS_SANITIZED ? 6 : 16 };
static char out[OUT];

/* Good for the next four calls. */
static const char *path_of(const char *name)
{
    static char path[4][256];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", test_dir(), name);
    return path[turn];
}

#define AS_SAM "--as", CLINIC_SUPERVISOR, "--password-file", "-"
#define RUN(...)                                                                               \
    test_run((const char *const[]){test_program(), __VA_ARGS__, NULL},                         \
             CLINIC_SUPERVISOR_PASSWORD "\n", out, sizeof out)

static void expect(int status, int wanted, const char *says)
{
    if (status != wanted || strstr(out, says) == NULL)
        fail_msg("ended with %d, wanted %d and \"%s\": %s", status, wanted, says, out);
}

/* Where a clinic has no settings of its own yet: a new password costs as little as a real
 * clinic's may. */
static const char *config(void)
{
    static const char TEXT[] = "[security]\nkdf_ops = 2\nkdf_mem_mib = 64\n";
    static char path[256];
    snprintf(path, sizeof path, "%s/least.ini", test_dir());
    file_write(path, TEXT, sizeof TEXT - 1);
    return path;
}

static bool exists(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

static struct ct_app *session(const char *dir, const char *login, const char *password)
{
    struct ct_app *app = NULL;
    struct ct_config config;
    struct ct_error e;
    CT_SECRET *s = secret_of(password);
    clinic_config(&config);
    if (ct_app_new(dir, &config, &CT_CLOCK_SYSTEM, &app, &e) != CT_OK ||
        ct_login(app, login, s, &e) != CT_OK)
        fail_msg("%s", e.text);
    return app;
}

/* ---- beside two sessions that save -------------------------------------------------- */

struct writer {
    const char *dir, *login, *password;
    pid_t pid;
    int in;
    int64_t told; /* the last number that was acknowledged */
};

/* Saves 1, 2, 3 ... and says each number once it is saved. */
static void saves(int to, void *arg)
{
    const struct writer *w = arg;
    struct ct_app *app = session(w->dir, w->login, w->password);
    for (int64_t i = 1;; i++) {
        char detail[64];
        snprintf(detail, sizeof detail, "%s saved %lld", w->login, (long long)i);
        if (ct_record_event(app, CT_VERB_LOST, CT_UNSET, CT_ROUTINE, detail, NULL) != CT_OK)
            _exit(8);
        kit_tell(to, i);
    }
}

/* Numbers that this restored store has of a writer: 1 .. n without a gap? */
static int64_t has(struct ct_app *app, const char *login)
{
    char sql[200];
    snprintf(sql, sizeof sql,
             "SELECT count(DISTINCT detail) FROM audit WHERE detail GLOB '%s saved *'", login);
    int64_t n = app_int(app, sql);
    snprintf(
        sql, sizeof sql,
        "SELECT max(CAST(substr(detail, %zu) AS INTEGER)) FROM audit WHERE detail GLOB '%s "
        "saved *'",
        strlen(login) + 8, login);
    assert_int_equal(app_int(app, sql), n);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM audit WHERE detail GLOB '%s saved *'",
             login);
    assert_int_equal(app_int(app, sql), n);
    return n;
}

static void test_while_two_sessions_save(void **state)
{
    (void)state;
    struct writer w[WRITERS] = {
        {.dir = clinic_dir(), .login = CLINIC_TECH, .password = CLINIC_TECH_PASSWORD},
        {.dir = clinic_dir(), .login = CLINIC_ADMIN, .password = CLINIC_ADMIN_PASSWORD}};
    const char *file = path_of("busy.ctbak"), *place = path_of("busy");
    for (int i = 0; i < WRITERS; i++)
        w[i].pid = kit_child(saves, &w[i], &w[i].in);
    for (int i = 0; i < WRITERS; i++)
        while (w[i].told < BEFORE)
            assert_true(kit_read(w[i].in, &w[i].told));
    expect(RUN("backup", file, "--dir", clinic_dir(), AS_SAM), 0, "the chain verifies");
    int64_t after[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        assert_true(kit_read(w[i].in, &after[i])); /* and they go on */
        kit_kill(w[i].pid);
        close(w[i].in);
    }
    expect(RUN("restore", file, "--dir", place, AS_SAM), 0, "nothing is wrong");
    clinic_verify(place);
    struct ct_app *app = session(place, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    for (int i = 0; i < WRITERS; i++) {
        int64_t n = has(app, w[i].login);
        if (n < w[i].told)
            fail_msg("%s had %lld acknowledged, %lld are in the backup", w[i].login,
                     (long long)w[i].told, (long long)n);
    }
    ct_app_free(app);
    clinic_verify(clinic_dir());
}

/* ---- killed ---------------------------------------------------------------------------- */

static pid_t spawn(const char *const *argv)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        if (nice(19) == -1) /* who waits to kill it must not be the slower one */
            _exit(127);
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        union {
            const char *const *in;
            char *const *out;
        } a = {.in = argv};
        execv(argv[0], a.out);
        _exit(127);
    }
    return pid;
}

/* Kill when DIR/NAME has so many bytes, or let it end; true: it was killed. */
static bool kill_at(pid_t pid, const char *path, off_t bytes)
{
    static const struct timespec LOOK = {.tv_nsec = 100 * 1000};
    struct stat st;
    int status;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (stat(path, &st) == 0 && st.st_size >= bytes) {
            kill(pid, SIGKILL);
            return waitpid(pid, &status, 0) == pid && WIFSIGNALED(status);
        }
        ppoll(NULL, 0, &LOOK, NULL); /* the machine is the other's meanwhile */
    }
    assert_true(WIFEXITED(status));
    return false;
}

static void nothing_plain(const char *path)
{
    static const char *const WORDS[] = {
        "SQLite format", "CREATE TABLE", "session.login",           "store.init",
        "penicillin",    "Technician",   CLINIC_SUPERVISOR_PASSWORD};
    size_t n;
    if (!exists(path))
        return;
    char *p = file_read(path, &n);
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (memmem(p, n, WORDS[i], strlen(WORDS[i])) != NULL)
            fail_msg("%s holds \"%s\"", path, WORDS[i]);
    free(p);
}

static const char *password_file(void)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/pw", test_dir());
    file_write(path, CLINIC_SUPERVISOR_PASSWORD "\n", strlen(CLINIC_SUPERVISOR_PASSWORD) + 1);
    return path;
}

static void test_killed_while_backing_up(void **state)
{
    (void)state;
    char file[256], part[300];
    int killed = 0;
    snprintf(file, sizeof file, "%s/killed.ctbak", test_dir());
    snprintf(part, sizeof part, "%s.part", file);
    const char *argv[] = {
        test_program(),    "--dir",         clinic_dir(), "--as", CLINIC_SUPERVISOR,
        "--password-file", password_file(), "backup",     file,   NULL};
    for (int i = 0; i < KILLS; i++) {
        bool died = kill_at(spawn(argv), part, (off_t)i * 45000);
        nothing_plain(part);
        nothing_plain(file);
        if (died) {
            killed++;
            if (exists(part)) { /* half a file, or a whole one that nobody has vouched for */
                int s = RUN("restore", part, "--list");
                assert_true(s == 65 || s == 0);
                if (s == 0)
                    expect(RUN("restore", part, "--verify-only", AS_SAM), 0, "all");
            }
        }
        if (exists(file)) { /* what has the name is whole */
            expect(RUN("restore", file, "--verify-only", AS_SAM), 0, "nothing was altered");
            assert_int_equal(unlink(file), 0);
        }
    }
    assert_true(killed >= KILLS / 4);
    expect(RUN("backup", file, "--dir", clinic_dir(), AS_SAM), 0, "the chain verifies");
    assert_false(exists(part));
    clinic_verify(clinic_dir());
}

/* Restored into `place`, and killed on the way as often as can be; how often it was. */
static int kill_restores(const char *file, const char *place)
{
    char work[320], store[320];
    snprintf(work, sizeof work, "%s/restoring.new/store.db.new", place);
    snprintf(store, sizeof store, "%s/store.db", place);
    const char *argv[] = {
        test_program(),    "--dir",         place,     "--as", CLINIC_SUPERVISOR,
        "--password-file", password_file(), "restore", file,   NULL};
    int killed = 0;
    for (int i = 0; i < KILLS / 2 && !exists(store); i++) {
        killed += kill_at(spawn(argv), i % 2 == 0 ? work : place, (off_t)i * 90000);
        snprintf(work, sizeof work, "%s/restoring.new/%s", place,
                 i % 4 < 2 ? "store.db-wal" : "store.db.new");
        nothing_plain(work);
        if (!exists(store))
            assert_int_not_equal(RUN("verify", "--dir", place, AS_SAM), 0);
    }
    if (!exists(store))
        expect(RUN("restore", file, "--dir", place, AS_SAM), 0, "nothing is wrong");
    clinic_verify(place);
    return killed;
}

/* On a busy machine it may be done before it is seen to have begun: then once more. */
static void test_killed_while_restoring(void **state)
{
    (void)state;
    char file[256], place[256];
    int killed = 0;
    snprintf(file, sizeof file, "%s/whole.ctbak", test_dir());
    expect(RUN("backup", file, "--dir", clinic_dir(), AS_SAM), 0, "verifies");
    for (int i = 0; i < 6 && killed == 0; i++) {
        snprintf(place, sizeof place, "%s/back-%d", test_dir(), i);
        killed = kill_restores(file, place);
    }
    assert_true(killed > 0);
}

/* ---- refusals ----------------------------------------------------------------- */

static void test_what_a_script_sees(void **state)
{
    (void)state;
    char file[256], other[256];
    snprintf(file, sizeof file, "%s/script.ctbak", test_dir());
    snprintf(other, sizeof other, "%s/other", test_dir());
    expect(RUN("backup", file, "--dir", clinic_dir(), AS_SAM, "--json"), 0, "\"ok\": true");
    json_t *j = json_loads(out, 0, NULL);
    assert_non_null(j);
    assert_true(json_integer_value(json_object_get(j, "pages")) > 10);
    json_decref(j);
    expect(RUN("restore", file, "--list", "--json"), 0, "store_id");
    j = json_loads(out, 0, NULL);
    assert_non_null(j);
    assert_int_equal(json_integer_value(json_object_get(j, "users")), 6);
    json_decref(j);
    expect(RUN("backup", file, "--dir", clinic_dir(), AS_SAM), 1, "--force");
    expect(RUN("backup", file, "--dir", clinic_dir(), AS_SAM, "--force"), 0, "Read back");
    expect(RUN("backup", "--dir", clinic_dir(), AS_SAM), 2, "FILE");
    expect(RUN("backup", file, "--dir", clinic_dir()), 2, "--as");
    expect(RUN("restore", file, AS_SAM), 2, "--dir");
    expect(RUN("restore", file, "--dir", other), 2, "--as");
    expect(RUN("restore", path_of("script.none"), "--list"), 1, "cannot be opened");
    expect(RUN("restore", test_program(), "--list"), 65, "not a backup");
    expect(RUN("restore", file, "--dir", clinic_dir(), AS_SAM), 1, "is not empty");
    assert_int_equal(test_run((const char *const[]){test_program(), "restore", file, "--dir",
                                                    other, AS_SAM, NULL},
                              "not the password\n", out, sizeof out),
                     77);
    expect(77, 77, "the passwords of the day");
    assert_false(exists(other));
    /* a technician's password opens the file, and may not restore it */
    assert_int_equal(
        test_run((const char *const[]){test_program(), "restore", file, "--dir", other, "--as",
                                       CLINIC_TECH, "--password-file", "-", NULL},
                 CLINIC_TECH_PASSWORD "\n", out, sizeof out),
        77);
    expect(77, 77, "supervisor or an administrator");
    assert_false(exists(other));
}

/* What the nightly service does, and the offline key from its making to its use. */
static void test_into_a_folder_and_back_with_the_offline_key(void **state)
{
    (void)state;
    char folder[256], key[256], pub[272], place[256], file[512];
    snprintf(folder, sizeof folder, "%s/nights", test_dir());
    snprintf(key, sizeof key, "%s/off", test_dir());
    snprintf(pub, sizeof pub, "%s.pub", key);
    snprintf(place, sizeof place, "%s/lostall", test_dir());
    assert_int_equal(mkdir(folder, 0700), 0);
    int status =
        test_run((const char *const[]){test_program(), "--dir", clinic_dir(), "backup-key",
                                       "new", key, "--password-file", "-", NULL},
                 "seven offline marmots knitting\n", out, sizeof out);
    expect(status, 0, "into a safe");
    expect(RUN("backup", "--into", folder, "--keep-daily", "x", "--dir", clinic_dir(), AS_SAM),
           2, "numbers");
    expect(RUN("backup", "x", "--keep-daily", "1", "--dir", clinic_dir(), AS_SAM), 2, "--into");
    expect(RUN("backup", "--into", folder, "--to-key", key, "--dir", clinic_dir(), AS_SAM), 65,
           "secret half");
    expect(RUN("backup", "--into", folder, "--to-key", pub, "--keep-daily", "7",
               "--keep-weekly", "5", "--dir", clinic_dir(), AS_SAM, "--json"),
           0, "\"kept\": 1");
    json_t *j = json_loads(out, 0, NULL);
    assert_non_null(j);
    snprintf(file, sizeof file, "%s", json_string_value(json_object_get(j, "file")));
    assert_int_equal(json_integer_value(json_object_get(j, "removed")), 0);
    json_decref(j);
    assert_non_null(strstr(file, "/nights/clintech-"));
    expect(RUN("restore", file, "--list"), 0, "with the offline key");
    const char *argv[] = {test_program(), "--config", config(), "restore",
                          file,           "--dir",    place,    "--as",
                          CLINIC_SUPERVISOR, "--key", key,      "--password-file", "-", NULL};
    expect(test_run(argv, "not the passphrase of it\n", out, sizeof out), 77, "passphrase");
    assert_false(exists(place));
    expect(test_run(argv, "seven offline marmots knitting\nquiet anvils under 7 gardens\n", out,
                    sizeof out),
           0, "nothing is wrong");
    const char *check[] = {test_program(),    "--dir", place,    "--as", CLINIC_SUPERVISOR,
                           "--password-file", "-",     "verify", NULL};
    expect(test_run(check, "quiet anvils under 7 gardens\n", out, sizeof out), 0,
           "nothing is wrong");
    assert_int_equal(test_run(check, CLINIC_SUPERVISOR_PASSWORD "\n", out, sizeof out), 77);
}

/* The code that was printed at init opens a backup when every password is forgotten. */
static void test_back_with_the_recovery_code(void **state)
{
    (void)state;
    char dir[256], code[256], file[256], place[256], typed[512];
    size_t n;
    snprintf(dir, sizeof dir, "%s/own", test_dir());
    snprintf(code, sizeof code, "%s/own.code", test_dir());
    snprintf(file, sizeof file, "%s/own.ctbak", test_dir());
    snprintf(place, sizeof place, "%s/own.back", test_dir());
    const char *init[] = {test_program(),
                          "--config",
                          config(),
                          "--dir",
                          dir,
                          "init",
                          "--login",
                          "morgan",
                          "--name",
                          "Morgan Example",
                          "--password-file",
                          "-",
                          "--secret-file",
                          code,
                          NULL};
    expect(test_run(init, "tin violets under 9 steamers\n", out, sizeof out), 0, "Log in");
    const char *make[] = {test_program(),    "--dir", dir,      "--as", "morgan",
                          "--password-file", "-",     "backup", file,   NULL};
    expect(test_run(make, "tin violets under 9 steamers\n", out, sizeof out), 0, "Read back");
    const char *back[] = {test_program(),    "--config", config(),  "--dir", place,
                          "--as",            "morgan",   "--password-file", "-", "restore", file,
                          "--recovery-code", NULL};
    expect(test_run(back, "000-000-000-000-000-000-000-000-000\nquiet anvils under 7 gardens\n",
                    out, sizeof out),
           77, "recovery code is wrong");
    expect(test_run(back, "no code\n", out, sizeof out), 1, "");
    assert_false(exists(place));
    char *p = file_read(code, &n);
    snprintf(typed, sizeof typed, "%.*s\nquiet anvils under 7 gardens\n", (int)strcspn(p, "\n"),
             p);
    free(p);
    expect(test_run(back, typed, out, sizeof out), 0, "nothing is wrong");
    const char *check[] = {test_program(),    "--dir", place,    "--as", "morgan",
                           "--password-file", "-",     "verify", NULL};
    expect(test_run(check, "quiet anvils under 7 gardens\n", out, sizeof out), 0,
           "nothing is wrong");
}

/* Progress is for people: on a terminal, and nowhere else. */
static void test_progress_on_a_terminal(void **state)
{
    (void)state;
    const char *argv[] = {test_program(),    "--dir",  clinic_dir(),         "--as",
                          CLINIC_SUPERVISOR, "backup", path_of("tty.ctbak"), NULL};
    const struct tty_options o = {.argv = argv};
    struct tty *t = tty_open(&o);
    size_t n;
    tty_expect(t, "Password of sam");
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD "\r");
    assert_int_equal(tty_wait_exit(t), 0);
    const char *raw = tty_raw(t, &n);
    assert_non_null(memmem(raw, n, "Copying: 100 %", 14));
    assert_non_null(memmem(raw, n, "Reading: ", 9));
    assert_null(memmem(raw, n, "walnut", 6));
    tty_close(t);
    expect(RUN("backup", path_of("quiet.ctbak"), "--dir", clinic_dir(), AS_SAM), 0,
           "Read back");
    assert_null(strstr(out, "Copying"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_while_two_sessions_save),
        cmocka_unit_test(test_killed_while_backing_up),
        cmocka_unit_test(test_killed_while_restoring),
        cmocka_unit_test(test_what_a_script_sees),
        cmocka_unit_test(test_into_a_folder_and_back_with_the_offline_key),
        cmocka_unit_test(test_back_with_the_recovery_code),
        cmocka_unit_test(test_progress_on_a_terminal),
    };
    return ct_harden(NULL) == CT_OK ? cmocka_run_group_tests(tests, NULL, NULL) : 1;
}
