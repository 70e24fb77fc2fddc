/* checklist_item - reads one [item.ID] of a checklist and refuses what could not be
 * answered, could never pass, or would be silently without effect. */
#include "clinic/checklist_priv.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"
#include "base/text.h"
#include "clinic/range.h"

enum { PLACES_MAX = 3, UNIT_MAX = 15, CODE_MAX = 8, LABEL_MAX = 60, HOURS_MAX = 30 * 24 };

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

/* The item that is being read, and where it stands. */
struct reading {
    struct ct_check_load *l;
    const char *section;
    struct ct_check_item *i;
};

#define FAIL(r, key, ...)                                                                      \
    ct_ini_fail((r)->l->ini, (r)->section, key, (r)->l->reterr, __VA_ARGS__)

static const char *get(const struct reading *r, const char *key)
{
    return ct_ini_get(r->l->ini, r->section, key);
}

static enum ct_status check_keys(const struct reading *r)
{
    const char *key;
    for (size_t k = 0; (key = ct_ini_key(r->l->ini, r->section, k)) != NULL; k++) {
        size_t at = 0;
        while (at < CT_LEN(KEYS) && strcmp(KEYS[at].key, key) != 0)
            at++;
        if (at == CT_LEN(KEYS))
            return FAIL(r, key, "an item has no such key");
        if ((KEYS[at].kinds & OF(r->i->kind)) == 0)
            return FAIL(r, key, "does not belong to an item of kind %s",
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

static enum ct_status read_kind(const struct reading *r)
{
    const char *word = get(r, "kind");
    size_t at = index_of(word, CT_CHECK_KIND_NAME, CT_CHECK_KINDS);
    if (word == NULL)
        return FAIL(r, "kind",
                    "is missing; it is yes-no, choice, text, number, date, time, "
                    "since, duration, timer or scan");
    if (at == CT_CHECK_KINDS)
        return FAIL(r, "kind",
                    "\"%.40s\" is not yes-no, choice, text, number, date, time, "
                    "since, duration, timer or scan",
                    word);
    r->i->kind = (enum ct_check_kind)at;
    return check_keys(r);
}

static enum ct_status read_texts(const struct reading *r)
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
static enum ct_status read_choice(const struct reading *r, char *s, struct ct_choice *ret)
{
    char *label = strchr(s, ' ');
    if (label != NULL)
        *label++ = '\0';
    if (!is_code(s))
        return FAIL(r, "choices",
                    "\"%.40s\" is no code: 1 to %d letters or digits before "
                    "each label, and neither na nor given",
                    s, CODE_MAX);
    if (label == NULL || label[0] == '\0')
        return FAIL(r, "choices", "the code %s has no label behind it", s);
    if (strlen(label) > LABEL_MAX)
        return FAIL(r, "choices", "the label of %s has %zu bytes of at most %d", s,
                    strlen(label), LABEL_MAX);
    for (size_t k = 0; k < r->i->n_choices; k++)
        if (strcasecmp(r->i->choices[k].code, s) == 0)
            return FAIL(r, "choices", "the code %s comes twice", s);
    *ret = (struct ct_choice){s, label};
    return CT_OK;
}

static enum ct_status read_choices(const struct reading *r, struct ct_choice *room)
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
            return FAIL(r, "choices", "more than %d choices", CT_CHECK_CHOICES_MAX);
        st = read_choice(r, s, &room[i->n_choices]);
        if (st != CT_OK)
            return st;
        i->n_choices++;
        s += n + 1;
    }
    if (i->n_choices < 2)
        return FAIL(r, "choices", "there must be two or more, as: Y yes, N no, U not known");
    size_t end = i->n_choices;
    if (i->na)
        room[end++] = (struct ct_choice){"-", "not applicable"};
    room[end] = (struct ct_choice){NULL, NULL};
    return CT_OK;
}

/* ---- limits ---------------------------------------------------------------- */

static enum ct_status read_range(const struct reading *r, const char *key, struct ct_range *ret)
{
    const char *s = get(r, key);
    int places = r->i->places;
    if (s == NULL)
        return FAIL(r, key, "is missing; a number needs its limits, as: 30..250");
    if (ct_range_parse(s, strlen(s), places, ret) && ret->lo != CT_OPEN_LO &&
        ret->hi != CT_OPEN_HI)
        return CT_OK;
    const char *dots = strstr(s, "..");
    int64_t lo, hi;
    size_t n = dots != NULL ? (size_t)(dots - s) : 0;
    while (n > 0 && s[n - 1] == ' ')
        n--;
    if (dots != NULL && ct_scaled_parse(s, n, places, &lo) &&
        ct_scaled_parse(dots + 2 + strspn(dots + 2, " "),
                        strlen(dots + 2 + strspn(dots + 2, " ")), places, &hi) &&
        lo > hi)
        return FAIL(r, key, "the limits are the wrong way round; the lower comes first");
    return FAIL(r, key, "\"%.40s\" is not a range such as 30..250 with at most %d decimals", s,
                places);
}

static enum ct_status read_number(const struct reading *r)
{
    struct ct_check_item *i = r->i;
    const char *s = get(r, "places");
    int64_t places = 0;
    struct ct_range hard, usual;
    if (s != NULL && !ct_parse_int(s, 0, PLACES_MAX, &places))
        return FAIL(r, "places", "must be 0 to %d", PLACES_MAX);
    i->places = (int)places;
    enum ct_status st = read_range(r, "hard", &hard);
    if (st != CT_OK)
        return st;
    if (hard.lo == hard.hi)
        return FAIL(r, "hard", "leaves one value only");
    usual = hard;
    if (get(r, "usual") != NULL)
        st = read_range(r, "usual", &usual);
    if (st != CT_OK)
        return st;
    if (usual.lo < hard.lo || usual.hi > hard.hi)
        return FAIL(r, "usual", "must lie within hard");
    i->hard_lo = hard.lo, i->hard_hi = hard.hi;
    i->usual_lo = usual.lo, i->usual_hi = usual.hi;
    return CT_OK;
}

/* "6 h", "2 h 30 min", "90 min". */
static bool hours_parse(const char *s, int64_t *ret_ms)
{
    int64_t total = 0, n;
    for (int last = 0; *s != '\0' || last == 0;) {
        s += strspn(s, " ");
        size_t digits = strspn(s, "0123456789");
        char figure[8];
        if (digits == 0 || digits >= sizeof figure)
            return false;
        memcpy(figure, s, digits);
        figure[digits] = '\0';
        if (!ct_parse_int(figure, 0, HOURS_MAX * 60, &n))
            return false;
        s += digits + strspn(s + digits, " ");
        if (last == 0 && s[0] == 'h') {
            total += n * CT_HOUR_MS;
            last = 1;
            s += 1;
        } else if (last <= 1 && strncmp(s, "min", 3) == 0) {
            total += n * CT_MINUTE_MS;
            last = 2;
            s += 3;
        } else {
            return false;
        }
        s += strspn(s, " ");
    }
    *ret_ms = total;
    return total > 0 && total <= (int64_t)HOURS_MAX * CT_HOUR_MS;
}

bool ct_check_minutes_parse(const char *s, int64_t *ret_ms)
{
    size_t n = strspn(s, "0123456789");
    if (n < 1 || n > 2 || s[n] != ':' || !ct_is_digit(s[n + 1]) || !ct_is_digit(s[n + 2]) ||
        s[n + 3] != '\0' || s[n + 1] > '5')
        return false;
    int min = n == 1 ? s[0] - '0' : (s[0] - '0') * 10 + (s[1] - '0');
    int sec = (s[n + 1] - '0') * 10 + (s[n + 2] - '0');
    *ret_ms = (int64_t)min * CT_MINUTE_MS + (int64_t)sec * 1000;
    return true;
}

void ct_check_minutes_text(int64_t ms, char *out, size_t size)
{
    long long s = ms < 0 ? 0 : ms / 1000;
    snprintf(out, size, "%lld:%02lld", s / 60, s % 60);
}

static enum ct_status read_span(const struct reading *r, const char *key, int64_t *ret)
{
    const char *s = get(r, key);
    if (s == NULL)
        return CT_OK;
    if (r->i->kind == CT_CHECK_SINCE && !hours_parse(s, ret))
        return FAIL(r, key,
                    "\"%.40s\" is not a span such as 6 h, 2 h 30 min or 90 min, at "
                    "most %d h",
                    s, HOURS_MAX);
    if (r->i->kind != CT_CHECK_SINCE && (!ct_check_minutes_parse(s, ret) || *ret == 0))
        return FAIL(r, key, "\"%.40s\" is not minutes:seconds such as 2:00, 0:01 to 99:59", s);
    return CT_OK;
}

static bool same_when(const struct ct_check_item *a, const struct ct_check_item *b)
{
    for (size_t k = 0; k < a->n_when; k++)
        if (a->n_when != b->n_when || a->when[k].item != b->when[k].item ||
            a->when[k].set != b->when[k].set)
            return false;
    return true; /* no condition at all is always met */
}

/* The earlier item of that id, *ret set; or why it cannot be looked back at. */
static enum ct_status earlier(const struct reading *r, const char *key, const char *asked,
                              size_t *ret)
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
        return FAIL(r, key, "the item refers to itself");
    if (strlen(id) <= CT_CHECK_ID_MAX && ct_ini_line(r->l->ini, name, NULL) > 0)
        return FAIL(r, key,
                    "the item \"%.40s\" stands later, in line %d; a condition looks "
                    "back only, so that none goes round in a circle",
                    id, ct_ini_line(r->l->ini, name, NULL));
    return FAIL(r, key, "there is no item \"%.40s\" before this one", id);
}

static enum ct_status read_spans(const struct reading *r)
{
    struct ct_check_item *i = r->i;
    const char *from = get(r, "least_from");
    enum ct_status st = read_span(r, "least", &i->least_ms);
    if (st == CT_OK)
        st = read_span(r, "most", &i->most_ms);
    if (st != CT_OK)
        return st;
    if (i->least_ms != CT_UNSET && i->most_ms != CT_UNSET && i->least_ms > i->most_ms)
        return FAIL(r, "most", "the limits are the wrong way round: most is less than least");
    if (from == NULL)
        return CT_OK;
    if (i->least_ms != CT_UNSET)
        return FAIL(r, "least_from", "there is a least already; keep one of them");
    st = earlier(r, "least_from", from, &i->least_from);
    if (st != CT_OK)
        return st;
    const struct ct_check_item *d = &r->l->t->item[i->least_from];
    if (d->kind != CT_CHECK_DURATION || !d->mandatory || d->na)
        return FAIL(r, "least_from",
                    "\"%.40s\" must be of kind duration, mandatory and without "
                    "n/a, so that there is a time to reach",
                    from);
    if (!same_when(d, i))
        return FAIL(r, "least_from",
                    "\"%.40s\" may be hidden while this is shown; give both the "
                    "same when",
                    from);
    return CT_OK;
}

/* ---- conditions ------------------------------------------------------------- */

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
static enum ct_status read_set(const struct reading *r, const char *key, const char *s,
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
            return FAIL(r, key, "\"%s\" is no answer of %s; there is: %s", word,
                        of == r->i ? "this item" : of->id, may);
        }
        s += used;
    }
    return *ret != 0 ? CT_OK : FAIL(r, key, "names no answer");
}

static enum ct_status read_when(const struct reading *r)
{
    struct ct_check_item *i = r->i;
    const char *s = get(r, "when");
    for (bool more = s != NULL; more;) {
        size_t n = strcspn(s, ",");
        more = s[n] == ',';
        const char *id = s + strspn(s, " \t");
        size_t len = strcspn(id, " \t,");
        char name[CT_CHECK_ID_MAX + 2];
        snprintf(name, sizeof name, "%.*s",
                 (int)(len <= CT_CHECK_ID_MAX ? len : CT_CHECK_ID_MAX + 1), id);
        if (len == 0)
            return FAIL(r, "when", "names no item; it is: ITEM ANSWER");
        if (i->n_when == CT_CHECK_CLAUSES_MAX)
            return FAIL(r, "when", "more than %d conditions", CT_CHECK_CLAUSES_MAX);
        struct ct_check_clause *c = &i->when[i->n_when];
        enum ct_status st = earlier(r, "when", name, &c->item);
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

static enum ct_status read_own_set(const struct reading *r, const char *key, uint16_t *ret)
{
    const char *s = get(r, key);
    return s == NULL ? CT_OK : read_set(r, key, s, strlen(s), r->i, ret);
}

static enum ct_status read_sets(const struct reading *r)
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
        return FAIL(r, "stop_on",
                    "a stop needs mandatory = yes: an item that is left out stops "
                    "nothing");
    if (i->stop_on == ct_check_values(i))
        return FAIL(r, "stop_on", "every answer would stop; the item could never pass");
    if (i->note_on != 0 && i->note[0] == '\0')
        return FAIL(r, "note_on", "there is no note to show");
    if (i->kind == CT_CHECK_SCAN && i->scan == CT_CHECK_WRISTBAND &&
        (i->stop_on & 1u << CT_CHECK_MISMATCH) == 0)
        return FAIL(r, "of", "a wristband of somebody else must stop: stop_on = mismatch");
    return CT_OK;
}

static enum ct_status read_by_kind(const struct reading *r, struct ct_choice *room)
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
        return read_number(r);
    case CT_CHECK_SINCE:
        s = get(r, "until");
        if (s != NULL && strcmp(s, "now") != 0 && strcmp(s, "start") != 0)
            return FAIL(r, "until", "must be now or start");
        i->until_start = s != NULL && strcmp(s, "start") == 0;
        return read_spans(r);
    case CT_CHECK_DURATION:
    case CT_CHECK_TIMER:
        return read_spans(r);
    case CT_CHECK_SCAN:
        s = get(r, "of");
        i->scan = (enum ct_check_scan)index_of(s, CT_CHECK_SCAN_NAME, CT_CHECK_SCANS);
        return i->scan != CT_CHECK_SCANS
                   ? CT_OK
                   : FAIL(r, "of", "must say what is scanned: wristband, site or set");
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
    const struct reading r = {l, section, i};
    size_t id_at = sizeof ITEM - 1;
    *i = (struct ct_check_item){.section = t->n_sections - 1,
                                .least_ms = CT_UNSET,
                                .most_ms = CT_UNSET,
                                .least_from = CT_CHECK_NONE};
    if (t->n_sections == 0)
        return FAIL(&r, NULL,
                    "stands before the first [section.NAME]; somebody must answer it");
    if (!ct_checklist_id_valid(section + id_at))
        return FAIL(&r, NULL, "an id has 1 to %d letters, digits, '-' and '_'",
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
