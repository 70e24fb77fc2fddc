/* recall_ask - the list of packs that nothing failed for: of a load, a pack, a machine or a
 * period. From it a supervisor opens a recall. */
#include "ui/screens/recall_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { SHORT_DAYS = 30 };

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* How many different ones, zeros aside. Sorts. */
static size_t different(int64_t *v, size_t n)
{
    size_t count = 0;
    qsort(v, n, sizeof *v, by_number);
    for (size_t i = 0; i < n; i++)
        count += v[i] != 0 && (i == 0 || v[i] != v[i - 1]);
    return count;
}

void ct_recall_view_count(struct recall *s)
{
    int64_t *v = calloc(s->n + 1, sizeof *v);
    s->n_loads = s->n_procedures = 0;
    if (s->arg.id == 0)
        ct_recall_ask_text(ct_ui_app(s->ui), &s->arg.ask, s->asked, sizeof s->asked);
    if (v == NULL)
        return;
    for (size_t i = 0; i < s->n; i++)
        v[i] = s->p[i].load_id;
    s->n_loads = different(v, s->n);
    for (size_t i = 0; i < s->n; i++)
        v[i] = s->p[i].procedure_id;
    s->n_procedures = different(v, s->n);
    free(v);
}

int ct_recall_view_asked(const struct recall *s, struct ct_grid *g, struct ct_rect r)
{
    ct_grid_printf(g, r.row, r.col, r.cols, CT_R_HEAD, "WHERE IT WENT: %s", s->asked);
    ct_grid_printf(g, r.row + 1, r.col, r.cols, CT_R_TEXT,
                   "%zu pack%s of %zu load%s, used in %zu procedure%s. Nothing is stopped by this "
                   "list.",
                   s->n, s->n == 1 ? "" : "s", s->n_loads, s->n_loads == 1 ? "" : "s",
                   s->n_procedures, s->n_procedures == 1 ? "" : "s");
    return 2;
}

enum ct_status ct_recall_view_shorten(struct recall *s, struct ct_error *reterr)
{
    struct ct_error why = *reterr;
    if (strcmp(why.field, "from") != 0 || !ct_recall_of_period(&s->arg.ask))
        return why.status;
    s->arg.ask.from_ms = s->arg.ask.to_ms - SHORT_DAYS * (int64_t)CT_DAY_MS;
    enum ct_status rc = ct_recall_view_load(s, reterr);
    if (rc == CT_OK)
        ct_ui_say(s->ui, CT_R_WARN, "Of the last %d days alone: %.200s (d).", SHORT_DAYS, why.text);
    return rc;
}

/* ---- another period --------------------------------------------------------------------- */

static void from_given(struct ct_view *v, const char *text);

static void to_given(struct ct_view *v, const char *text)
{
    struct recall *s = ct_view_state(v);
    struct ct_recall_ask ask = s->arg.ask, was = s->arg.ask;
    struct ct_error err;
    if (text == NULL)
        return;
    ask.load_id = ask.pack_id = 0;
    ask.equipment_id = s->machine_id;
    enum ct_status rc = ct_recall_days(ct_ui_app(s->ui), s->from, text, &ask, &err);
    if (rc == CT_OK) {
        s->arg.ask = ask;
        rc = ct_recall_view_load(s, &err);
    }
    if (rc != CT_OK) {
        s->arg.ask = was;
        if (strcmp(err.field, "to") == 0)
            ct_ui_prompt(v, "Up to which day (Enter: up to now)", text, to_given);
        else if (strcmp(err.field, "from") == 0)
            ct_ui_prompt(v, "From which day (Enter: the first)", s->from, from_given);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    s->table.cursor = s->table.top = 0;
}

static void from_given(struct ct_view *v, const char *text)
{
    struct recall *s = ct_view_state(v);
    if (text == NULL)
        return;
    ct_text_copy(s->from, sizeof s->from, text);
    ct_ui_prompt(v, "Up to which day (Enter: up to now)", "", to_given);
}

/* The machine of a load's list, that its list over a period is of. */
static enum ct_status machine_of(struct recall *s, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    const struct ct_recall_ask *ask = &s->arg.ask;
    struct ct_load l;
    struct ct_pack p = {.load_id = ask->load_id};
    s->machine_id = ask->equipment_id;
    if (ct_recall_of_period(ask))
        return CT_OK;
    enum ct_status rc = ask->pack_id != 0 ? ct_pack_get(app, ask->pack_id, &p, reterr) : CT_OK;
    if (rc == CT_OK)
        rc = ct_load_get(app, p.load_id, &l, reterr);
    if (rc == CT_OK)
        s->machine_id = l.equipment_id;
    return rc;
}

enum ct_reaction ct_recall_view_dates(struct ct_view *v)
{
    struct recall *s = ct_view_state(v);
    struct ct_error err;
    if (machine_of(s, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    ct_ui_prompt(v, "From which day (Enter: the first)", "", from_given);
    return CT_HANDLED;
}

/* ---- a recall of it ------------------------------------------------------------------------ */

static void opened(struct ct_view *v, const char *text)
{
    struct recall *s = ct_view_state(v);
    struct ct_recall_arg arg = {.id = 0};
    struct ct_error err;
    if (text == NULL)
        return;
    if (ct_recall_open(ct_ui_app(s->ui), &s->arg.ask, text, &arg.id, &err) != CT_OK) {
        if (strcmp(err.field, "text") == 0)
            ct_ui_prompt(v, "Recalled, because", text, opened);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_ui_push(s->ui, &ct_screen_recall, &arg);
}

enum ct_reaction ct_recall_view_stop(struct ct_view *v)
{
    const struct recall *s = ct_view_state(v);
    char label[80];
    snprintf(label, sizeof label, "All %zu packs are stopped and recalled, because", s->n);
    ct_ui_prompt(v, label, "", opened);
    return CT_HANDLED;
}
