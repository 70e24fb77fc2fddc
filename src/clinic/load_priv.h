/* load_priv - the SQL of the module load and what its files share. Internal to load*.c and
 * recall*.c.
 *
 * Layer:  clinic.
 */
#ifndef CT_CLINIC_LOAD_PRIV_H
#define CT_CLINIC_LOAD_PRIV_H

#include "clinic/load.h"
#include "clinic/sterile_rows.h"

enum {
    CT_SQL_LOAD_INSERT,
    CT_SQL_LOAD_EVENT_INSERT,
    CT_SQL_LOAD_FIND_PUT,
    CT_SQL_LOAD_GET,
    CT_SQL_LOAD_LAST,      /* its last step */
    CT_SQL_LOAD_EVENTS,
    CT_SQL_LOAD_LIST_OPEN,
    CT_SQL_LOAD_LIST_ALL,
    CT_SQL_LOAD_LIST_MACHINE,
    CT_SQL_LOAD_RUNNING,   /* the load that runs in a machine */
    CT_SQL_LOAD_CANONICAL,
    CT_SQL_LOAD_CYCLE_LAST,  /* of loads, the last number by time */
    CT_SQL_LOAD_CYCLE_TEST,  /* of tests */
    CT_SQL_LOAD_CYCLE_BORNE, /* by a load, since a moment */
    CT_SQL_LOAD_CYCLE_TESTED, /* by a test, since a moment */
    CT_SQL_CYCLE_GAP_INSERT,
    CT_SQL_CYCLE_GAPS,
    CT_SQL_LOAD_RECORD_INSERT,
    CT_SQL_LOAD_RECORD_SAME, /* the load that keeps the same bytes */
    CT_SQL_LOAD_RECORDS,
    CT_SQL_LOAD_RECORD_BYTES,
    CT_SQL_LOAD_READING_INSERT,
    CT_SQL_LOAD_VALUE_INSERT,
    CT_SQL_LOAD_READINGS,
    CT_SQL_LOAD_VALUES,
    CT_SQL_LOAD_CI_INSERT,
    CT_SQL_LOAD_CIS,
    CT_SQL_LOAD_BI_INSERT,
    CT_SQL_LOAD_BI_READ_INSERT,
    CT_SQL_LOAD_BIS,
    CT_SQL_LOAD_BI_GET,
    CT_SQL_LOAD_BI_DUE,      /* loads of a machine whose indicator can be read */
    CT_SQL_LOAD_EARLY_INSERT,
    CT_SQL_LOAD_EARLIES,
    CT_SQL_LOAD_EARLIES_OPEN,
    CT_LOAD_SQL_N
};
extern const struct ct_sql ct_load_sql[CT_LOAD_SQL_N];

/* Everything that a load's state rests on. */
struct ct_load_facts {
    struct ct_load l;
    struct ct_programme *p;
    enum ct_load_step step; /* the last one */
    struct ct_pack *pack;
    size_t n_packs;
    struct ct_load_reading *reading; /* without their values */
    size_t n_readings;
    struct ct_load_ci *ci;
    size_t n_cis;
    struct ct_load_bi *bi;
    size_t n_bis;
};
/* No permission is asked. CT_ENOTFOUND. ct_load_facts_free also after an error. */
CT_NODISCARD enum ct_status ct_load_facts(struct ct_app *app, struct ct_db *db, int64_t id,
                                          struct ct_load_facts *ret, struct ct_error *reterr);
void ct_load_facts_free(struct ct_load_facts *f);
#define CT_LOAD_FACTS CT_CLEANUP(ct_load_facts_free) struct ct_load_facts

/* What stands against a release, and the state that follows from it. out may be NULL. */
enum ct_load_state ct_load_judge(const struct ct_load_facts *f, int64_t now_ms,
                                 struct ct_buf *out);
enum ct_load_bi_state ct_load_bi_state(const struct ct_load_facts *f, int64_t *ret_due_ms);
/* What a biological indicator means now. */
enum ct_bi_meaning ct_load_bi_means(const struct ct_load_bi *b, int64_t now_ms,
                                    struct ct_buf *why);
/* Does the programme ask for this indicator with this load? */
bool ct_load_asks(const struct ct_load_facts *f, const struct ct_programme_indicator *i);
const struct ct_programme_indicator *ct_load_indicator(const struct ct_programme *p,
                                                       const char *id);
/* Packs that are still in it, or in its quarantine. */
bool ct_load_holds(const struct ct_pack *p);

/* Is whoever is logged in competent for its programme and its machine? As
 * ct_competency_gate_in; entry->detail is there already. */
CT_NODISCARD enum ct_status ct_load_competent(struct ct_app *app, struct ct_db *db,
                                              const struct ct_load *l, const char *though,
                                              struct ct_entry *entry, struct ct_error *reterr);

/* Derived anew after a write; in its transaction. */
CT_NODISCARD enum ct_status ct_load_derive(struct ct_app *app, struct ct_db *db, int64_t id,
                                           struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_load_event_in(struct ct_app *app, struct ct_db *db, int64_t id,
                                             enum ct_load_step step, int64_t cycle_number,
                                             const char *text, int64_t at_ms,
                                             struct ct_entry *entry, struct ct_error *reterr);
/* Every pack that is still in it takes that step, with the load's reference. */
CT_NODISCARD enum ct_status ct_load_packs_in(struct ct_app *app, struct ct_db *db,
                                             const struct ct_load_facts *f,
                                             enum ct_pack_step step, int64_t at_ms,
                                             const char *text, struct ct_entry *entry,
                                             struct ct_error *reterr);
/* May this cycle bear this number? A gap that is explained is written. entry NULL: asks only. */
CT_NODISCARD enum ct_status ct_cycle_number_in(struct ct_app *app, struct ct_db *db,
                                               const struct ct_machine_programme *m,
                                               const char *asset, int64_t number,
                                               const char *gap, struct ct_entry *entry,
                                               struct ct_error *reterr);
/* The same of a test's cycle, on a machine that has one row of numbers. Several tests may be
 * of one cycle, and one that is entered late has its place before the last one. */
CT_NODISCARD enum ct_status ct_cycle_tested_in(struct ct_app *app, struct ct_db *db,
                                               int64_t equipment_id, const char *asset,
                                               int64_t number, int64_t done_ms, const char *gap,
                                               struct ct_entry *entry, struct ct_error *reterr);

/* load_read.c, without permission; one allocation each. */
CT_NODISCARD enum ct_status ct_load_row(struct ct_app *app, struct ct_db *db, int64_t id,
                                        struct ct_load *ret, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_load_readings_of(struct ct_app *app, struct ct_db *db, int64_t id,
                                                struct ct_load_reading **ret, size_t *ret_n,
                                                struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_load_cis_of(struct ct_app *app, struct ct_db *db, int64_t id,
                                           struct ct_load_ci **ret, size_t *ret_n,
                                           struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_load_bis_of(struct ct_app *app, struct ct_db *db, int64_t id,
                                           struct ct_load_bi **ret, size_t *ret_n,
                                           struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_load_bi_one(struct ct_app *app, struct ct_db *db, int64_t bi_id,
                                           struct ct_load_bi *ret, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_load_programme_of(struct ct_db *db, int64_t id,
                                                 struct ct_programme **ret,
                                                 struct ct_error *reterr);

#endif
