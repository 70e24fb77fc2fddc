/* report_priv - what the files of the report share.
 *
 * Layer:  exchange; internal to src/exchange/report*.c.
 */
#ifndef CT_EXCHANGE_REPORT_PRIV_H
#define CT_EXCHANGE_REPORT_PRIV_H

#include <jansson.h>

#include "exchange/report.h"

struct ct_report_pack {         /* whose label is on it */
    int64_t id;
    char reason[208];           /* of a further label */
};
struct ct_report {
    json_t *doc;                /* owned; the rest of json_t is borrowed from it */
    json_t *fields, *rows;      /* that can be added to; NULL none */
    size_t n_cols, n_tables;
    char kind[CT_PRINT_KIND_MAX + 1], ref[CT_PRINT_SUBJECT_MAX + 1];
    int64_t patient_id;         /* 0 none */
    struct ct_report_pack *pack; /* owned */
    size_t n_packs;
    bool bad;
};

/* report_text.c */
void ct_report_text(const json_t *doc, struct ct_buf *out);
void ct_report_csv(const json_t *doc, struct ct_buf *out); /* of its one table */

#endif
