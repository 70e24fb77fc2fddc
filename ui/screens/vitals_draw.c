/* vitals_draw - what is seen of the vitals form: beside each field how it is measured
 * and the last two sets, below them the score as it grows. */
#include "ui/screens/vitals_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Columns at 80: label, field and unit to 30, how it is measured, two sets, change. */
enum { HOW_COL = 31, LAST_COL = 46, LAST_COLS = 12, CHANGE_COL = 72 };

static bool shown(const struct vitals *s, enum ct_q q, struct ct_rect at, int *ret_row)
{
    *ret_row = (s->shown >> q & 1) != 0 ? ct_form_row_of(&s->form, s->at[q], at) : -1;
    return *ret_row >= 0;
}

/* ---- beside the fields -------------------------------------------------------- */

static void change_draw(const struct vitals *s, struct ct_grid *g, int row, enum ct_q q)
{
    const struct ct_value *is = &s->now.v[q], *was = &s->last[0].v[q];
    int64_t before = ct_quantity_convert(q, *was, is->unit);
    if (is->n == CT_UNSET || before == CT_UNSET || CT_QUANTITY[q].kind == CT_F_CODE ||
        vf_focused(s) == q) /* half a figure is no change */
        return;
    int64_t diff = is->n - before;
    char text[24];
    ct_quantity_text(q, (struct ct_value){llabs(diff), is->unit}, false, text, sizeof text);
    if (diff != 0)
        ct_grid_printf(g, row, CHANGE_COL, -1, CT_R_TEXT, "%c%s", diff > 0 ? '+' : '-', text);
}

/* "E4 VNT M6", with the total in front where there is one. */
static void coma_text(const struct ct_vitals *v, char *out, size_t size)
{
    CT_BUF b = {.max = 64};
    int64_t total = ct_gcs_total(v->v);
    if (total != CT_UNSET)
        ct_buf_printf(&b, "%lld ", (long long)total);
    for (int q = CT_Q_GCS_EYE; q <= CT_Q_GCS_MOTOR; q++) {
        char code[8];
        ct_quantity_text((enum ct_q)q, v->v[q], false, code, sizeof code);
        if (code[0] != '\0')
            ct_buf_printf(&b, "%s%s%s", CT_QUANTITY[q].brief, code, total != CT_UNSET ? "" : " ");
    }
    ct_text_copy(out, size, ct_buf_str(&b));
    ct_text_trim(out);
}

/* What an earlier set says in the row of q, as it was measured. */
static void was_text(const struct vitals *s, const struct ct_vitals *v, enum ct_q q,
                     char *out, size_t size)
{
    char text[32], low[32] = "", how[40];
    ct_quantity_text(q, v->v[q], v->v[q].unit != s->unit[q], text, sizeof text);
    ct_qualifier_text(q, v->ql, how, sizeof how);
    if (q == CT_Q_GCS_EYE) {
        coma_text(v, out, size);
        return;
    }
    if (q == CT_Q_SBP) { /* of four codes there is room for one: the posture */
        ct_quantity_text(CT_Q_DBP, v->v[CT_Q_DBP], false, low, sizeof low);
        ct_text_copy(how, sizeof how,
                     ct_qualifier_code(CT_QL_BP_POSITION, v->ql[CT_QL_BP_POSITION]));
        if (text[0] == '\0' && low[0] != '\0')
            ct_text_copy(text, sizeof text, "-");
    }
    if (q == CT_Q_O2 && v->v[q].n == CT_O2_AIR)
        ct_text_copy(text, sizeof text, "air");
    if (q == CT_Q_O2)
        ct_quantity_text(CT_Q_O2_FLOW, v->v[CT_Q_O2_FLOW], v->v[CT_Q_O2_FLOW].unit != 0, low,
                         sizeof low);
    if (text[0] == '\0' && v->not_taken[q] != CT_WHY_NONE)
        snprintf(out, size, "%s", ct_why_text((enum ct_why)v->not_taken[q]));
    else
        snprintf(out, size, "%s%s%s%s%s", text, low[0] == '\0' ? "" : q == CT_Q_O2 ? " " : "/",
                 low, how[0] != '\0' && text[0] != '\0' ? " " : "", text[0] != '\0' ? how : "");
}

static void last_draw(const struct vitals *s, struct ct_grid *g, struct ct_rect at)
{
    for (size_t k = 0; k < s->n_last; k++) {
        const struct ct_vitals *v = &s->last[k];
        int col = LAST_COL + (int)k * (LAST_COLS + 1), row;
        char text[64];
        ct_datetime_text(v->taken_ms, text);
        bool today = ct_date_at(v->taken_ms) == ct_date_at(vf_now(s));
        ct_grid_text(g, at.row - 1, col, LAST_COLS, CT_R_HEAD,
                     today && strlen(text) > 5 ? text + strlen(text) - 5 : text);
        for (int i = 0; i < CT_QS; i++) {
            enum ct_q q = (enum ct_q)i;
            if (s->field[s->at[q]].joined || !shown(s, q, at, &row))
                continue;
            was_text(s, v, q, text, sizeof text);
            ct_grid_text(g, row, col, LAST_COLS, CT_R_DIM, text);
            if (k == 0)
                change_draw(s, g, row, q);
        }
    }
    if (s->n_last > 0)
        ct_grid_text(g, at.row - 1, CHANGE_COL, -1, CT_R_HEAD, "change");
}

/* ---- how, with what, why not --------------------------------------------------- */

/* The total, or which part leaves none; with every part only. */
static void coma_draw(const struct vitals *s, struct ct_grid *g, int row)
{
    const struct ct_value *v = s->now.v;
    int64_t total = ct_gcs_total(v);
    if (total != CT_UNSET) {
        ct_grid_printf(g, row, HOW_COL, LAST_COL - HOW_COL - 1, CT_R_TEXT, "total %lld",
                       (long long)total);
        return;
    }
    for (int q = CT_Q_GCS_EYE; q <= CT_Q_GCS_MOTOR; q++)
        if (v[q].n == CT_GCS_NOT_TESTABLE) {
            ct_grid_printf(g, row, HOW_COL, LAST_COL - HOW_COL - 1, CT_R_NOTE, "no total: %s NT",
                           CT_QUANTITY[q].brief);
            return;
        }
}

/* "LA,SIT", the scale of an SpO2, a body-mass index, a device of the row's own. */
static void how_draw(const struct vitals *s, struct ct_grid *g, int row, int col, enum ct_q q)
{
    CT_BUF b = {.max = 128};
    char codes[64];
    enum ct_q bmi_at = (s->shown >> CT_Q_HEIGHT & 1) != 0 ? CT_Q_HEIGHT : CT_Q_WEIGHT;
    int64_t bmi = ct_bmi_x10(s->now.v);
    ct_qualifier_text(q, s->said.ql, codes, sizeof codes);
    ct_buf_str_add(&b, codes);
    if (q == CT_Q_SPO2 && s->now.card == CT_CARD_NEWS2 && s->now.not_applied == CT_APPLIED)
        ct_buf_printf(&b, "%sscale %d", b.len > 0 ? " " : "", s->now.scale);
    if (q == bmi_at && bmi != CT_UNSET)
        ct_buf_printf(&b, "%sBMI %lld.%lld", b.len > 0 ? " " : "", (long long)(bmi / 10),
                      (long long)(bmi % 10));
    bool monitored = s->said.monitor[0] != '\0' &&
                     (ct_ui_rules(s->ui)->device_q >> q & 1) != 0;
    if (((s->said.by_hand | s->said.tapped) >> q & 1) != 0 && monitored)
        ct_buf_printf(&b, "%sby hand", b.len > 0 ? " " : "");
    else if (s->said.own[q][0] != '\0' && strcmp(s->said.own[q], s->said.monitor) != 0)
        ct_buf_printf(&b, "%s@%s", b.len > 0 ? " " : "", s->said.own[q]);
    bool warn = (q == CT_Q_SPO2 && s->now.scale == 2);
    if (col < LAST_COL - 1)
        ct_grid_text(g, row, col, LAST_COL - col - 1, warn ? CT_R_WARN : CT_R_DIM,
                     ct_buf_str(&b));
}

/* Whether anything is typed in the row of a field that begins one. */
static bool row_typed(const struct vitals *s, size_t field)
{
    do {
        if (vf_text(s, field)[0] != '\0')
            return true;
    } while (++field < s->note_at && s->field[field].joined);
    return false;
}

/* Parts of the coma scale that are not there, beside those that are. */
static void coma_why_draw(const struct vitals *s, struct ct_grid *g, int row)
{
    CT_BUF b = {.max = 160};
    for (int q = CT_Q_GCS_EYE; q <= CT_Q_GCS_MOTOR; q++)
        if (s->said.not_taken[q] != CT_WHY_NONE)
            ct_buf_printf(&b, "%s%s %s", b.len > 0 ? ", " : "", CT_QUANTITY[q].brief,
                          ct_why_text((enum ct_why)s->said.not_taken[q]));
    if (b.len > 0)
        ct_grid_text(g, row, HOW_COL, LAST_COL - HOW_COL - 1, CT_R_NOTE, ct_buf_str(&b));
}

/* "not taken: refused" in the place of the row; of a pressure without its lower figure
 * (palpated: 98/) the bare reason, and how it was measured behind that. */
static void why_draw(const struct vitals *s, struct ct_grid *g, int row, enum ct_q q)
{
    int col = s->form.at[s->at[q]].edit_col;
    uint8_t why = s->said.not_taken[q];
    bool typed = row_typed(s, s->at[q]);
    if (q == CT_Q_GCS_EYE && typed) {
        coma_why_draw(s, g, row);
        return;
    }
    if (q == CT_Q_SBP && typed) {
        col = s->form.at[s->at[CT_Q_DBP]].edit_col;
        why = s->said.not_taken[CT_Q_DBP];
    }
    if (why == CT_WHY_NONE || (typed && q != CT_Q_SBP))
        return;
    ct_grid_fill(g, row, col, 1, LAST_COL - 1 - col, CT_R_TEXT);
    col += ct_grid_printf(g, row, col, LAST_COL - 1 - col, CT_R_NOTE, "%s%s",
                          typed ? "- " : "not taken: ", ct_why_text((enum ct_why)why));
    if (typed)
        how_draw(s, g, row, col < HOW_COL ? HOW_COL : col + 1, q);
}

/* Behind the last further pressure: what standing up did. */
static void fall_draw(const struct vitals *s, struct ct_grid *g, struct ct_rect at)
{
    enum { FALL = 20 };
    int64_t fall = ct_vitals_postural_fall(&s->now);
    if (s->said.further == 0 || fall == CT_UNSET)
        return;
    int row = ct_form_row_of(&s->form, s->further_at + (s->said.further - 1) * VF_PARTS, at);
    if (row >= 0)
        ct_grid_printf(g, row, LAST_COL, -1, fall >= FALL ? CT_R_WARN : CT_R_TEXT,
                       "%s%s %lld mmHg standing", fall >= FALL ? "! " : "",
                       fall >= 0 ? "falls" : "rises", (long long)llabs(fall));
}

static void beside_draw(const struct vitals *s, struct ct_grid *g, struct ct_rect at)
{
    int row;
    for (int i = 0; i < CT_QS; i++) {
        enum ct_q q = (enum ct_q)i;
        if (s->field[s->at[q]].joined || !shown(s, q, at, &row))
            continue;
        if (q == CT_Q_GCS_EYE)
            coma_draw(s, g, row);
        else
            how_draw(s, g, row, HOW_COL, q);
        why_draw(s, g, row, q);
    }
    fall_draw(s, g, at);
}

/* ---- the score ------------------------------------------------------------------- */

/* What is missing: by its short name once there is little, as it stands in the sets. */
static void missing_text(const struct vitals *s, char *out, size_t size)
{
    int n = __builtin_popcount(s->worth.missing);
    CT_BUF b = {.max = 100};
    if (n > 3) {
        snprintf(out, size, "%d of %d", n, __builtin_popcount(s->worth.inputs));
        return;
    }
    for (int q = 0; q < CT_QS; q++)
        if ((s->worth.missing >> q & 1) != 0)
            ct_buf_printf(&b, "%s%s", b.len > 0 ? ", " : "",
                          q == CT_Q_O2 ? "air or O2" : CT_QUANTITY[q].brief);
    ct_text_copy(out, size, ct_buf_str(&b));
}

/* The last full score with its age, whether that is too old to go by, and its time, which
 * stays true while the form is left open. */
static void last_text(const struct vitals *s, char *out, size_t size)
{
    const struct ct_vitals *v = s->have_full ? &s->full : &s->last[0];
    char text[160], ago[40], at[24];
    int64_t stale = (int64_t)ct_app_config(ct_ui_app(s->ui))->stale_after_min * CT_MINUTE_MS;
    out[0] = '\0';
    if (s->n_last == 0)
        return;
    ct_ago_text(v->taken_ms, vf_now(s), ago);
    ct_datetime_text(v->taken_ms, at);
    if (!s->have_full && v->not_applied == CT_APPLIED) {
        snprintf(out, size, "no full score yet (last set %s)", ago);
        return;
    }
    ct_vitals_score_text(v, text, sizeof text);
    snprintf(out, size, "last %s (%s%s), %s", text, ago,
             s->have_full && vf_now(s) - v->taken_ms > stale ? ", STALE" : "", at);
}

/* Some of what is missing was said not to be coming. */
static bool partial(const struct vitals *s)
{
    bool any = s->said.partial != CT_WHY_NONE;
    for (int q = 0; q < CT_QS; q++)
        any = any || (s->now.not_taken[q] != CT_WHY_NONE && (s->worth.missing >> q & 1) != 0);
    return any;
}

/* Of what a score calls for the sentences that there is room for; of one that is longer
 * its beginning, up to a comma. All of it is read back with the saved set. */
static void response_draw(const struct vitals *s, struct ct_grid *g, int row, int col)
{
    size_t room = (size_t)(g->cols - col - 1), whole = 0, comma = 0;
    char text[400];
    ct_text_copy(text, sizeof text, s->worth.response);
    for (size_t i = 0; text[i] != '\0' && i + 4 < room; i++) {
        bool end = text[i + 1] == ' ' || text[i + 1] == '\0';
        if (text[i] == '.' && end)
            whole = i + 1;
        if (text[i] == ',' && end)
            comma = i;
    }
    if (whole > 0)
        text[whole] = '\0';
    else if (comma > 0 && strlen(text) > room)
        ct_text_copy(text + comma, sizeof text - comma, " ...");
    ct_grid_text(g, row, col, (int)room, CT_R_TEXT, text);
}

/* Three rows, each with its place, so that a figure changes without the rest: the score
 * as it grows; what it calls for; the last one. */
static void score_draw(const struct vitals *s, struct ct_grid *g, int row, int col)
{
    char text[160], last[240];
    const char *why = ct_why_text(s->said.partial), *title = ct_card_title(s->now.card);
    last_text(s, last, sizeof last);
    ct_grid_text(g, row + 2, col, -1, CT_R_DIM, last);
    if (s->now.not_applied != CT_APPLIED) {
        ct_draw_score(g, row, col, &s->now);
        return;
    }
    if (s->worth.complete) {
        size_t n = strlen(title);
        ct_vitals_score_text(&s->now, text, sizeof text);
        bool named = strncmp(text, title, n) == 0 && text[n] == ' ';
        int used = named ? ct_grid_printf(g, row, col, -1, CT_R_TEXT, "%s ", title) : 0;
        ct_grid_text(g, row, col + used, -1, ct_band_role(s->now.band),
                     named ? text + n + 1 : text);
        response_draw(s, g, row + 1, col);
        return;
    }
    bool rest = partial(s);
    missing_text(s, text, sizeof text);
    ct_grid_printf(g, row, col, -1, s->worth.single3 ? CT_R_WARN : CT_R_TEXT,
                   "%s  %s %d   missing %s%s%s%s", title, rest ? "at least" : "so far",
                   s->worth.total, text, why[0] ? " (" : "", why, why[0] ? ")" : "");
    if (rest)
        ct_grid_printf(g, row + 1, col, -1, CT_R_DIM, "A partial set does not replace %s.",
                       s->have_full ? "the last full one" : "a full one");
}

/* ---- the screen ------------------------------------------------------------------- */

/* "device MON-0031", the bare number where that is all there is room for. */
static void monitor_draw(const struct vitals *s, struct ct_grid *g, int row, int from)
{
    char text[64];
    int room = LAST_COL - 1 - from;
    if (s->said.monitor[0] == '\0')
        return;
    bool against = s->gate.monitor >= CT_GATE_REASON;
    snprintf(text, sizeof text, "%sdevice %s", against ? "! " : "", s->said.monitor);
    const char *what = ct_text_cols(text) <= room ? text : s->said.monitor;
    int cols = ct_text_cols(what);
    ct_grid_text(g, row, cols < room ? LAST_COL - 1 - cols : from, room,
                 against ? CT_R_WARN : CT_R_TEXT, what);
}

/* Short words for codes whose names are long; the help has those. */
static const char *choice_word(enum ct_q q, size_t i, const struct ct_choice *c)
{
    static const char *const O2[] = {"air", "prongs", "mask", "Venturi", "reservoir"};
    static const char *const ACVPU[] = {"alert", "NEW confusion (old: A)", "voice", "pain",
                                        "unresponsive"};
    static const char *const MOTOR[] = {"", "none", "extension", "abnormal flexion",
                                        "normal", "localises", "obeys"};
    if (q == CT_Q_O2)
        return i < CT_LEN(O2) ? O2[i] : "";
    if (q == CT_Q_ACVPU && i < CT_LEN(ACVPU))
        return ACVPU[i];
    return q == CT_Q_GCS_MOTOR && i < CT_LEN(MOTOR) ? MOTOR[i] : c->label;
}

/* Of a field that has no label of its own, which it is; of others a key of theirs. */
static const char *part_text(const struct vitals *s)
{
    if (vf_further(s, s->form.focus) != VF_FURTHER)
        return (s->form.focus - s->further_at) % VF_PARTS == 1 ? "Diastolic, the lower"
                                                               : "* posture, - takes it away";
    switch (vf_focused(s)) {
    case CT_Q_DBP: return "Diastolic, the lower";
    case CT_Q_PULSE:
    case CT_Q_RESP: return "t counts by tapping";
    case CT_Q_O2_FLOW: return "Flow, or per cent";
    case CT_Q_GCS_EYE: return "Eyes: ";
    case CT_Q_GCS_VERBAL: return "Verbal: ";
    case CT_Q_GCS_MOTOR: return "Motor: ";
    default: return "";
    }
}

/* One row: the figures of a field, each in its place, or the codes. What it is stands
 * beside the field, all of it in the help. */
static void hint_text(const struct vitals *s, char *out, size_t size)
{
    const struct ct_field *f = s->form.field[s->form.focus];
    enum ct_q q = vf_focused(s);
    CT_BUF b = {.max = 400};
    if (f->kind == CT_F_INT || f->kind == CT_F_DECIMAL) {
        char lo[24], hi[24], usual[52], possible[52];
        ct_field_text(f, f->soft_lo, lo, sizeof lo);
        ct_field_text(f, f->soft_hi, hi, sizeof hi);
        snprintf(usual, sizeof usual, f->soft_lo < f->soft_hi ? "%s-%s" : "any", lo, hi);
        ct_field_text(f, f->hard_lo, lo, sizeof lo);
        ct_field_text(f, f->hard_hi, hi, sizeof hi);
        snprintf(possible, sizeof possible, "%s-%s", lo, hi);
        ct_buf_printf(&b, "Usual %-11s  possible %-11s  %s", usual, possible, part_text(s));
    } else if (f->kind == CT_F_CODE) {
        ct_buf_str_add(&b, part_text(s));
        for (size_t i = 0; f->choices[i].code != NULL; i++) {
            const char *word = choice_word(q, i, &f->choices[i]);
            ct_buf_printf(&b, "%s%s%s%s", i > 0 ? ", " : "", f->choices[i].code,
                          word[0] != '\0' ? " " : "", word);
        }
    } else {
        ct_buf_str_add(&b, f->help);
    }
    ct_text_copy(out, size, ct_buf_str(&b));
}

static void hint_draw(const struct vitals *s, struct ct_grid *g, int row, int col)
{
    char hint[400];
    enum ct_q q = vf_focused(s);
    hint_text(s, hint, sizeof hint);
    if (q != CT_QS && s->said.not_taken[q] != CT_WHY_NONE && vf_text(s, s->form.focus)[0] == '\0')
        ct_text_copy(hint, sizeof hint,
                     "A value typed here takes the reason's place; - changes the reason.");
    ct_grid_text(g, row, col, -1, CT_R_TEXT, hint);
}

void vf_hint(const struct ct_view *v, char *out, size_t size)
{
    ct_form_hint(&((const struct vitals *)ct_view_state(v))->form, out, size);
}

void vf_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct vitals *s = ct_view_state(v);
    int used, col = body.col + 1;
    ct_subject_patient(s->ui, &s->patient);
    used = ct_grid_text(g, body.row, col, -1, CT_R_HEAD,
                        s->correct_id != 0 ? "CORRECT THE VITALS" : "VITALS");
    if (s->correct_id != 0) {
        char at[24];
        ct_datetime_text(s->corrected.taken_ms, at);
        used += ct_grid_printf(g, body.row, col + used, -1, CT_R_NOTE, "  %s", at);
    }
    if (s->band_ms != 0 && s->correct_id == 0) {
        char at[8];
        ct_time_text(s->band_ms, at);
        used += ct_grid_printf(g, body.row, col + used, -1, CT_R_OK, "  wristband %s", at);
    }
    if (s->other_band[0] != '\0') /* the device can wait for that */
        ct_grid_printf(g, body.row, col + used + 2, LAST_COL - 3 - col - used, CT_R_ALARM,
                       "WRISTBAND OF %s", s->other_band);
    else
        monitor_draw(s, g, body.row, col + used + 2);
    struct ct_rect at = {body.row + 1, body.col, body.rows - 6, body.cols};
    ct_form_draw(&s->form, g, at);
    beside_draw(s, g, at);
    last_draw(s, g, at);
    ct_draw_alerts(g, body.row + body.rows - 5, col, body.cols - 2, &s->patient);
    int row = body.row + body.rows - 4;
    score_draw(s, g, row, col);
    hint_draw(s, g, row + 3, col);
}
