/* pack_pass - a pack that the scan refused: why it is used all the same, and the supervisor who
 * lets it pass with a password, while the technician's session stays open. */
#include "ui/screens/proc_act.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "clinic/scan_find.h"

static const char BECAUSE[] = "A supervisor lets it pass, because";

static void login_given(struct ct_view *v, const char *login);

static struct ct_proc_pass *passing(struct ct_view *v)
{
    return &((struct ct_proc_act *)ct_view_state(v))->pass;
}

static void ask_login(struct ct_view *v)
{
    ct_ui_prompt(v, "Supervisor's login", "", login_given);
    ct_ui_prompt_scans(v);
}

static void password_given(struct ct_view *v, const struct ct_secret *password);

static void ask_password(struct ct_view *v)
{
    char label[96];
    snprintf(label, sizeof label, "Password of %.60s", passing(v)->login);
    ct_ui_prompt_secret(v, label, password_given);
}

static void password_given(struct ct_view *v, const struct ct_secret *password)
{
    struct ct_proc_pass *s = passing(v);
    struct ct_ui *ui = ct_view_ui(v);
    struct ct_app *app = ct_ui_app(ui);
    struct ct_error err;
    if (password == NULL)
        return;
    ct_ui_busy(ui, "Checking the password ...");
    s->use.though = s->reason;
    enum ct_status st =
        ct_procedure_use_pass(app, s->procedure_id, &s->use, s->login, password, &err);
    if (st == CT_OK) {
        s->done(v, &s->use);
        return;
    }
    if (ct_app_state(app) == CT_IN) {
        if (st == CT_EPASSWORD)
            ask_password(v);
        else if (strcmp(err.field, "login") == 0)
            ask_login(v);
    }
    ct_ui_say_error(ui, &err);
}

static void login_given(struct ct_view *v, const char *login)
{
    struct ct_proc_pass *s = passing(v);
    if (login == NULL || login[strspn(login, " ")] == '\0')
        return;
    ct_scan_login(ct_app_config(ct_ui_app(ct_view_ui(v))), login, s->login, sizeof s->login);
    ask_password(v);
}

static void reason_given(struct ct_view *v, const char *text)
{
    struct ct_proc_pass *s = passing(v);
    struct ct_ui *ui = ct_view_ui(v);
    if (text == NULL)
        return;
    bool blank = text[strspn(text, " ")] == '\0';
    if (blank || strlen(text) > CT_PACK_REASON_MAX) {
        ct_ui_prompt(v, BECAUSE, blank ? "" : text, reason_given);
        ct_ui_say(ui, CT_R_ERROR, "%s", blank ? "Say why it is used all the same, or Esc."
                                              : "That reason is too long.");
        return;
    }
    ct_text_copy(s->reason, sizeof s->reason, text);
    ask_login(v);
    ct_ui_say(ui, CT_R_TEXT, "Your own session stays open.");
}

void ct_act_pass(struct ct_view *v, int64_t procedure_id, const struct ct_proc_use *u,
                 const char *against, void (*done)(struct ct_view *v, const struct ct_proc_use *u))
{
    struct ct_proc_pass *s = passing(v);
    *s = (struct ct_proc_pass){.procedure_id = procedure_id, .use = *u, .done = done};
    ct_ui_prompt(v, BECAUSE, "", reason_given);
    ct_ui_say(ct_view_ui(v), CT_R_WARN, "%.150s. Esc: it is not used.", against);
}
