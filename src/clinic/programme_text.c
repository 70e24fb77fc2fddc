/* programme_text - a programme as bytes that load to it again, and as a page for people;
 * the contract is programme.h. */
#include "clinic/programme_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* ---- what is open ---------------------------------------------------------------- */

static void add_open(struct ct_buf *out, size_t *n, const char *what, const char *of)
{
    if (out != NULL)
        ct_buf_printf(out, "%s%s%s", *n > 0 ? ", " : "", what, of);
    ++*n;
}

size_t ct_programme_declared(const struct ct_programme *p, struct ct_buf *out)
{
    size_t n = 0;
    for (int m = 0; m < CT_MEASURES; m++) {
        const struct ct_programme_limit *l = &p->limit[m];
        if (p->has[m] && l->low.is == CT_BOUND_DECLARED)
            add_open(out, &n, CT_MEASURE_NAME[m], " low");
        if (p->has[m] && l->high.is == CT_BOUND_DECLARED)
            add_open(out, &n, CT_MEASURE_NAME[m], " high");
    }
    for (size_t i = 0; i < p->n_tests; i++)
        if (p->test[i].every == CT_EACH_DECLARED)
            add_open(out, &n, "how often ", p->test[i].id);
    for (size_t i = 0; i < p->n_indicators; i++) {
        if (p->indicator[i].incubation.is == CT_BOUND_DECLARED)
            add_open(out, &n, "incubation of ", p->indicator[i].id);
        if (p->indicator[i].incubate_low.is == CT_BOUND_DECLARED)
            add_open(out, &n, "incubator of ", p->indicator[i].id);
    }
    if (p->return_negatives == CT_PROGRAMME_DECLARED)
        add_open(out, &n, "return_negatives", "");
    return n;
}

/* ---- as a file ----------------------------------------------------------------- */

static void put_bound(struct ct_buf *b, const char *key, const struct ct_programme_limit *l,
                      const struct ct_bound *bound)
{
    char value[CT_DECIMAL_SIZE] = "declared";
    if (bound->is == CT_BOUND_NONE) {
        ct_buf_printf(b, "%s = none\n", key);
        return;
    }
    if (bound->is == CT_BOUND_SET)
        ct_decimal_text(bound->value, CT_CAL_PLACES, value);
    ct_buf_printf(b, "%s = %s %s", key, value, l->unit);
    if (ct_measure_dimension(l->measure) == CT_D_PRESSURE)
        ct_buf_printf(b, " %s", CT_PRESSURE_BASIS_NAME[l->basis]);
    ct_buf_char(b, '\n');
}

static void put_limit(struct ct_buf *b, const struct ct_programme_limit *l)
{
    ct_buf_printf(b, "\n[" CT_PROG_LIMIT "%s]\n", CT_MEASURE_NAME[l->measure]);
    ct_ini_put(b, "text", l->text);
    put_bound(b, "low", l, &l->low);
    put_bound(b, "high", l, &l->high);
    if (l->low.is == CT_BOUND_SET && l->high.is == CT_BOUND_SET &&
        strcmp(l->low.source, l->high.source) == 0) {
        ct_ini_put(b, "source", l->low.source);
    } else {
        ct_ini_put(b, "low_source", l->low.source);
        ct_ini_put(b, "high_source", l->high.source);
    }
    ct_ini_put(b, "note", l->note);
}

static void put_bits(struct ct_buf *b, const char *key, unsigned bits, const char *const *name,
                     int n)
{
    if (bits == 0)
        return;
    ct_buf_printf(b, "%s =", key);
    for (int i = 0; i < n; i++)
        if ((bits & 1u << i) != 0)
            ct_buf_printf(b, " %s", name[i]);
    ct_buf_char(b, '\n');
}

static void put_test(struct ct_buf *b, const struct ct_programme_test *t)
{
    ct_buf_printf(b, "\n[" CT_PROG_TEST "%s]\n", t->id);
    ct_ini_put(b, "text", t->text);
    ct_ini_put(b, "every", CT_EACH_NAME[t->every]);
    put_bits(b, "after", t->after, CT_AFTER_NAME, CT_AFTERS);
    if (t->runs > 1)
        ct_buf_printf(b, "runs = %d\n", t->runs);
    ct_ini_put(b, "load_before", t->load_before ? "yes" : "no");
    ct_ini_put(b, "stops", t->stops ? "yes" : "no");
    ct_ini_put(b, "run_with", t->programme);
    ct_ini_put(b, "source", t->source);
    ct_ini_put(b, "note", t->note);
}

static void put_incubation(struct ct_buf *b, const struct ct_programme_indicator *i)
{
    char low[CT_DECIMAL_SIZE], high[CT_DECIMAL_SIZE];
    ct_decimal_text(i->incubation.value, CT_CAL_PLACES, low);
    if (i->incubation.is == CT_BOUND_SET)
        ct_buf_printf(b, "incubation = %s h\n", low);
    else
        ct_buf_str_add(b, "incubation = declared\n");
    ct_decimal_text(i->incubate_low.value, CT_CAL_PLACES, low);
    ct_decimal_text(i->incubate_high.value, CT_CAL_PLACES, high);
    if (i->incubate_low.is == CT_BOUND_SET)
        ct_buf_printf(b, "incubation_temperature = %s %s degC\n", low, high);
    else if (i->incubate_low.is == CT_BOUND_DECLARED)
        ct_buf_str_add(b, "incubation_temperature = declared\n");
}

static void put_indicator(struct ct_buf *b, const struct ct_programme_indicator *i)
{
    ct_buf_printf(b, "\n[" CT_PROG_INDICATOR "%s]\n", i->id);
    ct_ini_put(b, "text", i->text);
    ct_ini_put(b, "kind", i->kind == CT_CHEMICAL ? "chemical" : "biological");
    if (i->type != CT_CI_ANY)
        ct_buf_printf(b, "type = %d\n", (int)i->type);
    ct_ini_put(b, "place", CT_PLACE_NAME[i->place]);
    put_bits(b, "when", i->when, CT_WHEN_NAME, CT_WHENS);
    ct_ini_put(b, "organism", i->organism);
    if (i->kind == CT_BIOLOGICAL)
        put_incubation(b, i);
    ct_ini_put(b, "source", i->source);
    ct_ini_put(b, "note", i->note);
}

static void put_head(struct ct_buf *out, const struct ct_programme *p)
{
    char key[32];
    ct_buf_str_add(out, "[" CT_PROG_HEAD "]\n");
    ct_ini_put(out, "id", p->id);
    ct_ini_put(out, "version", p->version);
    ct_ini_put(out, "title", p->title);
    ct_ini_put(out, "method", CT_METHOD_NAME[p->method]);
    ct_ini_put(out, "kind", p->is_test ? "test" : "load");
    ct_ini_put(out, "vacuum", p->vacuum ? "yes" : "no");
    ct_ini_put(out, "agent", p->agent);
    if (p->strip)
        ct_ini_put(out, "strip", "yes");
    if (p->single_use)
        ct_ini_put(out, "single_use", "yes");
    ct_ini_put(out, "note", p->note);
    for (size_t s = 0; s < p->n_sources; s++) {
        snprintf(key, sizeof key, s == 0 ? "source" : "source_%zu", s + 1);
        ct_ini_put(out, key, p->source[s]);
    }
    for (size_t s = 0; s < p->n_steps; s++) {
        snprintf(key, sizeof key, "step_%zu", s + 1);
        ct_ini_put(out, key, p->step[s]);
    }
    ct_ini_put(out, "recall", CT_RECALL_NAME[p->recall]);
    ct_ini_put(out, "recall_source", p->recall_source);
    if (p->return_negatives == CT_PROGRAMME_DECLARED)
        ct_ini_put(out, "return_negatives", "declared");
    else
        ct_buf_printf(out, "return_negatives = %d\n", p->return_negatives);
    ct_ini_put(out, "return_source", p->return_source);
    ct_ini_put(out, "early_release", CT_EARLY_NAME[p->early]);
    ct_ini_put(out, "early_source", p->early_source);
}

void ct_programme_canonical(const struct ct_programme *p, struct ct_buf *out)
{
    put_head(out, p);
    for (int m = 0; m < CT_MEASURES; m++)
        if (p->has[m])
            put_limit(out, &p->limit[m]);
    for (size_t i = 0; i < p->n_tests; i++)
        put_test(out, &p->test[i]);
    for (size_t i = 0; i < p->n_indicators; i++)
        put_indicator(out, &p->indicator[i]);
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

static void head_line(struct ct_buf *b, int cols, const char *label, const char *text)
{
    if (text[0] == '\0')
        return;
    ct_buf_str_add(b, label);
    ct_text_wrap(b, text, (int)strlen(label), 2, cols);
}

static void show_limit(struct ct_buf *b, const struct ct_programme_limit *l, int cols)
{
    CT_BUF s = {.max = 1024};
    ct_buf_printf(&s, "%s: ", CT_MEASURE_NAME[l->measure]);
    ct_limit_text(l, &s);
    ct_buf_str_add(b, "  ");
    ct_text_wrap(b, ct_buf_str(&s), 2, INDENT, cols);
    line(b, cols, "", l->text);
    bool same = l->high.source[0] == '\0' || strcmp(l->low.source, l->high.source) == 0;
    bool upper = l->low.source[0] == '\0';
    line(b, cols, same ? "Source: " : "Source of the lower: ", l->low.source);
    if (!same)
        line(b, cols, upper ? "Source: " : "Source of the upper: ", l->high.source);
    line(b, cols, "Note: ", l->note);
}

static void show_test(struct ct_buf *b, const struct ct_programme_test *t, int cols)
{
    CT_BUF s = {.max = 1024};
    ct_buf_str_add(b, "  ");
    ct_text_wrap(b, t->text, 2, INDENT, cols);
    if (t->every == CT_EACH_DECLARED)
        ct_buf_str_add(&s, "as the site declares");
    else if (t->every != CT_EACH_NEVER)
        ct_buf_printf(&s, "every %s", CT_EACH_NAME[t->every]);
    for (int a = 0; a < CT_AFTERS; a++)
        if ((t->after & 1u << a) != 0)
            ct_buf_printf(&s, "%safter %s", s.len > 0 ? ", " : "", CT_AFTER_NAME[a]);
    if (t->runs > 1)
        ct_buf_printf(&s, " (%d in a row)", t->runs);
    line(b, cols, "When: ", ct_buf_str(&s));
    if (!t->load_before)
        line(b, cols, "", "No load before it has passed.");
    if (t->stops)
        line(b, cols, "", "A failure takes the machine out of service.");
    line(b, cols, "Run with: ", t->programme);
    line(b, cols, "Source: ", t->source);
    line(b, cols, "Note: ", t->note);
}

static void show_indicator(struct ct_buf *b, const struct ct_programme_indicator *i, int cols)
{
    CT_BUF s = {.max = 1024};
    char low[CT_DECIMAL_SIZE], high[CT_DECIMAL_SIZE];
    ct_buf_str_add(b, "  ");
    ct_text_wrap(b, i->text, 2, INDENT, cols);
    if (i->kind == CT_CHEMICAL && i->type != CT_CI_ANY)
        ct_buf_printf(&s, "chemical, type %d (%s), ", (int)i->type, CT_CI_TYPE_NAME[i->type]);
    else
        ct_buf_printf(&s, "%s, ", i->kind == CT_CHEMICAL ? "chemical" : "biological");
    ct_buf_str_add(&s, CT_PLACE_NAME[i->place]);
    for (int w = 0; w < CT_WHENS; w++)
        if ((i->when & 1u << w) != 0)
            ct_buf_printf(&s, ", %s", CT_WHEN_NAME[w]);
    line(b, cols, "", ct_buf_str(&s));
    line(b, cols, "Organism: ", i->organism);
    ct_buf_clear(&s);
    ct_decimal_text(i->incubation.value, CT_CAL_PLACES, low);
    if (i->incubation.is != CT_BOUND_NONE)
        ct_buf_printf(&s, "%s%s", i->incubation.is == CT_BOUND_SET ? low : "declared",
                      i->incubation.is == CT_BOUND_SET ? " h" : "");
    ct_decimal_text(i->incubate_low.value, CT_CAL_PLACES, low);
    ct_decimal_text(i->incubate_high.value, CT_CAL_PLACES, high);
    if (i->incubate_low.is == CT_BOUND_SET)
        ct_buf_printf(&s, " at %s to %s degC", low, high);
    else if (i->incubate_low.is == CT_BOUND_DECLARED)
        ct_buf_str_add(&s, ", at a temperature that is declared");
    line(b, cols, "Incubation: ", ct_buf_str(&s));
    line(b, cols, "Source: ", i->source);
    line(b, cols, "Note: ", i->note);
}

static void show_failure(struct ct_buf *out, const struct ct_programme *p, int cols)
{
    static const char *const RECALL[CT_RECALLS] = {
        "",
        "everything since the last valid negative",
        "implants at once; everything since the last valid negative when a repeat is positive, "
        "or machine or procedure were at fault",
    };
    CT_BUF s = {.max = 2048};
    if (p->recall != CT_RECALL_NONE) {
        ct_buf_printf(&s, "%s. %s", RECALL[p->recall], p->recall_source);
        head_line(out, cols, "A positive indicator recalls: ", ct_buf_str(&s));
    }
    ct_buf_clear(&s);
    if (p->return_negatives > 0)
        ct_buf_printf(&s, "%d valid negative%s in a row. %s", p->return_negatives,
                      p->return_negatives == 1 ? "" : "s", p->return_source);
    else if (p->return_negatives == CT_PROGRAMME_DECLARED)
        ct_buf_printf(&s, "declared. %s", p->return_source);
    head_line(out, cols, "Back in service after: ", ct_buf_str(&s));
    ct_buf_clear(&s);
    if (p->early == CT_EARLY_EMERGENCY)
        ct_buf_printf(&s, "in an emergency alone. %s", p->early_source);
    else if (p->recall != CT_RECALL_NONE)
        ct_buf_str_add(&s, "never");
    head_line(out, cols, "Release before the biological result: ", ct_buf_str(&s));
}

void ct_programme_text(const struct ct_programme *p, int cols, struct ct_buf *out)
{
    CT_BUF open = {.max = 4096};
    cols = cols < 40 ? 40 : cols;
    ct_text_wrap(out, p->title, 0, 0, cols);
    ct_buf_printf(out, "%s, version %s, %s%s%s\n", p->id, p->version, CT_METHOD_NAME[p->method],
                  p->vacuum ? ", air removed by vacuum" : "",
                  p->is_test ? ", a test: it takes no load" : "");
    head_line(out, cols, "Agent: ", p->agent);
    if (p->strip)
        ct_buf_str_add(out, "Its concentration is tested before each use.\n");
    if (p->single_use)
        ct_buf_str_add(out, "The bath is used once.\n");
    if (ct_programme_declared(p, &open) > 0)
        head_line(out, cols, "To be filled in: ", ct_buf_str(&open));
    if (p->note[0] != '\0') {
        ct_buf_char(out, '\n');
        ct_text_wrap(out, p->note, 0, 0, cols);
    }
    for (size_t s = 0; s < p->n_sources; s++)
        head_line(out, cols, "Source: ", p->source[s]);
    for (size_t s = 0; s < p->n_steps; s++) {
        ct_buf_printf(out, "%s%2zu. ", s == 0 ? "\n" : "", s + 1);
        ct_text_wrap(out, p->step[s], 4, 4, cols);
    }
    ct_buf_str_add(out, "\nLimits\n");
    for (int m = 0; m < CT_MEASURES; m++)
        if (p->has[m])
            show_limit(out, &p->limit[m], cols);
    if (p->n_tests > 0)
        ct_buf_str_add(out, "\nTests\n");
    for (size_t i = 0; i < p->n_tests; i++)
        show_test(out, &p->test[i], cols);
    if (p->n_indicators > 0)
        ct_buf_str_add(out, "\nIndicators\n");
    for (size_t i = 0; i < p->n_indicators; i++)
        show_indicator(out, &p->indicator[i], cols);
    ct_buf_char(out, '\n');
    show_failure(out, p, cols);
}
