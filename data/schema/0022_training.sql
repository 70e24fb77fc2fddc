-- 0022 training: what the site requires of people, what each may do, sessions, documents that
-- have to be read, trainees and what of theirs awaits a countersign.

-- Subjects are named by kind and id: 0 a device model (its first version's number), 1 a class
-- of devices, 2 a procedure, 3 a programme, 4 a checklist.

CREATE TABLE competency_rule (
    id      INTEGER PRIMARY KEY,                    -- this version
    kind    INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4), -- enum ct_subject_kind
    subject TEXT NOT NULL CHECK (length(CAST(subject AS BLOB)) BETWEEN 1 AND 40), -- its id
    title   TEXT NOT NULL CHECK (length(CAST(title AS BLOB)) <= 160), -- what it was called then
    level   INTEGER NOT NULL CHECK (level BETWEEN 1 AND 3), -- enum ct_level that is required
    risk    INTEGER NOT NULL CHECK (risk BETWEEN 0 AND 3), -- enum ct_equip_risk: how long it is valid
    months  INTEGER CHECK (months BETWEEN 0 AND 240), -- its own validity; 0 never runs out; NULL by the risk
    source  TEXT NOT NULL CHECK (length(CAST(source AS BLOB)) <= 120), -- who asks for it
    ended   INTEGER NOT NULL CHECK (ended IN (0, 1)), -- 1: nothing is required any more
    reason  TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) <= 200), -- why it was changed or ended; '' the first
    at_ms   INTEGER NOT NULL,                       -- when
    by_user INTEGER NOT NULL                        -- by whom
) STRICT;
CREATE INDEX competency_rule_of ON competency_rule(kind, subject, id);

-- Those in force, derived as the rows above are written.
CREATE TABLE competency_rule_find (
    rule_id INTEGER PRIMARY KEY REFERENCES competency_rule(id), -- the version in force
    kind    INTEGER NOT NULL,                       -- its subject
    subject TEXT NOT NULL                           -- its subject
) STRICT;
CREATE UNIQUE INDEX competency_rule_find_of ON competency_rule_find(kind, subject);

CREATE TABLE competency (
    id          INTEGER PRIMARY KEY,                -- this row
    user_id     INTEGER NOT NULL,                   -- whose
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4), -- enum ct_subject_kind
    subject     TEXT NOT NULL CHECK (length(CAST(subject AS BLOB)) BETWEEN 1 AND 40), -- its id
    title       TEXT NOT NULL CHECK (length(CAST(title AS BLOB)) <= 160), -- what it was called then
    level       INTEGER NOT NULL CHECK (level BETWEEN 1 AND 4), -- enum ct_level: 1 self-declared, 2 trained, 3 assessed, 4 assessor
    method      INTEGER NOT NULL CHECK (method BETWEEN 0 AND 4), -- enum ct_comp_method
    passed      INTEGER NOT NULL CHECK (passed IN (0, 1)), -- 0: not yet competent
    score       INTEGER CHECK (score BETWEEN 0 AND 100), -- of a test, per cent; NULL none
    evidence    TEXT NOT NULL CHECK (length(CAST(evidence AS BLOB)) <= 400), -- what was seen, certificate, answers
    restriction TEXT NOT NULL CHECK (length(CAST(restriction AS BLOB)) <= 200), -- what it does not cover; '' nothing
    revision    TEXT NOT NULL CHECK (length(CAST(revision AS BLOB)) <= 80), -- procedure or instructions it was on; '' none
    training_id INTEGER REFERENCES training(id),    -- the session it came from; NULL none
    done_day    INTEGER NOT NULL,                   -- civil day (ct_date)
    last_day    INTEGER,                            -- last day of its validity (ct_date); NULL: does not run out
    validity    TEXT NOT NULL CHECK (length(CAST(validity AS BLOB)) <= 160), -- the rule that gave it
    at_ms       INTEGER NOT NULL,                   -- when it was entered
    by_user     INTEGER NOT NULL                    -- by whom: the assessor, or the person
) STRICT;
CREATE INDEX competency_of ON competency(user_id, kind, subject, id);

CREATE TABLE competency_event (
    id            INTEGER PRIMARY KEY,              -- this row
    user_id       INTEGER NOT NULL,                 -- whose
    kind          INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4), -- enum ct_subject_kind
    subject       TEXT NOT NULL CHECK (length(CAST(subject AS BLOB)) BETWEEN 1 AND 40), -- its id
    act           INTEGER NOT NULL CHECK (act BETWEEN 0 AND 2), -- enum ct_comp_act: 0 withdrawn, 1 reinstated, 2 confirmed by the person
    competency_id INTEGER REFERENCES competency(id), -- what was confirmed; NULL otherwise
    text          TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 200), -- why
    at_ms         INTEGER NOT NULL,                 -- when
    by_user       INTEGER NOT NULL                  -- by whom
) STRICT;
CREATE INDEX competency_event_of ON competency_event(user_id, kind, subject, id);
CREATE UNIQUE INDEX competency_event_confirms ON competency_event(competency_id) WHERE competency_id IS NOT NULL;

-- The last row of each level of a person and a subject, derived as the rows above are written.
CREATE TABLE competency_find (
    id            INTEGER PRIMARY KEY,              -- this row
    user_id       INTEGER NOT NULL,                 -- whose
    kind          INTEGER NOT NULL,                 -- enum ct_subject_kind
    subject       TEXT NOT NULL,                    -- its id
    level         INTEGER NOT NULL,                 -- enum ct_level
    competency_id INTEGER NOT NULL REFERENCES competency(id), -- the row
    stands        INTEGER NOT NULL                  -- enum ct_comp_stands: 0 it counts, 1 withdrawn, 2 the last assessment was not passed
) STRICT;
CREATE UNIQUE INDEX competency_find_of ON competency_find(user_id, kind, subject, level);
CREATE INDEX competency_find_subject ON competency_find(kind, subject, user_id);

-- Somebody went on without a competency that is required.
CREATE TABLE competency_override (
    id       INTEGER PRIMARY KEY,                   -- this row
    kind     INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4), -- enum ct_subject_kind
    subject  TEXT NOT NULL CHECK (length(CAST(subject AS BLOB)) BETWEEN 1 AND 40), -- its id
    for_what INTEGER NOT NULL CHECK (for_what BETWEEN 0 AND 4), -- enum ct_comp_use
    ref_id   INTEGER NOT NULL,                      -- the record it was used for
    state    TEXT NOT NULL CHECK (length(CAST(state AS BLOB)) <= 400), -- what was missing
    reason   TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) <= 200), -- why it went on; '' of a trainee
    trainee  INTEGER NOT NULL CHECK (trainee IN (0, 1)), -- 1: a trainee, under supervision
    at_ms    INTEGER NOT NULL,                      -- when
    by_user  INTEGER NOT NULL                       -- who went on
) STRICT;
CREATE INDEX competency_override_of ON competency_override(for_what, ref_id);

CREATE TABLE training (
    id         INTEGER PRIMARY KEY,                 -- TR-12 on the screen
    topic      TEXT NOT NULL CHECK (length(CAST(topic AS BLOB)) BETWEEN 1 AND 120), -- what it is about
    trainer_id INTEGER,                             -- a user here; NULL: somebody from outside
    trainer    TEXT NOT NULL CHECK (length(CAST(trainer AS BLOB)) BETWEEN 1 AND 80), -- the name
    method     INTEGER NOT NULL CHECK (method BETWEEN 0 AND 4), -- enum ct_comp_method
    planned_ms INTEGER NOT NULL,                    -- when it is to begin
    minutes    INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440), -- how long
    place      TEXT NOT NULL CHECK (length(CAST(place AS BLOB)) <= 64), -- where
    material   TEXT NOT NULL CHECK (length(CAST(material AS BLOB)) <= 120), -- by what: booklet, procedure
    revision   TEXT NOT NULL CHECK (length(CAST(revision AS BLOB)) <= 40), -- of the material
    at_ms      INTEGER NOT NULL,                    -- when it was planned
    by_user    INTEGER NOT NULL                     -- by whom
) STRICT;

CREATE TABLE training_subject (
    id          INTEGER PRIMARY KEY,                -- this row
    training_id INTEGER NOT NULL REFERENCES training(id), -- which session
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4), -- enum ct_subject_kind
    subject     TEXT NOT NULL CHECK (length(CAST(subject AS BLOB)) BETWEEN 1 AND 40), -- its id
    title       TEXT NOT NULL CHECK (length(CAST(title AS BLOB)) <= 160) -- what it was called then
) STRICT;
CREATE UNIQUE INDEX training_subject_of ON training_subject(training_id, kind, subject);

CREATE TABLE training_event (
    id          INTEGER PRIMARY KEY,                -- this row
    training_id INTEGER NOT NULL REFERENCES training(id), -- which session
    state       INTEGER NOT NULL CHECK (state BETWEEN 1 AND 2), -- enum ct_training_state: 1 given, 2 cancelled
    text        TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 200), -- why it was cancelled; a remark
    done_ms     INTEGER NOT NULL,                   -- when it was given or cancelled
    at_ms       INTEGER NOT NULL,                   -- when it was entered
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE UNIQUE INDEX training_event_of ON training_event(training_id);

CREATE TABLE training_attendee (
    id          INTEGER PRIMARY KEY,                -- this row
    training_id INTEGER NOT NULL REFERENCES training(id), -- which session
    user_id     INTEGER NOT NULL,                   -- who attended
    how         INTEGER NOT NULL CHECK (how BETWEEN 0 AND 2), -- enum ct_sign_in: 0 own session, 1 own password beside another's, 2 the trainer confirms
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL                    -- in whose session
) STRICT;
CREATE UNIQUE INDEX training_attendee_of ON training_attendee(training_id, user_id);
CREATE INDEX training_attendee_user ON training_attendee(user_id, training_id);

-- Sessions by state, derived as the rows above are written.
CREATE TABLE training_find (
    training_id INTEGER PRIMARY KEY REFERENCES training(id), -- which
    state       INTEGER NOT NULL,                   -- enum ct_training_state
    planned_ms  INTEGER NOT NULL                    -- when
) STRICT;
CREATE INDEX training_find_state ON training_find(state, planned_ms);

CREATE TABLE document (
    id         INTEGER PRIMARY KEY,                 -- this revision
    first_id   INTEGER REFERENCES document(id),     -- the first revision of it; NULL: this is it
    ref        TEXT NOT NULL CHECK (length(CAST(ref AS BLOB)) BETWEEN 1 AND 40), -- its number
    title      TEXT NOT NULL CHECK (length(CAST(title AS BLOB)) BETWEEN 1 AND 120), -- what it is called
    revision   TEXT NOT NULL CHECK (length(CAST(revision AS BLOB)) BETWEEN 1 AND 40), -- which revision
    changes    TEXT NOT NULL CHECK (length(CAST(changes AS BLOB)) <= 400), -- what is new in it
    place      TEXT NOT NULL CHECK (length(CAST(place AS BLOB)) <= 200), -- where it is read
    before_use INTEGER NOT NULL CHECK (before_use IN (0, 1)), -- 1: who has not read it is asked why before going on
    ended      INTEGER NOT NULL CHECK (ended IN (0, 1)), -- 1: it is not in force any more
    at_ms      INTEGER NOT NULL,                    -- when
    by_user    INTEGER NOT NULL                     -- by whom
) STRICT;
CREATE INDEX document_of ON document(first_id, id);

CREATE TABLE document_subject (
    id          INTEGER PRIMARY KEY,                -- this row
    document_id INTEGER NOT NULL REFERENCES document(id), -- which revision
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4), -- enum ct_subject_kind
    subject     TEXT NOT NULL CHECK (length(CAST(subject AS BLOB)) BETWEEN 1 AND 40), -- its id
    title       TEXT NOT NULL CHECK (length(CAST(title AS BLOB)) <= 160) -- what it was called then
) STRICT;
CREATE UNIQUE INDEX document_subject_of ON document_subject(document_id, kind, subject);

CREATE TABLE document_read (
    id          INTEGER PRIMARY KEY,                -- this row
    document_id INTEGER NOT NULL REFERENCES document(id), -- which revision
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL                    -- who says so
) STRICT;
CREATE UNIQUE INDEX document_read_of ON document_read(by_user, document_id);

-- Revisions in force by subject, derived as the rows above are written.
CREATE TABLE document_find (
    id          INTEGER PRIMARY KEY,                -- this row
    document_id INTEGER NOT NULL REFERENCES document(id), -- the revision in force
    first_id    INTEGER NOT NULL REFERENCES document(id), -- of which document
    kind        INTEGER NOT NULL,                   -- enum ct_subject_kind; -1 about no subject: everybody
    subject     TEXT NOT NULL,                      -- its id; '' everybody
    before_use  INTEGER NOT NULL                    -- as in document
) STRICT;
CREATE UNIQUE INDEX document_find_of ON document_find(kind, subject, document_id);
CREATE INDEX document_find_first ON document_find(first_id);

CREATE TABLE trainee (
    id            INTEGER PRIMARY KEY,              -- this version
    user_id       INTEGER NOT NULL,                 -- who learns
    supervisor_id INTEGER NOT NULL,                 -- who stands by
    from_day      INTEGER NOT NULL,                 -- first civil day (ct_date)
    until_day     INTEGER NOT NULL,                 -- last civil day (ct_date)
    ended         INTEGER NOT NULL CHECK (ended IN (0, 1)), -- 1: not a trainee any more
    reason        TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) <= 200), -- why it is so, or ended
    at_ms         INTEGER NOT NULL,                 -- when
    by_user       INTEGER NOT NULL                  -- by whom
) STRICT;
CREATE INDEX trainee_of ON trainee(user_id, id);

-- Who is one, derived: from_ms and until_ms are the days of the row, [from, until).
CREATE TABLE trainee_find (
    user_id       INTEGER PRIMARY KEY,              -- who
    trainee_id    INTEGER NOT NULL REFERENCES trainee(id), -- the version in force
    supervisor_id INTEGER NOT NULL,                 -- who stands by
    from_ms       INTEGER NOT NULL,                 -- from then on
    until_ms      INTEGER NOT NULL                  -- before that
) STRICT;

CREATE TABLE countersign (
    id         INTEGER PRIMARY KEY,                 -- this row
    seq        INTEGER NOT NULL REFERENCES audit(seq), -- the trainee's entry
    trainee_id INTEGER NOT NULL,                    -- the user who wrote it
    text       TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 200), -- a remark; '' none
    at_ms      INTEGER NOT NULL,                    -- when
    by_user    INTEGER NOT NULL                     -- who stands for it
) STRICT;
CREATE UNIQUE INDEX countersign_of ON countersign(seq);

-- Entries of trainees that await a countersign, derived as the chain is written.
CREATE TABLE countersign_find (
    seq     INTEGER PRIMARY KEY REFERENCES audit(seq), -- the entry
    user_id INTEGER NOT NULL,                       -- the trainee
    at_ms   INTEGER NOT NULL                        -- when it was recorded
) STRICT;
CREATE INDEX countersign_find_user ON countersign_find(user_id, seq);

-- No module has to think of it: what a trainee records waits, whatever wrote it. What records
-- nothing (coming and going, looking, lists, one's own training) does not.
CREATE TRIGGER audit_awaits AFTER INSERT ON audit
WHEN EXISTS (SELECT 1 FROM trainee_find t WHERE t.user_id = NEW.user_id
             AND t.from_ms <= NEW.at_ms AND NEW.at_ms < t.until_ms)
    AND NEW.verb NOT LIKE 'session.%' AND NEW.verb NOT LIKE 'store.%'
    AND NEW.verb NOT LIKE 'user.%' AND NEW.verb NOT LIKE 'access.%'
    AND NEW.verb NOT LIKE 'training.%' AND NEW.verb NOT LIKE 'competency.%'
    AND NEW.verb NOT LIKE '%.export' AND NEW.verb NOT LIKE '%.label'
    AND NEW.verb <> 'patient.open'
BEGIN INSERT INTO countersign_find(seq, user_id, at_ms) VALUES (NEW.seq, NEW.user_id, NEW.at_ms); END;

CREATE TRIGGER competency_rule_no_update BEFORE UPDATE ON competency_rule BEGIN SELECT raise(ABORT, 'competency_rule is append-only'); END;
CREATE TRIGGER competency_rule_no_delete BEFORE DELETE ON competency_rule BEGIN SELECT raise(ABORT, 'competency_rule is append-only'); END;
CREATE TRIGGER competency_no_update BEFORE UPDATE ON competency BEGIN SELECT raise(ABORT, 'competency is append-only'); END;
CREATE TRIGGER competency_no_delete BEFORE DELETE ON competency BEGIN SELECT raise(ABORT, 'competency is append-only'); END;
CREATE TRIGGER competency_event_no_update BEFORE UPDATE ON competency_event BEGIN SELECT raise(ABORT, 'competency_event is append-only'); END;
CREATE TRIGGER competency_event_no_delete BEFORE DELETE ON competency_event BEGIN SELECT raise(ABORT, 'competency_event is append-only'); END;
CREATE TRIGGER competency_override_no_update BEFORE UPDATE ON competency_override BEGIN SELECT raise(ABORT, 'competency_override is append-only'); END;
CREATE TRIGGER competency_override_no_delete BEFORE DELETE ON competency_override BEGIN SELECT raise(ABORT, 'competency_override is append-only'); END;
CREATE TRIGGER training_no_update BEFORE UPDATE ON training BEGIN SELECT raise(ABORT, 'training is append-only'); END;
CREATE TRIGGER training_no_delete BEFORE DELETE ON training BEGIN SELECT raise(ABORT, 'training is append-only'); END;
CREATE TRIGGER training_subject_no_update BEFORE UPDATE ON training_subject BEGIN SELECT raise(ABORT, 'training_subject is append-only'); END;
CREATE TRIGGER training_subject_no_delete BEFORE DELETE ON training_subject BEGIN SELECT raise(ABORT, 'training_subject is append-only'); END;
CREATE TRIGGER training_event_no_update BEFORE UPDATE ON training_event BEGIN SELECT raise(ABORT, 'training_event is append-only'); END;
CREATE TRIGGER training_event_no_delete BEFORE DELETE ON training_event BEGIN SELECT raise(ABORT, 'training_event is append-only'); END;
CREATE TRIGGER training_attendee_no_update BEFORE UPDATE ON training_attendee BEGIN SELECT raise(ABORT, 'training_attendee is append-only'); END;
CREATE TRIGGER training_attendee_no_delete BEFORE DELETE ON training_attendee BEGIN SELECT raise(ABORT, 'training_attendee is append-only'); END;
CREATE TRIGGER document_no_update BEFORE UPDATE ON document BEGIN SELECT raise(ABORT, 'document is append-only'); END;
CREATE TRIGGER document_no_delete BEFORE DELETE ON document BEGIN SELECT raise(ABORT, 'document is append-only'); END;
CREATE TRIGGER document_subject_no_update BEFORE UPDATE ON document_subject BEGIN SELECT raise(ABORT, 'document_subject is append-only'); END;
CREATE TRIGGER document_subject_no_delete BEFORE DELETE ON document_subject BEGIN SELECT raise(ABORT, 'document_subject is append-only'); END;
CREATE TRIGGER document_read_no_update BEFORE UPDATE ON document_read BEGIN SELECT raise(ABORT, 'document_read is append-only'); END;
CREATE TRIGGER document_read_no_delete BEFORE DELETE ON document_read BEGIN SELECT raise(ABORT, 'document_read is append-only'); END;
CREATE TRIGGER trainee_no_update BEFORE UPDATE ON trainee BEGIN SELECT raise(ABORT, 'trainee is append-only'); END;
CREATE TRIGGER trainee_no_delete BEFORE DELETE ON trainee BEGIN SELECT raise(ABORT, 'trainee is append-only'); END;
CREATE TRIGGER countersign_no_update BEFORE UPDATE ON countersign BEGIN SELECT raise(ABORT, 'countersign is append-only'); END;
CREATE TRIGGER countersign_no_delete BEFORE DELETE ON countersign BEGIN SELECT raise(ABORT, 'countersign is append-only'); END;
