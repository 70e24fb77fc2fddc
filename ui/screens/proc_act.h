/* proc_act - what can be done with a procedure, by the same keys on the worklist and on
 * the procedure's own screen.
 *
 * Layer:  ui. A screen that offers it has a struct ct_proc_act as the first member of its
 *         state, sets chosen and reload in its open, and lists CT_PROC_ACT_COMMANDS.
 */
#ifndef CT_UI_PROC_ACT_H
#define CT_UI_PROC_ACT_H

#include "clinic/pack.h"
#include "clinic/procedure.h"
#include "ui/screens/screens.h"

/* A pack that the scan refused, and that a supervisor is asked about. */
struct ct_proc_pass {
    int64_t procedure_id;
    struct ct_proc_use use;
    char reason[CT_PACK_REASON_MAX + 1], login[64];
    void (*done)(struct ct_view *v, const struct ct_proc_use *u);
};

struct ct_proc_act {
    const struct ct_procedure *(*chosen)(const struct ct_view *v); /* NULL: none */
    void (*reload)(struct ct_view *v);
    struct ct_procedure p;   /* the one that is asked about, as it was seen */
    enum ct_proc_state to;   /* the step that is asked about */
    int64_t at_ms;           /* CT_UNSET: now */
    char text[CT_PROC_TEXT_MAX + 1]; /* of that step, while a reason is asked */
    struct ct_proc_pass pass;
};
/* Asks a technician for the reason and for a supervisor's login and password, beside the open
 * session (ct_procedure_use_pass). against: what speaks against the pack. done: it was let
 * pass and is recorded. */
void ct_act_pass(struct ct_view *v, int64_t procedure_id, const struct ct_proc_use *u,
                 const char *against, void (*done)(struct ct_view *v, const struct ct_proc_use *u));
enum ct_reaction ct_act_arrived(struct ct_view *v);
enum ct_reaction ct_act_preparing(struct ct_view *v);
enum ct_reaction ct_act_ready(struct ct_view *v);
enum ct_reaction ct_act_start(struct ct_view *v);
enum ct_reaction ct_act_done(struct ct_view *v);
enum ct_reaction ct_act_cancel(struct ct_view *v);
enum ct_reaction ct_act_no_show(struct ct_view *v);
enum ct_reaction ct_act_back(struct ct_view *v);
enum ct_reaction ct_act_earlier(struct ct_view *v);
enum ct_reaction ct_act_mine(struct ct_view *v);
enum ct_reaction ct_act_give(struct ct_view *v);
enum ct_reaction ct_act_move(struct ct_view *v);
enum ct_reaction ct_act_amend(struct ct_view *v);
enum ct_reaction ct_act_consent(struct ct_view *v); /* of an own row: it has a label there */
bool ct_act_open(const struct ct_view *v);  /* one is chosen that has not ended */
bool ct_act_any(const struct ct_view *v);   /* one is chosen */

/* Rows of a table of commands; `s` is the screen's name in their ids. */
#define CT_PROC_ACT_COMMANDS(s)                                                             \
    {.id = s ".arrived", .keys = "a", .label = "arrived", .perm = CT_PERM_PROCEDURE_WRITE,  \
     .help = "The patient has arrived.", .run = ct_act_arrived, .shown = ct_act_open},      \
    {.id = s ".preparing", .keys = "p", .label = "preparing",                               \
     .perm = CT_PERM_PROCEDURE_WRITE, .help = "The patient is being prepared.",             \
     .run = ct_act_preparing, .shown = ct_act_open},                                        \
    {.id = s ".ready", .keys = "r", .label = "ready", .perm = CT_PERM_PROCEDURE_WRITE,      \
     .help = "The patient is ready.", .run = ct_act_ready, .shown = ct_act_open},           \
    {.id = s ".start", .keys = "s", .label = "start", .perm = CT_PERM_PROCEDURE_WRITE,      \
     .help = "It begins. Before \"ready\" a reason is asked.", .run = ct_act_start,         \
     .shown = ct_act_open},                                                                 \
    {.id = s ".done", .keys = "d", .label = "done", .perm = CT_PERM_PROCEDURE_WRITE,        \
     .help = "It is finished; the outcome is asked, Enter alone leaves it empty.",          \
     .run = ct_act_done, .shown = ct_act_open},                                             \
    {.id = s ".cancel", .keys = "x", .label = "cancel", .perm = CT_PERM_PROCEDURE_WRITE,    \
     .help = "It is not done, or was stopped; a reason is asked.", .run = ct_act_cancel,    \
     .shown = ct_act_open},                                                                 \
    {.id = s ".no_show", .keys = "N", .perm = CT_PERM_PROCEDURE_WRITE,                      \
     .help = "The patient did not attend; a reason is asked.", .run = ct_act_no_show,       \
     .shown = ct_act_open},                                                                 \
    {.id = s ".back", .keys = "Z", .perm = CT_PERM_PROCEDURE_WRITE,                         \
     .help = "One step back, or open again what has ended (a supervisor); a reason is asked.", \
     .run = ct_act_back, .shown = ct_act_any},                                              \
    {.id = s ".earlier", .keys = "@", .perm = CT_PERM_PROCEDURE_WRITE,                      \
     .help = "A step that happened earlier: arrived 8:40, done -10.",                       \
     .run = ct_act_earlier, .shown = ct_act_open},                                          \
    {.id = s ".mine", .keys = "i", .label = "mine", .perm = CT_PERM_PROCEDURE_WRITE,        \
     .help = "I do it: assign it to me, or take it over.", .run = ct_act_mine,              \
     .shown = ct_act_open},                                                                 \
    {.id = s ".give", .keys = "g", .label = "give", .perm = CT_PERM_PROCEDURE_WRITE,        \
     .help = "Assign it to somebody of the list of users.", .run = ct_act_give,             \
     .shown = ct_act_open},                                                                 \
    {.id = s ".move", .keys = "t", .label = "move", .perm = CT_PERM_PROCEDURE_WRITE,        \
     .help = "Move it to another time or room; a reason is asked.", .run = ct_act_move,     \
     .shown = ct_act_open},                                                                 \
    {.id = s ".amend", .keys = "e", .label = "amend", .perm = CT_PERM_PROCEDURE_WRITE,      \
     .help = "Amend what is planned, in a form.", .run = ct_act_amend, .shown = ct_act_any}

/* "preparing", "scheduled LATE", "CONSENT WITHDRAWN", in `role` when it deserves one. */
const char *ct_proc_state_cell(const struct ct_procedure *p, int64_t now_ms,
                               enum ct_role_ui *role, char cell[32]);
/* "me", a name, or "-". */
const char *ct_proc_who(struct ct_ui *ui, const struct ct_procedure *p);
/* "ECG 12-lead, left wrist" */
void ct_proc_what(const struct ct_procedure *p, char *out, size_t size);
/* The civil day of `now_ms`, `days` on: [from, before). */
void ct_proc_day(int64_t now_ms, int days, int64_t *from_ms, int64_t *before_ms);

struct ct_proc_counts {
    size_t n, done, mine; /* those that are to be done or were; mine that are still to do */
    size_t cancelled, missed, late;
};
void ct_proc_count(const struct ct_procedure *p, size_t n, uint32_t me, int64_t now_ms,
                   struct ct_proc_counts *ret);
/* "6 of 14 done, mine 3" */
void ct_proc_counts_text(const struct ct_proc_counts *c, char out[96]);

#endif
