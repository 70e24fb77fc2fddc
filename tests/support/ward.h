/* ward - a small clinic for tests of what is done with patients: tom (technician)
 * and sue (supervisor) are logged in, each at a handle of their own.
 */
#ifndef CT_TESTS_WARD_H
#define CT_TESTS_WARD_H

#include "clinic/shift.h"
#include "tests/support/recorded.h"

struct ward {
    struct clinic c;          /* c.app: ada, administrator */
    struct ct_app *tom, *sue;
    struct ct_vitals_rules rules;
};

/* The zone is UTC, numbers are NHS numbers, units metric. */
void ward_begin(struct ward *w);
void ward_end(struct ward *w);

/* cmocka fixtures around the two: *state is a struct ward. */
int ward_setup(void **state);
int ward_teardown(void **state);

/* Everything right or the test fails. born "" unknown, else ISO. */
int64_t ward_patient(struct ward *w, const char *family, const char *given, const char *number,
                     const char *born);
void ward_alert(struct ward *w, int64_t patient_id, enum ct_alert_kind kind);
/* "120/80 72 16 98 36.6 A air" as the quick line has it; not recorded. */
struct ct_vitals ward_set(struct ward *w, int64_t patient_id, const char *line,
                          int64_t taken_ms);
/* A reason if it needs one: "unavailable". */
enum ct_why ward_why(struct ward *w, const struct ct_vitals *v);
/* Recorded; a partial one with that reason. */
int64_t ward_record(struct ward *w, int64_t patient_id, const char *line, int64_t taken_ms);

/* Raw SQL past the program, on a connection of its own. */
void ward_raw(struct ward *w, const char *sql);

#define ok(call)                                                                           \
    do {                                                                                   \
        struct ct_error ok_e = {0};                                                        \
        struct ct_error *e = &ok_e;                                                        \
        if ((call) != CT_OK)                                                               \
            fail_msg("%s:%d: %s: %s", __FILE__, __LINE__, ct_status_name(e->status),       \
                     e->text);                                                             \
    } while (0)
/* `call` (which passes e) fails so, at that field, with that in its sentence. */
#define refused(call, want, at, says)                                                      \
    do {                                                                                   \
        struct ct_error no_e = {0};                                                        \
        struct ct_error *e = &no_e;                                                        \
        enum ct_status no_rc = (call);                                                     \
        if (no_rc != (want) || e->status != (want) || strcmp(e->field, (at)) != 0 ||       \
            strstr(e->text, (says)) == NULL)                                               \
            fail_msg("%s:%d: got %s at '%s': %s", __FILE__, __LINE__,                      \
                     ct_status_name(no_rc), e->field, e->text);                            \
    } while (0)

#endif
