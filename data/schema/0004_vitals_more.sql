-- 0004 vitals, further: more of what is measured, how it was measured and with what,
-- why something was not, further pressures of a set. Rows of before keep their hashes:
-- columns are added at the end.

-- What is measured.
ALTER TABLE vitals ADD COLUMN resp_distress INTEGER;  -- enum ct_distress: 0 none .. 3 severe
ALTER TABLE vitals ADD COLUMN crt_s INTEGER;          -- capillary refill time, seconds
ALTER TABLE vitals ADD COLUMN carer_concern INTEGER;  -- enum ct_concern: 0 worse .. 4 unavailable
ALTER TABLE vitals ADD COLUMN gcs_eye INTEGER;        -- points, 0 not testable
ALTER TABLE vitals ADD COLUMN gcs_verbal INTEGER;     -- points, 0 not testable
ALTER TABLE vitals ADD COLUMN gcs_motor INTEGER;      -- points, 0 not testable
ALTER TABLE vitals ADD COLUMN head_cm10 INTEGER; -- head circumference, tenths of a centimetre
ALTER TABLE vitals ADD COLUMN head_in10 INTEGER CHECK (head_in10 IS NULL OR head_cm10 IS NULL);-- tenths of an inch
ALTER TABLE vitals ADD COLUMN waist_cm10 INTEGER; -- waist, tenths of a centimetre
ALTER TABLE vitals ADD COLUMN waist_in10 INTEGER CHECK (waist_in10 IS NULL OR waist_cm10 IS NULL);     -- tenths of an inch
ALTER TABLE vitals ADD COLUMN muac_cm10 INTEGER; -- mid-upper-arm circumference, tenths of a centimetre
ALTER TABLE vitals ADD COLUMN muac_in10 INTEGER CHECK (muac_in10 IS NULL OR muac_cm10 IS NULL);-- tenths of an inch

-- How it was measured: of each category the number of its choice in
-- clinic/qualifier.c, NULL not said.
ALTER TABLE vitals ADD COLUMN bp_site INTEGER;        -- where the pressure was taken
ALTER TABLE vitals ADD COLUMN bp_position INTEGER;    -- posture
ALTER TABLE vitals ADD COLUMN bp_method INTEGER;      -- how
ALTER TABLE vitals ADD COLUMN bp_cuff INTEGER;        -- size of the cuff
ALTER TABLE vitals ADD COLUMN pulse_site INTEGER;     -- where the pulse was felt
ALTER TABLE vitals ADD COLUMN pulse_method INTEGER;   -- how it was counted
ALTER TABLE vitals ADD COLUMN pulse_rhythm INTEGER;   -- regular or not
ALTER TABLE vitals ADD COLUMN resp_method INTEGER;    -- spontaneous, ventilated ...
ALTER TABLE vitals ADD COLUMN spo2_site INTEGER;      -- where the probe sat
ALTER TABLE vitals ADD COLUMN temp_site INTEGER;      -- oral, tympanic ...
ALTER TABLE vitals ADD COLUMN glucose_when INTEGER;   -- fasting, before or after a meal
ALTER TABLE vitals ADD COLUMN weight_quality INTEGER; -- actual, estimated, stated ...
ALTER TABLE vitals ADD COLUMN weight_method INTEGER;  -- which scale
ALTER TABLE vitals ADD COLUMN height_quality INTEGER; -- actual, estimated, stated ...

-- What it is worth.
ALTER TABLE vitals ADD COLUMN card INTEGER NOT NULL DEFAULT 0 CHECK (card BETWEEN 0 AND 2); -- enum ct_card_kind: 0 NEWS2, 1 PEWS, 2 maternity
ALTER TABLE vitals ADD COLUMN card_band TEXT NOT NULL DEFAULT ''; -- the card's age band that scored it
ALTER TABLE vitals ADD COLUMN prescriber TEXT NOT NULL DEFAULT ''; -- who prescribed SpO2 scale 2
ALTER TABLE vitals ADD COLUMN partial INTEGER NOT NULL DEFAULT 0 CHECK (partial BETWEEN 0 AND 8); -- enum ct_why: why not all was taken, 0 it was, or nobody asks
ALTER TABLE vitals ADD COLUMN more INTEGER NOT NULL DEFAULT 0 CHECK (more BETWEEN 0 AND 7); -- rows that belong to it: 1 pressures, 2 not taken, 4 devices

-- Pressures of a set beyond the first: lying, standing ...
CREATE TABLE vitals_bp (
    id          INTEGER PRIMARY KEY,                -- this row
    vitals_id   INTEGER NOT NULL REFERENCES vitals(id), -- the version of the set
    n           INTEGER NOT NULL CHECK (n BETWEEN 2 AND 6), -- which of the set's pressures
    sbp_mmhg    INTEGER NOT NULL,                   -- systolic
    dbp_mmhg    INTEGER,                            -- diastolic
    bp_position INTEGER,                            -- posture, as in vitals
    after_min   INTEGER                             -- minutes in that posture, NULL not said
) STRICT;
CREATE UNIQUE INDEX vitals_bp_set ON vitals_bp(vitals_id, n);

-- What was meant to be taken and was not.
CREATE TABLE vitals_not_taken (
    id          INTEGER PRIMARY KEY,                -- this row
    vitals_id   INTEGER NOT NULL REFERENCES vitals(id), -- the version of the set
    why         INTEGER NOT NULL CHECK (why BETWEEN 1 AND 8), -- enum ct_why
    quantities  INTEGER NOT NULL                    -- bit q: enum ct_q
) STRICT;
CREATE UNIQUE INDEX vitals_not_taken_set ON vitals_not_taken(vitals_id, why);

-- With what it was measured.
CREATE TABLE vitals_device (
    id          INTEGER PRIMARY KEY,                -- this row
    vitals_id   INTEGER NOT NULL REFERENCES vitals(id), -- the version of the set
    device      TEXT NOT NULL CHECK (length(device) BETWEEN 1 AND 32), -- its asset number
    quantities  INTEGER NOT NULL                    -- bit q: enum ct_q
) STRICT;
CREATE UNIQUE INDEX vitals_device_set ON vitals_device(vitals_id, device);
CREATE INDEX vitals_device_device ON vitals_device(device, vitals_id);

CREATE TRIGGER vitals_bp_no_update BEFORE UPDATE ON vitals_bp BEGIN SELECT raise(ABORT, 'vitals_bp is append-only'); END;
CREATE TRIGGER vitals_bp_no_delete BEFORE DELETE ON vitals_bp BEGIN SELECT raise(ABORT, 'vitals_bp is append-only'); END;
CREATE TRIGGER vitals_not_taken_no_update BEFORE UPDATE ON vitals_not_taken BEGIN SELECT raise(ABORT, 'vitals_not_taken is append-only'); END;
CREATE TRIGGER vitals_not_taken_no_delete BEFORE DELETE ON vitals_not_taken BEGIN SELECT raise(ABORT, 'vitals_not_taken is append-only'); END;
CREATE TRIGGER vitals_device_no_update BEFORE UPDATE ON vitals_device BEGIN SELECT raise(ABORT, 'vitals_device is append-only'); END;
CREATE TRIGGER vitals_device_no_delete BEFORE DELETE ON vitals_device BEGIN SELECT raise(ABORT, 'vitals_device is append-only'); END;
