/* report - a report as a document: title, whose it is, then blocks in order. Drawn as a PDF
 * by clintech-report, or put out as text, CSV, or the document itself (JSON).
 *
 * Layer:  exchange; jansson.
 * Text:   everything added loses control characters and the marks that turn text about, as on
 *         the screen; the joiners of Persian or Hindi spelling stay.
 * Errors: the first failure sticks; ct_report_give and the rest answer it as CT_ENOMEM.
 * Form:   {"format": "clintech report 1", kind, title, site, subject, body: [block]}, a block
 *         being one of {head}, {para}, {pre}, {fields: [[name, value]]}, {label: [line]},
 *         {table: {cols: [{name, share, right}], rows: [{cells, shade}]}}. What is hashed is
 *         that object, keys in order, without blanks. by, at, utc, head, code and note are
 *         added behind it, for the foot of the page.
 */
#ifndef CT_EXCHANGE_REPORT_H
#define CT_EXCHANGE_REPORT_H

#include "base/buf.h"
#include "clinic/printed.h"

enum { CT_REPORT_OUT_MAX = 64 * 1024 * 1024, CT_REPORT_COLS_MAX = 24 };

struct ct_report;

/* kind: "obs-chart"; site: the clinic's name. NULL: there is no memory. */
struct ct_report *ct_report_new(const char *kind, const char *title, const char *site);
void ct_report_free(struct ct_report *r);
void ct_report_freep(struct ct_report **r);
#define CT_REPORT CT_CLEANUP(ct_report_freep) struct ct_report

/* On every page, in words; and for the record of the printing: a number without a name (""),
 * the patient (0). */
void ct_report_subject(struct ct_report *r, const char *text, const char *ref,
                       int64_t patient_id);
int64_t ct_report_patient_of(const struct ct_report *r); /* 0: nobody's */
/* The label of a pack is on it: its giving out is one more of its labels (pack.h). reason: of
 * a further one; "" of the first. */
void ct_report_is_label(struct ct_report *r, int64_t pack_id, const char *reason);
void ct_report_heading(struct ct_report *r, const char *text);
void ct_report_para(struct ct_report *r, const char *fmt, ...) CT_FORMAT(2, 3);
/* Behind the field before it, if that was the last block. An empty value is left out. */
void ct_report_field(struct ct_report *r, const char *name, const char *fmt, ...) CT_FORMAT(3, 4);
/* Text laid out for 80 columns of one width; form feeds part pages. */
void ct_report_pre(struct ct_report *r, const char *text);
/* A label: its lines, an LF each. */
void ct_report_label(struct ct_report *r, const char *lines);
struct ct_report_col {
    const char *name;
    int share;  /* of the width */
    bool right;
};
void ct_report_table(struct ct_report *r, const struct ct_report_col *col, size_t n);
/* A row of the table begun last, a text a column; shade: points of a score, 0-3 and more. */
void ct_report_row(struct ct_report *r, int shade, const char *const *cell);
/* "Nothing to show." where the table begun last has no row. */
void ct_report_none(struct ct_report *r, const char *text);

/* ---- out ------------------------------------------------------------------------------- */

/* Everything of it as `form`: the printing's code is made, the bytes are appended to out, and
 * *ret is ready for ct_report_record (place is the caller's). page: "a4", "letter", of a PDF.
 * CT_EINVAL (form): CSV, and it has not exactly one table; errors of ct_report_pdf. */
CT_NODISCARD enum ct_status ct_report_give(struct ct_app *app, struct ct_report *r,
                                           enum ct_print_form form, const char *page,
                                           struct ct_buf *out, struct ct_printed *ret,
                                           struct ct_error *reterr);
/* The record of the printing, before the first byte leaves. */
CT_NODISCARD enum ct_status ct_report_record(struct ct_app *app, const struct ct_report *r,
                                             struct ct_printed *p, struct ct_error *reterr);
/* The same into a new file (export_file.h); the record comes before the first byte. */
CT_NODISCARD enum ct_status ct_report_file(struct ct_app *app, struct ct_report *r,
                                           enum ct_print_form form, const char *page,
                                           const char *path, struct ct_printed *ret,
                                           struct ct_error *reterr);
/* A name in the folder for reports: DIR/shift-log-R-12-20261123-2210.pdf; without a patient's
 * name or number. */
CT_NODISCARD enum ct_status ct_report_path(struct ct_app *app, const struct ct_report *r,
                                           enum ct_print_form form, char *out, size_t size,
                                           struct ct_error *reterr);
/* Into a new file of such a name; where that is there, with -2 and on behind it. */
CT_NODISCARD enum ct_status ct_report_new_file(struct ct_app *app, struct ct_report *r,
                                               enum ct_print_form form, const char *page,
                                               struct ct_printed *ret, struct ct_error *reterr);
/* A sealed file back into its PDF, for whom the patient is open; it stands in the chain.
 * CT_EINVAL, CT_EDAMAGED (another store's, or changed), CT_EDENIED, CT_EIO. */
CT_NODISCARD enum ct_status ct_report_open(struct ct_app *app, const struct ct_buf *sealed,
                                           struct ct_buf *out, struct ct_error *reterr);

/* ---- report_pdf.c ---------------------------------------------------------------------- */

/* The document through clintech-report: it gets it on its standard input and gives the PDF
 * back, nothing touches a disk. program "": beside this one. CT_ENOTFOUND (program): it is
 * not there; CT_EIO: it ended before it was done, or took longer than a limit. */
CT_NODISCARD enum ct_status ct_report_pdf(const char *program, const char *page,
                                          const char *json, size_t n, struct ct_buf *out,
                                          struct ct_error *reterr);

#endif
