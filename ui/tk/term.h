/* term - the terminal: the only owner of curses, and the loop.
 *
 * Layer:  ui toolkit.
 * MUST 1  the environment is rebuilt from an allow-list before anything else
 *         (TERM, LANG, LC_*, TZ, HOME, XDG_STATE_HOME, XDG_CONFIG_HOME,
 *         NO_COLOR, ESCDELAY, SSH_CONNECTION, SSH_TTY, COLORTERM; PATH fixed);
 *         a TERM that is not a short plain word becomes "vt100".
 * MUST 2  ncurses never runs in a locale that is not UTF-8 (it would send REP
 *         and a number loses digits): else LC_CTYPE is C.UTF-8, ASCII drawing.
 * MUST 3  poll first, read second; POLLHUP, POLLERR or end of file means leave,
 *         within a second, drafts kept. Handlers write one byte to a pipe.
 * MUST 4  whatever ends the program, the terminal is restored.
 */
#ifndef CT_UI_TERM_H
#define CT_UI_TERM_H

#include "ui/tk/screen.h"

void ct_term_environment(char ***environ_ptr); /* MUST 1; allocates the new one */

struct ct_term_options {
    const struct ct_config *config;
    bool no_color;
};
struct ct_term;

/* CT_EIO when standard input or output is no terminal, CT_EINVAL when the
 * terminal cannot be driven (no cursor addressing): the text says what to do. */
CT_NODISCARD enum ct_status ct_term_open(const struct ct_term_options *o, struct ct_term **ret,
                                         struct ct_error *reterr);
void ct_term_close(struct ct_term *t); /* restores; NULL is fine */
bool ct_term_ascii(const struct ct_term *t);
/* Run until the ui is done; returns the exit status (129 after a hang-up). */
int ct_term_loop(struct ct_term *t, struct ct_ui *ui);

/* What a TERM can do, in words ("256 colours, cursor addressing"); false when the
 * workstation cannot run on it. For doctor; opens nothing. */
bool ct_term_describe(const char *term, char *out, size_t size);

/* For tests in-process: open on given FILEs by newterm at a size, draw one grid,
 * read one row back as text. */
CT_NODISCARD enum ct_status ct_term_open_on(const char *type, int in_fd, int out_fd,
                                            const struct ct_term_options *o,
                                            struct ct_term **ret, struct ct_error *reterr);
void ct_term_show(struct ct_term *t, const struct ct_grid *g);
void ct_term_row_text(struct ct_term *t, int row, struct ct_buf *out);

#endif
