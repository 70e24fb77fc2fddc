/* load_values - what a cycle showed, typed: a field for each limit of the load's programme. */
#include "ui/screens/equip_form.h"
#include "ui/screens/load_view.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Values are typed with three decimals and judged in millionths. */
enum { PLACES = 3, TO_MILLIONTHS = 1000, FIELDS_MAX = 2 * CT_MEASURES + 1 };

struct values {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_load l;
    struct ct_programme *p;
    bool again;             /* something was typed before */
    struct ct_field field[FIELDS_MAX];
    char name[FIELDS_MAX][40], label[FIELDS_MAX][40], unit[FIELDS_MAX][40],
        help[FIELDS_MAX][240];
    size_t n;
};

/* A display shows it for a while, and it moves: the lowest and the highest are typed. */
static bool ranged(enum ct_measure m)
{
    return m == CT_M_TEMPERATURE || m == CT_M_PRESSURE || m == CT_M_SUPERHEAT;
}

static void add(struct values *s, const struct ct_programme_limit *l, const char *end,
                const char *what, bool joined)
{
    size_t i = s->n++;
    CT_BUF limit = {.max = 400};
    ct_limit_text(l, &limit);
    snprintf(s->name[i], sizeof s->name[i], "%s%s", CT_MEASURE_NAME[l->measure], end);
    snprintf(s->label[i], sizeof s->label[i], "%s%s", CT_MEASURE_NAME[l->measure], what);
    s->label[i][0] = (char)toupper((unsigned char)s->label[i][0]);
    snprintf(s->unit[i], sizeof s->unit[i], "%s", l->unit);
    snprintf(s->help[i], sizeof s->help[i], "Limit: %.100s. %.110s", ct_buf_str(&limit),
             joined ? "The highest in the holding time." : l->text);
    s->field[i] = (struct ct_field){.name = s->name[i],
                                    .label = joined ? "highest" : s->label[i],
                                    .unit = s->unit[i],
                                    .kind = CT_F_DECIMAL,
                                    .width = 11,
                                    .places = PLACES,
                                    .hard_lo = 0,
                                    .hard_hi = INT64_C(99999) * 1000,
                                    .help = s->help[i]};
    if (l->measure == CT_M_SUPERHEAT || ct_measure_dimension(l->measure) == CT_D_PRESSURE)
        s->field[i].hard_lo = INT64_C(-9999) * 1000; /* below saturation; a vacuum, gauge */
    if (ct_measure_dimension(l->measure) == CT_D_TEMPERATURE)
        s->field[i].hard_hi = INT64_C(600) * 1000;
    if (joined)
        s->label[i][0] = '\0';
}

static void fields(struct values *s)
{
    for (int m = 0; m < CT_MEASURES; m++) {
        if (!s->p->has[m])
            continue;
        const struct ct_programme_limit *l = &s->p->limit[m];
        bool both = ranged((enum ct_measure)m);
        add(s, l, "", both ? ", lowest" : "", false);
        if (!both)
            continue;
        add(s, l, "_high", "", true);
        s->field[s->n - 1].joined = true;
        s->field[s->n - 1].joint = " highest ";
        s->field[s->n - 2].unit = "";
    }
    if (s->again)
        s->field[s->n++] = (struct ct_field){
            .name = "reason", .label = "Read again", .unit = "", .kind = CT_F_TEXT, .width = 52,
            .max_bytes = 200, .required = true,
            .help = "Why it is read again: what was wrong with the values before."};
}

/* Both ends, or neither: one alone would be held against both sides of the limit. */
static enum ct_status value_of(const struct values *s, enum ct_measure m,
                               struct ct_load_reading *r, struct ct_error *reterr)
{
    const struct ct_form *f = &s->f.form;
    char high_name[40];
    int64_t low = ct_form_value(f, CT_MEASURE_NAME[m], 0), high = low;
    bool both = ranged(m);
    snprintf(high_name, sizeof high_name, "%s_high", CT_MEASURE_NAME[m]);
    if (both)
        high = ct_form_value(f, high_name, 0);
    if (low == CT_UNSET && high == CT_UNSET)
        return CT_OK;
    if (low == CT_UNSET || high == CT_UNSET)
        return ct_fail(reterr, CT_EINVAL, low == CT_UNSET ? CT_MEASURE_NAME[m] : high_name,
                       "the %s has a lowest and a highest value: the same twice, where it did "
                       "not move",
                       CT_MEASURE_NAME[m]);
    if (high < low)
        return ct_fail(reterr, CT_EINVAL, high_name, "the highest %s is below the lowest",
                       CT_MEASURE_NAME[m]);
    r->value[r->n++] = (struct ct_cycle_typed){.measure = m,
                                               .value = low * TO_MILLIONTHS,
                                               .ranged = both,
                                               .high = high * TO_MILLIONTHS};
    return CT_OK;
}

static void said(struct ct_ui *ui, const char *number, const struct ct_load_reading *r)
{
    if (r->verdict == CT_CYCLE_FAIL)
        ct_ui_say(ui, CT_R_ERROR, "%s FAILS: %.240s", number, r->text);
    else if (r->verdict == CT_CYCLE_PASS && r->unmeasured == 0)
        ct_ui_say(ui, CT_R_OK, "%s, values: pass.", number);
    else
        ct_ui_say(ui, CT_R_WARN, "%s, values: %s, and not every limit was measured.", number,
                  CT_CYCLE_VERDICT_NAME[r->verdict]);
}

static void save(struct ct_view *v)
{
    struct values *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    struct ct_error err;
    char number[40];
    struct ct_load_reading *r = calloc(1, sizeof *r);
    enum ct_status rc = r != NULL ? CT_OK
                                  : ct_fail(&err, CT_ENOMEM, "", "There is no memory to judge.");
    if (rc == CT_OK)
        r->load_id = s->l.id;
    for (int m = 0; rc == CT_OK && m < CT_MEASURES; m++)
        if (s->p->has[m])
            rc = value_of(s, (enum ct_measure)m, r, &err);
    if (rc == CT_OK && s->again)
        ct_text_copy(r->reason, sizeof r->reason, ct_form_text(&s->f.form, "reason"));
    if (rc == CT_OK)
        rc = ct_load_read(ct_ui_app(ui), r, &err);
    if (rc != CT_OK) {
        free(r);
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_load_number(ct_ui_app(ui), s->l.id, number);
    ct_equip_form_saved(&s->f);
    said(ui, number, r);
    free(r);
}

static enum ct_status values_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct values *s = ct_view_state(v);
    struct ct_load_reading *r = NULL;
    size_t n = 0;
    char number[40];
    s->f.ui = ct_view_ui(v);
    struct ct_app *app = ct_ui_app(s->f.ui);
    int64_t id = *(const int64_t *)arg;
    enum ct_status rc = ct_load_get(app, id, &s->l, reterr);
    if (rc == CT_OK)
        rc = ct_load_readings(app, id, &r, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        s->again = s->again || r[i].record_id == 0;
    free(r);
    if (rc == CT_OK)
        rc = ct_load_programme(app, id, &s->p, reterr);
    if (rc != CT_OK)
        return rc;
    fields(s);
    ct_load_number(app, id, number);
    s->f.save = save;
    snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_VALUES "%lld", (long long)id);
    snprintf(s->f.title, sizeof s->f.title, "VALUES of %s in %s, %s", number, s->l.asset,
             s->l.programme);
    rc = ct_equip_form_begin(&s->f, s->field, s->n, 22, reterr);
    if (rc != CT_OK)
        ct_programme_freep(&s->p); /* close is not called then */
    return rc;
}

static void values_close(struct ct_view *v)
{
    struct values *s = ct_view_state(v);
    ct_equip_form_close(v);
    ct_programme_free(s->p);
}

static const struct ct_command VALUES[] = {
    CT_EQUIP_FORM_COMMANDS("load_values", CT_PERM_STERILE_WRITE),
    {.id = NULL},
};

const struct ct_screen ct_screen_load_values = {
    .id = "load_values",
    .title = "Values of a cycle",
    .help = "What the display or the print of the machine shows, in the unit of each limit: the "
            "lowest and the highest temperature and pressure of the holding time, one value of "
            "everything else. It is judged by the programme as it was when the load was planned. "
            "What is left empty is not measured, and without it nothing is released.",
    .perm = CT_PERM_STERILE_WRITE,
    .state_size = sizeof(struct values),
    .arg_size = sizeof(int64_t),
    .commands = VALUES,
    .open = values_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = values_close,
};
