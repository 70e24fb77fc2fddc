-- 0019 load: what went through a steriliser together: its packs are in pack_event, here are
-- its cycle, what was read of it, indicators, release. A load is judged by the programme as it
-- was when the load was planned.

CREATE TABLE load (
    id           INTEGER PRIMARY KEY,               -- L-12, the number on the labels
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- in which machine
    programme    TEXT NOT NULL CHECK (length(programme) BETWEEN 1 AND 40), -- its id in data/programmes
    canonical    TEXT NOT NULL CHECK (length(CAST(canonical AS BLOB)) BETWEEN 1 AND 65536), -- the programme as it was then: it is judged by this
    immediate    INTEGER NOT NULL CHECK (immediate IN (0, 1)), -- 1: a cycle for immediate use
    procedure_id INTEGER REFERENCES procedure(id),  -- immediate use: for which procedure; NULL: no such cycle
    reason       TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) <= 400), -- immediate use: why; '' none
    prevent      TEXT NOT NULL CHECK (length(CAST(prevent AS BLOB)) <= 400), -- immediate use: what would have prevented it; '' none
    at_ms        INTEGER NOT NULL,                  -- when it was planned
    by_user      INTEGER NOT NULL,                  -- by whom
    CHECK ((immediate = 1) = (procedure_id IS NOT NULL)) -- both or neither
) STRICT;
CREATE INDEX load_procedure ON load(procedure_id) WHERE procedure_id IS NOT NULL;

CREATE TABLE load_event (
    id           INTEGER PRIMARY KEY,               -- this row
    load_id      INTEGER NOT NULL REFERENCES load(id), -- of which load
    step         INTEGER NOT NULL CHECK (step BETWEEN 0 AND 6), -- enum ct_load_step: 0 planned, 1 started, 2 over, 3 aborted, 4 released, 5 rejected, 6 given up before its start
    cycle_number INTEGER CHECK (cycle_number >= 0), -- of its start: by the machine's counter; NULL: it has none
    text         TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 400), -- why; '' none
    at_ms        INTEGER NOT NULL,                  -- when
    recorded_ms  INTEGER NOT NULL,                  -- when it was entered
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE INDEX load_event_of ON load_event(load_id, id);

CREATE TABLE cycle_gap (
    id           INTEGER PRIMARY KEY,               -- this row
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- of which machine
    programme    TEXT NOT NULL CHECK (length(programme) <= 40), -- whose row of numbers; '': the machine has one
    before       INTEGER NOT NULL CHECK (before >= 0), -- the last number that was recorded
    number       INTEGER NOT NULL CHECK (number >= 0), -- the one that came after it: more than one higher, or lower where the counter was set back
    text         TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) BETWEEN 1 AND 400), -- why the numbers between are missing: none of them is ever recorded
    at_ms        INTEGER NOT NULL,                  -- when it was explained
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE INDEX cycle_gap_of ON cycle_gap(equipment_id, id);

CREATE TABLE load_record (
    id      INTEGER PRIMARY KEY,                    -- this row
    load_id INTEGER NOT NULL REFERENCES load(id),   -- of which load
    name    TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 200), -- of the file
    profile TEXT NOT NULL CHECK (length(CAST(profile AS BLOB)) <= 65536), -- the import profile as it was then; '': none knows this record
    cycle   INTEGER NOT NULL CHECK (cycle >= 0),    -- which of the file's cycles, from 0
    number  INTEGER CHECK (number >= 0),            -- the cycle number that it says; NULL: none
    state   INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3), -- 0 complete, 1 aborted, 2 cut off, 3 it does not say
    verdict INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 2), -- the machine's own: 0 none, 1 passed, 2 failed
    hash    BLOB NOT NULL CHECK (length(hash) = 32), -- BLAKE2b-256 of the bytes
    bytes   BLOB NOT NULL CHECK (length(bytes) BETWEEN 1 AND 1048576), -- the file as it came
    at_ms   INTEGER NOT NULL,                       -- when it was taken in
    by_user INTEGER NOT NULL                        -- by whom
) STRICT;
CREATE INDEX load_record_of ON load_record(load_id, id);
CREATE INDEX load_record_hash ON load_record(hash);

CREATE TABLE load_reading (
    id         INTEGER PRIMARY KEY,                 -- this row
    load_id    INTEGER NOT NULL REFERENCES load(id), -- of which load
    record_id  INTEGER REFERENCES load_record(id),  -- the machine's record; NULL: read off and typed
    verdict    INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 2), -- enum ct_cycle_verdict: 0 pass, 1 undecided, 2 fail
    unmeasured INTEGER NOT NULL CHECK (unmeasured >= 0), -- limits that nothing was given for
    text       TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 2000), -- each limit and what was found
    reason     TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) <= 200), -- why it was read again; '' the first of its kind
    at_ms      INTEGER NOT NULL,                    -- when
    by_user    INTEGER NOT NULL                     -- by whom
) STRICT;
CREATE INDEX load_reading_of ON load_reading(load_id, id);

CREATE TABLE load_value (
    id         INTEGER PRIMARY KEY,                 -- this row
    reading_id INTEGER NOT NULL REFERENCES load_reading(id), -- of which reading
    measure    INTEGER NOT NULL CHECK (measure BETWEEN 0 AND 18), -- enum ct_measure of programme.h
    low        INTEGER NOT NULL,                    -- millionths of the unit of the programme's limit: the lowest
    high       INTEGER NOT NULL CHECK (high >= low) -- and the highest; the same where there is one value
) STRICT;
CREATE UNIQUE INDEX load_value_of ON load_value(reading_id, measure);

CREATE TABLE load_ci (
    id        INTEGER PRIMARY KEY,                  -- this row; the last one of an indicator and a pack counts
    load_id   INTEGER NOT NULL REFERENCES load(id), -- of which load
    indicator TEXT NOT NULL CHECK (length(indicator) BETWEEN 1 AND 40), -- its id in the programme
    type      INTEGER NOT NULL CHECK (type BETWEEN 0 AND 6), -- enum ct_ci_type, ISO 11140-1; 0 not said
    place     INTEGER NOT NULL CHECK (place BETWEEN 0 AND 2), -- enum ct_place: 0 outside, 1 inside, 2 in a test pack
    pack_id   INTEGER REFERENCES pack(id),          -- of which pack; NULL: of all, or of the load
    result    INTEGER NOT NULL CHECK (result BETWEEN 1 AND 3), -- enum ct_ci_result: 1 pass, 2 fail, 3 unclear
    lot       TEXT NOT NULL CHECK (length(CAST(lot AS BLOB)) <= 40), -- '' not said
    text      TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 400), -- what was seen; '' none
    at_ms     INTEGER NOT NULL,                     -- when it was read
    by_user   INTEGER NOT NULL                      -- by whom
) STRICT;
CREATE INDEX load_ci_of ON load_ci(load_id, id);

CREATE TABLE load_bi (
    id                 INTEGER PRIMARY KEY,         -- BI-12 on the screen
    load_id            INTEGER NOT NULL REFERENCES load(id), -- of which load
    indicator          TEXT NOT NULL CHECK (length(indicator) BETWEEN 1 AND 40), -- its id in the programme
    product            TEXT NOT NULL CHECK (length(CAST(product AS BLOB)) BETWEEN 1 AND 80), -- as on the box
    lot                TEXT NOT NULL CHECK (length(CAST(lot AS BLOB)) BETWEEN 1 AND 40), -- of the indicator
    control_lot        TEXT NOT NULL CHECK (length(CAST(control_lot AS BLOB)) BETWEEN 1 AND 40), -- of its control
    expires_day        INTEGER NOT NULL,            -- last day of the product (ct_date)
    incubator          TEXT NOT NULL CHECK (length(CAST(incubator AS BLOB)) BETWEEN 1 AND 64), -- which
    incubation_ms      INTEGER NOT NULL CHECK (incubation_ms > 0), -- the product's time to read a negative
    latest_ms          INTEGER CHECK (latest_ms >= incubation_ms), -- the product's: read no later after the start; NULL: none
    started_ms         INTEGER NOT NULL,            -- when the indicator was put in
    control_started_ms INTEGER NOT NULL,            -- and its control
    at_ms              INTEGER NOT NULL,            -- when it was entered
    by_user            INTEGER NOT NULL             -- by whom
) STRICT;
CREATE INDEX load_bi_of ON load_bi(load_id, id);

CREATE TABLE load_bi_read (
    id              INTEGER PRIMARY KEY,            -- this row; the last one counts
    bi_id           INTEGER NOT NULL REFERENCES load_bi(id), -- of which indicator
    test            INTEGER NOT NULL CHECK (test BETWEEN 1 AND 3), -- enum ct_bi_result: 1 negative, 2 positive, 3 inconclusive
    control         INTEGER NOT NULL CHECK (control BETWEEN 0 AND 3), -- the same of the control; 0 not read
    meaning         INTEGER NOT NULL CHECK (meaning BETWEEN 0 AND 7), -- enum ct_bi_meaning: what both mean together
    text            TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 400), -- '' none; why it was read again
    read_ms         INTEGER NOT NULL,               -- when it was read
    recorded_ms     INTEGER NOT NULL,               -- when it was entered
    by_user         INTEGER NOT NULL                -- by whom
) STRICT;
CREATE INDEX load_bi_read_of ON load_bi_read(bi_id, id);

CREATE TABLE load_early (
    id           INTEGER PRIMARY KEY,               -- this row
    load_id      INTEGER NOT NULL REFERENCES load(id), -- of which load
    pack_id      INTEGER NOT NULL REFERENCES pack(id), -- the pack that was released before the biological result
    procedure_id INTEGER NOT NULL REFERENCES procedure(id), -- for which procedure, and no other
    ci_id        INTEGER NOT NULL REFERENCES load_ci(id), -- the integrating indicator that had passed
    reason       TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 400), -- the emergency
    prevent      TEXT NOT NULL CHECK (length(CAST(prevent AS BLOB)) BETWEEN 1 AND 400), -- what would have prevented it
    authoriser   INTEGER NOT NULL,                  -- who authorised it, with a password
    at_ms        INTEGER NOT NULL,                  -- when
    by_user      INTEGER NOT NULL                   -- who released it
) STRICT;
CREATE UNIQUE INDEX load_early_of ON load_early(pack_id);
CREATE INDEX load_early_load ON load_early(load_id, id);

-- Derived as the rows above are written; not part of the record.
CREATE TABLE load_find (
    load_id      INTEGER PRIMARY KEY REFERENCES load(id), -- which load
    equipment_id INTEGER NOT NULL,                  -- in which machine
    programme    TEXT NOT NULL,                     -- by which programme
    state        INTEGER NOT NULL,                  -- enum ct_load_state
    state_ms     INTEGER NOT NULL,                  -- since when
    started_ms   INTEGER,                           -- NULL: not yet
    ended_ms     INTEGER,                           -- NULL: not yet
    started_by   INTEGER,                           -- who started it
    cycle_number INTEGER,                           -- NULL: none
    implant      INTEGER NOT NULL,                  -- 1: a pack in it holds an implant
    packs        INTEGER NOT NULL,                  -- how many are in it
    verdict      INTEGER,                           -- of its readings, the worst; NULL: none yet
    bi           INTEGER NOT NULL,                  -- enum ct_load_bi_state: 0 none, 1 waits, 2 negative, 3 positive, 4 no result
    bi_due_ms    INTEGER,                           -- when a negative can be read; NULL: nothing waits
    early        INTEGER NOT NULL                   -- packs released before the biological result
) STRICT;
CREATE INDEX load_find_of ON load_find(equipment_id, started_ms, load_id);
CREATE INDEX load_find_open ON load_find(load_id) WHERE state < 7;
CREATE INDEX load_find_bi ON load_find(bi_due_ms) WHERE bi = 1;
CREATE INDEX load_find_negative ON load_find(equipment_id, started_ms) WHERE bi = 2;
CREATE INDEX load_find_cycle ON load_find(equipment_id, cycle_number) WHERE cycle_number IS NOT NULL;

CREATE TRIGGER load_no_update BEFORE UPDATE ON load BEGIN SELECT raise(ABORT, 'load is append-only'); END;
CREATE TRIGGER load_no_delete BEFORE DELETE ON load BEGIN SELECT raise(ABORT, 'load is append-only'); END;
CREATE TRIGGER load_event_no_update BEFORE UPDATE ON load_event BEGIN SELECT raise(ABORT, 'load_event is append-only'); END;
CREATE TRIGGER load_event_no_delete BEFORE DELETE ON load_event BEGIN SELECT raise(ABORT, 'load_event is append-only'); END;
CREATE TRIGGER cycle_gap_no_update BEFORE UPDATE ON cycle_gap BEGIN SELECT raise(ABORT, 'cycle_gap is append-only'); END;
CREATE TRIGGER cycle_gap_no_delete BEFORE DELETE ON cycle_gap BEGIN SELECT raise(ABORT, 'cycle_gap is append-only'); END;
CREATE TRIGGER load_record_no_update BEFORE UPDATE ON load_record BEGIN SELECT raise(ABORT, 'load_record is append-only'); END;
CREATE TRIGGER load_record_no_delete BEFORE DELETE ON load_record BEGIN SELECT raise(ABORT, 'load_record is append-only'); END;
CREATE TRIGGER load_reading_no_update BEFORE UPDATE ON load_reading BEGIN SELECT raise(ABORT, 'load_reading is append-only'); END;
CREATE TRIGGER load_reading_no_delete BEFORE DELETE ON load_reading BEGIN SELECT raise(ABORT, 'load_reading is append-only'); END;
CREATE TRIGGER load_value_no_update BEFORE UPDATE ON load_value BEGIN SELECT raise(ABORT, 'load_value is append-only'); END;
CREATE TRIGGER load_value_no_delete BEFORE DELETE ON load_value BEGIN SELECT raise(ABORT, 'load_value is append-only'); END;
CREATE TRIGGER load_ci_no_update BEFORE UPDATE ON load_ci BEGIN SELECT raise(ABORT, 'load_ci is append-only'); END;
CREATE TRIGGER load_ci_no_delete BEFORE DELETE ON load_ci BEGIN SELECT raise(ABORT, 'load_ci is append-only'); END;
CREATE TRIGGER load_bi_no_update BEFORE UPDATE ON load_bi BEGIN SELECT raise(ABORT, 'load_bi is append-only'); END;
CREATE TRIGGER load_bi_no_delete BEFORE DELETE ON load_bi BEGIN SELECT raise(ABORT, 'load_bi is append-only'); END;
CREATE TRIGGER load_bi_read_no_update BEFORE UPDATE ON load_bi_read BEGIN SELECT raise(ABORT, 'load_bi_read is append-only'); END;
CREATE TRIGGER load_bi_read_no_delete BEFORE DELETE ON load_bi_read BEGIN SELECT raise(ABORT, 'load_bi_read is append-only'); END;
CREATE TRIGGER load_early_no_update BEFORE UPDATE ON load_early BEGIN SELECT raise(ABORT, 'load_early is append-only'); END;
CREATE TRIGGER load_early_no_delete BEFORE DELETE ON load_early BEGIN SELECT raise(ABORT, 'load_early is append-only'); END;
