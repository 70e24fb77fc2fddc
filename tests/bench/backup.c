/* backup - a backup and a restore of the bench's clinic beside `cp` with a sync. */
#include "tests/bench/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/backup.h"

enum { TURNS = 5, CHUNK = 1 << 16 };

struct work {
    const struct bench *b;
    struct ct_app *app;
    char store[BENCH_PATH], copy[BENCH_PATH], back[BENCH_PATH];
    double begun, copied; /* ms: when pages began, and when the last was written */
};

/* What cp does, and a sync: read and write. */
static void cp_begin(void *arg)
{
    (void)arg;
}

static void cp_step(void *arg, double *ret_ms)
{
    struct work *w = arg;
    static unsigned char buf[CHUNK];
    ssize_t n;
    double t = bench_clock_ms();
    int in = open(w->store, O_RDONLY | O_CLOEXEC);
    int out = open(w->copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (in < 0 || out < 0)
        bench_die("copying: %s", strerror(errno));
    while ((n = read(in, buf, sizeof buf)) > 0)
        if (write(out, buf, (size_t)n) != n)
            bench_die("copying: %s", strerror(errno));
    if (fsync(out) != 0)
        bench_die("copying: %s", strerror(errno));
    close(in);
    close(out);
    *ret_ms = bench_clock_ms() - t;
    unlink(w->copy);
}

static void backup_begin(void *arg)
{
    struct work *w = arg;
    bench_like_the_program();
    w->app = bench_login(w->b, &CT_DEMO_USER[0]);
}

static void make(struct work *w, ct_backup_progress *progress)
{
    struct ct_error err;
    struct ct_backup_report r;
    const struct ct_backup_request req = {
        .path = w->back, .force = true, .progress = progress, .arg = w};
    if (ct_backup_make(w->app, &req, &r, &err) != CT_OK)
        bench_die("backup: %s", err.text);
}

static bool until_chain(enum ct_backup_phase phase, int64_t done, int64_t total, void *arg)
{
    struct work *w = arg;
    (void)total;
    if (phase == CT_BACKUP_COPYING && done <= CT_BACKUP_CHUNK)
        w->begun = bench_clock_ms();
    if (phase == CT_BACKUP_CHAIN)
        w->copied = bench_clock_ms();
    return true;
}

static void backup_step(void *arg, double *ret_ms)
{
    struct work *w = arg;
    double t = bench_clock_ms();
    make(w, NULL);
    *ret_ms = bench_clock_ms() - t;
}

/* The pages alone: read, checked, wrapped, written; no sync, no chain. */
static void pages_step(void *arg, double *ret_ms)
{
    struct work *w = arg;
    make(w, until_chain);
    *ret_ms = w->copied - w->begun;
}

static void row(const char *what, double mb, struct bench_result *floor,
                struct bench_result *figure)
{
    char f[64], g[64];
    double fm = series_at(&floor->ms, 0.5), gm = series_at(&figure->ms, 0.5);
    snprintf(f, sizeof f, "cp + sync %.0f MB/s", mb * 1e3 / fm);
    snprintf(g, sizeof g, "%.0f ms, %.0f MB/s", gm, mb * 1e3 / gm);
    bench_row(what, f, g, gm / fm, 0, "x");
}

void bench_backup(const struct bench *b)
{
    struct work w = {.b = b};
    struct stat st;
    bench_now("backup");
    bench_fresh(b);
    bench_path(w.store, b->run, CT_STORE_FILE);
    snprintf(w.copy, sizeof w.copy, "%.480s.copy", b->run);
    snprintf(w.back, sizeof w.back, "%.480s.ctbak", b->run);
    if (stat(w.store, &st) != 0)
        bench_die("%s: %s", w.store, strerror(errno));
    double mb = (double)st.st_size / 1e6;
    const struct bench_job cp = {cp_begin, cp_step, &w, NULL}, all = {backup_begin, backup_step, &w, NULL},
                           pages = {backup_begin, pages_step, &w, NULL};
    struct bench_result rc = {.ms = {.n = 0}}, ra = rc, rp = rc, rd = rc;
    bench_turns_after(0, &pages, &cp, TURNS, &rp, &rd);
    row("backup: pages alone, no sync", mb, &rd, &rp);
    bench_turns_after(0, &all, &cp, TURNS, &ra, &rc);
    row("backup: all of it: chain, sync, read back", mb, &rc, &ra);
    bench_result_done(&rc);
    bench_result_done(&ra);
    bench_result_done(&rp);
    bench_result_done(&rd);
    unlink(w.back);
}
