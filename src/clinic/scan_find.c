/* scan_find - see scan_find.h. */
#include "clinic/scan_find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/field.h"
#include "base/ascii.h"
#include "clinic/equipment.h"
#include "clinic/procedure.h"

enum { GSRN_DIGITS = 18, LOCAL_MAX = CT_SCAN_VALUE_MAX };

const char *ct_named_text(enum ct_named kind)
{
    static const char *const TEXT[CT_NAMEDS] = {
        [CT_NAMED_PATIENT] = "a patient", [CT_NAMED_STAFF] = "a staff badge",
        [CT_NAMED_DEVICE] = "a device", [CT_NAMED_SET] = "an instrument set",
        [CT_NAMED_LOAD] = "a steriliser load",
        [CT_NAMED_PROCEDURE] = "a procedure"};
    return (unsigned)kind < CT_NAMEDS ? TEXT[kind] : "";
}

/* ---- what the code says ----------------------------------------------------- */

static bool begins(const char *s, const char *prefix)
{
    for (; *prefix != '\0'; s++, prefix++)
        if (ct_lower(*s) != ct_lower(*prefix))
            return false;
    return true;
}

static struct ct_scan_match *add(struct ct_scan_named *s, enum ct_named kind,
                                 const char *number)
{
    if (s->n == CT_SCAN_MATCHES_MAX) {
        s->several = true;
        return NULL;
    }
    struct ct_scan_match *m = &s->match[s->n++];
    *m = (struct ct_scan_match){.kind = kind};
    ct_text_copy(m->number, sizeof m->number, number);
    return m;
}

/* A prefix and something behind it. */
static bool is_local(const char *text, const char *prefix)
{
    return prefix[0] != '\0' && begins(text, prefix) && text[strlen(prefix)] != '\0';
}

/* Logins are 2 to 32 of a-z 0-9 . - _ and begin with a letter (record/user.h). */
static void add_badge(struct ct_scan_named *s, const char *login)
{
    char low[33];
    size_t n = 0;
    for (; *login != '\0'; login++) {
        char c = ct_lower(*login);
        bool letter = c >= 'a' && c <= 'z';
        bool other = ct_is_digit(c) || c == '.' || c == '-' || c == '_';
        if (n == sizeof low - 1 || (!letter && (n == 0 || !other)))
            return;
        low[n++] = c;
    }
    low[n] = '\0';
    if (n >= 2)
        add(s, CT_NAMED_STAFF, low);
}

/* One way to write a number, as a registered one is kept: no blanks or hyphens, capitals.
 * What no number can be is left out. */
static void add_number(struct ct_scan_named *s, const char *text)
{
    char number[sizeof s->number[0]];
    size_t n = 0;
    bool figure = false;
    for (; *text != '\0'; text++) {
        char c = *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text;
        if (c == ' ' || c == '-')
            continue;
        bool letter = c >= 'A' && c <= 'Z';
        if (n == sizeof number - 1 || (!letter && !ct_is_digit(c) && c != '/' && c != '.'))
            return;
        figure = figure || letter || ct_is_digit(c);
        number[n++] = c;
    }
    number[n] = '\0';
    for (size_t i = 0; i < s->n_numbers; i++)
        if (strcmp(s->number[i], number) == 0)
            return;
    if (figure && s->n_numbers < CT_SCAN_NUMBERS_MAX)
        memcpy(s->number[s->n_numbers++], number, n + 1);
}

/* GSRN of the site: prefix, number with zeros in front, check digit. Another's: whole. */
static void add_gsrn(struct ct_scan_named *s, const struct ct_config *c, const char *value)
{
    size_t prefix = strlen(c->id_gsrn), n = strlen(value);
    char number[GSRN_DIGITS + 1];
    s->band = true;
    if (prefix == 0 || n != GSRN_DIGITS || prefix >= n - 1 || !begins(value, c->id_gsrn)) {
        add_number(s, value);
        return;
    }
    memcpy(number, value + prefix, n - prefix - 1);
    number[n - prefix - 1] = '\0';
    const char *figures = number + strspn(number, "0");
    if (*figures == '\0')
        return;
    add_number(s, figures);
    size_t digits = strlen(figures);
    if (digits < 10 && strlen(number) >= 10) /* numbers of ten may begin with zeros */
        add_number(s, number + strlen(number) - 10);
}

static void add_once(struct ct_scan_named *s, enum ct_named kind, const char *number)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->match[i].kind == kind && strcmp(s->match[i].number, number) == 0)
            return;
    add(s, kind, number);
}

/* Of a code that may have lost a separator: of each of its readings. */
static void name_assets(struct ct_scan_named *s)
{
    const struct ct_scan *scan = &s->scan;
    for (size_t r = 0; r == 0 || r < scan->n_readings; r++) {
        const struct ct_scan_reading *is = scan->n_readings > 0 ? &scan->reading[r] : &scan->is;
        for (size_t i = 0; i < is->n; i++) {
            bool grai = strcmp(is->e[i].id, "8003") == 0;
            if (grai || strcmp(is->e[i].id, "8004") == 0)
                add_once(s, CT_NAMED_DEVICE, is->e[i].value);
            if (grai)
                add_once(s, CT_NAMED_SET, is->e[i].value);
        }
    }
}

static void name_local(struct ct_scan_named *s, const struct ct_config *c, const char *text)
{
    if (is_local(text, c->id_badge))
        add_badge(s, text + strlen(c->id_badge));
    if (is_local(text, c->id_equipment))
        add(s, CT_NAMED_DEVICE, text);
    if (is_local(text, c->id_set))
        add(s, CT_NAMED_SET, text);
    if (is_local(text, c->id_load))
        add(s, CT_NAMED_LOAD, text);
    bool band = is_local(text, c->id_wristband);
    s->band = s->band || band || c->id_wristband[0] == '\0';
    add_number(s, band ? text + strlen(c->id_wristband) : text);
}

/* Ten digits, as NHS numbers are, of which the last does not fit. */
static bool bad_number(const struct ct_config *c, const struct ct_scan_named *s)
{
    const char *number = s->number[0];
    return s->n_numbers == 1 && strcmp(c->identifier_check, "nhs") == 0 &&
           strlen(number) == 10 && strspn(number, "0123456789") == 10 &&
           !ct_nhs_number_ok(number);
}

void ct_scan_name(const struct ct_config *c, ct_date today, const char *code, size_t n,
                  struct ct_scan_named *ret)
{
    const struct ct_scan_options o = {.today = today, .sends_separators = c->scan_sends_gs};
    memset(ret, 0, sizeof *ret);
    if (ct_scan_read(code, n, &o, &ret->scan, &ret->fault) == CT_OK)
        ret->fault = (struct ct_error){.status = CT_OK};
    else
        ret->fault.status = CT_EINVAL;
    name_assets(ret);
    const struct ct_scan_element *gsrn = ct_scan_id(&ret->scan, "8018");
    if (gsrn != NULL)
        add_gsrn(ret, c, gsrn->value);
    char text[LOCAL_MAX + 1];
    size_t from = ret->scan.body_at, len = n > from ? n - from : 0;
    /* Digits that look like a GS1 code may be a patient's number all the same. */
    bool announced = ret->scan.kind != CT_SCAN_LOCAL && from > 0;
    if (len == 0 || len > LOCAL_MAX || memchr(code, '\0', n) != NULL || gsrn != NULL ||
        announced || ret->scan.kind == CT_SCAN_HIBC || ret->scan.kind == CT_SCAN_ISBT128)
        return;
    memcpy(text, code + from, len);
    text[len] = '\0';
    for (size_t i = 0; i < len; i++)
        if (text[i] < ' ' || text[i] == 0x7f)
            return; /* no text that people read, and none of the site's */
    ct_text_trim(text);
    name_local(ret, c, text);
    ret->bad_number = bad_number(c, ret);
}

/* ---- patients --------------------------------------------------------------- */

static void add_patient(struct ct_scan_named *s, const struct ct_patient_hit *h)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->match[i].kind == CT_NAMED_PATIENT && s->match[i].patient_id == h->id)
            return;
    struct ct_scan_match *m = add(s, CT_NAMED_PATIENT, h->number);
    if (m == NULL)
        return;
    char born[16];
    ct_date_text(h->born, born);
    m->patient_id = h->id;
    ct_text_copy(m->name, sizeof m->name, h->name);
    snprintf(m->more, sizeof m->more, "%s%s%s%s%s", born[0] != '\0' ? "born " : "",
             h->born_estimated ? "~" : "", born,
             h->place[0] != '\0' && born[0] != '\0' ? "   " : "", h->place);
}

static enum ct_status find_number(struct ct_app *app, const char *number,
                                  struct ct_scan_named *s, struct ct_error *reterr)
{
    struct ct_patient *p = calloc(1, sizeof *p);
    if (p == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory to look the code up");
    struct ct_patient_hits hits;
    ct_text_copy(p->number, sizeof p->number, number);
    p->born = CT_NO_DATE;
    enum ct_status st = ct_patient_like(app, p, CT_SCAN_MATCHES_MAX + 1, &hits, reterr);
    free(p);
    if (st != CT_OK)
        return st;
    bool exact = false; /* the search does not mind / and .; the number does */
    for (size_t i = 0; i < hits.n; i++)
        exact = exact || strcmp(hits.hit[i].number, number) == 0;
    for (size_t i = 0; i < hits.n; i++)
        if (!exact || strcmp(hits.hit[i].number, number) == 0)
            add_patient(s, &hits.hit[i]);
    ct_patient_hits_done(&hits);
    return CT_OK;
}

/* ---- devices ---------------------------------------------------------------- */

static bool same(const char *a, const char *b)
{
    return strlen(a) == strlen(b) && begins(a, b);
}

/* What the code says of this device already, else a match of its own. GIAI and GRAI that
 * are not its number but in its UDI name it too: they become its number. */
static struct ct_scan_match *match_of(struct ct_scan_named *s, const struct ct_equipment *e)
{
    for (size_t i = 0; i < s->n; i++) {
        struct ct_scan_match *m = &s->match[i];
        char udi[CT_SCAN_VALUE_MAX + 16];
        if (m->kind != CT_NAMED_DEVICE || m->equipment_id != 0)
            continue;
        bool in_udi = false;
        for (int grai = 0; grai <= 1; grai++) {
            snprintf(udi, sizeof udi, "(%s)%s", grai ? "8003" : "8004", m->number);
            in_udi = in_udi || same(e->udi, udi);
        }
        if (in_udi || same(m->number, e->asset))
            return m;
    }
    return add(s, CT_NAMED_DEVICE, e->asset);
}

/* A GRAI may be a tray as well: no longer when the registry knows it as a device. */
static void not_a_set(struct ct_scan_named *s, const char *number)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->n; i++)
        if (s->match[i].kind != CT_NAMED_SET || !same(s->match[i].number, number) ||
            strcmp(s->scan.is.n > 0 ? s->scan.is.e[0].id : "", "8003") != 0)
            s->match[kept++] = s->match[i];
    s->n = kept;
}

static enum ct_status add_device(struct ct_app *app, int64_t id, struct ct_scan_named *s,
                                 struct ct_error *reterr)
{
    struct ct_equipment *e = calloc(1, sizeof *e);
    if (e == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory to look the code up");
    enum ct_status st = ct_equipment_get(app, id, e, reterr);
    struct ct_scan_match *m = st == CT_OK ? match_of(s, e) : NULL;
    if (m != NULL) {
        char said[sizeof m->number];
        memcpy(said, m->number, sizeof said);
        m->equipment_id = id;
        ct_text_copy(m->number, sizeof m->number, e->asset);
        snprintf(m->name, sizeof m->name, "%s %s", e->maker, e->model);
        snprintf(m->more, sizeof m->more, "%s%s%s", e->location,
                 e->location[0] != '\0' ? "   " : "", CT_EQUIP_STATE_NAME[e->state]);
        not_a_set(s, said);
    }
    free(e);
    return st;
}

static enum ct_status find_devices(struct ct_app *app, const char *code, size_t n,
                                   struct ct_scan_named *s, struct ct_error *reterr)
{
    char text[CT_SCAN_VALUE_MAX * 4];
    int64_t id[CT_SCAN_MATCHES_MAX + 1];
    size_t found = 0;
    const struct ct_who *who = ct_app_who(app);
    if (who == NULL || !ct_role_may(who->role, CT_PERM_EQUIP_READ) || n >= sizeof text ||
        memchr(code, '\0', n) != NULL)
        return CT_OK;
    memcpy(text, code, n);
    text[n] = '\0';
    enum ct_status st = ct_equipment_named(app, text, id, CT_LEN(id), &found, reterr);
    for (size_t i = 0; st == CT_OK && i < found; i++)
        st = add_device(app, id[i], s, reterr);
    return st;
}

/* ---- procedures ------------------------------------------------------------- */

/* The number behind the site's prefix; 0: it is none. */
static int64_t procedure_number(const struct ct_config *c, const char *code, size_t n)
{
    enum { DIGITS_MAX = 18 };
    size_t from = strlen(c->id_procedure);
    int64_t id = 0;
    if (from == 0 || n <= from || n - from > DIGITS_MAX)
        return 0;
    for (size_t i = 0; i < from; i++)
        if (ct_lower(code[i]) != ct_lower(c->id_procedure[i]))
            return 0;
    for (size_t i = from; i < n; i++) {
        if (!ct_is_digit(code[i]))
            return 0;
        id = id * 10 + (code[i] - '0');
    }
    return id;
}

/* Known ones stand first: what the code is likely to mean. */
static void add_first(struct ct_scan_named *s, const struct ct_scan_match *m)
{
    if (s->n == CT_SCAN_MATCHES_MAX) {
        s->several = true;
        return;
    }
    memmove(&s->match[1], &s->match[0], s->n * sizeof s->match[0]);
    s->match[0] = *m;
    s->n++;
}

static enum ct_status find_procedure(struct ct_app *app, const char *code, size_t n,
                                     struct ct_scan_named *s, struct ct_error *reterr)
{
    const struct ct_who *who = ct_app_who(app);
    size_t from = s->scan.body_at < n ? s->scan.body_at : n;
    int64_t id = procedure_number(ct_app_config(app), code + from, n - from);
    if (id == 0 || s->scan.kind != CT_SCAN_LOCAL || who == NULL ||
        !ct_role_may(who->role, CT_PERM_PROCEDURE_READ))
        return CT_OK;
    struct ct_procedure *p = calloc(1, sizeof *p);
    if (p == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory to look the code up");
    enum ct_status st = ct_procedure_glance(app, id, p, reterr);
    if (st == CT_OK) {
        struct ct_scan_match m = {.kind = CT_NAMED_PROCEDURE, .procedure_id = id,
                                  .patient_id = p->patient_id};
        char when[24];
        ct_datetime_text(p->planned_ms, when);
        snprintf(m.number, sizeof m.number, "P-%lld", (long long)id);
        ct_text_copy(m.name, sizeof m.name, p->patient);
        snprintf(m.more, sizeof m.more, "%s   %s   %s", p->title, when,
                 ct_proc_state_name(p->state));
        add_first(s, &m);
    }
    ct_wipe(p, sizeof *p);
    free(p);
    return st == CT_ENOTFOUND ? CT_OK : st;
}

enum ct_status ct_scan_find_named(struct ct_app *app, const char *code, size_t n,
                                  struct ct_scan_named *ret, struct ct_error *reterr)
{
    ct_scan_name(ct_app_config(app), ct_date_at(ct_app_now(app)), code, n, ret);
    enum ct_status rc = find_devices(app, code, n, ret, reterr);
    if (rc == CT_OK)
        rc = find_procedure(app, code, n, ret, reterr);
    if (rc != CT_OK)
        return rc;
    for (size_t i = 0; i < ret->n_numbers; i++) {
        enum ct_status st = find_number(app, ret->number[i], ret, reterr);
        if (st == CT_EDENIED) {
            ret->denied = true;
            return CT_OK;
        }
        if (st != CT_OK)
            return st;
    }
    return CT_OK;
}

const struct ct_scan_match *ct_scan_only(const struct ct_scan_named *s, enum ct_named kind)
{
    const struct ct_scan_match *only = NULL;
    for (size_t i = 0; i < s->n; i++) {
        if (s->match[i].kind != kind)
            continue;
        if (only != NULL)
            return NULL;
        only = &s->match[i];
    }
    return only;
}

int64_t ct_scan_own(const struct ct_config *c, ct_date today, const char *text,
                   enum ct_named kind)
{
    const int64_t most = INT64_C(999999999999999);
    const size_t prefix = strlen(kind == CT_NAMED_SET ? c->id_set : c->id_load);
    int64_t id = 0;
    if (ct_parse_int(text, 1, most, &id))
        return id;
    struct ct_scan_named *s = calloc(1, sizeof *s);
    if (s == NULL)
        return 0;
    ct_scan_name(c, today, text, strlen(text), s);
    const struct ct_scan_match *m = ct_scan_only(s, kind);
    if (m == NULL || strlen(m->number) <= prefix ||
        !ct_parse_int(m->number + prefix, 1, most, &id))
        id = 0;
    ct_wipe(s, sizeof *s);
    free(s);
    return id;
}

/* ---- in words --------------------------------------------------------------- */

/* What came, so that it can be shown: controls as dots. */
static void shown(const char *code, size_t n, struct ct_buf *b)
{
    enum { SHOWN = 60 };
    for (size_t i = 0; i < n && i < SHOWN; i++)
        ct_buf_char(b, code[i] >= ' ' && code[i] < 0x7f ? code[i] : '.');
    if (n > SHOWN)
        ct_buf_str_add(b, " ...");
}

static void element_words(const struct ct_scan_element *e, struct ct_buf *b)
{
    char date[24];
    bool personal = e->role == CT_SCAN_RECIPIENT && strncmp(e->id, "725", 3) == 0;
    ct_scan_date_text(e, date);
    ct_buf_printf(b, "%s%s", b->len > 0 ? ", " : "", e->title);
    if (!personal)
        ct_buf_printf(b, " %s", date[0] != '\0' ? date : e->value);
}

void ct_scan_words(const struct ct_scan_named *s, const char *code, size_t n, char *out,
                   size_t size)
{
    static const char *const KIND[] = {[CT_SCAN_LOCAL] = "the text ",
                                       [CT_SCAN_GS1] = "a GS1 code: ",
                                       [CT_SCAN_HIBC] = "a HIBC code: ",
                                       [CT_SCAN_ISBT128] = "an ISBT 128 code: "};
    CT_BUF b = {.max = 4096};
    for (size_t i = 0; i < s->scan.is.n; i++)
        element_words(&s->scan.is.e[i], &b);
    if (b.len == 0)
        shown(code + s->scan.body_at, n - s->scan.body_at, &b);
    char what[700];
    ct_text_copy(what, sizeof what, ct_buf_str(&b));
    snprintf(out, size, "%s%s", KIND[s->scan.kind], what);
}

static void only_or_itself(const struct ct_config *c, enum ct_named kind, const char *text,
                           char *out, size_t size)
{
    struct ct_scan_named *s = calloc(1, sizeof *s);
    const struct ct_scan_match *m = NULL;
    if (s != NULL) {
        ct_scan_name(c, ct_date_make(2000, 1, 1), text, strlen(text), s);
        m = ct_scan_only(s, kind);
    }
    ct_text_copy(out, size, m != NULL ? m->number : text);
    free(s);
}

void ct_scan_device(const struct ct_config *c, const char *text, char *out, size_t size)
{
    only_or_itself(c, CT_NAMED_DEVICE, text, out, size);
}

void ct_scan_login(const struct ct_config *c, const char *text, char *out, size_t size)
{
    only_or_itself(c, CT_NAMED_STAFF, text, out, size);
}
