/* qualifier - see qualifier.h: the table of how a value was measured. */
#include "clinic/qualifier.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static const struct ct_choice BP_SITE[] = {
    {"LA", "left arm"},  {"RA", "right arm"},      {"LL", "left leg"},
    {"RL", "right leg"}, {"LW", "left wrist"},     {"RW", "right wrist"},
    {"AL", "arterial line"}, {NULL, NULL},
};
static const struct ct_choice POSITION[] = {
    {"SIT", "sitting"},        {"STA", "standing"},     {"LIE", "lying"},
    {"SEM", "semi-recumbent"}, {"TRE", "head down"},    {NULL, NULL},
};
static const struct ct_choice BP_METHOD[] = {
    {"AU", "automated cuff"}, {"MA", "manual cuff"}, {"PA", "palpated"},
    {"DO", "Doppler"},        {"IN", "invasive"},    {NULL, NULL},
};
static const struct ct_choice CUFF[] = {
    {"AD", "adult"},      {"LG", "large adult"}, {"SM", "small adult"},
    {"PE", "paediatric"}, {"TH", "thigh"},       {"NE", "neonatal"},
    {NULL, NULL},
};
static const struct ct_choice PULSE_SITE[] = {
    {"RAD", "radial"},  {"BRA", "brachial"}, {"CAR", "carotid"},
    {"FEM", "femoral"}, {"APE", "apical"},   {"POP", "popliteal"},
    {"PED", "pedal"},   {NULL, NULL},
};
static const struct ct_choice PULSE_METHOD[] = {
    {"PAL", "palpated"}, {"OXI", "oximeter"}, {"CUF", "cuff"},
    {"AUS", "auscultated"}, {"ECG", "ECG"},   {"DOP", "Doppler"},
    {NULL, NULL},
};
static const struct ct_choice RHYTHM[] = {
    {"REG", "regular"}, {"IRR", "irregular"}, {NULL, NULL},
};
static const struct ct_choice RESP_METHOD[] = {
    {"SPO", "spontaneous"}, {"ASS", "assisted"},     {"VEN", "ventilator"},
    {"MON", "monitor"},     {"ACT", "with activity"}, {NULL, NULL},
};
static const struct ct_choice SPO2_SITE[] = {
    {"FI", "finger"}, {"TO", "toe"}, {"EA", "ear"}, {"FO", "forehead"},
    {"HF", "hand or foot"}, {NULL, NULL},
};
static const struct ct_choice TEMP_SITE[] = {
    {"TY", "tympanic"}, {"OR", "oral"}, {"AX", "axillary"}, {"TE", "temporal"},
    {"RE", "rectal"},   {"SK", "skin"}, {"CO", "core"},     {"BL", "bladder"},
    {NULL, NULL},
};
static const struct ct_choice GLUCOSE_WHEN[] = {
    {"FA", "fasting"}, {"PR", "before a meal"}, {"PO", "after a meal"},
    {"RN", "random"},  {NULL, NULL},
};
static const struct ct_choice QUALITY[] = {
    {"ACT", "actual"}, {"EST", "estimated"}, {"STA", "stated"}, {"CAL", "calculated"},
    {NULL, NULL},
};
static const struct ct_choice WEIGHT_METHOD[] = {
    {"STA", "standing scale"}, {"CHA", "chair scale"}, {"BED", "bed scale"},
    {"LIF", "lift scale"},     {"WHE", "wheelchair scale"}, {"BAB", "baby scale"},
    {NULL, NULL},
};

const struct ct_qualifier_row CT_QUALIFIER[CT_QLS] = {
    [CT_QL_BP_SITE] = {"bp_site", CT_Q_SBP, "site", BP_SITE},
    [CT_QL_BP_POSITION] = {"bp_position", CT_Q_SBP, "position", POSITION},
    [CT_QL_BP_METHOD] = {"bp_method", CT_Q_SBP, "method", BP_METHOD},
    [CT_QL_BP_CUFF] = {"bp_cuff", CT_Q_SBP, "cuff", CUFF},
    [CT_QL_PULSE_SITE] = {"pulse_site", CT_Q_PULSE, "site", PULSE_SITE},
    [CT_QL_PULSE_METHOD] = {"pulse_method", CT_Q_PULSE, "method", PULSE_METHOD},
    [CT_QL_PULSE_RHYTHM] = {"pulse_rhythm", CT_Q_PULSE, "rhythm", RHYTHM},
    [CT_QL_RESP_METHOD] = {"resp_method", CT_Q_RESP, "method", RESP_METHOD},
    [CT_QL_SPO2_SITE] = {"spo2_site", CT_Q_SPO2, "site", SPO2_SITE},
    [CT_QL_TEMP_SITE] = {"temp_site", CT_Q_TEMP, "site", TEMP_SITE},
    [CT_QL_GLUCOSE_WHEN] = {"glucose_when", CT_Q_GLUCOSE, "when", GLUCOSE_WHEN},
    [CT_QL_WEIGHT_QUALITY] = {"weight_quality", CT_Q_WEIGHT, "quality", QUALITY},
    [CT_QL_WEIGHT_METHOD] = {"weight_method", CT_Q_WEIGHT, "method", WEIGHT_METHOD},
    [CT_QL_HEIGHT_QUALITY] = {"height_quality", CT_Q_HEIGHT, "quality", QUALITY},
};

bool ct_qualifier_valid(enum ct_qualifier ql, int choice)
{
    if (choice < 0)
        return false;
    for (int i = 0; i < choice; i++)
        if (CT_QUALIFIER[ql].choices[i].code == NULL)
            return false;
    return true;
}

const char *ct_qualifier_code(enum ct_qualifier ql, int choice)
{
    return choice > 0 && ct_qualifier_valid(ql, choice)
               ? CT_QUALIFIER[ql].choices[choice - 1].code
               : "";
}

const char *ct_qualifier_label(enum ct_qualifier ql, int choice)
{
    return choice > 0 && ct_qualifier_valid(ql, choice)
               ? CT_QUALIFIER[ql].choices[choice - 1].label
               : "";
}

void ct_qualifier_text(enum ct_q q, const uint8_t ql[CT_QLS], char *out, size_t size)
{
    CT_BUF b = {.max = 256};
    for (int i = 0; i < CT_QLS; i++) {
        const char *code = ct_qualifier_code((enum ct_qualifier)i, ql[i]);
        if (CT_QUALIFIER[i].q != q || code[0] == '\0')
            continue;
        ct_buf_printf(&b, "%s%s", b.len > 0 ? "," : "", code);
    }
    ct_text_copy(out, size, ct_buf_str(&b));
}

/* One word of the defaults, "bp_site:LA". */
static enum ct_status take_word(const char *word, size_t len, uint8_t ret[CT_QLS],
                                struct ct_error *reterr)
{
    const char *colon = memchr(word, ':', len);
    for (int i = 0; colon != NULL && i < CT_QLS; i++) {
        const struct ct_qualifier_row *row = &CT_QUALIFIER[i];
        size_t name = (size_t)(colon - word), code = len - name - 1;
        if (strlen(row->name) != name || strncmp(row->name, word, name) != 0)
            continue;
        for (int k = 0; row->choices[k].code != NULL; k++)
            if (strlen(row->choices[k].code) == code &&
                strncasecmp(row->choices[k].code, colon + 1, code) == 0) {
                ret[i] = (uint8_t)(k + 1);
                return CT_OK;
            }
    }
    return ct_fail(reterr, CT_ECONFIG, "qualifiers",
                   "config.ini: [vitals] qualifiers: \"%.*s\" is not understood; docs/quantities.md "
                   "lists the words, as bp_site:LA",
                   (int)len, word);
}

enum ct_status ct_qualifier_defaults(const char *text, uint8_t ret[CT_QLS],
                                     struct ct_error *reterr)
{
    uint8_t ql[CT_QLS] = {0};
    for (const char *p = text; *p != '\0';) {
        size_t len = strcspn(p, " \t");
        if (len > 0) {
            enum ct_status st = take_word(p, len, ql, reterr);
            if (st != CT_OK)
                return st;
        }
        p += len;
        p += strspn(p, " \t");
    }
    memcpy(ret, ql, sizeof ql);
    return CT_OK;
}
