/* hash_file - see hash_file.h. */
#include "vault/hash_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum ct_status opened(const char *path, int *ret_fd, struct ct_error *reterr)
{
    struct stat is;
    /* not to wait for who writes into a pipe */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return ct_fail(reterr,
                       errno == ENOENT || errno == ENOTDIR ? CT_ENOTFOUND
                       : errno == EACCES                   ? CT_EDENIED
                                                           : CT_EIO,
                       "", "%s cannot be read: %s", path, strerror(errno));
    if (fstat(fd, &is) != 0 || !S_ISREG(is.st_mode)) {
        close(fd);
        return ct_fail(reterr, CT_ENOTFOUND, "", "%s is not a file", path);
    }
    *ret_fd = fd;
    return CT_OK;
}

static enum ct_status hashed(int fd, const char *path, unsigned char out[CT_HASH_LEN],
                             int64_t *ret_size, struct ct_error *reterr)
{
    unsigned char portion[64 * 1024];
    crypto_generichash_state st;
    int64_t size = 0;
    crypto_generichash_init(&st, NULL, 0, CT_HASH_LEN);
    for (;;) {
        ssize_t n = read(fd, portion, sizeof portion);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ct_fail(reterr, CT_EIO, "", "%s cannot be read: %s", path, strerror(errno));
        if (n == 0)
            break;
        size += n;
        if (size > CT_HASH_FILE_MAX)
            return ct_fail(reterr, CT_EINVAL, "", "%s is larger than %d MiB", path,
                           CT_HASH_FILE_MAX / (1024 * 1024));
        crypto_generichash_update(&st, portion, (unsigned long long)n);
    }
    crypto_generichash_final(&st, out, CT_HASH_LEN);
    *ret_size = size;
    return CT_OK;
}

enum ct_status ct_hash_file(const char *path, unsigned char out[CT_HASH_LEN],
                            int64_t *ret_size, struct ct_error *reterr)
{
    int fd = -1;
    enum ct_status rc = opened(path, &fd, reterr);
    if (rc != CT_OK)
        return rc;
    rc = hashed(fd, path, out, ret_size, reterr);
    close(fd);
    return rc;
}
