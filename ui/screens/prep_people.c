/* prep_people - what needs another person, the confirmation of a second one and the
 * supervisor's word, each beside the session that stays; and how a checklist ends. */
#include "ui/screens/prep_form.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "clinic/scan_find.h"

static const struct ct_check_item *item_of(const struct prep_form *s)
{
    return &s->sheet->t->item[s->item];
}

/* ---- another person: to confirm, or to let a stop pass ------------------------------ */

static void passworded(struct ct_view *v, const struct ct_secret *password)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_error err;
    enum ct_status st;
    if (password == NULL || pf_changed(s)) {
        s->asking = PF_NOTHING;
        return;
    }
    ct_ui_busy(s->ui, "Checking the password ...");
    if (s->overriding)
        st = ct_prep_override(app, s->sheet, s->item, s->reason, s->login, password, &err);
    else
        st = ct_prep_confirm(app, s->sheet, s->confirm, s->n_confirm, s->login, password, &err);
    if (!pf_done(v, st, &err))
        return;
    pf_rows(s);
    const struct ct_prep_mark *m = &s->sheet->mark[s->item];
    if (s->overriding)
        ct_ui_say(s->ui, CT_R_WARN, "%s let it pass. It stands in the log as an exception.",
                  m->supervisor);
    else
        ct_ui_say(s->ui, CT_R_OK, "Confirmed by %s.", m->second);
}

static void login_given(struct ct_view *v, const char *login)
{
    struct prep_form *s = ct_view_state(v);
    char label[96];
    if (login == NULL || login[strspn(login, " ")] == '\0') {
        s->asking = PF_NOTHING;
        return;
    }
    ct_scan_login(ct_app_config(ct_ui_app(s->ui)), login, s->login, sizeof s->login);
    snprintf(label, sizeof label, "Password of %.60s", s->login);
    ct_ui_prompt_secret(v, label, passworded);
}

static void login_ask(struct ct_view *v, bool overriding)
{
    struct prep_form *s = ct_view_state(v);
    s->asking = PF_LOGIN;
    s->overriding = overriding;
    ct_ui_say(s->ui, CT_R_TEXT, "Your own session stays open.");
    ct_ui_prompt(v, overriding ? "Login of the supervisor" : "Login of the second person", "",
                 login_given);
    ct_ui_prompt_scans(v); /* a badge says who; the password is still asked for */
}

static void confirm_who(struct ct_view *v, int index)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_error err;
    s->asking = PF_NOTHING;
    if (index == 1)
        login_ask(v, false);
    if (index != 0 || pf_changed(s))
        return;
    if (pf_done(v, ct_prep_confirm(ct_ui_app(s->ui), s->sheet, s->confirm, s->n_confirm, NULL, NULL,
                                &err),
             &err)) {
        pf_rows(s);
        ct_ui_say(s->ui, CT_R_OK, "Confirmed by %s.", s->sheet->mark[s->item].second);
    }
}

/* Whoever is logged in, if the answers are somebody else's. */
static void confirm_ask(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {
        {"y", "confirm"}, {"o", "another person"}, {"Esc", "no"}, {NULL, NULL}};
    struct prep_form *s = ct_view_state(v);
    const struct ct_who *me = ct_app_who(ct_ui_app(s->ui));
    char question[200], line[CT_PREP_LINE];
    for (size_t k = 0; k < s->n_confirm; k++)
        if (s->sheet->answer[s->confirm[k]].by == (int64_t)me->user_id) {
            login_ask(v, false);
            return;
        }
    ct_prep_item_text(s->sheet, s->item, line, sizeof line);
    if (s->n_confirm > 1)
        snprintf(question, sizeof question, "%zu answers: do you confirm them as %.60s?",
                 s->n_confirm, me->name);
    else
        snprintf(question, sizeof question, "\"%.100s\": do you confirm it as %.60s?", line,
                 me->name);
    ct_ui_ask(v, question, CHOICES, confirm_who);
    ct_dialog_guard(v);
}

static void confirm_scope(struct ct_view *v, int index)
{
    struct prep_form *s = ct_view_state(v);
    if (index < 0)
        return;
    if (index == 0) {
        s->confirm[0] = s->item;
        s->n_confirm = 1;
    }
    confirm_ask(v);
}

/* This one, and those of its section that wait as well. */
enum ct_reaction pf_second(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {
        {"1", "this answer"}, {"a", "all of them"}, {"Esc", "none"}, {NULL, NULL}};
    struct prep_form *s = ct_view_state(v);
    if (!pf_on_item(v))
        return CT_REFUSED;
    const struct ct_prep_sheet *p = s->sheet;
    if (!item_of(s)->two_person || !p->state[s->item].answered) {
        ct_ui_say(s->ui, CT_R_WARN, "%s",
                  item_of(s)->two_person ? "Answer it first: a second person confirms an answer."
                                         : "This needs no second person.");
        return CT_REFUSED;
    }
    const struct ct_check_section *section = &p->t->section[item_of(s)->section];
    s->confirm[0] = s->item;
    s->n_confirm = 1;
    for (size_t i = section->first; i < section->first + section->n; i++)
        if (i != s->item && p->state[i].second_missing && s->n_confirm < CT_PREP_CONFIRM_MAX)
            s->confirm[s->n_confirm++] = i;
    if (s->n_confirm == 1) {
        confirm_ask(v);
        return CT_HANDLED;
    }
    char question[96];
    snprintf(question, sizeof question, "%zu answers of this section wait for a second person:",
             s->n_confirm);
    ct_ui_ask(v, question, CHOICES, confirm_scope);
    return CT_HANDLED;
}

static void reason_given(struct ct_view *v, const char *text)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_app *app = ct_ui_app(s->ui);
    struct ct_error err;
    s->asking = PF_NOTHING;
    if (text == NULL || pf_changed(s))
        return;
    if (text[strspn(text, " ")] == '\0') {
        ct_ui_say(s->ui, CT_R_WARN, "Without a reason nothing passes.");
        return;
    }
    if (strlen(text) > CT_PREP_REASON_BYTES) {
        char kept[CT_CHECK_COMMENT_MAX + 1];
        ct_text_copy(kept, sizeof kept, text);
        s->asking = PF_REASON;
        ct_ui_prompt(v, "It may pass, because", kept, reason_given);
        ct_ui_say(s->ui, CT_R_ERROR, "A reason has at most %d characters: make it shorter.",
                  CT_PREP_REASON_BYTES);
        return;
    }
    ct_text_copy(s->reason, sizeof s->reason, text);
    if (!ct_role_may(ct_app_who(app)->role, CT_PERM_PREP_OVERRIDE)) {
        login_ask(v, true);
        return;
    }
    if (pf_done(v, ct_prep_override(app, s->sheet, s->item, s->reason, NULL, NULL, &err), &err)) {
        pf_rows(s);
        ct_ui_say(s->ui, CT_R_WARN, "You let it pass. It stands in the log as an exception.");
    }
}

enum ct_reaction pf_pass(struct ct_view *v)
{
    struct prep_form *s = ct_view_state(v);
    if (!pf_on_item(v))
        return CT_REFUSED;
    if (!s->sheet->state[s->item].stop) {
        ct_ui_say(s->ui, CT_R_WARN, "This answer stops nothing.");
        return CT_REFUSED;
    }
    s->asking = PF_REASON;
    ct_ui_prompt(v, "It may pass, because", "", reason_given);
    return CT_HANDLED;
}

/* ---- ends ------------------------------------------------------------------------------ */

static bool ended(struct ct_view *v, enum ct_status st, const struct ct_error *err,
                  const char *said)
{
    struct prep_form *s = ct_view_state(v);
    if (!pf_done(v, st, err))
        return false;
    pf_rows(s);
    ct_ui_say(s->ui, CT_R_OK, "%s", said);
    return true;
}

static void finish_answered(struct ct_view *v, int index)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_error err;
    if (index == 0)
        ended(v, ct_prep_close(ct_ui_app(s->ui), s->sheet, "", &err), &err, "It is finished.");
}

static void incomplete_given(struct ct_view *v, const char *text)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    if (text[strspn(text, " ")] == '\0') {
        ct_ui_say(s->ui, CT_R_WARN, "Without a reason it stays open.");
        return;
    }
    ended(v, ct_prep_close(ct_ui_app(s->ui), s->sheet, text, &err), &err,
          "It is closed as it is. The shift log shows it.");
}

enum ct_reaction pf_finish(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {{"y", "finish"}, {"Esc", "no"}, {NULL, NULL}};
    struct prep_form *s = ct_view_state(v);
    struct ct_check_sum sum;
    ct_prep_sum(s->sheet, &sum);
    s->asking = PF_CLOSE;
    if (sum.clear)
        ct_ui_ask(v, "Complete and clear: finish it?", CHOICES, finish_answered);
    else
        ct_ui_prompt(v, "Leave it incomplete, because", "", incomplete_given);
    return CT_HANDLED;
}

static void reopen_given(struct ct_view *v, const char *text)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_error err;
    if (text != NULL)
        ended(v, ct_prep_reopen(ct_ui_app(s->ui), s->sheet, text, &err), &err,
              "It is open again.");
}

enum ct_reaction pf_reopen(struct ct_view *v)
{
    ((struct prep_form *)ct_view_state(v))->asking = PF_REOPEN;
    ct_ui_prompt(v, "Open it again, because", "", reopen_given);
    return CT_HANDLED;
}

static void error_answered(struct ct_view *v, int index)
{
    struct prep_form *s = ct_view_state(v);
    struct ct_error err;
    if (index < 0)
        return;
    enum ct_status st = ct_prep_void(ct_ui_app(s->ui), s->sheet->prep.id,
                                     CT_PREP_REASONS[index].label, &err);
    if (st == CT_OK)
        st = ct_prep_reload(ct_ui_app(s->ui), s->sheet, &err);
    ended(v, st, &err, "Marked as entered in error. The shift log shows it.");
}

enum ct_reaction pf_in_error(struct ct_view *v)
{
    ct_ui_ask(v, "All of this checklist was entered in error, because?", CT_PREP_REASONS,
              error_answered);
    return CT_HANDLED;
}
