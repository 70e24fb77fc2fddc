/* verify - check the store from its pages to its signatures. */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/text.h"
#include "cli/cli.h"
#include "clinic/patient.h"

struct out {
    json_t *problems; /* NULL: print as text */
};

static void problem(const char *sentence, void *arg)
{
    struct out *o = arg;
    CT_BUF clean = {0};
    ct_text_clean(&clean, sentence, -1, false);
    if (o->problems != NULL)
        json_array_append_new(o->problems, json_string(ct_buf_str(&clean)));
    else
        printf("PROBLEM  %s\n", ct_buf_str(&clean));
}

/* Derived, so no entry binds them; but a patient whom nobody finds is registered a
 * second time. */
static enum ct_status search_keys(struct ct_app *app, struct out *o,
                                  struct ct_verify_report *r, struct ct_error *reterr)
{
    int64_t bad = 0;
    char text[120];
    enum ct_status st = ct_patient_keys_check(app, &bad, reterr);
    if (st != CT_OK || bad == 0)
        return st;
    snprintf(text, sizeof text,
             "The search keys of %lld patients are not those of their details.", (long long)bad);
    r->problems++;
    problem(text, o);
    return CT_OK;
}

static void as_json(const struct ct_verify_report *r, json_t *problems)
{
    json_t *j = json_pack("{s:b,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o}", "ok", r->problems == 0,
                          "pages", (json_int_t)r->pages, "bad_pages", (json_int_t)r->bad_pages,
                          "entries", (json_int_t)r->entries, "rows", (json_int_t)r->rows,
                          "signatures", (json_int_t)r->signatures, "first_bad_seq",
                          (json_int_t)r->first_bad_seq, "problem_count",
                          (json_int_t)r->problems, "problems", problems);
    json_dumpf(j, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(j);
}

int ct_cli_verify(struct ct_cli *cli, int argc, char **argv)
{
    (void)argv;
    struct ct_error err;
    if (argc > 1)
        return ct_cli_usage("verify takes no argument but --as LOGIN and --json");
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    struct out o = {0};
    struct ct_verify_report r = {0};
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    if (cli->json)
        o.problems = json_array();
    if (ct_verify(app, problem, &o, &r, &err) != CT_OK ||
        search_keys(app, &o, &r, &err) != CT_OK) {
        json_decref(o.problems);
        return ct_cli_error(&err);
    }
    ct_logout(app);
    if (cli->json) {
        as_json(&r, o.problems);
    } else {
        printf("%u pages, %lld entries of the chain, %lld rows, %lld signatures checked: %s.\n",
               r.pages, (long long)r.entries, (long long)r.rows, (long long)r.signatures,
               r.problems == 0 ? "nothing is wrong" : "see the problems above");
        if (r.first_bad_seq != 0)
            printf("The first entry that is wrong is number %lld.\n", (long long)r.first_bad_seq);
    }
    return r.problems == 0 ? 0 : 1;
}
