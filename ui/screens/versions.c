/* versions - one set of vitals in all its versions: who, when, why, what. */
#include "clinic/training.h"
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>

#include "record/user.h"

struct versions {
    struct ct_ui *ui;
    struct ct_patient p;
    struct ct_vitals *set; /* newest first */
    size_t n, top;
    int64_t in_error;
};

static enum ct_status versions_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct versions *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    struct ct_app *app = ct_ui_app(s->ui);
    enum ct_status st = ct_vitals_versions(app, *(const int64_t *)arg, &s->set, &s->n, reterr);
    if (st == CT_OK && s->n > 0)
        st = ct_patient_get(app, s->set[0].patient_id, &s->p, reterr);
    return st;
}

static void versions_refresh(struct ct_view *v)
{
    struct versions *s = ct_view_state(v);
    struct ct_vitals *all = NULL;
    struct ct_error err;
    size_t n = 0;
    if (s->n == 0)
        return;
    if (ct_vitals_versions(ct_ui_app(s->ui), s->set[0].id, &all, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->set);
    s->set = all;
    s->n = n;
}

static void versions_close(struct ct_view *v)
{
    struct versions *s = ct_view_state(v);
    free(s->set);
}

static int one_draw(struct versions *s, struct ct_grid *g, struct ct_rect at,
                    const struct ct_vitals *v, size_t number)
{
    char when[24], taken[24], who[128], line[256], score[160], judged[256], trainee[64];
    ct_datetime_text(v->recorded_ms, when);
    ct_datetime_text(v->taken_ms, taken);
    ct_user_name(ct_ui_app(s->ui), v->recorded_by, who, sizeof who);
    const char *state = v->voided     ? "ENTERED IN ERROR"
                        : v->replaced ? "replaced"
                                      : "current";
    int used = ct_grid_printf(g, at.row, at.col, -1,
                              v->voided || v->replaced ? CT_R_DIM : CT_R_OK, "%zu  %s", number,
                              state);
    bool awaits = ct_awaits(ct_ui_app(s->ui), "vitals", v->id, trainee, NULL) == CT_OK &&
                  trainee[0] != '\0';
    ct_grid_printf(g, at.row, at.col + used, -1, CT_R_TEXT, "   taken %s, recorded %s, %s%s",
                   taken, when, who, awaits ? ", AWAITS A COUNTERSIGN" : "");
    int row = at.row + 1;
    if (!v->voided) {
        ct_vitals_line(v, line, sizeof line);
        int cols = ct_grid_text(g, row, at.col + 3, at.cols - 3,
                                v->replaced ? CT_R_DIM : CT_R_VALUE, line);
        if (v->replaced)
            ct_grid_mark(g, row, at.col + 3, cols, CT_R_DIM, CT_CELL_STRUCK);
        ct_vitals_score_text(v, score, sizeof score);
        ct_vitals_judged_text(v, judged, sizeof judged);
        ct_grid_printf(g, row + 1, at.col + 3, -1, CT_R_TEXT, "%s  (%s)%s%s", score, judged,
                       v->note[0] != '\0' ? "  note: " : "", v->note);
        row += 2;
    }
    if (v->replaces_id != 0)
        ct_grid_printf(g, row++, at.col + 3, -1, CT_R_NOTE, "because: %s", v->reason);
    return row + 1 - at.row;
}

static void versions_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct versions *s = ct_view_state(v);
    ct_subject_patient(s->ui, &s->p);
    ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_HEAD, "VERSIONS OF ONE SET");
    ct_grid_printf(g, body.row, body.col + 24, -1, CT_R_DIM, s->n == 1 ? "the only one" : "%zu, newest first", s->n);
    ct_grid_cursor(g, body.row + 2, body.col + 1);
    struct ct_rect at = {body.row + 2, body.col + 1, body.rows - 2, body.cols - 2};
    for (size_t i = s->top; i < s->n && at.rows > 3; i++) {
        int used = one_draw(s, g, at, &s->set[i], s->n - i);
        at.row += used;
        at.rows -= used;
    }
}

static enum ct_reaction versions_event(struct ct_view *v, const struct ct_event *e)
{
    struct versions *s = ct_view_state(v);
    if (e->kind != CT_EV_KEY)
        return CT_IGNORED;
    if (e->key == CT_KEY_DOWN && s->top + 1 < s->n)
        s->top++;
    else if (e->key == CT_KEY_UP && s->top > 0)
        s->top--;
    else
        return CT_IGNORED;
    return CT_HANDLED;
}

/* The newest of them, unless it says that there is none any more. */
static bool stands(const struct ct_view *v)
{
    const struct versions *s = ct_view_state(v);
    return s->n > 0 && !s->set[0].voided;
}

static enum ct_reaction correct(struct ct_view *v)
{
    struct versions *s = ct_view_state(v);
    return ct_set_correct(s->ui, &s->set[0]);
}

static void error_answered(struct ct_view *v, int index)
{
    struct versions *s = ct_view_state(v);
    if (ct_set_error_done(s->ui, s->in_error, index))
        versions_refresh(v);
}

static enum ct_reaction in_error(struct ct_view *v)
{
    struct versions *s = ct_view_state(v);
    return ct_set_error_ask(v, &s->set[0], &s->in_error, error_answered);
}

static enum ct_reaction full(struct ct_view *v)
{
    struct versions *s = ct_view_state(v);
    return s->n > 0 ? ct_set_full(s->ui, &s->set[s->top]) : CT_IGNORED;
}

static enum ct_reaction patient(struct ct_view *v)
{
    struct versions *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_patient, &s->p.id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction notes(struct ct_view *v)
{
    struct versions *s = ct_view_state(v);
    if (s->n == 0)
        return CT_IGNORED;
    return ct_ui_push(s->ui, &ct_screen_notes, &s->set[0].id) ? CT_HANDLED : CT_REFUSED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "versions.correct", .keys = "c", .label = "correct", .perm = CT_PERM_VITALS_WRITE,
     .help = "Correct the current version; a reason is asked.", .run = correct,
     .shown = stands},
    {.id = "versions.error", .keys = "d", .label = "in error", .perm = CT_PERM_VITALS_WRITE,
     .help = "Mark the set as entered in error; a reason is asked.", .run = in_error,
     .shown = stands},
    {.id = "versions.set", .keys = "Enter", .label = "open", .perm = CT_PERM_VITALS_READ,
     .help = "Everything about the version at the top.", .run = full},
    {.id = "versions.patient", .keys = "o", .label = "patient", .perm = CT_PERM_PATIENT_READ,
     .help = "Open the patient's record.", .run = patient},
    {.id = "versions.notes", .keys = "n", .label = "notes", .perm = CT_PERM_VITALS_READ,
     .help = "What people made of this set; write a note.", .run = notes},
    {.id = NULL},
};

static int64_t versions_patient(const struct ct_view *v)
{
    return ((const struct versions *)ct_view_state(v))->p.id;
}

const struct ct_screen ct_screen_versions = {
    .id = "versions",
    .title = "Versions of a set",
    .help = "A set that was recorded is never changed: a correction is a new version with its "
            "reason, and the earlier ones stay readable here.",
    .perm = CT_PERM_VITALS_READ,
    .state_size = sizeof(struct versions),
    .arg_size = sizeof(int64_t),
    .patient = versions_patient,
    .commands = COMMANDS,
    .open = versions_open,
    .draw = versions_draw,
    .event = versions_event,
    .refresh = versions_refresh,
    .close = versions_close,
};
