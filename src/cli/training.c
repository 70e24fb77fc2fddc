/* training - `clintech training`: the matrix of competencies, and what expires, on standard
 * output. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "clinic/competency.h"
#include "exchange/csv.h"
#include "record/user.h"

static const char USAGE[] = "training matrix [--csv|--json]\n"
                            "       clintech training expiring [--days N] [--csv|--json]";
enum { DAYS_MAX = 3650, OUT_MAX = 32 * 1024 * 1024 };

static json_t *as_json(const struct ct_comp_now *n)
{
    char day[16];
    json_t *o = json_pack("{s:s,s:s,s:s,s:s,s:b,s:s,s:s,s:s}", "person", n->name, "kind",
                          CT_SUBJECT_KIND[n->subject.kind], "subject", n->subject.id, "title",
                          n->subject.title, "required", (int)n->required, "needs",
                          CT_LEVEL_NAME[n->needs], "level", CT_LEVEL_NAME[n->level], "state",
                          CT_COMP_STATE_NAME[n->state]);
    if (o != NULL && n->last_day != CT_NO_DATE) {
        ct_date_iso(n->last_day, day);
        json_object_set_new(o, "last_day", json_string(day));
    }
    return o;
}

#define CSV_HEAD "person,kind,subject,title,required,needs,level,state,last_day\r\n"

static void as_csv(const struct ct_comp_now *n, struct ct_buf *out)
{
    char day[16] = "";
    if (n->last_day != CT_NO_DATE)
        ct_date_iso(n->last_day, day);
    const char *cell[] = {n->name, CT_SUBJECT_KIND[n->subject.kind], n->subject.id,
                          n->subject.title, n->required ? "yes" : "no",
                          n->required ? CT_LEVEL_NAME[n->needs] : "", CT_LEVEL_NAME[n->level],
                          CT_COMP_STATE_NAME[n->state], day};
    for (size_t i = 0; i < CT_LEN(cell); i++) {
        if (i > 0)
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

static void as_text(const struct ct_comp_now *n, struct ct_buf *out)
{
    char subject[CT_SUBJECT_TITLE_MAX + 20], state[120];
    ct_subject_text(&n->subject, subject, sizeof subject);
    ct_comp_now_text(n, state, sizeof state);
    padded(out, n->name, 24);
    padded(out, subject, 36);
    ct_buf_printf(out, "%s\n", state);
}

static enum ct_status put(const struct ct_comp_now *v, size_t n, bool csv, bool json,
                          struct ct_buf *out, struct ct_error *reterr)
{
    json_t *rows = json ? json_array() : NULL;
    if (csv)
        ct_buf_str_add(out, CSV_HEAD);
    for (size_t i = 0; i < n; i++) {
        if (json)
            json_array_append_new(rows, as_json(&v[i]));
        else if (csv)
            as_csv(&v[i], out);
        else
            as_text(&v[i], out);
    }
    if (json) {
        char *text = rows != NULL ? json_dumps(rows, JSON_INDENT(2)) : NULL;
        if (text == NULL || json_array_size(rows) != n)
            out->bad = true;
        else
            ct_buf_printf(out, "%s\n", text);
        free(text);
        json_decref(rows);
    }
    if (out->bad)
        return ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the list.");
    return CT_OK;
}

/* CSV as people read a matrix: a line a person, a column a subject. */
static void grid(const struct ct_comp_matrix *m, struct ct_buf *out)
{
    char text[CT_SUBJECT_TITLE_MAX + 20];
    ct_buf_str_add(out, "person");
    for (size_t i = 0; i < m->n_subjects; i++) {
        ct_subject_text(&m->subject[i], text, sizeof text);
        ct_buf_char(out, ',');
        ct_csv_put_text(out, text, strlen(text));
    }
    ct_buf_str_add(out, "\r\n");
    for (size_t p = 0; p < m->n_people; p++) {
        ct_csv_put_text(out, m->person[p].name, strlen(m->person[p].name));
        for (size_t i = 0; i < m->n_subjects; i++) {
            const struct ct_comp_now *n = &m->cell[p * m->n_subjects + i];
            bool none = n->state == CT_COMP_MISSING;
            ct_comp_now_text(n, text, sizeof text);
            ct_buf_char(out, ',');
            if (!none || n->required)
                ct_csv_put_text(out, none ? "MISSING" : text, strlen(none ? "MISSING" : text));
        }
        ct_buf_str_add(out, "\r\n");
    }
}

static enum ct_status matrix(struct ct_app *app, bool csv, bool json, struct ct_buf *out,
                             struct ct_error *reterr)
{
    CT_CLEANUP(ct_comp_matrix_done) struct ct_comp_matrix m = {.person = NULL};
    enum ct_status rc = ct_comp_matrix(app, &m, reterr);
    if (rc != CT_OK)
        return rc;
    if (!csv)
        return put(m.cell, m.n_people * m.n_subjects, false, json, out, reterr);
    grid(&m, out);
    return out->bad ? ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the matrix.") : CT_OK;
}

static enum ct_status expiring(struct ct_app *app, int days, bool csv, bool json,
                               struct ct_buf *out, struct ct_error *reterr)
{
    struct ct_comp_now *v = NULL;
    size_t n = 0;
    enum ct_status rc = ct_comp_expiring(app, days, &v, &n, reterr);
    if (rc == CT_OK)
        rc = put(v, n, csv, json, out, reterr);
    free(v);
    return rc;
}

int ct_cli_training(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    const char *within = NULL;
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_BUF out = {.max = OUT_MAX};
    bool bad = false;
    int64_t days = -1;
    int status = 0;
    ct_cli_option(&argc, argv, "--days", &within, &bad);
    bool csv = ct_cli_flag(&argc, argv, "--csv");
    bool is_matrix = argc == 2 && strcmp(argv[1], "matrix") == 0;
    bool is_expiring = argc == 2 && strcmp(argv[1], "expiring") == 0;
    if (bad || (!is_matrix && !is_expiring) || (csv && cli->json) ||
        (is_matrix && within != NULL))
        return ct_cli_usage("%s", USAGE);
    if (within != NULL && !ct_parse_int(within, 0, DAYS_MAX, &days))
        return ct_cli_usage("--days takes a number of days from today, 0 to %d, and no \"%s\"",
                            DAYS_MAX, within);
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    enum ct_status rc = is_matrix ? matrix(app, csv, cli->json, &out, &err)
                                  : expiring(app, (int)days, csv, cli->json, &out, &err);
    if (rc != CT_OK)
        status = ct_cli_error(&err);
    else
        fwrite(ct_buf_str(&out), 1, out.len, stdout);
    ct_logout(app);
    return status;
}
