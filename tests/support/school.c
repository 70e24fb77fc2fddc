/* school - see school.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/school.h"

int school_setup(void **state)
{
    struct school *s = calloc(1, sizeof *s);
    assert_non_null(s);
    ward_begin(&s->w);
    struct ct_secret *p = secret_of(KIM_PASSWORD);
    assert_int_equal(clinic_again(s->w.c.app, ADA_PASSWORD), CT_OK);
    ok(ct_user_add_with(s->w.c.app, "kim", "Kim Demo", CT_TECHNICIAN, p, e));
    ct_secret_free(p);
    s->kim = clinic_app(&s->w.c);
    ok(recorded_login(s->kim, "kim", KIM_PASSWORD, e));
    s->tom_id = ct_app_who(s->w.tom)->user_id;
    s->sue_id = ct_app_who(s->w.sue)->user_id;
    s->kim_id = ct_app_who(s->kim)->user_id;
    *state = s;
    return 0;
}

int school_teardown(void **state)
{
    struct school *s = *state;
    ct_app_freep(&s->kim);
    ward_end(&s->w);
    free(s);
    return 0;
}

struct ct_subject school_class(const char *id, const char *title)
{
    struct ct_subject s = {.kind = CT_SUBJ_CLASS};
    snprintf(s.id, sizeof s.id, "%s", id);
    snprintf(s.title, sizeof s.title, "%s", title);
    return s;
}

void school_require(struct school *s, const struct ct_subject *subject, enum ct_level level,
                    enum ct_equip_risk risk, int months)
{
    struct ct_comp_rule r = {.subject = *subject, .level = level, .risk = risk,
                             .months = months, .source = "policy D-4 (invented)"};
    ok(ct_comp_rule_put(s->w.sue, &r, e));
}

enum ct_status school_assess(struct school *s, struct ct_app *app, const char *password,
                             uint32_t user_id, const struct ct_subject *subject,
                             enum ct_level level, bool passed, int days, struct ct_error *e)
{
    struct ct_competency c = {.user_id = user_id, .subject = *subject, .level = level,
                              .method = CT_METHOD_BY_OBSERVATION, .passed = passed,
                              .score = CT_UNSET, .evidence = "seen three times",
                              .done_day = ct_date_at(s->w.c.now) - days};
    assert_int_equal(clinic_again(app, password), CT_OK);
    return ct_competency_assess(app, &c, e);
}

void school_assessor(struct school *s, const struct ct_subject *subject)
{
    ok(school_assess(s, s->w.sue, SUE_PASSWORD, s->tom_id, subject, CT_LEVEL_ASSESSOR, true, 0,
                     e));
}

struct ct_comp_now school_stand(struct school *s, uint32_t user_id,
                                const struct ct_subject *subject)
{
    struct ct_comp_now *list, ret = {.user_id = 0};
    size_t n;
    ok(ct_comp_subject(s->w.tom, subject, &list, &n, e));
    for (size_t i = 0; i < n; i++)
        if (list[i].user_id == user_id)
            ret = list[i];
    free(list);
    assert_int_equal(ret.user_id, user_id);
    return ret;
}
