/* ward - see ward.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/support/ward.h"

void ward_begin(struct ward *w)
{
    setenv("TZ", "UTC", 1);
    tzset();
    setlocale(LC_CTYPE, "C.UTF-8");
    *w = (struct ward){.tom = NULL};
    clinic_staff(&w->c);
    struct ct_config set;
    ct_config_default(&set);
    set.absolute_limit_min = 0;
    set.kdf_ops = w->c.config.kdf_ops;
    set.kdf_mem_mib = w->c.config.kdf_mem_mib;
    snprintf(set.identifier_check, sizeof set.identifier_check, "nhs");
    snprintf(set.identifier_label, sizeof set.identifier_label, "NHS");
    w->c.config = set;
    ok(ct_vitals_rules_load(&w->c.config, &w->rules, e));
    w->tom = clinic_app(&w->c);
    w->sue = clinic_app(&w->c);
    ok(recorded_login(w->tom, "tom", TOM_PASSWORD, e));
    ok(recorded_login(w->sue, "sue", SUE_PASSWORD, e));
}

void ward_end(struct ward *w)
{
    ct_vitals_rules_done(&w->rules);
    ct_app_freep(&w->tom);
    ct_app_freep(&w->sue);
    clinic_end(&w->c);
}

int ward_setup(void **state)
{
    struct ward *w = calloc(1, sizeof *w);
    assert_non_null(w);
    ward_begin(w);
    *state = w;
    return 0;
}

int ward_teardown(void **state)
{
    struct ward *w = *state;
    ward_end(w);
    free(w);
    return 0;
}

static ct_date iso(const char *s)
{
    int y, m, d;
    if (s[0] == '\0')
        return CT_NO_DATE;
    assert_int_equal(sscanf(s, "%d-%d-%d", &y, &m, &d), 3);
    return ct_date_make(y, m, d);
}

int64_t ward_patient(struct ward *w, const char *family, const char *given, const char *number,
                     const char *born)
{
    struct ct_patient p = {.born = iso(born)};
    snprintf(p.family, sizeof p.family, "%s", family);
    snprintf(p.given, sizeof p.given, "%s", given);
    snprintf(p.number, sizeof p.number, "%s", number);
    ok(ct_patient_register(w->tom, &p, e));
    return p.id;
}

void ward_alert(struct ward *w, int64_t patient_id, enum ct_alert_kind kind)
{
    struct ct_alert a = {.kind = kind, .text = "said by a test", .prescriber = "Dr Demo"};
    ok(ct_patient_alert_set(w->tom, patient_id, &a, e));
}

struct ct_vitals ward_set(struct ward *w, int64_t patient_id, const char *line,
                          int64_t taken_ms)
{
    struct ct_vitals v;
    size_t at;
    ct_vitals_init(&v);
    ok(ct_quick_parse(line, &w->c.config, &w->rules.limits, &v, &at, e));
    v.patient_id = patient_id;
    v.taken_ms = taken_ms;
    return v;
}

enum ct_why ward_why(struct ward *w, const struct ct_vitals *v)
{
    struct ct_patient p;
    struct ct_vitals judged = *v;
    struct ct_assessment a;
    ok(ct_patient_get(w->tom, v->patient_id, &p, e));
    ct_vitals_assess(&w->rules, &p, &judged, &a);
    return ct_vitals_needs_why(v, &a) ? CT_WHY_UNAVAILABLE : CT_WHY_NONE;
}

int64_t ward_record(struct ward *w, int64_t patient_id, const char *line, int64_t taken_ms)
{
    struct ct_vitals v = ward_set(w, patient_id, line, taken_ms);
    v.partial = ward_why(w, &v);
    ok(ct_vitals_record(w->tom, &w->rules, &v, e));
    return v.id;
}

void ward_raw(struct ward *w, const char *sql)
{
    struct raw r;
    raw_open(&r, &w->c, ct_app_keys(w->tom));
    raw_exec(&r, sql);
    raw_close(&r);
}
