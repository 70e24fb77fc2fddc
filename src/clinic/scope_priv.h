/* scope_priv - the SQL of the module scope, what its files share, and what it says to
 * equipment_gate.c. Internal to src/clinic/.
 *
 * Layer:  clinic.
 */
#ifndef CT_CLINIC_SCOPE_PRIV_H
#define CT_CLINIC_SCOPE_PRIV_H

#include "clinic/bath_priv.h"
#include "clinic/scope.h"

enum {
    CT_SQL_SCOPE_INSERT,
    CT_SQL_SCOPE_STEP_INSERT,
    CT_SQL_SCOPE_END_INSERT,
    CT_SQL_SCOPE_FIND_PUT,
    CT_SQL_SCOPE_GET,
    CT_SQL_SCOPE_STEPS,
    CT_SQL_SCOPE_LAST,     /* the last record of an endoscope that counts */
    CT_SQL_SCOPE_BEFORE,   /* the one before a record that counts */
    CT_SQL_SCOPE_AT,       /* the last that counts, of a moment */
    CT_SQL_SCOPE_CAME,     /* the last one that was complete before a moment */
    CT_SQL_SCOPE_SINCE,    /* the procedure that named it last within a time */
    CT_SQL_SCOPE_SOAK,     /* its last soak that no step rests on */
    CT_SQL_SCOPE_BEGAN,    /* did a procedure begin, and when was it over */
    CT_SQL_SCOPE_CYCLE,    /* what else bears that cycle number of a machine */
    CT_SQL_SCOPE_LIST,
    CT_SQL_SCOPE_ONE,
    CT_SQL_SCOPE_PAST,
    CT_SCOPE_SQL_N
};
extern const struct ct_sql ct_scope_sql[CT_SCOPE_SQL_N];

/* scope_find of a record. */
struct ct_scope_find {
    int64_t record_id, equipment_id, from_ms;
    enum ct_scope_is is;
    int step;
    int64_t step_ms, until_ms; /* CT_UNSET none */
};
CT_NODISCARD enum ct_status ct_scope_find_put(struct ct_db *db, const struct ct_scope_find *f,
                                              struct ct_error *reterr);
/* Without a permission check and without names. CT_ENOTFOUND. p: the programme as it was
 * when the record was begun (ct_programme_free); NULL: it is not wanted. */
CT_NODISCARD enum ct_status ct_scope_load(struct ct_db *db, int64_t id,
                                          struct ct_scope_record *ret, struct ct_programme **p,
                                          struct ct_error *reterr);
/* The names of people; the patient's where that record is open to this user. */
CT_NODISCARD enum ct_status ct_scope_names(struct ct_app *app, struct ct_scope_record *r,
                                           struct ct_error *reterr);
/* The last record of an endoscope, those in error aside; record_id 0: there is none. */
CT_NODISCARD enum ct_status ct_scope_last(struct ct_db *db, int64_t equipment_id,
                                          struct ct_scope_find *ret, struct ct_error *reterr);
/* The longest from use to cleaning, by the programme: CT_UNSET when it is not filled in. */
int64_t ct_scope_delay_most(const struct ct_programme *p);

/* Times that are typed bear no seconds: within the minute of what went before is not before
 * it. CT_UNSET: nothing went before. */
static inline bool ct_scope_is_before(int64_t at_ms, int64_t bound_ms)
{
    return bound_ms != CT_UNSET && at_ms < bound_ms - bound_ms % CT_MINUTE_MS;
}
/* Of the next step of r, disinfection: s->bath_id or machine is judged and completed; of one
 * that failed as much of it as is known. */
CT_NODISCARD enum ct_status ct_scope_disinfection(struct ct_app *app,
                                                  const struct ct_scope_record *r,
                                                  struct ct_scope_step *s,
                                                  struct ct_error *reterr);
/* The last soak of an endoscope on which no step rests yet; id 0: there is none. */
CT_NODISCARD enum ct_status ct_scope_soak(struct ct_db *db, const char *asset,
                                          struct ct_bath_soak *ret, bool *ret_bath_over,
                                          struct ct_error *reterr);

/* The procedure that named the endoscope last since the record f began (record_id 0: ever)
 * and before at_ms, the record's own left out; *ret_id 0: there is none. One that was called
 * off before it began does not count. */
CT_NODISCARD enum ct_status ct_scope_used_since(struct ct_db *db, int64_t equipment_id,
                                                const struct ct_scope_find *f, int64_t at_ms,
                                                int64_t *ret_id, int64_t *ret_ms,
                                                struct ct_error *reterr);
/* What speaks against using it then: into an empty *out; nothing when it is ready. *ret_note:
 * what was said asks for no reason. */
CT_NODISCARD enum ct_status ct_scope_says_in(struct ct_db *db, int64_t equipment_id,
                                             int64_t at_ms, struct ct_buf *out, bool *ret_note,
                                             struct ct_error *reterr);

#endif
