/* pews_cell - one written set of the paediatric score; see pews_csv.h. */
#include "exchange/pews_csv.h"

#include <stdio.h>
#include <string.h>

#include "clinic/range.h"
#include "exchange/iso_time.h"

const char *const CT_PEWS_COLUMN[CT_PCS] = {
    [CT_PC_AGE_BAND] = "age_band",         [CT_PC_DOB] = "dob",
    [CT_PC_AT] = "at",                     [CT_PC_RESP] = "respiratory_rate",
    [CT_PC_DISTRESS] = "respiratory_distress", [CT_PC_SPO2] = "spo2",
    [CT_PC_O2_DEVICE] = "oxygen_device",   [CT_PC_O2_VALUE] = "oxygen_value",
    [CT_PC_O2_UNIT] = "oxygen_unit",       [CT_PC_PULSE] = "heart_rate",
    [CT_PC_SBP] = "sbp",                   [CT_PC_CRT] = "cap_refill_s",
};

const struct ct_pews_part CT_PEWS_PART[CT_PEWS_PARTS] = {
    {"respiratory_rate", CT_Q_RESP, CT_PC_RESP},
    {"respiratory_distress", CT_Q_DISTRESS, CT_PC_DISTRESS},
    {"spo2", CT_Q_SPO2, CT_PC_SPO2},
    {"oxygen", CT_Q_O2, CT_PC_O2_DEVICE},
    {"heart_rate", CT_Q_PULSE, CT_PC_PULSE},
    {"sbp", CT_Q_SBP, CT_PC_SBP},
    {"cap_refill", CT_Q_CRT, CT_PC_CRT},
};

static const struct ct_score_word DISTRESS_WORDS[] = {
    {"none", CT_DISTRESS_NONE},         {"mild", CT_DISTRESS_MILD},
    {"moderate", CT_DISTRESS_MODERATE}, {"severe", CT_DISTRESS_SEVERE},
    {NULL, 0},
};
static const struct ct_score_word DEVICE_WORDS[] = {
    {"air", CT_O2_AIR},       {"NP", CT_O2_NASAL},     {"FM", CT_O2_MASK},
    {"HF", CT_O2_HIGH_FLOW},  {"CP", CT_O2_CPAP},      {"BiP", CT_O2_NIV},
    {"NI", CT_O2_NIV},        {"VM", CT_O2_VENTURI},   {"RM", CT_O2_RESERVOIR},
    {"OT", CT_O2_OTHER},      {NULL, 0},
};
static const struct ct_score_word UNIT_WORDS[] = {{"L/min", 0}, {"%", 1}, {NULL, 0}};
enum { PERCENT = 1 }; /* of CT_Q_O2_FLOW */

/* No reading has a fourth digit: above it something was typed wrongly. */
enum { FIGURE_MAX = 999 };

/* What a whole set is read with. */
struct reading {
    const struct ct_scorecard *card;
    const struct ct_score_cell *cell;
    int band;
    struct ct_buf *why;
};

static bool there(const struct reading *r, enum ct_pews_column c)
{
    return r->cell[c].s != NULL && r->cell[c].n > 0;
}

static void refuse(struct reading *r, enum ct_pews_column c, const struct ct_error *e)
{
    ct_buf_printf(ct_score_reason(r->why), "%s: %s", CT_PEWS_COLUMN[c], e->text);
}

static void refuse_text(struct reading *r, enum ct_pews_column c, const char *text)
{
    CT_BUF b = {0};
    ct_buf_printf(ct_score_reason(r->why), "%s: \"%s\" %s", CT_PEWS_COLUMN[c],
                  ct_score_shown(&b, r->cell[c]), text);
}

/* ---- the band ------------------------------------------------------------- */

static ct_date day_of(struct reading *r, enum ct_pews_column c)
{
    ct_date d;
    int64_t ms;
    if (ct_iso_date(r->cell[c].s, r->cell[c].n, &d))
        return d;
    if (c == CT_PC_AT && ct_iso_time(r->cell[c].s, r->cell[c].n, &ms))
        return ct_date_at(ms);
    refuse_text(r, c,
                c == CT_PC_AT ? "is neither a date such as 2026-03-14 nor a time with its "
                                "offset such as 2026-03-14T09:42:00Z"
                              : "is not a date such as 2026-03-14");
    return CT_NO_DATE;
}

/* By date of birth and time of the set, -1 with the reason. */
static int band_by_age(struct reading *r)
{
    ct_date born = day_of(r, CT_PC_DOB), on = day_of(r, CT_PC_AT);
    if (born == CT_NO_DATE || on == CT_NO_DATE)
        return -1;
    int months = ct_age_months(born, on);
    int band = ct_scorecard_band(r->card, months);
    if (months < 0)
        refuse_text(r, CT_PC_DOB, "is after the set");
    else if (band < 0)
        refuse_text(r, CT_PC_DOB, "gives an age that no band covers");
    return band;
}

static void find_band(struct reading *r)
{
    bool named = there(r, CT_PC_AGE_BAND);
    bool dated = there(r, CT_PC_DOB) && there(r, CT_PC_AT);
    r->band = -1;
    if (named) {
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)(r->cell[CT_PC_AGE_BAND].n < 31
                                                      ? r->cell[CT_PC_AGE_BAND].n : 31),
                 r->cell[CT_PC_AGE_BAND].s);
        r->band = ct_scorecard_band_find(r->card, name);
        if (r->band < 0) {
            refuse_text(r, CT_PC_AGE_BAND, "is not one of ");
            for (int b = 0; ct_scorecard_band_name(r->card, b)[0] != '\0'; b++)
                ct_buf_printf(r->why, "%s%s", b > 0 ? ", " : "",
                              ct_scorecard_band_name(r->card, b));
        }
    }
    if (dated) {
        int by_age = band_by_age(r);
        if (named && r->band >= 0 && by_age >= 0 && by_age != r->band) {
            refuse_text(r, CT_PC_AGE_BAND, "is not the band of dob and at, which is ");
            ct_buf_str_add(r->why, ct_scorecard_band_name(r->card, by_age));
        }
        r->band = named ? r->band : by_age;
    } else if (!named) {
        ct_buf_printf(ct_score_reason(r->why), "%s is missing, or dob and at",
                      CT_PEWS_COLUMN[CT_PC_AGE_BAND]);
    }
}

/* ---- figures and words ---------------------------------------------------- */

/* A figure in the decimals of the card's table; without a band any will do. */
static bool read_figure(struct reading *r, enum ct_pews_column c, enum ct_q q, uint8_t unit,
                        struct ct_value *ret)
{
    int places = ct_scorecard_places(r->card, r->band, q, unit);
    int64_t most = FIGURE_MAX;
    if (places < 0)
        places = 3;
    for (int i = 0; i < places; i++)
        most *= 10;
    if (!ct_scaled_parse(r->cell[c].s, r->cell[c].n, places, &ret->n)) {
        char text[64];
        if (places == 0)
            snprintf(text, sizeof text, "is not a whole number");
        else
            snprintf(text, sizeof text,
                     "is not a number with at most %d decimals, as the table has", places);
        refuse_text(r, c, text);
        return false;
    }
    ret->unit = unit;
    if (ret->n > most) {
        refuse_text(r, c, "is not possible: no reading has more than three digits");
        return false;
    }
    return true;
}

static void read_word(struct reading *r, enum ct_pews_column c,
                      const struct ct_score_word *words, const char *accepted, int64_t *ret)
{
    struct ct_error e;
    if (ct_score_word(CT_PEWS_COLUMN[c], words, r->cell[c], accepted, ret, &e) != CT_OK)
        refuse(r, c, &e);
}

static void read_oxygen(struct reading *r, struct ct_value in[CT_QS])
{
    struct ct_value *device = &in[CT_Q_O2], *flow = &in[CT_Q_O2_FLOW];
    int64_t unit = CT_UNSET;
    if (there(r, CT_PC_O2_DEVICE))
        read_word(r, CT_PC_O2_DEVICE, DEVICE_WORDS, "air, NP, FM, HF, CP, BiP, VM, RM, NI, OT",
                  &device->n);
    if (there(r, CT_PC_O2_UNIT))
        read_word(r, CT_PC_O2_UNIT, UNIT_WORDS, "%, L/min", &unit);
    if (!there(r, CT_PC_O2_VALUE))
        return;
    if (!there(r, CT_PC_O2_UNIT)) {
        ct_buf_printf(ct_score_reason(r->why), "%s is missing: %% or L/min",
                      CT_PEWS_COLUMN[CT_PC_O2_UNIT]);
        return;
    }
    if (unit == CT_UNSET ||
        !read_figure(r, CT_PC_O2_VALUE, CT_Q_O2_FLOW, (uint8_t)unit, flow))
        return;
    if (!there(r, CT_PC_O2_DEVICE))
        device->n = CT_O2_OTHER;
    /* Air is 21 % oxygen, and no litre of it. */
    int64_t air = unit == PERCENT ? 21 : 0;
    for (int p = ct_scorecard_places(r->card, r->band, CT_Q_O2_FLOW, (uint8_t)unit); p > 0; p--)
        air *= 10;
    if (device->n == CT_O2_AIR && r->band >= 0 && flow->n > air)
        refuse_text(r, CT_PC_O2_VALUE, unit == PERCENT ? "% is more than air has"
                                                       : "L/min, and the device says air");
}

bool ct_pews_read(const struct ct_scorecard *card, const struct ct_score_cell cell[CT_PCS],
                  int *ret_band, struct ct_card_result *ret, struct ct_buf *why)
{
    struct reading r = {.card = card, .cell = cell, .why = why};
    struct ct_value in[CT_QS];
    struct ct_error e;
    for (size_t q = 0; q < CT_QS; q++)
        in[q] = (struct ct_value){CT_UNSET, 0};
    find_band(&r);
    for (size_t i = 0; i < CT_PEWS_PARTS; i++) {
        const struct ct_pews_part *p = &CT_PEWS_PART[i];
        if (p->q == CT_Q_O2)
            read_oxygen(&r, in);
        else if (!there(&r, p->column))
            continue;
        else if (p->q == CT_Q_DISTRESS)
            read_word(&r, p->column, DISTRESS_WORDS, "none, mild, moderate, severe",
                      &in[p->q].n);
        else
            (void)read_figure(&r, p->column, p->q, 0, &in[p->q]);
    }
    if (why->len > 0 || why->bad)
        return false;
    *ret_band = r.band;
    if (ct_scorecard_score_fine(card, r.band, in, ret, &e) == CT_OK)
        return true;
    enum ct_pews_column c = CT_PC_O2_VALUE; /* or the column of the field named */
    for (size_t i = 0; i < CT_PEWS_PARTS; i++)
        if (strcmp(CT_QUANTITY[CT_PEWS_PART[i].q].name, e.field) == 0)
            c = CT_PEWS_PART[i].column;
    refuse(&r, c, &e);
    return false;
}

void ct_pews_missing(const struct ct_card_result *r, const char *gap, struct ct_buf *out)
{
    const char *before = "";
    for (size_t i = 0; i < CT_PEWS_PARTS; i++) {
        const struct ct_pews_part *p = &CT_PEWS_PART[i];
        enum ct_pews_column c = p->column;
        bool figure = p->q == CT_Q_O2 && r->missing >> CT_Q_O2_FLOW & 1;
        if (!figure && !(r->missing >> p->q & 1))
            continue;
        ct_buf_printf(out, "%s%s", before, CT_PEWS_COLUMN[figure ? CT_PC_O2_VALUE : c]);
        before = gap;
    }
}
