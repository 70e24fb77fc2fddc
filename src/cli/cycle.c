/* cycle - the subcommand `clintech cycle`: what a recorded curve comes to, and what a
 * machine's print says. Needs no store. */
#include "cli/cycle.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/data_file.h"
#include "clinic/conformity.h"

enum { MICRO = 1000000 };

static const char HELP[] =
    "usage: clintech cycle check --csv FILE|-     what a recorded curve comes to\n"
    "           [--programme NAME]      a verdict by that programme\n"
    "           [--time COLUMN]         else the column whose name says so\n"
    "           [--temp COLUMN]...      else all whose names say so; degC\n"
    "           [--pressure COLUMN]     else none\n"
    "           [--pressure-unit UNIT]  bar, kPa, mbar, MPa, psi, mmHg, and absolute or\n"
    "                                   gauge, as \"bar gauge\"; else as its name says\n"
    "           [--air KPA]             of the air, for gauge pressures; else 101.325\n"
    "           [--from T] [--to T]     only between them; as in the column of times\n"
    "           [--tref C] [--z K]      of F0; else 121.1 degC and 10 K\n"
    "           [--low C] [--high C]    the band of the holding time without a programme;\n"
    "                                   else 3 K below the highest\n"
    "           [--gap S]               an interval that is longer is a gap\n"
    "       clintech cycle print FILE|- [--profile NAME] [--programme NAME]\n"
    "                                   what a machine's record says, cycle by cycle\n"
    "       clintech cycle profile list|show NAME [--ini]|check FILE...\n"
    "                                   how records are read; as clintech checklist\n"
    "\n"
    "All take --json. Times: seconds, Unix time, ISO date and time, hours:minutes:seconds.\n"
    "F0 in minutes, A0 in seconds (80 degC, 10 K, above 65 degC).\n"
    "Exit status: 0 done, and the verdict, if any, is pass; 1 another verdict, or a value\n"
    "is refused; 2 usage; 65 a table or print that is not understood; 66 a file that\n"
    "cannot be opened.\n";

const struct ct_cli_table CT_CLI_CYCLE = {.command = "cycle", .result = "verdict"};

static int usage(const char *what)
{
    fprintf(stderr, "clintech cycle: %s\n%s", what, HELP);
    return CT_EXIT_USAGE;
}

/* ---- options ------------------------------------------------------------------------- */

struct options {
    const char *csv, *programme, *unit;
    struct ct_cycle_csv in;
    struct ct_cli_cycle job;
};

/* A number of that option, in millionths; false: it is none. */
static bool number(int *argc, char **argv, const char *name, int64_t low, int64_t high,
                   int64_t *ret, bool *bad)
{
    const char *s;
    if (!ct_cli_option(argc, argv, name, &s, bad))
        return true;
    return *s != '\0' &&
           ct_cycle_number(s, strlen(s), 6, INT64_C(1000000000000), ret) == NULL &&
           *ret >= low && *ret <= high;
}

static bool parse_unit(struct options *o)
{
    const char *s = o->unit + strspn(o->unit, " ");
    size_t n = strcspn(s, " ");
    if (!ct_pressure_unit(s, n, &o->in.unit))
        return false;
    o->in.unit_given = true;
    o->in.basis = CT_P_NOT_STATED;
    s += n;
    s += strspn(s, " ");
    return *s == '\0' || ct_pressure_basis(s, strlen(s), &o->in.basis);
}

/* NULL, or what is wrong. */
static const char *parse_numbers(int *argc, char **argv, struct options *o, bool *bad)
{
    int64_t tref = INT64_C(121100000), z = 10 * MICRO, air = 0, gap = 0;
    o->job.low = o->job.high = CT_UNSET;
    if (!number(argc, argv, "--tref", CT_CURVE_TEMP_MIN, CT_CURVE_TEMP_MAX, &tref, bad))
        return "--tref is a temperature in degC, from -100 to 600";
    if (!number(argc, argv, "--z", MICRO, 100 * MICRO, &z, bad))
        return "--z is a difference in K, from 1 to 100";
    if (!number(argc, argv, "--air", 10 * MICRO, 200 * MICRO, &air, bad))
        return "--air is a pressure in kPa, from 10 to 200";
    if (!number(argc, argv, "--gap", 1000, INT64_C(1000000000000), &gap, bad))
        return "--gap is a time in seconds";
    if (!number(argc, argv, "--low", CT_CURVE_TEMP_MIN, CT_CURVE_TEMP_MAX, &o->job.low, bad) ||
        !number(argc, argv, "--high", CT_CURVE_TEMP_MIN, CT_CURVE_TEMP_MAX, &o->job.high, bad))
        return "--low and --high are temperatures in degC";
    if (o->job.low != CT_UNSET && o->job.high != CT_UNSET && o->job.low > o->job.high)
        return "--low is above --high";
    o->job.f = (struct ct_lethality){(double)tref / MICRO, (double)z / MICRO, -INFINITY};
    o->job.air_kpa = air > 0 ? (double)air / MICRO : CT_ATMOSPHERE_KPA;
    o->in.gap_ms = gap / 1000;
    return NULL;
}

static const char *parse(int *argc, char **argv, struct options *o)
{
    bool bad = false;
    (void)ct_cli_option(argc, argv, "--csv", &o->csv, &bad);
    (void)ct_cli_option(argc, argv, "--programme", &o->programme, &bad);
    (void)ct_cli_option(argc, argv, "--time", &o->in.time, &bad);
    (void)ct_cli_option(argc, argv, "--pressure", &o->in.pressure, &bad);
    (void)ct_cli_option(argc, argv, "--pressure-unit", &o->unit, &bad);
    (void)ct_cli_option(argc, argv, "--from", &o->in.from, &bad);
    (void)ct_cli_option(argc, argv, "--to", &o->in.to, &bad);
    const char *temp;
    while (ct_cli_option(argc, argv, "--temp", &temp, &bad)) {
        if (o->in.n_temps == CT_CURVE_TEMPS_MAX)
            return "more temperatures than a curve can have";
        o->in.temp[o->in.n_temps++] = temp;
    }
    const char *wrong = parse_numbers(argc, argv, o, &bad);
    if (bad)
        return "an option lacks its value";
    if (wrong != NULL)
        return wrong;
    if (o->unit != NULL && o->in.pressure == NULL)
        return "--pressure-unit is of --pressure COLUMN";
    if (o->unit != NULL && !parse_unit(o))
        return "--pressure-unit is kPa, bar, mbar, MPa, psi or mmHg, and absolute or gauge "
               "behind it";
    if (o->programme != NULL && (o->job.low != CT_UNSET || o->job.high != CT_UNSET))
        return "--low and --high are the programme's, if there is one";
    for (int i = 1; i < *argc && strcmp(argv[i], "--") != 0; i++)
        if (argv[i][0] == '-' && argv[i][1] != '\0')
            return "there is no such option";
    return NULL;
}

/* ---- check ----------------------------------------------------------------------------- */

/* A sentence for people, and the object that a program waits for. */
static int refused(bool json, const char *file, const struct ct_error *e)
{
    int status = ct_cli_table_report(&CT_CLI_CYCLE, e);
    if (!json)
        return status;
    json_t *j = json_object();
    json_object_set_new(j, "ok", json_false());
    json_object_set_new(j, "file", ct_cli_json_text(file));
    json_object_set_new(j, "error", ct_cli_json_text(e->text));
    if (e->field[0] != '\0')
        json_object_set_new(j, "column", ct_cli_json_text(e->field));
    ct_cli_json_print(j);
    return status;
}

/* A band that was asked for and is never reached, or a programme's: there is no holding
 * time, and that is said as an error is. */
static void say_no_hold(const struct ct_cli_cycle *job, const struct ct_curve *c,
                        const struct ct_cycle *judged)
{
    struct ct_error e;
    for (size_t t = 0; t < c->n_temps; t++) {
        const struct ct_programme *p = job->programme;
        struct ct_hold h;
        struct ct_curve_range range;
        char top[CT_DECIMAL_SIZE];
        if (p != NULL
                ? !p->has[CT_M_TEMPERATURE] || p->limit[CT_M_TEMPERATURE].low.is != CT_BOUND_SET
                : job->low == CT_UNSET && job->high == CT_UNSET)
            return;
        if (p != NULL)
            h = judged->hold[t];
        else
            ct_curve_hold(c, t, job->low, job->high, &h);
        if (h.any)
            continue;
        ct_curve_range(c, t, &range);
        ct_decimal_text(range.max, CT_CAL_PLACES, top);
        (void)ct_curve_fail(c, c->line[range.max_at], c->temp_name[t], &e,
                            "there is no holding time: it was never within the band; the "
                            "highest, %s degC, is in this line",
                            top);
        (void)ct_cli_table_report(&CT_CLI_CYCLE, &e);
    }
}

static int report(const struct options *o, const struct ct_curve *c, enum ct_cycle_time time,
                  bool json)
{
    static struct ct_cycle judged;
    struct ct_error e;
    CT_BUF text = {.max = 1024 * 1024};
    bool wanting = false;
    const struct ct_cycle_in in = {
        .programme = o->job.programme, .curve = c, .f0 = o->job.f, .air_kpa = o->job.air_kpa};
    if (o->job.programme != NULL && ct_cycle_judge(&in, &judged, &e) != CT_OK)
        return refused(json, o->csv, &e);
    const struct ct_cycle *verdict = o->job.programme != NULL ? &judged : NULL;
    say_no_hold(&o->job, c, verdict);
    if (json) {
        json_t *j = ct_cli_cycle_json(&o->job, c, time, verdict, &wanting);
        json_object_set_new(j, "file", ct_cli_json_text(o->csv));
        ct_cli_json_print(j);
    } else {
        ct_cli_cycle_text(&o->job, c, time, verdict, &text, &wanting);
        fputs(ct_buf_str(&text), stdout);
    }
    return wanting ? CT_EXIT_WANTING : 0;
}

static int check(struct ct_cli *cli, struct options *o)
{
    CT_PROGRAMME *p = NULL;
    CT_CURVE *c = NULL;
    struct ct_error e;
    enum ct_cycle_time time = CT_TIME_SECONDS;
    if (o->programme != NULL && ct_programme_load(&cli->config, o->programme, &p, &e) != CT_OK)
        return refused(cli->json, o->csv, &e);
    int fd = ct_cli_table_open(&CT_CLI_CYCLE, o->csv);
    if (fd < 0)
        return CT_EXIT_NO_INPUT;
    o->in.name = strcmp(o->csv, "-") == 0 ? "standard input" : o->csv;
    o->in.read = ct_cli_table_read;
    o->in.read_arg = &fd;
    o->job.programme = p;
    enum ct_status st = ct_cycle_csv_read(&o->in, &c, &time, &e);
    if (fd != STDIN_FILENO)
        close(fd);
    int status = st == CT_OK ? report(o, c, time, cli->json) : refused(cli->json, o->csv, &e);
    return ct_cli_table_finish(&CT_CLI_CYCLE, status);
}

int ct_cli_cycle(struct ct_cli *cli, int argc, char **argv)
{
    static struct options o;
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "print") == 0)
        return ct_cli_cycle_print(cli, argc - 1, argv + 1, usage);
    if (strcmp(what, "profile") == 0)
        return ct_cli_cycle_profile(cli, argc - 1, argv + 1, usage);
    if (strcmp(what, "check") != 0)
        return usage("what is to be done? There is check, print and profile");
    const char *wrong = parse(&argc, argv, &o);
    if (wrong != NULL)
        return usage(wrong);
    if (argc != 2 || o.csv == NULL)
        return usage("which table is to be checked? --csv FILE, or - for standard input");
    return check(cli, &o);
}
