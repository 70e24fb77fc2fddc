/* status - see status.h. */
#include "base/status.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
    int exit_status;
    const char *name;
} STATUS[] = {
#define X(id, exit, name) [id] = {exit, name},
    CT_STATUS_TABLE(X)
#undef X
};

enum ct_status ct_fail(struct ct_error *reterr, enum ct_status status, const char *field,
                       const char *fmt, ...)
{
    if (reterr == NULL)
        return status;
    reterr->status = status;
    reterr->about = 0;
    snprintf(reterr->field, sizeof reterr->field, "%s", field != NULL ? field : "");
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(reterr->text, sizeof reterr->text, fmt, ap);
    va_end(ap);
    return status;
}

enum ct_status ct_fail_prefix(struct ct_error *reterr, enum ct_status status, const char *fmt,
                              ...)
{
    if (reterr == NULL)
        return status;
    char old[sizeof reterr->text];
    memcpy(old, reterr->text, sizeof old);
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(reterr->text, sizeof reterr->text, fmt, ap);
    va_end(ap);
    if (n >= 0 && (size_t)n < sizeof reterr->text)
        snprintf(reterr->text + n, sizeof reterr->text - (size_t)n, ": %s", old);
    return status;
}

enum ct_status ct_status_errno(int err)
{
    switch (err) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return CT_EFULL;
    case EROFS:
    case EACCES:
    case EPERM:
        return CT_EREADONLY;
    case ENOMEM:
        return CT_ENOMEM;
    default:
        return CT_EIO;
    }
}

const char *ct_status_name(enum ct_status status)
{
    return (size_t)status < CT_LEN(STATUS) ? STATUS[status].name : "unknown";
}

int ct_status_exit(enum ct_status status)
{
    return (size_t)status < CT_LEN(STATUS) ? STATUS[status].exit_status : 70;
}
