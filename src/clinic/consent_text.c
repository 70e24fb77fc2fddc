/* consent_text - the words of explanations and of consent. */
#include "clinic/consent.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

const struct ct_topic CT_TOPIC[] = {
    {'d', "diagnosis"},   {'n', "name of the procedure"}, {'w', "why it is needed"},
    {'s', "steps"},       {'b', "benefits"},              {'p', "precautions"},
    {'r', "risks"},       {'a', "alternatives"},          {'x', "what happens without it"},
};
_Static_assert(CT_LEN(CT_TOPIC) == CT_TOPICS, "as many topics as it says");

void ct_topics_text(uint32_t topics, char *out, size_t size)
{
    CT_BUF b = {.max = 256};
    for (size_t i = 0; i < CT_TOPICS; i++)
        if (topics >> i & 1)
            ct_buf_printf(&b, "%s%s", b.len > 0 ? ", " : "", CT_TOPIC[i].label);
    ct_text_copy(out, size, ct_buf_str(&b));
}

enum ct_status ct_topics_parse(const char *letters, uint32_t *ret, struct ct_error *reterr)
{
    uint32_t topics = 0;
    for (const char *p = letters; *p != '\0'; p++) {
        size_t i = 0;
        if (*p == ' ' || *p == ',')
            continue;
        while (i < CT_TOPICS && CT_TOPIC[i].letter != tolower((unsigned char)*p))
            i++;
        if (i == CT_TOPICS)
            return ct_fail(reterr, CT_EINVAL, "topics",
                           "'%.*s' is no topic; the letters are d n w s b p r a x",
                           (int)strcspn(p, " ,"), p);
        topics |= UINT32_C(1) << i;
    }
    *ret = topics;
    return CT_OK;
}

static const struct ct_choice UNDERSTOOD[] = {
    {"n", "no"}, {"p", "partly"}, {"y", "yes"}, {NULL, NULL}};

/* clang-format off */
#define TEXT(name_, label_, max_, help_) \
    {.name = name_, .label = label_, .kind = CT_F_TEXT, .width = 54, .max_bytes = max_, .help = help_}
#define FACE(name_, label_, help_) \
    {.name = name_, .label = label_, .unit = "/10", .kind = CT_F_INT, .width = 3, .hard_lo = 0, .hard_hi = 10, .help = help_}
const struct ct_field CT_EXPLANATION_FIELDS[] = {
    {.name = "topics", .label = "Spoken of", .kind = CT_F_TEXT, .width = 20, .max_bytes = 24,
     .help = "Letters: d diagnosis, n name of the procedure, w why it is needed, s steps, b benefits, "
             "p precautions, r risks, a alternatives, x what happens without it."},
    TEXT("explained", "In words", CT_CONSENT_BYTES, "What you said about it, where the letters do not say enough."),
    TEXT("by_whom", "Explained by", CT_CONSENT_WHO, "Who explained it; empty: you."),
    TEXT("language", "Language", CT_CONSENT_LANGUAGE, "In which language, as English."),
    TEXT("interpreter", "Interpreter", CT_CONSENT_WHO, "Who interpreted, or by which service; empty: nobody."),
    TEXT("questions", "Questions asked", CT_CONSENT_BYTES, "What the patient asked, and what was answered."),
    {.name = "understood", .label = "Understood", .kind = CT_F_CODE, .width = 3, .choices = UNDERSTOOD,
     .help = "Judged by what the patient says in own words; empty: not asked."},
    TEXT("teach_back", "Patient's own words", CT_CONSENT_BYTES, "Ask: tell me in your own words what will be done."),
    FACE("anxiety_before", "Anxiety before", "0 is calm, 10 the worst the patient can imagine; empty: not asked."),
    FACE("anxiety_after", "Anxiety after", "The same when it is over; empty: not asked."),
    TEXT("wishes", "Own wishes", CT_CONSENT_BYTES, "What matters to the patient: a companion, a side, a pause, a chaperone."),
    {.name = "at_ms", .label = "When", .kind = CT_F_TIME, .width = 16, .help = "When it was said; empty: now."},
};
const size_t CT_EXPLANATION_FIELDS_N = CT_LEN(CT_EXPLANATION_FIELDS);

static const struct ct_choice FORMS[] = {
    {"v", "verbally"}, {"w", "in writing"}, {"i", "implied"}, {NULL, NULL}};

const struct ct_field CT_CONSENT_FIELDS[] = {
    [CT_CONSENT_FIELD_FORM] = {.name = "form", .label = "Given", .kind = CT_F_CODE, .width = 3, .choices = FORMS, .required = true,
     .help = "v verbally, w in writing (the signed form is kept), i implied by holding out the arm."},
    [CT_CONSENT_FIELD_WHO] = TEXT("who", "By", CT_CONSENT_WHO, "Empty: the patient. Else who, and as what: mother, guardian."),
    [CT_CONSENT_FIELD_TEXT] = TEXT("text", "In words", CT_CONSENT_BYTES, "What was said, in the patient's words."),
    [CT_CONSENT_FIELD_AT] = {.name = "at_ms", .label = "When", .kind = CT_F_TIME, .width = 16, .help = "When it was said; empty: now."},
};
/* clang-format on */

const char *ct_consent_kind_text(enum ct_consent_kind k)
{
    static const char *const TEXT_OF[CT_CONSENT_KINDS] = {
        [CT_CONSENT_GIVEN] = "given",
        [CT_CONSENT_REFUSED] = "refused",
        [CT_CONSENT_WITHDRAWN] = "withdrawn",
        [CT_CONSENT_LACKS] = "lacks capacity",
        [CT_CONSENT_IN_ERROR] = "entered in error",
    };
    return (unsigned)k < CT_CONSENT_KINDS ? TEXT_OF[k] : "?";
}

const char *ct_consent_state_text(enum ct_consent_state s)
{
    switch (s) {
    case CT_CONSENT_NONE: break;
    case CT_CONSENT_IS_GIVEN: return "consent given";
    case CT_CONSENT_IS_REFUSED: return "CONSENT REFUSED";
    case CT_CONSENT_IS_WITHDRAWN: return "CONSENT WITHDRAWN";
    case CT_CONSENT_IS_LACKS: return "lacks capacity, decided";
    }
    return "";
}

const char *ct_consent_form_text(enum ct_consent_form f)
{
    return (unsigned)f < CT_LEN(FORMS) - 1 ? FORMS[f].label : "?";
}

void ct_consent_event_text(const struct ct_consent_event *e, char *out, size_t size)
{
    const char *who = e->who[0] != '\0' ? e->who : "the patient";
    const char *colon = e->text[0] != '\0' ? ": " : "";
    switch (e->kind) {
    case CT_CONSENT_GIVEN:
        snprintf(out, size, "given %s by %s%s%s", ct_consent_form_text(e->form), who, colon,
                 e->text);
        return;
    case CT_CONSENT_LACKS:
        snprintf(out, size, "lacks capacity, decided with %s: %s", e->who, e->text);
        return;
    case CT_CONSENT_IN_ERROR:
        snprintf(out, size, "entry of consent was in error: %s", e->text);
        return;
    case CT_CONSENT_REFUSED:
    case CT_CONSENT_WITHDRAWN:
    case CT_CONSENT_KINDS: break;
    }
    snprintf(out, size, "%s by %s%s%s", ct_consent_kind_text(e->kind), who, colon, e->text);
}
