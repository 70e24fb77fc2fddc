"""The primitives of docs/format.md from Debian's libsodium binding (python3-nacl), and
the two ways in which this reader fails."""

import sys

try:
    from nacl import bindings as sodium
    from nacl import exceptions as sodium_errors
except ImportError:
    sys.stderr.write("read_store: Python's libsodium binding is missing for "
                     f"{sys.executable}; on Debian install python3-nacl\n")
    sys.exit(4)


class Refused(Exception):
    """The store cannot be read: what is wrong, and where."""


class DoesNotOpen(Exception):
    """A sealed thing is not what its key, place and tag say."""


def u32(data, at=0):
    return int.from_bytes(data[at:at + 4], "little")


def u32be(data, at=0):
    return int.from_bytes(data[at:at + 4], "big")


def le32(number):
    return number.to_bytes(4, "little")


def le64(number):
    return number.to_bytes(8, "little")


def blake2b(data, key=b""):
    """BLAKE2b-256, keyed if a key is given."""
    return sodium.crypto_generichash_blake2b_salt_personal(data, digest_size=32, key=key)


def derive(size, number, context, key):
    """crypto_kdf_derive_from_key, which the binding lacks: keyed BLAKE2b of nothing,
    the number as salt and the context as personal string, both filled up with zeros."""
    return sodium.crypto_generichash_blake2b_salt_personal(
        b"", digest_size=size, key=key, salt=le64(number) + bytes(8),
        person=context + bytes(8))


def argon2id(password, salt, passes, kib):
    return sodium.crypto_pwhash_alg(32, password, salt, passes, kib * 1024,
                                    sodium.crypto_pwhash_ALG_ARGON2ID13)


def aead_open(cipher_and_tag, associated, nonce, key):
    try:
        return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(cipher_and_tag, associated,
                                                                 nonce, key)
    except sodium_errors.CryptoError:
        raise DoesNotOpen() from None


def sealed_box_open(box, public, secret):
    try:
        return sodium.crypto_box_seal_open(box, public, secret)
    except sodium_errors.CryptoError:
        raise DoesNotOpen() from None


def siphash24(data, key):
    return sodium.crypto_shorthash_siphash24(data, key)


def signature_fits(signature, message, public):
    """Ed25519, the signature apart from what it signs."""
    try:
        return sodium.crypto_sign_open(signature + message, public) == message
    except (sodium_errors.CryptoError, sodium_errors.ValueError):
        return False
