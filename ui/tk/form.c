/* form - see form.h. */
#include "ui/tk/form.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

bool ct_form_init(struct ct_form *f, const struct ct_field *fields, size_t n, int label_cols)
{
    *f = (struct ct_form){0};
    if (n > CT_FORM_FIELDS_MAX)
        return false;
    int row = -1, end_col = 0;
    for (size_t i = 0; i < n; i++) {
        const struct ct_field *d = &fields[i];
        if (d->joined && i > 0)
            f->at[i] = (struct ct_form_row){row, -1, end_col + 1};
        else
            f->at[i] = (struct ct_form_row){++row, 2, 2 + label_cols + 1};
        end_col = f->at[i].edit_col + d->width;
        f->field[i] = d;
        f->n = i + 1;
        bool ok = d->kind == CT_F_SECRET
                      ? ct_editor_init_secret(&f->editor[i])
                      : ct_editor_init(&f->editor[i],
                                       d->kind == CT_F_TEXT && d->max_bytes > 0
                                           ? (size_t)d->max_bytes
                                           : 200);
        if (!ok) {
            ct_form_done(f);
            return false;
        }
    }
    f->rows = row + 1;
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
    if (i < 0 || strcmp(f->editor[i].text, text) == 0)
        return;
    ct_editor_set(&f->editor[i], text);
    f->accepted[i] = false;
    f->changed = true;
}

static enum ct_verdict judge(const struct ct_form *f, size_t i, int64_t now_ms, int64_t *value,
                             struct ct_error *err);
static bool skipped(const struct ct_form *f, size_t i);

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

static enum ct_form_result ask(struct ct_form *f, const char *why)
{
    char text[400];
    f->accepted[f->focus] = true;
    snprintf(text, sizeof text, "%s %s: %s. Enter if it is right.", f->field[f->focus]->label,
             f->editor[f->focus].text, why);
    say(f, CT_EINVAL, text);
    return CT_FORM_ASKS;
}

/* What was typed, as it was understood: 368 becomes 36.8, a becomes A, -10
 * becomes a time that stays. */
static void show_as_read(struct ct_form *f, size_t i, int64_t value)
{
    char text[64];
    enum ct_field_kind kind = f->field[i]->kind;
    if (kind == CT_F_TEXT || kind == CT_F_SECRET)
        return;
    ct_field_text(f->field[i], value, text, sizeof text);
    if (strcmp(text, f->editor[i].text) != 0)
        ct_editor_set(&f->editor[i], text);
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
    switch (f->verdict) {
    case CT_V_EMPTY: return CT_FORM_MOVED;
    case CT_V_OK:
        if (!asked && f->unusual != NULL && f->unusual(f, i, value, text, sizeof text))
            return ask(f, text);
        show_as_read(f, i, value);
        return CT_FORM_MOVED;
    case CT_V_UNUSUAL:
        if (asked) {
            show_as_read(f, i, value);
            return CT_FORM_MOVED;
        }
        ct_field_limits_text(f->field[i], limits, sizeof limits);
        snprintf(text, sizeof text, "unusual (%s)", limits);
        return ask(f, text);
    case CT_V_PARTIAL:
        ct_field_limits_text(f->field[i], limits, sizeof limits);
        snprintf(text, sizeof text, "%s: \"%s\" is not complete. %s.", f->field[i]->label,
                 f->editor[i].text, limits);
        say(f, CT_EINVAL, text);
        return CT_FORM_REFUSED;
    case CT_V_IMPOSSIBLE: break;
    }
    say(f, CT_EINVAL, err.text);
    return CT_FORM_REFUSED;
}

bool ct_form_check(struct ct_form *f, int64_t now_ms)
{
    size_t was = f->focus;
    for (size_t i = 0; i < f->n; i++) {
        f->focus = i;
        enum ct_form_result r = leave(f, now_ms);
        if (r == CT_FORM_MOVED && f->verdict == CT_V_EMPTY && f->field[i]->required) {
            char text[160];
            snprintf(text, sizeof text, "%s is needed.", f->field[i]->label);
            say(f, CT_EINVAL, text);
            return false;
        }
        if (r != CT_FORM_MOVED)
            return false;
    }
    f->focus = was;
    return true;
}

bool ct_form_fail(struct ct_form *f, const struct ct_error *e)
{
    f->message = *e;
    int i = e->field[0] != '\0' ? ct_form_index(f, e->field) : -1;
    if (i < 0)
        return false;
    f->focus = (size_t)i;
    return true;
}

/* ---- keys --------------------------------------------------------------- */

static size_t next_field(const struct ct_form *f)
{
    size_t i = f->focus + 1;
    while (i < f->n && skipped(f, i))
        i++;
    return i;
}

static enum ct_form_result forward(struct ct_form *f, int64_t now_ms)
{
    enum ct_form_result r = leave(f, now_ms);
    if (r != CT_FORM_MOVED)
        return r;
    size_t next = next_field(f);
    if (next < f->n) {
        f->focus = next;
        f->fresh = true;
        return CT_FORM_MOVED;
    }
    return ct_form_check(f, now_ms) ? CT_FORM_END : CT_FORM_REFUSED;
}

/* A typed character may have filled the field: then it advances by itself. */
static enum ct_form_result advance(struct ct_form *f, int64_t now_ms)
{
    size_t i = f->focus;
    const struct ct_editor *e = &f->editor[i];
    enum ct_field_kind kind = f->field[i]->kind;
    if ((kind != CT_F_INT && kind != CT_F_DECIMAL && kind != CT_F_CODE) ||
        e->cursor != e->len || !ct_field_full(f->field[i], e->text))
        return CT_FORM_MOVED;
    enum ct_form_result r = leave(f, now_ms);
    size_t next = next_field(f);
    if (r != CT_FORM_MOVED || next >= f->n)
        return r;
    f->focus = next;
    f->swallow = f->fresh = true;
    return CT_FORM_MOVED;
}

/* Characters that can be no part of a number or a code never get in. */
static bool refused_char(struct ct_form *f, uint32_t key)
{
    const struct ct_field *d = f->field[f->focus];
    char text[200], limits[160];
    if (d->kind == CT_F_INT || d->kind == CT_F_DECIMAL) {
        if ((key >= '0' && key <= '9') || (d->kind == CT_F_DECIMAL && (key == '.' || key == ',')) ||
            (key == '-' && d->hard_lo < 0))
            return false;
    } else if (d->kind == CT_F_CODE) {
        char now[64];
        struct ct_editor *e = &f->editor[f->focus];
        char utf8[4];
        size_t n = ct_utf8_put(utf8, key);
        snprintf(now, sizeof now, "%.40s%.*s", e->text, (int)n, utf8);
        size_t len = strlen(now);
        for (const struct ct_choice *c = d->choices; c->code != NULL; c++)
            if (strncasecmp(c->code, now, len) == 0)
                return false;
    } else {
        return false;
    }
    ct_field_limits_text(d, limits, sizeof limits);
    snprintf(text, sizeof text, "%s: %s.", d->label, limits);
    say(f, CT_EINVAL, text);
    return true;
}

/* Numbers and codes are typed over: nobody has to clear them first. */
static void replace_if_fresh(struct ct_form *f, struct ct_editor *ed, uint32_t key)
{
    enum ct_field_kind kind = f->field[f->focus]->kind;
    bool numeric = kind == CT_F_INT || kind == CT_F_DECIMAL;
    bool over = f->fresh && (numeric ? key >= '0' && key <= '9' : kind == CT_F_CODE);
    if (over && ed->len > 0 && ed->cursor == ed->len)
        ct_editor_set(ed, "");
}

static enum ct_form_result type(struct ct_form *f, const struct ct_event *e, int64_t now_ms)
{
    struct ct_editor *ed = &f->editor[f->focus];
    bool character = e->kind == CT_EV_KEY && e->key >= 0x20 && e->key < CT_KEY_BACKSPACE;
    if (character && e->key == '/' && f->focus + 1 < f->n && f->field[f->focus + 1]->joined &&
        ed->len > 0)
        return forward(f, now_ms);
    if (character && f->swallow && e->key == '/' && f->field[f->focus]->joined) {
        f->swallow = false; /* the slash typed out of habit after 120 */
        return CT_FORM_MOVED;
    }
    if (character)
        replace_if_fresh(f, ed, e->key);
    f->fresh = false;
    if (character && refused_char(f, e->key))
        return CT_FORM_REFUSED;
    size_t len = ed->len, secret_len = ed->secret != NULL ? ed->secret->len : 0;
    char before[CT_EDITOR_BYTES + 1];
    memcpy(before, ed->text, len + 1);
    enum ct_reaction r = ct_editor_event(ed, e);
    if (r == CT_IGNORED)
        return CT_FORM_IGNORED;
    bool same = ed->secret != NULL ? ed->secret->len == secret_len
                                   : ed->len == len && memcmp(before, ed->text, len) == 0;
    if (!same) {
        f->accepted[f->focus] = false;
        f->changed = true;
        f->swallow = false;
        say_nothing(f);
    }
    if (r == CT_REFUSED)
        return CT_FORM_REFUSED;
    return character && !same ? advance(f, now_ms) : CT_FORM_MOVED;
}

enum ct_form_result ct_form_event(struct ct_form *f, const struct ct_event *e, int64_t now_ms)
{
    if (f->n == 0 || (e->kind != CT_EV_KEY && e->kind != CT_EV_PASTE))
        return CT_FORM_IGNORED;
    if (e->kind == CT_EV_PASTE)
        return type(f, e, now_ms);
    switch (e->key) {
    case CT_KEY_ENTER:
    case CT_KEY_TAB:
        if (f->swallow) {
            f->swallow = false;
            return CT_FORM_MOVED;
        }
        return forward(f, now_ms);
    case CT_KEY_DOWN:
        f->swallow = false;
        return next_field(f) < f->n ? forward(f, now_ms) : CT_FORM_MOVED;
    case CT_KEY_UP:
    case CT_KEY_BACKTAB:
        f->swallow = false;
        say_nothing(f);
        for (size_t i = f->focus; i > 0;)
            if (!skipped(f, --i)) {
                f->focus = i;
                break;
            }
        f->fresh = true;
        return CT_FORM_MOVED;
    default: return type(f, e, now_ms);
    }
}

/* ---- drawing ------------------------------------------------------------ */

int ct_form_row_of(const struct ct_form *f, size_t i, struct ct_rect at)
{
    int row = f->at[i].row - f->top;
    return row >= 0 && row < at.rows ? at.row + row : -1;
}

static void field_draw(struct ct_form *f, size_t i, struct ct_grid *g, int row,
                       struct ct_rect at)
{
    const struct ct_field *d = f->field[i];
    bool focused = i == f->focus;
    int col = at.col + f->at[i].edit_col;
    if (f->at[i].label_col >= 0) {
        ct_grid_text(g, row, at.col + f->at[i].label_col,
                     f->at[i].edit_col - f->at[i].label_col - 1, CT_R_LABEL, d->label);
    } else {
        ct_grid_text(g, row, col - 1, 1, CT_R_DIM, "/");
    }
    if (focused)
        ct_grid_glyph(g, row, at.col, CT_R_TEXT, CT_GLYPH_MARK);
    int cols = d->width;
    if (col + cols > at.col + at.cols)
        cols = at.col + at.cols - col;
    ct_editor_draw(&f->editor[i], g, row, col, cols, focused);
    if (f->editor[i].len == 0 || focused) /* room to type shows */
        for (int x = ct_text_cols(f->editor[i].text); x < cols; x++)
            ct_grid_text(g, row, col + x, 1, focused ? CT_R_FOCUS : CT_R_DIM, "_");
    bool more = i + 1 < f->n && f->field[i + 1]->joined && !skipped(f, i + 1);
    if (!more && d->unit != NULL && d->unit[0] != '\0')
        ct_grid_text(g, row, col + cols + 1, -1, CT_R_DIM, d->unit);
}

void ct_form_draw(struct ct_form *f, struct ct_grid *g, struct ct_rect at)
{
    int focus_row = f->n > 0 ? f->at[f->focus].row : 0;
    if (focus_row < f->top)
        f->top = focus_row;
    if (focus_row >= f->top + at.rows)
        f->top = focus_row - at.rows + 1;
    for (size_t i = 0; i < f->n; i++) {
        int row = ct_form_row_of(f, i, at);
        if (row >= 0 && !skipped(f, i))
            field_draw(f, i, g, row, at);
    }
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
    snprintf(out, size, "%s%s%s%s", d->help != NULL ? d->help : "",
             d->help != NULL && d->help[0] != '\0' && limits[0] != '\0' ? " " : "", limits,
             limits[0] != '\0' ? "." : "");
}
