/* handover - the items of one: words by who gives, accepted or not by who takes, in a session
 * of their own or with a password beside this one. */
#include "clinic/handover.h"
#include "ui/screens/screens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/scan_find.h"

enum { FOOT_ROWS = 7 };

struct mark { /* what the receiver says of an item, before it is written */
    int64_t item_id;
    bool accepted;
    char why[CT_HO_TEXT_MAX + 1];
};
struct handover {
    struct ct_ui *ui;
    struct ct_handover h;
    struct ct_handover_item *v;
    size_t n;
    struct mark *mark; /* CT_HO_ITEMS_MAX */
    size_t n_mark;
    struct ct_table table;
    bool mine;
    int64_t item; /* what a prompt is about */
    int part;
    char read_back[CT_HO_TEXT_MAX + 1], login[64];
};

enum { COL_MARK, COL_KIND, COL_PATIENT, COL_TEXT };
static const struct ct_column COLUMNS[] = {
    [COL_MARK] = {.title = "", .width = 2, .frozen = true},
    [COL_KIND] = {.title = "What", .width = 12, .frozen = true},
    [COL_PATIENT] = {.title = "Patient", .width = 18},
    [COL_TEXT] = {.title = "", .width = 0},
};

static enum ct_status load(struct handover *s, int64_t id, struct ct_error *reterr)
{
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_handover_item *v = NULL;
    size_t n = 0;
    enum ct_status rc = ct_handover_get(app, id, &s->h, reterr);
    if (rc == CT_OK)
        rc = ct_handover_items(app, id, &v, &n, reterr);
    if (rc != CT_OK)
        return rc;
    free(s->v);
    s->v = v;
    s->n = n;
    s->mine = s->h.by_user == ct_app_who(app)->user_id;
    ct_table_reload(&s->table);
    return CT_OK;
}

static const struct mark *mark_of(const struct handover *s, int64_t item)
{
    for (size_t i = 0; i < s->n_mark; i++)
        if (s->mark[i].item_id == item)
            return &s->mark[i];
    return NULL;
}

static bool waits(const struct ct_handover_item *i)
{
    return i->state == CT_HI_WAITS || i->state == CT_HI_REFUSED;
}

/* ---- the table ---------------------------------------------------------------------------- */

static int64_t row_count(void *arg)
{
    return (int64_t)((struct handover *)arg)->n;
}

static bool row_load(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}

static const char *row_cell(void *arg, int64_t row, int column, enum ct_role_ui *role)
{
    const struct handover *s = arg;
    const struct ct_handover_item *i = &s->v[row];
    const struct mark *m = waits(i) ? mark_of(s, i->id) : NULL;
    if (!waits(i))
        *role = CT_R_DIM;
    switch (column) {
    case COL_MARK:
        if (m != NULL)
            return m->accepted ? "+" : "x";
        return i->unanswered > 0              ? "?"
               : i->state == CT_HI_ACCEPTED  ? "."
               : i->state == CT_HI_REFUSED   ? "X"
               : i->state == CT_HI_WITHDRAWN ? "-"
                                              : "";
    case COL_KIND: return CT_HO_KIND_NAME[i->kind];
    case COL_PATIENT: return i->patient;
    default: return i->text;
    }
}

static struct ct_handover_item *chosen(const struct ct_view *v)
{
    const struct handover *s = ct_view_state(v);
    return s->n > 0 ? &s->v[s->table.cursor] : NULL;
}

static void handover_close(struct ct_view *v)
{
    struct handover *s = ct_view_state(v);
    free(s->v);
    free(s->mark);
}

static void mark_set(struct handover *s, int64_t item, bool accepted, const char *why)
{
    size_t at = 0;
    while (at < s->n_mark && s->mark[at].item_id != item)
        at++;
    if (at == CT_HO_ITEMS_MAX)
        return;
    s->n_mark += at == s->n_mark;
    s->mark[at] = (struct mark){.item_id = item, .accepted = accepted};
    ct_text_copy(s->mark[at].why, sizeof s->mark[at].why, why);
}

/* Of an item that still waits, as a draft has it. */
static void mark_kept(struct handover *s, int64_t item, bool accepted, const char *why)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->v[i].id == item && waits(&s->v[i]))
            mark_set(s, item, accepted, why);
}

static void resume(struct handover *s)
{
    char kind[24];
    struct ct_draft d = {0};
    snprintf(kind, sizeof kind, CT_DRAFT_HANDOVER "%lld", (long long)s->h.id);
    if (ct_draft_latest(ct_ui_app(s->ui), kind, CT_UNSET, &d, NULL) != CT_OK)
        return;
    for (size_t i = 0; i < d.n; i++)
        if (d.field[i].name[0] == 'x')
            mark_kept(s, strtoll(d.field[i].name + 1, NULL, 10), false, d.field[i].text);
    const char *p = ct_draft_get(&d, "accepted");
    for (char *end = NULL; p != NULL && *p != '\0'; p = end) {
        int64_t item = strtoll(p, &end, 10);
        if (end == p)
            break;
        mark_kept(s, item, true, "");
    }
    ct_draft_done(&d);
    if (s->n_mark > 0)
        ct_ui_say(s->ui, CT_R_NOTE, "Marks that were not written yet are here again.");
}

static enum ct_status handover_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    struct handover *s = ct_view_state(v);
    s->ui = ct_view_ui(v);
    s->mark = calloc(CT_HO_ITEMS_MAX, sizeof *s->mark);
    if (s->mark == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for the handover");
    ct_table_init(&s->table, COLUMNS, CT_LEN(COLUMNS),
                  (struct ct_table_source){
                      .arg = s, .count = row_count, .load = row_load, .cell = row_cell});
    enum ct_status rc = load(s, *(const int64_t *)arg, reterr);
    if (rc != CT_OK)
        handover_close(v);
    else
        resume(s);
    return rc;
}

/* Marks that are not written yet outlive a lost connection: those accepted by number, the
 * others each with its reason. */
static bool handover_draft(struct ct_view *v, struct ct_draft *d)
{
    const struct handover *s = ct_view_state(v);
    CT_BUF accepted = {.max = 4096};
    char name[32];
    if (s->n_mark == 0)
        return false;
    *d = (struct ct_draft){.patient_id = CT_UNSET};
    snprintf(d->kind, sizeof d->kind, CT_DRAFT_HANDOVER "%lld", (long long)s->h.id);
    for (size_t i = 0; i < s->n_mark; i++) {
        const struct mark *m = &s->mark[i];
        snprintf(name, sizeof name, "x%lld", (long long)m->item_id);
        if (m->accepted)
            ct_buf_printf(&accepted, "%lld ", (long long)m->item_id);
        else if (!ct_draft_put(d, name, m->why))
            break;
    }
    return accepted.len == 0 || ct_draft_put(d, "accepted", ct_buf_str(&accepted));
}

static void handover_refresh(struct ct_view *v)
{
    struct handover *s = ct_view_state(v);
    struct ct_error err;
    if (load(s, s->h.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
}

/* All of the chosen item: its text, the words of each part, who accepted or why not. */
static void foot_draw(const struct handover *s, const struct ct_handover_item *i,
                      struct ct_grid *g, struct ct_rect at)
{
    int row = at.row, end = at.row + at.rows;
    const struct mark *m = mark_of(s, i->id);
    CT_BUF b = {.max = 2048};
    ct_buf_printf(&b, "%s%s%s", i->patient, i->patient[0] != '\0' ? ": " : "", i->text);
    row += ct_draw_wrapped(g, (struct ct_rect){row, at.col + 1, 2, at.cols - 2}, CT_R_VALUE,
                           ct_buf_str(&b));
    for (int p = 0; p < CT_HO_PARTS && row < end; p++)
        if (i->words[p][0] != '\0') {
            ct_buf_clear(&b);
            ct_buf_printf(&b, "%s: %s", CT_HO_PART_NAME[s->h.form][p], i->words[p]);
            row += ct_draw_wrapped(g, (struct ct_rect){row, at.col + 1, end - row, at.cols - 2},
                                   CT_R_TEXT, ct_buf_str(&b));
        }
    if (row >= end)
        return;
    ct_buf_clear(&b);
    if (m != NULL && waits(i) && !m->accepted)
        ct_buf_printf(&b, "not accepted, to be written: %s", m->why);
    else if (i->state == CT_HI_ACCEPTED)
        ct_buf_printf(&b, "accepted by %s", i->by);
    else if (i->state == CT_HI_REFUSED)
        ct_buf_printf(&b, "NOT accepted by %s: %s", i->by, i->why);
    else if (i->state == CT_HI_WITHDRAWN)
        ct_buf_printf(&b, "taken off by %s: %s", i->by, i->why);
    ct_draw_wrapped(g, (struct ct_rect){row, at.col + 1, end - row, at.cols - 2}, CT_R_NOTE,
                    ct_buf_str(&b));
}

static void handover_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct handover *s = ct_view_state(v);
    const struct ct_handover *h = &s->h;
    ct_ui_subject(s->ui, "HANDOVER H-%lld   %s   %s", (long long)h->id, h->shift, h->giver);
    ct_grid_printf(g, body.row, body.col + 1, -1, CT_R_HEAD, "%s   %lld items, %lld %s",
                   h->form == CT_SBAR ? "SBAR" : "I-PASS", (long long)h->items,
                   (long long)h->waiting,
                   h->given_ms == CT_UNSET ? "prepared: G hands over" : "not accepted");
    if (s->n == 0)
        ct_grid_text(g, body.row + 3, body.col + 2, -1, CT_R_DIM,
                     "Nothing is open. n adds what is to be known.");
    ct_table_draw(&s->table, g, body.row + 1, body.col, body.rows - FOOT_ROWS - 2, body.cols, true);
    ct_grid_hline(g, body.row + body.rows - FOOT_ROWS - 1, body.col, body.cols);
    if (chosen(v) != NULL)
        foot_draw(s, chosen(v), g, (struct ct_rect){body.row + body.rows - FOOT_ROWS, body.col,
                                                     FOOT_ROWS, body.cols});
}

static enum ct_reaction handover_event(struct ct_view *v, const struct ct_event *e)
{
    return ct_table_event(&((struct handover *)ct_view_state(v))->table, e);
}

/* What a change gave: read again and said, or the error. */
static bool done(struct handover *s, enum ct_status rc, const struct ct_error *e,
                 const char *said)
{
    struct ct_error err;
    if (load(s, s->h.id, &err) != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else if (rc != CT_OK)
        ct_ui_say_error(s->ui, e);
    else
        ct_ui_say(s->ui, CT_R_OK, "%s", said);
    return rc == CT_OK;
}

/* ---- the giver ------------------------------------------------------------------------------- */

static bool gives(const struct ct_view *v)
{
    const struct handover *s = ct_view_state(v);
    return s->mine && !s->h.over;
}

static bool to_give(const struct ct_view *v)
{
    return gives(v) && ((const struct handover *)ct_view_state(v))->h.given_ms == CT_UNSET;
}

static void words_given(struct ct_view *v, const char *text)
{
    struct handover *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    enum ct_status rc = ct_handover_words(ct_ui_app(s->ui), s->item, s->part, text, &err);
    if (rc != CT_OK && strcmp(err.field, "text") == 0)
        ct_ui_prompt(v, CT_HO_PART_NAME[s->h.form][s->part], text, words_given);
    done(s, rc, &err, "Written.");
}

static enum ct_reaction words(struct ct_view *v, int part)
{
    struct handover *s = ct_view_state(v);
    const struct ct_handover_item *i = chosen(v);
    if (i == NULL)
        return CT_IGNORED;
    s->item = i->id;
    s->part = part;
    ct_ui_prompt(v, CT_HO_PART_NAME[s->h.form][part], i->words[part], words_given);
    return CT_HANDLED;
}

static enum ct_reaction words_1(struct ct_view *v)
{
    return words(v, 0);
}

static enum ct_reaction words_2(struct ct_view *v)
{
    return words(v, 1);
}

static enum ct_reaction words_3(struct ct_view *v)
{
    return words(v, 2);
}

static enum ct_reaction words_4(struct ct_view *v)
{
    return words(v, 3);
}

static void added(struct ct_view *v, const char *text)
{
    struct handover *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    enum ct_status rc = ct_handover_add(ct_ui_app(s->ui), s->h.id, text, &err);
    if (rc != CT_OK && strcmp(err.field, "text") == 0)
        ct_ui_prompt(v, "One more item", text, added);
    if (done(s, rc, &err, "It is on the handover."))
        s->table.cursor = s->n > 0 ? (int64_t)s->n - 1 : 0;
}

static enum ct_reaction add(struct ct_view *v)
{
    ct_ui_prompt(v, "One more item", "", added);
    return CT_HANDLED;
}

static void withdrawn(struct ct_view *v, const char *reason)
{
    struct handover *s = ct_view_state(v);
    struct ct_error err;
    if (reason == NULL)
        return;
    enum ct_status rc = ct_handover_withdraw(ct_ui_app(s->ui), s->item, reason, &err);
    if (rc != CT_OK && strcmp(err.field, "text") == 0)
        ct_ui_prompt(v, "Taken off, because", reason, withdrawn);
    done(s, rc, &err, "It is taken off.");
}

static enum ct_reaction withdraw(struct ct_view *v)
{
    struct handover *s = ct_view_state(v);
    const struct ct_handover_item *i = chosen(v);
    if (i == NULL)
        return CT_IGNORED;
    s->item = i->id;
    ct_ui_prompt(v, "Taken off, because", "", withdrawn);
    return CT_HANDLED;
}

static enum ct_reaction give(struct ct_view *v)
{
    struct handover *s = ct_view_state(v);
    struct ct_error err;
    enum ct_status rc = ct_handover_give(ct_ui_app(s->ui), s->h.id, &err);
    return done(s, rc, &err, "Handed over: who takes it sees it at home, or takes it here.")
               ? CT_HANDLED
               : CT_REFUSED;
}

/* ---- questions ------------------------------------------------------------------------------------ */

static void asked(struct ct_view *v, const char *text)
{
    struct handover *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    enum ct_status rc = ct_handover_say(ct_ui_app(s->ui), s->item, text, &err);
    if (rc != CT_OK && strcmp(err.field, "text") == 0)
        ct_ui_prompt(v, s->mine ? "Answer" : "Ask", text, asked);
    done(s, rc, &err, "Written.");
}

static enum ct_reaction ask(struct ct_view *v)
{
    struct handover *s = ct_view_state(v);
    const struct ct_handover_item *i = chosen(v);
    if (i == NULL)
        return CT_IGNORED;
    s->item = i->id;
    ct_ui_prompt(v, s->mine ? "Answer" : "Ask", "", asked);
    return CT_HANDLED;
}

static enum ct_reaction said(struct ct_view *v)
{
    struct handover *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_handover_said, &s->h.id) ? CT_HANDLED : CT_REFUSED;
}

/* ---- the receiver ------------------------------------------------------------------------------- */

static bool can_take(const struct ct_view *v)
{
    const struct handover *s = ct_view_state(v);
    return s->h.given_ms != CT_UNSET && !s->h.over;
}

static void mark_put(struct handover *s, int64_t item, bool accepted, const char *why)
{
    mark_set(s, item, accepted, why);
    if (s->table.cursor + 1 < (int64_t)s->n)
        s->table.cursor++;
}

static enum ct_reaction accept(struct ct_view *v)
{
    struct handover *s = ct_view_state(v);
    const struct ct_handover_item *i = chosen(v);
    if (i == NULL || !waits(i)) {
        ct_ui_say(s->ui, CT_R_TEXT, "That item does not wait any more.");
        return CT_REFUSED;
    }
    mark_put(s, i->id, true, "");
    ct_ui_say(s->ui, CT_R_TEXT, "Marked. T writes what is marked, when all is gone through.");
    return CT_HANDLED;
}

static void refused(struct ct_view *v, const char *why)
{
    struct handover *s = ct_view_state(v);
    if (why == NULL)
        return;
    if (why[strspn(why, " ")] == '\0') {
        ct_ui_prompt(v, "Not accepted, because", why, refused);
        ct_ui_say(s->ui, CT_R_ERROR, "Say why: it goes back to who hands it over.");
        return;
    }
    mark_put(s, s->item, false, why);
}

static enum ct_reaction refuse(struct ct_view *v)
{
    struct handover *s = ct_view_state(v);
    const struct ct_handover_item *i = chosen(v);
    if (i == NULL || !waits(i))
        return CT_IGNORED;
    s->item = i->id;
    ct_ui_prompt(v, "Not accepted, because", "", refused);
    return CT_HANDLED;
}

static void ask_read_back(struct ct_view *v, const char *initial);

/* True: written. */
static bool take_now(struct ct_view *v, const char *login, const struct ct_secret *password)
{
    struct handover *s = ct_view_state(v);
    struct ct_error err;
    struct ct_handover_take *t = calloc(s->n_mark + 1, sizeof *t);
    if (t == NULL)
        return false;
    for (size_t i = 0; i < s->n_mark; i++) {
        t[i] = (struct ct_handover_take){.item_id = s->mark[i].item_id,
                                         .accepted = s->mark[i].accepted};
        ct_text_copy(t[i].why, sizeof t[i].why, s->mark[i].why);
    }
    enum ct_status rc = ct_handover_take(ct_ui_app(s->ui), s->h.id, t, s->n_mark, s->read_back,
                                         login, password, &err);
    free(t);
    if (rc == CT_OK || rc == CT_ECONFLICT) { /* written; or it is another list by now */
        char kind[24];
        struct ct_error dropped;
        s->n_mark = 0;
        snprintf(kind, sizeof kind, CT_DRAFT_HANDOVER "%lld", (long long)s->h.id);
        if (ct_draft_drop(ct_ui_app(s->ui), kind, CT_UNSET, &dropped) != CT_OK)
            ct_ui_say_error(s->ui, &dropped);
    }
    if (rc != CT_OK && strcmp(err.field, "read_back") == 0)
        ask_read_back(v, s->read_back);
    return done(s, rc, &err, "Taken: what was not accepted stays with who handed it over.");
}

static void passworded(struct ct_view *v, const struct ct_secret *password)
{
    struct handover *s = ct_view_state(v);
    if (password == NULL)
        return;
    ct_ui_busy(s->ui, "Checking the password ...");
    take_now(v, s->login, password);
}

static void login_given(struct ct_view *v, const char *login)
{
    struct handover *s = ct_view_state(v);
    char label[96];
    if (login == NULL || login[strspn(login, " ")] == '\0')
        return;
    ct_scan_login(ct_app_config(ct_ui_app(s->ui)), login, s->login, sizeof s->login);
    snprintf(label, sizeof label, "Password of %.60s", s->login);
    ct_ui_prompt_secret(v, label, passworded);
}

static void read_back_given(struct ct_view *v, const char *text)
{
    struct handover *s = ct_view_state(v);
    if (text == NULL)
        return;
    ct_text_copy(s->read_back, sizeof s->read_back, text);
    if (!s->mine) {
        take_now(v, NULL, NULL);
        return;
    }
    ct_ui_prompt(v, "Login of who takes it", "", login_given);
    ct_ui_prompt_scans(v); /* a badge says who; the password is still asked for */
}

static void ask_read_back(struct ct_view *v, const char *initial)
{
    ct_ui_prompt(v, "Read back, in the receiver's words", initial, read_back_given);
}

static enum ct_reaction take(struct ct_view *v)
{
    struct handover *s = ct_view_state(v);
    if (s->n_mark == 0) {
        ct_ui_say(s->ui, CT_R_ERROR, "Mark the items first: a accepted, x not accepted.");
        return CT_REFUSED;
    }
    ask_read_back(v, "");
    return CT_HANDLED;
}

static const struct ct_command COMMANDS[] = {
    {.id = "handover.accept", .keys = "a Space", .label = "accept", .perm = CT_PERM_SHIFT_WRITE,
     .help = "This item is accepted; written with T.", .run = accept, .shown = can_take},
    {.id = "handover.refuse", .keys = "x", .label = "not", .perm = CT_PERM_SHIFT_WRITE,
     .help = "This item is not accepted, with a reason; it stays with the giver.", .run = refuse,
     .shown = can_take},
    {.id = "handover.take", .keys = "T", .label = "take", .perm = CT_PERM_SHIFT_WRITE,
     .help = "Read back and write what is marked; beside the giver's session with a password.",
     .run = take, .shown = can_take},
    {.id = "handover.give", .keys = "G", .label = "hand over", .perm = CT_PERM_SHIFT_WRITE,
     .help = "Hand it over: others see it, and can take it.", .run = give, .shown = to_give},
    {.id = "handover.words_1", .keys = "1", .label = "words 1-4", .perm = CT_PERM_SHIFT_WRITE,
     .help = "Words to this item: illness severity (I-PASS), situation (SBAR).", .run = words_1,
     .shown = gives},
    {.id = "handover.words_2", .keys = "2", .perm = CT_PERM_SHIFT_WRITE,
     .help = "Patient summary, or background.", .run = words_2, .shown = gives},
    {.id = "handover.words_3", .keys = "3", .perm = CT_PERM_SHIFT_WRITE,
     .help = "Action list, or assessment.", .run = words_3, .shown = gives},
    {.id = "handover.words_4", .keys = "4", .perm = CT_PERM_SHIFT_WRITE,
     .help = "Situation and contingency, or recommendation.", .run = words_4, .shown = gives},
    {.id = "handover.add", .keys = "n", .label = "one more", .perm = CT_PERM_SHIFT_WRITE,
     .help = "One more item, in words.", .run = add, .shown = gives},
    {.id = "handover.withdraw", .keys = "w", .label = "off", .perm = CT_PERM_SHIFT_WRITE,
     .help = "Take this item off, with a reason: done, or nobody else's.", .run = withdraw,
     .shown = gives},
    {.id = "handover.ask", .keys = "k", .label = "ask", .perm = CT_PERM_SHIFT_WRITE,
     .help = "Ask about this item; who gives answers by the same key.", .run = ask,
     .shown = can_take},
    {.id = "handover.said", .keys = "i", .perm = CT_PERM_SHIFT_OWN,
     .help = "All that was said in this handover.", .run = said},
    {.id = NULL},
};

const struct ct_screen ct_screen_handover = {
    .id = "handover",
    .title = "Handover",
    .help = "What is open, item by item. Who gives adds words (1-4) and hands over (G). Who takes "
            "marks each item (a, x) and reads back (T). + and x are marks not written yet; . "
            "accepted, X not accepted, - taken off, ? asked.",
    .perm = CT_PERM_SHIFT_OWN,
    .state_size = sizeof(struct handover),
    .commands = COMMANDS,
    .open = handover_open,
    .draw = handover_draw,
    .event = handover_event,
    .draft = handover_draft,
    .refresh = handover_refresh,
    .close = handover_close,
};
