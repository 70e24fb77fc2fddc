-- 0025 review: parts of a review that a supervisor looks at again and again, by name; the
-- devices that an entry is about; sets that called for a next one.

CREATE TABLE review_filter (
    id      INTEGER PRIMARY KEY,                    -- this version; the last of a person and a name counts
    name    TEXT NOT NULL COLLATE NOCASE CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 40), -- what its owner calls it
    typed   TEXT NOT NULL CHECK (length(CAST(typed AS BLOB)) <= 95), -- the filter as it was typed; '' removed
    at_ms   INTEGER NOT NULL,                       -- when
    by_user INTEGER NOT NULL                        -- whose
) STRICT;
CREATE INDEX review_filter_of ON review_filter(by_user, name, id);

-- Which devices an entry of the chain is about: by the rows that it wrote, each by its own
-- column or by that of the row it belongs to; by the numbers that a device ever had, what was
-- measured with it and where it was used; and by the load, a pack's steps.
CREATE VIEW entry_device AS
    SELECT r.seq AS seq, CASE r.tbl
        WHEN 'equipment' THEN r.row_id
        WHEN 'equipment_detail' THEN (SELECT x.equipment_id FROM equipment_detail x WHERE x.id = r.row_id)
        WHEN 'equipment_event' THEN (SELECT x.equipment_id FROM equipment_event x WHERE x.id = r.row_id)
        WHEN 'equipment_paper' THEN (SELECT x.equipment_id FROM equipment_paper x WHERE x.id = r.row_id)
        WHEN 'equipment_campaign_line' THEN (SELECT x.equipment_id FROM equipment_campaign_line x WHERE x.id = r.row_id)
        WHEN 'schedule' THEN (SELECT x.equipment_id FROM schedule x WHERE x.id = r.row_id)
        WHEN 'equipment_result' THEN (SELECT x.equipment_id FROM equipment_result x WHERE x.id = r.row_id)
        WHEN 'fault' THEN (SELECT x.equipment_id FROM fault x WHERE x.id = r.row_id)
        WHEN 'guide_walk' THEN (SELECT x.equipment_id FROM guide_walk x WHERE x.id = r.row_id)
        WHEN 'equipment_override' THEN (SELECT x.equipment_id FROM equipment_override x WHERE x.id = r.row_id)
        WHEN 'calibration' THEN (SELECT x.equipment_id FROM calibration x WHERE x.id = r.row_id)
        WHEN 'calibration_reference' THEN (SELECT x.equipment_id FROM calibration_reference x WHERE x.id = r.row_id)
        WHEN 'lookback' THEN (SELECT x.equipment_id FROM lookback x WHERE x.id = r.row_id)
        WHEN 'machine_programme' THEN (SELECT x.equipment_id FROM machine_programme x WHERE x.id = r.row_id)
        WHEN 'machine_test' THEN (SELECT x.equipment_id FROM machine_test x WHERE x.id = r.row_id)
        WHEN 'bath' THEN (SELECT x.equipment_id FROM bath x WHERE x.id = r.row_id)
        WHEN 'load' THEN (SELECT x.equipment_id FROM load x WHERE x.id = r.row_id)
        WHEN 'cycle_gap' THEN (SELECT x.equipment_id FROM cycle_gap x WHERE x.id = r.row_id)
        WHEN 'recall' THEN (SELECT x.equipment_id FROM recall x WHERE x.id = r.row_id)
        WHEN 'scope_record' THEN (SELECT x.equipment_id FROM scope_record x WHERE x.id = r.row_id)
        WHEN 'fault_event' THEN (SELECT p.equipment_id FROM fault_event x JOIN fault p ON p.id = x.fault_id WHERE x.id = r.row_id)
        WHEN 'calibration_point' THEN (SELECT p.equipment_id FROM calibration_point x JOIN calibration p ON p.id = x.calibration_id WHERE x.id = r.row_id)
        WHEN 'calibration_left_out' THEN (SELECT p.equipment_id FROM calibration_left_out x JOIN calibration p ON p.id = x.calibration_id WHERE x.id = r.row_id)
        WHEN 'calibration_event' THEN (SELECT p.equipment_id FROM calibration_event x JOIN calibration p ON p.id = x.calibration_id WHERE x.id = r.row_id)
        WHEN 'lookback_event' THEN (SELECT p.equipment_id FROM lookback_event x JOIN lookback p ON p.id = x.lookback_id WHERE x.id = r.row_id)
        WHEN 'machine_test_value' THEN (SELECT p.equipment_id FROM machine_test_value x JOIN machine_test p ON p.id = x.test_id WHERE x.id = r.row_id)
        WHEN 'bath_strip' THEN (SELECT p.equipment_id FROM bath_strip x JOIN bath p ON p.id = x.bath_id WHERE x.id = r.row_id)
        WHEN 'bath_soak' THEN (SELECT p.equipment_id FROM bath_soak x JOIN bath p ON p.id = x.bath_id WHERE x.id = r.row_id)
        WHEN 'bath_end' THEN (SELECT p.equipment_id FROM bath_end x JOIN bath p ON p.id = x.bath_id WHERE x.id = r.row_id)
        WHEN 'load_event' THEN (SELECT p.equipment_id FROM load_event x JOIN load p ON p.id = x.load_id WHERE x.id = r.row_id)
        WHEN 'load_record' THEN (SELECT p.equipment_id FROM load_record x JOIN load p ON p.id = x.load_id WHERE x.id = r.row_id)
        WHEN 'load_reading' THEN (SELECT p.equipment_id FROM load_reading x JOIN load p ON p.id = x.load_id WHERE x.id = r.row_id)
        WHEN 'load_ci' THEN (SELECT p.equipment_id FROM load_ci x JOIN load p ON p.id = x.load_id WHERE x.id = r.row_id)
        WHEN 'load_bi' THEN (SELECT p.equipment_id FROM load_bi x JOIN load p ON p.id = x.load_id WHERE x.id = r.row_id)
        WHEN 'load_early' THEN (SELECT p.equipment_id FROM load_early x JOIN load p ON p.id = x.load_id WHERE x.id = r.row_id)
        WHEN 'recall_line' THEN (SELECT p.equipment_id FROM recall_line x JOIN recall p ON p.id = x.recall_id WHERE x.id = r.row_id)
        WHEN 'recall_end' THEN (SELECT p.equipment_id FROM recall_end x JOIN recall p ON p.id = x.recall_id WHERE x.id = r.row_id)
        WHEN 'scope_step' THEN (SELECT p.equipment_id FROM scope_step x JOIN scope_record p ON p.id = x.record_id WHERE x.id = r.row_id)
        WHEN 'scope_end' THEN (SELECT p.equipment_id FROM scope_end x JOIN scope_record p ON p.id = x.record_id WHERE x.id = r.row_id)
        WHEN 'bath_soak_end' THEN (SELECT p.equipment_id FROM bath_soak_end x JOIN bath_soak m ON m.id = x.soak_id JOIN bath p ON p.id = m.bath_id WHERE x.id = r.row_id)
        WHEN 'load_value' THEN (SELECT p.equipment_id FROM load_value x JOIN load_reading m ON m.id = x.reading_id JOIN load p ON p.id = m.load_id WHERE x.id = r.row_id)
        WHEN 'load_bi_read' THEN (SELECT p.equipment_id FROM load_bi_read x JOIN load_bi m ON m.id = x.bi_id JOIN load p ON p.id = m.load_id WHERE x.id = r.row_id)
        WHEN 'pack_event' THEN (SELECT p.equipment_id FROM pack_event x JOIN load p ON p.id = x.ref_id WHERE x.id = r.row_id AND x.ref_kind = 1)
        END AS equipment_id FROM audit_row r
    UNION ALL SELECT r.seq, x.machine_id FROM audit_row r JOIN scope_step x ON x.id = r.row_id
        WHERE r.tbl = 'scope_step'
    UNION ALL SELECT r.seq, n.equipment_id FROM audit_row r
        JOIN vitals_device d ON d.vitals_id = r.row_id
        JOIN equipment_detail n ON n.asset = d.device COLLATE NOCASE WHERE r.tbl = 'vitals'
    UNION ALL SELECT r.seq, n.equipment_id FROM audit_row r
        JOIN procedure_use u ON u.id = r.row_id AND u.kind = 1
        JOIN equipment_detail n ON n.asset = u.what COLLATE NOCASE WHERE r.tbl = 'procedure_use';

-- Each set as it stands that called for a next one: by when, and when that came. Not under
-- continuous watch, where none is due at a time.
CREATE VIEW vitals_called AS
    SELECT (SELECT min(r.seq) FROM audit_row r WHERE r.tbl = 'vitals' AND r.row_id = v.id) AS seq,
        v.patient_id AS patient_id, v.taken_ms AS taken_ms, v.next_due_ms AS due_ms,
        (SELECT n.taken_ms FROM vitals_now n WHERE n.patient_id = v.patient_id
            AND n.taken_ms > v.taken_ms ORDER BY n.taken_ms LIMIT 1) AS next_ms
    FROM vitals v INDEXED BY vitals_scored
    WHERE v.next_due_ms > v.taken_ms AND v.next_due_ms IS NOT NULL AND v.voided = 0
        AND NOT EXISTS (SELECT 1 FROM vitals s WHERE s.replaces_id = v.id);
-- Each set as it stands, and when the one before it had called for it; NULL: it had not.
CREATE VIEW vitals_asked AS
    SELECT v.id AS id, v.taken_ms AS taken_ms,
        (SELECT CASE WHEN p.next_due_ms > p.taken_ms THEN p.next_due_ms END FROM vitals_now p
            WHERE p.patient_id = v.patient_id AND p.taken_ms < v.taken_ms
            ORDER BY p.taken_ms DESC LIMIT 1) AS due_ms
    FROM vitals_now v;

CREATE TRIGGER review_filter_no_update BEFORE UPDATE ON review_filter BEGIN SELECT raise(ABORT, 'review_filter is append-only'); END;
CREATE TRIGGER review_filter_no_delete BEFORE DELETE ON review_filter BEGIN SELECT raise(ABORT, 'review_filter is append-only'); END;
