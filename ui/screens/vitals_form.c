/* vitals_form - see vitals_form.h: the fields of the vitals form and the set that they
 * make. */
#include "ui/screens/vitals_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

int64_t vf_now(const struct vitals *s)
{
    return ct_app_now(ct_ui_app(s->ui));
}

enum ct_q vf_quantity(const struct vitals *s, size_t field)
{
    for (int q = 0; q < CT_QS; q++)
        if (s->at[q] == field)
            return (enum ct_q)q;
    return CT_QS;
}

enum ct_q vf_focused(const struct vitals *s)
{
    return vf_quantity(s, s->form.focus);
}

size_t vf_further(const struct vitals *s, size_t field)
{
    if (field < s->further_at || field >= s->further_at + VF_FURTHER * VF_PARTS)
        return VF_FURTHER;
    return (field - s->further_at) / VF_PARTS;
}

int64_t vf_value(const struct vitals *s, size_t field)
{
    return ct_form_value(&s->form, s->field[field].name, vf_now(s));
}

const char *vf_text(const struct vitals *s, size_t field)
{
    return s->form.editor[field].text;
}

bool vf_anything(const struct vitals *s)
{
    for (size_t i = 0; i < s->note_at; i++)
        if (vf_text(s, i)[0] != '\0')
            return true;
    return false;
}

/* ---- which fields are there -------------------------------------------------- */

static uint32_t bit(enum ct_q q)
{
    return UINT32_C(1) << q;
}

/* Behind which one a quantity stands in the same row; CT_QS: in a row of its own. */
static enum ct_q row_mate(enum ct_q q)
{
    switch (q) {
    case CT_Q_DBP: return CT_Q_SBP;
    case CT_Q_O2_FLOW: return CT_Q_O2;
    case CT_Q_GCS_VERBAL: return CT_Q_GCS_EYE;
    case CT_Q_GCS_MOTOR: return CT_Q_GCS_VERBAL;
    default: return CT_QS;
    }
}

/* With the label of its row: whoever shows a part shows the head. */
static void reveal(struct vitals *s, enum ct_q q)
{
    for (; q != CT_QS; q = s->field[s->at[q]].joined ? row_mate(q) : CT_QS)
        s->shown |= bit(q);
}

/* On air, or before oxygen is answered, there is no flow to ask for. */
static bool no_flow(const struct vitals *s, const struct ct_form *f)
{
    int64_t o2;
    ct_field_judge(f->field[s->at[CT_Q_O2]], f->editor[s->at[CT_Q_O2]].text, 0, &o2, NULL);
    return o2 == CT_UNSET || o2 == CT_O2_AIR;
}

static bool skip(const struct ct_form *f, size_t i)
{
    const struct vitals *s = f->arg;
    enum ct_q q = vf_quantity(s, i);
    if (q == CT_QS) {
        size_t k = vf_further(s, i);
        return k != VF_FURTHER && k >= s->said.further;
    }
    return (s->shown & bit(q)) == 0 || (q == CT_Q_O2_FLOW && no_flow(s, f));
}

/* A jump from the last set is asked about once, like an unusual value. */
static bool jump(const struct ct_form *f, size_t i, int64_t value, char *why, size_t size)
{
    const struct vitals *s = f->arg;
    enum ct_q q = vf_quantity(s, i);
    if (q == CT_QS || s->n_last == 0 || s->correct_id != 0)
        return false;
    const struct ct_value *was = &s->last[0].v[q];
    int64_t most = ct_ui_rules(s->ui)->limits.q[q].jump;
    if (was->n == CT_UNSET || most == CT_UNSET)
        return false;
    int64_t is = ct_quantity_convert(q, (struct ct_value){value, s->unit[q]}, 0);
    int64_t before = ct_quantity_convert(q, *was, 0);
    if (is == CT_UNSET || before == CT_UNSET || llabs(is - before) <= most)
        return false;
    char old[32], at[24];
    ct_quantity_text(q, *was, true, old, sizeof old);
    ct_datetime_text(s->last[0].taken_ms, at);
    snprintf(why, size, "a jump from %s at %s", old, at);
    return true;
}

/* ---- making them --------------------------------------------------------------- */

/* The help of a field names the keys that say more about it. */
static const char *help_of(enum ct_q q)
{
    switch (q) {
    case CT_Q_PULSE: return "Heart beats a minute. t counts by tapping.";
    case CT_Q_RESP: return "Breaths in a full minute; t counts by tapping.";
    default: return CT_QUANTITY[q].help;
    }
}

/* A child's usual figures are those that the card of its age gives no more than a point:
 * the limits of adults would ask about every healthy infant. */
static void usual_of_card(const struct vitals *s, enum ct_q q, struct ct_field *f)
{
    struct ct_score_band band[CT_SCORE_BANDS_MAX];
    size_t n = s->now.card == CT_CARD_PEWS
                   ? ct_vitals_bands(ct_ui_rules(s->ui), &s->now, q, band)
                   : 0;
    bool any = false;
    for (size_t i = 0; i < n && f->kind != CT_F_CODE; i++) {
        if (band[i].score > 1)
            continue;
        if (!any)
            f->soft_lo = band[i].lo > f->hard_lo ? band[i].lo : f->hard_lo;
        f->soft_hi = band[i].hi < f->hard_hi ? band[i].hi : f->hard_hi;
        any = true;
    }
}

static void unit_use(struct vitals *s, enum ct_q q, uint8_t unit)
{
    size_t i = s->at[q];
    struct ct_field *f = &s->field[i];
    s->unit[q] = unit;
    ct_quantity_field(q, unit, &ct_ui_rules(s->ui)->limits, f);
    if (unit == 0)
        usual_of_card(s, q, f);
    f->joined = i > 0 && row_mate(q) != CT_QS && vf_quantity(s, i - 1) == row_mate(q);
    if (q == CT_Q_GCS_VERBAL || q == CT_Q_GCS_MOTOR)
        f->joint = q == CT_Q_GCS_VERBAL ? " V " : " M ";
    f->help = help_of(q);
}

static void units_of_site(struct vitals *s)
{
    for (int q = 0; q < CT_QS; q++)
        unit_use(s, (enum ct_q)q,
                 ct_quantity_site_unit((enum ct_q)q, ct_app_config(ct_ui_app(s->ui))));
}

static bool listed(const enum ct_q *order, size_t n, enum ct_q q)
{
    for (size_t i = 0; i < n; i++)
        if (order[i] == q)
            return true;
    return false;
}

/* The site's order, then all others; what is typed as one stays together. */
static void order_make(struct vitals *s)
{
    const struct ct_vitals_rules *r = ct_ui_rules(s->ui);
    const enum ct_q *site = r->order[s->now.card == CT_CARD_PEWS];
    size_t n_site = r->n_order[s->now.card == CT_CARD_PEWS], n = 0, field = 0;
    for (size_t i = 0; i < n_site + CT_QS; i++) {
        enum ct_q q = i < n_site ? site[i] : (enum ct_q)(i - n_site);
        if (listed(s->order, n, q))
            continue;
        if (i < n_site)
            s->shown |= bit(q);
        s->order[n++] = q;
        enum ct_q second = q == CT_Q_SBP ? CT_Q_DBP : q == CT_Q_O2 ? CT_Q_O2_FLOW : CT_QS;
        if (second != CT_QS && !listed(site, n_site, second))
            s->order[n++] = second;
    }
    for (size_t i = 0; i < n; i++) {
        s->at[s->order[i]] = field++;
        if (s->order[i] == CT_Q_DBP) {
            s->further_at = field;
            field += VF_FURTHER * VF_PARTS;
        }
    }
    s->note_at = field;
    s->taken_at = field + 1;
}

void vf_further_name(struct vitals *s, size_t k, uint8_t position)
{
    const char *label = ct_qualifier_label(CT_QL_BP_POSITION, position);
    s->said.position[k] = position;
    snprintf(s->further_label[k], sizeof s->further_label[k], "  %s",
             label[0] != '\0' ? label : "further");
}

static void further_make(struct vitals *s)
{
    static const char *const PART[VF_PARTS] = {"sbp", "dbp", "min"};
    const struct ct_vitals_rules *r = ct_ui_rules(s->ui);
    for (size_t k = 0; k < VF_FURTHER; k++) {
        struct ct_field *f = &s->field[s->further_at + k * VF_PARTS];
        vf_further_name(s, k, 0);
        ct_quantity_field(CT_Q_SBP, 0, &r->limits, &f[0]);
        f[0].label = s->further_label[k];
        f[0].help = "A further pressure: the upper figure. * says the posture, - takes it away.";
        ct_quantity_field(CT_Q_DBP, 0, &r->limits, &f[1]);
        f[1].joined = true;
        f[2] = (struct ct_field){.label = "Minutes", .unit = "min", .kind = CT_F_INT, .width = 3,
                                 .joined = true, .joint = " mmHg after ", .hard_hi = 120,
                                 .soft_hi = 120,
                                 .help = "How long in this posture, if it was counted."};
        for (size_t p = 0; p < VF_PARTS; p++) {
            char *name = s->further_name[k * VF_PARTS + p];
            snprintf(name, sizeof s->further_name[0], "bp%zu_%s", k + 2, PART[p]);
            f[p].name = name;
        }
    }
}

bool vf_make(struct vitals *s)
{
    order_make(s);
    units_of_site(s);
    further_make(s);
    s->field[s->note_at] =
        (struct ct_field){.name = "note", .label = "Note", .kind = CT_F_TEXT, .width = 40,
                          .max_bytes = 200, .help = "Free text, if there is something to say."};
    s->field[s->taken_at] = (struct ct_field){
        .name = "taken_ms", .label = "Taken", .kind = CT_F_TIME, .width = 18,
        .help = s->correct_id != 0
                    ? "Empty keeps the time it had. Else 9:42, or yesterday 23:10."
                    : "Empty is now. Else 9:42, -10 (minutes ago), or yesterday 23:10."};
    if (!ct_form_init(&s->form, s->field, VF_FIELDS, VF_LABEL_COLS))
        return false;
    s->form.skip = skip;
    s->form.unusual = jump;
    s->form.arg = s;
    return true;
}

/* ---- filling -------------------------------------------------------------------- */

void vf_unit(struct vitals *s, enum ct_q q, uint8_t unit, bool show)
{
    unit_use(s, q, unit);
    if (show)
        reveal(s, q);
}

/* One figure in the unit it was typed in: that is what is stored again. */
static void fill_one(struct vitals *s, enum ct_q q, struct ct_value v)
{
    char text[32];
    if (v.n == CT_UNSET)
        return;
    vf_unit(s, q, v.unit, true);
    ct_field_text(&s->field[s->at[q]], v.n, text, sizeof text);
    ct_form_set(&s->form, CT_QUANTITY[q].name, text);
}

static void fill_further(struct vitals *s, size_t k, const struct ct_bp *b)
{
    const int64_t part[VF_PARTS] = {b->sbp, b->dbp, b->after_min < 0 ? CT_UNSET : b->after_min};
    const struct ct_field *f = &s->field[s->further_at + k * VF_PARTS];
    for (size_t p = 0; p < VF_PARTS; p++) {
        char text[32] = "";
        if (part[p] != CT_UNSET)
            ct_field_text(&f[p], part[p], text, sizeof text);
        ct_form_set(&s->form, f[p].name, text);
    }
    vf_further_name(s, k, b->position);
}

/* The device that measured most of what the monitor measures is the monitor; the
 * others stay with their quantity, and what had none keeps none. */
static void fill_devices(struct vitals *s, const struct ct_vitals *v)
{
    const struct ct_vitals_device *most = NULL;
    uint32_t monitored = ct_ui_rules(s->ui)->device_q;
    int best = 0;
    for (size_t i = 0; i < v->n_devices; i++) {
        int n = __builtin_popcount(v->device[i].quantities & monitored);
        if (n > best) {
            best = n;
            most = &v->device[i];
        }
    }
    ct_text_copy(s->said.monitor, sizeof s->said.monitor, most != NULL ? most->device : "");
    for (int q = 0; q < CT_QS; q++) {
        const char *is = "";
        if (q == CT_Q_DBP)
            continue; /* that of the upper figure */
        for (size_t i = 0; i < v->n_devices; i++)
            if ((v->device[i].quantities & bit((enum ct_q)q)) != 0)
                is = v->device[i].device;
        bool by_monitor = s->said.monitor[0] != '\0' && (monitored & bit((enum ct_q)q)) != 0;
        if (is[0] == '\0' && by_monitor && v->v[q].n != CT_UNSET)
            s->said.by_hand |= bit((enum ct_q)q);
        else if (!by_monitor || strcmp(is, s->said.monitor) != 0)
            ct_text_copy(s->said.own[q], sizeof s->said.own[q], is);
    }
}

void vf_fill(struct vitals *s, const struct ct_vitals *v)
{
    for (size_t i = 0; i < CT_QS; i++)
        fill_one(s, s->order[i], v->v[s->order[i]]);
    for (int i = 0; i < CT_QLS; i++)
        if (v->ql[i] != 0)
            s->said.ql[i] = v->ql[i];
    for (int q = 0; q < CT_QS; q++)
        if (v->not_taken[q] != CT_WHY_NONE) {
            s->said.not_taken[q] = v->not_taken[q];
            reveal(s, (enum ct_q)q);
        }
    if (v->n_bp > 0)
        s->said.further = v->n_bp;
    for (size_t k = 0; k < v->n_bp; k++)
        fill_further(s, k, &v->bp[k]);
    if (v->note[0] != '\0')
        ct_form_set(&s->form, "note", v->note);
}

/* A correction begins with everything that the set holds, and with nothing else. */
static void begin_corrected(struct vitals *s)
{
    const struct ct_vitals *v = &s->corrected;
    for (int i = 0; i < CT_QLS; i++)
        if (v->v[CT_QUALIFIER[i].q].n != CT_UNSET)
            s->said.ql[i] = v->ql[i]; /* not said stays not said */
    s->said.partial = v->partial;
    vf_fill(s, v);
    fill_devices(s, v);
}

void vf_begin(struct vitals *s)
{
    units_of_site(s);
    for (size_t i = 0; i < VF_FIELDS; i++)
        ct_form_set(&s->form, s->field[i].name, "");
    memset(&s->said, 0, sizeof s->said);
    memcpy(s->said.ql, ct_ui_rules(s->ui)->ql, sizeof s->said.ql);
    if (s->correct_id != 0) {
        begin_corrected(s);
    } else {
        ct_text_copy(s->said.monitor, sizeof s->said.monitor,
                     ct_ui_session_get(s->ui, "vitals.device"));
        for (int q = 0; q < CT_QS; q++) {
            char name[48];
            snprintf(name, sizeof name, "vitals.device.%s", CT_QUANTITY[q].name);
            ct_text_copy(s->said.own[q], sizeof s->said.own[q],
                         ct_ui_session_get(s->ui, name));
        }
    }
    s->base = s->said;
    ct_form_clean(&s->form);
}

void vf_further_remove(struct vitals *s, size_t k)
{
    for (; k + 1 < s->said.further; k++) {
        for (size_t p = 0; p < VF_PARTS; p++) {
            size_t i = s->further_at + k * VF_PARTS + p;
            ct_form_set(&s->form, s->field[i].name, vf_text(s, i + VF_PARTS));
        }
        vf_further_name(s, k, s->said.position[k + 1]);
    }
    for (size_t p = 0; p < VF_PARTS; p++)
        ct_form_set(&s->form, s->field[s->further_at + k * VF_PARTS + p].name, "");
    s->said.position[k] = 0;
    s->said.further--;
    s->form.changed = true;
}

/* ---- the set ---------------------------------------------------------------------- */

const char *vf_device(const struct vitals *s, enum ct_q q)
{
    if (q == CT_Q_DBP)
        q = CT_Q_SBP; /* one cuff */
    if (((s->said.by_hand | s->said.tapped) & bit(q)) != 0)
        return "";
    if (s->said.own[q][0] != '\0')
        return s->said.own[q];
    return (ct_ui_rules(s->ui)->device_q & bit(q)) != 0 ? s->said.monitor : "";
}

size_t vf_devices(const struct vitals *s)
{
    size_t n = s->said.monitor[0] != '\0';
    for (int q = 0; q < CT_QS; q++) {
        bool new = s->said.own[q][0] != '\0' && strcmp(s->said.own[q], s->said.monitor) != 0;
        for (int p = 0; p < q && new; p++)
            new = strcmp(s->said.own[q], s->said.own[p]) != 0;
        n += new;
    }
    return n;
}

static void gather_devices(const struct vitals *s, struct ct_vitals *v)
{
    for (int q = 0; q < CT_QS; q++) {
        const char *name = vf_device(s, (enum ct_q)q);
        size_t i = 0;
        if (v->v[q].n == CT_UNSET || name[0] == '\0')
            continue;
        while (i < v->n_devices && strcmp(v->device[i].device, name) != 0)
            i++;
        if (i == CT_LEN(v->device))
            continue; /* not reached: no more can be chosen */
        if (i == v->n_devices) {
            ct_text_copy(v->device[i].device, sizeof v->device[i].device, name);
            v->n_devices++;
        }
        v->device[i].quantities |= bit((enum ct_q)q);
    }
}

/* Rows of nothing are passed over. */
static void gather_further(const struct vitals *s, struct ct_vitals *v, bool all)
{
    for (size_t k = 0; k < s->said.further; k++) {
        const int64_t *part = &s->stood[s->further_at + k * VF_PARTS];
        bool any = part[0] != CT_UNSET || part[1] != CT_UNSET || part[2] != CT_UNSET;
        if (any && (all || part[0] != CT_UNSET))
            v->bp[v->n_bp++] = (struct ct_bp){.sbp = part[0], .dbp = part[1],
                                              .position = s->said.position[k],
                                              .after_min = part[2] == CT_UNSET ? -1
                                                                               : (int)part[2]};
    }
}

void vf_gather(struct vitals *s, bool all)
{
    struct ct_vitals *v = &s->now;
    ct_vitals_init(v);
    v->patient_id = s->patient.id;
    for (size_t i = 0; i < s->note_at; i++)
        if (all || i != s->form.focus)
            s->stood[i] = vf_value(s, i);
    for (int q = 0; q < CT_QS; q++) {
        v->v[q] = (struct ct_value){.n = s->stood[s->at[q]], .unit = s->unit[q]};
        if (vf_text(s, s->at[q])[0] != '\0')
            s->said.not_taken[q] = CT_WHY_NONE; /* it was taken after all */
        if (v->v[q].n == CT_UNSET)
            v->not_taken[q] = s->said.not_taken[q];
    }
    if (vf_text(s, s->at[CT_Q_DBP])[0] != '\0') /* so the upper one was taken too */
        s->said.not_taken[CT_Q_SBP] = v->not_taken[CT_Q_SBP] = CT_WHY_NONE;
    memcpy(v->ql, s->said.ql, sizeof v->ql);
    gather_further(s, v, all);
    gather_devices(s, v);
    ct_text_copy(v->note, sizeof v->note, ct_form_text(&s->form, "note"));
    int64_t taken = ct_form_value(&s->form, "taken_ms", vf_now(s));
    v->taken_ms = taken != CT_UNSET ? taken : vf_now(s);
    if (s->correct_id != 0 && taken == CT_UNSET)
        v->taken_ms = s->corrected.taken_ms;
    ct_vitals_assess(ct_ui_rules(s->ui), &s->patient, v, &s->worth);
    v->partial = s->worth.complete ? CT_WHY_NONE : s->said.partial;
}
