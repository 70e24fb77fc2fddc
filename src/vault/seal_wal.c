/* seal_wal - the write-ahead log of the sealing layer.
 *
 * SQLite hands a frame over in two writes, header and page, and at times only
 * one of them: the page alone when a transaction writes a page twice, the
 * header alone when it then rewrites the checksums. Whole frames that follow one
 * another wait here, and go out as one write: with the one that commits, when there
 * are SEAL_RUN of them, or as soon as anything else is asked of the file (R18). A
 * header without its page goes the same way. So a commit costs the system one call
 * and one stretch of memory, and nothing of it waits once SQLite has been told that
 * its last frame is written.
 */
#include "vault/seal_internal.h"

#include <string.h>

/* Offset of the frame that holds the byte, or -1 in the log's own header. */
static int64_t frame_at(int64_t offset)
{
    return offset < SEAL_WAL_HDR ? -1 : offset - (offset - SEAL_WAL_HDR) % SEAL_FRAME;
}

static int write_lower(struct seal_file *f, const void *buf, int amount, int64_t offset)
{
    sqlite3_file *low = seal_lower(f);
    return low->pMethods->xWrite(low, buf, amount, offset);
}

static int read_lower(struct seal_file *f, void *buf, int amount, int64_t offset)
{
    sqlite3_file *low = seal_lower(f);
    return low->pMethods->xRead(low, buf, amount, offset);
}

/* Mask a header of ours into out. It is masked under the epoch of the page that
 * stands or will stand behind it: pages of this transaction, so today's. */
static bool masked(const struct seal_file *f, const unsigned char *header, int64_t at,
                   unsigned char out[SEAL_FRAME_HDR])
{
    memcpy(out, header, SEAL_FRAME_HDR);
    return seal_sum_mask(f->seal, f->seal->epoch, at, out);
}

static int write_header(struct seal_file *f, const unsigned char *header, int64_t at)
{
    unsigned char out[SEAL_FRAME_HDR];
    if (!masked(f, header, at, out))
        return SQLITE_IOERR_WRITE;
    return write_lower(f, out, SEAL_FRAME_HDR, at);
}

/* What waits is written, or never. SQLite was told of all but the last of these frames
 * that they are there: after a failure nothing that reads or follows them succeeds, until
 * the transaction has been taken back. */
static int flush(struct seal_file *f)
{
    const int n = f->n_run;
    const bool lone = f->pending;
    f->n_run = 0;
    f->pending = false;
    if (f->main->dead)
        return SQLITE_OK;
    const int rc = n > 0 ? write_lower(f, f->run, n * SEAL_FRAME, f->run_at) : SQLITE_OK;
    if (rc != SQLITE_OK && f->lost_from == 0)
        f->lost_from = f->run_at;
    return rc == SQLITE_OK && lone ? write_header(f, f->header, f->header_at) : rc;
}

void seal_wal_forget(struct seal_file *db)
{
    if (db->log == NULL)
        return;
    db->log->n_run = 0;
    db->log->pending = false;
    db->log->lost_from = 0;
}

static int wal_close(sqlite3_file *file)
{
    struct seal_file *f = seal_of(file);
    sqlite3_file *low = seal_lower(f);
    const int flushed = flush(f);
    const int rc = low->pMethods->xClose(low);
    sqlite3_free(f->run);
    f->run = NULL;
    f->main->log = NULL;
    f->seal->open_files--;
    file->pMethods = NULL;
    return rc != SQLITE_OK ? rc : flushed;
}

/* ---- writing ---- */

static int write_log_header(struct seal_file *f, const unsigned char *buf)
{
    if (seal_be32(buf + 8) != CT_PAGE)
        return SQLITE_IOERR_WRITE;
    f->rewriting = false;
    memcpy(f->salt, buf + 16, sizeof f->salt);
    f->have_salt = true;
    return write_lower(f, buf, SEAL_WAL_HDR, 0);
}

/* Where a frame would follow what waits already. */
static int64_t run_end(const struct seal_file *f)
{
    return f->run_at + (int64_t)f->n_run * SEAL_FRAME;
}

/* A header waits for its page, behind the frames that wait. */
static int keep_header(struct seal_file *f, const unsigned char *header, int64_t at)
{
    if (f->pending || (f->n_run > 0 && at != run_end(f))) {
        const int rc = flush(f);
        if (rc != SQLITE_OK)
            return rc;
    }
    memcpy(f->header, header, SEAL_FRAME_HDR);
    f->header_at = at;
    f->pending = true;
    return SQLITE_OK;
}

/* The page of the header that waits: a whole frame. */
static int keep_frame(struct seal_file *f, const unsigned char *plain)
{
    unsigned char *to = f->run + (size_t)f->n_run * SEAL_FRAME;
    const int64_t at = f->header_at;
    const bool commits = seal_be32(f->header + 4) != 0;
    f->pending = false;
    if (!seal_page_close(f->seal, SEAL_WAL, seal_be32(f->header), at + SEAL_FRAME_HDR, plain,
                         to + SEAL_FRAME_HDR) ||
        !masked(f, f->header, at, to))
        return SQLITE_IOERR_WRITE;
    if (f->n_run++ == 0)
        f->run_at = at;
    return commits || f->n_run == SEAL_RUN ? flush(f) : SQLITE_OK;
}

/* A page alone, over that of a frame of the same transaction. Its number can be had from
 * the file only (R13). */
static int write_page(struct seal_file *f, const unsigned char *plain, int64_t at)
{
    unsigned char header[SEAL_FRAME_HDR];
    int rc = flush(f);
    if (rc == SQLITE_OK)
        rc = read_lower(f, header, SEAL_FRAME_HDR, at);
    if (rc != SQLITE_OK)
        return rc == SQLITE_IOERR_SHORT_READ ? SQLITE_IOERR_WRITE : rc;
    if (!seal_page_close(f->seal, SEAL_WAL, seal_be32(header), at + SEAL_FRAME_HDR, plain,
                         f->frame + SEAL_FRAME_HDR))
        return SQLITE_IOERR_WRITE;
    return write_lower(f, f->frame + SEAL_FRAME_HDR, CT_PAGE, at + SEAL_FRAME_HDR);
}

static int wal_write(sqlite3_file *file, const void *buf, int amount, sqlite3_int64 offset)
{
    struct seal_file *f = seal_of(file);
    const int64_t at = frame_at(offset);
    if (f->main->dead || f->lost_from != 0)
        return SQLITE_IOERR_WRITE;
    if (at >= 0 && offset == at + SEAL_FRAME_HDR && amount == CT_PAGE) {
        f->rewriting = false;
        return f->pending && f->header_at == at ? keep_frame(f, buf) : write_page(f, buf, at);
    }
    const bool header = at >= 0 && offset == at && amount == SEAL_FRAME_HDR;
    if (header && !f->rewriting)
        return keep_header(f, buf, at);
    const int rc = flush(f);
    if (rc != SQLITE_OK)
        return rc;
    if (header) /* no page will follow */
        return write_header(f, buf, at);
    if (offset == 0 && amount == SEAL_WAL_HDR)
        return write_log_header(f, buf);
    return SQLITE_IOERR_WRITE; /* no such thing is part of a log (R5) */
}

/* ---- reading ---- */

static int read_log_header(struct seal_file *f, unsigned char *buf)
{
    f->rewriting = false;
    const int rc = read_lower(f, buf, SEAL_WAL_HDR, 0);
    f->have_salt = rc == SQLITE_OK;
    if (f->have_salt)
        memcpy(f->salt, buf + 16, sizeof f->salt);
    return rc;
}

/* The frame in f->frame is of the log's present generation, not a left-over of
 * an earlier one behind its end. */
static bool current(const struct seal_file *f)
{
    return !f->have_salt || memcmp(f->frame + SEAL_AT_SALT, f->salt, sizeof f->salt) == 0;
}

/* Header and page, as recovery reads them. A frame that does not open is where
 * the log ends, as after a power cut; not so while SQLite rewrites checksums
 * of frames it wrote itself, nor when a newer key is needed: dropping those
 * would lose commits (R15). */
static int whole_frame(struct seal_file *f, int64_t at, unsigned char *buf)
{
    const uint32_t page = seal_be32(f->frame);
    const enum seal_verdict v = seal_page_open(f->seal, SEAL_WAL, page, at + SEAL_FRAME_HDR,
                                               f->frame + SEAL_FRAME_HDR, buf + SEAL_FRAME_HDR);
    memcpy(buf, f->frame, SEAL_FRAME_HDR);
    if (v == SEAL_GOOD &&
        seal_sum_unmask(f->seal, seal_epoch_of(f->frame + SEAL_FRAME_HDR), at, buf))
        return SQLITE_OK;
    memset(buf, 0, SEAL_FRAME);
    const bool fatal = f->rewriting || (v == SEAL_NEWER && current(f));
    if (fatal)
        seal_note_damage(f->seal, true, page, at + SEAL_FRAME_HDR);
    else if (current(f))
        seal_note_tail(f->seal, page, at + SEAL_FRAME_HDR);
    return fatal ? SQLITE_IOERR_DATA : SQLITE_OK;
}

/* The header or the checksums alone. */
static int part_of_header(struct seal_file *f, int64_t at, size_t within, unsigned char *buf,
                          size_t amount)
{
    unsigned char header[SEAL_FRAME_HDR];
    memcpy(header, f->frame, sizeof header);
    (void)seal_learn(f->seal, f->frame + SEAL_FRAME_HDR);
    if (!seal_sum_unmask(f->seal, seal_epoch_of(f->frame + SEAL_FRAME_HDR), at, header)) {
        memset(buf, 0, amount);
        seal_note_damage(f->seal, true, seal_be32(f->frame), at + SEAL_FRAME_HDR);
        return SQLITE_IOERR_DATA;
    }
    memcpy(buf, header + within, amount);
    return SQLITE_OK;
}

/* A page, or the first bytes of one (R16). */
static int part_of_page(struct seal_file *f, int64_t at, size_t within, unsigned char *buf,
                        size_t amount)
{
    unsigned char plain[CT_PAGE];
    const bool whole = amount == CT_PAGE;
    const uint32_t page = seal_be32(f->frame);
    const enum seal_verdict v = seal_page_open(f->seal, SEAL_WAL, page, at + SEAL_FRAME_HDR,
                                               f->frame + SEAL_FRAME_HDR, whole ? buf : plain);
    if (!whole) {
        memcpy(buf, plain + within, amount);
        ct_wipe(plain, sizeof plain);
    }
    if (v == SEAL_GOOD)
        return SQLITE_OK;
    seal_note_damage(f->seal, true, page, at + SEAL_FRAME_HDR);
    return SQLITE_IOERR_DATA;
}

static int wal_read(sqlite3_file *file, void *buf, int amount, sqlite3_int64 offset)
{
    struct seal_file *f = seal_of(file);
    const int64_t at = frame_at(offset);
    int rc = flush(f);
    if (rc == SQLITE_OK && f->lost_from != 0 && offset >= f->lost_from)
        rc = SQLITE_IOERR_READ;
    if (rc != SQLITE_OK)
        return rc;
    if (offset == 0 && amount == SEAL_WAL_HDR)
        return read_log_header(f, buf);
    const bool sums = amount == SEAL_SUM_LEN && (at < 0 ? offset == SEAL_WAL_HDR - SEAL_SUM_LEN
                                                        : offset == at + SEAL_AT_SUM);
    if (sums)
        f->rewriting = true; /* only that begins so */
    if (sums && at < 0)
        return read_lower(f, buf, amount, offset);
    if (at < 0 || amount <= 0 || offset + amount > at + SEAL_FRAME)
        return SQLITE_IOERR_READ;
    const size_t within = (size_t)(offset - at), n = (size_t)amount;
    rc = read_lower(f, f->frame, SEAL_FRAME, at);
    if (rc != SQLITE_OK) {
        memset(buf, 0, n);
        return rc;
    }
    if (within == 0 && n == SEAL_FRAME)
        return whole_frame(f, at, buf);
    if (sums || (within == 0 && n == SEAL_FRAME_HDR))
        return part_of_header(f, at, within, buf, n);
    if (within >= SEAL_FRAME_HDR)
        return part_of_page(f, at, within - SEAL_FRAME_HDR, buf, n);
    memset(buf, 0, n);
    return SQLITE_IOERR_READ;
}

/* ---- the rest ---- */

static int wal_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    struct seal_file *f = seal_of(file);
    sqlite3_file *low = seal_lower(f);
    if (f->main->dead)
        return SQLITE_IOERR_TRUNCATE;
    const int rc = flush(f);
    return rc != SQLITE_OK ? rc : low->pMethods->xTruncate(low, size);
}

static int wal_sync(sqlite3_file *file, int flags)
{
    struct seal_file *f = seal_of(file);
    if (f->main->dead)
        return SQLITE_IOERR_FSYNC;
    const int rc = flush(f);
    return rc != SQLITE_OK ? rc : seal_sync(f, flags);
}

static int wal_size(sqlite3_file *file, sqlite3_int64 *ret)
{
    struct seal_file *f = seal_of(file);
    sqlite3_file *low = seal_lower(f);
    const int rc = flush(f);
    return rc != SQLITE_OK ? rc : low->pMethods->xFileSize(low, ret);
}

/* Logs are guarded by the locks of shared memory, not by these. */
static int wal_lock(sqlite3_file *file, int level)
{
    (void)file, (void)level;
    return SQLITE_OK;
}

static int wal_check_lock(sqlite3_file *file, int *ret)
{
    (void)file;
    *ret = 0;
    return SQLITE_OK;
}

static int wal_control(sqlite3_file *file, int op, void *arg)
{
    struct seal_file *f = seal_of(file);
    sqlite3_file *low = seal_lower(f);
    if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE)
        return SQLITE_OK;
    const int rc = flush(f);
    return rc != SQLITE_OK ? rc : low->pMethods->xFileControl(low, op, arg);
}

const sqlite3_io_methods seal_wal_methods = {
    .iVersion = 1,
    .xClose = wal_close,
    .xRead = wal_read,
    .xWrite = wal_write,
    .xTruncate = wal_truncate,
    .xSync = wal_sync,
    .xFileSize = wal_size,
    .xLock = wal_lock,
    .xUnlock = wal_lock,
    .xCheckReservedLock = wal_check_lock,
    .xFileControl = wal_control,
    .xSectorSize = seal_sector_size,
    .xDeviceCharacteristics = seal_device,
};
