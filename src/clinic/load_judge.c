/* load_judge - what a load waits for, and what stands against its release: pure, from the
 * facts; and the row of load_find that follows from them. */
#include <stdio.h>
#include <string.h>

#include "clinic/load_priv.h"

const char *const CT_LOAD_STEP_NAME[CT_LOAD_STEPS] = {
    [CT_LOAD_PLANNED] = "planned",   [CT_LOAD_STARTED] = "started",
    [CT_LOAD_OVER] = "over",         [CT_LOAD_ABORTED] = "ABORTED",
    [CT_LOAD_RELEASED] = "released", [CT_LOAD_REJECTED] = "REJECTED",
    [CT_LOAD_GIVEN_UP] = "given up",
};
const char *const CT_LOAD_STATE_NAME[CT_LOAD_STATES] = {
    [CT_LOAD_IS_PLANNED] = "planned",
    [CT_LOAD_IS_RUNNING] = "running",
    [CT_LOAD_WANTS_READING] = "parameters wanted",
    [CT_LOAD_FAILED] = "FAILED: reject it",
    [CT_LOAD_WANTS_CI] = "indicators wanted",
    [CT_LOAD_WANTS_BI] = "waits for spores",
    [CT_LOAD_IS_READY] = "to be released",
    [CT_LOAD_IS_RELEASED] = "released",
    [CT_LOAD_IS_REJECTED] = "REJECTED",
    [CT_LOAD_IS_ABORTED] = "ABORTED",
    [CT_LOAD_IS_GIVEN_UP] = "given up",
};

void ct_load_number(const struct ct_app *app, int64_t id, char out[40])
{
    snprintf(out, 40, "%s%lld", ct_app_config(app)->id_load, (long long)id);
}

void ct_load_text(const struct ct_app *app, const struct ct_load *l, char *out, size_t size)
{
    char number[40], at[24], cycle[32] = "";
    ct_load_number(app, l->id, number);
    ct_datetime_text(l->started_ms != CT_UNSET ? l->started_ms : l->at_ms, at);
    if (l->cycle_number != CT_UNSET)
        snprintf(cycle, sizeof cycle, " cycle %lld", (long long)l->cycle_number);
    snprintf(out, size, "%s %s%s, %s", number, l->asset, cycle, at);
}

bool ct_load_is_over(enum ct_load_state s)
{
    return s >= CT_LOAD_IS_RELEASED;
}

bool ct_load_holds(const struct ct_pack *p)
{
    return p->step == CT_PACK_IN_LOAD || p->step == CT_PACK_STERILISED;
}

const struct ct_programme_indicator *ct_load_indicator(const struct ct_programme *p,
                                                       const char *id)
{
    for (size_t i = 0; i < p->n_indicators; i++)
        if (strcmp(p->indicator[i].id, id) == 0)
            return &p->indicator[i];
    return NULL;
}

/* What is inside a pack is read when the pack is opened, and no release waits for it. */
bool ct_load_asks(const struct ct_load_facts *f, const struct ct_programme_indicator *i)
{
    if ((i->when & 1U << CT_WHEN_LOAD) != 0)
        return true;
    if ((i->when & 1U << CT_WHEN_IMPLANT) != 0 && f->l.implant)
        return true;
    return i->kind == CT_CHEMICAL && i->place == CT_PLACE_OUTSIDE &&
           (i->when & 1U << CT_WHEN_PACK) != 0;
}

/* ---- readings -------------------------------------------------------------------------- */

static void sentence(struct ct_buf *out, const char *text)
{
    if (out != NULL)
        ct_buf_printf(out, "%s\n", text);
}

/* A record of the machine that fails stands for good: no other record takes its place. */
static bool record_failed(const struct ct_load_facts *f)
{
    for (size_t i = 0; i < f->n_readings; i++)
        if (f->reading[i].record_id != 0 && f->reading[i].verdict == CT_CYCLE_FAIL)
            return true;
    return false;
}

/* The last one that was typed, and the last of the machine's records: both stand. */
static enum ct_load_state judge_readings(const struct ct_load_facts *f, struct ct_buf *out)
{
    const struct ct_load_reading *last[2] = {NULL, NULL};
    bool whole = false;
    for (size_t i = 0; i < f->n_readings; i++)
        last[f->reading[i].record_id != 0] = &f->reading[i];
    if (f->n_readings == 0) {
        sentence(out, "The parameters of the cycle are not entered.");
        return CT_LOAD_WANTS_READING;
    }
    if (record_failed(f)) {
        sentence(out, "A limit of the programme is broken by the machine's record: reject it.");
        return CT_LOAD_FAILED;
    }
    for (int i = 0; i < 2; i++) {
        if (last[i] == NULL)
            continue;
        if (last[i]->verdict == CT_CYCLE_FAIL) {
            sentence(out, "A limit of the programme is broken by what was typed: reject it, or "
                          "read it again with a reason.");
            return CT_LOAD_FAILED;
        }
        whole = whole || (last[i]->verdict == CT_CYCLE_PASS && last[i]->unmeasured == 0);
    }
    if (whole)
        return CT_LOAD_IS_READY;
    sentence(out, "Not every limit of the programme was measured: enter what is missing.");
    return CT_LOAD_WANTS_READING;
}

/* ---- chemical -------------------------------------------------------------------------- */

/* The last reading of an indicator, of a pack or of all; CT_CI_NOT_READ: none. */
static enum ct_ci_result ci_of(const struct ct_load_facts *f, const char *id, int64_t pack_id)
{
    enum ct_ci_result r = CT_CI_NOT_READ;
    for (size_t i = 0; i < f->n_cis; i++)
        if (f->ci[i].pack_id == pack_id && strcmp(f->ci[i].indicator, id) == 0)
            r = f->ci[i].result;
    return r;
}

static enum ct_load_state judge_ci(const struct ct_load_facts *f,
                                   const struct ct_programme_indicator *ind, struct ct_buf *out)
{
    enum ct_ci_result all = ci_of(f, ind->id, 0);
    char text[300];
    size_t unread = 0;
    if (all == CT_CI_FAIL || all == CT_CI_UNCLEAR) {
        snprintf(text, sizeof text, "%.200s: %s. The load is to be rejected.", ind->text,
                 CT_CI_RESULT_NAME[all]);
        sentence(out, text);
        return CT_LOAD_FAILED;
    }
    bool each = (ind->when & 1U << CT_WHEN_PACK) != 0;
    for (size_t i = 0; i < f->n_packs; i++)
        unread += ct_load_holds(&f->pack[i]) &&
                  !ct_ci_accepts(ci_of(f, ind->id, f->pack[i].id));
    if (ct_ci_accepts(all) || (each && unread == 0))
        return CT_LOAD_IS_READY;
    if (each && unread < (size_t)f->l.packs)
        snprintf(text, sizeof text, "%.200s: not read of %zu packs.", ind->text, unread);
    else
        snprintf(text, sizeof text, "%.200s: not read.", ind->text);
    sentence(out, text);
    return CT_LOAD_WANTS_CI;
}

/* ---- biological ------------------------------------------------------------------------ */

enum ct_bi_meaning ct_load_bi_means(const struct ct_load_bi *b, int64_t now_ms,
                                    struct ct_buf *why)
{
    const struct ct_bi_pair pair = {
        .lot = b->lot,
        .control_lot = b->control_lot,
        .test = b->test,
        .control = b->control,
        .started_ms = b->started_ms,
        .read_ms = b->read_ms != CT_UNSET ? b->read_ms : 0,
        .control_started_ms = b->control_started_ms,
        .control_read_ms = b->read_ms != CT_UNSET ? b->read_ms : 0,
        .incubation_ms = b->incubation_ms,
        .latest_ms = b->latest_ms,
        .product_expired = b->expires < ct_date_at(b->started_ms),
        .processed = true,
    };
    return ct_bi_means(&pair, now_ms, why);
}

enum ct_load_bi_state ct_load_bi_state(const struct ct_load_facts *f, int64_t *ret_due_ms)
{
    enum ct_load_bi_state s = CT_LOAD_BI_NONE;
    bool waits = false, negative = false;
    *ret_due_ms = CT_UNSET;
    for (size_t i = 0; i < f->n_bis; i++) {
        const struct ct_load_bi *b = &f->bi[i];
        s = CT_LOAD_BI_NO_RESULT;
        if (b->meaning == CT_BI_IS_POSITIVE)
            return CT_LOAD_BI_POSITIVE;
        negative = negative || b->meaning == CT_BI_VALID_NEGATIVE;
        if (b->test != CT_BI_NOT_READ || b->meaning == CT_BI_TOO_LATE)
            continue;
        waits = true;
        if (*ret_due_ms == CT_UNSET || b->ready_ms < *ret_due_ms)
            *ret_due_ms = b->ready_ms;
    }
    return waits ? CT_LOAD_BI_WAITS : negative ? CT_LOAD_BI_NEGATIVE : s;
}

static enum ct_load_state judge_bi(const struct ct_load_facts *f, int64_t now_ms,
                                   const struct ct_programme_indicator *ind, struct ct_buf *out)
{
    char text[400], at[24];
    bool there = false, waits = false;
    int64_t ready = 0;
    CT_BUF why = {.max = 1024};
    for (size_t i = 0; i < f->n_bis; i++) {
        const struct ct_load_bi *b = &f->bi[i];
        if (strcmp(b->indicator, ind->id) != 0)
            continue;
        if (b->meaning == CT_BI_VALID_NEGATIVE)
            return CT_LOAD_IS_READY;
        there = true;
        if (b->test == CT_BI_NOT_READ && b->meaning != CT_BI_TOO_LATE) {
            waits = true;
            ready = b->ready_ms;
        } else {
            ct_buf_clear(&why);
            (void)ct_load_bi_means(b, now_ms, &why);
        }
    }
    if (waits) {
        ct_datetime_text(ready, at);
        snprintf(text, sizeof text, "%.200s: to be read from %s.", ind->text, at);
    } else if (there) {
        snprintf(text, sizeof text, "%.100s gave no result: %.240s", ind->text, ct_buf_str(&why));
    } else {
        snprintf(text, sizeof text, "%.200s: none was put in%s.", ind->text,
                 f->l.implant ? ", and there is an implant in the load" : "");
    }
    sentence(out, text);
    return CT_LOAD_WANTS_BI;
}

/* ---- all of it ------------------------------------------------------------------------- */

static enum ct_load_state worst(enum ct_load_state a, enum ct_load_state b)
{
    return a < b ? a : b;
}

/* FAILED stands behind WANTS_READING in the order of states, and before it in weight. */
static enum ct_load_state over(const struct ct_load_facts *f, int64_t now_ms,
                               struct ct_buf *out)
{
    enum ct_load_state s = judge_readings(f, out);
    bool failed = s == CT_LOAD_FAILED;
    int64_t due;
    for (size_t i = 0; i < f->p->n_indicators; i++) {
        const struct ct_programme_indicator *ind = &f->p->indicator[i];
        if (!ct_load_asks(f, ind))
            continue;
        enum ct_load_state one = ind->kind == CT_BIOLOGICAL ? judge_bi(f, now_ms, ind, out)
                                                            : judge_ci(f, ind, out);
        failed = failed || one == CT_LOAD_FAILED;
        s = worst(s, one);
    }
    if (ct_load_bi_state(f, &due) == CT_LOAD_BI_POSITIVE) {
        sentence(out, "A biological indicator is POSITIVE: the load is to be rejected.");
        failed = true;
    }
    if (f->l.packs == 0) {
        sentence(out, "No pack of it is left: reject it.");
        failed = true;
    }
    return failed ? CT_LOAD_FAILED : s;
}

enum ct_load_state ct_load_judge(const struct ct_load_facts *f, int64_t now_ms,
                                 struct ct_buf *out)
{
    static const enum ct_load_state OF_STEP[CT_LOAD_STEPS] = {
        [CT_LOAD_PLANNED] = CT_LOAD_IS_PLANNED,   [CT_LOAD_STARTED] = CT_LOAD_IS_RUNNING,
        [CT_LOAD_OVER] = CT_LOAD_IS_READY,        [CT_LOAD_ABORTED] = CT_LOAD_IS_ABORTED,
        [CT_LOAD_RELEASED] = CT_LOAD_IS_RELEASED, [CT_LOAD_REJECTED] = CT_LOAD_IS_REJECTED,
        [CT_LOAD_GIVEN_UP] = CT_LOAD_IS_GIVEN_UP,
    };
    static const char *const SAY[CT_LOAD_STEPS] = {
        [CT_LOAD_PLANNED] = "It has not started yet.",
        [CT_LOAD_STARTED] = "Its cycle is running.",
        [CT_LOAD_ABORTED] = "Its cycle was aborted: its packs are to be reprocessed.",
        [CT_LOAD_RELEASED] = "It is released already.",
        [CT_LOAD_REJECTED] = "It is rejected: its packs are to be reprocessed.",
        [CT_LOAD_GIVEN_UP] = "It was given up.",
    };
    if (f->step == CT_LOAD_OVER)
        return over(f, now_ms, out);
    sentence(out, SAY[f->step]);
    if (f->step == CT_LOAD_RELEASED && record_failed(f))
        sentence(out, "The machine's record, kept since, breaks a limit: its packs are not stopped "
                      "by that. T shows where they are, and R there opens a recall.");
    return OF_STEP[f->step];
}

/* ---- derived --------------------------------------------------------------------------- */

struct moments {
    int64_t started_ms, ended_ms, cycle_number, last_ms;
    uint32_t started_by;
};

static enum ct_status moments(struct ct_db *db, int64_t id, struct moments *ret,
                              struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *ret = (struct moments){CT_UNSET, CT_UNSET, CT_UNSET, 0, 0};
    enum ct_status rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_EVENTS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        int64_t step = ct_col_i64(st, 1);
        ret->last_ms = ct_col_i64(st, 4);
        if (step == CT_LOAD_STARTED) {
            ret->started_ms = ret->last_ms;
            ret->cycle_number = ct_col_i64(st, 2);
            ret->started_by = (uint32_t)ct_col_i64(st, 6);
        }
        if (step == CT_LOAD_OVER || step == CT_LOAD_ABORTED)
            ret->ended_ms = ret->last_ms;
    }
    return rc;
}

static int worst_verdict(const struct ct_load_facts *f)
{
    int last[2] = {-1, -1};
    for (size_t i = 0; i < f->n_readings; i++)
        last[f->reading[i].record_id != 0] = (int)f->reading[i].verdict;
    if (record_failed(f))
        last[1] = CT_CYCLE_FAIL;
    return last[0] > last[1] ? last[0] : last[1];
}

static void count_packs(struct ct_load_facts *f)
{
    bool over = f->step >= CT_LOAD_ABORTED;
    f->l.packs = f->l.early = 0;
    f->l.implant = false;
    for (size_t i = 0; i < f->n_packs; i++) {
        const struct ct_pack *p = &f->pack[i];
        f->l.packs += over || ct_load_holds(p) || p->released != 0;
        f->l.early += p->released == 2;
        f->l.implant = f->l.implant || p->implant;
    }
}

static enum ct_status find_put(struct ct_db *db, const struct ct_load_facts *f,
                               const struct moments *m, int64_t due_ms, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    const struct ct_load *l = &f->l;
    enum ct_status rc = ct_stmt_get(db, &ct_load_sql[CT_SQL_LOAD_FIND_PUT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":load_id", l->id);
    ct_bind_i64(st, ":equipment_id", l->equipment_id);
    ct_bind_text(st, ":programme", l->programme);
    ct_bind_i64(st, ":state", l->state);
    ct_bind_i64(st, ":state_ms", m->last_ms);
    ct_bind_opt(st, ":started_ms", m->started_ms);
    ct_bind_opt(st, ":ended_ms", m->ended_ms);
    ct_bind_opt(st, ":started_by", m->started_by != 0 ? (int64_t)m->started_by : CT_UNSET);
    ct_bind_opt(st, ":cycle_number", m->cycle_number);
    ct_bind_i64(st, ":implant", l->implant);
    ct_bind_i64(st, ":packs", l->packs);
    ct_bind_opt(st, ":verdict", l->verdict >= 0 ? l->verdict : CT_UNSET);
    ct_bind_i64(st, ":bi", l->bi);
    ct_bind_opt(st, ":bi_due_ms", due_ms);
    ct_bind_i64(st, ":early", l->early);
    return ct_stmt_run(st, NULL, reterr);
}

enum ct_status ct_load_derive(struct ct_app *app, struct ct_db *db, int64_t id,
                              struct ct_error *reterr)
{
    CT_LOAD_FACTS f = {.p = NULL};
    struct moments m;
    int64_t due_ms;
    enum ct_status rc = ct_load_facts(app, db, id, &f, reterr);
    if (rc == CT_OK)
        rc = moments(db, id, &m, reterr);
    if (rc != CT_OK)
        return rc;
    count_packs(&f);
    f.l.verdict = worst_verdict(&f);
    f.l.bi = ct_load_bi_state(&f, &due_ms);
    f.l.state = ct_load_judge(&f, ct_app_now(app), NULL);
    return find_put(db, &f, &m, due_ms, reterr);
}
