/* Any bytes as a table of devices, into a real registry: whatever comes, each row is added,
 * there, or bad with its reason, a second import adds nothing, and what was added is found
 * again. The first byte says in which portions the rest comes. */
#include <dirent.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exchange/equipment_csv.h"
#include "record/user.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool is)
{
    if (!is)
        abort();
}

/* ---- a small clinic ------------------------------------------------------------------ */

static char dir[] = "/tmp/clintech-fuzz-XXXXXX";
static int64_t now = INT64_C(1790000000000);

static void removed(void)
{
    DIR *d = opendir(dir);
    const struct dirent *e;
    char name[512];
    while (d != NULL && (e = readdir(d)) != NULL) {
        snprintf(name, sizeof name, "%s/%s", dir, e->d_name);
        (void)unlink(name);
    }
    if (d != NULL)
        closedir(d);
    (void)rmdir(dir);
}

static struct ct_secret *secret(const char *text)
{
    struct ct_secret *s = NULL;
    demand(ct_secret_new(CT_SECRET_MAX, &s, NULL) == CT_OK);
    demand(ct_secret_add(s, text, strlen(text)));
    return s;
}

static struct ct_app *clinic(void)
{
    static struct ct_app *app;
    struct ct_config c;
    struct ct_secret *ada = secret("Ada counts 12 tin lanterns"),
                     *tom = secret("Tom whistles at 8 windmills"), *code = NULL;
    if (app != NULL) {
        ct_secret_free(ada);
        ct_secret_free(tom);
        return app;
    }
    setlocale(LC_CTYPE, "C.UTF-8");
    demand(mkdtemp(dir) != NULL && atexit(removed) == 0);
    ct_config_default(&c);
    c.kdf_ops = (int)CT_KDF_TEST.ops;
    c.kdf_mem_mib = 1;
    c.absolute_limit_min = 0;
    struct ct_clock clock = ct_clock_fixed(&now);
    const struct ct_init init = {.login = "ada", .name = "Ada", .password = ada,
                                 .cost = CT_KDF_TEST};
    demand(ct_secret_new(CT_SECRET_MAX, &code, NULL) == CT_OK);
    demand(ct_app_new(dir, &c, &clock, &app, NULL) == CT_OK);
    demand(ct_app_init(app, &init, code, NULL) == CT_OK);
    demand(ct_reauthenticate(app, ada, NULL) == CT_OK);
    demand(ct_user_add_with(app, "tom", "Tom", CT_TECHNICIAN, tom, NULL) == CT_OK);
    ct_logout(app);
    demand(ct_login(app, "tom", tom, NULL) == CT_OK);
    ct_secret_free(ada);
    ct_secret_free(tom);
    ct_secret_free(code);
    return app;
}

/* ---- the table -------------------------------------------------------------------------- */

struct input {
    const char *s;
    size_t n, at, portion;
};

static enum ct_status take(void *arg, char *buf, size_t cap, size_t *ret_n,
                           struct ct_error *reterr)
{
    (void)reterr;
    struct input *in = arg;
    size_t n = in->n - in->at < in->portion ? in->n - in->at : in->portion;
    n = n < cap ? n : cap;
    if (n > 0)
        memcpy(buf, in->s + in->at, n);
    in->at += n;
    *ret_n = n;
    return CT_OK;
}

static void each(const struct ct_equip_row *row, void *arg)
{
    struct ct_equipment e;
    demand(row->line >= 1);
    if (row->fate == CT_EQUIP_BAD) {
        demand(row->equipment_id == 0 && row->error.text[0] != '\0');
        return;
    }
    demand(ct_equipment_get(arg, row->equipment_id, &e, NULL) == CT_OK);
    demand(ct_equipment_find(arg, e.asset, &e, NULL) == CT_OK && e.id == row->equipment_id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct ct_app *app = clinic();
    struct ct_equip_import first, again;
    struct ct_error err = {0};
    struct input in = {.s = (const char *)data + 1, .n = size - 1,
                       .portion = (size_t)data[0] + 1};
    enum ct_status st = ct_equipment_import(app, take, &in, each, app, &first, &err);
    demand(st == CT_OK || st == CT_EINVAL || st == CT_EFOREIGN);
    demand(st == CT_OK || err.text[0] != '\0');
    if (st != CT_OK)
        return 0;
    in.at = 0;
    demand(ct_equipment_import(app, take, &in, each, app, &again, &err) == CT_OK);
    demand(again.added == 0 && again.models == 0);
    /* a bad row whose number another row of the table has is there now */
    demand(again.there >= first.added + first.there);
    demand(again.there + again.bad == first.added + first.there + first.bad);
    return 0;
}
