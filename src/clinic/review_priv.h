/* review_priv - what the files of the free entries and of the review share.
 *
 * Layer:  clinic; internal to src/clinic/.
 */
#ifndef CT_CLINIC_REVIEW_PRIV_H
#define CT_CLINIC_REVIEW_PRIV_H

#include "clinic/review.h"
#include "clinic/rows.h"

enum {
    CT_SQL_ENTRY_INSERT,
    CT_SQL_ENTRY_GET,
    CT_SQL_ENTRY_AFTER,
    CT_SQL_HOURS_INSERT,
    CT_SQL_HOURS_LAST,
    CT_SQL_HOURS_SAID,
    CT_SQL_SHIFT_PEOPLE,
    CT_ENTRY_SQL_N
};
extern const struct ct_sql ct_entry_sql[CT_ENTRY_SQL_N];

/* Whether a later version stands in its place, and whether the last one says: in error. */
CT_NODISCARD enum ct_status ct_shift_entry_since(struct ct_db *db, int64_t id, bool *ret_replaced,
                                                 bool *ret_voided, struct ct_error *reterr);

enum {
    CT_SQL_REVIEW_INSERT,
    CT_SQL_REVIEW_GET,
    CT_SQL_REVIEW_LAST,
    CT_SQL_REVIEW_RECENT,
    CT_SQL_REVIEW_BEFORE,
    CT_SQL_REVIEW_LINES,
    CT_SQL_REVIEW_TOTALS,
    CT_SQL_REVIEW_COUNTS,
    CT_SQL_REVIEW_EACH,
    CT_SQL_REVIEW_SINCE,
    CT_SQL_REVIEW_WORKED,
    CT_SQL_REVIEW_ENTRY,
    CT_SQL_REVIEW_MARK_INSERT,
    CT_SQL_REVIEW_MARK_GET,
    CT_SQL_REVIEW_MARKS,
    CT_SQL_REVIEW_QUERY_PUT,
    CT_SQL_REVIEW_QUERY_DELETE,
    CT_SQL_REVIEW_MINE,
    CT_SQL_REVIEW_MINE_COUNT,
    CT_SQL_REVIEW_LINE,
    CT_SQL_REVIEW_SIGN_INSERT,
    CT_SQL_REVIEW_SIGNS,
    CT_SQL_REVIEW_TEXT_INSERT,
    CT_SQL_REVIEW_TEXT_GET,
    CT_SQL_REVIEW_SIGNED_NEXT,
    CT_SQL_REVIEW_OF_DEVICE,
    CT_SQL_REVIEW_FILTER_INSERT,
    CT_SQL_REVIEW_FILTERS,
    CT_SQL_REVIEW_LEAF,
    CT_REVIEW_SQL_N
};
extern const struct ct_sql ct_review_sql[CT_REVIEW_SQL_N];

/* Without a permission check and without counts. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_review_load(struct ct_app *app, struct ct_db *db, int64_t id,
                                           struct ct_review *ret, struct ct_error *reterr);
/* Counts, `worked` and `since`. */
CT_NODISCARD enum ct_status ct_review_count(struct ct_app *app, struct ct_db *db,
                                            struct ct_review *r, struct ct_error *reterr);
/* :start_ms, :end_ms, :after, :upto, :late_ms, :now_ms, :followed_ms, :set_late_ms: the
 * lines of r. */
void ct_review_bind(struct ct_stmt *st, struct ct_app *app, const struct ct_review *r);
/* What the log says of an entry, all that is hidden from this user left out. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_review_entry_line(struct ct_app *app, int64_t seq,
                                                 struct ct_log_line *ret,
                                                 struct ct_error *reterr);
/* Every mark of it (seq CT_UNSET), or of a line; names are looked up. free(). */
CT_NODISCARD enum ct_status ct_review_marks_load(struct ct_app *app, struct ct_db *db, int64_t id,
                                                 int64_t seq, struct ct_review_mark **ret,
                                                 size_t *ret_n, struct ct_error *reterr);
/* Of a review without a signature, with what of *t is not read from the store: the text and
 * its hash. *r is filled. */
CT_NODISCARD enum ct_status ct_review_text_make(struct ct_app *app, struct ct_review_text *t,
                                                struct ct_review *r, struct ct_error *reterr);
/* "mark 9 comment on 812 at 2026-11-22T15:03:00.000Z by 2: text\n" */
void ct_review_mark_text(struct ct_buf *b, const struct ct_review_mark *m);
/* CT_ECONFLICT with who and when: somebody has signed it. */
CT_NODISCARD enum ct_status ct_review_unsigned(const struct ct_review *r, struct ct_error *reterr);

#endif
