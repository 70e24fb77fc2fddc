/* embed - the files of data/, carried inside the program.
 *
 * Layer:  base. The table is made by the build from data/.
 */
#ifndef CT_BASE_EMBED_H
#define CT_BASE_EMBED_H

#include "base/status.h"

struct ct_embedded {
    const char *name; /* "schema/0001_core.sql"; NULL ends the table */
    const char *data; /* followed by a NUL that size does not count */
    uint64_t size;
};
extern const struct ct_embedded ct_embedded[]; /* sorted by name */

/* The file of that name, or NULL. */
const struct ct_embedded *ct_embed_find(const char *name);

#endif
