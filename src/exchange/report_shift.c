/* report_shift - a shift's log, reviewed or not, and who may do what. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/competency.h"
#include "clinic/review.h"
#include "exchange/report_kind.h"

enum { PAGE = 500, ADDENDA = 20 };

static const struct ct_report_col LINE_COLS[] = {{"Line", 7, true}, {"Class", 13, false},
                                                 {"Done", 16, false}, {"By", 16, false},
                                                 {"What", 44, false}, {"Patient", 22, false}};

/* How a review stands, on every page. */
static const char *const STANDING[] = {"review begun, NOT SIGNED",
                                       "signed once, waits for the second reviewer", "signed"};

static void signature(const struct ct_review_sign *s, const char *who, struct ct_report *r)
{
    char at[24], hash[2 * CT_HASH_LEN + 1];
    if (s->by_user == 0)
        return;
    ct_datetime_text(s->at_ms, at);
    for (size_t i = 0; i < CT_HASH_LEN; i++)
        snprintf(hash + 2 * i, 3, "%02x", s->hash[i]);
    ct_report_field(r, who, "%s, %s: %s. Text signed %.16s, behind entry %lld of the chain.",
                    s->by, at, CT_REVIEW_MEANING[s->meaning], hash, (long long)s->head_seq);
}

static void head(const struct ct_review *v, struct ct_report *r)
{
    static const char *const STATE[] = {"not signed", "waits for the second reviewer", "signed"};
    ct_report_field(r, "State", "%s%s", STATE[v->state],
                    v->running ? "; the period still runs" : "");
    ct_report_field(r, "Lines", "%lld, of them %lld exceptions", (long long)v->lines,
                    (long long)v->exceptions);
    if (v->open_exceptions + v->open_rest > 0)
        ct_report_field(r, "Not acknowledged", "%lld exceptions, %lld others",
                        (long long)v->open_exceptions, (long long)v->open_rest);
    if (v->unanswered > 0)
        ct_report_field(r, "Queries", "%lld without an answer", (long long)v->unanswered);
    if (v->addendum_to != 0)
        ct_report_field(r, "Addendum to", "R-%lld", (long long)v->addendum_to);
    if (v->since > 0)
        ct_report_field(r, "After the signature", "%lld lines; they go into an addendum",
                        (long long)v->since);
    signature(&v->sign[0], "Signed by", r);
    signature(&v->sign[1], "Second reviewer", r);
}

/* notes: what is to be known of it, behind its text. */
static void line(const struct ct_log_line *l, int cls, const char *notes, struct ct_report *r)
{
    static const char *const CLS[] = {"", "notable", "EXCEPTION"};
    char seq[24], done[24], what[400];
    snprintf(seq, sizeof seq, "%lld", (long long)l->seq);
    ct_datetime_text(l->done_ms != CT_UNSET ? l->done_ms : l->at_ms, done);
    snprintf(what, sizeof what, "%s%s", l->text, notes);
    const char *cell[] = {seq, CLS[cls], done, l->user, what, l->patient};
    ct_report_row(r, cls, cell);
}

static enum ct_status lines(struct ct_app *app, int64_t id, struct ct_report *r,
                            struct ct_error *reterr)
{
    static const struct ct_review_filter ALL = {.user_id = 0};
    int64_t total = 1, at = 0;
    ct_report_table(r, LINE_COLS, CT_LEN(LINE_COLS));
    while (at < total) {
        struct ct_review_line *l = NULL;
        size_t n = 0;
        enum ct_status rc = ct_review_lines(app, id, &ALL, at, PAGE, &l, &n, &total, reterr);
        if (rc != CT_OK)
            return rc;
        for (size_t i = 0; i < n; i++) {
            char notes[120];
            snprintf(notes, sizeof notes, "%s%s%s",
                     l[i].l.late || l[i].after ? " (recorded late)" : "",
                     l[i].late_set ? " (taken after it was due)" : "",
                     l[i].acknowledged ? "" : " (not acknowledged)");
            if (l[i].due_ms != CT_UNSET) { /* a set that was missed is nobody's */
                l[i].l.user[0] = '\0';
                l[i].l.done_ms = l[i].due_ms;
            }
            line(&l[i].l, l[i].cls, notes, r);
        }
        free(l);
        if (n == 0)
            break;
        at += (int64_t)n;
    }
    ct_report_none(r, "Nothing was recorded in it.");
    return CT_OK;
}

static enum ct_status said(struct ct_app *app, int64_t id, struct ct_report *r,
                           struct ct_error *reterr)
{
    struct ct_review_mark *m = NULL;
    size_t n = 0;
    enum ct_status rc = ct_review_marks(app, id, CT_UNSET, &m, &n, reterr);
    if (rc != CT_OK)
        return rc;
    ct_report_heading(r, "What was said");
    size_t shown = 0;
    for (size_t i = 0; i < n; i++) {
        char at[24], on[40] = "the whole", whom[160] = "";
        if (m[i].kind == CT_MARK_ACK || m[i].kind == CT_MARK_REST)
            continue;
        ct_datetime_text(m[i].at_ms, at);
        if (m[i].seq != CT_UNSET)
            snprintf(on, sizeof on, "line %lld", (long long)m[i].seq);
        if (m[i].to_user != 0)
            snprintf(whom, sizeof whom, ", to %s%s", m[i].to, m[i].answered ? "" : " (no answer)");
        ct_report_para(r, "%s %s, %s on %s%s: %s", at, m[i].by, CT_MARK_NAME[m[i].kind], on, whom,
                       m[i].restricted ? "(not open to you)" : m[i].text);
        shown++;
    }
    if (shown == 0)
        ct_report_para(r, "No comment, no query.");
    free(m);
    return CT_OK;
}

/* One review: how it stands, its lines, what was said. */
static enum ct_status reviewed(struct ct_app *app, const struct ct_review *v, struct ct_report *r,
                               struct ct_error *reterr)
{
    head(v, r);
    enum ct_status rc = lines(app, v->id, r, reterr);
    return rc == CT_OK ? said(app, v->id, r, reterr) : rc;
}

/* ---- by its day and name ------------------------------------------------------------------------ */

/* The log as it is, by nobody gone through. */
static enum ct_status log_lines(struct ct_app *app, const struct ct_shift *s, uint32_t user_id,
                                struct ct_report *r, struct ct_error *reterr)
{
    int64_t total = 1, at = 0;
    ct_report_table(r, LINE_COLS, CT_LEN(LINE_COLS));
    while (at < total) {
        struct ct_log_line *l = NULL;
        size_t n = 0;
        enum ct_status rc = ct_shift_log(app, s, user_id, false, at, PAGE, &l, &n, &total, reterr);
        if (rc != CT_OK)
            return rc;
        for (size_t i = 0; i < n; i++)
            line(&l[i], (int)l[i].severity, l[i].late ? " (recorded late)" : "", r);
        free(l);
        if (n == 0)
            break;
        at += (int64_t)n;
    }
    ct_report_none(r, "Nothing was recorded in it.");
    return CT_OK;
}

static enum ct_status not_reviewed(struct ct_app *app, const struct ct_shift *s, const char *title,
                                   const char *ref, struct ct_report *r, struct ct_error *reterr)
{
    const struct ct_who *who = ct_app_who(app);
    bool whole = ct_role_may(who->role, CT_PERM_SHIFT_ALL);
    char subject[220];
    struct ct_shift_counts n;
    uint32_t user_id = whole ? 0 : who->user_id;
    snprintf(subject, sizeof subject, "%s   %s", title,
             whole ? "NOT REVIEWED, not signed" : "own lines alone, no review, not signed");
    ct_report_subject(r, subject, ref, 0);
    if (whole)
        ct_report_field(r, "State", "NOT REVIEWED: nobody has begun its review, nobody has signed "
                                    "it%s",
                        s->end_ms > ct_app_now(app) ? "; the shift still runs" : "");
    else
        ct_report_field(r, "State", "The lines of %s alone, not the whole shift. No review, not "
                                    "signed%s",
                        who->name, s->end_ms > ct_app_now(app) ? "; the shift still runs" : "");
    enum ct_status rc = ct_shift_count(app, s, user_id, &n, reterr);
    if (rc != CT_OK)
        return rc;
    ct_report_field(r, "Recorded", "sets %lld (abnormal %lld, late %lld, corrected %lld), patients "
                                   "registered %lld, exceptions %lld",
                    (long long)n.sets, (long long)n.abnormal, (long long)n.late,
                    (long long)n.corrected, (long long)n.registered, (long long)n.exceptions);
    ct_report_field(r, "Escalations", "%lld raised, of them %lld open, %lld too late",
                    (long long)n.escalated, (long long)n.open, (long long)n.overdue);
    return log_lines(app, s, user_id, r, reterr);
}

/* All that was reviewed of it: the review, and each addendum behind it. */
static enum ct_status all_reviewed(struct ct_app *app, int64_t last, const char *title,
                                   const char *ref, struct ct_report *r, struct ct_error *reterr)
{
    struct ct_review v[ADDENDA] = {{.id = last}};
    char subject[220];
    size_t n = 0;
    for (int64_t id = last; id != 0; id = v[n++].addendum_to) {
        if (n == ADDENDA)
            return ct_fail(reterr, CT_EINVAL, "what", "It has more than %d addenda: name each by "
                                                      "its number, as R-%lld.",
                           ADDENDA - 1, (long long)last);
        enum ct_status rc = ct_review_get(app, id, &v[n], reterr);
        if (rc != CT_OK)
            return rc;
    }
    snprintf(subject, sizeof subject, "%s   %s", title, STANDING[v[0].state]);
    ct_report_subject(r, subject, ref, 0);
    for (size_t i = n; i-- > 0;) {
        char heading[40];
        snprintf(heading, sizeof heading, "%s R-%lld", v[i].addendum_to != 0 ? "Addendum" : "Review",
                 (long long)v[i].id);
        ct_report_heading(r, heading);
        enum ct_status rc = reviewed(app, &v[i], r, reterr);
        if (rc != CT_OK)
            return rc;
    }
    return CT_OK;
}

static enum ct_status by_shift(struct ct_app *app, const char *what, struct ct_report *r,
                               struct ct_error *reterr)
{
    struct ct_shift s;
    char title[160], ref[48];
    int64_t id = 0;
    enum ct_status rc = ct_shift_parse(ct_app_config(app), what, ct_date_at(ct_app_now(app)), &s,
                                       reterr);
    if (rc == CT_OK && s.start_ms > ct_app_now(app))
        rc = ct_fail(reterr, CT_EINVAL, "what", "That shift has not begun yet.");
    if (rc == CT_OK && ct_role_may(ct_app_who(app)->role, CT_PERM_REVIEW))
        rc = ct_review_of(app, s.start_ms, s.end_ms, &id, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_review named = {.start_ms = s.start_ms, .end_ms = s.end_ms};
    snprintf(named.name, sizeof named.name, "%s", s.name);
    ct_review_title(&named, title, sizeof title);
    ct_shift_key(&s, ref);
    return id == 0 ? not_reviewed(app, &s, title, ref, r, reterr)
                   : all_reviewed(app, id, title, ref, r, reterr);
}

CT_REPORT_BUILD(ct_report_shift)
{
    struct ct_review v;
    char title[160], ref[40], subject[220];
    int64_t id = 0;
    if (strchr(ask->what, '/') != NULL)
        return by_shift(app, ask->what, r, reterr);
    enum ct_status rc = ct_report_number(ask->what, "R", &id, reterr);
    if (rc == CT_OK)
        rc = ct_review_get(app, id, &v, reterr);
    if (rc != CT_OK)
        return rc;
    ct_review_title(&v, title, sizeof title);
    snprintf(ref, sizeof ref, "R-%lld", (long long)id);
    snprintf(subject, sizeof subject, "%s   %s", title, STANDING[v.state]);
    ct_report_about(r, ref, subject);
    return reviewed(app, &v, r, reterr);
}

/* ---- competencies ----------------------------------------------------------------------------- */

CT_REPORT_BUILD(ct_report_competency)
{
    (void)ask;
    static const struct ct_report_col COLS[] = {{"Person", 22, false}, {"Subject", 34, false},
                                                {"Required", 14, false}, {"State", 30, false}};
    CT_CLEANUP(ct_comp_matrix_done) struct ct_comp_matrix m = {.person = NULL};
    enum ct_status rc = ct_comp_matrix(app, &m, reterr);
    if (rc != CT_OK)
        return rc;
    ct_report_table(r, COLS, CT_LEN(COLS));
    for (size_t i = 0; i < m.n_people * m.n_subjects; i++) {
        const struct ct_comp_now *n = &m.cell[i];
        char subject[CT_SUBJECT_TITLE_MAX + 20], now[120], state[140];
        if (n->state == CT_COMP_MISSING && !n->required)
            continue;
        ct_subject_text(&n->subject, subject, sizeof subject);
        ct_comp_now_text(n, now, sizeof now);
        snprintf(state, sizeof state, "%s%s", n->required && n->state == CT_COMP_MISSING
                                                  ? "MISSING: " : "", now);
        const char *cell[] = {n->name, subject, n->required ? CT_LEVEL_NAME[n->needs] : "", state};
        bool lacks = n->required && n->state < CT_COMP_SOON;
        ct_report_row(r, lacks ? 3 : n->state == CT_COMP_SOON ? 1 : 0, cell);
    }
    ct_report_none(r, "Nothing is required of anybody, and nothing is held.");
    return CT_OK;
}
