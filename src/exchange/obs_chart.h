/* obs_chart - a patient's observations on paper: one page, and as CSV.
 *
 * Layer:  exchange.
 * Source: what an observation chart shows: identity on the page, each parameter over
 *         time with the score's bands named in words, the scores below; partial sets
 *         ("at least"), refusals and corrected sets are marked. Entered in error is
 *         left out and counted.
 */
#ifndef CT_EXCHANGE_OBS_CHART_H
#define CT_EXCHANGE_OBS_CHART_H

#include "base/buf.h"
#include "clinic/vitals.h"
#include "exchange/report.h"

/* 80 columns by 66 rows at most, form feed at the end; the newest sets of the range
 * that fit (it says how many do not). */
CT_NODISCARD enum ct_status ct_obs_chart(struct ct_app *app, const struct ct_vitals_rules *r,
                                         const struct ct_obs_range *range, bool ascii,
                                         struct ct_buf *out, struct ct_error *reterr);
/* The same chart drawn, with all sets of the range (the newest 400 of more), the rows of a band
 * in its colour and with its points. Title and subject are the caller's. */
CT_NODISCARD enum ct_status ct_obs_report(struct ct_app *app, const struct ct_vitals_rules *r,
                                          const struct ct_obs_range *range,
                                          struct ct_report *out, struct ct_error *reterr);
/* A row a current set, oldest first: taken, recorded, by, score, band, at_least, card,
 * scale, each quantity with its unit in a column of its own, qualifiers, devices, not
 * taken, partial, corrected (yes/no), note. */
CT_NODISCARD enum ct_status ct_obs_csv(struct ct_app *app, const struct ct_vitals_rules *r,
                                       const struct ct_obs_range *range, struct ct_buf *out,
                                       struct ct_error *reterr);

/* The page (chart; drawn as a PDF where the name ends in ".pdf") or the table into a new file: 0600, never over one that is there,
 * never through a link. The chain's entry (verb vitals.export: what, which time, where)
 * goes in before a byte leaves; when anything fails the file is removed. What is
 * written is not encrypted any more. CT_EEXISTS, CT_EIO (field "path"), CT_EDENIED. */
CT_NODISCARD enum ct_status ct_obs_export(struct ct_app *app, const struct ct_vitals_rules *r,
                                          const struct ct_obs_range *range, bool chart,
                                          bool ascii, const char *to, const char *path,
                                          struct ct_error *reterr);
/* The chain's entry of what leaves, for whom (`to`, "" nobody named) and where to; it says
 * whether the patient's permission to share with them is recorded. all: from the first. */
CT_NODISCARD enum ct_status ct_obs_told(struct ct_app *app, const struct ct_obs_range *range,
                                        bool chart, bool all, const char *to, const char *where,
                                        struct ct_error *reterr);

#endif
