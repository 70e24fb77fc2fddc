/* sterile_rows - the SQL of the modules about sterilisation, and what they do for each other
 * inside one transaction. Internal to src/clinic/.
 *
 * Layer:  clinic. The functions named _in are called by another module's write: they ask for
 *         no permission, begin and commit nothing, and add their rows to the entry.
 */
#ifndef CT_CLINIC_STERILE_ROWS_H
#define CT_CLINIC_STERILE_ROWS_H

#include "clinic/equipment_rows.h"
#include "clinic/machine.h"
#include "clinic/set.h"

/* ---- machine*.c -------------------------------------------------------------- */

enum {
    CT_SQL_MACHINE_PROGRAMME_INSERT,
    CT_SQL_MACHINE_PROGRAMME_LAST,
    CT_SQL_MACHINE_PROGRAMMES,
    CT_SQL_MACHINE_TEST_INSERT,
    CT_SQL_MACHINE_TEST_VALUE_INSERT,
    CT_SQL_MACHINE_TEST_GET,
    CT_SQL_MACHINE_TEST_VALUES,
    CT_SQL_MACHINE_TEST_LIST,
    CT_SQL_MACHINE_TEST_LIST_KIND,
    CT_SQL_MACHINE_TEST_ROW,      /* those that count of a kind since a moment, newest first */
    CT_SQL_MACHINE_TEST_FAILED,   /* when it last failed, up to a moment */
    CT_SQL_MACHINE_TEST_CYCLE,    /* the one that bears a cycle number */
    CT_SQL_MACHINE_TEST_CYCLE_MAX,
    CT_SQL_MACHINE_REPAIRED,      /* when a fault of it was last repaired */
    CT_SQL_MACHINE_MOVED,         /* when it was last registered in another place */
    CT_SQL_MACHINE_LIST,
    CT_MACHINE_SQL_N
};
extern const struct ct_sql ct_machine_sql[CT_MACHINE_SQL_N];

/* Of one kind of test of a machine, from since_ms (INT64_MIN: the first) to until_ms: how many
 * of the last 20 passed in a row, the newest first, and the newest one itself. Those that are
 * marked as entered in error, or gave no result, do not count. */
struct ct_machine_row {
    int passed;                        /* in a row */
    enum ct_machine_test_result last;  /* CT_MT_INVALID: there is none */
    ct_date day;                       /* of the last one; CT_NO_DATE none */
};
CT_NODISCARD enum ct_status ct_machine_row(struct ct_db *db, int64_t equipment_id,
                                           enum ct_machine_test_kind kind, int64_t since_ms,
                                           int64_t until_ms, struct ct_machine_row *ret,
                                           struct ct_error *reterr);

/* ---- pack*.c ------------------------------------------------------------------ */

enum {
    CT_SQL_PACK_INSERT,
    CT_SQL_PACK_EVENT_INSERT,
    CT_SQL_PACK_FIND_PUT,
    CT_SQL_PACK_GET,
    CT_SQL_PACK_EVENTS,
    CT_SQL_PACK_LIFTS,   /* the first moment of the recalls of a pack that still stop it */
    CT_SQL_PACK_STOPS,   /* does that recall stop it */
    CT_SQL_PACK_EARLY,   /* the procedure that it was released early for */
    CT_SQL_PACK_OF_LOAD, /* those whose last load it is */
    CT_SQL_PACK_OF_PATIENT, /* those that were used on a patient, with their loads */
    CT_SQL_PACK_TYPED,   /* what was typed as a set in a patient's procedures */
    CT_SQL_PACK_LIST,    /* one for each enum ct_pack_which */
    CT_SQL_PACK_COUNT = CT_SQL_PACK_LIST + CT_PACK_WHICHES, /* the same */
    CT_PACK_SQL_N = CT_SQL_PACK_COUNT + CT_PACK_WHICHES
};
extern const struct ct_sql ct_pack_sql[CT_PACK_SQL_N];

/* What ct_pack_row reads, from column 0; of pack p and pack_find f. */
#define CT_PACK_ROW                                                                         \
    "p.id, p.kind, p.detail_id, p.contents, p.method, p.implant, p.expiry_rule, "          \
    "p.expiry_days, p.replaces_id, p.at_ms, p.by_user, f.set_id, f.step, f.step_ms, "      \
    "f.place, f.load_id, f.released, f.recalled, f.recalled_ms, f.expires_day, f.labels"
enum { CT_PACK_ROW_N = 21 };
void ct_pack_row(struct ct_stmt *st, struct ct_pack *p); /* without the name in `by` */

/* ---- set*.c ------------------------------------------------------------------- */

enum {
    CT_SQL_SET_INSERT,
    CT_SQL_SET_DETAIL_INSERT,
    CT_SQL_SET_LINE_INSERT,
    CT_SQL_SET_FIND_PUT,
    CT_SQL_SET_FIND,     /* its version in force */
    CT_SQL_SET_NAMED,    /* the set that bears a name */
    CT_SQL_SET_DETAIL,
    CT_SQL_SET_LINES,
    CT_SQL_SET_VERSIONS,
    CT_SQL_SET_LIST,
    CT_SQL_SET_DERIVED,
    CT_SQL_SET_PACKED,   /* packs of a set that are not over, oldest first */
    CT_SQL_SET_COUNT_INSERT,
    CT_SQL_SET_COUNT_LINE_INSERT,
    CT_SQL_SET_COUNT_GET,
    CT_SQL_SET_COUNT_LINES,
    CT_SQL_SET_DIFFERENCE_PUT,
    CT_SQL_SET_DIFFERENCE_DELETE,
    CT_SQL_SET_DIFFERENCE_GET,
    CT_SQL_SET_DIFFERENCES,
    CT_SQL_SET_FOLLOW_INSERT,
    CT_SET_SQL_N
};
extern const struct ct_sql ct_set_sql[CT_SET_SQL_N];

/* The pack with its first event; the pack before it gets its step CT_PACK_REPROCESSED. p is
 * checked already; p->id, at_ms, by_user are set. */
CT_NODISCARD enum ct_status ct_pack_write_in(struct ct_app *app, struct ct_db *db,
                                             struct ct_pack *p, struct ct_entry *entry,
                                             struct ct_error *reterr);
/* The id that a code names, 0: it is no number of a pack of this clinic. */
int64_t ct_pack_named(struct ct_app *app, const char *text);
/* Used in a procedure although nothing led there: what a supervisor let pass. */
CT_NODISCARD enum ct_status ct_pack_used_though_in(struct ct_app *app, struct ct_db *db,
                                                   int64_t pack_id, int64_t procedure_id,
                                                   const char *text, struct ct_entry *entry,
                                                   struct ct_error *reterr);
/* The packs whose last load it is, by number, without names; one allocation, free(). */
CT_NODISCARD enum ct_status ct_pack_of_load(struct ct_db *db, int64_t load_id,
                                            struct ct_pack **ret, size_t *ret_n,
                                            struct ct_error *reterr);
/* The number without an app, of a pure function: "PK-12". */
void ct_pack_bare_number(const char *prefix, int64_t id, char out[40]);

#endif
