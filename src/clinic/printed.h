/* printed - what left the clinic as a report: a record of its own, and the code on its pages.
 *
 * Layer:  clinic.
 * Code:   100 bits of BLAKE2b-256 over kind, subject, patient, form, hash of the content, the
 *         chain's head, time and user (docs/format.md), in Crockford's base 32, four groups of
 *         five. So a code answers for one printing alone: another content, person or time
 *         gives another code.
 * Order:  ct_printed_code before the pages are drawn (they bear it), ct_printed_record behind
 *         it, before the first byte leaves.
 * Names:  no patient's name stands in the record; it is told to whom the patient is open.
 */
#ifndef CT_CLINIC_PRINTED_H
#define CT_CLINIC_PRINTED_H

#include "clinic/patient.h"

/* Stored: new ones at the end. */
enum ct_print_form { CT_PRINT_TEXT, CT_PRINT_CSV, CT_PRINT_JSON, CT_PRINT_PDF, CT_PRINT_SEALED,
                     CT_PRINT_FORMS };
extern const char *const CT_PRINT_FORM_NAME[CT_PRINT_FORMS]; /* "PDF" */
enum { CT_PRINT_CODE_LEN = 23, CT_PRINT_KIND_MAX = 40, CT_PRINT_SUBJECT_MAX = 120,
       CT_PRINT_PLACE_MAX = 600 };

/* A report that a screen asks for; exchange/report_kind.h makes it. */
struct ct_print_job {
    const char *kind, *what;   /* as `clintech report` takes them; "" */
    int64_t patient_id;        /* in place of `what`; 0: it is what `what` says */
    int64_t from_ms, to_ms;    /* where a report has a time; 0 and CT_UNSET: all, until now */
    enum ct_print_form form;   /* a PDF is sealed where the settings say so */
    const char *reason;        /* of another label; "" */
    const char *whom;          /* outside of the clinic; "": it stays here */
    const char *path;          /* "": a new name in the folder for reports */
};

struct ct_printed {
    int64_t id;                              /* 0 until recorded */
    char code[CT_PRINT_CODE_LEN + 1];        /* "7G2KD-0AB3C-XYZ12-QRSTV" */
    char kind[CT_PRINT_KIND_MAX + 1];
    char subject[CT_PRINT_SUBJECT_MAX + 1];
    int64_t patient_id;                      /* 0: nobody */
    enum ct_print_form form;
    char place[CT_PRINT_PLACE_MAX + 1];
    unsigned char content[CT_HASH_LEN], bytes[CT_HASH_LEN];
    int64_t size;
    struct ct_head head;
    int64_t at_ms;
    uint32_t by_user;
    char by[128];                            /* when read */
};

/* kind, subject, patient_id, form and content are the caller's; fills in code, head, at_ms,
 * by_user and by. Needs export. */
CT_NODISCARD enum ct_status ct_printed_code(struct ct_app *app, struct ct_printed *p,
                                            struct ct_error *reterr);
/* With place, bytes and size. CT_EINVAL: the code is not that of the rest. */
CT_NODISCARD enum ct_status ct_printed_record(struct ct_app *app, struct ct_printed *p,
                                              struct ct_error *reterr);

struct ct_printed_check {
    struct ct_printed p;
    bool code_fits;  /* the code is that of kind, content, person and time as they stand */
    bool bound;      /* the record is, byte for byte, what the chain bound when it was printed */
    bool head_known; /* the chain has that head */
    char patient[2 * CT_NAME_BYTES + 48]; /* "" nobody; "a patient who is not open to you" */
};
/* What was printed under a code, however it is typed (blanks, hyphens, case; O is 0, I and L
 * are 1). CT_EINVAL (code): that can be none; CT_ENOTFOUND: nothing was printed under it.
 * Needs export or verify. */
CT_NODISCARD enum ct_status ct_printed_find(struct ct_app *app, const char *code,
                                            struct ct_printed_check *ret,
                                            struct ct_error *reterr);

#endif
