/* equip_form - see equip_form.h. */
#include "ui/screens/equip_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static int64_t now_ms(const struct ct_equip_form *f)
{
    return ct_app_now(ct_ui_app(f->ui));
}

static const char *field(const struct ct_equip_form *f)
{
    return f->form.field[f->form.focus]->name;
}

/* ---- what is offered ------------------------------------------------------------------ */

/* Does each folded word typed begin a word of the text? */
static bool begins(const char *text, const char *words)
{
    CT_BUF have = {.max = 2048};
    ct_buf_char(&have, ' ');
    ct_text_fold(&have, text);
    for (const char *s = words; *s != '\0';) {
        CT_BUF word = {.max = 2048};
        size_t n = strcspn(s, " ");
        ct_buf_printf(&word, " %.*s", (int)n, s);
        if (strstr(ct_buf_str(&have), ct_buf_str(&word)) == NULL)
            return false;
        s += n + (s[n] == ' ');
    }
    return true;
}

static bool same(const char *a, const char *b)
{
    CT_BUF x = {.max = 2048}, y = {.max = 2048};
    ct_text_fold(&x, a);
    ct_text_fold(&y, b);
    return strcmp(ct_buf_str(&x), ct_buf_str(&y)) == 0;
}

enum ct_status ct_offer_meant(const char *name, const char *what, const char *offers,
                              const char *typed, char *out, size_t size,
                              struct ct_error *reterr)
{
    CT_BUF words = {.max = 2048}, may = {.max = 300};
    const char *one = NULL;
    size_t found = 0;
    ct_text_fold(&words, typed);
    out[0] = '\0';
    if (typed[strspn(typed, " ")] == '\0')
        return CT_OK;
    for (const char *o = offers; *o != '\0'; o += strlen(o) + 1) {
        if (same(o, typed)) {
            ct_text_copy(out, size, o);
            return CT_OK;
        }
        if (words.len == 0 || !begins(o, ct_buf_str(&words)))
            continue;
        one = o;
        if (found++ < 6)
            ct_buf_printf(&may, "%s%s", found > 1 ? ", " : "", o);
    }
    if (found == 1) {
        ct_text_copy(out, size, one);
        return CT_OK;
    }
    if (found == 0)
        return ct_fail(reterr, CT_EINVAL, name, "There is no %s \"%.60s\".", what, typed);
    return ct_fail(reterr, CT_EINVAL, name, "\"%.40s\" may be %s%s: which?", typed,
                   ct_buf_str(&may), found > 6 ? " ..." : "");
}

/* Those of which the words begin so: at most CT_OFFERS_MAX; borrowed from *all. */
static size_t offered(struct ct_equip_form *f, const char *typed, struct ct_buf *all,
                      const char *ret[CT_OFFERS_MAX])
{
    CT_BUF words = {.max = 2048};
    size_t n = 0;
    if (f->offers != NULL)
        f->offers(f, field(f), all);
    ct_text_fold(&words, typed);
    for (const char *o = ct_buf_str(all); *o != '\0' && n < CT_OFFERS_MAX; o += strlen(o) + 1)
        if (begins(o, ct_buf_str(&words)))
            ret[n++] = o;
    return n;
}

enum ct_reaction ct_equip_form_offer(struct ct_view *v)
{
    struct ct_equip_form *f = ct_view_state(v);
    CT_BUF all = {.max = 64 * 1024};
    const char **o = calloc(CT_OFFERS_MAX, sizeof *o);
    if (o == NULL)
        return CT_REFUSED;
    if (f->taken == 0)
        ct_text_copy(f->typed, sizeof f->typed, ct_form_text(&f->form, field(f)));
    size_t n = offered(f, f->typed, &all, o);
    if (n > 0) {
        ct_form_set(&f->form, field(f), o[f->taken % n]);
        f->form.changed = true;
        f->taken++;
    } else {
        ct_ui_say(f->ui, CT_R_NOTE, "Nothing is offered for this field.");
    }
    free(o);
    return n > 0 ? CT_HANDLED : CT_REFUSED;
}

static void offers_draw(struct ct_equip_form *f, struct ct_grid *g, struct ct_rect at)
{
    CT_BUF all = {.max = 64 * 1024}, line = {.max = 4096};
    const char **o = calloc(CT_OFFERS_MAX, sizeof *o);
    if (o == NULL || at.rows < 1) {
        free(o);
        return;
    }
    const char *typed = f->taken > 0 ? f->typed : ct_form_text(&f->form, field(f));
    size_t n = offered(f, typed, &all, o);
    for (size_t i = 0; i < n && line.len < 700; i++)
        ct_buf_printf(&line, "%s%s", i > 0 ? ", " : "^N: ", o[i]);
    if (n > 0)
        ct_draw_wrapped(g, at, CT_R_DIM, ct_buf_str(&line));
    free(o);
}

/* ---- the screen ----------------------------------------------------------------------- */

enum ct_status ct_equip_form_begin(struct ct_equip_form *f, const struct ct_field *fields,
                                   size_t n, int label_cols, struct ct_error *reterr)
{
    if (!ct_form_init(&f->form, fields, n, label_cols))
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the form.");
    if (f->fill != NULL)
        f->fill(f);
    ct_form_clean(&f->form);
    ct_form_resume(f->ui, &f->form, f->kind, CT_UNSET);
    return CT_OK;
}

void ct_equip_form_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct ct_equip_form *f = ct_view_state(v);
    char hint[400];
    ct_ui_subject(f->ui, "%s", ct_app_config(ct_ui_app(f->ui))->site_name);
    ct_grid_text(g, body.row, body.col + 1, body.cols - 2, CT_R_HEAD, f->title);
    int fields = (int)f->form.n < body.rows - 5 ? (int)f->form.n : body.rows - 5;
    struct ct_rect at = {body.row + 1, body.col, fields, body.cols};
    ct_form_draw(&f->form, g, at);
    ct_form_hint(&f->form, hint, sizeof hint);
    int row = at.row + at.rows, end = body.row + body.rows;
    row += ct_draw_wrapped(g, (struct ct_rect){row, body.col + 2, 2, body.cols - 4}, CT_R_DIM,
                           hint);
    offers_draw(f, g, (struct ct_rect){row, body.col + 2, end - row, body.cols - 4});
}

void ct_equip_form_failed(struct ct_equip_form *f, const struct ct_error *e)
{
    ct_form_fail(&f->form, e);
    ct_ui_say_error(f->ui, e);
}

bool ct_equip_form_saved(struct ct_equip_form *f)
{
    bool dropped = ct_form_drop(f->ui, &f->form, f->kind, CT_UNSET);
    ct_ui_pop(f->ui);
    return dropped;
}

/* In one of those that are offered and nothing else, what is meant is written out; in the
 * others, what is in use in another way of writing is put as it is in use. */
static enum ct_reaction left(struct ct_equip_form *f, size_t was)
{
    struct ct_error err;
    CT_BUF all = {.max = 64 * 1024};
    char out[200];
    const char *name = f->form.field[was]->name, *typed = ct_form_text(&f->form, name);
    f->taken = 0;
    if (f->offers == NULL || typed[0] == '\0')
        return CT_HANDLED;
    f->offers(f, name, &all);
    if (f->only != NULL && f->only(f, name)) {
        if (ct_offer_meant(name, f->form.field[was]->label, ct_buf_str(&all), typed, out,
                           sizeof out, &err) == CT_OK) {
            ct_form_set(&f->form, name, out);
        } else if (f->form.focus > was) { /* backwards it is never in the way */
            ct_equip_form_failed(f, &err);
            return CT_REFUSED;
        }
        return CT_HANDLED;
    }
    for (const char *o = ct_buf_str(&all); *o != '\0'; o += strlen(o) + 1)
        if (strcmp(o, typed) != 0 && same(o, typed)) {
            ct_form_set(&f->form, name, o);
            break;
        }
    return CT_HANDLED;
}

enum ct_reaction ct_equip_form_save(struct ct_view *v)
{
    struct ct_equip_form *f = ct_view_state(v);
    if (!ct_form_check(&f->form, now_ms(f))) {
        ct_ui_say_error(f->ui, &f->form.message);
        return CT_REFUSED;
    }
    f->save(v);
    return CT_HANDLED;
}

enum ct_reaction ct_equip_form_event(struct ct_view *v, const struct ct_event *e)
{
    struct ct_equip_form *f = ct_view_state(v);
    size_t focus = f->form.focus;
    enum ct_form_result r = ct_form_event(&f->form, e, now_ms(f));
    if (r != CT_FORM_IGNORED)
        f->taken = 0;
    switch (r) {
    case CT_FORM_IGNORED: return CT_IGNORED;
    case CT_FORM_END: return ct_equip_form_save(v);
    case CT_FORM_ASKS: ct_ui_say(f->ui, CT_R_WARN, "%s", f->form.message.text); return CT_REFUSED;
    case CT_FORM_REFUSED: ct_ui_say_error(f->ui, &f->form.message); return CT_REFUSED;
    case CT_FORM_MOVED: break;
    }
    return f->form.focus != focus ? left(f, focus) : CT_HANDLED;
}

enum ct_reaction ct_equip_form_discard(struct ct_view *v)
{
    struct ct_equip_form *f = ct_view_state(v);
    ct_form_empty(&f->form);
    if (f->fill != NULL)
        f->fill(f);
    f->form.focus = 0;
    if (ct_form_drop(f->ui, &f->form, f->kind, CT_UNSET))
        ct_ui_say(f->ui, CT_R_TEXT, "Draft discarded. ^Z in a field brings its text back.");
    return CT_HANDLED;
}

bool ct_equip_form_draft(struct ct_view *v, struct ct_draft *d)
{
    struct ct_equip_form *f = ct_view_state(v);
    return f->form.changed && ct_form_keep(&f->form, d, f->kind, CT_UNSET);
}

bool ct_equip_form_typing(const struct ct_view *v)
{
    return ct_form_takes_text(&((const struct ct_equip_form *)ct_view_state(v))->form);
}

void ct_equip_form_close(struct ct_view *v)
{
    ct_form_done(&((struct ct_equip_form *)ct_view_state(v))->form);
}
