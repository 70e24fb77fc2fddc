-- 0015 lookback: a device was out of tolerance as found: the period since its last good
-- result, in which what it measured is in doubt.

CREATE TABLE lookback (
    id             INTEGER PRIMARY KEY,             -- B-12 on the screen
    equipment_id   INTEGER NOT NULL REFERENCES equipment(id), -- the device, or the reference standard
    calibration_id INTEGER REFERENCES calibration(id), -- whose as-found verdict opened it; NULL: opened by a person
    from_ms        INTEGER NOT NULL,                -- last in-tolerance result, or the device's first day
    to_ms          INTEGER NOT NULL,                -- when it was found out
    text           TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 400), -- why it was opened
    at_ms          INTEGER NOT NULL,                -- when
    by_user        INTEGER NOT NULL                 -- by whom
) STRICT;
CREATE INDEX lookback_of ON lookback(equipment_id, id);
CREATE UNIQUE INDEX lookback_calibration ON lookback(calibration_id) WHERE calibration_id IS NOT NULL;


CREATE TRIGGER lookback_no_update BEFORE UPDATE ON lookback BEGIN SELECT raise(ABORT, 'lookback is append-only'); END;
CREATE TRIGGER lookback_no_delete BEFORE DELETE ON lookback BEGIN SELECT raise(ABORT, 'lookback is append-only'); END;
