/* term_probe - what a TERM can do, for `clintech doctor`; opens no screen. */
#include "ui/tk/term.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <term.h>
#include <unistd.h>

static bool has(const char *capability)
{
    const char *s = tigetstr(capability);
    return s != NULL && (intptr_t)s != -1 && s[0] != '\0';
}

bool ct_term_describe(const char *term, char *out, size_t size)
{
    int status = 0;
    if (term == NULL || term[0] == '\0') {
        snprintf(out, size, "the workstation would be drawn as on a vt100");
        return true;
    }
    if (setupterm(term, STDERR_FILENO, &status) != OK) {
        snprintf(out, size, "unknown here; the workstation would be drawn as on a vt100");
        return true;
    }
    bool good = has("cup");
    int colours = tigetnum("colors");
    if (!good)
        snprintf(out, size, "has no cursor addressing: the workstation cannot be drawn on it");
    else if (colours > 0)
        snprintf(out, size, "cursor addressing, %d colours", colours);
    else
        snprintf(out, size, "cursor addressing, no colours");
    del_curterm(cur_term);
    return good;
}
