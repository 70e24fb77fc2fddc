/* progress - see progress.h. */
#include "cli/progress.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static volatile sig_atomic_t stop_asked;

static void on_signal(int signo)
{
    stop_asked = signo;
}

void ct_progress_begin(void)
{
    static const int ENDING[] = {SIGINT, SIGTERM, SIGHUP};
    const struct sigaction act = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    stop_asked = 0;
    for (size_t i = 0; i < CT_LEN(ENDING); i++)
        sigaction(ENDING[i], &act, NULL);
}

bool ct_progress_step(enum ct_backup_phase phase, int64_t done, int64_t total, void *arg)
{
    static const char *const WORD[] = {
        [CT_BACKUP_COPYING] = "Copying",
        [CT_BACKUP_CHAIN] = "Checking",
        [CT_BACKUP_READING] = "Reading",
        [CT_PROGRESS_REKEY] = "Sealing anew",
    };
    struct ct_progress *p = arg;
    int percent = total > 0 ? (int)(done * 100 / total) : 0;
    if (stop_asked != 0)
        return false;
    if ((percent == p->shown && (int)phase == p->phase) || !isatty(STDERR_FILENO))
        return true;
    p->shown = percent;
    p->phase = (int)phase;
    if (phase == CT_BACKUP_CHAIN)
        fprintf(stderr, "\r\033[K%s ...", WORD[phase]);
    else
        fprintf(stderr, "\r\033[K%s: %d %%", WORD[phase], percent);
    return true;
}

void ct_progress_end(const struct ct_progress *p)
{
    if (p->shown >= 0)
        fputs("\r\033[K", stderr);
}

void ct_progress_size(int64_t bytes, char out[24])
{
    if (bytes < 1000000)
        snprintf(out, 24, "%.1f kB", (double)bytes / 1e3);
    else if (bytes < 1000000000)
        snprintf(out, 24, "%.1f MB", (double)bytes / 1e6);
    else
        snprintf(out, 24, "%.1f GB", (double)bytes / 1e9);
}
