/* status - how every fallible function of the library reports, and to whom.
 *
 * Layer:  base. No dependencies.
 * Rule:   a fallible function returns enum ct_status and takes a last
 *         parameter `struct ct_error *reterr`, which may be NULL and is
 *         written on failure only. The text is a sentence for a person: what
 *         is wrong, where, what to do. `field` is the name of the offending
 *         field (the same word in struct, SQL, form and error), or "".
 * Owner:  what a function returns by value is borrowed from its parent; what
 *         it hands out through a `ret_` parameter is the caller's to free.
 */
#ifndef CT_BASE_STATUS_H
#define CT_BASE_STATUS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CT_NODISCARD __attribute__((warn_unused_result))
#define CT_FORMAT(f, a) __attribute__((format(printf, f, a)))
#define CT_CLEANUP(fn) __attribute__((cleanup(fn)))
#define CT_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* id, exit status of the command line (sysexits.h(3head)), short name */
#define CT_STATUS_TABLE(X)                                                     \
    X(CT_OK, 0, "ok")                                                          \
    X(CT_EINVAL, 1, "refused value")   /* a value is not acceptable */         \
    X(CT_ENOTFOUND, 1, "not found")                                            \
    X(CT_EEXISTS, 1, "exists")         /* it is there already */               \
    X(CT_ECONFLICT, 1, "changed")      /* somebody changed it meanwhile */     \
    X(CT_EDENIED, 77, "not permitted")                                         \
    X(CT_EPASSWORD, 77, "wrong password")                                      \
    X(CT_ELOCKED, 77, "locked")        /* no open session, or slowed down */   \
    X(CT_EBUSY, 75, "busy")            /* others held the store too long */    \
    X(CT_EIO, 74, "input/output error")                                        \
    X(CT_EFULL, 74, "disk full")                                               \
    X(CT_EREADONLY, 73, "read-only")                                           \
    X(CT_EDAMAGED, 65, "damaged")      /* a tag or a checksum is wrong */      \
    X(CT_EFOREIGN, 65, "foreign file") /* not written by this program */       \
    X(CT_ENEWER, 65, "newer format")   /* written by a newer program */        \
    X(CT_ECONFIG, 78, "configuration") /* a site's .ini file is wrong */       \
    X(CT_ENOMEM, 71, "out of memory")                                          \
    X(CT_EINTERNAL, 70, "internal error")

enum ct_status {
#define X(id, exit, name) id,
    CT_STATUS_TABLE(X)
#undef X
};

struct ct_error {
    enum ct_status status;
    char field[48];
    char text[480];
    int64_t about; /* the record it is about (patient.id), where that is worth knowing; 0 */
};

/* Fill *reterr (if not NULL) and return `status`; the idiom for every failure.
 * field may be NULL. The text is cut, never overrun. */
enum ct_status ct_fail(struct ct_error *reterr, enum ct_status status, const char *field,
                       const char *fmt, ...) CT_FORMAT(4, 5);

/* Put "prefix: " before the text already in *reterr; status unchanged. */
enum ct_status ct_fail_prefix(struct ct_error *reterr, enum ct_status status,
                              const char *fmt, ...) CT_FORMAT(3, 4);

/* What a file operation's errno comes to: CT_EFULL, CT_EREADONLY (or not ours to
 * write), CT_ENOMEM, else CT_EIO. */
enum ct_status ct_status_errno(int err);

const char *ct_status_name(enum ct_status status); /* "busy" */
int ct_status_exit(enum ct_status status);         /* exit status, DESIGN D10 */

#endif
