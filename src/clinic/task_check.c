/* task_check - see task_check.h. */
#include "clinic/task_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/equipment_rows.h"

#define FOLDER "checks/"
#define ANSWERS "[answers]\n"
enum { LINE_MAX_BYTES = CT_CHECK_ID_MAX + CT_CHECK_COMMENT_MAX + 16 };

/* ---- files ------------------------------------------------------------------------ */

/* What a check may not have of all that a checklist may. */
static enum ct_status suits(const struct ct_ini *ini, const struct ct_checklist *t,
                            struct ct_error *reterr)
{
    bool can_fail = false;
    if (t->n_items > CT_TASK_CHECK_ITEMS_MAX)
        return ct_ini_fail(ini, "checklist", NULL, reterr,
                           "a check has at most %d items: it is answered each time",
                           CT_TASK_CHECK_ITEMS_MAX);
    for (size_t i = 0; i < t->n_items; i++) {
        char section[CT_CHECK_ID_MAX + 8];
        snprintf(section, sizeof section, "item.%s", t->item[i].id);
        if (t->item[i].kind != CT_CHECK_YES_NO)
            return ct_ini_fail(ini, section, "kind", reterr,
                               "every item of a check is yes-no");
        if (t->item[i].two_person)
            return ct_ini_fail(ini, section, NULL, reterr,
                               "a check is answered by one person: two_person is not asked here");
        can_fail |= t->item[i].stop_on != 0;
    }
    if (!can_fail)
        return ct_ini_fail(ini, "checklist", NULL, reterr,
                           "nothing can fail this check: at least one item needs stop_on");
    return CT_OK;
}

static enum ct_status from_ini(const struct ct_ini *ini, const char *file,
                               struct ct_checklist **ret, struct ct_error *reterr)
{
    CT_CHECKLIST *t = NULL;
    enum ct_status rc = ct_checklist_from_ini(ini, &t, reterr);
    if (rc == CT_OK)
        rc = ct_data_named(ini, "checklist", t->id, file, reterr);
    if (rc == CT_OK)
        rc = suits(ini, t, reterr);
    if (rc != CT_OK)
        return rc;
    *ret = t;
    t = NULL;
    return CT_OK;
}

enum ct_status ct_task_check_by_id(const struct ct_config *c, const char *id,
                                   struct ct_checklist **ret, struct ct_error *reterr)
{
    CT_INI *ini = NULL;
    enum ct_status rc = ct_data_load(c, FOLDER, "template", "check", id, &ini, reterr);
    return rc == CT_OK ? from_ini(ini, id, ret, reterr) : rc;
}

enum ct_status ct_task_check_load(struct ct_app *app, const char *id,
                                  struct ct_checklist **ret, struct ct_error *reterr)
{
    return ct_task_check_by_id(ct_app_config(app), id, ret, reterr);
}

enum ct_status ct_task_check_load_file(const char *path, struct ct_checklist **ret,
                                       struct ct_error *reterr)
{
    CT_INI *ini = NULL;
    enum ct_status rc = ct_ini_load(path, &ini, reterr);
    return rc == CT_OK ? from_ini(ini, path, ret, reterr) : rc;
}

enum ct_status ct_task_check_ids(const struct ct_config *c, struct ct_buf *ret,
                                 struct ct_error *reterr)
{
    return ct_data_ids(c, FOLDER, ret, reterr);
}

enum ct_status ct_task_check_for(struct ct_app *app, const struct ct_equipment *e,
                                 enum ct_task_kind kind, const char *template_id, char ret[41],
                                 struct ct_error *reterr)
{
    const struct ct_equip_classes *all;
    ret[0] = '\0';
    if (kind == CT_TASK_CALIBRATION || kind == CT_TASK_ELECTRICAL)
        return CT_OK; /* their templates are of data/calibrations */
    if (template_id[0] != '\0') {
        ct_text_copy(ret, 41, template_id);
        return CT_OK;
    }
    if (kind != CT_TASK_PRE_USE)
        return CT_OK;
    enum ct_status rc = ct_equip_classes_of(app, &all, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_equip_class *k = ct_equip_class_find(all, e->class);
    if (k != NULL)
        ct_text_copy(ret, 41, k->check);
    return CT_OK;
}

/* ---- the verdict --------------------------------------------------------------------- */

static bool has(uint16_t set, int value)
{
    return value != CT_CHECK_NO_VALUE && (set & 1u << value) != 0;
}

static void remark(struct ct_buf *b, const struct ct_check_item *i,
                   const struct ct_check_answer *a, bool with_answer)
{
    char said[64];
    const struct ct_check_now at = {0, CT_UNSET};
    ct_check_answer_text(i, a, &at, said, sizeof said);
    size_t n = strlen(i->text);
    n -= n > 0 && i->text[n - 1] == '?'; /* with its answer it asks no more */
    ct_buf_printf(b, "%s%.*s", b->len > 0 ? "; " : "", (int)n, i->text);
    if (with_answer)
        ct_buf_printf(b, ": %s", said);
    if (a->comment[0] != '\0')
        ct_buf_printf(b, " (%s)", a->comment);
}

enum ct_status ct_task_check_verdict(const struct ct_checklist *t,
                                     const struct ct_check_answer *a,
                                     enum ct_task_verdict *ret, char *text, size_t size,
                                     struct ct_error *reterr)
{
    struct ct_check_state state[CT_TASK_CHECK_ITEMS_MAX];
    const struct ct_check_now at = {0, CT_UNSET};
    CT_BUF bad = {.max = 16384}, notes = {.max = 16384};
    const struct ct_check_item *open = NULL, *mute = NULL;
    *ret = CT_TASK_PASSED;
    if (t->n_items > CT_TASK_CHECK_ITEMS_MAX)
        return ct_fail(reterr, CT_EINVAL, "template", "%s is no check of a device", t->id);
    ct_checklist_eval(t, a, &at, state);
    for (size_t pass = 0; pass < 2; pass++) { /* what fails stands before what limits */
        for (size_t i = 0; i < t->n_items; i++) {
            const struct ct_check_item *item = &t->item[i];
            const struct ct_check_state *s = &state[i];
            bool stops = has(item->stop_on, s->value), limits = has(item->comment_on, s->value);
            if (!s->shown || !s->answered) {
                if (s->missing && open == NULL)
                    open = item;
                continue;
            }
            if (s->comment_missing && mute == NULL)
                mute = item;
            if (pass == 0 && stops) {
                *ret = CT_TASK_FAILED;
                remark(&bad, item, &a[i], true);
            } else if (pass == 1 && !stops && limits) {
                *ret = *ret == CT_TASK_FAILED ? CT_TASK_FAILED : CT_TASK_LIMITED;
                remark(&bad, item, &a[i], true);
            } else if (pass == 1 && !stops && a[i].comment[0] != '\0') {
                remark(&notes, item, &a[i], false);
            }
        }
    }
    if (text != NULL) {
        if (bad.len > 0 && notes.len > 0)
            ct_buf_printf(&bad, "; %s", ct_buf_str(&notes));
        ct_text_copy(text, size, ct_buf_str(bad.len > 0 ? &bad : &notes));
    }
    if (open != NULL)
        return ct_fail(reterr, CT_EINVAL, open->id, "not answered yet: %s", open->text);
    if (mute != NULL)
        return ct_fail(reterr, CT_EINVAL, mute->id, "a remark is needed: %s", mute->text);
    return CT_OK;
}

/* ---- kept ------------------------------------------------------------------------------ */

/* The list, then a line each: id, answer, remark, with tabs between. */
static void write_down(const struct ct_checklist *t, const struct ct_check_answer *a,
                       struct ct_buf *out)
{
    ct_checklist_canonical(t, out);
    ct_buf_str_add(out, ANSWERS);
    for (size_t i = 0; i < t->n_items; i++) {
        if (a[i].given == CT_CHECK_NOT_ASKED)
            continue;
        ct_buf_printf(out, "%s\t%s\t%s\n", t->item[i].id,
                      a[i].given == CT_CHECK_NOT_APPLICABLE ? "n/a"
                      : a[i].n == CT_CHECK_YES              ? "yes"
                                                            : "no",
                      a[i].comment);
    }
}

static enum ct_status record(struct ct_app *app, struct ct_task_result *r,
                             const struct ct_checklist *t, struct ct_check_answer *a,
                             struct ct_error *reterr)
{
    CT_BUF kept = {.max = 2 * CT_CHECK_CANONICAL_MAX}, all = {.max = 16384};
    char found[CT_EQUIP_TEXT_MAX + 1];
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < t->n_items; i++)
        rc = ct_text_check(a[i].comment, t->item[i].id, "The remark", CT_CHECK_COMMENT_MAX,
                           false, reterr);
    if (rc == CT_OK)
        rc = ct_task_check_verdict(t, a, &r->verdict, found, sizeof found, reterr);
    if (rc != CT_OK)
        return rc;
    ct_buf_printf(&all, "%s%s%s", found, found[0] != '\0' && r->text[0] != '\0' ? "; " : "",
                  r->text);
    write_down(t, a, &kept);
    if (kept.bad || all.bad)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the check");
    ct_text_copy(r->text, sizeof r->text, ct_buf_str(&all));
    r->answers = ct_buf_str(&kept);
    rc = ct_result_checked(app, r, t->id, reterr);
    r->answers = NULL;
    return rc;
}

enum ct_status ct_task_check_record(struct ct_app *app, struct ct_task_result *r,
                                    const struct ct_checklist *t,
                                    const struct ct_check_answer *a, struct ct_error *reterr)
{
    struct ct_check_answer *own = calloc(t->n_items, sizeof *own); /* remarks are trimmed */
    if (own == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the check");
    memcpy(own, a, t->n_items * sizeof *own);
    enum ct_status rc = record(app, r, t, own, reterr);
    free(own);
    return rc;
}

static enum ct_status read_line(const struct ct_checklist *t, const char *line,
                                struct ct_check_answer *a, struct ct_error *reterr)
{
    char id[CT_CHECK_ID_MAX + 1];
    const char *said = strchr(line, '\t');
    size_t n = said != NULL ? (size_t)(said - line) : 0;
    const char *why = said != NULL ? strchr(said + 1, '\t') : NULL;
    if (n == 0 || n >= sizeof id || why == NULL)
        return ct_fail(reterr, CT_EDAMAGED, "answers", "the answers of a check cannot be read");
    memcpy(id, line, n);
    id[n] = '\0';
    size_t i = ct_checklist_find(t, id);
    if (i == CT_CHECK_NONE)
        return ct_fail(reterr, CT_EDAMAGED, "answers", "a check has no item \"%s\"", id);
    a[i].given = said[1] == 'n' && said[2] == '/' ? CT_CHECK_NOT_APPLICABLE : CT_CHECK_GIVEN;
    a[i].n = said[1] == 'y' ? CT_CHECK_YES : CT_CHECK_NO;
    ct_text_copy(a[i].comment, sizeof a[i].comment, why + 1);
    return CT_OK;
}

static enum ct_status read_back(const char *text, struct ct_checklist **ret,
                                struct ct_check_answer **ret_a, struct ct_error *reterr)
{
    CT_CHECKLIST *t = NULL;
    const char *answers = strstr(text, "\n" ANSWERS);
    if (answers == NULL)
        return ct_fail(reterr, CT_EDAMAGED, "answers", "the answers of a check cannot be read");
    enum ct_status rc =
        ct_checklist_parse("check", text, (size_t)(answers - text) + 1, &t, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_check_answer *a = calloc(t->n_items, sizeof *a);
    if (a == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the check");
    const char *s = answers + 1 + sizeof ANSWERS - 1;
    while (rc == CT_OK && *s != '\0') {
        char line[LINE_MAX_BYTES];
        size_t n = strcspn(s, "\n");
        snprintf(line, sizeof line, "%.*s", n < sizeof line ? (int)n : 0, s);
        rc = read_line(t, line, a, reterr);
        s += n + (s[n] == '\n');
    }
    if (rc != CT_OK) {
        free(a);
        return rc;
    }
    *ret = t;
    t = NULL;
    *ret_a = a;
    return CT_OK;
}

enum ct_status ct_task_check_kept(struct ct_app *app, int64_t result_id,
                                  struct ct_checklist **ret, struct ct_check_answer **ret_a,
                                  struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_get(ct_app_db(app), &ct_schedule_sql[CT_SQL_RESULT_ANSWERS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", result_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && (!row || ct_col_text(st, 0)[0] == '\0'))
        return ct_fail(reterr, CT_ENOTFOUND, "", "R-%lld is no check that was walked",
                       (long long)result_id);
    return rc == CT_OK ? read_back(ct_col_text(st, 0), ret, ret_a, reterr) : rc;
}
