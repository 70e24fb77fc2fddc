/* scope_text - what is said of one reprocessing of an endoscope: how far it is, how late it is,
 * how each step was done. */
#include "ui/screens/scope_record.h"

#include <stdio.h>

void ct_record_how(const struct ct_scope_step *p, struct ct_buf *out)
{
    if (p->failed)
        ct_buf_str_add(out, "FAILED, ");
    if (p->soak_id != 0)
        ct_buf_printf(out, "in BA-%lld, ", (long long)p->bath_id);
    if (p->machine_id != 0)
        ct_buf_printf(out, "in %s, ", p->machine);
    if (p->machine_id != 0 && p->cycle_number != CT_UNSET)
        ct_buf_printf(out, "cycle %lld, ", (long long)p->cycle_number);
    if (p->place[0] != '\0')
        ct_buf_printf(out, "%s, ", p->place);
    if (p->reason[0] != '\0')
        ct_buf_printf(out, "late because %s, ", p->reason);
    if (p->fault_id != 0)
        ct_buf_printf(out, "F-%lld, ", (long long)p->fault_id);
    ct_buf_printf(out, "%s%s%s", p->by, p->text[0] != '\0' ? ": " : "", p->text);
}

void ct_record_why(const struct ct_record_view *s, struct ct_buf *out)
{
    const struct ct_scope_record *r = &s->r;
    char at[24];
    ct_buf_printf(out, "RE-%lld of %s: %s", (long long)r->id, r->asset,
                  CT_SCOPE_WHY_NAME[r->why]);
    if (r->again_id != 0)
        ct_buf_printf(out, " (RE-%lld)", (long long)r->again_id);
    if (r->restricted)
        ct_buf_str_add(out, ", a restricted record");
    if (r->procedure_id != 0)
        ct_buf_printf(out, ", P-%lld %s", (long long)r->procedure_id, r->patient);
    if (r->used_ms != CT_UNSET) {
        ct_datetime_text(r->used_ms, at);
        ct_buf_printf(out, ", until %s", at);
    }
    if (r->text[0] != '\0')
        ct_buf_printf(out, "; %s", r->text);
}

enum ct_role_ui ct_record_state(const struct ct_record_view *s, struct ct_buf *out)
{
    const struct ct_scope_record *r = &s->r;
    char at[24];
    switch (r->is) {
    case CT_SCOPE_UNDER_WAY:
        ct_buf_printf(out, "%d of %d steps done.", r->step, r->steps);
        return CT_R_TEXT;
    case CT_SCOPE_COMPLETE:
        if (r->until_ms == CT_UNSET) {
            ct_buf_str_add(out, "Complete. No hang time is filled in: no end of it is known.");
            return CT_R_OK;
        }
        ct_datetime_text(r->until_ms, at);
        ct_buf_printf(out, "Complete. Hang time until %s%s.", at,
                      s->now_ms > r->until_ms ? ": OVER" : "");
        return s->now_ms > r->until_ms ? CT_R_WARN : CT_R_OK;
    case CT_SCOPE_FAILED:
        ct_buf_printf(out, "FAILED at step %d: it begins again from the first step.", r->step);
        return CT_R_ALARM;
    default:
        ct_datetime_text(r->end_ms, at);
        ct_buf_printf(out, "%s %s by %s: %s",
                      r->is == CT_SCOPE_BROKEN_OFF ? "BROKEN OFF" : "Entered in error", at,
                      r->end_by, r->end_text);
        return CT_R_WARN;
    }
}

enum ct_role_ui ct_record_delay(const struct ct_record_view *s, struct ct_buf *out)
{
    const struct ct_scope_record *r = &s->r;
    char is[24], most[24];
    bool begun = r->delay_ms != CT_UNSET;
    if (r->used_ms == CT_UNSET || (!begun && !ct_record_open(s)))
        return CT_R_TEXT;
    int64_t so_far = begun ? r->delay_ms : s->now_ms - r->used_ms;
    ct_span_text(so_far > 0 ? so_far : 0, is);
    ct_buf_printf(out, "From use to cleaning: %s%s", is, begun ? "" : " by now");
    if (r->delay_most_ms == CT_UNSET) {
        ct_buf_str_add(out, "; no limit is filled in.");
        return CT_R_TEXT;
    }
    ct_span_text(r->delay_most_ms, most);
    bool late = so_far > r->delay_most_ms;
    ct_buf_printf(out, "%s limit %s.", late ? ": LATE," : ",", most);
    return late ? CT_R_WARN : CT_R_TEXT;
}

void ct_record_bath(const struct ct_record_view *s, struct ct_buf *out)
{
    int64_t left = s->now.soak_ready_ms - s->now_ms;
    if (!ct_record_open(s) || s->now.soak_id == 0)
        return;
    if (left > 0)
        ct_buf_printf(out, "In BA-%lld, %lld min %02lld s left.", (long long)s->now.soak_bath,
                      (long long)(left / CT_MINUTE_MS),
                      (long long)(left % CT_MINUTE_MS / 1000));
    else
        ct_buf_printf(out, "In BA-%lld: its time is over, take it out.",
                      (long long)s->now.soak_bath);
}
