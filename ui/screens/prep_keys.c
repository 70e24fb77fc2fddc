/* prep_keys - the keys of a checklist: answers by one key, typed ones, comments. What
 * needs another person, and its end, are in prep_people.c. */
#include "ui/screens/prep_form.h"
#include "ui/screens/print.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "clinic/scan_find.h"

/* ---- what every key asks first -------------------------------------------------- */

static bool is_open(const struct ct_view *v)
{
    const struct prep_form *s = ct_view_state(v);
    return s->sheet->prep.state == CT_PREP_OPEN;
}

static bool is_closed(const struct ct_view *v)
{
    const struct prep_form *s = ct_view_state(v);
    return s->sheet->prep.state == CT_PREP_FINISHED || s->sheet->prep.state == CT_PREP_INCOMPLETE;
}

static bool stands(const struct ct_view *v)
{
    return ((const struct prep_form *)ct_view_state(v))->sheet->prep.state != CT_PREP_IN_ERROR;
}

/* The item of the cursor becomes what is asked about, as it is seen now. */
bool pf_on_item(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    s->item = pf_item(s);
    if (s->item == CT_CHECK_NONE) {
        ct_ui_say(s->ui, CT_R_WARN, "No item is chosen here.");
        return false;
    }
    s->seen = s->sheet->mark[s->item].answer_id;
    return true;
}

static const struct ct_check_item *item_of(const struct prep_form *s)
{
    return &s->sheet->t->item[s->item];
}

/* ---- after an answer -------------------------------------------------------------- */

static void comment_given(struct ct_view *v, const char *text);

static void comment_ask(struct ct_view *v, const char *initial)
{
    struct prep_form *s = ct_view_state(v);
    s->asking = PF_COMMENT;
    s->seen = s->sheet->mark[s->item].answer_id;
    ct_ui_prompt(v, "Comment", initial, comment_given);
}

/* What the answer means is said at once; the item comes out of sight with the next. */
static void after(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    const struct ct_check_state *is = &s->sheet->state[s->item];
    char line[CT_PREP_LINE], stop[CT_PREP_LINE];
    size_t item = s->item;
    bool wants_comment = is->comment_missing, runs = is->missing;
    ct_prep_item_text(s->sheet, item, line, sizeof line);
    ct_prep_stop_text(s->sheet, item, stop, sizeof stop);
    if (is->stop)
        ct_ui_say(s->ui, CT_R_ERROR, "%s. %s", line, stop);
    else if (is->note && item_of(s)->note_on != 0)
        ct_ui_say(s->ui, CT_R_WARN, "%s: %s", line, item_of(s)->note);
    pf_rows(s);
    if (wants_comment) {
        pf_go(s, item);
        comment_ask(v, "");
    } else if (runs) {
        pf_go(s, item); /* a timer that runs stays under the cursor */
    } else {
        pf_next(s, item);
    }
}

bool pf_done(struct ct_view *v, enum ct_status st, const struct ct_error *err)
{
    struct prep_form *s = ct_view_state(v);
    s->asking = PF_NOTHING;
    if (st == CT_OK) {
        pf_draft_drop(s);
        return true;
    }
    pf_rows(s); /* a conflict too: somebody else was faster */
    ct_ui_say_error(s->ui, err);
    return false;
}

static enum ct_reaction give(struct ct_view *v, const struct ct_check_answer *a)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_error err;
    if (!pf_done(v, ct_prep_answer(ct_ui_app(s->ui), s->sheet, s->item, a, &err), &err))
        return CT_REFUSED;
    after(v);
    return CT_HANDLED;
}

/* ---- one key -------------------------------------------------------------------- */

static enum ct_reaction yes_no(struct ct_view *v, int64_t value)
{
    struct prep_form *s = ct_view_state(v);
    if (!pf_on_item(v))
        return CT_REFUSED;
    if (item_of(s)->kind != CT_CHECK_YES_NO) {
        ct_ui_say(s->ui, CT_R_WARN,
                  "This is not answered by yes or no: the keys stand below the list.");
        return CT_REFUSED;
    }
    return give(v, &(struct ct_check_answer){.given = CT_CHECK_GIVEN, .n = value});
}

static enum ct_reaction yes(struct ct_view *v)
{
    return yes_no(v, CT_CHECK_YES);
}

static enum ct_reaction no(struct ct_view *v)
{
    return yes_no(v, CT_CHECK_NO);
}

static enum ct_reaction not_applicable(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    if (!pf_on_item(v))
        return CT_REFUSED;
    if (!item_of(s)->na) {
        ct_ui_say(s->ui, CT_R_WARN, "This cannot be answered with not applicable.");
        return CT_REFUSED;
    }
    return give(v, &(struct ct_check_answer){.given = CT_CHECK_NOT_APPLICABLE});
}

static enum ct_reaction take_back(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    if (!pf_on_item(v))
        return CT_REFUSED;
    if (s->sheet->answer[s->item].given == CT_CHECK_NOT_ASKED) {
        ct_ui_say(s->ui, CT_R_WARN, "There is no answer to take back.");
        return CT_REFUSED;
    }
    size_t item = s->item;
    enum ct_reaction r = give(v, &(struct ct_check_answer){.given = CT_CHECK_NOT_ASKED});
    pf_go(s, item);
    return r;
}

static enum ct_reaction timer(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_error err;
    if (!pf_on_item(v))
        return CT_REFUSED;
    if (!pf_done(v, ct_prep_timer(ct_ui_app(s->ui), s->sheet, s->item, &err), &err))
        return CT_REFUSED;
    after(v);
    return CT_HANDLED;
}

/* ---- typed ------------------------------------------------------------------------ */

static void typed(struct ct_view *v, const char *text);

static void prompt(struct ct_view *v, const char *initial)
{
    struct prep_form *s = ct_view_state(v);
    const struct ct_check_item *i = item_of(s);
    char label[96] = "Answer", lo[32], hi[32];
    struct ct_field f;
    ct_check_field(i, &f);
    if (i->kind == CT_CHECK_NUMBER) {
        ct_field_text(&f, f.hard_lo, lo, sizeof lo);
        ct_field_text(&f, f.hard_hi, hi, sizeof hi);
        snprintf(label, sizeof label, "%s to %s%s%s", lo, hi, i->unit[0] != '\0' ? " " : "",
                 i->unit);
    } else if (i->kind == CT_CHECK_SCAN) {
        ct_text_copy(label, sizeof label, s->asking == PF_SCAN ? "Scan it now" : "Read by eye");
    } else if (i->kind == CT_CHECK_DATE) {
        ct_text_copy(label, sizeof label, "Day");
    } else if (i->kind == CT_CHECK_TIME || i->kind == CT_CHECK_SINCE) {
        ct_text_copy(label, sizeof label, "When");
    } else if (i->kind == CT_CHECK_DURATION || i->kind == CT_CHECK_TIMER) {
        ct_text_copy(label, sizeof label, "Minutes:seconds");
    }
    ct_ui_prompt(v, label, initial, typed);
    if (s->asking == PF_SCAN)
        ct_ui_prompt_scans(v);
    ct_ui_prompt_cursor(v, strlen(initial));
}

static void sure(struct ct_view *v, int index)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_check_answer a = s->pending;
    s->asking = PF_NOTHING;
    if (index == 0 && !pf_changed(s))
        give(v, &a);
}

static void ask_sure(struct ct_view *v, const struct ct_check_answer *a,
                     const struct ct_error *err)
{
    static const struct ct_choice CHOICES[] = {
        {"y", "it is right"}, {"Esc", "type again"}, {NULL, NULL}};
    struct prep_form *s = ct_view_state(v);
    s->pending = *a;
    s->asking = PF_SURE;
    ct_ui_ask(v, err->text, CHOICES, sure);
    ct_dialog_guard(v); /* an Enter or a y typed ahead has not seen it */
}

/* Wrong: said, and what was typed stands there again. */
static void again(struct ct_view *v, const char *text, const struct ct_error *err)
{
    struct prep_form *s = ct_view_state(v);
    char kept[CT_CHECK_COMMENT_MAX + 1];
    ct_text_copy(kept, sizeof kept, text);
    prompt(v, kept);
    ct_ui_say_error(s->ui, err);
}

/* A wristband may say the patient's number behind a prefix, or in a GS1 code: whose it
 * is counts. Anything else is kept as it was read. */
static const char *band_number(struct prep_form *s, const char *code)
{
    const struct ct_event e = {.kind = CT_EV_SCAN, .text = code, .text_len = strlen(code)};
    struct ct_scan_named *named = ct_scan_look(s->ui, &e);
    const struct ct_scan_match *only =
        named != NULL ? ct_scan_only(named, CT_NAMED_PATIENT) : NULL;
    bool own = only != NULL && only->patient_id == s->sheet->prep.patient_id;
    ct_scan_drop(named);
    return own && s->sheet->number[0] != '\0' ? s->sheet->number : code;
}

static void code_typed(struct ct_view *v, const char *text)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_error err;
    bool by_eye = s->asking != PF_SCAN;
    if (!by_eye && item_of(s)->scan == CT_CHECK_WRISTBAND)
        text = band_number(s, text);
    enum ct_status st =
        ct_prep_scan(ct_ui_app(s->ui), s->sheet, s->item, text, by_eye, &err);
    if (pf_done(v, st, &err))
        after(v);
}

/* Where a code is asked for, the scanner answers; else it goes where it goes. */
enum ct_reaction pf_scan(struct ct_view *v, const struct ct_event *e)
{
    struct prep_form *s = ct_view_state(v);
    size_t item = pf_item(s);
    if (item == CT_CHECK_NONE || s->sheet->t->item[item].kind != CT_CHECK_SCAN || !pf_on_item(v))
        return CT_IGNORED;
    s->asking = PF_SCAN;
    code_typed(v, e->text);
    s->asking = PF_NOTHING;
    return CT_HANDLED;
}

static void typed(struct ct_view *v, const char *text)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_check_answer a = s->sheet->answer[s->item];
    struct ct_error err = {0};
    if (text == NULL || text[strspn(text, " ")] == '\0' || pf_changed(s)) {
        s->asking = PF_NOTHING;
        if (text == NULL)
            pf_draft_drop(s);
        return;
    }
    if (item_of(s)->kind == CT_CHECK_SCAN && strcmp(text, "-") != 0) {
        code_typed(v, text);
        return;
    }
    enum ct_verdict is =
        ct_check_read(item_of(s), text, ct_app_now(ct_ui_app(s->ui)), &a, &err);
    a.comment[0] = '\0';
    if (is == CT_V_UNUSUAL)
        ask_sure(v, &a, &err);
    else if (is == CT_V_OK)
        give(v, &a);
    else
        again(v, text, &err);
}

static enum ct_reaction type(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    if (!pf_on_item(v))
        return CT_REFUSED;
    if (item_of(s)->kind == CT_CHECK_YES_NO) {
        ct_ui_say(s->ui, CT_R_WARN, "y or n answers this%s.",
                  item_of(s)->na ? ", or a: not applicable" : "");
        return CT_REFUSED;
    }
    s->asking = PF_ANSWER;
    prompt(v, "");
    return CT_HANDLED;
}

static enum ct_reaction scan(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    if (!pf_on_item(v))
        return CT_REFUSED;
    if (item_of(s)->kind != CT_CHECK_SCAN) {
        ct_ui_say(s->ui, CT_R_WARN, "This item is not answered by a code.");
        return CT_REFUSED;
    }
    s->asking = PF_SCAN;
    prompt(v, "");
    return CT_HANDLED;
}

static enum ct_reaction choose(struct ct_view *v, uint32_t key)
{
    struct prep_form *s = ct_view_state(v);
    const struct ct_check_item *i = item_of(s);
    size_t at = key == '0' ? 9 : (size_t)(key - '1');
    if (at < i->n_choices)
        return give(v, &(struct ct_check_answer){.given = CT_CHECK_GIVEN, .n = (int64_t)at});
    ct_ui_say(s->ui, CT_R_WARN, "1 to %zu answers this.", i->n_choices);
    return CT_REFUSED;
}

enum ct_reaction pf_digit(struct ct_view *v, uint32_t key)
{
    struct prep_form *s = ct_view_state(v);
    char initial[2] = {(char)key, '\0'};
    if (!is_open(v) || !ct_role_may(ct_app_who(ct_ui_app(s->ui))->role, CT_PERM_PREP_WRITE))
        return CT_IGNORED;
    if (!pf_on_item(v))
        return CT_REFUSED;
    switch (item_of(s)->kind) {
    case CT_CHECK_CHOICE:
        return choose(v, key);
    case CT_CHECK_NUMBER:
    case CT_CHECK_DATE:
    case CT_CHECK_TIME:
    case CT_CHECK_SINCE:
    case CT_CHECK_DURATION:
        s->asking = PF_ANSWER;
        prompt(v, initial);
        return CT_HANDLED;
    case CT_CHECK_YES_NO:
    case CT_CHECK_TEXT:
    case CT_CHECK_TIMER:
    case CT_CHECK_SCAN:
    case CT_CHECK_KINDS:
        break;
    }
    ct_ui_say(s->ui, CT_R_WARN, "No figure is asked here: the keys stand below the list.");
    return CT_REFUSED;
}

/* ---- comments --------------------------------------------------------------------- */

static void comment_given(struct ct_view *v, const char *text)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_error err;
    char kept[CT_CHECK_COMMENT_MAX + 1];
    if (text == NULL || text[strspn(text, " ")] == '\0' || pf_changed(s)) {
        s->asking = PF_NOTHING;
        pf_draft_drop(s);
        return;
    }
    ct_text_copy(kept, sizeof kept, text);
    enum ct_status st = ct_prep_comment(ct_ui_app(s->ui), s->sheet, s->item, text, &err);
    if (pf_done(v, st, &err)) {
        pf_rows(s);
        pf_next(s, s->item);
    } else if (st == CT_EINVAL) {
        comment_ask(v, kept);
        ct_ui_say_error(s->ui, &err);
    }
}

static enum ct_reaction comment(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    if (!pf_on_item(v))
        return CT_REFUSED;
    if (s->sheet->answer[s->item].given == CT_CHECK_NOT_ASKED) {
        ct_ui_say(s->ui, CT_R_WARN, "Answer it first: a comment is on an answer.");
        return CT_REFUSED;
    }
    comment_ask(v, s->sheet->answer[s->item].comment);
    return CT_HANDLED;
}

void pf_resume(struct ct_view *v, enum pf_asking what, size_t item, const char *text)
{
    struct prep_form *s = ct_view_state(v);
    pf_go(s, item);
    if (!pf_on_item(v) || s->item != item)
        return;
    if (what == PF_COMMENT) {
        comment_ask(v, text);
        return;
    }
    s->asking = what;
    prompt(v, text);
}

/* ---- where to ------------------------------------------------------------------------ */

static enum ct_reaction first(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_check_sum sum;
    ct_prep_sum(s->sheet, &sum);
    if (sum.first == CT_CHECK_NONE) {
        ct_ui_say(s->ui, CT_R_OK, "Nothing is missing, and nothing stops.");
        return CT_HANDLED;
    }
    size_t to = sum.first, here = pf_item(s);
    for (size_t i = here + 1; here != CT_CHECK_NONE && i < s->sheet->t->n_items; i++)
        if (to == here && ct_check_wants(&s->sheet->state[i])[0] != '\0')
            to = i; /* it stands there already: the one after it */
    pf_go(s, to);
    return CT_HANDLED;
}

static enum ct_reaction open_only(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    s->open_only = !s->open_only;
    pf_rows(s);
    ct_ui_say(s->ui, CT_R_TEXT, s->open_only ? "Only what is open is shown. h shows all."
                                             : "All items are shown.");
    return CT_HANDLED;
}

static enum ct_reaction history(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    if (!pf_on_item(v))
        return CT_REFUSED;
    struct ct_prep_item_arg arg = {s->sheet->prep.id, s->item};
    return ct_ui_push(s->ui, &ct_screen_prep_history, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction print(struct ct_view *v)
{
    const struct prep_form *s = ct_view_state(v);
    struct ct_print_arg arg = {.patient_id = s->p.id, .n = s->sheet->prep.procedure_id != 0 ? 2 : 1,
                               .paper = {{.kind = "checklist", .title = "Checklist"},
                                         {.kind = "checklist",
                                          .title = "All checklists of procedure"}}};
    snprintf(arg.paper[0].what, sizeof arg.paper[0].what, "C-%lld", (long long)s->sheet->prep.id);
    snprintf(arg.paper[1].what, sizeof arg.paper[1].what, "P-%lld",
             (long long)s->sheet->prep.procedure_id);
    return ct_print_open(v, &arg);
}

const struct ct_command PF_COMMANDS[] = {
    {.id = "prep.yes", .keys = "y", .label = "yes", .perm = CT_PERM_PREP_WRITE,
     .help = "Yes, and on to the next item.", .run = yes, .shown = is_open},
    {.id = "prep.no", .keys = "n", .label = "no", .perm = CT_PERM_PREP_WRITE,
     .help = "No, and on to the next item.", .run = no, .shown = is_open},
    {.id = "prep.na", .keys = "a", .label = "n/a", .perm = CT_PERM_PREP_WRITE,
     .help = "Not applicable, where the item allows it.", .run = not_applicable,
     .shown = is_open},
    {.id = "prep.type", .keys = "Enter", .label = "type", .perm = CT_PERM_PREP_WRITE,
     .help = "Type the answer: a figure, a text, a day, a time. Digits begin one by themselves, "
             "or answer a choice.",
     .run = type, .shown = is_open},
    {.id = "prep.comment", .keys = "c", .label = "comment", .perm = CT_PERM_PREP_WRITE,
     .help = "A comment on the answer.", .run = comment, .shown = is_open},
    {.id = "prep.first", .keys = "f", .label = "missing", .perm = CT_PERM_PREP_READ,
     .help = "The first item that wants something; again: the next.", .run = first},
    {.id = "prep.second", .keys = "s", .label = "second", .perm = CT_PERM_PREP_WRITE,
     .help = "A second person confirms, with login and password of their own; your session "
             "stays open.",
     .run = pf_second, .shown = is_open},
    {.id = "prep.pass", .keys = "o", .label = "let pass", .perm = CT_PERM_PREP_WRITE,
     .help = "A supervisor lets a stop pass, with a reason.", .run = pf_pass, .shown = is_open},
    {.id = "prep.timer", .keys = "t", .perm = CT_PERM_PREP_WRITE,
     .help = "Start the item's timer, or stop it. It runs on when you leave.", .run = timer,
     .shown = is_open},
    {.id = "prep.scan", .keys = "b", .perm = CT_PERM_PREP_WRITE,
     .help = "The item's code from the scanner. A wristband is compared with the record.",
     .run = scan, .shown = is_open},
    {.id = "prep.finish", .keys = "F", .label = "finish", .perm = CT_PERM_PREP_WRITE,
     .help = "Finish it, or leave it incomplete with a reason.", .run = pf_finish,
     .shown = is_open},
    {.id = "prep.reopen", .keys = "O", .label = "open again", .perm = CT_PERM_PREP_WRITE,
     .help = "Open a closed one again, with a reason.", .run = pf_reopen, .shown = is_closed},
    {.id = "prep.open_only", .keys = "h", .perm = CT_PERM_PREP_READ,
     .help = "Show only what is open, or all again.", .run = open_only},
    {.id = "prep.history", .keys = "i", .perm = CT_PERM_PREP_READ,
     .help = "All that was entered about this item, former answers included.", .run = history},
    {.id = "prep.back", .keys = "u", .perm = CT_PERM_PREP_WRITE,
     .help = "Take the answer back: not asked. It stays readable.", .run = take_back,
     .shown = is_open},
    {.id = "prep.error", .keys = "x d", .perm = CT_PERM_PREP_WRITE,
     .help = "All of it was entered in error: another patient's, say. A reason is asked.",
     .run = pf_in_error, .shown = stands},
    CT_PRINT_COMMAND("prep.print", "This checklist on paper, item by item; or all of its "
                     "procedure.", print, NULL),
    {.id = NULL},
};
