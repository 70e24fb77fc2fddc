/* worklist - procedures from another system's table, and a day's list on standard
 * output. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cli/cli.h"
#include "exchange/worklist_csv.h"

#define USAGE                                                                              \
    "worklist import FILE|- [--json], worklist list [--day DAY] [--csv|--json]"

/* ---- import -------------------------------------------------------------------- */

static enum ct_status take(void *arg, char *buf, size_t cap, size_t *ret_n,
                           struct ct_error *reterr)
{
    FILE *f = arg;
    *ret_n = fread(buf, 1, cap, f);
    if (*ret_n == 0 && ferror(f))
        return ct_fail(reterr, CT_EIO, "", "The table cannot be read: %s.", strerror(errno));
    return CT_OK;
}

struct report {
    const char *name; /* of the file */
    json_t *rows;     /* NULL: as text */
};

static const char *const FATE[] = {"added", "already there", "bad"};

/* What others wrote is not let at the terminal as it is. */
static void clean(char *s, size_t size)
{
    CT_BUF b = {.max = 4096};
    ct_text_clean(&b, s, -1, false);
    ct_text_copy(s, size, ct_buf_str(&b));
}

static void row_tell(const struct ct_worklist_row *row, void *arg)
{
    const struct report *r = arg;
    struct ct_worklist_row x = *row;
    clean(x.error.text, sizeof x.error.text);
    clean(x.text, sizeof x.text);
    if (r->rows != NULL) {
        json_t *o = json_pack("{s:I,s:s}", "line", (json_int_t)x.line, "status", FATE[x.fate]);
        if (x.fate == CT_WORKLIST_BAD) {
            json_object_set_new(o, "column", json_string(x.error.field));
            json_object_set_new(o, "cause", json_string(x.error.text));
        } else {
            json_object_set_new(o, "procedure", json_integer(x.procedure_id));
        }
        json_array_append_new(r->rows, o);
        return;
    }
    if (x.fate == CT_WORKLIST_BAD)
        fprintf(stderr, "%s:%llu: %s\n", r->name, (unsigned long long)x.line, x.error.text);
    else if (x.fate == CT_WORKLIST_THERE)
        fprintf(stderr, "%s:%llu: already there: %s\n", r->name, (unsigned long long)x.line,
                x.text);
}

static int import_run(struct ct_cli *cli, struct ct_app *app, const char *name, FILE *f)
{
    struct ct_error err;
    struct ct_worklist_result n;
    struct report r = {.name = strcmp(name, "-") == 0 ? "-" : name,
                       .rows = cli->json ? json_array() : NULL};
    enum ct_status st = ct_worklist_import(app, take, f, row_tell, &r, &n, &err);
    clean(n.ignored, sizeof n.ignored);
    if (r.rows != NULL) {
        json_t *o = json_pack("{s:I,s:I,s:I,s:s,s:o}", "added", (json_int_t)n.added,
                              "already_there", (json_int_t)n.there, "bad", (json_int_t)n.bad,
                              "ignored_columns", n.ignored, "rows", r.rows);
        if (st != CT_OK)
            json_object_set_new(o, "error", json_string(err.text));
        json_dumpf(o, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(o);
    } else {
        if (n.ignored[0] != '\0')
            fprintf(stderr, "%s: columns passed over: %s\n", r.name, n.ignored);
        if (st == CT_OK || n.added + n.there + n.bad > 0)
            printf("%llu added, %llu already there, %llu bad\n", (unsigned long long)n.added,
                   (unsigned long long)n.there, (unsigned long long)n.bad);
    }
    if (st != CT_OK)
        return ct_cli_error(&err);
    return n.bad > 0 ? 1 : 0;
}

static int import(struct ct_cli *cli, const char *name)
{
    struct ct_error err;
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    bool in = strcmp(name, "-") == 0;
    if (in && cli->password_file != NULL && strcmp(cli->password_file, "-") == 0)
        return ct_cli_usage("standard input cannot be both the table and the password");
    FILE *f = in ? stdin : fopen(name, "re");
    if (f == NULL) {
        enum ct_status st = ct_fail(&err, CT_ENOTFOUND, "", "%s cannot be opened: %s.", name,
                                    strerror(errno));
        return st == CT_OK ? 0 : ct_cli_error(&err);
    }
    int status;
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK) {
        status = ct_cli_error(&err);
    } else {
        status = import_run(cli, app, name, f);
        ct_logout(app);
    }
    if (!in)
        fclose(f);
    return status;
}

/* ---- a day's list ------------------------------------------------------------------- */

static enum ct_status day_read(const char *s, int64_t now_ms, ct_date *ret,
                               struct ct_error *reterr)
{
    static const char *const WORD[] = {"yesterday", "today", "tomorrow"};
    ct_date today = ct_date_at(now_ms);
    *ret = today;
    for (int i = 0; s != NULL && i < 3; i++)
        if (strcasecmp(s, WORD[i]) == 0) {
            *ret = today + i - 1;
            return CT_OK;
        }
    return s != NULL ? ct_date_parse(s, today + 366, ret, reterr) : CT_OK;
}

static int64_t day_ms(ct_date day)
{
    struct ct_civil c = {.hour = 0};
    ct_date_split(day, &c.year, &c.month, &c.day);
    return ct_civil_ms(&c);
}

static json_t *as_json(const struct ct_procedure *p, const char *number)
{
    char planned[32], at[32];
    ct_rfc3339(p->planned_ms, planned);
    json_t *o = json_pack("{s:I,s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "id",
                          (json_int_t)p->id, "planned", planned, "minutes",
                          (json_int_t)p->minutes, "room", p->room, "kind", p->kind, "title",
                          p->title, "site", p->site, "number", number, "patient", p->patient,
                          "state", ct_proc_state_name(p->state), "assigned",
                          p->assigned_name);
    if (p->started_ms != CT_UNSET) {
        ct_rfc3339(p->started_ms, at);
        json_object_set_new(o, "started", json_string(at));
    }
    if (p->ended_ms != CT_UNSET) {
        ct_rfc3339(p->ended_ms, at);
        json_object_set_new(o, "ended", json_string(at));
    }
    return o;
}

static void as_csv(const struct ct_procedure *p, const char *number, struct ct_buf *out)
{
    char planned[32];
    ct_rfc3339(p->planned_ms, planned);
    const char *cell[] = {planned,     p->room,  p->kind, p->title, p->site,
                          number,      p->patient, ct_proc_state_name(p->state),
                          p->assigned_name};
    ct_buf_printf(out, "%lld", (long long)p->id);
    for (size_t i = 0; i < CT_LEN(cell); i++) {
        ct_buf_char(out, ',');
        ct_csv_put_text(out, cell[i], strlen(cell[i]));
    }
    ct_buf_str_add(out, "\r\n");
}

static void padded(struct ct_buf *out, const char *s, int cols)
{
    int used = ct_text_clean(out, s, cols, false);
    for (; used < cols + 1; used++)
        ct_buf_char(out, ' ');
}

static void as_text(const struct ct_procedure *p, struct ct_buf *out)
{
    char at[8], what[170];
    ct_time_text(p->planned_ms, at);
    snprintf(what, sizeof what, "%s%s%s", p->title, p->site[0] != '\0' ? ", " : "", p->site);
    padded(out, at, 5);
    padded(out, p->room, 8);
    padded(out, what, 26);
    padded(out, p->patient, 24);
    padded(out, ct_proc_state_name(p->state), 14);
    ct_text_clean(out, p->assigned_name, 20, false);
    ct_buf_char(out, '\n');
}

struct listing {
    bool csv;
    const char *day;
};

static enum ct_status list_make(struct ct_cli *cli, struct ct_app *app,
                                const struct listing *l, struct ct_buf *out,
                                struct ct_error *reterr)
{
    ct_date day;
    struct ct_procedure *v = NULL;
    size_t n = 0;
    char date[16], detail[96];
    enum ct_status st = ct_require(app, CT_PERM_EXPORT, reterr);
    if (st == CT_OK)
        st = day_read(l->day, ct_app_now(app), &day, reterr);
    if (st != CT_OK)
        return st;
    struct ct_proc_filter f = {.from_ms = day_ms(day), .before_ms = day_ms(day + 1)};
    st = ct_procedure_list(app, &f, &v, &n, reterr);
    json_t *rows = cli->json ? json_array() : NULL;
    if (l->csv)
        ct_buf_str_add(out, "id,planned,room,kind,title,site,number,patient,state,assigned\r\n");
    for (size_t i = 0; st == CT_OK && i < n; i++) {
        struct ct_patient p;
        st = ct_patient_get(app, v[i].patient_id, &p, reterr);
        if (st != CT_OK)
            break;
        if (rows != NULL)
            json_array_append_new(rows, as_json(&v[i], p.number));
        else if (l->csv)
            as_csv(&v[i], p.number, out);
        else
            as_text(&v[i], out);
    }
    free(v);
    if (rows != NULL) {
        char *text = json_dumps(rows, JSON_INDENT(2));
        ct_buf_printf(out, "%s\n", text != NULL ? text : "[]");
        free(text);
        json_decref(rows);
    }
    if (st != CT_OK)
        return st;
    ct_date_text(day, date);
    snprintf(detail, sizeof detail, "%zu of %s, to standard output", n, date);
    return ct_record_event(app, CT_VERB_PROCEDURE_EXPORT, CT_UNSET, CT_NOTABLE, detail, reterr);
}

/* The chain's entry is there before the first byte leaves. */
static int list(struct ct_cli *cli, const struct listing *l)
{
    struct ct_error err;
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_BUF out = {.max = 16 * 1024 * 1024};
    int status = 0;
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    if (list_make(cli, app, l, &out, &err) != CT_OK)
        status = ct_cli_error(&err);
    else
        fwrite(ct_buf_str(&out), 1, out.len, stdout);
    ct_logout(app);
    return status;
}

int ct_cli_worklist(struct ct_cli *cli, int argc, char **argv)
{
    struct listing l = {.csv = false};
    bool bad = false;
    ct_cli_option(&argc, argv, "--day", &l.day, &bad);
    l.csv = ct_cli_flag(&argc, argv, "--csv");
    bool imports = argc == 3 && strcmp(argv[1], "import") == 0 && !l.csv && l.day == NULL;
    bool lists = argc == 2 && strcmp(argv[1], "list") == 0 && !(l.csv && cli->json);
    if (bad || (!imports && !lists))
        return ct_cli_usage(USAGE);
    if (cli->as == NULL)
        return ct_cli_usage("worklist needs --as LOGIN: say who you are");
    return imports ? import(cli, argv[2]) : list(cli, &l);
}
