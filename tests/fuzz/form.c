/* Any bytes as keys and pastes into a form of every kind of field: what stands in a field is
 * text that can be drawn, the focus is on a field, a refusal says why, what is drawn stays
 * within its place, and what the form calls whole is. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/tk/form.h"
#include "tests/fuzz/fuzz.h"

enum { ROWS = 24, COLS = 80 };

static const struct ct_choice ON[] = {{"A", "air"}, {"O", "oxygen"}, {NULL, NULL}};
static const struct ct_field FIELDS[] = {
    {.name = "sbp", .label = "Pressure", .unit = "mmHg", .kind = CT_F_INT, .width = 4,
     .hard_hi = 300, .soft_lo = 90, .soft_hi = 180, .required = true, .help = "Systolic."},
    {.name = "dbp", .label = "", .kind = CT_F_INT, .width = 4, .joined = true, .hard_hi = 200,
     .help = "Diastolic."},
    {.name = "temp", .label = "Temperature", .unit = "degC", .kind = CT_F_DECIMAL, .width = 5,
     .places = 1, .hard_lo = 250, .hard_hi = 450, .soft_lo = 361, .soft_hi = 380, .help = "T."},
    {.name = "o2", .label = "Breathes", .kind = CT_F_CODE, .width = 3, .choices = ON, .help = "O."},
    {.name = "flow", .label = "Flow", .kind = CT_F_INT, .width = 3, .hard_lo = 1, .hard_hi = 15,
     .help = "Only on oxygen."},
    {.name = "base", .label = "Base", .kind = CT_F_INT, .width = 4, .hard_lo = -30, .hard_hi = 30,
     .help = "With a sign."},
    {.name = "born", .label = "Born", .kind = CT_F_DATE, .width = 12, .help = "A day."},
    {.name = "at", .label = "Taken", .kind = CT_F_TIME, .width = 16, .help = "When."},
    {.name = "note", .label = "Note", .kind = CT_F_TEXT, .width = 20, .max_bytes = 30, .help = "N."},
    {.name = "key", .label = "Password", .kind = CT_F_SECRET, .width = 20, .help = "P."},
};

static const int64_t NOW = INT64_C(1795340000000);

static bool skip(const struct ct_form *f, size_t i)
{
    return strcmp(f->field[i]->name, "flow") == 0 && ct_form_value(f, "o2", NOW) == 0;
}

static bool unusual(const struct ct_form *f, size_t i, int64_t value, char *why, size_t n)
{
    (void)f;
    if (i != 0 || value != 123)
        return false;
    strncpy(why, "it was 80 a moment ago", n - 1);
    why[n - 1] = '\0';
    return true;
}

static void check(const struct ct_form *f)
{
    demand(f->n == CT_LEN(FIELDS) && f->focus < f->n && f->rows >= 1 && f->top >= 0);
    for (size_t i = 0; i < f->n; i++) {
        const struct ct_editor *e = &f->editor[i];
        demand(e->cursor <= e->len && (e->secret != NULL || e->len <= e->max_bytes));
        if (e->secret != NULL) {
            demand(e->text[0] == '\0');
            continue;
        }
        demand(strlen(e->text) == e->len && ct_utf8_valid(e->text, e->len));
        for (const char *p = e->text, *end = p + e->len; p < end;) {
            uint32_t cp;
            p += ct_utf8_next(p, end, &cp);
            demand(cp >= 0x20 && cp != 0x7F);
        }
        int64_t v = ct_form_value(f, f->field[i]->name, NOW);
        if (v != CT_UNSET && f->field[i]->kind == CT_F_INT)
            demand(v >= f->field[i]->hard_lo && v <= f->field[i]->hard_hi);
    }
}

static void draw(struct ct_form *f, struct ct_grid *g, uint8_t how)
{
    struct ct_rect at = {1 + how % 4, how % 9, 1 + how % 20, 10 + how % 60};
    ct_grid_clear(g);
    ct_form_draw(f, g, at);
    for (int r = 0; r < ROWS; r++)
        for (int c = 0; c < COLS; c++)
            if (r < at.row || r >= at.row + at.rows || c < at.col || c >= at.col + at.cols)
                demand(g->cell[r * COLS + c].cp[0] == ' ' || g->cell[r * COLS + c].cp[0] == 0);
    demand(g->cursor_row >= 0 && g->cursor_row < ROWS && g->cursor_col >= 0 &&
           g->cursor_col < COLS);
    char hint[200];
    ct_form_hint(f, hint, sizeof hint);
    demand(ct_utf8_valid(hint, strlen(hint)));
}

/* One event: a key, or what follows as a paste. Returns the bytes it took. */
static size_t event_of(const uint8_t *data, size_t n, struct ct_event *e, char paste[256])
{
    *e = (struct ct_event){.kind = CT_EV_KEY, .key = data[0]};
    if (data[0] == 0xFF && n >= 2) {
        size_t len = data[1] % 64 < n - 2 ? data[1] % 64 : n - 2, out = 0;
        char raw[65];
        memcpy(raw, data + 2, len);
        raw[len] = '\0';
        if (ct_utf8_valid(raw, strlen(raw)))
            for (out = strlen(raw), len = out; len > 0; len--)
                paste[len - 1] = raw[len - 1];
        paste[out] = '\0';
        *e = (struct ct_event){.kind = CT_EV_PASTE, .text = paste, .text_len = out};
        return 2 + (data[1] % 64 < n - 2 ? data[1] % 64 : n - 2);
    }
    if (data[0] >= 0xF0 && n >= 3) { /* any character */
        uint32_t cp = (uint32_t)data[1] << 8 | data[2] | (data[0] & 1 ? 0x10000u : 0);
        e->key = cp >= 0xD800 && cp < 0xE000 ? 'x' : cp;
        return 3;
    }
    if (data[0] >= 0x80)
        e->key = (uint32_t)CT_KEY_BACKSPACE +
                 data[0] % (CT_KEY_UNKNOWN - CT_KEY_BACKSPACE + 1);
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct ct_form f;
    struct ct_grid g;
    struct ct_event e;
    char paste[256];
    if (size < 1 || size > 600)
        return 0;
    setlocale(LC_CTYPE, "C.UTF-8");
    demand(ct_form_init(&f, FIELDS, CT_LEN(FIELDS), 12) && ct_grid_init(&g, ROWS, COLS, false));
    f.skip = skip;
    f.unusual = unusual;
    for (size_t i = 0; i < size;) {
        i += event_of(data + i, size - i, &e, paste);
        enum ct_form_result r = ct_form_event(&f, &e, NOW);
        demand(r != CT_FORM_REFUSED || f.message.text[0] != '\0');
        demand(r != CT_FORM_ASKS || f.message.text[0] != '\0');
        check(&f);
        if (r == CT_FORM_END) {
            bool whole = ct_form_check(&f, NOW);
            demand(!whole || ct_form_value(&f, "sbp", NOW) != CT_UNSET);
            demand(whole || f.message.text[0] != '\0');
        }
        if (i % 7 == 0)
            draw(&f, &g, data[i % size]);
    }
    draw(&f, &g, data[0]);
    ct_grid_done(&g);
    ct_form_done(&f);
    return 0;
}
