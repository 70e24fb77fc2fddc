/* school - tests of training and competency: a third person, kim (technician), at a handle of
 * her own, and what is asked of people. Needs a ward (ward.h). */
#ifndef CT_TESTS_SCHOOL_H
#define CT_TESTS_SCHOOL_H

#include "clinic/training.h"
#include "tests/support/bench_of.h"

#define KIM_PASSWORD "Kim folds 17 copper kites"

struct school {
    struct ward w; /* first: ward's helpers take &s->w */
    struct ct_app *kim;
    uint32_t tom_id, sue_id, kim_id;
};
int school_setup(void **state);
int school_teardown(void **state);

struct ct_subject school_class(const char *id, const char *title);
/* Required by sue, with that level, risk and months (-1 by the risk). */
void school_require(struct school *s, const struct ct_subject *subject, enum ct_level level,
                    enum ct_equip_risk risk, int months);
/* An assessment by app, its password given again; days: so many before today. */
enum ct_status school_assess(struct school *s, struct ct_app *app, const char *password,
                             uint32_t user_id, const struct ct_subject *subject,
                             enum ct_level level, bool passed, int days, struct ct_error *e);
/* Tom is an assessor of it, named by sue today. */
void school_assessor(struct school *s, const struct ct_subject *subject);
/* Where that user stands with a subject, as tom sees it. */
struct ct_comp_now school_stand(struct school *s, uint32_t user_id,
                                const struct ct_subject *subject);

#endif
