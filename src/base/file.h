/* file - what every writer of a file needs.
 *
 * Layer:  base. Both return 0 or an errno.
 */
#ifndef CT_BASE_FILE_H
#define CT_BASE_FILE_H

#include "base/status.h"

/* All n bytes, or an error: a write that takes a part is gone on with. */
CT_NODISCARD int ct_write_all(int fd, const void *data, size_t n);
/* The name of a new or renamed file is on the disk when its directory is. */
CT_NODISCARD int ct_sync_dir(const char *dir);

#endif
