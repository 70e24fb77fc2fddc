/* witness - see witness.h. */
#include "record/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "record/internal.h"
#include "vault/gate.h"

enum {
    ID_HEX = 2 * CT_STORE_ID_LEN,
    LINK_HEX = 2 * CT_HASH_LEN,
    LINE_MAX_BYTES = 160,
    TAIL_BYTES = 16 * 1024, /* about a hundred lines: what a login looks at */
    GATE_MS = 2000,
};

#define WORDS "witnessed entry "

static void hex(char *out, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02x", p[i]);
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool unhex(const char *s, unsigned char *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int hi = nibble(s[2 * i]), lo = hi < 0 ? -1 : nibble(s[2 * i + 1]);
        if (lo < 0)
            return false;
        out[i] = (unsigned char)(hi << 4 | lo);
    }
    return true;
}

void ct_witness_path(const struct ct_app *app, char *out, size_t size)
{
    if (app->config.witness[0] != '\0')
        snprintf(out, size, "%s", app->config.witness);
    else
        snprintf(out, size, "%s/witness", app->dir);
}

void ct_witness_words(const struct ct_head *head, char out[64])
{
    char link[17];
    hex(link, head->link, 8);
    snprintf(out, 64, WORDS "%lld [%s]", (long long)head->seq, link);
}

static enum ct_status fail_file(struct ct_error *reterr, const char *path, const char *what)
{
    int e = errno;
    if (e == ENOENT)
        return ct_fail(reterr, CT_ENOTFOUND, NULL, "There is no witness file %s.", path);
    return ct_fail(reterr, ct_status_errno(e), NULL, "The witness file %s cannot be %s: %s.", path, what,
                   strerror(e));
}

static int open_file(const struct ct_app *app, int flags, char *path, size_t size,
                     struct ct_error *reterr, enum ct_status *ret)
{
    struct stat st;
    ct_witness_path(app, path, size);
    int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0) {
        *ret = fail_file(reterr, path, "opened");
        return -1;
    }
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        *ret = ct_fail(reterr, CT_EIO, NULL, "The witness %s is not a plain file.", path);
        return -1;
    }
    *ret = CT_OK;
    return fd;
}

/* ---- lines ------------------------------------------------------------ */

enum kind { OURS, FOREIGN, GARBLED };

/* One line without its LF. */
static enum kind parse(const char *s, size_t n, const unsigned char *store_id,
                       struct ct_head *ret)
{
    unsigned char id[CT_STORE_ID_LEN];
    if (n < ID_HEX + 1 || !unhex(s, id, sizeof id) || s[ID_HEX] != ' ')
        return GARBLED;
    if (memcmp(id, store_id, sizeof id) != 0)
        return FOREIGN;
    int64_t seq = 0;
    size_t i = ID_HEX + 1, digits = 0;
    for (; i < n && s[i] >= '0' && s[i] <= '9' && digits < 18; i++, digits++)
        seq = seq * 10 + (s[i] - '0');
    if (seq == 0 || n - i < 2 + LINK_HEX || s[i] != ' ' || s[i + 1 + LINK_HEX] != ' ' ||
        !unhex(s + i + 1, ret->link, CT_HASH_LEN))
        return GARBLED;
    ret->seq = seq;
    return OURS;
}

struct line {
    size_t number;
    enum kind kind;
    struct ct_head head;
    bool in;         /* in the chain */
    bool told;       /* not in it, and a later entry says so */
    int64_t answers; /* its entry is an exception that tells breaks up to here; 0 */
};

struct lines {
    struct line *v;
    size_t n, cap;
};

static bool push(struct lines *l, const struct line *line)
{
    if (l->n == l->cap) {
        size_t cap = l->cap != 0 ? 2 * l->cap : 128;
        struct line *v = realloc(l->v, cap * sizeof *v);
        if (v == NULL)
            return false;
        l->v = v;
        l->cap = cap;
    }
    l->v[l->n++] = *line;
    return true;
}

static bool split(struct lines *l, const char *s, size_t n, const unsigned char *store_id)
{
    for (size_t at = 0, number = 1; at < n; number++) {
        const char *lf = memchr(s + at, '\n', n - at);
        size_t len = lf != NULL ? (size_t)(lf - (s + at)) : n - at;
        struct line line = {.number = number};
        line.kind = len == 0 ? FOREIGN : parse(s + at, len, store_id, &line.head);
        if (line.kind != FOREIGN && !push(l, &line))
            return false;
        at += len + 1;
    }
    return true;
}

/* The last `want` bytes of the file (all of it: SIZE_MAX), from a line's start. */
static enum ct_status read_tail(int fd, const char *path, size_t want, char **ret,
                                size_t *ret_n, bool *ret_whole, struct ct_error *reterr)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return fail_file(reterr, path, "read");
    size_t size = (size_t)st.st_size, n = size < want ? size : want, got = 0;
    char *p = malloc(n + 1);
    if (p == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "Out of memory.");
    while (got < n) {
        ssize_t r = pread(fd, p + got, n - got, (off_t)(size - n + got));
        if (r < 0 && errno == EINTR)
            continue;
        if (r < 0) {
            free(p);
            return fail_file(reterr, path, "read");
        }
        if (r == 0)
            break;
        got += (size_t)r;
    }
    *ret_whole = n == size;
    if (!*ret_whole) { /* the first line is a part of one */
        const char *lf = memchr(p, '\n', got);
        size_t cut = lf != NULL ? (size_t)(lf - p) + 1 : got;
        memmove(p, p + cut, got - cut);
        got -= cut;
    }
    *ret = p;
    *ret_n = got;
    return CT_OK;
}

/* Our newest lines; further back only while there is none of ours. */
static enum ct_status newest(struct ct_app *app, int fd, const char *path, struct lines *ret,
                             struct ct_error *reterr)
{
    for (size_t want = TAIL_BYTES;; want *= 16) {
        char *p = NULL;
        size_t n = 0;
        bool whole = false;
        enum ct_status s = read_tail(fd, path, want, &p, &n, &whole, reterr);
        if (s != CT_OK)
            return s;
        ret->n = 0;
        bool fits = split(ret, p, n, app->keys->store_id);
        free(p);
        if (!fits)
            return ct_fail(reterr, CT_ENOMEM, NULL, "Out of memory.");
        for (size_t i = 0; i < ret->n; i++)
            if (ret->v[i].kind == OURS)
                return CT_OK;
        if (whole)
            return CT_OK;
    }
}

/* ---- against the chain ------------------------------------------------ */

/* Is this head in the chain? ret_answers (may be NULL): up to which sequence
 * number its entry tells breaks of the witness, 0 when it tells none. */
static enum ct_status in_chain(struct ct_app *app, const struct ct_head *head, bool *ret_in,
                               int64_t *ret_answers, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = false;
    enum ct_status s = ct_app_row(app, CT_SQL_CHAIN_AT, &st, reterr);
    if (s != CT_OK)
        return s;
    ct_bind_i64(st, ":seq", head->seq);
    if ((s = ct_stmt_step(st, &row, reterr)) != CT_OK)
        return s;
    size_t n = 0;
    const void *link = row ? ct_col_blob(st, 0, &n) : NULL;
    *ret_in = n == CT_HASH_LEN && memcmp(link, head->link, n) == 0;
    if (ret_answers != NULL && *ret_in && ct_col_i64(st, 1) == CT_EXCEPTION) {
        const char *words = strstr(ct_col_text(st, 2), WORDS);
        *ret_answers = words != NULL ? strtoll(words + strlen(WORDS), NULL, 10) : 0;
    }
    return CT_OK;
}

/* Set in, told and answers of every line. */
static enum ct_status annotate(struct ct_app *app, struct lines *l, struct ct_error *reterr)
{
    int64_t told_to = 0;
    for (size_t i = l->n; i-- > 0;) {
        struct line *line = &l->v[i];
        if (line->kind != OURS)
            continue;
        enum ct_status s = in_chain(app, &line->head, &line->in, &line->answers, reterr);
        if (s != CT_OK)
            return s;
        line->told = !line->in && line->head.seq <= told_to;
        if (line->answers > told_to)
            told_to = line->answers;
    }
    return CT_OK;
}

static enum ct_status judge(struct ct_app *app, struct lines *l, struct ct_witness_finding *ret,
                            struct ct_error *reterr)
{
    *ret = (struct ct_witness_finding){.verdict = CT_WITNESS_MISSING};
    enum ct_status s = annotate(app, l, reterr);
    if (s != CT_OK)
        return s;
    for (size_t i = 0; i < l->n; i++) {
        const struct line *line = &l->v[i];
        if (line->kind != OURS)
            continue;
        if (!line->in && !line->told &&
            (ret->verdict != CT_WITNESS_BROKEN || line->head.seq > ret->head.seq)) {
            ret->verdict = CT_WITNESS_BROKEN;
            ret->head = line->head;
        } else if (ret->verdict == CT_WITNESS_MISSING)
            ret->verdict = CT_WITNESS_GOOD;
    }
    if (ret->verdict != CT_WITNESS_BROKEN)
        return CT_OK;
    struct ct_head end = {0};
    s = ct_chain_head(app, &end, reterr);
    ret->beyond = end.seq < ret->head.seq;
    return s;
}

enum ct_status ct_witness_check(struct ct_app *app, struct ct_witness_finding *ret,
                                struct ct_error *reterr)
{
    char path[600];
    enum ct_status s;
    int fd = open_file(app, O_RDONLY, path, sizeof path, reterr, &s);
    *ret = (struct ct_witness_finding){.verdict = CT_WITNESS_MISSING};
    if (s == CT_ENOTFOUND)
        return CT_OK;
    if (s != CT_OK)
        return s;
    struct lines l = {0};
    s = newest(app, fd, path, &l, reterr);
    close(fd);
    if (s == CT_OK)
        s = judge(app, &l, ret, reterr);
    free(l.v);
    return s;
}

/* ---- appending -------------------------------------------------------- */

static enum ct_status covered(struct ct_app *app, const struct lines *l,
                              const struct ct_head *head, bool *ret, struct ct_error *reterr)
{
    *ret = false;
    for (size_t i = l->n; i-- > 0;)
        if (l->v[i].kind == OURS) {
            if (l->v[i].head.seq < head->seq)
                return CT_OK;
            return in_chain(app, &l->v[i].head, ret, NULL, reterr);
        }
    return CT_OK;
}

static bool sync_name(const char *path)
{
    char dir[600];
    snprintf(dir, sizeof dir, "%s", path);
    char *slash = strrchr(dir, '/');
    if (slash == NULL)
        snprintf(dir, sizeof dir, ".");
    else
        slash[slash == dir] = '\0';
    errno = ct_sync_dir(dir);
    return errno == 0;
}

static enum ct_status append_line(struct ct_app *app, int fd, const char *path,
                                  const struct ct_head *head, struct ct_error *reterr)
{
    char id[ID_HEX + 1], link[LINK_HEX + 1], utc[32], line[LINE_MAX_BYTES], last = '\n';
    struct stat st;
    if (fstat(fd, &st) != 0 || (st.st_size > 0 && pread(fd, &last, 1, st.st_size - 1) != 1))
        return fail_file(reterr, path, "read");
    hex(id, app->keys->store_id, CT_STORE_ID_LEN);
    hex(link, head->link, CT_HASH_LEN);
    ct_rfc3339(ct_app_now(app), utc);
    /* a line that a power cut tore off is closed first */
    int n = snprintf(line, sizeof line, "%s%s %lld %s %s\n", last == '\n' ? "" : "\n", id,
                     (long long)head->seq, link, utc);
    ssize_t w;
    do
        w = write(fd, line, (size_t)n);
    while (w < 0 && errno == EINTR);
    if (w >= 0 && w != n) {
        /* half a line is none; where the file may only grow, it stays and is closed */
        (void)!ftruncate(fd, st.st_size);
        errno = ENOSPC;
    }
    if (w != n || fsync(fd) != 0 || (st.st_size == 0 && !sync_name(path)))
        return fail_file(reterr, path, "written");
    return CT_OK;
}

enum ct_status ct_witness_add(struct ct_app *app, const struct ct_head *head, bool answer,
                              struct ct_error *reterr)
{
    char path[600], gate_path[600];
    struct ct_gate gate = CT_GATE_INIT;
    enum ct_status s;
    snprintf(gate_path, sizeof gate_path, "%s/witness-gate", app->dir);
    if ((s = ct_gate_open(&gate, gate_path, reterr)) != CT_OK)
        return s;
    if ((s = ct_gate_take(&gate, GATE_MS, reterr)) == CT_OK) {
        struct lines l = {0};
        bool have = false;
        int fd = open_file(app, O_RDWR | O_APPEND | O_CREAT, path, sizeof path, reterr, &s);
        if (s == CT_OK && (s = newest(app, fd, path, &l, reterr)) == CT_OK &&
            (s = covered(app, &l, head, &have, reterr)) == CT_OK && (answer || !have))
            s = append_line(app, fd, path, head, reterr);
        if (fd >= 0)
            close(fd);
        free(l.v);
    }
    ct_gate_close(&gate);
    return s;
}

/* ---- verify ----------------------------------------------------------- */

enum ct_status ct_witness_walk(struct ct_app *app,
                               void (*line)(size_t number, enum ct_witness_line verdict,
                                            const struct ct_head *head, void *arg),
                               void *arg, int64_t *ret_good, struct ct_error *reterr)
{
    char path[600], *p = NULL;
    size_t n = 0;
    bool whole = false;
    enum ct_status s;
    *ret_good = 0;
    int fd = open_file(app, O_RDONLY, path, sizeof path, reterr, &s);
    if (s != CT_OK)
        return s;
    s = read_tail(fd, path, SIZE_MAX, &p, &n, &whole, reterr);
    close(fd);
    if (s != CT_OK)
        return s;
    struct lines l = {0};
    if (!split(&l, p, n, app->keys->store_id))
        s = ct_fail(reterr, CT_ENOMEM, NULL, "Out of memory.");
    else
        s = annotate(app, &l, reterr);
    for (size_t i = 0; s == CT_OK && i < l.n; i++) {
        line(l.v[i].number,
             l.v[i].kind != OURS ? CT_LINE_GARBLED
             : l.v[i].in         ? CT_LINE_GOOD
             : l.v[i].told       ? CT_LINE_ANSWERED
                                 : CT_LINE_BROKEN,
             &l.v[i].head, arg);
        *ret_good += l.v[i].in ? 1 : 0;
    }
    free(p);
    free(l.v);
    return s;
}
