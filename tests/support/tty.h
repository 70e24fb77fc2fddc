/* tty - a program on a pseudo-terminal, and what a person would see of it.
 *
 * The emulator is libvterm. Everything waits for a condition with a bound
 * (CT_TEST_WAIT_S, 20 s unless set); nothing sleeps. A failure prints the
 * screen. The environment is fixed: TERM, LANG, TZ=UTC, HOME in a folder of the
 * test's own.
 */
#ifndef CT_TESTS_TTY_H
#define CT_TESTS_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tty;
struct tty_options {
    const char *const *argv; /* NULL-ended; argv[0] is the path */
    const char *term;        /* NULL: xterm-256color; "": not set */
    const char *lang;        /* NULL: C.UTF-8; "": not set */
    const char *const *env;  /* further NAME=VALUE, NULL-ended; may be NULL */
    int rows, cols;          /* 0: 24x80 */
    uid_t uid;               /* not 0: run as this user and group */
    bool ignore_sighup;      /* start the program with SIGHUP ignored */
};

struct tty *tty_open(const struct tty_options *o);
/* Ends the program (hang-up, then kill after the bound) and frees. */
void tty_close(struct tty *t);

/* From now on only bytes are collected, no screen: Debian's libvterm crashes on
 * wide characters in windows of a column or two. */
void tty_blind(struct tty *t);
void tty_send(struct tty *t, const char *bytes);
void tty_send_n(struct tty *t, const void *bytes, size_t n);
void tty_resize(struct tty *t, int rows, int cols);
/* Close our end: the ssh connection dropped. */
void tty_hangup(struct tty *t);
void tty_kill(struct tty *t, int signal);
/* Wait for the end; exit status, or 128+signal. Fails the test at the bound. */
int tty_wait_exit(struct tty *t);
bool tty_running(struct tty *t);
bool tty_gone(const struct tty *t); /* it has closed the terminal: at its end */
pid_t tty_pid(const struct tty *t);

/* Wait until the text stands anywhere on the screen / in that row. */
void tty_expect(struct tty *t, const char *text);
void tty_expect_row(struct tty *t, int row, const char *text);
void tty_expect_gone(struct tty *t, const char *text);
bool tty_shows(struct tty *t, const char *text); /* now, without waiting */
/* Let what was sent be answered: until nothing came for `quiet_ms` (bounded). */
void tty_settle(struct tty *t, int quiet_ms);

/* Rows joined by newlines, trailing blanks cut; valid until the next call. */
const char *tty_screen(struct tty *t);
const char *tty_row(struct tty *t, int row);
void tty_cursor(struct tty *t, int *row, int *col);
bool tty_reversed(struct tty *t, int row, int col);

/* All bytes the program wrote since the last call to tty_bytes_reset. */
size_t tty_bytes(const struct tty *t);
void tty_bytes_reset(struct tty *t);
/* Read until there were n since then, or none came for quiet_ms (false). */
bool tty_wait_bytes(struct tty *t, size_t n, int quiet_ms);
const char *tty_raw(struct tty *t, size_t *ret_n);

/* Wait until the screen equals tests/e2e/golden/NAME.txt; with the environment
 * CT_REGENERATE=1 the file is written instead. Times and numbers that differ
 * from run to run are masked beforehand by tty_mask (a POSIX regex; what it
 * matches is shown as one '#' with at most one blank on either side, so that a
 * day of one digit and one of two give the same text). */
void tty_mask(struct tty *t, const char *regex);
void tty_golden(struct tty *t, const char *name);

/* A folder of the test's own, removed at exit; borrowed. */
const char *test_dir(void);
const char *test_program(void); /* path of the clintech binary of this variant */
/* A zone in which it is day: "UTC", or at night one that is half a day ahead. A demo clinic's
 * day, and the shifts of a list, then hold what a test asks for whenever it runs. It is every
 * terminal's and every test's own; CT_TEST_ZONE names another. */
const char *test_zone(void);
/* Run a command line to its end; stdout+stderr into out (may be NULL). */
int test_run(const char *const *argv, const char *input, char *out, size_t size);

#endif
