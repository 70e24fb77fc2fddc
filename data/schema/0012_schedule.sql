-- 0012 schedule: what is due on a device, and every result of it. A due date is derived
-- from the results, never typed.

CREATE TABLE schedule (
    id           INTEGER PRIMARY KEY,               -- this version
    first_id     INTEGER REFERENCES schedule(id),   -- its first version, which results name; NULL: this one is
    replaces_id  INTEGER REFERENCES schedule(id),   -- the version it replaces, NULL: the first
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- of which device
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4), -- enum ct_task_kind: 0 calibration, 1 electrical safety, 2 preventive maintenance, 3 pre-use check, 4 cleaning
    template     TEXT NOT NULL CHECK (length(template) <= 40), -- of calibration and electrical safety: data/calibrations; of the others: data/checks; '' none
    every        INTEGER NOT NULL CHECK (every BETWEEN 1 AND 400), -- interval: so many
    unit         INTEGER NOT NULL CHECK (unit BETWEEN 0 AND 3), -- enum ct_interval_unit: 0 days, 1 weeks, 2 months, 3 years
    window_days  INTEGER NOT NULL CHECK (window_days BETWEEN 0 AND 400), -- done at most so many days before it is due: the phase is kept
    rule         INTEGER NOT NULL CHECK (rule BETWEEN 0 AND 2), -- enum ct_due_rule: 0 on the day, 1 end of the month, 2 grace days
    grace_days   INTEGER NOT NULL CHECK (grace_days BETWEEN 0 AND 400), -- of rule 2
    amber_days   INTEGER CHECK (amber_days BETWEEN 0 AND 400), -- due soon so many days before; NULL: the site's
    starts       INTEGER NOT NULL CHECK (starts BETWEEN 0 AND 84006), -- first due day without any result, days since 1970-01-01
    ended        INTEGER NOT NULL CHECK (ended IN (0, 1)), -- 1: no longer asked for
    reason       TEXT CHECK (reason IS NULL OR length(reason) > 0), -- why it was changed or ended
    at_ms        INTEGER NOT NULL,                  -- when this version was made
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE UNIQUE INDEX schedule_replaces ON schedule(replaces_id) WHERE replaces_id IS NOT NULL;
CREATE INDEX schedule_of ON schedule(equipment_id, id);

-- One a task that was done, whatever it was: the only place from which due dates come.
CREATE TABLE equipment_result (
    id             INTEGER PRIMARY KEY,             -- R-12 on the screen
    equipment_id   INTEGER NOT NULL REFERENCES equipment(id), -- on which device
    schedule_id    INTEGER REFERENCES schedule(id), -- first version of the schedule that asked for it; NULL: out of turn
    kind           INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4), -- enum ct_task_kind
    verdict        INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 2), -- enum ct_task_verdict: 0 passed, 1 failed, 2 passed with limits of use
    why            INTEGER NOT NULL CHECK (why BETWEEN 0 AND 4), -- enum ct_task_why: 0 scheduled, 1 out of turn, 2 after repair, 3 after a drop or damage, 4 on acceptance
    calibration_id INTEGER,                         -- calibration that it rests on; NULL: none
    fault_id       INTEGER,                         -- fault for whose return to service it was done; NULL: none
    text           TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 400), -- remarks, limits of use; '' none
    answers        TEXT NOT NULL,                   -- of a check: its canonical text and answers; '' none
    done_ms        INTEGER NOT NULL,                -- when it was done
    day            INTEGER NOT NULL,                -- that civil day at the clinic, days since 1970-01-01
    recorded_ms    INTEGER NOT NULL,                -- when it was entered
    voids_id       INTEGER REFERENCES equipment_result(id), -- this row marks that one entered in error
    reason         TEXT CHECK (voids_id IS NULL OR (reason IS NOT NULL AND length(reason) > 0)), -- why
    by_user        INTEGER NOT NULL                 -- by whom
) STRICT;
CREATE INDEX equipment_result_of ON equipment_result(equipment_id, kind, day);
CREATE INDEX equipment_result_schedule ON equipment_result(schedule_id, day) WHERE schedule_id IS NOT NULL;
CREATE UNIQUE INDEX equipment_result_voids ON equipment_result(voids_id) WHERE voids_id IS NOT NULL;

-- When each is due, derived as the rows above are written; not part of the record.
CREATE TABLE schedule_find (
    schedule_id  INTEGER PRIMARY KEY,               -- first version
    current_id   INTEGER NOT NULL REFERENCES schedule(id), -- the version in force
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- of which device
    kind         INTEGER NOT NULL,                  -- enum ct_task_kind
    amber_days   INTEGER,                           -- of the version in force
    due          INTEGER NOT NULL,                  -- days since 1970-01-01
    last_day     INTEGER NOT NULL,                  -- the last day on which it is not overdue, after the rule
    result_id    INTEGER                            -- the accepted result that it follows from; NULL: none yet
) STRICT;
CREATE INDEX schedule_find_due ON schedule_find(due, schedule_id);
CREATE INDEX schedule_find_amber ON schedule_find(amber_days) WHERE amber_days IS NOT NULL;
CREATE INDEX schedule_find_of ON schedule_find(equipment_id, kind);

CREATE TRIGGER schedule_no_update BEFORE UPDATE ON schedule BEGIN SELECT raise(ABORT, 'schedule is append-only'); END;
CREATE TRIGGER schedule_no_delete BEFORE DELETE ON schedule BEGIN SELECT raise(ABORT, 'schedule is append-only'); END;
CREATE TRIGGER equipment_result_no_update BEFORE UPDATE ON equipment_result BEGIN SELECT raise(ABORT, 'equipment_result is append-only'); END;
CREATE TRIGGER equipment_result_no_delete BEFORE DELETE ON equipment_result BEGIN SELECT raise(ABORT, 'equipment_result is append-only'); END;
