/* calibration_draft - what is typed into a calibration, kept and there again. */
#include "ui/screens/calibration_form.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { PER_FIELD = 6 }; /* points of one text of the draft */

/* A point a line: id, nominal, limits, where they are from, U, readings; TAB between. */
static void put_point(const struct cal_form *s, size_t at, struct ct_buf *b)
{
    const struct ct_cal_point *p = &s->k->t->point[at];
    const struct ct_cal_value *v = cf_value(s, at, s->phase);
    char nominal[CT_DECIMAL_SIZE] = "", u[CT_DECIMAL_SIZE];
    bool own = v->declared[0] != '\0';
    const char *readings = s->editing && at == cf_point(s) ? s->editor.text : v->readings;
    ct_decimal_text(v->nominal, CT_CAL_PLACES, nominal);
    ct_decimal_text(v->u, CT_CAL_PLACES, u);
    ct_buf_printf(b, "%s\t%s\t%s\t%s\t%s\t%s\n", p->id, own ? nominal : "", own ? v->limits : "",
                  v->declared, u, readings);
}

bool cf_keep(const struct cal_form *s, struct ct_draft *d)
{
    snprintf(d->kind, sizeof d->kind, "%s", s->cal_kind);
    d->patient_id = CT_UNSET;
    bool kept = ct_draft_put(d, "template", s->k->t->id);
    if (s->k->undivided != NULL) {
        char e[CT_DECIMAL_SIZE];
        ct_decimal_text(s->k->t->division, CT_CAL_PLACES, e);
        kept &= ct_draft_put(d, "division", e);
        kept &= ct_draft_put(d, "division_from", s->k->t->division_source);
    }
    for (size_t i = 0; i < s->head.n; i++)
        kept &= ct_draft_put(d, s->head.field[i]->name, s->head.editor[i].text);
    CT_BUF refs = {.max = 1024};
    for (size_t i = 0; i < s->k->n_refs; i++)
        ct_buf_printf(&refs, "%s\n", s->k->ref[i].asset);
    kept &= ct_draft_put(d, "references", ct_buf_str(&refs));
    for (size_t i = 0; i < s->n_rows; i += PER_FIELD) {
        CT_BUF b = {.max = CT_DRAFT_TEXT_MAX};
        char name[24];
        for (size_t j = i; j < i + PER_FIELD && j < s->n_rows; j++)
            put_point(s, s->row[j], &b);
        snprintf(name, sizeof name, "points%zu", i / PER_FIELD);
        kept &= !b.bad && ct_draft_put(d, name, ct_buf_str(&b));
    }
    return kept;
}

/* The next part of a line up to TAB or its end. */
static void part(const char **s, char *out, size_t size)
{
    size_t n = strcspn(*s, "\t\n");
    snprintf(out, size, "%.*s", (int)(n < size ? n : size - 1), *s);
    *s += n + ((*s)[n] == '\t');
}

/* What does not hold any more is passed over: it is typed again. */
static void take_point(struct cal_form *s, const char *line)
{
    char id[CT_CALT_ID_MAX + 1], nominal[64], limit[128], from[128], u[64], readings[1201];
    part(&line, id, sizeof id);
    part(&line, nominal, sizeof nominal);
    part(&line, limit, sizeof limit);
    part(&line, from, sizeof from);
    part(&line, u, sizeof u);
    part(&line, readings, sizeof readings);
    size_t at = ct_caltemplate_find(s->k->t, id, strlen(id));
    if (at == CT_CALT_NONE)
        return;
    struct ct_cal_value *v = cf_value(s, at, s->phase);
    bool whole = ct_calibration_u(s->k, at, s->phase, u, NULL) == CT_OK;
    if (from[0] != '\0')
        whole &= ct_calibration_declare(s->k, at, nominal, limit, from, NULL) == CT_OK;
    whole &= ct_calibration_read(s->k, at, s->phase, readings, NULL) == CT_OK;
    if (!whole)
        ct_text_copy(v->readings, sizeof v->readings, readings); /* stands there, unjudged */
}

static void take_references(struct cal_form *s, const char *list)
{
    struct ct_error err;
    while (list != NULL && *list != '\0') {
        char asset[CT_ASSET_MAX + 1];
        size_t n = strcspn(list, "\n");
        snprintf(asset, sizeof asset, "%.*s", (int)(n < sizeof asset ? n : sizeof asset - 1), list);
        if (s->k->event_id == 0 &&
            ct_calibration_reference(ct_ui_app(s->ui), s->k, asset, &err) != CT_OK)
            ct_ui_say_error(s->ui, &err);
        list += n + (list[n] == '\n');
    }
}

static void take_division(struct cal_form *s, const struct ct_draft *d)
{
    const char *e = ct_draft_get(d, "division"), *from = ct_draft_get(d, "division_from");
    struct ct_error err;
    if (e != NULL && from != NULL && s->k->t->division_unit[0] != '\0' &&
        ct_calibration_division(s->k, e, from, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

bool cf_resume(struct cal_form *s)
{
    struct ct_draft d = {0};
    char at[24];
    if (ct_draft_latest(ct_ui_app(s->ui), s->cal_kind, CT_UNSET, &d, NULL) != CT_OK)
        return false;
    const char *id = ct_draft_get(&d, "template");
    bool fits = id != NULL && strcmp(id, s->k->t->id) == 0;
    if (fits) {
        ct_datetime_text(d.saved_ms, at);
        ct_ui_say(s->ui, CT_R_NOTE, "Your draft of %s is here again. ^X discards it.", at);
        if (s->k->event_id == 0) {
            for (size_t i = 0; i < s->head.n; i++) {
                const char *text = ct_draft_get(&d, s->head.field[i]->name);
                ct_form_set(&s->head, s->head.field[i]->name, text != NULL ? text : "");
            }
            (void)cf_take_head(s);
            take_division(s, &d);
            s->k->n_refs = 0;
            take_references(s, ct_draft_get(&d, "references"));
        }
        for (size_t i = 0; i < CT_CALT_POINTS_MAX / PER_FIELD + 1; i++) {
            char name[24];
            snprintf(name, sizeof name, "points%zu", i);
            for (const char *line = ct_draft_get(&d, name); line != NULL && *line != '\0';) {
                take_point(s, line);
                line += strcspn(line, "\n");
                line += *line == '\n';
            }
        }
        s->changed = true;
    }
    ct_draft_done(&d);
    return fits;
}

void cf_kept_template(struct ct_ui *ui, int64_t equipment_id, char out[CT_CALT_ID_MAX + 1])
{
    struct ct_draft d = {0};
    char kind[24];
    out[0] = '\0';
    snprintf(kind, sizeof kind, CT_DRAFT_CAL "%lld", (long long)equipment_id);
    if (ct_draft_latest(ct_ui_app(ui), kind, CT_UNSET, &d, NULL) != CT_OK)
        return;
    const char *id = ct_draft_get(&d, "template");
    if (id != NULL && ct_caltemplate_id_valid(id))
        ct_text_copy(out, CT_CALT_ID_MAX + 1, id);
    ct_draft_done(&d);
}
