/* Any bytes as a table of a cycle: refused with a place, or a curve whose samples go on in
 * time and from which everything can be computed. The first byte says in which portions the
 * rest comes, and what is asked for. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/cycle.h"
#include "exchange/cycle_csv.h"
#include "tests/fuzz/fuzz.h"

static void check_hold(const struct ct_curve *c, size_t t, int64_t low, int64_t high)
{
    struct ct_hold h;
    struct ct_curve_phase p[CT_CURVE_PHASES_MAX];
    ct_curve_hold(c, t, low, high, &h);
    if (!h.any)
        return;
    demand(h.from_ms <= h.to_ms && h.from_ms >= c->t_ms[0] && h.to_ms <= c->t_ms[c->n - 1]);
    demand(h.min <= h.max && h.line >= 1);
    size_t n = ct_curve_phases(c, &h, p);
    for (size_t i = 0; i < n; i++)
        demand(p[i].from_ms <= p[i].to_ms);
}

static void check(const struct ct_curve *c)
{
    demand(c->n >= 2 && c->n_temps >= 1);
    for (size_t i = 1; i < c->n; i++)
        demand(c->t_ms[i] > c->t_ms[i - 1] && c->line[i] >= c->line[i - 1]);
    for (size_t t = 0; t < c->n_temps; t++) {
        struct ct_curve_range r;
        struct ct_hold h;
        struct ct_steam_check s;
        ct_curve_range(c, t, &r);
        demand(r.min >= CT_CURVE_TEMP_MIN && r.max <= CT_CURVE_TEMP_MAX && r.min <= r.max);
        double f0 = ct_curve_lethality(c, t, &CT_F0), a0 = ct_curve_lethality(c, t, &CT_A0);
        demand(f0 >= 0 && a0 >= 0 && isfinite(f0) && isfinite(a0));
        double span = (double)(c->t_ms[c->n - 1] - c->t_ms[0]) / 1000;
        demand(f0 <= ct_lethal_rate(&CT_F0, (double)r.max / 1e6) * span * 1.000001);
        check_hold(c, t, r.min, r.max);
        check_hold(c, t, r.max - 3000000, r.max);
        check_hold(c, t, (r.min + r.max) / 2, (r.min + r.max) / 2 + 1);
        ct_curve_hold(c, t, r.min, r.max, &h); /* all of it */
        demand(h.any && h.from_ms == c->t_ms[0] && h.to_ms == c->t_ms[c->n - 1]);
        ct_curve_steam(c, t, h.from_ms, h.to_ms, CT_ATMOSPHERE_KPA, &s);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct portions in = portions_of(data, size);
    in.portion = (size_t)(data[0] & 15) + 1;
    struct ct_cycle_csv job = {.name = "f.csv", .read = portions_take, .read_arg = &in};
    struct ct_error e = {0};
    CT_CURVE *c = NULL;
    enum ct_cycle_time time;
    if ((data[0] & 16) != 0) {
        job.time = "time";
        job.temp[0] = "Temp";
        job.n_temps = 1;
        job.pressure = "p";
    }
    if ((data[0] & 32) != 0) {
        job.from = "10.5";
        job.to = "300";
    }
    enum ct_status st = ct_cycle_csv_read(&job, &c, &time, &e);
    if (st != CT_OK) {
        demand(c == NULL && e.text[0] != '\0' && (st == CT_EINVAL || st == CT_EFOREIGN));
        demand(strncmp(e.text, "f.csv", 5) == 0 || strncmp(e.text, "--", 2) == 0);
        return 0;
    }
    check(c);
    char text[40];
    ct_cycle_time_text(time, c->t_ms[0], text);
    demand(text[0] != '\0');
    return 0;
}
