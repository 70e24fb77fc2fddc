/* text - one piece of text through pango. */
#include "report/report.h"

#include <string.h>

static const struct {
    const char *name;
} FONTS[] = {
    [FONT_TEXT] = {"DejaVu Sans,Noto Sans,sans-serif 10"},
    [FONT_SMALL] = {"DejaVu Sans,Noto Sans,sans-serif 8.5"},
    [FONT_BOLD] = {"DejaVu Sans,Noto Sans,sans-serif bold 10"},
    [FONT_SMALL_BOLD] = {"DejaVu Sans,Noto Sans,sans-serif bold 8.5"},
    [FONT_TITLE] = {"DejaVu Sans,Noto Sans,sans-serif bold 17"},
    [FONT_LABEL] = {"DejaVu Sans Mono,Noto Sans Mono,monospace 11"},
};
#define MONO "DejaVu Sans Mono,Noto Sans Mono,monospace"

const char *text_of(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s != NULL ? s : "";
}

/* Hebrew, Arabic and their kin, and the scripts beyond them. */
static bool right_to_left(gunichar c)
{
    return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) ||
           (c >= 0xfe70 && c <= 0xfefc) || (c >= 0x10800 && c <= 0x10fff) ||
           (c >= 0x1e800 && c <= 0x1efff);
}

/* Each run of words written from right to left between FSI and PDI: "NAME 485 777" keeps its
 * number behind the name. */
static char *isolated(const char *text)
{
    GString *out = g_string_new(NULL);
    const char *s = text;
    while (*s != '\0') {
        gunichar c = g_utf8_get_char(s);
        if (!right_to_left(c)) {
            g_string_append_unichar(out, c);
            s = g_utf8_next_char(s);
            continue;
        }
        const char *end = s;
        for (const char *t = s; *t != '\0'; t = g_utf8_next_char(t)) {
            gunichar d = g_utf8_get_char(t);
            if (right_to_left(d) || g_unichar_ismark(d) || d == 0x200c || d == 0x200d)
                end = g_utf8_next_char(t);
            else if (d != ' ')
                break;
        }
        g_string_append(out, "\u2068");
        g_string_append_len(out, s, end - s);
        g_string_append(out, "\u2069");
        s = end;
    }
    return g_string_free(out, FALSE);
}

static PangoLayout *layout(struct page *p, const char *text, PangoFontDescription *font,
                           double width)
{
    PangoLayout *l = pango_cairo_create_layout(p->cr);
    char *shown = isolated(text);
    /* Paper has no pixels: whole ones would pull letters that join apart. */
    pango_context_set_round_glyph_positions(pango_layout_get_context(l), FALSE);
    pango_cairo_context_set_resolution(pango_layout_get_context(l), 72); /* a point is a unit */
    pango_layout_context_changed(l);
    pango_layout_set_font_description(l, font);
    pango_font_description_free(font);
    pango_layout_set_auto_dir(l, FALSE);
    if (width > 0) {
        pango_layout_set_width(l, (int)(width * PANGO_SCALE));
        pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    }
    pango_layout_set_text(l, shown, -1);
    g_free(shown);
    unknown_note(p, l);
    return l;
}

PangoLayout *text_layout(struct page *p, const char *text, enum font font, double width)
{
    return layout(p, text, pango_font_description_from_string(FONTS[font].name), width);
}

PangoLayout *text_mono(struct page *p, const char *text, double size)
{
    PangoFontDescription *font = pango_font_description_from_string(MONO);
    pango_font_description_set_size(font, (int)(size * PANGO_SCALE));
    return layout(p, text, font, 0);
}

double text_height(PangoLayout *l)
{
    int h = 0;
    pango_layout_get_size(l, NULL, &h);
    return (double)h / PANGO_SCALE;
}

double text_width(PangoLayout *l)
{
    int w = 0;
    pango_layout_get_size(l, &w, NULL);
    return (double)w / PANGO_SCALE;
}

void text_put(struct page *p, PangoLayout *l, double x, double y)
{
    cairo_move_to(p->cr, x, y);
    pango_cairo_show_layout(p->cr, l);
    g_object_unref(l);
}
