/* machine_test - a test of a machine is recorded: Bowie-Dick, leak rate, warm-up and others. */
#include "clinic/competency.h"
#include "ui/screens/equip_form.h"
#include "ui/screens/sterile.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { LEAK_MIN = 10 }; /* minutes, as the test of data/programmes/vacuum-leak.ini */

struct machine_test {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_equipment e;
    bool gap; /* cycle numbers are missing: the form asks why */
};

/* The pressures are a leak test's alone, the lot is none of a leak test's. */
static bool skip(const struct ct_form *f, size_t i)
{
    const char *name = f->field[i]->name;
    const struct machine_test *s =
        (const void *)((const char *)f - offsetof(struct machine_test, f.form));
    if (strcmp(name, "gap") == 0)
        return !s->gap && ct_form_text(f, "gap")[0] == '\0';
    bool pressure = strncmp(name, "leak_", 5) == 0;
    if (!pressure && strcmp(name, "lot") != 0)
        return false; /* the kind is none of these: it can be asked for */
    int64_t kind = ct_form_value(f, "kind", 0);
    if (pressure)
        return kind != CT_MT_LEAK;
    return kind == CT_MT_LEAK || kind == CT_MT_WARM_UP || kind == CT_MT_CONTROL ||
           kind == CT_MT_VALIDATION;
}

/* From tenths of mbar and minutes to millionths of mbar/min; one that sinks is no leak. */
static int64_t leak_rate(int64_t from, int64_t to, int64_t minutes)
{
    int64_t rise = to > from ? to - from : 0;
    return rise * 100000 / minutes;
}

static enum ct_status values(const struct ct_form *f, int64_t now, struct ct_machine_test *t,
                             struct ct_error *reterr)
{
    int64_t from = ct_form_value(f, "leak_from", now), to = ct_form_value(f, "leak_to", now),
            minutes = ct_form_value(f, "leak_min", now);
    if (t->kind != CT_MT_LEAK || (from == CT_UNSET && to == CT_UNSET))
        return CT_OK;
    if (from == CT_UNSET || to == CT_UNSET)
        return ct_fail(reterr, CT_EINVAL, from == CT_UNSET ? "leak_from" : "leak_to",
                       "a leak test has two pressures");
    if (minutes == CT_UNSET)
        minutes = LEAK_MIN;
    char a[CT_DECIMAL_SIZE], b[CT_DECIMAL_SIZE], remark[CT_EQUIP_TEXT_MAX + 1];
    ct_decimal_text(from, 1, a);
    ct_decimal_text(to, 1, b);
    /* as they were read: the rate is made from them */
    snprintf(remark, sizeof remark, "%s to %s mbar in %lld min%s%.300s", a, b,
             (long long)minutes, t->remark[0] != '\0' ? "; " : "", t->remark);
    ct_text_copy(t->remark, sizeof t->remark, remark);
    t->value[0] = (struct ct_cycle_typed){.measure = CT_M_LEAK_RATE, .value = leak_rate(from, to, minutes)};
    t->n_values = 1;
    return CT_OK;
}

static void record(struct ct_view *v, const char *though);

/* ---- without a competency that is asked for --------------------------------------------- */

static void though_given(struct ct_view *v, const char *text)
{
    if (text != NULL)
        record(v, text);
}

static void though_chosen(struct ct_view *v, int index)
{
    ct_though_chosen(v, index, though_given);
}

static void save(struct ct_view *v)
{
    record(v, NULL);
}

static void record(struct ct_view *v, const char *though)
{
    struct machine_test *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    int64_t now = ct_app_now(ct_ui_app(ui)), done = ct_form_value(f, "done_ms", now);
    struct ct_error err = {0};
    struct ct_machine_test t = {
        .equipment_id = s->e.id,
        .kind = (enum ct_machine_test_kind)ct_form_value(f, "kind", now),
        .result = (enum ct_machine_test_result)ct_form_value(f, "result", now),
        .cycle_number = ct_form_value(f, "cycle_number", now),
        .done_ms = done == CT_UNSET ? now : done,
        .gap = ct_form_text(f, "gap"),
        .though = though};
    ct_text_copy(t.lot, sizeof t.lot, ct_form_text(f, "lot"));
    ct_text_copy(t.remark, sizeof t.remark, ct_form_text(f, "remark"));
    enum ct_status rc = CT_OK;
    if (t.result != CT_MT_PASSED && t.remark[strspn(t.remark, " ")] == '\0')
        rc = ct_fail(&err, CT_EINVAL, "remark", "say what was seen: it did not pass");
    if (rc == CT_OK)
        rc = values(f, now, &t, &err);
    if (rc == CT_OK)
        rc = ct_machine_test_record(ct_ui_app(ui), &t, &err);
    if (rc != CT_OK) {
        s->gap = s->gap || strcmp(err.field, "gap") == 0;
        if (!ct_though_ask(v, &err, though_chosen))
            ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    if (t.recall_id != 0)
        ct_ui_say(ui, CT_R_ERROR, "T-%lld FAILED: recall RC-%lld is open, its packs are stopped. "
                                  "%s is set apart.",
                  (long long)t.id, (long long)t.recall_id, s->e.asset);
    else if (t.result == CT_MT_FAILED && t.fault_id != 0)
        ct_ui_say(ui, CT_R_WARN, "T-%lld: %s FAILED. %s is set apart, and F-%lld is open.",
                  (long long)t.id, CT_MT_NAME[t.kind], s->e.asset, (long long)t.fault_id);
    else
        ct_ui_say(ui, t.result == CT_MT_PASSED ? CT_R_OK : CT_R_WARN, "T-%lld: %s, %s %s.",
                  (long long)t.id, s->e.asset, CT_MT_NAME[t.kind], CT_MT_RESULT_NAME[t.result]);
}

static enum ct_status form_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct machine_test *s = ct_view_state(v);
    s->f.ui = ct_view_ui(v);
    enum ct_status rc =
        ct_equipment_get(ct_ui_app(s->f.ui), *(const int64_t *)arg, &s->e, reterr);
    if (rc != CT_OK)
        return rc;
    s->f.save = save;
    snprintf(s->f.kind, sizeof s->f.kind, CT_DRAFT_MACHINE_TEST "%lld", (long long)s->e.id);
    snprintf(s->f.title, sizeof s->f.title, "TEST OF %s  %s %s", s->e.asset, s->e.maker,
             s->e.model);
    rc = ct_equip_form_begin(&s->f, CT_MACHINE_TEST_FIELDS, CT_MACHINE_TEST_FIELDS_N, 17,
                             reterr);
    s->f.form.skip = skip;
    return rc;
}

static const struct ct_command COMMANDS[] = {
    CT_EQUIP_FORM_COMMANDS("machine_test", CT_PERM_STERILE_WRITE),
    {.id = NULL},
};

const struct ct_screen ct_screen_machine_test = {
    .id = "machine_test",
    .title = "Test of a machine",
    .help = "Which test it was, when its cycle was over, the number of the cycle, the lot of "
            "the indicator, and the result. A leak test has the two pressures: the rate is "
            "computed and held against its limit. Failed: the machine is set apart and a fault "
            "is opened in the same step. Invalid: it has to be run again.",
    .perm = CT_PERM_STERILE_WRITE,
    .state_size = sizeof(struct machine_test),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = form_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = ct_equip_form_close,
};
