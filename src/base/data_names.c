/* data_names - which data files of a kind there are: built in, or the site's; the
 * contract is config.h. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/embed.h"

#define SUFFIX ".ini"

enum { IDS_MAX = 200 };

bool ct_data_id_valid(const char *id)
{
    size_t n = strlen(id);
    return n >= 1 && n <= CT_DATA_ID_MAX &&
           strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-_") == n;
}

struct ids {
    char id[IDS_MAX][CT_DATA_ID_MAX + 1];
    size_t n;
};

/* The id of "NAME.ini" into the list, once; names of other things are passed over. */
static void add_id(struct ids *l, const char *file)
{
    size_t n = strlen(file), tail = sizeof SUFFIX - 1;
    char id[CT_DATA_ID_MAX + 1];
    if (n <= tail || n - tail > CT_DATA_ID_MAX || strcmp(file + n - tail, SUFFIX) != 0)
        return;
    snprintf(id, sizeof id, "%.*s", (int)(n - tail), file);
    if (!ct_data_id_valid(id) || l->n == IDS_MAX)
        return;
    size_t at = 0;
    while (at < l->n && strcmp(l->id[at], id) < 0)
        at++;
    if (at < l->n && strcmp(l->id[at], id) == 0)
        return;
    memmove(l->id[at + 1], l->id[at], (l->n - at) * sizeof l->id[0]);
    memcpy(l->id[at], id, sizeof id);
    l->n++;
}

static enum ct_status add_site(struct ids *l, const char *data_dir, const char *folder,
                               struct ct_error *reterr)
{
    CT_BUF path = {.max = 4096};
    ct_buf_printf(&path, "%s/%s", data_dir, folder);
    DIR *dir = opendir(ct_buf_str(&path));
    if (dir == NULL && errno == ENOENT)
        return CT_OK;
    if (dir == NULL)
        return ct_fail(reterr, CT_EIO, NULL, "%s: %s", ct_buf_str(&path), strerror(errno));
    const struct dirent *e;
    while ((e = readdir(dir)) != NULL)
        add_id(l, e->d_name);
    (void)closedir(dir);
    return CT_OK;
}

enum ct_status ct_data_load(const struct ct_config *c, const char *folder, const char *field,
                            const char *what, const char *id, struct ct_ini **ret,
                            struct ct_error *reterr)
{
    char name[128];
    if (!ct_data_id_valid(id))
        return ct_fail(reterr, CT_EINVAL, field, "\"%.60s\" cannot be the name of a %s.", id,
                       what);
    snprintf(name, sizeof name, "%s%s" SUFFIX, folder, id);
    enum ct_status st = ct_data_ini(c, name, ret, reterr);
    if (st == CT_ENOTFOUND)
        return ct_fail(reterr, CT_ENOTFOUND, field, "There is no %s %s.", what, id);
    return st;
}

enum ct_status ct_data_named(const struct ct_ini *ini, const char *head, const char *id,
                             const char *file, struct ct_error *reterr)
{
    const char *slash = strrchr(file, '/'), *name = slash != NULL ? slash + 1 : file;
    size_t n = strlen(name), tail = sizeof SUFFIX - 1;
    if (n > tail && strcmp(name + n - tail, SUFFIX) == 0)
        n -= tail;
    if (strlen(id) == n && memcmp(id, name, n) == 0)
        return CT_OK;
    return ct_ini_fail(ini, head, "id", reterr,
                       "is %s, but the file is named %.*s" SUFFIX "; they must be the same", id,
                       n < 80 ? (int)n : 80, name);
}

void ct_ini_put(struct ct_buf *b, const char *key, const char *value)
{
    if (value[0] == '\0')
        return;
    const char *quote = strchr(value, '"') == NULL ? "\"" : "";
    ct_buf_printf(b, "%s = %s%s%s\n", key, quote, value, quote);
}

enum ct_status ct_data_ids(const struct ct_config *c, const char *folder, struct ct_buf *ret,
                           struct ct_error *reterr)
{
    struct ids *l = calloc(1, sizeof *l);
    if (l == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory");
    for (const struct ct_embedded *e = ct_embedded; e->name != NULL; e++)
        if (strncmp(e->name, folder, strlen(folder)) == 0)
            add_id(l, e->name + strlen(folder));
    enum ct_status st = CT_OK;
    if (c != NULL && c->data_dir[0] != '\0')
        st = add_site(l, c->data_dir, folder, reterr);
    for (size_t i = 0; st == CT_OK && i < l->n; i++)
        ct_buf_add(ret, l->id[i], strlen(l->id[i]) + 1);
    if (st == CT_OK)
        ct_buf_char(ret, '\0');
    free(l);
    if (st == CT_OK && ret->bad)
        st = ct_fail(reterr, CT_ENOMEM, NULL, "out of memory");
    return st;
}
