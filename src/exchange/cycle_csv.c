/* cycle_csv - see cycle_csv.h: the header and the rows. Numbers and times are in
 * cycle_value.c. */
#include "exchange/cycle_csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "base/text.h"
#include "clinic/conformity.h"

enum { NAME_SIZE = 96, EPOCH_MS_DIGITS = 12 };

struct reading {
    const struct ct_cycle_csv *in;
    struct ct_curve *c;
    struct ct_error *reterr;
    size_t n_columns, time, pressure, temp[CT_CURVE_TEMPS_MAX];
    char time_name[NAME_SIZE];
    bool any;        /* a row was read: the kind of the times is known */
    bool unit_known; /* of the times, from the header */
    enum ct_cycle_time kind;
};

/* ---- names ------------------------------------------------------------------------- */

/* Lower case, blanks (no-break ones, too) at the ends off and inside made one. */
static void fold(const char *s, size_t n, char out[NAME_SIZE])
{
    size_t to = 0;
    bool gap = false;
    for (size_t i = 0; i < n; i++) {
        bool nbsp = s[i] == '\xC2' && i + 1 < n && s[i + 1] == '\xA0';
        i += nbsp;
        if (nbsp || s[i] == ' ' || s[i] == '\t') {
            gap = to > 0;
            continue;
        }
        if (gap && to + 1 < NAME_SIZE)
            out[to++] = ' ';
        gap = false;
        if (to + 1 < NAME_SIZE)
            out[to++] = ct_lower(s[i]);
    }
    out[to] = '\0';
}

/* The unit in brackets behind a folded name, without them, into `unit`; it is cut off. */
static void cut_unit(char *name, char unit[NAME_SIZE])
{
    size_t n = strlen(name);
    unit[0] = '\0';
    char *open = n > 0 && name[n - 1] == ')'   ? strrchr(name, '(')
                 : n > 0 && name[n - 1] == ']' ? strrchr(name, '[')
                                               : NULL;
    if (open == NULL || open == name)
        return;
    snprintf(unit, NAME_SIZE, "%.*s", (int)(strlen(open) - 2), open + 1);
    *open = '\0';
    for (n = strlen(name); n > 0 && name[n - 1] == ' ';)
        name[--n] = '\0';
}

static bool same_name(const char *folded, const char *wanted, bool with_unit)
{
    char want[NAME_SIZE], name[NAME_SIZE], unit[NAME_SIZE];
    fold(wanted, strlen(wanted), want);
    snprintf(name, sizeof name, "%s", folded);
    if (!with_unit)
        cut_unit(name, unit);
    return strcmp(name, want) == 0;
}

static const char *shown(struct ct_buf *b, const char *s, size_t n)
{
    CT_BUF copy = {.max = 256};
    ct_buf_add(&copy, s, n < 120 ? n : 120);
    ct_buf_clear(b);
    ct_text_clean(b, ct_buf_str(&copy), 40, false);
    return ct_buf_str(b);
}

static enum ct_status no_header(const struct reading *r, uint64_t line, const char *what,
                                const char *name, const struct ct_csv_row *row)
{
    CT_BUF all = {.max = 400}, one = {0}, wanted = {0};
    for (size_t i = 0; row != NULL && i < row->n && all.len < 200; i++)
        ct_buf_printf(&all, "%s%s", i > 0 ? ", " : "",
                      shown(&one, row->field[i].s, row->field[i].n));
    char where[32] = "";
    if (line > 0)
        snprintf(where, sizeof where, "%" PRIu64 ": ", line);
    return ct_fail(r->reterr, CT_EFOREIGN, NULL, "%s:%s%s%s%s%s%s", r->in->name, where,
                   line > 0 ? "" : " ", name != NULL ? shown(&wanted, name, strlen(name)) : "",
                   what, row != NULL ? "; the header has " : "", ct_buf_str(&all));
}

/* The one column of that name. */
static enum ct_status find_column(const struct reading *r, const struct ct_csv_row *row,
                                  const char *name, size_t *ret)
{
    for (int with_unit = 1; with_unit >= 0; with_unit--) {
        size_t found = 0;
        for (size_t i = 0; i < row->n; i++) {
            char have[NAME_SIZE];
            fold(row->field[i].s, row->field[i].n, have);
            if (!same_name(have, name, with_unit != 0))
                continue;
            found++;
            *ret = i;
        }
        if (found > 1)
            return no_header(r, row->line, ": several columns bear this name", name, row);
        if (found == 1)
            return CT_OK;
    }
    return no_header(r, row->line, ": there is no such column", name, row);
}

static bool begins(const char *s, const char *with)
{
    return strncmp(s, with, strlen(with)) == 0;
}

static bool any_of(const char *s, const char *const *word)
{
    for (; *word != NULL; word++)
        if (strcmp(s, *word) == 0)
            return true;
    return false;
}

static bool says_time(const char *folded)
{
    static const char *const WORD[] = {
        "t",    "s",     "sec",  "secs", "seconds",   "elapsed", "minutes",  "min",
        "date", "epoch", "unix", "zeit", "date/time", "t_s",     "unixtime", NULL};
    char name[NAME_SIZE], unit[NAME_SIZE];
    snprintf(name, sizeof name, "%s", folded);
    cut_unit(name, unit);
    return begins(name, "time") || begins(name, "elapsed") || begins(name, "datetime") ||
           begins(name, "date time") || any_of(name, WORD);
}

static bool says_temp(const char *folded)
{
    static const char *const UNIT[] = {"degc", "\xC2\xB0\x63", "\xB0\x63",
                                       "c",    "celsius",      NULL};
    char name[NAME_SIZE], unit[NAME_SIZE];
    snprintf(name, sizeof name, "%s", folded);
    cut_unit(name, unit);
    const char *tail = strrchr(name, '_');
    if (strstr(name, "set") != NULL) /* a set point is not measured */
        return false;
    return begins(name, "temp") || any_of(unit, UNIT) || any_of(name, UNIT) ||
           (tail != NULL && any_of(tail + 1, UNIT)) || (name[0] == 't' && ct_is_digit(name[1]));
}

/* ---- the header --------------------------------------------------------------------- */

static enum ct_status take_time(struct reading *r, const struct ct_csv_row *row)
{
    static const struct {
        const char *word;
        enum ct_cycle_time kind;
    } SAYS[] = {
        {"min", CT_TIME_MINUTES}, {"minutes", CT_TIME_MINUTES}, {"mins", CT_TIME_MINUTES},
        {"h", CT_TIME_HOURS},     {"hours", CT_TIME_HOURS},     {"ms", CT_TIME_MS},
        {"s", CT_TIME_SECONDS},   {"sec", CT_TIME_SECONDS},     {"seconds", CT_TIME_SECONDS}};
    char name[NAME_SIZE], unit[NAME_SIZE];
    size_t found = 0;
    enum ct_status st = CT_OK;
    if (r->in->time != NULL) {
        st = find_column(r, row, r->in->time, &r->time);
    } else {
        for (size_t i = 0; i < row->n; i++) {
            fold(row->field[i].s, row->field[i].n, name);
            if (says_time(name)) {
                found++;
                r->time = i;
            }
        }
        if (found != 1)
            st = no_header(r, row->line,
                           found == 0 ? "no column says that it is the time; name it"
                                      : "several columns may be the time; name it",
                           NULL, row);
    }
    if (st != CT_OK)
        return st;
    fold(row->field[r->time].s, row->field[r->time].n, name);
    snprintf(r->time_name, sizeof r->time_name, "%s", name);
    cut_unit(name, unit);
    const char *tail = strrchr(name, '_');
    for (size_t i = 0; i < CT_LEN(SAYS); i++)
        if (strcmp(unit, SAYS[i].word) == 0 || strcmp(name, SAYS[i].word) == 0 ||
            (tail != NULL && strcmp(tail + 1, SAYS[i].word) == 0)) {
            r->kind = SAYS[i].kind;
            r->unit_known = true;
        }
    return CT_OK;
}

/* The header as it is shown in messages and results. */
static void name_of(const struct ct_csv_row *row, size_t at, char out[CT_CURVE_NAME_MAX + 1])
{
    CT_BUF clean = {0}, copy = {.max = 256};
    ct_buf_add(&copy, row->field[at].s, row->field[at].n < 120 ? row->field[at].n : 120);
    if (copy.len > 0)
        ct_text_trim(copy.data);
    ct_text_clean(&clean, ct_buf_str(&copy), CT_CURVE_NAME_MAX / 3, false);
    ct_text_copy(out, CT_CURVE_NAME_MAX + 1, ct_buf_str(&clean));
}

static enum ct_status add_temp(struct reading *r, const struct ct_csv_row *row, size_t at)
{
    static const char *const OTHER[] = {"f",          "degf", "\xC2\xB0\x66", "\xB0\x66",
                                        "fahrenheit", "k",    "kelvin",       NULL};
    char name[NAME_SIZE], unit[NAME_SIZE], show[CT_CURVE_NAME_MAX + 1];
    fold(row->field[at].s, row->field[at].n, name);
    cut_unit(name, unit);
    const char *tail = strrchr(name, '_');
    name_of(row, at, show);
    if (any_of(unit, OTHER) || (tail != NULL && any_of(tail + 1, OTHER)))
        return no_header(r, row->line, ": is not in degC; convert it first", show, NULL);
    for (size_t i = 0; i < r->c->n_temps; i++)
        if (r->temp[i] == at)
            return no_header(r, row->line, ": is named twice", show, NULL);
    if (at == r->time)
        return no_header(r, row->line, ": cannot be the time and a temperature", show, NULL);
    enum ct_status st = ct_curve_temp(r->c, show, r->reterr);
    if (st == CT_OK)
        r->temp[r->c->n_temps - 1] = at;
    return st;
}

static enum ct_status take_temps(struct reading *r, const struct ct_csv_row *row)
{
    char name[NAME_SIZE];
    size_t at;
    enum ct_status st = CT_OK;
    for (size_t i = 0; st == CT_OK && i < r->in->n_temps; i++) {
        st = find_column(r, row, r->in->temp[i], &at);
        if (st == CT_OK)
            st = add_temp(r, row, at);
    }
    for (size_t i = 0; st == CT_OK && r->in->n_temps == 0 && i < row->n; i++) {
        fold(row->field[i].s, row->field[i].n, name);
        if (i != r->time && says_temp(name))
            st = add_temp(r, row, i);
    }
    if (st == CT_OK && r->c->n_temps == 0)
        st = no_header(r, row->line, "no column says that it is a temperature; name it", NULL,
                       row);
    return st;
}

/* "pressure (bar abs)", "p [kPa]", "chamber barg" */
static void pressure_unit(struct reading *r, const char *folded)
{
    char text[NAME_SIZE];
    snprintf(text, sizeof text, "%s", folded);
    for (char *c = text; *c != '\0'; c++)
        if (strchr("()[]_,;/", *c) != NULL)
            *c = ' ';
    for (const char *s = text; *(s += strspn(s, " ")) != '\0';) {
        size_t n = strcspn(s, " ");
        enum ct_pressure_unit unit;
        enum ct_pressure_basis basis;
        if (ct_pressure_unit(s, n, &unit)) {
            r->c->unit = unit;
            r->c->unit_known = true;
            if (n > 3 && strncmp(s, "mbar", 4) != 0 && strncmp(s, "mmhg", 4) != 0)
                r->c->basis = s[n - 1] == 'a'   ? CT_P_ABSOLUTE
                              : s[n - 1] == 'g' ? CT_P_GAUGE
                                                : r->c->basis;
        } else if (n > 1 && ct_pressure_basis(s, n, &basis)) {
            r->c->basis = basis;
        } else if (r->c->unit_known && ct_pressure_basis(s, n, &basis)) {
            r->c->basis = basis; /* a or g, behind a unit */
        }
        s += n;
    }
}

static enum ct_status take_pressure(struct reading *r, const struct ct_csv_row *row)
{
    char name[NAME_SIZE], show[CT_CURVE_NAME_MAX + 1];
    if (r->in->pressure == NULL)
        return CT_OK;
    enum ct_status st = find_column(r, row, r->in->pressure, &r->pressure);
    if (st != CT_OK)
        return st;
    name_of(row, r->pressure, show);
    for (size_t i = 0; i < r->c->n_temps; i++)
        if (r->temp[i] == r->pressure)
            return no_header(r, row->line, ": cannot be the pressure and a temperature", show,
                             NULL);
    if (r->pressure == r->time)
        return no_header(r, row->line, ": cannot be the time and the pressure", show, NULL);
    ct_curve_pressure(r->c, show);
    fold(row->field[r->pressure].s, row->field[r->pressure].n, name);
    pressure_unit(r, name);
    if (r->in->unit_given) {
        r->c->unit_known = true;
        r->c->unit = r->in->unit;
        r->c->basis = r->in->basis;
    }
    return CT_OK;
}

static enum ct_status take_header(struct reading *r, struct ct_csv *csv)
{
    struct ct_csv_row row;
    bool end = false;
    enum ct_status st;
    do {
        st = ct_csv_next(csv, &row, &end, r->reterr);
        if (st != CT_OK)
            return ct_fail_prefix(r->reterr, st, "%s", r->in->name);
        if (end)
            return no_header(r, 0, "the table is empty", NULL, NULL);
    } while (row.raw_n == 0 || row.raw[0] == '#' || row.raw[strspn(row.raw, " \t,;")] == '\0');
    if (row.fault != NULL)
        return no_header(r, row.line, row.fault, NULL, NULL);
    r->n_columns = row.n;
    st = take_time(r, &row);
    if (st == CT_OK)
        st = take_temps(r, &row);
    return st == CT_OK ? take_pressure(r, &row) : st;
}

/* ---- the rows ----------------------------------------------------------------------- */

static struct ct_csv_field trimmed(struct ct_csv_field f)
{
    while (f.n > 0 && (f.s[0] == ' ' || f.s[0] == '\t'))
        f = (struct ct_csv_field){f.s + 1, f.n - 1};
    while (f.n > 0 && (f.s[f.n - 1] == ' ' || f.s[f.n - 1] == '\t'))
        f.n--;
    return f;
}

static enum ct_status bad(const struct reading *r, const struct ct_csv_row *row,
                          const char *column, struct ct_csv_field f, const char *what)
{
    CT_BUF s = {0};
    if (f.n == 0)
        return ct_curve_fail(r->c, row->line, column, r->reterr, "is missing");
    return ct_curve_fail(r->c, row->line, column, r->reterr, "\"%s\" %s", shown(&s, f.s, f.n),
                         what);
}

static enum ct_status number(const struct reading *r, const struct ct_csv_row *row, size_t at,
                             const char *column, int64_t *ret)
{
    struct ct_csv_field f = trimmed(row->field[at]);
    const char *what = ct_cycle_number(f.s, f.n, CT_CAL_PLACES, CT_CAL_MAX, ret);
    return what == NULL && f.n > 0 ? CT_OK : bad(r, row, column, f, what);
}

/* Of which kind the first time is; the others have to be the same. */
static bool find_kind(struct reading *r, struct ct_csv_field f)
{
    static const enum ct_cycle_time TRY[] = {CT_TIME_ISO, CT_TIME_ISO_LOCAL, CT_TIME_CLOCK};
    int64_t v;
    if (ct_cycle_number(f.s, f.n, 0, INT64_C(9999999999999999), &v) == NULL) {
        if (!r->unit_known)
            r->kind = v >= INT64_C(100000000000) ? CT_TIME_MS : CT_TIME_SECONDS;
        return true;
    }
    for (size_t i = 0; i < CT_LEN(TRY); i++)
        if (ct_cycle_time_parse(TRY[i], f.s, f.n, &v)) {
            r->kind = TRY[i];
            return true;
        }
    return false;
}

static enum ct_status time_of(struct reading *r, const struct ct_csv_row *row, int64_t *ret)
{
    static const char WHAT[] = "is no time: seconds, Unix time, an ISO date and time, or "
                               "hours:minutes:seconds";
    struct ct_csv_field f = trimmed(row->field[r->time]);
    bool first = !r->any;
    if (f.n == 0 || (first && !find_kind(r, f)))
        return bad(r, row, r->time_name, f, WHAT);
    r->any = true;
    if (ct_cycle_time_parse(r->kind, f.s, f.n, ret))
        return CT_OK;
    return bad(r, row, r->time_name, f, first ? WHAT : "is no time as those before it are");
}

static enum ct_status take_row(struct reading *r, const struct ct_csv_row *row)
{
    int64_t t, temp[CT_CURVE_TEMPS_MAX], pressure = CT_UNSET;
    if (row->fault != NULL)
        return ct_curve_fail(r->c, row->line, NULL, r->reterr, "%s", row->fault);
    if (row->n != r->n_columns)
        return ct_curve_fail(r->c, row->line, NULL, r->reterr,
                             "%zu cells, and the header has %zu", row->n, r->n_columns);
    enum ct_status st = time_of(r, row, &t);
    for (size_t i = 0; st == CT_OK && i < r->c->n_temps; i++)
        st = number(r, row, r->temp[i], r->c->temp_name[i], &temp[i]);
    if (st == CT_OK && r->c->has_pressure)
        st = number(r, row, r->pressure, r->c->pressure_name, &pressure);
    return st == CT_OK ? ct_curve_add(r->c, row->line, t, temp, pressure, r->reterr) : st;
}

/* ---- the whole ----------------------------------------------------------------------- */

static enum ct_status bound(const struct reading *r, const char *option, const char *s,
                            int64_t *ret)
{
    int64_t v;
    CT_BUF show = {0};
    *ret = CT_UNSET;
    if (s == NULL || r->c->n == 0)
        return CT_OK;
    struct ct_csv_field f = trimmed((struct ct_csv_field){s, strlen(s)});
    if (ct_cycle_time_parse(r->kind, f.s, f.n, ret))
        return CT_OK;
    if (r->kind >= CT_TIME_ISO && f.n > 0 &&
        ct_cycle_number(f.s, f.n, 3, INT64_C(100000000000), &v) == NULL) {
        *ret = r->c->t_ms[0] + v;
        return CT_OK;
    }
    return ct_fail(r->reterr, CT_EINVAL, option,
                   "--%s: \"%s\" is no time as the column %s has them", option,
                   shown(&show, s, strlen(s)), r->time_name);
}

enum ct_status ct_cycle_csv_read(const struct ct_cycle_csv *in, struct ct_curve **ret,
                                 enum ct_cycle_time *ret_time, struct ct_error *reterr)
{
    struct ct_error own;
    struct reading r = {.in = in, .reterr = reterr != NULL ? reterr : &own};
    struct ct_curve_bounds bounds = {CT_UNSET, CT_UNSET, in->gap_ms};
    struct ct_csv_row row;
    bool end = false;
    CT_CSV *csv = NULL;
    CT_CURVE *c = NULL;
    enum ct_status st = ct_curve_new(in->name, &c, r.reterr);
    r.c = c;
    if (st == CT_OK)
        st = ct_csv_open(in->read, in->read_arg, &csv, r.reterr);
    if (st == CT_OK)
        st = ct_csv_sniff(csv, r.reterr);
    if (st == CT_OK)
        st = take_header(&r, csv);
    while (st == CT_OK) {
        st = ct_csv_next(csv, &row, &end, r.reterr);
        if (st != CT_OK)
            return ct_fail_prefix(r.reterr, st, "%s", in->name);
        if (end)
            break;
        if (row.raw_n > 0 && row.raw[strspn(row.raw, " \t,;")] != '\0')
            st = take_row(&r, &row);
    }
    if (st == CT_OK)
        st = bound(&r, "from", in->from, &bounds.from_ms);
    if (st == CT_OK)
        st = bound(&r, "to", in->to, &bounds.to_ms);
    if (st == CT_OK)
        st = ct_curve_finish(c, &bounds, r.reterr);
    if (st != CT_OK)
        return st;
    *ret_time = r.kind;
    *ret = c;
    c = NULL;
    return CT_OK;
}
