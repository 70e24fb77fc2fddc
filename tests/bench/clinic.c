/* clinic - see bench.h: logging in to the bench's clinic, and what is done there. */
#include "tests/bench/bench.h"

#include <stdlib.h>
#include <string.h>

#include "clinic/rows.h"

/* The clinic was made some time ago; its day goes on from there. */
static int64_t then(void *arg)
{
    const int64_t *behind_ms = arg;
    return ct_now(&CT_CLOCK_SYSTEM) - *behind_ms;
}

static int64_t monotonic(void *arg)
{
    (void)arg;
    return ct_monotonic(&CT_CLOCK_SYSTEM);
}

void bench_like_the_program(void)
{
    struct ct_error err;
    if (ct_harden(&err) != CT_OK || ct_sqlite_memory(BENCH_CACHE_PAGES, &err) != CT_OK)
        bench_die("%s", err.text);
}

struct ct_app *bench_login(const struct bench *b, const struct ct_demo_user *who)
{
    static int64_t behind_ms; /* the clock's argument outlives the call */
    struct ct_clock clock = {.wall_ms = then, .monotonic_ms = monotonic, .arg = &behind_ms};
    struct ct_error err;
    struct ct_app *app = NULL;
    CT_SECRET *password = NULL;
    behind_ms = b->behind_ms;
    if (ct_secret_new(CT_SECRET_MAX, &password, &err) != CT_OK)
        bench_die("%s", err.text);
    ct_secret_add(password, who->password, strlen(who->password));
    if (ct_app_new(b->run, &b->config, &clock, &app, &err) != CT_OK)
        bench_die("%s", err.text);
    ct_app_set_place(app, "bench", "");
    if (ct_login(app, who->login, password, &err) != CT_OK)
        bench_die("logging in: %s", err.text);
    return app;
}

int64_t *bench_patients(struct ct_app *app, size_t least, size_t want, size_t *ret_n)
{
    struct ct_error err;
    int64_t *id = calloc(want, sizeof *id);
    if (id == NULL)
        bench_die("no memory");
    int64_t most = 0;
    CT_BUF none = {.max = 1 << 16};
    int columns;
    /* ids are 1 to the last without a gap: patients are never removed */
    for (int64_t step = 1 << 24; step > 0; step /= 2)
        if (ct_db_row_canonical(ct_app_db(app), "patient", most + step, 0, &none, &columns,
                                &err) == CT_OK)
            most += step;
    uint64_t random = 5;
    size_t n = 0;
    for (size_t i = 0; i < 40 * want && n < want; i++) {
        struct ct_vitals *v = NULL;
        size_t have = 0;
        int64_t at = 1 + bench_random(&random, (unsigned)most);
        if (ct_vitals_list(app, at, CT_UNSET, least, &v, &have, &err) != CT_OK)
            bench_die("%s", err.text);
        if (have == least)
            id[n++] = at;
        free(v);
    }
    if (n == 0)
        bench_die("no patient has %zu sets", least);
    *ret_n = n;
    return id;
}

void bench_set(struct ct_app *app, int64_t patient_id, uint64_t *random, struct ct_vitals *v)
{
    static const struct {
        enum ct_q q;
        int lo, span;
    } VALUES[] = {{CT_Q_SBP, 105, 40},  {CT_Q_DBP, 60, 25},   {CT_Q_PULSE, 58, 35},
                  {CT_Q_RESP, 12, 8},   {CT_Q_SPO2, 94, 6},   {CT_Q_TEMP, 362, 14},
                  {CT_Q_PAIN, 0, 4},    {CT_Q_DISTRESS, 0, 1}, {CT_Q_CRT, 1, 2}};
    ct_vitals_init(v);
    v->patient_id = patient_id;
    v->taken_ms = ct_app_now(app);
    for (size_t i = 0; i < CT_LEN(VALUES); i++)
        v->v[VALUES[i].q].n = VALUES[i].lo + (int)bench_random(random, (unsigned)VALUES[i].span);
    v->v[CT_Q_O2].n = CT_O2_AIR;
    v->v[CT_Q_ACVPU].n = 0;
}
