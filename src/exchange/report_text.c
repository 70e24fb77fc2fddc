/* report_text - a report on a screen, and its table as CSV. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "exchange/csv.h"
#include "exchange/report_priv.h"

enum { FIELD_COLS = 22, COLS = 80 };

static const char *str(const json_t *o, const char *name)
{
    const char *s = json_string_value(json_object_get(o, name));
    return s != NULL ? s : "";
}

static const char *item(const json_t *list, size_t i)
{
    const char *s = json_string_value(json_array_get(list, i));
    return s != NULL ? s : "";
}

static void padded(struct ct_buf *out, const char *s, int cols)
{
    for (int used = ct_text_clean(out, s, -1, false); used < cols; used++)
        ct_buf_char(out, ' ');
}

static void table(const json_t *t, struct ct_buf *out)
{
    const json_t *cols = json_object_get(t, "cols"), *rows = json_object_get(t, "rows");
    size_t n = json_array_size(cols), i, k;
    int width[CT_REPORT_COLS_MAX] = {0};
    json_t *row;
    n = n < CT_REPORT_COLS_MAX ? n : CT_REPORT_COLS_MAX;
    for (i = 0; i < n; i++) {
        width[i] = ct_text_cols(str(json_array_get(cols, i), "name"));
        json_array_foreach(rows, k, row)
        {
            int w = ct_text_cols(item(json_object_get(row, "cells"), i));
            width[i] = w > width[i] ? w : width[i];
        }
    }
    for (i = 0; i < n; i++)
        padded(out, str(json_array_get(cols, i), "name"), i + 1 < n ? width[i] + 2 : 0);
    ct_buf_char(out, '\n');
    json_array_foreach(rows, k, row)
    {
        for (i = 0; i < n; i++)
            padded(out, item(json_object_get(row, "cells"), i), i + 1 < n ? width[i] + 2 : 0);
        ct_buf_char(out, '\n');
    }
    ct_buf_char(out, '\n');
}

static void fields(const json_t *list, struct ct_buf *out)
{
    size_t i;
    json_t *f;
    json_array_foreach(list, i, f)
    {
        padded(out, item(f, 0), FIELD_COLS);
        ct_text_wrap(out, item(f, 1), FIELD_COLS, FIELD_COLS, COLS);
    }
    ct_buf_char(out, '\n');
}

/* Its own line ends stay; form feeds are blank lines on a screen. */
static void pre(const char *s, struct ct_buf *out)
{
    while (*s != '\0') {
        size_t n = strcspn(s, "\n\f");
        char *line = strndup(s, n);
        if (line != NULL)
            ct_text_clean(out, line, -1, false);
        free(line);
        s += n + (s[n] != '\0');
        ct_buf_char(out, '\n');
    }
}

static void block(const json_t *b, struct ct_buf *out)
{
    const json_t *x;
    size_t i;
    json_t *line;
    if ((x = json_object_get(b, "head")) != NULL) {
        ct_text_clean(out, str(b, "head"), -1, false);
        ct_buf_str_add(out, "\n\n");
    } else if ((x = json_object_get(b, "para")) != NULL) {
        ct_text_wrap(out, str(b, "para"), 0, 0, COLS);
        ct_buf_char(out, '\n');
    } else if ((x = json_object_get(b, "fields")) != NULL)
        fields(x, out);
    else if ((x = json_object_get(b, "table")) != NULL)
        table(x, out);
    else if ((x = json_object_get(b, "label")) != NULL) {
        json_array_foreach(x, i, line)
        {
            ct_text_clean(out, json_string_value(line), -1, false);
            ct_buf_char(out, '\n');
        }
        ct_buf_char(out, '\n');
    } else
        pre(str(b, "pre"), out);
}

void ct_report_text(const json_t *doc, struct ct_buf *out)
{
    size_t i;
    json_t *b;
    ct_buf_printf(out, "%s   %s\n", str(doc, "title"), str(doc, "site"));
    if (str(doc, "subject")[0] != '\0') {
        ct_text_clean(out, str(doc, "subject"), -1, false);
        ct_buf_char(out, '\n');
    }
    ct_buf_char(out, '\n');
    json_array_foreach(json_object_get(doc, "body"), i, b) block(b, out);
    ct_buf_printf(out, "Code %s\nPrinted by %s, %s. Chain %s.\n", str(doc, "code"),
                  str(doc, "by"), str(doc, "at"), str(doc, "head"));
    ct_text_wrap(out, str(doc, "note"), 0, 0, COLS);
}

static void csv_row(const json_t *cells, const char *name, struct ct_buf *out)
{
    for (size_t i = 0; i < json_array_size(cells); i++) {
        const char *s = name != NULL ? str(json_array_get(cells, i), name) : item(cells, i);
        if (i > 0)
            ct_buf_char(out, ',');
        ct_csv_put_text(out, s, strlen(s));
    }
    ct_buf_str_add(out, "\r\n");
}

void ct_report_csv(const json_t *doc, struct ct_buf *out)
{
    size_t i, k;
    json_t *b, *row;
    json_array_foreach(json_object_get(doc, "body"), i, b)
    {
        const json_t *t = json_object_get(b, "table");
        if (t == NULL)
            continue;
        csv_row(json_object_get(t, "cols"), "name", out);
        json_array_foreach(json_object_get(t, "rows"), k, row)
            csv_row(json_object_get(row, "cells"), NULL, out);
    }
}
