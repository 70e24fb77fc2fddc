/* config - see config.h: .ini files, checked byte by byte before iniparser sees
 * them. What the keys of config.ini mean is in config_site.c.
 *
 * MUST 1  nothing that iniparser 4.1 reads differently from what a person sees
 *         reaches it: lines of any length, continuations, comments and quotes
 *         inside values, control characters.
 * MUST 2  a name holds no ':', which is how iniparser joins section and key;
 *         no name is both, so that no look-up by name meets a section.
 * MUST 3  only iniparser_load, _getstring with NULL and _freedict are called.
 */
#include "base/config.h"

#include <errno.h>
#include <fcntl.h>
#include <iniparser/iniparser.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/text.h"

/* Its dictionary is searched from end to end: the number of keys is bounded so
 * that a hostile file costs a moment, not minutes. */
enum { ENTRIES_MAX = 4000, NAME_MAX_BYTES = 64, SHOWN_NAME = 200 };

struct entry {
    size_t section;               /* index */
    char key[NAME_MAX_BYTES + 1]; /* "" : the section itself */
    const char *value;            /* owned by the dictionary */
    int line;
};

struct section {
    char name[NAME_MAX_BYTES + 1];
    size_t first, n; /* its entries */
    int line;
};

struct ct_ini {
    char *name;
    dictionary *dict;
    struct entry *entries;
    struct section *sections;
    size_t n_entries, n_sections;
};

void ct_ini_free(struct ct_ini *ini)
{
    if (ini == NULL)
        return;
    if (ini->dict != NULL)
        iniparser_freedict(ini->dict);
    free(ini->entries);
    free(ini->sections);
    free(ini->name);
    free(ini);
}

void ct_ini_freep(struct ct_ini **ini)
{
    ct_ini_free(*ini);
    *ini = NULL;
}

/* ---- messages ------------------------------------------------------------ */

static enum ct_status vfail(const char *name, int line, const char *field, const char *where,
                            struct ct_error *reterr, const char *fmt, va_list ap)
    __attribute__((format(printf, 6, 0)));

static enum ct_status vfail(const char *name, int line, const char *field, const char *where,
                            struct ct_error *reterr, const char *fmt, va_list ap)
{
    char text[sizeof reterr->text];
    vsnprintf(text, sizeof text, fmt, ap);
    /* The end of a long path says most, and the sentence must stay readable. */
    size_t n = strlen(name);
    const char *dots = n > SHOWN_NAME ? "..." : "";
    name += n > SHOWN_NAME ? n - SHOWN_NAME : 0;
    if (line > 0)
        return ct_fail(reterr, CT_ECONFIG, field, "%s%s:%d: %s%s", dots, name, line, where,
                       text);
    return ct_fail(reterr, CT_ECONFIG, field, "%s%s: %s%s", dots, name, where, text);
}

static enum ct_status fail_at(const char *name, int line, struct ct_error *reterr,
                              const char *fmt, ...) CT_FORMAT(4, 5);

static enum ct_status fail_at(const char *name, int line, struct ct_error *reterr,
                              const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    enum ct_status st = vfail(name, line, "", "", reterr, fmt, ap);
    va_end(ap);
    return st;
}

enum ct_status ct_ini_fail(const struct ct_ini *ini, const char *section, const char *key,
                           struct ct_error *reterr, const char *fmt, ...)
{
    int line = ct_ini_line(ini, section, key);
    if (line == 0)
        line = ct_ini_line(ini, section, NULL);
    char where[2 * NAME_MAX_BYTES + 16] = "";
    if (section != NULL)
        snprintf(where, sizeof where, "[%.*s]%s%.*s: ", NAME_MAX_BYTES, section,
                 key != NULL ? " " : "", NAME_MAX_BYTES, key != NULL ? key : "");
    va_list ap;
    va_start(ap, fmt);
    enum ct_status st = vfail(ini->name, line, key, where, reterr, fmt, ap);
    va_end(ap);
    return st;
}

/* ---- the check ------------------------------------------------------------ */

struct check {
    const char *name;
    struct ct_ini *ini;
    struct ct_buf values; /* each value and a NUL, in the order of the entries */
    struct ct_error *reterr;
    int line;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_name(char c)
{
    c = ct_lower(c);
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

/* A line without its blanks at both ends. */
struct span {
    const char *s;
    size_t n;
};

static struct span strip(const char *s, const char *end)
{
    while (s < end && is_blank(*s))
        s++;
    while (s < end && is_blank(end[-1]))
        end--;
    return (struct span){s, (size_t)(end - s)};
}

static enum ct_status take_name(struct check *c, const char *what, struct span s,
                                char out[NAME_MAX_BYTES + 1])
{
    if (s.n == 0)
        return fail_at(c->name, c->line, c->reterr, "the %s has no name.", what);
    if (s.n > NAME_MAX_BYTES)
        return fail_at(c->name, c->line, c->reterr,
                       "the name of the %s is longer than %d characters.", what,
                       NAME_MAX_BYTES);
    for (size_t i = 0; i < s.n; i++) {
        if (!is_name(s.s[i]))
            return fail_at(c->name, c->line, c->reterr,
                           "the name of a %s is made of letters, digits, '_', '-' and '.' "
                           "only.",
                           what);
        out[i] = ct_lower(s.s[i]);
    }
    out[s.n] = '\0';
    return CT_OK;
}

static enum ct_status check_section(struct check *c, struct span s)
{
    if (s.s[s.n - 1] != ']' || memchr(s.s, ']', s.n - 1) != NULL)
        return fail_at(c->name, c->line, c->reterr,
                       "a section is [name], with nothing behind the \"]\".");
    struct ct_ini *ini = c->ini;
    struct section *new = &ini->sections[ini->n_sections];
    *new = (struct section){.first = ini->n_entries, .line = c->line};
    enum ct_status st = take_name(c, "section", strip(s.s + 1, s.s + s.n - 1), new->name);
    if (st == CT_OK)
        ini->n_sections++;
    return st;
}

static enum ct_status check_value(struct check *c, struct span v)
{
    if (v.n > 0 && v.s[0] == '"') {
        if (v.n < 2 || v.s[v.n - 1] != '"' || memchr(v.s + 1, '"', v.n - 2) != NULL)
            return fail_at(c->name, c->line, c->reterr,
                           "a value that begins with '\"' ends with the only other one; put "
                           "a comment on a line of its own.");
        ct_buf_add(&c->values, v.s + 1, v.n - 2);
    } else {
        if (v.n > 0 && v.s[0] == '\'')
            return fail_at(c->name, c->line, c->reterr,
                           "put the value in double quotes if it begins with \"'\".");
        if (memchr(v.s, ';', v.n) != NULL || memchr(v.s, '#', v.n) != NULL)
            return fail_at(c->name, c->line, c->reterr,
                           "put the value in double quotes if it holds ';' or '#', and a "
                           "comment on a line of its own.");
        ct_buf_add(&c->values, v.s, v.n);
    }
    ct_buf_char(&c->values, '\0');
    return CT_OK;
}

static enum ct_status check_key(struct check *c, struct span s)
{
    const char *equals = memchr(s.s, '=', s.n);
    if (equals == NULL)
        return fail_at(c->name, c->line, c->reterr,
                       "neither [section], nor key = value, nor a comment (#).");
    struct ct_ini *ini = c->ini;
    if (ini->n_sections == 0)
        return fail_at(c->name, c->line, c->reterr, "a key stands before the first [section].");
    struct entry *new = &ini->entries[ini->n_entries];
    *new = (struct entry){.section = ini->n_sections - 1, .line = c->line};
    enum ct_status st = take_name(c, "key", strip(s.s, equals), new->key);
    if (st == CT_OK)
        st = check_value(c, strip(equals + 1, s.s + s.n));
    if (st == CT_OK) {
        ini->n_entries++;
        ini->sections[new->section].n++;
    }
    return st;
}

static enum ct_status check_bytes(struct check *c, const char *s, const char *end)
{
    if (end - s > CT_INI_MAX_LINE)
        return fail_at(c->name, c->line, c->reterr,
                       "the line has %zu bytes, more than %d; shorten it.", (size_t)(end - s),
                       CT_INI_MAX_LINE);
    while (s < end) {
        uint32_t cp;
        size_t used = ct_utf8_next(s, end, &cp);
        if (used == 1 && cp == 0xFFFD)
            return fail_at(c->name, c->line, c->reterr,
                           "byte 0x%02X is not UTF-8; save the file as UTF-8.",
                           (unsigned)(unsigned char)*s);
        if (cp == 0xFEFF)
            return fail_at(c->name, c->line, c->reterr,
                           "a byte order mark; save the file as UTF-8 without one.");
        if (cp != '\t' && !ct_text_joiner(cp) && ct_text_unsafe(cp))
            return fail_at(c->name, c->line, c->reterr,
                           "an invisible control character (U+%04X); take it out.",
                           (unsigned)cp);
        s += used;
    }
    return CT_OK;
}

static enum ct_status check_line(struct check *c, const char *s, const char *end)
{
    if (end > s && end[-1] == '\r')
        end--;
    enum ct_status st = check_bytes(c, s, end);
    if (st != CT_OK)
        return st;
    struct span line = strip(s, end);
    if (line.n == 0)
        return CT_OK;
    if (line.s[line.n - 1] == '\\')
        return fail_at(c->name, c->line, c->reterr,
                       "lines cannot be continued; take out the \"\\\" at the end.");
    if (line.s[0] == '#' || line.s[0] == ';')
        return CT_OK;
    if (c->ini->n_entries + c->ini->n_sections == ENTRIES_MAX)
        return fail_at(c->name, c->line, c->reterr, "more than %d sections and keys.",
                       ENTRIES_MAX);
    return line.s[0] == '[' ? check_section(c, line) : check_key(c, line);
}

/* One name and where it stands, for finding those that come twice. */
struct named {
    const char *section, *key; /* key "": a section */
    int line;
};

static int compare_named(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int by = strcmp(x->section, y->section);
    if (by == 0)
        by = strcmp(x->key, y->key);
    return by != 0 ? by : (x->line > y->line) - (x->line < y->line);
}

static int compare_keys(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int by = strcmp(x->key, y->key);
    return by != 0 ? by : (x->line > y->line) - (x->line < y->line);
}

static enum ct_status check_names_sorted(struct check *c, struct named *all, size_t n)
{
    qsort(all, n, sizeof *all, compare_named);
    for (size_t i = 1; i < n; i++) {
        if (strcmp(all[i].section, all[i - 1].section) != 0 ||
            strcmp(all[i].key, all[i - 1].key) != 0)
            continue;
        const char *what = all[i].key[0] != '\0' ? all[i].key : all[i].section;
        return fail_at(c->name, all[i].line, c->reterr, "%s \"%s\" is in line %d already.",
                       all[i].key[0] != '\0' ? "key" : "section", what, all[i - 1].line);
    }
    qsort(all, n, sizeof *all, compare_keys);
    for (size_t i = 0; i < c->ini->n_sections; i++) {
        const struct section *s = &c->ini->sections[i];
        size_t lo = 0, hi = n;
        while (lo < hi) {
            size_t mid = lo + (hi - lo) / 2;
            if (strcmp(all[mid].key, s->name) < 0)
                lo = mid + 1;
            else
                hi = mid;
        }
        if (lo < n && strcmp(all[lo].key, s->name) == 0)
            return fail_at(c->name, all[lo].line > s->line ? all[lo].line : s->line, c->reterr,
                           "\"%s\" is the name of a section (line %d) and of a key (line %d); "
                           "rename one.",
                           s->name, s->line, all[lo].line);
    }
    return CT_OK;
}

static enum ct_status check_names(struct check *c)
{
    const struct ct_ini *ini = c->ini;
    size_t n = ini->n_entries + ini->n_sections;
    struct named *all = calloc(n + 1, sizeof *all);
    if (all == NULL)
        return ct_fail(c->reterr, CT_ENOMEM, "", "%s: out of memory", c->name);
    for (size_t i = 0; i < ini->n_entries; i++)
        all[i] = (struct named){ini->sections[ini->entries[i].section].name,
                                ini->entries[i].key, ini->entries[i].line};
    for (size_t i = 0; i < ini->n_sections; i++)
        all[ini->n_entries + i] =
            (struct named){ini->sections[i].name, "", ini->sections[i].line};
    enum ct_status st = check_names_sorted(c, all, n);
    free(all);
    return st;
}

static enum ct_status check_all(struct check *c, const char *data, size_t n)
{
    if (n > CT_INI_MAX_BYTES)
        return fail_at(c->name, 0, c->reterr, "the file is longer than %d KiB.",
                       CT_INI_MAX_BYTES / 1024);
    const char *end = data + n;
    for (const char *s = data; s < end;) {
        const char *newline = memchr(s, '\n', (size_t)(end - s));
        const char *stop = newline != NULL ? newline : end;
        c->line++;
        enum ct_status st = check_line(c, s, stop);
        if (st != CT_OK)
            return st;
        s = stop + (newline != NULL);
    }
    return check_names(c);
}

/* ---- iniparser ------------------------------------------------------------ */

static int say_nothing(const char *fmt, ...) CT_FORMAT(1, 2);

static int say_nothing(const char *fmt, ...)
{
    (void)fmt;
    return 0;
}

/* In the C locale: in some others a byte of a UTF-8 letter counts as a blank,
 * and iniparser would cut it off. */
static dictionary *load_dictionary(const char *data, size_t n)
{
    int fd = memfd_create("ini", MFD_CLOEXEC);
    if (fd < 0)
        return NULL;
    dictionary *dict = NULL;
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (plain != (locale_t)0 && ct_write_all(fd, data, n) == 0) {
        char path[40];
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        locale_t before = uselocale(plain);
        iniparser_set_error_callback(say_nothing);
        dict = iniparser_load(path);
        (void)uselocale(before);
    }
    if (plain != (locale_t)0)
        freelocale(plain);
    (void)close(fd);
    return dict;
}

/* Take each value from iniparser, and hold it against what the check read. */
static enum ct_status take_values(struct check *c)
{
    struct ct_ini *ini = c->ini;
    const char *expected = ct_buf_str(&c->values);
    for (size_t i = 0; i < ini->n_entries; i++) {
        struct entry *e = &ini->entries[i];
        char path[2 * NAME_MAX_BYTES + 2];
        snprintf(path, sizeof path, "%s:%s", ini->sections[e->section].name, e->key);
        e->value = iniparser_getstring(ini->dict, path, NULL);
        if (e->value == NULL || strcmp(e->value, expected) != 0)
            return fail_at(c->name, e->line, c->reterr,
                           "the value of \"%s\" cannot be read; write it more simply.", e->key);
        expected += strlen(expected) + 1;
    }
    return CT_OK;
}

static enum ct_status build(struct check *c, const char *data, size_t n)
{
    enum ct_status st = check_all(c, data, n);
    if (st != CT_OK)
        return st;
    if (c->values.bad)
        return ct_fail(c->reterr, CT_ENOMEM, "", "%s: out of memory", c->name);
    if (c->ini->n_entries == 0)
        return CT_OK;
    c->ini->dict = load_dictionary(data, n);
    if (c->ini->dict == NULL)
        return ct_fail(c->reterr, CT_EIO, "",
                       "%s: could not be handed to iniparser; is /proc mounted?", c->name);
    return take_values(c);
}

/* A line holds one name at most. Room for the most names there may be would be cleared
 * and given back for each of a file's readings, of which a list has one a row. */
static size_t names_at_most(const char *data, size_t n)
{
    size_t lines = 1;
    for (size_t i = 0; i < n && lines < ENTRIES_MAX; i++)
        lines += data[i] == '\n';
    return lines;
}

enum ct_status ct_ini_parse(const char *name, const char *data, size_t n, struct ct_ini **ret,
                            struct ct_error *reterr)
{
    struct ct_ini *ini = calloc(1, sizeof *ini);
    if (ini == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "%s: out of memory", name);
    ini->name = strdup(name);
    size_t names = names_at_most(data, n);
    ini->entries = calloc(names, sizeof *ini->entries);
    ini->sections = calloc(names, sizeof *ini->sections);
    struct check c = {
        .name = name, .ini = ini, .reterr = reterr, .values.max = 2 * CT_INI_MAX_BYTES};
    enum ct_status st;
    if (ini->name == NULL || ini->entries == NULL || ini->sections == NULL)
        st = ct_fail(reterr, CT_ENOMEM, "", "%s: out of memory", name);
    else
        st = build(&c, data, n);
    ct_buf_done(&c.values);
    if (st != CT_OK) {
        ct_ini_free(ini);
        return st;
    }
    *ret = ini;
    return CT_OK;
}

/* ---- files ---------------------------------------------------------------- */

/* Others than root and the user may write to it. A group is accepted where it
 * is the user's own: the same number, by the convention of one group a user. */
static bool others_may_write(const struct stat *st)
{
    if (st->st_uid != 0 && st->st_uid != geteuid())
        return true;
    if ((st->st_mode & S_IWOTH) != 0)
        return true;
    return (st->st_mode & S_IWGRP) != 0 && st->st_gid != 0 &&
           (st->st_gid != getegid() || st->st_gid != geteuid());
}

static enum ct_status read_file(const char *path, int fd, struct ct_buf *ret,
                                struct ct_error *reterr)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return ct_fail(reterr, CT_EIO, "", "%s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return fail_at(path, 0, reterr, "not a regular file.");
    if (others_may_write(&st))
        return fail_at(path, 0, reterr,
                       "others than you and root may write to it; chown it to you or root "
                       "and chmod go-w.");
    char chunk[8192];
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ct_fail(reterr, CT_EIO, "", "%s: %s", path, strerror(errno));
        ct_buf_add(ret, chunk, (size_t)n);
        /* One byte over the limit is enough for the check to say so. */
        if (n == 0 || ret->len > CT_INI_MAX_BYTES)
            break;
    }
    if (ret->bad)
        return ct_fail(reterr, CT_ENOMEM, "", "%s: out of memory", path);
    return CT_OK;
}

enum ct_status ct_ini_load(const char *path, struct ct_ini **ret, struct ct_error *reterr)
{
    /* O_NONBLOCK: a FIFO must be refused, not waited for. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return ct_fail(reterr, errno == ENOENT || errno == ENOTDIR ? CT_ENOTFOUND : CT_EIO, "",
                       "%s: %s", path, strerror(errno));
    CT_BUF data = {.max = CT_INI_MAX_BYTES + 16384};
    enum ct_status st = read_file(path, fd, &data, reterr);
    (void)close(fd);
    if (st != CT_OK)
        return st;
    return ct_ini_parse(path, ct_buf_str(&data), data.len, ret, reterr);
}

/* ---- reading ---------------------------------------------------------------- */

static bool same_name(const char *stored, const char *asked)
{
    for (; *stored != '\0'; stored++, asked++)
        if (*stored != ct_lower(*asked))
            return false;
    return *asked == '\0';
}

static const struct section *find_section(const struct ct_ini *ini, const char *name)
{
    for (size_t i = 0; name != NULL && i < ini->n_sections; i++)
        if (same_name(ini->sections[i].name, name))
            return &ini->sections[i];
    return NULL;
}

static const struct entry *find_entry(const struct ct_ini *ini, const char *section,
                                      const char *key)
{
    const struct section *s = find_section(ini, section);
    for (size_t i = 0; s != NULL && i < s->n; i++)
        if (same_name(ini->entries[s->first + i].key, key))
            return &ini->entries[s->first + i];
    return NULL;
}

const char *ct_ini_name(const struct ct_ini *ini)
{
    return ini->name;
}

const char *ct_ini_section(const struct ct_ini *ini, size_t i)
{
    return i < ini->n_sections ? ini->sections[i].name : NULL;
}

const char *ct_ini_key(const struct ct_ini *ini, const char *section, size_t i)
{
    const struct section *s = find_section(ini, section);
    return s != NULL && i < s->n ? ini->entries[s->first + i].key : NULL;
}

const char *ct_ini_get(const struct ct_ini *ini, const char *section, const char *key)
{
    const struct entry *e = find_entry(ini, section, key);
    return e != NULL ? e->value : NULL;
}

int ct_ini_line(const struct ct_ini *ini, const char *section, const char *key)
{
    if (key != NULL) {
        const struct entry *e = find_entry(ini, section, key);
        return e != NULL ? e->line : 0;
    }
    const struct section *s = find_section(ini, section);
    return s != NULL ? s->line : 0;
}
