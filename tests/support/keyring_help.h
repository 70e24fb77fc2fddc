/* keyring_help - a keyring in a directory of its own, for the tests that need one.
 *
 * The people in it are invented: Ada (1, administrator), Ben (2), and the
 * recovery code. Costs are the least there are.
 */
#ifndef CT_TESTS_KEYRING_HELP_H
#define CT_TESTS_KEYRING_HELP_H

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/tmp.h"
#include "vault/keyring.h"
#include "vault/keyring_internal.h"

#define ADA_PASSWORD   "ferret lamp untidy canal"
#define BEN_PASSWORD   "granite puddle eleven oboe"
#define WRONG_PASSWORD "walnut hinge pasture gong"

struct fixture {
    char dir[TMP_PATH];
    struct ct_unlocked *ada;
    struct ct_secret *code;
    struct ct_error err;
};

static inline struct ct_secret *secret_of(const char *text)
{
    struct ct_secret *s = NULL;
    if (ct_secret_new(CT_SECRET_MAX, &s, NULL) != CT_OK ||
        !ct_secret_add(s, text, strlen(text)))
        abort();
    return s;
}

static inline void dir_make(char dir[TMP_PATH])
{
    tmp_dir(dir, "keyring");
}

static inline void dir_remove(const char *dir)
{
    DIR *d = opendir(dir);
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
            unlinkat(dirfd(d), e->d_name, 0) != 0)
            (void)unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
    if (d != NULL)
        closedir(d);
    rmdir(dir);
}

/* Bytes of <dir>/keyring; malloc'd. */
static inline unsigned char *ring_read(const char *dir, size_t *n)
{
    char path[128];
    struct stat st;
    snprintf(path, sizeof path, "%s/keyring", dir);
    FILE *f = fopen(path, "rb");
    if (f == NULL || fstat(fileno(f), &st) != 0)
        abort();
    *n = (size_t)st.st_size;
    unsigned char *p = malloc(*n + 1);
    if (p == NULL || fread(p, 1, *n, f) != *n)
        abort();
    fclose(f);
    return p;
}

/* Over the old bytes: making the file anew each time makes some file systems sync. */
static inline void ring_write(const char *dir, const unsigned char *p, size_t n)
{
    char path[128];
    snprintf(path, sizeof path, "%s/keyring", dir);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, p, n) != (ssize_t)n || ftruncate(fd, (off_t)n) != 0)
        abort();
    close(fd);
}

/* What a thief who knows the format does after changing a byte. */
static inline void ring_fix_checksum(unsigned char *p, size_t n)
{
    ct_hash(p + n - CT_HASH_LEN, p, n - CT_HASH_LEN);
}

static inline enum ct_status login(const struct fixture *f, const char *name,
                                   const char *password, int64_t now_ms,
                                   struct ct_unlocked **ret, struct ct_error *err)
{
    CT_SECRET *s = secret_of(password);
    return ct_keyring_unlock(f->dir, name, s, now_ms, ret, err);
}

/* The status alone. */
static inline enum ct_status try_login(struct fixture *f, const char *name,
                                       const char *password, int64_t now_ms)
{
    struct ct_unlocked *u = NULL;
    enum ct_status st = login(f, name, password, now_ms, &u, &f->err);
    ct_unlocked_free(u);
    return st;
}

static inline enum ct_status add_user(struct fixture *f, uint32_t id, const char *name,
                                      const char *password, struct ct_slot *ret)
{
    CT_SECRET *s = secret_of(password);
    return ct_keyring_add(f->dir, f->ada, id, name, s, true, CT_KDF_TEST, ret, &f->err);
}

static inline int fixture_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct ct_slot slot;
    if (f == NULL)
        return -1;
    dir_make(f->dir);
    CT_SECRET *s = secret_of(ADA_PASSWORD);
    if (ct_secret_new(64, &f->code, &f->err) != CT_OK ||
        ct_keyring_create(f->dir, 1, "ada", s, CT_KDF_TEST, 0, f->code, &f->ada, &f->err) !=
            CT_OK ||
        add_user(f, 2, "ben", BEN_PASSWORD, &slot) != CT_OK) {
        fprintf(stderr, "%s\n", f->err.text);
        return -1;
    }
    *state = f;
    return 0;
}

static inline int fixture_down(void **state)
{
    struct fixture *f = *state;
    ct_unlocked_free(f->ada);
    ct_secret_free(f->code);
    dir_remove(f->dir);
    free(f);
    return 0;
}

#endif
