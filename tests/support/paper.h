/* paper - tests of reports: a clinic with a patient of two scripts, a report through the real
 * clintech-report, its text as an independent reader has it, its page as a picture. */
#ifndef CT_TESTS_PAPER_H
#define CT_TESTS_PAPER_H

#include "exchange/report_kind.h"
#include "tests/support/bench_of.h"

#define PAPER_LOW "120/80 72 16 98 36.6 A air"
#define PAPER_HIGH "85/40 135 26 90 39.4 V air"
#define PAPER_ARABIC "\xd9\x81\xd8\xa7\xd8\xb7\xd9\x85\xd8\xa9"    /* Fatima */
#define PAPER_CZECH "\xc5\xa0im\xc5\xafnkov\xc3\xa1"             /* a family name, as typed */
#define PAPER_CZECH_UP "\xc5\xa0IM\xc5\xaeNKOV\xc3\x81"         /* and as it is shown */
#define PAPER_NUMBER "9434765919"

struct paper {
    struct ward w;      /* first: ward's helpers */
    struct ct_app *app; /* sue, with settings of its own */
    int64_t patient;
    char program[700];
};
int paper_setup(void **state);
int paper_teardown(void **state);

/* Sue again, with that program; ct_app_free. */
struct ct_app *paper_app(struct paper *s, const char *program, bool sealed);
/* Beside the store's folder, which takes nothing else. */
void paper_path(struct paper *s, const char *name, char out[128]);
/* What an independent reader finds in a PDF, the marks that turn text about left out; free. */
char *paper_reader(const char *command, const char *path, const char *behind);
void paper_expect(const char *text, const char *words);
struct ct_report *paper_built(struct paper *s, const char *kind, const char *what);
/* Through the program into a file; its text; free. */
char *paper_printed(struct paper *s, struct ct_report *r, const char *page, const char *name,
                    struct ct_printed *p);
/* The first page beside the one that was looked at when it was kept: coarse, so that a hinting
 * of another version does not matter, and fine enough for a line that moved or a colour that is
 * gone. Not the foot, where chance is. CT_REGENERATE=1 keeps a new one. */
void paper_same(const char *pdf, const char *name);

#endif
