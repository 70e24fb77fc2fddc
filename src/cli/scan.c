/* scan - the subcommand `clintech scan`: what a scanned code says, or each line of
 * a file of them. Needs no store and no login. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/ascii.h"
#include "base/text.h"
#include "cli/cli.h"
#include "clinic/scan.h"

/* A line may spell every byte as \xNN; one that is longer is told from one that fits
 * by a byte more. */
enum {
    ESCAPE = 4,
    LINE_MAX_BYTES = CT_SCAN_MAX * ESCAPE + 1,
    EXIT_WANTING = 1,
    EXIT_NO_INPUT = 66
};

/* ---- JSON ---------------------------------------------------------------------- */

/* A date of each element that has one, by the same names. */
static void put_reading(json_t *to, const struct ct_scan_reading *r)
{
    json_t *elements = json_object(), *titles = json_object(), *dates = json_object();
    for (size_t i = 0; i < r->n; i++) {
        const struct ct_scan_element *e = &r->e[i];
        char date[24];
        ct_scan_date_text(e, date);
        json_object_set_new(elements, e->id, json_string(e->value));
        json_object_set_new(titles, e->id, json_string(e->title));
        if (date[0] != '\0')
            json_object_set_new(dates, e->id, json_string(date));
    }
    json_object_set_new(to, "elements", elements);
    json_object_set_new(to, "titles", titles);
    json_object_set_new(to, "dates", dates);
}

/* The bytes of a code that no standard explains: what JSON can hold as it is, the
 * rest as \xNN. */
static void put_text(json_t *to, const char *s, size_t n)
{
    CT_BUF text = {.max = CT_SCAN_MAX * ESCAPE + 1};
    for (const char *p = s, *end = s + n; p < end;) {
        uint32_t cp;
        size_t len = ct_utf8_next(p, end, &cp);
        if (len == 1 && (cp == 0xFFFD || cp < ' ' || cp == 0x7F || cp == '\\'))
            ct_buf_printf(&text, "\\x%02X", (unsigned)(unsigned char)*p);
        else
            ct_buf_add(&text, p, len);
        p += len;
    }
    json_object_set_new(to, "text", json_string(ct_buf_str(&text)));
}

static json_t *as_json(const struct ct_scan *s, const char *code, size_t n,
                       const struct ct_error *error)
{
    json_t *j = json_object();
    json_object_set_new(j, "kind", json_string(ct_scan_kind_name(s->kind)));
    if (error != NULL) {
        json_object_set_new(
            j, "error",
            json_pack("{s:I,s:s}", "position", (json_int_t)s->error_at, "text", error->text));
        return j;
    }
    if (s->prefix[0] != '\0')
        json_object_set_new(j, "prefix", json_string(s->prefix));
    put_reading(j, &s->is);
    if (s->kind == CT_SCAN_LOCAL)
        put_text(j, code + s->body_at, n - s->body_at);
    json_t *warnings = json_array();
    for (size_t i = 0; i < s->n_warnings; i++)
        json_array_append_new(warnings, json_string(s->warning[i]));
    json_object_set_new(j, "warnings", warnings);
    json_object_set_new(j, "ambiguous", json_boolean(s->ambiguous));
    if (!s->ambiguous)
        return j;
    json_t *readings = json_array();
    for (size_t i = 0; i < s->n_readings; i++) {
        json_t *one = json_object();
        put_reading(one, &s->reading[i]);
        json_array_append_new(readings, one);
    }
    json_object_set_new(j, "readings", readings);
    json_object_set_new(j, "more", json_boolean(s->more));
    return j;
}

static void print_json(json_t *j, size_t flags)
{
    json_dumpf(j, stdout, flags);
    putchar('\n');
    json_decref(j);
}

/* ---- text ---------------------------------------------------------------------- */

static void print_reading(const struct ct_scan_reading *r, const char *indent)
{
    for (size_t i = 0; i < r->n; i++) {
        char date[24];
        ct_scan_date_text(&r->e[i], date);
        printf("%s%-8s  %-28s  %s%s%s\n", indent, r->e[i].id, r->e[i].title, r->e[i].value,
               date[0] != '\0' ? "  " : "", date);
    }
}

static void print_text(const struct ct_scan *s)
{
    printf("%s\n", ct_scan_kind_name(s->kind));
    print_reading(&s->is, "  ");
    for (size_t i = 0; i < s->n_readings; i++) {
        printf("  reading %zu\n", i + 1);
        print_reading(&s->reading[i], "    ");
    }
    for (size_t i = 0; i < s->n_warnings; i++)
        printf("  note: %s\n", s->warning[i]);
}

/* ---- one code ------------------------------------------------------------------ */

static bool read_code(const char *code, size_t n, struct ct_scan *s, struct ct_error *e)
{
    const struct ct_scan_options o = {.today = ct_date_at(ct_now(&CT_CLOCK_SYSTEM))};
    return ct_scan_read(code, n, &o, s, e) == CT_OK;
}

static int scan_one(const char *code, bool json)
{
    struct ct_scan s;
    struct ct_error e;
    bool good = read_code(code, strlen(code), &s, &e);
    if (json) {
        print_json(as_json(&s, code, strlen(code), good ? NULL : &e), JSON_INDENT(1));
    } else if (good) {
        print_text(&s);
    } else {
        fprintf(stderr, "clintech: %s, byte %zu: %s\n", ct_scan_kind_name(s.kind), s.error_at,
                e.text);
    }
    return good ? 0 : EXIT_WANTING;
}

/* ---- a code a line ------------------------------------------------------------- */

static int hex(char c)
{
    c = ct_lower(c);
    return ct_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \xNN becomes the byte, in place. False: *n is where one is not whole. */
static bool unescape(char *s, size_t *n)
{
    size_t to = 0;
    for (size_t i = 0; i < *n; i++) {
        if (s[i] != '\\' || i + 1 >= *n || s[i + 1] != 'x') {
            s[to++] = s[i];
            continue;
        }
        int high = i + 2 < *n ? hex(s[i + 2]) : -1, low = i + 3 < *n ? hex(s[i + 3]) : -1;
        if (high < 0 || low < 0) {
            *n = i;
            return false;
        }
        s[to++] = (char)(unsigned char)(high << 4 | low);
        i += ESCAPE - 1;
    }
    *n = to;
    return true;
}

/* One line of n bytes, n at most LINE_MAX_BYTES; true: it was good. */
static bool scan_line(char *line, size_t n)
{
    struct ct_scan s = {.kind = CT_SCAN_LOCAL};
    struct ct_error e;
    bool good = unescape(line, &n);
    if (good) {
        good = read_code(line, n, &s, &e);
    } else {
        s.error_at = n; /* of the line */
        (void)ct_fail(&e, CT_EINVAL, "code",
                      "Two hexadecimal digits belong behind \\x; a backslash is \\x5C there.");
    }
    print_json(as_json(&s, line, n, good ? NULL : &e), JSON_COMPACT);
    return good;
}

/* Lines end in LF or CRLF; the last one may lack it. Of a line beyond the bound so
 * much is kept as shows that it is. False: one had an error. */
static bool scan_stream(FILE *f)
{
    static char line[LINE_MAX_BYTES];
    size_t n = 0;
    bool good = true, any = false;
    for (int c; (c = getc(f)) != EOF;) {
        any = true;
        if (c != '\n') {
            if (n < sizeof line)
                line[n++] = (char)c;
            continue;
        }
        n -= n > 0 && line[n - 1] == '\r';
        good = scan_line(line, n) && good;
        n = 0;
        any = false;
    }
    return any ? scan_line(line, n) && good : good;
}

static int scan_lines(const char *path)
{
    struct ct_error e;
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        if (!standard)
            close(fd);
        errno = EISDIR;
        fd = -1;
    }
    if (fd < 0) {
        fprintf(stderr, "clintech: %s cannot be opened: %s.\n", path, strerror(errno));
        return EXIT_NO_INPUT;
    }
    FILE *f = standard ? stdin : fdopen(fd, "rb");
    if (f == NULL) {
        close(fd);
        ct_fail(&e, CT_ENOMEM, NULL, "Out of memory.");
        return ct_cli_error(&e);
    }
    bool good = scan_stream(f), failed = ferror(f) != 0;
    int why = errno;
    if (!standard)
        fclose(f);
    if (failed) {
        ct_fail(&e, CT_EIO, NULL, "%s cannot be read: %s.", path, strerror(why));
        return ct_cli_error(&e);
    }
    return good ? 0 : EXIT_WANTING;
}

int ct_cli_scan(struct ct_cli *cli, int argc, char **argv)
{
    const char *lines = NULL;
    bool bad = false, from_file = ct_cli_option(&argc, argv, "--lines", &lines, &bad);
    bool quoted = argc > 1 && strcmp(argv[1], "--") == 0;
    int first = quoted ? 2 : 1;
    if (bad)
        return ct_cli_usage("scan --lines needs a FILE, - for standard input");
    if (from_file ? argc > first : argc != first + 1)
        return ct_cli_usage("scan takes one code, or --lines FILE");
    if (!from_file && !quoted && strncmp(argv[first], "--", 2) == 0)
        return ct_cli_usage("scan has no option %.60s; a code that begins so goes behind --",
                            argv[first]);
    int status = from_file ? scan_lines(lines) : scan_one(argv[first], cli->json);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    struct ct_error e;
    ct_fail(&e, CT_EIO, NULL, "Standard output could not be written.");
    return ct_cli_error(&e);
}
