/* progress - how far a backup or restore is, on standard error when it is a terminal,
 * and a way to stop it that leaves nothing behind.
 *
 * Layer:  cli, for backup.c, restore.c and rekey.c only.
 */
#ifndef CT_CLI_PROGRESS_H
#define CT_CLI_PROGRESS_H

#include "record/backup.h"

enum { CT_PROGRESS_REKEY = CT_BACKUP_PHASES }; /* a phase beside those of a backup */

struct ct_progress {
    int shown; /* percent, -1: nothing yet */
    int phase;
};
#define CT_PROGRESS_INIT                                                                       \
    {                                                                                          \
        .shown = -1, .phase = -1                                                               \
    }

/* Interrupt, hang-up and termination are kept in mind instead of ending the program. */
void ct_progress_begin(void);
/* arg is the struct above. */
bool ct_progress_step(enum ct_backup_phase phase, int64_t done, int64_t total, void *arg);
void ct_progress_end(const struct ct_progress *p); /* the line is wiped */
/* "12.3 MB" */
void ct_progress_size(int64_t bytes, char out[24]);

#endif
