/* scope_record - what the files of the screen of one reprocessing share.
 *
 * Layer:  ui.
 */
#ifndef CT_UI_SCOPE_RECORD_H
#define CT_UI_SCOPE_RECORD_H

#include "ui/screens/sterile.h"

struct ct_record_view {
    struct ct_ui *ui;
    struct ct_scope_record r;
    struct ct_scope now;        /* the endoscope: a soak that runs */
    struct ct_scope_step *s;
    size_t n;
    int64_t now_ms;
    struct ct_scope_step doing; /* what is asked for more of */
    struct ct_table table;
    char cell[500];
};

static inline bool ct_record_open(const struct ct_record_view *s)
{
    return s->r.is == CT_SCOPE_UNDER_WAY;
}
/* "in AER-1, cycle 12, A Technician: dark water": how, by whom, what was said of it. */
void ct_record_how(const struct ct_scope_step *p, struct ct_buf *out);
/* Why it is reprocessed, on whom and until when it was used. */
void ct_record_why(const struct ct_record_view *s, struct ct_buf *out);
/* How far it is; how long from use to cleaning (nothing when it was not used); how long it
 * lies in its bath yet (nothing when it does not). */
enum ct_role_ui ct_record_state(const struct ct_record_view *s, struct ct_buf *out);
enum ct_role_ui ct_record_delay(const struct ct_record_view *s, struct ct_buf *out);
void ct_record_bath(const struct ct_record_view *s, struct ct_buf *out);

#endif
