-- 0003 vitals: sets of observations. NULL is "not taken", never zero. A value
-- stands in the column of the unit it was typed in.

CREATE TABLE vitals (
    id          INTEGER PRIMARY KEY,                -- this version of this set
    patient_id  INTEGER NOT NULL REFERENCES patient(id), -- whose
    taken_ms    INTEGER NOT NULL,                   -- when it was measured
    recorded_ms INTEGER NOT NULL,                   -- when it was entered
    recorded_by INTEGER NOT NULL,                   -- by whom
    sbp_mmhg    INTEGER,                            -- systolic blood pressure
    dbp_mmhg    INTEGER,                            -- diastolic blood pressure
    pulse_bpm   INTEGER,                            -- heart beats a minute
    resp_bpm    INTEGER,                            -- breaths a minute
    spo2_pct    INTEGER,                            -- oxygen saturation, per cent
    o2          INTEGER,                            -- enum ct_o2: 0 air, else the device
    o2_flow_lpm10 INTEGER,                          -- oxygen, tenths of a litre a minute
    o2_pct      INTEGER,                            -- oxygen, per cent inspired
    temp_c10    INTEGER,                            -- tenths of a degree Celsius
    temp_f10    INTEGER,                            -- tenths of a degree Fahrenheit
    acvpu       INTEGER,                            -- enum ct_acvpu: 0 alert .. 4 unresponsive
    pain        INTEGER,                            -- 0-10
    glucose_mmol10 INTEGER,                         -- tenths of a millimole a litre
    glucose_mgdl INTEGER,                           -- milligrams a decilitre
    weight_kg10 INTEGER,                            -- tenths of a kilogram
    weight_lb10 INTEGER,                            -- tenths of a pound
    height_cm10 INTEGER,                            -- tenths of a centimetre
    height_in10 INTEGER,                            -- tenths of an inch
    note        TEXT NOT NULL,                      -- free text, '' if none
    scale       INTEGER NOT NULL CHECK (scale IN (1, 2)), -- SpO2 scale in force
    score       INTEGER,                            -- NEWS2 total, NULL undefined
    score_at_least INTEGER,                         -- sum of what was there, when undefined
    single3     INTEGER NOT NULL CHECK (single3 IN (0, 1)), -- a 3 in one parameter
    band        INTEGER NOT NULL CHECK (band BETWEEN 0 AND 4), -- enum ct_band
    not_applied INTEGER NOT NULL CHECK (not_applied BETWEEN 0 AND 3), -- enum ct_not_applied
    score_version TEXT NOT NULL,                    -- version of the table that scored it
    next_due_ms INTEGER,                            -- the next set at the latest, NULL undefined
    replaces_id INTEGER REFERENCES vitals(id),      -- the version this one corrects
    voided      INTEGER NOT NULL CHECK (voided IN (0, 1)), -- 1: entered in error
    reason      TEXT,                               -- why it was corrected
    CHECK (replaces_id IS NULL OR (reason IS NOT NULL AND length(reason) > 0)), -- never without
    CHECK (voided = 0 OR replaces_id IS NOT NULL),  -- there is something to be in error
    CHECK (o2_flow_lpm10 IS NULL OR o2_pct IS NULL), -- a value stands in one unit only
    CHECK (temp_c10 IS NULL OR temp_f10 IS NULL),   -- likewise
    CHECK (glucose_mmol10 IS NULL OR glucose_mgdl IS NULL), -- likewise
    CHECK (weight_kg10 IS NULL OR weight_lb10 IS NULL), -- likewise
    CHECK (height_cm10 IS NULL OR height_in10 IS NULL) -- likewise
) STRICT;
CREATE INDEX vitals_patient ON vitals(patient_id, taken_ms);
CREATE UNIQUE INDEX vitals_replaces ON vitals(replaces_id) WHERE replaces_id IS NOT NULL;
-- What is due: the scored sets of the last days, and nothing older.
CREATE INDEX vitals_scored ON vitals(taken_ms, patient_id, next_due_ms)
    WHERE next_due_ms IS NOT NULL AND voided = 0;
CREATE VIEW vitals_now AS
    SELECT v.* FROM vitals v
    WHERE v.voided = 0 AND NOT EXISTS (SELECT 1 FROM vitals r WHERE r.replaces_id = v.id);

CREATE TRIGGER vitals_no_update BEFORE UPDATE ON vitals BEGIN SELECT raise(ABORT, 'vitals is append-only'); END;
CREATE TRIGGER vitals_no_delete BEFORE DELETE ON vitals BEGIN SELECT raise(ABORT, 'vitals is append-only'); END;
