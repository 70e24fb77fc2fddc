/* rows - what the readers of several modules share. */
#include "clinic/rows.h"

#include <stdlib.h>

void *ct_rows_grow(void *v, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return v;
    size_t more = *cap > 0 ? *cap * 2 : 16;
    void *p = reallocarray(v, more, size);
    if (p != NULL)
        *cap = more;
    return p;
}
