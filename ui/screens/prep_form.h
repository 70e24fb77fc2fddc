/* prep_form - what the files of the checklist's screen share; private to prep*.c.
 *
 * Layer:  ui.
 */
#ifndef CT_UI_PREP_FORM_H
#define CT_UI_PREP_FORM_H

#include "clinic/prep.h"
#include "ui/screens/screens.h"

/* What the open prompt or question is about. */
enum pf_asking {
    PF_NOTHING,
    PF_ANSWER,
    PF_SURE,    /* an unusual answer: asked once more */
    PF_COMMENT,
    PF_SCAN,
    PF_LOGIN,   /* of the second person, or of the supervisor */
    PF_REASON,  /* of an override */
    PF_CLOSE,
    PF_REOPEN,
};
enum { PF_HEADING = 1000 }; /* a row that is the heading of section row - PF_HEADING */

struct prep_form {
    struct ct_ui *ui;
    struct ct_prep_sheet *sheet;
    struct ct_patient p;
    struct ct_table table;
    size_t row[CT_CHECK_ITEMS_MAX + CT_CHECK_SECTIONS_MAX]; /* items and headings */
    size_t n_rows;
    bool open_only;       /* what is answered is hidden */
    /* while something is asked: of which item, as it was seen */
    enum pf_asking asking;
    size_t item;
    int64_t seen;
    struct ct_check_answer pending; /* PF_SURE */
    bool overriding;                /* PF_LOGIN: else confirming */
    size_t confirm[CT_PREP_CONFIRM_MAX];
    size_t n_confirm;
    bool resumed;                   /* a draft of an earlier time stands in the store */
    char login[64];
    char reason[CT_PREP_REASON_BYTES + 8];
    char cell[CT_CHECK_ANSWER_MAX + 64];
};

/* prep.c */
size_t pf_at(const struct prep_form *s, int64_t row); /* the item of a row, or NONE */
size_t pf_item(const struct prep_form *s);            /* the one of the cursor, or NONE */
void pf_rows(struct prep_form *s);                    /* anew; the cursor stays on its item */
void pf_go(struct prep_form *s, size_t item);
void pf_next(struct prep_form *s, size_t item);       /* on to the next after it */
/* What was half typed is given: its draft goes. */
void pf_draft_drop(struct prep_form *s);
/* Somebody answered it since it was seen: said, nothing is written. */
bool pf_changed(struct prep_form *s);

/* prep_draw.c */
extern const struct ct_column PF_COLUMNS[];
extern const size_t PF_COLUMNS_N;
const char *pf_cell(void *arg, int64_t row, int column, enum ct_role_ui *role);
void pf_draw(struct prep_form *s, struct ct_grid *g, struct ct_rect body);

/* prep_keys.c */
enum ct_reaction pf_scan(struct ct_view *v, const struct ct_event *e);
extern const struct ct_command PF_COMMANDS[];
/* The prompt of a half-typed answer or comment, opened again. */
void pf_resume(struct ct_view *v, enum pf_asking what, size_t item, const char *text);
/* The item of the cursor becomes what is asked about, as it is seen now; said if none. */
bool pf_on_item(struct ct_view *v);
/* What a write came to: true when it was kept, else it is said why. */
bool pf_done(struct ct_view *v, enum ct_status st, const struct ct_error *err);
/* Digits: a choice, or the beginning of a figure. */
enum ct_reaction pf_digit(struct ct_view *v, uint32_t key);

/* prep_people.c */
enum ct_reaction pf_second(struct ct_view *v);
enum ct_reaction pf_pass(struct ct_view *v);
enum ct_reaction pf_finish(struct ct_view *v);
enum ct_reaction pf_reopen(struct ct_view *v);
enum ct_reaction pf_in_error(struct ct_view *v);

#endif
