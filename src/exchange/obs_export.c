/* obs_export - a patient's observations into a file outside of the store. */
#include "exchange/obs_chart.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { TEXT_MAX = 64 * 1024 * 1024 };

static enum ct_status entry(struct ct_app *app, const struct ct_obs_range *range, bool chart,
                            const char *where, struct ct_error *reterr)
{
    char detail[480], from[24], to[24];
    ct_datetime_text(range->from_ms, from);
    ct_datetime_text(range->to_ms, to);
    snprintf(detail, sizeof detail, "%s, %s to %s, into %.300s",
             chart ? "observation chart" : "table", from, to, where);
    return ct_record_event(app, CT_VERB_VITALS_EXPORT, range->patient_id, CT_NOTABLE, detail,
                           reterr);
}

/* Absolute, and not among the files that are the store. */
static enum ct_status path_check(struct ct_app *app, const char *path, struct ct_error *reterr)
{
    size_t dir = strlen(ct_app_dir(app)), n = strlen(path);
    if (path[0] != '/' || path[n - 1] == '/')
        return ct_fail(reterr, CT_EINVAL, "path",
                       "Name a file from the root of the disk: it begins with \"/\".");
    if (strncmp(path, ct_app_dir(app), dir) == 0 && path[dir] == '/')
        return ct_fail(reterr, CT_EINVAL, "path",
                       "That is the store's own folder; nothing else belongs there. Name another.");
    return CT_OK;
}

/* Its own name, and nobody else's file. */
static enum ct_status create(const char *path, int *ret_fd, struct ct_error *reterr)
{
    *ret_fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (*ret_fd >= 0)
        return CT_OK;
    if (errno == EEXIST)
        return ct_fail(reterr, CT_EEXISTS, "path",
                       "%.300s is there already; nothing was written over it. Name another.",
                       path);
    return ct_fail(reterr, CT_EIO, "path", "%.300s cannot be created: %s.", path,
                   strerror(errno));
}

/* The file is there, empty, before the entry, so that a name that cannot be written to is
 * no export; its bytes come after it. */
enum ct_status ct_obs_export(struct ct_app *app, const struct ct_vitals_rules *r,
                             const struct ct_obs_range *range, bool chart, bool ascii,
                             const char *path, struct ct_error *reterr)
{
    CT_BUF text = {.max = TEXT_MAX};
    int fd;
    enum ct_status st = chart ? ct_obs_chart(app, r, range, ascii, &text, reterr)
                              : ct_obs_csv(app, r, range, &text, reterr);
    if (st == CT_OK)
        st = path_check(app, path, reterr);
    if (st == CT_OK)
        st = create(path, &fd, reterr);
    if (st != CT_OK)
        return st;
    st = entry(app, range, chart, path, reterr);
    if (st == CT_OK) {
        int e = ct_write_all(fd, ct_buf_str(&text), text.len);
        if (e == 0 && fsync(fd) != 0 && errno != EINVAL)
            e = errno;
        if (e != 0)
            st = ct_fail(reterr, CT_EIO, "path",
                         "%.300s could not be written whole and was removed: %s.", path,
                         strerror(e));
    }
    close(fd);
    if (st != CT_OK)
        (void)unlink(path); /* ours: it was created a moment ago */
    return st;
}
