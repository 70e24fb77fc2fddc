/* clinic - a small clinic of a fuzz driver's own, made at its first input and removed
 * when the program ends: ada (administrator) and tom (technician), who is logged in.
 */
#ifndef CT_TESTS_FUZZ_CLINIC_H
#define CT_TESTS_FUZZ_CLINIC_H

#include <dirent.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/user.h"
#include "tests/support/tmp.h"
#include "tests/fuzz/fuzz.h"

static char fuzz_dir[TMP_PATH];
static int64_t fuzz_now = INT64_C(1790000000000);

static void fuzz_removed(void)
{
    DIR *d = opendir(fuzz_dir);
    const struct dirent *e;
    char name[512];
    while (d != NULL && (e = readdir(d)) != NULL) {
        snprintf(name, sizeof name, "%s/%s", fuzz_dir, e->d_name);
        (void)unlink(name);
    }
    if (d != NULL)
        closedir(d);
    (void)rmdir(fuzz_dir);
}

static struct ct_secret *fuzz_secret(const char *text)
{
    struct ct_secret *s = NULL;
    demand(ct_secret_new(CT_SECRET_MAX, &s, NULL) == CT_OK);
    demand(ct_secret_add(s, text, strlen(text)));
    return s;
}

static struct ct_app *fuzz_app; /* reached by the search for leaks */

static void fuzz_ended(void)
{
    ct_app_freep(&fuzz_app);
    fuzz_removed();
}

static struct ct_app *fuzz_clinic(void)
{
    if (fuzz_app != NULL)
        return fuzz_app;
    struct ct_config c;
    CT_SECRET *ada = fuzz_secret("Ada counts 12 tin lanterns"),
              *tom = fuzz_secret("Tom whistles at 8 windmills"), *code = NULL;
    setlocale(LC_CTYPE, "C.UTF-8");
    tmp_dir(fuzz_dir, "fuzz");
    demand(atexit(fuzz_ended) == 0);
    ct_config_default(&c);
    c.kdf_ops = (int)CT_KDF_TEST.ops;
    c.kdf_mem_mib = 1;
    c.absolute_limit_min = 0;
    struct ct_clock clock = ct_clock_fixed(&fuzz_now);
    const struct ct_init init = {.login = "ada", .name = "Ada", .password = ada,
                                 .cost = CT_KDF_TEST};
    demand(ct_secret_new(CT_SECRET_MAX, &code, NULL) == CT_OK);
    demand(ct_app_new(fuzz_dir, &c, &clock, &fuzz_app, NULL) == CT_OK);
    demand(ct_app_init(fuzz_app, &init, code, NULL) == CT_OK);
    demand(ct_reauthenticate(fuzz_app, ada, NULL) == CT_OK);
    demand(ct_user_add_with(fuzz_app, "tom", "Tom", CT_TECHNICIAN, tom, NULL) == CT_OK);
    ct_logout(fuzz_app);
    demand(ct_login(fuzz_app, "tom", tom, NULL) == CT_OK);
    return fuzz_app;
}

#endif
