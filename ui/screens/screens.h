/* screens - what the screens hand to each other.
 *
 * Layer:  ui. One file a screen; its argument is named beside it here.
 */
#ifndef CT_UI_SCREENS_H
#define CT_UI_SCREENS_H

#include "clinic/consent.h"
#include "clinic/fault.h"
#include "ui/tk/chart.h"
#include "ui/tk/screen.h"
#include "ui/tk/table.h"

extern const struct ct_screen ct_screen_login;    /* - */
extern const struct ct_screen ct_screen_locked;   /* - */
extern const struct ct_screen ct_screen_password; /* - : change one's own */
extern const struct ct_screen ct_screen_home;     /* - */
extern const struct ct_screen ct_screen_find;     /* struct ct_find_arg *, or NULL: opens the record */
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
extern const struct ct_screen ct_screen_board;    /* - */
extern const struct ct_screen ct_screen_round;    /* struct ct_round_arg *, or NULL: who is due soon */
extern const struct ct_screen ct_screen_set;      /* int64_t * set of vitals: all of it */
extern const struct ct_screen ct_screen_worklist;  /* - */
extern const struct ct_screen ct_screen_procedure; /* int64_t * procedure */
extern const struct ct_screen ct_screen_plan;      /* struct ct_plan_arg * */
extern const struct ct_screen ct_screen_give;      /* struct ct_procedure * as it was seen */
extern const struct ct_screen ct_screen_shift;    /* - */
extern const struct ct_screen ct_screen_evidence; /* struct ct_log_line * */
extern const struct ct_screen ct_screen_users;    /* - */
extern const struct ct_screen ct_screen_user_add; /* - */
extern const struct ct_screen ct_screen_restricted;   /* struct ct_restricted_arg * */
extern const struct ct_screen ct_screen_confidential; /* int64_t * patient */
extern const struct ct_screen ct_screen_share;        /* int64_t * patient */
extern const struct ct_screen ct_screen_looked;       /* struct ct_looked_arg * */
extern const struct ct_screen ct_screen_access;       /* - */
extern const struct ct_screen ct_screen_access_review; /* int64_t * opening */
extern const struct ct_screen ct_screen_staff_hints;  /* - */
extern const struct ct_screen ct_screen_consent;  /* int64_t * procedure */
extern const struct ct_screen ct_screen_explain;  /* struct ct_explain_arg * */
extern const struct ct_screen ct_screen_consent_form; /* struct ct_consent_arg * */
extern const struct ct_screen ct_screen_scanned;  /* struct ct_scanned_arg * */
extern const struct ct_screen ct_screen_preps;        /* struct ct_preps_arg * */
extern const struct ct_screen ct_screen_prep_start;   /* struct ct_preps_arg * */
extern const struct ct_screen ct_screen_prep;         /* int64_t * checklist */
extern const struct ct_screen ct_screen_prep_history; /* struct ct_prep_item_arg * */
/* equipment; what the other parts hang on these: device_parts.h */
extern const struct ct_screen ct_screen_equipment;     /* - */
extern const struct ct_screen ct_screen_device;        /* int64_t * device */
extern const struct ct_screen ct_screen_device_history; /* int64_t * device */
extern const struct ct_screen ct_screen_device_form;   /* struct ct_device_arg *, or NULL: a new one */
extern const struct ct_screen ct_screen_models;        /* - */
extern const struct ct_screen ct_screen_model_form;    /* int64_t * first version, or NULL: a new one */
extern const struct ct_screen ct_screen_papers;        /* int64_t * device */
extern const struct ct_screen ct_screen_paper_form;    /* int64_t * device */
extern const struct ct_screen ct_screen_campaigns;     /* - */
extern const struct ct_screen ct_screen_campaign;      /* int64_t * campaign */
extern const struct ct_screen ct_screen_campaign_form; /* - */
extern const struct ct_screen ct_screen_faults;        /* - */
extern const struct ct_screen ct_screen_fault;         /* int64_t * fault */
extern const struct ct_screen ct_screen_fault_form;    /* struct ct_fault_arg * */
extern const struct ct_screen ct_screen_guide;         /* struct ct_guide_arg * */
extern const struct ct_screen ct_screen_lookbacks;     /* int64_t * device, or NULL: all that are open */
extern const struct ct_screen ct_screen_lookback;      /* int64_t * look-back */
extern const struct ct_screen ct_screen_tasks;         /* - */
extern const struct ct_screen ct_screen_schedules;     /* int64_t * device */
extern const struct ct_screen ct_screen_schedule_form; /* struct ct_task_arg * */
extern const struct ct_screen ct_screen_task;          /* struct ct_task_arg * */
extern const struct ct_screen ct_screen_calibration;  /* struct ct_cal_arg * */
extern const struct ct_screen ct_screen_calibrations; /* int64_t * device, or NULL: those that wait */
extern const struct ct_screen ct_screen_calibration_start; /* int64_t * device: by which template */
extern const struct ct_screen ct_screen_certificate;  /* int64_t * calibration */
extern const struct ct_screen ct_screen_method;       /* struct ct_cal_method_arg * */
extern const struct ct_screen ct_screen_drift;        /* struct ct_drift_arg * */
/* sterilisation; the arguments: sterile.h */
extern const struct ct_screen ct_screen_machines;     /* - */
extern const struct ct_screen ct_screen_machine;      /* int64_t * machine */
extern const struct ct_screen ct_screen_machine_test; /* int64_t * machine */
extern const struct ct_screen ct_screen_recipes;      /* - : sets of instruments */
extern const struct ct_screen ct_screen_recipe;       /* int64_t * set */
extern const struct ct_screen ct_screen_recipe_form;  /* int64_t * set, or NULL: a new one */
extern const struct ct_screen ct_screen_count;        /* struct ct_count_arg * */
extern const struct ct_screen ct_screen_packs;        /* - */
extern const struct ct_screen ct_screen_pack;         /* int64_t * pack */
extern const struct ct_screen ct_screen_pack_label;   /* int64_t * pack */
extern const struct ct_screen ct_screen_pack_form;    /* - */
extern const struct ct_screen ct_screen_baths;        /* - */
extern const struct ct_screen ct_screen_bath;         /* int64_t * bath */
extern const struct ct_screen ct_screen_bath_form;    /* int64_t * basin: a bath is poured */
extern const struct ct_screen ct_screen_bath_strip;   /* int64_t * bath */
extern const struct ct_screen ct_screen_bath_soak;    /* int64_t * bath */
extern const struct ct_screen ct_screen_scopes;       /* - */
extern const struct ct_screen ct_screen_scope;        /* int64_t * endoscope */
extern const struct ct_screen ct_screen_scope_record; /* int64_t * record */
extern const struct ct_screen ct_screen_scope_form;   /* int64_t * endoscope: a record begins */
extern const struct ct_screen ct_screen_scope_step;   /* int64_t * record: its next step */
extern const struct ct_screen ct_screen_scope_soak;   /* int64_t * record: into a bath */
/* the shift's own entries and the review; the arguments: review_parts.h */
extern const struct ct_screen ct_screen_entry;        /* int64_t * entry to correct, or NULL */
extern const struct ct_screen ct_screen_people;       /* struct ct_shift * */
extern const struct ct_screen ct_screen_reviews;      /* - */
extern const struct ct_screen ct_screen_review;       /* int64_t * review */
extern const struct ct_screen ct_screen_review_said;  /* struct ct_said_arg * */
extern const struct ct_screen ct_screen_review_filters; /* struct ct_filters_arg * */
extern const struct ct_screen ct_screen_review_text;  /* struct ct_review_text_arg * */
extern const struct ct_screen ct_screen_figures;      /* - */
extern const struct ct_screen ct_screen_queries;      /* - : to this user */
extern const struct ct_screen ct_screen_handovers;    /* - */
extern const struct ct_screen ct_screen_handover;     /* int64_t * handover */
extern const struct ct_screen ct_screen_handover_said; /* int64_t * handover */
#define CT_DRAFT_HANDOVER "handover:" /* and its number: marks that are not written yet */
extern const struct ct_screen *const ct_screens[]; /* all of them, NULL-ended */

/* A patient who is looked for to be handed on: found replaces the view that looks. */
struct ct_find_arg {
    bool (*found)(struct ct_ui *ui, int64_t patient_id);
    const char *title; /* static */
};
struct ct_plan_arg {
    int64_t patient_id;
    int64_t procedure_id; /* 0: a new one */
};

struct ct_cal_arg { /* one that is written, or a new one of a device */
    int64_t calibration_id, equipment_id; /* 0 the one or the other */
    char template_id[41];
};
struct ct_caltemplate;
struct ct_cal_method_arg {
    const struct ct_caltemplate *t; /* borrowed during the call */
};
struct ct_drift_arg { /* template "": the first of the device; point "": the first of that */
    int64_t equipment_id;
    char template_id[41], point[41];
};
/* To a new calibration of that device: at once where only one template fits. */
enum ct_reaction ct_calibrate(struct ct_ui *ui, int64_t equipment_id);
#define CT_DRAFT_CAL "calibration:" /* and the number of the device */
#define CT_DRAFT_CAL_LEFT "as-left:" /* and the number of the calibration */

/* Kinds of drafts, each a row of kept.c: "vitals", "patient", and these. */
#define CT_DRAFT_CORRECT "correct:" /* and the number of the set that is corrected */
#define CT_DRAFT_NOTE "note:" /* and the number of the set it is on */
#define CT_DRAFT_PLAN "plan"    /* of a patient */
#define CT_DRAFT_REPLAN "plan:" /* and the number of the procedure */

#define CT_DRAFT_PREP "prep:" /* and the number of the checklist */

/* The checklists of a patient, or of a procedure of that patient. */
struct ct_preps_arg {
    int64_t patient_id;
    int64_t procedure_id; /* 0: all of the patient's */
};
struct ct_prep_item_arg {
    int64_t prep_id;
    size_t item;
};

#define CT_DRAFT_EXPLAIN "explain:" /* and the number of the procedure */
#define CT_DRAFT_CONSENT "consent:" /* the same */
#define CT_DRAFT_LACKS "lacks:"     /* the same, of a patient who cannot decide */

/* What a draft of that kind is called, and going on with it (kept.c, which knows all the
 * kinds). patient_id CT_UNSET: nobody's. */
const char *ct_kept_noun(const char *kind);
enum ct_reaction ct_kept_resume(struct ct_ui *ui, const char *kind, int64_t patient_id);

struct ct_explain_arg {
    int64_t procedure_id;
    const struct ct_explanation *replaces; /* NULL: a new one */
};
struct ct_consent_arg {
    int64_t procedure_id;
    enum ct_consent_kind kind; /* CT_CONSENT_GIVEN or CT_CONSENT_LACKS */
};

/* The form of a device: one that is amended, or a new one with what was scanned. */
struct ct_device_arg {
    int64_t id;     /* 0: a new one */
    char code[122]; /* asset number or UDI; "" none */
    bool scanned;   /* it began with a scan: its draft is another than that of a new one */
};
#define CT_DRAFT_DEVICE "device"    /* a new one */
#define CT_DRAFT_SCANNED "device-scanned" /* a new one that was scanned */
#define CT_DRAFT_REDEVICE "device:" /* and the number of the device */
#define CT_DRAFT_MODEL "model"
#define CT_DRAFT_REMODEL "model:"   /* and the number of the model's first version */
#define CT_DRAFT_PAPER "paper:"     /* and the number of the device */
#define CT_DRAFT_CAMPAIGN "campaign"

struct ct_task_arg {
    int64_t equipment_id;
    int64_t schedule_id; /* its first version; 0: a new one, or whichever asks for it */
};
#define CT_DRAFT_SCHEDULE "schedule:"     /* and the number of the device */
#define CT_DRAFT_RESCHEDULE "reschedule:" /* and that of the schedule */
#define CT_DRAFT_FAULT "fault:"           /* the same */

/* A troubleshooting guide that was gone through, for a fault that is to be reported. */
struct ct_guide_done {
    bool given;
    char guide[41];
    struct ct_guide_walk walk;
};
struct ct_guide_arg {
    int64_t equipment_id;
    struct ct_guide_done *ret; /* of a form below: what ended as a fault; NULL: none */
};
struct ct_fault_arg {
    int64_t equipment_id;
    const struct ct_guide_done *done; /* borrowed during the call; NULL: none */
};
#define CT_DRAFT_TASK "task:"             /* and the number of the device */

#define CT_DRAFT_RESTRICTED "restricted" /* the reason for opening that patient's record */
#define CT_DRAFT_SHARE "share" /* a permission of that patient */

struct ct_looked_arg { /* who looked at a patient, or (patient 0) what a user looked at */
    int64_t patient_id;
    uint32_t user_id;
};

struct ct_interpretation;
struct ct_note_arg {
    int64_t vitals_id;
    const struct ct_interpretation *replaces; /* NULL: a new note */
};

struct ct_vitals_arg {
    int64_t patient_id;
    int64_t correct_id; /* 0: a new set; else the set to correct */
    const char *quick;  /* a quick line that was understood: the form opens with it; or NULL */
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

/* ---- a code that was scanned (scan.c) ----------------------------------------- */

struct ct_scan_named;
struct ct_scan_match;
struct ct_scanned_arg {
    const struct ct_scan_named *named; /* borrowed during the call, as the rest */
    const char *code;
    size_t n;
    int64_t here; /* the patient whose record is open below; 0: nobody's */
};
/* Whose record the view shows, 0: nobody's. */
int64_t ct_scan_here(const struct ct_view *v);
/* Look a code up. NULL: it could not be, and the status line says why. The caller ends
 * it with ct_scan_drop, which wipes. */
struct ct_scan_named *ct_scan_look(struct ct_ui *ui, const struct ct_event *e);
void ct_scan_drop(struct ct_scan_named *s);
/* A match for people: "PATEL, Rohan   born 14 Mar 1961   NHS 943 476 5919", "device E-7
 * Meridian PM-3   Bay 3   in service". */
void ct_scan_match_text(const struct ct_ui *ui, const struct ct_scan_match *m, char *out,
                        size_t size);
/* The procedure that a view of ct_screen_procedure shows. */
int64_t ct_procedure_of(const struct ct_view *v);
/* To what the code names: a patient's record opens from where nobody's is open, and is
 * never taken the place of; whatever is not one thing is asked about. */
enum ct_reaction ct_scan_anywhere(struct ct_view *v, const struct ct_event *e);
/* A vitals form takes a device. */
enum ct_reaction ct_vitals_device(struct ct_view *v, const char *number);

/* ---- the quick line, wherever a set can begin (quick.c) ------------------ */

/* A screen that offers it holds one, and has a function that hands what was typed on. */
struct ct_quick {
    int64_t patient_id;
    bool replace;                        /* the form takes this screen's place */
    char name[2 * CT_NAME_BYTES + 3];
    char line[400];                      /* as it was typed last */
    void (*given)(struct ct_view *v, const char *text);
};
/* The key `=`: ask for a set of that patient on one line. */
enum ct_reaction ct_quick_ask(struct ct_view *v, struct ct_quick *q, int64_t patient_id,
                              void (*given)(struct ct_view *v, const char *text));
/* What is understood opens the form, filled; else the line is asked for again with the
 * cursor on the word that is not understood. False: no form was opened. */
bool ct_quick_given(struct ct_view *v, struct ct_quick *q, const char *text);
#define CT_QUICK_HELP                                                                      \
    "A set on one line: 120/80 72 16 98 36.6 A, or with names in any order: bp 120/80 p 72 " \
    "t 36.6 o2 2 np. It opens the form, filled."

/* ---- a round: patients one after another (round.c) ------------------------ */

/* SOON: late, or due within so many minutes: whom a round begins with. */
enum { CT_ROUND_MAX = 60, CT_ROUND_SOON_MIN = 30 };
#define CT_DRAFT_ROUND "round"
struct ct_round_arg { /* the screen without one: who is due soon */
    size_t n;
    int64_t patient_id[CT_ROUND_MAX];
    bool resume; /* go on with the one that was kept as a draft */
};
/* What is shown right above a round belongs to it: the form of one of its patients, or
 * what was saved there. */
bool ct_round_here(const struct ct_view *v);
/* "next in round: PATEL, Rohan, Bay 3 (2 of 5)", "round complete: 4 done, 1 skipped";
 * "" when there is no round. Reads the store. */
void ct_round_hint(const struct ct_view *v, char *out, size_t size);
/* To the next patient of the round: who it is is asked first, by a key that nobody types
 * out of habit, so that no figure typed ahead lands in the next patient's form. */
enum ct_reaction ct_round_next(struct ct_view *v);
/* From an empty form: why nothing is taken, then the next patient. */
enum ct_reaction ct_round_skip(struct ct_view *v);
/* Of a kept round: its patients, and whether this is one of them. */
size_t ct_round_draft(const struct ct_draft *d, int64_t patient_id, bool *ret_has);

/* ---- what several screens draw or do ------------------------------------ */

/* A record was refused because whoever makes it lacks a competency: the reasons for going on
 * are offered. False: it was refused for something else. `chosen` hands its index on to
 * ct_though_chosen, which gives the reason to `given`; NULL or nothing: it is left. */
bool ct_though_ask(struct ct_view *v, const struct ct_error *e,
                   void (*chosen)(struct ct_view *v, int index));
void ct_though_chosen(struct ct_view *v, int index,
                      void (*given)(struct ct_view *v, const char *text));
/* A password for a signature, as a prompt `label` gave it to `again`. True: it is the
 * user's own, go on and sign. False: nothing is to be done: it was given up (NULL), or it
 * is another one and is asked for again, or it could not be checked; the status line says. */
bool ct_password_good(struct ct_view *v, const struct ct_secret *password, const char *label,
                      void (*again)(struct ct_view *v, const struct ct_secret *s));

/* A chart of NEWS2 reaches this at least: the bands' lines are always in sight. */
enum { CT_NEWS2_AXIS = 8 };
/* "NEWS2 6 MEDIUM" in its band's role. Returns the columns used. */
int ct_draw_score(struct ct_grid *g, int row, int col, const struct ct_vitals *v);
enum ct_role_ui ct_band_role(enum ct_band band);
/* Where the bands of v's total begin, as the lines of a chart. Returns how many. */
size_t ct_total_bands(const struct ct_vitals_rules *rules, const struct ct_vitals *v,
                      struct ct_chart_band ret[CT_BANDS]);
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
/* What can be done with a set, by the same keys in every list: c, d, i, n. */
enum ct_reaction ct_set_correct(struct ct_ui *ui, const struct ct_vitals *set);
enum ct_reaction ct_set_versions(struct ct_ui *ui, const struct ct_vitals *set);
enum ct_reaction ct_set_full(struct ct_ui *ui, const struct ct_vitals *set);
enum ct_reaction ct_set_notes(struct ct_ui *ui, const struct ct_vitals *set);
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
    char to[121]; /* for whom it is */
};
/* First for whom it is: says which permissions to share are in force; whom(v, NULL) on
 * Esc. Then, with what was said, the name of the file. */
enum ct_reaction ct_export_ask(struct ct_view *v, const struct ct_export_arg *x,
                               void (*whom)(struct ct_view *v, const char *to));
void ct_export_ask_file(struct ct_view *v, struct ct_export_arg *x, const char *to,
                        void (*given)(struct ct_view *v, const char *name));
/* A name as it was typed, in the site's folder unless it says where. */
void ct_export_path(const struct ct_ui *ui, const char *name, char *out, size_t size);
void ct_export_write(struct ct_view *v, const struct ct_export_arg *x, const char *name);
/* A file of that name is a PDF, and the settings have PDFs sealed. */
bool ct_export_sealed(const struct ct_ui *ui, const char *name);
/* That it was written, and whether it is encrypted. */
void ct_export_said(struct ct_ui *ui, const char *path, bool sealed);
/* "1 h 14 min ago": only where it is drawn anew with every key, as on a form. */
void ct_ago_text(int64_t at_ms, int64_t now_ms, char out[40]);
/* Times as they stay true while a screen is left open: the clock's, and the day where it
 * is another. Nothing counts down, so that nothing is sent while nothing happens; that
 * something became late is said in a word, by the screen's tick within the minute.
 * "at 09:42", "yesterday 23:10", "20 Nov 23:45, 3 d ago" (days of the calendar). */
void ct_at_text(int64_t at_ms, int64_t now_ms, char out[48]);
/* "09:42" of today, "22 Nov" of another day: six columns. */
void ct_when_text(int64_t at_ms, int64_t now_ms, char out[24]);
/* "by 10:15", "by 24 Nov 00:15"; "by 09:37 LATE", "by 22 Nov LATE". */
void ct_due_text(int64_t due_ms, int64_t now_ms, char out[48], bool *ret_late);
/* The score of a row of a list of who is due, in 12 columns: "6 medium", "PEWS 3",
 * "not scored", "never scored". */
const char *ct_due_score(const struct ct_due *d, enum ct_role_ui *role, char cell[64]);
/* Text in several rows, broken at blanks. Returns the rows used. */
int ct_draw_wrapped(struct ct_grid *g, struct ct_rect at, enum ct_role_ui role,
                    const char *text);
/* What the first screen after a login is: home, or the change of a password
 * that somebody else set. */
void ct_after_login(struct ct_ui *ui);

#endif
