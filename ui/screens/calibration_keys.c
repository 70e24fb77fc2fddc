/* calibration_keys - the keys of a calibration: references, limits, uncertainty, and its
 * steps from as found to approved. */
#include "ui/screens/calibration_form.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "clinic/scan_find.h"

/* ---- when each key is there ------------------------------------------------------ */

static bool is_new(const struct ct_view *v)
{
    const struct cal_form *s = ct_view_state(v);
    return s->k->event_id == 0;
}

static bool is_typed(const struct ct_view *v)
{
    return ((const struct cal_form *)ct_view_state(v))->typed;
}

static bool at_points(const struct ct_view *v)
{
    return is_typed(v) && !((const struct cal_form *)ct_view_state(v))->in_head;
}

static bool new_at_points(const struct ct_view *v)
{
    return is_new(v) && at_points(v);
}

static bool in_step(const struct ct_view *v, unsigned steps)
{
    const struct cal_form *s = ct_view_state(v);
    return s->k->event_id != 0 && (steps >> s->k->step & 1) != 0;
}

static bool may_adjust(const struct ct_view *v)
{
    return in_step(v, 1u << CT_CAL_FOUND | 1u << CT_CAL_LEFT | 1u << CT_CAL_SENT_BACK);
}

static bool waits(const struct ct_view *v)
{
    return in_step(v, 1u << CT_CAL_HANDED_IN);
}

static bool is_written(const struct ct_view *v)
{
    return !is_new(v);
}

static bool may_void(const struct ct_view *v)
{
    return is_written(v) && !in_step(v, 1u << CT_CAL_IN_ERROR);
}

/* ---- references --------------------------------------------------------------------- */

static void reference_given(struct ct_view *v, const char *asset)
{
    struct cal_form *s = ct_view_state(v);
    struct ct_error err;
    char text[80];
    if (asset == NULL)
        return;
    ct_text_copy(text, sizeof text, asset);
    ct_text_trim(text);
    for (size_t i = 0; text[0] == '-' && i < s->k->n_refs; i++)
        if (strcasecmp(s->k->ref[i].asset, text + 1) == 0) {
            memmove(&s->k->ref[i], &s->k->ref[i + 1],
                    (--s->k->n_refs - i) * sizeof s->k->ref[0]);
            s->changed = true;
            return;
        }
    if (ct_calibration_reference(ct_ui_app(s->ui), s->k, text, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    s->changed = true;
    const struct ct_cal_reference *r = &s->k->ref[s->k->n_refs - 1];
    char until[16];
    ct_date_text(r->last_day, until);
    ct_ui_say(s->ui, CT_R_OK, "Reference %s (%s), in date until %s: %s.", r->asset, r->of, until,
              r->certificate);
}

static enum ct_reaction reference(struct ct_view *v)
{
    ct_ui_prompt(v, "Reference: asset number (-R-1 takes it off)", "", reference_given);
    ct_ui_prompt_scans(v);
    return CT_HANDLED;
}

enum ct_reaction cf_scan(struct ct_view *v, const struct ct_event *e)
{
    struct cal_form *s = ct_view_state(v);
    const struct ct_scan_match *m;
    char asset[CT_SCAN_VALUE_MAX + 1] = "";
    if (!is_new(v) || ct_view_screen(v)->typing(v))
        return CT_IGNORED;
    struct ct_scan_named *named = ct_scan_look(s->ui, e);
    if (named == NULL)
        return CT_REFUSED;
    m = named->n == 1 ? ct_scan_only(named, CT_NAMED_DEVICE) : NULL;
    if (m != NULL)
        ct_text_copy(asset, sizeof asset, m->number);
    ct_scan_drop(named);
    if (asset[0] == '\0')
        return CT_IGNORED;
    reference_given(v, asset);
    return CT_HANDLED;
}

/* ---- U and declared limits -------------------------------------------------------------- */

static void u_given(struct ct_view *v, const char *typed)
{
    struct cal_form *s = ct_view_state(v);
    struct ct_error err;
    char text[80];
    if (typed == NULL)
        return;
    ct_text_copy(text, sizeof text, typed);
    ct_text_trim(text);
    size_t n = strlen(text);
    bool all = n > 0 && text[n - 1] == '*';
    if (all)
        text[n - 1] = '\0';
    const char *unit = s->k->t->point[s->point].unit;
    for (size_t i = 0; i < s->n_rows; i++) {
        size_t at = s->row[i];
        bool this = all ? strcmp(s->k->t->point[at].unit, unit) == 0 : at == s->point;
        if (this && ct_calibration_u(s->k, at, s->phase, text, &err) != CT_OK) {
            cf_fail(s, &err);
            return;
        }
    }
    s->changed = true;
}

static enum ct_reaction uncertainty(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    char label[160], is[CT_DECIMAL_SIZE];
    if (!cf_cell_end(s, false) || cf_point(s) == CT_CALT_NONE)
        return CT_REFUSED;
    s->point = cf_point(s);
    ct_decimal_text(cf_value(s, s->point, s->phase)->u, CT_CAL_PLACES, is);
    snprintf(label, sizeof label, "U (k = 2) of %s in %s (* behind: of all)",
             s->k->t->point[s->point].id, s->k->t->point[s->point].unit);
    ct_ui_prompt(v, label, is, u_given);
    return CT_HANDLED;
}

static void from_given(struct ct_view *v, const char *from)
{
    struct cal_form *s = ct_view_state(v);
    struct ct_error err;
    if (from == NULL)
        return;
    s->changed = true;
    if (ct_calibration_declare(s->k, s->point, s->nominal, s->limit, from, &err) != CT_OK)
        cf_fail(s, &err);
    else
        cf_go(s, s->point);
}

static void limit_given(struct ct_view *v, const char *limit)
{
    struct cal_form *s = ct_view_state(v);
    if (limit == NULL)
        return;
    ct_text_copy(s->limit, sizeof s->limit, limit);
    ct_ui_prompt(v, "Taken from (manual, page)",
                 cf_value(s, s->point, CT_CAL_AS_FOUND)->declared, from_given);
}

static void limit_ask(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    const struct ct_cal_point *p = &s->k->t->point[s->point];
    char label[160];
    if (!p->declared) {
        limit_given(v, "");
        return;
    }
    snprintf(label, sizeof label, "Limit of %s in %s (+-3, +-5 %%, <= 100, 1 to 2)", p->id,
             p->unit);
    ct_ui_prompt(v, label, cf_value(s, s->point, CT_CAL_AS_FOUND)->limits, limit_given);
    if (p->note[0] != '\0')
        ct_ui_say(s->ui, CT_R_NOTE, "%s", p->note);
}

static void division_from_given(struct ct_view *v, const char *from)
{
    struct cal_form *s = ct_view_state(v);
    struct ct_error err;
    if (from == NULL)
        return;
    s->changed = true;
    if (ct_calibration_division(s->k, s->nominal, from, &err) != CT_OK)
        cf_fail(s, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "The limits are in %s now.", s->k->t->division_unit);
}

static void division_given(struct ct_view *v, const char *typed)
{
    struct cal_form *s = ct_view_state(v);
    if (typed == NULL)
        return;
    ct_text_copy(s->nominal, sizeof s->nominal, typed);
    const char *from = s->k->t->division_source;
    ct_ui_prompt(v, "Written where", from[0] != '\0' ? from : "plate of the device",
                 division_from_given);
}

static bool divides(const struct ct_view *v)
{
    const struct cal_form *s = ct_view_state(v);
    return new_at_points(v) &&
           (s->k->undivided != NULL || ct_calibration_lacks_division(s->k));
}

static enum ct_reaction division(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    char label[80], is[CT_DECIMAL_SIZE];
    if (!cf_cell_end(s, true))
        return CT_REFUSED;
    ct_decimal_text(s->k->t->division, CT_CAL_PLACES, is);
    snprintf(label, sizeof label, "Division e of this device in %s", s->k->t->division_unit);
    ct_ui_prompt(v, label, is, division_given);
    return CT_HANDLED;
}

static void nominal_given(struct ct_view *v, const char *nominal)
{
    struct cal_form *s = ct_view_state(v);
    if (nominal == NULL)
        return;
    ct_text_copy(s->nominal, sizeof s->nominal, nominal);
    limit_ask(v);
}

static enum ct_reaction limit(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    char label[160], is[CT_DECIMAL_SIZE];
    if (!cf_cell_end(s, true) || cf_point(s) == CT_CALT_NONE)
        return CT_REFUSED;
    s->point = cf_point(s);
    const struct ct_cal_point *p = &s->k->t->point[s->point];
    if (!p->declared && p->nominal != CT_UNSET) {
        ct_ui_say(s->ui, CT_R_WARN, "The limit of %s is the template's: %s.", p->id,
                  cf_value(s, s->point, CT_CAL_AS_FOUND)->limits);
        return CT_REFUSED;
    }
    s->nominal[0] = '\0';
    if (p->nominal != CT_UNSET) {
        limit_ask(v);
        return CT_HANDLED;
    }
    ct_decimal_text(cf_value(s, s->point, CT_CAL_AS_FOUND)->nominal, CT_CAL_PLACES, is);
    snprintf(label, sizeof label, "Nominal value of %s in %s", p->id, p->unit);
    ct_ui_prompt(v, label, is, nominal_given);
    return CT_HANDLED;
}

/* ---- as found, as left -------------------------------------------------------------------- */

static enum ct_reaction found(struct cal_form *s)
{
    struct ct_error err;
    int64_t fault, lookback;
    if (ct_calibration_found(ct_ui_app(s->ui), s->k, &fault, &lookback, &err) != CT_OK) {
        cf_fail(s, &err);
        return CT_REFUSED;
    }
    cf_drop_draft(s);
    cf_renew(s);
    char opened[80] = "";
    if (lookback != 0)
        snprintf(opened, sizeof opened, ", look-back B-%lld opened", (long long)lookback);
    if (s->k->found >= CT_CAL_CONDITIONAL_FAIL)
        ct_ui_say(s->ui, CT_R_ERROR, "K-%lld OUT OF TOLERANCE as found: F-%lld, set apart%s.",
                  (long long)s->k->id, (long long)fault, opened);
    else
        ct_ui_say(s->ui, CT_R_OK, "K-%lld as found: %s. h hands it in, a adjusts.",
                  (long long)s->k->id, CT_CAL_VERDICT_NAME[s->k->found]);
    return CT_HANDLED;
}

static enum ct_reaction as_left(struct cal_form *s)
{
    struct ct_error err;
    if (ct_calibration_left(ct_ui_app(s->ui), s->k, &err) != CT_OK) {
        cf_fail(s, &err);
        return CT_REFUSED;
    }
    cf_drop_draft(s);
    cf_renew(s);
    ct_ui_say(s->ui, s->k->left < CT_CAL_CONDITIONAL_FAIL ? CT_R_OK : CT_R_ERROR,
              "K-%lld as left: %s. h hands it in, a adjusts again.", (long long)s->k->id,
              CT_CAL_VERDICT_NAME[s->k->left]);
    return CT_HANDLED;
}

static enum ct_reaction record(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    if (!cf_cell_end(s, false))
        return CT_REFUSED;
    if (s->k->event_id == 0 && !cf_take_head(s))
        return CT_REFUSED;
    s->in_head = false;
    return s->k->event_id == 0 ? found(s) : as_left(s);
}

/* ---- steps that say something ------------------------------------------------------------------ */

/* What a step came to. */
static bool stepped(struct cal_form *s, enum ct_status st, const struct ct_error *err)
{
    cf_renew(s);
    if (st != CT_OK)
        ct_ui_say_error(s->ui, err);
    return st == CT_OK;
}

static void adjusted_given(struct ct_view *v, const char *what)
{
    struct cal_form *s = ct_view_state(v);
    struct ct_error err;
    if (what == NULL)
        return;
    enum ct_status st = ct_calibration_adjusted(ct_ui_app(s->ui), s->k, what, &err);
    if (!stepped(s, st, &err))
        return;
    s->cursor = 0;
    ct_ui_say(s->ui, CT_R_OK, "Adjusted. Now measure every point again, as left.");
}

static enum ct_reaction adjust(struct ct_view *v)
{
    ct_ui_prompt(v, "Adjusted: what was done", "", adjusted_given);
    return CT_HANDLED;
}

static void limits_given(struct ct_view *v, const char *limits)
{
    struct cal_form *s = ct_view_state(v);
    struct ct_error err;
    if (limits == NULL)
        return;
    enum ct_status st =
        ct_calibration_hand_in(ct_ui_app(s->ui), s->k, s->remarks, limits, &err);
    if (stepped(s, st, &err))
        ct_ui_say(s->ui, CT_R_OK, "K-%lld is handed in: another person approves it.",
                  (long long)s->k->id);
}

static void remarks_given(struct ct_view *v, const char *remarks)
{
    struct cal_form *s = ct_view_state(v);
    if (remarks == NULL)
        return;
    ct_text_copy(s->remarks, sizeof s->remarks, remarks);
    ct_ui_prompt(v, "Limits of use (Enter: none)", s->k->limits, limits_given);
}

static enum ct_reaction hand_in(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    ct_ui_prompt(v, "Remarks (Enter: none)", s->k->remarks, remarks_given);
    return CT_HANDLED;
}

static void sent_back_given(struct ct_view *v, const char *why)
{
    struct cal_form *s = ct_view_state(v);
    struct ct_error err;
    if (why == NULL)
        return;
    enum ct_status st = ct_calibration_send_back(ct_ui_app(s->ui), s->k, why, &err);
    if (stepped(s, st, &err))
        ct_ui_say(s->ui, CT_R_OK, "K-%lld was sent back to %s.", (long long)s->k->id, s->k->by);
}

static enum ct_reaction send_back(struct ct_view *v)
{
    ct_ui_prompt(v, "Sent back, because", "", sent_back_given);
    return CT_HANDLED;
}

static void void_given(struct ct_view *v, const char *why)
{
    struct cal_form *s = ct_view_state(v);
    struct ct_error err;
    CT_CALIBRATION *now = NULL;
    if (why == NULL)
        return;
    enum ct_status st = ct_calibration_void(ct_ui_app(s->ui), s->k->id, why, &err);
    if (st == CT_OK)
        st = ct_calibration_get(ct_ui_app(s->ui), s->k->id, &now, &err);
    if (now != NULL) {
        struct ct_calibration *was = s->k;
        s->k = now;
        now = was;
    }
    if (stepped(s, st, &err))
        ct_ui_say(s->ui, CT_R_OK,
                  "K-%lld is marked entered in error. A fault and a look-back that it opened "
                  "stay.",
                  (long long)s->k->id);
}

static enum ct_reaction in_error(struct ct_view *v)
{
    ct_ui_prompt(v, "Entered in error, because", "", void_given);
    return CT_HANDLED;
}

/* ---- approval: the password again ------------------------------------------------------------------ */

static void approve(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    struct ct_error err;
    enum ct_status st = ct_calibration_approve(ct_ui_app(s->ui), s->k, &err);
    if (stepped(s, st, &err))
        ct_ui_say(s->ui, CT_R_OK, "K-%lld is approved and signed. p shows its certificate.",
                  (long long)s->k->id);
}

static void password_given(struct ct_view *v, const struct ct_secret *password)
{
    if (!ct_password_good(v, password, "Sign with your own password", password_given))
        return;
    approve(v);
}

static enum ct_reaction approve_ask(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    const struct ct_who *who = ct_app_who(ct_ui_app(s->ui));
    if (who != NULL && (s->k->by_user == who->user_id || s->k->left_by == who->user_id)) {
        ct_ui_say(s->ui, CT_R_ERROR,
                  "You measured K-%lld yourself: another person approves it.",
                  (long long)s->k->id);
        return CT_REFUSED;
    }
    ct_ui_prompt_secret(v, "Sign with your own password", password_given);
    return CT_HANDLED;
}

/* ---- other screens --------------------------------------------------------------------------------- */

static enum ct_reaction particulars(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    if (!cf_cell_end(s, true))
        return CT_REFUSED;
    s->in_head = true;
    return CT_HANDLED;
}

static enum ct_reaction certificate(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_certificate, &s->k->id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction drift(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    size_t at = cf_point(s);
    struct ct_drift_arg a = {.equipment_id = s->k->equipment_id};
    if (at == CT_CALT_NONE)
        return CT_REFUSED;
    ct_text_copy(a.template_id, sizeof a.template_id, s->k->t->id);
    ct_text_copy(a.point, sizeof a.point, s->k->t->point[at].id);
    return ct_ui_push(s->ui, &ct_screen_drift, &a) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction steps(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    struct ct_cal_method_arg a = {s->k->t};
    return ct_ui_push(s->ui, &ct_screen_method, &a) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction discard(struct ct_view *v)
{
    struct cal_form *s = ct_view_state(v);
    s->editing = false;
    ct_calibration_clear(s->k, s->phase);
    if (s->k->event_id == 0)
        cf_fill_head(s);
    cf_drop_draft(s);
    ct_ui_say(s->ui, CT_R_TEXT, "What was typed is discarded.");
    return CT_HANDLED;
}

const struct ct_command CF_COMMANDS[] = {
    {.id = "calibration.record", .keys = "^S F10", .label = "record", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Record what was found, or what is left: from then on it stands.", .run = record,
     .shown = is_typed},
    {.id = "calibration.particulars", .keys = "o", .label = "when, where",
     .perm = CT_PERM_EQUIP_WRITE,
     .help = "When and where it is measured, the climate, the condition of the device, the rule.",
     .run = particulars, .shown = new_at_points},
    {.id = "calibration.reference", .keys = "r", .label = "reference",
     .perm = CT_PERM_EQUIP_WRITE,
     .help = "Add a reference standard; scanning it does the same.", .run = reference,
     .shown = new_at_points},
    {.id = "calibration.limit", .keys = "l", .label = "limit", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Nominal and limit of a point that are the device's own, and where they are from.",
     .run = limit, .shown = new_at_points},
    {.id = "calibration.division", .keys = "e", .label = "division",
     .perm = CT_PERM_EQUIP_WRITE,
     .help = "The verification scale interval e of this device, of which the limits are "
             "multiples.",
     .run = division, .shown = divides},
    {.id = "calibration.u", .keys = "u", .label = "U", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Uncertainty U (k = 2) of this point, or of all in its unit.", .run = uncertainty,
     .shown = at_points},
    {.id = "calibration.adjust", .keys = "a", .label = "adjust", .perm = CT_PERM_EQUIP_WRITE,
     .help = "It was adjusted: what was done. As found cannot be changed any more.",
     .run = adjust, .shown = may_adjust},
    {.id = "calibration.hand_in", .keys = "h", .label = "hand in", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Hand it in with remarks and limits of use.", .run = hand_in, .shown = may_adjust},
    {.id = "calibration.approve", .keys = "v", .label = "approve",
     .perm = CT_PERM_EQUIP_APPROVE,
     .help = "Approve another person's calibration with your password.", .run = approve_ask,
     .shown = waits},
    {.id = "calibration.send_back", .keys = "b", .label = "send back",
     .perm = CT_PERM_EQUIP_APPROVE, .help = "Send it back, with the reason.", .run = send_back,
     .shown = waits},
    {.id = "calibration.certificate", .keys = "p", .label = "paper",
     .perm = CT_PERM_EQUIP_READ, .help = "Its certificate, or the draft of it.",
     .run = certificate, .shown = is_written},
    {.id = "calibration.drift", .keys = "g", .label = "drift", .perm = CT_PERM_EQUIP_READ,
     .help = "What this point showed over the device's life.", .run = drift},
    {.id = "calibration.method", .keys = "m", .label = "method", .perm = CT_PERM_EQUIP_READ,
     .help = "What to do step by step, and every limit with its source.", .run = steps},
    {.id = "calibration.discard", .keys = "^X", .label = "discard", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Empty what was typed and drop its draft.", .run = discard, .shown = is_typed},
    {.id = "calibration.void", .keys = "X", .perm = CT_PERM_EQUIP_WRITE,
     .help = "Mark it entered in error, with the reason.", .run = in_error, .shown = may_void},
    {.id = NULL},
};
