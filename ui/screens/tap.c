/* tap - a rate counted by tapping a key at each beat or breath, live, with how far it
 * may be off. */
#include "ui/screens/screens.h"

#include <stdio.h>
#include <string.h>

#include "clinic/tap.h"

struct tap {
    struct ct_ui *ui;
    struct ct_patient patient;
    enum ct_q q;
    struct ct_tap_result *ret;
    struct ct_tap taps;
    struct ct_tap_rate rate;
    int seconds; /* since the first tap, as shown */
};

static enum ct_status tap_open(struct ct_view *v, const void *arg, struct ct_error *reterr)
{
    const struct ct_tap_arg *a = arg;
    struct tap *s = ct_view_state(v);
    (void)reterr;
    s->ui = ct_view_ui(v);
    s->patient = *a->patient;
    s->q = a->q;
    s->ret = a->ret;
    ct_tap_start(&s->taps);
    return CT_OK;
}

/* After a minute the clock stands still: nothing is sent to a screen left alone. */
static void count(struct tap *s)
{
    enum { MINUTE = 60 };
    ct_tap_rate(&s->taps, &s->rate);
    int64_t now = ct_app_monotonic(ct_ui_app(s->ui));
    int seconds = s->taps.n > 0 ? (int)((now - s->taps.at_ms[0]) / 1000) : 0;
    s->seconds = seconds < MINUTE ? seconds : MINUTE > s->rate.seconds ? MINUTE : s->rate.seconds;
}

static bool by_pulse(const struct tap *s)
{
    return s->q == CT_Q_PULSE;
}

/* ---- drawing ---------------------------------------------------------------- */

static const char *advice(const struct tap *s)
{
    if (s->rate.missed)
        return "A tap was probably missed. Delete begins again.";
    if (s->rate.irregular)
        return s->seconds < 60 ? "Irregular: count a full minute."
                               : "Irregular: a full minute is counted.";
    if (s->seconds >= 60)
        return "A full minute is counted.";
    if (s->seconds >= 30)
        return "Half a minute is counted: enough where it is regular.";
    if (s->seconds >= 15)
        return "15 seconds are counted: a first estimate.";
    return "";
}

static void tap_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body)
{
    struct tap *s = ct_view_state(v);
    int row = body.row, col = body.col + 1;
    const char *what = by_pulse(s) ? "beat" : "breath";
    ct_subject_patient(s->ui, &s->patient);
    ct_grid_printf(g, row, col, -1, CT_R_HEAD, "COUNT THE %s", by_pulse(s) ? "PULSE"
                                                                           : "RESPIRATION");
    ct_grid_printf(g, row + 2, col, -1, CT_R_TEXT,
                   "Tap Space, or any letter or figure, at each %s. The first one starts.", what);
    ct_grid_printf(g, row + 4, col + 2, -1, CT_R_TEXT, "%-8s %3zu", by_pulse(s) ? "beats"
                                                                                : "breaths",
                   s->taps.n);
    ct_grid_printf(g, row + 5, col + 2, -1, CT_R_TEXT, "%-8s %3d", "seconds", s->seconds);
    ct_grid_cursor(g, row + 7, col + 2);
    if (s->rate.known) {
        ct_grid_printf(g, row + 7, col + 2, -1, CT_R_VALUE, "%-8s %3d /min  +- %d", "rate",
                       s->rate.rate, s->rate.half_width);
        ct_grid_text(g, row + 8, col + 2, -1, s->rate.irregular ? CT_R_WARN : CT_R_TEXT,
                     s->rate.irregular ? "IRREGULAR" : "regular");
    } else {
        ct_grid_text(g, row + 7, col + 2, -1, CT_R_DIM, "three taps give a rate");
    }
    ct_grid_text(g, row + 10, col + 2, -1, CT_R_NOTE, advice(s));
    if (by_pulse(s))
        ct_draw_wrapped(g, (struct ct_rect){row + 12, col, 2, body.cols - 2}, CT_R_DIM,
                        "Tab puts the rate into the field and says the rhythm (regular or "
                        "irregular) with it; = puts the rate alone.");
    else
        ct_grid_text(g, row + 12, col, -1, CT_R_DIM, "Tab puts the rate into the field.");
}

/* ---- keys --------------------------------------------------------------------- */

static bool taps(uint32_t key)
{
    return key == CT_KEY_ENTER || key == CT_KEY_SPACE || (key >= '0' && key <= '9') ||
           (key >= 'a' && key <= 'z') || (key >= 'A' && key <= 'Z') ||
           (key >= 0xa0 && key < CT_KEY_BACKSPACE);
}

static enum ct_reaction tap_event(struct ct_view *v, const struct ct_event *e)
{
    struct tap *s = ct_view_state(v);
    if (e->kind != CT_EV_KEY || !taps(e->key))
        return CT_IGNORED;
    ct_tap_add(&s->taps, ct_app_monotonic(ct_ui_app(s->ui)));
    count(s);
    return CT_HANDLED;
}

static void tap_tick(struct ct_view *v)
{
    count(ct_view_state(v));
}

static enum ct_reaction give(struct ct_view *v, bool rhythm)
{
    struct tap *s = ct_view_state(v);
    count(s);
    if (!s->rate.known) {
        ct_ui_say(s->ui, CT_R_WARN, "There is no rate yet: three taps give one.");
        return CT_REFUSED;
    }
    *s->ret = (struct ct_tap_result){.given = true, .rate = s->rate.rate,
                                     .with_rhythm = rhythm && by_pulse(s),
                                     .irregular = s->rate.irregular};
    ct_ui_pop(s->ui);
    return CT_HANDLED;
}

static enum ct_reaction take(struct ct_view *v)
{
    return give(v, true);
}

static enum ct_reaction take_rate(struct ct_view *v)
{
    return give(v, false);
}

static enum ct_reaction undo(struct ct_view *v)
{
    struct tap *s = ct_view_state(v);
    ct_tap_undo(&s->taps);
    count(s);
    return CT_HANDLED;
}

static enum ct_reaction again(struct ct_view *v)
{
    struct tap *s = ct_view_state(v);
    ct_tap_start(&s->taps);
    count(s);
    return CT_HANDLED;
}

static bool has_rhythm(const struct ct_view *v)
{
    return by_pulse(ct_view_state(v));
}

static const struct ct_command COMMANDS[] = {
    {.id = "tap.take", .keys = "Tab F10", .label = "put it in", .perm = CT_PERM_VITALS_WRITE,
     .help = "Put the rate into the field; of a pulse the rhythm too.", .run = take},
    {.id = "tap.rate", .keys = "=", .label = "rate alone", .perm = CT_PERM_VITALS_WRITE,
     .help = "Put the rate into the field and say nothing about the rhythm.",
     .run = take_rate, .shown = has_rhythm},
    {.id = "tap.undo", .keys = "Backspace", .label = "last tap back",
     .perm = CT_PERM_VITALS_WRITE, .help = "Take the last tap back.", .run = undo},
    {.id = "tap.again", .keys = "Delete ^X", .label = "again", .perm = CT_PERM_VITALS_WRITE,
     .help = "Begin counting again.", .run = again},
    {.id = NULL},
};

static int64_t tap_patient(const struct ct_view *v)
{
    return ((const struct tap *)ct_view_state(v))->patient.id;
}

const struct ct_screen ct_screen_tap = {
    .id = "tap",
    .title = "Count by tapping",
    .help = "Tap a key at each beat or breath. The rate is that of the intervals between the "
            "taps; +- says within what it lies with 95 % confidence, and grows smaller the "
            "longer you count. An irregular one is counted over a full minute.",
    .perm = CT_PERM_VITALS_WRITE,
    .state_size = sizeof(struct tap),
    .patient = tap_patient,
    .commands = COMMANDS,
    .open = tap_open,
    .draw = tap_draw,
    .event = tap_event,
    .tick = tap_tick,
};
