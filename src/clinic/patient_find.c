/* patient_find - finding as one types, and who a new patient may already be.
 *
 * What is typed becomes terms; each term is a handful of key ranges (the start
 * of a name, of the number, its last digits, a date of birth). The rarest term
 * drives. The others are asked of each candidate through the index on the
 * patient, or, when there are many candidates, read as sets first, which keeps
 * to neighbouring pages. Where every term is met by so many that a page of them
 * is soon full, the folded names are walked in order instead, until it is. */
#include "clinic/rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"

enum {
    TERMS = 6,
    RANGES = 5,
    WORDS_MAX = 24,
    WORD_BYTES = 64, /* what is typed beyond this does not narrow the search */
    COUNT_LIMIT = 10000,
    SEEK_COST = 8, /* one patient's key, against the next key of a range; measured */
};
#define KEY_END "\xf4\x8f\xbf\xbf" /* U+10FFFF: after every key of that prefix */

/* One other term: any of its ranges, each one seek among the patient's own keys.
 * Most terms have one range; the others are bound to NULL, which seeks nothing. */
#define RANGE(t, r)                                                                        \
    "EXISTS (SELECT 1 FROM patient_find g WHERE g.patient_id = f.patient_id "              \
    "AND g.token >= :l" #t #r " AND g.token < :h" #t #r ")"
#define TERM(t)                                                                            \
    " AND (:l" #t "0 IS NULL OR " RANGE(t, 0) " OR " RANGE(t, 1) " OR " RANGE(t, 2)        \
    " OR " RANGE(t, 3) " OR " RANGE(t, 4) ")"

/* The same as a set, made once. */
#define RANGES_OF(t)                                                                       \
    "(VALUES (:l" #t "0, :h" #t "0), (:l" #t "1, :h" #t "1), (:l" #t "2, :h" #t "2), "     \
    "(:l" #t "3, :h" #t "3), (:l" #t "4, :h" #t "4)) r CROSS JOIN patient_find "
#define SET(t)                                                                             \
    " AND (:l" #t "0 IS NULL OR f.patient_id IN (SELECT g.patient_id FROM " RANGES_OF(t)   \
    "g ON g.token >= r.column1 AND g.token < r.column2))"
#define DRIVE                                                                              \
    "SELECT DISTINCT f.sort, f.patient_id FROM " RANGES_OF(0)                              \
    "f ON f.token >= r.column1 AND f.token < r.column2 WHERE 1"

const struct ct_sql ct_find_sql[CT_FIND_SQL_N] = {
    [CT_SQL_FIND] = {"find.page", DRIVE TERM(1) TERM(2) TERM(3) TERM(4) TERM(5)
                     " ORDER BY f.sort, f.patient_id LIMIT :limit"},
    [CT_SQL_FIND_SETS] = {"find.sets", DRIVE SET(1) SET(2) SET(3) SET(4) SET(5)
                          " ORDER BY f.sort, f.patient_id LIMIT :limit"},
    [CT_SQL_FIND_WALK] =
        {"find.walk", "SELECT f.sort, f.patient_id FROM patient_find f "
                      "WHERE f.token >= '=' AND f.token < '>'" TERM(0) TERM(1) TERM(2) TERM(3)
                      TERM(4) TERM(5) " ORDER BY f.token, f.patient_id LIMIT :limit"},
    [CT_SQL_FIND_COUNT] = {"find.count",
                           "SELECT count(*) FROM (SELECT 1 FROM patient_find "
                           "WHERE token >= :lo AND token < :hi LIMIT :limit)"},
    [CT_SQL_FIND_HIT] =
        {"find.hit",
         "SELECT v.family, v.given, v.number, v.born, v.born_estimated, v.sex, v.place, "
         "EXISTS (SELECT 1 FROM patient_find n WHERE n.token = '=' || :sort "
         "AND n.patient_id <> :patient_id) FROM patient_version v "
         "WHERE v.patient_id = :patient_id ORDER BY v.id DESC LIMIT 1"},
    [CT_SQL_FIND_EXACT] = {"find.exact",
                           "SELECT sort, patient_id FROM patient_find WHERE token = :token "
                           "ORDER BY patient_id LIMIT :limit"},
    [CT_SQL_KEY_DELETE] = {"find.delete", "DELETE FROM patient_find "
                                          "WHERE patient_id = :patient_id"},
    [CT_SQL_KEY_INSERT] = {"find.insert", "INSERT INTO patient_find(token, patient_id, sort) "
                                          "VALUES (:token, :patient_id, :sort)"},
    [CT_SQL_KEYS] = {"find.keys",
                     "SELECT token, sort FROM patient_find WHERE patient_id = :patient_id"},
    [CT_SQL_PATIENT_LAST] = {"find.last_patient", "SELECT max(id) FROM patient"},
    [CT_SQL_PATIENT_NEXT] = {"find.next_patient",
                             "SELECT id FROM patient WHERE id > :after ORDER BY id LIMIT 1"},
};

struct term {
    size_t n;
    char lo[RANGES][2 * WORD_BYTES];
    int64_t rows; /* keys in its ranges, counted to COUNT_LIMIT */
};
struct query {
    size_t n;
    struct term term[TERMS];
};

CT_FORMAT(2, 3) static void term_add(struct term *t, const char *fmt, ...)
{
    if (t->n >= RANGES)
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(t->lo[t->n++], sizeof t->lo[0], fmt, ap);
    va_end(ap);
}

static void query_add(struct query *q, const struct term *t)
{
    if (t->n == 0 || q->n >= TERMS)
        return;
    q->term[q->n++] = *t;
}

/* ---- reading what was typed -------------------------------------------- */

static bool all_digits(const char *s)
{
    size_t n = 0;
    while (ct_is_digit(s[n]))
        n++;
    return n > 0 && s[n] == '\0';
}

/* Letters and digits of s in lower case. */
static void plain(const char *s, char *out, size_t size)
{
    size_t n = 0;
    for (; *s != '\0' && n + 1 < size; s++) {
        if (*s >= 'A' && *s <= 'Z')
            out[n++] = (char)(*s - 'A' + 'a');
        else if ((*s >= 'a' && *s <= 'z') || ct_is_digit(*s))
            out[n++] = *s;
    }
    out[n] = '\0';
}

static void number_ranges(struct term *t, const char *typed)
{
    char number[WORD_BYTES];
    plain(typed, number, sizeof number);
    size_t n = strlen(number);
    if (n < 2 || strpbrk(number, "0123456789") == NULL)
        return;
    term_add(t, "#%s", number);
    if (n < 4)
        return;
    for (size_t i = 0; i < n / 2; i++) {
        char c = number[i];
        number[i] = number[n - 1 - i];
        number[n - 1 - i] = c;
    }
    term_add(t, "#~%s", number);
}

static bool full_date(struct term *t, const char *typed, ct_date today)
{
    ct_date d;
    if (strpbrk(typed, "0123456789") == NULL || ct_date_parse(typed, today, &d, NULL) != CT_OK)
        return false;
    char iso[16];
    ct_date_iso(d, iso);
    term_add(t, "@%s", iso);
    return true;
}

/* A year; day/month; month/year; year-month. */
static void date_parts(struct term *t, const char *typed)
{
    int64_t a, b;
    size_t n = strcspn(typed, "/.-");
    char first[8] = "";
    if (n == 0 || n >= sizeof first)
        return;
    memcpy(first, typed, n);
    if (!ct_parse_int(first, 0, 9999, &a))
        return;
    if (typed[n] == '\0') {
        if (n == 4 && a >= 1880)
            term_add(t, "@%04d-", (int)a);
        return;
    }
    if (!ct_parse_int(typed + n + 1, 1, 9999, &b))
        return;
    if (n == 4 && a >= 1880 && b <= 12)
        term_add(t, "@%04d-%02d-", (int)a, (int)b);
    else if (a >= 1 && a <= 12 && b >= 1880)
        term_add(t, "@%04d-%02d-", (int)b, (int)a);
    else if (a >= 1 && a <= 31 && b <= 12)
        term_add(t, "@~%02d-%02d", (int)b, (int)a);
}

/* One word with a digit in it: a name (of a place that numbers its people), a
 * number or a date, whichever is met. */
static void mixed_word(struct query *q, const char *word, ct_date today)
{
    struct term t = {.n = 0};
    number_ranges(&t, word);
    full_date(&t, word, today);
    date_parts(&t, word);
    CT_BUF key = {.max = 0};
    ct_text_fold(&key, word);
    if (key.len > 0 && key.len < WORD_BYTES && strchr(key.data, ' ') == NULL)
        term_add(&t, "%s", key.data);
    query_add(q, &t);
}

/* A hyphen or a comma may make several words of one. */
static void name_word(struct query *q, const char *word)
{
    CT_BUF key = {.max = 0};
    ct_text_fold(&key, word);
    for (const char *p = ct_buf_str(&key); *p != '\0';) {
        size_t n = strcspn(p, " ");
        size_t keep = n;
        if (keep >= WORD_BYTES) { /* back to the start of a character */
            keep = WORD_BYTES - 1;
            while (keep > 0 && ((unsigned char)p[keep] & 0xC0) == 0x80)
                keep--;
        }
        struct term t = {.n = 0};
        term_add(&t, "%.*s", (int)keep, p);
        query_add(q, &t);
        p += n + (p[n] != '\0');
    }
}

/* Join words [0, n) with sep. */
static void join(char *out, size_t size, char (*word)[WORD_BYTES], size_t n, const char *sep)
{
    CT_BUF b = {.max = 1024};
    for (size_t i = 0; i < n; i++)
        ct_buf_printf(&b, "%s%s", i > 0 ? sep : "", word[i]);
    ct_text_copy(out, size, ct_buf_str(&b));
}

/* Words that belong together: "943 476 5919", "14 3 1961", "14 mar 1961",
 * "14 mar". Returns how many were taken. */
static size_t group(struct query *q, char (*word)[WORD_BYTES], size_t n, ct_date today)
{
    char text[2 * WORD_BYTES];
    struct term t = {.n = 0};
    size_t run = 0;
    while (run < n && all_digits(word[run]))
        run++;
    if (run >= 2) {
        join(text, sizeof text, word, run, "");
        number_ranges(&t, text);
        join(text, sizeof text, word, run, " ");
        full_date(&t, text, today);
        query_add(q, &t);
        return run;
    }
    int64_t day;
    int month = run == 1 && n >= 2 ? ct_month_of(word[1]) : 0;
    if (month == 0 || !ct_parse_int(word[0], 1, 31, &day))
        return 0;
    if (n >= 3 && all_digits(word[2])) {
        join(text, sizeof text, word, 3, " ");
        if (full_date(&t, text, today)) {
            query_add(q, &t);
            return 3;
        }
    }
    term_add(&t, "@~%02d-%02d", month, (int)day);
    query_add(q, &t);
    return 2;
}

/* A single letter finds nobody; a character that is a word of its own does. */
static bool too_short(const char *text)
{
    size_t n = 0;
    CT_BUF key = {.max = 0};
    ct_text_fold(&key, text);
    for (const char *p = ct_buf_str(&key), *end = p + key.len; p < end && n < 2;) {
        uint32_t cp;
        p += ct_utf8_next(p, end, &cp);
        if (cp != ' ')
            n += cp >= 0x2E80 ? 2 : 1; /* from here on: CJK, Hangul */
    }
    return n < 2;
}

static void query_read(const char *text, ct_date today, struct query *q)
{
    char word[WORDS_MAX][WORD_BYTES];
    size_t n = 0;
    q->n = 0;
    if (too_short(text))
        return;
    for (const char *p = text; *p != '\0' && n < WORDS_MAX;) {
        p += strspn(p, " \t");
        size_t len = strcspn(p, " \t");
        if (len == 0)
            break;
        CT_BUF w = {.max = 0};
        ct_buf_add(&w, p, len);
        ct_text_copy(word[n++], WORD_BYTES, ct_buf_str(&w));
        p += len;
    }
    for (size_t i = 0; i < n;) {
        size_t taken = group(q, word + i, n - i, today);
        if (taken == 0) {
            if (strpbrk(word[i], "0123456789") != NULL)
                mixed_word(q, word[i], today);
            else
                name_word(q, word[i]);
            taken = 1;
        }
        i += taken;
    }
}

/* ---- asking the store -------------------------------------------------- */

static enum ct_status term_count(struct ct_db *db, struct term *t, struct ct_error *reterr)
{
    t->rows = 0;
    for (size_t i = 0; i < t->n; i++) {
        char hi[sizeof t->lo[0] + 8];
        snprintf(hi, sizeof hi, "%s" KEY_END, t->lo[i]);
        CT_STMT *st = NULL;
        bool row;
        enum ct_status rc = ct_stmt_get(db, &ct_find_sql[CT_SQL_FIND_COUNT], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_text(st, ":lo", t->lo[i]);
        ct_bind_text(st, ":hi", hi);
        ct_bind_i64(st, ":limit", COUNT_LIMIT);
        rc = ct_stmt_step(st, &row, reterr);
        if (rc != CT_OK)
            return rc;
        t->rows += ct_col_i64(st, 0);
    }
    return CT_OK;
}

static enum ct_status patients(struct ct_db *db, double *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_find_sql[CT_SQL_PATIENT_LAST], &st, reterr);
    if (rc == CT_OK)
        rc = ct_stmt_step(st, &row, reterr);
    if (rc == CT_OK)
        *ret = row && !ct_col_null(st, 0) ? (double)ct_col_i64(st, 0) : 1;
    return rc;
}

/* The rarest term first, and the statement that is expected to read the least.
 * Terms are taken to be independent. */
static enum ct_status plan(struct ct_db *db, struct query *q, size_t limit, int *ret_sql,
                           struct ct_error *reterr)
{
    size_t best = 0;
    double all = 1, share = 1, rows = 0;
    enum ct_status rc = patients(db, &all, reterr);
    for (size_t i = 0; rc == CT_OK && i < q->n; i++) {
        rc = term_count(db, &q->term[i], reterr);
        if (q->term[i].rows < q->term[best].rows)
            best = i;
        if ((double)q->term[i].rows < all)
            share *= (double)q->term[i].rows / all;
        rows += (double)q->term[i].rows;
    }
    if (rc != CT_OK)
        return rc;
    struct term t = q->term[0];
    q->term[0] = q->term[best];
    q->term[best] = t;
    double seeks = SEEK_COST * (double)q->term[0].rows * (double)(q->n - 1);
    double walk = SEEK_COST * (double)limit * (double)q->n;
    if (walk < share * rows)
        *ret_sql = CT_SQL_FIND_WALK;
    else
        *ret_sql = seeks < rows ? CT_SQL_FIND : CT_SQL_FIND_SETS;
    return CT_OK;
}

/* What is not asked for is bound too, to NULL: no key is beyond that. */
static void query_bind(struct ct_stmt *st, const struct query *q)
{
    for (size_t t = 0; t < TERMS; t++)
        for (size_t r = 0; r < RANGES; r++) {
            bool used = t < q->n && r < q->term[t].n;
            char name[8], hi[sizeof q->term[0].lo[0] + 8] = "";
            if (used)
                snprintf(hi, sizeof hi, "%s" KEY_END, q->term[t].lo[r]);
            snprintf(name, sizeof name, ":l%zu%zu", t, r);
            ct_bind_text(st, name, used ? q->term[t].lo[r] : NULL);
            snprintf(name, sizeof name, ":h%zu%zu", t, r);
            ct_bind_text(st, name, used ? hi : NULL);
        }
}

void ct_patient_hits_done(struct ct_patient_hits *h)
{
    free(h->hit);
    *h = (struct ct_patient_hits){.n = 0};
}

static enum ct_status hits_room(struct ct_patient_hits *h, size_t limit,
                                struct ct_error *reterr)
{
    *h = (struct ct_patient_hits){.n = 0};
    if (limit == 0)
        return ct_fail(reterr, CT_EINTERNAL, "", "a search for no rows");
    h->hit = calloc(limit, sizeof *h->hit);
    if (h->hit == NULL)
        return ct_fail(reterr, CT_ENOMEM, "", "not enough memory for %zu search hits", limit);
    return CT_OK;
}

static enum ct_status hit_load(struct ct_db *db, const char *sort, int64_t id,
                               struct ct_patient_hit *ret, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_find_sql[CT_SQL_FIND_HIT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":sort", sort);
    ct_bind_i64(st, ":patient_id", id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_EDAMAGED, "", "search key of patient %lld, who is not there",
                       (long long)id);
    struct ct_patient p = {.id = id};
    ct_text_copy(p.family, sizeof p.family, ct_col_text(st, 0));
    ct_text_copy(p.given, sizeof p.given, ct_col_text(st, 1));
    *ret = (struct ct_patient_hit){
        .id = id,
        .born = ct_col_null(st, 3) ? CT_NO_DATE : (ct_date)ct_col_i64(st, 3),
        .born_estimated = ct_col_i64(st, 4) != 0,
        .sex = (enum ct_sex)ct_col_i64(st, 5),
        .namesake = ct_col_i64(st, 7) != 0,
    };
    ct_patient_name(&p, ret->name, sizeof ret->name);
    ct_text_copy(ret->number, sizeof ret->number, ct_col_text(st, 2));
    ct_text_copy(ret->place, sizeof ret->place, ct_col_text(st, 6));
    return CT_OK;
}

/* Append who is not there yet and is not `but`. */
static enum ct_status hit_add(struct ct_db *db, const char *sort, int64_t id, int64_t but,
                              size_t limit, struct ct_patient_hits *h, struct ct_error *reterr)
{
    if (id == but)
        return CT_OK;
    for (size_t i = 0; i < h->n; i++)
        if (h->hit[i].id == id)
            return CT_OK;
    if (h->n == limit) {
        h->more = true;
        return CT_OK;
    }
    enum ct_status rc = hit_load(db, sort, id, &h->hit[h->n], reterr);
    h->n += rc == CT_OK;
    return rc;
}

/* The rows of a statement that gives sort key and id, as hits. */
static enum ct_status hits_take(struct ct_db *db, struct ct_stmt *st, int64_t but,
                                size_t limit, struct ct_patient_hits *h,
                                struct ct_error *reterr)
{
    ct_bind_i64(st, ":limit", (int64_t)(limit - h->n) + 2); /* one more, and `but` */
    for (;;) {
        bool row;
        enum ct_status rc = ct_stmt_step(st, &row, reterr);
        if (rc == CT_OK && row)
            rc = hit_add(db, ct_col_text(st, 0), ct_col_i64(st, 1), but, limit, h, reterr);
        if (rc != CT_OK || !row)
            return rc;
    }
}

static enum ct_status query_run(struct ct_db *db, struct query *q, int64_t but, size_t limit,
                                struct ct_patient_hits *h, struct ct_error *reterr)
{
    if (q->n == 0)
        return CT_OK;
    int sql = CT_SQL_FIND;
    enum ct_status rc = plan(db, q, limit, &sql, reterr);
    if (rc != CT_OK)
        return rc;
    CT_STMT *st = NULL;
    rc = ct_stmt_get(db, &ct_find_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    query_bind(st, q);
    return hits_take(db, st, but, limit, h, reterr);
}

/* Who it is has to be told apart; where a restricted one lies does not. */
static enum ct_status hits_mask(struct ct_app *app, struct ct_patient_hits *h,
                                struct ct_error *reterr)
{
    for (size_t i = 0; i < h->n; i++) {
        enum ct_status rc =
            ct_access_hidden(app, h->hit[i].id, &h->hit[i].restricted, reterr);
        if (rc != CT_OK)
            return rc;
        if (h->hit[i].restricted)
            memset(h->hit[i].place, 0, sizeof h->hit[i].place);
    }
    return CT_OK;
}

enum ct_status ct_patient_find(struct ct_app *app, const char *text, size_t limit,
                               struct ct_patient_hits *ret, struct ct_error *reterr)
{
    *ret = (struct ct_patient_hits){.n = 0};
    enum ct_status rc = ct_require(app, CT_PERM_PATIENT_READ, reterr);
    if (rc == CT_OK)
        rc = hits_room(ret, limit, reterr);
    if (rc != CT_OK)
        return rc;
    struct query q;
    query_read(text, ct_date_at(ct_app_now(app)), &q);
    rc = query_run(ct_app_db(app), &q, 0, limit, ret, reterr);
    if (rc == CT_OK)
        rc = hits_mask(app, ret, reterr);
    if (rc != CT_OK)
        ct_patient_hits_done(ret);
    return rc;
}

/* ---- who this may already be ------------------------------------------- */

static enum ct_status exact(struct ct_db *db, const char *token, int64_t but, size_t limit,
                            struct ct_patient_hits *h, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_find_sql[CT_SQL_FIND_EXACT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_text(st, ":token", token);
    return hits_take(db, st, but, limit, h, reterr);
}

/* Born the same day, and a word of the name begins like one of these. */
static void like_query(const struct ct_patient *p, const char *sort, struct query *q)
{
    char iso[16];
    q->n = 0;
    struct term born = {.n = 0}, name = {.n = 0};
    ct_date_iso(p->born, iso);
    term_add(&born, "@%s", iso);
    query_add(q, &born);
    while (*sort != '\0') {
        size_t n = strcspn(sort, " \t"), keep = 0;
        const char *end = sort + n;
        for (int i = 0; i < 3 && keep < n; i++) {
            uint32_t cp;
            keep += ct_utf8_next(sort + keep, end, &cp);
        }
        if (keep > 0)
            term_add(&name, "%.*s", (int)keep, sort);
        sort += n + (sort[n] != '\0');
    }
    query_add(q, &name);
}

enum ct_status ct_patient_like(struct ct_app *app, const struct ct_patient *p, size_t limit,
                               struct ct_patient_hits *ret, struct ct_error *reterr)
{
    *ret = (struct ct_patient_hits){.n = 0};
    enum ct_status rc = ct_require(app, CT_PERM_PATIENT_READ, reterr);
    if (rc == CT_OK)
        rc = hits_room(ret, limit, reterr);
    if (rc != CT_OK)
        return rc;
    struct ct_db *db = ct_app_db(app);
    char number[sizeof p->number];
    plain(p->number, number, sizeof number);
    CT_BUF token = {.max = 0};
    if (number[0] != '\0') {
        ct_buf_printf(&token, "#%s", number);
        rc = exact(db, ct_buf_str(&token), p->id, limit, ret, reterr);
    }
    CT_BUF sort = {.max = 0};
    ct_patient_sort_key(&sort, p->family, p->given);
    if (rc == CT_OK && sort.len > 1 && p->born != CT_NO_DATE) {
        struct query q;
        like_query(p, ct_buf_str(&sort), &q);
        if (q.n == 2)
            rc = query_run(db, &q, p->id, limit, ret, reterr);
    }
    if (rc == CT_OK && sort.len > 1) {
        ct_buf_clear(&token);
        ct_buf_printf(&token, "=%s", ct_buf_str(&sort));
        rc = exact(db, ct_buf_str(&token), p->id, limit, ret, reterr);
    }
    if (rc == CT_OK)
        rc = hits_mask(app, ret, reterr);
    if (rc != CT_OK)
        ct_patient_hits_done(ret);
    return rc;
}
