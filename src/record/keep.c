/* keep - see keep.h. */
#include "record/keep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "record/internal.h"

#define SUFFIX ".ctbak"

enum { PATH_BYTES = 1200 };

void ct_backup_name(const struct ct_backup_head *head, char out[CT_BACKUP_NAME])
{
    char utc[32]; /* 2026-11-22T09:42:00.000Z */
    const unsigned char *id = head->store_id;
    ct_rfc3339(head->at_ms, utc);
    snprintf(out, CT_BACKUP_NAME, "clintech-%02x%02x%02x%02x-%.4s%.2s%.5s%.2s%.2sZ" SUFFIX,
             id[0], id[1], id[2], id[3], utc, utc + 5, utc + 8, utc + 14, utc + 17);
}

enum ct_status ct_backup_into(struct ct_app *app, const char *folder,
                              const struct ct_backup_request *req, char path[CT_BACKUP_PATH],
                              struct ct_backup_report *ret, struct ct_error *reterr)
{
    char name[CT_BACKUP_NAME];
    struct ct_backup_head head = {.at_ms = ct_app_now(app)};
    struct ct_backup_request own = *req;
    enum ct_status s = ct_require(app, CT_PERM_SESSION, reterr);
    if (s != CT_OK)
        return s;
    memcpy(head.store_id, app->keys->store_id, CT_STORE_ID_LEN);
    ct_backup_name(&head, name);
    if (snprintf(path, CT_BACKUP_PATH, "%s/%s", folder, name) >= CT_BACKUP_PATH)
        return ct_fail(reterr, CT_EINVAL, "into", "The folder's name is too long.");
    own.path = path;
    own.at_ms = head.at_ms;
    return ct_backup_make(app, &own, ret, reterr);
}

/* ---- the rule ------------------------------------------------------------------ */

static int newest_first(const void *a, const void *b)
{
    const struct ct_keep_item *x = a, *y = b;
    return (x->at_ms < y->at_ms) - (x->at_ms > y->at_ms);
}

static int64_t day_of(int64_t at_ms)
{
    return ct_date_at(at_ms);
}

static int64_t week_of(int64_t at_ms)
{
    int64_t day = (int64_t)ct_date_at(at_ms) + 3; /* 1970-01-01 was a Thursday */
    return day >= 0 ? day / 7 : (day - 6) / 7;
}

static int64_t month_of(int64_t at_ms)
{
    int year, month, day;
    ct_date_split(ct_date_at(at_ms), &year, &month, &day);
    return (int64_t)year * 12 + month;
}

/* The newest of each of the last `count` spans that have any. */
static void keep_by(struct ct_keep_item *item, size_t n, int64_t newest_ms, int count,
                    int64_t (*span)(int64_t at_ms))
{
    int64_t last = INT64_MAX;
    for (size_t i = 0; i < n && count > 0; i++) {
        if (item[i].at_ms > newest_ms || span(item[i].at_ms) == last)
            continue;
        last = span(item[i].at_ms);
        item[i].keep = true;
        count--;
    }
}

void ct_keep_choose(struct ct_keep_item *item, size_t n, const struct ct_keep_rule *rule,
                    int64_t newest_ms)
{
    bool all = rule->daily <= 0 && rule->weekly <= 0 && rule->monthly <= 0;
    qsort(item, n, sizeof *item, newest_first);
    for (size_t i = 0; i < n; i++)
        item[i].keep = all || item[i].at_ms >= newest_ms;
    keep_by(item, n, newest_ms, rule->daily, day_of);
    keep_by(item, n, newest_ms, rule->weekly, week_of);
    keep_by(item, n, newest_ms, rule->monthly, month_of);
}

/* ---- the folder ------------------------------------------------------------------- */

struct folder {
    struct ct_app *app;
    const char *path;
    char prefix[CT_BACKUP_NAME]; /* of this store's names */
    struct ct_keep_item *item;   /* owned */
    size_t n;
    struct ct_keep_report *report;
};

/* Is the file what its name says, and made with this store's key? */
static bool ours(const struct folder *f, const char *path, const char *name, int64_t *ret_at)
{
    CT_CLEANUP(ct_backup_file_freep) struct ct_backup_file *b = NULL;
    char right[CT_BACKUP_NAME];
    struct stat st;
    if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode) ||
        ct_backup_file_open(path, &b, NULL) != CT_OK)
        return false;
    const struct ct_backup_head *h = ct_backup_in_head(ct_backup_file_in(b));
    ct_backup_name(h, right);
    *ret_at = h->at_ms;
    return strcmp(right, name) == 0 &&
           memcmp(h->store_id, f->app->keys->store_id, CT_STORE_ID_LEN) == 0 &&
           ct_backup_in_ours(ct_backup_file_in(b), f->app->keys->store_key);
}

/* What a killed backup left. One that is being written is locked. */
static void sweep_part(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
        (st.st_size == 0 || ct_backup_begins(fd)))
        (void)unlink(path);
    close(fd);
}

static enum ct_status look(struct folder *f, const char *name, struct ct_error *reterr)
{
    char path[PATH_BYTES];
    size_t n = strlen(name), prefix = strlen(f->prefix), suffix = strlen(SUFFIX);
    snprintf(path, sizeof path, "%s/%s", f->path, name);
    if (strncmp(name, f->prefix, prefix) != 0)
        return CT_OK;
    if (n > suffix + 5 && strcmp(name + n - suffix - 5, SUFFIX ".part") == 0) {
        sweep_part(path);
        return CT_OK;
    }
    struct ct_keep_item item = {.at_ms = 0};
    if (n >= sizeof item.name || !ours(f, path, name, &item.at_ms)) {
        f->report->strange++;
        return CT_OK;
    }
    memcpy(item.name, name, n + 1);
    struct ct_keep_item *more = realloc(f->item, (f->n + 1) * sizeof *more);
    if (more == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "Out of memory.");
    f->item = more;
    f->item[f->n++] = item;
    return CT_OK;
}

static enum ct_status read_folder(struct folder *f, struct ct_error *reterr)
{
    DIR *d = opendir(f->path);
    if (d == NULL)
        return ct_fail(reterr, ct_status_errno(errno), "into",
                       "The folder %s cannot be read: %s.", f->path, strerror(errno));
    enum ct_status s = CT_OK;
    for (struct dirent *e; s == CT_OK && (e = readdir(d)) != NULL;)
        s = look(f, e->d_name, reterr);
    closedir(d);
    return s;
}

static enum ct_status remove_rest(struct folder *f, struct ct_error *reterr)
{
    char path[PATH_BYTES];
    enum ct_status s = CT_OK;
    for (size_t i = 0; i < f->n; i++) {
        if (f->item[i].keep) {
            f->report->kept++;
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", f->path, f->item[i].name);
        if (unlink(path) == 0)
            f->report->removed++;
        else if (s == CT_OK)
            s = ct_fail(reterr, ct_status_errno(errno), "into",
                        "The old backup %s cannot be removed: %s.", path, strerror(errno));
    }
    if (s == CT_OK && f->report->removed > 0 && (errno = ct_sync_dir(f->path)) != 0)
        s = ct_fail(reterr, CT_EIO, "into", "The folder %s cannot be synced: %s.", f->path,
                    strerror(errno));
    return s;
}

static enum ct_status tell(struct folder *f, const struct ct_keep_rule *rule,
                           struct ct_error *reterr)
{
    char detail[120];
    snprintf(detail, sizeof detail,
             "removed %zu older backups, kept %zu (days %d, weeks %d, months %d)",
             f->report->removed, f->report->kept, rule->daily, rule->weekly, rule->monthly);
    return ct_record_event(f->app, CT_VERB_BACKUP, CT_UNSET, CT_ROUTINE, detail, reterr);
}

enum ct_status ct_keep_apply(struct ct_app *app, const char *folder,
                             const struct ct_keep_rule *rule,
                             const struct ct_backup_head *newest, struct ct_keep_report *ret,
                             struct ct_error *reterr)
{
    struct folder f = {.app = app, .path = folder, .report = ret};
    bool there = false;
    *ret = (struct ct_keep_report){.kept = 0};
    enum ct_status s = ct_require(app, CT_PERM_BACKUP, reterr);
    if (s != CT_OK)
        return s;
    ct_backup_name(newest, f.prefix);
    f.prefix[strlen("clintech-12345678-")] = '\0';
    s = read_folder(&f, reterr);
    for (size_t i = 0; i < f.n; i++)
        there |= f.item[i].at_ms == newest->at_ms;
    if (s == CT_OK && !there) /* nothing is removed that a good one does not stand for */
        s = ct_fail(reterr, CT_EIO, "into",
                    "The backup just made is not in %s any more: nothing was removed.", folder);
    if (s == CT_OK) {
        ct_keep_choose(f.item, f.n, rule, newest->at_ms);
        s = remove_rest(&f, reterr);
    }
    if (ret->removed > 0) {
        enum ct_status told = tell(&f, rule, s == CT_OK ? reterr : NULL);
        s = s == CT_OK ? told : s;
    }
    free(f.item);
    return s;
}
