/* recall_view - what the files of the screen of one recall share. Internal to
 * ui/screens/recall*.c. */
#ifndef CT_SCREENS_RECALL_VIEW_H
#define CT_SCREENS_RECALL_VIEW_H

#include "ui/screens/recalls.h"

struct recall {
    struct ct_ui *ui;
    struct ct_recall_arg arg;
    struct ct_recall_row r; /* of a recall */
    struct ct_recall_pack *p;
    bool *picked;
    size_t n, n_loads, n_procedures;
    struct ct_table table;
    char cell[600];
    enum ct_recall_disposition d; /* what a prompt is about */
    char text[CT_RECALL_TEXT_MAX + 1];
    int64_t machine_id;  /* whose packs, in other days; 0: of all machines */
    char from[32];       /* the first of two days, as it was typed */
    char asked[160];     /* what the list is of */
};

CT_NODISCARD enum ct_status ct_recall_view_load(struct recall *s, struct ct_error *reterr);
/* ---- recall_ask.c: the list without a recall ------------------------------------- */
/* What was asked for, and how much it is; the rows that it took. */
int ct_recall_view_asked(const struct recall *s, struct ct_grid *g, struct ct_rect r);
/* A period that is refused as too long (as reterr says): its last days instead, which is said. */
enum ct_status ct_recall_view_shorten(struct recall *s, struct ct_error *reterr);
void ct_recall_view_count(struct recall *s); /* after a load */
enum ct_reaction ct_recall_view_dates(struct ct_view *v);
enum ct_reaction ct_recall_view_stop(struct ct_view *v); /* a recall of it, by hand */

#endif
