-- 0023 review: what people add to a shift's log, the supervisor's review and signature, handover.

CREATE TABLE shift_entry (
    id          INTEGER PRIMARY KEY,                -- this version
    replaces_id INTEGER REFERENCES shift_entry(id), -- the version it corrects; NULL: the first
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4), -- enum ct_entry_kind: 0 incident, 1 near miss, 2 staffing, 3 visitor, 4 estate
    grade       INTEGER NOT NULL CHECK (grade BETWEEN 0 AND 2), -- enum ct_entry_grade: 0 note, 1 minor, 2 serious
    text        TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) BETWEEN 1 AND 400), -- what happened
    done_ms     INTEGER NOT NULL,                   -- when it happened
    voided      INTEGER NOT NULL CHECK (voided IN (0, 1)), -- 1: entered in error
    reason      TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) <= 200), -- of a correction; '' the first version
    at_ms       INTEGER NOT NULL,                   -- when it was entered
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE UNIQUE INDEX shift_entry_replaces ON shift_entry(replaces_id) WHERE replaces_id IS NOT NULL;

CREATE TABLE shift_hours (
    id       INTEGER PRIMARY KEY,                   -- this correction; the last one counts
    user_id  INTEGER NOT NULL,                      -- whose hours
    shift_ms INTEGER NOT NULL,                      -- when the shift began, by config.ini
    from_ms  INTEGER NOT NULL,                      -- when the person began
    to_ms    INTEGER,                               -- when the person left; NULL: not yet
    reason   TEXT NOT NULL CHECK (length(CAST(reason AS BLOB)) BETWEEN 1 AND 200), -- why it differs from the log-in
    at_ms    INTEGER NOT NULL,                      -- when it was entered
    by_user  INTEGER NOT NULL                       -- by whom
) STRICT;
CREATE INDEX shift_hours_of ON shift_hours(shift_ms, user_id, id);

CREATE TABLE review (
    id          INTEGER PRIMARY KEY,                -- R-12 on the screen
    start_ms    INTEGER NOT NULL,                   -- the period: from here
    end_ms      INTEGER NOT NULL,                   -- and before this
    name        TEXT NOT NULL CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 60), -- of the shift, or of the days
    addendum_to INTEGER REFERENCES review(id),      -- the review it adds to; NULL: the first of its period
    after_seq   INTEGER NOT NULL,                   -- of an addendum: entries of the chain after this; else 0
    at_ms       INTEGER NOT NULL,                   -- when it was begun
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE INDEX review_period ON review(start_ms, end_ms, id);
-- one first review a period, one addendum to each
CREATE UNIQUE INDEX review_one ON review(start_ms, end_ms, ifnull(addendum_to, 0));

CREATE TABLE review_mark (
    id        INTEGER PRIMARY KEY,                  -- this mark
    review_id INTEGER NOT NULL REFERENCES review(id), -- in which review
    kind      INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 4), -- enum ct_mark_kind: 0 acknowledged, 1 all that are no exception, 2 comment, 3 query, 4 answer
    seq       INTEGER REFERENCES audit(seq),        -- the line; of kind 1 the last one it covers; NULL: a comment on the whole
    query_id  INTEGER REFERENCES review_mark(id),   -- of an answer: the query
    to_user   INTEGER,                              -- of a query: whose record it is
    text      TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 400), -- what was said; '' nothing
    at_ms     INTEGER NOT NULL,                     -- when
    by_user   INTEGER NOT NULL                      -- by whom
) STRICT;
CREATE INDEX review_mark_of ON review_mark(review_id, seq, kind);
CREATE UNIQUE INDEX review_mark_answer ON review_mark(query_id) WHERE query_id IS NOT NULL;

CREATE TABLE review_sign (
    id        INTEGER PRIMARY KEY,                  -- this signature
    review_id INTEGER NOT NULL REFERENCES review(id), -- of which review
    second    INTEGER NOT NULL CHECK (second IN (0, 1)), -- 1: of the second reviewer
    wanted    INTEGER NOT NULL CHECK (wanted IN (0, 1)), -- 1: a second reviewer has to sign too
    meaning   INTEGER NOT NULL CHECK (meaning BETWEEN 0 AND 1), -- 0 reviewed, 1 reviewed with comments
    hash      BLOB NOT NULL CHECK (length(hash) = 32), -- BLAKE2b-256 of the text
    head_seq  INTEGER NOT NULL,                     -- the chain's last entry before this signature
    head_link BLOB NOT NULL CHECK (length(head_link) = 32), -- and its link
    at_ms     INTEGER NOT NULL,                     -- when
    by_user   INTEGER NOT NULL                      -- by whom
) STRICT;
CREATE UNIQUE INDEX review_sign_of ON review_sign(review_id, second);

CREATE TABLE review_text (
    id        INTEGER PRIMARY KEY,                  -- this text
    review_id INTEGER NOT NULL REFERENCES review(id), -- of which review
    text      TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) BETWEEN 1 AND 1000000) -- what was signed, byte by byte
) STRICT;
CREATE UNIQUE INDEX review_text_of ON review_text(review_id);

-- Queries without an answer, derived as the rows above are written.
CREATE TABLE review_query_find (
    query_id  INTEGER PRIMARY KEY REFERENCES review_mark(id), -- which
    review_id INTEGER NOT NULL REFERENCES review(id), -- of which review
    to_user   INTEGER NOT NULL                      -- who is asked
) STRICT;
CREATE INDEX review_query_find_to ON review_query_find(to_user, query_id);
CREATE INDEX review_query_find_of ON review_query_find(review_id);

-- What was done in a shift and recorded behind its end is found by when it was done.
CREATE INDEX audit_done ON audit(done_ms) WHERE done_ms < at_ms;

-- A shift is handed over: what is open, offered item by item, and what became of each.
CREATE TABLE handover (
    id       INTEGER PRIMARY KEY,                   -- H-12 on the screen
    form     INTEGER NOT NULL CHECK (form BETWEEN 0 AND 1), -- enum ct_handover_form: 0 I-PASS, 1 SBAR
    shift    TEXT NOT NULL CHECK (length(CAST(shift AS BLOB)) <= 60), -- its name
    shift_ms INTEGER NOT NULL,                      -- when it began
    at_ms    INTEGER NOT NULL,                      -- when the handover was begun
    by_user  INTEGER NOT NULL                       -- who gives
) STRICT;

CREATE TABLE handover_item (
    id          INTEGER PRIMARY KEY,                -- this item
    handover_id INTEGER NOT NULL REFERENCES handover(id), -- of which handover
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 7), -- enum ct_handover_kind: 0 patient of concern, 1 escalation, 2 set overdue, 3 task overdue, 4 device, 5 checklist, 6 draft, 7 other
    ref_id      INTEGER,                            -- what it is about: patient, escalation, schedule, device, checklist; NULL: nothing kept
    patient_id  INTEGER REFERENCES patient(id),     -- whom it is about; NULL: nobody
    text        TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) BETWEEN 1 AND 300), -- as it stood then
    at_ms       INTEGER NOT NULL,                   -- when it was added
    by_user     INTEGER NOT NULL                    -- by whom
) STRICT;
CREATE INDEX handover_item_of ON handover_item(handover_id, id);

CREATE TABLE handover_event (
    id          INTEGER PRIMARY KEY,                -- this event
    handover_id INTEGER NOT NULL REFERENCES handover(id), -- of which handover
    item_id     INTEGER REFERENCES handover_item(id), -- of which item; NULL: of the whole
    kind        INTEGER NOT NULL CHECK (kind BETWEEN 0 AND 7), -- enum ct_handover_event_kind: 0 words, 1 given, 2 accepted, 3 not accepted, 4 question, 5 answer, 6 read back, 7 withdrawn
    part        INTEGER CHECK (part BETWEEN 0 AND 3), -- of words: which part of the form
    text        TEXT NOT NULL CHECK (length(CAST(text AS BLOB)) <= 400), -- what was said; '' nothing
    at_ms       INTEGER NOT NULL,                   -- when
    by_user     INTEGER NOT NULL,                   -- by whom: of 2, 3 and 6 the receiver
    beside      INTEGER                             -- whose session it was typed in, if another's
) STRICT;
CREATE INDEX handover_event_of ON handover_event(handover_id, id);

-- Handovers that are not over, derived as the rows above are written.
CREATE TABLE handover_find (
    handover_id INTEGER PRIMARY KEY REFERENCES handover(id), -- which
    giver       INTEGER NOT NULL,                   -- who gives
    given       INTEGER NOT NULL CHECK (given IN (0, 1)), -- 1: it can be taken
    waiting     INTEGER NOT NULL                    -- items that nobody has accepted
) STRICT;
CREATE INDEX handover_find_giver ON handover_find(giver);

CREATE TRIGGER shift_entry_no_update BEFORE UPDATE ON shift_entry BEGIN SELECT raise(ABORT, 'shift_entry is append-only'); END;
CREATE TRIGGER shift_entry_no_delete BEFORE DELETE ON shift_entry BEGIN SELECT raise(ABORT, 'shift_entry is append-only'); END;
CREATE TRIGGER shift_hours_no_update BEFORE UPDATE ON shift_hours BEGIN SELECT raise(ABORT, 'shift_hours is append-only'); END;
CREATE TRIGGER shift_hours_no_delete BEFORE DELETE ON shift_hours BEGIN SELECT raise(ABORT, 'shift_hours is append-only'); END;
CREATE TRIGGER review_no_update BEFORE UPDATE ON review BEGIN SELECT raise(ABORT, 'review is append-only'); END;
CREATE TRIGGER review_no_delete BEFORE DELETE ON review BEGIN SELECT raise(ABORT, 'review is append-only'); END;
CREATE TRIGGER review_mark_no_update BEFORE UPDATE ON review_mark BEGIN SELECT raise(ABORT, 'review_mark is append-only'); END;
CREATE TRIGGER review_mark_no_delete BEFORE DELETE ON review_mark BEGIN SELECT raise(ABORT, 'review_mark is append-only'); END;
CREATE TRIGGER review_sign_no_update BEFORE UPDATE ON review_sign BEGIN SELECT raise(ABORT, 'review_sign is append-only'); END;
CREATE TRIGGER review_sign_no_delete BEFORE DELETE ON review_sign BEGIN SELECT raise(ABORT, 'review_sign is append-only'); END;
CREATE TRIGGER review_text_no_update BEFORE UPDATE ON review_text BEGIN SELECT raise(ABORT, 'review_text is append-only'); END;
CREATE TRIGGER review_text_no_delete BEFORE DELETE ON review_text BEGIN SELECT raise(ABORT, 'review_text is append-only'); END;
CREATE TRIGGER handover_no_update BEFORE UPDATE ON handover BEGIN SELECT raise(ABORT, 'handover is append-only'); END;
CREATE TRIGGER handover_no_delete BEFORE DELETE ON handover BEGIN SELECT raise(ABORT, 'handover is append-only'); END;
CREATE TRIGGER handover_item_no_update BEFORE UPDATE ON handover_item BEGIN SELECT raise(ABORT, 'handover_item is append-only'); END;
CREATE TRIGGER handover_item_no_delete BEFORE DELETE ON handover_item BEGIN SELECT raise(ABORT, 'handover_item is append-only'); END;
CREATE TRIGGER handover_event_no_update BEFORE UPDATE ON handover_event BEGIN SELECT raise(ABORT, 'handover_event is append-only'); END;
CREATE TRIGGER handover_event_no_delete BEFORE DELETE ON handover_event BEGIN SELECT raise(ABORT, 'handover_event is append-only'); END;
