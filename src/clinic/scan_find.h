/* scan_find - whom or what a scanned code names here: a patient by the wristband, a
 * member of staff, a device, an instrument set, a load, a procedure.
 *
 * Layer:  clinic. ct_scan_name is pure; ct_scan_find reads patients by their number, as
 *         ct_patient_like does: nothing is opened, and nothing is audited before the
 *         record is. Devices it looks up in the registry (equipment.h): by asset number,
 *         prefix or not, by UDI, and by the product of a model with a device's serial.
 *         Procedures by their number, as a list shows them: opened, they are read by
 *         their own door.
 * Names:  config.ini [identifiers]. A wristband says the patient's number, alone or
 *         behind the site's prefix, or a GS1 GSRN of who is cared for (8018). A badge
 *         says a login, never a password. Devices, sets and loads have the site's
 *         prefixes, which are part of their numbers, or GS1 asset numbers: GIAI (8004)
 *         is a device, GRAI (8003) a device or a tray. Procedures have a prefix and their
 *         number, "P-12"; one that there is not is not named. Prefixes meet without case.
 * Several: a code may name more than one; all are given, none is preferred.
 * Source: GS1 identifiers as in clinic/scan.h; the rest is the site's.
 */
#ifndef CT_CLINIC_SCAN_FIND_H
#define CT_CLINIC_SCAN_FIND_H

#include "clinic/patient.h"
#include "clinic/scan.h"

enum ct_named { CT_NAMED_PATIENT, CT_NAMED_STAFF, CT_NAMED_DEVICE, CT_NAMED_SET,
                CT_NAMED_LOAD, CT_NAMED_PROCEDURE, CT_NAMEDS };
const char *ct_named_text(enum ct_named kind); /* "a steriliser load" */

enum { CT_SCAN_MATCHES_MAX = 9, CT_SCAN_NUMBERS_MAX = 3 };

struct ct_scan_match {
    enum ct_named kind;
    int64_t patient_id; /* CT_NAMED_PATIENT; of CT_NAMED_PROCEDURE whose it is */
    int64_t procedure_id; /* CT_NAMED_PROCEDURE */
    int64_t equipment_id; /* CT_NAMED_DEVICE; 0: it is not in the registry */
    char number[CT_SCAN_VALUE_MAX + 1]; /* as kept: of the patient, device ...; the login */
    char name[2 * CT_NAME_BYTES + 3];   /* "PATEL, Rohan", of a procedure as well; of a
                                         * device "Meridian PM-3" */
    char more[120];                     /* "born 14 Mar 1961   Bay 3"; its place and state;
                                         * "ECG 12-lead   23 Nov 10:30   scheduled" */
};

/* About 40 KB: on the heap. Holds a patient's number: wipe it. */
struct ct_scan_named {
    struct ct_scan scan;
    struct ct_error fault; /* status CT_OK: the code keeps the rules of its kind */
    size_t n_numbers;      /* what could be a patient's number, in its one way of writing */
    char number[CT_SCAN_NUMBERS_MAX][33];
    bool band;             /* it is as the site's wristbands are, were it a patient's */
    bool bad_number;       /* of the form of the site's numbers, its check digit is wrong */
    bool denied;           /* patients are nothing for this user */
    size_t n;
    struct ct_scan_match match[CT_SCAN_MATCHES_MAX];
    bool several;          /* more than there is room for */
};

/* What the code says by itself: all but patients, procedures and the registry. Any bytes;
 * cannot fail (a fault of the code is in ret->fault, and the code may name something all
 * the same). */
void ct_scan_name(const struct ct_config *c, ct_date today, const char *code, size_t n,
                  struct ct_scan_named *ret);
/* The same, the devices and the procedure that it names, and the patients who bear that
 * number. Errors are
 * those of the store. */
CT_NODISCARD enum ct_status ct_scan_find_named(struct ct_app *app, const char *code, size_t n,
                                               struct ct_scan_named *ret,
                                               struct ct_error *reterr);
/* The only match of a kind, NULL: there is none, or there are several. */
const struct ct_scan_match *ct_scan_only(const struct ct_scan_named *s, enum ct_named kind);
/* The number that a person typed bare, or that a code holds behind the site's prefix of that
 * kind (CT_NAMED_SET, CT_NAMED_LOAD). 0: it names none, or more than one. */
int64_t ct_scan_own(const struct ct_config *c, ct_date today, const char *text,
                   enum ct_named kind);
/* "a GS1 code: GTIN 05012345678900, lot A1, expiry 2027-03-31": what was read, for
 * people. Of a patient's own details (GS1 725x) their names alone. */
void ct_scan_words(const struct ct_scan_named *s, const char *code, size_t n, char *out,
                   size_t size);
/* The number of a device as a code or a person says it: of an asset number the value,
 * of all else the text itself. */
void ct_scan_device(const struct ct_config *c, const char *text, char *out, size_t size);
/* The login of a badge; of all else the text itself. For where a second person says who
 * they are: a badge is no proof, their password is. */
void ct_scan_login(const struct ct_config *c, const char *text, char *out, size_t size);

#endif
