/* equipment_csv - see equipment_csv.h. */
#include "exchange/equipment_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "clinic/schedule.h"
#include "exchange/import_row.h"
#include "exchange/iso_time.h"

enum column { ASSET, CLASS, MAKER, MODEL, SERIAL, UDI, LOCATION, HOLDER, SUPPLIER, RISK,
              ELEC_CLASS, APPLIED, STANDARD_OF, MADE, RECEIVED, WARRANTY, NOTE, CALIBRATED,
              CERTIFICATE, COLUMNS };
static const char *const NAME[COLUMNS] = {
    "asset",    "class",      "maker",        "model",       "serial", "udi",      "location",
    "holder",   "supplier",   "risk",         "elec_class",  "applied_part",
    "standard_of", "made",    "received",     "warranty",    "note",   "calibrated",
    "certificate"};
enum { CELL_BYTES = 512 };

struct import {
    struct ct_app *app;
    const struct ct_equip_classes *classes;
    size_t at[COLUMNS];
    struct ct_import_columns columns;
    char s[COLUMNS][CELL_BYTES]; /* of the row at hand */
    uint64_t models;
};

/* ---- the header -------------------------------------------------------------------------- */

static enum ct_status header_read(struct import *x, const struct ct_csv_row *row,
                                  struct ct_equip_import *ret, struct ct_error *reterr)
{
    static const size_t NEEDED[] = {ASSET, CLASS, MAKER, MODEL};
    x->columns = (struct ct_import_columns){.name = NAME, .n = COLUMNS, .at = x->at};
    return ct_import_header(&x->columns, row, NEEDED, CT_LEN(NEEDED),
                            "asset, class, maker and model", ret->ignored, sizeof ret->ignored,
                            reterr);
}

/* ---- cells --------------------------------------------------------------------------------- */

static enum ct_status cells_read(struct import *x, const struct ct_csv_row *row,
                                 struct ct_error *reterr)
{
    enum ct_status rc = ct_import_row(&x->columns, row, reterr);
    for (size_t c = 0; rc == CT_OK && c < COLUMNS; c++)
        rc = ct_import_cell(&x->columns, row, c, x->s[c], CELL_BYTES, reterr);
    return rc;
}

static enum ct_status text(struct import *x, enum column c, char *out, size_t size,
                           struct ct_error *reterr)
{
    if (strlen(x->s[c]) >= size)
        return ct_fail(reterr, CT_EINVAL, NAME[c], "%s: at most %zu bytes are kept", NAME[c],
                       size - 1);
    ct_text_copy(out, size, x->s[c]);
    return CT_OK;
}

static enum ct_status day(const struct import *x, enum column c, ct_date *ret,
                          struct ct_error *reterr)
{
    *ret = CT_NO_DATE;
    if (x->s[c][0] == '\0' || ct_iso_date(x->s[c], strlen(x->s[c]), ret))
        return CT_OK;
    return ct_fail(reterr, CT_EINVAL, NAME[c], "%s \"%.30s\" is not a date as 2024-01-31",
                   NAME[c], x->s[c]);
}

/* The index of the name, of which the first is "". */
static enum ct_status code(const struct import *x, enum column c, const char *const *names,
                           size_t n, const char *want, int *ret, struct ct_error *reterr)
{
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(names[i], x->s[c]) == 0) {
            *ret = (int)i;
            return CT_OK;
        }
    return ct_fail(reterr, CT_EINVAL, NAME[c], "%s \"%.30s\" is not one of %s", NAME[c],
                   x->s[c], want);
}

/* ---- the model ------------------------------------------------------------------------------ */

struct plate {
    int risk, elec, applied;
};

static enum ct_status plate_read(const struct import *x, struct plate *ret,
                                 struct ct_error *reterr)
{
    enum ct_status rc = code(x, RISK, CT_RISK_NAME, CT_RISKS, "low, medium, high", &ret->risk,
                             reterr);
    if (rc == CT_OK)
        rc = code(x, ELEC_CLASS, CT_ELEC_NAME, CT_ELECS, "I, II, internal", &ret->elec, reterr);
    if (rc == CT_OK)
        rc = code(x, APPLIED, CT_APPLIED_NAME, CT_APPLIEDS, "none, B, BF, CF", &ret->applied,
                  reterr);
    return rc;
}

static enum ct_status class_read(const struct import *x, char out[CT_EQUIP_CLASS_MAX + 1],
                                 struct ct_error *reterr)
{
    for (size_t i = 0; i < x->classes->n; i++) {
        const struct ct_equip_class *k = &x->classes->class[i];
        if (strcasecmp(k->id, x->s[CLASS]) == 0 || strcasecmp(k->title, x->s[CLASS]) == 0) {
            memcpy(out, k->id, CT_EQUIP_CLASS_MAX + 1);
            return CT_OK;
        }
    }
    if (x->s[CLASS][0] == '\0')
        return ct_fail(reterr, CT_EINVAL, "class", "class is missing");
    return ct_fail(reterr, CT_EINVAL, "class",
                   "there is no class \"%.40s\" in equipment/classes.ini", x->s[CLASS]);
}

/* The fields of a model's errors as columns of the table. */
static enum ct_status model_fail(enum ct_status rc, struct ct_error *e)
{
    if (strcmp(e->field, "name") == 0)
        snprintf(e->field, sizeof e->field, "model");
    return rc;
}

static enum ct_status model_read(struct import *x, const struct plate *plate,
                                 struct ct_equip_model *m, struct ct_error *reterr)
{
    *m = (struct ct_equip_model){.risk = (enum ct_equip_risk)plate->risk,
                                 .elec_class = (enum ct_elec_class)plate->elec,
                                 .applied = (enum ct_applied_part)plate->applied};
    enum ct_status rc = class_read(x, m->class, reterr);
    if (rc == CT_OK)
        rc = text(x, MAKER, m->maker, sizeof m->maker, reterr);
    if (rc == CT_OK)
        rc = text(x, MODEL, m->name, sizeof m->name, reterr);
    if (rc == CT_OK && (m->maker[0] == '\0' || m->name[0] == '\0'))
        rc = ct_fail(reterr, CT_EINVAL, m->maker[0] == '\0' ? "maker" : "model", "%s is missing",
                     m->maker[0] == '\0' ? "maker" : "model");
    return rc;
}

/* One that is there already is taken as it is. */
static enum ct_status model_put(struct import *x, struct ct_equip_model *m, bool *ret_new,
                                struct ct_error *reterr)
{
    enum ct_status rc = ct_model_add(x->app, m, reterr);
    *ret_new = rc == CT_OK;
    return rc == CT_EEXISTS ? CT_OK : model_fail(rc, reterr);
}

/* ---- the device ------------------------------------------------------------------------------ */

static enum ct_status device_read(struct import *x, struct ct_equipment *e,
                                  struct ct_error *reterr)
{
    const struct {
        enum column c;
        char *to;
        size_t size;
    } TEXT[] = {{ASSET, e->asset, sizeof e->asset},
                {SERIAL, e->serial, sizeof e->serial},
                {UDI, e->udi, sizeof e->udi},
                {LOCATION, e->location, sizeof e->location},
                {HOLDER, e->holder, sizeof e->holder},
                {SUPPLIER, e->supplier, sizeof e->supplier},
                {STANDARD_OF, e->standard_of, sizeof e->standard_of},
                {NOTE, e->note, sizeof e->note}};
    enum ct_status rc = CT_OK;
    for (size_t i = 0; rc == CT_OK && i < CT_LEN(TEXT); i++)
        rc = text(x, TEXT[i].c, TEXT[i].to, TEXT[i].size, reterr);
    if (rc == CT_OK && e->asset[0] == '\0')
        rc = ct_fail(reterr, CT_EINVAL, "asset", "asset is missing");
    if (rc == CT_OK)
        rc = day(x, MADE, &e->made, reterr);
    if (rc == CT_OK)
        rc = day(x, RECEIVED, &e->received, reterr);
    if (rc == CT_OK)
        rc = day(x, WARRANTY, &e->warranty, reterr);
    e->standard = e->standard_of[0] != '\0';
    return rc;
}

/* What differs from the model's plate is the device's own. */
static enum ct_status own_plate(struct import *x, const struct ct_equip_model *m,
                                const struct plate *plate, struct ct_equipment *e,
                                struct ct_error *reterr)
{
    struct ct_equip_model is;
    enum ct_status rc = ct_model_get(x->app, m->first_id, &is, reterr);
    if (rc != CT_OK)
        return rc;
    e->model_id = is.first_id;
    e->elec_class = (enum ct_elec_class)plate->elec;
    e->elec_own = plate->elec != CT_ELEC_UNSAID && e->elec_class != is.elec_class;
    e->applied = (enum ct_applied_part)plate->applied;
    e->applied_own = plate->applied != CT_APPLIED_UNSAID && e->applied != is.applied;
    return CT_OK;
}

struct last {
    ct_date day; /* CT_NO_DATE: nothing said */
    char certificate[80];
};

static enum ct_status last_read(struct import *x, struct last *ret, struct ct_error *reterr)
{
    enum ct_status rc = day(x, CALIBRATED, &ret->day, reterr);
    if (rc == CT_OK)
        rc = text(x, CERTIFICATE, ret->certificate, sizeof ret->certificate, reterr);
    if (rc != CT_OK)
        return rc;
    if (ret->day != CT_NO_DATE && ret->certificate[0] == '\0')
        return ct_fail(reterr, CT_EINVAL, "certificate",
                       "certificate is missing: a calibration counts with its certificate");
    if (ret->day == CT_NO_DATE && ret->certificate[0] != '\0')
        return ct_fail(reterr, CT_EINVAL, "calibrated",
                       "calibrated is missing: the day to which the certificate belongs");
    if (ret->day != CT_NO_DATE && ret->day < 0)
        return ct_fail(reterr, CT_EINVAL, "calibrated",
                       "calibrated %.30s is before 1970: is the year right?", x->s[CALIBRATED]);
    if (ret->day != CT_NO_DATE && ret->day > ct_date_at(ct_app_now(x->app)))
        return ct_fail(reterr, CT_EINVAL, "calibrated", "calibrated %.30s is in the future",
                       x->s[CALIBRATED]);
    return CT_OK;
}

/* The certificate is a paper, and the calibration a result that rests on it. */
static enum ct_status last_put(struct import *x, int64_t equipment_id, const struct last *last,
                               struct ct_error *reterr)
{
    struct ct_equip_paper p = {.equipment_id = equipment_id,
                               .kind = CT_PAPER_CERTIFICATE,
                               .valid_from = last->day,
                               .valid_until = CT_NO_DATE};
    struct ct_civil noon = {.hour = 12};
    struct ct_task_result r = {.equipment_id = equipment_id,
                               .kind = CT_TASK_CALIBRATION,
                               .verdict = CT_TASK_PASSED,
                               .why = CT_TASK_OUT_OF_TURN};
    if (last->day == CT_NO_DATE)
        return CT_OK;
    ct_text_copy(p.title, sizeof p.title, last->certificate);
    snprintf(p.place, sizeof p.place, "as imported");
    ct_date_split(last->day, &noon.year, &noon.month, &noon.day);
    int64_t now = ct_app_now(x->app);
    r.done_ms = ct_civil_ms(&noon);
    r.done_ms = r.done_ms < now ? r.done_ms : now;
    snprintf(r.text, sizeof r.text, "certificate %s, imported", last->certificate);
    enum ct_status rc = ct_equipment_paper_add(x->app, &p, reterr);
    return rc == CT_OK ? ct_result_record(x->app, &r, reterr) : rc;
}

/* ---- a row ------------------------------------------------------------------------------------- */

static void describe(struct ct_app *app, int64_t id, struct ct_equip_row *r)
{
    struct ct_equipment e;
    if (ct_equipment_get(app, id, &e, NULL) == CT_OK)
        ct_equipment_text(&e, r->text, sizeof r->text);
}

/* Of this asset number, under whatever name it is now: *ret 0: none. */
static enum ct_status there(struct import *x, const char *asset, int64_t *ret,
                            struct ct_error *reterr)
{
    struct ct_equipment e;
    enum ct_status rc = ct_equipment_imported(x->app, asset, ret, reterr);
    if (rc != CT_OK || *ret != 0)
        return rc;
    rc = ct_equipment_find(x->app, asset, &e, reterr);
    if (rc == CT_OK)
        *ret = e.id;
    return rc == CT_ENOTFOUND ? CT_OK : rc;
}

/* Model, device, certificate and result together, or nothing. */
static enum ct_status row_put(struct import *x, struct ct_equip_model *m,
                              const struct plate *plate, struct ct_equipment *e,
                              const struct last *last, struct ct_equip_row *r,
                              struct ct_error *reterr)
{
    bool new_model = false;
    enum ct_status rc = ct_record_bulk_begin(x->app, reterr);
    if (rc != CT_OK)
        return rc;
    rc = model_put(x, m, &new_model, reterr);
    if (rc == CT_OK)
        rc = own_plate(x, m, plate, e, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_add(x->app, e, x->s[ASSET], reterr);
    if (rc == CT_OK)
        rc = last_put(x, e->id, last, reterr);
    if (rc != CT_OK) {
        ct_record_bulk_cancel(x->app);
        return rc;
    }
    rc = ct_record_bulk_commit(x->app, reterr);
    if (rc != CT_OK)
        return rc;
    x->models += new_model;
    r->equipment_id = e->id;
    r->fate = CT_EQUIP_ADDED;
    describe(x->app, e->id, r);
    return CT_OK;
}

static enum ct_status row_import(struct import *x, const struct ct_csv_row *row,
                                 struct ct_equip_row *r, struct ct_error *reterr)
{
    struct ct_equipment e = {.id = 0};
    struct ct_equip_model m;
    struct plate plate = {0};
    struct last last = {.day = CT_NO_DATE};
    enum ct_status rc = cells_read(x, row, reterr);
    if (rc == CT_OK)
        rc = device_read(x, &e, reterr);
    if (rc == CT_OK)
        rc = plate_read(x, &plate, reterr);
    if (rc == CT_OK)
        rc = model_read(x, &plate, &m, reterr);
    if (rc == CT_OK)
        rc = last_read(x, &last, reterr);
    if (rc == CT_OK)
        rc = there(x, e.asset, &r->equipment_id, reterr);
    if (rc != CT_OK)
        return rc;
    if (r->equipment_id != 0) {
        r->fate = CT_EQUIP_THERE;
        describe(x->app, r->equipment_id, r);
        return CT_OK;
    }
    return row_put(x, &m, &plate, &e, &last, r, reterr);
}

static bool blank(const struct ct_csv_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        if (row->field[i].n > 0)
            return false;
    return true;
}

/* An error of the row itself, or one that ends the import. */
static bool of_row(enum ct_status rc)
{
    return rc == CT_EINVAL || rc == CT_ENOTFOUND || rc == CT_EEXISTS;
}

static enum ct_status rows_import(struct import *x, struct ct_csv *csv,
                                  void (*each)(const struct ct_equip_row *row, void *arg),
                                  void *arg, struct ct_equip_import *ret,
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
        struct ct_equip_row r = {.line = row.line, .fate = CT_EQUIP_BAD};
        rc = row_import(x, &row, &r, &r.error);
        ret->models = x->models;
        if (rc != CT_OK && !of_row(rc)) {
            *reterr = r.error;
            return rc;
        }
        ret->added += r.fate == CT_EQUIP_ADDED;
        ret->there += r.fate == CT_EQUIP_THERE;
        ret->bad += r.fate == CT_EQUIP_BAD;
        if (each != NULL)
            each(&r, arg);
    }
}

enum ct_status ct_equipment_import(struct ct_app *app, ct_csv_read_fn *read, void *read_arg,
                                   void (*each)(const struct ct_equip_row *row, void *arg),
                                   void *arg, struct ct_equip_import *ret,
                                   struct ct_error *reterr)
{
    struct ct_error own;
    CT_CSV *csv = NULL;
    struct ct_csv_row row;
    bool end = false;
    reterr = reterr != NULL ? reterr : &own;
    *ret = (struct ct_equip_import){.added = 0};
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_WRITE, reterr);
    if (rc != CT_OK)
        return rc;
    struct import *x = calloc(1, sizeof *x);
    if (x == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "there is no memory to import a table");
    x->app = app;
    rc = ct_equip_classes_of(app, &x->classes, reterr);
    if (rc == CT_OK)
        rc = ct_csv_open(read, read_arg, &csv, reterr);
    if (rc == CT_OK)
        rc = ct_csv_next(csv, &row, &end, reterr);
    if (rc == CT_OK && end)
        rc = ct_fail(reterr, CT_EINVAL, "", "there is nothing in it: the first row names the "
                                            "columns");
    if (rc == CT_OK)
        rc = header_read(x, &row, ret, reterr);
    if (rc == CT_OK)
        rc = rows_import(x, csv, each, arg, ret, reterr);
    free(x);
    return rc;
}
