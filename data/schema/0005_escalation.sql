-- 0005 escalation: a score at a trigger, and what came of it. Where one stands is
-- derived from its events. Whom it asked, and how soon, is kept as it was then.

CREATE TABLE escalation (
    id          INTEGER PRIMARY KEY,                -- E-12 on the screen
    patient_id  INTEGER NOT NULL REFERENCES patient(id), -- whose
    vitals_id   INTEGER NOT NULL REFERENCES vitals(id), -- the version of the set whose score raised it
    first_id    INTEGER NOT NULL REFERENCES vitals(id), -- the first version of that set: what it is bound to
    at_ms       INTEGER NOT NULL,                   -- when it was raised: that version was recorded
    by_user     INTEGER NOT NULL,                   -- who recorded it
    card        INTEGER NOT NULL CHECK (card BETWEEN 0 AND 2), -- enum ct_card_kind: which score
    band        INTEGER NOT NULL CHECK (band BETWEEN 1 AND 4), -- enum ct_band of the call it met
    levels      TEXT NOT NULL CHECK (length(levels) > 0), -- who is asked, minutes to accept: 'registered nurse 15, medical team 30'
    attend_min  INTEGER NOT NULL CHECK (attend_min >= 0) -- minutes until somebody is there, 0 not said
) STRICT;
CREATE INDEX escalation_patient ON escalation(patient_id, id);
CREATE INDEX escalation_at ON escalation(at_ms);
CREATE INDEX escalation_first ON escalation(first_id);

CREATE TABLE escalation_event (
    id            INTEGER PRIMARY KEY,              -- this row
    escalation_id INTEGER NOT NULL REFERENCES escalation(id), -- of which
    kind          INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4), -- enum ct_escalation_event_kind
    who           TEXT NOT NULL CHECK (kind > 2 OR length(who) > 0), -- told, accepted, attended: who
    text          TEXT NOT NULL CHECK (kind < 3 OR length(text) > 0), -- outcome, or why withheld
    at_ms         INTEGER NOT NULL,                 -- when it happened
    recorded_ms   INTEGER NOT NULL,                 -- when it was entered
    by_user       INTEGER NOT NULL                  -- who entered it
) STRICT;
CREATE INDEX escalation_event_of ON escalation_event(escalation_id, at_ms, id);
-- Accepted once, closed once.
CREATE UNIQUE INDEX escalation_event_accepted ON escalation_event(escalation_id) WHERE kind = 1;
CREATE UNIQUE INDEX escalation_event_closed ON escalation_event(escalation_id) WHERE kind >= 3;
CREATE INDEX escalation_event_closed_at ON escalation_event(at_ms, id) WHERE kind >= 3;

-- The open ones, derived from the events as they are written, so that ten years of
-- closed ones are never looked through; not part of the record.
CREATE TABLE escalation_find (
    escalation_id INTEGER PRIMARY KEY REFERENCES escalation(id), -- open: neither outcome nor withheld
    patient_id    INTEGER NOT NULL REFERENCES patient(id), -- whose
    late_ms       INTEGER NOT NULL                  -- overdue after that; 9223372036854775807: nothing is waited for but the outcome
) STRICT;
CREATE INDEX escalation_find_late ON escalation_find(late_ms, escalation_id);
CREATE INDEX escalation_find_patient ON escalation_find(patient_id, late_ms);

CREATE TRIGGER escalation_no_update BEFORE UPDATE ON escalation BEGIN SELECT raise(ABORT, 'escalation is append-only'); END;
CREATE TRIGGER escalation_no_delete BEFORE DELETE ON escalation BEGIN SELECT raise(ABORT, 'escalation is append-only'); END;
CREATE TRIGGER escalation_event_no_update BEFORE UPDATE ON escalation_event BEGIN SELECT raise(ABORT, 'escalation_event is append-only'); END;
CREATE TRIGGER escalation_event_no_delete BEFORE DELETE ON escalation_event BEGIN SELECT raise(ABORT, 'escalation_event is append-only'); END;
