/* figures - what a supervisor looks at over weeks: how often sets were on time and whole, how
 * soon somebody came, whether checklists were finished, what failed, when the work is done.
 *
 * Layer:  clinic; reads only. Nothing is kept: each figure is counted from the record as it
 *         stands now, so a set that was corrected counts as it is now, and one that was
 *         entered in error not at all.
 * Period: whole civil weeks, from a Monday on, up to the end of the week of `until`.
 * Counts: of no patient by name; whoever may review shifts may see them all (CT_PERM_REVIEW).
 */
#ifndef CT_CLINIC_FIGURES_H
#define CT_CLINIC_FIGURES_H

#include "base/clock.h"
#include "record/record.h"
#include "store/db.h"

enum ct_figure {
    /* Of the sets that called for a next one in the week: after how many the next was there
     * by then, a refusal included. Left out: where none followed within 48 h (the patient was
     * not followed any more), and continuous monitoring. */
    CT_FIG_ON_TIME,
    /* Of the sets recorded in the week to which a score applies: how many have a whole one. */
    CT_FIG_SCORED,
    /* Of the escalations raised in the week: how many were accepted; the median minutes until
     * then, and until somebody came. */
    CT_FIG_ESCALATION,
    /* Of the checklists begun in the week, those entered in error left out: how many are
     * finished. */
    CT_FIG_CHECKLISTS,
    /* Of the cycles of loads that a machine started in the period and that are over: how many
     * were aborted or failed, a load that was rejected included. */
    CT_FIG_CYCLES,
    /* Of the calibrations and electrical tests of a model done in the period: how many found
     * it out of tolerance (fail or conditional fail, as found). */
    CT_FIG_TOLERANCE,
    /* Sets of vitals taken, and procedures planned to begin, in each hour of the day. */
    CT_FIG_HOURS,
    CT_FIGURES
};

struct ct_figure_def {
    const char *id, *title; /* "on-time", "Sets on time" */
    const char *row, *part, *whole, *more, *more2; /* headings; NULL: there is no such column */
    bool share;             /* part of whole, in per cent; else the sum of both counts */
    bool low_is_good;
    const char *help;       /* what is counted, and what is left out */
};
extern const struct ct_figure_def CT_FIGURE[CT_FIGURES];
/* CT_FIGURES: there is none of that id. */
enum ct_figure ct_figure_find(const char *id);

struct ct_figure_row {
    char label[96];       /* "2026-11-16", "E-1050 Vac 60", "09" */
    int64_t part, whole;
    int64_t more, more2;  /* minutes; CT_UNSET none */
};
enum { CT_FIGURE_WEEKS_MAX = 53, CT_FIGURE_ROWS_MAX = 500 };

/* The weeks up to that of `until`; the rows oldest first, or by name. One allocation, free().
 * CT_EDENIED; CT_EINVAL (weeks): not 1 to CT_FIGURE_WEEKS_MAX. Machines or models beyond
 * CT_FIGURE_ROWS_MAX are left out, those with the fewest. */
CT_NODISCARD enum ct_status ct_figures(struct ct_app *app, enum ct_figure which, ct_date until,
                                       int weeks, struct ct_figure_row **ret, size_t *ret_n,
                                       struct ct_error *reterr);
/* What the row comes to: tenths of a per cent, or a count; CT_UNSET: there is nothing. */
int64_t ct_figure_value(enum ct_figure which, const struct ct_figure_row *r);

enum {
    CT_SQL_FIG_VITALS_AT,
    CT_SQL_FIG_VITALS,
    CT_SQL_FIG_ESCALATIONS,
    CT_SQL_FIG_PREP_AT,
    CT_SQL_FIG_PREPS,
    CT_SQL_FIG_CYCLES,
    CT_SQL_FIG_TOLERANCE,
    CT_SQL_FIG_PROCEDURES,
    CT_FIGURES_SQL_N
};
extern const struct ct_sql ct_figures_sql[CT_FIGURES_SQL_N];

#endif
