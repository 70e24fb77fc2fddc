/* escalation_typed - "Dr Demo -5": who, or what, and when, as it is typed in one go. */
#include "clinic/rows.h"

#include <string.h>

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "-5", "8:31", "08:31" and nothing else. */
static bool time_word(const char *s)
{
    size_t n = strlen(s);
    if (s[0] == '-') {
        for (size_t i = 1; i < n; i++)
            if (!digit(s[i]))
                return false;
        return n > 1 && n <= 5;
    }
    size_t colon = strcspn(s, ":");
    return (colon == 1 || colon == 2) && n == colon + 3 && digit(s[0]) && digit(s[colon - 1]) &&
           digit(s[colon + 1]) && digit(s[colon + 2]);
}

/* Where the time begins in s, and where the words before it end; NULL: no time. */
static char *time_at(char *s, bool words, size_t *ret_end)
{
    char *at = strrchr(s, '@'), *blank = strrchr(s, ' ');
    if (at != NULL) {
        char *t = at + 1 + strspn(at + 1, " ");
        if (!words || time_word(t)) { /* in a text an @ may stand for something else */
            *ret_end = (size_t)(at - s);
            return t;
        }
    }
    char *last = blank != NULL ? blank + 1 : s;
    if (words || !time_word(last)) /* a figure at the end of a text belongs to it */
        return NULL;
    *ret_end = (size_t)(last - s);
    return last;
}

enum ct_status ct_escalation_typed(const char *typed, const char *usual, int64_t now_ms,
                                   struct ct_escalation_event *e, struct ct_error *reterr)
{
    char line[512];
    bool words = e->kind >= CT_ESC_OUTCOME;
    if (strlen(typed) >= sizeof line)
        return ct_fail(reterr, CT_EINVAL, words ? "text" : "who", "this is too long");
    ct_text_copy(line, sizeof line, typed);
    ct_text_trim(line);
    size_t end = strlen(line);
    char *when = time_at(line, words, &end);
    e->at_ms = CT_UNSET;
    if (when != NULL) {
        enum ct_status rc = ct_when_parse(when, now_ms, &e->at_ms, reterr);
        if (rc != CT_OK)
            return rc;
    }
    line[end] = '\0';
    ct_text_trim(line);
    const char *said = line[0] != '\0' ? line : usual;
    size_t room = words ? sizeof e->text : sizeof e->who;
    if (strlen(said) >= room)
        return ct_fail(reterr, CT_EINVAL, words ? "text" : "who",
                       "this has %zu bytes; there is room for %zu", strlen(said), room - 1);
    ct_text_copy(words ? e->text : e->who, room, said);
    return CT_OK;
}
