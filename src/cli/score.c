/* score - see score.h. */
#include "cli/score.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exchange/news2_csv.h"

enum { EXIT_WANTING = 1, EXIT_USAGE = 2, EXIT_NO_INPUT = 66, EXIT_IO = 74 };

static const char USAGE[] =
    "usage: clintech score news2 --resp N --spo2 N [--scale 1|2] --on-oxygen 0|1\n"
    "                            --sbp N --pulse N --acvpu A|C|V|P|U --temp N.N [--json]\n"
    "       clintech score news2 --csv FILE|-\n";

static const char HELP[] =
    "\n"
    "Scores one set of observations, or every row of a CSV table, by NEWS2 (Royal\n"
    "College of Physicians, 2017; adults of 16 and over, not in pregnancy).\n"
    "\n"
    "  --resp N        breaths a minute\n"
    "  --spo2 N        oxygen saturation, per cent\n"
    "  --scale 1|2     SpO2 scale; 1 unless given. 2 only where prescribed\n"
    "  --on-oxygen V   0 1, no yes, air oxygen\n"
    "  --sbp N         systolic blood pressure, mmHg\n"
    "  --pulse N       a minute\n"
    "  --acvpu L       A alert, C new confusion, V voice, P pain, U unresponsive\n"
    "  --temp N.N      degrees Celsius\n"
    "  --json          print JSON\n"
    "  --csv FILE|-    columns resp,spo2,scale,on_oxygen,sbp,pulse,acvpu,temp by name,\n"
    "                  in any order; all columns are passed through, and total,single3,\n"
    "                  band,frequency_min,error added. Without a column scale all rows\n"
    "                  are scale 1.\n"
    "\n"
    "Exit status: 0 scored, 1 a value is refused or missing (or rows are), 2 usage,\n"
    "65 a table without a usable header, 66 a file that cannot be opened.\n";

struct options {
    const char *value[CT_NCS]; /* NULL: not given */
    const char *csv;
    bool json, help, any_value;
};

static int usage(const char *what, const char *arg)
{
    fprintf(stderr, "clintech score: %s%s\n%s", what, arg, USAGE);
    return EXIT_USAGE;
}

static int report(const struct ct_error *e)
{
    fprintf(stderr, "clintech score: %s\n", e->text);
    return ct_status_exit(e->status);
}

static int finish_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "clintech score: cannot write the result: %s\n", strerror(errno));
    return EXIT_IO;
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
static const char **slot(struct options *o, const char *arg, size_t n)
{
    if (option_is(arg, n, "csv"))
        return &o->csv;
    for (size_t c = 0; c < CT_NCS; c++)
        if (option_is(arg, n, CT_NEWS2_COLUMN[c])) {
            o->any_value = true;
            return &o->value[c];
        }
    return NULL;
}

/* 0, or the exit status of a usage error. */
static int parse(int argc, char **argv, struct options *o)
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
            return usage("not an option: ", arg);
        size_t n = strcspn(arg + 2, "=");
        const char **to = slot(o, arg + 2, n);
        if (to == NULL)
            return usage("no such option: ", arg);
        if (*to != NULL)
            return usage("given twice: ", arg);
        if (arg[2 + n] == '=')
            *to = arg + 2 + n + 1;
        else if (i + 1 < argc)
            *to = argv[++i];
        else
            return usage("a value is wanting after ", arg);
    }
    if (o->help)
        return 0;
    if (o->csv != NULL && (o->any_value || o->json))
        return usage("--csv goes alone", "");
    if (o->csv == NULL && !o->any_value)
        return usage("say what to score", "");
    return 0;
}

/* ---- one set ------------------------------------------------------------ */

static const enum ct_news2_column COLUMN_OF[CT_N_INPUTS] = {
    [CT_N_RESP] = CT_NC_RESP,    [CT_N_SPO2] = CT_NC_SPO2,   [CT_N_O2] = CT_NC_ON_OXYGEN,
    [CT_N_SBP] = CT_NC_SBP,      [CT_N_PULSE] = CT_NC_PULSE, [CT_N_ACVPU] = CT_NC_ACVPU,
    [CT_N_TEMP] = CT_NC_TEMP,
};

static void print_json(const struct ct_news2 *t, const struct ct_news2_set *set,
                       const struct ct_news2_result *r)
{
    json_t *parts = json_object(), *missing = json_array();
    for (size_t i = 0; i < CT_N_INPUTS; i++) {
        const char *name = CT_NEWS2_COLUMN[COLUMN_OF[i]];
        json_object_set_new(parts, name,
                            r->part[i] < 0 ? json_null() : json_integer(r->part[i]));
        if (r->missing & 1u << i)
            json_array_append_new(missing, json_string(name));
    }
    json_t *j = json_pack("{s:s, s:s, s:i, s:b}", "score", "NEWS2", "version",
                          ct_news2_version(t), "scale", set->scale, "complete", r->complete);
    json_object_set_new(j, "total", r->complete ? json_integer(r->total) : json_null());
    json_object_set_new(j, "at_least", json_integer(r->total));
    json_object_set_new(j, "single3", json_boolean(r->single3));
    json_object_set_new(j, "band",
                        r->complete ? json_string(ct_band_name(r->band)) : json_null());
    json_object_set_new(j, "frequency_min",
                        r->complete ? json_integer(r->frequency_min) : json_null());
    json_object_set_new(j, "parts", parts);
    json_object_set_new(j, "missing", missing);
    json_object_set_new(j, "response", json_string(ct_news2_response(t, r)));
    json_dumpf(j, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(j);
}

static void print_frequency(const struct ct_news2 *t, const struct ct_news2_result *r)
{
    int longest = ct_news2_longest_min(t, r);
    if (r->frequency_min == 0)
        printf("Monitor continuously.\n");
    else if (longest > r->frequency_min)
        printf("Next set within %d min (the chart allows up to %d).\n", r->frequency_min,
               longest);
    else
        printf("Next set within %d min.\n", r->frequency_min);
}

static void print_text(const struct options *o, const struct ct_news2 *t,
                       const struct ct_news2_set *set, const struct ct_news2_result *r)
{
    printf("NEWS2 %d  %s%s   (SpO2 scale %d, table %s)\n", r->total, ct_band_name(r->band),
           r->single3 ? ", a single 3" : "", set->scale, ct_news2_version(t));
    for (size_t i = 0; i < CT_N_INPUTS; i++) {
        enum ct_news2_column c = COLUMN_OF[i];
        printf("  %-10s %6s  %d\n", CT_NEWS2_COLUMN[c], o->value[c], r->part[i]);
    }
    print_frequency(t, r);
    printf("%s\n", ct_news2_response(t, r));
}

static int score_one(const struct options *o, const struct ct_news2 *t,
                     const struct ct_limits *l)
{
    struct ct_news2_set set;
    struct ct_error e;
    int bad = 0;
    ct_news2_set_init(&set);
    for (unsigned c = 0; c < CT_NCS; c++) {
        const char *s = o->value[c];
        if (s == NULL ||
            ct_news2_cell(l, (enum ct_news2_column)c, s, strlen(s), &set, &e) == CT_OK)
            continue;
        fprintf(stderr, "clintech score: %s: %s\n", CT_NEWS2_COLUMN[c], e.text);
        bad++;
    }
    if (bad == 0 && set.scale == 0 && o->value[CT_NC_SCALE] != NULL) {
        fprintf(stderr, "clintech score: scale is empty; it is 1 or 2\n");
        bad++;
    }
    if (bad > 0)
        return EXIT_WANTING;
    if (set.scale == 0)
        set.scale = 1;
    struct ct_news2_result r;
    if (ct_news2_score(t, &set, &r, &e) != CT_OK)
        return report(&e);
    if (o->json)
        print_json(t, &set, &r);
    else if (r.complete)
        print_text(o, t, &set, &r);
    if (r.complete)
        return finish_output(0);
    char missing[160];
    ct_news2_missing_text(&r, missing, sizeof missing);
    fprintf(stderr, "clintech score: undefined, %s missing; what is there scores %d\n",
            missing, r.total);
    return finish_output(EXIT_WANTING);
}

/* ---- a table ------------------------------------------------------------- */

static enum ct_status read_fd(void *arg, char *buf, size_t cap, size_t *ret_n,
                              struct ct_error *reterr)
{
    const int *fd = arg;
    ssize_t n;
    do
        n = read(*fd, buf, cap);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return ct_fail(reterr, CT_EIO, NULL, "cannot read the table: %s", strerror(errno));
    *ret_n = (size_t)n;
    return CT_OK;
}

static enum ct_status write_stdout(void *arg, const char *data, size_t n,
                                   struct ct_error *reterr)
{
    (void)arg;
    if (fwrite(data, 1, n, stdout) == n)
        return CT_OK;
    return ct_fail(reterr, CT_EIO, NULL, "cannot write the result: %s", strerror(errno));
}

/* The descriptor, or -1 with errno. */
static int open_table(const char *path)
{
    if (strcmp(path, "-") == 0)
        return STDIN_FILENO;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        close(fd);
        errno = EISDIR;
        return -1;
    }
    return fd;
}

static int score_table(const char *path, const struct ct_news2 *t, const struct ct_limits *l)
{
    int fd = open_table(path);
    if (fd < 0) {
        fprintf(stderr, "clintech score: cannot open %s: %s\n", path, strerror(errno));
        return EXIT_NO_INPUT;
    }
    struct ct_news2_csv job = {
        .table = t, .limits = l, .read = read_fd, .read_arg = &fd, .write = write_stdout,
    };
    struct ct_score_csv_count count;
    struct ct_error e;
    enum ct_status st = ct_news2_csv_run(&job, &count, &e);
    if (fd != STDIN_FILENO)
        close(fd);
    int status = finish_output(st == CT_OK ? 0 : report(&e));
    if (count.refused > 0)
        fprintf(stderr,
                "clintech score: %" PRIu64 " of %" PRIu64
                " rows have no score; the column error says why\n",
                count.refused, count.rows);
    return status == 0 && count.refused > 0 ? EXIT_WANTING : status;
}

int ct_cli_score(int argc, char **argv, const struct ct_config *config)
{
    struct options o = {0};
    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        o.help = true;
    } else {
        if (argc < 2 || strcmp(argv[1], "news2") != 0)
            return usage("which score? There is news2", "");
        int bad = parse(argc, argv, &o);
        if (bad != 0)
            return bad;
    }
    if (o.help) {
        printf("%s%s", USAGE, HELP);
        return finish_output(0);
    }
    struct ct_news2 *t = NULL;
    struct ct_limits l;
    struct ct_error e;
    enum ct_status st = ct_news2_load(config, &t, &e);
    if (st == CT_OK)
        st = ct_limits_load(config, &l, &e);
    int status;
    if (st != CT_OK)
        status = report(&e);
    else if (o.csv != NULL)
        status = score_table(o.csv, t, &l);
    else
        status = score_one(&o, t, &l);
    ct_news2_free(t);
    return status;
}
