/* competency_rule - what the site requires, and how long a competency is valid. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/competency_priv.h"

const char *const CT_LEVEL_NAME[CT_LEVELS] = {"none", "self-declared", "trained", "assessed",
                                              "assessor"};

static const struct ct_choice LEVEL[] = {
    {"S", "self-declared"}, {"T", "trained"}, {"A", "assessed"}, {NULL, NULL}};
static const struct ct_choice RISK[] = {
    {"N", "not said"}, {"L", "low"}, {"M", "medium"}, {"H", "high"}, {NULL, NULL}};

const struct ct_field CT_COMP_RULE_FIELDS[] = {
    {.name = "subject", .label = "Required for", .unit = "", .kind = CT_F_TEXT, .width = 50,
     .max_bytes = CT_SUBJECT_TITLE_MAX + 12, .required = true,
     .help = "A model or class of devices, a procedure, a programme, a checklist."},
    {.name = "level", .label = "Level", .unit = "", .kind = CT_F_CODE, .width = 3,
     .required = true, .hard_hi = 2, .soft_hi = 2, .choices = LEVEL,
     .help = "The least that is enough."},
    {.name = "risk", .label = "Risk", .unit = "", .kind = CT_F_CODE, .width = 3,
     .required = true, .hard_hi = CT_RISKS - 1, .soft_hi = CT_RISKS - 1, .choices = RISK,
     .help = "How long it is valid follows from it, as config.ini [training] says."},
    {.name = "months", .label = "Valid", .unit = "months", .kind = CT_F_INT, .width = 4,
     .hard_hi = 240, .soft_hi = 120,
     .help = "Where it is not as its risk says; 0 never runs out; empty by the risk."},
    {.name = "source", .label = "Asked for by", .unit = "", .kind = CT_F_TEXT, .width = 50,
     .max_bytes = 120, .required = true, .help = "The policy, its number and revision."},
    {.name = "reason", .label = "Changed because", .unit = "", .kind = CT_F_TEXT, .width = 50,
     .max_bytes = CT_COMP_REASON_MAX, .help = "Only where it was required before."},
};
const size_t CT_COMP_RULE_FIELDS_N = CT_LEN(CT_COMP_RULE_FIELDS);

int ct_comp_months(const struct ct_config *c, const struct ct_comp_rule *r, enum ct_level level,
                   char *why, size_t size)
{
    enum ct_equip_risk risk = r != NULL ? r->risk : CT_RISK_UNSAID;
    int months = risk == CT_RISK_HIGH     ? c->train_high_months
                 : risk == CT_RISK_MEDIUM ? c->train_medium_months
                                          : c->train_low_months;
    const char *of = risk == CT_RISK_HIGH     ? "high risk"
                     : risk == CT_RISK_MEDIUM ? "medium risk"
                     : risk == CT_RISK_LOW    ? "low risk"
                                              : "no risk said";
    if (r != NULL && r->months >= 0) {
        months = r->months;
        of = "as required";
    }
    if (level == CT_LEVEL_SELF && (months == 0 || months > c->train_self_months)) {
        months = c->train_self_months;
        of = "self-declared";
    }
    if (level == CT_LEVEL_ASSESSOR && !c->train_assessor_expires) {
        months = 0;
        of = "assessors need no update";
    }
    if (months == 0)
        snprintf(why, size, "does not run out, %s", of);
    else
        snprintf(why, size, "%d month%s, %s", months, months == 1 ? "" : "s", of);
    return months;
}

ct_date ct_comp_last_day(ct_date done, int months)
{
    return months > 0 ? ct_interval_after(done, months, CT_EVERY_MONTH) : CT_NO_DATE;
}

void ct_comp_rule_text(const struct ct_config *c, const struct ct_comp_rule *r, char *out,
                       size_t size)
{
    char why[80];
    ct_comp_months(c, r, r->level, why, sizeof why);
    snprintf(out, size, "%s, %s", CT_LEVEL_NAME[r->level], why);
}

/* ---- reading -------------------------------------------------------------------------------- */

static void row(struct ct_stmt *st, struct ct_comp_rule *r)
{
    memset(r, 0, sizeof *r);
    r->id = ct_col_i64(st, 0);
    r->subject.kind = (enum ct_subject_kind)ct_col_i64(st, 1);
    ct_text_copy(r->subject.id, sizeof r->subject.id, ct_col_text(st, 2));
    ct_text_copy(r->subject.title, sizeof r->subject.title, ct_col_text(st, 3));
    r->level = (enum ct_level)ct_col_i64(st, 4);
    r->risk = (enum ct_equip_risk)ct_col_i64(st, 5);
    r->months = ct_col_null(st, 6) ? -1 : (int)ct_col_i64(st, 6);
    ct_text_copy(r->source, sizeof r->source, ct_col_text(st, 7));
    ct_text_copy(r->reason, sizeof r->reason, ct_col_text(st, 8));
    r->at_ms = ct_col_i64(st, 9);
    r->by_user = (uint32_t)ct_col_i64(st, 10);
}

enum ct_status ct_comp_rule_load(struct ct_db *db, const struct ct_subject *s,
                                 struct ct_comp_rule *r, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    *r = (struct ct_comp_rule){.months = -1};
    enum ct_status rc = ct_stmt_get(db, &ct_competency_sql[CT_SQL_COMP_RULE_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":kind", s->kind);
    ct_bind_text(st, ":subject", s->id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc == CT_OK && there)
        row(st, r);
    return rc;
}

enum ct_status ct_comp_rules(struct ct_app *app, struct ct_comp_rule **ret, size_t *ret_n,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    size_t cap = 0;
    bool there;
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_TRAIN_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_competency_sql[CT_SQL_COMP_RULES], &st, reterr);
    while (rc == CT_OK && (rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_comp_rule *more = ct_rows_grow(*ret, *ret_n, &cap, sizeof **ret);
        if (more == NULL) {
            rc = ct_fail(reterr, CT_ENOMEM, "", "there is no memory for what is required");
            break;
        }
        *ret = more;
        row(st, &more[*ret_n]);
        ct_user_name(app, more[*ret_n].by_user, more[*ret_n].by, sizeof more[*ret_n].by);
        ++*ret_n;
    }
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

/* ---- writing --------------------------------------------------------------------------------- */

struct ruling {
    struct ct_comp_rule r, was;
    bool ends;
};

static bool same(const struct ct_comp_rule *a, const struct ct_comp_rule *b)
{
    return a->level == b->level && a->risk == b->risk && a->months == b->months &&
           strcmp(a->source, b->source) == 0;
}

static enum ct_status check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ruling *x = arg;
    struct ct_comp_rule *r = &x->r;
    enum ct_status rc = ct_comp_rule_load(ct_app_db(app), &r->subject, &x->was, reterr);
    if (rc != CT_OK)
        return rc;
    if (x->ends && x->was.id == 0)
        return ct_fail(reterr, CT_ECONFLICT, "subject", "nothing is required for %s",
                       r->subject.title);
    if (!x->ends && (r->level < CT_LEVEL_SELF || r->level > CT_LEVEL_ASSESSED))
        return ct_fail(reterr, CT_EINVAL, "level",
                       "what can be required is self-declared, trained or assessed");
    if ((unsigned)r->risk >= CT_RISKS)
        return ct_fail(reterr, CT_EINVAL, "risk", "there is no such risk");
    if (r->months < -1 || r->months > 240)
        return ct_fail(reterr, CT_EINVAL, "months", "0 to 240 months are accepted");
    rc = ct_text_check(r->source, "source", "who asks for it", sizeof r->source - 1, !x->ends,
                       reterr);
    if (rc == CT_OK)
        rc = ct_text_check(r->reason, "reason", "why it is changed", CT_COMP_REASON_MAX,
                           x->was.id != 0, reterr);
    if (rc == CT_OK && !x->ends && x->was.id != 0 && same(r, &x->was))
        rc = ct_fail(reterr, CT_EINVAL, "", "nothing is changed");
    return rc;
}

static enum ct_status write(struct ct_app *app, struct ct_db *db, void *arg,
                            struct ct_entry *entry, struct ct_error *reterr)
{
    struct ruling *x = arg;
    struct ct_comp_rule *r = &x->r;
    CT_STMT *st = NULL, *gone = NULL, *put = NULL;
    char subject[CT_SUBJECT_TITLE_MAX + 20], rule[120];
    enum ct_status rc = check(app, arg, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_competency_sql[CT_SQL_COMP_RULE_INSERT], &st, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_competency_sql[CT_SQL_COMP_RULE_DELETE], &gone, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_competency_sql[CT_SQL_COMP_RULE_PUT], &put, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":kind", r->subject.kind);
    ct_bind_text(st, ":subject", r->subject.id);
    ct_bind_text(st, ":title", r->subject.title);
    ct_bind_i64(st, ":level", r->level);
    ct_bind_i64(st, ":risk", r->risk);
    ct_bind_opt(st, ":months", r->months >= 0 ? r->months : CT_UNSET);
    ct_bind_text(st, ":source", r->source);
    ct_bind_i64(st, ":ended", x->ends);
    ct_bind_text(st, ":reason", r->reason);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    rc = ct_stmt_run(st, &r->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "competency_rule", r->id);
    entry->severity = x->was.id != 0 ? CT_NOTABLE : CT_ROUTINE;
    ct_subject_text(&r->subject, subject, sizeof subject);
    ct_comp_rule_text(ct_app_config(app), r, rule, sizeof rule);
    snprintf(entry->detail, sizeof entry->detail, "%s: %s%s%s", subject,
             x->ends ? "nothing is required any more" : rule,
             r->reason[0] != '\0' ? "; because " : "", r->reason);
    ct_bind_i64(gone, ":kind", r->subject.kind);
    ct_bind_text(gone, ":subject", r->subject.id);
    rc = ct_stmt_run(gone, NULL, reterr);
    if (rc != CT_OK || x->ends)
        return rc;
    ct_bind_i64(put, ":rule_id", r->id);
    ct_bind_i64(put, ":kind", r->subject.kind);
    ct_bind_text(put, ":subject", r->subject.id);
    return ct_stmt_run(put, NULL, reterr);
}

static enum ct_status record(struct ct_app *app, struct ruling *x, struct ct_error *reterr)
{
    struct ct_change change = {.verb = CT_VERB_COMP_RULE,
                               .check = check,
                               .write = write,
                               .arg = x,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return ct_record(app, &change, NULL, reterr);
}

enum ct_status ct_comp_rule_put(struct ct_app *app, struct ct_comp_rule *r,
                                struct ct_error *reterr)
{
    struct ruling x = {.r = *r};
    enum ct_status rc = record(app, &x, reterr);
    if (rc == CT_OK)
        *r = x.r;
    return rc;
}

enum ct_status ct_comp_rule_end(struct ct_app *app, const struct ct_subject *s,
                                const char *reason, struct ct_error *reterr)
{
    struct ruling x = {.ends = true};
    if (strlen(reason) > CT_COMP_REASON_MAX)
        return ct_fail(reterr, CT_EINVAL, "reason", "a reason has at most %d bytes",
                       CT_COMP_REASON_MAX);
    enum ct_status rc = ct_comp_rule_load(ct_app_db(app), s, &x.r, reterr);
    if (rc != CT_OK)
        return rc;
    x.r.subject = *s;
    if (x.r.id == 0)
        x.r.level = CT_LEVEL_SELF;
    ct_text_copy(x.r.reason, sizeof x.r.reason, reason);
    return record(app, &x, reterr);
}
