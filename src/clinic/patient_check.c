/* patient_check - the fields of a patient: what is accepted, and how it is
 * worded for people. */
#include "clinic/rows.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "base/ascii.h"

/* 1 Jan 1890 and 1 Jan 2100 in days since 1970; the later bound is today's date
 * when a record is checked. */
enum { BORN_EARLIEST = -29219, BORN_LATEST = 47482 };

const char *const CT_ALERT_NAME[CT_ALERT_KINDS] = {
    [CT_ALERT_ALLERGY] = "allergy",
    [CT_ALERT_INFECTION] = "infection",
    [CT_ALERT_IMPLANT] = "implant",
    [CT_ALERT_SPO2_SCALE2] = "SpO2 scale 2",
    [CT_ALERT_PREGNANT] = "pregnant",
    [CT_ALERT_OTHER] = "other",
};

/* The index of a choice is its enum value. */
static const struct ct_choice SEX[] = {{"U", "unknown"}, {"F", "female"}, {"M", "male"},
                                       {"X", "other"},   {NULL, NULL}};
static const struct ct_choice YESNO[] = {{"N", "no"}, {"Y", "yes"}, {NULL, NULL}};

const struct ct_field CT_PATIENT_FIELDS[] = {
    {.name = "family", .label = "Family name", .unit = "", .kind = CT_F_TEXT, .width = 30,
     .max_bytes = CT_NAME_BYTES, .required = true,
     .help = "Family name. Somebody with one name only has it here."},
    {.name = "given", .label = "Given names", .unit = "", .kind = CT_F_TEXT, .width = 30,
     .max_bytes = CT_NAME_BYTES, .help = "Given names; may stay empty."},
    {.name = "number", .label = "Number", .unit = "", .kind = CT_F_TEXT, .width = 16,
     .max_bytes = 32, .help = "The patient's number at this site; blanks do not matter."},
    {.name = "born", .label = "Born", .unit = "", .kind = CT_F_DATE, .width = 14,
     .hard_lo = BORN_EARLIEST, .hard_hi = BORN_LATEST, .soft_lo = BORN_EARLIEST,
     .soft_hi = BORN_LATEST,
     .help = "Date of birth, day first. Unknown: an estimate, marked so, lets scores apply."},
    {.name = "born_estimated", .label = "Estimated", .unit = "", .kind = CT_F_CODE, .width = 3,
     .hard_hi = 1, .soft_hi = 1, .choices = YESNO,
     .help = "Yes when the date of birth is a guess."},
    {.name = "sex", .label = "Sex", .unit = "", .kind = CT_F_CODE, .width = 3, .hard_hi = 3,
     .soft_hi = 3, .choices = SEX, .help = "Sex as the patient's papers give it."},
    {.name = "place", .label = "Place", .unit = "", .kind = CT_F_TEXT, .width = 16,
     .max_bytes = 64, .help = "Bay, room or chair."},
};
const size_t CT_PATIENT_FIELDS_N = CT_LEN(CT_PATIENT_FIELDS);

enum ct_status ct_text_check(char *s, const char *field, const char *label, size_t max_bytes,
                             bool required, struct ct_error *reterr)
{
    size_t n = strlen(s);
    if (!ct_utf8_valid(s, n))
        return ct_fail(reterr, CT_EINVAL, field, "%s: not valid UTF-8 text", label);
    ct_text_trim(s);
    n = strlen(s);
    if (n == 0)
        return required ? ct_fail(reterr, CT_EINVAL, field, "%s is missing", label) : CT_OK;
    if (n > max_bytes)
        return ct_fail(reterr, CT_EINVAL, field, "%s: %zu bytes, at most %zu are kept", label,
                       n, max_bytes);
    size_t at = 1;
    for (const char *p = s, *end = s + n; p < end; at++) {
        uint32_t cp;
        p += ct_utf8_next(p, end, &cp);
        if (ct_text_unsafe(cp) && !ct_text_joiner(cp))
            return ct_fail(reterr, CT_EINVAL, field,
                           "%s: character %zu (U+%04X) is a control character, not text; "
                           "delete it",
                           label, at, (unsigned)cp);
    }
    return CT_OK;
}

/* ---- the number -------------------------------------------------------- */

bool ct_nhs_number_ok(const char *number)
{
    int digit[10];
    size_t n = 0;
    for (const char *p = number; *p != '\0'; p++) {
        if (*p == ' ' || *p == '-')
            continue;
        if (!ct_is_digit(*p) || n == 10)
            return false;
        digit[n++] = *p - '0';
    }
    if (n != 10)
        return false;
    int sum = 0;
    for (int i = 0; i < 9; i++)
        sum += digit[i] * (10 - i);
    int check = 11 - sum % 11;
    if (check == 11)
        check = 0;
    return check == digit[9]; /* 10 is no digit: never equal */
}

void ct_number_text(const char *number, char *out, size_t size)
{
    size_t n = strlen(number);
    bool ten = n == 10;
    for (size_t i = 0; ten && i < n; i++)
        ten = ct_is_digit(number[i]);
    if (ten)
        snprintf(out, size, "%.3s %.3s %.4s", number, number + 3, number + 6);
    else
        ct_text_copy(out, size, number);
}

/* Blanks and hyphens out, letters to capitals: one way to write each number. */
static enum ct_status number_check(const struct ct_config *c, char *number,
                                   struct ct_error *reterr)
{
    const char *label = c->identifier_label[0] != '\0' ? c->identifier_label : "patient";
    size_t n = 0;
    for (const char *p = number; *p != '\0'; p++) {
        char ch = *p;
        if (ch == ' ' || ch == '-' || ch == '\t')
            continue;
        if (ch >= 'a' && ch <= 'z')
            ch = (char)(ch - 'a' + 'A');
        if (!ct_is_digit(ch) && !(ch >= 'A' && ch <= 'Z') && ch != '/' && ch != '.')
            return ct_fail(reterr, CT_EINVAL, "number",
                           "the %s number may have letters A-Z, digits, / and . only", label);
        number[n++] = ch;
    }
    number[n] = '\0';
    if (n == 0 || strcmp(c->identifier_check, "nhs") != 0)
        return CT_OK;
    for (size_t i = 0; i < n; i++)
        if (!ct_is_digit(number[i]))
            return ct_fail(reterr, CT_EINVAL, "number", "the %s number has digits only", label);
    if (n != 10)
        return ct_fail(reterr, CT_EINVAL, "number", "the %s number has 10 digits, not %zu",
                       label, n);
    if (!ct_nhs_number_ok(number))
        return ct_fail(reterr, CT_EINVAL, "number",
                       "the check digit of this %s number is wrong: a digit is mistyped, or "
                       "two are swapped",
                       label);
    return CT_OK;
}

static bool has_letter(const char *s)
{
    CT_BUF key = {.max = 0};
    ct_text_fold(&key, s);
    return key.len > 0;
}

enum ct_status ct_patient_check(const struct ct_config *c, struct ct_patient *p,
                                int64_t now_ms, struct ct_error *reterr)
{
    ct_text_trim(p->family);
    if (p->family[0] == '\0')
        return ct_fail(reterr, CT_EINVAL, "family",
                       "the family name is missing; one name is enough, put it here");
    enum ct_status rc = ct_text_check(p->family, "family", "the family name", CT_NAME_BYTES,
                                      true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(p->given, "given", "the given name", CT_NAME_BYTES, false, reterr);
    if (rc == CT_OK)
        rc = number_check(c, p->number, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(p->place, "place", "the place", sizeof p->place - 1, false, reterr);
    if (rc != CT_OK)
        return rc;
    if (!has_letter(p->family))
        return ct_fail(reterr, CT_EINVAL, "family",
                       "the family name has no letter, so nobody could find it");
    if ((unsigned)p->sex > CT_SEX_OTHER)
        return ct_fail(reterr, CT_EINVAL, "sex", "sex is one of U, F, M, X");
    if (p->born == CT_NO_DATE) {
        if (p->born_estimated)
            return ct_fail(reterr, CT_EINVAL, "born",
                           "marked as estimated, but no date of birth is given");
        return CT_OK;
    }
    if (p->born > ct_date_at(now_ms))
        return ct_fail(reterr, CT_EINVAL, "born", "the date of birth is in the future");
    if (p->born < BORN_EARLIEST)
        return ct_fail(reterr, CT_EINVAL, "born", "the date of birth is before 1890");
    return CT_OK;
}

/* ---- for people -------------------------------------------------------- */

/* Georgian names are not written in capitals: those of Unicode 11 are for headlines, and few
 * fonts have them. */
static uint32_t upper(uint32_t cp)
{
    return cp >= 0x10D0 && cp <= 0x10FF ? cp : (uint32_t)towupper((wint_t)cp);
}

/* Capitals, never cutting a character, always NUL. Returns the bytes written. */
static size_t put_upper(char *out, size_t size, const char *s)
{
    size_t n = 0;
    for (const char *end = s + strlen(s); s < end;) {
        uint32_t cp;
        s += ct_utf8_next(s, end, &cp);
        char utf8[4];
        size_t k = ct_utf8_put(utf8, upper(cp));
        if (n + k + 1 > size)
            break;
        memcpy(out + n, utf8, k);
        n += k;
    }
    if (size > 0)
        out[n] = '\0';
    return n;
}

void ct_patient_name(const struct ct_patient *p, char *out, size_t size)
{
    size_t n = put_upper(out, size, p->family);
    if (p->given[0] != '\0' && n + 3 < size) {
        memcpy(out + n, ", ", 3);
        ct_text_copy(out + n + 2, size - n - 2, p->given);
    }
}

static void age_text(const struct ct_patient *p, ct_date today, char out[24])
{
    int years = ct_age_years(p->born, today);
    const char *about = p->born_estimated ? "~" : "";
    if (years < 0) {
        snprintf(out, 24, "age unknown");
    } else if (years >= 2) {
        snprintf(out, 24, "%s%d", about, years);
    } else {
        int by, bm, bd, y, m, d;
        ct_date_split(p->born, &by, &bm, &bd);
        ct_date_split(today, &y, &m, &d);
        int months = (y - by) * 12 + m - bm - (d < bd ? 1 : 0);
        if (months >= 1)
            snprintf(out, 24, "%s%d mo", about, months);
        else
            snprintf(out, 24, "%s%d d", about, (int)(today - p->born));
    }
}

void ct_patient_line(struct ct_app *app, const struct ct_patient *p, char *out, size_t size)
{
    static const char *const LETTER[] = {"", "F ", "M ", "X "};
    char name[2 * CT_NAME_BYTES + 3], age[24];
    ct_patient_name(p, name, sizeof name);
    age_text(p, ct_date_at(ct_app_now(app)), age);
    CT_BUF b = {.max = 2048};
    ct_buf_printf(&b, "%s   %s%s", name, LETTER[p->sex & 3], age);
    if (p->number[0] != '\0') {
        char number[40];
        ct_number_text(p->number, number, sizeof number);
        ct_buf_printf(&b, "   %s%s%s", ct_app_config(app)->identifier_label,
                      ct_app_config(app)->identifier_label[0] != '\0' ? " " : "", number);
    }
    if (p->place[0] != '\0')
        ct_buf_printf(&b, "   %s", p->place);
    ct_text_copy(out, size, ct_buf_str(&b));
}

int ct_patient_scale(const struct ct_patient *p)
{
    for (size_t i = 0; i < p->n_alerts; i++)
        if (p->alert[i].kind == CT_ALERT_SPO2_SCALE2)
            return 2;
    return 1;
}
