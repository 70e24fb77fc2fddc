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
extern const struct ct_screen ct_screen_tap;      /* struct ct_tap_arg * */
extern const struct ct_screen ct_screen_saved;    /* int64_t * set of vitals just recorded */
extern const struct ct_screen ct_screen_trend;    /* int64_t * patient */
extern const struct ct_screen ct_screen_versions; /* int64_t * set of vitals */
extern const struct ct_screen ct_screen_escalations; /* int64_t * patient, or NULL */
extern const struct ct_screen ct_screen_escalation;  /* int64_t * escalation */
extern const struct ct_screen ct_screen_notes;    /* int64_t * set of vitals */
extern const struct ct_screen ct_screen_note;     /* struct ct_note_arg * */
extern const struct ct_screen ct_screen_shift;    /* - */
extern const struct ct_screen ct_screen_evidence; /* struct ct_log_line * */
extern const struct ct_screen ct_screen_users;    /* - */
extern const struct ct_screen ct_screen_user_add; /* - */
extern const struct ct_screen *const ct_screens[]; /* all of them, NULL-ended */

/* Kinds of drafts: "vitals", "patient", and this with the number of the set that
 * is corrected. */
#define CT_DRAFT_CORRECT "correct:"
#define CT_DRAFT_NOTE "note:" /* and the number of the set it is on */

struct ct_interpretation;
struct ct_note_arg {
    int64_t vitals_id;
    const struct ct_interpretation *replaces; /* NULL: a new note */
};

struct ct_vitals_arg {
    int64_t patient_id;
    int64_t correct_id; /* 0: a new set; else the set to correct */
};

/* Counting a rate by tapping: what it gives is written to *ret (the view's below,
 * which takes it in its refresh), and nothing when it is left. */
struct ct_tap_result {
    bool given;
    int rate;                      /* a minute */
    bool with_rhythm, irregular;
};
struct ct_tap_arg {
    enum ct_q q;                   /* CT_Q_PULSE or CT_Q_RESP */
    const struct ct_patient *patient; /* borrowed during the call */
    struct ct_tap_result *ret;
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
enum { CT_SET_COLUMNS = 13 };
struct ct_set_columns {
    struct ct_column column[CT_SET_COLUMNS];
    char title[CT_SET_COLUMNS][20];
};
void ct_set_columns(const struct ct_config *c, struct ct_set_columns *ret);
const char *ct_set_cell(const struct ct_config *c, const struct ct_vitals *v, int column,
                        enum ct_role_ui *role, char cell[64]);
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
