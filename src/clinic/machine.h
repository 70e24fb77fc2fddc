/* machine - what a steriliser, washer, bath or reprocessor runs, its tests, and whether it
 * may take a load now.
 *
 * Layer:  clinic. A machine is a device of the registry (equipment.h) that runs at least
 *         one programme (programme.h). Its condition is the registry's; its repairs are
 *         faults (fault.h).
 * Day:    a test that a programme asks for every day and before a load (load_before = no)
 *         must have passed on the civil day of the load, as the last of its kind on that
 *         day: Bowie-Dick or helix on a vacuum machine, and what else its file says.
 * Back:   after a repair, or after a failed test of its own kind, a test that its programme
 *         asks for `after = repair` or `after = failure` must have passed so many times in a
 *         row (`runs`), all of them since then. A failure begins the row anew.
 * Failed: a failed test whose programme says `stops = yes`, and every failed penetration or
 *         leak test, opens a fault and sets the machine apart in the same transaction. An
 *         invalid one (the sheet was lost, the cycle was aborted) counts for nothing.
 * Source: reference of the tests in each programme's file; daily penetration test: 3M
 *         Sterile U; CDC infection control guideline 2008, table 12.
 * Errors: CT_EINVAL with the field, CT_ECONFLICT, CT_ENOTFOUND, and those of ct_record.
 */
#ifndef CT_CLINIC_MACHINE_H
#define CT_CLINIC_MACHINE_H

#include "clinic/cycle.h"
#include "clinic/equipment_gate.h"

enum { CT_MACHINE_REASON_MAX = 200, CT_MACHINE_LOT_MAX = 40, CT_MACHINE_VALUES_MAX = 8 };

/* How a machine's cycles are numbered: where the next number is not the one after, a gap
 * has to be explained (ct_cycle_step). */
enum ct_machine_counter { CT_COUNTER_MACHINE, CT_COUNTER_PROGRAMME, CT_COUNTER_NONE,
                          CT_COUNTERS };
extern const char *const CT_COUNTER_NAME[CT_COUNTERS]; /* "one row for the machine" */

struct ct_machine_programme {
    int64_t id, equipment_id;
    char programme[CT_PROGRAMME_ID_MAX + 1];
    enum ct_machine_counter counter;
    bool ended;
    char reason[CT_MACHINE_REASON_MAX + 1];
    int64_t at_ms;
    uint32_t by_user;
};
/* The machine runs that programme, which loads. Anew after it ended, or with another rule of
 * counting, it needs a reason. CT_EEXISTS: it runs it so. */
CT_NODISCARD enum ct_status ct_machine_programme_add(struct ct_app *app,
                                                     struct ct_machine_programme *m,
                                                     struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_machine_programme_end(struct ct_app *app, int64_t equipment_id,
                                                     const char *programme, const char *reason,
                                                     struct ct_error *reterr);
/* Those that it runs now, by id; one allocation, free(). */
CT_NODISCARD enum ct_status ct_machine_programmes(struct ct_app *app, int64_t equipment_id,
                                                  struct ct_machine_programme **ret,
                                                  size_t *ret_n, struct ct_error *reterr);
/* Without a permission check. CT_EINVAL (programme): the machine does not run it. */
CT_NODISCARD enum ct_status ct_machine_programme_load(struct ct_db *db, int64_t equipment_id,
                                                      const char *programme,
                                                      struct ct_machine_programme *ret,
                                                      struct ct_error *reterr);

/* ---- tests -------------------------------------------------------------------- */

enum ct_machine_test_kind { /* stored */
    CT_MT_PENETRATION,      /* Bowie-Dick or helix */
    CT_MT_LEAK,
    CT_MT_WARM_UP,
    CT_MT_CONTROL,          /* automatic control test */
    CT_MT_VALIDATION,
    CT_MT_BIOLOGICAL,       /* of the machine itself: a spore test without a load */
    CT_MT_CHALLENGE_RETURN, /* empty chamber, before it is used again */
    CT_MT_KINDS
};
extern const char *const CT_MT_NAME[CT_MT_KINDS]; /* "penetration test" */
extern const char *const CT_MT_ID[CT_MT_KINDS];   /* [test.ID] of a programme: "warm-up" */
enum ct_machine_test_result { CT_MT_PASSED, CT_MT_FAILED, CT_MT_INVALID, CT_MT_RESULTS };
extern const char *const CT_MT_RESULT_NAME[CT_MT_RESULTS];
extern const struct ct_field CT_MACHINE_TEST_FIELDS[];
extern const size_t CT_MACHINE_TEST_FIELDS_N;

struct ct_machine_test {
    int64_t id, equipment_id;
    enum ct_machine_test_kind kind;
    enum ct_machine_test_result result;
    char programme[CT_PROGRAMME_ID_MAX + 1]; /* run with; "" none */
    int64_t cycle_number;                    /* CT_UNSET: not counted */
    size_t n_values;
    struct ct_cycle_typed value[CT_MACHINE_VALUES_MAX];
    char lot[CT_MACHINE_LOT_MAX + 1], remark[CT_EQUIP_TEXT_MAX + 1];
    int64_t fault_id;                        /* 0 none */
    int64_t recall_id; /* that it opened or added to, as it is recorded; 0 none. Never read back */
    int64_t done_ms, recorded_ms;            /* done_ms 0: now */
    uint32_t by_user;
    char by[64];
    bool voided;
    char reason[CT_MACHINE_REASON_MAX + 1];  /* why it was entered in error */
    const char *gap;    /* borrowed when recording: why cycle numbers between the last one and
                         * this are missing; never read back, NULL none */
    const char *though; /* borrowed when recording: why without a competency that the programme
                         * asks for (competency.h); never read back, NULL none */
};
/* "T-12 penetration test passed, cycle 1042, lot BD-7" */
void ct_machine_test_text(const struct ct_machine_test *t, char *out, size_t size);
/* CT_EINVAL: no such machine or one that runs nothing; done in the future or before the
 * machine was there; a value without a limit of the programme; "passed" while a value is
 * outside its limit (value); a failed one without a remark; a penetration, biological or
 * return test without the lot of its indicator; a cycle number that another test of this machine
 * bears, or in a gap that was explained; (gap) numbers are missing before it, or it is not after
 * the last one, and t->gap does not say why; competency: it is asked for and t->though has no reason. Tests are run on a machine that is set apart, too: that is how it returns. */
CT_NODISCARD enum ct_status ct_machine_test_record(struct ct_app *app, struct ct_machine_test *t,
                                                   struct ct_error *reterr);
/* Entered in error: it counts for nothing from then on; the fault it opened stays. */
CT_NODISCARD enum ct_status ct_machine_test_void(struct ct_app *app, int64_t id,
                                                 const char *reason, struct ct_error *reterr);
/* Newest first; kind -1: all. One allocation, free(). */
CT_NODISCARD enum ct_status ct_machine_test_list(struct ct_app *app, int64_t equipment_id,
                                                 int kind, size_t limit,
                                                 struct ct_machine_test **ret, size_t *ret_n,
                                                 struct ct_error *reterr);

/* ---- may it take a load ------------------------------------------------------- */

/* CT_OK, or CT_EINVAL (equipment_id, programme) with everything that speaks against it, as
 * things stand at at_ms. What equipment_gate.h asks a reason for stops a load. Only reads. */
CT_NODISCARD enum ct_status ct_machine_ready(struct ct_app *app, int64_t equipment_id,
                                             const char *programme, int64_t at_ms,
                                             struct ct_error *reterr);
/* The same inside the transaction that starts the load. */
CT_NODISCARD enum ct_status ct_machine_ready_in(struct ct_app *app, struct ct_db *db,
                                                int64_t equipment_id, const char *programme,
                                                int64_t at_ms, struct ct_error *reterr);

/* ---- the day's board ---------------------------------------------------------- */

struct ct_machine_due {
    int64_t equipment_id;
    char asset[CT_ASSET_MAX + 1], model[164], location[65];
    enum ct_equip_condition condition;
    bool ready[16];                /* of each programme that takes a load; n_programmes */
    size_t n_programmes;
    char programme[16][CT_PROGRAMME_ID_MAX + 1];
    char missing[301];             /* what is not done yet today, or stands against it; "" nothing */
    int64_t last_cycle;            /* highest number of its tests; CT_UNSET none */
};
/* Every machine that runs a programme, retired ones aside, by asset number. One
 * allocation, free(). */
CT_NODISCARD enum ct_status ct_machine_board(struct ct_app *app, int64_t now_ms,
                                             struct ct_machine_due **ret, size_t *ret_n,
                                             struct ct_error *reterr);

#endif
