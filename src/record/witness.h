/* witness - the chain's heads, kept outside the store, so that a store that was
 * rolled back, cut short or rewritten is noticed (DESIGN D4).
 *
 * Layer:  record.
 * File:   config->witness, else <dir>/witness. Text, one line a head, only ever
 *         appended (O_APPEND, fsync; the file may carry the append-only
 *         attribute, lie on another machine's mount, and serve several stores):
 *             store-id-hex SP seq SP link-hex SP utc LF
 *         No name of anybody is ever in it.
 * Waits:  login, unlock, logout and signed changes write or read it. A mount that
 *         does not answer holds them up for as long as it stays silent: mount
 *         another machine's with a limit (NFS: soft, timeo). Recording writes
 *         none, and a hang-up neither.
 * Order:  writers queue at <dir>/witness-gate and never write a head that a
 *         line of the chain already covers, so in one chain seq only grows.
 * Break:  a line whose seq and link are not in the chain. It is told once: the
 *         login that meets it becomes an exception whose detail has "witnessed
 *         entry SEQ [16 digits of the link]", and that login's own head follows
 *         in the file. It answers every break before it up to SEQ.
 */
#ifndef CT_RECORD_WITNESS_H
#define CT_RECORD_WITNESS_H

#include "record/record.h"

enum ct_witness_verdict {
    CT_WITNESS_GOOD,
    CT_WITNESS_MISSING, /* no file, or no line of this store in it */
    CT_WITNESS_BROKEN,  /* `head` was seen, and is not in the chain */
};
struct ct_witness_finding {
    enum ct_witness_verdict verdict;
    struct ct_head head;
    bool beyond; /* the chain ends before head.seq: entries are missing */
};

/* At login: the newest lines. An error when the file cannot be read. */
CT_NODISCARD enum ct_status ct_witness_check(struct ct_app *app,
                                             struct ct_witness_finding *ret,
                                             struct ct_error *reterr);
/* The words an answering entry has in its detail ("witnessed entry 12 [ab..]"). */
void ct_witness_words(const struct ct_head *head, char out[64]);
/* Append a head; nothing when a line of the chain covers it already, unless its
 * entry is the answer to a break. */
CT_NODISCARD enum ct_status ct_witness_add(struct ct_app *app, const struct ct_head *head,
                                           bool answer, struct ct_error *reterr);
/* For verify: every line of this store, in order. line() gets the line number
 * and the verdict (broken: not in the chain and without an answer; garbled: not
 * a line at all). *ret_good counts those in the chain. CT_ENOTFOUND: no file. */
enum ct_witness_line { CT_LINE_GOOD, CT_LINE_ANSWERED, CT_LINE_BROKEN, CT_LINE_GARBLED };
CT_NODISCARD enum ct_status ct_witness_walk(struct ct_app *app,
                                            void (*line)(size_t number,
                                                         enum ct_witness_line verdict,
                                                         const struct ct_head *head, void *arg),
                                            void *arg, int64_t *ret_good,
                                            struct ct_error *reterr);
void ct_witness_path(const struct ct_app *app, char *out, size_t size);

#endif
