-- 0008 consent: what was explained to a patient before a procedure and how it was
-- understood; and whether the patient agrees. Where consent stands is derived from its
-- events: the last one that was not entered in error.

CREATE TABLE explanation (
    id          INTEGER PRIMARY KEY,                -- this row
    procedure_id INTEGER NOT NULL REFERENCES procedure(id), -- of which procedure
    at_ms       INTEGER NOT NULL,                   -- when it was explained
    recorded_ms INTEGER NOT NULL,                   -- when it was entered
    by_user     INTEGER NOT NULL,                   -- who entered it
    by_whom     TEXT NOT NULL,                      -- who explained, '' for the one who entered it
    topics      INTEGER NOT NULL,                   -- bit a CT_TOPIC: what was spoken of
    explained   TEXT NOT NULL,                      -- in words, '' if none
    language    TEXT NOT NULL,                      -- in which language, '' if nothing was explained
    interpreter TEXT NOT NULL,                      -- who interpreted, '' if nobody
    questions   TEXT NOT NULL,                      -- what the patient asked, and the answers
    understood  INTEGER CHECK (understood BETWEEN 0 AND 2), -- 0 no, 1 partly, 2 yes; NULL not asked
    teach_back  TEXT NOT NULL,                      -- the patient's own words
    anxiety_before INTEGER CHECK (anxiety_before BETWEEN 0 AND 10), -- as the patient puts it, NULL not asked
    anxiety_after INTEGER CHECK (anxiety_after BETWEEN 0 AND 10), -- the same, after
    wishes      TEXT NOT NULL,                      -- the patient's own wishes
    replaces_id INTEGER REFERENCES explanation(id), -- the row that this one corrects
    reason      TEXT CHECK (replaces_id IS NULL OR (reason IS NOT NULL AND length(reason) > 0)) -- why
) STRICT;
CREATE INDEX explanation_of ON explanation(procedure_id, id);
CREATE UNIQUE INDEX explanation_replaces ON explanation(replaces_id) WHERE replaces_id IS NOT NULL;

CREATE TABLE consent_event (
    id          INTEGER PRIMARY KEY,                -- this row
    procedure_id INTEGER NOT NULL REFERENCES procedure(id), -- to which procedure
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4), -- enum ct_consent_kind
    form        INTEGER CHECK (form BETWEEN 0 AND 2), -- given: enum ct_consent_form
    who         TEXT NOT NULL CHECK (kind = 4 OR length(who) > 0), -- who agreed, refused, withdrew; lacks capacity: with whom it was decided
    text        TEXT NOT NULL CHECK (kind NOT IN (3, 4) OR length(text) > 0), -- in their words; on what grounds; why in error
    voids_id    INTEGER REFERENCES consent_event(id), -- in error: which event
    at_ms       INTEGER NOT NULL,                   -- when it was said
    recorded_ms INTEGER NOT NULL,                   -- when it was entered
    by_user     INTEGER NOT NULL,                   -- who entered it
    CHECK ((kind = 0) = (form IS NOT NULL)),        -- how it was given, and of nothing else
    CHECK ((kind = 4) = (voids_id IS NOT NULL))     -- what is voided, and by nothing else
) STRICT;
CREATE INDEX consent_event_of ON consent_event(procedure_id, at_ms, id);
CREATE UNIQUE INDEX consent_event_voids ON consent_event(voids_id) WHERE voids_id IS NOT NULL;

CREATE TRIGGER explanation_no_update BEFORE UPDATE ON explanation BEGIN SELECT raise(ABORT, 'explanation is append-only'); END;
CREATE TRIGGER explanation_no_delete BEFORE DELETE ON explanation BEGIN SELECT raise(ABORT, 'explanation is append-only'); END;
CREATE TRIGGER consent_event_no_update BEFORE UPDATE ON consent_event BEGIN SELECT raise(ABORT, 'consent_event is append-only'); END;
CREATE TRIGGER consent_event_no_delete BEFORE DELETE ON consent_event BEGIN SELECT raise(ABORT, 'consent_event is append-only'); END;
