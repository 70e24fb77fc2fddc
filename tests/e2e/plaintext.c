/* What a thief of the disk finds in the store's files, during and after a day's
 * work, and after kill -9: nothing that anybody typed, and no key. And what the
 * running process shows of a password. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clinic/vitals.h"
#include "tests/support/steps.h"

#define FAMILY       "Zyxquarterly"
#define GIVEN        "Wollemipine"
#define PLACE        "Marsupial 9"
#define NOTE         "grumbling about the porridge"
#define DRAFT        "unfinished thoughts on custard"
#define REASON       "left for the circus"
#define NEW_LOGIN    "circusperson"
#define NEW_NAME     "Ringmaster Demonstrable"
#define NEW_PASSWORD "umbrellas under ninety bridges"

/* Words that were typed or shown; a file holds none of them, in any case, as
 * bytes or as 16- or 32-bit characters. Logins of three letters are left out: they
 * occur by chance. */
static const char *const WORDS[] = {FAMILY,
                                    GIVEN,
                                    PLACE,
                                    NOTE,
                                    DRAFT,
                                    REASON,
                                    NEW_LOGIN,
                                    NEW_NAME,
                                    NEW_PASSWORD,
                                    "9990001235",
                                    CLINIC_TECH,
                                    CLINIC_TECH_PASSWORD,
                                    CLINIC_SUPERVISOR_PASSWORD,
                                    CLINIC_ADMIN_PASSWORD,
                                    "Technician (demo)",
                                    "Supervisor (demo)",
                                    "vitals.record",
                                    "patient.register",
                                    "CREATE TABLE",
                                    "SQLite format",
                                    "sqlite_schema",
                                    "penicillin",
                                    "technician",
                                    "14 Mar 1961",
                                    "1961-03-14"};

struct file {
    char name[64];
    char *data;
    size_t n;
};

static bool same_at(const char *p, const char *word, size_t n, size_t step)
{
    for (size_t i = 0; i < n; i++)
        if (tolower((unsigned char)p[i * step]) != tolower((unsigned char)word[i]))
            return false;
    return true;
}

static bool holds(const char *data, size_t n, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i + len <= n; i++)
        if (same_at(data + i, word, len, 1))
            return true;
    return false;
}

/* The word that begins there, its letters side by side or 2 or 4 bytes apart; or NULL. */
static const char *word_at(const char *p, size_t left)
{
    int first = tolower((unsigned char)p[0]);
    for (size_t i = 0; i < CT_LEN(WORDS); i++) {
        size_t len = strlen(WORDS[i]);
        if (tolower((unsigned char)WORDS[i][0]) != first)
            continue;
        for (size_t step = 1; step <= 4; step *= 2)
            if ((len - 1) * step < left && same_at(p, WORDS[i], len, step))
                return WORDS[i];
    }
    return NULL;
}

/* In one pass: most bytes begin no word. */
static const char *word_in(const char *data, size_t n)
{
    static bool begins[256];
    for (size_t i = 0; i < CT_LEN(WORDS); i++) {
        begins[tolower((unsigned char)WORDS[i][0])] = true;
        begins[toupper((unsigned char)WORDS[i][0])] = true;
    }
    for (size_t i = 0; i < n; i++) {
        const char *word = begins[(unsigned char)data[i]] ? word_at(data + i, n - i) : NULL;
        if (word != NULL)
            return word;
    }
    return NULL;
}

static char *slurp(const char *path, size_t *ret_n)
{
    size_t n = 0, cap = 1 << 16;
    char *p = malloc(cap);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t r = 0;
    while (p != NULL && fd >= 0 && (r = read(fd, p + n, cap - n)) > 0) {
        n += (size_t)r;
        if (n == cap) {
            cap *= 2;
            char *q = realloc(p, cap);
            if (q == NULL)
                break;
            p = q;
        }
    }
    if (fd >= 0)
        close(fd);
    *ret_n = n;
    return p;
}

/* Every file under the folder through fn. Returns how many bytes there were. */
static size_t each_file(const char *dir, void (*fn)(const struct file *f, void *arg), void *arg)
{
    DIR *d = opendir(dir);
    size_t total = 0;
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char path[512];
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        struct file f;
        snprintf(f.name, sizeof f.name, "%.63s", e->d_name);
        f.data = slurp(path, &f.n);
        assert_non_null(f.data);
        total += f.n;
        fn(&f, arg);
        free(f.data);
    }
    closedir(d);
    return total;
}

static void no_words(const struct file *f, void *arg)
{
    const char *when = arg, *word = word_in(f->data, f->n);
    if (word != NULL)
        fail_msg("%s: %s holds \"%s\"", when, f->name, word);
}

/* A run of printable text as strings(1) would show it, longer than chance gives:
 * only the two files that are text by design have any. */
static void no_text(const struct file *f, void *arg)
{
    enum { BY_CHANCE = 36 };
    size_t run = 0;
    if (strcmp(f->name, "config.ini") == 0 || strcmp(f->name, "witness") == 0)
        return;
    for (size_t i = 0; i < f->n; i++) {
        run = f->data[i] >= ' ' && f->data[i] <= '~' ? run + 1 : 0;
        if (run > BY_CHANCE)
            fail_msg("%s: %s holds the text \"%.*s\"", (const char *)arg, f->name, (int)run,
                     f->data + i + 1 - run);
    }
}

static void nothing_legible(const struct file *f, void *arg)
{
    no_words(f, arg);
    no_text(f, arg);
}

static void scan(const char *when)
{
    union {
        const char *in;
        void *out;
    } w = {.in = when};
    assert_true(each_file(clinic_dir(), nothing_legible, w.out) > 100 * 1000);
}

/* What looks for words would find them. */
static void test_the_search(void **state)
{
    (void)state;
    static const size_t STEPS[] = {1, 2, 4};
    char text[400];
    for (size_t i = 0; i < CT_LEN(WORDS); i++)
        for (size_t k = 0; k < CT_LEN(STEPS); k++) {
            size_t len = strlen(WORDS[i]), step = STEPS[k];
            size_t n = sizeof text, from = n - ((len - 1) * step + 1); /* to the very end */
            memset(text, '~', n);
            for (size_t c = 0; c < len; c++)
                text[from + c * step] =
                    (char)(c % 2 == 0 ? toupper((unsigned char)WORDS[i][c]) : WORDS[i][c]);
            assert_non_null(word_in(text, n));
            assert_null(word_in(text, from));
        }
}

/* ---- the day ------------------------------------------------------------------ */

static struct tty *technician(void)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    return t;
}

/* Registered, alert, a set with a note, a correction, and a form half filled. */
static struct tty *busy_technician(void)
{
    struct tty *t = technician();
    steps_key(t, "n", "NEW PATIENT");
    tty_send(t, FAMILY "\r" GIVEN "\r9990001235\r14 3 1961\rnf" PLACE "\r");
    tty_expect(t, "No vitals yet");
    scan("after registering");
    steps_key(t, "v", "VITALS");
    tty_send(t, "12276711697a368a\r\r\r\r\r" NOTE);
    tty_expect(t, "porridge");
    scan("while typing");
    steps_save(t, "SAVED");
    steps_key(t, "c", "CORRECT");
    tty_send(t, "\r\r96");
    steps_save(t, "Why");
    steps_key(t, "2", "P 96");
    scan("after saving");
    steps_key(t, "\r", "e amend");
    steps_key(t, "v", "VITALS");
    tty_send(t, "12276711697a368a\r\r\r\r\r" DRAFT);
    tty_expect(t, "draft kept");
    tty_expect(t, "custard");
    return t;
}

static void test_a_technicians_day(void **state)
{
    (void)state;
    struct tty *t = busy_technician();
    scan("with a draft kept");
    tty_kill(t, SIGKILL);
    assert_int_equal(tty_wait_exit(t), 128 + SIGKILL);
    tty_close(t);
    scan("after kill -9");
    t = technician();
    scan("after recovery");
    steps_key(t, "D", "custard");
    tty_hangup(t);
    tty_wait_exit(t);
    tty_close(t);
    scan("after a hang-up");
}

static void test_a_supervisors_day(void **state)
{
    (void)state;
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
    tty_expect(t, "NOW");
    steps_key(t, "u", "USERS");
    steps_key(t, "n", "NEW USER");
    tty_send(t, NEW_LOGIN "\r" NEW_NAME "\rt\r");
    tty_expect(t, "Sign with");
    steps_key(t, CLINIC_SUPERVISOR_PASSWORD "\r", "Temporary password:");
    scan("after adding a user");
    char word[128];
    tty_expect(t, "Shown once");
    snprintf(word, sizeof word, "%s", tty_row(t, steps_row_of(t, "Temporary password:") + 1));
    char *temporary = word + strspn(word, " ");
    struct tty *u = clinic_open(NULL);
    tty_send(u, NEW_LOGIN "\r");
    tty_send(u, temporary);
    steps_key(u, "\r", "Choose your own");
    tty_send(u, temporary);
    tty_send(u, "\r" NEW_PASSWORD "\r" NEW_PASSWORD "\r");
    tty_expect(u, "NOW");
    scan("after a password was changed");
    tty_close(u);
    steps_key(t, "\r", NEW_LOGIN);
    steps_choose(t, NEW_LOGIN);
    steps_key(t, "x", "because");
    tty_send(t, REASON "\r");
    tty_expect(t, "Sign with");
    steps_key(t, CLINIC_SUPERVISOR_PASSWORD "\r", "Disabled");
    tty_close(t);
    scan("after disabling");
    clinic_verify(clinic_dir());
    scan("after verify");
}

/* ---- keys ------------------------------------------------------------------------ */

struct secret_bytes {
    const char *name;
    const unsigned char *data;
    size_t n;
};

static bool holds_bytes(const char *data, size_t n, const struct secret_bytes *s)
{
    return n >= s->n && memmem(data, n, s->data, s->n) != NULL;
}

static void no_key(const struct file *f, void *arg)
{
    for (const struct secret_bytes *s = arg; s->name != NULL; s++)
        if (holds_bytes(f->data, f->n, s))
            fail_msg("%s holds the %s", f->name, s->name);
}

static struct ct_app *log_in(const char *login, const char *password)
{
    struct ct_app *app = NULL;
    struct ct_config config;
    struct ct_error e;
    CT_SECRET *s = NULL;
    clinic_config(&config);
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &s, &e), CT_OK);
    assert_true(ct_secret_add(s, password, strlen(password)));
    assert_int_equal(ct_app_new(clinic_dir(), &config, &CT_CLOCK_SYSTEM, &app, &e), CT_OK);
    if (ct_login(app, login, s, &e) != CT_OK)
        fail_msg("%s", e.text);
    return app;
}

/* The store's key, the keyring's, a user's signing key: known to this process from
 * a login, looked for in every file. */
static void test_no_key_lies_in_a_file(void **state)
{
    (void)state;
    struct ct_app *app = log_in(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    const struct ct_unlocked *u = ct_app_keys(app);
    struct secret_bytes keys[] = {{"store key", u->store_key, sizeof u->store_key},
                                  {"ring key", u->ring_key, sizeof u->ring_key},
                                  {"signing seed", u->sign_sk, 32},
                                  {NULL, NULL, 0}};
    each_file(clinic_dir(), no_key, keys);
    ct_app_free(app);
}

/* ---- the running program ----------------------------------------------------------- */

static void assert_proc_has_no(pid_t pid, const char *what, const char *const *words)
{
    char path[64];
    size_t n;
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, what);
    char *p = slurp(path, &n);
    assert_non_null(p);
    for (size_t i = 0; words[i] != NULL; i++)
        if (holds(p, n, words[i]))
            fail_msg("%s holds \"%s\"", path, words[i]);
    free(p);
}

static void test_process_shows_nothing(void **state)
{
    (void)state;
    static const char *const SECRETS[] = {CLINIC_TECH_PASSWORD, "walnut", CLINIC_TECH, FAMILY,
                                          NULL};
    struct tty *t = clinic_open(&(struct tty_options){
        .env = (const char *const[]){"LD_BIND_NOW=1", "SECRET_TOKEN=demo walnut lantern 1",
                                     NULL}});
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    assert_proc_has_no(tty_pid(t), "cmdline", SECRETS);
    char path[64];
    size_t n;
    snprintf(path, sizeof path, "/proc/%d/limits", (int)tty_pid(t));
    char *limits = slurp(path, &n);
    assert_non_null(limits);
    const char *core = memmem(limits, n, "Max core file size", 18);
    assert_non_null(core);
    core += strcspn(core, "0123456789u");
    assert_int_equal(strncmp(core, "0 ", 2), 0);
    core += 1 + strspn(core + 1, " ");
    assert_int_equal(strncmp(core, "0 ", 2), 0); /* the hard limit too */
    free(limits);
    tty_close(t);
}

/* Every byte of memory of the program that can be written to. */
static bool memory_holds(pid_t pid, const struct secret_bytes *s, size_t *ret_seen)
{
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *maps = fopen(path, "re");
    snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    int mem = open(path, O_RDONLY | O_CLOEXEC);
    enum { CHUNK = 1 << 20, OVERLAP = 512 };
    char *buf = malloc(CHUNK);
    bool found = false;
    *ret_seen = 0;
    while (maps != NULL && mem >= 0 && buf != NULL && !found &&
           fgets(line, sizeof line, maps) != NULL) {
        unsigned long from, to;
        char rights[8];
        if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 || rights[1] != 'w' ||
            to - from > (64ul << 20))
            continue;
        for (unsigned long at = from; at < to && !found; at += CHUNK - OVERLAP) {
            ssize_t n = pread(mem, buf, to - at < CHUNK ? to - at : CHUNK, (off_t)at);
            if (n <= 0)
                break;
            *ret_seen += (size_t)n;
            found = holds_bytes(buf, (size_t)n, s);
        }
    }
    free(buf);
    if (mem >= 0)
        close(mem);
    if (maps != NULL)
        fclose(maps);
    return found;
}

static size_t wide(const char *text, uint32_t out[128])
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        out[i] = (unsigned char)text[i];
    return n * 4;
}

static void assert_memory(pid_t pid, const char *when, const struct secret_bytes *s,
                          bool wanted)
{
    size_t seen;
    bool found = memory_holds(pid, s, &seen);
    if (seen == 0)
        skip(); /* this machine does not let us look */
    if (found != wanted)
        fail_msg("%s: the memory %s the %s", when, found ? "holds" : "does not hold", s->name);
}

/* A password is wiped when it has done its work, as bytes and as key codes; and a
 * locked terminal holds no key. */
static void test_memory_is_wiped(void **state)
{
    (void)state;
    uint32_t codes[128];
    struct ct_app *app = log_in(CLINIC_TECH, CLINIC_TECH_PASSWORD);
    unsigned char key[CT_KEY_LEN];
    memcpy(key, ct_app_keys(app)->store_key, sizeof key);
    ct_app_free(app);
    const char *word = CLINIC_TECH_PASSWORD;
    struct secret_bytes as_text = {"password", (const unsigned char *)word, strlen(word)};
    struct secret_bytes as_codes = {"password as key codes", (const unsigned char *)codes,
                                    wide(word, codes)};
    struct secret_bytes as_key = {"store key", key, sizeof key};
    struct tty *t = technician();
    assert_memory(tty_pid(t), "after login", &as_key, true); /* this test can see */
    assert_memory(tty_pid(t), "after login", &as_text, false);
    assert_memory(tty_pid(t), "after login", &as_codes, false);
    steps_new_form(t, "Rememberme");
    tty_send(t, "12276711697a368a");
    tty_expect(t, "36.8");
    steps_key(t, "\x1b[20~", "LOCKED"); /* F9 */
    assert_memory(tty_pid(t), "locked", &as_key, false);
    tty_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_search),
        cmocka_unit_test(test_a_technicians_day),
        cmocka_unit_test(test_a_supervisors_day),
        cmocka_unit_test(test_no_key_lies_in_a_file),
        cmocka_unit_test(test_process_shows_nothing),
        cmocka_unit_test(test_memory_is_wiped),
    };
    return cmocka_run_group_tests_name("plaintext", tests, NULL, NULL);
}
