/* print - paper from any screen: one key, one way.
 *
 * Layer:  ui.
 * Use:    a screen hangs CT_PRINT_COMMAND into its table; its function names the reports that
 *         stand for what is shown, the likeliest first, and calls ct_print_open. There it is
 *         said what is printed, in which form, where it goes and whether that is encrypted, and
 *         of a patient's report whom the patient allowed it to be told. Enter prints.
 */
#ifndef CT_UI_PRINT_H
#define CT_UI_PRINT_H

#include "clinic/printed.h"
#include "ui/screens/screens.h"

#define CT_PRINT_KEYS "F12 #"
enum { CT_PAPERS_MAX = 4 };

struct ct_paper {
    const char *kind, *title;             /* "load", "Load record"; borrowed for good */
    char what[CT_PRINT_SUBJECT_MAX + 1];  /* "L-12"; "" of a patient */
    int64_t from_ms, to_ms;               /* 0 and 0: all, until now */
    char period[64];                      /* that time in words; "" none */
    bool again;                           /* a label that was printed before: asks why */
};
struct ct_print_arg {
    int64_t patient_id; /* whose record it is from; 0: nobody's */
    size_t n;
    struct ct_paper paper[CT_PAPERS_MAX];
};
extern const struct ct_screen ct_screen_print; /* struct ct_print_arg * */

enum ct_reaction ct_print_open(struct ct_view *v, const struct ct_print_arg *arg);
/* One report, of nobody. */
enum ct_reaction ct_print_one(struct ct_view *v, const char *kind, const char *title,
                              const char *what);

/* A row of a screen's commands; shown_: NULL, or when there is something to print. */
#define CT_PRINT_COMMAND(id_, help_, run_, shown_)                                         \
    {                                                                                      \
        .id = id_, .keys = CT_PRINT_KEYS, .label = "print", .perm = CT_PERM_EXPORT,        \
        .help = help_, .run = run_, .shown = shown_                                        \
    }

#endif
