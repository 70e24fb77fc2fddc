-- 0001 core: people, sessions, the audit chain, drafts.
-- Times are UTC milliseconds. Tables are append-only unless said otherwise:
-- the triggers at the end of each block forbid UPDATE and DELETE.

CREATE TABLE store (
    id          INTEGER PRIMARY KEY CHECK (id = 1), -- one row
    store_id    BLOB NOT NULL CHECK (length(store_id) = 16), -- random, also in keyring and page seals
    created_ms  INTEGER NOT NULL,                   -- when init ran
    site        TEXT NOT NULL                       -- the clinic's name at creation
) STRICT;

CREATE TABLE user_version (
    id          INTEGER PRIMARY KEY,                -- this version
    user_id     INTEGER NOT NULL,                   -- the person; never reused
    login       TEXT NOT NULL,                      -- lower case; never reassigned
    name        TEXT NOT NULL,                      -- as printed beside records
    role        TEXT NOT NULL CHECK (role IN ('technician', 'supervisor', 'administrator')), -- permissions (record/permission.h)
    active      INTEGER NOT NULL CHECK (active IN (0, 1)), -- 0: disabled
    slot_version INTEGER NOT NULL,                  -- version of the keyring slot that goes with it
    slot_hash   BLOB NOT NULL CHECK (length(slot_hash) = 32), -- BLAKE2b-256 of that slot
    sign_pk     BLOB NOT NULL CHECK (length(sign_pk) = 32), -- Ed25519 public key valid from here on
    at_ms       INTEGER NOT NULL,                   -- when this version was made
    by_user     INTEGER NOT NULL,                   -- who made it
    reason      TEXT                                -- why, where a reason was asked
) STRICT;
CREATE INDEX user_version_user ON user_version(user_id, id);
CREATE INDEX user_version_login ON user_version(login, id);
CREATE VIEW user_now AS
    SELECT u.* FROM user_version u
    WHERE u.id = (SELECT max(v.id) FROM user_version v WHERE v.user_id = u.user_id);

CREATE TABLE session (
    id          INTEGER PRIMARY KEY,                -- one login
    user_id     INTEGER NOT NULL,                   -- who
    at_ms       INTEGER NOT NULL,                   -- when
    tty         TEXT NOT NULL,                      -- terminal name, '' if none
    remote      TEXT NOT NULL,                      -- address of the SSH client, '' if local
    pid         INTEGER NOT NULL,                   -- process
    program     TEXT NOT NULL                       -- version of clintech
) STRICT;

CREATE TABLE audit (
    seq         INTEGER PRIMARY KEY,                -- 1.. without a gap
    at_ms       INTEGER NOT NULL,                   -- when it was recorded
    user_id     INTEGER NOT NULL,                   -- who; 0 is the program itself
    session_id  INTEGER NOT NULL,                   -- session.id, 0 outside one
    verb        TEXT NOT NULL,                      -- record/verb table: 'vitals.record'
    severity    INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 2), -- 0 routine, 1 notable, 2 exception
    patient_id  INTEGER,                            -- the patient it concerns
    done_ms     INTEGER,                            -- when it was done, if not at at_ms
    detail      TEXT,                               -- reason or note
    leaf        BLOB NOT NULL CHECK (length(leaf) = 32), -- BLAKE2b-256(0x00, canonical content)
    link        BLOB NOT NULL CHECK (length(link) = 32)  -- BLAKE2b-256(0x01, previous link, leaf)
) STRICT;
CREATE INDEX audit_at ON audit(at_ms);
CREATE INDEX audit_patient ON audit(patient_id, seq);

CREATE TABLE audit_row (
    id          INTEGER PRIMARY KEY,                -- one row written
    seq         INTEGER NOT NULL REFERENCES audit(seq), -- the entry that wrote the row
    tbl         TEXT NOT NULL,                      -- table
    row_id      INTEGER NOT NULL,                   -- its primary key
    columns     INTEGER NOT NULL,                   -- columns hashed: later migrations may add more
    hash        BLOB NOT NULL CHECK (length(hash) = 32) -- BLAKE2b-256 of the row's canonical bytes
) STRICT;
CREATE INDEX audit_row_seq ON audit_row(seq);
CREATE INDEX audit_row_of ON audit_row(tbl, row_id);

CREATE TABLE audit_signature (
    seq         INTEGER PRIMARY KEY REFERENCES audit(seq), -- the entry signed
    user_id     INTEGER NOT NULL,                   -- whose key
    signature   BLOB NOT NULL CHECK (length(signature) = 64) -- Ed25519 over the domain, store id, seq, user, verb, at_ms and link
) STRICT;

-- Drafts are working notes, not records: they change and go.
CREATE TABLE draft (
    id          INTEGER PRIMARY KEY,                -- one open form
    user_id     INTEGER NOT NULL,                   -- whose
    kind        TEXT NOT NULL,                      -- the form, 'vitals'
    patient_id  INTEGER,                            -- whom the form was opened for
    saved_ms    INTEGER NOT NULL,                   -- when it was kept last
    body        BLOB NOT NULL                       -- field names and texts (record/draft.h)
) STRICT;
CREATE INDEX draft_user ON draft(user_id, saved_ms);
-- user_id and patient_id name one open form: a second keeps the same row.
CREATE UNIQUE INDEX draft_one ON draft(user_id, kind, ifnull(patient_id, 0));

CREATE TRIGGER store_no_update BEFORE UPDATE ON store BEGIN SELECT raise(ABORT, 'store is append-only'); END;
CREATE TRIGGER store_no_delete BEFORE DELETE ON store BEGIN SELECT raise(ABORT, 'store is append-only'); END;
CREATE TRIGGER user_version_no_update BEFORE UPDATE ON user_version BEGIN SELECT raise(ABORT, 'user_version is append-only'); END;
CREATE TRIGGER user_version_no_delete BEFORE DELETE ON user_version BEGIN SELECT raise(ABORT, 'user_version is append-only'); END;
CREATE TRIGGER session_no_update BEFORE UPDATE ON session BEGIN SELECT raise(ABORT, 'session is append-only'); END;
CREATE TRIGGER session_no_delete BEFORE DELETE ON session BEGIN SELECT raise(ABORT, 'session is append-only'); END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_row_no_update BEFORE UPDATE ON audit_row BEGIN SELECT raise(ABORT, 'audit_row is append-only'); END;
CREATE TRIGGER audit_row_no_delete BEFORE DELETE ON audit_row BEGIN SELECT raise(ABORT, 'audit_row is append-only'); END;
CREATE TRIGGER audit_signature_no_update BEFORE UPDATE ON audit_signature BEGIN SELECT raise(ABORT, 'audit_signature is append-only'); END;
CREATE TRIGGER audit_signature_no_delete BEFORE DELETE ON audit_signature BEGIN SELECT raise(ABORT, 'audit_signature is append-only'); END;
