/* procedure - planning one, and changing what is planned. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "clinic/rows.h"
#include "record/user.h"

enum { PAST_DAYS = 31, AHEAD_DAYS = 731 };

/* ---- what is accepted ------------------------------------------------------ */

/* Sides are mixed up when they are cut short: "L wrist", "R.", "lt". */
static enum ct_status sides(const char *s, const char *field, struct ct_error *reterr)
{
    static const char *const SHORT[] = {"l", "lt", "lft", "r", "rt", "rgt"};
    for (const char *p = s; *p != '\0';) {
        size_t n = 0;
        while (isalpha((unsigned char)p[n]) || (unsigned char)p[n] >= 0x80)
            n++;
        for (size_t i = 0; n > 0 && i < CT_LEN(SHORT); i++)
            if (strlen(SHORT[i]) == n && strncasecmp(SHORT[i], p, n) == 0 &&
                (p == s || !isdigit((unsigned char)p[-1])))
                return ct_fail(reterr, CT_EINVAL, field,
                               "\"%.*s\" may be misread: write %s in full", (int)n, p,
                               SHORT[i][0] == 'l' ? "left" : "right");
        p += n;
        while (*p != '\0' && !isalpha((unsigned char)*p) && (unsigned char)*p < 0x80)
            p++;
    }
    return CT_OK;
}

static enum ct_status texts(struct ct_procedure *p, struct ct_error *reterr)
{
    const struct {
        char *s;
        const char *field, *label;
        size_t max;
        bool required;
    } T[] = {{p->title, "title", "What it is called", sizeof p->title - 1, true},
             {p->site, "site", "The site", sizeof p->site - 1, false},
             {p->room, "room", "The room", sizeof p->room - 1, false},
             {p->note, "note", "The note", CT_PROC_TEXT_MAX, false}};
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < CT_LEN(T); i++)
        rc = ct_text_check(T[i].s, T[i].field, T[i].label, T[i].max, T[i].required, reterr);
    if (rc == CT_OK)
        rc = sides(p->title, "title", reterr);
    return rc == CT_OK ? sides(p->site, "site", reterr) : rc;
}

static enum ct_status kind(struct ct_app *app, struct ct_procedure *p, struct ct_error *reterr)
{
    const struct ct_proc_kinds *kinds;
    enum ct_status rc = ct_proc_kinds_of(app, &kinds, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_proc_kind *k = ct_proc_kind_find(kinds, p->kind);
    if (p->kind[0] == '\0')
        return ct_fail(reterr, CT_EINVAL, "kind", "what is to be done is missing");
    if (k == NULL)
        return ct_fail(reterr, CT_EINVAL, "kind",
                       "there is no procedure \"%.40s\" in procedures.ini", p->kind);
    memcpy(p->kind, k->id, sizeof p->kind);
    if (p->title[strspn(p->title, " ")] == '\0')
        memcpy(p->title, k->title, sizeof p->title);
    if (p->minutes == 0)
        p->minutes = k->minutes;
    return CT_OK;
}

static enum ct_status time_ok(struct ct_app *app, const struct ct_procedure *p,
                              struct ct_error *reterr)
{
    ct_date today = ct_date_at(ct_app_now(app)), day = ct_date_at(p->planned_ms);
    char text[16];
    ct_date_text(day, text);
    if (day < today - PAST_DAYS)
        return ct_fail(reterr, CT_EINVAL, "planned_ms",
                       "%s is more than %d days ago: is the date right?", text, PAST_DAYS);
    if (day > today + AHEAD_DAYS)
        return ct_fail(reterr, CT_EINVAL, "planned_ms",
                       "%s is more than two years ahead: is the date right?", text);
    return CT_OK;
}

/* Somebody who is here and does such work. */
static enum ct_status assigned(struct ct_app *app, struct ct_procedure *p,
                               struct ct_error *reterr)
{
    struct ct_person *v = NULL;
    size_t n = 0;
    p->assigned_name[0] = '\0';
    if (p->assigned == 0)
        return CT_OK;
    enum ct_status rc = ct_user_people(app, CT_PERM_PROCEDURE_WRITE, &v, &n, reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        if (v[i].user_id == p->assigned)
            ct_text_copy(p->assigned_name, sizeof p->assigned_name, v[i].name);
    free(v);
    if (rc == CT_OK && p->assigned_name[0] == '\0')
        rc = ct_fail(reterr, CT_EINVAL, "assigned",
                     "this user is not active, or does no procedures");
    return rc;
}

enum ct_status ct_procedure_plan_check(struct ct_app *app, const struct ct_procedure *was,
                                       struct ct_procedure *p, struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    if (was == NULL || strcmp(was->kind, p->kind) != 0) /* one that is gone may stand */
        rc = kind(app, p, reterr);
    if (rc == CT_OK)
        rc = texts(p, reterr);
    if (rc == CT_OK && (p->minutes < 1 || p->minutes > 1440))
        rc = ct_fail(reterr, CT_EINVAL, "minutes", "1 to 1440 minutes are possible");
    if (rc == CT_OK && (was == NULL || was->planned_ms != p->planned_ms))
        rc = time_ok(app, p, reterr);
    if (rc == CT_OK && (was == NULL || was->assigned != p->assigned))
        rc = assigned(app, p, reterr);
    return rc;
}

enum ct_status ct_procedure_check(struct ct_app *app, struct ct_procedure *p,
                                  struct ct_error *reterr)
{
    return ct_procedure_plan_check(app, NULL, p, reterr);
}

/* ---- rows -------------------------------------------------------------------- */

struct planning {
    struct ct_procedure p;
    struct ct_procedure was; /* of a change */
    const char *import_key, *reason;
};

static enum ct_status insert_detail(struct ct_app *app, struct ct_db *db, struct planning *x,
                                    struct ct_error *reterr)
{
    struct ct_procedure *p = &x->p;
    CT_STMT *st = NULL;
    enum ct_status rc =
        ct_stmt_get(db, &ct_procedure_sql[CT_SQL_PROC_DETAIL_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    p->changed_ms = ct_app_now(app);
    p->changed_by = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":procedure_id", p->id);
    ct_bind_opt(st, ":replaces_id", x->was.detail_id != 0 ? x->was.detail_id : CT_UNSET);
    ct_bind_text(st, ":kind", p->kind);
    ct_bind_text(st, ":title", p->title);
    ct_bind_text(st, ":site", p->site);
    ct_bind_i64(st, ":planned_ms", p->planned_ms);
    ct_bind_i64(st, ":minutes", p->minutes);
    ct_bind_text(st, ":room", p->room);
    ct_bind_opt(st, ":assigned", p->assigned != 0 ? p->assigned : CT_UNSET);
    ct_bind_text(st, ":note", p->note);
    ct_bind_text(st, ":reason", x->reason != NULL && x->reason[0] != '\0' ? x->reason : NULL);
    ct_bind_i64(st, ":at_ms", p->changed_ms);
    ct_bind_i64(st, ":by_user", p->changed_by);
    return ct_stmt_run(st, &p->detail_id, reterr);
}

static enum ct_status find_write(struct ct_db *db, const struct ct_procedure *p, bool new_one,
                                 struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    unsigned sql = new_one ? CT_SQL_PROC_FIND_INSERT : CT_SQL_PROC_FIND_PLAN;
    enum ct_status rc = ct_stmt_get(db, &ct_procedure_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":procedure_id", p->id);
    if (new_one)
        ct_bind_i64(st, ":patient_id", p->patient_id);
    ct_bind_i64(st, ":detail_id", p->detail_id);
    ct_bind_i64(st, ":planned_ms", p->planned_ms);
    ct_bind_text(st, ":room", p->room);
    ct_bind_opt(st, ":assigned", p->assigned != 0 ? p->assigned : CT_UNSET);
    return ct_stmt_run(st, NULL, reterr);
}

/* ---- adding ------------------------------------------------------------------ */

static enum ct_status add_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct planning *x = arg;
    return ct_procedure_check(app, &x->p, reterr);
}

static enum ct_status add_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct planning *x = arg;
    struct ct_procedure *p = &x->p;
    struct ct_patient who;
    CT_STMT *st = NULL;
    char text[200], at[24];
    enum ct_status rc = ct_patient_details(db, p->patient_id, &who, reterr);
    int64_t twin = 0;
    if (rc == CT_OK && x->import_key != NULL)
        rc = ct_procedure_imported(app, x->import_key, &twin, reterr);
    if (rc == CT_OK && twin != 0)
        rc = ct_fail(reterr, CT_EEXISTS, "import_key", "this is P-%lld, imported already",
                     (long long)twin);
    if (rc == CT_OK)
        rc = ct_stmt_get(db, &ct_procedure_sql[CT_SQL_PROC_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    p->added_ms = ct_app_now(app);
    p->added_by = ct_app_who(app)->user_id;
    ct_bind_i64(st, ":patient_id", p->patient_id);
    ct_bind_i64(st, ":at_ms", p->added_ms);
    ct_bind_i64(st, ":by_user", p->added_by);
    ct_bind_text(st, ":import_key", x->import_key);
    rc = ct_stmt_run(st, &p->id, reterr);
    if (rc == CT_OK)
        rc = insert_detail(app, db, x, reterr);
    if (rc == CT_OK)
        rc = find_write(db, p, true, reterr);
    if (rc != CT_OK)
        return rc;
    ct_patient_name(&who, p->patient, sizeof p->patient);
    p->born = who.born;
    p->sex = who.sex;
    ct_procedure_text(p, text, sizeof text);
    ct_datetime_text(p->planned_ms, at);
    snprintf(entry->detail, sizeof entry->detail, "%s, %s%s%s%s", text, at,
             p->room[0] != '\0' ? ", " : "", p->room,
             x->import_key != NULL ? " (imported)" : "");
    ct_entry_row(entry, "procedure", p->id);
    ct_entry_row(entry, "procedure_detail", p->detail_id);
    return CT_OK;
}

enum ct_status ct_procedure_add(struct ct_app *app, struct ct_procedure *p,
                                const char *import_key, struct ct_error *reterr)
{
    struct planning x = {.p = *p, .import_key = import_key};
    x.p.state = CT_PROC_SCHEDULED;
    x.p.state_ms = x.p.started_ms = x.p.ended_ms = CT_UNSET;
    struct ct_change change = {
        .verb = CT_VERB_PROCEDURE_ADD,
        .check = add_check,
        .write = add_write,
        .arg = &x,
        .entry = {.severity = CT_ROUTINE, .patient_id = p->patient_id, .done_ms = CT_UNSET}};
    enum ct_status rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_OK)
        *p = x.p;
    return rc;
}

/* ---- changing ------------------------------------------------------------------ */

static bool room_changed(const struct ct_procedure *was, const struct ct_procedure *is)
{
    return strcmp(was->room, is->room) != 0;
}

bool ct_procedure_needs_reason(const struct ct_procedure *was, const struct ct_procedure *is)
{
    return strcmp(was->kind, is->kind) != 0 || strcmp(was->title, is->title) != 0 ||
           strcmp(was->site, is->site) != 0 || was->planned_ms != is->planned_ms ||
           (was->room[0] != '\0' && room_changed(was, is));
}

static bool same(const struct ct_procedure *a, const struct ct_procedure *b)
{
    return !ct_procedure_needs_reason(a, b) && !room_changed(a, b) &&
           a->minutes == b->minutes && a->assigned == b->assigned &&
           strcmp(a->note, b->note) == 0;
}

static enum ct_status changed_meanwhile(struct ct_app *app, const struct ct_procedure *now,
                                        struct ct_error *reterr)
{
    char by[128], at[24], when[24];
    ct_user_name(app, now->changed_by, by, sizeof by);
    ct_datetime_text(now->changed_ms, at);
    ct_datetime_text(now->planned_ms, when);
    return ct_fail(reterr, CT_ECONFLICT, "",
                   "%s changed P-%lld at %s (now %s%s%s%s%s); nothing of yours was saved",
                   by, (long long)now->id, at, when, now->room[0] != '\0' ? ", " : "",
                   now->room, now->assigned != 0 ? ", " : "", now->assigned_name);
}

static enum ct_status amend_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct planning *x = arg;
    CT_TX tx = {.db = NULL};
    enum ct_status rc = ct_tx_read(ct_app_db(app), &tx, reterr);
    if (rc == CT_OK)
        rc = ct_procedure_load(app, x->p.id, &x->was, reterr);
    if (rc == CT_OK)
        rc = ct_access_check(app, x->was.patient_id, reterr);
    ct_tx_end(&tx);
    if (rc == CT_OK && x->was.detail_id != x->p.detail_id)
        return changed_meanwhile(app, &x->was, reterr);
    if (rc == CT_OK)
        rc = ct_procedure_plan_check(app, &x->was, &x->p, reterr);
    if (rc != CT_OK)
        return rc;
    if (same(&x->was, &x->p))
        return ct_fail(reterr, CT_EINVAL, "", "nothing is changed");
    if (ct_proc_ended(x->was.state) && x->was.planned_ms != x->p.planned_ms)
        return ct_fail(reterr, CT_EINVAL, "planned_ms",
                       "P-%lld is %s and keeps its time: plan a new one", (long long)x->p.id,
                       ct_proc_state_name(x->was.state));
    if (ct_procedure_needs_reason(&x->was, &x->p) &&
        (x->reason == NULL || x->reason[strspn(x->reason, " ")] == '\0'))
        return ct_fail(reterr, CT_EINVAL, "reason", "why it is changed is missing");
    return CT_OK;
}

/* "P-12 ECG 12-lead, left wrist: 22 Nov 10:00 to 22 Nov 11:00; room 1 to 2 (reason)" */
static void changes_text(const struct planning *x, char *out, size_t size)
{
    const struct ct_procedure *a = &x->was, *b = &x->p;
    CT_BUF t = {.max = 1024};
    char text[200], from[24], to[24];
    ct_procedure_text(b, text, sizeof text);
    ct_buf_printf(&t, "%s:", text);
    if (strcmp(a->kind, b->kind) != 0 || strcmp(a->title, b->title) != 0)
        ct_buf_printf(&t, " was %s;", a->title);
    if (strcmp(a->site, b->site) != 0)
        ct_buf_printf(&t, " site was %s;", a->site[0] != '\0' ? a->site : "not given");
    if (a->planned_ms != b->planned_ms) {
        ct_datetime_text(a->planned_ms, from);
        ct_datetime_text(b->planned_ms, to);
        ct_buf_printf(&t, " %s to %s;", from, to);
    }
    if (room_changed(a, b))
        ct_buf_printf(&t, " room %s;", b->room[0] != '\0' ? b->room : "none");
    if (a->assigned != b->assigned)
        ct_buf_printf(&t, " %s%s%s;", b->assigned != 0 ? b->assigned_name : "nobody",
                      a->assigned != 0 ? " instead of " : "", a->assigned_name);
    if (a->minutes != b->minutes)
        ct_buf_printf(&t, " %d min;", b->minutes);
    if (strcmp(a->note, b->note) != 0)
        ct_buf_str_add(&t, " note;");
    if (x->reason != NULL && x->reason[0] != '\0')
        ct_buf_printf(&t, " because %s", x->reason);
    ct_text_copy(out, size, ct_buf_str(&t));
}

/* The check again, now that nobody else can change anything. */
static enum ct_status amend_write(struct ct_app *app, struct ct_db *db, void *arg,
                                  struct ct_entry *entry, struct ct_error *reterr)
{
    struct planning *x = arg;
    enum ct_status rc = amend_check(app, arg, reterr);
    if (rc == CT_OK)
        rc = insert_detail(app, db, x, reterr);
    if (rc == CT_OK)
        rc = find_write(db, &x->p, false, reterr);
    if (rc != CT_OK)
        return rc;
    entry->patient_id = x->was.patient_id;
    bool other = strcmp(x->was.kind, x->p.kind) != 0 || strcmp(x->was.site, x->p.site) != 0;
    if (other && x->was.state != CT_PROC_SCHEDULED) /* what was done is said to be another */
        entry->severity = CT_NOTABLE;
    changes_text(x, entry->detail, sizeof entry->detail);
    ct_entry_row(entry, "procedure_detail", x->p.detail_id);
    return CT_OK;
}

enum ct_status ct_procedure_amend(struct ct_app *app, struct ct_procedure *p,
                                  const char *reason, struct ct_error *reterr)
{
    char why[CT_PROC_REASON_MAX + 1];
    struct planning x = {.p = *p, .reason = why};
    if (reason != NULL && strlen(reason) > CT_PROC_REASON_MAX)
        return ct_fail(reterr, CT_EINVAL, "reason", "a reason has at most %d bytes",
                       CT_PROC_REASON_MAX);
    ct_text_copy(why, sizeof why, reason != NULL ? reason : "");
    enum ct_status rc =
        ct_text_check(why, "reason", "The reason", CT_PROC_REASON_MAX, false, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_change change = {
        .verb = CT_VERB_PROCEDURE_AMEND,
        .write = amend_write,
        .arg = &x,
        .entry = {.severity = CT_ROUTINE, .patient_id = p->patient_id, .done_ms = CT_UNSET}};
    rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_OK)
        *p = x.p;
    return rc;
}
