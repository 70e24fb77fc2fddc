/* config - the one home of iniparser: .ini files, checked before use.
 *
 * Layer:  base; iniparser 4.1 behind a wall, because that version crashes when
 *         a section bears the name of a key that is asked for, and cuts long
 *         lines. So the bytes are read once and checked (size, UTF-8, line
 *         length, section and key syntax, no duplicates, no name both section
 *         and key), handed to iniparser through a memfd, read back only with
 *         iniparser_getstring and NULL as the default, never dumped.
 * Names:  sections and keys are letters, digits, '_', '-' and '.', at most 64,
 *         matched without case. A section comes once, a key once in it.
 * Values: one line. A comment stands on a line of its own; a value that holds
 *         ';' or '#' is put in double quotes (iniparser would cut it there).
 *         Lines are not continued; no byte order mark; no control characters.
 * Errors: every message begins "FILE:LINE: ", or "FILE: " where it is about the
 *         whole file.
 */
#ifndef CT_BASE_CONFIG_H
#define CT_BASE_CONFIG_H

#include "base/buf.h"

enum { CT_INI_MAX_BYTES = 256 * 1024, CT_INI_MAX_LINE = 900 };

struct ct_ini;

/* Load a file. Refuses one that is not a regular file, or that others than
 * root and the user may write to (a group of the user's own number may).
 * CT_ENOTFOUND, CT_EIO, CT_ECONFIG. */
CT_NODISCARD enum ct_status ct_ini_load(const char *path, struct ct_ini **ret,
                                        struct ct_error *reterr);
/* The same checks over bytes in memory (embedded data, fuzzing); name is used
 * in messages. */
CT_NODISCARD enum ct_status ct_ini_parse(const char *name, const char *data, size_t n,
                                         struct ct_ini **ret, struct ct_error *reterr);
void ct_ini_free(struct ct_ini *ini);
void ct_ini_freep(struct ct_ini **ini);
#define CT_INI CT_CLEANUP(ct_ini_freep) struct ct_ini

const char *ct_ini_name(const struct ct_ini *ini);
/* Sections and keys in the order of the file; lower case. NULL past the end. */
const char *ct_ini_section(const struct ct_ini *ini, size_t i);
const char *ct_ini_key(const struct ct_ini *ini, const char *section, size_t i);
/* Borrowed, "" for an empty value, NULL when there is none. */
const char *ct_ini_get(const struct ct_ini *ini, const char *section, const char *key);
int ct_ini_line(const struct ct_ini *ini, const char *section, const char *key); /* 0: none */
/* Fail with CT_ECONFIG and "FILE:LINE: [section] key: text". key may be NULL. */
enum ct_status ct_ini_fail(const struct ct_ini *ini, const char *section, const char *key,
                           struct ct_error *reterr, const char *fmt, ...) CT_FORMAT(5, 6);

/* ---- config.ini ------------------------------------------------------- */

enum { CT_SHIFTS_MAX = 8 };

struct ct_shift_def {
    char name[24];
    int start_min, end_min; /* minutes after midnight, civil; may cross it */
};

/* The site's settings; what each key means stands in CT_CONFIG_KEYS. */
struct ct_config {
    char site_name[80];
    char timezone[64];   /* "" : the system's */
    char store_dir[512]; /* "" : the user's state directory */
    char data_dir[512];  /* "" : what the program carries */
    char export_dir[512]; /* "" : the user's home directory */
    char witness[512];   /* "" : <store dir>/witness */
    int idle_lock_s;
    int absolute_limit_min; /* a session ends after this, active or not */
    int busy_limit_ms;      /* how long a save waits for other writers */
    int checkpoint_pages;   /* WAL size that starts a checkpoint */
    int kdf_ops, kdf_mem_mib;
    bool public_passwords; /* a demo clinic: CT_KDF_PUBLIC, whatever these two say */
    int esc_delay_ms;
    char theme[16];   /* "auto", "mono", "dark", "light" */
    char charset[16]; /* "auto", "utf-8", "ascii" */
    char chart[16];   /* "plain", "braille", "ascii" */
    bool mouse;
    char identifier_label[24]; /* "NHS" */
    char identifier_check[16]; /* "nhs" (mod 11 check digit) or "none" */
    char temperature_unit[4], weight_unit[4], height_unit[4], glucose_unit[8];
    char vitals_fields[256], vitals_fields_child[256]; /* names of quantities, in order */
    char vitals_qualifiers[256];   /* "bp_site:LA ..." */
    char device_measures[128];     /* names of quantities */
    int pews_below;                /* years */
    int unscored_every_min;        /* 0: none */
    char due_buckets[64];          /* minutes to or past the due time: "45 30 15 0 -15" */
    int stale_after_min;           /* a score older than this is marked */
    int break_glass_min;           /* how long a restricted record stays open to whoever gave a reason */
    int privacy_s;                 /* the privacy screen locks after this */
    int due_soon_days;             /* amber, unless a schedule says its own */
    char equipment_gate[8];        /* "warn", "stop" */
    char handover_form[8];         /* "ipass", "sbar" */
    int staircase_share;           /* per cent of the tolerance */
    /* a competency that is required and is not there, by what is begun: "warn", "stop", "off" */
    char train_gate_device[8], train_gate_procedure[8], train_gate_programme[8];
    char train_gate_checklist[8];
    int train_high_months, train_medium_months, train_low_months, train_self_months;
    bool train_assessor_expires;
    int train_soon_days;
    char scan_prefix[24], scan_suffix[8], scan_gs[8]; /* keys, as CT_CFG_KEYS */
    int scan_gap_ms, scan_wait_ms;
    bool scan_sends_gs;
    char id_wristband[17], id_gsrn[18], id_badge[17]; /* what such a code begins with */
    char id_equipment[17], id_set[17], id_load[17], id_procedure[17];
    struct ct_shift_def shifts[CT_SHIFTS_MAX];
    size_t n_shifts;
    char report_page[8];      /* "a4", "letter" */
    char report_dir[512];     /* "" : export_dir */
    bool report_sealed;       /* a PDF is sealed with the store's key */
    char report_program[512]; /* "" : clintech-report beside clintech */
};

enum ct_config_kind {
    CT_CFG_TEXT,   /* lo..hi bytes */
    CT_CFG_PATH,   /* absolute, or "" */
    CT_CFG_ZONE,   /* a name of the time zone database, or "" */
    CT_CFG_INT,    /* lo..hi */
    CT_CFG_BOOL,   /* yes or no */
    CT_CFG_CHOICE, /* one of choices, "a|b|c", without case */
    CT_CFG_KEYS,   /* "^B", "F12", or up to hi marks and letters, a mark first; or "" */
    CT_CFG_BEGINS, /* up to hi visible ASCII characters without blanks */
    CT_CFG_DIGITS, /* up to hi digits */
    CT_CFG_SHIFTS, /* key "*": any name; "07:00-15:00" */
};

/* One row a key: the parser, `clintech doctor`, and docs/config.md use it. */
struct ct_config_key {
    const char *section, *key, *fallback, *help; /* help: unit and range included */
    enum ct_config_kind kind;
    size_t offset, size; /* of the member of struct ct_config */
    int lo, hi;
    const char *choices;
};
extern const struct ct_config_key CT_CONFIG_KEYS[];
extern const size_t CT_CONFIG_KEYS_N;

void ct_config_default(struct ct_config *c);
/* Unknown section or key, bad or out-of-range value: CT_ECONFIG with file and
 * line and what would be accepted. Nothing is created. */
CT_NODISCARD enum ct_status ct_config_load(const char *path, struct ct_config *ret,
                                           struct ct_error *reterr);

/* The same from memory. */
CT_NODISCARD enum ct_status ct_config_parse(const char *name, const char *data, size_t n,
                                            struct ct_config *ret, struct ct_error *reterr);

/* A shipped data file ("scores/news2.ini"): the site's copy under
 * config->data_dir if there is one (when it is wrong that is an error, not
 * passed over), else the embedded one. CT_ENOTFOUND when there is neither. */
CT_NODISCARD enum ct_status ct_data_ini(const struct ct_config *c, const char *name,
                                        struct ct_ini **ret, struct ct_error *reterr);

/* The ids of the data files in a folder ("checklists/"), NAME of NAME.ini: built in or the
 * site's, in alphabetical order, each and a NUL, ended by an empty one. Files named
 * otherwise are passed over. CT_EIO: the site's folder cannot be read. */
enum { CT_DATA_ID_MAX = 40 }; /* bytes: a-z, 0-9, '-', '_' */
CT_NODISCARD enum ct_status ct_data_ids(const struct ct_config *c, const char *folder,
                                        struct ct_buf *ret, struct ct_error *reterr);
bool ct_data_id_valid(const char *id);
/* FOLDER/ID.ini as ct_data_ini has it. CT_EINVAL (field) when it cannot be an id,
 * CT_ENOTFOUND (field); `what` is the word for people: "checklist". */
CT_NODISCARD enum ct_status ct_data_load(const struct ct_config *c, const char *folder,
                                         const char *field, const char *what, const char *id,
                                         struct ct_ini **ret, struct ct_error *reterr);
/* A data file is found by its name, so its id must be that: `file` with or without folders
 * and ".ini". CT_ECONFIG at `id` of section `head`. */
CT_NODISCARD enum ct_status ct_data_named(const struct ct_ini *ini, const char *head,
                                          const char *id, const char *file,
                                          struct ct_error *reterr);
/* "key = value" appended, quoted where it can be; nothing for "". */
void ct_ini_put(struct ct_buf *b, const char *key, const char *value);

#endif
