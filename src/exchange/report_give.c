/* report_give - a report leaves: its code, its bytes, its record, then the file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "clinic/access.h"
#include "clinic/pack.h"
#include "exchange/export_file.h"
#include "exchange/report_priv.h"
#include "vault/seal_bytes.h"

enum { SAME_SECOND = 50 }; /* files of one name but for its number */

static const char NOTE[] = "It shows what was recorded at that time: later records are not on it. "
                           "To check it: clintech verify --code.";

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "There is no memory for the report; name a shorter time.");
}

static enum ct_status dumped(const json_t *doc, size_t flags, char **ret, struct ct_error *reterr)
{
    *ret = json_dumps(doc, flags);
    return *ret != NULL ? CT_OK : no_memory(reterr);
}

/* The hash of what it says, before anything about this printing is added. */
static enum ct_status content(const struct ct_report *r, unsigned char out[CT_HASH_LEN],
                              struct ct_error *reterr)
{
    char *s = NULL;
    enum ct_status rc = r->bad ? no_memory(reterr)
                               : dumped(r->doc, JSON_COMPACT | JSON_SORT_KEYS, &s, reterr);
    if (rc == CT_OK)
        ct_hash(out, s, strlen(s));
    free(s);
    return rc;
}

/* A copy with the foot of its pages. */
static json_t *footed(const struct ct_report *r, const struct ct_printed *p)
{
    char at[32], day[16], hour[8], utc[32], head[64];
    json_t *d = json_copy(r->doc);
    CT_BUF by = {.max = 1024};
    ct_date_text(ct_date_at(p->at_ms), day); /* with its year: paper lasts */
    ct_time_text(p->at_ms, hour);
    snprintf(at, sizeof at, "%s %s", day, hour);
    ct_rfc3339(p->at_ms, utc);
    snprintf(utc + 19, sizeof utc - 19, "Z"); /* whole seconds */
    int n = snprintf(head, sizeof head, "%lld ", (long long)p->head.seq);
    for (size_t i = 0; i < 8; i++)
        n += snprintf(head + n, sizeof head - (size_t)n, "%02x", p->head.link[i]);
    ct_text_clean(&by, p->by, -1, false);
    if (d == NULL || json_object_set_new(d, "by", json_string(ct_buf_str(&by))) != 0 ||
        json_object_set_new(d, "at", json_string(at)) != 0 ||
        json_object_set_new(d, "utc", json_string(utc)) != 0 ||
        json_object_set_new(d, "head", json_string(head)) != 0 ||
        json_object_set_new(d, "code", json_string(p->code)) != 0 ||
        json_object_set_new(d, "note", json_string(NOTE)) != 0) {
        json_decref(d);
        return NULL;
    }
    return d;
}

static enum ct_status drawn(struct ct_app *app, const json_t *doc, enum ct_print_form form,
                            const char *page, struct ct_buf *out, struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    char *s = NULL;
    switch (form) {
    case CT_PRINT_TEXT:
        ct_report_text(doc, out);
        break;
    case CT_PRINT_CSV:
        ct_report_csv(doc, out);
        break;
    case CT_PRINT_JSON:
        rc = dumped(doc, JSON_INDENT(1), &s, reterr);
        if (rc == CT_OK)
            ct_buf_str_add(out, s);
        ct_buf_char(out, '\n');
        break;
    default:
        rc = dumped(doc, JSON_COMPACT, &s, reterr);
        if (rc == CT_OK)
            rc = ct_report_pdf(ct_app_config(app)->report_program, page, s, strlen(s), out,
                               reterr);
    }
    if (s != NULL)
        ct_wipe(s, strlen(s));
    free(s);
    return rc == CT_OK && out->bad ? no_memory(reterr) : rc;
}

/* The PDF for the holders of this store's key alone; the code says later whose it is. */
static enum ct_status sealed(struct ct_app *app, const struct ct_printed *p, struct ct_buf *out,
                             struct ct_error *reterr)
{
    CT_BUF plain = *out;
    *out = (struct ct_buf){.max = CT_REPORT_OUT_MAX};
    return ct_seal_bytes(ct_app_keys(app), "report", p->code, plain.data, plain.len, out, reterr);
}

enum ct_status ct_report_give(struct ct_app *app, struct ct_report *r, enum ct_print_form form,
                              const char *page, struct ct_buf *out, struct ct_printed *ret,
                              struct ct_error *reterr)
{
    *ret = (struct ct_printed){.patient_id = r->patient_id, .form = form};
    memcpy(ret->kind, r->kind, sizeof ret->kind);
    memcpy(ret->subject, r->ref, sizeof ret->subject);
    if (form == CT_PRINT_CSV && r->n_tables != 1)
        return ct_fail(reterr, CT_EINVAL, "form",
                       "A %s is no single table: take --json, --pdf FILE, or neither.", r->kind);
    enum ct_status rc = content(r, ret->content, reterr);
    if (rc == CT_OK)
        rc = ct_printed_code(app, ret, reterr);
    if (rc != CT_OK)
        return rc;
    json_t *doc = footed(r, ret);
    rc = doc != NULL ? drawn(app, doc, form, page, out, reterr) : no_memory(reterr);
    json_decref(doc);
    if (rc == CT_OK && form == CT_PRINT_SEALED)
        rc = sealed(app, ret, out, reterr);
    if (rc != CT_OK)
        return rc;
    ct_hash(ret->bytes, out->data, out->len);
    ret->size = (int64_t)out->len;
    return CT_OK;
}

enum ct_status ct_report_record(struct ct_app *app, const struct ct_report *r,
                                struct ct_printed *p, struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    for (size_t i = 0; i < r->n_packs && rc == CT_OK; i++)
        rc = ct_pack_labelled(app, r->pack[i].id, r->pack[i].reason, reterr);
    return rc == CT_OK ? ct_printed_record(app, p, reterr) : rc;
}

struct leaving {
    const struct ct_report *r;
    struct ct_printed *p;
};

static enum ct_status told(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    const struct leaving *x = arg;
    return ct_report_record(app, x->r, x->p, reterr);
}

enum ct_status ct_report_file(struct ct_app *app, struct ct_report *r, enum ct_print_form form,
                              const char *page, const char *path, struct ct_printed *ret,
                              struct ct_error *reterr)
{
    CT_BUF out = {.max = CT_REPORT_OUT_MAX};
    struct leaving x = {r, ret};
    if (strlen(path) > CT_PRINT_PLACE_MAX - 1)
        return ct_fail(reterr, CT_EINVAL, "path", "That name is too long for a file.");
    enum ct_status rc = ct_report_give(app, r, form, page, &out, ret, reterr);
    ct_text_copy(ret->place, sizeof ret->place, path);
    return rc == CT_OK ? ct_export_file(app, path, &out, told, &x, reterr) : rc;
}

enum ct_status ct_report_path(struct ct_app *app, const struct ct_report *r,
                              enum ct_print_form form, char *out, size_t size,
                              struct ct_error *reterr)
{
    static const char *const END[CT_PRINT_FORMS] = {"txt", "csv", "json", "pdf", "pdf.sealed"};
    const struct ct_config *c = ct_app_config(app);
    const char *home = getenv("HOME");
    const char *dir = c->report_dir[0] != '\0' ? c->report_dir : c->export_dir;
    struct ct_civil t;
    char ref[48];
    if (dir[0] == '\0')
        dir = home != NULL ? home : "";
    if (dir[0] != '/')
        return ct_fail(reterr, CT_EINVAL, "path",
                       "Name a file: neither [report] dir nor [site] export_dir is set.");
    ct_text_copy(ref, sizeof ref, r->ref);
    for (char *s = ref; *s != '\0'; s++)
        if (!((*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z')))
            *s = '-';
    ct_civil_at(ct_app_now(app), &t);
    int n = snprintf(out, size, "%s/%s%s%s-%04d%02d%02d-%02d%02d%02d.%s", dir, r->kind,
                     ref[0] != '\0' ? "-" : "", ref, t.year, t.month, t.day, t.hour, t.minute,
                     t.second, END[form]);
    return n > 0 && (size_t)n < size
               ? CT_OK
               : ct_fail(reterr, CT_EINVAL, "path", "The folder's name is too long.");
}

enum ct_status ct_report_new_file(struct ct_app *app, struct ct_report *r,
                                  enum ct_print_form form, const char *page,
                                  struct ct_printed *ret, struct ct_error *reterr)
{
    char name[CT_PRINT_PLACE_MAX], path[CT_PRINT_PLACE_MAX + 8];
    enum ct_status rc = ct_report_path(app, r, form, name, sizeof name, reterr);
    if (rc != CT_OK)
        return rc;
    size_t stem = (size_t)(strrchr(name, '/') - name);
    stem += strcspn(name + stem, "."); /* its last part has one only before its kind */
    ct_text_copy(path, sizeof path, name);
    for (int i = 2; i <= SAME_SECOND + 1; i++) {
        rc = ct_report_file(app, r, form, page, path, ret, reterr);
        if (rc != CT_EEXISTS)
            return rc;
        snprintf(path, sizeof path, "%.*s-%d%s", (int)stem, name, i, name + stem);
    }
    return rc;
}

enum ct_status ct_report_open(struct ct_app *app, const struct ct_buf *from, struct ct_buf *out,
                              struct ct_error *reterr)
{
    char code[CT_PRINT_CODE_LEN + 1], detail[120];
    struct ct_printed_check c;
    enum ct_status rc = ct_require(app, CT_PERM_EXPORT, reterr);
    if (rc == CT_OK)
        rc = ct_unseal_bytes(ct_app_keys(app), "report", from->data, from->len, code, sizeof code,
                             out, reterr);
    if (rc == CT_OK)
        rc = ct_printed_find(app, code, &c, reterr);
    if (rc == CT_OK && c.p.patient_id != 0)
        rc = ct_access_check(app, c.p.patient_id, reterr);
    if (rc == CT_OK) {
        snprintf(detail, sizeof detail, "opened a sealed %s, code %s", c.p.kind, code);
        rc = ct_record_event(app, CT_VERB_PRINT,
                             c.p.patient_id != 0 ? c.p.patient_id : CT_UNSET, CT_ROUTINE, detail,
                             reterr);
    }
    if (rc != CT_OK)
        ct_buf_done(out);
    return rc;
}
