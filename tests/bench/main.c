/* main - the measurements of `make bench`: one table, each figure beside its floor
 * and its budget (docs/performance.md).
 *   bench [lists|devices|loads|scan|bulk|commit|many|verify|backup|terminal]...   no name: all
 * CT_BENCH_FULL=1: the ten-year store and longer runs. CT_BENCH_IDLE=60: a minute
 * of idling. A budget that is missed is told and is no failure. */
#include "tests/bench/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

/* build/VARIANT/tests/bench/bench: the program is two folders up. */
static void find_programs(struct bench *b)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n < 0)
        bench_die("/proc is needed");
    self[n] = '\0';
    const char *dir = dirname(self);
    snprintf(b->floor, sizeof b->floor, "%.480s/floor", dir);
    snprintf(b->program, sizeof b->program, "%.480s/../../clintech", dir);
    if (access(b->program, X_OK) != 0 || access(b->floor, X_OK) != 0)
        bench_die("build it first: make bench");
}

static bool read_stamp(struct bench *b)
{
    char path[BENCH_PATH];
    long long made, sets;
    bench_path(path, b->base, "made");
    FILE *f = fopen(path, "r");
    bool ok = f != NULL && fscanf(f, "%lld %lld %lf", &made, &sets, &b->made_s) == 3;
    if (f != NULL)
        fclose(f);
    if (ok) {
        b->made_ms = made;
        b->sets = sets;
    }
    return ok;
}

/* The clinic is made once by `clintech demo` and kept. */
static void make_clinic(struct bench *b)
{
    const char *argv[] = {b->program,
                          "--dir",
                          b->base,
                          "demo",
                          "--patients",
                          b->full ? "20000" : "2000",
                          "--days",
                          b->full ? "3650" : "60",
                          "--procedures",
                          b->full ? "55" : "20",
                          "--seed",
                          "7",
                          NULL};
    char out[4096], path[BENCH_PATH];
    if (read_stamp(b))
        return;
    bench_remove_dir(b->base);
    bench_now(b->full ? "making a clinic of ten years" : "making a clinic of 60 days");
    b->made_ms = ct_now(&CT_CLOCK_SYSTEM);
    double start = bench_clock_ms();
    long long sets = 0;
    if (bench_run(argv, out, sizeof out) != 0)
        bench_die("no clinic: %s", out);
    b->made_s = (bench_clock_ms() - start) / 1e3;
    for (const char *line = out; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (sscanf(line, "%*d patients, %lld sets", &sets) == 1)
            break;
        if (*line == '\0')
            break;
    }
    b->sets = sets;
    bench_path(path, b->base, "made");
    FILE *f = fopen(path, "w");
    if (f == NULL || fprintf(f, "%lld %lld %f\n", (long long)b->made_ms, sets, b->made_s) < 0 ||
        fclose(f) != 0)
        bench_die("%s: %s", path, strerror(errno));
}

/* One run at a time: they would share the copy, and each other's figures. */
static void alone(void)
{
    int fd = open("build/bench/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0)
        bench_die("another run is going on, or build/bench/lock cannot be taken: %s",
                  strerror(errno));
}

static void prepare(struct bench *b)
{
    char path[BENCH_PATH], here[PATH_MAX];
    struct ct_error err;
    const char *full = getenv("CT_BENCH_FULL"), *idle = getenv("CT_BENCH_IDLE");
    b->full = full != NULL && full[0] != '\0' && strcmp(full, "0") != 0;
    b->idle_s = idle != NULL ? (int)strtol(idle, NULL, 10) : b->full ? 60 : 5;
    if (getcwd(here, sizeof here) == NULL || strlen(here) > BENCH_PATH / 2)
        bench_die("the name of this directory is too long");
    find_programs(b);
    if (mkdir("build/bench", 0700) != 0 && errno != EEXIST)
        bench_die("run it at the top of the tree: build/bench: %s", strerror(errno));
    alone();
    snprintf(b->base, sizeof b->base, "%s/build/bench/%s", here, b->full ? "ten-years" : "small");
    snprintf(b->run, sizeof b->run, "%s/build/bench/run", here);
    make_clinic(b);
    bench_fresh(b);
    bench_path(b->plain, b->run, "plain.db");
    b->behind_ms = ct_now(&CT_CLOCK_SYSTEM) - b->made_ms;
    bench_path(path, b->run, "config.ini");
    if (ct_config_load(path, &b->config, &err) != CT_OK)
        bench_die("%s", err.text);
    b->config.absolute_limit_min = 0;
    if (b->config.timezone[0] != '\0')
        setenv("TZ", b->config.timezone, 1);
    tzset();
    setlocale(LC_CTYPE, "C.UTF-8");
}

static void made_row(const struct bench *b)
{
    char what[64], text[64];
    struct stat st;
    char path[BENCH_PATH];
    bench_path(path, b->run, CT_STORE_FILE);
    if (stat(path, &st) != 0)
        bench_die("%s: %s", path, strerror(errno));
    snprintf(what, sizeof what, "the clinic: %lld sets, store of %.0f MB", (long long)b->sets,
             (double)st.st_size / 1e6);
    snprintf(text, sizeof text, "made in %.0f s, %.0f sets/s", b->made_s,
             (double)b->sets / b->made_s);
    bench_row(what, "", text, 0, 0, "");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(const struct bench *b);
    } SECTIONS[] = {{"lists", bench_lists},   {"devices", bench_devices},
                    {"loads", bench_loads},
                    {"scan", bench_scan},     {"bulk", bench_bulk},
                    {"commit", bench_commit}, {"cipher", bench_cipher},
                    {"many", bench_many},
                    {"verify", bench_verify}, {"backup", bench_backup},
                    {"rekey", bench_rekey},
                    {"terminal", bench_terminal}};
    struct bench b = {.full = false};
    bench_begin();
    prepare(&b);
    made_row(&b);
    for (size_t i = 0; i < CT_LEN(SECTIONS); i++) {
        bool wanted = argc < 2;
        for (int k = 1; k < argc; k++)
            wanted = wanted || strcmp(argv[k], SECTIONS[i].name) == 0;
        if (wanted)
            SECTIONS[i].run(&b);
    }
    bench_remove_dir(b.run);
    bench_table();
    return 0;
}
