/* Any bytes as an .ini file: refused with a place, or read without surprises. */
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct ct_error err = {0};
    CT_INI *ini = NULL;
    enum ct_status st = ct_ini_parse("f.ini", text, size, &ini, &err);
    demand(st == CT_OK || st == CT_ECONFIG);
    if (st != CT_OK) {
        demand(ini == NULL && strncmp(err.text, "f.ini:", 6) == 0);
        /* What the check lets through, iniparser reads in the same way. */
        demand(strstr(err.text, "more simply") == NULL);
        return 0;
    }
    const char *section, *key;
    for (size_t i = 0; (section = ct_ini_section(ini, i)) != NULL; i++) {
        demand(ct_ini_line(ini, section, NULL) > 0);
        for (size_t j = 0; (key = ct_ini_key(ini, section, j)) != NULL; j++)
            demand(ct_ini_get(ini, section, key) != NULL && ct_ini_line(ini, section, key) > 0);
    }
    struct ct_config c;
    st = ct_config_parse("f.ini", text, size, &c, &err);
    demand(st == CT_OK || st == CT_ECONFIG);
    demand(st != CT_OK || (c.idle_lock_s >= 30 && c.n_shifts >= 1 && c.site_name[0] != '\0'));
    return 0;
}
