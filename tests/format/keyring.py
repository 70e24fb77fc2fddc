"""The keyring: section 4 of docs/format.md, and the recovery code of section 5."""

import unicodedata

from primitives import (DoesNotOpen, Refused, aead_open, argon2id, blake2b, derive, le32,
                        sealed_box_open, sodium, u32)

MAGIC = bytes.fromhex("89 43 54 4B 45 59 0D 0A")
HEADER, SLOT, COUNTER, GUESTS = 40, 352, 16, 64
OLD = 80
DISABLED, MUST_CHANGE, OWN_BOX = 1, 2, 4
CODE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Slot:
    """One slot's fields, as they lie in the file."""

    def __init__(self, data):
        self.data = data
        self.user_id, self.version, self.flags = u32(data, 0), u32(data, 4), u32(data, 8)
        self.derivation, self.passes, self.kib = u32(data, 12), u32(data, 16), u32(data, 20)
        self.salt, self.login_hash = data[24:40], data[40:72]
        self.box_pk, self.sign_pk = data[72:104], data[104:136]
        self.nonce, self.secret_box = data[136:160], data[160:240]
        self.sealed_key, self.mac = data[240:320], data[320:352]


class Keyring:
    """The file once its form was checked; nothing of it is believed before open()."""

    def __init__(self, data):
        if data[:8] != MAGIC:
            raise Refused("keyring: not a clintech keyring")
        if len(data) < HEADER + 32 or blake2b(data[:-32]) != data[-32:]:
            raise Refused("keyring: damaged, its checksum does not fit")
        form = u32(data, 8)
        if form not in (1, 2):
            raise Refused(f"keyring: format {form}, this reader knows 1 and 2")
        count = u32(data, 12)
        older = u32(data, 36) >> 16
        if (not 1 <= count <= 4096 or u32(data, 36) & 0xffff != GUESTS or
                older > form - 1):
            raise Refused("keyring: its counts are out of bounds")
        if len(data) != HEADER + (SLOT + COUNTER) * count + OLD * older + GUESTS * COUNTER + 64:
            raise Refused("keyring: its length does not fit the number of slots")
        self.store_id, self.epoch = data[16:32], u32(data, 32)
        if self.epoch == 0:
            raise Refused("keyring: key epoch 0")
        slots_end = HEADER + SLOT * count
        self.bound = data[:slots_end + OLD * older]
        self.older = self.bound[slots_end:]
        self.mac = data[-64:-32]
        self.slots = [Slot(self.bound[at:at + SLOT])
                      for at in range(HEADER, slots_end, SLOT)]
        for slot in self.slots:
            flags = DISABLED | MUST_CHANGE | (OWN_BOX if form == 2 else 0)
            known = slot.version >= 1 and slot.flags & ~flags == 0
            if not known or slot.derivation != 2:
                raise Refused(f"keyring: slot of user {slot.user_id}: unknown form")
            if not (1 <= slot.passes <= 10 and 8 <= slot.kib <= 1048576):
                raise Refused(f"keyring: slot of user {slot.user_id}: cost out of bounds")

    def slot_of_login(self, login):
        folded = bytes(c + 32 if 65 <= c <= 90 else c for c in login.encode())
        wanted = blake2b(b"ctlogin1" + self.store_id + folded)
        for slot in self.slots:
            if slot.user_id != 0 and slot.login_hash == wanted:
                return slot
        raise Refused("keyring: no such login, or a wrong password")

    def slot_of_recovery(self):
        for slot in self.slots:
            if slot.user_id == 0:
                return slot
        raise Refused("keyring: no recovery slot")

    def open(self, slot, password):
        """The store key of each epoch, once password, sealed key and every MAC were right."""
        if slot.flags & DISABLED:
            raise Refused("keyring: this user is disabled")
        key = argon2id(password, slot.salt, slot.passes, slot.kib)
        try:
            secrets = aead_open(slot.secret_box,
                                b"ctslot01" + self.store_id + slot.data[:136],
                                slot.nonce, key)
        except DoesNotOpen:
            raise Refused("keyring: no such login, or a wrong password") from None
        seed, ring_key = secrets[:32], secrets[32:]
        box_seed = derive(32, 1, b"ctboxkey", seed)
        if slot.flags & OWN_BOX:
            box_seed = blake2b(box_seed, key)
        box_pk, box_sk = sodium.crypto_box_seed_keypair(box_seed)
        sign_pk, _ = sodium.crypto_sign_seed_keypair(derive(32, 1, b"ctsignky", seed))
        if box_pk != slot.box_pk or sign_pk != slot.sign_pk:
            raise Refused("keyring: the slot's public keys are not those of its seed")
        try:
            store_key = sealed_box_open(slot.sealed_key, box_pk, box_sk)
        except DoesNotOpen:
            raise Refused("keyring: the slot's sealed store key does not open") from None
        self._check_macs(blake2b(ring_key, derive(32, 1, b"ctringmc", store_key)))
        keys = {self.epoch: store_key}
        if self.older:
            epoch = u32(self.older)
            try:
                keys[epoch] = aead_open(self.older[32:], b"ctoldky1" + self.store_id +
                                        le32(epoch) + le32(self.epoch), self.older[8:32],
                                        derive(32, 1, b"ctoldkey", store_key))
            except DoesNotOpen:
                raise Refused("keyring: its older key does not open") from None
        return keys

    def _check_macs(self, mac_key):
        for slot in self.slots:
            said = b"ctslmac1" + self.store_id + slot.data[:320]
            if blake2b(said, mac_key) != slot.mac:
                raise Refused(f"keyring: the slot of user {slot.user_id} was changed: "
                              "its MAC does not fit")
        if blake2b(self.bound, mac_key) != self.mac:
            raise Refused("keyring: it was changed: its MAC does not fit")


def password_bytes(data):
    """What a password's bytes are before the derivation: NFC, if they are UTF-8."""
    try:
        return unicodedata.normalize("NFC", data.decode()).encode()
    except UnicodeDecodeError:
        return data


def recovery_bytes(typed):
    """The 27 characters of a recovery code as it was typed."""
    clean = "".join(c for c in typed.upper() if c not in " -.\t\r\n")
    clean = clean.replace("O", "0").replace("I", "1").replace("L", "1")
    if len(clean) != 27 or any(c not in CODE for c in clean):
        raise Refused("recovery code: not 27 of its characters")
    total = 0
    for value in map(CODE.index, clean[:26]):
        total = _times_x(total) ^ value
    if CODE[_times_x(total)] != clean[26]:
        raise Refused("recovery code: mistyped, its check does not fit")
    return clean.encode()


def _times_x(value):
    """Times x in GF(2)[x]/(x^5 + x^2 + 1)."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value
