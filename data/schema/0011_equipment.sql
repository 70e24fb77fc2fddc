-- 0011 equipment: devices, reference standards and machines, their models, papers, and
-- campaigns over a model. What is known of one is kept in versions.

CREATE TABLE equipment_model (
    id          INTEGER PRIMARY KEY,                -- this model
    replaces_id INTEGER REFERENCES equipment_model(id), -- the version it replaces, NULL: the first
    first_id    INTEGER REFERENCES equipment_model(id), -- its first version, which devices name; NULL: this one is
    class       TEXT NOT NULL CHECK (length(class) BETWEEN 1 AND 40), -- a word of data/equipment/classes.ini
    maker       TEXT NOT NULL CHECK (length(CAST(maker AS BLOB)) BETWEEN 1 AND 79), -- manufacturer
    name        TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 79), -- model
    device_id   TEXT NOT NULL CHECK (length(device_id) <= 40), -- UDI-DI (GTIN, HIBC) of the model; '' none
    risk        INTEGER NOT NULL CHECK (risk BETWEEN 0 AND 3), -- enum ct_equip_risk: 0 not said, 1 low .. 3 high
    elec_class  INTEGER NOT NULL CHECK (elec_class BETWEEN 0 AND 3), -- enum ct_elec_class: 0 not said, 1 class I, 2 class II, 3 internally powered
    applied     INTEGER NOT NULL CHECK (applied BETWEEN 0 AND 4), -- enum ct_applied_part: 0 not said, 1 none, 2 B, 3 BF, 4 CF
    note        TEXT NOT NULL CHECK (length(CAST(note AS BLOB)) <= 400), -- '' none
    reason      TEXT CHECK (reason IS NULL OR length(reason) > 0), -- why it was changed
    at_ms       INTEGER NOT NULL,                   -- when this version was made
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE UNIQUE INDEX equipment_model_replaces ON equipment_model(replaces_id) WHERE replaces_id IS NOT NULL;
CREATE INDEX equipment_model_first ON equipment_model(first_id, id);

CREATE TABLE equipment (
    id          INTEGER PRIMARY KEY,                -- never shown: people use the asset number
    at_ms       INTEGER NOT NULL,                   -- when it was registered
    by_user     INTEGER NOT NULL,                   -- by whom
    import_key  TEXT CHECK (length(import_key) > 0) -- of an imported one its asset number as it came; NULL: by hand
) STRICT;
CREATE UNIQUE INDEX equipment_import ON equipment(import_key) WHERE import_key IS NOT NULL;

CREATE TABLE equipment_detail (
    id           INTEGER PRIMARY KEY,               -- this version
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- of which
    replaces_id  INTEGER REFERENCES equipment_detail(id), -- the version it replaces, NULL: the first
    model_id     INTEGER NOT NULL REFERENCES equipment_model(id), -- first version of its model
    asset        TEXT NOT NULL CHECK (length(asset) BETWEEN 1 AND 32), -- asset number, unique without case
    udi          TEXT NOT NULL CHECK (length(udi) <= 120), -- the whole UDI as scanned; '' none
    serial       TEXT NOT NULL CHECK (length(CAST(serial AS BLOB)) <= 40), -- '' none
    location     TEXT NOT NULL CHECK (length(CAST(location AS BLOB)) <= 64), -- '' none
    holder       TEXT NOT NULL CHECK (length(CAST(holder AS BLOB)) <= 64), -- department or person answerable; '' none
    supplier     TEXT NOT NULL CHECK (length(CAST(supplier AS BLOB)) <= 79), -- '' none
    standard     INTEGER NOT NULL CHECK (standard IN (0, 1)), -- 1: a reference standard, used to calibrate others
    standard_of  TEXT NOT NULL CHECK (length(CAST(standard_of AS BLOB)) <= 79), -- what it is reference for, as templates word it: 'manometer'; '' none
    elec_class   INTEGER NOT NULL CHECK (elec_class BETWEEN 0 AND 3), -- of this one, where it differs from the model; 0 the model's
    applied      INTEGER NOT NULL CHECK (applied BETWEEN 0 AND 4), -- the same; 0 the model's
    made         INTEGER,                           -- days since 1970-01-01, NULL unknown
    received     INTEGER,                           -- accepted into use; the same
    warranty     INTEGER,                           -- last day; the same
    note         TEXT NOT NULL CHECK (length(CAST(note AS BLOB)) <= 400), -- limits of use ...; '' none
    reason       TEXT CHECK (reason IS NULL OR length(reason) > 0), -- why it was changed
    at_ms        INTEGER NOT NULL,                  -- when this version was made
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE INDEX equipment_detail_of ON equipment_detail(equipment_id, id);
CREATE UNIQUE INDEX equipment_detail_replaces ON equipment_detail(replaces_id) WHERE replaces_id IS NOT NULL;

-- What the device is in: written by what happens to it (equipment.h), in one chain.
CREATE TABLE equipment_event (
    id           INTEGER PRIMARY KEY,               -- this row
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- of which
    condition    INTEGER NOT NULL CHECK (condition BETWEEN 0 AND 5), -- enum ct_equip_condition from then on
    at_ms        INTEGER NOT NULL,                  -- when it happened
    recorded_ms  INTEGER NOT NULL,                  -- when it was entered
    by_user      INTEGER NOT NULL,                  -- by whom
    text         TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 400) -- why; '' none
) STRICT;
CREATE INDEX equipment_event_of ON equipment_event(equipment_id, id);

-- Certificates, manuals, photographs: a reference to where it lies, and its hash.
CREATE TABLE equipment_paper (
    id           INTEGER PRIMARY KEY,               -- this row
    equipment_id INTEGER NOT NULL REFERENCES equipment(id), -- of which
    kind         INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 3), -- enum ct_paper_kind: 0 certificate, 1 manual, 2 service report, 3 other
    title        TEXT NOT NULL CHECK (length(CAST(title AS BLOB)) BETWEEN 1 AND 79), -- 'Certificate 2026-114'
    place        TEXT NOT NULL CHECK (length(CAST(place AS BLOB)) BETWEEN 1 AND 400), -- file, folder, address or shelf
    hash         BLOB CHECK (hash IS NULL OR length(hash) = 32), -- BLAKE2b-256 of the file; NULL: it is not a file here
    size         INTEGER,                           -- of the file, bytes; NULL without a hash
    issuer       TEXT NOT NULL CHECK (length(CAST(issuer AS BLOB)) <= 79), -- of a certificate: laboratory; '' none
    valid_from   INTEGER,                           -- of a certificate: days since 1970-01-01; NULL not said
    valid_until  INTEGER,                           -- last day of it; NULL not said
    ends_id      INTEGER REFERENCES equipment_paper(id), -- this row takes that one off, for a reason
    reason       TEXT CHECK (ends_id IS NULL OR (reason IS NOT NULL AND length(reason) > 0)), -- why
    at_ms        INTEGER NOT NULL,                  -- when
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE INDEX equipment_paper_of ON equipment_paper(equipment_id, id);
CREATE UNIQUE INDEX equipment_paper_ends ON equipment_paper(ends_id) WHERE ends_id IS NOT NULL;

-- A recall or field action on all devices of a model, ticked off one by one.
CREATE TABLE equipment_campaign (
    id          INTEGER PRIMARY KEY,                -- A-12 on the screen
    model_id    INTEGER NOT NULL REFERENCES equipment_model(id), -- first version of the model
    title       TEXT NOT NULL CHECK (length(CAST(title AS BLOB)) BETWEEN 1 AND 79), -- 'Replace battery'
    source      TEXT NOT NULL CHECK (length(CAST(source AS BLOB)) <= 120), -- the notice's number and issuer
    text        TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) BETWEEN 1 AND 400), -- what is to be done
    stop        INTEGER NOT NULL CHECK (stop IN (0, 1)), -- 1: not to be used before it is done
    due         INTEGER,                            -- last day, days since 1970-01-01; NULL none
    at_ms       INTEGER NOT NULL,                   -- when it was begun
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE INDEX equipment_campaign_model ON equipment_campaign(model_id, id);
CREATE TABLE equipment_campaign_line (
    id           INTEGER PRIMARY KEY,               -- this row
    campaign_id  INTEGER NOT NULL REFERENCES equipment_campaign(id), -- of which
    equipment_id INTEGER REFERENCES equipment(id),  -- which device; NULL: the campaign itself is closed
    done         INTEGER NOT NULL CHECK (done BETWEEN 0 AND 2), -- 0 taken back, 1 done, 2 does not apply to it
    text         TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 400), -- what was done; '' none
    at_ms        INTEGER NOT NULL,                  -- when
    by_user      INTEGER NOT NULL                   -- by whom
) STRICT;
CREATE INDEX equipment_campaign_line_of ON equipment_campaign_line(campaign_id, equipment_id, id);

-- Where each one stands, derived as the rows above are written; not part of the record.
CREATE TABLE equipment_find (
    equipment_id INTEGER PRIMARY KEY REFERENCES equipment(id), -- which
    detail_id    INTEGER NOT NULL REFERENCES equipment_detail(id), -- its current version
    model_id     INTEGER NOT NULL,                  -- first version of its model
    asset        TEXT NOT NULL COLLATE NOCASE,      -- of that version
    sort         TEXT NOT NULL,                     -- the same so that numbers sort by their value: M-9 before M-10
    udi          TEXT NOT NULL COLLATE NOCASE,      -- of that version
    serial       TEXT NOT NULL COLLATE NOCASE,      -- of that version
    location     TEXT NOT NULL COLLATE NOCASE,      -- of that version
    class        TEXT NOT NULL,                     -- of the model
    words        TEXT NOT NULL,                     -- folded words to search in: asset, serial, maker, model, class, location
    condition    INTEGER NOT NULL,                  -- of the last event
    condition_ms INTEGER NOT NULL                   -- since when
) STRICT;
CREATE UNIQUE INDEX equipment_find_asset ON equipment_find(asset);
CREATE INDEX equipment_find_sort ON equipment_find(sort, asset);
CREATE INDEX equipment_find_udi ON equipment_find(udi) WHERE udi <> '';
CREATE INDEX equipment_find_serial ON equipment_find(serial) WHERE serial <> '';
CREATE INDEX equipment_find_model ON equipment_find(model_id, asset);
CREATE INDEX equipment_find_out ON equipment_find(condition, asset) WHERE condition > 0;

CREATE TRIGGER equipment_model_no_update BEFORE UPDATE ON equipment_model BEGIN SELECT raise(ABORT, 'equipment_model is append-only'); END;
CREATE TRIGGER equipment_model_no_delete BEFORE DELETE ON equipment_model BEGIN SELECT raise(ABORT, 'equipment_model is append-only'); END;
CREATE TRIGGER equipment_no_update BEFORE UPDATE ON equipment BEGIN SELECT raise(ABORT, 'equipment is append-only'); END;
CREATE TRIGGER equipment_no_delete BEFORE DELETE ON equipment BEGIN SELECT raise(ABORT, 'equipment is append-only'); END;
CREATE TRIGGER equipment_detail_no_update BEFORE UPDATE ON equipment_detail BEGIN SELECT raise(ABORT, 'equipment_detail is append-only'); END;
CREATE TRIGGER equipment_detail_no_delete BEFORE DELETE ON equipment_detail BEGIN SELECT raise(ABORT, 'equipment_detail is append-only'); END;
CREATE TRIGGER equipment_event_no_update BEFORE UPDATE ON equipment_event BEGIN SELECT raise(ABORT, 'equipment_event is append-only'); END;
CREATE TRIGGER equipment_event_no_delete BEFORE DELETE ON equipment_event BEGIN SELECT raise(ABORT, 'equipment_event is append-only'); END;
CREATE TRIGGER equipment_paper_no_update BEFORE UPDATE ON equipment_paper BEGIN SELECT raise(ABORT, 'equipment_paper is append-only'); END;
CREATE TRIGGER equipment_paper_no_delete BEFORE DELETE ON equipment_paper BEGIN SELECT raise(ABORT, 'equipment_paper is append-only'); END;
CREATE TRIGGER equipment_campaign_no_update BEFORE UPDATE ON equipment_campaign BEGIN SELECT raise(ABORT, 'equipment_campaign is append-only'); END;
CREATE TRIGGER equipment_campaign_no_delete BEFORE DELETE ON equipment_campaign BEGIN SELECT raise(ABORT, 'equipment_campaign is append-only'); END;
CREATE TRIGGER equipment_campaign_line_no_update BEFORE UPDATE ON equipment_campaign_line BEGIN SELECT raise(ABORT, 'equipment_campaign_line is append-only'); END;
CREATE TRIGGER equipment_campaign_line_no_delete BEFORE DELETE ON equipment_campaign_line BEGIN SELECT raise(ABORT, 'equipment_campaign_line is append-only'); END;
