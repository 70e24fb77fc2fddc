-- 0013 fault: what was wrong with a device, and every step until it is back in service.
-- The steps are one chain: their order stands in fault.h, and none is passed over.

CREATE TABLE fault (
    id             INTEGER PRIMARY KEY,             -- F-12 on the screen
    equipment_id   INTEGER NOT NULL REFERENCES equipment(id), -- of which device
    cause          INTEGER NOT NULL CHECK (cause BETWEEN 0 AND 4), -- enum ct_fault_cause: 0 reported, 1 failed check, 2 out of tolerance, 3 failed electrical safety, 4 campaign
    result_id      INTEGER REFERENCES equipment_result(id), -- the failed result; NULL: none
    calibration_id INTEGER,                         -- the failed calibration; NULL: none
    happened_ms    INTEGER NOT NULL,                -- when it happened
    text           TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) BETWEEN 1 AND 400), -- what
    patient_id     INTEGER REFERENCES patient(id),  -- on whom it was used; NULL: on nobody
    procedure_id   INTEGER REFERENCES procedure(id), -- in which procedure; NULL: none
    harm           INTEGER NOT NULL CHECK (harm BETWEEN 0 AND 3), -- enum ct_fault_harm: 0 nobody concerned, 1 no harm, 2 near miss, 3 harm
    told           TEXT NOT NULL CHECK (length(CAST(told AS BLOB)) <= 120), -- who was told; '' nobody yet
    at_ms          INTEGER NOT NULL,                -- when it was entered
    by_user        INTEGER NOT NULL                 -- by whom
) STRICT;
CREATE INDEX fault_of ON fault(equipment_id, id);
CREATE INDEX fault_patient ON fault(patient_id, id) WHERE patient_id IS NOT NULL;

CREATE TABLE fault_event (
    id          INTEGER PRIMARY KEY,                -- this row
    fault_id    INTEGER NOT NULL REFERENCES fault(id), -- of which
    step        INTEGER NOT NULL CHECK (step BETWEEN 0 AND 8), -- enum ct_fault_step
    at_ms       INTEGER NOT NULL,                   -- when it happened
    recorded_ms INTEGER NOT NULL,                   -- when it was entered
    cause       INTEGER CHECK (cause BETWEEN 0 AND 4), -- of a report, or a further failure: enum ct_fault_cause; NULL else
    result_id   INTEGER REFERENCES equipment_result(id), -- of a return-to-service test, or what failed: its result; NULL else
    calibration_id INTEGER,                         -- of a further failure: the failed calibration; NULL else
    told        TEXT NOT NULL CHECK (length(CAST(told AS BLOB)) <= 120), -- who was told, who repaired; '' none
    text        TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 2000), -- what was found or done; of troubleshooting its steps and answers; '' none
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE INDEX fault_event_of ON fault_event(fault_id, id);

-- A troubleshooting guide that was gone through and helped, without any fault reported.
CREATE TABLE guide_walk (
    id           INTEGER PRIMARY KEY,               -- this row
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- at which device
    guide        TEXT NOT NULL CHECK (length(guide) BETWEEN 1 AND 40), -- its id in data/guides
    version      TEXT NOT NULL,                     -- and its version
    text         TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) BETWEEN 1 AND 2000), -- steps and answers, a line each
    at_ms        INTEGER NOT NULL,                  -- when
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE INDEX guide_walk_of ON guide_walk(equipment_id, id);

-- Using a device that its state speaks against: who, for what, why.
CREATE TABLE equipment_override (
    id           INTEGER PRIMARY KEY,               -- this row
    equipment_id INTEGER REFERENCES equipment(id),  -- which device; NULL: it is not registered
    asset        TEXT NOT NULL CHECK (length(asset) BETWEEN 1 AND 64), -- its number as it was given
    for_what     INTEGER NOT NULL CHECK (for_what BETWEEN 0 AND 2), -- enum ct_gate_use: 0 vitals, 1 procedure, 2 load
    ref_id       INTEGER NOT NULL,                  -- the set of vitals, procedure or load
    state        TEXT NOT NULL CHECK (length(CAST(state AS BLOB)) BETWEEN 1 AND 400), -- what spoke against it, as it was shown
    reason       TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 200), -- why it was used all the same
    at_ms        INTEGER NOT NULL,                  -- when
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE INDEX equipment_override_of ON equipment_override(equipment_id, id);
CREATE INDEX equipment_override_ref ON equipment_override(for_what, ref_id);

-- Faults that are not over, derived as the rows above are written; not part of the record.
CREATE TABLE fault_find (
    fault_id     INTEGER PRIMARY KEY REFERENCES fault(id), -- which
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- of which device
    step         INTEGER NOT NULL,                  -- of the last event
    step_ms      INTEGER NOT NULL                   -- since when
) STRICT;
CREATE UNIQUE INDEX fault_find_of ON fault_find(equipment_id);

CREATE TRIGGER fault_no_update BEFORE UPDATE ON fault BEGIN SELECT raise(ABORT, 'fault is append-only'); END;
CREATE TRIGGER fault_no_delete BEFORE DELETE ON fault BEGIN SELECT raise(ABORT, 'fault is append-only'); END;
CREATE TRIGGER fault_event_no_update BEFORE UPDATE ON fault_event BEGIN SELECT raise(ABORT, 'fault_event is append-only'); END;
CREATE TRIGGER fault_event_no_delete BEFORE DELETE ON fault_event BEGIN SELECT raise(ABORT, 'fault_event is append-only'); END;
CREATE TRIGGER guide_walk_no_update BEFORE UPDATE ON guide_walk BEGIN SELECT raise(ABORT, 'guide_walk is append-only'); END;
CREATE TRIGGER guide_walk_no_delete BEFORE DELETE ON guide_walk BEGIN SELECT raise(ABORT, 'guide_walk is append-only'); END;
CREATE TRIGGER equipment_override_no_update BEFORE UPDATE ON equipment_override BEGIN SELECT raise(ABORT, 'equipment_override is append-only'); END;
CREATE TRIGGER equipment_override_no_delete BEFORE DELETE ON equipment_override BEGIN SELECT raise(ABORT, 'equipment_override is append-only'); END;
