/* equipment_paper - certificates, manuals, reports of a device: where each lies, and the
 * hash by which a file is known again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/equipment_rows.h"
#include "vault/hash_file.h"

const char *const CT_PAPER_NAME[CT_PAPERS] = {"certificate", "manual", "service report",
                                              "other"};

static const struct ct_choice KIND[] = {{"C", "certificate"},
                                        {"M", "manual"},
                                        {"S", "service report"},
                                        {"O", "other"},
                                        {NULL, NULL}};
enum { LAST_DAY = 84005 }; /* 31 Dec 2199 */

const struct ct_field CT_PAPER_FIELDS[] = {
    {.name = "kind", .label = "Kind", .unit = "", .kind = CT_F_CODE, .width = 3,
     .required = true, .hard_hi = CT_PAPERS - 1, .soft_hi = CT_PAPERS - 1, .choices = KIND,
     .help = "What it is; a certificate makes a reference standard traceable."},
    {.name = "title", .label = "Title", .unit = "", .kind = CT_F_TEXT, .width = 40,
     .max_bytes = 79, .required = true, .help = "Its number or name: Certificate 2026-114."},
    {.name = "place", .label = "Place", .unit = "", .kind = CT_F_TEXT, .width = 50,
     .max_bytes = CT_EQUIP_TEXT_MAX, .required = true,
     .help = "Shelf, address, or the whole path of a file: of a file the hash is kept."},
    {.name = "issuer", .label = "Issuer", .unit = "", .kind = CT_F_TEXT, .width = 40,
     .max_bytes = 79, .help = "Of a certificate: the laboratory."},
    {.name = "valid_from", .label = "Valid from", .unit = "", .kind = CT_F_DATE, .width = 14,
     .hard_lo = 0, .hard_hi = LAST_DAY, .soft_lo = 0, .soft_hi = LAST_DAY,
     .help = "Of a certificate: the day of the calibration."},
    {.name = "valid_until", .label = "until", .unit = "", .kind = CT_F_DATE, .width = 14,
     .hard_lo = 0, .hard_hi = LAST_DAY, .soft_lo = 0, .soft_hi = LAST_DAY,
     .help = "The last day of it, where the paper says one; years in full."},
};
const size_t CT_PAPER_FIELDS_N = CT_LEN(CT_PAPER_FIELDS);

/* ---- reading --------------------------------------------------------------------------- */

static ct_date day(struct ct_stmt *st, int col)
{
    return ct_col_null(st, col) ? CT_NO_DATE : (ct_date)ct_col_i64(st, col);
}

/* Columns of PAPER in equipment_more_sql.c. */
static void row(struct ct_stmt *st, struct ct_equip_paper *p)
{
    size_t n = 0;
    memset(p, 0, sizeof *p);
    p->id = ct_col_i64(st, 0);
    p->equipment_id = ct_col_i64(st, 1);
    p->kind = (enum ct_paper_kind)ct_col_i64(st, 2);
    ct_text_copy(p->title, sizeof p->title, ct_col_text(st, 3));
    ct_text_copy(p->place, sizeof p->place, ct_col_text(st, 4));
    ct_text_copy(p->issuer, sizeof p->issuer, ct_col_text(st, 5));
    const void *hash = ct_col_blob(st, 6, &n);
    p->hashed = n == sizeof p->hash;
    if (p->hashed)
        memcpy(p->hash, hash, sizeof p->hash);
    p->size = ct_col_i64(st, 7);
    p->valid_from = day(st, 8);
    p->valid_until = day(st, 9);
    p->at_ms = ct_col_i64(st, 10);
    p->by_user = (uint32_t)ct_col_i64(st, 11);
    p->ended = !ct_col_null(st, 12);
    ct_text_copy(p->reason, sizeof p->reason, ct_col_text(st, 12));
}

static enum ct_status rows(struct ct_app *app, int64_t equipment_id,
                           struct ct_equip_paper **ret, size_t *ret_n, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool there;
    size_t n = 0, cap = 0;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_equipment_more_sql[CT_SQL_PAPERS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":equipment_id", equipment_id);
    while ((rc = ct_stmt_step(st, &there, reterr)) == CT_OK && there) {
        struct ct_equip_paper *more = ct_rows_grow(*ret, n, &cap, sizeof **ret);
        if (more == NULL)
            return ct_fail(reterr, CT_ENOMEM, "", "there is no memory for a device's papers");
        *ret = more;
        row(st, &more[n]);
        *ret_n = ++n;
    }
    return rc;
}

enum ct_status ct_equipment_papers(struct ct_app *app, int64_t equipment_id,
                                   struct ct_equip_paper **ret, size_t *ret_n,
                                   struct ct_error *reterr)
{
    *ret = NULL;
    *ret_n = 0;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc == CT_OK)
        rc = rows(app, equipment_id, ret, ret_n, reterr);
    if (rc != CT_OK) {
        free(*ret);
        *ret = NULL;
        *ret_n = 0;
    }
    return rc;
}

enum ct_status ct_equipment_paper_check(struct ct_app *app, const struct ct_equip_paper *p,
                                        struct ct_error *reterr)
{
    unsigned char hash[CT_HASH_LEN];
    int64_t size;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc != CT_OK)
        return rc;
    if (!p->hashed)
        return ct_fail(reterr, CT_EINVAL, "place",
                       "no hash of it was taken: it was not a file that could be read here");
    rc = ct_hash_file(p->place, hash, &size, reterr);
    if (rc != CT_OK)
        return rc;
    if (size != p->size || !ct_equal(hash, p->hash, sizeof hash))
        return ct_fail(reterr, CT_EDAMAGED, "place",
                       "%.300s is not the file that it was: another content", p->place);
    return CT_OK;
}

/* ---- writing --------------------------------------------------------------------------- */

static enum ct_status check(struct ct_equip_paper *p, struct ct_error *reterr)
{
    enum ct_status rc = ct_text_check(p->title, "title", "the title", sizeof p->title - 1,
                                      true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(p->place, "place", "where it lies", CT_EQUIP_TEXT_MAX, true, reterr);
    if (rc == CT_OK)
        rc = ct_text_check(p->issuer, "issuer", "the issuer", sizeof p->issuer - 1, false,
                           reterr);
    if (rc != CT_OK)
        return rc;
    if ((unsigned)p->kind >= CT_PAPERS)
        return ct_fail(reterr, CT_EINVAL, "kind", "there is no such kind of paper");
    const struct {
        ct_date d;
        const char *field;
    } DAY[] = {{p->valid_from, "valid_from"}, {p->valid_until, "valid_until"}};
    for (size_t i = 0; i < CT_LEN(DAY); i++)
        if (DAY[i].d != CT_NO_DATE && (DAY[i].d < 0 || DAY[i].d > LAST_DAY))
            return ct_fail(reterr, CT_EINVAL, DAY[i].field,
                           "days from 1970 to 2199 are possible: is the year right?");
    if (p->valid_from != CT_NO_DATE && p->valid_until != CT_NO_DATE &&
        p->valid_until < p->valid_from)
        return ct_fail(reterr, CT_EINVAL, "valid_until", "it ends before it begins");
    return CT_OK;
}

static void bind_day(struct ct_stmt *st, const char *name, ct_date d)
{
    ct_bind_opt(st, name, d == CT_NO_DATE ? CT_UNSET : d);
}

/* ends_id 0: a new paper. */
static enum ct_status insert(struct ct_app *app, struct ct_db *db,
                             const struct ct_equip_paper *p, int64_t ends_id,
                             const char *reason, int64_t *ret_id, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc =
        ct_stmt_get(db, &ct_equipment_more_sql[CT_SQL_PAPER_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    bool hashed = p->hashed && ends_id == 0;
    ct_bind_i64(st, ":equipment_id", p->equipment_id);
    ct_bind_i64(st, ":kind", p->kind);
    ct_bind_text(st, ":title", p->title);
    ct_bind_text(st, ":place", p->place);
    if (hashed)
        ct_bind_blob(st, ":hash", p->hash, sizeof p->hash);
    else
        ct_bind_text(st, ":hash", NULL);
    ct_bind_opt(st, ":size", hashed ? p->size : CT_UNSET);
    ct_bind_text(st, ":issuer", p->issuer);
    bind_day(st, ":valid_from", p->valid_from);
    bind_day(st, ":valid_until", p->valid_until);
    ct_bind_opt(st, ":ends_id", ends_id != 0 ? ends_id : CT_UNSET);
    ct_bind_text(st, ":reason", reason);
    ct_bind_i64(st, ":at_ms", ct_app_now(app));
    ct_bind_i64(st, ":by_user", ct_app_who(app)->user_id);
    return ct_stmt_run(st, ret_id, reterr);
}

static enum ct_status add_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ct_equip_paper *p = arg;
    struct ct_equipment e;
    enum ct_status rc = ct_equipment_load(ct_app_db(app), p->equipment_id, &e, reterr);
    return rc == CT_OK ? check(p, reterr) : rc;
}

static enum ct_status add_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct ct_equip_paper *p = arg;
    struct ct_equipment e;
    enum ct_status rc = ct_equipment_load(db, p->equipment_id, &e, reterr);
    if (rc == CT_OK)
        rc = insert(app, db, p, 0, NULL, &p->id, reterr);
    if (rc != CT_OK)
        return rc;
    p->at_ms = ct_app_now(app);
    p->by_user = ct_app_who(app)->user_id;
    snprintf(entry->detail, sizeof entry->detail, "%s: %s %s%s%s%s", e.asset,
             CT_PAPER_NAME[p->kind], p->title, p->issuer[0] != '\0' ? ", " : "", p->issuer,
             p->hashed ? ", with its hash" : "");
    ct_entry_row(entry, "equipment_paper", p->id);
    return CT_OK;
}

enum ct_status ct_equipment_paper_add(struct ct_app *app, struct ct_equip_paper *p,
                                      struct ct_error *reterr)
{
    struct ct_equip_paper x = *p;
    struct ct_change change = {
        .verb = CT_VERB_EQUIP_PAPER,
        .check = add_check,
        .write = add_write,
        .arg = &x,
        .entry = {.severity = CT_ROUTINE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    x.hashed = x.ended = false;
    x.size = CT_UNSET;
    enum ct_status rc = ct_record_ask(app, &change, reterr); /* before a file is read */
    if (rc != CT_OK)
        return rc;
    if (x.place[0] == '/')
        x.hashed = ct_hash_file(x.place, x.hash, &x.size, NULL) == CT_OK;
    rc = ct_record(app, &change, NULL, reterr);
    if (rc == CT_OK)
        *p = x;
    return rc;
}

struct ending {
    struct ct_equip_paper p;
    int64_t id;
    char reason[CT_EQUIP_REASON_MAX + 1];
};

static enum ct_status end_check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ending *x = arg;
    CT_STMT *st = NULL;
    bool there;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(app), &ct_equipment_more_sql[CT_SQL_PAPER_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", x->id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK)
        return rc;
    if (!there)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no such paper");
    row(st, &x->p);
    if (x->p.ended)
        return ct_fail(reterr, CT_EINVAL, "", "%s was taken off already", x->p.title);
    return CT_OK;
}

static enum ct_status end_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct ending *x = arg;
    struct ct_equipment e;
    int64_t id;
    enum ct_status rc = end_check(app, x, reterr);
    if (rc == CT_OK)
        rc = ct_equipment_load(db, x->p.equipment_id, &e, reterr);
    if (rc == CT_OK)
        rc = insert(app, db, &x->p, x->id, x->reason, &id, reterr);
    if (rc != CT_OK)
        return rc;
    snprintf(entry->detail, sizeof entry->detail, "%s: took off %s, because %s", e.asset,
             x->p.title, x->reason);
    ct_entry_row(entry, "equipment_paper", id);
    return CT_OK;
}

enum ct_status ct_equipment_paper_end(struct ct_app *app, int64_t id, const char *reason,
                                      struct ct_error *reterr)
{
    struct ending x = {.id = id};
    enum ct_status rc = ct_equip_reason(reason, x.reason, reterr);
    struct ct_change change = {
        .verb = CT_VERB_EQUIP_PAPER,
        .check = end_check,
        .write = end_write,
        .arg = &x,
        .entry = {.severity = CT_NOTABLE, .patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    return rc == CT_OK ? ct_record(app, &change, NULL, reterr) : rc;
}
