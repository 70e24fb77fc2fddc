/* screens - what the screens hand to each other.
 *
 * Layer:  ui. One file a screen; its argument is named beside it here.
 */
#ifndef CT_UI_SCREENS_H
#define CT_UI_SCREENS_H

#include "ui/tk/screen.h"
#include "ui/tk/table.h"

extern const struct ct_screen ct_screen_login;    /* - */
extern const struct ct_screen ct_screen_locked;   /* - */
extern const struct ct_screen ct_screen_password; /* - : change one's own */
extern const struct ct_screen ct_screen_home;     /* - */
extern const struct ct_screen ct_screen_find;     /* - */
extern const struct ct_screen ct_screen_register; /* int64_t * patient to amend, or NULL */
extern const struct ct_screen ct_screen_patient;  /* int64_t * patient */
extern const struct ct_screen ct_screen_alerts;   /* int64_t * patient */
extern const struct ct_screen ct_screen_vitals;   /* struct ct_vitals_arg * */
extern const struct ct_screen ct_screen_saved;    /* int64_t * set of vitals just recorded */
extern const struct ct_screen ct_screen_trend;    /* int64_t * patient */
extern const struct ct_screen ct_screen_versions; /* int64_t * set of vitals */
extern const struct ct_screen ct_screen_set;      /* int64_t * set of vitals: all of it */
extern const struct ct_screen ct_screen_shift;    /* - */
extern const struct ct_screen ct_screen_evidence; /* struct ct_log_line * */
extern const struct ct_screen ct_screen_users;    /* - */
extern const struct ct_screen ct_screen_user_add; /* - */
extern const struct ct_screen *const ct_screens[]; /* all of them, NULL-ended */

/* Kinds of drafts: "vitals", "patient", and this with the number of the set that
 * is corrected. */
#define CT_DRAFT_CORRECT "correct:"

struct ct_vitals_arg {
    int64_t patient_id;
    int64_t correct_id; /* 0: a new set; else the set to correct */
};

/* ---- what several screens draw or do ------------------------------------ */

/* A chart of NEWS2 reaches this at least: the bands' lines are always in sight. */
enum { CT_NEWS2_AXIS = 8 };
/* "NEWS2 6 MEDIUM" in its band's role. Returns the columns used. */
int ct_draw_score(struct ct_grid *g, int row, int col, const struct ct_vitals *v);
enum ct_role_ui ct_band_role(enum ct_band band);
/* The patient's identity line as the subject of the screen. */
void ct_subject_patient(struct ct_ui *ui, const struct ct_patient *p);
/* "! penicillin (allergy)   ! SpO2 scale 2 ..." in one row; nothing if none. */
void ct_draw_alerts(struct ct_grid *g, int row, int col, int cols, const struct ct_patient *p);
/* A table of sets of vitals, one a row: the columns with the site's units in their
 * titles (which the struct holds), and a cell's text. Another unit is converted;
 * what was typed stands in the versions of a set. `*` marks a corrected one. */
enum { CT_SET_COLUMNS = 21 };
struct ct_set_columns {
    struct ct_column column[CT_SET_COLUMNS];
    char title[CT_SET_COLUMNS][20];
    uint8_t what[CT_SET_COLUMNS];
    size_t n;     /* those of a set of observations, and of what else one of the sets has */
    bool several; /* more scores than NEWS2: each is named */
};
void ct_set_columns(const struct ct_config *c, const struct ct_vitals *set, size_t n,
                    struct ct_set_columns *ret);
const char *ct_set_cell(const struct ct_config *c, const struct ct_set_columns *columns,
                        const struct ct_vitals *v, int column, enum ct_role_ui *role,
                        char cell[64]);
const char *ct_set_card(const struct ct_vitals *v); /* "NEWS2", "PEWS" */
/* What can be done with a set, by the same keys in every list: c, d, i, n. */
enum ct_reaction ct_set_correct(struct ct_ui *ui, const struct ct_vitals *set);
enum ct_reaction ct_set_versions(struct ct_ui *ui, const struct ct_vitals *set);
enum ct_reaction ct_set_full(struct ct_ui *ui, const struct ct_vitals *set);
enum ct_reaction ct_set_notes(struct ct_ui *ui, const struct ct_vitals *set);
bool ct_set_notes_exist(void);
/* Ask why it was entered in error; *ret_id is the set that is asked about, for
 * ct_set_error_done, which marks it and says so. False: it did not. */
enum ct_reaction ct_set_error_ask(struct ct_view *v, const struct ct_vitals *set,
                                  int64_t *ret_id, void (*answered)(struct ct_view *v, int index));
bool ct_set_error_done(struct ct_ui *ui, int64_t id, int index);
/* Sets of a time as a table (CSV) or as a printable page in a file. ask: says that it
 * is not encrypted and asks for a name; given(v, NULL) on Esc. */
struct ct_export_arg {
    bool page;
    struct ct_obs_range range;
};
enum ct_reaction ct_export_ask(struct ct_view *v, const struct ct_export_arg *x,
                               void (*given)(struct ct_view *v, const char *name));
void ct_export_write(struct ct_view *v, const struct ct_export_arg *x, const char *name);
/* "1 h 14 min ago", "in 8 min", "14 min LATE" against now. */
void ct_ago_text(int64_t at_ms, int64_t now_ms, char out[40]);
void ct_due_text(int64_t due_ms, int64_t now_ms, char out[48], bool *ret_late);
/* Text in several rows, broken at blanks. Returns the rows used. */
int ct_draw_wrapped(struct ct_grid *g, struct ct_rect at, enum ct_role_ui role,
                    const char *text);
/* What the first screen after a login is: home, or the change of a password
 * that somebody else set. */
void ct_after_login(struct ct_ui *ui);

#endif
