/* term_priv - what the loop and the files of the terminal share. No curses type
 * appears here.
 *
 * Layer:  ui toolkit.
 */
#ifndef CT_UI_TERM_PRIV_H
#define CT_UI_TERM_PRIV_H

#include "ui/tk/term.h"

struct termios;

/* ---- term.c: for the loop ----------------------------------------------- */

int ct_term_fd(const struct ct_term *t);
/* The next event, without waiting; false when there is none now. *ret_got says
 * whether the terminal gave anything at all. */
bool ct_term_read(struct ct_term *t, struct ct_event *ret, bool *ret_got);
int ct_term_read_timeout(const struct ct_term *t); /* ms until a half key counts, -1 */
void ct_term_size(const struct ct_term *t, int *ret_rows, int *ret_cols);
void ct_term_beep(struct ct_term *t);
void ct_term_redraw(struct ct_term *t); /* the next show sends everything */

/* ---- term_env.c --------------------------------------------------------- */

bool ct_term_name_ok(const char *term); /* a short plain word */
/* MUST 2. False when the system has no UTF-8 locale at all; *ret_ascii: draw
 * ASCII only. charset: "auto", "utf-8", "ascii". */
bool ct_term_locale(const char *charset, bool *ret_ascii);

/* ---- term_keys.c -------------------------------------------------------- */

void ct_term_keys_define(void);
/* A wgetch result as a token of decode.h. */
uint32_t ct_term_keys_token(int c);

/* ---- term_signal.c ------------------------------------------------------ */

enum { CT_SIGNAL_HANGUP = 'h', CT_SIGNAL_SIZE = 'w' };

/* Before curses starts: pipe, handlers, what is ignored. */
CT_NODISCARD enum ct_status ct_signals_start(struct ct_error *reterr);
/* After curses has started: SIGWINCH stays its own and wakes the poll as well. */
void ct_signals_size(void);
void ct_signals_stop(void);
int ct_signals_fd(void); /* -1 when not started */
/* What a crash does to the terminal: write `bytes`, set `modes`. Async-safe; both
 * are copied. */
void ct_signals_restore(int fd, const char *bytes, size_t n, const struct termios *modes);
void ct_signals_restore_none(void);

#endif
