/* store_kit - see store_kit.h. */
#include "tests/support/store_kit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/internal.h"
#include "tests/support/tmp.h"
#include "vault/secret.h"

enum { WAIT_MS = 30000 };

static const struct ct_sql ADD = {
    "kit.add",
    "INSERT INTO session(user_id, at_ms, tty, remote, pid, program)"
    " VALUES(1, :at, :tty, '', 1, 'test')",
};
static const struct ct_sql COUNT = {"kit.count", "SELECT count(*) FROM session"};
static const struct ct_sql HAS = {"kit.has", "SELECT count(*) FROM session WHERE at_ms = :at"};

static void die(const char *what, const struct ct_error *e)
{
    fprintf(stderr, "kit: %s: %s\n", what, e != NULL ? e->text : strerror(errno));
    abort();
}

struct ct_seal *kit_seal(unsigned char key_byte, unsigned char id_byte, const char *lower)
{
    unsigned char id[CT_STORE_ID_LEN], key[CT_KEY_LEN];
    struct ct_error e = {0};
    struct ct_seal *s = NULL;
    if (ct_harden(&e) != CT_OK)
        die("harden", &e);
    memset(id, id_byte, sizeof id);
    memset(key, key_byte, sizeof key);
    if (ct_seal_new(id, key, 1, lower, &s, &e) != CT_OK)
        die("seal", &e);
    return s;
}

static char *slurp(const char *path, size_t *ret_n);

void kit_schema(int last)
{
    static struct ct_embedded few[100];
    size_t n = 0;
    for (const struct ct_embedded *e = ct_embedded; e->name != NULL; e++) {
        int number = ct_migration_number(e->name);
        if (number > 0 && number <= last && n + 1 < CT_LEN(few))
            few[n++] = *e;
    }
    few[n] = (struct ct_embedded){0};
    ct_db_schema_files = few;
}

void kit_dir(struct kit *k, const char *lower)
{
    *k = (struct kit){0};
    tmp_dir(k->dir, "store");
    k->seal = kit_seal(7, 9, lower);
}

/* An empty store is made once a program, and then copied: every kit has the same key. */
void kit_create(struct kit *k, const char *lower)
{
    static char *empty;
    static size_t size;
    struct ct_error e = {0};
    kit_dir(k, lower);
    if (empty != NULL) {
        kit_write(k, CT_STORE_FILE, empty, size);
        kit_write(k, "gate", "", 0);
        return;
    }
    if (ct_db_create(k->dir, k->seal, &e) != CT_OK)
        die("create", &e);
    char path[128];
    kit_path(k, CT_STORE_FILE, path);
    empty = slurp(path, &size);
}

void kit_open(struct kit *k, const struct ct_db_options *options)
{
    struct ct_error e = {0};
    if (ct_db_open(k->dir, k->seal, options, &k->db, &e) != CT_OK)
        die("open", &e);
}

void kit_close(struct kit *k)
{
    ct_db_closep(&k->db);
}

void kit_join(struct kit *k, const char *dir, const struct ct_db_options *options)
{
    *k = (struct kit){0};
    snprintf(k->dir, sizeof k->dir, "%s", dir);
    k->seal = kit_seal(7, 9, NULL);
    kit_open(k, options);
}

void kit_leave(struct kit *k)
{
    kit_close(k);
    ct_seal_free(k->seal);
    k->seal = NULL;
}

/* Call fn for each file; the directory is flat. */
static void each_file(const struct kit *k,
                      void (*fn)(const char *path, const char *name, void *), void *arg)
{
    DIR *d = opendir(k->dir);
    if (d == NULL)
        return;
    struct dirent *e;
    while ((e = readdir(d)) != NULL) {
        char path[384];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", k->dir, e->d_name);
        fn(path, e->d_name, arg);
    }
    closedir(d);
}

static void remove_file(const char *path, const char *name, void *arg)
{
    (void)name;
    (void)arg;
    unlink(path);
}

void kit_done(struct kit *k)
{
    kit_leave(k);
    chmod(k->dir, 0700);
    each_file(k, remove_file, NULL);
    if (rmdir(k->dir) != 0)
        die(k->dir, NULL);
}

void kit_path(const struct kit *k, const char *name, char out[128])
{
    snprintf(out, 128, "%s/%s", k->dir, name);
}

static char *slurp(const char *path, size_t *ret_n)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        die(path, NULL);
    fseek(f, 0, SEEK_END);
    long n = ftell(f);
    rewind(f);
    char *data = malloc((size_t)n + 1);
    if (n < 0 || data == NULL || fread(data, 1, (size_t)n, f) != (size_t)n)
        die(path, NULL);
    fclose(f);
    *ret_n = (size_t)n;
    return data;
}

static bool ends(const char *s, const char *tail)
{
    return strlen(s) >= strlen(tail) && strcmp(s + strlen(s) - strlen(tail), tail) == 0;
}

/* A file to look at, without a copy: stores are looked at after every other step. */
struct view {
    const char *data;
    size_t n;
};

static struct view view(const char *path)
{
    struct stat st;
    struct view v = {"", 0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0)
        die(path, NULL);
    if (st.st_size > 0) {
        v.n = (size_t)st.st_size;
        void *p = mmap(NULL, v.n, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
        if (p == MAP_FAILED)
            die(path, NULL);
        v.data = p;
    }
    close(fd);
    return v;
}

static void view_done(struct view *v)
{
    union {
        const char *in;
        void *out;
    } p = {.in = v->data};
    if (v->n > 0)
        munmap(p.out, v->n);
}

static void hash_file(const char *path, const char *name, void *arg)
{
    uint64_t *sum = arg, part = 0;
    unsigned char h[CT_HASH_LEN];
    if (ends(name, "-shm"))
        return;
    struct view v = view(path);
    if (v.n > 0 || !ends(name, "-wal")) {
        ct_hash(h, v.data, v.n);
        memcpy(&part, h, sizeof part);
        *sum += part;
        ct_hash(h, name, strlen(name));
        memcpy(&part, h, sizeof part);
        *sum += part; /* the order of a directory is no content of it */
    }
    view_done(&v);
}

uint64_t kit_hash(const struct kit *k)
{
    uint64_t sum = 0;
    each_file(k, hash_file, &sum);
    return sum;
}

struct search {
    const char *bytes;
    bool found;
};

static void search_file(const char *path, const char *name, void *arg)
{
    struct search *s = arg;
    struct view v = view(path);
    (void)name;
    s->found |= memmem(v.data, v.n, s->bytes, strlen(s->bytes)) != NULL;
    view_done(&v);
}

bool kit_holds(const struct kit *k, const char *bytes)
{
    struct search s = {bytes, false};
    each_file(k, search_file, &s);
    return s.found;
}

long kit_size(const struct kit *k, const char *name)
{
    char path[128];
    struct stat st;
    kit_path(k, name, path);
    return stat(path, &st) == 0 ? (long)st.st_size : -1;
}

void kit_write(const struct kit *k, const char *name, const void *data, size_t n)
{
    char path[128];
    kit_path(k, name, path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, data, n) != (ssize_t)n)
        die(path, NULL);
    close(fd);
}

void kit_flip(const struct kit *k, const char *name, long offset)
{
    char path[128];
    unsigned char byte = 0;
    kit_path(k, name, path);
    int fd = open(path, O_RDWR);
    if (fd < 0 || pread(fd, &byte, 1, offset) != 1)
        die(path, NULL);
    byte ^= 0x10;
    if (pwrite(fd, &byte, 1, offset) != 1)
        die(path, NULL);
    close(fd);
}

/* ---- rows --------------------------------------------------------------- */

enum ct_status kit_add_in(struct ct_db *db, int64_t at_ms, const char *tty,
                          struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status s = ct_stmt_get(db, &ADD, &st, reterr);
    if (s != CT_OK)
        return s;
    ct_bind_i64(st, ":at", at_ms);
    ct_bind_text(st, ":tty", tty);
    return ct_stmt_run(st, NULL, reterr);
}

enum ct_status kit_add(struct ct_db *db, int64_t at_ms, struct ct_error *reterr)
{
    CT_TX tx = {0};
    enum ct_status s;
    if ((s = ct_tx_begin(db, &tx, reterr)) != CT_OK ||
        (s = kit_add_in(db, at_ms, "pts/1", reterr)) != CT_OK)
        return s;
    return ct_tx_commit(&tx, reterr);
}

static int64_t count(struct ct_db *db, const struct ct_sql *row, int64_t at_ms)
{
    CT_STMT *st = NULL;
    struct ct_error e = {0};
    bool more = false;
    if (ct_stmt_get(db, row, &st, &e) != CT_OK)
        die(row->name, &e);
    if (row == &HAS)
        ct_bind_i64(st, ":at", at_ms);
    if (ct_stmt_step(st, &more, &e) != CT_OK || !more)
        die(row->name, &e);
    return ct_col_i64(st, 0);
}

int64_t kit_count(struct ct_db *db)
{
    return count(db, &COUNT, 0);
}

bool kit_has(struct ct_db *db, int64_t at_ms)
{
    return count(db, &HAS, at_ms) == 1;
}

int64_t kit_within(struct ct_db *db, int64_t from_ms, int64_t to_ms)
{
    static const struct ct_sql WITHIN = {
        "kit.within", "SELECT count(DISTINCT at_ms) FROM session WHERE at_ms BETWEEN :from AND :to"};
    CT_STMT *st = NULL;
    struct ct_error e = {0};
    bool row = false;
    if (ct_stmt_get(db, &WITHIN, &st, &e) != CT_OK)
        die(WITHIN.name, &e);
    ct_bind_i64(st, ":from", from_ms);
    ct_bind_i64(st, ":to", to_ms);
    if (ct_stmt_step(st, &row, &e) != CT_OK || !row)
        die(WITHIN.name, &e);
    return ct_col_i64(st, 0);
}

static void count_line(const char *text, void *arg)
{
    int *n = arg;
    (void)text;
    ++*n;
}

int kit_problems(struct ct_db *db)
{
    struct ct_error e = {0};
    int n = 0;
    if (ct_db_integrity(db, count_line, &n, &e) != CT_OK)
        die("integrity", &e);
    return n;
}

/* ---- other processes ---------------------------------------------------- */

pid_t kit_child(void (*fn)(int out, void *arg), void *arg, int *ret_in)
{
    int ends_of[2];
    if (pipe2(ends_of, O_CLOEXEC) != 0)
        die("pipe", NULL);
    fflush(NULL);
    pid_t pid = fork();
    if (pid < 0)
        die("fork", NULL);
    if (pid == 0) {
        close(ends_of[0]);
        fn(ends_of[1], arg);
        _exit(0);
    }
    close(ends_of[1]);
    *ret_in = ends_of[0];
    return pid;
}

bool kit_read(int in, int64_t *ret)
{
    struct pollfd p = {.fd = in, .events = POLLIN};
    if (poll(&p, 1, WAIT_MS) <= 0)
        die("the other process said nothing for 30 s", NULL);
    return read(in, ret, sizeof *ret) == (ssize_t)sizeof *ret; /* below PIPE_BUF: whole */
}

void kit_tell(int out, int64_t v)
{
    if (write(out, &v, sizeof v) != (ssize_t)sizeof v)
        _exit(9);
}

int kit_wait(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void kit_kill(pid_t pid)
{
    kill(pid, SIGKILL);
    (void)kit_wait(pid);
}
