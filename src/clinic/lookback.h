/* lookback - a device was out of tolerance: everything it has measured since it was last
 * known to be good, what each value would have been, and what was decided on it.
 *
 * Layer:  clinic. The list is derived from the records each time, so late entries appear
 *         in it; kept are the period, the dispositions, and the signature that closes it.
 * Period: from the last approved result in tolerance by the same template (as left, else as
 *         found; or an outside calibration for that template) to when it was found out;
 *         without one from the registration. A cause with a date (it was dropped on that
 *         day) may shorten it, with a reason, by a supervisor; both ends are included.
 * Lines:  current sets of vitals whose values in doubt are that device's; calibrations made
 *         with it as a reference and, through those, what the devices so calibrated have
 *         measured until their next good calibration by that template without it (or until
 *         now; of a closed one: until it was closed); procedures in which it was used. In
 *         doubt are the quantities that the template names; all, when it names none.
 *         A set that was recorded while the clock of the machine was more than a week slow
 *         may be missed.
 * Value:  reading less the error as found, linear between the points (beyond them the
 *         nearest point's). A functional check gives no error. Through a reference: the
 *         reference's error, at points of the same unit. With the corrected values the
 *         score is computed anew, and the verdict of a calibration made with it.
 * Access: of a restricted record the line stands there without name and values, and can be
 *         disposed of only by somebody to whom it is open.
 * Source: ISO 13485:2016 7.6 (validity of earlier results is assessed and recorded).
 * Errors: CT_EINVAL with the field, CT_ENOTFOUND, CT_ECONFLICT, those of ct_record.
 */
#ifndef CT_CLINIC_LOOKBACK_H
#define CT_CLINIC_LOOKBACK_H

#include "clinic/calibration.h"
#include "clinic/vitals.h"

/* Stored: new ones at the end. */
enum ct_lookback_event { CT_LB_PERIOD, CT_LB_LINE, CT_LB_CLOSED, CT_LB_REOPENED,
                         CT_LB_EVENTS };
enum ct_lookback_what { CT_LB_VITALS, CT_LB_CALIBRATION, CT_LB_PROCEDURE, CT_LB_LOAD,
                        CT_LB_WHATS };
enum ct_disposition { CT_DISP_NO_EFFECT, CT_DISP_REVIEWED, CT_DISP_CONTACT, CT_DISPS };
extern const char *const CT_LB_WHAT_NAME[CT_LB_WHATS]; /* "vitals", "calibration" */
extern const char *const CT_DISP_NAME[CT_DISPS];       /* "no effect", "reviewed" */

struct ct_lookback {
    int64_t id, equipment_id, calibration_id; /* 0: opened by a person */
    char asset[CT_ASSET_MAX + 1], model[164];
    int64_t from_ms, to_ms;     /* as they count now */
    int64_t first_from_ms;      /* before it was shortened */
    char text[CT_EQUIP_TEXT_MAX + 1], shortened[CT_EQUIP_TEXT_MAX + 1]; /* "" not shortened */
    int64_t at_ms;
    uint32_t by_user;
    char by[128];
    bool closed;
    int64_t closed_ms, closed_lines; /* lines when it was signed; lines - that: new since */
    char closed_text[CT_EQUIP_TEXT_MAX + 1]; /* cause and corrective action */
    char closed_by[128];
    int64_t lines, open, contact; /* counted from the list: in all, not disposed of, patients
                                   * to be contacted */
};
struct ct_lookback_line {
    enum ct_lookback_what what;
    int64_t ref_id, at_ms;
    int64_t patient_id;          /* 0 none, or restricted */
    int64_t equipment_id;        /* by which device: another one when it is transitive */
    int64_t via;                 /* the calibration through which it is in doubt; 0: directly */
    char asset[CT_ASSET_MAX + 1];
    char patient[140];
    bool restricted, corrected;  /* not open to this user; a value could be corrected */
    char value[160];             /* "BP 142/88" */
    char would[160];             /* "NEWS2 3 LOW -> 2 LOW, BP 138/85"; "" unknown */
    bool changes;                /* a score, its band, or a verdict */
    int disposition;             /* enum ct_disposition; -1 none yet */
    char text[CT_EQUIP_TEXT_MAX + 1], by[128];
    int64_t decided_ms;          /* CT_UNSET none yet */
};

/* By a person: any device and period up to now, even with no failure. from_ms CT_UNSET:
 * since its last good result. CT_EINVAL: why is missing, from_ms in the future. */
CT_NODISCARD enum ct_status ct_lookback_open(struct ct_app *app, int64_t equipment_id,
                                             int64_t from_ms, const char *why, int64_t *ret_id,
                                             struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_lookback_get(struct ct_app *app, int64_t id,
                                            struct ct_lookback *ret, struct ct_error *reterr);
/* Newest first; equipment_id 0: of all devices. One allocation, free(). */
CT_NODISCARD enum ct_status ct_lookback_list(struct ct_app *app, int64_t equipment_id,
                                             bool open_only, size_t limit,
                                             struct ct_lookback **ret, size_t *ret_n,
                                             struct ct_error *reterr);
/* Not closed, of all devices: for the home screen. */
CT_NODISCARD enum ct_status ct_lookback_count(struct ct_app *app, int64_t *ret,
                                              struct ct_error *reterr);
/* Those that change something first, then what is open, then by time. One allocation. */
CT_NODISCARD enum ct_status ct_lookback_lines(struct ct_app *app, const struct ct_vitals_rules *r,
                                              int64_t id, struct ct_lookback_line **ret,
                                              size_t *ret_n, struct ct_error *reterr);
/* The same without opening anything, for `clintech equipment impact ASSET`: from_ms CT_UNSET:
 * since its last good result; to_ms CT_UNSET: now. The error is that of the latest
 * calibration in that time that found it out of tolerance, its number in *ret_calibration
 * (0: none). */
struct ct_impact {
    int64_t from_ms, to_ms, calibration_id;
    struct ct_lookback_line *line; /* free() */
    size_t n;
};
CT_NODISCARD enum ct_status ct_impact(struct ct_app *app, const struct ct_vitals_rules *r,
                                      int64_t equipment_id, int64_t from_ms, int64_t to_ms,
                                      struct ct_impact *ret, struct ct_error *reterr);
/* Several lines at once. text: who reviewed it and what came of it, who contacts the patient;
 * for "no effect" only where the line changes something. A line of which the patient is to be
 * contacted is an entry of its own, notable, in that patient's name. CT_EINVAL: not (any
 * more) on the list, closed; CT_EDENIED: restricted. */
CT_NODISCARD enum ct_status ct_lookback_dispose(struct ct_app *app, int64_t id,
                                                const struct ct_lookback_line *lines, size_t n,
                                                enum ct_disposition d, const char *text,
                                                struct ct_error *reterr);
/* A new beginning, from its first one to its end. */
CT_NODISCARD enum ct_status ct_lookback_period(struct ct_app *app, int64_t id, int64_t from_ms,
                                               const char *reason, struct ct_error *reterr);
/* By a supervisor, signed: cause and corrective action in text. CT_EINVAL: lines are not
 * disposed of (how many). */
CT_NODISCARD enum ct_status ct_lookback_close(struct ct_app *app, int64_t id, const char *text,
                                              struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_lookback_reopen(struct ct_app *app, int64_t id, const char *reason,
                                               struct ct_error *reterr);

#endif
