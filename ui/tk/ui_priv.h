/* ui_priv - what the files of the ct_ui share among themselves.
 *
 * Layer:  ui toolkit; no curses. Included by ui*.c, dialog.c, pick.c, help.c and
 *         palette.c only.
 * Life:   a view that is popped is buried and lives until the outermost event
 *         has been handled, so that a handler may close its own view.
 */
#ifndef CT_UI_PRIV_H
#define CT_UI_PRIV_H

#include "ui/tk/screen.h"
#include "ui/tk/wedge.h"

enum { CT_STACK_MAX = 32, CT_SAY_BYTES = 512, CT_SUBJECT_BYTES = 512 };
enum { CT_DRAFT_AFTER_MS = 1000, CT_DRAFT_AT_LATEST_MS = 5000 };

struct ct_dialog;
struct ct_pick;

struct ct_view {
    struct ct_ui *ui;
    const struct ct_screen *screen;
    void *state;
    struct ct_dialog *dialog;  /* NULL: none */
    struct ct_view *next_buried;
    /* the draft that this view has kept in the store */
    bool kept;
    char kept_kind[24];
    int64_t kept_patient_id;
    uint64_t kept_hash;
    int64_t draft_due_ms, draft_first_ms; /* monotonic; 0: nothing to keep */
};

struct ct_ui {
    struct ct_ui_options o;
    struct ct_view *stack[CT_STACK_MAX];
    size_t depth;
    struct ct_view *lock;      /* drawn over the stack while locked */
    struct ct_view *buried;
    struct ct_pick *pick;      /* help or palette, over the body */
    char say[CT_SAY_BYTES];
    enum ct_role_ui say_role;
    char subject[CT_SUBJECT_BYTES];
    /* what the record shown is open until, set by the last draw of that view */
    struct ct_view *until_view;
    int64_t until_patient, until_ms; /* patient 0: it is not restricted */
    char until_note[160];
    bool handling;                   /* a key is being handled: a refusal may ask */
    bool asking;                     /* ... and does, after it: */
    struct ct_restricted_arg ask;
    bool privacy;
    int64_t privacy_ms;              /* since when, monotonic */
    void (*show)(void *arg);   /* the loop's, for ct_ui_busy */
    void *show_arg;
    bool beep, redraw, done, too_small, was_in;
    int exit_status;
    int64_t key_ms, key_wall_ms; /* the last key: monotonic, and wall (sleep) */
    int64_t second_ms;           /* when the once-a-second work is due, monotonic */
    int64_t reopen_ms;           /* no new try to open a dead store before */
    int64_t shown_ms;            /* the time in row 0: that of the last event */
    struct {
        char name[CT_UI_NOTE_NAME], text[CT_UI_NOTE_TEXT]; /* name "": free */
    } note[CT_UI_NOTES];         /* of this session */
    struct ct_wedge wedge;       /* finds codes among the keys */
};

/* ui.c */
bool ct_ui_may(const struct ct_ui *ui, int perm);
bool ct_command_visible(const struct ct_view *v, const struct ct_command *c);
/* The first key of a command, as text. */
void ct_command_key(const struct ct_command *c, char *out, size_t size);
bool ct_command_has_key(const struct ct_command *c, uint32_t key);
enum ct_session_state ct_ui_state(const struct ct_ui *ui); /* CT_IN without an app */
int64_t ct_ui_monotonic(const struct ct_ui *ui);
int64_t ct_ui_wall(const struct ct_ui *ui);
void ct_ui_refresh(struct ct_ui *ui); /* the top view's callback */
/* Down to nothing but the first screen. */
void ct_ui_reset(struct ct_ui *ui);
struct ct_view *ct_view_open(struct ct_ui *ui, const struct ct_screen *screen, const void *arg);
void ct_view_bury(struct ct_view *v);
/* After every event and timer: follow the session's state, free the buried. */
void ct_ui_settle(struct ct_ui *ui);

/* ui_event.c */
/* The wedge's timer: keys that begin no code after all are handled. True: some were. */
bool ct_ui_wedge_pause(struct ct_ui *ui);
enum ct_reaction ct_command_run(struct ct_view *v, const struct ct_command *c);

/* ui_draft.c */
bool ct_view_draft(struct ct_view *v, struct ct_draft *d);
/* False when it could not be kept; the status line says why. */
bool ct_view_keep_draft(struct ct_view *v);
void ct_view_drop_draft(struct ct_view *v);
/* Discarded or saved by the screen itself: nothing is kept any more. */
void ct_view_look_draft(struct ct_view *v);
void ct_view_schedule_draft(struct ct_view *v);

/* ui_timer.c */
bool ct_ui_idle_over(const struct ct_ui *ui);

/* ui_privacy.c */
void ct_privacy_draw(struct ct_ui *ui, struct ct_grid *g);
/* A key or a paste while nothing is to be seen. */
void ct_privacy_event(struct ct_ui *ui, const struct ct_event *e);
int64_t ct_privacy_left(const struct ct_ui *ui); /* ms until it locks */
/* Is the record on the screen no longer open? Then this key asks anew, true. */
bool ct_restricted_key(struct ct_ui *ui, const struct ct_event *e);
void ct_restricted_draw(struct ct_ui *ui, struct ct_grid *g, struct ct_rect body);
/* After an event: the screen that asks, if something was refused. */
void ct_restricted_ask(struct ct_ui *ui);

/* dialog.c */
void ct_dialog_free(struct ct_dialog *d);
enum ct_reaction ct_dialog_event(struct ct_view *v, const struct ct_event *e);
/* A code, as text, for the line that is asked for; a password is never one. */
enum ct_reaction ct_dialog_scan(struct ct_view *v, const struct ct_event *paste);
bool ct_dialog_typing(const struct ct_view *v); /* a line or a password is */
void ct_dialog_draw(struct ct_view *v, struct ct_grid *g, int bottom_row, int *ret_top_row);
void ct_dialog_keys(const struct ct_view *v, const char **ret_text);
/* A password being typed does not survive a lock. */
void ct_dialog_cancel_secret(struct ct_view *v);

/* pick.c: a list that is narrowed by typing; help and palette */
enum ct_pick_kind {
    CT_PICK_COMMAND,   /* of the view on top, or global */
    CT_PICK_SCREEN,    /* may be opened */
    CT_PICK_THROUGH,   /* a command of a screen that may be opened */
    CT_PICK_ELSEWHERE, /* a command that needs its screen on top */
};
struct ct_pick_row {
    enum ct_pick_kind kind;
    const struct ct_screen *screen;
    const struct ct_command *command; /* NULL for a screen */
};
bool ct_pick_open(struct ct_ui *ui, bool palette);
void ct_pick_close(struct ct_ui *ui);
bool ct_pick_add(struct ct_ui *ui, struct ct_pick_row row);
void ct_pick_filter(struct ct_ui *ui);
enum ct_reaction ct_pick_event(struct ct_ui *ui, const struct ct_event *e);
void ct_pick_draw(struct ct_ui *ui, struct ct_grid *g, struct ct_rect body);
const char *ct_pick_name(const struct ct_pick_row *row);
/* help.c, palette.c */
enum ct_reaction ct_help_open(struct ct_view *v);
int ct_help_draw_head(struct ct_ui *ui, struct ct_grid *g, struct ct_rect body);
enum ct_reaction ct_palette_open(struct ct_view *v);
/* Which of the rows shown is meant by `typed`: -1 none, -2 several. */
int ct_palette_meant(const struct ct_pick_row *const *shown, size_t n, const char *typed);
enum ct_reaction ct_pick_run(struct ct_ui *ui, const struct ct_pick_row *row);

#endif
