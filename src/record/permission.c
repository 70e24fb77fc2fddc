/* permission - who may do what: one table, role x permission. */
#include "record/internal.h"

#include <string.h>

static const char *const ROLE[CT_ROLES] = {
    [CT_TECHNICIAN] = "technician",
    [CT_SUPERVISOR] = "supervisor",
    [CT_ADMINISTRATOR] = "administrator",
};

static const struct {
    const char *name;
    bool may[CT_ROLES];
} PERM[CT_PERMS] = {
#define X(id, name, t, s, a)                                                                   \
    [id] = {name, {[CT_TECHNICIAN] = t, [CT_SUPERVISOR] = s, [CT_ADMINISTRATOR] = a}},
    CT_PERMISSION_TABLE(X)
#undef X
};

const char *ct_role_name(enum ct_role role)
{
    return (size_t)role < CT_LEN(ROLE) ? ROLE[role] : "?";
}

bool ct_role_parse(const char *name, enum ct_role *ret)
{
    for (size_t i = 0; i < CT_LEN(ROLE); i++)
        if (strcmp(ROLE[i], name) == 0) {
            *ret = (enum ct_role)i;
            return true;
        }
    return false;
}

const char *ct_perm_name(enum ct_perm perm)
{
    return (size_t)perm < CT_LEN(PERM) ? PERM[perm].name : "?";
}

bool ct_role_may(enum ct_role role, enum ct_perm perm)
{
    return (size_t)role < CT_ROLES && (size_t)perm < CT_LEN(PERM) && PERM[perm].may[role];
}

enum ct_status ct_require(const struct ct_app *app, enum ct_perm perm, struct ct_error *reterr)
{
    if (app->state == CT_OUT)
        return ct_fail(reterr, CT_ELOCKED, NULL, "Nobody is logged in; log in first.");
    if (app->state == CT_LOCKED)
        return ct_fail(reterr, CT_ELOCKED, NULL, "The screen is locked; unlock it first.");
    if (!ct_role_may(app->who.role, perm))
        return ct_fail(reterr, CT_EDENIED, NULL,
                       "A %s may not do this (%s); ask someone who may.",
                       ct_role_name(app->who.role), ct_perm_name(perm));
    if (app->who.must_change && perm != CT_PERM_SESSION)
        return ct_fail(reterr, CT_EDENIED, "password",
                       "Your password was set by somebody else; choose your own first.");
    return CT_OK;
}
