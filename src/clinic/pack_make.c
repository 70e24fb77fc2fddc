/* pack_make - single items are packed, steps are written by hand, labels are printed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/sterile_rows.h"

static const struct ct_choice METHOD[] = {{"S", "steam"},
                                          {"D", "dry heat"},
                                          {"H", "hydrogen peroxide"},
                                          {"E", "ethylene oxide"},
                                          {"C", "chemical vapour"},
                                          {"W", "washer-disinfector"},
                                          {"B", "high-level disinfection"},
                                          {"F", "endoscope reprocessor"},
                                          {NULL, NULL}};
static const struct ct_choice YESNO[] = {{"N", "no"}, {"Y", "yes"}, {NULL, NULL}};

#define CODE(n, l, c, last, h)                                                             \
    {.name = n, .label = l, .unit = "", .kind = CT_F_CODE, .width = 3, .hard_hi = last,    \
     .soft_hi = last, .choices = c, .help = h}

const struct ct_field CT_PACK_FIELDS[] = {
    {.name = "contents", .label = "Contents", .unit = "", .kind = CT_F_TEXT, .width = 52,
     .max_bytes = CT_PACK_CONTENTS_MAX, .required = true,
     .help = "What is in the pack, as it is to stand on the label."},
    CODE("method", "Method", METHOD, CT_METHODS - 1,
         "How it is to be sterilised; empty: it stands any method."),
    CODE("implant", "Implant", YESNO, 1,
         "Yes: its load is held until a biological indicator is negative."),
    {.name = "expiry_days", .label = "Keeps", .unit = "days", .kind = CT_F_INT, .width = 6,
     .hard_lo = 1, .hard_hi = CT_PACK_DAYS_MAX, .soft_lo = 7, .soft_hi = 366,
     .help = "Days from sterilisation to the last day of use; empty: until it is opened or "
             "damaged."},
    {.name = "place", .label = "Place", .unit = "", .kind = CT_F_TEXT, .width = 32,
     .max_bytes = CT_PACK_PLACE_MAX, .help = "Where it lies; may stay empty."},
};
const size_t CT_PACK_FIELDS_N = CT_LEN(CT_PACK_FIELDS);

/* ---- a single item ------------------------------------------------------------------------ */

static enum ct_status make_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ct_pack *p = arg;
    struct ct_pack before;
    char number[40];
    enum ct_status rc = ct_text_check(p->contents, "contents", "what is in the pack",
                                      CT_PACK_CONTENTS_MAX, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(p->place, "place", "the place", CT_PACK_PLACE_MAX, false, reterr);
    if (rc == CT_OK && (p->method < -1 || p->method >= CT_METHODS))
        rc = ct_fail(reterr, CT_EINVAL, "method", "there is no such method");
    if (rc == CT_OK && p->expiry_rule == CT_EXPIRY_DAYS &&
        (p->expiry_days < 1 || p->expiry_days > CT_PACK_DAYS_MAX))
        rc = ct_fail(reterr, CT_EINVAL, "expiry_days", "a pack keeps 1 to %d days",
                     CT_PACK_DAYS_MAX);
    if (rc != CT_OK || p->replaces_id == 0)
        return rc;
    rc = ct_pack_load(ct_app_db(app), p->replaces_id, &before, reterr);
    if (rc != CT_OK)
        return rc;
    ct_pack_number(app, before.id, number);
    if (before.kind != CT_PACK_SINGLE)
        return ct_fail(reterr, CT_EINVAL, "replaces_id", "%s is a set: pack it by its recipe",
                       number);
    return ct_pack_may(before.step, CT_PACK_REPROCESSED)
               ? CT_OK
               : ct_fail(reterr, CT_EINVAL, "replaces_id", "%s is \"%s\": it cannot be packed "
                                                           "anew", number,
                         CT_PACK_STEP_NAME[before.step]);
}

static enum ct_status make_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_pack *p = arg;
    enum ct_status rc = make_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_pack_write_in(app, db, p, entry, reterr);
    if (rc == CT_OK)
        ct_pack_text(app, p, entry->detail, sizeof entry->detail);
    return rc;
}

enum ct_status ct_pack_make(struct ct_app *app, struct ct_pack *p, struct ct_error *reterr)
{
    struct ct_pack made = *p;
    struct ct_change change = {.verb = CT_VERB_PACK_MAKE,
                               .write = make_write,
                               .arg = &made,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    made.kind = CT_PACK_SINGLE;
    made.id = made.detail_id = made.set_id = 0;
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    return rc == CT_OK ? ct_pack_get(app, made.id, p, reterr) : rc;
}

/* ---- by hand ------------------------------------------------------------------------------ */

struct stepping {
    int64_t id;
    enum ct_pack_step seen;
    bool label;
    struct ct_pack_event ev;
};

static enum ct_status by_hand(const struct stepping *x, struct ct_error *reterr)
{
    switch (x->ev.step) {
    case CT_PACK_MOVED:
    case CT_PACK_DAMAGED:
    case CT_PACK_RETURNED:
    case CT_PACK_OPENED:
    case CT_PACK_REPROCESSED:
        return CT_OK;
    default:
        if (x->label)
            return CT_OK;
        return ct_fail(reterr, CT_EINVAL, "step", "this step is not written by hand: it comes "
                                                  "with a load, a procedure or a recall");
    }
}

static enum ct_status label_again(struct stepping *x, const struct ct_pack *p,
                                  struct ct_error *reterr)
{
    return ct_text_check(x->ev.text, "reason", "why another label is printed",
                         CT_SET_REASON_MAX, p->labels > 0, reterr);
}

static enum ct_status step_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct stepping *x = arg;
    struct ct_pack p;
    char number[40];
    enum ct_status rc = by_hand(x, reterr);
    if (rc == CT_OK)
        rc = ct_pack_load(ct_app_db(app), x->id, &p, reterr);
    if (rc != CT_OK)
        return rc;
    ct_pack_number(app, x->id, number);
    if (x->label)
        return label_again(x, &p, reterr);
    if (p.step != x->seen)
        return ct_fail(reterr, CT_ECONFLICT, "step", "%s is \"%s\" meanwhile; nothing of yours "
                                                     "was saved",
                       number, CT_PACK_STEP_NAME[p.step]);
    if (x->ev.step == CT_PACK_OPENED) {
        char why[160];
        if (!ct_pack_usable(&p, ct_app_now(app), why, sizeof why))
            return ct_fail(reterr, CT_EINVAL, "pack_id", "%s %s", number, why);
    }
    if (x->ev.step == CT_PACK_REPROCESSED)
        return ct_text_check(x->ev.text, "text", "why it is unpacked", CT_PACK_TEXT_MAX, true,
                             reterr);
    return CT_OK;
}

static enum ct_status step_write(struct ct_app *app, struct ct_db *db, void *arg,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    struct stepping *x = arg;
    struct ct_pack_event *ev = &x->ev;
    char number[40];
    enum ct_status rc = step_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_pack_step_in(app, db, x->id, ev->step, CT_REF_NONE, 0, ev->at_ms, ev->place,
                             ev->text, entry, reterr);
    if (rc != CT_OK)
        return rc;
    ct_pack_number(app, x->id, number);
    if (ev->step == CT_PACK_DAMAGED || (x->label && ev->text[0] != '\0'))
        entry->severity = CT_NOTABLE;
    snprintf(entry->detail, sizeof entry->detail, "%s %s%s%s%s%s", number,
             CT_PACK_STEP_NAME[ev->step], ev->place[0] != '\0' ? " to " : "", ev->place,
             ev->text[0] != '\0' ? ": " : "", ev->text);
    return CT_OK;
}

static enum ct_status record(struct ct_app *app, struct stepping *x, struct ct_error *reterr)
{
    struct ct_change change = {.verb = x->label ? CT_VERB_PACK_LABEL : CT_VERB_PACK_STEP,
                               .write = step_write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_pack_step(struct ct_app *app, int64_t id, enum ct_pack_step seen,
                            const struct ct_pack_event *ev, struct ct_error *reterr)
{
    struct stepping x = {.id = id, .seen = seen, .ev = *ev};
    return record(app, &x, reterr);
}

enum ct_status ct_pack_labelled(struct ct_app *app, int64_t id, const char *reason,
                                struct ct_error *reterr)
{
    struct stepping x = {.id = id, .label = true, .ev = {.step = CT_PACK_LABELLED}};
    if (reason != NULL && strlen(reason) > CT_SET_REASON_MAX)
        return ct_fail(reterr, CT_EINVAL, "reason", "at most %d bytes fit", CT_SET_REASON_MAX);
    ct_text_copy(x.ev.text, sizeof x.ev.text, reason != NULL ? reason : "");
    return record(app, &x, reterr);
}
