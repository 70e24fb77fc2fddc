/* vitals_export - see vitals_export.h. */
#include "exchange/vitals_export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "exchange/obs_sets.h"

enum { TEXT_MAX = 64 * 1024 * 1024 };

void ct_export_dir(const struct ct_config *c, char out[512])
{
    const char *home = getenv("HOME");
    snprintf(out, 512, "%s", c->export_dir[0] != '\0'              ? c->export_dir
                             : home != NULL && home[0] == '/' ? home
                                                              : ".");
}

void ct_export_name(const struct ct_app *app, enum ct_export_kind kind, char out[64])
{
    struct ct_civil t;
    ct_civil_at(ct_app_now(app), &t);
    snprintf(out, 64, "vitals-%04d%02d%02d-%02d%02d.%s", t.year, t.month, t.day, t.hour, t.minute,
             kind == CT_EXPORT_CSV ? "csv" : "txt");
}

/* "CSV, 14 sets of 20 Nov 2026 to 23 Nov 2026, to vitals.csv" */
static enum ct_status entry(struct ct_app *app, const struct ct_export *x, size_t n,
                            const char *where, struct ct_error *reterr)
{
    char detail[400], from[16] = "the first", to[16] = "the last";
    if (x->range.from_ms != CT_UNSET)
        ct_date_text(ct_date_at(x->range.from_ms), from);
    if (x->range.to_ms != CT_UNSET)
        ct_date_text(ct_date_at(x->range.to_ms - 1), to);
    snprintf(detail, sizeof detail, "%s, %zu set%s, %s to %s, to %.200s",
             x->kind == CT_EXPORT_CSV ? "CSV" : "observation chart", n, n == 1 ? "" : "s", from,
             to, where);
    return ct_record_event(app, CT_VERB_VITALS_EXPORT, x->range.patient_id, CT_NOTABLE, detail,
                           reterr);
}

/* The text, and how many sets are in it. */
static enum ct_status make(struct ct_app *app, const struct ct_vitals_rules *r,
                           const struct ct_export *x, struct ct_buf *out, size_t *ret_n,
                           struct ct_error *reterr)
{
    struct ct_vitals *set = NULL;
    struct ct_patient p;
    out->max = TEXT_MAX;
    enum ct_status st = ct_require(app, CT_PERM_EXPORT, reterr);
    if (st == CT_OK)
        st = ct_patient_get(app, x->range.patient_id, &p, reterr);
    if (st == CT_OK)
        st = ct_obs_sets(app, &x->range, &set, ret_n, reterr);
    free(set);
    if (st != CT_OK)
        return st;
    return x->kind == CT_EXPORT_CSV ? ct_obs_csv(app, r, &x->range, out, reterr)
                                    : ct_obs_chart(app, r, &x->range, x->ascii, out, reterr);
}

enum ct_status ct_vitals_export_text(struct ct_app *app, const struct ct_vitals_rules *r,
                                     const struct ct_export *x, const char *where,
                                     struct ct_buf *out, struct ct_error *reterr)
{
    size_t n = 0;
    enum ct_status st = make(app, r, x, out, &n, reterr);
    return st == CT_OK ? entry(app, x, n, where, reterr) : st;
}

static enum ct_status path_make(struct ct_app *app, const char *name, char out[1024],
                                struct ct_error *reterr)
{
    char dir[512];
    size_t n = strlen(name);
    if (n == 0 || n > 480 || name[n - 1] == '/')
        return ct_fail(reterr, CT_EINVAL, "file", "Give the file a name.");
    ct_export_dir(ct_app_config(app), dir);
    snprintf(out, 1024, "%s%s%s", name[0] == '/' ? "" : dir, name[0] == '/' ? "" : "/", name);
    return CT_OK;
}

/* Its own name, and nobody else's file. */
static enum ct_status create(const char *path, int *ret_fd, struct ct_error *reterr)
{
    *ret_fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (*ret_fd >= 0)
        return CT_OK;
    if (errno == EEXIST)
        return ct_fail(reterr, CT_EEXISTS, "file", "%s is there already; choose another name.",
                       path);
    return ct_fail(reterr, ct_status_errno(errno), "file", "%s cannot be created: %s.", path,
                   strerror(errno));
}

/* The file is there, empty, before the entry, so that a name that cannot be written to is
 * no export; its bytes come after it. */
enum ct_status ct_vitals_export_file(struct ct_app *app, const struct ct_vitals_rules *r,
                                     const struct ct_export *x, const char *name,
                                     char ret_path[1024], struct ct_error *reterr)
{
    CT_BUF text = {.max = TEXT_MAX};
    char path[1024];
    size_t n = 0;
    int fd;
    enum ct_status st = make(app, r, x, &text, &n, reterr);
    if (st == CT_OK)
        st = path_make(app, name, path, reterr);
    if (st == CT_OK)
        st = create(path, &fd, reterr);
    if (st != CT_OK)
        return st;
    st = entry(app, x, n, path, reterr);
    if (st == CT_OK) {
        int e = ct_write_all(fd, ct_buf_str(&text), text.len);
        if (e == 0 && fsync(fd) != 0)
            e = errno;
        if (e != 0)
            st = ct_fail(reterr, ct_status_errno(e), "file",
                         "%s could not be written whole and was removed: %s.", path, strerror(e));
    }
    close(fd);
    if (st != CT_OK)
        (void)unlink(path); /* ours: it was created a moment ago */
    else if (ret_path != NULL)
        snprintf(ret_path, 1024, "%s", path);
    return st;
}
