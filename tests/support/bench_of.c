/* bench_of - see bench_of.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/bench_of.h"

static int64_t model_of(struct ward *w, const char *class, enum ct_elec_class elec,
                        enum ct_applied_part applied)
{
    struct ct_equip_model m = {.elec_class = elec, .applied = applied};
    snprintf(m.class, sizeof m.class, "%s", class);
    snprintf(m.maker, sizeof m.maker, "Meridian");
    snprintf(m.name, sizeof m.name, "%s %d%d", class, (int)elec, (int)applied);
    enum ct_status rc = ct_model_add(w->tom, &m, NULL);
    assert_true(rc == CT_OK || rc == CT_EEXISTS);
    return m.first_id != 0 ? m.first_id : m.id;
}

static int64_t add(struct ward *w, struct ct_equipment *x, const char *asset)
{
    x->made = x->received = x->warranty = CT_NO_DATE;
    snprintf(x->asset, sizeof x->asset, "%s", asset);
    snprintf(x->serial, sizeof x->serial, "S-%s", asset);
    snprintf(x->location, sizeof x->location, "Workshop");
    ok(ct_equipment_add(w->tom, x, NULL, e));
    return x->id;
}

int64_t bench_device(struct ward *w, const char *asset, const char *class,
                     enum ct_elec_class elec, enum ct_applied_part applied)
{
    struct ct_equipment x = {.model_id = model_of(w, class, elec, applied)};
    return add(w, &x, asset);
}

void bench_certificate(struct ward *w, int64_t id, const char *title, ct_date from,
                       ct_date until)
{
    char sql[600], first[16], last[16];
    snprintf(first, sizeof first, "%d", (int)from);
    snprintf(last, sizeof last, "%d", (int)until);
    snprintf(sql, sizeof sql,
             "INSERT INTO equipment_paper(equipment_id, kind, title, place, issuer, valid_from, "
             "valid_until, at_ms, by_user) VALUES (%lld, 0, '%s', 'shelf 1', 'Metrolab', %s, %s, "
             "1, 2)",
             (long long)id, title, from == CT_NO_DATE ? "NULL" : first,
             until == CT_NO_DATE ? "NULL" : last);
    ward_raw(w, sql);
}

int64_t bench_standard(struct ward *w, const char *asset, const char *of, int from, int until)
{
    struct ct_equipment x = {.model_id = model_of(w, "reference", CT_ELEC_UNSAID,
                                                  CT_APPLIED_UNSAID),
                             .standard = true};
    snprintf(x.standard_of, sizeof x.standard_of, "%s", of);
    int64_t id = add(w, &x, asset);
    ct_date today = ct_date_at(w->c.now);
    char title[60];
    snprintf(title, sizeof title, "Certificate %s-1", asset);
    bench_certificate(w, id, title, today + from, today + until);
    return id;
}

struct ct_calibration *bench_begin(struct ct_app *app, int64_t device, const char *template_id,
                                   const char *reference)
{
    struct ct_calibration *k = NULL;
    ok(ct_calibration_new(app, device, template_id, &k, NULL, e));
    if (reference != NULL)
        ok(ct_calibration_reference(app, k, reference, e));
    return k;
}

void bench_read(const struct ct_calibration *k, enum ct_cal_phase phase, const char *line)
{
    while (*line != '\0') {
        size_t n = strcspn(line, " "), eq = strcspn(line, "=");
        char typed[200];
        size_t at = ct_caltemplate_find(k->t, line, eq);
        assert_true(at != CT_CALT_NONE && eq < n);
        snprintf(typed, sizeof typed, "%.*s", (int)(n - eq - 1), line + eq + 1);
        for (char *c = typed; *c != '\0'; c++)
            *c = *c == '_' ? ' ' : *c;
        ok(ct_calibration_read(k, at, phase, typed, e));
        line += n + (line[n] == ' ');
    }
}

void bench_nibp(const struct ct_calibration *k, enum ct_cal_phase phase, const char *p200)
{
    char line[200];
    snprintf(line, sizeof line, "p0=0 p10=10 p50=50 p100=100 p150=150 p200=%s p250=250", p200);
    bench_read(k, phase, line);
}
