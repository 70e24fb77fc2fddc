/* verb - what can be written into the chain: the table of record.h and its names. */
#include "record/record.h"

#include <string.h>

const struct ct_verb_row CT_VERB[CT_VERBS] = {
#define X(id, name, perm, sign, line) [id] = {name, perm, sign, line},
    CT_VERB_TABLE(X)
#undef X
};

bool ct_verb_parse(const char *name, enum ct_verb *ret)
{
    for (size_t i = 0; i < CT_LEN(CT_VERB); i++)
        if (strcmp(CT_VERB[i].name, name) == 0) {
            *ret = (enum ct_verb)i;
            return true;
        }
    return false;
}
