-- 0017 pack: sets of instruments with their recipes in versions, how they were counted, and
-- packs: one row for each time that something was packed, and every step after it.

CREATE TABLE set_recipe (
    id      INTEGER PRIMARY KEY,                    -- S-12 on the screen
    at_ms   INTEGER NOT NULL,                       -- since when it is known
    by_user INTEGER NOT NULL                        -- by whom
) STRICT;

CREATE TABLE set_detail (
    id          INTEGER PRIMARY KEY,                -- this version
    set_id      INTEGER NOT NULL REFERENCES set_recipe(id), -- of which set
    name        TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 80), -- "Laparotomy, large"
    method      INTEGER CHECK (method BETWEEN 0 AND 7), -- enum ct_method: how it is reprocessed; NULL: any
    implant     INTEGER NOT NULL CHECK (implant IN (0, 1)), -- 1: it holds an implant
    copies      INTEGER NOT NULL CHECK (copies BETWEEN 1 AND 99), -- how many of it there are
    second      INTEGER NOT NULL CHECK (second IN (0, 1)), -- 1: a second person counts it, too
    expiry_rule INTEGER NOT NULL CHECK (expiry_rule IN (0, 1)), -- 0 event-related, 1 days
    expiry_days INTEGER CHECK (expiry_days BETWEEN 1 AND 3650), -- days that it keeps; NULL: event-related
    note        TEXT NOT NULL CHECK (length(CAST(note AS BLOB)) <= 400), -- how it is packed; '' none
    ended       INTEGER NOT NULL CHECK (ended IN (0, 1)), -- 1: it is not packed any more
    replaces_id INTEGER REFERENCES set_detail(id),  -- the version before; NULL: the first
    reason      TEXT CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 200), -- why it changed; NULL: the first
    at_ms       INTEGER NOT NULL,                   -- since when
    by_user     INTEGER NOT NULL,                   -- by whom
    CHECK ((expiry_rule = 1) = (expiry_days IS NOT NULL)), -- both or neither
    CHECK ((replaces_id IS NULL) = (reason IS NULL)) -- both or neither
) STRICT;
CREATE INDEX set_detail_of ON set_detail(set_id, id);

CREATE TABLE set_line (
    id         INTEGER PRIMARY KEY,                 -- this row
    detail_id  INTEGER NOT NULL REFERENCES set_detail(id), -- of which version
    n          INTEGER NOT NULL CHECK (n BETWEEN 1 AND 80), -- its place in the recipe
    instrument TEXT NOT NULL CHECK (length(CAST(instrument AS BLOB)) BETWEEN 1 AND 80), -- "Kocher clamp, straight, 14 cm"
    count      INTEGER NOT NULL CHECK (count BETWEEN 1 AND 999) -- how many
) STRICT;
CREATE UNIQUE INDEX set_line_of ON set_line(detail_id, n);
CREATE INDEX set_line_instrument ON set_line(instrument);

CREATE TABLE pack (
    id          INTEGER PRIMARY KEY,                -- PK-12, the running number that is printed
    kind        INTEGER NOT NULL CHECK (kind IN (0, 1)), -- 0 a set, 1 a single item
    detail_id   INTEGER REFERENCES set_detail(id),  -- the recipe it was packed by; NULL: a single item
    contents    TEXT NOT NULL CHECK (length(CAST(contents AS BLOB)) BETWEEN 1 AND 160), -- what is in it, as on the label
    method      INTEGER CHECK (method BETWEEN 0 AND 7), -- enum ct_method that it is packed for; NULL: any
    implant     INTEGER NOT NULL CHECK (implant IN (0, 1)), -- 1: it holds an implant
    expiry_rule INTEGER NOT NULL CHECK (expiry_rule IN (0, 1)), -- 0 event-related, 1 days
    expiry_days INTEGER CHECK (expiry_days BETWEEN 1 AND 3650), -- days that it keeps; NULL: event-related
    replaces_id INTEGER REFERENCES pack(id),        -- the attempt before of the same set; NULL: none
    at_ms       INTEGER NOT NULL,                   -- when it was packed
    by_user     INTEGER NOT NULL,                   -- by whom
    CHECK ((kind = 0) = (detail_id IS NOT NULL)), -- both or neither
    CHECK ((expiry_rule = 1) = (expiry_days IS NOT NULL)) -- both or neither
) STRICT;
CREATE UNIQUE INDEX pack_replaces ON pack(replaces_id) WHERE replaces_id IS NOT NULL;
CREATE INDEX pack_detail ON pack(detail_id, id) WHERE detail_id IS NOT NULL;

CREATE TABLE pack_event (
    id          INTEGER PRIMARY KEY,                -- this row
    pack_id     INTEGER NOT NULL REFERENCES pack(id), -- of which pack
    step        INTEGER NOT NULL CHECK (step BETWEEN 0 AND 15), -- enum ct_pack_step
    ref_kind    INTEGER NOT NULL CHECK (ref_kind BETWEEN 0 AND 5), -- enum ct_pack_ref: 0 none, 1 load, 2 procedure, 3 recall, 4 pack, 5 count
    ref_id      INTEGER CHECK (ref_id > 0),         -- the load, procedure ...; NULL: none
    place       TEXT NOT NULL CHECK (length(CAST(place AS BLOB)) <= 64), -- where it is from then on; '' as before
    text        TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 400), -- why; '' none
    at_ms       INTEGER NOT NULL,                   -- when it happened
    recorded_ms INTEGER NOT NULL,                   -- when it was entered
    by_user     INTEGER NOT NULL,                   -- by whom
    CHECK ((ref_kind = 0) = (ref_id IS NULL)) -- both or neither
) STRICT;
CREATE INDEX pack_event_of ON pack_event(pack_id, id);
CREATE INDEX pack_event_ref ON pack_event(ref_kind, ref_id, pack_id) WHERE ref_kind > 0;

CREATE TABLE set_count (
    id         INTEGER PRIMARY KEY,                 -- this row
    pack_id    INTEGER NOT NULL REFERENCES pack(id), -- of which pack of the set
    phase      INTEGER NOT NULL CHECK (phase IN (0, 1)), -- 0 at assembly, 1 at return
    remark     TEXT NOT NULL CHECK (length(CAST(remark AS BLOB)) <= 400), -- '' none
    at_ms      INTEGER NOT NULL,                    -- when
    by_user    INTEGER NOT NULL,                    -- who counted
    second_user INTEGER                             -- who counted as the second person, with a password; NULL: the recipe asks for none
) STRICT;
CREATE UNIQUE INDEX set_count_of ON set_count(pack_id, phase);

CREATE TABLE set_count_line (
    id       INTEGER PRIMARY KEY,                   -- this row
    count_id INTEGER NOT NULL REFERENCES set_count(id), -- of which count
    line_id  INTEGER NOT NULL REFERENCES set_line(id), -- of which line of the recipe
    expected INTEGER NOT NULL CHECK (expected BETWEEN 0 AND 999), -- so many should be there
    counted  INTEGER NOT NULL CHECK (counted BETWEEN 0 AND 999), -- so many are, fit for use
    away     INTEGER NOT NULL CHECK (away BETWEEN 0 AND 3), -- enum ct_set_away, why not all: 0 all are there, 1 missing, 2 broken, 3 out for repair
    text     TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 200), -- '' none
    CHECK ((counted = expected) = (away = 0)) -- both or neither
) STRICT;
CREATE UNIQUE INDEX set_count_line_of ON set_count_line(count_id, line_id);
CREATE INDEX set_count_line_instrument ON set_count_line(line_id, id);

CREATE TABLE set_follow (
    id      INTEGER PRIMARY KEY,                    -- this row
    line_id INTEGER NOT NULL REFERENCES set_count_line(id), -- which difference
    step    INTEGER NOT NULL CHECK (step BETWEEN 0 AND 4), -- enum ct_set_follow_step: 0 looked for, 1 sent for repair, 2 found, 3 replaced or repaired, 4 given up
    text    TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) BETWEEN 1 AND 200), -- what was done
    at_ms   INTEGER NOT NULL,                       -- when
    by_user INTEGER NOT NULL                        -- by whom
) STRICT;
CREATE INDEX set_follow_of ON set_follow(line_id, id);

-- Derived as the rows above are written; not part of the record.
CREATE TABLE pack_find (
    pack_id     INTEGER PRIMARY KEY REFERENCES pack(id), -- which pack
    set_id      INTEGER,                            -- of which set; NULL: a single item
    step        INTEGER NOT NULL,                   -- enum ct_pack_step: how far it is; moves, labels and recalls aside
    step_ms     INTEGER NOT NULL,                   -- since when
    place       TEXT NOT NULL,                      -- where it is; '' not said
    load_id     INTEGER,                            -- the last load that it was in; NULL: none
    released    INTEGER NOT NULL,                   -- 0 no, 1 yes, 2 early
    recalled    INTEGER NOT NULL,                   -- how many recalls stop it
    recalled_ms INTEGER,                            -- since when; NULL: none does
    expires_day INTEGER,                            -- the last day it may be used (ct_date); NULL: event-related, or not sterilised
    labels      INTEGER NOT NULL                    -- how many labels were printed
) STRICT;
CREATE INDEX pack_find_step ON pack_find(step, expires_day, pack_id);
CREATE INDEX pack_find_recalled ON pack_find(recalled, pack_id) WHERE recalled > 0;
CREATE INDEX pack_find_set ON pack_find(set_id, step) WHERE set_id IS NOT NULL;
CREATE INDEX pack_find_load ON pack_find(load_id) WHERE load_id IS NOT NULL;
CREATE TABLE set_find (
    set_id    INTEGER PRIMARY KEY REFERENCES set_recipe(id), -- which set
    detail_id INTEGER NOT NULL REFERENCES set_detail(id), -- its version in force
    sort      TEXT NOT NULL                         -- its name, folded
) STRICT;
CREATE UNIQUE INDEX set_find_sort ON set_find(sort);
CREATE TABLE set_difference_find (
    line_id INTEGER PRIMARY KEY REFERENCES set_count_line(id), -- a difference that is not followed to its end
    set_id  INTEGER NOT NULL REFERENCES set_recipe(id), -- of which set
    step    INTEGER                                 -- of its last follow-up; NULL: none yet
) STRICT;
CREATE INDEX set_difference_find_set ON set_difference_find(set_id);

CREATE TRIGGER set_recipe_no_update BEFORE UPDATE ON set_recipe BEGIN SELECT raise(ABORT, 'set_recipe is append-only'); END;
CREATE TRIGGER set_recipe_no_delete BEFORE DELETE ON set_recipe BEGIN SELECT raise(ABORT, 'set_recipe is append-only'); END;
CREATE TRIGGER set_detail_no_update BEFORE UPDATE ON set_detail BEGIN SELECT raise(ABORT, 'set_detail is append-only'); END;
CREATE TRIGGER set_detail_no_delete BEFORE DELETE ON set_detail BEGIN SELECT raise(ABORT, 'set_detail is append-only'); END;
CREATE TRIGGER set_line_no_update BEFORE UPDATE ON set_line BEGIN SELECT raise(ABORT, 'set_line is append-only'); END;
CREATE TRIGGER set_line_no_delete BEFORE DELETE ON set_line BEGIN SELECT raise(ABORT, 'set_line is append-only'); END;
CREATE TRIGGER pack_no_update BEFORE UPDATE ON pack BEGIN SELECT raise(ABORT, 'pack is append-only'); END;
CREATE TRIGGER pack_no_delete BEFORE DELETE ON pack BEGIN SELECT raise(ABORT, 'pack is append-only'); END;
CREATE TRIGGER pack_event_no_update BEFORE UPDATE ON pack_event BEGIN SELECT raise(ABORT, 'pack_event is append-only'); END;
CREATE TRIGGER pack_event_no_delete BEFORE DELETE ON pack_event BEGIN SELECT raise(ABORT, 'pack_event is append-only'); END;
CREATE TRIGGER set_count_no_update BEFORE UPDATE ON set_count BEGIN SELECT raise(ABORT, 'set_count is append-only'); END;
CREATE TRIGGER set_count_no_delete BEFORE DELETE ON set_count BEGIN SELECT raise(ABORT, 'set_count is append-only'); END;
CREATE TRIGGER set_count_line_no_update BEFORE UPDATE ON set_count_line BEGIN SELECT raise(ABORT, 'set_count_line is append-only'); END;
CREATE TRIGGER set_count_line_no_delete BEFORE DELETE ON set_count_line BEGIN SELECT raise(ABORT, 'set_count_line is append-only'); END;
CREATE TRIGGER set_follow_no_update BEFORE UPDATE ON set_follow BEGIN SELECT raise(ABORT, 'set_follow is append-only'); END;
CREATE TRIGGER set_follow_no_delete BEFORE DELETE ON set_follow BEGIN SELECT raise(ABORT, 'set_follow is append-only'); END;
