-- 0015 lookback: a device was out of tolerance as found: what it measured since its last
-- good result is in doubt. The list is derived from the records each time; kept are the
-- period, what was decided on each line, and the signature that closes it.

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

CREATE TABLE lookback_event (
    id          INTEGER PRIMARY KEY,                -- this row
    lookback_id INTEGER NOT NULL REFERENCES lookback(id), -- of which
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3), -- enum ct_lookback_event: 0 period changed, 1 line disposed of, 2 closed, 3 opened again
    from_ms     INTEGER,                            -- of kind 0: the beginning from then on; NULL else
    line_kind   INTEGER CHECK (line_kind BETWEEN 0 AND 3), -- of kind 1: enum ct_lookback_what; NULL else
    line_id     INTEGER,                            -- of kind 1: the version of the set that was current, or the calibration, procedure or load; NULL else
    disposition INTEGER CHECK (disposition BETWEEN 0 AND 2), -- of kind 1: enum ct_disposition; NULL else
    lines       INTEGER,                            -- of kind 2: how many there were; NULL else
    hash        BLOB CHECK (hash IS NULL OR length(hash) = 32), -- of kind 2: BLAKE2b-256 of the list as it was signed; NULL else
    text        TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 400), -- reason; who reviewed and what; cause and corrective action; '' none
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL,                   -- by whom
    CHECK ((kind = 0) = (from_ms IS NOT NULL)),     -- what belongs to a kind is there
    CHECK ((kind = 1) = (line_kind IS NOT NULL AND line_id IS NOT NULL AND disposition IS NOT NULL)), -- likewise
    CHECK ((kind = 2) = (lines IS NOT NULL AND hash IS NOT NULL)) -- likewise
) STRICT;
CREATE INDEX lookback_event_of ON lookback_event(lookback_id, id);

-- Those that are not closed, derived as the rows above are written; not part of the record.
CREATE TABLE lookback_find (
    lookback_id  INTEGER PRIMARY KEY REFERENCES lookback(id) -- which
) STRICT;

CREATE TRIGGER lookback_no_update BEFORE UPDATE ON lookback BEGIN SELECT raise(ABORT, 'lookback is append-only'); END;
CREATE TRIGGER lookback_no_delete BEFORE DELETE ON lookback BEGIN SELECT raise(ABORT, 'lookback is append-only'); END;
CREATE TRIGGER lookback_event_no_update BEFORE UPDATE ON lookback_event BEGIN SELECT raise(ABORT, 'lookback_event is append-only'); END;
CREATE TRIGGER lookback_event_no_delete BEFORE DELETE ON lookback_event BEGIN SELECT raise(ABORT, 'lookback_event is append-only'); END;
