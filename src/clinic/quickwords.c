/* quickwords - see quickwords.h. */
#include "clinic/quickwords.h"

#include <string.h>
#include <strings.h>

#include "base/ascii.h"

static const struct name {
    const char *word;
    enum ct_q q;
} NAMES[] = {
    {"bp", CT_Q_SBP},
    {"p", CT_Q_PULSE},
    {"hr", CT_Q_PULSE},
    {"pulse", CT_Q_PULSE},
    {"rr", CT_Q_RESP},
    {"r", CT_Q_RESP},
    {"resp", CT_Q_RESP},
    {"s", CT_Q_SPO2},
    {"sat", CT_Q_SPO2},
    {"sats", CT_Q_SPO2},
    {"spo2", CT_Q_SPO2},
    {"t", CT_Q_TEMP},
    {"temp", CT_Q_TEMP},
    {"acvpu", CT_Q_ACVPU},
    {"pain", CT_Q_PAIN},
    {"glu", CT_Q_GLUCOSE},
    {"gluc", CT_Q_GLUCOSE},
    {"glucose", CT_Q_GLUCOSE},
    {"bm", CT_Q_GLUCOSE},
    {"wt", CT_Q_WEIGHT},
    {"weight", CT_Q_WEIGHT},
    {"ht", CT_Q_HEIGHT},
    {"height", CT_Q_HEIGHT},
    {"o2", CT_Q_O2},
    {"distress", CT_Q_DISTRESS},
    {"crt", CT_Q_CRT},
    {"carer", CT_Q_CONCERN},
    {"concern", CT_Q_CONCERN},
    {"gcs", CT_Q_GCS_EYE},
    {"head", CT_Q_HEAD},
    {"waist", CT_Q_WAIST},
    {"muac", CT_Q_MUAC},
};

/* Besides the codes of CT_QUANTITY[CT_Q_O2]. */
static const struct device {
    const char *word;
    enum ct_o2 o2;
} DEVICES[] = {
    {"nc", CT_O2_NASAL},      {"nasal", CT_O2_NASAL},     {"mask", CT_O2_MASK},
    {"sm", CT_O2_MASK},       {"venturi", CT_O2_VENTURI}, {"nrb", CT_O2_RESERVOIR},
    {"nrm", CT_O2_RESERVOIR}, {"hfnc", CT_O2_HIGH_FLOW},  {"hfno", CT_O2_HIGH_FLOW},
    {"cpap", CT_O2_CPAP},     {"niv", CT_O2_NIV},         {"bipap", CT_O2_NIV},
    {"other", CT_O2_OTHER},
};

/* What a unit is called when it hangs on a figure. */
static const struct suffix {
    enum ct_q q;
    const char *word;
    uint8_t unit;
} SUFFIXES[] = {
    {CT_Q_SBP, "mmhg", 0},      {CT_Q_DBP, "mmhg", 0},       {CT_Q_PULSE, "/min", 0},
    {CT_Q_PULSE, "bpm", 0},     {CT_Q_RESP, "/min", 0},      {CT_Q_TEMP, "c", 0},
    {CT_Q_TEMP, "f", 1},        {CT_Q_SPO2, "%", 0},         {CT_Q_GLUCOSE, "mmol", 0},
    {CT_Q_GLUCOSE, "mg", 1},    {CT_Q_GLUCOSE, "mmol/l", 0}, {CT_Q_GLUCOSE, "mg/dl", 1},
    {CT_Q_WEIGHT, "kg", 0},     {CT_Q_WEIGHT, "lb", 1},      {CT_Q_HEIGHT, "cm", 0},
    {CT_Q_HEIGHT, "in", 1},     {CT_Q_O2_FLOW, "l", 0},      {CT_Q_O2_FLOW, "lpm", 0},
    {CT_Q_O2_FLOW, "l/min", 0}, {CT_Q_O2_FLOW, "%", 1},      {CT_Q_PAIN, "/10", 0},
    {CT_Q_CRT, "s", 0},         {CT_Q_CRT, "sec", 0},        {CT_Q_HEAD, "cm", 0},
    {CT_Q_HEAD, "in", 1},       {CT_Q_WAIST, "cm", 0},       {CT_Q_WAIST, "in", 1},
    {CT_Q_MUAC, "cm", 0},       {CT_Q_MUAC, "in", 1},
};

/* The words for a reason; its letter is that of CT_WHY_CHOICES. */
static const char *const WHYS[CT_WHYS] = {
    [CT_WHY_REFUSED] = "refused", [CT_WHY_AWAY] = "away",
    [CT_WHY_ASLEEP] = "asleep",   [CT_WHY_UNAVAILABLE] = "unavailable",
    [CT_WHY_UNABLE] = "unable",   [CT_WHY_EMERGENCY] = "emergency",
    [CT_WHY_REQUEST] = "request", [CT_WHY_NOT_NEEDED] = "unneeded",
};

bool ct_quick_name(const char *s, enum ct_q *ret)
{
    for (size_t i = 0; i < CT_LEN(NAMES); i++)
        if (strcasecmp(NAMES[i].word, s) == 0) {
            *ret = NAMES[i].q;
            return true;
        }
    return false;
}

bool ct_quick_named(const char *s, enum ct_q *ret, const char **ret_value)
{
    for (size_t i = 0; i < CT_LEN(NAMES); i++) {
        size_t n = strlen(NAMES[i].word);
        /* A name that ends in a digit does not show where its figure begins. */
        if (strncasecmp(NAMES[i].word, s, n) == 0 && ct_is_digit(s[n]) &&
            !ct_is_digit(NAMES[i].word[n - 1])) {
            *ret = NAMES[i].q;
            *ret_value = s + n;
            return true;
        }
    }
    return false;
}

static int choice_in(const struct ct_choice *c, const char *s)
{
    for (int i = 0; c[i].code != NULL; i++)
        if (strcasecmp(c[i].code, s) == 0 || strcasecmp(c[i].label, s) == 0)
            return i;
    return -1;
}

int ct_quick_choice(enum ct_q q, const char *s)
{
    return CT_QUANTITY[q].choices != NULL ? choice_in(CT_QUANTITY[q].choices, s) : -1;
}

int ct_quick_device(const char *s)
{
    int is = choice_in(CT_QUANTITY[CT_Q_O2].choices + 1, s);
    if (is >= 0)
        return is + 1;
    for (size_t i = 0; i < CT_LEN(DEVICES); i++)
        if (strcasecmp(DEVICES[i].word, s) == 0)
            return (int)DEVICES[i].o2;
    return -1;
}

bool ct_quick_air(const char *s)
{
    return strcasecmp(s, "air") == 0 || strcasecmp(s, "ra") == 0;
}

bool ct_quick_unit(enum ct_q q, const char *s, uint8_t *ret)
{
    for (size_t i = 0; i < CT_LEN(SUFFIXES); i++)
        if (SUFFIXES[i].q == q && strcasecmp(SUFFIXES[i].word, s) == 0) {
            *ret = SUFFIXES[i].unit;
            return true;
        }
    return false;
}

enum ct_q ct_quick_unit_of(const char *s)
{
    static const enum ct_q ALONE[] = {CT_Q_TEMP, CT_Q_WEIGHT, CT_Q_GLUCOSE};
    uint8_t unit;
    for (size_t i = 0; i < CT_LEN(ALONE); i++)
        if (ct_quick_unit(ALONE[i], s, &unit))
            return ALONE[i];
    return CT_QS;
}

int ct_quick_qualifier(enum ct_q q, const char *s, enum ct_qualifier *ret, int *ret_choice)
{
    const char *colon = strchr(s, ':');
    int n = 0;
    for (int i = 0; i < CT_QLS; i++) {
        const struct ct_qualifier_row *row = &CT_QUALIFIER[i];
        const char *word = s;
        if (row->q != q)
            continue;
        if (colon != NULL) {
            size_t len = (size_t)(colon - s);
            if (strlen(row->name) != len || strncasecmp(row->name, s, len) != 0)
                continue;
            word = colon + 1;
        }
        int is = choice_in(row->choices, word);
        if (is < 0)
            continue;
        if (n++ == 0) {
            *ret = (enum ct_qualifier)i;
            *ret_choice = is + 1;
        }
    }
    return n;
}

enum ct_q ct_quick_qualified(const char *s)
{
    enum ct_qualifier ql;
    int choice;
    for (int q = 0; q < CT_QS; q++)
        if (ct_quick_qualifier((enum ct_q)q, s, &ql, &choice) > 0)
            return (enum ct_q)q;
    return CT_QS;
}

enum ct_why ct_quick_why(const char *s, bool letters)
{
    for (int why = 1; why < CT_WHYS; why++)
        if (strcasecmp(s, WHYS[why]) == 0 ||
            (letters && strcasecmp(s, CT_WHY_CHOICES[why - 1].code) == 0))
            return (enum ct_why)why;
    return CT_WHY_NONE;
}
