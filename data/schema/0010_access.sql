-- 0010 access: records that not everybody opens, who opened them all the same and what
-- somebody else makes of that, who is spared the question, and what may be shared.

CREATE TABLE restriction (
    id          INTEGER PRIMARY KEY,                -- this row
    patient_id  INTEGER NOT NULL REFERENCES patient(id), -- whose record
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 1), -- enum ct_restriction_kind: 0 set by a supervisor, 1 member of staff
    reason      TEXT NOT NULL CHECK (length(reason) > 0), -- why it was set, or lifted
    lifts_id    INTEGER REFERENCES restriction(id), -- this row lifts that one
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE INDEX restriction_patient ON restriction(patient_id, id);
-- Lifted once.
CREATE UNIQUE INDEX restriction_lifts ON restriction(lifts_id) WHERE lifts_id IS NOT NULL;

CREATE TABLE break_glass (
    id          INTEGER PRIMARY KEY,                -- this opening
    patient_id  INTEGER NOT NULL REFERENCES patient(id), -- whose record, and no other
    by_user     INTEGER NOT NULL,                   -- for whom it is open, and for nobody else
    at_ms       INTEGER NOT NULL,                   -- from then on
    until_ms    INTEGER NOT NULL CHECK (until_ms > at_ms), -- not from then on
    reason      TEXT NOT NULL CHECK (length(reason) > 0) -- why, in the opener's words
) STRICT;
CREATE INDEX break_glass_patient ON break_glass(patient_id, by_user, until_ms);

CREATE TABLE break_glass_review (
    id          INTEGER PRIMARY KEY,                -- this row
    break_glass_id INTEGER NOT NULL REFERENCES break_glass(id), -- of which opening
    verdict     INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 2), -- enum ct_verdict_glass: 0 justified, 1 not justified, 2 query: not closed by it
    text        TEXT NOT NULL CHECK (verdict = 0 OR length(text) > 0), -- what was found, or is asked
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL                    -- by whom: never the opener
) STRICT;
CREATE INDEX break_glass_review_of ON break_glass_review(break_glass_id, id);
-- Closed once.
CREATE UNIQUE INDEX break_glass_review_closed ON break_glass_review(break_glass_id) WHERE verdict < 2;
CREATE TRIGGER break_glass_review_other BEFORE INSERT ON break_glass_review
    WHEN NEW.by_user = (SELECT by_user FROM break_glass WHERE id = NEW.break_glass_id)
    BEGIN SELECT raise(ABORT, 'an opening is not reviewed by the person who opened'); END;

-- Openings that wait for their review, derived as they are written, so that ten years
-- of closed ones are never looked through; not part of the record.
CREATE TABLE break_glass_find (
    break_glass_id INTEGER PRIMARY KEY REFERENCES break_glass(id) -- not closed by a verdict
) STRICT;

CREATE TABLE care_team (
    id          INTEGER PRIMARY KEY,                -- this row
    patient_id  INTEGER NOT NULL REFERENCES patient(id), -- whose record
    user_id     INTEGER NOT NULL,                   -- who is not asked for a reason
    until_day   INTEGER NOT NULL,                   -- last day of it, days since 1970-01-01
    reason      TEXT NOT NULL CHECK (length(reason) > 0), -- why named, or why ended
    ends_id     INTEGER REFERENCES care_team(id),   -- this row ends that one
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL CHECK (by_user <> user_id OR ends_id IS NOT NULL) -- by whom: nobody names themselves
) STRICT;
CREATE INDEX care_team_patient ON care_team(patient_id, user_id, until_day);
-- Ended once.
CREATE UNIQUE INDEX care_team_ends ON care_team(ends_id) WHERE ends_id IS NOT NULL;

CREATE TABLE sharing (
    id          INTEGER PRIMARY KEY,                -- this permission
    patient_id  INTEGER NOT NULL REFERENCES patient(id), -- whose
    what        INTEGER NOT NULL CHECK (what BETWEEN 0 AND 3), -- enum ct_share_what: 0 all, 1 vitals, 2 procedures, 3 that the person is here
    whom        TEXT NOT NULL CHECK (length(whom) > 0), -- one person or one body
    until_day   INTEGER,                            -- last day, days since 1970-01-01; NULL until withdrawn
    told_by     TEXT NOT NULL CHECK (length(told_by) > 0), -- who said so: the patient, or who speaks for them
    reason      TEXT NOT NULL CHECK (ends_id IS NULL OR length(reason) > 0), -- a note; why it was withdrawn
    ends_id     INTEGER REFERENCES sharing(id),     -- this row withdraws that one
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL                    -- entered by
) STRICT;
CREATE INDEX sharing_patient ON sharing(patient_id, id);
-- Withdrawn once.
CREATE UNIQUE INDEX sharing_ends ON sharing(ends_id) WHERE ends_id IS NOT NULL;

-- What has this person looked at: by person and time.
CREATE INDEX audit_user ON audit(user_id, at_ms) WHERE patient_id IS NOT NULL;

CREATE TRIGGER restriction_no_update BEFORE UPDATE ON restriction BEGIN SELECT raise(ABORT, 'restriction is append-only'); END;
CREATE TRIGGER restriction_no_delete BEFORE DELETE ON restriction BEGIN SELECT raise(ABORT, 'restriction is append-only'); END;
CREATE TRIGGER break_glass_no_update BEFORE UPDATE ON break_glass BEGIN SELECT raise(ABORT, 'break_glass is append-only'); END;
CREATE TRIGGER break_glass_no_delete BEFORE DELETE ON break_glass BEGIN SELECT raise(ABORT, 'break_glass is append-only'); END;
CREATE TRIGGER break_glass_review_no_update BEFORE UPDATE ON break_glass_review BEGIN SELECT raise(ABORT, 'break_glass_review is append-only'); END;
CREATE TRIGGER break_glass_review_no_delete BEFORE DELETE ON break_glass_review BEGIN SELECT raise(ABORT, 'break_glass_review is append-only'); END;
CREATE TRIGGER care_team_no_update BEFORE UPDATE ON care_team BEGIN SELECT raise(ABORT, 'care_team is append-only'); END;
CREATE TRIGGER care_team_no_delete BEFORE DELETE ON care_team BEGIN SELECT raise(ABORT, 'care_team is append-only'); END;
CREATE TRIGGER sharing_no_update BEFORE UPDATE ON sharing BEGIN SELECT raise(ABORT, 'sharing is append-only'); END;
CREATE TRIGGER sharing_no_delete BEFORE DELETE ON sharing BEGIN SELECT raise(ABORT, 'sharing is append-only'); END;
