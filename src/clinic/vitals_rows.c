/* vitals_rows - a set of vitals as rows: its statements, writing it with what belongs
 * to it, and reading it back. */
#include "clinic/rows.h"

#include <string.h>

/* The text is fixed; tests/unit/vitals.c proves that its columns are those of
 * CT_QUANTITY, in that order. */
#define VALUES                                                                                 \
    "sbp_mmhg, dbp_mmhg, pulse_bpm, resp_bpm, spo2_pct, o2, o2_flow_lpm10, o2_pct, "           \
    "temp_c10, temp_f10, acvpu, pain, glucose_mmol10, glucose_mgdl, weight_kg10, "             \
    "weight_lb10, height_cm10, height_in10, resp_distress, crt_s, carer_concern, "             \
    "gcs_eye, gcs_verbal, gcs_motor, head_cm10, head_in10, waist_cm10, waist_in10, "           \
    "muac_cm10, muac_in10"
#define QUALIFIERS                                                                             \
    "bp_site, bp_position, bp_method, bp_cuff, pulse_site, pulse_method, pulse_rhythm, "       \
    "resp_method, spo2_site, temp_site, glucose_when, weight_quality, weight_method, "         \
    "height_quality"
#define COLUMNS                                                                                \
    "v.id, v.patient_id, v.taken_ms, v.recorded_ms, v.recorded_by, v.note, v.scale, "          \
    "v.score, v.score_at_least, v.single3, v.band, v.not_applied, v.score_version, "           \
    "v.next_due_ms, v.replaces_id, v.voided, v.reason, "                                       \
    "EXISTS (SELECT 1 FROM vitals n WHERE n.replaces_id = v.id), v.card, v.card_band, "        \
    "v.prescriber, v.partial, v.more, " QUALIFIERS ", " VALUES

/* "The last set": current, with a due time: a full one, or a refusal. The later of two
 * sets of the same moment is the one recorded last. One from the future (the clock was
 * wrong then) is passed over: it would hide the patient until its time has come. */
#define LATER                                                                             \
    "EXISTS (SELECT 1 FROM vitals_now w WHERE w.patient_id = v.patient_id "                    \
    "AND w.taken_ms >= v.taken_ms AND w.taken_ms <= :ahead_ms "                                \
    "AND w.next_due_ms IS NOT NULL "                                                           \
    "AND (w.taken_ms > v.taken_ms OR w.id > v.id))"

const struct ct_sql ct_vitals_sql[CT_VITALS_SQL_N] = {
    [CT_SQL_VITALS_INSERT] =
        {"vitals.insert",
         "INSERT INTO vitals(patient_id, taken_ms, recorded_ms, recorded_by, " VALUES
         ", " QUALIFIERS ", note, scale, score, score_at_least, single3, band, not_applied, "
         "score_version, next_due_ms, replaces_id, voided, reason, card, card_band, "
         "prescriber, partial, more) VALUES (:patient_id, :taken_ms, "
         ":recorded_ms, :recorded_by, :sbp_mmhg, :dbp_mmhg, :pulse_bpm, :resp_bpm, "
         ":spo2_pct, :o2, :o2_flow_lpm10, :o2_pct, :temp_c10, :temp_f10, :acvpu, :pain, "
         ":glucose_mmol10, :glucose_mgdl, :weight_kg10, :weight_lb10, :height_cm10, "
         ":height_in10, :resp_distress, :crt_s, :carer_concern, :gcs_eye, :gcs_verbal, "
         ":gcs_motor, :head_cm10, :head_in10, :waist_cm10, :waist_in10, :muac_cm10, "
         ":muac_in10, :bp_site, :bp_position, :bp_method, :bp_cuff, :pulse_site, "
         ":pulse_method, :pulse_rhythm, :resp_method, :spo2_site, :temp_site, "
         ":glucose_when, :weight_quality, :weight_method, :height_quality, :note, :scale, :score, :score_at_least, :single3, :band, "
         ":not_applied, :score_version, :next_due_ms, :replaces_id, :voided, :reason, :card, "
         ":card_band, :prescriber, :partial, :more)"},
    [CT_SQL_VITALS_GET] = {"vitals.get", "SELECT " COLUMNS " FROM vitals v WHERE v.id = :id"},
    [CT_SQL_VITALS_LIST] = {"vitals.list",
                            "SELECT " COLUMNS
                            " FROM vitals_now v WHERE v.patient_id = :patient_id "
                            "AND v.taken_ms < :before_ms AND v.taken_ms >= :from_ms "
                            "ORDER BY v.taken_ms DESC, v.id DESC "
                            "LIMIT :limit"},
    [CT_SQL_VITALS_AFTER] = {"vitals.after", "SELECT id FROM vitals WHERE replaces_id = :id"},
    [CT_SQL_VITALS_TWIN] = {"vitals.twin",
                            "SELECT " COLUMNS
                            " FROM vitals_now v WHERE v.patient_id = :patient_id "
                            "AND v.taken_ms >= :from_ms AND v.taken_ms <= :to_ms "
                            "AND v.recorded_by = :recorded_by AND v.recorded_ms >= :since_ms "
                            "AND v.sbp_mmhg IS :sbp_mmhg AND v.pulse_bpm IS :pulse_bpm "
                            "AND v.resp_bpm IS :resp_bpm AND v.spo2_pct IS :spo2_pct "
                            "AND v.note = :note"},
    [CT_SQL_DUE_LIST] =
        {"due.list",
         "SELECT v.patient_id, v.id, v.taken_ms, v.next_due_ms, v.partial "
         "FROM vitals_now v WHERE v.taken_ms > :since_ms AND v.taken_ms <= :ahead_ms "
         "AND v.next_due_ms IS NOT NULL "
         "AND (v.next_due_ms < :until_ms OR v.partial = :refused) AND NOT " LATER
         " ORDER BY v.partial <> :refused, v.next_due_ms, v.id"},
    [CT_SQL_DUE_PATIENT] =
        {"due.patient",
         "SELECT v.patient_id, v.id, v.taken_ms, v.next_due_ms, v.partial "
         "FROM vitals_now v WHERE v.patient_id = :patient_id AND v.taken_ms <= :ahead_ms "
         "AND v.next_due_ms IS NOT NULL "
         "ORDER BY v.taken_ms DESC, v.id DESC LIMIT 1"},
    [CT_SQL_VITALS_LAST_FULL] =
        {"vitals.last_full",
         "SELECT v.id, v.taken_ms, v.next_due_ms "
         "FROM vitals_now v WHERE v.patient_id = :patient_id AND v.taken_ms <= :until_ms "
         "AND v.next_due_ms IS NOT NULL AND v.partial = 0 "
         "ORDER BY v.taken_ms DESC, v.id DESC LIMIT 1"},
    [CT_SQL_VITALS_LAST_SCORED] =
        {"vitals.last_scored",
         "SELECT " COLUMNS " FROM vitals_now v WHERE v.patient_id = :patient_id "
         "AND v.taken_ms <= :until_ms AND v.score IS NOT NULL "
         "ORDER BY v.taken_ms DESC, v.id DESC LIMIT 1"},
    [CT_SQL_VITALS_IN_ERROR] =
        {"vitals.in_error",
         "SELECT count(*) FROM vitals v WHERE v.patient_id = :patient_id "
         "AND v.taken_ms >= :from_ms AND v.taken_ms < :before_ms AND v.voided = 1"},
    [CT_SQL_BP_INSERT] = {"vitals.bp_insert",
                          "INSERT INTO vitals_bp(vitals_id, n, sbp_mmhg, dbp_mmhg, bp_position, "
                          "after_min) VALUES (:vitals_id, :n, :sbp_mmhg, :dbp_mmhg, "
                          ":bp_position, :after_min)"},
    [CT_SQL_BP_LIST] = {"vitals.bp_list",
                        "SELECT sbp_mmhg, dbp_mmhg, bp_position, after_min FROM vitals_bp "
                        "WHERE vitals_id = :vitals_id ORDER BY n"},
    [CT_SQL_NOT_TAKEN_INSERT] = {"vitals.not_taken_insert",
                                 "INSERT INTO vitals_not_taken(vitals_id, why, quantities) "
                                 "VALUES (:vitals_id, :why, :quantities)"},
    [CT_SQL_NOT_TAKEN_LIST] = {"vitals.not_taken_list",
                               "SELECT why, quantities FROM vitals_not_taken "
                               "WHERE vitals_id = :vitals_id"},
    [CT_SQL_DEVICE_INSERT] = {"vitals.device_insert",
                              "INSERT INTO vitals_device(vitals_id, device, quantities) VALUES "
                              "(:vitals_id, :device, :quantities)"},
    [CT_SQL_DEVICE_LIST] = {"vitals.device_list",
                            "SELECT device, quantities FROM vitals_device "
                            "WHERE vitals_id = :vitals_id ORDER BY id"},
};

/* ---- writing ----------------------------------------------------------- */

enum { MORE_BP = 1, MORE_NOT_TAKEN = 2, MORE_DEVICES = 4 };

static bool any_not_taken(const struct ct_vitals *v)
{
    for (int q = 0; q < CT_QS; q++)
        if (v->not_taken[q] != CT_WHY_NONE)
            return true;
    return false;
}

/* Which tables hold more of the set: most sets have nothing there, and a list need not
 * look. */
static int64_t more(const struct ct_vitals *v)
{
    return (v->n_bp > 0 ? MORE_BP : 0) | (any_not_taken(v) ? MORE_NOT_TAKEN : 0) |
           (v->n_devices > 0 ? MORE_DEVICES : 0);
}

static enum ct_status insert(struct ct_db *db, const struct ct_vitals *v, int64_t *ret_id,
                             struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[CT_SQL_VITALS_INSERT], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":patient_id", v->patient_id);
    ct_bind_i64(st, ":taken_ms", v->taken_ms);
    ct_bind_i64(st, ":recorded_ms", v->recorded_ms);
    ct_bind_i64(st, ":recorded_by", v->recorded_by);
    for (int q = 0; q < CT_QS; q++)
        for (size_t u = 0; u < CT_QUANTITY[q].n_units; u++)
            ct_bind_opt(st, CT_QUANTITY[q].unit[u].column,
                        v->v[q].unit == u ? v->v[q].n : CT_UNSET);
    for (int i = 0; i < CT_QLS; i++)
        ct_bind_opt(st, CT_QUALIFIER[i].name, v->ql[i] != 0 ? v->ql[i] : CT_UNSET);
    ct_bind_text(st, ":note", v->note);
    ct_bind_i64(st, ":scale", v->scale);
    ct_bind_opt(st, ":score", v->score >= 0 ? v->score : CT_UNSET);
    ct_bind_opt(st, ":score_at_least", v->score_at_least >= 0 ? v->score_at_least : CT_UNSET);
    ct_bind_i64(st, ":single3", v->single3);
    ct_bind_i64(st, ":band", v->band);
    ct_bind_i64(st, ":not_applied", v->not_applied);
    ct_bind_text(st, ":score_version", v->score_version);
    ct_bind_opt(st, ":next_due_ms", v->next_due_ms);
    ct_bind_opt(st, ":replaces_id", v->replaces_id != 0 ? v->replaces_id : CT_UNSET);
    ct_bind_i64(st, ":voided", v->voided);
    ct_bind_text(st, ":reason", v->replaces_id != 0 ? v->reason : NULL);
    ct_bind_i64(st, ":card", v->card);
    ct_bind_text(st, ":card_band", v->card_band);
    ct_bind_text(st, ":prescriber", v->prescriber);
    ct_bind_i64(st, ":partial", v->partial);
    ct_bind_i64(st, ":more", more(v));
    return ct_stmt_run(st, ret_id, reterr);
}

static enum ct_status insert_bps(struct ct_db *db, const struct ct_vitals *v,
                                 struct ct_entry *entry, struct ct_error *reterr)
{
    for (size_t i = 0; i < v->n_bp; i++) {
        const struct ct_bp *b = &v->bp[i];
        CT_STMT *st = NULL;
        int64_t id;
        enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[CT_SQL_BP_INSERT], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":vitals_id", v->id);
        ct_bind_i64(st, ":n", (int64_t)i + 2);
        ct_bind_i64(st, ":sbp_mmhg", b->sbp);
        ct_bind_opt(st, ":dbp_mmhg", b->dbp);
        ct_bind_opt(st, ":bp_position", b->position != 0 ? b->position : CT_UNSET);
        ct_bind_opt(st, ":after_min", b->after_min >= 0 ? b->after_min : CT_UNSET);
        rc = ct_stmt_run(st, &id, reterr);
        if (rc != CT_OK)
            return rc;
        ct_entry_row(entry, "vitals_bp", id);
    }
    return CT_OK;
}

static enum ct_status insert_not_taken(struct ct_db *db, const struct ct_vitals *v,
                                       struct ct_entry *entry, struct ct_error *reterr)
{
    for (int why = 1; why < CT_WHYS; why++) {
        uint32_t bits = 0;
        for (unsigned q = 0; q < CT_QS; q++)
            if (v->not_taken[q] == why)
                bits |= UINT32_C(1) << q;
        if (bits == 0)
            continue;
        CT_STMT *st = NULL;
        int64_t id;
        enum ct_status rc =
            ct_stmt_get(db, &ct_vitals_sql[CT_SQL_NOT_TAKEN_INSERT], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":vitals_id", v->id);
        ct_bind_i64(st, ":why", why);
        ct_bind_i64(st, ":quantities", bits);
        rc = ct_stmt_run(st, &id, reterr);
        if (rc != CT_OK)
            return rc;
        ct_entry_row(entry, "vitals_not_taken", id);
    }
    return CT_OK;
}

static enum ct_status insert_devices(struct ct_db *db, const struct ct_vitals *v,
                                     struct ct_entry *entry, struct ct_error *reterr)
{
    for (size_t i = 0; i < v->n_devices; i++) {
        CT_STMT *st = NULL;
        int64_t id;
        enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[CT_SQL_DEVICE_INSERT], &st, reterr);
        if (rc != CT_OK)
            return rc;
        ct_bind_i64(st, ":vitals_id", v->id);
        ct_bind_text(st, ":device", v->device[i].device);
        ct_bind_i64(st, ":quantities", v->device[i].quantities);
        rc = ct_stmt_run(st, &id, reterr);
        if (rc != CT_OK)
            return rc;
        ct_entry_row(entry, "vitals_device", id);
    }
    return CT_OK;
}

enum ct_status ct_vitals_insert(struct ct_db *db, struct ct_vitals *v, struct ct_entry *entry,
                                struct ct_error *reterr)
{
    enum ct_status rc = insert(db, v, &v->id, reterr);
    if (rc != CT_OK)
        return rc;
    ct_entry_row(entry, "vitals", v->id);
    rc = insert_bps(db, v, entry, reterr);
    if (rc == CT_OK)
        rc = insert_not_taken(db, v, entry, reterr);
    if (rc == CT_OK)
        rc = insert_devices(db, v, entry, reterr);
    return rc;
}

/* ---- reading ----------------------------------------------------------- */

/* The columns of CT_SQL_VITALS_GET and _LIST before the values. */
enum { COL_QUALIFIERS = 23, COL_VALUES = COL_QUALIFIERS + CT_QLS };

static int small(struct ct_stmt *st, int col)
{
    int64_t n = ct_col_i64(st, col);
    return n == CT_UNSET ? -1 : (int)n;
}

void ct_vitals_row(struct ct_stmt *st, struct ct_vitals *ret)
{
    ct_vitals_init(ret);
    ret->id = ct_col_i64(st, 0);
    ret->patient_id = ct_col_i64(st, 1);
    ret->taken_ms = ct_col_i64(st, 2);
    ret->recorded_ms = ct_col_i64(st, 3);
    ret->recorded_by = (uint32_t)ct_col_i64(st, 4);
    ct_text_copy(ret->note, sizeof ret->note, ct_col_text(st, 5));
    ret->scale = small(st, 6);
    ret->score = small(st, 7);
    ret->score_at_least = small(st, 8);
    ret->single3 = ct_col_i64(st, 9) != 0;
    ret->band = (enum ct_band)ct_col_i64(st, 10);
    ret->not_applied = (enum ct_not_applied)ct_col_i64(st, 11);
    ct_text_copy(ret->score_version, sizeof ret->score_version, ct_col_text(st, 12));
    ret->next_due_ms = ct_col_i64(st, 13);
    ret->replaces_id = ct_col_null(st, 14) ? 0 : ct_col_i64(st, 14);
    ret->voided = ct_col_i64(st, 15) != 0;
    ct_text_copy(ret->reason, sizeof ret->reason, ct_col_text(st, 16));
    ret->replaced = ct_col_i64(st, 17) != 0;
    ret->card = (enum ct_card_kind)ct_col_i64(st, 18);
    ct_text_copy(ret->card_band, sizeof ret->card_band, ct_col_text(st, 19));
    ct_text_copy(ret->prescriber, sizeof ret->prescriber, ct_col_text(st, 20));
    ret->partial = (enum ct_why)ct_col_i64(st, 21);
    ret->more = (uint8_t)ct_col_i64(st, 22);
    int64_t n;
    for (int i = 0; i < CT_QLS; i++)
        if ((n = ct_col_i64(st, COL_QUALIFIERS + i)) != CT_UNSET)
            ret->ql[i] = (uint8_t)n;
    int col = COL_VALUES;
    for (int q = 0; q < CT_QS; q++)
        for (size_t u = 0; u < CT_QUANTITY[q].n_units; u++, col++)
            if ((n = ct_col_i64(st, col)) != CT_UNSET)
                ret->v[q] = (struct ct_value){.n = n, .unit = (uint8_t)u};
}

/* Each row of a statement about one set. */
static enum ct_status each(struct ct_db *db, unsigned sql, struct ct_vitals *v,
                           void (*take)(struct ct_stmt *st, struct ct_vitals *v),
                           struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row = true;
    enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[sql], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":vitals_id", v->id);
    while ((rc = ct_stmt_step(st, &row, reterr)) == CT_OK && row)
        take(st, v);
    return rc;
}

static void take_bp(struct ct_stmt *st, struct ct_vitals *v)
{
    if (v->n_bp == CT_LEN(v->bp))
        return;
    v->bp[v->n_bp++] = (struct ct_bp){
        .sbp = ct_col_i64(st, 0),
        .dbp = ct_col_i64(st, 1),
        .position = ct_col_null(st, 2) ? 0 : (uint8_t)ct_col_i64(st, 2),
        .after_min = small(st, 3)};
}

static void take_not_taken(struct ct_stmt *st, struct ct_vitals *v)
{
    int64_t bits = ct_col_i64(st, 1);
    for (int q = 0; q < CT_QS; q++)
        if ((bits >> q & 1) != 0)
            v->not_taken[q] = (uint8_t)ct_col_i64(st, 0);
}

static void take_device(struct ct_stmt *st, struct ct_vitals *v)
{
    if (v->n_devices == CT_LEN(v->device))
        return;
    struct ct_vitals_device *d = &v->device[v->n_devices++];
    ct_text_copy(d->device, sizeof d->device, ct_col_text(st, 0));
    d->quantities = (uint32_t)ct_col_i64(st, 1);
}

enum ct_status ct_vitals_complete(struct ct_db *db, struct ct_vitals *v,
                                  struct ct_error *reterr)
{
    enum ct_status rc = CT_OK;
    if ((v->more & MORE_BP) != 0)
        rc = each(db, CT_SQL_BP_LIST, v, take_bp, reterr);
    if (rc == CT_OK && (v->more & MORE_NOT_TAKEN) != 0)
        rc = each(db, CT_SQL_NOT_TAKEN_LIST, v, take_not_taken, reterr);
    if (rc == CT_OK && (v->more & MORE_DEVICES) != 0)
        rc = each(db, CT_SQL_DEVICE_LIST, v, take_device, reterr);
    return rc;
}

static enum ct_status row_load(struct ct_db *db, int64_t id, struct ct_vitals *ret,
                               struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc = ct_stmt_get(db, &ct_vitals_sql[CT_SQL_VITALS_GET], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK)
        return rc;
    if (!row)
        return ct_fail(reterr, CT_ENOTFOUND, "", "there is no set of vitals %lld",
                       (long long)id);
    ct_vitals_row(st, ret);
    return CT_OK;
}

enum ct_status ct_vitals_load(struct ct_db *db, int64_t id, struct ct_vitals *ret,
                              struct ct_error *reterr)
{
    enum ct_status rc = row_load(db, id, ret, reterr);
    return rc == CT_OK ? ct_vitals_complete(db, ret, reterr) : rc;
}

enum ct_status ct_vitals_load_values(struct ct_db *db, int64_t id, struct ct_vitals *ret,
                                     struct ct_error *reterr)
{
    enum ct_status rc = row_load(db, id, ret, reterr);
    if (rc != CT_OK)
        return rc;
    ret->more = (uint8_t)(ret->more & ~MORE_DEVICES);
    return ct_vitals_complete(db, ret, reterr);
}
