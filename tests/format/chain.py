"""The audit chain and the witness: sections 8 and 9 of docs/format.md."""

import re
import struct

from primitives import blake2b, le32, signature_fits

OWN = {"audit", "audit_row", "audit_signature"}  # the chain does not bind itself
SIGNED = {"user.add", "user.disable", "user.reset", "user.password"}


def field(data):
    return le32(len(data)) + data


def number(value):
    return field(b"" if value is None else struct.pack("<q", value))


def text(value):
    return field((value or "").encode("utf-8", "surrogateescape"))


def cell(value):
    """One column of a row: its type byte and its field."""
    if value is None:
        return b"\x05" + field(b"")
    if isinstance(value, int):
        return b"\x01" + number(value)
    if isinstance(value, float):
        return b"\x02" + field(struct.pack("<d", value))
    if isinstance(value, str):
        return b"\x03" + text(value)
    return b"\x04" + field(value)


def tables(db):
    """Tables that are not SQLite's own, with their row counts."""
    names = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' "
                       "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
    return {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in names.fetchall()}


def is_record(table):
    """Drafts and search keys are none: they change, and the chain has nothing of them."""
    return table != "draft" and not table.endswith("_find")


class Chain:
    """One walk over the chain. `problems` are sentences; none means all was right."""

    def __init__(self, db, store_id):
        self.db, self.store_id = db, store_id
        self.links = {}      # seq -> link as it was computed
        self.bound = {}      # (table, row id) -> seq
        self.problems = []
        self.entries = self.rows = self.signatures = 0
        self.head = (0, bytes(32))
        self._keys = {}      # user id -> public key of the newest row bound so far
        self._tables = tables(db)

    def walk(self):
        previous, wanted = bytes(32), 1
        rows_of = self._rows_by_entry()
        signatures = {seq: (user, signature) for seq, user, signature in
                      self.db.execute("SELECT seq, user_id, signature FROM audit_signature")}
        for entry in self.db.execute(
                "SELECT seq, at_ms, user_id, session_id, verb, severity, patient_id, "
                "done_ms, detail, leaf, link FROM audit ORDER BY seq"):
            seq, leaf, link = entry[0], entry[9], entry[10]
            if seq != wanted:
                self.problems.append(f"entry {wanted} is missing, entry {seq} follows")
            rows = rows_of.pop(seq, [])
            computed = blake2b(b"\x00" + self._canonical(entry, rows))
            if computed != leaf:
                self.problems.append(f"entry {seq}: its content does not fit its leaf")
            if blake2b(b"\x01" + previous + leaf) != link:
                self.problems.append(f"entry {seq}: its link does not fit the entry before")
            self._check_signature(entry, signatures.pop(seq, None))
            self._check_rows(seq, rows)
            self.links[seq], previous, wanted = link, link, seq + 1
            self.head = (seq, link)
            self.entries += 1
        self._check_first()
        for seq in rows_of:
            self.problems.append(f"audit_row lists rows for entry {seq}, which is not there")
        for seq in signatures:
            self.problems.append(f"a signature for entry {seq}, which is not there")
        self._check_guards()
        self._find_unbound()

    def _rows_by_entry(self):
        found = {}
        for seq, table, row_id, columns, row_hash in self.db.execute(
                "SELECT seq, tbl, row_id, columns, hash FROM audit_row ORDER BY id"):
            found.setdefault(seq, []).append((table, row_id, columns, row_hash))
        return found

    def _canonical(self, entry, rows):
        seq, at_ms, user, session, verb, severity, patient, done_ms, detail = entry[:9]
        parts = [b"\x01", field(self.store_id), number(seq), number(at_ms), number(user),
                 number(session), text(verb), number(severity), number(patient),
                 number(done_ms), text(detail), le32(len(rows))]
        for table, row_id, columns, row_hash in rows:
            parts += [text(table), number(row_id), number(columns), field(row_hash)]
        return b"".join(parts)

    def _check_rows(self, seq, rows):
        for table, row_id, columns, row_hash in rows:
            self.rows += 1
            where = f"entry {seq}: {table} row {row_id}"
            if table not in self._tables:
                self.problems.append(f"{where}: there is no such table")
                continue
            if (table, row_id) in self.bound:
                self.problems.append(f"{where}: bound by entry {self.bound[table, row_id]} too")
            self.bound[table, row_id] = seq
            row = self.db.execute(f'SELECT * FROM "{table}" WHERE rowid = ?',
                                  (row_id,)).fetchone()
            if row is None:
                self.problems.append(f"{where}: is gone")
            elif columns > len(row) or blake2b(b"".join(map(cell, row[:columns]))) != row_hash:
                self.problems.append(f"{where}: was changed")
            elif table == "user_version":
                self._keys[row[1]] = row[8]

    def _check_signature(self, entry, found):
        """Called before the entry's own rows count: the key is that of an earlier one."""
        seq, at_ms, user, verb, link = entry[0], entry[1], entry[2], entry[4], entry[10]
        if found is None:
            if verb in SIGNED:
                self.problems.append(f"entry {seq}: {verb} is not signed")
            return
        self.signatures += 1
        message = (text("clintech-signature-1") + field(self.store_id) + number(seq) +
                   number(user) + text(verb) + number(at_ms) + field(link))
        if (found[0] != user or user not in self._keys or
                not signature_fits(found[1], message, self._keys[user])):
            self.problems.append(f"entry {seq}: its signature is not user {user}'s")

    def _check_first(self):
        first = self.db.execute("SELECT verb FROM audit WHERE seq = 1").fetchone()
        row = self.db.execute("SELECT store_id FROM store").fetchall()
        if first is None or first[0] != "store.init" or self.bound.get(("store", 1)) != 1:
            self.problems.append("entry 1 is not the store's beginning")
        if row != [(self.store_id,)]:
            self.problems.append("the store's id is not the keyring's")

    def _check_guards(self):
        for table in filter(is_record, self._tables):
            guards = self.db.execute(
                "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 "
                "AND name IN (?1 || '_no_update', ?1 || '_no_delete')", (table,)).fetchone()[0]
            if guards != 2:
                self.problems.append(f"{table}: a trigger that forbids changes was removed")

    def _find_unbound(self):
        for table in sorted(set(filter(is_record, self._tables)) - OWN):
            for (row_id,) in self.db.execute(f'SELECT rowid FROM "{table}"'):
                if (table, row_id) not in self.bound:
                    self.problems.append(f"{table} row {row_id}: no entry wrote it")

    def compare_slots(self, slots):
        """What the store says of the keyring's slots (section 4, "Changes")."""
        known = {user: (version, slot_hash) for user, version, slot_hash in self.db.execute(
            "SELECT user_id, slot_version, slot_hash FROM user_now")}
        for slot in slots:
            if slot.user_id == 0:
                continue
            said = known.pop(slot.user_id, None)
            if said is None:
                self.problems.append(f"keyring: user {slot.user_id} is not in the store")
            elif said not in ((slot.version, blake2b(slot.data[:240])),
                              (slot.version, blake2b(slot.data))):
                self.problems.append(f"keyring: the slot of user {slot.user_id} is not the "
                                     "one that the store lists")
        for user in known:
            self.problems.append(f"keyring: user {user} has no slot")

    def compare_witness(self, data):
        """Each line of this store must be in the chain, or have been answered: by a line
        behind it whose entry is an exception that tells of it. Returns the lines that
        are in the chain, and the highest seq among them."""
        answered = newest = in_chain = ours = 0
        form = re.compile(rb"([0-9a-f]{32}) ([0-9]+) ([0-9a-f]{64}) "
                          rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z\n")
        lines = list(enumerate(data.splitlines(keepends=True), 1))
        for at, line in reversed(lines):
            match = form.fullmatch(line)
            if match is None:
                self.problems.append(f"witness: line {at} is garbled")
                continue
            if bytes.fromhex(match[1].decode()) != self.store_id:
                continue
            seq, link = int(match[2]), bytes.fromhex(match[3].decode())
            ours += 1
            if self.links.get(seq) == link:
                in_chain, newest = in_chain + 1, max(newest, seq)
                answered = max(answered, self._told(seq))
            elif seq > answered:
                self.problems.append(f"witness: line {at}: entry {seq} [{link.hex()[:16]}] "
                                     "is not in the chain")
        if ours == 0:
            self.problems.append("witness: missing, or without a line of this store")
        return in_chain, newest

    def _told(self, seq):
        """Up to which seq this entry answers breaks; 0 if it tells of none."""
        severity, detail = self.db.execute("SELECT severity, detail FROM audit WHERE seq = ?",
                                           (seq,)).fetchone()
        told = re.search(r"witnessed entry ([0-9]+) ", detail or "")
        return int(told[1]) if severity == 2 and told else 0
