/* print - see print.h: what is printed, in which form, where it goes; then where it went. */
#include "ui/screens/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/access.h"

enum { LABEL_COLS = 13 };

struct print {
    struct ct_ui *ui;
    struct ct_print_arg arg;
    size_t which;              /* of arg.paper */
    struct ct_patient p;       /* arg.patient_id != 0 */
    char shared[400];          /* permissions in force; "" none */
    enum ct_print_form form;
    char name[400];            /* the file as it was typed; "": a new one */
    char whom[121];            /* "": it stays in the clinic */
    bool done;
    struct ct_printed printed; /* done */
};

static const struct {
    enum ct_print_form form;
    const char *name;
} FORMS[] = {{CT_PRINT_PDF, "PDF"},
             {CT_PRINT_TEXT, "text, 80 columns"},
             {CT_PRINT_CSV, "a table (CSV), where it is one"}};

static const struct ct_paper *paper(const struct print *s)
{
    return &s->arg.paper[s->which];
}

static const struct ct_config *settings(const struct print *s)
{
    return ct_app_config(ct_ui_app(s->ui));
}

/* Only a PDF is sealed, and only where the settings say so. */
static bool sealed(const struct print *s)
{
    return s->form == CT_PRINT_PDF && settings(s)->report_sealed;
}

/* As exchange/report_give.c has it. */
static const char *folder(const struct print *s)
{
    const struct ct_config *c = settings(s);
    const char *home = getenv("HOME");
    return c->report_dir[0] != '\0'   ? c->report_dir
           : c->export_dir[0] != '\0' ? c->export_dir
           : home != NULL             ? home
                                      : "";
}

static enum ct_status patient_read(struct print *s, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    if (s->arg.patient_id == 0)
        return CT_OK;
    enum ct_status rc = ct_patient_get(app, s->arg.patient_id, &s->p, reterr);
    return rc == CT_OK ? ct_sharing_text(app, s->arg.patient_id, s->shared, sizeof s->shared,
                                         reterr)
                       : rc;
}

static enum ct_status print_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct print *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->arg = *(const struct ct_print_arg *)arg;
    s->form = CT_PRINT_PDF;
    return patient_read(s, reterr);
}

static void print_refresh(struct ct_view *v)
{
    struct ct_error err;
    if (patient_read(ct_view_state(v), &err) != CT_OK)
        ct_ui_say_error(ct_view_ui(v), &err);
}

/* ---- drawing ---------------------------------------------------------------------------- */

static int pair(struct ct_grid *g, int row, struct ct_rect body, const char *label,
                enum ct_role_ui role, const char *text)
{
    ct_grid_text(g, row, body.col + 2, LABEL_COLS, CT_R_LABEL, label);
    return row + ct_draw_wrapped(g,
                                 (struct ct_rect){row, body.col + 3 + LABEL_COLS, 4,
                                                  body.cols - 4 - LABEL_COLS},
                                 role, text);
}

static int draw_what(const struct print *s, struct ct_grid *g, int row, struct ct_rect body)
{
    char text[300];
    for (size_t i = 0; i < s->arg.n; i++) {
        const struct ct_paper *p = &s->arg.paper[i];
        bool chosen = i == s->which;
        snprintf(text, sizeof text, "%s%s%s%s%s", p->title, p->what[0] != '\0' ? " " : "", p->what,
                 p->period[0] != '\0' ? ", " : "", p->period);
        if (chosen) {
            ct_grid_text(g, row, body.col + 1 + LABEL_COLS, 2, CT_R_HEAD, "> ");
            ct_grid_cursor(g, row, body.col + 1 + LABEL_COLS);
        }
        row = pair(g, row, body, i == 0 ? "What" : "", chosen ? CT_R_VALUE : CT_R_DIM, text);
    }
    return row;
}

static int draw_done(const struct print *s, struct ct_grid *g, int row, struct ct_rect body)
{
    const struct ct_printed *p = &s->printed;
    char text[CT_PRINT_PLACE_MAX + 160];
    ct_grid_text(g, row, body.col + 2, -1, CT_R_OK, "PRINTED");
    row = pair(g, row + 1, body, "File", CT_R_VALUE, p->place);
    snprintf(text, sizeof text, "%s, %lld bytes", CT_PRINT_FORM_NAME[p->form],
             (long long)p->size);
    row = pair(g, row, body, "Form", CT_R_TEXT, text);
    row = pair(g, row, body, "Code", CT_R_VALUE, p->code);
    return pair(g, row, body, "Encrypted", p->form == CT_PRINT_SEALED ? CT_R_OK : CT_R_WARN,
                p->form == CT_PRINT_SEALED
                    ? "Sealed with the store's key: clintech report open FILE reads it."
                    : "NO: whoever can read the file reads it.");
}

static int draw_patient(const struct print *s, struct ct_grid *g, int row, struct ct_rect body)
{
    char text[480];
    row = pair(g, row, body, "For whom", CT_R_VALUE,
               s->whom[0] != '\0' ? s->whom : "it stays in the clinic");
    snprintf(text, sizeof text, "May be shared with: %s.", s->shared);
    return pair(g, row, body, "Sharing", s->shared[0] != '\0' ? CT_R_NOTE : CT_R_WARN,
                s->shared[0] != '\0' ? text : "No permission to share is recorded.");
}

static void print_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    const struct print *s = ct_view_state(v);
    const struct ct_config *c = settings(s);
    char text[900];
    if (s->arg.patient_id != 0)
        ct_subject_patient(s->ui, &s->p);
    else
        ct_ui_subject(s->ui, "%s", settings(s)->site_name);
    int row = body.row;
    ct_grid_text(g, row, body.col + 1, -1, CT_R_HEAD, "PRINT");
    row = draw_what(s, g, row + 2, body) + 1;
    if (s->done) {
        draw_done(s, g, row, body);
        return;
    }
    for (size_t i = 0; i < CT_LEN(FORMS); i++)
        if (FORMS[i].form == s->form) {
            snprintf(text, sizeof text, "%s%s", FORMS[i].name,
                     s->form != CT_PRINT_PDF                  ? ""
                     : strcmp(c->report_page, "letter") == 0 ? ", Letter paper"
                                                              : ", A4 paper");
            row = pair(g, row, body, "Form", CT_R_VALUE, text);
        }
    if (s->name[0] != '\0')
        snprintf(text, sizeof text, "%s%s%s", s->name[0] == '/' ? "" : folder(s),
                 s->name[0] == '/' ? "" : "/", s->name);
    else
        snprintf(text, sizeof text, "a new file in %s", folder(s));
    row = pair(g, row, body, "Goes to", CT_R_VALUE, text);
    row = pair(g, row, body, "Encrypted", sealed(s) ? CT_R_OK : CT_R_WARN,
               sealed(s) ? "Yes, sealed with the store's key: clintech report open FILE reads it."
                         : "NO: whoever can read the file reads it.");
    if (s->arg.patient_id != 0)
        row = draw_patient(s, g, row, body);
    ct_draw_wrapped(g, (struct ct_rect){row + 1, body.col + 2, 3, body.cols - 4}, CT_R_DIM,
                    "Each page bears who printed it, when, and a code that clintech verify --code "
                    "answers. The printing stands in the audit chain.");
}

/* ---- commands ---------------------------------------------------------------------------- */

/* The errors that a prompt can mend are asked about again. */
static void printed_because(struct ct_view *v, const char *reason);

static void do_print(struct ct_view *v, const char *reason)
{
    struct print *s = ct_view_state(v);
    const struct ct_paper *p = paper(s);
    struct ct_error err = {0};
    char path[1024] = "", kept[240];
    ct_text_copy(kept, sizeof kept, reason);
    if (s->name[0] != '\0')
        snprintf(path, sizeof path, "%s%s%s", s->name[0] == '/' ? "" : folder(s),
                 s->name[0] == '/' ? "" : "/", s->name);
    const struct ct_print_job job = {.kind = p->kind, .what = p->what,
                                     .patient_id = p->what[0] == '\0' ? s->arg.patient_id : 0,
                                     .from_ms = p->from_ms,
                                     .to_ms = p->to_ms != 0 ? p->to_ms : CT_UNSET,
                                     .form = s->form, .reason = kept, .whom = s->whom,
                                     .path = path};
    ct_ui_busy(s->ui, "The report is being made ...");
    if (ct_ui_print(s->ui, &job, &s->printed, &err) != CT_OK) {
        if (strcmp(err.field, "reason") == 0)
            ct_ui_prompt(v, "Another label, because", kept, printed_because);
        ct_ui_say_error(s->ui, &err);
        return;
    }
    s->done = true;
    ct_ui_say(s->ui, CT_R_OK, "%s is printed.", p->title);
}

static void printed_because(struct ct_view *v, const char *reason)
{
    if (reason != NULL)
        do_print(v, reason);
}

static enum ct_reaction go(struct ct_view *v)
{
    const struct print *s = ct_view_state(v);
    if (paper(s)->again)
        ct_ui_prompt(v, "Another label, because", "", printed_because);
    else
        do_print(v, "");
    return CT_HANDLED;
}

static enum ct_reaction back(struct ct_view *v)
{
    ct_ui_pop(ct_view_ui(v));
    return CT_HANDLED;
}

static enum ct_reaction next_paper(struct ct_view *v)
{
    struct print *s = ct_view_state(v);
    s->which = (s->which + 1) % s->arg.n;
    s->done = false;
    return CT_HANDLED;
}

static enum ct_reaction next_form(struct ct_view *v)
{
    struct print *s = ct_view_state(v);
    size_t i = 0;
    while (i + 1 < CT_LEN(FORMS) && FORMS[i].form != s->form)
        i++;
    s->form = FORMS[(i + 1) % CT_LEN(FORMS)].form;
    return CT_HANDLED;
}

static void name_given(struct ct_view *v, const char *name)
{
    struct print *s = ct_view_state(v);
    if (name == NULL)
        return;
    ct_text_copy(s->name, sizeof s->name, name);
    ct_text_trim(s->name);
}

static enum ct_reaction name(struct ct_view *v)
{
    struct print *s = ct_view_state(v);
    ct_ui_prompt(v, "Into which file (empty: a new name)", s->name, name_given);
    return CT_HANDLED;
}

static void whom_given(struct ct_view *v, const char *to)
{
    struct print *s = ct_view_state(v);
    if (to == NULL)
        return;
    if (strlen(to) >= sizeof s->whom) {
        ct_ui_prompt(v, "For whom is it (Enter: it stays in the clinic)", to, whom_given);
        ct_ui_say(s->ui, CT_R_ERROR, "Say it in at most %zu bytes.", sizeof s->whom - 1);
        return;
    }
    ct_text_copy(s->whom, sizeof s->whom, to);
    ct_text_trim(s->whom);
}

static enum ct_reaction whom(struct ct_view *v)
{
    struct print *s = ct_view_state(v);
    ct_ui_prompt(v, "For whom is it (Enter: it stays in the clinic)", s->whom, whom_given);
    return CT_HANDLED;
}

static bool several(const struct ct_view *v)
{
    return ((const struct print *)ct_view_state(v))->arg.n > 1;
}

static bool not_done(const struct ct_view *v)
{
    return !((const struct print *)ct_view_state(v))->done;
}

static bool is_done(const struct ct_view *v)
{
    return !not_done(v);
}

static bool of_patient(const struct ct_view *v)
{
    return not_done(v) && ((const struct print *)ct_view_state(v))->arg.patient_id != 0;
}

static const struct ct_command COMMANDS[] = {
    {.id = "print.go", .keys = "Enter", .label = "print", .perm = CT_PERM_EXPORT,
     .help = "Print it.", .run = go, .shown = not_done},
    {.id = "print.back", .keys = "Enter", .label = "back", .perm = CT_PERM_EXPORT,
     .help = "It is printed: back to where it came from.", .run = back, .shown = is_done},
    {.id = "print.next", .keys = "Tab", .label = "another report", .perm = CT_PERM_EXPORT,
     .help = "The next report that there is of it.", .run = next_paper, .shown = several},
    {.id = "print.form", .keys = "f", .label = "form", .perm = CT_PERM_EXPORT,
     .help = "A PDF for paper, text, or a table (CSV).", .run = next_form, .shown = not_done},
    {.id = "print.name", .keys = "n", .label = "file", .perm = CT_PERM_EXPORT,
     .help = "Into a file of a name of your own; without one it is named by kind, number and time.",
     .run = name, .shown = not_done},
    {.id = "print.whom", .keys = "t", .label = "for whom", .perm = CT_PERM_EXPORT,
     .help = "For somebody outside of the clinic: the chain says so, and whether the patient "
             "allowed it.",
     .run = whom, .shown = of_patient},
    {.id = NULL},
};

static int64_t print_patient(const struct ct_view *v)
{
    return ((const struct print *)ct_view_state(v))->arg.patient_id;
}

const struct ct_screen ct_screen_print = {
    .id = "print",
    .title = "Print",
    .help = "What is shown, on paper: as a PDF into the folder that the settings name, from where "
            "a printer takes it. Nothing leaves before Enter. Of a patient's record it stands here "
            "whom the patient allowed it to be told.",
    .perm = CT_PERM_EXPORT,
    .state_size = sizeof(struct print),
    .commands = COMMANDS,
    .open = print_open,
    .draw = print_draw,
    .refresh = print_refresh,
    .patient = print_patient,
};

enum ct_reaction ct_print_open(struct ct_view *v, const struct ct_print_arg *arg)
{
    return ct_ui_push(ct_view_ui(v), &ct_screen_print, arg) ? CT_HANDLED : CT_REFUSED;
}

enum ct_reaction ct_print_one(struct ct_view *v, const char *kind, const char *title,
                              const char *what)
{
    struct ct_print_arg arg = {.n = 1, .paper = {{.kind = kind, .title = title}}};
    ct_text_copy(arg.paper[0].what, sizeof arg.paper[0].what, what);
    return ct_print_open(v, &arg);
}
