/* score - see score.h: the options of all scores. */
#include "cli/score.h"

#include <stdio.h>
#include <string.h>

#include "cli/score_kinds.h"

enum { EXIT_USAGE = 2 };

static const struct ct_cli_table TABLE = {.command = "score", .result = "score"};

static const struct ct_score_command *const COMMAND[] = {&CT_SCORE_NEWS2, &CT_SCORE_PEWS};

static const char STATUS_HELP[] =
    "\n"
    "Exit status: 0 scored, 1 a value is refused or missing (or rows are), 2 usage,\n"
    "65 a table without a usable header, 66 a file that cannot be opened.\n";

/* of: NULL for every score's. */
static int usage(const struct ct_score_command *of, const char *what, const char *arg)
{
    fprintf(stderr, "clintech score: %s%s\n", what, arg);
    for (size_t i = 0; i < CT_LEN(COMMAND); i++)
        if (of == NULL || of == COMMAND[i])
            fputs(COMMAND[i]->usage, stderr);
    return EXIT_USAGE;
}

static int help(const struct ct_score_command *of)
{
    for (size_t i = 0; i < CT_LEN(COMMAND); i++)
        if (of == NULL || of == COMMAND[i])
            printf("%s%s\n%s", of == NULL && i > 0 ? "\n" : "", COMMAND[i]->usage,
                   COMMAND[i]->help);
    fputs(STATUS_HELP, stdout);
    return ct_cli_score_finish(0);
}

int ct_cli_score_report(const struct ct_error *e)
{
    return ct_cli_table_report(&TABLE, e);
}

int ct_cli_score_finish(int status)
{
    return ct_cli_table_finish(&TABLE, status);
}

/* "--on-oxygen" names the column on_oxygen. */
static bool option_is(const char *arg, size_t n, const char *column)
{
    if (n != strlen(column))
        return false;
    for (size_t i = 0; i < n; i++)
        if (arg[i] != (column[i] == '_' ? '-' : column[i]))
            return false;
    return true;
}

/* Where the value of the option `arg` (without its dashes) goes, or NULL. */
static const char **slot(const struct ct_score_command *k, struct ct_score_options *o,
                         const char *arg, size_t n)
{
    if (option_is(arg, n, "csv"))
        return &o->csv;
    for (size_t c = 0; c < k->n_columns; c++)
        if (option_is(arg, n, k->column[c])) {
            o->any_value = true;
            return &o->value[c];
        }
    return NULL;
}

/* 0, or the exit status of a usage error. */
static int parse(const struct ct_score_command *k, int argc, char **argv,
                 struct ct_score_options *o)
{
    for (int i = 2; i < argc; i++) {
        const char *arg = argv[i];
        if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0) {
            o->help = true;
            continue;
        }
        if (strcmp(arg, "--json") == 0) {
            o->json = true;
            continue;
        }
        if (strncmp(arg, "--", 2) != 0)
            return usage(k, "not an option: ", arg);
        size_t n = strcspn(arg + 2, "=");
        const char **to = slot(k, o, arg + 2, n);
        if (to == NULL)
            return usage(k, "no such option: ", arg);
        if (*to != NULL)
            return usage(k, "given twice: ", arg);
        if (arg[2 + n] == '=')
            *to = arg + 2 + n + 1;
        else if (i + 1 < argc)
            *to = argv[++i];
        else
            return usage(k, "a value is wanting after ", arg);
    }
    if (o->help)
        return 0;
    if (o->csv != NULL && (o->any_value || o->json))
        return usage(k, "--csv goes alone", "");
    if (o->csv == NULL && !o->any_value)
        return usage(k, "say what to score", "");
    return 0;
}

int ct_cli_score_table(const char *path,
                       enum ct_status (*run)(const void *arg, const struct ct_score_csv *ends,
                                             struct ct_score_csv_count *count,
                                             struct ct_error *e),
                       const void *arg)
{
    return ct_cli_table(&TABLE, path, run, arg);
}

int ct_cli_score(int argc, char **argv, const struct ct_config *config)
{
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
        return help(NULL);
    const struct ct_score_command *k = NULL;
    for (size_t i = 0; argc >= 2 && i < CT_LEN(COMMAND); i++)
        if (strcmp(argv[1], COMMAND[i]->name) == 0)
            k = COMMAND[i];
    if (k == NULL)
        return usage(NULL, "which score? There are news2 and pews", "");
    struct ct_score_options o = {0};
    int bad = parse(k, argc, argv, &o);
    if (bad != 0)
        return bad;
    return o.help ? help(k) : k->run(&o, config);
}
