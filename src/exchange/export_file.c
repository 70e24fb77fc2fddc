/* export_file - see export_file.h. */
#include "exchange/export_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static enum ct_status cannot(const char *path, const char *what, struct ct_error *reterr)
{
    return ct_fail(reterr, errno == EEXIST ? CT_EEXISTS : CT_EIO, "path",
                   errno == EEXIST
                       ? "%s%.300s is there already; nothing was written over it. Name another."
                       : "%s%.300s: %s",
                   errno == EEXIST ? "" : what, path, strerror(errno));
}

static enum ct_status put_all(int fd, const struct ct_buf *b, const char *path,
                              struct ct_error *reterr)
{
    for (size_t done = 0; done < b->len;) {
        ssize_t n = write(fd, b->data + done, b->len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cannot(path, "could not write ", reterr);
        done += (size_t)n;
    }
    return fsync(fd) == 0 || errno == EINVAL ? CT_OK : cannot(path, "could not write ", reterr);
}

enum ct_status ct_export_file(struct ct_app *app, const char *path, const struct ct_buf *out,
                              enum ct_status (*told)(struct ct_app *app, void *arg,
                                                     struct ct_error *reterr),
                              void *arg, struct ct_error *reterr)
{
    if (path[0] != '/')
        return ct_fail(reterr, CT_EINVAL, "path",
                       "Name the file from the root of the disk: it begins with \"/\".");
    size_t dir = strlen(ct_app_dir(app));
    if (strncmp(path, ct_app_dir(app), dir) == 0 && path[dir] == '/')
        return ct_fail(reterr, CT_EINVAL, "path",
                       "That is the store's own folder; nothing else belongs there. Name another.");
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return cannot(path, "could not create ", reterr);
    enum ct_status rc = told(app, arg, reterr);
    if (rc == CT_OK)
        rc = put_all(fd, out, path, reterr);
    if (close(fd) != 0 && rc == CT_OK)
        rc = cannot(path, "could not write ", reterr);
    if (rc != CT_OK)
        (void)unlink(path);
    return rc;
}
