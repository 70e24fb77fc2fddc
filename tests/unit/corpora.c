/* Every fuzz driver (tests/fuzz) on the inputs that are kept for it, and on a fixed number of
 * changes of each: what `make fuzz` found once stays found, without clang.
 * CT_SOAK_S: fifty times as many changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/status.h"

enum { INPUT_MAX = 16384, CHANGES = 12, SOAK = 50, NAME_MAX_BYTES = 512 };

/* The drivers that there are, from the Makefile: F(scan) F(csv) ... */
#define F(name) int fuzz_##name(const uint8_t *data, size_t size);
CT_FUZZERS
#undef F
static const struct driver {
    const char *name;
    int (*run)(const uint8_t *data, size_t size);
} DRIVERS[] = {
#define F(name) {#name, fuzz_##name},
    CT_FUZZERS
#undef F
};

static long changes;
static char running[NAME_MAX_BYTES]; /* said when a driver ends the program */

static uint32_t next(uint32_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 17;
    *x ^= *x << 5;
    return *x;
}

/* One to four of: a bit, a byte, a piece left out, doubled, exchanged or overwritten. */
static size_t changed(unsigned char *p, size_t n, uint32_t *seed)
{
    for (uint32_t k = 1 + next(seed) % 4; k > 0 && n > 0; k--) {
        size_t at = next(seed) % n, len = 1 + next(seed) % 16, to = next(seed) % n;
        len = len < n - at ? len : n - at;
        switch (next(seed) % 6) {
        case 0: p[at] ^= (unsigned char)(1u << next(seed) % 8); break;
        case 1: p[at] = (unsigned char)next(seed); break;
        case 2:
            memmove(p + at, p + at + len, n - at - len);
            n -= len;
            break;
        case 3:
            if (n + len <= INPUT_MAX) {
                memmove(p + at + len, p + at, n - at);
                n += len;
            }
            break;
        case 4: memmove(p + to, p + at, len < n - to ? len : n - to); break;
        default: n = at;
        }
    }
    return n;
}

/* In a buffer of its own length, so that the sanitizers see a step beyond it. */
static void run(const struct driver *d, const unsigned char *p, size_t n)
{
    unsigned char *own = malloc(n > 0 ? n : 1);
    assert_non_null(own);
    memcpy(own, p, n);
    (void)d->run(own, n);
    free(own);
}

static void one_file(const struct driver *d, const char *path, long *inputs)
{
    static unsigned char whole[INPUT_MAX], p[INPUT_MAX];
    FILE *f = fopen(path, "rbe");
    assert_non_null(f);
    const size_t n = fread(whole, 1, sizeof whole, f);
    fclose(f);
    uint32_t seed = (uint32_t)n * 2654435761u + 1;
    snprintf(running, sizeof running, "%s", path);
    run(d, whole, n);
    for (long i = 0; i < changes; i++) {
        snprintf(running, sizeof running, "%s, change %ld", path, i);
        memcpy(p, whole, n);
        run(d, p, changed(p, n, &seed));
    }
    *inputs += 1 + changes;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In the order of their names: the same in each run. */
static void folder(const struct driver *d, const char *path, long *inputs)
{
    char *names[200], file[NAME_MAX_BYTES];
    size_t n = 0;
    DIR *dir = opendir(path);
    if (dir == NULL)
        return;
    for (const struct dirent *e; (e = readdir(dir)) != NULL && n < CT_LEN(names);)
        if (e->d_name[0] != '.')
            names[n++] = strdup(e->d_name);
    closedir(dir);
    qsort(names, n, sizeof names[0], by_name);
    for (size_t i = 0; i < n; i++) {
        struct stat st;
        snprintf(file, sizeof file, "%s/%s", path, names[i]);
        if (stat(file, &st) == 0 && S_ISREG(st.st_mode))
            one_file(d, file, inputs);
        free(names[i]);
    }
}

static void shipped(const struct driver *d, long *inputs)
{
    char line[200], name[40], path[100];
    FILE *f = fopen("tests/fuzz/shipped", "re");
    assert_non_null(f);
    while (fgets(line, sizeof line, f) != NULL)
        if (sscanf(line, "%39s %99s", name, path) == 2 && strcmp(name, d->name) == 0)
            folder(d, path, inputs);
    fclose(f);
}

static void ended(void)
{
    if (running[0] != '\0')
        fprintf(stderr, "the input was %s\n", running);
}

static void on_abort(int signo)
{
    (void)signo;
    ended();
}

static void test_a_driver(void **state)
{
    const struct driver *d = *state;
    char path[NAME_MAX_BYTES];
    long inputs = 0;
    snprintf(path, sizeof path, "tests/fuzz/seed/%s", d->name);
    folder(d, path, &inputs);
    shipped(d, &inputs);
    run(d, (const unsigned char *)"", 0);
    running[0] = '\0';
    print_message("%s: %ld inputs\n", d->name, inputs);
    assert_true(inputs > 0); /* each has something kept for it */
}

int main(void)
{
    static struct CMUnitTest tests[CT_LEN(DRIVERS)];
    for (size_t i = 0; i < CT_LEN(DRIVERS); i++)
        tests[i] = (struct CMUnitTest){.name = DRIVERS[i].name, .test_func = test_a_driver,
                                       .initial_state = (void *)(uintptr_t)&DRIVERS[i]};
    const char *soak = getenv("CT_SOAK_S");
    changes = soak != NULL ? CHANGES * SOAK : CHANGES;
    signal(SIGABRT, on_abort);
    atexit(ended);
    return cmocka_run_group_tests_name("corpora", tests, NULL, NULL);
}
