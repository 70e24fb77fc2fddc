/* form - a list of fields being filled in; made from struct ct_field rows.
 *
 * Layer:  ui toolkit; no curses, no clinic: judging is base/field.h.
 * Keys:   Enter, Tab, Down: next; Shift-Tab, Up: back; a field that can take no
 *         further plausible digit advances by itself and swallows one Enter or
 *         Tab typed out of habit. An impossible value is refused with the digit
 *         that makes it so and when leaving the field, an unusual one is asked
 *         once more (Enter again accepts; of those who type Enter after every
 *         figure, the one after that); neither ever traps: Up, Shift-Tab and Esc
 *         always work.
 * Values: are written out when their field is left (368 as 36.8, 14361 as a
 *         date, -10 as the time it was): read back while still in sight.
 * Rows:   one whose fields are all skipped takes no room.
 */
#ifndef CT_UI_FORM_H
#define CT_UI_FORM_H

#include "base/field.h"
#include "ui/tk/editor.h"

enum { CT_FORM_FIELDS_MAX = 40 };

struct ct_form_row { /* where a field stands, relative to the form */
    int row; /* -1: its row is not there */
    int label_col, edit_col;
};
struct ct_form {
    const struct ct_field *field[CT_FORM_FIELDS_MAX]; /* borrowed */
    struct ct_form_row at[CT_FORM_FIELDS_MAX];
    struct ct_editor editor[CT_FORM_FIELDS_MAX];
    bool accepted[CT_FORM_FIELDS_MAX]; /* an unusual value was confirmed */
    size_t n, focus;
    int rows, top;           /* height in rows; first row shown when it scrolls */
    bool filled;             /* what is asked about was typed to its last digit */
    bool swallow;            /* the next Enter or Tab belongs to an auto-advance */
    bool fresh;              /* just arrived: what is typed replaces what stands there */
    bool habit;              /* an Enter or Tab was typed after the last auto-advance */
    bool changed;            /* since the last ct_form_clean */
    enum ct_verdict verdict; /* of the field last judged */
    struct ct_error message; /* what to say about it; text "" for nothing */
    /* Both may be NULL. skip: field i has no meaning now (oxygen flow on air) and
     * is passed over. unusual: a possible value that deserves a question all the
     * same (a jump from the last set); write the reason to `why`. */
    bool (*skip)(const struct ct_form *f, size_t i);
    bool (*unusual)(const struct ct_form *f, size_t i, int64_t value, char *why, size_t size);
    void *arg; /* for those two */
};
/* Fields in one column of rows: label, editor, unit; joined ones behind. */
bool ct_form_init(struct ct_form *f, const struct ct_field *fields, size_t n, int label_cols);
void ct_form_done(struct ct_form *f);
void ct_form_clean(struct ct_form *f);

enum ct_form_result {
    CT_FORM_IGNORED, /* not a key of the form */
    CT_FORM_MOVED,   /* handled */
    CT_FORM_REFUSED, /* message says why, always */
    CT_FORM_ASKS,    /* unusual: message asks; Enter accepts */
    CT_FORM_END,     /* Enter on the last field, all judged: save */
};
extern const struct ct_key_row CT_FORM_KEYS[]; /* besides those of the editor */
enum ct_form_result ct_form_event(struct ct_form *f, const struct ct_event *e, int64_t now_ms);

/* "" when empty; NULL: no such field. */
const char *ct_form_text(const struct ct_form *f, const char *name);
void ct_form_set(struct ct_form *f, const char *name, const char *text);
int64_t ct_form_value(const struct ct_form *f, const char *name, int64_t now_ms); /* CT_UNSET */
/* Judge all (required ones too); focus goes to the first that fails. */
bool ct_form_check(struct ct_form *f, int64_t now_ms);
/* A failed save: put the cursor on reterr->field and its text in message. False
 * when the form has no such field, or skips it: the cursor stays. */
bool ct_form_fail(struct ct_form *f, const struct ct_error *e);
int ct_form_index(const struct ct_form *f, const char *name); /* -1 */
/* Back to the field of that name, as it was left: what is typed goes on behind what stands
 * there. NULL, no such field, or one that is skipped: the cursor stays. */
void ct_form_return(struct ct_form *f, const char *name);
/* Draw at `at`, nothing outside of it (the cursor may stand right behind it);
 * scrolls by half its height when the form is higher than at.rows (seldom, for slow
 * lines), with an arrow at the right where there is more. */
void ct_form_draw(struct ct_form *f, struct ct_grid *g, struct ct_rect at);
/* The grid row on which field i was last drawn, -1 when scrolled out. */
int ct_form_row_of(const struct ct_form *f, size_t i, struct ct_rect at);
/* Whether the focused field takes any character, "?" too. */
bool ct_form_takes_text(const struct ct_form *f);
/* "16: breaths per minute. usual 12-20, possible 0-100": the focused field. */
void ct_form_hint(const struct ct_form *f, char *out, size_t size);

#endif
