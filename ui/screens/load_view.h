/* load_view - what the screens of one load have in common.
 *
 * Layer:  ui.
 */
#ifndef CT_UI_LOAD_VIEW_H
#define CT_UI_LOAD_VIEW_H

#include "clinic/load.h"
#include "ui/screens/sterile.h"

enum { CT_LOAD_TAKERS_MAX = 15, CT_LOAD_MISSING_MAX = 8192 };

struct ct_load_view {
    struct ct_ui *ui;
    struct ct_load l;
    struct ct_programme *p; /* as it was when the load was planned */
    char number[40];
    struct ct_pack *pack;
    struct ct_load_bi *bi;
    struct ct_load_ci *ci;
    size_t n, n_bi, n_ci;
    char missing[CT_LOAD_MISSING_MAX]; /* a sentence a line */
    struct ct_table table;
    char cell[300];
    /* of the question that is open */
    int64_t cycle_number;  /* of the start that lacks the reason for a gap */
    char gap[CT_LOAD_TEXT_MAX + 1];
    struct ct_load_ci c;   /* of a chemical indicator */
    int64_t bi_id;         /* of a biological one */
    enum ct_bi_result test, control;
    int64_t pack_id;       /* the pack that was chosen when the question was asked */
};
/* All of it is read anew. */
CT_NODISCARD enum ct_status ct_load_view_read(struct ct_load_view *s, int64_t id,
                                              struct ct_error *reterr);
/* The same, a failure is said. */
void ct_load_view_refresh(struct ct_view *v);
/* The pack of the line that is marked; NULL none. */
const struct ct_pack *ct_load_view_pack(const struct ct_view *v);
extern const struct ct_command CT_LOAD_COMMANDS[]; /* load_keys.c */
/* A pack is put in by its number. */
enum ct_reaction ct_load_view_put(struct ct_view *v, const char *text);
/* The chemical indicators that the release waits for, one after another (load_ci.c). */
enum ct_reaction ct_load_view_chemical(struct ct_view *v);
enum ct_reaction ct_load_view_biological(struct ct_view *v);

enum ct_role_ui ct_load_role(enum ct_load_state s);
/* The programmes of a machine that take loads. */
CT_NODISCARD enum ct_status ct_load_takers(struct ct_app *app, int64_t equipment_id,
                                           char ret[][CT_PROGRAMME_ID_MAX + 1], size_t *ret_n,
                                           struct ct_error *reterr);

#endif
