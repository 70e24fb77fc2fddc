/* dialog - one question above the key bar: keys, a line of text, a password. */
#include "ui/tk/ui_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/tk/editor.h"

enum { CHOICES_MAX = 16, LABEL_BYTES = 240, PROMPT_BYTES = 400 };

enum kind { ASK, PROMPT, SECRET };

struct ct_dialog {
    enum kind kind;
    char label[LABEL_BYTES];
    struct {
        char code[16], label[64];
    } choice[CHOICES_MAX];
    size_t n;
    bool scans;   /* a scanned code is the whole answer */
    bool guarded; /* not answered by keys typed before it was seen */
    struct ct_editor editor;
    void (*asked)(struct ct_view *v, int index);
    void (*prompted)(struct ct_view *v, const char *text);
    void (*secret)(struct ct_view *v, const struct ct_secret *s);
};

void ct_dialog_free(struct ct_dialog *d)
{
    if (d == NULL)
        return;
    if (d->kind != ASK)
        ct_editor_done(&d->editor);
    free(d);
}

void ct_dialog_guard(struct ct_view *v)
{
    if (v->dialog != NULL)
        v->dialog->guarded = true;
}

/* Take the dialog off the view first: the answer may open the next one. */
static void answer(struct ct_view *v, int index, bool given)
{
    struct ct_dialog *d = v->dialog;
    v->dialog = NULL;
    switch (d->kind) {
    case ASK:
        if (d->asked != NULL)
            d->asked(v, given ? index : -1);
        break;
    case PROMPT:
        if (d->prompted != NULL)
            d->prompted(v, given ? d->editor.text : NULL);
        break;
    case SECRET:
        if (d->secret != NULL)
            d->secret(v, given ? d->editor.secret : NULL);
        break;
    }
    ct_dialog_free(d);
}

static struct ct_dialog *make(struct ct_view *v, enum kind kind, const char *label)
{
    if (v->dialog != NULL)
        answer(v, -1, false); /* a second question ends the first as Esc would */
    struct ct_dialog *d = v->dialog == NULL ? calloc(1, sizeof *d) : NULL;
    bool ok = d != NULL;
    if (ok && kind == PROMPT)
        ok = ct_editor_init(&d->editor, PROMPT_BYTES);
    if (ok && kind == SECRET)
        ok = ct_editor_init_secret(&d->editor);
    if (!ok) {
        free(d);
        ct_ui_say(v->ui, CT_R_ERROR, "There is no memory to ask.");
        v->ui->beep = true;
        return NULL;
    }
    d->kind = kind;
    ct_text_copy(d->label, sizeof d->label, label);
    v->dialog = d;
    return d;
}

void ct_ui_ask(struct ct_view *v, const char *question, const struct ct_choice *choices,
               void (*done)(struct ct_view *v, int index))
{
    struct ct_dialog *d = make(v, ASK, question);
    if (d == NULL) {
        done(v, -1);
        return;
    }
    for (; choices[d->n].code != NULL && d->n < CHOICES_MAX; d->n++) {
        ct_text_copy(d->choice[d->n].code, sizeof d->choice->code, choices[d->n].code);
        ct_text_copy(d->choice[d->n].label, sizeof d->choice->label, choices[d->n].label);
    }
    d->asked = done;
}

void ct_ui_prompt(struct ct_view *v, const char *label, const char *initial,
                  void (*done)(struct ct_view *v, const char *text))
{
    struct ct_dialog *d = make(v, PROMPT, label);
    if (d == NULL) {
        done(v, NULL);
        return;
    }
    ct_editor_set(&d->editor, initial != NULL ? initial : "");
    d->prompted = done;
}

void ct_ui_prompt_scans(struct ct_view *v)
{
    if (v->dialog != NULL && v->dialog->kind == PROMPT)
        v->dialog->scans = true;
}

const char *ct_ui_prompt_text(const struct ct_view *v)
{
    const struct ct_dialog *d = v->dialog;
    return d != NULL && d->kind == PROMPT ? d->editor.text : NULL;
}

void ct_ui_prompt_cursor(struct ct_view *v, size_t at)
{
    struct ct_dialog *d = v->dialog;
    if (d == NULL || d->kind != PROMPT)
        return;
    d->editor.cursor = at < d->editor.len ? at : d->editor.len;
    while (d->editor.cursor > 0 && (d->editor.text[d->editor.cursor] & 0xc0) == 0x80)
        d->editor.cursor--; /* on the beginning of its character */
}

void ct_ui_prompt_secret(struct ct_view *v, const char *label,
                         void (*done)(struct ct_view *v, const struct ct_secret *s))
{
    struct ct_dialog *d = make(v, SECRET, label);
    if (d == NULL) {
        done(v, NULL);
        return;
    }
    d->secret = done;
}

void ct_dialog_cancel_secret(struct ct_view *v)
{
    if (v->dialog != NULL && v->dialog->kind == SECRET)
        answer(v, -1, false);
}

bool ct_dialog_typing(const struct ct_view *v)
{
    return v->dialog != NULL && v->dialog->kind != ASK;
}

/* ---- keys --------------------------------------------------------------- */

static uint32_t fold(uint32_t key)
{
    return key >= 'A' && key <= 'Z' ? key - 'A' + 'a' : key;
}

/* The choice meant: as it is written first, then without case. */
static int choice_of(const struct ct_dialog *d, uint32_t key)
{
    for (size_t i = 0; i < d->n; i++)
        if (ct_key_parse(d->choice[i].code, strlen(d->choice[i].code)) == key)
            return (int)i;
    for (size_t i = 0; i < d->n; i++) {
        uint32_t code = ct_key_parse(d->choice[i].code, strlen(d->choice[i].code));
        if (code != 0 && fold(code) == fold(key))
            return (int)i;
    }
    return -1;
}

static enum ct_reaction ask_event(struct ct_view *v, const struct ct_event *e)
{
    struct ct_dialog *d = v->dialog;
    int i = e->kind == CT_EV_KEY ? choice_of(d, e->key) : -1;
    if (d->guarded || i < 0) {
        ct_ui_say(v->ui, CT_R_WARN, "One of the keys shown answers; Esc gives up.");
        return CT_REFUSED;
    }
    answer(v, i, true);
    return CT_HANDLED;
}

enum ct_reaction ct_dialog_event(struct ct_view *v, const struct ct_event *e)
{
    struct ct_dialog *d = v->dialog;
    bool key = e->kind == CT_EV_KEY;
    if (key && e->key == CT_CTRL('l')) {
        v->ui->redraw = true;
        return CT_HANDLED;
    }
    if (key && e->key == CT_KEY_ESC) {
        answer(v, -1, false);
        return CT_HANDLED;
    }
    if (d->kind == ASK)
        return ask_event(v, e);
    if (key && e->key == CT_KEY_ENTER) {
        answer(v, 0, true);
        return CT_HANDLED;
    }
    return ct_editor_event(&d->editor, e) == CT_HANDLED ? CT_HANDLED : CT_REFUSED;
}

enum ct_reaction ct_dialog_scan(struct ct_view *v, const struct ct_event *paste)
{
    struct ct_dialog *d = v->dialog;
    if (d->kind == SECRET) {
        ct_ui_say(v->ui, CT_R_WARN, "A code is no password: nothing of it was taken.");
        return CT_REFUSED;
    }
    if (d->scans)
        ct_editor_set(&d->editor, ""); /* undoable */
    if (ct_editor_event(&d->editor, paste) != CT_HANDLED)
        return CT_REFUSED;
    if (d->scans)
        answer(v, 0, true);
    return CT_HANDLED;
}

/* ---- drawing ------------------------------------------------------------ */

void ct_dialog_keys(const struct ct_view *v, const char **ret_text)
{
    *ret_text = v->dialog->kind == ASK ? "One of the keys shown answers.   Esc give up"
                                       : "Enter take it   ^U clear   Esc give up";
}

/* Question and choices in as many rows as they need; returns them. Without a
 * grid nothing is drawn. A choice is never broken. */
static int ask_flow(const struct ct_dialog *d, struct ct_grid *g, int row, int cols,
                    int *ret_row, int *ret_col)
{
    int rows = ct_flow(g, row, 1, cols - 2, CT_R_TITLE, d->label);
    int col = rows == 1 ? 1 + ct_text_cols(d->label) + 1 : cols;
    *ret_row = row + rows - 1;
    *ret_col = col < cols ? col - 1 : cols - 1;
    if (rows == 1)
        col++;
    for (size_t i = 0; i < d->n; i++) {
        int code = ct_text_cols(d->choice[i].code);
        int width = code + 1 + ct_text_cols(d->choice[i].label);
        if (col + width > cols - 1) {
            rows++;
            col = 3;
        }
        if (g != NULL) {
            ct_grid_text(g, row + rows - 1, col, code, CT_R_KEY, d->choice[i].code);
            ct_grid_text(g, row + rows - 1, col + code + 1, -1, CT_R_TEXT, d->choice[i].label);
        }
        col += width + 3;
    }
    return rows;
}

void ct_dialog_draw(struct ct_view *v, struct ct_grid *g, int bottom_row, int *ret_top_row)
{
    struct ct_dialog *d = v->dialog;
    d->guarded = false;
    int row = bottom_row, col = 0;
    if (d->kind == ASK) {
        int rows = ask_flow(d, NULL, 0, g->cols, &row, &col);
        int top = bottom_row - rows + 1;
        top = top < 2 ? 2 : top;
        ct_grid_fill(g, top, 0, bottom_row - top + 1, g->cols, CT_R_TEXT);
        ask_flow(d, g, top, g->cols, &row, &col);
        ct_grid_cursor(g, row, col);
        *ret_top_row = top;
        return;
    }
    ct_grid_fill(g, row, 0, 1, g->cols, CT_R_TEXT);
    int used = ct_grid_text(g, row, 1, g->cols / 2, CT_R_TITLE, d->label);
    ct_grid_text(g, row, 1 + used, 1, CT_R_TITLE, ":");
    col = 1 + used + 2;
    ct_editor_draw(&d->editor, g, row, col, g->cols - col - 1, true);
    *ret_top_row = row;
}
