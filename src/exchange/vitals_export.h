/* vitals_export - a patient's figures out of the store: to a file, or as text.
 *
 * Layer:  exchange.
 * Rules:  needs the permission to export. The chain's entry (vitals.export: what, how
 *         many, of which time, to where) is committed before the first byte leaves. A
 *         file is made for its user alone (0600) and never overwrites one, nor follows
 *         a link. What leaves is not encrypted: the front end says so before.
 */
#ifndef CT_EXCHANGE_VITALS_EXPORT_H
#define CT_EXCHANGE_VITALS_EXPORT_H

#include "exchange/obs_chart.h"

enum ct_export_kind { CT_EXPORT_CSV, CT_EXPORT_PAGE };
struct ct_export {
    enum ct_export_kind kind;
    struct ct_obs_range range;
    bool ascii; /* the page: ASCII only */
};
/* The text; where: for the chain, "standard output". CT_EDENIED, CT_ENOTFOUND (no such
 * patient), CT_EINVAL (more sets than ct_obs_csv takes). */
CT_NODISCARD enum ct_status ct_vitals_export_text(struct ct_app *app,
                                                  const struct ct_vitals_rules *r,
                                                  const struct ct_export *x, const char *where,
                                                  struct ct_buf *out, struct ct_error *reterr);
/* To a file; ret_path (or NULL) says which. name: absolute, or of a file in the folder
 * for exports. CT_EEXISTS: it is there, and untouched. CT_EINVAL (no name, or in a
 * folder that is not there), CT_EIO. */
CT_NODISCARD enum ct_status ct_vitals_export_file(struct ct_app *app,
                                                  const struct ct_vitals_rules *r,
                                                  const struct ct_export *x, const char *name,
                                                  char ret_path[1024], struct ct_error *reterr);
/* The folder: [site] export_dir, else $HOME, else the current directory. */
void ct_export_dir(const struct ct_config *c, char out[512]);
/* A name that says when and not who: "vitals-20261123-0942.csv". */
void ct_export_name(const struct ct_app *app, enum ct_export_kind kind, char out[64]);

#endif
