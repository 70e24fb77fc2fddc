/* backup - making a backup; see backup.h.
 *
 * MUST 1  keyring and snapshot are of one moment: both are taken behind the gate that
 *         every change of either needs.
 * MUST 2  the file has its name only once it was synced, read back and compared.
 */
#include "record/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "record/verify.h"

enum {
    PATH_BYTES = 1024,
    SETTLE_TRIES = 8, /* a user change between its two halves: freeze again */
};

struct making {
    struct ct_app *app;
    const struct ct_backup_request *req;
    struct ct_backup_report *report;
    char part[PATH_BYTES], folder[PATH_BYTES];
    int fd;
    unsigned char *keyring; /* owned */
    size_t keyring_len;
    bool unsettled; /* the keyring is ahead of the store's list */
    bool given;     /* part is ours to remove */
};

/* ---- the file's place ---------------------------------------------------- */

static enum ct_status fail_errno(struct ct_error *reterr, int err, const char *path,
                                 const char *what)
{
    enum ct_status s = ct_status_errno(err);
    return ct_fail(reterr, s, "file", "The backup %s cannot be %s: %s.", path, what,
                   strerror(err));
}

static enum ct_status names(struct making *m, struct ct_error *reterr)
{
    const char *path = m->req->path, *slash = strrchr(path, '/');
    size_t n = strlen(path);
    if (n == 0 || n + 8 > sizeof m->part || path[n - 1] == '/')
        return ct_fail(reterr, CT_EINVAL, "file",
                       "A backup needs a file name of up to %zu bytes.", sizeof m->part - 8);
    snprintf(m->part, sizeof m->part, "%s.part", path);
    if (slash == NULL)
        snprintf(m->folder, sizeof m->folder, ".");
    else
        snprintf(m->folder, sizeof m->folder, "%.*s", slash == path ? 1 : (int)(slash - path),
                 path);
    struct stat a, b;
    if (stat(m->folder, &a) != 0)
        return ct_fail(reterr, ct_status_errno(errno), "file",
                       "The folder %s cannot be used: %s. Make it, or name another.", m->folder,
                       strerror(errno));
    if (stat(m->app->dir, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
        return ct_fail(
            reterr, CT_EINVAL, "file",
            "A backup beside the store is lost with it: name a place outside %s, best "
            "on another disk.",
            m->app->dir);
    return CT_OK;
}

static bool is_backup(const char *path, bool empty_too)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return false;
    bool ok = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
              ((empty_too && st.st_size == 0) || ct_backup_begins(fd));
    close(fd);
    return ok;
}

static enum ct_status look_at_target(const struct making *m, struct ct_error *reterr)
{
    struct stat st;
    const char *path = m->req->path;
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? CT_OK : fail_errno(reterr, errno, path, "written");
    if (!m->req->force)
        return ct_fail(reterr, CT_EEXISTS, "file",
                       "%s exists and was not touched. Name another file, or replace it with "
                       "--force.",
                       path);
    if (!is_backup(path, false))
        return ct_fail(reterr, CT_EEXISTS, "file",
                       "%s exists and is no backup: it is not replaced, with --force neither.",
                       path);
    return CT_OK;
}

/* FILE.part, held by a lock: a left-over of a killed backup is used again, one that is
 * being written is let alone, and what is no backup is not ours. */
static enum ct_status open_part(struct making *m, struct ct_error *reterr)
{
    struct stat a, b;
    if (lstat(m->part, &a) == 0 && !is_backup(m->part, true))
        return ct_fail(reterr, CT_EEXISTS, "file",
                       "%s exists and is no unfinished backup: move it away.", m->part);
    m->fd = open(m->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (m->fd < 0)
        return fail_errno(reterr, errno, m->part, "written");
    if (flock(m->fd, LOCK_EX | LOCK_NB) != 0 || fstat(m->fd, &a) != 0 ||
        lstat(m->part, &b) != 0 || a.st_ino != b.st_ino || a.st_dev != b.st_dev)
        return ct_fail(reterr, CT_EBUSY, "file", "Another backup is being written to %s.",
                       m->req->path);
    m->given = true;
    /* Group and others have no business with it, whatever an earlier try left. */
    if (ftruncate(m->fd, 0) != 0 || (fchmod(m->fd, 0600) != 0 && errno != EPERM))
        return fail_errno(reterr, errno, m->part, "written");
    return CT_OK;
}

static enum ct_status publish(struct making *m, struct ct_error *reterr)
{
    const char *path = m->req->path;
    int rc = m->req->force ? rename(m->part, path)
                           : renameat2(AT_FDCWD, m->part, AT_FDCWD, path, RENAME_NOREPLACE);
    if (rc != 0 && !m->req->force && (errno == EINVAL || errno == ENOSYS)) {
        /* a file system that cannot: the moment between is the best there is */
        enum ct_status s = look_at_target(m, reterr);
        if (s != CT_OK)
            return s;
        rc = rename(m->part, path);
    }
    if (rc != 0 && errno == EEXIST)
        return look_at_target(m, reterr);
    if (rc != 0)
        return fail_errno(reterr, errno, path, "named");
    m->given = false;
    int err = ct_sync_dir(m->folder);
    if (err == EINVAL || err == ENOTSUP) /* a network file system whose folders have no sync */
        err = 0;
    return err == 0 ? CT_OK : fail_errno(reterr, err, path, "named for good");
}

/* ---- keyring and snapshot ------------------------------------------------- */

/* A user change writes the keyring, then the store. Between the two the keyring is ahead:
 * such a backup would be good (the next login mends it), but a moment later it is better. */
static bool ahead(const struct ct_slot *slots, size_t n_slots, const struct ct_user_row *rows,
                  size_t n_rows)
{
    for (size_t i = 0; i < n_slots; i++) {
        const struct ct_user_row *row = NULL;
        for (size_t k = 0; k < n_rows && row == NULL; k++)
            row = rows[k].user_id == slots[i].user_id ? &rows[k] : NULL;
        if (slots[i].user_id != CT_USER_RECOVERY &&
            (row == NULL || ct_slot_compare(&slots[i], row) == CT_SLOT_NEWER))
            return true;
    }
    return false;
}

/* Inside the snapshot, with the gate held. */
static enum ct_status at_gate(void *arg, struct ct_error *reterr)
{
    struct making *m = arg;
    struct ct_slot *slots = NULL;
    struct ct_user_row *rows = NULL;
    size_t n_slots = 0, n_rows = 0;
    free(m->keyring);
    m->keyring = NULL;
    enum ct_status s = ct_keyring_image(m->app->dir, &m->keyring, &m->keyring_len, reterr);
    if (s == CT_OK)
        s = ct_keyring_list(m->app->dir, m->app->keys, &slots, &n_slots, reterr);
    if (s == CT_OK)
        s = ct_user_rows(m->app, &rows, &n_rows, reterr);
    if (s == CT_OK)
        m->unsettled = ahead(slots, n_slots, rows, n_rows);
    free(slots);
    free(rows);
    return s;
}

static enum ct_status freeze(struct making *m, struct ct_tx *tx, uint32_t *pages,
                             struct ct_error *reterr)
{
    for (int i = 1;; i++) {
        enum ct_status s = ct_db_freeze(m->app->db, tx, at_gate, m, pages, reterr);
        if (s != CT_OK || !m->unsettled || i == SETTLE_TRIES)
            return s;
        ct_tx_end(tx);
    }
}

/* ---- writing --------------------------------------------------------------- */

static bool go_on(const struct ct_backup_request *req, enum ct_backup_phase phase, int64_t done,
                  int64_t total)
{
    return req->progress == NULL || req->progress(phase, done, total, req->arg);
}

static enum ct_status stopped(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_EBUSY, NULL, "Stopped; no backup was made.");
}

static enum ct_status copy_pages(struct making *m, struct ct_backup_out *out,
                                 struct ct_error *reterr)
{
    uint32_t pages = m->report->head.pages;
    unsigned char *chunk = malloc((size_t)CT_BACKUP_CHUNK * CT_PAGE);
    if (chunk == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "Out of memory.");
    enum ct_status s = CT_OK;
    for (uint32_t at = 0; at < pages && s == CT_OK;) {
        uint32_t n = pages - at < CT_BACKUP_CHUNK ? pages - at : CT_BACKUP_CHUNK;
        s = ct_db_frozen_pages(m->app->db, at + 1, n, chunk, reterr);
        if (s == CT_OK)
            s = ct_backup_out_pages(out, chunk, n, reterr);
        at += n;
        if (s == CT_OK && !go_on(m->req, CT_BACKUP_COPYING, at, pages))
            s = stopped(reterr);
    }
    free(chunk);
    return s;
}

static void keep_first(const char *sentence, void *arg)
{
    struct ct_backup_report *r = arg;
    if (r->problems++ == 0)
        ct_text_copy(r->problem, sizeof r->problem, sentence);
}

/* The chain as it is in the snapshot: the copied pages are those it is read from. */
static enum ct_status walk(struct making *m, struct ct_error *reterr)
{
    struct ct_verify_report v = {0};
    struct ct_walk w = {.app = m->app, .problem = keep_first, .arg = m->report, .report = &v};
    if (!go_on(m->req, CT_BACKUP_CHAIN, 0, 1))
        return stopped(reterr);
    enum ct_status s = ct_walk_chain(&w, reterr);
    m->report->end.chain_good = v.problems == 0;
    m->report->end.entries = v.entries;
    return s;
}

static enum ct_status fill_head(struct making *m, uint32_t pages, struct ct_error *reterr)
{
    struct ct_backup_head *h = &m->report->head;
    struct ct_head head = {0};
    enum ct_status s = ct_chain_head(m->app, &head, reterr);
    *h = (struct ct_backup_head){.epoch = m->app->keys->epoch,
                                 .schema = (uint32_t)ct_db_schema(m->app->db),
                                 .pages = pages,
                                 .at_ms =
                                     m->req->at_ms != 0 ? m->req->at_ms : ct_app_now(m->app),
                                 .seq = head.seq,
                                 .to_key = m->req->recipient != NULL};
    memcpy(h->store_id, m->app->keys->store_id, CT_STORE_ID_LEN);
    memcpy(h->link, head.link, CT_HASH_LEN);
    if (h->to_key)
        memcpy(h->recipient, m->req->recipient, CT_BACKUP_KEY_LEN);
    ct_text_copy(h->program, sizeof h->program, CT_VERSION);
    return s;
}

static enum ct_status write_it(struct making *m, struct ct_error *reterr)
{
    CT_TX tx = {0};
    struct ct_backup_out *out = NULL;
    uint32_t pages = 0;
    enum ct_status s = freeze(m, &tx, &pages, reterr);
    if (s == CT_OK)
        s = fill_head(m, pages, reterr);
    if (s == CT_OK)
        s = ct_backup_out_new(m->fd, m->part, &m->report->head, m->keyring, m->keyring_len,
                              m->app->keys, &out, reterr);
    if (s == CT_OK)
        s = copy_pages(m, out, reterr);
    if (s == CT_OK)
        s = walk(m, reterr);
    if (s == CT_OK)
        s = ct_backup_out_end(out, &m->report->end, reterr);
    ct_backup_out_free(out);
    if (s == CT_OK && fsync(m->fd) != 0)
        s = fail_errno(reterr, errno, m->part, "written");
    return s;
}

/* From the disk where the system lets us: what the cache holds proves little. */
static enum ct_status read_back(struct making *m, struct ct_error *reterr)
{
    struct ct_backup_file *f = NULL;
    struct ct_backup_end end = {0};
    int rc = posix_fadvise(m->fd, 0, 0, POSIX_FADV_DONTNEED);
    (void)rc; /* a wish */
    enum ct_status s = ct_backup_file_open(m->part, &f, reterr);
    if (s == CT_OK)
        s = ct_backup_file_read(f, m->app->keys, NULL, NULL, m->req->progress, m->req->arg,
                                &end, reterr);
    if (s == CT_OK && memcmp(end.hash, m->report->end.hash, CT_HASH_LEN) != 0)
        s = ct_fail(reterr, CT_EIO, NULL, "pages read back are not those written");
    if (s == CT_OK)
        m->report->size = ct_backup_in_size(ct_backup_file_in(f));
    ct_backup_file_free(f);
    if (s == CT_EDAMAGED || s == CT_EFOREIGN || s == CT_ENEWER)
        s = ct_fail(reterr, CT_EIO, "file",
                    "The backup did not read back as it was written, and was removed: the disk "
                    "that %s lies on is not to be trusted.",
                    m->req->path);
    return s;
}

/* ---------------------------------------------------------------------------- */

static enum ct_status tell(struct making *m, struct ct_error *reterr)
{
    const struct ct_backup_report *r = m->report;
    const char *slash = strrchr(m->req->path, '/');
    char detail[400];
    struct ct_error e = {0};
    snprintf(detail, sizeof detail, "up to entry %lld, %lu pages, to %.120s%s%s",
             (long long)r->head.seq, (unsigned long)r->head.pages,
             slash != NULL ? slash + 1 : m->req->path,
             r->head.to_key ? ", and an offline key" : "",
             r->problems > 0 ? "; the chain does not verify" : "");
    enum ct_status s = ct_record_event(m->app, CT_VERB_BACKUP, CT_UNSET,
                                       r->problems > 0 ? CT_EXCEPTION : CT_ROUTINE, detail, &e);
    if (s != CT_OK)
        return ct_fail(reterr, CT_ECONFLICT, NULL,
                       "The backup %s is whole, but the audit chain could not be told: %.200s",
                       m->req->path, e.text);
    return CT_OK;
}

enum ct_status ct_backup_make(struct ct_app *app, const struct ct_backup_request *req,
                              struct ct_backup_report *ret, struct ct_error *reterr)
{
    const struct ct_change ask = {.verb = CT_VERB_BACKUP, .entry = {.patient_id = CT_UNSET}};
    struct making m = {.app = app, .req = req, .report = ret, .fd = -1};
    *ret = (struct ct_backup_report){.size = 0};
    enum ct_status s;
    if ((s = ct_record_ask(app, &ask, reterr)) != CT_OK || (s = names(&m, reterr)) != CT_OK ||
        (s = look_at_target(&m, reterr)) != CT_OK)
        return s;
    if ((s = open_part(&m, reterr)) == CT_OK && (s = write_it(&m, reterr)) == CT_OK &&
        (s = read_back(&m, reterr)) == CT_OK)
        s = publish(&m, reterr);
    if (m.given)
        (void)unlink(m.part);
    if (m.fd >= 0)
        close(m.fd);
    free(m.keyring);
    return s == CT_OK ? tell(&m, reterr) : s;
}
