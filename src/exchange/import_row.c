/* import_row - see import_row.h. */
#include "exchange/import_row.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum ct_status ct_import_header(struct ct_import_columns *c, const struct ct_csv_row *row,
                                const size_t *needed, size_t n_needed, const char *these,
                                char *ignored, size_t size, struct ct_error *reterr)
{
    CT_BUF unknown = {.max = size - 1};
    for (size_t k = 0; k < c->n; k++)
        c->at[k] = SIZE_MAX;
    c->width = row->n;
    for (size_t i = 0; i < row->n; i++) {
        char name[64];
        size_t k = 0;
        snprintf(name, sizeof name, "%.63s", row->field[i].s);
        ct_text_trim(name);
        while (k < c->n && strcasecmp(name, c->name[k]) != 0)
            k++;
        if (k == c->n) {
            ct_buf_str_add(&unknown, unknown.len > 0 ? ", " : "");
            ct_text_clean(&unknown, name, 40, false);
        } else if (c->at[k] != SIZE_MAX) {
            return ct_fail(reterr, CT_EINVAL, c->name[k], "the column %s is there twice",
                           c->name[k]);
        } else {
            c->at[k] = i;
        }
    }
    ct_text_copy(ignored, size, ct_buf_str(&unknown));
    for (size_t i = 0; i < n_needed; i++)
        if (c->at[needed[i]] == SIZE_MAX)
            return ct_fail(reterr, CT_EINVAL, c->name[needed[i]],
                           "the first row names no column %s; %s are needed",
                           c->name[needed[i]], these);
    return CT_OK;
}

enum ct_status ct_import_cell(const struct ct_import_columns *c, const struct ct_csv_row *row,
                              size_t column, char *out, size_t size, struct ct_error *reterr)
{
    const char *name = c->name[column];
    out[0] = '\0';
    if (c->at[column] == SIZE_MAX || c->at[column] >= row->n)
        return CT_OK;
    const struct ct_csv_field *f = &row->field[c->at[column]];
    if (f->n >= size)
        return ct_fail(reterr, CT_EINVAL, name, "%s: %zu bytes are too long", name, f->n);
    if (memchr(f->s, '\0', f->n) != NULL || !ct_utf8_valid(f->s, f->n))
        return ct_fail(reterr, CT_EINVAL, name, "%s is not valid UTF-8 text", name);
    memcpy(out, f->s, f->n);
    out[f->n] = '\0';
    ct_text_trim(out);
    return CT_OK;
}

enum ct_status ct_import_row(const struct ct_import_columns *c, const struct ct_csv_row *row,
                             struct ct_error *reterr)
{
    if (row->fault != NULL)
        return ct_fail(reterr, CT_EINVAL, "", "%s", row->fault);
    if (row->n > c->width)
        return ct_fail(reterr, CT_EINVAL, "", "%zu fields, but the first row names %zu", row->n,
                       c->width);
    return CT_OK;
}
