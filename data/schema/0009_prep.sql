-- 0009 prep: preparation checklists of patients, and every answer given to them. An
-- answer is added, never changed: the newest of an item stands, those before it stay.
-- What the answers come to is derived from them and from the text they were given under.

CREATE TABLE prep_text (
    id          INTEGER PRIMARY KEY,                -- this text
    hash        BLOB NOT NULL CHECK (length(hash) = 32), -- BLAKE2b-256 of it: kept once
    text        TEXT NOT NULL,                      -- a checklist's template in its canonical form
    at_ms       INTEGER NOT NULL,                   -- when a list was first begun under it
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE UNIQUE INDEX prep_text_hash ON prep_text(hash);

CREATE TABLE prep (
    id          INTEGER PRIMARY KEY,                -- C-12 on the screen
    patient_id  INTEGER NOT NULL REFERENCES patient(id), -- whose
    procedure_id INTEGER REFERENCES procedure(id),  -- of which procedure; NULL: of none
    template    TEXT NOT NULL,                      -- the template's id
    version     TEXT NOT NULL,                      -- and its version
    title       TEXT NOT NULL,                      -- and its title, for lists
    text_id     INTEGER NOT NULL REFERENCES prep_text(id), -- the words it is answered under
    at_ms       INTEGER NOT NULL,                   -- when it was begun
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE INDEX prep_patient ON prep(patient_id, id);
CREATE INDEX prep_procedure ON prep(procedure_id, id) WHERE procedure_id IS NOT NULL;

CREATE TABLE prep_answer (
    id          INTEGER PRIMARY KEY,                -- this answer
    prep_id     INTEGER NOT NULL REFERENCES prep(id), -- of which checklist
    item        TEXT NOT NULL,                      -- the item's id in its text
    given       INTEGER NOT NULL CHECK (given BETWEEN 0 AND 2), -- enum ct_check_given: 0 taken back, 1 not applicable, 2 answered
    value       INTEGER NOT NULL,                   -- struct ct_check_answer n: choice, number, date, instant, ms
    end_ms      INTEGER,                            -- timer: when it was stopped, NULL while it runs
    text        TEXT NOT NULL,                      -- text, or the code that was scanned
    at_ms       INTEGER NOT NULL,                   -- when it was given
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE INDEX prep_answer_of ON prep_answer(prep_id, id);

CREATE TABLE prep_comment (
    id          INTEGER PRIMARY KEY,                -- this comment
    prep_id     INTEGER NOT NULL REFERENCES prep(id), -- of which checklist
    answer_id   INTEGER NOT NULL REFERENCES prep_answer(id), -- on which answer; the newest stands
    text        TEXT NOT NULL,                      -- what is said of it
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE INDEX prep_comment_of ON prep_comment(prep_id, id);

CREATE TABLE prep_confirm (
    id          INTEGER PRIMARY KEY,                -- this confirmation
    prep_id     INTEGER NOT NULL REFERENCES prep(id), -- of which checklist
    answer_id   INTEGER NOT NULL REFERENCES prep_answer(id), -- of which answer
    second_user INTEGER NOT NULL,                   -- the second person, who gave a password of their own
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL                    -- whose session it was
) STRICT;
CREATE INDEX prep_confirm_of ON prep_confirm(prep_id, id);

CREATE TABLE prep_override (
    id          INTEGER PRIMARY KEY,                -- this override
    prep_id     INTEGER NOT NULL REFERENCES prep(id), -- of which checklist
    answer_id   INTEGER NOT NULL REFERENCES prep_answer(id), -- the answer whose stop may pass
    short_ms    INTEGER NOT NULL CHECK (short_ms >= 0), -- of a span: by how much it was too short then; shorter still stops again
    reason      TEXT NOT NULL CHECK (length(reason) > 0), -- why
    supervisor  INTEGER NOT NULL,                   -- who decided it
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL                    -- whose session it was
) STRICT;
CREATE INDEX prep_override_of ON prep_override(prep_id, id);

CREATE TABLE prep_end (
    id          INTEGER PRIMARY KEY,                -- this ending
    prep_id     INTEGER NOT NULL REFERENCES prep(id), -- of which checklist
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3), -- enum ct_prep_state: 0 opened again, 1 finished, 2 left incomplete, 3 entered in error
    reason      TEXT NOT NULL CHECK (kind = 1 OR length(reason) > 0), -- why; '' when it is finished
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE INDEX prep_end_of ON prep_end(prep_id, id);
CREATE UNIQUE INDEX prep_end_error ON prep_end(prep_id) WHERE kind = 3;

-- What each came to when it was last answered, so that a list is one walk of an index;
-- derived, not part of the record.
CREATE TABLE prep_find (
    prep_id     INTEGER PRIMARY KEY REFERENCES prep(id), -- which
    patient_id  INTEGER NOT NULL REFERENCES patient(id), -- whose
    procedure_id INTEGER REFERENCES procedure(id),  -- of which procedure; NULL: of none
    state       INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3), -- enum ct_prep_state
    last_ms     INTEGER NOT NULL,                   -- the last entry
    last_by     INTEGER NOT NULL,                   -- by whom
    shown       INTEGER NOT NULL,                   -- items that are asked
    answered    INTEGER NOT NULL,                   -- of these, those answered
    wants       INTEGER NOT NULL,                   -- those that want an answer, a comment, a second person
    stops       INTEGER NOT NULL,                   -- those whose answer stops
    overridden  INTEGER NOT NULL                    -- those whose stop a supervisor let pass
) STRICT;
CREATE INDEX prep_find_patient ON prep_find(patient_id, prep_id);
CREATE INDEX prep_find_procedure ON prep_find(procedure_id, prep_id) WHERE procedure_id IS NOT NULL;
CREATE INDEX prep_find_mine ON prep_find(last_by, last_ms) WHERE state = 0;

CREATE TRIGGER prep_text_no_update BEFORE UPDATE ON prep_text BEGIN SELECT raise(ABORT, 'prep_text is append-only'); END;
CREATE TRIGGER prep_text_no_delete BEFORE DELETE ON prep_text BEGIN SELECT raise(ABORT, 'prep_text is append-only'); END;
CREATE TRIGGER prep_no_update BEFORE UPDATE ON prep BEGIN SELECT raise(ABORT, 'prep is append-only'); END;
CREATE TRIGGER prep_no_delete BEFORE DELETE ON prep BEGIN SELECT raise(ABORT, 'prep is append-only'); END;
CREATE TRIGGER prep_answer_no_update BEFORE UPDATE ON prep_answer BEGIN SELECT raise(ABORT, 'prep_answer is append-only'); END;
CREATE TRIGGER prep_answer_no_delete BEFORE DELETE ON prep_answer BEGIN SELECT raise(ABORT, 'prep_answer is append-only'); END;
CREATE TRIGGER prep_comment_no_update BEFORE UPDATE ON prep_comment BEGIN SELECT raise(ABORT, 'prep_comment is append-only'); END;
CREATE TRIGGER prep_comment_no_delete BEFORE DELETE ON prep_comment BEGIN SELECT raise(ABORT, 'prep_comment is append-only'); END;
CREATE TRIGGER prep_confirm_no_update BEFORE UPDATE ON prep_confirm BEGIN SELECT raise(ABORT, 'prep_confirm is append-only'); END;
CREATE TRIGGER prep_confirm_no_delete BEFORE DELETE ON prep_confirm BEGIN SELECT raise(ABORT, 'prep_confirm is append-only'); END;
CREATE TRIGGER prep_override_no_update BEFORE UPDATE ON prep_override BEGIN SELECT raise(ABORT, 'prep_override is append-only'); END;
CREATE TRIGGER prep_override_no_delete BEFORE DELETE ON prep_override BEGIN SELECT raise(ABORT, 'prep_override is append-only'); END;
CREATE TRIGGER prep_end_no_update BEFORE UPDATE ON prep_end BEGIN SELECT raise(ABORT, 'prep_end is append-only'); END;
CREATE TRIGGER prep_end_no_delete BEFORE DELETE ON prep_end BEGIN SELECT raise(ABORT, 'prep_end is append-only'); END;
