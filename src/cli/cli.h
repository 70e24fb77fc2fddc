/* cli - the command line: what every subcommand is given, and the commands.
 *
 * Layer:  cli, the top of src/. Data on standard output, messages on standard
 *         error. Exit status: 0 done, 1 found wanting, 2 usage, else sysexits.h
 *         (ct_status_exit). A secret is asked for on the terminal or read from
 *         --password-file, and given out on the terminal or to --secret-file;
 *         it never passes through arguments, environment, stdout or stderr.
 */
#ifndef CT_CLI_CLI_H
#define CT_CLI_CLI_H

#include "record/app.h"

enum { CT_EXIT_USAGE = 2 };

struct ct_cli {
    const char *dir_option;    /* --dir, NULL if not given */
    const char *config_path;   /* the file that was read, "" for none */
    const char *password_file; /* --password-file */
    const char *secret_file;   /* --secret-file */
    const char *as;            /* --as LOGIN */
    bool json;
    bool no_color;
    struct ct_config config;
    char dir[512];
};

/* One subcommand; argv[0] is its name. Returns the exit status. */
int ct_cli_screen(struct ct_cli *cli);
int ct_cli_init(struct ct_cli *cli, int argc, char **argv);
int ct_cli_demo(struct ct_cli *cli, int argc, char **argv);
int ct_cli_user(struct ct_cli *cli, int argc, char **argv);
int ct_cli_recover(struct ct_cli *cli, int argc, char **argv);
int ct_cli_recovery_code(struct ct_cli *cli, int argc, char **argv);
int ct_cli_rekey(struct ct_cli *cli, int argc, char **argv);
int ct_cli_verify(struct ct_cli *cli, int argc, char **argv);
int ct_cli_verify_code(struct ct_cli *cli, const char *code, const char *file);
int ct_cli_backup(struct ct_cli *cli, int argc, char **argv);
int ct_cli_backup_key(struct ct_cli *cli, int argc, char **argv); /* needs no store */
int ct_cli_restore(struct ct_cli *cli, int argc, char **argv);
int ct_cli_doctor(struct ct_cli *cli, int argc, char **argv);
int ct_cli_scan(struct ct_cli *cli, int argc, char **argv);
int ct_cli_checklist(struct ct_cli *cli, int argc, char **argv); /* needs no store */
int ct_cli_calibrate(struct ct_cli *cli, int argc, char **argv); /* its certificates alone need a store */
int ct_cli_certificate(struct ct_cli *cli, const char *number); /* of calibrate */
int ct_cli_guide(struct ct_cli *cli, int argc, char **argv); /* needs no store */
int ct_cli_programme(struct ct_cli *cli, int argc, char **argv); /* needs no store */
int ct_cli_cycle(struct ct_cli *cli, int argc, char **argv);     /* needs no store */
int ct_cli_vitals(struct ct_cli *cli, int argc, char **argv);
int ct_cli_access(struct ct_cli *cli, int argc, char **argv);
int ct_cli_equipment(struct ct_cli *cli, int argc, char **argv);
int ct_cli_training(struct ct_cli *cli, int argc, char **argv);
int ct_cli_report(struct ct_cli *cli, int argc, char **argv);
int ct_cli_load(struct ct_cli *cli, int argc, char **argv);
int ct_cli_figures(struct ct_cli *cli, int argc, char **argv);
int ct_cli_recall(struct ct_cli *cli, int argc, char **argv);
int ct_cli_worklist(struct ct_cli *cli, int argc, char **argv);
int ct_cli_score(int argc, char **argv, const struct ct_config *config);

/* ---- helpers (cli_util.c) ------------------------------------------------- */

/* "clintech: text" on standard error; returns the exit status of e. */
int ct_cli_error(const struct ct_error *e);
int ct_cli_usage(const char *fmt, ...) CT_FORMAT(1, 2); /* returns CT_EXIT_USAGE */

/* An option with a value, "--name VALUE" or "--name=VALUE", taken out of argv.
 * False: there is none. A missing value is *bad = true. */
bool ct_cli_option(int *argc, char **argv, const char *name, const char **ret, bool *bad);
bool ct_cli_flag(int *argc, char **argv, const char *name);

/* Ask on the terminal without echo, or take the first line of cli's password
 * file. twice: ask again and compare. */
CT_NODISCARD enum ct_status ct_cli_password(const struct ct_cli *cli, const char *prompt,
                                            bool twice, struct ct_secret **ret,
                                            struct ct_error *reterr);
/* Can a secret be handed over (terminal or --secret-file)? Asked before work. */
CT_NODISCARD enum ct_status ct_cli_can_show(const struct ct_cli *cli, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_cli_show_secret(const struct ct_cli *cli, const char *label,
                                               const struct ct_secret *s,
                                               struct ct_error *reterr);
/* A recovery code that was just shown on the terminal is typed back, to prove that it was
 * kept; several tries, each told what is wrong. A code that went to a file is not asked
 * for. CT_EINVAL (recovery_code): it was not typed. */
CT_NODISCARD enum ct_status ct_cli_type_back(const struct ct_cli *cli,
                                             const struct ct_secret *code,
                                             struct ct_error *reterr);
/* The patient who bears that number; CT_ENOTFOUND. Whole civil days, both included: from
 * and to may be NULL, *ret_from_ms is then 0, *ret_to_ms now. */
CT_NODISCARD enum ct_status ct_cli_patient(struct ct_app *app, const char *number, int64_t *ret,
                                           struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_cli_days(struct ct_app *app, const char *from, const char *to,
                                        int64_t *ret_from_ms, int64_t *ret_to_ms,
                                        struct ct_error *reterr);
/* An app on cli's store, and logged in as cli->as (asked for if NULL). */
CT_NODISCARD enum ct_status ct_cli_app(struct ct_cli *cli, struct ct_app **ret,
                                       struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_cli_login(struct ct_cli *cli, struct ct_app **ret,
                                         struct ct_secret **ret_password,
                                         struct ct_error *reterr);

#endif
