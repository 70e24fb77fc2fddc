-- 0014 calibration: as found, adjusted, as left, judged by the text it was measured under,
-- approved by a second person with a signature.

CREATE TABLE calibration_text (
    id      INTEGER PRIMARY KEY,                    -- this text
    hash    BLOB NOT NULL CHECK (length(hash) = 32), -- BLAKE2b-256 of it: kept once
    text    TEXT NOT NULL,                          -- a calibration template in its canonical form
    at_ms   INTEGER NOT NULL,                       -- when a calibration was first begun under it
    by_user INTEGER NOT NULL                        -- by whom
) STRICT;
CREATE UNIQUE INDEX calibration_text_hash ON calibration_text(hash);

CREATE TABLE calibration (
    id           INTEGER PRIMARY KEY,               -- K-12 on the screen and on the certificate
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- of which device
    detail_id    INTEGER NOT NULL REFERENCES equipment_detail(id), -- as it was registered then
    schedule_id  INTEGER REFERENCES schedule(id),   -- first version of the schedule that asked for it; NULL: out of turn
    fault_id     INTEGER REFERENCES fault(id),      -- for whose return to service; NULL: none
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 1), -- enum ct_task_kind: 0 calibration, 1 electrical safety
    template     TEXT NOT NULL,                     -- the template's id
    version      TEXT NOT NULL,                     -- and its version
    title        TEXT NOT NULL,                     -- and its title, for lists
    text_id      INTEGER NOT NULL REFERENCES calibration_text(id), -- the text it is judged by
    why          INTEGER NOT NULL CHECK (why BETWEEN 0 AND 4), -- enum ct_task_why
    rule         INTEGER NOT NULL CHECK (rule BETWEEN 0 AND 2), -- enum ct_cal_rule, agreed before measuring
    rule_source  TEXT NOT NULL CHECK (length(CAST(rule_source AS BLOB)) <= 120), -- who asks for that rule; '' the template
    place        TEXT NOT NULL CHECK (length(CAST(place AS BLOB)) <= 64), -- where it was done
    item_state   TEXT NOT NULL CHECK (length(CAST(item_state AS BLOB)) <= 200), -- condition of the device on receipt; '' nothing to remark
    temp_c10     INTEGER,                           -- ambient temperature, tenths of a degree; NULL not measured
    rh_pct       INTEGER,                           -- relative humidity, per cent; NULL not measured
    press_hpa    INTEGER,                           -- air pressure; NULL not measured
    done_ms      INTEGER NOT NULL,                  -- when the as-found readings were taken
    at_ms        INTEGER NOT NULL,                  -- when they were entered
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE INDEX calibration_of ON calibration(equipment_id, done_ms);

-- With what: each with its due date and certificate as they stood then.
CREATE TABLE calibration_reference (
    id             INTEGER PRIMARY KEY,             -- this row
    calibration_id INTEGER NOT NULL REFERENCES calibration(id), -- of which
    equipment_id   INTEGER NOT NULL REFERENCES equipment(id), -- the reference standard
    detail_id      INTEGER NOT NULL REFERENCES equipment_detail(id), -- as it was registered then
    last_day       INTEGER NOT NULL,                -- last day it was in date, days since 1970-01-01
    certificate    TEXT NOT NULL CHECK (length(CAST(certificate AS BLOB)) BETWEEN 1 AND 200) -- by which it is traceable
) STRICT;
CREATE INDEX calibration_reference_of ON calibration_reference(calibration_id);
CREATE INDEX calibration_reference_with ON calibration_reference(equipment_id, calibration_id);

-- A point as found (phase 0) and as left (phase 1): what was typed, and the verdict on it.
CREATE TABLE calibration_point (
    id             INTEGER PRIMARY KEY,             -- this row
    calibration_id INTEGER NOT NULL REFERENCES calibration(id), -- of which
    phase          INTEGER NOT NULL CHECK (phase IN (0, 1)), -- 0 as found, 1 as left
    round          INTEGER NOT NULL CHECK (round BETWEEN 0 AND 99), -- 0 as found; 1, 2 ... as left after each adjustment: the last counts
    point          TEXT NOT NULL,                   -- its id in the text
    nominal_e6     INTEGER NOT NULL,                -- millionths of the unit, as in all columns _e6
    low_e11        INTEGER,                         -- tolerance limit, 10^-11 of the unit; NULL: none on that side
    high_e11       INTEGER,                         -- the same
    tolerance      TEXT NOT NULL,                   -- as it was in force, in words of the template: '+-3 mmHg'
    declared       TEXT NOT NULL CHECK (length(CAST(declared AS BLOB)) <= 120), -- of a limit that the device declares: where it was taken from; '' the template's
    readings       TEXT NOT NULL CHECK (length(readings) BETWEEN 1 AND 1200), -- as typed, a blank between
    sum_e6         INTEGER NOT NULL,                -- of the readings, exact
    n              INTEGER NOT NULL CHECK (n BETWEEN 1 AND 100), -- how many
    u_e6           INTEGER,                         -- expanded uncertainty, k = 2; NULL not known
    verdict        INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 3) -- enum ct_cal_verdict by the calibration's rule
) STRICT;
CREATE UNIQUE INDEX calibration_point_of ON calibration_point(calibration_id, round, point);

-- A point that applies to the device and was not measured, with the reason.
CREATE TABLE calibration_left_out (
    id             INTEGER PRIMARY KEY,             -- this row
    calibration_id INTEGER NOT NULL REFERENCES calibration(id), -- of which
    round          INTEGER NOT NULL CHECK (round BETWEEN 0 AND 99), -- as calibration_point.round
    point          TEXT NOT NULL,                   -- its id in the text
    reason         TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 120) -- why
) STRICT;
CREATE UNIQUE INDEX calibration_left_out_of ON calibration_left_out(calibration_id, round, point);

CREATE TABLE calibration_event (
    id             INTEGER PRIMARY KEY,             -- this row
    calibration_id INTEGER NOT NULL REFERENCES calibration(id), -- of which
    step           INTEGER NOT NULL CHECK (step BETWEEN 0 AND 6), -- enum ct_cal_step: 0 as found, 1 adjusted, 2 as left, 3 handed in, 4 sent back, 5 approved, 6 entered in error
    verdict        INTEGER CHECK (verdict BETWEEN 0 AND 3), -- of steps 0 and 2: the worst of the points; NULL else
    text           TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 400), -- what was adjusted; remarks; why; '' none
    limits         TEXT NOT NULL CHECK (length(CAST(limits AS BLOB)) <= 200), -- of step 3: limits of use; '' none
    at_ms          INTEGER NOT NULL,                -- when
    by_user        INTEGER NOT NULL                 -- by whom
) STRICT;
CREATE INDEX calibration_event_of ON calibration_event(calibration_id, id);

-- Where each one stands, derived as the rows above are written; not part of the record.
CREATE TABLE calibration_find (
    calibration_id INTEGER PRIMARY KEY REFERENCES calibration(id), -- which
    equipment_id   INTEGER NOT NULL,                -- of which device
    done_ms        INTEGER NOT NULL,                -- when as found
    step           INTEGER NOT NULL,                -- of the last event
    found          INTEGER NOT NULL,                -- verdict as found
    left_          INTEGER                          -- verdict as left; NULL: not measured again
) STRICT;
CREATE INDEX calibration_find_of ON calibration_find(equipment_id, done_ms);
CREATE INDEX calibration_find_open ON calibration_find(step) WHERE step < 5;

CREATE TRIGGER calibration_text_no_update BEFORE UPDATE ON calibration_text BEGIN SELECT raise(ABORT, 'calibration_text is append-only'); END;
CREATE TRIGGER calibration_text_no_delete BEFORE DELETE ON calibration_text BEGIN SELECT raise(ABORT, 'calibration_text is append-only'); END;
CREATE TRIGGER calibration_no_update BEFORE UPDATE ON calibration BEGIN SELECT raise(ABORT, 'calibration is append-only'); END;
CREATE TRIGGER calibration_no_delete BEFORE DELETE ON calibration BEGIN SELECT raise(ABORT, 'calibration is append-only'); END;
CREATE TRIGGER calibration_reference_no_update BEFORE UPDATE ON calibration_reference BEGIN SELECT raise(ABORT, 'calibration_reference is append-only'); END;
CREATE TRIGGER calibration_reference_no_delete BEFORE DELETE ON calibration_reference BEGIN SELECT raise(ABORT, 'calibration_reference is append-only'); END;
CREATE TRIGGER calibration_left_out_no_update BEFORE UPDATE ON calibration_left_out BEGIN SELECT raise(ABORT, 'calibration_left_out is append-only'); END;
CREATE TRIGGER calibration_left_out_no_delete BEFORE DELETE ON calibration_left_out BEGIN SELECT raise(ABORT, 'calibration_left_out is append-only'); END;
CREATE TRIGGER calibration_point_no_update BEFORE UPDATE ON calibration_point BEGIN SELECT raise(ABORT, 'calibration_point is append-only'); END;
CREATE TRIGGER calibration_point_no_delete BEFORE DELETE ON calibration_point BEGIN SELECT raise(ABORT, 'calibration_point is append-only'); END;
CREATE TRIGGER calibration_event_no_update BEFORE UPDATE ON calibration_event BEGIN SELECT raise(ABORT, 'calibration_event is append-only'); END;
CREATE TRIGGER calibration_event_no_delete BEFORE DELETE ON calibration_event BEGIN SELECT raise(ABORT, 'calibration_event is append-only'); END;
