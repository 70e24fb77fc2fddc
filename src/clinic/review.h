/* review - a supervisor goes through a shift (or some days) line by line, asks its authors,
 * and signs exactly what was seen.
 *
 * Layer:  clinic.
 * Lines:  entries of the chain recorded in the period, and those recorded behind its end
 *         of what was done in it. Coming, going and looking are left out while nothing
 *         about them is out of the ordinary; so are reviews themselves.
 * Exception: severity exception; an escalation overdue by now; recorded more than 15 min
 *         after it was done; a correction, an entry in error, something reopened; a failed
 *         log-in; a set taken more than 15 min after it was due (by the set before it, up
 *         to two days); one that was due in the period and was not taken by its end, of
 *         whom it still was due two days later or taken until then (as the figure of sets
 *         on time counts): the entry of the set before it stands for it, and is nobody's. Each is acknowledged, commented or queried by itself; all that is
 *         no exception may be acknowledged at once.
 * Query:  goes to the author of the line, who is shown it until it is answered.
 * Text:   what is signed is a canonical text (docs/format.md): period, every line's number
 *         and leaf in the chain, marks with who, when and what was said, counts, what was
 *         overdue, the meaning of the signature. Its BLAKE2b-256 and the chain's head stand
 *         in rows that the signed entry binds; the text is kept beside them.
 * Signing is refused while the period still runs, while a line is not acknowledged, while a
 *         query has no answer (unless a reason is given), by whoever has a record of their
 *         own among the lines, or says to have worked then, unless as the first of two.
 * Later:  what is recorded of the period after the signature is "after sign-off", and goes
 *         into an addendum, which is signed by itself. The signed text never changes.
 * Access: of a restricted record a line stands as in the log, and what was said of it is left
 *         out, for whom it is not open. The text that is signed has it all: nobody should
 *         write what was found into a comment.
 * Errors: CT_EINVAL with the field, CT_EDENIED, CT_ENOTFOUND, CT_ECONFLICT (signed or
 *         changed meanwhile), those of ct_record.
 */
#ifndef CT_CLINIC_REVIEW_H
#define CT_CLINIC_REVIEW_H

#include "clinic/shift_entry.h"

/* Stored: new ones at the end. */
enum ct_mark_kind { CT_MARK_ACK, CT_MARK_REST, CT_MARK_COMMENT, CT_MARK_QUERY, CT_MARK_ANSWER,
                    CT_MARK_KINDS };
enum ct_review_meaning { CT_REVIEWED, CT_REVIEWED_COMMENTS, CT_REVIEW_MEANINGS };
extern const char *const CT_MARK_NAME[CT_MARK_KINDS];           /* "acknowledged" */
extern const char *const CT_REVIEW_MEANING[CT_REVIEW_MEANINGS]; /* "reviewed with comments" */
enum ct_review_state { CT_REVIEW_OPEN, CT_REVIEW_SECOND, CT_REVIEW_SIGNED };
enum { CT_MARK_TEXT_MAX = 400, CT_REVIEW_DAYS_MAX = 31, CT_REVIEW_LINES_MAX = 5000,
       CT_REVIEW_NAME_MAX = 60, CT_REVIEW_LATE_SET_MS = 15 * CT_MINUTE_MS,
       CT_REVIEW_FOLLOWED_MS = 2 * CT_DAY_MS };

struct ct_review_sign {
    uint32_t by_user; /* 0: not signed */
    char by[128];
    int64_t at_ms, head_seq;
    enum ct_review_meaning meaning;
    unsigned char hash[CT_HASH_LEN];
};
struct ct_review {
    int64_t id, start_ms, end_ms;
    char name[CT_REVIEW_NAME_MAX + 1];
    int64_t addendum_to, after_seq; /* 0: the first of its period */
    enum ct_review_state state;
    struct ct_review_sign sign[2];  /* the reviewer's, the second's */
    bool running;                   /* the period has not ended */
    bool worked;                    /* this user did, in it */
    int64_t lines, exceptions;
    int64_t open_exceptions, open_rest; /* not acknowledged, commented or queried */
    int64_t unanswered, comments, queries;
    int64_t since;                  /* lines that came after the signature */
};

/* The review of a period as it is to be gone on with: begun when there is none, an addendum
 * when the last one is signed and something came since. name: of the shift; NULL: the days.
 * CT_EINVAL (end_ms): longer than CT_REVIEW_DAYS_MAX, or wholly in the future. */
CT_NODISCARD enum ct_status ct_review_begin(struct ct_app *app, int64_t start_ms, int64_t end_ms,
                                            const char *name, int64_t *ret_id,
                                            struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_review_get(struct ct_app *app, int64_t id, struct ct_review *ret,
                                          struct ct_error *reterr);
/* The newest of just that period, an addendum if there is one; 0: nobody has begun any. */
CT_NODISCARD enum ct_status ct_review_of(struct ct_app *app, int64_t start_ms, int64_t end_ms,
                                         int64_t *ret_id, struct ct_error *reterr);
/* The signed one that a moment lies in and that was signed before entry `seq`; 0: none. */
CT_NODISCARD enum ct_status ct_review_before(struct ct_db *db, int64_t done_ms, int64_t seq,
                                             int64_t *ret_id, struct ct_error *reterr);

struct ct_review_filter {
    uint32_t user_id;     /* 0: everybody */
    char module[24];      /* "vitals"; "": all */
    int64_t patient_id;   /* 0: whoever it is about */
    int64_t equipment_id; /* 0: whatever it is about. Measured with it, used in a procedure,
                           * checked, calibrated, at fault, a cycle of it: each row of it */
    enum { CT_RF_ALL, CT_RF_EXCEPTIONS, CT_RF_OPEN, CT_RF_SAID } kind; /* SAID: commented, queried */
    char text[64];        /* in the line as it is shown, case and accents aside; "": any */
};
struct ct_review_line {
    struct ct_log_line l;
    int cls;              /* 2 exception, 1 notable, 0 the rest */
    bool acknowledged;    /* by itself or with the rest */
    bool after;           /* recorded behind the end of the period */
    bool late_set;        /* a set taken after it was due */
    int64_t due_ms;       /* the next set was due, and not taken by the end; CT_UNSET */
    int64_t next_ms;      /* of such a line: when it was taken after all; CT_UNSET not yet */
    int64_t comments, queries, unanswered;
};
/* Exceptions first, then notable ones, then the rest; each by time. */
CT_NODISCARD enum ct_status ct_review_lines(struct ct_app *app, int64_t id,
                                            const struct ct_review_filter *f, int64_t offset,
                                            size_t limit, struct ct_review_line **ret,
                                            size_t *ret_n, int64_t *ret_total,
                                            struct ct_error *reterr);
/* A supervisor's own filters, as they are typed, by name. typed "": it is removed.
 * CT_EINVAL (name, typed); CT_ENOTFOUND (name): none of that name to be removed. */
enum { CT_FILTER_NAME_MAX = 40, CT_FILTER_TYPED_MAX = 95 };
struct ct_review_saved {
    char name[CT_FILTER_NAME_MAX + 1];
    char typed[CT_FILTER_TYPED_MAX + 1];
};
CT_NODISCARD enum ct_status ct_review_filter_save(struct ct_app *app, const char *name,
                                                  const char *typed, struct ct_error *reterr);
/* In order of their names, this user's; one allocation, free(). */
CT_NODISCARD enum ct_status ct_review_filters(struct ct_app *app, struct ct_review_saved **ret,
                                              size_t *ret_n, struct ct_error *reterr);

/* Lines by module and person, in the order of both; user 0 is the program, and nobody (sets
 * that were not taken). One allocation, free(). */
struct ct_review_count {
    char module[24];
    uint32_t user_id;
    int64_t n, exceptions;
};
CT_NODISCARD enum ct_status ct_review_counts(struct ct_app *app, int64_t id,
                                             struct ct_review_count **ret, size_t *ret_n,
                                             struct ct_error *reterr);
/* What nobody has recorded, and should have been by now; expired: competencies that are
 * required and have run out, a person and a subject each. (Work that was done without one is
 * an exception by itself.) */
struct ct_review_overdue {
    int64_t at_ms, sets, escalations, tasks, approvals, expired;
};
CT_NODISCARD enum ct_status ct_review_overdue(struct ct_app *app, struct ct_review_overdue *ret,
                                              struct ct_error *reterr);

struct ct_review_mark {
    int64_t id, review_id, seq; /* CT_UNSET: on the whole */
    enum ct_mark_kind kind;
    int64_t query_id;           /* of an answer; else 0 */
    uint32_t to_user, by_user;
    char to[128], by[128], text[CT_MARK_TEXT_MAX + 1];
    int64_t at_ms;
    bool answered;              /* of a query */
    int64_t patient_id;         /* whom the line is about, CT_UNSET: nobody */
    bool restricted;            /* not open to this user: what was said is left out */
};
/* Of one line, or (seq CT_UNSET) all; in order. One allocation, free(). */
CT_NODISCARD enum ct_status ct_review_marks(struct ct_app *app, int64_t id, int64_t seq,
                                            struct ct_review_mark **ret, size_t *ret_n,
                                            struct ct_error *reterr);
/* kind CT_MARK_ACK (no text), CT_MARK_COMMENT (seq CT_UNSET: on the whole), CT_MARK_QUERY (to
 * the line's author; never oneself). CT_EINVAL: not a line of this review, no text. */
CT_NODISCARD enum ct_status ct_review_say(struct ct_app *app, int64_t id, int64_t seq,
                                          enum ct_mark_kind kind, const char *text,
                                          struct ct_error *reterr);
/* All that is no exception, up to entry `seen_seq`: what the caller was shown. */
CT_NODISCARD enum ct_status ct_review_rest(struct ct_app *app, int64_t id, int64_t seen_seq,
                                           struct ct_error *reterr);
/* Queries to this user without an answer, the oldest first, each with its line. */
struct ct_review_query {
    struct ct_review_mark m;
    struct ct_log_line l;
};
CT_NODISCARD enum ct_status ct_review_mine(struct ct_app *app, struct ct_review_query **ret,
                                           size_t *ret_n, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_review_mine_count(struct ct_app *app, int64_t *ret,
                                                 struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_review_answer(struct ct_app *app, int64_t query_id,
                                             const char *text, struct ct_error *reterr);

/* ---- signing ------------------------------------------------------------------------------ */

struct ct_review_text {
    int64_t review_id;
    char *text;           /* owned */
    size_t len;
    unsigned char hash[CT_HASH_LEN];
    enum ct_review_meaning meaning; /* with comments when anything was said */
    int64_t upto_seq;     /* the last line's entry */
    bool wanted;          /* a second reviewer has to sign too */
    char because[CT_MARK_TEXT_MAX + 1]; /* why a query stays without an answer; "" none does */
    struct ct_review_overdue overdue;
};
void ct_review_text_done(struct ct_review_text *t);
/* What would be signed now, for it to be looked at; all that refuses a signature refuses it
 * here. because: why queries stay unanswered, "" none; first_of_two: somebody who worked then
 * signs, and another supervisor will too (CT_EDENIED, field "second", without).
 * CT_EINVAL: field end_ms (still running), line (not acknowledged), because. */
CT_NODISCARD enum ct_status ct_review_text(struct ct_app *app, int64_t id, const char *because,
                                           bool first_of_two, struct ct_review_text *ret,
                                           struct ct_error *reterr);
/* Signs that text. CT_ECONFLICT: it would be another by now (it is looked at again), or
 * somebody else has signed; the text says who. */
CT_NODISCARD enum ct_status ct_review_sign(struct ct_app *app, const struct ct_review_text *t,
                                           struct ct_error *reterr);
/* The second reviewer signs the text that the first has signed. Never the same person. */
CT_NODISCARD enum ct_status ct_review_second(struct ct_app *app, int64_t id,
                                             struct ct_error *reterr);
/* The text as it is kept; free(). CT_ENOTFOUND: not signed. */
CT_NODISCARD enum ct_status ct_review_signed_text(struct ct_app *app, int64_t id, char **ret,
                                                  struct ct_error *reterr);

/* Reviews of periods that began in the last `days` days, the newest first; one allocation,
 * free(). Of the counts `since` alone is filled: what an addendum does not cover yet. waiting:
 * only those that want a supervisor: not signed, a second wanted, or something came since. */
CT_NODISCARD enum ct_status ct_review_list(struct ct_app *app, int days, bool waiting,
                                           struct ct_review **ret, size_t *ret_n,
                                           struct ct_error *reterr);
/* "early 22 Nov 2026 07:00-15:00" */
void ct_review_title(const struct ct_review *r, char *out, size_t size);

/* ---- verify --------------------------------------------------------------------------------- */

/* Of every signature: says what was signed, by whom and when; problem: a text, a line or a
 * mark that is not what was signed any more, by name. bad_seq: entries that ct_verify found
 * wrong. Needs verify. */
CT_NODISCARD enum ct_status ct_review_verify(struct ct_app *app, const int64_t *bad_seq,
                                             size_t n_bad,
                                             void (*say)(const char *sentence, void *arg),
                                             void (*problem)(const char *sentence, void *arg),
                                             void *arg, int64_t *ret_problems,
                                             struct ct_error *reterr);

#endif
