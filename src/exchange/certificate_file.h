/* certificate_file - a certificate as a file or on standard output, and the chain's entry
 * that it left.
 *
 * Layer:  exchange.
 * Form:   UTF-8, 80 columns, pages of 60 lines parted by form feeds (clinic/calibration.h).
 */
#ifndef CT_EXCHANGE_CERTIFICATE_FILE_H
#define CT_EXCHANGE_CERTIFICATE_FILE_H

#include "clinic/calibration.h"

enum { CT_CERTIFICATE_COLS = 80, CT_CERTIFICATE_LINES = 60 };

/* Into a new file as export_file.h says, drawn as a PDF where its name ends in ".pdf"; what is written is not encrypted any more. */
CT_NODISCARD enum ct_status ct_certificate_file(struct ct_app *app, int64_t calibration_id,
                                                const char *path, struct ct_error *reterr);
/* The pages, once the chain says that they leave to `where`. Appended. */
CT_NODISCARD enum ct_status ct_certificate_pages(struct ct_app *app, int64_t calibration_id,
                                                 const char *where, struct ct_buf *out,
                                                 struct ct_error *reterr);

#endif
