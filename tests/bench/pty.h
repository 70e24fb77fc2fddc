/* pty - a program on a pseudo-terminal, timed from the key to the last byte.
 *
 * Bytes are only collected while the clock runs; the emulator (libvterm) reads
 * them afterwards, to know what stands on the screen.
 */
#ifndef CT_TESTS_BENCH_PTY_H
#define CT_TESTS_BENCH_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct pty;

struct answer {
    double ms;    /* from the key to the last byte before the silence */
    size_t bytes; /* 0: nothing came */
};

/* Start argv on 80x24 in a clean environment (xterm-256color, C.UTF-8); the time
 * is that to its first screen: the last byte before quiet_ms of silence. */
struct pty *pty_open(const char *const *argv, int quiet_ms, struct answer *ret);
/* Hang up and wait for its end. */
void pty_close(struct pty *p);

/* Write keys and wait for the answer. */
struct answer pty_key(struct pty *p, const char *keys, int quiet_ms);
/* Write keys without looking at the clock, and wait until the text is shown. */
void pty_type(struct pty *p, const char *keys, const char *expect);
bool pty_shows(struct pty *p, const char *text);
const char *pty_screen(struct pty *p);
/* Bytes that come by themselves in that time. */
size_t pty_idle(struct pty *p, int ms);

double pty_cpu_ms(const struct pty *p);  /* of the program since its start */
double pty_pss_kib(const struct pty *p); /* 0: the kernel does not say */

#endif
