/* report_kind - the reports there are, each from what its module compiles.
 *
 * Layer:  exchange.
 * Needs:  export, and what each module asks for its reading: a report shows nobody what a
 *         screen would not. A patient's is an opening of the record, and written down as one.
 */
#ifndef CT_EXCHANGE_REPORT_KIND_H
#define CT_EXCHANGE_REPORT_KIND_H

#include "clinic/vitals.h"
#include "exchange/report.h"

struct ct_report_ask {
    const char *what;       /* as it is typed: "R-12", a patient's number, "E-1042"; "" none */
    int64_t patient_id;     /* of a patient's, in place of the number; 0 */
    int64_t from_ms, to_ms; /* where a report has a time; 0 and CT_UNSET: all, until now */
    const char *reason;     /* why a label is printed again; "" none */
};
struct ct_report_kind {
    const char *name, *title;
    const char *what;       /* "R-12", "NUMBER"; "" it takes nothing */
    int share;              /* enum ct_share_what that lets it go to somebody; -1: no patient's */
    const char *help;
    bool range;             /* takes a time */
    enum ct_status (*build)(struct ct_app *app, const struct ct_report_ask *ask,
                            struct ct_report *r, struct ct_error *reterr);
};
extern const struct ct_report_kind CT_REPORT_KINDS[];
extern const size_t CT_REPORT_KINDS_N;

/* NULL: there is none of that name. */
const struct ct_report_kind *ct_report_kind(const char *name);
/* CT_EINVAL (kind, what), and the errors of the module. */
CT_NODISCARD enum ct_status ct_report_build(struct ct_app *app, const char *kind,
                                            const struct ct_report_ask *ask,
                                            struct ct_report **ret, struct ct_error *reterr);

/* For the screens: a name that ends in ".pdf" asks for paper. The chart of a patient whose
 * record is open, or a report of any kind, into a new file, as the settings say. */
bool ct_report_is_pdf(const char *path);
CT_NODISCARD enum ct_status ct_report_chart_file(struct ct_app *app,
                                                 const struct ct_vitals_rules *rules,
                                                 const struct ct_obs_range *range,
                                                 const char *path, struct ct_error *reterr);
/* What a screen asked for, into the file it names or a new one in the folder for reports. Of
 * a patient's report for somebody outside, the chain says for whom, and whether the patient
 * allowed it. CT_EINVAL (whom): that is too long; and errors of ct_report_build and _file. */
CT_NODISCARD enum ct_status ct_report_job(struct ct_app *app, const struct ct_print_job *job,
                                          struct ct_printed *ret, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_report_print(struct ct_app *app, const char *kind,
                                            const struct ct_report_ask *ask, const char *path,
                                            struct ct_error *reterr);

/* ---- report_patient.c, report_shift.c, report_device.c, report_sterile.c ------------------ */

#define CT_REPORT_BUILD(name)                                                              \
    enum ct_status name(struct ct_app *app, const struct ct_report_ask *ask,               \
                        struct ct_report *r, struct ct_error *reterr)
CT_REPORT_BUILD(ct_report_chart);
CT_REPORT_BUILD(ct_report_patient);
CT_REPORT_BUILD(ct_report_preparation);
CT_REPORT_BUILD(ct_report_access);
CT_REPORT_BUILD(ct_report_looked);
CT_REPORT_BUILD(ct_report_shift);
CT_REPORT_BUILD(ct_report_competency);
CT_REPORT_BUILD(ct_report_certificate);
CT_REPORT_BUILD(ct_report_device_label);
CT_REPORT_BUILD(ct_report_impact);
CT_REPORT_BUILD(ct_report_lookback);
CT_REPORT_BUILD(ct_report_load);
CT_REPORT_BUILD(ct_report_pack_label);
CT_REPORT_BUILD(ct_report_load_labels);
CT_REPORT_BUILD(ct_report_recall);
/* ---- report_words.c ------------------------------------------------------------------------ */

/* "RC-1   ST-1" on every page, of nobody's record; ref is its number for the record too. */
void ct_report_about(struct ct_report *r, const char *ref, const char *what);
/* "24 Nov 09:42"; "" when it is not set. */
void ct_report_when(int64_t ms, char out[24]);
/* "set apart, Tom Demo, 24 Nov 09:42: found on the trolley" */
void ct_report_decided(const char *what, const char *by, int64_t at_ms, const char *text,
                       char out[700]);
/* The field of a list that somebody has closed. */
void ct_report_closed(struct ct_report *r, int64_t at_ms, const char *by, const char *text);

/* ---- report_kind.c ------------------------------------------------------------------------- */

/* "R-12", "r12", "12" of prefix "R"; "" of bare numbers. CT_EINVAL (what). */
CT_NODISCARD enum ct_status ct_report_number(const char *what, const char *prefix, int64_t *ret,
                                             struct ct_error *reterr);

#endif
