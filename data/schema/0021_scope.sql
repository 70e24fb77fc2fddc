-- 0021 scope: endoscopes reprocessed step by step, from the patient to the cabinet.

CREATE TABLE scope_record (
    id           INTEGER PRIMARY KEY,               -- RE-12 on the screen
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- which endoscope
    programme    TEXT NOT NULL CHECK (length(programme) BETWEEN 1 AND 40), -- its id in data/programmes
    canonical    TEXT NOT NULL CHECK (length(CAST(canonical AS BLOB)) BETWEEN 1 AND 65536), -- the programme as it was then: steps, order and limits are those
    why          INTEGER NOT NULL CHECK (why BETWEEN 0 AND 3), -- enum ct_scope_why: 0 used on a patient, 1 stored too long, 2 new, on loan or repaired, 3 again after a record that failed
    again_id     INTEGER REFERENCES scope_record(id), -- of why 3: which failed; NULL else
    procedure_id INTEGER REFERENCES procedure(id),  -- on which procedure it was used; NULL none here
    used_ms      INTEGER,                           -- when it was last in the patient; NULL: it was not used
    text         TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 200), -- where it was used when no procedure here says so, a remark; '' none
    at_ms        INTEGER NOT NULL,                  -- when it was entered
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE INDEX scope_record_of ON scope_record(equipment_id, id);
CREATE INDEX scope_record_procedure ON scope_record(procedure_id) WHERE procedure_id IS NOT NULL;

CREATE TABLE scope_step (
    id           INTEGER PRIMARY KEY,               -- this row
    record_id    INTEGER NOT NULL REFERENCES scope_record(id), -- of which record
    step         INTEGER NOT NULL CHECK (step BETWEEN 1 AND 16), -- which step of its programme
    failed       INTEGER NOT NULL CHECK (failed IN (0, 1)), -- 1: it failed, and the record with it
    done_ms      INTEGER NOT NULL,                  -- when it was done; of cleaning when it was begun
    soak_id      INTEGER REFERENCES bath_soak(id),  -- disinfected in a bath: the soak; NULL else
    machine_id   INTEGER REFERENCES equipment(id),  -- disinfected in a machine; NULL else
    programme    TEXT NOT NULL CHECK (length(programme) <= 40), -- that the machine ran; '' none
    cycle_number INTEGER,                           -- of the machine; NULL: it has no counter
    place        TEXT NOT NULL CHECK (length(CAST(place AS BLOB)) <= 64), -- where it is stored; '' of all other steps
    reason       TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) <= 200), -- why cleaning began late; '' it did not
    text         TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 200), -- a remark; what was wrong
    fault_id     INTEGER REFERENCES fault(id),      -- that a failed leak test opened; NULL none
    at_ms        INTEGER NOT NULL,                  -- when it was entered
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE UNIQUE INDEX scope_step_of ON scope_step(record_id, step);
CREATE UNIQUE INDEX scope_step_soak ON scope_step(soak_id) WHERE soak_id IS NOT NULL;
CREATE INDEX scope_step_machine ON scope_step(machine_id, cycle_number) WHERE machine_id IS NOT NULL;

CREATE TABLE scope_end (
    id        INTEGER PRIMARY KEY,                  -- this row
    record_id INTEGER NOT NULL REFERENCES scope_record(id), -- which record counts no more
    in_error  INTEGER NOT NULL CHECK (in_error IN (0, 1)), -- 1: entered in error; 0: broken off
    text      TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) BETWEEN 1 AND 200), -- the reason
    at_ms     INTEGER NOT NULL,                     -- when
    by_user   INTEGER NOT NULL                      -- by whom
) STRICT;
CREATE UNIQUE INDEX scope_end_of ON scope_end(record_id);

-- How far each record is, derived as the rows above are written.
CREATE TABLE scope_find (
    record_id    INTEGER PRIMARY KEY REFERENCES scope_record(id), -- which
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- of which endoscope
    from_ms      INTEGER NOT NULL,                  -- when it was used, else its first step, else when the record was begun
    state        INTEGER NOT NULL,                  -- enum ct_scope_is
    step         INTEGER NOT NULL,                  -- the last step that was recorded; 0 none
    step_ms      INTEGER,                           -- when that was done
    until_ms     INTEGER                            -- of a complete one: the end of its hang time; NULL: no limit is filled in
) STRICT;
CREATE INDEX scope_find_of ON scope_find(equipment_id, record_id);

-- What was soaked, and which device was used, by name, whatever its case.
CREATE INDEX bath_soak_item ON bath_soak(item COLLATE NOCASE, id);
CREATE INDEX procedure_use_device ON procedure_use(what COLLATE NOCASE, kind) WHERE kind = 1;

CREATE TRIGGER scope_record_no_update BEFORE UPDATE ON scope_record BEGIN SELECT raise(ABORT, 'scope_record is append-only'); END;
CREATE TRIGGER scope_record_no_delete BEFORE DELETE ON scope_record BEGIN SELECT raise(ABORT, 'scope_record is append-only'); END;
CREATE TRIGGER scope_step_no_update BEFORE UPDATE ON scope_step BEGIN SELECT raise(ABORT, 'scope_step is append-only'); END;
CREATE TRIGGER scope_step_no_delete BEFORE DELETE ON scope_step BEGIN SELECT raise(ABORT, 'scope_step is append-only'); END;
CREATE TRIGGER scope_end_no_update BEFORE UPDATE ON scope_end BEGIN SELECT raise(ABORT, 'scope_end is append-only'); END;
CREATE TRIGGER scope_end_no_delete BEFORE DELETE ON scope_end BEGIN SELECT raise(ABORT, 'scope_end is append-only'); END;
