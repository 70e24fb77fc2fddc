/* recover - the recovery code lets an administrator in again; and a new one. */
#include <stdio.h>

#include "cli/cli.h"
#include "record/user.h"

int ct_cli_recover(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    const char *reason = NULL;
    bool bad = false;
    ct_cli_option(&argc, argv, "--reason", &reason, &bad);
    if (bad || argc != 2 || argv[1][0] == '-')
        return ct_cli_usage("recover takes the LOGIN of an administrator, and --reason TEXT");
    if (reason == NULL || reason[0] == '\0')
        return ct_cli_usage("recover LOGIN needs --reason TEXT");
    if (cli->as != NULL)
        return ct_cli_usage("recover is for when nobody can log in: leave --as out");
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_SECRET *code = NULL, *made = NULL;
    if (ct_cli_can_show(cli, &err) != CT_OK || ct_cli_app(cli, &app, &err) != CT_OK ||
        ct_secret_new(CT_SECRET_MAX, &made, &err) != CT_OK ||
        ct_cli_password(cli, "Recovery code (not shown)", false, &code, &err) != CT_OK ||
        ct_user_recover(app, code, argv[1], reason, made, &err) != CT_OK)
        return ct_cli_error(&err);
    enum ct_status st =
        ct_cli_show_secret(cli, "Temporary password (shown only now)", made, &err);
    if (st != CT_OK) {
        ct_fail_prefix(&err, st,
                       "%.60s has a new password, but nobody has seen it: run this "
                       "again",
                       argv[1]);
        return ct_cli_error(&err);
    }
    if (ct_app_warning(app)[0] != '\0')
        printf("%s\n", ct_app_warning(app));
    printf("%s: done. This password has to be changed at the login. The recovery code is as "
           "good as it was: lock it away again.\n",
           argv[1]);
    return 0;
}

int ct_cli_recovery_code(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    const char *reason = NULL;
    bool bad = false;
    (void)argv;
    ct_cli_option(&argc, argv, "--reason", &reason, &bad);
    if (bad || argc != 1 || reason == NULL || reason[0] == '\0')
        return ct_cli_usage("recovery-code takes --reason TEXT and nothing else");
    if (cli->as == NULL)
        return ct_cli_usage("recovery-code needs --as LOGIN: say who you are");
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_SECRET *password = NULL, *code = NULL;
    if (ct_cli_can_show(cli, &err) != CT_OK ||
        ct_cli_login(cli, &app, &password, &err) != CT_OK ||
        ct_secret_new(CT_SECRET_MAX, &code, &err) != CT_OK ||
        ct_reauthenticate(app, password, &err) != CT_OK ||
        ct_user_renew_code(app, reason, code, &err) != CT_OK)
        return ct_cli_error(&err);
    ct_logout(app);
    enum ct_status st = ct_cli_show_secret(
        cli, "Recovery code (write it down now)", code, &err);
    if (st == CT_OK)
        st = ct_cli_type_back(cli, code, &err);
    if (st != CT_OK) {
        ct_fail_prefix(&err, st, "A new code is in force and nobody has kept it: run this again "
                                 "for another");
        return ct_cli_error(&err);
    }
    printf("This code is the one from now on; the older one opens backups and copies of before, "
           "and nothing newer. Lock it away.\n");
    return 0;
}
