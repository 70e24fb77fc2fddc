/* home_lines - the lines at the foot of the home screen: drafts, counts, what waits. */
#include "ui/screens/home_parts.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* What was left, cut to fit, and how to go on with it, which never is. */
void ct_home_draft_line(const struct home *s, struct ct_grid *g, int row, int col)
{
    char at[24], tail[64] = ". D goes on with it.", what[600];
    if (!s->have_draft)
        return;
    ct_datetime_text(s->draft_ms, at);
    if (s->prep_id != 0) {
        snprintf(tail, sizeof tail, ", %lld open. D goes on with it.", (long long)s->prep_open);
        snprintf(what, sizeof what, "Left %s: %s, %s", at, s->draft_name, s->prep_title);
    } else if (strcmp(s->draft_kind, CT_DRAFT_ROUND) == 0) {
        snprintf(what, sizeof what, "Round of %zu patients, left at %s", s->draft_patients, at);
    } else {
        snprintf(what, sizeof what, "Draft of %s: %s%s%s", at, ct_kept_noun(s->draft_kind),
                 s->draft_name[0] != '\0' ? " for " : "", s->draft_name);
    }
    int used =
        ct_grid_text(g, row, col, g->cols - col - (int)strlen(tail) - 1, CT_R_NOTE, what);
    ct_grid_text(g, row, col + used, -1, CT_R_NOTE, tail);
}

static void count_add(struct ct_buf *b, int64_t n, const char *one, const char *more)
{
    ct_buf_printf(b, "%s%lld %s", b->len > 0 ? ", " : "", (long long)n, n == 1 ? one : more);
}

void ct_home_counts_line(const struct home *s, struct ct_grid *g, int row, int col)
{
    const struct ct_shift_counts *c = &s->counts;
    CT_BUF b = {.max = 200};
    count_add(&b, c->sets, "set", "sets");
    count_add(&b, c->abnormal, "abnormal", "abnormal");
    count_add(&b, c->corrected, "corrected", "corrected");
    count_add(&b, c->late, "late", "late");
    count_add(&b, c->registered, "registered", "registered");
    ct_grid_printf(g, row, col, -1, CT_R_DIM, "%s this shift: %s",
                   s->everybody ? "Everybody" : "Mine", ct_buf_str(&b));
}

/* Nothing when none is open: returns the rows used. */
int ct_home_escalations_line(const struct home *s, struct ct_grid *g, int row, int col)
{
    if (s->esc_open == 0)
        return 0;
    ct_grid_printf(g, row, col, -1, s->esc_overdue > 0 ? CT_R_ALARM : CT_R_WARN,
                   "Escalations: %lld open, %lld overdue. E shows them.",
                   (long long)s->esc_open, (long long)s->esc_overdue);
    return 1;
}

/* For whoever reviews them. */
int ct_home_glass_line(const struct home *s, struct ct_grid *g, int row, int col)
{
    if (s->glass == 0)
        return 0;
    ct_grid_printf(g, row, col, -1, CT_R_WARN,
                   "Openings of restricted records to review: %lld. O shows them.",
                   (long long)s->glass);
    return 1;
}

/* What is overdue on devices and what waits for a second person, each with its key. */
int ct_home_devices_line(const struct home *s, struct ct_grid *g, int row, int col)
{
    CT_BUF b = {.max = 160};
    if (s->tasks == 0 && s->approvals == 0 && s->lookbacks == 0)
        return 0;
    if (s->tasks > 0)
        ct_buf_printf(&b, "%lld task%s overdue: t", (long long)s->tasks,
                      s->tasks == 1 ? "" : "s");
    if (s->approvals > 0)
        ct_buf_printf(&b, "%s%lld calibration%s to approve: K", b.len > 0 ? "; " : "",
                      (long long)s->approvals, s->approvals == 1 ? "" : "s");
    if (s->lookbacks > 0)
        ct_buf_printf(&b, "%s%lld look-back%s open: B", b.len > 0 ? "; " : "",
                      (long long)s->lookbacks, s->lookbacks == 1 ? "" : "s");
    ct_grid_printf(g, row, col, -1, s->tasks > 0 ? CT_R_WARN : CT_R_NOTE, "Devices: %s.",
                   ct_buf_str(&b));
    return 1;
}

/* What trainees recorded and somebody stands for. */
int ct_home_school_line(const struct home *s, struct ct_grid *g, int row, int col)
{
    if (s->countersigns == 0 && s->own_countersigns == 0)
        return 0;
    if (s->own_countersigns > 0)
        ct_grid_printf(g, row, col, -1, CT_R_NOTE,
                       "Trainee: %lld of your entries await a countersign. T shows more.",
                       (long long)s->own_countersigns);
    else
        ct_grid_printf(g, row, col, -1, CT_R_NOTE,
                       "Trainees: %lld %s a countersign. T, then k.",
                       (long long)s->countersigns,
                       s->countersigns == 1 ? "entry awaits" : "entries await");
    return 1;
}

/* Questions on one's own records, and what waits for a supervisor's signature. */
int ct_home_reviews_line(const struct home *s, struct ct_grid *g, int row, int col)
{
    CT_BUF b = {.max = 160};
    if (s->queries > 0)
        ct_buf_printf(&b, "Questions on your records: %lld. q answers them. ",
                      (long long)s->queries);
    if (s->unsigned_n > 0)
        ct_buf_printf(&b, "Reviews to sign: %lld. ", (long long)s->unsigned_n);
    if (s->since_n > 0)
        ct_buf_printf(&b, "Changed after sign-off: %lld. ", (long long)s->since_n);
    if (b.len == 0)
        return 0;
    if (s->unsigned_n + s->since_n > 0)
        ct_buf_str_add(&b, "R shows them.");
    ct_grid_text(g, row, col, -1, CT_R_WARN, ct_buf_str(&b));
    return 1;
}

/* What is still one's own though it was handed over, and what waits to be taken. */
int ct_home_handover_line(const struct home *s, struct ct_grid *g, int row, int col)
{
    CT_BUF b = {.max = 160};
    if (s->ho_mine == 0 && s->ho_take == 0)
        return 0;
    if (s->ho_mine > 0)
        ct_buf_printf(&b, "%lld item%s of your handover not accepted. ", (long long)s->ho_mine,
                      s->ho_mine == 1 ? "" : "s");
    if (s->ho_take > 0)
        ct_buf_printf(&b, "Handovers to be taken: %lld. ", (long long)s->ho_take);
    ct_buf_str_add(&b, "H shows them.");
    ct_grid_text(g, row, col, -1, CT_R_WARN, ct_buf_str(&b));
    return 1;
}
