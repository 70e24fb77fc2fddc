-- 0020 recall: packs of which it is not known that they are sterile: which loads, why, what
-- was done about each pack. Which packs: pack_event, its steps 11 and 12.

CREATE TABLE recall (
    id           INTEGER PRIMARY KEY,               -- RC-12 on the screen
    cause        INTEGER NOT NULL CHECK (cause BETWEEN 0 AND 2), -- enum ct_recall_cause: 0 a positive biological indicator, 1 a failed test of the machine, 2 by hand
    equipment_id INTEGER REFERENCES equipment(id),  -- of which machine; NULL: not of one machine
    bi_id        INTEGER REFERENCES load_bi(id),    -- the indicator; NULL: none
    test_id      INTEGER REFERENCES machine_test(id), -- the test; NULL: none
    after_id     INTEGER REFERENCES load(id),       -- the last load with a valid negative indicator: every load after it; NULL: there was none, or by hand
    from_ms      INTEGER,                           -- loads that started after this; NULL: from the first
    to_ms        INTEGER NOT NULL,                  -- and up to this
    policy       INTEGER NOT NULL CHECK (policy BETWEEN 0 AND 2), -- enum ct_recall of programme.h: 0 that load alone, 1 all, 2 implants and that load until a second one is positive
    wanted       INTEGER NOT NULL CHECK (wanted >= -1), -- negative cycles in a row before the machine is used again; -1: its programme does not say
    text         TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) BETWEEN 1 AND 400), -- why
    at_ms        INTEGER NOT NULL,                  -- since when
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE UNIQUE INDEX recall_bi ON recall(bi_id) WHERE bi_id IS NOT NULL;

CREATE TABLE recall_line (
    id          INTEGER PRIMARY KEY,                -- this row; the last one of a pack counts
    recall_id   INTEGER NOT NULL REFERENCES recall(id), -- of which recall
    pack_id     INTEGER NOT NULL REFERENCES pack(id), -- which pack
    disposition INTEGER NOT NULL CHECK (disposition BETWEEN 0 AND 5), -- enum ct_recall_disposition: 0 set apart, 1 reprocessed, 2 the patient is followed up, 3 not found, 4 nothing to do, 5 lifted
    text        TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 400), -- what was done; '' none
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE INDEX recall_line_of ON recall_line(recall_id, pack_id, id);

CREATE TABLE recall_end (
    id        INTEGER PRIMARY KEY,                  -- this row
    recall_id INTEGER NOT NULL REFERENCES recall(id), -- which recall is closed
    text      TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) BETWEEN 1 AND 400), -- what was found, and what was done about its cause
    at_ms     INTEGER NOT NULL,                     -- when
    by_user   INTEGER NOT NULL                      -- who signed it
) STRICT;
CREATE UNIQUE INDEX recall_end_of ON recall_end(recall_id);

-- Recalls that are open, derived as the rows above are written.
CREATE TABLE recall_find (
    recall_id    INTEGER PRIMARY KEY REFERENCES recall(id), -- which
    equipment_id INTEGER                            -- of which machine; NULL: not of one
) STRICT;
CREATE INDEX recall_find_of ON recall_find(equipment_id) WHERE equipment_id IS NOT NULL;

CREATE TRIGGER recall_no_update BEFORE UPDATE ON recall BEGIN SELECT raise(ABORT, 'recall is append-only'); END;
CREATE TRIGGER recall_no_delete BEFORE DELETE ON recall BEGIN SELECT raise(ABORT, 'recall is append-only'); END;
CREATE TRIGGER recall_line_no_update BEFORE UPDATE ON recall_line BEGIN SELECT raise(ABORT, 'recall_line is append-only'); END;
CREATE TRIGGER recall_line_no_delete BEFORE DELETE ON recall_line BEGIN SELECT raise(ABORT, 'recall_line is append-only'); END;
CREATE TRIGGER recall_end_no_update BEFORE UPDATE ON recall_end BEGIN SELECT raise(ABORT, 'recall_end is append-only'); END;
CREATE TRIGGER recall_end_no_delete BEFORE DELETE ON recall_end BEGIN SELECT raise(ABORT, 'recall_end is append-only'); END;
