/* unknown - characters that no font of the machine has. Pango draws a box with their number, which
 * nobody reads as a name: so the page says which scripts are wanting. */
#include "report/report.h"

#include <string.h>

static const struct {
    GUnicodeScript script;
    const char *name;
} NAMES[] = {
    {G_UNICODE_SCRIPT_HAN, "Chinese characters"}, {G_UNICODE_SCRIPT_HIRAGANA, "Japanese"},
    {G_UNICODE_SCRIPT_KATAKANA, "Japanese"},      {G_UNICODE_SCRIPT_HANGUL, "Korean"},
    {G_UNICODE_SCRIPT_BOPOMOFO, "Bopomofo"},      {G_UNICODE_SCRIPT_ARABIC, "Arabic"},
    {G_UNICODE_SCRIPT_ARMENIAN, "Armenian"},      {G_UNICODE_SCRIPT_BENGALI, "Bengali"},
    {G_UNICODE_SCRIPT_CYRILLIC, "Cyrillic"},      {G_UNICODE_SCRIPT_DEVANAGARI, "Devanagari"},
    {G_UNICODE_SCRIPT_ETHIOPIC, "Ethiopic"},      {G_UNICODE_SCRIPT_GEORGIAN, "Georgian"},
    {G_UNICODE_SCRIPT_GREEK, "Greek"},            {G_UNICODE_SCRIPT_GUJARATI, "Gujarati"},
    {G_UNICODE_SCRIPT_GURMUKHI, "Gurmukhi"},      {G_UNICODE_SCRIPT_HEBREW, "Hebrew"},
    {G_UNICODE_SCRIPT_KANNADA, "Kannada"},        {G_UNICODE_SCRIPT_KHMER, "Khmer"},
    {G_UNICODE_SCRIPT_LAO, "Lao"},                {G_UNICODE_SCRIPT_LATIN, "Latin"},
    {G_UNICODE_SCRIPT_MALAYALAM, "Malayalam"},    {G_UNICODE_SCRIPT_MONGOLIAN, "Mongolian"},
    {G_UNICODE_SCRIPT_MYANMAR, "Burmese"},        {G_UNICODE_SCRIPT_ORIYA, "Odia"},
    {G_UNICODE_SCRIPT_SINHALA, "Sinhala"},        {G_UNICODE_SCRIPT_SYRIAC, "Syriac"},
    {G_UNICODE_SCRIPT_TAMIL, "Tamil"},            {G_UNICODE_SCRIPT_TELUGU, "Telugu"},
    {G_UNICODE_SCRIPT_THAANA, "Thaana"},          {G_UNICODE_SCRIPT_THAI, "Thai"},
    {G_UNICODE_SCRIPT_TIBETAN, "Tibetan"},        {G_UNICODE_SCRIPT_TIFINAGH, "Tifinagh"},
};
enum { LIST_MAX = 200 }; /* bytes of them that a page has room for */

/* What it is called; of what has no script of its own, or a rare one, the code point. */
static void name_of(gunichar c, char out[32])
{
    GUnicodeScript script = g_unichar_get_script(c);
    for (gsize i = 0; i < G_N_ELEMENTS(NAMES); i++)
        if (NAMES[i].script == script) {
            g_strlcpy(out, NAMES[i].name, 32);
            return;
        }
    g_snprintf(out, 32, "U+%04X", c);
}

static void note(GString *list, gunichar c)
{
    char name[32];
    name_of(c, name);
    if (list->len > LIST_MAX)
        g_strlcpy(name, "others", sizeof name);
    if (strstr(list->str, name) != NULL)
        return;
    g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", name);
}

void unknown_note(struct page *p, PangoLayout *l)
{
    if (pango_layout_get_unknown_glyphs_count(l) == 0)
        return;
    const char *text = pango_layout_get_text(l);
    PangoLayoutIter *at = pango_layout_get_iter(l);
    do {
        const PangoLayoutRun *run = pango_layout_iter_get_run_readonly(at);
        for (int i = 0; run != NULL && i < run->glyphs->num_glyphs; i++)
            if ((run->glyphs->glyphs[i].glyph & PANGO_GLYPH_UNKNOWN_FLAG) != 0 &&
                run->glyphs->glyphs[i].glyph != PANGO_GLYPH_EMPTY)
                note(p->unknown, g_utf8_get_char(text + run->item->offset +
                                                 run->glyphs->log_clusters[i]));
    } while (pango_layout_iter_next_run(at));
    pango_layout_iter_free(at);
}
