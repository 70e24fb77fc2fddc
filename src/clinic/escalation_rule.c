/* escalation_rule - see escalation_rule.h. */
#include "clinic/escalation_rule.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "clinic/range.h"

static size_t blanks(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && (s[i] == ' ' || s[i] == '\t'))
        i++;
    return i;
}

/* "medical team 30", n bytes without the commas around it. */
static enum ct_status level_parse(const char *s, size_t n, struct ct_escalation_rule *r,
                                  struct ct_error *reterr)
{
    size_t skip = blanks(s, n);
    s += skip;
    n -= skip;
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
        n--;
    size_t digits = 0, name;
    int64_t minutes = 0;
    while (digits < n && s[n - 1 - digits] >= '0' && s[n - 1 - digits] <= '9')
        digits++;
    name = n - digits;
    if (digits == 0 || digits > 4 || name == 0 || (s[name - 1] != ' ' && s[name - 1] != '\t') ||
        !ct_scaled_parse(s + name, digits, 0, &minutes) || minutes < 1 ||
        minutes > CT_LEVEL_MIN_MAX)
        return ct_fail(reterr, CT_EINVAL, "escalate",
                       "\"%.*s\" is not somebody and minutes from 1 to %d, such as "
                       "\"medical team 30\"",
                       (int)n, s, CT_LEVEL_MIN_MAX);
    if (r->n_levels == CT_LEVELS_MAX)
        return ct_fail(reterr, CT_EINVAL, "escalate", "at most %d levels", CT_LEVELS_MAX);
    char *to = r->level[r->n_levels];
    if (name >= CT_LEVEL_BYTES)
        return ct_fail(reterr, CT_EINVAL, "escalate", "\"%.*s\": a name has at most %d bytes",
                       (int)name, s, CT_LEVEL_BYTES - 1);
    memcpy(to, s, name);
    to[name] = '\0';
    ct_text_trim(to);
    for (size_t i = 0; i < r->n_levels; i++)
        if (strcmp(r->level[i], to) == 0)
            return ct_fail(reterr, CT_EINVAL, "escalate", "\"%s\" stands there twice", to);
    r->accept_min[r->n_levels++] = (int)minutes;
    return CT_OK;
}

enum ct_status ct_escalation_levels_parse(const char *text, struct ct_escalation_rule *ret,
                                          struct ct_error *reterr)
{
    struct ct_escalation_rule r = *ret;
    r.n_levels = 0;
    memset(r.level, 0, sizeof r.level);
    memset(r.accept_min, 0, sizeof r.accept_min);
    for (const char *s = text;; s++) {
        size_t n = strcspn(s, ",");
        enum ct_status rc = level_parse(s, n, &r, reterr);
        if (rc != CT_OK)
            return rc;
        s += n;
        if (*s == '\0')
            break;
    }
    *ret = r;
    return CT_OK;
}

void ct_escalation_levels_text(const struct ct_escalation_rule *r, char out[CT_LEVELS_TEXT])
{
    size_t at = 0;
    out[0] = '\0';
    for (size_t i = 0; i < r->n_levels && at < CT_LEVELS_TEXT; i++) {
        int n = snprintf(out + at, CT_LEVELS_TEXT - at, "%s%s %d", i > 0 ? ", " : "",
                         r->level[i], r->accept_min[i]);
        at += n > 0 ? (size_t)n : 0;
    }
}

int ct_escalation_accept_min(const struct ct_escalation_rule *r)
{
    int sum = 0;
    for (size_t i = 0; i < r->n_levels; i++)
        sum += r->accept_min[i];
    return sum;
}
