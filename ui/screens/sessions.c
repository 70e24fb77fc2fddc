/* sessions - training: those planned and given, one of them with who attended, and the form
 * of a new one. */
#include "ui/screens/school.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/scan_find.h"

enum { SESSIONS_MAX = 300 };

struct sessions {
    struct ct_ui *ui;
    struct ct_training *t;
    size_t n;
    bool all;
    struct ct_table table;
    char cell[200];
};

enum { COL_AT, COL_STATE, COL_TOPIC, COL_TRAINER, COL_WHO };
static const struct ct_column COLUMNS[] = {
    [COL_AT] = {.title = "When", .width = 18, .frozen = true},
    [COL_STATE] = {.title = "", .width = 10},
    [COL_TOPIC] = {.title = "Topic", .width = 0},
    [COL_TRAINER] = {.title = "Trainer", .width = 16},
    [COL_WHO] = {.title = "Came", .width = 5, .align = 1},
};

static int64_t row_count(void *arg)
{
    return (int64_t)((struct sessions *)arg)->n;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct sessions *s = arg;
    const struct ct_training *t = &s->t[row];
    if (t->state == CT_TRAINING_CANCELLED)
        *role = CT_R_DIM;
    switch (column) {
    case COL_AT: ct_datetime_text(t->planned_ms, s->cell); return s->cell;
    case COL_STATE:
        if (t->state == CT_TRAINING_PLANNED && t->planned_ms < ct_app_now(ct_ui_app(s->ui)))
            *role = CT_R_NOTE;
        return CT_TRAINING_STATE_NAME[t->state];
    case COL_TOPIC: return t->topic;
    case COL_TRAINER: return t->trainer;
    default: snprintf(s->cell, sizeof s->cell, "%lld", (long long)t->attendees); return s->cell;
    }
}

static void load(struct sessions *s)
{
    struct ct_training *t = NULL;
    struct ct_error err;
    size_t n = 0;
    if (ct_training_list(ct_ui_app(s->ui), s->all, SESSIONS_MAX, &t, &n, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    free(s->t);
    s->t = t;
    s->n = n;
    ct_table_reload(&s->table);
}

static enum ct_status sessions_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct sessions *s = ct_view_state(v);
    (void)arg, (void)reterr;
    s->ui = ct_view_ui(v);
    s->all = true;
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = ct_rows_there, .cell = row_cell});
    load(s);
    return CT_OK;
}

static void sessions_refresh(struct ct_view *v)
{
    load(ct_view_state(v));
}

static void sessions_close(struct ct_view *v)
{
    free(((struct sessions *)ct_view_state(v))->t);
}

static void sessions_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct sessions *s = ct_view_state(v);
    ct_ui_subject(s->ui, "%s", ct_app_config(ct_ui_app(s->ui))->site_name);
    ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_HEAD, "TRAINING SESSIONS%s: %zu",
                   s->all ? "" : " that are planned", s->n);
    if (s->n == 0)
        ct_grid_text(g, body.row + 4, body.col + 2, -1, CT_R_DIM, "None. n plans one.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 1, body.cols, true);
}

static enum ct_reaction sessions_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct sessions *)ct_view_state(v))->table, e);
}

static bool any(const struct ct_view *v)
{
    return ((const struct sessions *)ct_view_state(v))->n > 0;
}

static enum ct_reaction open_chosen(struct ct_view *v)
{
    const struct sessions *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_session, &s->t[s->table.cursor].id) ? CT_HANDLED
                                                                            : CT_REFUSED;
}

static enum ct_reaction plan(struct ct_view *v)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_session_form, NULL) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction all(struct ct_view *v)
{
    struct sessions *s = ct_view_state(v);
    s->all = !s->all;
    s->table.cursor = s->table.top = 0;
    load(s);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "sessions.open", .keys = "Enter", .label = "session", .perm = CT_PERM_TRAIN_READ,
     .help = "What it is about, who attended; it was given, sign in, cancel.",
     .run = open_chosen, .shown = any},
    {.id = "sessions.plan", .keys = "n", .label = "plan one", .perm = CT_PERM_TRAIN_WRITE,
     .help = "Plan a session.", .run = plan},
    {.id = "sessions.all", .keys = "a", .label = "planned only", .perm = CT_PERM_TRAIN_READ,
     .help = "Those that are planned alone; again: all.", .run = all},
    {.id = NULL},
};

const struct ct_screen ct_screen_sessions = {
    .id = "sessions",
    .title = "Training sessions",
    .help = "Those that are planned, by day; then those that were given or cancelled, the newest "
            "first.",
    .perm = CT_PERM_TRAIN_READ,
    .jump = true,
    .state_size = sizeof(struct sessions),
    .commands = COMMANDS,
    .open = sessions_open,
    .draw = sessions_draw,
    .event = sessions_event,
    .refresh = sessions_refresh,
    .close = sessions_close,
};

/* ---- one session ------------------------------------------------------------------------------- */

struct session {
    struct ct_ui *ui;
    struct ct_training t;
    struct ct_attendee *a;
    size_t n;
    char login[64];
    struct ct_table table;
    char cell[120];
};

enum { ATT_NAME, ATT_HOW, ATT_AT };
static const struct ct_column ATTENDEES[] = {
    [ATT_NAME] = {.title = "Attended", .width = 24, .frozen = true},
    [ATT_HOW] = {.title = "Signed in by", .width = 0},
    [ATT_AT] = {.title = "At", .width = 18},
};

static int64_t att_count(void *arg)
{
    return (int64_t)((struct session *)arg)->n;
}

static const char *att_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    struct session *s = arg;
    const struct ct_attendee *a = &s->a[row];
    (void)role;
    switch (column) {
    case ATT_NAME: return a->name;
    case ATT_HOW:
        if (a->how == CT_SIGN_IN_OWN)
            return CT_SIGN_IN_NAME[a->how];
        snprintf(s->cell, sizeof s->cell, "%s (%s)", CT_SIGN_IN_NAME[a->how], a->by);
        return s->cell;
    default: ct_datetime_text(a->at_ms, s->cell); return s->cell;
    }
}

static enum ct_status session_load(struct session *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_attendee *a = NULL;
    size_t n = 0;
    enum ct_status rc = ct_training_get(app, id, &s->t, reterr);
    if (rc == CT_OK)
        rc = ct_training_attendees(app, id, &a, &n, reterr);
    if (rc != CT_OK)
        return rc;
    free(s->a);
    s->a = a;
    s->n = n;
    ct_table_reload(&s->table);
    return CT_OK;
}

static enum ct_status session_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct session *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    ct_table_init(&s->table, ATTENDEES, CT_LEN(ATTENDEES),
                  (struct ct_table_source){
                      .arg = s, .count = att_count, .load = ct_rows_there, .cell = att_cell});
    return session_load(s, *(const int64_t *)arg, reterr);
}

static void session_refresh(struct ct_view *v)
{
    struct session *s = ct_view_state(v);
    struct ct_error err;
    if (session_load(s, s->t.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

static void session_close(struct ct_view *v)
{
    free(((struct session *)ct_view_state(v))->a);
}

static void session_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct session *s = ct_view_state(v);
    const struct ct_training *t = &s->t;
    char at[24], text[CT_SUBJECT_TITLE_MAX + 20];
    int row = body.row, col = body.col + 1;
    ct_ui_subject(s->ui, "TR-%lld", (long long)t->id);
    ct_datetime_text(t->state == CT_TRAINING_PLANNED ? t->planned_ms : t->done_ms, at);
    ct_grid_printf(g, row++, col, body.cols - 2, CT_R_HEAD, "TR-%lld %s", (long long)t->id,
                   t->topic);
    ct_grid_printf(g, row++, col, body.cols - 2,
                   t->state == CT_TRAINING_CANCELLED ? CT_R_WARN : CT_R_TEXT,
                   "%s %s%s%s; %d min%s%s; %s by %s", CT_TRAINING_STATE_NAME[t->state], at,
                   t->text[0] != '\0' ? ": " : "", t->text, t->minutes,
                   t->place[0] != '\0' ? ", " : "", t->place, CT_COMP_METHOD_NAME[t->method],
                   t->trainer);
    if (t->material[0] != '\0')
        ct_grid_printf(g, row++, col, body.cols - 2, CT_R_TEXT, "By %s, revision %s",
                       t->material, t->revision);
    CT_BUF b = {.max = 4096};
    for (size_t i = 0; i < t->n_subjects; i++) {
        ct_subject_text(&t->subject[i], text, sizeof text);
        ct_buf_printf(&b, "%s%s", i > 0 ? "; " : "About ", text);
    }
    row += ct_draw_wrapped(g, (struct ct_rect){row, col, 2, body.cols - 2}, CT_R_TEXT,
                           ct_buf_str(&b));
    ct_table_draw(&s->table, g, row + 1, body.col, body.rows - (row + 1 - body.row), body.cols,
                  true);
}

static enum ct_reaction session_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct session *)ct_view_state(v))->table, e);
}

static bool planned(const struct ct_view *v)
{
    return ((const struct session *)ct_view_state(v))->t.state == CT_TRAINING_PLANNED;
}

static bool given(const struct ct_view *v)
{
    return ((const struct session *)ct_view_state(v))->t.state == CT_TRAINING_GIVEN;
}

static enum ct_reaction was_given(struct ct_view *v)
{
    struct session *s = ct_view_state(v);
    struct ct_error err;
    if (ct_training_given(ct_ui_app(s->ui), s->t.id, 0, "", &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    session_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "It was given. Who was there signs in: i, p.");
    return CT_HANDLED;
}

static void cancel_because(struct ct_view *v, const char *reason)
{
    struct session *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    if (ct_training_cancel(ct_ui_app(s->ui), s->t.id, reason, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    session_refresh(v);
}

static enum ct_reaction cancel(struct ct_view *v)
{
    ct_ui_prompt(v, "Cancelled, because", "", cancel_because);
    return CT_HANDLED;
}

static void signed_in(struct ct_view *v, const char *login, const struct ct_secret *password)
{
    struct session *s = ct_view_state(v);
    struct ct_error err;
    enum ct_status rc =
        ct_training_sign_in(ct_ui_app(s->ui), s->t.id, login, password, &err);
    if (rc != CT_OK)
        ct_ui_say_error(s->ui, &err);
    session_refresh(v);
    if (rc == CT_OK)
        ct_ui_say(s->ui, CT_R_OK, "%s signed in: trained.",
                  s->n > 0 ? s->a[s->n - 1].name : "");
}

static enum ct_reaction sign_in(struct ct_view *v)
{
    signed_in(v, NULL, NULL);
    return CT_HANDLED;
}

static void passworded(struct ct_view *v, const struct ct_secret *password)
{
    struct session *s = ct_view_state(v);
    if (password == NULL)
        return;
    ct_ui_busy(s->ui, "Checking the password ...");
    signed_in(v, s->login, password);
}

static void login_given(struct ct_view *v, const char *login)
{
    struct session *s = ct_view_state(v);
    char label[96];
    if (login == NULL || login[strspn(login, " ")] == '\0')
        return;
    ct_scan_login(ct_app_config(ct_ui_app(s->ui)), login, s->login, sizeof s->login);
    snprintf(label, sizeof label, "Password of %.60s", s->login);
    ct_ui_prompt_secret(v, label, passworded);
}

static enum ct_reaction beside(struct ct_view *v)
{
    ct_ui_prompt(v, "Login of who was there", "", login_given);
    ct_ui_prompt_scans(v);
    return CT_HANDLED;
}

static void confirmed(struct ct_view *v, const char *login)
{
    struct session *s = ct_view_state(v);
    if (login == NULL || login[strspn(login, " ")] == '\0')
        return;
    ct_scan_login(ct_app_config(ct_ui_app(s->ui)), login, s->login, sizeof s->login);
    signed_in(v, s->login, NULL);
}

static enum ct_reaction confirm(struct ct_view *v)
{
    ct_ui_prompt(v, "The trainer confirms: login or name of who was there", "", confirmed);
    ct_ui_prompt_scans(v);
    return CT_HANDLED;
}

static const struct ct_command SESSION[] = {
    {.id = "session.given", .keys = "g", .label = "was given", .perm = CT_PERM_TRAIN_WRITE,
     .help = "It was given: from then on who was there signs in.", .run = was_given,
     .shown = planned},
    {.id = "session.cancel", .keys = "x", .label = "cancel", .perm = CT_PERM_TRAIN_WRITE,
     .help = "It is not given; a reason is asked.", .run = cancel, .shown = planned},
    {.id = "session.sign_in", .keys = "i", .label = "I was there", .perm = CT_PERM_TRAIN_WRITE,
     .help = "You attended it.", .run = sign_in, .shown = given},
    {.id = "session.beside", .keys = "p", .label = "another, by password",
     .perm = CT_PERM_TRAIN_WRITE,
     .help = "Somebody who attended gives login and password; your session stays.",
     .run = beside, .shown = given},
    {.id = "session.confirm", .keys = "c", .label = "trainer confirms",
     .perm = CT_PERM_TRAIN_WRITE, .help = "As the trainer, or a supervisor, confirm somebody.",
     .run = confirm, .shown = given},
    {.id = NULL},
};

const struct ct_screen ct_screen_session = {
    .id = "session",
    .title = "A training session",
    .help = "What it is about, by which material and revision, and who attended. Each who signs "
            "in is \"trained\" for every subject of it from the day it was given.",
    .perm = CT_PERM_TRAIN_READ,
    .state_size = sizeof(struct session),
    .commands = SESSION,
    .open = session_open,
    .draw = session_draw,
    .event = session_event,
    .refresh = session_refresh,
    .close = session_close,
};

/* ---- the form ------------------------------------------------------------------------------------- */

struct form {
    struct ct_equip_form f; /* first: equip_form.h */
    struct ct_subject_offers offers;
};

static void offers(struct ct_equip_form *f, const char *field, struct ct_buf *out)
{
    if (ct_subject_field(f, field))
        ct_subject_offer(&((struct form *)f)->offers, out);
}

/* The day and "14:30" of it. */
static enum ct_status planned_ms(const struct ct_form *f, int64_t now, int64_t *ret,
                                 struct ct_error *reterr)
{
    const char *t = ct_form_text(f, "planned_time");
    int h = -1, m = -1, used = 0;
    struct ct_civil c = {.hour = 0};
    if (sscanf(t, "%2d:%2d%n", &h, &m, &used) != 2 || t[used] != '\0' || h < 0 || h > 23 ||
        m < 0 || m > 59)
        return ct_fail(reterr, CT_EINVAL, "planned_time",
                       "\"%.10s\" is not a time of day like 14:30", t);
    ct_date_split((ct_date)ct_form_value(f, "planned_day", now), &c.year, &c.month, &c.day);
    c.hour = h;
    c.minute = m;
    *ret = ct_civil_ms(&c);
    return CT_OK;
}

static void save(struct ct_view *v)
{
    struct form *s = ct_view_state(v);
    struct ct_ui *ui = s->f.ui;
    const struct ct_form *f = &s->f.form;
    struct ct_error err;
    int64_t now = ct_app_now(ct_ui_app(ui));
    struct ct_training t = {.method = (enum ct_comp_method)ct_form_value(f, "method", now),
                            .minutes = (int)ct_form_value(f, "minutes", now)};
    ct_text_copy(t.topic, sizeof t.topic, ct_form_text(f, "topic"));
    ct_text_copy(t.trainer, sizeof t.trainer, ct_form_text(f, "trainer"));
    ct_text_copy(t.place, sizeof t.place, ct_form_text(f, "place"));
    ct_text_copy(t.material, sizeof t.material, ct_form_text(f, "material"));
    ct_text_copy(t.revision, sizeof t.revision, ct_form_text(f, "revision"));
    enum ct_status rc = planned_ms(f, now, &t.planned_ms, &err);
    if (rc == CT_OK)
        rc = ct_subjects_meant(&s->offers, f, t.subject, 4, &t.n_subjects, &err);
    if (rc == CT_OK)
        rc = ct_training_plan(ct_ui_app(ui), &t, &err);
    if (rc != CT_OK) {
        ct_equip_form_failed(&s->f, &err);
        return;
    }
    ct_equip_form_saved(&s->f);
    ct_ui_push(ui, &ct_screen_session, &t.id);
    ct_ui_say(ui, CT_R_OK, "TR-%lld is planned.", (long long)t.id);
}

static enum ct_status form_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct form *s = ct_view_state(v);
    (void)arg;
    s->f.ui = ct_view_ui(v);
    s->f.offers = offers;
    s->f.only = ct_subject_field;
    s->f.save = save;
    snprintf(s->f.kind, sizeof s->f.kind, "%s", CT_DRAFT_SESSION);
    snprintf(s->f.title, sizeof s->f.title, "PLAN A TRAINING SESSION");
    enum ct_status rc =
        ct_subject_list(ct_ui_app(s->f.ui), &s->offers.s, &s->offers.n, reterr);
    if (rc == CT_OK)
        rc = ct_equip_form_begin(&s->f, CT_TRAINING_FIELDS, CT_TRAINING_FIELDS_N, 14, reterr);
    if (rc != CT_OK)
        free(s->offers.s);
    return rc;
}

static void form_close(struct ct_view *v)
{
    free(((struct form *)ct_view_state(v))->offers.s);
    ct_equip_form_close(v);
}

static const struct ct_command FORM[] = {
    CT_EQUIP_FORM_COMMANDS("session_form", CT_PERM_TRAIN_WRITE),
    {.id = NULL},
};

const struct ct_screen ct_screen_session_form = {
    .id = "session_form",
    .title = "Plan a training session",
    .help = "What it is about, who gives it, when and where, by which material and its revision, "
            "and for which models, classes, procedures, programmes or checklists it counts.",
    .perm = CT_PERM_TRAIN_WRITE,
    .state_size = sizeof(struct form),
    .commands = FORM,
    .open = form_open,
    .draw = ct_equip_form_draw,
    .event = ct_equip_form_event,
    .draft = ct_equip_form_draft,
    .typing = ct_equip_form_typing,
    .close = form_close,
};
