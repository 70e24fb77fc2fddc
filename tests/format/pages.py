"""Sealed pages and the write-ahead log: sections 2 and 3 of docs/format.md. What comes
out is the plain database as bytes in memory."""

import struct

from primitives import (DoesNotOpen, Refused, aead_open, blake2b, derive, le32, le64, siphash24, u32,
                        u32be)

PAGE, RESERVED, LOCK_PAGE = 4096, 48, 262145
IN_STORE, IN_LOG = 1, 2
LOG_HEADER, FRAME_HEADER = 32, 24
FRAME = FRAME_HEADER + PAGE
APPLICATION_ID = 0x436C5463


class Keys:
    """The store id and the store key of each epoch that is held."""

    def __init__(self, store_id, by_epoch):
        self.store_id, self.by_epoch = store_id, by_epoch
        self._checksum = {epoch: derive(16, 1, b"ctwalsum", key)
                          for epoch, key in by_epoch.items()}

    def open_page(self, sealed, number, kind, offset):
        """One page as SQLite sees it: its reserved bytes are zero."""
        epoch = u32(sealed, 4088)
        if epoch not in self.by_epoch or sealed[4092:] != bytes(4):
            raise DoesNotOpen()
        associated = (le32(number) + bytes([kind, 1, 0, 0]) + le32(epoch) + bytes(4) +
                      le64(offset) + self.store_id)
        cipher, nonce, tag = sealed[:4048], sealed[4048:4072], sealed[4072:4088]
        plain = aead_open(cipher + tag, associated, nonce, self.by_epoch[epoch])
        return plain + bytes(RESERVED)

    def checksum_of(self, header, epoch, offset):
        """The bytes of SQLite's two checksum words in a frame's header at `offset`."""
        key = self._checksum[epoch]
        left, right = u32(header, 16), u32(header, 20)
        for i in range(5, -1, -1):
            f = u32(siphash24(le64(offset) + header[:16] + le32(i) + le32(left), key))
            left, right = right ^ f, left
        return le32(left) + le32(right)


class Log:
    """The committed frames of a write-ahead log."""

    def __init__(self, data, keys):
        self.pages = {}        # page number -> plain page, as of the last valid commit
        self.store_pages = 0   # length of the store after it, in pages; 0: no commit
        self.frames = 0        # frames up to and with it
        self.commits = 0
        self.bytes_behind = 0  # bytes behind it that were not taken
        if len(data) >= LOG_HEADER and self._read_header(data[:LOG_HEADER]):
            self._recover(data, keys)
        self.bytes_behind = max(0, len(data) - LOG_HEADER - self.frames * FRAME)

    def _read_header(self, header):
        magic = u32be(header, 0)
        if magic not in (0x377F0682, 0x377F0683):
            return False
        self._order = ">" if magic & 1 else "<"
        self._salts = header[16:24]
        self._sums = self._add((0, 0), header[:24])
        if struct.pack(">2I", *self._sums) != header[24:]:
            return False
        if u32be(header, 4) != 3007000 or u32be(header, 8) != PAGE:
            raise Refused("log: of a version or page size that this reader does not know")
        return True

    def _add(self, sums, data):
        """SQLite's running checksum: Fibonacci-weighted sums of 32-bit words."""
        s0, s1 = sums
        words = struct.unpack(f"{self._order}{len(data) // 4}I", data)
        for x0, x1 in zip(words[::2], words[1::2]):
            s0 = (s0 + x0 + s1) & 0xFFFFFFFF
            s1 = (s1 + x1 + s0) & 0xFFFFFFFF
        return s0, s1

    def _recover(self, data, keys):
        since_commit, sums, newest = {}, self._sums, max(keys.by_epoch)
        for k in range((len(data) - LOG_HEADER) // FRAME):
            offset = LOG_HEADER + k * FRAME
            header = data[offset:offset + FRAME_HEADER]
            sealed = data[offset + FRAME_HEADER:offset + FRAME]
            number, epoch = u32be(header, 0), u32(sealed, 4088)
            if header[8:16] != self._salts or number == 0:
                break
            if newest < epoch <= newest + 16:
                raise Refused(f"log: frame {k} is sealed under key epoch {epoch}, "
                              "which this keyring does not hold")
            try:
                page = keys.open_page(sealed, number, IN_LOG, offset + FRAME_HEADER)
            except DoesNotOpen:
                break
            sums = self._add(self._add(sums, header[:8]), page)
            if struct.pack(">2I", *sums) != keys.checksum_of(header, epoch, offset):
                break
            since_commit[number] = page
            if u32be(header, 4) != 0:
                self.pages.update(since_commit)
                since_commit = {}
                self.store_pages, self.frames = u32be(header, 4), k + 1
                self.commits += 1


class Batch:
    """Pages that a change of key was about to write (section 14): sealed, by number."""

    MAGIC = bytes.fromhex("89 43 54 52 53 4C 0D 0A")

    def __init__(self, data):
        self.pages = {}
        whole = len(data) >= 48 and data[:8] == self.MAGIC and u32(data, 8) == 1
        count = u32(data, 12) if whole else 0
        # One whose checksum does not fit was cut off before any page was written.
        if not whole or len(data) != 48 + count * (8 + PAGE) or blake2b(data[:-32]) != data[-32:]:
            return
        for at in range(16, len(data) - 32, 8 + PAGE):
            self.pages[u32(data, at)] = data[at + 8:at + 8 + PAGE]


def plain_database(store, log, keys, batch=Batch(b"")):
    """The database as of the last valid commit, every page opened; and how many."""
    if len(store) % PAGE != 0:
        raise Refused(f"store: {len(store)} bytes are no multiple of {PAGE}")
    in_file = len(store) // PAGE
    count = log.store_pages or in_file
    if count == 0:
        raise Refused("store: empty")
    pages = []
    for number in range(1, count + 1):
        if number == LOCK_PAGE:
            pages.append(bytes(PAGE))
            continue
        page, offset = log.pages.get(number), (number - 1) * PAGE
        # Where the log has a newer one the file's is not looked at: a checkpoint that a
        # power cut ended may have written half of it, and will write it again.
        if page is None and number <= in_file:
            page = _opened(store, number, offset, keys, batch)
        if page is None:
            raise Refused(f"store: page {number} is missing, the file has {in_file}")
        pages.append(page)
    _check_header(pages[0])
    # A database in memory has no log: the two bytes that say "WAL" say "none".
    pages[0] = pages[0][:18] + b"\x01\x01" + pages[0][20:]
    return b"".join(pages), count


def _opened(store, number, offset, keys, batch):
    try:
        return keys.open_page(store[offset:offset + PAGE], number, IN_STORE, offset)
    except DoesNotOpen:
        pass
    try: # torn by a power cut while it was sealed anew: as it was to lie there
        return keys.open_page(batch.pages.get(number, bytes(PAGE)), number, IN_STORE, offset)
    except DoesNotOpen:
        raise Refused(f"store: page {number} at byte {offset} does not open: "
                      "damaged, or of another store or place") from None


def _check_header(page):
    if (page[:16] != b"SQLite format 3\0" or page[16:18] != b"\x10\x00" or
            page[18:20] != b"\x02\x02" or page[20] != RESERVED or
            u32be(page, 68) != APPLICATION_ID):
        raise Refused("store: page 1 is not the first page of a clintech store")
