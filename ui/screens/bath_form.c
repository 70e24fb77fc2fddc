/* bath_form - a bath is poured, tested with a strip, and something is soaked in it. */
#include "clinic/bath.h"
#include "ui/screens/equip_form.h"
#include "ui/screens/sterile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct bath_form {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_equipment e;  /* the basin */
    struct ct_bath b;       /* of a strip or a soak */
};

static int64_t or_zero(int64_t value)
{
    return value == CT_UNSET ? 0 : value;
}

static void pour(struct ct_view *v)
{
    struct bath_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(ui)), day = ct_form_value(f, "expires", now);
    struct ct_error err;
    struct ct_bath b = {.equipment_id = s->e.id,
                        .expires = day == CT_UNSET ? CT_NO_DATE : (ct_date)day,
                        .reuse_days = (int)or_zero(ct_form_value(f, "reuse_days", now)),
                        .poured_ms = or_zero(ct_form_value(f, "poured_ms", now))};
    ct_text_copy(b.programme, sizeof b.programme, ct_form_text(f, "programme"));
    ct_text_copy(b.product, sizeof b.product, ct_form_text(f, "product"));
    ct_text_copy(b.lot, sizeof b.lot, ct_form_text(f, "lot"));
    if (ct_bath_pour(ct_ui_app(ui), &b, &err) != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    ct_ui_push(ui, &ct_screen_bath, &b.id);
    ct_ui_say(ui, CT_R_OK, "BA-%lld stands in %s.", (long long)b.id, b.asset);
}

static void strip(struct ct_view *v)
{
    struct bath_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(ui)), day = ct_form_value(f, "expires", now);
    struct ct_error err;
    struct ct_bath_strip t = {.bath_id = s->b.id,
                              .expires = day == CT_UNSET ? CT_NO_DATE : (ct_date)day,
                              .control = ct_form_value(f, "control", now) == 1,
                              .result = (enum ct_strip_result)ct_form_value(f, "result", now)};
    ct_text_copy(t.lot, sizeof t.lot, ct_form_text(f, "lot"));
    if (ct_bath_test(ct_ui_app(ui), &t, &err) != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    if (t.result == CT_STRIP_WEAK)
        ct_ui_say(ui, CT_R_WARN, "Too weak: BA-%lld is over. Throw it away.%s",
                  (long long)s->b.id,
                  s->b.soak_id != 0 ? " What is in it is not disinfected." : "");
    else
        ct_ui_say(ui, t.result == CT_STRIP_ENOUGH ? CT_R_OK : CT_R_WARN, "Strip: %s.",
                  CT_STRIP_NAME[t.result]);
}

static void soak(struct ct_view *v)
{
    struct bath_form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(ui));
    struct ct_error err;
    char until[24];
    struct ct_bath_soak k = {.bath_id = s->b.id,
                             .temp_c10 = (int)or_zero(ct_form_value(f, "temp_c10", now)),
                             .started_ms = or_zero(ct_form_value(f, "started_ms", now))};
    ct_text_copy(k.item, sizeof k.item, ct_form_text(f, "item"));
    if (ct_bath_soak(ct_ui_app(ui), &k, &err) != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    ct_datetime_text(k.ready_ms, until);
    ct_ui_say(ui, CT_R_OK, "In the bath until %s.", until);
}

static enum ct_status pour_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct bath_form *s = ct_view_state(v);
    s->f.ui = ct_view_ui(v);
    enum ct_status rc =
        ct_equipment_get(ct_ui_app(s->f.ui), *(const int64_t *)arg, &s->e, reterr);
    if (rc != CT_OK)
        return rc;
    s->f.save = pour;
    snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_BATH "%lld", (long long)s->e.id);
    snprintf(s->f.title, sizeof s->f.title, "A BATH IS POURED into %s  %s %s", s->e.asset,
             s->e.maker, s->e.model);
    return ct_equip_form_begin(&s->f, CT_BATH_FIELDS, CT_BATH_FIELDS_N, 16, reterr);
}

static enum ct_status of_bath(struct ct_view *v, const void *arg, bool is_strip,
                              struct ct_error *reterr)
{
    struct bath_form *s = ct_view_state(v);
    s->f.ui = ct_view_ui(v);
    enum ct_status rc = ct_bath_get(ct_ui_app(s->f.ui), *(const int64_t *)arg, &s->b, reterr);
    if (rc != CT_OK)
        return rc;
    s->f.save = is_strip ? strip : soak;
    snprintf(s->f.kind, sizeof s->f.kind, "%s%lld", is_strip ? CT_DRAFT_STRIP : CT_DRAFT_SOAK,
             (long long)s->b.id);
    snprintf(s->f.title, sizeof s->f.title, "%s BA-%lld of %s",
             is_strip ? "STRIP TEST of" : "SOAK in", (long long)s->b.id, s->b.asset);
    return ct_equip_form_begin(&s->f, is_strip ? CT_STRIP_FIELDS : CT_SOAK_FIELDS,
                               is_strip ? CT_STRIP_FIELDS_N : CT_SOAK_FIELDS_N, 16, reterr);
}

static enum ct_status strip_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    return of_bath(v, arg, true, reterr);
}

static enum ct_status soak_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    return of_bath(v, arg, false, reterr);
}

static const struct ct_command POUR[] = {
    CT_EQUIP_FORM_COMMANDS("bath_form", CT_PERM_STERILE_WRITE),
    {.id = NULL},
};
static const struct ct_command STRIP[] = {
    CT_EQUIP_FORM_COMMANDS("bath_strip", CT_PERM_STERILE_WRITE),
    {.id = NULL},
};
static const struct ct_command SOAK[] = {
    CT_EQUIP_FORM_COMMANDS("bath_soak", CT_PERM_STERILE_WRITE),
    {.id = NULL},
};

const struct ct_screen ct_screen_bath_form = {
    .id = "bath_form",
    .title = "Pour a bath",
    .help = "What was poured into the basin: product, lot, the product's last day. Until when it "
            "may be used follows from that and from its programme. A basin holds one bath; "
            "nothing is topped up.",
    .perm = CT_PERM_STERILE_WRITE,
    .state_size = sizeof(struct bath_form),
    .arg_size = sizeof(int64_t),
    .commands = POUR,
    .open = pour_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};

const struct ct_screen ct_screen_bath_strip = {
    .id = "bath_strip",
    .title = "Strip test of a bath",
    .help = "The strips' lot and last day, whether their control was good, and what the strip "
            "showed. Too weak ends the bath in the same step.",
    .perm = CT_PERM_STERILE_WRITE,
    .state_size = sizeof(struct bath_form),
    .arg_size = sizeof(int64_t),
    .commands = STRIP,
    .open = strip_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};

const struct ct_screen ct_screen_bath_soak = {
    .id = "bath_soak",
    .title = "Soak in a bath",
    .help = "What is put in, the temperature of the bath, and when all of it was under the "
            "surface: from then on the time runs.",
    .perm = CT_PERM_STERILE_WRITE,
    .state_size = sizeof(struct bath_form),
    .arg_size = sizeof(int64_t),
    .commands = SOAK,
    .open = soak_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};
