#!/usr/bin/python3
"""Reads a clintech store without clintech: a second implementation of docs/format.md,
written from that page alone, so that a store can be opened should the program be gone
and so that the page is shown to be enough. It only reads; the plain database is built
in memory and never on a disk. Python cannot wipe memory: use it on a machine that you
trust as you trust the workstation.

    read_store.py DIR --login L --password-file F [--tables] [--verify] [--json]

Ends with 0 if all is right, 1 if the store is refused, 2 if it is called wrongly, 3 if
--verify found something, 4 if Python's libsodium binding is missing."""

import argparse
import json
import os
import sqlite3
import sys

sys.dont_write_bytecode = True  # nothing appears beside these files

# pylint: disable=wrong-import-position
from chain import Chain, tables
from keyring import Keyring, password_bytes, recovery_bytes
from pages import Batch, Keys, Log, plain_database
from primitives import Refused


def arguments():
    parser = argparse.ArgumentParser(description="Reads a clintech store without clintech.")
    parser.add_argument("dir", help="the store's directory")
    parser.add_argument("--login")
    parser.add_argument("--password-file", help="its first line is the password")
    parser.add_argument("--recovery-file", help="instead of both: the recovery code")
    parser.add_argument("--witness", help="the witness file, if it is not DIR/witness")
    parser.add_argument("--tables", action="store_true", help="tables and row counts")
    parser.add_argument("--verify", action="store_true", help="check chain and witness")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if not given.recovery_file and not (given.login and given.password_file):
        parser.error("--login and --password-file, or --recovery-file, are needed")
    return given


def content(path, missing=None):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        if missing is not None:
            return missing
        raise Refused(f"{path}: not there") from None
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}") from None


def open_store(given):
    """The keyring, the log and the plain database of a directory."""
    keyring = Keyring(content(os.path.join(given.dir, "keyring")))
    if given.recovery_file:
        typed = content(given.recovery_file).decode("ascii", "replace")
        slot, secret = keyring.slot_of_recovery(), recovery_bytes(typed)
    else:
        slot = keyring.slot_of_login(given.login)
        secret = password_bytes(content(given.password_file).split(b"\n")[0])
    keys = Keys(keyring.store_id, keyring.open(slot, secret))
    # The log before the store: a checkpoint between the two then loses nothing, since
    # what it wrote into the store is what the log says.
    log = Log(content(os.path.join(given.dir, "store.db-wal"), b""), keys)
    batch = Batch(content(os.path.join(given.dir, "reseal"), b""))
    plain, pages = plain_database(content(os.path.join(given.dir, "store.db")), log, keys, batch)
    db = sqlite3.connect(":memory:")
    db.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    db.deserialize(plain)
    db.execute("PRAGMA query_only = ON")
    db.execute("PRAGMA temp_store = MEMORY")
    return keyring, log, db, pages, sorted(keys.by_epoch)


def read(given):
    keyring, log, db, pages, epochs = open_store(given)
    schema = db.execute("PRAGMA user_version").fetchone()[0]
    head = db.execute("SELECT seq, link FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    said = {"store_id": keyring.store_id.hex(), "slots": len(keyring.slots),
            "schema": schema, "pages": pages, "epochs": epochs,
            "log": {"frames": log.frames, "commits": log.commits,
                    "bytes_behind": log.bytes_behind},
            "head": {"seq": head[0], "link": head[1].hex()} if head else None}
    if given.tables:
        said["tables"] = tables(db)
    if given.verify:
        said["verify"] = verify(given, keyring, db)
    db.close()
    return said


def verify(given, keyring, db):
    damage = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    chain = Chain(db, keyring.store_id)
    chain.walk()
    chain.compare_slots(keyring.slots)
    witnessed, newest = chain.compare_witness(
        content(given.witness or os.path.join(given.dir, "witness"), b""))
    return {"entries": chain.entries, "rows": chain.rows, "signatures": chain.signatures,
            "witnessed": witnessed, "witnessed_seq": newest,
            "problems": [f"store: {line}" for line in damage] + chain.problems}


def show(said):
    print(f"store {said['store_id']}, schema {said['schema']}, {said['pages']} pages, "
          f"{said['slots']} slots, key epochs {', '.join(map(str, said['epochs']))}")
    log = said["log"]
    print(f"log: {log['frames']} frames in {log['commits']} commits, "
          f"{log['bytes_behind']} bytes behind the last")
    if said["head"]:
        print(f"head: entry {said['head']['seq']} {said['head']['link']}")
    for name, count in said.get("tables", {}).items():
        print(f"{count:9d} {name}")
    if "verify" in said:
        found = said["verify"]
        print(f"verified: {found['entries']} entries, {found['rows']} rows, "
              f"{found['signatures']} signatures, {found['witnessed']} lines of the witness, "
              f"the last of entry {found['witnessed_seq']}")
        for problem in found["problems"]:
            print(f"PROBLEM {problem}")


def refuse(given, sentence):
    if given.json:
        print(json.dumps({"refused": sentence}))
    else:
        sys.stderr.write(f"read_store: {sentence}\n")
    return 1


def main():
    given = arguments()
    try:
        said = read(given)
    except Refused as refusal:
        return refuse(given, str(refusal))
    except sqlite3.DatabaseError as error:
        return refuse(given, f"store: every page opens, but SQLite says: {error}")
    if given.json:
        print(json.dumps(said, indent=1))
    else:
        show(said)
    return 3 if given.verify and said["verify"]["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
