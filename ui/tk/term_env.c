/* term_env - the environment is rebuilt from an allow-list; the locale is UTF-8
 * whatever it was. */
#include "ui/tk/term_priv.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WORD_MAX = 63, PATH_MAX_BYTES = 4000, VARIABLES_MAX = 40 };

/* ---- values ------------------------------------------------------------- */

/* Letters, digits and `more`; begins with a letter or a digit. */
static bool plain(const char *s, size_t max, const char *more)
{
    size_t n = strlen(s);
    if (n == 0 || n > max)
        return false;
    for (size_t i = 0; i < n; i++) {
        char c = s[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && (i == 0 || strchr(more, c) == NULL))
            return false;
    }
    return true;
}

bool ct_term_name_ok(const char *term)
{
    return term != NULL && plain(term, WORD_MAX, "-+._");
}

static bool is_locale(const char *s)
{
    return plain(s, WORD_MAX, "-_.@");
}

static bool is_zone(const char *s)
{
    if (*s == ':')
        s++;
    return (plain(s, 100, "/_+-,.:") || (s[0] == '<' && plain(s + 1, 100, "/_+-,.:<>"))) &&
           strstr(s, "..") == NULL;
}

static bool is_path(const char *s)
{
    size_t n = strlen(s);
    if (s[0] != '/' || n > PATH_MAX_BYTES)
        return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
            return false;
    return true;
}

static bool is_number(const char *s)
{
    size_t n = strlen(s);
    return n >= 1 && n <= 5 && strspn(s, "0123456789") == n;
}

static bool is_short_text(const char *s)
{
    size_t n = strlen(s);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)s[i] < 0x20 || (unsigned char)s[i] > 0x7e)
            return false;
    return n <= 200;
}

static const struct {
    const char *name; /* ends in _ : a prefix */
    bool (*ok)(const char *value);
} ALLOWED[] = {
    {"LANG", is_locale},         {"LC_", is_locale},          {"TZ", is_zone},
    {"HOME", is_path},           {"XDG_STATE_HOME", is_path}, {"XDG_CONFIG_HOME", is_path},
    {"NO_COLOR", is_short_text}, {"ESCDELAY", is_number},     {"SSH_CONNECTION", is_short_text},
    {"SSH_TTY", is_path},        {"COLORTERM", is_locale},
};

/* One "NAME=value" of the old environment may stay. */
static bool allowed(const char *entry)
{
    const char *eq = strchr(entry, '=');
    if (eq == NULL)
        return false;
    size_t n = (size_t)(eq - entry);
    for (size_t i = 0; i < CT_LEN(ALLOWED); i++) {
        size_t len = strlen(ALLOWED[i].name);
        bool prefix = ALLOWED[i].name[len - 1] == '_';
        if (strncmp(entry, ALLOWED[i].name, len) == 0 && (n == len || (prefix && n > len)))
            return ALLOWED[i].ok(eq + 1);
    }
    return false;
}

static bool same_name(const char *a, const char *b)
{
    size_t n = strcspn(a, "=");
    return n == strcspn(b, "=") && strncmp(a, b, n) == 0;
}

void ct_term_environment(char ***environ_ptr)
{
    static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
    static char plain_term[] = "TERM=vt100";
    static char *smallest[] = {path, plain_term, NULL};
    char **old = *environ_ptr, *keep[VARIABLES_MAX + 3];
    size_t n = 0;
    keep[n++] = path;
    for (size_t i = 0; old != NULL && old[i] != NULL && n < VARIABLES_MAX; i++) {
        bool term = strncmp(old[i], "TERM=", 5) == 0;
        if (!term && !allowed(old[i]))
            continue;
        bool there = false; /* of two with one name the first counts */
        for (size_t k = 0; k < n; k++)
            there = there || same_name(keep[k], old[i]);
        if (!there)
            keep[n++] = term && !ct_term_name_ok(old[i] + 5) ? plain_term : old[i];
    }
    keep[n++] = NULL;
    char **fresh = calloc(n, sizeof *fresh);
    if (fresh == NULL) {
        *environ_ptr = smallest;
        return;
    }
    memcpy(fresh, keep, n * sizeof *fresh);
    *environ_ptr = fresh;
}

/* ---- locale ------------------------------------------------------------- */

static bool utf8_now(void)
{
    return strcasecmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

bool ct_term_locale(const char *charset, bool *ret_ascii)
{
    static const char *const OTHERS[] = {"C.UTF-8", "C.utf8", "en_US.UTF-8"};
    bool theirs = setlocale(LC_CTYPE, "") != NULL && utf8_now();
    *ret_ascii = strcmp(charset, "ascii") == 0 || (!theirs && strcmp(charset, "utf-8") != 0);
    for (size_t i = 0; !theirs && i < CT_LEN(OTHERS); i++)
        if (setlocale(LC_CTYPE, OTHERS[i]) != NULL && utf8_now())
            return true;
    return theirs;
}
