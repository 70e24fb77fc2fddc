/* checklist - preparation checklists: the template a site writes, and what given
 * answers come to. Keeping answers is the store's part, showing them the screens'.
 *
 * Layer:  clinic; pure: no store, no clock of its own.
 * File:   data/checklists/NAME.ini, or the site's copy under data_dir/checklists/.
 *         docs/checklists.md is the page for those who write one. [checklist]
 *         comes first, then [section.ID], each followed by its [item.ID]s, which
 *         are asked in that order.
 * Rules:  nothing is answered beforehand. "Not asked" is no answer; "no" and "not
 *         applicable" are two. A condition looks back only, so none goes round in
 *         a circle. What is hidden does not count, whatever was answered.
 * Kept:   ct_checklist_canonical gives the template as text that loads to the same
 *         template; a finished checklist keeps those bytes, and so what exactly it
 *         was answered under.
 * Units:  instants in UTC ms, spans in ms, numbers in the scale of their places.
 */
#ifndef CT_CLINIC_CHECKLIST_H
#define CT_CLINIC_CHECKLIST_H

#include "base/buf.h"
#include "base/config.h"
#include "base/field.h"

enum {
    CT_CHECK_ITEMS_MAX = 200,
    CT_CHECK_SECTIONS_MAX = 20,
    CT_CHECK_CHOICES_MAX = 12,
    CT_CHECK_CLAUSES_MAX = 4,
    CT_CHECK_SOURCES_MAX = 6,
    CT_CHECK_ID_MAX = CT_DATA_ID_MAX,      /* bytes of every id: a-z, 0-9, '-', '_' */
    CT_CHECK_TITLE_MAX = 79,   /* bytes */
    CT_CHECK_ITEM_TEXT_MAX = 240,
    CT_CHECK_NOTE_MAX = 500,
    CT_CHECK_HELP_MAX = 700,
    CT_CHECK_ANSWER_MAX = 200, /* bytes of a text or a code */
    CT_CHECK_COMMENT_MAX = 400,
    CT_CHECK_CANONICAL_MAX = 192 * 1024, /* bytes */
};
#define CT_CHECK_NONE SIZE_MAX

enum ct_check_kind {
    CT_CHECK_YES_NO,
    CT_CHECK_CHOICE,
    CT_CHECK_TEXT,
    CT_CHECK_NUMBER,
    CT_CHECK_DATE,
    CT_CHECK_TIME,     /* when something was done */
    CT_CHECK_SINCE,    /* the same, of which the time gone by counts (fasting) */
    CT_CHECK_DURATION, /* minutes:seconds that somebody states (a product's label) */
    CT_CHECK_TIMER,    /* minutes:seconds that the program measures */
    CT_CHECK_SCAN,
    CT_CHECK_KINDS
};
extern const char *const CT_CHECK_KIND_NAME[CT_CHECK_KINDS]; /* "yes-no", as in the file */

/* What an answer comes to: the words that conditions are written in. An answer set
 * has bit 1 << value; `given` in a file stands for all but n/a. */
enum {
    CT_CHECK_YES = 0, CT_CHECK_NO = 1,                      /* yes, no */
    CT_CHECK_USUAL = 0, CT_CHECK_LOW = 1, CT_CHECK_HIGH = 2, /* of a number with `usual` */
    CT_CHECK_ENOUGH = 0, CT_CHECK_SHORT = 1, CT_CHECK_LONG = 2, /* of a span with `least`
                                                                 * or `most` */
    CT_CHECK_COMING = 0, CT_CHECK_PAST = 1,                 /* of a date; today is coming */
    CT_CHECK_MATCH = 0, CT_CHECK_MISMATCH = 1, CT_CHECK_BY_EYE = 2, /* of a scan: it is
                                            * what it should be, it is something else, it
                                            * was read by eye and typed */
    CT_CHECK_NA_VALUE = 15,
    CT_CHECK_NO_VALUE = -1, /* not asked, or cannot be judged yet */
};
#define CT_CHECK_NA_BIT ((uint16_t)(1u << CT_CHECK_NA_VALUE))

/* Before which step of the procedure a section must be complete and clear. */
enum ct_check_stage {
    CT_CHECK_READY, /* the patient is called ready */
    CT_CHECK_START, /* the procedure begins */
    CT_CHECK_DONE,  /* it is finished, the patient leaves */
    CT_CHECK_STAGES
};
extern const char *const CT_CHECK_STAGE_NAME[CT_CHECK_STAGES]; /* "ready", "start", "done" */

enum ct_check_scan { CT_CHECK_WRISTBAND, CT_CHECK_SITE, CT_CHECK_SET, CT_CHECK_SCANS };
extern const char *const CT_CHECK_SCAN_NAME[CT_CHECK_SCANS]; /* "wristband", "site", "set" */

struct ct_check_clause {
    size_t item;  /* an earlier one */
    uint16_t set; /* the clause holds when its answer is one of these */
};

struct ct_check_section {
    const char *id, *title;
    const char *by;   /* who answers it: "ward"; words of the site's own */
    const char *note; /* "" for none */
    enum ct_check_stage before;
    bool two_person;           /* for those of its items that do not say otherwise */
    size_t first, n;           /* its items */
};

struct ct_check_item {
    const char *id, *text;
    const char *note, *help, *unit; /* "" for none; the note is shown with the answers of
                                     * note_on, or always when that is 0 */
    enum ct_check_kind kind;
    size_t section;
    bool mandatory;
    bool na;         /* may be not applicable */
    bool two_person; /* a second person confirms it */
    uint16_t comment_on, stop_on, note_on; /* answer sets */
    struct ct_check_clause when[CT_CHECK_CLAUSES_MAX]; /* shown when all hold */
    size_t n_when;
    const struct ct_choice *choices; /* choice and yes-no: codes; ended by {NULL, NULL} */
    size_t n_choices;                /* without n/a */
    int places;                      /* number */
    int64_t hard_lo, hard_hi;        /* number: outside is refused */
    int64_t usual_lo, usual_hi;      /* number: outside is low or high; as hard: none */
    int64_t least_ms, most_ms;       /* spans; CT_UNSET for none */
    size_t least_from;               /* timer: the duration that it must reach, or
                                      * CT_CHECK_NONE */
    bool until_start;                /* since: counted to the planned start */
    enum ct_check_scan scan;
};

/* Read only once loaded. */
struct ct_checklist {
    const char *id, *version, *title, *note;
    const char *source[CT_CHECK_SOURCES_MAX];
    size_t n_sources;
    struct ct_check_section *section;
    struct ct_check_item *item;
    size_t n_sections, n_items;
    struct ct_choice *choices; /* of all items */
    char *pool;                /* their text */
};

/* ---- templates ------------------------------------------------------------ */

/* Refused with CT_ECONFIG and "FILE:LINE: [section] key: what": a name it does not
 * know, an item or section twice, an item before the first section, a condition on
 * an item that is not there or stands later or on an answer it cannot have, a stop
 * on an item that need not be answered, one that every answer would stop, a scan of
 * the wristband that a mismatch does not stop, limits the wrong way round, text over
 * its length, no version, no source, no items. */
CT_NODISCARD enum ct_status ct_checklist_from_ini(const struct ct_ini *ini,
                                                  struct ct_checklist **ret,
                                                  struct ct_error *reterr);
/* From bytes, as they are kept with a finished checklist. */
CT_NODISCARD enum ct_status ct_checklist_parse(const char *name, const char *data, size_t n,
                                               struct ct_checklist **ret,
                                               struct ct_error *reterr);
/* The one of that id: the site's, else the built-in one. CT_EINVAL when it cannot be
 * an id, CT_ENOTFOUND; CT_ECONFIG also when the file holds another id. */
CT_NODISCARD enum ct_status ct_checklist_load(const struct ct_config *c, const char *id,
                                              struct ct_checklist **ret,
                                              struct ct_error *reterr);
/* A file somewhere; its name must be its id and ".ini". */
CT_NODISCARD enum ct_status ct_checklist_load_file(const char *path, struct ct_checklist **ret,
                                                   struct ct_error *reterr);
void ct_checklist_free(struct ct_checklist *t);
void ct_checklist_freep(struct ct_checklist **t);
#define CT_CHECKLIST CT_CLEANUP(ct_checklist_freep) struct ct_checklist

/* The ids of all there are, built in or the site's, in alphabetical order, each and a
 * NUL, ended by an empty one. CT_EIO: the site's folder cannot be read. */
CT_NODISCARD enum ct_status ct_checklist_ids(const struct ct_config *c, struct ct_buf *ret,
                                             struct ct_error *reterr);
bool ct_checklist_id_valid(const char *id);
size_t ct_checklist_find(const struct ct_checklist *t, const char *item_id); /* or NONE */

/* The template as a file that loads to the same template: keys in a fixed order,
 * comments gone, the same bytes for the same meaning. Appended. */
void ct_checklist_canonical(const struct ct_checklist *t, struct ct_buf *out);
/* For people: every item with its conditions, at most `cols` columns (40 or more). */
void ct_checklist_text(const struct ct_checklist *t, int cols, struct ct_buf *out);
/* The words of an answer set, in their order: "no", "no, n/a". */
void ct_check_set_text(const struct ct_check_item *i, uint16_t set, char *out, size_t size);

/* ---- answers --------------------------------------------------------------- */

enum ct_check_given { CT_CHECK_NOT_ASKED, CT_CHECK_NOT_APPLICABLE, CT_CHECK_GIVEN };

/* All zero: not asked. n is YES or NO, a choice's index, a number, a ct_date, the
 * instant of a time or since, the ms of a duration, when a timer began, MATCH,
 * MISMATCH or BY_EYE of a scan. */
struct ct_check_answer {
    enum ct_check_given given;
    int64_t n;
    int64_t end_ms;                     /* timer: when it was stopped; 0: it runs */
    char text[CT_CHECK_ANSWER_MAX + 1]; /* text, and the code that was scanned */
    char comment[CT_CHECK_COMMENT_MAX + 1];
    int64_t at_ms;      /* when it was answered; set by the store */
    int64_t by, second; /* users: who answered, who confirmed; 0: nobody */
    bool overridden;    /* a supervisor let the stop pass; the reason is the store's */
    int64_t overridden_short_ms; /* of a span: by how much it was too short then. Shorter
                                  * still (the procedure moved forward) stops again */
};

/* The times that answers are judged against. */
struct ct_check_now {
    int64_t now_ms;
    int64_t start_ms; /* planned start of the procedure; CT_UNSET: not known */
};

/* How the answer is typed: for a form. Borrows from the item. */
void ct_check_field(const struct ct_check_item *i, struct ct_field *ret);

/* What was typed, as an answer; "-", "n/a" and "na" stand for not applicable where
 * the item allows it, nothing at all for not asked. On OK and UNUSUAL *ret is
 * changed; a changed answer loses its comment, its confirmation and its override.
 * Else *ret is as it was and reterr says why. A scan that is typed is BY_EYE. */
enum ct_verdict ct_check_read(const struct ct_check_item *i, const char *typed, int64_t now_ms,
                              struct ct_check_answer *ret, struct ct_error *reterr);
/* A code from the scanner, and whether it is what it should be. CT_EINVAL: too long,
 * or not text. */
CT_NODISCARD enum ct_status ct_check_scanned(const struct ct_check_item *i, const char *code,
                                             bool matches, struct ct_check_answer *ret,
                                             struct ct_error *reterr);
/* Begin a timer (anew), stop it. */
void ct_check_timer_start(struct ct_check_answer *a, int64_t now_ms);
void ct_check_timer_stop(struct ct_check_answer *a, int64_t now_ms);

/* Let the stop of this state pass (a supervisor's, who gives the store a reason). */
struct ct_check_state;
void ct_check_override(struct ct_check_answer *a, const struct ct_check_state *s);

/* "no", "n/a", "72.5 kg", "22 Nov 23:10, 8 h 05 min before", "2:10, still running";
 * "not asked". */
void ct_check_answer_text(const struct ct_check_item *i, const struct ct_check_answer *a,
                          const struct ct_check_now *at, char *out, size_t size);

/* ---- what they come to ------------------------------------------------------- */

struct ct_check_state {
    bool shown;    /* its conditions hold; what follows is false and unset otherwise */
    bool answered; /* by something that the item takes */
    bool bad;      /* by something that it does not take: to be answered again */
    bool missing;  /* mandatory and not answered, or bad, or its timer still runs */
    bool comment_missing, second_missing;
    bool stop;       /* the answer stops, and nobody let it pass */
    bool overridden; /* the answer stops, and a supervisor let it pass */
    bool note;       /* its note is to be shown */
    int value;       /* CT_CHECK_YES ..., CT_CHECK_NO_VALUE */
    int64_t span_ms; /* of a since, a duration or a timer, running or not; else CT_UNSET */
    int64_t short_ms; /* by how much a span is too short; else 0 */
};

/* Judge n_items answers into n_items states. */
void ct_checklist_eval(const struct ct_checklist *t, const struct ct_check_answer *answers,
                       const struct ct_check_now *at, struct ct_check_state *ret);

struct ct_check_sum {
    size_t shown, answered, missing, comments, seconds, stops, overridden; /* items */
    size_t first;  /* the first item that wants something, or CT_CHECK_NONE */
    bool complete; /* nothing is missing: answers, comments, second persons */
    bool clear;    /* complete, and nothing stops */
};
void ct_checklist_sum_section(const struct ct_checklist *t, const struct ct_check_state *states,
                              size_t section, struct ct_check_sum *ret);
/* All that must be clear before this step, earlier steps included: the procedure may
 * take it when ret->clear. */
void ct_checklist_sum_before(const struct ct_checklist *t, const struct ct_check_state *states,
                             enum ct_check_stage stage, struct ct_check_sum *ret);
/* What an item wants, the gravest first: "stops", "not answered", "not an answer",
 * "comment wanted", "second person wanted"; "" for nothing. */
const char *ct_check_wants(const struct ct_check_state *s);

#endif
