/* demo_checklist - a small checklist with an item of every kind, for tests; and whether
 * two templates are the same in every part. */
#ifndef CT_TESTS_DEMO_CHECKLIST_H
#define CT_TESTS_DEMO_CHECKLIST_H

#include "clinic/checklist.h"

extern const char DEMO_CHECKLIST[];

void test_same_checklist(const struct ct_checklist *a, const struct ct_checklist *b);

#endif
