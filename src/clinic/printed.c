/* printed - see printed.h. */
#include "clinic/printed.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "clinic/printed_priv.h"
#include "record/user.h"
#include "vault/secret.h"

const char *const CT_PRINT_FORM_NAME[CT_PRINT_FORMS] = {"text", "CSV", "JSON", "PDF",
                                                        "PDF, sealed"};

#define COLS                                                                               \
    "id, code, kind, subject, patient_id, form, place, content, bytes, size, head_seq, "   \
    "head_link, at_ms, by_user"
const struct ct_sql ct_printed_sql[CT_PRINTED_SQL_N] = {
    [CT_SQL_PRINT_INSERT] =
        {"report_print.insert",
         "INSERT INTO report_print(code, kind, subject, patient_id, form, place, content, bytes, "
         "size, head_seq, head_link, at_ms, by_user) VALUES(:code, :kind, :subject, :patient_id, "
         ":form, :place, :content, :bytes, :size, :head_seq, :head_link, :at_ms, :by_user)"},
    [CT_SQL_PRINT_FIND] = {"report_print.find",
                           "SELECT " COLS " FROM report_print WHERE code = :code"},
    [CT_SQL_PRINT_BOUND] = {"report_print.bound",
                            "SELECT columns, hash FROM audit_row WHERE tbl = 'report_print' "
                            "AND row_id = :id ORDER BY id LIMIT 1"},
    [CT_SQL_PRINT_HEAD] = {"report_print.head", "SELECT link FROM audit WHERE seq = :seq"},
};

static enum ct_status no_memory(struct ct_error *reterr)
{
    return ct_fail(reterr, CT_ENOMEM, "", "There is no memory for a report's code.");
}

/* ---- the code --------------------------------------------------------------------------- */

static const char DIGITS[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford */
enum { CODE_DIGITS = 20, GROUP = 5 };

/* false: no memory. */
static bool code_of(const struct ct_printed *p, char code[CT_PRINT_CODE_LEN + 1])
{
    CT_BUF b = {.max = 4096};
    unsigned char hash[CT_HASH_LEN];
    static const char DOMAIN[] = "clintech print 1";
    ct_buf_field(&b, DOMAIN, sizeof DOMAIN - 1);
    ct_buf_field(&b, p->kind, strlen(p->kind));
    ct_buf_field(&b, p->subject, strlen(p->subject));
    ct_buf_u64(&b, (uint64_t)p->patient_id);
    ct_buf_u32(&b, (uint32_t)p->form);
    ct_buf_field(&b, p->content, CT_HASH_LEN);
    ct_buf_u64(&b, (uint64_t)p->head.seq);
    ct_buf_field(&b, p->head.link, CT_HASH_LEN);
    ct_buf_u64(&b, (uint64_t)p->at_ms);
    ct_buf_u32(&b, p->by_user);
    if (b.bad)
        return false;
    ct_hash(hash, b.data, b.len);
    size_t n = 0;
    for (size_t i = 0; i < CODE_DIGITS; i++) {
        unsigned v = 0;
        for (size_t bit = i * 5; bit < i * 5 + 5; bit++)
            v = v << 1 | ((unsigned)hash[bit / 8] >> (7 - bit % 8) & 1u);
        if (i > 0 && i % GROUP == 0)
            code[n++] = '-';
        code[n++] = DIGITS[v];
    }
    code[n] = '\0';
    return true;
}

/* As a person reads it off a page. */
static bool code_parse(const char *text, char code[CT_PRINT_CODE_LEN + 1])
{
    size_t n = 0, digits = 0;
    for (; *text != '\0'; text++) {
        char c = *text;
        if (c == ' ' || c == '-')
            continue;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
        if (strchr(DIGITS, c) == NULL || digits == CODE_DIGITS)
            return false;
        if (digits > 0 && digits % GROUP == 0)
            code[n++] = '-';
        code[n++] = c;
        digits++;
    }
    code[n] = '\0';
    return digits == CODE_DIGITS;
}

enum ct_status ct_printed_code(struct ct_app *app, struct ct_printed *p, struct ct_error *reterr)
{
    enum ct_status rc = ct_require(app, CT_PERM_EXPORT, reterr);
    if (rc == CT_OK)
        rc = ct_chain_head(app, &p->head, reterr);
    if (rc != CT_OK)
        return rc;
    p->id = 0;
    p->at_ms = ct_app_now(app);
    p->by_user = ct_app_who(app)->user_id;
    ct_text_copy(p->by, sizeof p->by, ct_app_who(app)->name);
    return code_of(p, p->code) ? CT_OK : no_memory(reterr);
}

/* ---- the record -------------------------------------------------------------------------- */

static enum ct_status check(struct ct_app *app, void *arg, struct ct_error *reterr)
{
    struct ct_printed *p = arg;
    char code[CT_PRINT_CODE_LEN + 1];
    if (!code_of(p, code))
        return no_memory(reterr);
    if (strcmp(code, p->code) != 0 || p->by_user != ct_app_who(app)->user_id)
        return ct_fail(reterr, CT_EINVAL, "code", "the code is not that of what is printed");
    return p->place[0] != '\0' ? CT_OK
                               : ct_fail(reterr, CT_EINVAL, "place", "where does it go?");
}

static enum ct_status write(struct ct_app *app, struct ct_db *db, void *arg,
                            struct ct_entry *entry, struct ct_error *reterr)
{
    (void)app;
    struct ct_printed *p = arg;
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_printed_sql[CT_SQL_PRINT_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":code", p->code);
    ct_bind_text(st, ":kind", p->kind);
    ct_bind_text(st, ":subject", p->subject);
    ct_bind_opt(st, ":patient_id", p->patient_id != 0 ? p->patient_id : CT_UNSET);
    ct_bind_i64(st, ":form", p->form);
    ct_bind_text(st, ":place", p->place);
    ct_bind_blob(st, ":content", p->content, CT_HASH_LEN);
    ct_bind_blob(st, ":bytes", p->bytes, CT_HASH_LEN);
    ct_bind_i64(st, ":size", p->size);
    ct_bind_i64(st, ":head_seq", p->head.seq);
    ct_bind_blob(st, ":head_link", p->head.link, CT_HASH_LEN);
    ct_bind_i64(st, ":at_ms", p->at_ms);
    ct_bind_i64(st, ":by_user", p->by_user);
    rc = ct_stmt_run(st, &p->id, reterr);
    if (rc == CT_OK)
        ct_entry_row(entry, "report_print", p->id);
    return rc;
}

enum ct_status ct_printed_record(struct ct_app *app, struct ct_printed *p,
                                 struct ct_error *reterr)
{
    struct ct_change c = {.verb = CT_VERB_PRINT, .check = check, .write = write, .arg = p};
    c.entry.patient_id = p->patient_id;
    snprintf(c.entry.detail, sizeof c.entry.detail, "%s%s%s, %s, to %.300s, code %s", p->kind,
             p->subject[0] != '\0' ? " " : "", p->subject, CT_PRINT_FORM_NAME[p->form], p->place,
             p->code);
    return ct_record(app, &c, NULL, reterr);
}

/* ---- asked about it ---------------------------------------------------------------------- */

static void hash_col(struct ct_stmt *st, int col, unsigned char out[CT_HASH_LEN])
{
    size_t n = 0;
    const void *p = ct_col_blob(st, col, &n);
    memset(out, 0, CT_HASH_LEN);
    if (n == CT_HASH_LEN)
        memcpy(out, p, n);
}

static enum ct_status load(struct ct_db *db, struct ct_printed *p, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_printed_sql[CT_SQL_PRINT_FIND], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":code", p->code);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && !row)
        rc = ct_fail(reterr, CT_ENOTFOUND, "code",
                     "Nothing was printed from this store under the code %s. Read it again; if "
                     "it stands so on the page, the page is not from here, or was changed.",
                     p->code);
    if (rc != CT_OK)
        return rc;
    p->id = ct_col_i64(st, 0);
    ct_text_copy(p->kind, sizeof p->kind, ct_col_text(st, 2));
    ct_text_copy(p->subject, sizeof p->subject, ct_col_text(st, 3));
    p->patient_id = ct_col_null(st, 4) ? 0 : ct_col_i64(st, 4);
    p->form = (enum ct_print_form)ct_col_i64(st, 5);
    ct_text_copy(p->place, sizeof p->place, ct_col_text(st, 6));
    hash_col(st, 7, p->content);
    hash_col(st, 8, p->bytes);
    p->size = ct_col_i64(st, 9);
    p->head.seq = ct_col_i64(st, 10);
    hash_col(st, 11, p->head.link);
    p->at_ms = ct_col_i64(st, 12);
    p->by_user = (uint32_t)ct_col_i64(st, 13);
    return CT_OK;
}

/* Is the row what the entry of the chain hashed? */
static enum ct_status bound(struct ct_db *db, int64_t id, bool *ret, struct ct_error *reterr)
{
    CT_BUF row = {.max = 1 << 16};
    CT_STMT *st = NULL;
    unsigned char was[CT_HASH_LEN], is[CT_HASH_LEN];
    int columns = 0;
    bool there;
    *ret = false;
    enum ct_status rc = ct_stmt_get(db, &ct_printed_sql[CT_SQL_PRINT_BOUND], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &there, reterr);
    if (rc != CT_OK || !there)
        return rc;
    hash_col(st, 1, was);
    rc = ct_db_row_canonical(db, "report_print", id, (int)ct_col_i64(st, 0), &row, &columns,
                             reterr);
    if (rc != CT_OK)
        return rc;
    ct_hash(is, row.data, row.len);
    *ret = !row.bad && ct_equal(was, is, CT_HASH_LEN);
    return CT_OK;
}

static enum ct_status head_known(struct ct_db *db, const struct ct_head *h, bool *ret,
                                 struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    unsigned char link[CT_HASH_LEN];
    bool row;
    *ret = false;
    enum ct_status rc = ct_stmt_get(db, &ct_printed_sql[CT_SQL_PRINT_HEAD], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":seq", h->seq);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK && row) {
        hash_col(st, 0, link);
        *ret = ct_equal(link, h->link, CT_HASH_LEN);
    }
    return rc;
}

/* By name and number to whom the record is open; to nobody else. */
static void whose(struct ct_app *app, struct ct_printed_check *c)
{
    struct ct_patient p;
    struct ct_error e;
    char name[2 * CT_NAME_BYTES + 3], number[40];
    c->patient[0] = '\0';
    if (c->p.patient_id == 0)
        return;
    snprintf(c->patient, sizeof c->patient, "a patient whose record is not open to you");
    if (!ct_role_may(ct_app_who(app)->role, CT_PERM_PATIENT_READ) ||
        ct_patient_get(app, c->p.patient_id, &p, &e) != CT_OK)
        return;
    ct_patient_name(&p, name, sizeof name);
    ct_number_text(p.number, number, sizeof number);
    snprintf(c->patient, sizeof c->patient, "%s%s%s", name, number[0] != '\0' ? ", " : "",
             number);
}

enum ct_status ct_printed_find(struct ct_app *app, const char *code,
                               struct ct_printed_check *ret, struct ct_error *reterr)
{
    char again[CT_PRINT_CODE_LEN + 1];
    struct ct_db *db = ct_app_db(app);
    CT_TX tx = {.db = NULL};
    *ret = (struct ct_printed_check){.bound = false};
    enum ct_status rc = ct_require(app, CT_PERM_SESSION, reterr);
    if (rc == CT_OK && !ct_role_may(ct_app_who(app)->role, CT_PERM_VERIFY))
        rc = ct_require(app, CT_PERM_EXPORT, reterr);
    if (rc == CT_OK && !code_parse(code, ret->p.code))
        rc = ct_fail(reterr, CT_EINVAL, "code",
                     "A code has %d letters and digits, in groups of %d; that is none.",
                     CODE_DIGITS, GROUP);
    if (rc == CT_OK)
        rc = ct_tx_read(db, &tx, reterr);
    if (rc == CT_OK)
        rc = load(db, &ret->p, reterr);
    if (rc == CT_OK)
        rc = bound(db, ret->p.id, &ret->bound, reterr);
    if (rc == CT_OK)
        rc = head_known(db, &ret->p.head, &ret->head_known, reterr);
    if (rc != CT_OK)
        return rc;
    if (!code_of(&ret->p, again))
        return no_memory(reterr);
    ret->code_fits = strcmp(again, ret->p.code) == 0;
    ct_user_name(app, ret->p.by_user, ret->p.by, sizeof ret->p.by);
    whose(app, ret);
    return CT_OK;
}
