/* report - see report.h: the document. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "exchange/report_priv.h"

void ct_report_free(struct ct_report *r)
{
    if (r == NULL)
        return;
    json_decref(r->doc);
    free(r->pack);
    free(r);
}

void ct_report_freep(struct ct_report **r)
{
    ct_report_free(*r);
    *r = NULL;
}

/* What must not be drawn is replaced as on the screen; joiners and line ends stay. */
static void clean(struct ct_buf *out, const char *s, bool lines)
{
    const char *end = s + strlen(s);
    uint32_t cp = 0;
    for (size_t n; (n = ct_utf8_next(s, end, &cp)) > 0; s += n) {
        bool keep = !ct_text_unsafe(cp) || ct_text_joiner(cp) ||
                    (lines && (cp == '\n' || cp == '\f'));
        if (keep && cp != 0xfffd)
            ct_buf_add(out, s, n);
        else
            ct_buf_str_add(out, "\xef\xbf\xbd");
    }
}

static json_t *text_json(const char *s, bool lines)
{
    CT_BUF b = {.max = 8 << 20};
    clean(&b, s, lines);
    return b.bad ? NULL : json_stringn(ct_buf_str(&b), b.len);
}

static void set(struct ct_report *r, json_t *o, const char *name, json_t *value)
{
    if (json_object_set_new(o, name, value) != 0)
        r->bad = true;
}

static void add(struct ct_report *r, json_t *list, json_t *value)
{
    if (json_array_append_new(list, value) != 0)
        r->bad = true;
}

struct ct_report *ct_report_new(const char *kind, const char *title, const char *site)
{
    struct ct_report *r = calloc(1, sizeof *r);
    if (r == NULL || (r->doc = json_object()) == NULL) {
        free(r);
        return NULL;
    }
    ct_text_copy(r->kind, sizeof r->kind, kind);
    set(r, r->doc, "format", json_string("clintech report 1"));
    set(r, r->doc, "kind", text_json(kind, false));
    set(r, r->doc, "title", text_json(title, false));
    set(r, r->doc, "site", text_json(site, false));
    set(r, r->doc, "subject", json_string(""));
    set(r, r->doc, "body", json_array());
    return r;
}

void ct_report_subject(struct ct_report *r, const char *text, const char *ref,
                       int64_t patient_id)
{
    set(r, r->doc, "subject", text_json(text, false));
    ct_text_copy(r->ref, sizeof r->ref, ref);
    r->patient_id = patient_id;
}

int64_t ct_report_patient_of(const struct ct_report *r)
{
    return r->patient_id;
}

void ct_report_is_label(struct ct_report *r, int64_t pack_id, const char *reason)
{
    struct ct_report_pack *more = realloc(r->pack, (r->n_packs + 1) * sizeof *more);
    if (more == NULL) {
        r->bad = true;
        return;
    }
    r->pack = more;
    more[r->n_packs].id = pack_id;
    ct_text_copy(more[r->n_packs++].reason, sizeof more->reason, reason);
}

/* A block of its own: {name: value}. */
static void block(struct ct_report *r, const char *name, json_t *value)
{
    json_t *o = json_object();
    set(r, o, name, value);
    add(r, json_object_get(r->doc, "body"), o);
    r->fields = r->rows = NULL;
}

void ct_report_heading(struct ct_report *r, const char *text)
{
    block(r, "head", text_json(text, false));
}

static char *formatted(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));

static char *formatted(const char *fmt, va_list ap)
{
    char *s = NULL;
    return vasprintf(&s, fmt, ap) < 0 ? NULL : s;
}

void ct_report_para(struct ct_report *r, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = formatted(fmt, ap);
    va_end(ap);
    block(r, "para", s != NULL ? text_json(s, false) : NULL);
    free(s);
}

void ct_report_field(struct ct_report *r, const char *name, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = formatted(fmt, ap);
    va_end(ap);
    if (s != NULL && s[0] == '\0') {
        free(s);
        return;
    }
    json_t *pair = json_array();
    add(r, pair, text_json(name, false));
    add(r, pair, s != NULL ? text_json(s, false) : NULL);
    if (r->fields == NULL) {
        json_t *list = json_array();
        block(r, "fields", list);
        r->fields = list;
    }
    add(r, r->fields, pair);
    free(s);
}

void ct_report_pre(struct ct_report *r, const char *text)
{
    block(r, "pre", text_json(text, true));
}

void ct_report_label(struct ct_report *r, const char *lines)
{
    json_t *list = json_array();
    while (*lines != '\0') {
        size_t n = strcspn(lines, "\n");
        char *line = strndup(lines, n);
        add(r, list, line != NULL ? text_json(line, false) : NULL);
        free(line);
        lines += n + (lines[n] == '\n');
    }
    block(r, "label", list);
}

void ct_report_table(struct ct_report *r, const struct ct_report_col *col, size_t n)
{
    json_t *t = json_object(), *cols = json_array(), *rows = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *c = json_object();
        set(r, c, "name", text_json(col[i].name, false));
        set(r, c, "share", json_integer(col[i].share));
        set(r, c, "right", json_boolean(col[i].right));
        add(r, cols, c);
    }
    set(r, t, "cols", cols);
    set(r, t, "rows", rows);
    block(r, "table", t);
    r->rows = rows;
    r->n_cols = n;
    r->n_tables++;
}

void ct_report_row(struct ct_report *r, int shade, const char *const *cell)
{
    json_t *o = json_object(), *cells = json_array();
    for (size_t i = 0; i < r->n_cols; i++)
        add(r, cells, text_json(cell[i], false));
    set(r, o, "cells", cells);
    set(r, o, "shade", json_integer(shade < 0 ? 0 : shade > 3 ? 3 : shade));
    if (r->rows != NULL)
        add(r, r->rows, o);
    else
        json_decref(o);
}

void ct_report_none(struct ct_report *r, const char *text)
{
    if (r->rows != NULL && json_array_size(r->rows) == 0)
        ct_report_para(r, "%s", text);
}
