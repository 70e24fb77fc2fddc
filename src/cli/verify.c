/* verify - check the store from its pages to its signatures. */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/text.h"
#include "cli/cli.h"
#include "clinic/patient.h"
#include "clinic/review.h"

struct out {
    json_t *problems; /* NULL: print as text */
    json_t *reviews;  /* what was signed; the same */
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

static void signed_review(const char *sentence, void *arg)
{
    struct out *o = arg;
    CT_BUF clean = {0};
    ct_text_clean(&clean, sentence, -1, false);
    if (o->reviews != NULL)
        json_array_append_new(o->reviews, json_string(ct_buf_str(&clean)));
    else
        printf("SIGNED   %s\n", ct_buf_str(&clean));
}

/* Whatever this very login met (a rolled-back store, a missing witness) it has
 * answered with an exception in the chain: it is told here, or never again. */
static bool at_login(struct ct_app *app, struct out *o)
{
    const char *warning = ct_app_warning(app);
    if (warning[0] == '\0')
        return false;
    problem(warning, o);
    return true;
}

static void as_json(const struct ct_verify_report *r, const struct out *o)
{
    json_t *j = json_pack("{s:b,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:o,s:o}", "ok", r->problems == 0,
                          "pages", (json_int_t)r->pages, "bad_pages", (json_int_t)r->bad_pages,
                          "entries", (json_int_t)r->entries, "rows", (json_int_t)r->rows,
                          "epoch", (json_int_t)r->epoch, "old_pages", (json_int_t)r->old_pages,
                          "signatures", (json_int_t)r->signatures, "witnessed",
                          (json_int_t)r->witnessed, "first_bad_seq",
                          (json_int_t)r->first_bad_seq, "problem_count",
                          (json_int_t)r->problems, "problems", o->problems, "reviews",
                          o->reviews);
    json_dumpf(j, stdout, JSON_INDENT(1));
    putchar('\n');
    json_decref(j);
}

int ct_cli_verify(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    const char *code = NULL, *file = NULL;
    bool bad = false;
    ct_cli_option(&argc, argv, "--code", &code, &bad);
    ct_cli_option(&argc, argv, "--file", &file, &bad);
    if (bad || argc > 1 || (file != NULL && code == NULL))
        return ct_cli_usage("verify takes no argument but --as LOGIN, --json, --code CODE and, "
                            "with a code, --file FILE");
    if (cli->as == NULL)
        return ct_cli_usage("verify needs --as LOGIN: say who you are");
    if (code != NULL)
        return ct_cli_verify_code(cli, code, file);
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    struct out o = {0};
    struct ct_verify_report r = {0};
    if (ct_cli_login(cli, &app, NULL, &err) != CT_OK)
        return ct_cli_error(&err);
    if (cli->json) {
        o.problems = json_array();
        o.reviews = json_array();
    }
    int64_t bad_keys = 0, bad_reviews = 0;
    bool found = at_login(app, &o);
    if (ct_verify(app, problem, &o, &r, &err) != CT_OK ||
        ct_patient_keys_check(app, &bad_keys, &err) != CT_OK ||
        ct_review_verify(app, r.bad_seq, r.n_bad_seq, signed_review, problem, &o, &bad_reviews,
                         &err) != CT_OK) {
        json_decref(o.problems);
        json_decref(o.reviews);
        return ct_cli_error(&err);
    }
    r.problems += found + bad_reviews;
    if (bad_keys > 0) {
        char text[160];
        snprintf(text, sizeof text,
                 "The search keys of %lld patients do not fit their details; amending a "
                 "patient's details makes them anew.",
                 (long long)bad_keys);
        problem(text, &o);
        r.problems++;
    }
    ct_logout(app);
    if (cli->json) {
        as_json(&r, &o);
    } else {
        printf("%u pages, %lld entries of the chain, %lld rows, %lld signatures checked: %s.\n",
               r.pages, (long long)r.entries, (long long)r.rows, (long long)r.signatures,
               r.problems == 0 ? "nothing is wrong" : "see the problems above");
        if (r.first_bad_seq != 0)
            printf("The first entry that is wrong is number %lld.\n", (long long)r.first_bad_seq);
    }
    return r.problems == 0 ? 0 : 1;
}
