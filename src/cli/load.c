/* load - `clintech load record`: the file that a steriliser wrote is kept with its load, and
 * judged by the load's programme. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "cli/table.h"
#include "clinic/load.h"
#include "exchange/cycle_print.h"

#define USAGE "load record LOAD FILE|- [--cycle NUMBER] --as LOGIN"

static const struct ct_cli_table TABLE = {.command = "load", .result = "load"};

/* What was read, and what came of it. */
struct keeping {
    struct ct_load l;
    char number[40];
    const char *name;     /* of the file */
    int64_t cycle;        /* which one was said; CT_UNSET: the load's own */
    struct ct_buf bytes, profile;
    struct ct_load_record rec;
    struct ct_programme *programme; /* the load's */
    struct ct_cycle_typed printed[CT_MEASURES];
    struct ct_load_reading reading;
    char no_curve[400];   /* why it shows nothing; "" it does */
};

static enum ct_status read_all(int fd, struct ct_buf *to, const char *name,
                               struct ct_error *reterr)
{
    char part[64 * 1024];
    size_t n = 1;
    enum ct_status rc = CT_OK;
    while (rc == CT_OK && n > 0 && to->len <= CT_LOAD_RECORD_MAX) {
        rc = ct_cli_table_read(&fd, part, sizeof part, &n, reterr);
        if (rc == CT_OK)
            ct_buf_add(to, part, n);
    }
    if (rc == CT_OK && (to->bad || to->len > CT_LOAD_RECORD_MAX))
        rc = ct_fail(reterr, CT_EINVAL, "record", "%.200s has more than %d bytes.", name,
                     CT_LOAD_RECORD_MAX);
    return rc;
}

/* The one with the number that is looked for; the only one, where it bears none. */
static enum ct_status choose(const struct ct_print *p, struct keeping *k,
                             struct ct_error *reterr)
{
    int64_t wanted = k->cycle != CT_UNSET ? k->cycle : k->l.cycle_number;
    for (size_t i = 0; i < p->n; i++)
        if (wanted != CT_UNSET && p->cycle[i].number == wanted) {
            k->rec.cycle = i;
            return CT_OK;
        }
    if (p->n == 1 && k->cycle == CT_UNSET && (p->cycle[0].number < 0 || wanted == CT_UNSET)) {
        k->rec.cycle = 0;
        return CT_OK;
    }
    if (wanted == CT_UNSET)
        return ct_fail(reterr, CT_EINVAL, "number",
                       "%.200s has %zu cycles, and %s bears no number: say which with --cycle.",
                       k->name, p->n, k->number);
    return ct_fail(reterr, CT_EINVAL, "number", "%.200s has no cycle %lld, which %s is.", k->name,
                   (long long)wanted, k->number);
}

/* By the one profile that knows it; a record that none knows is kept as it is. */
static enum ct_status understand(const struct ct_config *c, struct keeping *k,
                                 struct ct_print **print, struct ct_profile **profile,
                                 struct ct_curve **curve, struct ct_error *reterr)
{
    struct ct_error e;
    const char *bytes = ct_buf_str(&k->bytes);
    enum ct_status rc = ct_print_profile(c, k->name, bytes, k->bytes.len, profile, &e);
    if (rc == CT_OK)
        rc = ct_print_read(*profile, k->name, bytes, k->bytes.len, print, &e);
    if (rc == CT_EFOREIGN) {
        snprintf(k->no_curve, sizeof k->no_curve, "%s", e.text);
        return CT_OK;
    }
    if (rc != CT_OK) {
        *reterr = e;
        return rc;
    }
    rc = choose(*print, k, reterr);
    if (rc != CT_OK)
        return rc;
    const struct ct_print_cycle *x = &(*print)->cycle[k->rec.cycle];
    ct_profile_canonical(*profile, &k->profile);
    k->rec.number = x->number >= 0 ? x->number : CT_UNSET;
    k->rec.state = (int)x->state;
    k->rec.verdict = (int)x->verdict;
    if (ct_print_curve(*print, k->rec.cycle, k->name, curve, &e) != CT_OK)
        snprintf(k->no_curve, sizeof k->no_curve, "%s", e.text);
    k->rec.curve = *curve;
    k->rec.value = k->printed;
    k->rec.n_value =
        ct_print_typed(*print, k->rec.cycle, k->programme, *curve != NULL, k->printed);
    return CT_OK;
}

static enum ct_status keep(struct ct_app *app, const char *number, struct keeping *k,
                           struct ct_error *reterr)
{
    CT_PRINT *print = NULL;
    CT_PROFILE *profile = NULL;
    CT_CURVE *curve = NULL;
    enum ct_status rc = ct_load_find(app, number, &k->l, reterr);
    if (rc != CT_OK)
        return rc;
    ct_load_number(app, k->l.id, k->number);
    k->rec = (struct ct_load_record){.load_id = k->l.id, .name = k->name, .number = CT_UNSET,
                                     .state = CT_PRINT_NOT_STATED};
    rc = ct_load_programme(app, k->l.id, &k->programme, reterr);
    if (rc == CT_OK)
        rc = understand(ct_app_config(app), k, &print, &profile, &curve, reterr);
    if (rc != CT_OK)
        return rc;
    k->rec.profile = ct_buf_str(&k->profile);
    k->rec.bytes = ct_buf_str(&k->bytes);
    k->rec.n = k->bytes.len;
    rc = ct_load_keep(app, &k->rec, &k->reading, reterr);
    k->rec.curve = NULL; /* it ends here */
    return rc;
}

static int said(const struct keeping *k)
{
    printf("%s: kept, %zu bytes", k->number, k->bytes.len);
    if (k->profile.len == 0)
        printf("; no import profile knows it");
    else
        printf("; %s%s%s", CT_PRINT_STATE_NAME[k->rec.state],
               k->rec.verdict != CT_PRINT_NONE ? ", by the machine " : "",
               k->rec.verdict != CT_PRINT_NONE ? CT_PRINT_VERDICT_NAME[k->rec.verdict] : "");
    printf("\n");
    if (k->reading.id == 0) {
        CT_BUF why = {.max = 1000};
        ct_text_clean(&why, k->no_curve, -1, false);
        printf("It shows nothing to judge: %s\n", ct_buf_str(&why));
        return CT_EXIT_WANTING;
    }
    printf("%s%s: %s\n", CT_CYCLE_VERDICT_NAME[k->reading.verdict],
           k->reading.unmeasured > 0 ? ", and not every limit was measured" : "",
           k->reading.text);
    return k->reading.verdict == CT_CYCLE_PASS ? 0 : CT_EXIT_WANTING;
}

/* The name alone: where a file lay is nothing for the record. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strcmp(path, "-") == 0 ? "standard input" : slash != NULL ? slash + 1 : path;
}

static int record(struct ct_cli *cli, const char *number, const char *path, int64_t cycle)
{
    struct ct_error err;
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    struct keeping *k = calloc(1, sizeof *k);
    int status = 0;
    if (k == NULL) {
        (void)ct_fail(&err, CT_ENOMEM, "", "There is no memory for the record.");
        return ct_cli_error(&err);
    }
    k->cycle = cycle;
    k->name = base_name(path);
    k->bytes.max = CT_LOAD_RECORD_MAX + 128 * 1024;
    k->profile.max = 64 * 1024;
    int fd = ct_cli_table_open(&TABLE, path);
    if (fd < 0) {
        free(k);
        return CT_EXIT_NO_INPUT;
    }
    enum ct_status rc = read_all(fd, &k->bytes, k->name, &err);
    if (fd != STDIN_FILENO)
        close(fd);
    if (rc == CT_OK)
        rc = ct_cli_login(cli, &app, NULL, &err);
    if (rc == CT_OK) {
        rc = keep(app, number, k, &err);
        ct_logout(app);
    }
    status = rc == CT_OK ? said(k) : ct_cli_error(&err);
    ct_programme_free(k->programme);
    ct_buf_done(&k->bytes);
    ct_buf_done(&k->profile);
    free(k);
    return status;
}

int ct_cli_load(struct ct_cli *cli, int argc, char **argv)
{
    const char *cycle = NULL;
    int64_t number = CT_UNSET;
    bool bad = false;
    ct_cli_option(&argc, argv, "--cycle", &cycle, &bad);
    if (bad || argc != 4 || strcmp(argv[1], "record") != 0 ||
        (cycle != NULL && !ct_parse_int(cycle, 0, INT64_MAX - 1, &number)))
        return ct_cli_usage(USAGE);
    if (cli->as == NULL)
        return ct_cli_usage("load needs --as LOGIN: say who you are");
    return record(cli, argv[2], argv[3], number);
}
