/* scope_form - a record of an endoscope is begun, its next step is recorded with its own time
 * and a remark, it is put into a bath. */
#include "ui/screens/equip_form.h"
#include "ui/screens/sterile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

struct scope_form {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_scope now;        /* of a record that is begun */
    struct ct_scope_record r;   /* of a step or a soak */
};

static int64_t or_zero(int64_t value)
{
    return value == CT_UNSET ? 0 : value;
}

/* "P-12", "ba-3" or "3" by its number; 0 where nothing is typed. */
static enum ct_status number(const struct ct_equip_form *f, const char *field,
                             const char *prefix, int64_t *ret, struct ct_error *reterr)
{
    const char *s = ct_form_text(&f->form, field);
    size_t n = strlen(prefix);
    *ret = 0;
    s += strspn(s, " ");
    if (*s == '\0')
        return CT_OK;
    if (strncasecmp(s, prefix, n) == 0)
        s += n;
    return ct_parse_int(s, 1, INT64_MAX, ret)
               ? CT_OK
               : ct_fail(reterr, CT_EINVAL, field, "that is no number: write %s12", prefix);
}

/* ---- begun ------------------------------------------------------------------------------ */

/* What is known of it already. */
static void begin_fill(struct ct_equip_form *f)
{
    const struct scope_form *s = (const struct scope_form *)(const void *)f;
    char text[24];
    const char *why = "";
    if (s->now.used_id != 0)
        why = "U";
    else if (s->now.record_id != 0 &&
             (s->now.is == CT_SCOPE_FAILED || s->now.is == CT_SCOPE_BROKEN_OFF))
        why = "A";
    else if (s->now.record_id == 0)
        why = "N";
    else if (s->now.now == CT_SCOPE_MUST)
        why = "S";
    ct_form_set(&f->form, "why", why);
    if (s->now.used_id == 0)
        return;
    snprintf(text, sizeof text, "P-%lld", (long long)s->now.used_id);
    ct_form_set(&f->form, "procedure_id", text);
}

static bool begin_skip(const struct ct_form *f, size_t i)
{
    const char *name = f->field[i]->name;
    if (strcmp(name, "procedure_id") != 0 && strcmp(name, "used_ms") != 0)
        return false; /* the reason is none of these: it can be asked for */
    int64_t why = ct_form_value(f, "why", 0);
    return why != CT_UNSET && why != CT_SCOPE_USED;
}

/* Does the procedure name it as used? One whose record is not open to this user is not
 * asked. */
static bool named(struct ct_app *app, const struct ct_scope_record *r)
{
    struct ct_proc_use *u = NULL;
    size_t n = 0;
    if (r->procedure_id == 0 || ct_procedure_uses(app, r->procedure_id, &u, &n, NULL) != CT_OK)
        return true;
    bool is = false;
    for (size_t i = 0; i < n; i++)
        is = is || (u[i].kind == CT_PROC_EQUIPMENT && !u[i].ended &&
                    strcasecmp(u[i].what, r->asset) == 0);
    free(u);
    return is;
}

static void begin(struct ct_view *v)
{
    struct scope_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(ui));
    struct ct_error err;
    struct ct_scope_record r = {.equipment_id = s->now.equipment_id,
                                .why = (enum ct_scope_why)ct_form_value(f, "why", now),
                                .used_ms = ct_form_value(f, "used_ms", now)};
    ct_text_copy(r.text, sizeof r.text, ct_form_text(f, "text"));
    ct_text_copy(r.programme, sizeof r.programme, ct_form_text(f, "programme"));
    enum ct_status rc = number(&s->f, "procedure_id", "P-", &r.procedure_id, &err);
    if (rc == CT_OK)
        rc = ct_scope_begin(ct_ui_app(ui), &r, &err);
    if (rc != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    ct_ui_push(ui, &ct_screen_scope_record, &r.id);
    if (named(ct_ui_app(ui), &r))
        ct_ui_say(ui, CT_R_OK, "RE-%lld of %s is begun. Next: %s", (long long)r.id, r.asset,
                  r.next_text);
    else
        ct_ui_say(ui, CT_R_NOTE, "RE-%lld is begun. P-%lld does not name %s: enter it there.",
                  (long long)r.id, (long long)r.procedure_id, r.asset);
}

static enum ct_status begin_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct scope_form *s = ct_view_state(v);
    s->f.ui = ct_view_ui(v);
    enum ct_status rc =
        ct_scope_of(ct_ui_app(s->f.ui), *(const int64_t *)arg, &s->now, reterr);
    if (rc != CT_OK)
        return rc;
    s->f.save = begin;
    s->f.fill = begin_fill;
    snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_SCOPE "%lld",
             (long long)s->now.equipment_id);
    snprintf(s->f.title, sizeof s->f.title, "REPROCESSING of %s  %s", s->now.asset,
             s->now.model);
    rc = ct_equip_form_begin(&s->f, CT_SCOPE_FIELDS, CT_SCOPE_FIELDS_N, 16, reterr);
    s->f.form.skip = begin_skip;
    return rc;
}

/* ---- a step with its own time ----------------------------------------------------------- */

static bool has(const struct ct_equip_form *f, const char *field)
{
    return ct_form_index(&f->form, field) >= 0;
}

static void step(struct ct_view *v)
{
    struct scope_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(ui));
    struct ct_error err;
    struct ct_scope_step p = {.record_id = s->r.id, .step = s->r.step + 1,
                              .cycle_number = CT_UNSET,
                              .done_ms = or_zero(ct_form_value(f, "done_ms", now))};
    ct_text_copy(p.text, sizeof p.text, ct_form_text(f, "text"));
    if (has(&s->f, "failed"))
        p.failed = ct_form_value(f, "failed", now) == 1;
    if (has(&s->f, "reason"))
        ct_text_copy(p.reason, sizeof p.reason, ct_form_text(f, "reason"));
    if (has(&s->f, "place"))
        ct_text_copy(p.place, sizeof p.place, ct_form_text(f, "place"));
    if (has(&s->f, "machine")) {
        ct_text_copy(p.machine, sizeof p.machine, ct_form_text(f, "machine"));
        ct_text_copy(p.programme, sizeof p.programme, ct_form_text(f, "programme"));
        p.cycle_number = ct_form_value(f, "cycle_number", now);
    }
    if (ct_scope_step(ct_ui_app(ui), &p, &err) != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    ct_scope_step_said(ui, &p);
}

static enum ct_status step_fields(struct scope_form *s, struct ct_error *reterr)
{
    switch (s->r.next) {
    case CT_STEP_CLEAN:
        return ct_equip_form_begin(&s->f, CT_SCOPE_CLEAN_FIELDS, CT_SCOPE_CLEAN_FIELDS_N, 16,
                                   reterr);
    case CT_STEP_DISINFECT:
        return ct_equip_form_begin(&s->f, CT_SCOPE_MACHINE_FIELDS, CT_SCOPE_MACHINE_FIELDS_N,
                                   16, reterr);
    case CT_STEP_STORE:
        return ct_equip_form_begin(&s->f, CT_SCOPE_STORE_FIELDS, CT_SCOPE_STORE_FIELDS_N, 16,
                                   reterr);
    default:
        return ct_equip_form_begin(&s->f, CT_SCOPE_STEP_FIELDS, CT_SCOPE_STEP_FIELDS_N, 16,
                                   reterr);
    }
}

/* One that is under way. */
static enum ct_status record_of(struct scope_form *s, int64_t id, struct ct_error *reterr)
{
    enum ct_status rc = ct_scope_get(ct_ui_app(s->f.ui), id, &s->r, reterr);
    return rc == CT_OK && s->r.is != CT_SCOPE_UNDER_WAY
               ? ct_fail(reterr, CT_ECONFLICT, "", "RE-%lld is %s", (long long)id,
                         CT_SCOPE_IS_NAME[s->r.is])
               : rc;
}

static enum ct_status step_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct scope_form *s = ct_view_state(v);
    s->f.ui = ct_view_ui(v);
    enum ct_status rc = record_of(s, *(const int64_t *)arg, reterr);
    if (rc != CT_OK)
        return rc;
    s->f.save = step;
    snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_SCOPE_STEP "%lld",
             (long long)(s->r.id * CT_SCOPE_STEP_DRAFTS + s->r.step + 1));
    snprintf(s->f.title, sizeof s->f.title, "RE-%lld of %s, step %d: %.100s",
             (long long)s->r.id, s->r.asset, s->r.step + 1, s->r.next_text);
    return step_fields(s, reterr);
}

/* ---- into a bath ------------------------------------------------------------------------ */

static const struct ct_field SOAK_FIELDS[] = {
    {.name = "bath_id",
     .label = "Bath",
     .unit = "",
     .kind = CT_F_TEXT,
     .width = 14,
     .max_bytes = 20,
     .required = true,
     .help = "The number of the bath: BA-3."},
    {.name = "temp_c10",
     .label = "Temperature",
     .unit = "degC",
     .kind = CT_F_DECIMAL,
     .width = 6,
     .places = 1,
     .required = true,
     .hard_hi = 1000,
     .soft_lo = 150,
     .soft_hi = 600,
     .help = "Of the bath, by its thermometer."},
    {.name = "started_ms",
     .label = "Begun",
     .unit = "",
     .kind = CT_F_TIME,
     .width = 18,
     .help = "When all of it was under the surface; empty is now."},
};

/* The only bath that stands is meant. */
static void soak_fill(struct ct_equip_form *f)
{
    struct ct_bath *b = NULL;
    size_t n = 0;
    char text[24];
    if (ct_bath_list(ct_ui_app(f->ui), true, 2, &b, &n, NULL) == CT_OK && n == 1) {
        snprintf(text, sizeof text, "BA-%lld", (long long)b[0].id);
        ct_form_set(&f->form, "bath_id", text);
    }
    free(b);
}

static void soak(struct ct_view *v)
{
    struct scope_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(ui));
    char until[24];
    struct ct_error err;
    struct ct_bath_soak k = {.temp_c10 = (int)or_zero(ct_form_value(f, "temp_c10", now)),
                             .started_ms = or_zero(ct_form_value(f, "started_ms", now))};
    ct_text_copy(k.item, sizeof k.item, s->r.asset);
    enum ct_status rc = number(&s->f, "bath_id", "BA-", &k.bath_id, &err);
    if (rc == CT_OK)
        rc = ct_scope_may_soak(ct_ui_app(ui), s->r.id, k.started_ms != 0 ? k.started_ms : now,
                               &err);
    if (rc == CT_OK)
        rc = ct_bath_soak(ct_ui_app(ui), &k, &err);
    if (rc != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    ct_datetime_text(k.ready_ms, until);
    ct_ui_say(ui, CT_R_OK, "%s is in BA-%lld until %s.", s->r.asset, (long long)k.bath_id,
              until);
}

static enum ct_status soak_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct scope_form *s = ct_view_state(v);
    s->f.ui = ct_view_ui(v);
    enum ct_status rc = record_of(s, *(const int64_t *)arg, reterr);
    if (rc != CT_OK)
        return rc;
    s->f.save = soak;
    s->f.fill = soak_fill;
    snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_SCOPE_SOAK "%lld", (long long)s->r.id);
    snprintf(s->f.title, sizeof s->f.title, "RE-%lld: %s into a bath", (long long)s->r.id,
             s->r.asset);
    return ct_equip_form_begin(&s->f, SOAK_FIELDS, CT_LEN(SOAK_FIELDS), 16, reterr);
}

/* ---- the screens ------------------------------------------------------------------------ */

static const struct ct_command BEGIN[] = {
    CT_EQUIP_FORM_COMMANDS("scope_form", CT_PERM_STERILE_WRITE),
    {.id = NULL},
};
static const struct ct_command STEP[] = {
    CT_EQUIP_FORM_COMMANDS("scope_step", CT_PERM_STERILE_WRITE),
    {.id = NULL},
};
static const struct ct_command SOAK[] = {
    CT_EQUIP_FORM_COMMANDS("scope_soak", CT_PERM_STERILE_WRITE),
    {.id = NULL},
};

const struct ct_screen ct_screen_scope_form = {
    .id = "scope_form",
    .title = "Begin reprocessing",
    .help = "Why the endoscope is reprocessed; after a use on which procedure, and when that "
            "ended. What is known of it stands there already.",
    .perm = CT_PERM_STERILE_WRITE,
    .state_size = sizeof(struct scope_form),
    .arg_size = sizeof(int64_t),
    .commands = BEGIN,
    .open = begin_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};

const struct ct_screen ct_screen_scope_step = {
    .id = "scope_step",
    .title = "A step of reprocessing",
    .help = "The next step, with its own time and a remark; of disinfection in a machine which "
            "one, and its cycle.",
    .perm = CT_PERM_STERILE_WRITE,
    .state_size = sizeof(struct scope_form),
    .arg_size = sizeof(int64_t),
    .commands = STEP,
    .open = step_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};

const struct ct_screen ct_screen_scope_soak = {
    .id = "scope_soak",
    .title = "Endoscope into a bath",
    .help = "Which bath, its temperature, and when all of the endoscope was under the surface: "
            "from then on the time runs. The bath is tested with a strip before.",
    .perm = CT_PERM_STERILE_WRITE,
    .state_size = sizeof(struct scope_form),
    .arg_size = sizeof(int64_t),
    .commands = SOAK,
    .open = soak_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};
