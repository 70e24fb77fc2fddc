/* quickwords - the words of the quick line: names of quantities, devices, units,
 * qualifiers and reasons. Internal to src/clinic/.
 *
 * Layer:  clinic. Pure; no word is matched by a part of it, capitals do not matter.
 */
#ifndef CT_CLINIC_QUICKWORDS_H
#define CT_CLINIC_QUICKWORDS_H

#include "clinic/vitals.h"

/* "p", "hr", "temp": false when it is no name. */
bool ct_quick_name(const char *s, enum ct_q *ret);
/* A name with its figure behind it without a blank, as "p72"; *ret_value is the figure. */
bool ct_quick_named(const char *s, enum ct_q *ret, const char **ret_value);
/* A choice of a quantity by its code or by a label of one word; -1 none. */
int ct_quick_choice(enum ct_q q, const char *s);
/* Oxygen devices, by the words used at the bedside too; -1 none. Air is none. */
int ct_quick_device(const char *s);
bool ct_quick_air(const char *s);
/* What hangs on a figure: false when it is no unit of the quantity. */
bool ct_quick_unit(enum ct_q q, const char *s, uint8_t *ret);
/* The quantity that a unit names by itself ("70kg", "38.2c"); CT_QS: it names none, as
 * cm, % and s, which are units of several or are words of this line. */
enum ct_q ct_quick_unit_of(const char *s);
/* Qualifiers of a quantity that the word may mean: how many, the first of them in
 * *ret and its choice. By code, by a label of one word, or in full ("temp_site:or"),
 * which has one meaning always. */
int ct_quick_qualifier(enum ct_q q, const char *s, enum ct_qualifier *ret, int *ret_choice);
/* A quantity to which the word would be a qualifier; CT_QS: none. */
enum ct_q ct_quick_qualified(const char *s);
/* "refused", "asleep" ...; with letters "r" too. CT_WHY_NONE: no reason. */
enum ct_why ct_quick_why(const char *s, bool letters);

#endif
