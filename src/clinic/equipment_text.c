/* equipment_text - the words and fields of devices and models, and what is accepted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "clinic/equipment_rows.h"
#include "clinic/scan.h"

/* 31 Dec 2199, the last day that people can type. */
enum { LAST_DAY = 84005 };

const char *const CT_RISK_NAME[CT_RISKS] = {"", "low", "medium", "high"};
const char *const CT_ELEC_NAME[CT_ELECS] = {"", "I", "II", "internal"};
const char *const CT_APPLIED_NAME[CT_APPLIEDS] = {"", "none", "B", "BF", "CF"};
const char *const CT_EQUIP_STATE_NAME[CT_EQUIP_STATES] = {
    [CT_STATE_OK] = "in service",           [CT_STATE_DUE_SOON] = "due soon",
    [CT_STATE_OVERDUE] = "overdue",         [CT_STATE_FAULTY] = "faulty",
    [CT_STATE_QUARANTINED] = "quarantined", [CT_STATE_REPAIR] = "out for repair",
    [CT_STATE_TESTING] = "to be tested",    [CT_STATE_RETIRED] = "retired",
};

/* ---- fields: the index of a choice is its enum value ------------------------------ */

static const struct ct_choice YESNO[] = {{"N", "no"}, {"Y", "yes"}, {NULL, NULL}};
static const struct ct_choice RISK[] = {
    {"U", "not said"}, {"L", "low"}, {"M", "medium"}, {"H", "high"}, {NULL, NULL}};
static const struct ct_choice ELEC[] = {{"U", "not said"},
                                        {"1", "class I"},
                                        {"2", "class II"},
                                        {"P", "internally powered"},
                                        {NULL, NULL}};
static const struct ct_choice APPLIED[] = {{"U", "not said"},    {"N", "no applied part"},
                                           {"B", "type B"},      {"BF", "type BF"},
                                           {"CF", "type CF"},    {NULL, NULL}};
static const struct ct_choice OWN_ELEC[] = {{"U", "the model's"},
                                            {"1", "class I"},
                                            {"2", "class II"},
                                            {"P", "internally powered"},
                                            {NULL, NULL}};
static const struct ct_choice OWN_APPLIED[] = {{"U", "the model's"}, {"N", "no applied part"},
                                               {"B", "type B"},      {"BF", "type BF"},
                                               {"CF", "type CF"},    {NULL, NULL}};

#define TEXT(n, l, w, max, req, h)                                                         \
    {.name = n, .label = l, .unit = "", .kind = CT_F_TEXT, .width = w, .max_bytes = max,   \
     .required = req, .help = h}
#define CODE(n, l, last, c, h)                                                             \
    {.name = n, .label = l, .unit = "", .kind = CT_F_CODE, .width = 3, .hard_hi = last,    \
     .soft_hi = last, .choices = c, .help = h}
#define DAY(n, l, h)                                                                       \
    {.name = n, .label = l, .unit = "", .kind = CT_F_DATE, .width = 14, .hard_lo = 0,      \
     .hard_hi = LAST_DAY, .soft_lo = 0, .soft_hi = LAST_DAY, .help = h}

const struct ct_field CT_EQUIP_FIELDS[] = {
    TEXT("asset", "Asset number", 20, CT_ASSET_MAX, true,
         "The number on the label here; no other device may bear it."),
    TEXT("model_id", "Model", 44, 163, true,
         "Maker and model, or the beginnings of their words; models are shared by devices."),
    TEXT("serial", "Serial number", 24, 40, false, "The maker's serial number."),
    TEXT("udi", "UDI", 44, 120, false,
         "The code on the device, scanned or typed with its brackets; gives the serial "
         "number."),
    TEXT("location", "Location", 24, 64, false, "Where it stands; those in use are offered."),
    TEXT("holder", "Holder", 24, 64, false, "The department or person answerable for it."),
    TEXT("supplier", "Supplier", 24, 79, false, "Who sold or services it."),
    CODE("standard", "Standard", 1, YESNO,
         "Yes: a reference standard, with which other devices are calibrated."),
    TEXT("standard_of", "Reference for", 24, 79, false,
         "Of a reference standard: for what, in the words of the templates: manometer."),
    CODE("elec_class", "Electrical class", CT_ELECS - 1, OWN_ELEC,
         "Only where it differs from its model's."),
    CODE("applied", "Applied part", CT_APPLIEDS - 1, OWN_APPLIED,
         "Only where it differs from its model's."),
    DAY("made", "Made", "When it was made, day first."),
    DAY("received", "Received", "When it was accepted into use, day first."),
    DAY("warranty", "Warranty until", "The last day of the warranty; years in full."),
    TEXT("note", "Note", 44, CT_EQUIP_TEXT_MAX, false, "Limits of use, accessories."),
};
const size_t CT_EQUIP_FIELDS_N = CT_LEN(CT_EQUIP_FIELDS);

const struct ct_field CT_MODEL_FIELDS[] = {
    TEXT("class", "Class", 20, CT_EQUIP_CLASS_MAX, true,
         "What kind of device: a word of equipment/classes.ini."),
    TEXT("maker", "Maker", 30, 79, true, "Who makes it."),
    TEXT("name", "Model", 30, 79, true, "What the maker calls it."),
    TEXT("device_id", "UDI-DI", 30, 40, false,
         "The model's number in its UDI: GTIN or HIBC; then a scan of a device finds it."),
    CODE("risk", "Risk", CT_RISKS - 1, RISK, "How much harm its failing can do."),
    CODE("elec_class", "Electrical class", CT_ELECS - 1, ELEC,
         "Of IEC 60601-1, as on its plate: decides which electrical tests apply."),
    CODE("applied", "Applied part", CT_APPLIEDS - 1, APPLIED,
         "Type of the part that touches the patient, as on its plate."),
    TEXT("note", "Note", 44, CT_EQUIP_TEXT_MAX, false, "What holds for all of this model."),
};
const size_t CT_MODEL_FIELDS_N = CT_LEN(CT_MODEL_FIELDS);

void ct_equipment_text(const struct ct_equipment *e, char *out, size_t size)
{
    snprintf(out, size, "%s %s %s%s%s", e->asset, e->maker, e->model,
             e->location[0] != '\0' ? ", " : "", e->location);
}

void ct_asset_sort_key(const char *asset, char out[3 * CT_ASSET_MAX + 1])
{
    size_t n = 0, at = 0;
    for (; asset[at] != '\0' && at < CT_ASSET_MAX;) {
        if (!ct_is_digit(asset[at])) {
            out[n++] = ct_lower(asset[at++]);
            continue;
        }
        while (asset[at] == '0' && at + 1 < CT_ASSET_MAX && ct_is_digit(asset[at + 1]))
            at++; /* zeros in front have no value */
        size_t digits = 0;
        while (at + digits < CT_ASSET_MAX && ct_is_digit(asset[at + digits]))
            digits++;
        out[n++] = (char)('0' + digits / 10); /* a longer number is a larger one */
        out[n++] = (char)('0' + digits % 10);
        memcpy(out + n, asset + at, digits);
        n += digits;
        at += digits;
    }
    out[n] = '\0';
}

/* ---- UDI --------------------------------------------------------------------------- */

static enum ct_status gs1_text(const struct ct_scan *s, char out[121], struct ct_error *reterr)
{
    CT_BUF b = {.max = 4096};
    for (size_t i = 0; i < s->is.n; i++)
        ct_buf_printf(&b, "(%s)%s", s->is.e[i].id, s->is.e[i].value);
    if (b.bad || b.len > 120)
        return ct_fail(reterr, CT_EINVAL, "udi", "this UDI has %zu bytes, at most 120 are kept",
                       b.len);
    ct_text_copy(out, 121, ct_buf_str(&b));
    return CT_OK;
}

static enum ct_status udi_read(const char *code, ct_date today, struct ct_scan *s,
                               char out[121], struct ct_error *reterr)
{
    const struct ct_scan_options o = {.today = today};
    enum ct_status rc = ct_scan_read(code, strlen(code), &o, s, reterr);
    if (rc != CT_OK)
        return ct_fail(reterr, rc, "udi", "not a UDI: %s",
                       reterr != NULL ? reterr->text : "");
    if (s->ambiguous)
        return ct_fail(reterr, CT_EINVAL, "udi",
                       "a separator was lost in this code, it can be read in several ways: "
                       "type it with its brackets, as printed");
    if (s->kind == CT_SCAN_GS1)
        return gs1_text(s, out, reterr);
    const char *body = code + s->body_at;
    if (strlen(body) > 120)
        return ct_fail(reterr, CT_EINVAL, "udi", "this UDI has %zu bytes, at most 120 are kept",
                       strlen(body));
    for (const char *p = body; *p != '\0'; p++)
        if (*p < ' ' || *p > '~')
            return ct_fail(reterr, CT_EINVAL, "udi",
                           "a UDI has letters, digits and signs of a keyboard only");
    ct_text_copy(out, 121, body);
    return CT_OK;
}

enum ct_status ct_udi_text(const char *code, ct_date today, char out[121],
                           struct ct_error *reterr)
{
    struct ct_error why = {0};
    out[0] = '\0';
    code += strspn(code, " ");
    if (*code == '\0')
        return CT_OK;
    struct ct_scan *s = calloc(1, sizeof *s);
    if (s == NULL)
        return ct_fail(reterr, CT_ENOMEM, "udi", "there is no memory for a UDI");
    enum ct_status rc = udi_read(code, today, s, out, &why);
    free(s);
    if (rc == CT_OK)
        return CT_OK;
    return ct_fail(reterr, rc, "udi", "%s", why.text);
}

/* What the UDI says of the device: its serial number, when it was made. */
static enum ct_status udi_facts(ct_date today, struct ct_equipment *e, struct ct_error *reterr)
{
    char text[121];
    struct ct_scan *s = calloc(1, sizeof *s);
    if (s == NULL)
        return ct_fail(reterr, CT_ENOMEM, "udi", "there is no memory for a UDI");
    enum ct_status rc = udi_read(e->udi, today, s, text, NULL);
    const struct ct_scan_element *serial = ct_scan_find(s, CT_SCAN_SERIAL);
    const struct ct_scan_element *made = ct_scan_find(s, CT_SCAN_MADE);
    if (rc == CT_OK && serial != NULL && e->serial[0] != '\0' &&
        strcasecmp(serial->value, e->serial) != 0)
        rc = ct_fail(reterr, CT_EINVAL, "serial",
                     "the UDI says serial number %s: one of the two is wrong", serial->value);
    if (rc == CT_OK && serial != NULL && e->serial[0] == '\0' &&
        strlen(serial->value) < sizeof e->serial)
        ct_text_copy(e->serial, sizeof e->serial, serial->value);
    if (rc == CT_OK && made != NULL && e->made == CT_NO_DATE && made->date <= today)
        e->made = made->date;
    free(s);
    return rc;
}

/* ---- what is accepted ----------------------------------------------------------------- */

enum ct_status ct_equip_reason(const char *reason, char out[CT_EQUIP_REASON_MAX + 1],
                               struct ct_error *reterr)
{
    char text[4 * CT_EQUIP_REASON_MAX];
    ct_text_copy(text, sizeof text, reason != NULL ? reason : "");
    enum ct_status rc =
        ct_text_check(text, "reason", "the reason", CT_EQUIP_REASON_MAX, true, reterr);
    if (rc == CT_OK)
        ct_text_copy(out, CT_EQUIP_REASON_MAX + 1, text);
    return rc;
}

/* Compared without case, which holds for ASCII alone; and it stands on labels. */
static enum ct_status asset_check(char *asset, struct ct_error *reterr)
{
    enum ct_status rc =
        ct_text_check(asset, "asset", "the asset number", CT_ASSET_MAX, true, reterr);
    if (rc != CT_OK)
        return rc;
    bool sign = false;
    for (const char *p = asset; *p != '\0'; p++) {
        if (*p < ' ' || *p > '~')
            return ct_fail(reterr, CT_EINVAL, "asset",
                           "an asset number has letters A-Z, digits and signs of a keyboard");
        sign = sign || ct_is_digit(*p) || (ct_lower(*p) >= 'a' && ct_lower(*p) <= 'z');
    }
    if (!sign)
        return ct_fail(reterr, CT_EINVAL, "asset",
                       "an asset number has one letter or digit at least");
    return CT_OK;
}

static enum ct_status texts(struct ct_equipment *e, struct ct_error *reterr)
{
    const struct {
        char *s;
        const char *field, *label;
        size_t max;
    } T[] = {{e->serial, "serial", "the serial number", sizeof e->serial - 1},
             {e->location, "location", "the location", sizeof e->location - 1},
             {e->holder, "holder", "the holder", sizeof e->holder - 1},
             {e->supplier, "supplier", "the supplier", sizeof e->supplier - 1},
             {e->standard_of, "standard_of", "what it is a reference for",
              sizeof e->standard_of - 1},
             {e->note, "note", "the note", CT_EQUIP_TEXT_MAX}};
    enum ct_status rc = asset_check(e->asset, reterr);
    for (size_t i = 0; rc == CT_OK && i < CT_LEN(T); i++)
        rc = ct_text_check(T[i].s, T[i].field, T[i].label, T[i].max, false, reterr);
    return rc;
}

static enum ct_status day_check(ct_date d, const char *field, const char *label, ct_date last,
                                struct ct_error *reterr)
{
    char text[16];
    if (d == CT_NO_DATE || (d >= 0 && d <= last))
        return CT_OK;
    ct_date_text(d, text);
    if (d < 0)
        return ct_fail(reterr, CT_EINVAL, field, "%s: %s is before 1970: is the year right?",
                       label, text);
    if (d > LAST_DAY)
        return ct_fail(reterr, CT_EINVAL, field, "%s: %s is after 2199: is the year right?",
                       label, text);
    return ct_fail(reterr, CT_EINVAL, field, "%s: %s is in the future", label, text);
}

static enum ct_status days(const struct ct_equipment *e, ct_date today, struct ct_error *reterr)
{
    enum ct_status rc = day_check(e->made, "made", "made", today, reterr);
    if (rc == CT_OK)
        rc = day_check(e->received, "received", "received", today, reterr);
    if (rc == CT_OK)
        rc = day_check(e->warranty, "warranty", "warranty", LAST_DAY, reterr);
    if (rc != CT_OK)
        return rc;
    if (e->made != CT_NO_DATE && e->received != CT_NO_DATE && e->received < e->made)
        return ct_fail(reterr, CT_EINVAL, "received", "it was received before it was made");
    ct_date from = e->received != CT_NO_DATE ? e->received : e->made;
    if (from != CT_NO_DATE && e->warranty != CT_NO_DATE && e->warranty < from)
        return ct_fail(reterr, CT_EINVAL, "warranty",
                       "the warranty ended before it was received");
    return CT_OK;
}

enum ct_status ct_equipment_check(struct ct_app *app, const struct ct_equipment *was,
                                  struct ct_equipment *e, struct ct_error *reterr)
{
    ct_date today = ct_date_at(ct_app_now(app));
    char udi[121];
    enum ct_status rc = texts(e, reterr);
    bool new_udi = was == NULL || strcmp(was->udi, e->udi) != 0;
    if (rc == CT_OK && new_udi) {
        rc = ct_udi_text(e->udi, today, udi, reterr);
        if (rc == CT_OK)
            memcpy(e->udi, udi, sizeof e->udi);
    }
    if (rc == CT_OK && e->udi[0] != '\0' &&
        (new_udi || strcmp(was->serial, e->serial) != 0))
        rc = udi_facts(today, e, reterr);
    if (rc == CT_OK)
        rc = days(e, today, reterr);
    if (rc != CT_OK)
        return rc;
    if (e->standard && e->standard_of[0] == '\0')
        return ct_fail(reterr, CT_EINVAL, "standard_of",
                       "what a reference standard is reference for is missing: \"manometer\"");
    if (!e->standard && e->standard_of[0] != '\0')
        return ct_fail(reterr, CT_EINVAL, "standard_of",
                       "only a reference standard is reference for something");
    if ((unsigned)e->elec_class >= CT_ELECS || (unsigned)e->applied >= CT_APPLIEDS)
        return ct_fail(reterr, CT_EINVAL, "elec_class", "there is no such class");
    return CT_OK;
}

/* A GTIN of any length becomes one of fourteen digits, with its check digit. */
static enum ct_status device_id_check(char id[41], struct ct_error *reterr)
{
    size_t n = strlen(id);
    for (const char *p = id; *p != '\0'; p++)
        if (*p < ' ' || *p > '~')
            return ct_fail(reterr, CT_EINVAL, "device_id",
                           "a UDI-DI has letters, digits and signs of a keyboard only");
    if (n == 0 || strspn(id, "0123456789") != n || (n != 8 && n != 12 && n != 13 && n != 14))
        return CT_OK;
    if (ct_scan_check_digit(id, n - 1) != id[n - 1])
        return ct_fail(reterr, CT_EINVAL, "device_id",
                       "the last digit of this GTIN does not fit the others: is it typed "
                       "right?");
    memmove(id + 14 - n, id, n + 1);
    memset(id, '0', 14 - n);
    return CT_OK;
}

enum ct_status ct_model_check(struct ct_app *app, const struct ct_equip_model *was,
                              struct ct_equip_model *m, struct ct_error *reterr)
{
    const struct ct_equip_classes *classes;
    const struct {
        char *s;
        const char *field, *label;
        size_t max;
        bool required;
    } T[] = {{m->class, "class", "the class", CT_EQUIP_CLASS_MAX, true},
             {m->maker, "maker", "the maker", sizeof m->maker - 1, true},
             {m->name, "name", "the model", sizeof m->name - 1, true},
             {m->device_id, "device_id", "the UDI-DI", sizeof m->device_id - 1, false},
             {m->note, "note", "the note", CT_EQUIP_TEXT_MAX, false}};
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < CT_LEN(T); i++)
        rc = ct_text_check(T[i].s, T[i].field, T[i].label, T[i].max, T[i].required, reterr);
    if (rc == CT_OK)
        rc = device_id_check(m->device_id, reterr);
    if (rc == CT_OK)
        rc = ct_equip_classes_of(app, &classes, reterr);
    if (rc != CT_OK)
        return rc;
    if ((unsigned)m->risk >= CT_RISKS || (unsigned)m->elec_class >= CT_ELECS ||
        (unsigned)m->applied >= CT_APPLIEDS)
        return ct_fail(reterr, CT_EINVAL, "risk", "there is no such class");
    const struct ct_equip_class *k = ct_equip_class_find(classes, m->class);
    if (k != NULL)
        memcpy(m->class, k->id, sizeof m->class);
    else if (was == NULL || strcmp(was->class, m->class) != 0) /* one that is gone may stand */
        return ct_fail(reterr, CT_EINVAL, "class",
                       "there is no class \"%.40s\" in equipment/classes.ini", m->class);
    return CT_OK;
}
