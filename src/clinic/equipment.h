/* equipment - devices, reference standards and machines: what each one is, and where it
 * stands.
 *
 * Layer:  clinic. What is known of a device is kept in versions; its condition is a chain
 *         of events that only faults, repairs and retirement write (ct_equipment_condition
 *         in rows.h): nobody types it.
 * State:  in service, due soon and overdue are the condition "in service" seen with the
 *         schedules (schedule.h): derived, never stored.
 * Names:  asset numbers are compared without case. A reference standard is equipment with
 *         `standard` set: its schedules and certificates are as any device's.
 * Source: fields as asked for by medical physicists (qatrackplus#528) and IEC 60601-1
 *         (classes, applied parts).
 * Errors: CT_EINVAL with the field, CT_EEXISTS (asset), CT_ECONFLICT (changed meanwhile),
 *         CT_ENOTFOUND, and those of ct_record.
 */
#ifndef CT_CLINIC_EQUIPMENT_H
#define CT_CLINIC_EQUIPMENT_H

#include "base/config.h"
#include "record/record.h"

enum { CT_ASSET_MAX = 32, CT_EQUIP_TEXT_MAX = 400, CT_EQUIP_REASON_MAX = 200,
       CT_EQUIP_CLASS_MAX = 40, CT_EQUIP_CLASSES_MAX = 60 };

enum ct_equip_risk { CT_RISK_UNSAID, CT_RISK_LOW, CT_RISK_MEDIUM, CT_RISK_HIGH, CT_RISKS };
enum ct_elec_class { CT_ELEC_UNSAID, CT_ELEC_I, CT_ELEC_II, CT_ELEC_INTERNAL, CT_ELECS };
enum ct_applied_part { CT_APPLIED_UNSAID, CT_APPLIED_NONE, CT_APPLIED_B, CT_APPLIED_BF,
                       CT_APPLIED_CF, CT_APPLIEDS };
extern const char *const CT_RISK_NAME[CT_RISKS];       /* "", "low" ... */
extern const char *const CT_ELEC_NAME[CT_ELECS];       /* "", "I", "II", "internal" */
extern const char *const CT_APPLIED_NAME[CT_APPLIEDS]; /* "", "none", "B", "BF", "CF" */

/* Stored: what the chain of events says. */
enum ct_equip_condition {
    CT_COND_IN_SERVICE,
    CT_COND_FAULTY,      /* a fault is reported; it may still stand where it is used */
    CT_COND_QUARANTINED, /* set apart and labelled: not to be used */
    CT_COND_REPAIR,      /* out for repair */
    CT_COND_TESTING,     /* repaired: return-to-service tests, or their review, are missing */
    CT_COND_RETIRED,     /* for good */
    CT_CONDITIONS
};
/* Shown: the condition, seen with what is due. */
enum ct_equip_state { CT_STATE_OK, CT_STATE_DUE_SOON, CT_STATE_OVERDUE, CT_STATE_FAULTY,
                      CT_STATE_QUARANTINED, CT_STATE_REPAIR, CT_STATE_TESTING,
                      CT_STATE_RETIRED, CT_EQUIP_STATES };
extern const char *const CT_EQUIP_STATE_NAME[CT_EQUIP_STATES]; /* "in service", "out for repair" */

/* ---- classes: data/equipment/classes.ini ----------------------------------- */

/* What kinds of devices there are: a section a class. Its word is the `class` of
 * calibration templates. */
struct ct_equip_class {
    char id[CT_EQUIP_CLASS_MAX + 1]; /* "nibp", "monitor" */
    char title[80];                  /* "Patient monitor" */
    uint32_t measures;               /* bits of 1 << enum ct_q: what it measures of vitals */
    char templates[8][41];           /* calibration templates that fit it: a monitor has several */
    size_t n_templates;
    char check[41];                  /* data/checks: its pre-use check; "" none */
    char guide[41];                  /* data/guides: troubleshooting; "" none */
    uint32_t methods;                /* bits of 1 << enum ct_method (programme.h): what it reprocesses by */
};
struct ct_equip_classes {
    size_t n;
    struct ct_equip_class class[CT_EQUIP_CLASSES_MAX]; /* in the order of the file */
};
/* Of this app: the site's copy or the shipped one; loaded once, borrowed. CT_ECONFIG with
 * file and line. */
CT_NODISCARD enum ct_status ct_equip_classes_of(struct ct_app *app,
                                                const struct ct_equip_classes **ret,
                                                struct ct_error *reterr);
/* The same from a file that was read already: for tests and fuzzing. */
CT_NODISCARD enum ct_status ct_equip_classes_parse(const struct ct_config *c,
                                                   const struct ct_ini *ini,
                                                   struct ct_equip_classes *ret,
                                                   struct ct_error *reterr);
/* Without case; NULL: there is none. */
const struct ct_equip_class *ct_equip_class_find(const struct ct_equip_classes *c, const char *id);

/* ---- models, devices -------------------------------------------------------- */

struct ct_equip_model {
    int64_t id, first_id; /* this version, and the one that devices name */
    char class[CT_EQUIP_CLASS_MAX + 1], maker[80], name[80], device_id[41];
    enum ct_equip_risk risk;
    enum ct_elec_class elec_class;
    enum ct_applied_part applied;
    char note[CT_EQUIP_TEXT_MAX + 1];
    int64_t at_ms;
    uint32_t by_user;
    int64_t devices; /* of this model, retired ones aside; filled by lists */
};

struct ct_equipment {
    int64_t id, detail_id, model_id; /* model_id: its first version */
    char asset[CT_ASSET_MAX + 1], udi[121], serial[41], location[65], holder[65], supplier[80];
    bool standard;
    char standard_of[80];
    enum ct_elec_class elec_class;  /* its own, else the model's: as it counts */
    enum ct_applied_part applied;   /* the same */
    bool elec_own, applied_own;     /* it is its own */
    ct_date made, received, warranty; /* CT_NO_DATE unknown */
    char note[CT_EQUIP_TEXT_MAX + 1];
    /* of the model, as it is now */
    char class[CT_EQUIP_CLASS_MAX + 1], maker[80], model[80], device_id[41];
    enum ct_equip_risk risk;
    /* derived */
    enum ct_equip_condition condition;
    int64_t condition_ms;           /* since when */
    enum ct_equip_state state;      /* with the schedules, as of the day it was read */
    int64_t registered_ms, changed_ms;
    uint32_t registered_by, changed_by;
};
/* Fields of the forms; kind names as in struct, SQL and error. */
extern const struct ct_field CT_EQUIP_FIELDS[], CT_MODEL_FIELDS[];
extern const size_t CT_EQUIP_FIELDS_N, CT_MODEL_FIELDS_N;

/* A UDI as it is kept: GS1 with brackets, "(01)...(21)...", of which separators cannot be
 * lost; all else as it came, without blanks at its ends. CT_EINVAL (udi): the code breaks
 * the rules of its kind, is too long, or may be read in several ways. */
CT_NODISCARD enum ct_status ct_udi_text(const char *code, ct_date today, char out[121],
                                        struct ct_error *reterr);

/* "M-104 Mindray uMEC12, Bay 3" */
void ct_equipment_text(const struct ct_equipment *e, char *out, size_t size);

/* A model of that class, maker and name exists already: CT_EEXISTS, with its id in *m. */
CT_NODISCARD enum ct_status ct_model_add(struct ct_app *app, struct ct_equip_model *m,
                                         struct ct_error *reterr);
/* m->id is the version that was seen; reason required. */
CT_NODISCARD enum ct_status ct_model_amend(struct ct_app *app, struct ct_equip_model *m,
                                           const char *reason, struct ct_error *reterr);
/* The version in force of a model, by its first version. CT_ENOTFOUND (model_id). */
CT_NODISCARD enum ct_status ct_model_get(struct ct_app *app, int64_t first_id,
                                         struct ct_equip_model *ret, struct ct_error *reterr);
/* Folded words; "" all. Current versions by class, maker, name; one allocation, free(). */
CT_NODISCARD enum ct_status ct_model_list(struct ct_app *app, const char *words,
                                          struct ct_equip_model **ret, size_t *ret_n,
                                          struct ct_error *reterr);

/* e->model_id and the details; completed. import_key NULL: by hand. It is in service from
 * then on (its acceptance is a result with why = on acceptance: schedule.h). CT_EINVAL:
 * a date before 1970 or after 2199, warranty before receipt, an unknown model. */
CT_NODISCARD enum ct_status ct_equipment_add(struct ct_app *app, struct ct_equipment *e,
                                             const char *import_key, struct ct_error *reterr);
/* The device that was imported under that key, whatever its number is now; *ret_id 0: none. */
CT_NODISCARD enum ct_status ct_equipment_imported(struct ct_app *app, const char *import_key,
                                                  int64_t *ret_id, struct ct_error *reterr);
/* e->detail_id is the version that was seen; reason required. */
CT_NODISCARD enum ct_status ct_equipment_amend(struct ct_app *app, struct ct_equipment *e,
                                               const char *reason, struct ct_error *reterr);
/* For good; a reason. CT_EINVAL: it is retired. An open fault ends with it. */
CT_NODISCARD enum ct_status ct_equipment_retire(struct ct_app *app, int64_t id,
                                                const char *reason, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_equipment_get(struct ct_app *app, int64_t id,
                                             struct ct_equipment *ret, struct ct_error *reterr);
/* By asset number, without case, or by a whole UDI. CT_ENOTFOUND. */
CT_NODISCARD enum ct_status ct_equipment_find(struct ct_app *app, const char *asset,
                                              struct ct_equipment *ret, struct ct_error *reterr);
/* All that a code may name: an asset number, a whole UDI, GIAI or GRAI as the asset number or
 * in the device's own UDI, product and serial of a device whose model bears that product's
 * number. Ids in order of their asset numbers, at most `cap`; *ret_n 0: none. */
CT_NODISCARD enum ct_status ct_equipment_named(struct ct_app *app, const char *code,
                                               int64_t *ret, size_t cap, size_t *ret_n,
                                               struct ct_error *reterr);
/* What is written in use for a place, holder, supplier or standard_of: for a list to pick
 * from. Each and a NUL, in order of the alphabet, ended by an empty one. */
enum ct_equip_in_use { CT_IN_USE_LOCATION, CT_IN_USE_HOLDER, CT_IN_USE_SUPPLIER,
                       CT_IN_USE_STANDARD_OF, CT_IN_USES };
CT_NODISCARD enum ct_status ct_equipment_in_use(struct ct_app *app, enum ct_equip_in_use what,
                                                struct ct_buf *ret, struct ct_error *reterr);

struct ct_equip_filter {
    char words[80];           /* begin of words; "" all */
    char class[CT_EQUIP_CLASS_MAX + 1]; /* "" all */
    char location[65];        /* "" all */
    uint32_t states;          /* bits of 1 << enum ct_equip_state; 0: all but retired */
    int64_t model_id;         /* first version; 0 all */
    bool standards;           /* reference standards alone */
};
/* By asset number (numbers by their value: M-9 before M-10); *ret_total counts all that
 * pass, from the same query. One allocation, free(). */
CT_NODISCARD enum ct_status ct_equipment_list(struct ct_app *app,
                                              const struct ct_equip_filter *f, size_t offset,
                                              size_t limit, struct ct_equipment **ret,
                                              size_t *ret_n, int64_t *ret_total,
                                              struct ct_error *reterr);

/* What happened to a device, newest first, whatever module wrote it: versions, conditions,
 * results, calibrations, faults, papers, campaign lines, overrides. One allocation. */
struct ct_equip_line {
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
    char kind[24];  /* "calibration", "fault" */
    char ref[24];   /* "K-12", "F-3"; "" none */
    int64_t ref_id; /* for the screen that shows it; 0 none */
    char text[256];
};
CT_NODISCARD enum ct_status ct_equipment_history(struct ct_app *app, int64_t id, size_t limit,
                                                 struct ct_equip_line **ret, size_t *ret_n,
                                                 struct ct_error *reterr);

/* ---- papers ----------------------------------------------------------------- */

enum ct_paper_kind { CT_PAPER_CERTIFICATE, CT_PAPER_MANUAL, CT_PAPER_SERVICE, CT_PAPER_OTHER,
                     CT_PAPERS };
extern const char *const CT_PAPER_NAME[CT_PAPERS]; /* "service report" */
extern const struct ct_field CT_PAPER_FIELDS[];
extern const size_t CT_PAPER_FIELDS_N;
struct ct_equip_paper {
    int64_t id, equipment_id;
    enum ct_paper_kind kind;
    char title[80], place[CT_EQUIP_TEXT_MAX + 1], issuer[80];
    bool hashed;
    unsigned char hash[32];
    int64_t size;
    ct_date valid_from, valid_until; /* CT_NO_DATE not said */
    int64_t at_ms;
    uint32_t by_user;
    bool ended;
    char reason[CT_EQUIP_REASON_MAX + 1]; /* why it was taken off */
};
/* When place is a file (its whole path, from /) that can be read here, its hash and size are taken (p->hashed). */
CT_NODISCARD enum ct_status ct_equipment_paper_add(struct ct_app *app, struct ct_equip_paper *p,
                                                   struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_equipment_paper_end(struct ct_app *app, int64_t id,
                                                   const char *reason, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_equipment_papers(struct ct_app *app, int64_t equipment_id,
                                                struct ct_equip_paper **ret, size_t *ret_n,
                                                struct ct_error *reterr);
/* Those that were taken off last. Is the file still what it was? CT_OK; CT_EDAMAGED: another
 * content; CT_EINVAL: no hash was taken; CT_EIO, CT_ENOTFOUND, CT_EDENIED. */
CT_NODISCARD enum ct_status ct_equipment_paper_check(struct ct_app *app,
                                                     const struct ct_equip_paper *p,
                                                     struct ct_error *reterr);

/* ---- campaigns --------------------------------------------------------------- */

extern const struct ct_field CT_CAMPAIGN_FIELDS[];
extern const size_t CT_CAMPAIGN_FIELDS_N;
struct ct_campaign {
    int64_t id, model_id;
    char model[164]; /* "Mindray uMEC12" */
    char title[80], source[121], text[CT_EQUIP_TEXT_MAX + 1];
    bool stop;
    ct_date due;    /* CT_NO_DATE none */
    int64_t at_ms;
    uint32_t by_user;
    bool closed;
    int64_t devices, open; /* of the model, retired ones aside; not ticked off */
};
struct ct_campaign_line {
    int64_t equipment_id;
    char asset[CT_ASSET_MAX + 1], location[65];
    int done; /* 0 not yet, 1 done, 2 does not apply */
    char text[CT_EQUIP_TEXT_MAX + 1];
    int64_t at_ms; /* CT_UNSET not yet */
    char by[64];
};
CT_NODISCARD enum ct_status ct_campaign_add(struct ct_app *app, struct ct_campaign *c,
                                            struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_campaign_get(struct ct_app *app, int64_t id,
                                            struct ct_campaign *ret, struct ct_error *reterr);
/* done 0: taken back; 2: does not apply; both with a text. CT_EINVAL: not of that model,
 * retired, closed, or so already. */
CT_NODISCARD enum ct_status ct_campaign_tick(struct ct_app *app, int64_t id, int64_t equipment_id,
                                             int done, const char *text, struct ct_error *reterr);
/* CT_EINVAL: devices are open, unless a reason is given. */
CT_NODISCARD enum ct_status ct_campaign_close(struct ct_app *app, int64_t id, const char *reason,
                                              struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_campaign_list(struct ct_app *app, bool open_only,
                                             struct ct_campaign **ret, size_t *ret_n,
                                             struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_campaign_lines(struct ct_app *app, int64_t id,
                                              struct ct_campaign_line **ret, size_t *ret_n,
                                              struct ct_error *reterr);
/* Those open for one device; *ret_stop: one of them says that it is not to be used. */
CT_NODISCARD enum ct_status ct_campaign_open(struct ct_app *app, int64_t equipment_id,
                                             struct ct_campaign **ret, size_t *ret_n,
                                             bool *ret_stop, struct ct_error *reterr);

#endif
