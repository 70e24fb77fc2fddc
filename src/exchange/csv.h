/* csv - comma-separated values, RFC 4180: read row by row in constant memory,
 * with every byte of a row kept as it came; write with quoting.
 *
 * Layer:  exchange.
 * Reading: bytes come from a callback in any portions. A row ends at LF, CRLF or
 *         a lone CR outside quotes; the last one needs no end. A UTF-8 byte
 *         order mark before the first row belongs to no field. Bytes are not
 *         decoded: any encoding that keeps ASCII passes. What RFC 4180 does not
 *         allow (text after a closing quote, a quote never closed) is read as
 *         most readers do, and the row is marked with what is wrong.
 * Fields are parted by commas, unless ct_csv_sniff finds another mark.
 * Bounds: CT_CSV_ROW_MAX bytes and CT_CSV_FIELDS_MAX fields a row.
 */
#ifndef CT_EXCHANGE_CSV_H
#define CT_EXCHANGE_CSV_H

#include "base/buf.h"

enum { CT_CSV_ROW_MAX = 1 << 20, CT_CSV_FIELDS_MAX = 4096 };

/* Up to `cap` bytes into buf; *ret_n 0 only at the end of the input. */
typedef enum ct_status ct_csv_read_fn(void *arg, char *buf, size_t cap, size_t *ret_n,
                                      struct ct_error *reterr);

struct ct_csv_field {
    const char *s; /* quotes taken off; n bytes, then a NUL n does not count */
    size_t n;
};
/* Borrowed from the reader until the next row. */
struct ct_csv_row {
    const struct ct_csv_field *field;
    size_t n;           /* at least 1; a blank line is one empty field, raw_n 0 */
    const char *raw;    /* the row as it came: quotes, mark and all, no line end */
    size_t raw_n;
    const char *eol;    /* "\n", "\r\n", "\r", or "" at the end of the input */
    const char *fault;  /* NULL, or what RFC 4180 does not allow here */
    bool open_quote;    /* the input ended inside quotes */
    uint64_t line;      /* where it begins, from 1 */
};

struct ct_csv; /* a reader */
CT_NODISCARD enum ct_status ct_csv_open(ct_csv_read_fn *read, void *arg, struct ct_csv **ret,
                                        struct ct_error *reterr);
void ct_csv_free(struct ct_csv *r);
void ct_csv_freep(struct ct_csv **r);
#define CT_CSV CT_CLEANUP(ct_csv_freep) struct ct_csv
/* Before the first row: if the first line that is neither blank nor begun with # has no comma
 * but semicolons or tabs, they part the fields. */
CT_NODISCARD enum ct_status ct_csv_sniff(struct ct_csv *r, struct ct_error *reterr);
/* The next row; *ret_end true when there is none. CT_EFOREIGN with the line for a
 * row beyond the bounds (the reader is of no use then); what `read` returned. */
CT_NODISCARD enum ct_status ct_csv_next(struct ct_csv *r, struct ct_csv_row *ret,
                                        bool *ret_end, struct ct_error *reterr);

/* Append one field, quoted where it must be. The caller puts the commas. */
void ct_csv_put(struct ct_buf *out, const char *s, size_t n);
/* The same for text that people wrote, into files that end up in a spreadsheet:
 * an apostrophe goes before = + - @ tab and CR at its start, which would run it
 * as a formula. Not for values that programs read back. */
void ct_csv_put_text(struct ct_buf *out, const char *s, size_t n);

#endif
