/* task_check - the short check of a device (before use, maintenance, cleaning): a list that
 * is answered item by item, from whose answers the verdict follows.
 *
 * Layer:   clinic.
 * File:    data/checks/NAME.ini, or the site's copy under data_dir/checks/: the form of
 *          checklist.h, of which every item is yes or no, answered by one person, and at
 *          least one can fail. docs/admin-guide.md says how to write one.
 * Verdict: never typed. An answer of `stop_on` fails the check; else one of `comment_on`
 *          passes it with limits of use, of which the remark says what they are; else it
 *          is passed. What fails opens a fault, as every failed result does.
 * Kept:    the text of the list as it was then, the answers and the remarks, with the
 *          result.
 * Asked:   where a check is laid down for a task (the schedule's template, else, before
 *          use, that of the device's class) a result without it is refused.
 */
#ifndef CT_CLINIC_TASK_CHECK_H
#define CT_CLINIC_TASK_CHECK_H

#include "clinic/schedule.h"

enum { CT_TASK_CHECK_ITEMS_MAX = 30 };

/* ct_task_check_load is declared in schedule.h. CT_ECONFIG with file, line and what is
 * wrong. The second: a file somewhere; its name must be its id and ".ini". */
CT_NODISCARD enum ct_status ct_task_check_by_id(const struct ct_config *c, const char *id,
                                                struct ct_checklist **ret,
                                                struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_task_check_load_file(const char *path, struct ct_checklist **ret,
                                                    struct ct_error *reterr);
/* As ct_checklist_ids. */
CT_NODISCARD enum ct_status ct_task_check_ids(const struct ct_config *c, struct ct_buf *ret,
                                              struct ct_error *reterr);

/* The id of the check that is laid down for that task: template_id is the schedule's, ""
 * out of turn. "" when there is none. */
CT_NODISCARD enum ct_status ct_task_check_for(struct ct_app *app, const struct ct_equipment *e,
                                              enum ct_task_kind kind, const char *template_id,
                                              char ret[41], struct ct_error *reterr);

/* What the answers (t->n_items of them) come to. CT_EINVAL, field the item's id: one is
 * not answered, or its remark is missing. *ret and text (what is not in order, else the
 * remarks; may be NULL) hold what the answers so far come to, also then. */
CT_NODISCARD enum ct_status ct_task_check_verdict(const struct ct_checklist *t,
                                                  const struct ct_check_answer *a,
                                                  enum ct_task_verdict *ret, char *text,
                                                  size_t size, struct ct_error *reterr);
/* As ct_result_record; r->verdict, text and answers are set from the answers, a remark on
 * the whole that stands in r->text is put behind. */
CT_NODISCARD enum ct_status ct_task_check_record(struct ct_app *app, struct ct_task_result *r,
                                                 const struct ct_checklist *t,
                                                 const struct ct_check_answer *a,
                                                 struct ct_error *reterr);

/* What was answered then: the list in its own words (ct_checklist_free) and t->n_items
 * answers (free). CT_ENOTFOUND: there is no such result, or it was no check. */
CT_NODISCARD enum ct_status ct_task_check_kept(struct ct_app *app, int64_t result_id,
                                               struct ct_checklist **ret,
                                               struct ct_check_answer **ret_a,
                                               struct ct_error *reterr);

#endif
