/* review_filter - what is typed to see a part of a review's lines. */
#include "ui/screens/review_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/access.h"
#include "clinic/equipment.h"
#include "clinic/patient.h"
#include "clinic/scan_find.h"
#include "record/user.h"

static bool name_has(struct ct_app *app, uint32_t user_id, const char *folded)
{
    char name[128];
    CT_BUF b = {.max = 600};
    ct_user_name(app, user_id, name, sizeof name);
    ct_text_fold(&b, name);
    return strstr(ct_buf_str(&b), folded) != NULL;
}

/* Of those with lines in the review, the one whose name has that in it. */
static enum ct_status person(struct ct_app *app, int64_t review_id, const char *word,
                             uint32_t *ret, struct ct_error *reterr)
{
    struct ct_review_count *v = NULL;
    size_t n = 0;
    CT_BUF folded = {.max = 400};
    enum ct_status rc = ct_review_counts(app, review_id, &v, &n, reterr);
    if (rc != CT_OK)
        return rc;
    ct_text_fold(&folded, word);
    for (size_t i = 0; i < n && *ret == 0; i++)
        if (name_has(app, v[i].user_id, ct_buf_str(&folded)))
            *ret = v[i].user_id;
    free(v);
    if (*ret != 0)
        return CT_OK;
    return ct_fail(reterr, CT_EINVAL, "filter", "nobody in this review is called %s", word);
}

/* The device of that number, typed or scanned. */
static enum ct_status device(struct ct_app *app, const char *number, int64_t *ret,
                             struct ct_error *reterr)
{
    int64_t id[2];
    size_t n = 0;
    char plain[64];
    ct_scan_device(ct_app_config(app), number, plain, sizeof plain);
    enum ct_status rc = ct_equipment_named(app, plain, id, CT_LEN(id), &n, reterr);
    if (rc == CT_OK && n == 0)
        return ct_fail(reterr, CT_EINVAL, "filter", "there is no device %s", plain);
    if (rc == CT_OK && n > 1)
        return ct_fail(reterr, CT_EINVAL, "filter", "%s names more than one device: type the "
                                                    "asset number", plain);
    if (rc == CT_OK)
        *ret = id[0];
    return rc;
}

/* The patient of that number. Of a record that is not open for this user no line may be
 * picked out either: that would say whose it is. */
static enum ct_status patient(struct ct_app *app, const char *number, int64_t *ret,
                              struct ct_error *reterr)
{
    struct ct_patient_hits h = {.n = 0};
    bool hidden = false;
    enum ct_status rc = ct_patient_find(app, number, 2, &h, reterr);
    if (rc == CT_OK && h.n != 1)
        rc = ct_fail(reterr, CT_EINVAL, "filter", h.n == 0 ? "nobody here has the number %s"
                                                           : "more than one number ends in %s",
                     number);
    if (rc == CT_OK)
        rc = ct_access_hidden(app, h.hit[0].id, &hidden, reterr);
    if (rc == CT_OK && hidden)
        rc = ct_fail(reterr, CT_EDENIED, "filter", "that record is restricted: open it first, "
                                                   "with a reason");
    if (rc == CT_OK)
        *ret = h.hit[0].id;
    ct_patient_hits_done(&h);
    return rc;
}

static bool is_scanned_device(struct ct_app *app, const char *word)
{
    char plain[64];
    ct_scan_device(ct_app_config(app), word, plain, sizeof plain);
    return strcmp(plain, word) != 0;
}

static void word_add(struct ct_review_filter *f, const char *word)
{
    size_t n = strlen(f->text);
    if (n > 0 && n + 1 < sizeof f->text) {
        f->text[n++] = ' ';
        f->text[n] = '\0';
    }
    ct_text_copy(f->text + n, sizeof f->text - n, word);
}

static enum ct_status word_take(struct ct_app *app, int64_t review_id, const char *word,
                                struct ct_review_filter *ret, struct ct_error *reterr)
{
    if (word[0] == '@' && word[1] != '\0')
        return person(app, review_id, word + 1, &ret->user_id, reterr);
    if (word[0] == '=' && word[1] != '\0')
        return device(app, word + 1, &ret->equipment_id, reterr);
    if (word[0] == '+' && word[1] != '\0')
        return patient(app, word + 1, &ret->patient_id, reterr);
    if (is_scanned_device(app, word))
        return device(app, word, &ret->equipment_id, reterr);
    if (word[0] == '#' && word[1] != '\0')
        ct_text_copy(ret->module, sizeof ret->module, word + 1);
    else if (strcmp(word, "!") == 0)
        ret->kind = CT_RF_EXCEPTIONS;
    else if (strcmp(word, ".") == 0)
        ret->kind = CT_RF_OPEN;
    else if (strcmp(word, "?") == 0)
        ret->kind = CT_RF_SAID;
    else if (word[0] != '\0')
        word_add(ret, word);
    return CT_OK;
}

enum ct_status ct_review_filter_parse(struct ct_app *app, int64_t review_id, const char *typed,
                                      struct ct_review_filter *ret, struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    *ret = (struct ct_review_filter){.user_id = 0};
    for (const char *p = typed; rc == CT_OK && *p != '\0';) {
        char word[64];
        size_t n = strcspn(p, " ");
        snprintf(word, sizeof word, "%.*s", (int)n, p);
        p += n + (p[n] == ' ');
        rc = word_take(app, review_id, word, ret, reterr);
    }
    return rc;
}
