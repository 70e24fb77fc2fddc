/* lookback - a device was out of tolerance: everything it has measured since it was last
 * known to be good, what each value would have been, and what was decided on it.
 *
 * Layer:  clinic. The list is derived from the records each time (late entries appear too);
 *         kept are the period, the decisions, and the signature that closes it.
 * Period: from the last calibration whose result was in tolerance (as left, or as found) to
 *         when it was found out; without one, from the device's registration. A cause with a
 *         date (dropped on that day) may shorten it, with a reason, by a supervisor.
 * Lines:  sets of vitals with that device; calibrations made with it as a reference, and,
 *         through those, what the devices calibrated so have measured until their next good
 *         calibration with another reference; procedures in which it was used; loads.
 * Value:  reading less the error as found, interpolated between the points (beyond them the
 *         nearest point's), where the template of that class says which quantity it is. The
 *         score is computed anew with the corrected values (ct_vitals_assess): a line says
 *         whether the score or its band, or a calibration's verdict, would change.
 * Access: of a restricted record the line stands there, without name and values.
 * Source: reference list of steps for out-of-tolerance (ISO 13485 7.6: assess and record).
 */
#ifndef CT_CLINIC_LOOKBACK_H
#define CT_CLINIC_LOOKBACK_H

#include "clinic/calibration.h"
#include "clinic/vitals.h"

enum ct_lookback_event { CT_LB_PERIOD, CT_LB_LINE, CT_LB_CLOSED, CT_LB_REOPENED, CT_LB_EVENTS };
enum ct_lookback_what { CT_LB_VITALS, CT_LB_CALIBRATION, CT_LB_PROCEDURE, CT_LB_LOAD, CT_LB_WHATS };
enum ct_disposition { CT_DISP_NO_EFFECT, CT_DISP_REVIEWED, CT_DISP_CONTACT, CT_DISPS };
extern const char *const CT_DISP_NAME[CT_DISPS];

struct ct_lookback {
    int64_t id, equipment_id, calibration_id; /* 0: opened by a person */
    char asset[CT_ASSET_MAX + 1], model[164];
    int64_t from_ms, to_ms;     /* as they count now */
    int64_t first_from_ms;      /* before it was shortened */
    char text[CT_EQUIP_TEXT_MAX + 1], shortened[CT_EQUIP_TEXT_MAX + 1];
    int64_t at_ms;
    uint32_t by_user;
    char by[64];
    bool closed;
    int64_t closed_ms, closed_lines; /* lines when it was signed; more now: shown */
    char closed_by[64];
    int64_t lines, open, contact; /* counted from the list */
};
struct ct_lookback_line {
    enum ct_lookback_what what;
    int64_t ref_id, at_ms;
    int64_t patient_id;          /* 0 none */
    int64_t equipment_id;        /* by which device: another one when it is transitive */
    char asset[CT_ASSET_MAX + 1];
    char patient[140];
    bool restricted, corrected;  /* not open to this user; a value could be corrected */
    char value[120];             /* "BP 142/88" */
    char would[160];             /* "BP 138/85, NEWS2 3 -> 2"; "" unknown */
    bool changes;                /* a score, band or verdict */
    int disposition;             /* enum ct_disposition, -1 none yet */
    char text[CT_EQUIP_TEXT_MAX + 1], by[64];
    int64_t decided_ms;
};

/* Opened by calibration.h through ct_lookback_open_in (rows.h); here by a person: any
 * device and period, even with no failure. */
CT_NODISCARD enum ct_status ct_lookback_open(struct ct_app *app, int64_t equipment_id,
                                             int64_t from_ms, const char *why, int64_t *ret_id,
                                             struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_lookback_get(struct ct_app *app, int64_t id,
                                            struct ct_lookback *ret, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_lookback_list(struct ct_app *app, bool open_only, size_t limit,
                                             struct ct_lookback **ret, size_t *ret_n,
                                             struct ct_error *reterr);
/* Those that change something first, then open ones, then by time. One allocation. */
CT_NODISCARD enum ct_status ct_lookback_lines(struct ct_app *app, const struct ct_vitals_rules *r,
                                              int64_t id, struct ct_lookback_line **ret,
                                              size_t *ret_n, struct ct_error *reterr);
/* The same without opening anything, for `clintech equipment impact ASSET`: from_ms CT_UNSET:
 * since its last good result. */
CT_NODISCARD enum ct_status ct_impact(struct ct_app *app, const struct ct_vitals_rules *r,
                                      int64_t equipment_id, int64_t from_ms, int64_t to_ms,
                                      struct ct_lookback_line **ret, size_t *ret_n,
                                      int64_t *ret_from_ms, struct ct_error *reterr);
/* Several lines at once; text required but for no effect. */
CT_NODISCARD enum ct_status ct_lookback_dispose(struct ct_app *app, int64_t id,
                                                const struct ct_lookback_line *lines, size_t n,
                                                enum ct_disposition d, const char *text,
                                                struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_lookback_period(struct ct_app *app, int64_t id, int64_t from_ms,
                                               const char *reason, struct ct_error *reterr);
/* By a supervisor, signed: root cause and corrective action in text. CT_EINVAL: a line is
 * not disposed of. */
CT_NODISCARD enum ct_status ct_lookback_close(struct ct_app *app, const struct ct_vitals_rules *r,
                                              int64_t id, const char *text,
                                              struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_lookback_reopen(struct ct_app *app, int64_t id, const char *reason,
                                               struct ct_error *reterr);

#endif
