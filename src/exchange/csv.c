/* csv - see csv.h. */
#include "exchange/csv.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 64 * 1024 };

enum state { FIELD_START, PLAIN, QUOTED, QUOTE_IN_QUOTED, ROW_END };

struct ct_csv {
    ct_csv_read_fn *read;
    void *arg;
    char chunk[CHUNK];
    size_t at, n;      /* unread bytes are chunk[at .. n) */
    bool ended;
    bool first;        /* no row has been read yet */
    char mark;         /* parts the fields */
    uint64_t line;     /* of the next byte */
    struct ct_buf raw, text; /* the row as it came; its fields, a NUL after each */
    size_t n_fields;
    size_t begin[CT_CSV_FIELDS_MAX + 1]; /* of each field in text */
    struct ct_csv_field field[CT_CSV_FIELDS_MAX];
};

enum ct_status ct_csv_open(ct_csv_read_fn *read, void *arg, struct ct_csv **ret,
                           struct ct_error *reterr)
{
    struct ct_csv *r = malloc(sizeof *r); /* its arrays need no clearing */
    if (r == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while opening the table");
    r->read = read;
    r->arg = arg;
    r->at = r->n = r->n_fields = 0;
    r->ended = false;
    r->first = true;
    r->mark = ',';
    r->line = 1;
    r->raw = (struct ct_buf){.max = CT_CSV_ROW_MAX};
    r->text = (struct ct_buf){.max = CT_CSV_ROW_MAX + CT_CSV_FIELDS_MAX};
    *ret = r;
    return CT_OK;
}

void ct_csv_free(struct ct_csv *r)
{
    if (r == NULL)
        return;
    ct_buf_done(&r->raw);
    ct_buf_done(&r->text);
    free(r);
}

void ct_csv_freep(struct ct_csv **r)
{
    ct_csv_free(*r);
}

/* True while there is a byte at chunk[at]; reads the next portion when needed. */
static enum ct_status fill(struct ct_csv *r, bool *ret_more, struct ct_error *reterr)
{
    if (r->at == r->n && !r->ended) {
        size_t n = 0;
        enum ct_status st = r->read(r->arg, r->chunk, CHUNK, &n, reterr);
        if (st != CT_OK)
            return st;
        r->at = 0;
        r->n = n <= CHUNK ? n : CHUNK;
        r->ended = n == 0;
    }
    *ret_more = r->at < r->n;
    return CT_OK;
}

/* The mark of the first line with something in it but a comment, in the first n bytes; false: it does
 * not end within them. */
static bool find_mark(const char *s, size_t n, char *ret)
{
    bool quoted = false, any = false, comment = false;
    size_t commas = 0, semicolons = 0, tabs = 0;
    for (size_t i = 0; i < n; i++) {
        comment = (comment || (s[i] == '#' && !any)) && s[i] != '\n' && s[i] != '\r';
        if (comment) {
            if (i + 1 == n)
                return false;
            continue;
        }
        quoted ^= s[i] == '"';
        if (quoted)
            continue;
        if ((s[i] == '\n' || s[i] == '\r') && any)
            break;
        any |= s[i] != '\n' && s[i] != '\r' && s[i] != ' ';
        commas += s[i] == ',';
        semicolons += s[i] == ';';
        tabs += s[i] == '\t';
        if (i + 1 == n)
            return false;
    }
    *ret = commas > 0 ? ',' : semicolons > 0 ? ';' : tabs > 0 ? '\t' : ',';
    return true;
}

enum ct_status ct_csv_sniff(struct ct_csv *r, struct ct_error *reterr)
{
    bool more;
    enum ct_status st = fill(r, &more, reterr);
    while (st == CT_OK && !r->ended && r->n < CHUNK && !find_mark(r->chunk, r->n, &r->mark)) {
        size_t n = 0;
        st = r->read(r->arg, r->chunk + r->n, CHUNK - r->n, &n, reterr);
        r->n += n <= CHUNK - r->n ? n : CHUNK - r->n;
        r->ended = n == 0;
    }
    if (st == CT_OK && (r->ended || r->n == CHUNK)) { /* one line, or no end of it in sight */
        static const char MARKS[] = {',', ';', '\t'};
        for (size_t m = 0; m < CT_LEN(MARKS); m++)
            if (memchr(r->chunk, MARKS[m], r->n) != NULL) {
                r->mark = MARKS[m];
                break;
            }
    }
    return st;
}

static enum ct_status too_long(uint64_t line, struct ct_error *reterr)
{
    return ct_fail(reterr, CT_EFOREIGN, NULL,
                   "line %" PRIu64 ": the row is longer than %d bytes or %d columns; is a "
                   "quote not closed?", line, CT_CSV_ROW_MAX, CT_CSV_FIELDS_MAX);
}

static bool end_field(struct ct_csv *r)
{
    if (r->n_fields == CT_CSV_FIELDS_MAX)
        return false;
    ct_buf_char(&r->text, '\0');
    r->begin[++r->n_fields] = r->text.len;
    return true;
}

/* The bytes from chunk[at] that the state takes without looking at each. */
static size_t plain_run(const struct ct_csv *r, enum state state)
{
    const char *s = r->chunk + r->at, *end = r->chunk + r->n, *p = s;
    if (state == QUOTED) {
        p = memchr(s, '"', (size_t)(end - s));
        return p != NULL ? (size_t)(p - s) : (size_t)(end - s);
    }
    while (p < end && *p != r->mark && *p != '\n' && *p != '\r')
        p++;
    return (size_t)(p - s);
}

/* One byte in a state other than in the middle of a run; the state after it. */
static enum state step(struct ct_csv *r, enum state state, char c, struct ct_csv_row *row)
{
    if (state == QUOTED) /* its runs end at quotes only */
        return QUOTE_IN_QUOTED;
    if (state == QUOTE_IN_QUOTED && c == '"') {
        ct_buf_char(&r->text, '"');
        return QUOTED;
    }
    if (state == FIELD_START && c == '"')
        return QUOTED;
    if (c == r->mark) {
        if (!end_field(r))
            r->raw.bad = true;
        return FIELD_START;
    }
    if (c == '\n' || c == '\r') {
        row->eol = c == '\n' ? "\n" : "\r";
        return ROW_END;
    }
    if (state == QUOTE_IN_QUOTED)
        row->fault = "text follows a closing quote";
    ct_buf_char(&r->text, c);
    return PLAIN;
}

/* A lone CR ends a row, and so does CRLF: look at what follows. */
static enum ct_status finish_eol(struct ct_csv *r, struct ct_csv_row *row,
                                 struct ct_error *reterr)
{
    r->line++;
    if (row->eol[0] != '\r')
        return CT_OK;
    bool more;
    enum ct_status st = fill(r, &more, reterr);
    if (st == CT_OK && more && r->chunk[r->at] == '\n') {
        r->at++;
        row->eol = "\r\n";
    }
    return st;
}

static uint64_t line_ends(const char *s, size_t n)
{
    uint64_t lines = 0;
    for (const char *end = s + n; (s = memchr(s, '\n', (size_t)(end - s))) != NULL; s++)
        lines++;
    return lines;
}

static enum ct_status read_row(struct ct_csv *r, enum state *ret_state, struct ct_csv_row *row,
                               struct ct_error *reterr)
{
    enum state state = FIELD_START;
    bool more;
    enum ct_status st;
    while ((st = fill(r, &more, reterr)) == CT_OK && more && state != ROW_END) {
        /* A byte order mark is looked for one byte at a time. */
        bool mark = r->first && r->raw.len < 3;
        if (state == QUOTED || (state == PLAIN && !mark)) {
            size_t n = plain_run(r, state);
            ct_buf_add(&r->raw, r->chunk + r->at, n);
            ct_buf_add(&r->text, r->chunk + r->at, n);
            if (state == QUOTED)
                r->line += line_ends(r->chunk + r->at, n);
            r->at += n;
            if (r->at == r->n)
                continue;
        }
        char c = r->chunk[r->at++];
        state = step(r, state, c, row);
        if (state == ROW_END)
            break;
        ct_buf_char(&r->raw, c);
        /* Complete after three bytes: part of the row, but of no field. */
        if (mark && r->raw.len == 3 && memcmp(r->raw.data, "\xEF\xBB\xBF", 3) == 0) {
            ct_buf_clear(&r->text);
            state = FIELD_START;
        }
        if (r->raw.bad || r->text.bad)
            break;
    }
    *ret_state = state;
    if (st != CT_OK)
        return st;
    if (r->raw.bad || r->text.bad)
        return too_long(row->line, reterr);
    return state == ROW_END ? finish_eol(r, row, reterr) : CT_OK;
}

enum ct_status ct_csv_next(struct ct_csv *r, struct ct_csv_row *ret, bool *ret_end,
                           struct ct_error *reterr)
{
    struct ct_csv_row row = {.line = r->line, .eol = ""};
    enum state state;
    ct_buf_clear(&r->raw);
    ct_buf_clear(&r->text);
    r->n_fields = 0;
    r->begin[0] = 0;
    enum ct_status st = read_row(r, &state, &row, reterr);
    if (st != CT_OK)
        return st;
    *ret_end = state == FIELD_START && r->raw.len == 0;
    if (*ret_end)
        return CT_OK;
    if (!end_field(r) || r->text.bad)
        return too_long(row.line, reterr);
    row.open_quote = state == QUOTED;
    if (row.open_quote)
        row.fault = "a quote is not closed";
    for (size_t i = 0; i < r->n_fields; i++)
        r->field[i] = (struct ct_csv_field){r->text.data + r->begin[i],
                                            r->begin[i + 1] - r->begin[i] - 1};
    row.field = r->field;
    row.n = r->n_fields;
    row.raw = ct_buf_str(&r->raw);
    row.raw_n = r->raw.len;
    r->first = false;
    *ret = row;
    return CT_OK;
}

void ct_csv_put(struct ct_buf *out, const char *s, size_t n)
{
    bool quote = false;
    for (size_t i = 0; i < n; i++)
        quote = quote || s[i] == '"' || s[i] == ',' || s[i] == '\n' || s[i] == '\r';
    /* Blanks at an end: some readers take them off unless they are quoted. */
    quote = quote || (n > 0 && (s[0] == ' ' || s[n - 1] == ' '));
    if (!quote) {
        ct_buf_add(out, s, n);
        return;
    }
    ct_buf_char(out, '"');
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '"')
            ct_buf_char(out, '"');
        ct_buf_char(out, s[i]);
    }
    ct_buf_char(out, '"');
}

void ct_csv_put_text(struct ct_buf *out, const char *s, size_t n)
{
    if (n == 0 || strchr("=+-@\t\r", s[0]) == NULL || s[0] == '\0') {
        ct_csv_put(out, s, n);
        return;
    }
    CT_BUF safe = {.max = n + 2};
    ct_buf_char(&safe, '\'');
    ct_buf_add(&safe, s, n);
    if (safe.bad)
        out->bad = true;
    else
        ct_csv_put(out, safe.data, safe.len);
}
