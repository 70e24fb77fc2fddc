/* init and demo - create a clinic. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clinic/demo.h"
#include "cli/cli.h"

int ct_cli_init(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    const char *login = NULL, *name = NULL;
    bool bad = false;
    ct_cli_option(&argc, argv, "--login", &login, &bad);
    ct_cli_option(&argc, argv, "--name", &name, &bad);
    if (bad || argc > 1)
        return ct_cli_usage("init takes --login LOGIN --name NAME");
    if (login == NULL || name == NULL)
        return ct_cli_usage("init needs the first administrator: --login LOGIN --name NAME");
    if (cli->config.public_passwords) {
        ct_fail(&err, CT_ECONFIG, "public_passwords",
                "%.300s: [security] public_passwords is for invented clinics alone. Remove it, "
                "then a clinic can be set up.",
                cli->config_path);
        return ct_cli_error(&err);
    }
    CT_SECRET *password = NULL, *code = NULL;
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    if (ct_cli_can_show(cli, &err) != CT_OK || ct_cli_app(cli, &app, &err) != CT_OK ||
        ct_cli_password(cli, "Password of the first administrator", true, &password, &err) !=
            CT_OK ||
        ct_secret_new(CT_SECRET_MAX, &code, &err) != CT_OK)
        return ct_cli_error(&err);
    struct ct_init init = {.login = login,
                           .name = name,
                           .password = password,
                           .cost = {.ops = (uint32_t)cli->config.kdf_ops,
                                    .mem_kib = (uint32_t)cli->config.kdf_mem_mib * 1024}};
    if (ct_app_init(app, &init, code, &err) != CT_OK)
        return ct_cli_error(&err);
    if (ct_cli_show_secret(cli, "Recovery code (write it down now)", code,
                           &err) != CT_OK) {
        ct_fail_prefix(&err, err.status,
                       "The store in %.200s was made, but nobody has seen its recovery code: "
                       "remove it and begin again",
                       cli->dir);
        return ct_cli_error(&err);
    }
    if (ct_cli_type_back(cli, code, &err) != CT_OK) {
        ct_fail_prefix(&err, err.status,
                       "The store in %.200s was made, but its recovery code was not typed "
                       "back: remove it and begin again",
                       cli->dir);
        return ct_cli_error(&err);
    }
    ct_logout(app);
    printf("The store of %s is in %s.\nLog in as %s.\n", cli->config.site_name, cli->dir, login);
    return 0;
}

/* ---- demo ------------------------------------------------------------------- */

static bool number(const char *text, int64_t lo, int64_t hi, int64_t *ret)
{
    return text == NULL || ct_parse_int(text, lo, hi, ret);
}

static bool progress(int thousandths, void *arg)
{
    int *shown = arg;
    if (isatty(STDERR_FILENO) && thousandths / 10 != *shown) {
        *shown = thousandths / 10;
        fprintf(stderr, "\rInventing a clinic: %d %%", *shown);
    }
    return true;
}

/* The site's name stands on the login screen, where no store is open yet. */
static enum ct_status config_write(const struct ct_cli *cli, struct ct_error *reterr)
{
    char path[600];
    snprintf(path, sizeof path, "%s/config.ini", cli->dir);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST)
        return CT_OK; /* the caller's own file stays */
    if (fd < 0)
        return ct_fail(reterr, CT_EIO, NULL, "%.300s could not be written: %s.", path,
                       strerror(errno));
    int n = dprintf(fd,
                    "# Settings of this demo clinic. The file config.ini of the source tree\n"
                    "# explains every key.\n[site]\nname = %s\n"
                    "[security]\npublic_passwords = yes\n",
                    CT_DEMO_SITE);
    return close(fd) == 0 && n > 0
               ? CT_OK
               : ct_fail(reterr, CT_EIO, NULL, "%.300s could not be written.", path);
}

int ct_cli_demo(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    const char *patients = NULL, *days = NULL, *procedures = NULL, *seed = NULL, *now = NULL;
    bool bad = false;
    int64_t n_patients = 0, n_days = 0, n_procedures = 0, n_seed = 1;
    int64_t now_ms = ct_now(&CT_CLOCK_SYSTEM);
    ct_cli_option(&argc, argv, "--patients", &patients, &bad);
    ct_cli_option(&argc, argv, "--days", &days, &bad);
    ct_cli_option(&argc, argv, "--procedures", &procedures, &bad);
    ct_cli_option(&argc, argv, "--seed", &seed, &bad);
    ct_cli_option(&argc, argv, "--now", &now, &bad);
    if (bad || argc > 1)
        return ct_cli_usage("demo takes --patients N, --days N, --procedures N, --seed N, "
                            "--now MS");
    if (!number(patients, 1, 200000, &n_patients) || !number(days, 1, 4000, &n_days) ||
        !number(procedures, 0, 200, &n_procedures) || !number(seed, 0, INT64_MAX, &n_seed) ||
        !number(now, 0, INT64_MAX / 2, &now_ms))
        return ct_cli_usage("demo: patients 1-200000, days 1-4000, procedures 0-200, seed "
                            "and now whole numbers");
    struct ct_demo_options o = {.patients = (int)n_patients,
                                .days = (int)n_days,
                                .procedures = (int)n_procedures,
                                .seed = (uint64_t)n_seed,
                                .now_ms = now_ms,
                                .kdf_ops = (int)CT_KDF_PUBLIC.ops,
                                .kdf_mem_mib = (int)(CT_KDF_PUBLIC.mem_kib / 1024)};
    struct ct_demo_result r;
    int shown = -1;
    enum ct_status st = ct_demo_make(cli->dir, &cli->config, &o, progress, &shown, &r, &err);
    if (shown >= 0)
        fputs("\r\033[K", stderr);
    if (st == CT_OK)
        st = config_write(cli, &err);
    if (st != CT_OK)
        return ct_cli_error(&err);
    printf(
        "%s in %s\n%lld patients, %lld sets of vitals; every name and number is invented.\n\n"
        "  login         password                    role\n",
        CT_DEMO_SITE, cli->dir, (long long)r.patients, (long long)r.sets);
    for (size_t i = 0; i < CT_DEMO_USERS; i++)
        printf("  %-12s  %-26s  %s\n", CT_DEMO_USER[i].login, CT_DEMO_USER[i].password,
               ct_role_name(CT_DEMO_USER[i].role));
    puts("\nThese passwords are public: never keep real records in a demo clinic.");
    return 0;
}
