/* user - add, disable, reset and list users from the command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "cli/cli.h"
#include "record/user.h"

static int list(struct ct_cli *cli, struct ct_app *app)
{
    struct ct_error err;
    struct ct_user *user = NULL;
    size_t n = 0;
    if (ct_user_list(app, &user, &n, &err) != CT_OK)
        return ct_cli_error(&err);
    json_t *all = cli->json ? json_array() : NULL;
    for (size_t i = 0; i < n; i++) {
        const struct ct_user *u = &user[i];
        const char *state = !u->active        ? "disabled"
                            : u->must_change ? "temporary password"
                                             : "active";
        if (all != NULL)
            json_array_append_new(all, json_pack("{s:s,s:s,s:s,s:s}", "login", u->login, "name",
                                                 u->name, "role", ct_role_name(u->role), "state",
                                                 state));
        else
            printf("%-16s %-14s %-18s %s\n", u->login, ct_role_name(u->role), state, u->name);
    }
    if (all != NULL) {
        json_dumpf(all, stdout, JSON_INDENT(1));
        putchar('\n');
        json_decref(all);
    }
    free(user);
    return 0;
}

static enum ct_status find(struct ct_app *app, const char *login, uint32_t *ret,
                           struct ct_error *reterr)
{
    struct ct_user *user = NULL;
    size_t n = 0;
    enum ct_status st = ct_user_list(app, &user, &n, reterr);
    if (st != CT_OK)
        return st;
    st = ct_fail(reterr, CT_ENOTFOUND, "login", "There is no user with the login %.60s.", login);
    for (size_t i = 0; i < n; i++)
        if (strcmp(user[i].login, login) == 0) {
            *ret = user[i].user_id;
            st = CT_OK;
        }
    free(user);
    return st;
}

struct request {
    const char *what, *login, *name, *role, *reason;
};

static enum ct_status change(struct ct_cli *cli, struct ct_app *app,
                             const struct ct_secret *password, const struct request *r,
                             struct ct_error *reterr)
{
    CT_SECRET *made = NULL;
    enum ct_role role = CT_TECHNICIAN;
    uint32_t id = 0;
    bool add = strcmp(r->what, "add") == 0, disable = strcmp(r->what, "disable") == 0;
    if (add && !ct_role_parse(r->role, &role))
        return ct_fail(reterr, CT_EINVAL, "role",
                       "%.40s is no role: technician, supervisor or administrator.", r->role);
    enum ct_status st = ct_secret_new(CT_SECRET_MAX, &made, reterr);
    if (st == CT_OK && !add)
        st = find(app, r->login, &id, reterr);
    if (st == CT_OK)
        st = ct_reauthenticate(app, password, reterr);
    if (st != CT_OK)
        return st;
    if (disable)
        return ct_user_disable(app, id, r->reason, reterr);
    st = add ? ct_user_add(app, r->login, r->name, role, made, reterr)
             : ct_user_reset(app, id, r->reason, made, reterr);
    if (st == CT_OK)
        st = ct_cli_show_secret(cli, "Temporary password (shown only now)", made, reterr);
    return st;
}

static bool known(const char *what)
{
    return strcmp(what, "add") == 0 || strcmp(what, "disable") == 0 ||
           strcmp(what, "reset") == 0 || strcmp(what, "list") == 0;
}

int ct_cli_user(struct ct_cli *cli, int argc, char **argv)
{
    struct ct_error err;
    struct request r = {0};
    bool bad = false;
    ct_cli_option(&argc, argv, "--name", &r.name, &bad);
    ct_cli_option(&argc, argv, "--role", &r.role, &bad);
    ct_cli_option(&argc, argv, "--reason", &r.reason, &bad);
    if (bad || argc < 2 || !known(argv[1]))
        return ct_cli_usage("user add|disable|reset|list");
    r.what = argv[1];
    bool listing = strcmp(r.what, "list") == 0, add = strcmp(r.what, "add") == 0;
    if (argc != (listing ? 2 : 3))
        return ct_cli_usage(listing ? "user list takes no name" : "user %s takes one LOGIN", r.what);
    if (!listing)
        r.login = argv[2];
    if (add && (r.name == NULL || r.role == NULL))
        return ct_cli_usage("user add LOGIN needs --name NAME and --role ROLE");
    if (!listing && !add && r.reason == NULL)
        return ct_cli_usage("user %s LOGIN needs --reason TEXT", r.what);
    if (cli->as == NULL)
        return ct_cli_usage("user needs --as LOGIN: say who you are");
    CT_CLEANUP(ct_app_freep) struct ct_app *app = NULL;
    CT_SECRET *password = NULL;
    bool shows = add || strcmp(r.what, "reset") == 0;
    if ((shows && ct_cli_can_show(cli, &err) != CT_OK) ||
        ct_cli_login(cli, &app, &password, &err) != CT_OK)
        return ct_cli_error(&err);
    int status = listing                                              ? list(cli, app)
                 : change(cli, app, password, &r, &err) == CT_OK ? 0
                                                                      : ct_cli_error(&err);
    ct_logout(app);
    if (status == 0 && !listing)
        printf("%s: done.\n", r.login);
    return status;
}
