/* worklist_csv - see worklist_csv.h. */
#include "exchange/worklist_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "exchange/import_row.h"
#include "exchange/iso_time.h"
#include "record/user.h"

enum column { NUMBER, FAMILY, GIVEN, BORN, KIND, PLANNED, MINUTES, ROOM, SITE, ASSIGNED, NOTE,
              KEY, COLUMNS };
static const char *const NAME[COLUMNS] = {"number",  "family", "given", "born",
                                          "kind",    "planned", "minutes", "room",
                                          "site",    "assigned", "note", "key"};
enum { CELL_BYTES = 512, KEY_BYTES = 100 };

struct import {
    struct ct_app *app;
    const struct ct_proc_kinds *kinds;
    struct ct_person *person;
    size_t n_person;
    size_t at[COLUMNS];
    struct ct_import_columns columns;
};

/* ---- the header ------------------------------------------------------------ */

static enum ct_status header_read(struct import *x, const struct ct_csv_row *row,
                                  struct ct_worklist_result *ret, struct ct_error *reterr)
{
    static const size_t NEEDED[] = {NUMBER, KIND, PLANNED};
    x->columns = (struct ct_import_columns){.name = NAME, .n = COLUMNS, .at = x->at};
    return ct_import_header(&x->columns, row, NEEDED, CT_LEN(NEEDED), "number, kind and planned",
                            ret->ignored, sizeof ret->ignored, reterr);
}

/* ---- a row ------------------------------------------------------------------- */

static enum ct_status cell(const struct import *x, const struct ct_csv_row *row, enum column c,
                           char out[CELL_BYTES], struct ct_error *reterr)
{
    return ct_import_cell(&x->columns, row, c, out, CELL_BYTES, reterr);
}

/* The clinic's time, as a form with seconds or without; or any with an offset. */
static enum ct_status planned_read(const char *s, int64_t *ret, struct ct_error *reterr)
{
    struct ct_civil c = {.hour = 0}, back;
    char full[64];
    int64_t ms;
    if (ct_iso_time(s, strlen(s), ret))
        return CT_OK;
    snprintf(full, sizeof full, "%.40sZ", s);
    if (!ct_iso_time(full, strlen(full), &ms))
        return ct_fail(reterr, CT_EINVAL, "planned",
                       "planned \"%.40s\" is not a time as 2026-11-24T09:00", s);
    ct_date_split((ct_date)(ms / CT_DAY_MS - (ms % CT_DAY_MS < 0)), &c.year, &c.month, &c.day);
    int64_t of_day = ((ms % CT_DAY_MS) + CT_DAY_MS) % CT_DAY_MS;
    c.hour = (int)(of_day / CT_HOUR_MS);
    c.minute = (int)(of_day % CT_HOUR_MS / CT_MINUTE_MS);
    c.second = (int)(of_day % CT_MINUTE_MS / 1000);
    *ret = ct_civil_ms(&c);
    ct_civil_at(*ret, &back);
    if (back.hour != c.hour || back.minute != c.minute)
        return ct_fail(reterr, CT_EINVAL, "planned",
                       "planned \"%.40s\": the clocks skip this time; give the offset", s);
    return CT_OK;
}

static bool same_folded(const char *a, const char *b)
{
    CT_BUF x = {.max = 1024}, y = {.max = 1024};
    ct_text_fold(&x, a);
    ct_text_fold(&y, b);
    return strcmp(ct_buf_str(&x), ct_buf_str(&y)) == 0;
}

/* What the row says of the patient agrees with the record, where it says anything. */
static enum ct_status compare(const struct ct_patient *p, const char *family,
                              const char *given, const char *born, struct ct_error *reterr)
{
    ct_date day;
    char text[16];
    if (family[0] != '\0' && !same_folded(family, p->family))
        return ct_fail(reterr, CT_EINVAL, "family",
                       "this number is of another person: the record's family name is not "
                       "\"%.60s\"",
                       family);
    if (given[0] != '\0' && !same_folded(given, p->given))
        return ct_fail(reterr, CT_EINVAL, "given",
                       "this number is of another person: the record's given names are not "
                       "\"%.60s\"",
                       given);
    if (born[0] == '\0')
        return CT_OK;
    if (!ct_iso_date(born, strlen(born), &day))
        return ct_fail(reterr, CT_EINVAL, "born", "born \"%.30s\" is not a date as 1961-03-14",
                       born);
    ct_date_iso(p->born, text);
    if (day != p->born)
        return ct_fail(reterr, CT_EINVAL, "born",
                       "this number is of another person: the record does not say born %.10s",
                       born);
    return CT_OK;
}

static enum ct_status patient_read(struct import *x, const struct ct_csv_row *row,
                                   struct ct_procedure *p, struct ct_error *reterr)
{
    char number[CELL_BYTES], family[CELL_BYTES], given[CELL_BYTES], born[CELL_BYTES];
    struct ct_patient who;
    enum ct_status rc = cell(x, row, NUMBER, number, reterr);
    if (rc == CT_OK)
        rc = cell(x, row, FAMILY, family, reterr);
    if (rc == CT_OK)
        rc = cell(x, row, GIVEN, given, reterr);
    if (rc == CT_OK)
        rc = cell(x, row, BORN, born, reterr);
    if (rc == CT_OK && number[0] == '\0')
        rc = ct_fail(reterr, CT_EINVAL, "number", "number is missing");
    if (rc == CT_OK)
        rc = ct_patient_by_number(x->app, number, &p->patient_id, reterr);
    if (rc == CT_OK)
        rc = ct_patient_get(x->app, p->patient_id, &who, reterr);
    return rc == CT_OK ? compare(&who, family, given, born, reterr) : rc;
}

static enum ct_status assigned_read(const struct import *x, const char *login, uint32_t *ret,
                                    struct ct_error *reterr)
{
    if (login[0] == '\0')
        return CT_OK;
    for (size_t i = 0; i < x->n_person; i++)
        if (strcasecmp(x->person[i].login, login) == 0) {
            *ret = x->person[i].user_id;
            return CT_OK;
        }
    return ct_fail(reterr, CT_EINVAL, "assigned",
                   "there is no active user \"%.40s\" who does procedures", login);
}

static enum ct_status plan_read(struct import *x, const struct ct_csv_row *row,
                                struct ct_procedure *p, struct ct_error *reterr)
{
    char s[COLUMNS][CELL_BYTES];
    const struct ct_proc_kind *k;
    int64_t minutes;
    for (int c = KIND; c < COLUMNS; c++) {
        enum ct_status rc = cell(x, row, (enum column)c, s[c], reterr);
        if (rc != CT_OK)
            return rc;
    }
    if (s[KIND][0] == '\0' || s[PLANNED][0] == '\0')
        return ct_fail(reterr, CT_EINVAL, s[KIND][0] == '\0' ? "kind" : "planned",
                       "%s is missing", s[KIND][0] == '\0' ? "kind" : "planned");
    enum ct_status rc = ct_proc_kind_typed(x->kinds, s[KIND], &k, reterr);
    if (rc == CT_OK)
        rc = planned_read(s[PLANNED], &p->planned_ms, reterr);
    if (rc == CT_OK)
        rc = assigned_read(x, s[ASSIGNED], &p->assigned, reterr);
    if (rc != CT_OK)
        return rc;
    memcpy(p->kind, k->id, sizeof p->kind);
    if (s[MINUTES][0] != '\0') {
        if (!ct_parse_int(s[MINUTES], 1, 1440, &minutes))
            return ct_fail(reterr, CT_EINVAL, "minutes",
                           "minutes \"%.20s\" is not a whole number from 1 to 1440", s[MINUTES]);
        p->minutes = (int)minutes;
    }
    const struct {
        enum column c;
        char *to;
        size_t size;
    } TEXT[] = {{ROOM, p->room, sizeof p->room}, {SITE, p->site, sizeof p->site},
                {NOTE, p->note, sizeof p->note}};
    for (size_t i = 0; i < CT_LEN(TEXT); i++) {
        if (strlen(s[TEXT[i].c]) >= TEXT[i].size)
            return ct_fail(reterr, CT_EINVAL, NAME[TEXT[i].c], "%s: at most %zu bytes are kept",
                           NAME[TEXT[i].c], TEXT[i].size - 1);
        ct_text_copy(TEXT[i].to, TEXT[i].size, s[TEXT[i].c]);
    }
    return CT_OK;
}

/* "key:..." of the sender, else "hash:..." of what was said. */
static enum ct_status key_read(const struct import *x, const struct ct_csv_row *row,
                               const struct ct_procedure *p, char out[KEY_BYTES + 8],
                               struct ct_error *reterr)
{
    char key[CELL_BYTES];
    unsigned char hash[CT_HASH_LEN];
    enum ct_status rc = cell(x, row, KEY, key, reterr);
    if (rc != CT_OK)
        return rc;
    if (strlen(key) > KEY_BYTES)
        return ct_fail(reterr, CT_EINVAL, "key", "key: at most %d bytes", KEY_BYTES);
    if (key[0] != '\0') {
        snprintf(out, KEY_BYTES + 8, "key:%s", key);
        return CT_OK;
    }
    CT_BUF said = {.max = 1024};
    ct_buf_printf(&said, "%lld|%s|%lld|", (long long)p->patient_id, p->kind,
                  (long long)p->planned_ms);
    ct_text_fold(&said, p->site);
    if (said.bad)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory to read the row");
    ct_hash(hash, said.data, said.len);
    snprintf(out, KEY_BYTES + 8, "hash:");
    for (size_t i = 0; i < CT_HASH_LEN; i++)
        snprintf(out + 5 + 2 * i, 3, "%02x", hash[i]);
    return CT_OK;
}

static void describe(struct ct_app *app, int64_t id, struct ct_worklist_row *r)
{
    struct ct_procedure p;
    char text[200], at[24];
    if (ct_procedure_get(app, id, &p, NULL) != CT_OK)
        return;
    ct_procedure_text(&p, text, sizeof text);
    ct_datetime_text(p.planned_ms, at);
    CT_BUF b = {.max = 1024};
    ct_buf_printf(&b, "%s, %s, %s", text, p.patient, at);
    ct_text_copy(r->text, sizeof r->text, ct_buf_str(&b));
}

/* An error of the row itself, or one that ends the import. */
static bool of_row(enum ct_status rc)
{
    return rc == CT_EINVAL || rc == CT_ENOTFOUND || rc == CT_EEXISTS;
}

static enum ct_status row_import(struct import *x, const struct ct_csv_row *row,
                                 struct ct_worklist_row *r, struct ct_error *reterr)
{
    struct ct_procedure p = {.id = 0};
    char key[KEY_BYTES + 8];
    enum ct_status rc = ct_import_row(&x->columns, row, reterr);
    if (rc == CT_OK)
        rc = patient_read(x, row, &p, reterr);
    if (rc == CT_OK)
        rc = plan_read(x, row, &p, reterr);
    if (rc == CT_OK)
        rc = key_read(x, row, &p, key, reterr);
    if (rc == CT_OK)
        rc = ct_procedure_imported(x->app, key, &r->procedure_id, reterr);
    if (rc != CT_OK)
        return rc;
    if (r->procedure_id != 0) {
        r->fate = CT_WORKLIST_THERE;
    } else {
        rc = ct_procedure_add(x->app, &p, key, reterr);
        if (rc != CT_OK)
            return rc;
        r->procedure_id = p.id;
        r->fate = CT_WORKLIST_ADDED;
    }
    describe(x->app, r->procedure_id, r);
    return CT_OK;
}

static bool blank(const struct ct_csv_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (row->field[i].n > 0)
            return false;
    return true;
}

static enum ct_status rows_import(struct import *x, struct ct_csv *csv,
                                  void (*each)(const struct ct_worklist_row *row, void *arg),
                                  void *arg, struct ct_worklist_result *ret,
                                  struct ct_error *reterr)
{
    struct ct_csv_row row;
    bool end = false;
    for (;;) {
        enum ct_status rc = ct_csv_next(csv, &row, &end, reterr);
        if (rc != CT_OK || end)
            return rc;
        if (blank(&row))
            continue;
        struct ct_worklist_row r = {.line = row.line, .fate = CT_WORKLIST_BAD};
        rc = row_import(x, &row, &r, &r.error);
        bool kept_shut = rc == CT_EDENIED && strcmp(r.error.field, "restricted") == 0;
        if (rc != CT_OK && !of_row(rc) && !kept_shut) {
            *reterr = r.error;
            return rc;
        }
        ret->added += r.fate == CT_WORKLIST_ADDED;
        ret->there += r.fate == CT_WORKLIST_THERE;
        ret->bad += r.fate == CT_WORKLIST_BAD;
        if (each != NULL)
            each(&r, arg);
    }
}

enum ct_status ct_worklist_import(struct ct_app *app, ct_csv_read_fn *read, void *read_arg,
                                  void (*each)(const struct ct_worklist_row *row, void *arg),
                                  void *arg, struct ct_worklist_result *ret,
                                  struct ct_error *reterr)
{
    struct import x = {.app = app};
    struct ct_error own;
    CT_CSV *csv = NULL;
    struct ct_csv_row row;
    bool end = false;
    reterr = reterr != NULL ? reterr : &own;
    *ret = (struct ct_worklist_result){.added = 0};
    enum ct_status rc = ct_require(app, CT_PERM_PROCEDURE_WRITE, reterr);
    if (rc == CT_OK)
        rc = ct_proc_kinds_of(app, &x.kinds, reterr);
    if (rc == CT_OK)
        rc = ct_csv_open(read, read_arg, &csv, reterr);
    if (rc == CT_OK)
        rc = ct_csv_next(csv, &row, &end, reterr);
    if (rc == CT_OK && end)
        rc = ct_fail(reterr, CT_EINVAL, "", "there is nothing in it: the first row names the "
                                            "columns");
    if (rc == CT_OK)
        rc = header_read(&x, &row, ret, reterr);
    if (rc == CT_OK)
        rc = ct_user_people(app, CT_PERM_PROCEDURE_WRITE, &x.person, &x.n_person, reterr);
    if (rc == CT_OK)
        rc = rows_import(&x, csv, each, arg, ret, reterr);
    free(x.person);
    return rc;
}
