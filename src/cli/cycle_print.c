/* cycle_print - `clintech cycle print` and `clintech cycle profile`: what a machine's record
 * says, and how records are read. Needs no store. */
#include "cli/cycle.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/data_file.h"
#include "exchange/cycle_print.h"

/* ---- profiles --------------------------------------------------------------------------- */

static enum ct_status load(const struct ct_config *c, const char *id, void **ret,
                           struct ct_error *e)
{
    struct ct_profile *p = NULL;
    enum ct_status st = ct_profile_load(c, id, &p, e);
    *ret = p;
    return st;
}

static enum ct_status load_file(const char *path, void **ret, struct ct_error *e)
{
    struct ct_profile *p = NULL;
    enum ct_status st = ct_profile_load_file(path, &p, e);
    *ret = p;
    return st;
}

static void done(void *p)
{
    ct_profile_free(p);
}

static json_t *head(const void *of)
{
    const struct ct_profile *p = of;
    json_t *j = json_object();
    json_object_set_new(j, "id", ct_cli_json_text(p->id));
    json_object_set_new(j, "version", ct_cli_json_text(p->version));
    json_object_set_new(j, "title", ct_cli_json_text(p->title));
    json_object_set_new(j, "kind", json_string(p->csv ? "csv" : "text"));
    json_object_set_new(j, "sources", ct_cli_json_texts(p->source, p->n_sources));
    return j;
}

static void line(const void *of, struct ct_buf *out)
{
    const struct ct_profile *p = of;
    ct_buf_printf(out, "%-22s %-10s %-5s %s", p->id, p->version, p->csv ? "csv" : "text",
                  p->title);
}

static void right(const void *of, struct ct_buf *out)
{
    const struct ct_profile *p = of;
    ct_buf_printf(out, "%s version %s, %s", p->id, p->version, p->csv ? "csv" : "text");
}

static size_t sources(const void *of, const char *const **ret)
{
    const struct ct_profile *p = of;
    *ret = p->source;
    return p->n_sources;
}

static void page(const void *p, int cols, struct ct_buf *out)
{
    ct_profile_text(p, cols, out);
}

static void file(const void *p, struct ct_buf *out)
{
    ct_profile_canonical(p, out);
}

int ct_cli_cycle_profile(struct ct_cli *cli, int argc, char **argv, int (*usage)(const char *))
{
    const struct ct_cli_data kind = {
        .prefix = "profile ",
        .usage = usage,
        .ids = ct_profile_ids,
        .load = load,
        .load_file = load_file,
        .free = done,
        .head = head,
        .line = line,
        .right = right,
        .sources = sources,
        .page = page,
        .file = file,
        .page_max = CT_INI_MAX_BYTES * 4,
    };
    bool ini = ct_cli_flag(&argc, argv, "--ini");
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (argv[i][0] == '-' && argv[i][1] != '\0')
            return usage("there is no such option");
    return ct_cli_data(&kind, cli, argc - 1, argv + 1, ini);
}

/* ---- one cycle --------------------------------------------------------------------------- */

/* What all of the record is read with. */
struct reading {
    const struct ct_print *print;
    const char *name;
    struct ct_cli_cycle job;
    bool wanting;
};

static const char *STEP[] = {"follows", "gap", "same", "back"};

/* Whether this one follows the one before; NULL where that cannot be said. */
static const char *step_of(const struct reading *r, size_t i, int64_t *ret_missing)
{
    const struct ct_print_cycle *c = &r->print->cycle[i];
    *ret_missing = 0;
    if (i == 0 || c->number < 0 || c[-1].number < 0)
        return NULL;
    struct ct_view a = c->field[CT_PF_SERIAL], b = c[-1].field[CT_PF_SERIAL];
    if (a.n != b.n || (a.n > 0 && memcmp(a.s, b.s, a.n) != 0))
        return NULL; /* another machine */
    return STEP[ct_cycle_step(c[-1].number, c->number, ret_missing)];
}

/* The curve and, with a programme, the verdict; NULL and e: there is none. */
static struct ct_curve *curve_of(const struct reading *r, size_t i, struct ct_cycle *judged,
                                 struct ct_error *e)
{
    struct ct_curve *c = NULL;
    const struct ct_cycle_in in = {
        .programme = r->job.programme, .f0 = r->job.f, .air_kpa = r->job.air_kpa};
    struct ct_cycle_in with = in;
    if (ct_print_curve(r->print, i, r->name, &c, e) != CT_OK)
        return NULL;
    with.curve = c;
    if (in.programme != NULL && ct_cycle_judge(&with, judged, e) != CT_OK) {
        ct_curve_free(c);
        return NULL;
    }
    return c;
}

static bool wants(const struct ct_print_cycle *c)
{
    return c->state == CT_PRINT_ABORTED || c->verdict == CT_PRINT_FAILED || c->fault[0] != '\0';
}

static enum ct_cycle_time time_kind(const struct reading *r)
{
    return r->print->curve != NULL      ? r->print->curve_time
           : r->print->profile->elapsed ? CT_TIME_SECONDS
                                        : CT_TIME_CLOCK;
}

static void view(struct ct_view v, char out[200])
{
    snprintf(out, 200, "%.*s", v.n < 199 ? (int)v.n : 199, v.s != NULL ? v.s : "");
    for (char *c = out; *c != '\0'; c++) /* as the patterns see it */
        *c = *c >= ' ' && *c <= '~' ? *c : '?';
}

static void date_and_time(const struct ct_print_cycle *c, char date[16], char time[16])
{
    date[0] = time[0] = '\0';
    if (c->date != CT_NO_DATE)
        ct_date_iso(c->date, date);
    if (c->time_s >= 0)
        snprintf(time, 16, "%02d:%02d:%02d", c->time_s / 3600 % 24, c->time_s / 60 % 60,
                 c->time_s % 60);
}

/* ---- JSON ---------------------------------------------------------------------------------
 */

static json_t *view_json(struct ct_view v)
{
    char text[200];
    view(v, text);
    return v.s == NULL ? json_null() : json_string(text);
}

static json_t *phases_json(const struct ct_print_cycle *c)
{
    static const char *const VERDICT[] = {"bad", "none", "good"};
    json_t *all = json_array();
    for (size_t i = 0; i < c->n_phases; i++) {
        json_t *j = json_object();
        json_object_set_new(j, "name", view_json(c->phase[i].name));
        json_object_set_new(j, "time", view_json(c->phase[i].time));
        json_object_set_new(j, "result", view_json(c->phase[i].result));
        json_object_set_new(j, "verdict", json_string(VERDICT[c->phase[i].verdict + 1]));
        json_object_set_new(j, "line", json_integer((json_int_t)c->phase[i].line));
        json_array_append_new(all, j);
    }
    return all;
}

static json_t *cycle_json(struct reading *r, size_t i)
{
    static struct ct_cycle judged;
    const struct ct_print_cycle *c = &r->print->cycle[i];
    struct ct_error e;
    char date[16], time[16];
    int64_t missing;
    bool wanting = false;
    json_t *j = json_object(), *fields = json_object(), *errors = json_array();
    const char *step = step_of(r, i, &missing);
    date_and_time(c, date, time);
    for (size_t f = 0; f < CT_PRINT_FIELDS; f++)
        if (c->field[f].s != NULL)
            json_object_set_new(fields, CT_PRINT_FIELD_NAME[f], view_json(c->field[f]));
    for (size_t k = 0; k < c->n_errors; k++)
        json_array_append_new(errors, view_json(c->error[k]));
    json_object_set_new(j, "line", json_integer((json_int_t)c->line));
    json_object_set_new(j, "last_line", json_integer((json_int_t)c->last_line));
    json_object_set_new(j, "number", c->number < 0 ? json_null() : json_integer(c->number));
    json_object_set_new(j, "step", step == NULL ? json_null() : json_string(step));
    json_object_set_new(j, "missing", json_integer(missing));
    json_object_set_new(j, "date", date[0] == '\0' ? json_null() : json_string(date));
    json_object_set_new(j, "time", time[0] == '\0' ? json_null() : json_string(time));
    json_object_set_new(j, "state", json_string(CT_PRINT_STATE_NAME[c->state]));
    json_object_set_new(j, "printed", json_string(CT_PRINT_VERDICT_NAME[c->verdict]));
    json_object_set_new(j, "errors", errors);
    json_object_set_new(j, "fault", ct_cli_json_text(c->fault));
    json_object_set_new(j, "fields", fields);
    json_object_set_new(j, "phases", phases_json(c));
    json_object_set_new(j, "samples", json_integer((json_int_t)c->n_samples));
    CT_CURVE *curve = curve_of(r, i, &judged, &e);
    if (curve == NULL)
        json_object_set_new(j, "curve_error", ct_cli_json_text(e.text));
    else
        json_object_set_new(j, "curve",
                            ct_cli_cycle_json(&r->job, curve, time_kind(r),
                                              r->job.programme != NULL ? &judged : NULL,
                                              &wanting));
    r->wanting |= wanting || wants(c) || (step != NULL && step != STEP[0]) ||
                  (curve == NULL && r->job.programme != NULL);
    return j;
}

/* ---- text -----------------------------------------------------------------------------------
 */

static void cycle_head(const struct reading *r, size_t i, struct ct_buf *out)
{
    const struct ct_print_cycle *c = &r->print->cycle[i];
    char date[16], time[16], text[200];
    int64_t missing;
    date_and_time(c, date, time);
    ct_buf_printf(out, "\nlines %" PRIu64 " to %" PRIu64 ": ", c->line, c->last_line);
    if (c->number >= 0)
        ct_buf_printf(out, "cycle %" PRId64 ", ", c->number);
    if (date[0] != '\0' || time[0] != '\0')
        ct_buf_printf(out, "%s%s%s, ", date, date[0] != '\0' && time[0] != '\0' ? " " : "",
                      time);
    ct_buf_str_add(out, CT_PRINT_STATE_NAME[c->state]);
    if (c->verdict != CT_PRINT_NONE)
        ct_buf_printf(out, ", %s by the machine", CT_PRINT_VERDICT_NAME[c->verdict]);
    for (size_t k = 0; k < c->n_errors; k++) {
        view(c->error[k], text);
        ct_buf_printf(out, ", error %s", text);
    }
    ct_buf_char(out, '\n');
    const char *step = step_of(r, i, &missing);
    if (step != NULL && step != STEP[0])
        ct_buf_printf(out,
                      "  the number does not follow the one before: %s%s%" PRId64 " missing\n",
                      step, ", ", missing);
    if (c->fault[0] != '\0')
        ct_buf_printf(out, "  %s\n", c->fault);
    for (size_t f = 0; f < CT_PRINT_FIELDS; f++) {
        view(c->field[f], text);
        if (c->field[f].s != NULL)
            ct_buf_printf(out, "  %-16s %s\n", CT_PRINT_FIELD_NAME[f], text);
    }
    for (size_t p = 0; p < c->n_phases; p++) {
        view(c->phase[p].time, text);
        ct_buf_printf(out, "  %-16s ", text);
        view(c->phase[p].name, text);
        ct_buf_printf(out, "%s", text);
        view(c->phase[p].result, text);
        ct_buf_printf(out, " %s\n", text);
    }
}

static void cycle_text(struct reading *r, size_t i, struct ct_buf *out)
{
    static struct ct_cycle judged;
    const struct ct_print_cycle *c = &r->print->cycle[i];
    struct ct_error e;
    int64_t missing;
    bool wanting = false;
    const char *step = step_of(r, i, &missing);
    cycle_head(r, i, out);
    CT_CURVE *curve = curve_of(r, i, &judged, &e);
    if (curve == NULL)
        ct_buf_printf(out, "  no curve: %s\n", e.text);
    else
        ct_cli_cycle_text(&r->job, curve, time_kind(r),
                          r->job.programme != NULL ? &judged : NULL, out, &wanting);
    r->wanting |= wanting || wants(c) || (step != NULL && step != STEP[0]) ||
                  (curve == NULL && r->job.programme != NULL);
}

/* ---- the record
 * -------------------------------------------------------------------------------- */

static int refused(bool json, const char *name, const struct ct_error *e)
{
    int status = ct_cli_table_report(&CT_CLI_CYCLE, e);
    if (!json)
        return status;
    json_t *j = json_object();
    json_object_set_new(j, "ok", json_false());
    json_object_set_new(j, "file", ct_cli_json_text(name));
    json_object_set_new(j, "error", ct_cli_json_text(e->text));
    ct_cli_json_print(j);
    return status;
}

static enum ct_status read_all(int fd, struct ct_buf *to, struct ct_error *e)
{
    char part[64 * 1024];
    size_t n = 1;
    enum ct_status st = CT_OK;
    while (st == CT_OK && n > 0 && to->len <= CT_PRINT_BYTES_MAX) {
        st = ct_cli_table_read(&fd, part, sizeof part, &n, e);
        if (st == CT_OK)
            ct_buf_add(to, part, n);
    }
    if (st == CT_OK && to->bad)
        st = ct_fail(e, CT_ENOMEM, NULL, "out of memory while reading the record");
    return st;
}

static void put_json(struct reading *r)
{
    json_t *j = json_object(), *cycles = json_array(), *of = json_object();
    for (size_t i = 0; i < r->print->n; i++)
        json_array_append_new(cycles, cycle_json(r, i));
    json_object_set_new(of, "id", ct_cli_json_text(r->print->profile->id));
    json_object_set_new(of, "version", ct_cli_json_text(r->print->profile->version));
    json_object_set_new(j, "ok", json_true());
    json_object_set_new(j, "file", ct_cli_json_text(r->name));
    json_object_set_new(j, "profile", of);
    json_object_set_new(j, "stray_lines", json_integer((json_int_t)r->print->stray));
    json_object_set_new(j, "cycles", cycles);
    ct_cli_json_print(j);
}

static int put(struct reading *r, bool json)
{
    if (json) {
        put_json(r);
    } else {
        printf("%s, version %s: %zu cycle%s\n", r->print->profile->id,
               r->print->profile->version, r->print->n, r->print->n == 1 ? "" : "s");
        for (size_t i = 0; i < r->print->n; i++) {
            CT_BUF out = {.max = 1024 * 1024};
            cycle_text(r, i, &out);
            fputs(ct_buf_str(&out), stdout);
        }
    }
    return r->wanting ? CT_EXIT_WANTING : 0;
}

static int print_file(struct ct_cli *cli, const char *path, const char *profile,
                      const char *programme)
{
    CT_BUF bytes = {.max = CT_PRINT_BYTES_MAX + 128 * 1024};
    CT_PROFILE *p = NULL;
    CT_PROGRAMME *by = NULL;
    CT_PRINT *print = NULL;
    struct ct_error e;
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    enum ct_status st = CT_OK;
    if (programme != NULL)
        st = ct_programme_load(&cli->config, programme, &by, &e);
    if (st == CT_OK && profile != NULL)
        st = ct_profile_load(&cli->config, profile, &p, &e);
    if (st != CT_OK)
        return refused(cli->json, name, &e);
    int fd = ct_cli_table_open(&CT_CLI_CYCLE, path);
    if (fd < 0)
        return CT_EXIT_NO_INPUT;
    st = read_all(fd, &bytes, &e);
    if (fd != STDIN_FILENO)
        close(fd);
    if (st == CT_OK && p == NULL)
        st = ct_print_profile(&cli->config, name, ct_buf_str(&bytes), bytes.len, &p, &e);
    if (st == CT_OK)
        st = ct_print_read(p, name, ct_buf_str(&bytes), bytes.len, &print, &e);
    if (st != CT_OK)
        return refused(cli->json, name, &e);
    struct reading r = {.print = print,
                        .name = name,
                        .job = {.programme = by,
                                .f = CT_F0,
                                .low = CT_UNSET,
                                .high = CT_UNSET,
                                .air_kpa = CT_ATMOSPHERE_KPA}};
    return ct_cli_table_finish(&CT_CLI_CYCLE, put(&r, cli->json));
}

int ct_cli_cycle_print(struct ct_cli *cli, int argc, char **argv, int (*usage)(const char *))
{
    const char *profile = NULL, *programme = NULL;
    bool bad = false;
    (void)ct_cli_option(&argc, argv, "--profile", &profile, &bad);
    (void)ct_cli_option(&argc, argv, "--programme", &programme, &bad);
    if (bad)
        return usage("an option lacks its value");
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (argv[i][0] == '-' && argv[i][1] != '\0')
            return usage("there is no such option");
    if (argc > 1 && strcmp(argv[1], "--") == 0) {
        memmove(argv + 1, argv + 2, (size_t)(argc - 1) * sizeof *argv);
        argc--;
    }
    if (argc != 2)
        return usage("which record is to be read? A file, or - for standard input");
    return print_file(cli, argv[1], profile, programme);
}
