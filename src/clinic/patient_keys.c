/* patient_keys - the search keys of a patient, derived from the current details.
 *
 *   patel            each word of the folded name
 *   #9434765919      the number, lower case, letters and digits only
 *   #~9195674349     the same reversed: its last digits are a prefix
 *   @1961-03-14      the date of birth: year, year and month, or whole
 *   @~03-14          its day and month
 *   =patel<TAB>rohan the whole folded name: namesakes
 */
#include "clinic/rows.h"

#include <stdio.h>
#include <string.h>

enum { KEYS_MAX = 96 }; /* two names of 200 bytes have fewer words than this */

/* Each key followed by a NUL, in one buffer. */
struct keys {
    struct ct_buf text;
    size_t n;
    size_t at[KEYS_MAX];
};

static void keys_done(struct keys *k)
{
    ct_buf_done(&k->text);
}

static const char *key(const struct keys *k, size_t i)
{
    return k->text.data + k->at[i];
}

void ct_patient_sort_key(struct ct_buf *out, const char *family, const char *given)
{
    /* TAB sorts before every letter: "smith, john" before "smith jones, ann" */
    ct_text_fold(out, family);
    ct_buf_char(out, '\t');
    ct_text_fold(out, given);
}

static void keys_end(struct keys *k, size_t start)
{
    ct_buf_char(&k->text, '\0');
    if (k->text.bad || k->n >= KEYS_MAX)
        return;
    for (size_t i = 0; i < k->n; i++) /* a name may repeat a word */
        if (strcmp(key(k, i), k->text.data + start) == 0)
            return;
    k->at[k->n++] = start;
}

static void add_words(struct keys *k, const char *sort)
{
    while (*sort != '\0') {
        size_t n = strcspn(sort, " \t");
        if (n > 0) {
            size_t start = k->text.len;
            ct_buf_add(&k->text, sort, n);
            keys_end(k, start);
        }
        sort += n + (sort[n] != '\0');
    }
}

static void add_number(struct keys *k, const char *number)
{
    char plain[33];
    size_t n = 0;
    for (const char *p = number; *p != '\0' && n < sizeof plain - 1; p++) {
        if (*p >= 'A' && *p <= 'Z')
            plain[n++] = (char)(*p - 'A' + 'a');
        else if ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'))
            plain[n++] = *p;
    }
    plain[n] = '\0';
    if (n == 0)
        return;
    size_t start = k->text.len;
    ct_buf_char(&k->text, '#');
    ct_buf_add(&k->text, plain, n);
    keys_end(k, start);
    start = k->text.len;
    ct_buf_str_add(&k->text, "#~");
    while (n > 0)
        ct_buf_char(&k->text, plain[--n]);
    keys_end(k, start);
}

static void add_born(struct keys *k, ct_date born)
{
    char iso[16];
    ct_date_iso(born, iso);
    size_t start = k->text.len;
    ct_buf_printf(&k->text, "@%s", iso);
    keys_end(k, start);
    int y, m, d;
    ct_date_split(born, &y, &m, &d);
    start = k->text.len;
    ct_buf_printf(&k->text, "@~%02d-%02d", m, d);
    keys_end(k, start);
}

/* *sort receives the sort key. */
static enum ct_status keys_make(const struct ct_patient *p, struct keys *k, struct ct_buf *sort,
                                struct ct_error *reterr)
{
    ct_patient_sort_key(sort, p->family, p->given);
    add_words(k, ct_buf_str(sort));
    size_t start = k->text.len;
    ct_buf_char(&k->text, '=');
    ct_buf_add(&k->text, ct_buf_str(sort), sort->len);
    keys_end(k, start);
    add_number(k, p->number);
    if (p->born != CT_NO_DATE)
        add_born(k, p->born);
    if (k->text.bad || sort->bad)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for a patient's search keys");
    return CT_OK;
}

enum ct_status ct_patient_keys_write(struct ct_db *db, const struct ct_patient *p,
                                     struct ct_error *reterr)
{
    CT_CLEANUP(keys_done) struct keys k = {.n = 0};
    CT_BUF sort = {.max = 0};
    enum ct_status rc = keys_make(p, &k, &sort, reterr);
    if (rc != CT_OK)
        return rc;
    {
        CT_STMT *st = NULL;
        rc = ct_stmt_get(db, &ct_find_sql[CT_SQL_KEY_DELETE], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":patient_id", p->id);
        rc = ct_stmt_run(st, NULL, reterr);
    }
    for (size_t i = 0; rc == CT_OK && i < k.n; i++) {
        CT_STMT *st = NULL;
        rc = ct_stmt_get(db, &ct_find_sql[CT_SQL_KEY_INSERT], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_text(st, ":token", key(&k, i));
        ct_bind_i64(st, ":patient_id", p->id);
        ct_bind_text(st, ":sort", ct_buf_str(&sort));
        rc = ct_stmt_run(st, NULL, reterr);
    }
    return rc;
}

/* ---- are they right? --------------------------------------------------- */

static bool has_key(const struct keys *k, const char *token)
{
    for (size_t i = 0; i < k->n; i++)
        if (strcmp(key(k, i), token) == 0)
            return true;
    return false;
}

static enum ct_status keys_right(struct ct_db *db, const struct ct_patient *p, bool *ret,
                                 struct ct_error *reterr)
{
    CT_CLEANUP(keys_done) struct keys k = {.n = 0};
    CT_BUF sort = {.max = 0};
    enum ct_status rc = keys_make(p, &k, &sort, reterr);
    if (rc != CT_OK)
        return rc;
    CT_STMT *st = NULL;
    rc = ct_stmt_get(db, &ct_find_sql[CT_SQL_KEYS], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", p->id);
    size_t n = 0;
    for (*ret = true;; n++) {
        bool row;
        rc = ct_stmt_step(st, &row, reterr);
        if (rc != CT_OK)
            return rc;
        if (!row)
            break;
        if (!has_key(&k, ct_col_text(st, 0)) ||
            strcmp(ct_col_text(st, 1), ct_buf_str(&sort)) != 0)
            *ret = false;
    }
    if (n != k.n)
        *ret = false;
    return CT_OK;
}

static enum ct_status next_patient(struct ct_db *db, int64_t after, int64_t *ret,
                                   struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_find_sql[CT_SQL_PATIENT_NEXT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":after", after);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK)
        *ret = row ? ct_col_i64(st, 0) : 0;
    return rc;
}

enum ct_status ct_patient_keys_check(struct ct_app *app, int64_t *ret_bad,
                                     struct ct_error *reterr)
{
    *ret_bad = 0;
    enum ct_status rc = ct_require(app, CT_PERM_VERIFY, reterr);
    struct ct_db *db = ct_app_db(app);
    int64_t id = 0;
    while (rc == CT_OK) {
        rc = next_patient(db, id, &id, reterr);
        if (rc != CT_OK || id == 0)
            break;
        struct ct_patient p;
        bool right = false;
        rc = ct_patient_load(db, id, &p, reterr);
        if (rc == CT_OK)
            rc = keys_right(db, &p, &right, reterr);
        *ret_bad += rc == CT_OK && !right;
    }
    return rc;
}
