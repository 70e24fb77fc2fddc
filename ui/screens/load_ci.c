/* load_ci - the indicators of a load are read: chemical ones one after another, a biological
 * one with its control. */
#include "ui/screens/load_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static struct ct_app *app_of(const struct ct_view *v)
{
    return ct_ui_app(ct_view_ui(v));
}

/* ---- chemical ---------------------------------------------------------------------------------- */

static const struct ct_programme_indicator *indicator(const struct ct_load_view *s)
{
    for (size_t i = 0; i < s->p->n_indicators; i++)
        if (strcmp(s->p->indicator[i].id, s->c.indicator) == 0)
            return &s->p->indicator[i];
    return NULL;
}

/* Does the release wait for it? What lies in a pack is seen when the pack is opened. */
static bool wanted(const struct ct_load_view *s, const struct ct_programme_indicator *i)
{
    bool each = i->place == CT_PLACE_OUTSIDE && (i->when & 1U << CT_WHEN_PACK) != 0;
    bool implant = s->l.implant && (i->when & 1U << CT_WHEN_IMPLANT) != 0;
    return i->kind == CT_CHEMICAL && (each || implant || (i->when & 1U << CT_WHEN_LOAD) != 0);
}

/* Its last reading of all packs, or of the load. */
static enum ct_ci_result result_of(const struct ct_load_view *s,
                                   const struct ct_programme_indicator *i)
{
    enum ct_ci_result r = CT_CI_NOT_READ;
    for (size_t k = 0; k < s->n_ci; k++)
        if (s->ci[k].pack_id == 0 && strcmp(s->ci[k].indicator, i->id) == 0)
            r = s->ci[k].result;
    return r;
}

static void save_ci(struct ct_view *v);
static void ask_ci(struct ct_view *v, const struct ct_programme_indicator *i);

/* The next one that is not read; false: none is left. */
static bool next_ci(struct ct_view *v)
{
    struct ct_load_view *s = ct_view_state(v);
    for (size_t i = 0; i < s->p->n_indicators; i++)
        if (wanted(s, &s->p->indicator[i]) &&
            result_of(s, &s->p->indicator[i]) == CT_CI_NOT_READ) {
            ask_ci(v, &s->p->indicator[i]);
            return true;
        }
    return false;
}

static void again_because(struct ct_view *v, const char *text)
{
    struct ct_load_view *s = ct_view_state(v);
    if (text == NULL)
        return;
    if (strlen(text) > CT_LOAD_TEXT_MAX) {
        ct_ui_say(s->ui, CT_R_WARN, "That is too long: nothing was saved.");
        return;
    }
    ct_text_copy(s->c.text, sizeof s->c.text, text);
    save_ci(v);
}

static void save_ci(struct ct_view *v)
{
    struct ct_load_view *s = ct_view_state(v);
    struct ct_load_ci c = s->c;
    struct ct_error err;
    char pack[40] = "all";
    if (ct_load_ci(app_of(v), &c, &err) != CT_OK) {
        if (strcmp(err.field, "text") == 0 && s->c.text[0] == '\0')
            ct_ui_prompt(v, "Read again, because", "", again_because);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_load_view_refresh(v);
    if (c.pack_id != 0)
        ct_pack_number(app_of(v), c.pack_id, pack);
    bool good = ct_ci_accepts(c.result);
    /* A pack that failed is taken out; the others are still to be said. */
    if (good || c.pack_id != 0)
        (void)next_ci(v);
    ct_ui_say(s->ui, good ? CT_R_OK : CT_R_WARN, "%s, %s: %s.%s", c.indicator, pack,
              CT_CI_RESULT_NAME[c.result],
              good             ? ""
              : c.pack_id != 0 ? " The pack goes back to the wash."
                               : " The load is to be rejected.");
}

static void pack_given(struct ct_view *v, const char *text)
{
    struct ct_load_view *s = ct_view_state(v);
    struct ct_pack p = {.id = 0};
    struct ct_error err;
    if (text == NULL)
        return;
    if (text[strspn(text, " ")] != '\0' && ct_pack_find(app_of(v), text, &p, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    s->c.pack_id = p.id;
    save_ci(v);
}

static void result_given(struct ct_view *v, int index)
{
    static const enum ct_ci_result RESULT[] = {CT_CI_PASS, CT_CI_FAIL, CT_CI_UNCLEAR};
    struct ct_load_view *s = ct_view_state(v);
    const struct ct_programme_indicator *i = indicator(s);
    if (index < 0 || index >= (int)CT_LEN(RESULT) || i == NULL)
        return;
    s->c.result = RESULT[index];
    bool of_a_pack = i->place == CT_PLACE_INSIDE ||
                     (i->place == CT_PLACE_OUTSIDE && !ct_ci_accepts(s->c.result));
    if (!of_a_pack) {
        save_ci(v);
        return;
    }
    ct_ui_prompt(v, i->place == CT_PLACE_INSIDE
                        ? "Of which pack; empty: of a test pack"
                        : "Of which pack; empty: of all",
                 "", pack_given);
    ct_ui_prompt_scans(v);
}

static void ask_result(struct ct_view *v, const struct ct_programme_indicator *i)
{
    static const struct ct_choice CHOICES[] = {
        {"y", "passed"}, {"f", "FAILED"}, {"u", "unclear"}, {"Esc", "later"}, {NULL, NULL}};
    char question[200];
    snprintf(question, sizeof question, "%.100s%s", i->text,
             i->place == CT_PLACE_OUTSIDE ? ": all packs of the load" : "");
    ct_ui_ask(v, question, CHOICES, result_given);
    ct_dialog_guard(v);
}

static void type_given(struct ct_view *v, const char *text)
{
    struct ct_load_view *s = ct_view_state(v);
    const struct ct_programme_indicator *i = indicator(s);
    int64_t type = CT_CI_ANY;
    if (text == NULL || i == NULL)
        return;
    if (text[strspn(text, " ")] != '\0' &&
        !ct_parse_int(text, CT_CI_PROCESS, CT_CI_TYPES - 1, &type)) {
        ct_ui_say(s->ui, CT_R_WARN, "A type is a figure from 1 to %d, as on the indicator.",
                  CT_CI_TYPES - 1);
        return;
    }
    s->c.type = (enum ct_ci_type)type;
    ask_result(v, i);
}

static void ask_ci(struct ct_view *v, const struct ct_programme_indicator *i)
{
    struct ct_load_view *s = ct_view_state(v);
    s->c = (struct ct_load_ci){.load_id = s->l.id, .type = i->type};
    ct_text_copy(s->c.indicator, sizeof s->c.indicator, i->id);
    if (i->place != CT_PLACE_OUTSIDE && i->type == CT_CI_ANY)
        ct_ui_prompt(v, "Type 1 to 6 (5: integrating), or empty", "", type_given);
    else
        ask_result(v, i);
}

static void which_given(struct ct_view *v, int index)
{
    struct ct_load_view *s = ct_view_state(v);
    for (size_t i = 0; index >= 0 && i < s->p->n_indicators; i++)
        if (s->p->indicator[i].kind == CT_CHEMICAL && index-- == 0) {
            ask_ci(v, &s->p->indicator[i]);
            return;
        }
}

/* All that the programme names, those inside packs too. */
static enum ct_reaction ask_which(struct ct_view *v)
{
    static const char *const CODE[CT_PROGRAMME_INDICATORS_MAX] = {
        "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b", "c"};
    struct ct_load_view *s = ct_view_state(v);
    struct ct_choice choice[CT_PROGRAMME_INDICATORS_MAX + 1];
    size_t n = 0;
    for (size_t i = 0; i < s->p->n_indicators; i++)
        if (s->p->indicator[i].kind == CT_CHEMICAL) {
            choice[n] = (struct ct_choice){CODE[n], s->p->indicator[i].id};
            n++;
        }
    choice[n] = (struct ct_choice){NULL, NULL};
    if (n == 0) {
        ct_ui_say(s->ui, CT_R_NOTE, "%s has no chemical indicator.", s->p->id);
        return CT_REFUSED;
    }
    ct_ui_ask(v, "Which chemical indicator", choice, which_given);
    return CT_HANDLED;
}

enum ct_reaction ct_load_view_chemical(struct ct_view *v)
{
    const struct ct_load_view *s = ct_view_state(v);
    if (s->l.state != CT_LOAD_IS_RELEASED && next_ci(v))
        return CT_HANDLED;
    return ask_which(v);
}

/* ---- biological --------------------------------------------------------------------------------- */

static void save_bi(struct ct_view *v, const char *text)
{
    struct ct_load_view *s = ct_view_state(v);
    struct ct_app *app = app_of(v);
    struct ct_error err;
    int64_t recall = 0;
    if (ct_load_bi_read(app, s->bi_id, s->test, s->control, ct_app_now(app), text, &recall,
                        &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_load_view_refresh(v);
    if (recall != 0)
        ct_ui_say(s->ui, CT_R_ERROR, "BI-%lld is POSITIVE: recall RC-%lld is open. Nothing of it "
                                     "is used.",
                  (long long)s->bi_id, (long long)recall);
    else if (s->test == CT_BI_POSITIVE)
        ct_ui_say(s->ui, CT_R_ERROR, "BI-%lld is POSITIVE. %s is to be rejected.",
                  (long long)s->bi_id, s->number);
    else
        for (size_t i = 0; i < s->n_bi; i++)
            if (s->bi[i].id == s->bi_id)
                ct_ui_say(s->ui,
                          s->bi[i].meaning == CT_BI_VALID_NEGATIVE ? CT_R_OK : CT_R_WARN,
                          "BI-%lld: %s.", (long long)s->bi_id,
                          CT_BI_MEANING_NAME[s->bi[i].meaning]);
}

static void bi_again_because(struct ct_view *v, const char *text)
{
    if (text != NULL)
        save_bi(v, text);
}

static void control_given(struct ct_view *v, int index)
{
    static const enum ct_bi_result CONTROL[] = {CT_BI_POSITIVE, CT_BI_NEGATIVE,
                                                CT_BI_INCONCLUSIVE};
    struct ct_load_view *s = ct_view_state(v);
    bool again = false;
    if (index < 0 || index >= (int)CT_LEN(CONTROL))
        return;
    s->control = CONTROL[index];
    for (size_t i = 0; i < s->n_bi; i++)
        again = again || (s->bi[i].id == s->bi_id && s->bi[i].test != CT_BI_NOT_READ);
    if (again)
        ct_ui_prompt(v, "Read again, because", "", bi_again_because);
    else
        save_bi(v, "");
}

static void test_given(struct ct_view *v, int index)
{
    static const struct ct_choice CHOICES[] = {{"g", "grew, as it should"},
                                               {"d", "did not grow"},
                                               {"u", "inconclusive, or not read"},
                                               {"Esc", "not read yet"},
                                               {NULL, NULL}};
    static const enum ct_bi_result TEST[] = {CT_BI_NEGATIVE, CT_BI_POSITIVE,
                                             CT_BI_INCONCLUSIVE};
    struct ct_load_view *s = ct_view_state(v);
    if (index < 0 || index >= (int)CT_LEN(TEST))
        return;
    s->test = TEST[index];
    ct_ui_ask(v, s->test == CT_BI_POSITIVE ? "POSITIVE: a recall is opened. Its control"
                                           : "Its control",
              CHOICES, control_given);
    ct_dialog_guard(v);
}

/* The first that waits; all read: the last one again. */
enum ct_reaction ct_load_view_biological(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {{"n", "negative, no growth"},
                                               {"p", "POSITIVE, growth"},
                                               {"i", "inconclusive"},
                                               {"Esc", "not read"},
                                               {NULL, NULL}};
    struct ct_load_view *s = ct_view_state(v);
    const struct ct_load_bi *b = NULL;
    char question[240], at[24];
    for (size_t i = 0; i < s->n_bi; i++)
        if (s->bi[i].test == CT_BI_NOT_READ && b == NULL)
            b = &s->bi[i];
    if (b == NULL && s->n_bi > 0)
        b = &s->bi[s->n_bi - 1];
    if (b == NULL)
        return CT_REFUSED;
    s->bi_id = b->id;
    ct_datetime_text(b->ready_ms, at);
    snprintf(question, sizeof question, "BI-%lld lot %.40s, negative from %s: it is",
             (long long)b->id, b->lot, at);
    ct_ui_ask(v, question, CHOICES, test_given);
    ct_dialog_guard(v);
    return CT_HANDLED;
}
