/* figures_csv - see figures_csv.h. */
#include "exchange/figures_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/csv.h"
#include "exchange/export_file.h"

/* "Min to accept": "min_to_accept" */
static void heading(struct ct_buf *out, const char *text, bool first)
{
    if (!first)
        ct_buf_char(out, ',');
    for (const char *p = text; *p != '\0'; p++)
        ct_buf_char(out, *p == ' ' ? '_' : (*p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p));
}

static void number(struct ct_buf *out, int64_t v)
{
    ct_buf_char(out, ',');
    if (v != CT_UNSET)
        ct_buf_printf(out, "%lld", (long long)v);
}

void ct_figures_csv(enum ct_figure which, const struct ct_figure_row *r, size_t n,
                    struct ct_buf *out)
{
    const struct ct_figure_def *d = &CT_FIGURE[which];
    heading(out, d->row, true);
    heading(out, d->part, false);
    heading(out, d->whole, false);
    if (d->share)
        heading(out, "per cent", false);
    if (d->more != NULL)
        heading(out, d->more, false);
    if (d->more2 != NULL)
        heading(out, d->more2, false);
    ct_buf_str_add(out, "\r\n");
    for (size_t i = 0; i < n; i++) {
        int64_t v = ct_figure_value(which, &r[i]);
        ct_csv_put_text(out, r[i].label, strlen(r[i].label));
        number(out, r[i].part);
        number(out, r[i].whole);
        if (d->share)
            ct_buf_char(out, ',');
        if (d->share && v != CT_UNSET)
            ct_buf_printf(out, "%lld.%lld", (long long)(v / 10), (long long)(v % 10));
        if (d->more != NULL)
            number(out, r[i].more);
        if (d->more2 != NULL)
            number(out, r[i].more2);
        ct_buf_str_add(out, "\r\n");
    }
}

struct telling {
    enum ct_figure which;
    ct_date until;
    int weeks;
};

static enum ct_status told(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    const struct telling *x = arg;
    char detail[160], day[16];
    ct_date_iso(x->until, day);
    snprintf(detail, sizeof detail, "%s, %d weeks to %s", CT_FIGURE[x->which].id, x->weeks, day);
    return ct_record_event(app, CT_VERB_FIGURES_EXPORT, CT_UNSET, CT_ROUTINE, detail, reterr);
}

enum ct_status ct_figures_export(struct ct_app *app, enum ct_figure which, ct_date until,
                                 int weeks, const char *path, struct ct_error *reterr)
{
    struct telling x = {which, until, weeks};
    struct ct_figure_row *row;
    CT_BUF out = {.max = 1024 * 1024};
    size_t n;
    enum ct_status rc = ct_figures(app, which, until, weeks, &row, &n, reterr);
    if (rc != CT_OK)
        return rc;
    ct_figures_csv(which, row, n, &out);
    free(row);
    return ct_export_file(app, path, &out, told, &x, reterr);
}
