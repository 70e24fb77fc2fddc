/* embed - see embed.h. */
#include "base/embed.h"

#include <string.h>

const struct ct_embedded *ct_embed_find(const char *name)
{
    for (const struct ct_embedded *e = ct_embedded; e->name != NULL; e++)
        if (strcmp(e->name, name) == 0)
            return e;
    return NULL;
}
