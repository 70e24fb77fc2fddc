/* look_csv - see look_csv.h. */
#include "exchange/look_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange/csv.h"
#include "exchange/export_file.h"

enum { PAGE = 500 };

static void row(const struct ct_looked *l, struct ct_buf *out)
{
    static const char *const SEVERITY[] = {"routine", "notable", "exception"};
    char at[32];
    ct_rfc3339(l->at_ms, at);
    ct_csv_put(out, at, strlen(at));
    const char *const TEXT[] = {l->user, l->patient, l->number, SEVERITY[l->severity], l->what,
                                l->detail};
    for (size_t i = 0; i < CT_LEN(TEXT); i++) {
        ct_buf_str_add(out, ",");
        ct_csv_put_text(out, TEXT[i], strlen(TEXT[i]));
    }
    ct_buf_str_add(out, "\r\n");
}

enum ct_status ct_look_csv(struct ct_app *app, const struct ct_look_filter *filter,
                           struct ct_buf *out, struct ct_error *reterr)
{
    struct ct_look_filter f = *filter;
    f.after_seq = f.after_ms = 0;
    ct_buf_str_add(out, "time,user,patient,number,severity,what,detail\r\n");
    for (size_t n = PAGE; n == PAGE;) {
        struct ct_looked *l = NULL;
        enum ct_status rc = ct_look_list(app, &f, PAGE, &l, &n, reterr);
        if (rc != CT_OK)
            return rc;
        for (size_t i = 0; i < n; i++)
            row(&l[i], out);
        if (n > 0) {
            f.after_seq = l[n - 1].seq;
            f.after_ms = l[n - 1].at_ms;
        }
        free(l);
    }
    return out->bad ? ct_fail(reterr, CT_ENOMEM, "", "the table is too long: name a shorter time")
                       : CT_OK;
}

struct leaving {
    const struct ct_look_filter *f;
    const char *path;
};

static enum ct_status told(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    const struct leaving *x = arg;
    return ct_look_told(app, x->f, x->path, reterr);
}

enum ct_status ct_look_export(struct ct_app *app, const struct ct_look_filter *f,
                              const char *path, struct ct_error *reterr)
{
    CT_BUF out = {.max = 64 << 20};
    struct leaving x = {.f = f, .path = path};
    enum ct_status rc = ct_look_csv(app, f, &out, reterr);
    return rc == CT_OK ? ct_export_file(app, path, &out, told, &x, reterr) : rc;
}
