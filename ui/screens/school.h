/* school - the screens of training and competency, and what their forms share.
 *
 * Layer:  ui.
 */
#ifndef CT_UI_SCHOOL_H
#define CT_UI_SCHOOL_H

#include "clinic/training.h"
#include "ui/screens/equip_form.h"
#include "ui/tk/table.h"

struct ct_person_arg { /* whose competencies; 0: one's own */
    uint32_t user_id;
};
struct ct_competency_arg {
    uint32_t user_id;
    struct ct_subject subject; /* of the form: id "" none yet */
};
extern const struct ct_screen ct_screen_competencies;     /* struct ct_person_arg *, or NULL */
extern const struct ct_screen ct_screen_competency;       /* struct ct_competency_arg * */
extern const struct ct_screen ct_screen_assess;           /* struct ct_competency_arg * */
extern const struct ct_screen ct_screen_matrix;           /* - */
extern const struct ct_screen ct_screen_requirements;     /* - */
extern const struct ct_screen ct_screen_requirement_form; /* struct ct_subject *, or NULL: a new one */
extern const struct ct_screen ct_screen_device_people;    /* int64_t * device */
extern const struct ct_screen ct_screen_sessions;         /* - */
extern const struct ct_screen ct_screen_session;          /* int64_t * session */
extern const struct ct_screen ct_screen_session_form;     /* - */
extern const struct ct_screen ct_screen_trainees;         /* - */
extern const struct ct_screen ct_screen_trainee_form;     /* struct ct_person_arg * */
extern const struct ct_screen ct_screen_countersigns;     /* struct ct_person_arg *, or NULL: all */
extern const struct ct_screen ct_screen_documents;        /* - */
extern const struct ct_screen ct_screen_document_form;    /* - */

#define CT_DRAFT_ASSESS "assess:"   /* and the number of the person */
#define CT_DRAFT_REQUIRE "require"
#define CT_DRAFT_SESSION "session"
#define CT_DRAFT_TRAINEE "trainee:" /* and the number of the person */
#define CT_DRAFT_DOCUMENT "document"

/* Subjects to pick from in a form: loaded once, since it reads many files. */
struct ct_subject_offers {
    struct ct_subject *s;
    size_t n;
};
void ct_subject_offer(const struct ct_subject_offers *o, struct ct_buf *out);
bool ct_subject_field(const struct ct_equip_form *f, const char *field); /* `only` of a form */
/* What stands in that field, in whole or by the beginnings of its words. */
CT_NODISCARD enum ct_status ct_subject_meant(const struct ct_subject_offers *o,
                                             const struct ct_form *f, const char *field,
                                             struct ct_subject *ret, struct ct_error *reterr);
/* Up to max of "subject", "subject2" ...; empty ones are passed over. */
CT_NODISCARD enum ct_status ct_subjects_meant(const struct ct_subject_offers *o,
                                              const struct ct_form *f, struct ct_subject *ret,
                                              size_t max, size_t *ret_n,
                                              struct ct_error *reterr);

/* A colour for where somebody stands. */
enum ct_role_ui ct_comp_role(const struct ct_comp_now *n);
/* The number of the row that stands there: *(int64_t *)arg of a table's source. */
bool ct_rows_there(void *arg, int64_t first, int n);

#endif
