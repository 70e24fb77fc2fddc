/* pack - sterile packs: one record for each time that something was packed, and every step
 * after it, to the patient or back to the wash.
 *
 * Layer:  clinic.
 * Chain:  ct_pack_may says which step may follow which. Moves, labels and recalls may come
 *         between and do not change where it stands. A pack is never sterilised twice: what
 *         is reprocessed is packed anew, and the new pack names the one before it.
 * Expiry: the last day of use. Event-related packs have none; the others get it with the
 *         step CT_PACK_STERILISED: the day of that step and expiry_days.
 * Number: the site's prefix of sets (config.ini [identifiers] set, "P-") and the id.
 * Recall: a recalled pack is not opened or used by anybody, whatever the reason; a use from
 *         before the recall can still be written down.
 * Errors: CT_EINVAL with the field, CT_ECONFLICT, CT_ENOTFOUND, and those of ct_record.
 */
#ifndef CT_CLINIC_PACK_H
#define CT_CLINIC_PACK_H

#include "clinic/equipment_gate.h"
#include "clinic/programme.h"
#include "record/record.h"

enum { CT_PACK_CONTENTS_MAX = 160, CT_PACK_PLACE_MAX = 64, CT_PACK_TEXT_MAX = 400,
       CT_PACK_DAYS_MAX = 3650 };

enum ct_pack_kind { CT_PACK_SET, CT_PACK_SINGLE, CT_PACK_KINDS };
enum ct_expiry_rule { CT_EXPIRY_EVENT, CT_EXPIRY_DAYS, CT_EXPIRY_RULES };
enum ct_pack_ref { CT_REF_NONE, CT_REF_LOAD, CT_REF_PROCEDURE, CT_REF_RECALL, CT_REF_PACK,
                   CT_REF_COUNT, CT_PACK_REFS };

enum ct_pack_step { /* stored */
    CT_PACK_PACKED,
    CT_PACK_IN_LOAD,        /* ref: load */
    CT_PACK_OFF_LOAD,       /* taken out before the start */
    CT_PACK_STERILISED,     /* the load is over; quarantine until it is released */
    CT_PACK_RELEASED,
    CT_PACK_RELEASED_EARLY, /* before the biological result */
    CT_PACK_REJECTED,       /* the load failed, or the pack: wet, torn: to be reprocessed */
    CT_PACK_MOVED,          /* place */
    CT_PACK_OPENED,
    CT_PACK_USED,           /* ref: procedure */
    CT_PACK_RETURNED,
    CT_PACK_RECALLED,       /* ref: recall */
    CT_PACK_RECALL_LIFTED,  /* ref: that recall */
    CT_PACK_DAMAGED,        /* torn or wet where it lies */
    CT_PACK_REPROCESSED,    /* unpacked, or packed anew: ref: the new pack */
    CT_PACK_LABELLED,       /* a label was printed; a second one with its reason */
    CT_PACK_STEPS
};
extern const char *const CT_PACK_STEP_NAME[CT_PACK_STEPS]; /* "released early" */
/* From where it stands; the steps that may come between are not asked about. */
bool ct_pack_may(enum ct_pack_step from, enum ct_pack_step to);
/* Moves, labels and recalls: they leave it where it stands. */
bool ct_pack_between(enum ct_pack_step step);

struct ct_pack {
    int64_t id;
    enum ct_pack_kind kind;
    int64_t detail_id;               /* of a set: its recipe's version; 0 none */
    char contents[CT_PACK_CONTENTS_MAX + 1];
    int method;                      /* enum ct_method; -1 any */
    bool implant;
    enum ct_expiry_rule expiry_rule;
    int expiry_days;                 /* 0: event-related */
    int64_t replaces_id;             /* 0 none */
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
    /* derived */
    int64_t set_id;                  /* 0: a single item */
    enum ct_pack_step step;          /* where it stands */
    int64_t step_ms;
    char place[CT_PACK_PLACE_MAX + 1];
    int64_t load_id;                 /* the last one; 0 none */
    int released;                    /* 0 no, 1 yes, 2 early */
    int recalled;                    /* by so many recalls */
    int64_t recalled_ms;             /* since; CT_UNSET none */
    ct_date expires;                 /* last day of use; CT_NO_DATE none */
    int labels;
};
struct ct_pack_event {
    int64_t id;
    enum ct_pack_step step;
    enum ct_pack_ref ref_kind;
    int64_t ref_id; /* 0 none */
    char place[CT_PACK_PLACE_MAX + 1], text[CT_PACK_TEXT_MAX + 1];
    int64_t at_ms, recorded_ms;
    uint32_t by_user;
    char by[64];
};
extern const struct ct_field CT_PACK_FIELDS[]; /* of a single item */
extern const size_t CT_PACK_FIELDS_N;

/* "PK-12" as this site has it. */
void ct_pack_number(const struct ct_app *app, int64_t id, char out[40]);
/* "PK-12 Laparotomy, large (implant), released, use until 3 Dec 2026" */
void ct_pack_text(const struct ct_app *app, const struct ct_pack *p, char *out, size_t size);

/* A single item: contents, method, implant, expiry; replaces_id 0, or an earlier pack of the
 * same contents that is to be reprocessed. Sets are packed by ct_set_pack (set.h). */
CT_NODISCARD enum ct_status ct_pack_make(struct ct_app *app, struct ct_pack *p,
                                         struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_pack_get(struct ct_app *app, int64_t id, struct ct_pack *ret,
                                        struct ct_error *reterr);
/* By number as typed or scanned: "PK-12", "pk-12", "12". CT_EINVAL: that is no number of a
 * pack; CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_pack_find(struct ct_app *app, const char *text,
                                         struct ct_pack *ret, struct ct_error *reterr);
/* Oldest first; one allocation, free(). */
CT_NODISCARD enum ct_status ct_pack_events(struct ct_app *app, int64_t id,
                                           struct ct_pack_event **ret, size_t *ret_n,
                                           struct ct_error *reterr);
/* Without a permission check, and without the name in `by`. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_pack_load(struct ct_db *db, int64_t id, struct ct_pack *ret,
                                         struct ct_error *reterr);

/* A step of another module's write: event and pack_find, no permission asked, its row is
 * added to the entry. ref_kind, ref_id: CT_REF_NONE and 0 for none. place, text: NULL is "".
 * at_ms 0: now. CT_EINVAL (pack_id) when it may not follow (it is recalled, for one), (at_ms)
 * when it is before the step it follows or in the future, (place, text) too long. */
CT_NODISCARD enum ct_status ct_pack_step_in(struct ct_app *app, struct ct_db *db,
                                            int64_t pack_id, enum ct_pack_step step,
                                            enum ct_pack_ref ref_kind, int64_t ref_id,
                                            int64_t at_ms, const char *place, const char *text,
                                            struct ct_entry *entry, struct ct_error *reterr);
/* By hand: CT_PACK_MOVED (place), CT_PACK_DAMAGED (text), CT_PACK_RETURNED, CT_PACK_OPENED,
 * CT_PACK_REPROCESSED (text). Others come with a load, a procedure, a recall or a label:
 * CT_EINVAL. seen: where it stood when it was looked at (CT_ECONFLICT). */
CT_NODISCARD enum ct_status ct_pack_step(struct ct_app *app, int64_t id, enum ct_pack_step seen,
                                         const struct ct_pack_event *ev,
                                         struct ct_error *reterr);

/* Released, in date, intact, not recalled? Else a sentence: "PK-12 is recalled since ...".
 * Pure; the number is the id behind `prefix`. */
bool ct_pack_usable(const struct ct_pack *p, int64_t now_ms, char *why, size_t size);

/* ---- used on a patient ----------------------------------------------------------- */

/* May the pack of that code be used in that procedure now? FREE; NOTE: it is no pack of this
 * clinic, and is written down as it was typed; REASON: a supervisor can let it pass with a
 * reason (not released, out of date, damaged, no longer sterile); STOP: nobody can (recalled,
 * released early for another procedure, still in a load). ret->text has the sentence. */
CT_NODISCARD enum ct_status ct_pack_gate(struct ct_app *app, const char *what,
                                         int64_t procedure_id, struct ct_gate *ret,
                                         struct ct_error *reterr);
/* Why a pack is used though something speaks against it, and who let it pass. */
struct ct_pack_pass {
    const char *reason;  /* borrowed; NULL or "": nobody lets it pass */
    uint32_t supervisor; /* who gave a password for it (ct_second_person); 0: whoever is logged in */
    const char *name;    /* borrowed: of that supervisor; NULL with 0 */
};
enum { CT_PACK_REASON_MAX = 200 };
/* Inside the write of its use: asks again, ties the pack to the procedure (CT_PACK_USED).
 * CT_EINVAL (what) with the sentence; passed by a supervisor, the one of `pass` or the one
 * who is logged in (sterile.override), the entry becomes an exception, and the pack's step
 * says who and why. */
CT_NODISCARD enum ct_status ct_pack_use_in(struct ct_app *app, struct ct_db *db,
                                           const char *what, int64_t procedure_id,
                                           const struct ct_pack_pass *pass,
                                           struct ct_entry *entry, struct ct_error *reterr);

/* ---- labels -------------------------------------------------------------------- */

/* The label as lines of at most 40 columns, an LF each: number, contents, packer, method;
 * once released also machine, load and cycle (as `where` has them, "" none), the day it was sterilised and the last day
 * of use. Before that it says NOT STERILE and bears no such day. */
void ct_pack_label_text(const struct ct_app *app, const struct ct_pack *p, const char *where,
                        struct ct_buf *out);
/* It was printed: CT_EINVAL (reason) when one was printed before and there is no reason. */
CT_NODISCARD enum ct_status ct_pack_labelled(struct ct_app *app, int64_t id, const char *reason,
                                             struct ct_error *reterr);

/* ---- stock --------------------------------------------------------------------- */

enum ct_pack_which {
    CT_PACKS_STOCK,    /* released: what expires first comes first */
    CT_PACKS_WAITING,  /* packed, in a load, in quarantine */
    CT_PACKS_BACK,     /* to be reprocessed: opened, used, returned, damaged, rejected */
    CT_PACKS_RECALLED,
    CT_PACK_WHICHES
};
/* set_id 0: all. At most `limit`; *ret_total counts all. One allocation, free(). */
CT_NODISCARD enum ct_status ct_pack_list(struct ct_app *app, enum ct_pack_which which,
                                         int64_t set_id, size_t limit, struct ct_pack **ret,
                                         size_t *ret_n, int64_t *ret_total,
                                         struct ct_error *reterr);

#endif
