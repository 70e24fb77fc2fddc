/* review_filter - what is typed to see a part of a review's lines; and the password that a
 * signature asks for. */
#include "ui/screens/review_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
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

static void word_add(struct ct_review_filter *f, const char *word)
{
    size_t n = strlen(f->text);
    if (n > 0 && n + 1 < sizeof f->text) {
        f->text[n++] = ' ';
        f->text[n] = '\0';
    }
    ct_text_copy(f->text + n, sizeof f->text - n, word);
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
        if (word[0] == '@' && word[1] != '\0')
            rc = person(app, review_id, word + 1, &ret->user_id, reterr);
        else if (word[0] == '#' && word[1] != '\0')
            ct_text_copy(ret->module, sizeof ret->module, word + 1);
        else if (strcmp(word, "!") == 0)
            ret->kind = CT_RF_EXCEPTIONS;
        else if (strcmp(word, ".") == 0)
            ret->kind = CT_RF_OPEN;
        else if (strcmp(word, "?") == 0)
            ret->kind = CT_RF_SAID;
        else if (word[0] != '\0')
            word_add(ret, word);
    }
    return rc;
}
