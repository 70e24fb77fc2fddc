-- 0007 procedure: what is done for a patient on a day. What is planned is kept in
-- versions, what happened in events; start and end are read from the events.

CREATE TABLE procedure (
    id          INTEGER PRIMARY KEY,                -- P-12 on the screen
    patient_id  INTEGER NOT NULL REFERENCES patient(id), -- whose
    at_ms       INTEGER NOT NULL,                   -- when it was added
    by_user     INTEGER NOT NULL,                   -- by whom
    import_key  TEXT CHECK (length(import_key) > 0) -- the sender's id of an imported one, else a hash of its content; NULL: added by hand
) STRICT;
CREATE INDEX procedure_patient ON procedure(patient_id, id);
-- What was imported once is not imported again.
CREATE UNIQUE INDEX procedure_import ON procedure(import_key) WHERE import_key IS NOT NULL;

CREATE TABLE procedure_detail (
    id           INTEGER PRIMARY KEY,               -- this version
    procedure_id INTEGER NOT NULL REFERENCES procedure(id), -- of which
    replaces_id  INTEGER REFERENCES procedure_detail(id), -- the version it replaces, NULL: the first
    kind         TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 40), -- section of data/procedures/procedures.ini
    title        TEXT NOT NULL CHECK (length(CAST(title AS BLOB)) BETWEEN 1 AND 79), -- what: 'ECG 12-lead'
    site         TEXT NOT NULL CHECK (length(CAST(site AS BLOB)) <= 79), -- where on the body, left and right in full; '' none
    planned_ms   INTEGER NOT NULL,                  -- when it is planned
    minutes      INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 1440), -- how long
    room         TEXT NOT NULL CHECK (length(CAST(room AS BLOB)) <= 64), -- '' none yet
    assigned     INTEGER,                           -- user who does it, NULL: nobody yet
    note         TEXT NOT NULL CHECK (length(CAST(note AS BLOB)) <= 400), -- '' none
    reason       TEXT CHECK (reason IS NULL OR length(reason) > 0), -- why it was changed, where one is asked
    at_ms        INTEGER NOT NULL,                  -- when this version was made
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE INDEX procedure_detail_of ON procedure_detail(procedure_id, id);
-- Two people who change the same version cannot both succeed.
CREATE UNIQUE INDEX procedure_detail_replaces ON procedure_detail(replaces_id) WHERE replaces_id IS NOT NULL;

CREATE TABLE procedure_event (
    id           INTEGER PRIMARY KEY,               -- this row
    procedure_id INTEGER NOT NULL REFERENCES procedure(id), -- of which
    state        INTEGER NOT NULL CHECK (state BETWEEN 0 AND 7), -- enum ct_proc_state from then on
    at_ms        INTEGER NOT NULL,                  -- when it happened
    recorded_ms  INTEGER NOT NULL,                  -- when it was entered
    by_user      INTEGER NOT NULL,                  -- who entered it
    text         TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 400) -- reason, or of state 5 the outcome; '' none
) STRICT;
CREATE INDEX procedure_event_of ON procedure_event(procedure_id, id);

-- People who took part, equipment and instrument sets used, complications, notes.
-- Struck out by a row that ends another, never deleted.
CREATE TABLE procedure_use (
    id           INTEGER PRIMARY KEY,               -- this row
    procedure_id INTEGER NOT NULL REFERENCES procedure(id), -- of which
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 5), -- enum ct_proc_use_kind
    what         TEXT NOT NULL CHECK (length(CAST(what AS BLOB)) BETWEEN 1 AND 400), -- name, asset or pack number, or the text
    role         TEXT NOT NULL CHECK (length(CAST(role AS BLOB)) <= 40), -- of a person: 'assistant'; '' none
    user_id      INTEGER,                           -- of a person who is a user here, else NULL
    ends_id      INTEGER REFERENCES procedure_use(id), -- this row strikes that one out
    reason       TEXT CHECK (ends_id IS NULL OR (reason IS NOT NULL AND length(reason) > 0)), -- why it was struck out
    at_ms        INTEGER NOT NULL,                  -- when it was entered
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE INDEX procedure_use_of ON procedure_use(procedure_id, id);
CREATE INDEX procedure_use_what ON procedure_use(kind, what);
-- Struck out once.
CREATE UNIQUE INDEX procedure_use_ends ON procedure_use(ends_id) WHERE ends_id IS NOT NULL;

-- Where each one stands, derived as the rows above are written, so that a day's list
-- is one walk of an index; not part of the record.
CREATE TABLE procedure_find (
    procedure_id INTEGER PRIMARY KEY REFERENCES procedure(id), -- which
    patient_id   INTEGER NOT NULL REFERENCES patient(id), -- whose
    detail_id    INTEGER NOT NULL REFERENCES procedure_detail(id), -- its current version
    planned_ms   INTEGER NOT NULL,                  -- of that version
    room         TEXT NOT NULL,                     -- of that version
    assigned     INTEGER,                           -- of that version
    state        INTEGER NOT NULL,                  -- of the last event; 0 without one
    state_ms     INTEGER                            -- when that happened; NULL without one
) STRICT;
CREATE INDEX procedure_find_planned ON procedure_find(planned_ms, procedure_id);
CREATE INDEX procedure_find_patient ON procedure_find(patient_id, planned_ms, procedure_id);
CREATE INDEX procedure_find_open ON procedure_find(planned_ms) WHERE state < 5;

CREATE TRIGGER procedure_no_update BEFORE UPDATE ON procedure BEGIN SELECT raise(ABORT, 'procedure is append-only'); END;
CREATE TRIGGER procedure_no_delete BEFORE DELETE ON procedure BEGIN SELECT raise(ABORT, 'procedure is append-only'); END;
CREATE TRIGGER procedure_detail_no_update BEFORE UPDATE ON procedure_detail BEGIN SELECT raise(ABORT, 'procedure_detail is append-only'); END;
CREATE TRIGGER procedure_detail_no_delete BEFORE DELETE ON procedure_detail BEGIN SELECT raise(ABORT, 'procedure_detail is append-only'); END;
CREATE TRIGGER procedure_event_no_update BEFORE UPDATE ON procedure_event BEGIN SELECT raise(ABORT, 'procedure_event is append-only'); END;
CREATE TRIGGER procedure_event_no_delete BEFORE DELETE ON procedure_event BEGIN SELECT raise(ABORT, 'procedure_event is append-only'); END;
CREATE TRIGGER procedure_use_no_update BEFORE UPDATE ON procedure_use BEGIN SELECT raise(ABORT, 'procedure_use is append-only'); END;
CREATE TRIGGER procedure_use_no_delete BEFORE DELETE ON procedure_use BEGIN SELECT raise(ABORT, 'procedure_use is append-only'); END;
