/* about - see about.h. */
#include "vault/about.h"

#include <sodium.h>
#include <sqlite3.h>

const char *ct_sqlite_version(void)
{
    return sqlite3_libversion();
}

const char *ct_sodium_version(void)
{
    return sodium_version_string();
}
