/* vitals_draft - the vitals form as a draft: what stands in its fields under their
 * names, and beside them
 *   temp.unit     a unit that is not the site's
 *   qualifiers    bp_site:LA bp_position:STA, or - for none
 *   not_taken     pulse:r pain:s (quantity and key of the reason)
 *   partial       the key of the reason
 *   further       positions of the further pressures: STA, or - where not said
 *   device        the monitor
 *   devices       a line a quantity that has its own: temp THERM-2
 *   by_hand       quantities without a device */
#include "ui/screens/vitals_form.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "ui/screens/form_draft.h"

/* A correction's draft is one of that set's own: beside a new set's, never in
 * its place. */
void vf_draft_kind(const struct vitals *s, char out[24])
{
    if (s->correct_id != 0)
        snprintf(out, 24, CT_DRAFT_CORRECT "%lld", (long long)s->correct_id);
    else
        snprintf(out, 24, "vitals");
}

static bool same_devices(const struct vf_said *a, const struct vf_said *b)
{
    for (int q = 0; q < CT_QS; q++)
        if (strcmp(a->own[q], b->own[q]) != 0)
            return false;
    return strcmp(a->monitor, b->monitor) == 0 && a->by_hand == b->by_hand;
}

/* Nothing said beside the figures; the devices of a new set are the session's. */
static bool same(const struct vitals *s)
{
    const struct vf_said *a = &s->said, *b = &s->base;
    if (s->correct_id != 0 && !same_devices(a, b))
        return false;
    return memcmp(a->ql, b->ql, sizeof a->ql) == 0 &&
           memcmp(a->not_taken, b->not_taken, sizeof a->not_taken) == 0 &&
           a->partial == b->partial && a->further == b->further &&
           memcmp(a->position, b->position, sizeof a->position) == 0;
}

/* ---- putting ---------------------------------------------------------------- */

static void unit_name(enum ct_q q, char out[48])
{
    snprintf(out, 48, "%s.unit", CT_QUANTITY[q].name);
}

static void put(struct ct_draft *d, const char *name, struct ct_buf *text)
{
    if (text->len > 0)
        ct_draft_put(d, name, ct_buf_str(text));
}

static const char *between(const struct ct_buf *b)
{
    return b->len > 0 ? " " : "";
}

static void put_how(const struct vf_said *x, struct ct_draft *d)
{
    CT_BUF ql = {.max = 1024};
    CT_BUF why = {.max = 1024};
    CT_BUF further = {.max = 64};
    for (int i = 0; i < CT_QLS; i++)
        if (x->ql[i] != 0)
            ct_buf_printf(&ql, "%s%s:%s", between(&ql), CT_QUALIFIER[i].name,
                          ct_qualifier_code((enum ct_qualifier)i, x->ql[i]));
    if (ql.len == 0)
        ct_buf_str_add(&ql, "-");
    put(d, "qualifiers", &ql);
    for (int q = 0; q < CT_QS; q++)
        if (x->not_taken[q] != CT_WHY_NONE)
            ct_buf_printf(&why, "%s%s:%s", between(&why), CT_QUANTITY[q].name,
                          CT_WHY_CHOICES[x->not_taken[q] - 1].code);
    put(d, "not_taken", &why);
    if (x->partial != CT_WHY_NONE)
        ct_draft_put(d, "partial", CT_WHY_CHOICES[x->partial - 1].code);
    for (size_t k = 0; k < x->further; k++)
        ct_buf_printf(&further, "%s%s", between(&further),
                      x->position[k] != 0 ? ct_qualifier_code(CT_QL_BP_POSITION, x->position[k])
                                          : "-");
    put(d, "further", &further);
}

static void put_devices(const struct vitals *s, struct ct_draft *d)
{
    CT_BUF own = {.max = 2048};
    CT_BUF hand = {.max = 512};
    if (s->said.monitor[0] != '\0')
        ct_draft_put(d, "device", s->said.monitor);
    for (int q = 0; q < CT_QS; q++) {
        if (s->said.own[q][0] != '\0')
            ct_buf_printf(&own, "%s %s\n", CT_QUANTITY[q].name, s->said.own[q]);
        if (((s->said.by_hand | s->said.tapped) >> q & 1) != 0)
            ct_buf_printf(&hand, "%s%s", between(&hand), CT_QUANTITY[q].name);
    }
    put(d, "devices", &own);
    put(d, "by_hand", &hand);
}

bool vf_draft_put(const struct vitals *s, struct ct_draft *d)
{
    const struct ct_config *c = ct_app_config(ct_ui_app(s->ui));
    vf_draft_kind(s, d->kind);
    d->patient_id = s->patient.id;
    bool any = !same(s);
    for (size_t i = 0; i < s->form.n; i++) {
        if (vf_text(s, i)[0] == '\0')
            continue;
        any = true;
        ct_draft_put(d, s->form.field[i]->name, vf_text(s, i));
    }
    if (!any)
        return false;
    for (int q = 0; q < CT_QS; q++) {
        char name[48];
        unit_name((enum ct_q)q, name);
        if (s->unit[q] != ct_quantity_site_unit((enum ct_q)q, c) &&
            vf_text(s, s->at[q])[0] != '\0')
            ct_draft_put(d, name, CT_QUANTITY[q].unit[s->unit[q]].name);
    }
    put_how(&s->said, d);
    put_devices(s, d);
    ct_draft_put(d, CT_DRAFT_AT, s->form.field[s->form.focus]->name);
    return true;
}

/* ---- getting ------------------------------------------------------------------ */

/* The next word of a text, and behind it; false at the end. */
static bool word(const char **text, const char *ends, char *out, size_t size)
{
    const char *p = *text + strspn(*text, ends);
    size_t n = strcspn(p, ends);
    if (n == 0)
        return false;
    ct_text_copy(out, n < size ? n + 1 : size, p);
    *text = p + n;
    return true;
}

static enum ct_why why_of(const char *key)
{
    for (int i = 0; key != NULL && CT_WHY_CHOICES[i].code != NULL; i++)
        if (strcmp(CT_WHY_CHOICES[i].code, key) == 0)
            return (enum ct_why)(i + 1);
    return CT_WHY_NONE;
}

static void get_how(struct vitals *s, const struct ct_draft *d)
{
    struct vf_said *x = &s->said;
    const char *text = ct_draft_get(d, "qualifiers");
    uint8_t ql[CT_QLS] = {0};
    char one[64];
    enum ct_q q;
    if (text != NULL &&
        (strcmp(text, "-") == 0 || ct_qualifier_defaults(text, ql, NULL) == CT_OK))
        memcpy(x->ql, ql, sizeof ql);
    memset(x->not_taken, 0, sizeof x->not_taken);
    for (text = ct_draft_get(d, "not_taken");
         text != NULL && word(&text, " ", one, sizeof one);) {
        char *colon = strchr(one, ':');
        if (colon == NULL)
            continue;
        *colon = '\0';
        if (ct_quantity_find(one, &q))
            x->not_taken[q] = (uint8_t)why_of(colon + 1);
    }
    x->partial = why_of(ct_draft_get(d, "partial"));
    x->further = 0;
    for (text = ct_draft_get(d, "further");
         text != NULL && x->further < VF_FURTHER && word(&text, " ", one, sizeof one);
         x->further++) {
        uint8_t position = 0;
        for (int p = 1; ct_qualifier_valid(CT_QL_BP_POSITION, p); p++)
            if (strcmp(ct_qualifier_code(CT_QL_BP_POSITION, p), one) == 0)
                position = (uint8_t)p;
        vf_further_name(s, x->further, position);
    }
}

static void get_devices(struct vitals *s, const struct ct_draft *d)
{
    const char *text = ct_draft_get(d, "device");
    char one[128];
    enum ct_q q;
    if (text != NULL) /* else the session's */
        ct_text_copy(s->said.monitor, sizeof s->said.monitor, text);
    memset(s->said.own, 0, sizeof s->said.own);
    for (text = ct_draft_get(d, "devices"); text != NULL && word(&text, "\n", one, sizeof one);) {
        char *blank = strchr(one, ' ');
        if (blank == NULL)
            continue;
        *blank = '\0';
        if (ct_quantity_find(one, &q))
            ct_text_copy(s->said.own[q], sizeof s->said.own[q], blank + 1);
    }
    s->said.by_hand = 0;
    for (text = ct_draft_get(d, "by_hand"); text != NULL && word(&text, " ", one, sizeof one);)
        if (ct_quantity_find(one, &q))
            s->said.by_hand |= UINT32_C(1) << q;
}

void vf_draft_get(struct vitals *s, const struct ct_draft *d)
{
    get_how(s, d);
    get_devices(s, d);
    for (int q = 0; q < CT_QS; q++) {
        char name[48];
        unit_name((enum ct_q)q, name);
        const char *unit = ct_draft_get(d, name);
        const char *text = ct_draft_get(d, CT_QUANTITY[q].name);
        uint8_t is = ct_quantity_site_unit((enum ct_q)q, ct_app_config(ct_ui_app(s->ui)));
        for (uint8_t u = 0; unit != NULL && u < CT_QUANTITY[q].n_units; u++)
            if (strcmp(CT_QUANTITY[q].unit[u].name, unit) == 0)
                is = u;
        vf_unit(s, (enum ct_q)q, is, text != NULL || s->said.not_taken[q] != CT_WHY_NONE);
    }
    for (size_t i = 0; i < s->form.n; i++) { /* emptied fields too */
        const char *text = ct_draft_get(d, s->form.field[i]->name);
        ct_form_set(&s->form, s->form.field[i]->name, text != NULL ? text : "");
    }
    ct_form_return(&s->form, ct_draft_get(d, CT_DRAFT_AT));
    s->form.changed = true;
}
