/* screen - the program on a terminal, beside the least an ncurses program can do:
 * start, login, memory, keys, bytes. */
#include "tests/bench/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/pty.h"

enum { START_QUIET = 60, KEY_QUIET = 8, SCREEN_QUIET = 20, STARTS = 15, LOGINS = 9 };
#define UP "\033OA"
#define DOWN "\033OB"
#define BACKSPACE "\x7f"
#define CLEAR "\x15"
#define ESC "\x1b"

/* One kind of key: what its answers took and weighed. */
struct keys {
    struct series ms, bytes;
    double cpu_ms; /* of all */
};

static void key(struct pty *p, struct keys *k, const char *text, int quiet_ms)
{
    double cpu = pty_cpu_ms(p);
    struct answer a = pty_key(p, text, quiet_ms);
    k->cpu_ms += pty_cpu_ms(p) - cpu;
    series_add(&k->ms, a.ms);
    series_add(&k->bytes, (double)a.bytes);
}

static void keys_text(struct keys *k, char out[64])
{
    snprintf(out, 64, "%.2f ms, p99 %.1f (cpu %.2f)", series_at(&k->ms, 0.5),
             series_at(&k->ms, 0.99), k->ms.n > 0 ? k->cpu_ms / (double)k->ms.n : 0.0);
}

/* Two lines of the table: time, and bytes. A shared machine wakes a program late
 * now and then, whatever the program: by how much the floor's slowest hundredth is
 * behind its own median is taken off. */
static void keys_rows(const char *what, struct keys *floor, struct keys *ours, double bytes)
{
    char name[64], f[64], o[64];
    double jitter = series_at(&floor->ms, 0.99) - series_at(&floor->ms, 0.5);
    double p99 = series_at(&ours->ms, 0.99) - jitter, median = series_at(&ours->ms, 0.5);
    keys_text(floor, f);
    keys_text(ours, o);
    snprintf(name, sizeof name, "key: %s", what);
    bench_row(name, f, o, p99 > median ? p99 : median, 5, "ms (p99 less jitter)");
    snprintf(f, sizeof f, "%.0f, most %.0f", series_at(&floor->bytes, 0.5),
             series_max(&floor->bytes));
    snprintf(o, sizeof o, "%.0f, most %.0f", series_at(&ours->bytes, 0.5),
             series_max(&ours->bytes));
    snprintf(name, sizeof name, "bytes: %s", what);
    bench_row(name, f, o, series_max(&ours->bytes), bytes, "bytes");
    series_done(&ours->ms);
    series_done(&ours->bytes);
    series_done(&floor->ms);
    series_done(&floor->bytes);
}

/* What a commit cannot do without: one page written and synced. */
static double sync_ms(int fd)
{
    static const char page[4096];
    double start = bench_clock_ms();
    if (pwrite(fd, page, sizeof page, 0) != (ssize_t)sizeof page || fdatasync(fd) != 0)
        bench_die("writing to the disk: %s", strerror(errno));
    return bench_clock_ms() - start;
}

/* ---- start, login, memory ----------------------------------------------------- */

static void start(const struct bench *b)
{
    const char *ours[] = {b->program, "--dir", b->run, NULL}, *floor[] = {b->floor, NULL};
    struct series ms[2] = {{.n = 0}}, cpu[2] = {{.n = 0}};
    char text[2][64];
    size_t bytes = 0;
    bench_now("start");
    for (int i = 0; i < STARTS; i++)
        for (int k = 0; k < 2; k++) {
            struct answer a;
            struct pty *p = pty_open(k == 0 ? ours : floor, START_QUIET, &a);
            series_add(&cpu[k], pty_cpu_ms(p));
            series_add(&ms[k], a.ms);
            if (k == 0)
                bytes = a.bytes;
            pty_close(p);
        }
    for (int k = 0; k < 2; k++)
        snprintf(text[k], sizeof text[k], "%.1f ms, p50 %.1f (cpu %.1f)",
                 series_at(&ms[k], 0.1), series_at(&ms[k], 0.5), series_at(&cpu[k], 0.5));
    bench_row("start to the login screen", text[1], text[0], series_at(&ms[0], 0.1), 30, "ms");
    snprintf(text[0], sizeof text[0], "%zu", bytes);
    bench_row("bytes: the login screen", "", text[0], (double)bytes, 2500, "bytes");
    for (int k = 0; k < 2; k++) {
        series_done(&ms[k]);
        series_done(&cpu[k]);
    }
}

/* One derivation of the accounts' cost, in a fresh process as a login does it. */
struct derive {
    struct ct_kdf_cost cost;
};

static void derive_begin(void *arg)
{
    (void)arg;
    if (sodium_init() < 0)
        bench_die("libsodium does not start");
}

static void derive_step(void *arg, double *ret_ms)
{
    static const char password[] = "demo walnut lantern 1";
    const struct derive *d = arg;
    unsigned char key[32], salt[crypto_pwhash_SALTBYTES] = {1};
    double start = bench_clock_ms();
    if (crypto_pwhash(key, sizeof key, password, sizeof password - 1, salt, d->cost.ops,
                      (size_t)d->cost.mem_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
        bench_die("no memory for a derivation");
    *ret_ms = bench_clock_ms() - start;
}

static struct ct_kdf_cost cost_of(const struct bench *b)
{
    struct ct_slot *slot = NULL;
    struct ct_error err;
    size_t n = 0;
    if (ct_keyring_list(b->run, NULL, &slot, &n, &err) != CT_OK || n == 0)
        bench_die("%s", err.text);
    struct ct_kdf_cost cost = slot[n - 1].cost;
    free(slot);
    return cost;
}

static struct pty *log_in(const struct bench *b, struct answer *ret)
{
    const struct ct_demo_user *u = &CT_DEMO_USER[CT_DEMO_TECHNICIAN];
    const char *argv[] = {b->program, "--dir", b->run, NULL};
    char line[128];
    struct pty *p = pty_open(argv, START_QUIET, NULL);
    if (!pty_shows(p, "Login"))
        bench_die("no login screen:\n%s", pty_screen(p));
    snprintf(line, sizeof line, "%s\r", u->login);
    pty_key(p, line, SCREEN_QUIET);
    pty_key(p, u->password, SCREEN_QUIET);
    *ret = pty_key(p, "\r", 300);
    if (!pty_shows(p, "NOW"))
        bench_die("no home screen:\n%s", pty_screen(p));
    return p;
}

static void login(const struct bench *b)
{
    struct series ms = {.n = 0}, kdf = {.n = 0};
    struct derive d = {.cost = cost_of(b)};
    const struct bench_job job = {derive_begin, derive_step, &d, NULL};
    char text[64], floor[64];
    bench_now("login");
    for (int i = 0; i < LOGINS; i++) {
        struct answer a;
        struct bench_result r = {.ms = {.n = 0}};
        pty_close(log_in(b, &a));
        series_add(&ms, a.ms);
        bench_turns_after(0, &job, NULL, 1, &r, NULL);
        series_add(&kdf, series_at(&r.ms, 0.5));
        bench_result_done(&r);
    }
    /* by the least disturbed, as the store's lines are */
    double beyond = series_at(&ms, 0.1) - series_at(&kdf, 0.1);
    snprintf(floor, sizeof floor, "Argon2id %.1f ms (%u x %u MiB)", series_at(&kdf, 0.1),
             (unsigned)d.cost.ops, (unsigned)d.cost.mem_kib / 1024);
    snprintf(text, sizeof text, "%.1f ms, p50 %.0f in all", series_at(&ms, 0.1),
             series_at(&ms, 0.5));
    bench_row("login to the home screen, beyond Argon2id", floor, text, beyond, 30, "ms");
    series_done(&ms);
    series_done(&kdf);
}

static void memory(const char *what, const struct pty *floor, const struct pty *p)
{
    char f[64], o[64];
    double kib = pty_pss_kib(p);
    if (kib <= 0) {
        bench_row(what, "", "not shown by this system", 0, 0, "");
        return;
    }
    snprintf(f, sizeof f, "%.1f MiB", pty_pss_kib(floor) / 1024);
    snprintf(o, sizeof o, "%.1f MiB", kib / 1024);
    bench_row(what, f, o, kib / 1024, 8, "MiB");
}

/* ---- keys --------------------------------------------------------------------- */

/* The same typing in the program and in the floor, key by key in turn. */
static void typing(struct pty *p, struct pty *f, const char *letters, const char *undo,
                   int rounds, struct keys *ours, struct keys *floor)
{
    for (int i = 0; i < rounds; i++) {
        for (const char *c = letters; *c != '\0'; c++) {
            char one[2] = {*c, '\0'};
            key(p, ours, one, KEY_QUIET);
            key(f, floor, "a", KEY_QUIET);
            pty_key(f, BACKSPACE, KEY_QUIET);
        }
        pty_key(p, undo, KEY_QUIET);
    }
}

static void moving(struct pty *p, struct pty *f, int down, int rounds, struct keys *ours,
                   struct keys *floor)
{
    for (int i = 0; i < rounds; i++)
        for (int way = 0; way < 2; way++)
            for (int k = 0; k < down; k++) {
                const char *arrow = way == 0 ? DOWN : UP;
                key(p, ours, arrow, KEY_QUIET);
                key(f, floor, (k / 15 + way) % 2 == 0 ? DOWN : UP, KEY_QUIET);
            }
}

struct both {
    struct pty *p, *f; /* the program, the floor */
    int fd;            /* a file on the store's disk */
};
struct way { /* `before` prepares, Esc comes back to where `at` is shown */
    const char *before, *open, *shown, *at;
    bool commits;
};

/* A whole screen of the floor, and the disk's part if there is one. */
static void floor_screen(struct both *t, struct keys *floor, bool commits)
{
    key(t->f, floor, "\r", SCREEN_QUIET);
    if (commits)
        floor->ms.v[floor->ms.n - 1] += sync_ms(t->fd);
    pty_key(t->f, "a" BACKSPACE, KEY_QUIET);
}

/* Open a screen and come back, many times. */
static void screen_rows(struct both *t, const char *what, struct way w, int rounds)
{
    struct keys ours = {.cpu_ms = 0}, floor = {.cpu_ms = 0};
    bench_now(what);
    for (int i = 0; i < rounds; i++) {
        if (w.before != NULL)
            pty_key(t->p, w.before, SCREEN_QUIET);
        key(t->p, &ours, w.open, SCREEN_QUIET);
        if (!pty_shows(t->p, w.shown))
            bench_die("no \"%s\" after a key:\n%s", w.shown, pty_screen(t->p));
        floor_screen(t, &floor, w.commits);
        pty_type(t->p, ESC, w.at);
    }
    keys_rows(what, &floor, &ours, 2500);
}

/* On the home screen, and back on it at the end. */
static void find_keys(struct both *t, int rounds)
{
    struct keys ours = {.cpu_ms = 0}, floor = {.cpu_ms = 0};
    bench_now("keys: find");
    pty_type(t->p, "/", "FIND A PATIENT");
    typing(t->p, t->f, "wint", CLEAR, rounds, &ours, &floor);
    keys_rows("typed in find (the list changes)", &floor, &ours, 2500);
    ours = floor = (struct keys){.cpu_ms = 0};
    pty_type(t->p, CLEAR "wi", "WILLOW");
    bench_now("keys: a list");
    moving(t->p, t->f, 35, rounds / 12, &ours, &floor);
    keys_rows("cursor move in a list, scrolling", &floor, &ours, 200);
    pty_type(t->p, ESC, "NOW");
}

static void vitals_keys(struct both *t, int rounds)
{
    struct keys ours = {.cpu_ms = 0}, floor = {.cpu_ms = 0};
    bench_now("keys: vitals");
    pty_type(t->p, "v", "VITALS");
    typing(t->p, t->f, "1", BACKSPACE, 3 * rounds, &ours, &floor);
    keys_rows("typed in the vitals form", &floor, &ours, 16);
    pty_type(t->p, ESC, "e amend");
}

/* A whole set, digit by digit: a field that is full goes on to the next, and the
 * score of what is there appears. */
static void set_keys(struct both *t, int rounds)
{
    struct keys ours = {.cpu_ms = 0}, floor = {.cpu_ms = 0};
    struct keys save = {.cpu_ms = 0}, floor_save = {.cpu_ms = 0};
    bench_now("keys: a whole set");
    for (int i = 0; i < rounds; i++) {
        char set[32]; /* another each time: the same would be refused as there already */
        snprintf(set, sizeof set, "12%d767%d1697a36%da", i % 10, i / 10 % 10, 5 + i % 4);
        pty_type(t->p, "v", "VITALS");
        for (const char *c = set; *c != '\0'; c++) {
            char one[2] = {*c, '\0'};
            key(t->p, &ours, one, KEY_QUIET);
            key(t->f, &floor, "a", KEY_QUIET);
            pty_key(t->f, BACKSPACE, KEY_QUIET);
        }
        /* a jump from the last set is asked about, once a field */
        for (int k = 0; k < 8 && !pty_shows(t->p, "SAVED"); k++) {
            struct answer a = pty_key(t->p, "\x13", SCREEN_QUIET);
            if (pty_shows(t->p, "SAVED")) {
                series_add(&save.ms, a.ms);
                series_add(&save.bytes, (double)a.bytes);
            } else {
                pty_key(t->p, "\r", SCREEN_QUIET);
            }
        }
        floor_screen(t, &floor_save, true);
        pty_type(t->p, "\r", "e amend");
    }
    keys_rows("of a whole set (next field, score)", &floor, &ours, 200);
    keys_rows("save a set and read it back (commits)", &floor_save, &save, 2500);
}

static void idle(const struct bench *b, struct pty *p)
{
    char what[64], text[64];
    bench_now("idle");
    size_t bytes = pty_idle(p, b->idle_s * 1000);
    snprintf(what, sizeof what, "bytes: idle for %d s on the home screen", b->idle_s);
    snprintf(text, sizeof text, "%zu", bytes);
    bench_row(what, "", text, (double)bytes, -1, "bytes");
}

/* On the screen of somebody whom NEWS2 judges: the set that is typed has its fields. */
static void an_adult(struct pty *p)
{
    for (int down = 1; down < 12; down++) {
        pty_type(p, "/wi", "WILLOW");
        for (int i = 0; i < down; i++)
            pty_key(p, DOWN, KEY_QUIET);
        pty_type(p, "\r", "e amend");
        if (pty_shows(p, " NEWS2 ") && !pty_shows(p, "not applied") && !pty_shows(p, "PEWS"))
            return;
        pty_type(p, ESC, "NOW");
    }
    bench_die("nobody is judged by NEWS2:\n%s", pty_screen(p));
}

void bench_terminal(const struct bench *b)
{
    const char *floor[] = {b->floor, NULL};
    char path[BENCH_PATH];
    struct answer a;
    int rounds = b->full ? 100 : 40;
    bench_fresh(b); /* those who recorded side by side filled the shift a hundredfold */
    bench_path(path, b->run, "synced");
    struct both t = {.fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (t.fd < 0)
        bench_die("%s: %s", path, strerror(errno));
    start(b);
    login(b);
    t.p = log_in(b, &a);
    t.f = pty_open(floor, START_QUIET, NULL);
    memory("memory of a session (Pss), logged in", t.f, t.p);
    find_keys(&t, rounds);
    screen_rows(&t, "new screen, the shift log",
                (struct way){NULL, "l", "SHIFT LOG", "NOW", false}, rounds);
    screen_rows(&t, "new screen, a patient (commits)",
                (struct way){"/wi" DOWN, "\r", "e amend", "NOW", true}, rounds);
    an_adult(t.p);
    screen_rows(&t, "new screen, the trend",
                (struct way){NULL, "t", "other chart", "e amend", false}, rounds);
    screen_rows(&t, "new screen, the vitals form (commits)",
                (struct way){NULL, "v", "VITALS", "e amend", true}, rounds);
    screen_rows(&t, "new screen, help", (struct way){NULL, "?", "Esc", "e amend", false},
                rounds);
    memory("memory of a session (Pss), a patient and the trend seen", t.f, t.p);
    vitals_keys(&t, rounds);
    set_keys(&t, b->full ? 24 : 8);
    pty_type(t.p, ESC, "NOW");
    idle(b, t.p);
    memory("memory of a session (Pss), at the end", t.f, t.p);
    pty_close(t.p);
    pty_close(t.f);
    close(t.fd);
}
