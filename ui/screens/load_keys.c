/* load_keys - what can be done with a load, each key where its state allows it. */
#include "ui/screens/load_view.h"
#include "ui/screens/print.h"
#include "ui/screens/recalls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ct_app *app_of(const struct ct_view *v)
{
    return ct_ui_app(ct_view_ui(v));
}

static enum ct_reaction push(struct ct_view *v, const struct ct_screen *screen)
{
    const struct ct_load_view *s = ct_view_state(v);
    return ct_ui_push(s->ui, screen, &s->l.id) ? CT_HANDLED : CT_REFUSED;
}

/* ---- packs ----------------------------------------------------------------------------------- */

enum ct_reaction ct_load_view_put(struct ct_view *v, const char *text)
{
    struct ct_load_view *s = ct_view_state(v);
    struct ct_pack p;
    struct ct_error err;
    char number[40];
    enum ct_status rc = ct_pack_find(app_of(v), text, &p, &err);
    if (rc == CT_OK)
        rc = ct_load_put(app_of(v), s->l.id, p.id, &err);
    if (rc != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    ct_load_view_refresh(v);
    ct_pack_number(app_of(v), p.id, number);
    ct_ui_say(s->ui, CT_R_OK, "%s %s is in %s: %d packs.", number, p.contents, s->number,
              s->l.packs);
    return CT_HANDLED;
}

static enum ct_reaction put(struct ct_view *v);

static void put_given(struct ct_view *v, const char *text)
{
    if (text == NULL || text[strspn(text, " ")] == '\0')
        return;
    (void)put(v); /* the next one, whatever became of this; what is said stays */
    (void)ct_load_view_put(v, text);
}

static enum ct_reaction put(struct ct_view *v)
{
    ct_ui_prompt(v, "Pack, typed or scanned; empty ends", "", put_given);
    ct_ui_prompt_scans(v);
    return CT_HANDLED;
}

static enum ct_reaction take(struct ct_view *v)
{
    struct ct_load_view *s = ct_view_state(v);
    struct ct_error err;
    char number[40];
    int64_t id = ct_load_view_pack(v)->id;
    if (ct_load_take(app_of(v), s->l.id, id, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    ct_load_view_refresh(v);
    ct_pack_number(app_of(v), id, number);
    ct_ui_say(s->ui, CT_R_OK, "%s is taken out of %s.", number, s->number);
    return CT_HANDLED;
}

static void wet_because(struct ct_view *v, const char *text)
{
    struct ct_load_view *s = ct_view_state(v);
    struct ct_error err;
    char number[40];
    if (text == NULL)
        return;
    if (ct_load_pack_out(app_of(v), s->l.id, s->pack_id, text, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_load_view_refresh(v);
    ct_pack_number(app_of(v), s->pack_id, number);
    ct_ui_say(s->ui, CT_R_WARN, "%s is rejected: it goes back to the wash.", number);
}

static enum ct_reaction wet(struct ct_view *v)
{
    struct ct_load_view *s = ct_view_state(v);
    char number[40], label[120];
    s->pack_id = ct_load_view_pack(v)->id;
    ct_pack_number(app_of(v), s->pack_id, number);
    snprintf(label, sizeof label, "%s: wet, torn, open, namely", number);
    ct_ui_prompt(v, label, "", wet_because);
    return CT_HANDLED;
}

static enum ct_reaction open_pack(struct ct_view *v)
{
    struct ct_load_view *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_pack, &ct_load_view_pack(v)->id) ? CT_HANDLED
                                                                        : CT_REFUSED;
}

/* ---- its cycle --------------------------------------------------------------------------------- */

static void start(struct ct_view *v, const char *gap, const char *though);

/* Without a competency for the programme or the machine. */
static void start_though(struct ct_view *v, const char *text)
{
    if (text != NULL)
        start(v, ((struct ct_load_view *)ct_view_state(v))->gap, text);
}

static void start_chosen(struct ct_view *v, int index)
{
    ct_though_chosen(v, index, start_though);
}

static void gap_given(struct ct_view *v, const char *text)
{
    struct ct_load_view *s = ct_view_state(v);
    if (text == NULL)
        return;
    if (text[strspn(text, " ")] == '\0')
        ct_ui_say(s->ui, CT_R_WARN, "%s has not started: nothing says where the numbers are.",
                  s->number);
    else
        start(v, text, NULL);
}

static void cycle_given(struct ct_view *v, const char *text);

static void start(struct ct_view *v, const char *gap, const char *though)
{
    struct ct_load_view *s = ct_view_state(v);
    struct ct_error err;
    char text[24];
    if (gap != s->gap)
        ct_text_copy(s->gap, sizeof s->gap, gap);
    if (ct_load_start(app_of(v), s->l.id, s->cycle_number, s->gap, though, 0, &err) == CT_OK) {
        ct_load_view_refresh(v);
        ct_ui_say(s->ui, CT_R_OK, "%s runs. o says that its cycle is over.", s->number);
        return;
    }
    if (ct_though_ask(v, &err, start_chosen))
        return;
    if (strcmp(err.field, "gap") == 0) {
        ct_ui_prompt(v, "Why are numbers missing", s->gap, gap_given);
    } else if (strcmp(err.field, "cycle_number") == 0) {
        snprintf(text, sizeof text, "%lld", (long long)s->cycle_number);
        ct_ui_prompt(v, "Number of the cycle on its display",
                     s->cycle_number != CT_UNSET ? text : "", cycle_given);
    }
    ct_ui_say_error(s->ui, &err);
}

static void cycle_given(struct ct_view *v, const char *text)
{
    struct ct_load_view *s = ct_view_state(v);
    if (text == NULL)
        return;
    s->cycle_number = CT_UNSET;
    text += strspn(text, " ");
    if (text[0] != '\0' && !ct_parse_int(text, 0, INT64_MAX - 1, &s->cycle_number)) {
        ct_ui_prompt(v, "Number of the cycle on its display", text, cycle_given);
        ct_ui_say(s->ui, CT_R_ERROR, "\"%.30s\" is no whole number.", text);
        return;
    }
    start(v, "", NULL);
}

/* The next number is offered; where the machine has no counter none is asked for. */
static enum ct_reaction begin(struct ct_view *v)
{
    struct ct_load_view *s = ct_view_state(v);
    struct ct_error err;
    int64_t last = CT_UNSET;
    char next[24] = "";
    if (s->l.packs == 0) {
        ct_ui_say(s->ui, CT_R_WARN, "There is no pack in %s: p scans them in.", s->number);
        return CT_REFUSED;
    }
    if (ct_load_last_cycle(app_of(v), s->l.equipment_id, s->l.programme, &last, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return CT_REFUSED;
    }
    if (last != CT_UNSET)
        snprintf(next, sizeof next, "%lld", (long long)last + 1);
    ct_ui_prompt(v, "Number of the cycle on its display", next, cycle_given);
    return CT_HANDLED;
}

static void over_answer(struct ct_view *v, int index)
{
    struct ct_load_view *s = ct_view_state(v);
    struct ct_error err;
    if (index != 0)
        return;
    if (ct_load_over(app_of(v), s->l.id, 0, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_load_view_refresh(v);
    ct_ui_say(s->ui, CT_R_OK, "The cycle of %s is over: its packs are in quarantine.", s->number);
}

static enum ct_reaction over(struct ct_view *v)
{
    static const struct ct_choice CHOICES[] = {
        {"y", "yes, completed"}, {"Esc", "not yet"}, {NULL, NULL}};
    ct_ui_ask(v, "Is the cycle over, as the machine says?", CHOICES, over_answer);
    return CT_HANDLED;
}

static void aborted_because(struct ct_view *v, const char *text)
{
    struct ct_load_view *s = ct_view_state(v);
    struct ct_error err;
    bool planned = s->l.state == CT_LOAD_IS_PLANNED;
    if (text == NULL)
        return;
    if (ct_load_abort(app_of(v), s->l.id, text, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_load_view_refresh(v);
    ct_ui_say(s->ui, CT_R_WARN, planned ? "%s is given up: its packs are free."
                                        : "%s was aborted: its packs are to be reprocessed.",
              s->number);
}

static enum ct_reaction abort_it(struct ct_view *v)
{
    const struct ct_load_view *s = ct_view_state(v);
    ct_ui_prompt(v, s->l.state == CT_LOAD_IS_PLANNED ? "The load is given up, because"
                                                     : "The cycle was aborted, because",
                 "", aborted_because);
    return CT_HANDLED;
}

/* ---- release ------------------------------------------------------------------------------------- */

static void sign(struct ct_view *v, const char *though);

static void sign_though(struct ct_view *v, const char *text)
{
    if (text != NULL)
        sign(v, text);
}

static void sign_chosen(struct ct_view *v, int index)
{
    ct_though_chosen(v, index, sign_though);
}

static void sign(struct ct_view *v, const char *though)
{
    struct ct_load_view *s = ct_view_state(v);
    struct ct_error err;
    enum ct_status rc = ct_load_release(app_of(v), s->l.id, though, &err);
    if (rc != CT_OK && ct_though_ask(v, &err, sign_chosen))
        return;
    if (rc == CT_OK)
        ct_load_view_refresh(v);
    if (rc != CT_OK)
        ct_ui_say_error(s->ui, &err);
    else
        ct_ui_say(s->ui, CT_R_OK, "%s is released and signed: %d pack%s.", s->number,
                  s->l.packs, s->l.packs == 1 ? "" : "s");
}

static void password_given(struct ct_view *v, const struct ct_secret *password)
{
    if (ct_password_good(v, password, "Signed: your own password", password_given))
        sign(v, NULL);
}

static enum ct_reaction release(struct ct_view *v)
{
    struct ct_load_view *s = ct_view_state(v);
    if (s->l.started_by == ct_app_who(app_of(v))->user_id) {
        ct_ui_say(s->ui, CT_R_WARN, "You started %s: another person releases it.", s->number);
        return CT_REFUSED;
    }
    ct_ui_prompt_secret(v, "Signed: your own password", password_given);
    return CT_HANDLED;
}

static void rejected_because(struct ct_view *v, const char *text)
{
    struct ct_load_view *s = ct_view_state(v);
    struct ct_error err;
    if (text == NULL)
        return;
    if (ct_load_reject(app_of(v), s->l.id, text, &err) != CT_OK) {
        ct_ui_say_error(s->ui, &err);
        return;
    }
    ct_load_view_refresh(v);
    ct_ui_say(s->ui, CT_R_WARN, "%s is rejected: its packs go back to the wash.", s->number);
}

static enum ct_reaction reject(struct ct_view *v)
{
    ct_ui_prompt(v, "The load is rejected, because", "", rejected_because);
    return CT_HANDLED;
}

/* ---- forms ----------------------------------------------------------------------------------------- */

static enum ct_reaction values(struct ct_view *v)
{
    return push(v, &ct_screen_load_values);
}

static enum ct_reaction bi_in(struct ct_view *v)
{
    return push(v, &ct_screen_load_bi);
}

static enum ct_reaction early(struct ct_view *v)
{
    return push(v, &ct_screen_load_early);
}

static enum ct_reaction history(struct ct_view *v)
{
    return push(v, &ct_screen_load_history);
}

/* ---- where each is shown ------------------------------------------------------------------------------ */

static enum ct_reaction went(struct ct_view *v)
{
    const struct ct_load_view *s = ct_view_state(v);
    const struct ct_recall_arg arg = {.ask = {.load_id = s->l.id}};
    return ct_ui_push(s->ui, &ct_screen_recall, &arg) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_reaction curve(struct ct_view *v)
{
    const struct ct_load_view *s = ct_view_state(v);
    return ct_ui_push(s->ui, &ct_screen_load_curve, &s->l.id) ? CT_HANDLED : CT_REFUSED;
}

static enum ct_load_state state(const struct ct_view *v)
{
    return ((const struct ct_load_view *)ct_view_state(v))->l.state;
}

static bool any(const struct ct_view *v)
{
    return ct_load_view_pack(v) != NULL;
}

static bool planned(const struct ct_view *v)
{
    return state(v) == CT_LOAD_IS_PLANNED;
}

static bool running(const struct ct_view *v)
{
    return state(v) == CT_LOAD_IS_RUNNING;
}

static bool before_end(const struct ct_view *v)
{
    return planned(v) || running(v);
}

/* Its cycle is over, and nobody has decided. */
static bool undecided(const struct ct_view *v)
{
    return !before_end(v) && !ct_load_is_over(state(v));
}

static bool cycle_over(const struct ct_view *v)
{
    return !before_end(v) && state(v) != CT_LOAD_IS_GIVEN_UP;
}

static bool can_take(const struct ct_view *v)
{
    return planned(v) && any(v);
}

static bool can_wet(const struct ct_view *v)
{
    return undecided(v) && any(v) && ct_load_view_pack(v)->step == CT_PACK_STERILISED;
}

static bool can_release(const struct ct_view *v)
{
    return state(v) == CT_LOAD_IS_READY;
}

static bool can_read_ci(const struct ct_view *v)
{
    return undecided(v) || state(v) == CT_LOAD_IS_RELEASED;
}

static bool can_bi(const struct ct_view *v)
{
    const struct ct_programme *p = ((const struct ct_load_view *)ct_view_state(v))->p;
    for (size_t i = 0; i < p->n_indicators; i++)
        if (p->indicator[i].kind == CT_BIOLOGICAL)
            return cycle_over(v);
    return false;
}

static bool can_read_bi(const struct ct_view *v)
{
    return ((const struct ct_load_view *)ct_view_state(v))->n_bi > 0;
}

static bool can_early(const struct ct_view *v)
{
    const struct ct_load_view *s = ct_view_state(v);
    return s->l.state == CT_LOAD_WANTS_BI && s->l.bi == CT_LOAD_BI_WAITS &&
           s->p->early == CT_EARLY_EMERGENCY;
}

static enum ct_reaction print(struct ct_view *v)
{
    const struct ct_load_view *s = ct_view_state(v);
    struct ct_print_arg arg = {.n = 2,
                               .paper = {{.kind = "load", .title = "Load record"},
                                         {.kind = "load-labels", .title = "Labels of its packs"}}};
    for (size_t i = 0; i < arg.n; i++)
        ct_text_copy(arg.paper[i].what, sizeof arg.paper[i].what, s->number);
    for (size_t i = 0; i < s->n; i++)
        arg.paper[1].again = arg.paper[1].again || s->pack[i].labels > 0;
    return ct_print_open(v, &arg);
}

const struct ct_command CT_LOAD_COMMANDS[] = {
    {.id = "load.put", .keys = "p", .label = "packs in", .perm = CT_PERM_STERILE_WRITE,
     .help = "Scan packs in, one after another; an empty line ends it.", .run = put,
     .shown = planned},
    {.id = "load.take", .keys = "x", .label = "out", .perm = CT_PERM_STERILE_WRITE,
     .help = "Take the pack of this line out of the load again.", .run = take,
     .shown = can_take},
    {.id = "load.start", .keys = "g", .label = "start", .perm = CT_PERM_STERILE_WRITE,
     .help = "The cycle starts: asks for its number; a gap in the numbers asks why.",
     .run = begin, .shown = planned},
    {.id = "load.over", .keys = "o", .label = "over", .perm = CT_PERM_STERILE_WRITE,
     .help = "The cycle is over: the packs are in quarantine.", .run = over, .shown = running},
    {.id = "load.abort", .keys = "A", .label = "aborted", .perm = CT_PERM_STERILE_WRITE,
     .help = "The cycle was aborted; before the start the load is given up. Asks why.",
     .run = abort_it, .shown = before_end},
    {.id = "load.release", .keys = "s", .label = "release", .perm = CT_PERM_STERILE_RELEASE,
     .help = "Release it, signed with your own password; not by who started it.",
     .run = release, .shown = can_release},
    {.id = "load.values", .keys = "v", .label = "values", .perm = CT_PERM_STERILE_WRITE,
     .help = "Type what the display or the print shows: each limit of the programme.",
     .run = values, .shown = undecided},
    {.id = "load.chemical", .keys = "c", .label = "chemical", .perm = CT_PERM_STERILE_WRITE,
     .help = "Read the chemical indicators that the programme asks for; then any other.",
     .run = ct_load_view_chemical, .shown = can_read_ci},
    {.id = "load.bi", .keys = "b", .label = "spores in", .perm = CT_PERM_STERILE_WRITE,
     .help = "A biological indicator and its control are put into the incubator.",
     .run = bi_in, .shown = can_bi},
    {.id = "load.bi_read", .keys = "r", .label = "spores read", .perm = CT_PERM_STERILE_WRITE,
     .help = "Read the biological indicator and its control; a positive one opens a recall.",
     .run = ct_load_view_biological, .shown = can_read_bi},
    {.id = "load.wet", .keys = "w", .label = "wet", .perm = CT_PERM_STERILE_WRITE,
     .help = "The pack of this line is wet, torn or open: it alone is rejected. Asks what is "
             "wrong.",
     .run = wet, .shown = can_wet},
    {.id = "load.early", .keys = "E", .label = "early", .perm = CT_PERM_STERILE_WRITE,
     .help = "One pack for one emergency before the biological result; a supervisor authorises "
             "it.",
     .run = early, .shown = can_early},
    {.id = "load.reject", .keys = "R", .label = "reject", .perm = CT_PERM_STERILE_WRITE,
     .help = "Reject the load: its packs are reprocessed. Asks why.", .run = reject,
     .shown = undecided},
    {.id = "load.went", .keys = "T", .perm = CT_PERM_STERILE_READ,
     .help = "Where its packs are now, and on whom they were used.", .run = went},
    {.id = "load.curve", .keys = "C", .perm = CT_PERM_STERILE_READ,
     .help = "The curve that the machine recorded, between the limits of its programme.",
     .run = curve},
    {.id = "load.history", .keys = "h", .label = "history", .perm = CT_PERM_STERILE_READ,
     .help = "Every step, reading, record and indicator of it.", .run = history},
    {.id = "load.open", .keys = "Enter", .label = "pack", .perm = CT_PERM_STERILE_READ,
     .help = "The pack of this line.", .run = open_pack, .shown = any},
    CT_PRINT_COMMAND("load.print", "The load's record on paper: cycle, indicators, packs, release; "
                     "or the labels of its packs.", print, NULL),
    {.id = NULL},
};
