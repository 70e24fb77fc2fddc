/* review_text - what a signature on a review is given for, word by word; it is signed here,
 * so that nothing is signed that was not shown. */
#include "ui/screens/review_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct text_view {
    struct ct_ui *ui;
    struct ct_review r;
    struct ct_review_text t; /* what is to be signed; of a signed one: text alone */
    bool is_signed;
    char **line; /* into a copy */
    char *copy;
    size_t n;
    struct ct_table table;
    char cell[200];
};

static const struct ct_column COLUMNS[] = {{.title = "", .width = 0}};

static int64_t row_count(void *arg)
{
    return (int64_t)((struct text_view *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

/* Of a line's seal the first digits, so that what was done and by whom is in sight; the
 * chosen line stands below in full. */
static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    enum { SHOWN = 12, HEX = 2 * CT_HASH_LEN };
    struct text_view *s = arg;
    const char *line = s->line[row];
    (void)column, (void)role;
    const size_t at = strncmp(line, "line ", 5) == 0 ? 5 + strcspn(line + 5, " ") + 1 : 0;
    if (at == 0 || strlen(line) <= at + HEX || line[at + HEX] != ' ')
        return line;
    snprintf(s->cell, sizeof s->cell, "%.*s..%.100s", (int)(at + SHOWN), line, line + at + HEX);
    return s->cell;
}

static bool split(struct text_view *s)
{
    size_t n = 1, at = 0;
    for (const char *p = s->t.text; *p != '\0'; p++)
        n += *p == '\n';
    s->copy = strdup(s->t.text);
    s->line = calloc(n + 1, sizeof *s->line);
    if (s->copy == NULL || s->line == NULL)
        return false;
    for (char *p = s->copy; *p != '\0';) {
        char *end = strchr(p, '\n');
        s->line[at++] = p;
        if (end == NULL)
            break;
        *end = '\0';
        p = end + 1;
    }
    s->n = at;
    return true;
}

static void text_close(struct ct_view *v)
{
    struct text_view *s = ct_view_state(v);
    ct_review_text_done(&s->t);
    free(s->copy);
    free(s->line);
}

static enum ct_status text_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct text_view *s = ct_view_state(v);
    const struct ct_review_text_arg *a = arg;
    s->ui = ct_view_ui(v);
    s->is_signed = a->is_signed;
    struct ct_app *app = ct_ui_app(s->ui);
    enum ct_status rc = ct_review_get(app, a->review_id, &s->r, reterr);
    if (rc == CT_OK)
        rc = a->is_signed
                 ? ct_review_signed_text(app, a->review_id, &s->t.text, reterr)
                 : ct_review_text(app, a->review_id, a->because, a->first_of_two, &s->t, reterr);
    if (rc == CT_OK && !split(s))
        rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the text");
    if (rc != CT_OK) {
        text_close(v);
        return rc;
    }
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    ct_table_reload(&s->table);
    return CT_OK;
}

static bool second_wanted(const struct ct_view *v)
{
    const struct text_view *s = ct_view_state(v);
    return s->is_signed && s->r.state == CT_REVIEW_SECOND;
}

static bool to_sign(const struct ct_view *v)
{
    return !((const struct text_view *)ct_view_state(v))->is_signed || second_wanted(v);
}

static void text_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct text_view *s = ct_view_state(v);
    char title[120], at[24];
    ct_review_title(&s->r, title, sizeof title);
    ct_ui_subject(s->ui, "REVIEW R-%lld   %s", (long long)s->r.id, title);
    if (s->is_signed) {
        const struct ct_review_sign *g0 = &s->r.sign[0];
        ct_datetime_text(g0->at_ms, at);
        ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_HEAD, "SIGNED %s by %s: %s%s%s", at,
                       g0->by, CT_REVIEW_MEANING[g0->meaning],
                       s->r.sign[1].by_user != 0 ? "; second " : "", s->r.sign[1].by);
    } else {
        ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_HEAD,
                       "TO BE SIGNED as '%s': %lld lines, %lld exceptions",
                       CT_REVIEW_MEANING[s->t.meaning], (long long)s->r.lines,
                       (long long)s->r.exceptions);
    }
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - 5, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - 4, body.col, body.cols);
    if (s->n > 0)
        ct_draw_wrapped(g, (struct ct_rect){body.row + body.rows - 3, body.col + 1, 3,
                                            body.cols - 2}, CT_R_TEXT, s->line[s->table.cursor]);
}

static enum ct_reaction text_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct text_view *)ct_view_state(v))->table, e);
}

static void password_given(struct ct_view *v, const struct ct_secret *password)
{
    struct text_view *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_error err;
    struct ct_ui *ui = s->ui;
    int64_t id = s->r.id;
    if (!ct_password_good(v, password, "Signed: your own password", password_given))
        return;
    enum ct_status rc =
        s->is_signed ? ct_review_second(app, id, &err) : ct_review_sign(app, &s->t, &err);
    bool wanted = !s->is_signed && s->t.wanted;
    if (rc == CT_OK || rc == CT_ECONFLICT)
        ct_ui_pop(ui); /* signed; or it is another text by now */
    if (rc != CT_OK)
        ct_ui_say_error(ui, &err);
    else
        ct_ui_say(ui, CT_R_OK, "R-%lld is signed.%s", (long long)id,
                  wanted ? " Another supervisor has to sign it too." : "");
}

static enum ct_reaction sign(struct ct_view *v)
{
    ct_ui_prompt_secret(v, "Signed: your own password", password_given);
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "review_text.sign", .keys = "S", .label = "sign", .perm = CT_PERM_REVIEW,
     .help = "Sign exactly this text; your password is asked.", .run = sign, .shown = to_sign},
    {.id = NULL},
};

const struct ct_screen ct_screen_review_text = {
    .id = "review_text",
    .title = "Text of a review",
    .help = "Exactly what the signature is given for: period, each line by its entry's number "
            "and seal, what was said, counts, the meaning of the signature. It never changes.",
    .perm = CT_PERM_REVIEW,
    .state_size = sizeof(struct text_view),
    .commands = COMMANDS,
    .open = text_open,
    .draw = text_draw,
    .event = text_event,
    .close = text_close,
};
