/* procedure_text - the words of procedures: states, the fields of a plan, and how a
 * kind and a planned time are typed. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "clinic/rows.h"

/* ---- names ---------------------------------------------------------------- */

static const char *const STATE[CT_PROC_STATES] = {
    [CT_PROC_SCHEDULED] = "scheduled", [CT_PROC_ARRIVED] = "arrived",
    [CT_PROC_PREPARING] = "preparing", [CT_PROC_READY] = "ready",
    [CT_PROC_IN_PROGRESS] = "in progress", [CT_PROC_DONE] = "done",
    [CT_PROC_CANCELLED] = "cancelled", [CT_PROC_NO_SHOW] = "did not attend",
};

const char *ct_proc_state_name(enum ct_proc_state s)
{
    return (unsigned)s < CT_PROC_STATES ? STATE[s] : "";
}

const char *ct_proc_use_name(enum ct_proc_use_kind k)
{
    static const char *const NAME[CT_PROC_USE_KINDS] = {
        [CT_PROC_PERSON] = "person",   [CT_PROC_EQUIPMENT] = "equipment",
        [CT_PROC_SET] = "instruments", [CT_PROC_OUTCOME] = "outcome",
        [CT_PROC_COMPLICATION] = "complication", [CT_PROC_NOTE] = "note",
    };
    return (unsigned)k < CT_PROC_USE_KINDS ? NAME[k] : "";
}

void ct_procedure_text(const struct ct_procedure *p, char *out, size_t size)
{
    CT_BUF b = {.max = 400};
    ct_buf_printf(&b, "P-%lld %s%s%s", (long long)p->id, p->title,
                  p->site[0] != '\0' ? ", " : "", p->site);
    ct_text_copy(out, size, ct_buf_str(&b));
}

bool ct_procedure_late(const struct ct_procedure *p, int64_t now_ms)
{
    if (ct_proc_ended(p->state))
        return false;
    if (p->state == CT_PROC_SCHEDULED)
        return now_ms >= p->planned_ms + CT_MINUTE_MS;
    int64_t begun = p->state == CT_PROC_IN_PROGRESS && p->started_ms != CT_UNSET
                        ? p->started_ms
                        : p->planned_ms;
    return now_ms >= begun + p->minutes * (int64_t)CT_MINUTE_MS;
}

/* ---- fields ---------------------------------------------------------------- */

const struct ct_field CT_PROC_FIELDS[] = {
    {.name = "kind", .label = "Procedure", .unit = "", .kind = CT_F_TEXT, .width = 24,
     .max_bytes = CT_PROC_ID_MAX, .required = true,
     .help = "What is done: the first letters of its words, such as ecg 12."},
    {.name = "title", .label = "Called", .unit = "", .kind = CT_F_TEXT, .width = 40,
     .max_bytes = 79, .help = "How the list calls it; empty takes the usual name."},
    {.name = "site", .label = "Site", .unit = "", .kind = CT_F_TEXT, .width = 40,
     .max_bytes = 79, .help = "Where on the body, with left or right in full: left wrist."},
    {.name = "planned_ms", .label = "When", .unit = "", .kind = CT_F_TEXT, .width = 24,
     .max_bytes = 40, .required = true,
     .help = "14:30 today, tomorrow 9:00, 24 nov 9:00, or +30 for in 30 minutes."},
    {.name = "minutes", .label = "Takes", .unit = "min", .kind = CT_F_INT, .width = 5,
     .hard_lo = 1, .hard_hi = 1440, .soft_lo = 1, .soft_hi = 480,
     .help = "Empty takes the usual time of this procedure."},
    {.name = "room", .label = "Room", .unit = "", .kind = CT_F_TEXT, .width = 24,
     .max_bytes = 64, .help = "Where it is done; may stay empty until it is known."},
    {.name = "assigned", .label = "Who", .unit = "", .kind = CT_F_TEXT, .width = 24,
     .max_bytes = 64,
     .help = "Login or part of the name of who does it; me; empty for nobody yet."},
    {.name = "note", .label = "Note", .unit = "", .kind = CT_F_TEXT, .width = 50,
     .max_bytes = CT_PROC_TEXT_MAX, .help = "What who does it should know."},
};
const size_t CT_PROC_FIELDS_N = CT_LEN(CT_PROC_FIELDS);

/* ---- a kind, as it is typed -------------------------------------------------- */

/* Every word of `folded` begins a word of the kind's name or title. */
static bool kind_matches(const struct ct_proc_kind *k, const char *folded)
{
    CT_BUF b = {.max = 512};
    ct_buf_char(&b, ' ');
    ct_text_fold(&b, k->id);
    ct_buf_char(&b, ' ');
    ct_text_fold(&b, k->title);
    const char *all = ct_buf_str(&b);
    for (const char *s = folded; *s != '\0';) {
        size_t n = strcspn(s, " ");
        char word[64];
        bool found = false;
        if (n + 2 > sizeof word)
            return false;
        snprintf(word, sizeof word, " %.*s", (int)n, s);
        found = strstr(all, word) != NULL;
        if (!found)
            return false;
        s += n + strspn(s + n, " ");
    }
    return true;
}

enum ct_status ct_proc_kind_typed(const struct ct_proc_kinds *kinds, const char *s,
                                  const struct ct_proc_kind **ret, struct ct_error *reterr)
{
    char id[CT_PROC_ID_MAX + 1];
    ct_text_copy(id, sizeof id, s);
    ct_text_trim(id);
    *ret = ct_proc_kind_find(kinds, id);
    if (*ret != NULL)
        return CT_OK;
    CT_BUF folded = {.max = 256}, names = {.max = 300};
    ct_text_fold(&folded, s);
    size_t n = 0;
    for (size_t i = 0; folded.len > 0 && i < kinds->n; i++) {
        if (!kind_matches(&kinds->kind[i], ct_buf_str(&folded)))
            continue;
        *ret = &kinds->kind[i];
        if (n++ < 6)
            ct_buf_printf(&names, "%s%s", n > 1 ? ", " : "", kinds->kind[i].id);
    }
    if (n == 1)
        return CT_OK;
    *ret = NULL;
    if (n > 1)
        return ct_fail(reterr, CT_EINVAL, "kind", "\"%.40s\" may be %s%s: which?", s,
                       ct_buf_str(&names), n > 6 ? " ..." : "");
    if (folded.len == 0)
        return ct_fail(reterr, CT_EINVAL, "kind", "What is to be done is missing");
    return ct_fail(reterr, CT_EINVAL, "kind",
                   "there is no procedure \"%.40s\" in procedures.ini", s);
}

/* ---- a time to come, as it is typed ----------------------------------------- */

static enum ct_status no_time(const char *s, struct ct_error *reterr)
{
    return ct_fail(reterr, CT_EINVAL, "planned_ms",
                   "\"%.40s\" is no time: 14:30, tomorrow 9:00, 24 nov 9:00, "
                   "2026-11-24 09:00 or +30",
                   s);
}

/* "9:05", "0905", "905", "9.05", "9" is none. */
static bool clock_word(const char *s, int *hour, int *minute)
{
    char digits[5];
    size_t n = 0, after = 0;
    bool colon = false;
    for (; *s != '\0'; s++) {
        if ((*s == ':' || *s == '.') && !colon && n > 0) {
            colon = true;
            continue;
        }
        if (*s < '0' || *s > '9' || n == 4)
            return false;
        digits[n++] = *s;
        after += colon;
    }
    digits[n] = '\0';
    if ((colon && after != 2) || n < 3)
        return false;
    int64_t all;
    if (!ct_parse_int(digits, 0, 2359, &all))
        return false;
    *hour = (int)(all / 100);
    *minute = (int)(all % 100);
    return *minute < 60;
}

/* A day of which the year may be missing: the nearest one. */
static bool day_words(const char *s, ct_date today, ct_date *ret)
{
    static const char *const DAYS[] = {"yesterday", "today", "tomorrow"};
    int y, m, d;
    for (int i = 0; i < 3; i++)
        if (strcasecmp(s, DAYS[i]) == 0) {
            *ret = today + i - 1;
            return true;
        }
    ct_date_split(today, &y, &m, &d);
    for (int i = 0; i < 4; i++) { /* as it stands; then with this, last and next year */
        static const int YEAR[] = {0, 0, -1, 1};
        char text[64];
        ct_date got, far = 0;
        if (i == 0)
            snprintf(text, sizeof text, "%s", s);
        else
            snprintf(text, sizeof text, "%s%s%04d", s, strchr(s, '/') != NULL   ? "/"
                                                       : strchr(s, '.') != NULL ? "."
                                                                                : " ",
                     y + YEAR[i]);
        if (ct_date_parse(text, today + 731, &got, NULL) != CT_OK)
            continue;
        if (i == 0) {
            *ret = got;
            return true;
        }
        far = got > today ? got - today : today - got;
        if (far <= 183 || (i == 1 && far == 0)) {
            *ret = got;
            return true;
        }
    }
    return false;
}

enum ct_status ct_proc_when_parse(const char *s, int64_t now_ms, int64_t *ret,
                                  struct ct_error *reterr)
{
    char text[64];
    int64_t minutes;
    int hour, minute, y, m, d;
    ct_date day = ct_date_at(now_ms);
    if (strlen(s) >= sizeof text)
        return no_time(s, reterr);
    ct_text_copy(text, sizeof text, s);
    ct_text_trim(text);
    if (strcasecmp(text, "now") == 0) {
        *ret = now_ms - now_ms % CT_MINUTE_MS;
        return CT_OK;
    }
    if (text[0] == '+') {
        if (!ct_parse_int(text + 1, 0, 1440, &minutes))
            return no_time(s, reterr);
        *ret = now_ms - now_ms % CT_MINUTE_MS + minutes * CT_MINUTE_MS;
        return CT_OK;
    }
    char *blank = strrchr(text, ' ');
    const char *clock = blank != NULL ? blank + 1 : text;
    if (!clock_word(clock, &hour, &minute))
        return no_time(s, reterr);
    if (blank != NULL) {
        *blank = '\0';
        if (blank > text && blank[-1] == '.') /* 2.12. */
            blank[-1] = '\0';
        if (!day_words(text, day, &day))
            return no_time(s, reterr);
    }
    ct_date_split(day, &y, &m, &d);
    *ret = ct_civil_ms(&(struct ct_civil){
        .year = y, .month = m, .day = d, .hour = hour, .minute = minute});
    return CT_OK;
}

void ct_proc_when_text(int64_t ms, int64_t now_ms, char out[32])
{
    char day[16], at[8];
    ct_time_text(ms, at);
    if (ct_date_at(ms) == ct_date_at(now_ms)) {
        snprintf(out, 32, "%s", at);
        return;
    }
    ct_date_text(ct_date_at(ms), day);
    snprintf(out, 32, "%s %s", day, at);
}
