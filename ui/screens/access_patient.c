/* access_patient - who may see one record: its restriction, the care team, permission to
 * share; nothing of what is in it. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/access.h"
#include "record/user.h"

struct confidential {
    struct ct_ui *ui;
    struct ct_patient p;
    struct ct_access access;
    struct ct_team_member *team;
    size_t n_team;
    struct ct_sharing *share;
    size_t n_share;
    struct ct_table table; /* the team, then the permissions */
    /* what is being typed, question after question */
    uint32_t user_id;
    ct_date until_day;
    char told_by[121];
    int64_t ends_id;
    char cell[700];
};

enum { COL_WHAT, COL_WHOM, COL_UNTIL, COL_MORE };
static const struct ct_column COLUMNS[] = {
    [COL_WHAT] = {.title = "May see", .width = 16, .frozen = true},
    [COL_WHOM] = {.title = "Who", .width = 24},
    [COL_UNTIL] = {.title = "Until", .width = 12},
    [COL_MORE] = {.title = "", .width = 0},
};

static int64_t row_count(void *arg)
{
    const struct confidential *s = arg;
    return (int64_t)(s->n_team + s->n_share);
}

static bool rows_there(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *team_cell(struct confidential *s, const struct ct_team_member *m, int column)
{
    char day[16];
    switch (column) {
    case COL_WHAT: return "care team";
    case COL_WHOM: return m->name;
    case COL_UNTIL:
        ct_date_text(m->until_day, day);
        snprintf(s->cell, sizeof s->cell, "%s", day);
        return s->cell;
    default:
        snprintf(s->cell, sizeof s->cell, "named by %s: %s", m->by, m->reason);
        return s->cell;
    }
}

static const char *share_cell(struct confidential *s, const struct ct_sharing *x, int column,
                              enum ct_role_ui *role)
{
    char day[16];
    if (x->ended)
        *role = CT_R_DIM;
    switch (column) {
    case COL_WHAT: return CT_SHARE_NAME[x->what];
    case COL_WHOM: return x->whom;
    case COL_UNTIL:
        ct_date_text(x->until_day, day);
        snprintf(s->cell, sizeof s->cell, "%s", day[0] != '\0' ? day : "withdrawn");
        return x->ended ? "ended" : s->cell;
    default:
        snprintf(s->cell, sizeof s->cell, "%s%stold by %s%s%s", x->ended ? x->ended_why : "",
                 x->ended ? "; " : "", x->told_by, x->note[0] != '\0' ? ": " : "", x->note);
        return s->cell;
    }
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct confidential *s = arg;
    size_t i = (size_t)row;
    return i < s->n_team ? team_cell(s, &s->team[i], column)
                         : share_cell(s, &s->share[i - s->n_team], column, role);
}

static enum ct_status load(struct confidential *s, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    enum ct_status st = ct_access_get(app, s->p.id, &s->access, reterr);
    free(s->team);
    free(s->share);
    s->team = NULL;
    s->share = NULL;
    s->n_team = s->n_share = 0;
    if (st == CT_OK)
        st = ct_access_team(app, s->p.id, &s->team, &s->n_team, reterr);
    bool open = !s->access.restricted || s->access.until_ms != CT_UNSET;
    if (st == CT_OK && open) /* with whom they share is a part of the record */
        st = ct_sharing_list(app, s->p.id, &s->share, &s->n_share, reterr);
    ct_table_reload(&s->table);
    return st;
}

static enum ct_status confidential_open(struct ct_view *v, const void *arg,
                                        struct ct_error *reterr)
{
    struct confidential *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = rows_there, .cell = row_cell});
    enum ct_status st =
        ct_access_identity(ct_ui_app(s->ui), *(const int64_t *)arg, &s->p, reterr);
    return st == CT_OK ? load(s, reterr) : st;
}

static void confidential_close(struct ct_view *v)
{
    struct confidential *s = ct_view_state(v);
    free(s->team);
    free(s->share);
}

static void confidential_refresh(struct ct_view *v)
{
    struct ct_error err;
    if (load(ct_view_state(v), &err) != CT_OK)
        ct_ui_say_error(ct_view_ui(v), &err);
}

static void confidential_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct confidential *s = ct_view_state(v);
    const struct ct_access *a = &s->access;
    char line[512], at[24];
    int row = body.row, col = body.col + 1;
    ct_patient_line(ct_ui_app(s->ui), &s->p, line, sizeof line);
    ct_ui_subject(s->ui, "%s", line);
    if (!a->restricted) {
        ct_grid_text(g, row++, col, -1, CT_R_TEXT,
                     "Not restricted: whoever works with patients here may open it.");
    } else {
        ct_datetime_text(a->at_ms, at);
        ct_grid_printf(g, row++, col, -1, CT_R_WARN, "! RESTRICTED since %s by %s: %s", at, a->by,
                       ct_restriction_name(a->kind));
        bool may = a->until_ms != CT_UNSET ||
                   ct_role_may(ct_app_who(ct_ui_app(s->ui))->role, CT_PERM_ACCESS_RESTRICT);
        if (may)
            row += ct_draw_wrapped(g, (struct ct_rect){row, col + 2, 3, body.cols - 5}, CT_R_TEXT,
                                   a->reason);
        if (a->until_ms == CT_UNSET)
            ct_grid_text(g, row++, col, -1, CT_R_DIM,
                         "It is not open to you; with whom it is shared is not shown.");
    }
    if (s->n_team + s->n_share == 0) {
        bool hidden = a->restricted && a->until_ms == CT_UNSET;
        ct_grid_text(g, row + 1, col, -1, CT_R_DIM,
                     hidden ? "" : "No permission to share is recorded. s records one.");
        ct_grid_cursor(g, row + 1, col);
        return;
    }
    ct_table_draw(&s->table, g, row + 1, body.col, body.row + body.rows - row - 1, body.cols, true);
}

static enum ct_reaction confidential_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct confidential *)ct_view_state(v))->table, e);
}

/* ---- what can be done ---------------------------------------------------------- */

static void done(struct ct_view *v, enum ct_status st, const struct ct_error *err,
                 const char *said)
{
    confidential_refresh(v);
    if (st != CT_OK)
        ct_ui_say_error(ct_view_ui(v), err);
    else
        ct_ui_say(ct_view_ui(v), CT_R_OK, "%s", said);
}

static void restricted_because(struct ct_view *v, const char *text)
{
    struct confidential *s = ct_view_state(v);
    struct ct_error err;
    if (text != NULL)
        done(v, ct_access_restrict(ct_ui_app(s->ui), s->p.id, CT_RESTRICTED_SET, text, &err), &err,
             "Restricted: it opens for a reason from now on.");
}

static enum ct_reaction restrict_it(struct ct_view *v)
{
    ct_ui_prompt(v, "Restricted, because", "", restricted_because);
    return CT_HANDLED;
}

static void staff_because(struct ct_view *v, const char *text)
{
    struct confidential *s = ct_view_state(v);
    struct ct_error err;
    if (text != NULL)
        done(v, ct_access_restrict(ct_ui_app(s->ui), s->p.id, CT_RESTRICTED_STAFF, text, &err),
             &err, "Marked as a member of staff: it opens for a reason from now on.");
}

static enum ct_reaction staff(struct ct_view *v)
{
    ct_ui_say(ct_view_ui(v), CT_R_WARN,
              "This restricts the record, to you as well; only a supervisor lifts it.");
    ct_ui_prompt(v, "Member of staff: works where, or as what", "", staff_because);
    return CT_HANDLED;
}

static void lifted_because(struct ct_view *v, const char *text)
{
    struct confidential *s = ct_view_state(v);
    struct ct_error err;
    if (text != NULL)
        done(v, ct_access_lift(ct_ui_app(s->ui), s->p.id, text, &err), &err,
             "The restriction is lifted; the shift log has it as an exception.");
}

static enum ct_reaction lift(struct ct_view *v)
{
    ct_ui_prompt(v, "The restriction is lifted, because", "", lifted_because);
    return CT_HANDLED;
}

static void team_because(struct ct_view *v, const char *text)
{
    struct confidential *s = ct_view_state(v);
    struct ct_error err;
    if (text != NULL)
        done(v, ct_access_team_add(ct_ui_app(s->ui), s->p.id, s->user_id, s->until_day, text, &err),
             &err, "Named: not asked for a reason until that day is over.");
}

static void team_until(struct ct_view *v, const char *text)
{
    struct confidential *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    if (ct_date_parse(text, ct_date_at(ct_app_now(ct_ui_app(s->ui))), &s->until_day, &err) != CT_OK) {
        ct_ui_prompt(v, "Until which day, included (with its year)", text, team_until);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_ui_prompt(v, "Because", "treats this patient", team_because);
}

static void team_who(struct ct_view *v, const char *text)
{
    struct confidential *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    if (ct_look_user(ct_ui_app(s->ui), text, &s->user_id, &err) != CT_OK) {
        ct_ui_prompt(v, "Who: the login", text, team_who);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_ui_prompt(v, "Until which day, included (with its year)", "", team_until);
}

static enum ct_reaction team(struct ct_view *v)
{
    ct_ui_prompt(v, "Who: the login", "", team_who);
    return CT_HANDLED;
}

static enum ct_reaction share(struct ct_view *v)
{
    struct confidential *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_share, &s->p.id) ? CT_HANDLED : CT_REFUSED;
}

static void ended_because(struct ct_view *v, const char *text)
{
    struct confidential *s = ct_view_state(v);
    struct ct_error err;
    if (text != NULL)
        done(v, ct_access_team_end(ct_ui_app(s->ui), s->ends_id, text, &err), &err,
             "Ended: the reason is asked again.");
}

static void withdrawn_because(struct ct_view *v, const char *text)
{
    struct confidential *s = ct_view_state(v);
    struct ct_error err;
    if (text != NULL)
        done(v, ct_sharing_withdraw(ct_ui_app(s->ui), s->ends_id, s->told_by, text, &err), &err,
             "Withdrawn.");
}

static void withdrawn_by(struct ct_view *v, const char *text)
{
    struct confidential *s = ct_view_state(v);
    if (text == NULL)
        return;
    ct_text_copy(s->told_by, sizeof s->told_by, text);
    ct_ui_prompt(v, "Withdrawn, because", "", withdrawn_because);
}

static enum ct_reaction end_row(struct ct_view *v)
{
    struct confidential *s = ct_view_state(v);
    size_t i = (size_t)s->table.cursor;
    if (i < s->n_team) {
        s->ends_id = s->team[i].id;
        ct_ui_prompt(v, "Not in the care team any more, because", "", ended_because);
        return CT_HANDLED;
    }
    const struct ct_sharing *x = &s->share[i - s->n_team];
    if (x->ended) {
        ct_ui_say(s->ui, CT_R_WARN, "This has ended already.");
        return CT_REFUSED;
    }
    s->ends_id = x->id;
    ct_ui_prompt(v, "Withdrawn: told by", "the patient", withdrawn_by);
    return CT_HANDLED;
}

static enum ct_reaction who_looked(struct ct_view *v)
{
    struct confidential *s = ct_view_state(v);
    struct ct_looked_arg arg = {.patient_id = s->p.id};
    return ct_ui_push(s->ui, &ct_screen_looked, &arg) ? CT_HANDLED : CT_REFUSED;
}

static bool is_free(const struct ct_view *v)
{
    return !((const struct confidential *)ct_view_state(v))->access.restricted;
}

static bool is_restricted(const struct ct_view *v)
{
    return !is_free(v);
}

static bool is_open(const struct ct_view *v)
{
    const struct ct_access *a = &((const struct confidential *)ct_view_state(v))->access;
    return !a->restricted || a->until_ms != CT_UNSET;
}

/* A line that this user may end. */
static bool ends_line(const struct ct_view *v)
{
    const struct confidential *s = ct_view_state(v);
    const struct ct_who *who = ct_app_who(ct_ui_app(s->ui));
    if (s->n_team + s->n_share == 0 || who == NULL)
        return false;
    return (size_t)s->table.cursor >= s->n_team ||
           ct_role_may(who->role, CT_PERM_ACCESS_RESTRICT);
}

static const struct ct_command COMMANDS[] = {
    {.id = "confidential.share", .keys = "s", .label = "may share", .perm = CT_PERM_PATIENT_WRITE,
     .help = "The patient allows that something is told to a person or a body.", .run = share,
     .shown = is_open},
    {.id = "confidential.end", .keys = "x d", .label = "withdraw", .perm = CT_PERM_PATIENT_WRITE,
     .help = "The permission of this line is withdrawn, or this place in the care team ends.",
     .run = end_row, .shown = ends_line},
    {.id = "confidential.looked", .keys = "l", .label = "who looked", .perm = CT_PERM_PATIENT_READ,
     .help = "Everybody who looked at this record, with when and what.", .run = who_looked},
    {.id = "confidential.staff", .keys = "m", .label = "staff", .perm = CT_PERM_PATIENT_WRITE,
     .help = "The patient is a member of staff: this restricts the record by itself.",
     .run = staff, .shown = is_free},
    {.id = "confidential.restrict", .keys = "r", .label = "restrict",
     .perm = CT_PERM_ACCESS_RESTRICT,
     .help = "Restrict the record: it opens for a reason, and openings are reviewed.",
     .run = restrict_it, .shown = is_free},
    {.id = "confidential.lift", .keys = "u", .label = "lift", .perm = CT_PERM_ACCESS_RESTRICT,
     .help = "Lift the restriction; an exception in the shift log.", .run = lift,
     .shown = is_restricted},
    {.id = "confidential.team", .keys = "t", .label = "care team", .perm = CT_PERM_ACCESS_RESTRICT,
     .help = "Name somebody who treats this patient, until a day: they are not asked for a "
             "reason. Nobody names themselves.",
     .run = team, .shown = is_restricted},
    {.id = NULL},
};

const struct ct_screen ct_screen_confidential = {
    .id = "confidential",
    .title = "Confidentiality of a record",
    .help = "Who may see this record: whether it is restricted, who is in its care team, and to "
            "whom the patient allows something to be told. What is in the record is not shown.",
    .perm = CT_PERM_PATIENT_READ,
    .state_size = sizeof(struct confidential),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = confidential_open,
    .draw = confidential_draw,
    .event = confidential_event,
    .refresh = confidential_refresh,
    .close = confidential_close,
};
