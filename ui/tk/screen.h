/* screen - a screen is a struct of tables and a few functions; the navigation
 * stack, the key bar, help, palette and dialogs are made from those tables.
 *
 * Layer:  ui toolkit; no curses. Screens lie in ui/screens/, one file each.
 * Rules:  a screen never draws on row 0's right end (who and clock), nor on the
 *         last three rows (rule, key bar, status line): it gets `body` to draw
 *         in and sets the subject line. Keys: form or list first, then the
 *         screen's commands, then the global ones (?, :, Esc, ^L, F1).
 *         A reaction says what should happen; the loop does it.
 */
#ifndef CT_UI_SCREEN_H
#define CT_UI_SCREEN_H

#include "clinic/figures.h"
#include "clinic/shift.h"
#include "record/draft.h"
#include "ui/tk/event.h"
#include "ui/tk/grid.h"

struct ct_ui;
struct ct_view; /* one open screen on the stack */

struct ct_command {
    const char *id;     /* "vitals.save": shown by the palette, stable */
    const char *keys;   /* "^S F2": the first is shown in the bar; "": by name alone */
    const char *label;  /* "save": key bar; NULL keeps it out of the bar */
    const char *help;   /* one sentence */
    int perm;           /* enum ct_perm, or -1 */
    enum ct_reaction (*run)(struct ct_view *v);
    bool (*shown)(const struct ct_view *v); /* NULL: always; false: neither bar, help nor keys */
};

struct ct_screen {
    const char *id;     /* "vitals", what ":" jumps to when `jump` is set */
    const char *title;  /* "Enter vitals": help and palette */
    const char *help;   /* a paragraph for "?" */
    int perm;           /* enum ct_perm needed to open, or -1 */
    bool jump;          /* may be opened by ":" without an argument */
    size_t state_size;  /* zeroed, freed by the stack */
    size_t arg_size;    /* of an argument that may be copied, so that a restricted record can
                         * be opened after its reason was asked; 0: it is not opened by itself */
    const struct ct_command *commands; /* ended by {.id = NULL} */
    /* arg: what the pusher hands over, borrowed during the call. A failure
     * keeps the screen from opening and stands on the status line. */
    enum ct_status (*open)(struct ct_view *v, const void *arg, struct ct_error *reterr);
    void (*draw)(struct ct_view *v, struct ct_grid *g, struct ct_rect body);
    enum ct_reaction (*event)(struct ct_view *v, const struct ct_event *e); /* or NULL */
    /* A code was scanned (whole; CT_EV_SCAN). CT_IGNORED: where a text is typed it is
     * that text, else the options' `scan` says where it goes. NULL: ignores all. */
    enum ct_reaction (*scan)(struct ct_view *v, const struct ct_event *e);
    /* Whose record is on it, 0: nobody's. NULL: nobody's ever. */
    int64_t (*patient)(const struct ct_view *v);
    /* Fill *d with the unsaved form (kind, patient_id, fields) if there is one:
     * called a second after the last key, before a lock, on hang-up, on Esc and
     * when the view goes. After a save it gives false. */
    bool (*draft)(struct ct_view *v, struct ct_draft *d); /* or NULL */
    /* Another session changed the store, or this screen is on top again. Keep
     * the cursor where it is. */
    void (*refresh)(struct ct_view *v); /* or NULL */
    /* Whether "?" is text where the focus is: the status line then names F1. NULL: no. */
    bool (*typing)(const struct ct_view *v);
    void (*tick)(struct ct_view *v);    /* once a second, or NULL */
    /* All that is to be known of what has the focus; it stands above the keys in the
     * help. NULL: nothing that is not on the screen already. */
    void (*hint)(const struct ct_view *v, char *out, size_t size);
    /* Not called when open failed. May run after the handler that popped the
     * view has returned; the state is wiped and freed behind it. */
    void (*close)(struct ct_view *v);   /* or NULL */
};

/* ---- what a screen may do --------------------------------------------- */

void *ct_view_state(const struct ct_view *v);
struct ct_ui *ct_view_ui(const struct ct_view *v);
struct ct_app *ct_ui_app(const struct ct_ui *ui);
const struct ct_vitals_rules *ct_ui_rules(const struct ct_ui *ui);
bool ct_ui_ascii(const struct ct_ui *ui);
/* A patient's observations into a file (exchange/obs_chart.h). */
CT_NODISCARD enum ct_status ct_ui_obs_export(struct ct_ui *ui, const struct ct_obs_range *range,
                                             bool chart, const char *to, const char *path,
                                             struct ct_error *reterr);
/* Who looked at what, into a file (exchange/look_csv.h). */
struct ct_look_filter;
CT_NODISCARD enum ct_status ct_ui_look_export(struct ct_ui *ui, const struct ct_look_filter *f,
                                              const char *path, struct ct_error *reterr);

/* A calibration's certificate into a file (exchange/certificate_file.h). */
CT_NODISCARD enum ct_status ct_ui_certificate_export(struct ct_ui *ui, int64_t calibration_id,
                                                     const char *path,
                                                     struct ct_error *reterr);

/* A supervisor's figure into a file (exchange/figures_csv.h). */
CT_NODISCARD enum ct_status ct_ui_figures_export(struct ct_ui *ui, enum ct_figure which,
                                                 ct_date until, int weeks, const char *path,
                                                 struct ct_error *reterr);

/* A report into a file (exchange/report_kind.h). */
struct ct_print_job;
struct ct_printed;
CT_NODISCARD enum ct_status ct_ui_print(struct ct_ui *ui, const struct ct_print_job *job,
                                        struct ct_printed *ret, struct ct_error *reterr);

/* The curve of a machine's record of a load (exchange/load_curve.h). */
struct ct_curve;
CT_NODISCARD enum ct_status ct_ui_load_curve(struct ct_ui *ui, int64_t record_id, size_t cycle,
                                             const char *name, struct ct_curve **ret,
                                             struct ct_error *reterr);

/* Open on top; false when it could not (status line says why). */
bool ct_ui_push(struct ct_ui *ui, const struct ct_screen *screen, const void *arg);
/* Close the top one / replace it / go down to the lowest. The lowest is never
 * closed; nobody is asked, but a draft that is still there is kept. */
void ct_ui_pop(struct ct_ui *ui);
bool ct_ui_replace(struct ct_ui *ui, const struct ct_screen *screen, const void *arg);
void ct_ui_home(struct ct_ui *ui);
/* The same, unless something typed could not be kept: false, nothing is closed then, and
 * the status line says why. */
bool ct_ui_home_kept(struct ct_ui *ui);
struct ct_view *ct_ui_top(const struct ct_ui *ui);
/* The view that shows again when v is popped; NULL: v is the lowest, or not open. */
struct ct_view *ct_ui_below(const struct ct_view *v);
const struct ct_screen *ct_view_screen(const struct ct_view *v);
void ct_ui_quit(struct ct_ui *ui, int exit_status);

/* What a screen remembers for its next time in the same session (the monitor that
 * was chosen): short texts by name, no patient's data. They outlive views and a lock;
 * logging out forgets them. get: "" for none, borrowed until the next set. set: ""
 * forgets it; false when there is no room, or it is too long. */
enum { CT_UI_NOTES = 32, CT_UI_NOTE_NAME = 32, CT_UI_NOTE_TEXT = 64 };
const char *ct_ui_session_get(const struct ct_ui *ui, const char *name);
bool ct_ui_session_set(struct ct_ui *ui, const char *name, const char *text);

/* The status line: kept until the next key. role CT_R_TEXT, OK, WARN or ERROR. */
void ct_ui_say(struct ct_ui *ui, enum ct_role_ui role, const char *fmt, ...) CT_FORMAT(3, 4);
/* role ERROR, beep. What a key did and a restricted record refused (clinic/access.h)
 * opens the screen that asks for a reason. */
void ct_ui_say_error(struct ct_ui *ui, const struct ct_error *e);
/* Say that something takes a moment, on the screen, before it is done: a password is
 * slow to check. The sentence is gone afterwards. */
void ct_ui_busy(struct ct_ui *ui, const char *text);
/* Words into rows of `cols` columns, broken at blanks; more than one blank between
 * two words stays. Draws from `row` on when g is not NULL; returns the rows needed. */
int ct_flow(struct ct_grid *g, int row, int col, int cols, enum ct_role_ui role,
            const char *text);
/* The left part of row 0: identity or subject. Set in draw. */
void ct_ui_subject(struct ct_ui *ui, const char *fmt, ...) CT_FORMAT(2, 3);
/* The record shown is restricted, and open to this user until then (UTC ms; 0: it is not
 * any more). `note` stands below the subject. From then on a sentence stands where the
 * record stood, and the next key asks for a reason anew. Set in draw, behind the subject. */
void ct_ui_subject_until(struct ct_ui *ui, int64_t patient_id, int64_t until_ms,
                         const char *note);

/* ---- dialogs: one line above the key bar, no box ----------------------- */

/* A question with single-key answers: "Discard what was typed?", choices
 * {"k","keep draft"}, {"d","discard"}, {"Esc","go on"}. done(v, index) runs
 * after the key; Esc gives -1. v is the view that asked. */
void ct_ui_ask(struct ct_view *v, const char *question, const struct ct_choice *choices,
               void (*done)(struct ct_view *v, int index));
/* A line of text (a reason, a quick line); Enter gives it, Esc gives NULL. */
void ct_ui_prompt(struct ct_view *v, const char *label, const char *initial,
                  void (*done)(struct ct_view *v, const char *text));
/* What stands in the view's open prompt, for its draft; NULL: none is open. Borrowed. */
const char *ct_ui_prompt_text(const struct ct_view *v);
/* Put the cursor of the prompt just opened on this byte: where the trouble is. */
void ct_ui_prompt_cursor(struct ct_view *v, size_t at);
/* A scanned code answers the prompt just opened, in place of what is typed there; in
 * others it is text that waits for its Enter. */
void ct_ui_prompt_scans(struct ct_view *v);
/* The question just asked is not answered by a key that was typed before it stood on
 * the screen. */
void ct_dialog_guard(struct ct_view *v);
/* A password: in guarded memory, never echoed; NULL on Esc. */
void ct_ui_prompt_secret(struct ct_view *v, const char *label,
                         void (*done)(struct ct_view *v, const struct ct_secret *s));

/* ---- the ui itself ------------------------------------------------------ */

/* What the screen that asks for a reason is given: whose record, and what is opened in
 * its place afterwards (screen NULL: nothing, it goes back to where it came from). */
enum { CT_UI_ARG_MAX = 64 };
struct ct_restricted_arg {
    int64_t patient_id;
    const struct ct_screen *screen;
    unsigned char arg[CT_UI_ARG_MAX]; /* screen->arg_size bytes */
    bool has_arg;
    bool replace; /* it takes the place of the view below */
};

struct ct_ui_options {
    struct ct_app *app;                  /* borrowed; NULL: no session, all is permitted (tests) */
    const struct ct_vitals_rules *rules; /* borrowed */
    const struct ct_screen *first;       /* the login screen */
    const struct ct_screen *locked;      /* shown over everything while locked */
    const struct ct_screen *restricted;  /* asks for a reason: struct ct_restricted_arg *; or NULL */
    const struct ct_screen *const *all;  /* registry for ":" and help, NULL-ended */
    bool ascii;
    /* Takes a code that the screen on top does not, if it is no text there; NULL: a
     * sentence says that nothing does. */
    enum ct_reaction (*scan)(struct ct_view *v, const struct ct_event *e);
    /* exchange/obs_chart.h: the screens lie beside exchange/, not above it. NULL: there
     * is no export. */
    enum ct_status (*obs_export)(struct ct_app *app, const struct ct_vitals_rules *r,
                                 const struct ct_obs_range *range, bool chart, bool ascii,
                                 const char *to, const char *path, struct ct_error *reterr);
    /* exchange/look_csv.h. NULL: there is none. */
    enum ct_status (*look_export)(struct ct_app *app, const struct ct_look_filter *f,
                                  const char *path, struct ct_error *reterr);
    /* exchange/certificate_file.h. NULL: there is none. */
    enum ct_status (*certificate_export)(struct ct_app *app, int64_t calibration_id,
                                         const char *path, struct ct_error *reterr);
    /* exchange/figures_csv.h. NULL: there is none. */
    enum ct_status (*figures_export)(struct ct_app *app, enum ct_figure which, ct_date until,
                                     int weeks, const char *path, struct ct_error *reterr);
    /* exchange/report_kind.h. NULL: there is none. */
    enum ct_status (*print)(struct ct_app *app, const struct ct_print_job *job,
                            struct ct_printed *ret, struct ct_error *reterr);
    /* exchange/load_curve.h. NULL: there is none. */
    enum ct_status (*load_curve)(struct ct_app *app, int64_t record_id, size_t cycle,
                                 const char *name, struct ct_curve **ret,
                                 struct ct_error *reterr);
};
/* NULL: no memory, or the first screen did not open. Logging out, from wherever,
 * brings the stack back to the first screen. */
struct ct_ui *ct_ui_new(const struct ct_ui_options *o);
void ct_ui_free(struct ct_ui *ui);
/* One event in; draws nothing. */
void ct_ui_event(struct ct_ui *ui, const struct ct_event *e);
/* Draw the stack's top, bars and dialog into g (any size; below 80x24 a
 * sentence says so and nothing is lost). */
void ct_ui_draw(struct ct_ui *ui, struct ct_grid *g);
/* What ct_ui_busy calls to bring the screen out at once; NULL: nothing is shown. */
void ct_ui_on_show(struct ct_ui *ui, void (*show)(void *arg), void *arg);
bool ct_ui_done(const struct ct_ui *ui, int *ret_exit_status);
bool ct_ui_beep_take(struct ct_ui *ui);
bool ct_ui_redraw_take(struct ct_ui *ui); /* ^L: send the whole screen again */
/* Milliseconds until the next timer (draft, lock, clock minute), -1 none. */
int ct_ui_timeout(const struct ct_ui *ui);
/* Idle lock, draft keeping, change watching; the loop calls it when the
 * timeout has passed. True when something must be redrawn. */
bool ct_ui_timers(struct ct_ui *ui);
/* The screen is drawn: what was put off for it (ct_app_defer) is done now. True when
 * something must be redrawn. */
bool ct_ui_drawn(struct ct_ui *ui);
/* Keep the draft of every open form now (lock, hang-up, SIGTERM). */
void ct_ui_keep_drafts(struct ct_ui *ui);
/* The privacy screen: nothing of a patient in sight, at once. No lock: ^P or Enter shows
 * the same screen again, with what was typed; after [access] privacy_s it locks. */
void ct_ui_privacy(struct ct_ui *ui);
bool ct_ui_private(const struct ct_ui *ui);
/* Lock: drafts kept, store closed, keys wiped; the stack stays. */
void ct_ui_lock(struct ct_ui *ui);

/* Keys that mean the same everywhere: help, palette, back, lock, redraw. Ended by
 * {.id = NULL}. */
extern const struct ct_command CT_UI_GLOBAL[];

/* Every command of every screen, for docs and palette. */
void ct_ui_each_command(const struct ct_screen *const *all,
                        void (*fn)(const struct ct_screen *s, const struct ct_command *c,
                                   void *arg),
                        void *arg);

#endif
