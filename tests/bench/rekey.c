/* rekey - the whole store under a new key, beside reading and writing as many bytes and
 * syncing them as often. */
#include "tests/bench/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/record.h"
#include "record/rekey.h"
#include "store/db.h"

enum { TURNS = 3, PAGE = 4096, WAIT_MS = 20000 };

struct work {
    const struct bench *b;
    struct ct_app *app;
    char store[BENCH_PATH], batch[BENCH_PATH], copy[BENCH_PATH];
};

static void sure(bool done)
{
    if (!done)
        bench_die("rewriting: %s", strerror(errno));
}

static void rewrite_begin(void *arg)
{
    struct work *w = arg;
    static unsigned char buf[1 << 16];
    ssize_t n;
    int in = open(w->store, O_RDONLY | O_CLOEXEC);
    int out = open(w->copy, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    sure(in >= 0 && out >= 0);
    while ((n = read(in, buf, sizeof buf)) > 0)
        sure(write(out, buf, (size_t)n) == n);
    sure(fsync(out) == 0);
    close(in);
    close(out);
}

/* A batch of pages is read, written beside the file and synced, written into its place and
 * synced, and the copy cut to nothing: what keeps each page whole, without any sealing. */
static void rewrite_step(void *arg, double *ret_ms)
{
    struct work *w = arg;
    static unsigned char buf[CT_RESEAL_BATCH * PAGE];
    double t = bench_clock_ms();
    ssize_t n;
    int file = open(w->copy, O_RDWR | O_CLOEXEC);
    int batch = open(w->batch, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    sure(file >= 0 && batch >= 0);
    for (off_t at = 0; (n = pread(file, buf, sizeof buf, at)) > 0; at += n) {
        sure(pwrite(batch, buf, (size_t)n, 0) == n && fsync(batch) == 0);
        sure(pwrite(file, buf, (size_t)n, at) == n && fsync(file) == 0);
        sure(ftruncate(batch, 0) == 0);
    }
    close(file);
    close(batch);
    unlink(w->batch);
    *ret_ms = bench_clock_ms() - t;
}

static void rekey_begin(void *arg)
{
    struct work *w = arg;
    struct ct_error err;
    CT_SECRET *password = NULL;
    const struct ct_demo_user *admin = &CT_DEMO_USER[CT_DEMO_ADMIN];
    bench_like_the_program();
    w->app = bench_login(w->b, admin);
    if (ct_secret_new(CT_SECRET_MAX, &password, &err) != CT_OK)
        bench_die("rekey: %s", err.text);
    ct_secret_add(password, admin->password, strlen(admin->password));
    if (ct_reauthenticate(w->app, password, &err) != CT_OK)
        bench_die("rekey: %s", err.text);
}

static void rekey_step(void *arg, double *ret_ms)
{
    struct work *w = arg;
    struct ct_error err;
    struct ct_rekey_report r;
    double t = bench_clock_ms();
    if (ct_rekey(w->app, WAIT_MS, NULL, NULL, &r, &err) != CT_OK)
        bench_die("rekey: %s", err.text);
    *ret_ms = bench_clock_ms() - t;
}

void bench_rekey(const struct bench *b)
{
    struct work w = {.b = b};
    struct stat st;
    char f[64], g[64];
    bench_now("rekey");
    bench_fresh(b);
    bench_path(w.store, b->run, CT_STORE_FILE);
    snprintf(w.batch, sizeof w.batch, "%.480s.batch", b->run);
    snprintf(w.copy, sizeof w.copy, "%.480s.copy", b->run);
    if (stat(w.store, &st) != 0)
        bench_die("%s: %s", w.store, strerror(errno));
    double pages = (double)st.st_size / PAGE;
    const struct bench_job floor = {rewrite_begin, rewrite_step, &w, NULL},
                           rekey = {rekey_begin, rekey_step, &w, NULL};
    struct bench_result rf = {.ms = {.n = 0}}, rr = rf;
    bench_turns_after(0, &rekey, &floor, TURNS, &rr, &rf);
    double fm = series_at(&rf.ms, 0.5), rm = series_at(&rr.ms, 0.5);
    snprintf(f, sizeof f, "%.0f ms, %.0f pages/s", fm, pages * 1e3 / fm);
    snprintf(g, sizeof g, "%.0f ms, %.0f pages/s", rm, pages * 1e3 / rm);
    bench_row("rekey: every page under a new key", f, g, rm / fm, 0, "x");
    bench_result_done(&rf);
    bench_result_done(&rr);
    unlink(w.copy);
}
