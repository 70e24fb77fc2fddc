/* main - the program's first lines, its options, and the way to a subcommand. */
#include <locale.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "ui/tk/term.h"

/* 1 MiB, locked; SQLite turns its pages over within it rather than take more. Four
 * times as much made no list or search of a year's clinic of 20,000 patients faster
 * beyond the noise, and each session 3 MiB larger. */
enum { CACHE_PAGES = 256 };

extern char **environ;

static const char HELP[] =
    "clintech - workstation for clinical technicians\n"
    "\n"
    "  clintech                          open the workstation\n"
    "  clintech init                     create a clinic's store\n"
    "  clintech demo                     create a demo clinic of invented people\n"
    "  clintech user add|disable|reset|list\n"
    "  clintech recover LOGIN            the recovery code lets an administrator in again\n"
    "  clintech recovery-code            a new recovery code in place of the older one\n"
    "  clintech rekey                    the whole store under a new key, while others work\n"
    "  clintech verify [--json]          check the store from its pages to its signatures\n"
    "  clintech verify --code CODE       what was printed under a code, by whom, when\n"
    "  clintech report KIND ...          a report: to read, --csv, --json, --pdf FILE\n"
    "  clintech backup FILE              store and keyring into one file, while others work\n"
    "  clintech restore FILE             from such a file into an empty directory\n"
    "  clintech vitals export            a patient's observations, to standard output\n"
    "  clintech access                   who looked at a record, or what somebody looked at\n"
    "  clintech worklist import|list     procedures from a table; those of a day\n"
    "  clintech equipment list|due|import   the registry; what is due; devices from a table\n"
    "  clintech equipment impact ASSET   what a device measured since its last good result\n"
    "  clintech figures [NAME]           figures over weeks: sets on time, escalations ...\n"
    "  clintech recall list|show N|ask   recalls; where the packs of a load, a pack, a\n"
    "                                    machine or a period went\n"
    "  clintech training matrix|expiring   competencies of people; what runs out\n"
    "  clintech score news2|pews ...     score one set, or a table of sets\n"
    "  clintech scan CODE                what a scanned code says\n"
    "  clintech checklist check FILE...  check a template; also: list, show\n"
    "  clintech calibrate check ...      verdicts for a table of readings; also: template\n"
    "  clintech programme list|show|check   programmes of sterilisers, washers and baths\n"
    "  clintech cycle check --csv FILE   what a recorded curve comes to; also: print,\n"
    "                                    profile\n"
    "  clintech doctor                   what is here, and whether it will do\n"
    "\n"
    "Options of every command\n"
    "  --dir DIR             where the store lies\n"
    "  --config FILE         settings; else DIR/config.ini of --dir, else\n"
    "                        /etc/clintech/config.ini, else the defaults\n"
    "  --as LOGIN            who you are, for user, rekey, verify, backup, restore, vitals,\n"
    "                        worklist, equipment, access, training, recall, figures,\n"
    "                        report\n"
    "  --password-file FILE  first line is the password; - for standard input\n"
    "  --secret-file FILE    a recovery code or temporary password goes there\n"
    "  --json                for programs\n"
    "  --no-color            also: NO_COLOR in the environment\n"
    "  --help, --version\n"
    "\n";
static const char HELP_COMMANDS[] =
    "init    --login LOGIN --name NAME   the first administrator\n"
    "demo    [--patients N] [--days N] [--procedures N] [--seed N] [--now UTC-MILLISECONDS]\n"
    "user    add LOGIN --name NAME --role technician|supervisor|administrator\n"
    "        disable LOGIN --reason TEXT\n"
    "        reset LOGIN --reason TEXT\n"
    "        list\n"
    "verify  --code CODE [--file FILE]   FILE: is it, byte for byte, what was written?\n"
    "report  list                        the kinds there are, and what each takes\n"
    "        KIND [WHAT] [--from DATE] [--to DATE] [--reason TEXT]\n"
    "              [--csv|--json|--pdf FILE|--print]   --print: into [report] dir\n"
    "        open FILE                   a sealed one, to standard output\n"
    "recover LOGIN --reason TEXT         an administrator; asks for the recovery code\n"
    "recovery-code --reason TEXT         a new one; the older one opens nothing newer\n"
    "backup  FILE [--force]              a backup of that name may be replaced\n"
    "        --into DIR                  named by date; [--keep-daily N] [--keep-weekly N]\n"
    "                                    [--keep-monthly N]: older ones are removed\n"
    "        --to-key FILE.pub           opens with that offline key as well\n"
    "backup-key new FILE                 an offline key: FILE for the safe, and FILE.pub\n"
    "restore FILE --dir DIR --as LOGIN   into a directory that is empty or not there\n"
    "        FILE --list                 what it is; asks for no password\n"
    "        FILE --verify-only          all of it is read, nothing written\n"
    "        --key FILE, --recovery-code where nobody's password is known\n"
    "vitals  export --patient NUMBER [--from DATE] [--to DATE] [--for WHOM]\n"
    "              [--csv|--chart]\n"
    "access  patient NUMBER | user LOGIN [--from DATE] [--to DATE] [--json|--csv]\n"
    "worklist import FILE                - for standard input; CSV, see clintech(1)\n"
    "        list [--day DAY] [--csv]    DAY: 2026-11-24, today, tomorrow\n"
    "equipment list [WORDS] [--class CLASS] [--location PLACE] [--standards] [--retired]\n"
    "              [--csv]\n"
    "        due [--within DAYS] [--class CLASS] [--location PLACE] [--standards] [--csv]\n"
    "        import FILE                 - for standard input; CSV, see clintech(1)\n"
    "        label ASSET                 the text of its status label\n"
    "score   news2 --resp N --spo2 N --scale 1|2 --on-oxygen 0|1 --sbp N --pulse N\n"
    "              --acvpu A|C|V|P|U --temp N.N\n"
    "        news2 --csv FILE            - for standard input\n"
    "        pews --age-band BAND ..., pews --csv FILE; score --help says all\n"
    "scan    [--json] CODE               GS1, HIBC, ISBT 128; -- before a CODE with -\n"
    "        --lines FILE                - for standard input; a code a line, \\xNN a\n"
    "                                    byte, an object of JSON for each\n"
    "checklist check FILE...             FILE:LINE and what is wrong, or OK\n"
    "        list                        those there are, with their sources\n"
    "        show NAME [--ini]           one as a page, or as a file to change\n"
    "        each with --device          the checks of devices\n"
    "calibrate check --csv FILE [--template NAME]   - for standard input\n"
    "        template check FILE...|list|show NAME [--ini]   as for checklist\n"
    "        certificate K-12            the paper of a calibration, in pages\n"
    "guide   list|show NAME [--ini]|check FILE...   troubleshooting, as for checklist\n"
    "programme list|show NAME [--ini]|check FILE...   as for checklist\n"
    "cycle   check --csv FILE [--programme P] [--time COLUMN] [--temp COLUMN]...\n"
    "              [--pressure COLUMN] [--from T] [--to T] [--tref C] [--z K]\n"
    "        print FILE                  a machine's record; [--profile NAME]\n"
    "recall  list [--all] [--csv]        those that are open\n"
    "        show N [--csv]              its packs, and what was done about each\n"
    "        ask --load N | --pack N | [--machine ASSET] [--from DATE] [--to DATE] [--csv]\n"
    "load    record LOAD FILE [--cycle NUMBER]   a machine's record is kept with its load\n"
    "\n"
    "Exit status: 0 done, 1 found wanting, 2 usage, else as in sysexits.h.\n"
    "clintech(1) says more.\n";

static void version(void)
{
    puts("clintech " CT_VERSION "\n"
         "Copyright (c) 2026 The clintech authors\n"
         "MIT licence. There is no warranty, to the extent permitted by law.");
}

/* ncurses must never see a locale that is not UTF-8; neither must wcwidth. */
static void locale_set(void)
{
    setlocale(LC_CTYPE, "");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        setlocale(LC_CTYPE, "C.UTF-8");
}

static enum ct_status config_read(struct ct_cli *cli, struct ct_error *reterr)
{
    static char path[600];
    struct stat st;
    ct_config_default(&cli->config);
    if (cli->config_path != NULL)
        return ct_config_load(cli->config_path, &cli->config, reterr);
    cli->config_path = "";
    if (cli->dir_option != NULL)
        snprintf(path, sizeof path, "%s/config.ini", cli->dir_option);
    if (cli->dir_option == NULL || stat(path, &st) != 0)
        snprintf(path, sizeof path, "/etc/clintech/config.ini");
    if (stat(path, &st) != 0)
        return CT_OK;
    cli->config_path = path;
    return ct_config_load(path, &cli->config, reterr);
}

/* The zone of the clinic is the process's, once and for all. */
static void zone_set(const struct ct_config *c)
{
    if (c->timezone[0] != '\0')
        setenv("TZ", c->timezone, 1);
    tzset();
}

static int run(struct ct_cli *cli, int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(struct ct_cli *cli, int argc, char **argv);
    } COMMANDS[] = {
        {"init", ct_cli_init},     {"demo", ct_cli_demo},     {"user", ct_cli_user},
        {"verify", ct_cli_verify}, {"doctor", ct_cli_doctor}, {"checklist", ct_cli_checklist},
        {"scan", ct_cli_scan}, {"vitals", ct_cli_vitals},
        {"worklist", ct_cli_worklist}, {"equipment", ct_cli_equipment}, {"access", ct_cli_access},
        {"backup", ct_cli_backup}, {"restore", ct_cli_restore},
        {"recover", ct_cli_recover},
        {"recovery-code", ct_cli_recovery_code},
        {"rekey", ct_cli_rekey},
        {"calibrate", ct_cli_calibrate},
        {"backup-key", ct_cli_backup_key}, {"programme", ct_cli_programme},
        {"cycle", ct_cli_cycle}, {"load", ct_cli_load}, {"guide", ct_cli_guide},
        {"training", ct_cli_training}, {"recall", ct_cli_recall}, {"figures", ct_cli_figures},
        {"report", ct_cli_report},
    };
    if (argc < 2)
        return ct_cli_screen(cli);
    for (size_t i = 0; i < CT_LEN(COMMANDS); i++)
        if (strcmp(argv[1], COMMANDS[i].name) == 0)
            return COMMANDS[i].run(cli, argc - 1, argv + 1);
    return ct_cli_usage("there is no command \"%.60s\"", argv[1]);
}

int main(int argc, char **argv)
{
    struct ct_error err;
    struct ct_cli cli = {0};
    ct_term_environment(&environ);
    signal(SIGXFSZ, SIG_IGN); /* a file-size limit is a full disk, not an end */
    signal(SIGPIPE, SIG_IGN);
    locale_set();
    if (ct_harden(&err) != CT_OK || ct_sqlite_memory(CACHE_PAGES, &err) != CT_OK)
        return ct_cli_error(&err);
    if (ct_cli_flag(&argc, argv, "--version")) {
        version();
        return 0;
    }
    bool score = argc > 1 && strcmp(argv[1], "score") == 0; /* has its own help and --json */
    if (!score && (ct_cli_flag(&argc, argv, "--help") || ct_cli_flag(&argc, argv, "-h"))) {
        fputs(HELP, stdout);
        fputs(HELP_COMMANDS, stdout);
        return 0;
    }
    bool bad = false;
    ct_cli_option(&argc, argv, "--dir", &cli.dir_option, &bad);
    ct_cli_option(&argc, argv, "--config", &cli.config_path, &bad);
    ct_cli_option(&argc, argv, "--password-file", &cli.password_file, &bad);
    ct_cli_option(&argc, argv, "--secret-file", &cli.secret_file, &bad);
    ct_cli_option(&argc, argv, "--as", &cli.as, &bad);
    cli.no_color = ct_cli_flag(&argc, argv, "--no-color");
    if (bad)
        return ct_cli_usage("an option at the end lacks its value");
    score = argc > 1 && strcmp(argv[1], "score") == 0;
    if (!score)
        cli.json = ct_cli_flag(&argc, argv, "--json");
    if (config_read(&cli, &err) != CT_OK)
        return ct_cli_error(&err);
    zone_set(&cli.config);
    if (score)
        return ct_cli_score(argc - 1, argv + 1, &cli.config);
    bool store = argc < 2 ||
                 (strcmp(argv[1], "checklist") != 0 && strcmp(argv[1], "scan") != 0 &&
                  (strcmp(argv[1], "calibrate") != 0 ||
                   (argc > 2 && strcmp(argv[2], "certificate") == 0)) &&
                  strcmp(argv[1], "programme") != 0 && strcmp(argv[1], "guide") != 0 && strcmp(argv[1], "cycle") != 0 &&
                  strcmp(argv[1], "backup-key") != 0);
    if (store &&
        ct_app_default_dir(&cli.config, cli.dir_option, cli.dir, sizeof cli.dir, &err) != CT_OK)
        return ct_cli_error(&err);
    int status = run(&cli, argc, argv);
    if (fflush(stdout) != 0 && status == 0) {
        ct_fail(&err, CT_EIO, NULL, "Standard output could not be written.");
        return ct_cli_error(&err);
    }
    return status;
}
