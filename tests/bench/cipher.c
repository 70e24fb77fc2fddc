/* cipher - plain SQLite, the sealed store and SQLCipher side by side, turn by turn: the same
 * rows in the same tables, each engine in a program of its own (engine.c). */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PLAIN, SEALED, SQLCIPHER, ENGINES };
enum { SCAN, BULK, COMMIT, COMMIT_P50, LINES };

static const char *const NAME[ENGINES] = {"plain", "sealed", "sqlcipher"};

/* False: it is not there. */
static bool one(const struct bench *b, int engine, struct series s[LINES])
{
    char program[BENCH_PATH], store[BENCH_PATH], out[200];
    double v[LINES];
    snprintf(program, sizeof program, "%.*s/%s", (int)(strrchr(b->floor, '/') - b->floor), b->floor,
             engine == SQLCIPHER ? "engine-sqlcipher" : "engine");
    if (access(program, X_OK) != 0)
        return false;
    bench_path(store, b->run, "engine.db");
    const char *const argv[] = {program, NAME[engine], store, NULL};
    if (bench_run(argv, out, sizeof out) != 0 ||
        sscanf(out, "%lf %lf %lf %lf", &v[0], &v[1], &v[2], &v[3]) != LINES)
        bench_die("%s: %s", NAME[engine], out);
    for (int i = 0; i < LINES; i++)
        series_add(&s[i], v[i]);
    return true;
}

/* The least disturbed turn; for commits the tenth of each turn is in the figure already. */
static double least(struct series *s)
{
    return series_at(s, 0);
}

void bench_cipher(const struct bench *b)
{
    static const struct {
        const char *what;
        double of_plain;
    } ROW[] = {{"SQLCipher 3.4.1: cold scan", 2}, {"SQLCipher 3.4.1: bulk write", 1.7},
               {"SQLCipher 3.4.1: a commit", 1.2}};
    struct series s[ENGINES][LINES] = {{{.n = 0}}};
    bool there[ENGINES];
    bench_now("plain SQLite, the sealed store, SQLCipher");
    for (int turn = 0; turn < (b->full ? 9 : 5); turn++)
        for (int i = 0; i < ENGINES; i++) {
            int engine = (turn + i) % ENGINES; /* turns at being first */
            there[engine] = one(b, engine, s[engine]);
        }
    for (int i = 0; i < (int)CT_LEN(ROW); i++) {
        char what[80], floor[100], figure[64];
        double plain = least(&s[PLAIN][i]), sealed = least(&s[SEALED][i]);
        int digits = i == COMMIT ? 3 : 0;
        snprintf(figure, sizeof figure, "%.*f ms", digits, sealed);
        if (there[SQLCIPHER])
            snprintf(floor, sizeof floor, "%.*f ms", digits, least(&s[SQLCIPHER][i]));
        bench_row(ROW[i].what, there[SQLCIPHER] ? floor : "not installed", figure,
                  there[SQLCIPHER] ? sealed / least(&s[SQLCIPHER][i]) : 0, there[SQLCIPHER] ? 1 : 0,
                  "x");
        snprintf(what, sizeof what, "... the same tables, against plain SQLite");
        snprintf(floor, sizeof floor, "%.*f ms", digits, plain);
        bench_row(what, floor, figure, sealed / plain, ROW[i].of_plain, "x");
    }
    for (int e = 0; e < ENGINES; e++)
        for (int i = 0; i < LINES; i++)
            series_done(&s[e][i]);
}
