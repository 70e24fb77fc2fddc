-- 0018 bath: baths of disinfectant, the strips they were tested with, and what was soaked.

CREATE TABLE bath (
    id           INTEGER PRIMARY KEY,               -- BA-12 on the screen
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- in which basin or machine
    programme    TEXT NOT NULL CHECK (length(programme) BETWEEN 1 AND 40), -- its id in data/programmes
    canonical    TEXT NOT NULL CHECK (length(CAST(canonical AS BLOB)) BETWEEN 1 AND 65536), -- the programme as it was then: it is judged by this
    product      TEXT NOT NULL CHECK (length(CAST(product AS BLOB)) BETWEEN 1 AND 80), -- as on the container
    lot          TEXT NOT NULL CHECK (length(CAST(lot AS BLOB)) BETWEEN 1 AND 40), -- of the product
    expires_day  INTEGER NOT NULL,                  -- last day of the product itself (ct_date)
    poured_ms    INTEGER NOT NULL,                  -- when it was poured or activated
    last_day     INTEGER NOT NULL,                  -- last day of use (ct_date): by reuse life and the product's expiry
    at_ms        INTEGER NOT NULL,                  -- when it was entered
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE INDEX bath_of ON bath(equipment_id, id);

CREATE TABLE bath_strip (
    id          INTEGER PRIMARY KEY,                -- this row
    bath_id     INTEGER NOT NULL REFERENCES bath(id), -- which bath was tested
    lot         TEXT NOT NULL CHECK (length(CAST(lot AS BLOB)) BETWEEN 1 AND 40), -- of the strips
    expires_day INTEGER NOT NULL,                   -- last day of the strips (ct_date)
    control     INTEGER NOT NULL CHECK (control IN (0, 1)), -- 1: the control of these strips is as it should be
    result      INTEGER NOT NULL CHECK (result BETWEEN 0 AND 2), -- enum ct_strip_result: 0 enough, 1 too weak, 2 invalid
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE INDEX bath_strip_of ON bath_strip(bath_id, id);

CREATE TABLE bath_soak (
    id         INTEGER PRIMARY KEY,                 -- this row
    bath_id    INTEGER NOT NULL REFERENCES bath(id), -- in which bath
    strip_id   INTEGER REFERENCES bath_strip(id),   -- the strip before it; NULL: the product has none
    item       TEXT NOT NULL CHECK (length(CAST(item AS BLOB)) BETWEEN 1 AND 160), -- what was soaked
    temp_c10   INTEGER NOT NULL CHECK (temp_c10 BETWEEN 0 AND 1000), -- of the bath, tenths of a degree Celsius
    started_ms INTEGER NOT NULL,                    -- when all of it was under the surface
    ready_ms   INTEGER NOT NULL,                    -- when the time is over
    at_ms      INTEGER NOT NULL,                    -- when it was entered
    by_user    INTEGER NOT NULL                     -- by whom
) STRICT;
CREATE INDEX bath_soak_of ON bath_soak(bath_id, id);
CREATE UNIQUE INDEX bath_soak_strip ON bath_soak(strip_id) WHERE strip_id IS NOT NULL;

CREATE TABLE bath_soak_end (
    id       INTEGER PRIMARY KEY,                   -- this row
    soak_id  INTEGER NOT NULL REFERENCES bath_soak(id), -- which soak
    done     INTEGER NOT NULL CHECK (done IN (0, 1)), -- 1: disinfected; 0: broken off, it has to be done again
    rinsed   INTEGER NOT NULL CHECK (rinsed IN (0, 1)), -- 1: rinsed
    text     TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 200), -- a remark; why it was broken off
    ended_ms INTEGER NOT NULL,                      -- when it was taken out
    at_ms    INTEGER NOT NULL,                      -- when it was entered
    by_user  INTEGER NOT NULL                       -- by whom
) STRICT;
CREATE UNIQUE INDEX bath_soak_end_of ON bath_soak_end(soak_id);

CREATE TABLE bath_end (
    id      INTEGER PRIMARY KEY,                    -- this row
    bath_id INTEGER NOT NULL REFERENCES bath(id),   -- which bath is thrown away
    why     INTEGER NOT NULL CHECK (why BETWEEN 0 AND 3), -- enum ct_bath_why: 0 too weak, 1 its life is over, 2 for one use alone, 3 another reason
    text    TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 200), -- the reason; '' none
    at_ms   INTEGER NOT NULL,                       -- when
    by_user INTEGER NOT NULL                        -- by whom
) STRICT;
CREATE UNIQUE INDEX bath_end_of ON bath_end(bath_id);

-- Baths that are not thrown away yet, derived as the rows above are written.
CREATE TABLE bath_find (
    bath_id      INTEGER PRIMARY KEY REFERENCES bath(id), -- which
    equipment_id INTEGER NOT NULL REFERENCES equipment(id) -- in which basin
) STRICT;
CREATE UNIQUE INDEX bath_find_of ON bath_find(equipment_id);

CREATE TRIGGER bath_no_update BEFORE UPDATE ON bath BEGIN SELECT raise(ABORT, 'bath is append-only'); END;
CREATE TRIGGER bath_no_delete BEFORE DELETE ON bath BEGIN SELECT raise(ABORT, 'bath is append-only'); END;
CREATE TRIGGER bath_strip_no_update BEFORE UPDATE ON bath_strip BEGIN SELECT raise(ABORT, 'bath_strip is append-only'); END;
CREATE TRIGGER bath_strip_no_delete BEFORE DELETE ON bath_strip BEGIN SELECT raise(ABORT, 'bath_strip is append-only'); END;
CREATE TRIGGER bath_soak_no_update BEFORE UPDATE ON bath_soak BEGIN SELECT raise(ABORT, 'bath_soak is append-only'); END;
CREATE TRIGGER bath_soak_no_delete BEFORE DELETE ON bath_soak BEGIN SELECT raise(ABORT, 'bath_soak is append-only'); END;
CREATE TRIGGER bath_soak_end_no_update BEFORE UPDATE ON bath_soak_end BEGIN SELECT raise(ABORT, 'bath_soak_end is append-only'); END;
CREATE TRIGGER bath_soak_end_no_delete BEFORE DELETE ON bath_soak_end BEGIN SELECT raise(ABORT, 'bath_soak_end is append-only'); END;
CREATE TRIGGER bath_end_no_update BEFORE UPDATE ON bath_end BEGIN SELECT raise(ABORT, 'bath_end is append-only'); END;
CREATE TRIGGER bath_end_no_delete BEFORE DELETE ON bath_end BEGIN SELECT raise(ABORT, 'bath_end is append-only'); END;
