/* The command line as a script uses it: exit statuses, what goes where, JSON that
 * parses, and no secret on standard output or error.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/recorded.h"
#include "tests/support/steps.h"

#define OWNER_PASSWORD "violet saucepan eleven drums"

enum { OUT = 65536 };
static char out[OUT];

/* Good for the next three calls. */
static const char *path_of(const char *name)
{
    static char path[4][256];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", test_dir(), name);
    return path[turn];
}

/* clintech ARGS with `input` on standard input; both outputs in `out`. */
#define RUN(input, ...)                                                                        \
    test_run((const char *const[]){test_program(), __VA_ARGS__, NULL}, input, out, sizeof out)

static void expect(int status, int wanted, const char *says)
{
    if (status != wanted || strstr(out, says) == NULL)
        fail_msg("ended with %d, wanted %d and \"%s\": %s", status, wanted, says, out);
}

static json_t *parsed(void)
{
    json_error_t e;
    json_t *j = json_loads(out, JSON_REJECT_DUPLICATES, &e);
    if (j == NULL)
        fail_msg("line %d: %s: %s", e.line, e.text, out);
    return j;
}

static bool exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

/* ---- words and usage ------------------------------------------------------------- */

static void test_help_and_version(void **state)
{
    (void)state;
    expect(RUN(NULL, "--help"), 0, "Exit status: 0 done");
    expect(RUN(NULL, "-h"), 0, "clintech verify [--json]");
    expect(RUN(NULL, "verify", "--help"), 0, "clintech verify [--json]");
    expect(RUN(NULL, "score", "--help"), 0, "Royal\nCollege of Physicians");
    expect(RUN(NULL, "--version"), 0, "There is no warranty");
    assert_int_equal(strncmp(out, "clintech " CT_VERSION "\n", sizeof CT_VERSION + 9), 0);
    for (const char *p = strchr(out, '\0'); p > out;)
        assert_true((unsigned char)*--p < 0x80);
}

static void test_usage(void **state)
{
    (void)state;
    const char *absent = path_of("never");
    expect(RUN(NULL, "--dir", absent, "frobnicate"), 2, "there is no command \"frobnicate\"");
    expect(RUN(NULL, "--dir", absent, "--frobnicate"), 2, "--frobnicate");
    expect(RUN(NULL, "verify", "--dir"), 2, "lacks its value");
    expect(RUN(NULL, "--dir", absent, "verify", "now"), 2, "Try: clintech --help");
    expect(RUN(NULL, "--dir", absent, "init"), 2, "--login LOGIN --name NAME");
    expect(RUN(NULL, "--dir", absent, "init", "--login", "x"), 2, "--name");
    expect(RUN(NULL, "--dir", absent, "demo", "--patients", "many"), 2, "whole numbers");
    expect(RUN(NULL, "--dir", absent, "demo", "--patients", "0"), 2, "1-200000");
    expect(RUN(NULL, "--dir", absent, "demo", "--seed", "-1"), 2, "seed");
    expect(RUN(NULL, "--dir", absent, "demo", "--days", "99999"), 2, "days");
    expect(RUN(NULL, "--dir", absent, "user"), 2, "add|disable|reset|list");
    expect(RUN(NULL, "--dir", absent, "user", "rename", "x"), 2, "add|disable|reset|list");
    expect(RUN(NULL, "--dir", absent, "user", "add", "x"), 2, "--role");
    expect(RUN(NULL, "--dir", absent, "user", "disable", "x"), 2, "--reason");
    expect(RUN(NULL, "--dir", absent, "user", "list", "x"), 2, "no name");
    expect(RUN(NULL, "--dir", absent, "doctor", "x"), 2, "doctor");
    assert_false(exists(absent));
}

static void test_no_store(void **state)
{
    (void)state;
    const char *absent = path_of("never");
    int status = RUN("x\n", "--dir", absent, "--as", "sam", "--password-file", "-", "verify");
    expect(status, 1, absent);
    expect(RUN("x\n", "--dir", absent, "--password-file", "-", "verify"), 2, "--as LOGIN");
    expect(RUN(NULL, "--dir", absent), 1, "clintech init");
    assert_false(exists(absent));
}

/* ---- init -------------------------------------------------------------------------- */

static const char *cheap_config(void)
{
    const char *path = path_of("cheap.ini");
    static const char TEXT[] = "[site]\nname = Scripted Clinic\n[security]\nkdf_ops = 2\n"
                               "kdf_mem_mib = 64\n";
    file_write(path, TEXT, sizeof TEXT - 1);
    return path;
}

static char *secret_from(const char *path, char *buf, size_t size)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    assert_non_null(fgets(buf, (int)size, f));
    fclose(f);
    buf[strcspn(buf, "\n")] = '\0';
    assert_true(strlen(buf) >= 15);
    return buf;
}

static int init(const char *dir, const char *secret_file, const char *password)
{
    char line[256];
    snprintf(line, sizeof line, "%s\n", password);
    return RUN(line, "--config", cheap_config(), "--dir", dir, "--password-file", "-",
               "--secret-file", secret_file, "init", "--login", "owner", "--name",
               "Owner Demo");
}

static void test_init(void **state)
{
    (void)state;
    char dir[256], code_file[256], code[128];
    struct stat st;
    snprintf(dir, sizeof dir, "%s", path_of("made"));
    snprintf(code_file, sizeof code_file, "%s", path_of("code"));

    expect(init(dir, code_file, "short"), 1, "15");
    assert_false(exists(dir));
    assert_false(exists(code_file));
    file_write(code_file, "taken", 5);
    expect(init(dir, code_file, OWNER_PASSWORD), 1, "exists");
    assert_false(exists(dir));
    assert_int_equal(unlink(code_file), 0);
    expect(init(dir, path_of("no/such/folder"), OWNER_PASSWORD), 74, "no/such/folder");
    assert_false(exists(dir)); /* a code that cannot be handed over opens nothing */

    expect(init(dir, code_file, OWNER_PASSWORD), 0, "Log in as owner");
    secret_from(code_file, code, sizeof code);
    assert_null(strstr(out, code));
    assert_null(strstr(out, OWNER_PASSWORD));
    assert_int_equal(stat(dir, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    static const char *const FILES[] = {CT_STORE_FILE, "keyring", "witness"};
    for (size_t i = 0; i < CT_LEN(FILES); i++) {
        char path[300];
        snprintf(path, sizeof path, "%s/%s", dir, FILES[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 077, 0);
    }

    uint64_t before = steps_hash_dir(dir);
    expect(init(dir, path_of("code2"), OWNER_PASSWORD), 1, "is");
    assert_true(steps_hash_dir(dir) == before);
    assert_false(exists(path_of("code2")));
    expect(RUN(NULL, "--dir", dir, "demo"), 1, dir);
    assert_true(steps_hash_dir(dir) == before);

    expect(RUN(OWNER_PASSWORD "\n", "--dir", dir, "--as", "owner", "--password-file", "-",
               "verify"),
           0, "nothing is wrong");
}

static struct tty *init_on_terminal(const char *dir)
{
    struct tty *t = tty_open(&(struct tty_options){
        .argv =
            (const char *const[]){test_program(), "--config", cheap_config(), "--dir", dir,
                                  "init", "--login", "owner", "--name", "Owner Demo", NULL}});
    tty_expect(t, "first administrator:");
    tty_send(t, OWNER_PASSWORD "\r");
    tty_expect(t, "Once more:");
    tty_send(t, OWNER_PASSWORD "\r");
    tty_expect(t, "5 tries)");
    return t;
}

/* Without hyphens and in small letters, as somebody types who reads it from paper. */
static void plain_code(struct tty *t, char code[40])
{
    const char *p = strstr(tty_screen(t), "down now): ");
    size_t n = 0;
    assert_non_null(p);
    for (p += strlen("down now): "); n < 27 && *p != '\0'; p++)
        if (*p >= 'A' && *p <= 'Z')
            code[n++] = (char)(*p - 'A' + 'a');
        else if (*p >= '0' && *p <= '9')
            code[n++] = *p;
    code[n] = '\0';
    assert_int_equal(n, 27);
}

static void test_recovery_code_is_typed_back(void **state)
{
    (void)state;
    char dir[256], code[40], slip[48];
    snprintf(dir, sizeof dir, "%s", path_of("typed"));
    struct tty *t = init_on_terminal(dir);
    plain_code(t, code);
    snprintf(slip, sizeof slip, "%s\r", code);
    slip[3] = slip[3] == '7' ? '8' : '7';
    tty_send(t, slip);
    tty_expect(t, "look for a mistyped one");
    tty_expect(t, "4 tries)");
    tty_send(t, "000 000 000 000 000 000 000 000 000\r"); /* sound, and another's */
    tty_expect(t, "not the one above");
    tty_expect(t, "3 tries)");
    snprintf(slip, sizeof slip, "%s\r", code);
    tty_send(t, slip);
    assert_int_equal(tty_wait_exit(t), 0);
    assert_true(tty_shows(t, "Log in as owner"));
    assert_false(tty_shows(t, code)); /* typed without an echo */
    tty_close(t);

    snprintf(dir, sizeof dir, "%s", path_of("untyped"));
    t = init_on_terminal(dir);
    static const char *const LEFT[] = {"5 tries)", "4 tries)", "3 tries)", "2 tries)",
                                       "1 try)"};
    for (size_t i = 0; i < CT_LEN(LEFT); i++) {
        tty_expect(t, LEFT[i]);
        tty_send(t, "I did not write it down\r");
    }
    assert_int_equal(tty_wait_exit(t), 1);
    assert_true(tty_shows(t, "remove it and"));
    assert_false(tty_shows(t, "Log in as"));
    tty_close(t);
}

static void demo(const char *dir, const char *seed)
{
    expect(RUN(NULL, "--dir", dir, "demo", "--patients", "9", "--days", "3", "--seed", seed,
               "--now", "1795000000000"),
           0, "demo walnut lantern 1");
    assert_non_null(strstr(out, "9 patients"));
}

/* The slots of a keyring as they lie on disk, without the counters of failures. */
static size_t slots_of(const char *dir, struct ct_slot **ret)
{
    size_t n = 0;
    assert_int_equal(ct_keyring_list(dir, NULL, ret, &n, NULL), CT_OK);
    for (size_t i = 0; i < n; i++)
        (*ret)[i].failures = 0;
    return n;
}

static struct ct_slot owner_slot(const char *dir)
{
    struct ct_slot slot = {0}, *slots = NULL;
    size_t n = slots_of(dir, &slots);
    for (size_t i = 0; i < n; i++)
        if (slots[i].user_id != CT_USER_RECOVERY)
            slot = slots[i];
    free(slots);
    return slot;
}

/* What a login with settings that ask for `ops` passes leaves of the owner's slot. */
static struct ct_kdf_cost cost_after(const char *dir, int ops)
{
    char text[128];
    const char *config = path_of("asks.ini");
    snprintf(text, sizeof text, "[security]\nkdf_ops = %d\nkdf_mem_mib = 64\n", ops);
    file_write(config, text, strlen(text));
    expect(RUN(OWNER_PASSWORD "\n", "--config", config, "--dir", dir, "--as", "owner",
               "--password-file", "-", "verify"),
           0, "nothing is wrong");
    assert_null(strstr(out, "tries again"));
    return owner_slot(dir).cost;
}

static void test_a_login_raises_the_cost(void **state)
{
    (void)state;
    char dir[256];
    snprintf(dir, sizeof dir, "%s", path_of("raised"));
    expect(init(dir, path_of("raised-code"), OWNER_PASSWORD), 0, "Log in as owner");
    assert_int_equal(cost_after(dir, 2).ops, 2);
    uint32_t made = owner_slot(dir).version;
    assert_int_equal(cost_after(dir, 4).ops, 4);
    struct ct_slot raised = owner_slot(dir);
    assert_int_equal(raised.version, made + 1);
    assert_int_equal(cost_after(dir, 3).ops, 4); /* never lowered */
    assert_int_equal(cost_after(dir, 4).mem_kib, 64 * 1024);
    assert_int_equal(owner_slot(dir).version, made + 1); /* once, and not at each login */
    assert_memory_equal(owner_slot(dir).hash, raised.hash, CT_HASH_LEN);
}

static const char *settings_of(const char *text)
{
    const char *config = path_of("passwords.ini");
    file_write(config, text, strlen(text));
    return config;
}

/* Everybody knows a demo's passwords: its own settings keep them cheap. */
static void test_a_demo_stays_cheap(void **state)
{
    (void)state;
    char dir[256];
    struct ct_slot *before = NULL, *after = NULL;
    snprintf(dir, sizeof dir, "%s", path_of("cheap"));
    demo(dir, "3");
    size_t n = slots_of(dir, &before), raised = 0;
    assert_true(n > 4);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(before[i].cost.ops, 1);
        assert_int_equal(before[i].cost.mem_kib, 1024);
    }
    for (int i = 0; i < 2; i++)
        expect(RUN(CLINIC_SUPERVISOR_PASSWORD "\n", "--dir", dir, "--as", "sam",
                   "--password-file", "-", "verify"),
               0, "nothing is wrong");
    assert_int_equal(slots_of(dir, &after), n);
    assert_memory_equal(before, after, n * sizeof *before);
    free(after);

    /* Settings from elsewhere that ask for more get it, once. */
    const char *config = settings_of("[security]\nkdf_ops = 2\nkdf_mem_mib = 64\n");
    for (int i = 0; i < 2; i++)
        expect(RUN(CLINIC_SUPERVISOR_PASSWORD "\n", "--config", config, "--dir", dir, "--as",
                   "sam", "--password-file", "-", "verify"),
               0, "nothing is wrong");
    assert_int_equal(slots_of(dir, &after), n);
    for (size_t i = 0; i < n; i++)
        if (memcmp(before[i].hash, after[i].hash, CT_HASH_LEN) != 0) {
            raised++;
            assert_int_equal(after[i].version, before[i].version + 1);
            assert_int_equal(after[i].cost.ops, 2);
            assert_int_equal(after[i].cost.mem_kib, 64 * 1024);
        }
    assert_int_equal(raised, 1);
    free(before);
    free(after);
}

/* The settings of a demo make no clinic for real records. */
static void test_no_clinic_with_public_passwords(void **state)
{
    (void)state;
    char dir[256], code[256];
    struct stat st;
    snprintf(dir, sizeof dir, "%s", path_of("public"));
    snprintf(code, sizeof code, "%s", path_of("public-code"));
    const char *config = settings_of("[security]\npublic_passwords = yes\n");
    assert_true(RUN(OWNER_PASSWORD "\n", "--config", config, "--dir", dir, "--password-file",
                    "-", "--secret-file", code, "init", "--login", "owner", "--name",
                    "Demo Owner") != 0);
    assert_non_null(strstr(out, "public_passwords is for invented clinics"));
    assert_int_equal(stat(dir, &st), -1);
}

/* ---- demo --------------------------------------------------------------------------- */

/* What people would call the same clinic, as one text. */
static void contents(const char *dir, char *text, size_t size)
{
    static const char *const ASK[] = {
        "SELECT group_concat(family || given || ifnull(number, '') || ifnull(born, '') || sex "
        "||"
        " place || at_ms, ';') FROM (SELECT * FROM patient_version ORDER BY id)",
        "SELECT count(*) || ',' || sum(patient_id * taken_ms % 1000003) || ',' ||"
        " sum(ifnull(pulse_bpm, 0) * id) || ',' || sum(ifnull(score, 0) * id) FROM vitals",
        "SELECT group_concat(login || name || role, ';') FROM (SELECT * FROM user_version "
        "ORDER BY id)",
    };
    struct ct_app *app = NULL;
    struct ct_config config;
    struct ct_error e;
    clinic_config(&config);
    assert_int_equal(ct_app_new(dir, &config, &CT_CLOCK_SYSTEM, &app, &e), CT_OK);
    if (recorded_login(app, "sam", CLINIC_SUPERVISOR_PASSWORD, &e) != CT_OK)
        fail_msg("%s", e.text);
    size_t n = 0;
    for (size_t i = 0; i < CT_LEN(ASK); i++) {
        app_text(app, ASK[i], text + n, size - n);
        assert_true(strlen(text + n) > 10);
        n += strlen(text + n);
    }
    ct_app_free(app);
}

static void test_demo_is_the_same_by_seed(void **state)
{
    (void)state;
    char a[8192], b[8192], c[8192];
    demo(path_of("demo1"), "42");
    demo(path_of("demo2"), "42");
    demo(path_of("demo3"), "43");
    contents(path_of("demo1"), a, sizeof a);
    contents(path_of("demo2"), b, sizeof b);
    contents(path_of("demo3"), c, sizeof c);
    assert_string_equal(a, b);
    assert_string_not_equal(a, c);
    /* The same people, and not one byte of key or nonce the same. */
    assert_true(steps_hash_dir(path_of("demo1")) != steps_hash_dir(path_of("demo2")));
}

/* ---- users -------------------------------------------------------------------------- */

#define AS(login, password, ...)                                                               \
    RUN(password "\n", "--dir", clinic_dir(), "--as", login, "--password-file", "-",           \
        __VA_ARGS__)
#define AS_ADMIN(...) AS(CLINIC_ADMIN, CLINIC_ADMIN_PASSWORD, __VA_ARGS__)

/* The state of a login in `user list --json`; "" when it is not there. */
static const char *state_of(const char *login, char *buf, size_t size)
{
    expect(AS_ADMIN("user", "list", "--json"), 0, "[");
    json_t *all = parsed(), *one;
    size_t i;
    buf[0] = '\0';
    json_array_foreach(all, i, one)
    {
        assert_non_null(json_string_value(json_object_get(one, "name")));
        assert_non_null(json_string_value(json_object_get(one, "role")));
        if (strcmp(json_string_value(json_object_get(one, "login")), login) == 0)
            snprintf(buf, size, "%s", json_string_value(json_object_get(one, "state")));
    }
    json_decref(all);
    return buf;
}

static int log_in_as_scripted(const char *password)
{
    char line[200];
    snprintf(line, sizeof line, "%s\n", password);
    return RUN(line, "--dir", clinic_dir(), "--as", "scripted", "--password-file", "-",
               "verify");
}

static void test_users(void **state)
{
    (void)state;
    char buf[64], first[128], second[128], file[256];
    expect(AS_ADMIN("user", "list"), 0, "Sam Supervisor (demo)");
    snprintf(file, sizeof file, "%s", path_of("temporary1"));
    expect(AS_ADMIN("--secret-file", file, "user", "add", "scripted", "--name", "Scripted Demo",
                    "--role", "technician"),
           0, "scripted: done");
    secret_from(file, first, sizeof first);
    assert_null(strstr(out, first));
    assert_string_equal(state_of("scripted", buf, sizeof buf), "temporary password");
    expect(AS_ADMIN("--secret-file", path_of("t2"), "user", "add", "scripted", "--name",
                    "Again", "--role", "technician"),
           1, "scripted");
    expect(AS_ADMIN("--secret-file", path_of("t3"), "user", "add", "Bad Login", "--name", "Bad",
                    "--role", "technician"),
           1, "2 to 32");
    expect(AS_ADMIN("--secret-file", path_of("t4"), "user", "add", "other", "--name", "Other",
                    "--role", "king"),
           1, "king is no role");
    assert_false(exists(path_of("t2")) || exists(path_of("t3")) || exists(path_of("t4")));

    expect(log_in_as_scripted(first), 77, "clintech: "); /* in, but may not verify */
    assert_null(strstr(out, first));
    snprintf(file, sizeof file, "%s", path_of("temporary2"));
    expect(
        AS_ADMIN("--secret-file", file, "user", "reset", "scripted", "--reason", "forgot it"),
        0, "done");
    secret_from(file, second, sizeof second);
    assert_string_not_equal(first, second);
    expect(log_in_as_scripted(first), 77, "wrong");
    expect(AS_ADMIN("user", "disable", "scripted", "--reason", "left"), 0, "done");
    assert_string_equal(state_of("scripted", buf, sizeof buf), "disabled");
    expect(log_in_as_scripted(second), 77, "wrong"); /* and nothing tells it from a wrong one */

    expect(AS_ADMIN("user", "disable", "nosuchuser", "--reason", "x"), 1, "nosuchuser");
    expect(AS_ADMIN("user", "disable", CLINIC_ADMIN, "--reason", "x"), 1, "clintech: ");
    expect(AS(CLINIC_TECH, CLINIC_TECH_PASSWORD, "user", "list"), 77, "clintech: ");
    expect(AS(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, "user", "disable", CLINIC_ADMIN,
              "--reason", "a coup"),
           77, "clintech: ");
    expect(AS(CLINIC_ADMIN, "not her password at all", "user", "list"), 77, "wrong");
    assert_null(strstr(out, "not her password at all"));
}

/* A supervisor who may not is on record, and a refusal prints no list. */
static void test_refusals_are_on_record(void **state)
{
    (void)state;
    expect(AS(CLINIC_TECH, CLINIC_TECH_PASSWORD, "verify"), 77, "clintech: ");
    assert_null(strstr(out, "pages"));
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_expect(t, "NOW");
    steps_key(t, "l", "SHIFT LOG");
    steps_page_to(t, "was refused"); /* behind what the demo clinic has done just now */
    tty_close(t);
}

/* ---- verify --------------------------------------------------------------------------- */

static void test_verify_json(void **state)
{
    (void)state;
    static const char *const NUMBERS[] = {"pages",      "bad_pages",     "entries",      "rows",
                                          "signatures", "first_bad_seq", "problem_count"};
    expect(AS(CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, "verify", "--json"), 0, "{");
    json_t *j = parsed();
    assert_true(json_is_true(json_object_get(j, "ok")));
    for (size_t i = 0; i < CT_LEN(NUMBERS); i++)
        assert_true(json_is_integer(json_object_get(j, NUMBERS[i])));
    assert_true(json_integer_value(json_object_get(j, "pages")) > 10);
    assert_true(json_integer_value(json_object_get(j, "entries")) > 40);
    assert_int_equal(json_integer_value(json_object_get(j, "bad_pages")), 0);
    assert_int_equal(json_array_size(json_object_get(j, "problems")), 0);
    json_decref(j);
}

/* A password is asked for on the terminal, and not shown there. */
static void test_password_on_the_terminal(void **state)
{
    (void)state;
    struct tty *t = tty_open(&(struct tty_options){
        .argv = (const char *const[]){test_program(), "--dir", clinic_dir(), "--as",
                                      CLINIC_SUPERVISOR, "verify", NULL}});
    tty_expect(t, "Password of sam:");
    tty_send(t, CLINIC_SUPERVISOR_PASSWORD "\r");
    assert_int_equal(tty_wait_exit(t), 0);
    assert_true(tty_shows(t, "signatures checked"));
    assert_false(tty_shows(t, "walnut"));
    tty_close(t);
}

static void test_password_file(void **state)
{
    (void)state;
    const char *file = path_of("password");
    file_write(file, CLINIC_SUPERVISOR_PASSWORD "\r\nmore",
               sizeof CLINIC_SUPERVISOR_PASSWORD + 5);
    expect(RUN(NULL, "--dir", clinic_dir(), "--as", CLINIC_SUPERVISOR, "--password-file", file,
               "verify"),
           0, "nothing is wrong");
    expect(RUN(NULL, "--dir", clinic_dir(), "--as", CLINIC_SUPERVISOR, "--password-file",
               path_of("absent"), "verify"),
           1, "cannot be read");
    char *longest = malloc(70000);
    assert_non_null(longest);
    memset(longest, 'x', 69999);
    longest[69999] = '\0';
    expect(test_run((const char *const[]){test_program(), "--dir", clinic_dir(), "--as", "sam",
                                          "--password-file", "-", "verify", NULL},
                    longest, out, sizeof out),
           1, "at most");
    free(longest);
    expect(RUN("", "--dir", clinic_dir(), "--as", "sam", "--password-file", "-", "verify"), 77,
           "");
}

/* ---- doctor, score, scan ------------------------------------------------------------- */

static void test_doctor(void **state)
{
    (void)state;
    setenv("TERM", "xterm-256color", 1);
    expect(RUN(NULL, "--dir", clinic_dir(), "doctor"), 0, "libsodium");
    expect(RUN(NULL, "--dir", clinic_dir(), "doctor", "--json"), 0, "[");
    json_t *all = parsed(), *one;
    size_t i;
    assert_true(json_array_size(all) > 8);
    json_array_foreach(all, i, one)
    {
        const char *grade = json_string_value(json_object_get(one, "grade"));
        assert_non_null(grade);
        assert_true(strcmp(grade, "ok") == 0 || strcmp(grade, "note") == 0);
        assert_non_null(json_string_value(json_object_get(one, "what")));
        assert_non_null(json_string_value(json_object_get(one, "text")));
    }
    json_decref(all);
    expect(RUN(NULL, "--dir", path_of("nowhere"), "doctor"), 0, "none in");
    assert_false(exists(path_of("nowhere")));
    setenv("TERM", "dumb", 1);
    expect(RUN(NULL, "--dir", clinic_dir(), "doctor"), 1, "BAD");
    setenv("TERM", "xterm-256color", 1);
    char open_to_all[256];
    snprintf(open_to_all, sizeof open_to_all, "%s", path_of("open"));
    steps_copy_dir(clinic_dir(), open_to_all);
    assert_int_equal(chmod(open_to_all, 0755), 0);
    expect(RUN(NULL, "--dir", open_to_all, "doctor"), 1, "open to others");
    /* whom a score asks, and that a site's file asks nobody */
    expect(RUN(NULL, "--dir", clinic_dir(), "doctor"), 0, "asks for somebody from");
    expect(RUN(NULL, "--dir", clinic_dir(), "doctor"), 0, "PEWS           asks for nobody");
}

static void test_score(void **state)
{
    (void)state;
    expect(RUN(NULL, "score", "news2", "--resp", "26", "--spo2", "90", "--scale", "1",
               "--on-oxygen", "0", "--sbp", "85", "--pulse", "135", "--acvpu", "V", "--temp",
               "39.4"),
           0, "NEWS2 17  high");
    expect(RUN(NULL, "score", "news2", "--resp", "16"), 1, "missing");
    expect(RUN(NULL, "score", "news2", "--resp", "999"), 1, "resp");
    expect(RUN(NULL, "score", "news3"), 2, "news2");
    expect(
        RUN("pulse,extra,resp,spo2,on_oxygen,sbp,acvpu,temp\n71,keep me,16,97,0,122,A,36.8\n",
            "score", "news2", "--csv", "-"),
        0, "71,keep me,16,97,0,122,A,36.8,0,0,low,720,");
    expect(RUN("resp,spo2,on_oxygen,sbp,pulse,acvpu,temp\n16,97,0,122,,A,36.8\n16,97,0,122,71,"
               "A,36.8\n",
               "score", "news2", "--csv", "-"),
           1, "16,97,0,122,71,A,36.8,0,0,low,720,");
    expect(RUN("a,b\n1,2\n", "score", "news2", "--csv", "-"), 65, "clintech score: ");
    expect(RUN(NULL, "score", "news2", "--csv", path_of("absent.csv")), 66, "absent.csv");
}

/* No store, no login, and none is made. */
static void test_scan(void **state)
{
    (void)state;
    const char *absent = path_of("never");
    expect(RUN(NULL, "--dir", absent, "scan", "--json", "+BLUEUNICORN7N"), 0, "\"UNICORN\"");
    expect(RUN(NULL, "--dir", absent, "scan", "+BLUEUNICORN7M", "--json"), 1,
           "\"position\": 13");
    expect(RUN("WB-7\n]d2017\\x1D\n", "--dir", absent, "scan", "--lines", "-"), 1, "\"WB-7\"");
    expect(RUN(NULL, "--dir", absent, "scan"), 2, "one code, or --lines FILE");
    expect(RUN(NULL, "scan", "--help"), 0, "clintech scan CODE");
    assert_false(exists(absent));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_help_and_version),
        cmocka_unit_test(test_usage),
        cmocka_unit_test(test_no_store),
        cmocka_unit_test(test_init),
        cmocka_unit_test(test_recovery_code_is_typed_back),
        cmocka_unit_test(test_a_login_raises_the_cost),
        cmocka_unit_test(test_a_demo_stays_cheap),
        cmocka_unit_test(test_no_clinic_with_public_passwords),
        cmocka_unit_test(test_demo_is_the_same_by_seed),
        cmocka_unit_test(test_users),
        cmocka_unit_test(test_refusals_are_on_record),
        cmocka_unit_test(test_verify_json),
        cmocka_unit_test(test_password_on_the_terminal),
        cmocka_unit_test(test_password_file),
        cmocka_unit_test(test_doctor),
        cmocka_unit_test(test_score),
        cmocka_unit_test(test_scan),
    };
    return cmocka_run_group_tests_name("cli", tests, NULL, NULL);
}
