/* export_file - what leaves the store into a file of its own.
 *
 * Layer:  exchange. The file is new, the user's alone (0600), outside of the store's
 *         folder; the chain's entry is there before the first byte, and no half file stays.
 */
#ifndef CT_EXCHANGE_EXPORT_FILE_H
#define CT_EXCHANGE_EXPORT_FILE_H

#include "base/buf.h"
#include "record/app.h"

/* told: writes the entry. CT_EINVAL (path), CT_EEXISTS, CT_EIO, and what told returns. */
CT_NODISCARD enum ct_status ct_export_file(struct ct_app *app, const char *path,
                                           const struct ct_buf *out,
                                           enum ct_status (*told)(struct ct_app *app, void *arg,
                                                                  struct ct_error *reterr),
                                           void *arg, struct ct_error *reterr);

#endif
