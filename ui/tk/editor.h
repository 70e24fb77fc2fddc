/* editor - one line of text being typed: UTF-8, cursor by column, undo.
 *
 * Layer:  ui toolkit; no curses. Plain struct, no allocation beyond its buffer;
 *         a password editor keeps its text in a ct_secret only.
 */
#ifndef CT_UI_EDITOR_H
#define CT_UI_EDITOR_H

#include "ui/tk/event.h"
#include "ui/tk/grid.h"
#include "vault/secret.h"

enum { CT_EDITOR_BYTES = 1024, CT_EDITOR_UNDO = 32 };

struct ct_editor {
    char text[CT_EDITOR_BYTES + 1];
    size_t len, cursor; /* bytes; cursor on a grapheme start */
    size_t max_bytes;
    int scroll;               /* first column shown */
    struct ct_secret *secret; /* not NULL: password mode, text[] stays empty */
    struct ct_editor_undo *undo;
};
bool ct_editor_init(struct ct_editor *e, size_t max_bytes);
bool ct_editor_init_secret(struct ct_editor *e);           /* false: no memory */
void ct_editor_done(struct ct_editor *e);                  /* wipes */
void ct_editor_set(struct ct_editor *e, const char *text); /* cursor at the end; undoable */
/* Left Right Home End ^A ^E word moves, Backspace Delete ^W ^K ^U (clears; undo
 * brings it back), ^Z undo ^Y redo, characters, paste (newlines become blanks,
 * controls dropped; one that does not fit is refused whole). CT_IGNORED for what
 * is not its own. */
extern const struct ct_key_row CT_EDITOR_KEYS[]; /* all but the characters */
enum ct_reaction ct_editor_event(struct ct_editor *e, const struct ct_event *ev);
/* Draw `cols` columns. Text that fits is shown whole: the cursor then stands
 * right behind it, at most in column `cols`. What does not fit is scrolled so
 * that the cursor shows, or shows its beginning without the focus; '~' stands
 * where more is hidden. Places the cursor when focused. Password mode draws one
 * '*' a character. Returns how many of the columns have something in them. */
int ct_editor_draw(struct ct_editor *e, struct ct_grid *g, int row, int col, int cols,
                   bool focused);

#endif
