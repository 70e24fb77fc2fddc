/* fake_app - an app without a store, and a few screens, for tests of the toolkit.
 *
 * It takes the place of record/: a test that names one of these links this file
 * instead. Everything a test wants to know is a plain member.
 */
#ifndef CT_TESTS_FAKE_APP_H
#define CT_TESTS_FAKE_APP_H

#include "ui/tk/screen.h"

struct ct_app {
    struct ct_config config;
    int64_t now_ms, mono_ms;
    bool real_clock;
    enum ct_session_state state;
    struct ct_who who;
    bool dead, changed;           /* the store's handle; cleared when asked */
    enum ct_status check;         /* what ct_session_check says */
    enum ct_status keep_fails;    /* CT_OK: it does not */
    bool sync_fails;
    int syncs, keeps, drops, locks, logouts, reopens;
    bool draft;                   /* one lies in the "store" */
    char draft_kind[24], draft_text[1100];
    const char *draft_file;       /* kept drafts are written there as well; NULL */
};
/* Logged in as a technician, 22 Nov 2026 09:42 UTC. */
void fake_app_init(struct ct_app *app, enum ct_role role);
void fake_advance(struct ct_app *app, int64_t ms); /* both clocks */

/* ---- screens ------------------------------------------------------------ */

enum { FAKE_ROWS = 200 };

/* What the screens were told, for all of them. */
struct fake_seen {
    int counted;        /* list "n" */
    int refreshed, closed, ticks, saved;
    int asked;          /* index of the last answer, 99 none yet */
    char prompted[1100], secret[128];
    bool prompted_null, secret_null;
    bool refuse_open;   /* fake_edit's open fails */
    bool hide;          /* the command list.hidden is not there */
};
extern struct fake_seen fake_seen;

extern const struct ct_screen fake_list;   /* "list": rows, commands, jump */
extern const struct ct_screen fake_edit;   /* "edit": one field with a draft, jump */
extern const struct ct_screen fake_detail; /* "detail": only from the list */
extern const struct ct_screen fake_locked; /* "u" unlocks */
extern const struct ct_screen fake_admin;  /* "users": needs user.admin, jump */
extern const struct ct_screen *const fake_screens[];
const char *fake_edit_text(const struct ct_view *v);
int fake_list_cursor(const struct ct_view *v);

/* A ui of these screens; app may be NULL. Fails the test when there is none. */
struct ct_ui *fake_ui(struct ct_app *app);
void fake_key(struct ct_ui *ui, uint32_t key);
void fake_type(struct ct_ui *ui, const char *ascii);
void fake_paste(struct ct_ui *ui, const char *text);

#endif
