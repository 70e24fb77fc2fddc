/* school - see school.h. */
#include "ui/screens/school.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

void ct_subject_offer(const struct ct_subject_offers *o, struct ct_buf *out)
{
    char text[CT_SUBJECT_TITLE_MAX + 20];
    for (size_t i = 0; i < o->n; i++) {
        ct_subject_text(&o->s[i], text, sizeof text);
        ct_buf_add(out, text, strlen(text) + 1);
    }
    ct_buf_char(out, '\0');
}

bool ct_subject_field(const struct ct_equip_form *f, const char *field)
{
    (void)f;
    return strncmp(field, "subject", 7) == 0;
}

enum ct_status ct_subject_meant(const struct ct_subject_offers *o, const struct ct_form *f,
                                const char *field, struct ct_subject *ret,
                                struct ct_error *reterr)
{
    CT_BUF all = {.max = 256 * 1024};
    char meant[200], text[CT_SUBJECT_TITLE_MAX + 20];
    *ret = (struct ct_subject){.id = ""};
    ct_subject_offer(o, &all);
    enum ct_status rc = ct_offer_meant(field, "subject", ct_buf_str(&all),
                                       ct_form_text(f, field), meant, sizeof meant, reterr);
    for (size_t i = 0; rc == CT_OK && i < o->n; i++) {
        ct_subject_text(&o->s[i], text, sizeof text);
        if (strcmp(text, meant) == 0)
            *ret = o->s[i];
    }
    return rc;
}

enum ct_status ct_subjects_meant(const struct ct_subject_offers *o, const struct ct_form *f,
                                 struct ct_subject *ret, size_t max, size_t *ret_n,
                                 struct ct_error *reterr)
{
    char field[16] = "subject";
    enum ct_status rc = CT_OK;
    *ret_n = 0;
    for (size_t i = 0; rc == CT_OK && i < max; i++) {
        if (i > 0)
            snprintf(field, sizeof field, "subject%zu", i + 1);
        if (ct_form_index(f, field) < 0)
            break;
        rc = ct_subject_meant(o, f, field, &ret[*ret_n], reterr);
        if (rc == CT_OK && ret[*ret_n].id[0] != '\0')
            ++*ret_n;
    }
    return rc;
}

enum ct_role_ui ct_comp_role(const struct ct_comp_now *n)
{
    switch (n->state) {
    case CT_COMP_MISSING: return n->required ? CT_R_WARN : CT_R_DIM;
    case CT_COMP_WITHDRAWN:
    case CT_COMP_FAILED: return CT_R_ALARM;
    case CT_COMP_EXPIRED:
    case CT_COMP_BELOW: return CT_R_WARN;
    case CT_COMP_SOON: return CT_R_NOTE;
    case CT_COMP_CURRENT:
    case CT_COMP_STATES: break;
    }
    return CT_R_OK;
}

bool ct_rows_there(void *arg, int64_t first, int n)
{
    (void)arg, (void)first, (void)n;
    return true;
}
