-- 0006 interpretation: what somebody makes of a set, in the four parts of SBAR. A note
-- belongs to the set through all its corrections; a newer note replaces one, and both
-- stay.

CREATE TABLE interpretation (
    id          INTEGER PRIMARY KEY,                -- this note
    vitals_id   INTEGER NOT NULL REFERENCES vitals(id), -- the first version of the set
    patient_id  INTEGER NOT NULL REFERENCES patient(id), -- whose
    at_ms       INTEGER NOT NULL,                   -- when it was written
    by_user     INTEGER NOT NULL,                   -- by whom
    situation   TEXT NOT NULL,                      -- what is going on, '' if not said
    background  TEXT NOT NULL,                      -- what led to it
    assessment  TEXT NOT NULL,                      -- what the writer makes of it
    recommendation TEXT NOT NULL,                   -- what should be done
    replaces_id INTEGER REFERENCES interpretation(id), -- the note that this one replaces
    reason      TEXT CHECK (replaces_id IS NULL OR (reason IS NOT NULL AND length(reason) > 0)), -- why
    CHECK (length(situation) + length(background) + length(assessment) + length(recommendation) > 0) -- something is said
) STRICT;
CREATE INDEX interpretation_set ON interpretation(vitals_id, id);
CREATE UNIQUE INDEX interpretation_replaces ON interpretation(replaces_id) WHERE replaces_id IS NOT NULL;

CREATE TRIGGER interpretation_no_update BEFORE UPDATE ON interpretation BEGIN SELECT raise(ABORT, 'interpretation is append-only'); END;
CREATE TRIGGER interpretation_no_delete BEFORE DELETE ON interpretation BEGIN SELECT raise(ABORT, 'interpretation is append-only'); END;
