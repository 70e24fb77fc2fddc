/* checklist_text - a template as bytes that load to it again, and as a page for
 * people; the contract is checklist.h. */
#include "clinic/checklist_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* ---- as a file -------------------------------------------------------------- */

/* Quoted, so that ';', '#' and blanks may be in it. What holds a '"' was read from a
 * line without quotes, and can be written so again. */
static void put_bool(struct ct_buf *b, const char *key, bool is)
{
    ct_buf_printf(b, "%s = %s\n", key, is ? "yes" : "no");
}

/* " no n/a": the words of a set, each after a blank. */
static void add_set(struct ct_buf *b, const struct ct_check_item *i, uint16_t set)
{
    for (int v = 0; v <= CT_CHECK_NA_VALUE; v++) {
        const char *name = (set & 1u << v) != 0 ? ct_check_value_name(i, v) : NULL;
        if (name != NULL)
            ct_buf_printf(b, " %s", name);
    }
}

static void put_set(struct ct_buf *b, const char *key, const struct ct_check_item *i,
                    uint16_t set)
{
    if (set == 0)
        return;
    ct_buf_printf(b, "%s =", key);
    add_set(b, i, set);
    ct_buf_char(b, '\n');
}

static void add_when(struct ct_buf *b, const struct ct_checklist *t,
                     const struct ct_check_item *i)
{
    for (size_t k = 0; k < i->n_when; k++) {
        const struct ct_check_item *on = &t->item[i->when[k].item];
        ct_buf_printf(b, "%s%s", k > 0 ? ", " : " ", on->id);
        add_set(b, on, i->when[k].set);
    }
}

static void put_range(struct ct_buf *b, const char *key, const struct ct_check_item *i,
                      int64_t lo, int64_t hi)
{
    struct ct_field f;
    char from[40], to[40];
    ct_check_field(i, &f);
    ct_field_text(&f, lo, from, sizeof from);
    ct_field_text(&f, hi, to, sizeof to);
    ct_buf_printf(b, "%s = %s..%s\n", key, from, to);
}

static void span_text(const struct ct_check_item *i, int64_t ms, char out[24])
{
    long long min = ms / CT_MINUTE_MS;
    if (i->kind != CT_CHECK_SINCE)
        ct_check_minutes_text(ms, out, 24);
    else if (min % 60 == 0)
        snprintf(out, 24, "%lld h", min / 60);
    else if (min < 60)
        snprintf(out, 24, "%lld min", min);
    else
        snprintf(out, 24, "%lld h %lld min", min / 60, min % 60);
}

static void put_span(struct ct_buf *b, const char *key, const struct ct_check_item *i,
                     int64_t ms)
{
    char text[24];
    if (ms == CT_UNSET)
        return;
    span_text(i, ms, text);
    ct_buf_printf(b, "%s = %s\n", key, text);
}

static void put_choices(struct ct_buf *b, const struct ct_check_item *i)
{
    CT_BUF all = {.max = 4096};
    for (size_t k = 0; k < i->n_choices; k++)
        ct_buf_printf(&all, "%s%s %s", k > 0 ? ", " : "", i->choices[k].code,
                      i->choices[k].label);
    b->bad |= all.bad;
    ct_ini_put(b, "choices", ct_buf_str(&all));
}

static void put_kind(struct ct_buf *b, const struct ct_checklist *t,
                     const struct ct_check_item *i)
{
    switch (i->kind) {
    case CT_CHECK_CHOICE:
        put_choices(b, i);
        break;
    case CT_CHECK_NUMBER:
        ct_ini_put(b, "unit", i->unit);
        ct_buf_printf(b, "places = %d\n", i->places);
        put_range(b, "hard", i, i->hard_lo, i->hard_hi);
        put_range(b, "usual", i, i->usual_lo, i->usual_hi);
        break;
    case CT_CHECK_SINCE:
        ct_ini_put(b, "until", i->until_start ? "start" : "now");
        break;
    case CT_CHECK_SCAN:
        ct_ini_put(b, "of", CT_CHECK_SCAN_NAME[i->scan]);
        break;
    case CT_CHECK_TIMER:
        if (i->least_from != CT_CHECK_NONE)
            ct_ini_put(b, "least_from", t->item[i->least_from].id);
        break;
    case CT_CHECK_YES_NO:
    case CT_CHECK_TEXT:
    case CT_CHECK_DATE:
    case CT_CHECK_TIME:
    case CT_CHECK_DURATION:
    case CT_CHECK_KINDS:
        break;
    }
    put_span(b, "least", i, i->least_ms);
    put_span(b, "most", i, i->most_ms);
}

static void put_item(struct ct_buf *b, const struct ct_checklist *t,
                     const struct ct_check_item *i)
{
    ct_buf_printf(b, "\n[item.%s]\n", i->id);
    ct_ini_put(b, "kind", CT_CHECK_KIND_NAME[i->kind]);
    ct_ini_put(b, "text", i->text);
    put_bool(b, "mandatory", i->mandatory);
    put_bool(b, "na", i->na);
    put_bool(b, "two_person", i->two_person);
    put_kind(b, t, i);
    if (i->n_when > 0) {
        ct_buf_str_add(b, "when =");
        add_when(b, t, i);
        ct_buf_char(b, '\n');
    }
    put_set(b, "comment_on", i, i->comment_on);
    put_set(b, "stop_on", i, i->stop_on);
    ct_ini_put(b, "note", i->note);
    put_set(b, "note_on", i, i->note_on);
    ct_ini_put(b, "help", i->help);
}

void ct_checklist_canonical(const struct ct_checklist *t, struct ct_buf *out)
{
    ct_buf_str_add(out, "[checklist]\n");
    ct_ini_put(out, "id", t->id);
    ct_ini_put(out, "version", t->version);
    ct_ini_put(out, "title", t->title);
    ct_ini_put(out, "note", t->note);
    for (size_t s = 0; s < t->n_sources; s++) {
        char key[16] = "source";
        if (s > 0)
            snprintf(key, sizeof key, "source_%zu", s + 1);
        ct_ini_put(out, key, t->source[s]);
    }
    for (size_t s = 0; s < t->n_sections; s++) {
        const struct ct_check_section *of = &t->section[s];
        ct_buf_printf(out, "\n[section.%s]\n", of->id);
        ct_ini_put(out, "title", of->title);
        ct_ini_put(out, "by", of->by);
        ct_ini_put(out, "before", CT_CHECK_STAGE_NAME[of->before]);
        put_bool(out, "two_person", of->two_person);
        ct_ini_put(out, "note", of->note);
        for (size_t i = of->first; i < of->first + of->n; i++)
            put_item(out, t, &t->item[i]);
    }
}

/* ---- for people ---------------------------------------------------------------- */

enum { INDENT = 6 };

static void line(struct ct_buf *b, int cols, const char *label, const char *text)
{
    CT_BUF whole = {.max = 8192};
    if (text[0] == '\0')
        return;
    ct_buf_printf(&whole, "%s%s", label, text);
    ct_buf_printf(b, "%*s", INDENT, "");
    ct_text_wrap(b, ct_buf_str(&whole), INDENT, INDENT + 2, cols);
}

static void line_set(struct ct_buf *b, int cols, const char *label,
                     const struct ct_check_item *i, uint16_t set)
{
    char words[160];
    ct_check_set_text(i, set, words, sizeof words);
    line(b, cols, label, words);
}

static void line_span(struct ct_buf *b, int cols, const char *label,
                      const struct ct_check_item *i, int64_t ms)
{
    char text[24];
    if (ms == CT_UNSET)
        return;
    span_text(i, ms, text);
    line(b, cols, label, text);
}

/* What may be answered. */
static void answers(struct ct_buf *b, const struct ct_checklist *t,
                    const struct ct_check_item *i, int cols)
{
    CT_BUF s = {.max = 4096};
    if (i->kind == CT_CHECK_YES_NO || i->kind == CT_CHECK_CHOICE) {
        for (size_t k = 0; k < i->n_choices; k++)
            ct_buf_printf(&s, "%s%s %s", k > 0 ? ", " : "", i->choices[k].code,
                          i->choices[k].label);
    } else if (i->kind == CT_CHECK_NUMBER) {
        struct ct_field f;
        char limits[160];
        ct_check_field(i, &f);
        ct_field_limits_text(&f, limits, sizeof limits);
        ct_buf_printf(&s, "number, %s", limits);
    } else if (i->kind == CT_CHECK_SCAN) {
        ct_buf_printf(&s, "scan of the %s", CT_CHECK_SCAN_NAME[i->scan]);
    } else if (i->kind == CT_CHECK_SINCE) {
        ct_buf_printf(&s, "time, counted to %s", i->until_start ? "the planned start" : "now");
    } else {
        ct_buf_str_add(&s, CT_CHECK_KIND_NAME[i->kind]);
    }
    if (i->na)
        ct_buf_str_add(&s, ", or n/a");
    if (!i->mandatory)
        ct_buf_str_add(&s, "; may be left out");
    if (i->two_person)
        ct_buf_str_add(&s, "; two persons");
    line(b, cols, "Answer: ", ct_buf_str(&s));
    line_span(b, cols, "At least: ", i, i->least_ms);
    line_span(b, cols, "At most: ", i, i->most_ms);
    if (i->least_from != CT_CHECK_NONE)
        line(b, cols, "At least: what was answered to ", t->item[i->least_from].id);
}

static void show_item(struct ct_buf *b, const struct ct_checklist *t, size_t n, int cols)
{
    const struct ct_check_item *i = &t->item[n];
    CT_BUF when = {.max = 4096};
    ct_buf_printf(b, "\n%3zu.  ", n + 1);
    ct_text_wrap(b, i->text, INDENT, INDENT, cols);
    line(b, cols, "Name: ", i->id);
    for (size_t k = 0; k < i->n_when; k++) {
        char words[160];
        const struct ct_check_item *on = &t->item[i->when[k].item];
        ct_check_set_text(on, i->when[k].set, words, sizeof words);
        ct_buf_printf(&when, "%s%s is %s", k > 0 ? "; and " : "", on->id, words);
    }
    line(b, cols, "Only when: ", ct_buf_str(&when));
    answers(b, t, i, cols);
    line_set(b, cols, "STOPS on: ", i, i->stop_on);
    line_set(b, cols, "Comment on: ", i, i->comment_on);
    line(b, cols, "Note: ", i->note);
    line_set(b, cols, "  shown on: ", i, i->note_on);
    line(b, cols, "Help: ", i->help);
}

void ct_checklist_text(const struct ct_checklist *t, int cols, struct ct_buf *out)
{
    cols = cols < 40 ? 40 : cols;
    ct_text_wrap(out, t->title, 0, 0, cols);
    ct_buf_printf(out, "%s, version %s, %zu items\n", t->id, t->version, t->n_items);
    if (t->note[0] != '\0') {
        ct_buf_char(out, '\n');
        ct_text_wrap(out, t->note, 0, 0, cols);
    }
    ct_buf_char(out, '\n');
    for (size_t s = 0; s < t->n_sources; s++) {
        ct_buf_str_add(out, "Source: ");
        ct_text_wrap(out, t->source[s], 8, 2, cols);
    }
    for (size_t s = 0; s < t->n_sections; s++) {
        const struct ct_check_section *of = &t->section[s];
        CT_BUF head = {.max = 1024};
        ct_buf_printf(&head, "%s (%s; before %s)", of->title, of->by,
                      CT_CHECK_STAGE_NAME[of->before]);
        ct_buf_str_add(out, "\n== ");
        ct_text_wrap(out, ct_buf_str(&head), 3, 3, cols);
        line(out, cols, "Note: ", of->note);
        for (size_t i = of->first; i < of->first + of->n; i++)
            show_item(out, t, i, cols);
    }
}
