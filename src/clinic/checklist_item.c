/* checklist_item - reads one [item.ID] of a checklist and refuses what could not be
 * answered, could never pass, or would be silently without effect. */
#include "clinic/checklist_priv.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "base/text.h"

enum { UNIT_MAX = 15, CODE_MAX = 8, LABEL_MAX = 60 };

#define ITEM     "item."
#define OF(kind) (1u << (kind))
enum { ANY_KIND = (1u << CT_CHECK_KINDS) - 1 };

static const struct {
    const char *key;
    unsigned kinds;
} KEYS[] = {
    {"text", ANY_KIND},
    {"kind", ANY_KIND},
    {"mandatory", ANY_KIND},
    {"na", ANY_KIND},
    {"two_person", ANY_KIND},
    {"when", ANY_KIND},
    {"comment_on", ANY_KIND},
    {"stop_on", ANY_KIND},
    {"note", ANY_KIND},
    {"note_on", ANY_KIND},
    {"help", ANY_KIND},
    {"choices", OF(CT_CHECK_CHOICE)},
    {"unit", OF(CT_CHECK_NUMBER)},
    {"places", OF(CT_CHECK_NUMBER)},
    {"hard", OF(CT_CHECK_NUMBER)},
    {"usual", OF(CT_CHECK_NUMBER)},
    {"least", OF(CT_CHECK_SINCE) | OF(CT_CHECK_DURATION) | OF(CT_CHECK_TIMER)},
    {"most", OF(CT_CHECK_SINCE) | OF(CT_CHECK_DURATION) | OF(CT_CHECK_TIMER)},
    {"least_from", OF(CT_CHECK_TIMER)},
    {"until", OF(CT_CHECK_SINCE)},
    {"of", OF(CT_CHECK_SCAN)},
};

static const struct ct_choice YES_NO[] = {{"Y", "yes"}, {"N", "no"}, {NULL, NULL}};
static const struct ct_choice YES_NO_NA[] = {
    {"Y", "yes"}, {"N", "no"}, {"-", "not applicable"}, {NULL, NULL}};

static enum ct_status check_keys(const struct ct_check_reading *r)
{
    const char *key;
    for (size_t k = 0; (key = ct_ini_key(r->l->ini, r->section, k)) != NULL; k++) {
        size_t at = 0;
        while (at < CT_LEN(KEYS) && strcmp(KEYS[at].key, key) != 0)
            at++;
        if (at == CT_LEN(KEYS))
            return CT_CHECK_FAIL(r, key, "an item has no such key");
        if ((KEYS[at].kinds & OF(r->i->kind)) == 0)
            return CT_CHECK_FAIL(r, key, "does not belong to an item of kind %s",
                                 CT_CHECK_KIND_NAME[r->i->kind]);
    }
    return CT_OK;
}

/* The index of a word in a list of n, or n. */
static size_t index_of(const char *word, const char *const *list, size_t n)
{
    size_t at = 0;
    while (at < n && (word == NULL || strcasecmp(word, list[at]) != 0))
        at++;
    return at;
}

static enum ct_status read_kind(const struct ct_check_reading *r)
{
    const char *word = ct_check_get(r, "kind");
    size_t at = index_of(word, CT_CHECK_KIND_NAME, CT_CHECK_KINDS);
    if (word == NULL)
        return CT_CHECK_FAIL(r, "kind",
                             "is missing; it is yes-no, choice, text, number, date, time, "
                             "since, duration, timer or scan");
    if (at == CT_CHECK_KINDS)
        return CT_CHECK_FAIL(r, "kind",
                             "\"%.40s\" is not yes-no, choice, text, number, date, time, "
                             "since, duration, timer or scan",
                             word);
    r->i->kind = (enum ct_check_kind)at;
    return check_keys(r);
}

static enum ct_status read_texts(const struct ct_check_reading *r)
{
    struct ct_check_item *i = r->i;
    const char *const s = r->section;
    enum ct_status st =
        ct_check_load_text(r->l, s, "text", true, CT_CHECK_ITEM_TEXT_MAX, &i->text);
    if (st == CT_OK)
        st = ct_check_load_text(r->l, s, "note", false, CT_CHECK_NOTE_MAX, &i->note);
    if (st == CT_OK)
        st = ct_check_load_text(r->l, s, "help", false, CT_CHECK_HELP_MAX, &i->help);
    if (st == CT_OK)
        st = ct_check_load_text(r->l, s, "unit", false, UNIT_MAX, &i->unit);
    return st;
}

/* ---- choices --------------------------------------------------------------- */

static bool is_code(const char *s)
{
    size_t n = strlen(s);
    if (n == 0 || n > CODE_MAX || strcasecmp(s, "na") == 0 || strcasecmp(s, "given") == 0)
        return false;
    for (; *s != '\0'; s++)
        if (!ct_is_digit(*s) && !(ct_lower(*s) >= 'a' && ct_lower(*s) <= 'z'))
            return false;
    return true;
}

/* "Y yes" in the pool: the code ended by a NUL, the label behind it. */
static enum ct_status read_choice(const struct ct_check_reading *r, char *s,
                                  struct ct_choice *ret)
{
    char *label = strchr(s, ' ');
    if (label != NULL)
        *label++ = '\0';
    if (!is_code(s))
        return CT_CHECK_FAIL(r, "choices",
                             "\"%.40s\" is no code: 1 to %d letters or digits before "
                             "each label, and neither na nor given",
                             s, CODE_MAX);
    if (label == NULL || label[0] == '\0')
        return CT_CHECK_FAIL(r, "choices", "the code %s has no label behind it", s);
    if (strlen(label) > LABEL_MAX)
        return CT_CHECK_FAIL(r, "choices", "the label of %s has %zu bytes of at most %d", s,
                             strlen(label), LABEL_MAX);
    for (size_t k = 0; k < r->i->n_choices; k++)
        if (strcasecmp(r->i->choices[k].code, s) == 0)
            return CT_CHECK_FAIL(r, "choices", "the code %s comes twice", s);
    *ret = (struct ct_choice){s, label};
    return CT_OK;
}

static enum ct_status read_choices(const struct ct_check_reading *r, struct ct_choice *room)
{
    struct ct_check_item *i = r->i;
    const char *text;
    enum ct_status st =
        ct_check_load_text(r->l, r->section, "choices", true, CT_INI_MAX_LINE, &text);
    if (st != CT_OK)
        return st;
    i->choices = room;
    char *s = r->l->free - strlen(text) - 1; /* the same text, which is ours to cut */
    for (bool more = true; more;) {
        size_t n = strcspn(s, ",");
        more = s[n] == ',';
        s[n] = '\0';
        ct_text_trim(s);
        if (i->n_choices == CT_CHECK_CHOICES_MAX)
            return CT_CHECK_FAIL(r, "choices", "more than %d choices", CT_CHECK_CHOICES_MAX);
        st = read_choice(r, s, &room[i->n_choices]);
        if (st != CT_OK)
            return st;
        i->n_choices++;
        s += n + 1;
    }
    if (i->n_choices < 2)
        return CT_CHECK_FAIL(r, "choices",
                             "there must be two or more, as: Y yes, N no, U not known");
    size_t end = i->n_choices;
    if (i->na)
        room[end++] = (struct ct_choice){"-", "not applicable"};
    room[end] = (struct ct_choice){NULL, NULL};
    return CT_OK;
}

/* ---- conditions ------------------------------------------------------------- */

/* The earlier item of that id, *ret set; or why it cannot be looked back at. */
enum ct_status ct_check_load_earlier(const struct ct_check_reading *r, const char *key,
                                     const char *asked, size_t *ret)
{
    char id[CT_CHECK_ID_MAX + 2], name[sizeof ITEM + CT_CHECK_ID_MAX + 1];
    size_t n = 0;
    for (; asked[n] != '\0' && n <= CT_CHECK_ID_MAX; n++)
        id[n] = ct_lower(asked[n]); /* as the names of sections are read */
    id[n] = '\0';
    size_t at = ct_checklist_find(r->l->t, id);
    if (at != CT_CHECK_NONE) {
        *ret = at;
        return CT_OK;
    }
    snprintf(name, sizeof name, ITEM "%s", id);
    if (strcasecmp(name, r->section) == 0)
        return CT_CHECK_FAIL(r, key, "the item refers to itself");
    if (strlen(id) <= CT_CHECK_ID_MAX && ct_ini_line(r->l->ini, name, NULL) > 0)
        return CT_CHECK_FAIL(r, key,
                             "the item \"%.40s\" stands later, in line %d; a condition looks "
                             "back only, so that none goes round in a circle",
                             id, ct_ini_line(r->l->ini, name, NULL));
    return CT_CHECK_FAIL(r, key, "there is no item \"%.40s\" before this one", id);
}

/* One word of an answer set of item `of`. */
static bool add_value(const struct ct_check_item *of, const char *word, uint16_t *set)
{
    if (strcasecmp(word, "given") == 0) {
        *set |= (uint16_t)(ct_check_values(of) & ~CT_CHECK_NA_BIT);
        return true;
    }
    for (int v = 0; v <= CT_CHECK_NA_VALUE; v++) {
        const char *name = ct_check_value_name(of, v);
        if (name != NULL && strcasecmp(name, word) == 0) {
            *set |= (uint16_t)(1u << v);
            return true;
        }
    }
    return false;
}

/* Words separated by blanks, up to n bytes of s. */
static enum ct_status read_set(const struct ct_check_reading *r, const char *key, const char *s,
                               size_t n, const struct ct_check_item *of, uint16_t *ret)
{
    *ret = 0;
    for (const char *end = s + n; s < end;) {
        size_t gap = strspn(s, " \t,");
        s += gap;
        size_t used = strcspn(s, " \t,");
        if (s >= end || used == 0)
            break;
        char word[CT_CHECK_ID_MAX + 1], may[240];
        snprintf(word, sizeof word, "%.*s",
                 (int)(used < CT_CHECK_ID_MAX ? used : CT_CHECK_ID_MAX), s);
        if (!add_value(of, word, ret)) {
            ct_check_set_text(of, ct_check_values(of), may, sizeof may);
            return CT_CHECK_FAIL(r, key, "\"%s\" is no answer of %s; there is: %s", word,
                                 of == r->i ? "this item" : of->id, may);
        }
        s += used;
    }
    return *ret != 0 ? CT_OK : CT_CHECK_FAIL(r, key, "names no answer");
}

static enum ct_status read_when(const struct ct_check_reading *r)
{
    struct ct_check_item *i = r->i;
    const char *s = ct_check_get(r, "when");
    for (bool more = s != NULL; more;) {
        size_t n = strcspn(s, ",");
        more = s[n] == ',';
        const char *id = s + strspn(s, " \t");
        size_t len = strcspn(id, " \t,");
        char name[CT_CHECK_ID_MAX + 2];
        snprintf(name, sizeof name, "%.*s",
                 (int)(len <= CT_CHECK_ID_MAX ? len : CT_CHECK_ID_MAX + 1), id);
        if (len == 0)
            return CT_CHECK_FAIL(r, "when", "names no item; it is: ITEM ANSWER");
        if (i->n_when == CT_CHECK_CLAUSES_MAX)
            return CT_CHECK_FAIL(r, "when", "more than %d conditions", CT_CHECK_CLAUSES_MAX);
        struct ct_check_clause *c = &i->when[i->n_when];
        enum ct_status st = ct_check_load_earlier(r, "when", name, &c->item);
        if (st == CT_OK)
            st = read_set(r, "when", id + len, (size_t)(s + n - (id + len)),
                          &r->l->t->item[c->item], &c->set);
        if (st != CT_OK)
            return st;
        i->n_when++;
        s += n + 1;
    }
    return CT_OK;
}

static enum ct_status read_own_set(const struct ct_check_reading *r, const char *key,
                                   uint16_t *ret)
{
    const char *s = ct_check_get(r, key);
    return s == NULL ? CT_OK : read_set(r, key, s, strlen(s), r->i, ret);
}

static enum ct_status read_sets(const struct ct_check_reading *r)
{
    struct ct_check_item *i = r->i;
    enum ct_status st = read_own_set(r, "comment_on", &i->comment_on);
    if (st == CT_OK)
        st = read_own_set(r, "stop_on", &i->stop_on);
    if (st == CT_OK)
        st = read_own_set(r, "note_on", &i->note_on);
    if (st != CT_OK)
        return st;
    if (i->stop_on != 0 && !i->mandatory)
        return CT_CHECK_FAIL(r, "stop_on",
                             "a stop needs mandatory = yes: an item that is left out stops "
                             "nothing");
    if (i->stop_on == ct_check_values(i))
        return CT_CHECK_FAIL(r, "stop_on",
                             "every answer would stop; the item could never pass");
    if (i->note_on != 0 && i->note[0] == '\0')
        return CT_CHECK_FAIL(r, "note_on", "there is no note to show");
    if (i->kind == CT_CHECK_SCAN && i->scan == CT_CHECK_WRISTBAND &&
        (i->stop_on & 1u << CT_CHECK_MISMATCH) == 0)
        return CT_CHECK_FAIL(r, "of",
                             "a wristband of somebody else must stop: stop_on = mismatch");
    return CT_OK;
}

static enum ct_status read_by_kind(const struct ct_check_reading *r, struct ct_choice *room)
{
    struct ct_check_item *i = r->i;
    const char *s;
    switch (i->kind) {
    case CT_CHECK_YES_NO:
        i->choices = i->na ? YES_NO_NA : YES_NO;
        i->n_choices = 2;
        return CT_OK;
    case CT_CHECK_CHOICE:
        return read_choices(r, room);
    case CT_CHECK_NUMBER:
        return ct_check_load_number(r);
    case CT_CHECK_SINCE:
        s = ct_check_get(r, "until");
        if (s != NULL && strcmp(s, "now") != 0 && strcmp(s, "start") != 0)
            return CT_CHECK_FAIL(r, "until", "must be now or start");
        i->until_start = s != NULL && strcmp(s, "start") == 0;
        return ct_check_load_spans(r);
    case CT_CHECK_DURATION:
    case CT_CHECK_TIMER:
        return ct_check_load_spans(r);
    case CT_CHECK_SCAN:
        s = ct_check_get(r, "of");
        i->scan = (enum ct_check_scan)index_of(s, CT_CHECK_SCAN_NAME, CT_CHECK_SCANS);
        return i->scan != CT_CHECK_SCANS
                   ? CT_OK
                   : CT_CHECK_FAIL(r, "of", "must say what is scanned: wristband, site or set");
    case CT_CHECK_TEXT:
    case CT_CHECK_DATE:
    case CT_CHECK_TIME:
    case CT_CHECK_KINDS:
        break;
    }
    return CT_OK;
}

enum ct_status ct_check_load_item(struct ct_check_load *l, const char *section)
{
    struct ct_checklist *t = l->t;
    struct ct_check_item *i = &t->item[t->n_items];
    const struct ct_check_reading r = {l, section, i};
    size_t id_at = sizeof ITEM - 1;
    *i = (struct ct_check_item){.section = t->n_sections - 1,
                                .least_ms = CT_UNSET,
                                .most_ms = CT_UNSET,
                                .least_from = CT_CHECK_NONE};
    if (t->n_sections == 0)
        return CT_CHECK_FAIL(&r, NULL,
                             "stands before the first [section.NAME]; somebody must answer it");
    if (!ct_checklist_id_valid(section + id_at))
        return CT_CHECK_FAIL(&r, NULL, "an id has 1 to %d letters, digits, '-' and '_'",
                             CT_CHECK_ID_MAX);
    i->id = l->free;
    l->free += snprintf(l->free, CT_CHECK_ID_MAX + 1, "%s", section + id_at) + 1;
    enum ct_status st = read_kind(&r);
    if (st == CT_OK)
        st = ct_check_load_bool(l, section, "mandatory", true, &i->mandatory);
    if (st == CT_OK)
        st = ct_check_load_bool(l, section, "na", false, &i->na);
    if (st == CT_OK)
        st = ct_check_load_bool(l, section, "two_person",
                                t->section[t->n_sections - 1].two_person, &i->two_person);
    if (st == CT_OK)
        st = read_texts(&r);
    if (st == CT_OK)
        st = read_when(&r);
    /* The choices of all items stand behind each other: behind those of the last. */
    struct ct_choice *room = t->choices;
    for (size_t k = 0; k < t->n_items; k++)
        if (t->item[k].kind == CT_CHECK_CHOICE)
            room += t->item[k].n_choices + 2;
    if (st == CT_OK)
        st = read_by_kind(&r, room);
    return st == CT_OK ? read_sets(&r) : st;
}
