/* bench - what the measurements share: the clinic they run on, series of
 * figures, rows of the one table, and workers.
 *
 * A floor is measured in the same run as the figure it stands under, turn by
 * turn, each in a process of its own: what the machine does meanwhile hits both.
 * Anything that does not work ends the run with a sentence on standard error.
 * Every path is under build/bench; what is worked on there is a copy that is
 * removed at the end.
 */
#ifndef CT_TESTS_BENCH_H
#define CT_TESTS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/config.h"
#include "clinic/demo.h"
#include "clinic/shift.h"

enum { BENCH_CACHE_PAGES = 256, BENCH_PATH = 512 }; /* the cache of src/cli/main.c */

struct bench {
    char program[BENCH_PATH], floor[BENCH_PATH]; /* clintech; the floor's screen */
    char base[BENCH_PATH];  /* the clinic as it was generated */
    char run[BENCH_PATH];   /* a copy to work on */
    char plain[BENCH_PATH]; /* the same rows in a plain SQLite file */
    bool full;              /* the ten-year store, and longer runs */
    int idle_s;
    struct ct_config config;
    int64_t made_ms;        /* when the clinic was made: its last entries are of then */
    int64_t behind_ms;      /* how long ago that was when this run began */
    int64_t sets;
    double made_s;          /* how long making it took */
};

void bench_begin(void); /* in the process that prints the table, first */
void bench_die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
/* What is being measured, on standard error. */
void bench_now(const char *what);
double bench_clock_ms(void); /* monotonic */
double bench_cpu_ms(void);   /* of this process */
/* A small generator for who comes next; the same in every run. */
unsigned bench_random(uint64_t *state, unsigned below);

/* ---- series -------------------------------------------------------------- */

struct series {
    double *v;
    size_t n, cap;
};
void series_add(struct series *s, double v);
void series_done(struct series *s);
/* Of the sorted values (sorts in place); 0 when empty. */
double series_at(struct series *s, double part); /* 0.5: the median */
double series_max(struct series *s);

/* ---- the table ----------------------------------------------------------- */

/* value against budget in unit; budget 0: there is none. floor may be "". */
void bench_row(const char *what, const char *floor, const char *figure, double value,
               double budget, const char *unit);
void bench_table(void); /* prints the rows */

/* ---- workers ------------------------------------------------------------- */

/* What is measured, in a process of its own: begin once, then steps. */
struct bench_job {
    void (*begin)(void *arg);
    void (*step)(void *arg, double *ret_ms);
    void *arg;
    void (*before)(void *arg); /* each step, not measured; NULL: nothing */
};
struct bench_result {
    struct series ms, cpu; /* one of each a step */
};
/* n steps; b may be NULL. The two take turns, and turns at being first. */
void bench_turns(const struct bench_job *a, const struct bench_job *b, int n,
                 struct bench_result *ra, struct bench_result *rb);
void bench_result_done(struct bench_result *r);
/* In the middle of many steps one may be left out: begins with `skip` steps that
 * are not counted. */
void bench_turns_after(int skip, const struct bench_job *a, const struct bench_job *b, int n,
                       struct bench_result *ra, struct bench_result *rb);

/* ---- files, programs ----------------------------------------------------- */

void bench_path(char out[BENCH_PATH], const char *dir, const char *name);
void bench_copy_dir(const char *from, const char *to); /* plain files, -shm aside */
void bench_remove_dir(const char *dir);
void bench_fresh(const struct bench *b); /* b->run as b->base is */
/* Run to its end; its output into out. The exit status. */
int bench_run(const char *const *argv, char *out, size_t size);

/* ---- the clinic ---------------------------------------------------------- */

/* As src/cli/main.c begins: hardened, SQLite in locked memory. */
void bench_like_the_program(void);
/* Somebody logged in at b->run; the time is that of b->made_ms. */
struct ct_app *bench_login(const struct bench *b, const struct ct_demo_user *who);
/* Ids of patients with at least `least` sets; free(). */
int64_t *bench_patients(struct ct_app *app, size_t least, size_t want, size_t *ret_n);
/* A plausible set on that patient, taken now. */
void bench_set(struct ct_app *app, int64_t patient_id, uint64_t *random, struct ct_vitals *v);

/* ---- the sections -------------------------------------------------------- */

void bench_scan(const struct bench *b);     /* the store against plain SQLite */
void bench_bulk(const struct bench *b);
void bench_commit(const struct bench *b);
void bench_cipher(const struct bench *b);   /* and against SQLCipher */
void bench_lists(const struct bench *b);    /* what a screen asks the store */
void bench_devices(const struct bench *b);  /* what is due on many devices */
void bench_loads(const struct bench *b);    /* where packs went */
void bench_many(const struct bench *b);     /* sessions side by side */
void bench_terminal(const struct bench *b); /* keys, bytes, start, memory */
void bench_verify(const struct bench *b);
void bench_backup(const struct bench *b); /* beside cp */
void bench_rekey(const struct bench *b);  /* beside writing the same pages */

#endif
