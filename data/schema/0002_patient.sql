-- 0002 patient: identity in versions, alerts, and the derived search keys.

CREATE TABLE patient (
    id          INTEGER PRIMARY KEY,                -- the patient, for ever
    at_ms       INTEGER NOT NULL,                   -- when registered
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;

CREATE TABLE patient_version (
    id          INTEGER PRIMARY KEY,                -- this version
    patient_id  INTEGER NOT NULL REFERENCES patient(id), -- whose
    family      TEXT NOT NULL CHECK (length(CAST(family AS BLOB)) BETWEEN 1 AND 200), -- family name, or the only name
    given       TEXT NOT NULL CHECK (length(CAST(given AS BLOB)) <= 200), -- '' if none
    number      TEXT CHECK (length(number) BETWEEN 1 AND 32), -- the site's identifier, separators removed
    born        INTEGER,                            -- days since 1970-01-01, NULL unknown
    born_estimated INTEGER NOT NULL CHECK (born_estimated IN (0, 1)), -- 1: the date is a guess
    sex         INTEGER NOT NULL CHECK (sex BETWEEN 0 AND 3), -- 0 unknown, 1 female, 2 male, 3 other
    place       TEXT NOT NULL,                      -- bay or room, '' if none
    at_ms       INTEGER NOT NULL,                   -- when this version was made
    by_user     INTEGER NOT NULL,                   -- by whom
    reason      TEXT CHECK (reason IS NULL OR length(reason) > 0) -- why it was amended, NULL at registration
) STRICT;
CREATE INDEX patient_version_patient ON patient_version(patient_id, id);
CREATE INDEX patient_version_number ON patient_version(number);
CREATE VIEW patient_now AS
    SELECT p.* FROM patient_version p
    WHERE p.id = (SELECT max(q.id) FROM patient_version q WHERE q.patient_id = p.patient_id);

CREATE TABLE patient_alert (
    id          INTEGER PRIMARY KEY,                -- this row
    patient_id  INTEGER NOT NULL REFERENCES patient(id), -- whose
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 5), -- enum ct_alert_kind
    text        TEXT NOT NULL,                      -- what: 'penicillin'
    prescriber  TEXT NOT NULL,                      -- who prescribed SpO2 scale 2, else ''
    ends_id     INTEGER REFERENCES patient_alert(id), -- this row ends that alert
    reason      TEXT CHECK (ends_id IS NULL OR (reason IS NOT NULL AND length(reason) > 0)), -- why it was ended
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE INDEX patient_alert_patient ON patient_alert(patient_id, id);
-- An alert ends once.
CREATE UNIQUE INDEX patient_alert_ends ON patient_alert(ends_id) WHERE ends_id IS NOT NULL;

-- Search keys, derived from patient_now and rebuilt with each version; not part
-- of the record. `sort` stands in every row, so that a page of hits is put in
-- order from this index alone.
CREATE TABLE patient_find (
    token       TEXT NOT NULL,                      -- see clinic/patient_keys.c: 'patel', '#943...', '#~915...', '@1961-03-14', '@~03-14', '=patel' + TAB + 'rohan'
    patient_id  INTEGER NOT NULL REFERENCES patient(id), -- whose
    sort        TEXT NOT NULL,                      -- folded family name, TAB, folded given name
    PRIMARY KEY (token, patient_id)                 -- in the order of a search
) STRICT, WITHOUT ROWID;
CREATE INDEX patient_find_patient ON patient_find(patient_id, token);

CREATE TRIGGER patient_no_update BEFORE UPDATE ON patient BEGIN SELECT raise(ABORT, 'patient is append-only'); END;
CREATE TRIGGER patient_no_delete BEFORE DELETE ON patient BEGIN SELECT raise(ABORT, 'patient is append-only'); END;
CREATE TRIGGER patient_version_no_update BEFORE UPDATE ON patient_version BEGIN SELECT raise(ABORT, 'patient_version is append-only'); END;
CREATE TRIGGER patient_version_no_delete BEFORE DELETE ON patient_version BEGIN SELECT raise(ABORT, 'patient_version is append-only'); END;
CREATE TRIGGER patient_alert_no_update BEFORE UPDATE ON patient_alert BEGIN SELECT raise(ABORT, 'patient_alert is append-only'); END;
CREATE TRIGGER patient_alert_no_delete BEFORE DELETE ON patient_alert BEGIN SELECT raise(ABORT, 'patient_alert is append-only'); END;
