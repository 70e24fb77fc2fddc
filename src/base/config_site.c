/* config_site - what the keys of config.ini mean, and where data files come
 * from; the contract is config.h. */
#include "base/config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/embed.h"
#include "base/field.h"

#define ZONES "/usr/share/zoneinfo/"

/* clang-format off */
#define SIZE(m) sizeof(((struct ct_config *)0)->m)
#define AT(m) offsetof(struct ct_config, m), SIZE(m)
#define TEXT(m, least) CT_CFG_TEXT, AT(m), least, (int)SIZE(m) - 1, NULL
#define PATH(m) CT_CFG_PATH, AT(m), 0, (int)SIZE(m) - 1, NULL
#define INT(m, lo, hi) CT_CFG_INT, AT(m), lo, hi, NULL
#define KEYS(m, most) CT_CFG_KEYS, AT(m), 0, most, NULL
#define BEGINS(m) CT_CFG_BEGINS, AT(m), 0, (int)SIZE(m) - 1, NULL
#define CHOICE(m, choices) CT_CFG_CHOICE, AT(m), 0, 0, choices
/* clang-format on */

const struct ct_config_key CT_CONFIG_KEYS[] = {
    {"site", "name", "Clinic", "What the screen and reports call this clinic; 1-79 bytes.",
     TEXT(site_name, 1)},
    {"site", "timezone", "",
     "Zone in which times are shown and days begin, as Europe/London; empty: the machine's.",
     CT_CFG_ZONE, AT(timezone), 0, 63, NULL},
    {"site", "data_dir", "",
     "Folder of the site's own scores, limits, checklists, calibration templates, programmes "
     "and import profiles, looked at before those that the program carries; absolute, or "
     "empty for none.",
     PATH(data_dir)},
    {"site", "export_dir", "",
     "Folder that exports and printed pages are offered to be written into; absolute, or empty "
     "for the user's home directory.",
     PATH(export_dir)},
    {"store", "dir", "",
     "Folder of the encrypted store; absolute, or empty for the user's state directory.",
     PATH(store_dir)},
    {"store", "witness", "",
     "File that receives the head of the audit chain, best on another disk; absolute, or empty "
     "for \"witness\" beside the store.",
     PATH(witness)},
    {"store", "busy_limit_ms", "5000",
     "How long a save waits for other writers; milliseconds, 100-60000.",
     INT(busy_limit_ms, 100, 60000)},
    {"store", "checkpoint_pages", "1000",
     "Size of the write-ahead log that starts a checkpoint; pages of 4 KiB, 100-100000.",
     INT(checkpoint_pages, 100, 100000)},
    {"session", "idle_lock_s", "300",
     "The screen locks after this long without a key; seconds, 30-3600.",
     INT(idle_lock_s, 30, 3600)},
    {"session", "absolute_limit_min", "720",
     "A session ends after this long, active or not; minutes, 10-1440.",
     INT(absolute_limit_min, 10, 1440)},
    {"security", "kdf_ops", "3",
     "Passes of Argon2id over its memory for a password; 2-10. A login raises an older one.",
     INT(kdf_ops, 2, 10)},
    {"security", "kdf_mem_mib", "128",
     "Memory of Argon2id for a password; MiB, 64-1024. A login raises an older one.",
     INT(kdf_mem_mib, 64, 1024)},
    {"security", "public_passwords", "no",
     "Whether everybody knows the passwords of this clinic, as a demo's: then they cost 1 pass "
     "over 1 MiB. A clinic is never set up with it; yes or no.",
     CT_CFG_BOOL, AT(public_passwords), 0, 0, NULL},
    {"screen", "theme", "auto", "Colours: auto, mono, dark or light.",
     CHOICE(theme, "auto|mono|dark|light")},
    {"screen", "charset", "auto", "Characters drawn: auto, utf-8 or ascii.",
     CHOICE(charset, "auto|utf-8|ascii")},
    {"screen", "chart", "plain",
     "Trend charts: plain (what every console font has), braille or ascii.",
     CHOICE(chart, "plain|braille|ascii")},
    {"screen", "mouse", "no",
     "Whether the mouse is used; it takes away the terminal's own selection; yes or no.",
     CT_CFG_BOOL, AT(mouse), 0, 0, NULL},
    {"screen", "esc_delay_ms", "100",
     "How long Esc waits for the rest of a key's sequence; milliseconds, 10-2000.",
     INT(esc_delay_ms, 10, 2000)},
    {"patient", "identifier_label", "NHS", "What the patient's number is called; 1-23 bytes.",
     TEXT(identifier_label, 1)},
    {"patient", "identifier_check", "nhs",
     "Check digit of the patient's number: nhs (modulus 11) or none.",
     CHOICE(identifier_check, "nhs|none")},
    {"units", "temperature", "C", "Unit in which temperature is typed: C or F.",
     CHOICE(temperature_unit, "C|F")},
    {"units", "weight", "kg", "Unit in which weight is typed: kg or lb.",
     CHOICE(weight_unit, "kg|lb")},
    {"units", "height", "cm", "Unit in which height is typed: cm or in.",
     CHOICE(height_unit, "cm|in")},
    {"units", "glucose", "mmol/L", "Unit in which glucose is typed: mmol/L or mg/dL.",
     CHOICE(glucose_unit, "mmol/L|mg/dL")},
    {"vitals", "fields",
     "sbp dbp pulse resp spo2 o2 o2_flow temp acvpu pain glucose weight height",
     "The fields of the vitals form in the order of the site's devices. Further: distress crt "
     "concern gcs_eye gcs_verbal gcs_motor head waist muac.",
     TEXT(vitals_fields, 1)},
    {"vitals", "fields_child",
     "sbp dbp pulse resp distress spo2 o2 o2_flow crt temp acvpu concern pain weight height",
     "The same for patients whom the paediatric score judges.", TEXT(vitals_fields_child, 1)},
    {"vitals", "qualifiers", "",
     "What is meant unless said otherwise, as bp_site:LA bp_cuff:AD temp_site:TY; it is shown "
     "and recorded with each value. Empty: nothing is assumed.",
     TEXT(vitals_qualifiers, 0)},
    {"vitals", "device_measures", "sbp dbp pulse spo2 temp",
     "What the monitor that was chosen for a session measures.", TEXT(device_measures, 0)},
    {"vitals", "pews_below", "16",
     "Patients younger than this are scored by PEWS, others by NEWS2; years, 16-18.",
     INT(pews_below, 16, 18)},
    {"vitals", "unscored_every_min", "240",
     "When the next set is due after one that no score says it for: in pregnancy, at an unknown "
     "age, of children while PEWS has no totals; minutes, 0-1440, 0 for never.",
     INT(unscored_every_min, 0, 1440)},
    {"vitals", "due_buckets", "45 30 15 0 -15",
     "Where the groups of the board of due patients end: minutes left, falling; below 0 is late.",
     TEXT(due_buckets, 1)},
    {"vitals", "stale_after_min", "720",
     "A score older than this is marked as stale; minutes, 30-10080.",
     INT(stale_after_min, 30, 10080)},
    {"access", "break_glass_min", "180",
     "How long a restricted record stays open to whoever gave a reason; minutes, 5-1440.",
     INT(break_glass_min, 5, 1440)},
    {"access", "privacy_s", "120",
     "The privacy screen locks after this long; seconds, 10-3600.", INT(privacy_s, 10, 3600)},
    {"devices", "due_soon_days", "30",
     "A task on a device is shown as due soon so many days before, unless its schedule says "
     "otherwise; days, 0-365.",
     INT(due_soon_days, 0, 365)},
    {"devices", "gate", "warn",
     "Whether a device that is quarantined, out for repair or not yet tested can be used for a "
     "patient with a reason (warn), or not at all (stop); warn or stop.",
     CHOICE(equipment_gate, "warn|stop")},
    {"devices", "staircase_share", "80",
     "Calibrated as found within so much of the tolerance, a longer interval is suggested; per "
     "cent, 10-100.",
     INT(staircase_share, 10, 100)},
    {"training", "gate_device", "warn",
     "Using a device for a patient without a current competency that is required for it: asks "
     "for a reason (warn), is refused (stop), or nothing is asked (off).",
     CHOICE(train_gate_device, "warn|stop|off")},
    {"training", "gate_procedure", "warn", "The same for beginning a procedure.",
     CHOICE(train_gate_procedure, "warn|stop|off")},
    {"training", "gate_programme", "warn", "The same for a programme of a steriliser.",
     CHOICE(train_gate_programme, "warn|stop|off")},
    {"training", "gate_checklist", "warn", "The same for beginning a checklist.",
     CHOICE(train_gate_checklist, "warn|stop|off")},
    {"training", "valid_high_months", "36",
     "How long a competency is valid for what is of high risk, unless its requirement says "
     "otherwise; months, 1-240.",
     INT(train_high_months, 1, 240)},
    {"training", "valid_medium_months", "60", "The same for medium risk; months, 1-240.",
     INT(train_medium_months, 1, 240)},
    {"training", "valid_low_months", "12",
     "The same for low risk, and where no risk is said. No source gives a number for these: 12 "
     "is the yearly observation asked for where no rule exists; fill in the site's own; months, "
     "1-240.",
     INT(train_low_months, 1, 240)},
    {"training", "valid_self_months", "12",
     "How long a self-declaration is valid; months, 1-60.", INT(train_self_months, 1, 60)},
    {"training", "assessor_expires", "yes",
     "Whether the level of an assessor runs out like the others; yes or no (some policies ask "
     "for no update of the highest level).",
     CT_CFG_BOOL, AT(train_assessor_expires), 0, 0, NULL},
    {"training", "soon_days", "60",
     "A competency is shown as expiring so many days before; days, 0-365.",
     INT(train_soon_days, 0, 365)},
    {"scanner", "prefix", "^B",
     "What the site's scanners are programmed to send before a code: a key that nobody types, as "
     "^B or F12, or up to 8 characters without blanks of which the first is a mark (~~); empty "
     "for none.",
     KEYS(scan_prefix, 8)},
    {"scanner", "suffix", "",
     "The key or mark that ends a code, if it is neither Enter nor Tab, which always do.",
     KEYS(scan_suffix, 1)},
    {"scanner", "gs", "",
     "The key or mark that the scanners send in place of the separator GS, if they cannot send "
     "it (^]) or Alt+029.",
     KEYS(scan_gs, 1)},
    {"scanner", "sends_gs", "no",
     "Whether the scanners are known to send every separator of a GS1 code; if not, a code in "
     "which one may be lost is asked about; yes or no.",
     CT_CFG_BOOL, AT(scan_sends_gs), 0, 0, NULL},
    {"scanner", "gap_ms", "0",
     "Codes without a prefix are known by their speed: each character within this of the one "
     "before, only on screens where nothing is typed, and never on a slow line; milliseconds, "
     "0-100, 0 for never.",
     INT(scan_gap_ms, 0, 100)},
    {"scanner", "wait_ms", "1000",
     "How long the rest of a code may take on a slow line; milliseconds, 100-3000.",
     INT(scan_wait_ms, 100, 3000)},
    {"identifiers", "wristband", "",
     "What a wristband's code begins with before the patient's number; at most 16 characters, "
     "empty if it is the number alone.",
     BEGINS(id_wristband)},
    {"identifiers", "gsrn", "",
     "The digits that the site's own GS1 numbers of patients (8018) begin with: what follows, "
     "without its check digit and the zeros in front, is the patient's number. Empty: the whole "
     "is.",
     CT_CFG_DIGITS, AT(id_gsrn), 0, 16, NULL},
    {"identifiers", "badge", "U-",
     "What a staff badge's code begins with before the login; at most 16 characters, empty for "
     "no badges.",
     BEGINS(id_badge)},
    {"identifiers", "equipment", "E-",
     "What the number of a device begins with; at most 16 characters, empty for none.",
     BEGINS(id_equipment)},
    {"identifiers", "set", "PK-",
     "What the number of a pack of instruments begins with, on its label and on the screen; at "
     "most 16 characters, empty for none. Not the same as that of procedures.",
     BEGINS(id_set)},
    {"identifiers", "load", "L-",
     "What the number of a steriliser load begins with; at most 16 characters, empty for none.",
     BEGINS(id_load)},
    {"identifiers", "procedure", "P-",
     "What a code of a procedure begins with before its number, as P-12 on the worklist; at most "
     "16 characters, empty for none. Where instrument sets begin the same, a code that can be "
     "either is asked about.",
     BEGINS(id_procedure)},
    {"handover", "form", "ipass",
     "How a shift is handed over: ipass (illness severity, patient summary, action list, "
     "situation and contingency, synthesis by the receiver) or sbar (situation, background, "
     "assessment, recommendation).",
     CHOICE(handover_form, "ipass|sbar")},
    {"report", "page", "a4", "Paper of printed reports: a4 or letter.",
     CHOICE(report_page, "a4|letter")},
    {"report", "dir", "",
     "Folder that reports are written into where no file is named; absolute, or empty for "
     "export_dir.",
     PATH(report_dir)},
    {"report", "sealed", "no",
     "Whether a PDF is written sealed with the store's key: clintech report open FILE reads it, "
     "and nothing else; yes or no.",
     CT_CFG_BOOL, AT(report_sealed), 0, 0, NULL},
    {"report", "program", "",
     "The program that makes PDFs; absolute, or empty for clintech-report beside clintech.",
     PATH(report_program)},
    {"shifts", "*", "early 07:00-15:00, late 15:00-23:00, night 23:00-07:00",
     "The shifts of a day, one a line, as early = 07:00-15:00; at most 8, names of at most 23 "
     "letters; one may cross midnight. If any is given, these are all.",
     CT_CFG_SHIFTS, AT(shifts), 1, CT_SHIFTS_MAX, NULL},
};
const size_t CT_CONFIG_KEYS_N = CT_LEN(CT_CONFIG_KEYS);

/* ---- one value --------------------------------------------------------------
 * Each setter writes the member or says what would be accepted. */

struct why {
    char text[240];
};

static bool refuse(struct why *w, const char *fmt, ...) CT_FORMAT(2, 3);

static bool refuse(struct why *w, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(w->text, sizeof w->text, fmt, ap);
    va_end(ap);
    return false;
}

static bool same(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ct_lower(a[i]) != ct_lower(b[i]))
            return false;
    return b[n] == '\0';
}

static char *member(struct ct_config *c, const struct ct_config_key *k)
{
    return (char *)c + k->offset;
}

static bool set_text(struct ct_config *c, const struct ct_config_key *k, const char *v,
                     struct why *w)
{
    size_t n = strlen(v);
    if (n < (size_t)k->lo || n > (size_t)k->hi)
        return refuse(w, "has %zu bytes; %d-%d are accepted.", n, k->lo, k->hi);
    memcpy(member(c, k), v, n + 1);
    return true;
}

static bool set_path(struct ct_config *c, const struct ct_config_key *k, const char *v,
                     struct why *w)
{
    if (v[0] != '\0' && v[0] != '/')
        return refuse(w, "must begin with \"/\", or be empty.");
    return set_text(c, k, v, w);
}

/* libc takes a zone that it does not know for UTC without a word, and every
 * time on the screen would be wrong: so it must exist. */
static bool set_zone(struct ct_config *c, const struct ct_config_key *k, const char *v,
                     struct why *w)
{
    size_t n = strlen(v);
    bool plain = n <= (size_t)k->hi && v[0] != '/' && strstr(v, "..") == NULL &&
                 strspn(v, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                           "0123456789_+-/") == n;
    char path[sizeof ZONES + 64];
    snprintf(path, sizeof path, "%s%s", ZONES, plain ? v : "");
    struct stat st;
    bool known = plain && stat(path, &st) == 0 && S_ISREG(st.st_mode);
    if (v[0] != '\0' && strcmp(v, "UTC") != 0 && !known)
        return refuse(w, "is not a time zone of this machine; write one like Europe/London "
                         "(see " ZONES "), or leave it empty.");
    return set_text(c, k, v, w);
}

static bool set_int(struct ct_config *c, const struct ct_config_key *k, const char *v,
                    struct why *w)
{
    int64_t n;
    if (!ct_parse_int(v, k->lo, k->hi, &n))
        return refuse(w, "\"%.40s\" is not a whole number from %d to %d.", v, k->lo, k->hi);
    int is = (int)n;
    memcpy(member(c, k), &is, sizeof is);
    return true;
}

static bool set_bool(struct ct_config *c, const struct ct_config_key *k, const char *v,
                     struct why *w)
{
    static const char *const YES[] = {"yes", "on", "true"}, *const NO[] = {"no", "off",
                                                                           "false"};
    for (size_t i = 0; i < CT_LEN(YES); i++) {
        bool yes = same(YES[i], v, strlen(YES[i])), no = same(NO[i], v, strlen(NO[i]));
        if (!yes && !no)
            continue;
        memcpy(member(c, k), &yes, sizeof yes);
        return true;
    }
    return refuse(w, "\"%.40s\" is neither yes nor no.", v);
}

static bool set_choice(struct ct_config *c, const struct ct_config_key *k, const char *v,
                       struct why *w)
{
    for (const char *s = k->choices; *s != '\0';) {
        size_t n = strcspn(s, "|");
        if (strlen(v) == n && same(s, v, n)) {
            memcpy(member(c, k), s, n);
            member(c, k)[n] = '\0';
            return true;
        }
        s += n + (s[n] == '|');
    }
    return refuse(w, "\"%.40s\" is not one of %s.", v, k->choices);
}

static bool is_mark(char c)
{
    return c > ' ' && c < 0x7f && !ct_is_digit(c) && !(ct_lower(c) >= 'a' && ct_lower(c) <= 'z');
}

/* A control key that is no Enter, Tab, Backspace, Esc or GS, F1 to F12, or characters. */
static bool set_keys(struct ct_config *c, const struct ct_config_key *k, const char *v,
                     struct why *w)
{
    size_t n = strlen(v);
    int64_t number;
    bool control = n == 2 && v[0] == '^' && v[1] >= 'A' && v[1] <= '_';
    bool function = v[0] == 'F' && ct_parse_int(v + 1, 1, 12, &number);
    if (control && strchr("HIJM[]", v[1]) != NULL)
        return refuse(w, "%s is Enter, Tab, Backspace, Esc or GS; another key is accepted.", v);
    bool marks = n <= (size_t)k->hi && (n == 0 || is_mark(v[0])) && (n != 2 || v[0] != '^');
    for (size_t i = 0; i < n; i++)
        marks = marks && v[i] > ' ' && v[i] < 0x7f;
    if (!control && !function && !marks)
        return refuse(w,
                      "\"%.40s\" is none of: a key as ^B or F12; %s, no letter or digit%s; "
                      "or nothing.",
                      v, k->hi == 1 ? "a mark" : "up to 8 characters",
                      k->hi == 1 ? "" : " the first");
    memcpy(member(c, k), v, n + 1);
    return true;
}

static bool set_begins(struct ct_config *c, const struct ct_config_key *k, const char *v,
                       struct why *w)
{
    bool digits = k->kind == CT_CFG_DIGITS;
    for (const char *p = v; *p != '\0'; p++)
        if (*p <= ' ' || *p >= 0x7f || (digits && !ct_is_digit(*p)))
            return refuse(w, "\"%.40s\" has a character that is no %s.", v,
                          digits ? "digit" : "letter, digit or mark of ASCII");
    return set_text(c, k, v, w);
}

/* "07:00" at s; minutes after midnight, or -1. */
static int clock_minutes(const char *s)
{
    for (int i = 0; i < 5; i++)
        if (i == 2 ? s[i] != ':' : s[i] < '0' || s[i] > '9')
            return -1;
    int h = (s[0] - '0') * 10 + s[1] - '0', m = (s[3] - '0') * 10 + s[4] - '0';
    return h < 24 && m < 60 ? h * 60 + m : -1;
}

static bool add_shift(struct ct_config *c, const char *name, const char *v, struct why *w)
{
    if (c->n_shifts == CT_SHIFTS_MAX)
        return refuse(w, "is one shift too many; at most %d are accepted.", CT_SHIFTS_MAX);
    struct ct_shift_def *s = &c->shifts[c->n_shifts];
    size_t n = strlen(name);
    if (n >= sizeof s->name)
        return refuse(w, "the name of a shift has at most %zu letters.", sizeof s->name - 1);
    int from = -1, to = -1;
    if (strlen(v) == 11 && v[5] == '-') {
        from = clock_minutes(v);
        to = clock_minutes(v + 6);
    }
    if (from < 0 || to < 0)
        return refuse(w, "\"%.40s\" is not a span of time like 07:00-15:00.", v);
    if (from == to)
        return refuse(w, "the shift ends when it begins; give it an end of its own.");
    memcpy(s->name, name, n + 1);
    s->start_min = from;
    s->end_min = to;
    c->n_shifts++;
    return true;
}

static bool set(struct ct_config *c, const struct ct_config_key *k, const char *v,
                struct why *w)
{
    switch (k->kind) {
    case CT_CFG_TEXT:
        return set_text(c, k, v, w);
    case CT_CFG_PATH:
        return set_path(c, k, v, w);
    case CT_CFG_ZONE:
        return set_zone(c, k, v, w);
    case CT_CFG_INT:
        return set_int(c, k, v, w);
    case CT_CFG_BOOL:
        return set_bool(c, k, v, w);
    case CT_CFG_CHOICE:
        return set_choice(c, k, v, w);
    case CT_CFG_KEYS:
        return set_keys(c, k, v, w);
    case CT_CFG_BEGINS:
    case CT_CFG_DIGITS:
        return set_begins(c, k, v, w);
    case CT_CFG_SHIFTS:
        break;
    }
    return refuse(w, "cannot be set.");
}

/* ---- the whole ---------------------------------------------------------------- */

/* "early 07:00-15:00, late 15:00-23:00" */
static void default_shifts(struct ct_config *c, const char *all)
{
    while (*all != '\0') {
        char name[24], span[12];
        int used = 0;
        struct why w;
        if (sscanf(all, "%23s %11[0-9:-]%n", name, span, &used) != 2 ||
            !add_shift(c, name, span, &w))
            return;
        all += used;
        all += strspn(all, ", ");
    }
}

void ct_config_default(struct ct_config *c)
{
    *c = (struct ct_config){.n_shifts = 0};
    for (size_t i = 0; i < CT_CONFIG_KEYS_N; i++) {
        struct why w;
        const struct ct_config_key *k = &CT_CONFIG_KEYS[i];
        if (k->kind == CT_CFG_SHIFTS)
            default_shifts(c, k->fallback);
        else
            (void)set(c, k, k->fallback, &w); /* tests/unit/config.c proves each */
    }
}

static const struct ct_config_key *find_key(const char *section, const char *key)
{
    for (size_t i = 0; i < CT_CONFIG_KEYS_N; i++) {
        const struct ct_config_key *k = &CT_CONFIG_KEYS[i];
        if (strcmp(k->section, section) == 0 &&
            (strcmp(k->key, "*") == 0 || strcmp(k->key, key) == 0))
            return k;
    }
    return NULL;
}

/* Names of the sections, or of the keys of one. */
static void list_known(const char *section, struct ct_buf *b)
{
    for (size_t i = 0; i < CT_CONFIG_KEYS_N; i++) {
        const struct ct_config_key *k = &CT_CONFIG_KEYS[i];
        bool again = i > 0 && strcmp(k[-1].section, k->section) == 0;
        if (section != NULL ? strcmp(k->section, section) != 0 : again)
            continue;
        ct_buf_printf(b, "%s%s", b->len > 0 ? ", " : "", section != NULL ? k->key : k->section);
    }
}

static enum ct_status unknown(const struct ct_ini *ini, const char *section, const char *key,
                              struct ct_error *reterr)
{
    CT_BUF known = {0};
    list_known(key != NULL ? section : NULL, &known);
    return ct_ini_fail(ini, section, key, reterr, "is not known; there %s %s.",
                       key != NULL ? "are the keys" : "are the sections", ct_buf_str(&known));
}

static bool known_section(const char *section)
{
    for (size_t i = 0; i < CT_CONFIG_KEYS_N; i++)
        if (strcmp(CT_CONFIG_KEYS[i].section, section) == 0)
            return true;
    return false;
}

static enum ct_status read_key(const struct ct_ini *ini, const char *section, const char *key,
                               struct ct_config *c, struct ct_error *reterr)
{
    const struct ct_config_key *k = find_key(section, key);
    const char *v = ct_ini_get(ini, section, key);
    if (k == NULL || v == NULL)
        return unknown(ini, section, key, reterr);
    struct why w;
    bool ok = k->kind == CT_CFG_SHIFTS ? add_shift(c, key, v, &w) : set(c, k, v, &w);
    return ok ? CT_OK : ct_ini_fail(ini, section, key, reterr, "%s", w.text);
}

static enum ct_status read_all(const struct ct_ini *ini, struct ct_config *c,
                               struct ct_error *reterr)
{
    ct_config_default(c);
    const char *section, *key;
    for (size_t i = 0; (section = ct_ini_section(ini, i)) != NULL; i++) {
        if (!known_section(section))
            return unknown(ini, section, NULL, reterr);
        if (strcmp(section, "shifts") == 0 && ct_ini_key(ini, section, 0) != NULL)
            c->n_shifts = 0;
        for (size_t j = 0; (key = ct_ini_key(ini, section, j)) != NULL; j++) {
            enum ct_status st = read_key(ini, section, key, c, reterr);
            if (st != CT_OK)
                return st;
        }
    }
    /* No leftovers of default shifts behind the site's fewer ones. */
    for (size_t i = c->n_shifts; i < CT_SHIFTS_MAX; i++)
        c->shifts[i] = (struct ct_shift_def){.name = ""};
    return CT_OK;
}

static enum ct_status read_config(const struct ct_ini *ini, struct ct_config *ret,
                                  struct ct_error *reterr)
{
    struct ct_config c;
    enum ct_status st = read_all(ini, &c, reterr);
    if (st == CT_OK)
        *ret = c;
    return st;
}

enum ct_status ct_config_parse(const char *name, const char *data, size_t n,
                               struct ct_config *ret, struct ct_error *reterr)
{
    CT_INI *ini = NULL;
    enum ct_status st = ct_ini_parse(name, data, n, &ini, reterr);
    return st == CT_OK ? read_config(ini, ret, reterr) : st;
}

enum ct_status ct_config_load(const char *path, struct ct_config *ret, struct ct_error *reterr)
{
    CT_INI *ini = NULL;
    enum ct_status st = ct_ini_load(path, &ini, reterr);
    return st == CT_OK ? read_config(ini, ret, reterr) : st;
}

enum ct_status ct_data_ini(const struct ct_config *c, const char *name, struct ct_ini **ret,
                           struct ct_error *reterr)
{
    if (name[0] == '\0' || name[0] == '/' || strstr(name, "..") != NULL)
        return ct_fail(reterr, CT_EINVAL, "", "%s is not the name of a data file.", name);
    if (c != NULL && c->data_dir[0] != '\0') {
        CT_BUF path = {.max = 4096};
        ct_buf_printf(&path, "%s/%s", c->data_dir, name);
        enum ct_status st =
            path.bad ? CT_ENOTFOUND : ct_ini_load(ct_buf_str(&path), ret, reterr);
        if (st != CT_ENOTFOUND)
            return st;
    }
    const struct ct_embedded *e = ct_embed_find(name);
    if (e == NULL)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no data file %s.", name);
    char shown[128];
    snprintf(shown, sizeof shown, "%s (built in)", name);
    return ct_ini_parse(shown, e->data, (size_t)e->size, ret, reterr);
}
