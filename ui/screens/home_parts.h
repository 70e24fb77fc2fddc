/* home_parts - what the files of the home screen share. Internal to home*.c. */
#ifndef CT_SCREENS_HOME_PARTS_H
#define CT_SCREENS_HOME_PARTS_H

#include "ui/screens/screens.h"

#include "clinic/due_board.h"
#include "clinic/escalation.h"
#include "clinic/prep.h"
#include "ui/screens/proc_act.h"
#include "ui/tk/table.h"

struct home {
    struct ct_ui *ui;
    struct ct_due *due;
    size_t n;
    int64_t now_ms, until_ms;
    size_t late;
    struct ct_table table;
    struct { /* who was opened from here, and how she stood; 0: nobody */
        int64_t patient_id, vitals_id, refused_ms;
    } gone_to;
    struct ct_shift shift;
    struct ct_shift_counts counts;
    size_t active, temporary, disabled; /* users, for an administrator */
    struct ct_head head;
    int64_t esc_open, esc_overdue;
    int64_t glass;      /* openings of restricted records that wait for a review */
    int64_t tasks;      /* overdue on devices */
    int64_t approvals;  /* calibrations that wait for one */
    int64_t lookbacks;  /* not closed */
    int64_t countersigns, own_countersigns; /* of trainees; of one's own */
    int64_t queries;    /* questions on this user's records */
    int64_t ho_mine, ho_take; /* items nobody accepted; handovers of others to be taken */
    int64_t unsigned_n, since_n; /* reviews not signed; signed ones to which something came */
    struct ct_procedure *today; /* all of today's procedures */
    size_t n_today;
    int64_t left;       /* of the days before, not ended */
    struct ct_proc_counts procedures;
    bool clinical;      /* this role reads vitals */
    bool everybody;     /* this role sees everybody's entries */
    bool have_draft;
    char draft_kind[24];
    int64_t draft_patient, draft_ms;
    int64_t prep_id; /* D goes on with this checklist, which was left; 0: with the draft */
    int64_t prep_open;
    char prep_title[CT_CHECK_TITLE_MAX + 1];
    size_t draft_patients; /* of a kept round */
    char draft_name[2 * CT_NAME_BYTES + 3];
    struct ct_quick quick;
    char cell[64];
};

/* One line each; those that return a number drew so many (0: there is nothing to say). */
void ct_home_draft_line(const struct home *s, struct ct_grid *g, int row, int col);
void ct_home_counts_line(const struct home *s, struct ct_grid *g, int row, int col);
int ct_home_escalations_line(const struct home *s, struct ct_grid *g, int row, int col);
int ct_home_glass_line(const struct home *s, struct ct_grid *g, int row, int col);
int ct_home_devices_line(const struct home *s, struct ct_grid *g, int row, int col);
int ct_home_school_line(const struct home *s, struct ct_grid *g, int row, int col);
int ct_home_reviews_line(const struct home *s, struct ct_grid *g, int row, int col);
int ct_home_handover_line(const struct home *s, struct ct_grid *g, int row, int col);

#endif
