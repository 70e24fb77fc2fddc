-- 0016 machine: which programmes a steriliser, washer, bath or reprocessor of the registry
-- runs, and the tests of the machines. Programmes themselves are files (data/programmes).

CREATE TABLE machine_programme (
    id           INTEGER PRIMARY KEY,               -- this row; the last one of a programme counts
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- of which machine
    programme    TEXT NOT NULL CHECK (length(programme) BETWEEN 1 AND 40), -- its id in data/programmes
    counter      INTEGER NOT NULL CHECK (counter BETWEEN 0 AND 2), -- enum ct_machine_counter: how its cycles are numbered: 0 one row of numbers for the machine, 1 one for each programme, 2 no counter
    ended        INTEGER NOT NULL CHECK (ended IN (0, 1)), -- 1: the machine does not run it any more
    reason       TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) <= 200), -- why it ended or was changed; '' at first
    at_ms        INTEGER NOT NULL,                  -- since when
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE INDEX machine_programme_of ON machine_programme(equipment_id, programme, id);

CREATE TABLE machine_test (
    id           INTEGER PRIMARY KEY,               -- T-12 on the screen
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- of which machine
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 6), -- enum ct_machine_test_kind: 0 penetration, 1 leak rate, 2 warm-up, 3 automatic control, 4 validation, 5 biological, 6 challenge before its return
    result       INTEGER NOT NULL CHECK (result BETWEEN 0 AND 2), -- enum ct_machine_test_result: 0 passed, 1 failed, 2 invalid
    programme    TEXT NOT NULL CHECK (length(programme) <= 40), -- the programme it was run with; '' none
    cycle_number INTEGER CHECK (cycle_number >= 0), -- by the machine's own counter; NULL: not counted
    lot          TEXT NOT NULL CHECK (length(CAST(lot AS BLOB)) <= 40), -- of the indicator; '' none
    remark       TEXT NOT NULL CHECK (length(CAST(remark AS BLOB)) <= 400), -- what was seen; '' none
    fault_id     INTEGER REFERENCES fault(id),      -- the fault that a failure opened or joined; NULL: none
    done_ms      INTEGER NOT NULL,                  -- when the cycle was over
    day          INTEGER NOT NULL,                  -- the same as a civil day (ct_date)
    recorded_ms  INTEGER NOT NULL,                  -- when it was entered
    by_user      INTEGER NOT NULL,                  -- by whom
    voids_id     INTEGER REFERENCES machine_test(id), -- this row says that that one was entered in error; NULL: it is a test
    reason       TEXT CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 200), -- why; NULL of a test
    CHECK ((voids_id IS NULL) = (reason IS NULL)) -- both or neither
) STRICT;
CREATE INDEX machine_test_of ON machine_test(equipment_id, kind, done_ms, id);
CREATE INDEX machine_test_newest ON machine_test(equipment_id, done_ms, id);
CREATE INDEX machine_test_cycle ON machine_test(equipment_id, cycle_number) WHERE cycle_number IS NOT NULL;
CREATE UNIQUE INDEX machine_test_voids ON machine_test(voids_id) WHERE voids_id IS NOT NULL;

CREATE TABLE machine_test_value (
    id      INTEGER PRIMARY KEY,                    -- this row
    test_id INTEGER NOT NULL REFERENCES machine_test(id), -- of which test
    measure INTEGER NOT NULL CHECK (measure BETWEEN 0 AND 18), -- enum ct_measure of programme.h
    value   INTEGER NOT NULL                        -- millionths of the unit of the programme's limit
) STRICT;
CREATE UNIQUE INDEX machine_test_value_of ON machine_test_value(test_id, measure);

CREATE TRIGGER machine_programme_no_update BEFORE UPDATE ON machine_programme BEGIN SELECT raise(ABORT, 'machine_programme is append-only'); END;
CREATE TRIGGER machine_programme_no_delete BEFORE DELETE ON machine_programme BEGIN SELECT raise(ABORT, 'machine_programme is append-only'); END;
CREATE TRIGGER machine_test_no_update BEFORE UPDATE ON machine_test BEGIN SELECT raise(ABORT, 'machine_test is append-only'); END;
CREATE TRIGGER machine_test_no_delete BEFORE DELETE ON machine_test BEGIN SELECT raise(ABORT, 'machine_test is append-only'); END;
CREATE TRIGGER machine_test_value_no_update BEFORE UPDATE ON machine_test_value BEGIN SELECT raise(ABORT, 'machine_test_value is append-only'); END;
CREATE TRIGGER machine_test_value_no_delete BEFORE DELETE ON machine_test_value BEGIN SELECT raise(ABORT, 'machine_test_value is append-only'); END;
