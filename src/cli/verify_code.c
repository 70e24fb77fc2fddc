/* verify_code - `clintech verify --code CODE [--file FILE]`: what was printed under a code. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "clinic/printed.h"
#include "vault/hash_file.h"

struct answer {
    struct ct_printed_check c;
    const char *file;  /* NULL: none was named */
    bool same;         /* byte for byte what was given out */
};

static bool good(const struct answer *a)
{
    return a->c.code_fits && a->c.bound && a->c.head_known && (a->file == NULL || a->same);
}

static void hex(const unsigned char *p, size_t n, char *out)
{
    for (size_t i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02x", p[i]);
}

static void as_json(const struct answer *a)
{
    char at[32], content[2 * CT_HASH_LEN + 1];
    const struct ct_printed *p = &a->c.p;
    ct_rfc3339(p->at_ms, at);
    hex(p->content, CT_HASH_LEN, content);
    json_t *o = json_pack("{s:b,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:b,s:b,s:b}", "ok", good(a),
                          "code", p->code, "kind", p->kind, "subject", p->subject, "patient",
                          a->c.patient, "form", CT_PRINT_FORM_NAME[p->form], "place", p->place,
                          "by", p->by, "time", at, "content", content, "code_fits",
                          a->c.code_fits, "record_bound", a->c.bound, "head_known",
                          a->c.head_known);
    if (a->file != NULL)
        json_object_set_new(o, "file_same", json_boolean(a->same));
    json_dumpf(o, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(o);
}

static void line(const char *name, const char *value)
{
    CT_BUF clean = {.max = 4096};
    ct_text_clean(&clean, value, -1, false);
    if (value[0] != '\0')
        printf("%-10s %s\n", name, ct_buf_str(&clean));
}

static void as_text(const struct answer *a)
{
    char at[32], day[16], hour[8], content[2 * CT_HASH_LEN + 1];
    const struct ct_printed *p = &a->c.p;
    ct_date_text(ct_date_at(p->at_ms), day);
    ct_time_text(p->at_ms, hour);
    snprintf(at, sizeof at, "%s %s", day, hour);
    hex(p->content, CT_HASH_LEN, content);
    line("Code", p->code);
    line("Report", p->kind);
    line("Of", p->subject);
    line("Patient", a->c.patient);
    line("Printed by", p->by);
    line("When", at);
    line("As", CT_PRINT_FORM_NAME[p->form]);
    line("To", p->place);
    line("Content", content);
    if (!a->c.code_fits)
        puts("PROBLEM  The code is not that of this content, person and time: the record was "
             "changed.");
    if (!a->c.bound)
        puts("PROBLEM  The record is not what the chain bound when it was printed.");
    if (!a->c.head_known)
        puts("PROBLEM  The chain has no such head: the store was rolled back, or changed.");
    if (a->file != NULL && !a->same)
        puts("PROBLEM  The file is not, byte for byte, what was given out under this code.");
    if (good(a))
        printf("The content hash matches: it fits the code and the chain%s.\n",
               a->file != NULL ? ", and the file is, byte for byte, what was given out" : "");
}

int ct_cli_verify_code(struct ct_cli *cli, const char *code, const char *file)
{
    struct ct_error err;
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    struct answer a = {.file = file};
    unsigned char hash[CT_HASH_LEN];
    int64_t size = 0;
    int status = 0;
    if (file != NULL && ct_hash_file(file, hash, &size, &err) != CT_OK)
        return ct_cli_error(&err);
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    enum ct_status st = ct_printed_find(app, code, &a.c, &err);
    if (st == CT_OK) {
        a.same = file != NULL && memcmp(hash, a.c.p.bytes, CT_HASH_LEN) == 0;
        (cli->json ? as_json : as_text)(&a);
        status = good(&a) ? 0 : 1;
    } else
        status = ct_cli_error(&err);
    ct_logout(app);
    return st == CT_ENOTFOUND ? 1 : status;
}
