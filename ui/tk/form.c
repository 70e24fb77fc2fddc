/* form - see form.h. */
#include "ui/tk/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static bool skipped(const struct ct_form *f, size_t i);

static const char *joint(const struct ct_field *d)
{
    return d->joint != NULL ? d->joint : "/";
}

/* Rows from above, those without a field that is there left out. */
static void place(struct ct_form *f)
{
    int row = 0;
    for (size_t i = 0, end; i < f->n; i = end) {
        bool there = !skipped(f, i);
        for (end = i + 1; end < f->n && f->field[end]->joined; end++)
            there = there || !skipped(f, end);
        for (size_t k = i; k < end; k++)
            f->at[k].row = there ? row : -1;
        row += there;
    }
    f->rows = row;
}

bool ct_form_init(struct ct_form *f, const struct ct_field *fields, size_t n, int label_cols)
{
    *f = (struct ct_form){0};
    if (n > CT_FORM_FIELDS_MAX)
        return false;
    int end_col = 0;
    for (size_t i = 0; i < n; i++) {
        const struct ct_field *d = &fields[i];
        if (d->joined && i > 0)
            f->at[i] = (struct ct_form_row){0, -1, end_col + ct_text_cols(joint(d))};
        else
            f->at[i] = (struct ct_form_row){0, 2, 2 + label_cols + 1};
        end_col = f->at[i].edit_col + d->width;
        f->field[i] = d;
        f->n = i + 1;
        bool ok = d->kind == CT_F_SECRET
                      ? ct_editor_init_secret(&f->editor[i])
                      : ct_editor_init(&f->editor[i], d->kind == CT_F_TEXT && d->max_bytes > 0
                                                          ? (size_t)d->max_bytes
                                                          : 200);
        if (!ok) {
            ct_form_done(f);
            return false;
        }
    }
    place(f);
    return true;
}

void ct_form_done(struct ct_form *f)
{
    for (size_t i = 0; i < f->n; i++)
        ct_editor_done(&f->editor[i]);
    f->n = 0;
}

void ct_form_clean(struct ct_form *f)
{
    f->changed = false;
}

int ct_form_index(const struct ct_form *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->field[i]->name, name) == 0)
            return (int)i;
    return -1;
}

const char *ct_form_text(const struct ct_form *f, const char *name)
{
    int i = ct_form_index(f, name);
    return i < 0 ? NULL : f->editor[i].text;
}

void ct_form_set(struct ct_form *f, const char *name, const char *text)
{
    int i = ct_form_index(f, name);
    if (i < 0 || f->editor[i].secret != NULL || strcmp(f->editor[i].text, text) == 0)
        return;
    ct_editor_set(&f->editor[i], text);
    f->accepted[i] = false;
    f->changed = true;
}

static enum ct_verdict judge(const struct ct_form *f, size_t i, int64_t now_ms, int64_t *value,
                             struct ct_error *err);

int64_t ct_form_value(const struct ct_form *f, const char *name, int64_t now_ms)
{
    int i = ct_form_index(f, name);
    int64_t value = CT_UNSET;
    if (i >= 0 && !skipped(f, (size_t)i))
        judge(f, (size_t)i, now_ms, &value, NULL);
    return value;
}

/* ---- judging ------------------------------------------------------------ */

static void say(struct ct_form *f, enum ct_status status, const char *text)
{
    f->message.status = status;
    ct_text_copy(f->message.field, sizeof f->message.field, f->field[f->focus]->name);
    ct_text_copy(f->message.text, sizeof f->message.text, text);
}

static void say_nothing(struct ct_form *f)
{
    f->message = (struct ct_error){.status = CT_OK};
}

static enum ct_verdict judge(const struct ct_form *f, size_t i, int64_t now_ms, int64_t *value,
                             struct ct_error *err)
{
    *value = CT_UNSET;
    if (f->field[i]->kind == CT_F_SECRET)
        return f->editor[i].secret->len > 0 ? CT_V_OK : CT_V_EMPTY;
    return ct_field_judge(f->field[i], f->editor[i].text, now_ms, value, err);
}

static bool skipped(const struct ct_form *f, size_t i)
{
    return f->skip != NULL && f->skip(f, i);
}

/* Never on a field that is not there: the next one that is, or the last. */
static void settle(struct ct_form *f)
{
    size_t i = f->focus;
    if (!skipped(f, i))
        return;
    while (i < f->n && skipped(f, i))
        i++;
    for (size_t k = f->focus; i == f->n && k > 0; k--)
        if (!skipped(f, k - 1))
            i = k - 1;
    if (i == f->n)
        return;
    f->focus = i;
    f->fresh = true;
    f->swallow = false;
}

/* Write a value as it is understood (368 as 36.8, -10 as the time it was): it is
 * read back while it can be put right, and means the same when it is saved. */
static void write_out(struct ct_form *f, size_t i, int64_t value, int64_t now_ms)
{
    enum ct_field_kind kind = f->field[i]->kind;
    char text[64];
    int64_t again;
    if (kind == CT_F_TEXT || kind == CT_F_SECRET)
        return;
    ct_field_text(f->field[i], value, text, sizeof text);
    enum ct_verdict is = ct_field_judge(f->field[i], text, now_ms, &again, NULL);
    if ((is != CT_V_OK && is != CT_V_UNUSUAL) || strcmp(text, f->editor[i].text) == 0)
        return;
    if (again == value || (kind == CT_F_TIME && llabs(again - value) < CT_MINUTE_MS))
        ct_editor_set(&f->editor[i], text);
}

static enum ct_form_result ask(struct ct_form *f, const char *why)
{
    char text[400];
    f->accepted[f->focus] = true;
    snprintf(text, sizeof text, "%s %s: %s. Enter if it is right.", f->field[f->focus]->label,
             f->editor[f->focus].text, why);
    say(f, CT_EINVAL, text);
    return CT_FORM_ASKS;
}

/* May the focus leave the field forwards? An unusual value is asked about once. */
static enum ct_form_result leave(struct ct_form *f, int64_t now_ms)
{
    size_t i = f->focus;
    struct ct_error err = {.status = CT_OK};
    int64_t value;
    char limits[160], text[400];
    f->verdict = skipped(f, i) ? CT_V_EMPTY : judge(f, i, now_ms, &value, &err);
    bool asked = f->accepted[i];
    say_nothing(f);
    if (f->verdict == CT_V_OK || f->verdict == CT_V_UNUSUAL)
        write_out(f, i, value, now_ms);
    switch (f->verdict) {
    case CT_V_EMPTY:
        return CT_FORM_MOVED;
    case CT_V_OK:
        if (!asked && f->unusual != NULL && f->unusual(f, i, value, text, sizeof text))
            return ask(f, text);
        return CT_FORM_MOVED;
    case CT_V_UNUSUAL:
        if (asked)
            return CT_FORM_MOVED;
        ct_field_limits_text(f->field[i], limits, sizeof limits);
        snprintf(text, sizeof text, "unusual (%s)", limits);
        return ask(f, text);
    case CT_V_PARTIAL:
        ct_field_limits_text(f->field[i], limits, sizeof limits);
        snprintf(text, sizeof text, "%s: \"%s\" is not complete. %s.", f->field[i]->label,
                 f->editor[i].text, limits);
        say(f, CT_EINVAL, text);
        return CT_FORM_REFUSED;
    case CT_V_IMPOSSIBLE:
        break;
    }
    say(f, CT_EINVAL, err.text);
    return CT_FORM_REFUSED;
}

/* Judge all; the focus stays on the first that fails. MOVED: none does. */
static enum ct_form_result check(struct ct_form *f, int64_t now_ms)
{
    size_t was = f->focus;
    f->swallow = false;
    for (size_t i = 0; i < f->n; i++) {
        f->focus = i;
        enum ct_form_result r = leave(f, now_ms);
        if (r == CT_FORM_MOVED && f->verdict == CT_V_EMPTY && f->field[i]->required &&
            !skipped(f, i)) {
            char text[160];
            snprintf(text, sizeof text, "%s is needed.", f->field[i]->label);
            say(f, CT_EINVAL, text);
            r = CT_FORM_REFUSED;
        }
        if (r != CT_FORM_MOVED) {
            f->fresh = f->fresh || i != was;
            return r;
        }
    }
    f->focus = was;
    return CT_FORM_MOVED;
}

bool ct_form_check(struct ct_form *f, int64_t now_ms)
{
    return check(f, now_ms) == CT_FORM_MOVED;
}

bool ct_form_fail(struct ct_form *f, const struct ct_error *e)
{
    f->message = *e;
    int i = e->field[0] != '\0' ? ct_form_index(f, e->field) : -1;
    if (i < 0 || skipped(f, (size_t)i))
        return false;
    f->focus = (size_t)i;
    f->fresh = true;
    f->swallow = false;
    return true;
}

void ct_form_return(struct ct_form *f, const char *name)
{
    int i = name != NULL ? ct_form_index(f, name) : -1;
    if (i < 0 || skipped(f, (size_t)i))
        return;
    f->focus = (size_t)i;
    f->fresh = f->swallow = false;
}

/* ---- keys --------------------------------------------------------------- */

static size_t next_field(const struct ct_form *f)
{
    size_t i = f->focus + 1;
    while (i < f->n && skipped(f, i))
        i++;
    return i;
}

static void go(struct ct_form *f, size_t i)
{
    f->focus = i;
    f->fresh = true;
    f->filled = false;
}

static enum ct_form_result forward(struct ct_form *f, uint32_t key, int64_t now_ms)
{
    enum ct_form_result r = leave(f, now_ms);
    if (r != CT_FORM_MOVED)
        return r;
    size_t next = next_field(f);
    if (next < f->n)
        go(f, next);
    else if (key == CT_KEY_ENTER)
        r = check(f, now_ms) == CT_FORM_MOVED                     ? CT_FORM_END
            : f->verdict == CT_V_UNUSUAL || f->verdict == CT_V_OK ? CT_FORM_ASKS
                                                                  : CT_FORM_REFUSED;
    return r;
}

/* A typed character may have filled the field: then it advances by itself. One
 * that made it impossible is said at once, for those who look at the patient. */
static enum ct_form_result advance(struct ct_form *f, int64_t now_ms)
{
    size_t i = f->focus;
    const struct ct_editor *e = &f->editor[i];
    enum ct_field_kind kind = f->field[i]->kind;
    if (kind != CT_F_INT && kind != CT_F_DECIMAL && kind != CT_F_CODE)
        return CT_FORM_MOVED;
    int64_t value;
    struct ct_error err = {.status = CT_OK};
    if (judge(f, i, now_ms, &value, &err) == CT_V_IMPOSSIBLE) {
        say(f, CT_EINVAL, err.text);
        return CT_FORM_REFUSED;
    }
    if (e->cursor != e->len || !ct_field_full(f->field[i], e->text))
        return CT_FORM_MOVED;
    enum ct_form_result r = leave(f, now_ms);
    size_t next = next_field(f);
    if (r == CT_FORM_MOVED && next < f->n) {
        go(f, next);
        f->swallow = true;
    } else if (r == CT_FORM_ASKS) {
        f->filled = true; /* "018", which is shown as 18 now */
        f->swallow = f->habit; /* an Enter typed out of habit is no answer */
    }
    return r;
}

static bool is_number(const struct ct_field *d)
{
    return d->kind == CT_F_INT || d->kind == CT_F_DECIMAL;
}

/* Characters that can be no part of a number or a code never get in. */
static bool refused_char(struct ct_form *f, const char *now, uint32_t key)
{
    const struct ct_field *d = f->field[f->focus];
    char text[400], limits[300];
    if (is_number(d)) {
        bool point = d->kind == CT_F_DECIMAL && (key == '.' || key == ',');
        if ((key >= '0' && key <= '9') || point || (key == '-' && d->hard_lo < 0))
            return false;
    } else if (d->kind == CT_F_CODE) {
        char with[64], utf8[4];
        snprintf(with, sizeof with, "%.40s%.*s", now, (int)ct_utf8_put(utf8, key), utf8);
        for (const struct ct_choice *c = d->choices; c != NULL && c->code != NULL; c++)
            if (strncasecmp(c->code, with, strlen(with)) == 0)
                return false;
    } else {
        return false;
    }
    ct_field_limits_text(d, limits, sizeof limits);
    snprintf(text, sizeof text, "%s takes %s%s.", d->label, is_number(d) ? "figures: " : "",
             limits);
    say(f, CT_EINVAL, text);
    return true;
}

/* A figure never scrolls in its field: what is in sight is what it is. */
static bool overfull(struct ct_form *f, uint32_t key)
{
    const struct ct_field *d = f->field[f->focus];
    const struct ct_editor *ed = &f->editor[f->focus];
    char text[400];
    const bool asked = f->accepted[f->focus] && f->message.text[0] != '\0';
    if (!is_number(d) || key < 0x20 || key >= CT_KEY_BACKSPACE ||
        ((int)ed->len < d->width && !(asked && f->filled)))
        return false;
    if (asked)
        return true; /* that still stands: the answer is what is wanted */
    snprintf(text, sizeof text, "%s %s: no more digits fit. Backspace takes one back, ^U all.",
             d->label, ed->text);
    say(f, CT_EINVAL, text);
    return true;
}

/* Numbers and codes are typed over: nobody has to clear them first. */
static bool typed_over(const struct ct_form *f, const struct ct_event *e)
{
    const struct ct_editor *ed = &f->editor[f->focus];
    const struct ct_field *d = f->field[f->focus];
    if (!f->fresh || ed->len == 0 || ed->cursor != ed->len)
        return false;
    if (e->kind == CT_EV_PASTE || d->kind == CT_F_CODE)
        return is_number(d) || d->kind == CT_F_CODE;
    return is_number(d) && e->key >= '0' && e->key <= '9';
}

/* Why the editor would not. */
static void say_refused(struct ct_form *f, const struct ct_event *e)
{
    const struct ct_editor *ed = &f->editor[f->focus];
    const char *label = f->field[f->focus]->label;
    size_t most = ed->secret != NULL ? CT_SECRET_MAX : ed->max_bytes;
    char text[300];
    if (e->kind == CT_EV_KEY && e->key == CT_CTRL('z'))
        snprintf(text, sizeof text, "%s: there is nothing to undo.", label);
    else if (e->kind == CT_EV_KEY && e->key == CT_CTRL('y'))
        snprintf(text, sizeof text, "%s: there is nothing to do again.", label);
    else
        snprintf(text, sizeof text, "%s: %s; it takes up to %zu bytes.", label,
                 e->kind == CT_EV_PASTE ? "nothing was pasted" : "no more fits", most);
    say(f, CT_EINVAL, text);
}

/* What was pasted into a number or a code is one, or is taken back. */
static enum ct_form_result pasted(struct ct_form *f, const char *before, int64_t now_ms)
{
    struct ct_editor *ed = &f->editor[f->focus];
    const struct ct_field *d = f->field[f->focus];
    struct ct_error err = {.status = CT_OK};
    char text[CT_EDITOR_BYTES + 1];
    int64_t value;
    if (!is_number(d) && d->kind != CT_F_CODE)
        return CT_FORM_MOVED;
    ct_text_copy(text, sizeof text, ed->text);
    ct_text_trim(text);
    if (strcmp(text, ed->text) != 0)
        ct_editor_set(ed, text);
    if (judge(f, f->focus, now_ms, &value, &err) != CT_V_IMPOSSIBLE)
        return CT_FORM_MOVED;
    ct_editor_set(ed, before);
    say(f, CT_EINVAL, err.text);
    return CT_FORM_REFUSED;
}

/* A key or a paste for the focused editor. */
static enum ct_form_result edit(struct ct_form *f, const struct ct_event *e, int64_t now_ms)
{
    struct ct_editor *ed = &f->editor[f->focus];
    bool character = e->kind == CT_EV_KEY && e->key >= 0x20 && e->key < CT_KEY_BACKSPACE;
    bool over = typed_over(f, e);
    if (character && (refused_char(f, over ? "" : ed->text, e->key) ||
                      (!over && overfull(f, e->key))))
        return CT_FORM_REFUSED;
    f->filled = false;
    size_t len = ed->len, secret_len = ed->secret != NULL ? ed->secret->len : 0;
    char before[CT_EDITOR_BYTES + 1];
    memcpy(before, ed->text, len + 1);
    if (over)
        ct_editor_set(ed, "");
    enum ct_reaction r = ct_editor_event(ed, e);
    if (r != CT_HANDLED && over)
        ct_editor_set(ed, before);
    if (r == CT_IGNORED)
        return CT_FORM_IGNORED;
    if (r == CT_REFUSED) {
        say_refused(f, e);
        return CT_FORM_REFUSED;
    }
    if (character && f->swallow)
        f->habit = false;
    f->fresh = f->swallow = false;
    enum ct_form_result p = e->kind == CT_EV_PASTE ? pasted(f, before, now_ms) : CT_FORM_MOVED;
    bool same = ed->secret != NULL ? ed->secret->len == secret_len
                                   : ed->len == len && memcmp(before, ed->text, len) == 0;
    if (!same) {
        f->accepted[f->focus] = false;
        f->changed = true;
        say_nothing(f);
    }
    return character ? advance(f, now_ms) : p;
}

static enum ct_form_result type(struct ct_form *f, const struct ct_event *e, int64_t now_ms)
{
    const struct ct_field *d = f->field[f->focus];
    bool text = d->kind == CT_F_TEXT || d->kind == CT_F_SECRET || d->kind == CT_F_DATE;
    if (e->kind == CT_EV_KEY && e->key == '/' && !text) {
        if (f->swallow && d->joined && f->fresh)
            return CT_FORM_MOVED; /* the slash typed out of habit after 120 */
        if (f->focus + 1 < f->n && f->field[f->focus + 1]->joined &&
            f->editor[f->focus].len > 0)
            return forward(f, e->key, now_ms);
    }
    return edit(f, e, now_ms);
}

static void back(struct ct_form *f)
{
    f->swallow = false;
    say_nothing(f);
    for (size_t i = f->focus; i > 0;)
        if (!skipped(f, --i)) {
            go(f, i);
            return;
        }
}

const struct ct_key_row CT_FORM_KEYS[] = {
    {"Enter", "The next field; on the last one, save. Accepts an unusual value."},
    {"Tab Down", "The next field."},
    {"Shift-Tab Up", "The field before."},
    {"/", "From the upper pressure to the lower, from a device to its flow."},
    {NULL, NULL},
};

enum ct_form_result ct_form_event(struct ct_form *f, const struct ct_event *e, int64_t now_ms)
{
    if (f->n == 0 || (e->kind != CT_EV_KEY && e->kind != CT_EV_PASTE))
        return CT_FORM_IGNORED;
    settle(f);
    if (e->kind == CT_EV_PASTE)
        return type(f, e, now_ms);
    switch (e->key) {
    case CT_KEY_ENTER:
    case CT_KEY_TAB:
        if (f->swallow) {
            f->swallow = false;
            f->habit = true;
            return f->message.text[0] != '\0' ? CT_FORM_ASKS : CT_FORM_MOVED;
        }
        return forward(f, e->key, now_ms);
    case CT_KEY_DOWN:
        f->swallow = false;
        return next_field(f) < f->n ? forward(f, e->key, now_ms) : CT_FORM_MOVED;
    case CT_KEY_UP:
    case CT_KEY_BACKTAB:
        back(f);
        return CT_FORM_MOVED;
    default:
        return type(f, e, now_ms);
    }
}

/* ---- drawing ------------------------------------------------------------ */

int ct_form_row_of(const struct ct_form *f, size_t i, struct ct_rect at)
{
    int row = f->at[i].row - f->top;
    return f->at[i].row >= 0 && row >= 0 && row < at.rows ? at.row + row : -1;
}

/* Text of the form at column `col` of it, nothing beyond its place. */
static void text_draw(struct ct_grid *g, int row, struct ct_rect at, int col, int cols,
                      enum ct_role_ui role, const char *text)
{
    if (cols > at.cols - col)
        cols = at.cols - col;
    if (cols > 0)
        ct_grid_text(g, row, at.col + col, cols, role, text);
}

static void field_draw(struct ct_form *f, size_t i, struct ct_grid *g, int row,
                       struct ct_rect at)
{
    const struct ct_field *d = f->field[i];
    bool focused = i == f->focus;
    int col = f->at[i].edit_col, label = f->at[i].label_col;
    int cols = d->width < at.cols - col ? d->width : at.cols - col;
    if (label >= 0)
        text_draw(g, row, at, label, col - label - 1, CT_R_LABEL, d->label);
    else
        text_draw(g, row, at, col - ct_text_cols(joint(d)), col, CT_R_DIM, joint(d));
    if (focused) {
        ct_grid_glyph(g, row, at.col, CT_R_TEXT, CT_GLYPH_MARK);
        ct_grid_cursor(g, row, at.col); /* where the editor itself has no room */
    }
    int used = ct_editor_draw(&f->editor[i], g, row, at.col + col, cols, focused);
    if (used == 0 || focused) /* room to type shows */
        for (int x = used; x < cols; x++)
            ct_grid_text(g, row, at.col + col + x, 1, CT_R_DIM, "_");
    bool more = i + 1 < f->n && f->field[i + 1]->joined && !skipped(f, i + 1);
    if (!more && d->unit != NULL && d->unit[0] != '\0')
        text_draw(g, row, at, col + d->width + 1, at.cols, CT_R_DIM, d->unit);
}

void ct_form_draw(struct ct_form *f, struct ct_grid *g, struct ct_rect at)
{
    if (f->n == 0 || at.rows < 1 || at.cols < 1)
        return;
    place(f);
    settle(f);
    int focus_row = f->at[f->focus].row;
    if (focus_row < f->top || focus_row >= f->top + at.rows)
        f->top = focus_row - at.rows / 2;
    if (f->top > f->rows - at.rows)
        f->top = f->rows - at.rows;
    if (f->top < 0)
        f->top = 0;
    for (size_t i = 0; i < f->n; i++) {
        int row = ct_form_row_of(f, i, at);
        if (row >= 0 && !skipped(f, i))
            field_draw(f, i, g, row, at);
    }
    int end = at.col + at.cols - 1;
    if (at.cols > 1 && f->top > 0)
        ct_grid_glyph(g, at.row, end, CT_R_DIM, CT_GLYPH_UP);
    if (at.cols > 1 && f->top + at.rows < f->rows)
        ct_grid_glyph(g, at.row + at.rows - 1, end, CT_R_DIM, CT_GLYPH_DOWN);
}

bool ct_form_takes_text(const struct ct_form *f)
{
    enum ct_field_kind kind = f->n > 0 ? f->field[f->focus]->kind : CT_F_INT;
    return kind == CT_F_TEXT || kind == CT_F_SECRET || kind == CT_F_DATE || kind == CT_F_TIME;
}

void ct_form_hint(const struct ct_form *f, char *out, size_t size)
{
    if (f->n == 0) {
        ct_text_copy(out, size, "");
        return;
    }
    const struct ct_field *d = f->field[f->focus];
    char limits[200] = "";
    if (d->kind != CT_F_TEXT && d->kind != CT_F_SECRET)
        ct_field_limits_text(d, limits, sizeof limits);
    if (limits[0] >= 'a' && limits[0] <= 'z' && d->kind != CT_F_CODE) /* a code is as it is */
        limits[0] = (char)(limits[0] - 'a' + 'A');
    snprintf(out, size, "%s%s%s%s", d->help != NULL ? d->help : "",
             d->help != NULL && d->help[0] != '\0' && limits[0] != '\0' ? " " : "", limits,
             limits[0] != '\0' ? "." : "");
}
