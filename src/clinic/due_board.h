/* due_board - who is due, in groups and in order.
 *
 * Layer:  clinic. Pure: no store.
 * Groups: 0 is continuous monitoring; then the buckets of config [vitals] due_buckets,
 *         the latest first. "45 30 15 0 -15" gives 46 minutes and more left, 31-45,
 *         16-30, 0-15 left, 1-15 late, 16 and more late (the acute board of Open eObs).
 * Minutes: whole ones, as a clock without seconds tells them; but what is past its time
 *         is a minute late at least.
 */
#ifndef CT_CLINIC_DUE_BOARD_H
#define CT_CLINIC_DUE_BOARD_H

#include "clinic/vitals.h"

/* CT_ECONFIG: no whole numbers, not falling, no 0 among them (the end of what is not
 * late), beyond a week, none or more than CT_BUCKETS_MAX. */
CT_NODISCARD enum ct_status ct_due_buckets_parse(const char *text, struct ct_due_buckets *ret,
                                                 struct ct_error *reterr);
size_t ct_due_groups(const struct ct_due_buckets *b);
size_t ct_due_group(const struct ct_due_buckets *b, const struct ct_due *d, int64_t now_ms);
/* "watch continuously", "16 min and more late", "1-15 min late", "0-15 min left". */
void ct_due_group_title(const struct ct_due_buckets *b, size_t group, char *out, size_t size);
/* For the board: by group, in it the higher band first, then who is due first. */
void ct_due_sort_board(const struct ct_due_buckets *b, struct ct_due *due, size_t n,
                       int64_t now_ms);
/* For a list without groups: those under continuous watch; those late, the higher band
 * first and then the later one; then who is due next. */
void ct_due_sort_urgent(struct ct_due *due, size_t n, int64_t now_ms);
/* Places as they are walked: numbers by their value ("Bay 3" before "Bay 10"), capitals
 * do not matter; the patients without a place last. Below 0: a comes first. */
int ct_place_order(const char *a, const char *b);
/* "14 min late", "in 8 min", "3 h 05 late". */
void ct_due_late_text(const struct ct_due *d, int64_t now_ms, char out[32]);

#endif
