/* recalls - what the screens of recalls share, and how others open them. */
#ifndef CT_SCREENS_RECALLS_H
#define CT_SCREENS_RECALLS_H

#include "clinic/recall.h"
#include "ui/screens/sterile.h"

/* id 0: what `ask` finds, with nothing stopped. */
struct ct_recall_arg {
    int64_t id;
    struct ct_recall_ask ask;
};
extern const struct ct_screen ct_screen_recalls; /* - */
extern const struct ct_screen ct_screen_recall;  /* struct ct_recall_arg * */

#endif
