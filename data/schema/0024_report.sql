-- 0024 report: what was printed or written out as a report, and the code that stands on its pages.

CREATE TABLE report_print (
    id         INTEGER PRIMARY KEY,                 -- one report that was given out
    code       TEXT NOT NULL CHECK (length(code) = 23), -- on every page: four groups of five, of the columns below
    kind       TEXT NOT NULL CHECK (length(CAST(kind AS BLOB)) BETWEEN 1 AND 40), -- 'obs-chart'
    subject    TEXT NOT NULL CHECK (length(CAST(subject AS BLOB)) <= 120), -- what it is about, without a patient's name: 'K-12'; '' a patient alone
    patient_id INTEGER REFERENCES patient(id),      -- whom it is about; NULL: nobody
    form       INTEGER NOT NULL CHECK (form BETWEEN 0 AND 4), -- enum ct_print_form: 0 text, 1 CSV, 2 JSON, 3 PDF, 4 PDF sealed
    place      TEXT NOT NULL CHECK (length(CAST(place AS BLOB)) BETWEEN 1 AND 600), -- where it went: a file, or standard output
    content    BLOB NOT NULL CHECK (length(content) = 32), -- BLAKE2b-256 of what it says, as the document that was drawn
    bytes      BLOB NOT NULL CHECK (length(bytes) = 32), -- BLAKE2b-256 of what was given out, byte for byte
    size       INTEGER NOT NULL CHECK (size >= 0),  -- its bytes
    head_seq   INTEGER NOT NULL,                    -- the chain's last entry when it was compiled
    head_link  BLOB NOT NULL CHECK (length(head_link) = 32), -- and its link
    at_ms      INTEGER NOT NULL,                    -- when it was compiled
    by_user    INTEGER NOT NULL                     -- who asked for it
) STRICT;
CREATE UNIQUE INDEX report_print_code ON report_print(code);

CREATE TRIGGER report_print_no_update BEFORE UPDATE ON report_print BEGIN SELECT raise(ABORT, 'report_print is append-only'); END;
CREATE TRIGGER report_print_no_delete BEFORE DELETE ON report_print BEGIN SELECT raise(ABORT, 'report_print is append-only'); END;
