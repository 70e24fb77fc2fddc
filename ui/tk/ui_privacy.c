/* ui_privacy - what is not to be seen: the privacy screen, and records that are no longer
 * open to whoever looks at them. */
#include "ui/tk/ui_priv.h"

#include <stdio.h>
#include <string.h>

#include "base/config.h"
#include "base/text.h"

/* ---- the privacy screen ----------------------------------------------------------- */

static bool can_hide(const struct ct_ui *ui)
{
    return ui->lock == NULL && ct_ui_state(ui) == CT_IN;
}

void ct_ui_privacy(struct ct_ui *ui)
{
    if (!can_hide(ui) || ui->privacy)
        return;
    ct_ui_keep_drafts(ui);
    ui->privacy = true;
    ui->privacy_ms = ct_ui_monotonic(ui);
    ui->redraw = true; /* cleared at once, and not row by row: fewer bytes, and sooner */
}

bool ct_ui_private(const struct ct_ui *ui)
{
    return ui->privacy;
}

int64_t ct_privacy_left(const struct ct_ui *ui)
{
    int64_t limit = ui->o.app != NULL ? ct_app_config(ui->o.app)->privacy_s : 120;
    return limit * 1000 - (ct_ui_monotonic(ui) - ui->privacy_ms);
}

/* The name of the clinic, and how to go on: no name, no time, nothing that was asked. */
void ct_privacy_draw(struct ct_ui *ui, struct ct_grid *g)
{
    const char *site = ui->o.app != NULL ? ct_app_config(ui->o.app)->site_name : "";
    ct_grid_text(g, 0, 1, g->cols - 2, CT_R_TITLE, site[0] != '\0' ? site : "clintech");
    ct_grid_text(g, 2, 1, g->cols - 2, CT_R_TEXT, "Covered. Enter goes on.");
    ct_grid_cursor(g, 2, 1);
}

/* Other keys are swallowed: whoever walked up types into nothing, and does not keep the
 * screen from locking. */
void ct_privacy_event(struct ct_ui *ui, const struct ct_event *e)
{
    if (e->kind == CT_EV_KEY && e->key == CT_KEY_F1 + 8) {
        ct_ui_lock(ui);
    } else if (e->kind == CT_EV_KEY && e->key == CT_CTRL('l')) {
        ui->redraw = true;
    } else if (e->kind == CT_EV_KEY && (e->key == CT_KEY_ENTER || e->key == CT_CTRL('p'))) {
        ui->privacy = false;
        ui->key_ms = ct_ui_monotonic(ui);
        ui->key_wall_ms = ui->shown_ms = ct_ui_wall(ui);
    } else {
        ui->beep = true;
    }
}

/* ---- records that are no longer open ------------------------------------------------ */

void ct_ui_subject_until(struct ct_ui *ui, int64_t patient_id, int64_t until_ms,
                         const char *note)
{
    ui->until_view = ct_ui_top(ui);
    ui->until_patient = patient_id;
    ui->until_ms = until_ms;
    snprintf(ui->until_note, sizeof ui->until_note, "%s", note);
}

static bool ended(const struct ct_ui *ui)
{
    return ui->until_patient != 0 && ui->until_view == ct_ui_top(ui) &&
           ct_ui_wall(ui) >= ui->until_ms;
}

/* Keys that show nothing of the record, and do nothing to it. */
static bool harmless(uint32_t key)
{
    return key == CT_KEY_ESC || key == CT_CTRL('l') || key == CT_KEY_F1 + 8;
}

bool ct_restricted_key(struct ct_ui *ui, const struct ct_event *e)
{
    if (!ended(ui) || ui->pick != NULL || ui->o.restricted == NULL ||
        (e->kind == CT_EV_KEY && harmless(e->key)))
        return false;
    ui->ask = (struct ct_restricted_arg){.patient_id = ui->until_patient};
    ui->asking = true;
    return true;
}

void ct_restricted_draw(struct ct_ui *ui, struct ct_grid *g, struct ct_rect body)
{
    if (ui->until_patient == 0)
        return;
    if (!ended(ui)) {
        char note[sizeof ui->until_note + 2];
        snprintf(note, sizeof note, " %s ", ui->until_note);
        ct_grid_text(g, 1, 2, g->cols - 4, CT_R_WARN, note);
        return;
    }
    ct_grid_text(g, 1, 2, g->cols - 4, CT_R_WARN, " restricted: not open to you any more ");
    ct_grid_fill(g, body.row, body.col, body.rows, body.cols, CT_R_TEXT);
    ct_flow(g, body.row + 1, body.col + 2, body.cols - 4, CT_R_TEXT,
            "The time for which this record was open to you is over. Any key asks for a reason "
            "to go on; Esc goes back. What was typed is kept.");
    ct_grid_cursor(g, body.row + 1, body.col + 2);
}

void ct_restricted_ask(struct ct_ui *ui)
{
    if (!ui->asking)
        return;
    ui->asking = false;
    if (ui->o.restricted == NULL || !can_hide(ui) || ui->done ||
        ct_ui_top(ui)->screen == ui->o.restricted)
        return;
    ui->say[0] = '\0'; /* the screen says it, and what to do */
    ui->beep = false;
    ct_ui_keep_drafts(ui);
    ct_ui_push(ui, ui->o.restricted, &ui->ask);
}
