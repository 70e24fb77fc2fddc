/* editor - see editor.h. */
#include "ui/tk/editor.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Snapshots of the text, oldest first; `at` is the next free one, those from
 * `at` to `n` can be redone. One more than the steps: what stands there now. */
struct ct_editor_undo {
    struct {
        char *text;
        size_t cursor;
    } was[CT_EDITOR_UNDO + 1];
    size_t n, at;
    bool typing; /* the last edit was typing: the next character joins it */
};

/* ---- undo --------------------------------------------------------------- */

static void forget(char *text)
{
    ct_wipe(text, strlen(text)); /* what was typed about somebody does not stay behind */
    free(text);
}

static void undo_drop_from(struct ct_editor_undo *u, size_t from)
{
    for (size_t i = from; i < u->n; i++)
        forget(u->was[i].text);
    u->n = from < u->n ? from : u->n;
}

static void undo_free(struct ct_editor_undo *u)
{
    if (u == NULL)
        return;
    undo_drop_from(u, 0);
    free(u);
}

static void undo_store(struct ct_editor *e, size_t slot)
{
    struct ct_editor_undo *u = e->undo;
    char *copy = strdup(e->text);
    if (copy == NULL)
        return; /* no memory: this step cannot be undone, typing goes on */
    u->was[slot].text = copy;
    u->was[slot].cursor = e->cursor;
    u->n = slot + 1;
}

/* Keep the text as it is before an edit. */
static void undo_mark(struct ct_editor *e, bool typing)
{
    if (e->secret != NULL)
        return;
    if (e->undo == NULL)
        e->undo = calloc(1, sizeof *e->undo);
    struct ct_editor_undo *u = e->undo;
    if (u == NULL || (typing && u->typing && u->at == u->n))
        return;
    undo_drop_from(u, u->at);
    if (u->n == CT_EDITOR_UNDO) {
        forget(u->was[0].text);
        memmove(&u->was[0], &u->was[1], (CT_EDITOR_UNDO - 1) * sizeof u->was[0]);
        u->n--;
    }
    undo_store(e, u->n);
    u->at = u->n;
    u->typing = typing;
}

static void undo_show(struct ct_editor *e, size_t i)
{
    e->len = strlen(e->undo->was[i].text);
    memcpy(e->text, e->undo->was[i].text, e->len + 1);
    e->cursor = e->undo->was[i].cursor;
}

static bool undo(struct ct_editor *e)
{
    struct ct_editor_undo *u = e->undo;
    if (u == NULL || u->at == 0)
        return false;
    if (u->at == u->n)
        undo_store(e, u->n); /* what is there now, for redo */
    u->at--;
    u->typing = false;
    undo_show(e, u->at);
    return true;
}

static bool redo(struct ct_editor *e)
{
    struct ct_editor_undo *u = e->undo;
    if (u == NULL || u->at + 1 >= u->n)
        return false;
    u->at++;
    undo_show(e, u->at);
    return true;
}

/* ---- places ------------------------------------------------------------- */

/* A code point that belongs to the one before it: no cursor stands there. */
static bool joins(const char *p, const char *end)
{
    uint32_t cp;
    return ct_utf8_next(p, end, &cp) > 0 && ct_text_cp_cols(cp) == 0;
}

static size_t step_right(const struct ct_editor *e, size_t at)
{
    const char *end = e->text + e->len;
    uint32_t cp;
    at += ct_utf8_next(e->text + at, end, &cp);
    while (at < e->len && joins(e->text + at, end))
        at += ct_utf8_next(e->text + at, end, &cp);
    return at;
}

static size_t step_left(const struct ct_editor *e, size_t at)
{
    const char *end = e->text + e->len;
    while (at > 0) {
        at--;
        while (at > 0 && ((unsigned char)e->text[at] & 0xc0) == 0x80)
            at--;
        if (!joins(e->text + at, end))
            break;
    }
    return at;
}

/* From anywhere to a place where a cursor may stand: behind marks that belong
 * to the character before them. */
static size_t snap(const struct ct_editor *e, size_t at)
{
    const char *end = e->text + e->len;
    uint32_t cp;
    while (at > 0 && at < e->len && joins(e->text + at, end))
        at += ct_utf8_next(e->text + at, end, &cp);
    return at;
}

static size_t word_left(const struct ct_editor *e, size_t at)
{
    while (at > 0 && e->text[at - 1] == ' ')
        at--;
    while (at > 0 && e->text[at - 1] != ' ')
        at--;
    return at;
}

static size_t word_right(const struct ct_editor *e, size_t at)
{
    while (at < e->len && e->text[at] == ' ')
        at++;
    while (at < e->len && e->text[at] != ' ')
        at++;
    return at;
}

/* ---- changing ----------------------------------------------------------- */

static bool insert(struct ct_editor *e, const char *s, size_t n)
{
    if (n > e->max_bytes - e->len)
        return false;
    memmove(e->text + e->cursor + n, e->text + e->cursor, e->len - e->cursor + 1);
    memcpy(e->text + e->cursor, s, n);
    e->len += n;
    e->cursor = snap(e, e->cursor + n);
    return true;
}

static void erase(struct ct_editor *e, size_t from, size_t to)
{
    memmove(e->text + from, e->text + to, e->len - to + 1);
    e->len -= to - from;
    e->cursor = snap(e, from);
}

/* What may stand in a line. The two joiners are invisible, and spelling. */
static bool may_stand(uint32_t cp)
{
    return !ct_text_unsafe(cp) || ct_text_joiner(cp);
}

/* Text from elsewhere without what must not stand in a line: line ends and
 * tabs become blanks, controls, direction overrides and bytes that are no text
 * go. Returns the bytes kept; *ret_cut when there was no room for the rest. */
static size_t clean(char *out, size_t cap, const char *s, size_t n, bool *ret_cut)
{
    const char *end = s + n;
    size_t len = 0;
    *ret_cut = false;
    while (s < end) {
        uint32_t cp;
        size_t used = ct_utf8_next(s, end, &cp);
        bool broken = used == 1 && cp == 0xfffd, line_end = cp == '\r' && s + 1 < end;
        s += used;
        if (line_end && *s == '\n')
            continue; /* the two are one */
        if (cp == '\n' || cp == '\r' || cp == '\t')
            cp = ' ';
        char utf8[4];
        size_t m = broken || !may_stand(cp) ? 0 : ct_utf8_put(utf8, cp);
        if (m > cap - len) {
            *ret_cut = true;
            break;
        }
        memcpy(out + len, utf8, m);
        len += m;
    }
    return len;
}

/* Straight into guarded memory, whole or not at all; the loop wipes its copy. */
static enum ct_reaction secret_paste(struct ct_secret *s, const struct ct_event *ev)
{
    size_t was = s->len;
    for (size_t i = 0; i < ev->text_len; i++) {
        unsigned char c = (unsigned char)ev->text[i];
        if (c < 0x20 || c == 0x7f || ct_secret_add(s, &ev->text[i], 1))
            continue;
        ct_wipe(s->data + was, s->len - was);
        s->len = was;
        return CT_REFUSED;
    }
    return CT_HANDLED;
}

static enum ct_reaction secret_event(struct ct_editor *e, const struct ct_event *ev)
{
    struct ct_secret *s = e->secret;
    if (ev->kind == CT_EV_PASTE)
        return secret_paste(s, ev);
    if (ev->key == CT_KEY_BACKSPACE) {
        while (s->len > 0 && (s->data[s->len - 1] & 0xc0) == 0x80)
            s->data[--s->len] = 0;
        if (s->len > 0)
            s->data[--s->len] = 0;
        return CT_HANDLED;
    }
    if (ev->key == CT_CTRL('u')) {
        ct_secret_wipe(s);
        return CT_HANDLED;
    }
    if (ev->key >= CT_KEY_BACKSPACE || !may_stand(ev->key))
        return CT_IGNORED;
    char utf8[4];
    size_t n = ct_utf8_put(utf8, ev->key);
    bool fits = n > 0 && ct_secret_add(s, utf8, n);
    ct_wipe(utf8, sizeof utf8);
    return fits ? CT_HANDLED : CT_REFUSED;
}

/* A paste that does not fit is refused whole: half a note may say the opposite. */
static enum ct_reaction paste(struct ct_editor *e, const struct ct_event *ev)
{
    char text[CT_EDITOR_BYTES];
    bool cut;
    size_t n = clean(text, e->max_bytes - e->len, ev->text, ev->text_len, &cut);
    bool fits = n > 0 && !cut;
    if (fits) {
        undo_mark(e, false);
        insert(e, text, n);
    }
    ct_wipe(text, n);
    return fits ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction move(struct ct_editor *e, size_t to)
{
    e->cursor = snap(e, to);
    if (e->undo != NULL)
        e->undo->typing = false;
    return CT_HANDLED;
}

static enum ct_reaction cut(struct ct_editor *e, size_t from, size_t to)
{
    if (from >= to)
        return CT_HANDLED;
    undo_mark(e, false);
    erase(e, from, to);
    return CT_HANDLED;
}

const struct ct_key_row CT_EDITOR_KEYS[] = {
    {"Left Right", "One character to the left or to the right."},
    {"Ctrl-Left Ctrl-Right", "One word to the left or to the right."},
    {"Home ^A", "To the beginning."},
    {"End ^E", "To the end."},
    {"Backspace Delete", "Delete the character before or at the cursor."},
    {"^W", "Delete the word before the cursor."},
    {"^K", "Delete from the cursor to the end."},
    {"^U", "Empty the field; undo brings the text back."},
    {"^Z ^Y", "Undo, and do again; 32 steps."},
    {NULL, NULL},
};

enum ct_reaction ct_editor_event(struct ct_editor *e, const struct ct_event *ev)
{
    if (ev->kind != CT_EV_KEY && ev->kind != CT_EV_PASTE)
        return CT_IGNORED;
    if (e->secret != NULL)
        return secret_event(e, ev);
    if (ev->kind == CT_EV_PASTE)
        return paste(e, ev);
    switch (ev->key) {
    case CT_KEY_LEFT:
        return move(e, step_left(e, e->cursor));
    case CT_KEY_RIGHT:
        return move(e, step_right(e, e->cursor));
    case CT_KEY_HOME:
    case CT_CTRL('a'):
        return move(e, 0);
    case CT_KEY_END:
    case CT_CTRL('e'):
        return move(e, e->len);
    case CT_KEY_WORD_LEFT:
        return move(e, word_left(e, e->cursor));
    case CT_KEY_WORD_RIGHT:
        return move(e, word_right(e, e->cursor));
    case CT_KEY_BACKSPACE:
        return cut(e, step_left(e, e->cursor), e->cursor);
    case CT_KEY_DELETE:
        return cut(e, e->cursor, step_right(e, e->cursor));
    case CT_CTRL('w'):
        return cut(e, word_left(e, e->cursor), e->cursor);
    case CT_CTRL('k'):
        return cut(e, e->cursor, e->len);
    case CT_CTRL('u'):
        return cut(e, 0, e->len);
    case CT_CTRL('z'):
        return undo(e) ? CT_HANDLED : CT_REFUSED;
    case CT_CTRL('y'):
        return redo(e) ? CT_HANDLED : CT_REFUSED;
    default:
        break;
    }
    if (ev->key >= CT_KEY_BACKSPACE || !may_stand(ev->key))
        return CT_IGNORED;
    char utf8[4];
    size_t n = ct_utf8_put(utf8, ev->key);
    if (n == 0 || n > e->max_bytes - e->len)
        return CT_REFUSED;
    undo_mark(e, true);
    insert(e, utf8, n);
    return CT_HANDLED;
}

/* ---- life --------------------------------------------------------------- */

bool ct_editor_init(struct ct_editor *e, size_t max_bytes)
{
    *e = (struct ct_editor){.max_bytes = max_bytes == 0 || max_bytes > CT_EDITOR_BYTES
                                             ? CT_EDITOR_BYTES
                                             : max_bytes};
    return true;
}

bool ct_editor_init_secret(struct ct_editor *e)
{
    *e = (struct ct_editor){0};
    return ct_secret_new(CT_SECRET_MAX, &e->secret, NULL) == CT_OK;
}

void ct_editor_done(struct ct_editor *e)
{
    ct_secret_free(e->secret);
    undo_free(e->undo);
    ct_wipe(e, sizeof *e);
}

void ct_editor_set(struct ct_editor *e, const char *text)
{
    if (e->secret != NULL)
        return;
    undo_mark(e, false);
    bool cut; /* what the store holds fits, or the field would have refused it */
    e->len = clean(e->text, e->max_bytes, text, strlen(text), &cut);
    e->text[e->len] = '\0';
    e->cursor = e->len;
    e->scroll = 0;
}

/* ---- drawing ------------------------------------------------------------ */

/* One character with its marks, as it will be drawn. */
struct drawn {
    char text[CT_EDITOR_BYTES + 1];
    int cols;
};

/* The one at byte `at`; returns where the next begins. */
static size_t drawn_at(const struct ct_editor *e, size_t at, bool ascii, struct drawn *ret)
{
    size_t next = step_right(e, at);
    memcpy(ret->text, e->text + at, next - at);
    ret->text[next - at] = '\0';
    CT_BUF out = {0};
    ret->cols = ct_text_clean(&out, ret->text, -1, ascii);
    return next;
}

static int cols_between(const struct ct_editor *e, size_t at, size_t end, bool ascii)
{
    struct drawn d;
    int cols = 0;
    while (at < end) {
        at = drawn_at(e, at, ascii, &d);
        cols += d.cols;
    }
    return cols;
}

/* Columns of text in sight, and the columns of a '~' where more is hidden. */
struct sight {
    int first, end, left, right;
};

static struct sight sight_of(int scroll, int cols, int total)
{
    int mark = cols >= 4;
    struct sight s = {.left = scroll > 0 ? mark : 0, .right = total > scroll + cols ? mark : 0};
    s.first = scroll + s.left;
    s.end = scroll + cols - s.right;
    return s;
}

/* Scroll so that the character at the cursor, columns [at, at + width), is seen. */
static int scroll_to(int scroll, int cols, int total, int at, int width)
{
    int most = total + 1 - cols;
    if (total <= cols)
        return 0; /* all of it fits; the cursor may stand right behind it */
    if (scroll > most)
        scroll = most;
    if (at < sight_of(scroll, cols, total).first)
        scroll = cols >= 4 ? at - 1 : at;
    if (at + width > sight_of(scroll, cols, total).end)
        scroll = at + width - cols + (cols >= 4);
    if (scroll > most)
        scroll = most;
    if (scroll > at)
        scroll = at; /* wider than the place */
    return scroll > 0 ? scroll : 0;
}

static int draw_secret(struct ct_editor *e, struct ct_grid *g, int row, int col, int cols,
                       bool focused)
{
    int n = 0;
    for (size_t i = 0; i < e->secret->len; i++)
        n += (e->secret->data[i] & 0xc0) != 0x80;
    int shown = n < cols - 1 ? n : cols - 1;
    for (int i = 0; i < shown; i++)
        ct_grid_text(g, row, col + i, 1, CT_R_FOCUS, "*");
    if (focused)
        ct_grid_cursor(g, row, col + shown);
    return shown;
}

int ct_editor_draw(struct ct_editor *e, struct ct_grid *g, int row, int col, int cols,
                   bool focused)
{
    if (cols < 1)
        return 0;
    const enum ct_role_ui role = CT_R_FOCUS; /* with the focus or without: see theme.c */
    ct_grid_fill(g, row, col, 1, cols, role);
    if (e->secret != NULL)
        return draw_secret(e, g, row, col, cols, focused);
    struct drawn d = {.cols = 1};
    int total = cols_between(e, 0, e->len, g->ascii);
    int at = cols_between(e, 0, e->cursor, g->ascii);
    if (focused && e->cursor < e->len)
        drawn_at(e, e->cursor, g->ascii, &d);
    /* without the focus a text that is too long shows its beginning */
    int scroll = focused ? scroll_to(e->scroll, cols, total, at, d.cols) : 0;
    struct sight in = sight_of(scroll, cols, total);
    int x = 0;
    for (size_t i = 0; i < e->len && x < in.end; x += d.cols) {
        i = drawn_at(e, i, g->ascii, &d);
        if (x >= in.first && x + d.cols <= in.end)
            ct_grid_text(g, row, col + x - scroll, d.cols, role, d.text);
    }
    if (in.left > 0)
        ct_grid_text(g, row, col, 1, role, "~");
    if (in.right > 0)
        ct_grid_text(g, row, col + cols - 1, 1, role, "~");
    if (focused) {
        e->scroll = scroll;
        ct_grid_cursor(g, row, col + at - scroll);
    }
    return total - scroll < cols ? total - scroll : cols;
}
