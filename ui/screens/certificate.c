/* certificate - text that is read in pages: a calibration's paper, and the method of a
 * template. */
#include "ui/screens/screens.h"
#include "ui/screens/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/calibration.h"

enum { COLS = 80 };

struct pager {
    struct ct_ui *ui;
    int64_t id;           /* calibration, 0: a method */
    char subject[200];
    struct ct_buf text;   /* lines, each ended */
    int lines, top, height;
};

static int count(const struct ct_buf *b)
{
    int n = 0;
    for (const char *s = ct_buf_str(b); (s = strchr(s, '\n')) != NULL; s++)
        n++;
    return n;
}

static enum ct_status certificate_read(struct pager *s, struct ct_error *reterr)
{
    CT_CALIBRATION *k = NULL;
    enum ct_status st = ct_calibration_get(ct_ui_app(s->ui), s->id, &k, reterr);
    ct_buf_clear(&s->text);
    if (st == CT_OK)
        st = ct_certificate_text(ct_ui_app(s->ui), k, COLS - 2, 0, &s->text, reterr);
    if (st == CT_OK)
        snprintf(s->subject, sizeof s->subject, "K-%lld  %s  %s", (long long)k->id, k->e.asset,
                 CT_CAL_STEP_NAME[k->step]);
    s->lines = count(&s->text);
    return st;
}

static enum ct_status certificate_open(struct ct_view *v, const void *arg,
                                       struct ct_error *reterr)
{
    struct pager *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->id = *(const int64_t *)arg;
    s->text.max = 4 << 20;
    enum ct_status st = certificate_read(s, reterr);
    if (st != CT_OK)
        ct_buf_done(&s->text);
    return st;
}

static enum ct_status method_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct pager *s = ct_view_state(v);
    const struct ct_caltemplate *t = ((const struct ct_cal_method_arg *)arg)->t;
    s->ui = ct_view_ui(v);
    s->text.max = 4 << 20;
    snprintf(s->subject, sizeof s->subject, "METHOD  %s", t->title);
    ct_caltemplate_text(t, COLS - 2, &s->text);
    s->lines = count(&s->text);
    return s->text.bad ? ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the text.")
                       : CT_OK;
}

static void pager_close(struct ct_view *v)
{
    struct pager *s = ct_view_state(v);
    ct_buf_done(&s->text);
}

static void certificate_refresh(struct ct_view *v)
{
    struct ct_error err;
    if (certificate_read(ct_view_state(v), &err) != CT_OK)
        ct_ui_say_error(ct_view_ui(v), &err);
}

static int last_top(const struct pager *s)
{
    return s->lines > s->height ? s->lines - s->height : 0;
}

static void pager_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct pager *s = ct_view_state(v);
    const char *at = ct_buf_str(&s->text);
    ct_ui_subject(s->ui, "%s", s->subject);
    s->height = body.rows;
    s->top = s->top > last_top(s) ? last_top(s) : s->top;
    for (int i = 0; i < s->top + body.rows && *at != '\0'; i++) {
        char line[400];
        size_t n = strcspn(at, "\n");
        snprintf(line, sizeof line, "%.*s", (int)(n < sizeof line ? n : sizeof line - 1), at);
        bool draft = strncmp(line, "DRAFT,", 6) == 0 || strncmp(line, "ENTERED IN", 10) == 0;
        if (i >= s->top)
            ct_grid_text(g, body.row + i - s->top, body.col + 1, body.cols - 1,
                         draft ? CT_R_WARN : CT_R_TEXT, line);
        at += n + (at[n] == '\n');
    }
    char where[40];
    snprintf(where, sizeof where, "%d%%", s->lines > s->height ? 100 * s->top / last_top(s) : 100);
    ct_grid_right(g, body.row, body.col + body.cols, CT_R_DIM, where);
    ct_grid_cursor(g, body.row, body.col);
}

static enum ct_reaction pager_event(struct ct_view *v, const struct ct_event *e)
{
    struct pager *s = ct_view_state(v);
    int page = s->height > 2 ? s->height - 1 : 1, top = s->top;
    if (e->kind != CT_EV_KEY)
        return CT_IGNORED;
    switch (e->key) {
    case CT_KEY_UP: top--; break;
    case CT_KEY_DOWN:
    case CT_KEY_ENTER: top++; break;
    case CT_KEY_PAGE_UP: top -= page; break;
    case CT_KEY_PAGE_DOWN:
    case CT_KEY_SPACE: top += page; break;
    case CT_KEY_HOME: top = 0; break;
    case CT_KEY_END: top = last_top(s); break;
    default: return CT_IGNORED;
    }
    s->top = top < 0 ? 0 : top > last_top(s) ? last_top(s) : top;
    return CT_HANDLED;
}

static void file_given(struct ct_view *v, const char *name)
{
    struct pager *s = ct_view_state(v);
    struct ct_error err;
    char path[1024];
    if (name == NULL)
        return;
    if (name[0] == '\0') {
        ct_ui_say(s->ui, CT_R_WARN, "The file has no name; nothing was written.");
        return;
    }
    ct_export_path(s->ui, name, path, sizeof path);
    if (ct_ui_certificate_export(s->ui, s->id, path, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_export_said(s->ui, path, ct_export_sealed(s->ui, path));
}

static enum ct_reaction file(struct ct_view *v)
{
    struct pager *s = ct_view_state(v);
    char name[40];
    bool sealed = ct_app_config(ct_ui_app(s->ui))->report_sealed;
    snprintf(name, sizeof name, "K-%lld.%s", (long long)s->id, sealed ? "pdf" : "txt");
    ct_ui_prompt(v, sealed ? "Certificate (.pdf sealed, .txt not)"
                           : "Certificate, NOT encrypted, to file",
                 name, file_given);
    return CT_HANDLED;
}

static enum ct_reaction print(struct ct_view *v)
{
    char what[32];
    snprintf(what, sizeof what, "K-%lld", (long long)((struct pager *)ct_view_state(v))->id);
    return ct_print_one(v, "certificate", "Calibration certificate", what);
}

static const struct ct_command COMMANDS[] = {
    {.id = "certificate.file", .keys = "w", .label = "write to file", .perm = CT_PERM_EQUIP_READ,
     .help = "Write it into a new file, in pages of 60 lines.", .run = file},
    CT_PRINT_COMMAND("certificate.print", "On paper: the same as a PDF with its code.", print,
                     NULL),
    {.id = NULL},
};
static const struct ct_command NO_COMMANDS[] = {{.id = NULL}};

const struct ct_screen ct_screen_certificate = {
    .id = "certificate",
    .title = "Certificate of a calibration",
    .help = "What was measured, with what, by which rule, before and after an adjustment. Until "
            "it is approved it is a draft and says so. The file has pages with the number on "
            "each, and an end mark.",
    .perm = CT_PERM_EQUIP_READ,
    .state_size = sizeof(struct pager),
    .arg_size = sizeof(int64_t),
    .commands = COMMANDS,
    .open = certificate_open,
    .draw = pager_draw,
    .event = pager_event,
    .refresh = certificate_refresh,
    .close = pager_close,
};

const struct ct_screen ct_screen_method = {
    .id = "method",
    .title = "Method of a calibration",
    .help = "The template as it is used here: what to do step by step, and every point with its "
            "limits and where they are from.",
    .perm = CT_PERM_EQUIP_READ,
    .state_size = sizeof(struct pager),
    .commands = NO_COMMANDS,
    .open = method_open,
    .draw = pager_draw,
    .event = pager_event,
    .close = pager_close,
};
