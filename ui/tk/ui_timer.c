/* ui_timer - what happens by itself: drafts, the idle lock, the session's end,
 * changes made by others. */
#include "ui/tk/ui_priv.h"

#include "base/config.h"

enum { SECOND_MS = 1000, REOPEN_MS = 5000 };

/* Length of idleness that locks; 0: never (nobody in, or not asked for). */
static int64_t idle_limit(const struct ct_ui *ui)
{
    if (ui->o.app == NULL || ct_app_state(ui->o.app) != CT_IN)
        return 0;
    return (int64_t)ct_app_config(ui->o.app)->idle_lock_s * 1000;
}

/* By the wall clock too: the other one may stand still while a laptop sleeps. */
static int64_t idle_left(const struct ct_ui *ui, int64_t limit)
{
    int64_t idle = ct_ui_monotonic(ui) - ui->key_ms;
    int64_t wall = ct_ui_wall(ui) - ui->key_wall_ms;
    return limit - (wall > idle ? wall : idle);
}

bool ct_ui_idle_over(const struct ct_ui *ui)
{
    int64_t limit = idle_limit(ui);
    return limit > 0 && idle_left(ui, limit) <= 0;
}

static bool every_second(const struct ct_ui *ui)
{
    return (ui->o.app != NULL && ct_app_state(ui->o.app) == CT_IN) ||
           ct_ui_top(ui)->screen->tick != NULL;
}

int ct_ui_timeout(const struct ct_ui *ui)
{
    int64_t now = ct_ui_monotonic(ui), left = INT64_MAX;
    for (size_t i = 0; i < ui->depth; i++) {
        int64_t due = ui->stack[i]->draft_due_ms;
        if (due != 0 && due - now < left)
            left = due - now;
    }
    int64_t limit = idle_limit(ui);
    if (limit > 0 && idle_left(ui, limit) < left)
        left = idle_left(ui, limit);
    if (ui->privacy && ct_privacy_left(ui) < left)
        left = ct_privacy_left(ui);
    if (every_second(ui) && ui->second_ms - now < left)
        left = ui->second_ms - now;
    int wedge = ct_wedge_timeout(&ui->wedge, now);
    if (wedge >= 0 && wedge < left)
        left = wedge;
    if (left == INT64_MAX)
        return -1;
    return left < 0 ? 0 : left > 3600 * 1000 ? 3600 * 1000 : (int)left;
}

/* The session was ended from elsewhere or grew too old: nothing of it stays on
 * the screen. */
static void end_session(struct ct_ui *ui, const struct ct_error *err)
{
    ct_ui_keep_drafts(ui);
    ct_logout(ui->o.app);
    ct_ui_settle(ui);
    ct_ui_say_error(ui, err);
}

static bool check_store(struct ct_ui *ui, int64_t now)
{
    struct ct_app *app = ui->o.app;
    struct ct_error err = {0};
    enum ct_status st = ct_session_check(app, &err);
    if (st == CT_EDENIED || st == CT_ELOCKED) {
        end_session(ui, &err);
        return true;
    }
    struct ct_db *db = ct_app_db(app);
    if (db == NULL)
        return false;
    if (ct_db_dead(db)) {
        if (now < ui->reopen_ms)
            return false;
        ui->reopen_ms = now + REOPEN_MS;
        if (ct_app_reopen(app, &err) != CT_OK)
            ct_ui_say_error(ui, &err);
        else
            ct_ui_say(ui, CT_R_OK, "The store answers again.");
        return true;
    }
    if (!ct_app_changed(app))
        return false;
    ct_ui_refresh(ui);
    return true;
}

static bool second_work(struct ct_ui *ui, int64_t now)
{
    bool changed = false;
    ui->second_ms = now + SECOND_MS;
    if (ui->o.app != NULL && ct_app_state(ui->o.app) == CT_IN)
        changed = check_store(ui, now);
    struct ct_view *v = ct_ui_top(ui);
    if (v->screen->tick != NULL) {
        v->screen->tick(v);
        changed = true;
    }
    return changed;
}

bool ct_ui_timers(struct ct_ui *ui)
{
    if (ui->done)
        return false;
    bool changed = ct_ui_wedge_pause(ui);
    int64_t now = ct_ui_monotonic(ui);
    for (size_t i = 0; i < ui->depth; i++) {
        struct ct_view *v = ui->stack[i];
        if (v->draft_due_ms != 0 && v->draft_due_ms <= now) {
            ct_view_keep_draft(v);
            changed = true;
        }
    }
    if (ct_ui_idle_over(ui) || (ui->privacy && ct_privacy_left(ui) <= 0)) {
        ct_ui_lock(ui);
        changed = true;
    }
    if (every_second(ui) && ui->second_ms <= now)
        changed = second_work(ui, now) || changed;
    ct_ui_settle(ui);
    return changed;
}

bool ct_ui_drawn(struct ct_ui *ui)
{
    struct ct_error err = {0};
    if (ui->o.app == NULL || ct_app_sync(ui->o.app, &err) == CT_OK)
        return false;
    ct_ui_say_error(ui, &err);
    return true;
}

void ct_ui_lock(struct ct_ui *ui)
{
    if (ui->lock != NULL || ui->o.locked == NULL || ct_ui_state(ui) == CT_OUT)
        return;
    ct_ui_keep_drafts(ui);
    ui->privacy = false;
    ct_wedge_reset(&ui->wedge); /* what is held was for what is no longer seen */
    ct_pick_close(ui);
    for (size_t i = 0; i < ui->depth; i++) {
        ui->stack[i]->draft_due_ms = 0;
        ct_dialog_cancel_secret(ui->stack[i]);
    }
    if (ui->o.app != NULL && ct_app_state(ui->o.app) == CT_IN)
        ct_lock(ui->o.app);
    ui->say[0] = '\0';
    ui->lock = ct_view_open(ui, ui->o.locked, NULL);
    if (ui->lock == NULL && ui->o.app != NULL)
        ct_logout(ui->o.app); /* never leave the record in sight: down to the login */
}
